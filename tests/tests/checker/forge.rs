//! What somebody may do who can write everywhere: chain, numbers, segments' digests, heads and `commit` are made anew
//! after each change, so that nothing but the change itself is left to be found.

use crate::damage::{Found, Kind, Scene, one};
use ed25519_dalek::{Signer, SigningKey};
use jingui_schema::commit::Commit;
use jingui_schema::digest::{B3, Sha256};
use jingui_schema::head::key_id;
use jingui_schema::id::VaultId;
use jingui_schema::merkle::{Frontier, leaf_hash};
use jingui_tests::house::Key;
use jingui_tests::lossy::Dice;
use jingui_vault::fs::OsFs;
use jingui_vault::seal;
use serde_json::Value;
use std::fs;
use std::sync::Arc;

/// One line, and what is not to be made right about it.
#[derive(Clone)]
struct Line {
    text: String,
    /// Begins a segment.
    begins: bool,
    /// Keeps its seq and prev, or, where it closes a segment or names a head, its data.
    as_it_is: bool,
}

impl Line {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).expect("a line is JSON")
    }

    fn is(&self, kind: &str) -> bool {
        self.text.contains(&format!("\"kind\":\"{kind}\""))
    }
}

/// A journal in the forger's hands.
pub struct Forge<'a> {
    scene: &'a Scene,
    vault: String,
    lines: Vec<Line>,
    log: SigningKey,
}

/// The text between two marks.
fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    let start = text.find(from).expect("a line has its keys") + from.len();
    &text[start..start + text[start..].find(to).expect("a value ends")]
}

impl<'a> Forge<'a> {
    /// Takes the journal of a vault that has no mirror: one would tell at once.
    pub fn take(scene: &'a Scene) -> Option<Self> {
        if scene.house.mirrored {
            return None;
        }
        let mut lines = Vec::new();
        for path in &scene.segments {
            let text = String::from_utf8(scene.read(path)).expect("a journal is text");
            let all = text.lines().enumerate();
            lines.extend(all.map(|(i, text)| Line {
                text: text.to_owned(),
                begins: i == 0,
                as_it_is: false,
            }));
        }
        let vault = lines[0].json()["act"]["data"]["vault"].as_str().expect("an id").to_owned();
        let seed = fs::read_to_string(scene.house.keys().join("log/log.key")).expect("the log key");
        let seed: [u8; 32] = hex::decode(seed.trim()).expect("hex").try_into().expect("32 bytes");
        Some(Self { scene, vault, lines, log: SigningKey::from_bytes(&seed) })
    }

    fn find(&self, kind: &str, dice: &mut Dice) -> Option<usize> {
        let all: Vec<usize> = (0..self.lines.len()).filter(|i| self.lines[*i].is(kind)).collect();
        one(&all, dice).copied()
    }

    /// The number of the last line of a kind; of the last one of all, if none is named.
    pub fn last(&self, kind: &str) -> usize {
        self.lines.iter().rposition(|line| kind.is_empty() || line.is(kind)).map_or(0, |i| i + 1)
    }

    /// The data of the last line of a kind in which a word stands.
    pub fn data(&self, kind: &str, word: &str) -> String {
        let line = self.lines.iter().rfind(|line| line.is(kind) && line.text.contains(word)).expect("a line");
        let data = &line.text[line.text.find("\"data\":").expect("data") + 7..];
        let end = data.find(",\"sig\":").map_or(data.len() - 2, |at| at - 1);
        data[..end].to_owned()
    }

    /// Whether a line of a kind has both words.
    pub fn says(&self, kind: &str, one: &str, other: &str) -> bool {
        self.lines.iter().any(|line| line.is(kind) && line.text.contains(one) && line.text.contains(other))
    }

    /// Says something else wherever it is said.
    pub fn everywhere(&mut self, from: &str, to: &str) {
        self.lines.iter_mut().for_each(|line| line.text = line.text.replace(from, to));
    }

    /// Says something else in the last line of a kind that says it; signed anew by the founder, or by nobody.
    pub fn resay(&mut self, kind: &str, from: &str, to: &str, sign: bool) {
        let last = self.lines.iter().rposition(|line| line.is(kind) && line.text.contains(from));
        self.change(last.expect("a line says it"), from, to, sign);
    }

    /// Puts a line behind the last.
    pub fn append(&mut self, by: &str, act: &str, signature: Option<String>) {
        let at = between(&self.lines.last().expect("a line").text, "\"at\":\"", "\"").to_owned();
        let sig = signature.map_or(String::new(), |sig| format!(",\"sig\":\"{sig}\""));
        let prev = "0".repeat(64);
        let text = format!(
            "{{\"v\":1,\"seq\":0,\"at\":\"{at}\",\"prev\":\"{prev}\",\"by\":\"{by}\",\"act\":{act}{sig}}}"
        );
        let begins = self.lines.last().expect("a line").is("segment.close");
        self.lines.push(Line { text, begins, as_it_is: false });
    }

    pub fn act(&self, dice: &mut Dice, kind: &str, data: &str) -> String {
        let id = jingui_schema::id::ActId::from_bytes(
            [dice.roll(), dice.roll()].map(u64::to_be_bytes).concat().try_into().expect("16"),
        );
        format!("{{\"id\":\"{id}\",\"kind\":\"{kind}\",\"at\":\"2026-11-22T05:47:00.123Z\",\"data\":{data}}}")
    }

    pub fn sign(&self, key: &Key, act: &str) -> String {
        let vault: VaultId = self.vault.parse().expect("an id");
        key.person().sign(&vault, act).to_string()
    }

    /// An opening of some record, as its act.
    fn opening(&self, dice: &mut Dice) -> Option<String> {
        let filing = self.find("record.file", dice)?;
        let record = between(&self.lines[filing].text, "\"record\":\"", "\"").to_owned();
        Some(self.act(dice, "record.open", &format!("{{\"record\":\"{record}\",\"docs\":[1]}}")))
    }

    /// Changes a line of the founder's and signs it anew.
    fn change(&mut self, i: usize, from: &str, to: &str, sign: bool) {
        let line = &mut self.lines[i].text;
        assert!(line.contains(from), "{line}");
        *line = line.replacen(from, to, 1);
        if sign {
            let (start, end) =
                (line.find("\"act\":").expect("an act") + 6, line.find(",\"sig\":").expect("a sig"));
            let act = line[start..end].to_owned();
            let sig = self.scene.house.people.founder.person();
            let sig = sig.sign(&self.vault.parse::<VaultId>().expect("an id"), &act);
            let line = &mut self.lines[i].text;
            line.replace_range(end.., &format!(",\"sig\":\"{sig}\"}}"));
        }
    }

    /// Writes it back: numbers, chain, segments, heads and `commit` made anew.
    pub fn give_back(mut self) -> Vec<String> {
        for path in &self.scene.segments {
            fs::remove_file(self.scene.at(path)).expect("it was there");
        }
        let (mut tree, mut prev, mut prior) = (Frontier::new(), "0".repeat(64), None);
        let (mut first, mut segment): (u64, Vec<u8>) = (1, Vec::new());
        let mut roots = Vec::new();
        let mut renamed = Vec::new();
        for (i, line) in self.lines.iter_mut().enumerate() {
            let seq = i as u64 + 1;
            if line.begins && seq > 1 {
                prior = Some((first, segment.len(), B3::of(&segment)));
                let path = format!("journal/{first:012}.jsonl");
                self.scene.write(&path, &segment);
                (first, segment) = (seq, Vec::new());
            }
            if !line.as_it_is {
                let old = format!("\"seq\":{},", between(&line.text, "\"seq\":", ","));
                line.text = line.text.replacen(&old, &format!("\"seq\":{seq},"), 1);
                let old = format!("\"prev\":\"{}\"", between(&line.text, "\"prev\":\"", "\""));
                line.text = line.text.replacen(&old, &format!("\"prev\":\"{prev}\""), 1);
                let data = line.text.find("\"data\":").expect("data") + 7;
                if line.is("segment.close") {
                    let prior = prior.as_ref().map(|(first, size, b3)| {
                        format!(",\"prior\":{{\"first\":{first},\"size\":{size},\"b3\":\"{b3}\"}}")
                    });
                    let prior = prior.unwrap_or_default();
                    line.text.replace_range(data.., &format!("{{\"first\":{first}{prior}}}}}}}"));
                } else if line.is("head.signed") {
                    // Over so many lines as before, or all that there are.
                    let lines: u64 = between(&line.text, "\"lines\":", ",").parse().expect("a number");
                    let lines_now = lines.min(seq - 1);
                    let root: [u8; 32] = roots[lines_now as usize - 1];
                    let head = head(&self.vault, lines_now, &root, &self.log);
                    let (size, b3) = (head.len(), B3::of(head.as_bytes()));
                    let root = Sha256(root);
                    renamed.push((lines, lines_now, head));
                    let data_text = format!(
                        "{{\"lines\":{lines_now},\"root\":\"{root}\",\"size\":{size},\"b3\":\"{b3}\"}}}}}}"
                    );
                    line.text.replace_range(data.., &data_text);
                }
            }
            tree.push(leaf_hash(line.text.as_bytes()));
            roots.push(tree.root());
            prev = Sha256::of(line.text.as_bytes()).to_string();
            segment.extend(line.text.as_bytes());
            segment.push(b'\n');
        }
        self.scene.write(&format!("journal/{first:012}.jsonl"), &segment);
        for (lines, _, _) in &renamed {
            drop(fs::remove_file(self.scene.at(&format!("journal/heads/{lines:012}.head"))));
        }
        for (_, lines, head) in &renamed {
            self.scene.write(&format!("journal/heads/{lines:012}.head"), head.as_bytes());
        }
        let (newest, _) = self.scene.slots();
        let last = self.lines.last().expect("a line");
        let now = Commit {
            lines: self.lines.len() as u64,
            segment: first,
            bytes: segment.len() as u64,
            last: Sha256::of(last.text.as_bytes()),
            root: Sha256(tree.root()),
            ..newest
        };
        self.scene.write_slot(&Commit { generation: now.generation - 1, ..now.clone() });
        self.scene.write_slot(&now);
        vec!["journal/".into()]
    }
}

/// A head as it should be.
fn head(vault: &str, lines: u64, root: &[u8; 32], key: &SigningKey) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let name = format!("jingui/{vault}");
    let text = format!("{name}\n{lines}\n{}\n", STANDARD.encode(root));
    let id = key_id(&name, key.verifying_key().as_bytes());
    let signature = [&id[..], &key.sign(text.as_bytes()).to_bytes()[..]].concat();
    format!("{text}\n\u{2014} {name} {}\n", STANDARD.encode(signature))
}

/// A line behind the last, with an act of somebody's and a signature of somebody's.
fn added(
    scene: &Scene,
    dice: &mut Dice,
    by: &str,
    signer: Option<&Key>,
    act: impl FnOnce(&Forge, &mut Dice) -> Option<String>,
) -> Option<Vec<String>> {
    let mut forge = Forge::take(scene)?;
    let act = act(&forge, dice)?;
    let signature = signer.map(|key| forge.sign(key, &act));
    forge.append(by, &act, signature);
    Some(forge.give_back())
}

/// A line of the vault's behind the last, spelt in its own way.
fn spelt(scene: &Scene, dice: &mut Dice, spell: impl FnOnce(&str) -> String) -> Option<Vec<String>> {
    let mut forge = Forge::take(scene)?;
    let act = forge.act(dice, "incident", "{\"path\":\"README.txt\",\"finding\":\"size\"}");
    forge.append("vault", &act, None);
    let text = spell(&forge.lines.last()?.text);
    forge.lines.last_mut()?.text = text;
    Some(forge.give_back())
}

/// Seals something anew and lets the founder sign for it.
fn resealed(
    scene: &Scene,
    dice: &mut Dice,
    top: &str,
    remake: impl FnOnce(&mut Vec<u8>, &str, &mut seal::Recipient),
) -> Option<Vec<String>> {
    let mut forge = Forge::take(scene)?;
    let vault = scene.house.open(Arc::new(OsFs)).ok()?;
    let session = scene.house.founder(&vault).ok()?;
    let epochs: Vec<_> = vault.state().live_epochs().map(|(number, _)| number).collect();
    let keys: Vec<_> = epochs.iter().filter_map(|number| session.epoch_key(*number).ok()).collect();
    drop((session, vault));
    let open = |path: &str, key: &seal::Identity| {
        let sealed = fs::read(scene.at(path)).ok()?;
        seal::open(key, &sealed).ok().map(|plain| plain.to_vec())
    };
    let by_epoch = |path: &str| {
        keys.iter().find_map(|key| Some((open(path, key.identity())?, key.identity().to_public())))
    };
    // Only files that a signed line names: what a rotation has sealed anew is the vault's word.
    let all = match top {
        "bodies" => &scene.bodies,
        "covers" => &scene.covers,
        _ => &scene.notes,
    };
    let mark = |path: &str| format!("\"b3\":\"{}\"", B3::of(&scene.read(path)));
    let named = |path: &&String| {
        let mark = mark(path);
        forge
            .lines
            .iter()
            .any(|l| l.text.contains(&mark) && l.text.contains("\"by\":\"0001\"") && !l.is("vault.init"))
    };
    let fit: Vec<&String> = all.iter().filter(named).collect();
    let path = (*one(&fit, dice)?).clone();
    let (mut plain, mut to) = match top {
        "bodies" => {
            let (record, rest) = path.rsplit_once('/')?.1.split_once('.')?;
            let filing: usize = rest.split('.').next()?.parse().ok()?;
            let covers = scene.covers.iter().filter(|cover| cover.contains(record));
            let key = covers.filter_map(|cover| by_epoch(cover)).find_map(|(plain, _)| {
                let head: Value = serde_json::from_slice(plain.split(|b| *b == b'\n').next()?).ok()?;
                head["bodies"][filing - 1]["identity"].as_str()?.parse::<seal::Identity>().ok()
            })?;
            (open(&path, &key)?, key.to_public())
        }
        _ => by_epoch(&path)?,
    };
    remake(&mut plain, &path, &mut to);
    let sealed = seal::seal(&to, &plain);
    let before = scene.read(&path);
    let (old, new) = (
        format!("\"size\":{},\"b3\":\"{}\"", before.len(), B3::of(&before)),
        format!("\"size\":{},\"b3\":\"{}\"", sealed.len(), B3::of(&sealed)),
    );
    let i = forge.lines.iter().position(|line| line.text.contains(&old))?;
    forge.change(i, &old, &new, true);
    scene.write(&path, &sealed);
    forge.give_back();
    Some(vec![path])
}

const fn kind(name: &'static str, damage: crate::damage::Damage) -> Kind {
    Kind { name, found: Found::Always, damage }
}

const fn deep(name: &'static str, damage: crate::damage::Damage) -> Kind {
    Kind { name, found: Found::WithKeys, damage }
}

/// The kinds.
pub const KINDS: &[Kind] = &[
    Kind {
        name: "made anew: nothing changed",
        found: Found::Never,
        damage: |s, _| Some(Forge::take(s)?.give_back()),
    },
    Kind {
        name: "made anew: a line more that is right",
        found: Found::Never,
        damage: |s, d| added(s, d, "0001", Some(&s.house.people.founder), |f, d| f.opening(d)),
    },
    kind("made anew: signed by another person", |s, d| {
        added(s, d, "0001", Some(&s.house.people.reviewer), |f, d| f.opening(d))
    }),
    kind("made anew: not signed", |s, d| added(s, d, "0001", None, |f, d| f.opening(d))),
    kind("made anew: by somebody unknown", |s, d| {
        added(s, d, "0099", Some(&s.house.people.auditor), |f, d| f.opening(d))
    }),
    kind("made anew: by somebody without the role", |s, d| {
        added(s, d, "0003", Some(&s.house.people.auditor), |f, d| f.opening(d))
    }),
    kind("made anew: by the authority, whose business it is not", |s, d| {
        added(s, d, "authority", Some(&s.house.people.authority), |f, d| f.opening(d))
    }),
    kind("made anew: a person's act in the vault's name", |s, d| {
        added(s, d, "vault", None, |f, d| f.opening(d))
    }),
    kind("made anew: a vault's act in a person's name", |s, d| {
        added(s, d, "0001", Some(&s.house.people.founder), |f, d| {
            Some(f.act(d, "incident", "{\"path\":\"README.txt\",\"finding\":\"size\"}"))
        })
    }),
    kind("made anew: an enrolment by somebody who may not", |s, d| {
        let newcomer = s.house.people.newcomer.person();
        let (age, sign) = (newcomer.recipient(), newcomer.sign_key().to_string());
        added(s, d, "0002", Some(&s.house.people.reviewer), |f, d| {
            let enrolled = f.lines.iter().filter(|line| line.is("staff.enrol")).count();
            let data = format!(
                "{{\"staff\":\"{:04}\",\"age\":\"{age}\",\"sign\":\"{sign}\",\"roles\":[\"legal\"]}}",
                enrolled + 2
            );
            Some(f.act(d, "staff.enrol", &data))
        })
    }),
    kind("made anew: a countersignature by the founder", |s, d| {
        added(s, d, "0001", Some(&s.house.people.founder), |f, d| {
            let i = f.find("staff.enrol", d)?;
            let line = f.lines[i].json();
            let (act, data) = (&line["act"]["id"], &line["act"]["data"]);
            let data = format!(
                "{{\"enrolments\":[{{\"staff\":{},\"act\":{act},\"sign\":{}}}]}}",
                data["staff"], data["sign"]
            );
            Some(f.act(d, "staff.countersign", &data))
        })
    }),
    kind("made anew: an act twice", |s, d| {
        let mut forge = Forge::take(s)?;
        let mut again = forge.lines[forge.find("record.file", d)?].clone();
        again.begins = forge.lines.last()?.is("segment.close");
        forge.lines.push(again);
        Some(forge.give_back())
    }),
    kind("made anew: an opening twice", |s, d| {
        let mut forge = Forge::take(s)?;
        let i = forge.find("record.open", d)?;
        let text = forge.lines[i].text.clone();
        let begins = forge.lines.last()?.is("segment.close");
        forge.lines.push(Line { text, begins, as_it_is: false });
        Some(forge.give_back())
    }),
    kind("made anew: another act under a signature", |s, d| {
        let mut forge = Forge::take(s)?;
        let i = forge.find("record.file", d)?;
        let docs = format!("\"docs\":{}", between(&forge.lines[i].text, "\"docs\":", ","));
        forge.change(i, &docs, "\"docs\":77", false);
        Some(forge.give_back())
    }),
    kind("made anew: a filing removed", |s, d| {
        let mut forge = Forge::take(s)?;
        let removed = forge.find("record.file", d)?;
        let removed = forge.lines.remove(removed);
        let record = between(&removed.text, "\"record\":\"", "\"").to_owned();
        if let Some(next) = forge.lines.iter_mut().find(|line| removed.begins && line.text > removed.text) {
            next.begins = true;
        }
        let mut paths = forge.give_back();
        paths.push(record);
        Some(paths)
    }),
    kind("made anew: a line that follows from another", |s, d| {
        let mut forge = Forge::take(s)?;
        let i = 1 + d.below(forge.lines.len() as u64 - 1) as usize;
        let prev = between(&forge.lines[i].text, "\"prev\":\"", "\"").to_owned();
        forge.change(i, &prev, &Sha256::of(b"another").to_string(), false);
        forge.lines[i].as_it_is = true;
        Some(forge.give_back())
    }),
    kind("made anew: a number left out", |s, d| {
        let mut forge = Forge::take(s)?;
        let i = 1 + d.below(forge.lines.len() as u64 - 1) as usize;
        forge.change(i, &format!("\"seq\":{},", i + 1), &format!("\"seq\":{},", i + 2), false);
        forge.lines[i].as_it_is = true;
        Some(forge.give_back())
    }),
    kind("made anew: a line from before", |s, d| {
        let mut forge = Forge::take(s)?;
        let i = 1 + d.below(forge.lines.len() as u64 - 1) as usize;
        let at = between(&forge.lines[i].text, "\"at\":\"", "\"").to_owned();
        forge.change(i, &at, "2020-01-01T00:00:00.000Z", false);
        Some(forge.give_back())
    }),
    kind("made anew: a space in a line", |s, d| spelt(s, d, |t| t.replacen("\"by\":", "\"by\": ", 1))),
    kind("made anew: a key twice", |s, d| {
        spelt(s, d, |t| t.replacen("\"by\":", "\"by\":\"vault\",\"by\":", 1))
    }),
    kind("made anew: a key twice in the data", |s, d| {
        spelt(s, d, |t| t.replacen("\"finding\":", "\"path\":\"x\",\"finding\":", 1))
    }),
    kind("made anew: an unknown key", |s, d| spelt(s, d, |t| t.replacen("\"by\":", "\"x\":1,\"by\":", 1))),
    kind("made anew: an unknown key in the data", |s, d| {
        spelt(s, d, |t| t.replacen("\"finding\":", "\"x\":1,\"finding\":", 1))
    }),
    kind("made anew: keys in another order", |s, d| {
        spelt(s, d, |t| t.replacen("{\"v\":1,", "{", 1).replacen("\"by\":", "\"v\":1,\"by\":", 1))
    }),
    kind("made anew: keys of the data in another order", |s, d| {
        spelt(s, d, |t| {
            t.replacen(
                "\"path\":\"README.txt\",\"finding\":\"size\"",
                "\"finding\":\"size\",\"path\":\"README.txt\"",
                1,
            )
        })
    }),
    kind("made anew: an escape where none is needed", |s, d| {
        spelt(s, d, |t| t.replacen("README", "\\u0052EADME", 1))
    }),
    kind("made anew: an unknown kind", |s, d| spelt(s, d, |t| t.replacen("\"incident\"", "\"accident\"", 1))),
    kind("made anew: another version of the line", |s, d| {
        spelt(s, d, |t| t.replacen("\"v\":1", "\"v\":2", 1))
    }),
    kind("made anew: a head over another root", |s, d| {
        let mut forge = Forge::take(s)?;
        let i = forge.find("head.signed", d)?;
        let data = forge.lines[i].json()["act"]["data"].clone();
        let (lines, mut root) = (data["lines"].as_u64()?, [7; 32]);
        root[0] = d.below(256) as u8;
        let forged = head(&forge.vault, lines, &root, &forge.log);
        rename_head(&mut forge, i, &data, lines, &root, &forged);
        Some(forge.give_back())
    }),
    kind("made anew: a head signed with another key", |s, d| {
        let mut forge = Forge::take(s)?;
        let i = forge.find("head.signed", d)?;
        let data = forge.lines[i].json()["act"]["data"].clone();
        let (lines, root) =
            (data["lines"].as_u64()?, hex::decode(data["root"].as_str()?).ok()?.try_into().ok()?);
        let forged = head(&forge.vault, lines, &root, &SigningKey::from_bytes(&[9; 32]));
        rename_head(&mut forge, i, &data, lines, &root, &forged);
        forge.give_back();
        Some(vec![format!("journal/heads/{lines:012}.head")])
    }),
    Kind {
        name: "made anew: a head countersigned as it should be",
        found: Found::Never,
        damage: |s, d| cosigned(s, d, Forged::Nothing),
    },
    kind("made anew: a countersigned head over another root", |s, d| cosigned(s, d, Forged::Root)),
    kind("made anew: a countersigned head of other lines", |s, d| cosigned(s, d, Forged::Lines)),
    kind("made anew: countersigned with another key", |s, d| cosigned(s, d, Forged::Key)),
    kind("made anew: countersigned at an earlier time than before", |s, d| cosigned(s, d, Forged::Time)),
    kind("made anew: a cosigner named by a security administrator", |s, d| cosigned(s, d, Forged::Namer)),
    kind("made anew: a close that names another digest", |s, d| {
        let mut forge = Forge::take(s)?;
        let closes: Vec<usize> =
            (0..forge.lines.len()).filter(|i| forge.lines[*i].text.contains("\"prior\":")).collect();
        let i = *one(&closes, d)?;
        let b3 = between(&forge.lines[i].text, "\"b3\":\"", "\"").to_owned();
        forge.change(i, &b3, &B3::of(b"another").to_string(), false);
        forge.lines[i].as_it_is = true;
        Some(forge.give_back())
    }),
    kind("made anew: a segment without its close", |s, d| {
        let mut forge = Forge::take(s)?;
        let i = forge.find("segment.close", d).filter(|i| i + 1 < forge.lines.len())?;
        forge.lines.remove(i);
        Some(forge.give_back())
    }),
    deep("signed for: a note that says it is another", |s, d| {
        resealed(s, d, "notes", |plain, path, _| {
            let own =
                path.rsplit('/').next().and_then(|name| name.split('.').next()).expect("an id").to_owned();
            let text = String::from_utf8(plain.clone()).expect("a note is text");
            *plain = text.replace(&own, "01234567890123456789012345").into_bytes();
        })
    }),
    deep("signed for: a note in two lines", |s, d| {
        resealed(s, d, "notes", |plain, _, _| plain.extend(b"{}\n"))
    }),
    deep("signed for: a cover with another label", |s, d| {
        resealed(s, d, "covers", |plain, _, _| {
            let text = String::from_utf8(plain.clone()).expect("a cover is text");
            *plain = text.replacen("outlet", "0utlet", 2).into_bytes();
        })
    }),
    deep("signed for: a cover that ends early", |s, d| {
        resealed(s, d, "covers", |plain, _, _| {
            plain.pop();
            plain.truncate(plain.iter().rposition(|b| *b == b'\n').expect("lines") + 1);
        })
    }),
    deep("signed for: a cover sealed to somebody else", |s, d| {
        resealed(s, d, "covers", |_, _, to| *to = seal::Identity::generate().to_public())
    }),
    deep("signed for: a cover with another key for its body", |s, d| {
        resealed(s, d, "covers", |plain, _, _| {
            let text = String::from_utf8(plain.clone()).expect("a cover is text");
            let own = between(&text, "\"identity\":\"", "\"").to_owned();
            let other = seal::Identity::generate().to_text();
            *plain = text.replace(&own, &other).into_bytes();
        })
        .map(|paths| {
            paths.iter().map(|path| path["covers/000000/".len()..]["".len()..26].to_owned()).collect()
        })
    }),
    deep("signed for: a body with a flip", |s, d| {
        let at = d.roll();
        resealed(s, d, "bodies", |plain, _, _| {
            // Within the frames of the manifest and the first document.
            let at = 30 + (at % 200) as usize;
            plain[at] ^= 4;
        })
    }),
    deep("signed for: a body without its filling", |s, d| {
        resealed(s, d, "bodies", |plain, _, _| {
            let skippable = 0x184D_2A50_u32.to_le_bytes();
            let cut = plain.windows(4).rposition(|w| *w == skippable);
            plain.truncate(cut.unwrap_or(plain.len() - 1));
        })
    }),
    deep("signed for: a body filled too far", |s, d| {
        resealed(s, d, "bodies", |plain, _, _| {
            plain.extend(0x184D_2A50_u32.to_le_bytes());
            plain.extend(64_u32.to_le_bytes());
            plain.extend([0; 64]);
        })
    }),
    deep("signed for: a filling that is not zero", |s, d| {
        resealed(s, d, "bodies", |plain, _, _| {
            plain.extend(0x184D_2A50_u32.to_le_bytes());
            let last = plain.len() - 5;
            plain[last] = 1;
            plain.truncate(last + 1);
        })
    }),
    deep("signed for: a body sealed to another key", |s, d| {
        resealed(s, d, "bodies", |_, _, to| *to = seal::Identity::generate().to_public())
    }),
];

/// What is not as it should be about a countersigned head.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Forged {
    Nothing,
    Root,
    Lines,
    Key,
    Time,
    Namer,
}

/// A cosigner is named, and countersigns a head: twice, for one may be older than the other.
fn cosigned(scene: &Scene, dice: &mut Dice, what: Forged) -> Option<Vec<String>> {
    use jingui_schema::cosignature::{Cosignature, CosignerKey};
    let mut forge = Forge::take(scene)?;
    let i = forge.find("head.signed", dice)?;
    let data = forge.lines[i].json()["act"]["data"].clone();
    let signer = SigningKey::from_bytes(&[5; 32]);
    let key = CosignerKey::new("ca.example/c", signer.verifying_key().as_bytes()).expect("a key");
    let (by, namer) = match what {
        Forged::Namer => ("0001", &scene.house.people.founder),
        _ => ("authority", &scene.house.people.authority),
    };
    let act = forge.act(dice, "cosigner.name", &format!("{{\"key\":\"{key}\"}}"));
    let signature = forge.sign(namer, &act);
    forge.append(by, &act, Some(signature));
    let (mut lines, mut root) =
        (data["lines"].as_u64()?, hex::decode(data["root"].as_str()?).ok()?.try_into().ok()?);
    let mut seconds = [1_796_000_000, 1_796_000_001];
    match what {
        Forged::Root => root = [7; 32],
        Forged::Lines => lines += 1,
        Forged::Time => seconds.reverse(),
        _ => {}
    }
    let signer = if what == Forged::Key { SigningKey::from_bytes(&[6; 32]) } else { signer };
    let origin = format!("jingui/{}", forge.vault);
    let head = jingui_schema::head::Head::new(origin, lines, root, Vec::new()).expect("a head");
    for time in seconds {
        let signed = signer.sign(&Cosignature::text_to_sign(&head, time)).to_bytes();
        let cosignature = Cosignature::new(&key, time, signed).to_base64();
        let root = Sha256(root);
        let data = format!("{{\"lines\":{lines},\"root\":\"{root}\",\"cosignature\":\"{cosignature}\"}}");
        let act = forge.act(dice, "head.cosigned", &data);
        forge.append("vault", &act, None);
    }
    Some(forge.give_back())
}

/// Lays another head file and lets its line name it.
fn rename_head(forge: &mut Forge, i: usize, data: &Value, lines: u64, root: &[u8; 32], forged: &str) {
    let new = format!(
        "{{\"lines\":{lines},\"root\":\"{}\",\"size\":{},\"b3\":\"{}\"}}",
        Sha256(*root),
        forged.len(),
        B3::of(forged.as_bytes())
    );
    let old = format!(
        "{{\"lines\":{lines},\"root\":{},\"size\":{},\"b3\":{}}}",
        data["root"], data["size"], data["b3"]
    );
    forge.change(i, &old, &new, false);
    // Only its number and what it follows from are as before, which nothing before it has changed.
    forge.lines[i].as_it_is = true;
    forge.scene.write(&format!("journal/heads/{lines:012}.head"), forged.as_bytes());
}

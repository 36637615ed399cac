//! What may happen to the files of a vault, by rot, by accident or by somebody's hand.

use crate::forge;
use jingui_schema::commit::{Commit, SLOT_BYTES};
use jingui_tests::house::House;
use jingui_tests::lossy::Dice;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

/// Who finds a damage.
#[derive(Clone, Copy)]
pub enum Found {
    /// Everybody.
    Always,
    /// Who has keys.
    WithKeys,
    /// Nobody: by FORMAT.md it is none.
    Never,
}

impl Found {
    /// Whether it is to be found, with keys or without.
    pub fn by(self, keys: bool) -> bool {
        match self {
            Self::Always => true,
            Self::WithKeys => keys,
            Self::Never => false,
        }
    }
}

/// Does the damage and returns the paths of which one has to be named; `None` where the vault has not what it needs.
pub type Damage = fn(&Scene, &mut Dice) -> Option<Vec<String>>;

/// A kind of damage.
pub struct Kind {
    /// For people.
    pub name: &'static str,
    /// Who finds it.
    pub found: Found,
    /// Does it.
    pub damage: Damage,
}

/// A vault that is about to be damaged.
pub struct Scene {
    /// Whose.
    pub house: House,
    /// Paths below the vault.
    pub bodies: Vec<String>,
    pub covers: Vec<String>,
    pub notes: Vec<String>,
    pub heads: Vec<String>,
    pub segments: Vec<String>,
}

const COMMIT: &str = "journal/commit";

impl Scene {
    /// Looks at what lies there.
    pub fn new(house: &House) -> Self {
        let list = |top: &str| {
            let mut found = Vec::new();
            files(&house.vault(), top, &mut found);
            found.sort();
            found
        };
        let segments = list("journal").into_iter().filter(|path| path.ends_with(".jsonl")).collect();
        Self {
            house: house.clone(),
            bodies: list("bodies"),
            covers: list("covers"),
            notes: list("notes"),
            heads: list("journal/heads"),
            segments,
        }
    }

    /// Where a path lies; `mirror:` leads to the mirror.
    pub fn at(&self, path: &str) -> PathBuf {
        match path.strip_prefix("mirror:") {
            Some(below) => self.house.mirror().join(below),
            None => self.house.vault().join(path),
        }
    }

    /// The bytes of a file.
    pub fn read(&self, path: &str) -> Vec<u8> {
        fs::read(self.at(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Writes a file as it is from now on.
    pub fn write(&self, path: &str, bytes: &[u8]) {
        fs::write(self.at(path), bytes).unwrap_or_else(|error| panic!("{path}: {error}"));
    }

    /// Changes one bit somewhere between two places.
    fn flip_between(&self, path: &str, dice: &mut Dice, from: usize, to: usize) -> Option<Vec<String>> {
        let mut bytes = self.read(path);
        let at = from + dice.below((to.min(bytes.len()) - from) as u64) as usize;
        bytes[at] ^= 1 << dice.below(8);
        self.write(path, &bytes);
        Some(vec![path.to_owned()])
    }

    fn flip(&self, path: &str, dice: &mut Dice) -> Option<Vec<String>> {
        self.flip_between(path, dice, 0, usize::MAX)
    }

    /// Changes the length of a file.
    fn resize(&self, path: &str, change: impl FnOnce(&mut Vec<u8>)) -> Option<Vec<String>> {
        let mut bytes = self.read(path);
        change(&mut bytes);
        self.write(path, &bytes);
        Some(vec![path.to_owned()])
    }

    fn remove(&self, path: &str) -> Option<Vec<String>> {
        fs::remove_file(self.at(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        Some(vec![path.to_owned()])
    }

    fn swap(&self, (a, b): (&String, &String)) -> Option<Vec<String>> {
        let (first, second) = (self.read(a), self.read(b));
        self.write(a, &second);
        self.write(b, &first);
        Some(vec![a.clone(), b.clone()])
    }

    fn rename(&self, from: &str, to: &str) -> Option<Vec<String>> {
        fs::rename(self.at(from), self.at(to)).unwrap_or_else(|error| panic!("{from}: {error}"));
        Some(vec![from.to_owned()])
    }

    /// Lays a file where none should be.
    fn lay(&self, path: &str) -> Option<Vec<String>> {
        fs::write(self.at(path), b"what is this").unwrap_or_else(|error| panic!("{path}: {error}"));
        Some(vec![path.to_owned()])
    }

    /// Any of the files that lines name by digest.
    fn any(&self, dice: &mut Dice) -> Option<&String> {
        let all = [&self.bodies, &self.covers, &self.notes, &self.heads];
        one(all[dice.below(4) as usize], dice)
    }

    fn mirrored(&self, path: &str) -> Option<String> {
        self.house.mirrored.then(|| format!("mirror:{path}"))
    }

    /// The slots of `commit`: the one that counts, and the other where it was written.
    pub fn slots(&self) -> (Commit, Option<Commit>) {
        let bytes = self.read(COMMIT);
        let mut slots: Vec<Commit> = bytes.chunks(SLOT_BYTES).filter_map(Commit::from_slot).collect();
        slots.sort_by_key(|slot| slot.generation);
        let newest = slots.pop().expect("a vault that was closed in order has a slot");
        (newest, slots.pop())
    }

    /// Writes a slot into its place, as a forger would: with its checksum.
    pub fn write_slot(&self, slot: &Commit) {
        let mut bytes = self.read(COMMIT);
        let from = slot.slot() * SLOT_BYTES;
        bytes[from..from + SLOT_BYTES].copy_from_slice(&slot.to_slot());
        self.write(COMMIT, &bytes);
    }

    /// Makes the slot that counts say something else.
    fn commit(&self, change: impl FnOnce(&mut Commit)) -> Option<Vec<String>> {
        let (mut newest, _) = self.slots();
        change(&mut newest);
        self.write_slot(&newest);
        Some(vec!["journal/".into()])
    }

    /// A line's place in a segment: from where to where, without LF.
    fn line(&self, dice: &mut Dice) -> (String, usize, usize) {
        let path = one(&self.segments, dice).expect("a journal has a segment").clone();
        let bytes = self.read(&path);
        let ends: Vec<usize> =
            bytes.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(i, _)| i).collect();
        let i = dice.below(ends.len() as u64) as usize;
        (path, if i == 0 { 0 } else { ends[i - 1] + 1 }, ends[i])
    }
}

fn files(dir: &Path, below: &str, found: &mut Vec<String>) {
    for entry in fs::read_dir(dir.join(below)).into_iter().flatten().flatten() {
        let path = format!("{below}/{}", entry.file_name().to_string_lossy());
        match entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            true => files(dir, &path, found),
            false => found.push(path),
        }
    }
}

/// One of several.
pub fn one<'a, T>(of: &'a [T], dice: &mut Dice) -> Option<&'a T> {
    of.get(dice.below(of.len() as u64) as usize)
}

/// Two of several.
fn two<'a>(of: &'a [String], dice: &mut Dice) -> Option<(&'a String, &'a String)> {
    let first = one(of, dice)?;
    let others: Vec<&String> = of.iter().filter(|path| *path != first).collect();
    Some((first, one(&others, dice)?))
}

/// `covers/000000/<record>.2.e1.age` in pieces: up to the record, version, epoch.
fn cover_pieces(path: &str) -> (&str, u32, u32) {
    let mut pieces = path.split('.');
    let (stem, n, epoch) = (pieces.next(), pieces.next(), pieces.next());
    let number =
        |text: Option<&str>| text.and_then(|t| t.trim_start_matches('e').parse().ok()).expect("a number");
    (stem.expect("a stem"), number(n), number(epoch))
}

const UNKNOWN: &str = "01234567890123456789012345";

const fn kind(name: &'static str, damage: Damage) -> Kind {
    Kind { name, found: Found::Always, damage }
}

const fn harmless(name: &'static str, damage: Damage) -> Kind {
    Kind { name, found: Found::Never, damage }
}

const ON_FILES: &[Kind] = &[
    kind("flip in a body", |s, d| s.flip(one(&s.bodies, d)?, d)),
    kind("flip in a cover", |s, d| s.flip(one(&s.covers, d)?, d)),
    kind("flip in a note", |s, d| s.flip(one(&s.notes, d)?, d)),
    kind("flip in a head", |s, d| s.flip(one(&s.heads, d)?, d)),
    kind("flip in README.txt", |s, d| s.flip("README.txt", d)),
    kind("flip in places.toml", |s, d| s.flip("settings/places.toml", d)),
    kind("another value in VAULT.toml", |s, _| {
        let text = String::from_utf8(s.read("VAULT.toml")).ok()?;
        s.write("VAULT.toml", text.replace("fonds = \"JG01\"", "fonds = \"JG02\"").as_bytes());
        Some(vec!["VAULT.toml".into()])
    }),
    kind("a key more in VAULT.toml", |s, _| {
        let text = String::from_utf8(s.read("VAULT.toml")).ok()?;
        s.write("VAULT.toml", format!("also = 1\n{text}").as_bytes());
        Some(vec!["VAULT.toml".into()])
    }),
    kind("a key less in VAULT.toml", |s, _| {
        let text = String::from_utf8(s.read("VAULT.toml")).ok()?;
        let rest: String = text.split_inclusive('\n').filter(|line| !line.starts_with("created")).collect();
        s.write("VAULT.toml", rest.as_bytes());
        Some(vec!["VAULT.toml".into()])
    }),
    harmless("a comment in VAULT.toml", |s, _| s.resize("VAULT.toml", |b| b.extend(b"# seen\n"))),
    kind("a byte less in a sealed file or head", |s, d| s.resize(s.any(d)?, |b| b.truncate(b.len() - 1))),
    kind("a sealed file or head cut to a half", |s, d| s.resize(s.any(d)?, |b| b.truncate(b.len() / 2))),
    kind("a sealed file or head emptied", |s, d| s.resize(s.any(d)?, Vec::clear)),
    kind("a byte more in a sealed file or head", |s, d| s.resize(s.any(d)?, |b| b.push(0))),
    kind("README.txt cut", |s, _| s.resize("README.txt", |b| b.truncate(9))),
    kind("a body gone", |s, d| s.remove(one(&s.bodies, d)?)),
    kind("a cover gone", |s, d| s.remove(one(&s.covers, d)?)),
    kind("a note gone", |s, d| s.remove(one(&s.notes, d)?)),
    kind("a head gone", |s, d| s.remove(one(&s.heads, d)?)),
    kind("README.txt gone", |s, _| s.remove("README.txt")),
    kind("places.toml gone", |s, _| s.remove("settings/places.toml")),
    kind("VAULT.toml gone", |s, _| s.remove("VAULT.toml")),
    kind("two covers swapped", |s, d| s.swap(two(&s.covers, d)?)),
    kind("two bodies swapped", |s, d| s.swap(two(&s.bodies, d)?)),
    kind("two notes swapped", |s, d| s.swap(two(&s.notes, d)?)),
    kind("a cover swapped with a body", |s, d| s.swap((one(&s.covers, d)?, one(&s.bodies, d)?))),
    kind("a cover's older version in its place", |s, d| {
        let newer: Vec<&String> = s.covers.iter().filter(|path| cover_pieces(path).1 > 1).collect();
        let newer = *one(&newer, d)?;
        let (stem, n, epoch) = cover_pieces(newer);
        s.write(newer, &s.read(&format!("{stem}.{}.e{epoch}.age", n - 1)));
        Some(vec![newer.clone()])
    }),
    kind("a cover renamed", |s, d| {
        let from = one(&s.covers, d)?;
        let (stem, _, epoch) = cover_pieces(from);
        s.rename(from, &format!("{stem}.9.e{epoch}.age"))
    }),
    kind("a body renamed", |s, d| {
        let from = one(&s.bodies, d)?;
        s.rename(from, &format!("{}.9.tar.zst.age", from.split('.').next()?))
    }),
    kind("a cover of an epoch that never was", |s, d| {
        let from = one(&s.covers, d)?;
        let (stem, n, epoch) = cover_pieces(from);
        let to = format!("{stem}.{n}.e{}.age", epoch + 1);
        s.write(&to, &s.read(from));
        Some(vec![to])
    }),
    kind("a cover in another place", |s, d| {
        let from = one(&s.covers, d)?;
        fs::create_dir(s.at("covers/000077")).ok()?;
        s.rename(from, &format!("covers/000077/{}", from.rsplit('/').next()?))
    }),
    kind("a plain file among covers", |s, _| s.lay("covers/000000/客户名单.txt")),
    kind("a plain file among bodies", |s, _| s.lay("bodies/000000/scan.pdf")),
    kind("a plain file among notes", |s, _| s.lay("notes/000000/x")),
    kind("a plain file beside the places", |s, d| {
        s.lay(&format!("{}/x", one(&["covers", "bodies", "notes"], d)?))
    }),
    kind("a cover that no line names", |s, _| s.lay(&format!("covers/000000/{UNKNOWN}.1.e1.age"))),
    kind("a body that no line names", |s, _| s.lay(&format!("bodies/000000/{UNKNOWN}.1.tar.zst.age"))),
    kind("a note that no line names", |s, _| s.lay(&format!("notes/000000/{UNKNOWN}.e1.age"))),
    kind("a plain file at the top", |s, _| s.lay("todo.txt")),
    kind("a plain file in journal/", |s, _| s.lay("journal/x")),
    kind("a plain file in heads/", |s, _| s.lay("journal/heads/x")),
    kind("a head that no line names", |s, _| s.lay("journal/heads/000000000999.head")),
    kind("a plain file in settings/", |s, _| s.lay("settings/x.toml")),
    kind("a directory at the top", |s, _| {
        fs::create_dir(s.at("old")).ok()?;
        Some(vec!["old".into()])
    }),
    kind("a directory among covers", |s, _| {
        fs::create_dir(s.at("covers/000000/old")).ok()?;
        Some(vec!["covers/000000/old".into()])
    }),
    harmless("an empty place", |s, d| {
        fs::create_dir(s.at(&format!("{}/000099", one(&["covers", "bodies", "notes"], d)?))).ok()?;
        Some(Vec::new())
    }),
    harmless("something in staging, quarantine, run or derived", |s, d| {
        let dir = *one(&["staging", "quarantine", "run", "derived"], d)?;
        fs::create_dir_all(s.at(dir)).ok()?;
        s.lay(&format!("{dir}/x"))
    }),
    harmless("half a file that a cut-off run left", |s, d| s.lay(&format!("{}.part", one(&s.covers, d)?))),
    kind("a link in place of a file", |s, d| {
        let path = s.any(d)?;
        let elsewhere = s.house.root.join("elsewhere");
        fs::rename(s.at(path), &elsewhere).ok()?;
        symlink(elsewhere, s.at(path)).ok()?;
        Some(vec![path.clone()])
    }),
    kind("a directory in place of a file", |s, d| {
        let path = s.any(d)?;
        s.remove(path)?;
        fs::create_dir(s.at(path)).ok()?;
        Some(vec![path.clone()])
    }),
    kind("a link in place of a directory", |s, d| {
        let top = *one(&["covers", "bodies", "notes", "settings"], d)?;
        let elsewhere = s.house.root.join("elsewhere");
        fs::rename(s.at(top), &elsewhere).ok()?;
        symlink(elsewhere, s.at(top)).ok()?;
        Some(vec![top.into()])
    }),
];

const ON_THE_JOURNAL: &[Kind] = &[
    kind("flip in a line", |s, d| {
        let (path, from, to) = s.line(d);
        s.flip_between(&path, d, from, to)?;
        Some(vec!["journal/".into()])
    }),
    kind("the LF of a line flipped", |s, d| {
        let (path, _, to) = s.line(d);
        s.flip_between(&path, d, to, to + 1)?;
        Some(vec!["journal/".into()])
    }),
    kind("a line removed", |s, d| {
        let (path, from, to) = s.line(d);
        s.resize(&path, |b| drop(b.drain(from..=to)))?;
        Some(vec!["journal/".into()])
    }),
    kind("a line twice", |s, d| {
        let (path, from, to) = s.line(d);
        // Behind the last line it would only be what a crash may leave.
        if Some(&path) == s.segments.last() && to + 1 == s.read(&path).len() {
            return None;
        }
        s.resize(&path, |b| {
            let again = b[from..=to].to_vec();
            b.splice(from..from, again);
        })?;
        Some(vec!["journal/".into()])
    }),
    kind("the last line gone", |s, _| {
        let path = s.segments.last()?;
        s.resize(path, |b| {
            b.pop();
            b.truncate(b.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1));
        })?;
        Some(vec!["journal/".into()])
    }),
    kind("the last line cut off", |s, d| {
        let path = s.segments.last()?;
        let cut = 1 + d.below(100) as usize;
        s.resize(path, |b| b.truncate(b.len() - cut))?;
        Some(vec!["journal/".into()])
    }),
    harmless("half a line behind the last", |s, _| {
        s.resize(s.segments.last()?, |b| b.extend(b"{\"v\":1,\"se"))
    }),
    harmless("a line that fits nothing behind the last", |s, _| {
        s.resize(s.segments.last()?, |b| b.extend(b"{\"v\":1}\n"))
    }),
    kind("a segment gone", |s, d| {
        let (first, rest) = s.segments.split_first()?;
        // The first one names the vault: without it nothing opens at all.
        let path = if rest.is_empty() { first } else { one(&s.segments, d)? };
        s.remove(path)?;
        Some(vec!["journal".into()])
    }),
    kind("two segments swapped", |s, d| {
        s.swap(two(&s.segments, d)?)?;
        Some(vec!["journal".into()])
    }),
    kind("a segment that nobody wrote", |s, _| s.lay("journal/000000009999.jsonl")),
    kind("flip in the slot that counts", |s, d| {
        let from = s.slots().0.slot() * SLOT_BYTES;
        s.flip_between(COMMIT, d, from, from + SLOT_BYTES)
    }),
    kind("flip in the other slot", |s, d| {
        let from = (1 - s.slots().0.slot()) * SLOT_BYTES;
        s.flip_between(COMMIT, d, from, from + SLOT_BYTES)
    }),
    kind("flip in both slots", |s, d| {
        s.flip_between(COMMIT, d, 0, 300)?;
        s.flip_between(COMMIT, d, SLOT_BYTES, SLOT_BYTES + 300)
    }),
    kind("commit cut", |s, d| s.resize(COMMIT, |b| b.truncate(d.below(8000) as usize))),
    kind("commit with a byte more", |s, _| s.resize(COMMIT, |b| b.push(b'\n'))),
    kind("commit gone", |s, _| s.remove(COMMIT)),
    kind("the slots of commit changed places", |s, _| s.resize(COMMIT, |b| b.rotate_left(SLOT_BYTES))),
    kind("commit counts a line too many", |s, _| s.commit(|c| c.lines += 1)),
    kind("commit names another root", |s, _| s.commit(|c| c.root.0[7] ^= 1)),
    kind("commit names another last line", |s, _| s.commit(|c| c.last.0[7] ^= 1)),
    kind("commit of another vault", |s, _| {
        s.commit(|c| c.vault = jingui_schema::id::VaultId::from_bytes([7; 16]))
    }),
    kind("a stale slot as the newest", |s, _| {
        let (newest, older) = s.slots();
        let older = older.filter(|older| older.lines < newest.lines)?;
        s.write_slot(&Commit { generation: newest.generation + 1, ..older });
        Some(vec!["journal/".into()])
    }),
    Kind {
        name: "an older commit, the lines above it whole",
        found: Found::Never,
        damage: |s, _| {
            // The mirror would tell.
            let (newest, older) = s.slots();
            let older = older.filter(|older| older.lines < newest.lines && !s.house.mirrored)?;
            // Such as it is before the newest slot is written: the slot before last, whatever it was.
            s.write_slot(&older);
            s.write_slot(&Commit { generation: older.generation - 1, ..older });
            Some(Vec::new())
        },
    },
    kind("flip in a file of the mirror", |s, d| {
        let path = s.mirrored(one(&s.covers, d)?)?;
        s.flip(&path, d)
    }),
    kind("a file of the mirror gone", |s, d| {
        let path = s.mirrored(one(&[&s.covers, &s.notes, &s.heads], d).and_then(|of| one(of, d))?)?;
        s.remove(&path)
    }),
    kind("a file too many in the mirror", |s, _| s.lay(&s.mirrored("covers/000000/x")?)),
    kind("flip in a line of the mirror", |s, d| {
        let (path, from, to) = s.line(d);
        s.flip_between(&s.mirrored(&path)?, d, from, to)?;
        Some(vec!["mirror:".into()])
    }),
    kind("flip in the mirror's commit", |s, d| s.flip_between(&s.mirrored(COMMIT)?, d, 0, 300)),
    kind("another value in the mirror's VAULT.toml", |s, _| {
        let path = s.mirrored("VAULT.toml")?;
        let text = String::from_utf8(s.read(&path)).ok()?;
        s.write(&path, text.replace("fonds = \"JG01\"", "fonds = \"JG02\"").as_bytes());
        Some(vec![path])
    }),
    kind("a body in the mirror", |s, _| {
        let dir = s.mirrored("bodies")?;
        fs::create_dir(s.at(&dir)).ok()?;
        s.lay("mirror:bodies/x")?;
        Some(vec![dir])
    }),
];

/// All kinds there are.
pub fn kinds() -> Vec<&'static Kind> {
    ON_FILES.iter().chain(ON_THE_JOURNAL).chain(forge::KINDS).collect()
}

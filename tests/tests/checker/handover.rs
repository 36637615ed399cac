//! A sealed archive before the second opinion: each line that should not stand behind the seal is named.

use crate::damage::Scene;
use crate::forge::Forge;
use crate::{checker, program};
use jingui_schema::certificate::Reliance;
use jingui_schema::digest::{B3, Sha256};
use jingui_schema::facts::Role;
use jingui_schema::id::{ActId, RecordId, VaultId};
use jingui_schema::receipt::{Receipt, ReceiptHead, ReceiptRow};
use jingui_tests::ca::{escrowed, os};
use jingui_tests::certs::{Ca as Issuer, Wanted};
use jingui_tests::house::{CANARY, Furnished, House, Key, env_on};
use jingui_tests::lossy::Dice;
use jingui_vault::Session;
use jingui_vault::certificate::Certificate;
use jingui_vault::certs::ToLink;
use serde_json::Value;
use std::fs;

/// An archive that two people have sealed, or the one of its records that was filed last.
struct Sealed {
    from: Furnished,
    /// Staff number 0004.
    legal: Key,
    /// Staff number 0005.
    approver: Key,
    vault: VaultId,
    /// The act that proposed it.
    handover: ActId,
    /// What was filed last.
    record: RecordId,
}

/// An archive of one record.
fn sealed() -> Sealed {
    begun(
        |_, from| from.known.record,
        |approver| approver.propose_handover(CANARY, false).expect("proposed").expect("an act"),
        true,
    )
}

/// The second of two records, which has a certificate; nobody has confirmed it yet, or somebody has.
fn sealed_part(confirmed: bool) -> Sealed {
    let filed = |founder: &Session, from: &Furnished| {
        let record = from.house.file(founder, "another", 1, None).expect("filed").record;
        let wanted = Wanted::new(&[1]).until("301231155959Z");
        let certificate =
            Certificate::read(&Issuer::new("Test CA", 7).issue(&wanted)).expect("a certificate");
        let cert = ToLink { certificate, reliance: Reliance::Original };
        founder.link(record, &[cert], None, false).expect("linked");
        record
    };
    let proposed = |approver: &Session| {
        let project = format!("{CANARY} another");
        approver.propose_handover_of(&project, CANARY, false).expect("proposed").0.expect("an act")
    };
    begun(filed, proposed, confirmed)
}

fn begun(
    file: impl FnOnce(&Session, &Furnished) -> RecordId,
    propose: impl FnOnce(&Session) -> ActId,
    confirmed: bool,
) -> Sealed {
    let (from, _) = escrowed();
    let env = env_on(os());
    let (legal, approver) = (Key::new(&env, "legal"), Key::new(&env, "approver"));
    let vault = from.house.open(os()).expect("a vault");
    let founder = from.house.founder(&vault).expect("the founder signs in");
    for (key, role) in [(&legal, Role::Legal), (&approver, Role::Approver)] {
        founder.enrol(&key.person().public_half(), &[role]).expect("enrolled");
    }
    let sign_in = |key: &Key| vault.sign_in(key.person()).expect("a person signs in");
    sign_in(&from.house.people.authority).countersign().expect("countersigned");
    let record = file(&founder, &from);
    let handover = propose(&sign_in(&approver));
    if confirmed {
        sign_in(&legal).confirm(handover).expect("confirmed");
    }
    vault.mirror(); // the writer has ended what it was at
    let id = vault.state().init.vault;
    drop((founder, vault));
    Sealed { from, legal, approver, vault: id, handover, record }
}

/// The vault in the forger's hands.
struct Hands<'a, 'f> {
    on: &'a Sealed,
    scene: &'a Scene,
    forge: &'a mut Forge<'f>,
    dice: Dice,
}

impl Hands<'_, '_> {
    /// A line more; by the vault where nobody signs.
    fn line(&mut self, by: &str, key: Option<&Key>, kind: &str, data: &str) {
        let act = self.forge.act(&mut self.dice, kind, data);
        let signature = key.map(|key| self.forge.sign(key, &act));
        self.forge.append(by, &act, signature);
    }

    /// A receipt that is right but for what is changed, with its list; says its act.
    fn receipt(&mut self, by: &str, key: &Key, change: impl FnOnce(&mut Receipt)) -> String {
        let (slot, _) = self.scene.slots();
        let data = |kind: &str| -> Value {
            serde_json::from_str(&self.forge.data(kind, &self.on.record.to_string())).expect("JSON")
        };
        let filed = data("record.file");
        let newest = if self.forge.last("cert.link") > 0 { data("cert.link") } else { filed.clone() };
        let row = ReceiptRow {
            record: serde_json::from_value(filed["record"].clone()).expect("an id"),
            number: serde_json::from_value(filed["number"].clone()).expect("a number"),
            n: serde_json::from_value(newest["n"].clone()).expect("a number"),
            commit: serde_json::from_value(newest["cover"]["commit"].clone()).expect("a digest"),
            docs: filed["docs"].as_u64().expect("a count"),
            holds: Vec::new(),
        };
        let (of, taker) = ((self.on.vault, self.on.handover), VaultId::from_bytes([4; 16]));
        let at = "2026-11-27T04:00:00.000Z".parse().expect("a time");
        let head = ReceiptHead::new(of, (slot.lines, slot.root), taker, at, 1);
        let mut receipt = Receipt { head, rows: vec![row] };
        change(&mut receipt);
        let list = receipt.to_text();
        let mark = format!(r#""size":{},"b3":"{}""#, list.len(), B3::of(list.as_bytes()));
        let ReceiptHead { handover, taker, lines, root, records, .. } = receipt.head;
        let first = format!(r#""handover":"{handover}","taker":"{taker}","lines":{lines},"root":"{root}""#);
        let data = format!(r#"{{{first},"records":{records},"list":{{{mark}}}}}"#);
        let act = self.forge.act(&mut self.dice, "handover.receipt", &data);
        let json: Value = serde_json::from_str(&act).expect("JSON");
        let id = json["id"].as_str().expect("an id").to_owned();
        let path = format!("registers/receipt-{id}.jsonl");
        fs::create_dir_all(self.scene.at("registers")).expect("a directory");
        self.scene.write(&path, list.as_bytes());
        self.line("vault", None, "file.set", &format!(r#"{{"path":"{path}",{mark}}}"#));
        let signature = self.forge.sign(key, &act);
        self.forge.append(by, &act, Some(signature));
        id
    }

    /// One by the authority.
    fn signed_receipt(&mut self, change: impl FnOnce(&mut Receipt)) -> String {
        let on = self.on;
        self.receipt("authority", &on.from.house.people.authority, change)
    }

    fn finish(&mut self, receipt: &str) {
        let (on, seen) = (self.on, self.forge.last(""));
        let data = format!(r#"{{"receipt":"{receipt}","seen":{seen}}}"#);
        self.line("0005", Some(&on.approver), "handover.finish", &data);
    }

    /// Receipt and finish, as they should be.
    fn finished(&mut self) -> String {
        let receipt = self.signed_receipt(|_| {});
        self.finish(&receipt);
        receipt
    }

    /// A certificate is linked to a record that has one version.
    fn link(&mut self, record: RecordId, cert: &str) {
        let filed: Value =
            serde_json::from_str(&self.forge.data("record.file", &record.to_string())).expect("JSON");
        let named = |of: &Value, keys: &[&str]| -> String {
            keys.iter().map(|key| format!(r#","{key}":{}"#, of[key])).collect()
        };
        let public = named(&filed, &["counter", "class", "business", "date", "outcome"]);
        let cover = named(&filed["cover"], &["epoch", "size", "b3", "commit"]);
        let link = format!(r#"{{"cert":"{cert}","reliance":"original","verified":false}}"#);
        let cover = cover.trim_start_matches(',');
        let data = format!(r#"{{"record":"{record}","n":2{public},"cover":{{{cover}}},"certs":[{link}]}}"#);
        self.founders("cert.link", &data);
    }

    /// The note of another line once more.
    fn note(&self) -> String {
        let begun = self.forge.data("handover.begin", "");
        let at = begun.find("\"note\":").expect("it has one") + 7;
        begun[at..begun.len() - 1].to_owned()
    }

    /// Two people sign a retention rule.
    fn rule(&mut self) {
        let rule = r#""class":"CN-P5","version":1,"years":9,"basis":"invalid","grace":30"#;
        let rule = format!(r#"{{{rule},"effective":"2026-01-01","law":"law"}}"#);
        let data = format!(r#"{{"rule":{rule},"note":{}}}"#, self.note());
        let (on, act) = (self.on, self.forge.act(&mut self.dice, "rule.propose", &data));
        let signature = self.forge.sign(&on.approver, &act);
        self.forge.append("0005", &act, Some(signature));
        let json: Value = serde_json::from_str(&act).expect("JSON");
        let (id, sha256) = (json["id"].as_str().expect("an id"), Sha256::of(act.as_bytes()));
        let data = format!(r#"{{"act":"{id}","sha256":"{sha256}"}}"#);
        self.line("0004", Some(&on.legal), "act.confirm", &data);
    }

    fn founders(&mut self, kind: &str, data: &str) {
        let on = self.on;
        self.line("0001", Some(&on.from.house.people.founder), kind, data);
    }
}

/// Lets somebody forge in a copy; what the second opinion says then, and whether the program finds it too.
fn forged(on: &Sealed, what: impl FnOnce(&mut Hands)) -> (Vec<String>, bool) {
    let (_dir, house) = in_hands(on, what);
    let [_, by_program] = program(&house, false);
    (checker(&house, true), !by_program.is_empty())
}

/// Lets somebody forge in a copy.
fn in_hands(on: &Sealed, what: impl FnOnce(&mut Hands)) -> (tempfile::TempDir, House) {
    let (dir, house) = on.from.copy();
    let scene = Scene::new(&house);
    let mut forge = Forge::take(&scene).expect("no mirror");
    what(&mut Hands { on, scene: &scene, forge: &mut forge, dice: Dice(7) });
    forge.give_back();
    (dir, house)
}

type Case<'a> = (&'a str, bool, Box<dyn Fn(&mut Hands) + 'a>);

fn case<'a>(wanted: &'a str, what: impl Fn(&mut Hands) + 'a) -> Case<'a> {
    (wanted, true, Box::new(what))
}

/// What the program's `verify` leaves to the second opinion: what lists say, and roots.
fn alone<'a>(wanted: &'a str, what: impl Fn(&mut Hands) + 'a) -> Case<'a> {
    (wanted, false, Box::new(what))
}

/// Each has to be named in these words; an empty one is sound.
fn all(on: &Sealed, cases: Vec<Case>) {
    let mut wrong = Vec::new();
    for (wanted, both, what) in cases {
        let (said, by_program) = forged(on, what);
        let named = if wanted.is_empty() { said.is_empty() } else { said.iter().any(|s| s.contains(wanted)) };
        if !named || both && by_program == said.is_empty() {
            wrong.push(format!("{wanted:?}: {said:?}; the program finds it: {by_program}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

const BEHIND: &str = "stands behind the line that seals everything";

#[test]
fn what_may_not_stand_behind_the_seal_is_named() {
    let on = sealed();
    all(
        &on,
        vec![
            case("", |_| {}),
            case(BEHIND, |h| {
                let filing = h.forge.data("record.file", "");
                h.founders("record.file", &filing);
            }),
            case("", |h| {
                let record = h.on.from.known.record;
                h.founders("record.open", &format!(r#"{{"record":"{record}","docs":[1]}}"#));
            }),
            case(BEHIND, |h| {
                h.finished();
                let record = h.on.from.known.record;
                h.founders("record.open", &format!(r#"{{"record":"{record}","docs":[1]}}"#));
            }),
        ],
    );
}

#[test]
fn a_receipt_that_nobody_may_give_and_an_end_without_one_are_named() {
    let on = sealed();
    all(
        &on,
        vec![
            case("", |h| drop(h.signed_receipt(|_| {}))),
            case("may not do this", |h| {
                let on = h.on;
                h.receipt("0005", &on.approver, |_| {});
            }),
            case("this vault has taken itself in", |h| {
                let own = h.on.vault;
                h.signed_receipt(|receipt| receipt.head.taker = own);
            }),
            case("for other lines than were handed over", |h| {
                h.signed_receipt(|receipt| receipt.head.lines = 1);
            }),
            alone("lines with another root", |h| {
                h.signed_receipt(|receipt| receipt.head.root = Sha256([7; 32]));
            }),
            alone("has not as many rows as it says", |h| {
                h.signed_receipt(|receipt| receipt.rows.clear());
            }),
            case("destroys without the newest receipt", |h| {
                let receipt = h.on.handover.to_string();
                h.finish(&receipt);
            }),
            case("destroys without the newest receipt", |h| {
                let receipt = h.signed_receipt(|_| {});
                h.signed_receipt(|_| {});
                h.finish(&receipt);
            }),
        ],
    );
}

#[test]
fn what_was_destroyed_and_is_not_in_the_list_as_it_was_is_named() {
    let on = sealed();
    all(
        &on,
        vec![
            case("", |h| drop(h.finished())),
            // While it goes its files may be there or not.
            case("", |h| {
                h.finished();
                fs::remove_file(h.scene.at(&h.scene.covers[0])).expect("it was there");
            }),
            case("is missing", |h| {
                h.signed_receipt(|_| {});
                fs::remove_file(h.scene.at(&h.scene.covers[0])).expect("it was there");
            }),
            alone("otherwise than it was destroyed", |h| {
                let receipt = h.signed_receipt(|receipt| receipt.rows[0].docs += 1);
                h.finish(&receipt);
            }),
            alone("which was destroyed", |h| {
                let receipt = h.signed_receipt(|receipt| {
                    receipt.rows.clear();
                    receipt.head.records = 0;
                });
                h.finish(&receipt);
            }),
            alone("leaves the key of an epoch", |h| {
                let receipt = h.finished();
                h.line("vault", None, "handover.done", &format!(r#"{{"receipt":"{receipt}","records":1}}"#));
            }),
            case("is named by no line", |h| {
                let receipt = h.finished();
                h.line("vault", None, "epoch.destroyed", r#"{"epoch":1,"copies":["0001"]}"#);
                h.line("vault", None, "handover.done", &format!(r#"{{"receipt":"{receipt}","records":1}}"#));
            }),
        ],
    );
}

#[test]
fn what_may_not_stand_while_a_list_is_sealed_is_named() {
    let on = sealed_part(true);
    all(
        &on,
        vec![
            case("", |_| {}),
            case("", |h| drop(h.finished())),
            case("is about a record that is sealed", |h| {
                let (on, note) = (h.on, h.note());
                let act = ActId::from_bytes([9; 16]);
                let data = format!(r#"{{"act":"{act}","records":["{}"],"note":{note}}}"#, on.record);
                h.line("0005", Some(&on.approver), "purge.reverse", &data);
            }),
            // To a record that stays.
            case("is about a certificate of a record that is sealed", |h| {
                let linked: Value = serde_json::from_str(&h.forge.data("cert.link", "")).expect("JSON");
                let cert = linked["certs"][0]["cert"].as_str().expect("an id").to_owned();
                h.link(h.on.from.known.record, &cert);
            }),
            case("was decided before a retention rule was signed", |h| {
                let receipt = h.signed_receipt(|_| {});
                h.rule();
                h.finish(&receipt);
            }),
        ],
    );
}

#[test]
fn a_link_that_makes_a_proposed_list_another_one_is_named() {
    let on = sealed_part(false);
    let waits = "a list that waits for its second person";
    let cert = ActId::from_bytes([9; 16]).to_string();
    let said = |record: RecordId| forged(&on, |h| h.link(record, &cert)).0;
    let named = |record| said(record).iter().any(|said| said.contains(waits));
    assert!(!named(on.from.known.record) && forged(&on, |_| {}).0.is_empty());
    // The record has that version already, which is another matter.
    assert!(named(on.record));
}

#[test]
fn lines_that_nobody_signed_destroy_nothing() {
    let stranger = Key::new(&env_on(os()), "stranger");
    for on in [sealed(), sealed_part(true)] {
        let (_dir, house) = in_hands(&on, |h| {
            let receipt = h.receipt("authority", &stranger, |_| {});
            let data = format!(r#"{{"receipt":"{receipt}","seen":{}}}"#, h.forge.last(""));
            h.line("0005", Some(&stranger), "handover.finish", &data);
        });
        // It may always be deleted.
        fs::remove_dir_all(house.vault().join("derived")).expect("it was there");
        let vault = house.open(os()).expect("a vault");
        let approver = vault.sign_in(on.approver.person()).expect("the approver signs in");
        let begun = vault.state().handover.as_ref().is_some_and(|handover| handover.finishing.is_some());
        assert!(begun, "who looks at the lines alone believes them");
        for rehearse in [true, false] {
            let finished = approver.finish_handover(rehearse, &|| false);
            assert_eq!(finished.err().map(|error| error.code()), Some("journal-damaged"));
        }
        assert_eq!(counted(&house), counted(&on.from.house));
    }
}

/// How many covers and bodies there are.
fn counted(house: &House) -> (usize, usize) {
    let scene = Scene::new(house);
    (scene.covers.len(), scene.bodies.len())
}

#[test]
fn an_end_of_a_list_that_was_never_begun_is_none_to_a_plan() {
    let on = sealed_part(true);
    let drawn = |what: &dyn Fn(&mut Hands)| {
        let (_dir, house) = in_hands(&on, what);
        fs::remove_dir_all(house.vault().join("derived")).expect("it was there");
        let vault = house.open(os()).expect("a vault");
        let drawn = vault.draw_plan(None, Some(vault.today()), None, &|| false);
        drawn.err().map(|error| error.code())
    };
    assert_eq!(drawn(&|_: &mut Hands| {}), None);
    let done = |h: &mut Hands| {
        let receipt = h.on.handover;
        h.line("vault", None, "handover.done", &format!(r#"{{"receipt":"{receipt}","records":1}}"#));
    };
    assert_eq!(drawn(&done), Some("journal-damaged"));
}

//! A CA's vault that has taken in an archive, in the hands of somebody who can write everywhere and has its founder's key: whatever a
//! line says of a record otherwise than the journal that it comes from is named by both, and so is what is wrong with that journal.

use crate::damage::Scene;
use crate::forge::Forge;
use crate::{checker, program};
use jingui_schema::digest::{B3, Sha256};
use jingui_schema::facts::Role;
use jingui_schema::id::By;
use jingui_tests::ca::{Ca, escrowed, os, push};
use jingui_tests::house::{CANARY, House, Key, env_on};
use jingui_tests::{copy_tree, scratch};
use jingui_vault::copies::{DirTarget, Target};
use jingui_vault::handover::TakeOptions;
use jingui_vault::holding::{HoldOrder, NoWords, Scope};
use jingui_vault::staff::sign_request;
use serde_json::Value;
use std::fs;
use std::sync::Arc;

/// The CA's vault with the one record of an archive, which a hold keeps. Where its documents stay, they are not in it.
struct Taken {
    dir: tempfile::TempDir,
    taker: House,
}

fn taken(stay: bool) -> Taken {
    let (from, ca) = escrowed();
    let env = env_on(os());
    let (legal, approver) = (Key::new(&env, "legal"), Key::new(&env, "approver"));
    let place = from.dir.path().join("place");
    fs::create_dir(&place).expect("a directory");
    let target: Arc<dyn Target> = Arc::new(DirTarget::open(env_on(os()), &place).expect("a target"));
    let house = &from.house;
    {
        let vault = house.open(os()).expect("a vault");
        let founder = house.founder(&vault).expect("the founder signs in");
        for (key, role) in [(&legal, Role::Legal), (&approver, Role::Approver)] {
            founder.enrol(&key.person().public_half(), &[role]).expect("enrolled");
            let request = vault.countersign_request();
            let signed = sign_request(&house.people.authority.person(), By::Authority, &request);
            vault.submit(&signed.expect("signed"), Some(&founder)).expect("countersigned");
        }
        let officer = vault.sign_in(legal.person()).expect("a legal officer signs in");
        let review = vault.today().plus_years(1).expect("a day");
        let scope = Scope::List(vec![from.known.record]);
        let order = HoldOrder { matter: CANARY.into(), basis: CANARY.into(), review, scope };
        officer.place_hold(&order, &NoWords, false).expect("a hold");
        send(&ca, house, &vault, &*target);
        let approver = vault.sign_in(approver.person()).expect("an approver signs in");
        let act = approver.propose_handover(CANARY, false).expect("proposed").expect("an act");
        officer.confirm(act).expect("confirmed");
        send(&ca, house, &vault, &*target);
    }
    let dir = scratch();
    let taker = House { fonds: "CA01", ..House::planned(dir.path(), &env, false) };
    let vault = taker.begin(&env).expect("a vault");
    let session = taker.founder(&vault).expect("the founder signs in");
    let mirrored = scratch();
    let (found, theirs) = ca.accepting(&ca.key, |acceptor| {
        acceptor
            .check_and_open(&env_on(os()), target.clone(), mirrored.path().to_owned())
            .expect("it is read")
    });
    assert_eq!(found.report.wanted, []);
    let read = Some(found.checked.state.target);
    let leave = read.filter(|_| stay);
    let patient = TakeOptions { progress: &|_, _| {}, interrupted: &|| false, leave, read };
    let done = session.take_handover(&theirs.expect("it is whole"), &patient).expect("it is taken in");
    assert_eq!((done.new, done.differs), (1, vec![]));
    drop((session, vault));
    Taken { dir, taker }
}

/// Everything to the CA, and its countersignature back.
fn send(ca: &Ca, house: &House, vault: &jingui_vault::Vault, target: &dyn Target) {
    push(vault, target).expect("pushed");
    ca.answers(house, target).expect("countersigned");
    push(vault, target).expect("pushed");
}

/// The vault in the forger's hands.
struct Hands<'a, 'f> {
    scene: &'a Scene,
    forge: &'a mut Forge<'f>,
}

impl Hands<'_, '_> {
    /// The line by which the record came says something else, and its clerk has signed that.
    fn says(&mut self, from: &str, to: &str) {
        self.forge.resay("record.file", from, to, true);
    }

    fn received(&self) -> Value {
        let data: Value = serde_json::from_str(&self.forge.data("record.file", "\"from\":")).expect("JSON");
        data["from"].clone()
    }

    /// The kept file of this ending is another one, and the line that names it says so.
    fn keeps(&mut self, ending: &str, change: impl FnOnce(&str) -> String) {
        let named: Value = serde_json::from_str(&self.forge.data("file.set", ending)).expect("JSON");
        let path = named["path"].as_str().expect("a path").to_owned();
        let mark = |bytes: &[u8]| format!("\"size\":{},\"b3\":\"{}\"", bytes.len(), B3::of(bytes));
        let before = String::from_utf8(self.scene.read(&path)).expect("text");
        let after = change(&before);
        self.scene.write(&path, after.as_bytes());
        self.forge.resay("file.set", &mark(before.as_bytes()), &mark(after.as_bytes()), false);
    }
}

/// The same lines, each naming the one before as it is now.
fn chained(text: &str) -> String {
    let (mut prev, mut all) = ("0".repeat(64), String::new());
    for line in text.lines() {
        let at = line.find("\"prev\":\"").expect("a line names the one before") + 8;
        let line = format!("{}{prev}{}", &line[..at], &line[at + 64..]);
        prev = Sha256::of(line.as_bytes()).to_string();
        all.push_str(&line);
        all.push('\n');
    }
    all
}

/// What the checker says and what the program does, without keys and with them.
fn forged(on: &Taken, what: impl FnOnce(&mut Hands)) -> (Vec<String>, [Vec<String>; 2]) {
    let dir = scratch();
    copy_tree(on.dir.path(), dir.path());
    let house = on.taker.at(dir.path());
    let scene = Scene::new(&house);
    let mut forge = Forge::take(&scene).expect("no mirror");
    what(&mut Hands { scene: &scene, forge: &mut forge });
    forge.give_back();
    // It is of another history now, and may always be deleted.
    fs::remove_dir_all(house.vault().join("derived")).expect("it was there");
    (checker(&house, true), program(&house, false))
}

type Case<'a> = (&'a str, &'a str, &'a dyn Fn(&mut Hands));

/// Whether something is said in these words; or nothing, where there are none.
fn says(said: &[String], words: &str) -> bool {
    if words.is_empty() { said.is_empty() } else { said.iter().any(|said| said.contains(words)) }
}

/// Each has to be named by the checker in the first words, by the program in the others.
fn all(stay: bool, cases: &[Case]) {
    let (on, mut wrong) = (taken(stay), Vec::new());
    for (by_checker, by_program, what) in cases {
        let (checker, program) = forged(&on, what);
        if !says(&checker, by_checker) || !program.iter().all(|said| says(said, by_program)) {
            wrong.push(format!("{by_checker:?}, {by_program:?}: {checker:?}; {program:?}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// What is done to the lines of both ends.
type Lie<'a> = &'a dyn Fn(&mut Hands);

#[test]
fn what_a_line_says_of_a_record_otherwise_than_its_archive_is_named() {
    let forgeries: [(&str, Lie<'_>); 8] = [
        ("filed", &|h| {
            let day = h.received()["filed"].to_string();
            h.says(&format!("\"filed\":{day}"), "\"filed\":\"2001-01-01\"");
        }),
        ("reviewed", &|h| h.says("\"reviewed\":false", "\"reviewed\":true")),
        ("restricted", &|h| h.says("\"restricted\":false", "\"restricted\":true")),
        ("until", &|h| h.says("\"restricted\":false", "\"restricted\":false,\"until\":\"2099-01-01\"")),
        ("also", &|h| h.says("\"restricted\":false", "\"restricted\":false,\"also\":[\"CN-G10\"]")),
        ("holds", &|h| {
            let holds = h.received()["holds"].to_string();
            h.says(&format!(",\"holds\":{holds}"), "");
        }),
        ("number", &|h| h.says("-000001\",\"counter\"", "-000999\",\"counter\"")),
        ("outcome", &|h| h.says("\"outcome\":\"issued\"", "\"outcome\":\"lapsed\"")),
    ];
    let words = forgeries
        .map(|(what, _)| (format!(": {what}"), format!(" {what} differs from what registers/received-")));
    let nothing: &dyn Fn(&mut Hands) = &|_| {};
    let mut cases: Vec<Case> = vec![("", "", nothing)];
    for ((checker, program), (_, what)) in words.iter().zip(forgeries) {
        cases.push((checker.as_str(), program.as_str(), what));
    }
    all(false, &cases);
}

#[test]
fn bodies_that_have_stayed_elsewhere_are_those_that_the_archive_names() {
    let nothing: &dyn Fn(&mut Hands) = &|_| {};
    let place: &dyn Fn(&mut Hands) =
        &|h| h.says("\"place\":\"000000\",\"bodies\"", "\"place\":\"000001\",\"bodies\"");
    let filing: &dyn Fn(&mut Hands) = &|h| h.says("\"bodies\":[{\"filing\":1,", "\"bodies\":[{\"filing\":2,");
    let bytes: &dyn Fn(&mut Hands) = &|h| {
        let body = h.received()["left"]["bodies"][0]["body"].clone();
        h.says(&format!("\"b3\":{}", body["b3"]), &format!("\"b3\":\"{}\"", B3::of(b"another")));
    };
    let words = (": left", " left differs from what registers/received-");
    let other = |what| (words.0, words.1, what);
    all(true, &[("", "", nothing), other(place), other(filing), other(bytes)]);
}

#[test]
fn a_kept_journal_or_head_that_is_not_what_it_should_be_is_named() {
    let other_root: &dyn Fn(&mut Hands) = &|h| {
        let data: Value = serde_json::from_str(&h.forge.data("handover.take", "")).expect("JSON");
        let root = data["root"].to_string();
        h.forge.resay("handover.take", &root, &format!("\"{}\"", Sha256([7; 32])), true);
    };
    let other_chain: &dyn Fn(&mut Hands) = &|h| {
        h.keeps(".jsonl", |text| {
            let at = text.rfind("\"prev\":\"").expect("the last line names the one before") + 8;
            let digit = if text[at..].starts_with('0') { '1' } else { '0' };
            format!("{}{digit}{}", &text[..at], &text[at + 1..])
        });
    };
    let unsigned: &dyn Fn(&mut Hands) =
        &|h| h.keeps(".jsonl", |text| chained(&text.replacen("\"docs\":2", "\"docs\":3", 1)));
    let no_head: &dyn Fn(&mut Hands) = &|h| h.keeps(".head", |_| "none\n".into());
    all(
        false,
        &[
            ("is not the journal that the line names", "the root over its lines is not the one", other_root),
            ("does not follow from the line before", ": chain line", other_chain),
            ("did not sign it", "its signature does not verify", unsigned),
            ("is not the newest head of the journal beside it", ".head: head", no_head),
        ],
    );
}

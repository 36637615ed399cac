//! The real program at both ends of a request.

use jingui_checker::{Asked, check};
use jingui_schema::act::PublicHalf;
use jingui_tests::program::{Call, Desk, LABELS};
use serde_json::Value;
use std::fs;

/// An archive that has pushed to `disk` and was countersigned by `c`; one key is authority, escrow and cosigner.
fn begun() -> (Desk, String) {
    let desk = Desk::bare();
    let half = PublicHalf::parse(&fs::read_to_string(desk.public("ca")).unwrap()).unwrap();
    let person = |name: &str, roles: &str| format!("{}={roles}", desk.public(name).display());
    desk.call("zhang", ["init", "--ra", "东区", "--fonds", "JG01", "--roles", "security,archivist"])
        .args(["--person", &person("li", "system,reviewer"), "--person", &person("wang", "audit")])
        .args(["--person", &person("sun", "legal"), "--ca-recipient", &half.age, "--authority"])
        .args([desk.public("ca"), desk.vault().to_owned()])
        .run()
        .ok();
    let escrow = desk.keystore().join("escrow/1.age");
    at_the_ca(&desk, &["keys", "prove", escrow.to_str().unwrap(), "-o", "proof.act"]).run().ok();
    desk.run("", ["act", "submit", "proof.act"]).ok();
    at_the_ca(&desk, &["cosigner", "init", "c", "--name", "ca.example/log"]).run().ok();
    let key = at_the_ca(&desk, &["cosigner", "show", "--dir", "c", "--json"]).run().ok().json();
    desk.run("", ["journal", "cosigner", key["key"].as_str().unwrap(), "--request", "name.act"]).ok();
    at_the_ca(&desk, &["act", "sign", "name.act", "-o", "named.act"]).run().ok();
    desk.run("", ["act", "submit", "named.act"]).ok();
    let filed = desk.call("zhang", ["add", "--json"]).args(LABELS).arg(desk.file("a.txt", "the application"));
    let number = filed.run().ok().json()["number"].as_str().unwrap().to_owned();
    fs::create_dir(desk.path("disk")).unwrap();
    push(&desk);
    let trust = desk.vault().join("VAULT.toml");
    let sign = ["cosigner", "sign", "--dir", "c", "--at", "disk", "--trust", trust.to_str().unwrap()];
    at_the_ca(&desk, &sign).run().ok();
    push(&desk);
    (desk, number)
}

/// A call at the CA, on a machine without the vault.
fn at_the_ca(desk: &Desk, words: &[&str]) -> Call {
    desk.call("ca", words).without("JINGUI_VAULT")
}

fn push(desk: &Desk) -> Vec<Value> {
    desk.run("", ["push", "disk", "--json"]).ok().json_lines()
}

/// The CA sends an act, and the archive takes it in.
fn sent(desk: &Desk, file: &str, kind: &str) {
    at_the_ca(desk, &["act", "send", file, "--at", "disk"]).run().ok();
    let pushed = push(desk);
    assert!(pushed.iter().any(|item| item["kind"] == kind), "{pushed:?}");
}

fn listed(desk: &Desk) -> Vec<Value> {
    let told = desk.run("", ["request", "list", "--all", "--json"]).ok().json();
    told["requests"].as_array().unwrap().clone()
}

#[test]
fn a_record_is_asked_for_answered_and_read() {
    let (desk, number) = begun();
    let ask = |number: &str, file: &str| {
        let words = ["request", "new", "disk", number, "--matter", "(2026) 7", "--basis", "dispute"];
        at_the_ca(&desk, &words).args(["--due", "2020-01-01", "--cosigner", "c", "--json", "-o", file])
    };
    ask(&number, "dry.act").arg("-n").run().ok();
    assert!(!desk.path("dry.act").exists());
    let told = ask(&number, "ask.act").run().ok().json();
    assert_eq!((&told["signed"], &told["number"]), (&true.into(), &number.as_str().into()));
    assert!(told["continues"].as_u64().is_some(), "{told}");
    let act = told["act"].as_str().unwrap().to_owned();
    assert!(!fs::read_to_string(desk.path("ask.act")).unwrap().contains("(2026)"), "the matter is sealed");
    assert!(desk.run("", ["request", "list"]).ok().err.contains("Nothing waits"));
    sent(&desk, "ask.act", "record.request");

    let waiting = desk.run("", ["request", "list", "--json"]).ok().json();
    let (one, text) = (&waiting["requests"][0], desk.run("", ["request", "list"]).ok().out());
    assert_eq!((&one["act"], &one["state"]), (&act.as_str().into(), &"overdue".into()));
    assert!(text.contains("overdue") && text.contains(&number), "{text}");
    let shown = desk.run("sun", ["request", "show", &act, "--json"]).ok().json();
    assert_eq!((&shown["matter"], &shown["basis"]), (&"(2026) 7".into(), &"dispute".into()));
    assert_eq!(desk.refuses("li", ["request", "answer", &act, "--at", "disk"], 4, ""), "role");
    assert_eq!(desk.refuses("sun", ["request", "answer", &act], 2, ""), "no-push-place");
    let lines = desk.lines();
    desk.run("sun", ["request", "answer", &act, "--at", "disk", "-n"]).ok();
    desk.run("sun", ["request", "refuse", &act, "--reason", "no", "-n"]).ok();
    assert_eq!(desk.lines(), lines);
    let words = ["request", "answer", &act, "--at", "disk", "-o", "answer.age", "--json"];
    let answered = desk.run("sun", words).ok().json();
    assert!(answered["name"].as_str().unwrap().ends_with(".answer"), "{answered}");
    assert_eq!((&answered["documents"], &answered["number"]), (&1.into(), &number.as_str().into()));
    assert_eq!(desk.refuses("sun", ["request", "answer", &act, "--at", "disk"], 4, &act), "request-settled");
    push(&desk);
    let log = desk.run("zhang", ["log", &number, "--json"]).ok().json();
    let kinds: Vec<&str> =
        log.as_array().unwrap().iter().map(|line| line["kind"].as_str().unwrap()).collect();
    assert!(kinds.ends_with(&["record.open", "request.answer"]), "{kinds:?}");

    // At the CA, out of the store and out of a file.
    let read = |words: &[&str]| at_the_ca(&desk, &["request", "read"]).args(words).arg("--json");
    let given = read(&["disk", &act, "-o", "case", "--cosigner", "c"]).run().ok().json();
    assert_eq!((&given["vouched"], &given["number"]), (&"cosigned".into(), &number.as_str().into()));
    let name = given["documents"][0]["file"].as_str().unwrap().to_owned();
    assert_eq!(name, "001-a.txt");
    assert_eq!(fs::read_to_string(desk.path("case").join(&name)).unwrap(), "the application");
    let unvouched = at_the_ca(&desk, &["request", "read", "answer.age", "-o", "again"]).run().ok();
    assert!(unvouched.err.contains("--cosigner"), "{}", unvouched.err);
    assert_eq!(read(&["disk", &act, "-o", "case"]).run().exits(2).fault()["code"], "exists");
    assert_eq!(read(&["disk", "-o", "none"]).run().exits(2).fault()["code"], "argument-missing");
    let other = desk.call("wang", ["request", "read", "answer.age", "-o", "none", "--json"]);
    assert_eq!(other.without("JINGUI_VAULT").run().exits(12).fault()["code"], "not-opened");
    let mut bytes = fs::read(desk.path("answer.age")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(desk.path("changed.age"), bytes).unwrap();
    let told = read(&["changed.age", "-o", "none", "--cosigner", "c"]).run().exits(13).fault();
    assert_eq!(told["code"], "answer-damaged");
    assert!(!desk.path("none").exists());

    // What is not there is refused.
    let told = ask("JG01-2026-000099", "other.act").run().ok().json();
    let other = told["act"].as_str().unwrap().to_owned();
    sent(&desk, "other.act", "record.request");
    assert_eq!(desk.refuses("sun", ["request", "answer", &other, "--at", "disk"], 6, "000099"), "no-record");
    desk.run("sun", ["request", "refuse", &other, "--reason", "another RA's"]).ok();
    let states: Vec<String> =
        listed(&desk).iter().map(|one| one["state"].as_str().unwrap().to_owned()).collect();
    assert_eq!(states, ["answered", "refused"]);
    let shown = desk.run("sun", ["request", "show", &other, "--lang", "zh"]).ok().out();
    assert!(shown.contains("已拒绝") && shown.contains("another RA's"), "{shown}");
    desk.sound("zhang");
    let asked = Asked { vault: desk.vault().to_owned(), ..Default::default() };
    assert_eq!(check(&asked), []);
}

#[test]
fn the_ca_opens_a_record_and_the_journal_shows_it() {
    let (desk, number) = begun();
    let open = |more: &[&str]| {
        let words = ["request", "open", "disk", &number, "--matter", "(2026) 8", "--basis", "complaint"];
        at_the_ca(&desk, &words).args(["-o", "case", "--cosigner", "c", "--json"]).args(more).run()
    };
    assert_eq!(open(&[]).exits(2).fault()["code"], "argument-missing");
    open(&["--act-out", "opened.act", "-n"]).ok();
    assert!(!desk.path("case").exists() && !desk.path("opened.act").exists());
    let told = open(&["--act-out", "opened.act"]).ok().json();
    assert_eq!((&told["signed"], &told["documents"][0]["name"]), (&true.into(), &"a.txt".into()));
    assert_eq!(fs::read_to_string(desk.path("case/001-a.txt")).unwrap(), "the application");
    assert_eq!(open(&["--act-out", "second.act"]).exits(2).fault()["code"], "exists");
    assert!(!desk.path("second.act").exists());
    // Made anew is only what can be taken in no more.
    let words = ["request", "open", "disk", &number, "--matter", "(2026) 8", "--basis", "complaint"];
    let again = |more: &[&str]| at_the_ca(&desk, &words).args(["--again", "opened.act"]).args(more).run();
    assert_eq!(again(&["--act-out", "again.act", "--json"]).exits(5).fault()["code"], "stale");
    assert_eq!(again(&["--json"]).exits(2).fault()["code"], "argument-missing");
    assert!(!desk.path("again.act").exists());
    // Without the key that escrow is sealed to nothing opens, and no act is made.
    let words = ["request", "open", "disk", &number, "--matter", "m", "--basis", "dispute", "-o", "none"];
    let ran = desk.call("wang", words).without("JINGUI_VAULT").args(["--act-out", "none.act"]).run();
    assert_ne!(ran.code, 0, "{}", ran.err);
    assert!(!desk.path("none").exists() && !desk.path("none.act").exists());

    sent(&desk, "opened.act", "escrow.open");
    let log = desk.run("zhang", ["log", &number, "--json"]).ok().json();
    let last = log.as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["kind"], &last["by"]), (&"escrow.open".into(), &"authority".into()));
    let one = &listed(&desk)[0];
    assert_eq!((&one["state"], &one["number"]), (&"opened".into(), &number.as_str().into()));
    let shown = desk.run("sun", ["request", "show", one["act"].as_str().unwrap(), "--json"]).ok().json();
    assert_eq!(shown["matter"], "(2026) 8");
    // Who is not the authority makes an act that still has to be signed.
    let words = ["request", "new", "disk", &number, "--matter", "m", "--basis", "dispute", "-o", "ask.act"];
    let told = desk.call("wang", words).without("JINGUI_VAULT").arg("--json").run().ok().json();
    assert_eq!((&told["signed"], &told["continues"]), (&false.into(), &Value::Null));
    let told = at_the_ca(&desk, &["act", "send", "ask.act", "--at", "disk", "--json"]).run().exits(4);
    assert_eq!(told.fault()["code"], "unsigned");
    desk.sound("zhang");
    let asked = Asked { vault: desk.vault().to_owned(), ..Default::default() };
    assert_eq!(check(&asked), []);
}

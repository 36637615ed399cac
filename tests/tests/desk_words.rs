//! What people type at the desk: said twice, half said, said wrongly, rehearsed. Each is refused by name or means what
//! it says; nothing is passed over in silence.

use jingui_tests::program::{Desk, LABELS};
use serde_json::Value;

const PDF: &str = "%PDF-1.4\nx\n%%EOF\n";

fn desk() -> (Desk, String) {
    let desk = Desk::solo();
    let number = desk.filed_text("first.txt", "text\n");
    (desk, number)
}

fn documents(desk: &Desk, number: &str) -> Vec<Value> {
    desk.run("me", ["show", number, "--json"]).ok().json()["documents"].as_array().unwrap().clone()
}

fn adding<'a>(file: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["add", file], LABELS, more].concat()
}

#[test]
fn what_is_said_of_a_file_adds_up_and_never_contradicts_itself() {
    let (desk, number) = desk();
    desk.file("card.pdf", PDF);
    let card = [
        "--json",
        "--kind",
        "card.pdf=AGT",
        "--mark",
        "card.pdf=front,until:long",
        "--mark",
        "card.pdf=back",
        "--field",
        "handler=A",
        "--field",
        "handler=B",
        "--waive",
        "VER=one",
        "--waive",
        "VER=two",
    ];
    let filed = desk.run("me", adding("card.pdf", &card)).ok().json();
    let card = filed["number"].as_str().unwrap();
    let shown = desk.run("me", ["show", card, "--json"]).ok().json();
    assert_eq!(shown["documents"][0]["marks"], serde_json::json!(["front", "back"]));
    assert_eq!(shown["documents"][0]["until"], "9999-12-31");
    assert_eq!(shown["facts"]["fields"], serde_json::json!([{ "field": "handler", "value": "B" }]));
    assert_eq!(shown["facts"]["waived"].as_array().unwrap().len(), 1);
    let twice = ["--kind", "card.pdf=AGT", "--kind", "card.pdf=SUB"];
    assert_eq!(desk.refuses("me", adding("card.pdf", &twice), 2, "card.pdf"), "kind-twice");
    let words = ["correct", card, "--reason", "r", "--kind", "1=APP", "--kind", "1=SUB"];
    assert_eq!(desk.refuses("me", words, 2, "1"), "kind-twice");
    let marks = ["correct", card, "--reason", "r", "--mark", "1=seen", "--mark", "1=stamped"];
    let told = desk.run("me", marks).ok().out();
    for said in ["1:AGT [front,back,until:9999-12-31]", "1:AGT [stamped,seen,until:9999-12-31]"] {
        assert!(told.contains(said), "{told}");
    }
    assert_eq!(documents(&desk, card)[0]["marks"], serde_json::json!(["stamped", "seen"]));
    // What a supplement would pass over in silence is refused.
    let late = ["add", "card.pdf", "--to", &number, "--reason", "late", "--waive", "POA=signed in person"];
    assert_eq!(desk.refuses("me", late, 2, "--waive"), "conflict");
}

#[test]
fn an_archivist_reads_words_and_a_program_reads_codes() {
    let (desk, number) = desk();
    let show = desk.run("me", ["show", &number, "--lang", "zh"]).ok().out();
    assert!(["新办", "已办", "企业"].iter().all(|word| show.contains(word)), "{show}");
    let list = desk.run("me", ["list", "--lang", "zh"]).ok().out();
    assert!(list.contains("新办") && list.contains("已办"), "{list}");
    let told = desk.run("me", ["show", &number, "--lang", "zh", "--json"]).ok().json();
    assert_eq!((&told["facts"]["business"], &told["facts"]["outcome"]), (&"new".into(), &"issued".into()));
}

#[test]
fn an_empty_reason_is_none() {
    let (desk, number) = desk();
    for words in [
        &["correct", &number, "--box", "B", "--reason", " "][..],
        &["review", &number, "--return", "--reason", ""],
        &["subject", "annotate", &number, "--text", "\t"],
        &["subject", "restrict", &number, "--reason", ""],
        &["show", &number, "--reveal", "--reason", ""],
    ] {
        assert_eq!(desk.refuses("me", words, 2, "does not fit"), "bad-value", "{words:?}");
    }
}

#[test]
fn an_identifier_fits_what_the_customer_is_after_a_correction() {
    let (desk, number) = desk();
    let correct = |more: &[&str]| -> Vec<String> {
        let words = [&["correct", &number, "--reason", "r"][..], more].concat();
        words.into_iter().map(str::to_owned).collect()
    };
    desk.run("me", correct(&["--customer-id", "91350100M000100Y43"])).ok();
    let kind = ["--customer-kind", "person"];
    assert_eq!(desk.refuses("me", correct(&kind), 2, "person"), "customer-id-stays");
    desk.run("me", correct(&[&kind[..], &["--customer-id", "11010519491231002x"]].concat())).ok();
    desk.run("me", correct(&["--customer-kind", "enterprise", "--clear", "customer-id"])).ok();
    assert_eq!(
        desk.refuses("me", correct(&["--field", "handler-id=110105194912310021"]), 2, "check"),
        "handler-id"
    );
    desk.run("me", correct(&["--field", "handler-id=11010519491231002x"])).ok();
    let found = desk.run("me", ["subject", "list", "11010519491231002X", "--json"]).ok().json();
    assert_eq!(found["records"][0]["part"], "handler");
    assert_eq!(desk.refuses("me", correct(&["--field", "accepted=soon"]), 2, "soon"), "accepted-day");
    assert_eq!(desk.refuses("me", correct(&["--applied", "2999-01-01"]), 2, "2999-01-01"), "future-date");
}

#[test]
fn a_rehearsal_shows_nothing_that_the_journal_does_not_know_of() {
    let (desk, number) = desk();
    let words = ["correct", &number, "--reason", "r", "--field", "phone=13800001234"];
    desk.run("me", words).ok();
    desk.run("me", ["subject", "restrict", &number, "--reason", "r"]).ok();
    let reveal = ["show", &number, "--history", "--reveal", "--reason", "r"];
    assert_eq!(desk.refuses("me", reveal, 4, &number), "restricted");
    assert_eq!(desk.refuses("me", ["open", &number, "1", "-n"], 4, &number), "restricted");
    let lines = desk.lines();
    let rehearsed = desk.call("me", reveal).args(["--purpose", "audit", "-n", "--json"]).run().ok();
    assert!(!rehearsed.out().contains("13800001234"), "{}", rehearsed.out());
    assert_eq!((rehearsed.json()["revealed"].clone(), desk.lines()), (Value::Bool(false), lines));
    let shown = desk.call("me", reveal).args(["--purpose", "audit", "--json"]).run().ok();
    assert!(shown.out().contains("13800001234"));
    // Restricted already: what is repeated has been done.
    let again = desk.run("me", ["subject", "restrict", &number, "--reason", "r", "--json"]).ok().json();
    assert_eq!(again["seq"], Value::Null);
}

#[test]
fn a_rehearsal_is_refused_as_the_deed_would_be() {
    let desk = Desk::bare();
    let person = |name: &str, roles: &str| format!("{}={roles}", desk.public(name).display());
    desk.call("me", ["init", "--ra", "RA", "--fonds", "JG01", "--roles", "security,archivist"])
        .args(["--person", &person("li", "legal,audit"), "--person", &person("wang", "system,reviewer")])
        .arg("--authority")
        .args([desk.public("ca"), desk.vault().to_owned()])
        .run()
        .ok();
    desk.run("ca", ["staff", "countersign"]).ok();
    desk.file("form.pdf", PDF);
    let form =
        ["--outcome", "withdrawn", "--kind", "form.pdf=APP", "--mark", "form.pdf=stamped,signed", "--json"];
    let filed = desk.run("me", adding("form.pdf", &form)).ok().json();
    let number = filed["number"].as_str().unwrap();
    desk.file("list.toml", jingui_schema::materials::SHIPPED);
    desk.run("me", ["subject", "restrict", number, "--reason", "r"]).ok();
    let lines = desk.lines();
    for (who, words) in [
        ("me", &["subject", "lift", number, "--reason", "r"][..]),
        ("me", &["project", "set", "P", "--class", "CN-G10", "--reason", "r"]),
        ("me", &["materials", "set", "list.toml", "--reason", "r"]),
        ("li", &["customer", "rename", "A", "B", "--reason", "r"]),
        ("li", &["correct", number, "--box", "B", "--reason", "r"]),
        ("li", &["review", number]),
    ] {
        let rehearsed = [words, &["-n"]].concat();
        assert_eq!(desk.refuses(who, &rehearsed, 4, "may not do this"), "role", "{words:?}");
    }
    let act = desk.path("review.act");
    desk.call("wang", ["review", number, "-n", "--act-out"]).arg(&act).run().ok();
    assert!(!act.exists() && desk.lines() == lines);
}

#[test]
fn what_was_given_back_and_lacks_something_is_still_missing() {
    let (desk, number) = desk();
    desk.run("me", ["review", &number, "--return", "--reason", "the licence is missing"]).ok();
    let told = desk.run("me", ["missing", "--json"]).ok().json();
    assert_eq!((&told["count"], &told["records"][0]["number"]), (&Value::from(1), &Value::from(number)));
}

#[test]
fn a_renamed_customer_is_found_by_all_its_names() {
    let (desk, _) = desk();
    desk.run("me", ["customer", "rename", "晨光公司", "晨光集团", "--reason", "r"]).ok();
    let customers = desk.run("me", ["customer", "list", "--name", "集团", "--json"]).ok().json();
    assert_eq!(customers[0]["name"], "晨光集团");
    let found = desk.run("me", ["subject", "list", "晨光集团", "--json"]).ok().json();
    assert_eq!(found["records"][0]["part"], "customer");
}

#[test]
fn what_a_project_decides_can_be_taken_back() {
    let (desk, _) = desk();
    let set = |more: &[&str]| {
        desk.run("me", [&["project", "set", "社保", "--reason", "r"][..], more].concat()).ok();
        desk.run("me", ["project", "list", "--json"]).ok().json()[0].clone()
    };
    let there = set(&["--class", "CN-G10", "--need", "RSK", "--unmarked"]);
    assert_eq!((&there["class"], &there["unmarked"]), (&Value::from("CN-G10"), &Value::from(true)));
    let back = set(&["--clear", "class", "--clear", "need", "--clear", "unmarked"]);
    assert_eq!((&back["class"], &back["unmarked"]), (&Value::Null, &Value::from(false)));
    assert_eq!(back["need"], serde_json::json!([]));
}

#[test]
fn what_plans_cannot_ask_for_is_refused_by_what_is_wrong_with_it() {
    let desk = Desk::solo();
    let propose = |more: &[&'static str]| [&["purge", "policy", "propose", "--reason", "r"], more].concat();
    let refused = |more: &[&'static str], names: &str| desk.refuses("me", propose(more), 2, names);
    assert_eq!(refused(&["--slot", "authority"], "authority"), "bad-policy");
    assert_eq!(refused(&["--slot", "unit=approver", "--slot", "unit=legal"], "twice"), "bad-policy");
    refused(&["--cap", "0"], "--cap");
    refused(&["--wait", "0"], "--wait");
    desk.run("me", propose(&["--cap", "5", "-n"])).ok();
}

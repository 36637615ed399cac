//! Until when records are kept, with the real program: dates that a person can work out again, rules that two people
//! sign, what is due. The worked cases of the law themselves stand beside the functions, in `vault/src/retention/cases.rs`.

use jingui_schema::time::{Day, Time};
use jingui_tests::certs::{Ca, Wanted, pem};
use jingui_tests::program::{Desk, Ran, is_a_fault, is_a_refusal};
use serde_json::{Value, json};
use std::fs;
use std::time::SystemTime;

/// Zhang (0001) files, Li (0002) reviews, Chen (0003) approves, Sun (0004) is the legal officer, Wang (0005) audits, Wu (0006) approves
/// too, but nobody has countersigned that.
fn at_work() -> Desk {
    let desk = Desk::bare();
    let person = |name: &str, roles: &str| format!("{}={roles}", desk.public(name).display());
    desk.call("zhang", ["init", "--ra", "东区", "--fonds", "JG01", "--roles", "security,archivist"])
        .args(["--person", &person("li", "system,reviewer"), "--person", &person("chen", "approver")])
        .args(["--person", &person("sun", "legal"), "--person", &person("wang", "audit"), "--authority"])
        .args([desk.public("ca"), desk.vault().to_owned()])
        .run()
        .ok();
    desk.run("ca", ["staff", "countersign"]).ok();
    desk.call("zhang", ["staff", "enrol", "--role", "approver"]).arg(desk.public("wu")).run().ok();
    desk
}

/// Nothing is damaged, by the program's word and by that of the checker.
#[track_caller]
fn sound(desk: &Desk) {
    desk.sound("zhang");
    let asked = jingui_checker::Asked { vault: desk.vault().to_owned(), ..Default::default() };
    assert_eq!(jingui_checker::check(&asked), []);
}

const LABELS: &[&str] = &["--project", "社保", "--customer", "晨光公司", "--outlet", "一号网点"];
const WAIVED: &[&str] = &["APP", "AGR", "PIN", "SUB", "AGT", "VER", "RCV", "DLV"];

/// Files an application that was taken back, and has it reviewed.
fn withdrawn(desk: &Desk, name: &str, date: &str) -> String {
    let number = filed(desk, name, date, &["--outcome", "withdrawn"]);
    desk.run("li", ["review", &number]).ok();
    number
}

fn filed(desk: &Desk, name: &str, date: &str, more: &[&str]) -> String {
    let paper = desk.file(name, format!("form {name}"));
    let mut call = desk.call("zhang", ["add", "--json"]).arg(paper).args(LABELS);
    call = call.args(["--customer-kind", "enterprise", "--business", "new", "--date", date]).args(more);
    for kind in WAIVED {
        call = call.args(["--waive", &format!("{kind}=seen")]);
    }
    call.run().ok().json()["number"].as_str().unwrap().to_owned()
}

fn today() -> Day {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    Time::from_millis(since.as_millis() as i64).day()
}

fn why(desk: &Desk, number: &str) -> Value {
    desk.run("", ["why", number, "--json"]).ok().json()
}

fn propose<'a>(class: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let mut words = vec!["rule", "propose", class, "--basis", "CPS 2.1", "--reason", "the new CPS"];
    words.extend(more);
    words
}

#[track_caller]
fn proposed(desk: &Desk, who: &str, class: &str, more: &[&str]) -> String {
    let told = desk.call(who, propose(class, more)).arg("--json").run().ok().json();
    told["act"].as_str().unwrap().to_owned()
}

#[test]
fn an_application_that_was_taken_back_is_kept_three_years_and_then_it_is_due() {
    let desk = at_work();
    let number = filed(&desk, "a.txt", "2020-02-29", &["--outcome", "withdrawn"]);
    let told = why(&desk, &number);
    assert_eq!((&told["dates"], &told["unclear"]), (&Value::Null, &json!([{"reason": "unreviewed"}])));
    assert_eq!(told["verdict"], "undetermined");
    desk.run("li", ["review", &number]).ok();

    // T22 of the law page, to be worked out again by hand.
    let told = why(&desk, &number);
    let dates = &told["dates"];
    assert_eq!((&told["decision"], &dates["rule"]), (&json!("2020-02-29"), &json!("CN-R3/0")));
    assert_eq!(
        (&dates["last"], &dates["free"], &dates["disposal"]),
        (&json!("2023-02-28"), &json!("2023-03-01"), &json!("2023-03-31"))
    );
    assert_eq!(told["articles"], json!(["cc-188", "cc-200-203", "cc-203-grace"]));
    for lang in ["en", "zh"] {
        let text = desk.call("", ["why", &number, "--lang", lang]).run().ok().out();
        for part in ["2020-02-29", "2023-02-28", "2023-03-01", "2023-03-31", "CN-R3/0", "cc-188: "] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains("article-") && !text.contains("why-") && !text.contains("col-"), "{text}");
    }

    let today = today();
    withdrawn(&desk, "b.txt", &today.to_string());
    let later = today.plus_years(3).and_then(|last| last.plus_days(31)).unwrap().to_string();
    let due = desk.run("", ["due", "--json"]).ok().json();
    assert_eq!(due["due"][0]["number"], number.as_str());
    assert_eq!((&due["due"][0]["since"], &due["due"][0]["overdue"]), (&json!("2023-03-31"), &json!(true)));
    assert_eq!((&due["counts"]["due"], &due["counts"]["kept"]), (&json!(1), &json!(1)));
    let calendar = desk.run("", ["due", "--json", "--calendar"]).ok().json();
    let month = |name: &str| json!({"month": name, "records": 1, "provisional": 0});
    assert_eq!(calendar["calendar"], json!([month("2023-03"), month(&later[..7])]));
    let then = desk.run("", ["due", "--as-of", &later, "--json"]).ok().json();
    assert_eq!(then["counts"]["due"], 2);
    // Before anything was filed there is nothing to be due, and no such record.
    let early = desk.run("", ["due", "--as-of", "2020-01-01", "--json"]).ok().json();
    assert_eq!(early["counts"]["records"], 0);
    desk.refuses("", ["why", &number, "--as-of", "2020-01-01"], 6, &number);
    for lang in ["en", "zh"] {
        for words in [&["due"][..], &["due", "--calendar"]] {
            let text = desk.call("", words).args(["--lang", lang]).run().ok().out();
            assert!(text.contains("2023-03") && !text.contains("due-") && !text.contains("col-"), "{text}");
        }
    }
    sound(&desk);
}

#[test]
fn a_certificate_brings_the_end_and_a_pending_application_has_none() {
    let desk = at_work();
    let pending = filed(&desk, "p.txt", "2022-01-05", &["--outcome", "pending"]);
    let bare = filed(&desk, "bare.txt", "2021-01-04", &[]);
    for number in [&pending, &bare] {
        desk.run("li", ["review", number]).ok();
    }
    let reasons = |number: &str| why(&desk, number)["unclear"][0]["reason"].as_str().unwrap().to_owned();
    assert_eq!((reasons(&pending).as_str(), reasons(&bare).as_str()), ("pending", "no-certificate"));
    // T23: never, on no day.
    let late = desk.run("", ["due", "--as-of", "9999-12-31", "--json"]).ok().json();
    assert_eq!((&late["counts"]["due"], &late["counts"]["pending"]), (&json!(0), &json!(1)));
    assert_eq!(late["undetermined"], json!({"no-certificate": 1, "pending": 1}));

    let ca = Ca::new("Test CA", 7);
    // T1 and T24.
    let one = ca.issue(&Wanted::new(&[1]).until("210615155959Z"));
    let endless = ca.issue(&Wanted::new(&[2]).until("99991231235959Z"));
    let one = desk.file("one.pem", pem("CERTIFICATE", &one)).display().to_string();
    let endless = desk.file("endless.pem", pem("CERTIFICATE", &endless)).display().to_string();
    let number = filed(&desk, "c.txt", "2021-01-04", &["--cert", &one]);
    assert_eq!(reasons(&number), "unreviewed");
    desk.run("li", ["review", &number]).ok();
    let told = why(&desk, &number);
    assert_eq!(told["certificates"][0]["until"], "2021-06-15");
    assert_eq!(told["counted"][0]["from"], "2021-06-15");
    assert_eq!(told["dates"]["last"], "2026-06-15");
    assert_eq!((&told["dates"]["disposal"], &told["verdict"]), (&json!("2026-07-16"), &json!("due")));
    assert_eq!(told["dates"]["provisional_until"], Value::Null);
    // A further certificate keeps longer at once, whoever has seen it.
    desk.run("zhang", ["cert", "add", &number, &endless]).ok();
    assert_eq!(reasons(&number), "never-ends");
    sound(&desk);
}

#[test]
fn a_longer_rule_reaches_everything_once_a_second_person_has_signed_it() {
    let desk = at_work();
    let number = withdrawn(&desk, "a.txt", "2023-04-10");
    let eight = &["--years", "8", "--effective", "2027-01-01"];
    let before = desk.lines();
    let told = desk.call("chen", propose("CN-R3", eight)).args(["-n", "--json"]).run().ok().json();
    assert_eq!((&told["affected"], &told["records"][0]["number"]), (&json!(1), &json!(number)));
    assert_eq!(
        (&told["records"][0]["last"], &told["records"][0]["new_last"]),
        (&json!("2026-04-10"), &json!("2031-04-10"))
    );
    assert_eq!(desk.lines(), before, "a rehearsal");

    let act = proposed(&desk, "chen", "CN-R3", eight);
    assert_eq!(why(&desk, &number)["dates"]["last"], "2026-04-10", "one person's word");
    // Without a key the rule is seen, the reason is not; with one it is.
    let diff = desk.run("", ["rule", "diff", "CN-R3", "--json"]).ok().json();
    assert_eq!((&diff["act"], &diff["by"], &diff["affected"]), (&json!(act), &json!("0003"), &json!(1)));
    assert_eq!((diff.get("reason"), &diff["proposed"]["years"]), (None, &json!(8)));
    let diff = desk.run("sun", ["rule", "diff", "CN-R3", "--json"]).ok().json();
    assert_eq!(diff["reason"], "the new CPS");
    for lang in ["en", "zh"] {
        let text = desk.call("sun", ["rule", "diff", "CN-R3", "--records", "--lang", lang]).run().ok().out();
        assert!(text.contains(&number) && text.contains("2031-04-10"), "{text}");
        assert!(!text.contains("rule-") && !text.contains("col-"), "{text}");
        let text = desk.call("", ["rule", "list", "--lang", lang]).run().ok().out();
        assert!(text.contains(&act) && text.contains("CN-R3/1") && !text.contains("rule-"), "{text}");
    }

    let approve = ["rule", "approve", &act];
    assert_eq!(desk.refuses("chen", approve, 4, &act), "own-proposal");
    assert_eq!(desk.refuses("zhang", approve, 4, "0001"), "role");
    assert_eq!(desk.refuses("wu", approve, 4, "0006"), "not-counted");
    desk.call("sun", approve).arg("-n").run().ok();
    assert_eq!(why(&desk, &number)["dates"]["last"], "2026-04-10", "a rehearsal");
    let told = desk.call("sun", approve).arg("--json").run().ok().json();
    assert_eq!((&told["approved"], &told["rule"]["version"]), (&json!(true), &json!(1)));
    assert_eq!(desk.refuses("sun", approve, 6, &act), "no-proposal");
    let told = why(&desk, &number);
    assert_eq!((&told["dates"]["rule"], &told["dates"]["last"]), (&json!("CN-R3/1"), &json!("2031-04-10")));

    // It stands in the journal: what is derived may go.
    fs::remove_dir_all(desk.vault().join("derived")).unwrap();
    let rules = desk.run("", ["rule", "list", "--json"]).ok().json();
    let of_class: Vec<_> = rules.as_array().unwrap().iter().filter(|rule| rule["class"] == "CN-R3").collect();
    assert_eq!((&of_class[0]["state"], &of_class[1]["state"]), (&json!("earlier"), &json!("holds")));
    assert_eq!(why(&desk, &number)["dates"]["last"], "2031-04-10");
    sound(&desk);
}

#[test]
fn what_a_rule_may_not_be_is_refused_and_nothing_is_proposed() {
    let desk = at_work();
    let before = desk.lines();
    let refused = |who: &str, class: &str, more: &[&str], names: &str| {
        desk.refuses(who, propose(class, more), 4, names)
    };
    let from = ["--effective", "2099-01-01"];
    let years = |n: &'static str| ["--years", n, from[0], from[1]];
    assert_eq!(refused("chen", "CN-P5", &years("4"), "CN-P5"), "below-law");
    assert_eq!(refused("chen", "CN-G10", &years("4"), "CN-G10"), "below-law");
    assert_eq!(refused("chen", "CN-R3", &years("2"), "CN-R3"), "below-law");
    assert_eq!(refused("zhang", "CN-P5", &years("8"), "0001"), "role");
    assert_eq!(refused("li", "CN-P5", &years("8"), "0002"), "role");
    let past = ["--years", "5", "--effective", "2024-11-01"];
    assert_eq!(refused("chen", "CN-G10", &past, "2024-11-01"), "rule-retroactive");
    let same = propose("CN-P5", &from);
    let law = jingui_schema::rules::shipped()[1].law.clone();
    let same: Vec<&str> = same.iter().map(|word| if *word == "CPS 2.1" { &law } else { *word }).collect();
    assert_eq!(desk.refuses("chen", &same, 2, "CN-P5"), "rule-same");
    assert_eq!(desk.refuses("", ["rule", "diff", "CN-P5"], 6, "CN-P5"), "no-rule-proposal");
    let nobody = "0123456789ABCDEFGHJKMNPQRS";
    for words in [&["approve", nobody][..], &["reject", nobody, "--reason", "x"]] {
        let words: Vec<&str> = ["rule"].iter().chain(words).copied().collect();
        assert_eq!(desk.refuses("sun", words, 6, nobody), "no-proposal");
    }
    let long = "x".repeat(2001);
    for (option, value) in [
        ("--years", "0"),
        ("--years", "101"),
        ("--years", "five"),
        ("--grace", "14"),
        ("--grace", "367"),
        ("--floor", "101"),
        ("--count-from", "issue"),
        ("--effective", "2027-02-30"),
        ("--effective", ""),
        ("--basis", ""),
        ("--basis", " \n "),
        ("--basis", "a\u{202e}b"),
        ("--basis", "a\u{1b}[2Jb"),
        ("--basis", &long),
        ("--reason", " "),
    ] {
        let given = [("--years", "8"), ("--effective", "2099-01-01"), ("--basis", "CPS"), ("--reason", "r")];
        let mut words = vec!["rule", "propose", "CN-P5", option, value];
        given
            .iter()
            .filter(|(name, _)| *name != option)
            .for_each(|(name, value)| words.extend([name, value]));
        let ran = desk.run("chen", &words).exits(2);
        is_a_refusal(&ran, option);
        is_a_fault(&desk.call("chen", &words).arg("--json").run().exits(2), option);
    }
    for words in [
        &["rule", "propose", "CN-X1"][..],
        &["rule", "diff", "cn-p5"],
        &["rule", "approve", "x"],
        &["rule", "reject", nobody],
        &["why"],
        &["due", "--as-of", "tomorrow"],
    ] {
        desk.run("chen", words).exits(2);
    }
    for word in ["JG01-2026-000009", "JG01-2026-x", "ZZZZ", "", "\u{202e}", "ABCD"] {
        let ran = desk.run("", ["why", word]).exits(6);
        is_a_refusal(&ran, "");
    }
    assert_eq!(desk.lines(), before);
    sound(&desk);
}

#[test]
fn one_proposal_a_class_is_open_and_it_can_be_rejected_or_taken_back() {
    let desk = at_work();
    let more = &["--years", "8", "--effective", "2027-01-01"];
    let act = proposed(&desk, "chen", "CN-P5", more);
    assert_eq!(
        desk.refuses("sun", propose("CN-P5", &["--years", "9", more[2], more[3]]), 4, &act),
        "rule-open"
    );
    let other = proposed(&desk, "chen", "CN-G10", &["--grace", "60", more[2], more[3]]);
    let reject = |who: &str, act: &str| -> Ran {
        desk.call(who, ["rule", "reject", act, "--reason", "not so", "--json"]).run()
    };
    assert_eq!(is_a_fault(&reject("zhang", &act).exits(4), "0001"), "role");
    assert_eq!(reject("sun", &act).ok().json()["approved"], false);
    assert_eq!(reject("chen", &other).ok().json()["rule"]["class"], "CN-G10");
    let rules = desk.run("", ["rule", "list", "--json"]).ok().json();
    assert!(rules.as_array().unwrap().iter().all(|rule| rule["state"] == "holds"));
    // The number of the version is given to the next one.
    assert_eq!(
        desk.call("sun", propose("CN-P5", more)).arg("--json").run().ok().json()["rule"]["version"],
        1
    );
    sound(&desk);
}

#[test]
fn both_signatures_may_come_as_files() {
    let desk = at_work();
    let (proposal, approval) = (desk.text("rule.act"), desk.text("yes.act"));
    let more = &["--years", "7", "--effective", "2027-01-01", "--act-out", &proposal];
    desk.run("sun", propose("CN-P5", more)).ok();
    let shown = desk.run("", ["act", "show", &proposal, "--json"]).ok().json();
    assert_eq!((&shown["kind"], &shown["data"]["rule"]["years"]), (&json!("rule.propose"), &json!(7)));
    let submit = |path: &str| desk.run("", ["act", "submit", "--json", path]).ok().json_lines();
    assert_eq!(submit(&proposal)[0]["kind"], "rule.propose");
    assert_eq!(submit(&proposal).len(), submit(&proposal).len(), "a second arrival gets the first result");
    let rules = desk.run("", ["rule", "list", "--json"]).ok().json();
    let act = rules.as_array().unwrap().iter().find_map(|rule| rule["proposal"]["act"].as_str()).unwrap();
    desk.run("chen", ["rule", "approve", act, "--act-out", &approval]).ok();
    // What was changed on the way is not what was signed.
    let forged = fs::read_to_string(&proposal).unwrap().replace("\"years\":7", "\"years\":6");
    let forged = desk.file("forged.act", forged).display().to_string();
    assert_ne!(desk.run("", ["act", "submit", &forged]).code, 0);
    submit(&approval);
    let rules = desk.run("", ["rule", "list", "--json"]).ok().json();
    let p5: Vec<_> = rules.as_array().unwrap().iter().filter(|rule| rule["class"] == "CN-P5").collect();
    assert_eq!((&p5[1]["years"], &p5[1]["state"]), (&json!(7), &json!("holds")));
    sound(&desk);
}

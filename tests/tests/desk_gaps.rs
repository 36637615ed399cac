//! The small rules of the desk: who sees what, searches that leave a line, what a waiver lets pass, marks that are
//! added, words that were perhaps mistyped.

use jingui_tests::program::{Desk, LABELS, Ran};
use serde_json::{Value, json};

const PDF: &str = "%PDF-1.4\nx\n%%EOF\n";
const ID: &str = "11010519491231002X";
const PHONE: &str = "13800001234";

/// A vault with an archivist (`me`), a legal officer, an approver, a reviewer, and one who manages people and keys.
fn house() -> Desk {
    let desk = Desk::bare();
    let person = |name: &str, roles: &str| format!("{}={roles}", desk.public(name).display());
    desk.call("keeper", ["init", "--ra", "RA", "--fonds", "JG01", "--roles", "security"])
        .args(["--person", &person("me", "archivist"), "--person", &person("li", "legal")])
        .args(["--person", &person("wang", "approver"), "--person", &person("zhao", "reviewer,system")])
        .args(["--person", &person("qian", "audit")])
        .arg("--authority")
        .args([desk.public("ca"), desk.vault().to_owned()])
        .run()
        .ok();
    desk.run("ca", ["staff", "countersign"]).ok();
    desk
}

fn file(desk: &Desk, name: &str, more: &[&str]) -> Ran {
    desk.file(name, format!("{PDF}{name}"));
    desk.run("me", [&["add", name, "--json"], LABELS, more].concat())
}

fn person(desk: &Desk) -> String {
    desk.file("card.pdf", PDF);
    let labels =
        ["add", "card.pdf", "--json", "--project", "社保", "--outlet", "一号网点", "--customer", "李华明"];
    let more =
        ["--customer-kind", "person", "--customer-id", ID, "--business", "renew", "--date", "2024-05-01"];
    let form = ["--field", "handler=王五", "--field", "phone=13800001234", "--field", "token=T-1"];
    let filed = desk.run("me", [&labels[..], &more, &form].concat()).ok().json();
    filed["number"].as_str().unwrap().to_owned()
}

fn field(shown: &Value, name: &str) -> Value {
    let fields = shown["facts"]["fields"].as_array().unwrap();
    fields.iter().find(|field| field["field"] == name).map_or(Value::Null, |field| field["value"].clone())
}

#[test]
fn each_role_is_shown_what_it_needs_in_every_place() {
    let desk = house();
    let number = person(&desk);
    desk.run("me", ["subject", "annotate", &number, "--text", "李华明来电"]).ok();
    for (who, name, handler, phone, said) in [
        ("me", "李华明", "王五".into(), "138****1234".into(), "李华明来电"),
        ("zhao", "李华明", "王五".into(), "138****1234".into(), "李华明来电"),
        ("wang", "李**", "王**".into(), "138****1234".into(), "李华明来电"),
        ("keeper", "李**", Value::Null, Value::Null, ""),
    ] {
        let shown = desk.run(who, ["show", &number, "--json"]).ok().json();
        assert_eq!(shown["facts"]["customer"]["name"], name, "{who}");
        assert_eq!(shown["facts"]["customer"]["id"], "110105**********2X", "{who}");
        assert_eq!((field(&shown, "handler"), field(&shown, "phone")), (handler, phone), "{who}");
        assert_eq!(
            (field(&shown, "token"), &shown["annotations"][0]["text"]),
            ("T-1".into(), &said.into()),
            "{who}"
        );
        let listed = desk.run(who, ["list", "--json"]).ok().json();
        assert_eq!(listed["records"][0]["customer"], name, "{who}");
        let missing = desk.run(who, ["missing", "--json"]).ok().json();
        assert_eq!(missing["records"][0]["customer"], name, "{who}");
        for words in [
            &["show", &number][..],
            &["list"],
            &["missing"],
            &["log", &number],
            &["show", &number, "--history"],
        ] {
            let told = desk.run(who, words).ok().out();
            assert!(!told.contains(ID) && !told.contains(PHONE), "{who} {words:?}: {told}");
            assert!(
                name == "李华明" || !told.contains("李华明") || !said.is_empty(),
                "{who} {words:?}: {told}"
            );
        }
    }
    // Who may be shown it all gives a reason, and the journal keeps it; the others are told who may.
    let reveal = ["show", &number, "--reveal", "--reason", "法院调档"];
    let lines = desk.lines();
    for who in ["wang", "keeper"] {
        for more in [&[][..], &["-n"]] {
            let refused = [&reveal[..], more].concat();
            assert_eq!(desk.refuses(who, refused, 4, "archivist, reviewer, legal"), "role", "{who}");
        }
        let print = ["print", "contents", &number, "--reveal", "--reason", "r", "-o", &desk.text("x.pdf")];
        assert!([4, 6].contains(&desk.run(who, print).code), "{who}: no font, or no right");
    }
    assert_eq!(desk.lines(), lines);
    for who in ["me", "zhao", "li"] {
        let shown = desk.call(who, reveal).arg("--json").run().ok().json();
        assert_eq!(
            (&shown["facts"]["customer"]["id"], field(&shown, "phone")),
            (&ID.into(), PHONE.into()),
            "{who}"
        );
    }
    assert_eq!(desk.lines(), lines + 3);
}

#[test]
fn a_search_for_a_person_leaves_one_line_and_nothing_personal_in_the_clear() {
    let desk = house();
    for name in ["a.pdf", "b.pdf", "c.pdf"] {
        file(&desk, name, &["--field", "handler=赵六"]).ok();
    }
    let lines = desk.lines();
    let seek =
        |who: &str, more: &[&str]| desk.run(who, [&["subject", "list", "赵六", "--json"], more].concat());
    let first = seek("li", &["--limit", "2"]).ok().json();
    assert_eq!((first["records"].as_array().unwrap().len(), &first["count"]), (2, &json!(3)));
    assert_eq!(first["records"][0]["part"], "handler");
    // Going on is the same search; the numbers of the pages are those of the first.
    let next = first["next"].as_str().unwrap();
    let second = seek("li", &["--limit", "2", "--after", next]).ok().json();
    assert_eq!((second["records"].as_array().unwrap().len(), &second["seq"]), (1, &first["seq"]));
    assert_eq!((second.get("count"), desk.lines()), (None, lines + 1));
    // For somebody else, and for another person, it is not.
    seek("me", &["--limit", "2", "--after", next]).ok();
    desk.run("li", ["subject", "list", "晨光公司", "--json"]).ok();
    assert_eq!(desk.lines(), lines + 3);
    let rehearsed = seek("li", &["-n"]).ok().json();
    assert_eq!(
        (&rehearsed["records"], &rehearsed["count"], desk.lines()),
        (&json!([]), &json!(3), lines + 3)
    );
    for who in ["wang", "keeper"] {
        assert_eq!(desk.refuses(who, ["subject", "list", "赵六"], 4, "archivist, reviewer, legal"), "role");
        let rehearsed = ["subject", "list", "赵六", "-n"];
        assert_eq!(desk.refuses(who, rehearsed, 4, "archivist, reviewer, legal"), "role");
    }
    let journal = desk.run("", ["journal", "log", "--json"]).ok().out();
    let searches: Vec<&str> = journal.lines().filter(|line| line.contains("subject.search")).collect();
    assert_eq!(searches.len(), 3);
    assert!(
        searches[0].contains(r#""by":"0003""#) && searches[0].contains(r#""records":3"#),
        "{}",
        searches[0]
    );
    assert!(!journal.contains("赵六") && !journal.contains("晨光"));
    desk.sound("me");
}

#[test]
fn a_proof_of_a_document_is_an_opening() {
    let desk = house();
    let number = file(&desk, "a.pdf", &[]).ok().json()["number"].as_str().unwrap().to_owned();
    let prove = |to: &str, more: &[&str]| {
        let to = desk.text(to);
        let words = [&["journal", "prove", "--record", &number, "--doc", "1", "-o", &to], more].concat();
        words.into_iter().map(str::to_owned).collect::<Vec<String>>()
    };
    let openings = || {
        let log = desk.run("li", ["log", &number, "--json"]).ok().json();
        log.as_array()
            .unwrap()
            .iter()
            .filter(|line| line["kind"] == "record.open")
            .cloned()
            .collect::<Vec<_>>()
    };
    desk.run("li", prove("one", &[])).ok();
    assert_eq!(openings().len(), 1);
    desk.run("me", ["subject", "restrict", &number, "--reason", "r"]).ok();
    for more in [&[][..], &["--reason", "案件 77"], &["-n"]] {
        assert_eq!(desk.refuses("li", prove("two", more), 4, &number), "restricted");
    }
    assert!(!desk.path("two").exists());
    let purpose = ["--purpose", "dispute", "--reason", "案件 77"];
    desk.run("li", [prove("two", &purpose), vec!["-n".into()]].concat()).ok();
    assert_eq!(openings().len(), 1);
    desk.run("li", prove("two", &purpose)).ok();
    let opening = openings().pop().unwrap();
    assert_eq!(
        (&opening["act"]["data"]["purpose"], &opening["reason"]),
        (&"dispute".into(), &"案件 77".into())
    );
    assert_eq!(desk.refuses("keeper", prove("three", &purpose), 4, "may not do this"), "role");
    assert_eq!(
        desk.refuses("li", ["journal", "prove", "3", "--reason", "r"], 2, "--record"),
        "argument-missing"
    );
}

#[test]
fn a_waiver_names_its_gap_and_a_reviewer_may_give_one() {
    let desk = house();
    desk.file("agreement.pdf", "%PDF-1.4\nagreement\n%%EOF\n");
    let filed =
        file(&desk, "form.pdf", &["agreement.pdf", "--kind", "form.pdf=APP", "--kind", "agreement.pdf=AGR"]);
    let number = filed.ok().json()["number"].as_str().unwrap().to_owned();
    let gaps = || -> Vec<String> {
        let shown = desk.run("me", ["show", &number, "--json"]).ok().json();
        let of =
            |gap: &Value| format!("{}:{}", gap["kinds"][0].as_str().unwrap(), gap["waive"].as_str().unwrap());
        shown["materials"]["missing"].as_array().unwrap().iter().map(of).collect()
    };
    assert_eq!(gaps()[..3], ["APP:stamped", "APP:signed", "AGR:signed"]);
    desk.run("zhao", ["correct", &number, "--waive", "AGR:signed=旧版协议", "--reason", "r"]).ok();
    assert_eq!(gaps()[..3], ["APP:stamped", "APP:signed", "PIN:missing"]);
    // And nothing else; and then it is another reviewer's to pass it.
    let words = ["correct", &number, "--waive", "PIN=r", "--box", "B", "--reason", "r"];
    assert_eq!(desk.refuses("zhao", words, 4, "archivist"), "role");
    desk.run("zhao", ["review", &number]).exits(4);
    // One that names none means what is lacking now, not what will be.
    desk.run("me", ["correct", &number, "--waive", "APP=盖章页在另册", "--reason", "r"]).ok();
    assert_eq!(gaps()[0], "PIN:missing");
    let shown = desk.run("me", ["show", &number, "--json"]).ok().json();
    let waived: Vec<Value> =
        shown["facts"]["waived"].as_array().unwrap().iter().map(|w| w["gap"].clone()).collect();
    assert_eq!(waived, ["signed", "stamped", "signed"]);
    assert_eq!(shown["facts"]["waived"][0]["by"], "0005");
    for bad in ["AGR:sign=r", "AGR:=r", "AGRX:signed=r"] {
        desk.run("me", ["correct", &number, "--waive", bad, "--reason", "r"]).exits(2);
    }
    desk.run("me", ["show", &number, "--lang", "zh"]).ok();
    desk.sound("me");
}

#[test]
fn holders_are_counted_in_numbers() {
    let desk = Desk::solo();
    desk.file("card.jpg", b"\xff\xd8\xff\xe0card\xff\xd9");
    let add = |more: &[&str]| {
        let labels = [
            "add",
            "card.jpg",
            "--again",
            "--json",
            "--project",
            "政务",
            "--outlet",
            "一",
            "--customer",
            "某局",
        ];
        let kind = [
            "--customer-kind",
            "government",
            "--business",
            "new",
            "--date",
            "2024-05-01",
            "--kind",
            "card.jpg=HID",
        ];
        desk.run(
            "me",
            [&labels[..], &kind, &["--mark", "card.jpg=front,back,seen,until:long"], more].concat(),
        )
    };
    let gap = |ran: Ran| {
        let told = ran.ok().json();
        let all = told["materials"]["missing"].as_array().unwrap().clone();
        all.into_iter()
            .find(|gap| gap["kinds"][0] == "HID")
            .map(|gap| (gap["gap"].clone(), gap["have"].clone(), gap["want"].clone()))
    };
    assert_eq!(gap(add(&[])), Some(("uncounted".into(), Value::Null, Value::Null)));
    assert_eq!(gap(add(&["--field", "holders=5"])), Some(("few".into(), 1.into(), 5.into())));
    assert_eq!(gap(add(&["--field", "holders=1"])), None);
    assert_eq!(gap(add(&["--field", "holders=4", "--waive", "HID:copies=一份扫描"])), None);
    add(&["--field", "holders=many"]).exits(2);
    let told = desk.run("me", ["missing", "--lang", "zh"]).ok().out();
    assert!(told.contains("5 份中只有 1 份") && told.contains("未登记持有人数"), "{told}");
}

#[test]
fn marks_are_added_and_taken_away_and_the_rest_stays() {
    let desk = Desk::solo();
    desk.file("card.pdf", PDF);
    let marked = ["--mark", "card.pdf=front,seen,until:2031-06-30,pages:2"];
    let filed = desk.run("me", [&["add", "card.pdf", "--json"], LABELS, &marked].concat()).ok().json();
    let number = filed["number"].as_str().unwrap();
    for (said, marks, until, pages) in [
        ("1+back,stamped", json!(["stamped", "seen", "front", "back"]), json!("2031-06-30"), json!(2)),
        ("1-stamped,seen", json!(["front", "back"]), json!("2031-06-30"), json!(2)),
        ("1=signed", json!(["signed"]), json!("2031-06-30"), json!(2)),
        ("1+until:long", json!(["signed"]), json!("9999-12-31"), json!(2)),
        ("1-until,pages", json!(["signed"]), Value::Null, Value::Null),
        ("1=front,until:2030-01-01,pages:1", json!(["front"]), json!("2030-01-01"), json!(1)),
        ("1=", Value::Null, json!("2030-01-01"), json!(1)),
    ] {
        desk.run("me", ["correct", number, "--mark", said, "--reason", "r"]).ok();
        let shown = desk.run("me", ["show", number, "--json"]).ok().json();
        let document = &shown["documents"][0];
        assert_eq!(
            (&document["marks"], &document["until"], &document["pages"]),
            (&marks, &until, &pages),
            "{said}"
        );
    }
    for bad in ["1", "+front", "1+sealed", "1-until:2030-01-01", "1*front"] {
        desk.run("me", ["correct", number, "--mark", bad, "--reason", "r"]).exits(2);
    }
    assert_eq!(
        desk.refuses("me", ["correct", number, "--mark", "x+front", "--reason", "r"], 2, "x"),
        "document-number"
    );
}

#[test]
fn a_flag_that_nothing_asks_about_is_told_and_stored() {
    let desk = Desk::solo();
    let change = ["--business", "change", "--flag", "seal"];
    desk.file("a.pdf", PDF);
    let labels: Vec<&str> =
        LABELS.iter().copied().map(|word| if word == "new" { "change" } else { word }).collect();
    let ran = desk.run("me", [&["add", "a.pdf"], &labels[..], &change[2..]].concat()).ok();
    assert!(ran.err.contains("--flag seal") && ran.err.contains("Perhaps"), "{}", ran.err);
    let json =
        desk.run("me", [&["add", "a.pdf", "--json", "--again"], &labels[..], &change[2..]].concat()).ok();
    let warning: Value = json.err.lines().filter_map(|line| serde_json::from_str(line).ok()).next().unwrap();
    assert_eq!((&warning["type"], &warning["code"]), (&"warning".into(), &"flag-unasked-near".into()));
    let number = json.json()["number"].as_str().unwrap().to_owned();
    let shown = desk.run("me", ["show", &number, "--json"]).ok().json();
    assert_eq!(shown["facts"]["flags"], json!(["seal"]));
    let asked =
        desk.run("me", ["correct", &number, "--flag", "proxy", "--clear", "flags", "--reason", "r"]).ok();
    assert!(!asked.err.contains("--flag"), "{}", asked.err);
}

#[test]
fn a_mistyped_project_is_refused_once_there_are_projects() {
    let desk = Desk::solo();
    let under = |project: &str, more: &[&str]| {
        let labels: Vec<&str> =
            LABELS.iter().copied().map(|word| if word == "社保" { project } else { word }).collect();
        [&["add", "a.pdf", "--again"], &labels[..], more]
            .concat()
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    desk.file("a.pdf", PDF);
    // A fresh vault without a list takes the first as it comes, and another one that is not near.
    desk.run("me", under("社会保险", &[])).ok();
    desk.run("me", under("税务", &[])).ok();
    assert_eq!(desk.refuses("me", under("社会保障", &[]), 2, "社会保险"), "project-near");
    assert_eq!(desk.refuses("me", under("社会保障", &["-n"]), 2, "社会保险"), "project-near");
    desk.run("me", under("社会保障", &["--new-project"])).ok();
    desk.run("me", under("社会保障", &[])).ok();
    // Once there is a list, what stands nowhere is refused.
    desk.run("me", ["project", "add", "住房公积金", "--reason", "r"]).ok();
    assert_eq!(desk.refuses("me", under("医疗", &[]), 2, "医疗"), "project-unlisted");
    desk.run("me", under("住房公积金", &[])).ok();
    // In a sheet it is a reason of the row, and stays so when the plan is carried out.
    let row =
        |project: &str, name: &str| format!("{project},一号网点,{name},企业,新办,2024-05-02,{name}.pdf\n");
    let sheet = [
        "项目,网点,客户名称,客户类型,业务类型,业务日期,文件\n".into(),
        row("税务", "甲"),
        row("住房公积全", "乙"),
        row("医疗", "丙"),
    ];
    desk.file("sheet.csv", sheet.concat());
    for name in ["甲", "乙", "丙"] {
        desk.file(format!("files/{name}.pdf"), format!("{PDF}{name}"));
    }
    let (files, plan) = (desk.text("files"), desk.text("plan.csv"));
    let words = ["import", "plan", "sheet.csv", "--files", &files, "-o", &plan, "--json"];
    let ran = desk.run("me", words).exits(3);
    let rows: Vec<Value> = ran.json_lines().into_iter().filter(|line| line["type"] == "item").collect();
    assert_eq!((&rows[1]["result"], &rows[2]["result"]), (&"bad-value".into(), &"bad-value".into()));
    assert!(rows[1]["reason"].as_str().unwrap().contains("住房公积金"), "{}", rows[1]);
    let applied = desk.run("me", ["import", "apply", &plan, "--json"]).exits(3);
    assert_eq!(applied.json_lines().pop().unwrap()["filed"], 1);
    desk.run("me", [&words[..], &["--new-project"]].concat()).ok();
    let applied = desk.run("me", ["import", "apply", &plan, "--json"]).ok();
    assert_eq!(applied.json_lines().pop().unwrap()["filed"], 2);
}

#[test]
fn a_long_review_tells_how_far_it_is() {
    let desk = Desk::solo();
    let number = file(
        &desk,
        "a.pdf",
        &["--outcome", "withdrawn", "--kind", "a.pdf=APP", "--mark", "a.pdf=stamped,signed"],
    );
    let number = number.ok().json()["number"].as_str().unwrap().to_owned();
    let ran = desk.run("me", ["review", &number, "--progress", "json"]).ok();
    let status = ran
        .err
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .find(|line| line["type"] == "status");
    assert_eq!(status.unwrap()["what"], "progress-review");
}

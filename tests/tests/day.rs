//! A day at an RA, from the scanner's folder in the morning to the disk that is put back at night.
//!
//! Zhang (0001) files, Li (0002) reviews, Wang (0003) is legal officer and approver; the CA has countersigned them.

use jingui_tests::program::{Desk, Ran};
use serde_json::Value;
use std::fmt::Write as _;
use std::fs;

/// Rows of the sheet, and how many of them have something wrong with them.
const ROWS: usize = 500;
const FAULTS: usize = 30;

fn begun() -> Desk {
    let desk = Desk::bare();
    let person = |name: &str, roles: &str| format!("{}={roles}", desk.public(name).display());
    desk.call("zhang", ["init", "--ra", "东区注册机构", "--fonds", "JG01", "--roles", "security,archivist"])
        .args([
            "--person",
            &person("li", "system,reviewer"),
            "--person",
            &person("wang", "legal,approver,audit"),
        ])
        .arg("--authority")
        .args([desk.public("ca"), desk.vault().to_owned()])
        .run()
        .ok();
    let (request, signed) = (desk.text("wait.act"), desk.text("signed.act"));
    desk.run("", ["staff", "countersign", "--request", &request]).ok();
    desk.call("ca", ["act", "sign", &request, "-o", &signed]).without("JINGUI_VAULT").run().ok();
    desk.run("", ["act", "submit", &signed]).ok();
    desk
}

/// A file that opens, whose content follows from its name.
fn pdf(name: &str) -> Vec<u8> {
    format!("%PDF-1.4\n% {name}\ntrailer <<>>\nstartxref\n9\n%%EOF\n").into_bytes()
}

fn summary(ran: &Ran) -> Value {
    let last = ran.json_lines().pop().expect("a summary");
    assert_eq!(last["type"], "summary", "{last}");
    last
}

fn items(ran: &Ran) -> Vec<Value> {
    ran.json_lines().into_iter().filter(|line| line["type"] == "item").collect()
}

fn state(desk: &Desk, number: &str) -> String {
    desk.run("zhang", ["show", number, "--json"]).ok().json()["state"].as_str().expect("a state").to_owned()
}

/// The scanner's folder: four records with a sheet each, one that lacks its customer.
fn morning(desk: &Desk) -> Vec<String> {
    for (no, customer) in [(1, "晨光公司"), (2, "远山公司"), (3, "长河公司"), (4, "青石公司"), (5, "")]
    {
        let dir = format!("scans/{no:03}");
        for (name, kind) in
            [("form.pdf", "APP"), ("licence.pdf", "SUB"), ("token.pdf", "KEY"), ("record.pdf", "RCV")]
        {
            desk.file(format!("{dir}/{name}"), pdf(&format!("{no} {kind}")));
        }
        let card = [&b"\xff\xd8\xff\xe0"[..], format!("card {no}").as_bytes(), b"\xff\xd9"].concat();
        desk.file(format!("{dir}/card.jpg"), card);
        let mut sheet = String::from("business = \"unlock\"\ndate = \"2026-11-20\"\n");
        if !customer.is_empty() {
            writeln!(sheet, "customer = \"{customer}\"").unwrap();
        }
        sheet += "[kinds]\n\"form.pdf\" = \"APP\"\n\"licence.pdf\" = \"SUB\"\n\"token.pdf\" = \"KEY\"\n\
                  \"record.pdf\" = \"RCV\"\n\"card.jpg\" = \"AGT\"\n";
        if no != 2 {
            // Of the second nobody has noted what was seen.
            sheet += "[marks]\n\"form.pdf\" = \"stamped,signed\"\n\"card.jpg\" = \"front,back,seen,until:2036-01-01\"\n";
        }
        desk.file(format!("{dir}/labels.toml"), sheet);
    }
    let scans = desk.text("scans");
    let watch = ["watch", &scans, "--once", "--settle", "0", "--json"];
    let labels = ["--project", "社保一期", "--outlet", "一号网点", "--customer-kind", "enterprise"];
    let ran = desk.call("zhang", watch).args(labels).run().exits(3);
    let told = items(&ran);
    let filed: Vec<&Value> = told.iter().filter(|item| item["number"].is_string()).collect();
    assert_eq!((told.len(), filed.len()), (5, 4), "{told:?}");
    assert!(desk.path("scans/需处理/005").is_dir());

    // What lacks its customer is put right and put back.
    fs::rename(desk.path("scans/需处理/005"), desk.path("scans/005")).unwrap();
    let sheet = fs::read_to_string(desk.path("scans/005/labels.toml")).unwrap();
    fs::write(desk.path("scans/005/labels.toml"), format!("customer = \"白鹭公司\"\n{sheet}")).unwrap();
    let again = desk.call("zhang", watch).args(labels).run().ok();
    let numbers = |ran: &Ran| -> Vec<String> {
        items(ran).iter().filter_map(|item| item["number"].as_str().map(str::to_owned)).collect()
    };
    let mut all = numbers(&ran);
    all.extend(numbers(&again));
    assert_eq!(all.len(), 5);
    assert_eq!(fs::read_dir(desk.path("scans/已归档")).unwrap().count(), 5);
    all
}

/// A sheet of five hundred rows, thirty of them wrong in six ways; returns the digest of its plan.
fn backlog(desk: &Desk) -> String {
    let mut sheet = String::from("项目,网点,客户名称,客户类型,证件号,业务类型,业务日期,结果,文件\n");
    for no in 1..=ROWS {
        let name = format!("申请表_{no}.pdf");
        desk.file(format!("paper/{name}"), pdf(&name));
        let mut row =
            ["历史档案", "二号网点", "", "个人", "", "新办", "2020-03-01", "撤回", &name].map(str::to_owned);
        row[2] = format!("客户{no}");
        // Every way of being wrong five times.
        match (no % 16, no / 16) {
            (3, 0..5) => row[8] = format!("absent_{no}.pdf"),
            (5, 0..5) => row[4] = "1.10105E+17".into(),
            (7, 0..5) => row[6] = "2020-02-30".into(),
            (9, 0..5) => row[3] = "公家".into(),
            (11, 0..5) => row[4] = "110105194912310021".into(),
            (13, 0..5) => row[0] = String::new(),
            _ => {}
        }
        writeln!(sheet, "{}", row.join(",")).unwrap();
    }
    let sheet = desk.file("台账.csv", sheet).to_str().unwrap().to_owned();
    let (plan, paper) = (desk.text("plan.csv"), desk.text("paper"));
    let ran =
        desk.run("zhang", ["import", "plan", &sheet, "--files", &paper, "-o", &plan, "--json"]).exits(3);
    let planned = summary(&ran);
    assert_eq!(planned["rows"], ROWS, "{planned}");
    assert_eq!(planned["results"]["new"], ROWS - FAULTS, "{planned}");
    let wrong: Vec<Value> = items(&ran).into_iter().filter(|item| item["result"] != "new").collect();
    assert_eq!(wrong.len(), FAULTS);
    assert!(wrong.iter().all(|item| item["reason"].is_string() && item["row"].is_u64()), "each says why");
    let ran = desk.run("zhang", ["import", "apply", &plan, "--json"]).exits(3);
    assert_eq!(summary(&ran)["filed"], ROWS - FAULTS);
    // Once more: nothing is filed twice.
    let before = desk.lines();
    let ran = desk.run("zhang", ["import", "apply", &plan, "--json"]);
    assert!([0, 3].contains(&ran.code), "{}", ran.err);
    assert_eq!(desk.lines(), before);
    planned["digest"].as_str().unwrap().to_owned()
}

/// Gaps are chased: one is marked, one comes later, one is let pass.
fn gaps(desk: &Desk, numbers: &[String]) {
    let missing = desk.run("zhang", ["missing", "--json"]).ok().json();
    assert_eq!(missing["count"], 1, "{missing}");
    let gap = &missing["records"][0];
    assert_eq!(gap["number"].as_str(), Some(numbers[1].as_str()));
    assert_eq!(gap["materials"]["missing"].as_array().unwrap().len(), 6, "{gap}");
    // Whoever reviews cannot pass it meanwhile.
    desk.run("li", ["review", &numbers[1]]).exits(4);
    let shown = desk.run("zhang", ["show", &numbers[1], "--json"]).ok().json();
    let mut args = vec!["correct".to_owned(), numbers[1].clone(), "--reason".into(), "已核对原件".into()];
    for document in shown["documents"].as_array().unwrap() {
        match document["kind"].as_str().unwrap() {
            "APP" => args.extend(["--mark".into(), format!("{}=stamped,signed", document["no"])]),
            "AGT" => args.extend(["--mark".into(), format!("{}=front,back,seen", document["no"])]),
            _ => {}
        }
    }
    desk.run("zhang", &args).ok();
    desk.run("zhang", ["correct", &numbers[1], "--waive", "AGT=护照，无有效期页", "--reason", "特批"]).ok();
    assert_eq!(state(desk, &numbers[1]), "unreviewed");
    let paper = desk.file("later/delivery.pdf", pdf("later")).to_str().unwrap().to_owned();
    desk.run(
        "zhang",
        ["add", &paper, "--to", &numbers[0], "--reason", "邮寄补来", "--kind", "delivery.pdf=DLV"],
    )
    .ok();
    assert_eq!(desk.run("zhang", ["missing", "--json"]).ok().json()["count"], 0);
}

/// Another person reviews: one by one, one given back, and the import as a whole with its sample.
fn reviews(desk: &Desk, numbers: &[String], plan: &str) {
    desk.run("zhang", ["review", &numbers[0]]).exits(4);
    desk.run("li", ["review", &numbers[0], &numbers[1], &numbers[2], &numbers[4]]).ok();
    desk.run("li", ["review", &numbers[3], "--return", "--reason", "营业执照不是该单位的"]).ok();
    assert_eq!((state(desk, &numbers[0]), state(desk, &numbers[3])), ("archived".into(), "returned".into()));
    let drawn = desk.run("li", ["review", "--plan", plan, "-n", "--json"]).ok().json();
    assert_eq!(drawn["sample"].as_array().unwrap().len(), (ROWS - FAULTS).div_ceil(20));
    desk.run("li", ["review", "--plan", plan]).exits(4);
    let done = desk.run("li", ["review", "--plan", plan, "--sample-compared", "--json"]).ok();
    assert_eq!(summary(&done)["reviewed"], ROWS - FAULTS);
}

/// Three corrections, in the open; what they touch is reviewed again.
fn corrections(desk: &Desk, numbers: &[String]) {
    let returned = &numbers[3];
    desk.run("zhang", ["correct", returned, "--customer", "青石集团公司", "--reason", "更名"]).ok();
    desk.run("zhang", ["correct", returned, "--date", "2026-11-19", "--reason", "录入错误"]).ok();
    desk.run("zhang", ["correct", &numbers[0], "--box", "B-7", "--reason", "装盒"]).ok();
    assert_eq!(state(desk, returned), "unreviewed");
    assert_eq!(state(desk, &numbers[0]), "archived", "a box is nothing that a reviewer has to see");
    desk.run("li", ["review", returned]).ok();
    let history = desk.run("wang", ["show", returned, "--history", "--json"]).ok().json();
    let versions = history["history"].as_array().unwrap();
    let changed: Vec<&Value> = versions.iter().map(|version| &version["changed"][0]).collect();
    assert_eq!(changed[1..], ["customer", "date"], "{history}");
    assert_eq!(versions[0]["facts"]["customer"]["name"], "青石公司");
    // Whoever asks for either name finds it, once it is known that they are one.
    desk.run("wang", ["customer", "merge", "青石公司", "--into", "青石集团公司", "--reason", "更名"]).ok();
    let found = desk.run("wang", ["list", "--customer", "青石公司", "--json"]).ok().json();
    assert_eq!(found["records"].as_array().unwrap().len(), 1);
}

/// A copy on another disk; the machine is lost; everything is there again.
fn night(mut desk: Desk, numbers: &[String]) {
    fs::create_dir(desk.path("disk")).unwrap();
    let disk = desk.text("disk");
    desk.run("", ["backup", "create", &disk, "--offsite"]).ok();
    desk.run("zhang", ["backup", "verify", &disk]).ok();
    // What was read in documents is in no copy: it is read again.
    let shown = |desk: &Desk| {
        let mut shown = desk.run("zhang", ["show", &numbers[3], "--history", "--json"]).ok().json();
        let documents = shown["documents"].as_array_mut().unwrap();
        documents.iter_mut().for_each(|document| drop(document.as_object_mut().unwrap().remove("unread")));
        shown
    };
    let before = shown(&desk);
    fs::rename(desk.vault(), desk.path("gone")).unwrap();
    let (back, keys) = (desk.path("back"), desk.text("vault.keys"));
    desk.run("zhang", ["backup", "restore", &disk, back.to_str().unwrap(), "--keystore", &keys]).ok();
    desk.use_vault(back);
    desk.run("zhang", ["verify", "--keystore", &keys]).ok();
    assert_eq!(shown(&desk), before);
    let archived =
        desk.run("zhang", ["list", "--state", "archived", "--limit", "1000", "--json"]).ok().json();
    assert_eq!(archived["records"].as_array().unwrap().len(), numbers.len() + ROWS - FAULTS);
    let spool = desk.text("spool.acts");
    let opened = desk.run("wang", ["open", &numbers[3], "1", "--spool", &spool, "-q"]).ok();
    let name = before["documents"][0]["name"].as_str().unwrap();
    assert_eq!(opened.bytes, fs::read(desk.path("scans/已归档/004").join(name)).unwrap());
}

#[test]
fn a_day_at_an_ra() {
    let desk = begun();
    let numbers = morning(&desk);
    let plan = backlog(&desk);
    gaps(&desk, &numbers);
    reviews(&desk, &numbers, &plan);
    corrections(&desk, &numbers);
    desk.sound("zhang");
    night(desk, &numbers);
}

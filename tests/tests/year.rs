//! The life of an RA told with the real program, by a clock that goes as the story wants: filings, renewals, revocations, a
//! rule that grows longer, a dispute with two holds, and years later a destruction that four people sign.
//!
//! Skipped by name where `faketime` is not installed.

use jingui_checker::{Asked, check};
use jingui_tests::certs::{Ca, Revoked, Wanted, pem};
use jingui_tests::program::{Call, Desk, is_a_refusal};
use jingui_tests::say;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const WAIVED: &[&str] = &[
    "APP", "AGR", "PIN", "SUB", "LRP", "AGT", "POA", "HID", "SEAL", "CHG", "KEY", "LST", "VER", "RCV", "DLV",
];

/// The RA at its desk. Zhang (0001) files and keeps the keys, Li (0002) reviews, Chen (0003) approves, Sun (0004) is the legal
/// officer, Wang (0005) audits. The CA has a key of its own and a machine of its own.
struct Ra {
    desk: Desk,
    issuer: Ca,
}

impl Ra {
    /// Everybody's clock shows this morning from here on.
    fn on(&mut self, day: &str) {
        let morning = format!("@{day} 01:00:00");
        self.desk.go_through(["faketime", "--exclude-monotonic", "-f", &morning]);
    }

    /// On that morning the vault begins: people, the CA's countersignatures, a cosigner, the issuer pinned by two.
    fn begins(day: &str) -> Self {
        let mut ra = Self { desk: Desk::bare(), issuer: Ca::new("Dawn CA", 7) };
        ra.on(day);
        let person = |name: &str, roles: &str| format!("{}={roles}", ra.desk.public(name).display());
        ra.desk
            .call(
                "zhang",
                ["init", "--ra", "东区注册机构", "--fonds", "JG01", "--roles", "security,archivist"],
            )
            .args(["--person", &person("li", "system,reviewer"), "--person", &person("chen", "approver")])
            .args(["--person", &person("sun", "legal"), "--person", &person("wang", "audit"), "--authority"])
            .args([ra.desk.public("ca"), ra.desk.vault().to_owned()])
            .run()
            .ok();
        ra.desk.run("ca", ["staff", "countersign"]).ok();
        let made =
            ra.at_the_ca(["cosigner", "init", "ca", "--name", "ca.example/cosigner", "--json"]).run().ok();
        let key = made.json()["key"].as_str().unwrap().to_owned();
        ra.desk.run("", ["journal", "cosigner", &key, "--request", "name.act"]).ok();
        ra.at_the_ca(["act", "sign", "name.act", "-o", "named.act"]).run().ok();
        ra.desk.run("", ["act", "submit", "named.act"]).ok();
        let file = ra.desk.file("issuer.pem", pem("CERTIFICATE", &ra.issuer.certificate));
        let pinned = ra.desk.call("sun", ["cert", "issuer", "pin", "--json"]).arg(file).run().ok().json();
        ra.desk.run("chen", ["cert", "issuer", "approve", pinned["act"].as_str().unwrap()]).ok();
        ra
    }

    fn at_the_ca<const N: usize>(&self, words: [&str; N]) -> Call {
        self.desk.call("ca", words).without("JINGUI_VAULT")
    }

    /// Files an application with a certificate of this number and last day, or one that was taken back; and has it reviewed.
    fn files(&self, customer: &str, date: &str, certificate: Option<(u8, &str)>) -> String {
        let paper = self.desk.file(format!("{customer}.txt"), format!("application of {customer}"));
        let mut call = self.desk.call("zhang", ["add", "--json"]).arg(paper);
        call = call.args(["--project", "社保", "--customer", customer, "--customer-kind", "enterprise"]);
        call = call.args(["--outlet", "一号网点", "--business", "new", "--date", date, "--box", "B-7"]);
        for kind in WAIVED {
            call = call.args(["--waive", &format!("{kind}=on paper")]);
        }
        match certificate {
            Some((serial, ends)) => call = call.arg("--cert").arg(self.certificate(serial, date, ends)),
            None => call = call.args(["--outcome", "withdrawn"]),
        }
        let number = call.run().ok().json()["number"].as_str().unwrap().to_owned();
        self.desk.run("li", ["review", &number]).ok();
        number
    }

    fn certificate(&self, serial: u8, begins: &str, ends: &str) -> PathBuf {
        let short = |day: &str, time: &str| format!("{}{time}", day[2..].replace('-', ""));
        let wanted = Wanted { begins: short(begins, "000000Z"), ..Wanted::new(&[serial]) };
        let der = self.issuer.issue(&wanted.until(&short(ends, "155959Z")));
        self.desk.file(format!("{serial}.pem"), pem("CERTIFICATE", &der))
    }

    /// Requests and answers go by hand between the RA and the CA.
    fn cosigned(&self, name: &str) {
        let (request, answer) = (format!("{name}.request"), format!("{name}.answer"));
        self.desk.run("", ["journal", "cosign", "--request", "-o", &request]).ok();
        let toml = self.desk.vault().join("VAULT.toml").display().to_string();
        self.at_the_ca(["cosigner", "sign", &request, "-o", &answer, "--dir", "ca", "--trust", &toml])
            .run()
            .ok();
        self.desk.run("", ["journal", "cosign", "--import", &answer]).ok();
    }

    /// A person signs on a machine of their own; the act is carried in by somebody without a key.
    fn signs_elsewhere(&self, who: &str, words: &[&str], act: &str) {
        self.desk.call(who, words).args(["--act-out", act]).run().ok();
        self.desk.run("", ["act", "submit", act]).ok();
    }

    /// Two people take the one appraisal of a record back, each on a machine of their own.
    fn takes_back(&self, number: &str) {
        let appraisals = || self.why(number)["appraisals"].as_array().map_or(0, Vec::len);
        assert_eq!(appraisals(), 1);
        let propose = ["purge", "reverse", "propose", "--record", number, "--reason", "there was no tender"];
        self.signs_elsewhere("sun", &propose, "slip.act");
        let list = self.desk.run("", ["purge", "reverse", "list", "--json"]).ok().json();
        let [proposed] = &list["proposed"].as_array().unwrap()[..] else { panic!("{list}") };
        assert_eq!((&proposed["by"], appraisals()), (&"0004".into(), 1));
        let confirm = ["purge", "reverse", "confirm", proposed["act"].as_str().unwrap()];
        self.signs_elsewhere("li", &confirm, "slip-confirmed.act");
        assert_eq!(appraisals(), 0);
    }

    fn why(&self, number: &str) -> Value {
        self.desk.run("", ["why", number, "--json"]).ok().json()
    }

    #[track_caller]
    fn sound(&self) {
        self.desk.sound("zhang");
        let asked = Asked { vault: self.desk.vault().to_owned(), ..Default::default() };
        assert_eq!(check(&asked), []);
    }
}

fn has(program: &str) -> bool {
    let there = Command::new(program).arg("--version").output().is_ok();
    if !there {
        say(&format!("skipped: {program} is not installed"));
    }
    there
}

#[test]
fn an_ra_files_keeps_holds_and_destroys() {
    if !has("faketime") {
        return;
    }
    let mut ra = Ra::begins("2020-01-06");

    // The year: five applications, one of them taken back.
    ra.on("2020-02-03");
    let renewed = ra.files("晨光公司", "2020-02-03", Some((11, "2021-02-02")));
    let revoked = ra.files("海运公司", "2020-02-03", Some((12, "2022-02-02")));
    let disputed = ra.files("北山公司", "2020-02-03", Some((13, "2021-02-02")));
    ra.on("2020-03-02");
    let withdrawn = ra.files("东风公司", "2020-03-02", None);
    let suspected = ra.files("南湖公司", "2020-03-02", None);

    // A renewal that uses the same material again, and a list by which one is revoked.
    ra.on("2020-09-10");
    let next = ra.certificate(21, "2020-09-10", "2023-02-02");
    ra.desk.call("zhang", ["cert", "add", &renewed, "--reliance", "renewal"]).arg(next).run().ok();
    let entries: &[Revoked<'_>] = &[(&[12], "200910000000Z", Some(1), &[])];
    let list = ra.desk.file("list.crl", pem("X509 CRL", &ra.issuer.list("200910000000Z", entries, &[])));
    ra.desk.call("zhang", ["cert", "import"]).arg(list).run().ok();
    assert_eq!(ra.why(&revoked)["dates"]["last"], "2025-09-10");

    // The CA keeps longer from now on: that reaches what is there.
    ra.on("2020-10-12");
    let rule = ["rule", "propose", "CN-P5", "--years", "6", "--effective", "2020-10-12"];
    let rule = ra.desk.call("chen", rule).args(["--basis", "CPS 2.1", "--reason", "the new CPS", "--json"]);
    let act = rule.run().ok().json()["act"].as_str().unwrap().to_owned();
    let diff = ra.desk.run("sun", ["rule", "diff", "CN-P5", "--json"]).ok().json();
    assert_eq!(diff["affected"], 3);
    ra.desk.run("sun", ["rule", "approve", &act]).ok();
    assert_eq!(ra.why(&revoked)["dates"]["last"], "2026-09-10");

    // A dispute, and a suspicion about whatever that customer ever filed.
    ra.on("2020-11-20");
    let place = ["hold", "place", "--matter"];
    ra.desk.call("sun", place).args(["(2020) Civ 77", "--basis", "order", "--record", &disputed]).run().ok();
    let query = "customer:南湖公司";
    ra.desk.call("sun", place).args(["complaint 12", "--basis", "letter", "--query", query]).run().ok();
    ra.cosigned("2020");

    // Somebody turns the clock on by eleven years. Nothing comes of it.
    ra.on("2031-01-06");
    ra.desk.refuses("", ["purge", "plan"], 6, "2020-11-20");
    ra.desk.run("", ["jobs", "run", "plan", "run"]).ok();
    assert_eq!(
        ra.desk.run("", ["purge", "list", "--all", "--json"]).ok().json()["plans"],
        serde_json::json!([])
    );
    ra.sound();

    // Years later, with the clock right again, and what it wrote in between.
    ra.on("2031-06-02");
    ra.cosigned("2031");
    let plan = ra.desk.run("zhang", ["purge", "plan", "--json"]).ok().json();
    let id = plan["plan"].as_str().unwrap().to_owned();
    assert_eq!((&plan["records"], &plan["excluded"]), (&3.into(), &2.into()));
    let shown = ra.desk.run("sun", ["purge", "show", &id, "--json"]).ok().json();
    let numbers: Vec<&str> =
        shown["rows"].as_array().unwrap().iter().map(|row| row["number"].as_str().unwrap()).collect();
    assert_eq!(numbers, [&renewed, &revoked, &withdrawn]);
    for out in shown["out"].as_array().unwrap() {
        assert_eq!(out["reason"], "not-eligible", "of a hold there is no sign");
    }

    // Sun appraises: one is kept a while, two go. Chen signs off, Li and Wang are witnesses, each with a key of their own.
    let reason = ["--reason", "time is over"];
    ra.desk.call("sun", ["purge", "appraise", &id, "--all"]).args(reason).run().ok();
    let keep = ["purge", "appraise", &id, "--row", "1", "--keep-until", "2035-01-01", "--reason", "a tender"];
    ra.desk.run("sun", keep).ok();
    let refused = ra.desk.run("sun", ["purge", "approve", &id, "--confirm", &id]);
    is_a_refusal(&refused.exits(4), "0004");
    ra.desk.run("chen", ["purge", "approve", &id]).exits(2);
    ra.signs_elsewhere("chen", &["purge", "approve", &id, "--confirm", &id], "chen.act");
    ra.signs_elsewhere("li", &["purge", "witness", &id], "li.act");
    ra.signs_elsewhere("wang", &["purge", "witness", &id], "wang.act");
    ra.desk.refuses("zhang", ["purge", "run", &id, "--confirm", &id], 4, "countersigned");
    ra.cosigned("signed-at-once");
    ra.desk.refuses("zhang", ["purge", "run", &id, "--confirm", &id], 4, "2031-06-09");

    // One more hold, after everything was signed; it is released by two, and that is too late for this plan.
    let late = ["hold", "place", "--matter", "inquiry", "--basis", "letter", "--record", &withdrawn];
    ra.desk.run("sun", late).ok();
    ra.on("2031-06-12");
    // The RA's clock alone does not make it later.
    ra.desk.refuses("zhang", ["purge", "run", &id, "--confirm", &id], 4, "2031-06-09");
    ra.cosigned("signed");
    let next = ra.desk.run("", ["status", "--json"]).ok().json()["plans"][0]["next"]["needs"].clone();
    assert_eq!(next, "run");
    // Rehearsed and carried out: what becomes of each record, one line each, and how many.
    for how in [&["-n"][..], &["--confirm", id.as_str()]] {
        let mut lines =
            ra.desk.call("zhang", ["purge", "run", &id, "--json"]).args(how).run().exits(3).json_lines();
        lines.retain(|line| line["type"] != "warning");
        let [destroyed, left, summary] = &lines[..] else { panic!("{lines:?}") };
        assert_eq!(
            (destroyed["type"].as_str(), destroyed["result"].as_str()),
            (Some("item"), Some("destroyed"))
        );
        assert_eq!(destroyed["number"], revoked.as_str());
        assert_eq!((left["number"].as_str(), left["result"].as_str()), (Some(&withdrawn[..]), Some("left")));
        assert_eq!(left["reason"], "not-eligible");
        assert_eq!(summary["type"], "summary");
        assert_eq!([&summary["destroyed"], &summary["left"], &summary["exit_code"]], [1, 1, 3]);
    }
    let waits = ra.desk.run("", ["status", "--json"]).ok().json()["plans"][0].clone();
    assert_eq!((&waits["stage"], &waits["next"]["needs"]), (&"closed".into(), &"attest".into()));
    assert_eq!(waits["next"]["by"].as_array().map(Vec::len), Some(2));

    // It is gone and says so; what was held, kept or renewed is there.
    for words in [["show", &revoked], ["open", &revoked], ["why", &revoked], ["log", &revoked]] {
        ra.desk.refuses("sun", words, 6, &revoked);
    }
    let again = ra.desk.call("zhang", ["hold", "place"]).run();
    again.exits(2);
    for number in [&renewed, &disputed, &withdrawn, &suspected] {
        ra.desk.run("sun", ["show", number]).ok();
    }
    ra.sound();

    // Both witnesses sign the register; the certificate is checked with stock tools; the old key dies, and with it every copy.
    for who in ["li", "wang"] {
        ra.desk.run(who, ["purge", "witness", &id]).ok();
    }
    ra.desk.refuses("sun", ["purge", "witness", &id], 4, "0004");
    assert_eq!(ra.desk.run("", ["status", "--json"]).ok().json()["plans"], serde_json::json!([]));
    let certificate = ra.desk.run("", ["purge", "certificate", &id, "--json"]).ok().json();
    assert_eq!((&certificate["destroyed"], &certificate["sealed"]), (&1.into(), &false.into()));
    assert_eq!(certificate["openable_by"][0]["epoch"], 1);
    ra.desk.run("", ["purge", "certificate", &id, "-o", "certificate"]).ok();
    checked(&ra.desk.path("certificate"), &ra.desk);
    ra.desk.run("zhang", ["keys", "rotate", "--reason", "after the destruction"]).ok();
    let certificate = ra.desk.run("", ["purge", "certificate", &id, "--json"]).ok().json();
    assert_eq!((&certificate["sealed"], &certificate["openable_by"]), (&true.into(), &serde_json::json!([])));
    for lang in ["zh", "en"] {
        let text = ra.desk.call("", ["purge", "certificate", &id, "--lang", lang]).run().ok().out();
        assert!(text.contains(&id) && !text.contains("certificate-") && !text.contains("signed-"), "{text}");
    }
    // The register on paper, in both languages, to be signed.
    let font = ra.desk.file("toy.ttf", jingui_tests::toy_font::Toy::default().file());
    for lang in ["zh", "en"] {
        let name = format!("register.{lang}.pdf");
        let print = ["print", "register", &id, "--substitute", "-o", &name, "--lang", lang];
        ra.desk.call("sun", print).arg("--font").arg(&font).run();
        assert!(fs::read(ra.desk.path(&name)).unwrap().starts_with(b"%PDF-"));
    }
    ra.takes_back(&renewed);
    ra.sound();
}

/// A stranger with the authority's key checks the certificate; and what was changed in it is found.
fn checked(folder: &Path, desk: &Desk) {
    if !["openssl", "jq", "xxd"].iter().all(|program| has(program)) {
        return;
    }
    let toml = fs::read_to_string(desk.vault().join("VAULT.toml")).unwrap();
    let key = toml.split("sign = \"").nth(1).unwrap()[..64].to_owned();
    let check = |arg: &str| {
        let ran = Command::new("bash").arg(folder.join("check.sh")).arg(arg).output().unwrap();
        (ran.status.success(), String::from_utf8_lossy(&[ran.stdout, ran.stderr].concat()).into_owned())
    };
    let (proved, text) = check(&key);
    assert!(proved && text.contains("PROVED"), "{text}");
    assert!(!check(&"0".repeat(64)).0, "another authority's key");
    for (name, from, to) in [
        ("register.jsonl", "\"destroyed\":1", "\"destroyed\":2"),
        ("plan.jsonl", "CN-P5", "CN-R3"),
        ("head.txt", "jingui/", "jingul/"),
    ] {
        let path = folder.join(name);
        let whole = fs::read_to_string(&path).unwrap();
        fs::write(&path, whole.replacen(from, to, 1)).unwrap();
        assert!(!check(&key).0, "{name} was changed");
        fs::write(&path, whole).unwrap();
    }
    let witness = fs::read_dir(folder.join("lines")).unwrap().map(|entry| entry.unwrap().path());
    let witness =
        witness.into_iter().find(|path| fs::read_to_string(path).unwrap().contains("purge.witness")).unwrap();
    let whole = fs::read_to_string(&witness).unwrap();
    let bent = whole.replacen("\"by\":\"000", "\"by\":\"001", 1);
    assert_ne!(bent, whole);
    fs::write(&witness, bent).unwrap();
    assert!(!check(&key).0, "a witness was changed");
    fs::write(&witness, whole).unwrap();
    assert!(check(&key).0);
}

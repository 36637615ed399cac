//! The real program at both ends: an RA closes, its CA takes everything in, and nothing is left behind that opens.

use jingui_checker::{Asked, check};
use jingui_tests::certs::{Ca, Wanted, pem};
use jingui_tests::ends::{ra_and_ca, summary};
use jingui_tests::program::{Desk, LABELS, Ran};
use jingui_tests::say;
use jingui_tests::toy_font::Toy;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

/// An RA and its CA, each with a vault of its own; a directory between them.
struct Ends {
    ra: Desk,
    ca: Desk,
    at: String,
}

impl Ends {
    /// Escrow proved, people countersigned, a cosigner named; the CA's vault is empty.
    fn new() -> Self {
        let (ra, ca) = ra_and_ca();
        fs::create_dir(ra.path("disk")).unwrap();
        Self { at: ra.text("disk"), ra, ca }
    }

    fn at_the_ca(&self, words: &[&str]) -> Ran {
        self.ca.run("ca", words)
    }

    fn files(&self, name: &str, more: &[&str]) -> String {
        let path = self.ra.file(name, format!("what is in {name}"));
        let call = self.ra.call("zhang", ["add", "--json"]).args(LABELS).args(more).arg(path);
        call.run().ok().json()["number"].as_str().unwrap().to_owned()
    }

    /// Files one document into a project.
    fn files_in(&self, project: &str, name: &str) -> String {
        let path = self.ra.file(name, format!("what is in {name}"));
        let mut labels = LABELS.to_vec();
        labels[1] = project;
        let call = self.ra.call("zhang", ["add", "--json"]).args(labels).arg("--new-project").arg(path);
        call.run().ok().json()["number"].as_str().unwrap().to_owned()
    }

    fn push(&self) -> Vec<Value> {
        self.ra.run("", ["push", &self.at, "--json"]).ok().json_lines()
    }

    /// The CA countersigns what was asked last.
    fn countersigns(&self) {
        let trust = self.ra.vault().join("VAULT.toml");
        let words = ["cosigner", "sign", "--dir", "c", "--at", &self.at, "--trust", trust.to_str().unwrap()];
        self.at_the_ca(&words).ok();
    }

    fn take(&self, file: &str) -> Ran {
        self.at_the_ca(&["accept", &self.at, "--take", "-o", file, "--cosigner", "c", "--json"])
    }

    /// Two people seal it, and everything is sent.
    fn seal(&self) {
        let begun = self.ra.run("li", ["handover", "begin", "--reason", "closing", "--json"]).ok().json();
        self.ra.run("qian", ["handover", "confirm", begun["act"].as_str().unwrap()]).ok();
        self.push();
        self.countersigns();
    }

    /// The receipt goes back to the RA, which takes it in.
    fn receipt(&self, file: &str) {
        let signed = format!("signed-{file}");
        self.at_the_ca(&["act", "sign", file, "-o", &signed]).ok();
        self.at_the_ca(&["act", "send", &signed, "--at", &self.at]).ok();
        let pushed = self.push();
        assert!(pushed.iter().any(|item| item["kind"] == "handover.receipt"), "{pushed:?}");
    }

    fn status(&self) -> Value {
        self.ra.run("", ["handover", "status", "--json"]).ok().json()
    }

    /// The papers of three records as they can be read, without white space; nothing, said so, where `pdftotext` is not installed.
    fn papers(&self, who: &str, lang: &str, name: &str) -> Option<String> {
        let (font, out) = (self.ra.file("toy.ttf", Toy::default().file()), self.ra.text(name));
        let words = ["print", "handover", "--lang", lang, "--json", "-o", &out, "--font"];
        let told = self.ra.call(who, words).arg(font).run().ok().json();
        assert_eq!((&told["form"], &told["items"]), (&"handover".into(), &3.into()), "{told}");
        let Ok(ran) = Command::new("pdftotext").args(["-q", "-raw", "-enc", "UTF-8", &out, "-"]).output()
        else {
            say("SKIPPED: pdftotext (poppler-utils) is not installed");
            return None;
        };
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        let text = String::from_utf8(ran.stdout).unwrap();
        Some(text.chars().filter(|c| !c.is_whitespace()).collect())
    }
}

/// The second opinion finds nothing at a desk.
#[track_caller]
fn seconded(desk: &Desk) {
    let asked = Asked { vault: desk.vault().to_owned(), ..Default::default() };
    assert_eq!(check(&asked), []);
}

/// Files below a directory; none where it is not there.
fn files_below(dir: &Path) -> usize {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    entries.map(|entry| if entry.path().is_dir() { files_below(&entry.path()) } else { 1 }).sum()
}

/// Some file below a directory.
fn some_file(dir: &Path) -> std::path::PathBuf {
    let mut path = dir.to_owned();
    while path.is_dir() {
        path = fs::read_dir(&path).unwrap().flatten().next().expect("it is not empty").path();
    }
    path
}

#[test]
fn an_ra_closes_and_its_ca_has_everything() {
    let ends = Ends::new();
    let Ends { ra, ca, at } = &ends;
    let issuer = Ca::new("CA", 1);
    let cert = ra.file("cert.pem", pem("CERTIFICATE", &issuer.issue(&Wanted::new(&[7]))));
    let one = ends.files("one.txt", &["--cert", cert.to_str().unwrap()]);
    let (two, three) = (ends.files("two.txt", &[]), ends.files("three.txt", &[]));
    ra.run("sun", ["hold", "place", "--record", &two, "--matter", "(2026) 7", "--basis", "order"]).ok();
    ends.push();
    ends.countersigns();
    assert!(ra.run("", ["handover", "status"]).ok().out().contains("Nothing is handed over"));
    assert_eq!(ra.refuses("", ["handover", "check"], 6, "Nothing"), "no-handover");
    let early = ["print", "handover", "-o", &ra.text("early.pdf")].map(str::to_owned);
    assert_eq!(ra.refuses("", &early, 6, "Nothing"), "no-handover");

    // What is not handed over is not taken in.
    assert_eq!(ends.take("early.act").exits(4).fault()["code"], "not-handed-over");

    // One proposes, another confirms.
    assert_eq!(ra.refuses("zhang", ["handover", "begin", "--reason", "closing"], 4, ""), "role");
    ra.run("li", ["handover", "begin", "--reason", "closing", "-n"]).ok();
    let begun = ra.run("li", ["handover", "begin", "--reason", "closing", "--json"]).ok().json();
    let act = begun["act"].as_str().unwrap().to_owned();
    assert_eq!(ends.status()["proposed"]["act"], act);
    assert_eq!(ra.refuses("li", ["handover", "confirm", &act], 4, ""), "role");
    ra.run("qian", ["handover", "confirm", &act, "-n"]).ok();
    let told = ra.run("qian", ["handover", "confirm", &act]).ok();
    assert!(told.err.contains("jingui push"), "{}", told.err);
    let four = ra.file("four.txt", "too late").to_str().unwrap().to_owned();
    let adding: Vec<&str> = ["add", &four].into_iter().chain(LABELS.iter().copied()).collect();
    assert_eq!(ra.refuses("zhang", adding, 4, "handed over"), "handed-over");
    assert_eq!(ra.refuses("", ["handover", "check"], 4, "receipt"), "no-receipt");
    assert_eq!(ra.refuses("", &early, 4, "receipt"), "no-receipt");
    assert!(!ra.path("early.pdf").exists());
    ends.push();
    assert_eq!(ends.status()["stage"], "sent");
    ends.countersigns();

    // A body is damaged on the way: nothing is taken in until it has come again.
    fs::write(some_file(&ra.path("disk/bodies")), "short").unwrap();
    let found = ends.take("damaged.act").exits(13).json_lines();
    assert_eq!((&summary(&found)["wanted"], &summary(&found)["taken"]), (&1.into(), &Value::Null));
    assert!(!ca.path("damaged.act").exists() && ca.records("ca").is_empty());
    let pushed = ends.push();
    assert_eq!(summary(&pushed)["again"], 1);
    ends.at_the_ca(&["accept", at, "--take", "-o", "would.act", "--cosigner", "c", "-n"]).ok();
    assert!(!ca.path("would.act").exists() && ca.records("ca").is_empty());
    let taken = ends.take("receipt.act").ok().json_lines();
    let taken = &summary(&taken)["taken"];
    assert_eq!(
        [&taken["new"], &taken["holds"], &taken["differs"]],
        [&3.into(), &1.into(), &Value::from(0)],
        "{taken}"
    );
    assert!(taken["list"].as_str().unwrap().ends_with(".receipt"), "{taken}");
    let shown = ends.at_the_ca(&["act", "show", "receipt.act", "--json"]).ok().json();
    assert_eq!((&shown["kind"], &shown["data"]["records"]), (&"handover.receipt".into(), &3.into()));
    assert_eq!(
        ca.refuses("ca", ["accept", at, "--take", "-o", "receipt.act", "--cosigner", "c"], 2, "receipt.act"),
        "exists"
    );
    ends.receipt("receipt.act");
    assert_eq!(ends.status()["stage"], "receipted");
    assert_eq!(summary(&ra.run("", ["handover", "check", "--json"]).ok().json_lines())["lacks"], 0);
    assert_eq!(ra.refuses("sun", ["handover", "cancel", "--reason", "no"], 4, "receipted"), "handed-over");

    // The papers say what was handed over; of holds only to who may know of them.
    let root = shown["data"]["root"].as_str().unwrap();
    let lines = ra.lines();
    let says = |text: Option<String>, wanted: &[&str]| {
        let Some(text) = text else { return };
        let all = wanted.iter().copied().chain([&*one, &*two, &*three]);
        all.for_each(|wanted| assert!(text.contains(wanted), "{wanted} is not in {text}"));
    };
    let checks = ["真实性", "完整性", "可用性", "安全性"];
    let papers = ends.papers("", "zh", "papers.pdf");
    assert!(papers.as_ref().is_none_or(|text| !text.contains("冻结") && text.matches(root).count() == 2));
    says(papers, &[&checks[..], &["交接文据（交方存）", "交接文据（接方存）", "移交清单", root]].concat());
    says(ends.papers("sun", "zh", "with-holds.pdf"), &["冻结"]);
    let checks = ["Authenticity", "Integrity", "Usability", "Safety"];
    says(ends.papers("", "en", "papers.en.pdf"), &[&checks[..], &["Deedoftransfer", root]].concat());
    assert_eq!(ra.lines(), lines, "printing is no event");

    // A court's letter comes: the CA has to know of it first.
    ra.run("sun", ["hold", "place", "--record", &three, "--matter", "(2026) 8", "--basis", "letter"]).ok();
    let checked = ra.run("", ["handover", "check", "--json"]).exits(3).json_lines();
    assert_eq!((&checked[0]["number"], &checked[0]["why"]), (&three.as_str().into(), &"hold".into()));
    let first = ends.status()["receipt"]["act"].as_str().unwrap().to_owned();
    let finish = |receipt: &str| ["handover", "finish", "--confirm", receipt].map(str::to_owned);
    assert_eq!(ra.refuses("sun", finish(&first), 4, "receipt"), "not-receipted");
    ends.push();
    let taken = ends.take("second.act").ok().json_lines();
    assert_eq!(
        (&summary(&taken)["taken"]["new"], &summary(&taken)["taken"]["holds"]),
        (&0.into(), &1.into())
    );
    ends.receipt("second.act");
    ra.run("", ["handover", "check"]).ok();

    // The receipt is typed, not only agreed to; who may not destroy may not.
    let second = ends.status()["receipt"]["act"].as_str().unwrap().to_owned();
    assert_ne!(first, second);
    assert_eq!(ra.refuses("sun", ["handover", "finish"], 2, "receipt"), "handover-unconfirmed");
    assert_eq!(ra.refuses("sun", finish(&first), 2, "receipt"), "handover-unconfirmed");
    assert_eq!(ra.refuses("zhang", finish(&second), 4, ""), "role");
    ra.run("sun", ["handover", "finish", "-n"]).ok();
    assert!(files_below(&ra.vault().join("bodies")) >= 3, "a dry run destroys nothing");
    let told = ra.call("sun", finish(&second)).arg("--json").run().ok().json();
    assert_eq!((&told["records"], &told["mirror_lags"]), (&3.into(), &Value::Null));
    for gone in ["covers", "bodies", "notes", "text"] {
        assert_eq!(files_below(&ra.vault().join(gone)), 0, "{gone}");
    }
    assert_eq!(files_below(&ra.keystore().join("epochs")), 0);
    ra.run("", ["verify", "--keyless", "--all"]).ok();
    assert_eq!(ends.status()["stage"], "destroyed");
    // Once more changes nothing.
    let lines = ra.lines();
    assert!(ra.run("sun", finish(&second)).code != 13);
    assert_eq!(ra.lines(), lines);

    // Closed is what the CA has countersigned.
    ends.push();
    ends.countersigns();
    ends.push();
    let status = ends.status();
    assert_eq!((&status["stage"], &status["records"]), (&"closed".into(), &0.into()));
    assert_eq!(status["keys"][0]["escrow"], true, "the CA's copy of the key opens what lies at the target");
    assert_eq!(ra.run("", ["status", "--json"]).ok().json()["handover"], "closed");
    ra.run("", ["verify", "--keyless", "--all"]).ok();

    // Nothing that opens is left, and the papers say the same.
    says(ends.papers("", "zh", "afterwards.pdf"), &["安全性", &second]);

    // All of it is at the CA, under the RA's numbers.
    let mut numbers: Vec<String> =
        ca.records("ca").iter().map(|record| record["number"].as_str().unwrap().to_owned()).collect();
    numbers.sort();
    assert_eq!(numbers, [one.clone(), two.clone(), three.clone()]);
    assert_eq!(ca.document("ca", &two, 1), b"what is in two.txt");
    let shown = ca.run("ca", ["show", &one, "--json"]).ok().json();
    assert_eq!(shown["certs"].as_array().unwrap().len(), 1, "{shown}");
    // Who took it in has not reviewed it, and the day on which it came is not that on which it was filed.
    assert_eq!((&shown["taken"]["fonds"], &shown["reviewed"]), (&"JG01".into(), &Value::Null), "{shown}");
    let told = ca.run("ca", ["show", &one, "--lang", "zh"]).ok();
    assert!(told.out().contains("原归档日期") && !told.out().contains("归档时间"), "{}", told.out());
    for number in &numbers {
        ca.run("", ["why", number]).ok();
        ca.run("ca", ["log", number]).ok();
    }
    let holds = ca.run("ca", ["hold", "list", "--json"]).ok().json();
    let mut matters: Vec<&str> =
        holds["holds"].as_array().unwrap().iter().map(|hold| hold["matter"].as_str().unwrap()).collect();
    matters.sort_unstable();
    assert_eq!(matters, ["(2026) 7", "(2026) 8"]);
    ca.sound("ca");
    seconded(ca);
    seconded(ra);
}

#[test]
fn a_hand_over_can_be_called_off_until_there_is_a_receipt() {
    let ends = Ends::new();
    let Ends { ra, .. } = &ends;
    ends.files("one.txt", &[]);
    assert_eq!(ra.refuses("sun", ["handover", "cancel", "--reason", "no"], 6, "Nothing"), "no-handover");
    let begin = || {
        let begun = ra.run("li", ["handover", "begin", "--reason", "closing", "--json"]).ok().json();
        begun["act"].as_str().unwrap().to_owned()
    };
    // Only proposed: it is refused.
    let act = begin();
    ra.run("sun", ["handover", "cancel", "--reason", "no", "-n"]).ok();
    ra.run("sun", ["handover", "cancel", "--reason", "no"]).ok();
    assert_eq!(ra.refuses("sun", ["handover", "confirm", &act], 6, &act), "no-proposal");
    // Confirmed: filing goes on once it is called off.
    let act = begin();
    ra.run("sun", ["handover", "confirm", &act]).ok();
    let told = ra.run("", ["handover", "status", "--lang", "zh"]).ok();
    assert!(told.out().contains("已封库"), "{}", told.out());
    ra.run("sun", ["handover", "cancel", "--reason", "renewed"]).ok();
    assert_eq!(ends.status()["stage"], Value::Null);
    ends.files("two.txt", &[]);
    ra.sound("zhang");
    seconded(ra);
}

#[test]
fn one_project_goes_to_the_ca_and_the_ra_goes_on() {
    let ends = Ends::new();
    let Ends { ra, ca, .. } = &ends;
    let (going, staying) = (ends.files_in("电子税务", "one.txt"), ends.files_in("社保", "two.txt"));
    ends.push();
    ends.countersigns();
    let begin =
        |project: &str| ["handover", "begin", "--project", project, "--reason", "moved"].map(str::to_owned);
    assert_eq!(ra.refuses("li", begin("无此项目"), 6, "无此项目"), "nothing-listed");
    ra.call("li", begin("电子税务")).arg("-n").run().ok();
    let lines = ra.lines();
    let begun = ra.call("li", begin("电子税务")).arg("--json").run().ok().json();
    assert_eq!((&begun["records"], &begun["project"]), (&1.into(), &"电子税务".into()));
    assert_eq!(ra.lines(), lines + 2, "the list, and what proposes it");
    assert_eq!(ends.status()["proposed"]["records"], 1);
    ra.run("qian", ["handover", "confirm", begun["act"].as_str().unwrap()]).ok();

    // Filing goes on, also into that project. Whose records go is told to who has a key.
    let later = ends.files_in("电子税务", "three.txt");
    let status = ra.run("zhang", ["handover", "status", "--json"]).ok().json();
    let told = (&status["project"], &status["beside"], &status["list"], &status["records"]);
    assert_eq!(told, (&"电子税务".into(), &1.into(), &true.into(), &1.into()));
    assert_eq!(ends.status()["project"], Value::Null);
    let correct = |number: &str| ["correct", number, "--tag", "x", "--reason", "y"].map(str::to_owned);
    assert_eq!(ra.refuses("zhang", correct(&going), 4, "handed over"), "sealed");
    ra.run("zhang", correct(&staying)).ok();

    ends.push();
    ends.countersigns();
    let taken = ends.take("receipt.act").ok().json_lines();
    let taken = &summary(&taken)["taken"];
    assert_eq!((&taken["new"], &taken["differs"]), (&1.into(), &0.into()), "{taken}");
    ends.receipt("receipt.act");
    ra.run("", ["handover", "check"]).ok();
    let receipt = ends.status()["receipt"]["act"].as_str().unwrap().to_owned();
    let finish = || ["handover", "finish", "--confirm", &receipt].map(str::to_owned);
    ra.run("sun", ["handover", "finish", "-n"]).ok();
    let told = ra.call("sun", finish()).arg("--json").run().ok().json();
    assert_eq!((&told["records"], &told["mirror_lags"]), (&1.into(), &Value::Null));
    assert!(files_below(&ra.keystore().join("epochs")) > 0, "keys stay");

    // What was handed over says where it is; the rest is as it was.
    assert_eq!(ra.refuses("zhang", ["show", &going], 6, &receipt), "transferred");
    assert_eq!(ra.refuses("", ["why", &going], 6, &receipt), "transferred");
    let reverse = ["purge", "reverse", "propose", "--record", &going, "--reason", "a slip", "-n"];
    assert_eq!(ra.refuses("qian", reverse, 6, &receipt), "transferred");
    let mut numbers: Vec<String> =
        ra.records("zhang").iter().map(|record| record["number"].as_str().unwrap().to_owned()).collect();
    numbers.sort();
    assert_eq!(numbers, [staying.clone(), later]);
    assert_eq!(ra.document("zhang", &staying, 1), b"what is in two.txt");
    assert_eq!(ca.document("ca", &going, 1), b"what is in one.txt");
    ends.push();
    ends.countersigns();
    ends.push();
    let status = ends.status();
    assert_eq!(
        (&status["stage"], &status["earlier"][0]["receipt"]),
        (&"closed".into(), &receipt.clone().into())
    );
    assert_eq!(status["open"][0], 1, "what lies in older copies opens until keys are renewed");
    assert_eq!(ra.run("", ["status", "--json"]).ok().json()["handover"], Value::Null);
    let (font, out) = (ra.file("toy.ttf", Toy::default().file()), ra.text("papers.pdf"));
    let words = ["print", "handover", "--receipt", &receipt, "--json", "-o", &out, "--font"];
    let told = ra.call("zhang", words).arg(font).run().ok().json();
    assert_eq!((&told["form"], &told["items"]), (&"handover".into(), &1.into()), "{told}");

    // And another one may begin.
    ra.call("li", begin("社保")).arg("-n").run().ok();
    ra.sound("zhang");
    ca.sound("ca");
    seconded(ra);
}

#[test]
fn documents_that_stay_at_the_target_are_opened_and_found_from_there() {
    let ends = Ends::new();
    let Ends { ra, ca, at } = &ends;
    let (one, two) = (ends.files("one.txt", &[]), ends.files("two.txt", &[]));
    ends.push();
    ends.countersigns();
    let words =
        ["accept", at, "--take", "--leave-documents", "-o", "receipt.act", "--cosigner", "c", "--json"];
    // Before anything is handed over, nothing says that documents were left.
    assert_eq!(ends.at_the_ca(&words).fault()["code"], "not-handed-over");
    let is_mark = |entry: fs::DirEntry| entry.path().extension().is_some_and(|end| end == "left");
    assert!(!fs::read_dir(ra.path("disk/exchange/ca")).unwrap().flatten().any(is_mark));
    assert_eq!(ca.run("", ["handover", "place", "--json"]).ok().json()["places"], Value::Array(vec![]));
    ends.seal();
    let taken = ends.at_the_ca(&words).ok().json_lines();
    let taken = &summary(&taken)["taken"];
    assert_eq!([&taken["new"], &taken["left"], &taken["differs"]], [&2.into(), &2.into(), &Value::from(0)]);
    // Whoever clears the target keeps them.
    let mut left = fs::read_dir(ra.path("disk/exchange/ca")).unwrap().flatten();
    assert!(left.any(|entry| entry.path().extension().is_some_and(|end| end == "left")));
    assert_eq!(files_below(&ca.vault().join("bodies")), 0);
    assert_eq!(ca.document("ca", &one, 1), b"what is in one.txt");
    let shown = ca.run("ca", ["show", &one, "--json"]).ok().json();
    let places = ca.run("", ["handover", "place", "--json"]).ok().json();
    let target = places["places"][0]["target"].as_str().unwrap().to_owned();
    assert_eq!(
        (&shown["filings"][0]["elsewhere"], &places["cache"]),
        (&target.as_str().into(), &(1 << 30).into())
    );
    ends.receipt("receipt.act");

    // What lies there is no damage here, is said, and is read there where that is asked.
    let told = ca.run("", ["verify", "--keyless", "--json"]).ok().json_lines();
    assert_eq!((&summary(&told)["left"], &summary(&told)["left_read"]), (&2.into(), &false.into()));
    let told = ca.run("ca", ["verify", "--left", "--json"]).ok().json_lines();
    assert_eq!((&summary(&told)["left"], &summary(&told)["left_read"]), (&2.into(), &true.into()));
    assert!(ca.run("", ["verify", "--keyless"]).ok().out().contains("jingui verify --left"));
    assert_eq!(files_below(&ca.vault().join("bodies")), 0);

    // The disk is away: what was fetched opens, the rest says where it is and what to do.
    ca.run("ca", ["handover", "place", "--cache", "500M"]).ok();
    fs::rename(ra.path("disk"), ra.path("moved")).unwrap();
    assert_eq!(ca.document("ca", &one, 1), b"what is in one.txt");
    assert_eq!(ca.refuses("ca", ["open", &two, "1"], 15, at), "left-unreachable");
    ca.run("", ["verify", "--keyless"]).ok();
    let moved = ra.text("moved");
    let elsewhere = ra.path("empty");
    fs::create_dir(&elsewhere).unwrap();
    let wrong = ["handover", "place", &target, elsewhere.to_str().unwrap()].map(str::to_owned);
    assert_eq!(ca.refuses("ca", &wrong, 15, "empty"), "left-unreachable");
    ca.run("ca", ["handover", "place", &target, &moved]).ok();
    let places = ca.run("", ["handover", "place", "--json"]).ok().json();
    assert_eq!(
        (&places["places"][0]["place"], &places["cache"]),
        (&moved.as_str().into(), &(500 << 20).into())
    );
    assert_eq!(ca.document("ca", &two, 1), b"what is in two.txt");

    // Their words are found as those of any other record.
    assert_eq!(ca.run("ca", ["read", "--json"]).ok().json()["documents"], 2);
    assert_eq!(ca.run("ca", ["find", "what", "--json"]).ok().json()["total"], 2);
    ca.sound("ca");
    seconded(ca);
}

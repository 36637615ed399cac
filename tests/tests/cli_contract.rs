//! What scripts rely on, for every command: JSON, help, dry runs, masking, days, names of records, cursors.

use jingui_ops::cli;
use jingui_tests::certs::{Ca, Wanted, pem};
use jingui_tests::program::{Desk, LABELS};
use jingui_tests::toy_font::Toy;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const ID: &str = "11010519491231002X";

/// A desk with a record whose customer is a person with an ID number, another with two documents, and acts.
fn furnished() -> (Desk, String) {
    let desk = Desk::solo();
    fs::create_dir(desk.path("copy")).unwrap();
    let form = desk.file("form.txt", "form\n");
    desk.file("toy.ttf", Toy::default().file());
    let mut words =
        vec!["add", "--json", form.to_str().unwrap(), "--customer-id", ID, "--customer-kind", "person"];
    words.extend([
        "--tag",
        "urgent",
        "--box",
        "B-7",
        "--kind",
        "form.txt=APP",
        "--waive",
        "POA=signed in person",
    ]);
    for pair in LABELS.chunks(2).filter(|pair| pair[0] != "--customer-kind") {
        words.extend(pair);
    }
    let number = desk.run("me", words).ok().json()["number"].as_str().unwrap().to_owned();
    desk.filed([desk.file("two/a.txt", "a"), desk.file("two/b.txt", "b")]);
    desk.file("backlog/old.pdf", "%PDF-1.7 %%EOF");
    desk.file(
        "ledger.csv",
        "项目,网点,客户,客户类型,业务,日期,文件\n社保,一号,旧公司,企业,新办,2019-05-01,old.pdf\n",
    );
    desk.file("scans/one/form.txt", "left by a scanner\n");
    let ca = Ca::new("CA", 1);
    desk.file("ca.der", &ca.certificate);
    desk.file("cert.pem", pem("CERTIFICATE", &ca.issue(&Wanted::new(&[7]))));
    desk.run("ca", ["cosigner", "init", &desk.text("cosigner"), "--name", "ca.example/cosigner"]).ok();
    desk.file("materials.toml", jingui_schema::materials::SHIPPED.replace("shipped-1", "CPS 2.1"));
    (desk, number)
}

/// All commands by their words, groups left out.
fn commands() -> Vec<Vec<String>> {
    fn walk(command: &clap::Command, path: &mut Vec<String>, all: &mut Vec<Vec<String>>) {
        let mut below = command.get_subcommands().peekable();
        if below.peek().is_none() {
            all.push(path.clone());
        }
        for sub in below {
            path.push(sub.get_name().to_owned());
            walk(sub, path, all);
            path.pop();
        }
    }
    let mut all = Vec::new();
    walk(&cli::command(), &mut Vec::new(), &mut all);
    assert!(all.len() > 25, "{all:?}");
    all
}

#[test]
fn every_command_has_short_and_long_help_in_both_languages() {
    let desk = Desk::bare();
    let mut pages = commands();
    pages.extend(
        [
            "key",
            "staff",
            "act",
            "keys",
            "journal",
            "cosigner",
            "subject",
            "project",
            "customer",
            "materials",
            "backup",
            "import",
            "rule",
            "cert",
            "hold",
            "misfiled",
            "handover",
            "request",
            "jobs",
            "purge",
        ]
        .map(|group| vec![group.to_owned()]),
    );
    pages.push(Vec::new());
    for words in pages {
        let help = |lang: &str, flag: &str| {
            let ran = desk.bare_call().args(&words).args([flag, "--lang", lang]).run().ok();
            assert_eq!(ran.err, "", "{words:?} {flag}");
            ran.out()
        };
        let (en, zh) = (help("en", "-h"), help("zh", "-h"));
        let (long_en, long_zh) = (help("en", "--help"), help("zh", "--help"));
        for text in [&en, &zh, &long_en, &long_zh] {
            assert!(text.lines().count() >= 5 && text.contains("jingui"), "{words:?}: {text}");
            assert!(!text.contains("arg-") && !text.contains("cmd-"), "a key without its message: {text}");
        }
        assert!(long_en.len() > en.len() && long_en.contains("--passphrase-file"), "{words:?}: {long_en}");
        let has_chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        assert!(has_chinese(&zh) && has_chinese(&long_zh) && !has_chinese(&en), "{words:?}");
        let examples = en.split("Examples:").nth(1).unwrap_or_default();
        assert_eq!(examples.lines().filter(|line| line.contains("jingui ")).count(), 2, "{words:?}: {en}");
        if !words.is_empty() {
            let asked = desk.bare_call().arg("help").args(&words).args(["--lang", "zh"]).run().ok();
            assert_eq!(asked.out().trim(), long_zh.trim(), "{words:?}");
        }
    }
    let locale = desk.bare_call().env("LANG", "zh_CN.UTF-8").arg("-h").run().ok().out();
    assert!(locale.contains("用法") || locale.contains("命令"), "{locale}");
}

/// One call of each command that ends well, in an order in which it can; `{…}` are filled in.
const CALLS: &[(&str, &[&str])] = &[
    ("", &["key", "show", "{pub}"]),
    (
        "",
        &[
            "key",
            "new",
            "-o",
            "{dir}/made.key",
            "--name",
            "新人",
            "--work-factor",
            "10",
            "--passphrase-file",
            "{dir}/pw",
        ],
    ),
    (
        "",
        &[
            "key",
            "passwd",
            "{dir}/made.key",
            "--work-factor",
            "10",
            "--passphrase-file",
            "{dir}/pw",
            "--new-passphrase-file",
            "{dir}/pw",
        ],
    ),
    ("me", &["init", "{dir}/other", "--ra", "X", "--fonds", "JG02", "--solo"]),
    ("me", &["add", "{dir}/form.txt", "--to", "{two}", "--reason", "later"]),
    ("me", &["import", "plan", "{dir}/ledger.csv", "--files", "{dir}/backlog"]),
    ("me", &["import", "apply", "{dir}/ledger.plan.csv"]),
    (
        "me",
        &[
            "watch",
            "{dir}/scans",
            "--once",
            "--settle",
            "0",
            "--project",
            "P",
            "--outlet",
            "O",
            "--customer",
            "C",
            "--customer-kind",
            "person",
            "--business",
            "new",
        ],
    ),
    ("me", &["list"]),
    ("me", &["show", "{one}"]),
    ("me", &["show", "{one}", "--reveal", "--reason", "court order"]),
    ("me", &["open", "{one}", "-o", "{dir}/opened.txt"]),
    ("me", &["open", "{two}", "--all", "-o", "{dir}/all"]),
    ("me", &["log", "{one}"]),
    ("me", &["show", "{one}", "--history"]),
    ("me", &["missing"]),
    (
        "me",
        &["correct", "{one}", "--tag", "late", "--kind", "1=APP", "--mark", "1=stamped", "--reason", "seen"],
    ),
    ("me", &["correct", "{one}", "--tag", "late", "--reason", "once more"]),
    ("me", &["review"]),
    ("me", &["review", "{one}", "--return", "--reason", "another company's"]),
    ("me", &["misfiled", "propose", "{two}", "1", "--reason", "not ours"]),
    ("me", &["find", "晨光", "--facets"]),
    ("me", &["read"]),
    ("me", &["misfiled", "list"]),
    ("me", &["hold", "place", "--record", "{two}", "--matter", "m", "--basis", "b"]),
    ("me", &["hold", "list"]),
    ("me", &["cert", "issuer", "pin", "{dir}/ca.der", "--reason", "their key"]),
    ("me", &["cert", "issuer", "list"]),
    ("me", &["cert", "add", "{one}", "{dir}/cert.pem"]),
    ("me", &["cert", "list", "{one}"]),
    ("me", &["cert", "import", "{dir}/cert.pem"]),
    ("me", &["cert", "revoke", "07", "--day", "2024-06-01", "--reason", "asked for"]),
    ("me", &["cert", "waiting"]),
    ("me", &["subject", "list", ID]),
    ("me", &["subject", "annotate", "{one}", "--text", "says it is out of date"]),
    ("me", &["subject", "restrict", "{one}", "--reason", "asked for"]),
    ("me", &["subject", "lift", "{one}", "--reason", "taken back"]),
    ("me", &["project", "list"]),
    ("me", &["project", "add", "Tax", "--class", "CN-G10", "--reason", "begins"]),
    ("me", &["project", "set", "Tax", "--need", "RSK,REV", "--reason", "asked for"]),
    ("me", &["project", "rename", "Tax", "Tax 1", "--reason", "another begins"]),
    ("me", &["project", "merge", "Levy", "--into", "Tax", "--reason", "the same"]),
    ("me", &["customer", "list"]),
    ("me", &["customer", "rename", "A", "B", "--reason", "register"]),
    ("me", &["customer", "merge", "C", "--into", "B", "--reason", "two spellings"]),
    ("me", &["materials", "show"]),
    ("me", &["materials", "show", "--business", "new", "--customer-kind", "person"]),
    ("me", &["materials", "set", "{dir}/materials.toml", "--reason", "CPS 2.1"]),
    ("me", &["materials", "show", "--history"]),
    ("", &["why", "{one}"]),
    ("", &["why", "{one}", "--as-of", "2050-01-01"]),
    ("", &["due"]),
    ("", &["due", "--calendar", "--as-of", "2050-01-01"]),
    ("", &["rule", "list"]),
    (
        "me",
        &[
            "rule",
            "propose",
            "CN-P5",
            "--years",
            "8",
            "--effective",
            "2050-01-01",
            "--basis",
            "CPS 2.1",
            "--reason",
            "new CPS",
        ],
    ),
    ("me", &["rule", "diff", "CN-P5", "--records"]),
    ("", &["purge", "list"]),
    ("", &["purge", "list", "--all"]),
    ("", &["purge", "plan", "--as-of", "2060-01-01", "-o", "{dir}/rehearsed.jsonl"]),
    ("", &["purge", "policy", "show"]),
    ("", &["purge", "reverse", "list"]),
    (
        "me",
        &["purge", "policy", "propose", "--slot", "unit=approver", "--wait", "30", "--reason", "our rule"],
    ),
    ("", &["jobs", "list"]),
    ("", &["jobs", "run"]),
    ("", &["jobs", "run", "journal", "fixity", "remind"]),
    ("me", &["jobs", "run", "remind"]),
    ("me", &["jobs", "set", "fixity=0 1 * * *", "--reason", "the backup runs at three"]),
    ("", &["backup", "list"]),
    ("", &["backup", "create", "{dir}/copy", "--offsite"]),
    ("me", &["backup", "verify", "{dir}/copy"]),
    ("", &["backup", "verify", "{dir}/copy", "--alone"]),
    ("", &["backup", "list", "{dir}/copy"]),
    ("", &["backup", "list"]),
    ("", &["backup", "restore", "{dir}/copy", "{dir}/back"]),
    ("", &["push", "{dir}/copy"]),
    ("me", &["push", "{dir}/copy", "--keep"]),
    ("", &["handover", "status"]),
    ("", &["request", "list"]),
    ("", &["handover", "place"]),
    ("me", &["handover", "place", "--cache", "2G"]),
    ("", &["repair", "--from", "{dir}/copy"]),
    ("", &["repair", "{one}"]),
    ("", &["status"]),
    ("me", &["verify"]),
    ("", &["verify", "--keyless"]),
    ("me", &["rebuild"]),
    ("", &["rebuild", "tree"]),
    ("", &["journal", "log"]),
    ("", &["journal", "log", "--from", "2", "--limit", "2"]),
    ("", &["journal", "verify"]),
    ("", &["journal", "head"]),
    ("", &["journal", "prove", "2"]),
    ("ca", &["cosigner", "init", "{dir}/another", "--name", "ca.example/c"]),
    ("", &["cosigner", "show", "--dir", "{dir}/cosigner"]),
    ("me", &["journal", "cosigner", "{cosigner}"]),
    ("", &["journal", "cosigner"]),
    ("", &["journal", "cosign", "--request", "-o", "{dir}/one.request"]),
    (
        "ca",
        &[
            "cosigner",
            "sign",
            "{dir}/one.request",
            "-o",
            "{dir}/one.answer",
            "--dir",
            "{dir}/cosigner",
            "--trust",
            "{dir}/vault/VAULT.toml",
        ],
    ),
    ("", &["journal", "cosign", "--import", "{dir}/one.answer"]),
    ("", &["journal", "head", "--cosigned"]),
    ("me", &["staff", "enrol", "{dir}/made.pub", "--role", "reviewer", "--act-out", "{dir}/enrol.act"]),
    ("", &["act", "show", "{dir}/enrol.act"]),
    ("me", &["act", "submit", "{dir}/enrol.act"]),
    ("me", &["staff", "list", "--all"]),
    ("me", &["staff", "countersign"]),
    ("me", &["staff", "disable", "0002", "--reason", "left"]),
    ("", &["keys", "status"]),
    ("me", &["keys", "rotate"]),
    ("me", &["keys", "sheet", "-o", "{dir}/sheet.txt"]),
    ("me", &["print", "label", "--box", "B-7", "--font", "{dir}/toy.ttf", "-o", "{dir}/label.pdf"]),
    ("me", &["print", "spine", "--box", "B-7", "--font", "{dir}/toy.ttf", "-o", "{dir}/spine.pdf"]),
    ("me", &["print", "contents", "{one}", "--font", "{dir}/toy.ttf", "-o", "{dir}/contents.pdf"]),
    ("me", &["print", "filing-list", "--project", "社保", "--font", "{dir}/toy.ttf", "-o", "{dir}/list.pdf"]),
    ("me", &["print", "missing", "--font", "{dir}/toy.ttf", "-o", "{dir}/missing.pdf"]),
    ("me", &["print", "sheet", "--font", "{dir}/toy.ttf", "-o", "{dir}/sheet.pdf"]),
];

fn filled(desk: &Desk, words: &[&str], one: &str, two: &str) -> Vec<String> {
    let dir = desk.dir().to_str().unwrap();
    let public = desk.public("me").to_str().unwrap().to_owned();
    let named = fs::read_to_string(desk.path("cosigner/COSIGNER.toml")).unwrap();
    let cosigner = named.split('"').nth(1).unwrap();
    let fill = |word: &&str| {
        let word = word.replace("{cosigner}", cosigner);
        word.replace("{dir}", dir).replace("{pub}", &public).replace("{one}", one).replace("{two}", two)
    };
    words.iter().map(fill).collect()
}

#[test]
fn every_command_speaks_json_and_nothing_else_on_stdout() {
    let (desk, one) = furnished();
    let two = one.replace("000001", "000002");
    let mut spoken = BTreeSet::new();
    for (who, words) in CALLS {
        let ran = desk.call(who, filled(&desk, words, &one, &two)).arg("--json").run().ok();
        let values = serde_json::Deserializer::from_slice(&ran.bytes).into_iter::<Value>();
        let values: Vec<Value> =
            values.map(|value| value.unwrap_or_else(|e| panic!("{words:?}: {e}: {}", ran.out()))).collect();
        for line in ran.err.lines() {
            let told: Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{words:?}: {e}: {line}"));
            assert!(told["type"].is_string(), "{told}");
        }
        if let Some(last) = values.last().filter(|_| values.iter().any(|v| v["type"] == "item")) {
            assert_eq!((&last["type"], &last["exit_code"]), (&"summary".into(), &0.into()), "{words:?}");
        }
        spoken.insert(
            words
                .iter()
                .take_while(|w| w.starts_with(|c: char| c.is_ascii_lowercase()) && !w.contains(['{', '/']))
                .take(3)
                .copied()
                .collect::<Vec<_>>(),
        );
    }
    // Whoever adds a command adds a line above.
    // The doctor's exit code hangs on the machine, too.
    let elsewhere = [
        "demo",
        "completions",
        "doctor",
        "help",
        "act sign",
        "act send",
        "accept",
        "keys prove",
        "keys recover",
        "backup remove",
        "backup takeover",
        "journal fork propose",
        "journal fork confirm",
        "rule approve",
        "rule reject",
        "cert confirm",
        "cert refuse",
        "cert reverse",
        "cert issuer approve",
        "cert issuer unpin",
        "hold show",
        "hold release",
        "hold keep",
        "hold review",
        "hold screen",
        "misfiled confirm",
        "misfiled refuse",
        "handover begin",
        "handover confirm",
        "handover cancel",
        "handover check",
        "handover finish",
        "request new",
        "request show",
        "request answer",
        "request refuse",
        "request read",
        "request open",
        "purge show",
        "purge appraise",
        "purge approve",
        "purge witness",
        "purge reject",
        "purge run",
        "purge certificate",
        "print register",
        "print handover",
        "purge reverse propose",
        "purge reverse confirm",
        "purge reverse refuse",
        "purge policy approve",
        "purge policy reject",
        "keys shred",
    ];
    for command in commands() {
        let is_called = spoken
            .iter()
            .any(|words| command.iter().map(String::as_str).eq(words.iter().copied().take(command.len())));
        assert!(is_called || elsewhere.contains(&&*command.join(" ")), "{command:?} is not tried");
    }
    desk.sound("me");
}

#[test]
fn a_dry_run_changes_nothing() {
    let (desk, one) = furnished();
    let two = one.replace("000001", "000002");
    desk.run("", ["status"]).ok();
    let before = (desk.lines(), listing(desk.dir()));
    for (who, words) in CALLS {
        let words = filled(&desk, words, &one, &two);
        // What works on the result of an earlier call has nothing to work on.
        let ran = desk.call(who, &words).arg("--dry-run").run();
        let needs_earlier = words.iter().any(|w| {
            let of_copy = w.ends_with("/copy") && words[1] != "create";
            of_copy
                || w.ends_with("made.key")
                || w.ends_with("made.pub")
                || w.ends_with("enrol.act")
                || w.ends_with(".plan.csv")
                || w == "0002"
                || (words[0] == "rule" && words[1] == "diff")
                || words.get(1).is_some_and(|word| word == "cosign")
                || (words[0] == "cosigner" && w.ends_with("one.request"))
                || words.last().is_some_and(|last| last == "--cosigned")
                || (words[0] == "cert" && ["import", "revoke"].contains(&words[1].as_str()))
        });
        assert!(needs_earlier || ran.code == 0, "{words:?}: {}", ran.err);
        let ran = desk.call(who, &words).args(["-n", "--json"]).run();
        assert!(needs_earlier || ran.code == 0, "{words:?}: {}", ran.err);
    }
    desk.call("me", ["staff", "enrol", "-n", "--role", "archivist"]).arg(desk.public("me2")).run().ok();
    let form = desk.file("new.txt", "new\n");
    let told = desk.add("me", [&form]).arg("--dry-run").run();
    assert_ne!(told.code, 0, "after -- it is a file's name");
    let told = desk.call("me", ["add", "-n", "--json"]).args(LABELS).arg(&form).run().ok().json();
    assert_eq!((&told["dry_run"], &told["twin"]), (&true.into(), &Value::Null));
    for made in ["new.txt", "me2.key", "me2.pub"] {
        fs::remove_file(desk.path(made)).unwrap();
    }
    let after = (desk.lines(), listing(desk.dir()));
    assert_eq!(before.0, after.0, "the journal has grown");
    let new: Vec<_> = after.1.symmetric_difference(&before.1).collect();
    assert!(new.is_empty(), "{new:?}");
    desk.sound("me");
}

/// Every file below a directory but the derived ones, with its size.
fn listing(dir: &Path) -> BTreeSet<(String, u64)> {
    let mut all = BTreeSet::new();
    for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        let meta = entry.metadata().unwrap();
        if entry.file_name() == "derived" {
            continue;
        }
        all.insert((entry.path().display().to_string(), if meta.is_dir() { 0 } else { meta.len() }));
        if meta.is_dir() {
            all.extend(listing(&entry.path()));
        }
    }
    all
}

#[test]
fn identifiers_are_masked_until_a_reason_is_journalled() {
    let (desk, number) = furnished();
    let lines = desk.lines();
    for words in [&["list"][..], &["list", "--json"], &["show", &number], &["show", &number, "--json"]] {
        let ran = desk.run("me", words).ok();
        assert!(!ran.out().contains(ID) && !ran.out().contains("19491231"), "{}", ran.out());
    }
    let masked = desk.run("me", ["show", &number, "--json"]).ok().json();
    let shown = masked["facts"]["customer"]["id"].as_str().unwrap().to_owned();
    assert!(shown.contains('*') && masked["revealed"] == false, "{shown}");
    assert_eq!(desk.lines(), lines, "looking at masked values is no event");
    desk.run("me", ["show", &number, "--reveal"]).exits(2);
    let rehearsed = desk.run("me", ["show", &number, "--reveal", "--reason", "r", "-n"]).ok();
    assert!(!rehearsed.out().contains(ID));
    assert_eq!(desk.lines(), lines);

    let revealed =
        desk.run("me", ["show", &number, "--reveal", "--reason", "法院调档 12", "--json"]).ok().json();
    assert_eq!((&revealed["facts"]["customer"]["id"], &revealed["revealed"]), (&ID.into(), &true.into()));
    let log = desk.run("me", ["log", &number, "--json"]).ok().json();
    let last = log.as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&last["kind"], &last["reason"], &last["by"]),
        (&"facts.reveal".into(), &"法院调档 12".into(), &"0001".into())
    );
    let journal = desk.run("", ["journal", "log", "--json"]).ok().out();
    assert!(!journal.contains("法院") && !journal.contains(ID), "the journal has no personal data");
}

#[test]
fn days_are_taken_in_all_spellings_and_given_in_one() {
    let desk = Desk::solo();
    let mut given = 0;
    for day in [
        "2024-05-01",
        "20240501",
        "2024.5.1",
        "2024年5月1日",
        "2024.05.01",
        "2024年05月01日",
        "２０２４-０５-０１",
    ] {
        let path = desk.file(format!("{given}.txt"), format!("{day}\n"));
        let mut words = vec!["add", "--json", path.to_str().unwrap(), "--date", day];
        for pair in LABELS.chunks(2).filter(|pair| pair[0] != "--date") {
            words.extend(pair);
        }
        desk.run("me", words).ok();
        given += 1;
        let found = |from: &str, to: &str| {
            let told = desk.run("me", ["list", "--json", "--from", from, "--to", to]).ok().json();
            told["records"].as_array().unwrap().len()
        };
        assert_eq!(found(day, day), given, "{day}");
        assert_eq!((found("2024年5月2日", "2999-01-01"), found("1999.1.1", "20240430")), (0, 0));
    }
    let records = desk.records("me");
    assert!(records.iter().all(|record| record["date"] == "2024-05-01"));
    let is_time = |text: &str| {
        text.len() == 24 && text.ends_with('Z') && text.as_bytes()[10] == b'T' && text.as_bytes()[19] == b'.'
    };
    assert!(records.iter().all(|record| is_time(record["filed_at"].as_str().unwrap())), "{records:?}");
}

#[test]
fn a_record_is_named_by_number_id_or_beginning() {
    let (desk, number) = furnished();
    let told = desk.run("me", ["show", &number, "--json"]).ok().json();
    let id = told["record"].as_str().unwrap().to_owned();
    let mut words =
        vec![number.clone(), number.to_lowercase(), id.clone(), id.to_lowercase(), format!(" {number} ")];
    words.extend([&id[..16], &id[..8], &id[..5]].map(str::to_owned));
    for word in &words {
        for command in ["show", "log"] {
            desk.run("me", [command, word]).ok();
        }
        assert_eq!(desk.run("me", ["show", word, "--json"]).ok().json()["record"], id.as_str(), "{word}");
        assert_eq!(desk.document("me", word, 1), b"form\n");
    }
}

#[test]
fn cursors_page_through_all_records_exactly_once() {
    let desk = Desk::solo();
    let days = ["2024-05-01", "2023-01-31", "2024-05-01", "2025-02-28", "2020-02-29"];
    for i in 0..23 {
        let path = desk.file(format!("{i}.txt"), format!("{i}"));
        let mut words = vec!["add", path.to_str().unwrap(), "--date", days[i % days.len()], "--project"];
        words.push(if i % 3 == 0 { "三" } else { "其他" });
        for pair in LABELS.chunks(2).filter(|pair| !["--date", "--project"].contains(&pair[0])) {
            words.extend(pair);
        }
        desk.run("me", words).ok();
    }
    let all = desk.records("me");
    assert_eq!(all.len(), 23);
    let dates: Vec<&str> = all.iter().map(|record| record["date"].as_str().unwrap()).collect();
    assert!(dates.is_sorted_by(|a, b| a >= b), "newest first: {dates:?}");
    for (limit, filter) in [
        ("1", &[][..]),
        ("4", &[]),
        ("23", &[]),
        ("3", &["--project", "三"]),
        ("2", &["--from", "2024-01-01"]),
    ] {
        let wanted = desk.call("me", ["list", "--json", "--limit", "1000"]).args(filter).run().ok().json();
        assert_eq!(wanted["next"], Value::Null);
        let (mut paged, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let mut call = desk.call("me", ["list", "--json", "--limit", limit]).args(filter);
            if let Some(cursor) = &cursor {
                call = call.args(["--after", cursor]);
            }
            let page = call.run().ok().json();
            let rows = page["records"].as_array().unwrap().clone();
            assert!(rows.len() <= limit.parse().unwrap());
            paged.extend(rows);
            match page["next"].as_str() {
                Some(next) => cursor = Some(next.to_owned()),
                None => break,
            }
            assert!(paged.len() <= 23, "it goes round in circles");
        }
        assert_eq!(Value::Array(paged), wanted["records"], "pages of {limit} with {filter:?}");
    }
    // A filing between two pages neither doubles nor hides what was there.
    let first = desk.run("me", ["list", "--json", "--limit", "10"]).ok().json();
    desk.filed_text("between.txt", "between");
    let rest = desk
        .run("me", ["list", "--json", "--limit", "100", "--after", first["next"].as_str().unwrap()])
        .ok()
        .json();
    let seen = [&first, &rest].into_iter().flat_map(|page| page["records"].as_array().unwrap());
    let seen: Vec<&Value> = seen.map(|record| &record["record"]).collect();
    let known: Vec<&Value> = all.iter().map(|record| &record["record"]).collect();
    assert!(known.iter().all(|id| seen.iter().filter(|s| s == &id).count() == 1));
}

#[test]
fn the_vault_is_the_one_named_or_the_nearest_above() {
    let (desk, number) = furnished();
    let below = desk.vault().join("bodies/000000");
    let key = desk.key("me");
    let call = || desk.bare_call().env("JINGUI_KEY", &key).args(["--passphrase-file"]).arg(desk.path("pw"));
    call().from(&below).args(["show", &number]).run().ok();
    call().args(["show", &number, "--vault", "vault"]).run().ok();
    call().env("JINGUI_VAULT", desk.dir()).args(["show", &number, "--vault", "vault"]).run().ok();
    call().env("JINGUI_VAULT", desk.dir()).args(["show", &number]).run().exits(10);
    // The passphrase on standard input, and the options wherever they stand.
    let piped = desk.bare_call().input(format!("{}\n", jingui_tests::program::PASSPHRASE));
    piped
        .args(["list", "--vault", "vault", "--passphrase-file", "-", "--key", "me.key", "--json"])
        .run()
        .ok();
}

#[test]
fn quiet_is_quiet_and_results_alone_go_to_stdout() {
    let (desk, number) = furnished();
    for words in [&["list"][..], &["show", &number], &["log", &number], &["open", &number]] {
        let loud = desk.run("me", words).ok();
        let quiet = desk.call("me", words).arg("-q").run().ok();
        assert_eq!(quiet.bytes, loud.bytes, "{words:?}");
        assert_eq!(quiet.err, "", "{words:?}");
        assert!(!loud.out().contains('\u{1b}'), "no colours into a pipe");
    }
    let coloured = desk.run("me", ["list", "--color", "always"]).ok();
    assert!(coloured.out().contains('\u{1b}'));
    let forced = desk.call("me", ["list", "--color", "always"]).env("NO_COLOR", "1").run().ok();
    assert!(forced.out().contains('\u{1b}'), "what is asked for outright counts");
}

#[test]
fn repeating_a_request_gets_the_first_result() {
    let desk = Desk::solo();
    let path = desk.file("form.txt", "form\n");
    let add = || {
        let call = desk.call("me", ["add", "--json", "--request", "0123456789ABCDEFGHJKMNPQRS"]);
        call.args(LABELS).arg(&path).run().ok().json()
    };
    let (first, second) = (add(), add());
    assert_eq!((&first["repeated"], &second["repeated"]), (&false.into(), &true.into()));
    for key in ["number", "record", "seq", "at", "filing", "class", "documents"] {
        assert_eq!(first[key], second[key], "{key}");
    }
    // Without a request it is known by its labels and bytes; --again files it once more.
    assert_eq!(desk.filed([&path])["repeated"], true);
    let again = desk.call("me", ["add", "--json", "--again"]).args(LABELS).arg(&path).run().ok().json();
    assert_eq!(again["repeated"], false);
    assert_ne!(again["number"], first["number"]);
    assert_eq!(desk.records("me").len(), 2);
}

#[test]
fn completions_come_for_every_shell() {
    let desk = Desk::bare();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let text = desk.bare_call().args(["completions", shell]).run().ok().out();
        assert!(text.contains("jingui") && text.contains("countersign"), "{shell}");
    }
}

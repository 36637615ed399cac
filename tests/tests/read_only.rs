//! A vault on a disk that takes nothing: what reads reads, or says what it cannot; what writes is refused with the
//! cause and leaves nothing; nothing runs into a mistake of its own.

use jingui_tests::program::{Desk, Disk, LABELS, Ran};

/// How a command comes out.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Outcome {
    /// As on any disk.
    Reads,
    /// Done, and its findings name what could not be looked at.
    Part,
    /// Refused because the journal cannot be written.
    Refused,
}
use Outcome::{Part, Reads, Refused};

const COMMANDS: &[(Outcome, &[&str])] = &[
    (Reads, &["list"]),
    (Reads, &["show", "{record}"]),
    (Reads, &["show", "{record}", "--history"]),
    (Reads, &["log", "{record}"]),
    (Reads, &["missing"]),
    (Reads, &["review"]),
    (Reads, &["project", "list"]),
    (Reads, &["customer", "list"]),
    (Reads, &["materials", "show"]),
    (Reads, &["materials", "show", "--history"]),
    (Reads, &["staff", "list"]),
    (Reads, &["keys", "status"]),
    (Reads, &["status"]),
    (Reads, &["backup", "list"]),
    (Reads, &["journal", "log"]),
    (Reads, &["journal", "verify"]),
    (Reads, &["journal", "cosigner"]),
    (Reads, &["journal", "prove", "3"]),
    (Reads, &["verify", "--keyless"]),
    (Reads, &["verify", "--all"]),
    (Part, &["doctor"]),
    (Reads, &["purge", "list", "--all"]),
    (Reads, &["purge", "policy", "show"]),
    (Reads, &["purge", "plan", "--as-of", "2060-01-01"]),
    (Refused, &["purge", "policy", "propose", "--wait", "30", "--reason", "r"]),
    (Reads, &["jobs", "list"]),
    (Reads, &["handover", "status"]),
    // They run, and say that no line of it could be written.
    (Part, &["jobs", "run", "journal", "fixity", "remind"]),
    (Refused, &["jobs", "set", "fixity=0 1 * * *", "--reason", "r"]),
    (Reads, &["import", "plan", "{dir}/sheet.csv", "--files", "{dir}", "-o", "{dir}/plan.csv"]),
    // The very moment in which a copy is wanted: it is made, and told that the journal could not note it.
    (Reads, &["backup", "create", "{dir}/copy"]),
    (Reads, &["backup", "verify", "{dir}/copy", "--alone", "--keystore", "{keys}"]),
    (Reads, &["open", "{record}", "1", "--spool", "{dir}/spool"]),
    (
        Reads,
        &[
            "add", "{file}", "-n", LABELS[0], LABELS[1], LABELS[2], LABELS[3], LABELS[4], LABELS[5],
            LABELS[6], LABELS[7], LABELS[8], LABELS[9], LABELS[10], LABELS[11],
        ],
    ),
    (Refused, &["open", "{record}", "1"]),
    (Refused, &["show", "{record}", "--reveal", "--reason", "r"]),
    (Refused, &["subject", "list", "晨光公司"]),
    (Refused, &["find", "晨光公司"]),
    (Refused, &["read"]),
    (Refused, &["journal", "prove", "--record", "{record}", "--doc", "1", "-o", "{dir}/proof"]),
    (Refused, &["journal", "head"]),
    (Refused, &["journal", "cosign", "--request"]),
    (Refused, &["journal", "fork", "propose", "--reason", "r"]),
    (
        Refused,
        &[
            "add", "{file}", LABELS[0], LABELS[1], LABELS[2], LABELS[3], LABELS[4], LABELS[5], LABELS[6],
            LABELS[7], LABELS[8], LABELS[9], LABELS[10], LABELS[11],
        ],
    ),
    (Refused, &["add", "{file}", "--to", "{record}", "--reason", "r"]),
    (Refused, &["correct", "{record}", "--box", "B", "--reason", "r"]),
    (Refused, &["review", "{record}", "--return", "--reason", "r"]),
    (Refused, &["subject", "annotate", "{record}", "--text", "t"]),
    (Refused, &["subject", "restrict", "{record}", "--reason", "r"]),
    (Refused, &["project", "add", "新项目", "--reason", "r"]),
    (Refused, &["customer", "merge", "甲", "--into", "乙", "--reason", "r"]),
    (Refused, &["materials", "set", "{dir}/list.toml", "--reason", "r"]),
    (Refused, &["staff", "enrol", "{dir}/li.pub", "--role", "reviewer"]),
    (Refused, &["keys", "rotate"]),
    (Refused, &["keys", "sheet", "-o", "{dir}/sheet.txt"]),
    (Refused, &["rebuild"]),
    (Refused, &["repair", "--from", "{dir}/copy"]),
    (Reads, &["repair", "--from", "{dir}/copy", "-n"]),
    (Refused, &["import", "apply", "{dir}/plan.csv"]),
    (Refused, &["act", "submit", "{dir}/spool"]),
];

fn check(desk: &Desk, record: &str, words: &[&str]) -> Ran {
    let dir = desk.dir().to_str().unwrap();
    let file = desk.text("more.txt");
    let keys = desk.keystore().display().to_string();
    let fill = |word: &&str| {
        word.replace("{keys}", &keys)
            .replace("{record}", record)
            .replace("{file}", &file)
            .replace("{dir}", dir)
    };
    desk.run("me", words.iter().map(fill))
}

#[test]
fn on_a_disk_that_takes_nothing_every_command_reads_or_says_why_not() {
    let Some(disk) = Disk::of_bytes(32 << 20, "a vault on a read-only disk") else { return };
    let mut desk = Desk::bare();
    desk.use_vault(disk.path().join("vault"));
    desk.init_solo();
    let record = desk.filed_text("first.txt", "text\n");
    desk.file("more.txt", "more\n");
    desk.file("list.toml", jingui_schema::materials::SHIPPED.replace("shipped-1", "ours"));
    let sheet = "项目,网点,客户名称,客户类型,业务类型,业务日期,文件\n社保,一号网点,白鹭,企业,新办,2024-05-02,more.txt\n";
    desk.file("sheet.csv", sheet);
    desk.public("li");
    std::fs::create_dir(desk.path("copy")).unwrap();
    desk.run("me", ["backup", "create", &desk.text("copy"), "--new"]).ok();
    desk.run("me", ["journal", "head"]).ok();
    desk.run("me", ["correct", &record, "--box", "A", "--reason", "r"]).ok();
    let lines = desk.lines();
    disk.set_writable(false);
    let mut wrong = Vec::new();
    for (outcome, words) in COMMANDS {
        let ran = check(&desk, &record, words);
        let as_expected = match outcome {
            Reads => ran.code == 0,
            Part => [0, 3].contains(&ran.code),
            Refused => ran.code == 4 && ran.err.contains("Error: The vault at") && ran.err.contains("Hint: "),
        };
        let mistake = ran.err.contains("panic") || ran.err.contains("mistake in jingui");
        if !as_expected || mistake {
            wrong.push(format!("{words:?}: {outcome:?}, but {} {} {}", ran.code, ran.out(), ran.err));
        }
    }
    disk.set_writable(true);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(desk.lines(), lines, "what was refused has left no line");
    desk.sound("me");
}

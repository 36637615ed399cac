use super::*;
use jingui_schema::time::Time;
use jingui_vault::env::Clock;
use std::fs::File;
use std::io::{Read, Seek};
use std::os::fd::OwnedFd;

struct Desk {
    dir: tempfile::TempDir,
    vars: BTreeMap<String, OsString>,
    stdin: &'static str,
    /// Days that the clock is ahead of the host's.
    days: i64,
}

struct Ahead(i64);

impl Clock for Ahead {
    fn now(&self) -> Time {
        let now = Env::of_host().now();
        Time::from_millis(now.millis() + self.0 * 24 * 3600 * 1000)
    }
}

struct Seen {
    code: u8,
    out: String,
    err: String,
}

impl Desk {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("pass"), "correct horse\nsecond line\n").unwrap();
        Self { dir, vars: BTreeMap::new(), stdin: "", days: 0 }
    }

    fn run(&self, line: &str) -> Seen {
        let file = || tempfile::tempfile().unwrap();
        let (mut stdin, mut stdout, mut stderr) = (file(), file(), file());
        io::Write::write_all(&mut stdin, self.stdin.as_bytes()).unwrap();
        stdin.rewind().unwrap();
        let fd = |file: &File| OwnedFd::from(file.try_clone().unwrap());
        let surroundings = Surroundings {
            vars: self.vars.clone(),
            cwd: self.dir.path().to_owned(),
            streams: Streams { stdin: stdin.into(), stdout: fd(&stdout), stderr: fd(&stderr) },
            env: Env { clock: std::sync::Arc::new(Ahead(self.days)), ..Env::of_host() },
            interrupt: Some(Interrupt::default()),
            patience: Duration::from_millis(200),
            disk_patience: Duration::from_secs(60),
        };
        let args = std::iter::once("jingui").chain(line.split_whitespace()).map(OsString::from).collect();
        let code = super::run(args, surroundings);
        let text = |file: &mut File| {
            let mut text = String::new();
            file.rewind().unwrap();
            file.read_to_string(&mut text).unwrap();
            text
        };
        Seen { code, out: text(&mut stdout), err: text(&mut stderr) }
    }

    fn made(&self) {
        let seen = self.run("key new -o li.key --name 李华 --work-factor 2 --passphrase-file pass");
        assert_eq!(seen.code, 0, "{}", seen.err);
    }
}

#[test]
fn a_key_is_made_shown_and_sealed_anew() {
    let mut desk = Desk::new();
    desk.made();
    let half = std::fs::read_to_string(desk.dir.path().join("li.pub")).unwrap();
    assert_eq!(desk.run("key show li.pub --json").out, half);
    assert_eq!(desk.run("key show --key li.key --json --passphrase-file pass").out, half);
    assert!(desk.run("key show li.pub").out.contains("李华"));

    desk.stdin = "correct horse\nbattery staple\n";
    let seen = desk.run("key passwd li.key --passphrase-file - --work-factor 2");
    assert_eq!(seen.code, 0, "{}", seen.err);
    let seen = desk.run("key show li.key --passphrase-file pass");
    assert_eq!(seen.code, 12, "the old passphrase: {}", seen.err);
    std::fs::write(desk.dir.path().join("pass"), "battery staple").unwrap();
    assert_eq!(desk.run("key show li.key --passphrase-file pass --json").out, half);
}

#[test]
fn a_key_file_is_never_overwritten() {
    let desk = Desk::new();
    desk.made();
    let before = std::fs::read(desk.dir.path().join("li.key")).unwrap();
    let seen = desk.run("key new -o li.key --name 王五 --passphrase-file pass");
    assert_eq!((seen.code, seen.out.as_str()), (2, ""));
    assert_eq!(std::fs::read(desk.dir.path().join("li.key")).unwrap(), before);
}

#[test]
fn key_files_are_private() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new();
    desk.made();
    let mode = desk.dir.path().join("li.key").metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn what_is_wrong_with_a_key_is_told() {
    let desk = Desk::new();
    std::fs::write(desk.dir.path().join("weak"), "short\n").unwrap();
    std::fs::write(desk.dir.path().join("not.key"), "hello\n").unwrap();
    for (line, code, word) in [
        ("key new -o a.key --name 李华 --passphrase-file weak", 2, "eight"),
        ("key new -o a.key --name 李华 --no-input", 2, "--passphrase-file"),
        ("key show not.key --passphrase-file pass", 12, "not.key"),
        ("key show gone.key --passphrase-file pass", 1, "gone.key"),
        ("key show", 2, "--key"),
    ] {
        let seen = desk.run(line);
        assert_eq!((seen.code, seen.out.as_str()), (code, ""), "{line}: {}", seen.err);
        assert!(seen.err.contains(word), "{line}: {}", seen.err);
    }
    assert!(!desk.dir.path().join("a.key").exists());
}

#[test]
fn a_dry_run_makes_nothing() {
    let desk = Desk::new();
    let seen = desk.run("key new -o a.key --name 李华 -n");
    assert_eq!(seen.code, 0, "{}", seen.err);
    assert!(!desk.dir.path().join("a.key").exists());
}

#[test]
fn the_language_is_that_of_the_option_else_of_the_locale() {
    let mut desk = Desk::new();
    assert!(desk.run("lsit").err.starts_with("Error: "));
    assert!(desk.run("lsit --lang zh").err.starts_with("错误："));
    desk.vars.insert("LANG".into(), "zh_CN.UTF-8".into());
    assert!(desk.run("lsit").err.starts_with("错误："));
    assert!(desk.run("lsit --lang=en").err.starts_with("Error: "));
    desk.vars.insert("LC_ALL".into(), "C.UTF-8".into());
    assert!(desk.run("lsit").err.starts_with("Error: "));
}

#[test]
fn an_unknown_word_in_json_is_one_object_on_stderr() {
    let seen = Desk::new().run("--json lsit");
    assert_eq!((seen.code, seen.out.as_str()), (2, ""));
    let value: serde_json::Value = serde_json::from_str(&seen.err).unwrap();
    assert_eq!(value["code"], "unknown-command");
    assert!(value["hint"].as_str().unwrap().contains("list"));
}

#[test]
fn completions_are_for_a_shell() {
    assert!(Desk::new().run("completions bash").out.contains("_jingui"));
    assert_eq!(Desk::new().run("completions cmd").code, 2);
}

#[test]
fn help_goes_to_stdout() {
    let seen = Desk::new().run("add -h --lang zh");
    assert_eq!((seen.code, seen.err.as_str()), (0, ""));
    assert!(seen.out.contains("示例：\n  jingui add"), "{}", seen.out);
}

#[test]
fn whoever_files_hears_how_old_the_newest_copy_is() {
    let mut desk = Desk::new();
    desk.made();
    for dir in ["elsewhere", "file"] {
        std::fs::create_dir(desk.dir.path().join(dir)).unwrap();
    }
    let key = "--vault vault --key li.key --passphrase-file pass";
    let done = |desk: &Desk, line: &str| {
        let seen = desk.run(line);
        assert_eq!(seen.code, 0, "{line}: {}", seen.err);
        seen
    };
    done(&desk, "init vault --ra RA --fonds JG01 --solo --key li.key --passphrase-file pass");
    let mut count = 0;
    let mut file = |desk: &Desk, more: &str| {
        count += 1;
        std::fs::write(desk.dir.path().join("file/a.txt"), count.to_string()).unwrap();
        let labels =
            "--project P --customer C --customer-kind enterprise --business new --date 2024-05-01 --outlet O";
        desk.run(&format!("add file/a.txt {labels} {key} {more}"))
    };
    // A vault that is being set up is not nagged, however old it is.
    desk.days = 100;
    let seen = file(&desk, "");
    assert!(seen.code == 0 && !seen.err.contains("copy"), "{}", seen.err);
    done(&desk, "backup create elsewhere --vault vault --offsite");
    // Made, but never read again: it counts for nothing yet.
    assert!(desk.run("status --vault vault").out.contains("none verified"));
    done(&desk, &format!("backup verify elsewhere {key}"));
    assert!(desk.run("status --vault vault").out.contains("less than a day old"));
    desk.days += 30;
    assert!(!file(&desk, "").err.contains("copy"));
    desk.days += 1;
    let seen = file(&desk, "");
    assert!(seen.code == 0 && seen.err.contains("31 days old"), "{}", seen.err);
    desk.days += 60;
    let seen = file(&desk, "");
    assert_eq!((seen.code, seen.out.as_str()), (4, ""), "{}", seen.err);
    assert!(seen.err.contains("91 days") && seen.err.contains("--no-copy-reason"), "{}", seen.err);
    assert_eq!(file(&desk, "--no-copy-reason disk-ordered").code, 0);
    // The reason holds for a week, and is nowhere to be read.
    desk.days += 6;
    let seen = file(&desk, "");
    assert!(seen.code == 0 && seen.err.contains("97 days old"), "{}", seen.err);
    let journal = std::fs::read_to_string(desk.dir.path().join("vault/journal/000000000001.jsonl")).unwrap();
    assert!(journal.contains("copy.excused") && !journal.contains("disk-ordered"));
    assert!(!journal.contains("elsewhere"), "no path is in the journal");
    desk.days += 1;
    assert_eq!(file(&desk, "").code, 4);
    done(&desk, "backup create elsewhere --vault vault --offsite");
    done(&desk, &format!("backup verify elsewhere {key}"));
    let seen = file(&desk, "");
    assert!(seen.code == 0 && !seen.err.contains("copy"), "{}", seen.err);
}

//! What is wrong with files, disks, keys, vaults and words is told by name, with the next step, and nothing is lost.

use jingui_tests::program::{Desk, Disk, LABELS, has_controls, has_entries, is_a_fault, is_a_refusal, until};
use jingui_tests::{long, say};
use serde_json::Value;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const TEXT: &str = "what was filed first\n";

/// A desk whose vault has a record, and what it looked like.
struct Kept {
    desk: Desk,
    records: Vec<Value>,
    number: String,
}

impl Kept {
    fn new() -> Self {
        Self::at(Desk::solo())
    }

    fn at(desk: Desk) -> Self {
        let number = desk.filed_text("first.txt", TEXT);
        let records = desk.records("me");
        Self { desk, records, number }
    }

    /// Nothing was lost and nothing came in.
    #[track_caller]
    fn is_as_it_was(&self) {
        assert_eq!(self.desk.records("me"), self.records);
        assert_eq!(self.desk.document("me", &self.number, 1), TEXT.as_bytes());
        self.desk.sound("me");
        for work in [self.desk.vault().join("staging"), self.desk.path("tmp")] {
            assert!(!has_entries(&work), "something was left in {}", work.display());
        }
    }

    /// `add` refuses this path and names it so.
    #[track_caller]
    fn refuses_to_file(&self, path: impl AsRef<OsStr>, exit: i32, names: &str) -> String {
        self.desk.refuses("me", adding([path]), exit, names)
    }

    /// A command is refused.
    #[track_caller]
    fn refuses(&self, args: &[&str], exit: i32, names: &str) -> String {
        self.desk.refuses("me", args, exit, names)
    }
}

fn adding(paths: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Vec<OsString> {
    let mut words: Vec<OsString> = ["add"].iter().chain(LABELS).map(OsString::from).collect();
    words.push("--".into());
    words.extend(paths.into_iter().map(|path| path.as_ref().to_owned()));
    words
}

/// The labels of `add` with one of them changed or added.
fn adding_with<'a>(path: &'a str, option: &'a str, value: &'a str) -> Vec<&'a str> {
    let mut words = vec!["add", path];
    for pair in LABELS.chunks(2).filter(|pair| pair[0] != option) {
        words.extend(pair);
    }
    words.extend([option, value]);
    words
}

// --- files ---------------------------------------------------------------------------------------------

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let kept = Kept::new();
    // Its bytes cannot be read even by root, and only reading tells.
    assert_eq!(kept.refuses_to_file("/proc/self/mem", 2, "/proc/self/mem"), "source");
    let locked = kept.desk.file("in/locked.pdf", "x");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o0)).unwrap();
    if File::open(&locked).is_err() {
        kept.refuses_to_file(&locked, 2, "locked.pdf");
    }
    kept.is_as_it_was();
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let kept = Kept::new();
    assert_eq!(kept.refuses_to_file(kept.desk.path("absent.pdf"), 2, "absent.pdf"), "source");
    fs::create_dir(kept.desk.path("hollow")).unwrap();
    kept.refuses_to_file(kept.desk.path("hollow"), 2, "hollow");
    kept.is_as_it_was();
}

#[test]
fn an_empty_file_is_a_document() {
    let kept = Kept::new();
    let told = kept.desk.filed([kept.desk.file("empty.pdf", "")]);
    assert_eq!(told["documents"][0]["size"], 0);
    let number = told["number"].as_str().unwrap();
    assert_eq!(kept.desk.document("me", number, 1), b"");
    kept.desk.sound("me");
}

#[test]
fn a_huge_file_takes_time_and_not_memory() {
    const MIB: u64 = 1 << 20;
    let desk = Desk::solo();
    let bytes = if long() { 6 * 1024 * MIB } else { 300 * MIB };
    let (huge, copy) = (desk.path("huge.bin"), desk.path("copy.bin"));
    File::create(&huge).unwrap().set_len(bytes).unwrap();
    let filed = desk.add("me", [&huge]).watched().run().ok();
    let number = filed.json()["number"].as_str().unwrap().to_owned();
    let opened = desk.call("me", ["open", &number, "-o"]).arg(&copy).watched().run().ok();
    assert_eq!(fs::metadata(&copy).unwrap().len(), bytes);
    for (what, peak) in [("filing", filed.peak_bytes), ("opening", opened.peak_bytes)] {
        let peak = peak.expect("Linux tells");
        say(&format!("{what} {} MiB took at most {} MiB", bytes / MIB, peak / MIB));
        assert!(peak <= 256 * MIB, "{what} took {} MiB", peak / MIB);
    }
    desk.sound("me");
}

#[test]
fn a_file_that_vanishes_between_listing_and_reading_is_named() {
    let kept = Kept::new();
    let dir = kept.desk.path("in");
    fs::create_dir(&dir).unwrap();
    // Reading this one takes long enough for the other to go.
    File::create(dir.join("a.bin")).unwrap().set_len(200 << 20).unwrap();
    let going = kept.desk.file("in/b.pdf", "soon gone");
    let adding = kept.desk.call("me", ["--json"]).args(adding([&dir])).spawn();
    until("staging", || has_entries(&kept.desk.vault().join("staging")));
    fs::remove_file(&going).unwrap();
    let ran = adding.wait().exits(2);
    assert_eq!(is_a_fault(&ran, "b.pdf"), "source");
    kept.is_as_it_was();
}

/// Files something that changes with every millisecond while it is read.
#[track_caller]
fn changing(change: impl Fn(&File, u64) + Send + Sync) {
    let kept = Kept::new();
    let path = kept.desk.path("scan.tif");
    let mut file = File::create(&path).unwrap();
    file.write_all(&vec![0x5a; 64 << 20]).unwrap();
    let over = AtomicBool::new(false);
    let ran = std::thread::scope(|scope| {
        scope.spawn(|| {
            for step in 1.. {
                if over.load(Ordering::Relaxed) {
                    return;
                }
                change(&file, step);
                std::thread::sleep(Duration::from_millis(1));
            }
        });
        let ran = kept.desk.call("me", ["--json"]).args(adding([&path])).run();
        over.store(true, Ordering::Relaxed);
        ran
    });
    assert_eq!(is_a_fault(&ran.exits(1), "scan.tif"), "source-changed");
    kept.is_as_it_was();
}

#[test]
fn a_file_that_grows_while_it_is_read_is_not_filed() {
    changing(|file, step| file.set_len((64 << 20) + step * 4096).unwrap());
}

#[test]
fn a_file_that_shrinks_while_it_is_read_is_not_filed() {
    changing(|file, step| file.set_len((64_u64 << 20).saturating_sub(step * 4096)).unwrap());
}

// --- names ---------------------------------------------------------------------------------------------

fn odd_names() -> Vec<OsString> {
    let long = format!("{}.pdf", "长".repeat(83));
    assert_eq!(long.len(), 253);
    let mut names: Vec<OsString> = [
        "two\nlines.pdf",
        "bell\u{7}\u{1b}[31mred.pdf",
        "c1\u{9b}31m.pdf",
        "fdp.\u{202e}exe.pdf",
        "\u{feff}mark.pdf",
        " spaces .pdf ",
        "-n",
        "--json",
        "a=b=c.pdf",
        "..pdf",
        "申请表（第1页）.pdf",
        "👩‍👩‍👧.pdf",
        "quote\"'`$(x).pdf",
        &long,
    ]
    .iter()
    .map(OsString::from)
    .collect();
    names.push("x".repeat(255).into());
    names.push(OsString::from_vec(b"gbk \xc9\xea\xc7\xeb\xb1\xed.pdf".to_vec()));
    names.push(OsString::from_vec(b"\xff\xfe\x80".to_vec()));
    names
}

#[test]
fn odd_names_come_in_and_go_out_and_never_reach_the_terminal_raw() {
    let desk = Desk::solo();
    for (i, name) in odd_names().into_iter().enumerate() {
        let bytes = format!("document {i} of {name:?}");
        let path = desk.file(Path::new(&format!("in{i}")).join(&name), &bytes);
        // By itself and as part of a directory.
        let told = desk.filed([if i % 2 == 0 { path.as_path() } else { path.parent().unwrap() }]);
        let number = told["number"].as_str().unwrap();
        assert_eq!(desk.document("me", number, 1), bytes.as_bytes(), "{name:?}");

        let shown = desk.run("me", ["show", number]).ok();
        assert!(!has_controls(&shown.out()), "{:?}", shown.out());
        let json = desk.run("me", ["show", number, "--json"]).ok().json();
        let document = &json["documents"][0];
        match name.to_str() {
            Some(text) => assert_eq!(document["name"], text),
            None => assert_eq!(document["raw"].as_str(), Some(&*hex::encode(name.as_bytes()))),
        }

        let out = desk.path(format!("out{i}"));
        let opened = desk.call("me", ["open", number, "--all", "-o"]).arg(&out).run().ok();
        assert!(!has_controls(&opened.err) && !has_controls(&opened.out()), "{:?}", opened.err);
        let given: Vec<PathBuf> = fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().path()).collect();
        let [given] = &given[..] else { panic!("{name:?} became {given:?}") };
        assert_eq!(fs::read(given).unwrap(), bytes.as_bytes());
        assert!(!has_controls(&given.to_string_lossy()), "{given:?}");
    }
    desk.sound("me");
}

#[test]
fn odd_names_are_escaped_in_errors() {
    let kept = Kept::new();
    let dir = kept.desk.path("links");
    fs::create_dir(&dir).unwrap();
    for name in odd_names() {
        let link = dir.join(&name);
        symlink("nowhere", &link).unwrap();
        let shown = match name.to_str() {
            Some("two\nlines.pdf") => r"two\u{a}lines.pdf".to_owned(),
            Some("fdp.\u{202e}exe.pdf") => r"fdp.\u{202e}exe.pdf".to_owned(),
            Some(text) if !has_controls(text) => text.to_owned(),
            Some(_) => r"\u{".to_owned(),
            None => r"\x".to_owned(),
        };
        kept.refuses_to_file(&link, 2, &shown);
    }
    kept.is_as_it_was();
}

#[test]
fn what_is_not_a_regular_file_is_refused_by_name_and_at_once() {
    let kept = Kept::new();
    let at = |name: &str| kept.desk.path(name);
    symlink(kept.desk.path("first.txt"), at("link.pdf")).unwrap();
    symlink(kept.desk.path("nowhere"), at("dangling.pdf")).unwrap();
    symlink(kept.desk.dir(), at("dirlink")).unwrap();
    assert!(Command::new("mkfifo").arg(at("pipe.pdf")).status().unwrap().success());
    let _socket = std::os::unix::net::UnixListener::bind(at("s.sock")).unwrap();
    for name in ["link.pdf", "dangling.pdf", "dirlink", "pipe.pdf", "s.sock"] {
        assert_eq!(kept.refuses_to_file(at(name), 2, name), "source");
        // In a directory it is not left out silently either.
        let inside = at("in").join(name);
        fs::create_dir_all(at("in")).unwrap();
        fs::rename(at(name), &inside).unwrap();
        kept.refuses_to_file(at("in"), 2, name);
        fs::remove_file(inside).unwrap();
    }
    for device in ["/dev/null", "/dev/zero", "/dev/tty"] {
        kept.refuses_to_file(device, 2, device);
    }
    kept.is_as_it_was();
}

// --- disks ---------------------------------------------------------------------------------------------

/// Puts bytes that do not pack onto a disk until not so many are left.
fn fill(disk: &Path, leave: usize) -> PathBuf {
    let path = disk.join("ballast");
    let mut file = File::create(&path).unwrap();
    while file.write_all(&[0x55; 4096]).is_ok() {}
    let bytes = file.metadata().unwrap().len();
    file.set_len(bytes.saturating_sub(leave as u64)).unwrap();
    path
}

fn noise(bytes: usize) -> Vec<u8> {
    let mut dice = jingui_tests::lossy::Dice(42);
    (0..bytes.div_ceil(8)).flat_map(|_| dice.roll().to_le_bytes()).collect()
}

#[test]
fn a_full_disk_is_told_and_filing_goes_on_when_there_is_space() {
    let Some(disk) = Disk::of_bytes(2 << 20, "a_full_disk_is_told_and_filing_goes_on_when_there_is_space")
    else {
        return;
    };
    let mut desk = Desk::bare();
    desk.use_vault(disk.path().join("vault"));
    desk.init_solo();
    let kept = Kept::at(desk);
    let large = kept.desk.file("large.bin", noise(600_000));
    for leave in [0, 4096, 100_000, 400_000] {
        let ballast = fill(disk.path(), leave);
        let ran = kept.desk.run("me", adding([&large])).exits(16);
        is_a_refusal(&ran, "vault");
        let ran = kept.desk.call("me", ["--json"]).args(adding([&large])).run().exits(16);
        assert_eq!(is_a_fault(&ran, "vault"), "no-space");
        // Reading does not depend on writing.
        assert_eq!(kept.desk.records("me"), kept.records, "with {leave} bytes free");
        let spool = kept.desk.text(&format!("spool{leave}"));
        let opened = kept.desk.run("me", ["open", &kept.number, "1", "--spool", &spool]).ok();
        assert_eq!(opened.bytes, TEXT.as_bytes());
        fs::remove_file(ballast).unwrap();
        kept.is_as_it_was();
    }
    let told = kept.desk.filed([&large]);
    assert_eq!(told["number"], "JG01-2026-000002".replace("2026", &told["number"].as_str().unwrap()[5..9]));
    kept.desk.sound("me");
}

#[test]
fn a_read_only_vault_is_read_and_its_spool_comes_in_later() {
    let Some(disk) = Disk::of_bytes(16 << 20, "a_read_only_vault_is_read_and_its_spool_comes_in_later")
    else {
        return;
    };
    let mut desk = Desk::bare();
    desk.use_vault(disk.path().join("vault"));
    desk.init_solo();
    let kept = Kept::at(desk);
    let (desk, number) = (&kept.desk, &kept.number);
    let lines = desk.lines();
    disk.set_writable(false);
    assert_eq!(desk.records("me"), kept.records);
    desk.run("me", ["show", number]).ok();
    desk.run("me", ["log", number]).ok();
    desk.run("", ["journal", "verify"]).ok();
    desk.run("", ["verify", "--keyless"]).ok();
    let vault = desk.vault().to_str().unwrap().to_owned();
    assert_eq!(desk.refuses("me", adding([desk.path("first.txt")]), 4, &vault), "vault-read-only");
    assert_eq!(desk.refuses("me", ["open", number.as_str(), "1"], 4, &vault), "vault-read-only");
    assert_eq!(desk.refuses("me", ["keys", "rotate"], 4, &vault), "vault-read-only");
    let spool = desk.path("spool.acts");
    for reason in ["court order 12", "court order 13"] {
        let opened =
            desk.call("me", ["open", number, "1", "--reason", reason, "--spool"]).arg(&spool).run().ok();
        assert_eq!(opened.bytes, TEXT.as_bytes());
        assert!(opened.err.contains("spool.acts"), "{}", opened.err);
    }
    assert!(!fs::read_to_string(&spool).unwrap().contains("court order"), "the reason is sealed");
    disk.set_writable(true);
    assert_eq!(desk.lines(), lines);
    for repeated in [false, true] {
        let told = desk.call("", ["act", "submit", "--json"]).arg(&spool).run().ok().json_lines();
        let items: Vec<_> = told.iter().filter(|line| line["type"] == "item").collect();
        assert_eq!(items.len(), 2);
        assert!(
            items.iter().all(|item| item["repeated"] == repeated && item["kind"] == "record.open"),
            "{told:?}"
        );
    }
    let log = desk.run("me", ["log", number, "--json"]).ok().json();
    let reasons: Vec<_> = log.as_array().unwrap().iter().filter_map(|line| line["reason"].as_str()).collect();
    assert_eq!(reasons, ["court order 12", "court order 13"]);
    kept.is_as_it_was();
}

// --- keys and people -----------------------------------------------------------------------------------

#[test]
fn a_wrong_passphrase_is_12() {
    let kept = Kept::new();
    let wrong = kept.desk.text("wrong");
    fs::write(&wrong, "not this one\n").unwrap();
    let call = |json: bool| {
        let call = kept.desk.bare_call().env("JINGUI_VAULT", kept.desk.vault()).arg("list");
        let call = call.args(["--passphrase-file", &wrong, "--key"]).arg(kept.desk.key("me"));
        if json { call.arg("--json") } else { call }
    };
    is_a_refusal(&call(false).run().exits(12), "me.key");
    assert_eq!(is_a_fault(&call(true).run().exits(12), "me.key"), "wrong-passphrase");
    kept.is_as_it_was();
}

#[test]
fn a_strangers_key_is_12() {
    let kept = Kept::new();
    assert_eq!(kept.desk.refuses("stranger", ["list"], 12, "stranger"), "stranger");
    let words = adding([kept.desk.path("first.txt")]);
    assert_eq!(kept.desk.refuses("stranger", words, 12, "stranger"), "stranger");
    kept.is_as_it_was();
}

#[test]
fn what_is_no_key_is_12_and_no_key_at_all_is_2() {
    let kept = Kept::new();
    let text = kept.desk.text("first.txt");
    assert_eq!(kept.refuses(&["list", "--key", &text], 12, "first.txt"), "not-a-key");
    let public = kept.desk.public("me");
    assert_eq!(kept.refuses(&["list", "--key", public.to_str().unwrap()], 12, "me.pub"), "not-a-key");
    assert_eq!(kept.desk.refuses("", ["list"], 2, "key"), "key-needed");
    let missing = kept.refuses(&["list", "--key", &kept.desk.text("absent.key")], 1, "absent.key");
    assert_eq!(missing, "missing");
    let ran =
        kept.desk.bare_call().env("JINGUI_VAULT", kept.desk.vault()).env("JINGUI_KEY", kept.desk.key("me"));
    is_a_refusal(&ran.args(["list", "--no-input"]).run().exits(2), "passphrase");
    kept.is_as_it_was();
}

#[test]
fn a_disabled_person_is_4() {
    let kept = Kept::new();
    let half = kept.desk.public("leaver");
    kept.desk.call("me", ["staff", "enrol", "--role", "archivist"]).arg(half).run().ok();
    kept.desk.run("leaver", ["list"]).ok();
    kept.desk.run("me", ["staff", "disable", "0002", "--reason", "left"]).ok();
    assert_eq!(kept.desk.refuses("leaver", ["list"], 4, "0002"), "disabled");
    let words = adding([kept.desk.path("first.txt")]);
    assert_eq!(kept.desk.refuses("leaver", words, 4, "0002"), "disabled");
    kept.is_as_it_was();
}

#[test]
fn an_archivist_does_nothing_that_is_the_security_administrators() {
    let kept = Kept::new();
    let desk = &kept.desk;
    desk.call("me", ["staff", "enrol", "--role", "archivist"]).arg(desk.public("clerk")).run().ok();
    let new = desk.public("new").to_str().unwrap().to_owned();
    for words in [
        &["keys", "rotate"][..],
        &["keys", "sheet", "-o", "sheet.txt"],
        &["staff", "enrol", &new, "--role", "security"],
        &["staff", "enrol", &new, "--role", "security", "--act-out", "enrol.act"],
        &["staff", "disable", "0001"],
    ] {
        assert_eq!(desk.refuses("clerk", words, 4, "0002"), "role", "{words:?}");
        let rehearsed = desk.call("clerk", words).arg("--dry-run").run().exits(4);
        is_a_refusal(&rehearsed, "0002");
    }
    assert!(!desk.path("sheet.txt").exists() && !desk.path("enrol.act").exists());
    assert_eq!(desk.run("", ["staff", "list", "--json"]).ok().json().as_array().unwrap().len(), 2);
    kept.is_as_it_was();
}

// --- vaults --------------------------------------------------------------------------------------------

/// Changes a file and gives it back as it was when dropped.
struct Edit {
    path: PathBuf,
    bytes: Vec<u8>,
}

impl Edit {
    fn of(path: PathBuf, change: impl FnOnce(&str) -> String) -> Self {
        let bytes = fs::read(&path).unwrap();
        let text = std::str::from_utf8(&bytes).unwrap();
        let changed = change(text);
        assert_ne!(changed, text, "{} was not changed", path.display());
        fs::write(&path, changed).unwrap();
        Self { path, bytes }
    }
}

impl Drop for Edit {
    fn drop(&mut self) {
        fs::write(&self.path, &self.bytes).unwrap();
    }
}

#[test]
fn a_vault_from_the_future_is_14() {
    let kept = Kept::new();
    let toml = kept.desk.vault().join("VAULT.toml");
    let segment = kept.desk.vault().join("journal/000000000001.jsonl");
    for (path, from, to, names) in [
        (&toml, "format = 1", "format = 2", "VAULT.toml"),
        (&toml, "format = 1", "format = 2\nunheard_of = true", "VAULT.toml"),
        (&toml, "suite = \"intl\"", "suite = \"sm\"", "VAULT.toml"),
        (&segment, "{\"v\":1,", "{\"v\":2,", "journal"),
    ] {
        let _edit = Edit::of(path.clone(), |text| text.replacen(from, to, 1));
        for words in [&["list"][..], &["status"], &["journal", "log"], &["keys", "rotate"]] {
            assert_eq!(kept.refuses(words, 14, names), "too-new", "{to}: {words:?}");
        }
        assert_eq!(kept.desk.refuses("me", adding([kept.desk.path("first.txt")]), 14, names), "too-new");
    }
    kept.is_as_it_was();
}

#[test]
fn a_vault_of_the_draft_is_14_and_nobody_is_sent_for_a_newer_program() {
    let kept = Kept::new();
    let toml = kept.desk.vault().join("VAULT.toml");
    let segment = kept.desk.vault().join("journal/000000000001.jsonl");
    let draft = jingui_schema::FORMAT - 1;
    for (path, from, to, names) in [
        (&toml, "format = 1", format!("format = {draft}"), "VAULT.toml"),
        (&segment, "{\"v\":1,", format!("{{\"v\":{draft},"), "journal"),
    ] {
        let _edit = Edit::of(path.clone(), |text| text.replacen(from, &to, 1));
        for words in [&["list"][..], &["status"], &["journal", "log"]] {
            assert_eq!(kept.refuses(words, 14, names), "draft-format", "{to}: {words:?}");
        }
    }
    kept.is_as_it_was();
}

#[test]
fn an_edited_vault_toml_is_13_and_the_key_is_named() {
    let kept = Kept::new();
    let toml = kept.desk.vault().join("VAULT.toml");
    let text = fs::read_to_string(&toml).unwrap();
    let keys: Vec<&str> =
        text.lines().filter_map(|line| line.split_once(" = ")).map(|(key, _)| key).collect();
    assert_eq!(keys, ["format", "suite", "vault", "ra", "fonds", "created", "solo", "log"]);
    for key in &keys[2..] {
        let _edit = Edit::of(toml.clone(), |text| {
            let change = |line: &str| match line.split_once(" = ") {
                Some((k, "true")) if k == *key => format!("{k} = false"),
                Some((k, value)) if k == *key => format!("{k} = \"X{}", &value[1..]),
                _ => line.to_owned(),
            };
            text.lines().map(change).collect::<Vec<_>>().join("\n")
        });
        assert_eq!(kept.refuses(&["list"], 13, key), "edited");
    }
    for (change, names) in [
        (text.replace("solo = true\n", ""), "solo"),
        (format!("{text}more = 1\n"), "more"),
        ("not a table".to_owned(), "form"),
        (String::new(), "VAULT.toml"),
    ] {
        let _edit = Edit::of(toml.clone(), |_| change.clone());
        assert_eq!(kept.refuses(&["list"], 13, names), "edited");
    }
    // Comments do not count.
    let _edit = Edit::of(toml, |text| format!("# seen by the auditor\n{text}"));
    kept.is_as_it_was();
}

#[test]
fn a_missing_vault_toml_is_damage_and_can_be_written_again() {
    let kept = Kept::new();
    let toml = kept.desk.vault().join("VAULT.toml");
    let text = fs::read_to_string(&toml).unwrap();
    fs::remove_file(&toml).unwrap();
    assert_eq!(kept.refuses(&["list"], 13, "VAULT.toml"), "file-damaged");
    kept.desk.run("me", ["verify", "--heal"]);
    assert_eq!(fs::read_to_string(&toml).unwrap_or_default(), text);
    kept.is_as_it_was();
}

#[test]
fn a_keystore_that_is_away_is_15_and_one_of_another_vault_is_12() {
    let kept = Kept::new();
    let (keystore, away) = (kept.desk.keystore(), kept.desk.path("away"));
    fs::rename(&keystore, &away).unwrap();
    assert_eq!(kept.refuses(&["list"], 15, "vault.keys"), "no-keystore");
    assert_eq!(
        kept.desk.refuses("me", adding([kept.desk.path("first.txt")]), 15, "vault.keys"),
        "no-keystore"
    );
    assert_eq!(kept.refuses(&["list", "--keystore", &kept.desk.text("absent")], 15, "absent"), "no-keystore");
    // What needs none works.
    kept.desk.run("", ["status"]).ok();
    kept.desk.run("", ["journal", "verify"]).ok();
    kept.desk.run("me", ["list", "--keystore", away.to_str().unwrap()]).ok();
    fs::rename(&away, &keystore).unwrap();
    let other = Desk::solo();
    let theirs = other.keystore().to_str().unwrap().to_owned();
    assert_eq!(kept.refuses(&["list", "--keystore", &theirs], 12, "vault.keys"), "other-keystore");
    kept.is_as_it_was();
}

#[test]
fn init_refuses_what_cannot_become_a_vault() {
    let desk = Desk::bare();
    let at = |below: &str| desk.text(below);
    let solo = ["--ra", "X", "--fonds", "JG01", "--solo"];
    let init = |dir: &str, more: &[&str]| -> Vec<String> {
        ["init", dir].iter().chain(&solo).chain(more).map(|word| (*word).to_owned()).collect()
    };
    desk.file("full/file", "x");
    assert_eq!(desk.refuses("me", init(&at("full"), &[]), 2, "full"), "not-empty");
    assert_eq!(desk.refuses("me", init(&at("pw"), &[]), 2, "pw"), "not-empty");
    assert_eq!(desk.refuses("me", init(&at("v"), &["--keystore", &at("v/keys")]), 2, "v/keys"), "nested");
    assert_eq!(desk.refuses("me", init(&at("k/v"), &["--keystore", &at("k")]), 2, "k/v"), "nested");
    assert_eq!(desk.refuses("me", init(&at("v"), &["--keystore", &at("v")]), 2, "v"), "nested");
    assert_eq!(desk.refuses("me", init(&at("v"), &["--mirror", &at("v/../v/m")]), 2, "m"), "nested");
    assert_eq!(desk.refuses("me", init(&at("v"), &["--keystore", &at("full")]), 2, "full"), "not-empty");
    assert_eq!(desk.refuses("me", init(&at("v"), &["--roles", "archivist"]), 4, "security"), "policy");
    let plain = ["init", &at("v"), "--ra", "X", "--fonds", "JG01"].map(str::to_owned);
    assert_eq!(desk.refuses("me", &plain, 4, "authority"), "policy");
    let ca = desk.public("ca").to_str().unwrap().to_owned();
    let with_ca: Vec<String> = plain.iter().cloned().chain(["--authority".into(), ca]).collect();
    assert_eq!(desk.refuses("me", &with_ca, 4, "system"), "policy");
    let bad: Vec<String> = plain.iter().cloned().chain(["--authority".into(), at("pw")]).collect();
    assert_eq!(desk.refuses("me", &bad, 2, "pw"), "not-a-person");
    assert_eq!(
        desk.refuses("me", init(&at("v"), &["--ca-recipient", "age1nonsense"]), 2, "--ca-recipient"),
        "not-a-person"
    );
    for fonds in ["", "jg01", "JG-01", "A23456789012345678"] {
        let words = ["init", &at("v"), "--ra", "X", "--solo", "--fonds", fonds];
        desk.refuses("me", words, 2, "--fonds");
    }
    assert!(!desk.path("v").exists() && !desk.path("k/v").exists() && !desk.path("v.keys").exists());
    assert!(desk.path("full/file").exists());
    // The same with names that lead elsewhere.
    symlink(desk.path("full"), desk.path("alias")).unwrap();
    assert_eq!(desk.refuses("me", init(&at("alias"), &[]), 2, "alias"), "not-empty");
}

#[test]
fn where_there_is_no_vault_is_10() {
    let desk = Desk::bare();
    let empty = desk.path("empty");
    fs::create_dir(&empty).unwrap();
    assert_eq!(desk.refuses("me", ["list"], 10, "vault"), "no-vault");
    let ran = desk.call("me", ["list"]).without("JINGUI_VAULT").from(&empty).run().exits(10);
    is_a_refusal(&ran, "empty");
    // Before a passphrase is asked for in vain.
    let ran = desk.bare_call().from(&empty).args(["add", "x", "--to", "JG01-2024-000001", "--reason", "r"]);
    is_a_refusal(&ran.run().exits(10), "empty");
    desk.refuses("me", ["list", "--vault", &desk.text("pw")], 10, "pw");
}

// --- words ---------------------------------------------------------------------------------------------

#[test]
fn a_customers_id_that_cannot_be_right_is_not_echoed() {
    let kept = Kept::new();
    let path = kept.desk.text("first.txt");
    let check = |kind: &str, id: &str, names: &str| {
        let mut words = adding_with(&path, "--customer-kind", kind);
        words.extend(["--customer-id", id]);
        let human = kept.desk.run("me", &words).exits(2);
        is_a_refusal(&human, names);
        let json = kept.desk.call("me", ["--json"]).args(&words).run().exits(2);
        assert_eq!(is_a_fault(&json, names), "customer-id", "{id}");
        for text in [human.out(), human.err, json.out(), json.err] {
            assert!(!text.contains(id), "{id} is echoed: {text}");
        }
    };
    // law.md R143
    check("person", "110105194912310021", "check");
    check("person", "100000190002290018", "date");
    check("person", "100000202302300017", "date");
    check("person", "110105491231002", "15");
    check("enterprise", "91350100M000100Y4Z", "");
    check("enterprise", "91350100M000100Y44", "check");
    check("government", "1111000000001234", "");
    check("person", "１１０１０５１９４９１２３１００２１", "check");
    for (kind, id) in [
        ("person", "11010519491231002X"),
        ("person", "100000200002290014"),
        ("person", "10000020000229009x"),
        ("enterprise", "91350100M000100Y43"),
        ("enterprise", "91110108MA00123X75"),
        ("enterprise", "91110108MA1CNJAHX0"),
        ("enterprise", "91110108MADJD1XD80"),
        ("government", "11110000000012343B"),
        ("institution", "12110000400005679A"),
    ] {
        let mut words = adding_with(&path, "--customer-kind", kind);
        words.extend(["--customer-id", id, "--dry-run"]);
        let ran = kept.desk.run("me", &words).ok();
        assert!(!ran.out().contains(id) && !ran.err.contains(id), "{id} is echoed");
    }
    kept.is_as_it_was();
}

#[test]
fn days_that_do_not_exist_or_lie_ahead_are_refused() {
    let kept = Kept::new();
    let path = kept.desk.text("first.txt");
    let ahead = kept.desk.refuses("me", adding_with(&path, "--date", "2999-01-01"), 2, "2999-01-01");
    assert_eq!(ahead, "future-date");
    for day in [
        "2024-02-30",
        "2023-02-29",
        "20240431",
        "2024.13.1",
        "2024年0月1日",
        "yesterday",
        "",
        "1.5.2024",
        "2024-5",
    ] {
        let code = kept.desk.refuses("me", adding_with(&path, "--date", day), 2, "--date");
        assert_eq!(code, "bad-value", "{day}");
    }
    for option in ["--from", "--to"] {
        kept.refuses(&["list", option, "2024-02-30"], 2, "2024-02-30");
    }
    kept.is_as_it_was();
}

#[test]
fn labels_with_controls_are_refused() {
    let kept = Kept::new();
    let path = kept.desk.text("first.txt");
    let long = "字".repeat(201);
    for option in ["--project", "--customer", "--outlet", "--tag", "--box"] {
        for value in ["two\nlines", "esc\u{1b}[2J", "gnp.\u{202e}exe", "a\u{2028}b", "", "   ", &long] {
            assert_eq!(kept.desk.refuses("me", adding_with(&path, option, value), 2, option), "bad-value");
        }
    }
    kept.desk.refuses("me", adding_with(&path, "--waive", "POA=a\u{7}b"), 2, "--waive");
    kept.is_as_it_was();
}

#[test]
fn a_kind_for_a_file_that_is_not_filed_is_refused() {
    let kept = Kept::new();
    let path = kept.desk.text("first.txt");
    let code = kept.desk.refuses("me", adding_with(&path, "--kind", "other.txt=APP"), 2, "other.txt");
    assert_eq!(code, "kind-unused");
    for value in ["first.txt", "first.txt=", "=APP", "first.txt=XYZ"] {
        assert_eq!(kept.desk.refuses("me", adding_with(&path, "--kind", value), 2, "--kind"), "bad-value");
    }
    kept.is_as_it_was();
}

#[test]
fn a_word_that_is_no_command_is_answered_with_the_nearest() {
    let kept = Kept::new();
    for (typed, meant) in
        [("lst", "list"), ("shwo", "show"), ("opne", "open"), ("verfiy", "verify"), ("ad", "add")]
    {
        let ran = kept.desk.run("me", [typed]).exits(2);
        is_a_refusal(&ran, typed);
        assert!(ran.err.contains(&format!("`{meant}`")), "{}", ran.err);
        assert_eq!(kept.refuses(&[typed], 2, typed), "unknown-command");
    }
    let ran = kept.desk.run("me", ["keys", "rotat"]).exits(2);
    assert!(ran.err.contains("`rotate`"), "{}", ran.err);
    kept.is_as_it_was();
}

#[test]
fn misuse_is_2_and_does_nothing() {
    let kept = Kept::new();
    let lines = kept.desk.lines();
    let (path, number) = (kept.desk.text("first.txt"), kept.number.as_str());
    for words in [
        &[][..],
        &["add"],
        &["add", &path],
        &["add", &path, "--to", number],
        &["add", &path, "--to", number, "--reason", "r", "--project", "P"],
        &["list", "--limit", "0"],
        &["list", "--limit", "ten"],
        &["list", "--no-such"],
        &["list", "extra"],
        &["list", "--state", "asleep"],
        &["list", "--after", "nonsense"],
        &["list", "--lang", "fr"],
        &["list", "--class", "CN-X1"],
        &["list", "-q", "-v"],
        &["list", "--act-out", "x.act"],
        &["show"],
        &["show", number, "--reveal"],
        &["open", number, "zero"],
        &["open", number, "0"],
        &["open", number, "1", "--all"],
        &["keys"],
        &["keys", "recover", "--person", "x.pub"],
        &["verify", "--sample", "0%"],
        &["verify", "--sample", "200%"],
        &["verify", "--all", "--since", "2024-01-01"],
        &["journal", "log", "--from", "0"],
        &["act", "submit", &path],
        &["rebuild", "everything"],
        &["help", "nothing"],
        &["staff", "disable", "1"],
        &["key", "new", "-o", "pw", "--name", "x"],
    ] {
        kept.refuses(words, 2, "");
    }
    assert_eq!(kept.desk.lines(), lines);
    let raw =
        kept.desk.call("me", [OsStr::new("list"), OsStr::new("--project"), OsStr::from_bytes(b"\xff")]).run();
    is_a_refusal(&raw.exits(2), "");
    kept.is_as_it_was();
}

#[test]
fn what_is_not_there_is_6() {
    let kept = Kept::new();
    let number = kept.number.as_str();
    let id = kept.records[0]["record"].as_str().unwrap();
    let other = if id.starts_with('0') { "1" } else { "0" };
    let nearly = format!("{other}{}", &id[1..]);
    for word in ["JG01-2019-000001", "JG01-2026-999999", "XX-2026-000001", other, &nearly, "八八", ""] {
        for command in ["show", "open", "log"] {
            assert_eq!(kept.refuses(&[command, word], 6, word), "no-record", "{command} {word}");
        }
    }
    assert_eq!(kept.refuses(&["open", number, "2"], 6, "2"), "no-document");
    assert_eq!(kept.refuses(&["staff", "disable", "0099"], 6, "0099"), "no-staff");
    assert_eq!(kept.refuses(&["journal", "prove", "9999"], 6, "9999"), "no-line");
    kept.is_as_it_was();
}

#[test]
fn a_prefix_that_is_too_short_or_fits_none_is_6() {
    let kept = Kept::new();
    let ids = (0..8).map(|i| kept.desk.filed([kept.desk.file(format!("{i}.txt"), format!("text {i}"))]));
    let ids: Vec<String> = ids.map(|told| told["record"].as_str().unwrap().to_owned()).collect();
    for id in &ids {
        for short in 1..4 {
            assert_eq!(kept.refuses(&["show", &id[..short]], 6, &id[..short]), "no-record");
        }
        // Ids are read aloud and typed: in lower case, an O for a zero, an I or L for a one.
        let alike = id[..12].to_lowercase().replace('0', "o").replace('1', "l");
        for word in [&id[..12], &alike, id] {
            assert_eq!(kept.desk.run("me", ["show", word, "--json"]).ok().json()["record"], id.as_str());
        }
    }
    kept.desk.sound("me");
}

// --- streams -------------------------------------------------------------------------------------------

#[test]
fn bytes_that_are_no_text_do_not_go_to_a_terminal() {
    if Command::new("script").arg("--version").output().is_err() {
        return say("SKIPPED bytes_that_are_no_text_do_not_go_to_a_terminal: there is no `script`");
    }
    let kept = Kept::new();
    let told = kept.desk.filed([kept.desk.file("scan.png", b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\x9b31m")]);
    let on_a_terminal = |number: &str| {
        let program = jingui_tests::program::program().to_str().unwrap().to_owned();
        let line = format!("'{program}' --passphrase-file pw open {number} 1");
        let mut script = Command::new("script");
        script.args(["-qec", &line, "/dev/null"]).current_dir(kept.desk.dir()).env("LANG", "C.UTF-8");
        script.env("JINGUI_VAULT", kept.desk.vault()).env("JINGUI_KEY", kept.desk.key("me"));
        let output = script.stdin(std::process::Stdio::null()).output().unwrap();
        (output.status.code(), output.stdout)
    };
    let (code, bytes) = on_a_terminal(told["number"].as_str().unwrap());
    assert_eq!(code, Some(2), "{}", String::from_utf8_lossy(&bytes));
    assert!(!bytes.windows(4).any(|w| w == b"IHDR"), "it was shown");
    let (code, bytes) = on_a_terminal(&kept.number);
    assert_eq!(code, Some(0), "{}", String::from_utf8_lossy(&bytes));
    assert!(String::from_utf8_lossy(&bytes).contains(TEXT.trim()));
}

#[test]
fn a_reader_that_has_gone_is_no_error() {
    let kept = Kept::new();
    for words in
        [&["list"][..], &["list", "--json"], &["show", &kept.number], &["open", &kept.number], &["--help"]]
    {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let ran = kept.desk.call("me", words).arg("-q").stdout(writer).run().ok();
        assert_eq!(ran.err, "", "{words:?}");
    }
    kept.is_as_it_was();
}

#[test]
fn an_output_that_cannot_be_written_is_told() {
    let kept = Kept::new();
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let ran = kept.desk.call("me", ["list"]).stdout(full).run().exits(16);
    is_a_refusal(&ran, "stdout");
    assert_eq!(kept.refuses(&["open", &kept.number, "-o", &kept.desk.text("pw")], 2, "pw"), "exists");
    let below_a_file = kept.desk.text("pw/x.txt");
    kept.refuses(&["open", &kept.number, "-o", &below_a_file], 1, "pw/x.txt");
    kept.is_as_it_was();
}

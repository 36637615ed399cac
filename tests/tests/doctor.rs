//! The doctor names what is wrong, mends what is safe to mend, and gives away nobody's name.

use jingui_ops::Surroundings;
use jingui_ops::context::Streams;
use jingui_ops::doctor::CODES;
use jingui_ops::interrupt::Interrupt;
use jingui_schema::time::Time;
use jingui_tests::program::{Desk, Disk, LABELS};
use jingui_vault::env::{Clock, Env};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// What the doctor says, whatever this machine adds to it.
struct Seen {
    code: i32,
    told: Value,
}

impl Seen {
    fn of(desk: &Desk, who: &str, more: &[&str]) -> Self {
        let ran = desk.call(who, ["doctor", "--json"]).args(more).run();
        assert!([0, 3, 13].contains(&ran.code), "{}: {}", ran.code, ran.err);
        let told = ran.json();
        assert_eq!(told["exit_code"], ran.code);
        Self { code: ran.code, told }
    }

    fn findings(&self) -> &[Value] {
        self.told["findings"].as_array().unwrap()
    }

    /// The one finding of a code and place.
    #[track_caller]
    fn one(&self, code: &str, place: &str) -> &Value {
        let mut fitting = self.findings().iter().filter(|f| f["code"] == code && f["place"] == place);
        let found = fitting.next().unwrap_or_else(|| panic!("no {code} of {place} in {}", self.told));
        assert!(fitting.next().is_none(), "{code} of {place} stands twice");
        found
    }

    #[track_caller]
    fn is(&self, code: &str, place: &str, severity: &str) -> &Value {
        let found = self.one(code, place);
        assert_eq!(found["severity"], severity, "{found}");
        found
    }
}

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn furnished() -> Desk {
    let desk = Desk::solo();
    desk.filed_text("first.txt", "first\n");
    chmod(&desk.key("me"), 0o600);
    desk
}

#[test]
fn a_sound_vault_has_no_finding_of_its_own() {
    let desk = furnished();
    let seen = Seen::of(&desk, "me", &[]);
    for (code, place) in [
        ("vault", "vault"),
        ("modes", "vault"),
        ("modes", "keystore"),
        ("owner", "vault"),
        ("clock", "vault"),
        ("keystore", "keystore"),
        ("log-key", "keystore"),
        ("key-copies", "keystore"),
        ("settings", "vault"),
        ("leftovers", "vault"),
        ("tree", "vault"),
        ("catalog", "vault"),
        ("incidents", "vault"),
        ("key-file", "key"),
        ("rotation", "keystore"),
        ("leaver", "keystore"),
        ("host-clock", "machine"),
        ("locale", "machine"),
    ] {
        seen.is(code, place, "ok");
    }
    // What it really lacks: another device, a mirror, a way back.
    seen.is("keystore-device", "keystore", "warning");
    seen.is("mirror", "mirror", "warning");
    seen.is("way-back", "keystore", "warning");
    seen.is("solo", "vault", "info");
    seen.is("copies", "vault", "info");
    let target = desk.text("copies");
    fs::create_dir(&target).unwrap();
    desk.run("me", ["backup", "create", &target, "--offsite"]).ok();
    desk.run("me", ["backup", "verify", &target]).ok();
    Seen::of(&desk, "me", &[]).is("copies", "vault", "ok");
    assert!(seen.code == 0 || seen.told["problems"].as_u64().unwrap() > 0);
    for finding in seen.findings() {
        let code = finding["code"].as_str().unwrap();
        assert!(CODES.contains(&code), "{code}");
        let wants = finding["severity"] != "ok";
        assert!(!wants || finding["fix"].as_str().is_some_and(|fix| !fix.is_empty()), "{finding}");
    }
    desk.run("me", ["keys", "sheet", "-o", &desk.text("sheet.txt")]).ok();
    Seen::of(&desk, "", &[]).is("way-back", "keystore", "ok");
}

#[test]
fn both_languages_say_every_finding_in_full() {
    let desk = furnished();
    chmod(&desk.vault().join("covers"), 0o755);
    for (lang, word) in [("zh", "钥匙柜"), ("en", "keystore")] {
        let ran = desk.call("me", ["doctor", "--lang", lang]).run();
        let text = ran.out();
        assert!(text.contains(word) && !text.contains("{$") && !text.contains("doctor-"), "{text}");
        assert!(text.lines().count() > 25, "{text}");
        let quiet = desk.call("me", ["doctor", "-q", "--lang", lang]).run().out();
        assert!(quiet.lines().count() < text.lines().count() && quiet.contains("modes"), "{quiet}");
    }
}

#[test]
fn modes_are_found_and_mended_and_nothing_else_is() {
    let desk = furnished();
    let (covers, commit) = (desk.vault().join("covers"), desk.vault().join("journal/commit"));
    let (marker, key) = (desk.keystore().join("KEYSTORE.toml"), desk.key("me"));
    chmod(&covers, 0o755);
    chmod(&commit, 0o644);
    chmod(&marker, 0o640);
    chmod(&key, 0o644);
    let seen = Seen::of(&desk, "me", &[]);
    assert_eq!(seen.is("modes", "vault", "warning")["numbers"]["count"], 2);
    assert_eq!(seen.is("modes", "keystore", "warning")["numbers"]["count"], 1);
    seen.is("key-file", "key", "warning");
    let lines = desk.lines();
    Seen::of(&desk, "me", &["--fix", "-n"]);
    assert_eq!((mode(&covers), mode(&key)), (0o755, 0o644), "a dry run mends nothing");
    let seen = Seen::of(&desk, "me", &["--fix"]);
    for (code, place) in [("modes", "vault"), ("modes", "keystore"), ("key-file", "key")] {
        assert_eq!(seen.one(code, place)["fixed"], true, "{code} {place}");
    }
    assert_eq!([&covers, &commit, &marker, &key].map(|path| mode(path)), [0o700, 0o600, 0o600, 0o600]);
    let seen = Seen::of(&desk, "me", &[]);
    seen.is("modes", "vault", "ok");
    seen.is("key-file", "key", "ok");
    assert_eq!(desk.lines(), lines, "nothing of this is an event");
    desk.sound("me");
}

#[test]
fn directories_and_derived_data_are_made_anew() {
    let desk = furnished();
    fs::remove_dir_all(desk.vault().join("derived")).unwrap();
    fs::remove_dir_all(desk.vault().join("quarantine")).unwrap();
    let seen = Seen::of(&desk, "me", &["--fix"]);
    assert_eq!(seen.one("directories", "vault")["words"]["names"], "quarantine, derived");
    seen.is("catalog", "vault", "ok");
    seen.is("tree", "vault", "ok");
    desk.sound("me");
}

#[test]
fn a_keystore_that_is_away_is_a_problem_and_the_rest_is_still_looked_at() {
    let desk = furnished();
    fs::rename(desk.keystore(), desk.path("away")).unwrap();
    let seen = Seen::of(&desk, "me", &[]);
    let finding = seen.is("keystore", "keystore", "problem");
    assert_eq!(finding["words"]["state"], "no-keystore");
    assert_eq!(seen.code, 3);
    seen.is("clock", "vault", "ok");
    seen.is("modes", "vault", "ok");
    fs::rename(desk.path("away"), desk.keystore()).unwrap();
    fs::remove_file(desk.keystore().join("epochs/1/0001.age")).unwrap();
    let seen = Seen::of(&desk, "", &[]);
    assert_eq!(seen.is("key-copies", "keystore", "problem")["numbers"]["count"], 1);
    fs::remove_file(desk.keystore().join("log/log.key")).unwrap();
    Seen::of(&desk, "", &[]).is("log-key", "keystore", "problem");
}

#[test]
fn edited_settings_are_named() {
    let desk = furnished();
    let places = desk.vault().join("settings/places.toml");
    fs::write(&places, "keystore = \"/somewhere/else\"\n").unwrap();
    let seen = Seen::of(&desk, "", &[]);
    assert_eq!(seen.is("settings", "vault", "problem")["words"]["state"], "edited");
    assert_eq!(seen.code, 3);
}

#[test]
fn a_damaged_vault_says_what_is_damaged() {
    let desk = furnished();
    // In the middle of the journal: it opens for reading only.
    let segment = desk.vault().join("journal/000000000001.jsonl");
    let whole = fs::read(&segment).unwrap();
    let mut bent = whole.clone();
    let second = bent.iter().position(|b| *b == b'\n').unwrap() + 40;
    bent[second] ^= 1;
    fs::write(&segment, &bent).unwrap();
    fs::remove_dir_all(desk.vault().join("derived")).unwrap();
    let seen = Seen::of(&desk, "", &[]);
    assert_eq!(seen.code, 13, "{}", seen.told);
    let finding = seen.is("read-only", "vault", "problem");
    assert_eq!((&finding["words"]["state"], &finding["damage"]), (&"damaged".into(), &true.into()));
    let human = desk.run("", ["doctor"]).exits(13).out();
    assert!(human.contains("jingui repair"), "{human}");
    fs::write(&segment, &whole).unwrap();
    // Neither slot of commit.
    let commit = desk.vault().join("journal/commit");
    let kept = fs::read(&commit).unwrap();
    fs::write(&commit, vec![b'x'; kept.len()]).unwrap();
    assert_eq!(Seen::of(&desk, "", &[]).code, 13);
    fs::write(&commit, kept).unwrap();
    // The first line: it does not open at all.
    fs::write(&segment, b"{}\n").unwrap();
    let seen = Seen::of(&desk, "me", &[]);
    let finding = seen.is("vault", "vault", "problem");
    assert_eq!((&finding["words"]["state"], seen.code), (&"closed".into(), 13), "{finding}");
    seen.is("modes", "vault", "ok");
    let human = desk.run("", ["doctor", "--lang", "zh"]).exits(13).out();
    assert!(human.contains("打不开") && !human.contains("{$"), "{human}");
    fs::write(&segment, &whole).unwrap();
    // A copy of the first line that says something else.
    let toml = desk.vault().join("VAULT.toml");
    let text = fs::read_to_string(&toml).unwrap();
    fs::write(&toml, text.replace("JG01", "JG02")).unwrap();
    let seen = Seen::of(&desk, "", &[]);
    assert_eq!(seen.is("vault", "vault", "problem")["words"]["error"], "edited");
    fs::write(&toml, text).unwrap();
    desk.sound("me");
}

/// A clock that stands where it is put.
struct Stopped(&'static str);

impl Clock for Stopped {
    fn now(&self) -> Time {
        self.0.parse().unwrap()
    }
}

#[test]
fn a_clock_that_runs_behind_is_a_problem_and_one_far_ahead_a_warning() {
    let desk = furnished();
    for (now, severity, state) in [
        ("2026-01-02T00:00:00.000Z", "problem", "behind"),
        ("2066-01-02T00:00:00.000Z", "warning", "ahead"),
        ("1970-01-02T00:00:00.000Z", "problem", "behind"),
    ] {
        let files = ["in", "out", "err"].map(|name| desk.file(name, ""));
        let open = |at: usize| fs::OpenOptions::new().read(true).write(true).open(&files[at]).unwrap();
        let surroundings = Surroundings {
            vars: BTreeMap::from([("JINGUI_VAULT".to_owned(), desk.vault().as_os_str().to_owned())]),
            cwd: desk.dir().to_owned(),
            streams: Streams { stdin: open(0).into(), stdout: open(1).into(), stderr: open(2).into() },
            env: Env { clock: Arc::new(Stopped(now)), ..Env::of_host() },
            interrupt: Some(Interrupt::default()),
            patience: Duration::from_secs(5),
            disk_patience: Duration::from_secs(60),
        };
        jingui_ops::run(["jingui", "doctor", "--json"].map(Into::into).to_vec(), surroundings);
        let told = serde_json::from_slice(&fs::read(&files[1]).unwrap()).unwrap();
        let seen = Seen { code: 0, told };
        assert_eq!(seen.is("clock", "vault", severity)["words"]["state"], state);
        let lost = seen.one("host-clock", "machine")["severity"] == "problem";
        assert_eq!(lost, now < "2026");
    }
}

#[test]
fn without_a_vault_the_machine_is_looked_at() {
    let desk = Desk::bare();
    let ran = desk.bare_call().args(["doctor", "--json"]).run();
    let told = ran.json();
    let codes: BTreeSet<&str> =
        told["findings"].as_array().unwrap().iter().map(|f| f["code"].as_str().unwrap()).collect();
    for code in ["no-vault", "locale", "space", "fonts", "ocr", "tools", "open-files", "swap", "core-dumps"] {
        assert!(codes.contains(code), "{code} is not in {codes:?}");
    }
    assert!(!codes.contains("keystore"));
    let named = desk
        .bare_call()
        .args(["doctor", "--json", "--vault"])
        .arg(desk.path("nowhere"))
        .run()
        .exits(3)
        .json();
    let finding =
        named["findings"].as_array().unwrap().iter().find(|f| f["code"] == "no-vault").unwrap().clone();
    assert_eq!(finding["severity"], "problem");
    assert!(finding["message"].as_str().unwrap().contains("nowhere"));
    let latin = desk.bare_call().env("LANG", "zh_CN.GB18030").args(["doctor", "--json"]).run().json();
    let locale =
        latin["findings"].as_array().unwrap().iter().find(|f| f["code"] == "locale").unwrap().clone();
    assert_eq!(locale["severity"], "warning");
}

#[test]
fn a_vault_on_a_read_only_disk_is_looked_over() {
    let Some(disk) = Disk::of_bytes(1 << 30, "a_vault_on_a_read_only_disk_is_looked_over") else { return };
    let mut desk = Desk::bare();
    desk.use_vault(disk.path().join("vault"));
    desk.init_solo();
    desk.filed_text("a.txt", "a");
    disk.set_writable(false);
    let seen = Seen::of(&desk, "me", &["--fix"]);
    let finding = seen.is("read-only", "vault", "problem");
    assert_eq!((&finding["words"]["state"], seen.code), (&"read-only".into(), 3), "{finding}");
    seen.is("catalog", "vault", "ok");
    let space = seen.one("filesystem", "vault");
    assert_eq!(space["words"]["kind"], "memory", "{space}");
    disk.set_writable(true);
    desk.sound("me");
}

#[test]
fn a_bundle_tells_nothing_of_anybody() {
    let mut desk = Desk::bare();
    let home = desk.path("用户/li.na");
    fs::create_dir_all(&home).unwrap();
    desk.use_vault(home.join("金库"));
    desk.init_solo();
    let path = desk.file("扫描/李娜身份证.pdf", "x");
    let mut words = vec!["add", "--json", "--tag", "加急件", "--box", "乙-17", "--waive", "POA=本人当面办理"];
    words.extend(LABELS);
    let told = desk.call("me", words).arg(&path).run().ok().json();
    let (number, record) =
        (told["number"].as_str().unwrap().to_owned(), told["record"].as_str().unwrap().to_owned());
    desk.run("me", ["open", &number, "--reason", "法院调档十二号", "-o", &desk.text("opened")]).ok();
    desk.run("me", ["show", &number, "--reveal", "--reason", "客户来电"]).ok();
    chmod(&desk.vault().join("covers"), 0o755);
    fs::write(desk.vault().join("settings/places.toml"), "keystore = \"/home/li.na/keys\"\n").unwrap();
    let bundle = desk.text("bundle.tar.zst");
    desk.call("me", ["doctor", "-n", "--bundle", &bundle]).run();
    assert!(!Path::new(&bundle).exists(), "a dry run writes nothing");
    let ran = desk.call("me", ["doctor", "--bundle", &bundle]).run();
    assert!([0, 3].contains(&ran.code), "{}", ran.err);
    assert_eq!(mode(Path::new(&bundle)), 0o600);
    desk.call("me", ["doctor", "--bundle", &bundle]).run().exits(2);

    let bytes = zstd::decode_all(&fs::read(&bundle).unwrap()[..]).unwrap();
    let mut names = Vec::new();
    let mut texts = std::collections::BTreeMap::new();
    for entry in tar::Archive::new(&bytes[..]).entries().unwrap() {
        let mut entry = entry.unwrap();
        let name = entry.path().unwrap().display().to_string();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut entry, &mut text).unwrap();
        names.push(name.clone());
        texts.insert(name.rsplit('/').next().unwrap().to_owned(), text);
    }
    assert_eq!(names.len(), 7, "{names:?}");
    let whole = String::from_utf8_lossy(&bytes);
    let (dir, vault) = (desk.dir().display().to_string(), desk.vault().display().to_string());
    let mut secrets: Vec<&str> = LABELS.iter().skip(1).step_by(2).copied().collect();
    secrets.retain(|label| !["enterprise", "new"].contains(label));
    secrets.extend([
        &*dir,
        &*vault,
        &number,
        &record,
        "JG01",
        "东区注册机构",
        "李娜",
        "li.na",
        "金库",
        "加急件",
        "乙-17",
    ]);
    secrets.extend(["本人当面办理", "法院", "客户来电", "身份证", "\"me\"", "bundle.tar", ".key"]);
    for secret in secrets {
        assert!(!whole.contains(secret), "{secret} is in the bundle: {whole}");
    }
    let json = |name: &str| serde_json::from_str::<Value>(&texts[name]).unwrap();
    let (counts, journal, findings) = (json("counts.json"), json("journal.json"), json("findings.json"));
    assert_eq!((&counts["records"], &counts["openings"]), (&1.into(), &1.into()));
    assert_eq!((&journal["kinds"]["record.file"], &journal["kinds"]["facts.reveal"]), (&1.into(), &1.into()));
    let settings = findings.as_array().unwrap().iter().find(|f| f["code"] == "settings").unwrap().clone();
    assert_eq!(settings["words"]["state"], "edited", "the finding itself is there: {settings}");
    assert_eq!(json("notices.json")["places-edited"], 1);
    assert_eq!(json("versions.json")["jingui"], env!("CARGO_PKG_VERSION"));
    // Without a vault there is a bundle as well.
    let alone = desk.text("alone.tar.zst");
    let ran = desk.bare_call().args(["doctor", "--bundle", &alone]).run();
    assert!([0, 3].contains(&ran.code) && Path::new(&alone).exists(), "{}", ran.err);
}

//! Files put back from copies with the real program: of each kind, damaged in each way, from a directory and a store; and
//! what must not come back.

use jingui_tests::copying::{copy, place, target};
use jingui_tests::disposal::Yard;
use jingui_tests::faults::{Fault, FaultFs};
use jingui_tests::house::{Furnished, verify};
use jingui_tests::nothing_wrong;
use jingui_tests::object_store::{BUCKET, ID, SECRET, Store};
use jingui_tests::program::{Desk, Ran};
use jingui_tests::sweep::os;
use jingui_vault::Error;
use jingui_vault::copies::Target;
use jingui_vault::heal::{HealOptions, HealProgress};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Files below the vault, by the directory they lie in.
fn files(desk: &Desk, top: &str) -> Vec<String> {
    fn walk(dir: &Path, top: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
            match entry.path().is_dir() {
                true => walk(&entry.path(), top, found),
                false => {
                    found.push(entry.path().strip_prefix(top).unwrap().to_str().unwrap().to_owned());
                }
            }
        }
    }
    let mut found = Vec::new();
    walk(&desk.vault().join(top), desk.vault(), &mut found);
    found.sort();
    found
}

/// A vault with two records, notes and a head, and a copy of it on `disk`.
struct Kept {
    desk: Desk,
    disk: String,
    records: [String; 2],
}

const TEXTS: [&str; 2] = ["the first application", "the second application, which is longer"];

impl Kept {
    fn new() -> Self {
        let desk = Desk::solo();
        let records = [desk.filed_text("first.txt", TEXTS[0]), desk.filed_text("second.txt", TEXTS[1])];
        for record in &records {
            desk.run("me", ["correct", record, "--box", "A", "--reason", "it was another"]).ok();
        }
        desk.run("", ["journal", "head"]).ok();
        let kept = Self { disk: desk.text("disk"), desk, records };
        kept.copy("disk");
        kept
    }

    /// Makes a copy in a directory of its own.
    fn copy(&self, name: &str) -> String {
        let dir = self.desk.text(name);
        fs::create_dir_all(&dir).unwrap();
        self.desk.run("", ["backup", "create", &dir, "--offsite", "--new"]).ok();
        dir
    }

    fn path(&self, below: &str) -> PathBuf {
        self.desk.vault().join(below)
    }

    /// One file of each kind that a copy has.
    fn kinds(&self) -> Vec<String> {
        let first = |top: &str| files(&self.desk, top)[0].clone();
        let mut kinds: Vec<String> =
            ["covers", "bodies", "notes", "journal/heads"].map(first).into_iter().collect();
        kinds.extend(["README.txt".into(), "settings/places.toml".into()]);
        kinds
    }

    /// The body of a record, by its number.
    fn body(&self, at: usize) -> String {
        let id = self.desk.run("me", ["show", &self.records[at], "--json"]).ok().json();
        let id = id["record"].as_str().unwrap().to_owned();
        files(&self.desk, "bodies").into_iter().find(|path| path.contains(&id)).unwrap()
    }

    fn repair(&self, args: &[&str]) -> Ran {
        self.desk.run("", [&["repair", "--json"], args].concat())
    }

    /// Everything is whole and opens.
    #[track_caller]
    fn whole(&self) {
        self.desk.sound("me");
        for (record, text) in self.records.iter().zip(TEXTS) {
            assert_eq!(self.desk.document("me", record, 1), text.as_bytes());
        }
    }
}

fn flip(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    let at = bytes.len() / 2;
    bytes[at] ^= 1;
    fs::write(path, bytes).unwrap();
}

fn items(lines: &[Value]) -> Vec<&Value> {
    lines.iter().filter(|line| line["type"] == "item").collect()
}

fn summary(lines: &[Value]) -> &Value {
    let last = lines.last().expect("a summary");
    assert_eq!(last["type"], "summary", "{last}");
    last
}

/// Damages one file of each kind in each way, and has all of them put back from `place`.
fn every_kind_in_every_way(kept: &Kept, place: &str, more: &[&str]) {
    type Way = fn(&Kept, &str);
    let ways: &[(&str, Way)] = &[
        ("cut", |kept, path| {
            let bytes = fs::read(kept.path(path)).unwrap();
            fs::write(kept.path(path), &bytes[..bytes.len() - 7]).unwrap();
        }),
        ("flipped", |kept, path| flip(&kept.path(path))),
        ("gone", |kept, path| fs::remove_file(kept.path(path)).unwrap()),
        ("another valid file", |kept, path| {
            let top = path.split('/').next().unwrap();
            let other = files(&kept.desk, top).into_iter().rfind(|other| other != path);
            let other = other.unwrap_or_else(|| "VAULT.toml".into());
            fs::copy(kept.path(&other), kept.path(path)).unwrap();
        }),
    ];
    for (what, way) in ways {
        let kinds = kept.kinds();
        let good: Vec<_> = kinds.iter().map(|path| fs::read(kept.path(path)).unwrap()).collect();
        kinds.iter().for_each(|path| way(kept, path));
        let args = [&["--from", place], more].concat();
        let would = kept.repair(&[&args[..], &["-n"]].concat()).ok().json_lines();
        let ran = kept.repair(&args).ok();
        let told = ran.json_lines();
        let paths: BTreeSet<&str> = items(&told).iter().map(|item| item["path"].as_str().unwrap()).collect();
        assert_eq!(paths, kinds.iter().map(String::as_str).collect(), "{what}");
        for item in items(&told) {
            assert_eq!(item["outcome"], "put-back", "{what}: {item}");
            let from = item["from"].as_str().unwrap();
            assert!(from.contains(place) || item["path"] == "README.txt", "{what}: {item}");
        }
        assert_eq!((&summary(&told)["put_back"], &summary(&told)["left"]), (&6.into(), &0.into()));
        assert_eq!(summary(&would)["put_back"], summary(&told)["put_back"], "{what}: {would:?}");
        for (path, good) in kinds.iter().zip(good) {
            assert!(fs::read(kept.path(path)).unwrap() == good, "{what}: {path}");
        }
        kept.whole();
        // Nothing to do is nothing done.
        let lines = kept.desk.lines();
        assert_eq!(items(&kept.repair(&args).ok().json_lines()).len(), 0);
        assert_eq!(kept.desk.lines(), lines, "{what}");
    }
}

#[test]
fn every_kind_of_file_comes_back_from_a_directory_however_it_was_damaged() {
    let kept = Kept::new();
    every_kind_in_every_way(&kept, &kept.disk, &[]);
    // What was damaged is kept, and each step has its line.
    assert!(fs::read_dir(kept.path("quarantine")).unwrap().count() >= 15);
    let log = kept.desk.run("", ["journal", "log", "--limit", "200", "--json"]).ok().out();
    assert!(
        log.contains("file.healed") && log.contains("\"quarantine\"") && log.contains("incident"),
        "{log}"
    );
}

/// Writes a file of credentials.
fn credentials(desk: &Desk, endpoint: &str) -> String {
    let text = format!(
        "[default]\naws_access_key_id = {ID}\naws_secret_access_key = {SECRET}\nendpoint_url = {endpoint}\n"
    );
    let path = desk.file("store.keys", text);
    path.to_str().unwrap().to_owned()
}

#[test]
fn every_kind_of_file_comes_back_from_a_store_however_it_was_damaged() {
    let store = Store::start();
    let kept = Kept::new();
    let keys = credentials(&kept.desk, &store.endpoint());
    let at = format!("s3://{BUCKET}/ra/east");
    kept.desk.run("", ["backup", "create", &at, "--credentials", &keys]).ok();
    store.hear();
    every_kind_in_every_way(&kept, &at, &["--credentials", &keys]);
    let wrote = store.hear().into_iter().find(|heard| heard.method != "GET" && heard.method != "HEAD");
    assert!(wrote.is_none(), "a copy is only read: {wrote:?}");
    // Nobody to ask is said before anything is done.
    flip(&kept.path(&kept.body(0)));
    let asked = ["repair", "--from", &at, "--endpoint", &store.endpoint()];
    assert_eq!(kept.desk.refuses("", asked, 2, &at), "no-store-credentials");
    // The directory does not have it, the store does.
    let damaged = kept.body(0);
    flip(&Path::new(&kept.disk).join(&damaged));
    let args = ["--from", &*kept.disk, "--from", &at, "--credentials", &keys];
    let told = kept.repair(&args).ok().json_lines();
    assert!(items(&told)[0]["from"].as_str().unwrap().contains(&at), "{told:?}");
    kept.whole();
}

#[test]
fn a_copy_that_is_damaged_itself_gives_nothing_and_another_one_is_asked() {
    let kept = Kept::new();
    let other = kept.copy("other");
    let body = kept.body(1);
    let good = fs::read(kept.path(&body)).unwrap();
    flip(&Path::new(&kept.disk).join(&body));
    fs::remove_file(kept.path(&body)).unwrap();
    let told = kept.repair(&["--from", &kept.disk]).exits(13).json_lines();
    let item = items(&told)[0];
    assert_eq!((&item["outcome"], &item["why"]), (&"left".into(), &"nowhere".into()), "{item}");
    assert_eq!(item["tried"][0]["finding"], "digest", "{item}");
    assert!(!kept.path(&body).exists(), "nothing half right is put there");
    // The copy that was not asked is named, with the place where it was seen.
    assert_eq!(summary(&told)["elsewhere"][0]["place"].as_str(), Some(&*other), "{told:?}");
    let human = kept.desk.run("", ["repair", "--from", &kept.disk]).exits(13);
    assert!(human.err.contains(&other) && human.out().contains(&body), "{} {}", human.out(), human.err);
    // Nobody asked: the message says whom to ask.
    let human = kept.desk.run("", ["verify", "--keyless", "--heal"]).exits(13);
    assert!(human.err.contains("jingui repair --from"), "{}", human.err);

    let told = kept.repair(&["--from", &kept.disk, "--from", &other]).ok().json_lines();
    assert_eq!(items(&told)[0]["from"].as_str(), Some(&*other));
    assert_eq!(fs::read(kept.path(&body)).unwrap(), good);
    kept.whole();
    let no_part = files(&kept.desk, "bodies").into_iter().all(|path| !path.ends_with(".part"));
    assert!(no_part, "nothing is left beside it");
}

#[test]
fn a_dry_run_says_what_would_come_from_where_and_changes_nothing() {
    let kept = Kept::new();
    let body = kept.body(0);
    fs::remove_file(kept.path(&body)).unwrap();
    flip(&kept.path("README.txt"));
    let lines = kept.desk.lines();
    let told = kept.repair(&["--from", &kept.disk, "-n"]).ok().json_lines();
    let told: Vec<_> = items(&told).iter().map(|i| (i["path"].clone(), i["outcome"].clone())).collect();
    let would = |path: &str| (path.into(), Value::from("would-put-back"));
    assert_eq!(told, [would("README.txt"), would(&body)]);
    assert!(!kept.path(&body).exists());
    assert_eq!(kept.desk.lines(), lines);
    assert_eq!(kept.repair(&["-n"]).exits(13).json_lines().len(), 3, "two items and a summary");
}

#[test]
fn only_the_files_of_the_records_that_are_named_are_looked_at() {
    let kept = Kept::new();
    let (first, second) = (kept.body(0), kept.body(1));
    let cover = files(&kept.desk, "covers");
    let of = |body: &str| body.split('/').next_back().unwrap().split('.').next().unwrap().to_owned();
    let covers: Vec<_> = cover.iter().filter(|path| path.contains(&of(&first))).collect();
    for path in [&first, &second].into_iter().chain(covers.iter().copied()) {
        flip(&kept.path(path));
    }
    let id = of(&first);
    for name in [&kept.records[0], &id] {
        let told = kept.repair(&[name, "-n", "--from", &kept.disk]).ok().json_lines();
        assert_eq!(items(&told).len(), 1 + covers.len(), "{told:?}");
    }
    let told = kept.repair(&[&kept.records[0], "--from", &kept.disk]).ok().json_lines();
    assert!(items(&told).iter().all(|item| item["record"].as_str() == Some(&id)), "{told:?}");
    kept.desk.run("", ["verify", "--keyless"]).exits(13);
    let whole = kept.desk.run("", ["repair", &kept.records[0]]).ok();
    assert!(whole.out().contains("of these records"), "{}", whole.out());
    kept.repair(&[&kept.records[1], "--from", &kept.disk]).ok();
    kept.whole();
    assert_eq!(kept.desk.refuses("", ["repair", "JG01-2026-999999"], 6, "JG01-2026-999999"), "no-record");
}

#[test]
fn a_copy_of_another_vault_or_one_that_is_away_is_refused() {
    let kept = Kept::new();
    let other = Kept::new();
    let body = kept.body(0);
    fs::remove_file(kept.path(&body)).unwrap();
    let theirs = other.disk.clone();
    assert_eq!(kept.desk.refuses("", ["repair", "--from", &theirs], 4, &theirs), "other-copy");
    let away = kept.desk.text("not-mounted");
    assert_eq!(kept.desk.refuses("", ["repair", "--from", &away], 15, &away), "no-target");
    fs::create_dir(&away).unwrap();
    assert_eq!(kept.desk.refuses("", ["repair", "--from", &away], 6, &away), "no-copy-state");
    fs::write(kept.desk.path("not-mounted/letter"), "x").unwrap();
    assert_eq!(kept.desk.refuses("", ["repair", "--from", &away], 2, &away), "not-a-copy");
    assert!(!kept.path(&body).exists());
}

#[test]
fn a_damaged_journal_comes_back_from_a_copy_that_ends_before_it() {
    let kept = Kept::new();
    let journal = kept.path("journal/000000000001.jsonl");
    let at_copy = fs::metadata(&journal).unwrap().len() as usize;
    let third = kept.desk.filed_text("third.txt", "filed after the copy");
    let good = fs::read(&journal).unwrap();
    let damage = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        fs::write(&journal, bytes).unwrap();
        drop(fs::remove_dir_all(kept.path("derived")));
    };
    let second_line = good.iter().position(|byte| *byte == b'\n').unwrap() + 40;
    damage(second_line);
    kept.desk.run("", ["verify", "--keyless"]).exits(13);
    let ran = kept.desk.run("", ["repair", "--from", &kept.disk]).ok();
    assert!(ran.err.contains(&kept.disk), "{}", ran.err);
    assert!(fs::read(&journal).unwrap().starts_with(&good), "bit for bit, and gone on with");
    kept.whole();
    assert_eq!(kept.desk.document("me", &third, 1), b"filed after the copy");

    // Behind the copy's last line nobody has it: said, with what is left to do.
    let good = fs::read(&journal).unwrap();
    let mut bytes = good.clone();
    bytes[at_copy + 2000] ^= 1;
    fs::write(&journal, bytes).unwrap();
    drop(fs::remove_dir_all(kept.path("derived")));
    let ran = kept.desk.run("", ["repair", "--from", &kept.disk]).exits(13);
    assert!(ran.err.contains("backup restore"), "{}", ran.err);
    fs::write(&journal, good).unwrap();
    kept.whole();
}

#[test]
fn what_was_destroyed_does_not_come_back_though_the_copy_has_it() {
    let yard = Yard::new(true);
    let vault = yard.open(os()).unwrap();
    let gone = yard.file_due(&vault, "gone", 2);
    let kept = yard.file(&vault, "kept", "2024-05-01", 1);
    fs::create_dir(place(&yard.house)).unwrap();
    copy(&yard.house, &vault, os()).unwrap();
    let copies: [Arc<dyn Target>; 1] = [target(&yard.house, os()).unwrap()];
    let all = HealOptions { copies: &copies, ..HealOptions::default() };
    // What was damaged of a record and healed goes with it, too.
    let aside = || -> usize {
        let names = fs::read_dir(yard.house.vault().join("quarantine")).unwrap();
        names.filter(|name| name.as_ref().unwrap().path().extension().is_some_and(|e| e == "damaged")).count()
    };
    let body = yard.house.vault().join(format!("bodies/000000/{}.1.tar.zst.age", gone[0]));
    flip(&body);
    assert_eq!((vault.repair(&all).unwrap().healed.len(), aside()), (1, 1));
    let plan = yard.ripe(&vault);
    assert_eq!(yard.run(&vault, plan).unwrap().destroyed.len(), 2);
    let below = |top: &str| -> BTreeSet<PathBuf> {
        let dir = yard.house.vault().join(top).join("000000");
        fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect()
    };
    let left = (below("covers"), below("bodies"), below("notes"));
    // What is alive is damaged beside it.
    let body = left.1.iter().find(|path| path.to_str().unwrap().contains(&kept.to_string())).unwrap();
    fs::remove_file(body).unwrap();
    assert_eq!(aside(), 0);
    let report = vault.repair(&all).unwrap();
    assert_eq!((report.healed.len(), report.failed.len()), (1, 0), "{report:?}");
    assert_eq!((below("covers"), below("bodies"), below("notes")), left);
    // Asked for by name it does not come back either.
    let named: BTreeSet<_> = gone.into_iter().collect();
    let report = vault.repair(&HealOptions { records: Some(&named), ..all }).unwrap();
    assert_eq!((report.healed.len(), report.failed.len()), (0, 0), "{report:?}");
    assert_eq!((below("covers"), below("bodies"), below("notes")), left);
}

#[test]
fn what_is_being_destroyed_is_left_alone() {
    let pattern = Yard::new(false);
    let vault = pattern.open(os()).unwrap();
    pattern.file_due(&vault, "due", 2);
    fs::create_dir(place(&pattern.house)).unwrap();
    copy(&pattern.house, &vault, os()).unwrap();
    pattern.ripe(&vault);
    drop(vault);
    let sealed = |yard: &Yard| -> BTreeSet<String> {
        let below = |top: &str| fs::read_dir(yard.house.vault().join(top).join("000000")).unwrap();
        let all = ["covers", "bodies"].into_iter().flat_map(below);
        all.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    let (all, mut met) = (sealed(&pattern).len(), 0);
    for k in (1..).step_by(4) {
        let yard = pattern.copy();
        let disk = FaultFs::over(os());
        let vault = yard.open(Arc::new(disk.clone())).unwrap();
        let plan = *vault.state().plans.keys().next().unwrap();
        disk.arm(k, Fault::Kill);
        drop(yard.run(&vault, plan));
        if disk.fired().is_none() {
            break;
        }
        disk.lift();
        drop(vault);
        let vault = yard.open(os()).unwrap();
        // Nothing is missing before a line says that it may be.
        let before = sealed(&yard);
        met += usize::from(before.len() < all);
        let copies: [Arc<dyn Target>; 1] = [target(&yard.house, os()).unwrap()];
        let report = vault.repair(&HealOptions { copies: &copies, ..HealOptions::default() }).unwrap();
        assert_eq!((report.healed.len(), sealed(&yard)), (0, before), "cut at {k}: {report:?}");
    }
    assert!(met > 0, "no run was cut while it destroyed");
}

#[test]
fn whoever_ends_it_keeps_what_was_put_back_and_the_next_run_does_the_rest() {
    let from = Furnished::new(false);
    fs::create_dir(place(&from.house)).unwrap();
    let vault = from.house.open(os()).unwrap();
    let session = from.house.founder(&vault).unwrap();
    from.house.file(&session, "more", 2, None).unwrap();
    copy(&from.house, &vault, os()).unwrap();
    for entry in fs::read_dir(from.house.vault().join("bodies/000000")).unwrap() {
        fs::remove_file(entry.unwrap().path()).unwrap();
    }
    let copies: [Arc<dyn Target>; 1] = [target(&from.house, os()).unwrap()];
    let put_back = AtomicU64::new(0);
    let progress = |step: HealProgress| {
        if let HealProgress::PuttingBack(done) = step {
            put_back.store(done.files, Ordering::Relaxed);
        }
    };
    // In the middle of the second.
    let interrupted = || put_back.load(Ordering::Relaxed) > 0;
    let options = HealOptions {
        copies: &copies,
        progress: &progress,
        interrupted: &interrupted,
        ..HealOptions::default()
    };
    let report = vault.repair(&options).unwrap();
    assert!(matches!(report.ended, Some(Error::Interrupted {})), "{report:?}");
    assert_eq!(report.healed.len(), 1);
    let report = vault.repair(&HealOptions { copies: &copies, ..HealOptions::default() }).unwrap();
    assert_eq!((report.healed.len(), report.failed.len()), (1, 0), "{report:?}");
    nothing_wrong(&verify(&session));
}

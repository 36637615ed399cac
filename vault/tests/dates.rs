//! `derived/dates` in a vault: written where it pays, believed where it fits, and of no weight where it does not.

mod common;

use common::{World, doc, env_on, labels};
use jingui_schema::facts::Outcome;
use jingui_schema::time::Day;
use jingui_vault::body::Buffers;
use jingui_vault::dates::Asked;
use jingui_vault::filing::{Filing, Labels};
use jingui_vault::fs::{Fs, OsFs, ReadFile, Stat, WriteFile};
use jingui_vault::{Options, Vault};
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A vault with a few records; it is closed.
fn world(records: u32) -> World {
    let mut world = World::solo();
    let session = world.sign_in();
    for n in 0..records {
        file(&session, n);
    }
    drop(session);
    world.close();
    world
}

fn file(session: &jingui_vault::Session, n: u32) {
    let outcome = if n.is_multiple_of(2) { Outcome::Pending } else { Outcome::Withdrawn };
    let labels = Labels { outcome, ..labels(&format!("p{n}"), "2020-05-01") };
    let incoming = vec![doc("a", format!("{n}").as_bytes())];
    let filing = Filing { labels, incoming, request: None, again: false, plan: None, certs: Vec::new() };
    session.file(&filing, &mut Buffers::new()).unwrap();
}

fn open_on(fs: Arc<dyn Fs>, world: &World, dates_behind: u64) -> Vault {
    let options = Options { dates_behind: Some(dates_behind), ..Options::default() };
    Vault::open(env_on(fs), &world.path(), options).unwrap()
}

fn open(world: &World, dates_behind: u64) -> Vault {
    open_on(Arc::new(OsFs), world, dates_behind)
}

fn dates(world: &World) -> PathBuf {
    world.path().join("derived/dates")
}

/// Everything that is asked, in one text.
fn asked(vault: &Vault, as_of: Day) -> String {
    let due = vault.due(Asked { today: as_of, knows: true, limit: 5 }, &|| false);
    let shown = |n: u32| {
        let number = format!("JG01-{}-{n:06}", vault.today().year());
        let shown = vault.shown(&number, as_of, &|| false);
        shown.map(|one| (one.record, one.certificates, one.dated, one.held, one.kept.custody, one.kept.filed))
    };
    format!("{due:?} {:?}", (1..6).map(shown).collect::<Vec<_>>())
}

fn later() -> Day {
    "2030-01-01".parse().unwrap()
}

/// Why the file was made anew, since this was last asked.
fn told(vault: &Vault) -> Vec<String> {
    let notices = vault.take_notices().into_iter().filter(|notice| notice.code == "dates-rebuilt");
    notices.map(|notice| notice.fields[0].1.clone()).collect()
}

#[test]
fn a_small_journal_has_no_file_and_a_larger_one_is_gone_on_from() {
    let world = world(4);
    let vault = open(&world, u64::MAX);
    let expected = asked(&vault, later());
    assert!(!dates(&world).exists() && expected.contains("pending: 2"), "{expected}");
    drop(vault);

    let vault = open(&world, 3);
    assert_eq!(asked(&vault, later()), expected);
    assert_eq!(told(&vault), ["it was missing"]);
    let written = std::fs::read(dates(&world)).unwrap();
    assert_eq!((asked(&vault, later()), told(&vault).len()), (expected, 0));

    let session = vault.sign_in(world.person()).unwrap();
    file(&session, 4);
    let with_it = asked(&vault, later());
    assert_eq!(std::fs::read(dates(&world)).unwrap(), written, "a few lines are folded on top");
    (5..9).for_each(|n| file(&session, n));
    let with_all = asked(&vault, later());
    assert_ne!(std::fs::read(dates(&world)).unwrap(), written, "too many");
    assert!(told(&vault).is_empty() && with_it != with_all);
    std::fs::remove_file(dates(&world)).unwrap();
    drop((session, vault));
    assert_eq!(asked(&open(&world, u64::MAX), later()), with_all);
}

#[test]
fn what_is_damaged_or_of_another_history_is_made_anew_with_one_line_said() {
    let world = world(4);
    let vault = open(&world, 3);
    let expected = asked(&vault, later());
    let written = std::fs::read(dates(&world)).unwrap();
    told(&vault);
    let other = self::world(3);
    asked(&open(&other, 3), later());
    let changed = |at: usize| {
        let mut bytes = written.clone();
        bytes[at] ^= 0x20;
        bytes
    };
    for (bytes, why) in [
        (changed(12), "it is of another version"),
        (changed(200), "it was damaged, or is not of this vault"),
        (written[..written.len() - 1].to_vec(), "it was damaged, or is not of this vault"),
        (Vec::new(), "it cannot be read"),
        (std::fs::read(dates(&other)).unwrap(), "it was damaged, or is not of this vault"),
    ] {
        std::fs::write(dates(&world), bytes).unwrap();
        assert_eq!((asked(&vault, later()), told(&vault)), (expected.clone(), vec![why.to_owned()]));
        assert_eq!(std::fs::read(dates(&world)).unwrap(), written);
    }
    drop(vault);

    // A copy of the vault goes its own way; what its journal has at that line is another one, or none yet.
    let copy = tempfile::tempdir().unwrap();
    let here = |below: &str| copy.path().join(below);
    let copied = std::process::Command::new("cp").arg("-a").arg(world.path()).arg(here("vault")).status();
    assert!(copied.unwrap().success());
    for more in [1, 8] {
        let vault = open(&world, 0);
        file(&vault.sign_in(world.person()).unwrap(), 20 + more);
        asked(&vault, later());
        std::fs::copy(dates(&world), here("vault/derived/dates")).unwrap();
        let keystore = Some(world.dir.path().join("keys"));
        let options = Options { keystore, dates_behind: Some(3), ..Options::default() };
        let vault = Vault::open(env_on(Arc::new(OsFs)), &here("vault"), options).unwrap();
        if more == 8 {
            let session = vault.sign_in(world.person()).unwrap();
            (30..34).for_each(|n| file(&session, n));
            std::fs::copy(dates(&world), here("vault/derived/dates")).unwrap();
        }
        let answer = asked(&vault, later());
        assert_eq!(told(&vault), ["it followed another history"]);
        std::fs::remove_file(here("vault/derived/dates")).unwrap();
        assert_eq!(answer, asked(&vault, later()));
    }
}

#[test]
fn an_earlier_day_a_vault_for_reading_and_one_without_its_keystore_are_folded() {
    let world = world(4);
    let early: Day = "2020-06-01".parse().unwrap();
    let vault = open(&world, 3);
    let (expected, before) = (asked(&open(&world, u64::MAX), later()), asked(&vault, early));
    assert!(!dates(&world).exists() && before.contains("records: 0"), "not all lines were folded: {before}");
    assert_eq!(asked(&vault, later()), expected);
    assert_eq!(asked(&vault, early), before);
    drop(vault);

    std::fs::write(dates(&world), b"jingui").unwrap();
    let options =
        Options { read_only: Some("for a test".into()), dates_behind: Some(3), ..Options::default() };
    let vault = Vault::open(env_on(Arc::new(OsFs)), &world.path(), options).unwrap();
    assert_eq!((asked(&vault, later()), told(&vault).len()), (expected.clone(), 0));
    drop(vault);
    std::fs::rename(world.dir.path().join("keys"), world.dir.path().join("away")).unwrap();
    assert_eq!(asked(&open(&world, 3), later()), expected);
    assert_eq!(std::fs::read(dates(&world)).unwrap(), b"jingui");
}

/// Fails at one operation on `derived/dates`, and at all those behind it.
struct Failing {
    left: Arc<AtomicU64>,
}

impl Failing {
    fn step(&self, path: &Path) -> io::Result<()> {
        step(&self.left, path)
    }
}

fn step(left: &AtomicU64, path: &Path) -> io::Result<()> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    if !name.starts_with("dates") {
        return Ok(());
    }
    match left.load(Ordering::Relaxed) {
        0 => Err(io::ErrorKind::StorageFull.into()),
        some => {
            left.store(some - 1, Ordering::Relaxed);
            Ok(())
        }
    }
}

struct FailingFile(Box<dyn WriteFile>, PathBuf, Arc<AtomicU64>);

impl Write for FailingFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match step(&self.2, &self.1) {
            Ok(()) => self.0.write(bytes),
            Err(error) => self.0.write_all(&bytes[..bytes.len() / 2]).and(Err(error)),
        }
    }
    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl WriteFile for FailingFile {
    fn write_all_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.0.write_all_at(bytes, offset)
    }
    fn sync(&mut self) -> io::Result<()> {
        step(&self.2, &self.1)?;
        self.0.sync()
    }
    fn set_len(&mut self, bytes: u64) -> io::Result<()> {
        self.0.set_len(bytes)
    }
}

impl Fs for Failing {
    fn open(&self, path: &Path) -> io::Result<Box<dyn ReadFile>> {
        OsFs.open(path)
    }
    fn create_new(&self, path: &Path) -> io::Result<Box<dyn WriteFile>> {
        self.step(path)?;
        let file = OsFs.create_new(path)?;
        Ok(Box::new(FailingFile(file, path.to_owned(), self.left.clone())))
    }
    fn open_append(&self, path: &Path) -> io::Result<Box<dyn WriteFile>> {
        OsFs.open_append(path)
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step(from)?;
        OsFs.rename(from, to)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        self.step(path)?;
        OsFs.remove(path)
    }
    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        OsFs.remove_dir(path)
    }
    fn create_dir(&self, path: &Path) -> io::Result<bool> {
        OsFs.create_dir(path)
    }
    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        OsFs.sync_dir(path)
    }
    fn list(&self, path: &Path) -> io::Result<Vec<(OsString, Stat)>> {
        OsFs.list(path)
    }
    fn stat(&self, path: &Path) -> io::Result<Option<Stat>> {
        OsFs.stat(path)
    }
}

#[test]
fn a_disk_that_fails_at_any_step_changes_no_answer() {
    let world = world(4);
    let expected = asked(&open(&world, u64::MAX), later());
    for steps in 0.. {
        let vault = open_on(Arc::new(Failing { left: Arc::new(AtomicU64::new(steps)) }), &world, 3);
        assert_eq!(asked(&vault, later()), expected, "after {steps} steps");
        drop(vault);
        let written = dates(&world).exists();
        // Whoever comes next finds what was left, and writes the file; one that stands in its place is whole.
        let vault = open(&world, 3);
        let anew = if written { Vec::new() } else { vec!["it was missing".to_owned()] };
        assert_eq!((asked(&vault, later()), told(&vault)), (expected.clone(), anew), "after {steps} steps");
        assert_eq!(asked(&vault, later()), expected);
        if written {
            assert!(steps > 3, "it was tried");
            return;
        }
        std::fs::remove_file(dates(&world)).unwrap();
    }
}

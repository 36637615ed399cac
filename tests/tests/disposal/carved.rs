//! What lies on disks for ever: everything that was ever removed here, and a copy made before. Nothing of what was destroyed
//! opens once the certificate says *sealed*; and as long as something does, it says with whose key.

use crate::sound;
use jingui_schema::disposal::KeyMedium;
use jingui_schema::id::RecordId;
use jingui_tests::copying;
use jingui_tests::disposal::Yard;
use jingui_tests::sweep::os;
use jingui_vault::fs::{Fs, OsFs, ReadFile, Stat, WriteFile};
use jingui_vault::seal::{self, Identity};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// A disk from which nothing is lost by being removed: its blocks stay as they were last written.
#[derive(Default)]
struct Carved(Mutex<Vec<(PathBuf, Vec<u8>)>>);

impl Carved {
    fn keep(&self, path: &Path) {
        if let Ok(bytes) = std::fs::read(path) {
            self.0.lock().unwrap().push((path.to_owned(), bytes));
        }
    }
}

impl Fs for Carved {
    fn open(&self, path: &Path) -> io::Result<Box<dyn ReadFile>> {
        OsFs.open(path)
    }
    fn create_new(&self, path: &Path) -> io::Result<Box<dyn WriteFile>> {
        OsFs.create_new(path)
    }
    fn open_append(&self, path: &Path) -> io::Result<Box<dyn WriteFile>> {
        OsFs.open_append(path)
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.keep(to);
        OsFs.rename(from, to)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        self.keep(path);
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

/// Everything that lies below a directory.
fn all_below(dir: &Path, found: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in std::fs::read_dir(dir).unwrap().flatten() {
        match entry.path().is_dir() {
            true => all_below(&entry.path(), found),
            false => found.push((entry.path(), std::fs::read(entry.path()).unwrap())),
        }
    }
}

/// Paths of the files that open with these keys, or with keys that lie in what they open, and so on.
fn opened(files: &[(PathBuf, Vec<u8>)], keys: &[String]) -> Vec<PathBuf> {
    let sealed: Vec<_> =
        files.iter().filter(|(_, bytes)| bytes.starts_with(b"age-encryption.org/v1")).collect();
    let mut untried: Vec<String> = keys.to_vec();
    let (mut known, mut open) = (BTreeMap::new(), BTreeMap::new());
    while let Some(text) = untried.pop() {
        let Ok(identity) = text.parse::<Identity>() else { continue };
        if known.insert(text, ()).is_some() {
            continue;
        }
        for (at, (path, bytes)) in sealed.iter().enumerate() {
            if open.contains_key(&at) {
                continue;
            }
            if let Ok(plain) = seal::open(&identity, bytes) {
                open.insert(at, path.clone());
                let text = String::from_utf8_lossy(&plain).into_owned();
                untried
                    .extend(text.match_indices("AGE-SECRET-KEY-1").map(|(i, _)| text[i..i + 74].to_owned()));
            }
        }
    }
    open.into_values().collect()
}

fn of(paths: &[PathBuf], records: &[RecordId]) -> usize {
    let is_of = |path: &&PathBuf| records.iter().any(|r| path.display().to_string().contains(&r.to_string()));
    paths.iter().filter(is_of).count()
}

#[test]
fn once_it_is_sealed_no_key_that_is_left_opens_what_was_destroyed_wherever_it_still_lies() {
    let yard = Yard::escrowed();
    let disk = Arc::new(Carved::default());
    let vault = yard.open(disk.clone()).unwrap();
    let gone = yard.file_due(&vault, "gone", 3);
    let stays = yard.file(&vault, "stays", "2026-11-01", 2);
    let founder = yard.founder(&vault);
    let sheet = founder.sheet("{identity}").unwrap();
    drop(founder);
    std::fs::create_dir(copying::place(&yard.house)).unwrap();
    copying::copy(&yard.house, &vault, os()).unwrap();
    let plan = yard.ripe(&vault);
    assert_eq!(yard.run(&vault, plan).unwrap().destroyed.len(), 3);
    copying::copy(&yard.house, &vault, os()).unwrap();

    let secrets = |key: &jingui_tests::house::Key| {
        key.text()
            .lines()
            .filter(|line| line.starts_with("AGE-SECRET-KEY-1"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let people = &yard.house.people;
    let keys: Vec<String> =
        [&people.founder, &people.reviewer, &people.auditor, &people.newcomer, &people.authority]
            .into_iter()
            .flat_map(secrets)
            .collect();
    let ca = secrets(yard.ca.as_ref().unwrap());
    let paper: Vec<String> =
        sheet.match_indices("AGE-SECRET-KEY-1").map(|(i, _)| sheet[i..i + 74].to_owned()).collect();
    assert_eq!((keys.len(), ca.len(), paper.is_empty()), (5, 1, false));
    let everything = || {
        let mut files = disk.0.lock().unwrap().clone();
        all_below(yard.dir.path(), &mut files);
        files
    };
    let sealed = || {
        let state = vault.state();
        state.openers(state.plan(plan).unwrap())
    };

    // Destroyed here, and on the raw disk and in the copy it lies still: three covers and three bodies at each.
    let files = everything();
    for some in [&keys, &ca, &paper] {
        assert!(of(&opened(&files, some), &gone) >= 12, "each of these opens it");
    }
    assert_eq!(sealed().len(), 1);

    // The old epoch ends; the CA has its copy still, and so has the sheet.
    yard.rotate(&vault);
    let old_escrow = files.iter().find(|(path, _)| path.ends_with("escrow/1.age")).unwrap().clone();
    let left = sealed();
    assert_eq!((left.len(), left[0].members.len(), left[0].sheets, left[0].escrow), (1, 0, 1, true));
    let with_ca = || [everything(), vec![old_escrow.clone()]].concat();
    assert_eq!(of(&opened(&everything(), &keys), &gone), 0, "no key of the RA opens it");
    assert!(of(&opened(&with_ca(), &ca), &gone) >= 12, "the CA's copy does");
    assert!(of(&opened(&everything(), &paper), &gone) >= 12, "and so does the sheet");

    // Both are reported as destroyed, and are.
    let authority = vault.sign_in(people.authority.person()).unwrap();
    authority.shred(1, KeyMedium::Escrow, None, false).unwrap();
    assert_eq!(sealed().len(), 1);
    yard.founder(&vault).shred(1, KeyMedium::Sheet, Some("pulped"), false).unwrap();
    assert_eq!(sealed(), []);
    assert!(yard.founder(&vault).shred(1, KeyMedium::Sheet, None, false).is_err(), "there was one");
    let all = [keys, ca].concat();
    let open = opened(&everything(), &all);
    assert_eq!(of(&open, &gone), 0, "{open:#?}");
    assert!(of(&open, &[stays]) > 0, "what stays does open");
    sound(&yard, &vault);

    // Put back from the copy, what was destroyed does not come back, though the copy has it.
    let mut there = Vec::new();
    all_below(&copying::place(&yard.house), &mut there);
    assert!(of(&there.iter().map(|file| file.0.clone()).collect::<Vec<_>>(), &gone) >= 6);
    let back = yard.dir.path().join("back");
    copying::copy(&yard.house, &vault, os()).unwrap();
    copying::put_back(&yard.house, &back, os()).unwrap();
    let mut files = Vec::new();
    all_below(&back, &mut files);
    let paths: Vec<PathBuf> = files.into_iter().map(|file| file.0).collect();
    assert_eq!(of(&paths, &gone), 0, "{paths:#?}");
    assert!(of(&paths, &[stays]) > 0);
}

//! An index that was damaged gives an error, or the right answer; never a wrong one. And one that a crash left is as it
//! was before or after.

mod common;

use common::*;
use jingui_indexer::index::{Error, Index};
use jingui_indexer::sealed::{OpenError, Place};
use jingui_vault::env::Env;
use jingui_vault::fs::{Fs, OsFs, ReadFile, Stat, WriteFile};
use jingui_vault::seal::Identity;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

const QUERIES: [&str; 6] = ["张伟", "zhangwei", "…0003", "签名", "date:2024 kind:AGR", "like:电子签名合同"];

/// What an index answers, or that it has to be made anew.
fn answers(place: &Place) -> Option<Vec<String>> {
    let index = match Index::open(place.clone()) {
        Ok(index) => index,
        Err(error) if error.needs_rebuild() => return None,
        Err(error) => panic!("{error:?}"),
    };
    let mut said = vec![format!("{:?}", index.position().ok()?)];
    for query in QUERIES {
        match ask(&index, query) {
            Ok(answer) => said.push(format!("{:?}", (answer.total, answer.unread, answer.hits))),
            Err(error) if error.needs_rebuild() => return None,
            Err(error) => panic!("{error:?}"),
        }
    }
    Some(said)
}

type Files = BTreeMap<OsString, Vec<u8>>;

fn files(dir: &Path) -> Files {
    let entries = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap());
    entries.map(|entry| (entry.file_name(), std::fs::read(entry.path()).unwrap())).collect()
}

fn put_back(dir: &Path, all: &Files) {
    std::fs::remove_dir_all(dir).unwrap();
    std::fs::create_dir(dir).unwrap();
    all.iter().for_each(|(name, bytes)| std::fs::write(dir.join(name), bytes).unwrap());
}

fn filed(no: u64) -> jingui_indexer::index::Entry {
    let mut entry = entry(no);
    entry.documents = vec![text(&["电子签名法", "甲方与乙方签订合同"])];
    entry
}

/// Several segments, some of them with records that are gone.
fn built(dir: &Path) -> Place {
    let index = Index::create(place(dir)).unwrap();
    let mut writer = index.writer(1, MEMORY).unwrap();
    for commit in 0..3_u64 {
        (0..4).for_each(|no| writer.put(&filed(commit * 3 + no)).unwrap());
        writer.commit(&[commit as u8]).unwrap();
    }
    writer.finish().unwrap();
    place(dir)
}

#[test]
fn a_damaged_byte_anywhere_is_an_error_or_makes_no_difference() {
    let dir = tempfile::tempdir().unwrap();
    let place = built(dir.path());
    let right = answers(&place).expect("it is whole");
    let whole = files(&place.dir);
    let (mut noticed, mut unread) = (0, 0);
    let mut check = |what: &str| match answers(&place) {
        None => noticed += 1,
        Some(said) => {
            assert_eq!(said, right, "{what}");
            unread += 1;
        }
    };
    for (name, bytes) in &whole {
        let path = place.dir.join(name);
        for at in (0..bytes.len()).step_by(53) {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << (at % 8);
            std::fs::write(&path, &changed).unwrap();
            check(&format!("{name:?}: byte {at}"));
        }
        for cut in [0, 100, bytes.len() / 2, bytes.len() - 1] {
            std::fs::write(&path, &bytes[..cut.min(bytes.len() - 1)]).unwrap();
            assert_eq!(answers(&place), None, "{name:?} cut at {cut}");
        }
        std::fs::write(&path, [bytes.as_slice(), b"x"].concat()).unwrap();
        assert_eq!(answers(&place), None, "{name:?} with a byte more");
        std::fs::remove_file(&path).unwrap();
        assert_eq!(answers(&place), None, "{name:?} gone");
        std::fs::write(&path, bytes).unwrap();
    }
    assert!(noticed > 10 * unread.max(1), "noticed {noticed}, never read {unread}");
    // Files in each other's place: all of them are whole and of this key.
    let names: Vec<_> = whole.keys().collect();
    for pair in names.windows(2) {
        std::fs::write(place.dir.join(pair[0]), &whole[pair[1]]).unwrap();
        std::fs::write(place.dir.join(pair[1]), &whole[pair[0]]).unwrap();
        assert_eq!(answers(&place), None, "{pair:?}");
        std::fs::write(place.dir.join(pair[0]), &whole[pair[0]]).unwrap();
        std::fs::write(place.dir.join(pair[1]), &whole[pair[1]]).unwrap();
    }
    assert_eq!(answers(&place), Some(right));
}

#[test]
fn an_older_state_is_whole_or_an_error_and_never_mixed_with_a_newer_one() {
    let dir = tempfile::tempdir().unwrap();
    let place = built(dir.path());
    let (old, old_answers) = (files(&place.dir), answers(&place).unwrap());
    let index = Index::open(place.clone()).unwrap();
    let mut writer = index.writer(1, MEMORY).unwrap();
    writer.put(&filed(50)).unwrap();
    writer.remove(&record(3)).unwrap();
    writer.purge(b"new").unwrap();
    writer.finish().unwrap();
    drop(index);
    let (new, new_answers) = (files(&place.dir), answers(&place).unwrap());
    assert_ne!(old_answers, new_answers);
    // The old map over the new files, the new map over the old ones, and both kinds of files together.
    let map = OsString::from("map");
    let mut mixed = new.clone();
    mixed.insert(map.clone(), old[&map].clone());
    put_back(&place.dir, &mixed);
    assert_eq!(answers(&place), None);
    let mut mixed = old.clone();
    mixed.insert(map.clone(), new[&map].clone());
    put_back(&place.dir, &mixed);
    assert_eq!(answers(&place), None);
    let mut both = old.clone();
    both.extend(new.clone());
    put_back(&place.dir, &both);
    assert_eq!(answers(&place), Some(new_answers.clone()));
    assert_eq!(files(&place.dir).len(), new.len(), "what no map names is removed");
    // One older file in the place of a newer one.
    for name in new.keys().filter(|name| **name != map) {
        for older in old.keys().filter(|name| **name != map && !new.contains_key(*name)).take(3) {
            put_back(&place.dir, &new);
            std::fs::write(place.dir.join(name), &old[older]).unwrap();
            assert_eq!(answers(&place), None);
        }
    }
    // All of an older state is a state: its position says how old it is.
    put_back(&place.dir, &old);
    assert_eq!(answers(&place), Some(old_answers));
}

#[test]
fn another_key_and_another_version_ask_for_a_rebuild() {
    let dir = tempfile::tempdir().unwrap();
    let place = built(dir.path());
    let other = Place { identity: Identity::generate(), ..place.clone() };
    assert!(matches!(Index::open(other), Err(Error::Rebuild(OpenError::Damaged(_)))));
    let newer = jingui_indexer::sealed::Sealed::open(place.clone(), 99);
    assert!(matches!(newer, Err(OpenError::OtherVersion { ours: 99, .. })));
    let nowhere = Place { dir: dir.path().join("none"), ..place.clone() };
    assert!(matches!(Index::open(nowhere), Err(Error::Rebuild(OpenError::Absent(_)))));
    let fresh = Index::create(place.clone()).unwrap();
    assert_eq!((fresh.records(), fresh.position().unwrap()), (0, None));
    assert_eq!(files(&place.dir).len(), 1, "nothing is left of the old one");
}

/// A disk that dies after so many steps that change it.
struct Dying {
    left: Arc<AtomicI64>,
}

fn step(left: &AtomicI64) -> io::Result<()> {
    match left.fetch_sub(1, Ordering::SeqCst) {
        1.. => Ok(()),
        _ => Err(io::Error::other("the power is off")),
    }
}

struct DyingFile(Box<dyn WriteFile>, Arc<AtomicI64>);

impl Write for DyingFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Half of the last one may still have come through.
        if let Err(error) = step(&self.1) {
            let _ = self.0.write(&bytes[..bytes.len() / 2]);
            return Err(error);
        }
        self.0.write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl WriteFile for DyingFile {
    fn write_all_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        step(&self.1)?;
        self.0.write_all_at(bytes, offset)
    }
    fn sync(&mut self) -> io::Result<()> {
        step(&self.1)?;
        self.0.sync()
    }
    fn set_len(&mut self, bytes: u64) -> io::Result<()> {
        step(&self.1)?;
        self.0.set_len(bytes)
    }
}

impl Fs for Dying {
    fn open(&self, path: &Path) -> io::Result<Box<dyn ReadFile>> {
        OsFs.open(path)
    }
    fn create_new(&self, path: &Path) -> io::Result<Box<dyn WriteFile>> {
        step(&self.left)?;
        Ok(Box::new(DyingFile(OsFs.create_new(path)?, self.left.clone())))
    }
    fn open_append(&self, path: &Path) -> io::Result<Box<dyn WriteFile>> {
        OsFs.open_append(path)
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        step(&self.left)?;
        OsFs.rename(from, to)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        step(&self.left)?;
        OsFs.remove(path)
    }
    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        step(&self.left)?;
        OsFs.remove_dir(path)
    }
    fn create_dir(&self, path: &Path) -> io::Result<bool> {
        step(&self.left)?;
        OsFs.create_dir(path)
    }
    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        step(&self.left)?;
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
fn a_crash_at_any_step_leaves_the_state_before_or_after() {
    let dir = tempfile::tempdir().unwrap();
    let place = built(dir.path());
    let (before, old) = (files(&place.dir), answers(&place).unwrap());
    let mut after = None;
    for steps in 0.. {
        put_back(&place.dir, &before);
        let left = Arc::new(AtomicI64::new(steps));
        let fs = Arc::new(Dying { left: left.clone() });
        let dying = Place { env: Env { fs, ..Env::of_host() }, ..place.clone() };
        let work = || -> Result<(), Error> {
            let index = Index::open(dying.clone())?;
            let mut writer = index.writer(1, MEMORY)?;
            writer.put(&filed(50))?;
            writer.remove(&record(3))?;
            writer.purge(b"new")?;
            writer.finish()
        };
        let done = work();
        let said = answers(&place).expect("a crash damages nothing");
        if done.is_ok() {
            assert!(steps > 20, "{steps} steps");
            assert_eq!(after, Some(said), "what counted on the way is what it comes to");
            break;
        }
        if said[0] == old[0] {
            assert_eq!(said, old, "after {steps} steps");
        } else {
            // Committed; merging may have come further or not, which nobody sees but by scores of texts.
            after = Some(said);
        }
    }
}

//! A hold placed between any two steps of a run: it wins as long as the record's first cover is there.

use crate::{files_of, sound};
use jingui_schema::disposal::Left;
use jingui_tests::disposal::Yard;
use jingui_tests::{in_parallel, say};
use jingui_vault::fs::{Fs, OsFs, ReadFile, Stat, WriteFile};
use jingui_vault::holding::{HoldOrder, NoWords, Scope};
use jingui_vault::{Error, Session};
use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::ThreadId;
use std::time::Duration;

/// How long a step waits for what is done between it and the one before, which may itself have to wait for this run.
const PATIENCE: Duration = Duration::from_millis(40);

/// A disk on which something is done between two operations of one thread.
struct Between {
    thread: Mutex<Option<ThreadId>>,
    at: u64,
    count: AtomicU64,
    now: SyncSender<()>,
    done: Mutex<Receiver<()>>,
}

impl Between {
    fn step(&self) {
        if *self.thread.lock().unwrap() != Some(std::thread::current().id()) {
            return;
        }
        if self.count.fetch_add(1, Ordering::Relaxed) + 1 == self.at {
            self.now.send(()).unwrap();
            let _ = self.done.lock().unwrap().recv_timeout(PATIENCE);
        }
    }
}

impl Fs for Between {
    fn open(&self, path: &Path) -> io::Result<Box<dyn ReadFile>> {
        self.step();
        OsFs.open(path)
    }
    fn create_new(&self, path: &Path) -> io::Result<Box<dyn WriteFile>> {
        self.step();
        OsFs.create_new(path)
    }
    fn open_append(&self, path: &Path) -> io::Result<Box<dyn WriteFile>> {
        self.step();
        OsFs.open_append(path)
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step();
        OsFs.rename(from, to)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        self.step();
        OsFs.remove(path)
    }
    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        self.step();
        OsFs.remove_dir(path)
    }
    fn create_dir(&self, path: &Path) -> io::Result<bool> {
        self.step();
        OsFs.create_dir(path)
    }
    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        self.step();
        OsFs.sync_dir(path)
    }
    fn list(&self, path: &Path) -> io::Result<Vec<(OsString, Stat)>> {
        self.step();
        OsFs.list(path)
    }
    fn stat(&self, path: &Path) -> io::Result<Option<Stat>> {
        self.step();
        OsFs.stat(path)
    }
}

/// One trial: a hold on the second of three records after `at` operations; whether it won, and how many there were.
fn trial(pattern: &Yard, records: &[jingui_schema::id::RecordId], at: u64) -> (bool, u64) {
    let yard = pattern.copy();
    let plan = *yard.open(Arc::new(OsFs)).unwrap().state().plans.keys().next().unwrap();
    let ((now, begin), (done, told)) = (sync_channel(1), sync_channel(1));
    let disk = Arc::new(Between {
        thread: Mutex::new(None),
        at,
        count: AtomicU64::new(0),
        now,
        done: Mutex::new(told),
    });
    let vault = yard.open(disk.clone()).unwrap();
    let legal: Session = yard.legal(&vault);
    legal.row(records[0]).unwrap();
    let record = records[1];
    let (ran, held) = std::thread::scope(|scope| {
        let holding = scope.spawn(move || {
            // Never asked where the run has fewer steps.
            begin.recv().ok()?;
            let order = HoldOrder {
                matter: "matter".into(),
                basis: "order".into(),
                review: "2027-05-01".parse().unwrap(),
                scope: Scope::List(vec![record]),
            };
            let held = legal.place_hold(&order, &NoWords, false);
            let _ = done.try_send(());
            Some(held.map(|_| ()))
        });
        *disk.thread.lock().unwrap() = Some(std::thread::current().id());
        let ran = yard.run(&vault, plan).unwrap();
        *disk.thread.lock().unwrap() = None;
        if disk.count.load(Ordering::Relaxed) < at {
            disk.now.send(()).unwrap();
        }
        (ran, holding.join().unwrap().expect("it was asked"))
    });
    let steps = disk.count.load(Ordering::Relaxed);
    let others: Vec<_> = records.iter().filter(|one| **one != record).collect();
    assert!(others.iter().all(|one| ran.destroyed.contains(one)), "at {at}: {ran:?}");
    let gone = ran.destroyed.contains(&record);
    match held {
        Ok(()) => {
            assert!(!gone, "at {at}: it was held, and is gone");
            assert_eq!(ran.left, [(record, Left::NotEligible)], "at {at}");
            assert!(!files_of(&yard.house.vault(), record).is_empty());
        }
        Err(Error::BeingDestroyed { .. } | Error::Destroyed { .. } | Error::NoRecord { .. }) => {
            assert!(gone, "at {at}: nobody holds it, and it is there");
            assert_eq!(files_of(yard.dir.path(), record), Vec::<String>::new(), "at {at}");
        }
        Err(error) => panic!("at {at}: {error}"),
    }
    sound(&yard, &vault);
    (!gone, steps)
}

#[test]
fn a_hold_placed_between_any_two_steps_of_a_run_keeps_its_record_or_is_told_that_it_is_gone() {
    let yard = Yard::new(true);
    let vault = yard.open(Arc::new(OsFs)).unwrap();
    let records = yard.file_due(&vault, "due", 3);
    yard.ripe(&vault);
    drop(vault);
    let (_, steps) = trial(&yard, &records, u64::MAX);
    assert!(steps > 20, "{steps} steps");
    let won = AtomicUsize::new(0);
    let points: Vec<u64> = (1..=steps + 1).collect();
    in_parallel(&points, |at| {
        won.fetch_add(usize::from(trial(&yard, &records, *at).0), Ordering::Relaxed);
    });
    let won = won.into_inner();
    say(&format!("a hold between any two of {steps} steps of a run: it won {won} times"));
    // At the beginning it wins, at the end it comes too late.
    assert!(won > 0 && won < points.len(), "{won} of {}", points.len());
}

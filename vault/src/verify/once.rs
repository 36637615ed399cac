//! Reading sealed files once, where each reading is a transfer: what is opened is digested whenever it is opened, and what
//! nobody opened is digested afterwards. Only a cover is opened again, to compare it with the version that came after it.
//!
//! For copies alone: nothing there moves while it is looked at, so nothing needs a second look.

use super::Phase;
use super::inventory::{Entry, Expected, Inventory, Name};
use super::pool::{self, Tally, Watch};
use super::report::Finding;
use super::walk::Side;
use crate::error::Result;
use jingui_schema::digest::FileMark;
use std::collections::HashSet;
use std::io::{self, Read};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// Which of the sealed files have been digested, and what was found of them.
pub(super) struct Once<'a> {
    side: &'a Side<'a>,
    inventory: &'a Inventory,
    /// Which of them the walk has seen; of the others it has said what there is to say. By their places in the inventory.
    seen: Vec<bool>,
    digested: Vec<AtomicBool>,
    findings: Mutex<Vec<Finding>>,
}

impl<'a> Once<'a> {
    pub fn new(side: &'a Side<'a>, seen: Vec<bool>) -> Self {
        let inventory = side.inventory;
        let digested = seen.iter().map(|_| AtomicBool::new(false)).collect();
        Self { side, inventory, seen, digested, findings: Mutex::default() }
    }

    /// Whether a file that was read whole is the one that its line names. If it is not, or was not given, that is found.
    pub fn is_it(&self, name: &Name, found: io::Result<FileMark>, tally: &Tally) -> bool {
        let at = self.inventory.find(name).expect("nothing is opened that no line names");
        if !self.seen[at] && found.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
            return false;
        }
        let is_read = found.is_ok();
        let finding = self.side.differs(&name.path(), &expected(&self.inventory.files[at]), found);
        if !self.digested[at].swap(true, Ordering::Relaxed) && is_read {
            tally.files.fetch_add(1, Ordering::Relaxed);
        }
        let whole = finding.is_none();
        // Also what only a later reading finds: whoever read it then has not looked at what is in it.
        self.findings.lock().unwrap_or_else(PoisonError::into_inner).extend(finding);
        whole
    }

    /// Digests what has not been read, and returns all that was found.
    pub fn finish(self, damaged: &HashSet<String>, watch: &Watch<'_>) -> Result<Vec<Finding>> {
        let left = pool::run(
            watch,
            Phase::Files,
            |give| {
                let seen = self.inventory.files.iter().zip(&self.seen).zip(&self.digested);
                for ((entry, seen), digested) in seen {
                    let is_left = *seen && !digested.load(Ordering::Relaxed);
                    if is_left && !damaged.contains(&entry.name.path()) {
                        give(entry)?;
                    }
                }
                Ok(())
            },
            |entry, tally| {
                self.side.digested(&entry.name.path(), &expected(entry), tally).into_iter().collect()
            },
        )?;
        let mut findings = self.findings.into_inner().unwrap_or_else(PoisonError::into_inner);
        findings.extend(left);
        Ok(findings)
    }
}

fn expected(entry: &Entry) -> Expected {
    let mark = FileMark { size: entry.size, b3: entry.b3 };
    Expected { mark, seq: entry.seq, record: entry.name.record() }
}

/// A file on its way through, counted; gives no more once all has to stop. Errors are those of the place it comes from, and
/// say nothing of what is in it.
pub(super) struct Counted<'a, R> {
    pub from: R,
    pub tally: &'a Tally,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.tally.stopped() {
            return Err(io::Error::other("it was interrupted"));
        }
        let read = self.from.read(into).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::Interrupted => error,
            _ => io::Error::other(error),
        })?;
        self.tally.bytes.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

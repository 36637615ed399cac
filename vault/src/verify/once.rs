//! Reading each sealed file once, where each reading is a transfer: what is opened is digested while it is opened, and what
//! nobody opened is digested afterwards.
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
    /// By their places in the inventory.
    digested: Vec<AtomicBool>,
    findings: Mutex<Vec<Finding>>,
}

impl<'a> Once<'a> {
    pub fn new(side: &'a Side<'a>) -> Self {
        let inventory = side.inventory;
        let digested = inventory.files.iter().map(|_| AtomicBool::new(false)).collect();
        Self { side, inventory, digested, findings: Mutex::default() }
    }

    /// Whether a file that was read whole is the one that its line names. If it is not, or was not given, that is found, once.
    pub fn is_it(&self, name: &Name, found: io::Result<FileMark>, tally: &Tally) -> bool {
        let Some(at) = self.inventory.find(name) else { return false };
        let entry = &self.inventory.files[at];
        let finding = self.side.differs(&name.path(), &expected(entry), found);
        let whole = finding.is_none();
        if !self.digested[at].swap(true, Ordering::Relaxed) {
            tally.files.fetch_add(1, Ordering::Relaxed);
            self.findings.lock().unwrap_or_else(PoisonError::into_inner).extend(finding);
        }
        whole
    }

    /// Digests what has not been read, and returns all that was found.
    pub fn finish(self, damaged: &HashSet<String>, watch: &Watch<'_>) -> Result<Vec<Finding>> {
        let left = pool::run(
            watch,
            Phase::Files,
            |give| {
                let files = self.inventory.files.iter().zip(&self.digested);
                for (entry, _) in files.filter(|(_, digested)| !digested.load(Ordering::Relaxed)) {
                    let is_known = damaged.contains(&entry.name.path());
                    if !is_known && !self.inventory.is_being_destroyed(&entry.name) {
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

/// A file on its way through, counted; gives no more once all has to stop.
pub(super) struct Counted<'a, R> {
    pub from: R,
    pub tally: &'a Tally,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.tally.stopped() {
            return Err(io::Error::other("it was interrupted"));
        }
        let read = self.from.read(into)?;
        self.tally.bytes.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

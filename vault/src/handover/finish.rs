//! What the CA has taken in ceases to be here.
//!
//! ```text
//! replayed    the journal from its first line: rights and signatures of every line that bears on what is here
//! looked      every record here is in the receipt as it is here, with every hold that keeps it
//! the line    handover.finish; from here on there is no way back, and the same command goes on where it was cut off
//! destroyed   covers, here and in the mirror → key copies of all epochs → bodies, notes, texts, everything derived
//! the line    handover.done
//! ```
//! A cover has the keys of all bodies, and an epoch's key those of all covers: what opens the rest goes first. Whoever goes on
//! replays and looks as well: that a line says that everything is being destroyed, somebody who can write files could have put there.

use super::take::row_of;
use crate::dates::Ledger;
use crate::disposal::Replay;
use crate::error::{Doing, Error, Result};
use crate::layout::Layout;
use crate::session::Session;
use crate::state::State;
use crate::vault::Vault;
use jingui_schema::act::{HandoverDone, HandoverFinish};
use jingui_schema::id::{ActId, ArchiveNumber, RecordId};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::PoisonError;

/// What is destroyed here, in this order; the index and the catalog among what is derived.
const FIRST: &str = "covers";
const THEN: &[&str] = &["bodies", "notes", "text", "quarantine", "derived"];
/// What is derived from the journal alone, and has no secrets.
const STAYS: &[&str] = &["tree"];

/// Why the receipt does not cover a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lack {
    /// The record.
    pub record: RecordId,
    /// Its archive number.
    pub number: ArchiveNumber,
    /// What is wrong.
    pub why: LackWhy,
}

/// What is wrong with a record in a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LackWhy {
    /// It is not in it.
    Missing,
    /// It is in it in another version, or with other documents.
    Otherwise,
    /// A hold keeps it that the CA does not know of.
    Hold,
    /// It is in it and not here.
    NotHere,
}

impl LackWhy {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Otherwise => "otherwise",
            Self::Hold => "hold",
            Self::NotHere => "not-here",
        }
    }
}

/// What finishing came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// The act of the receipt.
    pub receipt: ActId,
    /// Records that were here.
    pub records: u64,
    /// The line that says that they are gone; none where it was only rehearsed, or the mirror waits.
    pub seq: Option<u64>,
    /// Why the mirror still has what was destroyed here.
    pub mirror_lags: Option<String>,
}

impl Vault {
    /// Compares everything that is here with the CA's newest receipt, both ways.
    ///
    /// - Shape: nothing is changed; an empty list is what [`Session::finish_handover`] asks for.
    /// - Errors: [`Error::NoHandover`], [`Error::NoReceipt`], [`Error::ReceiptDamaged`], [`Error::Interrupted`].
    pub fn compare_with_receipt(&self, interrupted: &dyn Fn() -> bool) -> Result<Vec<Lack>> {
        let ledger = self.ledger(self.today(), interrupted)?;
        self.lacks(&ledger, &self.state())
    }

    /// The same with a journal that was folded before.
    pub(super) fn lacks(&self, ledger: &Ledger, state: &State) -> Result<Vec<Lack>> {
        let (handover, receipt) = (state.handover.as_ref().ok_or(Error::NoHandover {})?, self.receipt()?);
        let head = &receipt.head;
        if head.handover != handover.act {
            return Err(Error::NoReceipt {});
        }
        if head.lines > state.lines || self.root_of(head.lines)? != head.root.0 {
            let path = super::receipt::list_path(self.newest_receipt()?);
            let why = "it is over another journal than this one".into();
            return Err(Error::ReceiptDamaged { path, why });
        }
        let today = self.today();
        let mut named: BTreeMap<RecordId, _> = receipt.rows.iter().map(|row| (row.record, row)).collect();
        let mut lacks = Vec::new();
        for (record, kept) in ledger.records().filter(|(record, _)| handover.takes(*record)) {
            let here = row_of(record, kept, ledger.keeping(record, state, today));
            let why = match named.remove(&record) {
                None => LackWhy::Missing,
                Some(there) if (there.n, there.commit, there.docs) != (here.n, here.commit, here.docs) => {
                    LackWhy::Otherwise
                }
                Some(there) if here.holds.iter().any(|hold| !there.holds.contains(hold)) => LackWhy::Hold,
                Some(_) => continue,
            };
            lacks.push(Lack { record, number: here.number, why });
        }
        let not_here = named.into_values().map(|row| Lack {
            record: row.record,
            number: row.number.clone(),
            why: LackWhy::NotHere,
        });
        lacks.extend(not_here);
        lacks.sort_by_key(|lack| lack.record);
        Ok(lacks)
    }

    /// What a destruction rests on, whether it is begun or gone on with: everybody has signed what the lines say, and the receipt
    /// has what is here.
    ///
    /// Errors: [`Error::JournalDamaged`] naming a line that its doer did not sign; [`Error::NotReceipted`]; those of
    /// [`Vault::compare_with_receipt`].
    pub(super) fn check_ground(
        &self,
        replay: &Replay,
        records: &[RecordId],
        interrupted: &dyn Fn() -> bool,
    ) -> Result<()> {
        replay.check_signatures(self, records.iter().copied(), interrupted)?;
        match self.lacks(&replay.ledger, &replay.state)?.len() {
            0 => Ok(()),
            lacks => Err(Error::NotReceipted { count: lacks.to_string() }),
        }
    }

    fn newest_receipt(&self) -> Result<ActId> {
        let state = self.state();
        let handover = state.newest_handover().ok_or(Error::NoHandover {})?;
        handover.receipt.as_ref().map(|receipt| receipt.act).ok_or(Error::NoReceipt {})
    }
}

impl Session {
    /// Destroys here what the CA has taken in, keys and all; goes on with what a run before this one had begun.
    ///
    /// - Shape: when this returns with a line, covers, bodies, notes, texts, keys and everything derived are gone, here and in the
    ///   mirror; what stays is the journal, its heads, registers and the list of the receipt. Of a list the files of its records are
    ///   gone, and all else stays.
    /// - Errors: [`Error::NotReceipted`] where anything here is not in the receipt as it is; [`Error::HoldsChanged`] where something
    ///   came under a hold since; [`Error::JournalDamaged`] naming a line that nobody could have had written, or that its doer did
    ///   not sign; [`Error::NoReceipt`]; [`Error::Role`].
    pub fn finish_handover(&self, rehearse: bool, interrupted: &dyn Fn() -> bool) -> Result<Finished> {
        let vault = &self.vault;
        let rotating = || Error::RotationUnfinished { epoch: vault.state().epoch.to_string() };
        let _one = vault.inner.rotating.try_lock().map_err(|_| rotating())?;
        // Nothing is put back or copied in the middle of it.
        let _no_mending = vault.inner.mending.lock().unwrap_or_else(PoisonError::into_inner);
        let _no_copy = vault.inner.copying.lock().unwrap_or_else(PoisonError::into_inner);
        let receipt = vault.newest_receipt()?;
        let state = vault.state();
        if let Some(handover) = state.newest_handover().filter(|handover| handover.is_of_list()) {
            return self.finish_part(handover, receipt, rehearse, interrupted);
        }
        if state.is_emptied() {
            return vault.empty(receipt, rehearse);
        }
        let mut replay = Replay::read(vault, None, interrupted)?;
        let all: Vec<RecordId> = replay.ledger.records().map(|(record, _)| record).collect();
        vault.check_ground(&replay, &all, interrupted)?;
        if !replay.state.is_handed_over() {
            let seen = replay.tip.lines;
            let deed = |_| HandoverFinish { receipt, seen }.into();
            if rehearse {
                self.prepare(None, &deed)?;
                let records = state.counts.alive();
                return Ok(Finished { receipt, records, seq: None, mirror_lags: None });
            }
            // Before anything is begun: what is begun without the mirror could not be finished without it.
            if let Some(why) = vault.mirror_behind()? {
                let records = state.counts.alive();
                return Ok(Finished { receipt, records, seq: None, mirror_lags: Some(why) });
            }
            self.carry_out(None, deed)?;
            replay.follow(vault)?;
        }
        // Whatever the snapshot says: only what the lines say is being destroyed.
        if !replay.state.is_handed_over() {
            return Err(Error::NoReceipt {});
        }
        vault.empty(receipt, rehearse)
    }
}

impl Vault {
    /// Destroys everything that a line says is being destroyed. Can be repeated.
    fn empty(&self, receipt: ActId, rehearse: bool) -> Result<Finished> {
        let state = self.state();
        let records = state.counts.alive();
        if let Some(done) = state.handover.as_ref().and_then(|handover| handover.done) {
            return Ok(Finished { receipt, records, seq: Some(done), mirror_lags: None });
        }
        if rehearse {
            return Ok(Finished { receipt, records, seq: None, mirror_lags: None });
        }
        if let Some(why) = self.mirror_behind()? {
            return Ok(Finished { receipt, records, seq: None, mirror_lags: Some(why) });
        }
        let mirror = self.writer()?.mirror().map(|mirror| Layout::new(&mirror.dir));
        // A text that was being kept when the line was written is there now, and no other one comes.
        drop(self.inner.gate.close());
        let here = self.layout();
        self.clear(&here.path(FIRST), &[])?;
        if let Some(mirror) = &mirror {
            self.clear(&mirror.path(FIRST), &[])?;
        }
        state.live_epochs().try_for_each(|(number, _)| self.destroy_epoch(number))?;
        self.forget_catalog();
        for below in THEN {
            self.clear(&here.path(below), STAYS)?;
            if let Some(mirror) = mirror.as_ref().filter(|_| *below != "derived") {
                self.clear(&mirror.path(below), &[])?;
            }
        }
        let seq = self.submit_of(None, HandoverDone { receipt, records })?.seq;
        Ok(Finished { receipt, records, seq: Some(seq), mirror_lags: None })
    }

    /// Removes what is in a directory, and in those below it; the directories that were there at the top stay.
    fn clear(&self, dir: &Path, but: &[&str]) -> Result<()> {
        let fs = &self.env().fs;
        if fs.stat(dir).doing("look at", dir)?.is_none() {
            return Ok(());
        }
        for (name, stat) in fs.list(dir).doing("list", dir)? {
            if but.iter().any(|stays| name == *stays) {
                continue;
            }
            let path = dir.join(&name);
            match stat.kind {
                crate::fs::Kind::Directory => {
                    self.clear(&path, &[])?;
                    fs.remove_dir(&path).doing("remove", &path)?;
                }
                _ => fs.remove(&path).doing("remove", &path)?,
            }
        }
        fs.sync_dir(dir).doing("sync", dir)
    }
}

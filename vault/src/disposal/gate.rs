//! Between holds and destruction: what comes under a hold before its cover goes is kept, what comes later is told.
//!
//! Whoever destroys holds the gate while it looks once more and removes the covers of one record; whoever writes a line by
//! which something comes under a hold, or by which a plan is stopped, holds it until that line counts. So one comes before
//! the other, and nobody is told of a hold on what was gone.

use crate::error::{Error, Result};
use jingui_schema::act::Deed;
use jingui_schema::id::RecordId;
use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The gate; and records whose covers are gone although no line says so yet.
#[derive(Debug, Default)]
pub(crate) struct Gate(Mutex<BTreeSet<RecordId>>);

/// The gate, closed to everybody else.
pub(crate) struct Closed<'a>(MutexGuard<'a, BTreeSet<RecordId>>);

impl Gate {
    /// Closes the gate to everybody else.
    pub fn close(&self) -> Closed<'_> {
        Closed(self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Closes it for a line that stops destruction, and checks that the line does not come too late.
    ///
    /// `None`: the line is about something else. Errors: [`Error::BeingDestroyed`].
    pub fn close_for(&self, deed: &Deed) -> Result<Option<Closed<'_>>> {
        let named: &[RecordId] = match (deed.held(), deed) {
            (Some((_, records)), _) => records,
            (None, Deed::HoldScreen(_) | Deed::HoldKeep(_) | Deed::PurgeReject(_)) => &[],
            _ => return Ok(None),
        };
        let closed = self.close();
        match named.iter().find(|record| closed.0.contains(record)) {
            Some(record) => Err(Error::BeingDestroyed { record: record.to_string() }),
            None => Ok(Some(closed)),
        }
    }
}

impl Closed<'_> {
    /// The covers of a record are about to go.
    pub fn gone(&mut self, record: RecordId) {
        self.0.insert(record);
    }

    /// Lines say so by now.
    pub fn told(&mut self, records: &[RecordId]) {
        self.0.retain(|gone| !records.contains(gone));
    }
}

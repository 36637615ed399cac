//! Where a record comes from, as the line has it by which it was taken in.

use super::state::Taking;
use crate::catalog::Row;
use crate::error::Result;
use crate::session::Session;
use jingui_schema::act::{Deed, Received, RecordFile};
use jingui_schema::id::By;
use jingui_schema::time::Time;

/// Where a record comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The archive, and up to which of its lines it was taken in.
    pub taking: Taking,
    /// What that archive's journal said of the record.
    pub from: Received,
    /// The line by which it came.
    pub seq: u64,
    /// When.
    pub at: Time,
    /// Who took it in.
    pub by: By,
}

impl Session {
    /// Where a record comes from; none for one that was filed here, and for one whose first version has ended since.
    pub fn origin(&self, row: &Row) -> Result<Option<Origin>> {
        let state = self.vault.state();
        // A number of our own fonds is never another archive's.
        if row.facts.number.fonds() == &state.init.fonds {
            return Ok(None);
        }
        let filed = row.filings.iter().map(|filing| filing.seq);
        let Some(seq) = filed.chain(row.covers.iter().map(|cover| cover.seq)).min() else { return Ok(None) };
        let line = self.vault.line(seq)?.0;
        let Deed::RecordFile(RecordFile { from: Some(from), .. }) = line.act.deed else { return Ok(None) };
        let taking = state.taking(from.take)?.clone();
        Ok(Some(Origin { taking, from: *from, seq, at: line.at, by: line.by }))
    }
}

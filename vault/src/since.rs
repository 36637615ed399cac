//! Records that an index has to look at again: those that the lines behind a position speak of.
//!
//! Says which, not what has become of them; for that each is asked ([`Session::material`]).

use crate::catalog::{Position, Query};
use crate::error::{Error, Result};
use crate::session::Session;
use jingui_schema::act::Deed;
use jingui_schema::facts::Setting;
use jingui_schema::id::RecordId;
use jingui_schema::line::Line;
use std::collections::HashSet;

/// Rows passed over at once where a setting may have changed all of them.
const PAGE: usize = 1000;

/// Some of what happened since a position.
#[derive(Clone, Debug)]
pub struct Since {
    /// Records that were filed, changed or destroyed, each once, as first met.
    pub records: Vec<RecordId>,
    /// Whether something of a record was destroyed.
    pub destroyed: bool,
    /// Where it ends.
    pub to: Position,
    /// Lines behind that.
    pub left: u64,
}

impl Session {
    /// The last durable line, as a position.
    pub fn newest(&self) -> Position {
        let state = self.vault.state();
        Position { lines: state.lines, last: state.last }
    }

    /// What happened since a position, up to the line with which there are so many records or more.
    ///
    /// - Shape: `None` where the journal never had that position: whoever followed it followed another history.
    /// - Errors: those of reading the journal.
    pub fn since(&self, from: Position, records_max: usize) -> Result<Option<Since>> {
        let from = match self.tip_of(from) {
            Err(Error::Catalog { .. }) => return Ok(None),
            tip => tip?,
        };
        let (mut met, mut to) = (Met::default(), Position { lines: from.lines, last: from.last });
        for item in self.vault.lines_after(from)? {
            let (line, _) = item?;
            self.meet(&line, &mut met)?;
            to = Position { lines: line.seq, last: line.digest };
            if met.records.len() >= records_max {
                break;
            }
        }
        let left = self.vault.state().lines.saturating_sub(to.lines);
        Ok(Some(Since { records: met.records, destroyed: met.destroyed, to, left }))
    }

    fn meet(&self, line: &Line, met: &mut Met) -> Result<()> {
        match &line.act.deed {
            Deed::RecordFile(d) => met.one(d.record),
            Deed::RecordCorrect(d) => met.one(d.record),
            Deed::CertLink(d) => met.one(d.record),
            Deed::RecordReview(d) => d.records.iter().for_each(|reviewed| met.one(reviewed.record)),
            Deed::DocumentRemove(d) => {
                met.destroyed = true;
                met.one(d.record);
            }
            // Until it says what became of them nothing of them is found.
            Deed::PurgeBegin(d) => {
                met.destroyed = true;
                d.records.iter().for_each(|record| met.one(*record));
            }
            Deed::PurgeDone(d) => {
                met.destroyed |= !d.destroyed.is_empty();
                d.destroyed.iter().for_each(|stone| met.one(stone.record));
                d.failed.iter().for_each(|spared| met.one(spared.record));
            }
            // Of a list: from here on nothing of its records is found, and in the end they are gone.
            Deed::HandoverFinish(_) | Deed::HandoverDone(_) => {
                met.destroyed = true;
                let handed = self.vault.state().handed_by(line.seq);
                handed.into_iter().flatten().for_each(|record| met.one(record));
            }
            // What is complete under one checklist is not under another; of what is settled nobody asks again.
            Deed::SettingSet(d) if d.setting == Setting::Materials => {
                let mut query = Query { open: true, limit: PAGE, ..Query::default() };
                loop {
                    let page = self.list(&query)?;
                    page.rows.iter().for_each(|row| met.one(row.record));
                    match page.next {
                        Some(next) => query.after = Some(next),
                        None => break,
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }
}

#[derive(Default)]
struct Met {
    records: Vec<RecordId>,
    known: HashSet<RecordId>,
    destroyed: bool,
}

impl Met {
    fn one(&mut self, record: RecordId) {
        if self.known.insert(record) {
            self.records.push(record);
        }
    }
}

//! The catalog follows the journal: what each line changes in it, covers opened on all cores.

mod ask; // the catalog opened, made anew where it has to be, asked
mod changes; // what lines change in rows
mod covers; // the covers that lines name
mod fresh; // what a session knows of its own lines

pub(crate) use fresh::Fresh;

use self::changes::changes;
use crate::catalog::{Catalog, Position};
use crate::cover::Cover;
use crate::defects::defect;
use crate::error::{Error, Result};
use crate::journal::Lines;
use crate::session::Session;
use crate::state::State;
use jingui_schema::act::{Deed, NewCover};
use jingui_schema::id::RecordId;
use jingui_schema::line::{Line, Tip};
use std::collections::HashSet;
use std::sync::PoisonError;
use std::sync::mpsc::sync_channel;

/// Lines taken together.
const BATCH_LINES: usize = 1000;
/// Changes taken together at most: one `epoch.reseal` line names many covers.
const BATCH_CHANGES: usize = 1000;
/// While it is followed line by line, the catalog is made to last once in so many lines. What a power cut takes of
/// it is read from the journal again.
const FLUSH_LINES: u64 = 512;
/// The state is written down once in so many lines, so that whoever opens after a crash folds no more than these.
const SNAPSHOT_LINES: u64 = 8192;

/// Where some lines end: the tip there, and segment and offset of the line behind it.
type End = (Tip, (u64, u64));

/// Lines taken together.
struct Batch {
    lines: Vec<Line>,
    /// Of each filing and correction in them, in order.
    covers: Vec<Cover>,
    /// Records in them that are no more, or are being destroyed and do not open.
    dead: HashSet<RecordId>,
    end: End,
}

impl Session {
    /// Applies the lines behind the catalog's position.
    fn follow(&self, catalog: &Catalog) -> Result<()> {
        let end = self.vault.state().lines;
        let position = catalog.position();
        if position.lines > 0 && defect("a stale catalog") {
            return Ok(());
        }
        if position.lines == end && end > 0 && position.last == self.vault.state().last {
            return Ok(());
        }
        let mut lines = match self.fresh.end(position) {
            Some((tip, at)) => Lines::from(self.vault.env().fs.clone(), self.vault.layout(), tip, at, end)?,
            None => self.vault.lines_after(self.tip_of(position)?)?,
        };
        let passed = match end - position.lines > BATCH_LINES as u64 {
            true => self.apply_many(catalog, &mut lines)?,
            false => self.apply_few(catalog, &mut lines)?,
        };
        *self.fresh.end.lock().unwrap_or_else(PoisonError::into_inner) = passed;
        let passed = |lines: u64| catalog.position().lines / lines != position.lines / lines;
        if passed(SNAPSHOT_LINES) && position.lines > 0 {
            self.vault.inner.write_snapshot();
        }
        match passed(FLUSH_LINES) {
            true => catalog.flush(),
            false => Ok(()),
        }
    }

    /// Applies what is left of some lines; returns where they end.
    fn apply_few(&self, catalog: &Catalog, lines: &mut Lines) -> Result<Option<End>> {
        let mut end = None;
        while let Some(batch) = self.next_batch(lines)? {
            end = Some(batch.end);
            self.apply(catalog, &batch)?;
        }
        Ok(end)
    }

    /// The same of many lines: covers are opened for the next batch while the last one is applied, for which one
    /// core is enough.
    fn apply_many(&self, catalog: &Catalog, lines: &mut Lines) -> Result<Option<End>> {
        std::thread::scope(|scope| {
            let (give, take) = sync_channel::<Batch>(1);
            let applying =
                scope.spawn(move || take.into_iter().try_for_each(|batch| self.apply(catalog, &batch)));
            let mut end = None;
            let read = loop {
                match self.next_batch(lines) {
                    Ok(Some(batch)) => {
                        end = Some(batch.end);
                        if give.send(batch).is_err() {
                            break Ok(()); // the other thread has failed and says why
                        }
                    }
                    Ok(None) => break Ok(()),
                    Err(error) => break Err(error),
                }
            };
            drop(give);
            applying.join().expect("following does not panic")?;
            read.map(|()| end)
        })
    }

    /// The next lines, with the covers of the filings in them.
    fn next_batch(&self, lines: &mut Lines) -> Result<Option<Batch>> {
        let (mut batch, mut changes, mut end) = (Vec::new(), 0, None);
        while batch.len() < BATCH_LINES
            && changes < BATCH_CHANGES
            && let Some(item) = lines.next()
        {
            let (line, raw) = item?;
            end = Some((Tip::after(&line), (raw.segment, raw.offset + raw.bytes.len() as u64 + 1)));
            changes += match &line.act.deed {
                Deed::EpochReseal(d) => d.covers.len(),
                deed => deed.held().map_or(1, |(_, records)| records.len()),
            };
            batch.push(line);
        }
        let Some(end) = end else { return Ok(None) };
        let state = self.vault.state();
        // Of a record that is no more there is no cover to read, and of one that is being destroyed perhaps none.
        let named = batch.iter().filter_map(|line| line.act.deed.record());
        let mut dead: HashSet<RecordId> = named.filter(|record| state.destroyed.contains(*record)).collect();
        for new in batch.iter().filter_map(|line| line.act.deed.cover()) {
            // As long as it opens, the record is one like others: a hold may still keep it.
            if state.is_under_way(new.record) && !dead.contains(&new.record) {
                let new = alive(&state, new);
                if self.open_cover(new.place, new.record, new.n, &new.mark).is_err() {
                    dead.insert(new.record);
                }
            }
        }
        let covers = batch.iter().filter_map(|line| line.act.deed.cover());
        let covers = covers.filter(|new| !dead.contains(&new.record));
        let covers: Vec<NewCover> = covers.map(|new| alive(&state, new)).collect();
        let covers = self.open_covers(&covers)?;
        Ok(Some(Batch { lines: batch, covers, dead, end }))
    }

    fn apply(&self, catalog: &Catalog, batch: &Batch) -> Result<()> {
        let Some(last) = batch.lines.last() else { return Ok(()) };
        let to = Position { lines: last.seq, last: last.digest };
        catalog.apply(&changes(catalog, batch, &self.vault.state())?, to)
    }

    /// The tip at a catalog's position; an error that asks for a rebuild when the journal has another line there.
    pub(crate) fn tip_of(&self, position: Position) -> Result<Tip> {
        if position.lines == 0 {
            return Ok(Tip::START);
        }
        let other = || Error::Catalog { why: "it followed another history".into() };
        if position.lines > self.vault.state().lines {
            return Err(other());
        }
        let (line, _) = self.vault.line(position.lines)?;
        match line.digest == position.last {
            true => Ok(Tip::after(&line)),
            false => Err(other()),
        }
    }
}

/// The cover to read for a fact version: where that has ended with papers that were taken out, the first one that is
/// alive. What the row says meanwhile is overwritten by the line that ended it.
fn alive(state: &State, new: NewCover) -> NewCover {
    match state.ended.get(&new.record) {
        Some(ended) if new.n < ended.alive => NewCover { n: ended.alive, mark: ended.cover, ..new },
        _ => new,
    }
}

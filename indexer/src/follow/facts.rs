//! The facts pass: what the lines behind the index's position speak of, put in as it is now.

use super::entries::put;
use super::mark::{IDLE_LINES, mark_of, other_history};
use super::watch::{Step, Watch};
use super::{Error, Result};
use crate::index::{self, Index};
use jingui_vault::Session;
use jingui_vault::catalog::Position;
use std::sync::Arc;

/// Records put in between two commits.
const BATCH_RECORDS: usize = 2000;
/// Memory of the writer where many records are put in, in bytes.
const BULK_BYTES: usize = 96 << 20;
/// Lines behind from which on it is many.
const BULK_LINES: u64 = 200;

/// Puts in what has changed since the index was last brought up to date, and takes out what is no more.
///
/// `heal`: nobody is reading documents once more, so that whoever began to was cut off.
pub(super) fn follow(index: &Arc<Index>, session: &Session, watch: &Watch<'_>, heal: bool) -> Result<()> {
    let mut mark = mark_of(index)?;
    let newest = session.newest();
    if mark.again && heal {
        // Every record is put in again, with the texts that are kept.
        (mark.facts, mark.again) = (Position::START, false);
    }
    if mark.facts == newest && !mark.unpurged && !mark.begun {
        return Ok(());
    }
    let behind = newest.lines.saturating_sub(mark.facts.lines);
    let mut since = session.since(mark.facts, BATCH_RECORDS)?.ok_or_else(other_history)?;
    let nothing = since.records.is_empty() && since.left == 0 && behind < IDLE_LINES;
    if nothing && !mark.unpurged && !mark.begun {
        return Ok(());
    }
    let mut writer = match behind > BULK_LINES {
        true => index.writer(2, BULK_BYTES)?,
        false => index.writer(1, index::MEMORY_MIN)?,
    };
    loop {
        put(&mut writer, session, &since.records)?;
        mark.facts = since.to;
        mark.unpurged |= since.destroyed;
        mark.begun &= since.left > 0;
        writer.commit(&mark.bytes())?;
        (watch.progress)(Step::Lines(mark.facts.lines, mark.facts.lines + since.left));
        if since.left == 0 {
            break;
        }
        if (watch.stop)() {
            writer.finish()?;
            return Err(Error::Stopped);
        }
        since = session.since(mark.facts, BATCH_RECORDS)?.ok_or_else(other_history)?;
    }
    if mark.unpurged {
        writer.purge(&mark.bytes())?;
        mark.unpurged = false;
        writer.commit(&mark.bytes())?;
    }
    Ok(writer.finish()?)
}

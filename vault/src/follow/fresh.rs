//! What a session knows already of the lines it will follow next.

use super::End;
use crate::catalog::Position;
use crate::cover::Cover;
use crate::recent::BEHIND_LINES_MAX;
use jingui_schema::act::NewCover;
use jingui_schema::id::RecordId;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Covers of a session's own filings kept until their lines are followed.
const FRESH_COVERS_MAX: usize = 2 * BEHIND_LINES_MAX as usize;

/// What a session knows already of the lines it will follow next: a shorter way to the same rows.
#[derive(Default)]
pub(crate) struct Fresh {
    /// Covers of its own filings.
    covers: Mutex<HashMap<(RecordId, u32), Cover>>,
    /// The last line followed, and where the one after it begins: segment and offset.
    pub(super) end: Mutex<Option<End>>,
}

impl Fresh {
    /// Keeps a cover that was read back from what was written and is about to get its line.
    pub(crate) fn keep(&self, cover: Cover) {
        let mut covers = self.covers.lock().unwrap_or_else(PoisonError::into_inner);
        if covers.len() >= FRESH_COVERS_MAX {
            covers.clear(); // their lines were refused, or followed by another session
        }
        covers.insert((cover.spine.record, cover.spine.n), cover);
    }

    /// The cover that a line names, if it is here.
    pub(super) fn take(&self, new: &NewCover) -> Option<Cover> {
        let cover =
            self.covers.lock().unwrap_or_else(PoisonError::into_inner).remove(&(new.record, new.n))?;
        (cover.commit() == new.mark.commit).then_some(cover)
    }

    /// Where to go on reading behind a position, if that is where the last reading ended.
    pub(super) fn end(&self, position: Position) -> Option<End> {
        let end = *self.end.lock().unwrap_or_else(PoisonError::into_inner);
        end.filter(|(tip, _)| tip.lines == position.lines && tip.last == position.last)
    }
}

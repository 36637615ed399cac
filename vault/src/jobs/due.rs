//! When a job is due: pure, the time comes in.
//!
//! However often it was missed, it is due once. A run in the future, which a clock put forward and back leaves, counts for
//! nothing: else nothing would be due for years, and nobody would be told.

use super::cron::Cron;
use jingui_schema::time::Time;

/// Missed runs are counted up to this; more are as many.
pub const MISSED_MAX: u64 = 1000;
/// Milliseconds after which a job that did not run is reported.
const PATIENCE_MILLIS: i64 = 24 * 3600 * 1000;

/// A job is to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The newest time it is due for; what a run of it says.
    pub at: Time,
    /// The first time that was passed over, or that same time.
    pub first: Time,
    /// How many times before that one were passed over.
    pub missed: u64,
}

impl Due {
    /// Whether somebody has to be told: it should have run more than a day ago.
    pub fn is_overdue(&self, now: Time) -> bool {
        now.millis().saturating_sub(self.first.millis()) > PATIENCE_MILLIS
    }
}

/// Up to when nothing has been passed over: the last run, or the beginning of the schedule, whichever is later.
///
/// None where both lie in the future.
pub fn served(since: Time, last: Option<Time>, now: Time) -> Option<Time> {
    [Some(since), last].into_iter().flatten().filter(|time| *time <= now).max()
}

/// Whether a job is due, where nothing up to `served` was passed over.
pub fn due(cron: &Cron, served: Option<Time>, now: Time) -> Option<Due> {
    let at = cron.last(now)?;
    let Some(served) = served else { return Some(Due { at, first: at, missed: 0 }) };
    let first = cron.after(served).filter(|first| *first <= now)?;
    let (mut missed, mut next) = (0, first);
    while next < at && missed < MISSED_MAX {
        missed += 1;
        next = cron.after(next)?;
    }
    Some(Due { at, first, missed })
}

#[cfg(test)]
#[path = "due_tests.rs"]
mod tests;

//! Who watches a run and may end it, also while it waits for another.

use super::{Error, Result};
use std::sync::{Mutex, MutexGuard, TryLockError};
use std::time::Duration;

/// How often somebody who waits for another looks whether to go on waiting.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// How far a long run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// So many journal lines were followed, of so many.
    Lines(u64, u64),
    /// So many documents were read; so many lines are left to be looked through.
    Documents(u64, u64),
}

/// Who watches a run, and may end it between two steps.
pub struct Watch<'a> {
    /// Is told how far it has come.
    pub progress: &'a dyn Fn(Step),
    /// Says whether to stop.
    pub stop: &'a (dyn Fn() -> bool + Sync),
}

impl Watch<'_> {
    /// Nobody.
    pub const NOBODY: Watch<'static> = Watch { progress: &|_| {}, stop: &|| false };
}

/// Waits for a turn, as long as nobody says to stop.
pub(super) fn wait<'a, T>(of: &'a Mutex<T>, watch: &Watch<'_>) -> Result<MutexGuard<'a, T>> {
    loop {
        match of.try_lock() {
            Ok(turn) => return Ok(turn),
            Err(TryLockError::Poisoned(turn)) => return Ok(turn.into_inner()), // an index, or none
            Err(TryLockError::WouldBlock) if (watch.stop)() => return Err(Error::Stopped),
            Err(TryLockError::WouldBlock) => std::thread::sleep(LOOK_EVERY),
        }
    }
}

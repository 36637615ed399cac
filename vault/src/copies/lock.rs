//! Files at a target that nobody may remove before a day, or while a hold is on them: what a target may be able to do.
//!
//! The vault's own rules never depend on it: a target is a second wall, and one that was tried.

use crate::error::Result;
use jingui_schema::time::Time;
use std::fmt;
use std::sync::Arc;

/// How a file is locked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Lock {
    /// Until when it is retained; an instant, never so many years.
    pub until: Option<Time>,
    /// Whether a legal hold is on it, which does not end by itself.
    pub hold: bool,
}

impl fmt::Display for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.until, self.hold) {
            (None, false) => f.write_str("unlocked"),
            (None, true) => f.write_str("legal hold"),
            (Some(until), false) => write!(f, "until {until}"),
            (Some(until), true) => write!(f, "until {until}, legal hold"),
        }
    }
}

/// How a file of this name is to be locked; `None` where that is nobody's to say, and then it is left as it is.
pub type LockOf = Arc<dyn Fn(&str) -> Option<Lock> + Send + Sync>;

/// What came of locking a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Locked {
    /// Whether there is such a file.
    pub there: bool,
    /// How it was locked.
    pub before: Lock,
    /// How it is locked, read back.
    pub now: Lock,
}

/// Locks files of a target of which it was shown that it does.
pub trait Locker: Send + Sync {
    /// The word for how files are retained.
    fn mode(&self) -> &'static str;
    /// From here on each file is put with the lock that is said of its name, in the same step.
    fn put_with(&self, wanted: LockOf);
    /// Locks a file as it is to be, and reads that back. A retention is never shortened.
    ///
    /// Errors: what the target says; [`crate::Error::LockNotKept`] where it is locked otherwise all the same;
    /// [`crate::Error::LockTooLong`] where only what could still be taken back is retained, for longer than is wanted in a
    /// mode in which nothing can: it stays as it is, and its legal hold is as wanted.
    fn lock(&self, name: &str, wanted: Lock) -> Result<Locked> {
        self.lock_and_tell(name, wanted, &mut None)
    }
    /// The same; how the file was found is put into `found` before anything is set, so that it is told whatever comes of that.
    fn lock_and_tell(&self, name: &str, wanted: Lock, found: &mut Option<Lock>) -> Result<Locked>;
}

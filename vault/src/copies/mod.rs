//! Copies: the vault's immutable files a second time, on another device, and a vault put back from them.
//!
//! `FORMAT.md`, section 17. Moves sealed files as they lie and opens none; nothing at a target is ever changed or
//! removed. Does not know what kind of thing a target is: that is behind [`Target`].

mod again; // what arrived damaged, once more
mod age; // how old the newest copy is, and what that asks for
mod check; // a copy as a vault that is only read
mod compare; // a copy beside the vault, file by file
mod create; // a state of the copy
pub(crate) mod crew; // many files at once
mod limit; // no more than so many bytes a second
mod lock; // files that nobody may remove before a day
mod mended; // a target as it is read, with what was sent again
mod pour; // bytes from one file to another
mod remove; // every version removed, for who may
mod restore; // a vault put back
mod takeover; // a vault that was put back goes on
mod target; // where files are put
mod view; // a copy seen as the vault it is of

pub use age::{Advice, CopyAge, EXCUSED_DAYS, RECORDS_WITHOUT, REFUSED_DAYS, WARNED_DAYS, copy_age};
pub use check::{Checked, CopyVault};
pub(crate) use check::{mark_at, newest_state};
pub use compare::Compared;
pub(crate) use create::kind_of;
pub use create::{CopyOptions, Fate, LockCheck, Made, Would};
pub use limit::Limited;
pub use lock::{Lock, LockOf, Locked, Locker};
pub use mended::Mended;
pub use pour::{Poured, mark_of, pour};
pub use remove::{
    DirRemover, Kept, Removal, RemoveOptions, Remover, Trace, Version, mark_of_place, remove, remove_and_tell,
};
pub use restore::{RestoreOptions, Restored, restore};
pub use target::{Begun, DirTarget, Put, States, Target};
pub(crate) use target::{at_target, mine, read_small};
pub(crate) use view::CopyFs;

use crate::env::Env;
use crate::layout::Layout;
use jingui_schema::copy::RestoreMark;

/// Stands in a vault that was put back from a copy, until somebody takes it over.
pub const RESTORED: &str = "settings/restored.json";
/// Files written at the same time: their syncs share the device's.
pub const THREADS: usize = 6;
/// The same where each is answered over a network.
pub const THREADS_FAR: usize = 12;

/// How far a copy or a restore is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CopyProgress {
    /// Files passed so far.
    pub files: u64,
    /// Bytes written so far.
    pub bytes: u64,
}

/// The mark of a vault that was put back; one that is not whole counts as one that says nothing.
pub(crate) fn read_restore_mark(env: &Env, layout: &Layout) -> Option<RestoreMark> {
    let bytes = env.fs.read(&layout.path(RESTORED), 64 << 10).ok()?;
    RestoreMark::parse(std::str::from_utf8(&bytes).ok()?).ok()
}

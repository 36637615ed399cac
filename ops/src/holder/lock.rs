//! The lock: `run/lock`, held by one process at a time and freed by the kernel when that ends.

use super::Site;
use crate::failure::{Doing, Result};
use jingui_vault::Error;
use jingui_vault::env::Env;
use jingui_vault::layout::Layout;
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

/// The lock, held until dropped.
pub(super) struct Held(#[expect(dead_code, reason = "closing the file frees the lock")] File);

/// What came of trying to take the lock.
pub(super) enum Try {
    /// It is ours.
    Held(Held),
    /// Somebody else has it.
    Busy,
    /// There can be no holder: a read-only disk without a lock file.
    Nobody,
}

/// What the names of directories below `run/` begin with that commands make for themselves.
const SCRATCH: [&str; 2] = [super::SCRATCH_OF_ACCEPT, super::SCRATCH_OF_ANSWER];

/// Tries to take the lock of a vault; does not wait.
pub(super) fn take(site: &Site) -> Result<Try> {
    let vault = site.vault();
    if !jingui_vault::vault::is_vault(&Env::of_host(), &Layout::new(vault)) {
        return Err(Error::NoVault { path: site.shown() }.into());
    }
    let path = site.run_dir().join("lock");
    loop {
        let file = match open(&site.run_dir(), &path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::ReadOnlyFilesystem => return Ok(Try::Nobody),
            Err(error) => return Err(error).doing("open", &path),
        };
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(Try::Busy),
            Err(TryLockError::Error(error)) => return Err(error).doing("lock", &path),
        }
        // Somebody may have put another file in its place, and a lock on a file without a name holds nobody off.
        match (path.metadata(), file.metadata()) {
            (Ok(named), Ok(ours)) if (named.dev(), named.ino()) == (ours.dev(), ours.ino()) => {
                sweep(&site.run_dir());
                return Ok(Try::Held(Held(file)));
            }
            _ => {}
        }
    }
}

/// Removes what commands of a process that is gone have left. Whoever has just got the lock runs none yet, and nobody else does.
///
/// What cannot be removed stays for the next one: it is sealed, and the command that is to be run does not need it gone.
fn sweep(run: &Path) {
    for entry in std::fs::read_dir(run).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let is_left = name.to_str().is_some_and(|name| SCRATCH.iter().any(|begin| name.starts_with(begin)));
        if is_left && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            drop(std::fs::remove_dir_all(entry.path()));
        }
    }
}

fn open(run: &Path, path: &Path) -> io::Result<File> {
    let write =
        || OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path);
    match write() {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            DirBuilder::new().mode(0o700).create(run).or_else(|error| match error.kind() {
                ErrorKind::AlreadyExists => Ok(()),
                _ => Err(error),
            })?;
            write()
        }
        // A lock can be had through a handle that only reads.
        Err(error) if matches!(error.kind(), ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied) => {
            File::open(path)
                .map_err(|missing| if missing.kind() == ErrorKind::NotFound { error } else { missing })
        }
        opened => opened,
    }
}

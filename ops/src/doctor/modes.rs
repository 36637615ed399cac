//! Modes and owners of files: who else on this machine could read or change them.
//!
//! A vault's files are 0600 and its directories 0700. A large vault is looked at in part; `verify` looks at all of it.

use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Names looked at in one directory tree.
pub const NAMES_MAX: usize = 100_000;
/// Names below the vault that are left out: what is derived is sealed or rebuilt, and a socket is no file.
const LEFT_OUT: &[&str] = &["derived", "run"];

/// What was seen of a directory tree.
#[derive(Debug, Default)]
pub struct Seen {
    /// Files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Files and directories that others could read or change, and the mode they should have.
    pub loose: Vec<(PathBuf, u32)>,
    /// Files and directories of other users.
    pub foreign: u64,
    /// Whether everything was looked at.
    pub complete: bool,
}

/// Looks at a directory and everything below it.
pub fn look(root: &Path) -> Seen {
    let mut seen = Seen { complete: true, ..Seen::default() };
    let Ok(meta) = std::fs::symlink_metadata(root) else { return seen };
    let owner = meta.uid();
    let (mut waiting, mut names) = (vec![root.to_owned()], 0usize);
    judge(&mut seen, root, &meta, owner);
    while let Some(dir) = waiting.pop() {
        let Ok(entries) = std::fs::read_dir(&dir) else { continue };
        for entry in entries.flatten() {
            names += 1;
            if names > NAMES_MAX {
                seen.complete = false;
                return seen;
            }
            let path = entry.path();
            let Ok(meta) = entry.metadata() else { continue };
            let left_out =
                dir == root && entry.file_name().to_str().is_some_and(|name| LEFT_OUT.contains(&name));
            judge(&mut seen, &path, &meta, owner);
            if meta.is_dir() && !left_out {
                waiting.push(path);
            }
        }
    }
    seen
}

fn judge(seen: &mut Seen, path: &Path, meta: &std::fs::Metadata, owner: u32) {
    let wanted = match () {
        () if meta.is_dir() => 0o700,
        () if meta.is_file() => 0o600,
        // A link has no mode of its own; that there is one is for `verify` to say.
        () => return,
    };
    if meta.is_file() {
        (seen.files, seen.bytes) = (seen.files + 1, seen.bytes + meta.len());
    }
    // What is tighter than it should be keeps nobody's secret from anybody.
    if meta.permissions().mode() & 0o7777 & !wanted != 0 {
        seen.loose.push((path.to_owned(), wanted));
    }
    seen.foreign += u64::from(meta.uid() != owner);
}

/// Takes away what others may do; returns how many were put right.
pub fn tighten(loose: &[(PathBuf, u32)]) -> io::Result<usize> {
    let mut failed = None;
    let mut done = 0;
    for (path, wanted) in loose {
        let Ok(meta) = std::fs::symlink_metadata(path) else { continue };
        if meta.is_symlink() {
            continue;
        }
        // Only taken away, never given: the owner may have left off what is wanted.
        let mode = meta.permissions().mode() & 0o7777 & wanted;
        match std::fs::set_permissions(path, PermissionsExt::from_mode(mode)) {
            Ok(()) => done += 1,
            Err(error) => failed = Some(error),
        }
    }
    failed.map_or(Ok(done), Err)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chmod(path: &Path, mode: u32) {
        std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    }

    #[test]
    fn what_others_can_read_is_found_and_tightened() {
        let dir = tempfile::tempdir().unwrap();
        chmod(dir.path(), 0o700);
        let (file, below) = (dir.path().join("a"), dir.path().join("covers"));
        std::fs::write(&file, "x").unwrap();
        std::fs::create_dir(&below).unwrap();
        chmod(&file, 0o644);
        chmod(&below, 0o711);
        let seen = look(dir.path());
        assert_eq!((seen.files, seen.bytes, seen.loose.len(), seen.complete), (1, 1, 2, true));
        assert_eq!(tighten(&seen.loose).unwrap(), 2);
        assert!(look(dir.path()).loose.is_empty());
        chmod(&file, 0o400);
        assert!(look(dir.path()).loose.is_empty(), "tighter than it should be is no finding");
    }
}

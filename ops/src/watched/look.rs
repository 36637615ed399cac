//! Looking: what lies in the folder. Nothing is opened, no link followed.

use jingui_vault::fs::{Fs, Kind, Stat};
use std::io;
use std::path::{Path, PathBuf};

/// How deep a directory is walked; a deeper one is moved as a whole.
const DEPTH_MAX: usize = 64;

/// What lies in the folder; paths are relative to it, in order.
#[derive(Debug, Default)]
pub(super) struct Sight {
    /// Everything but directories.
    pub files: Vec<(PathBuf, Stat)>,
    /// Directories whose files could not be seen, and why; nothing where they are nested too deep.
    pub closed: Vec<(PathBuf, Stat, Option<String>)>,
}

/// Looks at a folder but for some names in it.
///
/// Errors: those of listing the folder itself; what goes wrong below is in the answer.
pub(super) fn look(fs: &dyn Fs, folder: &Path, not: &[PathBuf]) -> io::Result<Sight> {
    let mut sight = Sight::default();
    walk(fs, folder, Path::new(""), not, 0, &mut sight)?;
    Ok(sight)
}

fn walk(
    fs: &dyn Fs,
    folder: &Path,
    below: &Path,
    not: &[PathBuf],
    depth: usize,
    sight: &mut Sight,
) -> io::Result<()> {
    let mut entries = fs.list(&folder.join(below))?;
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    for (name, stat) in entries {
        let path = below.join(name);
        if not.contains(&path) {
            continue;
        }
        if stat.kind != Kind::Directory {
            sight.files.push((path, stat));
        } else if depth >= DEPTH_MAX {
            sight.closed.push((path, stat, None));
        } else {
            match walk(fs, folder, &path, not, depth + 1, sight) {
                // Removed or renamed meanwhile.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => sight.closed.push((path, stat, Some(error.to_string()))),
                Ok(()) => {}
            }
        }
    }
    Ok(())
}

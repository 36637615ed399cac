//! Intake: files on this machine's disk on their way into a filing.
//!
//! Only regular files are taken in; a link, a pipe or a device is refused by name, never followed or waited for.

use crate::failure::Result;
use crate::output::printable_path;
use jingui_schema::facts::DocumentKind;
use jingui_vault::Error;
use jingui_vault::body::{Incoming, Seen, Source};
use std::ffi::{OsStr, OsString};
use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// How deep a directory is walked; a deeper one is refused.
const DEPTH_MAX: usize = 64;

/// A file to be filed.
pub struct Intake {
    path: PathBuf,
    name: OsString,
}

struct DiskFile {
    path: PathBuf,
    name: OsString,
}

impl Intake {
    /// Says whether this is the file that a command line names, by its path or by its name alone.
    pub fn is(&self, path: &Path, word: &Path) -> bool {
        self.path == path || self.name == word.as_os_str()
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The document to file.
    pub fn incoming(self, kind: DocumentKind) -> Incoming {
        let source = DiskFile { path: self.path, name: self.name };
        Incoming { source: Box::new(source), kind, title: None, seen: Seen::default() }
    }
}

impl Source for DiskFile {
    fn name(&self) -> &OsStr {
        &self.name
    }

    fn describe(&self) -> String {
        printable_path(&self.path)
    }

    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(open_regular(&self.path)?))
    }
}

/// Opens a regular file without following a link in its last part and without waiting on a pipe.
pub(crate) fn open_regular(path: &Path) -> io::Result<File> {
    let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOFOLLOW;
    let file = OpenOptions::new().read(true).custom_flags(flags.bits() as i32).open(path)?;
    match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file")),
    }
}

/// The files at a path: itself, or all files of a directory in the order of their names.
///
/// Errors: [`Error::Source`] naming the first thing that cannot be filed; nothing is left out silently.
pub fn gather(path: &Path) -> Result<Vec<Intake>> {
    let meta = std::fs::symlink_metadata(path).map_err(|e| refused(path, &e.to_string()))?;
    if meta.is_dir() {
        let mut all = Vec::new();
        walk(path, &OsString::new(), 0, &mut all)?;
        return match all.is_empty() {
            true => Err(refused(path, "the directory has no file").into()),
            false => Ok(all),
        };
    }
    open_regular(path).map_err(|e| refused(path, &why(&meta, &e)))?;
    let name = path.file_name().map_or_else(|| path.as_os_str().to_owned(), OsStr::to_owned);
    Ok(vec![Intake { path: path.to_owned(), name }])
}

fn walk(dir: &Path, below: &OsStr, depth: usize, all: &mut Vec<Intake>) -> Result<()> {
    if depth > DEPTH_MAX {
        return Err(refused(dir, "directories are nested too deep").into());
    }
    let entries = std::fs::read_dir(dir).and_then(|entries| entries.collect::<io::Result<Vec<_>>>());
    let mut entries = entries.map_err(|e| refused(dir, &e.to_string()))?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let meta = std::fs::symlink_metadata(&path).map_err(|e| refused(&path, &e.to_string()))?;
        let mut name = below.to_owned();
        if !name.is_empty() {
            name.push("/");
        }
        name.push(entry.file_name());
        if meta.is_dir() {
            walk(&path, &name, depth + 1, all)?;
        } else {
            open_regular(&path).map_err(|e| refused(&path, &why(&meta, &e)))?;
            all.push(Intake { path, name });
        }
    }
    Ok(())
}

fn why(meta: &std::fs::Metadata, error: &io::Error) -> String {
    use std::os::unix::fs::FileTypeExt;
    let kind = meta.file_type();
    match () {
        () if kind.is_symlink() => "it is a symbolic link".into(),
        () if kind.is_fifo() => "it is a pipe".into(),
        () if kind.is_socket() => "it is a socket".into(),
        () if kind.is_block_device() || kind.is_char_device() => "it is a device".into(),
        () => error.to_string(),
    }
}

fn refused(path: &Path, why: &str) -> Error {
    Error::Source { path: printable_path(path), why: why.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_regular_files_are_taken_in() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("sub")).unwrap();
        std::fs::write(dir.path().join("sub/b"), b"").unwrap();
        std::fs::write(dir.path().join("a"), b"").unwrap();
        let names: Vec<_> = gather(dir.path()).unwrap().into_iter().map(|i| i.name).collect();
        assert_eq!(names, ["a", "sub/b"]);
        std::os::unix::fs::symlink("a", dir.path().join("link")).unwrap();
        assert!(gather(dir.path()).is_err());
        assert!(gather(&dir.path().join("link")).is_err());
        assert!(gather(Path::new("/dev/null")).is_err());
    }
}

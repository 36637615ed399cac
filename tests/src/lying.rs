//! A disk that says it has done what it has not.

use jingui_vault::fs::{Fs, ReadFile, Stat, WriteFile};
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

/// What a disk is asked that it may lie about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// To sync a file.
    Sync,
    /// To sync a directory.
    SyncDir,
    /// To move a file here.
    Rename,
    /// To write into a file.
    Write,
}

/// Whether the disk lies about this.
pub type About = fn(Asked, &Path) -> bool;

/// The disk. What it lies about it leaves out; what it is to write wrongly has one bit flipped.
#[derive(Clone)]
pub struct Lying {
    inner: Arc<dyn Fs>,
    about: About,
}

impl Lying {
    /// Over another disk.
    pub fn over(inner: Arc<dyn Fs>, about: About) -> Self {
        Self { inner, about }
    }

    fn file(&self, path: &Path, file: Box<dyn WriteFile>) -> Box<dyn WriteFile> {
        let lies = |asked| (self.about)(asked, path);
        Box::new(LyingFile { file, syncs: !lies(Asked::Sync), flips: lies(Asked::Write) })
    }
}

/// Whether a path has this in it.
pub fn is(path: &Path, part: &str) -> bool {
    path.to_string_lossy().contains(part)
}

struct LyingFile {
    file: Box<dyn WriteFile>,
    syncs: bool,
    flips: bool,
}

impl LyingFile {
    /// What it writes in place of these bytes.
    fn wrong(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        if let Some(last) = bytes.last_mut().filter(|_| self.flips) {
            *last ^= 1;
        }
        bytes
    }
}

impl Fs for Lying {
    fn open(&self, path: &Path) -> io::Result<Box<dyn ReadFile>> {
        self.inner.open(path)
    }
    fn create_new(&self, path: &Path) -> io::Result<Box<dyn WriteFile>> {
        self.inner.create_new(path).map(|file| self.file(path, file))
    }
    fn open_append(&self, path: &Path) -> io::Result<Box<dyn WriteFile>> {
        self.inner.open_append(path).map(|file| self.file(path, file))
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        if (self.about)(Asked::Rename, to) { Ok(()) } else { self.inner.rename(from, to) }
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        self.inner.remove(path)
    }
    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        self.inner.remove_dir(path)
    }
    fn create_dir(&self, path: &Path) -> io::Result<bool> {
        self.inner.create_dir(path)
    }
    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        if (self.about)(Asked::SyncDir, path) { Ok(()) } else { self.inner.sync_dir(path) }
    }
    fn list(&self, path: &Path) -> io::Result<Vec<(OsString, Stat)>> {
        self.inner.list(path)
    }
    fn stat(&self, path: &Path) -> io::Result<Option<Stat>> {
        self.inner.stat(path)
    }
}

impl Write for LyingFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let wrong = self.wrong(bytes);
        self.file.write(&wrong)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl WriteFile for LyingFile {
    fn write_all_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let wrong = self.wrong(bytes);
        self.file.write_all_at(&wrong, offset)
    }
    fn sync(&mut self) -> io::Result<()> {
        if self.syncs { self.file.sync() } else { Ok(()) }
    }
    fn set_len(&mut self, bytes: u64) -> io::Result<()> {
        self.file.set_len(bytes)
    }
}

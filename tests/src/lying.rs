//! A disk that says it has done what it has not, does it late, or does something else.

use jingui_vault::fs::{Fs, ReadFile, Stat, WriteFile};
use std::borrow::Cow;
use std::ffi::OsString;
use std::io::{self, Cursor, Read as _, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// What a disk is asked.
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
    /// To make a file.
    Create,
    /// To open a file for reading.
    Read,
}

/// How the disk goes about what it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// As it should.
    Well,
    /// Not at all.
    Never,
    /// Later: a file is synced once something is done of which this says [`Done::CatchUp`].
    Late,
    /// As it should, and all that is late after it.
    CatchUp,
    /// With the last bit of each write, or of what is read, flipped; a move takes the other one of body and cover.
    Wrongly,
}

/// Says how the disk goes about something.
pub type About = fn(Asked, &Path) -> Done;

/// The disk.
#[derive(Clone)]
pub struct Lying {
    inner: Arc<dyn Fs>,
    about: About,
    late: Arc<Mutex<Vec<PathBuf>>>,
}

impl Lying {
    /// Over another disk.
    pub fn over(inner: Arc<dyn Fs>, about: About) -> Self {
        Self { inner, about, late: Arc::default() }
    }

    /// Over another disk, whose syncs are left out: one that is not waited for, or one that loses what it was given.
    pub fn without_syncs(inner: Arc<dyn Fs>) -> Self {
        Self::over(inner, |asked, _| match asked {
            Asked::Sync | Asked::SyncDir => Done::Never,
            _ => Done::Well,
        })
    }

    fn file(&self, path: &Path, file: Box<dyn WriteFile>) -> Box<dyn WriteFile> {
        Box::new(LyingFile { disk: self.clone(), path: path.to_owned(), file })
    }

    /// Does something as this disk does it.
    fn go_about<T>(
        &self,
        asked: Asked,
        path: &Path,
        well: impl FnOnce() -> io::Result<T>,
        lie: T,
    ) -> io::Result<T> {
        match (self.about)(asked, path) {
            Done::Well | Done::Wrongly => well(),
            Done::Never => Ok(lie),
            Done::Late => {
                self.late.lock().unwrap_or_else(PoisonError::into_inner).push(path.to_owned());
                Ok(lie)
            }
            Done::CatchUp => {
                let done = well()?;
                let late = std::mem::take(&mut *self.late.lock().unwrap_or_else(PoisonError::into_inner));
                late.iter().try_for_each(|path| self.inner.open_append(path)?.sync())?;
                Ok(done)
            }
        }
    }
}

/// Whether a path has this in it.
pub fn is(path: &Path, part: &str) -> bool {
    path.to_string_lossy().contains(part)
}

/// Bytes of which the last bit is flipped.
fn bent(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.iter_mut().last().into_iter().for_each(|byte| *byte ^= 1);
    bytes
}

struct LyingFile {
    disk: Lying,
    path: PathBuf,
    file: Box<dyn WriteFile>,
}

impl LyingFile {
    /// What it writes in place of these bytes.
    fn instead<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        match (self.disk.about)(Asked::Write, &self.path) {
            Done::Wrongly => bent(bytes.to_vec()).into(),
            _ => bytes.into(),
        }
    }
}

impl Fs for Lying {
    fn open(&self, path: &Path) -> io::Result<Box<dyn ReadFile>> {
        let mut file = self.inner.open(path)?;
        if (self.about)(Asked::Read, path) != Done::Wrongly {
            return Ok(file);
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(Box::new(Cursor::new(bent(bytes))))
    }
    fn create_new(&self, path: &Path) -> io::Result<Box<dyn WriteFile>> {
        // Whoever makes a file wants it; only when it is done can be lied about.
        let make = || self.inner.create_new(path).map(Some);
        let file = self.go_about(Asked::Create, path, make, None)?;
        Ok(self.file(path, file.expect("files are made")))
    }
    fn open_append(&self, path: &Path) -> io::Result<Box<dyn WriteFile>> {
        self.inner.open_append(path).map(|file| self.file(path, file))
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let other = match from.file_name().and_then(|name| name.to_str()) {
            Some("body") => from.with_file_name("cover"),
            Some("cover") => from.with_file_name("body"),
            _ => from.to_owned(),
        };
        let wrongly = (self.about)(Asked::Rename, to) == Done::Wrongly;
        let from = if wrongly { &other } else { from };
        self.go_about(Asked::Rename, to, || self.inner.rename(from, to), ())
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
        self.go_about(Asked::SyncDir, path, || self.inner.sync_dir(path), ())
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
        let bytes = self.instead(bytes);
        self.file.write(&bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl WriteFile for LyingFile {
    fn write_all_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let bytes = self.instead(bytes);
        self.file.write_all_at(&bytes, offset)
    }
    fn sync(&mut self) -> io::Result<()> {
        let (disk, path) = (self.disk.clone(), self.path.clone());
        disk.go_about(Asked::Sync, &path, || self.file.sync(), ())
    }
    fn set_len(&mut self, bytes: u64) -> io::Result<()> {
        self.file.set_len(bytes)
    }
}

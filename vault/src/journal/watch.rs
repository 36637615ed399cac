//! The first failed sync ends writing, wherever in the vault it happens.
//!
//! After it the system may have dropped what it could not write, and the next sync says nothing of that. So
//! every sync below the vault's directory is looked at here, and the appender asks before it takes a line.

use crate::env::Env;
use crate::fs::{Fs, ReadFile, Stat, WriteFile};
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// Why writing has ended, once a sync has failed.
pub type Failed = Arc<OnceLock<String>>;

struct Watched {
    fs: Arc<dyn Fs>,
    root: PathBuf,
    failed: Failed,
}

/// The same environment with a file system that remembers the first failed sync below a directory.
pub fn watched(env: &Env, root: &Path) -> (Env, Failed) {
    let failed = Failed::default();
    let fs = Watched { fs: env.fs.clone(), root: root.to_owned(), failed: failed.clone() };
    (Env { fs: Arc::new(fs), ..env.clone() }, failed)
}

fn note(failed: &Failed, path: &Path, result: io::Result<()>) -> io::Result<()> {
    if let Err(error) = &result {
        failed.get_or_init(|| format!("sync {}: {error}", path.display()));
    }
    result
}

impl Watched {
    fn file(&self, path: &Path, file: Box<dyn WriteFile>) -> Box<dyn WriteFile> {
        match path.starts_with(&self.root) {
            true => Box::new(WatchedFile { file, path: path.to_owned(), failed: self.failed.clone() }),
            false => file, // the keystore, the mirror, a spool: their callers are told
        }
    }
}

impl Fs for Watched {
    fn open(&self, path: &Path) -> io::Result<Box<dyn ReadFile>> {
        self.fs.open(path)
    }
    fn create_new(&self, path: &Path) -> io::Result<Box<dyn WriteFile>> {
        self.fs.create_new(path).map(|file| self.file(path, file))
    }
    fn open_append(&self, path: &Path) -> io::Result<Box<dyn WriteFile>> {
        self.fs.open_append(path).map(|file| self.file(path, file))
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.fs.rename(from, to)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        self.fs.remove(path)
    }
    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        self.fs.remove_dir(path)
    }
    fn create_dir(&self, path: &Path) -> io::Result<bool> {
        self.fs.create_dir(path)
    }
    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        let result = self.fs.sync_dir(path);
        if path.starts_with(&self.root) { note(&self.failed, path, result) } else { result }
    }
    fn list(&self, path: &Path) -> io::Result<Vec<(OsString, Stat)>> {
        self.fs.list(path)
    }
    fn stat(&self, path: &Path) -> io::Result<Option<Stat>> {
        self.fs.stat(path)
    }
}

struct WatchedFile {
    file: Box<dyn WriteFile>,
    path: PathBuf,
    failed: Failed,
}

impl Write for WatchedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl WriteFile for WatchedFile {
    fn write_all_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.file.write_all_at(bytes, offset)
    }
    fn sync(&mut self) -> io::Result<()> {
        note(&self.failed, &self.path, self.file.sync())
    }
    fn set_len(&mut self, bytes: u64) -> io::Result<()> {
        self.file.set_len(bytes)
    }
}

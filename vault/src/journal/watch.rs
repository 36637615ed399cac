//! The first failed sync ends writing, wherever in the vault it happens.
//!
//! After it the system may have dropped what it could not write, and the next sync says nothing of that. So
//! every sync below the vault's directory is looked at here, and the appender asks before it takes a line.
//!
//! A device may also not answer at all. Which thread waits for it, and since when, is known here too, so that
//! nobody has to wait with it.

use crate::env::Env;
use crate::fs::{Fs, ReadFile, Stat, WriteFile};
use std::collections::HashMap;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::ThreadId;
use std::time::{Duration, Instant};

/// Why writing has ended, once a sync has failed.
pub type Failed = Arc<OnceLock<String>>;

type Waits = HashMap<ThreadId, (Instant, Arc<Path>)>;

/// Which threads wait for a device to take something, since when and for which path.
#[derive(Clone, Default)]
pub struct Waiting(Arc<Mutex<Waits>>);

impl Waiting {
    fn waits(&self) -> MutexGuard<'_, Waits> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long a thread has been waiting for one operation, and its path; `None` where it is not.
    pub fn of(&self, thread: ThreadId) -> Option<(Duration, Arc<Path>)> {
        self.waits().get(&thread).map(|(since, path)| (since.elapsed(), path.clone()))
    }

    /// The calling thread waits until this is dropped.
    fn begin(&self, path: Arc<Path>) -> Wait<'_> {
        self.waits().insert(std::thread::current().id(), (Instant::now(), path));
        Wait(self)
    }
}

struct Wait<'a>(&'a Waiting);

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        self.0.waits().remove(&std::thread::current().id());
    }
}

struct Watched {
    fs: Arc<dyn Fs>,
    root: PathBuf,
    failed: Failed,
    waiting: Waiting,
}

/// The same environment with a file system that remembers the first failed sync below a directory, and who waits.
pub fn watched(env: &Env, root: &Path) -> (Env, Failed, Waiting) {
    let (failed, waiting) = (Failed::default(), Waiting::default());
    let fs = Watched {
        fs: env.fs.clone(),
        root: root.to_owned(),
        failed: failed.clone(),
        waiting: waiting.clone(),
    };
    (Env { fs: Arc::new(fs), ..env.clone() }, failed, waiting)
}

fn note(failed: &Failed, path: &Path, result: io::Result<()>) -> io::Result<()> {
    if let Err(error) = &result {
        failed.get_or_init(|| format!("sync {}: {error}", path.display()));
    }
    result
}

impl Watched {
    fn file(&self, path: &Path, file: Box<dyn WriteFile>) -> Box<dyn WriteFile> {
        // Of the keystore, the mirror, a spool the callers are told; they may keep somebody waiting all the same.
        let failed = path.starts_with(&self.root).then(|| self.failed.clone());
        Box::new(WatchedFile { file, path: path.into(), failed, waiting: self.waiting.clone() })
    }

    fn wait(&self, path: &Path) -> Wait<'_> {
        self.waiting.begin(path.into())
    }
}

impl Fs for Watched {
    fn open(&self, path: &Path) -> io::Result<Box<dyn ReadFile>> {
        self.fs.open(path)
    }
    fn create_new(&self, path: &Path) -> io::Result<Box<dyn WriteFile>> {
        let _waits = self.wait(path);
        self.fs.create_new(path).map(|file| self.file(path, file))
    }
    fn open_append(&self, path: &Path) -> io::Result<Box<dyn WriteFile>> {
        let _waits = self.wait(path);
        self.fs.open_append(path).map(|file| self.file(path, file))
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let _waits = self.wait(to);
        self.fs.rename(from, to)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        let _waits = self.wait(path);
        self.fs.remove(path)
    }
    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        let _waits = self.wait(path);
        self.fs.remove_dir(path)
    }
    fn create_dir(&self, path: &Path) -> io::Result<bool> {
        let _waits = self.wait(path);
        self.fs.create_dir(path)
    }
    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        let _waits = self.wait(path);
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
    path: Arc<Path>,
    failed: Option<Failed>,
    waiting: Waiting,
}

impl Write for WatchedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _waits = self.waiting.begin(self.path.clone());
        self.file.write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl WriteFile for WatchedFile {
    fn write_all_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let _waits = self.waiting.begin(self.path.clone());
        self.file.write_all_at(bytes, offset)
    }
    fn sync(&mut self) -> io::Result<()> {
        let waits = self.waiting.begin(self.path.clone());
        let result = self.file.sync();
        drop(waits);
        match &self.failed {
            Some(failed) => note(failed, &self.path, result),
            None => result,
        }
    }
    fn set_len(&mut self, bytes: u64) -> io::Result<()> {
        let _waits = self.waiting.begin(self.path.clone());
        self.file.set_len(bytes)
    }
}

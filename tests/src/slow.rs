//! A disk that takes its time, or does not answer at all for a while.

use jingui_vault::fs::{Fs, ReadFile, Stat, WriteFile};
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A sync that has returned.
#[derive(Clone, Debug)]
pub struct Synced {
    /// Of what.
    pub path: PathBuf,
    /// When it returned.
    pub at: Instant,
}

#[derive(Default)]
struct State {
    delay: Duration,
    hold: Option<String>,
    held: usize,
    synced: Vec<Synced>,
}

/// The file system; clones share their state.
#[derive(Clone)]
pub struct SlowFs {
    inner: Arc<dyn Fs>,
    state: Arc<(Mutex<State>, Condvar)>,
}

impl SlowFs {
    /// Over another file system, as fast as that is.
    pub fn over(inner: Arc<dyn Fs>) -> Self {
        Self { inner, state: Arc::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Each sync takes so long from here on; forgets those there were.
    pub fn delay(&self, delay: Duration) {
        let mut state = self.state();
        state.delay = delay;
        state.synced.clear();
    }

    /// Syncs of what has this in its path do not return until [`Self::release`].
    pub fn hold(&self, part: &str) {
        self.state().hold = Some(part.to_owned());
    }

    /// How many syncs are being held.
    pub fn held(&self) -> usize {
        self.state().held
    }

    /// The disk answers again.
    pub fn release(&self) {
        self.state().hold = None;
        self.state.1.notify_all();
    }

    /// The syncs that have returned.
    pub fn synced(&self) -> Vec<Synced> {
        self.state().synced.clone()
    }

    fn sync(&self, path: &Path, sync: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
        let is_held = |state: &State| {
            state.hold.as_ref().is_some_and(|part| path.to_string_lossy().contains(part.as_str()))
        };
        let mut state = self.state();
        let delay = state.delay;
        if is_held(&state) {
            state.held += 1;
            state = self
                .state
                .1
                .wait_while(state, |state| is_held(state))
                .unwrap_or_else(PoisonError::into_inner);
            state.held -= 1;
        }
        drop(state);
        std::thread::sleep(delay);
        let result = sync();
        self.state().synced.push(Synced { path: path.to_owned(), at: Instant::now() });
        result
    }
}

impl Fs for SlowFs {
    fn open(&self, path: &Path) -> io::Result<Box<dyn ReadFile>> {
        self.inner.open(path)
    }
    fn create_new(&self, path: &Path) -> io::Result<Box<dyn WriteFile>> {
        let file = self.inner.create_new(path)?;
        Ok(Box::new(SlowFile { fs: self.clone(), path: path.to_owned(), file }))
    }
    fn open_append(&self, path: &Path) -> io::Result<Box<dyn WriteFile>> {
        let file = self.inner.open_append(path)?;
        Ok(Box::new(SlowFile { fs: self.clone(), path: path.to_owned(), file }))
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.inner.rename(from, to)
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
        self.sync(path, || self.inner.sync_dir(path))
    }
    fn list(&self, path: &Path) -> io::Result<Vec<(OsString, Stat)>> {
        self.inner.list(path)
    }
    fn stat(&self, path: &Path) -> io::Result<Option<Stat>> {
        self.inner.stat(path)
    }
}

struct SlowFile {
    fs: SlowFs,
    path: PathBuf,
    file: Box<dyn WriteFile>,
}

impl Write for SlowFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl WriteFile for SlowFile {
    fn write_all_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.file.write_all_at(bytes, offset)
    }
    fn sync(&mut self) -> io::Result<()> {
        let (fs, path) = (self.fs.clone(), self.path.clone());
        fs.sync(&path, || self.file.sync())
    }
    fn set_len(&mut self, bytes: u64) -> io::Result<()> {
        self.file.set_len(bytes)
    }
}

//! The directory of the index: every file a sealed age file, read at random positions, written once.
//!
//! Knows no record and no query; to tantivy it is a [`Directory`] like any other. What lies on the disk:
//!
//! ```text
//! map                 age file: JSON, which file is which, and the small files (meta.json, .managed.json) whole
//! map.new             a map that is being written
//! <32 hex digits>     age file: one of tantivy's, under a random name
//! ```
//!
//! A file counts once a map names it, by name, length and the BLAKE3 of its header. Its payload's key comes out of that header and
//! is used for nothing else, so whatever else is put in its place, even an older file of this index, does not open. The map is replaced whole,
//! when tantivy has synced everything that its new `meta.json` speaks of. So a crash leaves the index as it was, and
//! files that no map names, which the next opening removes; and a deleted file is unlinked when no map names it any more.
//!
//! What does not open is *damage*: reading fails, the directory remembers it, and whoever owns the index asks
//! [`Sealed::damage`] before believing an answer. There is nothing to repair: the index is derived.

mod map; // which file is which
mod read; // pieces of files, opened
mod write; // files as they are written

use jingui_vault::env::Env;
use jingui_vault::seal::Identity;
use map::{Map, Named};
use read::{Pieces, SealedFile};
use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{Directory, DirectoryLock, FileHandle, Lock, WatchCallback, WatchHandle, WritePtr};

/// Says why a directory does not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no index.
    #[error("there is no index in {}", .0.display())]
    Absent(PathBuf),
    /// What is there does not open, or is not what the map names.
    #[error("the index is damaged: {0}")]
    Damaged(String),
    /// It was made by a program that wrote it otherwise.
    #[error("the index has version {found}, this program writes {ours}")]
    OtherVersion {
        /// What was found.
        found: u32,
        /// What this program writes.
        ours: u32,
    },
    /// The disk failed.
    #[error("{} could not be read or written", path.display())]
    Io {
        /// Where.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Where an index lies and what opens it.
#[derive(Clone)]
pub struct Place {
    /// File system and random source.
    pub env: Env,
    /// Its directory; the parent exists.
    pub dir: PathBuf,
    /// The key of the index. It ends with the epoch.
    pub identity: Identity,
    /// Bytes of opened pieces that are kept in memory.
    pub cache_bytes: u64,
}

/// A sealed directory. Clones are the same directory.
#[derive(Clone)]
pub struct Sealed(Arc<Inner>);

struct Inner {
    place: Place,
    pieces: Pieces,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    map: Map,
    /// Files that are open, by tantivy's name. A reload opens all of them again.
    open: HashMap<String, Arc<SealedFile>>,
    /// Names on the disk that the last map still has and the next one has not.
    doomed: Vec<String>,
    /// Names being written, which nobody else may begin.
    writing: BTreeSet<String>,
    locks: BTreeSet<PathBuf>,
    /// A map could not be written: which of two is on the disk is known again when it has been opened anew.
    stopped: bool,
    next_file: u32,
}

impl Sealed {
    /// Makes an empty directory; whatever is there is removed.
    pub fn create(place: Place, version: u32) -> Result<Self, OpenError> {
        let io = |source| OpenError::Io { path: place.dir.clone(), source };
        place.env.fs.create_dir(&place.dir).map_err(io)?;
        // The map goes first: a crash on the way leaves no index, rather than one with holes.
        for name in [map::NAME, map::NEW_NAME] {
            remove_if_there(&place, name).map_err(io)?;
        }
        place.env.fs.sync_dir(&place.dir).map_err(io)?;
        for (name, _) in place.env.fs.list(&place.dir).map_err(io)? {
            if name.to_str().is_some_and(map::is_ours) {
                place.env.fs.remove(&place.dir.join(name)).map_err(io)?;
            }
        }
        let map = Map { version, ..Map::default() };
        map.write(&place).map_err(io)?;
        Ok(Self::of(place, map))
    }

    /// Opens what is there.
    ///
    /// - Errors: everything but `Io` means that the index has to be made anew.
    pub fn open(place: Place, version: u32) -> Result<Self, OpenError> {
        let map = Map::read(&place, version)?;
        let io = |source| OpenError::Io { path: place.dir.clone(), source };
        let named: BTreeSet<&str> = map.files.values().map(|named| named.file.as_str()).collect();
        let mut there = BTreeSet::new();
        for (name, _) in place.env.fs.list(&place.dir).map_err(io)? {
            match name.to_str() {
                Some(name) if named.contains(name) => drop(there.insert(name.to_owned())),
                // What a crash left of files that never counted.
                Some(name) if map::is_ours(name) && name != map::NAME => {
                    place.env.fs.remove(&place.dir.join(name)).map_err(io)?;
                }
                _ => {}
            }
        }
        if let Some(lost) = named.iter().find(|name| !there.contains(**name)) {
            return Err(OpenError::Damaged(format!("{lost} is missing")));
        }
        Ok(Self::of(place, map))
    }

    fn of(place: Place, map: Map) -> Self {
        let pieces = Pieces::new(place.cache_bytes);
        let state = Mutex::new(State { map, ..State::default() });
        Self(Arc::new(Inner { place, pieces, state }))
    }

    /// What was found damaged since it was opened, if anything was.
    pub fn damage(&self) -> Option<String> {
        self.0.pieces.damage()
    }

    /// Bytes of all files on the disk, as the map has them.
    pub fn bytes(&self) -> u64 {
        self.state().map.files.values().map(|named| read::sealed_bytes(named.header_bytes, named.bytes)).sum()
    }

    /// Every file as tantivy wrote it, opened whole, with its name; for tests that look for words in them.
    ///
    /// - Errors: `InvalidData` where one does not open.
    pub fn opened(&self) -> io::Result<Vec<(String, Vec<u8>)>> {
        let names: Vec<String> = self.state().map.files.keys().cloned().collect();
        let small = self.state().map.small.clone();
        let mut all: Vec<_> = small.into_iter().map(|(name, text)| (name, text.into_bytes())).collect();
        for name in names {
            let file = self.file(&name).map_err(io::Error::other)?;
            all.push((name, file.read_bytes(0..file.plain_bytes())?.as_slice().to_vec()));
        }
        Ok(all)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn file(&self, name: &str) -> Result<Arc<SealedFile>, OpenReadError> {
        let mut state = self.state();
        if let Some(file) = state.open.get(name) {
            return Ok(file.clone());
        }
        let Some(named) = state.map.files.get(name).cloned() else {
            return Err(OpenReadError::FileDoesNotExist(name.into()));
        };
        state.next_file += 1;
        let file = SealedFile::open(&self.0.place, &self.0.pieces, state.next_file, &named)
            .map_err(|error| OpenReadError::wrap_io_error(error, name.into()))?;
        let file = Arc::new(file);
        state.open.insert(name.to_owned(), file.clone());
        Ok(file)
    }

    /// A file that tantivy has finished: known from now on, durable with the next map.
    fn finished(&self, name: &str, named: Named) {
        let mut state = self.state();
        state.writing.remove(name);
        state.map.files.insert(name.to_owned(), named);
    }

    fn write_map(&self, state: &mut State) -> io::Result<()> {
        state.map.generation += 1;
        if let Err(error) = state.map.write(&self.0.place) {
            state.stopped = true;
            return Err(error);
        }
        // Only now does nothing on the disk speak of them any more.
        for name in std::mem::take(&mut state.doomed) {
            remove_if_there(&self.0.place, &name)?;
        }
        Ok(())
    }
}

fn remove_if_there(place: &Place, name: &str) -> io::Result<()> {
    match place.env.fs.remove(&place.dir.join(name)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({})", self.0.place.dir.display())
    }
}

impl Directory for Sealed {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        Ok(self.file(&text(path))?)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        let mut state = self.state();
        let name = text(path);
        if state.map.small.remove(&name).is_some() {
            return Ok(());
        }
        let Some(named) = state.map.files.remove(&name) else {
            return Err(DeleteError::FileDoesNotExist(path.into()));
        };
        if let Some(file) = state.open.remove(&name) {
            self.0.pieces.forget(&file);
        }
        state.doomed.push(named.file);
        Ok(())
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        let (state, name) = (self.state(), text(path));
        Ok(state.map.files.contains_key(&name) || state.map.small.contains_key(&name))
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        let name = text(path);
        {
            let mut state = self.state();
            if state.map.files.contains_key(&name) || !state.writing.insert(name.clone()) {
                return Err(OpenWriteError::FileAlreadyExists(path.into()));
            }
        }
        let writer = write::Writer::begin(self.clone(), name)
            .map_err(|error| OpenWriteError::wrap_io_error(error, path.into()))?;
        Ok(io::BufWriter::with_capacity(8 << 10, Box::new(writer)))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        let small = self.state().map.small.get(&text(path)).map(|text| text.as_bytes().to_vec());
        small.ok_or_else(|| OpenReadError::FileDoesNotExist(path.into()))
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        let content =
            std::str::from_utf8(data).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        let mut state = self.state();
        if state.stopped {
            return Err(io::Error::other("the index could not be written before"));
        }
        let before = state.map.small.insert(text(path), content.to_owned());
        // The list of files that exist is renewed with each file that begins; it matters only when something went.
        if path == Path::new(".managed.json") && state.doomed.is_empty() {
            return Ok(());
        }
        let written = self.write_map(&mut state);
        if written.is_err() {
            // Whoever reads on reads what counted before.
            match before {
                Some(before) => state.map.small.insert(text(path), before),
                None => state.map.small.remove(&text(path)),
            };
        }
        written
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.0.place.env.fs.sync_dir(&self.0.place.dir)
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        // Between processes the vault's own lock decides. Within this one nobody holds such a lock for long but a
        // writer, of which there is one.
        for _ in 0..if lock.is_blocking { 1000 } else { 1 } {
            if self.state().locks.insert(lock.filepath.clone()) {
                let held = Held { sealed: self.clone(), path: lock.filepath.clone() };
                return Ok(DirectoryLock::from(Box::new(held)));
            }
            if lock.is_blocking {
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
        }
        Err(LockError::LockBusy)
    }

    fn watch(&self, _: WatchCallback) -> tantivy::Result<WatchHandle> {
        // Whoever commits reloads.
        Ok(WatchHandle::empty())
    }
}

struct Held {
    sealed: Sealed,
    path: PathBuf,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.sealed.state().locks.remove(&self.path);
    }
}

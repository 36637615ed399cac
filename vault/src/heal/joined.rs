//! The journal of a copy, gone on with by what this vault has behind the copy's last line.
//!
//! Whether both together are the journal that counted here is not judged by this, but by whoever checks it under this
//! vault's `commit`.

use crate::fs::{Fs, Kind, ReadFile, Stat, WriteFile};
use crate::layout::{Layout, first_of_segment};
use jingui_schema::commit::{Commit, SLOT_BYTES};
use std::ffi::OsString;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The file system in which the joined journal lies below the copy's root, and all else where it always does.
pub(super) struct JoinedFs {
    copy: Arc<dyn Fs>,
    root: PathBuf,
    /// How far the copy goes.
    theirs: Commit,
    here: Layout,
    /// How far the journal is to go; further than the copy.
    ours: Commit,
}

impl JoinedFs {
    /// Joins the vault seen below `root` of `copy`, which goes as far as `theirs`, with what lies at `here`.
    pub fn new(copy: Arc<dyn Fs>, root: &Path, theirs: Commit, here: &Layout, ours: Commit) -> Self {
        Self { copy, root: root.to_owned(), theirs, here: here.clone(), ours }
    }

    fn below<'a>(&self, path: &'a Path) -> Option<&'a str> {
        path.strip_prefix(&self.root).ok()?.to_str()
    }

    /// The first line of the segment at a path.
    fn segment(&self, path: &Path) -> Option<u64> {
        self.below(path)?.strip_prefix("journal/").and_then(first_of_segment)
    }

    fn commit(&self) -> Vec<u8> {
        let mut bytes = vec![b' '; 2 * SLOT_BYTES];
        bytes[self.ours.slot() * SLOT_BYTES..][..SLOT_BYTES].copy_from_slice(&self.ours.to_slot());
        bytes
    }
}

impl Fs for JoinedFs {
    fn open(&self, path: &Path) -> io::Result<Box<dyn ReadFile>> {
        if self.below(path) == Some("journal/commit") {
            return Ok(Box::new(Cursor::new(self.commit())));
        }
        match self.segment(path) {
            Some(first) if first > self.theirs.segment => self.copy.open(&self.here.segment(first)),
            Some(first) if first == self.theirs.segment => {
                let theirs = self.copy.open(path)?;
                // Where nothing of it is left here, the copy is all there is.
                let ours = self.copy.open(&self.here.segment(first)).ok();
                Ok(Box::new(Joined { theirs, ours, border: self.theirs.bytes, at: 0 }))
            }
            _ => self.copy.open(path),
        }
    }

    fn list(&self, path: &Path) -> io::Result<Vec<(OsString, Stat)>> {
        let mut names = self.copy.list(path)?;
        if self.below(path) == Some("journal") {
            let ours = self.copy.list(&self.here.path("journal")).unwrap_or_default();
            names.extend(ours.into_iter().filter(|(name, _)| {
                let first = name.to_str().and_then(first_of_segment);
                first.is_some_and(|first| first > self.theirs.segment)
            }));
        }
        Ok(names)
    }

    fn stat(&self, path: &Path) -> io::Result<Option<Stat>> {
        match self.segment(path) {
            Some(first) if first > self.theirs.segment => self.copy.stat(&self.here.segment(first)),
            Some(first) if first == self.theirs.segment => {
                let (theirs, ours) = (self.copy.stat(path)?, self.copy.stat(&self.here.segment(first))?);
                let size = ours.filter(|stat| stat.kind == Kind::File).map_or(0, |stat| stat.size);
                Ok(theirs.map(|stat| Stat { size: size.max(self.theirs.bytes), ..stat }))
            }
            _ => self.copy.stat(path),
        }
    }

    fn create_new(&self, path: &Path) -> io::Result<Box<dyn WriteFile>> {
        self.copy.create_new(path)
    }
    fn open_append(&self, path: &Path) -> io::Result<Box<dyn WriteFile>> {
        self.copy.open_append(path)
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.copy.rename(from, to)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        self.copy.remove(path)
    }
    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        self.copy.remove_dir(path)
    }
    fn create_dir(&self, path: &Path) -> io::Result<bool> {
        self.copy.create_dir(path)
    }
    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        self.copy.sync_dir(path)
    }
}

/// A segment of which the copy has the beginning and this vault the rest.
struct Joined {
    theirs: Box<dyn ReadFile>,
    ours: Option<Box<dyn ReadFile>>,
    /// Where the copy's part ends.
    border: u64,
    at: u64,
}

impl Read for Joined {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = self.border.saturating_sub(self.at);
        let read = if left > 0 {
            let most = usize::try_from(left).unwrap_or(usize::MAX).min(into.len());
            self.theirs.seek(SeekFrom::Start(self.at))?;
            self.theirs.read(&mut into[..most])?
        } else if let Some(ours) = &mut self.ours {
            ours.seek(SeekFrom::Start(self.at))?;
            ours.read(into)?
        } else {
            0
        };
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for Joined {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => {
                let ours = self.ours.as_mut().map_or(Ok(0), |ours| ours.seek(SeekFrom::End(0)))?;
                ours.max(self.border).checked_add_signed(by)
            }
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

//! A copy seen as the vault it is of: whatever reads a vault reads a copy through this, and nothing can be written.

use super::target::Target;
use crate::fs::{Fs, Kind, ReadFile, Stat, WriteFile};
use crate::layout::{Layout, first_of_segment};
use crate::state::State;
use crate::toml_copy::{self, VAULT_TOML};
use jingui_schema::commit::SLOT_BYTES;
use jingui_schema::copy::{CopyState, NamedFile, Piece};
use std::ffi::OsString;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The file system in which the vault of a copy lies below one path, and all else where it always does.
pub(crate) struct CopyFs {
    base: Arc<dyn Fs>,
    target: Arc<dyn Target>,
    root: PathBuf,
    state: CopyState,
    /// `VAULT.toml` as the first line has it: a copy of it that was lost keeps nothing else from being looked at.
    toml: Option<Vec<u8>>,
}

/// Directories that lie in the copy as in the vault.
const AS_THEY_LIE: &[&str] = &["covers", "bodies", "notes", "journal/heads"];

impl CopyFs {
    pub fn new(base: Arc<dyn Fs>, target: Arc<dyn Target>, state: CopyState) -> Self {
        let root = PathBuf::from(target.name());
        let mut view = Self { base, target, root, state, toml: None };
        let first = crate::journal::first_lines(&view, &Layout::new(&view.root));
        let state = first.and_then(|line| State::begin(&line));
        view.toml = state.ok().map(|state| toml_copy::text(&state).into_bytes());
        view
    }

    /// Where the vault seems to lie.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The path below the vault; `None` for one that lies elsewhere.
    fn below<'a>(&self, path: &'a Path) -> Option<&'a Path> {
        path.strip_prefix(&self.root).ok()
    }

    fn named(&self, below: &str) -> Option<&NamedFile> {
        self.state.named.iter().find(|file| file.path == below)
    }

    fn pieces(&self, below: &str) -> Vec<Piece> {
        let segment = below.strip_prefix("journal/").and_then(first_of_segment);
        let of = |piece: &&Piece| Some(piece.segment) == segment;
        self.state.pieces.iter().filter(of).cloned().collect()
    }

    fn lies(below: &str) -> bool {
        let of =
            |top: &str| below.strip_prefix(top).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        AS_THEY_LIE.iter().any(|top| of(top))
    }

    fn commit(&self) -> Vec<u8> {
        let commit = self.state.commit();
        let mut bytes = vec![b' '; 2 * SLOT_BYTES];
        bytes[commit.slot() * SLOT_BYTES..][..SLOT_BYTES].copy_from_slice(&commit.to_slot());
        bytes
    }
}

/// Directories whose files a state names, each by its path.
const NAMED: &[&str] = &["settings", "plans", "registers"];

fn missing<T>() -> io::Result<T> {
    Err(io::ErrorKind::NotFound.into())
}

fn file(size: u64) -> Stat {
    Stat { kind: Kind::File, size, changed: 0, modified: 0 }
}

fn directory() -> Stat {
    Stat { kind: Kind::Directory, size: 0, changed: 0, modified: 0 }
}

fn io_error(error: crate::Error) -> io::Error {
    match error {
        crate::Error::Io { source, .. } => source,
        other => io::Error::other(crate::journal::full(&other)),
    }
}

impl Fs for CopyFs {
    fn open(&self, path: &Path) -> io::Result<Box<dyn ReadFile>> {
        let Some(below) = self.below(path) else { return self.base.open(path) };
        let Some(below) = below.to_str() else { return missing() };
        if below == "journal/commit" {
            return Ok(Box::new(Cursor::new(self.commit())));
        }
        if let Some(toml) = self.toml.as_ref().filter(|_| below == VAULT_TOML) {
            return Ok(Box::new(Cursor::new(toml.clone())));
        }
        if let Some(named) = self.named(below) {
            return self.target.get(&named.name());
        }
        let pieces = self.pieces(below);
        if !pieces.is_empty() {
            return Ok(Box::new(Stitched { target: self.target.clone(), pieces, at: 0, open: None }));
        }
        if Self::lies(below) { self.target.get(below) } else { missing() }
    }

    fn list(&self, path: &Path) -> io::Result<Vec<(OsString, Stat)>> {
        let Some(below) = self.below(path) else { return self.base.list(path) };
        let Some(below) = below.to_str() else { return missing() };
        let mut names: Vec<(String, Stat)> = Vec::new();
        // Of the named files those directly below, and the directories of the others.
        for named in &self.state.named {
            let prefix = if below.is_empty() { String::new() } else { format!("{below}/") };
            if let Some(rest) = named.path.strip_prefix(&prefix) {
                match rest.split_once('/') {
                    None => names.push((rest.to_owned(), file(named.size))),
                    Some((dir, _)) => names.push((dir.to_owned(), directory())),
                }
            }
        }
        match below {
            "" => names.extend(["journal", "covers", "bodies", "notes"].map(|d| (d.to_owned(), directory()))),
            "journal" => {
                let mut segments: Vec<u64> = self.state.pieces.iter().map(|p| p.segment).collect();
                segments.dedup();
                for segment in segments {
                    let path = crate::layout::segment_path(segment);
                    let size = self.pieces(&path).iter().map(|p| p.size).sum();
                    names.push((path["journal/".len()..].to_owned(), file(size)));
                }
                names.push(("commit".into(), file(2 * SLOT_BYTES as u64)));
                names.push(("heads".into(), directory()));
            }
            _ if NAMED.contains(&below) => {}
            _ if Self::lies(below) => {
                let there = self.target.list(below).map_err(io_error)?;
                // What a run that was cut off left is not the copy's.
                names.extend(there.into_iter().filter(|(name, _)| !name.ends_with(".part")));
            }
            _ => return missing(),
        }
        names.sort_by(|a, b| a.0.cmp(&b.0));
        names.dedup_by(|a, b| a.0 == b.0);
        Ok(names.into_iter().map(|(name, stat)| (name.into(), stat)).collect())
    }

    fn stat(&self, path: &Path) -> io::Result<Option<Stat>> {
        let Some(below) = self.below(path) else { return self.base.stat(path) };
        let Some(below) = below.to_str() else { return Ok(None) };
        if matches!(below, "" | "journal") || NAMED.contains(&below) {
            return Ok(Some(directory()));
        }
        if below == "journal/commit" {
            return Ok(Some(file(2 * SLOT_BYTES as u64)));
        }
        if let Some(toml) = self.toml.as_ref().filter(|_| below == VAULT_TOML) {
            return Ok(Some(file(toml.len() as u64)));
        }
        if let Some(named) = self.named(below) {
            return self.target.stat(&named.name()).map_err(io_error);
        }
        let pieces = self.pieces(below);
        if !pieces.is_empty() {
            return Ok(Some(file(pieces.iter().map(|p| p.size).sum())));
        }
        if Self::lies(below) { self.target.stat(below).map_err(io_error) } else { Ok(None) }
    }

    fn create_new(&self, path: &Path) -> io::Result<Box<dyn WriteFile>> {
        self.writable(path)?.create_new(path)
    }
    fn open_append(&self, path: &Path) -> io::Result<Box<dyn WriteFile>> {
        self.writable(path)?.open_append(path)
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.writable(from).and(self.writable(to))?.rename(from, to)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        self.writable(path)?.remove(path)
    }
    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        self.writable(path)?.remove_dir(path)
    }
    fn create_dir(&self, path: &Path) -> io::Result<bool> {
        self.writable(path)?.create_dir(path)
    }
    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        self.writable(path)?.sync_dir(path)
    }
}

impl CopyFs {
    fn writable(&self, path: &Path) -> io::Result<&dyn Fs> {
        match self.below(path) {
            Some(_) => Err(io::ErrorKind::ReadOnlyFilesystem.into()),
            None => Ok(&*self.base),
        }
    }
}

/// The pieces of a segment, read one behind the other.
struct Stitched {
    target: Arc<dyn Target>,
    pieces: Vec<Piece>,
    at: u64,
    /// The piece that is open, where it begins and ends, and where reading it stands.
    open: Option<(u64, u64, u64, Box<dyn ReadFile>)>,
}

impl Read for Stitched {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let at = self.at;
        if !self.open.as_ref().is_some_and(|(begin, end, _, _)| (*begin..*end).contains(&at)) {
            let mut begin = 0;
            self.open = None;
            for piece in &self.pieces {
                let end = begin + piece.size;
                if (begin..end).contains(&at) {
                    self.open = Some((begin, end, u64::MAX, self.target.get(&piece.name())?));
                    break;
                }
                begin = end;
            }
        }
        let Some((begin, end, stands, file)) = &mut self.open else { return Ok(0) };
        if *stands != at {
            file.seek(SeekFrom::Start(at - *begin))?;
            *stands = at;
        }
        let most = usize::try_from(*end - at).unwrap_or(usize::MAX).min(into.len());
        let read = file.read(&mut into[..most])?;
        if read == 0 && most > 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.at += read as u64;
        *stands = self.at;
        Ok(read)
    }
}

impl Seek for Stitched {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let size: u64 = self.pieces.iter().map(|p| p.size).sum();
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => size.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

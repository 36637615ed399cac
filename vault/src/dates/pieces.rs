//! A derived file in pieces, each under a MAC of its own: what is read of it is believed, and nothing else has to be read.
//!
//! Knows nothing of records. The key of the pieces comes from the head, and the tag of a piece from its number and from
//! whether it is the last: none fits in another place, in a file that was cut, or behind another head.

use crate::fs::{ReadFile, WriteFile};
use jingui_schema::digest::Sha256;
use jingui_schema::id::VaultId;
use std::collections::HashMap;
use std::io::{self, Read, SeekFrom};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Bytes of a piece: enough for the hash to use the whole processor, few enough that one record costs microseconds.
pub(super) const PIECE: usize = 8192;
const TAG: usize = 32;
const WHOLE: u64 = (PIECE + TAG) as u64;
const MAGIC: &[u8; 12] = b"jingui dates";
const VERSION: u32 = 2;
/// Bytes of the head.
pub(super) const HEAD: usize = 104;
/// Pieces kept in memory: 32 MiB.
const KEPT: usize = 4096;

/// What a file is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub vault: VaultId,
    /// Lines folded.
    pub lines: u64,
    /// SHA-256 of the last of them.
    pub last: Sha256,
    /// What the rules were, see `flat::digest`.
    pub rules: [u8; 32],
}

impl Head {
    fn to_bytes(self) -> [u8; HEAD] {
        let mut bytes = [0; HEAD];
        bytes[..12].copy_from_slice(MAGIC);
        bytes[12..16].copy_from_slice(&VERSION.to_le_bytes());
        bytes[16..32].copy_from_slice(self.vault.as_bytes());
        bytes[32..40].copy_from_slice(&self.lines.to_le_bytes());
        bytes[40..72].copy_from_slice(&self.last.0);
        bytes[72..].copy_from_slice(&self.rules);
        bytes
    }

    fn from_bytes(bytes: &[u8; HEAD]) -> Result<Self, Unfit> {
        let array = |from: usize| -> [u8; 32] { bytes[from..from + 32].try_into().expect("32 bytes") };
        let number = |from: usize| u64::from_le_bytes(bytes[from..from + 8].try_into().expect("8 bytes"));
        let head = Self {
            vault: VaultId::from_bytes(bytes[16..32].try_into().expect("16 bytes")),
            lines: number(32),
            last: Sha256(array(40)),
            rules: array(72),
        };
        match head.to_bytes() == *bytes {
            true => Ok(head),
            false => Err(Unfit("it is of another version")),
        }
    }

    fn key(self, key: &[u8; 32]) -> [u8; 32] {
        *blake3::keyed_hash(key, &self.to_bytes()).as_bytes()
    }
}

/// Why a file is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unfit(pub &'static str);

fn damaged(_: io::Error) -> Unfit {
    Unfit("it cannot be read")
}

fn tag(key: &[u8; 32], number: u64, last: bool, bytes: &[u8]) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new_keyed(key);
    hasher.update(&number.to_le_bytes()).update(&[u8::from(last)]).update(bytes);
    hasher.finalize()
}

/// A file that is being written.
pub(super) struct Out {
    file: Box<dyn WriteFile>,
    key: [u8; 32],
    piece: Vec<u8>,
    number: u64,
}

impl Out {
    /// Begins one.
    pub fn begin(mut file: Box<dyn WriteFile>, key: &[u8; 32], head: Head) -> io::Result<Self> {
        file.write_all(&head.to_bytes())?;
        Ok(Self { file, key: head.key(key), piece: Vec::with_capacity(PIECE + TAG), number: 0 })
    }

    /// Where the next byte comes to lie.
    pub fn at(&self) -> u64 {
        self.number * PIECE as u64 + self.piece.len() as u64
    }

    /// Appends bytes.
    pub fn put(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            if self.piece.len() == PIECE {
                self.write(false)?;
            }
            let (now, later) = bytes.split_at(bytes.len().min(PIECE - self.piece.len()));
            self.piece.extend_from_slice(now);
            bytes = later;
        }
        Ok(())
    }

    fn write(&mut self, last: bool) -> io::Result<()> {
        let tag = tag(&self.key, self.number, last, &self.piece);
        self.piece.extend_from_slice(tag.as_bytes());
        self.file.write_all(&self.piece)?;
        self.piece.clear();
        self.number += 1;
        Ok(())
    }

    /// Ends it; it is on the device then. Something must have been put.
    pub fn end(mut self) -> io::Result<()> {
        self.write(true)?;
        self.file.sync()
    }
}

/// Neither place nor pieces can be left half changed by somebody who panicked.
fn locked<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A file that is being read, by several at once.
pub(super) struct In {
    pub head: Head,
    key: [u8; 32],
    file: Mutex<Box<dyn ReadFile>>,
    pieces: u64,
    size: u64,
    known: Mutex<HashMap<u64, Arc<[u8]>>>,
}

impl In {
    /// Begins to read one; its last piece tells that nothing was cut off.
    pub fn begin(mut file: Box<dyn ReadFile>, key: &[u8; 32]) -> Result<Self, Unfit> {
        let mut head = [0; HEAD];
        file.read_exact(&mut head).map_err(damaged)?;
        let head = Head::from_bytes(&head)?;
        let body = file.seek(SeekFrom::End(0)).map_err(damaged)?.saturating_sub(HEAD as u64);
        let (pieces, rest) = (body.div_ceil(WHOLE), body % WHOLE);
        let unused = if rest == 0 { 0 } else { WHOLE - rest };
        let size = (pieces * PIECE as u64).saturating_sub(unused);
        if pieces == 0 || size <= (pieces - 1) * PIECE as u64 {
            return Err(Unfit("it is cut"));
        }
        let (file, known) = (Mutex::new(file), Mutex::default());
        let this = Self { head, key: head.key(key), file, pieces, size, known };
        this.piece(pieces - 1)?;
        Ok(this)
    }

    /// Bytes in it.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// So many bytes from a place on, in the place of what the buffer holds.
    pub fn read(&self, at: u64, count: u64, into: &mut Vec<u8>) -> Result<(), Unfit> {
        into.clear();
        if at.checked_add(count).is_none_or(|end| end > self.size) {
            return Err(Unfit("it leads to nowhere"));
        }
        if count == 0 {
            return Ok(());
        }
        let (first, last) = (at / PIECE as u64, (at + count - 1) / PIECE as u64);
        let skip = (at - first * PIECE as u64) as usize;
        if last - first < 2 {
            for number in first..=last {
                into.extend_from_slice(&self.piece(number)?);
            }
        } else {
            into.resize(((last - first + 1) * WHOLE) as usize, 0);
            let end = HEAD as u64 + self.pieces * WHOLE - (self.pieces * PIECE as u64 - self.size);
            into.truncate((end - HEAD as u64 - first * WHOLE).min(into.len() as u64) as usize);
            self.read_raw(first, into)?;
            let mut kept = 0;
            for number in first..=last {
                let from = ((number - first) * WHOLE) as usize;
                let to = into.len().min(from + WHOLE as usize);
                let bytes = self.check(number, &into[from..to])?.len();
                into.copy_within(from..from + bytes, kept);
                kept += bytes;
            }
            into.truncate(kept);
        }
        into.drain(..skip);
        into.truncate(count as usize);
        Ok(())
    }

    fn read_raw(&self, first: u64, into: &mut [u8]) -> Result<(), Unfit> {
        let mut file = locked(&self.file);
        file.seek(SeekFrom::Start(HEAD as u64 + first * WHOLE)).map_err(damaged)?;
        file.read_exact(into).map_err(damaged)
    }

    /// The bytes of a piece that lies there with its tag.
    fn check<'a>(&self, number: u64, raw: &'a [u8]) -> Result<&'a [u8], Unfit> {
        let (bytes, found) = raw.split_at(raw.len() - TAG);
        let found = blake3::Hash::from_slice(found).map_err(|_| Unfit("it is cut"))?;
        match tag(&self.key, number, number + 1 == self.pieces, bytes) == found {
            true => Ok(bytes),
            false => Err(Unfit("it was damaged, or is not of this vault")),
        }
    }

    fn piece(&self, number: u64) -> Result<Arc<[u8]>, Unfit> {
        if let Some(piece) = locked(&self.known).get(&number) {
            return Ok(piece.clone());
        }
        let bytes = (self.size - number * PIECE as u64).min(PIECE as u64) as usize;
        let mut raw = vec![0; bytes + TAG];
        self.read_raw(number, &mut raw)?;
        let piece: Arc<[u8]> = self.check(number, &raw)?.into();
        let mut known = locked(&self.known);
        if known.len() >= KEPT {
            known.clear();
        }
        known.insert(number, piece.clone());
        Ok(piece)
    }
}

//! The files within old Office documents, and in those that want a password.
//!
//! Source: MS-CFB; read through the `cfb` crate.

use super::Result;
use super::bytes::{u16_at, u32_at};
use super::out::Out;
use crate::page::Unread;
use std::cell::RefCell;
use std::io::{Cursor, Read};

/// How a compound file begins.
pub(super) const MAGIC: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// The files in one compound file.
pub(super) struct Compound<'a> {
    file: RefCell<cfb::CompoundFile<Cursor<&'a [u8]>>>,
    /// Bytes of the whole.
    len: u64,
}

impl<'a> Compound<'a> {
    /// Looks through one; `None` for what is none.
    pub(super) fn open(bytes: &'a [u8]) -> Option<Self> {
        if !bytes.starts_with(MAGIC) || !is_modest(bytes) {
            return None;
        }
        let file = cfb::CompoundFile::open(Cursor::new(bytes)).ok()?;
        Some(Self { file: RefCell::new(file), len: bytes.len() as u64 })
    }

    /// Says whether there is a file or a directory of this name.
    pub(super) fn has(&self, path: &str) -> bool {
        self.file.borrow().exists(path)
    }

    /// The names of what lies in a directory, in the order of the file; `/` is the outermost one.
    pub(super) fn names(&self, dir: &str) -> Vec<String> {
        let file = self.file.borrow();
        let Ok(entries) = file.read_storage(dir) else { return Vec::new() };
        entries.map(|entry| entry.name().to_owned()).collect()
    }

    /// The bytes of a file, where there is one; as far as they go, if it was cut.
    pub(super) fn bytes(&self, path: &str, out: &mut Out<'_>) -> Result<Option<Vec<u8>>> {
        let mut file = self.file.borrow_mut();
        let Ok(mut stream) = file.open_stream(path) else { return Ok(None) };
        // No file in it is longer than it is.
        let len = stream.len().min(self.len);
        out.spend(len)?;
        let mut bytes = Vec::new();
        match stream.by_ref().take(len).read_to_end(&mut bytes) {
            Err(_) if bytes.is_empty() && len > 0 => Err(Unread::Damaged),
            _ => Ok(Some(bytes)),
        }
    }
}

/// How many sectors the header itself names that tell where the others go on.
const TABLES_IN_HEADER: usize = 109;
/// The largest number that is a sector and means nothing else.
const SECTOR_MAX: u32 = 0xffff_fffa;

/// Says whether a file names no more tables of sectors than it has sectors.
///
/// The crate would read the same table as often as it is named, and keep it each time: four bytes of such a file are four thousand
/// in memory.
fn is_modest(bytes: &[u8]) -> bool {
    let shift = u16_at(bytes, 30).unwrap_or_default();
    let (Some(mut next), true) = (u32_at(bytes, 68), matches!(shift, 9 | 12)) else { return false };
    let sector_bytes = 1usize << shift;
    let sectors = bytes.len() / sector_bytes;
    let is_named = |at: usize| u32_at(bytes, at).is_some_and(|sector| sector <= SECTOR_MAX);
    let mut tables = (0..TABLES_IN_HEADER).filter(|no| is_named(76 + 4 * no)).count();
    let mut lists = 0;
    while next <= SECTOR_MAX {
        let at = (next as usize).checked_add(1).and_then(|no| no.checked_mul(sector_bytes));
        let Some(at) = at.filter(|at| *at < bytes.len()) else { break };
        tables += (0..sector_bytes / 4 - 1).filter(|no| is_named(at + 4 * no)).count();
        lists += 1;
        // Some programs fill the last list with zeros rather than with what means nothing.
        if tables > sectors + sector_bytes / 4 || lists > sectors {
            return false;
        }
        let Some(after) = u32_at(bytes, at + sector_bytes - 4) else { break };
        next = after;
    }
    tables <= sectors + sector_bytes / 4
}

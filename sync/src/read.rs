//! A file in a store, read piece by piece: what is fetched is kept for a while, in a small space.

use crate::fault::Trouble;
use crate::store::Store;
use bytes::{Bytes, BytesMut};
use std::collections::{HashMap, VecDeque};
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes fetched at a time: most covers and many bodies are one piece, and a line over which the answer takes 20 ms
/// still brings 50 MB/s for each reader.
const PIECE_BYTES: u64 = 1 << 20;
/// Pieces kept: the journal is read several times over.
const KEPT: usize = 16;
/// Sizes kept; a name that is there stays there.
const SIZES: usize = 16 << 10;

/// Reads objects, and keeps what it read last.
pub(crate) struct Reader {
    pub store: Store,
    kept: Mutex<VecDeque<(String, u64, Bytes)>>,
    sizes: Mutex<HashMap<String, u64>>,
}

impl Reader {
    pub fn new(store: Store) -> Self {
        Self { store, kept: Mutex::default(), sizes: Mutex::default() }
    }

    /// Opens an object.
    ///
    /// Errors: `NotFound` where there is none; others carry what the store said.
    pub fn open(self: &Arc<Self>, name: &str) -> io::Result<Object> {
        let known = self.sizes.lock().unwrap_or_else(PoisonError::into_inner).get(name).copied();
        let (size, piece) = match known {
            Some(size) => (size, None),
            None => {
                let (size, piece) = self.fetch(name, 0)?;
                (size, Some((0, piece)))
            }
        };
        Ok(Object { reader: self.clone(), name: name.to_owned(), size, at: 0, piece })
    }

    /// A piece, by its number; and the size of the whole.
    fn fetch(&self, name: &str, number: u64) -> io::Result<(u64, Bytes)> {
        let begin = number * PIECE_BYTES;
        let mut bytes = BytesMut::new();
        let read =
            self.store.read(name, begin..begin + PIECE_BYTES, &mut |piece| bytes.extend_from_slice(piece));
        let size = read.map_err(|trouble| match trouble {
            Trouble::Missing => io::ErrorKind::NotFound.into(),
            Trouble::Beyond => io::ErrorKind::UnexpectedEof.into(),
            trouble => io::Error::other(self.store.error(trouble, name)),
        })?;
        let bytes = bytes.freeze();
        let mut sizes = self.sizes.lock().unwrap_or_else(PoisonError::into_inner);
        if sizes.len() >= SIZES {
            sizes.clear();
        }
        sizes.insert(name.to_owned(), size);
        drop(sizes);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.truncate(KEPT - 1);
        kept.push_front((name.to_owned(), number, bytes.clone()));
        Ok((size, bytes))
    }

    fn piece(&self, name: &str, number: u64) -> io::Result<Bytes> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = kept.iter().position(|(of, n, _)| *n == number && of == name)
            && let Some(found) = kept.remove(at)
        {
            let bytes = found.2.clone();
            kept.push_front(found);
            return Ok(bytes);
        }
        drop(kept);
        Ok(self.fetch(name, number)?.1)
    }
}

/// An object that is open for reading.
pub(crate) struct Object {
    reader: Arc<Reader>,
    name: String,
    size: u64,
    at: u64,
    piece: Option<(u64, Bytes)>,
}

impl Read for Object {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.size || into.is_empty() {
            return Ok(0);
        }
        let number = self.at / PIECE_BYTES;
        let bytes = match &self.piece {
            Some((n, bytes)) if *n == number => bytes.clone(),
            _ => {
                // Let go of first: the reader holds one piece, not two.
                self.piece = None;
                self.reader.piece(&self.name, number)?
            }
        };
        let from = usize::try_from(self.at % PIECE_BYTES).unwrap_or(usize::MAX);
        // Shorter than it was when it was opened.
        let rest = bytes.get(from..).filter(|rest| !rest.is_empty()).ok_or(io::ErrorKind::UnexpectedEof)?;
        let count = rest.len().min(into.len());
        into[..count].copy_from_slice(&rest[..count]);
        self.at += count as u64;
        self.piece = Some((number, bytes));
        Ok(count)
    }
}

impl Seek for Object {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.size.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

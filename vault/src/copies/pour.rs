//! Bytes moved from one file to another, and looked at on the way.

use crate::error::Result;
use jingui_schema::digest::{B3, FileMark};
use std::cell::RefCell;
use std::io::{self, Read};

/// Bytes moved at a time.
const PIECE_BYTES: usize = 256 << 10;

// Made once for each thread: for small files, making and clearing it anew would be the most of the work.
thread_local!(static PIECE: RefCell<Vec<u8>> = RefCell::new(vec![0; PIECE_BYTES]));

/// What came out of a source.
pub enum Poured {
    /// What was expected.
    Whole,
    /// Something else.
    Unfit(FileMark),
    /// It could not be read.
    Unread(io::Error),
}

/// Gives the bytes of a source to `take`, piece by piece, and says whether they are those of this size and digest.
///
/// Errors: those of `take`.
pub fn pour(
    source: &mut dyn Read,
    mark: FileMark,
    mut take: impl FnMut(&[u8]) -> Result<()>,
) -> Result<Poured> {
    PIECE.with_borrow_mut(|piece| {
        let (mut hasher, mut size) = (blake3::Hasher::new(), 0);
        loop {
            let read = match source.read(piece) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Ok(Poured::Unread(error)),
            };
            hasher.update(&piece[..read]);
            size += read as u64;
            // Longer than it should be, it is not this file, however much more there is.
            if size > mark.size {
                break;
            }
            take(&piece[..read])?;
        }
        let found = FileMark { size, b3: B3(*hasher.finalize().as_bytes()) };
        Ok(if found == mark { Poured::Whole } else { Poured::Unfit(found) })
    })
}

/// Size and digest of what a source gives.
pub fn mark_of(source: &mut dyn Read) -> io::Result<FileMark> {
    PIECE.with_borrow_mut(|piece| {
        let (mut hasher, mut size) = (blake3::Hasher::new(), 0);
        loop {
            match source.read(piece) {
                Ok(0) => return Ok(FileMark { size, b3: B3(*hasher.finalize().as_bytes()) }),
                Ok(read) => {
                    hasher.update(&piece[..read]);
                    size += read as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    })
}

//! ZIP archives, read where they lie: their directory is checked as a whole, their files are read straight out of them.
//!
//! Nothing is ever unpacked to a disk, so that no name in an archive becomes a path; a name that would lead outside refuses the
//! whole archive all the same. Names are UTF-8 or, as many Windows tools write them without saying so, GB18030.

use flate2::read::DeflateDecoder;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

mod directory; // what an archive says it holds
pub mod pack; // writing one
mod read_at; // what it lies in: a file, or memory

pub use directory::{ArchiveError, Entry, Hindrance};
pub use read_at::{ReadAt, Whole};

/// How much an archive may hold.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Entries at most.
    pub entries: u64,
    /// Bytes of one file, unpacked.
    pub entry_bytes: u64,
    /// Bytes of all files, unpacked.
    pub total_bytes: u64,
}

impl Limits {
    /// For archives of documents.
    pub const DOCUMENTS: Self = Self { entries: 200_000, entry_bytes: 4 << 30, total_bytes: 512 << 30 };
    /// For the archive that a spreadsheet file is.
    pub const SHEET: Self = Self { entries: 10_000, entry_bytes: 1 << 30, total_bytes: 2 << 30 };
}

/// Which state of a file was looked at: its size and when it was last written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Bytes.
    pub size: u64,
    /// Nanoseconds since 1970.
    pub modified: i64,
}

impl Stamp {
    /// Of what a system says of a file.
    pub fn of(meta: &std::fs::Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        let modified = meta.mtime().saturating_mul(1_000_000_000).saturating_add(meta.mtime_nsec());
        Self { size: meta.len(), modified }
    }
}

/// An archive that was looked through.
///
/// Invariant: no name in it leads outside or stands twice, no two files share bytes, none is over the limits.
#[derive(Debug)]
pub struct Archive {
    /// The state in which it was looked at.
    pub stamp: Stamp,
    /// The files in it, in the order of its directory; directories are left out.
    pub entries: Vec<Entry>,
}

impl Archive {
    /// Looks through an archive.
    pub fn open(file: &File, limits: Limits) -> Result<Self, ArchiveError> {
        let stamp = Stamp::of(&file.metadata().map_err(ArchiveError::Io)?);
        let entries = entries(file, stamp.size, limits)?;
        Ok(Self { stamp, entries })
    }
}

/// Looks through an archive of so many bytes: the files in it, in the order of its directory.
///
/// Invariant: as of [`Archive`].
pub fn entries(from: &(impl ReadAt + ?Sized), size: u64, limits: Limits) -> Result<Vec<Entry>, ArchiveError> {
    directory::read(from, size, limits)
}

/// Opens a file of an archive at its beginning.
///
/// - Errors: what is read differs from what the directory says (size, checksum, name), or cannot be unpacked. Damage in the
///   middle is met only when reading comes to it.
pub fn open_entry<'a>(file: impl ReadAt + Send + 'a, entry: &Entry) -> io::Result<Box<dyn Read + Send + 'a>> {
    if let Some(hindrance) = entry.hindrance {
        return Err(bad(hindrance.word()));
    }
    let at = directory::data_of(&file, entry)?;
    let end = at.checked_add(entry.packed).ok_or_else(|| bad("its size is out of range"))?;
    let section = Section { file, at, end };
    let inner: Box<dyn Read + Send + 'a> = match entry.deflated {
        true => Box::new(DeflateDecoder::new(io::BufReader::with_capacity(64 << 10, section))),
        false => Box::new(section),
    };
    let checksum = crc32fast::Hasher::new();
    Ok(Box::new(Checked { inner, left: entry.size, checksum, expected: entry.crc32, ended: false }))
}

/// The bytes of a file from one place to another.
struct Section<F> {
    file: F,
    at: u64,
    end: u64,
}

impl<F: ReadAt> Read for Section<F> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let room = usize::try_from(self.end - self.at).unwrap_or(usize::MAX).min(buf.len());
        let read = self.file.read_at(&mut buf[..room], self.at)?;
        if read == 0 && room > 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.at += read as u64;
        Ok(read)
    }
}

/// Gives as many bytes as were promised, and those that were promised.
struct Checked<'a> {
    inner: Box<dyn Read + Send + 'a>,
    left: u64,
    checksum: crc32fast::Hasher,
    expected: u32,
    ended: bool,
}

impl Read for Checked<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.ended || buf.is_empty() {
            return Ok(0);
        }
        if self.left == 0 {
            // A bomb goes on where its directory says it ends.
            if self.inner.read(&mut [0])? != 0 {
                return Err(bad("it is larger than the archive says"));
            }
            self.ended = true;
            return match self.checksum.clone().finalize() == self.expected {
                true => Ok(0),
                false => Err(bad("its checksum does not fit")),
            };
        }
        let room = usize::try_from(self.left).unwrap_or(usize::MAX).min(buf.len());
        let read = self.inner.read(&mut buf[..room])?;
        if read == 0 {
            return Err(bad("it is smaller than the archive says"));
        }
        self.checksum.update(&buf[..read]);
        self.left -= read as u64;
        Ok(read)
    }
}

fn bad(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

/// Says whether a file begins as an archive does.
pub fn is_archive(path: &Path) -> bool {
    let mut start = [0; 4];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut start));
    read.is_ok() && matches!(&start, b"PK\x03\x04" | b"PK\x05\x06")
}

#[cfg(test)]
mod tests;

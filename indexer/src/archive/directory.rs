//! The directory of a ZIP archive, checked as a whole before any file in it is looked at.
//!
//! Source: APPNOTE 6.3.9, sections 4.3 and 4.5 (ZIP64), 4.4.4 (names), Info-ZIP's field 0x7075 (names in UTF-8).

use super::{Limits, ReadAt};
use encoding_rs::GB18030;
use std::collections::HashSet;
use std::io;

const END_BYTES: usize = 22;
const END_MAGIC: u32 = 0x0605_4b50;
const END64_BYTES: usize = 56;
const END64_MAGIC: u32 = 0x0606_4b50;
const LOCATOR_BYTES: usize = 20;
const LOCATOR_MAGIC: u32 = 0x0706_4b50;
const CENTRAL_BYTES: usize = 46;
const CENTRAL_MAGIC: u32 = 0x0201_4b50;
const LOCAL_BYTES: usize = 30;
const LOCAL_MAGIC: u32 = 0x0403_4b50;
/// The longest comment that an archive can end with.
const COMMENT_BYTES_MAX: u64 = 65_535;
/// A directory of 200,000 entries with names of 200 bytes has some 50 MB.
const DIRECTORY_BYTES_MAX: u64 = 256 << 20;
const NAME_BYTES_MAX: usize = 4096;
const FLAG_ENCRYPTED: u16 = 1;
const FLAG_UTF8: u16 = 1 << 11;
const FIELD_ZIP64: u16 = 0x0001;
const FIELD_UNICODE_PATH: u16 = 0x7075;

/// A file in an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its path in the archive, parts parted by `/`.
    pub name: String,
    /// Bytes, unpacked.
    pub size: u64,
    /// Why it cannot be read, if it cannot.
    pub hindrance: Option<Hindrance>,
    pub(super) packed: u64,
    pub(super) crc32: u32,
    pub(super) deflated: bool,
    at: u64,
    raw: Box<[u8]>,
}

/// Why a file of an archive cannot be read, though it is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hindrance {
    /// It is encrypted.
    Encrypted,
    /// It is packed by a method other than "stored" and "deflated".
    Method,
    /// It is a link, a device, a pipe.
    NotAFile,
}

impl Hindrance {
    /// In words, for an error of input and output.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Encrypted => "it is encrypted",
            Self::Method => "it is packed by an unusual method",
            Self::NotAFile => "it is not a regular file",
        }
    }
}

/// Why an archive is refused.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// It cannot be read.
    #[error("the archive cannot be read")]
    Io(#[source] io::Error),
    /// It is no ZIP archive.
    #[error("it is no ZIP archive")]
    NotOne,
    /// Its directory does not hold together: which part.
    #[error("the archive is damaged ({0})")]
    Damaged(&'static str),
    /// It has more files than this.
    #[error("the archive has more than {limit} files")]
    TooMany {
        /// How many at most.
        limit: u64,
    },
    /// A file, or all of them, are larger than this.
    #[error("unpacked, {name:?} comes to more than {limit} bytes")]
    TooLarge {
        /// The file at which it became too much.
        name: String,
        /// Bytes at most.
        limit: u64,
    },
    /// A name leads outside.
    #[error("the name {name:?} leads outside the archive")]
    Escapes {
        /// The name.
        name: String,
    },
    /// A name stands twice.
    #[error("the name {name:?} stands twice in the archive")]
    Twice {
        /// The name.
        name: String,
    },
    /// Two files share bytes: the mark of an archive made to be enormous.
    #[error("files in the archive share bytes")]
    Overlap,
    /// A name is neither UTF-8 nor GB18030.
    #[error("the name {name:?} is in no known encoding")]
    Name {
        /// What can be read of it.
        name: String,
    },
}

type Result<T> = std::result::Result<T, ArchiveError>;

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
}

fn bytes_at(file: &(impl ReadAt + ?Sized), at: u64, len: usize) -> Result<Vec<u8>> {
    let mut bytes = vec![0; len];
    match file.read_exact_at(&mut bytes, at) {
        Ok(()) => Ok(bytes),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Err(ArchiveError::Damaged("end")),
        Err(error) => Err(ArchiveError::Io(error)),
    }
}

/// Where the directory is and how many entries it has.
struct End {
    entries: u64,
    bytes: u64,
    at: u64,
}

fn end(file: &(impl ReadAt + ?Sized), size: u64) -> Result<End> {
    if size < END_BYTES as u64 {
        return Err(ArchiveError::NotOne);
    }
    let tail_bytes = size.min(END_BYTES as u64 + COMMENT_BYTES_MAX);
    let tail_at = size - tail_bytes;
    let tail = bytes_at(file, tail_at, tail_bytes as usize)?;
    // The last one whose comment ends where the file does.
    let is_end = |at: &usize| {
        u32_at(&tail, *at) == END_MAGIC
            && *at + END_BYTES + usize::from(u16_at(&tail, *at + 20)) == tail.len()
    };
    let at = (0..=tail.len() - END_BYTES).rev().find(is_end).ok_or(ArchiveError::NotOne)?;
    let record = &tail[at..at + END_BYTES];
    let end_at = tail_at + at as u64;
    if [u16_at(record, 4), u16_at(record, 6)].iter().any(|disk| !matches!(disk, 0 | 0xffff)) {
        return Err(ArchiveError::Damaged("parts"));
    }
    let (mut entries, mut bytes) = (u64::from(u16_at(record, 10)), u64::from(u32_at(record, 12)));
    let mut directory_at = u64::from(u32_at(record, 16));
    let mut ends_at = end_at;
    let large = entries == 0xffff || bytes == 0xffff_ffff || directory_at == 0xffff_ffff;
    if large && end_at >= (LOCATOR_BYTES + END64_BYTES) as u64 {
        let locator = bytes_at(file, end_at - LOCATOR_BYTES as u64, LOCATOR_BYTES)?;
        if u32_at(&locator, 0) == LOCATOR_MAGIC {
            let end64_at = u64_at(&locator, 8);
            if end64_at.checked_add(END64_BYTES as u64).is_none_or(|end| end > end_at) {
                return Err(ArchiveError::Damaged("end"));
            }
            let end64 = bytes_at(file, end64_at, END64_BYTES)?;
            if u32_at(&end64, 0) != END64_MAGIC {
                return Err(ArchiveError::Damaged("end"));
            }
            (entries, bytes, directory_at) = (u64_at(&end64, 32), u64_at(&end64, 40), u64_at(&end64, 48));
            ends_at = end64_at;
        }
    }
    // Nothing stands between the directory and what ends it: an archive with a program before it is none of documents.
    if directory_at.checked_add(bytes) != Some(ends_at) {
        return Err(ArchiveError::Damaged("directory"));
    }
    Ok(End { entries, bytes, at: directory_at })
}

/// Reads the whole directory of an archive of so many bytes.
pub(super) fn read(file: &(impl ReadAt + ?Sized), size: u64, limits: Limits) -> Result<Vec<Entry>> {
    let end = end(file, size)?;
    if end.entries > limits.entries {
        return Err(ArchiveError::TooMany { limit: limits.entries });
    }
    if end.bytes > DIRECTORY_BYTES_MAX {
        return Err(ArchiveError::Damaged("directory"));
    }
    let bytes = bytes_at(file, end.at, end.bytes as usize)?;
    let mut rest = &bytes[..];
    let (mut entries, mut spans, mut total) = (Vec::new(), Vec::new(), 0u64);
    for _ in 0..end.entries {
        let (entry, is_directory, after) = central(rest)?;
        rest = after;
        // What its local header adds to this is not known yet; it only makes the span longer.
        let span_end = (entry.at.checked_add((LOCAL_BYTES + entry.raw.len()) as u64))
            .and_then(|at| at.checked_add(entry.packed))
            .filter(|span_end| *span_end <= end.at)
            .ok_or(ArchiveError::Damaged("directory"))?;
        spans.push((entry.at, span_end));
        if is_directory {
            continue;
        }
        total = total.saturating_add(entry.size);
        for (found, limit) in [(entry.size, limits.entry_bytes), (total, limits.total_bytes)] {
            if found > limit {
                return Err(ArchiveError::TooLarge { name: entry.name, limit });
            }
        }
        entries.push(entry);
    }
    if !rest.is_empty() {
        return Err(ArchiveError::Damaged("directory"));
    }
    spans.sort_unstable();
    if spans.windows(2).any(|pair| pair[0].1 > pair[1].0) {
        return Err(ArchiveError::Overlap);
    }
    let mut seen = HashSet::with_capacity(entries.len());
    if let Some(twice) = entries.iter().find(|entry| !seen.insert(entry.name.as_str())) {
        return Err(ArchiveError::Twice { name: twice.name.clone() });
    }
    drop(seen);
    Ok(entries)
}

/// Reads one entry of the directory; also says whether it is a directory itself, and what follows.
fn central(bytes: &[u8]) -> Result<(Entry, bool, &[u8])> {
    let damaged = ArchiveError::Damaged("directory");
    let (head, rest) = bytes.split_at_checked(CENTRAL_BYTES).ok_or(ArchiveError::Damaged("directory"))?;
    if u32_at(head, 0) != CENTRAL_MAGIC {
        return Err(damaged);
    }
    let [name_len, extra_len, comment_len] = [28, 30, 32].map(|at| usize::from(u16_at(head, at)));
    let (raw, rest) = rest.split_at_checked(name_len).ok_or(ArchiveError::Damaged("directory"))?;
    let (extra, rest) = rest.split_at_checked(extra_len).ok_or(ArchiveError::Damaged("directory"))?;
    let (_, rest) = rest.split_at_checked(comment_len).ok_or(damaged)?;

    let flags = u16_at(head, 8);
    let (mut packed, mut size) = (u64::from(u32_at(head, 20)), u64::from(u32_at(head, 24)));
    let mut at = u64::from(u32_at(head, 42));
    if let Some(mut wide) = field(extra, FIELD_ZIP64) {
        for value in [&mut size, &mut packed, &mut at] {
            if *value == 0xffff_ffff {
                let (number, after) = wide.split_at_checked(8).ok_or(ArchiveError::Damaged("directory"))?;
                (*value, wide) = (u64_at(number, 0), after);
            }
        }
    }
    let name = safe(decoded(raw, flags, extra)?)?;
    // What made it says in the upper byte of 4; Unix keeps the mode in the upper half of 38.
    let mode = if head[5] == 3 { u32_at(head, 38) >> 16 } else { 0 };
    let is_directory = name.ends_with('/') || mode & 0o170_000 == 0o040_000;
    let method = u16_at(head, 10);
    let hindrance = match () {
        () if !matches!(mode & 0o170_000, 0 | 0o100_000) => Some(Hindrance::NotAFile),
        () if flags & FLAG_ENCRYPTED != 0 => Some(Hindrance::Encrypted),
        () if !matches!(method, 0 | 8) => Some(Hindrance::Method),
        () => None,
    };
    let entry = Entry {
        name: name.trim_end_matches('/').to_owned(),
        size,
        hindrance,
        packed,
        crc32: u32_at(head, 16),
        deflated: method == 8,
        at,
        raw: raw.into(),
    };
    Ok((entry, is_directory, rest))
}

/// One of the extra fields of an entry.
fn field(mut extra: &[u8], id: u16) -> Option<&[u8]> {
    while let Some((head, rest)) = extra.split_at_checked(4) {
        let (data, rest) = rest.split_at_checked(usize::from(u16_at(head, 2)))?;
        if u16_at(head, 0) == id {
            return Some(data);
        }
        extra = rest;
    }
    None
}

/// A name as text.
fn decoded(raw: &[u8], flags: u16, extra: &[u8]) -> Result<String> {
    let unknown = || ArchiveError::Name { name: String::from_utf8_lossy(raw).into_owned() };
    if raw.is_empty() || raw.len() > NAME_BYTES_MAX {
        return Err(unknown());
    }
    if let Ok(text) = std::str::from_utf8(raw) {
        return Ok(text.to_owned());
    }
    if flags & FLAG_UTF8 != 0 {
        return Err(unknown());
    }
    // Version 1, the checksum of the name that it stands for, the name.
    if let Some([1, named @ ..]) = field(extra, FIELD_UNICODE_PATH)
        && named.len() > 4
        && u32_at(named, 0) == crc32fast::hash(raw)
        && let Ok(text) = std::str::from_utf8(&named[4..])
    {
        return Ok(text.to_owned());
    }
    let text = GB18030.decode_without_bom_handling_and_without_replacement(raw);
    text.map(std::borrow::Cow::into_owned).ok_or_else(unknown)
}

/// A name that leads nowhere but down, parts parted by `/`.
fn safe(name: String) -> Result<String> {
    let name = name.replace('\\', "/");
    let parts: Vec<&str> = name.split('/').filter(|part| *part != ".").collect();
    let drive = name.as_bytes().get(1) == Some(&b':');
    if name.starts_with('/') || drive || parts.contains(&"..") || name.contains('\0') || parts.is_empty() {
        return Err(ArchiveError::Escapes { name });
    }
    let inner = &parts[..parts.len() - 1];
    if inner.iter().any(|part| part.is_empty()) {
        return Err(ArchiveError::Name { name });
    }
    Ok(parts.join("/"))
}

/// Where the bytes of a file begin, by its local header.
pub(super) fn data_of(file: &impl ReadAt, entry: &Entry) -> io::Result<u64> {
    let mut head = [0; LOCAL_BYTES];
    file.read_exact_at(&mut head, entry.at)?;
    let (name_len, extra_len) = (u16_at(&head, 26), u16_at(&head, 28));
    let mut name = vec![0; usize::from(name_len)];
    file.read_exact_at(&mut name, entry.at + LOCAL_BYTES as u64)?;
    let method = u16_at(&head, 8);
    // Who shows one name in the directory and another beside the bytes wants to be read in two ways.
    if u32_at(&head, 0) != LOCAL_MAGIC || name[..] != entry.raw[..] || (method == 8) != entry.deflated {
        return Err(super::bad("its header does not fit the directory of the archive"));
    }
    Ok(entry.at + LOCAL_BYTES as u64 + u64::from(name_len) + u64::from(extra_len))
}

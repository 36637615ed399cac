//! Tails: whether the end of a file is there, as far as its kind tells.
//!
//! A scanner or a copy that is cut off leaves a file that begins well. Of kinds that say where they end this is looked
//! up; of all others stillness has to do.

use jingui_vault::fs::ReadFile;
use std::io::{self, BufRead, BufReader, Read, SeekFrom};

/// As much of the beginning is looked at.
const HEAD_BYTES: usize = 1024;
/// The end of a PDF stands in its last so many bytes, whatever some programs put behind it.
const PDF_TAIL_BYTES: u64 = 2048;
/// The end record of a ZIP with the longest comment it can have.
const ZIP_TAIL_BYTES: u64 = 22 + 65_535;

/// Whether the end of a file is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// It is, or the kind of file does not tell.
    There,
    /// It is not; the kind of file that it is.
    Missing(&'static str),
}

/// Looks at a file of so many bytes.
///
/// Errors: those of reading.
pub(super) fn end_of(file: &mut dyn ReadFile, size: u64) -> io::Result<End> {
    let mut head = Vec::with_capacity(HEAD_BYTES);
    file.seek(SeekFrom::Start(0))?;
    Read::take(&mut *file, HEAD_BYTES as u64).read_to_end(&mut head)?;
    let (kind, there) = match head.as_slice() {
        // Some programs put something before it.
        head if head.windows(5).any(|w| w == b"%PDF-") => {
            ("PDF", ends_as_pdf(&tail(file, size, PDF_TAIL_BYTES)?))
        }
        [0xff, 0xd8, 0xff, ..] => {
            let end = tail(file, size, 64)?;
            // Fill behind the end is common; anything else is looked at from the beginning.
            let end = &end[..end.iter().rposition(|b| *b != 0).map_or(0, |last| last + 1)];
            ("JPEG", end.ends_with(&[0xff, 0xd9]) || ends_as_jpeg(file)?)
        }
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => ("PNG", ends_as_png(file, size)?),
        [b'P', b'K', 3 | 5, 4 | 6, ..] => ("ZIP", ends_as_zip(&tail(file, size, ZIP_TAIL_BYTES)?)),
        _ => return Ok(End::There),
    };
    Ok(if there { End::There } else { End::Missing(kind) })
}

fn tail(file: &mut dyn ReadFile, size: u64, bytes: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(size.saturating_sub(bytes)))?;
    let mut tail = Vec::new();
    Read::take(file, bytes).read_to_end(&mut tail)?;
    Ok(tail)
}

fn ends_as_pdf(tail: &[u8]) -> bool {
    let Some(end) = tail.windows(5).rposition(|w| w == b"%%EOF") else { return false };
    // A file made for the web has a first end near its beginning, which says `startxref 0`.
    let before = &tail[..end];
    let Some(start) = before.windows(9).rposition(|w| w == b"startxref") else { return true };
    let number: Vec<u8> = before[start + 9..].iter().copied().filter(|b| !b.is_ascii_whitespace()).collect();
    number != b"0"
}

fn ends_as_zip(tail: &[u8]) -> bool {
    let ends = |at: usize| {
        let record = &tail[at..];
        record.len() >= 22
            && record.starts_with(b"PK\x05\x06")
            && record.len() == 22 + usize::from(u16::from_le_bytes([record[20], record[21]]))
    };
    (0..tail.len()).rev().any(ends)
}

/// Goes from chunk to chunk; their contents are passed over.
fn ends_as_png(file: &mut dyn ReadFile, size: u64) -> io::Result<bool> {
    let mut at = 8_u64;
    loop {
        let mut head = [0; 8];
        if at.saturating_add(12) > size {
            return Ok(false);
        }
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(&mut head)?;
        let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]);
        at = at.saturating_add(12 + u64::from(length));
        if &head[4..] == b"IEND" {
            return Ok(at <= size);
        }
    }
}

/// Goes from marker to marker, and through what is packed from byte to byte.
fn ends_as_jpeg(file: &mut dyn ReadFile) -> io::Result<bool> {
    file.seek(SeekFrom::Start(0))?;
    let mut file = BufReader::with_capacity(64 << 10, file);
    match walk_jpeg(&mut file) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        walked => walked.map(|()| true),
    }
}

/// Returns at the end mark.
fn walk_jpeg(file: &mut impl BufRead) -> io::Result<()> {
    loop {
        // What is between a segment and the next mark is packed data; a mark in it is no 0 and no restart.
        while byte(file)? != 0xff {}
        let mut mark = byte(file)?;
        while mark == 0xff {
            mark = byte(file)?;
        }
        match mark {
            0xd9 => return Ok(()),
            0x00 | 0x01 | 0xd0..=0xd8 => {}
            _ => {
                let length = u16::from_be_bytes([byte(file)?, byte(file)?]);
                let length = u64::from(length.saturating_sub(2));
                if io::copy(&mut file.take(length), &mut io::sink())? < length {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            }
        }
    }
}

fn byte(file: &mut impl Read) -> io::Result<u8> {
    let mut byte = [0];
    file.read_exact(&mut byte)?;
    Ok(byte[0])
}

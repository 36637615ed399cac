//! Bodies (卷内): the documents of one filing, sealed to an identity of their own.
//!
//! Knows the bytes of a body and nothing of covers, journal or places. A document goes through in pieces:
//! what is held in memory is bounded, however large the filing.

mod media; // what a file is
mod read; // reading back, opening, checking
mod sound; // whether a file can be opened at all
mod stored; // frames of what is packed already
mod write; // sealing

#[cfg(test)]
mod tests;

pub(crate) use read::Through;
pub use read::{Body, read_back};
pub(crate) use write::Sealing;
pub use write::write_body;

use crate::age1::SEALED_CHUNK_BYTES;
use aws_lc_rs::digest::{Context, SHA256};
use jingui_schema::cover::{Document, Manifest};
use jingui_schema::digest::FileMark;
use jingui_schema::digest::Sha256;
use jingui_schema::facts::{DocumentKind, Mark};
use jingui_schema::id::{RecordId, VaultId};
use jingui_schema::padme::padded;
use jingui_schema::time::Day;
use jingui_schema::{FORMAT, SUITE};
use std::ffi::OsStr;
use std::io::{self, Read};
use twox_hash::XxHash3_128;
use zeroize::Zeroizing;
use zstd::bulk::Compressor;
use zstd::stream::raw::{CParameter, Encoder};

/// A document up to this size is read once and held in memory until it is sealed.
const HELD_DOCUMENT_BYTES_MAX: usize = 4 << 20;
/// As many bytes of documents are held at once; what comes on top is read twice, whatever its size.
/// There is room for the tar headers between them, too.
const HELD_BYTES_MAX: usize = (32 << 20) + (64 << 10);
/// Documents are read, hashed and handed on in pieces of this size.
const PIECE_BYTES: usize = 256 << 10;
/// What zstd takes and gives at a time: its own block size.
const BLOCK_BYTES: usize = 128 << 10;
/// Sealed bytes are hashed and written in pieces of this size: a power of two, at which BLAKE3 is fastest.
const SEALED_BYTES: usize = 256 << 10;
/// Room for a piece, what is left over of the last one, and the chunk under way.
pub(crate) const SEALED_BUFFER_BYTES: usize = SEALED_BYTES + 2 * SEALED_CHUNK_BYTES;

/// Measured on one core (the ignored test `speed`): made-up Chinese text packs 3.62 : 1 at 404 MB/s with level 1,
/// 4.04 : 1 at 363 MB/s with level 3 (on real text dependencies.md has 2.17 at 295 and 2.39 at 140); what is packed
/// already, as PDFs are, stays as large with either, at 5.7 and 5.1 GB/s. So the faster one. Scans are stored: on a real JPEG
/// it comes down to 0.7 GB/s and finds nothing.
const ZSTD_LEVEL: i32 = 1;
/// Frames that want a larger window than 128 MiB are refused when reading; ours want 512 KiB.
const WINDOW_LOG_MAX: u32 = 27;

const MANIFEST_MEMBER: &str = "000-manifest.json";
pub(crate) const TAR_BLOCK_BYTES: u64 = 512;
pub(crate) const TAR_END: [u8; 1024] = [0; 1024];
const SKIPPABLE_MAGIC: [u8; 4] = 0x184D_2A50_u32.to_le_bytes();
const SKIPPABLE_HEADER_BYTES: u64 = 8;

/// Where a document's bytes come from; opened once or, when large, twice.
pub trait Source: Send {
    /// Original file name; it need not be UTF-8.
    fn name(&self) -> &OsStr;
    /// What messages call it: a path, printable as it is.
    fn describe(&self) -> String;
    /// Opens it at its beginning.
    fn open(&self) -> io::Result<Box<dyn Read + Send>>;
}

/// A document to be filed.
pub struct Incoming {
    /// Its bytes.
    pub source: Box<dyn Source>,
    /// What it is.
    pub kind: DocumentKind,
    /// A title of its own.
    pub title: Option<String>,
    /// What the clerk says of it.
    pub seen: Seen,
}

/// What somebody has seen of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Stamp, signature, original, sides.
    pub marks: Vec<Mark>,
    /// Its last day.
    pub until: Option<Day>,
    /// How many pages it has.
    pub pages: Option<u32>,
}

/// The numbers that the documents of a body have in their record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbers<'a> {
    /// One after the other, from this one.
    From(u32),
    /// Those of documents that were filed before; as many as there are documents.
    Known(&'a [u32]),
}

/// Whose body it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BodyHead<'a> {
    /// The vault.
    pub vault: VaultId,
    /// The record.
    pub record: RecordId,
    /// Which filing of the record, from 1.
    pub filing: u32,
    /// Numbers of its documents in the record, from 1.
    pub numbers: Numbers<'a>,
}

/// A body that was written: what the cover and the journal say of it.
pub struct SealedBody {
    /// `AGE-SECRET-KEY-1…`; belongs into the cover and nowhere else.
    pub identity: Zeroizing<String>,
    /// Size and BLAKE3 of the sealed file.
    pub mark: FileMark,
    /// The documents in it, in order.
    pub documents: Vec<Document>,
    /// By what their bytes are known again when they are read back.
    seen: Vec<Fingerprint>,
}

/// Scratch space for writing and reading back, one for each thread that files.
///
/// Units: some 2 MiB, and up to 32 MiB of documents held; what has grown is kept for the next filing.
pub struct Buffers {
    encoder: Encoder<'static>,
    /// Packs a member that is in memory as a whole, without copying it first.
    compressor: Compressor<'static>,
    /// Grows with what is packed at once.
    packed: Vec<u8>,
    piece: Box<[u8]>,
    sealed: Box<[u8]>,
    /// Grows up to [`HELD_BYTES_MAX`]; how much of it counts is known to the filing under way.
    held: Vec<u8>,
    unpacker: read::Unpacker,
}

impl Buffers {
    /// Allocates them.
    pub fn new() -> Self {
        let encoders = || {
            let (mut encoder, mut compressor) = (Encoder::new(ZSTD_LEVEL)?, Compressor::new(ZSTD_LEVEL)?);
            for parameter in [CParameter::ChecksumFlag(true), CParameter::ContentSizeFlag(true)] {
                encoder.set_parameter(parameter)?;
                compressor.set_parameter(parameter)?;
            }
            io::Result::Ok((encoder, compressor))
        };
        let (encoder, compressor) = encoders().expect("zstd accepts its own parameters");
        Self {
            encoder,
            compressor,
            packed: vec![0; BLOCK_BYTES],
            piece: zeroed(PIECE_BYTES),
            sealed: zeroed(SEALED_BUFFER_BYTES),
            held: Vec::new(),
            unpacker: read::Unpacker::new(),
        }
    }
}

impl Default for Buffers {
    fn default() -> Self {
        Self::new()
    }
}

/// SHA-256 of bytes that come in pieces.
pub(crate) struct Hasher(Context);

impl Hasher {
    pub(crate) fn new() -> Self {
        Self(Context::new(&SHA256))
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(crate) fn finish(self) -> Sha256 {
        Sha256(self.0.finish().as_ref().try_into().expect("SHA-256 has 32 bytes"))
    }
}

/// XXH3-128 of bytes that come in pieces: tells whether what comes back is what went in.
///
/// Made in the same pass as the SHA-256 that is recorded, at a twentieth of its cost. It guards against a fault of the disk,
/// the memory or the program between the two passes, not against people: whoever could forge it holds the document anyway.
struct Fingerprinter(XxHash3_128);

/// What it comes to.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Fingerprint(u128);

impl Fingerprinter {
    fn new() -> Self {
        Self(XxHash3_128::with_seed(0))
    }

    fn update(&mut self, bytes: &[u8]) {
        self.0.write(bytes);
    }

    fn finish(self) -> Fingerprint {
        Fingerprint(self.0.finish_128())
    }
}

fn zeroed(bytes: usize) -> Box<[u8]> {
    vec![0; bytes].into_boxed_slice()
}

/// What the first member of a body says.
///
/// Writer and reader both compute it, so that reading compares bytes and never parses.
fn manifest_of(vault: VaultId, record: RecordId, filing: u32, documents: &[Document]) -> Vec<u8> {
    let docs = documents.iter().map(Document::manifest).collect();
    let manifest = Manifest { v: FORMAT, suite: SUITE.to_owned(), vault, record, filing, docs };
    serde_json::to_vec(&manifest).expect("a manifest has only texts, numbers and lists")
}

/// The tar header of a member.
///
/// - Shape: ustar, type `0`, mode 0400, uid, gid and mtime 0, no names of people.
/// - Units: `size` in bytes; over 8 GiB − 1 it stands in base-256.
/// - Errors: when the name is none that a tar file can have; never for those of [`member_name`].
pub(crate) fn tar_header(member: &str, size: u64) -> io::Result<[u8; TAR_BLOCK_BYTES as usize]> {
    let mut header = tar::Header::new_ustar();
    header.set_path(member)?;
    header.set_entry_type(tar::EntryType::Regular);
    header.set_mode(0o400);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header.set_size(size);
    header.set_cksum();
    Ok(*header.as_bytes())
}

/// How many zero bytes follow a member of this size, up to a whole tar block.
pub(crate) fn tar_fill(size: u64) -> u64 {
    (TAR_BLOCK_BYTES - size % TAR_BLOCK_BYTES) % TAR_BLOCK_BYTES
}

/// What a document is called inside the body: its number and, where harmless, its extension.
fn member_name(no: u32, name: &OsStr) -> String {
    let extension = std::path::Path::new(name).extension().and_then(OsStr::to_str).unwrap_or_default();
    let harmless = (1..=8).contains(&extension.len()) && extension.bytes().all(|b| b.is_ascii_alphanumeric());
    format!("{no:03}.{}", if harmless { extension.to_ascii_lowercase() } else { "bin".to_owned() })
}

/// To what length so many bytes of frames are filled up: a Padmé size that leaves room for a skippable header.
fn filled(frames: u64) -> u64 {
    let mut total = padded(frames);
    while (1..SKIPPABLE_HEADER_BYTES).contains(&(total - frames)) {
        total = padded(total + 1);
    }
    total
}

/// Fills frames up to such a length with skippable ones.
pub(crate) fn fill(frames: &mut Vec<u8>) {
    let mut rest = filled(frames.len() as u64) - frames.len() as u64;
    while rest > 0 {
        let payload = fill_payload(rest);
        frames.extend(SKIPPABLE_MAGIC);
        frames.extend(payload.to_le_bytes());
        frames.resize(frames.len() + payload as usize, 0);
        rest -= SKIPPABLE_HEADER_BYTES + u64::from(payload);
    }
}

/// The payload of the next skippable frame when so many bytes are still to be filled.
///
/// Invariant: `rest` is at least a skippable header, and so is what remains, unless it is nothing.
fn fill_payload(rest: u64) -> u32 {
    let payload = rest - SKIPPABLE_HEADER_BYTES;
    // Less than the most that fits, so that the last frame has room for its header.
    u32::try_from(payload).unwrap_or(u32::MAX - SKIPPABLE_HEADER_BYTES as u32)
}

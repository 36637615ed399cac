//! Files of the index as they are read: any stretch of bytes, out of pieces that are opened once and kept.

use super::Place;
use super::map::Named;
use jingui_vault::age1::{self, CHUNK_BYTES, HEADER_BYTES_MAX, PayloadKey, SEALED_CHUNK_BYTES};
use jingui_vault::fs::ReadFile;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::fmt;
use std::io::{self, Read, SeekFrom};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use tantivy::HasLen;
use tantivy::directory::{FileHandle, OwnedBytes};

/// Which piece: the number of the file (given anew with each opening) and of the chunk in it.
type Key = (u32, u32);
/// Which stretch of a file: its number, first byte and end.
type Span = (u32, usize, usize);

/// How long a stretch over several pieces is to be kept in one: shorter ones are put together in no time, and were so many
/// that forgetting those of a file took longer than merging it; longer ones are whole files.
const JOINED_BYTES: Range<usize> = 1 << 10..4 << 20;

#[derive(Clone)]
struct ByBytes;

impl Weighter<Key, Arc<[u8]>> for ByBytes {
    fn weight(&self, _: &Key, piece: &Arc<[u8]>) -> u64 {
        piece.len() as u64 + 64
    }
}

impl Weighter<Span, OwnedBytes> for ByBytes {
    fn weight(&self, _: &Span, bytes: &OwnedBytes) -> u64 {
        bytes.len() as u64 + 64
    }
}

/// Opened pieces of all files of one directory, up to a number of bytes; and what was found damaged.
#[derive(Clone)]
pub(super) struct Pieces(Arc<Shared>);

struct Shared {
    cache: Cache<Key, Arc<[u8]>, ByBytes>,
    /// What reached over several pieces, in one: the lists of common terms, which are asked for again and again.
    joined: Cache<Span, OwnedBytes, ByBytes>,
    damage: Mutex<Option<String>>,
}

impl Pieces {
    pub(super) fn new(bytes: u64) -> Self {
        // Half for each: what is joined lies in pieces as well, until others are wanted more.
        let (bytes, pieces) = (bytes / 2, (bytes / 2 / CHUNK_BYTES as u64).max(16) as usize);
        let (cache, joined) =
            (Cache::with_weighter(pieces, bytes, ByBytes), Cache::with_weighter(pieces, bytes, ByBytes));
        Self(Arc::new(Shared { cache, joined, damage: Mutex::new(None) }))
    }

    pub(super) fn damage(&self) -> Option<String> {
        self.0.damage.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Remembers damage; the first is told.
    fn damaged(&self, file: &str, what: &str) -> io::Error {
        let said = format!("{file}: {what}");
        let mut damage = self.0.damage.lock().unwrap_or_else(PoisonError::into_inner);
        damage.get_or_insert_with(|| said.clone());
        io::Error::new(io::ErrorKind::InvalidData, said)
    }

    /// Forgets the pieces of a file that is no more.
    pub(super) fn forget(&self, file: &SealedFile) {
        for chunk in 0..file.chunks() {
            self.0.cache.remove(&(file.no, chunk as u32));
        }
        self.0.joined.retain(|(no, ..), _| *no != file.no);
    }
}

/// Bytes of a whole file on the disk.
pub(super) fn sealed_bytes(header_bytes: u64, plain: u64) -> u64 {
    let tags = plain.div_ceil(CHUNK_BYTES as u64).max(1) * (SEALED_CHUNK_BYTES - CHUNK_BYTES) as u64;
    header_bytes.saturating_add(plain).saturating_add(tags)
}

/// A sealed file that is open.
pub(super) struct SealedFile {
    no: u32,
    name: String,
    key: PayloadKey,
    begin: u64,
    bytes: usize,
    file: Mutex<Box<dyn ReadFile>>,
    pieces: Pieces,
}

impl SealedFile {
    /// Opens a file and checks that it is the one that is named; of the payload nothing is read.
    pub(super) fn open(place: &Place, pieces: &Pieces, no: u32, named: &Named) -> io::Result<Self> {
        let damaged = |what: &str| pieces.damaged(&named.file, what);
        let path = place.dir.join(&named.file);
        let mut file = place.env.fs.open_unlinked(&path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::InvalidInput => damaged("it is missing"),
            _ => error,
        })?;
        if file.seek(SeekFrom::End(0))? != sealed_bytes(named.header_bytes, named.bytes) {
            return Err(damaged("it has another length"));
        }
        file.seek(SeekFrom::Start(0))?;
        let mut prefix = Vec::with_capacity(HEADER_BYTES_MAX);
        (&mut file).take(HEADER_BYTES_MAX as u64).read_to_end(&mut prefix)?;
        let header = prefix.get(..usize::try_from(named.header_bytes).unwrap_or(usize::MAX));
        let same = header.is_some_and(|header| *blake3::hash(header).to_hex() == *named.header);
        if !same {
            return Err(damaged("it is another file than the one that was written"));
        }
        let (begin, key) =
            age1::open(&prefix, &place.identity).map_err(|error| damaged(&error.to_string()))?;
        let bytes = usize::try_from(named.bytes).map_err(|_| damaged("it is too large"))?;
        if begin as u64 != named.header_bytes {
            return Err(damaged("its header has another length"));
        }
        Ok(Self {
            no,
            name: named.file.clone(),
            key,
            begin: begin as u64,
            bytes,
            file: Mutex::new(file),
            pieces: pieces.clone(),
        })
    }

    pub(super) fn plain_bytes(&self) -> usize {
        self.bytes
    }

    fn chunks(&self) -> usize {
        self.bytes.div_ceil(CHUNK_BYTES).max(1)
    }

    fn piece(&self, chunk: usize) -> io::Result<Arc<[u8]>> {
        self.pieces.0.cache.get_or_insert_with(&(self.no, chunk as u32), || self.open_piece(chunk))
    }

    fn open_piece(&self, chunk: usize) -> io::Result<Arc<[u8]>> {
        let plain_bytes = (self.bytes - chunk * CHUNK_BYTES).min(CHUNK_BYTES);
        let mut sealed = vec![0; plain_bytes + SEALED_CHUNK_BYTES - CHUNK_BYTES];
        {
            let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
            file.seek(SeekFrom::Start(self.begin + (chunk * SEALED_CHUNK_BYTES) as u64))?;
            file.read_exact(&mut sealed).map_err(|error| match error.kind() {
                io::ErrorKind::UnexpectedEof => self.pieces.damaged(&self.name, "it ends early"),
                _ => error,
            })?;
        }
        let mut plain: Arc<[u8]> = Arc::from(vec![0; plain_bytes]);
        let into = Arc::get_mut(&mut plain).expect("nobody else has it yet");
        match self.key.open(chunk as u64, chunk + 1 == self.chunks(), &sealed, into) {
            true => Ok(plain),
            false => Err(self.pieces.damaged(&self.name, "a piece of it does not fit its tag")),
        }
    }
}

impl HasLen for SealedFile {
    fn len(&self) -> usize {
        self.bytes
    }
}

impl fmt::Debug for SealedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealedFile({})", self.name)
    }
}

impl FileHandle for SealedFile {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        if range.start > range.end || range.end > self.bytes {
            // Lengths inside a file are tantivy's; that they fit was checked with the tags.
            return Err(self.pieces.damaged(&self.name, "bytes behind its end are asked for"));
        }
        if range.is_empty() {
            return Ok(OwnedBytes::empty());
        }
        let (first, last) = (range.start / CHUNK_BYTES, (range.end - 1) / CHUNK_BYTES);
        if first == last {
            let piece = self.piece(first)?;
            let from = range.start - first * CHUNK_BYTES;
            return Ok(OwnedBytes::new(piece).slice(from..from + range.len()));
        }
        let join = || {
            let mut bytes = Vec::with_capacity(range.len());
            for chunk in first..=last {
                let piece = self.piece(chunk)?;
                let from = range.start.saturating_sub(chunk * CHUNK_BYTES);
                let to = (range.end - chunk * CHUNK_BYTES).min(piece.len());
                bytes.extend_from_slice(&piece[from..to]);
            }
            Ok(OwnedBytes::new(bytes))
        };
        match JOINED_BYTES.contains(&range.len()) {
            true => self.pieces.0.joined.get_or_insert_with(&(self.no, range.start, range.end), join),
            false => join(),
        }
    }
}

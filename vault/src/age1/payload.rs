//! The payload of an age file: chunks of 64 KiB, each sealed by itself, the last one marked as the last.
//!
//! Source: age-encryption.org/v1, "Payload" (the STREAM construction with ChaCha20-Poly1305).

use aws_lc_rs::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use std::io::{self, BufRead, Read, Seek, SeekFrom};
use std::sync::Arc;
use zeroize::Zeroizing;

/// Plaintext of a chunk; only the last one has less, and none but the first has nothing.
pub const CHUNK_BYTES: usize = 64 << 10;
/// A chunk as it lies: with its tag.
pub const SEALED_CHUNK_BYTES: usize = CHUNK_BYTES + TAG_BYTES;
const TAG_BYTES: usize = 16;

/// The key of one payload. Never used for another.
#[derive(Clone)]
pub struct PayloadKey(Arc<LessSafeKey>);

impl PayloadKey {
    pub(super) fn new(key: Zeroizing<[u8; 32]>) -> Self {
        let key = UnboundKey::new(&CHACHA20_POLY1305, &*key).expect("the key has 32 bytes");
        Self(Arc::new(LessSafeKey::new(key)))
    }

    /// Opens a whole payload that is in memory; how many bytes it has. `plain` is as long as the payload.
    pub(crate) fn open_all(&self, payload: &[u8], plain: &mut [u8]) -> Option<usize> {
        let chunks = payload.len().div_ceil(SEALED_CHUNK_BYTES).max(1);
        let mut bytes = 0;
        for no in 0..chunks {
            let sealed = &payload[no * SEALED_CHUNK_BYTES..payload.len().min((no + 1) * SEALED_CHUNK_BYTES)];
            let last = no + 1 == chunks;
            // Only the one chunk of an empty text is empty: else two files would have the same plaintext.
            let empty = last && no > 0 && sealed.len() == TAG_BYTES;
            if empty || !self.open(no as u64, last, sealed, &mut plain[bytes..]) {
                return None;
            }
            bytes += sealed.len() - TAG_BYTES;
        }
        Some(bytes)
    }

    /// Opens chunk number `index` (from 0) into `plain`, which has room for it; says whether it fits its tag.
    ///
    /// Whether it is the last one is part of what the tag says: a file that was cut does not open at its end.
    pub fn open(&self, index: u64, last: bool, sealed: &[u8], plain: &mut [u8]) -> bool {
        let Some((bytes, tag)) = sealed.split_at_checked(sealed.len().wrapping_sub(TAG_BYTES)) else {
            return false;
        };
        let Some(plain) = plain.get_mut(..bytes.len()) else { return false };
        self.0.open_separate_gather(nonce(index, last), Aad::empty(), bytes, tag, plain).is_ok()
    }
}

/// Eleven bytes of counter, one byte that says whether it is the last.
fn nonce(index: u64, last: bool) -> Nonce {
    let mut nonce = [0; NONCE_LEN];
    nonce[3..11].copy_from_slice(&index.to_be_bytes());
    nonce[11] = u8::from(last);
    Nonce::assume_unique_for_key(nonce)
}

/// Seals the chunks of one payload, in order.
pub struct Sealer {
    key: PayloadKey,
    next: u64,
}

impl Sealer {
    /// Of a key that nothing has been sealed with.
    pub fn new(key: PayloadKey) -> Self {
        Self { key, next: 0 }
    }

    /// Seals a chunk in place: `chunk` is its plaintext with room for the tag behind it.
    ///
    /// Invariant: the plaintext has [`CHUNK_BYTES`], unless it is the last.
    pub fn chunk(&mut self, chunk: &mut [u8], last: bool) {
        let (plain, room) = chunk.split_at_mut(chunk.len() - TAG_BYTES);
        debug_assert!(if last { plain.len() <= CHUNK_BYTES } else { plain.len() == CHUNK_BYTES });
        let sealed = self.key.0.seal_in_place_separate_tag(nonce(self.next, last), Aad::empty(), plain);
        room.copy_from_slice(sealed.expect("64 KiB are not too many").as_ref());
        self.next += 1;
    }
}

/// Reads a payload. What it gives out has been authenticated, chunk by chunk.
///
/// - Errors: `InvalidData` where a chunk does not fit its tag, `UnexpectedEof` where the file ends before its last
///   chunk. That nothing is missing is known only when it has given 0 bytes, or after [`Reader::end`].
pub(crate) struct Reader<R> {
    from: R,
    key: PayloadKey,
    /// The next chunk to be read.
    next: u64,
    /// Whether the last one has been seen.
    ended: bool,
    sealed: Box<[u8]>,
    /// Bytes of the next chunk that are in `sealed` already.
    ahead: usize,
    plain: Zeroizing<Box<[u8]>>,
    start: usize,
    stop: usize,
}

impl<R: Read> Reader<R> {
    /// `from` stands behind the header and its nonce.
    pub(crate) fn new(from: R, key: PayloadKey) -> Self {
        let sealed = vec![0; SEALED_CHUNK_BYTES + 1].into_boxed_slice();
        let plain = Zeroizing::new(vec![0; CHUNK_BYTES].into_boxed_slice());
        Self { from, key, next: 0, ended: false, sealed, ahead: 0, plain, start: 0, stop: 0 }
    }

    fn next_chunk(&mut self) -> io::Result<()> {
        // One byte more than a chunk is asked for: where there is none, it is the last.
        let mut have = std::mem::take(&mut self.ahead);
        while have < self.sealed.len() {
            match self.from.read(&mut self.sealed[have..]) {
                Ok(0) => break,
                Ok(read) => have += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        let last = have < self.sealed.len();
        let chunk = &self.sealed[..have.min(SEALED_CHUNK_BYTES)];
        if !self.key.open(self.next, last, chunk, &mut self.plain) {
            let whole = last && chunk.len() == SEALED_CHUNK_BYTES;
            let cut =
                chunk.len() < TAG_BYTES || (whole && self.key.open(self.next, false, chunk, &mut self.plain));
            return Err(if cut { io::ErrorKind::UnexpectedEof } else { io::ErrorKind::InvalidData }.into());
        }
        (self.start, self.stop) = (0, chunk.len() - TAG_BYTES);
        if last && self.stop == 0 && self.next > 0 {
            // Two files would have the same plaintext.
            return Err(io::ErrorKind::InvalidData.into());
        }
        if !last {
            self.sealed[0] = self.sealed[SEALED_CHUNK_BYTES];
            self.ahead = 1;
        }
        self.ended = last;
        self.next += 1;
        Ok(())
    }
}

impl<R: Read + Seek> Reader<R> {
    /// Bytes of the plaintext; the last chunk is authenticated for it. `begin` is where the payload begins.
    ///
    /// Afterwards it stands at the end.
    pub(crate) fn end(&mut self, begin: u64) -> io::Result<u64> {
        let bytes = self.from.seek(SeekFrom::End(0))?.saturating_sub(begin);
        let chunks = bytes.div_ceil(SEALED_CHUNK_BYTES as u64).max(1);
        self.go_to_chunk(begin, chunks - 1)?;
        let held = self.fill_buf()?.len();
        self.start = self.stop;
        match self.ended {
            true => Ok((chunks - 1) * CHUNK_BYTES as u64 + held as u64),
            false => Err(io::ErrorKind::InvalidData.into()), // it grew while it was looked at
        }
    }

    /// Goes to a byte of the plaintext. `begin` is where the payload begins.
    ///
    /// Errors: besides those of reading, `UnexpectedEof` where there is no such byte.
    pub(crate) fn seek_to(&mut self, begin: u64, at: u64) -> io::Result<()> {
        self.go_to_chunk(begin, at / CHUNK_BYTES as u64)?;
        let within = (at % CHUNK_BYTES as u64) as usize;
        if within > 0 {
            if self.fill_buf()?.len() < within {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.start = within;
        }
        Ok(())
    }

    fn go_to_chunk(&mut self, begin: u64, chunk: u64) -> io::Result<()> {
        let at = chunk.checked_mul(SEALED_CHUNK_BYTES as u64).and_then(|at| at.checked_add(begin));
        self.from.seek(SeekFrom::Start(at.ok_or(io::ErrorKind::UnexpectedEof)?))?;
        (self.next, self.ended, self.ahead, self.start, self.stop) = (chunk, false, 0, 0, 0);
        Ok(())
    }
}

impl<R: Read> Read for Reader<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let ready = self.fill_buf()?;
        let taken = ready.len().min(into.len());
        into[..taken].copy_from_slice(&ready[..taken]);
        self.consume(taken);
        Ok(taken)
    }
}

impl<R: Read> BufRead for Reader<R> {
    /// The bytes at hand, those of the next chunk where there are none; empty at the end.
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.start == self.stop && !self.ended {
            self.next_chunk()?;
        }
        Ok(&self.plain[self.start..self.stop])
    }

    fn consume(&mut self, bytes: usize) {
        self.start += bytes;
    }
}

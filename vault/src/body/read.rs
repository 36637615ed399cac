//! Reading back what was written, opening one document, checking all of a body.
//!
//! Expects exactly the bytes that `write` lays down for what the cover says, and so parses nothing: a number in
//! the file never decides how much is allocated.

use super::*;
use crate::age1::{self, HEADER_BYTES_MAX, PayloadKey, Reader};
use crate::defects::defect;
use crate::env::Env;
use crate::error::{Doing, Error, Result};
use crate::fs::{Fs, ReadFile};
use crate::seal::{self, SealError};
use jingui_schema::digest::B3;
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use zstd::stream::raw::{DParameter, Decoder, InBuffer, Operation, OutBuffer};

/// Opens a body anew and compares all of it with what went in.
///
/// - Shape: size and BLAKE3 of the sealed bytes, manifest, tar headers, each document's size and fingerprint, the
///   tar end, the filling, and that nothing follows.
/// - Errors: `ReadBack` when anything differs, `Io` when the disk does not give the bytes.
pub fn read_back(
    env: &Env,
    path: &Path,
    sealed: &SealedBody,
    head: &BodyHead<'_>,
    buffers: &mut Buffers,
) -> Result<()> {
    if defect("no read-back of a body") {
        return Ok(());
    }
    let differs = || Error::ReadBack { path: path.display().to_string() };
    let identity = seal::parse_identity(&sealed.identity).map_err(|_| differs())?;
    let file = env.fs.open(path).doing("read back", path)?;
    let mut file = Hashing::new(file, &mut buffers.sealed[..SEALED_BYTES]);
    let compared = (|| {
        let (begin, key) = age1::open(file.fill()?, &identity)?;
        file.consume(begin);
        let mut frames = Frames::new(Reader::new(&mut file, key), &mut buffers.unpacker, 0);
        let mut seen = sealed.seen.iter();
        frames.check_all(head.vault, head.record, head.filing, &sealed.documents, |document| {
            seen.next().map_or(Known::By(document.sha256), |seen| Known::Again(*seen))
        })?;
        Ok(file.finish()? == sealed.mark)
    })();
    match compared {
        Ok(true) => Ok(()),
        Ok(false) | Err(Flaw::Damaged(_) | Flaw::OtherKey) => Err(differs()),
        Err(Flaw::Disk(source) | Flaw::Out(source)) => Err(source).doing("read back", path),
    }
}

/// Reads bodies from one end to the other; keeps what it needs for it from one to the next.
pub(crate) struct Through {
    sealed: Box<[u8]>,
    unpacker: Unpacker,
}

impl Through {
    /// Allocates it.
    pub fn new() -> Self {
        Self { sealed: zeroed(SEALED_BYTES), unpacker: Unpacker::new() }
    }

    /// Reads a body once: what all of it is, and inside, whether that is what its cover says, as of [`Body::check_all`].
    ///
    /// Errors: those of reading.
    pub fn check(
        &mut self,
        path: &Path,
        from: &mut dyn Read,
        identity: &str,
        (vault, record, filing): (VaultId, RecordId, u32),
        documents: &[Document],
    ) -> io::Result<(FileMark, Result<()>)> {
        let mut file = Hashing::new(from, &mut self.sealed);
        let checked = (|| {
            let identity = seal::parse_identity(identity).map_err(|_| Flaw::OtherKey)?;
            let (begin, key) = age1::open(file.fill()?, &identity)?;
            file.consume(begin);
            Frames::new(Reader::new(&mut file, key), &mut self.unpacker, 0).check_all(
                vault,
                record,
                filing,
                documents,
                |document| Known::By(document.sha256),
            )
        })();
        let mark = match checked {
            Err(Flaw::Disk(error)) => return Err(error),
            _ => file.finish()?,
        };
        Ok((mark, checked.map_err(|flaw| flaw.of(path, "read"))))
    }
}

/// A body open for reading.
pub struct Body {
    path: PathBuf,
    payload: Reader<Box<dyn ReadFile>>,
    /// Where the payload begins in the file.
    begin: u64,
    /// Bytes of age plaintext; the last chunk was authenticated when this was found.
    end: u64,
    unpacker: Unpacker,
}

impl Body {
    /// Opens a body with the identity from its cover, and makes sure that it was not cut short.
    ///
    /// Errors: `NotOpened` when it is sealed to another key, `FileDamaged`, `Io`.
    pub fn open(fs: &dyn Fs, path: &Path, identity: &str) -> Result<Self> {
        Self::of(path, fs.open(path).doing("open", path)?, identity)
    }

    /// The same of a file that is open already; `path` is only how errors name it.
    ///
    /// Errors: as of [`Body::open`].
    pub fn of(path: &Path, file: Box<dyn ReadFile>, identity: &str) -> Result<Self> {
        let identity = seal::parse_identity(identity)
            .map_err(|_| Error::NotOpened { path: path.display().to_string() })?;
        let (mut payload, begin) = payload(file, &identity).map_err(|flaw| flaw.of(path, "open"))?;
        let end = payload.end(begin).map_err(|error| Flaw::from(error).of(path, "open"))?;
        Ok(Self { path: path.to_owned(), payload, begin, end, unpacker: Unpacker::new() })
    }

    /// Writes one document out, reading no more of the body than its frame.
    ///
    /// - Shape: never more bytes than the cover says. They go out while they are being read, so only `Ok` says
    ///   that they are the document; until then the caller keeps them where they count for nothing.
    /// - Errors: `FileDamaged` when name, size, order or digest are not those of `document` (the digest is known
    ///   after the last byte); `Io` with "write out" when `out` refused.
    pub fn copy_document(&mut self, document: &Document, out: &mut dyn Write) -> Result<()> {
        let copied = self.frame(document, out);
        copied.map_err(|flaw| flaw.of(&self.path, "read"))
    }

    /// Reads one document and keeps nothing of it. Errors as [`Body::copy_document`].
    pub fn check_document(&mut self, document: &Document) -> Result<()> {
        self.copy_document(document, &mut io::sink())
    }

    /// Reads the body from one end to the other.
    ///
    /// - Shape: `documents` are those of this filing, in order; the manifest says the same of them, each lies where
    ///   the cover says, then come the tar end and zeros up to the Padmé size, and nothing after.
    /// - Errors: `FileDamaged`, `Io`.
    pub fn check_all(
        &mut self,
        vault: VaultId,
        record: RecordId,
        filing: u32,
        documents: &[Document],
    ) -> Result<()> {
        let mut check = || {
            self.payload.seek_to(self.begin, 0)?;
            Frames::new(&mut self.payload, &mut self.unpacker, 0).check_all(
                vault,
                record,
                filing,
                documents,
                |document| Known::By(document.sha256),
            )
        };
        let checked = check();
        checked.map_err(|flaw| flaw.of(&self.path, "read"))
    }

    fn frame(&mut self, document: &Document, out: &mut dyn Write) -> std::result::Result<(), Flaw> {
        if document.offset.checked_add(document.length).is_none_or(|end| end > self.end) {
            return Err(Flaw::damaged(format!("it ends before document {}", document.no)));
        }
        self.payload.seek_to(self.begin, document.offset)?;
        let frame = (&mut self.payload).take(document.length);
        let known = Known::By(document.sha256);
        Frames::new(frame, &mut self.unpacker, document.offset).document(document, known, out)
    }
}

/// What is wrong with a body, before it is said of which.
enum Flaw {
    /// The bytes are not those that were written.
    Damaged(String),
    /// Sealed to another key.
    OtherKey,
    /// The disk did not give the bytes.
    Disk(io::Error),
    /// The bytes could not be handed on.
    Out(io::Error),
}

impl Flaw {
    fn damaged(finding: impl Into<String>) -> Self {
        Self::Damaged(finding.into())
    }

    /// Says it of a body.
    fn of(self, path: &Path, doing: &str) -> Error {
        let path = path.display().to_string();
        match self {
            Self::Damaged(finding) => Error::FileDamaged { path, finding },
            Self::OtherKey => Error::NotOpened { path },
            Self::Disk(source) => Error::Io { doing: format!("{doing} {path}"), source },
            Self::Out(source) => Error::Io { doing: format!("write out of {path}"), source },
        }
    }
}

impl From<io::Error> for Flaw {
    /// Of an error while reading: a payload's own findings have these two kinds.
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::InvalidData => Self::damaged("the sealed bytes do not fit their tags"),
            io::ErrorKind::UnexpectedEof => Self::damaged("it is cut short"),
            _ => Self::Disk(error),
        }
    }
}

impl From<SealError> for Flaw {
    fn from(error: SealError) -> Self {
        match error {
            SealError::NotForKey => Self::OtherKey,
            SealError::Damaged(finding) => Self::damaged(finding),
        }
    }
}

/// Opens the header; the payload, and where it begins.
fn payload(
    mut file: Box<dyn ReadFile>,
    identity: &seal::Identity,
) -> std::result::Result<(Reader<Box<dyn ReadFile>>, u64), Flaw> {
    let mut prefix = Vec::with_capacity(HEADER_BYTES_MAX);
    (&mut file).take(HEADER_BYTES_MAX as u64).read_to_end(&mut prefix)?;
    let (begin, key): (_, PayloadKey) = age1::open(&prefix, identity)?;
    Ok((Reader::new(file, key), begin as u64))
}

/// What unpacking needs; kept from one body to the next.
pub(super) struct Unpacker {
    decoder: Decoder<'static>,
    plain: Box<[u8]>,
}

impl Unpacker {
    pub(super) fn new() -> Self {
        let decoder = || {
            let mut decoder = Decoder::new()?;
            decoder.set_parameter(DParameter::WindowLogMax(WINDOW_LOG_MAX))?;
            io::Result::Ok(decoder)
        };
        Self { decoder: decoder().expect("zstd accepts its own parameters"), plain: zeroed(BLOCK_BYTES) }
    }
}

/// By what a document is known.
#[derive(Clone, Copy)]
enum Known {
    /// The digest that its cover has.
    By(Sha256),
    /// What the same filing saw of it a moment ago.
    Again(Fingerprint),
}

/// A document's bytes on their way through, compared with what is known of them.
#[expect(clippy::large_enum_variant, reason = "one at a time, on the stack")]
enum Comparing {
    By(Hasher, Sha256),
    Again(Fingerprinter, Fingerprint),
}

impl Comparing {
    fn with(known: Known) -> Self {
        match known {
            Known::By(digest) => Self::By(Hasher::new(), digest),
            Known::Again(seen) => Self::Again(Fingerprinter::new(), seen),
        }
    }

    fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::By(hasher, _) => hasher.update(bytes),
            Self::Again(fingerprint, _) => fingerprint.update(bytes),
        }
    }

    fn same(self) -> bool {
        match self {
            Self::By(hasher, digest) => hasher.finish() == digest,
            Self::Again(fingerprint, seen) => fingerprint.finish() == seen,
        }
    }
}

/// A body's plaintext, taken frame by frame.
struct Frames<'a, R> {
    from: R,
    unpacker: &'a mut Unpacker,
    /// Where in the age plaintext the next byte to use lies.
    at: u64,
}

impl<'a, R: BufRead> Frames<'a, R> {
    fn new(from: R, unpacker: &'a mut Unpacker, at: u64) -> Self {
        Self { from, unpacker, at }
    }

    fn check_all(
        &mut self,
        vault: VaultId,
        record: RecordId,
        filing: u32,
        documents: &[Document],
        mut known: impl FnMut(&Document) -> Known,
    ) -> std::result::Result<(), Flaw> {
        let mut manifest = manifest_of(vault, record, filing, documents);
        let size = manifest.len() as u64;
        manifest.splice(0..0, tar_header(MANIFEST_MEMBER, size)?);
        manifest.resize(manifest.len() + tar_fill(size) as usize, 0);
        self.member("its manifest", &manifest, 0, |_| Ok(()))?;
        for document in documents {
            if self.at != document.offset {
                return Err(Flaw::damaged(format!("document {} lies elsewhere in it", document.no)));
            }
            self.document(document, known(document), &mut io::sink())?;
        }
        self.member("its tar end", &TAR_END, 0, |_| Ok(()))?;
        self.filling()
    }

    /// Takes the frame of one document, and nothing more, and hands its bytes on.
    fn document(
        &mut self,
        document: &Document,
        known: Known,
        out: &mut dyn Write,
    ) -> std::result::Result<(), Flaw> {
        let what = format!("document {}", document.no);
        let header = tar_header(&document.member, document.size)
            .map_err(|_| Flaw::damaged(format!("{what} has an impossible name in it")))?;
        let mut comparing = Comparing::with(known);
        self.member(&what, &header, document.size, |bytes| {
            comparing.update(bytes);
            out.write_all(bytes).map_err(Flaw::Out)
        })?;
        if document.offset.checked_add(document.length) != Some(self.at) {
            return Err(Flaw::damaged(format!("{what} has another length in it")));
        }
        if !comparing.same() {
            return Err(Flaw::damaged(format!("{what} is not what was filed")));
        }
        Ok(())
    }

    /// Takes one frame that must hold `head`, then `size` bytes for `sink`, then zeros up to a tar block.
    fn member(
        &mut self,
        what: &str,
        head: &[u8],
        size: u64,
        mut sink: impl FnMut(&[u8]) -> std::result::Result<(), Flaw>,
    ) -> std::result::Result<(), Flaw> {
        let other = || Flaw::damaged(format!("{what} is another one than the cover says"));
        let (mut head, mut size, mut fill) = (head, size, tar_fill(size));
        let mut open = true;
        self.unpacker.decoder.reinit()?;
        while open {
            let (mut piece, more) = self.unpack(what)?;
            open = more;
            if !head.is_empty() {
                let taken = head.len().min(piece.len());
                if piece[..taken] != head[..taken] {
                    return Err(other());
                }
                (head, piece) = (&head[taken..], &piece[taken..]);
            }
            let taken = size.min(piece.len() as u64);
            let (bytes, rest) = piece.split_at(taken as usize);
            if !bytes.is_empty() {
                sink(bytes)?;
            }
            size -= taken;
            if rest.len() as u64 > fill || rest.iter().any(|byte| *byte != 0) {
                return Err(other());
            }
            fill -= rest.len() as u64;
        }
        if head.is_empty() && size == 0 && fill == 0 { Ok(()) } else { Err(other()) }
    }

    /// Returns the next bytes of the frame, and whether it goes on after them.
    fn unpack(&mut self, what: &str) -> std::result::Result<(&[u8], bool), Flaw> {
        loop {
            let Unpacker { decoder, plain } = &mut *self.unpacker;
            let ready = self.from.fill_buf()?;
            let ended = ready.is_empty();
            let mut input = InBuffer::around(ready);
            let mut output = OutBuffer::around(&mut **plain);
            // The checksum at the end of each frame is checked in here.
            let left = decoder
                .run(&mut input, &mut output)
                .map_err(|_| Flaw::damaged(format!("{what} does not unpack")))?;
            let (used, made) = (input.pos(), output.pos());
            self.from.consume(used);
            self.at += used as u64;
            if made > 0 || left == 0 {
                return Ok((&self.unpacker.plain[..made], left > 0));
            }
            if ended {
                return Err(Flaw::damaged(format!("it ends within {what}")));
            }
            if used == 0 {
                return Err(Flaw::damaged(format!("{what} does not unpack")));
            }
        }
    }

    /// Takes skippable frames of zeros up to the Padmé size, and the end of the file.
    fn filling(&mut self) -> std::result::Result<(), Flaw> {
        let total = filled(self.at);
        while self.at < total {
            let mut header = [0; SKIPPABLE_HEADER_BYTES as usize];
            self.raw(header.len() as u64, |at, bytes| {
                header[at as usize..][..bytes.len()].copy_from_slice(bytes);
                true
            })?;
            let [m0, m1, m2, m3, l0, l1, l2, l3] = header;
            let payload = u32::from_le_bytes([l0, l1, l2, l3]);
            if [m0, m1, m2, m3] != SKIPPABLE_MAGIC || u64::from(payload) > total.saturating_sub(self.at) {
                return Err(Flaw::damaged("something else stands where its filling should be"));
            }
            self.raw(payload.into(), |_, bytes| bytes.iter().all(|byte| *byte == 0))?;
        }
        let more = !self.from.fill_buf()?.is_empty();
        if more || self.at != total { Err(Flaw::damaged("something follows its end")) } else { Ok(()) }
    }

    /// Takes so many bytes as they are; `good` is told where each piece lies among them.
    fn raw(&mut self, bytes: u64, mut good: impl FnMut(u64, &[u8]) -> bool) -> std::result::Result<(), Flaw> {
        let mut done = 0;
        while done < bytes {
            let ready = self.from.fill_buf()?;
            if ready.is_empty() {
                return Err(Flaw::damaged("it ends within its filling"));
            }
            let taken = (bytes - done).min(ready.len() as u64);
            if !good(done, &ready[..taken as usize]) {
                return Err(Flaw::damaged("its filling is not empty"));
            }
            self.from.consume(taken as usize);
            self.at += taken;
            done += taken;
        }
        Ok(())
    }
}

/// A sealed file that is hashed while it is read.
struct Hashing<'a, R> {
    file: R,
    hasher: blake3::Hasher,
    size: u64,
    buffer: &'a mut [u8],
    start: usize,
    end: usize,
}

impl<'a, R: Read> Hashing<'a, R> {
    fn new(file: R, buffer: &'a mut [u8]) -> Self {
        Self { file, hasher: blake3::Hasher::new(), size: 0, buffer, start: 0, end: 0 }
    }

    /// Reads on to the end of the file and returns what all of it is.
    fn finish(&mut self) -> io::Result<FileMark> {
        loop {
            let left = self.fill()?.len();
            if left == 0 {
                return Ok(FileMark { size: self.size, b3: B3(*self.hasher.finalize().as_bytes()) });
            }
            self.consume(left);
        }
    }

    /// The bytes at hand, the next ones where there are none; empty at the end.
    fn fill(&mut self) -> io::Result<&[u8]> {
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
            // Filled to the brim: pieces of one size, a power of two, are what BLAKE3 is fastest at.
            while self.end < self.buffer.len() {
                match self.file.read(&mut self.buffer[self.end..]) {
                    Ok(0) => break,
                    Ok(read) => self.end += read,
                    Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                    Err(e) => return Err(e),
                }
            }
            self.hasher.update(&self.buffer[..self.end]);
            self.size += self.end as u64;
        }
        Ok(&self.buffer[self.start..self.end])
    }

    fn consume(&mut self, bytes: usize) {
        self.start += bytes;
    }
}

impl<R: Read> Read for Hashing<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let ready = self.fill()?;
        let taken = ready.len().min(into.len());
        into[..taken].copy_from_slice(&ready[..taken]);
        self.consume(taken);
        Ok(taken)
    }
}

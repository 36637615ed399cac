//! Sealing: documents → tar members → zstd frames → age → the file, hashed on the way.

use super::sound::Tail;
use super::stored::Stored;
use super::*;
use crate::age1::{self, CHUNK_BYTES, SEALED_CHUNK_BYTES, Sealer};
use crate::env::Env;
use crate::error::{Doing, Error, Result};
use crate::fs::WriteFile;
use crate::seal;
use jingui_schema::digest::{B3, Sha256};
use jingui_schema::facts::Flaw;
use std::io::Write;
use std::ops::Range;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use zstd::stream::raw::{InBuffer, Operation, OutBuffer};

/// Seals documents into a new file and syncs it; the caller reads it back and syncs the directory.
///
/// - Shape: `FORMAT.md`, section "Bodies"; documents have the numbers of `head`, in the order given.
/// - Units: holds at most 32 MiB of documents in `buffers`; a larger document is read twice, piece by piece.
/// - Errors: `Source` when a document cannot be read, `SourceChanged` when its second reading differs from the
///   first, `TooMany` when the numbers run out, `Io` for the file written. After any of them the file is gone,
///   as far as the disk lets us remove it.
pub fn write_body(
    env: &Env,
    path: &Path,
    head: &BodyHead<'_>,
    incoming: &[Incoming],
    buffers: &mut Buffers,
) -> Result<SealedBody> {
    let (looks, documents, seen) = survey(head, incoming, buffers)?;
    let file = env.fs.create_new(path).doing("create", path)?;
    let written = seal_all(env, path, file, head, incoming, &looks, documents, buffers);
    let written = written.map(|(identity, mark, documents)| SealedBody { identity, mark, documents, seen });
    if written.is_err() {
        // A half-written body is of no use, and the reason why it is one counts more than whether this succeeds.
        let _ = env.fs.remove(path);
    }
    written
}

/// Where a document's bytes are after the first look.
enum Look {
    /// In `Buffers::held`, with room for the tar header before it and for the fill behind it.
    Held(Range<usize>),
    /// Still at their source.
    Left,
}

/// Reads every document once: size, digest and media type, and the bytes of the small ones.
fn survey(
    head: &BodyHead<'_>,
    incoming: &[Incoming],
    buffers: &mut Buffers,
) -> Result<(Vec<Look>, Vec<Document>, Vec<Fingerprint>)> {
    let numbers: Vec<u32> = match head.numbers {
        Numbers::From(first) => (first..u32::MAX).take(incoming.len()).collect(),
        Numbers::Known(known) => known.to_vec(),
    };
    if numbers.len() < incoming.len() {
        return Err(Error::TooMany { count: incoming.len().to_string(), limit: numbers.len().to_string() });
    }
    let mut looks = Vec::with_capacity(incoming.len());
    let mut documents = Vec::with_capacity(incoming.len());
    let mut fingerprints = Vec::with_capacity(incoming.len());
    let mut used = 0;
    for (no, Incoming { source, kind, title, seen: said }) in numbers.into_iter().zip(incoming) {
        let failed = |e| source_failed(&**source, &e);
        let mut from = source.open().map_err(failed)?;
        let seen =
            look(&mut *from, source.name(), used + TAR_BLOCK_BYTES as usize, buffers).map_err(failed)?;
        let begin = used + TAR_BLOCK_BYTES as usize;
        let held = begin..begin + seen.held;
        let name = source.name();
        looks.push(if seen.whole { Look::Held(held.clone()) } else { Look::Left });
        if seen.whole {
            used = held.end + tar_fill(seen.size) as usize;
        }
        fingerprints.push(seen.fingerprint);
        documents.push(Document {
            no,
            filing: head.filing,
            member: member_name(no, name),
            offset: 0, // Known once the frame is written, as is the length.
            length: 0,
            name: name.to_string_lossy().into_owned(),
            raw: name.to_str().is_none().then(|| hex::encode(name.as_bytes())),
            kind: *kind,
            title: title.clone(),
            media_type: seen.media.to_owned(),
            size: seen.size,
            sha256: seen.sha256,
            marks: said.marks.clone(),
            until: said.until,
            pages: said.pages,
            flaw: seen.flaw,
            filed: None,
        });
    }
    Ok((looks, documents, fingerprints))
}

struct FirstLook {
    size: u64,
    sha256: Sha256,
    fingerprint: Fingerprint,
    media: &'static str,
    flaw: Option<Flaw>,
    /// Bytes of it in `Buffers::held`.
    held: usize,
    /// Whether those are all of it.
    whole: bool,
}

fn look(from: &mut dyn Read, name: &OsStr, used: usize, buffers: &mut Buffers) -> io::Result<FirstLook> {
    // The fill behind it has to fit as well.
    let room = HELD_DOCUMENT_BYTES_MAX.min(HELD_BYTES_MAX.saturating_sub(used + TAR_BLOCK_BYTES as usize));
    let (mut hasher, mut fingerprint) = (Hasher::new(), Fingerprinter::new());
    let (mut start, mut tail) = (Vec::with_capacity(media::HEAD_BYTES), Tail::default());
    let (mut held, mut size) = (0, 0_u64);
    let whole = loop {
        let into = if held < room {
            grow(&mut buffers.held, used + room.min(held + PIECE_BYTES));
            &mut buffers.held[used + held..used + room.min(held + PIECE_BYTES)]
        } else {
            &mut buffers.piece[..]
        };
        let read = read_some(from, into)?;
        if read == 0 {
            break size == held as u64;
        }
        let piece = &into[..read];
        hasher.update(piece);
        fingerprint.update(piece);
        tail.update(piece);
        start.extend_from_slice(&piece[..read.min(media::HEAD_BYTES - start.len())]);
        if held < room {
            held += read;
        }
        size += read as u64;
    };
    if whole {
        let fill = tar_fill(size) as usize;
        grow(&mut buffers.held, used + held + fill);
        buffers.held[used + held..used + held + fill].fill(0);
    }
    let (sha256, fingerprint) = (hasher.finish(), fingerprint.finish());
    let media = media::media_type(&start, name);
    let flaw = tail.flaw(media, size);
    Ok(FirstLook { size, sha256, fingerprint, media, flaw, held, whole })
}

/// Makes the buffer at least so long, in few steps, and not much longer than it has to be.
fn grow(held: &mut Vec<u8>, bytes: usize) {
    if held.len() < bytes {
        let target = (2 * held.len()).min(HELD_BYTES_MAX).max(bytes);
        held.reserve_exact(target - held.len());
        held.resize(target, 0);
    }
}

fn read_some(from: &mut dyn Read, into: &mut [u8]) -> io::Result<usize> {
    loop {
        match from.read(into) {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

fn source_failed(source: &dyn Source, error: &io::Error) -> Error {
    Error::Source { path: source.describe(), why: error.to_string() }
}

#[expect(clippy::too_many_arguments, reason = "one call, whose parts have no life of their own together")]
fn seal_all(
    env: &Env,
    path: &Path,
    file: Box<dyn WriteFile>,
    head: &BodyHead<'_>,
    incoming: &[Incoming],
    looks: &[Look],
    mut documents: Vec<Document>,
    buffers: &mut Buffers,
) -> Result<(Zeroizing<String>, FileMark, Vec<Document>)> {
    let Buffers { encoder, compressor, packed, piece, sealed, held, .. } = buffers;
    let identity = seal::new_identity(env);
    let mut packer =
        Packer { out: Sealing::new(file, &identity.to_public(), sealed), at: 0, encoder, compressor, packed };

    let manifest = manifest_of(head.vault, head.record, head.filing, &documents);
    packer
        .member(MANIFEST_MEMBER, manifest.len() as u64, Pack::Packed, |feed| feed(&manifest))
        .doing("write", path)?;
    for ((document, look), Incoming { source, .. }) in documents.iter_mut().zip(looks).zip(incoming) {
        document.offset = packer.at;
        // What went wrong at the source must not look as if the vault's own disk had failed.
        let mut of_source = None;
        let pack = if media::packed(&document.media_type) { Pack::Stored } else { Pack::Packed };
        let written = match look {
            Look::Held(range) => packer.whole_member(&document.member, pack, held, range),
            Look::Left => packer.member(&document.member, document.size, pack, |feed| {
                read_again(&**source, document.size, &document.sha256, piece, feed, &mut of_source)
            }),
        };
        if let Some(error) = of_source {
            return Err(error);
        }
        written.doing("write", path)?;
        document.length = packer.at - document.offset;
    }
    packer.frame(TAR_END.len() as u64, Pack::Packed, |feed| feed(&TAR_END)).doing("write", path)?;
    let mark = packer.fill_and_sync(piece).doing("write", path)?;
    Ok((seal::identity_text(&identity), mark, documents))
}

/// How the bytes of a frame lie in it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pack {
    /// Packed by zstd.
    Packed,
    /// As they are: a file that is packed already.
    Stored,
}

type Feed<'a> = dyn FnMut(&[u8]) -> io::Result<()> + 'a;

/// Reads a large document for the second time, and makes sure that it is what the first reading saw.
fn read_again(
    source: &dyn Source,
    size: u64,
    sha256: &Sha256,
    piece: &mut [u8],
    feed: &mut Feed<'_>,
    of_source: &mut Option<Error>,
) -> io::Result<()> {
    let mut stop = |error: Error| {
        *of_source = Some(error);
        Err(io::ErrorKind::Other.into())
    };
    let changed = || Error::SourceChanged { path: source.describe() };
    let mut from = match source.open() {
        Ok(from) => from,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return stop(changed()),
        Err(e) => return stop(source_failed(source, &e)),
    };
    let mut hasher = Hasher::new();
    let mut left = size;
    loop {
        // With nothing left, one byte more is asked for: the file may have grown.
        let want = left.clamp(1, piece.len() as u64) as usize;
        let read = match read_some(&mut *from, &mut piece[..want]) {
            Ok(read) => read,
            Err(e) => return stop(source_failed(source, &e)),
        };
        if read == 0 {
            break;
        }
        if left == 0 {
            return stop(changed());
        }
        hasher.update(&piece[..read]);
        feed(&piece[..read])?;
        left -= read as u64;
    }
    if left > 0 || hasher.finish() != *sha256 {
        return stop(changed());
    }
    Ok(())
}

/// Writes frames into the age stream and counts where it is.
struct Packer<'a> {
    out: Sealing<'a>,
    /// Bytes of age plaintext so far.
    at: u64,
    encoder: &'a mut Encoder<'static>,
    compressor: &'a mut Compressor<'static>,
    packed: &'a mut Vec<u8>,
}

impl Packer<'_> {
    /// One whole tar member as a frame of its own; `bytes` feeds exactly `size` bytes.
    fn member(
        &mut self,
        name: &str,
        size: u64,
        pack: Pack,
        bytes: impl FnOnce(&mut Feed<'_>) -> io::Result<()>,
    ) -> io::Result<()> {
        let header = tar_header(name, size)?;
        let fill = tar_fill(size);
        self.frame(TAR_BLOCK_BYTES + size + fill, pack, |feed| {
            feed(&header)?;
            bytes(feed)?;
            feed(&[0; TAR_BLOCK_BYTES as usize][..fill as usize])
        })
    }

    /// The same of a document that is in memory, with room for header and fill around it.
    fn whole_member(
        &mut self,
        name: &str,
        pack: Pack,
        held: &mut [u8],
        document: &Range<usize>,
    ) -> io::Result<()> {
        let size = document.len() as u64;
        let begin = document.start - TAR_BLOCK_BYTES as usize;
        held[begin..document.start].copy_from_slice(&tar_header(name, size)?);
        let member = &held[begin..document.end + tar_fill(size) as usize];
        if pack == Pack::Stored {
            return self.frame(member.len() as u64, pack, |feed| feed(member));
        }
        let most = zstd::zstd_safe::compress_bound(member.len());
        if self.packed.len() < most {
            self.packed.resize(most, 0);
        }
        let packed = self.compressor.compress_to_buffer(member, &mut self.packed[..])?;
        self.at += packed as u64;
        self.out.write_all(&self.packed[..packed])
    }

    /// One frame; `bytes` feeds exactly `size` bytes, else zstd refuses at its end.
    fn frame(
        &mut self,
        size: u64,
        pack: Pack,
        bytes: impl FnOnce(&mut Feed<'_>) -> io::Result<()>,
    ) -> io::Result<()> {
        let Self { out, at, encoder, packed, .. } = self;
        if pack == Pack::Stored {
            let mut put = |bytes: &[u8]| {
                *at += bytes.len() as u64;
                out.write_all(bytes)
            };
            let (mut frame, header) = Stored::begin(size);
            put(&header)?;
            bytes(&mut |bytes| frame.blocks(bytes, &mut put))?;
            return put(&frame.end()?);
        }
        encoder.reinit()?;
        encoder.set_pledged_src_size(Some(size))?;
        bytes(&mut |bytes| {
            let mut input = InBuffer::around(bytes);
            while input.pos() < bytes.len() {
                let mut output = OutBuffer::around(&mut packed[..]);
                encoder.run(&mut input, &mut output)?;
                *at += output.pos() as u64;
                out.write_all(output.as_slice())?;
            }
            Ok(())
        })?;
        loop {
            let mut output = OutBuffer::around(&mut packed[..]);
            let left = encoder.finish(&mut output, true)?;
            *at += output.pos() as u64;
            out.write_all(output.as_slice())?;
            if left == 0 {
                return Ok(());
            }
        }
    }

    /// Fills up to the Padmé size, ends the age file and syncs it.
    fn fill_and_sync(mut self, zeros: &mut [u8]) -> io::Result<FileMark> {
        zeros.fill(0);
        let mut rest = filled(self.at) - self.at;
        while rest > 0 {
            let payload = fill_payload(rest);
            self.out.write_all(&SKIPPABLE_MAGIC)?;
            self.out.write_all(&payload.to_le_bytes())?;
            let mut left = payload as usize;
            while left > 0 {
                let piece = left.min(zeros.len());
                self.out.write_all(&zeros[..piece])?;
                left -= piece;
            }
            rest -= SKIPPABLE_HEADER_BYTES + u64::from(payload);
        }
        self.out.finish()
    }
}

/// The sealed file on its way to the disk: what is written is sealed where it lies, hashed and handed on.
pub(crate) struct Sealing<'a> {
    file: Box<dyn WriteFile>,
    hasher: blake3::Hasher,
    size: u64,
    sealer: Sealer,
    /// The header or sealed chunks, then the plaintext of the chunk under way.
    buffer: &'a mut [u8],
    /// Where that chunk begins in the buffer.
    chunk: usize,
    /// How much of it there is.
    filled: usize,
}

impl<'a> Sealing<'a> {
    pub(crate) fn new(file: Box<dyn WriteFile>, recipient: &seal::Recipient, buffer: &'a mut [u8]) -> Self {
        let (header, key) = age1::seal(recipient);
        buffer[..header.len()].copy_from_slice(&header);
        let (hasher, sealer) = (blake3::Hasher::new(), Sealer::new(key));
        Self { file, hasher, size: 0, sealer, buffer, chunk: header.len(), filled: 0 }
    }

    pub(crate) fn write_all(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            // Sealed only when more follows: the last chunk is marked as the last.
            if self.filled == CHUNK_BYTES {
                self.seal_chunk(false);
                if self.chunk >= SEALED_BYTES {
                    // Pieces of one size, a power of two: at these BLAKE3 is fastest.
                    self.spill(SEALED_BYTES)?;
                }
            }
            let taken = bytes.len().min(CHUNK_BYTES - self.filled);
            let to = self.chunk + self.filled;
            self.buffer[to..to + taken].copy_from_slice(&bytes[..taken]);
            self.filled += taken;
            bytes = &bytes[taken..];
        }
        Ok(())
    }

    fn seal_chunk(&mut self, last: bool) {
        let end = self.chunk + self.filled + (SEALED_CHUNK_BYTES - CHUNK_BYTES);
        self.sealer.chunk(&mut self.buffer[self.chunk..end], last);
        (self.chunk, self.filled) = (end, 0);
    }

    /// Hashes and writes so many of the sealed bytes; the rest moves to the front.
    fn spill(&mut self, bytes: usize) -> io::Result<()> {
        self.hasher.update(&self.buffer[..bytes]);
        self.file.write_all(&self.buffer[..bytes])?;
        self.size += bytes as u64;
        self.buffer.copy_within(bytes..self.chunk, 0);
        self.chunk -= bytes;
        Ok(())
    }

    /// Seals the last chunk, without which the file would count as cut short, and syncs.
    pub(crate) fn finish(mut self) -> io::Result<FileMark> {
        self.seal_chunk(true);
        self.spill(self.chunk)?;
        self.file.flush()?;
        self.file.sync()?;
        Ok(FileMark { size: self.size, b3: B3(*self.hasher.finalize().as_bytes()) })
    }
}

//! Sealing: documents → tar members → zstd frames → age → the file, hashed on the way.

use super::*;
use crate::env::Env;
use crate::error::{Doing, Error, Result};
use crate::fs::WriteFile;
use crate::seal;
use age::Encryptor;
use age::stream::StreamWriter;
use jingui_schema::digest::{B3, Sha256};
use sha2::Digest;
use std::io::Write;
use std::ops::Range;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use zstd::stream::raw::{InBuffer, Operation, OutBuffer};

/// Seals documents into a new file and syncs it; the caller reads it back and syncs the directory.
///
/// - Shape: `FORMAT.md`, section "Bodies"; documents are numbered on from `head.first_no`, in the order given.
/// - Units: holds at most 32 MiB of documents in `buffers`; a larger document is read twice, piece by piece.
/// - Errors: `Source` when a document cannot be read, `SourceChanged` when its second reading differs from the
///   first, `TooMany` when the numbers run out, `Io` for the file written. After any of them the file is gone,
///   as far as the disk lets us remove it.
pub fn write_body(
    env: &Env,
    path: &Path,
    head: &BodyHead,
    incoming: &[Incoming],
    buffers: &mut Buffers,
) -> Result<SealedBody> {
    let (looks, documents) = survey(head, incoming, buffers)?;
    let file = env.fs.create_new(path).doing("create", path)?;
    let written = seal_all(env, path, file, head, incoming, &looks, documents, buffers);
    if written.is_err() {
        // A half-written body is of no use, and the reason why it is one counts more than whether this succeeds.
        let _ = env.fs.remove(path);
    }
    written
}

/// Where a document's bytes are after the first look.
enum Look {
    /// In `Buffers::held`.
    Held(Range<usize>),
    /// Still at their source.
    Left,
}

/// Reads every document once: size, digest and media type, and the bytes of the small ones.
fn survey(
    head: &BodyHead,
    incoming: &[Incoming],
    buffers: &mut Buffers,
) -> Result<(Vec<Look>, Vec<Document>)> {
    let numbers = (head.first_no..u32::MAX).take(incoming.len());
    if numbers.len() < incoming.len() {
        let limit = u32::MAX - head.first_no;
        return Err(Error::TooMany { count: incoming.len().to_string(), limit: limit.to_string() });
    }
    let mut looks = Vec::with_capacity(incoming.len());
    let mut documents = Vec::with_capacity(incoming.len());
    let mut used = 0;
    for (no, Incoming { source, kind, title }) in numbers.zip(incoming) {
        let failed = |e| source_failed(&**source, &e);
        let mut from = source.open().map_err(failed)?;
        let seen = look(&mut *from, source.name(), used, buffers).map_err(failed)?;
        let held = used..used + seen.held;
        let name = source.name();
        looks.push(if seen.whole { Look::Held(held.clone()) } else { Look::Left });
        if seen.whole {
            used = held.end;
        }
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
        });
    }
    Ok((looks, documents))
}

struct Seen {
    size: u64,
    sha256: Sha256,
    media: &'static str,
    /// Bytes of it in `Buffers::held`.
    held: usize,
    /// Whether those are all of it.
    whole: bool,
}

fn look(from: &mut dyn Read, name: &OsStr, used: usize, buffers: &mut Buffers) -> io::Result<Seen> {
    let room = HELD_DOCUMENT_BYTES_MAX.min(HELD_BYTES_MAX - used);
    let mut hasher = sha2::Sha256::new();
    let mut start = Vec::with_capacity(media::HEAD_BYTES);
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
        start.extend_from_slice(&piece[..read.min(media::HEAD_BYTES - start.len())]);
        if held < room {
            held += read;
        }
        size += read as u64;
    };
    let sha256 = Sha256(hasher.finalize().into());
    Ok(Seen { size, sha256, media: media::media_type(&start, name), held, whole })
}

/// Makes the buffer at least so long, in few steps, and never longer than it may be.
fn grow(held: &mut Vec<u8>, bytes: usize) {
    if held.len() < bytes {
        let target = (2 * held.len()).clamp(bytes, HELD_BYTES_MAX);
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
    head: &BodyHead,
    incoming: &[Incoming],
    looks: &[Look],
    mut documents: Vec<Document>,
    buffers: &mut Buffers,
) -> Result<SealedBody> {
    let Buffers { encoder, packed, piece, sealed, held, .. } = buffers;
    let identity = seal::new_identity(env);
    let recipient = identity.to_public();
    let encryptor = Encryptor::with_recipients([&recipient as &dyn age::Recipient].into_iter())
        .expect("one X25519 recipient is always accepted");
    let out = encryptor.wrap_output(Sink::new(file, sealed)).doing("write", path)?;
    let mut packer = Packer { out, at: 0, encoder, packed };

    let manifest = manifest_of(head.vault, head.record, head.filing, &documents);
    packer.member(MANIFEST_MEMBER, manifest.len() as u64, |feed| feed(&manifest)).doing("write", path)?;
    for ((document, look), Incoming { source, .. }) in documents.iter_mut().zip(looks).zip(incoming) {
        document.offset = packer.at;
        // What went wrong at the source must not look as if the vault's own disk had failed.
        let mut of_source = None;
        let written = packer.member(&document.member, document.size, |feed| match look {
            Look::Held(range) => feed(&held[range.clone()]),
            Look::Left => read_again(&**source, document.size, &document.sha256, piece, feed, &mut of_source),
        });
        if let Some(error) = of_source {
            return Err(error);
        }
        written.doing("write", path)?;
        document.length = packer.at - document.offset;
    }
    packer.frame(TAR_END.len() as u64, |feed| feed(&TAR_END)).doing("write", path)?;
    let mark = packer.fill_and_sync(piece).doing("write", path)?;
    Ok(SealedBody { identity: seal::identity_text(&identity), mark, documents })
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
    let mut hasher = sha2::Sha256::new();
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
    if left > 0 || hasher.finalize()[..] != sha256.0 {
        return stop(changed());
    }
    Ok(())
}

/// Writes frames into the age stream and counts where it is.
struct Packer<'a> {
    out: StreamWriter<Sink<'a>>,
    /// Bytes of age plaintext so far.
    at: u64,
    encoder: &'a mut Encoder<'static>,
    packed: &'a mut [u8],
}

impl Packer<'_> {
    /// One whole tar member as a frame of its own; `bytes` feeds exactly `size` bytes.
    fn member(
        &mut self,
        name: &str,
        size: u64,
        bytes: impl FnOnce(&mut Feed<'_>) -> io::Result<()>,
    ) -> io::Result<()> {
        let header = tar_header(name, size)?;
        let fill = tar_fill(size);
        self.frame(TAR_BLOCK_BYTES + size + fill, |feed| {
            feed(&header)?;
            bytes(feed)?;
            feed(&[0; TAR_BLOCK_BYTES as usize][..fill as usize])
        })
    }

    /// One frame; `bytes` feeds exactly `size` bytes, else zstd refuses at its end.
    fn frame(&mut self, size: u64, bytes: impl FnOnce(&mut Feed<'_>) -> io::Result<()>) -> io::Result<()> {
        let Self { out, at, encoder, packed } = self;
        encoder.reinit()?;
        encoder.set_pledged_src_size(Some(size))?;
        bytes(&mut |bytes| {
            let mut input = InBuffer::around(bytes);
            while input.pos() < bytes.len() {
                let mut output = OutBuffer::around(&mut **packed);
                encoder.run(&mut input, &mut output)?;
                *at += output.pos() as u64;
                out.write_all(output.as_slice())?;
            }
            Ok(())
        })?;
        loop {
            let mut output = OutBuffer::around(&mut **packed);
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
        // Without this the last chunk is missing, and the file counts as cut short.
        self.out.finish()?.sync()
    }
}

/// The sealed file on its way to the disk.
struct Sink<'a> {
    file: Box<dyn WriteFile>,
    hasher: blake3::Hasher,
    size: u64,
    buffer: &'a mut [u8],
    used: usize,
}

impl<'a> Sink<'a> {
    fn new(file: Box<dyn WriteFile>, buffer: &'a mut [u8]) -> Self {
        Self { file, hasher: blake3::Hasher::new(), size: 0, buffer, used: 0 }
    }

    fn spill(&mut self) -> io::Result<()> {
        let bytes = &self.buffer[..self.used];
        self.hasher.update(bytes);
        self.file.write_all(bytes)?;
        self.size += bytes.len() as u64;
        self.used = 0;
        Ok(())
    }

    fn sync(mut self) -> io::Result<FileMark> {
        self.spill()?;
        self.file.flush()?;
        self.file.sync()?;
        Ok(FileMark { size: self.size, b3: B3(*self.hasher.finalize().as_bytes()) })
    }
}

impl Write for Sink<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.used == self.buffer.len() {
            self.spill()?;
        }
        let taken = bytes.len().min(self.buffer.len() - self.used);
        self.buffer[self.used..self.used + taken].copy_from_slice(&bytes[..taken]);
        self.used += taken;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        // Pieces keep their size; `sync` is what makes the bytes durable.
        Ok(())
    }
}

//! Writes a ZIP archive from beginning to end: what a spreadsheet file lies in.
//!
//! The same content gives the same bytes: no times, one way of packing. Archives stay under 4 GiB.

use flate2::Compression;
use flate2::write::DeflateEncoder;
use std::io::{self, Write};

/// Names are UTF-8, sizes stand behind the bytes.
const FLAGS: u16 = 1 << 11 | 1 << 3;
/// 1980-01-01, the first day that the format knows.
const DATE: u16 = 1 << 5 | 1;

/// An archive being written.
pub struct Pack<W: Write> {
    out: Counted<W>,
    directory: Vec<u8>,
    entries: u16,
}

struct Counted<W: Write> {
    out: W,
    bytes: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let written = self.out.write(buf)?;
        self.bytes += written as u64;
        Ok(written)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl<W: Write> Pack<W> {
    /// Begins an archive.
    pub fn new(out: W) -> Self {
        Self { out: Counted { out, bytes: 0 }, directory: Vec::new(), entries: 0 }
    }

    /// Begins a file in it; to be ended by [`Packed::end`].
    pub fn file(self, name: &str) -> io::Result<Packed<W>> {
        let Self { mut out, directory, entries } = self;
        let at = out.bytes;
        let mut head = Vec::with_capacity(64);
        head.extend_from_slice(b"PK\x03\x04");
        put16(&mut head, &[20, FLAGS, 8, 0, DATE]);
        head.extend_from_slice(&[0; 12]);
        put16(&mut head, &[name.len() as u16, 0]);
        head.extend_from_slice(name.as_bytes());
        out.write_all(&head)?;
        let begun = out.bytes;
        let encoder = DeflateEncoder::new(out, Compression::fast());
        let (checksum, name) = (crc32fast::Hasher::new(), name.to_owned());
        Ok(Packed { encoder, directory, entries, name, at, begun, checksum, size: 0 })
    }

    /// Writes the directory and returns what was written to.
    pub fn finish(mut self) -> io::Result<W> {
        let at = narrow(self.out.bytes)?;
        self.out.write_all(&self.directory)?;
        let mut end = Vec::with_capacity(22);
        end.extend_from_slice(b"PK\x05\x06");
        put16(&mut end, &[0, 0, self.entries, self.entries]);
        end.extend_from_slice(&narrow(self.directory.len() as u64)?.to_le_bytes());
        end.extend_from_slice(&at.to_le_bytes());
        put16(&mut end, &[0]);
        self.out.write_all(&end)?;
        Ok(self.out.out)
    }
}

/// A file of an archive being written.
pub struct Packed<W: Write> {
    encoder: DeflateEncoder<Counted<W>>,
    directory: Vec<u8>,
    entries: u16,
    name: String,
    at: u64,
    begun: u64,
    checksum: crc32fast::Hasher,
    size: u64,
}

impl<W: Write> Write for Packed<W> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let written = self.encoder.write(buf)?;
        self.checksum.update(&buf[..written]);
        self.size += written as u64;
        Ok(written)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.encoder.flush()
    }
}

impl<W: Write> Packed<W> {
    /// Ends the file.
    pub fn end(self) -> io::Result<Pack<W>> {
        let mut out = self.encoder.finish()?;
        let (crc, packed) = (self.checksum.finalize(), narrow(out.bytes - self.begun)?);
        let sizes = [crc, packed, narrow(self.size)?];
        let mut tail = b"PK\x07\x08".to_vec();
        sizes.iter().for_each(|value| tail.extend_from_slice(&value.to_le_bytes()));
        out.write_all(&tail)?;
        let mut directory = self.directory;
        directory.extend_from_slice(b"PK\x01\x02");
        put16(&mut directory, &[20, 20, FLAGS, 8, 0, DATE]);
        sizes.iter().for_each(|value| directory.extend_from_slice(&value.to_le_bytes()));
        put16(&mut directory, &[self.name.len() as u16, 0, 0, 0, 0]);
        directory.extend_from_slice(&[0; 4]);
        directory.extend_from_slice(&narrow(self.at)?.to_le_bytes());
        directory.extend_from_slice(self.name.as_bytes());
        Ok(Pack { out, directory, entries: self.entries + 1 })
    }
}

fn put16(into: &mut Vec<u8>, values: &[u16]) {
    values.iter().for_each(|value| into.extend_from_slice(&value.to_le_bytes()));
}

fn narrow(bytes: u64) -> io::Result<u32> {
    u32::try_from(bytes).map_err(|_| io::ErrorKind::FileTooLarge.into())
}

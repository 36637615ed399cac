//! A file of the index as it is written: sealed chunk by chunk, synced, then known.

use super::Sealed;
use super::map::Named;
use jingui_vault::age1::{self, CHUNK_BYTES, SEALED_CHUNK_BYTES, Sealer};
use jingui_vault::fs::WriteFile;
use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};
use tantivy::directory::{AntiCallToken, TerminatingWrite};

/// Where the plaintext of the next chunk gathers. Only when more than a chunk has come is it known not to be the last.
pub(super) struct Writer {
    sealed: Sealed,
    /// Tantivy's name for it.
    name: String,
    /// What the map will say.
    named: Named,
    /// Tantivy wants it shared between threads; nobody does.
    file: Mutex<Box<dyn WriteFile>>,
    sealer: Sealer,
    chunk: Vec<u8>,
    ended: bool,
}

impl Writer {
    pub(super) fn begin(sealed: Sealed, name: String) -> io::Result<Self> {
        let place = &sealed.0.place;
        let random = u128::from_be_bytes(place.env.bytes());
        let (header, key) = age1::seal(&place.identity.to_public());
        let named = Named {
            file: format!("{random:032x}"),
            bytes: 0,
            header_bytes: header.len() as u64,
            header: blake3::hash(&header).to_hex().to_string(),
        };
        let begun = place.env.fs.create_new(&place.dir.join(&named.file)).and_then(|mut file| {
            file.write_all(&header)?;
            Ok(file)
        });
        let file = match begun {
            Ok(file) => Mutex::new(file),
            Err(error) => {
                sealed.state().writing.remove(&name);
                return Err(error);
            }
        };
        let chunk = Vec::with_capacity(SEALED_CHUNK_BYTES);
        Ok(Self { sealed, name, named, file, sealer: Sealer::new(key), chunk, ended: false })
    }

    fn seal(&mut self, last: bool) -> io::Result<()> {
        self.named.bytes += self.chunk.len() as u64;
        self.chunk.resize(self.chunk.len() + SEALED_CHUNK_BYTES - CHUNK_BYTES, 0);
        self.sealer.chunk(&mut self.chunk, last);
        self.file.get_mut().unwrap_or_else(PoisonError::into_inner).write_all(&self.chunk)?;
        self.chunk.clear();
        Ok(())
    }
}

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.chunk.len() == CHUNK_BYTES && !bytes.is_empty() {
            self.seal(false)?;
        }
        let taken = bytes.len().min(CHUNK_BYTES - self.chunk.len());
        self.chunk.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(()) // a chunk is sealed once, when it is known whether it is the last
    }
}

impl TerminatingWrite for Writer {
    fn terminate_ref(&mut self, _: AntiCallToken) -> io::Result<()> {
        self.seal(true)?;
        self.file.get_mut().unwrap_or_else(PoisonError::into_inner).sync()?;
        self.ended = true;
        self.sealed.finished(&self.name, self.named.clone());
        Ok(())
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if !self.ended {
            // Given up: no map will name it. If it cannot be removed now, the next opening does.
            self.sealed.state().writing.remove(&self.name);
            let place = &self.sealed.0.place;
            let _ = place.env.fs.remove(&place.dir.join(&self.named.file));
        }
    }
}

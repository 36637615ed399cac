//! A file sent to a store, whole or in parts, on condition that nothing has its name.
//!
//! Neither a status nor a tag that the store gives back is taken as a sign that it has the bytes: it is asked for them.

use crate::fault::{Asked, Trouble};
use crate::lock::Locking;
use crate::request::Request;
use crate::store::Store;
use blake3::Hasher;
use http::Method;
use jingui_schema::digest::{B3, FileMark};
use jingui_vault::copies::{Lock, Poured, Put, pour};
use jingui_vault::{Error, Result};
use object_store::multipart::{MultipartStore, PartId};
use object_store::path::Path;
use object_store::{ObjectStore, PutMode, PutOptions, PutPayload};
use std::io::Read;

/// The most that is sent at a time, and held in memory for each file under way.
const PART_BYTES: u64 = 8 << 20;
/// S3 allows ten thousand.
const PARTS_MAX: u64 = 9_000;
/// What is read again is not held, so it is asked for in larger ranges.
const RANGE_BYTES: u64 = 8 << 20;

/// A file on its way.
pub(crate) struct Sending<'a> {
    pub store: &'a Store,
    pub name: &'a str,
    pub mark: FileMark,
    /// Whether the store keeps a condition.
    pub conditional: bool,
    /// How it is to be locked from the first moment on, where it is. A store that does not take that gets it without: the
    /// bytes come first, and whoever asks for locks reads them back.
    pub lock: Option<(&'a Locking, Lock)>,
}

/// What became of one that was sent.
enum Sent {
    /// The store says it has it; or had it when it was asked again after an answer was lost.
    Taken,
    /// Something had the name.
    Before,
}

impl Sending<'_> {
    /// Sends it.
    ///
    /// Errors: [`Error::InTheWay`], [`Error::ReadBack`], and what the store says.
    pub fn send(&self, source: &mut dyn Read) -> Result<Put> {
        let sent = match self.mark.size <= PART_BYTES {
            true => self.whole(source)?,
            false => self.parts(source)?,
        };
        match sent {
            Ok(sent) => self.look(sent),
            Err(put) => Ok(put),
        }
    }

    /// Reads what stands under the name, and says whether it is this file.
    pub fn is_this(&self) -> Result<bool> {
        match self.mark_there() {
            Ok(found) => Ok(found == Some(self.mark)),
            Err(trouble) => Err(self.store.error(trouble, self.name)),
        }
    }

    fn look(&self, sent: Sent) -> Result<Put> {
        match (self.is_this()?, sent) {
            (true, Sent::Taken) => Ok(Put::New),
            (true, Sent::Before) => Ok(Put::There),
            (false, Sent::Taken) => Err(Error::ReadBack { path: self.store.key(self.name) }),
            (false, Sent::Before) => Err(self.in_the_way()),
        }
    }

    pub fn in_the_way(&self) -> Error {
        Error::InTheWay { path: self.store.key(self.name), finding: "it has other bytes".into() }
    }

    /// Size and digest of what stands under the name; no further than this file would go.
    fn mark_there(&self) -> std::result::Result<Option<FileMark>, Trouble> {
        let (mut hasher, mut at) = (Hasher::new(), 0);
        loop {
            let end = (at + RANGE_BYTES).min(self.mark.size.max(1));
            let read = self.store.read(self.name, at..end, &mut |piece| {
                hasher.update(piece);
            });
            let size = match read {
                Ok(size) => size,
                Err(Trouble::Missing | Trouble::Beyond) => return Ok(None),
                Err(trouble) => return Err(trouble),
            };
            at = end;
            if at >= self.mark.size || size != self.mark.size {
                return Ok(Some(FileMark { size, b3: B3(*hasher.finalize().as_bytes()) }));
            }
        }
    }

    /// Sends it in one request; `Err` holds why nothing was sent.
    fn whole(&self, source: &mut dyn Read) -> Result<std::result::Result<Sent, Put>> {
        let mut bytes = Vec::with_capacity(usize::try_from(self.mark.size).unwrap_or_default());
        match pour(source, self.mark, |piece| {
            bytes.extend_from_slice(piece);
            Ok(())
        })? {
            Poured::Whole => {}
            Poured::Unfit(found) => return Ok(Err(Put::Unfit(found))),
            Poured::Unread(error) => return Ok(Err(Put::Unread(error))),
        }
        if let Some((locking, lock)) = self.lock {
            let request = locking.said(Request::of(Method::PUT, self.name).body(bytes), lock);
            let request = if self.conditional { request.if_free() } else { request };
            match self.until_known(|| locking.asking.done(&request)) {
                Err(error) if is_refusal(&error) => self.store.forget(),
                sent => return sent.map(Ok),
            }
            bytes = request.into_body();
        }
        let (path, payload) = (self.store.path(self.name), PutPayload::from(bytes));
        let mode = || if self.conditional { PutMode::Create } else { PutMode::Overwrite };
        self.until_known(|| {
            let options = PutOptions { mode: mode(), ..PutOptions::default() };
            self.store.s3.put_opts(&path, payload.clone(), options)
        })
        .map(Ok)
    }

    /// Asks for the end of an upload until it is known what became of it.
    ///
    /// What was cut off may have arrived all the same: it is looked for before anything is sent again.
    fn until_known<T, F: Future<Output = object_store::Result<T>>>(
        &self,
        mut question: impl FnMut() -> F,
    ) -> Result<Sent> {
        let mut turns = self.store.turns(self.name);
        let mut lost = false;
        loop {
            let trouble = match self.store.once(self.name, Asked::Write, question()) {
                Ok(_) => return Ok(Sent::Taken),
                // After an answer was lost this is most likely our own.
                Err(Trouble::Taken) if lost => return Ok(Sent::Taken),
                Err(Trouble::Taken) => return Ok(Sent::Before),
                Err(Trouble::Interrupted) => Err(self.store.error(Trouble::Interrupted, self.name))?,
                Err(trouble) => trouble,
            };
            lost = true;
            match (self.store.size(self.name), trouble) {
                // Also after a refusal: an upload that something on the way has ended twice is gone the second time.
                (Ok(Some(_)), _) => {
                    self.store.forget();
                    return Ok(Sent::Taken);
                }
                (Ok(None), Trouble::Passing(why)) => {
                    turns.next(why).map_err(|trouble| self.store.error(trouble, self.name))?;
                }
                (Err(trouble @ Trouble::Lasting(_)), Trouble::Passing(_)) | (_, trouble) => {
                    return Err(self.store.error(trouble, self.name));
                }
            }
        }
    }

    /// Sends it in parts; `Err` holds why it was not ended.
    fn parts(&self, source: &mut dyn Read) -> Result<std::result::Result<Sent, Put>> {
        let store = self.store;
        let path = store.path(self.name);
        let locked = self.lock.map(|(locking, lock)| locking.begin(self.name, lock)).transpose()?;
        let upload = match locked.flatten() {
            Some(upload) => upload,
            None => {
                let upload = store.ask(self.name, Asked::Write, || store.s3.create_multipart(&path));
                upload.map_err(|trouble| store.error(trouble, self.name))?
            }
        };
        let sent = self.parts_of(&path, &upload, source);
        if !matches!(sent, Ok(Ok(_))) {
            // Best effort: parts of an upload that was never ended are under no name; the store's own rule removes them.
            drop(store.once(self.name, Asked::Write, store.s3.abort_multipart(&path, &upload)));
        }
        sent
    }

    fn parts_of(
        &self,
        path: &Path,
        upload: &String,
        source: &mut dyn Read,
    ) -> Result<std::result::Result<Sent, Put>> {
        let store = self.store;
        let part_bytes = part_bytes(self.mark.size);
        let (mut part, mut parts): (Vec<u8>, Vec<PartId>) = (Vec::with_capacity(part_bytes), Vec::new());
        let send = |part: Vec<u8>, parts: &mut Vec<PartId>| -> Result<()> {
            let payload = PutPayload::from(part);
            let number = parts.len();
            let id = store
                .ask(self.name, Asked::Write, || store.s3.put_part(path, upload, number, payload.clone()));
            parts.push(id.map_err(|trouble| store.error(trouble, self.name))?);
            Ok(())
        };
        let poured = pour(source, self.mark, |mut piece| {
            while !piece.is_empty() {
                let (now, later) = piece.split_at(piece.len().min(part_bytes - part.len()));
                part.extend_from_slice(now);
                piece = later;
                if part.len() == part_bytes {
                    send(std::mem::replace(&mut part, Vec::with_capacity(part_bytes)), &mut parts)?;
                }
            }
            Ok(())
        })?;
        match poured {
            Poured::Whole => {}
            Poured::Unfit(found) => return Ok(Err(Put::Unfit(found))),
            Poured::Unread(error) => return Ok(Err(Put::Unread(error))),
        }
        if !part.is_empty() {
            send(part, &mut parts)?;
        }
        self.until_known(|| store.s3.complete_multipart(path, upload, parts.clone())).map(Ok)
    }
}

/// Whether a store does not take what it was asked to, rather than being away.
fn is_refusal(error: &Error) -> bool {
    matches!(error, Error::StoreDenied { .. } | Error::StoreReadOnly { .. } | Error::StoreRefused { .. })
}

/// How large the parts of a file of this size are.
fn part_bytes(size: u64) -> usize {
    let least = size.div_ceil(PARTS_MAX).next_multiple_of(1 << 20);
    usize::try_from(least.max(PART_BYTES)).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_small_and_not_too_many() {
        assert_eq!(part_bytes(9 << 20), 8 << 20);
        assert_eq!(part_bytes(70 << 30), 8 << 20);
        let tebibyte = part_bytes(1 << 40) as u64;
        assert!((1u64 << 40).div_ceil(tebibyte) <= PARTS_MAX && tebibyte <= 128 << 20, "{tebibyte}");
    }
}

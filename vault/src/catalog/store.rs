//! sled behind a fence: values are sealed here, and whatever goes wrong inside becomes an error.
//!
//! Knows no row and no posting.

use crate::env::Env;
use crate::error::{Doing, Error, Result};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use zeroize::Zeroizing;

/// Bytes of a keyed hash inside a posting: enough that no two of 2^40 agree by chance.
pub(super) const HASH_BYTES: usize = 12;
/// A keyed hash of something personal.
pub(super) type Hash = [u8; HASH_BYTES];

/// Bytes before the sealed part of a value: seq and nonce.
const HEAD_BYTES: usize = 8 + 12;

/// The catalog is not usable, and why in one line.
pub(super) fn damaged(why: impl Into<String>) -> Error {
    Error::Catalog { why: why.into() }
}

/// One open sled database.
pub(super) struct Store {
    /// `None` only while it is being dropped.
    db: Option<sled::Db>,
    /// Set by the first panic inside sled or failed batch: its state is not to be trusted afterwards.
    broken: AtomicBool,
    cipher: ChaCha20Poly1305,
    hash_key: Zeroizing<[u8; 32]>,
    env: Env,
    path: PathBuf,
}

impl Store {
    /// Opens a database, or makes an empty one.
    ///
    /// Errors: [`Error::Catalog`] for damage, [`Error::Io`] where the disk refuses or another process has it open.
    pub(super) fn open(env: &Env, dir: &Path, key: &[u8; 32], cache_bytes: u64) -> Result<Self> {
        let config = sled::Config::new()
            .path(dir)
            .cache_capacity(cache_bytes)
            .mode(sled::Mode::HighThroughput)
            .flush_every_ms(None);
        // sled's own threads let go of the lock some time after the last handle is gone, so that whoever opens
        // again at once in the same process finds it taken, now and then.
        let mut tries = 100;
        let db = loop {
            match catch_unwind(AssertUnwindSafe(|| config.open())) {
                Ok(Ok(db)) => break db,
                Ok(Err(error)) => match refused(dir, error) {
                    Error::Io { source, .. } if source.kind() == io::ErrorKind::WouldBlock && tries > 0 => {
                        tries -= 1;
                        std::thread::sleep(std::time::Duration::from_millis(20));
                    }
                    error => return Err(error),
                },
                Err(_) => return Err(damaged("sled panicked while opening it")),
            }
        };
        let derive = |what: &str| Zeroizing::new(blake3::derive_key(what, key));
        Ok(Self {
            db: Some(db),
            broken: AtomicBool::new(false),
            cipher: ChaCha20Poly1305::new((&*derive("jingui 0 catalog rows")).into()),
            hash_key: derive("jingui 0 catalog keys"),
            env: env.clone(),
            path: dir.to_owned(),
        })
    }

    /// The one place where sled runs: a panic inside becomes [`Error::Catalog`], now and on every later call.
    pub(super) fn call<T>(&self, f: impl FnOnce(&sled::Db) -> sled::Result<T>) -> Result<T> {
        let db = self.db.as_ref().expect("the database is there until it is dropped");
        if self.broken.load(Ordering::Acquire) {
            return Err(damaged("it failed before and must be opened again"));
        }
        match catch_unwind(AssertUnwindSafe(|| f(db))) {
            Ok(result) => result.map_err(|error| refused(&self.path, error)),
            Err(_) => {
                self.give_up();
                Err(damaged("sled panicked; it must be built anew"))
            }
        }
    }

    /// Ends the use of this database: a batch may lie in it by half.
    pub(super) fn give_up(&self) {
        self.broken.store(true, Ordering::Release);
    }

    /// An unsealed value.
    pub(super) fn plain(&self, key: &[u8]) -> Result<Option<Vec<u8>>> {
        Ok(self.call(|db| db.get(key))?.map(|value| value.to_vec()))
    }

    /// A sealed value and its seq.
    pub(super) fn get(&self, key: &[u8]) -> Result<Option<(u64, Vec<u8>)>> {
        match self.call(|db| db.get(key))? {
            None => Ok(None),
            Some(value) => self.unseal(key, &value).map(Some),
        }
    }

    /// Seals a value for a key.
    pub(super) fn seal(&self, key: &[u8], seq: u64, plain: &[u8]) -> Result<Vec<u8>> {
        let nonce = self.env.bytes::<12>();
        let payload = Payload { msg: plain, aad: &bound(key, seq) };
        let sealed = self.cipher.encrypt(Nonce::from_slice(&nonce), payload);
        let sealed = sealed.map_err(|_| damaged("a value is too large to seal"))?;
        let mut out = Vec::with_capacity(HEAD_BYTES + sealed.len());
        out.extend_from_slice(&seq.to_be_bytes());
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&sealed);
        Ok(out)
    }

    /// Opens a value found at a key.
    pub(super) fn unseal(&self, key: &[u8], value: &[u8]) -> Result<(u64, Vec<u8>)> {
        let wrong = || damaged(format!("the value at {} is not what was written", hex::encode(key)));
        let (head, sealed) = value.split_at_checked(HEAD_BYTES).ok_or_else(wrong)?;
        let (seq, nonce) = head.split_first_chunk::<8>().ok_or_else(wrong)?;
        let seq = u64::from_be_bytes(*seq);
        let payload = Payload { msg: sealed, aad: &bound(key, seq) };
        let plain = self.cipher.decrypt(Nonce::from_slice(nonce), payload).map_err(|_| wrong())?;
        Ok((seq, plain))
    }

    /// A keyed hash over a kind and parts of any length.
    pub(super) fn hash(&self, kind: u8, parts: &[&[u8]]) -> Hash {
        let mut bytes = vec![kind];
        for part in parts {
            // With their lengths, so that no two lists of parts give the same bytes.
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part);
        }
        let full = blake3::keyed_hash(&self.hash_key, &bytes);
        *full.as_bytes().first_chunk().expect("a BLAKE3 value has 32 bytes")
    }

    /// What only this key gives, so that a wrong key is told from damage.
    pub(super) fn check_value(&self) -> String {
        hex::encode(self.hash(b'v', &[b"check"]))
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // sled flushes while it is dropped, and may panic there as anywhere.
        let db = self.db.take();
        let _ = catch_unwind(AssertUnwindSafe(move || drop(db)));
    }
}

fn bound(key: &[u8], seq: u64) -> Vec<u8> {
    [key, &seq.to_be_bytes()].concat()
}

/// Sorts sled's errors by what the owner can do: the disk is not cured by a rebuild, the rest is.
fn refused(dir: &Path, error: sled::Error) -> Error {
    use io::ErrorKind::*;
    let doing = || format!("use the catalog in {}", dir.display());
    match error {
        sled::Error::Io(source) if source.to_string().contains("could not acquire lock") => {
            Error::Io { doing: doing(), source: io::Error::new(WouldBlock, "another process has it open") }
        }
        sled::Error::Io(source)
            if matches!(
                source.kind(),
                StorageFull | QuotaExceeded | ReadOnlyFilesystem | PermissionDenied
            ) =>
        {
            Error::Io { doing: doing(), source }
        }
        other => damaged(format!("sled reports {}", other.to_string().lines().next().unwrap_or_default())),
    }
}

/// Leaves an empty directory, mode 0700.
pub(super) fn empty(dir: &Path) -> Result<()> {
    match std::fs::remove_dir_all(dir) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error).doing("remove", dir),
        _ => {}
    }
    // The directory keeps others out; the modes of sled's files inside are its own.
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir).doing("make", dir)
}

/// The JSON of a small stored thing.
pub(super) fn json(value: &impl serde::Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(|error| damaged(format!("cannot be written as JSON: {error}")))
}

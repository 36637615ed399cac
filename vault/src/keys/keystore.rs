//! The keystore: epoch keys sealed to each person, escrow files for the CA, the log key.
//!
//! Does not know who may hold a copy, nor which epoch counts: the journal says so, and what lies here
//! without a journal line is a leftover. Never holds an unsealed epoch key on its device.
//!
//! ```text
//! KEYSTORE.toml       written last: where it is, the directories are
//! epochs/1/0001.age
//! escrow/1.age
//! log/log.key
//! log/head            the head that was signed last
//! *.new               cut off while being written; replaced or removed by the next writer
//! ```

use super::person::Person;
use super::{LogKey, Misread, read_identity_file, write_identity_file};
use crate::env::Env;
use crate::error::{Doing, Error, Result};
use crate::fs::{Kind, Stat, WriteFile};
use crate::seal::{self, SealError};
use crate::seal::{Identity, Recipient};
use jingui_schema::FORMAT;
use jingui_schema::act::EscrowMark;
use jingui_schema::digest::{FileMark, Salt, Sha256};
use jingui_schema::id::{StaffNo, VaultId};
use serde::Deserialize;
use std::fmt;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The most bytes of any file in a keystore; all are a few hundred.
pub const KEYSTORE_FILE_BYTES_MAX: u64 = 16 * 1024;

const MARKER: &str = "KEYSTORE.toml";
const DIRECTORIES: [&str; 3] = ["epochs", "escrow", "log"];
const ZEROS: [u8; 4096] = [0; 4096];

/// The key of one epoch, unlocked.
///
/// Invariant: `recipient` is that of the identity; only [`EpochKey::new`] makes one. Wiped when dropped.
#[derive(Clone)]
pub struct EpochKey {
    epoch: u32,
    identity: Identity,
    recipient: String,
}

impl fmt::Debug for EpochKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EpochKey({})", self.epoch)
    }
}

impl EpochKey {
    /// Joins an epoch and its identity, which came from an escrow file or a recovery sheet, say.
    pub fn new(epoch: u32, identity: Identity) -> Self {
        let recipient = identity.to_public().to_string();
        Self { epoch, identity, recipient }
    }

    /// Returns the epoch's number.
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// Returns the identity that opens its covers and notes.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Returns the age recipient, as the journal has it.
    pub fn recipient(&self) -> &str {
        &self.recipient
    }

    /// Returns the key that seals the index's files, which ends with the epoch.
    pub fn index_identity(&self) -> Identity {
        let secret = seal::identity_text(&self.identity);
        Identity::from_secret(Zeroizing::new(blake3::derive_key("jingui 0 index", secret.as_bytes())))
    }

    /// Returns the key that seals the catalog's rows, which ends with the epoch.
    pub fn catalog_key(&self) -> Zeroizing<[u8; 32]> {
        let secret = seal::identity_text(&self.identity);
        Zeroizing::new(blake3::derive_key("jingui 0 catalog", secret.as_bytes()))
    }
}

/// A new epoch, its copies durable, not yet in the journal.
#[derive(Debug)]
pub struct NewEpoch {
    /// Its key.
    pub key: EpochKey,
    /// Its escrow file, where a CA was named.
    pub escrow: Option<EscrowMark>,
}

/// What stood in an escrow file.
pub struct EscrowContent {
    /// The vault it is of.
    pub vault: VaultId,
    /// The epoch's key.
    pub key: EpochKey,
    /// What proves that the file was opened: its SHA-256 is the `proof` in the journal.
    pub answer: Salt,
}

impl fmt::Debug for EscrowContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EscrowContent({} {:?})", self.vault, self.key)
    }
}

/// A vault's keystore.
#[derive(Clone)]
pub struct Keystore {
    env: Env,
    dir: PathBuf,
    vault: VaultId,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Marker {
    #[serde(rename = "format")]
    _format: u32,
    vault: VaultId,
}

impl Keystore {
    /// Makes a keystore in a directory that is absent or holds no file of anybody's; its parent must exist.
    ///
    /// - Errors: [`Error::NotEmpty`]. What a cut-off `create` left is taken over, also that of another vault,
    ///   as long as there is no key in it. Directories of other people's are left alone.
    pub fn create(env: Env, dir: &Path, vault: VaultId) -> Result<Self> {
        let store = Self { env, dir: dir.to_owned(), vault };
        let fs = &store.env.fs;
        fs.create_dir(dir).doing("make", dir)?;
        // Also when it was there: the run that made it may have been cut off before this.
        let parent = dir.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs.sync_dir(parent).doing("sync", parent)?;
        let not_empty = || Error::NotEmpty { path: dir.display().to_string() };
        for (name, stat) in store.list(dir)? {
            let ours = match stat.kind {
                Kind::File => name == MARKER || name == format!("{MARKER}.new"),
                Kind::Directory => {
                    DIRECTORIES.contains(&name.as_str()) && store.list(&dir.join(&name))?.is_empty()
                }
                Kind::Other => false,
            };
            if !ours {
                return Err(not_empty());
            }
        }
        for name in DIRECTORIES {
            let path = dir.join(name);
            fs.create_dir(&path).doing("make", &path)?;
        }
        // Renamed into place last, when the names above are durable, so that a keystore with this file is a whole one.
        store.sync_dir(dir)?;
        store.replace(dir, MARKER, format!("format = {FORMAT}\nvault = \"{vault}\"\n").as_bytes())?;
        Ok(store)
    }

    /// Opens the keystore of a vault.
    ///
    /// Errors: [`Error::NoKeystore`], [`Error::TooNew`], [`Error::DraftFormat`], [`Error::OtherKeystore`];
    /// [`Error::FileDamaged`] for a `KEYSTORE.toml` that cannot be read as one.
    pub fn open(env: Env, dir: &Path, vault: VaultId) -> Result<Self> {
        let store = Self { env, dir: dir.to_owned(), vault };
        let path = dir.join(MARKER);
        let Some(bytes) = store.read(&path)? else {
            return Err(Error::NoKeystore { path: dir.display().to_string() });
        };
        let damaged = || damaged(&path);
        let text = std::str::from_utf8(&bytes).map_err(|_| damaged())?;
        let table: toml::Table = text.parse().map_err(|_| damaged())?;
        // Looked at before the rest: a newer form may have keys that we do not know.
        let format = table.get("format").and_then(toml::Value::as_integer);
        match format.and_then(|format| u64::try_from(format).ok()).ok_or_else(damaged)? {
            format if format == u64::from(FORMAT) => {}
            other => return Err(Error::of_format(path.display().to_string(), other)),
        }
        let marker: Marker = toml::Value::Table(table).try_into().map_err(|_| damaged())?;
        if marker.vault != vault {
            return Err(Error::OtherKeystore { path: dir.display().to_string() });
        }
        Ok(store)
    }

    /// Returns the directory it lies in.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Makes the key of a new epoch; on return its copies and escrow file are durable.
    ///
    /// - Shape: one copy for each member; an escrow file if a CA's recipient is given.
    /// - Errors: [`Error::NotAPerson`] for a recipient that is none; then nothing was changed. After any other
    ///   error the call may be repeated.
    /// - The caller upholds that no journal line has this epoch: whatever lies under its number is a leftover
    ///   of a run that was cut off, and is destroyed first.
    pub fn new_epoch(&self, epoch: u32, members: &[(StaffNo, String)], ca: Option<&str>) -> Result<NewEpoch> {
        let parsed: Vec<(StaffNo, Recipient)> =
            members.iter().map(|(staff, text)| Ok((*staff, recipient_of(text)?))).collect::<Result<_>>()?;
        let ca = ca.map(recipient_of).transpose()?;
        self.destroy_epoch(epoch)?;

        let key = EpochKey::new(epoch, seal::new_identity(&self.env));
        let dir = self.make_epoch_dir(epoch)?;
        let copy = self.copy_text(&key, None);
        for (staff, recipient) in parsed {
            self.write_new(&copy_path(&dir, staff), &seal::seal(&recipient, copy.as_bytes()))?;
        }
        self.sync_dir(&dir)?;
        let escrow = match ca {
            None => None,
            Some(ca) => {
                let answer = Zeroizing::new(self.env.bytes::<32>());
                let sealed = seal::seal(&ca, self.copy_text(&key, Some(&answer)).as_bytes());
                self.write_new(&self.escrow_path(epoch), &sealed)?;
                self.sync_dir(&self.dir.join("escrow"))?;
                let FileMark { size, b3 } = FileMark::of(&sealed);
                Some(EscrowMark { size, b3, proof: Sha256::of(&answer[..]) })
            }
        };
        Ok(NewEpoch { key, escrow })
    }

    /// Makes one more copy of an epoch key; on return it is durable. A copy that is there is replaced.
    ///
    /// Errors: [`Error::NotAPerson`] for a recipient that is none.
    pub fn add_member(&self, key: &EpochKey, staff: StaffNo, recipient: &str) -> Result<()> {
        let sealed = seal::seal(&recipient_of(recipient)?, self.copy_text(key, None).as_bytes());
        let dir = self.make_epoch_dir(key.epoch)?;
        self.replace(&dir, &copy_name(staff), &sealed)
    }

    /// Destroys one person's copy; none there is fine.
    pub fn remove_member(&self, epoch: u32, staff: StaffNo) -> Result<()> {
        let dir = self.epoch_dir(epoch);
        for name in [copy_name(staff), format!("{}.new", copy_name(staff))] {
            let path = dir.join(name);
            if let Some(stat) = self.stat(&path)? {
                self.overwrite(&path, stat)?;
                self.env.fs.remove(&path).doing("remove", &path)?;
            }
        }
        if self.stat(&dir)?.is_some() { self.sync_dir(&dir) } else { Ok(()) }
    }

    /// Returns who has a copy of an epoch key, in the order of their numbers.
    pub fn members(&self, epoch: u32) -> Result<Vec<StaffNo>> {
        let names = self.list(&self.epoch_dir(epoch))?;
        let mut members: Vec<StaffNo> = names.iter().filter_map(|(name, _)| staff_of(name)).collect();
        members.sort();
        Ok(members)
    }

    /// Returns the epochs of which there is a copy, in order.
    pub fn epochs(&self) -> Result<Vec<u32>> {
        let mut epochs = Vec::new();
        for (name, _) in self.list(&self.dir.join("epochs"))? {
            // The written form is unique: 1, not 01.
            let Some(epoch) = name.parse::<u32>().ok().filter(|epoch| epoch.to_string() == name) else {
                continue;
            };
            if !self.members(epoch)?.is_empty() {
                epochs.push(epoch);
            }
        }
        epochs.sort();
        Ok(epochs)
    }

    /// Opens a person's copy of an epoch key.
    ///
    /// Errors: [`Error::NoCopy`] if there is none; [`Error::NotOpened`] if it is not for this identity;
    /// [`Error::FileDamaged`] if it is damaged, or of another vault or epoch; [`Error::OtherEpoch`] if its key
    /// is not the one of `recipient`, the one in the journal.
    pub fn open_epoch(
        &self,
        epoch: u32,
        staff: StaffNo,
        identity: &Identity,
        recipient: Option<&str>,
    ) -> Result<EpochKey> {
        let path = copy_path(&self.epoch_dir(epoch), staff);
        let sealed = self.read(&path)?.ok_or_else(|| Error::NoCopy { staff: staff.to_string() })?;
        let name = path.display().to_string();
        let (vault, key, _) = open_copy(&name, &sealed, identity, ["vault", "epoch"])?;
        if vault != self.vault || key.epoch != epoch {
            return Err(damaged(&path));
        }
        if recipient.is_some_and(|expected| expected != key.recipient) {
            return Err(Error::OtherEpoch { path: name });
        }
        Ok(key)
    }

    /// Returns every epoch key that this person's key opens, in order; a copy that does not open is passed over.
    ///
    /// For when the person's number is not known: tries all copies.
    pub fn find(&self, person: &Person) -> Result<Vec<EpochKey>> {
        let mut found = Vec::new();
        for epoch in self.epochs()? {
            let members = self.members(epoch)?;
            let mut copies =
                members.iter().map(|staff| self.open_epoch(epoch, *staff, person.identity(), None));
            found.extend(copies.find_map(Result::ok));
        }
        Ok(found)
    }

    /// Destroys all copies of an epoch key and its escrow file, and names them: staff numbers, `escrow`.
    ///
    /// - Shape: each is overwritten where it lies, synced, removed. Repeating it after it was cut off finishes
    ///   it, and names those that were still there.
    /// - A device may keep what was overwritten (copy-on-write, flash): the copies are sealed to people's keys
    ///   all the same.
    pub fn destroy_epoch(&self, epoch: u32) -> Result<Vec<String>> {
        let dir = self.epoch_dir(epoch);
        let mut copies: Vec<String> = self.members(epoch)?.iter().map(StaffNo::to_string).collect();
        let mut files: Vec<(PathBuf, Stat)> =
            self.list(&dir)?.into_iter().map(|(name, stat)| (dir.join(name), stat)).collect();
        let escrow = self.escrow_path(epoch);
        if let Some(stat) = self.stat(&escrow)? {
            copies.push("escrow".into());
            files.push((escrow, stat));
        }
        // All overwritten before the first is removed: cut off in between, a repeat still names them all.
        for (path, stat) in &files {
            self.overwrite(path, *stat)?;
        }
        for (path, _) in &files {
            self.env.fs.remove(path).doing("remove", path)?;
        }
        // Also when nothing was left: the run that removed it may have been cut off before this.
        self.sync_dir(&self.dir.join("escrow"))?;
        if self.stat(&dir)?.is_some() {
            // First the names in it: once the directory is gone they cannot be synced any more.
            self.sync_dir(&dir)?;
            self.env.fs.remove_dir(&dir).doing("remove", &dir)?;
        }
        self.sync_dir(&self.dir.join("epochs"))?;
        Ok(copies)
    }

    /// Returns where the escrow file of an epoch lies, for handing it over.
    pub fn escrow_path(&self, epoch: u32) -> PathBuf {
        self.dir.join("escrow").join(format!("{epoch}.age"))
    }

    /// Writes the log key; on return it is durable. The same key a second time changes nothing.
    ///
    /// Errors: [`Error::Io`] with `AlreadyExists` if another key or something unreadable is there: a log key
    /// cannot be made again, so none is ever replaced.
    pub fn write_log_key(&self, key: &LogKey) -> Result<()> {
        let path = self.log_path();
        let text = Zeroizing::new(format!("{}\n", *key.to_hex()));
        match self.read(&path)? {
            Some(known) if *known == *text.as_bytes() => self.sync_dir(&self.dir.join("log")),
            Some(_) => Err(std::io::Error::from(std::io::ErrorKind::AlreadyExists)).doing("write", &path),
            None => self.replace(&self.dir.join("log"), "log.key", text.as_bytes()),
        }
    }

    /// Reads the log key.
    ///
    /// Errors: [`Error::Io`] with `NotFound` if it is missing, [`Error::FileDamaged`] if it is not one. Whether
    /// it is this vault's is known from the journal's first line.
    pub fn log_key(&self) -> Result<LogKey> {
        let path = self.log_path();
        let missing = || std::io::Error::from(std::io::ErrorKind::NotFound);
        let bytes = self.read(&path)?.ok_or_else(missing).doing("read", &path)?;
        std::str::from_utf8(&bytes).ok().and_then(LogKey::from_hex).ok_or_else(|| damaged(&path))
    }

    /// Remembers the text of a signed head in place of the one before; on return it is durable.
    ///
    /// At any moment one of the two is there, whole: whoever forgets could sign two histories.
    pub fn write_head(&self, text: &str) -> Result<()> {
        self.replace(&self.dir.join("log"), "head", text.as_bytes())
    }

    /// Returns the text of the head that was remembered last; `None` where there is none.
    pub fn head(&self) -> Result<Option<String>> {
        let bytes = self.read(&self.dir.join("log").join("head"))?;
        Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }

    fn log_path(&self) -> PathBuf {
        self.dir.join("log").join("log.key")
    }

    fn epoch_dir(&self, epoch: u32) -> PathBuf {
        self.dir.join("epochs").join(epoch.to_string())
    }

    fn make_epoch_dir(&self, epoch: u32) -> Result<PathBuf> {
        let dir = self.epoch_dir(epoch);
        self.env.fs.create_dir(&dir).doing("make", &dir)?;
        self.sync_dir(&self.dir.join("epochs"))?;
        Ok(dir)
    }

    fn copy_text(&self, key: &EpochKey, answer: Option<&[u8; 32]>) -> Zeroizing<String> {
        let (vault, epoch) = (self.vault.to_string(), key.epoch.to_string());
        let answer = Zeroizing::new(answer.map(hex::encode).unwrap_or_default());
        let lines = [("vault", vault.as_str()), ("epoch", &epoch), ("proof", &answer)];
        let count = if answer.is_empty() { 2 } else { 3 };
        write_identity_file("epoch", &lines[..count], &key.identity)
    }

    fn stat(&self, path: &Path) -> Result<Option<Stat>> {
        self.env.fs.stat(path).doing("look at", path)
    }

    fn list(&self, path: &Path) -> Result<Vec<(String, Stat)>> {
        if self.stat(path)?.is_none() {
            return Ok(Vec::new());
        }
        let names = self.env.fs.list(path).doing("list", path)?;
        Ok(names.into_iter().map(|(name, stat)| (name.to_string_lossy().into_owned(), stat)).collect())
    }

    fn read(&self, path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>> {
        if self.stat(path)?.is_none() {
            return Ok(None);
        }
        self.env.fs.read(path, KEYSTORE_FILE_BYTES_MAX).doing("read", path).map(Zeroizing::new).map(Some)
    }

    fn write_new(&self, path: &Path, bytes: &[u8]) -> Result<()> {
        self.env.fs.write_new(path, bytes).doing("write", path)
    }

    fn sync_dir(&self, path: &Path) -> Result<()> {
        self.env.fs.sync_dir(path).doing("sync", path)
    }

    /// Puts a file in place of another or of none: at any moment one of the two is there, whole. What it replaced is overwritten.
    fn replace(&self, dir: &Path, name: &str, bytes: &[u8]) -> Result<()> {
        let (new, path) = (dir.join(format!("{name}.new")), dir.join(name));
        if let Some(stat) = self.stat(&new)? {
            self.overwrite(&new, stat)?;
            self.env.fs.remove(&new).doing("remove", &new)?;
        }
        self.write_new(&new, bytes)?;
        // Held open across the rename: afterwards no name leads to it, and its blocks would keep an old copy of a key.
        let old = match self.stat(&path)? {
            Some(stat) if stat.kind == Kind::File => {
                Some((self.env.fs.open_append(&path).doing("overwrite", &path)?, stat.size))
            }
            _ => None,
        };
        self.env.fs.rename(&new, &path).doing("put in place", &path)?;
        self.sync_dir(dir)?;
        // Not before the new name is durable: until then the old file is the one that counts.
        old.map_or(Ok(()), |(mut file, size)| wipe(&mut *file, size, &path))
    }

    fn overwrite(&self, path: &Path, stat: Stat) -> Result<()> {
        // Through a link we would overwrite a file that is not ours.
        if stat.kind != Kind::File {
            return Ok(());
        }
        let mut file = self.env.fs.open_append(path).doing("overwrite", path)?;
        wipe(&mut *file, stat.size, path)
    }
}

/// Overwrites a file where it lies; on return that is on the device.
fn wipe(file: &mut dyn WriteFile, size: u64, path: &Path) -> Result<()> {
    let mut at = 0;
    while at < size {
        let bytes = (size - at).min(ZEROS.len() as u64);
        file.write_all_at(&ZEROS[..bytes as usize], at).doing("overwrite", path)?;
        at += bytes;
    }
    file.sync().doing("sync", path)
}

/// Opens an escrow file with the CA's identity.
///
/// Errors: [`Error::NotOpened`] if it is not for this identity; [`Error::FileDamaged`] if it is damaged, or
/// something else was sealed in it; [`Error::TooNew`], [`Error::DraftFormat`]. `path_for_messages` is what they name.
pub fn open_escrow(path_for_messages: &str, sealed: &[u8], ca: &Identity) -> Result<EscrowContent> {
    let (vault, key, answer) = open_copy(path_for_messages, sealed, ca, ["vault", "epoch", "proof"])?;
    let damaged = || damaged(Path::new(path_for_messages));
    Ok(EscrowContent { vault, key, answer: answer.ok_or_else(damaged)? })
}

fn open_copy<const N: usize>(
    path: &str,
    sealed: &[u8],
    identity: &Identity,
    names: [&'static str; N],
) -> Result<(VaultId, EpochKey, Option<Salt>)> {
    let plain = seal::open(identity, sealed).map_err(|error| match error {
        SealError::NotForKey => Error::NotOpened { path: path.to_owned() },
        SealError::Damaged(_) => Error::FileDamaged { path: path.to_owned(), finding: "sealed".into() },
    })?;
    let damaged = || damaged(Path::new(path));
    let (values, identity) = read_identity_file(&plain, "epoch", names).map_err(|why| match why {
        Misread::Format(found) => Error::of_format(path, found.into()),
        Misread::Other(_) => damaged(),
    })?;
    let vault = values[0].parse().map_err(|_| damaged())?;
    let epoch = values[1].parse().map_err(|_| damaged())?;
    let answer = values.get(2).map(|answer| answer.parse()).transpose().map_err(|_| damaged())?;
    Ok((vault, EpochKey::new(epoch, identity), answer))
}

fn damaged(path: &Path) -> Error {
    Error::FileDamaged { path: path.display().to_string(), finding: "content".into() }
}

fn recipient_of(text: &str) -> Result<Recipient> {
    seal::parse_recipient(text)
        .map_err(|_| Error::NotAPerson { path: text.to_owned(), why: "not an age recipient".into() })
}

fn copy_name(staff: StaffNo) -> String {
    format!("{staff}.age")
}

fn copy_path(dir: &Path, staff: StaffNo) -> PathBuf {
    dir.join(copy_name(staff))
}

fn staff_of(name: &str) -> Option<StaffNo> {
    name.strip_suffix(".age")?.parse().ok()
}

#[cfg(test)]
mod tests;

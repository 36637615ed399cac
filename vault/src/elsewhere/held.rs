//! Bodies fetched from elsewhere, as they lie, sealed: `derived/held/`, never more than so many bytes.
//!
//! Nothing in it is believed: size and BLAKE3 of a file are compared with its line each time before it is opened, and what does
//! not fit is fetched again. So nothing in it has to be durable, and trouble with it keeps nobody from reading: then, and where a body
//! is larger than all of it, the body is read at its place without being kept.

use super::{Elsewhere, Reach};
use crate::copies::{Mended, Poured, Target, kind_of, mark_of, pour};
use crate::error::{Doing, Error, Result};
use crate::fs::ReadFile;
use crate::journal::full;
use crate::vault::Vault;
use crate::verify::FindingKind;
use jingui_schema::id::RecordId;
use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Where they lie, below the vault.
const DIR: &str = "derived/held";

/// What is wrong with a body where it lies.
pub(super) type Flaw = (FindingKind, String);

/// A body to read from, or what is wrong with it.
pub(super) type Found = std::result::Result<Box<dyn ReadFile>, Flaw>;

/// What is known of `derived/held/` besides what lies there.
#[derive(Default)]
pub(crate) struct Held(Mutex<Known>);

#[derive(Default)]
struct Known {
    /// Bytes that are being fetched, by the name they are written under.
    coming: BTreeMap<String, u64>,
    /// When each was last opened, by its name, as a count; what was fetched before the vault was opened counts as older.
    used: HashMap<String, u64>,
    uses: u64,
}

impl Known {
    fn use_of(&mut self, name: String) {
        self.uses += 1;
        self.used.insert(name, self.uses);
    }
}

impl Held {
    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn dir(vault: &Vault) -> PathBuf {
    vault.layout().path(DIR)
}

/// The name by which whoever destroys a record finds it.
fn name_of(what: &Elsewhere) -> String {
    format!("{}.{}.tar.zst.age", what.record, what.filing)
}

/// Opens a body for reading once all of it has been compared with its line.
pub(super) fn open(vault: &Vault, what: &Elsewhere, reach: Option<&Reach>) -> Result<Box<dyn ReadFile>> {
    match kept(vault, what) {
        Some(file) => Ok(file),
        None => fetch(vault, what, reach, true)?.map_err(|(_, finding)| vault.left_damaged(what, finding)),
    }
}

/// Says whether a body is kept, or lies where it should, by its size alone.
pub(super) fn ready(vault: &Vault, what: &Elsewhere, reach: Option<&Reach>) -> Result<()> {
    let path = dir(vault).join(name_of(what));
    if vault.env().fs.stat(&path).is_ok_and(|stat| stat.is_some_and(|stat| stat.size == what.mark.size)) {
        return Ok(());
    }
    let target = target(vault, what, reach)?;
    let look = || -> Result<std::result::Result<(), Flaw>> {
        let finding = match target.stat(&what.name)? {
            Some(stat) if stat.size == what.mark.size => return Ok(Ok(())),
            Some(stat) => other_size(stat.size, what),
            None => (FindingKind::Missing, "it is not there".into()),
        };
        let is_again = Mended::over(target.clone())?.fit(&what.name, what.mark)?;
        Ok(if is_again { Ok(()) } else { Err(finding) })
    };
    let looked = look().map_err(|error| gone(vault, what, reach, error))?;
    looked.map_err(|(_, finding)| vault.left_damaged(what, finding))
}

/// Fetches a body: what is wrong with it where it lies, or a file to read it from. Kept where that is asked and there is room.
///
/// Errors: [`Error::LeftUnreachable`], [`Error::NoLeftPlace`]; [`Error::NoRecord`] where it is being destroyed.
pub(super) fn fetch(vault: &Vault, what: &Elsewhere, reach: Option<&Reach>, keep: bool) -> Result<Found> {
    let target = target(vault, what, reach)?;
    let fetched = || -> Result<Found> {
        let flaw = match fetch_from(vault, what, &target, keep)? {
            Ok(file) => return Ok(Ok(file)),
            Err(flaw) => flaw,
        };
        // It may have arrived damaged, and have come again.
        let mended = Mended::over(target.clone())?;
        match mended.fit(&what.name, what.mark)? {
            true => fetch_from(vault, what, &mended, keep),
            false => Ok(Err(flaw)),
        }
    };
    fetched().map_err(|error| gone(vault, what, reach, error))
}

fn target(vault: &Vault, what: &Elsewhere, reach: Option<&Reach>) -> Result<Arc<dyn Target>> {
    match reach {
        Some(reach) => reach.target(vault, what.target),
        None => Err(vault.left_unreachable(what.target, "nobody here knows how to".into())),
    }
}

/// An error that was met on the way as one that names the place.
fn gone(vault: &Vault, what: &Elsewhere, reach: Option<&Reach>, error: Error) -> Error {
    match error {
        Error::Interrupted {}
        | Error::NoRecord { .. }
        | Error::NoLeftPlace { .. }
        | Error::LeftUnreachable { .. } => error,
        error => {
            let why = full(&error);
            if let Some(reach) = reach {
                reach.is_gone(what.target, why.clone());
            }
            vault.left_unreachable(what.target, why)
        }
    }
}

/// One that is kept and is as its line says.
fn kept(vault: &Vault, what: &Elsewhere) -> Option<Box<dyn ReadFile>> {
    let (fs, path) = (&vault.env().fs, dir(vault).join(name_of(what)));
    let mut file = fs.open(&path).ok()?;
    let fits = mark_of(&mut file).is_ok_and(|found| found == what.mark);
    let mut known = vault.inner.held.lock();
    if fits && file.seek(SeekFrom::Start(0)).is_ok() {
        known.use_of(name_of(what));
        return Some(file);
    }
    // Best effort: what is fetched now takes its place.
    drop(fs.remove(&path));
    None
}

fn fetch_from(vault: &Vault, what: &Elsewhere, target: &Arc<dyn Target>, keep: bool) -> Result<Found> {
    if let Some(part) = keep.then(|| Part::begin(vault, what)).flatten() {
        match part.fill(what, &**target)? {
            Filled::Kept => {
                if let Some(file) = kept(vault, what) {
                    return Ok(Ok(file));
                }
            }
            Filled::Flaw(flaw) => return Ok(Err(flaw)),
            Filled::NoDisk => {}
        }
    }
    if let Some(flaw) = read(what, &**target, &mut |_: &[u8]| Ok(()))? {
        return Ok(Err(flaw));
    }
    match target.get(&what.name) {
        Ok(file) => Ok(Ok(file)),
        Err(error) => unread(&**target, &error).map(Err),
    }
}

/// Reads a body where it lies from end to end; what is wrong with it, if something is.
fn read(
    what: &Elsewhere,
    target: &dyn Target,
    take: &mut dyn FnMut(&[u8]) -> Result<()>,
) -> Result<Option<Flaw>> {
    let mut file = match target.get(&what.name) {
        Ok(file) => file,
        Err(error) => return unread(target, &error).map(Some),
    };
    Ok(match pour(&mut file, what.mark, |piece| take(piece))? {
        Poured::Whole => None,
        Poured::Unfit(found) if found.size != what.mark.size => Some(other_size(found.size, what)),
        Poured::Unfit(found) => Some((FindingKind::Digest, format!("its BLAKE3 is {}", found.b3))),
        Poured::Unread(error) => Some(unread(target, &error)?),
    })
}

fn other_size(size: u64, what: &Elsewhere) -> Flaw {
    // Of a longer one no more is read than tells that it is.
    let detail = match size > what.mark.size {
        true => format!("more than the {} bytes that were written", what.mark.size),
        false => format!("{size} bytes where {} were written", what.mark.size),
    };
    (FindingKind::Size, detail)
}

/// What could not be read says something of the file only while the place is there.
fn unread(target: &dyn Target, error: &io::Error) -> Result<Flaw> {
    target.is_there()?;
    let kind = kind_of(error);
    let detail = if kind == FindingKind::Missing { "it is not there".into() } else { error.to_string() };
    Ok((kind, detail))
}

/// A body on its way into `derived/held/`, for which there is room.
struct Part<'a> {
    vault: &'a Vault,
    name: String,
    path: PathBuf,
    placed: bool,
}

/// What came of fetching one.
enum Filled {
    Kept,
    Flaw(Flaw),
    /// This machine's disk does not take it.
    NoDisk,
}

impl<'a> Part<'a> {
    /// Makes room; none where there is no room to be had, or nothing may be written here.
    fn begin(vault: &'a Vault, what: &Elsewhere) -> Option<Self> {
        if vault.may_write().is_err() {
            return None;
        }
        let (fs, dir) = (&vault.env().fs, dir(vault));
        let mut known = vault.inner.held.lock();
        fs.create_dir(&vault.layout().path("derived")).and_then(|_| fs.create_dir(&dir)).ok()?;
        make_room(vault, &mut known, what.mark.size)?;
        let name = format!("{}.{}.part", name_of(what), vault.env().act_id());
        known.coming.insert(name.clone(), what.mark.size);
        let path = dir.join(&name);
        Some(Self { vault, name, path, placed: false })
    }

    /// Fetches it, and gives it its name.
    fn fill(mut self, what: &Elsewhere, target: &dyn Target) -> Result<Filled> {
        let (vault, refused) = (self.vault, Cell::new(false));
        let fs = &vault.env().fs;
        let Ok(mut file) = fs.create_new(&self.path) else { return Ok(Filled::NoDisk) };
        let flaw = read(what, target, &mut |piece: &[u8]| {
            file.write_all(piece).inspect_err(|_| refused.set(true)).doing("write", &self.path)
        });
        match flaw {
            Err(_) if refused.get() => return Ok(Filled::NoDisk),
            Err(error) => return Err(error),
            Ok(Some(flaw)) => return Ok(Filled::Flaw(flaw)),
            Ok(None) => drop(file),
        }
        // Asked behind the same lock as whoever destroys takes: what gets its name now is found by them, or seen here.
        let mut known = vault.inner.held.lock();
        let state = vault.state();
        if state.has_ended_body(what.record, what.filing) || state.is_under_way(what.record) {
            return Err(Error::NoRecord { record: what.record.to_string() });
        }
        let name = name_of(what);
        self.placed = fs.rename(&self.path, &dir(vault).join(&name)).is_ok();
        if self.placed {
            known.use_of(name);
        }
        Ok(if self.placed { Filled::Kept } else { Filled::NoDisk })
    }
}

impl Drop for Part<'_> {
    fn drop(&mut self) {
        let mut known = self.vault.inner.held.lock();
        known.coming.remove(&self.name);
        if !self.placed {
            // Best effort: what stays is removed when room is made the next time.
            drop(self.vault.env().fs.remove(&self.path));
        }
    }
}

/// Removes what was not used for longest until so many bytes fit; `None` where they cannot.
fn make_room(vault: &Vault, known: &mut Known, bytes: u64) -> Option<()> {
    let (fs, dir, most) = (&vault.env().fs, dir(vault), vault.held_bytes());
    let coming = known.coming.values().fold(bytes, |sum, bytes| sum.saturating_add(*bytes));
    if coming > most {
        return None;
    }
    let mut there = Vec::new();
    for (name, stat) in fs.list(&dir).ok()? {
        let name = name.to_string_lossy().into_owned();
        if known.coming.contains_key(&name) {
            continue;
        }
        // What a fetch that was cut off left counts for nothing, and is the first to go.
        let used = match name.ends_with(".part") {
            true => None,
            false => Some(known.used.get(&name).copied().unwrap_or(0)),
        };
        there.push((used, stat.modified, name, stat.size));
    }
    there.sort_unstable();
    let mut sum = there.iter().fold(coming, |sum, (.., size)| sum.saturating_add(*size));
    for (used, _, name, size) in there {
        if sum <= most && used.is_some() {
            break;
        }
        fs.remove(&dir.join(&name)).ok()?;
        known.used.remove(&name);
        sum = sum.saturating_sub(size);
    }
    (sum <= most).then_some(())
}

impl Vault {
    /// Removes what lies there beyond the bound, once that has become less. Best effort: the next fetch does the same.
    pub(super) fn trim_held(&self) {
        let mut known = self.inner.held.lock();
        let _ = make_room(self, &mut known, 0);
    }

    /// Removes what is kept of bodies that are being destroyed; what is on its way does not come any more.
    pub(crate) fn forget_held(&self, of: impl Fn(RecordId, u32) -> bool) -> Result<()> {
        let (fs, dir) = (&self.env().fs, dir(self));
        if self.state().takings.is_empty() {
            return Ok(());
        }
        let mut known = self.inner.held.lock();
        if fs.stat(&dir).doing("look at", &dir)?.is_none() {
            return Ok(());
        }
        for (name, _) in fs.list(&dir).doing("list", &dir)? {
            let text = name.to_string_lossy();
            let mut parts = text.split('.');
            let record = parts.next().and_then(|part| part.parse().ok());
            let filing = parts.next().and_then(|part| part.parse().ok());
            if record.zip(filing).is_some_and(|(record, filing)| of(record, filing)) {
                let path = dir.join(&name);
                fs.remove(&path).doing("remove", &path)?;
                known.used.remove(&*text);
            }
        }
        fs.sync_dir(&dir).doing("sync", &dir)
    }
}

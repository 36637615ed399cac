//! Work under way: one directory in `staging/` for each act that brings files, named so that after a crash
//! every file it may have moved can be found.

use crate::env::Env;
use crate::error::{Doing, Error, Result};
use crate::layout::{Layout, body_path, cover_path, note_path, plan_path, register_path};
use crate::vault::Vault;
use crate::writer::Move;
use jingui_schema::id::{ActId, NoteId, Place, PlanId, RecordId, VaultId};
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// The files a filing brings; of a correction the cover alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilingFiles {
    /// The record.
    pub record: RecordId,
    /// Its place.
    pub place: Place,
    /// Which filing; 0 for a correction, which has none.
    pub filing: u32,
    /// Fact version.
    pub n: u32,
    /// Epoch of the cover.
    pub epoch: u32,
}

/// A file that is named in the clear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedFile {
    /// A plan to destroy records.
    Plan(PlanId),
    /// What became of one.
    Register(PlanId),
    /// The list of a receipt, by the receipt's act.
    Receipt(ActId),
    /// The journal of an archive that was taken in, up to a line.
    ReceivedJournal(VaultId, u64),
    /// A signed head over so many of its lines.
    ReceivedHead(VaultId, u64),
}

impl NamedFile {
    /// Where it goes, below the vault.
    pub fn path(self) -> String {
        match self {
            Self::Plan(plan) => plan_path(plan),
            Self::Register(plan) => register_path(plan),
            Self::Receipt(act) => format!("registers/receipt-{act}.jsonl"),
            Self::ReceivedJournal(from, lines) => format!("registers/received-{from}-{lines}.jsonl"),
            Self::ReceivedHead(from, lines) => format!("registers/received-{from}-{lines}.head"),
        }
    }
}

/// The name of a staging directory: the act, and what it brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marker {
    /// The act.
    pub act: ActId,
    /// A filing's or a correction's files.
    pub filing: Option<FilingFiles>,
    /// A note: id, place, epoch.
    pub note: Option<(NoteId, Place, u32)>,
    /// A named file.
    pub named: Option<NamedFile>,
}

impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.act)?;
        if let Some(d) = &self.filing {
            write!(f, "_f_{}_{}_{}_{}_{}", d.record, d.place, d.filing, d.n, d.epoch)?;
        }
        if let Some((id, place, epoch)) = &self.note {
            write!(f, "_n_{id}_{place}_{epoch}")?;
        }
        match &self.named {
            Some(NamedFile::Plan(plan)) => write!(f, "_p_{plan}"),
            Some(NamedFile::Register(plan)) => write!(f, "_r_{plan}"),
            Some(NamedFile::Receipt(act)) => write!(f, "_l_{act}"),
            Some(NamedFile::ReceivedJournal(from, lines)) => write!(f, "_j_{from}_{lines}"),
            Some(NamedFile::ReceivedHead(from, lines)) => write!(f, "_h_{from}_{lines}"),
            None => Ok(()),
        }
    }
}

impl FromStr for Marker {
    type Err = ();
    fn from_str(text: &str) -> std::result::Result<Self, ()> {
        fn next<T: FromStr>(parts: &mut std::str::Split<'_, char>) -> std::result::Result<T, ()> {
            parts.next().ok_or(())?.parse().map_err(|_| ())
        }
        let mut parts = text.split('_');
        let mut marker = Self { act: next(&mut parts)?, filing: None, note: None, named: None };
        while let Some(part) = parts.next() {
            match part {
                "f" => {
                    marker.filing = Some(FilingFiles {
                        record: next(&mut parts)?,
                        place: next(&mut parts)?,
                        filing: next(&mut parts)?,
                        n: next(&mut parts)?,
                        epoch: next(&mut parts)?,
                    });
                }
                "n" => marker.note = Some((next(&mut parts)?, next(&mut parts)?, next(&mut parts)?)),
                "p" => marker.named = Some(NamedFile::Plan(next(&mut parts)?)),
                "r" => marker.named = Some(NamedFile::Register(next(&mut parts)?)),
                "l" => marker.named = Some(NamedFile::Receipt(next(&mut parts)?)),
                "j" => {
                    marker.named = Some(NamedFile::ReceivedJournal(next(&mut parts)?, next(&mut parts)?));
                }
                "h" => marker.named = Some(NamedFile::ReceivedHead(next(&mut parts)?, next(&mut parts)?)),
                _ => return Err(()),
            }
        }
        // The written form is unique: what is said twice, or as 01 or +1, was not written here.
        if marker.to_string() == text { Ok(marker) } else { Err(()) }
    }
}

impl Marker {
    /// The moves from its directory to the places of its files, by the name each has there.
    pub fn moves(&self, dir: &Path) -> Vec<Move> {
        let mut moves = Vec::new();
        if let Some(d) = &self.filing {
            if d.filing > 0 {
                moves.push(Move { from: dir.join("body"), to: body_path(d.place, d.record, d.filing) });
            }
            moves.push(Move { from: dir.join("cover"), to: cover_path(d.place, d.record, d.n, d.epoch) });
        }
        if let Some((id, place, epoch)) = &self.note {
            moves.push(Move { from: dir.join("note"), to: note_path(*place, *id, *epoch) });
        }
        if let Some(named) = &self.named {
            moves.push(Move { from: dir.join("named"), to: named.path() });
        }
        moves
    }
}

/// Empty directories in `staging/` that wait for the next filing.
///
/// A directory made and removed for each filing costs more than its files: every new one is put into another part
/// of the disk, and file systems without a journal pass over inodes just freed one by one.
#[derive(Debug, Default)]
pub struct Spares {
    waiting: Mutex<Vec<PathBuf>>,
    made: AtomicU64,
}

/// Spares kept at most; as many as file at once.
const SPARES_MAX: usize = 64;

impl Spares {
    fn take(&self) -> Option<PathBuf> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    /// Keeps the emptied directory of an act whose line is durable, under a name that says nothing of the act.
    ///
    /// Best effort: what is lost or left is an empty directory, which the next opening sweeps.
    pub fn keep(&self, env: &Env, layout: &Layout, dir: &Path) {
        let name = format!("spare-{}", self.made.fetch_add(1, Ordering::Relaxed));
        let spare = layout.path("staging").join(name);
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < SPARES_MAX && env.fs.rename(dir, &spare).is_ok() {
            waiting.push(spare);
        } else {
            let _ = env.fs.remove_dir(dir);
        }
    }

    /// Removes them all.
    pub fn clear(&self, env: &Env) {
        while let Some(dir) = self.take() {
            let _ = env.fs.remove_dir(&dir);
        }
    }
}

/// A staging directory in use; emptied and removed when dropped without having been handed over.
pub struct Staging {
    env: Env,
    dir: PathBuf,
    marker: Marker,
    kept: bool,
}

impl Staging {
    /// Makes the directory.
    pub fn begin(env: &Env, layout: &Layout, marker: Marker) -> Result<Self> {
        let dir = layout.path("staging").join(marker.to_string());
        // Two arrivals of one act file at once would write to, and clear away, the same directory.
        if !env.fs.create_dir(&dir).doing("create", &dir)? {
            return Err(Error::Stale { why: "the same request is being carried out".into() });
        }
        Ok(Self { env: env.clone(), dir, marker, kept: false })
    }

    /// A directory for a filing, a spare one where there is one.
    ///
    /// Only for markers that are new each time: moving a directory onto an empty one would take its place.
    pub fn of_filing(vault: &Vault, marker: Marker) -> Result<Self> {
        let (env, layout) = (vault.env(), vault.layout());
        let Some(spare) = vault.inner.spares.take() else { return Self::begin(env, layout, marker) };
        let dir = layout.path("staging").join(marker.to_string());
        env.fs.rename(&spare, &dir).doing("move to", &dir)?;
        Ok(Self { env: env.clone(), dir, marker, kept: false })
    }

    /// A file in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// The moves to be made.
    pub fn moves(&self) -> Vec<Move> {
        self.marker.moves(&self.dir)
    }

    /// The same directory under another name, when the names of what it holds have changed.
    pub fn renamed(mut self, layout: &Layout, marker: Marker) -> Result<Self> {
        if marker == self.marker {
            return Ok(self);
        }
        let dir = layout.path("staging").join(marker.to_string());
        self.env.fs.rename(&self.dir, &dir).doing("move to", &dir)?;
        self.kept = true;
        Ok(Self { env: self.env.clone(), dir, marker, kept: false })
    }

    /// Its path, for the writer, who removes it.
    pub fn hand_over(mut self) -> PathBuf {
        self.kept = true;
        self.dir.clone()
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.kept {
            // Best effort; what stays is swept at the next opening.
            clear(&self.env, &self.dir);
        }
    }
}

/// Removes a staging directory with what is in it, as far as it goes.
pub fn clear(env: &Env, dir: &Path) {
    for (name, _) in env.fs.list(dir).unwrap_or_default() {
        let _ = env.fs.remove(&dir.join(name));
    }
    let _ = env.fs.remove_dir(dir);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_survives_its_name_and_fits_a_directory_entry() {
        let filing = FilingFiles {
            record: RecordId::from_bytes([9; 16]),
            place: Place(123),
            filing: u32::MAX,
            n: u32::MAX,
            epoch: u32::MAX,
        };
        let note = Some((NoteId::from_bytes([7; 16]), Place(u64::MAX), u32::MAX));
        let named = Some(NamedFile::Register(PlanId::from_bytes([5; 16])));
        let marker = Marker { act: ActId::from_bytes([1; 16]), filing: Some(filing), note, named };
        assert_eq!(marker.to_string().parse(), Ok(marker));
        assert!(marker.to_string().len() <= 255);
        for bad in [marker.to_string().replace("_000123_", "_000123_0"), format!("{marker}_n_x")] {
            assert_eq!(bad.parse::<Marker>(), Err(()), "{bad}");
        }
    }
}

//! What a mirror that was away has kept and the vault has destroyed since.
//!
//! Whoever destroys does so in the mirror as well, and waits where there is none. But a mirror that was another disk meanwhile, or
//! one that lay in a drawer, comes back with covers of records that are no more; as it follows the lines, it loses them, too.

use crate::env::Env;
use crate::error::{Doing, Result};
use crate::journal::Lines;
use crate::layout::Layout;
use crate::misfiled::version_of;
use jingui_schema::act::Deed;
use jingui_schema::id::{NoteId, RecordId};
use std::collections::{HashMap, HashSet};
use std::path::Path;

/// Records that are no more, and the version below which covers of others have ended.
#[derive(Default)]
pub(super) struct Ended {
    records: HashSet<RecordId>,
    versions: HashMap<RecordId, u32>,
    /// Everything was handed over, or the records of a list.
    handed: bool,
}

/// What hand-overs that are done were of.
#[derive(Default)]
struct Handed {
    listing: Vec<RecordId>,
    /// Whether the newest proposal is of a list.
    of_list: bool,
    records: HashSet<RecordId>,
    all: bool,
}

impl Handed {
    /// Takes in the next line. While a hand-over goes on no other is proposed, and nothing is listed.
    fn take(&mut self, deed: &Deed) {
        match deed {
            Deed::HandoverList(d) => {
                if d.from == 0 {
                    self.listing.clear();
                }
                self.listing.extend(d.records.iter().map(|row| row.record));
            }
            Deed::HandoverBegin(d) => self.of_list = d.list.is_some(),
            Deed::HandoverDone(_) if self.of_list => self.records.extend(self.listing.drain(..)),
            Deed::HandoverDone(_) => self.all = true,
            _ => {}
        }
    }
}

impl Ended {
    /// Takes in what a line says was destroyed.
    pub fn take(&mut self, deed: &Deed) {
        match deed {
            Deed::PurgeDone(d) => self.records.extend(d.destroyed.iter().map(|stone| stone.record)),
            Deed::DocumentRemove(d) => drop(self.versions.insert(d.record, d.n)),
            Deed::HandoverDone(_) => self.handed = true,
            _ => {}
        }
    }

    /// Removes covers of these from a mirror, and notes that died with a record.
    ///
    /// `lines`: all of the journal; asked only where something has ended.
    pub fn remove_from(
        &mut self,
        env: &Env,
        mirror: &Layout,
        lines: impl Fn() -> Result<Lines>,
    ) -> Result<()> {
        let mut handed = Handed::default();
        if self.handed {
            for item in lines()? {
                handed.take(&item?.0.act.deed);
            }
        }
        self.records.extend(&handed.records);
        if handed.all {
            let every = |names: &[String]| vec![true; names.len()];
            return ["covers", "notes"]
                .iter()
                .try_for_each(|top| remove_where(env, &mirror.path(top), every));
        }
        if self.records.is_empty() && self.versions.is_empty() {
            return Ok(());
        }
        let mut notes: HashSet<NoteId> = HashSet::new();
        if !self.records.is_empty() {
            for item in lines()? {
                let deed = &item?.0.act.deed;
                if deed.dies_with().is_some_and(|record| self.records.contains(&record)) {
                    notes.extend(deed.note().map(|note| note.id));
                }
            }
        }
        remove_where(env, &mirror.path("covers"), |names| {
            let versions: Vec<_> = names.iter().map(|name| version_of(name)).collect();
            // What has ended goes where what came after it is there: it alone has the keys now.
            let newer = |record: &RecordId, n: &u32| {
                let newest = self.versions.get(record).filter(|newest| n < newest);
                newest
                    .is_some_and(|newest| versions.iter().flatten().any(|(r, n)| r == record && n >= newest))
            };
            let goes = |version: &Option<(RecordId, u32)>| {
                version.as_ref().is_some_and(|(record, n)| self.records.contains(record) || newer(record, n))
            };
            versions.iter().map(goes).collect()
        })?;
        let of_note = |name: &String| name.split('.').next().and_then(|id| id.parse::<NoteId>().ok());
        remove_where(env, &mirror.path("notes"), |names| {
            names.iter().map(|name| of_note(name).is_some_and(|id| notes.contains(&id))).collect()
        })
    }
}

/// Removes files in numbered directories, those that are chosen from a directory's names, and syncs those directories.
fn remove_where(env: &Env, top: &Path, choose: impl Fn(&[String]) -> Vec<bool>) -> Result<()> {
    let fs = &env.fs;
    if fs.stat(top).doing("look at", top)?.is_none() {
        return Ok(());
    }
    for (place, _) in fs.list(top).doing("list", top)? {
        let dir = top.join(place);
        let names = fs.list(&dir).doing("list", &dir)?.into_iter();
        let names: Vec<String> = names.filter_map(|(name, _)| name.into_string().ok()).collect();
        let goes = choose(&names);
        for (name, _) in names.iter().zip(&goes).filter(|(_, goes)| **goes) {
            let path = dir.join(name);
            fs.remove(&path).doing("remove", &path)?;
        }
        if goes.contains(&true) {
            fs.sync_dir(&dir).doing("sync", &dir)?;
        }
    }
    Ok(())
}

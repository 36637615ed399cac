//! What a mirror that was away has kept and the vault has destroyed since.
//!
//! Whoever destroys does so in the mirror as well, and waits where there is none. But a mirror that was another disk meanwhile, or
//! one that lay in a drawer, comes back with covers of records that are no more; as it follows the lines, it loses them, too.

use crate::env::Env;
use crate::error::{Doing, Result};
use crate::journal::Lines;
use crate::layout::Layout;
use crate::misfiled::version_of;
use crate::state::State;
use jingui_schema::act::Deed;
use jingui_schema::commit::Commit;
use jingui_schema::id::{NoteId, RecordId};
use std::collections::{HashMap, HashSet};
use std::path::Path;

/// What lines say has ended that the mirror has not followed yet.
#[derive(Default)]
pub(super) struct Ended {
    /// Whether records were destroyed or handed over; which ones, the state knows.
    any_gone: bool,
    /// The version below which covers of a record have ended.
    versions: HashMap<RecordId, u32>,
}

impl Ended {
    /// Takes in what a line says was destroyed.
    pub fn take(&mut self, deed: &Deed) {
        match deed {
            Deed::PurgeDone(d) => self.any_gone |= !d.destroyed.is_empty(),
            Deed::DocumentRemove(d) => drop(self.versions.insert(d.record, d.n)),
            Deed::HandoverDone(_) => self.any_gone = true,
            _ => {}
        }
    }

    /// Removes covers of these from a mirror, and notes that died with a record.
    ///
    /// - `state`: what is no more, by the last line of `commit`.
    /// - `lines`: all of the journal; asked only where something has ended.
    pub fn remove_from(
        &self,
        env: &Env,
        mirror: &Layout,
        state: &State,
        commit: &Commit,
        lines: impl Fn() -> Result<Lines>,
    ) -> Result<()> {
        if self.any_gone && state.is_emptied_by(commit.lines) {
            let every = |names: &[String]| vec![true; names.len()];
            return ["covers", "notes"]
                .iter()
                .try_for_each(|top| remove_where(env, &mirror.path(top), every));
        }
        if !self.any_gone && self.versions.is_empty() {
            return Ok(());
        }
        let is_gone = |record: RecordId| self.any_gone && state.destroyed.is_gone_by(record, commit.lines);
        let mut notes: HashSet<NoteId> = HashSet::new();
        if self.any_gone {
            for item in lines()? {
                let deed = &item?.0.act.deed;
                if deed.dies_with().is_some_and(is_gone) {
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
                version.as_ref().is_some_and(|(record, n)| is_gone(*record) || newer(record, n))
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

//! A target as it is read: where a file is not as it should be, what was sent again may stand for it.
//!
//! Nothing at a target is ever replaced, so a file that arrived damaged stays; the archive puts it once more below
//! `again/`. Anybody else who may write there can put something there as well. So nothing below `again/` stands for
//! anything until whoever knows what a file has to be has found it unfit, and a file there fit. `FORMAT.md`, section 20.

use super::lock::Locker;
use super::pour::mark_of;
use super::target::{Put, Target};
use crate::error::Result;
use crate::fs::{Kind, ReadFile, Stat};
use jingui_schema::copy::CopyState;
use jingui_schema::digest::FileMark;
use jingui_schema::exchange::{AGAIN, again_lines};
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::sync::{Arc, PoisonError, RwLock};

/// What may come again; not what says whose copy it is, and how far it counts.
const TOPS: &[&str] = &["covers", "bodies", "notes", "journal", "named", "escrow"];

/// A target with what was sent again.
pub struct Mended {
    target: Arc<dyn Target>,
    /// What was sent again, by the name it was sent for.
    again: BTreeMap<String, Vec<(String, Stat)>>,
    /// What stands for a name.
    chosen: RwLock<BTreeMap<String, (String, Stat)>>,
}

impl Mended {
    /// Looks what was sent again; where nothing was, the target is as it was.
    pub fn over(target: Arc<dyn Target>) -> Result<Arc<dyn Target>> {
        let again = sent_again(&*target)?;
        let chosen = RwLock::default();
        Ok(if again.is_empty() { target } else { Arc::new(Self { target, again, chosen }) })
    }

    fn chosen(&self, name: &str) -> Option<(String, Stat)> {
        self.chosen.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }
}

/// What was sent again: by the name it was sent for, where each lies.
pub(super) fn sent_again(target: &dyn Target) -> Result<BTreeMap<String, Vec<(String, Stat)>>> {
    let mut again: BTreeMap<String, Vec<(String, Stat)>> = BTreeMap::new();
    for (report, _) in target.list(AGAIN)? {
        if again_lines(&report).is_none() {
            continue;
        }
        let mut below: Vec<String> = TOPS.iter().map(|top| (*top).to_owned()).collect();
        while let Some(dir) = below.pop() {
            for (name, stat) in target.list(&format!("{AGAIN}/{report}/{dir}"))? {
                let name = format!("{dir}/{name}");
                match stat.kind {
                    Kind::Directory => below.push(name),
                    _ => {
                        let path = format!("{AGAIN}/{report}/{name}");
                        again.entry(name).or_default().push((path, stat));
                    }
                }
            }
        }
    }
    Ok(again)
}

/// Has what was sent again stand for pieces and named files of a state that are not as it says.
pub(super) fn fit_state(target: &dyn Target, state: &CopyState) -> Result<()> {
    let pieces = state.pieces.iter().map(|piece| (piece.name(), piece.mark()));
    let named = state.named.iter().map(|file| (file.name(), file.mark()));
    for (name, mark) in pieces.chain(named).filter(|(name, _)| target.came_again(name)) {
        let found = target.get(&name).and_then(|mut file| mark_of(&mut file));
        if found.ok() != Some(mark) {
            target.fit(&name, mark)?;
        }
    }
    Ok(())
}

/// Whether this file was sent again for a name.
pub(super) fn came_again(target: &dyn Target, name: &str, mark: FileMark) -> Result<bool> {
    for (report, _) in target.list(AGAIN)? {
        if again_lines(&report).is_some() {
            let found =
                target.get(&format!("{AGAIN}/{report}/{name}")).and_then(|mut file| mark_of(&mut file));
            if found.is_ok_and(|found| found == mark) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

impl Target for Mended {
    fn name(&self) -> String {
        self.target.name()
    }

    fn stat(&self, name: &str) -> Result<Option<Stat>> {
        match self.chosen(name) {
            Some((_, stat)) => Ok(Some(stat)),
            None => self.target.stat(name),
        }
    }

    fn list(&self, below: &str) -> Result<Vec<(String, Stat)>> {
        let mut all: BTreeMap<String, Stat> = self.target.list(below)?.into_iter().collect();
        let prefix = if below.is_empty() { String::new() } else { format!("{below}/") };
        let chosen = self.chosen.read().unwrap_or_else(PoisonError::into_inner);
        for (name, (_, stat)) in chosen.range(prefix.clone()..) {
            let Some(rest) = name.strip_prefix(&prefix) else { break };
            match rest.split_once('/') {
                None => drop(all.insert(rest.to_owned(), *stat)),
                Some((dir, _)) => {
                    all.entry(dir.to_owned()).or_insert(Stat { kind: Kind::Directory, size: 0, ..*stat });
                }
            }
        }
        Ok(all.into_iter().collect())
    }

    fn get(&self, name: &str) -> io::Result<Box<dyn ReadFile>> {
        match self.chosen(name) {
            Some((path, _)) => self.target.get(&path),
            None => self.target.get(name),
        }
    }

    fn put(&self, name: &str, mark: FileMark, known: bool, source: &mut dyn Read) -> Result<Put> {
        self.target.put(name, mark, known, source)
    }

    fn settle(&self) -> Result<()> {
        self.target.settle()
    }

    fn is_far(&self) -> bool {
        self.target.is_far()
    }

    fn locks(&self) -> Option<&dyn Locker> {
        self.target.locks()
    }

    fn is_there(&self) -> Result<()> {
        self.target.is_there()
    }

    fn came_again(&self, name: &str) -> bool {
        self.again.contains_key(name)
    }

    fn fit(&self, name: &str, mark: FileMark) -> Result<bool> {
        for (path, stat) in self.again.get(name).into_iter().flatten().filter(|(_, s)| s.size == mark.size) {
            match self.target.get(path).and_then(|mut file| mark_of(&mut file)) {
                Ok(found) if found == mark => {
                    let mut chosen = self.chosen.write().unwrap_or_else(PoisonError::into_inner);
                    chosen.insert(name.to_owned(), (path.clone(), *stat));
                    return Ok(true);
                }
                Ok(_) => {}
                // What could not be fetched is not unfit.
                Err(_) => self.target.is_there()?,
            }
        }
        Ok(false)
    }
}

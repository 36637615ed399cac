//! A copy beside the vault, file by file: what is there, what would be brought, what is in the way, what is nobody's.
//!
//! By names and sizes, from lists: no file is opened. What the bytes are is `check`'s.

use super::create::Fate;
use super::mended::sent_again;
use super::target::{Begun, States, Target, mine};
use crate::error::{Error, Result};
use crate::fs::Stat;
use crate::mirror::read_commit;
use crate::vault::Vault;
use crate::verify::{Inventory, Name, whole_inventory};
use jingui_schema::copy::{CopyState, NamedFile};
use std::collections::BTreeMap;

/// Where sealed files lie, each place in a directory of its own.
const SEALED: [&str; 3] = ["covers", "bodies", "notes"];

/// How many files there are of each fate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// There.
    pub there: u64,
    /// There, and named by nothing that counts.
    pub extra: u64,
    /// To be brought.
    pub missing: u64,
    /// There with another size.
    pub other: u64,
    /// Not in the vault as its journal names it, nor at the target.
    pub lacking: u64,
}

impl Compared {
    fn count(&mut self, fate: Fate) {
        *match fate {
            Fate::There => &mut self.there,
            Fate::Extra => &mut self.extra,
            Fate::Brought => &mut self.missing,
            Fate::Other => &mut self.other,
            Fate::Lacking => &mut self.lacking,
        } += 1;
    }
}

impl Vault {
    /// Compares a copy with this vault as it is now, and changes nothing.
    ///
    /// - `each`: told of every file by its name at the target; [`Fate::Brought`] is what a run would bring.
    /// - Not looked at: states and pieces of the journal, which are the copy's own.
    /// - Errors: as of [`Vault::copy_would`].
    pub fn compare_copy(
        &self,
        target: &dyn Target,
        interrupted: &dyn Fn() -> bool,
        each: &mut dyn FnMut(Fate, &str) -> Result<()>,
    ) -> Result<Compared> {
        let state = match Begun::look(target)? {
            Begun::Empty => None,
            Begun::Copy(mark) => States::read(target, &mine(target, mark, self.state().init.vault)?)?.newest,
        };
        let damaged = || Error::CommitDamaged { path: self.layout().commit().display().to_string() };
        let commit = read_commit(self.env(), self.layout()).ok_or_else(damaged)?;
        let inventory = whole_inventory(self.env(), self.layout(), &commit, true, &mut |_| {})?;
        let (again, compared) = (sent_again(target)?, Compared::default());
        let mut comparing = Comparing { vault: self, target, again, interrupted, each, compared };
        comparing.sealed(&inventory)?;
        comparing.named(&inventory, state.as_ref())?;
        Ok(comparing.compared)
    }
}

struct Comparing<'a> {
    vault: &'a Vault,
    target: &'a dyn Target,
    /// What came again because something else lies in its place.
    again: BTreeMap<String, Vec<(String, Stat)>>,
    interrupted: &'a dyn Fn() -> bool,
    each: &'a mut dyn FnMut(Fate, &str) -> Result<()>,
    compared: Compared,
}

impl Comparing<'_> {
    fn say(&mut self, fate: Fate, name: &str) -> Result<()> {
        self.compared.count(fate);
        (self.each)(fate, name)
    }

    /// A file in its place has this size, and has to have that one: where it is another, what came again stands for it.
    fn in_place(&self, name: &str, found: u64, wanted: u64) -> Fate {
        let came = || self.again.get(name).is_some_and(|came| came.iter().any(|(_, it)| it.size == wanted));
        if found == wanted || came() { Fate::There } else { Fate::Other }
    }

    /// Covers, bodies and notes: first what is there, a place at a time, then what is not.
    fn sealed(&mut self, inventory: &Inventory) -> Result<()> {
        let mut seen = vec![false; inventory.files.len()];
        for top in SEALED {
            for (place, _) in self.target.list(top)? {
                if (self.interrupted)() {
                    return Err(Error::Interrupted {});
                }
                for (file, stat) in self.target.list(&format!("{top}/{place}"))? {
                    let name = format!("{top}/{place}/{file}");
                    let at = Name::parse(&name).and_then(|name| inventory.find(&name));
                    let fate = match at {
                        None => Fate::Extra,
                        Some(at) => self.in_place(&name, stat.size, inventory.files[at].size),
                    };
                    if let Some(at) = at {
                        seen[at] = true;
                    }
                    self.say(fate, &name)?;
                }
            }
        }
        for (entry, _) in inventory.files.iter().zip(seen).filter(|(_, seen)| !seen) {
            let path = entry.name.path();
            self.absent(&path, &path, entry.size)?;
        }
        Ok(())
    }

    /// Heads and named files; the latter have names of their own at a target.
    fn named(&mut self, inventory: &Inventory, state: Option<&CopyState>) -> Result<()> {
        let mut there = BTreeMap::new();
        for top in ["named", "journal/heads"] {
            let listed = self.target.list(top)?.into_iter();
            there.extend(listed.map(|(file, stat)| (format!("{top}/{file}"), stat.size)));
        }
        for (path, expected) in &inventory.named {
            let mark = expected.mark;
            let name = match path.starts_with("journal/heads/") {
                true => path.clone(),
                false => NamedFile { path: path.clone(), size: mark.size, b3: mark.b3 }.name(),
            };
            match there.remove(&name) {
                Some(size) => self.say(self.in_place(&name, size, mark.size), &name)?,
                None => self.absent(path, &name, mark.size)?,
            }
        }
        // `VAULT.toml` is in no inventory: it is written anew from the journal.
        let known = state.iter().flat_map(|state| &state.named).map(NamedFile::name);
        let known: std::collections::BTreeSet<String> = known.collect();
        for name in there.into_keys() {
            self.say(if known.contains(&name) { Fate::There } else { Fate::Extra }, &name)?;
        }
        Ok(())
    }

    /// What is not at the target: the vault would bring it, if it has it.
    fn absent(&mut self, path: &str, name: &str, size: u64) -> Result<()> {
        let path = self.vault.layout().path(path);
        let ours = self.vault.env().fs.stat(&path).ok().flatten();
        let fate = if ours.is_some_and(|stat| stat.size == size) { Fate::Brought } else { Fate::Lacking };
        self.say(fate, name)
    }
}

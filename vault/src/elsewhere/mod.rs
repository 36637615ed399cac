//! Documents of an archive that was taken in whose bodies have stayed where that archive had pushed them.
//!
//! ```text
//! the line    which copy they are part of, their names there, size and digest of each        `record.file`, `from.left`
//! the cover   this vault's own; it has their keys, and where in them each document lies
//! the place   where that copy is: settings/places.toml, never the journal                     place.rs
//! opened      fetched as it lies, compared with the line, kept for a while in derived/held/   held.rs
//! verified    read there again                                                                audit.rs
//! ```
//! Nothing of theirs is below `bodies/`, and no copy, mirror or rotation of this vault speaks of them. Knows no network: whoever
//! knows stores says how a copy is reached ([`Reach`]).

mod audit; // read there again
mod held; // fetched, and kept for a while
mod place; // where the copies are

pub use audit::LeftReport;
pub(crate) use held::Held;
pub use place::HELD_BYTES;

use crate::body::Body;
use crate::catalog::Row;
use crate::copies::{Begun, Target};
use crate::error::{Error, Result};
use crate::journal::full;
use crate::layout::body_path;
use crate::session::Session;
use crate::vault::Vault;
use jingui_schema::act::{Deed, RecordFile};
use jingui_schema::digest::FileMark;
use jingui_schema::id::{Place, RecordId, TargetId};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// How the copies are reached in which documents have stayed; shared by all that one command opens.
#[derive(Clone)]
pub struct Reach(Arc<Reaching>);

type How = dyn Fn(TargetId) -> Result<Arc<dyn Target>> + Send + Sync;
/// A copy, or why it cannot be reached.
type Reached = std::result::Result<Arc<dyn Target>, String>;

struct Reaching {
    how: Box<How>,
    /// What came of it, also why one could not be reached: a store that is away is not waited for with each document.
    known: Mutex<BTreeMap<TargetId, Reached>>,
}

impl Reach {
    /// Has them reached in this way; each once.
    pub fn new(how: impl Fn(TargetId) -> Result<Arc<dyn Target>> + Send + Sync + 'static) -> Self {
        Self(Arc::new(Reaching { how: Box::new(how), known: Mutex::default() }))
    }

    /// The copy of this id.
    ///
    /// Errors: [`Error::NoLeftPlace`]; [`Error::LeftUnreachable`], also where another copy lies in its place.
    fn target(&self, vault: &Vault, of: TargetId) -> Result<Arc<dyn Target>> {
        let mut known = self.0.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(reached) = known.get(&of) {
            return reached.clone().map_err(|why| vault.left_unreachable(of, why));
        }
        let reached = (self.0.how)(of).and_then(|target| match Begun::look(&*target)? {
            Begun::Copy(mark) if mark.target == of => Ok(target),
            _ => Err(Error::LeftUnreachable {
                target: of.to_string(),
                place: target.name(),
                why: "another copy lies there, or none".into(),
            }),
        });
        match reached {
            Ok(target) => {
                known.insert(of, Ok(target.clone()));
                Ok(target)
            }
            Err(error @ (Error::NoLeftPlace { .. } | Error::Interrupted {})) => Err(error),
            Err(error) => {
                let why = match error {
                    Error::LeftUnreachable { why, .. } => why,
                    error => full(&error),
                };
                known.insert(of, Err(why.clone()));
                Err(vault.left_unreachable(of, why))
            }
        }
    }

    /// Takes note that a copy does not answer any more.
    fn is_gone(&self, of: TargetId, why: String) {
        self.0.known.lock().unwrap_or_else(PoisonError::into_inner).insert(of, Err(why));
    }
}

/// A body that lies elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// The record.
    pub record: RecordId,
    /// The filing whose documents it holds.
    pub filing: u32,
    /// The copy that it is part of.
    pub target: TargetId,
    /// Its name there.
    pub name: String,
    /// What it is, as the line of this vault has it.
    pub mark: FileMark,
}

impl Elsewhere {
    /// The bodies that a filing says have stayed elsewhere.
    pub(crate) fn of(d: &RecordFile) -> impl Iterator<Item = Self> + '_ {
        let left = d.left().into_iter();
        left.flat_map(move |left| {
            left.bodies.iter().map(move |one| Self {
                record: d.record,
                filing: one.filing,
                target: left.target,
                name: body_path(left.place, d.record, one.filing),
                mark: one.body,
            })
        })
    }
}

/// Where the body of a filing is, for whoever opens it later.
#[derive(Clone)]
pub(crate) struct BodyAt {
    vault: Vault,
    below: String,
    elsewhere: Option<(Elsewhere, Option<Reach>)>,
}

impl BodyAt {
    /// One that lies in the vault.
    pub fn here(vault: &Vault, below: String) -> Self {
        Self { vault: vault.clone(), below, elsewhere: None }
    }

    /// Its path below the vault; that of one elsewhere is nowhere.
    pub fn below(&self) -> &str {
        &self.below
    }

    /// Where it is, if not below the vault.
    pub fn elsewhere(&self) -> Option<&Elsewhere> {
        self.elsewhere.as_ref().map(|(what, _)| what)
    }

    /// As people and logs name it.
    pub fn shown(&self) -> String {
        match &self.elsewhere {
            None => self.vault.layout().path(&self.below).display().to_string(),
            Some((what, _)) => what.name.clone(),
        }
    }

    /// Opens it, wherever it lies. What comes from elsewhere has been compared with its line from end to end before.
    ///
    /// Errors: as of [`Body::open`]; [`Error::LeftDamaged`], [`Error::LeftUnreachable`], [`Error::NoLeftPlace`].
    pub fn open(&self, identity: &str) -> Result<Body> {
        let Some((what, reach)) = &self.elsewhere else {
            let path = self.vault.layout().path(&self.below);
            return Body::open(&*self.vault.env().fs, &path, identity);
        };
        let file = held::open(&self.vault, what, reach.as_ref())?;
        Body::of(Path::new(&what.name), file, identity).map_err(|error| self.blame(error))
    }

    /// Says whether it could be opened, as far as can be told without reading it.
    ///
    /// Errors: as of [`BodyAt::open`]; none of a body that lies here.
    pub fn ready(&self) -> Result<()> {
        match &self.elsewhere {
            None => Ok(()),
            Some((what, reach)) => held::ready(&self.vault, what, reach.as_ref()),
        }
    }

    /// An error that was met in it, as one of where it lies.
    pub fn blame(&self, error: Error) -> Error {
        match (&self.elsewhere, error) {
            (Some((what, _)), Error::FileDamaged { finding, .. }) => self.vault.left_damaged(what, finding),
            (Some((what, _)), Error::NotOpened { .. }) => {
                self.vault.left_damaged(what, "it is not sealed to the key in its cover".into())
            }
            (_, error) => error,
        }
    }
}

impl Session {
    /// The same person, who reaches copies in which documents have stayed.
    #[must_use]
    pub fn with_reach(mut self, reach: Reach) -> Self {
        self.reach = Some(reach);
        self
    }

    /// Reads the bodies of a filing that have stayed elsewhere, from end to end; what keeps one from being as its line says, in words.
    ///
    /// Errors: [`Error::Interrupted`].
    pub(crate) fn flaw_left(&self, d: &RecordFile) -> Result<Option<String>> {
        let vault = &self.vault;
        let state = vault.state();
        for what in Elsewhere::of(d).filter(|what| !state.has_ended_body(what.record, what.filing)) {
            let flaw = match held::fetch(vault, &what, self.reach.as_ref(), false) {
                Ok(Ok(_)) => continue,
                Ok(Err((_, finding))) => vault.left_damaged(&what, finding),
                Err(error @ Error::Interrupted {}) => return Err(error),
                Err(error) => error,
            };
            return Ok(Some(full(&flaw)));
        }
        Ok(None)
    }

    /// Where the body of a filing is.
    ///
    /// Errors: those of reading the line that brought it.
    pub(crate) fn body_at(&self, row: &Row, filing: u32) -> Result<BodyAt> {
        let below = body_path(Place::of_counter(row.counter), row.record, filing);
        let elsewhere = self.vault.elsewhere(row, filing)?;
        let elsewhere = elsewhere.map(|what| (what, self.reach.clone()));
        Ok(BodyAt { elsewhere, ..BodyAt::here(&self.vault, below) })
    }
}

impl Vault {
    /// Where the body of a filing is, if it has stayed elsewhere.
    ///
    /// Errors: those of reading the line that brought it.
    pub fn elsewhere(&self, row: &Row, filing: u32) -> Result<Option<Elsewhere>> {
        // A vault that has taken nothing in has nothing elsewhere, and asks no line.
        if self.state().takings.is_empty() {
            return Ok(None);
        }
        let Some(known) = row.filings.iter().find(|known| known.filing == filing) else { return Ok(None) };
        match self.line(known.seq)?.0.act.deed {
            Deed::RecordFile(d) => Ok(Elsewhere::of(&d).find(|one| one.filing == filing)),
            _ => Ok(None),
        }
    }

    /// Where a copy is, for people; its id where nobody has said.
    fn left_shown(&self, of: TargetId) -> String {
        self.left_place(of).map_or_else(|_| of.to_string(), |place| place.target)
    }

    fn left_unreachable(&self, of: TargetId, why: String) -> Error {
        Error::LeftUnreachable { target: of.to_string(), place: self.left_shown(of), why }
    }

    fn left_damaged(&self, what: &Elsewhere, finding: String) -> Error {
        Error::LeftDamaged { name: what.name.clone(), place: self.left_shown(what.target), finding }
    }
}

//! The index follows the journal: records put in as they are, documents read once, what was destroyed taken out.
//!
//! ```text
//! journal ──▶ facts pass ──▶ every record that a line speaks of, with the texts kept of its documents
//!             reading pass ──▶ documents that nobody has read yet ──▶ a jailed child ──▶ text/ ──▶ the record, put in again
//! ```
//!
//! Both go on where they were: the index keeps the position up to which each of them has come. An index that is missing, damaged, of
//! another epoch or of another history is made anew, with one notice; no answer ever comes from one that has shown damage.
//!
//! Decides nothing about who may ask.

mod crew; // documents read by several threads at once
mod entries; // records as entries of the index
mod facts; // the facts pass
mod mark; // up to where the index has come
mod reading; // the reading pass
mod texts; // texts that are kept
mod watch; // who watches a run, and may end it
mod words; // the words of holds

pub use reading::{Read, Wanted};
pub use texts::unread;
pub use watch::{Step, Watch};
pub use words::Texts;

use crate::extract::{Confinement, ExtractError, Extractor, Launch, Limits, Tools};
use crate::index::{self, Index};
use crate::sealed::{OpenError, Place};
use jingui_vault::env::Env;
use jingui_vault::{Notice, Session};
use mark::mark_of;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Instant;
use watch::wait;

/// Opened pieces of index files that are kept, in bytes.
const CACHE_BYTES: u64 = 128 << 20;

/// Why the index could not be brought up to date, or asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The vault's own.
    #[error(transparent)]
    Vault(#[from] jingui_vault::Error),
    /// The index's own.
    #[error(transparent)]
    Index(#[from] index::Error),
    /// No document can be read here.
    #[error(transparent)]
    Extract(#[from] ExtractError),
    /// Somebody ended it; what was done is done, and the same call goes on.
    #[error("it was stopped")]
    Stopped,
}

type Result<T> = std::result::Result<T, Error>;

/// An index and whoever reads documents for it; shared by the commands of one process.
pub struct Follower {
    dir: PathBuf,
    launch: Launch,
    extractor: OnceLock<Extractor>,
    open: Mutex<Open>,
    /// Held by whoever reads documents of many records.
    reading: Mutex<()>,
    /// Documents are being read once more by this process.
    again: AtomicBool,
}

/// What waits to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Records of which some documents have not been read.
    pub records: u64,
    /// The journal line up to which the index knows of them.
    pub lines: u64,
}

/// The index that is open, and the epoch whose key it is sealed to.
type Open = Option<(u32, Arc<Index>)>;

impl Follower {
    /// - `dir`: where the index lies; the parent exists.
    /// - `launch`: how a child that reads documents is started.
    pub fn new(dir: PathBuf, launch: Launch) -> Self {
        Self {
            dir,
            launch,
            extractor: OnceLock::new(),
            open: Mutex::new(None),
            reading: Mutex::new(()),
            again: AtomicBool::new(false),
        }
    }

    /// Brings the index up to the last durable line, and asks it.
    ///
    /// Errors: those of the vault and the index; damage is none, it costs making the index anew.
    pub fn ask<T>(
        &self,
        session: &Session,
        watch: &Watch<'_>,
        question: impl Fn(&Index) -> std::result::Result<T, index::Error>,
    ) -> Result<T> {
        let index = self.current(&mut *wait(&self.open, watch)?, session, watch)?;
        match question(&index) {
            Err(error) if error.needs_rebuild() => {
                let mut open = wait(&self.open, watch)?;
                // Of several that meet one damage, the first makes it anew for all.
                let same = open.as_ref().is_none_or(|(_, there)| Arc::ptr_eq(there, &index));
                let index = match same {
                    true => {
                        self.tell(session, &error);
                        self.anew(&mut open, session, watch)?
                    }
                    false => self.current(&mut open, session, watch)?,
                };
                drop(open);
                Ok(question(&index)?)
            }
            answer => Ok(answer?),
        }
    }

    /// What waits to be read, as the index that is there has it.
    ///
    /// It brings nothing up to date and makes nothing anew, so it answers at once: `None` where there is no index that can be
    /// asked, or where somebody is bringing it up to date.
    pub fn waiting(&self, session: &Session) -> Option<Waiting> {
        let mut open = self.open.try_lock().ok()?;
        let epoch = session.vault().state().epoch;
        let index = match open.take().filter(|(of, _)| *of == epoch) {
            Some((_, index)) => index,
            None => Index::open(self.place_of(session).ok()?).ok()?,
        };
        *open = Some((epoch, index.clone()));
        Some(Waiting { records: index.waiting_count().ok()?, lines: mark_of(&index).ok()?.facts.lines })
    }

    /// Removes the index, for whoever has no key to bring it up to date: the next one who has makes it anew.
    pub fn forget(&self, env: &Env) -> std::io::Result<()> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        *open = None;
        let files = match env.fs.list(&self.dir) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            files => files?,
        };
        files.iter().try_for_each(|(name, _)| env.fs.remove(&self.dir.join(name)))
    }

    /// Makes the index anew from the journal, the covers and the texts that are kept; returns how many records it has.
    ///
    /// One that was begun and broken off goes on where it was.
    pub fn rebuild(&self, session: &Session, watch: &Watch<'_>) -> Result<u64> {
        let mut open = wait(&self.open, watch)?;
        let begun = match open.take() {
            Some(_) => None,
            None => Index::open(self.place_of(session)?)
                .ok()
                .filter(|index| mark_of(index).is_ok_and(|mark| mark.begun)),
        };
        let index = match begun {
            Some(_) => self.current(&mut open, session, watch)?,
            None => self.anew(&mut open, session, watch)?,
        };
        Ok(index.records())
    }

    /// Reads documents and keeps their texts.
    ///
    /// - `until`: no document is begun after that; the same call goes on with the others.
    /// - Errors: [`Error::Extract`] where no document can be read here; [`jingui_vault::Error::ReadOnly`].
    pub fn read(
        &self,
        session: &Session,
        wanted: Wanted<'_>,
        until: Option<Instant>,
        watch: &Watch<'_>,
    ) -> Result<Read> {
        let late = || (watch.stop)() || until.is_some_and(|until| Instant::now() >= until);
        let watch = Watch { progress: watch.progress, stop: &late };
        reading::run(self, session, wanted, &watch)
    }

    /// How children are confined here, and which programs they were found.
    pub fn inspect(&self) -> std::result::Result<(Confinement, Tools), ExtractError> {
        self.extractor().inspect()
    }

    fn extractor(&self) -> &Extractor {
        self.extractor.get_or_init(|| Extractor::new(self.launch.clone(), Limits::default()))
    }

    fn place_of(&self, session: &Session) -> Result<Place> {
        let identity = session.current_key()?.index_identity();
        Ok(Place {
            env: session.vault().env().clone(),
            dir: self.dir.clone(),
            identity,
            cache_bytes: CACHE_BYTES,
        })
    }

    /// The index, brought up to the last line.
    fn current(&self, open: &mut Open, session: &Session, watch: &Watch<'_>) -> Result<Arc<Index>> {
        let epoch = session.vault().state().epoch;
        let there = match open.take().filter(|(of, _)| *of == epoch) {
            Some((_, index)) => Ok(index),
            None => Index::open(self.place_of(session)?).map_err(Error::from),
        };
        let heal = !self.again.load(Ordering::Relaxed);
        let followed = there.and_then(|index| facts::follow(&index, session, watch, heal).map(|()| index));
        match followed {
            Ok(index) => {
                *open = Some((epoch, index.clone()));
                Ok(index)
            }
            Err(Error::Index(error)) if error.needs_rebuild() => {
                let absent = matches!(&error, index::Error::Rebuild(OpenError::Absent(_)));
                // With the first record there has been none, and nobody wonders.
                if !absent || session.vault().state().counts.records > 1 {
                    self.tell(session, &error);
                }
                self.anew(open, session, watch)
            }
            Err(error) => Err(error),
        }
    }

    fn anew(&self, open: &mut Open, session: &Session, watch: &Watch<'_>) -> Result<Arc<Index>> {
        *open = None;
        let epoch = session.vault().state().epoch;
        let index = Index::create(self.place_of(session)?)?;
        facts::follow(&index, session, watch, false)?;
        *open = Some((epoch, index.clone()));
        Ok(index)
    }

    fn tell(&self, session: &Session, error: &index::Error) {
        let mut why = error.to_string();
        let mut source = std::error::Error::source(error);
        while let Some(cause) = source {
            why = cause.to_string();
            source = cause.source();
        }
        session.vault().tell(Notice { code: "index-rebuilt", fields: vec![("why", why)] });
    }
}

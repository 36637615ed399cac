//! The catalog opened, made anew where it has to be, brought up to the last line, asked.

use crate::catalog::{Catalog, Opened};
use crate::error::{Error, Result};
use crate::session::Session;
use crate::vault::{Notice, Vault};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

/// A catalog made anew with more rows than this is opened again before it is used.
const REOPEN_ROWS_MIN: u64 = 20_000;
/// How long others may go on using a catalog that is to be made anew.
const LET_GO_WITHIN: Duration = Duration::from_secs(60);
/// Memory that sled may use for its pages.
const CACHE_BYTES: u64 = 64 << 20;

/// Whether a catalog is to be made anew.
enum Make {
    /// Only where there is none that can be used.
    AsNeeded,
    /// In any case.
    Anew,
    /// Where this one, which has shown damage, is still the one in use.
    InPlaceOf(Arc<Catalog>),
}

impl Session {
    /// Asks the catalog, brought up to the last durable line.
    ///
    /// What is missing, damaged, of another epoch or of another history is made anew, with one notice, and
    /// asked again: an answer never comes from a catalog that has shown damage.
    pub fn ask<T>(&self, question: impl Fn(&Catalog) -> Result<T>) -> Result<T> {
        self.ask_behind(0, question)
    }

    /// Asks the catalog where it may lag behind by so many lines, if [`crate::recent::Recent`] knows the filings
    /// in them: the question has to ask that too.
    pub(crate) fn ask_behind<T>(&self, behind: u64, question: impl Fn(&Catalog) -> Result<T>) -> Result<T> {
        let catalog = match self.catalog(Make::AsNeeded, behind) {
            Err(Error::Catalog { why }) => {
                self.vault.tell(Notice::new("catalog-rebuilt", &[("why", &why)]));
                self.catalog(Make::Anew, 0)?
            }
            catalog => catalog?,
        };
        match question(&catalog) {
            Err(Error::Catalog { why }) => {
                self.vault.tell(Notice::new("catalog-rebuilt", &[("why", &why)]));
                question(&*self.catalog(Make::InPlaceOf(catalog), 0)?)
            }
            answer => answer,
        }
    }

    /// Makes the catalog anew from the journal and the covers; returns how many records it has.
    pub fn rebuild_catalog(&self) -> Result<u64> {
        self.catalog(Make::Anew, 0)?;
        Ok(self.vault.state().counts.alive())
    }

    fn catalog(&self, make: Make, behind: u64) -> Result<Arc<Catalog>> {
        match (self.catalog_in(&self.catalog_dir(), make, behind), &self.vault.inner.scratch) {
            // Reading never depends on writing: a catalog for which the vault's own disk has no room, or which
            // cannot be written there any more, is made elsewhere.
            (Err(Error::Io { source, .. }), Some(scratch)) if is_refusal_to_write(&source) => {
                self.catalog_in(&scratch.join("catalog"), Make::Anew, 0)
            }
            (catalog, _) => catalog,
        }
    }

    fn catalog_in(&self, dir: &Path, make: Make, behind: u64) -> Result<Arc<Catalog>> {
        let inner = &self.vault.inner;
        let mut slot = inner.catalog.lock().unwrap_or_else(PoisonError::into_inner);
        let anew = match make {
            Make::AsNeeded => false,
            Make::Anew => true,
            // Of many commands that meet one damage, the first makes the catalog anew for all.
            Make::InPlaceOf(failed) => slot.as_ref().is_none_or(|(_, there)| Arc::ptr_eq(there, &failed)),
        };
        let state = self.vault.state();
        let current =
            slot.as_ref().filter(|(epoch, _)| *epoch == state.epoch && !anew).map(|(_, c)| c.clone());
        let (catalog, from) = match current {
            Some(catalog) => (catalog, u64::MAX),
            None => {
                if let Some((_, old)) = slot.take() {
                    let_go(old)?;
                }
                let catalog = Arc::new(self.open_catalog(dir, anew)?);
                let from = catalog.position().lines;
                (catalog, from)
            }
        };
        if !self.may_lag(&catalog, behind) {
            self.follow(&catalog)?;
            self.vault.recent().followed(catalog.position().lines);
        }
        // sled writes its own index only while it opens; without this the next opening would read all of its log.
        let catalog = match from == 0 && state.counts.records > REOPEN_ROWS_MIN {
            true => {
                let_go(catalog)?;
                Arc::new(self.open_catalog(dir, false)?)
            }
            false => catalog,
        };
        *slot = Some((state.epoch, catalog.clone()));
        Ok(catalog)
    }

    fn open_catalog(&self, dir: &Path, anew: bool) -> Result<Catalog> {
        let state = self.vault.state();
        let key = self.current_key()?.catalog_key();
        let (env, vault) = (self.vault.env(), state.init.vault);
        let opened = match anew {
            true => Opened::Rebuild { why: String::new() },
            false => Catalog::open(env, dir, &key, state.epoch, vault, CACHE_BYTES)?,
        };
        match opened {
            Opened::Current(catalog) => Ok(catalog),
            Opened::Rebuild { why } => {
                if !anew && state.counts.records > 0 {
                    self.vault.tell(Notice::new("catalog-rebuilt", &[("why", &why)]));
                }
                Catalog::create(env, dir, &key, state.epoch, vault, CACHE_BYTES)
            }
        }
    }

    fn catalog_dir(&self) -> PathBuf {
        match (&self.vault.inner.writer, &self.vault.inner.scratch) {
            (Err(_), Some(scratch)) => scratch.join("catalog"),
            _ => self.vault.layout().path("derived/catalog"),
        }
    }

    fn may_lag(&self, catalog: &Catalog, behind: u64) -> bool {
        let position = catalog.position().lines;
        let lag = self.vault.state().lines.checked_sub(position);
        lag.is_some_and(|lag| lag <= behind) && behind > 0 && self.vault.recent().joins(position)
    }
}

impl Vault {
    /// Closes the catalog, so that its files can go.
    pub(crate) fn forget_catalog(&self) {
        drop(self.inner.catalog.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

fn is_refusal_to_write(error: &io::Error) -> bool {
    use io::ErrorKind::{QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded | ReadOnlyFilesystem)
}

/// Waits until nobody uses a catalog any more, and closes it: sled lets only one be open.
fn let_go(mut catalog: Arc<Catalog>) -> Result<()> {
    let since = Instant::now();
    loop {
        match Arc::try_unwrap(catalog) {
            Ok(last) => {
                drop(last);
                return Ok(());
            }
            Err(_) if since.elapsed() > LET_GO_WITHIN => {
                return Err(Error::Catalog { why: "it is still being used by another command".into() });
            }
            Err(shared) => catalog = shared,
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

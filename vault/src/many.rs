//! Many filings at once: a backlog, a migration.

use crate::body::Buffers;
use crate::catalog::twin_key;
use crate::error::Result;
use crate::filing::{Filed, Filing, Labels, facts};
use crate::session::Session;
use jingui_schema::digest::Sha256;
use jingui_schema::id::{ArchiveNumber, RecordId};
use std::sync::{Mutex, PoisonError};

/// Filings under way at once. More than there are cores: most of them wait for the device, and while they do the
/// others seal; those that wait together share the syncs.
///
/// Measured on two cores: 4 at once took twice as long as 16 on a virtual disk; 32 were no faster and took twice the memory.
pub const AT_ONCE: usize = 16;

/// By what a filing is known again: its labels and the digests of its documents, in any order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Twin([u8; 32]);

impl Session {
    /// By what a filing of these labels and documents is known again.
    ///
    /// - Errors: where this person has no staff number.
    pub fn twin(&self, labels: &Labels, documents: &[Sha256]) -> Result<Twin> {
        // Neither the number nor the clerk is part of it.
        let number = ArchiveNumber::new(self.vault.state().init.fonds.clone(), 1, 1);
        Ok(Twin(twin_key(&facts(labels, number, self.staff()?), documents)))
    }

    /// The records that are just the same as each of these, in their order; asks the catalog once for all of them.
    pub fn twins(&self, of: &[Twin]) -> Result<Vec<Option<RecordId>>> {
        self.ask(|catalog| of.iter().map(|twin| catalog.twin(&twin.0)).collect())
    }

    /// Files records, several at once, and tells of each when it is durable or has failed.
    ///
    /// - Shape: `told` gets the place of a filing in the order given, from 0, and what became of it; it is called from
    ///   several threads, one call at a time, in the order in which they end. A filing that fails keeps none of the others
    ///   from being filed. Where `told` says `false` no further filing is begun.
    /// - Units: [`AT_ONCE`] filings and their buffers are in memory, however many there are.
    pub fn file_many(
        &self,
        filings: impl Iterator<Item = Filing> + Send,
        told: impl FnMut(usize, Result<Filed>) -> bool + Send,
    ) {
        let filings = Mutex::new((filings.enumerate(), true));
        let told = Mutex::new(told);
        let next = || {
            let mut filings = filings.lock().unwrap_or_else(PoisonError::into_inner);
            if filings.1 { filings.0.next() } else { None }
        };
        std::thread::scope(|scope| {
            for _ in 0..AT_ONCE {
                scope.spawn(|| {
                    let mut buffers = Buffers::new();
                    while let Some((place, filing)) = next() {
                        let done = self.file(&filing, &mut buffers);
                        let go_on = told.lock().unwrap_or_else(PoisonError::into_inner)(place, done);
                        if !go_on {
                            filings.lock().unwrap_or_else(PoisonError::into_inner).1 = false;
                        }
                    }
                });
            }
        });
    }
}

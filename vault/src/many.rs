//! Many filings at once: a backlog, a migration.

use crate::body::Buffers;
use crate::error::Result;
use crate::filing::{Filed, Filing};
use crate::session::Session;
use std::sync::{Mutex, PoisonError};

/// Filings under way at once. More than there are cores: most of them wait for the device, and while they do the
/// others seal; those that wait together share the syncs.
///
/// Measured on two cores: 4 at once took twice as long as 16 on a virtual disk; 32 were no faster and took twice the memory.
pub const AT_ONCE: usize = 16;

impl Session {
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

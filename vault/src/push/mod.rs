//! Push (推送): the archive's newest state goes to the CA's store, with what the CA needs to open it and to countersign
//! it; what the CA left there comes in.
//!
//! ```text
//! taken in    the CA's signed orders, its newest countersignature            exchange.rs
//! head        over all lines there are then, signed; the copy has it
//! copy        a state of a copy                                              crate::copies
//! again       what the CA's newest report found damaged                     crate::copies
//! escrow      the keys of epochs, sealed to the CA                           below
//! asked       a request to countersign that head: last, for the lines are there by then
//! locks       files retained and held as their records are, where the target was shown to lock   locks.rs
//! ```
//! Each step can be repeated; what has arrived is not sent again. `FORMAT.md`, section 20.

mod acceptance; // what the CA makes sure of
pub mod ca; // the CA's half
mod ended; // what a copy has of what is no more
mod exchange; // what the CA left
mod handed; // bodies that a taker may have left
mod known_locks; // what was last read back of locks
mod locking; // locks set and read back
mod locks; // how each file is to be locked
mod naming; // files that lines name
mod place; // where pushes go when nobody says

pub(crate) use acceptance::continues;
pub use acceptance::{Acceptance, Acceptor};
pub use ended::{EndedFiles, ended_files};
pub use exchange::{Came, Taken};
pub use locking::LocksSet;

use crate::copies::{Begun, CopyOptions, Fate, Made, Put, Target, mine};
use crate::error::{Error, Result};
use crate::vault::Vault;
use acceptance::ESCROW_BYTES_MAX;
use jingui_schema::digest::FileMark;
use jingui_schema::exchange::{Asked, FROM_ARCHIVE, Report, again_name, escrow_name};
use std::sync::PoisonError;

/// What came of a push.
#[derive(Debug)]
pub struct Pushed {
    /// What the CA had left, as far as it was new; taken in before anything was sent.
    pub taken: Vec<Taken>,
    /// The state that counts now.
    pub made: Made,
    /// What the CA's newest report wanted again, by its name in the state, and what became of it.
    pub again: Vec<(String, Fate)>,
    /// Epochs whose escrow file is there, each with whether this run brought it.
    pub escrow: Vec<(u32, bool)>,
    /// Epochs whose escrow file is not there, and not in the keystore either; or something else lies in its place.
    pub unescrowed: Vec<u32>,
    /// What the CA was asked to countersign; none where nobody has been named to.
    pub asked: Option<Asked>,
    /// Why it could not be asked.
    pub unasked: Option<Error>,
    /// What came of locks, where the target locks.
    pub locks: Option<LocksSet>,
}

impl Pushed {
    /// How many things of it need somebody: orders that were not carried out, files that could not be sent again or
    /// in whose place something else lies, escrow that is nowhere, a question that could not be put, files that are not locked
    /// or were not any more.
    pub fn unsettled(&self) -> usize {
        let refused = self.taken.iter().filter(|taken| taken.came.is_err()).count();
        let unsent =
            self.again.iter().filter(|(_, fate)| !matches!(fate, Fate::Brought | Fate::There)).count();
        refused
            + unsent
            + self.made.beside.len()
            + self.unescrowed.len()
            + usize::from(self.unasked.is_some())
            + self.locks.as_ref().map_or(0, |locks| {
                locks.refused.len() + locks.lost.len() + usize::from(locks.ended.is_some())
            })
    }

    /// Whether it was cut off while locks were read back: everything had been sent, and what was found until then is in it.
    pub fn is_interrupted(&self) -> bool {
        let ended = self.locks.as_ref().and_then(|locks| locks.ended.as_ref());
        matches!(ended, Some(Error::Interrupted {}))
    }
}

impl Vault {
    /// Takes in what the CA left at a target, and brings the newest state there.
    ///
    /// - Shape: what fails of the CA's orders is named in the answer and keeps nothing from being sent.
    /// - Errors: as of [`Vault::copy_to`]; the next push goes on. What is cut off once everything has been sent is none:
    ///   [`Pushed::is_interrupted`].
    pub fn push(&self, target: &dyn Target, options: &CopyOptions<'_>) -> Result<Pushed> {
        let mut taken = Vec::new();
        let pushed = self.push_and_tell(target, options, &mut taken)?;
        Ok(Pushed { taken, ..pushed })
    }

    /// The same; what was taken in is put into `taken` rather than into the answer, so that it is told where sending fails.
    pub fn push_and_tell(
        &self,
        target: &dyn Target,
        options: &CopyOptions<'_>,
        taken: &mut Vec<Taken>,
    ) -> Result<Pushed> {
        let report = match Begun::look(target)? {
            Begun::Empty => None,
            Begun::Copy(mark) => {
                let mark = mine(target, mark, self.state().init.vault)?;
                self.take_in(target, &mark, options.interrupted, taken)?
            }
        };
        // A vault that nothing can be written to is copied all the same: then it is worth the most.
        let request = match self.cosign_request(None) {
            Ok(request) => Some(Ok(request)),
            Err(Error::NoCosigner {}) => None,
            Err(error) => Some(Err(error)),
        };
        let locks = target.locks().map(|locker| (locker, self.begin_locks(locker, options.interrupted)));
        if let Some((_, Err(Error::Interrupted {}))) = locks {
            return Err(Error::Interrupted {});
        }
        let _one_at_a_time = self.inner.copying.lock().unwrap_or_else(PoisonError::into_inner);
        // The archive may put and not remove: what is in the way is gone round.
        let made = self.copy_held(target, &CopyOptions { beside: true, ..*options })?;
        let again = report.as_ref().map(|report| self.put_again(target, report, &made)).transpose()?;
        let again = again.unwrap_or_default();
        let (mut escrow, mut unescrowed) = (Vec::new(), Vec::new());
        for (epoch, there) in self.put_escrow(target, report.as_ref())? {
            match there {
                Some(put) => escrow.push((epoch, matches!(put, Put::New))),
                None => unescrowed.push(epoch),
            }
        }
        let (mut asked, mut unasked) = (None, None);
        match request {
            Some(Ok(request)) => {
                let name = Asked { lines: request.head().head().size(), old: request.old() };
                let text = request.to_text();
                let path = format!("{FROM_ARCHIVE}/{}", name.file_name());
                match target.put(&path, FileMark::of(text.as_bytes()), false, &mut text.as_bytes()) {
                    Ok(_) => asked = Some(name),
                    Err(error @ Error::InTheWay { .. }) => unasked = Some(error),
                    Err(error) => return Err(error),
                }
            }
            Some(Err(error)) => unasked = Some(error),
            None => {}
        }
        target.settle()?;
        let locks = match locks {
            None => None,
            Some((locker, Ok(locks))) => {
                Some(self.lock_files(target, locker, &locks, made.target, options)?)
            }
            // What keeps the dates from being read keeps nothing from being sent.
            Some((locker, Err(error))) => {
                Some(LocksSet { mode: locker.mode(), ended: Some(error), ..LocksSet::default() })
            }
        };
        Ok(Pushed { taken: Vec::new(), made, again, escrow, unescrowed, asked, unasked, locks })
    }

    /// Puts the escrow files of all epochs whose key is not destroyed, once more where the report wants one; `None` for one
    /// that is nowhere to be had, or in whose place something else lies.
    fn put_escrow(&self, target: &dyn Target, report: Option<&Report>) -> Result<Vec<(u32, Option<Put>)>> {
        let state = self.state();
        let mut puts = Vec::new();
        for (epoch, of) in state.epochs.iter().filter(|(_, of)| of.destroyed.is_none()) {
            let Some(mark) = of.escrow.map(|escrow| FileMark { size: escrow.size, b3: escrow.b3 }) else {
                continue;
            };
            let name = escrow_name(*epoch, mark.b3);
            // A keystore that is away, or a file that is, is as good as one that says something else.
            let path = self.keystore().map(|store| store.escrow_path(*epoch));
            let bytes = path.ok().and_then(|path| self.env().fs.read(&path, ESCROW_BYTES_MAX).ok());
            let bytes = bytes.unwrap_or_default();
            let wants = |report: &&Report| report.wanted.iter().any(|wanted| wanted.name == name);
            let put = match FileMark::of(&bytes) == mark {
                true => {
                    let again = report.filter(wants).map(|report| again_name(report.lines, &name));
                    match target.put(again.as_ref().unwrap_or(&name), mark, false, &mut &bytes[..]) {
                        Err(Error::InTheWay { .. }) => None,
                        put => Some(put?),
                    }
                }
                // It may have been handed over and taken away.
                false => target.stat(&name)?.filter(|there| there.size == mark.size).map(|_| Put::There),
            };
            puts.push((*epoch, put));
        }
        Ok(puts)
    }
}

//! Disposal (销毁): records whose time is over, destroyed as people have said, and not one of them earlier.
//!
//! ```text
//! plan       the journal from its first line → who may be destroyed: a file; its digest is what people sign   draw.rs
//! appraise   each record: destroy, keep until a day, keep as another class                                    people.rs
//! approve    one person for each sign-off that is asked for; another appraisal voids all of them
//! witness    two people (监销人) who compared list and records
//! wait       days after a head over all signatures was countersigned outside, by the clock of who countersigned
//! run        the journal once more, then its new lines: each record's dates and holds again; a line that names a few
//!            hundred; each one's covers, behind a gate that no hold passes meanwhile; bodies, notes; a line      run.rs
//! close      the register (销毁清册), which the witnesses sign                                                register.rs
//! ```
//! Who may do what is decided here, in the state, from lines alone. Today is no later than what the cosigner has
//! countersigned, so a clock that was put forward destroys nothing.

mod audit; // destructions looked at again
mod destroyed; // records that are no more
mod draw; // making a plan
mod evidence; // what a stranger checks a certificate with
mod failed; // a run that did not go through
mod gate; // holds and destruction, one after the other
mod needs; // what a plan waits for: pure
mod people; // what people say of a plan
mod plan; // how far a plan has come: pure
mod register; // what became of it
mod replay; // the journal once more, signatures and all
mod reverse; // an appraisal that was a mistake
mod run; // carrying it out
mod sealed; // who could still open what
mod seats; // whether there are people for it: pure

pub use destroyed::Destroyed;
pub use draw::{Drawn, ROWS_MAX};
pub use failed::{Failed, Failure};
pub(crate) use gate::Gate;
pub use needs::Needs;
pub use people::{Appraised, Judgement, Paper, Relied};
pub(crate) use plan::APPRAISERS;
pub use plan::{Plan, Signature, Stage, UnderWay};
pub(crate) use replay::Replay;
pub(crate) use run::{Files, places, sweep};
pub use run::{Outcome, Ran, RunOptions};
pub use sealed::Openers;
pub use seats::{Seat, seats_text};

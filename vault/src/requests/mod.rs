//! A single record for the CA while an archive lives: asked for by a signed act and answered by the archive, or opened by the
//! CA itself out of a copy with the keys that are escrowed to it.
//!
//! ```text
//! at the CA        asks: an act of the authority, left at the target of the pushes            order.rs
//! at the archive   a push takes it in; somebody opens the record and answers, or refuses      answer.rs
//!                  the answer: facts, documents and lines, proved under a signed head, sealed to who asked
//! at the CA        reads it, and believes what is proved                                      read.rs, proof.rs
//! or at the CA     opens the record itself; an act says so in the archive's journal           open.rs
//! ```
//! An answer needs no trust in who brought it: the head is signed by the log, each line is proved under it, and a line
//! commits to the facts and documents. `FORMAT.md`, section 22.

mod answer; // the archive's half
mod folder; // what was given, written out
mod open; // the CA opens a record by itself
mod order; // acts of the CA
mod pack; // an answer, sealed
mod proof; // what is proved of an answer
mod read; // an answer, opened
mod state; // what lines say of requests

pub use answer::Answer;
pub use open::{OpenedRecord, Opener, Retelling, Tell, tell_again};
pub use order::{Asking, Order, request_record};
pub use read::{Given, Questioner, Vouched, answers_at};
pub use state::{End, Request, Requests, What};

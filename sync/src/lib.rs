//! The way out and in: object stores. Moves files as they lie; cannot open one.
//!
//! Knows S3 and what speaks like it. Knows no key of the archive, no record, no rule. Never reads the environment, a
//! home directory or a file: who the person is to a store is given. Callers block; nobody outside sees a future.

mod access; // who asks, and where
mod address; // which bucket, and what is below
mod fault; // what a store says, and what a person can do
mod lock; // objects locked, and how they are found to be
mod probe; // what a store really does, found out with canaries
mod probed; // what was found out, as data
mod profile; // credentials as other programs keep them
mod read; // a file in a store, read piece by piece
mod remove; // every version removed, for who may
mod request; // a question that the client library has no words for
mod said; // one answer of a store, as it came over the wire
mod send; // a file sent, whole or in parts
mod store; // one question, asked until it is answered
mod target; // copies in a store
mod wire; // connections
mod xml; // what a store answers with

pub use access::{Access, Addressing, Credentials, Patience};
pub use address::Address;
pub use probe::Probe;
pub use probed::{Ability, Left, LockMode, PROBED_VERSION, Point, Probed, Verdict, Why};
pub use profile::{Profile, ProfileError};
pub use remove::StoreRemover;
pub use target::{PROBE, StoreTarget};

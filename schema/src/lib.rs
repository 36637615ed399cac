//! The words and stored forms of a Jingui vault: ids, facts, acts, events, covers, heads.
//!
//! Does no I/O, holds no keys, knows no clock. `FORMAT.md` beside it describes every byte; what is
//! parsed here was checked here, so that nobody behind the edge handles raw strings.

pub mod act; // what people and the vault do
pub mod answer; // a single record for the CA
pub mod certificate; // certificates, as covers and journal know them
pub mod commit; // how far a journal counts
pub mod copy; // what stands at the target of a copy
pub mod cosignature; // heads countersigned, and what is asked and answered for it
pub mod cover; // facts, documents, manifest, notes
pub mod digest; // BLAKE3 and SHA-256 values, public keys, signatures
pub mod disposal; // plans and registers of destruction
pub mod exchange; // what an archive and its CA leave for each other
pub mod facts; // what is known of a record
pub mod head; // signed heads
pub mod hold; // which records a hold means
pub mod id; // ids, staff numbers, archive numbers
pub mod identifier; // ID numbers and credit codes
pub mod jobs; // scheduled work: which jobs, when, what of a run
pub mod line; // an event as it lies in the journal
pub mod materials; // required materials and what a record lacks
pub mod merkle; // the RFC 6962 tree
pub mod near; // words that were perhaps meant
pub mod padme; // padded sizes
pub mod projects; // lists of projects and customers
pub mod receipt; // what a CA says that it has taken in
pub mod removal; // what a CA has removed from a copy
pub mod rules; // retention rules: classes, years, legal basis
pub mod sight; // who sees what of a record
mod spelling; // one spelling for each line and act
pub mod time; // times and days

/// The format of all that is kept: what this program writes, and what it reads.
///
/// 0 was a draft, which nothing reads any more. What is derived has versions of its own, and signing contexts
/// (`jingui act 1`) are spelt out where they stand: neither follows this number.
pub const FORMAT: u32 = 1;
/// The suite of algorithms of format 1: age v1, SHA-256, BLAKE3, Ed25519.
pub const SUITE: &str = "intl";

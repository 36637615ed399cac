//! The `jingui` program: reads a command line, unlocks a key, finds who holds the vault, runs one command.
//!
//! Decides nothing about records: that is the vault's. One file a command in [`commands`]; nobody else prints.

mod archive; // what is told of an archive that is refused
pub mod backlog; // a sheet of many records
pub mod certs; // certificates among the files of a filing
pub mod cli; // which commands there are
pub mod commands; // what they do
pub mod context; // what they are given
pub mod destruction; // certificates of destruction, for stock tools
pub mod doctor; // machine and vault looked over
pub mod failure; // how they fail
pub mod folder_rule; // how a path says what a file is
pub mod forms; // labels and lists on paper
pub mod holder; // one process holds a vault, many commands
pub mod intake; // files on their way into a filing
pub mod interrupt; // Ctrl-C
pub mod messages; // Chinese and English
pub mod output; // how it looks
pub mod panics; // our own mistakes
pub mod paper; // pages as PDF
pub mod passphrase; // unlocking a key
pub mod proof; // a document's proof, for stock tools
pub mod said; // what is to be told, in whichever language
pub mod sample; // made-up application files
pub mod sheet; // tables in and out
mod start; // from the command line to the command
pub mod stores; // who somebody is to an object store
pub mod turns; // commands that run for days
pub mod watched; // a scanner's folder on its way into the vault
pub mod words; // what others call our fields and kinds

pub use start::{Surroundings, run};

/// The word with which the program is told to be a child that reads documents.
pub const READER: &str = "extract-child";

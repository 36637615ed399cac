//! Indexer: text out of documents, and the sealed index in which it is found.
//!
//! Does not know people, rights or retention rules, and never sees the journal: whoever follows it hands over entries.

pub mod index; // records put in, taken out, found
pub mod page; // what was read of one document
pub mod sealed; // the directory of the index
pub mod text; // what is compared with what

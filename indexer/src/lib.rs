//! Indexer: text out of documents, and the sealed index in which it is found.
//!
//! Does not know people, rights or retention rules, and never sees the journal: whoever follows it hands over entries.

pub mod extract; // text out of documents that nobody vouches for
pub mod page; // what was read of one document

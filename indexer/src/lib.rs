//! Indexer: text out of documents, and the sealed index in which it is found.
//!
//! Does not know people, rights or retention rules, and never sees the journal: whoever follows it hands over entries.

pub mod archive; // ZIP archives, read where they lie
pub mod formats; // readers of document formats: bytes in, pages out
pub mod number; // what a spreadsheet does to numbers, days and characters
pub mod page; // what was read of one document
pub mod xml; // the little XML that documents are made of

//! Indexer: text out of documents, and the sealed index in which it is found.
//!
//! Knows no person, right or retention rule.

pub mod extract; // text out of documents that nobody vouches for
pub mod kept; // texts as they are kept
pub mod page; // what was read of one document
pub mod reader; // the child's half: what is read by whom

pub mod archive; // ZIP archives, read where they lie
pub mod formats; // readers of document formats: bytes in, pages out
pub mod number; // what a spreadsheet does to numbers, days and characters
pub mod xml; // the little XML that documents are made of

pub mod follow; // the index follows the journal
pub mod index; // records put in, taken out, found
pub mod sealed; // the directory of the index
pub mod text; // what is compared with what

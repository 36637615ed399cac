//! Rows and pages read as they lie below their seals, for the tests that feed them whatever there is.

use super::postings::{said, subject};
use super::{Row, rows, runs};

/// A row as it lies, for a corpus.
pub fn row_bytes(row: &Row) -> Vec<u8> {
    rows::encode(row, &[7; 12])
}

/// Postings, in ascending order, as a page.
pub fn page_bytes(postings: &[Vec<u8>]) -> Vec<u8> {
    let (mut page, mut before) = (Vec::new(), &[][..]);
    for posting in postings {
        runs::put_posting(&mut page, before, posting);
        before = posting;
    }
    page
}

/// A row, written again.
pub fn row(bytes: &[u8]) -> Option<Vec<u8>> {
    rows::decode(bytes).map(|(row, twin)| rows::encode(&row, &twin))
}

/// A page of postings: written again, and how many of them say something.
pub fn page(bytes: &[u8]) -> Option<(Vec<u8>, usize)> {
    let (mut page, mut before, mut told) = (Vec::new(), Vec::new(), 0);
    for posting in runs::postings_of(bytes)? {
        told += usize::from(said(&posting).is_ok());
        assert!(posting.starts_with(subject(&posting)), "a subject is the beginning of its posting");
        runs::put_posting(&mut page, &before, &posting);
        before = posting;
    }
    Some((page, told))
}

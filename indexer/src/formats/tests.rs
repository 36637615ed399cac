//! What all readers keep to, and what is in documents of others.

mod corpus; // documents that others made
mod fixtures; // documents made here
mod hostile; // documents that mean no good, and what damage does
mod kinds; // which format it is
mod ofds; // OFD
mod office; // Word, Excel, PowerPoint, OpenDocument
mod old; // the same up to 2003
mod texts; // plain text, HTML, RTF, e-mail

use super::*;

/// All text of a reading, pages parted by a form feed.
fn text_of(reading: &Reading) -> String {
    reading.pages.iter().map(|page| page.text.as_str()).collect::<Vec<_>>().join("\u{c}")
}

/// Reads a document of a name under the usual limits.
fn read_named(bytes: &[u8], name: &str) -> Reading {
    read(sniff(bytes, name), bytes, &Limits::default())
}

/// Asserts what holds of every reading.
fn assert_sound(reading: &Reading, what: &str) {
    for page in &reading.pages {
        let bad = page.text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t'));
        assert_eq!(bad, None, "{what}");
    }
    let chars: usize = reading.pages.iter().map(|page| page.text.chars().count()).sum();
    assert!(chars <= Limits::default().chars && reading.pages.len() <= Limits::default().pages, "{what}");
}

//! What was read of one document: pages of text, or why there are none.

use serde::{Deserialize, Serialize};

/// Where a page's text came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// The document says so itself.
    Layer,
    /// It was recognised in a picture.
    Ocr,
}

/// One page; a sheet, a slide or a message where the format has no pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// Where it came from.
    pub origin: Origin,
    /// Its text, lines ended by LF; no control characters but LF and TAB.
    pub text: String,
}

/// Why nothing, or not all, was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unread {
    /// It wants a password.
    Encrypted,
    /// It is no whole document of its type.
    Damaged,
    /// Of a type that nobody here reads.
    Unknown,
    /// More than may be read of one document: pages, characters or unpacked bytes.
    TooLarge,
    /// Reading it took more time or memory than it may, or its reader broke.
    Misbehaved,
    /// Its text is in pictures, and there is no program here that recognises it.
    NoOcr,
    /// The program that reads such documents is not installed.
    NoReader,
    /// Pictures in which no text was recognised, or none that deserves the name.
    Illegible,
    /// Nobody has read it yet.
    Waiting,
}

impl Unread {
    /// All reasons, those that people see most often first.
    pub const ALL: &[Self] = &[
        Self::Waiting,
        Self::NoOcr,
        Self::NoReader,
        Self::Encrypted,
        Self::Damaged,
        Self::Unknown,
        Self::Illegible,
        Self::TooLarge,
        Self::Misbehaved,
    ];

    /// The reason in a word, as it is stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Encrypted => "encrypted",
            Self::Damaged => "damaged",
            Self::Unknown => "unknown",
            Self::TooLarge => "too-large",
            Self::Misbehaved => "misbehaved",
            Self::NoOcr => "no-ocr",
            Self::NoReader => "no-reader",
            Self::Illegible => "illegible",
            Self::Waiting => "waiting",
        }
    }
}

/// What was read of one document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// Its pages in order, those that could be read; where the format has pages, one without text stands as an empty one before others,
    /// so that a page's place is its number.
    pub pages: Vec<Page>,
    /// What could not be read, where something could not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<Unread>,
}

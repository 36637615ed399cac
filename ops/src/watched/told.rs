//! What is told of a pass, and what is counted.

use super::places::Place;
use crate::failure::{Failure, Result};
use crate::said::Said;
use jingui_schema::facts::Flaw;
use jingui_schema::id::{ArchiveNumber, RecordId};
use jingui_schema::materials::Assessment;
use serde::Serialize;
use std::path::PathBuf;

/// What has happened to a record.
#[derive(Debug)]
pub struct Event {
    /// Its directory or its first file, below the folder.
    pub name: PathBuf,
    /// How many files are where they are said to be.
    pub files: usize,
    /// How many changed meanwhile, and wait still.
    pub left: usize,
    /// What it was.
    pub what: What,
}

/// What has happened.
#[derive(Debug)]
pub enum What {
    /// It is in the vault.
    Archived {
        /// Its number.
        number: ArchiveNumber,
        /// The record.
        record: RecordId,
        /// Whether it supplements a record that was there.
        supplement: bool,
        /// What it has and lacks, where it was filed just now.
        found: Option<Assessment>,
        /// Documents that cannot be opened, by name.
        flaws: Vec<(String, Flaw)>,
    },
    /// It would be filed.
    WouldFile {
        /// The record that it would supplement.
        supplements: Option<ArchiveNumber>,
    },
    /// It went elsewhere, for these reasons.
    Elsewhere {
        /// Where to.
        place: Place,
        /// Why.
        reasons: Vec<Said>,
    },
    /// What was left of it has gone to where it belongs: after a crash, or after it could not be moved.
    Resumed {
        /// Where to.
        place: Place,
        /// Whether what became of it was told before.
        told: bool,
    },
    /// Its files cannot be moved; it is tried again.
    Stuck {
        /// Why.
        why: Failure,
    },
}

/// What is waiting in the folder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// Records, as far as they can be told apart.
    pub records: u64,
    /// Files.
    pub files: u64,
    /// Bytes.
    pub bytes: u64,
    /// Records that are still for long enough and are not finished, each with its reason.
    #[serde(skip)]
    pub unfinished: Vec<(PathBuf, Said)>,
}

/// Files that lie in a place, readable for everybody who gets there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Left {
    /// Files.
    pub files: u64,
    /// Bytes.
    pub bytes: u64,
}

/// What has been done since the watch began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Records filed.
    pub archived: u64,
    /// Records supplemented.
    pub supplemented: u64,
    /// Records that were there before.
    pub duplicates: u64,
    /// Records that a person has to see to.
    pub attention: u64,
    /// Records whose files could not be moved.
    pub stuck: u64,
}

/// What is told to whom it concerns.
pub type Tell<'a> = dyn FnMut(Event) -> Result<()> + 'a;

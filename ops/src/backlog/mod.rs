//! The backlog: a sheet of many records and their files, planned first and then filed exactly as planned.
//!
//! A plan is the sheet again with a result for each row. [`decide`] is the one place that gives it, for the plan and for
//! the filing alike: filing decides every row again and does nothing where one comes out otherwise. Of the vault this asks
//! whether a record is there already, and has it filed; all else is the vault's.

mod columns; // what the columns of a sheet are
mod decide; // what becomes of a row
mod file; // carrying out a plan
mod files; // the files there are
mod finding; // which of them belong to a row
mod paper; // a plan as a sheet
mod plan; // making one
mod row; // from cells to labels

pub use columns::MEMORY;
pub use decide::Line;
pub use file::{Applied, Apply, apply};
pub use finding::LeftOver;
pub use plan::{Ask, Planned, plan};

use crate::failure::{Failure, Problem, Result};
use crate::messages::{Lang, Messages};
use crate::output::printable_path;
use crate::said::Said;
use crate::words::Words;
use jingui_vault::filing::Filed;
use std::path::Path;

/// What becomes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Word {
    /// It is to be filed.
    New,
    /// The same record is there already; nothing is done.
    Filed,
    /// An earlier row of the sheet is the same.
    DuplicateRow,
    /// A value that must be there is not.
    MissingValue,
    /// A value is not one.
    BadValue,
    /// A spreadsheet has rounded a number.
    SpreadsheetNumber,
    /// A file that the row names, or any at all, is not there.
    MissingFile,
    /// Several files could be meant.
    FileAmbiguous,
    /// Another row has the same file.
    FileTwice,
    /// A file cannot be read, or not be filed.
    BadFile,
    /// It has been filed by this plan.
    Done,
    /// It was to be filed, and could not be.
    Failed,
    /// It was to be filed, and its turn has not come.
    Waiting,
}

impl Word {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::New,
        Self::Filed,
        Self::DuplicateRow,
        Self::MissingValue,
        Self::BadValue,
        Self::SpreadsheetNumber,
        Self::MissingFile,
        Self::FileAmbiguous,
        Self::FileTwice,
        Self::BadFile,
        Self::Done,
        Self::Failed,
        Self::Waiting,
    ];

    /// The word in plans and in JSON, the same in every language.
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Filed => "filed",
            Self::DuplicateRow => "duplicate-row",
            Self::MissingValue => "missing-value",
            Self::BadValue => "bad-value",
            Self::SpreadsheetNumber => "spreadsheet-number",
            Self::MissingFile => "missing-file",
            Self::FileAmbiguous => "file-ambiguous",
            Self::FileTwice => "file-twice",
            Self::BadFile => "bad-file",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Waiting => "waiting",
        }
    }

    /// The word of this spelling.
    pub fn of(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|word| word.word() == text)
    }

    /// Says whether a row of this result needs a person.
    pub fn wants_a_person(self) -> bool {
        !matches!(self, Self::New | Self::Filed | Self::Done)
    }
}

/// Something wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What kind of thing.
    pub word: Word,
    /// What it is, and what to do.
    pub said: Said,
}

impl Fault {
    fn new(word: Word, said: Said) -> Self {
        Self { word, said }
    }
}

/// In which words sheets are read, and reasons told.
#[derive(Clone, Copy)]
struct Tongue {
    words: &'static Words,
    messages: &'static Messages,
}

impl Tongue {
    fn of(lang: Lang) -> Self {
        Self { words: Words::shipped(), messages: Messages::for_lang(lang) }
    }

    /// A sheet that cannot be read, and why.
    fn refused(self, path: &Path, said: &Said) -> Failure {
        Problem::Sheet { path: printable_path(path), why: said.tell(self.messages) }.into()
    }
}

/// How many rows there are of each result.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts([u64; Word::ALL.len()]);

impl Counts {
    /// Counts one more.
    pub fn add(&mut self, word: Word) {
        self.0[word as usize] += 1;
    }

    /// How many of a result.
    pub fn of(&self, word: Word) -> u64 {
        self.0[word as usize]
    }

    /// Those there are any of.
    pub fn each(&self) -> impl Iterator<Item = (Word, u64)> {
        Word::ALL.iter().map(|word| (*word, self.of(*word))).filter(|(_, count)| *count > 0)
    }

    /// All rows.
    pub fn rows(&self) -> u64 {
        self.0.iter().sum()
    }

    /// Rows that need a person.
    pub fn open(&self) -> u64 {
        self.each().filter(|(word, _)| word.wants_a_person()).map(|(_, count)| count).sum()
    }
}

/// Who is told how a plan goes on.
pub trait Watch: Send {
    /// So many rows have been looked at, or filed where `filing`; of so many where that is known.
    ///
    /// Errors: whatever is to end it here.
    fn step(&mut self, filing: bool, rows: u64, of: Option<u64>) -> Result<()>;

    /// What becomes of a row, in the order of the sheet.
    fn line(&mut self, line: &Line) -> Result<()>;

    /// A row was filed, or could not be (for reasons already told in the language of the plan); in the order in which they end.
    fn filed(&mut self, row: u32, word: Word, filed: Option<&Filed>, why: Option<&str>) -> Result<()>;
}

//! Sheets: tables as people keep them, CSV and XLSX, in and out.
//!
//! Rows are texts, with how each cell was stored where the file says so, for a spreadsheet ruins long numbers without a word.
//! Knows nothing of records and of what a column means. What is in memory at a time is one row, and the texts that an XLSX
//! file keeps apart from its rows.

mod csv_in; // comma-separated, in any of the encodings in use
mod text; // bytes to text
pub mod write; // CSV and XLSX out
mod xlsx_in; // a sheet of a workbook
mod xml; // the XML of its parts

use crate::said::Said;
use jingui_indexer::archive::{ArchiveError, Whole};
use jingui_indexer::number;
use jingui_schema::digest::Sha256;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

pub use text::Encoding;

/// Rows of a sheet at most; what has more is to be split.
pub const ROWS_MAX: u32 = 1_048_576;
/// Columns at most.
pub const COLUMNS_MAX: usize = 1024;
/// Bytes of one row at most.
const ROW_BYTES_MAX: usize = 4 << 20;
/// Bytes of a sheet's file at most.
const FILE_BYTES_MAX: u64 = 1 << 30;

/// How a cell was stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stored {
    /// As text; all cells of a CSV file are.
    #[default]
    Text,
    /// As a number.
    Number,
    /// As a day or a time.
    Day,
    /// As yes or no.
    Truth,
    /// As the error of a formula, such as `#N/A`.
    Error,
}

/// One cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// What it says, without blanks around it.
    pub text: String,
    /// How it was stored.
    pub stored: Stored,
}

impl Cell {
    /// Says whether a spreadsheet has rounded what was once a longer number: a number of 15 digits and more, or its
    /// scientific notation, also as text.
    pub fn is_rounded(&self) -> bool {
        match self.stored {
            Stored::Number => number::is_long(&self.text),
            Stored::Text => number::is_scientific(&self.text),
            _ => false,
        }
    }
}

/// One row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Its number as a spreadsheet shows it, from 1.
    pub no: u32,
    /// Its cells; those behind the last one are empty.
    pub cells: Vec<Cell>,
}

impl Row {
    /// The text of a cell; empty where the row has ended before it.
    pub fn text(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", |cell| &cell.text)
    }

    /// Says whether nothing is in it.
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.text.is_empty())
    }
}

/// A sheet that was looked at.
#[derive(Debug)]
pub struct Sheet {
    file: File,
    form: Form,
    /// Size and digest of its file.
    pub mark: (u64, Sha256),
}

#[derive(Debug)]
enum Form {
    Csv(csv_in::Shape),
    Xlsx(Box<xlsx_in::Workbook>),
}

/// Why a sheet cannot be read.
#[derive(Debug)]
pub enum SheetError {
    /// It cannot be read.
    Io(io::Error),
    /// Nothing in it.
    Empty,
    /// It is of another kind: an old `.xls`, a PDF.
    Kind,
    /// Neither UTF-8 nor GB18030; where.
    Encoding {
        /// The line.
        line: u64,
    },
    /// It is over a limit.
    TooLarge {
        /// The key of the message that names what is too large.
        what: &'static str,
        /// The limit.
        limit: u64,
    },
    /// The workbook's archive is refused.
    Archive(ArchiveError),
    /// The workbook does not hold together: which part.
    Damaged {
        /// The part of the archive.
        part: String,
    },
    /// No sheet of this name; those there are.
    NoTab {
        /// The name.
        name: String,
        /// Those there are.
        list: String,
    },
    /// It changed while it was read.
    Changed,
}

impl From<io::Error> for SheetError {
    fn from(error: io::Error) -> Self {
        match error.get_ref().and_then(|inner| inner.downcast_ref::<TooLong>()) {
            Some(_) => Self::TooLarge { what: "sheet-row", limit: ROW_BYTES_MAX as u64 },
            None => Self::Io(error),
        }
    }
}

/// One row has taken more bytes than a row may.
#[derive(Debug, thiserror::Error)]
#[error("a row is too long")]
struct TooLong;

type Result<T> = std::result::Result<T, SheetError>;

impl SheetError {
    /// What is wrong and what to do.
    pub fn said(&self) -> Said {
        match self {
            Self::Io(error) => Said::new("sheet-io").text("cause", error.to_string()),
            Self::Empty => Said::new("sheet-empty"),
            Self::Kind => Said::new("sheet-kind"),
            Self::Encoding { line } => Said::new("sheet-encoding").number("line", *line),
            Self::TooLarge { what, limit } => {
                Said::new("sheet-too-large").word("what", *what).number("limit", *limit)
            }
            Self::Archive(error) => crate::archive::said(error),
            Self::Damaged { part } => Said::new("sheet-damaged").text("part", part),
            Self::NoTab { name, list } => Said::new("sheet-no-tab").text("name", name).text("list", list),
            Self::Changed => Said::new("sheet-changed"),
        }
    }
}

impl Sheet {
    /// Looks at a sheet's file: what it is, its encoding, its digest. `tab` names a sheet of a workbook; where it is not
    /// given, the first one that is not hidden is read.
    pub fn open(path: &Path, tab: Option<&str>) -> Result<Self> {
        Self::look(path, tab, csv_in::Shape::of)
    }

    /// The same of a sheet that [`write::Writer`] wrote: nothing about it has to be found out.
    pub fn open_ours(path: &Path) -> Result<Self> {
        Self::look(path, None, |_| Ok(csv_in::Shape::ours()))
    }

    fn look(path: &Path, tab: Option<&str>, shape: impl Fn(&File) -> Result<csv_in::Shape>) -> Result<Self> {
        let file = crate::intake::open_regular(path)?;
        let mark = digest(&file)?;
        let mut start = [0; 8];
        let read = io::Read::read(&mut reader(&file), &mut start)?;
        let form = match &start[..read] {
            [] => return Err(SheetError::Empty),
            [b'P', b'K', 3, 4, ..] => Form::Xlsx(Box::new(xlsx_in::Workbook::open(&file, tab)?)),
            [0xd0, 0xcf, 0x11, 0xe0, ..] | [b'%', b'P', b'D', b'F', ..] => return Err(SheetError::Kind),
            _ => Form::Csv(shape(&file)?),
        };
        Ok(Self { file, form, mark })
    }

    /// The encoding of a CSV file.
    pub fn encoding(&self) -> Option<Encoding> {
        match &self.form {
            Form::Csv(shape) => Some(shape.encoding),
            Form::Xlsx(_) => None,
        }
    }

    /// The name of the sheet read, in a workbook, and how many others that are not hidden there are.
    pub fn tab(&self) -> Option<(&str, usize)> {
        match &self.form {
            Form::Csv(_) => None,
            Form::Xlsx(book) => Some((&book.tab, book.others)),
        }
    }

    /// Its rows from the first on.
    pub fn rows(&self) -> Result<Rows<'_>> {
        Ok(match &self.form {
            Form::Csv(shape) => Rows::Csv(Box::new(shape.rows(&self.file)?)),
            Form::Xlsx(book) => Rows::Xlsx(Box::new(book.rows(&self.file)?)),
        })
    }

    /// Asserts that the file still is what it was when it was opened.
    pub fn still(&self) -> Result<()> {
        if digest(&self.file)? == self.mark { Ok(()) } else { Err(SheetError::Changed) }
    }
}

/// The rows of a sheet, one after another; blank ones are left out, their numbers are not.
pub enum Rows<'a> {
    /// Of a CSV file.
    #[doc(hidden)]
    Csv(Box<csv_in::Rows>),
    /// Of a workbook.
    #[doc(hidden)]
    Xlsx(Box<xlsx_in::Rows<'a>>),
}

impl Rows<'_> {
    /// Reads the next row that is not blank into `row`; says `false` where there is none.
    pub fn next(&mut self, row: &mut Row) -> Result<bool> {
        loop {
            let more = match self {
                Self::Csv(rows) => rows.next(row)?,
                Self::Xlsx(rows) => rows.next(row)?,
            };
            if row.no > ROWS_MAX {
                return Err(SheetError::TooLarge { what: "sheet-rows", limit: ROWS_MAX.into() });
            }
            if !more || !row.is_blank() {
                return Ok(more);
            }
        }
    }
}

/// Reads a file from its beginning, whatever others have read of it.
fn reader(file: &File) -> Whole<&File> {
    Whole::of(file)
}

fn digest(file: &File) -> Result<(u64, Sha256)> {
    use sha2::Digest as _;
    let (mut hasher, mut size, mut buffer) = (sha2::Sha256::new(), 0, vec![0; 1 << 16]);
    let mut from = reader(file);
    loop {
        let read = from.read(&mut buffer)?;
        if read == 0 {
            return Ok((size, Sha256(hasher.finalize().into())));
        }
        hasher.update(&buffer[..read]);
        size += read as u64;
        if size > FILE_BYTES_MAX {
            return Err(SheetError::TooLarge { what: "sheet-file", limit: FILE_BYTES_MAX });
        }
    }
}

#[cfg(test)]
mod tests;

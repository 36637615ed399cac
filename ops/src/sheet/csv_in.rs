//! CSV: comma, semicolon or tab, in any of the encodings in use.

use super::text::{self, Encoding, Utf8};
use super::{COLUMNS_MAX, Cell, ROW_BYTES_MAX, Result, Row, SheetError, Stored, reader};
use jingui_indexer::archive::Whole;
use std::fs::File;
use std::io::Read;

/// How a CSV file is written.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) encoding: Encoding,
    delimiter: u8,
}

impl Shape {
    /// Finds it out from the whole file (encoding) and its first line (delimiter).
    pub(super) fn of(file: &File) -> Result<Self> {
        let encoding = text::encoding(|| reader(file))?;
        let mut start = vec![0; 64 << 10];
        let read = Utf8::new(reader(file), encoding, usize::MAX).read(&mut start)?;
        Ok(Self { encoding, delimiter: delimiter(&start[..read]) })
    }

    /// As we write it ourselves.
    pub(super) fn ours() -> Self {
        Self { encoding: Encoding::Utf8, delimiter: b',' }
    }

    pub(super) fn rows(&self, file: &File) -> Result<Rows> {
        let utf8 = Utf8::new(Whole::of(file.try_clone()?), self.encoding, ROW_BYTES_MAX);
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.delimiter)
            .terminator(csv::Terminator::Any(b'\n'))
            .buffer_capacity(16 << 10)
            .from_reader(utf8);
        Ok(Rows { reader, record: csv::StringRecord::new(), no: 0 })
    }
}

/// The mark that stands most often in the first line, outside quotes; a comma where none does.
fn delimiter(start: &[u8]) -> u8 {
    let (mut quoted, mut counts) = (false, [0; 3]);
    for byte in start {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted && counts != [0; 3] => break,
            byte if !quoted => {
                if let Some(at) = b",;\t".iter().position(|mark| mark == byte) {
                    counts[at] += 1;
                }
            }
            _ => {}
        }
    }
    let most = (0..3).rev().max_by_key(|at| counts[*at]).unwrap_or(0);
    b",;\t"[most]
}

/// The rows of a CSV file.
pub struct Rows {
    reader: csv::Reader<Utf8<Whole<File>>>,
    record: csv::StringRecord,
    no: u64,
}

impl Rows {
    pub(super) fn next(&mut self, row: &mut Row) -> Result<bool> {
        // What the reader has buffered ahead is part of the allowance, so that much is on top of it.
        self.reader.get_mut().allowance = ROW_BYTES_MAX;
        let before = self.reader.position().line();
        let more = self.reader.read_record(&mut self.record).map_err(|error| match error.into_kind() {
            csv::ErrorKind::Io(error) => SheetError::from(error),
            _ => SheetError::Kind,
        })?;
        row.cells.clear();
        if !more {
            return Ok(false);
        }
        if self.record.len() > COLUMNS_MAX {
            return Err(SheetError::TooLarge { what: "sheet-columns", limit: COLUMNS_MAX as u64 });
        }
        // Blank lines before it are rows, too; line ends inside quotes are not.
        let lines = self.reader.position().line() - before;
        let inside = self.record.iter().flat_map(str::bytes).filter(|byte| *byte == b'\n').count() as u64;
        self.no += lines.saturating_sub(inside).max(1);
        row.no = u32::try_from(self.no).unwrap_or(u32::MAX);
        row.cells.extend(
            self.record.iter().map(|text| Cell { text: text.trim().to_owned(), stored: Stored::Text }),
        );
        Ok(true)
    }
}

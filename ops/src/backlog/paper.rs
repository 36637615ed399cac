//! A plan as a sheet: the rows as they came, what becomes of each and why, and what makes it exact.
//!
//! Behind the columns of the sheet stand four more: number of the row, result, reason, and as JSON the files with their sizes,
//! times and digests. Above the last stands, as JSON too, what was asked for. JSON that is longer than a cell may be
//! goes on in the next cell.

use super::columns::Given;
use super::decide::Line;
use super::row::Defaults;
use super::{Fault, Tongue, Word};
use crate::context::Word as PathWord;
use crate::failure::{Problem, Result};
use crate::messages::Lang;
use crate::output::printable_path;
use crate::said::Said;
use crate::sheet::write::{Format, Writer};
use crate::sheet::{Row, Rows, Sheet};
use jingui_schema::digest::Sha256;
use jingui_schema::facts::{DocumentKind, Label};
use jingui_schema::id::{ActId, VaultId};
use jingui_schema::time::Day;
use serde::{Deserialize, Serialize};
use sha2::Digest as _;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Bytes of JSON in one cell: a spreadsheet takes 32,767 characters.
const CELL_BYTES_MAX: usize = 30_000;
/// How the heading of the last column begins.
const MARK: &str = r#"{"jingui":"plan","#;

/// What was asked for, as it stands in a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Task {
    jingui: String,
    v: u32,
    /// The vault it is for.
    pub vault: VaultId,
    /// The day on which it was made: what lies behind it is in the future.
    pub day: Day,
    /// The language of its reasons.
    pub lang: Lang,
    /// The sheet, seen from the plan's directory where it lies below that.
    pub sheet: PathWord,
    /// Bytes of the sheet's file.
    pub size: u64,
    /// Its digest.
    pub sha256: Sha256,
    /// The sheet of a workbook, where one was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tab: Option<String>,
    /// The directory or archive of the files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub files: Option<PathWord>,
    /// The folder rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// What headings mean, beyond the shipped words.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    map: BTreeMap<String, String>,
    /// What stands where the sheet says nothing.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    set: BTreeMap<String, String>,
    /// Projects that may have been mistyped, folded, with the one that was perhaps meant; nothing where none is near.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub doubted: BTreeMap<String, String>,
}

/// What was asked for besides the texts of the sheet.
pub(super) struct Asked<'a> {
    pub vault: VaultId,
    pub day: Day,
    pub lang: Lang,
    pub sheet: &'a Path,
    pub tab: Option<&'a str>,
    pub files: Option<&'a Path>,
    pub rule: Option<&'a str>,
    pub given: &'a Given,
    pub defaults: &'a Defaults,
}

impl Task {
    /// What was asked for of a sheet, in a plan that will lie in `dir`.
    pub(super) fn of(asked: &Asked<'_>, sheet: &Sheet, dir: &Path) -> Self {
        let seen = |path: &Path| PathWord::from(path.strip_prefix(dir).unwrap_or(path));
        let (size, sha256) = sheet.mark;
        Self {
            jingui: "plan".into(),
            v: 1,
            vault: asked.vault,
            day: asked.day,
            lang: asked.lang,
            sheet: seen(asked.sheet),
            size,
            sha256,
            tab: asked.tab.map(str::to_owned),
            files: asked.files.map(seen),
            rule: asked.rule.map(str::to_owned),
            map: asked
                .given
                .iter()
                .map(|(heading, field)| (heading.clone(), field.word().to_owned()))
                .collect(),
            set: asked.defaults.iter().map(|(field, text)| (field.word().to_owned(), text.clone())).collect(),
            doubted: BTreeMap::new(),
        }
    }

    /// What is wrong with the project of a row, if it is doubted.
    pub(super) fn doubt(&self, project: &Label) -> Option<Fault> {
        let near = self.doubted.get(&project.folded())?;
        let key = if near.is_empty() { "fault-project-unlisted" } else { "fault-project-near" };
        let said = Said::new(key).text("value", project.as_str()).text("near", near);
        Some(Fault::new(Word::BadValue, said))
    }

    /// Where the sheet lies.
    pub(super) fn sheet_path(&self, dir: &Path) -> PathBuf {
        dir.join(&self.sheet.0)
    }

    /// Where the files lie.
    pub(super) fn files_path(&self, dir: &Path) -> Option<PathBuf> {
        self.files.as_ref().map(|path| dir.join(&path.0))
    }

    /// What headings mean, beyond the shipped words.
    pub(super) fn given(&self) -> Option<Given> {
        self.map.iter().map(|(heading, word)| Some((heading.clone(), word.parse().ok()?))).collect()
    }

    /// What stands where the sheet says nothing.
    pub(super) fn defaults(&self) -> Option<Defaults> {
        self.set.iter().map(|(word, text)| Some((word.parse().ok()?, text.clone()))).collect()
    }
}

/// The request under which a row of a plan is filed: the same however often it is tried.
pub(super) fn request_of(plan: Sha256, row: u32) -> ActId {
    let mut hasher = sha2::Sha256::new();
    hasher.update(b"jingui import 1\n");
    hasher.update(plan.0);
    hasher.update(row.to_le_bytes());
    let digest: [u8; 32] = hasher.finalize().into();
    ActId::from_bytes(*digest.first_chunk().expect("32 bytes have 16"))
}

/// A file of a row, as it stands in a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Note {
    /// Its path below the files.
    pub path: String,
    /// What it is.
    pub kind: DocumentKind,
    /// Bytes.
    pub size: u64,
    /// When it, or the archive it lies in, was last written, in nanoseconds since 1970.
    pub modified: i64,
    /// Digest of its bytes.
    pub sha256: Sha256,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Notes {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    files: Vec<Note>,
}

/// The cells of a line, as they are written.
fn cells(line: &Line, width: usize, format: Format, tongue: Tongue) -> Vec<String> {
    let mut cells = line.cells.clone();
    cells.resize(width, String::new());
    cells.push(line.no.to_string());
    cells.push(line.word.word().to_owned());
    cells.push(line.reasons(tongue.messages));
    cells.iter_mut().for_each(|cell| *cell = format.as_written(cell).trim().to_owned());
    cells
}

/// JSON in cells: only parted before a quotation mark that begins a text, so that no cell begins with what a spreadsheet would run,
/// or has a blank at its end.
fn in_cells(json: &str) -> Vec<String> {
    let mut cells = Vec::new();
    let mut rest = json;
    while rest.len() > CELL_BYTES_MAX {
        let bytes = rest.as_bytes();
        let begins = |at: &usize| bytes[*at] == b'"' && matches!(bytes[*at - 1], b'{' | b'[' | b',' | b':');
        let Some(at) = (1..CELL_BYTES_MAX).rev().find(begins) else { break };
        cells.push(rest[..at].to_owned());
        rest = &rest[at..];
    }
    cells.push(rest.to_owned());
    cells
}

/// A plan being written.
pub(super) struct PlanWriter<W: Write> {
    writer: Writer<W>,
    format: Format,
    width: usize,
    tongue: Tongue,
}

impl<W: Write> PlanWriter<W> {
    /// Begins with the headings.
    pub(super) fn begin(
        out: W,
        format: Format,
        headings: &[String],
        task: &Task,
        tongue: Tongue,
    ) -> io::Result<Self> {
        let mut writer = Writer::new(out, format)?;
        let mut row = headings.to_vec();
        row.extend(["plan-row", "plan-result", "plan-reason"].map(|key| tongue.messages.text(key, &[])));
        row.extend(in_cells(&serde_json::to_string(task).expect("a task always serialises")));
        writer.row(&row)?;
        Ok(Self { writer, format, width: headings.len(), tongue })
    }

    /// Writes what becomes of a row.
    pub(super) fn line(&mut self, line: &Line) -> io::Result<()> {
        let mut row = cells(line, self.width, self.format, self.tongue);
        let notes = Notes { files: line.files.clone() };
        row.extend(in_cells(&serde_json::to_string(&notes).expect("notes always serialise")));
        self.writer.row(&row)
    }

    /// Ends it.
    pub(super) fn finish(self) -> io::Result<W> {
        self.writer.finish()
    }
}

/// A plan that is read: first what was asked for, then its lines.
pub(super) struct Plan {
    sheet: Sheet,
    path: PathBuf,
    /// What was asked for.
    pub task: Task,
    /// How it is written.
    pub format: Format,
    /// The headings of the sheet.
    pub headings: Vec<String>,
}

impl Plan {
    /// Reads what was asked for.
    ///
    /// Errors: for what is no plan, or one of another version.
    pub(super) fn open(path: &Path, tongue: Tongue) -> Result<Self> {
        let refused = |error: &crate::sheet::SheetError| tongue.refused(path, &error.said());
        let sheet = Sheet::open_ours(path).map_err(|error| refused(&error))?;
        let mut row = Row::default();
        sheet.rows().and_then(|mut rows| rows.next(&mut row)).map_err(|error| refused(&error))?;
        let not_one = || Problem::NotAPlan { path: printable_path(path) };
        let at = row.cells.iter().position(|cell| cell.text.starts_with(MARK)).ok_or_else(not_one)?;
        let width = at.checked_sub(3).ok_or_else(not_one)?;
        let json: String = row.cells[at..].iter().map(|cell| cell.text.as_str()).collect();
        let task: Task = serde_json::from_str(&json).map_err(|_| not_one())?;
        if task.v != 1 {
            return Err(not_one().into());
        }
        let format = if sheet.tab().is_some() { Format::Xlsx } else { Format::Csv };
        let headings = row.cells.into_iter().take(width).map(|cell| cell.text).collect();
        Ok(Self { sheet, path: path.to_owned(), task, format, headings })
    }

    /// The digest of the plan: what a review names.
    pub(super) fn digest(&self) -> Sha256 {
        self.sheet.mark.1
    }

    /// Its lines from the first on.
    pub(super) fn lines(&self, tongue: Tongue) -> Result<Lines<'_>> {
        let refused = |error: &crate::sheet::SheetError| tongue.refused(&self.path, &error.said());
        let mut rows = self.sheet.rows().map_err(|error| refused(&error))?;
        let mut row = Row::default();
        rows.next(&mut row).map_err(|error| refused(&error))?;
        Ok(Lines { plan: self, rows, row, tongue })
    }

    /// Asserts that its file is what it was.
    pub(super) fn still(&self, tongue: Tongue) -> Result<()> {
        self.sheet.still().map_err(|error| tongue.refused(&self.path, &error.said()))
    }
}

/// The lines of a plan.
pub(super) struct Lines<'a> {
    plan: &'a Plan,
    rows: Rows<'a>,
    row: Row,
    tongue: Tongue,
}

/// A line of a plan, as it stands there.
#[derive(Clone, Debug)]
pub(super) struct PlanLine {
    /// Number of the row in the sheet.
    pub no: u32,
    /// What becomes of it.
    pub word: Word,
    /// All cells but those of the files.
    pub cells: Vec<String>,
    /// The files.
    pub files: Vec<Note>,
}

impl Lines<'_> {
    /// The next line.
    ///
    /// Errors: for what is no line of a plan: somebody has changed it.
    pub(super) fn next(&mut self) -> Result<Option<PlanLine>> {
        let path = &self.plan.path;
        let more = self.rows.next(&mut self.row).map_err(|error| self.tongue.refused(path, &error.said()))?;
        if !more {
            return Ok(None);
        }
        let changed = || Problem::NotAPlan { path: printable_path(path) };
        let width = self.plan.headings.len();
        let mut cells: Vec<String> = (0..width + 3).map(|at| self.row.text(at).to_owned()).collect();
        let json: String = self.row.cells.iter().skip(width + 3).map(|cell| cell.text.as_str()).collect();
        let notes: Notes = serde_json::from_str(&json).map_err(|_| changed())?;
        let no = cells[width].parse().map_err(|_| changed())?;
        let word = Word::of(&cells[width + 1]).ok_or_else(changed)?;
        cells.truncate(width + 3);
        Ok(Some(PlanLine { no, word, cells, files: notes.files }))
    }
}

impl PlanLine {
    /// Says whether a row that was decided again comes out as it stands here.
    pub(super) fn is(&self, line: &Line, format: Format, tongue: Tongue) -> bool {
        let width = self.cells.len() - 3;
        self.no == line.no && self.files == line.files && self.cells == cells(line, width, format, tongue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_json_goes_on_in_further_cells_that_no_spreadsheet_runs() {
        let note = |no: u32| Note {
            path: format!("=甲, \"乙\" {no}/ + .pdf"),
            kind: DocumentKind::App,
            size: 1,
            modified: 2,
            sha256: Sha256([7; 32]),
        };
        let json = serde_json::to_string(&Notes { files: (0..1000).map(note).collect() }).unwrap();
        let cells = in_cells(&json);
        assert!(cells.len() > 4);
        for cell in &cells {
            assert!(cell.len() <= CELL_BYTES_MAX && cell.trim() == cell);
            assert_eq!(Format::Csv.as_written(cell), *cell);
        }
        assert_eq!(cells.concat(), json);
        assert_eq!(in_cells("{}"), ["{}"]);
    }

    #[test]
    fn a_row_has_a_request_of_its_own_in_each_plan() {
        let plan = |byte| Sha256([byte; 32]);
        assert_eq!(request_of(plan(1), 2), request_of(plan(1), 2));
        assert_ne!(request_of(plan(1), 2), request_of(plan(1), 3));
        assert_ne!(request_of(plan(1), 2), request_of(plan(2), 2));
    }
}

//! What the columns of a sheet are: by the words that are shipped, by what was said once, by what is said now.

use super::Tongue;
use crate::failure::{Doing, Failure, Problem, Result};
use crate::output::printable_path;
use crate::sheet::{Row, Rows};
use crate::words::{Field, key};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The file beside a sheet in which it is remembered what headings mean.
///
/// One for all sheets of a folder: what comes each month from the same outlet has the same headings under another name.
/// In the vault's `settings/` it would want a line in the journal, staging and a name for each version; and it would hold
/// for sheets of other sources, too, in which the same heading may mean something else.
pub const MEMORY: &str = "jingui-headings.toml";
/// Rows among which the headings are looked for: titles and remarks often stand above them.
const HEADING_ROWS: usize = 10;

/// The columns of a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Columns {
    /// What stands above each.
    pub headings: Vec<String>,
    /// The number of the row in which they stand.
    pub row: u32,
    fields: Vec<Field>,
}

/// What headings mean, where the shipped words do not know or are not meant.
pub(super) type Given = BTreeMap<String, Field>;

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    headings: BTreeMap<String, String>,
}

impl Columns {
    /// Finds the headings among the first rows and what each is. What was given and is no heading is an error.
    ///
    /// Errors: [`Problem`]s that name the headings and the next step.
    pub(super) fn find(
        rows: &mut Rows<'_>,
        given: &Given,
        told: &Given,
        tongue: Tongue,
        path: &Path,
    ) -> Result<Self> {
        let sheet = || printable_path(path);
        let meaning = |heading: &str| -> Option<Field> {
            let among = |given: &Given| {
                given.iter().find(|(known, _)| key(known) == key(heading)).map(|(_, field)| *field)
            };
            among(told).or_else(|| among(given)).or_else(|| tongue.words.field(heading))
        };
        let mut candidates: Vec<Row> = Vec::new();
        let mut row = Row::default();
        while candidates.len() < HEADING_ROWS
            && rows.next(&mut row).map_err(|e| tongue.refused(path, &e.said()))?
        {
            let known =
                row.cells.iter().filter(|cell| meaning(&cell.text).is_some_and(|field| field != Field::Skip));
            let known = known.count();
            candidates.push(row.clone());
            if known >= 2 {
                break;
            }
        }
        let known = |row: &Row| row.cells.iter().filter(|cell| meaning(&cell.text).is_some()).count();
        let best = (0..candidates.len()).rev().max_by_key(|at| known(&candidates[*at]));
        let headings = best
            .map(|at| candidates.swap_remove(at))
            .ok_or_else(|| Problem::SheetEmpty { sheet: sheet() })?;
        let no = headings.no;
        let headings: Vec<String> = headings.cells.into_iter().map(|cell| cell.text).collect();
        let named =
            |list: &[&String]| list.iter().map(|text| format!("“{text}”")).collect::<Vec<_>>().join(" ");

        let unheard: Vec<&String> =
            told.keys().filter(|text| !headings.iter().any(|heading| key(heading) == key(text))).collect();
        if let Some(heading) = unheard.first() {
            let list = named(&headings.iter().filter(|heading| !heading.is_empty()).collect::<Vec<_>>());
            return Err(Problem::NoHeading { heading: (*heading).clone(), sheet: sheet(), list }.into());
        }
        let unknown: Vec<&String> =
            headings.iter().filter(|heading| !heading.is_empty() && meaning(heading).is_none()).collect();
        if let Some(first) = unknown.first() {
            let (list, example) = (named(&unknown), (*first).clone());
            return Err(Problem::Headings { sheet: sheet(), list, example }.into());
        }
        let fields = headings.iter().map(|heading| meaning(heading).unwrap_or(Field::Skip)).collect();
        let columns = Self { headings, row: no, fields };
        for field in Field::ALL {
            let mut of = columns.all(*field);
            if let (false, Some(first), Some(second)) = (may_repeat(*field), of.next(), of.next()) {
                return Err(Problem::HeadingTwice {
                    sheet: sheet(),
                    field: field.word().to_owned(),
                    first: columns.headings[first].clone(),
                    second: columns.headings[second].clone(),
                }
                .into());
            }
        }
        Ok(columns)
    }

    /// The columns of a field, from 0.
    pub(super) fn all(&self, field: Field) -> impl Iterator<Item = usize> + '_ {
        (0..).zip(&self.fields).filter(move |(_, f)| **f == field).map(|(at, _)| at)
    }

    /// The column of a field.
    pub(super) fn first(&self, field: Field) -> Option<usize> {
        self.all(field).next()
    }

    /// The field of a column.
    pub(super) fn field(&self, column: usize) -> Field {
        self.fields.get(column).copied().unwrap_or(Field::Skip)
    }

    /// Headings of columns that nothing is made of.
    pub(super) fn skipped(&self) -> Vec<&str> {
        let skipped = self.all(Field::Skip).map(|at| self.headings[at].as_str());
        skipped.filter(|heading| !heading.is_empty()).collect()
    }
}

fn may_repeat(field: Field) -> bool {
    matches!(field, Field::Skip | Field::Tags | Field::Files)
}

fn memory_of(sheet: &Path) -> PathBuf {
    sheet.with_file_name(MEMORY)
}

/// What is remembered beside a sheet.
///
/// Errors: where the file is there and cannot be understood.
pub(super) fn remembered(sheet: &Path, tongue: Tongue) -> Result<Given> {
    let path = memory_of(sheet);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Given::new()),
        Err(error) => return Err(Failure::io("read", &path, error)),
    };
    let bad = |why: String| Problem::Memory { path: printable_path(&path), why };
    let stored: Stored = toml::from_str(&text).map_err(|error| bad(error.message().to_owned()))?;
    let field = |(heading, word): (String, String)| match tongue.words.field(&word) {
        Some(field) => Ok((heading, field)),
        None => Err(bad(word).into()),
    };
    stored.headings.into_iter().map(field).collect()
}

/// What was known of headings, with what is said now in its place.
pub(super) fn with(mut known: Given, told: &Given) -> Given {
    known.retain(|heading, _| !told.keys().any(|text| key(text) == key(heading)));
    known.extend(told.iter().map(|(heading, field)| (heading.clone(), *field)));
    known
}

/// Remembers what was said of headings, beside what is remembered already.
pub(super) fn remember(sheet: &Path, told: &Given, tongue: Tongue) -> Result<()> {
    let given = with(remembered(sheet, tongue)?, told);
    let headings = given.into_iter().map(|(heading, field)| (heading, field.word().to_owned())).collect();
    let text = toml::to_string(&Stored { headings }).expect("texts always serialise");
    let path = memory_of(sheet);
    let dir = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(dir).doing("write", &path)?;
    std::io::Write::write_all(&mut file, text.as_bytes()).doing("write", &path)?;
    file.as_file().sync_all().doing("write", &path)?;
    file.persist(&path).map_err(|error| Failure::io("write", &path, error.error))?;
    Ok(())
}

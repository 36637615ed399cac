//! XLSX: one sheet of a workbook, a row at a time.
//!
//! Source: ECMA-376 part 1, sections 18.2 (workbook), 18.3 (sheets), 18.4 (texts kept apart), 18.8 (formats).

use super::xml::Xml;
use super::{COLUMNS_MAX, Cell, Result, Row, SheetError, Stored};
use jingui_indexer::archive::{Archive, Entry, Limits, open_entry};
use jingui_indexer::number::{self, unescaped};
use jingui_indexer::xml::Token;
use std::collections::HashMap;
use std::fs::File;

/// Bytes of the texts that a workbook keeps apart from its rows.
const TEXTS_BYTES_MAX: usize = 256 << 20;
/// Sheets and formats that are looked at.
const PARTS_MAX: usize = 10_000;

/// What is known of a workbook before its rows are read.
#[derive(Debug)]
pub(super) struct Workbook {
    /// The name of the sheet.
    pub(super) tab: String,
    /// How many others there are that are not hidden.
    pub(super) others: usize,
    sheet: Entry,
    texts: Texts,
    /// Whether cells of a style show days.
    days: Vec<bool>,
    from_1904: bool,
}

/// The texts that cells refer to by their place.
#[derive(Debug, Default)]
struct Texts {
    all: String,
    ends: Vec<usize>,
}

impl Texts {
    fn get(&self, at: usize) -> Option<&str> {
        let begin = if at == 0 { 0 } else { *self.ends.get(at - 1)? };
        self.all.get(begin..*self.ends.get(at)?)
    }
}

fn damaged(part: &str) -> SheetError {
    SheetError::Damaged { part: part.to_owned() }
}

/// Parts of a workbook by their paths.
struct Parts<'a> {
    file: &'a File,
    entries: HashMap<String, Entry>,
}

impl Parts<'_> {
    fn xml(&self, path: &str) -> Result<Xml> {
        let entry = self.find(path).ok_or_else(|| damaged(path))?;
        Ok(Xml::new(open_entry(self.file.try_clone()?, entry)?, path))
    }

    /// Names of parts are compared without case.
    fn find(&self, path: &str) -> Option<&Entry> {
        self.entries.get(&path.to_lowercase())
    }
}

/// Where something leads: the kind of part it is, and its path.
struct Relation {
    kind: String,
    path: String,
}

impl Workbook {
    /// Looks at a workbook: which sheets it has, its texts, which cells are days.
    pub(super) fn open(file: &File, tab: Option<&str>) -> Result<Self> {
        let archive = Archive::open(file, Limits::SHEET).map_err(SheetError::Archive)?;
        let entries = archive.entries.into_iter().map(|entry| (entry.name.to_lowercase(), entry));
        let parts = Parts { file, entries: entries.collect() };
        let root = relations(&parts, "")?;
        let book = root.values().find(|relation| relation.kind == "officeDocument");
        let book = book.map_or("xl/workbook.xml", |relation| &relation.path);
        let related = relations(&parts, book)?;
        let (sheets, from_1904) = sheets(&parts, book)?;
        let visible = sheets.iter().filter(|sheet| !sheet.hidden);
        let chosen = match tab {
            Some(name) => {
                sheets.iter().find(|sheet| sheet.name == name).ok_or_else(|| SheetError::NoTab {
                    name: name.to_owned(),
                    list: sheets.iter().map(|sheet| sheet.name.as_str()).collect::<Vec<_>>().join(", "),
                })?
            }
            None => visible.clone().next().or_else(|| sheets.first()).ok_or(SheetError::Empty)?,
        };
        let others = visible.filter(|sheet| sheet.name != chosen.name).count();
        let path = &related.get(&chosen.relation).ok_or_else(|| damaged(book))?.path;
        let sheet = parts.find(path).ok_or_else(|| damaged(path))?.clone();
        let of_kind = |kind: &str| related.values().find(|r| r.kind == kind).map(|r| r.path.as_str());
        let texts = of_kind("sharedStrings").map(|path| texts(&parts, path)).transpose()?.unwrap_or_default();
        let days = of_kind("styles").map(|path| days(&parts, path)).transpose()?.unwrap_or_default();
        Ok(Self { tab: chosen.name.clone(), others, sheet, texts, days, from_1904 })
    }

    pub(super) fn rows(&self, file: &File) -> Result<Rows<'_>> {
        let xml = Xml::new(open_entry(file.try_clone()?, &self.sheet)?, &self.sheet.name);
        Ok(Rows { book: self, xml, no: 0 })
    }
}

/// Where the parts that a part refers to are, by the ids it uses; of the archive itself where the path is empty.
fn relations(parts: &Parts<'_>, of: &str) -> Result<HashMap<String, Relation>> {
    let (dir, name) = of.rsplit_once('/').unwrap_or(("", of));
    let path = match dir {
        "" => format!("_rels/{name}.rels"),
        dir => format!("{dir}/_rels/{name}.rels"),
    };
    let mut found = HashMap::new();
    if parts.find(&path).is_none() {
        return Ok(found);
    }
    let mut xml = parts.xml(&path)?;
    loop {
        match xml.next()? {
            Token::Open(open) if open.name() == "Relationship" => {
                let [id, kind, target] =
                    ["Id", "Type", "Target"].map(|key| open.get(key).unwrap_or_default());
                let path = match target.strip_prefix('/') {
                    Some(path) => path.to_owned(),
                    None if dir.is_empty() => target,
                    None => format!("{dir}/{target}"),
                };
                let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
                found.insert(id, Relation { kind, path });
                if found.len() > PARTS_MAX {
                    return Err(damaged(&path_of(parts, of)));
                }
            }
            Token::End => return Ok(found),
            _ => {}
        }
    }
}

fn path_of(_: &Parts<'_>, of: &str) -> String {
    if of.is_empty() { "_rels".to_owned() } else { of.to_owned() }
}

struct Tab {
    name: String,
    hidden: bool,
    relation: String,
}

/// The sheets of a workbook, and whether its days count from 1904.
fn sheets(parts: &Parts<'_>, book: &str) -> Result<(Vec<Tab>, bool)> {
    let mut xml = parts.xml(book)?;
    let (mut sheets, mut from_1904) = (Vec::new(), false);
    loop {
        match xml.next()? {
            Token::Open(open) if open.name() == "sheet" => {
                sheets.push(Tab {
                    name: open.get("name").unwrap_or_default(),
                    hidden: open.get("state").is_some_and(|state| state != "visible"),
                    relation: open.get("id").unwrap_or_default(),
                });
                if sheets.len() > PARTS_MAX {
                    return Err(damaged(book));
                }
            }
            Token::Open(open) if open.name() == "workbookPr" => {
                from_1904 = open.get("date1904").is_some_and(|value| value == "1" || value == "true");
            }
            Token::End => return Ok((sheets, from_1904)),
            _ => {}
        }
    }
}

/// The texts that cells refer to.
fn texts(parts: &Parts<'_>, path: &str) -> Result<Texts> {
    let mut xml = parts.xml(path)?;
    let mut texts = Texts::default();
    // Readings of characters (`rPh`) stand among the texts and are none of them.
    let (mut inside, mut reading) = (false, false);
    loop {
        match xml.next()? {
            Token::Open(open) => match open.name() {
                "t" => inside = !reading,
                "rPh" => reading = true,
                _ => {}
            },
            Token::Text(text) if inside => {
                texts.all.push_str(&unescaped(text));
                if texts.all.len() > TEXTS_BYTES_MAX {
                    return Err(SheetError::TooLarge { what: "sheet-texts", limit: TEXTS_BYTES_MAX as u64 });
                }
            }
            Token::Close("t") => inside = false,
            Token::Close("rPh") => reading = false,
            Token::Close("si") => {
                texts.ends.push(texts.all.len());
                if texts.ends.len() > TEXTS_BYTES_MAX / 16 {
                    return Err(SheetError::TooLarge { what: "sheet-texts", limit: TEXTS_BYTES_MAX as u64 });
                }
            }
            Token::End => return Ok(texts),
            _ => {}
        }
    }
}

/// Which styles of cells show days.
fn days(parts: &Parts<'_>, path: &str) -> Result<Vec<bool>> {
    let mut xml = parts.xml(path)?;
    let (mut codes, mut days, mut in_cells) = (HashMap::new(), Vec::new(), false);
    loop {
        match xml.next()? {
            Token::Open(open) => match open.name() {
                "numFmt" => {
                    let id: Option<u32> = open.get("numFmtId").and_then(|id| id.parse().ok());
                    codes.insert(id.unwrap_or_default(), open.get("formatCode").unwrap_or_default());
                }
                "cellXfs" => in_cells = true,
                "xf" if in_cells => {
                    let id = open.get("numFmtId").and_then(|id| id.parse().ok()).unwrap_or_default();
                    days.push(number::is_day_format(id, codes.get(&id).map(String::as_str)));
                    if days.len() > 1 << 20 {
                        return Err(damaged(path));
                    }
                }
                _ => {}
            },
            Token::Close("cellXfs") => in_cells = false,
            Token::End => return Ok(days),
            _ => {}
        }
    }
}

/// The rows of a sheet.
pub struct Rows<'a> {
    book: &'a Workbook,
    xml: Xml,
    no: u32,
}

/// A cell while it is being read.
#[derive(Default)]
struct Draft {
    column: usize,
    kind: String,
    style: usize,
    value: String,
}

impl Rows<'_> {
    pub(super) fn next(&mut self, row: &mut Row) -> Result<bool> {
        row.cells.clear();
        let (mut draft, mut next_column) = (Draft::default(), 0);
        let (mut inside, mut reading, mut bytes) = (false, false, 0usize);
        loop {
            let token = self.xml.next()?;
            match token {
                Token::Open(open) => match open.name() {
                    "row" => {
                        let no = open.get("r").map_or(Some(self.no + 1), |no| no.parse().ok());
                        let no = no.filter(|no| *no > self.no && *no < u32::MAX);
                        self.no = no.ok_or_else(|| damaged(&self.book.sheet.name))?;
                        row.no = self.no;
                    }
                    "c" => {
                        let column = open.get("r").map_or(Some(next_column), |place| column(&place));
                        let column = column.ok_or_else(|| damaged(&self.book.sheet.name))?;
                        let kind = open.get("t").unwrap_or_default();
                        let style = open.get("s").and_then(|style| style.parse().ok()).unwrap_or_default();
                        draft = Draft { column, kind, style, value: String::new() };
                        next_column = column + 1;
                    }
                    "v" => inside = true,
                    "t" => inside = !reading,
                    "rPh" => reading = true,
                    _ => {}
                },
                Token::Text(text) if inside => {
                    bytes += text.len();
                    if bytes > super::ROW_BYTES_MAX {
                        return Err(SheetError::TooLarge {
                            what: "sheet-row",
                            limit: super::ROW_BYTES_MAX as u64,
                        });
                    }
                    draft.value.push_str(&text);
                }
                Token::Close("v" | "t") => inside = false,
                Token::Close("rPh") => reading = false,
                Token::Close("c") => {
                    if draft.column >= COLUMNS_MAX {
                        // Formats reach to the last column of a sheet; only what is written there is too much.
                        if !draft.value.is_empty() {
                            let limit = COLUMNS_MAX as u64;
                            return Err(SheetError::TooLarge { what: "sheet-columns", limit });
                        }
                        continue;
                    }
                    let column = draft.column;
                    let cell = self.cell(std::mem::take(&mut draft))?;
                    if !cell.text.is_empty() {
                        if row.cells.len() <= column {
                            row.cells.resize_with(column + 1, Cell::default);
                        }
                        row.cells[column] = cell;
                    }
                }
                Token::Close("row") => return Ok(true),
                Token::Close("sheetData") | Token::End => return Ok(false),
                Token::Text(_) | Token::Close(_) | Token::Aside => {}
            }
        }
    }

    fn cell(&self, draft: Draft) -> Result<Cell> {
        let (text, stored) = match draft.kind.as_str() {
            "s" => {
                let at = draft.value.trim().parse().ok();
                let text = at.and_then(|at| self.book.texts.get(at));
                (text.ok_or_else(|| damaged(&self.book.sheet.name))?.to_owned(), Stored::Text)
            }
            "inlineStr" | "str" => (unescaped(draft.value), Stored::Text),
            "b" => {
                let text = if draft.value.trim() == "1" { "TRUE" } else { "FALSE" };
                (text.to_owned(), Stored::Truth)
            }
            "e" => (draft.value, Stored::Error),
            "d" => (draft.value, Stored::Day),
            _ if draft.value.trim().is_empty() => (String::new(), Stored::Text),
            _ => {
                let value = draft.value.trim();
                let is_day = self.book.days.get(draft.style).copied().unwrap_or_default();
                let day = is_day.then(|| value.parse().ok()).flatten();
                match day.and_then(|serial| number::day(serial, self.book.from_1904)) {
                    Some(day) => (day, Stored::Day),
                    None => (number::plain(value), Stored::Number),
                }
            }
        };
        Ok(Cell { text: text.trim().to_owned(), stored })
    }
}

/// The column of a place such as `AB12`, from 0.
fn column(place: &str) -> Option<usize> {
    let letters = place.bytes().take_while(u8::is_ascii_alphabetic);
    let mut column = 0usize;
    for letter in letters {
        column = column * 26 + usize::from(letter.to_ascii_uppercase() - b'A') + 1;
        if column > 1 << 20 {
            return None;
        }
    }
    column.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_cells_are_read() {
        for (place, expected) in
            [("A1", Some(0)), ("Z9", Some(25)), ("AA1", Some(26)), ("XFD1048576", Some(16_383)), ("1", None)]
        {
            assert_eq!(column(place), expected, "{place}");
        }
        assert_eq!(column("ZZZZZZZZZZ1"), None);
    }
}

//! XLSX: every sheet of a workbook as a page, hidden ones included.
//!
//! Source: ECMA-376 part 1, sections 18.2 (workbook), 18.3 (sheets), 18.4 (texts kept apart), 18.8 (formats). What is filed from
//! sheets is read elsewhere and more strictly; here any text will do.

use super::Result;
use super::docx::{embedded, text};
use super::opc::{self, main_part, relations};
use super::out::Out;
use super::parts::Parts;
use crate::number::{self, unescaped};
use crate::page::Unread;
use crate::xml::Token;
use std::collections::HashMap;

/// What a workbook keeps apart from its sheets.
#[derive(Default)]
struct Book {
    /// All texts, one behind the other, and where each ends.
    texts: String,
    ends: Vec<usize>,
    styles: Vec<Style>,
    from_1904: bool,
}

/// How a number is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Day,
    /// In hundredths, with so many decimals.
    Percent(usize),
}

impl Style {
    /// What a format makes of a number: one that is built in, or by its code.
    pub(super) fn of(id: u32, code: Option<&str>) -> Self {
        match (id, code) {
            _ if number::is_day_format(id, code) => Self::Day,
            (9, None) => Self::Percent(0),
            (10, None) => Self::Percent(2),
            (_, Some(code)) if code.trim_end().ends_with('%') => {
                let decimals = code.rsplit_once('.').map_or("", |(_, decimals)| decimals);
                Self::Percent(decimals.bytes().filter(|b| matches!(b, b'0' | b'#')).count().min(9))
            }
            _ => Self::Plain,
        }
    }

    /// A number as it is shown, days as ISO 8601.
    pub(super) fn shown(self, value: &str, from_1904: bool) -> String {
        match (self, value.parse::<f64>()) {
            (Self::Day, Ok(serial)) => number::day(serial, from_1904).unwrap_or_else(|| number::plain(value)),
            (Self::Percent(decimals), Ok(number)) if number.abs() < 1e12 => {
                format!("{:.decimals$}%", number * 100.0)
            }
            // 0.1 + 0.2 is stored with all the digits of a double and shown without the last.
            (Self::Plain, Ok(number)) if number.fract() != 0.0 && number.abs() < 1e15 => {
                let whole = (number.abs().log10().floor() as i32 + 1).max(0) as usize;
                let text = format!("{number:.*}", 15usize.saturating_sub(whole));
                text.trim_end_matches('0').trim_end_matches('.').to_owned()
            }
            _ => number::plain(value),
        }
    }
}

impl Book {
    fn text(&self, at: usize) -> Option<&str> {
        let begin = if at == 0 { 0 } else { *self.ends.get(at - 1)? };
        self.texts.get(begin..*self.ends.get(at)?)
    }
}

pub(super) fn read(bytes: &[u8], out: &mut Out<'_>) -> Result<()> {
    let parts = opc::open(bytes, out)?;
    let main = main_part(&parts, "xl/workbook.xml", out)?;
    let related = relations(&parts, &main, out)?;
    let mut book = Book::default();
    let sheets = sheets(&parts, &main, &mut book, out)?;
    for relation in &related {
        let read = match relation.kind.as_str() {
            "sharedStrings" => texts(&parts, &relation.path, &mut book, out),
            "styles" => styles(&parts, &relation.path, &mut book, out),
            _ => Ok(()),
        };
        match read {
            Err(Unread::Damaged) => out.note(Unread::Damaged),
            read => read?,
        }
    }
    let paths: HashMap<&str, &str> = related.iter().map(|r| (r.id.as_str(), r.path.as_str())).collect();
    let mut packages = Vec::new();
    for (name, id) in sheets {
        out.begin_page()?;
        out.text(&name)?;
        out.line();
        let Some(path) = paths.get(id.as_str()).copied() else {
            out.note(Unread::Damaged);
            continue;
        };
        match rows(&parts, path, &book, out) {
            Ok(()) => {}
            Err(Unread::Damaged) => out.note(Unread::Damaged),
            Err(unread) => return Err(unread),
        }
        let related = relations(&parts, path, out)?;
        for with in related.iter().filter(|r| matches!(r.kind.as_str(), "drawing" | "comments")) {
            out.line();
            match text(&parts, &with.path, out) {
                Ok(true) => {}
                Ok(false) | Err(Unread::Damaged) => out.note(Unread::Damaged),
                Err(unread) => return Err(unread),
            }
        }
        packages.extend(related.into_iter().filter(|r| r.kind == "package"));
    }
    embedded(&parts, &packages, out)
}

/// The sheets of a workbook in order, their names and relations.
fn sheets(
    parts: &Parts<'_>,
    path: &str,
    book: &mut Book,
    out: &mut Out<'_>,
) -> Result<Vec<(String, String)>> {
    let mut xml = parts.xml(path, out)?.ok_or(Unread::Damaged)?;
    let mut sheets = Vec::new();
    loop {
        match xml.next()? {
            Token::Open(open) => match open.name() {
                "sheet" => {
                    sheets.push((
                        open.get("name").unwrap_or_default(),
                        open.get_prefixed("id").unwrap_or_default(),
                    ));
                    if sheets.len() > out.limits().pages {
                        return Err(Unread::TooLarge);
                    }
                }
                "workbookPr" => {
                    book.from_1904 =
                        open.get("date1904").is_some_and(|value| value == "1" || value == "true");
                }
                _ => {}
            },
            Token::End => return Ok(sheets),
            _ => {}
        }
    }
}

/// The texts that cells refer to.
fn texts(parts: &Parts<'_>, path: &str, book: &mut Book, out: &mut Out<'_>) -> Result<()> {
    let Some(mut xml) = parts.xml(path, out)? else { return Err(Unread::Damaged) };
    // Readings of characters (`rPh`) stand among the texts and are none of them.
    let (mut inside, mut reading) = (false, false);
    loop {
        match xml.next()? {
            Token::Open(open) => match open.name() {
                "t" => inside = !reading,
                "rPh" => reading = true,
                _ => {}
            },
            Token::Text(text) if inside => book.texts.push_str(&text),
            Token::Close("t") => inside = false,
            Token::Close("rPh") => reading = false,
            Token::Close("si") => book.ends.push(book.texts.len()),
            Token::End => return Ok(()),
            _ => {}
        }
    }
}

/// How cells of each style show their numbers.
fn styles(parts: &Parts<'_>, path: &str, book: &mut Book, out: &mut Out<'_>) -> Result<()> {
    let Some(mut xml) = parts.xml(path, out)? else { return Err(Unread::Damaged) };
    let (mut codes, mut in_cells) = (HashMap::new(), false);
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
                    book.styles.push(Style::of(id, codes.get(&id).map(String::as_str)));
                }
                _ => {}
            },
            Token::Close("cellXfs") => in_cells = false,
            Token::End => return Ok(()),
            _ => {}
        }
    }
}

/// The rows of a sheet, headers and footers of its pages among them.
fn rows(parts: &Parts<'_>, path: &str, book: &Book, out: &mut Out<'_>) -> Result<()> {
    let mut xml = parts.xml(path, out)?.ok_or(Unread::Damaged)?;
    let (mut kind, mut style, mut value) = (String::new(), Style::Plain, String::new());
    let (mut inside, mut reading) = (false, false);
    loop {
        match xml.next()? {
            Token::Open(open) => match open.name() {
                "c" => {
                    kind = open.get("t").unwrap_or_default();
                    let no: Option<usize> = open.get("s").and_then(|style| style.parse().ok());
                    style = no.and_then(|no| book.styles.get(no)).copied().unwrap_or(Style::Plain);
                    value.clear();
                }
                "v" => inside = true,
                "t" => inside = !reading,
                "rPh" => reading = true,
                "oddHeader" | "oddFooter" | "evenHeader" | "evenFooter" | "firstHeader" | "firstFooter" => {
                    let text = xml.inner_text()?;
                    out.line();
                    out.text(&without_codes(&text))?;
                    out.line();
                }
                _ => {}
            },
            Token::Text(text) if inside => value.push_str(&text),
            Token::Close("v" | "t") => inside = false,
            Token::Close("rPh") => reading = false,
            Token::Close("c") => {
                out.tab();
                let trimmed = value.trim();
                match kind.as_str() {
                    "s" => match trimmed.parse().ok().and_then(|at| book.text(at)) {
                        Some(text) if text.contains("_x") => out.text(&unescaped(text.to_owned()))?,
                        Some(text) => out.text(text)?,
                        None => out.note(Unread::Damaged),
                    },
                    "inlineStr" | "str" => out.text(&unescaped(std::mem::take(&mut value)))?,
                    "b" => out.text(if trimmed == "1" { "TRUE" } else { "FALSE" })?,
                    "e" | "d" => out.text(trimmed)?,
                    _ if trimmed.is_empty() => {}
                    _ => out.text(&style.shown(trimmed, book.from_1904))?,
                }
            }
            Token::Close("row") => out.line(),
            Token::End => return Ok(()),
            Token::Text(_) | Token::Close(_) | Token::Aside => {}
        }
    }
}

/// The text of a page's header without what says where and how it is printed: `&C`, `&"宋体,加粗"`, `&12`.
pub(super) fn without_codes(text: &str) -> String {
    let (mut plain, mut rest) = (String::new(), text);
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let Some(code) = rest.chars().next() else { break };
        match code {
            '&' => plain.push('&'),
            'L' | 'C' | 'R' => plain.push(' '),
            _ => {}
        }
        rest = &rest[code.len_utf8()..];
        if code == '"' {
            rest = rest.find('"').map_or("", |end| &rest[end + 1..]);
        } else if code.is_ascii_digit() {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        }
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_as_a_sheet_shows_them() {
        for (id, code, value, shown) in [
            (0, None, "42", "42"),
            (0, None, "0.30000000000000004", "0.3"),
            (0, None, "1234.5600000000001", "1234.56"),
            (9, None, "0.25", "25%"),
            (10, None, "0.1234", "12.34%"),
            (170, Some("0.0%"), "0.5", "50.0%"),
            (14, None, "45413", "2024-05-01"),
            (171, Some("yyyy\"年\"m\"月\""), "45413", "2024-05-01"),
            (0, None, "1.1E+17", "1.1E+17"),
            (0, None, "-0.5", "-0.5"),
            (0, None, "x", "x"),
        ] {
            assert_eq!(Style::of(id, code).shown(value, false), shown, "{value}");
        }
    }

    #[test]
    fn codes_of_headers_are_left_out() {
        assert_eq!(without_codes("&L左&C&\"宋体,加粗\"&12标题&R第&P页 A&&B"), " 左 标题 第页 A&B");
        assert_eq!(without_codes("&"), "");
    }
}

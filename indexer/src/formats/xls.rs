//! XLS: every sheet of a workbook of Excel 5 to 2003 as a page.
//!
//! Read here rather than through a crate: those there are lay out a sheet from its first to its last cell, and two cells far from
//! each other are half a gigabyte.
//!
//! Source: MS-XLS sections 2.1.7 (streams), 2.4 (records), 2.5.268 (strings that run over several records).

mod strings; // texts in records

use super::Result;
use super::bytes::{place_at, u16_at, u32_at};
use super::compound::{Compound, MAGIC};
use super::out::Out;
use super::rtf::of_code_page;
use super::xlsx::{Style, without_codes};
use crate::page::Unread;
use encoding_rs::{Encoding, GB18030};
use std::collections::HashMap;
use strings::{Strings, Texts};

const BOF: u16 = 0x0809;
const EOF: u16 = 0x000a;
const FORMULA: u16 = 0x0006;
const HEADER: u16 = 0x0014;
const FOOTER: u16 = 0x0015;
const DATE_MODE: u16 = 0x0022;
const FILE_PASS: u16 = 0x002f;
const CONTINUE: u16 = 0x003c;
const CODE_PAGE: u16 = 0x0042;
const BOUND_SHEET: u16 = 0x0085;
const MUL_RK: u16 = 0x00bd;
const RSTRING: u16 = 0x00d6;
const XF: u16 = 0x00e0;
const SST: u16 = 0x00fc;
const LABEL_SST: u16 = 0x00fd;
const TXO: u16 = 0x01b6;
const NUMBER: u16 = 0x0203;
const LABEL: u16 = 0x0204;
const BOOL_ERR: u16 = 0x0205;
const STRING: u16 = 0x0207;
const RK: u16 = 0x027e;
const FORMAT: u16 = 0x041e;

pub(super) fn read(bytes: &[u8], out: &mut Out<'_>) -> Result<()> {
    if !bytes.starts_with(MAGIC) {
        out.spend(bytes.len() as u64)?;
        return Book::new(bytes).read(out);
    }
    let compound = Compound::open(bytes).ok_or(Unread::Damaged)?;
    for name in ["Workbook", "Book"] {
        if let Some(stream) = compound.bytes(name, out)? {
            return Book::new(&stream).read(out);
        }
    }
    Err(Unread::Damaged)
}

/// A record: what it is, what is in it, and where it begins.
#[derive(Clone, Copy)]
struct Record<'a> {
    kind: u16,
    data: &'a [u8],
    at: usize,
}

/// The records of a stream, one after another.
#[derive(Clone)]
struct Records<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        let (kind, len) = (u16_at(self.bytes, self.at)?, u16_at(self.bytes, self.at + 2)?);
        let at = self.at;
        let data = self.bytes.get(at + 4..)?;
        let data = &data[..data.len().min(usize::from(len))];
        self.at += 4 + usize::from(len);
        Some(Record { kind, data, at })
    }
}

impl<'a> Records<'a> {
    /// What a record has, and those that go on with it.
    fn with_rest(&mut self, first: &'a [u8]) -> Vec<&'a [u8]> {
        let mut all = vec![first];
        loop {
            let mut ahead = self.clone();
            match ahead.next() {
                Some(Record { kind: CONTINUE, data, .. }) => {
                    all.push(data);
                    *self = ahead;
                }
                _ => return all,
            }
        }
    }
}

/// What is known of a workbook while its records pass.
struct Book<'a> {
    records: Records<'a>,
    strings: Strings,
    texts: Texts,
    formats: HashMap<u16, String>,
    styles: Vec<Style>,
    from_1904: bool,
    /// Where each sheet begins, and its name.
    sheets: HashMap<usize, String>,
    row: Option<u16>,
}

impl<'a> Book<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self {
            records: Records { bytes, at: 0 },
            // Who says nothing is taken for somebody from here.
            strings: Strings { wide: false, encoding: GB18030 },
            texts: Texts::default(),
            formats: HashMap::new(),
            styles: Vec::new(),
            from_1904: false,
            sheets: HashMap::new(),
            row: None,
        }
    }

    fn read(mut self, out: &mut Out<'_>) -> Result<()> {
        let mut depth = 0usize;
        let mut pages = 0;
        while let Some(record) = self.records.next() {
            let data = record.data;
            match record.kind {
                BOF => {
                    self.strings.wide = u16_at(data, 0) == Some(0x0600);
                    // Charts lie within sheets; what is not the workbook's own part is a page.
                    if depth == 0 && u16_at(data, 2) != Some(0x0005) {
                        out.begin_page()?;
                        pages += 1;
                        self.row = None;
                        if let Some(name) = self.sheets.get(&record.at) {
                            out.text(name)?;
                            out.line();
                        }
                    }
                    depth += 1;
                }
                EOF => depth = depth.saturating_sub(1),
                FILE_PASS => return Err(Unread::Encrypted),
                _ if depth == 0 => {}
                _ => self.record(record, out)?,
            }
        }
        if pages == 0 || depth > 0 { Err(Unread::Damaged) } else { Ok(()) }
    }

    fn record(&mut self, record: Record<'a>, out: &mut Out<'_>) -> Result<()> {
        let data = record.data;
        match record.kind {
            CODE_PAGE => {
                let page = u16_at(data, 0).map(i32::from).and_then(of_code_page);
                self.strings.encoding = page.filter(|page| *page != encoding_rs::UTF_16LE).unwrap_or(GB18030);
            }
            DATE_MODE => self.from_1904 = u16_at(data, 0) == Some(1),
            BOUND_SHEET => {
                if self.sheets.len() >= out.limits().pages {
                    return Err(Unread::TooLarge);
                }
                if let (Some(at), Some(name)) = (place_at(data, 0), data.get(6..)) {
                    self.sheets.insert(at, self.strings.short(name));
                }
            }
            FORMAT => {
                if let (Some(id), Some(code)) = (u16_at(data, 0), data.get(2..)) {
                    let code =
                        if self.strings.wide { self.strings.long(code) } else { self.strings.short(code) };
                    self.formats.insert(id, code);
                }
            }
            // A cell names its style in two bytes.
            XF if self.styles.len() <= usize::from(u16::MAX) => {
                let id = u16_at(data, 2).unwrap_or_default();
                self.styles.push(Style::of(id.into(), self.formats.get(&id).map(String::as_str)));
            }
            SST => {
                let all = self.records.with_rest(data);
                self.texts = Texts::read(&all);
            }
            LABEL_SST => {
                self.cell(data, out);
                match place_at(data, 6).and_then(|at| self.texts.get(at)) {
                    Some(text) => out.text(text)?,
                    None => out.note(Unread::Damaged),
                }
            }
            LABEL | RSTRING => {
                self.cell(data, out);
                out.text(&self.strings.long(data.get(6..).unwrap_or_default()))?;
            }
            NUMBER => {
                self.cell(data, out);
                if let Some(number) = f64_at(data, 6) {
                    self.number(u16_at(data, 4), number, out)?;
                }
            }
            RK => {
                self.cell(data, out);
                if let Some(rk) = u32_at(data, 6) {
                    self.number(u16_at(data, 4), of_rk(rk), out)?;
                }
            }
            MUL_RK => {
                // Behind the last number stands the last column.
                let numbers = data.get(4..data.len().saturating_sub(2)).unwrap_or_default();
                for pair in numbers.chunks_exact(6) {
                    self.cell(data, out);
                    if let Some(rk) = u32_at(pair, 2) {
                        self.number(u16_at(pair, 0), of_rk(rk), out)?;
                    }
                }
            }
            BOOL_ERR => {
                self.cell(data, out);
                if let Some([value, is_error]) = data.get(6..8) {
                    out.text(if *is_error != 0 { error(*value) } else { truth(*value) })?;
                }
            }
            FORMULA => {
                self.cell(data, out);
                match data.get(6..14) {
                    // What comes of it is a text, in a record of its own.
                    Some([0, _, _, _, _, _, 0xff, 0xff]) => {}
                    Some([1, _, value, _, _, _, 0xff, 0xff]) => out.text(truth(*value))?,
                    Some([2, _, value, _, _, _, 0xff, 0xff]) => out.text(error(*value))?,
                    Some([_, _, _, _, _, _, 0xff, 0xff]) | None => {}
                    Some(_) => {
                        if let Some(number) = f64_at(data, 6) {
                            self.number(u16_at(data, 4), number, out)?;
                        }
                    }
                }
            }
            STRING => {
                let all = self.records.with_rest(data);
                out.text(&match self.strings.wide {
                    true => Texts::read_long(&all),
                    false => self.strings.long(data),
                })?;
            }
            HEADER | FOOTER if !data.is_empty() => {
                let text = if self.strings.wide { self.strings.long(data) } else { self.strings.short(data) };
                out.line();
                out.text(&without_codes(&text))?;
                out.line();
            }
            TXO => {
                let chars = u16_at(data, 10).unwrap_or_default();
                let all = self.records.with_rest(data);
                if chars > 0 && all.len() > 1 {
                    out.line();
                    out.text(&Texts::read_chars(&all[1..], chars.into()))?;
                    out.line();
                    self.row = None;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// A cell begins, in the row under way or another.
    fn cell(&mut self, data: &[u8], out: &mut Out<'_>) {
        let row = u16_at(data, 0);
        if self.row == row {
            out.tab();
        } else {
            out.line();
            self.row = row;
        }
    }

    fn number(&self, style: Option<u16>, number: f64, out: &mut Out<'_>) -> Result<()> {
        let style =
            style.and_then(|style| self.styles.get(usize::from(style))).copied().unwrap_or(Style::Plain);
        out.text(&style.shown(&number.to_string(), self.from_1904))
    }
}

fn f64_at(bytes: &[u8], at: usize) -> Option<f64> {
    let eight = bytes.get(at..at + 8)?;
    Some(f64::from_le_bytes(eight.try_into().ok()?))
}

/// A number in four bytes: 30 bits of a whole number or of the upper half of a double, perhaps in hundredths.
fn of_rk(rk: u32) -> f64 {
    let number = match rk & 2 {
        0 => f64::from_bits(u64::from(rk & !3) << 32),
        _ => f64::from((rk as i32) >> 2),
    };
    if rk & 1 == 0 { number } else { number / 100.0 }
}

fn truth(value: u8) -> &'static str {
    if value == 0 { "FALSE" } else { "TRUE" }
}

fn error(value: u8) -> &'static str {
    match value {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0f => "#VALUE!",
        0x17 => "#REF!",
        0x1d => "#NAME?",
        0x24 => "#NUM!",
        _ => "#N/A",
    }
}

/// How texts of a workbook before Excel 97 are encoded.
type CodePage = &'static Encoding;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_four_bytes_are_read() {
        assert_eq!(of_rk(0x3ff0_0000), 1.0);
        assert_eq!(of_rk(42 << 2 | 2), 42.0);
        assert_eq!(of_rk(4250 << 2 | 3), 42.5);
        assert_eq!(of_rk((-7i32 << 2) as u32 | 2), -7.0);
    }
}

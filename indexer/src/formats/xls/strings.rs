//! Texts in the records of a workbook.
//!
//! Since Excel 97 each has a byte that says whether its characters have one or two bytes; where a text runs over into the next
//! record, that byte stands there again. Before, texts are bytes in the workbook's code page.

use super::super::bytes::{latin1, u16_at, u32_at, utf16};
use super::CodePage;

/// How texts within one record are read.
pub(super) struct Strings {
    /// Since Excel 97.
    pub(super) wide: bool,
    /// Before.
    pub(super) encoding: CodePage,
}

impl Strings {
    /// A text behind its length in one byte.
    pub(super) fn short(&self, data: &[u8]) -> String {
        let Some((len, rest)) = data.split_first() else { return String::new() };
        self.chars(usize::from(*len), rest)
    }

    /// A text behind its length in two bytes.
    pub(super) fn long(&self, data: &[u8]) -> String {
        let (Some(len), Some(rest)) = (u16_at(data, 0), data.get(2..)) else { return String::new() };
        self.chars(usize::from(len), rest)
    }

    fn chars(&self, len: usize, rest: &[u8]) -> String {
        if !self.wide {
            return self.encoding.decode_without_bom_handling(&rest[..rest.len().min(len)]).0.into_owned();
        }
        Texts::read_chars(&[rest], len)
    }
}

/// The texts that cells refer to by their place.
#[derive(Default)]
pub(super) struct Texts {
    all: String,
    ends: Vec<usize>,
}

impl Texts {
    pub(super) fn get(&self, at: usize) -> Option<&str> {
        let begin = if at == 0 { 0 } else { *self.ends.get(at - 1)? };
        self.all.get(begin..*self.ends.get(at)?)
    }

    /// Reads them from a record and those that go on with it, as far as they go.
    pub(super) fn read(records: &[&[u8]]) -> Self {
        let mut texts = Self::default();
        let mut from = Cursor { records, at: 0 };
        if !from.pass(8) {
            return texts;
        }
        while let Some(text) = from.text() {
            texts.all.push_str(&text);
            texts.ends.push(texts.all.len());
        }
        texts
    }

    /// One text behind its length in two bytes.
    pub(super) fn read_long(records: &[&[u8]]) -> String {
        Cursor { records, at: 0 }.text().unwrap_or_default()
    }

    /// So many characters, a byte before them that says how wide they are.
    pub(super) fn read_chars(records: &[&[u8]], len: usize) -> String {
        let mut from = Cursor { records, at: 0 };
        let Some(flags) = from.byte() else { return String::new() };
        from.chars(len, flags & 1 != 0)
    }
}

/// A place in records that go on with each other.
struct Cursor<'a> {
    records: &'a [&'a [u8]],
    at: usize,
}

impl Cursor<'_> {
    fn rest(&self) -> &[u8] {
        self.records.first().and_then(|record| record.get(self.at..)).unwrap_or_default()
    }

    /// Goes to the next record where this one has ended; says whether there is more.
    fn turn(&mut self) -> bool {
        while self.rest().is_empty() {
            let Some((_, after)) = self.records.split_first() else { return false };
            (self.records, self.at) = (after, 0);
        }
        true
    }

    fn byte(&mut self) -> Option<u8> {
        self.turn().then_some(())?;
        let byte = self.rest().first().copied();
        self.at += 1;
        byte
    }

    fn pass(&mut self, mut bytes: usize) -> bool {
        while bytes > 0 {
            if !self.turn() {
                return false;
            }
            let step = self.rest().len().min(bytes);
            self.at += step;
            bytes -= step;
        }
        true
    }

    /// One text: length, flags, how many formats and how many bytes of readings follow it, the characters.
    fn text(&mut self) -> Option<String> {
        self.turn().then_some(())?;
        let head = self.rest();
        let (len, flags) = (u16_at(head, 0)?, *head.get(2)?);
        let mut head_len = 3;
        let (mut formats, mut readings) = (0, 0);
        if flags & 8 != 0 {
            formats = usize::from(u16_at(head, head_len)?);
            head_len += 2;
        }
        if flags & 4 != 0 {
            readings = u32_at(head, head_len)? as usize;
            head_len += 4;
        }
        self.at += head_len;
        let text = self.chars(len.into(), flags & 1 != 0);
        self.pass(formats * 4);
        self.pass(readings);
        Some(text)
    }

    fn chars(&mut self, mut len: usize, mut wide: bool) -> String {
        let mut text = String::new();
        loop {
            let rest = self.rest();
            let here = if wide { (rest.len() / 2).min(len) } else { rest.len().min(len) };
            let bytes = if wide { 2 * here } else { here };
            match wide {
                true => text.push_str(&utf16(&rest[..bytes])),
                false => text.push_str(&latin1(&rest[..bytes])),
            }
            self.at += bytes;
            len -= here;
            if len == 0 {
                return text;
            }
            // Half a character at the end of a record belongs to nothing.
            self.at = usize::MAX;
            match self.byte() {
                Some(flags) => wide = flags & 1 != 0,
                None => return text,
            }
        }
    }
}

//! RTF: text in its code pages and in the character sets of its fonts.
//!
//! Source: Rich Text Format Specification 1.9.1: groups and destinations, `\ansicpg`, `\fcharset`, `\u` and `\uc`, `\bin`. Chinese
//! text stands as `\'hh` pairs in the code page of the font, or as `\u` with such pairs behind for older readers.

use super::Result;
use super::out::Out;
use crate::page::Unread;
use encoding_rs::*;
use std::collections::HashMap;

/// Letters of a control word at most.
const WORD_BYTES_MAX: usize = 32;
/// Bytes that wait to be decoded at most.
const RAW_BYTES_MAX: usize = 64 << 10;
/// Fonts that are remembered.
const FONTS_MAX: usize = 10_000;

/// Destinations that are no text of the document.
const SILENT: [&str; 46] = [
    "colortbl",
    "stylesheet",
    "info",
    "pict",
    "objdata",
    "themedata",
    "colorschememapping",
    "datastore",
    "latentstyles",
    "listtable",
    "listoverridetable",
    "rsidtbl",
    "generator",
    "filetbl",
    "revtbl",
    "xmlnstbl",
    "fldinst",
    "sp",
    "shprslt",
    "nonshppict",
    "template",
    "passwordhash",
    "pgptbl",
    "mmathPr",
    "bkmkstart",
    "bkmkend",
    "background",
    "atnid",
    "atnauthor",
    "atrfstart",
    "atrfend",
    "atnref",
    "atndate",
    "atnicn",
    "atntime",
    "atnparent",
    "pn",
    "tc",
    "xe",
    "ftnsep",
    "ftnsepc",
    "aftnsep",
    "aftnsepc",
    "objclass",
    "objname",
    "datafield",
];
/// Destinations that are text though they are marked as new.
const STARRED: [&str; 4] = ["annotation", "shpinst", "shptxt", "footnote"];

/// What holds in a group.
#[derive(Clone, Copy)]
struct Group {
    silent: bool,
    in_fonts: bool,
    /// Characters that stand behind `\u` for older readers.
    fallback: usize,
    encoding: &'static Encoding,
    deleted: bool,
}

struct Reader<'a, 'b> {
    out: &'a mut Out<'b>,
    group: Group,
    outer: Vec<Group>,
    /// Bytes of text that wait for more of their characters.
    raw: Vec<u8>,
    default: &'static Encoding,
    default_font: i32,
    fonts: HashMap<i32, &'static Encoding>,
    /// The font of the table that is being described.
    font: i32,
    /// Whether what comes next is the first in its group, and whether it is marked as new.
    first: bool,
    starred: bool,
    /// Characters of the fallback that are still to come.
    skip: usize,
    /// The first half of a pair of UTF-16.
    half: Option<u16>,
}

pub(super) fn read(bytes: &[u8], out: &mut Out<'_>) -> Result<()> {
    out.spend(bytes.len() as u64)?;
    let rest = bytes.strip_prefix(b"{\\rtf").ok_or(Unread::Damaged)?;
    // Behind the first word stands a version, which is no text.
    let rest = &rest[rest.iter().take_while(|b| b.is_ascii_digit()).count()..];
    out.begin_page()?;
    let group = Group { silent: false, in_fonts: false, fallback: 1, encoding: WINDOWS_1252, deleted: false };
    let mut reader = Reader {
        out,
        group,
        outer: Vec::new(),
        raw: Vec::new(),
        default: WINDOWS_1252,
        default_font: 0,
        fonts: HashMap::new(),
        font: 0,
        first: false,
        starred: false,
        skip: 0,
        half: None,
    };
    reader.all(rest)
}

impl Reader<'_, '_> {
    fn all(&mut self, mut rest: &[u8]) -> Result<()> {
        while let Some((byte, after)) = rest.split_first() {
            rest = after;
            match byte {
                b'{' => {
                    self.flush()?;
                    if self.outer.len() >= self.out.limits().depth {
                        return Err(Unread::TooLarge);
                    }
                    self.outer.push(self.group);
                    (self.first, self.starred, self.skip) = (true, false, 0);
                    continue;
                }
                b'}' => {
                    self.flush()?;
                    self.skip = 0;
                    match self.outer.pop() {
                        Some(outer) => self.group = outer,
                        // The group that the whole is has ended.
                        None => return Ok(()),
                    }
                }
                b'\\' => {
                    rest = self.control(rest)?;
                    continue;
                }
                b'\r' | b'\n' => continue,
                byte => self.byte(*byte)?,
            }
            self.first = false;
        }
        self.flush()?;
        // Its last brace is missing: it was cut.
        Err(Unread::Damaged)
    }

    /// Takes what stands behind a backslash; returns what follows.
    fn control<'x>(&mut self, rest: &'x [u8]) -> Result<&'x [u8]> {
        let Some((byte, after)) = rest.split_first() else { return Ok(rest) };
        if !byte.is_ascii_alphabetic() {
            match byte {
                b'*' => {
                    self.starred = self.first;
                    return Ok(after);
                }
                b'\'' => {
                    self.first = false;
                    let Some((digits, after)) = after.split_at_checked(2) else { return Ok(&[]) };
                    let value = std::str::from_utf8(digits).ok().and_then(|d| u8::from_str_radix(d, 16).ok());
                    if let Some(value) = value {
                        self.byte(value)?;
                        return Ok(after);
                    }
                }
                b'~' => self.byte(b' ')?,
                b'_' => self.byte(b'-')?,
                b'\r' | b'\n' => self.word("par", None)?,
                b'\t' => self.word("tab", None)?,
                b'{' | b'}' | b'\\' => self.byte(*byte)?,
                _ => {}
            }
            self.first = false;
            return Ok(after);
        }
        let letters = rest.iter().take(WORD_BYTES_MAX).take_while(|b| b.is_ascii_alphabetic()).count();
        let (word, mut after) = rest.split_at(letters);
        let minus = after.first() == Some(&b'-');
        let digits = &after[usize::from(minus)..];
        let count = digits.iter().take(10).take_while(|b| b.is_ascii_digit()).count();
        let mut number = None;
        if count > 0 {
            let value: Option<i64> = std::str::from_utf8(&digits[..count]).ok().and_then(|d| d.parse().ok());
            number = value.map(|value| if minus { -value } else { value });
            after = &digits[count..];
        }
        if let Some(behind) = after.strip_prefix(b" ") {
            after = behind;
        }
        let word = std::str::from_utf8(word).unwrap_or_default();
        if word == "bin" {
            let len = usize::try_from(number.unwrap_or_default()).unwrap_or_default();
            after = after.get(len..).unwrap_or_default();
        }
        self.word(word, number)?;
        (self.first, self.starred) = (false, false);
        Ok(after)
    }

    fn word(&mut self, word: &str, number: Option<i64>) -> Result<()> {
        if self.first {
            self.flush()?;
            if word == "fonttbl" {
                (self.group.in_fonts, self.group.silent) = (true, true);
            } else if SILENT.contains(&word) || (self.starred && !STARRED.contains(&word)) {
                self.group.silent = true;
            }
        }
        let small = number.and_then(|number| i32::try_from(number).ok());
        if self.group.in_fonts {
            match (word, small) {
                ("f", Some(font)) => self.font = font,
                ("fcharset", Some(set)) if self.fonts.len() < FONTS_MAX => {
                    if let Some(encoding) = of_charset(set) {
                        self.fonts.insert(self.font, encoding);
                    }
                }
                ("cpg", Some(page)) if self.fonts.len() < FONTS_MAX => {
                    if let Some(encoding) = of_code_page(page) {
                        self.fonts.insert(self.font, encoding);
                    }
                }
                _ => {}
            }
            return Ok(());
        }
        if self.skip > 0 && !matches!(word, "u" | "uc") {
            self.skip -= 1;
            return Ok(());
        }
        match word {
            "ansicpg" => {
                if let Some(encoding) = small.and_then(of_code_page) {
                    (self.default, self.group.encoding) = (encoding, encoding);
                }
            }
            "mac" => (self.default, self.group.encoding) = (MACINTOSH, MACINTOSH),
            "deff" => self.default_font = small.unwrap_or_default(),
            "f" | "plain" => {
                self.flush()?;
                let font = if word == "f" { small.unwrap_or_default() } else { self.default_font };
                self.group.encoding = self.fonts.get(&font).copied().unwrap_or(self.default);
                if word == "plain" {
                    self.group.deleted = false;
                }
            }
            "deleted" => {
                self.flush()?;
                self.group.deleted = number != Some(0);
            }
            "uc" => self.group.fallback = small.and_then(|n| usize::try_from(n).ok()).unwrap_or(1).min(8),
            "u" => {
                self.flush()?;
                self.unicode(number.unwrap_or_default())?;
                self.skip = self.group.fallback;
            }
            "par" | "line" | "sect" | "page" | "row" | "nestrow" | "column" | "softline" => {
                self.flush()?;
                if !self.is_silent() {
                    self.out.line();
                }
            }
            "tab" | "cell" | "nestcell" => {
                self.flush()?;
                if !self.is_silent() {
                    self.out.tab();
                }
            }
            "emdash" => self.char('—')?,
            "endash" => self.char('–')?,
            "bullet" => self.char('•')?,
            "lquote" => self.char('‘')?,
            "rquote" => self.char('’')?,
            "ldblquote" => self.char('“')?,
            "rdblquote" => self.char('”')?,
            "emspace" | "enspace" | "qmspace" => self.char(' ')?,
            "footnote" | "annotation" | "shptxt" | "header" | "footer" | "headerl" | "headerr"
            | "footerl" | "footerr" | "headerf" | "footerf"
                if !self.is_silent() =>
            {
                self.out.line();
            }
            _ => {}
        }
        Ok(())
    }

    fn is_silent(&self) -> bool {
        self.group.silent || self.group.deleted
    }

    /// One byte of text.
    fn byte(&mut self, byte: u8) -> Result<()> {
        if self.skip > 0 {
            self.skip -= 1;
            return Ok(());
        }
        if self.is_silent() {
            return Ok(());
        }
        if self.raw.len() >= RAW_BYTES_MAX {
            self.flush()?;
        }
        self.raw.push(byte);
        Ok(())
    }

    fn char(&mut self, c: char) -> Result<()> {
        self.flush()?;
        if self.is_silent() { Ok(()) } else { self.out.char(c) }
    }

    /// One unit of UTF-16, written as a number with a sign.
    fn unicode(&mut self, number: i64) -> Result<()> {
        let number = if number < 0 { number + 0x1_0000 } else { number };
        let Ok(unit) = u16::try_from(number) else {
            // Some programs write the whole character.
            let c = u32::try_from(number).ok().and_then(char::from_u32);
            return c.map_or(Ok(()), |c| self.char(c));
        };
        match (self.half.take(), unit) {
            (_, 0xd800..=0xdbff) => {
                self.half = Some(unit);
                Ok(())
            }
            (Some(high), 0xdc00..=0xdfff) => {
                let c = char::decode_utf16([high, unit]).next().and_then(std::result::Result::ok);
                c.map_or(Ok(()), |c| self.char(c))
            }
            (_, unit) => char::from_u32(unit.into()).map_or(Ok(()), |c| self.char(c)),
        }
    }

    /// Decodes what waits.
    fn flush(&mut self) -> Result<()> {
        if self.raw.is_empty() {
            return Ok(());
        }
        let raw = std::mem::take(&mut self.raw);
        let (text, _) = self.group.encoding.decode_without_bom_handling(&raw);
        self.out.text(&text)
    }
}

/// The encoding of a Windows code page.
pub(super) fn of_code_page(page: i32) -> Option<&'static Encoding> {
    Some(match page {
        936 | 54936 | 20936 => GB18030,
        950 | 10002 => BIG5,
        932 | 10001 => SHIFT_JIS,
        949 | 1361 | 10003 => EUC_KR,
        874 => WINDOWS_874,
        1250 => WINDOWS_1250,
        1251 | 10007 => WINDOWS_1251,
        1252 | 437 | 850 | 367 | 32769 => WINDOWS_1252,
        1253 => WINDOWS_1253,
        1254 => WINDOWS_1254,
        1255 => WINDOWS_1255,
        1256 => WINDOWS_1256,
        1257 => WINDOWS_1257,
        1258 => WINDOWS_1258,
        866 => IBM866,
        10000 | 32768 => MACINTOSH,
        10008 => GB18030,
        65001 => UTF_8,
        1200 => UTF_16LE,
        _ => return None,
    })
}

/// The encoding of a font's character set; none where it has none of its own.
fn of_charset(set: i32) -> Option<&'static Encoding> {
    Some(match set {
        77 => MACINTOSH,
        128 => SHIFT_JIS,
        129 | 130 => EUC_KR,
        134 => GB18030,
        136 => BIG5,
        161 => WINDOWS_1253,
        162 => WINDOWS_1254,
        163 => WINDOWS_1258,
        177 => WINDOWS_1255,
        178..=180 => WINDOWS_1256,
        186 => WINDOWS_1257,
        204 => WINDOWS_1251,
        222 => WINDOWS_874,
        238 => WINDOWS_1250,
        _ => return None,
    })
}

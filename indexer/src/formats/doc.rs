//! DOC: Word 97 to 2003 by the piece table, Word 6 and 95 as far as their text lies in one piece.
//!
//! Notes, headers, comments and text boxes stand behind the main text in the same pieces. Text deleted under tracking cannot be
//! told from the rest without the tables of formats, and is read with it.
//!
//! Source: MS-DOC sections 2.4.1 (retrieving text), 2.5 (Fib), 2.8.35 (PlcPcd), 2.9.73 (FcCompressed), 2.9.178 (Pcdt).

use super::Result;
use super::bytes::{place_at, u16_at, u32_at, utf16};
use super::compound::Compound;
use super::out::Out;
use super::rtf;
use crate::page::Unread;
use encoding_rs::{BIG5, EUC_KR, Encoding, GB18030, SHIFT_JIS, WINDOWS_1251, WINDOWS_1252};
use std::borrow::Cow;

const ENCRYPTED: u16 = 0x0100;
const COMPLEX: u16 = 0x0004;
const TABLE_1: u16 = 0x0200;
/// Where the lengths of main text, notes, headers, macros, comments, end notes and text boxes stand.
const LENGTHS_AT: usize = 0x4c;
/// Where place and length of the piece table stand.
const CLX_AT: usize = 0x1a2;

pub(super) fn read(bytes: &[u8], out: &mut Out<'_>) -> Result<()> {
    // Many a file of this name is something else; only what lies in a compound file comes here.
    let compound = Compound::open(bytes).ok_or(Unread::Damaged)?;
    let document = compound.bytes("WordDocument", out)?.ok_or(Unread::Damaged)?;
    let magic = u16_at(&document, 0).ok_or(Unread::Damaged)?;
    let (version, flags) =
        (u16_at(&document, 2).unwrap_or_default(), u16_at(&document, 10).unwrap_or_default());
    if flags & ENCRYPTED != 0 {
        return Err(Unread::Encrypted);
    }
    out.begin_page()?;
    let mut text = Text { out, fields: Vec::new(), after_cell: false };
    match magic {
        0xa5ec if version >= 0xc0 => {
            let table = if flags & TABLE_1 != 0 { "1Table" } else { "0Table" };
            let table = compound.bytes(table, text.out)?.ok_or(Unread::Damaged)?;
            pieces(&document, &table, &mut text)
        }
        0xa5dc | 0xa5ec if flags & COMPLEX == 0 => before_97(&document, &mut text),
        0xa5dc | 0xa5ec => Err(Unread::Unknown),
        _ => Err(Unread::Damaged),
    }
}

/// Reads text piece by piece.
fn pieces(document: &[u8], table: &[u8], text: &mut Text<'_, '_>) -> Result<()> {
    let (at, len) = (place_at(document, CLX_AT), place_at(document, CLX_AT + 4));
    let mut clx =
        at.zip(len).and_then(|(at, len)| table.get(at..at.checked_add(len)?)).ok_or(Unread::Damaged)?;
    // Formats that pieces refer to stand before the table of pieces.
    while let [1, rest @ ..] = clx {
        let len = u16_at(rest, 0).ok_or(Unread::Damaged)?;
        clx = rest.get(2 + usize::from(len)..).ok_or(Unread::Damaged)?;
    }
    let [2, rest @ ..] = clx else { return Err(Unread::Damaged) };
    let len = place_at(rest, 0).ok_or(Unread::Damaged)?;
    let table = rest.get(4..).map(|table| &table[..table.len().min(len)]).ok_or(Unread::Damaged)?;
    if table.len() < 16 {
        return Err(Unread::Damaged);
    }
    let count = (table.len() - 4) / 12;
    let lengths: Vec<u64> =
        (0..8).map(|no| u64::from(u32_at(document, LENGTHS_AT + 4 * no).unwrap_or_default())).collect();
    // The parts one behind the other: after each comes another line.
    let ends: Vec<u64> =
        lengths.iter().scan(0u64, |end, len| Some(std::mem::replace(end, *end + len) + len)).collect();
    let mut damaged = false;
    for no in 0..count {
        let (from, to) = (u32_at(table, 4 * no), u32_at(table, 4 * no + 4));
        let place = u32_at(table, 4 * (count + 1) + 8 * no + 2);
        let (Some(from), Some(to), Some(place)) = (from, to, place) else { return Err(Unread::Damaged) };
        let Some(chars) = to.checked_sub(from).and_then(|chars| usize::try_from(chars).ok()) else {
            return Err(Unread::Damaged);
        };
        let compressed = place & 0x4000_0000 != 0;
        let place = (place & 0x3fff_ffff) as usize;
        let (begin, len) = if compressed { (place / 2, chars) } else { (place, chars.saturating_mul(2)) };
        let piece = document.get(begin..).map(|piece| &piece[..piece.len().min(len)]).unwrap_or_default();
        damaged |= piece.len() < len;
        // The same bytes may be many pieces; reading them counts each time.
        text.out.spend(piece.len() as u64)?;
        let decoded = match compressed {
            true => WINDOWS_1252.decode_without_bom_handling(piece).0,
            false => Cow::Owned(utf16(piece)),
        };
        text.push(&decoded)?;
        if ends.contains(&u64::from(to)) {
            text.out.line();
        }
    }
    if damaged { Err(Unread::Damaged) } else { Ok(()) }
}

/// Reads the text of Word 6 or 95, which lies in one piece, in the encoding of the document's language.
fn before_97(document: &[u8], text: &mut Text<'_, '_>) -> Result<()> {
    let (from, to) = (place_at(document, 0x18), place_at(document, 0x1c));
    let bytes = from.zip(to).and_then(|(from, to)| document.get(from..to)).ok_or(Unread::Damaged)?;
    let language = u16_at(document, 6).unwrap_or_default();
    let (decoded, _) = of_language(language).decode_without_bom_handling(bytes);
    text.push(&decoded)
}

/// The encoding that programs for a language wrote.
fn of_language(language: u16) -> &'static Encoding {
    match language {
        0x0804 | 0x1004 => GB18030,
        0x0404 | 0x0c04 | 0x1404 => BIG5,
        0x0411 => SHIFT_JIS,
        0x0412 => EUC_KR,
        0x0419 => WINDOWS_1251,
        _ => rtf::of_code_page(1252).unwrap_or(WINDOWS_1252),
    }
}

/// Text with the marks of Word in it.
struct Text<'a, 'b> {
    out: &'a mut Out<'b>,
    /// For each field that is open, whether its result is being read rather than what it does.
    fields: Vec<bool>,
    /// Whether what came last was the end of a cell.
    after_cell: bool,
}

impl Text<'_, '_> {
    fn push(&mut self, text: &str) -> Result<()> {
        for c in text.chars() {
            let after_cell = std::mem::replace(&mut self.after_cell, c == '\u{7}');
            match c {
                '\u{13}' => {
                    // So deep is no document; what is lost is one instruction too much in the text.
                    if self.fields.len() < 64 {
                        self.fields.push(false);
                    }
                }
                '\u{14}' => {
                    if let Some(result) = self.fields.last_mut() {
                        *result = true;
                    }
                }
                '\u{15}' => {
                    self.fields.pop();
                }
                _ if self.fields.contains(&false) => {}
                '\r' | '\u{b}' | '\u{c}' | '\u{e}' => self.out.line(),
                // Cells and rows end with the same mark. Behind one another they end a row; or the cell between is empty, and a search
                // does not mind.
                '\u{7}' if after_cell => self.out.line(),
                '\u{7}' => self.out.column(),
                '\u{1e}' => self.out.char('-')?,
                c => self.out.char(c)?,
            }
        }
        Ok(())
    }
}

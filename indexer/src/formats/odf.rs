//! OpenDocument: text documents as one page, sheets and slides as pages.
//!
//! Source: OASIS OpenDocument 1.3 part 3, sections 5 and 6 (text), 9 (tables), 10.2 (slides), 16 (styles); part 2, section 4
//! (manifest).

use super::Result;
use super::cell_row::Cells;
use super::out::Out;
use super::parts::Parts;
use crate::page::Unread;
use crate::xml::Token;

/// Blanks in a row that are worth a blank in the text.
const BLANKS_MAX: usize = 16;

pub(super) fn read(bytes: &[u8], out: &mut Out<'_>) -> Result<()> {
    let parts = Parts::open(bytes, out.limits().entries)?;
    if wants_password(&parts, out)? {
        return Err(Unread::Encrypted);
    }
    out.begin_page()?;
    if !text(&parts, "content.xml", true, out)? {
        return Err(Unread::Damaged);
    }
    // Headers and footers belong to all pages; objects to a place in the text that does not matter.
    let mut others: Vec<String> =
        parts.names().filter(|name| name.ends_with("/content.xml")).map(str::to_owned).collect();
    others.sort_unstable();
    for path in std::iter::once("styles.xml").chain(others.iter().map(String::as_str)) {
        out.line();
        match text(&parts, path, false, out) {
            Ok(_) => {}
            Err(Unread::Damaged) => out.note(Unread::Damaged),
            Err(unread) => return Err(unread),
        }
    }
    Ok(())
}

/// Says whether the manifest tells how parts are encrypted.
fn wants_password(parts: &Parts<'_>, out: &mut Out<'_>) -> Result<bool> {
    let Some(mut xml) = parts.xml("META-INF/manifest.xml", out)? else { return Ok(false) };
    loop {
        match xml.next() {
            Ok(Token::Open(open)) if open.name() == "encryption-data" => return Ok(true),
            Ok(Token::End) | Err(Unread::Damaged) => return Ok(false),
            Ok(_) => {}
            Err(unread) => return Err(unread),
        }
    }
}

/// Reads the paragraphs of a part; says whether there is one. `paged`: sheets and slides begin pages.
fn text(parts: &Parts<'_>, path: &str, paged: bool, out: &mut Out<'_>) -> Result<bool> {
    let Some(mut xml) = parts.xml(path, out)? else { return Ok(false) };
    let (mut paragraphs, mut cells, mut first) = (0usize, Cells::default(), true);
    let (mut in_sheets, mut tables) = (false, 0usize);
    loop {
        match xml.next()? {
            Token::Open(open) => match open.name() {
                "p" | "h" => {
                    out.block();
                    paragraphs += 1;
                }
                "s" => {
                    let blanks = open.get("c").and_then(|c| c.parse().ok()).unwrap_or(1usize);
                    for _ in 0..blanks.min(BLANKS_MAX) {
                        out.char(' ')?;
                    }
                }
                "tab" => out.tab(),
                "line-break" => out.line(),
                "spreadsheet" => in_sheets = true,
                "table" => {
                    tables += 1;
                    if paged && in_sheets && tables == 1 {
                        // A page was begun for the first.
                        if !std::mem::take(&mut first) {
                            out.begin_page()?;
                        }
                        out.text(&open.get("name").unwrap_or_default())?;
                    }
                    out.line();
                }
                "table-cell" | "covered-table-cell" => cells.begin(out),
                // A page was begun for the first.
                "page" if paged && !std::mem::take(&mut first) => out.begin_page()?,
                // What was deleted, readings of characters, and what is for programs.
                "tracked-changes" | "ruby-text" | "automatic-styles" | "font-face-decls" | "scripts"
                | "settings" | "binary-data" | "creator-initials" | "event-listeners" | "date"
                | "creator" => xml.skip()?,
                "styles" => xml.skip()?,
                _ => {}
            },
            Token::Close(name) => match name {
                "p" | "h" => {
                    paragraphs = paragraphs.saturating_sub(1);
                    out.line();
                }
                "table-cell" | "covered-table-cell" => cells.end(out),
                "table-row" => out.line(),
                "table" => tables = tables.saturating_sub(1),
                "spreadsheet" => in_sheets = false,
                _ => {}
            },
            Token::Text(text) if paragraphs > 0 => out.words(&text)?,
            Token::End => return Ok(true),
            Token::Text(_) | Token::Aside => {}
        }
    }
}

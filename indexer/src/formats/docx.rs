//! DOCX: the text of a Word document, one page.
//!
//! Source: ECMA-376 part 1, sections 17.3 (paragraphs and runs), 17.10 (headers and footers), 17.11 (notes), 17.13 (comments,
//! revisions); part 3, section 9 (alternate content).

use super::cell_row::Cells;
use super::opc::{self, main_part, relations};
use super::out::Out;
use super::parts::Parts;
use super::{Result, read_inner, read_pictures};
use crate::page::Unread;
use crate::xml::Token;

/// Kinds of parts whose text belongs to the document, in the order in which it is read.
const KINDS: [&str; 9] = [
    "header",
    "footer",
    "footnotes",
    "endnotes",
    "comments",
    "diagramData",
    "chart",
    "glossaryDocument",
    "chartEx",
];

pub(super) fn read(bytes: &[u8], out: &mut Out<'_>) -> Result<()> {
    let parts = opc::open(bytes, out)?;
    let main = main_part(&parts, "word/document.xml", out)?;
    out.begin_page()?;
    if !text(&parts, &main, out)? {
        return Err(Unread::Damaged);
    }
    let related = relations(&parts, &main, out)?;
    for kind in KINDS.iter().filter(|kind| **kind != "glossaryDocument") {
        let mut paths: Vec<&str> =
            related.iter().filter(|r| r.kind == *kind).map(|r| r.path.as_str()).collect();
        paths.sort_unstable();
        paths.dedup();
        for path in paths {
            out.line();
            // A part of the whole that is missing or damaged takes nothing from the rest.
            match text(&parts, path, out) {
                Ok(_) => {}
                Err(Unread::Damaged) => out.note(Unread::Damaged),
                Err(unread) => return Err(unread),
            }
        }
    }
    // Scans pasted into a document are all that is in some.
    if out.is_blank() {
        let pictures = related.iter().filter(|r| r.kind == "image").map(|r| r.path.clone());
        read_pictures(&parts, &pictures.collect::<Vec<_>>(), out)?;
    }
    embedded(&parts, &related, out)
}

/// Documents that lie in the one being read.
pub(super) fn embedded(parts: &Parts<'_>, related: &[opc::Relation], out: &mut Out<'_>) -> Result<()> {
    for relation in related.iter().filter(|r| matches!(r.kind.as_str(), "package" | "aFChunk")) {
        match parts.bytes(&relation.path, out) {
            Ok(Some(bytes)) => read_inner(&bytes, &relation.path, out)?,
            Ok(None) => {}
            Err(Unread::TooLarge) => return Err(Unread::TooLarge),
            Err(unread) => out.note(unread),
        }
    }
    Ok(())
}

/// Reads the text of a part; says whether there is one.
///
/// Also reads what is drawn on sheets and slides: paragraphs and texts have the same names there.
pub(super) fn text(parts: &Parts<'_>, path: &str, out: &mut Out<'_>) -> Result<bool> {
    let Some(mut xml) = parts.xml(path, out)? else { return Ok(false) };
    let mut cells = Cells::default();
    // For each alternate content that is open, whether one choice of it has been read.
    let mut chosen: Vec<bool> = Vec::new();
    let mut inside = false;
    loop {
        match xml.next()? {
            Token::Open(open) => match open.name() {
                "t" => inside = true,
                "tab" | "ptab" => out.tab(),
                "br" | "cr" => out.line(),
                "noBreakHyphen" => out.char('-')?,
                "tc" => cells.begin(out),
                "AlternateContent" => chosen.push(false),
                "Choice" | "Fallback" => {
                    let taken = chosen.last_mut().is_some_and(|chosen| std::mem::replace(chosen, true));
                    if taken {
                        xml.skip()?;
                    }
                }
                // Properties of paragraphs have tabs that are stops, not characters; text moved away stands where it went; readings
                // of characters stand beside them.
                "pPr" | "rPr" | "moveFrom" | "rt" | "del" | "sectPr" | "tblPr" => xml.skip()?,
                _ => {}
            },
            Token::Close("t") => inside = false,
            Token::Close("p" | "tr" | "comment") => out.line(),
            Token::Close("tc") => cells.end(out),
            Token::Close("AlternateContent") => {
                chosen.pop();
            }
            Token::Text(text) if inside => out.text(&text)?,
            Token::End => return Ok(true),
            Token::Text(_) | Token::Close(_) | Token::Aside => {}
        }
    }
}

//! PPTX: the slides of a presentation in order, each a page with its notes and comments.
//!
//! Source: ECMA-376 part 1, sections 19.2 (presentation), 19.3 (slides), 21.1.2 (text).

use super::Result;
use super::docx::{embedded, text};
use super::opc::{self, main_part, relations};
use super::out::Out;
use crate::page::Unread;
use crate::xml::Token;
use std::collections::HashMap;

pub(super) fn read(bytes: &[u8], out: &mut Out<'_>) -> Result<()> {
    let parts = opc::open(bytes, out)?;
    let main = main_part(&parts, "ppt/presentation.xml", out)?;
    let related = relations(&parts, &main, out)?;
    let mut xml = parts.xml(&main, out)?.ok_or(Unread::Damaged)?;
    let of_slides = related.iter().filter(|r| r.kind == "slide");
    let paths: HashMap<&str, &str> = of_slides.map(|r| (r.id.as_str(), r.path.as_str())).collect();
    let mut slides = Vec::new();
    loop {
        match xml.next()? {
            Token::Open(open) if open.name() == "sldId" => {
                // It has an `id` of its own, too; that of the relation has a prefix.
                let path = open.get_prefixed("id").and_then(|id| paths.get(id.as_str()).copied());
                slides.extend(path.map(str::to_owned));
                if slides.len() > out.limits().pages {
                    return Err(Unread::TooLarge);
                }
            }
            Token::End => break,
            _ => {}
        }
    }
    if slides.is_empty() {
        slides.extend(related.iter().filter(|r| r.kind == "slide").map(|r| r.path.clone()));
    }
    // Embedded sheets come behind all slides, so that the number of a page is that of its slide.
    let mut packages = Vec::new();
    for slide in slides {
        out.begin_page()?;
        let related = relations(&parts, &slide, out)?;
        let with = related.iter().filter(|r| {
            matches!(r.kind.as_str(), "diagramData" | "chart" | "notesSlide" | "comments" | "comment")
        });
        for path in std::iter::once(slide.as_str()).chain(with.map(|r| r.path.as_str())) {
            out.line();
            match text(&parts, path, out) {
                Ok(true) => {}
                Ok(false) | Err(Unread::Damaged) => out.note(Unread::Damaged),
                Err(unread) => return Err(unread),
            }
        }
        packages.extend(related.into_iter().filter(|r| r.kind == "package"));
    }
    embedded(&parts, &packages, out)
}

//! XML of no known kind: its texts, a line for each element that has one.
//!
//! Electronic invoices are handed out so. Values of attributes are left out: most of them are for programs.

use super::out::Out;
use super::parts::Markup;
use super::{Result, html};
use crate::xml::Token;
use std::io::Cursor;

pub(super) fn read(bytes: &[u8], out: &mut Out<'_>) -> Result<()> {
    out.spend(bytes.len() as u64)?;
    out.begin_page()?;
    let mut xml = Markup::new(Box::new(Cursor::new(bytes)), out.limits().depth);
    let mut first = true;
    loop {
        match xml.next()? {
            Token::Open(open) => {
                // OpenDocument and Word 2003 keep pictures as text.
                let name = open.name();
                if std::mem::take(&mut first) && name.eq_ignore_ascii_case("html") {
                    return html::read(bytes, out);
                }
                let skip = matches!(
                    name,
                    "binData"
                        | "binary-data"
                        | "styles"
                        | "automatic-styles"
                        | "scripts"
                        | "DocumentProperties"
                        | "lists"
                        | "fonts"
                        | "instrText"
                        | "delText"
                        | "settings"
                        | "Styles"
                        | "base64Binary"
                );
                if skip {
                    xml.skip()?;
                } else if !is_run(name) {
                    out.line();
                }
            }
            Token::Close(name) if !is_run(name) => out.line(),
            Token::Text(text) if text.trim().is_empty() => out.space(),
            Token::Text(text) => out.words(&text)?,
            Token::Close(_) | Token::Aside => {}
            Token::End => return Ok(()),
        }
    }
}

/// Elements that begin no line: parts of a paragraph, in the formats that keep text as XML.
fn is_run(name: &str) -> bool {
    matches!(
        name,
        "t" | "r" | "span" | "a" | "b" | "i" | "u" | "rPr" | "s" | "em" | "strong" | "font" | "proofErr"
    )
}

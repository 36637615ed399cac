//! Readers of document formats: bytes in, pages of text out.
//!
//! Does not know where a document came from, and touches nothing but the bytes it was given: no file, no process, no clock. PDF
//! and pictures are known here and read elsewhere; whoever reads them hands in a function ([`read_with`]).
//!
//! # What formats are read
//!
//! | kind | what of it | source |
//! |---|---|---|
//! | OFD | pages with their templates in reading order, annotations, facts of the document, custom tags, attachments | GB/T 33190-2016 |
//! | DOCX | text, tables, text boxes, headers and footers, notes, comments; what was deleted under tracking is left out | ECMA-376 part 1, 17 |
//! | XLSX | every sheet: texts, numbers, days as ISO 8601, comments, text boxes | ECMA-376 part 1, 18 |
//! | PPTX | slides in order, each with its notes and comments | ECMA-376 part 1, 19 |
//! | ODT, ODS, ODP | text, sheets, slides, headers and footers, also as one flat XML file | OASIS OpenDocument 1.3 |
//! | DOC | the text by its piece table, notes, headers, comments, text boxes; Word 6 and 95 as far as they are simple | MS-DOC 2.4.1, 2.8.35 |
//! | XLS | every sheet, BIFF 5 to 8: texts, numbers, days, comments, text boxes | MS-XLS 2.4, 2.5 |
//! | PPT | slides, notes | MS-PPT 2.4, 2.9 |
//! | RTF | text in its code pages and fonts' character sets | RTF 1.9.1 |
//! | HTML, XML | text without tags, scripts and styles | WHATWG HTML, XML 1.0 |
//! | e-mail, mbox, MSG | headers that people see, bodies, attachments | RFC 5322, RFC 2045, MS-OXMSG |
//! | plain text | UTF-8, UTF-16, GB18030, Big5, Windows-1252 | WHATWG Encoding |
//!
//! A document inside another one (an attachment, an embedded sheet) is read as pages of the outer one, to a depth of
//! [`Limits::nesting`]. What wants a password is [`Unread::Encrypted`]; nothing is ever decrypted.
//!
//! # What holds for all of them
//!
//! Reading takes what was asked for at most ([`Limits`]), whatever the bytes say; it neither panics nor recurses by what they say.
//! What was read before a limit or damage was met is kept, and `unread` says that there is more.

mod bytes; // numbers out of bytes
mod cell_row; // tables as lines of text
mod charset; // bytes to text, in whichever encoding
mod compound; // the files within old Office documents
mod doc; // Word up to 2003
mod docx; // Word since 2007
mod html; // web pages
mod kind; // which format it is
mod mail; // e-mail
mod markup; // XML of no known kind
mod msg; // Outlook's own files
mod odf; // OpenDocument
mod ofd; // OFD: GB/T 33190
mod opc; // how the parts of an Office document refer to each other
mod out; // text on its way out, to the limits
mod parts; // parts of a document that is a ZIP archive
mod plain; // plain text
mod ppt; // PowerPoint up to 2003
mod pptx; // PowerPoint since 2007
mod rtf; // rich text
mod xls; // Excel up to 2003
mod xlsx; // Excel since 2007

pub use kind::{Kind, Picture, sniff};

use crate::page::{Reading, Unread};
use out::Out;

/// How much may be read of one document, the documents inside it included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes unpacked or decoded on the way.
    pub unpacked_bytes: u64,
    /// Files in an archive.
    pub entries: u64,
    /// XML elements, groups or records within each other.
    pub depth: usize,
    /// Characters of text.
    pub chars: usize,
    /// Pages.
    pub pages: usize,
    /// Documents within each other.
    pub nesting: u8,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            unpacked_bytes: 128 << 20,
            entries: 20_000,
            depth: 512,
            chars: 20_000_000,
            pages: 10_000,
            nesting: 3,
        }
    }
}

/// What was asked of a reader ends where this says why.
type Result<T> = std::result::Result<T, Unread>;

/// Reads a document of a known kind.
///
/// - Shape: pages in order; a page without text has an empty one, so that numbers of pages hold.
/// - Errors: none; what could not be read is told in the reading. PDF is [`Unread::NoReader`] here, a picture [`Unread::NoOcr`].
pub fn read(kind: Kind, bytes: &[u8], limits: &Limits) -> Reading {
    read_with(kind, bytes, limits, &mut |kind, _| not_here(kind))
}

/// Reads a document of a known kind; what is not read here, itself or inside it, is handed to `elsewhere`.
pub fn read_with(
    kind: Kind,
    bytes: &[u8],
    limits: &Limits,
    elsewhere: &mut dyn FnMut(Kind, &[u8]) -> Reading,
) -> Reading {
    let mut out = Out::new(*limits, elsewhere);
    let read = dispatch(kind, bytes, &mut out);
    if let Err(unread) = read {
        out.note(unread);
    }
    out.finish()
}

/// What is said of a kind that nobody reads.
fn not_here(kind: Kind) -> Reading {
    let unread = match kind {
        Kind::Pdf => Unread::NoReader,
        Kind::Picture(_) => Unread::NoOcr,
        _ => Unread::Unknown,
    };
    Reading { pages: Vec::new(), unread: Some(unread) }
}

/// Pictures of one page that are looked at.
const PICTURES_MAX: usize = 8;

/// Has the pictures in these parts read, as the text of the page under way.
fn read_pictures(parts: &parts::Parts<'_>, paths: &[String], out: &mut Out<'_>) -> Result<()> {
    for path in paths.iter().take(PICTURES_MAX) {
        let Some(bytes) = parts.bytes(path, out)? else { continue };
        if let kind @ Kind::Picture(_) = sniff(&bytes, path) {
            out.picture(kind, &bytes)?;
        }
    }
    Ok(())
}

fn dispatch(kind: Kind, bytes: &[u8], out: &mut Out<'_>) -> Result<()> {
    match kind {
        Kind::Ofd => ofd::read(bytes, out),
        Kind::Docx => docx::read(bytes, out),
        Kind::Xlsx => xlsx::read(bytes, out),
        Kind::Pptx => pptx::read(bytes, out),
        Kind::Odf => odf::read(bytes, out),
        Kind::Rtf => rtf::read(bytes, out),
        Kind::Html => html::read(bytes, out),
        Kind::Xml => markup::read(bytes, out),
        Kind::Mail => mail::read(bytes, out),
        Kind::Plain => plain::read(bytes, out),
        Kind::Doc => doc::read(bytes, out),
        Kind::Xls => xls::read(bytes, out),
        Kind::Ppt => ppt::read(bytes, out),
        Kind::Pdf | Kind::Picture(_) | Kind::Archive | Kind::Unknown => out.elsewhere(kind, bytes),
    }
}

/// Reads a document that lies inside another one, as pages of its own; what cannot be read of it does not end the outer one.
fn read_inner(bytes: &[u8], name: &str, out: &mut Out<'_>) -> Result<()> {
    let Some(outer) = out.descend() else {
        out.note(Unread::TooLarge);
        return Ok(());
    };
    out.end_page()?;
    let read = dispatch(sniff(bytes, name), bytes, out);
    out.ascend(outer)?;
    match read {
        // Too much is too much for the outer one, too, unless it was only the inner one's shape.
        Err(unread) => {
            out.note(unread);
            if out.is_full() { Err(Unread::TooLarge) } else { Ok(()) }
        }
        Ok(()) => Ok(()),
    }
}

#[cfg(test)]
mod tests;

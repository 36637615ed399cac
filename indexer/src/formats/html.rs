//! HTML: text without tags, scripts and styles, a line for each block, cells parted by TAB.
//!
//! Source: WHATWG HTML, sections 13.2.5 (tokens), 15.3 (which elements are blocks).

use super::cell_row::Cells;
use super::out::Out;
use super::{Result, charset};
use crate::page::Unread;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};
use std::borrow::Cow;

/// Bytes in which an encoding is named, if it is.
const META_BYTES: usize = 4096;

pub(super) fn read(bytes: &[u8], out: &mut Out<'_>) -> Result<()> {
    out.spend(bytes.len() as u64)?;
    out.begin_page()?;
    text(&decoded(bytes).ok_or(Unread::Unknown)?, out)
}

/// A page that has been decoded already: as part of the page under way.
pub(super) fn text(html: &str, out: &mut Out<'_>) -> Result<()> {
    let mut page = Page { out, silent: None, pre: 0, cells: Cells::default(), attribute: None };
    // Event by event: a tag may have a million attributes, and a map of them is many times as large.
    let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<()>| page.take(event).err());
    // What stands in scripts is no tag, even if it looks like one.
    emitter.naively_switch_states(true);
    match Tokenizer::new_with_emitter(html, emitter).next() {
        Some(Ok(unread)) => Err(unread),
        None => Ok(()),
    }
}

/// A page on its way out.
struct Page<'a, 'b> {
    out: &'a mut Out<'b>,
    /// The element whose content is no text, while it lasts.
    silent: Option<Vec<u8>>,
    /// How many elements are open in which blanks count.
    pre: usize,
    cells: Cells,
    /// The attribute of the tag under way whose value is text, and whether it is the one that comes next.
    attribute: Option<(&'static [u8], bool)>,
}

impl Page<'_, '_> {
    fn take(&mut self, event: CallbackEvent<'_>) -> Result<()> {
        match event {
            CallbackEvent::EndTag { name } => {
                match &self.silent {
                    Some(until) if until == name => self.silent = None,
                    Some(_) => {}
                    None => self.close(name),
                }
                Ok(())
            }
            _ if self.silent.is_some() => Ok(()),
            CallbackEvent::OpenStartTag { name } => {
                self.open(name);
                Ok(())
            }
            CallbackEvent::AttributeName { name } => {
                if let Some((wanted, is_next)) = &mut self.attribute {
                    *is_next = name == *wanted;
                }
                Ok(())
            }
            CallbackEvent::AttributeValue { value } => {
                if let Some((_, true)) = self.attribute.take_if(|(_, is_next)| *is_next) {
                    self.out.space();
                    self.out.words(&String::from_utf8_lossy(value))?;
                    self.out.space();
                }
                Ok(())
            }
            CallbackEvent::String { value } => {
                let text = String::from_utf8_lossy(value);
                if self.pre > 0 { self.out.text(&text) } else { self.out.words(&text) }
            }
            CallbackEvent::CloseStartTag { .. }
            | CallbackEvent::Comment { .. }
            | CallbackEvent::Doctype { .. }
            | CallbackEvent::Error(_) => Ok(()),
        }
    }

    fn open(&mut self, name: &[u8]) {
        self.attribute = None;
        match name {
            b"script" | b"style" | b"template" | b"noembed" | b"iframe" => self.silent = Some(name.to_vec()),
            b"pre" | b"textarea" => {
                self.pre += 1;
                self.out.block();
            }
            b"td" | b"th" => {
                self.out.tab();
                self.cells.begin(self.out);
            }
            b"img" | b"area" => self.attribute = Some((b"alt", false)),
            name if is_block(name) => self.out.block(),
            _ => {}
        }
    }

    fn close(&mut self, name: &[u8]) {
        match name {
            b"pre" | b"textarea" => {
                self.pre = self.pre.saturating_sub(1);
                self.out.line();
            }
            b"td" | b"th" => self.cells.end(self.out),
            name if is_block(name) => self.out.line(),
            _ => {}
        }
    }
}

fn is_block(name: &[u8]) -> bool {
    matches!(
        name,
        b"address"
            | b"article"
            | b"aside"
            | b"blockquote"
            | b"body"
            | b"br"
            | b"caption"
            | b"center"
            | b"dd"
            | b"details"
            | b"dialog"
            | b"div"
            | b"dl"
            | b"dt"
            | b"fieldset"
            | b"figcaption"
            | b"figure"
            | b"footer"
            | b"form"
            | b"h1"
            | b"h2"
            | b"h3"
            | b"h4"
            | b"h5"
            | b"h6"
            | b"head"
            | b"header"
            | b"hr"
            | b"html"
            | b"legend"
            | b"li"
            | b"main"
            | b"menu"
            | b"nav"
            | b"ol"
            | b"option"
            | b"p"
            | b"section"
            | b"summary"
            | b"table"
            | b"tbody"
            | b"tfoot"
            | b"thead"
            | b"title"
            | b"tr"
            | b"ul"
    )
}

/// A page as text: by its mark, by what it says of itself where that can be, else as plain text is.
fn decoded(bytes: &[u8]) -> Option<Cow<'_, str>> {
    if charset::marked(bytes).is_some() {
        return charset::decoded(bytes);
    }
    if let Some(encoding) = charset::declared(bytes).or_else(|| named(bytes)) {
        // Many a page says what it was before somebody saved it anew; valid UTF-8 is no accident.
        let is_utf8 = std::str::from_utf8(bytes).is_ok();
        let encoding = match is_utf8 {
            true if !bytes.is_ascii() => UTF_8,
            false if encoding == UTF_8 => charset::guessed(bytes).unwrap_or(UTF_8),
            _ => encoding,
        };
        return Some(encoding.decode_without_bom_handling(bytes).0);
    }
    charset::decoded(bytes)
}

/// The encoding that a page's `meta` names.
fn named(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = bytes[..bytes.len().min(META_BYTES)].to_ascii_lowercase();
    let mut rest = &start[..];
    while let Some(at) = rest.windows(7).position(|word| word == b"charset") {
        rest = &rest[at + 7..];
        let Some(value) = rest.trim_ascii_start().strip_prefix(b"=") else { continue };
        let value = value.trim_ascii_start();
        let value = value.strip_prefix(b"\"").or_else(|| value.strip_prefix(b"'")).unwrap_or(value);
        let end = value.iter().position(|b| !(b.is_ascii_alphanumeric() || b"-_:.".contains(b)));
        let label = &value[..end.unwrap_or(value.len())];
        if let Some(encoding) = Encoding::for_label(label) {
            let is_wide = encoding == UTF_16LE || encoding == UTF_16BE;
            return Some(if is_wide { UTF_8 } else { encoding });
        }
    }
    None
}

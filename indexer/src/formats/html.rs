//! HTML: text without tags, scripts and styles, a line for each block, cells parted by TAB.
//!
//! Source: WHATWG HTML, sections 13.2.5 (tokens), 15.3 (which elements are blocks).

use super::cell_row::Cells;
use super::out::Out;
use super::{Result, charset};
use crate::page::Unread;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use html5gum::{DefaultEmitter, Token, Tokenizer};
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
    let mut emitter = DefaultEmitter::<()>::default();
    // What stands in scripts is no tag, even if it looks like one.
    emitter.naively_switch_states(true);
    let (mut silent, mut pre, mut cells) = (None::<Vec<u8>>, 0usize, Cells::default());
    for token in Tokenizer::new_with_emitter(html, emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => {
                if silent.is_some() {
                    continue;
                }
                let name: &[u8] = &tag.name;
                match name {
                    b"script" | b"style" | b"template" | b"noembed" | b"iframe" if !tag.self_closing => {
                        silent = Some(name.to_vec());
                    }
                    b"pre" | b"textarea" => {
                        pre += 1;
                        out.block();
                    }
                    b"td" | b"th" => {
                        out.tab();
                        cells.begin(out);
                    }
                    b"img" | b"area" => attribute(&tag.attributes, b"alt", out)?,
                    b"input" => {
                        let kind = tag.attributes.get(&b"type"[..]).map(|kind| kind.to_ascii_lowercase());
                        let hidden =
                            matches!(kind.as_deref(), Some(b"hidden" | b"password" | b"checkbox" | b"radio"));
                        if !hidden {
                            attribute(&tag.attributes, b"value", out)?;
                        }
                    }
                    name if is_block(name) => out.block(),
                    _ => {}
                }
            }
            Token::EndTag(tag) => {
                let name: &[u8] = &tag.name;
                if let Some(until) = &silent {
                    if until == name {
                        silent = None;
                    }
                    continue;
                }
                match name {
                    b"pre" | b"textarea" => {
                        pre = pre.saturating_sub(1);
                        out.line();
                    }
                    b"td" | b"th" => cells.end(out),
                    name if is_block(name) => out.line(),
                    _ => {}
                }
            }
            Token::String(text) if silent.is_none() => {
                let text = String::from_utf8_lossy(&text);
                if pre > 0 {
                    out.text(&text)?;
                } else {
                    out.words(&text)?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn attribute(
    attributes: &std::collections::BTreeMap<
        html5gum::HtmlString,
        html5gum::Spanned<html5gum::HtmlString, ()>,
    >,
    name: &[u8],
    out: &mut Out<'_>,
) -> Result<()> {
    if let Some(value) = attributes.get(name) {
        out.space();
        out.words(&String::from_utf8_lossy(value))?;
        out.space();
    }
    Ok(())
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

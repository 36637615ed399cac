//! E-mail: what people see of its headers, its bodies, its attachments; one message or a box of them.
//!
//! Headers are taken apart by a crate, parts here: the crate goes as deep as a message says, and letting go of what it made would
//! overrun the stack.
//!
//! Source: RFC 5322 (fields), RFC 2045 and 2046 (parts), RFC 2047 (words), RFC 4155 (boxes).

use super::compound::{Compound, MAGIC};
use super::out::Out;
use super::{Result, charset, html, msg, read_inner};
use crate::page::Unread;
use encoding_rs::{Encoding, GB18030, GBK, UTF_8};
use mail_parser::{Address, ContentType, Message, MessageParser, MimeHeaders};
use std::borrow::Cow;

/// Parts within each other.
const DEPTH_MAX: usize = 32;
/// Bytes of a message's headers.
const HEADERS_BYTES_MAX: usize = 1 << 20;

pub(super) fn read(bytes: &[u8], out: &mut Out<'_>) -> Result<()> {
    if bytes.starts_with(MAGIC) {
        return msg::read(&Compound::open(bytes).ok_or(Unread::Damaged)?, out);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if !bytes.starts_with(b"From ") {
        return message(bytes, out);
    }
    for one in boxed(bytes) {
        message(one, out)?;
    }
    Ok(())
}

/// The messages of a box: each behind a line that begins with `From `, which follows an empty one.
fn boxed(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let begin = rest.iter().position(|b| *b == b'\n')? + 1;
        let one = &rest[begin..];
        let is_end = |at: &usize| {
            let before = &one[..*at];
            one[*at..].starts_with(b"From ") && (before.ends_with(b"\n\n") || before.ends_with(b"\n\r\n"))
        };
        let mut begins = one.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(at, _)| at + 1);
        let end = begins.find(is_end).unwrap_or(one.len());
        rest = &one[end..];
        Some(&one[..end])
    })
}

/// A message, as a page of its own and pages of what is attached.
fn message(bytes: &[u8], out: &mut Out<'_>) -> Result<()> {
    out.begin_page()?;
    let (head, _) = split(bytes);
    let head = readable(head);
    let headers = MessageParser::new().parse_headers(&*head).ok_or(Unread::Damaged)?;
    if headers.headers().is_empty() {
        return Err(Unread::Damaged);
    }
    write_headers(&headers, out)?;
    part(bytes, DEPTH_MAX, false, out)?;
    Ok(())
}

fn write_headers(headers: &Message<'_>, out: &mut Out<'_>) -> Result<()> {
    if let Some(subject) = headers.subject() {
        out.words(subject)?;
        out.line();
    }
    for people in [headers.from(), headers.to(), headers.cc(), headers.bcc()].into_iter().flatten() {
        write_people(people, out)?;
        out.line();
    }
    if let Some(date) = headers.date() {
        out.text(&date.to_rfc3339())?;
        out.line();
    }
    Ok(())
}

fn write_people(people: &Address<'_>, out: &mut Out<'_>) -> Result<()> {
    for person in people.iter() {
        for text in [&person.name, &person.address].into_iter().flatten() {
            out.space();
            out.words(text)?;
        }
    }
    Ok(())
}

/// Headers and body of a message or a part.
fn split(bytes: &[u8]) -> (&[u8], &[u8]) {
    let look = &bytes[..bytes.len().min(HEADERS_BYTES_MAX)];
    let mut at = 0;
    while let Some(len) = look[at..].iter().position(|b| *b == b'\n') {
        let line = &look[at..at + len];
        at += len + 1;
        if line.is_empty() || line == b"\r" {
            return (&bytes[..at], &bytes[at..]);
        }
    }
    (look, &bytes[look.len()..])
}

/// Headers as UTF-8: old programs wrote them in their own encoding, without a word.
fn readable(head: &[u8]) -> Cow<'_, [u8]> {
    if std::str::from_utf8(head).is_ok() {
        return Cow::Borrowed(head);
    }
    match charset::decoded(head) {
        Some(text) => Cow::Owned(text.into_owned().into_bytes()),
        None => Cow::Borrowed(head),
    }
}

/// Reads a part; says whether any text came of it. `alternative`: it is one of several that say the same.
fn part(bytes: &[u8], depth: usize, alternative: bool, out: &mut Out<'_>) -> Result<bool> {
    out.spend(bytes.len() as u64)?;
    let Some(depth) = depth.checked_sub(1) else { return Err(Unread::TooLarge) };
    let (head, body) = split(bytes);
    let head = readable(head);
    let headers = MessageParser::new().parse_headers(&*head);
    let kind = headers.as_ref().and_then(|headers| headers.content_type());
    let (main, sub) = (
        kind.map_or("text", ContentType::ctype).to_ascii_lowercase(),
        kind.and_then(ContentType::subtype).unwrap_or("plain").to_ascii_lowercase(),
    );
    if main == "multipart" {
        let Some(boundary) = kind.and_then(|kind| kind.attribute("boundary")) else {
            return Err(Unread::Damaged);
        };
        return parts(body, boundary, sub == "alternative", depth, out);
    }
    let before = out.len();
    let encoding =
        headers.as_ref().and_then(|headers| headers.content_transfer_encoding()).unwrap_or_default();
    let body = unpacked(body, encoding);
    let name = headers.as_ref().and_then(|headers| headers.attachment_name()).unwrap_or_default();
    let attached = headers.as_ref().and_then(|headers| headers.content_disposition());
    let attached = attached.is_some_and(|disposition| disposition.is_attachment());
    match (main.as_str(), sub.as_str()) {
        ("text", "html") if !attached => {
            out.line();
            html::text(&text_of(&body, kind), out)?;
        }
        ("text", "plain" | "enriched" | "") if !attached => {
            out.line();
            out.text(&text_of(&body, kind))?;
        }
        // A calendar beside an invitation in words says the same again.
        ("text", "calendar") if alternative => {}
        ("message", "rfc822" | "global") => inner_message(&body, out)?,
        ("message", _) | ("text", "rfc822-headers") => {
            out.line();
            out.text(&text_of(&body, kind))?;
        }
        // Signatures of messages are nothing to be read.
        ("application", "pgp-signature" | "pkcs7-signature" | "x-pkcs7-signature") => {}
        _ if body.trim_ascii().is_empty() => {}
        _ => {
            out.line();
            out.words(name)?;
            read_inner(&body, name, out)?;
        }
    }
    Ok(out.len() != before)
}

/// Reads the parts of a part: all of them, or of alternatives the last that has any text.
fn parts(body: &[u8], boundary: &str, alternative: bool, depth: usize, out: &mut Out<'_>) -> Result<bool> {
    let parts_max = usize::try_from(out.limits().entries).unwrap_or(usize::MAX);
    let found = bounded(body, boundary.as_bytes(), parts_max).ok_or(Unread::TooLarge)?;
    let mut any = false;
    if !alternative {
        for one in found {
            any |= part(one, depth, false, out)?;
        }
        return Ok(any);
    }
    for one in found.into_iter().rev() {
        if part(one, depth, true, out)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What stands between lines of a boundary; what is behind the last, if its end is missing, is a part, too.
///
/// Errors: `None` where there are more than so many.
fn bounded<'a>(body: &'a [u8], boundary: &[u8], parts_max: usize) -> Option<Vec<&'a [u8]>> {
    let (mut found, mut begin, mut at) = (Vec::new(), None, 0);
    while at < body.len() {
        let len = body[at..].iter().position(|b| *b == b'\n').map_or(body.len() - at, |len| len + 1);
        let line = body[at..at + len].trim_ascii_end();
        let mark = line.strip_prefix(b"--").and_then(|line| line.strip_prefix(boundary));
        if let Some(rest) = mark.filter(|rest| rest.is_empty() || *rest == b"--") {
            found.extend(begin.take().map(|begin: usize| &body[begin..at]));
            if !rest.is_empty() {
                return Some(found);
            }
            if found.len() >= parts_max {
                return None;
            }
            begin = Some(at + len);
        }
        at += len;
    }
    found.extend(begin.map(|begin| &body[begin..]));
    Some(found)
}

/// A message that lies in another one: it is read as a document inside it is.
fn inner_message(bytes: &[u8], out: &mut Out<'_>) -> Result<()> {
    let Some(outer) = out.descend() else {
        out.note(Unread::TooLarge);
        return Ok(());
    };
    let read = message(bytes, out);
    out.ascend(outer)?;
    match read {
        Err(Unread::TooLarge) => Err(Unread::TooLarge),
        Err(unread) => {
            out.note(unread);
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

/// A body without what it was packed in for the way.
fn unpacked<'a>(body: &'a [u8], encoding: &str) -> Cow<'a, [u8]> {
    match encoding.trim().to_ascii_lowercase().as_str() {
        "base64" => Cow::Owned(of_base64(body)),
        "quoted-printable" => Cow::Owned(of_quoted(body)),
        _ => Cow::Borrowed(body),
    }
}

/// Base64 as far as it can be understood: whatever else stands in between is passed over.
fn of_base64(body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(body.len() / 4 * 3);
    let (mut bits, mut count) = (0u32, 0);
    for byte in body {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => {
                // The end, or the end of one of several written one behind the other.
                (bits, count) = (0, 0);
                continue;
            }
            _ => continue,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}

/// Quoted-printable: `=E4`, and `=` before the end of a line that is none.
fn of_quoted(body: &[u8]) -> Vec<u8> {
    let (mut bytes, mut rest) = (Vec::with_capacity(body.len()), body);
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        if *byte != b'=' {
            bytes.push(*byte);
            continue;
        }
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        if let Some(value) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            bytes.push(value);
            rest = &after[2..];
            continue;
        }
        let blanks = after.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        match &after[blanks..] {
            [b'\r', b'\n', behind @ ..] | [b'\n', behind @ ..] => rest = behind,
            _ => bytes.push(*byte),
        }
    }
    bytes
}

/// A body as text: in the encoding that is named, if it can be, else as plain text is.
fn text_of<'a>(body: &'a [u8], kind: Option<&ContentType<'_>>) -> Cow<'a, str> {
    let label = kind.and_then(|kind| kind.attribute("charset")).map(|label| label.trim().as_bytes());
    let named = label.and_then(Encoding::for_label);
    // Who says GB2312 often means more; who says ASCII or UTF-8 may not know.
    let named = named.map(|encoding| if encoding == GBK { GB18030 } else { encoding });
    match named {
        Some(encoding) if encoding == UTF_8 || label.is_some_and(|l| l.eq_ignore_ascii_case(b"us-ascii")) => {
            match std::str::from_utf8(body) {
                Ok(text) => Cow::Borrowed(text),
                Err(_) => guessed(body).unwrap_or_else(|| encoding.decode_without_bom_handling(body).0),
            }
        }
        Some(encoding) => encoding.decode_without_bom_handling(body).0,
        None => guessed(body).unwrap_or_else(|| String::from_utf8_lossy(body)),
    }
}

fn guessed(body: &[u8]) -> Option<Cow<'_, str>> {
    charset::decoded(body)
}

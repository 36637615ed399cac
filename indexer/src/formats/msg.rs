//! MSG: Outlook's own file of one message: subject, people, body, attachments.
//!
//! A body that is nothing but compressed RTF is not read; Outlook writes the plain one beside it.
//!
//! Source: MS-OXMSG sections 2.2 (storages and properties), MS-OXPROPS (numbers of properties).

use super::bytes::utf16;
use super::compound::Compound;
use super::out::Out;
use super::{Result, charset, html, read_inner};
use crate::page::Unread;

/// Subject, sender and address, to, copy.
const SHOWN: [&str; 5] = ["0037", "0C1A", "0C1F", "0E04", "0E03"];

pub(super) fn read(compound: &Compound<'_>, out: &mut Out<'_>) -> Result<()> {
    message(compound, "/", out)
}

/// The message in a directory: the outermost one, or one that is attached.
fn message(compound: &Compound<'_>, dir: &str, out: &mut Out<'_>) -> Result<()> {
    out.begin_page()?;
    for property in SHOWN {
        if let Some(text) = text(compound, dir, property, out)? {
            out.text(text.trim_end_matches('\0'))?;
            out.line();
        }
    }
    match text(compound, dir, "1000", out)? {
        Some(body) => out.text(&body)?,
        None => {
            if let Some(page) = compound.bytes(&format!("{dir}__substg1.0_10130102"), out)? {
                html::text(&charset::decoded(&page).ok_or(Unread::Damaged)?, out)?;
            }
        }
    }
    for name in compound.names(dir).iter().filter(|name| name.starts_with("__attach_version1.0_")) {
        let attached = format!("{dir}{name}/");
        let inner = format!("{attached}__substg1.0_3701000D/");
        if compound.has(&inner) {
            let Some(outer) = out.descend() else {
                out.note(Unread::TooLarge);
                continue;
            };
            let read = message(compound, &inner, out);
            out.ascend(outer)?;
            read?;
            continue;
        }
        let Some(bytes) = compound.bytes(&format!("{attached}__substg1.0_37010102"), out)? else { continue };
        let mut file_name = text(compound, &attached, "3707", out)?;
        if file_name.is_none() {
            file_name = text(compound, &attached, "3704", out)?;
        }
        read_inner(&bytes, file_name.unwrap_or_default().trim_end_matches('\0'), out)?;
    }
    Ok(())
}

/// A property that is a text: in UTF-16, else in some code page.
fn text(compound: &Compound<'_>, dir: &str, property: &str, out: &mut Out<'_>) -> Result<Option<String>> {
    if let Some(bytes) = compound.bytes(&format!("{dir}__substg1.0_{property}001F"), out)? {
        return Ok(Some(utf16(&bytes)));
    }
    let bytes = compound.bytes(&format!("{dir}__substg1.0_{property}001E"), out)?;
    Ok(bytes.and_then(|bytes| charset::decoded(&bytes).map(std::borrow::Cow::into_owned)))
}

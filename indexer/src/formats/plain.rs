//! Plain text: in whichever encoding it is, one page; a form feed begins another.

use super::Result;
use super::charset;
use super::out::Out;
use crate::page::Unread;

pub(super) fn read(bytes: &[u8], out: &mut Out<'_>) -> Result<()> {
    // The beginning of a text is worth something without its end.
    let whole = bytes;
    let bytes = &whole[..whole.len().min(usize::try_from(out.left()).unwrap_or(usize::MAX))];
    out.spend(bytes.len() as u64)?;
    if bytes.len() < whole.len() {
        out.note(Unread::TooLarge);
    }
    let text = charset::decoded(bytes).ok_or(Unread::Unknown)?;
    for (no, page) in text.split('\u{c}').enumerate() {
        // A printer's file ends with one, and no page is behind it.
        if no == 0 || !page.trim().is_empty() {
            out.begin_page()?;
            out.text(page)?;
        }
    }
    Ok(())
}

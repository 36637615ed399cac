//! What parent and child say to each other over two pipes.
//!
//! ```text
//! child  → parent   frame: hello      once, after it has jailed itself
//! parent → child    frame: request, then the document's bytes
//! child  → parent   frame: answer
//! frame             4 bytes length, big-endian; that many bytes of JSON
//! ```
//! The child is believed in nothing: a frame over the limit, one that is no JSON, or text with control characters ends it.

use super::bounds::Limits;
use super::clean::is_clean;
use super::confine::Confinement;
use super::tools::Tools;
use crate::page::Reading;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A hello or a request is never longer.
pub const SMALL_FRAME_BYTES_MAX: usize = 64 << 10;

/// What a child says of itself before it is given anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hello {
    pub confinement: Confinement,
    pub tools: Tools,
}

/// What is asked of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    pub name: String,
    pub bytes: u64,
    pub limits: Limits,
}

/// One frame of `value`.
pub fn frame(value: &impl Serialize) -> Vec<u8> {
    let body = serde_json::to_vec(value).unwrap_or_default(); // plain structs of strings and numbers: nothing to fail
    let mut out = u32::try_from(body.len()).unwrap_or(u32::MAX).to_be_bytes().to_vec();
    out.extend_from_slice(&body);
    out
}

/// How far `bytes` are a frame of at most `max`: `Some(true)` whole, `Some(false)` not yet, `None` if they never will be.
pub fn is_whole(bytes: &[u8], max: usize) -> Option<bool> {
    let Some(head) = bytes.first_chunk::<4>() else { return Some(false) };
    let len = u32::from_be_bytes(*head) as usize;
    match bytes.len().checked_sub(4) {
        _ if len > max => None,
        Some(had) if had > len => None, // nobody has asked for more
        had => Some(had == Some(len)),
    }
}

/// What a whole frame says.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    serde_json::from_slice(bytes.get(4..)?).ok()
}

/// The longest answer that keeps to `limits`.
pub fn answer_bytes_max(limits: &Limits) -> usize {
    // Quotes, backslashes and LF are two bytes in JSON; each page has its frame.
    let text = usize::try_from(limits.text_bytes).unwrap_or(usize::MAX).saturating_mul(2);
    text.saturating_add(limits.pages as usize * 64).saturating_add(4096)
}

/// The reading in a whole frame, if it keeps to `limits`.
pub fn reading(bytes: &[u8], limits: &Limits) -> Option<Reading> {
    let reading: Reading = parse(bytes)?;
    let text: u64 = reading.pages.iter().map(|page| page.text.len() as u64).sum();
    let kept = reading.pages.len() as u64 <= u64::from(limits.pages) && text <= limits.text_bytes;
    (kept && reading.pages.iter().all(|page| is_clean(&page.text))).then_some(reading)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{Origin, Page};

    #[test]
    fn a_frame_cut_anywhere_is_not_whole_and_never_more_than_it_says() {
        let reading = Reading {
            pages: vec![Page { origin: Origin::Layer, text: "\"甲\"\n乙".into() }],
            unread: None,
        };
        let bytes = frame(&reading);
        for cut in 0..bytes.len() {
            assert_eq!(is_whole(&bytes[..cut], 4096), Some(false), "cut at {cut}");
        }
        assert_eq!(is_whole(&bytes, 4096), Some(true));
        assert_eq!(super::reading(&bytes, &Limits::default()), Some(reading));
        assert_eq!(is_whole(&[&bytes[..], b"x"].concat(), 4096), None);
        assert_eq!(is_whole(&bytes, 10), None);
        assert_eq!(is_whole(b"<html>", usize::MAX), Some(false));
    }

    #[test]
    fn an_answer_over_the_limits_or_with_control_characters_is_none() {
        let page = |text: &str| Page { origin: Origin::Layer, text: text.into() };
        let of = |pages| frame(&Reading { pages, unread: None });
        let limits = Limits { pages: 2, text_bytes: 6, ..Limits::default() };
        assert!(super::reading(&of(vec![page("甲"), page("乙")]), &limits).is_some());
        assert!(super::reading(&of(vec![page("甲乙丙")]), &limits).is_none());
        assert!(super::reading(&of(vec![page(""), page(""), page("")]), &limits).is_none());
        assert!(super::reading(&of(vec![page("\u{1b}[2J")]), &limits).is_none());
    }
}

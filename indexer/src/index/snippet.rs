//! A stretch of what fits, to be shown; numbers in it that may be those of people are marked.
//!
//! Does not know who looks: whoever shows it to somebody who may not see such numbers asks for [`Snippet::masked`].

use super::entry::{Kept, PAGE_END};
use super::fits::{Matched, Place};
use crate::text::numbers;
use std::ops::Range;

/// Characters before what fits, and behind it.
const AROUND: usize = 24;
/// Characters of a snippet at most.
const CHARS_MAX: usize = 120;
/// Characters of a number that are left to be seen at its end.
const SEEN: usize = 4;

/// A stretch of a fact or a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// The field it is from, by its name in queries.
    pub field: &'static str,
    /// The number of the document in its record, and of the page in it, from 0; `None` for a fact.
    pub page: Option<(usize, usize)>,
    /// The text, without line breaks.
    pub text: String,
    /// What of it fits, in bytes, in order.
    pub marks: Vec<Range<usize>>,
    /// What of it may be a number of a person, in bytes, in order.
    pub numbers: Vec<Range<usize>>,
    /// Whether something was left out before it, and behind it.
    pub cut: (bool, bool),
}

impl Snippet {
    /// The text with its numbers covered up to their last characters; as many characters as before.
    pub fn masked(&self) -> String {
        let mut out = String::with_capacity(self.text.len());
        let mut at = 0;
        for range in &self.numbers {
            let Some(number) = self.text.get(range.clone()) else { continue };
            out.push_str(&self.text[at..range.start]);
            let letters = number.chars().filter(|c| c.is_alphanumeric()).count();
            let mut left = letters.saturating_sub(SEEN);
            for c in number.chars() {
                let cover = c.is_alphanumeric() && left > 0;
                left -= usize::from(cover);
                out.push(if cover { '*' } else { c });
            }
            at = range.end;
        }
        out.push_str(&self.text[at..]);
        out
    }
}

/// The snippet of a match.
pub(super) fn of(kept: &Kept, matched: &Matched) -> Option<Snippet> {
    let (text, ranges, document) = match &matched.place {
        Place::Fact(value, range) => (value.as_str(), std::slice::from_ref(range), None),
        Place::Text(no, ranges) => (kept.texts.get(*no)?.as_str(), &ranges[..], Some(*no)),
    };
    let first = ranges.first()?;
    // Numbers are looked for in more than is shown: half of one would not look like one.
    let around = |from: usize, to: usize, chars: usize| {
        let before = text[..from].char_indices().rev().take_while(|(_, c)| *c != PAGE_END);
        let begin = before.take(chars).last().map_or(from, |(at, _)| at);
        let behind = text[to..].char_indices().take_while(|(_, c)| *c != PAGE_END);
        let end = behind.take(chars).last().map_or(to, |(at, c)| to + at + c.len_utf8());
        (begin, end)
    };
    let (begin, _) = around(first.start, first.end, AROUND);
    let shown: usize = text[begin..]
        .char_indices()
        .take(CHARS_MAX)
        .last()
        .map_or(begin, |(at, c)| begin + at + c.len_utf8());
    let last = ranges.iter().rev().find(|range| range.end <= shown).unwrap_or(first);
    let (_, end) = around(begin, last.end.min(shown), AROUND);
    let end = end.min(shown);
    let (wide_begin, wide_end) = around(begin, end, numbers::NUMBER_CHARS_MAX);
    let clip = |range: Range<usize>| {
        let range = range.start.max(begin)..range.end.min(end);
        (!range.is_empty()).then(|| range.start - begin..range.end - begin)
    };
    let found = match document {
        Some(_) => numbers::to_be_covered(&text[wide_begin..wide_end]),
        None => fact_numbers(matched.field, text),
    };
    let numbers = found.into_iter().filter_map(|r| match document {
        Some(_) => clip(r.start + wide_begin..r.end + wide_begin),
        None => clip(r),
    });
    let page = document.map(|no| (no, text[..first.start].matches(PAGE_END).count()));
    Some(Snippet {
        field: matched.field,
        page,
        marks: ranges.iter().cloned().filter_map(clip).collect(),
        numbers: numbers.collect(),
        // As many bytes as before, so that the marks stay where they are.
        text: text[begin..end].chars().map(|c| if c.is_ascii_control() { ' ' } else { c }).collect(),
        cut: (begin > 0, end < text.len()),
    })
}

/// A number that is a fact is one, however short it is; archive numbers are nobody's.
fn fact_numbers(field: &str, value: &str) -> Vec<Range<usize>> {
    match field {
        "id" | "phone" | "serial" | "text" => std::iter::once(0..value.len()).collect(),
        "number" | "date" => Vec::new(),
        _ => numbers::to_be_covered(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_covered_up_to_their_end() {
        let text = "张伟，证件１１０１０５１９４９１２３１００２Ｘ，电话138 0000 1111".to_owned();
        let numbers = numbers::personal(&text);
        let snippet =
            Snippet { field: "text", page: None, text, marks: vec![], numbers, cut: (false, false) };
        assert_eq!(snippet.masked(), "张伟，证件**************００２Ｘ，电话*** **** 1111");
    }
}

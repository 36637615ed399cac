//! Where a line may end: between Chinese characters, behind spaces and marks in words, and never so that a closing
//! mark begins a line or an opening one ends it.

use super::glyphs::Setter;
use std::ops::Range;

const CLOSING: &str = "，。、；：？！）》〉」』】〕〗〙〛〞”’…—～·％‰℃﹐﹒﹔﹕﹖﹗,.;:?!)]}%";
const OPENING: &str = "（《〈「『【〔〖〘〚〝“‘([{";
/// Behind these a long word, a file name or a number may be broken.
const JOINTS: &str = "_/.,;:@\\&=?+)]}";

/// Says whether a line may end between these two characters.
///
/// Before a hyphen rather than behind it: whoever copies text out takes a hyphen at the end of a line for one that was put
/// there, and an archive number would lose it.
fn may_break(before: char, after: char) -> bool {
    if after.is_whitespace() || before == '-' || CLOSING.contains(after) || OPENING.contains(before) {
        return false;
    }
    before.is_whitespace() || after == '-' || is_wide(before) || is_wide(after) || JOINTS.contains(before)
}

/// Characters that stand for themselves, with no word around them.
fn is_wide(c: char) -> bool {
    c >= '\u{2e80}'
}

/// Breaks a text that is set into lines no wider than this (as a share of the size). No character is lost: spaces at
/// the end of a line hang out of it.
pub(super) fn break_lines(setter: &Setter, set: &[u32], width: f32) -> Vec<Range<usize>> {
    let character = |at: usize| setter.glyph(set[at]).cluster.base;
    let can_break = |at: usize| may_break(character(at - 1), character(at));
    let (mut lines, mut start, mut reached) = (Vec::new(), 0, 0.0f32);
    for at in 0..set.len() {
        let advance = setter.glyph(set[at]).advance;
        // A little more than the width, so that sums of shares do not break what fits. Twice at most: what moves down
        // with a long word may still be too long together with this character.
        while reached + advance > width + 0.001 && at > start && !character(at).is_whitespace() {
            let mut ends = (start + 1..=at).rev();
            let end = ends.clone().find(|end| can_break(*end));
            // Somewhere in a word that is longer than the line.
            let end = end.or_else(|| ends.find(|end| character(end - 1) != '-')).unwrap_or(at);
            lines.push(start..end);
            start = end;
            reached = setter.width(&set[start..at]);
        }
        reached += advance;
    }
    if start < set.len() || lines.is_empty() {
        lines.push(start..set.len());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_where_a_reader_expects_it() {
        for (before, after, expected) in [
            ('档', '案', true),
            ('档', '，', false),
            ('（', '档', false),
            ('a', 'b', false),
            (' ', 'b', true),
            ('a', ' ', false),
            ('-', '0', false),
            ('6', '-', true),
            ('_', '0', true),
            ('a', '档', true),
            ('档', 'a', true),
        ] {
            assert_eq!(may_break(before, after), expected, "{before}{after}");
        }
    }
}

//! Text as a page may hold it: lines ended by LF, no control characters but LF and TAB.

/// `text` with CR LF and CR as LF, form feeds and vertical tabs as LF, and other control characters gone.
///
/// - Shape: trailing white space of the page is cut off; nothing else is moved.
/// - Gone as well: byte order marks, soft hyphens, and the marks that turn the direction of what follows, with which text can be made to
///   look like another.
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                if chars.peek() != Some(&'\n') {
                    out.push('\n');
                }
            }
            '\n' | '\t' => out.push(c),
            '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            '\u{feff}'
            | '\u{ad}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' => {}
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Whether `text` is as [`clean`] leaves it, as far as control characters go.
pub fn is_clean(text: &str) -> bool {
    text.chars().all(|c| matches!(c, '\n' | '\t') || !c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_with_lf_and_controls_are_gone() {
        assert_eq!(clean("一\r\n二\r三\u{0}\u{7}\u{c}四\u{200e}\t五  \n"), "一\n二\n三\n四\t五");
        assert!(is_clean(&clean("\u{1}\u{85}\u{9f}x\u{7f}")));
    }
}

//! Numbers: in which form they are compared, which strings in a text are numbers of a person, and tails.
//!
//! Does not check that a number is right: one with a wrong digit must be found as it was written.

use super::fold::{folded, is_han};
use std::ops::Range;

/// Characters of the shortest number, and of the shortest tail that is looked up.
pub const NUMBER_CHARS_MIN: usize = 4;
/// Characters of the longest number; certificates have serials of up to 20 octets, with room for prefixes.
pub const NUMBER_CHARS_MAX: usize = 64;
/// Numbers of a record's texts that are kept at most.
pub const FOUND_MAX: usize = 2000;
/// Digits from which a number in a text may be that of a person.
const PERSONAL_DIGITS_MIN: usize = 7;

/// The form in which a number is compared: letters large, no separators, half width.
///
/// - Shape: ASCII letters and digits, at least one digit; `None` for anything else.
/// - Units: [`NUMBER_CHARS_MIN`] to [`NUMBER_CHARS_MAX`] characters.
pub fn normal(text: &str) -> Option<String> {
    let mut out = String::new();
    for c in folded(text).chars() {
        match c {
            'a'..='z' | '0'..='9' => out.push(c.to_ascii_uppercase()),
            ' ' | '-' | ':' | '.' | '/' | '_' | '\u{2010}'..='\u{2015}' | '(' | ')' => {}
            '+' if out.is_empty() => {}
            _ => return None,
        }
        if out.len() > NUMBER_CHARS_MAX {
            return None;
        }
    }
    (out.len() >= NUMBER_CHARS_MIN && out.bytes().any(|b| b.is_ascii_digit())).then_some(out)
}

/// The forms under which a number is kept: as it is, and without what people leave out.
pub fn forms(number: &str) -> Vec<String> {
    let mut all = vec![number.to_owned()];
    let stripped = number.trim_start_matches('0');
    if stripped.len() != number.len() && stripped.len() >= NUMBER_CHARS_MIN {
        all.push(stripped.to_owned());
    }
    // Telephones with the country's number.
    if let Some(home) = number.strip_prefix("86")
        && home.len() == 11
        && home.starts_with('1')
    {
        all.push(home.to_owned());
    }
    all
}

/// The last so many characters of a number that has more.
pub fn tail(number: &str, chars: usize) -> Option<&str> {
    number.len().checked_sub(chars).filter(|from| *from > 0).map(|from| &number[from..])
}

/// Where a text has numbers that may be those of people: identity, company, telephone, account, serial.
///
/// - Shape: runs of ASCII letters and digits (full width, too) with at least seven digits; separators inside a
///   run of digits (`138 0000 1111`) do not end it. Dates are left alone.
pub fn personal(text: &str) -> Vec<Range<usize>> {
    runs(text, false)
}

/// The same for covering them: also what several spaces or a line break part. Two numbers may be one then.
pub fn to_be_covered(text: &str) -> Vec<Range<usize>> {
    runs(text, true)
}

fn runs(text: &str, over_breaks: bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut from, mut to, mut digits) = (None, 0, 0);
    let mut separators = 0;
    let mut close = |from: &mut Option<usize>, to: usize, digits: &mut usize| {
        if let Some(from) = from.take()
            && *digits >= PERSONAL_DIGITS_MIN
            && !is_date(&text[from..to])
        {
            found.push(from..to);
        }
        *digits = 0;
    };
    for (at, c) in text.char_indices() {
        let half = match c {
            '\u{ff10}'..='\u{ff19}' => '0',
            '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}' => 'A',
            c => c,
        };
        if half.is_ascii_alphanumeric() {
            from.get_or_insert(at);
            to = at + c.len_utf8();
            digits += usize::from(half.is_ascii_digit());
            separators = 0;
        } else if from.is_some()
            && digits > 0
            && (matches!(c, ' ' | '-' | ':') && separators == 0 || over_breaks && c.is_whitespace())
        {
            separators = 1;
        } else {
            close(&mut from, to, &mut digits);
            separators = 0;
        }
    }
    close(&mut from, to, &mut digits);
    found
}

fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    let separated = |at: usize| matches!(bytes.get(at), Some(b'-'));
    bytes.len() == 10 && separated(4) && separated(7)
}

/// The numbers in a text, in their normal form, each once, at most [`FOUND_MAX`].
pub fn found_in<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut all = std::collections::BTreeSet::new();
    for text in texts {
        for range in personal(text) {
            if all.len() == FOUND_MAX {
                return all.into_iter().collect();
            }
            all.extend(normal(&text[range]));
        }
    }
    all.into_iter().collect()
}

/// Whether a word looks like a number, so that nobody would have meant it as a phrase.
pub fn looks_like_number(text: &str) -> bool {
    normal(text).is_some() && !text.chars().any(is_han)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_over_a_break_is_covered_whole() {
        let text = "号 110101199001\n 011234，电话 138\u{3000}\u{a0}00001111";
        let covered: Vec<&str> = to_be_covered(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(covered, ["110101199001\n 011234", "138\u{3000}\u{a0}00001111"]);
        assert_eq!(personal(text).len(), 2); // each by itself is what is looked for
    }

    #[test]
    fn a_number_is_one_however_it_is_written() {
        for spelling in ["0a:1b:2C:3d", "0A1B2C3D", "０Ａ１Ｂ２Ｃ３Ｄ", " 0a1b-2c3d "] {
            assert_eq!(normal(spelling).as_deref(), Some("0A1B2C3D"), "{spelling}");
        }
        for none in ["", "12", "abcd", "张1234", "1234\u{661}", &"1".repeat(65)] {
            assert_eq!(normal(none), None, "{none}");
        }
        assert_eq!(forms("00AB12"), ["00AB12", "AB12"]);
        assert_eq!(forms("8613800001111"), ["8613800001111", "13800001111"]);
        assert_eq!((tail("123456", 4), tail("1234", 4), tail("123", 4)), (Some("3456"), None, None));
    }

    #[test]
    fn numbers_of_people_are_seen_in_a_text() {
        let text = "张伟，身份证11010519491231002X，电话138 0000 1111，签于2024-05-01，第7条，金额1200000元";
        let found: Vec<&str> = personal(text).into_iter().map(|r| &text[r]).collect();
        assert_eq!(found, ["11010519491231002X", "138 0000 1111", "1200000"]);
        assert_eq!(found_in(["１１０１０５１９４９１２３１００２Ｘ", "无"]), ["11010519491231002X"]);
    }
}

//! Characters folded into the one form in which they are compared.
//!
//! NFKC, small letters, no accents, simplified characters. Folding is for comparing and never for showing: it joins
//! words that a reader tells apart (`乾` and `干`), which costs a hit too many, never one too few.
//!
//! Source: `simplified.txt` is made of OpenCC's `TSCharacters`, `STCharacters`, `TWVariants` and `HKVariants` (Apache-2.0,
//! <https://github.com/BYVoid/OpenCC>): a line is a character and the others that are folded into it. Where OpenCC would keep a
//! character and knows another form as well (`乾`, `著`), the other form is taken.

use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// Whether it is a Han character, each of which is a token of its own.
pub fn is_han(c: char) -> bool {
    matches!(u32::from(c), 0x3005..=0x3007 | 0x3400..=0x9fff | 0xf900..=0xfaff | 0x2_0000..=0x3_23af)
}

/// Gives the characters that a character is compared as: none for what cannot be seen, several for a ligature.
pub fn fold(c: char, mut give: impl FnMut(char)) {
    match c {
        '\0'..='\x7f' => give(c.to_ascii_lowercase()),
        '\u{4e00}'..='\u{9fff}' => give(simplified(c)),
        '\u{ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2060}'..='\u{2064}'
        | '\u{feff}'
        | '\u{fe00}'..='\u{fe0f}' => {}
        '\u{300}'..='\u{36f}' => {}
        _ => {
            for c in std::iter::once(c).nfkc() {
                match c {
                    // Korean syllables are words' letters, not accents.
                    '\u{ac00}'..='\u{d7a3}' => give(c),
                    _ => std::iter::once(c)
                        .nfd()
                        .filter(|c| !matches!(c, '\u{300}'..='\u{36f}'))
                        .for_each(|c| c.to_lowercase().for_each(|c| give(simplified(c)))),
                }
            }
        }
    }
}

/// A text folded.
pub fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|c| fold(c, |c| out.push(c)));
    out
}

/// The simplified form of a character, or itself.
pub fn simplified(c: char) -> char {
    match u32::from(c) {
        code @ 0x4e00..=0x9fff => TABLE.basic[code as usize - 0x4e00],
        0x3400..=0x4dff | 0x2_0000.. => {
            TABLE.rare.binary_search_by_key(&c, |pair| pair.0).map_or(c, |at| TABLE.rare[at].1)
        }
        _ => c,
    }
}

struct Table {
    /// By code, from U+4E00 on.
    basic: Vec<char>,
    /// All others, in order.
    rare: Vec<(char, char)>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let basic = ('\u{4e00}'..='\u{9fff}').collect();
    let mut table = Table { basic, rare: Vec::new() };
    for line in include_str!("simplified.txt").lines() {
        let mut chars = line.chars();
        let Some(simple) = chars.next() else { continue };
        for traditional in chars {
            match u32::from(traditional) {
                code @ 0x4e00..=0x9fff => table.basic[code as usize - 0x4e00] = simple,
                _ => table.rare.push((traditional, simple)),
            }
        }
    }
    table.rare.sort_unstable();
    table
});

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spellings_of_one_text_are_folded_into_one() {
        for (spelling, plain) in [
            ("張偉", "张伟"),
            ("ＡＢＣ－１２３", "abc-123"),
            ("Zhāng Wěi", "zhang wei"),
            ("Lü", "lu"),
            ("電子簽名法", "电子签名法"),
            ("後來", "后来"),
            ("乾燥", "干燥"),
            ("看著", "看着"),
            ("⼈民", "人民"), // a radical, as PDF files have them
            ("ﬁle", "file"),
            ("软\u{ad}件\u{200b}", "软件"),
            ("cafe\u{301}", "cafe"),
            ("①", "1"),
        ] {
            assert_eq!(folded(spelling), plain, "{spelling}");
        }
    }

    proptest! {
        #[test]
        fn what_is_folded_stays_as_it_is(text in "\\PC{0,40}") {
            let once = folded(&text);
            prop_assert_eq!(folded(&once), once);
        }
    }
}

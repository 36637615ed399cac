//! Whether the text layer of a page is one.
//!
//! A PDF paints glyphs, and says beside them which characters they are: or does not, or says something else. What comes out then is
//! nothing, control characters, private-use characters, Chinese read as if it were Western European, or Chinese characters that nobody writes.
//!
//! Does not know what the page looks like, nor any language: a layer whose characters are common ones in a wrong order passes.

use encoding_rs::{BIG5, GBK, WINDOWS_1252};

/// What a page's text layer is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// It can be read as it is.
    Real,
    /// There is none.
    Missing,
    /// There is one, and it does not say what the page shows.
    Wrong,
}

/// Above this share of characters that stand for nothing, a layer is wrong.
const NOTHING_SHARE: f64 = 0.15;
/// Above this share of Western European letters in unbroken runs, it is another code misread.
const STRAY_LATIN_SHARE: f64 = 0.2;
/// Above this share of punctuation, it is codes of glyphs that were taken for letters.
const PUNCTUATION_SHARE: f64 = 0.6;
/// Below this share of common ones among its Chinese characters, it is another code misread: a statute has all of them common, UTF-8
/// taken for GBK has 36 %, characters drawn at random 32 %, a list of rare given names still 60.
const COMMON_HAN_SHARE: f64 = 0.55;
/// Fewer characters than this tell nothing by their share.
const TELLING: usize = 12;
/// Letters with accents stand alone or in pairs; where so many stand together they are none.
const STRAY_RUN: usize = 4;

/// Judges the layer of one page.
pub fn judge(text: &str) -> Layer {
    let count = Count::of(text);
    if count.all == 0 || count.all == count.nothing && count.all < TELLING {
        return Layer::Missing;
    }
    let share = |part: usize| part as f64 / count.all as f64;
    let many = count.all >= TELLING;
    let wrong = share(count.nothing) > NOTHING_SHARE && (many || count.nothing > 1)
        || count.stray_latin >= 2 * STRAY_RUN && share(count.stray_latin) > STRAY_LATIN_SHARE
        || many && share(count.punctuation) > PUNCTUATION_SHARE
        || count.han >= TELLING
            && count.east_asian_letters * 20 < count.han
            && (count.common_han as f64) < COMMON_HAN_SHARE * count.han as f64;
    if wrong { Layer::Wrong } else { Layer::Real }
}

/// What a wrong layer says if its letters are taken for bytes of GBK, where that is a real one with Chinese in it.
///
/// Fonts with Chinese glyphs under Western codes are common in older office programs; the bytes are all there.
pub fn mend(text: &str) -> Option<String> {
    let lines: Vec<String> = text.split('\n').map(mend_line).collect();
    let mended = lines.join("\n");
    let count = Count::of(&mended);
    let lost = mended.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER).count();
    let is_chinese = count.common_han * 2 > count.all && lost * 50 <= count.all;
    (is_chinese && judge(&mended) == Layer::Real).then_some(mended)
}

fn mend_line(line: &str) -> String {
    let mut bytes = Vec::with_capacity(line.len());
    for c in line.chars() {
        let mut utf8 = [0; 4];
        let (encoded, _, unmappable) = WINDOWS_1252.encode(c.encode_utf8(&mut utf8));
        if unmappable {
            bytes.extend_from_slice("\u{fffd}".as_bytes());
        } else {
            bytes.extend_from_slice(&encoded);
        }
    }
    // Byte AD is a soft hyphen in the West, and pdftotext writes it as a hyphen, which is never the second byte in GBK.
    let mut at = 0;
    while at < bytes.len() {
        let leads = (0x81..=0xfe).contains(&bytes[at]);
        if leads && bytes.get(at + 1) == Some(&b'-') {
            bytes[at + 1] = 0xad;
        }
        at += if leads { 2 } else { 1 };
    }
    GBK.decode_without_bom_handling(&bytes).0.into_owned()
}

/// Characters of a page by what they tell; white space is not counted.
#[derive(Default)]
struct Count {
    all: usize,
    /// Control, private-use and replacement characters, and those that will never be any.
    nothing: usize,
    /// Western European letters and signs in runs of at least [`STRAY_RUN`].
    stray_latin: usize,
    punctuation: usize,
    han: usize,
    common_han: usize,
    /// Kana, Hangul, Bopomofo: the page is not only Chinese, and what is common there is not known here.
    east_asian_letters: usize,
}

impl Count {
    fn of(text: &str) -> Self {
        let mut count = Self::default();
        let mut run = 0;
        for c in text.chars() {
            if is_western(c) {
                run += 1;
            } else {
                count.end_run(&mut run);
            }
            if c.is_whitespace() || c == '\u{feff}' {
                continue;
            }
            count.all += 1;
            match c {
                c if c.is_control() || is_private(c) || is_none(c) => count.nothing += 1,
                '!'..='+' | '/' | ':'..='@' | '['..='^' | '`' | '{'..='~' => count.punctuation += 1,
                '\u{3041}'..='\u{312f}'
                | '\u{31a0}'..='\u{31ff}'
                | '\u{ff66}'..='\u{ff9f}'
                | '\u{1100}'..='\u{11ff}'
                | '\u{3130}'..='\u{318f}'
                | '\u{ac00}'..='\u{d7a3}' => {
                    count.east_asian_letters += 1;
                }
                c if is_han(c) => {
                    count.han += 1;
                    count.common_han += usize::from(is_common(c));
                }
                _ => {}
            }
        }
        count.end_run(&mut run);
        count
    }

    fn end_run(&mut self, run: &mut usize) {
        if *run >= STRAY_RUN {
            self.stray_latin += *run;
        }
        *run = 0;
    }
}

fn is_private(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..)
}

fn is_none(c: char) -> bool {
    c == char::REPLACEMENT_CHARACTER
        || matches!(c, '\u{fdd0}'..='\u{fdef}')
        || u32::from(c) & 0xfffe == 0xfffe
}

/// The upper half of Windows-1252, as characters; no-break space aside, which stands between words.
fn is_western(c: char) -> bool {
    matches!(
        c,
        '\u{a1}'
            ..='\u{ff}'
                | 'Œ'
                | 'œ'
                | 'Š'
                | 'š'
                | 'Ž'
                | 'ž'
                | 'Ÿ'
                | 'ƒ'
                | 'ˆ'
                | '˜'
                | '‚'
                | '„'
                | '†'
                | '‡'
                | '‰'
                | '‹'
                | '›'
    )
}

fn is_han(c: char) -> bool {
    matches!(u32::from(c), 0x3007 | 0x3400..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x323af)
}

/// Whether somebody writes it every day: the first level of GB 2312 (3,755 characters), or of Big5 (5,401).
fn is_common(c: char) -> bool {
    let mut utf8 = [0; 4];
    let c = &*c.encode_utf8(&mut utf8);
    let gb = GBK.encode(c).0;
    if matches!(*gb, [0xb0..=0xd7, 0xa1..=0xfe]) {
        return true;
    }
    let big5 = BIG5.encode(c).0;
    matches!(*big5, [0xa4..=0xc6, _])
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;

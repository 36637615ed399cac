//! Text in a plain grey picture, by Tesseract with `chi_sim`.
//!
//! Latin letters and digits are in `chi_sim` as well. Adding `eng` made a page a third slower and Chinese worse: measured on six scans of
//! a statute, errors rose from 1.2 to 4.5 % on one and from 9.3 to 13.6 % on another, and fell on none.

use super::pump::End;
use super::step::{Runner, Stream};
use super::tools::Tools;

/// Tesseract's table of one page is never longer.
const TABLE_BYTES_MAX: u64 = 8 << 20;
/// Below this mean confidence, of 100, what was recognised deserves no name; pages that can be read have 80 and more.
const CONFIDENCE_MIN: f64 = 40.0;
/// Below this difference between its darkest and its lightest points, a picture shows nothing.
const CONTRAST_MIN: u8 = 24;

/// A grey picture: one byte a point, rows from the top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grey {
    /// Points in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// `width` × `height` of them, 0 black.
    pub points: Vec<u8>,
}

impl Grey {
    /// The picture in a binary PGM of 8 bits, as pdftoppm writes it.
    pub fn from_pgm(pgm: Vec<u8>) -> Option<Self> {
        let mut fields = Vec::new();
        let mut at = 0;
        while fields.len() < 4 {
            let len = pgm.get(at..)?.iter().take(20).position(u8::is_ascii_whitespace)?;
            fields.push(std::str::from_utf8(&pgm[at..at + len]).ok()?.to_owned());
            at += len + 1;
        }
        let [magic, width, height, max] = fields.try_into().ok()?;
        let (width, height): (u32, u32) = (width.parse().ok()?, height.parse().ok()?);
        // Out of memory, pdftoppm paints a page of no points at all, and says that all went well.
        let whole = pgm.len() > at && (pgm.len() - at) as u64 == u64::from(width) * u64::from(height);
        let mut points = pgm;
        points.drain(..at);
        (magic == "P5" && max == "255" && whole).then_some(Self { width, height, points })
    }

    /// The picture as a binary PGM.
    pub fn to_pgm(&self) -> Vec<u8> {
        let mut pgm = format!("P5\n{} {}\n255\n", self.width, self.height).into_bytes();
        pgm.extend_from_slice(&self.points);
        pgm
    }

    /// Whether it is of one tone, but for a few specks of dust.
    pub fn is_blank(&self) -> bool {
        if self.points.is_empty() {
            return true;
        }
        let mut tones = [0_usize; 256];
        for point in &self.points {
            tones[usize::from(*point)] += 1;
        }
        // A full stop at 200 dpi is some thirty points.
        let dust = (self.points.len() / 200_000).max(8).min(self.points.len() / 2);
        let darkest = first_beyond(tones.iter(), dust);
        let lightest = 255 - first_beyond(tones.iter().rev(), dust);
        lightest.saturating_sub(darkest) < usize::from(CONTRAST_MIN)
    }
}

/// The first place up to which more than `dust` are counted.
fn first_beyond<'a>(mut tones: impl Iterator<Item = &'a usize>, dust: usize) -> usize {
    let mut sum = 0;
    tones
        .position(|tone| {
            sum += tone;
            sum > dust
        })
        .unwrap_or(0)
}

/// What was seen in a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// This text.
    Text(String),
    /// One tone and nothing on it.
    Blank,
    /// Something, but no text that deserves the name.
    Illegible,
    /// It is not installed.
    NoOcr,
    /// It could not read the picture.
    Damaged,
    /// It took too long, or broke.
    Broke,
}

/// What is in a grey picture.
pub fn see(grey: &Grey, dpi: u32, tools: &Tools, runner: &Runner<'_>) -> Seen {
    if grey.is_blank() {
        return Seen::Blank;
    }
    let Some(tesseract) = &tools.tesseract else { return Seen::NoOcr };
    let dpi = dpi.to_string();
    let args = ["stdin", "stdout", "-l", "chi_sim", "--dpi", &dpi, "-c", "tessedit_create_tsv=1"];
    let ran = runner.run(tesseract, &args, &grey.to_pgm(), TABLE_BYTES_MAX, Stream::Out);
    match (ran.end, ran.exit_code()) {
        (End::Closed, Some(0)) => legible(&String::from_utf8_lossy(&ran.output)),
        (End::Closed, Some(_)) => Seen::Damaged,
        _ => Seen::Broke,
    }
}

/// The text in Tesseract's table, if it is sure enough of it.
///
/// A row has twelve fields: level, page, block, paragraph, line, word, four of the place, confidence, text; words are level 5.
fn legible(table: &str) -> Seen {
    let mut text = String::new();
    let mut before: Option<[&str; 4]> = None;
    let (mut letters, mut sure) = (0_usize, 0.0);
    for row in table.lines() {
        let fields: Vec<&str> = row.splitn(12, '\t').collect();
        let [level, page, block, paragraph, line, _, _, _, _, _, confidence, word] = fields[..] else {
            continue;
        };
        let word = word.trim();
        if level != "5" || word.is_empty() {
            continue;
        }
        let place = [page, block, paragraph, line];
        match before {
            None => {}
            Some(before) if before == place => {
                let both =
                    [text.chars().next_back(), word.chars().next()].into_iter().flatten().all(is_spaced);
                text.push_str(if both { " " } else { "" });
            }
            // A paragraph apart, a line apart.
            Some(before) => text.push_str(if before[..3] == place[..3] { "\n" } else { "\n\n" }),
        }
        before = Some(place);
        text.push_str(word);
        let count = word.chars().filter(|c| c.is_alphanumeric()).count();
        letters += count;
        sure += count as f64 * confidence.parse::<f64>().unwrap_or(0.0);
    }
    let legible = letters >= 2 && sure / letters as f64 >= CONFIDENCE_MIN;
    if legible { Seen::Text(text) } else { Seen::Illegible }
}

/// Whether a space belongs between this and another word: not beside Chinese characters or their punctuation.
fn is_spaced(c: char) -> bool {
    !matches!(u32::from(c), 0x2018..=0x201d | 0x2e80..=0x9fff | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe4f | 0xff00..=0xffef | 0x20000..=0x323af)
}

#[cfg(test)]
#[path = "ocr_tests.rs"]
mod tests;

//! Paper: text, tables and cards on A4 pages, as a PDF whose fonts are embedded and whose text can be copied out.
//!
//! Knows no archive and no language: what stands on a page comes from whoever prints. Every character is looked up
//! before the first page is made; one that no font has is named, and never left out in silence. Lines are set from
//! left to right, one glyph a character: scripts that need more than that are named as well.

mod fonts; // fonts of the system, or those that were named
mod glyphs; // characters, and what cannot be set
mod lines; // where a line may end
mod page; // blocks become pages
mod pdf; // pages become a file

pub use fonts::{Chain, FontError, SEARCHED};
pub use glyphs::{Missing, Why};

use glyphs::Setter;
use std::fmt;

/// What is to be printed.
pub struct Paper {
    /// The title, on the first page and in the file's properties. It names the form, nobody in it.
    pub title: String,
    /// At the head of each page, on the left.
    pub head: String,
    /// At the foot of each page, on the left.
    pub foot: String,
    /// What stands beside it, such as `第 1 页 共 3 页`; takes the page and how many there are.
    pub page_of: Box<dyn Fn(usize, usize) -> String>,
    /// `zh` or `en`.
    pub lang: &'static str,
    /// What stands on the pages, from top to bottom.
    pub blocks: Vec<Block>,
    /// When it is made: year, month, day, hour, minute, second, in UTC.
    pub made: [u16; 6],
}

/// A piece of a page.
pub enum Block {
    /// A line of its own, larger and in the middle.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// Lines as they stand, in the size given, each wrapped where it is too long.
    Lines(f32, String),
    /// What follows begins on a page of its own.
    Page,
    /// Names and values in two pairs of columns.
    Pairs(Vec<(String, String)>),
    /// A table whose head is repeated on every page.
    Table {
        /// Its columns.
        columns: Vec<Column>,
        /// Its rows, a text for each column. The first one names the row where something is wrong in it.
        rows: Vec<Vec<String>>,
    },
    /// Cards to be cut out: labels, spines of boxes.
    Cards {
        /// Width and least height in millimetres.
        size: (f32, f32),
        /// Names and values stand beside each other, or above each other on a narrow card.
        narrow: bool,
        /// The cards.
        cards: Vec<Card>,
    },
}

/// A column of a table.
pub struct Column {
    /// Its heading.
    pub heading: String,
    /// Its width, as a share of the sum of all.
    pub share: f32,
    /// Numbers stand on the right.
    pub right: bool,
}

/// A card to be cut out.
pub struct Card {
    /// Its first line.
    pub title: String,
    /// Names and values.
    pub pairs: Vec<(String, String)>,
}

/// What came of printing.
#[derive(Debug)]
pub struct Printed {
    /// The file.
    pub pdf: Vec<u8>,
    /// How many pages.
    pub pages: usize,
    /// The fonts that are in it.
    pub fonts: Vec<String>,
    /// What stands as a box with its code.
    pub substituted: Vec<Missing>,
}

/// Why something is not printed.
#[derive(Debug)]
pub enum Trouble {
    /// None of the fonts has any of the Chinese characters in it.
    NoFont,
    /// Characters that cannot be set.
    Missing(Vec<Missing>),
    /// A font that is not one, or may not be embedded.
    Font(FontError),
}

impl From<FontError> for Trouble {
    fn from(error: FontError) -> Self {
        Self::Font(error)
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoFont => f.write_str("no font has Chinese characters"),
            Self::Missing(missing) => write!(f, "{} characters cannot be set", missing.len()),
            Self::Font(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Trouble {}

/// Looks every character up without printing anything.
///
/// Errors: those of [`print`].
pub fn check(paper: &Paper, chain: &mut Chain, substitute: bool) -> Result<Vec<Missing>, Trouble> {
    Ok(Setter::new(paper, chain, substitute)?.missing)
}

/// Makes the file.
///
/// - Shape: PDF 1.7, A4, each font embedded as the subset that is used, with the characters behind its glyphs.
/// - Errors: [`Trouble`]; with `substitute` what cannot be set stands as a box with its code instead.
pub fn print(paper: &Paper, chain: &mut Chain, substitute: bool) -> Result<Printed, Trouble> {
    let setter = Setter::new(paper, chain, substitute)?;
    let pages = page::lay_out(paper, &setter);
    let count = pages.len();
    let (pdf, fonts) = pdf::write(paper, &setter, &pages, chain)?;
    Ok(Printed { pdf, pages: count, fonts, substituted: setter.missing })
}

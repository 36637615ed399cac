//! What stands on a page, in a template, a composite drawing or an annotation: texts with their places.
//!
//! Source: GB/T 33190-2016, sections 7.7 (pages), 8.5 (boundaries, transformations), 11.2 and 11.3 (text), 13, 15.2.

use super::super::Result;
use super::super::parts::Markup;
use super::lines::Piece;
use crate::page::Unread;
use crate::xml::{Open, Token};

/// Texts of a page.
const PIECES_MAX: usize = 1 << 20;
/// The size of a text that names none, in millimetres.
const SIZE: f64 = 3.5;

/// What stands on a page.
#[derive(Default)]
pub(super) struct Content {
    pub(super) pieces: Vec<Piece>,
    /// Ids of the templates it uses.
    pub(super) templates: Vec<String>,
    /// Composite drawings it uses, by id, and where.
    pub(super) composites: Vec<(String, f64, f64)>,
    /// Ids of the pictures on it.
    pub(super) pictures: Vec<String>,
}

/// Reads a page or a template.
pub(super) fn read(mut xml: Markup<'_>) -> Result<Content> {
    let mut content = Content::default();
    let mut object = Object::default();
    loop {
        match xml.next()? {
            Token::Open(open) => match open.name() {
                "Template" => content.templates.extend(open.get("TemplateID")),
                "CompositeObject" => {
                    let [x, y] = corner(&open);
                    content.composites.extend(open.get("ResourceID").map(|id| (id, x, y)));
                }
                "ImageObject" => content.pictures.extend(open.get("ResourceID")),
                name => {
                    let is_text = object.open(name, &open);
                    if is_text {
                        let text = xml.inner_text()?;
                        content.pieces.extend(object.piece(text));
                    }
                }
            },
            Token::End => return Ok(content),
            _ => {}
        }
        if content.pieces.len() > PIECES_MAX {
            return Err(Unread::TooLarge);
        }
    }
}

/// Reads the composite drawings among resources, by their ids.
pub(super) fn composites(mut xml: Markup<'_>) -> Result<Vec<(String, Vec<Piece>)>> {
    let mut found: Vec<(String, Vec<Piece>)> = Vec::new();
    let mut object = Object::default();
    loop {
        match xml.next()? {
            Token::Open(open) => match open.name() {
                "CompositeGraphicUnit" | "CompositeGraphUnit" => {
                    found.push((open.get("ID").unwrap_or_default(), Vec::new()));
                }
                name => {
                    let is_text = object.open(name, &open);
                    if is_text {
                        let text = xml.inner_text()?;
                        if let (Some(piece), Some((_, pieces))) = (object.piece(text), found.last_mut()) {
                            pieces.push(piece);
                        }
                    }
                }
            },
            Token::End => return Ok(found),
            _ => {}
        }
    }
}

/// Reads the annotations of a page: how each looks, and what is remarked.
pub(super) fn annotations(mut xml: Markup<'_>) -> Result<Vec<Vec<Piece>>> {
    let mut found: Vec<Vec<Piece>> = Vec::new();
    let mut object = Object::default();
    loop {
        match xml.next()? {
            Token::Open(open) => match open.name() {
                "Annot" => found.push(Vec::new()),
                "Remark" => {
                    let text = xml.inner_text()?;
                    found.push(vec![Piece { x: 0.0, y: 0.0, size: SIZE, text }]);
                }
                name => {
                    let is_text = object.open(name, &open);
                    if is_text {
                        let text = xml.inner_text()?;
                        if let (Some(piece), Some(pieces)) = (object.piece(text), found.last_mut()) {
                            pieces.push(piece);
                        }
                    }
                }
            },
            Token::End => return Ok(found),
            _ => {}
        }
    }
}

/// The text object under way: what its texts are placed by.
#[derive(Default)]
struct Object {
    corner: [f64; 2],
    /// `a b c d e f` of a transformation within the boundary.
    ctm: Option<[f64; 6]>,
    size: f64,
    /// Where the text before was, whose place counts where a text names none.
    at: [f64; 2],
}

impl Object {
    /// Takes the beginning of an element; says whether a text follows.
    fn open(&mut self, name: &str, open: &Open<'_>) -> bool {
        match name {
            "TextObject" => {
                let ctm = open.get("CTM").map(|ctm| numbers(&ctm)).and_then(|ctm| ctm.try_into().ok());
                let size = open.get("Size").and_then(|size| numbers(&size).first().copied()).unwrap_or(SIZE);
                *self = Self { corner: corner(open), ctm, size, at: [0.0; 2] };
                false
            }
            "TextCode" => {
                for (at, key) in self.at.iter_mut().zip(["X", "Y"]) {
                    if let Some(place) = open.get(key).and_then(|place| numbers(&place).first().copied()) {
                        *at = place;
                    }
                }
                true
            }
            _ => false,
        }
    }

    /// A text, placed; none where there is nothing in it. A blank is something: it parts words.
    fn piece(&self, text: String) -> Option<Piece> {
        if text.trim().is_empty() && !text.starts_with([' ', '\u{3000}']) {
            return None;
        }
        let [x, y] = self.at;
        let (x, y, scale) = match self.ctm {
            Some([a, b, c, d, e, f]) => (a * x + c * y + e, b * x + d * y + f, (a * d - b * c).abs().sqrt()),
            None => (x, y, 1.0),
        };
        let place = |at: f64| if at.is_finite() { at } else { 0.0 };
        let size = self.size * scale;
        let size = if size.is_finite() && size > 0.0 { size } else { SIZE };
        Some(Piece { x: place(self.corner[0] + x), y: place(self.corner[1] + y), size, text })
    }
}

/// The upper left corner of an object's boundary.
fn corner(open: &Open<'_>) -> [f64; 2] {
    let boundary = open.get("Boundary").map(|boundary| numbers(&boundary)).unwrap_or_default();
    [boundary.first().copied().unwrap_or_default(), boundary.get(1).copied().unwrap_or_default()]
}

/// The numbers of an array, six at most: none needs more here.
fn numbers(text: &str) -> Vec<f64> {
    let parts = text.split_ascii_whitespace().take(6);
    parts.map_while(|part| part.parse().ok().filter(|number: &f64| number.is_finite())).collect()
}

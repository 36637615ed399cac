//! Texts with places, in reading order: line by line downwards, each from the left.
//!
//! Programs place whole paragraphs, words, or every character by itself; what stands close together on a line is one text.

use super::super::Result;
use super::super::out::Out;

/// A text and where it begins, in millimetres from the upper left.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Piece {
    pub(super) x: f64,
    pub(super) y: f64,
    /// Height of its characters.
    pub(super) size: f64,
    pub(super) text: String,
}

impl Piece {
    /// The same at another place.
    pub(super) fn moved(&self, x: f64, y: f64) -> Self {
        Self { x: self.x + x, y: self.y + y, ..self.clone() }
    }

    /// Says whether it is nothing but a blank between others.
    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Where it ends, about: Chinese characters are as wide as they are high, others half.
    fn end(&self) -> f64 {
        let halves: usize = self.text.chars().map(|c| if c < '\u{2e80}' { 1 } else { 2 }).sum();
        self.x + self.size * halves as f64 / 2.0
    }
}

/// Writes texts in reading order.
pub(super) fn write(mut pieces: Vec<Piece>, out: &mut Out<'_>) -> Result<()> {
    pieces.sort_by(|a, b| a.y.total_cmp(&b.y));
    let mut rest = &mut pieces[..];
    while !rest.is_empty() {
        let (line, after) = rest.split_at_mut(line_len(rest));
        line.sort_by(|a, b| a.x.total_cmp(&b.x));
        write_line(line, out)?;
        out.line();
        rest = after;
    }
    Ok(())
}

/// How many of the texts, sorted downwards, are on the line of the first.
fn line_len(pieces: &[Piece]) -> usize {
    let Some(first) = pieces.first() else { return 0 };
    pieces.iter().take_while(|piece| piece.y - first.y <= 0.4 * piece.size.min(first.size)).count().max(1)
}

fn write_line(line: &[Piece], out: &mut Out<'_>) -> Result<()> {
    let mut before: Option<&Piece> = None;
    for piece in line {
        if piece.is_blank() {
            out.space();
            continue;
        }
        if let Some(before) = before {
            // Bold letters are drawn twice by some, a little beside each other.
            if before.text == piece.text && piece.x - before.x < 0.2 * piece.size {
                continue;
            }
            let gap = (piece.x - before.end()) / piece.size;
            match gap {
                gap if gap > 2.0 => out.tab(),
                gap if gap > 0.5 => out.space(),
                _ => {}
            }
        }
        out.text(&piece.text)?;
        before = Some(piece);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::super::{Limits, not_here};
    use super::*;

    fn piece(x: f64, y: f64, text: &str) -> Piece {
        Piece { x, y, size: 4.0, text: text.to_owned() }
    }

    fn written(pieces: Vec<Piece>) -> String {
        let mut elsewhere = |kind, _: &[u8]| not_here(kind);
        let mut out = Out::new(Limits::default(), &mut elsewhere);
        write(pieces, &mut out).unwrap();
        out.finish().pages.pop().map(|page| page.text).unwrap_or_default()
    }

    #[test]
    fn texts_come_line_by_line_from_the_left() {
        let pieces = vec![
            piece(50.0, 20.0, "张三"),
            piece(10.0, 30.5, "第二行"),
            piece(10.0, 20.3, "申请人"),
            piece(22.0, 20.0, "："),
        ];
        assert_eq!(written(pieces), "申请人：\t张三\n第二行");
    }

    #[test]
    fn characters_placed_one_by_one_are_one_text() {
        let mut pieces = Vec::new();
        for (no, c) in "电子签名".chars().enumerate() {
            pieces.insert(0, piece(4.2 * no as f64, 9.0, &c.to_string()));
        }
        assert_eq!(written(pieces), "电子签名");
    }

    #[test]
    fn what_is_drawn_twice_is_read_once() {
        assert_eq!(written(vec![piece(10.0, 9.0, "粗体"), piece(10.1, 9.0, "粗体")]), "粗体");
    }
}

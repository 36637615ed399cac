//! Papers set on pages: title, table, list, running text, signatures and seals, in that order.
//!
//! Knows how a paper is laid out; what it says comes from `words.json` and the record's facts.

use super::chance::Chance;
use super::page::{Book, Face, PAGE};
use super::words::{Facts, Paper, SealOf, words};

const LEFT: f32 = 56.0;
const WIDTH: f32 = PAGE.0 - 2.0 * LEFT;
const TOP: f32 = PAGE.1 - 74.0;
/// Nothing but the foot stands below this.
const BOTTOM: f32 = 66.0;

const TITLE: Face = Face::bold(20.0);
const HEAD: Face = Face { size: 9.5, bold: false, gray: 0.25 };
const BODY: Face = Face::plain(10.5);
const HEADING: Face = Face::bold(10.5);
const FOOT: Face = Face { size: 8.0, bold: false, gray: 0.45 };

const LABEL_WIDTH: f32 = 96.0;
const CELL_LEADING: f32 = 15.5;
const TEXT_LEADING: f32 = 17.5;

/// Whose name a seal carries.
pub(super) struct Signers<'a> {
    pub(super) customer: &'a str,
    /// A person has a square name seal, a unit a round one.
    pub(super) customer_is_person: bool,
    pub(super) registrar: &'a str,
}

/// Returns `paper` as a PDF, filled with `facts` and, if it has columns, with the rows of `list`.
pub(super) fn print(
    paper: &Paper,
    facts: &Facts,
    list: &[Vec<String>],
    signers: &Signers<'_>,
    chance: &mut Chance,
) -> Vec<u8> {
    let mut press = Press { book: Book::new(), y: TOP, facts };
    if paper.frame {
        press.book.outline(LEFT - 22.0, BOTTOM - 16.0, WIDTH + 44.0, TOP - BOTTOM + 62.0, 2.4);
        press.book.outline(LEFT - 17.0, BOTTOM - 11.0, WIDTH + 34.0, TOP - BOTTOM + 52.0, 0.6);
    }
    press.head(paper);
    for row in &paper.rows {
        press.row(row);
    }
    if !paper.columns.is_empty() {
        press.list(&paper.columns, list);
    }
    if !paper.paragraphs.is_empty() {
        press.y -= 12.0;
    }
    for paragraph in &paper.paragraphs {
        press.paragraph(paragraph);
    }
    press.signatures(paper, signers, chance);
    press.feet();
    press.book.bind(&facts.fill(&paper.title))
}

/// A book, how far down its last page is filled, and the facts to fill in.
struct Press<'a> {
    book: Book,
    y: f32,
    facts: &'a Facts,
}

impl Press<'_> {
    /// Turns the page unless `height` points are free.
    fn need(&mut self, height: f32) {
        if self.y - height < BOTTOM {
            self.book.turn();
            self.y = TOP + 20.0;
        }
    }

    fn head(&mut self, paper: &Paper) {
        let title = self.facts.fill(&paper.title);
        self.book.text((PAGE.0 - TITLE.width(&title)) / 2.0, self.y, TITLE, &title);
        self.y -= 27.0;
        let [left, right] = paper.head.each_ref().map(|text| self.facts.fill(text));
        self.book.text(LEFT, self.y, HEAD, &left);
        self.book.text(LEFT + WIDTH - HEAD.width(&right), self.y, HEAD, &right);
        self.y -= 9.0;
        if paper.rows.is_empty() && paper.columns.is_empty() {
            self.book.rule(LEFT, self.y, WIDTH, 0.8);
            self.y -= 10.0;
        }
    }

    /// Sets one row of the table: a heading, or cells that share the width.
    fn row(&mut self, row: &[String]) {
        if let [heading] = row {
            let height = 21.0;
            self.need(height + 30.0);
            self.book.fill(LEFT, self.y - height, WIDTH, height, 0.88);
            self.book.outline(LEFT, self.y - height, WIDTH, height, 0.7);
            let x = LEFT + (WIDTH - HEADING.width(heading)) / 2.0;
            self.book.text(x, self.y - 14.5, HEADING, heading);
            self.y -= height;
            return;
        }
        let pairs: Vec<(&str, String)> =
            row.chunks_exact(2).map(|pair| (pair[0].as_str(), self.facts.fill(&pair[1]))).collect();
        let pair_width = WIDTH / pairs.len().max(1) as f32;
        let cells: Vec<(&str, Vec<String>, f32)> = pairs
            .iter()
            .map(|(label, value)| {
                let label_width = if label.is_empty() { 0.0 } else { LABEL_WIDTH };
                (*label, wrap(value, BODY, pair_width - label_width - 14.0, 0.0), label_width)
            })
            .collect();
        let lines = cells.iter().map(|cell| cell.1.len()).max().unwrap_or(1);
        let height = lines as f32 * CELL_LEADING + 11.0;
        self.need(height);
        for (place, (label, lines, label_width)) in cells.iter().enumerate() {
            let x = LEFT + pair_width * place as f32;
            if *label_width > 0.0 {
                self.book.fill(x, self.y - height, *label_width, height, 0.96);
                self.book.outline(x, self.y - height, *label_width, height, 0.7);
                let label_face = Face::plain(if BODY.width(label) > label_width - 8.0 { 9.5 } else { 10.5 });
                let label_x = x + (label_width - label_face.width(label)) / 2.0;
                self.book.text(label_x, self.y - height / 2.0 - 3.8, label_face, label);
            }
            self.book.outline(x + label_width, self.y - height, pair_width - label_width, height, 0.7);
            // Values stand in the middle of the row's height, as labels do.
            let mut y = self.y - (height - lines.len() as f32 * CELL_LEADING) / 2.0 - 11.6;
            for line in lines {
                self.book.text(x + label_width + 7.0, y, BODY, line);
                y -= CELL_LEADING;
            }
        }
        self.y -= height;
    }

    /// Sets a list with one line a row; on a new page the column heads come again.
    fn list(&mut self, columns: &[(String, f32)], rows: &[Vec<String>]) {
        let height = 23.0;
        self.list_line(columns, columns.iter().map(|column| column.0.as_str()), HEADING, height);
        for row in rows {
            let page = self.book.page_count();
            self.need(height);
            if self.book.page_count() > page {
                self.list_line(columns, columns.iter().map(|column| column.0.as_str()), HEADING, height);
            }
            self.list_line(columns, row.iter().map(String::as_str), BODY, height);
        }
    }

    fn list_line<'t>(
        &mut self,
        columns: &[(String, f32)],
        texts: impl Iterator<Item = &'t str>,
        face: Face,
        height: f32,
    ) {
        let mut x = LEFT;
        for ((_, width), text) in columns.iter().zip(texts) {
            self.book.outline(x, self.y - height, *width, height, 0.7);
            self.book.text(x + (width - face.width(text)) / 2.0, self.y - 15.5, face, text);
            x += width;
        }
        self.y -= height;
    }

    fn paragraph(&mut self, text: &str) {
        let text = self.facts.fill(text);
        if let Some(heading) = text.strip_prefix('#') {
            // A heading stays with the first two lines that follow.
            self.need(3.0 * TEXT_LEADING + 6.0);
            self.y -= TEXT_LEADING + 4.0;
            self.book.text(LEFT, self.y, HEADING, heading);
            return;
        }
        let (text, indent) = match text.strip_prefix('>') {
            Some(text) => (text, 0.0),
            None => (text.as_str(), 2.0 * BODY.size),
        };
        for (number, line) in wrap(text, BODY, WIDTH, indent).iter().enumerate() {
            self.need(TEXT_LEADING);
            self.y -= TEXT_LEADING;
            self.book.text(LEFT + if number == 0 { indent } else { 0.0 }, self.y, BODY, line);
        }
    }

    /// Sets the two blocks of signatures side by side, kept together, with their seals over them.
    fn signatures(&mut self, paper: &Paper, signers: &Signers<'_>, chance: &mut Chance) {
        let leading = 29.0;
        self.need(leading * 3.0 + 62.0);
        self.y -= 38.0;
        for (side, (lines, seal)) in paper.signatures.iter().zip(paper.seals).enumerate() {
            let x = LEFT + 6.0 + side as f32 * (WIDTH / 2.0 + 8.0);
            let mut y = self.y;
            for line in lines {
                let line = self.facts.fill(line);
                let label = line.trim_end_matches('~');
                for part in wrap(label, BODY, WIDTH / 2.0 - 14.0, 0.0) {
                    self.book.text(x, y, BODY, &part);
                    y -= TEXT_LEADING;
                }
                y += TEXT_LEADING;
                if label.len() < line.len() {
                    let end = x + BODY.width(label);
                    self.book.rule(end + 2.0, y - 3.0, 104.0, 0.5);
                    self.book.scribble(end + 14.0, y, chance);
                }
                y -= leading;
            }
            let (x, y) = (x + 138.0 + chance.spread(-8.0, 8.0), self.y - 26.0 + chance.spread(-6.0, 6.0));
            let below = &words().seal_round;
            match seal {
                SealOf::None => {}
                SealOf::Registrar => self.book.round_seal(x, y, signers.registrar, below),
                SealOf::Customer if signers.customer_is_person => {
                    let name: String =
                        signers.customer.chars().chain(words().seal_square.chars()).take(4).collect();
                    self.book.square_seal(x + 30.0, y + 12.0, &name);
                }
                SealOf::Customer => self.book.round_seal(x, y, signers.customer, below),
            }
        }
    }

    /// Sets notice and number at the foot of every page, now that their number is known.
    fn feet(&mut self) {
        let pages = self.book.page_count();
        for page in 0..pages {
            let number = Facts::new([("page", (page + 1).to_string()), ("pages", pages.to_string())])
                .fill(&words().page);
            self.book.text_on(page, LEFT, 34.0, FOOT, &words().notice);
            self.book.text_on(page, LEFT + WIDTH - FOOT.width(&number), 34.0, FOOT, &number);
        }
    }
}

/// Returns `text` in lines of at most `width` points, the first of them `indent` narrower.
///
/// Numbers and Latin words stay whole if they fit a line. A closing mark may hang over the edge, so
/// that none starts a line; an opening one goes with what it opens.
fn wrap(text: &str, face: Face, width: f32, indent: f32) -> Vec<String> {
    let closing = |character: char| words().closing.contains(character);
    let opening = |character: char| words().opening.contains(character);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut room = width - indent;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = if first.is_ascii_alphanumeric() {
            rest.find(|character: char| !character.is_ascii_alphanumeric()).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (piece, after) = rest.split_at(end);
        let piece_width = face.width(piece);
        if piece_width > room && !closing(first) && !line.is_empty() {
            let mut next = String::new();
            while let Some(mark) = line.chars().last().filter(|mark| opening(*mark)) {
                line.pop();
                next.insert(0, mark);
            }
            room = width - face.width(&next);
            lines.push(std::mem::replace(&mut line, next));
        }
        line.push_str(piece);
        room -= piece_width;
        rest = after;
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Text of `count` wide characters that are neither marks nor ASCII.
    fn wide(count: usize) -> String {
        "\u{4E2D}".repeat(count)
    }

    fn check(text: &str, width_in_characters: f32, expected: &[&str]) {
        assert_eq!(wrap(text, BODY, width_in_characters * BODY.size, 0.0), expected);
    }

    #[test]
    fn lines_break_between_wide_characters() {
        check(&wide(7), 3.0, &[&wide(3), &wide(3), &wide(1)]);
        check("", 3.0, &[""]);
    }

    #[test]
    fn a_closing_mark_never_starts_a_line() {
        let mark = words().closing.chars().next().unwrap();
        check(&format!("{}{mark}{}", wide(3), wide(1)), 3.0, &[&format!("{}{mark}", wide(3)), &wide(1)]);
    }

    #[test]
    fn an_opening_mark_never_ends_a_line() {
        let mark = words().opening.chars().next().unwrap();
        check(&format!("{}{mark}{}", wide(2), wide(2)), 3.0, &[&wide(2), &format!("{mark}{}", wide(2))]);
    }

    #[test]
    fn a_number_stays_whole() {
        check(&format!("{}123456", wide(1)), 3.5, &[&wide(1), "123456"]);
        // One that fits no line hangs over rather than being lost.
        check("12345678901234567890", 3.0, &["12345678901234567890"]);
    }
}

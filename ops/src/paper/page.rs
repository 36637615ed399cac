//! Pages: blocks from top to bottom on A4, table heads repeated, nothing clipped.
//!
//! Units are points; y grows upwards. What is too high for a page goes on on the next one.

use super::glyphs::{Set, Setter};
use super::lines::break_lines;
use super::{Block, Card, Column, Paper};
use std::ops::Range;

/// Width and height of A4.
pub(super) const PAGE: (f32, f32) = (595.28, 841.89);
/// Room at the left, where pages are bound, and at the right.
const LEFT: f32 = 62.0;
const RIGHT: f32 = 42.0;
/// The base lines of head and foot.
const HEAD: f32 = PAGE.1 - 36.0;
const FOOT: f32 = 30.0;
/// Between these stand the blocks.
const TOP: f32 = PAGE.1 - 54.0;
const BOTTOM: f32 = 48.0;
const WIDTH: f32 = PAGE.0 - LEFT - RIGHT;

const SMALL: f32 = 8.0;
const PLAIN: f32 = 9.5;
const TITLE: f32 = 17.0;
/// From one base line to the next, as a share of the size.
const LEADING: f32 = 1.42;
/// How far below the top of a line its base line is, as a share of the size.
const ASCENT: f32 = 1.06;
/// Room beside the text of a cell.
const CELL: f32 = 3.0;
const MILLIMETRE: f32 = 72.0 / 25.4;

/// Something at its place.
pub(super) enum Mark {
    /// A line of text, or a part of one, with its left end on the base line at (`x`, `y`).
    Text { x: f32, y: f32, size: f32, bold: bool, set: Set, range: Range<usize> },
    /// A line from one point to another.
    Rule { from: (f32, f32), to: (f32, f32), pen: f32 },
    /// The outline of a rectangle, by its lower left corner.
    Frame { x: f32, y: f32, width: f32, height: f32, pen: f32 },
}

/// One page.
pub(super) type Page = Vec<Mark>;

/// Lays everything out.
pub(super) fn lay_out(paper: &Paper, setter: &Setter) -> Vec<Page> {
    let mut desk = Desk { setter, pages: vec![Vec::new()], y: TOP };
    desk.heading(&paper.title, TITLE);
    for block in &paper.blocks {
        match block {
            Block::Heading(text) => desk.heading(text, 12.0),
            Block::Text(text) => desk.lines(text, PLAIN),
            Block::Lines(size, text) => text.lines().for_each(|line| desk.lines(line, *size)),
            Block::Page if desk.y < TOP => desk.turn(),
            Block::Page => {}
            Block::Pairs(pairs) => desk.pairs(pairs),
            Block::Table { columns, rows } => desk.table(columns, rows),
            Block::Cards { size, narrow, cards } => desk.cards(*size, *narrow, cards),
        }
    }
    let mut pages = desk.pages;
    let count = pages.len();
    let (head, foot) = (setter.set(&paper.head), setter.set(&paper.foot));
    for (number, page) in pages.iter_mut().enumerate() {
        let label = setter.set(&(paper.page_of)(number + 1, count));
        let room = WIDTH - setter.width(&label) * SMALL - 12.0;
        furniture(setter, page, &head, HEAD, WIDTH, true);
        furniture(setter, page, &foot, FOOT, room, false);
        let x = PAGE.0 - RIGHT - setter.width(&label) * SMALL;
        let range = 0..label.len();
        page.push(Mark::Text { x, y: FOOT, size: SMALL, bold: false, set: label, range });
        page.push(Mark::Rule { from: (LEFT, HEAD - 6.0), to: (PAGE.0 - RIGHT, HEAD - 6.0), pen: 0.4 });
    }
    pages
}

/// Sets the head or foot of a page: smaller where it is long, and in further lines away from the text.
fn furniture(setter: &Setter, page: &mut Page, set: &Set, y: f32, room: f32, upwards: bool) {
    let width = setter.width(set);
    let size = if width * SMALL > room { SMALL * 0.8 } else { SMALL };
    let lines = break_lines(setter, set, room / size);
    let count = lines.len();
    for (at, range) in lines.into_iter().enumerate() {
        // The head's last line stands on its place, the foot's first one.
        let away = if upwards { (count - 1 - at) as f32 } else { -(at as f32) };
        let y = y + away * size * 1.2;
        page.push(Mark::Text { x: LEFT, y, size, bold: false, set: set.clone(), range });
    }
}

/// A text in lines.
struct Lined {
    set: Set,
    lines: Vec<Range<usize>>,
}

struct Desk<'a> {
    setter: &'a Setter,
    pages: Vec<Page>,
    /// The top of what comes next.
    y: f32,
}

impl Desk<'_> {
    fn turn(&mut self) {
        self.pages.push(Vec::new());
        self.y = TOP;
    }

    fn put(&mut self, mark: Mark) {
        self.pages.last_mut().expect("there is a page").push(mark);
    }

    fn lined(&self, text: &str, size: f32, width: f32) -> Lined {
        let set = self.setter.set(text);
        let lines = break_lines(self.setter, &set, width / size);
        Lined { set, lines }
    }

    fn text(&mut self, x: f32, top: f32, size: f32, bold: bool, lined: &Lined, at: usize) {
        let (set, range) = (lined.set.clone(), lined.lines[at].clone());
        self.put(Mark::Text { x, y: top - ASCENT * size, size, bold, set, range });
    }

    /// A title in the middle, over as many lines as it takes.
    fn heading(&mut self, text: &str, size: f32) {
        let lined = self.lined(text, size, WIDTH);
        for at in 0..lined.lines.len() {
            self.make_room(size * LEADING);
            let width = self.setter.width(&lined.set[lined.lines[at].clone()]) * size;
            self.text(LEFT + (WIDTH - width).max(0.0) / 2.0, self.y, size, true, &lined, at);
            self.y -= size * LEADING;
        }
        self.y -= size * 0.4;
    }

    fn lines(&mut self, text: &str, size: f32) {
        let lined = self.lined(text, size, WIDTH);
        for at in 0..lined.lines.len() {
            self.make_room(size * LEADING);
            self.text(LEFT, self.y, size, false, &lined, at);
            self.y -= size * LEADING;
        }
    }

    fn make_room(&mut self, height: f32) {
        if self.y - height < BOTTOM {
            self.turn();
        }
    }

    /// Names and values, two pairs in a line.
    fn pairs(&mut self, pairs: &[(String, String)]) {
        let column = |heading: &str, share| Column { heading: heading.into(), share, right: false };
        let columns = [column("", 1.0), column("", 2.6), column("", 1.0), column("", 2.6)];
        let rows: Vec<Vec<String>> = (pairs.chunks(2))
            .map(|two| two.iter().flat_map(|(name, value)| [name.clone(), value.clone()]).collect())
            .collect();
        self.rows(&columns, &rows, false);
        self.y -= PLAIN * 0.7;
    }

    fn table(&mut self, columns: &[Column], rows: &[Vec<String>]) {
        self.rows(columns, rows, true);
        self.y -= PLAIN * 0.7;
    }

    /// Rows between rules; the head, where there is one, again on each page.
    fn rows(&mut self, columns: &[Column], rows: &[Vec<String>], with_head: bool) {
        let sum: f32 = columns.iter().map(|column| column.share).sum();
        let mut edges = vec![LEFT];
        for column in columns {
            edges.push(edges[edges.len() - 1] + WIDTH * column.share / sum);
        }
        let lined = |desk: &Self, texts: &[String]| -> Vec<Lined> {
            let width = |at: usize| edges[at + 1] - edges[at] - 2.0 * CELL;
            texts.iter().enumerate().map(|(at, text)| desk.lined(text, PLAIN, width(at))).collect()
        };
        let headings: Vec<String> = columns.iter().map(|column| column.heading.clone()).collect();
        let head = with_head.then(|| lined(self, &headings));
        let line = PLAIN * LEADING;
        let height = |cells: &[Lined]| {
            2.0 * CELL + line * cells.iter().map(|cell| cell.lines.len()).max().unwrap_or(1) as f32
        };
        let head_height = head.as_deref().map_or(0.0, height);
        let mut begun = false;
        for row in rows {
            let cells = lined(self, row);
            let high = height(&cells);
            // A row that fits on a page of its own is not torn.
            let fits = self.y - high - if begun { 0.0 } else { head_height } >= BOTTOM;
            let is_page_high = high > TOP - BOTTOM - head_height;
            if !fits && !is_page_high && (begun || self.y < TOP) {
                self.turn();
                begun = false;
            }
            let mut from = 0;
            let count = cells.iter().map(|cell| cell.lines.len()).max().unwrap_or(1);
            while from < count {
                if !begun {
                    if self.y - head_height - 2.0 * CELL - line < BOTTOM {
                        self.turn();
                    }
                    if let Some(head) = &head {
                        self.row(columns, &edges, head, 0..usize::MAX, true);
                    }
                    begun = true;
                }
                let room = ((self.y - BOTTOM - 2.0 * CELL) / line + 0.001).floor() as usize;
                if room == 0 {
                    self.turn();
                    begun = false;
                    continue;
                }
                let to = count.min(from + room);
                self.row(columns, &edges, &cells, from..to, false);
                from = to;
                if from < count {
                    self.turn();
                    begun = false;
                }
            }
        }
        if rows.is_empty()
            && let Some(head) = &head
        {
            self.make_room(head_height);
            self.row(columns, &edges, head, 0..usize::MAX, true);
        }
    }

    /// One row, or those of its lines that are asked for.
    fn row(&mut self, columns: &[Column], edges: &[f32], cells: &[Lined], lines: Range<usize>, bold: bool) {
        let line = PLAIN * LEADING;
        let most = cells.iter().map(|cell| cell.lines.len()).max().unwrap_or(1);
        let shown = lines.end.min(most) - lines.start;
        let height = 2.0 * CELL + line * shown as f32;
        let (top, left, right) = (self.y, edges[0], edges[edges.len() - 1]);
        for (at, cell) in cells.iter().enumerate() {
            for number in lines.start..lines.end.min(cell.lines.len()) {
                let width = self.setter.width(&cell.set[cell.lines[number].clone()]) * PLAIN;
                let x = match columns.get(at).is_some_and(|column| column.right) {
                    true => (edges[at + 1] - CELL - width).max(edges[at] + CELL),
                    false => edges[at] + CELL,
                };
                let y = top - CELL - line * (number - lines.start) as f32;
                self.text(x, y, PLAIN, bold, cell, number);
            }
        }
        let pen = 0.5;
        for y in [top, top - height] {
            self.put(Mark::Rule { from: (left, y), to: (right, y), pen });
        }
        for x in edges {
            self.put(Mark::Rule { from: (*x, top), to: (*x, top - height), pen });
        }
        self.y -= height;
    }

    /// Cards beside and below each other; one that has more to say than fits is set smaller, then grows.
    fn cards(&mut self, size: (f32, f32), narrow: bool, cards: &[Card]) {
        let gap = 4.0 * MILLIMETRE;
        let (width, least) = ((size.0 * MILLIMETRE).min(WIDTH), (size.1 * MILLIMETRE).min(TOP - BOTTOM));
        let across = (((WIDTH + gap) / (width + gap)) as usize).max(1);
        for some in cards.chunks(across) {
            let set: Vec<SetCard> = some.iter().map(|card| self.card(card, width, least, narrow)).collect();
            let height = set.iter().map(|card| card.height).fold(least, f32::max);
            self.make_room(height.min(TOP - BOTTOM));
            for (at, card) in set.iter().enumerate() {
                let (x, y) = (LEFT + at as f32 * (width + gap), self.y);
                for (dx, dy, size, bold, lined, line) in &card.lines {
                    self.text(x + dx, y - dy, *size, *bold, lined, *line);
                }
                self.put(Mark::Frame { x, y: y - height, width, height, pen: 0.6 });
                for dy in &card.rules {
                    self.put(Mark::Rule { from: (x, y - dy), to: (x + width, y - dy), pen: 0.4 });
                }
            }
            self.y -= height + gap;
        }
    }

    fn card(&self, card: &Card, width: f32, least: f32, narrow: bool) -> SetCard {
        // A spine is read from across the room.
        let mut size = if narrow { 16.0 } else { 10.5 };
        loop {
            let set = self.card_in(card, width, narrow, size);
            if set.height <= least || size <= 6.5 {
                return set;
            }
            size -= 0.5;
        }
    }

    fn card_in(&self, card: &Card, width: f32, narrow: bool, size: f32) -> SetCard {
        let pad = if narrow { 3.0 } else { 7.0 };
        let inner = width - 2.0 * pad;
        let mut set = SetCard { lines: Vec::new(), rules: Vec::new(), height: pad };
        let title = self.lined(&card.title, size * 1.15, inner);
        set.add(self.setter, title, (pad, inner), size * 1.15, true, true);
        set.height += pad;
        for (name, value) in &card.pairs {
            set.rules.push(set.height);
            set.height += pad * 0.5;
            if narrow {
                let lined = self.lined(name, size * 0.75, inner);
                set.add(self.setter, lined, (pad, inner), size * 0.75, false, true);
                // A code that is a little too wide is set smaller, so that it stays in one line.
                let wide = self.setter.width(&self.setter.set(value)) * size;
                let small = size * (inner / wide).min(1.0);
                let size = if value.contains(' ') || small < 6.0 { size } else { small };
                let lined = self.lined(value, size, inner);
                set.add(self.setter, lined, (pad, inner), size, true, true);
            } else {
                let names = inner * 0.26;
                let (name, value) = (self.lined(name, size, names), self.lined(value, size, inner - names));
                let top = set.height;
                set.add(self.setter, name, (pad, names), size, false, false);
                let after_name = std::mem::replace(&mut set.height, top);
                set.add(self.setter, value, (pad + names, inner - names), size, true, false);
                set.height = set.height.max(after_name);
            }
            set.height += pad * 0.5;
        }
        set.height += pad;
        set
    }
}

/// A card whose lines have their places below its upper left corner.
struct SetCard {
    lines: Vec<(f32, f32, f32, bool, std::rc::Rc<Lined>, usize)>,
    rules: Vec<f32>,
    height: f32,
}

impl SetCard {
    fn add(
        &mut self,
        setter: &Setter,
        lined: Lined,
        (x, room): (f32, f32),
        size: f32,
        bold: bool,
        middle: bool,
    ) {
        let lined = std::rc::Rc::new(lined);
        for at in 0..lined.lines.len() {
            let width = setter.width(&lined.set[lined.lines[at].clone()]) * size;
            let shift = if middle { (room - width).max(0.0) / 2.0 } else { 0.0 };
            self.lines.push((x + shift, self.height, size, bold, lined.clone(), at));
            self.height += size * LEADING;
        }
    }
}

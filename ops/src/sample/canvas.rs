//! A picture in memory: soft-edged strokes, shapes, and a small dot-matrix font.
//!
//! Knows nothing of cards. Units are pixels; (0, 0) is the upper left corner, y grows downwards.

use super::chance::Chance;

/// A colour as JPEG keeps it: brightness, and two differences around 128.
#[derive(Clone, Copy)]
pub(super) struct Ink([u8; 3]);

impl Ink {
    /// Returns the colour with these shares of red, green and blue.
    pub(super) const fn rgb(red: u8, green: u8, blue: u8) -> Self {
        let (r, g, b) = (red as i32, green as i32, blue as i32);
        // JFIF's factors, times 1,000. Rounded, all three stay within a byte.
        let luma = (299 * r + 587 * g + 114 * b + 500) / 1_000;
        let blueness = 128 + (500 * b - 169 * r - 331 * g) / 1_000;
        let redness = 128 + (500 * r - 419 * g - 81 * b) / 1_000;
        Self([luma as u8, blueness as u8, redness as u8])
    }
}

/// A picture of `width` × `height` pixels, in three planes as JPEG wants them.
#[derive(Clone)]
pub(super) struct Canvas {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) planes: [Vec<u8>; 3],
}

impl Canvas {
    pub(super) fn new(width: usize, height: usize, ink: Ink) -> Self {
        Self { width, height, planes: ink.0.map(|value| vec![value; width * height]) }
    }

    /// Mixes `ink` into one pixel; `cover` goes from 0 (nothing) to 1 (all ink). Outside, nothing happens.
    pub(super) fn blend(&mut self, x: i32, y: i32, ink: Ink, cover: f32) {
        let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else { return };
        if x >= self.width || y >= self.height || cover <= 0.0 {
            return;
        }
        let share = (cover.min(1.0) * 256.0) as i32;
        let at = y * self.width + x;
        for (plane, new) in self.planes.iter_mut().zip(ink.0) {
            let old = i32::from(plane[at]);
            // Between the two, so it fits.
            plane[at] = (old + (((i32::from(new) - old) * share) >> 8)) as u8;
        }
    }

    /// Fills whatever lies inside an outline; `distance` is negative inside and grows outwards.
    pub(super) fn shape(
        &mut self,
        [left, top, right, bottom]: [f32; 4],
        ink: Ink,
        cover: f32,
        distance: impl Fn(f32, f32) -> f32,
    ) {
        for y in top.floor() as i32..=bottom.ceil() as i32 {
            for x in left.floor() as i32..=right.ceil() as i32 {
                let outside = distance(x as f32 + 0.5, y as f32 + 0.5);
                if outside < 0.5 {
                    self.blend(x, y, ink, cover * (0.5 - outside).min(1.0));
                }
            }
        }
    }

    /// Draws a straight stroke with round ends.
    pub(super) fn stroke(&mut self, from: (f32, f32), to: (f32, f32), pen: f32, ink: Ink, cover: f32) {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let square = (dx * dx + dy * dy).max(1e-6);
        let reach = pen / 2.0;
        let edge = [
            from.0.min(to.0) - reach - 1.0,
            from.1.min(to.1) - reach - 1.0,
            from.0.max(to.0) + reach,
            from.1.max(to.1) + reach,
        ];
        self.shape(edge, ink, cover, |x, y| {
            let along = (((x - from.0) * dx + (y - from.1) * dy) / square).clamp(0.0, 1.0);
            let (off_x, off_y) = (x - from.0 - along * dx, y - from.1 - along * dy);
            (off_x * off_x + off_y * off_y).sqrt() - reach
        });
    }

    /// Fills an ellipse around (`x`, `y`) with half axes `a` and `b`.
    pub(super) fn ellipse(&mut self, (x, y): (f32, f32), (a, b): (f32, f32), ink: Ink, cover: f32) {
        self.shape([x - a - 1.0, y - b - 1.0, x + a, y + b], ink, cover, |px, py| {
            let (u, v) = ((px - x) / a, (py - y) / b);
            ((u * u + v * v).sqrt() - 1.0) * a.min(b)
        });
    }

    /// Fills a rectangle with rounded corners.
    pub(super) fn slab(&mut self, edge: [f32; 4], radius: f32, ink: Ink, cover: f32) {
        self.shape(edge, ink, cover, |x, y| slab_distance(edge, radius, x, y));
    }

    /// Writes digits and capitals in dots; `dot` is the side of one dot. Returns where the text ends.
    pub(super) fn dots(&mut self, (x, y): (f32, f32), dot: f32, ink: Ink, text: &str) -> f32 {
        let mut left = x;
        for character in text.chars() {
            for (row, bits) in glyph(character).into_iter().enumerate() {
                for column in (0..5).filter(|column| bits >> (4 - column) & 1 == 1) {
                    let (px, py) = (left + column as f32 * dot, y + row as f32 * dot);
                    // A little wider than its place, so that neighbours join.
                    self.slab([px - 0.3, py - 0.3, px + dot + 0.3, py + dot + 0.3], dot * 0.3, ink, 0.92);
                }
            }
            left += dot * 6.0;
        }
        left
    }

    /// Draws strokes that look like `count` characters from a distance and say nothing.
    ///
    /// Returns where they end.
    pub(super) fn pseudo(
        &mut self,
        (x, y): (f32, f32),
        size: f32,
        count: usize,
        ink: Ink,
        chance: &mut Chance,
    ) -> f32 {
        // Strokes as characters have them, from and to in tenths of the square: levels, uprights, falls.
        const STROKES: [[u8; 4]; 14] = [
            [1, 2, 9, 2],
            [5, 0, 5, 9],
            [1, 9, 9, 9],
            [1, 5, 9, 5],
            [2, 4, 2, 9],
            [8, 4, 8, 9],
            [5, 4, 1, 9],
            [5, 4, 9, 9],
            [2, 7, 8, 7],
            [3, 0, 1, 4],
            [7, 0, 8, 3],
            [0, 3, 4, 3],
            [2, 1, 2, 8],
            [5, 2, 9, 2],
        ];
        let pen = (size * 0.08).max(1.4);
        for place in 0..count {
            let left = x + place as f32 * size * 1.08;
            let wobble = size * 0.03;
            let drawn = chance.between(5, 8);
            // Steps of 3 and 5 meet all fourteen before any comes twice.
            let step = if chance.one_in(2) { 3 } else { 5 };
            let first = chance.below(14) as usize;
            for number in 0..drawn as usize {
                let stroke =
                    STROKES[(first + number * step) % 14].map(|tenths| f32::from(tenths) / 10.0 * size);
                let mut near = |value: f32| value + chance.spread(-wobble, wobble);
                let from = (left + near(stroke[0]), y + near(stroke[1]));
                let to = (left + near(stroke[2]), y + near(stroke[3]));
                self.stroke(from, to, pen, ink, 0.9);
            }
        }
        x + count as f32 * size * 1.08
    }
}

/// Returns how far (`x`, `y`) lies outside a rectangle with rounded corners.
pub(super) fn slab_distance([left, top, right, bottom]: [f32; 4], radius: f32, x: f32, y: f32) -> f32 {
    let over_x = (x - (left + right) / 2.0).abs() - (right - left) / 2.0 + radius;
    let over_y = (y - (top + bottom) / 2.0).abs() - (bottom - top) / 2.0 + radius;
    let corner = (over_x.max(0.0).powi(2) + over_y.max(0.0).powi(2)).sqrt();
    corner + over_x.max(over_y).min(0.0) - radius
}

/// Returns whether a dot of `text` lies at (`u`, `v`), counted in dots from its upper left corner.
pub(super) fn dot_at(text: &str, u: f32, v: f32) -> bool {
    if u < 0.0 || !(0.0..7.0).contains(&v) {
        return false;
    }
    let (place, column) = ((u / 6.0) as usize, (u % 6.0) as usize);
    column < 5
        && text
            .chars()
            .nth(place)
            .is_some_and(|character| glyph(character)[v as usize] >> (4 - column) & 1 == 1)
}

/// Returns seven rows of five dots, the leftmost in bit 4; a character that is not known is blank.
fn glyph(character: char) -> [u8; 7] {
    match character {
        '0' => [0b01110, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b01110],
        '1' => [0b00100, 0b01100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110],
        '2' => [0b01110, 0b10001, 0b00001, 0b00110, 0b01000, 0b10000, 0b11111],
        '3' => [0b01110, 0b10001, 0b00001, 0b00110, 0b00001, 0b10001, 0b01110],
        '4' => [0b00010, 0b00110, 0b01010, 0b10010, 0b11111, 0b00010, 0b00010],
        '5' => [0b11111, 0b10000, 0b11110, 0b00001, 0b00001, 0b10001, 0b01110],
        '6' => [0b00110, 0b01000, 0b10000, 0b11110, 0b10001, 0b10001, 0b01110],
        '7' => [0b11111, 0b00001, 0b00010, 0b00100, 0b01000, 0b01000, 0b01000],
        '8' => [0b01110, 0b10001, 0b10001, 0b01110, 0b10001, 0b10001, 0b01110],
        '9' => [0b01110, 0b10001, 0b10001, 0b01111, 0b00001, 0b00010, 0b01100],
        'A' => [0b01110, 0b10001, 0b10001, 0b11111, 0b10001, 0b10001, 0b10001],
        'E' => [0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b11111],
        'L' => [0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b11111],
        'M' => [0b10001, 0b11011, 0b10101, 0b10101, 0b10001, 0b10001, 0b10001],
        'P' => [0b11110, 0b10001, 0b10001, 0b11110, 0b10000, 0b10000, 0b10000],
        'S' => [0b01111, 0b10000, 0b10000, 0b01110, 0b00001, 0b00001, 0b11110],
        'X' => [0b10001, 0b10001, 0b01010, 0b00100, 0b01010, 0b10001, 0b10001],
        '.' => [0, 0, 0, 0, 0, 0b01100, 0b01100],
        '-' => [0, 0, 0, 0b11111, 0, 0, 0],
        _ => [0; 7],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawing_over_the_edge_changes_nothing_and_does_not_panic() {
        let (white, black) = (Ink::rgb(255, 255, 255), Ink::rgb(0, 0, 0));
        let mut canvas = Canvas::new(8, 8, white);
        canvas.stroke((-40.0, -40.0), (-20.0, -30.0), 4.0, black, 1.0);
        canvas.blend(8, 0, black, 1.0);
        canvas.blend(0, -1, black, 1.0);
        assert!(canvas.planes[0].iter().all(|value| *value == 255));
        canvas.ellipse((8.0, 8.0), (3.0, 3.0), black, 1.0);
        assert_eq!(canvas.planes[0][7 * 8 + 7], 0);
    }

    #[test]
    fn colours_become_what_jfif_says() {
        for (rgb, expected) in [
            ([255, 255, 255], [255, 128, 128]),
            ([0, 0, 0], [0, 128, 128]),
            ([255, 0, 0], [76, 85, 255]),
            ([0, 0, 255], [29, 255, 108]),
        ] {
            assert_eq!(Ink::rgb(rgb[0], rgb[1], rgb[2]).0, expected, "{rgb:?}");
        }
    }

    #[test]
    fn every_character_of_an_id_number_has_dots() {
        for character in "0123456789X.-SAMPLE".chars() {
            assert_ne!(glyph(character), [0; 7], "{character}");
        }
        assert!(dot_at("1", 2.5, 0.5) && !dot_at("1", 0.5, 0.5) && !dot_at("1", 8.0, 0.5));
    }
}

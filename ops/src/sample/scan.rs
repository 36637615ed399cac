//! Scans of both sides of an identity card, drawn by code and marked SAMPLE, as JPEG.
//!
//! Has the looks of a scan, not of a document: no emblem, no words, only strokes in the place of words.
//! The number and the dates are legible digits, so that text recognition has something to find.

use std::sync::OnceLock;

use jiff::civil::Date;
use jpeg_encoder::{Encoder, ImageBuffer, JpegColorType, PixelDensity, SamplingFactor};

use super::canvas::{Canvas, Ink, dot_at, slab_distance};
use super::chance::Chance;

const WIDTH: usize = 860;
const HEIGHT: usize = 540;
/// The card on the glass of the scanner.
const CARD: [f32; 4] = [13.0, 11.0, 847.0, 529.0];
const CORNER: f32 = 30.0;
const PHOTO: [f32; 4] = [572.0, 82.0, 790.0, 372.0];

const TEXT_INK: Ink = Ink::rgb(42, 40, 46);
const LABEL_INK: Ink = Ink::rgb(74, 120, 168);

/// Returns a scan of the side with portrait and number.
pub(super) fn front(id_number: &str, birth: Date, male: bool, chance: &mut Chance) -> Vec<u8> {
    static BASE: OnceLock<Canvas> = OnceLock::new();
    let mut card = BASE
        .get_or_init(|| {
            let mut card = base([214.0, 228.0, 236.0], [238.0, 226.0, 222.0], 0.0);
            photo_paper(&mut card);
            card
        })
        .clone();

    // Name; sex and people; birth; address; number. Labels start at one margin, values at another.
    const LABELS: f32 = 72.0;
    const VALUES: f32 = 144.0;
    let name = chance.between(2, 3) as usize;
    card.pseudo((LABELS, 79.0), 22.0, 2, LABEL_INK, chance);
    card.pseudo((VALUES, 74.0), 33.0, name, TEXT_INK, chance);
    card.pseudo((LABELS, 142.0), 22.0, 2, LABEL_INK, chance);
    card.pseudo((VALUES, 140.0), 27.0, 1, TEXT_INK, chance);
    card.pseudo((232.0, 142.0), 22.0, 2, LABEL_INK, chance);
    card.pseudo((300.0, 140.0), 27.0, 1, TEXT_INK, chance);
    card.pseudo((LABELS, 268.0), 22.0, 2, LABEL_INK, chance);
    card.pseudo((VALUES, 266.0), 27.0, 11, TEXT_INK, chance);
    let rest = chance.between(2, 11) as usize;
    card.pseudo((VALUES, 306.0), 27.0, rest, TEXT_INK, chance);

    card.pseudo((LABELS, 206.0), 22.0, 2, LABEL_INK, chance);
    let mut x = VALUES;
    for part in [birth.year(), i16::from(birth.month()), i16::from(birth.day())] {
        x = card.dots((x, 206.0), 3.4, TEXT_INK, &part.to_string()) + 4.0;
        x = card.pseudo((x, 207.0), 20.0, 1, LABEL_INK, chance) + 12.0;
    }
    let x = card.pseudo((LABELS, 446.0), 22.0, 6, LABEL_INK, chance) + 34.0;
    card.dots((x, 441.0), 4.4, TEXT_INK, id_number);

    portrait(&mut card, male, chance);
    finish(card, chance)
}

/// Returns a scan of the side with the rosette and the dates between which the card is valid.
pub(super) fn back(from: Date, until: Date, chance: &mut Chance) -> Vec<u8> {
    static BASE: OnceLock<Canvas> = OnceLock::new();
    let mut card = BASE
        .get_or_init(|| {
            let mut card = base([236.0, 226.0, 224.0], [214.0, 230.0, 230.0], 1.3);
            rosette(&mut card, (152.0, 146.0));
            card
        })
        .clone();
    card.pseudo((290.0, 74.0), 46.0, 7, Ink::rgb(96, 60, 62), chance);
    card.pseudo((262.0, 152.0), 62.0, 8, TEXT_INK, chance);
    let x = card.pseudo((238.0, 384.0), 24.0, 4, LABEL_INK, chance) + 26.0;
    card.pseudo((x, 382.0), 28.0, 7, TEXT_INK, chance);
    let x = card.pseudo((238.0, 452.0), 24.0, 4, LABEL_INK, chance) + 26.0;
    let dates = format!("{}-{}", from.strftime("%Y.%m.%d"), until.strftime("%Y.%m.%d"));
    card.dots((x, 453.0), 3.1, TEXT_INK, &dates);
    finish(card, chance)
}

/// Returns the empty card: scanner glass, shadow, tinted paper with fine waves.
fn base(left: [f32; 3], right: [f32; 3], phase: f32) -> Canvas {
    let mut canvas = Canvas::new(WIDTH, HEIGHT, Ink::rgb(247, 247, 245));
    let [x0, y0, x1, y1] = CARD;
    for spread in [7.0, 5.0, 3.0, 1.5] {
        let edge = [x0 - spread + 2.0, y0 - spread + 2.5, x1 + spread, y1 + spread + 1.0];
        canvas.slab(edge, CORNER + spread, Ink::rgb(120, 122, 126), 0.13);
    }
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            let (px, py) = (x as f32 + 0.5, y as f32 + 0.5);
            let outside = slab_distance(CARD, CORNER, px, py);
            if outside >= 0.5 {
                continue;
            }
            let along = (px / WIDTH as f32 + 0.35 * (py / 150.0 + phase).sin() * 0.2).clamp(0.0, 1.0);
            // Three families of waves; where a phase comes near a whole number, a line is seen.
            let mut line = 0.0f32;
            for (bend, period, slope) in [(26.0, 9.0, 0.10), (-34.0, 11.0, -0.16), (18.0, 14.0, 0.42)] {
                let wave = (py + slope * px + bend * (px / 96.0 + phase + py / 210.0).sin()) / period;
                let off = (wave - wave.round()).abs() * period;
                line = line.max(1.0 - off / 0.9);
            }
            let [red, green, blue] = std::array::from_fn(|channel| {
                let depth = [24.0, 13.0, 9.0][channel];
                (left[channel] + (right[channel] - left[channel]) * along - line.max(0.0) * depth) as u8
            });
            canvas.blend(x as i32, y as i32, Ink::rgb(red, green, blue), 0.5 - outside);
        }
    }
    mark(&mut canvas, &marked([0.0, 0.0, WIDTH as f32, HEIGHT as f32]));
    canvas
}

/// Draws overlapping petals, in the place where real cards carry an emblem.
fn rosette(card: &mut Canvas, (x, y): (f32, f32)) {
    const INK: Ink = Ink::rgb(176, 84, 84);
    for petal in 0..24 {
        let angle = petal as f32 / 24.0 * std::f32::consts::TAU;
        let centre = (x + 34.0 * angle.cos(), y + 34.0 * angle.sin());
        card.shape(
            [centre.0 - 40.0, centre.1 - 40.0, centre.0 + 40.0, centre.1 + 40.0],
            INK,
            0.75,
            |px, py| ((px - centre.0).hypot(py - centre.1) - 36.0).abs() - 0.6,
        );
    }
    card.shape([x - 82.0, y - 82.0, x + 82.0, y + 82.0], INK, 0.85, |px, py| {
        ((px - x).hypot(py - y) - 78.0).abs() - 1.6
    });
}

/// Draws the place of the photograph: gray-blue, darker towards the foot.
fn photo_paper(card: &mut Canvas) {
    let [x0, y0, x1, y1] = PHOTO;
    card.slab(PHOTO, 4.0, Ink::rgb(220, 226, 232), 0.97);
    for y in y0 as i32..y1 as i32 {
        let depth = 0.20 * (y as f32 - y0) / (y1 - y0);
        for x in x0 as i32..x1 as i32 {
            card.blend(x, y, Ink::rgb(150, 166, 184), depth);
        }
    }
}

/// Draws nobody in particular on the photograph: hair, shoulders, neck, collar, face.
fn portrait(card: &mut Canvas, male: bool, chance: &mut Chance) {
    static OVER_PHOTO: OnceLock<Vec<(u16, u16)>> = OnceLock::new();
    let [x0, y0, x1, y1] = PHOTO;
    let tint = chance.between(-14, 10);
    let shade = |rgb: [i32; 3]| {
        let [red, green, blue] = rgb.map(|value| (value + tint).clamp(0, 255) as u8);
        Ink::rgb(red, green, blue)
    };
    let middle = (x0 + x1) / 2.0 + chance.spread(-5.0, 5.0);
    let skin = shade([206, 180, 162]);
    let hair = shade([56, 50, 50]);
    let cloth = shade(*chance.pick(&[[62, 70, 88], [84, 78, 76], [52, 80, 82], [96, 88, 108]]));
    let head = y0 + 116.0 + chance.spread(-6.0, 4.0);
    let (half_width, half_height) = (chance.spread(45.0, 51.0), chance.spread(60.0, 66.0));
    let long_hair = !male && !chance.one_in(3);

    let floor = y1 - 0.5;
    if long_hair {
        card.ellipse((middle, head + 20.0), (half_width + 17.0, half_height + 24.0), hair, 1.0);
    }
    let shoulders = (middle, y1 + 10.0);
    let (reach_x, reach_y) = (chance.spread(96.0, 104.0), chance.spread(96.0, 106.0));
    card.shape([x0 + 1.0, y1 - 100.0, x1 - 2.0, y1 - 1.0], cloth, 1.0, |x, y| {
        // Squarer than an ellipse: the sum of the third powers.
        let (u, v) = (((x - shoulders.0) / reach_x).abs(), ((y - shoulders.1) / reach_y).abs());
        ((u * u * u + v * v * v - 1.0) * 32.0).max(y - floor)
    });
    card.slab([middle - 21.0, head + 30.0, middle + 21.0, y1 - 84.0], 16.0, shade([190, 164, 146]), 1.0);
    // A collar, open at the throat.
    for side in [-1.0, 1.0] {
        let tip = (middle + side * 2.0, y1 - 52.0);
        card.stroke((middle + side * 26.0, y1 - 92.0), tip, 9.0, Ink::rgb(232, 234, 236), 1.0);
    }
    card.ellipse((middle, head - 6.0), (half_width + 5.0, half_height + 6.0), hair, 1.0);
    card.shape([middle - 60.0, head - 70.0, middle + 60.0, head + 80.0], skin, 1.0, |x, y| {
        let (u, v) = ((x - middle) / half_width, (y - head - 6.0) / half_height);
        let face = ((u * u + v * v).sqrt() - 1.0) * half_width;
        // The hairline.
        face.max(head - half_height * 0.42 + 0.006 * (x - middle).powi(2) - y)
    });
    // The card was marked before the photograph was laid on it, so the photograph is marked again.
    mark(card, OVER_PHOTO.get_or_init(|| marked(PHOTO)));
}

/// Adds the scanner's light and grain, and writes the JPEG.
fn finish(mut card: Canvas, chance: &mut Chance) -> Vec<u8> {
    let light = chance.between(-7, 3);
    let slope = chance.between(-9, 9);
    let grain = &grain()[chance.below(GRAIN_STARTS) as usize..];
    let (width, height) = (card.width, card.height as i32);
    for (y, (row, grain)) in card.planes[0].chunks_exact_mut(width).zip(grain.chunks(width)).enumerate() {
        // Light falls off towards one edge; within 12, so it fits. Only brightness is disturbed.
        let fall = (light + slope * (y as i32 - height / 2) / height) as i8;
        for (value, speck) in row.iter_mut().zip(grain) {
            *value = value.saturating_add_signed(fall.saturating_add(*speck));
        }
    }
    let mut jpeg = Vec::with_capacity(192 * 1024);
    // Scanners at different counters are set differently.
    let quality = chance.between(74, 87) as u8;
    let mut encoder = Encoder::new(&mut jpeg, quality);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    // 860 dots over the 85.6 mm of a card.
    encoder.set_density(PixelDensity::dpi(255));
    encoder.encode_image(card).expect("the sides are not zero, and memory takes all that is written");
    jpeg
}

impl ImageBuffer for Canvas {
    fn get_jpeg_color_type(&self) -> JpegColorType {
        JpegColorType::Ycbcr
    }

    fn width(&self) -> u16 {
        self.width as u16
    }

    fn height(&self) -> u16 {
        self.height as u16
    }

    fn fill_buffers(&self, y: u16, buffers: &mut [Vec<u8>; 4]) {
        let start = usize::from(y) * self.width;
        for (buffer, plane) in buffers.iter_mut().zip(&self.planes) {
            buffer.extend_from_slice(&plane[start..start + self.width]);
        }
    }
}

/// In how many places of the grain a scan may start.
const GRAIN_STARTS: u64 = 50_000;

/// Returns the grain of paper and sensor: the same for all scans, but each starts somewhere else in it.
fn grain() -> &'static [i8] {
    static GRAIN: OnceLock<Vec<i8>> = OnceLock::new();
    GRAIN.get_or_init(|| {
        let mut chance = Chance::of(0, "grain", 0);
        let specks = WIDTH * HEIGHT + GRAIN_STARTS as usize;
        // Three dice: near the middle more often than far out.
        let mut die = || chance.between(-4, 4) as i8;
        (0..specks).map(|_| die() + die() + die()).collect()
    })
}

/// Lays the red of the watermark over the pixels of `mask`.
fn mark(card: &mut Canvas, mask: &[(u16, u16)]) {
    for &(x, y) in mask {
        card.blend(i32::from(x), i32::from(y), Ink::rgb(186, 62, 62), 0.24);
    }
}

/// Returns the pixels within `edge` that the slanting word SAMPLE covers.
fn marked([left, top, right, bottom]: [f32; 4]) -> Vec<(u16, u16)> {
    const TEXT: &str = "SAMPLE";
    const DOT: f32 = 18.0;
    let (sin, cos) = (-0.32f32).sin_cos();
    let mut mask = Vec::new();
    for y in top as u16..bottom as u16 {
        for x in left as u16..right as u16 {
            let (dx, dy) = (f32::from(x) - WIDTH as f32 / 2.0, f32::from(y) - HEIGHT as f32 / 2.0);
            let u = (dx * cos + dy * sin) / DOT + TEXT.len() as f32 * 3.0 - 0.5;
            let v = (dy * cos - dx * sin) / DOT + 3.5;
            if dot_at(TEXT, u, v) {
                mask.push((x, y));
            }
        }
    }
    mask
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scans_are_jpeg_of_the_size_of_real_ones() {
        for index in 0..4 {
            let chance = &mut Chance::of(1, "scan", index);
            let front = front("10000020000229009X", Date::constant(2000, 2, 29), true, chance);
            let back = back(Date::constant(2014, 5, 1), Date::constant(2034, 5, 1), chance);
            for jpeg in [&front, &back] {
                assert!(jpeg.starts_with(&[0xFF, 0xD8, 0xFF]) && jpeg.ends_with(&[0xFF, 0xD9]));
                assert!((60_000..200_000).contains(&jpeg.len()), "{} bytes", jpeg.len());
            }
            assert_ne!(front, back);
        }
    }
}

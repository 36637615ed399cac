//! Any picture to a plain grey one, and what is in it.
//!
//! Pictures are taken apart by code that cannot be taken over, in this process; Tesseract's own decoders, in C, see rows of grey points
//! and nothing else. (What they do not recognise as a picture they take for a list of files to be read.)

use super::ocr::{Grey, Seen, see};
use super::step::Runner;
use super::tools::Tools;
use crate::page::{Origin, Page, Reading, Unread};
use image::error::ImageError;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, GrayImage, ImageDecoder, ImageReader};
use std::io::Cursor;

/// Memory that taking one picture apart may take.
const DECODED_BYTES_MAX: u64 = 256 << 20;

/// Points an inch that a picture is said to have. Few say so themselves, and what cameras say means nothing; with less, Tesseract looks for
/// smaller letters than there are (at 70, two of five on one picture were missed; between 150 and 400 all were found).
const DPI: u32 = 300;

/// A longer side than this is made as long as [`SIDE_POINTS`]: an A4 page scanned at 300 points an inch was read with 2.2 % errors, and made
/// smaller by a third with 1.2. Making small ones larger, or thresholded ones softer, gained nothing.
const SIDE_POINTS_MAX: u32 = 3400;
const SIDE_POINTS: u32 = 2600;

/// Reads a picture; each page of a TIFF is one.
pub fn read(picture: Vec<u8>, tools: &Tools, runner: &Runner<'_>) -> Reading {
    let mut reading = Reading::default();
    let mut unread = None;
    let mut picture = picture;
    let firsts = tiff_pages(&picture, runner.limits.ocr_pages as usize + 1);
    for (n, first) in firsts.iter().enumerate() {
        if n >= runner.limits.ocr_pages as usize || runner.deadline.passed() {
            unread = Some(worse(unread, Unread::TooLarge));
            break;
        }
        if let Some(first) = first {
            picture[4..8].copy_from_slice(first);
        }
        let grey = match decode(&picture, runner.limits.pixels) {
            Ok(grey) => grey,
            Err(reason) => {
                reading.pages.push(Page { origin: Origin::Ocr, text: String::new() });
                unread = Some(worse(unread, reason));
                continue;
            }
        };
        if firsts.len() == 1 {
            picture = Vec::new(); // taken apart; its place is needed
        }
        let seen = see(&grey, DPI, tools, runner);
        let (text, reason) = told(seen, n > 0);
        reading.pages.push(Page { origin: Origin::Ocr, text });
        unread = reason.map_or(unread, |reason| Some(worse(unread, reason)));
    }
    finish(reading, unread)
}

/// The text of a page that was looked at, and why there is none; `late` if others were read before it.
pub fn told(seen: Seen, late: bool) -> (String, Option<Unread>) {
    match seen {
        Seen::Text(text) => (text, None),
        Seen::Blank => (String::new(), None),
        Seen::Illegible => (String::new(), Some(Unread::Illegible)),
        Seen::NoOcr => (String::new(), Some(Unread::NoOcr)),
        Seen::Damaged => (String::new(), Some(Unread::Damaged)),
        // The time of the document was over, and it had gone into pages that were read.
        Seen::Broke if late => (String::new(), Some(Unread::TooLarge)),
        Seen::Broke => (String::new(), Some(Unread::Misbehaved)),
    }
}

/// Of two reasons the one that somebody can do more about.
pub fn worse(one: Option<Unread>, other: Unread) -> Unread {
    let order = |reason: &Unread| match reason {
        Unread::NoReader => 8,
        Unread::NoOcr => 7,
        Unread::Encrypted => 6,
        Unread::TooLarge => 5,
        Unread::Misbehaved => 4,
        Unread::Damaged => 3,
        Unread::Unknown => 2,
        Unread::Illegible => 1,
        Unread::Waiting => 0,
    };
    one.into_iter().chain([other]).max_by_key(order).unwrap_or(other)
}

/// `reading` with its reason, and without pages if none has text and there is a reason for it.
pub fn finish(mut reading: Reading, unread: Option<Unread>) -> Reading {
    if unread.is_some() && reading.pages.iter().all(|page| page.text.trim().is_empty()) {
        reading.pages.clear();
    }
    reading.unread = unread;
    reading
}

/// A picture upright, grey, on white paper.
fn decode(picture: &[u8], pixels_max: u64) -> Result<Grey, Unread> {
    let why = |error: ImageError| match error {
        ImageError::Limits(_) => Unread::TooLarge,
        ImageError::Unsupported(_) => Unread::Unknown,
        _ => Unread::Damaged,
    };
    let reader = ImageReader::new(Cursor::new(picture)).with_guessed_format().map_err(|_| Unread::Damaged)?;
    let mut decoder = reader.into_decoder().map_err(why)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > pixels_max || decoder.total_bytes() > DECODED_BYTES_MAX {
        return Err(Unread::TooLarge);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(why)?;
    image.apply_orientation(orientation);
    Ok(shrink(grey(image)))
}

fn shrink(grey: Grey) -> Grey {
    let side = grey.width.max(grey.height);
    let scaled = |of: u32| {
        (u64::from(of) * u64::from(SIDE_POINTS) / u64::from(side)).try_into().unwrap_or(1_u32).max(1)
    };
    if side <= SIDE_POINTS_MAX {
        return grey;
    }
    let (width, height) = (scaled(grey.width), scaled(grey.height));
    let Some(image) = GrayImage::from_raw(grey.width, grey.height, grey.points) else {
        return Grey { width: 0, height: 0, points: Vec::new() }; // never: as many points as width times height
    };
    let points =
        DynamicImage::from(image).resize_exact(width, height, FilterType::Triangle).into_luma8().into_raw();
    Grey { width, height, points }
}

fn grey(image: DynamicImage) -> Grey {
    let (width, height) = (image.width(), image.height());
    if !image.color().has_alpha() {
        return Grey { width, height, points: image.into_luma8().into_raw() };
    }
    let image = image.into_luma_alpha8();
    let on = |paper: u32| {
        let blend = |point: &image::LumaA<u8>| {
            let [tone, cover] = point.0.map(u32::from);
            ((tone * cover + paper * (255 - cover)) / 255) as u8
        };
        Grey { width, height, points: image.pixels().map(blend).collect() }
    };
    // White letters on nothing show on black.
    let white = on(255);
    if white.is_blank() { on(0) } else { white }
}

/// Where the directories of a TIFF's pages begin, as its header would say it; one `None` for whatever is no TIFF of several pages.
///
/// TIFF 6.0, section 2: byte order, 42, offset of the first directory; a directory is a count, twelve bytes an entry, and the offset of
/// the next one, or zero.
fn tiff_pages(picture: &[u8], pages_max: usize) -> Vec<Option<[u8; 4]>> {
    let little = match picture.first_chunk::<4>() {
        Some(b"II*\0") => true,
        Some(b"MM\0*") => false,
        _ => return vec![None],
    };
    let at = |offset: usize| picture.get(offset..)?.first_chunk::<4>().copied();
    let number =
        |bytes: [u8; 4]| if little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) } as usize;
    let mut pages = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    let mut next = at(4);
    while let Some(first) = next.filter(|first| number(*first) != 0 && seen.insert(*first)) {
        pages.push(Some(first));
        if pages.len() == pages_max {
            break;
        }
        let offset = number(first);
        let Some(count) = picture.get(offset..).and_then(|rest| rest.first_chunk::<2>()) else { break };
        let count = usize::from(if little { u16::from_le_bytes(*count) } else { u16::from_be_bytes(*count) });
        next = at(offset + 2 + 12 * count);
    }
    if pages.is_empty() { vec![None] } else { pages }
}

#[cfg(test)]
#[path = "picture_tests.rs"]
mod tests;

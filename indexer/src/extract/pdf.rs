//! Pages of a PDF: their text layers by `pdftotext`; painted by `pdftoppm` and recognised where a layer is none.
//!
//! The document goes down a pipe each time. What poppler makes of a broken one is taken as it is: a page without text is a page.

use super::judge::{Layer, judge, mend};
use super::ocr::{Grey, Seen, see};
use super::picture::{finish, told, worse};
use super::pump::End;
use super::step::{Ran, Runner, Stream};
use super::tools::Tools;
use crate::page::{Origin, Page, Reading, Unread};
use std::collections::BTreeMap;
use std::path::Path;

/// Points an inch at which pages are painted; Tesseract reads worse below, and no better above.
const DPI: u32 = 200;
/// Longest side of a page that is too large to be painted so.
const SIDE_MAX: u32 = 4000;
/// A page with fewer characters than this is looked at as well, if it is a scan.
const THIN_CHARS: usize = 60;
/// Pictures that cover more than this make a page a scan; A5 has 48, a letterhead's emblem has two.
const SCAN_SQUARE_INCHES: f64 = 24.0;
/// A list of pictures is read so far.
const LIST_BYTES_MAX: u64 = 4 << 20;
/// As much of what a program says of its errors is looked at.
const ERRORS_BYTES_MAX: u64 = 64 << 10;

/// Reads a PDF.
pub fn read(pdf: &[u8], tools: &Tools, runner: &Runner<'_>) -> Reading {
    let Some(pdftotext) = &tools.pdftotext else {
        return Reading { pages: Vec::new(), unread: Some(Unread::NoReader) };
    };
    let (layers, mut unread) = match layers(pdf, pdftotext, runner) {
        Ok(layers) => layers,
        Err(reason) => return Reading { pages: Vec::new(), unread: Some(reason) },
    };
    let layers: Vec<Option<String>> = layers.into_iter().map(real).collect();
    let scans = if layers.iter().flatten().any(|layer| is_thin(layer)) {
        scans(pdf, tools, runner)
    } else {
        Vec::new()
    };
    let mut reading = Reading::default();
    let mut looked_at = 0;
    for (n, layer) in layers.into_iter().enumerate() {
        let is_scan = scans.contains(&(n + 1)) && layer.as_deref().is_some_and(is_thin);
        let (layer, is_real) = match layer {
            Some(layer) if !is_scan => {
                reading.pages.push(Page { origin: Origin::Layer, text: layer });
                continue;
            }
            layer => (layer.clone().unwrap_or_default(), layer.is_some()),
        };
        let (text, reason) = if unread == Some(Unread::NoOcr) {
            (String::new(), unread) // nor will this one be read
        } else if looked_at >= runner.limits.ocr_pages || runner.deadline.passed() {
            (String::new(), Some(Unread::TooLarge))
        } else {
            looked_at += 1;
            told(look(pdf, n + 1, tools, runner), looked_at > 1)
        };
        // A picture without text under a line of text is a picture: the page has been read.
        let reason = reason.filter(|reason| !(is_real && *reason == Unread::Illegible));
        unread = reason.map_or(unread, |reason| Some(worse(unread, reason)));
        reading.pages.push(match (is_real, text.is_empty()) {
            (true, true) => Page { origin: Origin::Layer, text: layer },
            (true, false) => Page { origin: Origin::Ocr, text: format!("{}\n{text}", layer.trim_end()) },
            (false, _) => Page { origin: Origin::Ocr, text },
        });
    }
    finish(reading, unread)
}

/// The text of a layer that is one, or can be made one.
fn real(layer: String) -> Option<String> {
    match judge(&layer) {
        Layer::Real => Some(layer),
        Layer::Missing => None,
        Layer::Wrong => mend(&layer),
    }
}

/// Whether there is so little text that it may be what a scanning program puts under each page, with its name.
fn is_thin(layer: &str) -> bool {
    layer.chars().filter(|c| !c.is_whitespace()).count() < THIN_CHARS
}

/// The pages, from 1, that pictures cover the better part of.
fn scans(pdf: &[u8], tools: &Tools, runner: &Runner<'_>) -> Vec<usize> {
    let Some(pdfimages) = &tools.pdfimages else { return Vec::new() };
    let last = runner.limits.pages.to_string();
    let ran = runner.run(pdfimages, &["-list", "-l", &last, "-"], pdf, LIST_BYTES_MAX, Stream::Out);
    covered(&String::from_utf8_lossy(&ran.output))
}

/// The pages in poppler's list of pictures whose pictures are together larger than half a sheet of A5.
///
/// A row begins with page, number, type, width, height, and ends with points an inch across and down, size, ratio.
fn covered(list: &str) -> Vec<usize> {
    let mut inches: BTreeMap<usize, f64> = BTreeMap::new();
    for row in list.lines() {
        let fields: Vec<&str> = row.split_whitespace().collect();
        let [page, _, "image", width, height, .., across, down, _, _] = fields[..] else { continue };
        let number = |field: &str| field.parse::<f64>().ok().filter(|number| *number >= 1.0);
        let (Ok(page), Some(width), Some(height)) = (page.parse(), number(width), number(height)) else {
            continue;
        };
        let (Some(across), Some(down)) = (number(across), number(down)) else { continue };
        *inches.entry(page).or_default() += width / across * (height / down);
    }
    inches.into_iter().filter(|(_, inches)| *inches > SCAN_SQUARE_INCHES).map(|(page, _)| page).collect()
}

type Layers = (Vec<String>, Option<Unread>);

/// The text layer of each page, and whether that is not all; or why there is none.
fn layers(pdf: &[u8], pdftotext: &Path, runner: &Runner<'_>) -> Result<Layers, Unread> {
    let last = runner.limits.pages.saturating_add(1).to_string();
    let args = ["-q", "-enc", "UTF-8", "-l", &last, "-", "-"];
    let ran = runner.run(pdftotext, &args, pdf, runner.limits.text_bytes, Stream::Out);
    let broke = match ran.end {
        End::TooMuch => Some(Unread::TooLarge),
        End::Closed if ran.is_fine() => None,
        End::Closed if ran.exit_code().is_some() => Some(why(pdf, pdftotext, runner)),
        _ => Some(Unread::Misbehaved),
    };
    let text = String::from_utf8_lossy(&ran.output);
    // Each page ends with a form feed; what has none was cut off.
    let mut pages: Vec<String> = text.split('\u{c}').map(str::to_owned).collect();
    pages.pop();
    match broke {
        Some(reason) if pages.is_empty() => Err(reason),
        None if pages.is_empty() => Err(Unread::Damaged),
        reason if pages.len() > runner.limits.pages as usize => {
            pages.truncate(runner.limits.pages as usize);
            Ok((pages, Some(worse(reason, Unread::TooLarge))))
        }
        reason => Ok((pages, reason)),
    }
}

/// Why it was not opened: asked once more, and loudly.
fn why(pdf: &[u8], pdftotext: &Path, runner: &Runner<'_>) -> Unread {
    let ran = runner.run(pdftotext, &["-l", "1", "-", "-"], pdf, ERRORS_BYTES_MAX, Stream::Err);
    let said = String::from_utf8_lossy(&ran.output);
    let locked = [
        "Incorrect password",
        "encrypt",
        "Couldn't find the security handler",
        "Unsupported security handler",
    ];
    if locked.iter().any(|word| said.contains(word)) { Unread::Encrypted } else { Unread::Damaged }
}

/// What can be seen on page `n`, from 1.
fn look(pdf: &[u8], n: usize, tools: &Tools, runner: &Runner<'_>) -> Seen {
    let Some(pdftoppm) = &tools.pdftoppm else { return Seen::NoOcr };
    let (n, dpi, side) = (n.to_string(), DPI.to_string(), SIDE_MAX.to_string());
    let paint = |size: [&str; 2]| {
        let args = ["-q", size[0], size[1], "-gray", "-f", &n, "-l", &n, "-"];
        let ran = runner.run(pdftoppm, &args, pdf, runner.limits.pixels.saturating_add(64), Stream::Out);
        painted(ran)
    };
    // A page of many metres is painted smaller.
    let (grey, dpi) = match paint(["-r", &dpi]) {
        Ok(grey) => (grey, DPI),
        Err(_) if runner.deadline.passed() => return Seen::Broke,
        Err(_) => match paint(["-scale-to", &side]) {
            Ok(grey) => (grey, DPI), // or what it would be, were the paper of a usual size
            Err(seen) => return seen,
        },
    };
    see(&grey, dpi, tools, runner)
}

fn painted(ran: Ran) -> Result<Grey, Seen> {
    let fine = ran.is_fine();
    match (ran.end, ran.exit_code()) {
        (End::Closed, Some(_)) if fine => Grey::from_pgm(ran.output).ok_or(Seen::Damaged),
        (End::Closed, Some(_)) => Err(Seen::Damaged),
        _ => Err(Seen::Broke),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_under_pictures_are_found_in_the_list_and_small_pictures_are_none() {
        let list = "page   num  type   width height color comp bpc  enc interp  object ID x-ppi y-ppi size ratio\n\
            ----\n\
            \u{20}  1     0 image    1654  2339  gray    1   8  jpeg   no         3  0   200   200  354K 9.4%\n\
            \u{20}  2     1 image     200   200  rgb     3   8  image  no  [inline]     200   200  354K 9.4%\n\
            \u{20}  3     2 smask    1654  2339  gray    1   8  jpeg   no         3  0   200   200  354K 9.4%\n\
            \u{20}  4     3 image    1654  1100  gray    1   8  jpeg   no  [inline]     200   200  354K 9.4%\n\
            \u{20}  4     4 image    1654  1239  gray    1   8  jpeg   no  [inline]     200   200  354K 9.4%\n\
            \u{20}  5     4 image    1654  1239  gray    1   8  jpeg   no  [inline]       0     0  354K 9.4%\n\
            \u{20}  x     4 image";
        assert_eq!(covered(list), [1, 4]);
        assert_eq!(covered(""), [0; 0]);
    }
}

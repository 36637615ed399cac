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
use std::path::Path;

/// Points an inch at which pages are painted; Tesseract reads worse below, and no better above.
const DPI: u32 = 200;
/// Longest side of a page that is too large to be painted so.
const SIDE_MAX: u32 = 4000;
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
    let mut reading = Reading::default();
    let mut looked_at = 0;
    for (n, layer) in layers.into_iter().enumerate() {
        let text = match judge(&layer) {
            Layer::Real => Some(layer),
            Layer::Missing => None,
            Layer::Wrong => mend(&layer),
        };
        let page = match text {
            Some(text) => Page { origin: Origin::Layer, text },
            None if looked_at >= runner.limits.ocr_pages || runner.deadline.passed() => {
                unread = Some(worse(unread, Unread::TooLarge));
                Page { origin: Origin::Ocr, text: String::new() }
            }
            None => {
                let (text, reason) = told(look(pdf, n + 1, tools, runner), looked_at > 0);
                looked_at += 1;
                unread = reason.map_or(unread, |reason| Some(worse(unread, reason)));
                Page { origin: Origin::Ocr, text }
            }
        };
        reading.pages.push(page);
    }
    finish(reading, unread)
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
    let locked = ["Incorrect password", "encrypt", "Couldn't find the security handler", "Unsupported security handler"];
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
        Ok(grey) => (grey, Some(DPI)),
        Err(_) if runner.deadline.passed() => return Seen::Broke,
        Err(_) => match paint(["-scale-to", &side]) {
            Ok(grey) => (grey, None),
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

//! The jailed half: jails itself, says how, reads one document after the other until its input ends.

use super::bounds::{Deadline, Limits};
use super::clean::clean;
use super::step::{self, Runner};
use super::tools::Tools;
use super::wire::{Hello, Request, SMALL_FRAME_BYTES_MAX, frame, is_whole, parse};
use super::{confine, pdf, picture};
use crate::page::{Reading, Unread};
use std::ffi::OsString;
use std::fs::File;
use std::io::{Read, Write, stdin, stdout};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;

/// The word with which a process is told to be a child; directories in which programs are looked for follow it.
pub const WORD: &str = "serve";

/// The same, to one that has already been started anew without what was left open.
const ANEW: &str = "serve-anew";

/// What a document is, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// Poppler reads it.
    Pdf,
    /// Tesseract reads it.
    Picture,
    /// [`Readers::read`] reads it, or says why not.
    Other,
}

/// Reads a PDF or a picture that lies inside a document.
pub type Inside<'a> = dyn FnMut(Route, &[u8]) -> Reading + 'a;

/// The readers of our own that are plugged in.
#[derive(Clone, Copy)]
pub struct Readers {
    /// What a document is, by its bytes and, where they do not tell, its name.
    pub route: fn(&[u8], &str) -> Route,
    /// Reads one that is neither PDF nor picture; those inside it go to the function that is handed in.
    pub read: fn(&[u8], &str, &Limits, &mut Inside<'_>) -> Reading,
}

/// Runs this process as a child, or as a program for one, and never as anything else.
///
/// `leading` are the arguments with which this program comes here, `rest` those after them. Nothing of the environment is read.
pub fn main(leading: &[OsString], rest: &[OsString], readers: &Readers) -> ExitCode {
    match rest.split_first() {
        Some((word, args)) if word == step::WORD => step::become_program(args),
        Some((word, dirs)) if word == WORD && confine::strays() => {
            let again = leading.iter().cloned().chain([OsString::from(ANEW)]).chain(dirs.iter().cloned());
            confine::start_anew(again);
            ExitCode::from(125)
        }
        Some((word, dirs)) if word == WORD || word == ANEW => serve(leading, dirs, readers),
        _ => ExitCode::from(64),
    }
}

fn serve(leading: &[OsString], dirs: &[OsString], readers: &Readers) -> ExitCode {
    let dirs: Vec<PathBuf> = dirs.iter().map(PathBuf::from).collect();
    let tools = Tools::find(&dirs);
    let (Ok(null), Ok(own)) = (File::options().write(true).open("/dev/null"), std::env::current_exe()) else {
        return ExitCode::from(125);
    };
    let confinement = confine::reader(&tools, &own);
    if !confinement.suffices() {
        return ExitCode::from(125);
    }
    // Whatever a reader's panic has to say may be a piece of a document.
    std::panic::set_hook(Box::new(|_| {}));
    let (mut input, mut output) = (stdin().lock(), stdout().lock());
    let mut say = |bytes: &[u8]| output.write_all(bytes).and_then(|()| output.flush()).is_ok();
    if !say(&frame(&Hello { confinement, tools: tools.clone() })) {
        return ExitCode::FAILURE;
    }
    while let Some((request, document)) = next(&mut input) {
        let limits = request.limits;
        confine::allow_processor(limits.wall);
        let runner = Runner { leading, null: &null, limits: &limits, deadline: Deadline::of(&limits) };
        let reading =
            catch_unwind(AssertUnwindSafe(|| read(&request.name, document, readers, &tools, &runner)));
        let reading = reading.unwrap_or(Reading { pages: Vec::new(), unread: Some(Unread::Misbehaved) });
        if !say(&frame(&within(reading, &limits))) {
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// The next document; none when the input has ended, or makes no sense.
fn next(input: &mut impl Read) -> Option<(Request, Vec<u8>)> {
    let mut head = vec![0; 4];
    input.read_exact(&mut head).ok()?;
    let len = u32::from_be_bytes(*head.first_chunk()?) as usize;
    if len > SMALL_FRAME_BYTES_MAX {
        return None;
    }
    head.resize(4 + len, 0);
    input.read_exact(&mut head[4..]).ok()?;
    is_whole(&head, SMALL_FRAME_BYTES_MAX).filter(|whole| *whole)?;
    let request: Request = parse(&head)?;
    if request.bytes > request.limits.document_bytes {
        return None;
    }
    let mut document = vec![0; usize::try_from(request.bytes).ok()?];
    input.read_exact(&mut document).ok()?;
    Some((request, document))
}

fn read(name: &str, document: Vec<u8>, readers: &Readers, tools: &Tools, runner: &Runner<'_>) -> Reading {
    match (readers.route)(&document, name) {
        Route::Pdf => pdf::read(&document, tools, runner),
        Route::Picture => picture::read(document, tools, runner),
        Route::Other => (readers.read)(&document, name, runner.limits, &mut |route, inside| match route {
            Route::Pdf => pdf::read(inside, tools, runner),
            Route::Picture => picture::read(inside.to_vec(), tools, runner),
            Route::Other => Reading { pages: Vec::new(), unread: Some(Unread::Unknown) },
        }),
    }
}

/// `reading` as far as it keeps to `limits`, and clean.
fn within(mut reading: Reading, limits: &Limits) -> Reading {
    let (mut pages, mut bytes) = (0, 0);
    for page in &mut reading.pages {
        page.text = clean(&page.text);
        bytes += page.text.len() as u64;
        if pages == limits.pages as usize || bytes > limits.text_bytes {
            reading.unread = Some(Unread::TooLarge);
            break;
        }
        pages += 1;
    }
    reading.pages.truncate(pages);
    reading
}

//! Documents through jailed children: the tests' own child stands for the `jingui` program.

mod corpus;
mod hostile;
mod jail;
mod made;
mod pdfs;
mod pictures;

use jingui_indexer::extract::{Extractor, Launch, Limits, Tools};
use jingui_indexer::page::Reading;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The program that plays the child.
pub(crate) const CHILD: &str = env!("CARGO_BIN_EXE_extract-child");

pub(crate) fn launch() -> Launch {
    Launch::of(CHILD, ["extract-child"])
}

pub(crate) fn extractor(limits: Limits) -> Extractor {
    Extractor::new(launch(), limits)
}

/// Limits for what is to be read however busy the machine is.
pub(crate) fn patient() -> Limits {
    Limits { wall: Duration::from_secs(300), ..Limits::default() }
}

/// Limits for what is to run into them.
pub(crate) fn short() -> Limits {
    Limits { wall: Duration::from_secs(3), ..Limits::default() }
}

/// The tests' child in the place of `pdftotext`, and no other program.
pub(crate) fn with_a_program_taken_over(limits: Limits) -> (Extractor, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(CHILD, dir.path().join("pdftotext")).unwrap();
    let launch = Launch { tool_dirs: vec![dir.path().to_path_buf()], ..launch() };
    (Extractor::new(launch, limits), dir)
}

pub(crate) fn text(reading: &Reading) -> String {
    reading.pages.iter().map(|page| page.text.as_str()).collect::<Vec<_>>().join("\u{c}")
}

#[allow(clippy::print_stderr, reason = "a test that did not run, or has measured something, says so")]
pub(crate) fn say(text: &str) {
    eprintln!("{text}");
}

/// Whether programs are installed; says which test is skipped for want of which.
pub(crate) fn installed(test: &str, need: &[fn(&Tools) -> bool]) -> bool {
    let (_, tools) = extractor(Limits::default()).inspect().unwrap();
    let there = need.iter().all(|need| need(&tools));
    if !there {
        say(&format!(
            "skipped: {test}: poppler-utils, tesseract-ocr or tesseract-ocr-chi-sim is not installed"
        ));
    }
    there
}

pub(crate) fn poppler(tools: &Tools) -> bool {
    tools.pdftotext.is_some() && tools.pdftoppm.is_some()
}

pub(crate) fn tesseract(tools: &Tools) -> bool {
    tools.tesseract.is_some()
}

/// The corpus outside the repository; says which test is skipped without it.
pub(crate) fn corpus(test: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus");
    let dir = std::env::var_os("JINGUI_CORPUS").map_or(beside, PathBuf::from);
    if !dir.is_dir() {
        say(&format!("skipped: {test}: corpus not found"));
        return None;
    }
    Some(dir)
}

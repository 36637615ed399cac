//! Documents read by the jailed child beside `pdftotext` alone, in turns; and pages of scans recognised by one and by two children.
//!
//! `cargo bench -p jingui-indexer --bench extract -- [--rounds 5]`, with `JINGUI_CORPUS`, poppler-utils, tesseract-ocr and
//! tesseract-ocr-chi-sim.
//!
//! What is compared are PDFs that are read to the last page from their text layer, so that both do the same. No other program here
//! reads OFD: its pages are told beside those that `pdftotext` reads of PDFs in the same time.

use jingui_indexer::extract::{Extractor, Launch, Limits};
use jingui_indexer::page::{Origin, Reading};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

fn say(line: std::fmt::Arguments<'_>) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// A document of the corpus.
struct Document {
    name: String,
    bytes: Vec<u8>,
}

fn documents(dir: &Path, endings: &[&str]) -> Vec<Document> {
    fn walk(dir: &Path, into: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
            match entry.path() {
                path if path.is_dir() => walk(&path, into),
                path => into.push(path),
            }
        }
    }
    let mut paths = Vec::new();
    walk(dir, &mut paths);
    paths.sort();
    paths.retain(|path| path.extension().is_some_and(|ending| endings.iter().any(|one| ending == *one)));
    let read = |path: &PathBuf| Document {
        name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        bytes: std::fs::read(path).expect("the corpus can be read"),
    };
    paths.iter().map(read).collect()
}

fn extractor() -> Extractor {
    let launch = Launch::of(env!("CARGO_BIN_EXE_extract-child"), ["extract-child"]);
    // However busy the machine is, a page is not given up.
    Extractor::new(launch, Limits { wall: Duration::from_secs(300), ..Limits::default() })
}

fn read(extractor: &Extractor, document: &Document) -> Reading {
    extractor.read(&document.name, &document.bytes).expect("a child can be started")
}

/// Reads all of them, so many at once; returns how long it took.
fn read_all(extractor: &Extractor, documents: &[Document], at_once: usize) -> Duration {
    let (begin, next) = (Instant::now(), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(|| {
                while let Some(document) = documents.get(next.fetch_add(1, Ordering::Relaxed)) {
                    read(extractor, document);
                }
            });
        }
    });
    begin.elapsed()
}

/// The same by `pdftotext`, with nothing around it.
fn pdftotext(documents: &[Document]) -> Duration {
    let begin = Instant::now();
    for document in documents {
        let mut child = Command::new("pdftotext")
            .args(["-q", "-enc", "UTF-8", "-", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("pdftotext is installed");
        let mut stdin = child.stdin.take().expect("it is a pipe");
        std::thread::scope(|scope| {
            scope.spawn(move || stdin.write_all(&document.bytes));
            child.wait_with_output().expect("it ends");
        });
    }
    begin.elapsed()
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64()
}

/// Keeps what is read wholly, every page from where it says; returns how many pages that are.
fn keep_read(extractor: &Extractor, documents: &mut Vec<Document>, origin: Origin) -> usize {
    let mut pages = 0;
    documents.retain(|document| {
        let reading = read(extractor, document);
        let is_read = reading.unread.is_none() && reading.pages.iter().all(|page| page.origin == origin);
        pages += if is_read { reading.pages.len() } else { 0 };
        is_read
    });
    pages
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.iter().any(|word| word == "--test") {
        return; // `cargo test --benches` measures nothing
    }
    let at = words.iter().position(|word| word == "--rounds");
    let rounds = at.and_then(|at| words.get(at + 1)?.parse().ok()).unwrap_or(5);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus");
    let corpus = std::env::var_os("JINGUI_CORPUS").map_or(beside, PathBuf::from);
    let extractor = extractor();

    for part in ["pdf-zh", "hostile-pdf"] {
        let mut pdfs = documents(&corpus.join(part), &["pdf"]);
        let pages = keep_read(&extractor, &mut pdfs, Origin::Layer);
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            ours.push(read_all(&extractor, &pdfs, 1));
            theirs.push(pdftotext(&pdfs));
        }
        let both = pages as f64 / median((0..rounds).map(|_| read_all(&extractor, &pdfs, 2)).collect());
        let (ours, theirs) = (pages as f64 / median(ours), pages as f64 / median(theirs));
        say(format_args!(
            "{part}: {} PDFs, {pages} pages: {ours:.0} pages/s, pdftotext {theirs:.0}; {:.2} × pdftotext; two at once {both:.0}",
            pdfs.len(),
            ours / theirs
        ));
    }
    let mut ofds = documents(&corpus.join("ofd"), &["ofd"]);
    let pages = keep_read(&extractor, &mut ofds, Origin::Layer);
    let took = median((0..rounds).map(|_| read_all(&extractor, &ofds, 1)).collect());
    say(format_args!("{} OFDs, {pages} pages: {:.0} pages/s", ofds.len(), pages as f64 / took));

    let mut scans = documents(&corpus.join("ocr/derived-scans"), &["jpg", "png", "tif"]);
    let pages = keep_read(&extractor, &mut scans, Origin::Ocr) as f64;
    let (mut one, mut two) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        one.push(read_all(&extractor, &scans, 1));
        two.push(read_all(&extractor, &scans, 2));
    }
    let (one, two) = (median(one) / pages, median(two) / pages);
    say(format_args!(
        "{pages} pages of scans: {one:.2} s a page by one child, {two:.2} s by two; {:.2} × as fast",
        one / two
    ));
}

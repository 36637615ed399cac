//! One large document: how fast it is filed and given out again, and with how much memory.
//!
//! `cargo bench -p jingui-tests --bench one_big_file -- [--size 20G]`
//!
//! The document is made while it is read, so nothing but the body needs room on the disk. Half of each megabyte
//! is noise, half repeats: it is packed, as an uncompressed scan would be.

mod common;

use common::*;
use jingui_schema::digest::Sha256;
use jingui_vault::body::{Buffers, Source};
use jingui_vault::fs::OsFs;
use std::ffi::OsStr;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

fn main() {
    let Some(words) = arguments() else { return };
    if words.first().is_some_and(|word| word == CHILD) {
        return child(Path::new(&words[1]), &words[2], number(&words, "--size", 0));
    }
    let size = number(&words, "--size", 2 << 30);
    let scratch = scratch();
    say(&format!("\nOne document of {}", human(size)));
    say(&format!("{}\n", machine(scratch.path())));
    drop(House::begin(scratch.path()));
    let own = std::env::current_exe().expect("this program has a path");
    let mut rows = Vec::new();
    let source = timed(|| io::copy(&mut Made::new(size), &mut io::sink()).expect("it is made"));
    rows.push(row("making it, twice", size, [source.0.wall * 2.0, source.0.cpu * 2.0], None));
    for (what, name) in [
        ("filing: read twice, written, synced, read back", "file"),
        ("opening: checked, then given out", "open"),
    ] {
        settle();
        let (took, said) = timed(|| {
            run(Command::new(&own)
                .arg(CHILD)
                .arg(scratch.path())
                .arg(name)
                .args(["--size", &size.to_string()]))
        });
        rows.push(row(what, size, [took.wall, took.cpu], said.trim().parse().ok()));
    }
    table(&["what", "wall s", "processor s", "MB/s", "peak RSS"], &rows);
}

fn row(what: &str, size: u64, [wall, cpu]: [f64; 2], memory: Option<u64>) -> Vec<String> {
    let rate = format!("{:.0}", size as f64 / MB / wall);
    vec![what.into(), format!("{wall:.1}"), format!("{cpu:.1}"), rate, memory.map_or("–".into(), human)]
}

/// `child DIR file|open --size N`, in a process of its own for the sake of its memory.
fn child(dir: &Path, what: &str, size: u64) {
    let session = House::at(dir).sign_in(Arc::new(OsFs));
    if what == "file" {
        let filed =
            session.file(&filing(0, vec![incoming(Large(size))]), &mut Buffers::new()).expect("it is filed");
        assert_eq!(filed.documents[0].size, size, "all of it was taken in");
    } else {
        let record =
            session.resolve("JG01-2026-000001").or_else(|_| first(&session)).expect("one record is there");
        let opening = session.open_documents(record, &[], None, None).expect("it may be opened");
        let document = opening.documents()[0].clone();
        let mut out = Hashing::default();
        opening.copy(&document, &mut out).expect("it is whole");
        assert_eq!(out.digest(), document.sha256, "the bytes are those that were filed");
    }
    drop(session);
    say(&peak_memory().to_string());
}

fn first(session: &jingui_vault::Session) -> jingui_vault::Result<jingui_schema::id::RecordId> {
    let page = session.list(&jingui_vault::catalog::Query { limit: 1, ..Default::default() })?;
    Ok(page.rows.first().expect("one record was filed").record)
}

/// Takes what is given out and says what it was.
#[derive(Default)]
struct Hashing(sha2::Sha256);

impl Hashing {
    fn digest(self) -> Sha256 {
        use sha2::Digest as _;
        Sha256(self.0.finalize().into())
    }
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        use sha2::Digest as _;
        self.0.update(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A document that is nowhere.
struct Large(u64);

impl Source for Large {
    fn name(&self) -> &OsStr {
        OsStr::new("large.tif")
    }
    fn describe(&self) -> String {
        "large.tif".into()
    }
    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(Made::new(self.0)))
    }
}

const ROUND_BYTES: usize = 1 << 20;

/// Its bytes, the same each time: rounds of a megabyte, no two alike.
struct Made {
    left: u64,
    at: usize,
    round: Vec<u8>,
    chance: Chance,
}

impl Made {
    fn new(left: u64) -> Self {
        Self { left, at: ROUND_BYTES, round: vec![0; ROUND_BYTES], chance: Chance(1) }
    }
}

impl Read for Made {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.at == ROUND_BYTES {
            self.at = 0;
            self.chance.fill(&mut self.round[..ROUND_BYTES / 2]);
        }
        let some =
            into.len().min(ROUND_BYTES - self.at).min(usize::try_from(self.left).unwrap_or(usize::MAX));
        into[..some].copy_from_slice(&self.round[self.at..self.at + some]);
        (self.at, self.left) = (self.at + some, self.left - some as u64);
        Ok(some)
    }
}

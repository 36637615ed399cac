//! Some three thousand real files with real names, filed, checked, opened and compared.
//!
//! They lie outside the repository (`JINGUI_CORPUS`, else `../shared/corpus` beside it); without them this is skipped.

use jingui_ops::intake::gather;
use jingui_schema::facts::DocumentKind;
use jingui_schema::id::RecordId;
use jingui_tests::house::filing;
use jingui_tests::program::{Desk, LABELS, PASSPHRASE};
use jingui_tests::say;
use jingui_vault::body::Buffers;
use jingui_vault::env::Env;
use jingui_vault::filing::Filing;
use jingui_vault::keys::Person;
use jingui_vault::{Options, Session, Vault};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Files of one record.
const FILES_MAX: usize = 20;
/// Every so-manieth record goes through the program itself.
const BY_PROGRAM: usize = 10;
/// Fewer files than this are not the corpus.
const FILES_MIN: usize = 3000;

fn corpus() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus");
    let dir = std::env::var_os("JINGUI_CORPUS").map_or(beside, PathBuf::from);
    dir.is_dir().then_some(dir)
}

/// The files of each directory, a handful at a time.
fn handfuls(dir: &Path) -> Vec<Vec<PathBuf>> {
    let mut entries: Vec<_> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap()).collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    let is = |entry: &fs::DirEntry, dir: bool| {
        entry.file_type().is_ok_and(|kind| if dir { kind.is_dir() } else { kind.is_file() })
    };
    let files: Vec<PathBuf> = entries.iter().filter(|e| is(e, false)).map(fs::DirEntry::path).collect();
    let mut all: Vec<Vec<PathBuf>> = files.chunks(FILES_MAX).map(<[_]>::to_vec).collect();
    for below in entries.iter().filter(|e| is(e, true)) {
        all.extend(handfuls(&below.path()));
    }
    all
}

fn file_here(session: &Session, of: &str, paths: &[PathBuf], buffers: &mut Buffers) -> RecordId {
    let incoming = paths.iter().flat_map(|path| gather(path).unwrap());
    let incoming = incoming.map(|intake| intake.incoming(DocumentKind::Other)).collect();
    // Two directories with the same files are two records.
    let filing = Filing { incoming, again: true, ..filing(of, 0, None) };
    session.file(&filing, buffers).unwrap_or_else(|error| panic!("{paths:?}: {error}")).record
}

fn file_by_program(desk: &Desk, paths: &[PathBuf]) -> RecordId {
    let told =
        desk.call("me", ["add", "--json", "--again"]).args(LABELS).arg("--").args(paths).run().ok().json();
    assert_eq!(told["documents"].as_array().unwrap().len(), paths.len());
    told["record"].as_str().unwrap().parse().unwrap()
}

/// Compares with the source as it comes, so that nothing is held.
struct Compared<'a> {
    rest: &'a [u8],
    same: bool,
}

impl Write for Compared<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.same &= self.rest.starts_with(bytes);
        self.rest = self.rest.get(bytes.len()..).unwrap_or_default();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn every_file_of_the_corpus_comes_back_as_it_was() {
    let Some(corpus) = corpus() else {
        return say(
            "SKIPPED every_file_of_the_corpus_comes_back_as_it_was: there is no corpus (JINGUI_CORPUS)",
        );
    };
    let since = Instant::now();
    let handfuls = handfuls(&corpus);
    let count: usize = handfuls.iter().map(Vec::len).sum();
    assert!(count >= FILES_MIN, "only {count} files in {}", corpus.display());
    let desk = Desk::solo();
    let mut filed: BTreeMap<RecordId, Vec<PathBuf>> = BTreeMap::new();
    let (through, here): (Vec<_>, Vec<_>) =
        handfuls.into_iter().enumerate().partition(|(i, _)| i % BY_PROGRAM == 0);
    for (_, paths) in through {
        filed.insert(file_by_program(&desk, &paths), paths);
    }
    let key = fs::read(desk.key("me")).unwrap();
    let session = || {
        let person = Person::from_key_file("me", &key, PASSPHRASE).unwrap();
        let options = Options { keystore: Some(desk.keystore()), ..Options::default() };
        Vault::open(Env::of_host(), desk.vault(), options).unwrap().sign_in(person).unwrap()
    };
    // Two at once share their syncs, as clerks do.
    let files = session();
    let parts: Vec<Vec<(usize, Vec<PathBuf>)>> = {
        let (even, odd) = here.into_iter().partition(|(i, _)| i % 2 == 0);
        vec![even, odd]
    };
    std::thread::scope(|scope| {
        let work = parts.into_iter().map(|part| {
            let files = &files;
            scope.spawn(move || {
                let mut buffers = Buffers::new();
                let file = |(i, paths): (usize, Vec<PathBuf>)| {
                    (file_here(files, &format!("directory {i}"), &paths, &mut buffers), paths)
                };
                part.into_iter().map(file).collect::<Vec<_>>()
            })
        });
        for work in work.collect::<Vec<_>>() {
            filed.extend(work.join().unwrap());
        }
    });
    drop(files);
    say(&format!("{count} files in {} records filed in {:.1} s", filed.len(), since.elapsed().as_secs_f64()));

    let since = Instant::now();
    desk.sound("me");
    say(&format!("checked in {:.1} s", since.elapsed().as_secs_f64()));

    let since = Instant::now();
    let open = session();
    for (record, paths) in &filed {
        let opening = open.open_documents(*record, &[], None, None).unwrap();
        let documents = opening.documents();
        assert_eq!(documents.len(), paths.len());
        for (document, path) in documents.iter().zip(paths) {
            let bytes = fs::read(path).unwrap();
            assert_eq!(document.name, path.file_name().unwrap().to_string_lossy(), "{}", path.display());
            let mut out = Compared { rest: &bytes, same: true };
            opening.copy(document, &mut out).unwrap();
            assert!(out.same && out.rest.is_empty(), "{} has other bytes", path.display());
        }
    }
    drop(open);
    for (i, (record, paths)) in filed.iter().enumerate().step_by(3 * BY_PROGRAM) {
        look_by_hand(&desk, i, *record, paths);
    }
    say(&format!("opened and compared in {:.1} s", since.elapsed().as_secs_f64()));
}

/// Opens a record through the program into a directory.
fn look_by_hand(desk: &Desk, i: usize, record: RecordId, paths: &[PathBuf]) {
    let out = desk.path(format!("out{i}"));
    desk.call("me", ["open", &record.to_string(), "--all", "-q", "-o"]).arg(&out).run().ok();
    let mut given: Vec<PathBuf> = fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().path()).collect();
    given.sort();
    assert_eq!(given.len(), paths.len());
    for (given, path) in given.iter().zip(paths) {
        assert!(
            fs::read(given).unwrap() == fs::read(path).unwrap(),
            "{} ≠ {}",
            given.display(),
            path.display()
        );
    }
    fs::remove_dir_all(out).unwrap();
}

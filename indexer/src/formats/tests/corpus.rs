//! Documents that others made: read by no fixture of ours, never copied here.

use super::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Where documents of others lie; `None`, said by name, where they do not.
fn corpus(test: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus");
    let path = std::env::var_os("JINGUI_CORPUS").map_or(beside, PathBuf::from);
    if path.is_dir() {
        return Some(path);
    }
    eprintln_skipped(test);
    None
}

#[expect(clippy::print_stderr, reason = "a test that is passed over says so by its name")]
fn eprintln_skipped(test: &str) {
    eprintln!("skipped: {test} (no JINGUI_CORPUS)");
}

fn walk(dir: &Path, files: &mut Vec<PathBuf>) {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() { walk(&path, files) } else { files.push(path) }
    }
}

fn files(corpus: &Path, dirs: &[&str]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    dirs.iter().map(|dir| corpus.join(dir)).filter(|dir| dir.is_dir()).for_each(|dir| walk(&dir, &mut files));
    files
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

/// Run with `--nocapture` to see which files of which kind were read, and why not.
#[test]
#[expect(clippy::print_stdout, reason = "the table is what the test is for")]
fn every_document_of_others_is_read_in_time_or_said_not_to_be() {
    let Some(corpus) = corpus("every_document_of_others_is_read_in_time_or_said_not_to_be") else { return };
    let mut table: BTreeMap<String, (usize, usize, Vec<String>)> = BTreeMap::new();
    for path in files(&corpus, &["ofd", "office", "mixed-tika", "law-zh"]) {
        let bytes = std::fs::read(&path).unwrap();
        let name = name_of(&path);
        let kind = sniff(&bytes, &name);
        let begun = Instant::now();
        let reading = read(kind, &bytes, &Limits::default());
        let took = begun.elapsed();
        assert!(took < Duration::from_secs(10), "{name}: {took:?}");
        assert_sound(&reading, &name);
        let row = table.entry(format!("{kind:?}")).or_default();
        row.0 += 1;
        row.1 += usize::from(reading.unread.is_none());
        if let Some(unread) = reading.unread {
            row.2.push(format!("{name} ({unread:?}, {} pages)", reading.pages.len()));
        }
        if std::env::var_os("JINGUI_SHOW").is_some_and(|word| name.contains(&*word.to_string_lossy())) {
            println!("=== {name} {kind:?} {:?} {took:?}", reading.unread);
            for page in &reading.pages {
                println!("--- page\n{}", page.text.chars().take(1500).collect::<String>());
            }
        }
    }
    for (kind, (count, read, unread)) in table {
        println!("{kind}: {read} of {count} read whole");
        unread.iter().for_each(|file| println!("    {file}"));
    }
}

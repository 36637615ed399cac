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

/// Cuts and changes of each file; more where `JINGUI_ROUNDS` says so.
#[test]
fn documents_of_others_may_be_cut_and_changed() {
    let Some(corpus) = corpus("documents_of_others_may_be_cut_and_changed") else { return };
    let rounds: u64 = std::env::var("JINGUI_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(2);
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below.max(1) as u64) as usize
    };
    let mut slowest = (Duration::ZERO, String::new());
    for path in files(&corpus, &["ofd", "office", "mixed-tika"]) {
        let bytes = std::fs::read(&path).unwrap();
        let name = name_of(&path);
        let kind = sniff(&bytes, &name);
        for round in 0..rounds {
            let mut bytes = bytes.clone();
            match round % 2 {
                0 => bytes.truncate(random(bytes.len() + 1)),
                _ => {
                    for _ in 0..1 + random(8) {
                        let at = random(bytes.len());
                        let bit = 1 << random(8);
                        bytes.get_mut(at).into_iter().for_each(|byte| *byte ^= bit);
                    }
                }
            }
            let begun = Instant::now();
            assert_sound(&read(kind, &bytes, &Limits::default()), &name);
            assert_sound(&read_named(&bytes, &name), &name);
            if begun.elapsed() > slowest.0 {
                slowest = (begun.elapsed(), name.clone());
            }
        }
    }
    assert!(slowest.0 < Duration::from_secs(10), "{slowest:?}");
}

#[test]
fn known_words_are_found_in_documents_of_others() {
    let Some(corpus) = corpus("known_words_are_found_in_documents_of_others") else { return };
    for (name, words) in [
        ("helloworld.ofd", "你好呀，OFD Reader&Writer！"),
        ("1.ofd", "购买方纳税人识别号\t91320115MA202UKD7X"),
        ("1.ofd", "价税合计（大写）\t伍佰贰拾陆圆整\t（小写）¥526.00"),
        ("n.ofd", "关于同意张阿三同志辞职的批复"),
        ("signout.ofd", "测试文本注释"),
        ("12843-2.xls", "以下哪一項說法是對的？"),
        ("22742.xls", "渠道名称\t姓名\t职务\t单位"),
        ("1904DateWindowing.xls", "2000-01-01"),
        ("HeaderFooterUnicode.docx", "The footer, with Molière, has Unicode in it."),
        ("HeaderFooterUnicode.doc", "Molière"),
        ("testWORD_various.docx", "Row 2 Col 1\tRow 2 Col 2\tRow 2 Col 3"),
        ("testRTFWord2010CzechCharacters.rtf", "Článek týdne"),
        ("testHTML_charset_utf16le.html", "This is a sample text"),
        ("testFooter.ods", "Data 4"),
        ("testGroupWiseEml.eml", "test333"),
    ] {
        let found = files(&corpus, &["ofd", "office", "mixed-tika"]);
        let path = found.iter().find(|path| name_of(path) == name).unwrap_or_else(|| panic!("no {name}"));
        let text = text_of(&read_named(&std::fs::read(path).unwrap(), name));
        assert!(text.contains(words), "{name}: {words}\n{text}");
    }
}

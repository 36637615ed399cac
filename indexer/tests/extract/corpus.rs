//! Real documents by others: all go through, and what was read is counted by kind; error rates where the truth is known; speed.

use crate::{corpus, extractor, installed, patient, poppler, say, tesseract, text};
use jingui_indexer::extract::{Extractor, Limits, Tools};
use jingui_indexer::page::{Origin, Reading, Unread};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// What went through, by kind.
#[derive(Default)]
struct Kind {
    files: usize,
    pages: usize,
    recognised: usize,
    unread: BTreeMap<Unread, usize>,
    slowest: Duration,
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if !matches!(
            path.file_name().and_then(|name| name.to_str()),
            Some("README.md" | "MANIFEST.tsv")
        ) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Reads `files` by two threads; tells each reading and how long it took.
fn through(extractor: &Extractor, files: &[PathBuf], told: impl Fn(&Path, Reading, Duration) + Sync) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(path) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let document = fs::read(path).unwrap();
                    let name = path.file_name().unwrap().to_string_lossy().into_owned();
                    let began = Instant::now();
                    let reading = extractor.read(&name, &document).unwrap();
                    told(path, reading, began.elapsed());
                }
            });
        }
    });
}

#[test]
fn the_whole_corpus_goes_through() {
    let test = "the_whole_corpus_goes_through";
    let Some(corpus) = corpus(test).filter(|_| installed(test, &[poppler, tesseract])) else { return };
    let extractor = extractor(Limits::default());
    let kinds: Mutex<BTreeMap<String, Kind>> = Mutex::default();
    for part in fs::read_dir(&corpus).unwrap().map(|part| part.unwrap().path()).filter(|part| part.is_dir()) {
        let files = files(&part);
        let part = part.file_name().unwrap_or_default().to_string_lossy().into_owned();
        through(&extractor, &files, |path, reading, took| {
            assert!(took < Duration::from_secs(32), "{} took {took:?}", path.display());
            let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
            let mut kinds = kinds.lock().unwrap();
            let kind = kinds.entry(format!("{part} {ending}")).or_default();
            kind.files += 1;
            kind.pages += reading.pages.len();
            kind.recognised += reading.pages.iter().filter(|page| page.origin == Origin::Ocr).count();
            kind.slowest = kind.slowest.max(took);
            if let Some(reason) = reading.unread {
                *kind.unread.entry(reason).or_default() += 1;
                if matches!(reason, Unread::Misbehaved | Unread::TooLarge) {
                    say(&format!("{reason:?} after {took:?}: {}", path.display()));
                }
            }
        });
    }
    say("part and ending: files, read wholly, pages, of these recognised, slowest; why not");
    let kinds = kinds.into_inner().unwrap();
    for (name, kind) in &kinds {
        let unread: usize = kind.unread.values().sum();
        say(&format!(
            "{name}: {}, {}, {}, {}, {:.1} s; {:?}",
            kind.files,
            kind.files - unread,
            kind.pages,
            kind.recognised,
            kind.slowest.as_secs_f64(),
            kind.unread
        ));
    }
    say(&format!("most memory of a child and its program: {} MiB", extractor.peak_bytes() >> 20));
    assert!(extractor.peak_bytes() < 512 << 20);
    let pdfs: usize =
        kinds.iter().filter(|(name, _)| name.ends_with("hostile-pdf pdf")).map(|(_, kind)| kind.files).sum();
    assert!(pdfs > 500, "{pdfs} are not the corpus");
}

#[test]
fn chinese_pdfs_are_read_to_the_letter() {
    let test = "chinese_pdfs_are_read_to_the_letter";
    let Some(corpus) = corpus(test).filter(|_| installed(test, &[poppler, tesseract])) else { return };
    let extractor = extractor(patient());
    for (path, words) in [
        ("bobo-xiaoming+zufang/《中华人民共和国宪法》.pdf", ["中华人民共和国宪法", "全国人民代表大会"]),
        // Chinese under Western codes, in fonts that are not embedded.
        ("mozilla+pdf.js/test/pdfs/XiaoBiaoSong.pdf", ["关于红军作战的原则", "中日战争爆发后的形势与任务"]),
        // Japanese stays as it is.
        ("mozilla+pdf.js/test/pdfs/issue16063.pdf", ["電線接続端子部が次のいずれにも", "絶縁電線に裸線を"]),
        ("mozilla+pdf.js/test/pdfs/issue16538.pdf", ["標準 マーケットモデル", "リスク"]),
        ("ofdrw+ofdrw/ofdrw-converter/src/test/resources/xbrl-001.pdf", ["9223372036854775807", "电子发票"]),
    ] {
        let reading = extractor.read("a.pdf", &fs::read(corpus.join("pdf-zh").join(path)).unwrap()).unwrap();
        assert_eq!(reading.unread, None, "{path}");
        assert!(reading.pages.iter().all(|page| page.origin == Origin::Layer), "{path}");
        for word in words {
            assert!(text(&reading).contains(word), "{path}: {word}");
        }
    }
}

/// Characters that would have to be changed, put in or taken out, as a share of the truth; white space is not counted.
fn error_rate(truth: &str, read: &str) -> f64 {
    let letters = |text: &str| -> Vec<char> {
        // As far as NFKC matters here: full-width forms.
        let narrow = |c: char| match u32::from(c) {
            wide @ 0xff01..=0xff5e => char::from_u32(wide - 0xfee0).unwrap_or(c),
            _ => c,
        };
        text.chars().filter(|c| !c.is_whitespace()).map(narrow).collect()
    };
    let (truth, read) = (letters(truth), letters(read));
    let mut row: Vec<usize> = (0..=read.len()).collect();
    for (n, a) in truth.iter().enumerate() {
        let mut next = vec![n + 1];
        for (m, b) in read.iter().enumerate() {
            next.push((row[m] + usize::from(a != b)).min(row[m + 1] + 1).min(next[m] + 1));
        }
        row = next;
    }
    row[read.len()] as f64 / truth.len() as f64
}

#[test]
fn scans_are_read_with_few_errors() {
    let test = "scans_are_read_with_few_errors";
    let Some(corpus) = corpus(test).filter(|_| installed(test, &[poppler, tesseract])) else { return };
    let extractor = extractor(patient());
    let scans = corpus.join("ocr/derived-scans");
    let mut truths = Vec::new();
    for path in files(&scans).into_iter().filter(|path| path.to_string_lossy().ends_with(".truth.txt")) {
        let name = path.file_name().unwrap().to_str().unwrap().trim_end_matches(".truth.txt").to_owned();
        let scan = ["jpg", "tif", "png"].map(|ending| scans.join(format!("{name}.{ending}")));
        let scan = scan.iter().find(|scan| scan.is_file()).unwrap();
        let truth = fs::read_to_string(&path).unwrap();
        let began = Instant::now();
        let reading = extractor.read("a", &fs::read(scan).unwrap()).unwrap();
        let rate = error_rate(&truth, &text(&reading));
        say(&format!("{name}: {:.2} % errors, {:.1} s", rate * 100.0, began.elapsed().as_secs_f64()));
        // Thresholded to black and white, or at 120 dpi, a scan loses strokes.
        let most = if name.contains("p08") || name.contains("120dpi") { 0.15 } else { 0.05 };
        assert!(rate < most, "{name}: {rate}");
        truths.push(truth);
    }
    let reading =
        extractor.read("a.pdf", &fs::read(scans.join("constitution-3-pages-scanned.pdf")).unwrap()).unwrap();
    assert_eq!((reading.pages.len(), reading.unread), (3, None));
    for (truth, page) in truths.iter().zip(&reading.pages) {
        let rate = error_rate(truth, &page.text);
        say(&format!("a page of the scanned PDF: {:.2} % errors", rate * 100.0));
        assert!(rate < 0.05);
    }
}

#[test]
fn pictures_of_words_are_read() {
    let test = "pictures_of_words_are_read";
    let Some(corpus) = corpus(test).filter(|_| installed(test, &[poppler, tesseract])) else { return };
    let extractor = extractor(patient());
    let dir = corpus.join("ocr/RapidAI+RapidOCR/python/tests/test_files");
    for path in files(&dir) {
        let reading = extractor.read("a", &fs::read(&path).unwrap()).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let seen = text(&reading);
        say(&format!("{name}: {:?} {:?}", reading.unread, seen.chars().take(60).collect::<String>()));
        match name.as_str() {
            "black_font_color_transparent.png" => assert_eq!(seen, "我是中国人"),
            "en.jpg" => assert!(seen.contains("To facilitate the shot type analysis in videos")),
            "img_exif_orientation.jpg" => assert!(seen.contains("我是中国人"), "turned as its camera says"),
            _ => {}
        }
    }
}

/// `pdftotext` alone, with nothing around it.
fn plain(tools: &Tools, document: &[u8]) -> Vec<u8> {
    let mut child = Command::new(tools.pdftotext.as_ref().unwrap())
        .args(["-q", "-enc", "UTF-8", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(document));
        child.wait_with_output().unwrap().stdout
    })
}

#[test]
#[ignore = "measures: cargo test --release -p jingui-indexer --test extract -- --ignored --nocapture"]
fn how_fast_beside_pdftotext_alone() {
    let test = "how_fast_beside_pdftotext_alone";
    let Some(corpus) = corpus(test).filter(|_| installed(test, &[poppler, tesseract])) else { return };
    let extractor = extractor(patient());
    let tools = extractor.inspect().unwrap().1;
    let document = fs::read(corpus.join("pdf-zh/bobo-xiaoming+zufang/《中华人民共和国宪法》.pdf")).unwrap();
    let small = fs::read(corpus.join("pdf-zh/mozilla+pdf.js/test/pdfs/XiaoBiaoSong.pdf")).unwrap();
    for (name, document) in [("a statute", &document), ("one page", &small)] {
        let (mut jailed, mut alone) = (Vec::new(), Vec::new());
        for _ in 0..11 {
            let began = Instant::now();
            extractor.read("a.pdf", document).unwrap();
            jailed.push(began.elapsed());
            let began = Instant::now();
            plain(&tools, document);
            alone.push(began.elapsed());
        }
        jailed.sort();
        alone.sort();
        say(&format!("{name}: median of 11, jailed {:?}, pdftotext alone {:?}", jailed[5], alone[5]));
    }
    let scan = fs::read(corpus.join("ocr/derived-scans/constitution-p02-200dpi.jpg")).unwrap();
    let mut took: Vec<_> = (0..5)
        .map(|_| {
            let began = Instant::now();
            extractor.read("a.jpg", &scan).unwrap();
            began.elapsed()
        })
        .collect();
    took.sort();
    say(&format!("a page of 200 dpi by OCR: median of 5 {:?}", took[2]));
    let began = Instant::now();
    for _ in 0..20 {
        extractor.read("a.play", b"abort").unwrap();
    }
    say(&format!("a child killed and replaced: {:?}", began.elapsed() / 20));
}

//! PDFs, made here: text layers that are real, missing and wrong; locked, broken, vast.

use crate::made::{On, locked, pdf, vast};
use crate::{extractor, installed, launch, patient, poppler, say, tesseract, text};
use jingui_indexer::extract::{Extractor, Launch, Limits};
use jingui_indexer::page::{Origin, Unread};
use std::path::PathBuf;

/// Where the programs are, but for Tesseract; a directory of links.
fn without_ocr() -> (Launch, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    for name in ["pdftotext", "pdftoppm", "pdfimages"] {
        std::os::unix::fs::symlink(PathBuf::from("/usr/bin").join(name), dir.path().join(name)).unwrap();
    }
    (Launch { tool_dirs: vec![dir.path().to_path_buf()], ..launch() }, dir)
}

/// Points of stripes, in which there is no text.
fn points() -> Vec<u8> {
    (0..60_000_u32).map(|n| if n / 200 % 20 < 10 { 30 } else { 220 }).collect()
}

fn stripes() -> On<'static> {
    On::Picture(200, 300, points())
}

#[test]
fn pages_keep_their_order_and_say_where_their_text_is_from() {
    if !installed("pages_keep_their_order_and_say_where_their_text_is_from", &[poppler, tesseract]) {
        return;
    }
    let document = pdf(&[
        On::Text("数字证书申请表"),
        On::Nothing,
        On::Private("营业执照副本复印件"),
        On::Text("第四页"),
    ]);
    let reading = extractor(patient()).read("a.pdf", &document).unwrap();
    let pages: Vec<_> = reading.pages.iter().map(|page| (page.origin, page.text.as_str())).collect();
    assert_eq!(pages[0], (Origin::Layer, "数字证书申请表"));
    assert_eq!(pages[1], (Origin::Ocr, ""));
    assert_eq!(pages[3], (Origin::Layer, "第四页"));
    assert_eq!(pages[2].0, Origin::Ocr);
    // What is painted depends on the fonts of the machine; without a Chinese one, nothing is.
    match reading.unread {
        None if !pages[2].1.is_empty() => assert!(pages[2].1.contains("营业执照"), "{pages:?}"),
        unread => say(&format!("no Chinese font is installed: {unread:?}")),
    }
}

#[test]
fn without_ocr_pages_that_are_pictures_are_said_to_be_unread() {
    if !installed("without_ocr_pages_that_are_pictures_are_said_to_be_unread", &[poppler]) {
        return;
    }
    let (launch, _dir) = without_ocr();
    let without = Extractor::new(launch, patient());
    let reading = without.read("a.pdf", &pdf(&[On::Text("第一页"), stripes(), On::Nothing])).unwrap();
    assert_eq!((text(&reading).as_str(), reading.unread), ("第一页\u{c}\u{c}", Some(Unread::NoOcr)));
    let reading = without.read("a.pdf", &pdf(&[stripes()])).unwrap();
    assert_eq!((reading.pages.len(), reading.unread), (0, Some(Unread::NoOcr)));
    // A page with nothing on it is read as it is, also without.
    let reading = without.read("a.pdf", &pdf(&[On::Nothing])).unwrap();
    assert_eq!((reading.pages.len(), reading.unread), (1, None));
}

#[test]
fn a_scan_with_a_line_of_a_scanning_program_is_looked_at_as_well() {
    if !installed("a_scan_with_a_line_of_a_scanning_program_is_looked_at_as_well", &[poppler, tesseract]) {
        return;
    }
    let document = pdf(&[On::Stamped(200, 300, points(), "某某扫描王"), On::Text("短")]);
    let (launch, _dir) = without_ocr();
    let reading = Extractor::new(launch, patient()).read("a.pdf", &document).unwrap();
    assert_eq!((text(&reading).as_str(), reading.unread), ("某某扫描王\u{c}短", Some(Unread::NoOcr)));
    // Looked at, and nothing else found on it: it has been read.
    let reading = extractor(patient()).read("a.pdf", &document).unwrap();
    assert_eq!(reading.unread, None);
    assert!(text(&reading).starts_with("某某扫描王"), "{reading:?}");
}

#[test]
fn without_poppler_there_is_no_reader() {
    let none = Extractor::new(Launch { tool_dirs: vec![], ..launch() }, patient());
    let reading = none.read("a.pdf", &pdf(&[On::Text("有")])).unwrap();
    assert_eq!((reading.pages.len(), reading.unread), (0, Some(Unread::NoReader)));
    let (_, tools) = none.inspect().unwrap();
    assert_eq!(tools.all().count(), 0);
}

#[test]
fn locked_broken_and_vast_ones_are_told_apart() {
    if !installed("locked_broken_and_vast_ones_are_told_apart", &[poppler, tesseract]) {
        return;
    }
    let extractor = extractor(patient());
    let unread = |document: &[u8]| extractor.read("a.pdf", document).unwrap().unread;
    assert_eq!(unread(&locked()), Some(Unread::Encrypted));
    assert_eq!(unread(b"%PDF-1.7\nnothing of the kind"), Some(Unread::Damaged));
    assert_eq!(unread(&pdf(&[])), Some(Unread::Damaged));
    // Five metres square: painted smaller, and looked at, whether anything can be told of two grey fields or not.
    let reading = extractor.read("a.pdf", &vast()).unwrap();
    assert!(matches!(reading.unread, None | Some(Unread::Illegible)), "{reading:?}");
    assert!(
        reading.pages.iter().all(|page| page.origin == Origin::Ocr && page.text.is_empty()),
        "{reading:?}"
    );
    assert_eq!(unread(&pdf(&[stripes()])), Some(Unread::Illegible));
}

#[test]
fn more_pages_of_pictures_than_allowed_are_left_and_said() {
    if !installed("more_pages_of_pictures_than_allowed_are_left_and_said", &[poppler, tesseract]) {
        return;
    }
    let document = pdf(&[On::Text("一"), On::Nothing, On::Nothing, On::Nothing, On::Text("五")]);
    let reading = extractor(Limits { ocr_pages: 2, ..patient() }).read("a.pdf", &document).unwrap();
    assert_eq!(
        (text(&reading).as_str(), reading.unread),
        ("一\u{c}\u{c}\u{c}\u{c}五", Some(Unread::TooLarge))
    );
}

#[test]
fn a_pdf_cut_anywhere_gives_an_answer() {
    if !installed("a_pdf_cut_anywhere_gives_an_answer", &[poppler]) {
        return;
    }
    let (launch, _dir) = without_ocr();
    let without = Extractor::new(launch, patient());
    let document = pdf(&[On::Text("完整"), On::Picture(2, 2, vec![0, 255, 0, 255])]);
    for cut in (5..document.len()).step_by(document.len() / 24) {
        let reading = without.read("a.pdf", &document[..cut]).unwrap();
        assert_ne!(reading.unread, Some(Unread::Misbehaved), "cut at {cut}");
    }
}

//! Pictures: blank, without text, broken, and one with text, upright and as a camera stores it.

use crate::made::{On, pdf};
use crate::{extractor, installed, launch, patient, poppler, say, short, tesseract, text};
use image::{DynamicImage, GrayImage, ImageFormat};
use jingui_indexer::extract::{Extractor, Launch, Limits, Tools};
use jingui_indexer::page::{Origin, Unread};
use std::io::{Cursor, Write};
use std::process::{Command, Stdio};

fn encode(image: &GrayImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let image = DynamicImage::from(image.clone());
    let image =
        if matches!(format, ImageFormat::Gif | ImageFormat::WebP) { image.to_rgba8().into() } else { image };
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A scan of a line of text, painted by poppler in whatever font it has for Latin letters.
fn scan(tools: &Tools, line: &str) -> GrayImage {
    let mut child = Command::new(tools.pdftoppm.as_ref().unwrap())
        .args(["-q", "-r", "150", "-png", "-gray", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&pdf(&[On::Text(line)])).unwrap();
    let png = child.wait_with_output().unwrap().stdout;
    image::load_from_memory(&png).unwrap().to_luma8()
}

#[test]
fn what_shows_nothing_is_read_and_what_cannot_be_read_is_illegible() {
    let test = "what_shows_nothing_is_read_and_what_cannot_be_read_is_illegible";
    if !installed(test, &[tesseract]) {
        return;
    }
    let extractor = extractor(patient());
    let blank = encode(&GrayImage::from_pixel(600, 800, image::Luma([250])), ImageFormat::Png);
    let reading = extractor.read("a.png", &blank).unwrap();
    assert_eq!((text(&reading).as_str(), reading.pages.len(), reading.unread), ("", 1, None));
    let clouds = GrayImage::from_fn(600, 800, |x, y| image::Luma([((x * x + y * 3) / 500 % 256) as u8]));
    let reading = extractor.read("a.png", &encode(&clouds, ImageFormat::Png)).unwrap();
    assert_eq!((reading.pages.len(), reading.unread), (0, Some(Unread::Illegible)));
}

#[test]
fn a_line_is_read_from_every_kind_of_picture_and_however_the_camera_was_held() {
    let test = "a_line_is_read_from_every_kind_of_picture_and_however_the_camera_was_held";
    if !installed(test, &[poppler, tesseract]) {
        return;
    }
    let extractor = extractor(patient());
    let tools = extractor.inspect().unwrap().1;
    let upright = scan(&tools, "ARCHIVE 20240117");
    let mut documents = [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::Tiff,
        ImageFormat::Bmp,
        ImageFormat::Gif,
        ImageFormat::WebP,
    ]
    .map(|format| (format!("{format:?}"), encode(&upright, format)))
    .to_vec();
    let turned = encode(&image::imageops::rotate180(&upright), ImageFormat::Jpeg);
    let exif = b"\xff\xe1\0\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x03\0\0\0\0\0\0";
    documents.push(("turned".into(), [&turned[..2], exif, &turned[2..]].concat()));
    for (kind, document) in documents {
        let reading = extractor.read("a", &document).unwrap();
        if text(&reading).is_empty() && kind == "Png" {
            say(&format!("skipped: {test}: no font for Latin letters is installed"));
            return;
        }
        assert!(text(&reading).contains("20240117"), "{kind}: {reading:?}");
        assert_eq!((reading.pages[0].origin, reading.unread), (Origin::Ocr, None), "{kind}");
    }
}

#[test]
fn a_broken_picture_is_damaged_and_one_of_too_many_points_too_large() {
    let test = "a_broken_picture_is_damaged_and_one_of_too_many_points_too_large";
    if !installed(test, &[tesseract]) {
        return;
    }
    let extractor = extractor(Limits { pixels: 10_000, ..patient() });
    let unread = |document: &[u8]| extractor.read("a", document).unwrap().unread;
    assert_eq!(unread(b"\xff\xd8\xff\xe0 no picture at all"), Some(Unread::Damaged));
    assert_eq!(unread(b"II*\0\x08\0\0\0"), Some(Unread::Damaged));
    let large = encode(&GrayImage::from_pixel(200, 200, image::Luma([1])), ImageFormat::Png);
    assert_eq!(unread(&large), Some(Unread::TooLarge));
}

#[test]
fn without_ocr_a_picture_says_so_and_a_blank_one_is_read() {
    let none = Extractor::new(Launch { tool_dirs: vec![], ..launch() }, short());
    let lines = GrayImage::from_fn(100, 100, |_, y| image::Luma([if y % 10 < 5 { 0 } else { 255 }]));
    let reading = none.read("a.png", &encode(&lines, ImageFormat::Png)).unwrap();
    assert_eq!((reading.pages.len(), reading.unread), (0, Some(Unread::NoOcr)));
    let blank = GrayImage::from_pixel(100, 100, image::Luma([255]));
    let reading = none.read("a.png", &encode(&blank, ImageFormat::Png)).unwrap();
    assert_eq!((reading.pages.len(), reading.unread), (1, None));
}

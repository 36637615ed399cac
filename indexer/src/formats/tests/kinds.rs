//! Which format it is: content counts, a name only where that does not tell.

use super::fixtures::*;
use super::*;

#[test]
fn a_format_is_known_by_its_content_whatever_its_name_says() {
    let utf16_page = [&[0xff, 0xfe][..], &utf16("<html><body>页</body></html>")].concat();
    let cases: Vec<(Vec<u8>, Kind)> = vec![
        (b"%PDF-1.7\n".to_vec(), Kind::Pdf),
        (b"\0\0junk before\n%PDF-1.4".to_vec(), Kind::Pdf),
        (b"\xff\xd8\xff\xe0\0\x10JFIF".to_vec(), Kind::Picture(Picture::Jpeg)),
        (b"\x89PNG\r\n\x1a\n".to_vec(), Kind::Picture(Picture::Png)),
        (b"II*\0".to_vec(), Kind::Picture(Picture::Tiff)),
        (b"GIF89a".to_vec(), Kind::Picture(Picture::Gif)),
        (b"BM\x36\0\0\0\0\0\0\0\x36\0\0\0".to_vec(), Kind::Picture(Picture::Bmp)),
        (b"RIFF\x10\0\0\0WEBPVP8 ".to_vec(), Kind::Picture(Picture::Webp)),
        (ofd("", &[], &[]), Kind::Ofd),
        (docx("", &[]), Kind::Docx),
        (xlsx(&[], ""), Kind::Xlsx),
        (pptx(&[]), Kind::Pptx),
        (odf("text", ""), Kind::Odf),
        (br"{\rtf1 x}".to_vec(), Kind::Rtf),
        (b"\n<!DOCTYPE html><p>x".to_vec(), Kind::Html),
        (utf16_page, Kind::Html),
        ("<?xml version='1.0'?><!-- a --><html xmlns='x'/>".into(), Kind::Html),
        ("<?xml version='1.0'?><发票/>".into(), Kind::Xml),
        ("From: a@b.cn\r\nSubject: x\r\n\r\nbody".into(), Kind::Mail),
        ("From a@b Mon\nFrom: a@b.cn\n\nbody".into(), Kind::Mail),
        ("申请人：张三\n".into(), Kind::Plain),
        (doc(&[("x", true)], 0), Kind::Doc),
        (xls(&[], &[]), Kind::Xls),
        (ppt("", "", ""), Kind::Ppt),
        (compound(&[("__properties_version1.0", b"")]), Kind::Mail),
        (zip(&[("a.txt", "x")]), Kind::Archive),
        (b"\x1f\x8b\x08\0".to_vec(), Kind::Archive),
        (b"7z\xbc\xaf\x27\x1c".to_vec(), Kind::Archive),
        (b"Rar!\x1a\x07\0".to_vec(), Kind::Archive),
        (b"\x01\x02\x03\0\xfe".to_vec(), Kind::Unknown),
    ];
    for (bytes, kind) in cases {
        for name in ["", "x.docx", "x.pdf", "x.jpg", "x.xls"] {
            assert_eq!(
                sniff(&bytes, name),
                kind,
                "{name}: {:?}",
                String::from_utf8_lossy(&bytes[..bytes.len().min(40)])
            );
        }
    }
}

#[test]
fn a_name_tells_what_content_does_not() {
    assert_eq!(sniff(b"plain words", "page.html"), Kind::Html);
    assert_eq!(sniff(b"plain words", "letter.eml"), Kind::Mail);
    assert_eq!(sniff(b"", "x.docx"), Kind::Plain);
    let bytes = docx("<w:p/>", &[]);
    assert_eq!(sniff(&bytes[..bytes.len() / 2], "x.xlsx"), Kind::Xlsx);
    assert_eq!(sniff(&bytes[..bytes.len() / 2], "x.zip"), Kind::Docx);
    let locked = compound(&[("EncryptedPackage", b"x"), ("EncryptionInfo", b"x")]);
    for (name, kind) in
        [("a.xlsx", Kind::Xlsx), ("a.pptx", Kind::Pptx), ("a.docx", Kind::Docx), ("a", Kind::Docx)]
    {
        assert_eq!(sniff(&locked, name), kind);
        assert_eq!(read_named(&locked, name).unread, Some(Unread::Encrypted));
    }
}

#[test]
fn what_nobody_here_reads_is_said_and_can_be_read_elsewhere() {
    for (bytes, unread) in [
        (&b"%PDF-1.7"[..], Unread::NoReader),
        (b"\x89PNG\r\n\x1a\n", Unread::NoOcr),
        (b"\x1f\x8b\x08\0", Unread::Unknown),
        (b"\x01\x02\x03\0\xfe", Unread::Unknown),
    ] {
        assert_eq!(read_named(bytes, "").unread, Some(unread));
    }
    let mut elsewhere = |kind, bytes: &[u8]| {
        assert_eq!((kind, bytes), (Kind::Pdf, &b"%PDF-1.7"[..]));
        let page = |text: &str| crate::page::Page { origin: crate::page::Origin::Ocr, text: text.to_owned() };
        Reading { pages: vec![page("一\r\n二\0"), page("")], unread: None }
    };
    let reading = read_with(Kind::Pdf, b"%PDF-1.7", &Limits::default(), &mut elsewhere);
    assert_eq!((text_of(&reading).as_str(), reading.unread), ("一\n二\u{c}", None));
    assert_eq!(reading.pages[0].origin, crate::page::Origin::Ocr);
}

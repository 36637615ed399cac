//! Documents that mean no good, and what damage does: reading ends, in time, and says so.

use super::fixtures::*;
use super::*;
use proptest::prelude::*;
use rustix::time::{ClockId, clock_gettime};
use std::io::Write;
use std::time::{Duration, Instant};

/// A ZIP archive of one deflated file whose directory says it has so many bytes.
fn zip_saying(name: &str, deflated: &[u8], crc32: u32, size: u64) -> Vec<u8> {
    let wide = [&[1u8, 0, 8, 0][..], &size.to_le_bytes()].concat();
    let sizes = |size: u32| [crc32, deflated.len() as u32, size].map(u32::to_le_bytes).concat();
    let head = [
        &b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0"[..],
        &sizes(u32::MAX),
        &(name.len() as u16).to_le_bytes(),
        &[0, 0],
        name.as_bytes(),
    ]
    .concat();
    let mut bytes = [&head[..], deflated].concat();
    let at = bytes.len() as u32;
    let directory = [
        &b"PK\x01\x02\x14\0\x14\0\0\0\x08\0\0\0\0\0"[..],
        &sizes(u32::MAX),
        &(name.len() as u16).to_le_bytes(),
        &(wide.len() as u16).to_le_bytes(),
        &[0; 14],
        name.as_bytes(),
        &wide,
    ]
    .concat();
    bytes.extend_from_slice(&directory);
    bytes.extend_from_slice(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
    bytes.extend_from_slice(&(directory.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&at.to_le_bytes());
    bytes.extend_from_slice(&[0, 0]);
    bytes
}

/// So many MiB of blanks, deflated: about a thousandth.
fn deflated(mebibytes: usize) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
    let blanks = vec![b' '; 1 << 20];
    (0..mebibytes).for_each(|_| encoder.write_all(&blanks).unwrap());
    encoder.finish().unwrap()
}

/// What this thread has worked: a busy machine makes it wait, and that does not count.
fn worked() -> Duration {
    let worked = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(worked.tv_sec as u64, worked.tv_nsec as u32)
}

/// Looks for what takes seconds, and would take minutes.
fn read_in_time(kind: Kind, bytes: &[u8]) -> Reading {
    let before = worked();
    let reading = read(kind, bytes, &Limits::default());
    let took = worked() - before;
    assert!(took < Duration::from_secs(2), "{kind:?}: {took:?}");
    assert_sound(&reading, "");
    reading
}

#[test]
fn a_bomb_is_too_large_and_nothing_of_it_is_unpacked() {
    let packed = deflated(64);
    for (kind, name) in [
        (Kind::Docx, "word/document.xml"),
        (Kind::Ofd, "OFD.xml"),
        (Kind::Xlsx, "xl/workbook.xml"),
        (Kind::Pptx, "ppt/presentation.xml"),
        (Kind::Odf, "content.xml"),
    ] {
        assert_eq!(
            read_in_time(kind, &zip_saying(name, &packed, 0, 10 << 30)).unread,
            Some(Unread::TooLarge)
        );
        // One that says it is small is damaged: no more is unpacked than it says.
        assert_eq!(read_in_time(kind, &zip_saying(name, &packed, 0, 1000)).unread, Some(Unread::Damaged));
    }
    // A large file that nobody looks at does no harm.
    assert_eq!(sniff(&zip_saying("word/media/film.mp4", &packed, 0, 10 << 30), "a.docx"), Kind::Archive);
}

#[test]
fn parts_that_are_read_again_and_again_count_each_time() {
    let large = format!("<w:p><w:r><w:t>{}</w:t></w:r></w:p>", "大".repeat(1 << 20));
    let relations: String = (0..200)
        .map(|no| format!("<Relationship Id='r{no}' Type='x/slide' Target='slides/s.xml'/>"))
        .collect();
    let list: String = (0..200).map(|no| format!("<p:sldId id='1' r:id='r{no}'/>")).collect();
    let bytes = zip(&[
        ("ppt/presentation.xml", &format!("<p:x xmlns:r='r'>{list}</p:x>")),
        ("ppt/_rels/presentation.xml.rels", &format!("<Relationships>{relations}</Relationships>")),
        ("ppt/slides/s.xml", &large),
    ]);
    let reading = read(Kind::Pptx, &bytes, &Limits::default());
    assert_eq!(reading.unread, Some(Unread::TooLarge));
    assert_sound(&reading, "");
}

#[test]
fn elements_nested_a_million_deep_are_refused() {
    let deep = "<a>".repeat(1_000_000);
    let files = [("word/document.xml", deep.as_str()), ("[Content_Types].xml", "<Types/>")];
    assert_eq!(read_in_time(Kind::Docx, &zip(&files)).unread, Some(Unread::TooLarge));
    assert_eq!(
        read_in_time(Kind::Xml, format!("<?xml version='1.0'?>{deep}").as_bytes()).unread,
        Some(Unread::TooLarge)
    );
    // Tags of web pages are no tree here.
    assert_eq!(read_in_time(Kind::Html, "<div>".repeat(1_000_000).as_bytes()).unread, None);
    assert_eq!(
        read_in_time(Kind::Rtf, format!("{{\\rtf1{}", "{".repeat(1_000_000)).as_bytes()).unread,
        Some(Unread::TooLarge)
    );
}

#[test]
fn entities_are_never_expanded() {
    let mut laughs = "<!DOCTYPE x [<!ENTITY a0 'ha'>".to_owned();
    for no in 1..100 {
        let before = format!("&a{};", no - 1).repeat(10);
        laughs.push_str(&format!("<!ENTITY a{no} '{before}'>"));
    }
    laughs.push_str("<!ENTITY file SYSTEM 'file:///etc/passwd'>]>");
    for (kind, bytes) in [
        (Kind::Docx, zip(&[("word/document.xml", &format!("{laughs}<w:p><w:t>a&a99;&file;b</w:t></w:p>"))])),
        (Kind::Odf, zip(&[("content.xml", &format!("{laughs}<text:p>a&a99;&file;b</text:p>"))])),
        (Kind::Xml, format!("<?xml version='1.0'?>{laughs}<p>a&a99;&file;b</p>").into_bytes()),
    ] {
        let reading = read_in_time(kind, &bytes);
        assert_eq!(text_of(&reading), "ab", "{kind:?}");
    }
}

#[test]
fn a_cell_repeated_a_million_times_is_read_once_and_pages_have_a_limit() {
    let limits = Limits { pages: 3, chars: 10, ..Limits::default() };
    let slides = pptx(&[("一", ""), ("二", ""), ("三", ""), ("四", "")]);
    let reading = read(Kind::Pptx, &slides, &limits);
    assert_eq!(reading.unread, Some(Unread::TooLarge));
    let reading = read(Kind::Plain, "零一二三四五六七八九十".as_bytes(), &limits);
    assert_eq!(
        (text_of(&reading).as_str(), reading.unread),
        ("零一二三四五六七八九", Some(Unread::TooLarge))
    );
    let reading = read(Kind::Plain, b"1\x0c2\x0c3\x0c4", &limits);
    assert_eq!((reading.pages.len(), reading.unread), (3, Some(Unread::TooLarge)));
    let limits = Limits { entries: 2, ..Limits::default() };
    assert_eq!(read(Kind::Docx, &docx("", &[]), &limits).unread, Some(Unread::TooLarge));
}

#[test]
fn documents_within_documents_end_at_a_depth() {
    let mut inner = docx("<w:p><w:r><w:t>core</w:t></w:r></w:p>", &[]);
    for _ in 0..6 {
        inner = zip_of(&[
            ("[Content_Types].xml", b"<Types/>"),
            ("word/document.xml", b"<w:p><w:r><w:t>shell</w:t></w:r></w:p>"),
            (
                "word/_rels/document.xml.rels",
                b"<Relationships><Relationship Id='a' Type='x/package' Target='a.docx'/></Relationships>",
            ),
            ("word/a.docx", &inner),
        ]);
    }
    let reading = read_named(&inner, "");
    assert_eq!(
        (text_of(&reading).as_str(), reading.unread),
        ("shell\u{c}shell\u{c}shell\u{c}shell", Some(Unread::TooLarge))
    );
}

#[test]
fn one_cell_far_from_another_takes_no_memory() {
    let cell = |row: u16, column: u16| {
        record(
            0x0203,
            &[&row.to_le_bytes()[..], &column.to_le_bytes(), &[0, 0], &1f64.to_le_bytes()].concat(),
        )
    };
    let reading = read_in_time(Kind::Xls, &xls(&[], &[cell(0, 0), cell(65535, 255)].concat()));
    assert_eq!((text_of(&reading).as_str(), reading.unread), ("名册\n1\n1", None));
}

#[test]
fn parts_of_a_message_within_each_other_and_without_end_are_bounded() {
    let mut mail = "From: a@b.cn\nSubject: x\nContent-Type: multipart/mixed; boundary=b\n\n".to_owned();
    mail.push_str(&"--b\nContent-Type: multipart/mixed; boundary=b\n\n".repeat(20_000));
    read_in_time(Kind::Mail, mail.as_bytes());
    let mut mail = String::new();
    for no in 0..5_000 {
        mail.push_str(&format!("From: a@b.cn\nContent-Type: multipart/mixed; boundary=b{no}\n\n--b{no}\n"));
    }
    assert_eq!(read_in_time(Kind::Mail, mail.as_bytes()).unread, Some(Unread::TooLarge));
}

/// One of each kind, as it should be.
fn samples() -> Vec<(Kind, Vec<u8>)> {
    let page = ofd_page("", &text_object(0.0, 0.0, "正文"));
    let cells = record(0x0203, &[&[0u8; 6][..], &1f64.to_le_bytes()].concat());
    vec![
        (Kind::Ofd, ofd("<ofd:Attachments>A.xml</ofd:Attachments>", &[&page], &[("Doc_0/A.xml", "<a><Attachment/><FileLoc>b.txt</FileLoc></a>"), ("Doc_0/b.txt", "附")])),
        (Kind::Docx, docx("<w:tbl><w:tr><w:tc><w:p><w:r><w:t>文</w:t></w:r></w:p></w:tc></w:tr></w:tbl>", &[])),
        (Kind::Xlsx, xlsx(&["文"], "<row><c t='s'><v>0</v></c><c s='1'><v>45413.5</v></c></row>")),
        (Kind::Pptx, pptx(&[("文", "注")])),
        (Kind::Odf, odf("spreadsheet", "<table:table><table:table-row><table:table-cell><text:p>1</text:p></table:table-cell></table:table-row></table:table>")),
        (Kind::Doc, doc(&[("申请\r", false), ("form\u{7}\u{13}x\u{14}y\u{15}", true)], 0)),
        (Kind::Xls, xls(&record(0x00fc, &[1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0x0c, 1, 0, 4, 0, 0, 0, b'a', b'b', 0, 0, 0, 0, 1, 2, 3, 4]), &cells)),
        (Kind::Ppt, ppt("标题", "正文", "旧")),
        (Kind::Mail, compound(&[("__properties_version1.0", b""), ("__substg1.0_0037001F", &utf16("主题")), ("__attach_version1.0_#00000000/__substg1.0_37010102", b"a")])),
        (Kind::Mail, b"From: a@b.cn\nSubject: =?gb2312?B?1cXI/Q==?=\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Transfer-Encoding: base64\n\n1f3OxA==\n--b\nContent-Type: text/html\n\n<p>x\n--b--\n".to_vec()),
        (Kind::Rtf, br"{\rtf1\ansicpg936{\fonttbl{\f0\fcharset134 x;}}\f0\'c9\'ea\u24352?\uc2\u19977\'c8\'fd{\*\bin3 abc}\bin2 xy}".to_vec()),
        (Kind::Html, b"<html><meta charset=gbk><td>a<script>x</script><pre>\xc9\xea</pre>&amp;<img alt=b>".to_vec()),
        (Kind::Xml, "<?xml version='1.0' encoding='GBK'?><a b='c'>文<![CDATA[x]]>&lt;</a>".into()),
        (Kind::Plain, "电子认证\r\nservice".into()),
    ]
}

#[test]
fn every_sample_is_read_whole() {
    for (kind, bytes) in samples() {
        assert_eq!(sniff(&bytes, ""), kind);
        let reading = read(kind, &bytes, &Limits::default());
        assert_eq!(reading.unread, None, "{kind:?}");
        assert!(!text_of(&reading).is_empty(), "{kind:?}");
    }
}

#[test]
fn a_document_cut_anywhere_is_read_as_far_as_it_goes() {
    for (kind, bytes) in samples() {
        // Compound files have whole sectors of nothing.
        let step = (bytes.len() / 400).max(1);
        for cut in (0..bytes.len()).step_by(step) {
            assert_sound(&read(kind, &bytes[..cut], &Limits::default()), "cut");
            sniff(&bytes[..cut], "");
        }
    }
}

#[test]
fn a_document_is_no_worse_for_being_called_another_kind() {
    for (_, bytes) in samples() {
        for (kind, _) in samples() {
            assert_sound(&read(kind, &bytes, &Limits::default()), "another kind");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever is changed in a document, reading ends and what was read is sound.
    #[test]
    fn no_changed_bytes_do_harm(no in 0usize..14, changes in proptest::collection::vec((any::<u32>(), any::<u8>()), 1..8)) {
        let (kind, mut bytes) = samples().swap_remove(no);
        for (at, value) in changes {
            let at = at as usize % bytes.len();
            bytes[at] = value;
        }
        assert_sound(&read(kind, &bytes, &Limits::default()), "changed");
        sniff(&bytes, "");
    }

    /// Whatever stands in a file, reading ends.
    #[test]
    fn no_bytes_at_all_do_harm(no in 0usize..14, bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let (kind, sample) = samples().swap_remove(no);
        assert_sound(&read(kind, &bytes, &Limits::default()), "any");
        // The same behind the beginning of one.
        let start = [&sample[..sample.len().min(600)], &bytes].concat();
        assert_sound(&read(kind, &start, &Limits::default()), "begun");
    }
}

#[test]
fn a_compound_file_that_names_one_table_over_and_over_is_none() {
    let mut bytes = doc(&[("text", true)], 0);
    assert_eq!(read_named(&bytes, "").unread, None);
    // A list of tables, in a sector of its own behind the others, which leads to another and so on.
    let first = (bytes.len() / 512 - 1) as u32;
    let table = bytes[76..80].to_vec();
    let lists = 200;
    bytes[68..72].copy_from_slice(&first.to_le_bytes());
    bytes[72..76].copy_from_slice(&(lists as u32).to_le_bytes());
    for no in 0..lists {
        (0..127).for_each(|_| bytes.extend_from_slice(&table));
        let next = if no + 1 == lists { 0xffff_fffe } else { first + no as u32 + 1 };
        bytes.extend_from_slice(&next.to_le_bytes());
    }
    assert_eq!(read_in_time(Kind::Doc, &bytes).unread, Some(Unread::Damaged));
}

/// What would take minutes if it grew with the square of its size takes no longer than reading does.
#[test]
fn nothing_is_passed_over_again_for_each_of_its_parts() {
    let mbox = "From a@b Mon\r\nFrom: a@b.cn\r\nSubject: x\r\n\r\nbody\r\n\r\n".repeat(9_000);
    assert_eq!(read_in_time(Kind::Mail, mbox.as_bytes()).pages.len(), 9_000);
    // A large text of nothing, and a hundred thousand cells that name it.
    let nothing = "\u{200b}".repeat(1 << 20);
    let rows = "<c t='s'><v>0</v></c>".repeat(100_000);
    assert_eq!(read_in_time(Kind::Xlsx, &xlsx(&[&nothing], &rows)).unread, Some(Unread::TooLarge));
    let relations: String =
        (0..9_000).map(|no| format!("<Relationship Id='r{no}' Type='x/slide' Target='s.xml'/>")).collect();
    let list: String = (0..9_000).map(|no| format!("<p:sldId id='1' r:id='r{}'/>", 8_999 - no)).collect();
    let bytes = zip(&[
        ("ppt/presentation.xml", &format!("<p:x xmlns:r='r'>{list}</p:x>")),
        ("ppt/_rels/presentation.xml.rels", &format!("<Relationships>{relations}</Relationships>")),
        ("ppt/s.xml", "<p/>"),
    ]);
    assert_eq!(read_in_time(Kind::Pptx, &bytes).pages.len(), 9_000);
}

/// What has a hundred million bytes, each of a shape that takes the most room: for `ulimit -v`, and to see how long it takes.
#[test]
#[ignore = "takes a minute; run alone, with the address space bounded"]
#[expect(clippy::print_stdout, reason = "times are what it is run for")]
fn the_largest_documents_stay_within_a_gibibyte() {
    let filled = |start: &str, again: &str, end: &str| {
        let mut text = start.to_owned();
        while text.len() < 100_000_000 {
            text.push_str(again);
        }
        text.push_str(end);
        text
    };
    let only = std::env::var("JINGUI_ONLY").ok();
    let text = |text: String| text.into_bytes();
    type Made = Box<dyn Fn() -> Vec<u8>>;
    let cases: Vec<(&str, Kind, Made)> = vec![
        ("plain-gb", Kind::Plain, Box::new(|| GB18030_LINE.repeat(100_000_000 / GB18030_LINE.len()))),
        ("plain-western", Kind::Plain, Box::new(|| b"K\xf6ln ".repeat(20_000_000))),
        ("html-attributes", Kind::Html, Box::new(move || text(filled("<p ", "a1 b2=c ", ">")))),
        ("html-tags", Kind::Html, Box::new(move || text(filled("", "<td>a", "")))),
        ("xml", Kind::Xml, Box::new(move || text(filled("<?xml version='1.0'?><a>", "<b>文</b>", "</a>")))),
        (
            "rtf",
            Kind::Rtf,
            Box::new(move || text(filled("{\\rtf1\\ansicpg936 ", "\\u24352?\\'c9\\'ea{\\b x}", "}"))),
        ),
        (
            "mail",
            Kind::Mail,
            Box::new(move || {
                text(filled(
                    "From: a\nTo: b\nContent-Type: multipart/mixed; boundary=b\n\n",
                    "--b\n\nx\n",
                    "",
                ))
            }),
        ),
        ("mail-headers", Kind::Mail, Box::new(move || text(filled("From: a\nTo: b\n", "a:\n", "")))),
        ("docx", Kind::Docx, Box::new(move || docx(&filled("", "<w:p><w:t>a</w:t></w:p>", ""), &[]))),
        (
            "xlsx-texts",
            Kind::Xlsx,
            Box::new(move || {
                zip(&[
                    ("xl/workbook.xml", "<a/>"),
                    (
                        "xl/_rels/workbook.xml.rels",
                        "<R><Relationship Id='r' Type='x/sharedStrings' Target='s.xml'/></R>",
                    ),
                    ("xl/s.xml", &filled("<sst>", "<si/>", "</sst>")),
                ])
            }),
        ),
        (
            "ofd-pieces",
            Kind::Ofd,
            Box::new(move || ofd("", &[&ofd_page("", &filled("", "<TextCode>a</TextCode>", ""))], &[])),
        ),
        (
            "ofd-attachments",
            Kind::Ofd,
            Box::new(move || {
                ofd(
                    "<Attachments>A.xml</Attachments>",
                    &[],
                    &[("Doc_0/A.xml", &filled("<a>", "<Attachment/>", "</a>"))],
                )
            }),
        ),
        (
            "xls",
            Kind::Xls,
            Box::new(|| xls(&record(0x0085, &[0, 0, 0, 0, 0, 0, 0, 0]).repeat(8_000_000), &[])),
        ),
        (
            "xls-texts",
            Kind::Xls,
            Box::new(|| {
                let rest = record(0x003c, &[0u8; 8000]).repeat(12_000);
                xls(&[record(0x00fc, &[0; 8]), rest].concat(), &[])
            }),
        ),
        ("doc", Kind::Doc, Box::new(|| doc(&[(&"文\r".repeat(20_000_000), false)], 0))),
        ("ppt", Kind::Ppt, Box::new(|| ppt("x", &"字".repeat(30_000_000), "y"))),
    ];
    for (name, kind, made) in cases {
        if only.as_deref().is_some_and(|only| only != name) {
            continue;
        }
        let bytes = made();
        let begun = Instant::now();
        let reading = read(kind, &bytes, &Limits::default());
        let chars: usize = reading.pages.iter().map(|page| page.text.len()).sum();
        println!(
            "{name}: {} bytes in {:?}: {chars} bytes, {:?}",
            bytes.len(),
            begun.elapsed(),
            reading.unread
        );
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        status.lines().filter(|line| line.starts_with("VmPeak")).for_each(|line| println!("    {line}"));
    }
}

/// A line of Chinese text in GB18030.
const GB18030_LINE: &[u8] = b"\xb5\xe7\xd7\xd3\xc8\xcf\xd6\xa4\xb7\xfe\xce\xf1\xbb\xfa\xb9\xb9\r\n";

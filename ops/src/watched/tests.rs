use super::group::{Part, Unit, group};
use super::labels::Given;
use super::look::Sight;
use super::places::numbered;
use super::settle::{Patience, Readiness, Settling, readiness};
use super::tail::{End, end_of};
use crate::folder_rule::FolderRule;
use crate::messages::{Lang, Messages};
use crate::said::Said;
use crate::words::{Field, Words};
use jingui_schema::facts::{CustomerKind, DocumentKind};
use jingui_schema::time::Day;
use jingui_vault::fs::{Kind, Stat};
use std::ffi::{OsStr, OsString};
use std::io::Cursor;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

fn stat(size: u64, modified: i64) -> Stat {
    Stat { kind: Kind::File, size, changed: modified, modified }
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

// --- settling --------------------------------------------------------------------------------------

/// What was seen of one record at these seconds: sizes of its files; and for how long it is still then.
fn still(seen: &[(u64, &[u64])]) -> u64 {
    let mut settling = Settling::default();
    let mut last = 0;
    for (at, sizes) in seen {
        let picture = |(i, size): (usize, &u64)| (PathBuf::from(i.to_string()), stat(*size, 7));
        let pictures = (!sizes.is_empty())
            .then(|| (PathBuf::from("record"), sizes.iter().enumerate().map(picture).collect()));
        settling.look(seconds(*at), pictures);
        last = *at;
    }
    settling.still_for(Path::new("record"), seconds(last)).as_secs()
}

#[test]
fn a_record_is_still_for_as_long_as_nothing_about_it_changes() {
    assert_eq!(still(&[(3, &[10])]), 0, "the first look counts as a change");
    assert_eq!(still(&[(3, &[10]), (9, &[10])]), 6);
    assert_eq!(still(&[(3, &[10]), (9, &[11]), (11, &[11])]), 2, "a file grew");
    assert_eq!(still(&[(3, &[10]), (9, &[10, 5]), (11, &[10, 5])]), 2, "a file came");
    assert_eq!(still(&[(3, &[10, 5]), (9, &[10]), (11, &[10])]), 2, "a file went");
    assert_eq!(still(&[(3, &[10]), (9, &[]), (11, &[10])]), 0, "it was away");
    assert_eq!(still(&[(3, &[10]), (9, &[])]), 0, "it is away");
}

#[test]
fn a_file_rewritten_to_the_same_size_has_changed() {
    let mut settling = Settling::default();
    for (at, modified) in [(0, 1), (6, 2), (7, 2)] {
        settling.look(seconds(at), [(PathBuf::from("r"), vec![(PathBuf::from("f"), stat(9, modified))])]);
    }
    assert_eq!(settling.still_for(Path::new("r"), seconds(7)), seconds(1));
    assert!(settling.any_moving(seconds(5), seconds(7)) && !settling.any_moving(seconds(5), seconds(11)));
}

#[test]
fn only_what_is_still_and_finished_is_ready() {
    let check = |still, age, finished, expected| {
        let patience = Patience { settle: seconds(5), give_up: seconds(600) };
        assert_eq!(
            readiness(patience, seconds(still), seconds(age), finished),
            expected,
            "{still} {age} {finished}"
        );
    };
    check(4, 9999, true, Readiness::Wait);
    check(5, 0, true, Readiness::Ready);
    check(5, 0, false, Readiness::Wait);
    check(599, 599, false, Readiness::Wait);
    check(600, 0, false, Readiness::GivenUp);
    check(5, 600, false, Readiness::GivenUp);
    check(4, 9999, false, Readiness::Wait);
}

// --- tails -----------------------------------------------------------------------------------------

fn end(bytes: &[u8]) -> End {
    end_of(&mut Cursor::new(bytes.to_vec()), bytes.len() as u64).unwrap()
}

/// The whole file is finished, and no beginning of it is, but for fill at its end.
fn cut_everywhere(kind: &'static str, bytes: &[u8], fill: usize) {
    assert_eq!(end(bytes), End::There, "{kind}");
    for cut in 16..bytes.len() - fill {
        assert_eq!(end(&bytes[..cut]), End::Missing(kind), "{kind} cut at {cut} of {}", bytes.len());
    }
}

fn pdf() -> Vec<u8> {
    b"%PDF-1.7\n1 0 obj\n<</Linearized 1>>\nendobj\nstartxref\n0\n%%EOF\n2 0 obj\n<<>>\nendobj\n\
      xref\n0 1\ntrailer\n<<>>\nstartxref\n61\n%%EOF\n"
        .to_vec()
}

fn png() -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, size) in [(b"IHDR", 13_u32), (b"IDAT", 40), (b"IDAT", 3), (b"IEND", 0)] {
        bytes.extend(size.to_be_bytes());
        bytes.extend(kind);
        bytes.extend(std::iter::repeat_n(0x49, size as usize + 4));
    }
    bytes
}

fn jpeg() -> Vec<u8> {
    let mut bytes = Vec::new();
    let pixels: Vec<u8> = (0..24 * 16 * 3).map(|i| (i * 37 % 251) as u8).collect();
    let encoder = jpeg_encoder::Encoder::new(&mut bytes, 90);
    encoder.encode(&pixels, 24, 16, jpeg_encoder::ColorType::Rgb).unwrap();
    bytes
}

fn zip() -> Vec<u8> {
    let mut bytes = b"PK\x03\x04".to_vec();
    bytes.extend([7; 60]);
    bytes.extend(b"PK\x05\x06");
    bytes.extend([0; 16]);
    bytes.extend(5_u16.to_le_bytes());
    bytes.extend(b"hello");
    bytes
}

#[test]
fn a_file_that_is_cut_off_is_noticed_wherever_it_is_cut() {
    // The last line end of a PDF may be missing.
    cut_everywhere("PDF", &pdf(), 1);
    cut_everywhere("PNG", &png(), 0);
    cut_everywhere("JPEG", &jpeg(), 0);
    cut_everywhere("ZIP", &zip(), 0);
}

#[test]
fn what_lies_behind_the_end_does_no_harm() {
    assert_eq!(end(&[jpeg(), vec![0; 20]].concat()), End::There);
    assert_eq!(end(&[jpeg(), b"SEFT trailer of a phone".to_vec()].concat()), End::There);
    assert_eq!(end(&[pdf(), vec![b' '; 1500]].concat()), End::There);
    assert_eq!(end(&[png(), b"more".to_vec()].concat()), End::There);
    // A preview in a scan has an end of its own; the scan has not.
    let whole = jpeg();
    let mut scan = vec![0xff, 0xd8, 0xff, 0xe1];
    scan.extend((whole.len() as u16 + 2).to_be_bytes());
    scan.extend(&whole);
    assert_eq!(end(&[&scan[..], &whole[2..whole.len() - 2]].concat()), End::Missing("JPEG"));
    assert_eq!(end(&[&scan[..], &whole[2..]].concat()), End::There);
}

#[test]
fn of_kinds_that_do_not_say_where_they_end_stillness_has_to_do() {
    for bytes in [&b""[..], b"II*\0 a scan", b"plain text", &[0; 3000]] {
        assert_eq!(end(bytes), End::There);
    }
}

// --- grouping --------------------------------------------------------------------------------------

fn sight(paths: &[&str]) -> Sight {
    let file = |path: &&str| match path.strip_suffix('@') {
        Some(link) => (PathBuf::from(link), Stat { kind: Kind::Other, ..stat(1, 1) }),
        None => (PathBuf::from(path), stat(1, 1)),
    };
    Sight { files: paths.iter().map(file).collect(), closed: Vec::new() }
}

fn rule(text: &str) -> Option<FolderRule> {
    (!text.is_empty()).then(|| FolderRule::parse(text, Words::shipped()).unwrap())
}

/// Each group as its name, its documents with kinds, and the codes of what is wrong with it.
fn groups(text: &str, sight: &Sight) -> Vec<String> {
    let shown = |unit: &Unit| {
        let documents: Vec<String> = unit
            .members
            .iter()
            .map(|m| match &m.part {
                Part::Document { name, kind, .. } => format!("{}={kind}", name.to_string_lossy()),
                Part::Sidecar => "(labels)".into(),
                Part::Litter => "(litter)".into(),
                Part::Temporary => "(temporary)".into(),
                Part::Odd => "(odd)".into(),
            })
            .collect();
        let problems: Vec<&str> = unit.problems.iter().map(Said::key).collect();
        format!("{}: {} [{}]", unit.name().display(), documents.join(" "), problems.join(" "))
    };
    group(sight, rule(text).as_ref(), Words::shipped()).iter().map(shown).collect()
}

#[test]
fn without_a_rule_each_directory_is_a_record() {
    let seen = groups(
        "",
        &sight(&[
            "001/申请表.pdf",
            "001/b/执照.jpg",
            "001/labels.toml",
            "001/Thumbs.db",
            "002/x.pdf.part",
            "loose.pdf",
        ]),
    );
    assert_eq!(
        seen,
        [
            "001: 申请表.pdf=APP b/执照.jpg=SUB (labels) (litter) []",
            "002: (temporary) [watch-why-no-document]",
            "loose.pdf: loose.pdf=OTHER [watch-why-loose]",
        ]
    );
}

#[test]
fn a_link_makes_its_record_one_for_a_person() {
    assert_eq!(groups("", &sight(&["001/a.pdf", "001/b@"])), ["001: a.pdf=OTHER (odd) [watch-why-odd]"]);
    assert_eq!(
        groups("{客户}/{材料}", &sight(&["甲/申请表.pdf", "甲/协议@", "乙/申请表.pdf"])),
        ["乙/申请表.pdf: 申请表.pdf=APP []", "甲/协议: (odd) 申请表.pdf=APP [watch-why-odd]"]
    );
}

#[test]
fn with_a_rule_of_files_those_are_together_of_which_it_says_the_same() {
    let paths = [
        "社保/晨光/77_申请表_1.jpg",
        "社保/晨光/77_执照_2.jpg",
        "社保/晨光/77_执照_1.jpg",
        "社保/晨光/78_申请表_1.jpg",
        "社保/晨光/随手.jpg",
        "社保/晨光/深/77_申请表_1.jpg",
        "x.pdf",
        "Thumbs.db",
    ];
    let mut seen = groups("{项目}/{客户}/{证书序列号}_{材料}_{页}", &sight(&paths));
    seen.sort();
    assert_eq!(
        seen,
        [
            "x.pdf: x.pdf=OTHER [path-depth]",
            "社保/晨光/77_申请表_1.jpg: 77_申请表_1.jpg=APP 77_执照_1.jpg=SUB 77_执照_2.jpg=SUB []",
            "社保/晨光/78_申请表_1.jpg: 78_申请表_1.jpg=APP []",
            "社保/晨光/深/77_申请表_1.jpg: 77_申请表_1.jpg=OTHER [path-depth]",
            "社保/晨光/随手.jpg: 随手.jpg=OTHER [path-shape]",
        ]
    );
}

#[test]
fn with_a_rule_of_directories_everything_below_is_together() {
    let seen = groups(
        "{项目}/{日期}/",
        &sight(&["社保/2024-05-01/a.pdf", "社保/2024-05-01/b/c.pdf", "社保/某日/d.pdf", "e.pdf"]),
    );
    assert_eq!(
        seen,
        [
            "e.pdf: e.pdf=OTHER [watch-why-shallow]",
            "社保/2024-05-01: a.pdf=OTHER b/c.pdf=OTHER []",
            "社保/某日: d.pdf=OTHER [path-value]",
        ]
    );
}

#[test]
fn names_that_are_not_text_are_kept_as_they_are() {
    let name = |bytes: &[u8]| PathBuf::from(OsString::from_vec(bytes.to_vec()));
    let seen = Sight { files: vec![(name(b"001/\xc9\xea.pdf"), stat(1, 1))], closed: Vec::new() };
    let unit = &group(&seen, None, Words::shipped())[0];
    let Part::Document { name: kept, .. } = &unit.members[0].part else { panic!("a document") };
    assert_eq!(kept.as_bytes(), b"\xc9\xea.pdf");
    let unit = &group(&seen, rule("{客户}/{材料}").as_ref(), Words::shipped())[0];
    assert_eq!(unit.problems[0].key(), "watch-why-not-utf8");
}

#[test]
fn a_directory_that_cannot_be_read_is_for_a_person() {
    let closed =
        (PathBuf::from("001/b"), Stat { kind: Kind::Directory, ..stat(0, 1) }, Some("no".to_owned()));
    let sight = Sight { files: sight(&["001/a.pdf"]).files, closed: vec![closed] };
    assert_eq!(groups("", &sight), ["001: a.pdf=OTHER (odd) [watch-why-closed]"]);
    let alone = Sight { files: Vec::new(), closed: sight.closed };
    assert_eq!(groups("", &alone), ["001/b: (odd) [watch-why-closed]"]);
}

// --- labels ----------------------------------------------------------------------------------------

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn sidecar(text: &str) -> Result<Given, String> {
    Given::by_sidecar(text, Words::shipped()).map_err(|said| said.key().to_owned())
}

#[test]
fn a_sheet_of_labels_is_read_in_either_language() {
    let zh = sidecar(
        "\u{feff}项目 = \"社保\"\n网点 = \"一号\"\n客户 = \"晨光\"\n客户类型 = \"企业\"\n业务 = \"新办\"\n日期 = \"2024年5月1日\"\n标签 = [\"急\", \"甲\"]\n\
         [材料]\n\"a.jpg\" = \"执照\"\n[免交]\n委托书 = \"本人到场\"\n",
    )
    .unwrap();
    let en = sidecar(
        "project = \"社保\"\noutlet = \"一号\"\ncustomer = \"晨光\"\ncustomer-kind = \"enterprise\"\nbusiness = \"new\"\ndate = 2024-05-01\ntags = \"急,甲\"\n\
         [kinds]\n\"a.jpg\" = \"SUB\"\n[waived]\nPOA = \"本人到场\"\n",
    )
    .unwrap();
    assert_eq!(zh, en);
    let labels = en.labels(day("2026-01-01"), day("2026-01-02")).unwrap();
    assert_eq!((labels.date, labels.customer.kind), (day("2024-05-01"), CustomerKind::Enterprise));
    assert_eq!(zh.kinds["a.jpg"], DocumentKind::Sub);
    let more =
        sidecar("渠道 = \"online\"\n情形 = [\"proxy\", \"foreign\"]\n[核对]\n\"a.jpg\" = \"seen,pages:2\"\n")
            .unwrap();
    assert_eq!(
        more,
        sidecar("channel = \"online\"\nflags = \"proxy,foreign\"\n[marks]\n\"a.jpg\" = \"seen,pages:2\"\n")
            .unwrap()
    );
    assert_eq!((more.seen["a.jpg"].pages, more.flags.len()), (Some(2), 2));
    assert_eq!(sidecar("[核对]\n\"a\" = \"glanced at\"").unwrap_err(), "watch-why-sidecar");
    assert_eq!(sidecar("渠道 = \"pigeon\"").unwrap_err(), "path-value");
    assert_eq!(sidecar("颜色 = \"红\"").unwrap_err(), "watch-why-sidecar-key");
    assert_eq!(sidecar("业务 = \"跳舞\"").unwrap_err(), "path-value");
    assert_eq!(sidecar("[材料]\n\"a\" = \"画\"").unwrap_err(), "path-value");
    assert_eq!(sidecar("客户 = ").unwrap_err(), "watch-why-sidecar");
    assert_eq!(sidecar("{\"客户\": 1}").unwrap_err(), "watch-why-sidecar");
}

#[test]
fn a_serial_number_is_a_tag_in_its_stored_spelling() {
    let by_rule =
        |serial: &str| Given::by_rule(&[(Field::Serial, serial.to_owned())], Words::shipped()).unwrap();
    assert_eq!(by_rule("0a:bc").tags, by_rule("0ABC").tags);
    assert_eq!(by_rule("77").tags.len(), 1);
}

#[test]
fn what_two_places_say_must_be_the_same_and_options_only_fill() {
    let (one, other) = (sidecar("客户 = \"晨光\"").unwrap(), sidecar("客户 = \"暮色\"").unwrap());
    assert_eq!(one.clone().and(other.clone()).unwrap_err().key(), "watch-why-contradiction");
    assert_eq!(one.clone().and(one.clone()).unwrap(), one);
    assert_eq!(one.clone().or(&other).customer, one.customer);
}

#[test]
fn everything_that_is_missing_is_named() {
    let missing = sidecar("客户 = \"晨光\"\n证件号 = \"1\"\n客户类型 = \"企业\"").unwrap();
    let problems = missing.labels(day("2026-01-01"), day("2026-01-02")).unwrap_err();
    let told: Vec<String> = problems.iter().map(|said| said.tell(Messages::for_lang(Lang::Zh))).collect();
    assert_eq!(told.len(), 4, "{told:?}");
    assert!(told[0].contains("项目") && told[1].contains("网点") && told[2].contains("业务"), "{told:?}");
}

#[test]
fn the_day_of_business_is_that_of_the_files_and_never_ahead() {
    let text = "项目 = \"p\"\n网点 = \"o\"\n客户 = \"c\"\n客户类型 = \"企业\"\n业务 = \"新办\"";
    let given = sidecar(text).unwrap();
    let today = day("2026-01-02");
    assert_eq!(given.clone().labels(day("2026-01-01"), today).unwrap().date, day("2026-01-01"));
    assert_eq!(given.labels(day("2026-01-09"), today).unwrap().date, today, "the scanner's clock is ahead");
    let said = sidecar(&format!("{text}\n日期 = \"2026-01-09\"")).unwrap();
    assert_eq!(said.labels(day("2026-01-01"), today).unwrap_err()[0].key(), "watch-why-future");
}

// --- names -----------------------------------------------------------------------------------------

#[test]
fn a_name_that_is_taken_gets_a_number_and_fits() {
    let check = |name: &str, n, is_file, expected: &str| {
        assert_eq!(numbered(OsStr::new(name), n, is_file), expected);
    };
    check("a.pdf", 1, true, "a.pdf");
    check("a.pdf", 2, true, "a (2).pdf");
    check("a.b.tar.gz", 3, true, "a.b.tar (3).gz");
    check(".hidden", 2, true, ".hidden (2)");
    check("2024.05.01", 2, false, "2024.05.01 (2)");
    let long = format!("{}.pdf", "档".repeat(83));
    assert_eq!(long.len(), 253);
    let two = numbered(OsStr::new(&long), 2, true).into_string().unwrap();
    assert_eq!(two, format!("{} (2).pdf", "档".repeat(82)));
    let odd = numbered(OsStr::from_bytes(&[0xff; 255]), 10, true);
    assert_eq!(odd.as_bytes().len(), 255);
    assert!(odd.as_bytes().ends_with(b" (10)"));
}

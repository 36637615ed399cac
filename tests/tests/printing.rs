//! What is printed can be read, found and copied out again; what cannot be printed is named.

use jingui_ops::forms::{self, MissingRow, Stamp};
use jingui_ops::messages::{Lang, Messages};
use jingui_ops::paper::{self, Block, Card, Chain, Column, Paper, Trouble, Why};
use jingui_tests::program::{Desk, LABELS};
use jingui_tests::toy_font::{Toy, collection};
use jingui_tests::{inspect, say};
use proptest::prelude::*;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// A character of plane 2 that stands in surnames, and one that no font of these tests has.
const RARE: char = '\u{20bb7}';

fn written(dir: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = dir.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// The usual font, as a chain; made once.
fn usual() -> Chain {
    static FILE: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = FILE.get_or_init(|| {
        let dir = jingui_tests::scratch();
        let path = written(dir.path(), "usual.ttf", &Toy::default().file());
        (dir, path)
    });
    Chain::of_files(std::slice::from_ref(path)).unwrap()
}

/// Fonts in files, as a chain.
fn chain(fonts: &[Toy]) -> Chain {
    let dir = jingui_tests::scratch();
    let files = fonts.iter().map(|toy| written(dir.path(), &format!("{}.ttf", toy.name), &toy.file()));
    Chain::of_files(&files.collect::<Vec<_>>()).unwrap()
}

fn paper(blocks: Vec<Block>) -> Paper {
    Paper {
        title: "归档清单".into(),
        head: "东区注册机构 (JG01)".into(),
        foot: "由 0001 打印".into(),
        page_of: Box::new(|page, pages| format!("第 {page} 页 共 {pages} 页")),
        lang: "zh",
        blocks,
        made: [2026, 11, 26, 4, 0, 0],
    }
}

/// Runs a program of poppler-utils over a PDF; nothing, said by name, where it is not installed.
fn poppler(program: &str, args: &[&str], pdf: &[u8]) -> Option<String> {
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let Ok(mut child) = command.spawn() else {
        say(&format!("SKIPPED: {program} (poppler-utils) is not installed"));
        return None;
    };
    let mut stdin = child.stdin.take().unwrap();
    let pdf = pdf.to_owned();
    let writer = std::thread::spawn(move || drop(stdin.write_all(&pdf)));
    let ran = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let err = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success() && err.is_empty(), "{program}: {err}");
    Some(String::from_utf8(ran.stdout).unwrap())
}

fn pdftotext(pdf: &[u8]) -> Option<String> {
    poppler("pdftotext", &["-q", "-enc", "UTF-8", "-", "-"], pdf)
}

/// A text without what a line break may have put into it or taken away.
fn packed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn table(rows: Vec<Vec<String>>) -> Block {
    let column = |heading: &str, share, right| Column { heading: heading.into(), share, right };
    let columns = vec![column("档号", 2.0, false), column("客户", 3.0, false), column("件数", 1.0, true)];
    Block::Table { columns, rows }
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// The characters that a paper lacks: code, reason and the first place.
fn lacking(blocks: Vec<Block>, fonts: &[Toy]) -> Vec<(String, Why, String)> {
    match paper::print(&paper(blocks), &mut chain(fonts), false) {
        Err(Trouble::Missing(missing)) => missing
            .into_iter()
            .map(|m| (m.code, m.why, m.places.first().cloned().unwrap_or_default()))
            .collect(),
        Err(other) => panic!("{other}"),
        Ok(_) => Vec::new(),
    }
}

#[test]
fn every_text_of_a_page_can_be_copied_out() {
    let pairs = vec![("项目".to_owned(), "社保一期".to_owned()), ("年度".to_owned(), "2024".to_owned())];
    let card = Card { title: "盒号 B-7".into(), pairs: pairs.clone() };
    let blocks = vec![
        Block::Heading("二〇二六年".into()),
        Block::Text("本清单由金匮打印。".into()),
        Block::Lines(10.0, "AGE-SECRET-KEY\nsecond line".into()),
        Block::Pairs(pairs),
        table(vec![strings(&["JG01-2026-000001", "晨光有限公司", "5"])]),
        Block::Cards { size: (84.0, 58.0), narrow: false, cards: vec![card] },
        Block::Cards {
            size: (40.0, 120.0),
            narrow: true,
            cards: vec![Card {
                title: "JG01".into(),
                pairs: vec![("起止".into(), "000001 – 000042".into())],
            }],
        },
    ];
    let printed = paper::print(&paper(blocks), &mut usual(), false).unwrap();
    let Some(text) = pdftotext(&printed.pdf) else { return };
    let packed_text = packed(&text);
    for wanted in [
        "归档清单",
        "东区注册机构 (JG01)",
        "由 0001 打印",
        "第 1 页 共 1 页",
        "二〇二六年",
        "本清单由金匮打印。",
        "AGE-SECRET-KEY",
        "second line",
        "社保一期",
        "2024",
        "JG01-2026-000001",
        "晨光有限公司",
        "客户",
        "件数",
        "盒号 B-7",
        "000001 – 000042",
    ] {
        assert!(packed_text.contains(&packed(wanted)), "{wanted} is not in: {text}");
    }
    let fonts = poppler("pdffonts", &["-"], &printed.pdf).unwrap();
    let embedded = fonts.lines().skip(2).all(|line| line.contains("yes yes yes"));
    assert!(embedded && fonts.contains("+ToySong"), "embedded, a subset, with its characters: {fonts}");
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 24,
        max_shrink_iters: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]
    #[test]
    fn what_goes_onto_paper_comes_out_of_it(
        // None ends with a hyphen: pdftotext takes one at the end of a line for a word that was divided.
        texts in prop::collection::vec("[a-zA-Z0-9\u{4e00}-\u{9fa5}（）、。《》_.() -]{0,100}[0-9\u{4e00}-\u{9fa5}]", 1..12)
    ) {
        let blocks = texts.iter().map(|text| Block::Text(text.clone())).collect();
        let printed = paper::print(&paper(blocks), &mut usual(), false).unwrap();
        // In the order of the page: what pdftotext makes of wide gaps (columns) is its own affair.
        if let Some(told) = poppler("pdftotext", &["-q", "-raw", "-enc", "UTF-8", "-", "-"], &printed.pdf) {
            let told = packed(&told);
            let mut from = 0;
            for text in &texts {
                let wanted = packed(text);
                let at = told[from..].find(&wanted);
                prop_assert!(at.is_some(), "{text:?} does not come after the one before it: {told}");
                from += at.unwrap() + wanted.len();
            }
        }
    }
}

#[test]
fn long_names_wrap_inside_their_column_and_lose_nothing() {
    let han: String = ('一'..='鿿').step_by(97).take(200).collect();
    let latin = "Scan_0000123456789-abcdefghijklmnopqrstuvwxyz.final.copy(2).pdf".repeat(4);
    let rows = vec![strings(&["JG01-2026-000001", &han, "5"]), strings(&["JG01-2026-000002", &latin, "1"])];
    let printed = paper::print(&paper(vec![table(rows)]), &mut usual(), false).unwrap();
    let Some(boxes) = poppler("pdftotext", &["-q", "-bbox", "-", "-"], &printed.pdf) else { return };
    let words: Vec<(f64, f64, String)> = boxes.lines().filter_map(word_box).collect();
    assert!(words.len() > 20, "{boxes}");
    for (left, right, word) in &words {
        assert!(*left > 55.0 && *right < 560.0, "{word} stands from {left} to {right}");
    }
    let text: String = words.iter().map(|(.., word)| word.as_str()).collect();
    let customer: String =
        words.iter().filter(|(left, right, _)| *left > 220.0 && *right < 480.0).map(|w| &*w.2).collect();
    assert!(customer.contains(&han) && customer.contains(&latin), "{text}");
}

/// Left and right edge of a word, and the word, of a line of `pdftotext -bbox`.
fn word_box(line: &str) -> Option<(f64, f64, String)> {
    let field = |name: &str| line.split(&format!("{name}=\"")).nth(1)?.split('"').next()?.parse().ok();
    let word = line.trim().strip_prefix("<word")?.split_once('>')?.1.strip_suffix("</word>")?;
    Some((field("xMin")?, field("xMax")?, word.to_owned()))
}

#[test]
fn a_thousand_rows_have_their_pages_and_each_page_its_head() {
    let row = |n: usize| vec![format!("JG01-2026-{n:06}"), "晨光有限公司".to_owned(), n.to_string()];
    let rows: Vec<Vec<String>> = (1..=1000).map(row).collect();
    let printed = paper::print(&paper(vec![table(rows)]), &mut usual(), false).unwrap();
    assert!((15..=30).contains(&printed.pages), "{} pages", printed.pages);
    let Some(text) = pdftotext(&printed.pdf) else { return };
    let pages: Vec<&str> = text.split('\u{c}').filter(|page| !page.trim().is_empty()).collect();
    assert_eq!(pages.len(), printed.pages);
    let counts: Vec<usize> = pages.iter().map(|page| page.matches("JG01-2026-").count()).collect();
    assert_eq!(counts.iter().sum::<usize>(), 1000);
    // Each page is full: all but the first, which has the title, and the last have the same number of rows.
    let middle = &counts[1..counts.len() - 1];
    assert!(middle.iter().all(|count| *count == middle[0]) && counts[0] + 3 >= middle[0], "{counts:?}");
    for (at, page) in pages.iter().enumerate() {
        let label = packed(&format!("第 {} 页 共 {} 页", at + 1, pages.len()));
        assert!(
            packed(page).contains(&label) && page.contains("档号") && page.contains("东区注册机构"),
            "{page}"
        );
        let first = counts[..at].iter().sum::<usize>() + 1;
        for n in first..first + counts[at] {
            assert!(page.contains(&format!("JG01-2026-{n:06}")), "row {n} is not on page {}", at + 1);
        }
    }
}

#[test]
fn a_row_higher_than_a_page_goes_on_on_the_next() {
    let long = "名".repeat(3000);
    let rows = vec![strings(&["1", &long, "5"]), strings(&["2", "短", "1"])];
    let printed = paper::print(&paper(vec![table(rows)]), &mut usual(), false).unwrap();
    assert!(printed.pages >= 3, "{}", printed.pages);
    let Some(text) = pdftotext(&printed.pdf) else { return };
    assert_eq!(text.matches('名').count(), 3000);
    assert!(text.contains('短'));
}

#[test]
fn a_rare_character_is_named_with_its_code_and_place() {
    let rows = vec![strings(&["JG01-2026-000007", &format!("{RARE}野家有限公司"), "5"])];
    let missing = lacking(vec![table(rows)], &[Toy::default()]);
    assert_eq!(missing, [("U+20BB7".to_owned(), Why::NoGlyph, "JG01-2026-000007 · 客户".to_owned())]);
    let private = lacking(vec![Block::Text("自造\u{e863}".into())], &[Toy::default()]);
    assert_eq!(private, [("U+E863".to_owned(), Why::Private, "归档清单".to_owned())]);
    let script = lacking(vec![Block::Text("ئا".into())], &[Toy::default()]);
    assert!(script.iter().all(|(_, why, _)| *why == Why::Script) && script.len() == 2, "{script:?}");
    let form = lacking(vec![Block::Text("葛\u{e0100}".into())], &[Toy::default()]);
    assert_eq!(form[0].0, "U+845B U+E0100");
}

#[test]
fn an_empty_glyph_is_no_glyph() {
    let toy = Toy { empty: vec!['光'], ..Toy::default() };
    let missing = lacking(vec![Block::Text("晨光".into())], &[toy]);
    assert_eq!(missing, [("U+5149".to_owned(), Why::NoGlyph, "归档清单".to_owned())]);
}

#[test]
fn a_substitute_shows_the_code_in_its_place() {
    let blocks =
        vec![Block::Text(format!("{RARE}野家")), table(vec![strings(&["7", &format!("林{RARE}"), "1"])])];
    let printed = paper::print(&paper(blocks), &mut usual(), true).unwrap();
    assert_eq!((printed.substituted[0].code.as_str(), printed.substituted[0].count), ("U+20BB7", 2));
    let Some(text) = pdftotext(&printed.pdf) else { return };
    assert_eq!(packed(&text).matches("U+20BB7").count(), 2, "{text}");
    assert!(packed(&text).contains("野家"));
}

#[test]
fn the_next_font_of_the_chain_has_what_the_first_lacks() {
    let fonts = [Toy::default(), Toy::of("ToyExtB", [RARE..=RARE])];
    let blocks = vec![Block::Text(format!("{RARE}野家 and more"))];
    let printed = paper::print(&paper(blocks), &mut chain(&fonts), false).unwrap();
    assert_eq!(printed.fonts, ["ToySong", "ToyExtB"]);
    let Some(text) = pdftotext(&printed.pdf) else { return };
    assert!(packed(&text).contains(&packed(&format!("{RARE}野家 and more"))), "{text}");
}

#[test]
fn two_characters_with_one_glyph_come_out_as_they_went_in() {
    let toy = Toy { twins: vec![('\u{f900}', '豈'), ('⻔', '门')], ..Toy::default() };
    let text = "豈\u{f900}豈 门⻔";
    let printed = paper::print(&paper(vec![Block::Text(text.into())]), &mut chain(&[toy]), false).unwrap();
    let Some(told) = pdftotext(&printed.pdf) else { return };
    assert!(packed(&told).contains(&packed(text)), "{told}");
}

#[test]
fn what_would_turn_the_writing_stands_as_its_code() {
    let blocks = vec![table(vec![strings(&["1", "甲\u{202e}乙\u{200b}丙\t丁", "1"])])];
    let printed = paper::print(&paper(blocks), &mut usual(), false).unwrap();
    let Some(text) = pdftotext(&printed.pdf) else { return };
    assert!(packed(&text).contains("甲\\u{202e}乙\\u{200b}丙\\u{9}丁"), "{text}");
}

#[test]
fn fonts_that_cannot_be_used_are_refused_by_name() {
    let dir = jingui_tests::scratch();
    let good = Toy::default().file();
    let cut = good[..good.len() / 3].to_vec();
    let forbidden = Toy { rights: 2, ..Toy::default() }.file();
    for (name, bytes) in [("text.ttf", b"no font".to_vec()), ("cut.ttf", cut), ("forbidden.ttf", forbidden)] {
        let path = written(dir.path(), name, &bytes);
        match Chain::of_files(std::slice::from_ref(&path)) {
            Err(error) => assert_eq!(error.path, path),
            Ok(mut chain) => {
                // A table may be cut off that only drawing would have wanted: then the characters are not there.
                assert!(paper::print(&paper(vec![]), &mut chain, true).is_err(), "{name} was used");
            }
        }
    }
    assert!(Chain::of_files(&[dir.path().join("absent.ttf")]).is_err());
    assert!(Chain::of_files(&[dir.path().to_owned()]).is_err());
}

#[test]
fn a_collection_gives_the_face_of_the_mainland() {
    let dir = jingui_tests::scratch();
    let fonts = [Toy::of("Toy-JP", ['a'..='z']).file(), Toy { name: "Toy-SC", ..Toy::default() }.file()];
    let path = written(dir.path(), "toy.ttc", &collection(&fonts));
    let mut chain = Chain::of_files(&[path]).unwrap();
    assert_eq!(chain.font_of('档').as_deref(), Some("Toy-SC"));
    let printed = paper::print(&paper(vec![Block::Text("档案".into())]), &mut chain, false).unwrap();
    assert_eq!(printed.fonts, ["Toy-SC"]);
    if let Some(text) = pdftotext(&printed.pdf) {
        assert!(text.contains("档案"), "{text}");
    }
}

#[test]
fn no_font_with_chinese_is_said_once_and_not_for_every_character() {
    let mut chain = chain(&[Toy::of("Latin", [' '..='~'])]);
    assert!(matches!(paper::print(&paper(vec![]), &mut chain, false), Err(Trouble::NoFont)));
}

#[test]
fn the_fonts_of_this_system_print_chinese() {
    let mut chain = Chain::of_system();
    let Some(font) = chain.font_of('档') else {
        return say(
            "SKIPPED the_fonts_of_this_system_print_chinese: no font with Chinese characters is installed",
        );
    };
    let texts = [
        "北京数字认证中心（东区）有限公司",
        "张三丰、李四 2024-05-01",
        "龘靐齉爩 Abc_123.pdf",
        "ＡＢＣ　全角",
    ];
    let blocks = texts.iter().map(|text| Block::Text((*text).into())).collect();
    let printed = paper::print(&paper(blocks), &mut chain, false).unwrap();
    say(&format!("printed with {font}: {} bytes", printed.pdf.len()));
    assert!(printed.pdf.len() < 400_000, "only what is used is embedded");
    let Some(text) = pdftotext(&printed.pdf) else { return };
    for wanted in texts {
        assert!(packed(&text).contains(&packed(wanted)), "{wanted} is not in {text}");
    }
}

#[test]
fn the_missing_list_has_its_rows() {
    let stamp = Stamp {
        vault: "东区注册机构 (JG01)".into(),
        by: Some("0001".into()),
        at: "2026-11-26T04:00:00.000Z".parse().unwrap(),
    };
    let row = MissingRow {
        number: "JG01-2026-000009".into(),
        customer: "晨光有限公司".into(),
        business: "新办".into(),
        missing: "授权委托书、经办人证件".into(),
        days: "41".into(),
        handler: "0003".into(),
    };
    let asked = [("col-project", "社保一期".to_owned())];
    let paper = forms::missing_list(Messages::for_lang(Lang::Zh), &stamp, &asked, vec![row]);
    let printed = paper::print(&paper, &mut usual(), false).unwrap();
    let Some(text) = pdftotext(&printed.pdf) else { return };
    for wanted in
        ["缺件清单", "JG01-2026-000009", "授权委托书、经办人证件", "41", "0003", "社保一期", "由 0001 打印"]
    {
        assert!(packed(&text).contains(&packed(wanted)), "{wanted} is not in {text}");
    }
}

// --- the program ---------------------------------------------------------------------------------------

/// A desk with two records in a box and one without, and a font file.
fn furnished() -> (Desk, Vec<String>) {
    let desk = Desk::solo();
    desk.file("toy.ttf", Toy::default().file());
    let mut numbers = Vec::new();
    for (name, extra) in
        [("申请表.pdf", &["--box", "B-7"][..]), ("执照.pdf", &["--box", "b-7"]), ("合同.pdf", &[])]
    {
        let path = desk.file(name, format!("{name}\n"));
        let mut words = vec!["add", "--json"];
        words.extend(LABELS);
        words.extend(extra);
        let told = desk.call("me", words).arg(&path).run().ok().json();
        numbers.push(told["number"].as_str().unwrap().to_owned());
    }
    (desk, numbers)
}

/// Prints to standard output in Chinese with the toy font; returns the exit code and the text.
fn printed(desk: &Desk, words: &[&str], code: i32) -> Option<String> {
    let ran =
        desk.call("me", ["print", "--lang", "zh"]).args(words).arg("--font").arg(desk.path("toy.ttf")).run();
    let ran = ran.exits(code);
    assert!(ran.bytes.starts_with(b"%PDF-1."), "{}", ran.err);
    pdftotext(&ran.bytes).map(|text| packed(&text))
}

#[test]
fn every_form_says_what_it_should() {
    let (desk, numbers) = furnished();
    let lines = desk.lines();
    let has = |text: Option<String>, wanted: &[&str]| {
        let Some(text) = text else { return };
        for wanted in wanted {
            assert!(text.contains(&packed(wanted)), "{wanted} is not in {text}");
        }
    };
    let range = format!("{} 至 {}", numbers[0], numbers[1]);
    let box_facts = ["JG01", "2024", "CN-P5", "社保", &range, "件数2", "由 0001 打印"];
    has(printed(&desk, &["label"], 3), &[&["档案标签", "盒号 B-7"], &box_facts[..]].concat());
    has(printed(&desk, &["spine", "--width", "30"], 3), &["盒脊", "B-7", &numbers[0], &numbers[1], "社保"]);
    has(printed(&desk, &["label", "--box", "B-7"], 0), &["盒号 B-7"]);
    let contents =
        ["卷内目录", &numbers[0], "申请表.pdf", "晨光公司", "新办", "2024-05-01", "第 1 页 共 1 页"];
    has(printed(&desk, &["contents", &numbers[0]], 0), &contents);
    let list = printed(&desk, &["filing-list", "--project", "社保"], 0);
    has(list, &["归档清单", &numbers[0], &numbers[1], &numbers[2], "晨光公司", "东区注册机构"]);
    has(printed(&desk, &["filing-list", "--box", "B-7"], 0), &["件数2", "B-7"]);
    // A single form is far from what the checklist asks for.
    let missing = ["缺件清单", &numbers[0], &numbers[2], "件数3", "服务协议", "晨光公司", "0001"];
    has(printed(&desk, &["missing", "--project", "社保"], 0), &missing);
    desk.refuses("me", ["print", "missing", "--limit", "2", "-o", &desk.text("z.pdf")], 2, "2");
    desk.refuses("me", ["print", "label", "--box", "Z", "-o", &desk.text("z.pdf")], 6, "box");
    desk.refuses("me", ["print", "filing-list", "--limit", "2", "-o", &desk.text("z.pdf")], 2, "2");
    assert!(!desk.path("z.pdf").exists());
    assert_eq!(desk.lines(), lines, "printing what a list shows is no event");
}

#[test]
fn a_pdf_goes_to_a_new_file_and_json_says_what_is_in_it() {
    let (desk, numbers) = furnished();
    let (font, out) = (desk.text("toy.ttf"), desk.text("contents.pdf"));
    let words = ["print", "contents", &numbers[0], "--font", &font, "-o", &out];
    let told = desk.call("me", words).arg("--json").run().ok().json();
    assert_eq!(
        (&told["pages"], &told["items"], &told["fonts"][0]),
        (&1.into(), &1.into(), &"ToySong".into())
    );
    assert!(std::fs::read(&out).unwrap().starts_with(b"%PDF-"));
    assert_eq!(desk.refuses("me", words, 2, "contents.pdf"), "exists");
    let words = ["print", "contents", &numbers[0], "--font", &font];
    assert_eq!(
        jingui_tests::program::is_a_fault(&desk.call("me", words).arg("--json").run().exits(2), "PDF"),
        "print-where"
    );
    desk.refuses(
        "me",
        ["print", "contents", "JG01-2026-999999", "--font", &font, "-o", &desk.text("x")],
        6,
        "999999",
    );
    desk.refuses(
        "me",
        ["print", "contents", &numbers[0], "--font", &desk.text("pw"), "-o", &desk.text("x")],
        2,
        "pw",
    );
}

#[test]
fn a_customer_with_a_rare_character_is_refused_or_printed_as_its_code() {
    let desk = Desk::solo();
    desk.file("toy.ttf", Toy::default().file());
    let path = desk.file("a.txt", "a");
    let name = format!("{RARE}野家有限公司");
    let mut words = vec!["add", "--json", "--customer", &name];
    for pair in LABELS.chunks(2).filter(|pair| pair[0] != "--customer") {
        words.extend(pair);
    }
    desk.call("me", words).arg(&path).run().ok();
    let (font, out) = (desk.text("toy.ttf"), desk.text("list.pdf"));
    let words = ["print", "filing-list", "--project", "社保", "--font", &font, "-o", &out];
    assert_eq!(desk.refuses("me", words, 4, "U+20BB7"), "cannot-set");
    let error = desk.run("me", words).err;
    assert!(error.contains(RARE) && error.contains("JG01-") && !Path::new(&out).exists(), "{error}");
    let ran = desk.call("me", words).arg("--substitute").run().exits(3);
    assert!(ran.err.contains("U+20BB7"), "{}", ran.err);
    if let Some(text) = pdftotext(&std::fs::read(&out).unwrap()) {
        assert!(packed(&text).contains("U+20BB7野家有限公司"), "{text}");
    }
}

#[test]
fn identifiers_on_paper_are_masked_until_a_reason_is_journalled() {
    const ID: &str = "11010519491231002X";
    let desk = Desk::solo();
    desk.file("toy.ttf", Toy::default().file());
    let path = desk.file("a.txt", "a");
    let mut words = vec!["add", "--json", "--customer-kind", "person", "--customer-id", ID];
    for pair in LABELS.chunks(2).filter(|pair| pair[0] != "--customer-kind") {
        words.extend(pair);
    }
    let number = desk.call("me", words).arg(&path).run().ok().json()["number"].as_str().unwrap().to_owned();
    let lines = desk.lines();
    if let Some(text) = printed(&desk, &["contents", &number], 0) {
        assert!(!text.contains(ID) && text.contains('*'), "{text}");
    }
    assert_eq!(desk.lines(), lines);
    desk.run("me", ["print", "contents", &number, "--reveal", "-o", &desk.text("x")]).exits(2);
    if let Some(text) = printed(&desk, &["contents", &number, "--reveal", "--reason", "法院调档"], 0) {
        assert!(text.contains(ID), "{text}");
    }
    assert_eq!(desk.lines(), lines + 1, "who saw it and why is in the journal");
}

#[test]
fn a_sheet_reaches_no_disk_unless_asked_and_opens_the_vault_again() {
    let desk = Desk::solo();
    desk.filed_text("a.txt", "kept\n");
    let font = desk.file("toy.ttf", Toy::default().file());
    let ran = desk.call("me", ["print", "sheet", "--font"]).arg(&font).run().ok();
    assert!(ran.err.contains("no file"), "it says where it went: {}", ran.err);
    let Some(text) = pdftotext(&ran.bytes) else { return };
    assert!(text.contains("AGE-SECRET-KEY-1"), "{text}");
    let secret =
        text.lines().map(str::trim).find(|line| line.len() > 60 && line.starts_with("AGE-SECRET")).unwrap();
    let found = inspect::files_with(desk.dir(), secret);
    assert!(found.is_empty(), "{found:?}");
    assert!(!std::fs::read_dir(desk.path("tmp")).unwrap().any(|e| e.is_ok()), "nothing temporary is left");
    // Typed in again, it opens the vault for somebody new.
    desk.file("typed.txt", &text);
    let words = ["keys", "recover", "--sheet", &desk.text("typed.txt"), "--role", "security", "--person"];
    let new = desk.public("new");
    desk.call("me", words).arg(&new).run().ok();
    let told = desk.run("", ["keys", "status", "--json"]).ok().json();
    assert_eq!(told[0]["sheets"], 1, "{told}");
    let out = desk.text("sheet.pdf");
    let ran = desk.call("me", ["print", "sheet", "-o", &out, "--font"]).arg(&font).run().ok();
    assert!(ran.err.contains("removed file"), "{}", ran.err);
    use std::os::unix::fs::PermissionsExt;
    assert_eq!(std::fs::metadata(&out).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_sheet_that_cannot_be_printed_is_not_journalled() {
    let desk = Desk::solo();
    let font = desk.file("latin.ttf", Toy::of("Latin", [' '..='~']).file());
    let lines = desk.lines();
    let words = ["print", "sheet", "-o", &desk.text("s.pdf"), "--font", font.to_str().unwrap()];
    assert_eq!(desk.refuses("me", words, 6, "font"), "no-font");
    assert_eq!(desk.lines(), lines);
    desk.run("me", ["print", "sheet", "-n", "-o", &desk.text("s.pdf"), "--font", font.to_str().unwrap()])
        .exits(6);
}

//! Folder rules: what they read, and what they say where they do not.

use super::*;
use crate::messages::{Lang, Messages};
use proptest::prelude::*;

fn rule(text: &str) -> FolderRule {
    FolderRule::parse(text, Words::shipped()).unwrap_or_else(|e| panic!("{text}: {e:?}"))
}

/// What a path says, as `field=text` joined by blanks; or why it does not match, in English.
fn said(rule_text: &str, path: &str) -> String {
    match rule(rule_text).read(path, Words::shipped()) {
        Ok(captured) => captured
            .all()
            .map(|(field, text)| format!("{}={text}", field.word()))
            .collect::<Vec<_>>()
            .join(" "),
        Err(why) => why.said().tell(Messages::for_lang(Lang::En)),
    }
}

#[test]
fn a_path_says_what_a_file_is() {
    let full = "{项目}/{客户}/{证书序列号}_{材料}[_{页}]";
    for (rule, path, expected) in [
        (
            full,
            "社保/甲公司/1A2B_申请表_2.pdf",
            "project=社保 customer=甲公司 serial=1A2B kind=申请表 page=2",
        ),
        (full, "社保/甲公司/1A2B_APP.pdf", "project=社保 customer=甲公司 serial=1A2B kind=APP"),
        // A mark inside a value is no trouble as long as only one reading makes sense.
        (full, "社保/甲/A_1_申请表_2.jpg", "project=社保 customer=甲 serial=A_1 kind=申请表 page=2"),
        ("{customer}-{date}", "A-B Ltd-2024-05-01.pdf", "customer=A-B Ltd date=2024-05-01"),
        ("｛客户｝／｛材料｝", "甲/协议.PDF", "customer=甲 kind=协议"),
        ("扫描/{客户}/{材料}.pdf", "扫描/甲/协议.pdf", "customer=甲 kind=协议"),
        ("{客户}/{*}_{材料}", "甲/0001_协议.pdf", "customer=甲 kind=协议"),
        ("{客户}/{客户}_{材料}", "甲/甲_协议.pdf", "customer=甲 kind=协议"),
        ("{项目}/{客户}/", "社保/甲/深/协议1.pdf", "project=社保 customer=甲"),
        ("{项目}[_{客户}]/{材料}", "社保/协议.pdf", "project=社保 kind=协议"),
    ] {
        assert_eq!(said(rule, path), expected, "{rule} {path}");
    }
}

#[test]
fn kinds_and_pages_are_read_as_well() {
    let captured = rule("{客户}/{材料}_{页}").read("甲/身份证_反面.jpg", Words::shipped()).unwrap();
    assert_eq!((captured.kind, captured.page), (Some(DocumentKind::Hid), Some(2)));
    let below = rule("{客户}/").read("甲/扫描/申请表3.jpg", Words::shipped()).unwrap();
    assert_eq!((below.kind, below.get(Field::Customer)), (Some(DocumentKind::App), Some("甲")));
}

#[test]
fn a_decomposed_name_is_the_same_name() {
    // As some systems store it: e and a combining accent.
    let captured = rule("{客户}/{材料}").read("Cafe\u{301}/APP.pdf", Words::shipped()).unwrap();
    assert_eq!(captured.get(Field::Customer), Some("Caf\u{e9}"));
}

#[test]
fn a_path_that_does_not_match_is_told_why() {
    for (rule, path, part) in [
        ("{项目}/{客户}/{材料}", "甲/协议.pdf", "3"),
        ("{客户}/{材料}", "甲/合影.pdf", "合影"),
        ("{客户}_{材料}", "甲-协议.pdf", "{客户}_{材料}"),
        ("{客户}/{客户}_{材料}", "甲/乙_协议.pdf", "乙"),
        ("{项目}_{客户}/{材料}", "a_b_c/协议.pdf", "a + b_c"),
        ("{客户}/{材料}.pdf", "甲/协议.jpg", "协议.jpg"),
        ("{客户}/", "甲", "1"),
        ("{客户}_{日期}", "甲_2024-02-30.pdf", "2024-02-30"),
    ] {
        let text = said(rule, path);
        assert!(text.contains(part) && !text.contains("{$"), "{rule} {path}: {text}");
    }
}

#[test]
fn a_text_that_is_no_rule_is_told_why() {
    for (text, error) in [
        ("", RuleError::Empty),
        ("/", RuleError::Empty),
        ("{客户}//{材料}", RuleError::EmptyLevel),
        ("../{客户}", RuleError::EmptyLevel),
        ("{客户/{材料}", RuleError::Bracket('{')),
        ("客户}/{材料}", RuleError::Bracket('}')),
        ("{客户}[_{材料}", RuleError::Bracket('[')),
        ("{客户}_{材料}]", RuleError::Bracket(']')),
        ("{颜色}/{材料}", RuleError::Unknown("颜色".into())),
        ("{客户}{材料}", RuleError::SideBySide(Field::Customer, Field::Kind)),
        ("{客户}[_]{材料}", RuleError::SideBySide(Field::Customer, Field::Kind)),
        ("{客户}/{文件}", RuleError::NotInPath(Field::Files)),
        ("扫描/{*}", RuleError::NoPlace),
        ("{客户}[a][b][c][d][e]", RuleError::TooManyOptional),
    ] {
        let found = FolderRule::parse(text, Words::shipped());
        assert_eq!(found, Err(error.clone()), "{text}");
        for lang in Lang::ALL {
            let told = error.said().tell(Messages::for_lang(*lang));
            assert!(told != error.said().key() && !told.contains("{$"), "{told}");
        }
    }
}

#[test]
fn a_tangled_name_is_given_up_in_time() {
    let name = "_".repeat(250) + ".pdf";
    let text = said("{项目}_{客户}_{证书序列号}_{标签}_{盒号}_{网点}_{材料}", &name);
    assert!(!text.contains("kind="), "{text}");
    let name = "a_".repeat(120) + "x.pdf";
    let began = std::time::Instant::now();
    let text = said("{项目}_{客户}_{证书序列号}_{标签}_{盒号}_{网点}_{材料}", &name);
    assert!(text.contains("tangled"), "{text}");
    assert!(began.elapsed().as_secs() < 5);
}

proptest! {
    /// Names made by the rule are read back as they were put in.
    #[test]
    fn what_was_put_into_a_name_is_read_from_it(
        project in "[a-z一-九]{1,8}",
        customer in "[a-z一-九][a-z一-九 -]{0,8}[a-z一-九]",
        serial in "[0-9A-F]{1,12}",
        kind in 0..DocumentKind::ALL.len(),
        page in proptest::option::of(1u32..9999),
    ) {
        let kind = DocumentKind::ALL[kind];
        let tail = page.map(|page| format!("_{page}")).unwrap_or_default();
        let path = format!("{project}/{customer}/{serial}_{kind}{tail}.pdf");
        let captured = rule("{项目}/{客户}/{证书序列号}_{材料}[_{页}]").read(&path, Words::shipped());
        let captured = captured.map_err(|e| TestCaseError::fail(format!("{path}: {e:?}")))?;
        prop_assert_eq!(captured.get(Field::Project), Some(project.as_str()));
        prop_assert_eq!(captured.get(Field::Customer), Some(customer.trim()));
        prop_assert_eq!(captured.get(Field::Serial), Some(serial.as_str()));
        prop_assert_eq!((captured.kind, captured.page), (Some(kind), page));
    }

    /// No rule and no path makes it panic.
    #[test]
    fn nothing_makes_it_panic(rule in "[{}\\[\\]/_a项目客户材料页 .*-]{0,24}", path in "\\PC{0,40}") {
        if let Ok(rule) = FolderRule::parse(&rule, Words::shipped()) {
            let _ = rule.read(&path, Words::shipped());
        }
    }
}

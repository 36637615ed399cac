use super::*;
use crate::facts::{Class, Customer, Label, Waived};
use crate::id::StaffNo;

fn facts(customer: &str, business: &str, outcome: &str) -> Facts {
    let label = |text: &str| Label::read(text).unwrap();
    Facts {
        number: "JG01-2026-000042".parse().unwrap(),
        project: label("社保"),
        outlet: label("城南"),
        customer: Customer { name: label("甲"), kind: customer.parse().unwrap(), id: None },
        business: business.parse().unwrap(),
        date: "2024-05-01".parse().unwrap(),
        outcome: outcome.parse().unwrap(),
        class: Class::CnP5,
        clerk: StaffNo(2),
        tags: Vec::new(),
        box_code: None,
        waived: Vec::new(),
        channel: None,
        flags: Vec::new(),
        applied: None,
        fields: Vec::new(),
    }
}

/// Papers from words such as `APP+stamped`, `HID+front+back+seen@2030-01-01`, `SUB!cut`.
fn papers(text: &str) -> Vec<Paper> {
    let paper = |(no, word): (u32, &str)| {
        let (word, flaw) = word.split_once('!').map_or((word, None), |(w, f)| (w, Some(f.parse().unwrap())));
        let (word, until) = word.split_once('@').map_or((word, None), |(w, d)| (w, Some(d.parse().unwrap())));
        let mut parts = word.split('+');
        let kind = parts.next().unwrap().parse().unwrap();
        Paper { no, kind, marks: parts.map(|mark| mark.parse().unwrap()).collect(), until, flaw }
    };
    (1..).zip(text.split_whitespace()).map(paper).collect()
}

fn told(found: &Assessment) -> String {
    let gap = |gap: &Gap| match gap {
        Gap::Missing(kinds) => kinds.iter().map(|k| k.word()).collect::<Vec<_>>().join("|"),
        Gap::Unreadable { kind, flaw, .. } => format!("{kind}!{flaw}"),
        Gap::Unmarked { kind, mark } => format!("{kind}+{mark}"),
        Gap::Undated { kind } => format!("{kind}@?"),
        Gap::Expired { kind, until } => format!("{kind}@{until}"),
    };
    let gaps: Vec<String> = found.gaps.iter().map(gap).collect();
    format!("{}/{} {}", found.met, found.mandatory, gaps.join(" ")).trim_end().to_owned()
}

fn check(facts: &Facts, given: &str, expected: &str) {
    let found = Checklist::shipped().assess(&Additions::default(), facts, &papers(given));
    assert_eq!(told(&found), expected, "{given}");
}

const AGT: &str = "AGT+front+back+seen@2030-01-01";

#[test]
fn a_new_company_needs_eight_materials() {
    let company = facts("enterprise", "new", "issued");
    check(&company, "", "0/8 APP AGR PIN SUB AGT VER RCV DLV");
    check(&company, &format!("APP+stamped AGR PIN SUB {AGT} VER RCV DLV"), "8/8");
    check(&company, &format!("APP AGR PIN SUB {AGT} VER RCV"), "6/8 APP+stamped DLV");
    let proxy = Facts { flags: vec![Circumstance::Proxy], ..company };
    check(&proxy, &format!("APP+stamped AGR PIN SUB {AGT} VER RCV DLV"), "8/9 POA");
}

#[test]
fn an_identity_card_has_two_sides_and_a_last_day() {
    let person = facts("person", "renew", "issued");
    check(&person, "APP HID RCV DLV", "3/4 HID+front HID+back HID+seen HID@?");
    check(&person, "APP HID+front+seen@2024-04-30 HID+back RCV DLV", "3/4 HID@2024-04-30");
    check(&person, "APP HID+front+seen@2024-05-01 HID+back RCV DLV", "4/4");
    let earlier = Facts { applied: Some("2024-04-30".parse().unwrap()), ..person.clone() };
    check(&earlier, "APP HID+front+seen@2024-04-30 HID+back RCV DLV", "4/4");
    // Nobody sees an original over the network, and nothing is delivered.
    let online = Facts { channel: Some(Channel::Online), ..person };
    check(&online, "APP HID+front+back@2030-01-01 RCV", "3/3");
}

#[test]
fn a_file_that_cannot_be_opened_does_not_count() {
    let company = facts("enterprise", "unlock", "issued");
    check(&company, &format!("APP+stamped SUB!cut {AGT} KEY RCV"), "4/5 SUB!cut");
    check(&company, &format!("APP+stamped SUB!locked SUB {AGT} KEY RCV"), "5/5");
}

#[test]
fn one_of_two_is_enough_where_the_list_says_so() {
    let body = facts("government", "renew", "issued");
    check(&body, "APP+stamped LST RCV DLV", "4/5 KEY|AUT");
    check(&body, "APP+stamped LST RCV DLV KEY", "5/5");
    // The authorisation code stands for list and token; a company has no such choice.
    check(&body, "APP+stamped RCV DLV AUT", "5/5");
    check(&facts("enterprise", "renew", "issued"), &format!("APP+stamped SUB {AGT} RCV DLV AUT"), "5/6 KEY");
}

#[test]
fn what_was_not_carried_out_is_complete_with_less() {
    check(&facts("enterprise", "new", "rejected"), "APP SUB", "0/2 APP+stamped NTC");
    check(&facts("person", "new", "rejected"), "APP NTC", "2/2");
    check(&facts("person", "new", "withdrawn"), "APP", "1/1");
    check(&facts("person", "renew", "pending"), "APP HID+front+back+seen@2030-01-01 RCV", "3/3");
}

#[test]
fn nobody_applies_for_what_the_ca_revokes_by_itself() {
    for customer in CustomerKind::ALL {
        let asked = facts(customer.word(), "revoke", "issued");
        assert!(told(&Checklist::shipped().assess(&Additions::default(), &asked, &[])).contains("APP"));
        let by_ca = Facts { flags: vec![Circumstance::ByCa], ..asked };
        check(&by_ca, "RCV", "1/2 REV");
        check(&by_ca, "REV RCV", "2/2");
    }
}

#[test]
fn a_child_needs_its_guardian_in_every_kind_of_business() {
    for business in Business::ALL {
        let child = Facts { flags: vec![Circumstance::Minor], ..facts("person", business.word(), "issued") };
        let found = Checklist::shipped().assess(&Additions::default(), &child, &[]);
        assert!(found.gaps.contains(&Gap::Missing(vec![DocumentKind::Grd])), "{business}");
    }
}

#[test]
fn a_notice_is_no_over_collection_where_nothing_was_issued() {
    for outcome in ["rejected", "withdrawn", "lapsed"] {
        let list = Checklist::shipped();
        let found = list.assess(&Additions::default(), &facts("person", "new", outcome), &papers("APP NTC"));
        assert_eq!(found.unexpected, [], "{outcome}");
    }
}

#[test]
fn a_waiver_lets_a_gap_pass_and_keeps_it_in_sight() {
    let mut company = facts("enterprise", "unlock", "issued");
    company.waived =
        vec![Waived { kind: DocumentKind::Key, reason: "柜台收回".into(), by: Some(StaffNo(2)) }];
    let given = papers(&format!("APP+stamped SUB {AGT} RCV"));
    let found = Checklist::shipped().assess(&Additions::default(), &company, &given);
    assert_eq!(told(&found), "5/5");
    assert_eq!(found.waived, [Gap::Missing(vec![DocumentKind::Key])]);
}

#[test]
fn what_nobody_asked_for_is_named() {
    let person = facts("person", "renew", "issued");
    let given = papers("APP HID+front+back+seen@2030-01-01 RCV DLV SUB OTHER");
    let list = Checklist::shipped();
    let found = list.assess(&Additions::default(), &person, &given);
    assert_eq!(found.unexpected, [DocumentKind::Sub, DocumentKind::Other]);
    let project = Additions { need: vec![DocumentKind::Rsk], may: vec![DocumentKind::Sub], unmarked: false };
    let found = list.assess(&project, &person, &given);
    assert_eq!((told(&found).as_str(), &found.unexpected[..]), ("4/5 RSK", &[DocumentKind::Other][..]));
}

#[test]
fn old_material_can_be_taken_in_without_marks() {
    let old = Additions { unmarked: true, ..Additions::default() };
    let found =
        Checklist::shipped().assess(&old, &facts("person", "renew", "issued"), &papers("APP HID RCV DLV"));
    assert_eq!(told(&found), "4/4");
}

#[test]
fn a_checklist_that_leaves_something_out_is_refused() {
    let refused =
        |change: &dyn Fn(&str) -> String| Checklist::read(&change(SHIPPED)).unwrap_err().to_string();
    assert!(refused(&|t| t.replacen("\"unlock\"", "\"revoke\"", 1)).contains("no case for unlock"));
    assert!(refused(&|t| t.replacen("\"APP\"", "\"FORM\"", 1)).contains("FORM"));
    assert!(refused(&|t| t.replacen("may =", "might =", 1)).contains("might"));
    // One line says which line, and does not repeat it.
    let nested = refused(&|t| format!("name = \"x\"\ncase = {}{t}", "[".repeat(100_000)));
    assert!(nested.starts_with("line 2: ") && nested.len() < 200, "{nested}");
    assert!(
        refused(&|t| t.replacen("need = [\"APP\", \"RCV\"]", "need = []", 1)).contains("asks for nothing")
    );
    assert!(refused(&|t| t.replacen("[[\"KEY\", \"AUT\"]", "[[\"KEY\"]", 1)).contains("leaves no choice"));
    assert!(refused(&|t| format!("# \u{9b}31m\n{t}")).contains("control"));
    assert!(refused(&|_| "x".repeat(CHECKLIST_BYTES_MAX + 1)).contains("bytes"));
}

use super::*;
use crate::facts::{Class, Customer, Field, Label, Particular, Waived};
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

/// Papers from words such as `APP+stamped+signed`, `HID+front+back+seen@2030-01-01`, `SUB!cut`.
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
        Gap::Few { kind, have, want } => format!("{kind}*{have}/{want}"),
        Gap::Uncounted { kind } => format!("{kind}*?"),
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
    check(&company, &format!("APP+stamped+signed AGR+signed PIN SUB {AGT} VER RCV DLV"), "8/8");
    check(&company, &format!("APP AGR PIN SUB {AGT} VER RCV"), "5/8 APP+stamped APP+signed AGR+signed DLV");
    let proxy = Facts { flags: vec![Circumstance::Proxy], ..company };
    check(&proxy, &format!("APP+stamped+signed AGR+signed PIN SUB {AGT} VER RCV DLV"), "8/9 POA");
}

#[test]
fn an_identity_card_has_two_sides_and_a_last_day() {
    let person = facts("person", "renew", "issued");
    check(&person, "APP+signed HID RCV DLV", "3/4 HID+front HID+back HID+seen HID@?");
    check(&person, "APP+signed HID+front+seen@2024-04-30 HID+back RCV DLV", "3/4 HID@2024-04-30");
    check(&person, "APP+signed HID+front+seen@2024-05-01 HID+back RCV DLV", "4/4");
    let earlier = Facts { applied: Some("2024-04-30".parse().unwrap()), ..person.clone() };
    check(&earlier, "APP+signed HID+front+seen@2024-04-30 HID+back RCV DLV", "4/4");
    // Nobody sees an original over the network, and nothing is delivered.
    let online = Facts { channel: Some(Channel::Online), ..person };
    check(&online, "APP+signed HID+front+back@2030-01-01 RCV", "3/3");
}

#[test]
fn a_file_that_cannot_be_opened_does_not_count() {
    let company = facts("enterprise", "unlock", "issued");
    check(&company, &format!("APP+stamped+signed SUB!cut {AGT} KEY RCV"), "4/5 SUB!cut");
    check(&company, &format!("APP+stamped+signed SUB!locked SUB {AGT} KEY RCV"), "5/5");
}

#[test]
fn one_of_two_is_enough_where_the_list_says_so() {
    let body = facts("government", "renew", "issued");
    check(&body, "APP+stamped+signed LST RCV DLV", "4/5 KEY|AUT");
    check(&body, "APP+stamped+signed LST RCV DLV KEY", "5/5");
    // The authorisation code stands for list and token; a company has no such choice.
    check(&body, "APP+stamped+signed RCV DLV AUT", "5/5");
    check(
        &facts("enterprise", "renew", "issued"),
        &format!("APP+stamped+signed SUB {AGT} RCV DLV AUT"),
        "5/6 KEY",
    );
}

#[test]
fn what_was_not_carried_out_is_complete_with_less() {
    check(&facts("enterprise", "new", "rejected"), "APP SUB", "0/2 APP+stamped NTC");
    check(&facts("person", "new", "rejected"), "APP NTC", "2/2");
    check(&facts("person", "new", "withdrawn"), "APP", "1/1");
    check(&facts("person", "renew", "pending"), "APP+signed HID+front+back+seen@2030-01-01 RCV", "3/3");
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
        vec![Waived {
            kind: DocumentKind::Key, gap: None, reason: "柜台收回".into(), by: Some(StaffNo(2))
        }];
    let given = papers(&format!("APP+stamped+signed SUB {AGT} RCV"));
    let found = Checklist::shipped().assess(&Additions::default(), &company, &given);
    assert_eq!(told(&found), "5/5");
    assert_eq!(found.waived, [Gap::Missing(vec![DocumentKind::Key])]);
}

#[test]
fn a_waiver_names_the_gap_it_lets_pass() {
    let mut company = facts("enterprise", "unlock", "issued");
    let waive = |gap| vec![Waived { kind: DocumentKind::App, gap, reason: "旧表".into(), by: None }];
    let given = format!("APP SUB {AGT} KEY RCV");
    company.waived = waive(Some(Lack::Signed));
    check(&company, &given, "4/5 APP+stamped");
    check(&company, &format!("SUB {AGT} KEY RCV"), "4/5 APP");
    company.waived = waive(Some(Lack::Missing));
    check(&company, &given, "4/5 APP+stamped APP+signed");
    check(&company, &format!("SUB {AGT} KEY RCV"), "5/5");
    // Those that were written before they named a gap let all of a kind pass.
    company.waived = waive(None);
    check(&company, &given, "5/5");
}

#[test]
fn an_agreement_that_nobody_signed_is_none_on_whichever_way_it_came() {
    for channel in Channel::ALL {
        let person = Facts { channel: Some(*channel), ..facts("person", "new", "issued") };
        let given = "APP+signed AGR PIN HID+front+back+seen@2030-01-01 VER RCV DLV";
        check(&person, given, "6/7 AGR+signed");
    }
}

#[test]
fn each_holder_is_counted() {
    let holders = |count: &str| Facts {
        fields: vec![Particular { field: Field::Holders, value: Label::read(count).unwrap() }],
        ..facts("government", "new", "issued")
    };
    let card = "HID+front+back+seen@2030-01-01 ";
    let given = |cards: usize| format!("APP+stamped+signed LST {}AGR+signed RCV DLV", card.repeat(cards));
    check(&facts("government", "new", "issued"), &given(1), "5/6 HID*?");
    check(&holders("5"), &given(2), "5/6 HID*2/5");
    check(&holders("5"), &given(5), "6/6");
    check(
        &holders("2"),
        "APP+stamped+signed LST HID+front+seen@2030-01-01 HID+back AGR+signed RCV DLV",
        "5/6 HID*1/2",
    );
    let mut bundled = holders("5");
    bundled.waived = vec![Waived {
        kind: DocumentKind::Hid,
        gap: Some(Lack::Copies),
        reason: "一份扫描".into(),
        by: None,
    }];
    check(&bundled, &given(1), "6/6");
    // One person's application has one holder, whether it says so or not.
    check(&facts("person", "reissue", "issued"), &format!("APP+signed {card}REV RCV DLV"), "5/5");
}

#[test]
fn a_checklist_may_ask_for_copies() {
    let two = Checklist::read(&SHIPPED.replacen("[document.AGR]", "[document.AGR]\ncopies = 2", 1)).unwrap();
    let person = facts("person", "new", "issued");
    let given = "APP+signed AGR+signed PIN HID+front+back+seen@2030-01-01 VER RCV DLV";
    let old = Additions { unmarked: true, ..Additions::default() };
    for additions in [Additions::default(), old] {
        assert_eq!(told(&two.assess(&additions, &person, &papers(given))), "6/7 AGR*1/2");
        assert_eq!(told(&two.assess(&additions, &person, &papers(&format!("{given} AGR")))), "7/7");
    }
    assert!(Checklist::read(&SHIPPED.replacen("[document.AGR]", "[document.AGR]\ncopies = 0", 1)).is_err());
    assert!(Checklist::read(&SHIPPED.replace("each = \"holder\"", "each = \"device\"")).is_err());
}

#[test]
fn a_flag_that_nothing_asks_about_is_known() {
    let (unasked, asked) = Checklist::shipped().unasked(
        Business::Change,
        CustomerKind::Enterprise,
        &[Circumstance::Seal, Circumstance::Proxy],
    );
    assert_eq!(unasked, [Circumstance::Seal]);
    assert!(asked.contains(&Circumstance::SealChanged));
    let by_ca = Checklist::shipped().unasked(Business::Revoke, CustomerKind::Person, &[Circumstance::ByCa]);
    assert_eq!(by_ca.0, []);
}

#[test]
fn what_nobody_asked_for_is_named() {
    let person = facts("person", "renew", "issued");
    let given = papers("APP+signed HID+front+back+seen@2030-01-01 RCV DLV SUB OTHER");
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
    let found = Checklist::shipped().assess(
        &old,
        &facts("person", "renew", "issued"),
        &papers("APP+signed HID RCV DLV"),
    );
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

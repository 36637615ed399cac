//! The worked cases T1 to T35 of the law page, with their dates.

use super::*;
use jingui_schema::facts::{Basis, Business, Class, Outcome};
use jingui_schema::id::CertId;
use jingui_schema::rules::{Rule, shipped};
use jingui_schema::time::{Day, Time};

fn day(text: &str) -> Day {
    text.parse().unwrap_or_else(|_| panic!("{text} is a day"))
}

/// The Shanghai day of an instant.
fn at(instant: &str) -> Day {
    instant.replace('Z', ".000Z").parse::<Time>().unwrap_or_else(|_| panic!("{instant} is a time")).day()
}

/// A certificate: its last instant (`9999…` never ends, `?` is unknown), then what happened to it.
fn cert(text: &str) -> Certificate {
    let mut words = text.split(' ');
    let until = match words.next().unwrap_or_default() {
        "9999-12-31T23:59:59Z" => Until::Never,
        "?" => Until::Unknown,
        instant => Until::On(at(instant)),
    };
    let mut certificate =
        Certificate { id: CertId::from_bytes([text.len() as u8; 16]), until, issued: None, ends: Vec::new() };
    for word in words {
        let (what, when) = word.split_once('=').expect("what=when");
        let when = if when.contains('T') { at(when) } else { day(when) };
        let what = match what {
            "issued" => {
                certificate.issued = Some(when);
                continue;
            }
            "revoked" => Ended::Revoked,
            "held" => Ended::Held,
            "released" => Ended::Released,
            "permanent" => Ended::Permanent,
            other => panic!("{other}"),
        };
        certificate.ends.push(End { day: when, what, by: Authority::Two });
    }
    certificate
}

#[derive(Clone)]
struct Case {
    class: Class,
    outcome: Outcome,
    business: Business,
    decision: Option<Day>,
    rules: Rules,
    holds: Vec<Hold>,
    today: &'static str,
}

fn case() -> Case {
    Case {
        class: Class::CnP5,
        outcome: Outcome::Issued,
        business: Business::New,
        decision: None,
        rules: Rules::default(),
        holds: Vec::new(),
        today: "2050-01-01",
    }
}

fn assessed(case: &Case, certificates: &[&str]) -> Assessment {
    let certificates: Vec<Certificate> = certificates.iter().map(|text| cert(text)).collect();
    let facts = RecordFacts {
        classes: &[case.class],
        outcome: case.outcome,
        business: case.business,
        decision: case.decision,
        reviewed: true,
        certificates: &certificates,
    };
    assess(&facts, &case.rules, day(case.today))
}

/// Compares D0, E, F and G of a case; `blocked` for a hold in force, `none` where there are no dates.
fn check(name: &str, case: &Case, certificates: &[&str], expected: &str) {
    let assessment = assessed(case, certificates);
    let g = match (verdict(&assessment, &case.holds, day(case.today)), earliest(&assessment, &case.holds)) {
        (Verdict::Held { .. }, _) => "blocked".to_owned(),
        (_, Some(day)) => day.to_string(),
        (_, None) => String::new(),
    };
    let got = match assessment.dates() {
        Some(dates) => format!("{} {} {} {g}", dates.counted.from, dates.last, dates.free),
        None => "none".to_owned(),
    };
    assert_eq!(got, expected, "{name}: {assessment:?}");
}

fn p5(version: u32, change: impl Fn(&mut Rule)) -> Rule {
    let mut rule = Rule { version, ..shipped()[1].clone() };
    change(&mut rule);
    rule
}

/// A hold, with 30 days of cool-off.
fn hold(placed: &str, released: Option<&str>) -> Hold {
    Hold { placed: day(placed), released: released.map(day), cool_off: COOL_OFF_DAYS }
}

const T1: &str = "2021-06-15T15:59:59Z";
const T10: &str = "2023-06-15T15:59:59Z revoked=2022-11-03T02:14:09Z";
const T14: &str = "2022-06-15T15:59:59Z held=2022-03-01 released=2022-04-01";

#[test]
fn t1_to_t35_come_out_as_the_law_page_has_them() {
    let p = case();
    let g10 = Case { class: Class::CnG10, ..case() };
    let expiry = Case {
        rules: Rules::default().with(p5(1, |rule| rule.basis = Basis::Expiry), day("2020-01-01")),
        ..case()
    };
    let eight = p5(1, |rule| (rule.years, rule.effective) = (8, day("2025-01-01")));
    let longer = Case { rules: Rules::default().with(eight, day("2024-11-20")), ..case() };
    let five = Rule {
        class: Class::CnG10,
        version: 1,
        years: 5,
        effective: day("2024-11-01"),
        ..shipped()[2].clone()
    };
    let shorter = Case { rules: Rules::default().with(five, day("2024-10-01")), ..g10.clone() };
    let tls = Case {
        rules: Rules::default().with(p5(1, |rule| rule.floor = Some(2)), day("2020-01-01")),
        ..case()
    };
    let held = |holds: &[Hold]| Case { holds: holds.to_vec(), ..case() };
    let never_issued = |outcome, decision: &str| Case {
        class: Class::CnR3,
        outcome,
        decision: Some(day(decision)),
        ..case()
    };
    let table: &[(&str, &Case, &[&str], &str)] = &[
        ("T1", &p, &[T1], "2021-06-15 2026-06-15 2026-06-16 2026-07-16"),
        ("T2", &p, &["2021-06-15T16:00:00Z"], "2021-06-16 2026-06-16 2026-06-17 2026-07-17"),
        ("T3", &g10, &[T1], "2021-06-15 2031-06-15 2031-06-16 2031-07-16"),
        ("T4", &p, &["2024-02-29T15:59:59Z"], "2024-02-29 2029-02-28 2029-03-01 2029-03-31"),
        ("T5", &g10, &["2024-02-29T15:59:59Z"], "2024-02-29 2034-02-28 2034-03-01 2034-03-31"),
        ("T6", &p, &["2023-02-28T15:59:59Z"], "2023-02-28 2028-02-28 2028-02-29 2028-03-30"),
        ("T7", &p, &["2024-02-28T16:00:00Z"], "2024-02-29 2029-02-28 2029-03-01 2029-03-31"),
        ("T8", &p, &["2021-12-31T15:59:59Z"], "2021-12-31 2026-12-31 2027-01-01 2027-01-31"),
        ("T9", &p, &["2021-12-31T16:00:00Z"], "2022-01-01 2027-01-01 2027-01-02 2027-02-01"),
        ("T10", &p, &[T10], "2022-11-03 2027-11-03 2027-11-04 2027-12-04"),
        ("T11", &expiry, &[T10], "2023-06-15 2028-06-15 2028-06-16 2028-07-16"),
        (
            "T12",
            &p,
            &["2023-06-15T15:59:59Z revoked=2023-07-01"],
            "2023-06-15 2028-06-15 2028-06-16 2028-07-16",
        ),
        (
            "T13",
            &p,
            &["2023-06-15T15:59:59Z revoked=2022-12-31T16:30:00Z"],
            "2023-01-01 2028-01-01 2028-01-02 2028-02-01",
        ),
        ("T14", &p, &[T14], "2022-06-15 2027-06-15 2027-06-16 2027-07-16"),
        (
            "T15",
            &p,
            &["2022-06-15T15:59:59Z held=2022-03-01 permanent=2022-05-10T03:00:00Z"],
            "2022-05-10 2027-05-10 2027-05-11 2027-06-10",
        ),
        ("T16", &p, &[T1, "2022-06-15T15:59:59Z"], "2022-06-15 2027-06-15 2027-06-16 2027-07-16"),
        ("T17", &p, &[T1], "2021-06-15 2026-06-15 2026-06-16 2026-07-16"),
        (
            "T18",
            &p,
            &["2022-06-15T15:59:59Z", "2022-06-15T15:59:59Z revoked=2021-09-09T06:00:00Z"],
            "2022-06-15 2027-06-15 2027-06-16 2027-07-16",
        ),
        (
            "T19",
            &Case { business: Business::Reissue, ..case() },
            &["2022-06-15T15:59:59Z revoked=2021-09-09T06:00:00Z", "2022-06-15T15:59:59Z"],
            "2022-06-15 2027-06-15 2027-06-16 2027-07-16",
        ),
        (
            "T20",
            &Case { business: Business::Unlock, ..case() },
            &["2022-06-15T15:59:59Z revoked=2022-03-20T01:00:00Z"],
            "2022-03-20 2027-03-20 2027-03-21 2027-04-20",
        ),
        (
            "T21",
            &never_issued(Outcome::Rejected, "2023-04-10"),
            &[],
            "2023-04-10 2026-04-10 2026-04-11 2026-05-11",
        ),
        (
            "T22",
            &never_issued(Outcome::Withdrawn, "2020-02-29"),
            &[],
            "2020-02-29 2023-02-28 2023-03-01 2023-03-31",
        ),
        ("T23", &Case { outcome: Outcome::Pending, ..case() }, &[], "none"),
        ("T24", &p, &["9999-12-31T23:59:59Z"], "none"),
        ("T24", &p, &["?"], "none"),
        ("T24", &p, &["? revoked=2022-03-20"], "none"),
        (
            "T25",
            &held(&[hold("2026-05-01", Some("2027-03-02"))]),
            &[T1],
            "2021-06-15 2026-06-15 2026-06-16 2027-04-01",
        ),
        (
            "T26",
            &held(&[hold("2025-01-10", Some("2025-09-01"))]),
            &[T1],
            "2021-06-15 2026-06-15 2026-06-16 2026-07-16",
        ),
        (
            "T27",
            &held(&[hold("2026-06-20", Some("2026-07-01"))]),
            &[T1],
            "2021-06-15 2026-06-15 2026-06-16 2026-07-31",
        ),
        (
            "T28",
            &held(&[hold("2026-06-20", Some("2026-07-01")), hold("2026-06-25", None)]),
            &[T1],
            "2021-06-15 2026-06-15 2026-06-16 blocked",
        ),
        ("T29", &longer, &[T1], "2021-06-15 2029-06-15 2029-06-16 2029-07-16"),
        ("T30", &longer, &["2019-08-31T15:59:59Z"], "2019-08-31 2027-08-31 2027-09-01 2027-10-01"),
        (
            "T31",
            &shorter,
            &["2024-05-20T15:59:59Z issued=2023-05-21"],
            "2024-05-20 2034-05-20 2034-05-21 2034-06-20",
        ),
        ("T32", &p, &["2024-05-20T02:10:00Z"], "2024-05-20 2029-05-20 2029-05-21 2029-06-20"),
        ("T33", &p, &["2021-10-01T15:59:59Z"], "2021-10-01 2026-10-01 2026-10-02 2026-11-01"),
        ("T34", &tls, &[T10], "2022-11-03 2027-11-03 2027-11-04 2027-12-04"),
    ];
    for (name, case, certificates, expected) in table {
        check(name, case, certificates, expected);
    }
    let box_of = [assessed(&p, &[T1]), assessed(&p, &[T14])];
    let dates = volume(box_of.iter().map(Assessment::dates)).expect("both have dates");
    let t35 = format!("{} {} {}", dates.0, dates.1, dates.2);
    assert_eq!(t35, "2027-06-15 2027-06-16 2027-07-16", "T35");
}

#[test]
fn what_the_law_page_does_not_spell_out_keeps_longer() {
    let p = case();
    let g10 = Case { class: Class::CnG10, ..case() };
    // Issued after a shorter rule took effect: the shorter one. Nobody knows when: the longer one.
    let five = Rule {
        class: Class::CnG10,
        version: 1,
        years: 5,
        effective: day("2024-11-01"),
        ..shipped()[2].clone()
    };
    let shorter = Case { rules: Rules::default().with(five.clone(), day("2024-10-01")), ..g10.clone() };
    check(
        "later",
        &shorter,
        &["2025-11-20T10:00:00Z issued=2024-11-20"],
        "2025-11-20 2030-11-20 2030-11-21 2030-12-21",
    );
    check("unknown", &shorter, &["2025-11-20T10:00:00Z"], "2025-11-20 2035-11-20 2035-11-21 2035-12-21");
    // A certificate that says it was issued after its last day: nobody knows when.
    check(
        "after its end",
        &shorter,
        &["2025-11-20T10:00:00Z issued=2026-11-20"],
        "2025-11-20 2035-11-20 2035-11-21 2035-12-21",
    );
    // A rule that claims to have been in force before it was signed.
    let backdated = Case { rules: Rules::default().with(five, day("2026-01-01")), ..g10 };
    check(
        "backdated",
        &backdated,
        &["2025-11-20T10:00:00Z issued=2024-11-20"],
        "2025-11-20 2035-11-20 2035-11-21 2035-12-21",
    );
    // The floor of publicly trusted TLS, where it is the later one.
    let tls = Case {
        rules: Rules::default().with(p5(1, |rule| rule.floor = Some(8)), day("2020-01-01")),
        ..case()
    };
    check("floor", &tls, &[T10], "2022-11-03 2031-06-15 2031-06-16 2031-07-16");
    // An application that is said to have been refused, and a certificate that relies on it.
    let refused =
        Case { outcome: Outcome::Rejected, class: Class::CnR3, decision: Some(day("2021-01-04")), ..case() };
    check("both", &refused, &[T1], "2021-06-15 2026-06-15 2026-06-16 2026-07-16");
    check("none known", &Case { decision: None, ..refused }, &[T1], "none");
    check("nothing linked", &p, &[], "none");
    // Revoked although it never ends.
    check(
        "never",
        &p,
        &["9999-12-31T23:59:59Z revoked=2022-03-20"],
        "2022-03-20 2027-03-20 2027-03-21 2027-04-20",
    );
    // Said twice: the later day. On hold when it was revoked: the later of both. A release after that erases a
    // revocation that came of the hold alone.
    check(
        "twice",
        &p,
        &["2023-06-15T15:59:59Z revoked=2022-11-03 revoked=2022-12-01"],
        "2022-12-01 2027-12-01 2027-12-02 2028-01-01",
    );
    check(
        "hold",
        &p,
        &["2023-06-15T15:59:59Z revoked=2022-11-03 held=2022-11-20"],
        "2022-11-20 2027-11-20 2027-11-21 2027-12-21",
    );
    check(
        "released",
        &p,
        &["2023-06-15T15:59:59Z held=2022-10-01 permanent=2022-11-03 released=2022-12-01"],
        "2023-06-15 2028-06-15 2028-06-16 2028-07-16",
    );
    check("end of the calendar", &p, &["9996-06-15T10:00:00Z"], "none");
}

#[test]
fn on_one_persons_word_nothing_ends_earlier() {
    let revoked = |by| {
        let mut certificate = cert("2023-06-15T15:59:59Z");
        certificate.ends.push(End { day: day("2022-11-03"), what: Ended::Revoked, by });
        certificate.invalid().map(|day| day.to_string())
    };
    assert_eq!(revoked(Authority::One).as_deref(), Some("2023-06-15"));
    assert_eq!(revoked(Authority::Two).as_deref(), Some("2022-11-03"));
    assert_eq!(revoked(Authority::List(day("2023-06-15"))).as_deref(), Some("2022-11-03"));
    // A list that comes when the certificate has expired needs a second person.
    assert_eq!(revoked(Authority::List(day("2023-06-16"))).as_deref(), Some("2023-06-15"));
}

#[test]
fn a_date_is_provisional_until_the_last_certificate_has_expired() {
    let until = |today| {
        let assessment = assessed(&Case { today, ..case() }, &[T1, "2022-06-15T15:59:59Z"]);
        assessment.dates().and_then(|dates| dates.provisional_until).map(|day| day.to_string())
    };
    assert_eq!(until("2022-06-15").as_deref(), Some("2022-06-15"));
    assert_eq!(until("2022-06-16"), None);
}

#[test]
fn each_answer_says_what_it_rests_on() {
    let words = |case: &Case, certificates: &[&str]| {
        let assessment = assessed(case, certificates);
        assessment.articles.iter().map(|article| article.word()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(words(&case(), &[T1]), "esl-24 cc-200-203 rfc5280-validity cc-203-grace");
    let g10 = Case { class: Class::CnG10, ..case() };
    assert_eq!(words(&g10, &[T14]), "esl-24 egov-24 cc-200-203 rfc5280-validity rfc5280-hold cc-203-grace");
    let refused =
        Case { class: Class::CnR3, outcome: Outcome::Rejected, decision: Some(day("2023-04-10")), ..case() };
    assert_eq!(words(&refused, &[]), "cc-188 cc-200-203 cc-203-grace");
    assert_eq!(words(&case(), &[]), "esl-24");
}

#[test]
fn a_hold_wins_until_its_cool_off_is_over() {
    let assessment = assessed(&case(), &[T1]);
    let released = [hold("2026-05-01", Some("2027-03-02"))];
    let on = |today| verdict(&assessment, &released, day(today));
    assert_eq!(on("2027-03-01"), Verdict::Held { holds: 1 });
    assert_eq!(on("2027-03-31"), Verdict::CoolOff { until: day("2027-04-01") });
    assert_eq!(on("2027-04-01"), Verdict::Due { since: day("2027-04-01") });
    assert_eq!(verdict(&assessment, &[], day("2026-07-15")), Verdict::Keep { until: day("2026-07-16") });
    let short = Hold { cool_off: 0, ..released[0] };
    assert_eq!(earliest(&assessment, &[short]), Some(day("2027-03-09")), "never under seven days");
    let none = assessed(&case(), &["?"]);
    assert_eq!(verdict(&none, &[], day("9999-12-31")), Verdict::Undetermined);
    let last = Hold { placed: day("9999-01-01"), released: Some(day("9999-12-31")), cool_off: 30 };
    assert_eq!(verdict(&assessment, &[last], day("9999-12-31")), Verdict::Held { holds: 1 });
}

//! What is read as it is spelt is what is read as JSON and written once more, whatever is done to its bytes.

use super::*;
use crate::certificate::{Change, Reliance, Until};
use crate::digest::FileMark;
use crate::facts::{Business, Class, FactName, Outcome, Purpose, Verdict};
use crate::id::{IssuerId, TargetId};
use crate::time::Day;
use proptest::prelude::*;
use proptest::sample::Index;
use std::ops::Range;

/// One of each kind that is read as it is spelt: with all that it may have, or with none of it.
fn deeds(full: bool) -> Vec<Deed> {
    let (record, cert) = (RecordId::from_bytes([0x1f; 16]), CertId::from_bytes([0xc2; 16]));
    let (hold, issuer) = (HoldId::from_bytes([3; 16]), IssuerId::from_bytes([4; 16]));
    let (sha256, b3) = (Sha256([0xa5; 32]), B3([0x6b; 32]));
    let day: Day = "2026-02-28".parse().unwrap();
    let mark =
        NoteMark { id: NoteId::from_bytes([5; 16]), place: Place(1_234_567), epoch: 1, size: u64::MAX, b3 };
    let note = full.then_some(mark);
    let cover = CoverMark { epoch: u32::MAX, size: 0, b3, commit: sha256 };
    let (class, business, outcome) = (Class::CnG10, Business::Reissue, Outcome::Issued);
    let linked = Linked {
        cert,
        issued: full.then_some(day),
        until: full.then_some(Until::Never),
        reliance: Reliance::ActedOn,
        issuer: full.then_some(issuer),
        verified: full,
    };
    let other = Linked { until: Some(Until::Day(day)), ..linked.clone() };
    let ending = Ending { cert, event: Change::Held, day, list: Some(day) };
    let received = Received {
        take: ActId::from_bytes([6; 16]),
        n: 3,
        commit: sha256,
        filed: day,
        last: day,
        decided: Some(day),
        reviewed: true,
        restricted: false,
        until: Some(day),
        also: vec![Class::CnR3, Class::CnP5],
        ends: vec![Ending { list: None, ..ending.clone() }, ending],
        holds: vec![hold],
        left: Some(LeftThere {
            target: TargetId::from_bytes([8; 16]),
            place: Place(0),
            bodies: vec![LeftBody { filing: 2, docs: 1, body: FileMark { size: 1, b3 } }],
        }),
    };
    let filed = RecordFile {
        record,
        filing: 1,
        n: 10,
        number: "JG01-2026-000042".parse().unwrap(),
        counter: 4_096,
        class,
        business,
        date: day,
        outcome,
        docs: 7,
        body: FileMark { size: 100, b3 },
        cover,
        note,
        plan: full.then_some(sha256),
        certs: if full { vec![linked.clone(), other] } else { Vec::new() },
        from: full.then(|| Box::new(received)),
    };
    let corrected = RecordCorrect {
        record,
        n: 2,
        counter: 0,
        class,
        business,
        date: day,
        outcome,
        changed: vec![FactName::Customer, FactName::Box],
        cover,
        note: mark,
    };
    let reviewed = Reviewed { record, n: 1, commit: sha256 };
    let review = RecordReview {
        records: vec![reviewed.clone(), reviewed],
        verdict: Verdict::Returned,
        materials: 0,
        compared: if full { vec![record, record] } else { Vec::new() },
        plan: full.then_some(sha256),
        note,
    };
    let certs = vec![linked];
    let link = CertLink { record, n: 3, counter: 9, class, business, date: day, outcome, cover, certs, note };
    let event = CertEvent { cert, event: Change::Revoked, day };
    let status = CertStatus { issuer, list: b3, made: day, events: vec![event.clone(), event], note };
    let caught = if full { vec![hold, hold] } else { Vec::new() };
    let screen = HoldScreen { record, n: 1, lines: 20, caught, readers: full.then_some(1) };
    let open = RecordOpen { record, docs: vec![1, 20], purpose: full.then_some(Purpose::Audit), note };
    vec![
        filed.into(),
        corrected.into(),
        review.into(),
        link.into(),
        status.into(),
        screen.into(),
        open.into(),
    ]
}

/// Kinds and data as they are written.
fn written(full: bool) -> impl Iterator<Item = (&'static str, String)> {
    deeds(full).into_iter().map(|deed| (deed.kind(), serde_json::to_string(&Data(&deed)).unwrap()))
}

/// Both ways say the same; the long way alone may take in an empty list.
fn check(kind: &str, data: &str) {
    let (short, long) = (Deed::read_spelt(kind, data), Deed::read_compared(kind, data));
    if short.is_some() || !data.contains("[]") {
        assert_eq!(short, long, "{kind} {data}");
    }
}

/// The keys with their values, wherever they stand. No text here has brackets or quotes in it.
fn members(data: &str) -> Vec<Range<usize>> {
    let member = |(colon, _): (usize, &str)| {
        let (start, mut depth) = (data[..colon].rfind('"').unwrap(), 0);
        let mut rest = data[colon..].bytes();
        let end = rest.position(|byte| {
            depth += i32::from(matches!(byte, b'{' | b'[')) - i32::from(matches!(byte, b'}' | b']'));
            depth < 0 || depth == 0 && byte == b','
        });
        start..colon + end.unwrap()
    };
    data.match_indices("\":").map(member).collect()
}

/// The same with something else in a place.
fn put(data: &str, place: Range<usize>, other: &str) -> String {
    [&data[..place.start], other, &data[place.end..]].concat()
}

#[test]
fn what_is_written_of_each_such_kind_is_read_so() {
    for full in [false, true] {
        let deeds = deeds(full);
        let mut kinds: Vec<_> = Deed::SPELT.iter().map(|(kind, _)| *kind).collect();
        for (deed, (kind, data)) in deeds.into_iter().zip(written(full)) {
            assert_eq!(Deed::read_spelt(kind, &data), Some(deed), "{data}");
            kinds.retain(|other| *other != kind);
        }
        assert!(kinds.is_empty(), "{kinds:?} are not tried");
    }
    assert_eq!(Deed::read_spelt("epoch.member", r#"{"epoch":1,"staff":"0002"}"#), None);
}

#[test]
fn an_empty_list_is_read_only_where_it_is_written() {
    let caught = written(false).find(|(kind, _)| *kind == "hold.screen").unwrap().1;
    assert!(caught.ends_with(r#""caught":[]}"#) && Deed::read_spelt("hold.screen", &caught).is_some());
    for (kind, key) in [("record.file", "\"certs\""), ("record.review", "\"compared\"")] {
        let data = written(true).find(|(other, _)| *other == kind).unwrap().1;
        let at = members(&data).into_iter().find(|at| data[at.clone()].starts_with(key)).unwrap();
        let data = put(&data, at, &format!("{key}:[]"));
        assert_eq!((Deed::read_spelt(kind, &data), Deed::read_compared(kind, &data)), (None, None));
    }
}

#[test]
fn no_key_and_no_value_is_read_in_two_ways() {
    let values = [
        "null",
        "[]",
        "[null]",
        "{}",
        "\"\"",
        "\"never\"",
        "0",
        "00",
        "01",
        "1",
        "1.0",
        "1e0",
        "+1",
        "-1",
        "true",
        "false",
        "18446744073709551616",
    ];
    for (kind, data) in [false, true].into_iter().flat_map(written) {
        let members = members(&data);
        for at in &members {
            let member = &data[at.clone()];
            let (key, value) = member.split_once(':').unwrap();
            let is_last = data[at.end..].starts_with(['}', ']']);
            let with_comma = match is_last {
                true => at.start - usize::from(data[..at.start].ends_with(','))..at.end,
                false => at.start..at.end + 1,
            };
            check(kind, &put(&data, with_comma, ""));
            let mut others: Vec<_> = values.iter().map(|value| format!("{key}:{value}")).collect();
            others.extend([
                format!("{member},{member}"),
                format!("\"more\":0,{member}"),
                format!("{member},\"more\":0"),
                format!("{key}: {value}"),
                format!("{key} :{value}"),
                format!("{member} "),
                format!("\n{member}"),
                format!("{key}:0{value}"),
                format!("{key}:{value}.0"),
                format!("{key}:{value}e0"),
                format!("{key}:[{value}]"),
                format!("{key}:{}", value.to_uppercase()),
                format!("{key}:{}", value.to_lowercase()),
                member.to_uppercase(),
                format!("\"\\u{:04x}{}:{value}", key.as_bytes()[1], &key[2..]),
            ]);
            if let Some(text) = value.strip_prefix('"') {
                others.push(format!("{key}:\"\\u{:04x}{}", text.as_bytes()[0], &text[1..]));
            }
            others.iter().for_each(|other| check(kind, &put(&data, at.clone(), other)));
        }
        for (no, first) in members.iter().enumerate() {
            for second in members[no + 1..].iter().filter(|second| second.start >= first.end) {
                let swapped = put(&data, second.clone(), &data[first.clone()]);
                check(kind, &put(&swapped, first.clone(), &data[second.clone()]));
            }
        }
    }
}

#[test]
fn no_byte_is_read_in_two_ways() {
    for (kind, data) in written(true) {
        for at in 0..data.len() {
            check(kind, &put(&data, at..at + 1, ""));
            for other in ["\"", "\\", " ", "0", "A", "-", ".", ",", "[", "}"] {
                check(kind, &put(&data, at..at + 1, other));
                check(kind, &put(&data, at..at, other));
            }
        }
    }
}

proptest! {
    #[test]
    fn whatever_is_done_to_data_they_are_not_read_in_two_ways(
        full: bool,
        which: Index,
        changes in prop::collection::vec(
            (any::<Index>(), "[\\x00-\\xff]|[0-9a-fA-Z\":,\\[\\]{}]", 0..3),
            1..4,
        ),
    ) {
        let all: Vec<_> = written(full).collect();
        let (kind, data) = which.get(&all);
        let mut data: Vec<String> = data.chars().map(String::from).collect();
        for (at, other, how) in changes {
            let at = at.index(data.len());
            match how {
                0 => data[at] = other,
                1 => data.insert(at, other),
                _ => drop(data.remove(at)),
            }
        }
        check(kind, &data.concat());
    }
}

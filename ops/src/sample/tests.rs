//! What holds for whole sample records.

use std::collections::BTreeSet;

use super::*;

/// Everything of a record that must repeat, as one value.
fn print(record: &SampleRecord) -> String {
    use sha2::{Digest, Sha256};
    let files: Vec<String> = record
        .documents
        .iter()
        .map(|document| format!("{} {} {:?}", document.kind, document.name, Sha256::digest(&document.bytes)))
        .collect();
    let SampleRecord { project, customer, customer_kind, customer_id, business, date, outlet, .. } = record;
    format!(
        "{project} {customer} {customer_kind} {customer_id:?} {business} {date} {outlet} {} {:?} {files:?}",
        record.outcome, record.tags
    )
}

/// Returns all text that `pdf` shows, one line for each piece.
fn shown(pdf: &[u8]) -> String {
    let mut text = String::new();
    for line in pdf.split(|byte| *byte == b'\n') {
        let Some(operand) = line.strip_suffix(b" Tj") else { continue };
        let codes = match operand {
            [b'<', hex @ .., b'>'] => hex.chunks(2).map(|pair| from_digits(pair, 16)).collect(),
            [b'(', literal @ .., b')'] => unescaped(literal),
            other => panic!("{}", String::from_utf8_lossy(other)),
        };
        let units: Vec<u16> = codes.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
        text.push_str(&String::from_utf16(&units).unwrap());
        text.push('\n');
    }
    text
}

/// Returns the bytes that a literal string of PDF stands for.
fn unescaped(literal: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = literal;
    while let [first, after @ ..] = rest {
        let (byte, length) = match (first, after.first()) {
            (b'\\', Some(b'0'..=b'7')) => (from_digits(&after[..3], 8), 4),
            (b'\\', Some(escaped)) => match escaped {
                b'n' => (b'\n', 2),
                b'r' => (b'\r', 2),
                b't' => (b'\t', 2),
                b'b' => (8, 2),
                b'f' => (12, 2),
                other => (*other, 2),
            },
            (plain, _) => (*plain, 1),
        };
        bytes.push(byte);
        rest = &rest[length..];
    }
    bytes
}

fn from_digits(digits: &[u8], radix: u32) -> u8 {
    u8::from_str_radix(std::str::from_utf8(digits).unwrap(), radix).unwrap()
}

#[test]
fn the_same_seed_gives_the_same_records() {
    let (once, again) = (records(42, 12), records(42, 12));
    for (index, (once, again)) in once.iter().zip(&again).enumerate() {
        assert_eq!(print(once), print(again));
        assert_eq!(print(once), print(&record(42, index as u64)));
    }
    assert_ne!(print(&once[0]), print(&record(43, 0)));
}

#[test]
fn there_is_a_record_at_every_end_of_the_range() {
    for (seed, index) in [(0, 0), (0, u64::MAX), (u64::MAX, 0), (u64::MAX, u64::MAX)] {
        assert!(!record(seed, index).documents.is_empty());
    }
    assert!(records(1, 0).is_empty());
}

#[test]
fn the_first_dozen_has_every_kind_of_customer_and_a_rejection() {
    for seed in 0..20 {
        let cases: Vec<Case> = (0..12).map(|index| Case::new(seed, index)).collect();
        let kinds: BTreeSet<&str> = cases.iter().map(|case| case.customer.kind.code()).collect();
        assert_eq!(kinds, BTreeSet::from(["enterprise", "government", "institution", "person"]));
        assert!(cases.iter().any(|case| case.outcome == Outcome::Rejected));
    }
}

#[test]
fn every_business_and_outcome_occurs() {
    let cases: Vec<Case> = (0..600).map(|index| Case::new(1, index)).collect();
    for business in Business::ALL {
        assert!(cases.iter().any(|case| case.business == business), "{business:?}");
    }
    for outcome in [Outcome::Issued, Outcome::Rejected, Outcome::Withdrawn, Outcome::Lapsed, Outcome::Pending]
    {
        assert!(cases.iter().any(|case| case.outcome == outcome), "{outcome:?}");
    }
}

#[test]
fn documents_have_names_of_their_own_and_the_bytes_they_promise() {
    for record in records(7, 24) {
        let names: BTreeSet<&str> = record.documents.iter().map(|document| document.name.as_str()).collect();
        assert_eq!(names.len(), record.documents.len());
        assert!((3..=6).contains(&names.len()), "{names:?}");
        for document in &record.documents {
            let start: &[u8] = match document.name.rsplit_once('.').unwrap().1 {
                "pdf" => b"%PDF-",
                "jpg" => &[0xFF, 0xD8, 0xFF],
                "pem" => b"-----BEGIN CERTIFICATE-----\n",
                "cer" => &[0x30, 0x82],
                other => panic!("{other}"),
            };
            assert!(document.bytes.starts_with(start), "{}", document.name);
        }
        let certificates = record.documents.iter().filter(|document| document.kind == "CERT").count();
        assert_eq!(certificates == 1, record.outcome == "issued" || !issues(record.business));
    }
}

fn issues(business: &str) -> bool {
    Business::ALL.iter().any(|known| known.code() == business && known.issues())
}

#[test]
fn a_form_shows_what_the_labels_say() {
    for record in records(3, 12) {
        assert_eq!(record.documents[0].kind, "APP");
        let text = shown(&record.documents[0].bytes);
        for label in
            [&record.customer, &record.project, &record.outlet].into_iter().chain(&record.customer_id)
        {
            assert!(text.contains(label.as_str()), "{label} in\n{text}");
        }
        assert!(text.contains(&words().notice));
    }
}

#[test]
fn an_agreement_runs_over_two_pages() {
    for record in records(3, 12) {
        for document in record.documents.iter().filter(|document| document.kind == "AGR") {
            let text = shown(&document.bytes);
            assert_eq!(text.matches(&words().notice).count(), 2, "one at each foot");
            assert!(text.contains(words().papers.agreement.title.as_str()));
        }
    }
}

#[test]
fn no_paper_shows_a_name_that_no_fact_filled() {
    for index in 0..120 {
        let case = Case::new(11, index);
        let facts = facts(&case, &[1; 16], &mut Chance::of(11, "facts", index));
        for (_, paper) in papers(&case) {
            let texts = paper.rows.iter().flatten().chain(&paper.paragraphs).chain(&paper.head);
            for text in texts.chain(paper.signatures.iter().flatten()).chain([&paper.title]) {
                assert!(!facts.fill(text).contains(['{', '}']), "{text}");
            }
        }
    }
}

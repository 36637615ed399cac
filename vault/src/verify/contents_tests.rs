//! A cover that was sealed with other contents than its line says: only a line of our own could name one.

use super::*;
use crate::cover::Cover;
use jingui_schema::act::CoverMark;
use jingui_schema::cover::{BodyKey, FactsLine};
use jingui_schema::digest::{B3, FileMark, Salt, Sha256};
use jingui_schema::facts::{Business, Class, Customer, CustomerKind, Facts, Label, Outcome};
use jingui_schema::id::{RecordId, StaffNo};

fn facts() -> Facts {
    let label = |text| Label::read(text).unwrap();
    Facts {
        number: "JG01-2026-000042".parse().unwrap(),
        project: label("p"),
        outlet: label("o"),
        customer: Customer { name: label("c"), kind: CustomerKind::Enterprise, id: None },
        business: Business::New,
        date: "2024-05-01".parse().unwrap(),
        outcome: Outcome::Issued,
        class: Class::CnP5,
        clerk: StaffNo(1),
        tags: Vec::new(),
        box_code: None,
        waived: Vec::new(),
        channel: None,
        flags: Vec::new(),
        applied: None,
        fields: Vec::new(),
    }
}

#[test]
fn each_public_fact_that_differs_is_named() {
    let (vault, record) = (VaultId::from_bytes([1; 16]), RecordId::from_bytes([2; 16]));
    let line = FactsLine { salt: Salt([0; 32]), facts: facts() };
    let cover = Cover::new(vault, record, line, Vec::new(), Vec::new()).unwrap();
    let mark = FileMark { size: 0, b3: B3([0; 32]) };
    let good = RecordFile {
        record,
        filing: 1,
        n: 1,
        number: "JG01-2026-000042".parse().unwrap(),
        counter: 1,
        class: Class::CnP5,
        business: Business::New,
        date: "2024-05-01".parse().unwrap(),
        outcome: Outcome::Issued,
        docs: 0,
        body: mark,
        cover: CoverMark { epoch: 1, size: 0, b3: mark.b3, commit: cover.commit() },
        note: None,
        plan: None,
        certs: Vec::new(),
        from: None,
    };
    assert!(differences(&cover, &good, vault).is_empty());
    let differs = |change: &dyn Fn(&mut RecordFile)| {
        let mut line = good.clone();
        change(&mut line);
        differences(&cover, &line, vault)
    };
    assert_eq!(differs(&|d| d.record = RecordId::from_bytes([3; 16])), ["record"]);
    assert_eq!(differs(&|d| d.n = 2), ["fact version"]);
    assert_eq!(differs(&|d| d.cover.commit = Sha256([9; 32])), ["commit"]);
    assert_eq!(differs(&|d| d.number = "JG01-2026-000043".parse().unwrap()), ["archive number"]);
    assert_eq!(differs(&|d| d.class = Class::CnG10), ["class"]);
    assert_eq!(differs(&|d| d.business = Business::Renew), ["business"]);
    assert_eq!(differs(&|d| d.date = "2024-05-02".parse().unwrap()), ["date"]);
    assert_eq!(differs(&|d| d.outcome = Outcome::Rejected), ["outcome"]);
    assert_eq!(differs(&|d| d.docs = 1), ["count of documents"]);
    assert_eq!(differences(&cover, &good, VaultId::from_bytes([7; 16])), ["vault"]);

    let body = |filing, identity: &str| BodyKey { filing, identity: identity.to_owned() };
    let with = |bodies: &[BodyKey]| {
        let mut cover = cover.clone();
        cover.spine.bodies = bodies.to_vec();
        cover
    };
    let before = with(&[body(1, "one")]);
    assert!(goes_on(&before, &with(&[body(1, "one"), body(2, "two")])));
    assert!(!goes_on(&before, &with(&[body(1, "other"), body(2, "two")])), "another key of the first body");
    assert!(!goes_on(&before, &with(&[])), "no key of the first body");
    let mut fewer = before.clone();
    fewer.lines.push("a document".into());
    assert!(!goes_on(&fewer, &before), "a document less");
}

#[test]
fn a_correction_has_number_clerk_and_files_of_the_version_before_it() {
    let (vault, record) = (VaultId::from_bytes([1; 16]), RecordId::from_bytes([2; 16]));
    let line = FactsLine { salt: Salt([0; 32]), facts: facts() };
    let first = Cover::new(vault, record, line.clone(), Vec::new(), Vec::new()).unwrap();
    let corrected = |change: &dyn Fn(&mut Facts)| {
        let mut line = line.clone();
        change(&mut line.facts);
        corrects(&first, &first.corrected(line, Vec::new()).unwrap())
    };
    assert!(corrected(&|f| f.date = "2024-05-02".parse().unwrap()));
    assert!(!corrected(&|f| f.clerk = StaffNo(2)));
    assert!(!corrected(&|f| f.number = "JG01-2026-000043".parse().unwrap()));
}

//! A vault's plain life: begun, filed into, listed, opened, supplemented, reopened.

mod common;

use common::{World, doc, labels};
use jingui_schema::id::ArchiveNumber;
use jingui_vault::catalog::Query;
use jingui_vault::filing::Filing;
use jingui_vault::many::AT_ONCE;
use std::collections::BTreeSet;

#[test]
fn what_is_filed_is_found_and_opened() {
    let world = World::solo();
    let session = world.sign_in();
    let filed = world.file(
        &session,
        "社保一期",
        "2024-05-01",
        vec![doc("申请表.pdf", b"%PDF-1.7 form"), doc("empty", b"")],
    );
    assert_eq!(filed.number.to_string(), format!("JG01-{}-000001", world.year()));
    let page =
        session.list(&Query { project: Some("社保一期".into()), limit: 10, ..Query::default() }).unwrap();
    assert_eq!(page.rows.len(), 1);
    assert_eq!(page.rows[0].record, filed.record);
    let record = session.resolve(&filed.number.to_string().to_lowercase()).unwrap();
    let opening = session.open_documents(record, &[1], Some("dispute"), None).unwrap();
    let mut out = Vec::new();
    opening.copy(&opening.documents()[0].clone(), &mut out).unwrap();
    assert_eq!(out, b"%PDF-1.7 form");
    assert_eq!(session.history(record).unwrap().len(), 2);
}

#[test]
fn a_supplement_leaves_what_was_there() {
    let world = World::solo();
    let session = world.sign_in();
    let filed = world.file(&session, "p", "2024-05-01", vec![doc("a", b"one")]);
    let more = vec![doc("b", b"two")];
    let second = session.supplement(filed.record, &more, "late", None, &mut Default::default()).unwrap();
    assert_eq!((second.filing, second.documents[0].no), (2, 2));
    let view = session.view(filed.record).unwrap();
    assert_eq!(view.documents.len(), 2);
    for (document, expected) in view.documents.iter().zip([&b"one"[..], b"two"]) {
        let opening = session.open_documents(filed.record, &[document.no], None, None).unwrap();
        let mut out = Vec::new();
        opening.copy(document, &mut out).unwrap();
        assert_eq!(out, expected);
    }
}

#[test]
fn the_same_filing_twice_makes_no_twin() {
    let world = World::solo();
    let session = world.sign_in();
    let first = world.file(&session, "p", "2024-05-01", vec![doc("a", b"one")]);
    let again = world.file(&session, "p", "2024-05-01", vec![doc("a", b"one")]);
    assert!(again.repeated);
    assert_eq!(again.record, first.record);
    let other = world.file(&session, "p", "2024-05-02", vec![doc("a", b"one")]);
    assert!(!other.repeated);
    assert_eq!(other.duplicates.len(), 1);
    assert_eq!(other.number.serial(), 2, "no number was lost to the repetition");
}

#[test]
fn the_same_filing_again_after_a_supplement_makes_no_twin_either() {
    let world = World::solo();
    let session = world.sign_in();
    let first = world.file(&session, "p", "2024-05-01", vec![doc("a", b"one")]);
    session.supplement(first.record, &[doc("b", b"two")], "late", None, &mut Default::default()).unwrap();
    let again = world.file(&session, "p", "2024-05-01", vec![doc("a", b"one")]);
    assert_eq!((again.repeated, again.record, again.filing, again.seq), (true, first.record, 1, first.seq));
    assert_eq!(again.documents, first.documents);
}

#[test]
fn a_vault_closed_and_opened_again_is_the_same() {
    let world = World::solo();
    let session = world.sign_in();
    for i in 0..5u8 {
        world.file(&session, "p", "2024-05-01", vec![doc("a", &[i])]);
    }
    let before = session.vault().state().as_ref().clone();
    drop(session);
    let world = world.reopened();
    assert_eq!(*world.vault().state(), before);
    assert!(world.vault().take_notices().iter().all(|n| n.code == "solo"));
    let session = world.sign_in();
    let filed = world.file(&session, "p", "2024-05-01", vec![doc("a", b"another")]);
    assert_eq!(filed.number.serial(), 6);
    let _ = labels("p", "2024-05-01");
}

/// A filing that no other is like.
fn filing(no: usize) -> Filing {
    let incoming =
        vec![doc("form.pdf", format!("form {no}").as_bytes()), doc("terms.pdf", b"the same in all")];
    Filing {
        labels: labels("backlog", "2024-05-01"),
        incoming,
        request: None,
        again: false,
        plan: None,
        certs: Vec::new(),
    }
}

#[test]
fn many_at_once_are_each_filed_and_told_once_and_none_again() {
    const COUNT: usize = 300;
    let world = World::solo();
    let session = world.sign_in();
    let file = || {
        let mut told: Vec<Option<(bool, ArchiveNumber, usize)>> = vec![None; COUNT];
        session.file_many((0..COUNT).map(filing), |place, done| {
            let done = done.unwrap();
            let before = told[place].replace((done.repeated, done.number, done.duplicates.len()));
            assert!(before.is_none(), "filing {place} was told twice");
            true
        });
        told.into_iter().map(|told| told.expect("each is told")).collect::<Vec<_>>()
    };
    let first = file();
    assert!(first.iter().all(|(repeated, ..)| !repeated));
    let numbers: BTreeSet<_> = first.iter().map(|(_, number, _)| number.serial()).collect();
    assert_eq!(numbers, (1..=COUNT as u64).collect(), "numbers have no gaps");
    // The paper that is in all of them is named wherever another one was there before.
    assert!(first.iter().filter(|(.., duplicates)| *duplicates > 0).count() >= COUNT - AT_ONCE);
    // Some of them the catalog has followed by now, some it has not.
    let again = file();
    for (place, (first, again)) in first.iter().zip(&again).enumerate() {
        assert!(again.0 && again.1 == first.1, "filing {place} made a twin");
    }
    assert_eq!(session.vault().state().counts.records, COUNT as u64);
    let page = session.list(&Query { limit: 1000, ..Query::default() }).unwrap();
    assert_eq!(page.rows.len(), COUNT, "whoever lists sees all of them");
}

#[test]
fn a_supplement_among_filings_is_compared_with_too() {
    let world = World::solo();
    let session = world.sign_in();
    let record = world.file(&session, "p", "2024-05-01", vec![doc("a", b"one")]).record;
    session.supplement(record, &[doc("b", b"late")], "late", None, &mut Default::default()).unwrap();
    let filed = world.file(&session, "q", "2024-05-01", vec![doc("c", b"late")]);
    assert_eq!(filed.duplicates.len(), 1, "the paper that came late is known");
}

#[test]
fn among_many_the_one_that_fails_fails_alone_and_an_end_can_be_called() {
    let world = World::solo();
    let session = world.sign_in();
    let mut failed = Vec::new();
    let some = (0..40).map(|no| match no {
        7 => Filing { incoming: Vec::new(), ..filing(no) },
        _ => filing(no),
    });
    session.file_many(some, |place, done| {
        failed.extend(done.is_err().then_some(place));
        true
    });
    assert_eq!((failed, session.vault().state().counts.records), (vec![7], 39));
    session.file_many((100..1_000_000).map(filing), |_, _| false);
    assert!(session.vault().state().counts.records <= 39 + 2 * AT_ONCE as u64);
}

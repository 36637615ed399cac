//! A vault's plain life: begun, filed into, listed, opened, supplemented, reopened.

mod common;

use common::{World, doc, labels};
use jingui_vault::catalog::Query;

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

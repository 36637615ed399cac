//! Texts that programs have read: kept beside their bodies, opened by nothing but their cover, gone with them.

mod common;

use common::{World, doc};
use jingui_schema::id::Place;
use jingui_vault::Session;
use jingui_vault::layout::text_path;
use jingui_vault::verify::{Scope, VerifyOptions};

const CANARY: &str = "张伟的身份证在这里";

#[test]
fn a_text_is_kept_and_opens_again_and_nothing_of_it_can_be_read() {
    let world = World::solo();
    let session = world.sign_in();
    let filed = world.file(&session, "p", "2024-05-01", vec![doc("a.txt", b"one"), doc("b.txt", b"two")]);
    let material = session.material(filed.record).unwrap();
    assert_eq!(material.filings(), [1]);
    assert!(material.kept(1).unwrap().is_none());
    let mut out = Vec::new();
    let second = material.documents().nth(1).unwrap().clone();
    material.copy(&second, &mut out).unwrap();
    assert_eq!(out, b"two");
    let long = CANARY.repeat(50_000);
    for text in [CANARY, &long, ""] {
        material.keep(1, text.as_bytes()).unwrap();
        assert_eq!(&material.kept(1).unwrap().unwrap()[..], text.as_bytes());
    }
    material.keep(1, CANARY.as_bytes()).unwrap();
    assert!(material.keep(2, b"of no filing").is_err());
    let path = world.path().join(text_path(Place(0), filed.record, 1));
    let sealed = std::fs::read(&path).unwrap();
    assert!(!sealed.windows(6).any(|part| part == &CANARY.as_bytes()[..6]));
    assert_eq!(findings(&session), Vec::<String>::new());
    drop(material);
    drop(session);
    let world = world.reopened();
    let session = world.sign_in();
    assert_eq!(&session.material(filed.record).unwrap().kept(1).unwrap().unwrap()[..], CANARY.as_bytes());
}

#[test]
fn a_text_that_is_damaged_or_of_another_body_is_none() {
    let world = World::solo();
    let session = world.sign_in();
    let one = world.file(&session, "p", "2024-05-01", vec![doc("a.txt", b"one")]).record;
    let two = world.file(&session, "p", "2024-05-02", vec![doc("b.txt", b"two")]).record;
    let (of_one, of_two) = (session.material(one).unwrap(), session.material(two).unwrap());
    of_one.keep(1, CANARY.as_bytes()).unwrap();
    let path = |record| world.path().join(text_path(Place(0), record, 1));
    std::fs::copy(path(one), path(two)).unwrap();
    assert!(of_two.kept(1).unwrap().is_none());
    let whole = std::fs::read(path(one)).unwrap();
    for i in (0..whole.len()).step_by(7) {
        let mut bytes = whole.clone();
        bytes[i] ^= 1;
        std::fs::write(path(one), &bytes).unwrap();
        assert!(of_one.kept(1).unwrap().is_none(), "byte {i}");
        std::fs::write(path(one), &whole[..i]).unwrap();
        assert!(of_one.kept(1).unwrap().is_none(), "cut at {i}");
    }
    of_one.keep(1, CANARY.as_bytes()).unwrap();
    assert!(of_one.kept(1).unwrap().is_some());
}

#[test]
fn a_text_without_its_body_is_a_finding_and_goes_with_a_paper_taken_out() {
    let world = World::solo();
    let session = world.sign_in();
    let filed = world.file(&session, "p", "2024-05-01", vec![doc("a.txt", b"one")]);
    session.material(filed.record).unwrap().keep(1, CANARY.as_bytes()).unwrap();
    let stray = text_path(Place(0), filed.record, 2);
    std::fs::copy(world.path().join(text_path(Place(0), filed.record, 1)), world.path().join(&stray))
        .unwrap();
    assert_eq!(findings(&session), std::slice::from_ref(&stray));
    std::fs::remove_file(world.path().join(stray)).unwrap();
    assert_eq!(findings(&session), Vec::<String>::new());
    // What a cut-off run leaves is no finding.
    let half = format!("{}.part", text_path(Place(0), filed.record, 1));
    std::fs::write(world.path().join(half), b"half").unwrap();
    assert_eq!(findings(&session), Vec::<String>::new());
}

fn findings(session: &Session) -> Vec<String> {
    let options = VerifyOptions {
        session: Some(session),
        scope: Scope::All,
        progress: &|_| {},
        interrupted: &|| false,
    };
    let report = session.vault().verify(&options).unwrap();
    report.findings.into_iter().map(|finding| finding.path).collect()
}

//! Rotation and recovery: kill it anywhere, resume it, and a leaver's key opens nothing newer.

mod common;

use common::{ALL_ROLES, World, doc};
use jingui_schema::facts::Role;
use jingui_vault::Error;
use jingui_vault::keys::Person;
use jingui_vault::rotation::Rotation;
use std::sync::atomic::{AtomicU32, Ordering};

fn opens(world: &World, person: Person) {
    let session = world.vault().sign_in(person).unwrap();
    for row in session.list(&jingui_vault::catalog::Query { limit: 100, ..Default::default() }).unwrap().rows
    {
        let opening = session.open_documents(row.record, &[], None, None).unwrap();
        for document in opening.documents() {
            opening.copy(document, &mut Vec::new()).unwrap();
        }
    }
}

#[test]
fn everything_opens_under_the_new_epoch_and_the_old_key_is_gone() {
    let world = World::solo();
    let session = world.sign_in();
    for i in 0..20u8 {
        world.file(&session, "p", "2024-05-01", vec![doc("a", &[i])]);
    }
    session
        .supplement(
            session.list(&jingui_vault::catalog::Query { limit: 1, ..Default::default() }).unwrap().rows[0]
                .record,
            &[doc("b", b"later")],
            "late",
            None,
            &mut Default::default(),
        )
        .unwrap();
    let done = session.rotate(Some("yearly"), None, &|_| true).unwrap();
    assert!(
        matches!(done, Rotation::Finished { epoch: 2, covers: 21, ref destroyed, .. } if *destroyed == [1]),
        "{done:?}"
    );
    assert_eq!(world.vault().keystore().unwrap().epochs().unwrap(), [2]);
    drop(session);
    let world = world.reopened();
    opens(&world, world.person());
    let session = world.sign_in();
    world.file(&session, "p", "2024-05-02", vec![doc("a", b"new")]);
}

#[test]
fn a_rotation_ended_at_any_step_is_resumed() {
    for stop in 1..8 {
        let world = World::solo();
        let session = world.sign_in();
        for i in 0..6u8 {
            world.file(&session, "p", "2024-05-01", vec![doc("a", &[i])]);
        }
        let step = AtomicU32::new(0);
        let first = session.rotate(None, None, &|_| step.fetch_add(1, Ordering::Relaxed) + 1 < stop);
        drop(session);
        let world = world.reopened();
        opens(&world, world.person());
        let session = world.sign_in();
        if matches!(first, Err(Error::Interrupted {})) {
            let done = session.rotate(None, None, &|_| true).unwrap();
            assert!(matches!(done, Rotation::Finished { epoch: 2, .. }), "stop {stop}: {done:?}");
        }
        drop(session);
        opens(&world, world.person());
        assert!(!world.vault().state().rotation_unfinished());
    }
}

#[test]
fn a_leaver_opens_nothing_newer() {
    let world = World::solo();
    let session = world.sign_in();
    let leaver = Person::generate(&world.env, "leaver").unwrap();
    let (staff, _) = session.enrol(&leaver.public_half(), &[Role::Archivist]).unwrap();
    world.file(&session, "p", "2024-05-01", vec![doc("a", b"old")]);
    let secret = leaver.to_secret_text();
    opens(&world, leaver);
    session.disable(staff, Some("left")).unwrap();
    assert!(world.vault().state().rotation_due());
    let kept =
        world.vault().keystore().unwrap().find(&Person::from_secret_text("k", &secret).unwrap()).unwrap();
    assert_eq!(kept.len(), 1, "the copy the leaver may have kept");
    session.rotate(Some("leaver"), None, &|_| true).unwrap();
    let newer = world.file(&session, "p", "2024-05-02", vec![doc("a", b"new")]);
    let leaver = Person::from_secret_text("k", &secret).unwrap();
    assert!(matches!(world.vault().sign_in(leaver), Err(Error::Disabled { .. })));
    // Nor do the bytes themselves open with what the leaver kept.
    let row = session.row(newer.record).unwrap();
    let place = jingui_schema::id::Place::of_counter(row.counter);
    let path = jingui_vault::layout::cover_path(place, newer.record, 1, 2);
    let sealed = std::fs::read(world.path().join(path)).unwrap();
    assert!(jingui_vault::seal::open(kept[0].identity(), &sealed).is_err());
}

#[test]
fn a_sheet_brings_a_lost_vault_back() {
    let world = World::solo();
    let session = world.sign_in();
    world.file(&session, "p", "2024-05-01", vec![doc("a", b"kept")]);
    let sheet = session.sheet("{ra} {vault} {epoch}\n{identity}\n").unwrap();
    drop(session);
    let identity = jingui_vault::keys::read_sheet("sheet", &sheet).unwrap();
    let heir = Person::generate(&world.env, "heir").unwrap();
    let keystore = world.dir.path().join("new-keys");
    world.vault().recover(identity, &keystore, None, &heir.public_half(), ALL_ROLES).unwrap();
    let options = jingui_vault::Options { keystore: Some(keystore), ..Default::default() };
    let mut world = world;
    world.close();
    let vault = jingui_vault::Vault::open(world.env.clone(), &world.path(), options).unwrap();
    let session = vault.sign_in(heir).unwrap();
    let rows = session.list(&jingui_vault::catalog::Query { limit: 10, ..Default::default() }).unwrap().rows;
    let opening = session.open_documents(rows[0].record, &[], None, None).unwrap();
    let mut out = Vec::new();
    opening.copy(&opening.documents()[0].clone(), &mut out).unwrap();
    assert_eq!(out, b"kept");
}

#[test]
fn a_leaver_is_not_given_the_epoch_that_waits_for_the_ca() {
    let world = World::solo();
    let session = world.sign_in();
    let ca = Person::generate(&world.env, "ca").unwrap();
    let leaver = Person::generate(&world.env, "leaver").unwrap();
    let (staff, _) = session.enrol(&leaver.public_half(), &[Role::Archivist]).unwrap();
    let first = session.rotate(None, Some(&ca.recipient()), &|_| true).unwrap();
    assert!(matches!(first, Rotation::Waiting { epoch: 2, .. }), "{first:?}");
    session.disable(staff, None).unwrap();
    let second = session.rotate(None, None, &|_| true).unwrap();
    assert!(matches!(second, Rotation::Waiting { epoch: 3, .. }), "{second:?}");
    // The proof of the superseded epoch comes too late, that of the new one counts.
    let by = session.by();
    let prove = |epoch| {
        let path = world.vault().keystore().unwrap().escrow_path(epoch);
        let content =
            jingui_vault::keys::open_escrow("escrow", &std::fs::read(path).unwrap(), ca.identity()).unwrap();
        jingui_vault::recovery::prove_escrow(&world.env, &content, session.person(), by)
    };
    assert!(matches!(world.vault().submit(&prove(2), None), Err(Error::EscrowAnswer { .. })));
    world.vault().submit(&prove(3), None).unwrap();
    let done = session.rotate(None, None, &|_| true).unwrap();
    assert!(
        matches!(done, Rotation::Finished { epoch: 3, ref destroyed, .. } if *destroyed == [1, 2]),
        "{done:?}"
    );
    assert_eq!(world.vault().keystore().unwrap().epochs().unwrap(), [3]);
}

#[test]
fn filing_goes_on_while_epochs_change() {
    let world = World::solo();
    let rotating = world.sign_in();
    std::thread::scope(|scope| {
        let world = &world;
        let filers: Vec<_> = (0..2u8)
            .map(|n| {
                scope.spawn(move || {
                    let session = world.sign_in();
                    for i in 0..25u8 {
                        let filed = world.file(&session, "p", "2024-05-01", vec![doc("a", &[n, i])]);
                        if i % 5 == 0 {
                            let more = [doc("b", &[n, i, 1])];
                            session
                                .supplement(filed.record, &more, "late", None, &mut Default::default())
                                .unwrap();
                        }
                    }
                })
            })
            .collect();
        for _ in 0..4 {
            rotating.rotate(None, None, &|_| true).unwrap();
        }
        filers.into_iter().for_each(|filer| filer.join().unwrap());
    });
    drop(rotating);
    let world = world.reopened();
    assert_eq!(world.vault().state().counts.records, 50);
    opens(&world, world.person());
}

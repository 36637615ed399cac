//! What somebody with write access to the disk, or an old key, cannot make a vault believe.

mod common;

use common::{ALL_ROLES, World, doc};
use jingui_schema::act::{
    Act, ActConfirm, Deed, EpochVerified, HeadCosigned, LogFork, NoteMark, PublicHalf, RecordOpen,
    StaffDisable, StaffEnrol,
};
use jingui_schema::cosignature::CosignerKey;
use jingui_schema::digest::Sha256;
use jingui_schema::facts::Role;
use jingui_schema::id::{ArchiveNumber, By, StaffNo};
use jingui_schema::line::{Line, Tip};
use jingui_vault::init::{Plan, init};
use jingui_vault::keys::{Keystore, LogKey, Person};
use jingui_vault::rotation::Rotation;
use jingui_vault::{Error, Options, Vault};
use std::fs;

/// Appends a line as somebody who can write to the disk would.
fn append(world: &mut World, by: By, signer: Option<&Person>, deed: Deed) {
    let state = world.vault().state();
    let act = Act { id: world.env.act_id(), at: world.env.now(), deed };
    let raw = act.to_raw();
    let sig = signer.map(|person| person.sign(&state.init.vault, raw.get()));
    let tip = Tip { lines: state.lines, last: state.last, at: state.at };
    let line = Line::write(&tip, world.env.now(), by, &raw, sig).unwrap();
    drop(state);
    world.close();
    let path = world.path().join("journal/000000000001.jsonl");
    let bytes = [fs::read(&path).unwrap(), line].concat();
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_line_by_somebody_without_the_right_is_not_adopted() {
    let mut world = World::solo();
    let session = world.sign_in();
    let leaver = Person::generate(&world.env, "leaver").unwrap();
    let (number, _) = session.enrol(&leaver.public_half(), &[Role::Archivist]).unwrap();
    session.disable(number, None).unwrap();
    let accomplice = Person::generate(&world.env, "accomplice").unwrap();
    let staff = world.vault().state().next_staff();
    drop(session);
    let enrol = StaffEnrol {
        staff,
        age: accomplice.recipient(),
        sign: accomplice.sign_key(),
        roles: vec![Role::Security, Role::Archivist],
        note: None,
    };
    append(&mut world, By::Staff(number), Some(&leaver), enrol.into());
    let world = world.reopened();
    assert!(world.vault().take_notices().iter().any(|n| n.code == "tail"));
    assert!(world.vault().state().staff.len() == 2, "the accomplice was not enrolled");
    assert!(matches!(world.vault().sign_in(accomplice), Err(Error::Stranger { .. })));
}

#[test]
fn a_head_counts_as_countersigned_only_by_the_cosigner_and_with_the_root_of_the_lines() {
    let (honest, other_root, other_key) = ("adopted", "tail", "tail");
    for (forged, expected) in [("", honest), ("root", other_root), ("key", other_key)] {
        let mut world = World::solo();
        let session = world.sign_in();
        let ca = Person::generate(&world.env, "CA").unwrap();
        let key = CosignerKey::new("ca.example/c", &ca.sign_key().0).unwrap();
        session.name_cosigner(&key).unwrap();
        let (_, lines) = world.vault().sign_head().unwrap();
        let (line, _) = world.vault().line(lines + 1).unwrap();
        let Deed::HeadSigned(signed) = line.act.deed else { panic!("a head was just signed") };
        let root = if forged == "root" { Sha256([7; 32]) } else { signed.root };
        let signer = if forged == "key" { Person::generate(&world.env, "X").unwrap() } else { ca };
        let head = world.vault().state().head_over(lines, &root);
        let cosignature = signer.cosign(&key, &head, 1_800_000_000).to_base64();
        drop(session);
        append(&mut world, By::Vault, None, HeadCosigned { lines, root, cosignature }.into());
        let world = world.reopened();
        let notices = world.vault().take_notices();
        assert!(notices.iter().any(|n| n.code == expected), "{forged}: {notices:?}");
        assert_eq!(world.vault().state().cosigned.is_some(), expected == honest, "{forged}");
    }
}

#[test]
fn a_fork_counts_only_with_the_signatures_of_two_people() {
    let copy = |from: &std::path::Path, to: &std::path::Path| {
        assert!(std::process::Command::new("cp").args(["-a"]).arg(from).arg(to).status().unwrap().success());
    };
    // In a solo vault, one person with two signatures; adopted from above `commit` all the same.
    for (proposed, confirmed, adopted) in [(false, false, 0), (true, false, 1), (true, true, 2)] {
        let mut world = World::solo();
        let session = world.sign_in();
        drop(session);
        world.close();
        let (vault, older) = (world.path(), world.dir.path().join("older"));
        copy(&vault, &older);
        let mut world = world.reopened();
        world.file(&world.sign_in(), "p", "2024-05-01", vec![doc("a", b"lost")]);
        let (_, lines) = world.vault().sign_head().unwrap();
        world.close();
        fs::remove_dir_all(&vault).unwrap();
        copy(&older, &vault);
        let mut world = world.reopened();
        assert_eq!(world.vault().left().map(|left| left.lines), Some(lines));

        let by = By::Staff(StaffNo(1));
        let me = world.person();
        let state = world.vault().state();
        let (place, epoch) = (jingui_schema::id::Place::of_counter(state.counter), state.epoch);
        let id = world.env.note_id();
        let note = NoteMark { id, place, epoch, size: 1, b3: jingui_schema::digest::B3([1; 32]) };
        let root = Sha256([7; 32]);
        let before = state.lines;
        drop(state);
        let fork: Deed = LogFork { log: 1, lines, root, note }.into();
        append(&mut world, by, proposed.then_some(&me), fork);
        let mut world = world.reopened();
        if proposed {
            let (act, proposal) = {
                let state = world.vault().state();
                let (act, proposal) = state.proposals.iter().next().expect("it was adopted");
                (*act, proposal.sha256)
            };
            let confirm: Deed = ActConfirm { act, sha256: proposal }.into();
            append(&mut world, by, confirmed.then_some(&me), confirm);
            world = world.reopened();
        }
        assert_eq!(world.vault().state().lines - before, adopted);
        assert_eq!(world.vault().left().is_none(), confirmed, "{proposed} {confirmed}");
    }
}

#[test]
fn a_snapshot_under_another_log_key_is_not_believed() {
    let mut world = World::solo();
    let session = world.sign_in();
    world.file(&session, "p", "2024-05-01", vec![doc("a", b"one")]);
    let vault = world.vault().state().init.vault;
    drop(session);
    world.close();
    // A keystore of the attacker's with a log key of the attacker's, named by an edited settings file.
    let theirs = world.dir.path().join("theirs");
    Keystore::create(world.env.clone(), &theirs, vault)
        .unwrap()
        .write_log_key(&LogKey::generate(&world.env))
        .unwrap();
    fs::write(world.path().join("settings/places.toml"), format!("keystore = {theirs:?}\n")).unwrap();
    let world = world.reopened();
    assert!(world.vault().take_notices().iter().any(|n| n.code == "places-edited"));
    assert!(matches!(world.vault().keystore(), Err(Error::NoKeystore { .. })));
}

#[test]
fn a_mirror_ahead_of_a_vault_set_back_is_left_alone() {
    let mut world = World::solo_on(std::sync::Arc::new(jingui_vault::fs::OsFs), Some("mirror"));
    let session = world.sign_in();
    world.file(&session, "p", "2024-05-01", vec![doc("a", b"one")]);
    drop(session);
    world.close();
    let (vault, older) = (world.path(), world.dir.path().join("older"));
    let copy = |from: &std::path::Path, to: &std::path::Path| {
        assert!(std::process::Command::new("cp").args(["-a"]).arg(from).arg(to).status().unwrap().success());
    };
    copy(&vault, &older);
    let mut world = world.reopened();
    let session = world.sign_in();
    world.file(&session, "p", "2024-05-01", vec![doc("a", b"two")]);
    drop(session);
    world.close();
    fs::remove_dir_all(&vault).unwrap();
    copy(&older, &vault);
    let before = fs::read(world.dir.path().join("mirror/journal/000000000001.jsonl")).unwrap();
    let world = world.reopened();
    assert!(
        world.vault().read_only().is_some_and(|why| why.contains("mirror")),
        "{:?}",
        world.vault().read_only()
    );
    drop(world.sign_in());
    let after = fs::read(world.dir.path().join("mirror/journal/000000000001.jsonl")).unwrap();
    assert_eq!(before, after);
}

#[test]
fn an_unsigned_line_does_not_empty_the_mirror() {
    let mut world = World::solo_on(std::sync::Arc::new(jingui_vault::fs::OsFs), Some("mirror"));
    let session = world.sign_in();
    world.file(&session, "p", "2024-05-01", vec![doc("a", b"one")]);
    drop(session);
    append(&mut world, By::Vault, None, EpochVerified { epoch: 99, covers: 0, notes: 0 }.into());
    let world = world.reopened();
    let session = world.sign_in();
    world.file(&session, "p", "2024-05-01", vec![doc("a", b"two")]);
    let covers = fs::read_dir(world.dir.path().join("mirror/covers/000000")).unwrap().count();
    assert_eq!(covers, 2);
}

#[test]
fn a_note_sealed_by_somebody_else_is_not_read_and_not_laundered() {
    let world = World::solo();
    let session = world.sign_in();
    let mark = world.vault().state().staff[&StaffNo(1)].note.unwrap();
    let path = world.path().join(jingui_vault::layout::note_path(mark.place, mark.id, mark.epoch));
    let recipient =
        jingui_vault::seal::parse_recipient(&world.vault().state().current_epoch().recipient).unwrap();
    let forged = jingui_schema::cover::Note {
        v: jingui_schema::FORMAT,
        vault: world.vault().state().init.vault,
        note: mark.id,
        kind: jingui_schema::cover::NoteKind::Person,
        text: "MALLORY".into(),
    };
    fs::write(path, jingui_vault::note::seal_note(&recipient, &forged)).unwrap();
    assert_eq!(session.name_of(StaffNo(1)), None);
    assert!(matches!(session.rotate(None, None, &|_| true), Err(Error::FileDamaged { .. })));
    assert_eq!(world.vault().keystore().unwrap().epochs().unwrap(), [1, 2], "the old key lives on");
}

#[test]
fn a_lost_file_does_not_keep_a_leaver_in() {
    let world = World::solo();
    let session = world.sign_in();
    let mark = world.vault().state().staff[&StaffNo(1)].note.unwrap();
    let path = world.path().join(jingui_vault::layout::note_path(mark.place, mark.id, mark.epoch));
    let kept = fs::read(&path).unwrap();
    fs::remove_file(&path).unwrap();
    for round in 2..4 {
        let leaver = Person::generate(&world.env, "leaver").unwrap();
        let (staff, _) = session.enrol(&leaver.public_half(), &[Role::Archivist]).unwrap();
        session.disable(staff, None).unwrap();
        assert!(matches!(session.rotate(None, None, &|_| true), Err(Error::FileDamaged { .. })));
        assert_eq!(world.vault().state().epoch, round);
        assert!(!world.vault().state().rotation_due(), "what is filed now is out of the leaver's reach");
    }
    world.file(&session, "p", "2024-05-01", vec![doc("a", b"one")]);
    fs::write(&path, kept).unwrap();
    let done = session.rotate(None, None, &|_| true).unwrap();
    assert!(matches!(done, Rotation::Finished { ref destroyed, .. } if *destroyed == [1, 2]), "{done:?}");
}

#[test]
fn an_old_key_lives_while_the_mirror_lags() {
    let world = World::solo_on(std::sync::Arc::new(jingui_vault::fs::OsFs), Some("mirror"));
    let session = world.sign_in();
    world.file(&session, "p", "2024-05-01", vec![doc("a", b"one")]);
    let (mirror, away) = (world.dir.path().join("mirror"), world.dir.path().join("away"));
    fs::rename(&mirror, &away).unwrap();
    fs::write(&mirror, b"not a directory").unwrap();
    let done = session.rotate(None, None, &|_| true).unwrap();
    assert!(matches!(done, Rotation::MirrorBehind { epoch: 2, .. }), "{done:?}");
    assert_eq!(world.vault().keystore().unwrap().epochs().unwrap(), [1, 2]);
    fs::remove_file(&mirror).unwrap();
    fs::rename(&away, &mirror).unwrap();
    let done = session.rotate(None, None, &|_| true).unwrap();
    assert!(matches!(done, Rotation::Finished { epoch: 2, .. }), "{done:?}");
    assert_eq!(world.vault().keystore().unwrap().epochs().unwrap(), [2]);
}

#[test]
fn an_id_taken_in_advance_is_no_first_result() {
    let world = World::solo();
    let session = world.sign_in();
    let filed = world.file(&session, "p", "2024-05-01", vec![doc("a", b"one")]);
    let other = Person::generate(&world.env, "other").unwrap();
    let (staff, _) = session.enrol(&other.public_half(), &[Role::Archivist]).unwrap();
    let disable = session.write_disable(staff, None).unwrap();
    let id = Act::parse(disable.act.get()).unwrap().id;
    // The one to be disabled sees the file on its way and uses its id first.
    let deed = RecordOpen { record: filed.record, docs: vec![1], purpose: None, note: None }.into();
    let raw = Act { id, at: world.env.now(), deed }.to_raw();
    let vault = world.vault().state().init.vault;
    let sig = Some(other.sign(&vault, raw.get()));
    let squat = jingui_schema::act::ActFile::new(vault, By::Staff(staff), raw, sig, Vec::new());
    world.vault().submit(&squat, None).unwrap();
    assert!(matches!(world.vault().submit(&disable, None), Err(Error::Stale { .. })), "refused aloud");
    // The same file twice is the first result; another one disables.
    let again = session.write_disable(staff, None).unwrap();
    let first = world.vault().submit(&again, None).unwrap();
    let second = world.vault().submit(&again, None).unwrap();
    assert!(!first.repeated && second.repeated && first.seq == second.seq);
    assert!(matches!(world.vault().state().member(staff), Err(Error::Disabled { .. })));
    let _: StaffDisable = StaffDisable { staff, note: None };
}

#[test]
fn one_key_does_not_stand_for_two_people() {
    let dir = tempfile::tempdir().unwrap();
    let env = common::env_on(std::sync::Arc::new(jingui_vault::fs::OsFs));
    let people: Vec<Person> = ["a", "b", "c"].iter().map(|n| Person::generate(&env, n).unwrap()).collect();
    let halves: Vec<PublicHalf> = people.iter().map(Person::public_half).collect();
    let plan = |authority: &PublicHalf, others: [&PublicHalf; 2]| Plan {
        dir: dir.path().join("vault"),
        keystore: dir.path().join("keys"),
        mirror: None,
        ra: "RA".into(),
        fonds: "JG01".parse().unwrap(),
        solo: false,
        authority: Some(authority.clone()),
        ca_recipient: None,
        roles: vec![Role::Security, Role::Reviewer],
        people: vec![
            (others[0].clone(), vec![Role::System, Role::Archivist]),
            (others[1].clone(), vec![Role::Audit, Role::Legal]),
        ],
    };
    let policy = |result: Result<Vault, Error>| matches!(result, Err(Error::Policy { .. }));
    assert!(policy(init(&env, &people[0], &plan(&halves[0], [&halves[1], &halves[2]]))));
    assert!(policy(init(&env, &people[0], &plan(&halves[2], [&halves[1], &halves[2]]))));
    assert!(policy(init(&env, &people[0], &plan(&halves[2], [&halves[1], &halves[1]]))));
    let _ = (ALL_ROLES, Options::default());
}

/// Changes the time in a line, which leaves it a whole line of the same length.
fn change(world: &World, seq: usize) {
    let path = world.path().join("journal/000000000001.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let changed = lines[seq - 1].replace(".000Z\",\"prev", ".001Z\",\"prev");
    assert_ne!(lines[seq - 1], changed);
    lines[seq - 1] = changed;
    fs::write(path, lines.join("\n") + "\n").unwrap();
}

#[test]
fn a_line_that_was_changed_is_shown_to_nobody() {
    let mut world = World::solo();
    let session = world.sign_in();
    for i in 0..5u8 {
        world.file(&session, "p", "2024-05-01", vec![doc("a", &[i])]);
    }
    drop(session);
    let lines = world.vault().state().lines;
    world.close();
    change(&world, 4);
    // The snapshot and the last line are as they were: opening does not read what lies between.
    let mut world = world.reopened();
    assert!(matches!(world.vault().line(4), Err(Error::JournalDamaged { .. })));
    assert!(world.vault().line(3).is_ok() && world.vault().line(5).is_ok());
    world.close();

    // Without it all is read: line 4 reads well and has the time it always could have had, but line 5 names another.
    fs::remove_file(world.path().join("derived/state")).unwrap();
    let world = world.reopened();
    assert!(world.vault().read_only().is_some());
    assert_eq!(world.vault().state().lines, 3, "of {lines}");
}

#[test]
fn a_number_that_leaves_none_for_the_next_is_damage() {
    let mut world = World::solo();
    let session = world.sign_in();
    let filed = world.file(&session, "p", "2024-05-01", vec![doc("a", b"one")]);
    let (line, _) = world.vault().line(filed.seq).unwrap();
    drop(session);
    let Deed::RecordFile(mut d) = line.act.deed else { panic!("a filing") };
    (d.counter, d.record) = (u64::MAX, world.env.record_id());
    d.number = ArchiveNumber::new("JG01".parse().unwrap(), 2026, u64::MAX);
    let founder = world.person();
    append(&mut world, line.by, Some(&founder), d.into());
    let world = world.reopened();
    assert!(world.vault().take_notices().iter().any(|n| n.code == "tail"), "it is not adopted");
    let session = world.sign_in();
    let next = world.file(&session, "p", "2024-05-01", vec![doc("b", b"two")]);
    assert_eq!(next.number.serial(), 2);
}

#[test]
fn a_first_line_by_another_than_its_founder_begins_no_vault() {
    let mut world = World::solo();
    world.close();
    let path = world.path().join("journal/000000000001.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(path, text.replacen("\"by\":\"0001\"", "\"by\":\"0002\"", 1)).unwrap();
    let opened = Vault::open(world.env.clone(), &world.path(), Options::default());
    assert!(matches!(opened.err(), Some(Error::JournalDamaged { seq, .. }) if seq == "1"));
}

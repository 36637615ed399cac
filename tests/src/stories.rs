//! The stories that are recorded, and then cut at every moment.

use crate::house::{CANARY, House};
use crate::lossy::LossyFs;
use crate::story::{SignIn, Story, Teller, Through, as_founder, founder, newcomer, remove_dir};
use jingui_schema::facts::{Label, Role, Verdict};
use jingui_schema::id::{RecordId, StaffNo};
use jingui_vault::body::Buffers;
use jingui_vault::fs::{Fs, Kind};
use jingui_vault::keys::read_sheet;
use jingui_vault::review::Review;
use jingui_vault::rotation::Rotation;
use jingui_vault::{Error, Result, Vault};
use std::path::Path;
use std::sync::Arc;

/// How a story is told: on a disk that somebody may have put something before.
pub type Tale = fn(Through) -> Result<Story>;

/// All of them, by name.
pub const ALL: &[(&str, Tale)] = &[
    ("a vault's life", life),
    ("segments and new directories", segments),
    ("two rotations", rotations),
    ("recovery from a sheet, the keystore lost", recovery),
    ("supplements by two threads", two_threads),
    ("a day at the desk", desk),
];

/// The life of a vault: filings, a supplement, openings, people, heads, segments closed, an end and a new start.
pub fn life(through: Through) -> Result<Story> {
    let (real, disk, house) = Story::begin(true, 4000)?;
    let vault = house.open(through(disk.clone()))?;
    let teller = Teller::begin(&disk, &vault, Vec::new(), vec![founder]);
    let session = house.founder(&vault)?;
    let record = teller.file(&house, &session, "first", 3, Some(1))?.record;
    teller.file(&house, &session, "second", 1, None)?;
    session.open_documents(record, &[1], Some(CANARY), None)?;
    teller.tell(&vault, |_| {});
    session.reveal(record, None, CANARY)?;
    teller.tell(&vault, |_| {});
    teller.supplement(&session, record, "late", 2, 2)?;
    vault.sign_head()?;
    teller.tell(&vault, |_| {});
    session.enrol(&house.people.newcomer.person().public_half(), &[Role::Legal])?;
    teller.tell(&vault, |told| told.holders.push(newcomer));
    vault.sign_in(house.people.authority.person())?.countersign()?;
    teller.tell(&vault, |_| {});
    session.disable(StaffNo(3), Some(CANARY))?;
    teller.tell(&vault, |_| {});
    teller.file(&house, &session, "third", 2, Some(3))?;
    drop((session, vault));
    let vault = house.open(through(disk.clone()))?;
    let session = house.founder(&vault)?;
    teller.file(&house, &session, "fourth", 1, Some(4))?;
    vault.sign_head()?;
    teller.tell(&vault, |_| {});
    drop((session, vault));
    Ok(teller.end(real, house, as_founder()))
}

/// Every act closes its segment, and the first filing needs new numbered directories.
pub fn segments(through: Through) -> Result<Story> {
    let (real, disk, house) = Story::begin(true, 1)?;
    for below in ["covers/000000", "bodies/000000"] {
        remove_dir(&disk, &house.vault().join(below));
    }
    let vault = house.open(through(disk.clone()))?;
    let teller = Teller::begin(&disk, &vault, Vec::new(), vec![founder]);
    let session = house.founder(&vault)?;
    let record = teller.file(&house, &session, "first", 2, Some(1))?.record;
    session.reveal(record, None, CANARY)?;
    teller.tell(&vault, |_| {});
    teller.file(&house, &session, "second", 1, Some(2))?;
    teller.supplement(&session, record, "late", 1, 3)?;
    vault.sign_head()?;
    teller.tell(&vault, |_| {});
    drop((session, vault));
    let vault = house.open(through(disk.clone()))?;
    let session = house.founder(&vault)?;
    session.open_documents(record, &[], None, None)?;
    teller.tell(&vault, |_| {});
    drop((session, vault));
    Ok(teller.end(real, house, as_founder()))
}

/// Two rotations with a filing after each, a mirror beside.
pub fn rotations(through: Through) -> Result<Story> {
    let (real, disk, house) = Story::begin(true, 1 << 20)?;
    let vault = house.open(through(disk.clone()))?;
    let session = house.founder(&vault)?;
    let teller = Teller::begin(&disk, &vault, Vec::new(), vec![founder]);
    let record = teller.file(&house, &session, "first", 2, Some(1))?.record;
    teller.supplement(&session, record, "late", 1, 2)?;
    drop(session);
    for (of, request) in [("after one", 3), ("after two", 4)] {
        let session = house.founder(&vault)?;
        match session.rotate(Some(CANARY), None, &|_| true)? {
            Rotation::Finished { .. } => {}
            other => return Err(Error::Stale { why: format!("the rotation ended with {other:?}") }),
        }
        teller.tell(&vault, |_| {});
        teller.file(&house, &session, of, 1, Some(request))?;
    }
    drop(vault);
    Ok(teller.end(real, house, as_founder()))
}

/// The keystore is lost; the newcomer gets the vault back with a sheet, files, and shuts the founder out.
pub fn recovery(through: Through) -> Result<Story> {
    let (real, disk, house) = Story::begin(false, 1 << 20)?;
    let vault = house.open(Arc::new(disk.clone()))?;
    let session = house.founder(&vault)?;
    let known = crate::house::Known::of(&house.file(&session, "before", 2, None)?, 2);
    let sheet = session.sheet("{identity}\n")?.to_string();
    drop((session, vault));
    remove_all(&disk, &house.keys());
    let again: SignIn = Arc::new(move |house: &House, vault: &Vault| {
        let newcomer = || vault.sign_in(house.people.newcomer.person());
        if let Ok(session) = newcomer()
            && session.current_key().is_ok()
        {
            return Ok(session);
        }
        let (half, authority) =
            (house.people.newcomer.person().public_half(), house.people.authority.person());
        let roles = [Role::Security, Role::Archivist];
        vault.recover(read_sheet("sheet", &sheet)?, &house.keys(), Some(&authority), &half, &roles)?;
        newcomer()
    });
    let vault = house.open(through(disk.clone()))?;
    let teller = Teller::begin(&disk, &vault, vec![known], Vec::new());
    let session = again(&house, &vault)?;
    teller.tell(&vault, |told| told.holders.push(newcomer));
    teller.file(&house, &session, "after", 1, Some(1))?;
    session.disable(StaffNo(1), Some(CANARY))?;
    teller.tell(&vault, |_| {});
    session.rotate(None, None, &|_| true)?;
    teller.tell(&vault, |_| {});
    drop((session, vault));
    Ok(teller.end(real, house, again))
}

/// Two people supplement at once: each a record of their own, and both a third one.
pub fn two_threads(through: Through) -> Result<Story> {
    let (real, disk, house) = Story::begin(true, 6000)?;
    let vault = house.open(through(disk.clone()))?;
    let session = house.founder(&vault)?;
    let file = |of: &str| house.file(&session, of, 1, None).map(|f| crate::house::Known::of(&f, 1));
    let known = vec![file("first")?, file("second")?, file("third")?];
    let records: Vec<RecordId> = known.iter().map(|known| known.record).collect();
    let teller = Teller::begin(&disk, &vault, known, vec![founder]);
    let at_once = |i: usize| -> Result<()> {
        let session = house.founder(&vault)?;
        for round in 0..2 {
            let request = 10 * (i as u8 + 1) + round;
            teller.supplement(&session, records[i], &format!("thread {i} round {round}"), 1, request)?;
        }
        loop {
            match teller.supplement(&session, records[2], &format!("thread {i} shared"), 1, 50 + i as u8) {
                // The other one came first; the same request is safe to repeat.
                Err(Error::Stale { .. }) => {}
                done => return done,
            }
        }
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(|| at_once(1));
        at_once(0).and(other.join().expect("a thread of the story does not panic"))
    })?;
    teller.file(&house, &session, "last", 1, Some(9))?;
    drop((session, vault));
    Ok(teller.end(real, house, as_founder()))
}

/// What is said of a record is corrected, given back, said something beside, restricted; a customer is renamed; two
/// people take a paper out.
pub fn desk(through: Through) -> Result<Story> {
    let (real, disk, house) = Story::begin(true, 5000)?;
    let vault = house.open(through(disk.clone()))?;
    let teller = Teller::begin(&disk, &vault, Vec::new(), vec![founder]);
    let session = house.founder(&vault)?;
    let reviewer = vault.sign_in(house.people.reviewer.person())?;
    let record = teller.file(&house, &session, "first", 2, Some(1))?.record;
    // What a program has read of it is no act; a cut leaves the old text, the new one, or none.
    for text in ["read", "read once more"] {
        session.material(record)?.keep(1, text.as_bytes())?;
    }
    for round in 0..2 {
        let tag = |labels: &mut jingui_vault::filing::Labels| {
            labels.tags.push(Label::read(&format!("{CANARY} {round}")).expect("a label"));
            Ok(())
        };
        session.correct(record, tag, &[], CANARY, false)?;
        teller.tell(&vault, |_| {});
        let (records, reason) = ([record], Some(CANARY));
        let review =
            Review { records: &records, verdict: Verdict::Returned, reason, compared: &[], plan: None };
        reviewer.review(&review, false)?;
        teller.tell(&vault, |_| {});
    }
    teller.supplement(&session, record, "late", 1, 2)?;
    session.annotate(record, CANARY)?;
    teller.tell(&vault, |_| {});
    let label = |text: &str| Label::read(&format!("{CANARY} {text}")).expect("a label");
    session.change_customers(CANARY, |list| {
        Ok(list.renamed(&label("customer"), label("new")).expect("a list"))
    })?;
    teller.tell(&vault, |_| {});
    vault.sign_in(house.people.authority.person())?.countersign()?;
    teller.tell(&vault, |_| {});
    let buffers = &mut Buffers::new();
    let act = session.propose_misfiled(record, &[2], None, CANARY, false, buffers)?.act;
    reviewer.confirm(act)?;
    // From here on the record may have one paper less, and once it has, it has for good.
    teller.tell(&vault, |told| told.known.iter_mut().for_each(|known| known.documents -= 1));
    session.remove_misfiled(act, false, buffers)?;
    teller.tell(&vault, |_| {});
    teller.supplement(&session, record, "later", 1, 3)?;
    drop((session, reviewer, vault));
    Ok(teller.end(real, house, as_founder()))
}

/// Removes a directory with all below it, durably.
fn remove_all(disk: &LossyFs, dir: &Path) {
    for (name, stat) in disk.list(dir).expect("it is there") {
        match stat.kind {
            Kind::Directory => remove_all(disk, &dir.join(name)),
            _ => disk.remove(&dir.join(name)).expect("a file that is there"),
        }
    }
    remove_dir(disk, dir);
}

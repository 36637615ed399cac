//! Documents of an archive that was taken in stay where it had pushed them: opened from there, checked first, kept within bounds.

use super::*;
use jingui_schema::id::TargetId;
use jingui_tests::disposal::{Yard, withdrawn};
use jingui_tests::house::content;
use jingui_vault::elsewhere::{LeftReport, Reach};
use jingui_vault::review::Review;
use std::collections::BTreeSet;

impl Closing {
    /// The copy that the archive has pushed.
    fn target_id(&self) -> TargetId {
        self.accepted().1.checked.state.target
    }

    /// How the copy is reached.
    pub(super) fn reach(&self) -> Reach {
        let place = self.place.clone();
        Reach::new(move |_| Ok(Arc::new(DirTarget::open(env_on(os()), &place)?) as Arc<dyn Target>))
    }

    /// The CA takes everything in and leaves documents where they are.
    pub(super) fn leave(&self, session: &Session) -> Result<TakenOver> {
        let (_scratch, found, theirs) = self.accepted();
        let leave = Some(found.checked.state.target);
        session.take_handover(&theirs.expect("nothing is found"), &TakeOptions { leave, ..PATIENT })
    }

    /// The CA's vault, with somebody who reaches the copy.
    pub(super) fn reader(&self) -> (Vault, Session) {
        let (vault, session) = self.taker();
        (vault, session.with_reach(self.reach()))
    }

    /// Where the body of a record lies that was filed once.
    fn body(&self, session: &Session, record: RecordId) -> PathBuf {
        let row = session.row(record).unwrap();
        let body = session.vault().elsewhere(&row, 1).unwrap().expect("it has stayed there");
        self.place.join(body.name)
    }

    fn held(&self) -> PathBuf {
        self.taker.vault().join("derived/held")
    }
}

/// Opens the first document of a record; its bytes, or the code of the error and what came out all the same.
fn opened(session: &Session, record: RecordId) -> std::result::Result<Vec<u8>, (&'static str, usize)> {
    let mut out = Vec::new();
    let opening = session.open_documents(record, &[1], None, None).map_err(|error| (error.code(), 0))?;
    let document = opening.documents()[0].clone();
    match opening.copy(&document, &mut out) {
        Ok(()) => {
            assert_eq!(out, content(&document.name));
            Ok(out)
        }
        Err(error) => Err((error.code(), out.len())),
    }
}

fn read_there(vault: &Vault, reach: &Reach, session: Option<&Session>) -> LeftReport {
    vault.verify_left(reach, session, &|_, _| {}, &|| false).unwrap()
}

fn bytes_below(dir: &Path) -> u64 {
    fs::read_dir(dir).into_iter().flatten().flatten().map(|entry| entry.metadata().unwrap().len()).sum()
}

#[test]
fn documents_stay_there_and_are_opened_from_there() {
    let it = Closing::new();
    it.seal();
    let before: Vec<Dated> = it.known.iter().map(|known| dated(&it.vault(), known.record)).collect();
    let taken = it.leave(&it.taker().1).unwrap();
    assert_eq!((taken.new, taken.left, taken.differs.len()), (3, 3, 0), "{:?}", taken.differs);
    assert!(taken.receipt.is_some());
    let again = it.leave(&it.taker().1).unwrap();
    assert_eq!((again.new, again.left), (0, 3), "nothing is taken in twice");
    let brought = it.take().unwrap().unwrap();
    assert_eq!((brought.new, brought.left, brought.differs.len()), (0, 3, 0), "what stays there stays");

    let (vault, session) = it.reader();
    assert_eq!(files(&it.taker.vault().join("bodies")), 0);
    nothing_wrong(&look_at_all(&session, &it.known));
    assert_eq!(files(&it.taker.vault().join("bodies")), 0);
    nothing_wrong(&verify(&session));
    nothing_wrong(&keyless(&vault));
    let options =
        VerifyOptions { session: None, scope: Look::All, progress: &|_| {}, interrupted: &|| false };
    assert_eq!(vault.verify(&options).unwrap().left, 3);
    let there = read_there(&vault, &it.reach(), Some(&session));
    assert_eq!((there.bodies, there.findings.len()), (3, 0), "{:?}", there.findings);
    for (known, before) in it.known.iter().zip(&before) {
        assert_eq!(format!("{:?}", dated(&vault, known.record)), format!("{before:?}"));
    }

    // What is filed here is here, and nothing about the rest changes with a new key.
    let papers = docs("found later", 1);
    session.supplement(it.known[0].record, &papers, "found in a drawer", None, &mut Buffers::new()).unwrap();
    session.rotate(None, None, &|_| true).unwrap();
    drop((session, vault));
    assert_eq!(files(&it.taker.vault().join("bodies")), 1);
    let (_vault, session) = it.reader();
    nothing_wrong(&look_at_all(&session, &it.known));
    nothing_wrong(&verify(&session));
    nothing_wrong(&second_opinion(&it.taker));
}

#[test]
fn what_is_fetched_stays_within_its_bounds() {
    let it = Closing::new();
    it.seal();
    it.leave(&it.taker().1).unwrap();
    let (vault, session) = it.reader();
    let sizes: Vec<u64> =
        (it.known.iter()).map(|known| fs::metadata(it.body(&session, known.record)).unwrap().len()).collect();
    let all: u64 = sizes.iter().sum();
    let largest = *sizes.iter().max().unwrap();
    for most in [all, largest, largest - 1, 0] {
        session.keep_held_bytes(most).unwrap();
        for _ in 0..2 {
            for (known, size) in it.known.iter().zip(&sizes) {
                opened(&session, known.record).unwrap();
                assert!(bytes_below(&it.held()) <= most, "{} bytes of {most}", bytes_below(&it.held()));
                let kept = it.held().join(format!("{}.1.tar.zst.age", known.record)).exists();
                assert_eq!(kept, *size <= most, "{size} bytes of {most}");
            }
        }
    }
    // Those that were not used for longest go first.
    session.keep_held_bytes(all - 1).unwrap();
    let name = |at: usize| it.held().join(format!("{}.1.tar.zst.age", it.known[at].record));
    for at in [0, 1, 0, 2] {
        opened(&session, it.known[at].record).unwrap();
    }
    assert!(name(2).exists() && !name(1).exists());
    drop((session, vault));
    nothing_wrong(&second_opinion(&it.taker));
}

#[test]
fn what_is_not_the_body_that_was_taken_in_is_named_and_not_shown() {
    let it = Closing::new();
    it.seal();
    it.leave(&it.taker().1).unwrap();
    let (one, other) = (it.known[0].record, it.known[1].record);
    let (place, another) = {
        let (_vault, session) = it.reader();
        (it.body(&session, one), it.body(&session, other))
    };
    let right = fs::read(&place).unwrap();
    let flipped: Vec<u8> =
        right.iter().enumerate().map(|(i, b)| b ^ u8::from(i == right.len() / 2)).collect();
    let another = fs::read(another).unwrap();
    let cut = &right[..right.len() - 1];
    for wrong in [Some(cut), Some(&flipped[..]), Some(&another[..]), Some(&[][..]), None] {
        fs::remove_file(&place).unwrap();
        if let Some(wrong) = wrong {
            fs::write(&place, wrong).unwrap();
        }
        let (vault, session) = it.reader();
        assert_eq!(opened(&session, one), Err(("left-damaged", 0)));
        assert_eq!(read_there(&vault, &it.reach(), None).findings.len(), 1);
        opened(&session, other).unwrap();
        nothing_wrong(&keyless(&vault));
        fs::write(&place, &right).unwrap();
    }
    // Also what was fetched is not believed.
    let (vault, session) = it.reader();
    opened(&session, one).unwrap();
    let kept = it.held().join(format!("{one}.1.tar.zst.age"));
    fs::write(&kept, &flipped).unwrap();
    opened(&session, one).unwrap();
    assert_eq!(fs::read(&kept).unwrap(), right);
    drop((session, vault));
    nothing_wrong(&second_opinion(&it.taker));
}

#[test]
fn a_copy_that_is_away_is_named_and_what_was_fetched_still_opens() {
    let it = Closing::new();
    it.seal();
    it.leave(&it.taker().1).unwrap();
    let (fetched, other) = (it.known[0].record, it.known[1].record);
    opened(&it.reader().1, fetched).unwrap();
    let away = it.dir.path().join("away");
    fs::rename(&it.place, &away).unwrap();
    {
        let (vault, session) = it.reader();
        let lines = vault.state().lines;
        assert_eq!(opened(&session, other), Err(("left-unreachable", 0)));
        assert_eq!(vault.state().lines, lines, "nothing is said to have been shown");
        opened(&session, fetched).unwrap();
        nothing_wrong(&keyless(&vault));
        let error = vault.verify_left(&it.reach(), None, &|_, _| {}, &|| false).unwrap_err();
        assert_eq!(error.code(), "left-unreachable");
    }
    // Another copy in its place is not that copy.
    fs::create_dir(&it.place).unwrap();
    fs::copy(away.join("COPY.json"), it.place.join("COPY.json")).unwrap();
    let text = fs::read_to_string(it.place.join("COPY.json")).unwrap();
    let id = it.taker().0.env().target_id().to_string();
    let mark = jingui_schema::copy::CopyMark::parse(&text).unwrap();
    fs::write(it.place.join("COPY.json"), text.replace(&mark.target.to_string(), &id)).unwrap();
    assert_eq!(opened(&it.reader().1, other), Err(("left-unreachable", 0)));
    fs::remove_dir_all(&it.place).unwrap();
    fs::rename(&away, &it.place).unwrap();
    opened(&it.reader().1, other).unwrap();
    // Whoever knows of no place is told whose it is to say.
    let (vault, session) = it.taker();
    assert_eq!(opened(&session, it.known[2].record), Err(("left-unreachable", 0)));
    let of = it.target_id();
    assert_eq!(vault.left_place(of).unwrap_err().code(), "no-left-place");
    let place = jingui_vault::places::LeftPlace { target: "/somewhere".into(), ..Default::default() };
    session.keep_left_place(of, place.clone()).unwrap();
    assert_eq!(vault.left_place(of).unwrap(), place);
    let settings = it.taker.vault().join("settings/places.toml");
    let text = fs::read_to_string(&settings).unwrap();
    fs::write(&settings, text.replace("/somewhere", "/elsewhere")).unwrap();
    assert_eq!(
        vault.left_place(of).unwrap_err().code(),
        "no-left-place",
        "as the journal has it, or not at all"
    );
    assert_eq!(session.keep_left_place(of, place).unwrap_err().code(), "file-damaged");
}

#[test]
fn what_is_destroyed_here_is_forgotten_here_and_said_to_lie_there() {
    let it = Closing::new();
    let record = {
        let vault = it.vault();
        let filing = withdrawn("long ago", "2019-03-01", 2);
        let filed = it.house.founder(&vault).unwrap().file(&filing, &mut Buffers::new()).unwrap();
        let reviewer = vault.sign_in(it.house.people.reviewer.person()).unwrap();
        let verdict = jingui_schema::facts::Verdict::Passed;
        let records = [filed.record];
        let review = Review { records: &records, verdict, reason: None, compared: &[], plan: None };
        assert!(reviewer.review(&review, false).unwrap().refused.is_empty());
        filed.record
    };
    it.push();
    it.answer();
    it.seal();
    let yard = Yard::of_fonds("CA01");
    let vault = yard.open(os()).unwrap();
    assert_eq!(it.leave(&yard.founder(&vault)).unwrap().new, 4);
    opened(&yard.founder(&vault).with_reach(it.reach()), record).unwrap();
    let held = || files(&yard.house.vault().join("derived/held"));
    assert_eq!(held(), 1);
    let plan = yard.ripe(&vault);
    let ran = yard.run(&vault, plan).unwrap();
    assert_eq!(ran.destroyed, [record]);
    assert_eq!(held(), 0, "what opens it is gone, and what was fetched of it");
    let left = vault.left_sealed(&BTreeSet::from([record])).unwrap();
    let names = &left[&it.target_id()];
    assert!(names.len() == 1 && it.place.join(&names[0]).is_file(), "{names:?}");
    assert_eq!(read_there(&vault, &it.reach(), None).bodies, 3, "what was destroyed is looked for nowhere");
    assert!(opened(&yard.founder(&vault).with_reach(it.reach()), record).is_err());
    nothing_wrong(&verify(&yard.founder(&vault)));
    drop(vault);
    nothing_wrong(&second_opinion(&yard.house));
}

//! Documents of an archive that was taken in stay where it had pushed them: opened from there, checked first, kept within bounds.

use super::faults::{dying, no_reason};
use super::*;
use jingui_schema::act::JobRan;
use jingui_schema::cover::Document;
use jingui_schema::facts::Ground;
use jingui_schema::id::{ArchiveNumber, TargetId};
use jingui_schema::jobs::Job;
use jingui_tests::ca::escrowed_to;
use jingui_tests::disposal::{Yard, withdrawn};
use jingui_tests::faults::{Fault, FaultFs, Op};
use jingui_tests::house::content;
use jingui_tests::sweep::{Table, Tried};
use jingui_vault::Options;
use jingui_vault::elsewhere::{LeftReport, Reach};
use jingui_vault::jobs::{Onlooker, outcome};
use jingui_vault::places::{LeftPlace, PushPlace};
use jingui_vault::requests::Opener;
use jingui_vault::review::Review;
use std::collections::BTreeSet;

impl Closing {
    /// The copy that the archive has pushed.
    fn target_id(&self) -> TargetId {
        self.accepted().1.checked.state.target
    }

    /// How the copy is reached.
    pub(super) fn reach(&self) -> Reach {
        reach_at(&self.place)
    }

    /// The CA takes everything in and leaves documents where they are.
    pub(super) fn leave(&self, session: &Session) -> Result<TakenOver> {
        let (_scratch, found, theirs) = self.accepted();
        let read = Some(found.checked.state.target);
        session
            .take_handover(&theirs.expect("nothing is found"), &TakeOptions { leave: read, read, ..PATIENT })
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

/// How whatever copy lies at a place is reached.
fn reach_at(place: &Path) -> Reach {
    let place = place.to_owned();
    Reach::new(move |_| Ok(Arc::new(DirTarget::open(env_on(os()), &place)?) as Arc<dyn Target>))
}

/// How it ends when the CA opens a record by itself out of a copy; nothing is written.
fn ca_opens(ca: &Ca, target: Arc<dyn Target>, number: &ArchiveNumber) -> &'static str {
    let names = |document: &Document| document.member.clone();
    let dir = Path::new("nowhere");
    let (basis, matter) = (Ground::Dispute, "a case".to_owned());
    let opener = Opener { number: number.clone(), basis, matter, dir, names: &names };
    let opened = ca.accepting(&ca.key, |acceptor| acceptor.open_record(&env_on(os()), target, &opener, None));
    opened.err().map_or("ok", |error| error.code())
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
    let place = LeftPlace { target: "/somewhere".into(), ..Default::default() };
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

#[test]
fn the_records_of_a_list_may_leave_their_documents_there_as_well() {
    let it = Closing::new();
    it.seal_part("another");
    let taken = it.leave(&it.taker().1).unwrap();
    assert_eq!((taken.records, taken.new, taken.left, &*taken.differs), (1, 1, 1, &[][..]));
    let going = it.known[1].clone();
    assert_eq!(ca_opens(&it.ca, it.target(), &going.number), "ok");
    it.receipt(&taken);
    it.push();
    nothing_wrong(&it.lacks());
    it.finish().unwrap();
    nothing_wrong(&it.left_of(going.record));
    // The archive goes on, and so do its pushes into that copy.
    {
        let vault = it.vault();
        it.house.file(&it.house.founder(&vault).unwrap(), "afterwards", 1, None).unwrap();
    }
    it.push();
    it.answer();
    it.push();
    assert_eq!(ca_opens(&it.ca, it.target(), &going.number), "transferred", "it says where it is");
    let (vault, session) = it.reader();
    nothing_wrong(&look_at_all(&session, std::slice::from_ref(&going)));
    nothing_wrong(&verify(&session));
    let there = read_there(&vault, &it.reach(), Some(&session));
    assert_eq!((there.bodies, there.findings.len()), (1, 0), "{:?}", there.findings);
    assert_eq!(files(&it.taker.vault().join("bodies")), 0);
    drop((session, vault));
    nothing_wrong(&second_opinion(&it.taker));
    nothing_wrong(&second_opinion(&it.house));
}

#[test]
fn what_was_left_at_another_copy_is_read_there_before_anything_vouches_for_it() {
    let mut it = Closing::new();
    it.seal();
    it.leave(&it.taker().1).unwrap();
    let first = it.place.clone();
    let body = {
        let (_vault, session) = it.reader();
        it.body(&session, it.known[0].record)
    };
    it.place = it.dir.path().join("second");
    fs::create_dir(&it.place).unwrap();
    it.push();
    it.answer();
    it.push();
    let take = |reach: Option<Reach>| {
        let (_scratch, found, theirs) = it.accepted();
        let (_vault, session) = it.taker();
        let session = match reach {
            Some(reach) => session.with_reach(reach),
            None => session,
        };
        let read = Some(found.checked.state.target);
        session.take_handover(&theirs.expect("whole"), &TakeOptions { read, ..PATIENT }).unwrap()
    };
    let taken = take(None);
    assert_eq!((taken.new, taken.differs.len(), taken.receipt.is_none()), (0, 3, true));
    assert!(taken.differs[0].why.contains("verify --left"), "{:?}", taken.differs);
    let taken = take(Some(reach_at(&first)));
    assert_eq!((taken.new, taken.left, &*taken.differs), (0, 3, &[][..]));
    assert!(taken.receipt.is_some());
    // What does not lie there any more as it was is not signed for, however whole the other copy is.
    let mut bytes = fs::read(&body).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&body, bytes).unwrap();
    let taken = take(Some(reach_at(&first)));
    let differs: Vec<RecordId> = taken.differs.iter().map(|differs| differs.record).collect();
    assert_eq!((differs, taken.receipt.is_none()), (vec![it.known[0].record], true));
}

#[test]
fn out_of_a_copy_of_the_cas_own_vault_what_is_elsewhere_is_said_to_be_there() {
    let it = Closing::new();
    it.seal();
    let own = escrowed_to(&it.ca, jingui_tests::scratch(), "CA01");
    let place = own.dir.path().join("place");
    fs::create_dir(&place).unwrap();
    let target: Arc<dyn Target> = Arc::new(DirTarget::open(env_on(os()), &place).unwrap());
    let vault = own.house.open(os()).unwrap();
    assert_eq!(it.leave(&own.house.founder(&vault).unwrap()).unwrap().left, 3);
    push(&vault, &*target).unwrap();
    assert_eq!(ca_opens(&it.ca, target.clone(), &own.known.number), "ok");
    assert_eq!(ca_opens(&it.ca, target, &it.known[0].number), "left-elsewhere");
}

#[test]
fn where_a_copy_is_stands_in_the_settings_or_does_not_wherever_that_is_cut_off() {
    let (it, table) = (Closing::new(), Table::default());
    let pushes = PushPlace { target: "/pushes".into(), ..PushPlace::default() };
    it.taker().1.keep_push_place(Some(pushes.clone())).unwrap();
    let of = TargetId::from_bytes([7; 16]);
    let place = LeftPlace { target: "/somewhere".into(), ..LeftPlace::default() };
    let trial = |k: u64, fault: Fault| {
        let it = it.copied();
        let (disk, fs) = dying();
        let vault = it.taker.open(fs).expect("the pattern opens");
        let session = it.taker.founder(&vault).expect("the taker signs in");
        disk.arm(k, fault);
        let result = session.keep_left_place(of, place.clone());
        let mut tried = Tried::on(&disk, Vec::new());
        tried.wrong.extend(no_reason(&result, &tried));
        drop((session, vault));
        {
            // The keystore is where the settings say, who opens it knows of no other.
            let vault = Vault::open(env_on(os()), &it.taker.vault(), Options::default()).expect("it opens");
            let edited = vault.take_notices().iter().any(|notice| notice.code == "places-edited");
            tried.wrong.extend(edited.then(|| "somebody is said to have edited it".to_owned()));
        }
        let (vault, session) = it.taker();
        let kept = vault.left_place(of).ok();
        if kept.is_none() && result.is_ok() || kept.is_some_and(|kept| kept != place) {
            tried.wrong.push("it is not there".into());
        }
        if vault.push_place().ok().as_ref() != Some(&pushes) {
            tried.wrong.push("what stood there before is gone".into());
        }
        if let Err(error) = session.keep_left_place(of, place.clone()) {
            tried.wrong.push(format!("once more: {}", full(&error)));
        }
        if vault.left_place(of).ok().as_ref() != Some(&place) {
            tried.wrong.push("it is not there after all".into());
        }
        tried.wrong.extend(verify(&session));
        drop((session, vault));
        drop(it.taker());
        let aside = it.taker.vault().join("staging/places.toml").exists();
        tried.wrong.extend(aside.then(|| "the one before lies aside still".to_owned()));
        tried
    };
    table.sweep("settings", 3, &Fault::ALL, &trial);
    assert!(table.trials() > 5, "{} trials", table.trials());
    table.end("faults-handover-places.md");
}

#[test]
fn the_nightly_job_compares_what_came_since_and_reads_no_journal_that_nothing_came_by() {
    let mut it = Closing::new();
    it.seal();
    it.take().unwrap().unwrap();
    it.taker.opens_at += 24 * 3600 * 1000;
    // How often the journals of others were opened.
    let run = || {
        let disk = FaultFs::over(os()).with_reads();
        let vault = it.taker.open(Arc::new(disk.clone())).unwrap();
        disk.count_anew();
        let onlooker = Onlooker {
            progress: &|_| {},
            interrupted: &|| false,
            knows_holds: false,
            push: None,
            taken: &|_| {},
        };
        let (job, started) = (Job::Journal, vault.env().now());
        let came = vault.carry_out_job(job, &onlooker).unwrap();
        assert_eq!(came.counts.findings, 0);
        let is_kept = |path: &Path| path.to_string_lossy().contains("registers/received-");
        let steps = disk.steps();
        let opened = steps.iter().filter(|step| step.op == Op::Open && is_kept(&step.path));
        let opened = opened.filter(|step| step.path.extension().is_some_and(|ext| ext == "jsonl")).count();
        let (due, counts) = (started, came.counts);
        let outcome = outcome(came.exit());
        vault.note_job(JobRan { job, due, started, outcome, code: 0, counts, read: None }).unwrap();
        opened
    };
    let (first, second) = (run(), run());
    assert!(second >= 1 && second < first, "{first} times, then {second}");
    // Taken in once more for a hold, which is no record.
    hold(&it.vault().sign_in(it.legal.person()).unwrap(), it.known[2].record);
    it.push();
    it.answer();
    it.push();
    let taken = it.take().unwrap().unwrap();
    assert_eq!((taken.new, taken.holds), (0, 1));
    assert_eq!(run(), 2 * second, "each is read as any file is");
    nothing_wrong(&verify(&it.taker().1));
}

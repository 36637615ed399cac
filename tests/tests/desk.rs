//! The desk's rules, through the vault alone: two people, corrections in the open, what is missing, who may see what.

use jingui_schema::act::Deed;
use jingui_schema::facts::{
    Class, DocumentKind, FactName, Field, Label, Mark, Particular, Purpose, Role, Setting, Standing, Verdict,
    Waived,
};
use jingui_schema::id::RecordId;
use jingui_tests::house::{CANARY, House, doc, env_on, filing, verify};
use jingui_tests::scratch;
use jingui_tests::sweep::os;
use jingui_vault::body::{Buffers, Seen};
use jingui_vault::catalog::Query;
use jingui_vault::correct::DocumentChange;
use jingui_vault::filing::{Filing, Labels};
use jingui_vault::review::{Review, ReviewDone};
use jingui_vault::{Error, Result, Session, Vault};

/// A vault with a founder who files, a reviewer, and a newcomer with the roles given.
struct Desk {
    _dir: tempfile::TempDir,
    house: House,
    vault: Vault,
}

impl Desk {
    fn new(newcomer: &[Role]) -> Self {
        let dir = scratch();
        let env = env_on(os());
        let house = House::planned(dir.path(), &env, false);
        let vault = house.begin(&env).unwrap();
        let founder = house.founder(&vault).unwrap();
        founder.enrol(&house.people.newcomer.person().public_half(), newcomer).unwrap();
        vault.sign_in(house.people.authority.person()).unwrap().countersign().unwrap();
        Self { _dir: dir, house, vault }
    }

    fn clerk(&self) -> Session {
        self.house.founder(&self.vault).unwrap()
    }

    fn reviewer(&self) -> Session {
        self.vault.sign_in(self.house.people.reviewer.person()).unwrap()
    }

    fn newcomer(&self) -> Session {
        self.vault.sign_in(self.house.people.newcomer.person()).unwrap()
    }

    fn reopened(self) -> Self {
        let Self { _dir, house, vault } = self;
        drop(vault);
        let vault = house.open(os()).unwrap();
        Self { _dir, house, vault }
    }

    /// Files a complete application that was withdrawn: it needs its form alone.
    fn file(&self, of: &str) -> RecordId {
        let mut filing = with_kinds(of, &[DocumentKind::App]);
        filing.labels.outcome = jingui_schema::facts::Outcome::Withdrawn;
        filing.incoming[0].seen = Seen { marks: vec![Mark::Stamped], until: None, pages: Some(2) };
        self.clerk().file(&filing, &mut Buffers::new()).unwrap().record
    }
}

fn with_kinds(of: &str, kinds: &[DocumentKind]) -> Filing {
    let mut filing = filing(of, 0, None);
    filing.incoming = kinds
        .iter()
        .map(|kind| {
            let mut incoming = doc(&format!("{of} {kind}.txt"));
            incoming.kind = *kind;
            incoming
        })
        .collect();
    filing
}

fn review(session: &Session, records: &[RecordId], verdict: Verdict) -> Result<ReviewDone> {
    let reason = (verdict == Verdict::Returned).then_some(CANARY);
    session.review(&Review { records, verdict, reason, compared: &[], plan: None }, false)
}

fn refusal(done: &Result<ReviewDone>) -> &'static str {
    match done {
        Ok(done) => done.refused.first().map_or("none", |refused| refused.error.code()),
        Err(error) => error.code(),
    }
}

fn standing(session: &Session, record: RecordId) -> Standing {
    session.standing(&session.row(record).unwrap()).unwrap()
}

fn with(change: impl FnOnce(&mut Labels)) -> impl FnOnce(&mut Labels) -> Result<()> {
    |labels| {
        change(labels);
        Ok(())
    }
}

fn label(text: &str) -> Label {
    Label::read(text).unwrap()
}

#[test]
fn entry_and_review_are_two_peoples() {
    let desk = Desk::new(&[Role::Archivist, Role::Reviewer]);
    let (clerk, reviewer, both) = (desk.clerk(), desk.reviewer(), desk.newcomer());
    let record = desk.file("one");
    assert_eq!(standing(&clerk, record), Standing::Unreviewed);
    assert_eq!(refusal(&review(&clerk, &[record], Verdict::Passed)), "role");
    let mut own = with_kinds("two", &[DocumentKind::App]);
    own.labels.outcome = jingui_schema::facts::Outcome::Withdrawn;
    own.incoming[0].seen.marks = vec![Mark::Stamped];
    let own = both.file(&own, &mut Buffers::new()).unwrap().record;
    assert_eq!(refusal(&review(&both, &[own], Verdict::Passed)), "own-work");
    // Of several, those that can be reviewed are.
    let done = review(&both, &[own, record], Verdict::Passed).unwrap();
    assert_eq!((done.records, done.refused.len()), (vec![record], 1));
    assert_eq!(standing(&clerk, record), Standing::Archived);
    assert_eq!(refusal(&review(&reviewer, &[record], Verdict::Passed)), "nothing-to-review");
    review(&reviewer, &[own], Verdict::Returned).unwrap();
    assert_eq!(standing(&clerk, own), Standing::Returned);

    let desk = desk.reopened();
    let clerk = desk.clerk();
    clerk.rebuild_catalog().unwrap();
    assert_eq!((standing(&clerk, record), standing(&clerk, own)), (Standing::Archived, Standing::Returned));
    assert_eq!(verify(&clerk), Vec::<String>::new());
}

#[test]
fn a_review_signed_elsewhere_counts_only_for_what_it_looked_at() {
    let desk = Desk::new(&[Role::Archivist, Role::Reviewer]);
    let (clerk, reviewer, both) = (desk.clerk(), desk.reviewer(), desk.newcomer());
    let (one, two) = (desk.file("one"), desk.file("two"));
    let write = |records: &[RecordId]| {
        reviewer.write_review(&Review {
            records,
            verdict: Verdict::Passed,
            reason: None,
            compared: &records[..1],
            plan: None,
        })
    };
    let (first, second) = (write(&[one]).unwrap(), write(&[two]).unwrap());
    assert!(matches!(desk.vault.submit(&first, None), Err(Error::KeyNeeded {})));
    let done = desk.vault.submit(&first, Some(&clerk)).unwrap();
    assert!(!done.repeated);
    assert_eq!(standing(&clerk, one), Standing::Archived);
    assert!(desk.vault.submit(&first, None).unwrap().repeated);
    both.correct(two, with(|l| l.date = "2024-05-02".parse().unwrap()), &[], CANARY, false).unwrap();
    assert!(matches!(desk.vault.submit(&second, Some(&clerk)), Err(Error::Stale { .. })));
    assert_eq!(standing(&clerk, two), Standing::Unreviewed);
    assert!(matches!(
        both.write_review(&Review {
            records: &[two],
            verdict: Verdict::Passed,
            reason: None,
            compared: &[],
            plan: None,
        }),
        Err(Error::OwnWork { .. })
    ));
}

#[test]
fn what_the_period_rests_on_is_reviewed_again_after_a_correction() {
    let desk = Desk::new(&[Role::Archivist, Role::Reviewer]);
    let (clerk, reviewer) = (desk.clerk(), desk.reviewer());
    let record = desk.file("one");
    review(&reviewer, &[record], Verdict::Passed).unwrap();
    let tagged = clerk.correct(record, with(|l| l.tags.push(label("急"))), &[], CANARY, false).unwrap();
    assert_eq!((tagged.n, tagged.to_review, &tagged.changed[..]), (2, false, &[FactName::Tags][..]));
    assert_eq!(standing(&clerk, record), Standing::Archived);
    let later = "2024-05-02".parse().unwrap();
    let dated = clerk.correct(record, with(|l| l.date = later), &[], CANARY, false).unwrap();
    assert!(dated.to_review);
    assert_eq!(standing(&clerk, record), Standing::Unreviewed);
    // A rehearsal changes nothing, and neither does saying it once more.
    let again = |rehearse| clerk.correct(record, with(|l| l.date = later), &[], CANARY, rehearse);
    assert!(matches!(again(false), Err(Error::NothingToCorrect { .. })));
    clerk.correct(record, with(|l| l.box_code = Some(label("A-1"))), &[], CANARY, true).unwrap();
    assert_eq!(clerk.view(record).unwrap().facts.box_code, None);
    // Who corrected it is one of its clerks from then on.
    desk.newcomer().correct(record, with(|l| l.box_code = Some(label("A-1"))), &[], CANARY, false).unwrap();
    assert_eq!(refusal(&review(&desk.newcomer(), &[record], Verdict::Passed)), "own-work");
    review(&reviewer, &[record], Verdict::Passed).unwrap();
    assert_eq!(standing(&clerk, record), Standing::Archived);
    let versions = clerk.versions(record).unwrap();
    let dates: Vec<String> = versions.iter().map(|v| v.facts.date.to_string()).collect();
    assert_eq!(dates, ["2024-05-01", "2024-05-01", "2024-05-02", "2024-05-02"]);
    assert_eq!(verify(&clerk), Vec::<String>::new());
}

#[test]
fn a_filing_repeated_after_its_correction_makes_no_twin() {
    let desk = Desk::new(&[Role::Archivist]);
    let clerk = desk.clerk();
    let file = || clerk.file(&with_kinds("one", &[DocumentKind::App]), &mut Buffers::new()).unwrap();
    let first = file();
    let later = "2024-05-02".parse().unwrap();
    clerk.correct(first.record, with(|l| l.date = later), &[], CANARY, false).unwrap();
    let again = file();
    assert_eq!((again.repeated, again.record), (true, first.record));
    clerk.rebuild_catalog().unwrap();
    assert!(file().repeated);
}

#[test]
fn documents_are_corrected_by_number_and_their_bodies_still_open() {
    let desk = Desk::new(&[Role::Archivist]);
    let clerk = desk.clerk();
    let record =
        clerk.file(&with_kinds("one", &[DocumentKind::Other, DocumentKind::App]), &mut Buffers::new());
    let record = record.unwrap().record;
    let change = DocumentChange {
        no: 1,
        kind: Some(DocumentKind::Hid),
        title: Some("身份证".into()),
        marks: Some(vec![Mark::Front, Mark::Back]),
        until: Some(Some("2030-01-01".parse().unwrap())),
        pages: Some(Some(2)),
    };
    let done = clerk.correct(record, |_| Ok(()), std::slice::from_ref(&change), CANARY, false).unwrap();
    assert_eq!(done.changed, [FactName::Documents]);
    let document = clerk.view(record).unwrap().documents[0].clone();
    assert_eq!((document.kind, document.title.as_deref()), (DocumentKind::Hid, Some("身份证")));
    assert_eq!(document.filed.as_ref().unwrap().kind, DocumentKind::Other);
    clerk.supplement(record, &[doc("late")], CANARY, None, &mut Buffers::new()).unwrap();
    let opening = clerk.open_documents(record, &[], None, None).unwrap();
    for document in opening.documents().to_vec() {
        opening.copy(&document, &mut std::io::sink()).unwrap();
    }
    // Called what it was called when it was filed, it needs no second name.
    let back =
        DocumentChange { no: 1, kind: Some(DocumentKind::Other), title: Some(CANARY.into()), ..change };
    clerk.correct(record, |_| Ok(()), &[back], CANARY, false).unwrap();
    assert_eq!(clerk.view(record).unwrap().documents[0].filed, None);
    let none = DocumentChange { no: 9, ..DocumentChange::default() };
    assert!(matches!(
        clerk.correct(record, |_| Ok(()), &[none], CANARY, false),
        Err(Error::NoDocument { .. })
    ));
    assert_eq!(verify(&clerk), Vec::<String>::new());
    clerk.rotate(None, None, &|_| true).unwrap();
    assert_eq!(verify(&desk.clerk()), Vec::<String>::new());
    assert_eq!(desk.clerk().versions(record).unwrap().len(), 4);
}

#[test]
fn what_is_incomplete_is_not_archived_unless_somebody_lets_it_pass() {
    let desk = Desk::new(&[Role::Approver]);
    let (clerk, reviewer) = (desk.clerk(), desk.reviewer());
    let record = clerk.file(&with_kinds("one", &[DocumentKind::App]), &mut Buffers::new()).unwrap().record;
    assert_eq!(standing(&clerk, record), Standing::Incomplete);
    assert_eq!(refusal(&review(&reviewer, &[record], Verdict::Passed)), "incomplete");
    let query = Query { limit: 10, ..Query::default() };
    let of = |standing| clerk.list_where(&query, Some(standing), |_| true).unwrap().rows.len();
    assert_eq!((of(Standing::Incomplete), of(Standing::Unreviewed)), (1, 0));
    let missing = clerk.assess(&clerk.row(record).unwrap()).unwrap();
    assert_eq!((missing.met, missing.mandatory), (0, 8));
    let kinds: Vec<DocumentKind> = missing.gaps.iter().flat_map(|gap| gap.kinds().to_vec()).collect();
    let waive = |kind| Waived { kind, reason: CANARY.into(), by: None };
    clerk
        .correct(record, with(|l| l.waived = kinds.iter().copied().map(waive).collect()), &[], CANARY, false)
        .unwrap();
    assert_eq!(standing(&clerk, record), Standing::Unreviewed);
    let facts = clerk.view(record).unwrap().facts;
    assert!(facts.waived.iter().all(|w| w.by == Some(clerk.staff().unwrap())));
    review(&reviewer, &[record], Verdict::Passed).unwrap();
    assert_eq!((of(Standing::Archived), of(Standing::Incomplete)), (1, 0));

    // A longer checklist asks more of what comes from now on; what is archived stays so.
    let longer = jingui_schema::materials::SHIPPED.replace("need = [\"APP\",", "need = [\"APP\", \"RSK\",");
    assert!(matches!(clerk.set(Setting::Materials, &longer, CANARY), Err(Error::Role { .. })));
    let approver = desk.newcomer();
    assert!(matches!(approver.set(Setting::Materials, "cases", CANARY), Err(Error::Setting { .. })));
    assert!(approver.set(Setting::Materials, &longer, CANARY).unwrap().is_some());
    assert!(approver.set(Setting::Materials, &longer, CANARY).unwrap().is_none());
    assert_eq!(standing(&clerk, record), Standing::Archived);
    let next = clerk.file(&with_kinds("two", &[DocumentKind::App]), &mut Buffers::new()).unwrap().record;
    assert_eq!(clerk.assess(&clerk.row(next).unwrap()).unwrap().mandatory, 9);
    assert_eq!(approver.setting_history(Setting::Materials).unwrap().len(), 1);
}

#[test]
fn a_project_decides_class_and_materials_and_keeps_its_names() {
    let desk = Desk::new(&[Role::Approver]);
    let clerk = desk.clerk();
    let before = clerk.file(&with_kinds("old name", &[DocumentKind::App]), &mut Buffers::new()).unwrap();
    assert_eq!(before.class, Class::CnP5);
    let (old, new) = (label(&format!("{CANARY} old name")), label("新名称"));
    let approver = desk.newcomer();
    let set = |list: &jingui_schema::projects::Names<_>| {
        let list = list.with(&old, |p: &mut jingui_schema::projects::Project| {
            p.class = Some(Class::CnG10);
            p.materials.need = vec![DocumentKind::Rsk];
        });
        Ok(list.unwrap().renamed(&old, new.clone()).unwrap())
    };
    approver.change_projects(CANARY, set).unwrap().unwrap();
    let after = clerk.file(&with_kinds("old name", &[DocumentKind::Agr]), &mut Buffers::new()).unwrap();
    assert_eq!(after.class, Class::CnG10);
    assert_eq!(clerk.assess(&clerk.row(after.record).unwrap()).unwrap().mandatory, 9);
    let mut named = with_kinds("x", &[DocumentKind::App]);
    named.labels.project = new.clone();
    clerk.file(&named, &mut Buffers::new()).unwrap();
    for name in [old.as_str(), new.as_str()] {
        let query = Query { limit: 10, ..clerk.query_of(Some(name), None).unwrap() };
        assert_eq!(clerk.list(&query).unwrap().rows.len(), 3, "{name}");
    }
    let names = clerk.ask(|catalog| catalog.projects()).unwrap();
    assert_eq!(names.len(), 2);
    // The names and what they are for are sealed, as everything that people write is.
    drop(approver);
    assert_eq!(verify(&clerk), Vec::<String>::new());
}

#[test]
fn a_person_is_found_as_customer_and_as_handler() {
    let desk = Desk::new(&[Role::Legal]);
    let clerk = desk.clerk();
    let mut first = with_kinds("one", &[DocumentKind::App]);
    first.labels.customer.name = label("李华");
    let mut second = with_kinds("two", &[DocumentKind::App]);
    second.labels.application.fields = vec![Particular { field: Field::Handler, value: label("李华") }];
    for filing in [first, second, with_kinds("three", &[DocumentKind::App])] {
        clerk.file(&filing, &mut Buffers::new()).unwrap();
    }
    let query = Query { person: Some("李华".into()), limit: 10, ..Query::default() };
    let found = clerk.list(&query).unwrap().rows;
    assert_eq!(found.len(), 2);
    let one_by_one = Query { limit: 1, ..query };
    let page = clerk.list(&one_by_one).unwrap();
    let rest = clerk.list(&Query { after: page.next, ..one_by_one }).unwrap();
    assert_eq!((rest.rows.len(), rest.next), (1, None));
}

#[test]
fn a_restricted_record_opens_for_a_purpose_alone() {
    let desk = Desk::new(&[Role::Legal]);
    let (clerk, legal) = (desk.clerk(), desk.newcomer());
    let record = desk.file("one");
    clerk.annotate(record, CANARY).unwrap();
    clerk.restrict(record, true, CANARY).unwrap();
    assert!(matches!(clerk.restrict(record, true, CANARY), Err(Error::RestrictedAlready { .. })));
    let refused = |opening: Result<_>| assert!(matches!(opening.map(drop), Err(Error::Restricted { .. })));
    refused(clerk.open_documents(record, &[1], Some(CANARY), None));
    refused(clerk.open_for(record, &[1], Some(Purpose::Dispute), None, None));
    let opened = legal.open_for(record, &[1], Some(Purpose::Dispute), Some(CANARY), None).unwrap();
    let (line, _) = desk.vault.line(opened.seq().unwrap()).unwrap();
    assert!(matches!(line.act.deed, Deed::RecordOpen(d) if d.purpose == Some(Purpose::Dispute)));
    assert!(matches!(clerk.restrict(record, false, CANARY), Err(Error::Role { .. })));
    legal.restrict(record, false, CANARY).unwrap();
    clerk.open_documents(record, &[1], None, None).unwrap();
    let custody = clerk.row(record).unwrap().custody;
    assert_eq!((custody.restricted, custody.annotations.len()), (None, 1));
    assert_eq!(clerk.history(record).unwrap().len(), 6);
}

#[test]
fn values_of_a_restricted_record_are_shown_for_a_purpose_alone() {
    let desk = Desk::new(&[Role::Legal]);
    let clerk = desk.clerk();
    let record = desk.file("one");
    clerk.reveal(record, None, CANARY).unwrap();
    clerk.restrict(record, true, CANARY).unwrap();
    assert!(matches!(clerk.reveal(record, None, CANARY), Err(Error::Restricted { .. })));
    clerk.reveal(record, Some(Purpose::Audit), CANARY).unwrap();
    let line = clerk.history(record).unwrap().pop().unwrap();
    assert!(matches!(line.act.deed, Deed::FactsReveal(d) if d.purpose == Some(Purpose::Audit)));
}

#[test]
fn a_document_of_a_corrected_record_can_still_be_proved() {
    let desk = Desk::new(&[Role::Archivist]);
    let clerk = desk.clerk();
    let record = desk.file("one");
    let named = || clerk.prove_document(record, 1).unwrap().line.seq;
    let filed = named();
    let corrected = clerk.correct(record, with(|l| l.tags.push(label("急"))), &[], CANARY, false).unwrap();
    assert!(Some(named()) == corrected.seq && named() > filed);
    let later = clerk.supplement(record, &[doc("late")], CANARY, None, &mut Buffers::new()).unwrap();
    assert_eq!(named(), later.seq);
}

#[test]
fn a_new_staff_number_does_not_make_another_person() {
    let desk = Desk::new(&[Role::Archivist, Role::Reviewer]);
    let mut own = with_kinds("own", &[DocumentKind::App]);
    own.labels.outcome = jingui_schema::facts::Outcome::Withdrawn;
    own.incoming[0].seen.marks = vec![Mark::Stamped];
    let both = desk.newcomer();
    let record = both.file(&own, &mut Buffers::new()).unwrap().record;
    let number = both.staff().unwrap();
    drop(both);
    let founder = desk.clerk();
    founder.disable(number, None).unwrap();
    founder.enrol(&desk.house.people.newcomer.person().public_half(), &[Role::Reviewer]).unwrap();
    desk.vault.sign_in(desk.house.people.authority.person()).unwrap().countersign().unwrap();
    let again = desk.newcomer();
    assert_ne!(again.staff().unwrap(), number);
    assert_eq!(refusal(&review(&again, &[record], Verdict::Passed)), "own-work");
    assert!(again.row(record).unwrap().custody.is_own_work(again.staff().unwrap(), &desk.vault.state()));
    review(&desk.reviewer(), &[record], Verdict::Passed).unwrap();
}

#[test]
fn what_one_reviewer_gave_back_is_not_archived_by_what_another_passed_before() {
    let desk = Desk::new(&[Role::Reviewer]);
    let (clerk, one, other) = (desk.clerk(), desk.reviewer(), desk.newcomer());
    let record = desk.file("one");
    let newest = clerk.row(record).unwrap().covers[0];
    // Both looked at the same time; the second one's act is not asked again whether it is still needed.
    review(&one, &[record], Verdict::Passed).unwrap();
    let mut custody = clerk.row(record).unwrap().custody;
    let look = jingui_vault::custody::Look { n: newest.n, by: other.staff().unwrap(), seq: 99 };
    custody.reviewed(Verdict::Returned, look);
    assert_eq!(custody.standing(|| true), Standing::Returned);
    custody.corrected(2, &[FactName::Box], clerk.staff().ok());
    assert_eq!(custody.standing(|| true), Standing::Unreviewed);
}

#[test]
fn a_project_that_asks_for_less_shortens_nothing_by_the_way() {
    let desk = Desk::new(&[Role::Approver]);
    let (clerk, approver) = (desk.clerk(), desk.newcomer());
    let project = with_kinds("x", &[DocumentKind::App]).labels.project;
    let set = |class| {
        let of = |p: &mut jingui_schema::projects::Project| p.class = class;
        approver.change_projects(CANARY, |list| Ok(list.with(&project, of).unwrap())).unwrap();
    };
    set(Some(Class::CnG10));
    let mut filing = with_kinds("x", &[DocumentKind::App]);
    filing.labels.project = project.clone();
    let record = clerk.file(&filing, &mut Buffers::new()).unwrap().record;
    set(None);
    let tagged = clerk.correct(record, with(|l| l.tags.push(label("急"))), &[], CANARY, false).unwrap();
    assert_eq!((tagged.changed, tagged.after.class), (vec![FactName::Tags], Class::CnG10));
    // Where what the class follows from is corrected, it follows, and a second person sees it.
    let moved = clerk.correct(record, with(|l| l.project = label("别的")), &[], CANARY, false).unwrap();
    assert_eq!((moved.after.class, moved.to_review), (Class::CnP5, true));
}

#[test]
fn a_setting_that_is_damaged_comes_from_the_mirror_or_is_set_anew() {
    let dir = scratch();
    let env = env_on(os());
    for mirrored in [true, false] {
        let root = dir.path().join(mirrored.to_string());
        std::fs::create_dir(&root).unwrap();
        let house = House::planned(&root, &env, mirrored);
        let vault = house.begin(&env).unwrap();
        let half = house.people.newcomer.person().public_half();
        house.founder(&vault).unwrap().enrol(&half, &[Role::Approver]).unwrap();
        vault.sign_in(house.people.authority.person()).unwrap().countersign().unwrap();
        let approver = vault.sign_in(house.people.newcomer.person()).unwrap();
        let list = jingui_schema::materials::SHIPPED.replace("shipped-1", "ours");
        let set = approver.set(Setting::Materials, &list, CANARY).unwrap().unwrap();
        let (line, _) = vault.line(set.seq).unwrap();
        let note = *line.act.deed.note().unwrap();
        drop((approver, vault));
        let path = house.vault().join(format!("notes/{}/{}.e{}.age", note.place, note.id, note.epoch));
        std::fs::write(&path, b"damaged").unwrap();
        let vault = house.open(os()).unwrap();
        let approver = vault.sign_in(house.people.newcomer.person()).unwrap();
        if mirrored {
            assert_eq!(approver.settings().unwrap().materials.name, "ours");
            continue;
        }
        assert!(matches!(approver.settings(), Err(Error::FileDamaged { .. })));
        assert!(approver.set(Setting::Materials, &list, CANARY).unwrap().is_some());
        assert_eq!(approver.settings().unwrap().materials.name, "ours");
    }
}

#[test]
fn a_setting_that_no_note_holds_is_refused_by_name() {
    let desk = Desk::new(&[Role::Approver]);
    let quotes = format!("# {}\n", "\"".repeat(100));
    let mut list = jingui_schema::materials::SHIPPED.to_owned();
    while list.len() + quotes.len() <= jingui_schema::materials::CHECKLIST_BYTES_MAX {
        list += &quotes;
    }
    let refused = desk.newcomer().set(Setting::Materials, &list, &"\"".repeat(40_000)).unwrap_err();
    assert!(matches!(&refused, Error::Setting { why, .. } if why.contains("bytes")), "{refused}");
}

#[test]
fn a_review_of_what_was_corrected_meanwhile_is_refused() {
    let desk = Desk::new(&[Role::Archivist]);
    let (clerk, reviewer) = (desk.clerk(), desk.reviewer());
    let record = desk.file("one");
    // Both at once, many times over: whichever comes second sees what the first has done.
    for round in 0..20 {
        let date = format!("2024-04-{:02}", round + 1).parse().unwrap();
        let (corrected, reviewed) = std::thread::scope(|scope| {
            let one = scope.spawn(|| clerk.correct(record, with(|l| l.date = date), &[], CANARY, false));
            let other = scope.spawn(|| review(&reviewer, &[record], Verdict::Passed));
            (one.join().unwrap(), other.join().unwrap())
        });
        let corrected = corrected.unwrap();
        let row = clerk.row(record).unwrap();
        let passed = match reviewed {
            Ok(done) if done.refused.is_empty() => row.custody.passed,
            // The review of the round before still held when this one came.
            Ok(done) if matches!(done.refused[0].error, Error::NothingToReview { .. }) => row.custody.passed,
            Err(Error::Stale { .. }) => None,
            other => panic!("{other:?}"),
        };
        // What passed last is either the version before the correction or the one that it made.
        let settled = passed.is_some_and(|look| look.n == corrected.n);
        assert_eq!(row.custody.is_settled(), settled, "round {round}");
    }
    assert_eq!(verify(&clerk), Vec::<String>::new());
}

//! Lines folded into facts: what counts, what does not, what two people take back.

use super::*;
use crate::env::Env;
use crate::keys::{LogKey, Person};
use jingui_schema::act::{
    Act, ActConfirm, ActRefuse, CertLink, CertReport, CertStatus, CoverMark, HandoverDone, HoldCatch,
    HoldScreen, NoteMark, PurgeAppraise, PurgeDone, RecordCorrect, RecordFile, RecordReview, Reviewed,
    StaffEnrol, Tombstone, VaultInit,
};
use jingui_schema::certificate::{Change, Source};
use jingui_schema::digest::{B3, FileMark};
use jingui_schema::disposal::Appraisal;
use jingui_schema::facts::{Role, Verdict as Judged};
use jingui_schema::id::{HoldId, IssuerId, NoteId, Place, PlanId, StaffNo};
use jingui_schema::time::Time;

fn record() -> RecordId {
    RecordId::from_bytes([7; 16])
}

/// A journal that is only folded: lines by staff number, each on a day.
pub(super) struct Journal {
    env: Env,
    state: State,
    tip: Tip,
    ledger: Ledger,
    n: u32,
}

fn cert(id: u8) -> CertId {
    CertId::from_bytes([id; 16])
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn linked(id: u8, until: Option<&str>) -> Linked {
    Linked {
        cert: cert(id),
        issued: Some(day("2020-06-16")),
        until: until.map(|text| text.parse().unwrap()),
        reliance: Reliance::Original,
        issuer: None,
        verified: false,
    }
}

fn event(id: u8, event: Change, on: &str) -> CertEvent {
    CertEvent { cert: cert(id), event, day: day(on) }
}

fn note() -> NoteMark {
    NoteMark {
        id: NoteId::from_bytes([9; 16]),
        place: Place::of_counter(0),
        epoch: 1,
        size: 1,
        b3: B3([0; 32]),
    }
}

impl Journal {
    pub(super) fn new() -> Self {
        let env = Env::of_host();
        let (person, vault) = (Person::generate(&env, "p").unwrap(), env.vault_id());
        let founder = StaffEnrol {
            staff: StaffNo(1),
            age: person.recipient(),
            sign: person.sign_key(),
            roles: vec![Role::Archivist],
            note: None,
        };
        let init = VaultInit {
            format: jingui_schema::FORMAT,
            suite: "intl".into(),
            vault,
            ra: "RA".into(),
            fonds: "JG01".parse().unwrap(),
            solo: false,
            authority: None,
            ca: None,
            log: LogKey::generate(&env).verifier_key_text(&vault),
            founder,
            epoch: 1,
            recipient: person.recipient(),
            escrow: None,
            members: vec![StaffNo(1)],
        };
        let act = Act { id: env.act_id(), at: env.now(), deed: init.into() };
        let raw = act.to_raw();
        let sig = Some(person.sign(&vault, raw.get()));
        let early: Time = "2020-01-01T00:00:00.000Z".parse().unwrap();
        let mut line = Line::write(&Tip::START, early, By::Staff(StaffNo(1)), &raw, sig).unwrap();
        line.pop();
        let line = Line::parse(&line).unwrap();
        let state = State::begin(&line).unwrap();
        Self { env, state, tip: Tip::after(&line), ledger: Ledger::default(), n: 0 }
    }

    /// State and tip behind its first line.
    pub(super) fn begun(self) -> (State, Tip) {
        (self.state, self.tip)
    }

    /// A line by somebody at noon of a day; returns its act.
    fn line(&mut self, by: u32, on: &str, deed: impl Into<Deed>) -> ActId {
        let act = Act { id: self.env.act_id(), at: self.env.now(), deed: deed.into() };
        let at: Time = format!("{on}T04:00:00.000Z").parse().unwrap();
        let line = Line {
            seq: self.tip.lines + 1,
            at,
            prev: self.tip.last,
            by: By::Staff(StaffNo(by)),
            sig: None,
            digest: Sha256([self.tip.lines as u8; 32]),
            act,
        };
        self.ledger.take(&line, &self.state);
        self.tip = Tip::after(&line);
        line.act.id
    }

    fn cover(&mut self) -> (u32, CoverMark) {
        self.n += 1;
        let commit = Sha256([self.n as u8; 32]);
        (self.n, CoverMark { epoch: 1, size: 1, b3: B3([0; 32]), commit })
    }

    fn file(&mut self, outcome: Outcome, certs: Vec<Linked>) -> ActId {
        self.file_from(outcome, certs, None)
    }

    fn file_from(&mut self, outcome: Outcome, certs: Vec<Linked>, from: Option<Box<Received>>) -> ActId {
        let (n, cover) = self.cover();
        let class = if is_never_issued(outcome) { Class::CnR3 } else { Class::CnP5 };
        let deed = RecordFile {
            record: record(),
            filing: n,
            n,
            number: "JG01-2026-000001".parse().unwrap(),
            counter: 1,
            class,
            business: Business::New,
            date: day("2020-06-01"),
            outcome,
            docs: 1,
            body: FileMark { size: 1, b3: B3([0; 32]) },
            cover,
            note: None,
            plan: None,
            certs,
            from,
        };
        self.line(1, "2020-06-20", deed)
    }

    fn correct(&mut self, on: &str, outcome: Outcome, changed: &[FactName]) {
        let (n, cover) = self.cover();
        let class = if is_never_issued(outcome) { Class::CnR3 } else { Class::CnP5 };
        let deed = RecordCorrect {
            record: record(),
            n,
            counter: 1,
            class,
            business: Business::New,
            date: day("2020-06-01"),
            outcome,
            changed: changed.to_vec(),
            cover,
            note: note(),
        };
        self.line(1, on, deed);
    }

    fn link(&mut self, certs: Vec<Linked>) -> ActId {
        let (n, cover) = self.cover();
        let deed = CertLink {
            record: record(),
            n,
            counter: 1,
            class: Class::CnP5,
            business: Business::New,
            date: day("2020-06-01"),
            outcome: Outcome::Issued,
            cover,
            certs,
            note: None,
        };
        self.line(1, "2020-07-01", deed)
    }

    fn review(&mut self, by: u32) {
        let commit = Sha256([self.n as u8; 32]);
        let records = vec![Reviewed { record: record(), n: self.n, commit }];
        let (verdict, compared) = (Judged::Passed, Vec::new());
        let deed = RecordReview { records, verdict, materials: 0, compared, plan: None, note: None };
        self.line(by, "2020-07-02", deed);
    }

    fn two(&mut self, deed: impl Into<Deed>) {
        let act = self.line(1, "2023-01-05", deed);
        self.line(2, "2023-01-06", ActConfirm { act, sha256: Sha256::ZERO });
    }

    /// The last day, or why there is none.
    fn last(&self) -> String {
        let (record, kept) = self.ledger.find("jg01-2026-000001").unwrap();
        let dated = self.ledger.dated(record, kept, &self.state, &Rules::default(), day("2026-11-26"));
        match dated.assessment.dates() {
            Some(dates) => dates.last.to_string(),
            None => dated.assessment.unclear.iter().map(|why| why.word()).collect::<Vec<_>>().join(" "),
        }
    }
}

#[test]
fn a_record_has_dates_once_a_second_person_has_seen_its_first_certificate() {
    let mut journal = Journal::new();
    journal.file(Outcome::Issued, Vec::new());
    journal.review(2);
    assert_eq!(journal.last(), "no-certificate");
    journal.link(vec![linked(1, Some("2021-06-15"))]);
    assert_eq!(journal.last(), "unreviewed");
    journal.review(1);
    assert_eq!(journal.last(), "unreviewed", "who filed it does not review it");
    journal.review(2);
    assert_eq!(journal.last(), "2026-06-15");
    // A further one only keeps longer, so it need not wait for anybody.
    journal.link(vec![linked(2, Some("2022-06-15")), linked(1, Some("2020-12-31"))]);
    assert_eq!(journal.last(), "2027-06-15");
    journal.link(vec![linked(3, None)]);
    assert_eq!(journal.last(), "unknown-end");
}

#[test]
fn what_two_lines_say_otherwise_of_one_certificate_keeps_longer() {
    let mut journal = Journal::new();
    journal.file(Outcome::Issued, vec![linked(1, Some("2022-06-15"))]);
    journal.review(2);
    journal.link(vec![linked(1, Some("2021-06-15"))]);
    assert_eq!(journal.last(), "2027-06-15");
    journal.link(vec![linked(1, Some("never"))]);
    assert_eq!(journal.last(), "never-ends");
}

#[test]
fn a_list_counts_while_the_certificate_is_valid_and_a_report_once_two_have_said_so() {
    let mut journal = Journal::new();
    journal.file(Outcome::Issued, vec![linked(1, Some("2023-06-15"))]);
    journal.review(2);
    let report = |day| CertReport {
        source: Source::Order,
        list: None,
        events: vec![event(1, Change::Revoked, day)],
        note: note(),
    };
    let act = journal.line(1, "2022-11-04", report("2022-11-03"));
    assert_eq!(journal.last(), "2028-06-15", "one person's word");
    journal.line(2, "2022-11-05", ActRefuse { act, note: note() });
    journal.line(2, "2022-11-05", ActConfirm { act, sha256: Sha256::ZERO });
    assert_eq!(journal.last(), "2028-06-15", "refused");
    let list = |day: &str| CertStatus {
        issuer: IssuerId::from_bytes([1; 16]),
        list: B3([0; 32]),
        made: self::day(day),
        events: vec![event(1, Change::Revoked, day)],
        note: None,
    };
    let taken_in = journal.line(1, "2023-01-05", list("2022-12-01"));
    assert_eq!(journal.last(), "2027-12-01", "a signed list, in time");
    journal.two(report("2022-12-20"));
    assert_eq!(journal.last(), "2027-12-20", "the later of two days");
    let mistake = CertReverse { act: taken_in, certs: vec![cert(1)], note: note() };
    journal.two(mistake);
    assert_eq!(journal.last(), "2027-12-20");
    journal.line(1, "2023-06-16", list("2023-02-02"));
    assert_eq!(journal.last(), "2027-12-20", "a list that came late");
}

#[test]
fn a_link_that_was_a_mistake_ends_by_two_and_the_next_first_one_is_reviewed_again() {
    let mut journal = Journal::new();
    let act = journal.file(Outcome::Issued, vec![linked(1, Some("2099-06-15"))]);
    journal.review(2);
    assert_eq!(journal.last(), "2104-06-15");
    journal.two(CertReverse { act, certs: vec![cert(1)], note: note() });
    assert_eq!(journal.last(), "no-certificate");
    journal.link(vec![linked(1, Some("2021-06-15"))]);
    assert_eq!(journal.last(), "unreviewed");
    journal.review(2);
    assert_eq!(journal.last(), "2026-06-15");
}

#[test]
fn what_an_appraisal_adds_ends_by_two_and_not_by_another_appraisal() {
    let mut journal = Journal::new();
    journal.file(Outcome::Issued, vec![linked(1, Some("2021-06-15"))]);
    journal.review(2);
    let (plan, sha256, records) = (PlanId::from_bytes([4; 16]), Sha256::ZERO, vec![record()]);
    let appraise = |until: Option<&str>, class: Option<Class>| PurgeAppraise {
        plan,
        sha256,
        verdict: Appraisal::Keep,
        records: records.clone(),
        until: until.map(day),
        class,
        note: note(),
    };
    let mistake = |act: ActId| PurgeReverse { act, records: vec![record()], note: note() };
    let stands = |journal: &Journal| (journal.ledger.get(record()).unwrap().until(), journal.last());
    let slip = journal.line(1, "2022-08-01", appraise(Some("2095-01-01"), None));
    journal.line(1, "2022-08-02", appraise(Some("2029-01-01"), None));
    let class = journal.line(1, "2022-08-03", appraise(None, Some(Class::CnG10)));
    assert_eq!(stands(&journal), (Some(day("2095-01-01")), "2031-06-15".into()));
    journal.line(1, "2022-08-04", appraise(None, None));
    let act = journal.line(1, "2022-08-05", mistake(slip));
    assert_eq!(stands(&journal), (Some(day("2095-01-01")), "2031-06-15".into()), "one person alone");
    journal.line(2, "2022-08-06", ActRefuse { act, note: note() });
    journal.line(2, "2022-08-07", ActConfirm { act, sha256: Sha256::ZERO });
    assert_eq!(stands(&journal).0, Some(day("2095-01-01")), "refused");
    journal.two(mistake(slip));
    assert_eq!(stands(&journal), (Some(day("2029-01-01")), "2031-06-15".into()));
    journal.two(mistake(class));
    assert_eq!(stands(&journal), (Some(day("2029-01-01")), "2026-06-15".into()));
}

#[test]
fn an_application_that_was_undecided_is_counted_from_the_day_that_this_ended() {
    let mut journal = Journal::new();
    journal.file(Outcome::Pending, Vec::new());
    journal.review(2);
    assert_eq!(journal.last(), "pending");
    journal.correct("2020-09-10", Outcome::Lapsed, &[FactName::Outcome]);
    assert_eq!(journal.last(), "unreviewed");
    journal.review(2);
    assert_eq!(journal.last(), "2023-09-10");
    let mut at_once = Journal::new();
    at_once.file(Outcome::Rejected, Vec::new());
    at_once.review(2);
    assert_eq!(at_once.last(), "2023-06-01");
}

#[test]
fn a_correction_that_hides_what_it_changes_is_seen() {
    let mut journal = Journal::new();
    journal.file(Outcome::Issued, vec![linked(1, Some("2099-06-15"))]);
    journal.review(2);
    journal.correct("2020-09-10", Outcome::Issued, &[FactName::Tags]);
    assert_eq!(journal.last(), "2104-06-15");
    journal.correct("2020-09-10", Outcome::Rejected, &[FactName::Tags]);
    assert_eq!(journal.last(), "unreviewed");
}

#[test]
fn a_record_is_found_by_its_number_and_by_the_beginning_of_its_id() {
    let mut journal = Journal::new();
    journal.file(Outcome::Issued, Vec::new());
    let found = |text: &str| journal.ledger.find(text).map(|(found, _)| found);
    let id = record().to_string();
    for text in ["JG01-2026-000001", "jg01-2026-000001", &id, &id[..6], &id.to_lowercase()] {
        assert_eq!(found(text).unwrap(), record(), "{text}");
    }
    for text in ["JG01-2026-000002", "", "zz", "-", "ZZZZZZ", "\u{4e00}\u{4e00}\u{4e00}\u{4e00}"] {
        assert!(matches!(found(text), Err(Error::NoRecord { .. })), "{text}");
    }
}

#[test]
fn what_holds_have_named_is_known_before_the_record_comes_and_when_it_is_gone() {
    let mut journal = Journal::new();
    let hold = |n: u8| HoldId::from_bytes([n; 16]);
    let of = |journal: &Journal| {
        let of = journal.ledger.holds_of(record()).cloned().unwrap_or_default();
        let there = journal.ledger.get(record()).is_some();
        assert!(!there || journal.ledger.strays.get(record()).is_none(), "in one place");
        (there, of.holds.iter().map(|hold| hold.as_bytes()[0]).collect::<Vec<u8>>(), of.version, of.screened)
    };
    let name = |journal: &mut Journal, n: u8| {
        journal.line(1, "2020-06-19", HoldCatch { hold: hold(n), records: vec![record()] });
    };
    let screen = |journal: &mut Journal, n: u8| {
        let lines = journal.tip.lines;
        let deed = HoldScreen { record: record(), n: 1, lines, caught: vec![hold(n)], readers: None };
        journal.line(1, "2020-06-21", deed);
        lines
    };
    name(&mut journal, 1);
    journal.file(Outcome::Issued, Vec::new());
    let filed = journal.tip.lines;
    name(&mut journal, 3);
    assert_eq!(of(&journal), (true, vec![1, 3], filed, 0));
    let screened = screen(&mut journal, 2);
    assert_eq!(of(&journal), (true, vec![1, 2, 3], filed, screened));
    // What comes from elsewhere changes nothing of a record that is here, but nobody has compared it.
    let from = Received {
        take: ActId::from_bytes([1; 16]),
        n: 1,
        commit: Sha256::ZERO,
        filed: day("2019-01-01"),
        last: day("2019-01-01"),
        decided: None,
        reviewed: true,
        restricted: false,
        until: None,
        also: Vec::new(),
        ends: Vec::new(),
        holds: vec![hold(4)],
        left: None,
    };
    journal.file_from(Outcome::Issued, Vec::new(), Some(Box::new(from)));
    assert_eq!(of(&journal), (true, vec![1, 2, 3, 4], journal.tip.lines, 0));
    assert_eq!(journal.ledger.get(record()).unwrap().size().filings, 1);
    let (number, plan) = ("JG01-2026-000001".parse().unwrap(), PlanId::from_bytes([4; 16]));
    let destroyed = vec![Tombstone { record: record(), number }];
    journal.line(1, "2030-01-01", PurgeDone { plan, destroyed, failed: Vec::new() });
    name(&mut journal, 5);
    let (there, named, ..) = of(&journal);
    assert_eq!((there, named), (false, vec![1, 2, 3, 4, 5]));
    journal.file(Outcome::Issued, Vec::new());
    assert_eq!(of(&journal), (true, vec![1, 2, 3, 4, 5], journal.tip.lines, 0));
    journal.line(1, "2030-01-02", HandoverDone { receipt: ActId::from_bytes([1; 16]), records: 1 });
    screen(&mut journal, 6);
    let (there, named, ..) = of(&journal);
    assert_eq!((there, named), (false, vec![1, 2, 3, 4, 5, 6]));
    assert_eq!(journal.ledger.records().count(), 0);
}

//! Chance histories: whatever is asked of a file and the lines behind it comes out as of the whole journal. And a file
//! that was changed anywhere says nothing.

use super::super::tests::Journal;
use super::*;
use crate::dates::due::Tally;
use crate::dates::flat::write;
use crate::dates::pieces::{HEAD, Out};
use crate::dates::{Dated, Kept, PATIENCE_DAYS};
use crate::fs::OsFs;
use jingui_schema::act::*;
use jingui_schema::certificate::{Change, Reliance, Source, Until as Told};
use jingui_schema::digest::{B3, FileMark, Sha256};
use jingui_schema::disposal::Appraisal;
use jingui_schema::facts::{Basis, Business, Class, FactName, Outcome, Verdict};
use jingui_schema::id::{ActId, By, HoldId, IssuerId, NoteId, Place, PlanId, StaffNo};
use jingui_schema::line::Tip;
use jingui_schema::rules::Rule;
use jingui_schema::time::{Day, Time};
use std::path::Path;

/// xorshift64*: enough chance, the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16) % n
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len() as u64) as usize]
    }

    fn day(&mut self) -> Day {
        let year = if self.one_in(30) { 9998 } else { 2008 + self.below(20) as i16 };
        Day::of(year, 1 + self.below(12) as i8, 1 + self.below(28) as i8).unwrap()
    }
}

const RECORDS: u64 = 40;
const CERTS: u64 = 30;
const KEY: &[u8; 32] = &[7; 32];

/// Ids of which several begin alike.
fn id(kind: u8, n: u64) -> [u8; 16] {
    let mut id = [kind; 16];
    (id[0], id[1], id[15]) = ((n % 3 * 80) as u8, (n % 2) as u8, n as u8);
    id
}

fn record(n: u64) -> RecordId {
    RecordId::from_bytes(id(1, n))
}

fn cert(n: u64) -> CertId {
    CertId::from_bytes(id(2, n))
}

fn note() -> NoteMark {
    let (id, place) = (NoteId::from_bytes([9; 16]), Place::of_counter(0));
    NoteMark { id, place, epoch: 1, size: 1, b3: B3([0; 32]) }
}

/// Lines as chance has them, and what comes of them.
struct History {
    dice: Dice,
    state: State,
    tip: Tip,
    lines: Vec<Line>,
    day: Day,
    versions: u32,
    acts: Vec<ActId>,
    holds: u8,
}

impl History {
    fn new(seed: u64) -> Self {
        let (state, tip) = Journal::new().begun();
        let day = Day::of(2020, 1, 1).unwrap();
        let dice = Dice(seed);
        Self {
            dice,
            state,
            tip,
            lines: Vec::new(),
            day,
            versions: 0,
            acts: vec![ActId::from_bytes([1; 16])],
            holds: 0,
        }
    }

    fn push(&mut self, deed: impl Into<Deed>) -> ActId {
        self.day = self.day.plus_days(self.dice.below(12) as u32).unwrap();
        let at: Time = format!("{}T04:00:00.000Z", self.day).parse().unwrap();
        let mut id = [5; 16];
        id[..8].copy_from_slice(&self.tip.lines.to_be_bytes());
        let act = Act { id: ActId::from_bytes(id), at, deed: deed.into() };
        let line = Line {
            seq: self.tip.lines + 1,
            at,
            prev: self.tip.last,
            by: By::Staff(StaffNo(1 + self.dice.below(3) as u32)),
            sig: None,
            digest: Sha256([self.tip.lines as u8; 32]),
            act,
        };
        self.tip = Tip::after(&line);
        self.state.apply(&line);
        self.lines.push(line);
        self.acts.push(ActId::from_bytes(id));
        ActId::from_bytes(id)
    }

    fn cover(&mut self) -> (u32, CoverMark) {
        self.versions += 1;
        let commit = Sha256([self.versions as u8; 32]);
        (self.versions, CoverMark { epoch: 1, size: 1, b3: B3([0; 32]), commit })
    }

    fn certs(&mut self) -> Vec<Linked> {
        let count = self.dice.below(3);
        let mut one = || Linked {
            cert: cert(self.dice.below(CERTS)),
            issued: (!self.dice.one_in(4)).then(|| self.dice.day()),
            until: match self.dice.below(12) {
                0 => None,
                1 => Some(Told::Never),
                _ => Some(Told::Day(self.dice.day())),
            },
            reliance: self.dice.one_of(Reliance::ALL),
            issuer: None,
            verified: false,
        };
        (0..count).map(|_| one()).collect()
    }

    fn events(&mut self) -> Vec<CertEvent> {
        let count = 1 + self.dice.below(3);
        let mut one = || CertEvent {
            cert: cert(self.dice.below(CERTS)),
            event: self.dice.one_of(Change::ALL),
            day: self.dice.day(),
        };
        (0..count).map(|_| one()).collect()
    }

    fn said(&mut self) -> (RecordId, Class, Business, Day, Outcome) {
        let outcome = if self.dice.one_in(2) { Outcome::Issued } else { self.dice.one_of(Outcome::ALL) };
        let (class, business) = (self.dice.one_of(Class::ALL), self.dice.one_of(Business::ALL));
        (record(self.dice.below(RECORDS)), class, business, self.dice.day(), outcome)
    }

    fn some_records(&mut self) -> Vec<RecordId> {
        (0..1 + self.dice.below(3)).map(|_| record(self.dice.below(RECORDS))).collect()
    }

    fn any_hold(&mut self) -> HoldId {
        HoldId::from_bytes([self.dice.below(u64::from(self.holds) + 1) as u8; 16])
    }

    fn step(&mut self) {
        let (record, class, business, date, outcome) = self.said();
        let body = FileMark { size: self.dice.below(1000), b3: B3([0; 32]) };
        let seq = self.tip.lines;
        match self.dice.below(24) {
            0..6 => {
                let (n, cover) = self.cover();
                let of = 1 + u64::from(record.as_bytes()[15]);
                // Now and then two records with one number, which nobody gives.
                let number = format!("JG0{}-20{}-{:06}", 1 + of % 2, 20 + of % 3, 1 + of / 2);
                let (number, certs) = (number.parse().unwrap(), self.certs());
                let (docs, counter) = (1 + self.dice.below(4) as u32, of);
                let (note, plan) = (None, None);
                let filing = n;
                self.push(RecordFile {
                    record,
                    filing,
                    n,
                    number,
                    counter,
                    class,
                    business,
                    date,
                    outcome,
                    docs,
                    body,
                    cover,
                    note,
                    plan,
                    certs,
                    from: None,
                });
            }
            6 | 7 => {
                let (n, cover) = self.cover();
                let changed = vec![self.dice.one_of(&[FactName::Tags, FactName::Outcome])];
                let (counter, note) = (1, note());
                self.push(RecordCorrect {
                    record,
                    n,
                    counter,
                    class,
                    business,
                    date,
                    outcome,
                    changed,
                    cover,
                    note,
                });
            }
            8 | 9 => {
                let ((n, cover), certs, counter, note) = (self.cover(), self.certs(), 1, None);
                self.push(CertLink {
                    record,
                    n,
                    counter,
                    class,
                    business,
                    date,
                    outcome,
                    cover,
                    certs,
                    note,
                });
            }
            10 => {
                let (n, cover) = self.cover();
                let (from, proposal, counter) =
                    (1 + self.dice.below(n.into()) as u32, ActId::from_bytes([3; 16]), 1);
                let left = self.dice.one_in(2).then_some(Rebound { filing: n, docs: 1, body });
                self.push(DocumentRemove { proposal, record, n, counter, from, left, cover, seen: seq });
            }
            11..15 => {
                let newest = |record: RecordId, lines: &[Line]| {
                    let mut covers = lines.iter().filter_map(|line| line.act.deed.cover());
                    covers.rfind(|cover| cover.record == record).map(|c| (c.n, c.mark.commit))
                };
                let records = self.some_records();
                let records = records.into_iter().filter_map(|record| {
                    newest(record, &self.lines).map(|(n, commit)| Reviewed { record, n, commit })
                });
                let records = records.collect();
                let verdict = if self.dice.one_in(5) { Verdict::Returned } else { Verdict::Passed };
                let (materials, compared, plan, note) = (0, Vec::new(), None, None);
                self.push(RecordReview { records, verdict, materials, compared, plan, note });
            }
            15 if self.dice.one_in(3) => {
                let appraisals = self.lines.iter().filter(|l| matches!(l.act.deed, Deed::PurgeAppraise(_)));
                let appraisals: Vec<ActId> = appraisals.map(|line| line.act.id).collect();
                if !appraisals.is_empty() {
                    let (act, records) = (self.dice.one_of(&appraisals), self.some_records());
                    self.push(PurgeReverse { act, records, note: note() });
                }
            }
            15 => {
                let (plan, sha256, records) =
                    (PlanId::from_bytes([4; 16]), Sha256::ZERO, self.some_records());
                let until = self.dice.one_in(2).then(|| self.dice.day());
                let class = self.dice.one_in(2).then_some(class);
                let verdict = Appraisal::ALL[0];
                self.push(PurgeAppraise { plan, sha256, verdict, records, until, class, note: note() });
            }
            16 => {
                let number = "JG01-2026-000001".parse().unwrap();
                let destroyed = vec![Tombstone { record, number }];
                self.push(PurgeDone { plan: PlanId::from_bytes([4; 16]), destroyed, failed: Vec::new() });
            }
            17 => self.hold(record, seq),
            18 => {
                let (issuer, list) = (IssuerId::from_bytes([1; 16]), B3([0; 32]));
                let (made, events) = (self.day, self.events());
                self.push(CertStatus { issuer, list, made, events, note: None });
            }
            19 | 20 => {
                let act = self.dice.one_of(&self.acts.clone());
                let certs =
                    self.lines.iter().find(|line| line.act.id == act).map(|line| line.act.deed.certs());
                let certs = certs.filter(|certs| !certs.is_empty() && self.dice.one_in(2));
                let (source, events) = (Source::Order, self.events());
                match certs {
                    Some(certs) => self.push(CertReverse { act, certs, note: note() }),
                    None => self.push(CertReport { source, list: None, events, note: note() }),
                };
            }
            21 | 22 => {
                let open: Vec<ActId> = self.state.proposals.keys().copied().collect();
                if let Some(act) = (!open.is_empty()).then(|| self.dice.one_of(&open)) {
                    match self.dice.one_in(4) {
                        true => self.push(ActRefuse { act, note: note() }),
                        false => self.push(ActConfirm { act, sha256: Sha256::ZERO }),
                    };
                }
            }
            _ if self.dice.one_in(6) => {
                let version = self.state.newest_rule(class).version + 1;
                let (years, basis) = (self.dice.one_of(&[5, 6, 10, 30]), self.dice.one_of(Basis::ALL));
                let (grace, floor) = (self.dice.one_of(&[15, 30, 60]), self.dice.one_of(&[None, Some(7)]));
                let (effective, law) = (self.dice.day(), "law".into());
                let rule = Rule { class, version, years, basis, grace, floor, effective, law };
                let act = self.push(RulePropose { rule, note: note() });
                self.push(ActConfirm { act, sha256: Sha256::ZERO });
            }
            _ => {}
        }
    }

    fn hold(&mut self, record: RecordId, seq: u64) {
        let (hold, note) = (self.any_hold(), note());
        match self.dice.below(6) {
            0 => {
                let (standing, review) = (self.dice.one_in(2), self.day);
                let records = if standing { Vec::new() } else { self.some_records() };
                self.holds += 1;
                let hold = HoldId::from_bytes([self.holds; 16]);
                self.push(HoldPlace { hold, standing, review, records, note });
            }
            1 => {
                let records = self.some_records();
                self.push(HoldCatch { hold, records });
            }
            2 => drop(self.push(HoldScreened { hold, lines: seq, readers: None })),
            3 => {
                let caught = if self.dice.one_in(2) { vec![hold] } else { Vec::new() };
                self.push(HoldScreen { record, n: 1, lines: seq, caught, readers: None });
            }
            4 => drop(self.push(HoldKeep { hold, note })),
            _ => {
                let act = self.push(HoldRelease { hold, note });
                self.push(ActConfirm { act, sha256: Sha256::ZERO });
            }
        }
    }

    /// The ledger of so many of its lines.
    fn ledger(&self, lines: usize) -> Ledger {
        let mut ledger = Ledger::default();
        self.lines[..lines].iter().for_each(|line| ledger.take(line, &self.state));
        ledger
    }

    /// Writes the file as it would have been written behind so many lines.
    fn write(&self, lines: usize, path: &Path) -> Rules {
        let rules = match lines.checked_sub(1) {
            Some(last) => self.state.retention_rules_on(self.lines[last].at.day()),
            None => Rules::default(),
        };
        let head = Head { vault: self.state.init.vault, lines: 1, last: Sha256::ZERO, rules: digest(&rules) };
        drop(std::fs::remove_file(path));
        let fs: &dyn crate::fs::Fs = &OsFs;
        write(&self.ledger(lines), &rules, Out::begin(fs.create_new(path).unwrap(), KEY, head).unwrap())
            .unwrap();
        rules
    }

    /// The file gone on with to the end.
    fn book(&self, lines: usize, path: &Path) -> std::result::Result<Book, Unfit> {
        let fs: &dyn crate::fs::Fs = &OsFs;
        let mut book = Book::open(fs.open(path).unwrap(), KEY)?;
        for line in &self.lines[lines..] {
            book.take(line, &self.state)?;
        }
        Ok(book)
    }

    /// Days on which something may come out otherwise.
    fn days(&mut self) -> Vec<Day> {
        let day = |text: &str| text.parse().unwrap();
        vec![day("2012-01-01"), self.dice.day(), self.day, self.dice.day(), day("2045-01-01"), Day::FOR_GOOD]
    }
}

/// What is shown of a record; what only destroying asks for is not in the file.
fn shown(ledger: &Ledger, record: RecordId, state: &State, day: Day) -> String {
    let kept = ledger.get(record).expect("it was found");
    let dated: Dated = ledger.dated(record, kept, state, &state.retention_rules_on(day), day);
    let kept = Kept { counter: 0, lines: Default::default(), changed: 0, ..kept.clone() };
    let (certificates, held) = (ledger.certificates_of(&kept), ledger.held(record, state, day));
    format!("{record} {kept:?} {certificates:?} {dated:?} {:?} {held:?}", dated.clone().openly(day))
}

/// What somebody types, and what comes of it.
fn found(answer: Result<RecordId>) -> String {
    answer.map_or_else(|error| format!("{error:?}"), |record| record.to_string())
}

fn slow(ledger: &Ledger, state: &State, rules: &Rules, asked: Asked) -> Due {
    let mut tally = Tally::begin(asked);
    ledger.records().for_each(|(record, kept)| tally.add_record(ledger, record, kept, state, rules));
    tally.end(ledger, rules, Vec::new(), Vec::new())
}

#[test]
fn a_file_and_the_lines_behind_it_answer_as_the_whole_journal_does() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("dates");
    let rounds = if std::env::var_os("JINGUI_LONG").is_some() { 3000 } else { 300 };
    let (mut dated, mut held, mut pending, mut under) = (0, 0, 0, 0);
    for seed in 1..=rounds {
        let mut history = History::new(seed);
        for _ in 0..20 + history.dice.below(300) {
            history.step();
        }
        let whole = history.ledger(history.lines.len());
        let mut named = holds::Ledger::default();
        history.lines.iter().for_each(|line| named.take(line));
        for (record, kept) in whole.records() {
            assert_eq!(Some(&kept.of), named.get(record), "seed {seed}: holds alone say the same");
        }
        let cut = history.dice.below(history.lines.len() as u64 + 1) as usize;
        history.write(cut, &path);
        let mut texts: Vec<String> = (0..RECORDS).map(|n| record(n).to_string()).collect();
        let prefixes: Vec<String> =
            texts.iter().flat_map(|t| [t[..4].to_owned(), t[..25].to_owned()]).collect();
        texts.extend(prefixes);
        texts.extend(whole.records().map(|(_, kept)| kept.number.to_string()));
        texts.extend(["JG09-2020-000001", "JG01-2020-099999", "", "zzzz", "-"].map(str::to_owned));
        let days = history.days();
        let mut book = history.book(cut, &path).unwrap();
        for text in &texts {
            let by_hand = whole.find(text).map(|(record, _)| record);
            let record = by_hand.as_ref().ok().copied();
            assert_eq!(found(book.find(text).unwrap()), found(by_hand), "seed {seed}, {text}");
            for day in record.into_iter().flat_map(|_| &days) {
                let record = record.unwrap();
                let expected = shown(&whole, record, &history.state, *day);
                assert_eq!(shown(book.ledger(), record, &history.state, *day), expected, "seed {seed}");
            }
        }
        for day in days {
            let rules = history.state.retention_rules_on(day);
            for (knows, limit) in [(true, 1000), (false, 1000), (true, 3), (false, 0)] {
                let asked = Asked { today: day, knows, limit };
                let mut book = history.book(cut, &path).unwrap();
                if !book.is_under(&rules) {
                    continue;
                }
                let expected = slow(&whole, &history.state, &rules, asked);
                assert_eq!(
                    book.due(&history.state, &rules, asked).unwrap(),
                    expected,
                    "seed {seed}, {asked:?}"
                );
                (dated, held) = (dated + expected.counts.due, held + expected.counts.held);
                (pending, under) = (pending + expected.counts.pending, under + 1);
            }
        }
    }
    assert!(
        dated > 500 && held > 500 && pending > 100 && under > 5 * rounds,
        "{dated} {held} {pending} {under}"
    );
}

#[test]
fn a_file_that_was_changed_or_cut_anywhere_is_not_believed() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("dates");
    let mut history = History::new(77);
    (0..25).for_each(|_| history.step());
    let (whole, state) = (history.ledger(history.lines.len()), &history.state);
    let rules = history.write(history.lines.len(), &path);
    let bytes = std::fs::read(&path).unwrap();
    let asked = Asked { today: "2030-01-01".parse().unwrap(), knows: true, limit: 9 };
    let expected = slow(&whole, state, &rules, asked);
    let ask = |bytes: &[u8]| -> std::result::Result<Due, Unfit> {
        std::fs::write(&path, bytes).unwrap();
        history.book(history.lines.len(), &path)?.due(state, &rules, asked)
    };
    assert_eq!(ask(&bytes).unwrap(), expected);
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1 << (at % 8);
        // Every piece that is read is proven; one that is not read takes no part.
        if let Ok(due) = ask(&changed) {
            assert_eq!(due, expected, "byte {at}");
            assert!(at >= HEAD, "byte {at}");
        }
        assert!(ask(&bytes[..at]).is_err(), "cut at {at}");
    }
    assert!(ask(&[&bytes[..], b"\0"].concat()).is_err(), "something behind it");
    let fs: &dyn crate::fs::Fs = &OsFs;
    std::fs::write(&path, &bytes).unwrap();
    assert!(Book::open(fs.open(&path).unwrap(), &[8; 32]).is_err(), "another key");
}

#[test]
fn pieces_of_two_files_do_not_mix() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("dates");
    let mut files = [11, 12].map(|seed| {
        let mut history = History::new(seed);
        (0..400).for_each(|_| history.step());
        history.write(history.lines.len(), &path);
        std::fs::read(&path).unwrap()
    });
    assert!(files.iter().all(|bytes| bytes.len() > HEAD + 2 * 8224), "of several pieces");
    // The vaults differ, so the keys of their pieces do.
    let (first, second) = files.split_at_mut(1);
    first[0][HEAD..HEAD + 8224].copy_from_slice(&second[0][HEAD..HEAD + 8224]);
    std::fs::write(&path, &first[0]).unwrap();
    let fs: &dyn crate::fs::Fs = &OsFs;
    let mut book = Book::open(fs.open(&path).unwrap(), KEY).unwrap();
    assert!(book.take_out_row(0).is_err());
}

#[test]
fn days_keep_their_order_when_they_are_packed() {
    use crate::dates::row::{packed, unpacked};
    let mut dice = Dice(5);
    for _ in 0..2000 {
        let (a, b) = (dice.day(), dice.day());
        assert_eq!((packed(a).cmp(&packed(b)), unpacked(packed(a))), (a.cmp(&b), Some(a)));
        let later = a.plus_days(PATIENCE_DAYS).unwrap();
        assert_eq!(later.minus_days(PATIENCE_DAYS), Some(a));
    }
    assert_eq!(unpacked(packed(Day::FOR_GOOD)), Some(Day::FOR_GOOD));
    assert_eq!((unpacked(0), unpacked(u32::MAX)), (None, None));
}

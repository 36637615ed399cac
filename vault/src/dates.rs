//! Dates of records from the journal alone: its lines folded into the facts that `retention` works on.
//!
//! Needs no key and asks no catalog, so it can be the ground on which a plan to destroy stands. Folding is by the order
//! of lines; a line that could not have been written counts as it stands, for who may write what is the journal's to check.
//!
//! What is only shown comes out of a derived file where one fits (`show`). Nothing there makes a [`Ledger`] for anybody
//! else: what decides a destruction folds the journal from its first line.

mod book; // a file, and the lines behind it
mod dated; // what follows from dates on a day
mod due; // counting over all records
mod flat; // what lies where in the file
mod pieces; // a file whose parts prove themselves
mod row; // a record and a certificate in bytes
mod show; // what people are shown
mod taken; // as another vault takes it in

pub use dated::Dated;
pub use due::{Asked, Counts, Due, DueRecord, Month, PATIENCE_DAYS, PendingRecord};
pub(crate) use show::BEHIND_LINES;
pub use show::Shown;

use crate::catalog::prefix_range;
use crate::custody::{Custody, Look};
use crate::error::{Error, Result};
use crate::holds::{self, OfRecord};
use crate::retention::{Assessment, Authority, Certificate, End, RecordFacts, Rules, assess};
use crate::state::State;
use crate::vault::Vault;
use indexmap::IndexMap;
use indexmap::map::Entry;
use jingui_schema::act::{
    CertEvent, CertReverse, Deed, Linked, NewCover, PurgeReverse, Received, RecordFile,
};
use jingui_schema::certificate::{Reliance, Until as Told};
use jingui_schema::digest::Sha256;
use jingui_schema::facts::{Business, Class, FactName, Outcome, fold};
use jingui_schema::id::{ActId, ArchiveNumber, By, CertId, RecordId, StaffNo};
use jingui_schema::line::{Line, Tip};
use jingui_schema::rules::Rule;
use jingui_schema::time::Day;
use smallvec::SmallVec;
use std::collections::HashMap;
use std::hash::Hash;

/// Once in so many lines it is asked whether anybody still waits.
const INTERRUPTED_LINES: u64 = 1024;
/// Records that are counted where the beginning of an id fits several.
const COUNTED_MAX: usize = 1000;

/// What the lines say of one record, as far as its period rests on it.
///
/// Lists have room in place for what most records have: one filing, a certificate and its pair, four lines. So most
/// records need no memory of their own.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Its archive number.
    pub number: ArchiveNumber,
    /// Its class, by its newest version.
    pub class: Class,
    /// The business act.
    pub business: Business,
    /// Day of business.
    pub date: Day,
    /// How it ended.
    pub outcome: Outcome,
    /// The day on which an application that had been undecided was said to have been refused or taken back.
    decided: Option<Day>,
    /// What people have done to it.
    pub custody: Custody,
    /// The day on which it was filed.
    pub filed: Day,
    /// The day on which something of it was last filed.
    pub last_filed: Day,
    /// Certificates that rely on it, and the act that said so.
    links: SmallVec<[(CertId, Reliance, ActId); 2]>,
    /// Versions that a review can be of.
    versions: SmallVec<[(u32, Sha256); 2]>,
    /// Its filing counter: which numbered directory it lies in.
    pub(crate) counter: u64,
    /// Filings whose bodies are there.
    bodies: SmallVec<[Held; 1]>,
    /// The lines that its dates rest on, apart from those about certificates, rules and holds.
    pub(crate) lines: SmallVec<[u64; 4]>,
    /// The line that made its newest version.
    pub(crate) changed: u64,
    /// What appraisals have added to its period.
    said: Vec<Said>,
    /// What holds say of it.
    of: OfRecord,
}

/// What an appraisal has added to the period of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said {
    /// The appraisal, or the filing with which it came from another archive.
    pub act: ActId,
    /// The day before which the record is kept.
    pub until: Option<Day>,
    /// A further class.
    pub class: Option<Class>,
}

/// A filing's body.
#[derive(Clone, Copy, Debug)]
struct Held {
    filing: u32,
    docs: u32,
    bytes: u64,
}

/// How much a record is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// Filings.
    pub filings: u32,
    /// Documents.
    pub docs: u64,
    /// Bytes of sealed bodies.
    pub bytes: u64,
}

impl Kept {
    /// The day that the period of an application is counted from that never led to a certificate.
    pub fn decision(&self) -> Option<Day> {
        is_never_issued(self.outcome).then(|| self.decided.map_or(self.date, |day| day.max(self.date)))
    }

    /// How much it is.
    pub fn size(&self) -> Size {
        self.bodies.iter().fold(Size::default(), |size, body| Size {
            filings: size.filings + 1,
            docs: size.docs + u64::from(body.docs),
            bytes: size.bytes.saturating_add(body.bytes),
        })
    }

    /// `commit` of its newest version, and which that is.
    pub fn newest(&self) -> (u32, Sha256) {
        self.versions.last().copied().unwrap_or((0, Sha256::ZERO))
    }

    /// What appraisals have added to its period, and nobody has called a mistake.
    pub fn appraised(&self) -> &[Said] {
        &self.said
    }

    /// The day before which an appraisal keeps it.
    pub(crate) fn until(&self) -> Option<Day> {
        self.said.iter().filter_map(|said| said.until).max()
    }

    /// Classes that appraisals have added.
    pub(crate) fn also(&self) -> impl Iterator<Item = Class> + '_ {
        self.said.iter().filter_map(|said| said.class)
    }

    /// Certificates that rely on it, with the reason.
    pub fn certificates(&self) -> impl Iterator<Item = (CertId, Reliance)> + '_ {
        self.links.iter().map(|(cert, reliance, _)| (*cert, *reliance))
    }
}

fn is_never_issued(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Rejected | Outcome::Withdrawn | Outcome::Lapsed)
}

/// What an act that links a certificate says of its first and its last day.
type LinkSaid = (ActId, Option<Day>, Option<Told>);

/// What the lines say of one certificate, each with the act that said it.
#[derive(Clone, Debug, Default)]
struct Known {
    /// Most are linked once.
    links: SmallVec<[LinkSaid; 1]>,
    /// Most have none.
    ends: Vec<(ActId, End)>,
}

/// A record whose dates a rule would move: its last day and its first day of disposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// Its archive number.
    pub number: ArchiveNumber,
    /// As the rules are.
    pub before: (Day, Day),
    /// As they would be; none where it would have no dates any more.
    pub after: Option<(Day, Day)>,
}

/// What is known by an id, looked up with each line: hashed quickly, and in each process in another way. Nobody from whom ids
/// come sees how long that takes, so nobody can make many meet.
///
/// What is known lies one behind another, as it came up, and the last one where one has gone; only places are in the table. So
/// what is looked up with each line stays small, and lines that follow one another find what they are about together.
type ById<K, V> = IndexMap<K, V, foldhash::fast::RandomState>;

/// With room for so many; where there is none it grows as it goes.
fn room_for<K: Hash + Eq, V>(count: usize) -> ById<K, V> {
    let mut map = ById::default();
    match map.try_reserve(count) {
        Ok(()) => map,
        // Half of the room may have been found, and would be in the way.
        Err(_) => ById::default(),
    }
}

/// Facts of all records, folded from lines.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    records: ById<RecordId, Kept>,
    certificates: ById<CertId, Known>,
    /// What is proposed of certificates and neither confirmed nor refused.
    reports: HashMap<ActId, Vec<CertEvent>>,
    /// What holds say of records that are not there: not yet, or no more.
    strays: holds::Ledger,
    reversals: HashMap<ActId, CertReverse>,
    /// The same of appraisals.
    unsaid: HashMap<ActId, PurgeReverse>,
}

impl Ledger {
    /// Of no line yet, with room for so many records, and for two certificates of each: to sign and to encrypt.
    pub(crate) fn with_room(records: u64) -> Self {
        let records = usize::try_from(records).unwrap_or(0);
        let (records, certificates) = (room_for(records), room_for(records.saturating_mul(2)));
        Self { records, certificates, ..Self::default() }
    }

    /// Takes in the next line. Refuses nothing.
    ///
    /// `state`: of this line or a later one; only what is never taken back is asked for: keys of people, what was a mistake
    /// before this line, and what this line has handed over.
    pub fn take(&mut self, line: &Line, state: &State) {
        let by = match line.by {
            By::Staff(staff) => Some(staff),
            By::Authority | By::Vault => None,
        };
        if let Some(cover) = line.act.deed.cover() {
            return self.take_cover(&cover, line, by, state);
        }
        let act = line.act.id;
        match &line.act.deed {
            Deed::PurgeAppraise(d) => {
                let said = Said { act, until: d.until, class: d.class };
                // To say that it is to be destroyed adds nothing.
                let adds = said.until.is_some() || said.class.is_some();
                for record in d.records.iter().filter(|_| adds) {
                    if let Some(kept) = self.records.get_mut(record) {
                        kept.said.push(said);
                    }
                }
            }
            Deed::PurgeDone(d) => d.destroyed.iter().for_each(|stone| self.end(stone.record)),
            Deed::HandoverDone(_) => match state.handed_by(line.seq) {
                Some(records) => records.into_iter().for_each(|record| self.end(record)),
                None => {
                    for (record, kept) in std::mem::take(&mut self.records) {
                        self.stray(record, kept.of);
                    }
                }
            },
            Deed::RecordReview(d) => {
                for reviewed in &d.records {
                    let Some(kept) = self.records.get_mut(&reviewed.record) else { continue };
                    kept.lines.push(line.seq);
                    let Some(by) = by else { continue };
                    let is_there = kept.versions.contains(&(reviewed.n, reviewed.commit));
                    let own_work = kept.custody.is_own_work(by, state) && !state.init.solo;
                    if is_there && !own_work {
                        kept.custody.reviewed(d.verdict, Look { n: reviewed.n, by, seq: line.seq });
                    }
                }
            }
            Deed::HoldScreen(d) => match self.records.get_mut(&d.record) {
                Some(kept) => {
                    kept.of.take(line);
                    kept.lines.push(line.seq);
                }
                None => self.strays.take(line),
            },
            Deed::CertStatus(d) => self.happened(act, &d.events, Authority::List(line.at.day())),
            Deed::CertReport(d) => drop(self.reports.insert(act, d.events.clone())),
            Deed::CertReverse(d) => drop(self.reversals.insert(act, d.clone())),
            Deed::PurgeReverse(d) => drop(self.unsaid.insert(act, d.clone())),
            Deed::ActConfirm(d) => {
                if let Some(events) = self.reports.remove(&d.act) {
                    self.happened(d.act, &events, Authority::Two);
                }
                if let Some(mistake) = self.reversals.remove(&d.act) {
                    self.reverse(&mistake);
                }
                if let Some(mistake) = self.unsaid.remove(&d.act) {
                    for record in &mistake.records {
                        let Some(kept) = self.records.get_mut(record) else { continue };
                        kept.said.retain(|said| said.act != mistake.act);
                    }
                }
            }
            Deed::ActRefuse(d) => {
                self.reports.remove(&d.act);
                self.reversals.remove(&d.act);
                self.unsaid.remove(&d.act);
            }
            deed => {
                let Some((hold, records)) = deed.held() else { return };
                for record in records {
                    match self.records.get_mut(record) {
                        Some(kept) => kept.of.name(hold),
                        None => self.strays.name(hold, *record),
                    }
                }
            }
        }
    }

    /// Takes in a line that makes a version of a record. The record is looked up once, for all that the line says of it.
    fn take_cover(&mut self, cover: &NewCover, line: &Line, by: Option<StaffNo>, state: &State) {
        let (act, deed) = (line.act.id, &line.act.deed);
        let kept = match deed {
            Deed::RecordFile(d) => match self.records.entry(d.record) {
                // Nothing that comes from elsewhere takes the place of a record that is here.
                Entry::Occupied(mut known) if d.from.is_some() => return known.get_mut().of.take(line),
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => {
                    let of = self.strays.remove(d.record).unwrap_or_default();
                    new.insert(Kept::begin(d, line.at.day(), of))
                }
            },
            _ => match self.records.get_mut(&cover.record) {
                Some(kept) => kept,
                None => return self.strays.take(line),
            },
        };
        kept.of.take(line);
        match deed {
            Deed::RecordFile(d) => {
                kept.last_filed = line.at.day();
                match d.left() {
                    None => kept.bodies.push(Held { filing: d.filing, docs: d.docs, bytes: d.body.size }),
                    Some(left) => kept.bodies.extend(left.bodies.iter().map(|one| Held {
                        filing: one.filing,
                        docs: one.docs,
                        bytes: one.body.size,
                    })),
                }
                kept.say((d.class, d.business, d.date, d.outcome), line);
                kept.custody.filed(d.n, by);
                if let (Some(from), Some(by)) = (&d.from, by) {
                    kept.receive(act, from, Look { n: d.n, by, seq: line.seq });
                    ended(&mut self.certificates, act, from);
                }
            }
            Deed::RecordCorrect(d) => {
                let differs = kept.say((d.class, d.business, d.date, d.outcome), line);
                // What is said to have changed is the clerk's word. What has changed is seen here.
                let mut changed = d.changed.clone();
                changed.extend(differs.then_some(FactName::Class));
                kept.custody.corrected(d.n, &changed, by);
            }
            Deed::CertLink(d) => {
                let differs = kept.say((d.class, d.business, d.date, d.outcome), line);
                // The first one brings the end of the period; so does the first after all were called a mistake.
                let is_first = state.is_first_link(kept.links.iter().map(|link| link.0), line.seq);
                kept.custody.linked(d.n, is_first || differs, by);
            }
            Deed::DocumentRemove(d) => {
                kept.custody.removed(d.n);
                kept.bodies.retain(|body| body.filing != d.from);
                kept.bodies.extend(d.left.as_ref().map(|left| Held {
                    filing: left.filing,
                    docs: left.docs,
                    bytes: left.body.size,
                }));
                kept.versions.retain(|(n, _)| *n >= d.n);
            }
            _ => {}
        }
        kept.versions.push((cover.n, cover.mark.commit));
        kept.changed = line.seq;
        kept.lines.push(line.seq);
        for Linked { cert, issued, until, reliance, .. } in deed.links() {
            kept.links.push((*cert, *reliance, act));
            self.certificates.entry(*cert).or_default().links.push((act, *issued, *until));
        }
    }

    /// A record is no more.
    fn end(&mut self, record: RecordId) {
        if let Some(kept) = self.records.swap_remove(&record) {
            self.stray(record, kept.of);
        }
    }

    /// What holds named a record that is no more stays known.
    fn stray(&mut self, record: RecordId, of: OfRecord) {
        if !of.holds.is_empty() {
            self.strays.put(record, of);
        }
    }

    fn happened(&mut self, act: ActId, events: &[CertEvent], by: Authority) {
        for event in events {
            let end = End { day: event.day, what: event.event.into(), by };
            self.certificates.entry(event.cert).or_default().ends.push((act, end));
        }
    }

    /// Two people have called what an act says of some certificates a mistake.
    fn reverse(&mut self, mistake: &CertReverse) {
        for cert in &mistake.certs {
            let Some(known) = self.certificates.get_mut(cert) else { continue };
            let links = known.links.len();
            known.links.retain(|(act, ..)| *act != mistake.act);
            known.ends.retain(|(act, _)| *act != mistake.act);
            if known.links.len() < links {
                // One act links to one record, which the act does not have to be asked for again.
                for kept in self.records.values_mut() {
                    kept.links.retain(|(of, _, act)| (*of, *act) != (*cert, mistake.act));
                }
            }
        }
    }

    /// A certificate as `retention` takes it. Where lines say different things of its days, what keeps longer.
    pub fn certificate(&self, id: CertId) -> Certificate {
        let none = Known::default();
        let known = self.certificates.get(&id).unwrap_or(&none);
        let until = known.links.iter().map(|(_, _, until)| *until);
        let until = until.reduce(|a, b| a.zip(b).map(|(a, b)| a.max(b))).flatten();
        let issued = known.links.iter().map(|(_, issued, _)| *issued);
        Certificate {
            id,
            until: until.into(),
            issued: issued.reduce(|a, b| a.zip(b).map(|(a, b)| a.min(b))).flatten(),
            ends: known.ends.iter().map(|(_, end)| *end).collect(),
        }
        .settled()
    }

    /// The certificates that rely on a record.
    pub fn certificates_of(&self, kept: &Kept) -> Vec<Certificate> {
        let mut ids: Vec<CertId> = kept.links.iter().map(|(cert, ..)| *cert).collect();
        ids.sort_unstable();
        ids.dedup();
        ids.into_iter().map(|id| self.certificate(id)).collect()
    }

    /// Works out a record's dates.
    pub fn assess(&self, kept: &Kept, rules: &Rules, today: Day) -> Assessment {
        self.assess_under(&self.certificates_of(kept), kept, rules, today)
    }

    /// The same under what is said of its certificates.
    pub(crate) fn assess_under(
        &self,
        certificates: &[Certificate],
        kept: &Kept,
        rules: &Rules,
        today: Day,
    ) -> Assessment {
        let classes: Vec<Class> = [kept.class].into_iter().chain(kept.also()).collect();
        Self::assess_in(&classes, certificates, kept, rules, today)
    }

    /// The same without the classes that appraisals have added.
    pub(crate) fn assess_as_filed(
        &self,
        certificates: &[Certificate],
        kept: &Kept,
        rules: &Rules,
        today: Day,
    ) -> Assessment {
        Self::assess_in(&[kept.class], certificates, kept, rules, today)
    }

    fn assess_in(
        classes: &[Class],
        certificates: &[Certificate],
        kept: &Kept,
        rules: &Rules,
        today: Day,
    ) -> Assessment {
        let facts = RecordFacts {
            classes,
            outcome: kept.outcome,
            business: kept.business,
            decision: kept.decision(),
            reviewed: kept.custody.is_settled(),
            certificates,
        };
        assess(&facts, rules, today)
    }

    /// Works out a record's dates, and whether it may be disposed of.
    ///
    /// `state`: of the last line taken in, or of a later one: holds and their releases.
    pub fn dated(&self, record: RecordId, kept: &Kept, state: &State, rules: &Rules, today: Day) -> Dated {
        let assessment = self.assess(kept, rules, today);
        let holds = self.holds_of(record).map_or_else(Vec::new, |of| of.terms(state, today));
        Dated::of(assessment, &holds, kept.until(), today)
    }

    /// Whether a record is kept by a hold.
    pub fn held(&self, record: RecordId, state: &State, today: Day) -> holds::Standing {
        self.holds_of(record).map_or(holds::Standing::Free, |of| of.standing(state, today))
    }

    /// What holds say of a record, whether it is there or not.
    fn holds_of(&self, record: RecordId) -> Option<&OfRecord> {
        self.get(record).map(|kept| &kept.of).or_else(|| self.strays.get(record))
    }

    /// The records whose dates one more rule would move if it were signed today, and how many have no dates.
    pub fn moved_by(&self, rules: &Rules, proposed: &Rule, today: Day) -> (Vec<(RecordId, Moved)>, usize) {
        let then = rules.clone().with(proposed.clone(), today);
        let (mut moved, mut undetermined) = (Vec::new(), 0);
        for (record, kept) in self.records() {
            let dates = |rules: &Rules| {
                let assessment = self.assess(kept, rules, today);
                assessment.dates().map(|dates| (dates.last, dates.disposal))
            };
            match (dates(rules), dates(&then)) {
                (Some(before), after) if after != Some(before) => {
                    moved.push((record, Moved { number: kept.number.clone(), before, after }));
                }
                (Some(_), _) => {}
                (None, _) => undetermined += 1,
            }
        }
        (moved, undetermined)
    }

    /// What the lines say of one record.
    pub fn get(&self, record: RecordId) -> Option<&Kept> {
        self.records.get(&record)
    }

    /// All records, in the order of their ids.
    pub fn records(&self) -> impl Iterator<Item = (RecordId, &Kept)> {
        let mut all: Vec<_> = self.records.iter().map(|(record, kept)| (*record, kept)).collect();
        all.sort_unstable_by_key(|(record, _)| *record);
        all.into_iter()
    }

    /// The record that a person means by an archive number, an id, or the beginning of an id.
    ///
    /// Errors: [`Error::NoRecord`]; [`Error::Ambiguous`].
    pub fn find(&self, text: &str) -> Result<(RecordId, &Kept)> {
        let none = || Error::NoRecord { record: text.trim().chars().take(80).collect() };
        let typed = fold(text);
        if typed.contains('-') {
            let number = typed.to_uppercase().parse::<ArchiveNumber>().map_err(|_| none())?;
            let numbered = self.records.iter().filter(|(_, kept)| kept.number == number);
            let first = numbered.min_by_key(|(record, _)| **record);
            return first.map(|(record, kept)| (*record, kept)).ok_or_else(none);
        }
        let (first, last) = prefix_range(&typed).ok_or_else(none)?;
        let id = |bits: u128| RecordId::from_bytes(bits.to_be_bytes());
        let meant = id(first)..=id(last);
        let mut found = self.records.iter().filter(|(record, _)| meant.contains(*record));
        match (found.next(), found.take(COUNTED_MAX).count()) {
            (Some((record, kept)), 0) => Ok((*record, kept)),
            (None, _) => Err(none()),
            (Some(_), more) => {
                Err(Error::Ambiguous { record: text.trim().to_owned(), count: (more + 1).to_string() })
            }
        }
    }
}

impl Vault {
    /// Today at UTC+08:00, never before the day of the last line.
    pub fn today(&self) -> Day {
        self.env().clock.now().max(self.state().at).day()
    }

    /// The facts of all records as they were at the end of a day, read from the first line on.
    ///
    /// Units: some 2 to 8 µs a line. Errors: [`Error::Interrupted`], and those of reading the journal.
    pub fn ledger(&self, as_of: Day, interrupted: &dyn Fn() -> bool) -> Result<Ledger> {
        Ok(self.fold_all(&self.state(), as_of, interrupted)?.0)
    }

    /// Passes on the lines behind one up to that of the state and to the end of a day; returns the last one, if that day was not
    /// passed.
    ///
    /// Shape: lines that came since the state was asked for wait for the next one: what they mean it could not say.
    fn pass_on<E: From<Error>>(
        &self,
        from: Tip,
        state: &State,
        as_of: Day,
        interrupted: &dyn Fn() -> bool,
        mut take: impl FnMut(&Line) -> std::result::Result<(), E>,
    ) -> std::result::Result<Option<Tip>, E> {
        let mut lines = self.lines_after(from)?;
        while lines.tip().lines < state.lines
            && let Some(line) = lines.next_lent()?
        {
            if line.at.day() > as_of {
                return Ok(None);
            }
            if line.seq % INTERRUPTED_LINES == 0 && interrupted() {
                return Err(Error::Interrupted {}.into());
            }
            take(line)?;
        }
        Ok(Some(lines.tip()))
    }
}

/// What the archive that a record comes from had of the ends of its certificates. Records that rely on the same one all say it.
fn ended(certificates: &mut ById<CertId, Known>, act: ActId, from: &Received) {
    for one in &from.ends {
        let by = one.list.map_or(Authority::Two, Authority::List);
        let end = End { day: one.day, what: one.event.into(), by };
        let ends = &mut certificates.entry(one.cert).or_default().ends;
        if ends.iter().all(|(_, known)| *known != end) {
            ends.push((act, end));
        }
    }
}

impl Kept {
    /// As its first filing begins it.
    fn begin(d: &RecordFile, filed: Day, of: OfRecord) -> Self {
        Self {
            number: d.number.clone(),
            class: d.class,
            business: d.business,
            date: d.date,
            outcome: d.outcome,
            decided: None,
            custody: Custody::default(),
            filed,
            last_filed: filed,
            links: SmallVec::new(),
            versions: SmallVec::new(),
            counter: d.counter,
            bodies: SmallVec::new(),
            lines: SmallVec::new(),
            changed: 0,
            said: Vec::new(),
            of,
        }
    }

    /// Takes in what the archive had of it that it comes from.
    fn receive(&mut self, act: ActId, from: &Received, look: Look) {
        (self.filed, self.last_filed, self.decided) = (from.filed, from.last, from.decided);
        let until = from.until.map(|until| Said { act, until: Some(until), class: None });
        let also = from.also.iter().map(|class| Said { act, until: None, class: Some(*class) });
        self.said = until.into_iter().chain(also).collect();
        self.custody.received(from, look);
    }

    /// Takes in what a line says; tells whether anything differs from what was said before.
    fn say(&mut self, said: (Class, Business, Day, Outcome), line: &Line) -> bool {
        let before = (self.class, self.business, self.date, self.outcome);
        let undecided = !is_never_issued(self.outcome);
        (self.class, self.business, self.date, self.outcome) = said;
        if is_never_issued(self.outcome) && undecided {
            // It was said to be under way until this line, so nobody had been told before.
            self.decided = Some(line.at.day());
        }
        before != said
    }
}

#[cfg(test)]
#[path = "dates_tests.rs"]
mod tests;

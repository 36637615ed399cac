//! `derived/dates`: the ledger as it lies in a file, and how one record is read of it.
//!
//! Knows what lies where; what comes out goes into a ledger again. Source: `schema/FORMAT.md`, section 14.

use super::pieces::{In, Out, Unfit};
use super::row::{packed, put_certificate, put_record, take_certificate, take_record};
use super::{Kept, Known, Ledger};
use crate::retention::{Rules, Unclear};
use jingui_schema::act::{CertEvent, CertReverse, PurgeReverse};
use jingui_schema::facts::{Class, Outcome};
use jingui_schema::id::{ActId, ArchiveNumber, CertId, HoldId, RecordId};
use jingui_schema::time::Day;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::ops::Range;

/// Records in a file at most: their holds are numbered in 28 bits.
const ROWS_MAX: usize = (1 << 28) - 1;
const BRIEF: u64 = 20;
const SCREEN: u64 = 16;
/// Rows that are passed over at once.
const TOGETHER: u32 = if cfg!(test) { 8 } else { 40_960 };
/// Bytes of the table of sections.
const TABLE: u64 = Section::COUNT as u64 * 16;

#[derive(Clone, Copy)]
enum Section {
    Rows,
    Places,
    Briefs,
    Screens,
    Steps,
    Ids,
    Certs,
    CertPlaces,
    CertSteps,
    CertIds,
    Rest,
}

impl Section {
    const COUNT: usize = Self::Rest as usize + 1;
}

/// What a list needs to know of a record; days are packed, 0 is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Brief {
    /// The first day of disposal, as the rules were.
    pub disposal: u32,
    /// The last day of its last certificate: until then its dates are provisional.
    pub provisional: u32,
    /// Until when an appraisal keeps it.
    pub until: u32,
    /// The day it was filed, where it has not been decided.
    pub pending: u32,
    /// Which holds named it: the place in [`Rest::sets`], from 1.
    pub holds: u32,
    /// Why it has no dates: the place in [`Unclear::WORDS`], from 1.
    pub why: u8,
}

impl Brief {
    fn of(ledger: &Ledger, kept: &Kept, rules: &Rules, holds: u32) -> Self {
        // On the first day there is, every certificate is valid, so this is the last of their days.
        let assessment = ledger.assess(kept, rules, Day::of(1, 1, 1).expect("a day"));
        let dates = assessment.dates();
        let day = |day: Option<Day>| day.map_or(0, packed);
        let why = assessment.unclear.first().map(|why| why.word());
        let why = why.and_then(|why| Unclear::WORDS.iter().position(|word| *word == why));
        Self {
            disposal: day(dates.map(|dates| dates.disposal)),
            provisional: day(dates.and_then(|dates| dates.provisional_until)),
            until: day(kept.until()),
            pending: if kept.outcome == Outcome::Pending { packed(kept.filed) } else { 0 },
            holds,
            why: why.map_or(0, |why| why as u8 + 1),
        }
    }

    fn to_bytes(self) -> [u8; BRIEF as usize] {
        let last = u32::from(self.why) << 28 | self.holds;
        let mut bytes = [0; BRIEF as usize];
        let numbers = [self.disposal, self.provisional, self.until, self.pending, last];
        bytes
            .chunks_mut(4)
            .zip(numbers)
            .for_each(|(four, number)| four.copy_from_slice(&number.to_le_bytes()));
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Self {
        let number = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().expect("4 bytes"));
        let (disposal, provisional, until, pending) = (number(0), number(4), number(8), number(12));
        let (holds, why) = (number(16) & ROWS_MAX as u32, (number(16) >> 28) as u8);
        Self { disposal, provisional, until, pending, holds, why }
    }
}

/// What is small.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Rest {
    pub reports: BTreeMap<ActId, Vec<CertEvent>>,
    pub reversals: BTreeMap<ActId, CertReverse>,
    pub unsaid: BTreeMap<ActId, PurgeReverse>,
    /// Sets of holds that have named records.
    pub sets: Vec<BTreeSet<HoldId>>,
    /// Holds on records that are not there, or no more.
    pub strays: BTreeMap<RecordId, BTreeSet<HoldId>>,
}

/// A digest of rules: what was worked out under others is worked out anew, by another program as well.
pub(super) fn digest(rules: &Rules) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(env!("CARGO_PKG_VERSION").as_bytes());
    for signed in Class::ALL.iter().flat_map(|class| rules.versions(*class)) {
        let text = serde_json::to_vec(&(&signed.rule, signed.on)).expect("a rule always serialises");
        hasher.update(&(text.len() as u64).to_le_bytes()).update(&text);
    }
    *hasher.finalize().as_bytes()
}

/// Writes a ledger; the rules are those whose digest stands in the head.
pub(super) fn write(ledger: &Ledger, rules: &Rules, mut out: Out) -> io::Result<()> {
    let mut order: Vec<(&ArchiveNumber, RecordId, &Kept)> =
        ledger.records.iter().map(|(record, kept)| (&kept.number, *record, kept)).collect();
    if order.len() > ROWS_MAX {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    order.sort_unstable_by_key(|(number, record, _)| (number.year(), number.serial(), *record));
    let mut spans = [(0, 0); Section::COUNT];
    let mut section = |out: &mut Out, section: Section, bytes: &[u8]| {
        spans[section as usize] = (out.at(), bytes.len() as u64);
        out.put(bytes)
    };
    let (mut sets, mut rest) = (HashMap::new(), Rest::default());
    let (mut places, mut briefs, mut screens, mut row) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut ids, mut linked) = (Vec::with_capacity(order.len()), Vec::new());
    for (at, (_, record, kept)) in (0_u32..).zip(&order) {
        let of = &kept.of;
        row.clear();
        put_record(&mut row, *record, kept);
        places.extend_from_slice(&out.at().to_le_bytes());
        out.put(&row)?;
        let set = match of.holds.is_empty() {
            true => 0,
            false => *sets.entry(&of.holds).or_insert_with(|| {
                rest.sets.push(of.holds.clone());
                rest.sets.len() as u32
            }),
        };
        briefs.extend_from_slice(&Brief::of(ledger, kept, rules, set).to_bytes());
        screens.extend_from_slice(&of.version.to_le_bytes());
        screens.extend_from_slice(&of.screened.to_le_bytes());
        ids.push((*record, at));
        linked.extend(kept.links.iter().map(|(cert, ..)| (*cert, at)));
    }
    places.extend_from_slice(&out.at().to_le_bytes());
    let rows = (0, out.at());
    section(&mut out, Section::Places, &places)?;
    section(&mut out, Section::Briefs, &briefs)?;
    section(&mut out, Section::Screens, &screens)?;
    ids.sort_unstable();
    section(&mut out, Section::Steps, &steps(ids.iter().map(|(record, _)| record.as_bytes())))?;
    let bytes = |(record, row): &(RecordId, u32)| [&record.as_bytes()[..], &row.to_le_bytes()].concat();
    section(&mut out, Section::Ids, &ids.iter().flat_map(bytes).collect::<Vec<u8>>())?;

    linked.sort_unstable();
    linked.dedup();
    let mut certs: Vec<(&CertId, &Known)> = ledger.certificates.iter().collect();
    certs.sort_unstable_by_key(|(cert, _)| **cert);
    let begin = out.at();
    places.clear();
    for (cert, known) in &certs {
        let from = linked.partition_point(|(of, _)| of < *cert);
        let rows = linked[from..].iter().take_while(|(of, _)| of == *cert);
        row.clear();
        put_certificate(&mut row, known, &rows.map(|(_, row)| *row).collect::<Vec<u32>>());
        places.extend_from_slice(&out.at().to_le_bytes());
        out.put(&row)?;
    }
    places.extend_from_slice(&out.at().to_le_bytes());
    let cert_rows = (begin, out.at() - begin);
    section(&mut out, Section::CertPlaces, &places)?;
    section(&mut out, Section::CertSteps, &steps(certs.iter().map(|(cert, _)| cert.as_bytes())))?;
    let ids: Vec<u8> = certs.iter().flat_map(|(cert, _)| *cert.as_bytes()).collect();
    section(&mut out, Section::CertIds, &ids)?;

    rest.reports = ledger.reports.iter().map(|(act, events)| (*act, events.clone())).collect();
    rest.reversals = ledger.reversals.iter().map(|(act, mistake)| (*act, mistake.clone())).collect();
    rest.unsaid = ledger.unsaid.iter().map(|(act, mistake)| (*act, mistake.clone())).collect();
    let strays = ledger.strays.all().filter(|(_, of)| !of.holds.is_empty());
    rest.strays = strays.map(|(record, of)| (record, of.holds.clone())).collect();
    section(&mut out, Section::Rest, &serde_json::to_vec(&rest).expect("it always serialises"))?;
    spans[Section::Rows as usize] = rows;
    spans[Section::Certs as usize] = cert_rows;
    for number in spans.iter().flat_map(|(at, bytes)| [at, bytes]) {
        out.put(&number.to_le_bytes())?;
    }
    out.end()
}

/// Bits by which so many ids are told apart before they are searched: some sixteen begin alike.
fn bits(count: u64) -> u32 {
    (count / 16).checked_ilog2().unwrap_or(0).min(16)
}

/// The first bits of an id.
fn step(id: &[u8; 16], bits: u32) -> u64 {
    u64::from(u32::from(u16::from_be_bytes([id[0], id[1]])) >> (16 - bits))
}

/// For each beginning of an id the first place of it, and at last their number.
fn steps<'a>(ids: impl ExactSizeIterator<Item = &'a [u8; 16]>) -> Vec<u8> {
    let count = ids.len() as u32;
    let bits = bits(count.into());
    let (mut firsts, mut next) = (Vec::new(), 0);
    for (at, id) in (0_u32..).zip(ids) {
        while next <= step(id, bits) {
            firsts.extend_from_slice(&at.to_le_bytes());
            next += 1;
        }
    }
    firsts.resize(((1 << bits) + 1) * 4, 0);
    for rest in firsts.chunks_mut(4).skip(next as usize) {
        rest.copy_from_slice(&count.to_le_bytes());
    }
    firsts
}

/// A file that is read, and what is small in it.
pub(super) struct Flat {
    pub file: In,
    pub rest: Rest,
    spans: Vec<(u64, u64)>,
    records: u32,
    certs: u32,
}

const NOWHERE: Unfit = Unfit("it leads to nowhere");

impl Flat {
    /// Begins to read.
    pub fn open(file: In) -> Result<Self, Unfit> {
        let mut bytes = Vec::new();
        let table = file.size().checked_sub(TABLE).ok_or(NOWHERE)?;
        file.read(table, TABLE, &mut bytes)?;
        let numbers = bytes.chunks_exact(8).map(|b| u64::from_le_bytes(b.try_into().expect("8 bytes")));
        let numbers: Vec<u64> = numbers.collect();
        let spans: Vec<(u64, u64)> = numbers.chunks_exact(2).map(|two| (two[0], two[1])).collect();
        let rest = spans[Section::Rest as usize];
        file.read(rest.0, rest.1, &mut bytes)?;
        let rest = serde_json::from_slice(&bytes).map_err(|_| NOWHERE)?;
        let count = |section: Section, each: u64| u32::try_from(spans[section as usize].1 / each);
        let records = count(Section::Briefs, BRIEF).map_err(|_| NOWHERE)?;
        let certs = count(Section::CertIds, 16).map_err(|_| NOWHERE)?;
        Ok(Self { file, rest, spans, records, certs })
    }

    fn part(&self, section: Section, at: u64, count: u64) -> Result<Vec<u8>, Unfit> {
        let mut bytes = Vec::new();
        self.part_into(section, at, count, &mut bytes)?;
        Ok(bytes)
    }

    fn part_into(&self, section: Section, at: u64, count: u64, into: &mut Vec<u8>) -> Result<(), Unfit> {
        let (begin, size) = self.spans[section as usize];
        match at.checked_add(count).is_some_and(|end| end <= size) {
            true => self.file.read(begin + at, count, into),
            false => Err(NOWHERE),
        }
    }

    fn number(&self, section: Section, at: u64) -> Result<u32, Unfit> {
        let bytes = self.part(section, at, 4)?;
        Ok(u32::from_le_bytes(bytes.try_into().map_err(|_| NOWHERE)?))
    }

    /// Bytes of the row of a record or certificate.
    fn row(&self, places: Section, rows: Section, row: u32) -> Result<Vec<u8>, Unfit> {
        let bytes = self.part(places, u64::from(row) * 8, 16)?;
        let place = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().expect("8 bytes"));
        let (from, to) = (place(0), place(8));
        let begin = from.checked_sub(self.spans[rows as usize].0).ok_or(NOWHERE)?;
        self.part(rows, begin, to.checked_sub(from).ok_or(NOWHERE)?)
    }

    /// The first place in a list of ids that is not before this one.
    fn place_of(&self, certs: bool, id: &[u8; 16]) -> Result<u32, Unfit> {
        let (steps, ids, each, count) = match certs {
            true => (Section::CertSteps, Section::CertIds, 16, self.certs),
            false => (Section::Steps, Section::Ids, 20, self.records),
        };
        let step = step(id, bits(count.into()));
        let (mut from, mut to) = (self.number(steps, step * 4)?, self.number(steps, step * 4 + 4)?);
        while from < to {
            let middle = from + (to - from) / 2;
            match self.part(ids, u64::from(middle) * each, 16)?.as_slice() < &id[..] {
                true => from = middle + 1,
                false => to = middle,
            }
        }
        Ok(from)
    }

    /// The rows of the records whose ids lie between two, by id.
    pub fn between(&self, first: RecordId, last: RecordId) -> impl Iterator<Item = Result<u32, Unfit>> + '_ {
        let mut next = self.place_of(false, first.as_bytes());
        std::iter::from_fn(move || {
            let at = match next {
                Ok(at) if at < self.records => at,
                Ok(_) => return None,
                Err(unfit) => return Some(Err(unfit)),
            };
            next = Ok(at + 1);
            let one = self.part(Section::Ids, u64::from(at) * 20, 20).map(|bytes| {
                let (id, row) = bytes.split_at(16);
                (id <= &last.as_bytes()[..]).then(|| u32::from_le_bytes(row.try_into().expect("4 bytes")))
            });
            one.transpose()
        })
    }

    /// The row of a record.
    pub fn row_of(&self, record: RecordId) -> Result<Option<u32>, Unfit> {
        self.between(record, record).next().transpose()
    }

    /// The rows of the records with this year and serial number.
    pub fn numbered(&self, year: i16, serial: u64) -> Result<Range<u32>, Unfit> {
        let bound = |is_before: &dyn Fn((i16, u64)) -> bool| -> Result<u32, Unfit> {
            let (mut from, mut to) = (0, self.records);
            while from < to {
                let middle = from + (to - from) / 2;
                let number = self.record(middle)?.1.number;
                match is_before((number.year(), number.serial())) {
                    true => from = middle + 1,
                    false => to = middle,
                }
            }
            Ok(from)
        };
        Ok(bound(&|number| number < (year, serial))?..bound(&|number| number <= (year, serial))?)
    }

    /// What the lines say of a record.
    pub fn record(&self, row: u32) -> Result<(RecordId, Kept), Unfit> {
        take_record(&self.row(Section::Places, Section::Rows, row)?).ok_or(NOWHERE)
    }

    /// What they say of a certificate, and the rows that link it.
    pub fn certificate(&self, cert: CertId) -> Result<Option<(Known, Vec<u32>)>, Unfit> {
        let at = self.place_of(true, cert.as_bytes())?;
        if at == self.certs || self.part(Section::CertIds, u64::from(at) * 16, 16)? != cert.as_bytes() {
            return Ok(None);
        }
        take_certificate(&self.row(Section::CertPlaces, Section::Certs, at)?).map(Some).ok_or(NOWHERE)
    }

    /// All rows in so many shares, each for a [`Flat::scan`] of its own.
    pub fn shares(&self, count: usize) -> impl Iterator<Item = Range<u32>> + use<> {
        let (records, each) = (self.records, self.records.div_ceil(count.max(1) as u32).max(TOGETHER));
        (0..records).step_by(each as usize).map(move |from| from..records.min(from.saturating_add(each)))
    }

    /// Passes over rows; with the line of the newest version and that up to which holds were compared, if wanted.
    pub fn scan(
        &self,
        rows: Range<u32>,
        screens: bool,
        mut each: impl FnMut(u32, Brief, (u64, u64)),
    ) -> Result<(), Unfit> {
        let (mut briefs, mut compared) = (Vec::new(), Vec::new());
        for from in rows.clone().step_by(TOGETHER as usize) {
            let count = u64::from(TOGETHER.min(rows.end - from));
            self.part_into(Section::Briefs, u64::from(from) * BRIEF, count * BRIEF, &mut briefs)?;
            if screens {
                self.part_into(Section::Screens, u64::from(from) * SCREEN, count * SCREEN, &mut compared)?;
            }
            let mut compared = compared.chunks_exact(SCREEN as usize).map(|bytes| {
                let line = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().expect("8 bytes"));
                (line(0), line(8))
            });
            for (row, brief) in (from..).zip(briefs.chunks_exact(BRIEF as usize)) {
                each(row, Brief::from_bytes(brief), compared.next().unwrap_or_default());
            }
        }
        Ok(())
    }
}

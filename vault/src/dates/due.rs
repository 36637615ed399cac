//! What is due, what has waited too long, and in which months the rest will be: counted over all records.
//!
//! Pure. A record counts by its facts, or by the little of it that lies in a file; both ways end in [`Tally::add`].

use super::dated::{Course, Dated};
use super::flat::Brief;
use super::row::{month, packed, unpacked, year_and_month};
use super::{Kept, Ledger};
use crate::retention::{Hold, Rules, Unclear, Verdict};
use crate::state::State;
use jingui_schema::facts::{Class, Outcome};
use jingui_schema::id::{ArchiveNumber, RecordId};
use jingui_schema::time::Day;
use std::collections::BTreeMap;

/// Days after which something due or pending has waited too long (law rules R30, R37).
pub const PATIENCE_DAYS: u32 = 90;
/// Months there are.
const MONTHS: usize = 10_000 * 12;

/// What somebody asks.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// On which day.
    pub today: Day,
    /// Whether they may know of holds.
    pub knows: bool,
    /// Records that are named at most, of those due and of those pending.
    pub limit: usize,
}

/// A record whose time is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueRecord {
    /// Which.
    pub record: RecordId,
    /// Its archive number.
    pub number: ArchiveNumber,
    /// Its class.
    pub class: Class,
    /// How the application ended.
    pub outcome: Outcome,
    /// The last day of the duty.
    pub last: Day,
    /// The first day of disposal.
    pub disposal: Day,
    /// Since when it is due.
    pub since: Day,
    /// Whether that is too long ago.
    pub overdue: bool,
}

/// An application that has not been decided for too long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingRecord {
    /// Which.
    pub record: RecordId,
    /// Its archive number.
    pub number: ArchiveNumber,
    /// When it was filed.
    pub filed: Day,
}

/// How many there are of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All.
    pub records: u64,
    /// Their time is over.
    pub due: u64,
    /// Of these, for too long.
    pub overdue: u64,
    /// Kept; for who may not know of holds, also those that are held.
    pub kept: u64,
    /// Held.
    pub held: u64,
    /// Released from a hold not long enough ago.
    pub cool_off: u64,
    /// Without dates.
    pub undetermined: u64,
    /// Pending for too long.
    pub pending: u64,
}

impl Counts {
    fn add(&mut self, more: Self) {
        let Self { records, due, overdue, kept, held, cool_off, undetermined, pending } = more;
        self.records += records;
        self.due += due;
        self.overdue += overdue;
        self.kept += kept;
        self.held += held;
        self.cool_off += cool_off;
        self.undetermined += undetermined;
        self.pending += pending;
    }
}

/// The records that may be disposed of from a month on, as things stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Month {
    /// Year.
    pub year: u32,
    /// Month, from 1.
    pub month: u32,
    /// How many.
    pub records: u64,
    /// Of these, with dates that a list may still move.
    pub provisional: u64,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// Those that have been due for longest.
    pub due: Vec<DueRecord>,
    /// Those that have been pending for longest.
    pub pending: Vec<PendingRecord>,
    /// All of them.
    pub counts: Counts,
    /// Why some have no dates: the first reason of each.
    pub undetermined: BTreeMap<&'static str, u64>,
    /// When they may be disposed of, by month.
    pub months: Vec<Month>,
}

/// How a record stands; days are packed, 0 is none.
enum Stand {
    Undetermined { why: u8 },
    Held,
    Keep,
    CoolOff,
    Due { since: u32 },
}

/// What counts of a record.
struct One {
    stand: Stand,
    disposal: u32,
    earliest: u32,
    provisional: bool,
}

impl One {
    fn of(disposal: Option<Day>, course: Course, why: u8, provisional: bool) -> Self {
        let stand = match course.verdict {
            Verdict::Undetermined => Stand::Undetermined { why },
            Verdict::Held { .. } => Stand::Held,
            Verdict::Keep { .. } => Stand::Keep,
            Verdict::CoolOff { .. } => Stand::CoolOff,
            Verdict::Due { since } => Stand::Due { since: packed(since) },
        };
        let day = |day: Option<Day>| day.map_or(0, packed);
        Self { stand, disposal: day(disposal), earliest: day(course.earliest), provisional }
    }
}

/// Counting.
pub(super) struct Tally {
    asked: Asked,
    today: u32,
    /// What was so on this day or before has waited too long.
    patience: u32,
    counts: Counts,
    why: [u64; 16],
    months: Vec<(u32, u32)>,
    due: Vec<(u32, RecordId)>,
    pending: Vec<(u32, RecordId)>,
}

impl Tally {
    pub fn begin(asked: Asked) -> Self {
        Self {
            asked,
            today: packed(asked.today),
            patience: asked.today.minus_days(PATIENCE_DAYS).map_or(0, packed),
            counts: Counts::default(),
            why: [0; 16],
            months: vec![(0, 0); MONTHS],
            due: Vec::new(),
            pending: Vec::new(),
        }
    }

    /// Counts a record; says since when it is due, if it is.
    fn add(&mut self, one: &One) -> Option<u32> {
        let (counts, knows) = (&mut self.counts, self.asked.knows);
        counts.records += 1;
        let mut due = None;
        match one.stand {
            Stand::Undetermined { why } => {
                counts.undetermined += 1;
                self.why[usize::from(why & 15)] += 1;
            }
            // Who may not know of holds gets no sign of one, in counts either.
            Stand::Held | Stand::CoolOff if !knows => counts.kept += 1,
            Stand::Held => counts.held += 1,
            Stand::Keep => counts.kept += 1,
            Stand::CoolOff => counts.cool_off += 1,
            Stand::Due { since } => {
                counts.due += 1;
                counts.overdue += u64::from(since <= self.patience);
                due = Some(since);
            }
        }
        let day = if knows { one.earliest } else { one.disposal };
        if let Some(month) = self.months.get_mut(month(day) as usize).filter(|_| day > 0) {
            month.0 += 1;
            month.1 += u32::from(one.provisional);
        }
        due
    }

    /// Counts a record that was pending on a day and still is; says whether that is too long.
    pub fn add_pending(&mut self, filed: u32) -> bool {
        let is_long = filed > 0 && filed <= self.patience;
        self.counts.pending += u64::from(is_long);
        is_long
    }

    /// Counts a record by its facts.
    pub fn add_record(
        &mut self,
        ledger: &Ledger,
        record: RecordId,
        kept: &Kept,
        state: &State,
        rules: &Rules,
    ) {
        let dated = ledger.dated(record, kept, state, rules, self.asked.today);
        let dated = if self.asked.knows { dated } else { dated.openly(self.asked.today) };
        let Dated { assessment, earliest, verdict, .. } = dated;
        let why = assessment.unclear.first().map(|why| why.word());
        let why = why.and_then(|why| Unclear::WORDS.iter().position(|word| *word == why));
        let dates = assessment.dates();
        let provisional = dates.is_some_and(|dates| dates.provisional_until.is_some());
        let course = Course { earliest, verdict };
        let one = One::of(dates.map(|d| d.disposal), course, why.map_or(0, |at| at as u8 + 1), provisional);
        let due = self.add(&one);
        self.due.extend(due.map(|since| (since, record)));
        if kept.outcome == Outcome::Pending && self.add_pending(packed(kept.filed)) {
            self.pending.push((packed(kept.filed), record));
        }
    }

    /// Counts a record by its brief and the terms of what holds it; says since when it is due, if it is.
    pub fn add_brief(&mut self, brief: &Brief, terms: &[Hold]) -> Option<u32> {
        let provisional = brief.provisional >= self.today;
        let one = match (terms.is_empty(), brief.disposal) {
            (true, 0) => {
                let stand = Stand::Undetermined { why: brief.why };
                One { stand, disposal: 0, earliest: 0, provisional: false }
            }
            (true, disposal) => {
                let earliest = disposal.max(brief.until);
                let is_over = self.today >= earliest;
                let stand = if is_over { Stand::Due { since: earliest } } else { Stand::Keep };
                One { stand, disposal, earliest, provisional }
            }
            (false, disposal) => {
                let (disposal, until, today) = (unpacked(disposal), unpacked(brief.until), self.asked.today);
                let course = Course::of(disposal, terms, until, today);
                let course = if self.asked.knows { course } else { course.openly(disposal, until, today) };
                One::of(disposal, course, brief.why, provisional)
            }
        };
        self.add(&one)
    }

    /// Takes in what was counted of other records.
    pub fn absorb(&mut self, other: Self) {
        let Self { counts, why, months, due, pending, .. } = other;
        self.counts.add(counts);
        self.why.iter_mut().zip(why).for_each(|(mine, more)| *mine += more);
        for (mine, more) in self.months.iter_mut().zip(months) {
            *mine = (mine.0 + more.0, mine.1 + more.1);
        }
        self.due.extend(due);
        self.pending.extend(pending);
    }

    /// Names those that have waited longest, of these besides those that were counted by their facts.
    pub fn end(
        mut self,
        ledger: &Ledger,
        rules: &Rules,
        due: Vec<(u32, RecordId)>,
        pending: Vec<(u32, RecordId)>,
    ) -> Due {
        self.due.extend(due);
        self.pending.extend(pending);
        let (today, limit, patience) = (self.asked.today, self.asked.limit, self.patience);
        let due = eldest(ledger, &self.due, limit).filter_map(|(since, record, kept)| {
            let dates = *ledger.assess(kept, rules, today).dates()?;
            Some(DueRecord {
                record,
                number: kept.number.clone(),
                class: kept.class,
                outcome: kept.outcome,
                last: dates.last,
                disposal: dates.disposal,
                since: unpacked(since)?,
                overdue: since <= patience,
            })
        });
        let pending = eldest(ledger, &self.pending, limit).map(|(_, record, kept)| PendingRecord {
            record,
            number: kept.number.clone(),
            filed: kept.filed,
        });
        let months = (0..).zip(&self.months).filter(|(_, month)| month.0 > 0);
        let months = months.map(|(at, counted)| {
            let (year, month) = year_and_month(at);
            Month { year, month, records: counted.0.into(), provisional: counted.1.into() }
        });
        let why = self.why.iter().enumerate().filter(|(_, count)| **count > 0);
        // A record without dates has a reason; where none is written, the first one stands for it.
        let word = |at: usize| Unclear::WORDS.get(at.saturating_sub(1)).unwrap_or(&Unclear::WORDS[0]);
        Due {
            due: due.collect(),
            pending: pending.collect(),
            counts: self.counts,
            undetermined: why.map(|(at, count)| (*word(at), *count)).collect(),
            months: months.collect(),
        }
    }
}

/// Those that have waited longest come first.
fn eldest<'a>(
    ledger: &'a Ledger,
    all: &[(u32, RecordId)],
    limit: usize,
) -> impl Iterator<Item = (u32, RecordId, &'a Kept)> + use<'a> {
    let known = all.iter().filter_map(|(day, record)| Some((*day, *record, ledger.get(*record)?)));
    let mut known: Vec<(u32, RecordId, &Kept)> = known.collect();
    known.sort_by_key(|(day, record, kept)| (*day, kept.number.year(), kept.number.serial(), *record));
    known.into_iter().take(limit)
}

/// Of many rows those with the earliest days, so many; of one day the first.
pub(super) struct Eldest {
    limit: usize,
    rows: Vec<(u32, u32)>,
    /// What is not before this is none of them.
    end: (u32, u32),
}

impl Eldest {
    pub fn new(limit: usize) -> Self {
        Self { limit: limit.max(1), rows: Vec::new(), end: (u32::MAX, u32::MAX) }
    }

    pub fn push(&mut self, day: u32, row: u32) {
        if (day, row) < self.end {
            self.rows.push((day, row));
            if self.rows.len() >= self.limit.saturating_mul(2).max(4096) {
                self.cut();
            }
        }
    }

    fn cut(&mut self) {
        if self.rows.len() > self.limit {
            let (_, end, _) = self.rows.select_nth_unstable(self.limit);
            self.end = *end;
            self.rows.truncate(self.limit);
        }
    }

    /// Takes in what others found among other rows.
    pub fn absorb(&mut self, other: Self) {
        other.rows.into_iter().for_each(|(day, row)| self.push(day, row));
    }

    pub fn rows(mut self) -> Vec<(u32, u32)> {
        self.cut();
        self.rows
    }
}

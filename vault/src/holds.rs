//! Holds (冻结): which are in force, and which records they keep from being destroyed or changed.
//!
//! Pure. A list names its records. A query means records that come later, too: each fact version is compared with it by
//! whoever sees the facts in the clear, and a version that nobody has compared yet is *unscreened* and counts as held. All
//! of that stands in the journal, so whoever destroys needs neither keys nor catalog to know what is held.

use crate::error::{Error, Result};
use crate::retention::{COOL_OFF_DAYS, Hold as Term};
use crate::state::State;
use jingui_schema::act::{Deed, HoldPlace, HoldScreen, NoteMark, RecordFile};
use jingui_schema::facts::Role;
use jingui_schema::id::{By, HoldId, RecordId, StaffNo};
use jingui_schema::line::Line;
use jingui_schema::time::{Day, Time};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};

/// Records named by one line at most.
pub const RECORDS_MAX: usize = 4000;
/// Holds that are in force at once, at most.
pub const HOLDS_MAX: usize = 1000;
/// Who may know of holds, and place them.
pub const PLACERS: &[Role] = &[Role::Legal];
/// Who may know of holds.
pub const KNOWERS: &[Role] = &[Role::Legal, Role::Approver];

/// A hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// The line that placed it.
    pub seq: u64,
    /// When.
    pub at: Time,
    /// Who.
    pub by: StaffNo,
    /// Whether it is a query, which later records fall under as well.
    pub standing: bool,
    /// The day on which somebody should look at it again. It never ends by itself.
    pub review: Day,
    /// All fact versions up to this line were compared with its query.
    pub screened: u64,
    /// The line since which whoever makes a version compares it: that which placed it, or put it back.
    pub since: u64,
    /// When two people released it.
    pub released: Option<Time>,
    /// Matter, basis and query.
    pub note: NoteMark,
}

impl Hold {
    /// The days on which it stops disposal, as the rules of retention take them.
    pub fn term(&self) -> Term {
        let released = self.released.map(Time::day);
        Term { placed: self.at.day(), released, cool_off: COOL_OFF_DAYS }
    }

    /// Whether it keeps records on this day: in force, or released not long enough ago.
    pub fn blocks(&self, today: Day) -> bool {
        self.term().over().is_none_or(|over| today < over)
    }
}

/// Whether a record is kept by a hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// By none.
    Free,
    /// By these.
    Held(Vec<HoldId>),
    /// Nobody has compared it with this query yet, so it counts as held.
    Unscreened(HoldId),
}

/// What the lines say of one record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OfRecord {
    /// Holds that named it, also such as were released since.
    pub holds: BTreeSet<HoldId>,
    /// The line that made its newest fact version.
    pub version: u64,
    /// That version was compared with every standing hold placed up to this line.
    pub screened: u64,
}

impl OfRecord {
    /// Takes in a line that is about this record and no other.
    pub(crate) fn take(&mut self, line: &Line) {
        if line.act.deed.cover().is_some() {
            (self.version, self.screened) = (line.seq, 0);
        }
        match &line.act.deed {
            Deed::RecordFile(RecordFile { from: Some(from), .. }) => self.holds.extend(&from.holds),
            Deed::HoldScreen(d) => {
                self.holds.extend(&d.caught);
                self.compared(d.lines);
            }
            _ => {}
        }
    }

    /// A hold named it.
    pub(crate) fn name(&mut self, hold: HoldId) {
        self.holds.insert(hold);
    }

    /// A version was compared with every standing hold placed up to a line. One that was made behind it was not.
    pub fn compared(&mut self, lines: u64) {
        if lines >= self.version {
            self.screened = self.screened.max(lines);
        }
    }

    /// The terms of all holds that named the record, and of those that nobody has compared it with.
    pub fn terms(&self, state: &State, today: Day) -> Vec<Term> {
        let named = self.holds.iter().filter_map(|hold| state.holds.get(hold));
        let open = state.holds.values().filter(|hold| self.is_unscreened(hold, today));
        named.chain(open).map(Hold::term).collect()
    }

    /// Whether nobody has compared its newest version with a hold that would keep it.
    pub(crate) fn is_unscreened(&self, hold: &Hold, today: Day) -> bool {
        hold.standing && self.version > hold.screened && self.screened < hold.since && hold.blocks(today)
    }

    /// Whether the record is kept on this day.
    pub fn standing(&self, state: &State, today: Day) -> Standing {
        let blocks = |hold: &&HoldId| state.holds.get(hold).is_some_and(|hold| hold.blocks(today));
        let held: Vec<HoldId> = self.holds.iter().filter(blocks).copied().collect();
        if !held.is_empty() {
            return Standing::Held(held);
        }
        let unscreened = state.holds.iter().find(|(_, hold)| self.is_unscreened(hold, today));
        unscreened.map_or(Standing::Free, |(hold, _)| Standing::Unscreened(*hold))
    }
}

/// Which records holds have named, folded from the journal: of all records, or of one.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    only: Option<RecordId>,
    records: HashMap<RecordId, OfRecord>,
}

impl Ledger {
    /// Of one record.
    pub fn of(record: RecordId) -> Self {
        Self { only: Some(record), records: HashMap::new() }
    }

    /// Takes in the next line.
    pub fn take(&mut self, line: &Line) {
        let deed = &line.act.deed;
        if let Some((hold, records)) = deed.held() {
            records.iter().for_each(|record| self.name(hold, *record));
        }
        let about = match deed {
            Deed::HoldScreen(d) => Some(d.record),
            _ => deed.cover().map(|cover| cover.record),
        };
        if let Some(record) = about
            && let Some(of) = self.entry(record)
        {
            of.take(line);
        }
    }

    /// A hold named a record.
    pub(crate) fn name(&mut self, hold: HoldId, record: RecordId) {
        if let Some(of) = self.entry(record) {
            of.name(hold);
        }
    }

    fn entry(&mut self, record: RecordId) -> Option<&mut OfRecord> {
        self.only.is_none_or(|only| only == record).then(|| self.records.entry(record).or_default())
    }

    /// What the lines say of a record.
    pub(crate) fn get(&self, record: RecordId) -> Option<&OfRecord> {
        self.records.get(&record)
    }

    /// Goes on from what lines that are not taken in here say of a record.
    pub(crate) fn put(&mut self, record: RecordId, of: OfRecord) {
        self.records.insert(record, of);
    }

    /// Gives up what the lines say of a record.
    pub(crate) fn remove(&mut self, record: RecordId) -> Option<OfRecord> {
        self.records.remove(&record)
    }

    /// All that lines about holds or versions have named, in no order.
    pub(crate) fn all(&self) -> impl Iterator<Item = (RecordId, &OfRecord)> {
        self.records.iter().map(|(record, of)| (*record, of))
    }

    /// Whether a record is kept on this day; one that no line speaks of is free.
    pub fn standing(&self, record: RecordId, state: &State, today: Day) -> Standing {
        self.records.get(&record).map_or(Standing::Free, |of| of.standing(state, today))
    }
}

impl State {
    /// The hold, which must be known.
    ///
    /// Errors: [`Error::NoHold`].
    pub fn hold(&self, hold: HoldId) -> Result<&Hold> {
        self.holds.get(&hold).ok_or_else(|| Error::NoHold { hold: hold.to_string() })
    }

    /// Standing holds that keep records on this day.
    pub fn standing_holds(&self, today: Day) -> Vec<HoldId> {
        let is = |hold: &Hold| hold.standing && hold.blocks(today);
        self.holds.iter().filter(|(_, hold)| is(hold)).map(|(id, _)| *id).collect()
    }

    pub(crate) fn decide_hold(&self, by: StaffNo, deed: &Deed) -> Result<()> {
        let stale = |why: &str| Err(Error::Stale { why: why.into() });
        let ascend =
            |records: &[RecordId]| records.len() <= RECORDS_MAX && records.is_sorted_by(|a, b| a < b);
        match deed {
            Deed::HoldPlace(d) => {
                self.with_role(by, PLACERS)?;
                self.check_place(d)
            }
            Deed::HoldCatch(d) => {
                self.with_role(by, PLACERS)?;
                self.hold(d.hold)?;
                self.check_none_gone(&d.records)?;
                match !d.records.is_empty() && ascend(&d.records) {
                    true => Ok(()),
                    false => stale("it names no records, too many, or not in order"),
                }
            }
            Deed::HoldScreened(d) => {
                self.with_role(by, PLACERS)?;
                let hold = self.hold(d.hold)?;
                // What is being destroyed may not be seen by whoever compares, and must not pass for compared.
                if let Some((plan, _)) = self.plans.iter().find(|(_, plan)| plan.under_way.is_some()) {
                    return Err(Error::PlanUnderWay { plan: plan.to_string() });
                }
                match hold.standing && d.lines >= hold.seq && d.lines <= self.lines {
                    true => Ok(()),
                    false => stale("it compares lines that are not there, or with no query"),
                }
            }
            Deed::HoldScreen(d) => {
                self.with_role(by, &[Role::Archivist, Role::Legal, Role::Reviewer, Role::Approver])?;
                self.check_screen(d)
            }
            Deed::HoldKeep(d) => {
                self.with_role(by, PLACERS)?;
                match self.hold(d.hold)?.released {
                    Some(_) => Ok(()),
                    None => Err(Error::HoldInForce { hold: d.hold.to_string() }),
                }
            }
            Deed::HoldReview(d) => {
                self.with_role(by, PLACERS)?;
                self.hold_in_force(d.hold)
            }
            _ => unreachable!("this is about holds"),
        }
    }

    fn check_place(&self, d: &HoldPlace) -> Result<()> {
        let in_force = self.holds.values().filter(|hold| hold.released.is_none()).count();
        if in_force >= HOLDS_MAX {
            return Err(Error::TooMany { count: in_force.to_string(), limit: HOLDS_MAX.to_string() });
        }
        self.check_none_gone(&d.records)?;
        let in_order = d.records.len() <= RECORDS_MAX && d.records.is_sorted_by(|a, b| a < b);
        match !self.holds.contains_key(&d.hold) && d.standing == d.records.is_empty() && in_order {
            true => Ok(()),
            false => Err(Error::Stale { why: "it is neither a list in order nor a query".into() }),
        }
    }

    /// Nobody is told of a hold on what is gone; what is being destroyed is the gate's to say.
    pub(crate) fn check_none_gone(&self, records: &[RecordId]) -> Result<()> {
        match records.iter().find_map(|record| Some((record, self.destroyed.line_of(*record)?))) {
            Some((record, seq)) => Err(self.gone(record, seq)),
            None => Ok(()),
        }
    }

    fn check_screen(&self, d: &HoldScreen) -> Result<()> {
        let known = |hold: &HoldId| self.holds.get(hold).is_some_and(|hold| hold.standing);
        let in_order = d.caught.is_sorted_by(|a, b| a < b) && d.caught.iter().all(known);
        match d.n > 0 && d.lines <= self.lines && in_order {
            true => Ok(()),
            false => Err(Error::Stale { why: "it names holds that are not there".into() }),
        }
    }

    /// Checks that a hold is in force: not released.
    ///
    /// Errors: [`Error::HoldReleased`].
    pub(crate) fn hold_in_force(&self, hold: HoldId) -> Result<()> {
        match self.hold(hold)?.released {
            None => Ok(()),
            Some(_) => Err(Error::HoldReleased { hold: hold.to_string() }),
        }
    }

    /// Takes in a line about holds. Refuses nothing.
    pub(crate) fn apply_hold(&mut self, line: &Line) {
        let By::Staff(by) = line.by else { return };
        let (seq, at) = (line.seq, line.at);
        match &line.act.deed {
            Deed::HoldPlace(d) => {
                let hold = Hold {
                    seq,
                    at,
                    by,
                    standing: d.standing,
                    review: d.review,
                    screened: 0,
                    since: seq,
                    released: None,
                    note: d.note,
                };
                self.holds.insert(d.hold, hold);
                self.hold_line = seq;
            }
            Deed::HoldCatch(_) => self.hold_line = seq,
            Deed::HoldTake(d) => {
                let taken = Hold {
                    seq,
                    at,
                    by,
                    standing: false,
                    review: d.review,
                    screened: 0,
                    since: seq,
                    released: d.released,
                    note: d.note,
                };
                let hold = self.holds.entry(d.hold).or_insert(taken);
                // What is in force in one of both places is in force; of two releases the later one counts.
                hold.released = hold.released.zip(d.released).map(|(here, there)| here.max(there));
                self.hold_line = seq;
            }
            Deed::HoldScreened(d) => {
                if let Some(hold) = self.holds.get_mut(&d.hold) {
                    hold.screened = hold.screened.max(d.lines);
                }
            }
            Deed::HoldScreen(d) if !d.caught.is_empty() => self.hold_line = seq,
            Deed::HoldKeep(d) => {
                if let Some(hold) = self.holds.get_mut(&d.hold) {
                    (hold.released, hold.since) = (None, seq);
                }
                self.hold_line = seq;
            }
            Deed::HoldReview(d) => {
                if let Some(hold) = self.holds.get_mut(&d.hold) {
                    hold.review = d.review;
                }
            }
            _ => {}
        }
        if self.hold_line == seq {
            self.hold_listed(&line.act.deed, seq);
        }
    }
}

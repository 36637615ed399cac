//! Holds at work: placed, compared with what there is and what comes, looked at, released, put back.
//!
//! A hold is in force once its first line is durable: a query holds everything until all there is has been compared with
//! it. So whatever cuts this off keeps more, never less.

use crate::catalog::{Cursor, Query, Row};
use crate::error::{Error, Result};
use crate::holds::{Hold, KNOWERS, Ledger, OfRecord, PLACERS, RECORDS_MAX, Standing};
use crate::proposals::Proposed;
use crate::session::Session;
use crate::vault::Notice;
use jingui_schema::act::{
    Deed, HoldCatch, HoldKeep, HoldPlace, HoldRelease, HoldReview, HoldScreen, HoldScreened, NoteMark,
};
use jingui_schema::cover::NoteKind;
use jingui_schema::facts::Facts;
use jingui_schema::hold::{HoldNote, HoldQuery, NamesOf};
use jingui_schema::id::{ActId, ArchiveNumber, HoldId, RecordId};
use jingui_schema::line::Tip;
use jingui_schema::projects::{Names, Renamed};
use jingui_schema::time::Day;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Rows of the catalog looked at together.
const PAGE: usize = 1000;

/// What holds say under seal, read once.
#[derive(Default)]
pub(crate) struct KnownHolds(Mutex<BTreeMap<HoldId, HoldNote>>);

/// Which records a hold is for.
#[derive(Clone, Debug)]
pub enum Scope {
    /// These.
    List(Vec<RecordId>),
    /// All that this means, now and later.
    Query(HoldQuery),
}

/// A hold to be placed.
#[derive(Clone, Debug)]
pub struct HoldOrder {
    /// The matter.
    pub matter: String,
    /// What it rests on.
    pub basis: String,
    /// The day on which somebody should look at it again.
    pub review: Day,
    /// Its records.
    pub scope: Scope,
}

/// A hold that is in force, or would be.
#[derive(Clone, Debug)]
pub struct Placed {
    /// Its id.
    pub hold: HoldId,
    /// Its first line; `None` where it was only rehearsed.
    pub seq: Option<u64>,
    /// Records under it.
    pub records: Vec<RecordId>,
}

/// A hold as those who may know of it see it.
#[derive(Clone, Debug)]
pub struct KnownHold {
    /// Its id.
    pub id: HoldId,
    /// What the journal says.
    pub hold: Hold,
    /// What it says under seal.
    pub note: HoldNote,
    /// An open proposal to release it, and whose.
    pub release: Option<ActId>,
}

/// Whoever has read the documents of records, asked for the words of a hold.
pub trait Words {
    /// The number of the rules by which documents are read.
    fn readers(&self) -> u32;

    /// Whether a record has all of these words, or may have them: something of it could not be read.
    fn may_have(&self, record: RecordId, words: &[String]) -> Result<bool>;
}

/// Nobody reads documents: any record may have any word.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoWords;

impl Words for NoWords {
    fn readers(&self) -> u32 {
        0
    }

    fn may_have(&self, _: RecordId, _: &[String]) -> Result<bool> {
        Ok(true)
    }
}

/// The readers that a line names: none where no word was asked for.
fn readers(words: &dyn Words, query: &HoldQuery) -> Option<u32> {
    (!query.words.is_empty()).then(|| words.readers())
}

/// A record that a query means.
struct Meant {
    record: RecordId,
    /// Its newest fact version.
    n: u32,
    /// Whether the hold has named it already.
    named: bool,
}

/// What came of asking for a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Release {
    /// Proposed; another person has to ask for it, too.
    Proposed(ActId),
    /// Two people have: its records are kept until the cool-off is over.
    Released(u64),
}

impl Session {
    /// Checks that this person may know of holds.
    pub fn may_know_holds(&self) -> bool {
        self.with_role(KNOWERS).is_ok()
    }

    /// Places a hold. It is in force when this returns, and as soon as its first line is durable.
    ///
    /// Errors: [`Error::Role`], [`Error::NoRecord`]; [`Error::BadQuery`] for a query that names nothing.
    pub fn place_hold(&self, order: &HoldOrder, words: &dyn Words, rehearse: bool) -> Result<Placed> {
        self.with_role(PLACERS)?;
        self.check_next_look(order.review)?;
        let query = match &order.scope {
            Scope::Query(query) if !query.is_narrow() => {
                return Err(Error::BadQuery { why: jingui_schema::hold::QueryError::Empty.to_string() });
            }
            Scope::Query(query) => Some(query.clone()),
            Scope::List(_) => None,
        };
        let mut records = match &order.scope {
            Scope::List(records) => records.clone(),
            Scope::Query(query) if rehearse => {
                let new = self.vault.env().hold_id();
                self.meant_by(query, new, words)?.into_iter().map(|meant| meant.record).collect()
            }
            Scope::Query(_) => Vec::new(),
        };
        records.sort_unstable();
        records.dedup();
        records.iter().try_for_each(|record| self.row(*record).map(drop))?;
        let note = HoldNote { matter: order.matter.clone(), basis: order.basis.clone(), query };
        let text = serde_json::to_string(&note).expect("texts and days always serialise");
        let hold = self.vault.env().hold_id();
        let mut parts = records.chunks(RECORDS_MAX);
        let first = if note.query.is_some() { &[] } else { parts.next().unwrap_or_default() };
        let (standing, review) = (note.query.is_some(), order.review);
        let deed = |note: Option<NoteMark>| -> Deed {
            let (records, note) = (first.to_vec(), note.expect("a matter makes a note"));
            HoldPlace { hold, standing, review, records, note }.into()
        };
        if rehearse {
            self.prepare(Some((NoteKind::Hold, &text)), &deed)?;
            return Ok(Placed { hold, seq: None, records });
        }
        let seq = self.carry_out(Some((NoteKind::Hold, &text)), deed)?.seq;
        match standing {
            // Everything counts as held until it has been compared, which waits for a run that is under way.
            true => match self.screen_all(hold, words) {
                Err(Error::PlanUnderWay { .. }) => self.vault.tell(Notice::new("hold-unscreened", &[])),
                screened => records = screened?,
            },
            false => parts.try_for_each(|part| self.catch(hold, part))?,
        }
        Ok(Placed { hold, seq: Some(seq), records })
    }

    /// Somebody looks at a hold once in twelve months at least (law rule R43).
    fn check_next_look(&self, review: Day) -> Result<()> {
        let today = self.vault.today();
        let last = today.plus_years(1);
        match review > today && last.is_none_or(|last| review <= last) {
            true => Ok(()),
            false => Err(Error::ReviewDay { day: review.to_string() }),
        }
    }

    fn catch(&self, hold: HoldId, records: &[RecordId]) -> Result<()> {
        self.carry_out(None, |_| HoldCatch { hold, records: records.to_vec() }.into()).map(drop)
    }

    /// Compares all there is with the query of a hold, and says so in the journal: what nobody had compared yet is held
    /// only if it is meant. Returns the records under it.
    ///
    /// Units: reads every row of the catalog once.
    pub fn screen_all(&self, hold: HoldId, words: &dyn Words) -> Result<Vec<RecordId>> {
        self.with_role(PLACERS)?;
        let lines = self.vault.state().lines;
        let query = self.hold_note(hold)?.query;
        let Some(query) = query else { return Err(Error::BadQuery { why: "it is a list".into() }) };
        let meant = self.meant_by(&query, hold, words)?;
        let mut new: Vec<RecordId> =
            meant.iter().filter(|meant| !meant.named).map(|meant| meant.record).collect();
        new.sort_unstable();
        new.chunks(RECORDS_MAX).try_for_each(|part| self.catch(hold, part))?;
        let readers = readers(words, &query);
        self.carry_out(None, |_| HoldScreened { hold, lines, readers }.into())?;
        Ok(meant.into_iter().map(|meant| meant.record).collect())
    }

    /// All records that a query means, as they are now, and whether the hold has named them.
    fn meant_by(&self, query: &HoldQuery, hold: HoldId, words: &dyn Words) -> Result<Vec<Meant>> {
        let (settings, customers) = (self.settings()?, self.customers()?);
        let same = |of, name: &str| same_as(&settings, &customers, of, name);
        let narrowed = Query {
            from: query.from,
            to: query.to,
            class: query.class,
            outcome: query.outcome,
            business: query.business,
            ..Query::default()
        };
        let mut all = Vec::new();
        self.each_row(&narrowed, &|row| query.means(&row.facts, &same), &mut |row| {
            let n = row.covers.iter().map(|cover| cover.n).max().unwrap_or(1);
            all.push(Meant { record: row.record, n, named: row.custody.holds.contains(&hold) });
        })?;
        if !query.words.is_empty() {
            let (met, mut kept) = (std::mem::take(&mut all), Vec::new());
            for meant in met {
                if words.may_have(meant.record, &query.words)? {
                    kept.push(meant);
                }
            }
            all = kept;
        }
        Ok(all)
    }

    /// Compares a fact version that has just been made with the standing holds, and says so in the journal.
    ///
    /// What cannot be read or written leaves the version unscreened, which counts as held; whoever made it has done
    /// their part.
    pub(crate) fn screen(&self, record: RecordId, n: u32, facts: &Facts) {
        let state = self.vault.state();
        let standing = state.standing_holds(self.vault.today());
        if standing.is_empty() {
            return;
        }
        let compare = || -> Result<()> {
            let (settings, customers) = (self.settings()?, self.customers()?);
            let same = |of, name: &str| same_as(&settings, &customers, of, name);
            let mut caught = Vec::new();
            for hold in standing {
                let query = self.hold_note(hold)?.query.unwrap_or_default();
                let means = query.means(facts, &same);
                // Its documents have to be read first; until then it is unscreened, which counts as held.
                if means && !query.words.is_empty() {
                    return Ok(());
                }
                caught.extend(means.then_some(hold));
            }
            caught.sort_unstable();
            let lines = state.lines;
            let deed = HoldScreen { record, n, lines, caught, readers: None };
            self.carry_out(None, |_| deed.clone().into()).map(drop)
        };
        // Held because nobody could say otherwise: `hold screen` says it later.
        if compare().is_err() {
            self.vault.tell(Notice::new("hold-unscreened", &[]));
        }
    }

    /// Compares a record of which all documents have been read with the holds that ask for words, and says so in the
    /// journal. Of another fact version than `n` nothing is said.
    ///
    /// A version that nobody has compared yet is compared with all standing holds; of one that was, what it falls under
    /// besides is said: other readers may read what those before did not.
    pub fn screen_read(&self, record: RecordId, n: u32, words: &dyn Words) -> Result<()> {
        let state = self.vault.state();
        let standing = state.standing_holds(self.vault.today());
        let mut queries = Vec::with_capacity(standing.len());
        for hold in standing {
            queries.push((hold, self.hold_note(hold)?.query.unwrap_or_default()));
        }
        if queries.iter().all(|(_, query)| query.words.is_empty()) {
            return Ok(());
        }
        let row = self.row(record)?;
        if row.covers.iter().map(|cover| cover.n).max() != Some(n) {
            return Ok(());
        }
        let (settings, customers) = (self.settings()?, self.customers()?);
        let same = |of, name: &str| same_as(&settings, &customers, of, name);
        let mut caught = Vec::new();
        for (hold, query) in &queries {
            let means = query.means(&row.facts, &same);
            if means && (query.words.is_empty() || words.may_have(record, &query.words)?) {
                caught.push(*hold);
            }
        }
        caught.sort_unstable();
        let version = row.covers.iter().map(|cover| cover.seq).max().unwrap_or(0);
        let of = OfRecord { version, screened: row.custody.screened, ..OfRecord::default() };
        let today = self.vault.today();
        let unscreened = state.holds.values().any(|hold| of.is_unscreened(hold, today));
        let lines = if unscreened { state.lines } else { 0 };
        if !unscreened {
            caught.retain(|hold| !row.custody.holds.contains(hold));
            if caught.is_empty() {
                return Ok(());
            }
        }
        let deed = HoldScreen { record, n, lines, caught, readers: Some(words.readers()) };
        self.carry_out(None, |_| deed.clone().into()).map(drop)
    }

    /// After names were said to mean the same: records that standing holds mean now, and did not before.
    ///
    /// `before`: which names meant the same until now, where that is known.
    pub(crate) fn screen_renamed(&self, before: Option<(&crate::settings::Settings, &Names<Renamed>)>) {
        let compare = || -> Result<()> {
            let state = self.vault.state();
            for hold in state.standing_holds(self.vault.today()) {
                let Some(query) = self.hold_note(hold)?.query else { continue };
                // Of a query with words only what it could not mean before is new; its words are not asked here, and in
                // doubt a record falls under the hold.
                let meant_before = |row: &Row| {
                    let same = |of, name: &str| {
                        before.map_or_else(Vec::new, |(settings, customers)| {
                            same_as(settings, customers, of, name)
                        })
                    };
                    !query.words.is_empty() && query.means(&row.facts, &same)
                };
                let meant = self.meant_by(&query, hold, &NoWords)?;
                for Meant { record, n, .. } in meant.into_iter().filter(|one| !one.named) {
                    if meant_before(&self.row(record)?) {
                        continue;
                    }
                    // Only what it falls under is said: the version was compared with the others before, or was not.
                    let (caught, readers) = (vec![hold], readers(&NoWords, &query));
                    let deed = HoldScreen { record, n, lines: 0, caught, readers };
                    self.carry_out(None, |_| deed.clone().into())?;
                }
            }
            Ok(())
        };
        if compare().is_err() {
            self.vault.tell(Notice::new("hold-unscreened", &[]));
        }
    }

    /// What a hold says under seal.
    fn hold_note(&self, hold: HoldId) -> Result<HoldNote> {
        let known = &self.vault.inner.holds.0;
        if let Some(note) = known.lock().unwrap_or_else(PoisonError::into_inner).get(&hold) {
            return Ok(note.clone());
        }
        let mark = self.vault.state().hold(hold)?.note;
        let note = self.read_note(&mark)?;
        let damaged =
            || Error::FileDamaged { path: mark.id.to_string(), finding: "its note is no hold".into() };
        let note = (note.kind == NoteKind::Hold).then(|| serde_json::from_str(&note.text).ok()).flatten();
        let note: HoldNote = note.ok_or_else(damaged)?;
        known.lock().unwrap_or_else(PoisonError::into_inner).insert(hold, note.clone());
        Ok(note)
    }

    /// All holds, oldest first, for those who may know of them.
    ///
    /// Errors: [`Error::Role`].
    pub fn holds(&self) -> Result<Vec<KnownHold>> {
        self.with_role(KNOWERS)?;
        let state = self.vault.state();
        let release = |id: HoldId| {
            let is = |what: &Proposed| matches!(what, Proposed::Release(d) if d.hold == id);
            state.proposals.iter().find(|(_, proposal)| is(&proposal.what)).map(|(act, _)| *act)
        };
        let known = |(id, hold): (&HoldId, &Hold)| {
            Ok(KnownHold { id: *id, hold: hold.clone(), note: self.hold_note(*id)?, release: release(*id) })
        };
        let mut all = state.holds.iter().map(known).collect::<Result<Vec<_>>>()?;
        all.sort_by_key(|known| known.hold.seq);
        Ok(all)
    }

    /// The hold that somebody means by the beginning of its id, or by its matter.
    ///
    /// Errors: [`Error::NoHold`], [`Error::WhichHold`], [`Error::Role`].
    pub fn resolve_hold(&self, text: &str) -> Result<KnownHold> {
        let wanted = text.trim();
        let fits = |known: &KnownHold| {
            known.note.matter == wanted
                || (wanted.len() >= 4 && known.id.to_string().starts_with(&wanted.to_uppercase()))
        };
        let mut found: Vec<KnownHold> = self.holds()?.into_iter().filter(fits).collect();
        match (found.pop(), found.len()) {
            (None, _) => Err(Error::NoHold { hold: wanted.chars().take(80).collect() }),
            (Some(one), 0) => Ok(one),
            (Some(_), more) => Err(Error::WhichHold { hold: wanted.into(), count: (more + 1).to_string() }),
        }
    }

    /// Archive numbers of the records under a hold, newest business day first.
    pub fn records_of_hold(&self, hold: HoldId) -> Result<Vec<ArchiveNumber>> {
        self.with_role(KNOWERS)?;
        let mut numbers = Vec::new();
        let named = |row: &Row| row.custody.holds.contains(&hold);
        self.each_row(&Query::default(), &named, &mut |row| numbers.push(row.facts.number.clone()))?;
        Ok(numbers)
    }

    /// How many records each hold has named.
    ///
    /// Units: reads every row of the catalog once.
    pub fn records_by_hold(&self) -> Result<BTreeMap<HoldId, u64>> {
        self.with_role(KNOWERS)?;
        let mut counts: BTreeMap<HoldId, u64> = BTreeMap::new();
        let named = |row: &Row| !row.custody.holds.is_empty();
        self.each_row(&Query::default(), &named, &mut |row| {
            row.custody.holds.iter().for_each(|hold| *counts.entry(*hold).or_default() += 1);
        })?;
        Ok(counts)
    }

    /// Shows each row that a query finds and that is wanted, a page at a time.
    fn each_row(
        &self,
        query: &Query,
        wanted: &dyn Fn(&Row) -> bool,
        each: &mut dyn FnMut(&Row),
    ) -> Result<()> {
        let mut after: Option<Cursor> = None;
        loop {
            let asked = Query { limit: PAGE, after: after.take(), ..query.clone() };
            let page = self.ask(|catalog| catalog.list_those(&asked, wanted))?;
            page.rows.iter().for_each(&mut *each);
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(()),
            }
        }
    }

    /// Asks that a hold be released: the first person proposes it, another one who asks as well confirms it.
    ///
    /// Its records are kept for [`crate::retention::COOL_OFF_DAYS`] more. Errors: [`Error::HoldReleased`],
    /// [`Error::OwnProposal`], [`Error::NotCounted`], [`Error::Role`].
    pub fn release_hold(&self, hold: HoldId, reason: &str, rehearse: bool) -> Result<Release> {
        self.with_role(KNOWERS)?;
        let state = self.vault.state();
        state.hold_in_force(hold)?;
        let is = |what: &Proposed| matches!(what, Proposed::Release(d) if d.hold == hold);
        if let Some((act, _)) = state.proposals.iter().find(|(_, proposal)| is(&proposal.what)) {
            return match rehearse {
                true => self.may_confirm(*act).map(|()| Release::Released(0)),
                false => self.confirm(*act).map(Release::Released),
            };
        }
        let deed = |note: Option<NoteMark>| -> Deed {
            HoldRelease { hold, note: note.expect("a reason makes a note") }.into()
        };
        if rehearse {
            let (pending, _) = self.prepare(Some((NoteKind::Reason, reason)), &deed)?;
            return Ok(Release::Proposed(pending.act.id));
        }
        let done = self.carry_out(Some((NoteKind::Reason, reason)), deed)?;
        Ok(Release::Proposed(self.vault.line(done.seq)?.0.act.id))
    }

    /// Puts a released hold back in force at once, or ends a proposal to release it.
    ///
    /// Errors: [`Error::HoldInForce`], [`Error::Role`].
    pub fn keep_hold(&self, hold: HoldId, reason: &str, words: &dyn Words, rehearse: bool) -> Result<u64> {
        self.with_role(PLACERS)?;
        let open = self.holds()?.into_iter().find(|known| known.id == hold).and_then(|known| known.release);
        match (open, rehearse) {
            (Some(act), true) => self.may_refuse(act, reason).map(|()| 0),
            (Some(act), false) => self.refuse(act, reason),
            (None, rehearse) => {
                let deed = |note: Option<NoteMark>| -> Deed {
                    HoldKeep { hold, note: note.expect("a reason makes a note") }.into()
                };
                let note = Some((NoteKind::Reason, reason));
                if rehearse {
                    return self.prepare(note, &deed).map(|_| 0);
                }
                let seq = self.carry_out(note, deed)?.seq;
                // What came while it was released was compared with the others alone.
                if self.vault.state().hold(hold)?.standing {
                    self.screen_all(hold, words)?;
                }
                Ok(seq)
            }
        }
    }

    /// Says that somebody has looked at a hold, which goes on, and when to look again.
    pub fn review_hold(&self, hold: HoldId, review: Day, reason: &str, rehearse: bool) -> Result<u64> {
        self.check_next_look(review)?;
        let deed = |note: Option<NoteMark>| -> Deed {
            HoldReview { hold, review, note: note.expect("a reason makes a note") }.into()
        };
        let note = Some((NoteKind::Reason, reason));
        match rehearse {
            true => self.prepare(note, &deed).map(|_| 0),
            false => Ok(self.carry_out(note, deed)?.seq),
        }
    }

    /// Whether a record is kept by a hold today, as the catalog knows it: for showing, and for what can be undone.
    pub fn held(&self, row: &Row) -> Standing {
        let version = row.covers.iter().map(|cover| cover.seq).max().unwrap_or(0);
        let of = OfRecord {
            holds: row.custody.holds.iter().copied().collect(),
            version,
            screened: row.custody.screened,
        };
        of.standing(&self.vault.state(), self.vault.today())
    }

    /// Checks that a record may be changed. Who may not know of holds is not told of one.
    ///
    /// Errors: [`Error::NotEligible`].
    pub(crate) fn check_not_held(&self, row: &Row) -> Result<()> {
        match self.held(row) {
            Standing::Free => Ok(()),
            Standing::Held(_) | Standing::Unscreened(_) => {
                Err(Error::NotEligible { record: row.facts.number.to_string() })
            }
        }
    }

    /// The same for what cannot be undone: from the journal alone. Returns the line up to which it was read.
    pub(crate) fn check_not_held_by_journal(&self, row: &Row) -> Result<u64> {
        let (state, mut ledger) = (self.vault.state(), Ledger::of(row.record));
        for item in self.vault.lines_after(Tip::START)? {
            ledger.take(&item?.0);
        }
        match ledger.standing(row.record, &state, self.vault.today()) {
            Standing::Free => Ok(state.lines),
            _ => Err(Error::NotEligible { record: row.facts.number.to_string() }),
        }
    }
}

fn same_as(
    settings: &crate::settings::Settings,
    customers: &Names<Renamed>,
    of: NamesOf,
    name: &str,
) -> Vec<String> {
    match of {
        NamesOf::Projects => settings.projects.same_as(name),
        NamesOf::Customers => customers.same_as(name),
    }
}

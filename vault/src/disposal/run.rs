//! Carrying out a plan: record by record, and a hold wins up to the instant before a record's first cover goes.
//!
//! ```text
//! replay, then for each batch: new lines → each record's appraisal, versions, dates, holds → purge.begin
//!   each record, the gate closed: holds once more → its covers removed; from here on there is no way back
//!   directories synced → the mirror's covers → bodies → notes, here and there → purge.done
//! ```
//! A cover has the keys of all bodies, so what goes first is what opens the rest. Cut off anywhere, the same command goes on, and
//! looks at every record of the batch again: what came under a hold meanwhile keeps what is left of it, and the mirror's covers
//! are put back.

use super::failed::AtWork;
use super::plan::{BATCH_MAX, EXECUTORS, Plan};
use super::replay::{OfPlan, Replay};
use crate::dates::{Kept, Ledger};
use crate::env::Env;
use crate::error::{Doing as _, Error, Result};
use crate::layout::Layout;
use crate::mirror::Followed;
use crate::retention::Verdict;
use crate::session::Session;
use crate::state::State;
use crate::vault::Vault;
use jingui_schema::act::{PurgeBegin, PurgeDone, Spared, Tombstone};
use jingui_schema::digest::Sha256;
use jingui_schema::disposal::{Appraisal, Left, Plan as PlanFile, PlanRow};
use jingui_schema::id::{ArchiveNumber, NoteId, Place, PlanId, RecordId};
use jingui_schema::time::Day;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// How often a batch is put together anew because something came under a hold meanwhile.
const TRIES: usize = 16;

/// What a run did, or would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ran {
    /// Records destroyed by this run.
    pub destroyed: Vec<RecordId>,
    /// Records left by it.
    pub left: Vec<(RecordId, Left)>,
    /// Records that wait for the next run, because this one has done as many as one run may.
    pub waiting: u64,
    /// SHA-256 of the register, where the plan is carried out.
    pub register: Option<Sha256>,
    /// The mirror still has what was destroyed here; why.
    pub mirror_lags: Option<String>,
}

/// What became of one record of a plan: told once its line is durable.
#[derive(Clone, Copy, Debug)]
pub struct Outcome<'a> {
    /// The record.
    pub record: RecordId,
    /// Its archive number.
    pub number: &'a ArchiveNumber,
    /// Why it was left; none: it is destroyed.
    pub left: Option<Left>,
}

/// How to carry a plan out.
pub struct RunOptions<'a> {
    /// Who does it; none: the vault by itself.
    pub by: Option<&'a Session>,
    /// Records at most, below the plan's own limit.
    pub limit: Option<u64>,
    /// Whether anybody has lost patience.
    pub interrupted: &'a dyn Fn() -> bool,
    /// Told after each batch: records done, and of how many.
    pub progress: &'a dyn Fn(u64, u64),
}

impl Vault {
    /// Carries out a plan as far as it goes.
    ///
    /// - Shape: what was destroyed is gone here and in the mirror when this returns, and a line says so; a run that was cut
    ///   off, or has done as many as it may, is gone on with by the next one. Nothing is called done that was left. What a
    ///   run that was cut off has begun is finished also where the plan is not ripe any more, for the cosigner or the log
    ///   is another one: then the rest waits.
    /// - Errors: [`Error::PlanNotReady`], [`Error::PlanWaits`], [`Error::NotCosigned`], [`Error::PlanEnded`],
    ///   [`Error::RotationUnfinished`] while keys are renewed, [`Error::JournalDamaged`], [`Error::Interrupted`] between
    ///   two batches.
    pub fn run_plan(&self, id: PlanId, options: &RunOptions<'_>) -> Result<Ran> {
        self.run_plan_telling(id, options, &|_| {})
    }

    /// The same; what became of each record is told as soon as a line says so, also by a run that ends with an error later.
    pub fn run_plan_telling(
        &self,
        id: PlanId,
        options: &RunOptions<'_>,
        told: &dyn Fn(Outcome<'_>),
    ) -> Result<Ran> {
        let state = self.state();
        // What two people have taken out, and what keys are being renewed, is not gone through at the same time.
        let rotating = || Error::RotationUnfinished { epoch: state.epoch.to_string() };
        let _one = self.inner.rotating.try_lock().map_err(|_| rotating())?;
        let _at_work = AtWork::on(self, id);
        self.writer()?;
        if let Some(session) = options.by {
            session.with_role(EXECUTORS)?;
        }
        // One that was stopped has still to finish what was begun, and to say what is gone.
        let plan = state.plan(id)?;
        let begun = plan.under_way.is_some() || plan.done.is_some();
        let is_to_end = plan.rejected.is_some() && begun && plan.register.is_none();
        // It was ripe as it was begun, and until it is finished there can be no new epoch.
        if !is_to_end && plan.under_way.is_none() {
            state.check_ripe(id, state.disposal_day(self.env().clock.now())?)?;
        }
        let replay = Replay::read(self, Some(id), options.interrupted)?;
        let file = self.plan_file(id)?;
        let planned = file.rows.iter().map(|row| row.record).filter(|r| !is_settled(&replay, *r));
        let planned: Vec<RecordId> = planned.collect();
        replay.check_signatures(self, planned.iter().copied(), options.interrupted)?;
        let rows = file.rows.iter().map(|row| (row.record, row)).collect();
        let queue = VecDeque::new();
        let ran = Ran::default();
        Run { vault: self, id, file: &file, rows, queue, options, told, replay, ran }.carry_out()
    }

    /// What a run would do now, or would have to do on a day; nothing is changed.
    ///
    /// - Shape: as many as a run destroys at most are destroyed, by the plan's own limit or by `limit`, whichever is less; what
    ///   comes after them waits. Records that a run before was cut off with come first, as they do in a run.
    /// - Errors: as [`Vault::run_plan`], but for those that speak of signatures where a day is given.
    pub fn rehearse_run(
        &self,
        id: PlanId,
        as_of: Option<Day>,
        limit: Option<u64>,
        interrupted: &dyn Fn() -> bool,
    ) -> Result<Ran> {
        let state = self.state();
        let today = state.disposal_day(self.env().clock.now());
        let ripe = match (as_of, &today) {
            (Some(_), _) => Ok(()),
            (None, Ok(today)) => state.check_ripe(id, *today),
            (None, Err(_)) => Err(Error::NotCosigned { lines: "1".into() }),
        };
        let finishes = matches!(ripe, Err(Error::NotCosigned { .. } | Error::PlanWaits { .. }))
            && state.plan(id)?.under_way.is_some();
        if !finishes {
            ripe?;
        }
        let replay = Replay::read(self, Some(id), interrupted)?;
        let day = match as_of {
            Some(day) => day,
            None => today.or_else(|error| replay.begun.ok_or(error))?,
        };
        let file = self.plan_file(id)?;
        let plan = replay.state.plan(id)?;
        let cap = if finishes { 0 } else { run_cap(plan, limit) };
        let begun = plan.under_way.as_ref().map_or(&[][..], |under_way| &under_way.records);
        let is_begun = |row: &&PlanRow| begun.binary_search(&row.record).is_ok();
        let rows = file.rows.iter().filter(|row| !is_settled(&replay, row.record));
        let (first, then): (Vec<&PlanRow>, Vec<&PlanRow>) = rows.partition(is_begun);
        let mut ran = Ran::default();
        for (at, row) in first.iter().chain(&then).enumerate() {
            if at >= first.len() && ran.destroyed.len() as u64 >= cap {
                ran.waiting += 1;
                continue;
            }
            match why_left(&replay.on(id, day), row) {
                Some(why) => ran.left.push((row.record, why)),
                None => ran.destroyed.push(row.record),
            }
        }
        Ok(ran)
    }
}

/// Records that one run of a plan destroys at most.
fn run_cap(plan: &Plan, limit: Option<u64>) -> u64 {
    let cap = u64::from(plan.policy.cap);
    limit.map_or(cap, |limit| limit.min(cap))
}

/// Whether a run has come to a record already, or nobody wants it destroyed.
fn is_settled(replay: &Replay, record: RecordId) -> bool {
    replay.of_plan.fates.contains_key(&record)
        || replay.of_plan.appraised.get(&record) != Some(&Appraisal::Destroy)
}

/// What a decision about one record of a plan rests on.
pub(super) struct Doing<'a> {
    pub state: &'a State,
    pub ledger: &'a Ledger,
    pub of: &'a OfPlan,
    pub plan: PlanId,
    pub day: Day,
}

/// Why a record is left, if it is.
pub(super) fn why_left(now: &Doing<'_>, row: &PlanRow) -> Option<Left> {
    let Doing { state, ledger, of, plan, day } = *now;
    match of.appraised.get(&row.record) {
        None => return Some(Left::Unappraised),
        Some(Appraisal::Keep | Appraisal::Reclass) => return Some(Left::Kept),
        Some(Appraisal::Destroy) => {}
    }
    let Some(kept) = ledger.get(row.record) else { return Some(Left::Changed) };
    // It goes to the CA first.
    if state.is_listed(row.record) {
        return Some(Left::NotEligible);
    }
    let made = state.plans.get(&plan).map_or(0, |plan| plan.lines);
    // A new version, a paper filed since, a certificate linked: somebody has to look at it as it is now.
    if kept.changed > made || kept.newest() != (row.versions, row.commit) {
        return Some(Left::Changed);
    }
    let rules = state.retention_rules_on(day);
    match ledger.dated(row.record, kept, state, &rules, day).verdict {
        Verdict::Due { .. } => None,
        Verdict::Held { .. } | Verdict::CoolOff { .. } => Some(Left::NotEligible),
        Verdict::Keep { .. } | Verdict::Undetermined => Some(Left::NotDue),
    }
}

impl Replay {
    fn on(&self, plan: PlanId, day: Day) -> Doing<'_> {
        Doing { state: &self.state, ledger: &self.ledger, of: &self.of_plan, plan, day }
    }
}

struct Run<'a> {
    vault: &'a Vault,
    id: PlanId,
    file: &'a PlanFile,
    rows: HashMap<RecordId, &'a PlanRow>,
    /// Records that no run has come to.
    queue: VecDeque<RecordId>,
    options: &'a RunOptions<'a>,
    told: &'a dyn Fn(Outcome<'_>),
    replay: Replay,
    ran: Ran,
}

/// The files of some records, by their directories.
#[derive(Default)]
pub(crate) struct Files {
    covers: BTreeMap<RecordId, Vec<PathBuf>>,
    /// And the texts beside them.
    bodies: BTreeMap<RecordId, Vec<PathBuf>>,
    dirs: [BTreeSet<PathBuf>; 2],
}

impl Run<'_> {
    fn carry_out(mut self) -> Result<Ran> {
        self.finish_under_way()?;
        let records = self.file.rows.iter().map(|row| row.record);
        self.queue = records.filter(|record| !is_settled(&self.replay, *record)).collect();
        let of = self.queue.len() as u64;
        let cap = run_cap(self.replay.state.plan(self.id)?, self.options.limit);
        let (vault, id) = (self.vault, self.id);
        let is_stopped = || vault.state().plans.get(&id).is_none_or(|plan| plan.rejected.is_some());
        // Asked anew: what was under way has been finished without it.
        let is_ripe = self.today().and_then(|day| vault.state().check_ripe(id, day)).is_ok();
        while self.ran.mirror_lags.is_none() && is_ripe && !is_stopped() {
            let left = cap.saturating_sub(self.ran.destroyed.len() as u64);
            let count = self.queue.len().min(BATCH_MAX).min(usize::try_from(left).unwrap_or(usize::MAX));
            if count == 0 {
                break;
            }
            if (self.options.interrupted)() {
                return Err(Error::Interrupted {});
            }
            let part: Vec<RecordId> = self.queue.drain(..count).collect();
            self.batch(&part)?;
            (self.options.progress)(of - self.queue.len() as u64, of);
        }
        self.replay.follow(self.vault)?;
        let plan = self.replay.state.plan(self.id)?;
        if self.queue.is_empty() && plan.done.is_none() && plan.rejected.is_none() {
            // Nothing of it was to be destroyed in the end. That is an end, too.
            self.done(Vec::new(), Vec::new())?;
        }
        let plan = self.replay.state.plan(self.id)?;
        let may_close = plan.done.is_some() && plan.under_way.is_none() && plan.register.is_none();
        self.ran.waiting = if plan.rejected.is_some() { 0 } else { self.queue.len() as u64 };
        if self.ran.waiting == 0 && may_close {
            self.ran.register = Some(self.vault.close_plan(self.id, self.file, &self.replay)?);
        }
        Ok(self.ran)
    }

    fn today(&self) -> Result<Day> {
        self.vault.state().disposal_day(self.vault.env().clock.now())
    }

    /// Names the records of a batch that are still to go, and destroys them.
    fn batch(&mut self, records: &[RecordId]) -> Result<()> {
        // Before anything is begun: what is begun without the mirror could not be finished without it.
        if self.mirror()?.is_none() {
            self.queue.extend(records);
            return Ok(());
        }
        for _ in 0..TRIES {
            self.replay.follow(self.vault)?;
            let day = self.today()?;
            let (mut go, mut left) = (Vec::new(), Vec::new());
            for record in records {
                match why_left(&self.replay.on(self.id, day), self.rows[record]) {
                    None => go.push(*record),
                    Some(reason) => left.push(Spared { record: *record, reason }),
                }
            }
            go.sort_unstable();
            left.sort_unstable_by_key(|spared| spared.record);
            if go.is_empty() {
                return self.done(Vec::new(), left);
            }
            let begin = PurgeBegin { plan: self.id, seen: self.replay.tip.lines, records: go.clone() };
            match self.vault.submit_of(self.options.by, begin) {
                // Something came under a hold between looking and writing.
                Err(Error::HoldsChanged { .. }) => continue,
                begun => drop(begun?),
            }
            return self.destroy(&go, left);
        }
        Err(Error::HoldsChanged { line: self.vault.state().hold_line.to_string() })
    }

    /// Goes on with records that a run before this one was destroying when it was cut off.
    fn finish_under_way(&mut self) -> Result<()> {
        let state = self.vault.state();
        let Some(under_way) = state.plan(self.id)?.under_way.clone() else { return Ok(()) };
        self.destroy(&under_way.records, Vec::new())
    }

    /// Destroys records that a line names, each as long as nothing keeps it; and says so.
    fn destroy(&mut self, records: &[RecordId], mut left: Vec<Spared>) -> Result<()> {
        let env = self.vault.env();
        let Some(mirror) = self.mirror()? else { return Ok(()) };
        let places = self.places(records);
        // A text that was being kept when the line was written is there now, and no other one comes.
        drop(self.vault.inner.gate.close());
        let mut here = Files::of(env, self.vault.layout(), &places)?;
        let there = mirror.as_ref().map(|layout| Files::of(env, layout, &places)).transpose()?;
        let mut gone = Vec::new();
        for record in records {
            match self.covers(*record, &mut here)? {
                None => gone.push(*record),
                Some(reason) => {
                    self.put_back(*record, &here, there.as_ref())?;
                    left.push(Spared { record: *record, reason });
                }
            }
        }
        sweep(self.vault, &self.replay, &gone, &here, mirror.as_ref().zip(there.as_ref()))?;
        let number = |record: &RecordId| Some(self.replay.ledger.get(*record)?.number.clone());
        let stones = gone.iter().filter_map(|r| Some(Tombstone { record: *r, number: number(r)? })).collect();
        left.sort_unstable_by_key(|spared| spared.record);
        self.done(stones, left)?;
        self.vault.inner.gate.close().told(records);
        Ok(())
    }

    /// The mirror, where there is one; `None` where there is one that cannot be brought up to here, which ends the run.
    fn mirror(&mut self) -> Result<Option<Option<Layout>>> {
        match self.vault.followed()? {
            Followed::None => Ok(Some(None)),
            Followed::There(dir) => Ok(Some(Some(Layout::new(&dir)))),
            Followed::Behind(mirror) => {
                self.ran.mirror_lags = Some(mirror.lags.unwrap_or_default());
                Ok(None)
            }
        }
    }

    fn done(&mut self, destroyed: Vec<Tombstone>, left: Vec<Spared>) -> Result<()> {
        self.ran.destroyed.extend(destroyed.iter().map(|stone| stone.record));
        self.ran.left.extend(left.iter().map(|spared| (spared.record, spared.reason)));
        let outcomes: Vec<(RecordId, Option<Left>)> = (destroyed.iter().map(|stone| (stone.record, None)))
            .chain(left.iter().map(|spared| (spared.record, Some(spared.reason))))
            .collect();
        let done = PurgeDone { plan: self.id, destroyed, failed: left };
        let seq = self.vault.submit_of(None, done)?.seq;
        self.vault.recent().changed(seq);
        for (record, left) in outcomes {
            if let Some(row) = self.rows.get(&record) {
                (self.told)(Outcome { record, number: &row.number, left });
            }
        }
        self.replay.follow(self.vault)
    }

    /// Removes the covers of one record behind the gate; or says why not.
    ///
    /// Asked of every record each time, also of one that a run which was cut off had begun with: what is held keeps what is
    /// left of it, and the mirror or a copy may have the rest.
    fn covers(&mut self, record: RecordId, files: &mut Files) -> Result<Option<Left>> {
        let (vault, fs) = (self.vault, &self.vault.env().fs);
        let mut gate = vault.inner.gate.close();
        // The gate is closed: no line by which something comes under a hold can become durable meanwhile.
        self.replay.follow(vault)?;
        let Some(row) = self.rows.get(&record) else { return Ok(Some(Left::Changed)) };
        if vault.state().plan(self.id)?.rejected.is_some() {
            return Ok(Some(Left::Rejected));
        }
        // Where nothing is countersigned any more, by the day that it was begun on.
        let day = self.today().or_else(|error| self.replay.begun.ok_or(error))?;
        if let Some(why) = why_left(&self.replay.on(self.id, day), row) {
            return Ok(Some(why));
        }
        for path in files.take_covers(record) {
            fs.remove(&path).doing("remove", &path)?;
            gate.gone(record);
        }
        gate.gone(record);
        Ok(None)
    }

    /// Puts covers back from the mirror that a run which was cut off had removed here alone: something keeps the record.
    fn put_back(&self, record: RecordId, here: &Files, there: Option<&Files>) -> Result<()> {
        let names = |files: &Files| -> BTreeSet<OsString> {
            let covers = files.covers.get(&record).into_iter().flatten();
            covers.filter_map(|path| Some(path.file_name()?.to_owned())).collect()
        };
        let (have, Some(there)) = (names(here), there) else { return Ok(()) };
        for path in there.covers.get(&record).into_iter().flatten() {
            let Some(name) = path.file_name().filter(|name| !have.contains(*name)) else { continue };
            let place = self.places(&[record]).first().map(|(_, place)| *place).unwrap_or(Place(0));
            self.vault.bring_back(&format!("covers/{place}/{}", name.to_string_lossy()), "missing")?;
        }
        Ok(())
    }

    fn places(&self, records: &[RecordId]) -> Vec<(RecordId, Place)> {
        places(&self.replay.ledger, records)
    }
}

/// Where the files of records lie.
pub(crate) fn places(ledger: &Ledger, records: &[RecordId]) -> Vec<(RecordId, Place)> {
    let place = |kept: &Kept| Place::of_counter(kept.counter);
    records.iter().filter_map(|r| Some((*r, place(ledger.get(*r)?)))).collect()
}

/// Everything else of records whose covers are gone, here and in the mirror.
///
/// `replay`: one that has kept which notes go with a record.
pub(crate) fn sweep(
    vault: &Vault,
    replay: &Replay,
    gone: &[RecordId],
    here: &Files,
    mirror: Option<(&Layout, &Files)>,
) -> Result<()> {
    let env = vault.env();
    let [covers, bodies] = &here.dirs;
    let of_gone = |files: &BTreeMap<RecordId, Vec<PathBuf>>| -> Vec<PathBuf> {
        gone.iter().filter_map(|record| files.get(record)).flatten().cloned().collect()
    };
    let remove =
        |paths: Vec<PathBuf>| paths.iter().try_for_each(|path| env.fs.remove(path).doing("remove", path));
    // Covers here, covers there, then the rest: a cut in between leaves a record that can be put back, or nothing that
    // could be opened.
    sync(env, covers)?;
    if let Some((_, there)) = mirror {
        remove(of_gone(&there.covers))?;
        sync(env, &there.dirs[0])?;
    }
    remove(of_gone(&here.bodies))?;
    sync(env, bodies)?;
    // Of bodies that have stayed elsewhere what was fetched to be opened.
    vault.forget_held(|record, _| gone.contains(&record))?;
    let notes: Vec<(NoteId, Place)> =
        gone.iter().flat_map(|record| replay.notes_of(*record)).copied().collect();
    remove_notes(env, vault.layout(), &notes)?;
    // Damaged files of theirs that were put aside when they were healed.
    let quarantine = vault.layout().path("quarantine");
    for name in gone.iter().flat_map(|record| replay.aside(*record)) {
        let path = quarantine.join(name);
        if env.fs.stat(&path).doing("look at", &path)?.is_some() {
            env.fs.remove(&path).doing("remove", &path)?;
        }
    }
    sync(env, &BTreeSet::from([quarantine]))?;
    mirror.map_or(Ok(()), |(layout, _)| remove_notes(env, layout, &notes))
}

impl Files {
    /// Covers of a record, in the order in which they go: the newest has the keys of all bodies, and without it there is no record.
    pub(crate) fn take_covers(&mut self, record: RecordId) -> Vec<PathBuf> {
        let mut covers = self.covers.remove(&record).unwrap_or_default();
        covers.sort_unstable_by_key(|path| std::cmp::Reverse(version_in(path)));
        covers
    }

    /// Covers, bodies and texts of these records, whole or half written, by the names that lie there.
    pub(crate) fn of(env: &Env, layout: &Layout, records: &[(RecordId, Place)]) -> Result<Self> {
        let mut files = Self::default();
        let wanted: BTreeSet<RecordId> = records.iter().map(|(record, _)| *record).collect();
        let places: BTreeSet<Place> = records.iter().map(|(_, place)| *place).collect();
        let Self { covers, bodies, dirs } = &mut files;
        let [of_covers, of_bodies] = dirs;
        let tops: [(&[&str], _, _); 2] =
            [(&["covers"], covers, of_covers), (&["bodies", "text"], bodies, of_bodies)];
        for (tops, found, dirs) in tops {
            for (top, place) in tops.iter().flat_map(|top| places.iter().map(move |place| (top, place))) {
                let dir = layout.path(&format!("{top}/{place}"));
                if env.fs.stat(&dir).doing("look at", &dir)?.is_none() {
                    continue;
                }
                for (name, _) in env.fs.list(&dir).doing("list", &dir)? {
                    if let Some(record) = record_of(&name).filter(|record| wanted.contains(record)) {
                        found.entry(record).or_insert_with(Vec::new).push(dir.join(name));
                    }
                }
                dirs.insert(dir);
            }
        }
        Ok(files)
    }
}

/// The fact version of a cover, by its name.
fn version_in(path: &Path) -> Option<u32> {
    crate::misfiled::version_of(path.file_name()?.to_str()?).map(|(_, n)| n)
}

/// The record that a file belongs to, by its name.
fn record_of(name: &OsString) -> Option<RecordId> {
    name.to_str()?.split('.').next()?.parse().ok()
}

fn sync(env: &Env, dirs: &BTreeSet<PathBuf>) -> Result<()> {
    dirs.iter().try_for_each(|dir| env.fs.sync_dir(dir).doing("sync", dir))
}

/// Removes notes under whatever epoch they lie.
fn remove_notes(env: &Env, layout: &Layout, notes: &[(NoteId, Place)]) -> Result<()> {
    let mut dirs = BTreeSet::new();
    let places: BTreeSet<Place> = notes.iter().map(|(_, place)| *place).collect();
    let wanted: BTreeSet<NoteId> = notes.iter().map(|(note, _)| *note).collect();
    for place in places {
        let dir = layout.path(&format!("notes/{place}"));
        if env.fs.stat(&dir).doing("look at", &dir)?.is_none() {
            continue;
        }
        for (name, _) in env.fs.list(&dir).doing("list", &dir)? {
            let note = name.to_str().and_then(|name| name.split('.').next()?.parse::<NoteId>().ok());
            if note.is_some_and(|note| wanted.contains(&note)) {
                let path = dir.join(&name);
                env.fs.remove(&path).doing("remove", &path)?;
            }
        }
        dirs.insert(dir);
    }
    sync(env, &dirs)
}

//! Locks at the target of a push: said as each file is put, brought up to what the journal says, and read back.
//!
//! Nothing of it keeps anything from being sent: it comes last, what fails is named, and the next push asks again.

use super::known_locks::{KnownLocks, Open};
use super::locks::Locks;
use super::naming::Naming;
use crate::copies::crew::{self, Onlooker};
use crate::copies::{CopyOptions, Lock, LockCheck, Locked, Locker, Target};
use crate::error::{Error, Result};
use crate::fs::Kind;
use crate::vault::Vault;
use crate::verify::Name;
use jingui_schema::exchange::{AGAIN, again_lines};
use jingui_schema::id::{RecordId, TargetId};
use jingui_schema::line::Tip;
use jingui_schema::time::Time;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

/// Sealed files that were sent again lie below these.
const SEALED: [&str; 3] = ["covers", "bodies", "notes"];

/// What came of locking.
#[derive(Debug, Default)]
pub struct LocksSet {
    /// How files are retained: `GOVERNANCE` or `COMPLIANCE`.
    pub mode: &'static str,
    /// Files that were read back.
    pub files: u64,
    /// Retained, and not known to have been before.
    pub locked: u64,
    /// Retained for longer than before.
    pub extended: u64,
    /// Under a legal hold, and not known to have been before.
    pub held: u64,
    /// Under none any more.
    pub released: u64,
    /// Files that were found less locked than when they were read back last, by name: somebody has taken a lock off, or has laid
    /// another version over it. They are locked again.
    pub lost: Vec<String>,
    /// Records without a day yet, and without a hold: nothing is locked of them.
    pub undated: u64,
    /// Files that are not locked as they should be, by name, each with why.
    pub refused: Vec<(String, Error)>,
    /// Files that are retained for longer than they should be, so that they are not made strict, by name, each with how: they
    /// stay as they are, and nobody has to do anything.
    pub longer: Vec<(String, Error)>,
    /// Why the rest was not asked about; [`Error::Interrupted`] too, for what was found until then is told.
    pub ended: Option<Error>,
}

/// A file to be read back.
struct Job {
    name: String,
    record: RecordId,
    wanted: Lock,
    /// How it is known to have been locked at least; none where nothing is known.
    known: Option<Lock>,
    /// Whether it is there still, or is to come.
    alive: bool,
}

impl LocksSet {
    /// Names a file that was found less locked than it is known to have been.
    fn note_lost(&mut self, found: Lock, job: &Job, at: Time) {
        if job.known.is_some_and(|known| is_lost(found, known, job.wanted, at)) {
            self.lost.push(job.name.clone());
        }
    }

    fn count(&mut self, Locked { there, before, now }: Locked, job: &Job) {
        if !there {
            return;
        }
        self.files += 1;
        let known = job.known.is_some();
        match (before.until, now.until) {
            (None, Some(_)) => self.locked += 1,
            (Some(before), Some(now)) if now > before => self.extended += 1,
            // It was so as it was put.
            (Some(_), Some(_)) if !known => self.locked += 1,
            _ => {}
        }
        self.held += u64::from(now.hold && (!before.hold || !known));
        self.released += u64::from(before.hold && !now.hold);
    }
}

impl Vault {
    /// How each file is to be locked as things stand, and has it said as each is put from here on.
    ///
    /// Errors: those of reading the journal; [`Error::Interrupted`]. Units: some 2 to 8 µs a line.
    pub(super) fn begin_locks(
        &self,
        locker: &dyn Locker,
        interrupted: &dyn Fn() -> bool,
    ) -> Result<Arc<Locks>> {
        let (today, now, state) = (self.today(), self.env().now(), self.state());
        let ledger = self.ledger(today, interrupted)?;
        let mut naming = Naming::default();
        for item in self.lines_after(Tip::START)? {
            naming.take(&item?.0.act.deed, &mut |_, _| {});
        }
        // All lines, but by a day that this clock alone puts no later: what is retained for too long stays so.
        let day = state.disposal_day(now).map_or(today, |day| day.min(today));
        let locks = Arc::new(Locks::of(&ledger, naming, state, day, now));
        let of = locks.clone();
        locker.put_with(Arc::new(move |name: &str| of.of_name(name)));
        Ok(locks)
    }

    /// Locks what is to be locked otherwise than it is known to be, and reads it back; and what else is to be read back.
    ///
    /// Errors: those of reading the journal. Whatever else ends it early stands in [`LocksSet::ended`], an interruption
    /// too: a lock that was set again is in order the next time, so nobody else would tell that it had been taken off.
    pub(super) fn lock_files(
        &self,
        target: &dyn Target,
        locker: &dyn Locker,
        locks: &Locks,
        of: TargetId,
        options: &CopyOptions<'_>,
    ) -> Result<LocksSet> {
        let (vault, mode) = (self.state().init.vault, locker.mode());
        let mut known = KnownLocks::read(self.env(), self.layout(), vault, of, mode);
        let now = self.env().now();
        let begun = (known.shared, known.after);
        let share = match options.check_locks {
            LockCheck::Changes => Some(BTreeSet::new()),
            LockCheck::Share => Some(known.take_share(now)),
            LockCheck::All => {
                known.take_all(now);
                None
            }
        };
        let again = |record: &RecordId| share.as_ref().is_none_or(|share| share.contains(record));
        let jobs = self.to_be_locked(target, locks, &known, &again)?;
        let mut open: HashMap<RecordId, Open> = HashMap::new();
        for job in &jobs {
            let of = open.entry(job.record).or_default();
            of.files += 1;
            of.new |= job.known.is_none();
        }
        let undated = locks.records.values().filter(|lock| **lock == Lock::default()).count() as u64;
        let set = Mutex::new((LocksSet { mode, undated, ..LocksSet::default() }, open));
        let onlooker = Onlooker::new(options.progress, options.interrupted);
        let ran = crew::run(
            options.threads,
            &onlooker,
            |give| jobs.into_iter().try_for_each(give),
            |job: Job| {
                let mut found = None;
                let locked = locker.lock_and_tell(&job.name, job.wanted, &mut found);
                let (set, open) = &mut *set.lock().unwrap_or_else(PoisonError::into_inner);
                let of = open.entry(job.record).or_default();
                // Before it is found nothing of it is set.
                of.asked |= found.is_some() || !matches!(&locked, Err(error) if is_of_all(error));
                let settles = match &locked {
                    // One that is to come is not locked yet; one that has ended is not missed.
                    Ok(locked) => locked.there || !job.alive,
                    // What is kept for longer is kept: it is asked about again once its day is later.
                    Err(error) => matches!(error, Error::LockTooLong { .. }),
                };
                of.files -= u64::from(settles);
                let is_refused =
                    |error: &Error| !is_of_all(error) && !matches!(error, Error::LockTooLong { .. });
                // What is refused is named as that.
                if let Some(found) = found.filter(|_| !locked.as_ref().is_err_and(is_refused)) {
                    set.note_lost(found, &job, now);
                }
                match locked {
                    Ok(locked) => set.count(locked, &job),
                    Err(error) if is_of_all(&error) => {
                        let closed = matches!(error, Error::Interrupted {});
                        set.ended.get_or_insert(error);
                        return Err(if closed { Error::Interrupted {} } else { Error::Closed {} });
                    }
                    Err(error @ Error::LockTooLong { .. }) => set.longer.push((job.name, error)),
                    Err(error) => set.refused.push((job.name, error)),
                }
                Ok(())
            },
        );
        let (mut set, open) = set.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = ran {
            set.ended.get_or_insert(error);
        }
        // Also of those that were destroyed before anything was known: they are in neither of the two.
        let asked = locks.records.keys().chain(known.records.keys()).chain(open.keys());
        let asked: BTreeSet<RecordId> = asked.copied().collect();
        let begun = set.ended.is_some().then_some(begun);
        known.settle(&asked, &open, &|record| locks.of_record(record), begun);
        known.lines = locks.state.lines;
        if self.writer().is_ok() {
            // Derived: where it cannot be kept, the next push reads back more.
            drop(known.write(self.env(), self.layout(), (vault, of, mode)));
        }
        set.refused.sort_by(|a, b| a.0.cmp(&b.0));
        set.longer.sort_by(|a, b| a.0.cmp(&b.0));
        set.lost.sort();
        Ok(set)
    }

    /// The files to be read back; `again` says of which records all of them are. What was named since the locks were worked
    /// out is asked about by the next push.
    fn to_be_locked(
        &self,
        target: &dyn Target,
        locks: &Locks,
        known: &KnownLocks,
        again: &dyn Fn(&RecordId) -> bool,
    ) -> Result<Vec<Job>> {
        let (mut jobs, mut naming) = (Vec::new(), Naming::default());
        for item in self.lines_after(Tip::START)? {
            let (line, _) = item?;
            naming.take(&line.act.deed, &mut |name, record| {
                let Some(wanted) = locks.of_file(&name) else { return };
                if again(&record) || !known.covers(line.seq, record, wanted) {
                    let known = known.records.get(&record).copied().filter(|_| line.seq <= known.lines);
                    let alive = locks.is_alive(&name, record);
                    jobs.push(Job { name: name.path(), record, wanted, known, alive });
                }
            });
        }
        for (name, wanted, record) in sent_again(target, locks)? {
            // It is in the listing, so it is not waited for. It may have come since the others were read back.
            let known = known.records.get(&record).map(|_| Lock::default());
            jobs.push(Job { name, record, wanted, known, alive: false });
        }
        Ok(jobs)
    }
}

/// What was sent again, and how it is to be locked: few, so they are read back each time.
fn sent_again(target: &dyn Target, locks: &Locks) -> Result<Vec<(String, Lock, RecordId)>> {
    let mut found = Vec::new();
    for (report, _) in target.list(AGAIN)? {
        if again_lines(&report).is_none() {
            continue;
        }
        for top in SEALED {
            for (place, stat) in target.list(&format!("{AGAIN}/{report}/{top}"))? {
                if stat.kind != Kind::Directory {
                    continue;
                }
                for (file, _) in target.list(&format!("{AGAIN}/{report}/{top}/{place}"))? {
                    let Some(name) = Name::parse(&format!("{top}/{place}/{file}")) else { continue };
                    let of = locks.of_file(&name).zip(locks.naming.record(&name));
                    if let Some((wanted, record)) = of {
                        found.push((format!("{AGAIN}/{report}/{top}/{place}/{file}"), wanted, record));
                    }
                }
            }
        }
    }
    Ok(found)
}

/// Whether a file is less locked than it is known to have been, though it should be so still. Of a retention that has run out
/// some stores say nothing any more.
fn is_lost(found: Lock, known: Lock, wanted: Lock, now: Time) -> bool {
    let until = known.until.min(wanted.until).filter(|until| *until > now);
    // Some stores keep whole seconds.
    let is_before = |found: Time, until: Time| found.millis() + 1000 <= until.millis();
    let is_shorter = until.is_some_and(|until| found.until.is_none_or(|found| is_before(found, until)));
    is_shorter || known.hold && wanted.hold && !found.hold
}

/// Whether an error says of all files what it says of one.
fn is_of_all(error: &Error) -> bool {
    matches!(
        error,
        Error::StoreUnreachable { .. }
            | Error::StoreCredentials { .. }
            | Error::StoreClock { .. }
            | Error::StoreElsewhere { .. }
            | Error::NoBucket { .. }
            | Error::NoTarget { .. }
            | Error::Interrupted {}
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_lost_that_was_there_and_should_be_there_still() {
        let now = Time::from_millis(100_000);
        let check = |found: (i64, bool), known: (i64, bool), wanted: (i64, bool), expected: bool| {
            let [found, known, wanted] = [found, known, wanted].map(|(until, hold)| {
                let until = (until > 0).then(|| Time::from_millis(until));
                Lock { until, hold }
            });
            assert_eq!(is_lost(found, known, wanted, now), expected, "{found} {known} {wanted}");
        };
        let (day, later) = (200_000, 300_000);
        check((0, false), (day, false), (day, false), true);
        check((150_000, false), (day, false), (day, false), true);
        check((199_001, false), (day, false), (day, false), false);
        check((day, false), (day, true), (day, true), true);
        // It was never so long, or need not be so any more.
        check((day, false), (day, false), (later, true), false);
        check((0, false), (0, false), (later, true), false);
        check((0, false), (day, true), (0, false), false);
        // What has run out is told of by no store that does not want to.
        check((0, false), (90_000, false), (90_000, false), false);
    }
}

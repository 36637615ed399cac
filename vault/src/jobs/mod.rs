//! Scheduled work (定时任务): what the vault does by itself, when, and that it was done.
//!
//! ```text
//! schedule   shipped, or whole in a line that an approver or system administrator has signed     schedule.rs
//! due        last run, schedule, now → due or not, however often it was missed                   cron.rs, due.rs
//! body       what a job does: one function each, the table is below                              bodies.rs, remind.rs
//! line       `job.ran`, also of a run that failed; what there is no line of did not run
//! ```
//! No job is given a key: bodies and journal are read by their digests, what waits for people by the journal. A job that did not
//! run is seen by the absence of its line, so nothing has to work for that to be told.

mod bodies; // bodies of the jobs that read files
mod coverage; // which bodies were read when
pub mod cron; // cron expressions
mod disposing; // plans made and carried out
pub mod due; // when a job is due
mod pushing; // the newest state to the CA
mod remind; // what waits for people
mod schedule; // who sets it, and what of it counts

pub(crate) use bodies::share_due;
pub use coverage::Coverage;
pub use remind::{Waits, What};
pub use schedule::Schedule;

use crate::copies::Target;
use crate::error::{Error, Exit, Result};
use crate::push::{Pushed, Taken};
use crate::vault::Vault;
use crate::verify::{Progress, Report};
use cron::Cron;
use due::{Due, due, served};
use jingui_schema::act::JobRan;
use jingui_schema::jobs::{BodiesRead, Job, JobCounts, JobOutcome};
use jingui_schema::time::Time;
use serde::{Deserialize, Serialize};
use std::sync::{MutexGuard, TryLockError};
use std::time::Duration;

/// Days within which every byte of every body is to be read.
pub const FIXITY_DAYS: u64 = 90;
/// How often somebody who waits for another's run looks up.
const PAUSE: Duration = Duration::from_millis(50);

/// The last run of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ran {
    /// What it was due for.
    pub due: Time,
    /// When it began.
    pub started: Time,
    /// What came of it.
    pub outcome: JobOutcome,
    /// The exit code of such an end.
    pub code: u8,
    /// Its line.
    pub seq: u64,
}

/// Who looks on while a job runs.
pub struct Onlooker<'a> {
    /// Told often how far it is.
    pub progress: &'a dyn Fn(Progress),
    /// Asked often whether to end.
    pub interrupted: &'a dyn Fn() -> bool,
    /// Whether whoever started it may know of holds.
    pub knows_holds: bool,
    /// Where a push goes, and whether that is away from this machine; whoever knows stores has reached it.
    pub push: Option<(&'a dyn Target, bool)>,
    /// Told what a push has taken in that could send nothing then; else it stands in [`Came::pushed`].
    pub taken: &'a dyn Fn(Taken),
}

/// What came of a job that ran.
#[derive(Debug, Default)]
pub struct Came {
    /// Counts for its line.
    pub counts: JobCounts,
    /// The bodies it has read.
    pub read: Option<BodiesRead>,
    /// What was found, where it looked at files.
    pub report: Option<Report>,
    /// What waits for people, where it looked for that.
    pub waits: Vec<Waits>,
    /// What came of the push, where it was one.
    pub pushed: Option<Pushed>,
    /// Whether it was cut off; what it did until then counts.
    pub interrupted: bool,
}

impl Came {
    /// How a command with this end exits.
    pub fn exit(&self) -> Exit {
        match self {
            Self { interrupted: true, .. } => Exit::Interrupted,
            Self { counts: JobCounts { findings: 1.., .. }, .. } => Exit::Damage,
            Self { counts: JobCounts { overdue: 1.., .. }, .. } => Exit::Part,
            _ => Exit::Done,
        }
    }
}

/// What came of a run that ended so.
pub fn outcome(exit: Exit) -> JobOutcome {
    match exit {
        Exit::Done => JobOutcome::Done,
        // It looked at all that it was to look at, and somebody has to see what it found.
        Exit::Part | Exit::Damage => JobOutcome::Part,
        _ => JobOutcome::Failed,
    }
}

/// What a job does.
type Body = fn(&Vault, &Onlooker<'_>) -> Result<Came>;

/// The body of each job.
fn body(job: Job) -> Body {
    match job {
        Job::Journal => bodies::journal,
        Job::Fixity => bodies::fixity,
        Job::Remind => remind::remind,
        Job::Plan => disposing::plan,
        Job::Run => disposing::run,
        Job::Push => pushing::push,
    }
}

/// A job, and how it stands.
#[derive(Clone, Debug)]
pub struct Planned {
    /// Which.
    pub job: Job,
    /// When it runs; none where the schedule does not have it.
    pub cron: Option<Cron>,
    /// Its last run.
    pub last: Option<Ran>,
    /// When it is due next, where it is not due now.
    pub next: Option<Time>,
    /// That it is due now.
    pub due: Option<Due>,
    /// Whether it should have run more than a day ago.
    pub overdue: bool,
}

impl Vault {
    /// All jobs, scheduled or not, and how they stand now.
    pub fn jobs(&self) -> Vec<Planned> {
        let (state, now) = (self.state(), self.env().now());
        let schedule = &state.jobs;
        let stands = |job: Job| {
            let cron = schedule.cron(job);
            let last = schedule.last(job);
            let since = schedule.since(job).unwrap_or(state.created);
            let served = served(since, last.map(|ran| ran.due), now);
            let due = cron.as_ref().and_then(|cron| due(cron, served, now));
            let next = cron.as_ref().filter(|_| due.is_none()).and_then(|cron| cron.after(now));
            Planned { job, cron, last, next, due, overdue: due.is_some_and(|due| due.is_overdue(now)) }
        };
        Job::ALL.iter().copied().map(stands).collect()
    }

    /// Keeps others from running jobs meanwhile; whoever comes second looks again what is due.
    ///
    /// Errors: [`Error::Interrupted`] while waiting.
    pub fn turn_of_jobs(&self, interrupted: &dyn Fn() -> bool) -> Result<MutexGuard<'_, ()>> {
        loop {
            match self.inner.jobs.try_lock() {
                Ok(turn) => return Ok(turn),
                // Whoever panicked held nothing but the turn.
                Err(TryLockError::Poisoned(turn)) => return Ok(turn.into_inner()),
                Err(TryLockError::WouldBlock) if interrupted() => return Err(Error::Interrupted {}),
                Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            }
        }
    }

    /// Does what a job does; writes no line of it.
    ///
    /// Errors: those of its body.
    pub fn carry_out_job(&self, job: Job, onlooker: &Onlooker<'_>) -> Result<Came> {
        body(job)(self, onlooker)
    }

    /// Writes the line of a run.
    ///
    /// Errors: [`Error::ReadOnly`], and those of writing.
    pub fn note_job(&self, ran: JobRan) -> Result<u64> {
        Ok(self.writer()?.note(self.act(ran))?.seq)
    }
}

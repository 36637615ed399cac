//! The schedule: shipped until somebody signs one, then whole in the journal; and the last run of each job.
//!
//! One person may set it, for a schedule destroys nothing: what a job may do is decided where it does it.

use super::cron::{Cron, CronError};
use super::{Coverage, Ran};
use crate::error::{Error, Result};
use crate::session::Session;
use crate::state::State;
use crate::writer::Done;
use jingui_schema::act::{ActFile, Deed, JobRan, JobsSet, NoteMark};
use jingui_schema::cover::NoteKind;
use jingui_schema::facts::Role;
use jingui_schema::id::StaffNo;
use jingui_schema::jobs::{Job, JobOutcome, Scheduled, shipped};
use jingui_schema::line::Line;
use jingui_schema::time::Time;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Who may set it.
const SETTERS: &[Role] = &[Role::Approver, Role::System];

/// When jobs run and ran, as far as the journal tells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// What somebody has signed.
    signed: Option<Vec<Scheduled>>,
    /// Since when a job runs at its times, where somebody has signed them.
    since: BTreeMap<Job, Time>,
    /// The last run of each job.
    runs: BTreeMap<Job, Ran>,
    /// Which bodies were read when.
    read: Coverage,
}

impl Schedule {
    /// The schedule that holds.
    pub fn all(&self) -> &[Scheduled] {
        self.signed.as_deref().unwrap_or(shipped())
    }

    /// Whether it is the one that is shipped.
    pub fn is_shipped(&self) -> bool {
        self.signed.is_none()
    }

    /// When a job runs, if it does.
    pub fn cron(&self, job: Job) -> Option<Cron> {
        self.all().iter().find(|one| one.job == job).and_then(|one| one.cron.parse().ok())
    }

    /// Since when it does, where that is not since the vault began.
    pub fn since(&self, job: Job) -> Option<Time> {
        self.since.get(&job).copied()
    }

    /// Its last run.
    pub fn last(&self, job: Job) -> Option<Ran> {
        self.runs.get(&job).copied()
    }

    /// Which bodies were read when.
    pub fn read(&self) -> &Coverage {
        &self.read
    }

    fn set(&mut self, jobs: Vec<Scheduled>, at: Time) {
        // What is overdue does not become less so by a schedule that says the same of it again.
        let before = self.signed.take().unwrap_or_default();
        self.since.retain(|job, _| before.iter().any(|one| one.job == *job && jobs.contains(one)));
        for one in &jobs {
            self.since.entry(one.job).or_insert(at);
        }
        self.signed = Some(jobs);
    }

    fn ran(&mut self, d: &JobRan, seq: u64) {
        let JobRan { job, due, started, outcome, code, .. } = *d;
        self.runs.insert(job, Ran { due, started, outcome, code, seq });
        if let Some(read) = &d.read {
            self.read.take(read, started, outcome != JobOutcome::Failed);
        }
    }
}

/// Checks that a schedule has each job once, and each at times that come.
///
/// Errors: [`Error::JobTwice`], [`Error::BadCron`].
fn check(jobs: &[Scheduled]) -> Result<()> {
    for (i, one) in jobs.iter().enumerate() {
        if jobs[..i].iter().any(|other| other.job == one.job) {
            return Err(Error::JobTwice { job: one.job.to_string() });
        }
        if let Err(error) = one.cron.parse::<Cron>() {
            let why = match error {
                CronError::Fields => "fields",
                CronError::Field { of, .. } => of,
                CronError::Ambiguous => "ambiguous",
                CronError::Never => "never",
            };
            return Err(Error::BadCron {
                job: one.job.to_string(),
                cron: one.cron.clone(),
                why: why.replace(' ', "-"),
            });
        }
    }
    Ok(())
}

impl State {
    pub(crate) fn decide_schedule(&self, by: StaffNo, d: &JobsSet) -> Result<()> {
        self.with_role(by, SETTERS)?;
        check(&d.jobs)
    }

    pub(crate) fn decide_ran(&self, d: &JobRan) -> Result<()> {
        match d.read.is_none() || d.job == Job::Fixity {
            true => Ok(()),
            false => Err(Error::Stale { why: format!("a {} reads no bodies", d.job) }),
        }
    }

    /// Takes in a line about jobs. Refuses nothing.
    pub(crate) fn apply_jobs(&mut self, line: &Line) {
        match &line.act.deed {
            Deed::JobsSet(d) => self.jobs.set(d.jobs.clone(), line.at),
            Deed::JobRan(d) => self.jobs.ran(d, line.seq),
            _ => {}
        }
    }
}

impl Session {
    fn scheduled(&self, jobs: &[Scheduled]) -> Result<impl Fn(Option<NoteMark>) -> Deed + use<>> {
        check(jobs)?;
        let state = self.vault.state();
        if !state.jobs.is_shipped() && state.jobs.all() == jobs {
            return Err(Error::ScheduleSame {});
        }
        let jobs = jobs.to_vec();
        Ok(move |note: Option<NoteMark>| {
            JobsSet { jobs: jobs.clone(), note: note.expect("a reason makes a note") }.into()
        })
    }

    /// Sets the whole schedule.
    ///
    /// Errors: [`Error::Role`], [`Error::BadCron`], [`Error::JobTwice`], [`Error::ScheduleSame`].
    pub fn set_jobs(&self, jobs: &[Scheduled], reason: &str) -> Result<Done> {
        self.carry_out(Some((NoteKind::Reason, reason)), self.scheduled(jobs)?)
    }

    /// Says whether [`Session::set_jobs`] would do it; changes nothing.
    pub fn may_set_jobs(&self, jobs: &[Scheduled], reason: &str) -> Result<()> {
        self.prepare(Some((NoteKind::Reason, reason)), &self.scheduled(jobs)?).map(drop)
    }

    /// Signs it into an act file instead of carrying it out.
    pub fn write_jobs(&self, jobs: &[Scheduled], reason: &str) -> Result<ActFile> {
        self.write_act(Some((NoteKind::Reason, reason)), self.scheduled(jobs)?)
    }
}

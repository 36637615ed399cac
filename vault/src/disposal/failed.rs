//! A plan whose last run did not go through, and what runs have left; told by lines that are there anyway.
//!
//! No line says that a run failed: whatever kept it from its `purge.done` would keep it from that one, too. But a
//! `purge.begin` without its `purge.done` that no run is at is a run that did not go through, and the `purge.done` of the
//! next one ends that. What a rule keeps is no failure of a run: it is left, and its line says why.

use super::plan::Plan;
use crate::error::Result;
use crate::jobs::Ran;
use crate::vault::Vault;
use jingui_schema::act::Deed;
use jingui_schema::disposal::Left;
use jingui_schema::id::PlanId;
use jingui_schema::jobs::{Job, JobOutcome};
use std::collections::BTreeMap;
use std::sync::{MutexGuard, PoisonError};

/// Why the last run of a plan did not go through, as far as that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The mirror lags, and without it nothing that was begun can be finished.
    Mirror,
    /// The job that carries plans out has failed since, with this exit code.
    Job(u8),
    /// Nothing is known but that it did not come to its end.
    Unfinished,
}

impl Failure {
    /// The words there are.
    pub const WORDS: &[&str] = &["mirror", "job", "unfinished"];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Mirror => "mirror",
            Self::Job(_) => "job",
            Self::Unfinished => "unfinished",
        }
    }

    /// `begun`: the line of the `purge.begin` that is open.
    fn of(begun: u64, job: Option<Ran>, mirror_lags: bool) -> Self {
        match job.filter(|ran| ran.outcome == JobOutcome::Failed && ran.seq > begun) {
            _ if mirror_lags => Self::Mirror,
            Some(ran) => Self::Job(ran.code),
            None => Self::Unfinished,
        }
    }
}

/// A run that did not go through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failed {
    /// Why.
    pub why: Failure,
    /// Records that it has begun to destroy and not finished with.
    pub records: u64,
    /// The line that names them.
    pub seq: u64,
}

impl Failed {
    /// How far a plan has come whose last run failed, in a word beside those of [`Stage`](super::Stage): it follows
    /// from more than lines.
    pub const STAGE: &str = "failed";
}

impl Vault {
    /// The last run of a plan, if it did not go through and no run is at it now; also of one that somebody has stopped
    /// since, for what was begun is as little finished.
    ///
    /// - `plan`: as it stood a moment ago.
    /// - Shape: none where this vault is only read, for then others may be at it.
    pub fn failed_run(&self, id: PlanId, plan: &Plan) -> Option<Failed> {
        let seq = begun(plan)?;
        if self.read_only().is_some() || *running(self) == Some(id) {
            return None;
        }
        // Looked at once more: a run that was at it as `plan` was taken may have ended before that was asked.
        let state = self.state();
        let plan = state.plans.get(&id).filter(|plan| begun(plan) == Some(seq))?;
        let records = plan.under_way.as_ref()?.records.len() as u64;
        let mirror_lags = self.mirror().is_some_and(|mirror| mirror.lags.is_some());
        Some(Failed { why: Failure::of(seq, state.jobs.last(Job::Run), mirror_lags), records, seq })
    }

    /// Why runs of a plan have left records of it, and how many for each reason.
    ///
    /// Units: reads the journal from the line that made the plan.
    pub fn left_by(&self, id: PlanId) -> Result<Vec<(Left, u64)>> {
        let mut counts = BTreeMap::new();
        for seq in self.lines_of_plan(id)? {
            let (line, _) = self.line(seq)?;
            if let Deed::PurgeDone(d) = &line.act.deed {
                d.failed.iter().for_each(|spared| *counts.entry(spared.reason).or_insert(0) += 1);
            }
        }
        Ok(counts.into_iter().collect())
    }
}

/// The line of the `purge.begin` that is open.
fn begun(plan: &Plan) -> Option<u64> {
    plan.under_way.as_ref().map(|under_way| under_way.seq)
}

/// A run that is at a plan, for as long as this lives.
pub(super) struct AtWork<'a>(&'a Vault);

impl<'a> AtWork<'a> {
    /// One at a time: whoever begins holds the lock that keeps others out.
    pub(super) fn on(vault: &'a Vault, id: PlanId) -> Self {
        *running(vault) = Some(id);
        Self(vault)
    }
}

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        *running(self.0) = None;
    }
}

/// The plan that a run is at. It is told at the end of a run however that ended, so nothing in it can be half done.
fn running(vault: &Vault) -> MutexGuard<'_, Option<PlanId>> {
    vault.inner.running.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jingui_schema::time::Time;

    /// The `purge.begin` is line 10.
    fn check(job: Option<(u64, JobOutcome, u8)>, mirror_lags: bool, expected: Failure) {
        let at = Time::from_millis(0);
        let ran = job.map(|(seq, outcome, code)| Ran { due: at, started: at, outcome, code, seq });
        assert_eq!(Failure::of(10, ran, mirror_lags), expected, "{job:?}, {mirror_lags}");
    }

    #[test]
    fn a_failure_is_told_by_what_is_in_the_way_then_by_the_job_that_tried_since() {
        check(None, false, Failure::Unfinished);
        check(Some((11, JobOutcome::Failed, 16)), false, Failure::Job(16));
        check(Some((9, JobOutcome::Failed, 16)), false, Failure::Unfinished);
        check(Some((11, JobOutcome::Part, 3)), false, Failure::Unfinished);
        check(Some((11, JobOutcome::Failed, 15)), true, Failure::Mirror);
        check(None, true, Failure::Mirror);
    }

    #[test]
    fn each_failure_has_a_word_that_is_listed() {
        for failure in [Failure::Mirror, Failure::Job(1), Failure::Unfinished] {
            assert!(Failure::WORDS.contains(&failure.word()), "{failure:?}");
        }
    }
}

//! Jobs that read files, without any key.

use super::{Came, FIXITY_DAYS, Onlooker};
use crate::error::Result;
use crate::vault::Vault;
use crate::verify::{Report, Scope, VerifyOptions};
use jingui_schema::jobs::{Job, JobCounts};

/// A round is planned to be over so many days early: runs fail, and what is filed meanwhile is read as well.
const EARLY_DAYS: u64 = 15;
const DAY_MILLIS: i64 = 24 * 3600 * 1000;

fn counts(report: &Report) -> JobCounts {
    let findings = report.findings.len() as u64;
    JobCounts {
        lines: report.lines,
        files: report.files,
        bytes: report.bytes,
        findings,
        ..JobCounts::default()
    }
}

/// The journal from its first line, every cover and note; of bodies names and sizes.
pub(super) fn journal(vault: &Vault, onlooker: &Onlooker<'_>) -> Result<Came> {
    let report = vault.verify(&VerifyOptions {
        session: None,
        scope: Scope::AllButBodies,
        progress: onlooker.progress,
        interrupted: onlooker.interrupted,
    })?;
    Ok(Came { counts: counts(&report), report: Some(report), ..Came::default() })
}

/// A share of the bodies, from where the last run ended: as many days' worth as have passed since.
pub(super) fn fixity(vault: &Vault, onlooker: &Onlooker<'_>) -> Result<Came> {
    let state = vault.state();
    let since = state.jobs.last(Job::Fixity).map_or(state.created, |ran| ran.started);
    let passed = vault.env().now().millis().saturating_sub(since.millis());
    let round = FIXITY_DAYS - EARLY_DAYS;
    // Rounded up, and one for a run that comes a little early.
    let days = (passed.max(0) / DAY_MILLIS) as u64 + 1;
    let daily = state.counts.body_bytes / round + 1;
    let share = daily.saturating_mul(days.min(round));
    let some = vault.read_bodies(state.jobs.read().next(), share, onlooker.progress, onlooker.interrupted)?;
    let counts = counts(&some.report);
    Ok(Came {
        counts,
        read: some.read,
        report: Some(some.report),
        interrupted: some.interrupted,
        ..Came::default()
    })
}

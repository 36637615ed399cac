//! Jobs that read files, without any key.

use super::{Came, FIXITY_DAYS, Onlooker};
use crate::error::Result;
use crate::vault::Vault;
use crate::verify::{Report, Scope, VerifyOptions};
use jingui_schema::jobs::JobCounts;

/// A round is planned to be over so many days early: runs fail, and what is filed meanwhile is read as well.
const EARLY_DAYS: u64 = 15;
const DAY_MILLIS: i64 = 24 * 3600 * 1000;

/// How much of a whole is to be looked at where so many milliseconds have passed since the last share was: at least one.
pub(crate) fn share_due(whole: u64, passed_millis: i64) -> u64 {
    let round = u128::from(FIXITY_DAYS - EARLY_DAYS) * DAY_MILLIS as u128;
    let share = u128::from(whole) * passed_millis.max(0) as u128 / round + 1;
    u64::try_from(share).unwrap_or(u64::MAX)
}

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

/// A share of the bodies, from where the last run ended: by the time since a run last read all of its share, a day's at least.
pub(super) fn fixity(vault: &Vault, onlooker: &Onlooker<'_>) -> Result<Came> {
    let state = vault.state();
    let read = state.jobs.read();
    let now = vault.env().now();
    let since = read.share().filter(|at| *at <= now).unwrap_or(state.created);
    let passed = now.millis().saturating_sub(since.millis()).max(DAY_MILLIS);
    let share = share_due(state.counts.body_bytes, passed);
    let some = vault.read_bodies(read.next(), share, onlooker.progress, onlooker.interrupted)?;
    let counts = counts(&some.report);
    Ok(Came {
        counts,
        read: some.read,
        report: Some(some.report),
        interrupted: some.interrupted,
        ..Came::default()
    })
}

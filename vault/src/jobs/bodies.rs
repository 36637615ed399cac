//! Jobs that read files, without any key.

use super::{Came, FIXITY_DAYS, Onlooker};
use crate::error::Result;
use crate::vault::Vault;
use crate::verify::{Report, Scope, VerifyOptions};
use jingui_schema::jobs::JobCounts;

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

/// A share of the bodies, from where the last run ended: by the time since a run last read all of its share, a day's at least.
pub(super) fn fixity(vault: &Vault, onlooker: &Onlooker<'_>) -> Result<Came> {
    let state = vault.state();
    let read = state.jobs.read();
    let now = vault.env().now();
    let since = read.share().filter(|at| *at <= now).unwrap_or(state.created);
    let passed = now.millis().saturating_sub(since.millis()).max(DAY_MILLIS);
    let round = (FIXITY_DAYS - EARLY_DAYS) as i64 * DAY_MILLIS;
    let share = u128::from(state.counts.body_bytes) * passed as u128 / round as u128 + 1;
    let share = u64::try_from(share).unwrap_or(u64::MAX);
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

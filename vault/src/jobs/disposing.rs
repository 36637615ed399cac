//! Disposal by itself: a plan where something is due, and plans carried out whose day has come. Neither decides anything:
//! what people have not signed is not destroyed, and a plan only asks them.

use super::{Came, Onlooker};
use crate::disposal::RunOptions;
use crate::error::{Error, Result};
use crate::vault::Vault;
use jingui_schema::jobs::JobCounts;

/// Makes a plan of what is due and in no other.
pub(super) fn plan(vault: &Vault, onlooker: &Onlooker<'_>) -> Result<Came> {
    let lines = vault.state().lines;
    let mut counts = JobCounts { lines, ..JobCounts::default() };
    // What is handed over is the CA's to destroy when its day comes.
    if vault.state().handover.as_ref().is_some_and(|handover| !handover.is_of_list()) {
        return Ok(Came { counts, ..Came::default() });
    }
    // Where nothing is due by this machine's clock nobody is asked for a countersigned head.
    let rehearsed = vault.draw_plan(None, Some(vault.today()), None, onlooker.interrupted)?;
    if rehearsed.file.rows.is_empty() {
        return Ok(Came { counts, ..Came::default() });
    }
    match vault.draw_plan(None, None, None, onlooker.interrupted) {
        Ok(drawn) => counts.waiting = drawn.file.head.records,
        // Due by this clock and not yet by the cosigner's.
        Err(Error::NothingDue { .. }) => {}
        Err(error) => return Err(error),
    }
    Ok(Came { counts, ..Came::default() })
}

/// Carries out what may be carried out.
pub(super) fn run(vault: &Vault, onlooker: &Onlooker<'_>) -> Result<Came> {
    let state = vault.state();
    let (mut counts, mut first) = (JobCounts { lines: state.lines, ..JobCounts::default() }, None);
    for (id, plan) in &state.plans {
        // One that was stopped in the middle of a record has still to finish that.
        let stopped = plan.rejected.is_some();
        let unfinished =
            plan.under_way.is_some() || (stopped && plan.done.is_some() && plan.register.is_none());
        if !unfinished && (stopped || plan.complete().is_none() || plan.register.is_some()) {
            continue;
        }
        let options =
            RunOptions { by: None, limit: None, interrupted: onlooker.interrupted, progress: &|_, _| {} };
        match vault.run_plan(*id, &options) {
            Ok(ran) => {
                counts.records += ran.destroyed.len() as u64;
                counts.waiting += ran.waiting + ran.left.len() as u64;
                // What was begun has to be finished, and cannot be here.
                counts.overdue += u64::from(ran.mirror_lags.is_some());
            }
            // Its day, or the cosigner's word, has not come.
            Err(Error::PlanWaits { .. } | Error::NotCosigned { .. }) => counts.waiting += 1,
            Err(error @ Error::Interrupted { .. }) => return Err(error),
            // One that cannot be carried out keeps no other from it.
            Err(error) => drop(first.get_or_insert(error)),
        }
    }
    first.map_or(Ok(Came { counts, ..Came::default() }), Err)
}

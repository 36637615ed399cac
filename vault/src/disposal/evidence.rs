//! The lines that a certificate of destruction rests on: what a stranger needs to check it with public keys alone.

use crate::error::Result;
use crate::vault::Vault;
use jingui_schema::act::Deed;
use jingui_schema::id::PlanId;
use jingui_schema::line::Tip;

impl Vault {
    /// Numbers of the lines that say who could sign, who did, what was destroyed, and which keys are gone.
    ///
    /// - Shape: the first line, people and their countersignatures, the cosigner, the head from which the wait counts and those by
    ///   which a run knew its day, epochs, policies and forks with their proposals and confirmations, and every line of the plan.
    /// - Errors: [`crate::Error::NoPurge`]. Units: some 2 to 8 µs a line of the journal.
    pub fn evidence_of_plan(&self, id: PlanId) -> Result<Vec<u64>> {
        let state = self.state();
        let plan = state.plan(id)?;
        let signed = plan.signed().map_or(u64::MAX, |signature| signature.seq);
        let (mut lines, mut covering, mut newest) = (Vec::new(), None, None);
        let (mut confirmed, mut forks) = (Vec::new(), Vec::new());
        for item in self.lines_after(Tip::START)? {
            let (line, _) = item?;
            match &line.act.deed {
                Deed::HeadCosigned(_) => newest = Some(line.seq),
                // What the one before has countersigned counts no more, nor what was of the log before.
                Deed::CosignerName(_) => (covering, newest) = (None, None),
                Deed::ActConfirm(d) if forks.contains(&d.act) => (covering, newest) = (None, None),
                _ => {}
            }
            let wanted = match &line.act.deed {
                Deed::VaultInit(_)
                | Deed::StaffEnrol(_)
                | Deed::StaffCountersign(_)
                | Deed::StaffDisable(_)
                | Deed::CosignerName(_)
                | Deed::EpochStart(_)
                | Deed::EpochCopy(_)
                | Deed::EpochDestroyed(_)
                | Deed::EpochShred(_) => true,
                Deed::PurgePolicy(_) if line.seq < plan.seq => {
                    confirmed.push(line.act.id);
                    true
                }
                // Of which log a head is that was countersigned.
                Deed::LogFork(_) => {
                    confirmed.push(line.act.id);
                    forks.push(line.act.id);
                    true
                }
                Deed::ActConfirm(d) => confirmed.contains(&d.act),
                // The first over all signatures: the wait counts from it.
                Deed::HeadCosigned(d) if d.lines >= signed && covering.is_none() => {
                    covering = Some(line.seq);
                    true
                }
                // The newest before a run: no later than it was the day that the run went by.
                Deed::PurgeBegin(d) if d.plan == id => {
                    lines.extend(newest);
                    true
                }
                deed => deed.plan() == Some(id),
            };
            if wanted {
                lines.push(line.seq);
            }
        }
        lines.sort_unstable();
        lines.dedup();
        Ok(lines)
    }
}

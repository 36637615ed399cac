//! The lines that a certificate of destruction rests on: what a stranger needs to check it with public keys alone.

use crate::error::Result;
use crate::vault::Vault;
use jingui_schema::act::Deed;
use jingui_schema::id::PlanId;
use jingui_schema::line::Tip;

impl Vault {
    /// Numbers of the lines that say who could sign, who did, what was destroyed, and which keys are gone.
    ///
    /// - Shape: the first line, people and their countersignatures, the cosigner and the heads it has countersigned over the
    ///   plan, epochs, policies and forks with their proposals and confirmations, and every line of the plan.
    /// - Errors: [`crate::Error::NoPurge`]. Units: some 2 to 8 µs a line of the journal.
    pub fn evidence_of_plan(&self, id: PlanId) -> Result<Vec<u64>> {
        let state = self.state();
        let plan = state.plan(id)?;
        let signed = plan.signed().map_or(u64::MAX, |signature| signature.seq);
        let (mut lines, mut covering) = (Vec::new(), None);
        let mut confirmed = Vec::new();
        for item in self.lines_after(Tip::START)? {
            let (line, _) = item?;
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
                    true
                }
                Deed::ActConfirm(d) => confirmed.contains(&d.act),
                // The first over all signatures is what the run rested on.
                Deed::HeadCosigned(d) if d.lines >= signed && covering.is_none() => {
                    covering = Some(line.seq);
                    true
                }
                deed => deed.plan() == Some(id),
            };
            if wanted {
                lines.push(line.seq);
            }
        }
        Ok(lines)
    }
}

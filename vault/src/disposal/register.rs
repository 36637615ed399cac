//! The register (销毁清册): the plan once more, with what became of each row, and who signed.

use super::plan::Plan;
use super::replay::{Fate, OfPlan, Replay};
use crate::error::{Doing, Error, Result};
use crate::journal::full;
use crate::layout::register_path;
use crate::staging::NamedFile;
use crate::vault::{Vault, mark_of};
use jingui_schema::act::{Deed, PurgeClose};
use jingui_schema::digest::{FileMark, Sha256};
use jingui_schema::disposal::{
    Appraisal, Left, PLAN_BYTES_MAX, Plan as PlanFile, Register, RegisterHead, RegisterRow, Signed,
};
use jingui_schema::id::PlanId;
use jingui_schema::line::Tip;

impl Vault {
    /// Writes the register of a plan that has been carried out, and its line.
    pub(super) fn close_plan(&self, id: PlanId, file: &PlanFile, replay: &Replay) -> Result<Sha256> {
        let plan = replay.state.plan(id)?;
        let register = self.register_of(id, plan, file, &replay.of_plan)?;
        let text = register.to_text();
        let mark = FileMark::of(text.as_bytes());
        let (FileMark { size, b3 }, sha256) = (mark, Sha256::of(text.as_bytes()));
        // A run that was cut off before the line that closes the plan has set it already.
        let path = register_path(id);
        let is_set = self.state().files.get(&path) == Some(&mark)
            && mark_of(self.env(), &self.layout().path(&path)).is_ok_and(|there| there == mark);
        if !is_set {
            self.set_file(NamedFile::Register(id), text.as_bytes())?;
        }
        self.submit_of(None, PurgeClose { plan: id, size, b3, sha256 })?;
        Ok(sha256)
    }

    /// The register of a plan as its lines have it.
    pub(super) fn register_of(
        &self,
        id: PlanId,
        plan: &Plan,
        file: &PlanFile,
        of: &OfPlan,
    ) -> Result<Register> {
        let rows: Vec<RegisterRow> = (file.rows.iter())
            .map(|row| {
                let row = row.clone();
                let left =
                    |why| RegisterRow { row: row.clone(), destroyed: None, seq: None, left: Some(why) };
                match (of.fates.get(&row.record), of.appraised.get(&row.record)) {
                    (Some(Fate::Destroyed { at, seq }), _) => {
                        RegisterRow { row: row.clone(), destroyed: Some(*at), seq: Some(*seq), left: None }
                    }
                    (Some(Fate::Left { why }), _) => left(*why),
                    (None, Some(Appraisal::Destroy)) => left(Left::Rejected),
                    (None, Some(Appraisal::Keep | Appraisal::Reclass)) => left(Left::Kept),
                    (None, None) => left(Left::Unappraised),
                }
            })
            .collect();
        let destroyed = rows.iter().filter(|row| row.destroyed.is_some()).count() as u64;
        let head = RegisterHead {
            jingui: Register::WHAT.into(),
            v: jingui_schema::FORMAT,
            vault: file.head.vault,
            ra: file.head.ra.clone(),
            fonds: file.head.fonds.clone(),
            plan: id,
            sha256: plan.sha256,
            day: plan.day,
            signed: self.signed(&of.lines)?,
            destroyed,
            left: rows.len() as u64 - destroyed,
            epoch: plan.epoch,
        };
        Ok(Register { head, rows })
    }

    /// Who did what with a plan, line by line.
    fn signed(&self, lines: &[u64]) -> Result<Vec<Signed>> {
        let mut all = Vec::new();
        for seq in lines {
            let (line, _) = self.line(*seq)?;
            let what = match &line.act.deed {
                Deed::PurgePlan(_) => "plan",
                Deed::PurgeAppraise(_) => "appraise",
                Deed::PurgeApprove(d) => d.slot.word(),
                Deed::PurgeWitness(_) => "witness",
                Deed::PurgeReject(_) => "reject",
                Deed::PurgeBegin(_) => "run",
                _ => continue,
            };
            all.push(Signed { what: what.into(), by: line.by, at: line.at, seq: *seq });
        }
        Ok(all)
    }

    /// A register's file, as it was signed.
    ///
    /// Errors: [`Error::NoPurge`], [`Error::PlanNotReady`]; [`Error::PlanDamaged`] where it is another.
    pub fn register_file(&self, id: PlanId) -> Result<(Register, Vec<u8>)> {
        let state = self.state();
        let plan = state.plan(id)?;
        let stage = plan.stage().word().to_owned();
        let (sha256, _) = plan.register.ok_or(Error::PlanNotReady { plan: id.to_string(), stage })?;
        let path = self.layout().path(&register_path(id));
        let damaged = |why: String| Error::PlanDamaged { plan: id.to_string(), why };
        let bytes = self.env().fs.read(&path, PLAN_BYTES_MAX).doing("read", &path)?;
        if Sha256::of(&bytes) != sha256 {
            return Err(damaged("the SHA-256 of its register is another".into()));
        }
        let text = std::str::from_utf8(&bytes).map_err(|error| damaged(error.to_string()))?;
        let register = Register::parse(text).map_err(|error| damaged(full(&error)))?;
        Ok((register, bytes))
    }

    /// The lines of a plan, in order.
    ///
    /// Units: reads the journal from the line that made the plan.
    pub fn lines_of_plan(&self, id: PlanId) -> Result<Vec<u64>> {
        let state = self.state();
        let plan = state.plan(id)?;
        let from = match plan.seq {
            0 | 1 => Tip::START,
            seq => Tip::after(&self.line(seq - 1)?.0),
        };
        let mut lines = Vec::new();
        for item in self.lines_after(from)? {
            let (line, _) = item?;
            if line.act.deed.plan() == Some(id) {
                lines.push(line.seq);
            }
        }
        Ok(lines)
    }
}

//! What a plan waits for: the next step, and whose it is. Pure.

use super::plan::{Plan, Stage};
use crate::state::State;
use jingui_schema::disposal::{Slot, WITNESSES};
use jingui_schema::id::By;
use jingui_schema::time::{Day, Time};

/// The next step of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Somebody has to say what becomes of its records.
    Appraisal,
    /// These sign-offs are missing.
    SignOff(Vec<Slot>),
    /// So many witnesses are missing.
    Witness(usize),
    /// All have signed, and no countersigned head covers it: the wait counts from the first that does.
    Cosigner,
    /// It may be carried out from this day on.
    Day(Day),
    /// It may be carried out.
    Run,
    /// It is begun: a run was cut off, is at it, or has done as many as it may. The next one goes on.
    Finish,
    /// Its register lacks the signatures of these witnesses.
    Attest(Vec<By>),
    /// Nothing.
    Nothing,
}

impl Needs {
    /// The word for it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Appraisal => "appraisal",
            Self::SignOff(_) => "sign-off",
            Self::Witness(_) => "witness",
            Self::Cosigner => "cosigner",
            Self::Day(_) => "day",
            Self::Run => "run",
            Self::Finish => "finish",
            Self::Attest(_) => "attest",
            Self::Nothing => "nothing",
        }
    }
}

impl State {
    /// What a plan waits for now.
    pub fn needs(&self, plan: &Plan, now: Time) -> Needs {
        // Not before its day, by what was countersigned.
        let when_ripe = |needs: Needs| match plan.ripe_on() {
            None => Needs::Cosigner,
            Some(ripe) if self.disposal_day(now).is_ok_and(|today| today >= ripe) => needs,
            Some(ripe) => Needs::Day(ripe),
        };
        match plan.stage() {
            Stage::Planned => Needs::Appraisal,
            Stage::Appraised => Needs::SignOff(plan.open_slots().collect()),
            Stage::Approved => Needs::Witness(WITNESSES.saturating_sub(plan.witnesses.len())),
            Stage::Waiting => when_ripe(Needs::Run),
            // What is under way is finished whatever has become of the cosigner since.
            Stage::Destroying if plan.under_way.is_some() => Needs::Finish,
            Stage::Destroying => when_ripe(Needs::Finish),
            // What was begun is finished, and what is gone is said, whoever has stopped it.
            Stage::Rejected if plan.under_way.is_some() || plan.done.is_some() => Needs::Finish,
            Stage::Rejected => Needs::Nothing,
            Stage::Closed => match self.to_attest(plan) {
                none if none.is_empty() => Needs::Nothing,
                who => Needs::Attest(who),
            },
        }
    }

    /// Witnesses of a plan who could still sign its register, each person once.
    fn to_attest(&self, plan: &Plan) -> Vec<By> {
        let mut left: Vec<By> = Vec::new();
        for witness in plan.witnesses.iter().map(|signature| signature.by) {
            let has_signed = plan.attested.iter().any(|signature| self.is_same(signature.by, witness));
            let can = matches!(witness, By::Staff(staff) if self.member(staff).is_ok());
            if can && !has_signed && !left.iter().any(|by| self.is_same(*by, witness)) {
                left.push(witness);
            }
        }
        left
    }
}

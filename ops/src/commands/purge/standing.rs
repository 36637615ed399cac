//! Plans of which something may still become, for `status` and `purge`: what each waits for, and which are stuck.
//!
//! Of holds nothing is said: whoever asks may not know of them. Nor is it said here why runs have left records, which
//! `purge show` tells.

use crate::context::Context;
use crate::failure::Result;
use crate::messages::Value;
use jingui_schema::id::By;
use jingui_vault::Vault;
use jingui_vault::disposal::{Failed, Failure, Needs, Plan};
use serde::Serialize;

/// What a plan waits for.
#[derive(Serialize)]
pub(in super::super) struct ToldNeeds {
    needs: &'static str,
    /// Sign-offs that are missing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    slots: Vec<&'static str>,
    /// How many witnesses are.
    #[serde(skip_serializing_if = "Option::is_none")]
    witnesses: Option<usize>,
    /// The first day on which it may be carried out.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    /// Who has still to sign the register.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    by: Vec<String>,
    /// Days that it waits once it is countersigned.
    wait: u16,
}

impl ToldNeeds {
    pub(super) fn of(needs: &Needs, plan: &Plan) -> Self {
        let mut told = Self {
            needs: needs.word(),
            slots: Vec::new(),
            witnesses: None,
            from: None,
            by: Vec::new(),
            wait: plan.policy.wait,
        };
        match needs {
            Needs::SignOff(slots) => told.slots = slots.iter().map(|slot| slot.word()).collect(),
            Needs::Witness(count) => told.witnesses = Some(*count),
            Needs::Day(day) => told.from = Some(day.to_string()),
            Needs::Attest(who) => told.by = who.iter().map(By::to_string).collect(),
            Needs::Appraisal | Needs::Cosigner | Needs::Run | Needs::Finish | Needs::Nothing => {}
        }
        told
    }

    /// Whether there is a next step.
    pub(super) fn is_something(&self) -> bool {
        self.needs != Needs::Nothing.word()
    }

    /// In words.
    pub(super) fn text(&self, context: &Context) -> String {
        let slots: Vec<String> = self.slots.iter().map(|slot| context.out.word("slot", slot)).collect();
        let values: [(&str, Value<'_>); 5] = [
            ("slots", slots.join(", ").into()),
            ("count", self.witnesses.unwrap_or(0).into()),
            ("day", self.from.clone().unwrap_or_default().into()),
            ("by", self.by.join(", ").into()),
            ("wait", self.wait.into()),
        ];
        context.out.text(&format!("purge-needs-{}", self.needs), &values)
    }
}

/// A run that did not go through.
#[derive(Serialize)]
pub(super) struct ToldFailed {
    /// What was in the way.
    why: &'static str,
    /// The exit code, where it was the job.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<u8>,
    /// Records that are begun and not finished.
    records: u64,
    /// The line that names them.
    seq: u64,
}

impl From<Failed> for ToldFailed {
    fn from(failed: Failed) -> Self {
        let code = match failed.why {
            Failure::Job(code) => Some(code),
            Failure::Mirror | Failure::Unfinished => None,
        };
        Self { why: failed.why.word(), code, records: failed.records, seq: failed.seq }
    }
}

impl ToldFailed {
    /// In words.
    pub(super) fn text(&self, context: &Context) -> String {
        let code = self.code.map(|code| code.to_string()).unwrap_or_default();
        let values = [("count", self.records.into()), ("code", code.into())];
        context.out.text(&format!("purge-failed-{}", self.why), &values)
    }
}

/// The word for how far a plan has come.
pub(super) fn stage(plan: &Plan, failed: Option<Failed>) -> &'static str {
    failed.map_or_else(|| plan.stage().word(), |_| Failed::STAGE)
}

/// A plan of which something may still become, or whose register is not signed.
#[derive(Serialize)]
pub(in super::super) struct ToldOpen {
    plan: String,
    stage: &'static str,
    records: u64,
    destroyed: u64,
    /// Why its last run did not go through, if it did not.
    #[serde(skip_serializing_if = "Option::is_none")]
    failed: Option<ToldFailed>,
    next: ToldNeeds,
    /// Parts in it that nobody is left for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    stuck: Vec<String>,
}

/// All that are open, the oldest first.
pub(in super::super) fn standing(vault: &Vault) -> Vec<ToldOpen> {
    let state = vault.state();
    let now = vault.env().clock.now();
    let mut plans: Vec<_> = state.plans.iter().collect();
    plans.sort_by_key(|(_, plan)| plan.seq);
    let open = plans.into_iter().filter_map(|(id, plan)| {
        let needs = state.needs(plan, now);
        let failed = vault.failed_run(*id, plan);
        (needs != Needs::Nothing).then(|| ToldOpen {
            plan: id.to_string(),
            stage: stage(plan, failed),
            records: plan.records,
            destroyed: plan.destroyed,
            failed: failed.map(ToldFailed::from),
            next: ToldNeeds::of(&needs, plan),
            stuck: state.unmet_of(plan).iter().map(ToString::to_string).collect(),
        })
    });
    open.collect()
}

/// One line for each.
pub(in super::super) fn lines(context: &Context, open: &[ToldOpen]) -> Vec<(&'static str, String)> {
    let line = |told: &ToldOpen| {
        let needs = told.failed.as_ref().map_or_else(
            || told.next.text(context),
            |failed| context.out.text("purge-failed-why", &[("why", failed.text(context).into())]),
        );
        let values: [(&str, Value<'_>); 3] =
            [("plan", told.plan.clone().into()), ("records", told.records.into()), ("needs", needs.into())];
        ("col-plan", context.out.text("status-plan", &values))
    };
    open.iter().map(line).collect()
}

/// Warns of those that cannot go on by themselves, or were begun and are not at their end.
pub(in super::super) fn warn(context: &mut Context, open: &[ToldOpen]) -> Result<()> {
    for told in open {
        if !told.stuck.is_empty() {
            let values = [("plan", told.plan.clone().into()), ("missing", told.stuck.join(", ").into())];
            context.out.warning("purge-stuck", &values)?;
        }
        if let Some(failed) = &told.failed {
            let values = [("plan", told.plan.clone().into()), ("why", failed.text(context).into())];
            context.out.warning("purge-failed", &values)?;
        } else if told.next.needs == Needs::Finish.word() {
            context.out.warning("purge-unfinished", &[("plan", told.plan.clone().into())])?;
        }
    }
    Ok(())
}

//! `purge`: records whose time is over, destroyed as people have said.

mod certificate; // what was destroyed, and who could still open it
mod draw; // a plan
mod policy; // what plans ask for
mod reverse; // an appraisal that was a mistake
mod run; // carried out
mod sign; // what people say of it
mod standing; // what plans wait for

pub(super) use certificate::{certificate, made as certificate_of};
pub(super) use draw::plan;
pub(super) use policy::{decide as decide_policy, propose as propose_policy, show as show_policy};
pub(super) use reverse::{decide as decide_reversal, list as list_reversals, propose as propose_reversal};
pub(super) use run::run;
pub(super) use sign::{appraise, approve, reject, shred, witness};
pub(super) use standing::{ToldOpen, lines as standing_lines, standing, warn as warn_of_plans};

use super::World;
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::Result;
use jingui_schema::disposal::{Left, PlanRow};
use jingui_schema::id::PlanId;
use jingui_vault::disposal::{Plan, Signature};
use jingui_vault::{Error, Exit, Vault};
use serde::Serialize;

/// Letters of a plan's id that name it, where no other begins so.
const PREFIX_MIN: usize = 4;

/// The plan that a person means by its id, or by the beginning of it.
pub(super) fn resolve(vault: &Vault, text: &str) -> Result<PlanId> {
    let typed = text.trim().to_uppercase();
    let state = vault.state();
    let mut found = state.plans.keys().filter(|id| id.to_string().starts_with(&typed));
    match (found.next(), found.next()) {
        (Some(id), None) if typed.len() >= PREFIX_MIN => Ok(*id),
        _ => Err(Error::NoPurge { plan: text.trim().chars().take(80).collect() }.into()),
    }
}

#[derive(Serialize)]
struct ToldSignature {
    by: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    slot: Option<&'static str>,
    at: String,
    seq: u64,
}

impl From<&Signature> for ToldSignature {
    fn from(signature: &Signature) -> Self {
        Self {
            by: signature.by.to_string(),
            slot: signature.slot.map(|slot| slot.word()),
            at: signature.at.to_string(),
            seq: signature.seq,
        }
    }
}

/// A plan as it stands.
#[derive(Serialize)]
struct Told {
    plan: String,
    stage: &'static str,
    day: String,
    made: String,
    by: String,
    sha256: String,
    records: u64,
    appraised_by: Vec<String>,
    approvals: Vec<ToldSignature>,
    missing_slots: Vec<&'static str>,
    witnesses: Vec<ToldSignature>,
    missing_witnesses: usize,
    /// The first day on which it may be carried out.
    #[serde(skip_serializing_if = "Option::is_none")]
    ripe: Option<String>,
    /// Whether all signatures lie under a countersigned head.
    cosigned: bool,
    /// Why its last run did not go through, if it did not.
    #[serde(skip_serializing_if = "Option::is_none")]
    failed: Option<standing::ToldFailed>,
    /// What it waits for.
    next: standing::ToldNeeds,
    destroyed: u64,
    left: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    rejected_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    register: Option<String>,
    attested: Vec<ToldSignature>,
}

fn told(vault: &Vault, id: PlanId, plan: &Plan) -> Told {
    let state = vault.state();
    let signatures = |all: &[Signature]| all.iter().map(ToldSignature::from).collect::<Vec<_>>();
    let mut appraised_by: Vec<String> = plan.appraised.iter().map(|(who, ..)| who.to_string()).collect();
    appraised_by.dedup();
    let failed = vault.failed_run(id, plan);
    Told {
        plan: id.to_string(),
        stage: standing::stage(plan, failed),
        day: plan.day.to_string(),
        made: plan.at.to_string(),
        by: plan.by.to_string(),
        sha256: plan.sha256.to_string(),
        records: plan.records,
        appraised_by,
        approvals: signatures(&plan.approvals),
        missing_slots: plan.open_slots().map(|slot| slot.word()).collect(),
        witnesses: signatures(&plan.witnesses),
        missing_witnesses: jingui_schema::disposal::WITNESSES.saturating_sub(plan.witnesses.len()),
        ripe: plan.ripe_on().map(|day| day.to_string()),
        cosigned: plan.covered.is_some(),
        failed: failed.map(standing::ToldFailed::from),
        next: standing::ToldNeeds::of(&state.needs(plan, vault.env().clock.now()), plan),
        destroyed: plan.destroyed,
        left: plan.left,
        rejected_by: plan.rejected.map(|(staff, _)| staff.to_string()),
        register: plan.register.map(|(sha256, _)| sha256.to_string()),
        attested: signatures(&plan.attested),
    }
}

impl Told {
    /// How far it has come, in words; of a run that failed also why.
    fn stage_text(&self, context: &Context) -> String {
        match &self.failed {
            Some(failed) => context.out.text("purge-failed-why", &[("why", failed.text(context).into())]),
            None => context.out.word("purge-stage", &self.stage),
        }
    }
}

/// Lists plans: those of which something may still become, or all there ever were.
pub(super) fn list(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct All {
        plans: Vec<Told>,
    }
    world.tell_notices(context)?;
    let state = world.vault.state();
    let mut plans: Vec<_> = state.plans.iter().filter(|(_, p)| parsed.flag("all") || p.is_open()).collect();
    plans.sort_by_key(|(_, plan)| plan.seq);
    let plans: Vec<Told> = plans.into_iter().map(|(id, plan)| told(&world.vault, *id, plan)).collect();
    if context.out.json() {
        context.out.document(&All { plans })?;
        return Ok(Exit::Done);
    }
    if plans.is_empty() {
        context.out.note("purge-none", &[]);
        return Ok(Exit::Done);
    }
    let rows = plans.iter().map(|told| {
        vec![
            told.plan.clone(),
            told.stage_text(context),
            told.day.clone(),
            told.records.to_string(),
            told.destroyed.to_string(),
            told.ripe.clone().unwrap_or_default(),
            told.next.text(context),
        ]
    });
    let rows = rows.collect();
    let headings =
        ["col-plan", "col-stage", "col-day", "col-records", "col-destroyed", "col-ripe", "col-needs"];
    context.out.table(&headings, rows)?;
    Ok(Exit::Done)
}

/// Shows a plan: how far it is, its rows, what is not in it and why; with a key also what appraisals said.
pub(super) fn show(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Shown {
        #[serde(flatten)]
        plan: Told,
        head: jingui_schema::disposal::PlanHead,
        rows: Vec<PlanRow>,
        out: Vec<jingui_schema::disposal::PlanOut>,
        /// Why records were left, and how many.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        left_by: Vec<ToldLeft>,
        #[serde(skip_serializing_if = "Option::is_none")]
        appraisals: Option<Vec<jingui_vault::disposal::Appraised>>,
    }
    #[derive(Serialize)]
    struct ToldLeft {
        reason: &'static str,
        records: u64,
    }
    let session = world.session_if_any(context)?;
    let id = resolve(&world.vault, &parsed.must::<String>("plan-id"))?;
    let file = world.vault.plan_file(id)?;
    let state = world.vault.state();
    let plan = told(&world.vault, id, state.plan(id)?);
    let left = if plan.left > 0 { left_by(world, context, id)? } else { Vec::new() };
    // Who holds no key of the epoch sees the plan all the same; only the reasons are sealed.
    let appraisals = session.and_then(|session| session.appraisal_notes(id).ok());
    if context.out.json() {
        let jingui_schema::disposal::Plan { head, rows, out } = file;
        let told = |(reason, records): (Left, u64)| ToldLeft { reason: reason.word(), records };
        let left_by = left.into_iter().map(told).collect();
        context.out.document(&Shown { plan, head, rows, out, left_by, appraisals })?;
        return Ok(Exit::Done);
    }
    tell(context, &plan)?;
    for (reason, records) in left {
        let why = context.out.word("left", &reason);
        context.out.result("purge-left-by", &[("count", records.into()), ("why", why.into())])?;
    }
    let rows = file.rows.iter().map(|row| {
        vec![
            row.row.to_string(),
            row.number.to_string(),
            row.class.to_string(),
            context.out.word("business", &row.business),
            row.date.to_string(),
            row.docs.to_string(),
            row.from.to_string(),
            row.years.to_string(),
            row.last.to_string(),
            row.disposal.to_string(),
            row.late.map(|day| day.to_string()).unwrap_or_default(),
        ]
    });
    let rows = rows.collect();
    let headings = [
        "col-row",
        "col-number",
        "col-class",
        "col-business",
        "col-date",
        "col-documents",
        "col-d0",
        "col-years",
        "col-last",
        "col-disposal",
        "col-late",
    ];
    context.out.table(&headings, rows)?;
    let rows =
        file.out.iter().map(|out| vec![out.number.to_string(), context.out.word("excluded", &out.reason)]);
    let rows: Vec<_> = rows.collect();
    if !rows.is_empty() {
        context.out.table(&["col-number", "col-not-planned"], rows)?;
    }
    for appraised in appraisals.into_iter().flatten() {
        context.out.result("purge-reason", &[("reason", appraised.reason.into())])?;
        for paper in appraised.paper {
            let values = [("number", paper.number.to_string().into()), ("box", paper.box_code.into())];
            context.out.result("purge-paper", &values)?;
        }
        for relied in appraised.certs {
            let values = [("number", relied.number.to_string().into()), ("serial", relied.serial.into())];
            context.out.result("purge-relied", &values)?;
        }
    }
    Ok(Exit::Done)
}

/// Why runs have left records of a plan; where its lines cannot be read that is said, and the plan is shown all the same.
fn left_by(world: &World, context: &mut Context, id: PlanId) -> Result<Vec<(Left, u64)>> {
    match world.vault.left_by(id) {
        Ok(left) => Ok(left),
        Err(error) => {
            let why = context.out.error_text(&error);
            context.out.warning("purge-left-unread", &[("why", why.into())])?;
            Ok(Vec::new())
        }
    }
}

/// Where a plan stands, for people.
fn tell(context: &mut Context, told: &Told) -> Result<()> {
    let stage = told.stage_text(context);
    let values = [
        ("plan", told.plan.clone().into()),
        ("stage", stage.into()),
        ("records", told.records.into()),
        ("day", told.day.clone().into()),
    ];
    context.out.result("purge-head", &values)?;
    context.out.result("purge-digest", &[("sha256", told.sha256.clone().into())])?;
    let signed = |context: &mut Context, key: &str, all: &[ToldSignature]| -> Result<()> {
        for one in all {
            let slot = one.slot.map(|slot| context.out.word("slot", &slot)).unwrap_or_default();
            let values =
                [("by", one.by.clone().into()), ("slot", slot.into()), ("at", one.at.clone().into())];
            context.out.result(key, &values)?;
        }
        Ok(())
    };
    signed(context, "purge-approved-by", &told.approvals)?;
    signed(context, "purge-witnessed-by", &told.witnesses)?;
    signed(context, "purge-attested-by", &told.attested)?;
    let missing: Vec<String> = told.missing_slots.iter().map(|slot| context.out.word("slot", slot)).collect();
    if !missing.is_empty() && told.rejected_by.is_none() {
        context.out.result("purge-missing-slots", &[("slots", missing.join(", ").into())])?;
    }
    if let Some(staff) = &told.rejected_by {
        context.out.result("purge-rejected-by", &[("by", staff.clone().into())])?;
    }
    if told.next.is_something() {
        let needs = told.next.text(context);
        context.out.result("purge-needs", &[("needs", needs.into())])?;
    }
    Ok(())
}

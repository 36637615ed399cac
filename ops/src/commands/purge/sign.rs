//! `purge appraise|approve|witness|reject`, `keys shred`: what people sign.

use super::{resolve, tell, told};
use crate::cli::Parsed;
use crate::commands::World;
use crate::commands::staff::write_act;
use crate::context::Context;
use crate::failure::{Problem, Result};
use jingui_schema::act::Deed;
use jingui_schema::disposal::{KeyMedium, Slot};
use jingui_schema::facts::Class;
use jingui_schema::id::{PlanId, RecordId};
use jingui_schema::time::Day;
use jingui_vault::disposal::Judgement;
use jingui_vault::{Error, Exit, Session};
use serde::Serialize;
use std::path::Path;

/// Says what becomes of records of a plan.
pub(in super::super) fn appraise(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Told {
        plan: String,
        verdict: &'static str,
        records: usize,
        seqs: Vec<u64>,
        dry_run: bool,
    }
    let session = world.session(context)?;
    let id = resolve(&world.vault, &parsed.must::<String>("plan-id"))?;
    let records = chosen(world, &session, id, parsed)?;
    let (verdict, judgement) = match (parsed.get::<Day>("keep-until"), parsed.get::<Class>("class")) {
        (Some(until), _) => ("keep", Judgement::Keep(until)),
        (None, Some(class)) => ("reclass", Judgement::Reclass(class)),
        (None, None) => ("destroy", Judgement::Destroy),
    };
    let (reason, dry_run) = (parsed.must::<String>("reason"), context.dry_run());
    if let Some(path) = context.act_out().map(Path::to_owned) {
        let mut files = session.write_appraisal(id, &records, &judgement, &reason)?;
        return match (files.pop(), files.is_empty()) {
            (Some(file), true) => write_act(context, &file, &path).map(|()| Exit::Done),
            _ => Err(Error::TooMany { count: records.len().to_string(), limit: "4000".into() }.into()),
        };
    }
    let done = session.appraise(id, &records, &judgement, &reason, dry_run)?;
    world.tell_notices(context)?;
    if context.out.json() {
        let seqs = done.iter().map(|done| done.seq).collect();
        context.out.document(&Told {
            plan: id.to_string(),
            verdict,
            records: records.len(),
            seqs,
            dry_run,
        })?;
        return Ok(Exit::Done);
    }
    let verdict = context.out.word("appraisal", &verdict);
    let values =
        [("plan", id.to_string().into()), ("count", records.len().into()), ("verdict", verdict.into())];
    let key = if dry_run { "purge-would-appraise" } else { "purge-appraised" };
    context.out.result(key, &values)?;
    if !dry_run && judgement == Judgement::Destroy {
        context.out.note("purge-next-approve", &values);
    }
    Ok(Exit::Done)
}

/// The records of a plan that a command line names.
fn chosen(world: &World, session: &Session, id: PlanId, parsed: &Parsed) -> Result<Vec<RecordId>> {
    let file = world.vault.plan_file(id)?;
    if parsed.flag("all") {
        return Ok(file.rows.iter().map(|row| row.record).collect());
    }
    let mut records = Vec::new();
    for (from, to) in parsed.all::<(u64, u64)>("row") {
        let rows = file.rows.iter().filter(|row| (from..=to).contains(&row.row));
        let before = records.len();
        records.extend(rows.map(|row| row.record));
        if records.len() == before {
            return Err(Error::NotPlanned {
                plan: id.to_string(),
                record: if from == to { from.to_string() } else { format!("{from}-{to}") },
            }
            .into());
        }
    }
    for word in parsed.texts("record") {
        let record = session.resolve(&word)?;
        if !file.rows.iter().any(|row| row.record == record) {
            return Err(Error::NotPlanned { plan: id.to_string(), record: word }.into());
        }
        records.push(record);
    }
    Ok(records)
}

/// Signs a plan off.
pub(in super::super) fn approve(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let session = world.session(context)?;
    let id = confirmed(world, parsed)?;
    let slot = match parsed.get::<Slot>("as") {
        Some(slot) => slot,
        None => session.slot_for(id)?,
    };
    let deed = session.approval(id, slot)?;
    signed(world, context, &session, id, &deed, ["purge-approved", "purge-would-approve"])
}

/// A witness's signature: before the plan is carried out, and under the register.
pub(in super::super) fn witness(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let session = world.session(context)?;
    let id = resolve(&world.vault, &parsed.must::<String>("plan-id"))?;
    let deed = session.witnessing(id)?;
    let keys = match deed {
        Deed::PurgeAttest(_) => ["purge-attested", "purge-would-attest"],
        _ => ["purge-witnessed", "purge-would-witness"],
    };
    signed(world, context, &session, id, &deed, keys)
}

/// The plan, whose id somebody has typed in full a second time: what this leads to cannot be undone.
pub(super) fn confirmed(world: &World, parsed: &Parsed) -> Result<PlanId> {
    let id = resolve(&world.vault, &parsed.must::<String>("plan-id"))?;
    match parsed.text("confirm").is_some_and(|typed| typed.trim().eq_ignore_ascii_case(&id.to_string())) {
        true => Ok(id),
        false => Err(Problem::Unconfirmed { plan: id.to_string() }.into()),
    }
}

fn signed(
    world: &World,
    context: &mut Context,
    session: &Session,
    id: PlanId,
    deed: &Deed,
    [key, would]: [&str; 2],
) -> Result<Exit> {
    #[derive(Serialize)]
    struct Signed {
        #[serde(flatten)]
        plan: super::Told,
        seq: Option<u64>,
        dry_run: bool,
    }
    let dry_run = context.dry_run();
    if let Some(path) = context.act_out().map(Path::to_owned) {
        let file = session.write_plan_act(deed)?;
        return write_act(context, &file, &path).map(|()| Exit::Done);
    }
    let done = session.sign_plan(deed, dry_run)?;
    world.tell_notices(context)?;
    let plan = told(&world.vault, id, world.vault.state().plan(id)?);
    if context.out.json() {
        context.out.document(&Signed { plan, seq: done.map(|done| done.seq), dry_run })?;
        return Ok(Exit::Done);
    }
    context.out.result(if dry_run { would } else { key }, &[("plan", id.to_string().into())])?;
    tell(context, &plan)?;
    Ok(Exit::Done)
}

/// Stops a plan.
pub(in super::super) fn reject(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Told {
        plan: String,
        seq: Option<u64>,
        dry_run: bool,
    }
    let session = world.session(context)?;
    let id = resolve(&world.vault, &parsed.must::<String>("plan-id"))?;
    let (reason, dry_run) = (parsed.must::<String>("reason"), context.dry_run());
    if let Some(path) = context.act_out().map(Path::to_owned) {
        let file = session.write_rejection(id, &reason)?;
        return write_act(context, &file, &path).map(|()| Exit::Done);
    }
    let done = session.reject_plan(id, &reason, dry_run)?;
    world.tell_notices(context)?;
    if context.out.json() {
        context.out.document(&Told { plan: id.to_string(), seq: done.map(|done| done.seq), dry_run })?;
        return Ok(Exit::Done);
    }
    let key = if dry_run { "purge-would-reject" } else { "purge-rejected" };
    context.out.result(key, &[("plan", id.to_string().into())])?;
    Ok(Exit::Done)
}

/// Reports that a copy of an old key that was not in the keystore is destroyed.
pub(in super::super) fn shred(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Told {
        epoch: u32,
        medium: &'static str,
        seq: Option<u64>,
        dry_run: bool,
    }
    let session = world.session(context)?;
    let (epoch, medium) = (parsed.must::<u32>("epoch"), parsed.must::<KeyMedium>("medium"));
    let reason = parsed.text("reason");
    if let Some(path) = context.act_out().map(Path::to_owned) {
        let file = session.write_shred(epoch, medium, reason)?;
        return write_act(context, &file, &path).map(|()| Exit::Done);
    }
    let dry_run = context.dry_run();
    let done = session.shred(epoch, medium, reason, dry_run)?;
    world.tell_notices(context)?;
    if context.out.json() {
        let seq = done.map(|done| done.seq);
        context.out.document(&Told { epoch, medium: medium.word(), seq, dry_run })?;
        return Ok(Exit::Done);
    }
    let medium = context.out.word("medium", &medium);
    let key = if dry_run { "keys-would-shred" } else { "keys-shredded" };
    context.out.result(key, &[("epoch", epoch.into()), ("medium", medium.into())])?;
    Ok(Exit::Done)
}

//! `purge certificate`: what was destroyed, who signed, who could still open an old copy.

use super::resolve;
use crate::cli::Parsed;
use crate::commands::World;
use crate::context::Context;
use crate::destruction::{Certificate, Copy, Holder, StillThere};
use crate::failure::Result;
use crate::output::printable_path;
use jingui_schema::id::{PlanId, RecordId};
use jingui_schema::time::Day;
use jingui_vault::Exit;
use jingui_vault::Vault;
use std::collections::BTreeSet;

/// Shows the certificate, or writes it with all that proves it.
pub(in super::super) fn certificate(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let id = resolve(&world.vault, &parsed.must::<String>("plan-id"))?;
    let certificate = made(&world.vault, id)?;
    let output = parsed.file("output").map(|path| context.path(path));
    world.tell_notices(context)?;
    if let Some(dir) = output.filter(|_| !context.dry_run()) {
        crate::destruction::write(&context.env, &world.vault, id, &certificate, &dir)?;
        context.out.note("certificate-written", &[("path", printable_path(&dir).into())]);
    }
    if context.out.json() {
        context.out.document(&certificate)?;
        return Ok(Exit::Done);
    }
    let lang = context.out.look().lang;
    for line in crate::destruction::text(&certificate, lang) {
        context.out.line(&line)?;
    }
    Ok(Exit::Done)
}

/// The certificate as things stand now: what it says of keys may be better tomorrow.
pub(in super::super) fn made(vault: &Vault, id: PlanId) -> Result<Certificate> {
    let (register, bytes) = vault.register_file(id)?;
    let state = vault.state();
    let plan = state.plan(id)?;
    let first = register.rows.iter().map(|row| row.row.filed).min().unwrap_or(Day::FOR_GOOD);
    let holders = state.openers(plan).into_iter().map(|openers| Holder {
        epoch: openers.epoch,
        people: openers.members.iter().map(ToString::to_string).collect(),
        sheets: openers.sheets,
        ca: openers.escrow,
    });
    let holders: Vec<Holder> = holders.collect();
    let copies =
        (state.copies.iter()).filter(|(_, copied)| copied.made.day() >= first).map(|(target, copied)| Copy {
            target: target.to_string(),
            outside: copied.outside,
            newest: copied.made.to_string(),
        });
    let destroyed = register.rows.iter().filter(|row| row.destroyed.is_some()).map(|row| row.row.record);
    let destroyed: BTreeSet<RecordId> = destroyed.collect();
    let answers = state.answers_of(&destroyed);
    let still_there = vault.left_sealed(&destroyed)?.into_iter();
    let still_there = still_there.map(|(target, names)| StillThere { target: target.to_string(), names });
    let still_there: Vec<StillThere> = still_there.collect();
    Ok(Certificate {
        plan: id.to_string(),
        ra: register.head.ra.clone(),
        fonds: register.head.fonds.to_string(),
        vault: register.head.vault.to_string(),
        made: vault.env().now().to_string(),
        plan_sha256: plan.sha256.to_string(),
        register_sha256: jingui_schema::digest::Sha256::of(&bytes).to_string(),
        destroyed: register.head.destroyed,
        left: register.head.left,
        first: register.rows.iter().filter_map(|row| row.destroyed).min().map(|at| at.to_string()),
        last: register.rows.iter().filter_map(|row| row.destroyed).max().map(|at| at.to_string()),
        signed: register.head.signed.clone(),
        attested: plan.attested.iter().map(|one| (one.by.to_string(), one.at.to_string(), one.seq)).collect(),
        sealed: holders.is_empty() && still_there.is_empty() && answers.is_empty(),
        openable_by: holders,
        still_there,
        answers,
        copies: copies.collect(),
    })
}

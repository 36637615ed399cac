//! `purge plan`: which records may be destroyed.

use crate::cli::Parsed;
use crate::commands::World;
use crate::commands::act::must_be_new;
use crate::context::Context;
use crate::failure::{Doing, Result};
use crate::output::printable_path;
use jingui_schema::time::Day;
use jingui_vault::Exit;
use serde::Serialize;

/// Makes a plan, or rehearses one for another day.
pub(in super::super) fn plan(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Told {
        plan: String,
        day: String,
        sha256: String,
        seq: Option<u64>,
        records: u64,
        excluded: u64,
        kept: u64,
        undetermined: u64,
        signatures: u64,
        dry_run: bool,
    }
    let session = world.session_if_any(context)?;
    let as_of = parsed.get::<Day>("as-of");
    let output = parsed.file("output").map(|path| context.path(path));
    output.as_deref().map_or(Ok(()), must_be_new)?;
    // A rehearsal is for the day that somebody names, or for the day a plan would be made for.
    let rehearse = match (as_of, context.dry_run()) {
        (None, false) => None,
        (Some(day), _) => Some(day),
        (None, true) => Some(world.vault.state().disposal_day(context.env.clock.now())?),
    };
    let full = parsed.get::<u32>("limit").map(|limit| limit as usize);
    let drawn = world.vault.draw_plan(session.as_ref(), rehearse, full, &|| context.go_on().is_err())?;
    world.tell_notices(context)?;
    if let Some(path) = output.as_ref().filter(|_| !context.dry_run()) {
        context.env.fs.write_new(path, drawn.file.to_text().as_bytes()).doing("write", path)?;
        context.out.note("purge-plan-written", &[("path", printable_path(path).into())]);
    }
    let head = &drawn.file.head;
    if context.out.json() {
        context.out.document(&Told {
            plan: head.plan.to_string(),
            day: head.day.to_string(),
            sha256: drawn.sha256.to_string(),
            seq: drawn.seq,
            records: head.records,
            excluded: head.excluded,
            kept: head.kept,
            undetermined: head.undetermined,
            signatures: drawn.signatures,
            dry_run: drawn.seq.is_none(),
        })?;
        return Ok(Exit::Done);
    }
    let values = [
        ("plan", head.plan.to_string().into()),
        ("day", head.day.to_string().into()),
        ("records", head.records.into()),
        ("excluded", head.excluded.into()),
        ("kept", head.kept.into()),
        ("undetermined", head.undetermined.into()),
    ];
    let key = if drawn.seq.is_some() { "purge-planned" } else { "purge-would-plan" };
    context.out.result(key, &values)?;
    context.out.result("purge-counts", &values)?;
    if drawn.seq.is_some() {
        context.out.result("purge-digest", &[("sha256", drawn.sha256.to_string().into())])?;
        context.out.note("purge-next-appraise", &values);
    }
    Ok(Exit::Done)
}

//! `purge run`: a plan carried out.

use super::resolve;
use super::sign::confirmed;
use crate::cli::Parsed;
use crate::commands::{World, read};
use crate::context::Context;
use crate::failure::Result;
use jingui_schema::time::Day;
use jingui_vault::Exit;
use jingui_vault::disposal::{Ran, RunOptions};
use serde::Serialize;
use std::cell::RefCell;

/// Carries out a plan, or rehearses it.
pub(in super::super) fn run(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let session = world.session_if_any(context)?;
    let as_of = parsed.get::<Day>("as-of");
    let dry_run = context.dry_run() || as_of.is_some();
    let limit = parsed.get::<u32>("limit").map(u64::from);
    if dry_run {
        let id = resolve(&world.vault, &parsed.must::<String>("plan-id"))?;
        let ran = world.vault.rehearse_run(id, as_of, limit, &|| context.go_on().is_err())?;
        return tell(world, context, &id.to_string(), &ran, true);
    }
    let id = confirmed(world, parsed)?;
    let shared = RefCell::new(&mut *context);
    let ran = world.vault.run_plan(
        id,
        &RunOptions {
            by: session.as_ref(),
            limit,
            interrupted: &|| shared.borrow().go_on().is_err(),
            progress: &|done, of| shared.borrow_mut().out.progress("progress-purge", done, Some(of)),
        },
    )?;
    if !ran.destroyed.is_empty() {
        read::after_destruction(world, context, session.as_ref())?;
    }
    tell(world, context, &id.to_string(), &ran, false)
}

fn tell(world: &World, context: &mut Context, id: &str, ran: &Ran, dry_run: bool) -> Result<Exit> {
    #[derive(Serialize)]
    struct Told<'a> {
        plan: &'a str,
        destroyed: usize,
        left: Vec<ToldLeft>,
        waiting: u64,
        register: Option<String>,
        mirror_lags: Option<&'a str>,
        dry_run: bool,
    }
    #[derive(Serialize)]
    struct ToldLeft {
        record: String,
        reason: &'static str,
    }
    world.tell_notices(context)?;
    let exit = match ran.waiting > 0 || !ran.left.is_empty() || ran.mirror_lags.is_some() {
        true => Exit::Part,
        false => Exit::Done,
    };
    if context.out.json() {
        let left = ran.left.iter();
        let left = left.map(|(record, why)| ToldLeft { record: record.to_string(), reason: why.word() });
        context.out.document(&Told {
            plan: id,
            destroyed: ran.destroyed.len(),
            left: left.collect(),
            waiting: ran.waiting,
            register: ran.register.map(|sha256| sha256.to_string()),
            mirror_lags: ran.mirror_lags.as_deref(),
            dry_run,
        })?;
        return Ok(exit);
    }
    let values = [
        ("plan", id.to_owned().into()),
        ("count", ran.destroyed.len().into()),
        ("left", ran.left.len().into()),
        ("waiting", ran.waiting.into()),
    ];
    context.out.result(if dry_run { "purge-would-run" } else { "purge-ran" }, &values)?;
    let rows = match ran.left.is_empty() {
        true => Vec::new(),
        false => world.vault.plan_file(resolve(&world.vault, id)?)?.rows,
    };
    for (record, why) in &ran.left {
        let row = rows.iter().find(|row| row.record == *record);
        let name = row.map_or_else(|| record.to_string(), |row| row.number.to_string());
        let why = context.out.word("left", why);
        context.out.result("purge-left", &[("number", name.into()), ("why", why.into())])?;
    }
    if ran.waiting > 0 && !dry_run {
        context.out.note("purge-waiting", &values);
    }
    if let Some(why) = &ran.mirror_lags {
        context.out.warning("purge-mirror-lags", &[("why", why.clone().into())])?;
    }
    if let Some(sha256) = ran.register {
        context.out.result("purge-register", &[("sha256", sha256.to_string().into())])?;
        context.out.note("purge-next-attest", &values);
    }
    Ok(exit)
}

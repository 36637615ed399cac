//! `purge run`: a plan carried out.

use super::resolve;
use super::sign::confirmed;
use crate::cli::Parsed;
use crate::commands::{World, read};
use crate::context::Context;
use crate::failure::Result;
use jingui_schema::disposal::Left;
use jingui_schema::id::{ArchiveNumber, PlanId, RecordId};
use jingui_schema::time::Day;
use jingui_vault::Exit;
use jingui_vault::disposal::{Ran, RunOptions};
use serde::Serialize;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;

/// What became of a record, or would.
#[derive(Serialize)]
struct Item {
    record: String,
    number: String,
    /// `destroyed` or `left`.
    result: &'static str,
    /// Why it was left.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

impl Item {
    fn of(record: RecordId, number: &ArchiveNumber, left: Option<Left>) -> Self {
        Self {
            record: record.to_string(),
            number: number.to_string(),
            result: if left.is_some() { "left" } else { "destroyed" },
            reason: left.map(|why| why.word()),
        }
    }
}

/// Carries out a plan, or rehearses it.
pub(in super::super) fn run(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let session = world.session_if_any(context)?;
    let as_of = parsed.get::<Day>("as-of");
    let dry_run = context.dry_run() || as_of.is_some();
    let limit = parsed.get::<u32>("limit").map(u64::from);
    if dry_run {
        let id = resolve(&world.vault, &parsed.must::<String>("plan-id"))?;
        let ran = world.vault.rehearse_run(id, as_of, limit, &|| context.go_on().is_err())?;
        let numbers = numbers(world, id, &ran)?;
        if context.out.json() {
            let destroyed = ran.destroyed.iter().map(|record| (*record, None));
            let left = ran.left.iter().map(|(record, why)| (*record, Some(*why)));
            for (record, left) in destroyed.chain(left) {
                if let Some(number) = numbers.get(&record) {
                    context.out.item(&Item::of(record, number, left))?;
                }
            }
        }
        return tell(world, context, id, &ran, &numbers, true);
    }
    let id = confirmed(world, parsed)?;
    context.out.begin_lines();
    let shared = RefCell::new(&mut *context);
    // Who listens may have gone; what was begun is finished all the same.
    let heard = RefCell::new(Ok(()));
    let destroyed = Cell::new(false);
    let ran = world.vault.run_plan_telling(
        id,
        &RunOptions {
            by: session.as_ref(),
            limit,
            interrupted: &|| shared.borrow().go_on().is_err(),
            progress: &|done, of| shared.borrow_mut().out.progress("progress-purge", done, Some(of)),
        },
        &|outcome| {
            let mut context = shared.borrow_mut();
            destroyed.set(destroyed.get() || outcome.left.is_none());
            if context.out.json() && heard.borrow().is_ok() {
                let item = Item::of(outcome.record, outcome.number, outcome.left);
                *heard.borrow_mut() = context.out.item(&item);
            }
        },
    );
    // First of all, also where nobody listens any more, or the run was cut off behind some of it.
    let forgotten = match destroyed.get() {
        true => read::after_destruction(world, context, session.as_ref()),
        false => Ok(()),
    };
    let ran = ran?;
    heard.into_inner()?;
    forgotten?;
    let numbers = numbers(world, id, &ran)?;
    tell(world, context, id, &ran, &numbers, false)
}

/// Archive numbers of the records that a run came to.
fn numbers(world: &World, id: PlanId, ran: &Ran) -> Result<HashMap<RecordId, ArchiveNumber>> {
    if ran.destroyed.is_empty() && ran.left.is_empty() {
        return Ok(HashMap::new());
    }
    Ok(world.vault.plan_file(id)?.rows.into_iter().map(|row| (row.record, row.number)).collect())
}

fn tell(
    world: &World,
    context: &mut Context,
    id: PlanId,
    ran: &Ran,
    numbers: &HashMap<RecordId, ArchiveNumber>,
    dry_run: bool,
) -> Result<Exit> {
    #[derive(Serialize)]
    struct Counts<'a> {
        plan: String,
        destroyed: usize,
        left: usize,
        waiting: u64,
        register: Option<String>,
        mirror_lags: Option<&'a str>,
        dry_run: bool,
    }
    world.tell_notices(context)?;
    let exit = match ran.waiting > 0 || !ran.left.is_empty() || ran.mirror_lags.is_some() {
        true => Exit::Part,
        false => Exit::Done,
    };
    if context.out.json() {
        let counts = Counts {
            plan: id.to_string(),
            destroyed: ran.destroyed.len(),
            left: ran.left.len(),
            waiting: ran.waiting,
            register: ran.register.map(|sha256| sha256.to_string()),
            mirror_lags: ran.mirror_lags.as_deref(),
            dry_run,
        };
        context.out.summary(&counts, exit)?;
        return Ok(exit);
    }
    let values = [
        ("plan", id.to_string().into()),
        ("count", ran.destroyed.len().into()),
        ("left", ran.left.len().into()),
        ("waiting", ran.waiting.into()),
    ];
    context.out.result(if dry_run { "purge-would-run" } else { "purge-ran" }, &values)?;
    for (record, why) in &ran.left {
        let name = numbers.get(record).map_or_else(|| record.to_string(), ToString::to_string);
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

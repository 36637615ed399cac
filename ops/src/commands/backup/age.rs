//! How old the newest copy is: what `status` shows, and what `add` asks for.

use super::super::World;
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::Result;
use jingui_vault::copies::{Advice, CopyAge, copy_age};
use jingui_vault::{Error, Session};
use serde::Serialize;

/// For programs.
#[derive(Serialize)]
pub(in super::super) struct ToldAge {
    /// When the newest verified copy outside was made.
    newest: Option<String>,
    /// Days since then, or since the vault began.
    days: u64,
    /// Targets there are.
    targets: usize,
    /// `fine`, `warn` or `ask`.
    advice: &'static str,
}

fn age(world: &World, context: &Context) -> CopyAge {
    copy_age(&world.vault.state(), context.env.now())
}

/// For `status`.
pub(in super::super) fn told(world: &World, context: &Context) -> ToldAge {
    let CopyAge { newest, days, advice } = age(world, context);
    let advice = match advice {
        Advice::Fine => "fine",
        Advice::Warn => "warn",
        Advice::Ask => "ask",
    };
    let targets = world.vault.state().copies.len();
    ToldAge { newest: newest.map(|t| t.to_string()), days, targets, advice }
}

/// The same for people.
pub(in super::super) fn line(world: &World, context: &Context) -> String {
    match age(world, context) {
        CopyAge { newest: None, .. } => context.out.text("copies-none", &[]),
        CopyAge { newest: Some(at), days, .. } => {
            context.out.text("copies-age", &[("days", days.into()), ("at", at.to_string().into())])
        }
    }
}

/// Warns where the newest copy is too old, or there is none.
pub(in super::super) fn warn(world: &World, context: &mut Context) -> Result<()> {
    match age(world, context) {
        CopyAge { advice: Advice::Fine, .. } => Ok(()),
        CopyAge { newest: None, .. } => context.out.warning("copies-never", &[]),
        CopyAge { days, .. } => context.out.warning("copies-old", &[("days", days.into())]),
    }
}

/// Before something is filed: past a quarter somebody says why there is no newer copy.
///
/// Errors: [`Error::CopyOverdue`] where nobody does.
pub(in super::super) fn before_filing(
    world: &World,
    session: &Session,
    context: &mut Context,
    parsed: &Parsed,
) -> Result<()> {
    let CopyAge { days, advice, .. } = age(world, context);
    let given = parsed.text("no-copy-reason").map(str::to_owned);
    let reason = match advice {
        Advice::Ask if given.is_none() && !context.dry_run() => {
            context.answer("copies-ask", &[("days", days.into())])
        }
        Advice::Ask => given,
        // Nobody asked; what was said for nothing is not kept.
        Advice::Fine | Advice::Warn => return Ok(()),
    };
    match reason.filter(|reason| !reason.trim().is_empty()) {
        Some(_) if context.dry_run() => Ok(()),
        Some(reason) => Ok(session.excuse_copy(days, reason.trim())?),
        None => Err(Error::CopyOverdue { days: days.to_string() }.into()),
    }
}

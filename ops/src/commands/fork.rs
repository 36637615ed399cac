//! `journal fork propose|confirm`: a vault behind a head that was signed goes on under a new log.

use super::World;
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::Result;
use jingui_schema::id::ActId;
use jingui_vault::Exit;
use serde::Serialize;

/// Proposes that the head which the keystore remembers is left.
pub(super) fn propose(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Proposed {
        act: Option<String>,
        known: u64,
        lines: u64,
        dry_run: bool,
    }
    let session = world.session(context)?;
    let (reason, dry_run) = (parsed.must::<String>("reason"), context.dry_run());
    let (left, lines) = (world.vault.left(), world.vault.state().lines);
    let act = session.propose_fork(&reason, dry_run)?.map(|act| act.to_string());
    let known = left.map_or(0, |left| left.lines);
    world.tell_notices(context)?;
    if context.out.json() {
        context.out.document(&Proposed { act, known, lines, dry_run })?;
        return Ok(Exit::Done);
    }
    let key = if dry_run { "fork-would-propose" } else { "fork-proposed" };
    let values = [("act", act.unwrap_or_default().into()), ("known", known.into()), ("lines", lines.into())];
    context.out.result(key, &values)?;
    Ok(Exit::Done)
}

/// Says yes to what another has proposed.
pub(super) fn confirm(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Confirmed {
        act: String,
        origin: String,
        seq: Option<u64>,
        dry_run: bool,
    }
    let session = world.session(context)?;
    let act: ActId = parsed.must("act");
    let dry_run = context.dry_run();
    let seq = session.confirm_fork(act, dry_run)?;
    let origin = world.vault.log_origin();
    world.tell_notices(context)?;
    if context.out.json() {
        context.out.document(&Confirmed { act: act.to_string(), origin, seq, dry_run })?;
        return Ok(Exit::Done);
    }
    let key = if dry_run { "fork-would-confirm" } else { "fork-confirmed" };
    context.out.result(key, &[("act", act.to_string().into()), ("origin", origin.into())])?;
    Ok(Exit::Done)
}

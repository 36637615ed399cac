//! `journal cosigner|cosign`: who countersigns this journal's heads, what is asked of them, and their answers.

use super::World;
use super::act::must_be_new;
use super::staff::write_act;
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::{Doing, Result};
use crate::output::printable_path;
use jingui_schema::cosignature::CosignerKey;
use jingui_schema::head::NOTE_BYTES_MAX;
use jingui_vault::Exit;
use serde::Serialize;
use std::path::Path;

/// After so many days without a countersigned head `status` warns: one a month is usual.
const DAYS_MAX: i64 = 35;

/// What is known of the cosigner, for programs.
#[derive(Serialize)]
pub(super) struct ToldCosigner {
    name: String,
    key: String,
    /// Lines under the newest countersigned head.
    lines: Option<u64>,
    /// When it was countersigned.
    at: Option<String>,
    /// Days since then.
    days: Option<i64>,
}

/// The same, where somebody has been named.
pub(super) fn told(world: &World, context: &Context) -> Option<ToldCosigner> {
    let state = world.vault.state();
    let key = state.cosigner_key().ok()?;
    let days =
        state.cosigned.map(|newest| (context.env.now().millis() - newest.at.millis()).max(0) / 86_400_000);
    Some(ToldCosigner {
        name: key.name().to_owned(),
        key: key.to_string(),
        lines: state.cosigned.map(|newest| newest.lines),
        at: state.cosigned.map(|newest| newest.at.to_string()),
        days,
    })
}

/// For people.
pub(super) fn line(told: &ToldCosigner) -> String {
    match (&told.lines, &told.at) {
        (Some(lines), Some(at)) => format!("{lines} ({at}, {})", told.name),
        _ => format!("0 ({})", told.name),
    }
}

/// Warns where no head has been countersigned for long, if somebody is there to do it.
pub(super) fn warn(context: &mut Context, told: Option<&ToldCosigner>) -> Result<()> {
    match told {
        Some(told) if told.days.is_none() => {
            context.out.warning("cosign-none", &[("name", told.name.as_str().into())])
        }
        Some(ToldCosigner { days: Some(days), .. }) if *days > DAYS_MAX => {
            context.out.warning("cosign-old", &[("days", (*days).into())])
        }
        _ => Ok(()),
    }
}

/// Names who countersigns, or shows who does.
pub(super) fn cosigner(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Named {
        seq: u64,
        name: String,
    }
    let Some(key) = parsed.get::<CosignerKey>("cosigner") else { return show(world, context) };
    let named = || [("name", key.name().to_owned().into())];
    if let Some(path) = parsed.file("request").map(|path| context.path(path)) {
        let file = world.vault.cosigner_request(&key)?;
        world.tell_notices(context)?;
        if context.dry_run() {
            context.out.result("cosigner-would-name", &named())?;
            return Ok(Exit::Done);
        }
        return write_act(context, &file, &path).map(|()| Exit::Done);
    }
    let session = world.session(context)?;
    if context.dry_run() {
        session.may_name_cosigner(&key)?;
        context.out.result("cosigner-would-name", &named())?;
        return Ok(Exit::Done);
    }
    if let Some(path) = context.act_out().map(Path::to_owned) {
        let file = session.write_cosigner(&key)?;
        return write_act(context, &file, &path).map(|()| Exit::Done);
    }
    let done = session.name_cosigner(&key)?;
    if context.out.json() {
        context.out.document(&Named { seq: done.seq, name: key.name().to_owned() })?;
    } else {
        context.out.result("cosigner-named", &named())?;
    }
    Ok(Exit::Done)
}

fn show(world: &World, context: &mut Context) -> Result<Exit> {
    world.tell_notices(context)?;
    let told = told(world, context);
    if context.out.json() {
        context.out.document(&told)?;
        return Ok(Exit::Done);
    }
    match &told {
        None => context.out.result("cosigner-none", &[])?,
        Some(told) => {
            context.out.pairs(&[("col-cosigner-key", told.key.clone()), ("col-cosigned", line(told))])?
        }
    }
    Ok(Exit::Done)
}

/// Asks for a countersignature, or takes an answer in.
pub(super) fn run(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    world.tell_notices(context)?;
    match parsed.file("import").map(|path| context.path(path)) {
        Some(path) => import(world, context, &path),
        None => request(world, context, parsed),
    }
}

fn request(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Told {
        from: u64,
        lines: u64,
        path: Option<String>,
        request: Option<String>,
    }
    let path = parsed.file("output").filter(|path| !crate::cli::is_dash(path)).map(|p| context.path(p));
    path.as_deref().map(must_be_new).transpose()?;
    let from = parsed.get("from");
    if context.dry_run() {
        let (from, lines) = (world.vault.may_request(from)?, world.vault.state().lines);
        context.out.result("cosign-would-ask", &[("from", from.into()), ("lines", lines.into())])?;
        return Ok(Exit::Done);
    }
    let request = world.vault.cosign_request(from)?;
    let (from, lines, text) = (request.old(), request.head().head().size(), request.to_text());
    if let Some(path) = &path {
        context.env.fs.write_new(path, text.as_bytes()).doing("write", path)?;
    }
    if context.out.json() {
        let written = path.as_deref().map(printable_path);
        let request = written.is_none().then_some(text);
        context.out.document(&Told { from, lines, path: written, request })?;
        return Ok(Exit::Done);
    }
    match path {
        Some(path) => {
            let values = [("lines", lines.into()), ("path", printable_path(&path).into())];
            context.out.result("cosign-asked", &values)?;
        }
        None => context.out.out(text.as_bytes())?,
    }
    Ok(Exit::Done)
}

fn import(world: &World, context: &mut Context, path: &Path) -> Result<Exit> {
    #[derive(Serialize)]
    struct Told {
        seq: u64,
        lines: u64,
        at: String,
        repeated: bool,
    }
    let shown = printable_path(path);
    let bytes = context.env.fs.read(path, NOTE_BYTES_MAX as u64 + 1).doing("read", path)?;
    let text = String::from_utf8_lossy(&bytes);
    if context.dry_run() {
        let found = world.vault.may_import(&shown, &text)?;
        let values = [("lines", found.lines.into()), ("at", found.at.to_string().into())];
        context.out.result("cosign-would-import", &values)?;
        return Ok(Exit::Done);
    }
    let found = world.vault.import_cosignature(&shown, &text)?;
    if context.out.json() {
        let (seq, lines, at, repeated) = (found.seq, found.lines, found.at.to_string(), found.repeated);
        context.out.document(&Told { seq, lines, at, repeated })?;
        return Ok(Exit::Done);
    }
    let key = if found.repeated { "cosign-repeated" } else { "cosign-imported" };
    let values =
        [("lines", found.lines.into()), ("at", found.at.to_string().into()), ("seq", found.seq.into())];
    context.out.result(key, &values)?;
    Ok(Exit::Done)
}

//! `accept`: the CA makes sure of what an archive has pushed, and says what it wants again. It needs no vault.

use super::backup::{Place, Reached, tell_step};
use super::keys::read_identity;
use super::verify::tell_findings;
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::Result;
use jingui_vault::Exit;
use jingui_vault::cosigner::{Cosigner, Seen};
use jingui_vault::push::ca::leave_report;
use jingui_vault::push::{Acceptance, Acceptor};
use serde::Serialize;
use std::cell::RefCell;
use std::path::PathBuf;

/// Checks the newest state at a target, and leaves a report there.
pub(super) fn run(context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let place = Place::of(context, &parsed.must::<PathBuf>("target"))?;
    let identity = match parsed.file("identity") {
        Some(path) => read_identity(context, path)?,
        None => context.person()?.identity().clone(),
    };
    let cosigner = parsed.file("cosigner").map(|dir| context.path(dir));
    let cosigner = cosigner.map(|dir| Cosigner::open(context.env.clone(), &dir)).transpose()?;
    let seen = |vault| -> jingui_vault::Result<Option<Seen>> {
        let all = cosigner.as_ref().map(Cosigner::seen).transpose()?;
        Ok(all.into_iter().flatten().find(|seen| seen.vault == vault))
    };
    context.person()?;
    let Some(person) = context.person.take() else { unreachable!("it was there a line ago") };
    let Reached { target, .. } = place.reach(context)?;
    let interrupt = context.interrupt.clone();
    let found = {
        let out = RefCell::new(&mut context.out);
        let acceptor = Acceptor {
            person,
            identity: &identity,
            seen: &seen,
            progress: &|step| tell_step(&out, step),
            interrupted: &|| interrupt.is_set(),
        };
        acceptor.check(&context.env, target.clone())?
    };
    let left = match context.dry_run() {
        true => None,
        false => Some(leave_report(&*target, &found.report)?),
    };
    tell(context, &place, &found, left, cosigner.is_some())
}

fn tell(
    context: &mut Context,
    place: &Place,
    found: &Acceptance,
    left: Option<(String, bool)>,
    has_cosigner: bool,
) -> Result<Exit> {
    #[derive(Serialize)]
    struct Told {
        vault: String,
        target: String,
        place: String,
        at: String,
        lines: u64,
        records: u64,
        opened: u64,
        files: u64,
        bytes: u64,
        epochs: Vec<u32>,
        /// Lines of the countersigned head that it continues.
        continues: Option<u64>,
        wanted: usize,
        /// The report's name at the target.
        report: Option<String>,
        /// Whether one over this state was there before: that stays.
        repeated: bool,
        findings: usize,
        seconds: f64,
    }
    let (checked, report) = (&found.checked, &found.checked.report);
    let whole = report.findings.is_empty() && found.report.opened == report.records;
    let exit = if whole { Exit::Done } else { Exit::Damage };
    tell_findings(context, report)?;
    if context.out.json() {
        let told = Told {
            vault: checked.state.vault.to_string(),
            target: checked.state.target.to_string(),
            place: place.shown(),
            at: checked.state.at.to_string(),
            lines: checked.state.lines,
            records: report.records,
            opened: found.report.opened,
            files: report.files,
            bytes: report.bytes,
            epochs: found.opened.clone(),
            continues: found.continues,
            wanted: found.report.wanted.len(),
            repeated: left.as_ref().is_some_and(|(_, repeated)| *repeated),
            report: left.map(|(name, _)| name),
            findings: report.findings.len(),
            seconds: report.seconds,
        };
        context.out.summary(&told, exit)?;
        return Ok(exit);
    }
    let values = [
        ("vault", checked.state.vault.to_string().into()),
        ("at", checked.state.at.to_string().into()),
        ("lines", checked.state.lines.into()),
        ("files", report.files.into()),
        ("bytes", report.bytes.into()),
        ("records", report.records.into()),
        ("opened", found.report.opened.into()),
        ("findings", report.findings.len().into()),
        ("seconds", format!("{:.1}", report.seconds).into()),
    ];
    context.out.result(if whole { "accept-whole" } else { "accept-damaged" }, &values)?;
    match found.continues {
        Some(lines) => context.out.note("accept-continues", &[("lines", lines.into())]),
        None if has_cosigner => context.out.warning("accept-unknown", &[])?,
        None => context.out.note("accept-no-head", &[]),
    }
    if let (Some((name, repeated)), wanted @ 1..) = (left, found.report.wanted.len()) {
        let values = [("name", name.into()), ("wanted", wanted.into())];
        match repeated {
            true => context.out.warning("accept-stands", &values)?,
            false => context.out.note("accept-wanted", &values),
        }
    }
    Ok(exit)
}

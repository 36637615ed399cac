//! `backup create|verify|restore|list|remove|takeover`: copies of a vault elsewhere, and a vault put back from one.

pub(super) mod age; // how old the newest copy is
mod left;
mod list; // which copies there are
mod place; // where a target is
mod remove; // what is no more, gone from a copy in every version
mod restore; // a vault put back, and taken over

pub(super) use list::{at as list_at, known as list};
pub(super) use place::{Place, Reached, Seen, threads};
pub(super) use remove::remove;
pub(super) use restore::{restore, takeover};

use super::World;
use super::verify::tell_findings;
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::Result;
use crate::output::Output;
use jingui_vault::copies::{Begun, Checked, CopyOptions, CopyVault, Made, Target};
use jingui_vault::verify::{Phase, Progress};
use jingui_vault::{Error, Exit, Session};
use serde::Serialize;
use std::cell::RefCell;
use std::path::{Path, PathBuf};

/// Records opened where nobody says how many: enough to meet damage of a tenth of them nearly always, in seconds.
const SAMPLE: u64 = 32;

/// A state that was made, for programs.
#[derive(Serialize)]
pub(super) struct ToldMade {
    target: String,
    place: String,
    outside: bool,
    first: bool,
    lines: u64,
    at: String,
    files: u64,
    bytes: u64,
    lacking: usize,
    journalled: bool,
}

impl ToldMade {
    /// Of a state at a place.
    pub(super) fn of(made: &Made, place: &Place, outside: bool) -> Self {
        Self {
            target: made.target.to_string(),
            place: place.shown(),
            outside,
            first: made.first,
            lines: made.lines,
            at: made.at.to_string(),
            files: made.files,
            bytes: made.bytes,
            lacking: made.lacking.len(),
            journalled: made.unjournalled.is_none(),
        }
    }
}

/// Makes a copy.
pub(super) fn create(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    world.tell_notices(context)?;
    let vault = &world.vault;
    let place = Place::of(context, &parsed.must::<PathBuf>("target"))?;
    place.apart_from(vault)?;
    let Reached { target, store } = place.reach(context)?;
    let seen = Seen::read(world);
    seen.must_be_there(&Begun::look(&*target)?, &*target, parsed.flag("new"))?;
    let outside = parsed.flag("offsite") || place.is_outside(context, vault.layout().root());
    if context.dry_run() {
        return tell_would(world, context, &*target, &place, outside);
    }
    let interrupt = context.interrupt.clone();
    let made = {
        let out = RefCell::new(&mut context.out);
        vault.copy_to(
            &*target,
            &CopyOptions {
                outside,
                all: parsed.flag("all"),
                threads: place::threads(&*target),
                progress: &|step| out.borrow_mut().progress("progress-copy", step.files, None),
                interrupted: &|| interrupt.is_set(),
                ..CopyOptions::default()
            },
        )?
    };
    seen.remember(world, made.target, &*target);
    world.tell_notices(context)?;
    if store.is_some_and(|store| store.is_conditional() == Some(false)) {
        context.out.warning("backup-unconditional", &[("place", place.shown().into())])?;
    }
    tell_made(context, &made, &place, outside)
}

/// Says what a run would bring.
pub(super) fn tell_would(
    world: &World,
    context: &mut Context,
    target: &dyn Target,
    place: &Place,
    outside: bool,
) -> Result<Exit> {
    #[derive(Serialize)]
    struct ToldWould {
        dry_run: bool,
        place: String,
        outside: bool,
        first: bool,
        lines: u64,
        files: u64,
        bytes: u64,
    }
    let would = world.vault.copy_would(target)?;
    let place = place.shown();
    if context.out.json() {
        let (first, lines, files, bytes) = (would.first, would.lines, would.files, would.bytes);
        context.out.document(&ToldWould { dry_run: true, place, outside, first, lines, files, bytes })?;
        return Ok(Exit::Done);
    }
    let values = [
        ("lines", would.lines.into()),
        ("files", would.files.into()),
        ("bytes", would.bytes.into()),
        ("place", place.into()),
    ];
    context.out.result("backup-would", &values)?;
    Ok(Exit::Done)
}

/// Tells what is not in a copy because the vault does not have it, and whether the journal knows of the copy.
pub(super) fn tell_lacking(context: &mut Context, made: &Made) -> Result<()> {
    #[derive(Serialize)]
    struct ToldLacking<'a> {
        path: &'a str,
        finding: &'a str,
    }
    if let Some(why) = &made.unjournalled {
        context.out.warning("backup-unjournalled", &[("why", why.clone().into())])?;
    }
    for (path, finding) in &made.lacking {
        if context.out.json() {
            context.out.item(&ToldLacking { path, finding: finding.word() })?;
            continue;
        }
        let finding = context.out.text(&format!("finding-{}", finding.word()), &[]);
        let values = [("path", path.clone().into()), ("finding", finding.into())];
        context.out.warning("backup-lacking", &values)?;
    }
    Ok(())
}

fn tell_made(context: &mut Context, made: &Made, place: &Place, outside: bool) -> Result<Exit> {
    let exit = if made.lacking.is_empty() { Exit::Done } else { Exit::Damage };
    tell_lacking(context, made)?;
    if context.out.json() {
        context.out.summary(&ToldMade::of(made, place, outside), exit)?;
        return Ok(exit);
    }
    let values = [
        ("target", made.target.to_string().into()),
        ("place", place.shown().into()),
        ("lines", made.lines.into()),
        ("files", made.files.into()),
        ("bytes", made.bytes.into()),
    ];
    context.out.result(if made.first { "backup-begun" } else { "backup-made" }, &values)?;
    if !outside {
        let key = if matches!(place, Place::Store(_)) { "backup-inside-store" } else { "backup-inside" };
        context.out.note(key, &[]);
    }
    let place = place.shown();
    context.out.note("backup-verify-next", &[("place", place.into())]);
    Ok(exit)
}

/// Verifies a copy, in the vault it is of: the journal notes it.
pub(super) fn verify(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    world.tell_notices(context)?;
    let vault = &world.vault;
    let place = Place::of(context, &parsed.must::<PathBuf>("target"))?;
    let Reached { target, .. } = place.reach(context)?;
    let of = Some(vault.state().init.vault);
    let keystore = vault.keystore_dir().map(Path::to_owned);
    let copy = CopyVault::open(&context.env, target.clone(), of, keystore)?;
    let person = context.person.take();
    let session = match (person, copy.vault()) {
        (Some(person), Ok(seen)) => match seen.sign_in(person) {
            Ok(session) => Some(session),
            Err(error) => {
                // A copy from before a rotation may be one that nobody opens any more: that is what was to be found out.
                let epoch = seen.state().epoch;
                let gone = vault.state().epochs.get(&epoch).is_some_and(|e| e.destroyed.is_some());
                let error = if gone { Error::CopySealed { epoch: epoch.to_string() } } else { error };
                return Err(error.into());
            }
        },
        _ => None,
    };
    let checked = check(context, parsed, &copy, session.as_ref())?;
    if !context.dry_run()
        && let Err(error) = vault.note_copy_verified(&checked)
    {
        let why = why(context, &error);
        context.out.warning("backup-unjournalled", &[("why", why.into())])?;
    }
    Seen::read(world).remember(world, checked.state.target, &*target);
    tell_checked(context, &checked, session.is_some())
}

/// The same where there is no vault: nothing is journalled.
pub(super) fn verify_alone(context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let place = Place::of(context, &parsed.must::<PathBuf>("target"))?;
    let Reached { target, .. } = place.reach(context)?;
    let keystore = context.keystore().map(Path::to_owned);
    let copy = CopyVault::open(&context.env, target, None, keystore)?;
    let session = match (context.person.take(), copy.vault()) {
        (Some(person), Ok(seen)) => Some(seen.sign_in(person)?),
        _ => None,
    };
    let checked = check(context, parsed, &copy, session.as_ref())?;
    tell_checked(context, &checked, session.is_some())
}

fn check(
    context: &mut Context,
    parsed: &Parsed,
    copy: &CopyVault,
    session: Option<&Session>,
) -> Result<Checked> {
    let interrupt = context.interrupt.clone();
    let out = RefCell::new(&mut context.out);
    let sample = parsed.get::<u64>("sample").unwrap_or(SAMPLE);
    Ok(copy.verify(session, sample, &|step| tell_step(&out, step), &|| interrupt.is_set())?)
}

/// Shows how far a reading is.
pub(super) fn tell_step(out: &RefCell<&mut Output>, step: Progress) {
    let (key, done) = match step.phase {
        Phase::Journal => ("progress-journal", step.lines),
        Phase::Contents => ("progress-contents", step.files),
        Phase::Files | Phase::Mirror | Phase::Catalog => ("progress-files", step.files),
    };
    out.borrow_mut().progress(key, done, None);
}

/// An error of the vault in the reader's language.
fn why(context: &Context, error: &Error) -> String {
    let fields = error.fields();
    let values: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str().into())).collect();
    context.out.text(&format!("error-{}", error.code()), &values)
}

fn tell_checked(context: &mut Context, checked: &Checked, opened: bool) -> Result<Exit> {
    #[derive(Serialize)]
    struct Told {
        target: String,
        copied: String,
        lines: u64,
        records: u64,
        files: u64,
        bytes: u64,
        sampled: u64,
        findings: usize,
        seconds: f64,
    }
    let report = &checked.report;
    let exit = if report.findings.is_empty() { Exit::Done } else { Exit::Damage };
    tell_findings(context, report)?;
    if context.out.json() {
        let told = Told {
            target: checked.state.target.to_string(),
            copied: checked.state.at.to_string(),
            lines: checked.state.lines,
            records: report.records,
            files: report.files,
            bytes: report.bytes,
            sampled: checked.sampled,
            findings: report.findings.len(),
            seconds: report.seconds,
        };
        context.out.summary(&told, exit)?;
        return Ok(exit);
    }
    let values = [
        ("at", checked.state.at.to_string().into()),
        ("lines", checked.state.lines.into()),
        ("files", report.files.into()),
        ("bytes", report.bytes.into()),
        ("records", report.records.into()),
        ("sampled", checked.sampled.into()),
        ("findings", report.findings.len().into()),
        ("seconds", format!("{:.1}", report.seconds).into()),
    ];
    let key = match (report.findings.is_empty(), opened) {
        (true, true) => "backup-whole",
        (true, false) => "backup-whole-keyless",
        (false, _) => "backup-damaged",
    };
    context.out.result(key, &values)?;
    Ok(exit)
}

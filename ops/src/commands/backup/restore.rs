//! `backup restore` and `backup takeover`: a vault put back from a copy, and what lets it go on.

use super::super::World;
use super::super::verify::tell_findings;
use super::place::{self, Place, Reached};
use super::{SAMPLE, tell_step, why};
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::output::printable_path;
use jingui_schema::facts::Role;
use jingui_schema::id::ArchiveNumber;
use jingui_vault::copies::{CopyVault, RestoreOptions, Restored, restore as put_back};
use jingui_vault::verify::{Scope, VerifyOptions};
use jingui_vault::{Error, Exit, Options, Vault};
use serde::Serialize;
use std::cell::RefCell;
use std::path::{Path, PathBuf};

/// Puts a vault back.
pub(in super::super) fn restore(context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let from = Place::of(context, &parsed.must::<PathBuf>("target"))?;
    let dir = place::resolved(&context.path(&parsed.must::<PathBuf>("dir")));
    from.apart_from_dir(&dir)?;
    let keystore = context.keystore().map(Path::to_owned);
    if let Some(keystore) = &keystore {
        place::apart(keystore, &dir)?;
    }
    let Reached { target, .. } = from.reach(context)?;
    if context.dry_run() {
        let copy = CopyVault::open(&context.env, target, None, None)?;
        let records = copy.vault().map_or(0, |vault| vault.state().counts.alive());
        let values = [
            ("records", records.into()),
            ("lines", copy.state.lines.into()),
            ("at", copy.state.at.to_string().into()),
            ("dir", printable_path(&dir).into()),
        ];
        context.out.result("backup-would-restore", &values)?;
        return Ok(Exit::Done);
    }
    let interrupt = context.interrupt.clone();
    let restored = {
        let out = RefCell::new(&mut context.out);
        let options = RestoreOptions {
            progress: &|step| out.borrow_mut().progress("progress-restore", step.files, None),
            interrupted: &|| interrupt.is_set(),
            threads: place::threads(&*target),
        };
        put_back(&context.env, target, &dir, &options)?
    };
    // It has to open, and to be as its journal says, before anybody is told that it is back.
    let options = Options { keystore: keystore.clone(), ..Options::default() };
    let vault = Vault::open(context.env.clone(), &dir, options)?;
    let session = match context.person.take().map(|person| vault.sign_in(person)) {
        Some(Ok(session)) => Some(session),
        // It is back all the same; only nothing of it can be opened here.
        Some(Err(error)) => {
            let why = why(context, &error);
            context.out.warning("backup-not-opened", &[("why", why.into())])?;
            None
        }
        None => None,
    };
    let mut report = {
        let out = RefCell::new(&mut context.out);
        vault.verify(&VerifyOptions {
            session: session.as_ref(),
            scope: if session.is_some() { Scope::Opened(SAMPLE) } else { Scope::All },
            progress: &|step| tell_step(&out, step),
            interrupted: &|| interrupt.is_set(),
        })?
    };
    for (path, why) in &restored.damaged {
        let values = [("path", path.clone().into()), ("why", why.clone().into())];
        context.out.warning("backup-passed-over", &values)?;
    }
    // Keystore and mirror, which its settings name still, are not of the copy.
    report.findings.retain(|finding| !finding.path.contains(':'));
    report.warnings.retain(|warning| matches!(warning.code, "mode" | "leftover" | "unjudged"));
    tell_findings(context, &report)?;
    tell_restored(context, &restored, &dir, keystore.as_deref(), report.findings.len())
}

fn tell_restored(
    context: &mut Context,
    restored: &Restored,
    dir: &Path,
    keystore: Option<&Path>,
    findings: usize,
) -> Result<Exit> {
    #[derive(Serialize)]
    struct Told {
        target: String,
        vault: String,
        dir: String,
        at: String,
        lines: u64,
        records: u64,
        files: u64,
        bytes: u64,
        resumed: bool,
        lacking: usize,
        findings: usize,
    }
    let exit = if restored.lacking.is_empty() && findings == 0 { Exit::Done } else { Exit::Damage };
    if context.out.json() {
        let told = Told {
            target: restored.state.target.to_string(),
            vault: restored.state.vault.to_string(),
            dir: printable_path(dir),
            at: restored.state.at.to_string(),
            lines: restored.state.lines,
            records: restored.records,
            files: restored.files,
            bytes: restored.bytes,
            resumed: restored.resumed,
            lacking: restored.lacking.len(),
            findings,
        };
        context.out.summary(&told, exit)?;
        return Ok(exit);
    }
    let values = [
        ("dir", printable_path(dir).into()),
        ("records", restored.records.into()),
        ("lines", restored.state.lines.into()),
        ("at", restored.state.at.to_string().into()),
        ("files", restored.files.into()),
        ("bytes", restored.bytes.into()),
        ("findings", findings.into()),
    ];
    let key = if exit == Exit::Done { "backup-restored" } else { "backup-restored-partly" };
    context.out.result(key, &values)?;
    let keystore = keystore.map_or_else(|| "KEYSTORE".to_owned(), printable_path);
    let values = [("dir", printable_path(dir).into()), ("keystore", keystore.into())];
    context.out.note("backup-takeover-next", &values);
    Ok(exit)
}

/// Says that a vault that was put back goes on from here.
pub(in super::super) fn takeover(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Told {
        seq: u64,
        lines: u64,
        target: String,
    }
    let keystore = context.keystore().map(Path::to_owned);
    let session = world.session(context)?;
    let vault = &world.vault;
    let path = printable_path(vault.layout().root());
    let mark = vault.restored().cloned().ok_or(Failure::from(Error::NotRestored { path }))?;
    let numbers: Vec<ArchiveNumber> = parsed.all("number");
    let mirror = parsed.file("mirror").map(|dir| place::resolved(&context.path(dir)));
    if let Some(mirror) = &mirror {
        place::apart(mirror, vault.layout().root())?;
    }
    if context.dry_run() {
        session.with_role(&[Role::Security])?;
        context.out.result("backup-would-take-over", &[("lines", mark.lines.into())])?;
        return Ok(Exit::Done);
    }
    let done = session.take_over(&numbers, parsed.text("reason"), keystore, mirror)?;
    world.tell_notices(context)?;
    if context.out.json() {
        let (lines, target) = (mark.lines, mark.target.to_string());
        context.out.document(&Told { seq: done.seq, lines, target })?;
        return Ok(Exit::Done);
    }
    let values = [("lines", mark.lines.into()), ("seq", done.seq.into())];
    context.out.result("backup-taken-over", &values)?;
    if numbers.is_empty() {
        context.out.warning("backup-numbers", &[])?;
    }
    Ok(Exit::Done)
}

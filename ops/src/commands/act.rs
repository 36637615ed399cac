//! `act sign|submit|show`: acts on their way as files.

use super::World;
use super::backup::{Place, Reached};
use super::staff::write_act;
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::{Doing, Problem, Result};
use crate::output::printable_path;
use jingui_schema::act::{Act, ActFile};
use jingui_vault::push::ca::leave_order;
use jingui_vault::staff::sign_request;
use jingui_vault::{Error, Exit};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// An act file or spool is small; what is larger is neither.
const FILE_BYTES_MAX: u64 = 64 << 20;

#[derive(Serialize)]
struct Told {
    vault: String,
    by: String,
    signed: bool,
    id: String,
    kind: &'static str,
    at: String,
    data: serde_json::Value,
    notes: usize,
}

/// Reads the acts of a file: one, or one a line in a spool.
pub(super) fn read(context: &Context, path: &Path) -> Result<Vec<ActFile>> {
    let path = context.path(path);
    let bytes = context.env.fs.read(&path, FILE_BYTES_MAX).doing("read", &path)?;
    let bad = |why: String| Error::NotAnAct { path: printable_path(&path), why };
    let text = String::from_utf8(bytes).map_err(|_| bad("not UTF-8".into()))?;
    let mut acts = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        acts.push(ActFile::parse(line).map_err(|e| bad(e.to_string()))?);
    }
    if acts.is_empty() { Err(bad("it is empty".into()).into()) } else { Ok(acts) }
}

fn told(file: &ActFile) -> Result<Told> {
    let bad = |e: jingui_schema::act::ActError| Error::NotAnAct { path: "act".into(), why: e.to_string() };
    let act = Act::parse(file.act.get()).map_err(bad)?;
    let whole: serde_json::Value = serde_json::from_str(file.act.get()).unwrap_or_default();
    Ok(Told {
        vault: file.vault.to_string(),
        by: file.by.to_string(),
        signed: file.sig.is_some(),
        id: act.id.to_string(),
        kind: act.deed.kind(),
        at: act.at.to_string(),
        data: whole.get("data").cloned().unwrap_or_default(),
        notes: file.notes.len(),
    })
}

/// Shows.
pub(super) fn show(context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let path: PathBuf = parsed.must("file");
    for file in read(context, &path)? {
        let told = told(&file)?;
        if context.out.json() {
            context.out.document(&told)?;
        } else {
            tell(context, &told)?;
        }
    }
    Ok(Exit::Done)
}

fn tell(context: &mut Context, told: &Told) -> Result<()> {
    let signed = context.out.text(if told.signed { "yes" } else { "no" }, &[]);
    let kind = context.out.text(&format!("kind-{}", told.kind.replace('.', "-")), &[]);
    context.out.pairs(&[
        ("col-what", format!("{kind} ({})", told.kind)),
        ("col-vault", told.vault.clone()),
        ("col-by", told.by.clone()),
        ("col-signed", signed),
        ("col-at", told.at.clone()),
        ("col-act", told.id.clone()),
        ("col-data", told.data.to_string()),
    ])
}

/// Signs a request with a person's key, having shown what it says.
pub(super) fn sign(context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let (path, output): (PathBuf, PathBuf) =
        (parsed.must("file"), context.path(&parsed.must::<PathBuf>("output")));
    let files = read(context, &path)?;
    let [request] = &files[..] else {
        return Err(
            Error::NotAnAct { path: printable_path(&path), why: "it holds several acts".into() }.into()
        );
    };
    let told = told(request)?;
    if !context.out.json() {
        tell(context, &told)?;
    }
    if context.dry_run() {
        return Ok(Exit::Done);
    }
    let signed = sign_request(context.person()?, request.by, request)?;
    write_act(context, &signed, &output)?;
    if context.out.json() {
        context.out.document(&Told { signed: true, ..told })?;
    }
    Ok(Exit::Done)
}

/// Carries out signed acts that came as a file.
pub(super) fn submit(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Item {
        id: String,
        kind: &'static str,
        seq: Option<u64>,
        repeated: bool,
        error: Option<String>,
    }
    #[derive(Serialize)]
    struct Counts {
        done: usize,
        failed: usize,
    }
    let session = world.session_if_any(context)?;
    let files = read(context, &parsed.must::<PathBuf>("file"))?;
    if context.dry_run() {
        for file in &files {
            let told = told(file)?;
            tell(context, &told)?;
        }
        return Ok(Exit::Done);
    }
    let (mut done, mut failed, single) = (0, None, files.len() == 1);
    for file in &files {
        let told = told(file)?;
        let result = world.vault.submit(file, session.as_ref());
        let (id, kind) = (told.id, told.kind);
        match result {
            Ok(line) => {
                done += 1;
                if context.out.json() {
                    context.out.item(&Item {
                        id,
                        kind,
                        seq: Some(line.seq),
                        repeated: line.repeated,
                        error: None,
                    })?;
                } else {
                    let what = context.out.text(&format!("kind-{}", kind.replace('.', "-")), &[]);
                    let key = if line.repeated { "act-repeated" } else { "act-done" };
                    context.out.result(key, &[("what", what.into()), ("seq", line.seq.into())])?;
                }
            }
            Err(error) if single => return Err(error.into()),
            Err(error) => {
                let values = [("id", id.clone().into()), ("why", error.to_string().into())];
                context.out.warning("act-failed", &values)?;
                if context.out.json() {
                    let why = Some(error.to_string());
                    context.out.item(&Item { id, kind, seq: None, repeated: false, error: why })?;
                }
                failed = Some(failed.unwrap_or(0) + 1);
            }
        }
    }
    world.tell_notices(context)?;
    let exit = if failed.is_some() { Exit::Part } else { Exit::Done };
    if context.out.json() {
        context.out.summary(&Counts { done, failed: failed.unwrap_or(0) }, exit)?;
    }
    Ok(exit)
}

/// Leaves a signed act at the target of an archive's pushes: the next push carries it out.
pub(super) fn send(context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Sent {
        name: String,
        repeated: bool,
    }
    #[derive(Serialize)]
    struct Counts {
        sent: usize,
        repeated: usize,
    }
    let files = read(context, &parsed.must::<PathBuf>("file"))?;
    let mut counts = Counts { sent: 0, repeated: 0 };
    let Reached { target, .. } = Place::of(context, &parsed.must::<PathBuf>("at"))?.reach(context)?;
    for file in &files {
        let told = told(file)?;
        if context.dry_run() {
            tell(context, &told)?;
            continue;
        }
        let (name, repeated) = leave_order(&*target, file)?;
        counts.sent += 1;
        counts.repeated += usize::from(repeated);
        if context.out.json() {
            context.out.item(&Sent { name, repeated })?;
            continue;
        }
        let what = context.out.text(&format!("kind-{}", told.kind.replace('.', "-")), &[]);
        context.out.result("act-sent", &[("what", what.into()), ("name", name.into())])?;
    }
    if context.out.json() && !context.dry_run() {
        context.out.summary(&counts, Exit::Done)?;
    }
    Ok(Exit::Done)
}

/// Refuses to write over a file.
pub(super) fn must_be_new(path: &Path) -> Result<()> {
    match path.symlink_metadata() {
        Ok(_) => Err(Problem::Exists { path: printable_path(path) }.into()),
        Err(_) => Ok(()),
    }
}

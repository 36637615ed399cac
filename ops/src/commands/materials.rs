//! `materials`: the checklist of required materials, shown, and set from a file.

use super::World;
use super::standing::material;
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::output::printable_path;
use jingui_schema::facts::{Business, Circumstance, CustomerKind, Setting};
use jingui_schema::materials::{CHECKLIST_BYTES_MAX, Checklist, SHIPPED, Wanted};
use jingui_vault::{Error, Exit};
use serde::Serialize;
use std::path::PathBuf;

/// Shows the checklist that holds now, one case of it, or all versions.
pub(super) fn show(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let session = world.session(context)?;
    if parsed.flag("history") {
        return history(world, context, &session);
    }
    let settings = session.settings()?;
    world.tell_notices(context)?;
    if let (Some(business), Some(kind)) =
        (parsed.get::<Business>("business"), parsed.get::<CustomerKind>("customer-kind"))
    {
        let flags = parsed.all::<Circumstance>("flag");
        return case(context, &settings.materials.wanted(business, kind, &flags));
    }
    let newest = session.setting_history(Setting::Materials)?.pop();
    let text = newest.as_ref().map_or(SHIPPED, |version| &version.text);
    if context.out.json() {
        #[derive(Serialize)]
        struct Told<'a> {
            name: &'a str,
            line: u64,
            text: &'a str,
        }
        let (name, line) = (&settings.materials.name, settings.materials_line);
        context.out.document(&Told { name, line, text })?;
        return Ok(Exit::Done);
    }
    context.out.out(text.as_bytes())?;
    Ok(Exit::Done)
}

fn case(context: &mut Context, all: &[Wanted]) -> Result<Exit> {
    #[derive(Serialize)]
    struct Told {
        kind: &'static str,
        name: String,
        wanted: &'static str,
        when: Vec<&'static str>,
    }
    let mut told = Vec::new();
    for wanted in all {
        told.push(Told {
            kind: wanted.kind.word(),
            name: material(&context.out, wanted.kind),
            wanted: wanted.how.word(),
            when: wanted.when.iter().map(|flag| flag.word()).collect(),
        });
    }
    if context.out.json() {
        context.out.document(&told)?;
        return Ok(Exit::Done);
    }
    let rows = told.into_iter().map(|t| {
        let how = context.out.text(&format!("wanted-{}", t.wanted), &[]);
        vec![t.kind.to_owned(), t.name, how, t.when.join(", ")]
    });
    let rows = rows.collect();
    context.out.table(&["col-kind", "col-material", "col-wanted", "col-when"], rows)?;
    Ok(Exit::Done)
}

fn history(world: &World, context: &mut Context, session: &jingui_vault::Session) -> Result<Exit> {
    #[derive(Serialize)]
    struct Told {
        seq: u64,
        at: String,
        by: String,
        reason: String,
        name: String,
        text: String,
    }
    let versions = session.setting_history(Setting::Materials)?;
    world.tell_notices(context)?;
    let told = versions.into_iter().map(|v| {
        let name = Checklist::read(&v.text).map(|list| list.name).unwrap_or_default();
        Told { seq: v.seq, at: v.at.to_string(), by: v.by.to_string(), reason: v.reason, name, text: v.text }
    });
    let told: Vec<Told> = told.collect();
    if context.out.json() {
        context.out.document(&told)?;
        return Ok(Exit::Done);
    }
    if told.is_empty() {
        context.out.note("materials-shipped", &[("name", Checklist::shipped().name.into())]);
        return Ok(Exit::Done);
    }
    let rows = told.into_iter().map(|t| vec![t.seq.to_string(), t.at, t.by, t.name, t.reason]);
    context.out.table(&["col-seq", "col-at", "col-by", "col-name", "col-reason"], rows.collect())?;
    Ok(Exit::Done)
}

/// Signs a checklist.
pub(super) fn set(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Told {
        name: String,
        seq: Option<u64>,
        dry_run: bool,
    }
    let session = world.session(context)?;
    let file = context.path(&parsed.must::<PathBuf>("file"));
    let bytes = context.env.fs.read(&file, CHECKLIST_BYTES_MAX as u64 + 1);
    let bytes = bytes.map_err(|source| Failure::io("read", &file, source))?;
    let bad = |why: String| Error::Setting { setting: Setting::Materials.to_string(), why };
    let text =
        String::from_utf8(bytes).map_err(|_| bad(format!("{} is not UTF-8", printable_path(&file))))?;
    let name = Checklist::read(&text).map_err(|e| bad(e.to_string()))?.name;
    let dry_run = context.dry_run();
    let reason = parsed.text("reason").unwrap_or_default();
    let done = match dry_run {
        true => session.may_set(Setting::Materials, &text, reason).map(|()| None)?,
        false => session.set(Setting::Materials, &text, reason)?,
    };
    world.tell_notices(context)?;
    let seq = done.map(|done| done.seq);
    if context.out.json() {
        context.out.document(&Told { name, seq, dry_run })?;
        return Ok(Exit::Done);
    }
    let key = match (dry_run, seq) {
        (true, _) => "materials-would",
        (false, Some(_)) => "materials-set",
        (false, None) => "materials-same",
    };
    context.out.result(key, &[("name", name.into())])?;
    Ok(Exit::Done)
}

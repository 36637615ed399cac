//! `staff enrol|countersign|list|disable`: people.

use super::World;
use super::keys::tell_rotation;
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::{Doing, Problem, Result};
use crate::output::printable_path;
use jingui_schema::act::{ActFile, PublicHalf};
use jingui_schema::facts::Role;
use jingui_schema::id::StaffNo;
use jingui_vault::{Error, Exit};
use serde::Serialize;
use std::path::{Path, PathBuf};

#[derive(Serialize)]
struct Told {
    staff: String,
    name: Option<String>,
    roles: Vec<&'static str>,
    countersigned: bool,
    enrolled: String,
    disabled: Option<String>,
    holds_key: bool,
}

/// Reads the public half of a person's key.
pub(super) fn read_half(context: &Context, path: &Path) -> Result<PublicHalf> {
    let path = context.path(path);
    let bytes = context.env.fs.read(&path, 64 << 10).doing("read", &path)?;
    let bad = |why: String| Error::NotAPerson { path: printable_path(&path), why };
    let text = String::from_utf8(bytes).map_err(|_| bad("not UTF-8".into()))?;
    Ok(PublicHalf::parse(&text).map_err(|e| Error::of_half(printable_path(&path), &e))?)
}

/// Writes an act file that must not exist yet.
pub(super) fn write_act(context: &mut Context, file: &ActFile, path: &Path) -> Result<()> {
    if path.symlink_metadata().is_ok() {
        return Err(Problem::Exists { path: printable_path(path) }.into());
    }
    context.env.fs.write_new(path, file.to_text().as_bytes()).doing("write", path)?;
    context.out.note("act-written", &[("path", printable_path(path).into())]);
    Ok(())
}

/// Enrols.
pub(super) fn enrol(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let half = read_half(context, &parsed.must::<PathBuf>("pub"))?;
    let roles = parsed.all::<Role>("role");
    let session = world.session(context)?;
    if let Some(path) = context.act_out().map(Path::to_owned) {
        let (_, file) = session.write_enrolment(&half, &roles)?;
        return write_act(context, &file, &path).map(|()| Exit::Done);
    }
    if context.dry_run() {
        let (staff, _) = session.write_enrolment(&half, &roles)?;
        context.out.result(
            "staff-would-enrol",
            &[("name", half.name.into()), ("staff", staff.to_string().into())],
        )?;
        return Ok(Exit::Done);
    }
    let (staff, done) = session.enrol(&half, &roles)?;
    tell_one(world, context, staff, Some(half.name.clone()), done.seq, "staff-enrolled")?;
    if !world.vault.state().staff[&staff].countersigned {
        context.out.note("staff-to-countersign", &[]);
    }
    Ok(Exit::Done)
}

fn tell_one(
    world: &World,
    context: &mut Context,
    staff: StaffNo,
    name: Option<String>,
    seq: u64,
    key: &str,
) -> Result<()> {
    #[derive(Serialize)]
    struct One {
        seq: u64,
        #[serde(flatten)]
        told: Told,
    }
    world.tell_notices(context)?;
    if context.out.json() {
        return context.out.document(&One { seq, told: told(world, staff, name) });
    }
    let values = [("staff", staff.to_string().into()), ("name", name.unwrap_or_default().into())];
    context.out.result(key, &values)
}

fn told(world: &World, staff: StaffNo, name: Option<String>) -> Told {
    let state = world.vault.state();
    let member = &state.staff[&staff];
    Told {
        staff: staff.to_string(),
        name,
        roles: member.roles.iter().map(|r| r.word()).collect(),
        countersigned: member.countersigned,
        enrolled: member.enrolled.to_string(),
        disabled: member.disabled.map(|t| t.to_string()),
        holds_key: state.current_epoch().members.contains(&staff),
    }
}

/// Countersigns with the authority's key, or writes the request that the authority signs elsewhere.
pub(super) fn countersign(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let open = world.vault.uncountersigned();
    if open.is_empty() {
        context.out.note("staff-none-open", &[]);
        return Ok(Exit::Done);
    }
    let count = open.len();
    if let Some(path) = parsed.file("request") {
        let path = context.path(path);
        let file = world.vault.countersign_request();
        return write_act(context, &file, &path).map(|()| Exit::Done);
    }
    let session = world.session(context)?;
    if context.dry_run() {
        context.out.result("staff-would-countersign", &[("count", count.into())])?;
        return Ok(Exit::Done);
    }
    session.countersign()?;
    context.out.result("staff-countersigned", &[("count", count.into())])?;
    Ok(Exit::Done)
}

/// Lists.
pub(super) fn list(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let session = world.session_if_any(context)?;
    let state = world.vault.state();
    let all: Vec<Told> = (state.staff.iter())
        .filter(|(_, member)| parsed.flag("all") || member.is_active())
        .map(|(staff, _)| told(world, *staff, session.as_ref().and_then(|s| s.name_of(*staff))))
        .collect();
    if context.out.json() {
        context.out.document(&all)?;
        return Ok(Exit::Done);
    }
    let yes_no = |context: &Context, yes: bool| context.out.text(if yes { "yes" } else { "no" }, &[]);
    let rows: Vec<Vec<String>> = all
        .into_iter()
        .map(|told| {
            vec![
                told.staff,
                told.name.unwrap_or_default(),
                told.roles.join(","),
                yes_no(context, told.countersigned),
                yes_no(context, told.holds_key),
                told.disabled.unwrap_or_default(),
            ]
        })
        .collect();
    let headings =
        ["col-staff", "col-name", "col-roles", "col-countersigned", "col-holds-key", "col-disabled"];
    context.out.table(&headings, rows)?;
    Ok(Exit::Done)
}

/// Disables at once, and starts a new epoch.
pub(super) fn disable(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let staff: StaffNo = parsed.must("number");
    let reason = parsed.text("reason").map(str::to_owned);
    let session = world.session(context)?;
    if let Some(path) = context.act_out().map(Path::to_owned) {
        let file = session.write_disable(staff, reason.as_deref())?;
        return write_act(context, &file, &path).map(|()| Exit::Done);
    }
    if context.dry_run() {
        session.write_disable(staff, reason.as_deref())?;
        context.out.result("staff-would-disable", &[("staff", staff.to_string().into())])?;
        return Ok(Exit::Done);
    }
    let held = world.vault.state().current_epoch().members.contains(&staff);
    let done = session.disable(staff, reason.as_deref())?;
    tell_one(world, context, staff, session.name_of(staff), done.seq, "staff-disabled")?;
    if !held {
        return Ok(Exit::Done);
    }
    // What the leaver holds opens nothing that is filed from here on.
    match session.with_role(&[Role::Security]) {
        Ok(_) => tell_rotation(world, &session, context, reason.as_deref(), None),
        Err(_) => {
            context.out.warning("staff-rotation-due", &[])?;
            Ok(Exit::Part)
        }
    }
}

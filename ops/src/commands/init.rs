//! `init`: makes a vault, and says what must be kept safe and where.

use super::World;
use super::keys;
use super::staff::read_half;
use crate::cli::{Enrolment, Parsed};
use crate::context::Context;
use crate::failure::Result;
use crate::output::printable_path;
use jingui_schema::facts::{Label, Role};
use jingui_vault::Exit;
use jingui_vault::init::{Plan, init};
use serde::Serialize;
use std::path::{Path, PathBuf};

#[derive(Serialize)]
struct Told {
    vault: String,
    dir: String,
    keystore: String,
    mirror: Option<String>,
    escrow: Option<String>,
    solo: bool,
    staff: Vec<String>,
    to_countersign: usize,
}

/// Makes a vault.
pub(super) fn run(context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let dir = context.path(&parsed.must::<PathBuf>("dir"));
    let keystore = context.keystore().map_or_else(|| beside(&dir), Path::to_owned);
    let solo = parsed.flag("solo");
    let authority = parsed.file("authority").map(|path| read_half(context, path)).transpose()?;
    let mut people = Vec::new();
    for Enrolment { file, roles } in parsed.all("person") {
        people.push((read_half(context, &file)?, roles));
    }
    let mut roles = parsed.all::<Role>("roles");
    if roles.is_empty() {
        roles = if solo { Role::ALL.to_vec() } else { vec![Role::Security] };
    }
    let plan = Plan {
        dir: dir.clone(),
        keystore: keystore.clone(),
        mirror: parsed.file("mirror").map(|path| context.path(path)),
        ra: parsed.must::<Label>("ra").to_string(),
        fonds: parsed.must("fonds"),
        solo,
        authority,
        ca_recipient: parsed.text("ca-recipient").map(str::to_owned),
        roles,
        people,
    };
    if context.dry_run() {
        plan.check()?;
        context.out.result("init-would", &[("dir", printable_path(&dir).into())])?;
        return Ok(Exit::Done);
    }
    let vault = init(&context.env, context.person()?, &plan)?;
    let state = vault.state();
    let to_countersign = vault.uncountersigned().len();
    let escrow = state.current_epoch().escrow.map(|_| keystore.join("escrow").join("1.age"));
    if context.out.json() {
        context.out.document(&Told {
            vault: state.init.vault.to_string(),
            dir: printable_path(&dir),
            keystore: printable_path(&keystore),
            mirror: plan.mirror.as_deref().map(printable_path),
            escrow: escrow.as_deref().map(printable_path),
            solo,
            staff: state.staff.keys().map(ToString::to_string).collect(),
            to_countersign,
        })?;
        return Ok(Exit::Done);
    }
    context.out.result(
        "init-made",
        &[
            ("vault", state.init.vault.to_string().into()),
            ("dir", printable_path(&dir).into()),
            ("keystore", printable_path(&keystore).into()),
        ],
    )?;
    if solo {
        context.out.note("notice-solo", &[]);
    } else if to_countersign > 0 {
        context.out.note("init-countersign", &[("count", to_countersign.into())]);
    }
    if let Some(path) = escrow {
        context.out.note("init-escrow", &[("path", printable_path(&path).into())]);
    }
    let world = World::of(vault);
    keys::warn(&world, context)?;
    Ok(Exit::Done)
}

/// Where the keystore goes when nobody says: beside the vault, never inside it.
fn beside(dir: &Path) -> PathBuf {
    let mut name = dir.file_name().unwrap_or_default().to_owned();
    name.push(".keys");
    dir.with_file_name(name)
}

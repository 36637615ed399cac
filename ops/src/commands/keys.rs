//! `keys status|rotate|sheet|recover|prove`: epochs, escrow, recovery.

use super::World;
use super::act::must_be_new;
use super::staff::{read_half, write_act};
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::{Doing, Result};
use crate::output::printable_path;
use jingui_schema::facts::Role;
use jingui_schema::id::By;
use jingui_vault::keys::{identity_from_text, open_escrow, read_sheet};
use jingui_vault::recovery::prove_escrow;
use jingui_vault::rotation::{Rotation, RotationStep};
use jingui_vault::{Error, Exit, Session};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::sync::mpsc;

/// A sealed file of the keystore is small.
const FILE_BYTES_MAX: u64 = 64 << 10;

#[derive(Serialize)]
struct ToldEpoch {
    epoch: u32,
    current: bool,
    recipient: String,
    started: String,
    state: &'static str,
    members: Vec<String>,
    sheets: u32,
    escrow: Option<&'static str>,
    destroyed: Option<String>,
}

/// Tells of epochs.
pub(super) fn status(world: &World, context: &mut Context) -> Result<Exit> {
    world.tell_notices(context)?;
    let state = world.vault.state();
    let told: Vec<ToldEpoch> = (state.epochs.iter())
        .map(|(number, epoch)| ToldEpoch {
            epoch: *number,
            current: *number == state.epoch,
            recipient: epoch.recipient.clone(),
            started: epoch.started.to_string(),
            state: match () {
                () if epoch.destroyed.is_some() => "destroyed",
                () if !epoch.proved => "waiting",
                () if *number < state.epoch => "old",
                () if !epoch.verified => "resealing",
                () => "current",
            },
            members: epoch.members.iter().map(ToString::to_string).collect(),
            sheets: epoch.sheets,
            escrow: epoch.escrow.map(|_| if epoch.proved { "proved" } else { "waiting" }),
            destroyed: epoch.destroyed.map(|t| t.to_string()),
        })
        .collect();
    if context.out.json() {
        context.out.document(&told)?;
        return Ok(Exit::Done);
    }
    let rows = told.iter().map(|epoch| {
        let state = context.out.text(&format!("epoch-{}", epoch.state), &[]);
        let escrow = epoch.escrow.map(|e| context.out.text(&format!("escrow-{e}"), &[]));
        vec![
            epoch.epoch.to_string(),
            state,
            epoch.started.clone(),
            epoch.members.join(","),
            epoch.sheets.to_string(),
            escrow.unwrap_or_else(|| context.out.text("escrow-none", &[])),
        ]
    });
    let rows = rows.collect();
    let headings = ["col-epoch", "col-state", "col-started", "col-members", "col-sheets", "col-escrow"];
    context.out.table(&headings, rows)?;
    warn(world, context)?;
    Ok(Exit::Done)
}

/// Warns of what could end with a vault that nobody opens.
pub(super) fn warn(world: &World, context: &mut Context) -> Result<()> {
    let state = world.vault.state();
    let epoch = state.current_epoch();
    if epoch.sheets == 0 && (epoch.escrow.is_none() || !epoch.proved) {
        context.out.warning("keys-no-way-back", &[])?;
    }
    if let Some(waiting) = state.waiting_epoch().filter(|n| *n >= state.epoch) {
        let path =
            world.vault.keystore().map(|s| printable_path(&s.escrow_path(waiting))).unwrap_or_default();
        context.out.warning("keys-waiting", &[("epoch", waiting.into()), ("path", path.into())])?;
    }
    if state.rotation_due() {
        context.out.warning("staff-rotation-due", &[])?;
    }
    if state.rotation_unfinished() {
        context.out.warning("keys-unfinished", &[("epoch", state.epoch.into())])?;
    }
    Ok(())
}

/// Rotates.
pub(super) fn rotate(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let session = world.session(context)?;
    if context.dry_run() {
        session.with_role(&[Role::Security])?;
        let records = world.vault.state().counts.filings;
        context.out.result("keys-would-rotate", &[("count", records.into())])?;
        return Ok(Exit::Done);
    }
    tell_rotation(world, &session, context, parsed.text("reason"), parsed.text("ca-recipient"))
}

/// Rotates and tells how it went.
pub(super) fn tell_rotation(
    world: &World,
    session: &Session,
    context: &mut Context,
    reason: Option<&str>,
    ca: Option<&str>,
) -> Result<Exit> {
    #[derive(Serialize)]
    struct Told {
        epoch: u32,
        finished: bool,
        covers: u64,
        notes: u64,
        destroyed: Vec<u32>,
        escrow: Option<String>,
    }
    // The work runs beside; steps come over and are told here, where the streams are.
    let interrupt = context.interrupt.clone();
    let (tell, steps) = mpsc::channel::<RotationStep>();
    let result = std::thread::scope(|scope| {
        let work = scope.spawn(move || {
            let watch = |step: RotationStep| {
                let _ = tell.send(step);
                !interrupt.is_set()
            };
            session.rotate(reason, ca, &watch)
        });
        for step in steps {
            context.out.progress(&format!("progress-{}", step.what), step.done, Some(step.of));
        }
        work.join().expect("a rotation does not panic")
    })?;
    world.tell_notices(context)?;
    match result {
        Rotation::Waiting { epoch, escrow } => {
            let escrow = printable_path(&escrow);
            if context.out.json() {
                let (covers, notes, destroyed) = (0, 0, Vec::new());
                let escrow = Some(escrow);
                context.out.document(&Told { epoch, finished: false, covers, notes, destroyed, escrow })?;
            } else {
                context.out.result("keys-waiting", &[("epoch", epoch.into()), ("path", escrow.into())])?;
            }
            Ok(Exit::Part)
        }
        Rotation::MirrorBehind { epoch, mirror, why } => {
            let mirror = printable_path(&mirror);
            if context.out.json() {
                let (covers, notes, destroyed) = (0, 0, Vec::new());
                context.out.document(&Told {
                    epoch,
                    finished: false,
                    covers,
                    notes,
                    destroyed,
                    escrow: None,
                })?;
            }
            let values = [("epoch", epoch.into()), ("path", mirror.into()), ("why", why.into())];
            context.out.warning("keys-mirror-behind", &values)?;
            Ok(Exit::Part)
        }
        Rotation::Finished { epoch, covers, notes, destroyed } => {
            if context.out.json() {
                context.out.document(&Told {
                    epoch,
                    finished: true,
                    covers,
                    notes,
                    destroyed,
                    escrow: None,
                })?;
            } else {
                let values = [("epoch", epoch.into()), ("covers", covers.into()), ("notes", notes.into())];
                context.out.result("keys-rotated", &values)?;
                warn(world, context)?;
            }
            Ok(Exit::Done)
        }
    }
}

/// Writes a recovery sheet.
pub(super) fn sheet(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let path = context.path(&parsed.must::<PathBuf>("output"));
    must_be_new(&path)?;
    let session = world.session(context)?;
    if context.dry_run() {
        session.with_role(&[Role::Security])?;
        return Ok(Exit::Done);
    }
    let template = context.out.text(
        "sheet",
        &[
            ("vault", "{vault}".into()),
            ("ra", "{ra}".into()),
            ("epoch", "{epoch}".into()),
            ("recipient", "{recipient}".into()),
            ("identity", "{identity}".into()),
        ],
    );
    let text = session.sheet(&template)?;
    context.env.fs.write_new(&path, text.as_bytes()).doing("write", &path)?;
    context.out.note("keys-sheet", &[("path", printable_path(&path).into())]);
    Ok(Exit::Done)
}

/// At the CA: proves that an escrow file opens.
pub(super) fn prove(context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let escrow = context.path(&parsed.must::<PathBuf>("escrowfile"));
    let output = context.path(&parsed.must::<PathBuf>("output"));
    must_be_new(&output)?;
    let sealed = context.env.fs.read(&escrow, FILE_BYTES_MAX).doing("read", &escrow)?;
    let identity = match parsed.file("identity") {
        Some(path) => read_identity(context, path)?,
        None => context.person()?.identity().clone(),
    };
    let content = open_escrow(&printable_path(&escrow), &sealed, &identity)?;
    if context.dry_run() {
        return Ok(Exit::Done);
    }
    let by = parsed.get("by").map_or(By::Authority, By::Staff);
    let file = prove_escrow(&context.env, &content, context.person()?, by);
    let values = [("vault", content.vault.to_string().into()), ("epoch", content.key.epoch().into())];
    context.out.note("keys-proved", &values);
    write_act(context, &file, &output).map(|()| Exit::Done)
}

/// Reads an age identity, such as the CA's.
pub(super) fn read_identity(context: &Context, path: &Path) -> Result<jingui_vault::seal::Identity> {
    let path = context.path(path);
    let bytes = context.env.fs.read(&path, FILE_BYTES_MAX).doing("read", &path)?;
    let shown = printable_path(&path);
    Ok(identity_from_text(&shown, &String::from_utf8_lossy(&bytes))?)
}

/// Gives the vault to somebody new with a key out of escrow or from a sheet.
pub(super) fn recover(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    world.tell_notices(context)?;
    let half = read_half(context, &parsed.must::<PathBuf>("person"))?;
    let roles = parsed.all::<Role>("role");
    let source = parsed.file("escrow").or_else(|| parsed.file("sheet")).map(|p| context.path(p));
    let source = source.unwrap_or_default();
    let bytes = context.env.fs.read(&source, FILE_BYTES_MAX).doing("read", &source)?;
    let shown = printable_path(&source);
    let identity = match parsed.file("escrow") {
        Some(_) => {
            let ca = match parsed.file("identity") {
                Some(path) => read_identity(context, path)?,
                None => context.person()?.identity().clone(),
            };
            let content = open_escrow(&shown, &bytes, &ca)?;
            if content.vault != world.vault.state().init.vault {
                return Err(Error::OtherVault { vault: content.vault.to_string() }.into());
            }
            content.key.identity().clone()
        }
        None => read_sheet(&shown, &String::from_utf8_lossy(&bytes))?,
    };
    let keystore =
        context.keystore().map(Path::to_owned).or_else(|| world.vault.keystore_dir().map(Path::to_owned));
    let keystore = keystore.ok_or_else(|| Error::NoKeystore { path: "--keystore".into() })?;
    if context.dry_run() {
        return Ok(Exit::Done);
    }
    let staff = world.vault.recover(identity, &keystore, context.person.as_ref(), &half, &roles)?;
    #[derive(Serialize)]
    struct Told {
        staff: String,
        keystore: String,
    }
    let (staff, keystore) = (staff.to_string(), printable_path(&keystore));
    if context.out.json() {
        context.out.document(&Told { staff, keystore })?;
    } else {
        context.out.result(
            "keys-recovered",
            &[("staff", staff.into()), ("name", half.name.into()), ("keystore", keystore.into())],
        )?;
    }
    Ok(Exit::Done)
}

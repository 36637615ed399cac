//! `accept`: the CA makes sure of what an archive has pushed, and says what it wants again. It needs no vault, unless everything
//! that is handed over is taken in (`--take`): then it goes into the CA's own.

use super::World;
use super::act::must_be_new;
use super::backup::{Place, Reached, tell_step};
use super::keys::read_identity;
use super::left;
use super::staff::write_act;
use super::verify::tell_findings;
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::{Doing, Result};
use crate::holder::SCRATCH_OF_ACCEPT;
use crate::output::printable_path;
use jingui_schema::exchange::LeftMark;
use jingui_schema::facts::Role;
use jingui_schema::id::{TargetId, VaultId};
use jingui_vault::copies::Target;
use jingui_vault::cosigner::{Cosigner, Seen};
use jingui_vault::handover::{HandoverOrder, TakeOptions, TakenOver};
use jingui_vault::keys::Person;
use jingui_vault::push::ca::{leave_list, leave_mark, leave_report};
use jingui_vault::push::{Acceptance, Acceptor};
use jingui_vault::{Error, Exit, Session};
use serde::Serialize;
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Checks the newest state at a target, and leaves a report there; takes it in where that is asked.
///
/// `world`: the CA's own vault, for `--take` alone.
pub(super) fn run(world: Option<&World>, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let place = Place::of(context, &parsed.must::<PathBuf>("target"))?;
    let file = parsed.file("output").map(|path| context.path(path));
    // Before hours of reading have been spent in vain.
    file.as_deref().map(must_be_new).transpose()?;
    let identity = match parsed.file("identity") {
        Some(path) => read_identity(context, path)?,
        None => context.person()?.identity().clone(),
    };
    let cosigner = parsed.file("cosigner").map(|dir| context.path(dir));
    let cosigner = cosigner.map(|dir| Cosigner::open(context.env.clone(), &dir)).transpose()?;
    let seen = |vault: VaultId| -> jingui_vault::Result<Option<Seen>> {
        let all = cosigner.as_ref().map(Cosigner::seen).transpose()?;
        Ok(all.into_iter().flatten().find(|seen| seen.vault == vault))
    };
    let person = again(context.person()?)?;
    let session = world.map(|world| world.session(context)).transpose()?;
    if let Some(session) = &session {
        session.with_role(&[Role::Archivist])?;
    }
    // Whatever is made there of a catalog is sealed, and large where the archive is.
    let scratch = |world: &World| {
        let run = world.vault.layout().path("run");
        tempfile::Builder::new().prefix(SCRATCH_OF_ACCEPT).tempdir_in(&run).doing("create", &run)
    };
    let scratch = world.map(scratch).transpose()?;
    let Reached { target, .. } = place.reach(context)?;
    let interrupt = context.interrupt.clone();
    let (found, theirs) = {
        let out = RefCell::new(&mut context.out);
        let acceptor = Acceptor {
            person,
            identity: &identity,
            seen: &seen,
            progress: &|step| tell_step(&out, step),
            interrupted: &|| interrupt.is_set(),
        };
        match &scratch {
            Some(dir) => acceptor.check_and_open(&context.env, target.clone(), dir.path().to_owned())?,
            None => (acceptor.check(&context.env, target.clone())?, None),
        }
    };
    let left = match context.dry_run() {
        true => None,
        false => Some(leave_report(&*target, &found.report)?),
    };
    let (report, whole) = (&found.checked.report, found.is_whole());
    tell_findings(context, report)?;
    if !context.out.json() {
        tell_check(context, &found, left.as_ref(), (whole, cosigner.is_some()))?;
    }
    let mut exit = if whole { Exit::Done } else { Exit::Damage };
    let mut told = None;
    // Of a list only its records are taken in.
    let listed = theirs.as_ref().and_then(|theirs| theirs.vault().state().handover.as_ref()?.records);
    if let (Some(world), Some(session), Some(file)) = (world, session, file) {
        if let Some(theirs) = theirs.filter(|_| !context.dry_run()) {
            let leave = parsed.flag("leave-documents").then_some(found.checked.state.target);
            if let Some(copy) = leave {
                // Where nothing is handed over, nothing says that documents were left.
                let there = theirs.vault();
                if there.state().sealed_handover().is_none() {
                    let place = there.layout().root().display().to_string();
                    return Err(Error::NotHandedOver { place }.into());
                }
                // First: what is here can be opened from the moment that it is, and who clears the target keeps it.
                left::keep(&session, context, parsed, (copy, &place))?;
                let of = (found.checked.state.vault, copy);
                leave_mark(&*target, &LeftMark::new(of, world.vault.state().init.vault))?;
            }
            let taken = take(context, &session, &theirs, (leave, found.checked.state.target))?;
            world.tell_notices(context)?;
            told = Some(tell_taken(context, &taken, &*target, (&place, file.as_path()), listed.is_some())?);
            if !taken.differs.is_empty() {
                exit = Exit::Damage;
            }
        } else if whole && found.continues.is_none() {
            return Err(Error::NotCosigned { lines: found.checked.state.lines.to_string() }.into());
        } else if !context.out.json() {
            let records = ("records", listed.unwrap_or(report.records).into());
            context.out.note(if whole { "accept-would-take" } else { "accept-not-taken" }, &[records]);
        }
    }
    if context.out.json() {
        summarize(context, &place, &found, left, told, exit)?;
    }
    Ok(exit)
}

/// The same person once more: whoever checks keeps theirs to the end, and so does the session in the CA's vault.
fn again(person: &Person) -> Result<Person> {
    Ok(Person::from_secret_text("key", &person.to_secret_text())?)
}

fn take(
    context: &mut Context,
    session: &Session,
    theirs: &Session,
    (leave, read): (Option<TargetId>, TargetId),
) -> Result<TakenOver> {
    let interrupt = context.interrupt.clone();
    let out = Mutex::new(&mut context.out);
    let progress = |done: u64, of: u64| {
        let mut out = out.lock().unwrap_or_else(PoisonError::into_inner);
        out.progress("progress-take", done, Some(of));
    };
    let interrupted = || interrupt.is_set();
    let options = TakeOptions { progress: &progress, interrupted: &interrupted, leave, read: Some(read) };
    Ok(session.take_handover(theirs, &options)?)
}

/// What was taken in, for programs.
#[derive(Serialize)]
struct ToldTaken {
    new: u64,
    holds: u64,
    /// Records whose documents have stayed at a target.
    left: u64,
    differs: usize,
    /// The act of the receipt, and the name of its list at the target; none where anything differs.
    act: Option<String>,
    list: Option<String>,
}

/// Leaves the list of a receipt and writes its act, where everything is as it should be; tells.
///
/// `of_list`: the archive hands over the records of a list, and goes on.
fn tell_taken(
    context: &mut Context,
    taken: &TakenOver,
    target: &dyn Target,
    (place, file): (&Place, &Path),
    of_list: bool,
) -> Result<ToldTaken> {
    #[derive(Serialize)]
    struct Item<'a> {
        record: String,
        number: String,
        why: &'a str,
    }
    for differs in &taken.differs {
        let number = differs.number.to_string();
        if context.out.json() {
            context.out.item(&Item { record: differs.record.to_string(), number, why: &differs.why })?;
            continue;
        }
        let values = [("number", number.into()), ("why", differs.why.clone().into())];
        context.out.result("accept-differs", &values)?;
    }
    let order = taken.receipt.as_ref().map(|receipt| HandoverOrder::new(&context.env, receipt, None));
    // The list comes first: an act whose list is not there is refused by the archive.
    let list = order.as_ref().map(|order| leave_list(target, order)).transpose()?;
    if let Some(order) = &order {
        write_act(context, &order.file, file)?;
    }
    let told = ToldTaken {
        new: taken.new,
        holds: taken.holds,
        left: taken.left,
        differs: taken.differs.len(),
        act: order.map(|order| order.act.to_string()),
        list,
    };
    if context.out.json() {
        return Ok(told);
    }
    let values = [
        ("vault", taken.from.to_string().into()),
        ("records", taken.records.into()),
        ("new", taken.new.into()),
        ("holds", taken.holds.into()),
        ("lines", taken.lines.into()),
    ];
    context.out.result("accept-taken", &values)?;
    if taken.left > 0 {
        context.out.warning("accept-left", &[("records", taken.left.into())])?;
        if of_list {
            context.out.warning("accept-left-list", &[])?;
        }
    }
    match &told.list {
        Some(list) => {
            let path = || ("path", printable_path(file).into());
            context.out.result("accept-receipt", &[path(), ("name", list.clone().into())])?;
            context.out.note("accept-receipt-next", &[path(), ("place", place.shown().into())]);
        }
        None => context.out.warning("accept-no-receipt", &[("count", told.differs.into())])?,
    }
    Ok(told)
}

/// Tells people what the check came to.
fn tell_check(
    context: &mut Context,
    found: &Acceptance,
    left: Option<&(String, bool)>,
    (whole, has_cosigner): (bool, bool),
) -> Result<()> {
    let (checked, report) = (&found.checked, &found.checked.report);
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
        let values = [("name", name.clone().into()), ("wanted", wanted.into())];
        match repeated {
            true => context.out.warning("accept-stands", &values)?,
            false => context.out.note("accept-wanted", &values),
        }
    }
    Ok(())
}

/// Tells programs what it came to.
fn summarize(
    context: &mut Context,
    place: &Place,
    found: &Acceptance,
    left: Option<(String, bool)>,
    taken: Option<ToldTaken>,
    exit: Exit,
) -> Result<()> {
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
        #[serde(skip_serializing_if = "Option::is_none")]
        taken: Option<ToldTaken>,
    }
    let (checked, report) = (&found.checked, &found.checked.report);
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
        taken,
    };
    context.out.summary(&told, exit)
}

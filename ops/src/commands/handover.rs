//! `handover begin|confirm|cancel|status|check|finish`: everything goes to the CA, and then ceases to be here.

use super::World;
use super::backup::Seen;
use super::staff::write_act;
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::{Problem, Result};
use jingui_schema::id::ActId;
use jingui_vault::handover::{Finished, Stage};
use jingui_vault::proposals::Proposed;
use jingui_vault::{Error, Exit, Session};
use serde::Serialize;
use std::path::Path;

/// Proposes that everything be handed over.
pub(super) fn begin(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Begun {
        act: Option<String>,
        records: u64,
        dry_run: bool,
    }
    let session = world.session(context)?;
    let (reason, dry_run) = (parsed.must::<String>("reason"), context.dry_run());
    let act = session.propose_handover(&reason, dry_run)?.map(|act| act.to_string());
    let records = world.vault.state().counts.alive();
    world.tell_notices(context)?;
    if context.out.json() {
        context.out.document(&Begun { act, records, dry_run })?;
        return Ok(Exit::Done);
    }
    let key = if dry_run { "handover-would-begin" } else { "handover-begun" };
    let values = [("act", act.unwrap_or_default().into()), ("records", records.into())];
    context.out.result(key, &values)?;
    Ok(Exit::Done)
}

/// The second person says yes: nothing more is filed.
pub(super) fn confirm(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Confirmed {
        act: String,
        seq: Option<u64>,
        dry_run: bool,
    }
    let session = world.session(context)?;
    let act: ActId = parsed.must("act");
    ours(&session, act)?;
    if let Some(path) = context.act_out().map(Path::to_owned) {
        let file = session.write_confirmation(act)?;
        return write_act(context, &file, &path).map(|()| Exit::Done);
    }
    let dry_run = context.dry_run();
    let seq = match dry_run {
        true => session.may_confirm(act).map(|()| None)?,
        false => Some(session.confirm(act)?),
    };
    world.tell_notices(context)?;
    if context.out.json() {
        context.out.document(&Confirmed { act: act.to_string(), seq, dry_run })?;
        return Ok(Exit::Done);
    }
    let key = if dry_run { "handover-would-confirm" } else { "handover-confirmed" };
    let values = [("act", act.to_string().into()), ("seq", seq.unwrap_or_default().into())];
    context.out.result(key, &values)?;
    if !dry_run {
        tell_next(world, context);
    }
    Ok(Exit::Done)
}

/// Calls it off: refuses what is only proposed, ends what has been confirmed.
pub(super) fn cancel(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Cancelled {
        seq: Option<u64>,
        dry_run: bool,
    }
    let session = world.session(context)?;
    let (reason, dry_run) = (parsed.must::<String>("reason"), context.dry_run());
    let seq = match (proposed(world), dry_run) {
        (Some(act), true) => session.may_refuse(act, &reason).map(|()| None)?,
        (Some(act), false) => Some(session.refuse(act, &reason)?),
        (None, _) => session.cancel_handover(&reason, dry_run)?,
    };
    world.tell_notices(context)?;
    if context.out.json() {
        context.out.document(&Cancelled { seq, dry_run })?;
        return Ok(Exit::Done);
    }
    let key = if dry_run { "handover-would-cancel" } else { "handover-cancelled" };
    context.out.result(key, &[])?;
    Ok(Exit::Done)
}

/// How far it is, and what still opens anything elsewhere.
#[derive(Serialize)]
struct Told {
    stage: Option<&'static str>,
    act: Option<String>,
    /// One that waits for the second person.
    proposed: Option<ToldProposal>,
    /// The line behind which nothing is filed, and its time.
    sealed: Option<u64>,
    at: Option<String>,
    lines: u64,
    records: u64,
    receipt: Option<ToldReceipt>,
    finishing: Option<u64>,
    done: Option<u64>,
    /// Key copies outside the keystore.
    keys: Vec<ToldKeys>,
    copies: Vec<ToldCopy>,
}

#[derive(Serialize)]
struct ToldProposal {
    act: String,
    by: String,
    at: String,
}

#[derive(Serialize)]
struct ToldReceipt {
    act: String,
    seq: u64,
    taker: String,
    lines: u64,
    records: u64,
}

#[derive(Serialize)]
struct ToldKeys {
    epoch: u32,
    /// On paper, not known to be destroyed.
    sheets: u32,
    /// The CA's, not known to be destroyed.
    escrow: bool,
}

#[derive(Serialize)]
struct ToldCopy {
    target: String,
    place: Option<String>,
    outside: bool,
    lines: u64,
    made: String,
}

impl Told {
    fn of(world: &World) -> Self {
        let state = world.vault.state();
        let mut proposals = state.proposals.iter();
        let proposed = proposals.find(|(_, proposal)| matches!(proposal.what, Proposed::Handover(_)));
        let proposed = proposed.map(|(act, proposal)| ToldProposal {
            act: act.to_string(),
            by: proposal.by.to_string(),
            at: proposal.at.to_string(),
        });
        let handover = state.handover.as_ref();
        let receipt = handover.and_then(|handover| handover.receipt.as_ref());
        let receipt = receipt.map(|receipt| ToldReceipt {
            act: receipt.act.to_string(),
            seq: receipt.seq,
            taker: receipt.taker.to_string(),
            lines: receipt.lines,
            records: receipt.records,
        });
        let keys = state.epochs.iter().map(|(epoch, of)| ToldKeys {
            epoch: *epoch,
            sheets: of.sheets.saturating_sub(of.sheets_shredded),
            escrow: of.escrow.is_some() && of.escrow_shredded.is_none(),
        });
        let seen = Seen::read(world);
        let copies = state.copies.iter().map(|(target, copy)| ToldCopy {
            target: target.to_string(),
            place: seen.place(*target).map(str::to_owned),
            outside: copy.outside,
            lines: copy.lines,
            made: copy.made.to_string(),
        });
        Self {
            stage: state.handover_stage().map(Stage::word),
            act: handover.map(|handover| handover.act.to_string()),
            proposed,
            sealed: handover.map(|handover| handover.sealed),
            at: handover.map(|handover| handover.at.to_string()),
            lines: state.lines,
            records: state.counts.alive(),
            receipt,
            finishing: handover.and_then(|handover| handover.finishing),
            done: handover.and_then(|handover| handover.done),
            keys: keys.filter(|keys| keys.sheets > 0 || keys.escrow).collect(),
            copies: copies.collect(),
        }
    }
}

/// Tells how far it is.
pub(super) fn status(world: &World, context: &mut Context) -> Result<Exit> {
    world.tell_notices(context)?;
    let told = Told::of(world);
    if context.out.json() {
        context.out.document(&told)?;
        return Ok(Exit::Done);
    }
    if let Some(ToldProposal { act, by, at }) = told.proposed {
        let values = [("act", act.into()), ("by", by.into()), ("at", at.into())];
        context.out.result("handover-proposed", &values)?;
        return Ok(Exit::Done);
    }
    let Some(stage) = told.stage else {
        context.out.result("handover-none", &[])?;
        return Ok(Exit::Done);
    };
    let sealed = (told.sealed.unwrap_or_default(), told.at.unwrap_or_default());
    let mut pairs = vec![
        ("col-stage", context.out.text(&format!("handover-stage-{stage}"), &[])),
        ("col-act", told.act.unwrap_or_default()),
        ("col-sealed", format!("{} ({})", sealed.0, sealed.1)),
        ("col-lines", told.lines.to_string()),
        ("col-records", told.records.to_string()),
    ];
    if let Some(receipt) = &told.receipt {
        let values = [("records", receipt.records.into()), ("lines", receipt.lines.into())];
        pairs.push(("col-receipt", receipt.act.clone()));
        pairs.push(("col-taker", receipt.taker.clone()));
        pairs.push(("col-received", context.out.text("handover-received", &values)));
    }
    pairs.extend(told.done.map(|line| ("col-done-line", line.to_string())));
    context.out.pairs(&pairs)?;
    for ToldKeys { epoch, sheets, escrow } in &told.keys {
        let epoch = || ("epoch", (*epoch).into());
        if *sheets > 0 {
            context.out.note("handover-sheets", &[epoch(), ("count", (*sheets).into())]);
        }
        if *escrow {
            context.out.note("handover-escrow", &[epoch()]);
        }
    }
    for copy in told.copies {
        let place = copy.place.unwrap_or_else(|| copy.target.clone());
        let values = [("place", place.into()), ("lines", copy.lines.into()), ("at", copy.made.into())];
        context.out.note("handover-copy", &values);
    }
    tell_next(world, context);
    Ok(Exit::Done)
}

/// Compares what is here with the CA's newest receipt.
pub(super) fn check(world: &World, context: &mut Context) -> Result<Exit> {
    #[derive(Serialize)]
    struct Item {
        record: String,
        number: String,
        why: &'static str,
    }
    #[derive(Serialize)]
    struct Counts {
        receipt: Option<String>,
        records: u64,
        lacks: usize,
    }
    world.tell_notices(context)?;
    let state = world.vault.state();
    // What is being destroyed, or gone, is not here as the receipt has it.
    if let Some(stage) = state.handover_stage().filter(|stage| *stage >= Stage::Destroying) {
        return Err(Error::HandedOver { stage: stage.word().into() }.into());
    }
    let interrupt = context.interrupt.clone();
    let lacks = world.vault.compare_with_receipt(&|| interrupt.is_set())?;
    let receipt = receipt_of(world).ok();
    let exit = if lacks.is_empty() { Exit::Done } else { Exit::Part };
    let (records, count) = (state.counts.alive(), lacks.len());
    for lack in lacks {
        let (number, why) = (lack.number.to_string(), lack.why.word());
        if context.out.json() {
            context.out.item(&Item { record: lack.record.to_string(), number, why })?;
            continue;
        }
        let why = context.out.text(&format!("handover-lack-{why}"), &[]);
        context.out.result("handover-lack", &[("number", number.into()), ("why", why.into())])?;
    }
    if context.out.json() {
        let receipt = receipt.map(|act| act.to_string());
        context.out.summary(&Counts { receipt, records, lacks: count }, exit)?;
        return Ok(exit);
    }
    let values = [("count", count.into()), ("records", records.into())];
    let key = if count == 0 { "handover-all-receipted" } else { "handover-not-receipted" };
    context.out.result(key, &values)?;
    match count {
        0 => tell_next(world, context),
        _ => context.out.note("handover-next-sealed", &[]),
    }
    Ok(exit)
}

/// Destroys what the CA has taken in.
pub(super) fn finish(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Told {
        receipt: String,
        records: u64,
        seq: Option<u64>,
        mirror_lags: Option<String>,
        dry_run: bool,
    }
    let session = world.session(context)?;
    let (receipt, dry_run) = (receipt_of(world)?.to_string(), context.dry_run());
    let typed = parsed.text("confirm").is_some_and(|typed| typed.trim().eq_ignore_ascii_case(&receipt));
    if !dry_run && !typed {
        return Err(Problem::HandoverUnconfirmed { receipt }.into());
    }
    let interrupt = context.interrupt.clone();
    let finished = session.finish_handover(dry_run, &|| interrupt.is_set())?;
    let Finished { receipt, records, seq, mirror_lags } = finished;
    world.tell_notices(context)?;
    let exit = if mirror_lags.is_some() { Exit::Part } else { Exit::Done };
    if context.out.json() {
        let receipt = receipt.to_string();
        context.out.document(&Told { receipt, records, seq, mirror_lags, dry_run })?;
        return Ok(exit);
    }
    if let Some(why) = mirror_lags {
        context.out.warning("handover-mirror-lags", &[("why", why.into())])?;
        return Ok(exit);
    }
    let values = [("records", records.into()), ("seq", seq.unwrap_or_default().into())];
    context.out.result(if dry_run { "handover-would-finish" } else { "handover-finished" }, &values)?;
    if !dry_run {
        tell_next(world, context);
    }
    Ok(exit)
}

/// Says what comes next.
fn tell_next(world: &World, context: &mut Context) {
    let Some(stage) = world.vault.state().handover_stage() else { return };
    let receipt = receipt_of(world).map(|act| act.to_string()).unwrap_or_default();
    context.out.note(&format!("handover-next-{}", stage.word()), &[("receipt", receipt.into())]);
}

/// The act of the newest receipt.
///
/// Errors: [`Error::NoHandover`], [`Error::NoReceipt`].
fn receipt_of(world: &World) -> Result<ActId> {
    let state = world.vault.state();
    let handover = state.handover.as_ref().ok_or(Error::NoHandover {})?;
    let receipt = handover.receipt.as_ref().ok_or(Error::NoReceipt {})?;
    Ok(receipt.act)
}

/// The hand-over that waits for a second person.
fn proposed(world: &World) -> Option<ActId> {
    let state = world.vault.state();
    let mut proposals = state.proposals.iter();
    let found = proposals.find(|(_, proposal)| matches!(proposal.what, Proposed::Handover(_)));
    found.map(|(act, _)| *act)
}

/// Checks that a proposal is about a hand-over: nobody says yes here to something else.
fn ours(session: &Session, act: ActId) -> Result<()> {
    match session.vault().state().proposal(act)?.what {
        Proposed::Handover(_) => Ok(()),
        _ => Err(Error::NoProposal { act: act.to_string() }.into()),
    }
}

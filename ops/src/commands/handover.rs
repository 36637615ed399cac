//! `handover begin|confirm|cancel|status|check|finish`: everything goes to the CA, or the records of one project, and then ceases to
//! be here.

use super::World;
use super::backup::Seen;
use super::read::after_destruction;
use super::second;
use super::staff::write_act;
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::{Problem, Result};
use jingui_schema::facts::Label;
use jingui_schema::id::ActId;
use jingui_vault::handover::{Finished, Handover, Stage};
use jingui_vault::proposals::Proposed;
use jingui_vault::{Error, Exit, Session};
use serde::Serialize;
use std::path::Path;

/// Proposes that everything be handed over, or the records of one project.
pub(super) fn begin(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Begun {
        act: Option<String>,
        project: Option<String>,
        records: u64,
        dry_run: bool,
    }
    let session = world.session(context)?;
    let (reason, dry_run) = (parsed.must::<String>("reason"), context.dry_run());
    let project = parsed.get::<Label>("project").map(|project| project.to_string());
    let (act, records) = match &project {
        Some(project) => session.propose_handover_of(project, &reason, dry_run)?,
        None => (session.propose_handover(&reason, dry_run)?, world.vault.state().counts.alive()),
    };
    let act = act.map(|act| act.to_string());
    world.tell_notices(context)?;
    if context.out.json() {
        context.out.document(&Begun { act, project, records, dry_run })?;
        return Ok(Exit::Done);
    }
    let key = match (&project, dry_run) {
        (None, true) => "handover-would-begin",
        (None, false) => "handover-begun",
        (Some(_), true) => "handover-list-would-begin",
        (Some(_), false) => "handover-list-begun",
    };
    let values = [
        ("act", act.unwrap_or_default().into()),
        ("project", project.unwrap_or_default().into()),
        ("records", records.into()),
    ];
    context.out.result(key, &values)?;
    Ok(Exit::Done)
}

/// The second person says yes: nothing more is filed, or said of the records of a list.
pub(super) fn confirm(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Confirmed {
        act: String,
        seq: Option<u64>,
        dry_run: bool,
    }
    let session = world.session(context)?;
    let act: ActId = parsed.must("act");
    let list = ours(&session, act)?;
    if let Some(path) = context.act_out().map(Path::to_owned) {
        let file = session.write_confirmation(act)?;
        return write_act(context, &file, &path).map(|()| Exit::Done);
    }
    let dry_run = context.dry_run();
    let seq = second::confirm(&session, act, dry_run)?;
    world.tell_notices(context)?;
    if context.out.json() {
        context.out.document(&Confirmed { act: act.to_string(), seq, dry_run })?;
        return Ok(Exit::Done);
    }
    let key = match (list, dry_run) {
        (None, true) => "handover-would-confirm",
        (None, false) => "handover-confirmed",
        (Some(_), true) => "handover-list-would-confirm",
        (Some(_), false) => "handover-list-confirmed",
    };
    let values = [
        ("act", act.to_string().into()),
        ("records", list.unwrap_or_default().into()),
        ("seq", seq.unwrap_or_default().into()),
    ];
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
    let seq = match proposed(world) {
        Some(act) => second::refuse(&session, act, &reason, dry_run)?,
        None => session.cancel_handover(&reason, dry_run)?,
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
    /// Whether it is of the records of a list.
    list: bool,
    /// Whose records they are, to whoever has a key.
    project: Option<String>,
    /// Records of that project which are no part of it: filed since. Likewise.
    beside: Option<u64>,
    receipt: Option<ToldReceipt>,
    finishing: Option<u64>,
    done: Option<u64>,
    /// Key copies outside the keystore.
    keys: Vec<ToldKeys>,
    copies: Vec<ToldCopy>,
    /// Those of a list that were brought to their end before.
    earlier: Vec<ToldEarlier>,
    /// Epochs whose key opens what was destroyed, in copies that were made before.
    open: Vec<u32>,
}

#[derive(Serialize)]
struct ToldEarlier {
    act: String,
    records: u64,
    receipt: String,
    taker: String,
    done: u64,
    stage: &'static str,
}

#[derive(Serialize)]
struct ToldProposal {
    act: String,
    /// Of a list: how many.
    records: Option<u64>,
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
    fn of(world: &World, session: Option<&Session>) -> Result<Self> {
        let state = world.vault.state();
        let mut proposals = state.proposals.iter();
        let proposed = proposals.find(|(_, proposal)| matches!(proposal.what, Proposed::Handover(_)));
        let proposed = proposed.map(|(act, proposal)| ToldProposal {
            act: act.to_string(),
            records: listed(&proposal.what),
            by: proposal.by.to_string(),
            at: proposal.at.to_string(),
        });
        let handover = state.newest_handover();
        let of_list = handover.filter(|handover| handover.is_of_list());
        let (mut project, mut beside) = (None, None);
        // Who has no key of what is sealed now is told as much as anybody.
        let opens = session.filter(|session| session.epoch_key(state.epoch).is_ok());
        if let (Some(session), Some(handover)) = (opens, of_list) {
            project = session.project_of(handover.act)?;
            beside = session.beside_handover(handover)?;
        }
        let earlier = state.handed.iter().filter_map(|handover| {
            let receipt = handover.receipt.as_ref()?;
            Some(ToldEarlier {
                act: handover.act.to_string(),
                records: receipt.records,
                receipt: receipt.act.to_string(),
                taker: receipt.taker.to_string(),
                done: handover.done?,
                stage: state.stage_of(handover).word(),
            })
        });
        let last = state.handed.iter().map(|handover| handover.epoch).max().unwrap_or_default();
        let open = state.live_epochs().map(|(epoch, _)| epoch).filter(|epoch| *epoch <= last).collect();
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
        Ok(Self {
            stage: handover.map(|handover| state.stage_of(handover).word()),
            act: handover.map(|handover| handover.act.to_string()),
            proposed,
            sealed: handover.map(|handover| handover.sealed),
            at: handover.map(|handover| handover.at.to_string()),
            lines: state.lines,
            records: records_of(world),
            list: of_list.is_some(),
            project,
            beside,
            receipt,
            finishing: handover.and_then(|handover| handover.finishing),
            done: handover.and_then(|handover| handover.done),
            keys: keys.filter(|keys| keys.sheets > 0 || keys.escrow).collect(),
            copies: copies.collect(),
            earlier: earlier.collect(),
            open,
        })
    }
}

/// Records of the hand-over that goes on, or of the last one; of everything those that are here.
fn records_of(world: &World) -> u64 {
    let state = world.vault.state();
    let of_list = state.newest_handover().and_then(|handover| handover.records);
    of_list.unwrap_or(state.counts.alive())
}

/// How many records a proposal to hand over has listed; none where it is of everything.
fn listed(what: &Proposed) -> Option<u64> {
    match what {
        Proposed::Handover(begin) => begin.list.as_ref().map(|list| list.records),
        _ => None,
    }
}

/// Tells how far it is.
pub(super) fn status(world: &World, context: &mut Context) -> Result<Exit> {
    let session = match world.vault.state().newest_handover().is_some_and(Handover::is_of_list) {
        true => world.session_if_any(context)?,
        false => None,
    };
    let told = Told::of(world, session.as_ref())?;
    world.tell_notices(context)?;
    if context.out.json() {
        context.out.document(&told)?;
        return Ok(Exit::Done);
    }
    if let Some(ToldProposal { act, records, by, at }) = told.proposed {
        let count = records.unwrap_or_default();
        let values = [("act", act.into()), ("by", by.into()), ("at", at.into()), ("records", count.into())];
        let key = if records.is_some() { "handover-list-proposed" } else { "handover-proposed" };
        context.out.result(key, &values)?;
        return Ok(Exit::Done);
    }
    let Some(stage) = told.stage else {
        context.out.result("handover-none", &[])?;
        return Ok(Exit::Done);
    };
    let sealed = (told.sealed.unwrap_or_default(), told.at.unwrap_or_default());
    let mut pairs = vec![
        ("col-stage", context.out.text(&stage_key(told.list, stage), &[])),
        ("col-act", told.act.unwrap_or_default()),
        ("col-sealed", format!("{} ({})", sealed.0, sealed.1)),
        ("col-lines", told.lines.to_string()),
        ("col-records", told.records.to_string()),
    ];
    pairs.extend(told.project.map(|project| ("col-project", project)));
    if let Some(receipt) = &told.receipt {
        let values = [("records", receipt.records.into()), ("lines", receipt.lines.into())];
        pairs.push(("col-receipt", receipt.act.clone()));
        pairs.push(("col-taker", receipt.taker.clone()));
        pairs.push(("col-received", context.out.text("handover-received", &values)));
    }
    pairs.extend(told.done.map(|line| ("col-done-line", line.to_string())));
    context.out.pairs(&pairs)?;
    if let Some(beside @ 1..) = told.beside {
        context.out.note("handover-beside", &[("count", beside.into())]);
    }
    // The last one stands above, as long as no other has begun.
    let beside = told.earlier.iter().filter(|earlier| Some(earlier.done) != told.done);
    for earlier in beside {
        let ToldEarlier { records, receipt, taker, done, .. } = earlier;
        let values = [
            ("records", (*records).into()),
            ("receipt", receipt.clone().into()),
            ("taker", taker.clone().into()),
            ("seq", (*done).into()),
        ];
        context.out.note("handover-earlier", &values);
    }
    for epoch in &told.open {
        context.out.note("handover-still-open", &[("epoch", (*epoch).into())]);
    }
    // Of a list keys stay in use, on paper and with the CA as well.
    for ToldKeys { epoch, sheets, escrow } in told.keys.iter().filter(|_| !told.list) {
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
    if let Some(handover) = state.handover.as_ref().filter(|handover| handover.finishing.is_some()) {
        return Err(match handover.is_of_list() {
            true => Error::Unfinished { what: "handover".into() },
            false => Error::HandedOver { stage: state.stage_of(handover).word().into() },
        }
        .into());
    }
    let interrupt = context.interrupt.clone();
    let lacks = world.vault.compare_with_receipt(&|| interrupt.is_set())?;
    let receipt = receipt_of(world).ok();
    let exit = if lacks.is_empty() { Exit::Done } else { Exit::Part };
    let (records, count) = (state.handing_over(), lacks.len());
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
    let of_list = world.vault.state().newest_handover().is_some_and(Handover::is_of_list);
    let interrupt = context.interrupt.clone();
    let finished = session.finish_handover(dry_run, &|| interrupt.is_set())?;
    let Finished { receipt, records, seq, mirror_lags } = finished;
    if of_list && seq.is_some() && !dry_run {
        after_destruction(world, context, Some(&session))?;
    }
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
    let key = match (of_list, dry_run) {
        (false, true) => "handover-would-finish",
        (false, false) => "handover-finished",
        (true, true) => "handover-list-would-finish",
        (true, false) => "handover-list-finished",
    };
    context.out.result(key, &values)?;
    if !dry_run {
        tell_next(world, context);
    }
    Ok(exit)
}

/// Says what comes next.
fn tell_next(world: &World, context: &mut Context) {
    let state = world.vault.state();
    let Some(handover) = state.newest_handover() else { return };
    let receipt = receipt_of(world).map(|act| act.to_string()).unwrap_or_default();
    let key = match state.stage_of(handover) {
        Stage::Closed if handover.is_of_list() => "handover-list-next-closed".to_owned(),
        stage => format!("handover-next-{}", stage.word()),
    };
    context.out.note(&key, &[("receipt", receipt.into())]);
}

/// What is said of a stage.
pub(super) fn stage_key(of_list: bool, stage: &str) -> String {
    match (of_list, stage) {
        (true, "sealed") => "handover-list-stage-sealed".into(),
        _ => format!("handover-stage-{stage}"),
    }
}

/// The act of the newest receipt.
///
/// Errors: [`Error::NoHandover`], [`Error::NoReceipt`].
fn receipt_of(world: &World) -> Result<ActId> {
    let state = world.vault.state();
    let handover = state.newest_handover().ok_or(Error::NoHandover {})?;
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

/// Checks that a proposal is about a hand-over: nobody says yes here to something else. Says how many records it has listed.
fn ours(session: &Session, act: ActId) -> Result<Option<u64>> {
    match &session.vault().state().proposal(act)?.what {
        what @ Proposed::Handover(_) => Ok(listed(what)),
        _ => Err(Error::NoProposal { act: act.to_string() }.into()),
    }
}

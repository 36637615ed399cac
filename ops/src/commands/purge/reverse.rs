//! `purge reverse`: an appraisal that was a mistake, taken back by two people while its records are there.

use super::super::second;
use crate::cli::Parsed;
use crate::commands::World;
use crate::commands::staff::write_act;
use crate::context::Context;
use crate::failure::Result;
use jingui_schema::id::{ActId, RecordId};
use jingui_schema::sight::{Datum, Sight};
use jingui_vault::proposals::Proposed;
use jingui_vault::{Error, Exit};
use serde::Serialize;
use std::path::Path;

/// Proposes it.
pub(in super::super) fn propose(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Told {
        act: Option<String>,
        appraisal: String,
        records: usize,
        dry_run: bool,
    }
    let session = world.session(context)?;
    let (appraisal, records) = meant(world, context, parsed)?;
    let (reason, dry_run) = (parsed.must::<String>("reason"), context.dry_run());
    if let Some(path) = context.act_out().filter(|_| !dry_run).map(Path::to_owned) {
        let file = session.write_reversal(appraisal, &records, &reason)?;
        return write_act(context, &file, &path).map(|()| Exit::Done);
    }
    let act = session.reverse_appraisal(appraisal, &records, &reason, dry_run)?;
    world.tell_notices(context)?;
    let (act, appraisal) = (act.map(|act| act.to_string()), appraisal.to_string());
    if context.out.json() {
        context.out.document(&Told { act, appraisal, records: records.len(), dry_run })?;
        return Ok(Exit::Done);
    }
    let key = if dry_run { "purge-would-reverse" } else { "purge-reversal-proposed" };
    let values = [
        ("act", act.unwrap_or_default().into()),
        ("appraisal", appraisal.into()),
        ("count", records.len().into()),
    ];
    context.out.result(key, &values)?;
    Ok(Exit::Done)
}

/// The records that a command line names, and the one appraisal that all of them have.
fn meant(world: &World, context: &Context, parsed: &Parsed) -> Result<(ActId, Vec<RecordId>)> {
    let (today, state) = (world.vault.today(), world.vault.state());
    let (mut appraisal, mut records) = (parsed.get::<ActId>("appraisal"), Vec::new());
    for word in parsed.texts("record") {
        if let Some((_, seq)) = state.tombstone(&word) {
            return Err(state.gone(word, seq).into());
        }
        let shown = world.vault.shown(&word, today, &|| context.go_on().is_err())?;
        let mut acts: Vec<ActId> = shown.kept.appraised().iter().map(|said| said.act).collect();
        acts.dedup();
        match (appraisal, &acts[..]) {
            (Some(act), acts) if acts.contains(&act) => {}
            (None, [only]) => appraisal = Some(*only),
            _ => return Err(Error::NoAppraisal { record: word }.into()),
        }
        records.push(shown.record);
    }
    let appraisal = appraisal.ok_or_else(|| Error::NoAppraisal { record: String::new() })?;
    Ok((appraisal, records))
}

/// What waits for a second person.
pub(in super::super) fn list(world: &World, context: &mut Context) -> Result<Exit> {
    #[derive(Serialize)]
    struct All {
        proposed: Vec<Told>,
    }
    #[derive(Serialize)]
    struct Told {
        act: String,
        by: String,
        at: String,
        appraisal: String,
        records: Vec<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    }
    let session = world.session_if_any(context)?;
    world.tell_notices(context)?;
    let state = world.vault.state();
    let mut open: Vec<_> = state.proposals.iter().collect();
    open.sort_by_key(|(_, proposal)| proposal.seq);
    let proposed = open.into_iter().filter_map(|(act, proposal)| {
        let Proposed::Unsaid(d) = &proposal.what else { return None };
        // What people wrote is not for everybody to read.
        let reader = session.as_ref().filter(|session| session.eyes().sight(Datum::Said) == Sight::Shown);
        let note = reader.and_then(|session| session.read_note(&d.note).ok());
        Some(Told {
            act: act.to_string(),
            by: proposal.by.to_string(),
            at: proposal.at.to_string(),
            appraisal: d.act.to_string(),
            records: d.records.iter().map(ToString::to_string).collect(),
            reason: note.map(|note| note.text.clone()),
        })
    });
    let proposed: Vec<Told> = proposed.collect();
    if context.out.json() {
        context.out.document(&All { proposed })?;
        return Ok(Exit::Done);
    }
    if proposed.is_empty() {
        context.out.note("purge-reversals-none", &[]);
        return Ok(Exit::Done);
    }
    let rows = proposed.into_iter().map(|told| {
        vec![told.act, told.records.join("\n"), told.appraisal, told.by, told.reason.unwrap_or_default()]
    });
    let rows = rows.collect();
    context.out.table(&["col-act", "col-record", "col-appraisal", "col-by", "col-reason"], rows)?;
    Ok(Exit::Done)
}

/// Says yes or no to what somebody else has proposed.
pub(in super::super) fn decide(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Decided {
        act: String,
        confirmed: bool,
        seq: Option<u64>,
        dry_run: bool,
    }
    let session = world.session(context)?;
    let act: ActId = parsed.must("act");
    if !matches!(world.vault.state().proposal(act)?.what, Proposed::Unsaid(_)) {
        return Err(Error::NoProposal { act: act.to_string() }.into());
    }
    let (confirmed, dry_run) = (parsed.command() == ["purge", "reverse", "confirm"], context.dry_run());
    if let Some(path) = context.act_out().filter(|_| confirmed && !dry_run).map(Path::to_owned) {
        let file = session.write_confirmation(act)?;
        return write_act(context, &file, &path).map(|()| Exit::Done);
    }
    let reason = parsed.any::<String>("reason").unwrap_or_default();
    let seq = match confirmed {
        true => second::confirm(&session, act, dry_run)?,
        false => second::refuse(&session, act, &reason, dry_run)?,
    };
    world.tell_notices(context)?;
    if context.out.json() {
        context.out.document(&Decided { act: act.to_string(), confirmed, seq, dry_run })?;
        return Ok(Exit::Done);
    }
    let key = match (confirmed, dry_run) {
        (true, true) => "purge-reversal-would-confirm",
        (true, false) => "purge-reversal-confirmed",
        (false, true) => "purge-reversal-would-refuse",
        (false, false) => "purge-reversal-refused",
    };
    context.out.result(key, &[("act", act.to_string().into())])?;
    Ok(Exit::Done)
}

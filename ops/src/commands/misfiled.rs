//! `misfiled`: a stranger's paper in a record, taken out and destroyed by two people.

use super::World;
use super::staff::write_act;
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::Result;
use jingui_schema::cover::Document;
use jingui_schema::id::{ActId, RecordId, StaffNo};
use jingui_schema::sight::{Datum, Sight};
use jingui_vault::body::Buffers;
use jingui_vault::misfiled::Removed;
use jingui_vault::proposals::{Proposal, Proposed};
use jingui_vault::{Error, Exit, Session};
use serde::Serialize;
use std::path::Path;

/// A proposal as it stands.
#[derive(Serialize)]
struct Told {
    act: String,
    record: String,
    number: String,
    docs: Vec<u32>,
    names: Vec<String>,
    to: Option<String>,
    by: String,
    at: String,
    confirmed_by: Option<String>,
    reason: Option<String>,
}

/// Proposes that papers be taken out, having filed them where they belong.
pub(super) fn propose(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Proposed<'a> {
        act: String,
        seq: Option<u64>,
        record: String,
        number: String,
        documents: Vec<ToldDocument<'a>>,
        filed: Option<String>,
        dry_run: bool,
    }
    #[derive(Serialize)]
    struct ToldDocument<'a> {
        no: u32,
        name: &'a str,
        size: u64,
        sha256: String,
    }
    let session = world.session(context)?;
    let record = session.resolve(&parsed.must::<String>("record"))?;
    let to = parsed.text("to").map(|word| session.resolve(word)).transpose()?;
    let (docs, reason, dry_run) =
        (parsed.all::<u32>("docs"), parsed.must::<String>("reason"), context.dry_run());
    let proposed = session.propose_misfiled(record, &docs, to, &reason, dry_run, &mut Buffers::new())?;
    world.tell_notices(context)?;
    let number = number_of(&session, record)?;
    if context.out.json() {
        let told = |doc: &'_ Document| (doc.no, doc.size, doc.sha256.to_string());
        let documents = proposed.documents.iter().map(|doc| {
            let (no, size, sha256) = told(doc);
            ToldDocument { no, name: &doc.name, size, sha256 }
        });
        context.out.document(&Proposed {
            act: proposed.act.to_string(),
            seq: proposed.seq,
            record: record.to_string(),
            number,
            documents: documents.collect(),
            filed: to.map(|to| number_of(&session, to)).transpose()?,
            dry_run,
        })?;
        return Ok(Exit::Done);
    }
    let names = names_of(&proposed.documents);
    let count = proposed.documents.len();
    let key = if dry_run { "misfiled-would-propose" } else { "misfiled-proposed" };
    let values = [("number", number.into()), ("count", count.into()), ("names", names.into())];
    context.out.result(key, &values)?;
    if let Some(to) = to {
        let to = number_of(&session, to)?;
        let key = if dry_run { "misfiled-would-file" } else { "misfiled-filed" };
        context.out.result(key, &[("to", to.into())])?;
    }
    if !dry_run {
        context.out.note("misfiled-next", &[("act", proposed.act.to_string().into())]);
    }
    Ok(Exit::Done)
}

/// Lists what waits for a second person, or to be carried out.
pub(super) fn list(world: &World, context: &mut Context) -> Result<Exit> {
    #[derive(Serialize)]
    struct All {
        proposals: Vec<Told>,
    }
    let session = world.session(context)?;
    let mut all = Vec::new();
    for (act, proposal) in session.proposals() {
        all.extend(told(&session, act, &proposal)?);
    }
    world.tell_notices(context)?;
    if context.out.json() {
        context.out.document(&All { proposals: all })?;
        return Ok(Exit::Done);
    }
    if all.is_empty() {
        context.out.note("misfiled-none", &[]);
        return Ok(Exit::Done);
    }
    let row = |told: Told| {
        let papers = told.docs.iter().zip(&told.names).map(|(no, name)| format!("{no} {name}"));
        vec![
            told.act,
            told.number,
            papers.collect::<Vec<_>>().join("\n"),
            told.to.unwrap_or_default(),
            told.by,
            told.confirmed_by.unwrap_or_default(),
            told.reason.unwrap_or_default(),
        ]
    };
    let headings =
        ["col-act", "col-number", "col-papers", "col-to", "col-by", "col-confirmed-by", "col-reason"];
    context.out.table(&headings, all.into_iter().map(row).collect())?;
    Ok(Exit::Done)
}

/// Confirms, unless that was done on another machine, and carries out.
pub(super) fn confirm(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let session = world.session(context)?;
    let act: ActId = parsed.must("act");
    ours(&session, act)?;
    if let Some(path) = context.act_out().map(Path::to_owned) {
        let file = session.write_confirmation(act)?;
        return write_act(context, &file, &path).map(|()| Exit::Done);
    }
    let confirmed = session.vault().state().proposal(act)?.confirmed.is_some();
    if context.dry_run() {
        if !confirmed {
            session.may_confirm(act)?;
        }
        let would = session.remove_misfiled(act, true, &mut Buffers::new())?;
        return tell_removed(world, context, &session, &would, "misfiled-would-remove");
    }
    if !confirmed {
        // What stands in the way of carrying it out is said before anybody has signed.
        session.remove_misfiled(act, true, &mut Buffers::new())?;
        session.confirm(act)?;
    }
    let removed = session.remove_misfiled(act, false, &mut Buffers::new())?;
    super::read::after_destruction(world, context, Some(&session))?;
    tell_removed(world, context, &session, &removed, "misfiled-removed")
}

/// Refuses a proposal, or takes one's own back.
pub(super) fn refuse(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Refused {
        act: String,
        seq: Option<u64>,
        dry_run: bool,
    }
    let session = world.session(context)?;
    let (act, reason): (ActId, String) = (parsed.must("act"), parsed.must("reason"));
    ours(&session, act)?;
    let dry_run = context.dry_run();
    let seq = match dry_run {
        true => session.may_refuse(act, &reason).map(|()| None)?,
        false => Some(session.refuse(act, &reason)?),
    };
    world.tell_notices(context)?;
    if context.out.json() {
        context.out.document(&Refused { act: act.to_string(), seq, dry_run })?;
    } else {
        let key = if dry_run { "misfiled-would-refuse" } else { "misfiled-refused" };
        context.out.result(key, &[("act", act.to_string().into())])?;
    }
    Ok(Exit::Done)
}

/// Checks that a proposal is about papers: nobody says yes or no here to what they were not shown.
fn ours(session: &Session, act: ActId) -> Result<()> {
    match session.vault().state().proposal(act)?.what {
        Proposed::Misfiled(_) => Ok(()),
        _ => Err(Error::NoProposal { act: act.to_string() }.into()),
    }
}

fn tell_removed(
    world: &World,
    context: &mut Context,
    session: &Session,
    removed: &Removed,
    key: &str,
) -> Result<Exit> {
    #[derive(Serialize)]
    struct Gone {
        record: String,
        number: String,
        n: u32,
        seq: Option<u64>,
        left: u32,
        destroyed: bool,
        copies: u64,
        epoch: u32,
        /// The object that the papers stay in, where the body had stayed at another archive's place.
        #[serde(skip_serializing_if = "Option::is_none")]
        elsewhere: Option<String>,
        dry_run: bool,
    }
    world.tell_notices(context)?;
    let number = number_of(session, removed.record)?;
    let exit = if removed.seq.is_some() && !removed.destroyed { Exit::Part } else { Exit::Done };
    if context.out.json() {
        let Removed { record, n, seq, left, destroyed, copies, epoch, elsewhere } = removed.clone();
        let (record, dry_run) = (record.to_string(), seq.is_none());
        let elsewhere = elsewhere.map(|body| body.name);
        let gone = Gone { record, number, n, seq, left, destroyed, copies, epoch, elsewhere, dry_run };
        context.out.document(&gone)?;
        return Ok(exit);
    }
    context.out.result(key, &[("number", number.into()), ("left", removed.left.into())])?;
    // The whole truth: what was made before can still be opened, until when, and what ends it.
    let values = [("copies", removed.copies.into()), ("epoch", removed.epoch.into())];
    context.out.note("misfiled-elsewhere", &values);
    if let Some(body) = &removed.elsewhere {
        let values = [("name", body.name.clone().into()), ("target", body.target.to_string().into())];
        context.out.warning("misfiled-stays", &values)?;
    }
    Ok(exit)
}

/// A proposal in words; `None` where it is about something else.
fn told(session: &Session, act: ActId, proposal: &Proposal) -> Result<Option<Told>> {
    let Proposed::Misfiled(what) = &proposal.what else { return Ok(None) };
    let (row, eyes) = (session.row(what.record)?, session.eyes());
    let name = |no: &u32| row.documents.iter().find(|doc| doc.no == *no).map(|doc| doc.name.clone());
    let who = |staff: StaffNo| match session.name_of(staff) {
        Some(name) => format!("{staff} {name}"),
        None => staff.to_string(),
    };
    Ok(Some(Told {
        act: act.to_string(),
        record: what.record.to_string(),
        number: row.facts.number.to_string(),
        docs: what.docs.clone(),
        names: match eyes.sight(Datum::DocumentName) {
            Sight::Shown => what.docs.iter().map(|no| name(no).unwrap_or_default()).collect(),
            Sight::Masked | Sight::Hidden => vec![String::new(); what.docs.len()],
        },
        to: what.to.map(|to| number_of(session, to)).transpose()?,
        by: who(proposal.by),
        at: proposal.at.to_string(),
        confirmed_by: proposal.confirmed.map(|confirmed| who(confirmed.by)),
        reason: match eyes.sight(Datum::Said) {
            Sight::Shown => session.read_note(&what.note).ok().map(|note| note.text),
            Sight::Masked | Sight::Hidden => None,
        },
    }))
}

fn number_of(session: &Session, record: RecordId) -> Result<String> {
    Ok(session.row(record)?.facts.number.to_string())
}

fn names_of(documents: &[Document]) -> String {
    documents.iter().map(|doc| doc.name.as_str()).collect::<Vec<_>>().join(", ")
}

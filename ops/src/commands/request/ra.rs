//! `request list|show|answer|refuse`: what the CA has asked for, at the archive.

use super::super::World;
use super::super::act::must_be_new;
use super::super::backup::{Place, Reached};
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::{Doing, Result};
use crate::holder::SCRATCH_OF_ANSWER;
use crate::output::printable_path;
use jingui_schema::id::ActId;
use jingui_schema::time::Day;
use jingui_vault::requests::{Request, What};
use jingui_vault::{Error, Exit};
use serde::Serialize;
use std::path::PathBuf;

/// A request as it stands.
#[derive(Serialize)]
struct Told {
    act: String,
    number: String,
    basis: String,
    due: Option<String>,
    at: String,
    seq: u64,
    /// `open`, `overdue`, `answered`, `refused`, or `opened` by the CA itself.
    state: &'static str,
    /// The line that settled it.
    settled: Option<u64>,
    /// The BLAKE3 of the answer.
    answer: Option<String>,
}

fn told(act: ActId, request: &Request, today: Day) -> Told {
    let end = request.end();
    let state = match (&request.what, end) {
        (What::Opened { .. }, _) => "opened",
        (_, Some(end)) if end.given.is_some() => "answered",
        (_, Some(_)) => "refused",
        (_, None) if request.is_overdue(today) => "overdue",
        (_, None) => "open",
    };
    Told {
        act: act.to_string(),
        number: request.number.to_string(),
        basis: request.basis.to_string(),
        due: request.due().map(|due| due.to_string()),
        at: request.at.to_string(),
        seq: request.seq,
        state,
        settled: end.map(|end| end.seq),
        answer: end.and_then(|end| end.given).map(|(_, file)| file.b3.to_string()),
    }
}

/// Lists what waits for an answer; with `--all` also what was settled, and what the CA has opened by itself.
pub(in crate::commands) fn list(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct All {
        requests: Vec<Told>,
    }
    world.tell_notices(context)?;
    let (state, today) = (world.vault.state(), world.vault.today());
    let all = state.requests.all();
    let shown = all.iter().filter(|(_, request)| parsed.flag("all") || request.is_open());
    let requests: Vec<Told> = shown.map(|(act, request)| told(*act, request, today)).collect();
    let others = all.len() - requests.len();
    if context.out.json() {
        return context.out.document(&All { requests }).map(|()| Exit::Done);
    }
    if requests.is_empty() {
        context.out.note("request-none", &[]);
    } else {
        let rows = requests.into_iter().map(|one| {
            let basis = context.out.text(&format!("ground-{}", one.basis), &[]);
            let state = context.out.text(&format!("request-state-{}", one.state), &[]);
            vec![one.act, one.number, basis, one.due.unwrap_or_default(), state, one.at]
        });
        let rows: Vec<Vec<String>> = rows.collect();
        let headings = ["col-act", "col-number", "col-ground", "col-answer-by", "col-state", "col-at"];
        context.out.table(&headings, rows)?;
    }
    if others > 0 {
        context.out.note("request-others", &[("count", others.into())]);
    }
    Ok(Exit::Done)
}

/// Shows one, with its matter.
pub(in crate::commands) fn show(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Whole {
        #[serde(flatten)]
        request: Told,
        matter: String,
        reason: Option<String>,
    }
    let session = world.session(context)?;
    let act: ActId = parsed.must("act");
    let (state, today) = (world.vault.state(), world.vault.today());
    let request = state.requests.get(act).ok_or_else(|| Error::NoRequest { act: act.to_string() })?;
    let matter = session.matter_of(&request.note)?;
    let reason = request.end().and_then(|end| end.note);
    let reason = reason.map(|note| session.matter_of(&note)).transpose()?;
    let request = told(act, request, today);
    world.tell_notices(context)?;
    if context.out.json() {
        return context.out.document(&Whole { request, matter, reason }).map(|()| Exit::Done);
    }
    let basis = context.out.text(&format!("ground-{}", request.basis), &[]);
    let state = context.out.text(&format!("request-state-{}", request.state), &[]);
    let mut pairs = vec![
        ("col-act", request.act),
        ("col-number", request.number),
        ("col-matter", matter),
        ("col-ground", basis),
        ("col-state", state),
        ("col-at", request.at),
        ("col-seq", request.seq.to_string()),
    ];
    pairs.extend(request.due.map(|due| ("col-answer-by", due)));
    pairs.extend(request.settled.map(|seq| ("col-settled", seq.to_string())));
    pairs.extend(request.answer.map(|b3| ("col-answer", b3)));
    pairs.extend(reason.map(|reason| ("col-refused", reason)));
    context.out.pairs(&pairs)?;
    Ok(Exit::Done)
}

/// Answers a request with the record.
pub(in crate::commands) fn answer(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Done {
        act: String,
        record: String,
        number: String,
        version: Option<u32>,
        documents: usize,
        /// Size and BLAKE3 of the answer.
        size: Option<u64>,
        b3: Option<String>,
        path: Option<String>,
        /// Its name at the target.
        name: Option<String>,
        seq: Option<u64>,
        dry_run: bool,
    }
    let session = world.session(context)?;
    let act: ActId = parsed.must("act");
    let output = parsed.file("output").map(|path| context.path(path));
    output.as_deref().map(must_be_new).transpose()?;
    let word = match (parsed.file("at"), &output) {
        (Some(word), _) => Some(word.clone()),
        (None, Some(_)) => None,
        // Where the request came from.
        (None, None) => Some(PathBuf::from(world.vault.push_place()?.target)),
    };
    let place = word.map(|word| Place::of(context, &word)).transpose()?;
    place.as_ref().map(|place| place.apart_from(&world.vault)).transpose()?;
    let (record, documents) = session.may_answer(act)?;
    if context.dry_run() {
        let number = session.row(record)?.facts.number.to_string();
        world.tell_notices(context)?;
        if context.out.json() {
            let (act, record) = (act.to_string(), record.to_string());
            let (version, size, b3, path, name, seq) = Default::default();
            let done =
                Done { act, record, number, version, documents, size, b3, path, name, seq, dry_run: true };
            return context.out.document(&done).map(|()| Exit::Done);
        }
        let values = [("number", number.into()), ("count", documents.into())];
        context.out.result("request-would-answer", &values)?;
        return Ok(Exit::Done);
    }
    let target = place.as_ref().map(|place| place.reach(context)).transpose()?;
    let target = target.map(|Reached { target, .. }| target);
    // Sealed to the CA, and only until it is at the target.
    let run = world.vault.layout().path("run");
    let scratch = match &output {
        Some(_) => None,
        None => {
            Some(tempfile::Builder::new().prefix(SCRATCH_OF_ANSWER).tempdir_in(&run).doing("create", &run)?)
        }
    };
    let path = output.clone().or_else(|| scratch.as_ref().map(|dir| dir.path().join("answer.age")));
    let answer = session.answer_request(act, &path.unwrap_or_default(), target.as_deref())?;
    world.tell_notices(context)?;
    let shown = output.as_deref().map(printable_path);
    let number = answer.number.to_string();
    if context.out.json() {
        let done = Done {
            act: act.to_string(),
            record: answer.record.to_string(),
            number,
            version: Some(answer.n),
            documents: answer.documents,
            size: Some(answer.file.size),
            b3: Some(answer.file.b3.to_string()),
            path: shown,
            name: answer.name,
            seq: Some(answer.seq),
            dry_run: false,
        };
        return context.out.document(&done).map(|()| Exit::Done);
    }
    let values = [("number", number.into()), ("count", answer.documents.into()), ("seq", answer.seq.into())];
    context.out.result("request-answered", &values)?;
    if let Some(path) = shown {
        context.out.note("request-answer-file", &[("path", path.into())]);
    }
    if let Some(name) = answer.name {
        context.out.note("request-answer-left", &[("name", name.into())]);
    }
    Ok(Exit::Done)
}

/// Refuses a request.
pub(in crate::commands) fn refuse(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Done {
        act: String,
        number: String,
        seq: Option<u64>,
        dry_run: bool,
    }
    let session = world.session(context)?;
    let (act, reason) = (parsed.must::<ActId>("act"), parsed.must::<String>("reason"));
    let number = world.vault.state().open_request(act)?.number.to_string();
    let dry_run = context.dry_run();
    let seq = match dry_run {
        true => session.may_refuse_request(act, &reason).map(|()| None)?,
        false => Some(session.refuse_request(act, &reason)?),
    };
    world.tell_notices(context)?;
    if context.out.json() {
        let done = Done { act: act.to_string(), number, seq, dry_run };
        return context.out.document(&done).map(|()| Exit::Done);
    }
    let key = if dry_run { "request-would-refuse" } else { "request-refused" };
    context.out.result(key, &[("number", number.into()), ("seq", seq.unwrap_or_default().into())])?;
    Ok(Exit::Done)
}

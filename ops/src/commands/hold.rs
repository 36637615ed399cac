//! `hold`: records that must not be destroyed, and why, for those who may know of it.

use super::World;
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::{Problem, Result};
use jingui_indexer::follow::Texts;
use jingui_indexer::index::check_words;
use jingui_schema::hold::{HoldQuery, QueryError};
use jingui_schema::id::RecordId;
use jingui_schema::time::Day;
use jingui_vault::holding::{HoldOrder, KnownHold, Placed, Release, Scope};
use jingui_vault::retention::COOL_OFF_DAYS;
use jingui_vault::{Error, Exit, Session};
use serde::Serialize;

/// Days after which somebody should look at a hold again, where nobody says when (law rule R43: at most twelve months).
const REVIEW_DAYS: u32 = 180;

fn in_days(today: Day) -> Day {
    today.plus_days(REVIEW_DAYS).unwrap_or(today)
}

/// A hold as it stands.
#[derive(Serialize)]
struct Told {
    hold: String,
    matter: String,
    basis: String,
    query: Option<String>,
    standing: bool,
    records: u64,
    placed: String,
    by: String,
    review: String,
    overdue: bool,
    released: Option<String>,
    release: Option<String>,
    blocks: bool,
}

fn told(session: &Session, known: &KnownHold, records: u64, today: Day) -> Told {
    let hold = &known.hold;
    Told {
        hold: known.id.to_string(),
        matter: known.note.matter.clone(),
        basis: known.note.basis.clone(),
        query: known.note.query.as_ref().map(ToString::to_string),
        standing: hold.standing,
        records,
        placed: hold.at.to_string(),
        by: match session.name_of(hold.by) {
            Some(name) => format!("{} {name}", hold.by),
            None => hold.by.to_string(),
        },
        review: hold.review.to_string(),
        overdue: hold.released.is_none() && hold.review < today,
        released: hold.released.map(|at| at.to_string()),
        release: known.release.map(|act| act.to_string()),
        blocks: hold.blocks(today),
    }
}

/// Places a hold.
pub(super) fn place(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Done {
        hold: String,
        seq: Option<u64>,
        records: Vec<String>,
        dry_run: bool,
    }
    let session = world.session(context)?;
    let today = context.env.now().day();
    let scope = match parsed.text("query") {
        Some(text) => {
            let query = HoldQuery::read(text);
            Scope::Query(query.map_err(|why| Error::BadQuery { why: why_of(context, &why) })?)
        }
        None => {
            let records = parsed.texts("record");
            Scope::List(
                records.iter().map(|word| session.resolve(word)).collect::<jingui_vault::Result<_>>()?,
            )
        }
    };
    let order = HoldOrder {
        matter: parsed.must("matter"),
        basis: parsed.must("basis"),
        review: parsed.get("review").unwrap_or_else(|| in_days(today)),
        scope,
    };
    if let Scope::Query(query) = &order.scope {
        query.words.iter().try_for_each(|words| check_words(words)).map_err(Problem::from)?;
    }
    let Placed { hold, seq, records } = session.place_hold(&order, &Texts(&session), context.dry_run())?;
    world.tell_notices(context)?;
    let count = records.len();
    if context.out.json() {
        let numbers = numbers(&session, &records)?;
        let dry_run = seq.is_none();
        context.out.document(&Done { hold: hold.to_string(), seq, records: numbers, dry_run })?;
        return Ok(Exit::Done);
    }
    let key = if seq.is_none() { "hold-would-place" } else { "hold-placed" };
    context.out.result(key, &[("hold", hold.to_string().into()), ("count", count.into())])?;
    if seq.is_some() {
        context.out.note("hold-review-on", &[("day", order.review.to_string().into())]);
    }
    Ok(Exit::Done)
}

/// What is wrong with a query, in the reader's language.
fn why_of(context: &Context, why: &QueryError) -> String {
    let (field, value) = match why {
        QueryError::Field(field) => (field.as_str(), ""),
        QueryError::Value { field, value } => (*field, value.as_str()),
        QueryError::Twice(field) => (*field, ""),
        QueryError::Empty | QueryError::Long | QueryError::Quote => ("", ""),
    };
    let values = [("field", field.to_owned().into()), ("value", value.to_owned().into())];
    context.out.text(&format!("query-{}", why.word()), &values)
}

fn numbers(session: &Session, records: &[RecordId]) -> Result<Vec<String>> {
    records.iter().map(|record| Ok(session.row(*record)?.facts.number.to_string())).collect()
}

/// Lists holds: those that keep records, or all there ever were.
pub(super) fn list(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct All {
        holds: Vec<Told>,
    }
    let session = world.session(context)?;
    let today = world.vault.today();
    let mut holds = session.holds()?;
    holds.retain(|known| parsed.flag("all") || known.hold.blocks(today));
    let counts = session.records_by_hold()?;
    let count = |known: &KnownHold| counts.get(&known.id).copied().unwrap_or(0);
    let holds: Vec<Told> = holds.iter().map(|known| told(&session, known, count(known), today)).collect();
    world.tell_notices(context)?;
    if context.out.json() {
        context.out.document(&All { holds })?;
        return Ok(Exit::Done);
    }
    if holds.is_empty() {
        context.out.note("hold-none", &[]);
        return Ok(Exit::Done);
    }
    let rows = holds.into_iter().map(|hold| {
        let state = state_of(context, &hold);
        vec![
            hold.hold,
            hold.matter,
            hold.query.unwrap_or_default(),
            hold.records.to_string(),
            state,
            hold.review,
        ]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    let headings = ["col-hold", "col-matter", "col-query", "col-records", "col-state", "col-review"];
    context.out.table(&headings, rows)?;
    Ok(Exit::Done)
}

fn state_of(context: &Context, hold: &Told) -> String {
    let key = match (&hold.released, &hold.release) {
        (Some(_), _) if hold.blocks => "hold-cooling",
        (Some(_), _) => "hold-over",
        (None, Some(_)) => "hold-releasing",
        (None, None) if hold.overdue => "hold-overdue",
        (None, None) => "hold-in-force",
    };
    context.out.text(key, &[])
}

/// Shows one hold, with its records.
pub(super) fn show(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Whole {
        #[serde(flatten)]
        hold: Told,
        numbers: Vec<String>,
    }
    let session = world.session(context)?;
    let known = session.resolve_hold(&parsed.must::<String>("hold"))?;
    let numbers: Vec<String> = session.records_of_hold(known.id)?.iter().map(ToString::to_string).collect();
    let hold = told(&session, &known, numbers.len() as u64, world.vault.today());
    world.tell_notices(context)?;
    if context.out.json() {
        context.out.document(&Whole { hold, numbers })?;
        return Ok(Exit::Done);
    }
    let state = state_of(context, &hold);
    let mut pairs = vec![
        ("col-hold", hold.hold),
        ("col-matter", hold.matter),
        ("col-basis", hold.basis),
        ("col-state", state),
        ("col-at", hold.placed),
        ("col-by", hold.by),
        ("col-review", hold.review),
    ];
    pairs.extend(hold.query.map(|query| ("col-query", query)));
    pairs.extend(hold.released.map(|at| ("col-released", at)));
    context.out.pairs(&pairs)?;
    context.out.line("")?;
    context.out.table(&["col-number"], numbers.into_iter().map(|number| vec![number]).collect())?;
    Ok(Exit::Done)
}

#[derive(Serialize)]
struct Changed {
    hold: String,
    result: &'static str,
    act: Option<String>,
    seq: Option<u64>,
    dry_run: bool,
}

/// The first of two people proposes that a hold end; the second confirms.
pub(super) fn release(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let session = world.session(context)?;
    let known = session.resolve_hold(&parsed.must::<String>("hold"))?;
    let (reason, dry_run) = (parsed.must::<String>("reason"), context.dry_run());
    let done = session.release_hold(known.id, &reason, dry_run)?;
    world.tell_notices(context)?;
    let hold = known.id.to_string();
    let (result, act, seq) = match done {
        Release::Proposed(act) => ("proposed", Some(act.to_string()), None),
        Release::Released(seq) => ("released", None, Some(seq).filter(|seq| *seq > 0)),
    };
    if context.out.json() {
        return context.out.document(&Changed { hold, result, act, seq, dry_run }).map(|()| Exit::Done);
    }
    let key = match (result, dry_run) {
        ("proposed", false) => "hold-release-proposed",
        ("proposed", true) => "hold-would-propose-release",
        (_, false) => "hold-released-now",
        (_, true) => "hold-would-release",
    };
    let values =
        [("hold", hold.into()), ("matter", known.note.matter.into()), ("days", COOL_OFF_DAYS.into())];
    context.out.result(key, &values)?;
    Ok(Exit::Done)
}

/// Puts a hold back, or ends a proposal to release it.
pub(super) fn keep(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let reason = parsed.must::<String>("reason");
    change(world, context, parsed, "kept", ("hold-kept", "hold-would-keep"), |session, known, dry_run| {
        session.keep_hold(known.id, &reason, &Texts(session), dry_run)
    })
}

/// Says that somebody has looked at a hold.
pub(super) fn review(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let (reason, next) = (parsed.must::<String>("reason"), parsed.get::<Day>("next"));
    let next = next.unwrap_or_else(|| in_days(context.env.now().day()));
    let keys = ("hold-reviewed", "hold-would-review");
    change(world, context, parsed, "reviewed", keys, |session, known, dry_run| {
        session.review_hold(known.id, next, &reason, dry_run)
    })
}

/// Compares all records with a hold's query once more.
pub(super) fn screen(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let keys = ("hold-screened", "hold-would-screen");
    change(world, context, parsed, "screened", keys, |session, known, dry_run| match dry_run {
        true => Ok(0),
        false => session.screen_all(known.id, &Texts(session)).map(|_| session.vault().state().lines),
    })
}

fn change(
    world: &World,
    context: &mut Context,
    parsed: &Parsed,
    result: &'static str,
    (done, would): (&str, &str),
    carry_out: impl FnOnce(&Session, &KnownHold, bool) -> jingui_vault::Result<u64>,
) -> Result<Exit> {
    let session = world.session(context)?;
    let known = session.resolve_hold(&parsed.must::<String>("hold"))?;
    let dry_run = context.dry_run();
    let seq = Some(carry_out(&session, &known, dry_run)?).filter(|seq| *seq > 0);
    world.tell_notices(context)?;
    let hold = known.id.to_string();
    if context.out.json() {
        return context.out.document(&Changed { hold, result, act: None, seq, dry_run }).map(|()| Exit::Done);
    }
    let key = if dry_run { would } else { done };
    context.out.result(key, &[("hold", hold.into()), ("matter", known.note.matter.into())])?;
    Ok(Exit::Done)
}

//! `subject`: what a person concerned may ask for: which records speak of them, something said beside one, its use
//! restricted (law rules R59, R60, R70). What was filed is never changed for it.

use super::World;
use super::list::{ToldRecord, told};
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::Result;
use jingui_schema::facts::fold;
use jingui_schema::id::RecordId;
use jingui_vault::catalog::{Query, Row};
use jingui_vault::subject::Found;
use jingui_vault::{Error, Exit, Session};
use serde::Serialize;

/// Records on a page where nobody says how many.
const PAGE: usize = 100;

#[derive(Serialize)]
struct Told {
    records: Vec<ToldSubject>,
    next: Option<String>,
    /// How many there are in all; not on a later page.
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u64>,
    /// The line that says that somebody looked.
    seq: Option<u64>,
}

/// A record, and what the person is in it.
#[derive(Serialize)]
struct ToldSubject {
    part: &'static str,
    #[serde(flatten)]
    record: ToldRecord,
}

/// The records of one person, by name or by identifier: as customer, or as the handler.
pub(super) fn list(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let session = world.session(context)?;
    let person: String = parsed.must("person");
    // The cursor of a page names the search that it belongs to, so that going on is no search of its own.
    let (search, after) = parsed.text("after").map_or((None, None), |text| match text.split_once(':') {
        Some((seq, cursor)) => (seq.parse().ok(), cursor.parse().ok()),
        None => (None, text.parse().ok()),
    });
    let limit = parsed.get::<u32>("limit").map_or(PAGE, |n| n as usize);
    let query = Query { limit, after, ..Query::default() };
    let Found { page, names, count, seq } =
        session.search_person(&person, &query, search, context.dry_run())?;
    world.tell_notices(context)?;
    if context.dry_run() {
        // A rehearsal shows nothing that the journal would not know of, but how much there is.
        if context.out.json() {
            context.out.document(&Told { records: Vec::new(), next: None, count, seq: None })?;
        } else {
            context.out.result("subject-would-find", &[("count", count.unwrap_or(0).into())])?;
        }
        return Ok(Exit::Done);
    }
    let eyes = session.eyes();
    let names: Vec<String> = names.iter().map(|name| fold(name)).collect();
    let part = |row: &Row| {
        let customer = &row.facts.customer;
        let id = customer.id.as_deref().map(fold);
        let is = |name: &String| customer.name.folded() == *name || id.as_ref() == Some(name);
        if names.iter().any(is) { "customer" } else { "handler" }
    };
    let mut records = Vec::with_capacity(page.rows.len());
    for row in &page.rows {
        records.push((part(row), told(row, session.standing(row)?, &eyes), row));
    }
    let next = page.next.map(|next| format!("{}:{next}", seq.unwrap_or(0)));
    if context.out.json() {
        let records = records.into_iter().map(|(part, record, _)| ToldSubject { part, record }).collect();
        context.out.document(&Told { records, next, count, seq })?;
        return Ok(Exit::Done);
    }
    if records.is_empty() {
        context.out.note("list-nothing", &[]);
        return Ok(Exit::Done);
    }
    let rows = records.iter().map(|(part, record, row)| {
        let facts = &row.facts;
        vec![
            facts.number.to_string(),
            facts.date.to_string(),
            facts.project.to_string(),
            eyes.customer(&facts.customer),
            context.out.text(&format!("part-{part}"), &[]),
            facts.business.to_string(),
            record.documents().to_string(),
        ]
    });
    let rows = rows.collect();
    let headings = [
        "col-number",
        "col-date",
        "col-project",
        "col-customer",
        "col-part",
        "col-business",
        "col-documents",
    ];
    context.out.table(&headings, rows)?;
    if let Some(next) = next {
        context.out.note("list-more", &[("cursor", next.into())]);
    }
    Ok(Exit::Done)
}

#[derive(Serialize)]
struct Done {
    record: String,
    number: String,
    seq: Option<u64>,
    dry_run: bool,
}

/// Says something beside a record.
pub(super) fn annotate(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let text: String = parsed.must("text");
    let keys = ("subject-annotated", "subject-would-annotate");
    act(world, context, parsed, keys, |session, record, dry_run| match dry_run {
        true => session.may_annotate(record, &text).map(|()| None),
        false => session.annotate(record, &text).map(Some),
    })
}

/// Restricts the use of a record, or lifts that.
pub(super) fn restrict(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let (restricted, reason) = (parsed.command() == ["subject", "restrict"], parsed.must::<String>("reason"));
    let keys = match restricted {
        true => ("subject-restricted", "subject-would-restrict"),
        false => ("subject-lifted", "subject-would-lift"),
    };
    act(world, context, parsed, keys, |session, record, dry_run| match dry_run {
        true => session.may_restrict(record, restricted, &reason).map(|()| None),
        false => session.restrict(record, restricted, &reason).map(Some),
    })
}

fn act(
    world: &World,
    context: &mut Context,
    parsed: &Parsed,
    (done, would): (&str, &str),
    carry_out: impl FnOnce(&Session, RecordId, bool) -> jingui_vault::Result<Option<u64>>,
) -> Result<Exit> {
    let session = world.session(context)?;
    let record = session.resolve(&parsed.must::<String>("record"))?;
    let number = session.row(record)?.facts.number.to_string();
    let dry_run = context.dry_run();
    let (seq, key) = match carry_out(&session, record, dry_run) {
        Ok(seq) => (seq, if dry_run { would } else { done }),
        // What is repeated has been done.
        Err(Error::RestrictedAlready { .. }) => (None, "subject-already"),
        Err(error) => return Err(error.into()),
    };
    world.tell_notices(context)?;
    if context.out.json() {
        context.out.document(&Done { record: record.to_string(), number, seq, dry_run })?;
    } else {
        context.out.result(key, &[("number", number.into())])?;
    }
    Ok(Exit::Done)
}

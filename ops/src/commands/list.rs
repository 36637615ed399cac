//! `list`: records by labels, newest business day first.

use super::World;
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::{Problem, Result};
use jingui_schema::identifier::mask;
use jingui_vault::Exit;
use jingui_vault::catalog::{Match, Query, Row};
use serde::Serialize;

/// Records on a page where nobody says how many.
const PAGE: usize = 50;

#[derive(Serialize)]
struct Told {
    records: Vec<ToldRecord>,
    next: Option<String>,
    customer_match: &'static str,
}

/// A record in a list.
#[derive(Serialize)]
pub(super) struct ToldRecord {
    record: String,
    number: String,
    date: String,
    project: String,
    outlet: String,
    customer: String,
    customer_kind: &'static str,
    customer_id: Option<String>,
    business: &'static str,
    outcome: &'static str,
    class: &'static str,
    state: &'static str,
    documents: usize,
    filings: usize,
    filed_at: String,
}

/// A row as it is told, its identifiers masked.
pub(super) fn told(row: &Row) -> ToldRecord {
    let facts = &row.facts;
    ToldRecord {
        record: row.record.to_string(),
        number: facts.number.to_string(),
        date: facts.date.to_string(),
        project: facts.project.to_string(),
        outlet: facts.outlet.to_string(),
        customer: facts.customer.name.to_string(),
        customer_kind: facts.customer.kind.word(),
        customer_id: facts.customer.id.as_deref().map(mask),
        business: facts.business.word(),
        outcome: facts.outcome.word(),
        class: facts.class.word(),
        state: STATE,
        documents: row.documents.len(),
        filings: row.filings.len(),
        filed_at: row.filed_at.to_string(),
    }
}

/// The one state a record can be in so far: filed, and not yet looked at by a second person.
const STATE: &str = "unreviewed";

/// Lists.
pub(super) fn run(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    if let Some(state) = parsed.text("state").filter(|s| *s != STATE) {
        return Err(Problem::NoSuchState { state: state.into(), list: STATE.into() }.into());
    }
    let session = world.session(context)?;
    let query = Query {
        project: parsed.text("project").map(str::to_owned),
        customer: parsed.text("customer").map(str::to_owned),
        from: parsed.get("from"),
        to: parsed.get("to"),
        class: parsed.get("class"),
        business: parsed.get("business"),
        outcome: parsed.get("outcome"),
        limit: parsed.get::<u32>("limit").map_or(PAGE, |n| n as usize),
        after: parsed.text("after").and_then(|text| text.parse().ok()),
    };
    let page = session.list(&query)?;
    world.tell_notices(context)?;
    let contains = matches!(page.customer_match, Match::Contains);
    let next = page.next.as_ref().map(ToString::to_string);
    if context.out.json() {
        let customer_match = if contains { "contains" } else { "exact" };
        let records = page.rows.iter().map(told).collect();
        context.out.document(&Told { records, next, customer_match })?;
        return Ok(Exit::Done);
    }
    if contains && !page.rows.is_empty() {
        let name = query.customer.clone().unwrap_or_default();
        context.out.note("list-customer-contains", &[("name", name.into())]);
    }
    if page.rows.is_empty() {
        context.out.note("list-nothing", &[]);
        return Ok(Exit::Done);
    }
    let rows = page.rows.iter().map(|row| {
        let told = told(row);
        let documents = told.documents.to_string();
        vec![
            told.number,
            told.date,
            told.project,
            told.customer,
            told.business.into(),
            told.outcome.into(),
            told.class.into(),
            documents,
        ]
    });
    let headings = [
        "col-number",
        "col-date",
        "col-project",
        "col-customer",
        "col-business",
        "col-outcome",
        "col-class",
        "col-documents",
    ];
    context.out.table(&headings, rows.collect())?;
    if let Some(next) = next {
        context.out.note("list-more", &[("cursor", next.into())]);
    }
    Ok(Exit::Done)
}

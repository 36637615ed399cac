//! `list`: records by labels, newest business day first.

use super::World;
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::Result;
use jingui_schema::facts::{Label, Standing};
use jingui_schema::id::StaffNo;
use jingui_schema::sight::Eyes;
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
    restricted: bool,
    documents: usize,
    filings: usize,
    filed_at: String,
}

impl ToldRecord {
    /// Its number, day, project and customer.
    pub(super) fn labels(self) -> [String; 4] {
        [self.number, self.date, self.project, self.customer]
    }

    /// How many documents it has.
    pub(super) fn documents(&self) -> usize {
        self.documents
    }
}

/// A row as somebody is told of it.
pub(super) fn told(row: &Row, state: Standing, eyes: &Eyes) -> ToldRecord {
    let facts = &row.facts;
    ToldRecord {
        record: row.record.to_string(),
        number: facts.number.to_string(),
        date: facts.date.to_string(),
        project: facts.project.to_string(),
        outlet: facts.outlet.to_string(),
        customer: eyes.customer(&facts.customer),
        customer_kind: facts.customer.kind.word(),
        customer_id: eyes.identifier(&facts.customer),
        business: facts.business.word(),
        outcome: facts.outcome.word(),
        class: facts.class.word(),
        state: state.word(),
        restricted: row.custody.restricted.is_some(),
        documents: row.documents.len(),
        filings: row.filings.len(),
        filed_at: row.filed_at.to_string(),
    }
}

/// Lists.
pub(super) fn run(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let session = world.session(context)?;
    let query = Query {
        from: parsed.get("from"),
        to: parsed.get("to"),
        class: parsed.get("class"),
        business: parsed.get("business"),
        outcome: parsed.get("outcome"),
        limit: parsed.get::<u32>("limit").map_or(PAGE, |n| n as usize),
        after: parsed.text("after").and_then(|text| text.parse().ok()),
        ..session.query_of(parsed.text("project"), parsed.text("customer"))?
    };
    let (state, outlet) =
        (parsed.get::<Standing>("state"), parsed.get::<Label>("outlet").map(|o| o.folded()));
    let (clerk, code) = (parsed.get::<StaffNo>("clerk"), parsed.get::<Label>("box").map(|b| b.folded()));
    let page = session.list_where(&query, state, |row| {
        let facts = &row.facts;
        outlet.as_ref().is_none_or(|outlet| facts.outlet.folded() == *outlet)
            && clerk.is_none_or(|clerk| facts.clerk == clerk)
            && code.as_ref().is_none_or(|code| facts.box_code.as_ref().is_some_and(|b| b.folded() == *code))
    })?;
    world.tell_notices(context)?;
    let eyes = session.eyes();
    let contains = matches!(page.customer_match, Match::Contains);
    let next = page.next.as_ref().map(ToString::to_string);
    if context.out.json() {
        let customer_match = if contains { "contains" } else { "exact" };
        let told = |row: &Row| Ok(told(row, session.standing(row)?, &eyes));
        let records = page.rows.iter().map(told).collect::<Result<_>>()?;
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
    let mut rows = Vec::with_capacity(page.rows.len());
    for row in &page.rows {
        let told = told(row, session.standing(row)?, &eyes);
        let documents = told.documents.to_string();
        let state = context.out.text(&format!("state-{}", told.state), &[]);
        rows.push(vec![
            told.number,
            told.date,
            told.project,
            told.customer,
            context.out.word("business", &told.business),
            context.out.word("outcome", &told.outcome),
            told.class.into(),
            documents,
            state,
        ]);
    }
    let headings = [
        "col-number",
        "col-date",
        "col-project",
        "col-customer",
        "col-business",
        "col-outcome",
        "col-class",
        "col-documents",
        "col-state",
    ];
    context.out.table(&headings, rows)?;
    if let Some(next) = next {
        context.out.note("list-more", &[("cursor", next.into())]);
    }
    Ok(Exit::Done)
}

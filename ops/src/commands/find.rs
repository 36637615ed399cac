//! `find`: records by what is known of them and what stands in their documents.
//!
//! Each search is a line of the journal, the query sealed; what somebody may not see is not in what is shown of a hit.

use super::World;
use super::list::{ToldRecord, told};
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::Result;
use jingui_indexer::follow::{Step, Watch};
use jingui_indexer::index::{Answer, Ask, Cursor, Exactness, Explained, Hit, Sort};
use jingui_schema::facts::{Business, Class, Field, Label, Outcome, Standing};
use jingui_schema::sight::{Datum, Eyes, Sight};
use jingui_schema::time::Day;
use jingui_vault::catalog::Row;
use jingui_vault::{Error, Exit, Session};
use serde::Serialize;
use std::cell::RefCell;

/// Records on a page where nobody says how many.
const PAGE: usize = 20;

#[derive(Serialize)]
struct Told {
    query: String,
    total: Option<u64>,
    unread: u64,
    explained: Option<&'static str>,
    hits: Vec<ToldHit>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    facets: Vec<ToldFacet>,
    next: Option<String>,
    seq: Option<u64>,
}

#[derive(Serialize)]
struct ToldHit {
    #[serde(flatten)]
    record: ToldRecord,
    matched: Vec<ToldMatch>,
    snippet: Option<ToldSnippet>,
    unread: usize,
}

#[derive(Serialize)]
struct ToldMatch {
    field: &'static str,
    how: &'static str,
}

#[derive(Serialize)]
struct ToldSnippet {
    field: &'static str,
    document: Option<u32>,
    page: Option<usize>,
    text: String,
}

#[derive(Serialize)]
struct ToldFacet {
    facet: &'static str,
    value: String,
    records: u64,
}

/// Finds.
pub(super) fn run(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let session = world.session(context)?;
    session.may_find()?;
    if !context.dry_run() {
        world.vault.may_write()?; // nothing is shown of what could not be journalled
    }
    let query = query(parsed);
    let after = parsed.text("after").map(str::parse::<Cursor>).transpose();
    let (settings, customers) = (session.settings()?, session.customers()?);
    let others = |field: &'static str, name: &str| match field {
        "project" => settings.projects.others_of(name),
        _ => customers.others_of(name),
    };
    let ask = Ask {
        query: &query,
        sort: match parsed.text("sort") {
            Some("newest") => Sort::Newest,
            Some("oldest") => Sort::Oldest,
            _ => Sort::Best,
        },
        limit: parsed.get::<u32>("limit").map_or(PAGE, |n| n as usize),
        after: after.map_err(crate::failure::Problem::from)?,
        facets: parsed.flag("facets"),
        others: &others,
    };
    let mut answer =
        watched(context, |watch| Ok(world.index.ask(&session, watch, |index| index.search(&ask))?))?;
    world.tell_notices(context)?;
    let seq = match context.dry_run() {
        // How many there are, and none of them.
        true => {
            (answer.hits, answer.next) = (Vec::new(), None);
            None
        }
        // A later page belongs to the search before it: nobody has its cursor but whoever was shown that.
        false if ask.after.is_some() => None,
        false => Some(session.has_found(&query, answer.total.unwrap_or(answer.hits.len() as u64))?),
    };
    let hits = hits(&session, &answer)?;
    match context.out.json() {
        true => tell_json(context, query, answer, hits, seq)?,
        false => tell(context, &answer, hits)?,
    }
    Ok(Exit::Done)
}

/// Does something with the index, while whoever waits is told how far it has come.
pub(super) fn watched<T>(context: &mut Context, work: impl FnOnce(&Watch<'_>) -> Result<T>) -> Result<T> {
    let interrupt = context.interrupt.clone();
    let out = RefCell::new(&mut context.out);
    let progress = |step| match step {
        Step::Lines(done, total) => out.borrow_mut().progress("progress-index", done, Some(total)),
        Step::Documents(done, _) => out.borrow_mut().progress("progress-read", done, None),
    };
    work(&Watch { progress: &progress, stop: &|| interrupt.is_set() })
}

/// The query with its filters, as it would be typed.
fn query(parsed: &Parsed) -> String {
    let mut query = parsed.texts("query").join(" ");
    let mut and =
        |field: &str, value: String| query.push_str(&format!(" {field}:\"{}\"", value.replace('"', " ")));
    for (id, field) in [("project", "project"), ("customer", "customer")] {
        if let Some(value) = parsed.text(id) {
            and(field, value.to_owned());
        }
    }
    for (id, field) in [("outlet", "outlet"), ("box", "box")] {
        if let Some(value) = parsed.get::<Label>(id) {
            and(field, value.to_string());
        }
    }
    let mut word = |field: &str, value: &str| query.push_str(&format!(" {field}:{value}"));
    if let Some(class) = parsed.get::<Class>("class") {
        word("class", class.word());
    }
    if let Some(state) = parsed.get::<Standing>("state") {
        word("state", state.word());
    }
    if let Some(business) = parsed.get::<Business>("business") {
        word("business", business.word());
    }
    if let Some(outcome) = parsed.get::<Outcome>("outcome") {
        word("outcome", outcome.word());
    }
    let day = |id| parsed.get::<Day>(id).map(|day| day.to_string());
    if let (from, to) = (day("from"), day("to"))
        && from.as_ref().or(to.as_ref()).is_some()
    {
        word("date", &format!("{}..{}", from.unwrap_or_default(), to.unwrap_or_default()));
    }
    query
}

/// The hits with their rows, as this person may see them; one that was destroyed meanwhile is none any more.
fn hits(session: &Session, answer: &Answer) -> Result<Vec<ToldHit>> {
    let eyes = session.eyes();
    let mut hits = Vec::with_capacity(answer.hits.len());
    for hit in &answer.hits {
        let row = match session.row(hit.record) {
            Err(Error::NoRecord { .. }) => continue,
            row => row?,
        };
        let matched = hit.matched.iter().map(|matched| ToldMatch {
            field: matched.field,
            how: match matched.exactness {
                Exactness::Whole => "whole",
                Exactness::Part => "part",
                Exactness::InText => "text",
                Exactness::Alike => "alike",
            },
        });
        hits.push(ToldHit {
            record: told(&row, session.standing(&row)?, &eyes),
            matched: matched.collect(),
            snippet: snippet(hit, &row, &eyes),
            unread: hit.unread,
        });
    }
    Ok(hits)
}

/// What is shown of a hit: nothing of a record whose use is restricted, and nothing where names may not be seen.
fn snippet(hit: &Hit, row: &Row, eyes: &Eyes) -> Option<ToldSnippet> {
    let snippet = hit.snippet.as_ref()?;
    if row.custody.restricted.is_some() || eyes.sight(Datum::Person) != Sight::Shown {
        return None;
    }
    let seen = match snippet.field {
        "address" => eyes.text(Datum::Form(Field::Address), &snippet.text)?,
        _ => snippet.masked(),
    };
    let ellipsis = |cut: bool| if cut { "…" } else { "" };
    let text = format!("{}{seen}{}", ellipsis(snippet.cut.0), ellipsis(snippet.cut.1));
    Some(ToldSnippet {
        field: snippet.field,
        document: snippet.page.and_then(|(document, _)| row.documents.get(document)).map(|brief| brief.no),
        page: snippet.page.map(|(_, page)| page + 1),
        text,
    })
}

fn explained(explained: Explained) -> &'static str {
    match explained {
        Explained::NothingFits => "nothing-fits",
        Explained::AlikeOnly => "alike-only",
        Explained::TailsLeftOut => "tails-left-out",
    }
}

fn tell_json(
    context: &mut Context,
    query: String,
    answer: Answer,
    hits: Vec<ToldHit>,
    seq: Option<u64>,
) -> Result<()> {
    let facets = answer.facets.into_iter();
    let facet = |count: jingui_indexer::index::FacetCount| ToldFacet {
        facet: count.facet,
        value: count.value,
        records: count.records,
    };
    context.out.document(&Told {
        query,
        total: answer.total,
        unread: answer.unread,
        explained: answer.explained.map(explained),
        hits,
        facets: facets.map(facet).collect(),
        next: answer.next.map(|next| next.to_string()),
        seq,
    })
}

fn tell(context: &mut Context, answer: &Answer, hits: Vec<ToldHit>) -> Result<()> {
    let mut rows = Vec::with_capacity(hits.len());
    for hit in hits {
        let mut fields: Vec<&str> = hit.matched.iter().map(|matched| matched.field).collect();
        fields.dedup();
        let comma = context.out.text("list-comma", &[]);
        let fields: Vec<String> = fields.iter().map(|field| context.out.word("found-in", field)).collect();
        let place = hit.snippet.as_ref().and_then(|snippet| snippet.document.zip(snippet.page));
        let place = place.map(|(document, page)| {
            context.out.text("find-place", &[("document", document.into()), ("page", page.into())])
        });
        let text = hit.snippet.map(|snippet| snippet.text).unwrap_or_default();
        let text = place.map_or_else(|| text.clone(), |place| format!("{place} {text}"));
        let [number, date, project, customer] = hit.record.labels();
        rows.push(vec![number, date, project, customer, fields.join(&comma), text]);
    }
    if !rows.is_empty() {
        let headings =
            ["col-number", "col-date", "col-project", "col-customer", "col-matched", "col-snippet"];
        context.out.table(&headings, rows)?;
    }
    for count in &answer.facets {
        let value = match count.facet {
            "state" => context.out.text(&format!("state-{}", count.value), &[]),
            "kind" => context.out.word("customer-kind", &count.value),
            _ => count.value.clone(),
        };
        let facet = context.out.word("facet", &count.facet);
        let values = [("facet", facet.into()), ("value", value.into()), ("records", count.records.into())];
        context.out.result("find-facet", &values)?;
    }
    if let Some(total) = answer.total {
        context.out.note("find-total", &[("total", total.into())]);
    }
    if let Some(why) = answer.explained {
        context.out.note(&format!("find-{}", explained(why)), &[]);
    }
    if answer.unread > 0 {
        context.out.note("find-unread", &[("records", answer.unread.into())]);
    }
    if let Some(next) = answer.next {
        context.out.note("list-more", &[("cursor", next.to_string().into())]);
    }
    Ok(())
}

//! `missing`: what records lack, by days and by handler, the longest waiting first.

use super::World;
use super::standing::{ToldMaterials, gaps_text};
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::{Problem, Result};
use crate::forms::MissingRow;
use jingui_schema::facts::Label;
use jingui_schema::id::StaffNo;
use jingui_schema::materials::Assessment;
use jingui_schema::sight::Eyes;
use jingui_vault::catalog::{Query, Row};
use jingui_vault::{Exit, Session};
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

/// Records shown where nobody says how many.
const SHOWN: usize = 200;
/// Records asked for at once.
const PAGE: usize = 1000;

#[derive(Serialize)]
struct Told {
    records: Vec<ToldRecord>,
    clerks: Vec<ToldClerk>,
    count: u64,
}

#[derive(Serialize)]
struct ToldRecord {
    record: String,
    number: String,
    customer: String,
    project: String,
    outlet: String,
    business: &'static str,
    date: String,
    days: i64,
    clerk: String,
    materials: ToldMaterials,
}

/// How much waits for one clerk.
#[derive(Serialize)]
struct ToldClerk {
    clerk: String,
    name: Option<String>,
    records: u64,
    gaps: u64,
    longest_days: i64,
}

/// A record that lacks something, in the order in which it is shown.
struct Lacking {
    days: i64,
    row: Row,
    found: Assessment,
}

impl PartialEq for Lacking {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Lacking {}

impl PartialOrd for Lacking {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Lacking {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.days, Reverse(self.row.counter)).cmp(&(other.days, Reverse(other.row.counter)))
    }
}

/// What lacks something: those that have waited longest, how much waits for each clerk, and how many there are.
struct Gathered {
    shown: Vec<Lacking>,
    clerks: Vec<ToldClerk>,
    count: u64,
}

fn gather(context: &mut Context, parsed: &Parsed, session: &Session, limit: usize) -> Result<Gathered> {
    let (clerk, least) = (parsed.get::<StaffNo>("clerk"), parsed.get::<u32>("days").map_or(0, i64::from));
    let outlet = parsed.get::<Label>("outlet").map(|outlet| outlet.folded());
    let now = context.env.now();
    let days = |row: &Row| (now.millis() - row.filed_at.millis()).max(0) / 86_400_000;
    let wanted = |row: &Row| {
        clerk.is_none_or(|clerk| row.facts.clerk == clerk)
            && outlet.as_ref().is_none_or(|outlet| row.facts.outlet.folded() == *outlet)
            && days(row) >= least
    };
    let mut query = Query {
        from: parsed.get("from"),
        to: parsed.get("to"),
        open: true,
        limit: PAGE,
        ..session.query_of(parsed.text("project"), parsed.text("customer"))?
    };
    // Only so many are kept, however many there are: those that have waited longest.
    let mut kept: BinaryHeap<Reverse<Lacking>> = BinaryHeap::new();
    let mut clerks: BTreeMap<StaffNo, (u64, u64, i64)> = BTreeMap::new();
    let mut count = 0;
    loop {
        context.go_on()?;
        let page = session.list(&query)?;
        for row in page.rows.into_iter().filter(|row| wanted(row)) {
            let found = session.assess(&row)?;
            // Also what a reviewer gave back: most often because something is missing.
            if found.is_complete() {
                continue;
            }
            let lacking = Lacking { days: days(&row), row, found };
            let of_clerk = clerks.entry(lacking.row.facts.clerk).or_default();
            of_clerk.0 += 1;
            of_clerk.1 += lacking.found.gaps.len() as u64;
            of_clerk.2 = of_clerk.2.max(lacking.days);
            count += 1;
            kept.push(Reverse(lacking));
            if kept.len() > limit {
                kept.pop();
            }
        }
        context.out.progress("progress-missing", count, None);
        query.after = page.next;
        if query.after.is_none() {
            break;
        }
    }
    // Ascending in their reversed order: the longest waiting first.
    let shown: Vec<Lacking> = kept.into_sorted_vec().into_iter().map(|Reverse(lacking)| lacking).collect();
    let clerks: Vec<ToldClerk> = clerks
        .into_iter()
        .map(|(clerk, (records, gaps, longest_days))| {
            let name = session.name_of(clerk);
            ToldClerk { clerk: clerk.to_string(), name, records, gaps, longest_days }
        })
        .collect();
    Ok(Gathered { shown, clerks, count })
}

/// What lacks something, as rows of a printed list.
///
/// Errors: [`Problem::TooManyToPrint`].
pub(super) fn rows_on_paper(
    context: &mut Context,
    parsed: &Parsed,
    session: &Session,
    limit: u32,
) -> Result<Vec<MissingRow>> {
    let Gathered { shown, count, .. } = gather(context, parsed, session, limit as usize)?;
    if count > shown.len() as u64 {
        return Err(Problem::TooManyToPrint { limit: limit.to_string() }.into());
    }
    let eyes = session.eyes();
    let row = |lacking: &Lacking| {
        let facts = &lacking.row.facts;
        let handler = session.name_of(facts.clerk);
        MissingRow {
            number: facts.number.to_string(),
            customer: eyes.customer(&facts.customer),
            business: context.out.word("business", &facts.business),
            missing: gaps_text(&context.out, &lacking.found.gaps),
            days: lacking.days.to_string(),
            handler: handler
                .map_or_else(|| facts.clerk.to_string(), |name| format!("{} {name}", facts.clerk)),
        }
    };
    Ok(shown.iter().map(row).collect())
}

/// Tells.
pub(super) fn run(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let session = world.session(context)?;
    let limit = parsed.get::<u32>("limit").map_or(SHOWN, |n| n as usize);
    let Gathered { shown, clerks, count } = gather(context, parsed, &session, limit)?;
    world.tell_notices(context)?;
    let eyes = session.eyes();
    if context.out.json() {
        let records = shown.iter().map(|lacking| told(lacking, &eyes)).collect();
        context.out.document(&Told { records, clerks, count })?;
        return Ok(Exit::Done);
    }
    if count == 0 {
        context.out.note("missing-nothing", &[]);
        return Ok(Exit::Done);
    }
    let rows = shown.iter().map(|lacking| {
        let (facts, found) = (&lacking.row.facts, &lacking.found);
        vec![
            lacking.days.to_string(),
            facts.number.to_string(),
            eyes.customer(&facts.customer),
            context.out.word("business", &facts.business),
            facts.clerk.to_string(),
            format!("{}/{}", found.met, found.mandatory),
            gaps_text(&context.out, &found.gaps),
        ]
    });
    let rows = rows.collect();
    let headings = [
        "col-days",
        "col-number",
        "col-customer",
        "col-business",
        "col-clerk",
        "col-materials",
        "col-missing",
    ];
    context.out.table(&headings, rows)?;
    context.out.line("")?;
    let rows = clerks.into_iter().map(|c| {
        let clerk = c.name.map_or_else(|| c.clerk.clone(), |name| format!("{} {name}", c.clerk));
        vec![clerk, c.records.to_string(), c.gaps.to_string(), c.longest_days.to_string()]
    });
    context.out.table(&["col-clerk", "col-records", "col-gaps", "col-longest"], rows.collect())?;
    if count > shown.len() as u64 {
        context.out.note("missing-more", &[("count", (count - shown.len() as u64).into())]);
    }
    Ok(Exit::Done)
}

fn told(lacking: &Lacking, eyes: &Eyes) -> ToldRecord {
    let facts = &lacking.row.facts;
    ToldRecord {
        record: lacking.row.record.to_string(),
        number: facts.number.to_string(),
        customer: eyes.customer(&facts.customer),
        project: facts.project.to_string(),
        outlet: facts.outlet.to_string(),
        business: facts.business.word(),
        date: facts.date.to_string(),
        days: lacking.days,
        clerk: facts.clerk.to_string(),
        materials: ToldMaterials::from(&lacking.found),
    }
}

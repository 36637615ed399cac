//! `review`: the queue, and a second person's signed look at facts and documents.

use super::World;
use super::staff::write_act;
use super::standing::{ToldMaterials, materials_text};
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::{Failure, Problem, Result};
use jingui_schema::digest::Sha256;
use jingui_schema::facts::{Role, Standing, Verdict};
use jingui_schema::id::RecordId;
use jingui_vault::catalog::{Query, Row};
use jingui_vault::review::{Review, SAMPLE_PERCENT, sample};
use jingui_vault::{Error, Exit, Session};
use serde::Serialize;
use std::collections::HashSet;
use std::path::Path;

/// Records of the queue where nobody says how many.
const QUEUE: usize = 50;

#[derive(Serialize)]
struct Queued {
    record: String,
    number: String,
    date: String,
    customer: String,
    business: &'static str,
    documents: usize,
    n: u32,
    own_work: bool,
    materials: ToldMaterials,
}

/// Reviews, or shows what waits for it.
pub(super) fn run(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let session = world.session(context)?;
    let words = parsed.texts("records");
    let plan = parsed.get::<Sha256>("plan");
    if words.is_empty() && plan.is_none() {
        return queue(world, context, parsed, &session);
    }
    let verdict = if parsed.flag("return") { Verdict::Returned } else { Verdict::Passed };
    let mut records =
        words.iter().map(|word| session.resolve(word)).collect::<jingui_vault::Result<Vec<_>>>()?;
    let mut compared = parsed
        .texts("compared")
        .iter()
        .map(|word| session.resolve(word))
        .collect::<jingui_vault::Result<Vec<_>>>()?;
    if let Some(plan) = plan {
        let mut read = |done, of| progress(context, "progress-review-plan", done, of);
        records = session.records_of_plan(plan, &mut read)?;
        // Who reviews may look at more than the rule asks for, not at less.
        let share = parsed.get::<f64>("sample").map_or(0, |share| (share * 100.0 - 1e-9).ceil() as u32);
        let share = share.max(SAMPLE_PERCENT);
        let drawn = sample(plan, session.with_role(&[Role::Reviewer])?, &records, share);
        if parsed.flag("sample-compared") {
            let known: HashSet<RecordId> = compared.iter().copied().collect();
            compared.extend(drawn.iter().filter(|record| !known.contains(record)));
        }
        let known: HashSet<RecordId> = compared.iter().copied().collect();
        let left: Vec<RecordId> = drawn.into_iter().filter(|record| !known.contains(record)).collect();
        if verdict == Verdict::Passed && !left.is_empty() {
            return ask_for_sample(context, &session, plan, &left, records.len());
        }
    }
    let all: HashSet<RecordId> = records.iter().copied().collect();
    if let Some(stray) = compared.iter().find(|record| !all.contains(record)) {
        return Err(Problem::ComparedUnused { record: session.row(*stray)?.facts.number.to_string() }.into());
    }
    let review =
        Review { records: &records, verdict, reason: parsed.text("reason"), compared: &compared, plan };
    if let Some(path) = context.act_out().map(Path::to_owned) {
        let file = session.write_review(&review)?;
        if context.dry_run() {
            return context
                .out
                .result("review-would", &[("count", records.len().into())])
                .map(|()| Exit::Done);
        }
        return write_act(context, &file, &path).map(|()| Exit::Done);
    }
    let dry_run = context.dry_run();
    let mut looked = |done, of| progress(context, "progress-review", done, of);
    let done = session.review_watched(&review, dry_run, &mut looked)?;
    world.tell_notices(context)?;
    tell(context, &session, verdict, done)
}

/// Shows how far it is; whether it goes on.
fn progress(context: &mut Context, key: &str, done: u64, of: u64) -> bool {
    context.out.progress(key, done, Some(of));
    context.go_on().is_ok()
}

fn tell(
    context: &mut Context,
    session: &Session,
    verdict: Verdict,
    done: jingui_vault::review::ReviewDone,
) -> Result<Exit> {
    #[derive(Serialize)]
    struct Item {
        record: String,
        number: Option<String>,
        result: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<&'static str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        materials: Option<ToldMaterials>,
    }
    #[derive(Serialize)]
    struct Summary {
        reviewed: usize,
        refused: usize,
        dry_run: bool,
        seqs: Vec<u64>,
    }
    let exit = match (done.records.len(), done.refused.len()) {
        (_, 0) => Exit::Done,
        (0, 1) => {
            // One record, one reason: the command fails for it.
            let only = done.refused.into_iter().next().expect("there is one");
            return Err(with_gaps(context, session, only.record, only.error));
        }
        (0, _) => Exit::Refused,
        _ => Exit::Part,
    };
    let json = context.out.json();
    if json {
        context.out.begin_lines();
        for record in &done.records {
            let number = session.row(*record).ok().map(|row| row.facts.number.to_string());
            let result = verdict.word();
            context.out.item(&Item {
                record: record.to_string(),
                number,
                result,
                code: None,
                materials: None,
            })?;
        }
    }
    for refused in &done.refused {
        let row = session.row(refused.record).ok();
        let number = row.as_ref().map(|row| row.facts.number.to_string());
        if json {
            let found = row.as_ref().and_then(|row| session.assess(row).ok());
            context.out.item(&Item {
                record: refused.record.to_string(),
                number,
                result: "refused",
                code: Some(refused.error.code()),
                materials: found.as_ref().map(ToldMaterials::from),
            })?;
        } else {
            let why = context.out.error_text(&refused.error);
            let number = number.unwrap_or_else(|| refused.record.to_string());
            context.out.warning("review-refused", &[("number", number.into()), ("why", why.into())])?;
        }
    }
    let (reviewed, refused) = (done.records.len(), done.refused.len());
    if json {
        let summary = Summary { reviewed, refused, dry_run: context.dry_run(), seqs: done.seqs };
        context.out.summary(&summary, exit)?;
        return Ok(exit);
    }
    let key = match (context.dry_run(), verdict) {
        (true, _) => "review-would",
        (false, Verdict::Passed) => "review-passed",
        (false, Verdict::Returned) => "review-returned",
    };
    context.out.result(key, &[("count", reviewed.into())])?;
    Ok(exit)
}

/// A refusal for gaps says which.
fn with_gaps(context: &mut Context, session: &Session, record: RecordId, error: Error) -> Failure {
    if matches!(error, Error::Incomplete { .. })
        && let Ok(found) = session.row(record).and_then(|row| session.assess(&row))
    {
        let text = materials_text(context, &found);
        context.out.note("review-lacks", &[("materials", text.into())]);
    }
    error.into()
}

fn ask_for_sample(
    context: &mut Context,
    session: &Session,
    plan: Sha256,
    left: &[RecordId],
    of: usize,
) -> Result<Exit> {
    #[derive(Serialize)]
    struct Told {
        plan: String,
        records: usize,
        sample: Vec<ToldDrawn>,
    }
    #[derive(Serialize)]
    struct ToldDrawn {
        record: String,
        number: String,
        #[serde(rename = "box")]
        box_code: Option<String>,
        documents: usize,
    }
    let mut drawn = Vec::with_capacity(left.len());
    for record in left {
        let row = session.row(*record)?;
        drawn.push(ToldDrawn {
            record: record.to_string(),
            number: row.facts.number.to_string(),
            box_code: row.facts.box_code.map(|code| code.to_string()),
            documents: row.documents.len(),
        });
    }
    if context.out.json() {
        context.out.document(&Told { plan: plan.to_string(), records: of, sample: drawn })?;
    } else {
        let rows = drawn
            .into_iter()
            .map(|d| vec![d.number, d.box_code.unwrap_or_default(), d.documents.to_string()]);
        context.out.table(&["col-number", "col-box", "col-documents"], rows.collect())?;
    }
    match context.dry_run() {
        true => Ok(Exit::Done),
        false => Err(Error::SampleWanted { count: left.len().to_string() }.into()),
    }
}

fn queue(world: &World, context: &mut Context, parsed: &Parsed, session: &Session) -> Result<Exit> {
    let limit = parsed.get::<u32>("limit").map_or(QUEUE, |n| n as usize);
    let page =
        session.list_where(&Query { limit, ..Query::default() }, Some(Standing::Unreviewed), |_| true)?;
    world.tell_notices(context)?;
    let state = session.vault().state();
    let eyes = session.eyes();
    let own_work = |row: &Row| session.staff().is_ok_and(|staff| row.custody.is_own_work(staff, &state));
    let mut queued = Vec::with_capacity(page.rows.len());
    for row in &page.rows {
        let facts = &row.facts;
        queued.push(Queued {
            record: row.record.to_string(),
            number: facts.number.to_string(),
            date: facts.date.to_string(),
            customer: eyes.customer(&facts.customer),
            business: facts.business.word(),
            documents: row.documents.len(),
            n: row.covers.iter().map(|c| c.n).max().unwrap_or(0),
            own_work: own_work(row),
            materials: ToldMaterials::from(&session.assess(row)?),
        });
    }
    if context.out.json() {
        context.out.document(&queued)?;
        return Ok(Exit::Done);
    }
    if queued.is_empty() {
        context.out.note("review-nothing", &[]);
        return Ok(Exit::Done);
    }
    let own = context.out.text("review-own", &[]);
    let rows = queued.into_iter().map(|q| {
        let own = if q.own_work { own.clone() } else { String::new() };
        let business = context.out.word("business", &q.business);
        vec![q.number, q.date, q.customer, business, q.documents.to_string(), own]
    });
    let headings = ["col-number", "col-date", "col-customer", "col-business", "col-documents", "col-remark"];
    context.out.table(&headings, rows.collect())?;
    if page.next.is_some() {
        context.out.note("review-more", &[]);
    }
    Ok(Exit::Done)
}

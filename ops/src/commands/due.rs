//! `due`: what may be appraised for disposal, what has waited for it too long, and what never will be unless somebody
//! does something (law rules R30, R37). Decides nothing: expiry alone never destroys.
//!
//! Reads the journal alone and asks for no key, so a nightly job can run it.

use super::World;
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::Result;
use jingui_schema::time::Day;
use jingui_vault::Exit;
use jingui_vault::dates::{Asked, Counts, DueRecord, PendingRecord};
use serde::Serialize;
use std::collections::BTreeMap;

/// Records shown where nobody says how many.
const SHOWN: usize = 200;

#[derive(Serialize)]
struct Told {
    as_of: String,
    due: Vec<ToldDue>,
    pending: Vec<ToldPending>,
    counts: ToldCounts,
    undetermined: BTreeMap<&'static str, u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    calendar: Option<Vec<ToldMonth>>,
}

#[derive(Serialize)]
struct ToldDue {
    record: String,
    number: String,
    class: &'static str,
    outcome: &'static str,
    last: String,
    disposal: String,
    since: String,
    overdue: bool,
}

impl From<DueRecord> for ToldDue {
    fn from(one: DueRecord) -> Self {
        Self {
            record: one.record.to_string(),
            number: one.number.to_string(),
            class: one.class.word(),
            outcome: one.outcome.word(),
            last: one.last.to_string(),
            disposal: one.disposal.to_string(),
            since: one.since.to_string(),
            overdue: one.overdue,
        }
    }
}

#[derive(Serialize)]
struct ToldPending {
    record: String,
    number: String,
    filed: String,
}

impl From<PendingRecord> for ToldPending {
    fn from(one: PendingRecord) -> Self {
        let (record, number, filed) = (one.record.to_string(), one.number.to_string(), one.filed.to_string());
        Self { record, number, filed }
    }
}

#[derive(Serialize)]
struct ToldCounts {
    records: u64,
    due: u64,
    overdue: u64,
    kept: u64,
    held: u64,
    cool_off: u64,
    undetermined: u64,
    pending: u64,
}

impl From<Counts> for ToldCounts {
    fn from(counts: Counts) -> Self {
        let Counts { records, due, overdue, kept, held, cool_off, undetermined, pending } = counts;
        Self { records, due, overdue, kept, held, cool_off, undetermined, pending }
    }
}

#[derive(Serialize)]
struct ToldMonth {
    month: String,
    records: u64,
    provisional: u64,
}

/// Lists.
pub(super) fn run(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let as_of = parsed.get::<Day>("as-of").unwrap_or_else(|| world.vault.today());
    let limit = parsed.get::<u32>("limit").map_or(SHOWN, |n| n as usize);
    let knows = world.session_if_any(context)?.is_some_and(|session| session.may_know_holds());
    let asked = Asked { today: as_of, knows, limit };
    let due = world.vault.due(asked, &|| context.go_on().is_err())?;
    world.tell_notices(context)?;
    let months = due.months.into_iter().map(|one| ToldMonth {
        month: format!("{:04}-{:02}", one.year, one.month),
        records: one.records,
        provisional: one.provisional,
    });
    let calendar = parsed.flag("calendar").then(|| months.collect());
    let told = Told {
        as_of: as_of.to_string(),
        due: due.due.into_iter().map(ToldDue::from).collect(),
        pending: due.pending.into_iter().map(ToldPending::from).collect(),
        counts: due.counts.into(),
        undetermined: due.undetermined,
        calendar,
    };
    tell(context, told)
}

fn tell(context: &mut Context, told: Told) -> Result<Exit> {
    if context.out.json() {
        context.out.document(&told)?;
        return Ok(Exit::Done);
    }
    if let Some(calendar) = told.calendar {
        let rows = calendar
            .into_iter()
            .map(|one| vec![one.month, one.records.to_string(), one.provisional.to_string()]);
        context.out.table(&["col-month", "col-records", "col-provisional"], rows.collect())?;
    } else {
        let overdue = context.out.text("due-overdue", &[]);
        let rows = told.due.iter().map(|one| {
            vec![
                one.number.clone(),
                one.class.to_owned(),
                context.out.word("outcome", &one.outcome),
                one.last.clone(),
                one.since.clone(),
                if one.overdue { overdue.clone() } else { String::new() },
            ]
        });
        let rows = rows.collect();
        let headings = ["col-number", "col-class", "col-outcome", "col-last", "col-since", "col-remark"];
        context.out.table(&headings, rows)?;
        for one in &told.pending {
            let values = [("number", one.number.clone().into()), ("day", one.filed.clone().into())];
            context.out.result("due-pending", &values)?;
        }
    }
    let counts = told.counts;
    let values = [
        ("due", counts.due.into()),
        ("overdue", counts.overdue.into()),
        ("kept", (counts.kept + counts.cool_off).into()),
        ("held", counts.held.into()),
        ("undetermined", counts.undetermined.into()),
        ("day", told.as_of.into()),
    ];
    context.out.result("due-counts", &values)?;
    for (why, count) in told.undetermined {
        let why = context.out.word("unclear", &why);
        context.out.result("due-undetermined", &[("why", why.into()), ("count", count.into())])?;
    }
    Ok(Exit::Done)
}

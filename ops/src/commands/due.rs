//! `due`: what may be appraised for disposal, what has waited for it too long, and what never will be unless somebody
//! does something (law rules R30, R37). Decides nothing: expiry alone never destroys.
//!
//! Reads the journal alone and asks for no key, so a nightly job can run it.

use super::World;
use super::why::is_held;
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::Result;
use jingui_schema::facts::Outcome;
use jingui_schema::time::Day;
use jingui_vault::Exit;
use jingui_vault::dates::Kept;
use jingui_vault::retention::{Unclear, Verdict};
use serde::Serialize;
use std::collections::BTreeMap;

/// Records shown where nobody says how many.
const SHOWN: usize = 200;
/// Days after G from which something is overdue (R37), and days from which an application has been pending too long (R30).
const PATIENCE_DAYS: u32 = 90;

#[derive(Serialize)]
struct Told {
    as_of: String,
    due: Vec<ToldDue>,
    pending: Vec<ToldPending>,
    counts: Counts,
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

#[derive(Serialize)]
struct ToldPending {
    record: String,
    number: String,
    filed: String,
}

#[derive(Default, Serialize)]
struct Counts {
    records: u64,
    due: u64,
    overdue: u64,
    kept: u64,
    held: u64,
    cool_off: u64,
    undetermined: u64,
    pending: u64,
}

#[derive(Clone, Default, Serialize)]
struct ToldMonth {
    month: String,
    records: u64,
    provisional: u64,
}

/// Lists.
pub(super) fn run(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let as_of = parsed.get::<Day>("as-of").unwrap_or_else(|| world.vault.today());
    let limit = parsed.get::<u32>("limit").map_or(SHOWN, |n| n as usize);
    let state = world.vault.state();
    let rules = state.retention_rules_on(as_of);
    let knows = world.session_if_any(context)?.is_some_and(|session| session.may_know_holds());
    let ledger = world.vault.ledger(as_of, &|| context.go_on().is_err())?;
    world.tell_notices(context)?;
    let long_since = |day: Day| day.plus_days(PATIENCE_DAYS).is_some_and(|then| then <= as_of);
    let (mut due, mut pending, mut counts) = (Vec::new(), Vec::new(), Counts::default());
    let mut undetermined: BTreeMap<&'static str, u64> = BTreeMap::new();
    let mut months: BTreeMap<String, ToldMonth> = BTreeMap::new();
    for (record, kept) in ledger.records() {
        counts.records += 1;
        let dated = ledger.dated(record, kept, &state, &rules, as_of);
        let dated = if knows { dated } else { dated.openly(as_of) };
        if kept.outcome == Outcome::Pending && long_since(kept.filed) {
            counts.pending += 1;
            pending.push((kept.filed, record, kept));
        }
        match dated.verdict {
            Verdict::Undetermined => {
                counts.undetermined += 1;
                let first = dated.assessment.unclear.first().copied();
                *undetermined.entry(first.map_or("unreviewed", Unclear::word)).or_default() += 1;
            }
            // Who may not know of holds gets no sign of one, in counts either.
            held if is_held(held) && !knows => counts.kept += 1,
            Verdict::Held { .. } => counts.held += 1,
            Verdict::Keep { .. } => counts.kept += 1,
            Verdict::CoolOff { .. } => counts.cool_off += 1,
            Verdict::Due { since } => {
                counts.due += 1;
                counts.overdue += u64::from(long_since(since));
                due.push((since, record, kept, dated.assessment.dates().map(|d| (d.last, d.disposal))));
            }
        }
        let disposal = dated.assessment.dates().map(|dates| dates.disposal);
        let earliest = if knows { dated.earliest } else { disposal };
        if let (Some(day), Some(dates)) = (earliest, dated.assessment.dates()) {
            let month: String = day.to_string().chars().take(7).collect();
            let entry = months.entry(month.clone()).or_insert(ToldMonth { month, ..ToldMonth::default() });
            entry.records += 1;
            entry.provisional += u64::from(dates.provisional_until.is_some());
        }
    }
    // Those that have waited longest come first.
    let age = |since: Day, kept: &Kept| (since, kept.number.year(), kept.number.serial());
    due.sort_by_key(|(since, _, kept, _)| age(*since, kept));
    pending.sort_by_key(|(filed, _, kept)| age(*filed, kept));
    let due: Vec<ToldDue> = (due.into_iter().take(limit))
        .map(|(since, record, kept, dates)| ToldDue {
            record: record.to_string(),
            number: kept.number.to_string(),
            class: kept.class.word(),
            outcome: kept.outcome.word(),
            last: dates.map(|(last, _)| last.to_string()).unwrap_or_default(),
            disposal: dates.map(|(_, disposal)| disposal.to_string()).unwrap_or_default(),
            since: since.to_string(),
            overdue: long_since(since),
        })
        .collect();
    let pending: Vec<ToldPending> = (pending.into_iter().take(limit))
        .map(|(filed, record, kept)| ToldPending {
            record: record.to_string(),
            number: kept.number.to_string(),
            filed: filed.to_string(),
        })
        .collect();
    let calendar = parsed.flag("calendar").then(|| months.into_values().collect::<Vec<_>>());
    tell(context, Told { as_of: as_of.to_string(), due, pending, counts, undetermined, calendar })
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

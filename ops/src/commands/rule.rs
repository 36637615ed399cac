//! `rule`: how long each class is kept, what is proposed, and the second person's yes or no.

use super::World;
use super::second;
use super::staff::write_act;
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::Result;
use jingui_schema::facts::{Basis, Class};
use jingui_schema::id::{ActId, RecordId};
use jingui_schema::rules::Rule;
use jingui_schema::time::Day;
use jingui_vault::dates::{Ledger, Moved};
use jingui_vault::proposals::{Proposal, Proposed};
use jingui_vault::retention::Rules;
use jingui_vault::ruling::Change;
use jingui_vault::{Error, Exit, Session};
use serde::Serialize;
use std::path::Path;

/// Records shown where nobody says how many.
const SHOWN: usize = 50;

#[derive(Serialize)]
struct ToldRule {
    class: &'static str,
    version: u32,
    years: u16,
    basis: &'static str,
    grace: u16,
    floor: Option<u16>,
    effective: String,
    law: String,
}

impl From<&Rule> for ToldRule {
    fn from(rule: &Rule) -> Self {
        Self {
            class: rule.class.word(),
            version: rule.version,
            years: rule.years,
            basis: rule.basis.word(),
            grace: rule.grace,
            floor: rule.floor,
            effective: rule.effective.to_string(),
            law: rule.law.clone(),
        }
    }
}

#[derive(Serialize)]
struct ToldProposal {
    act: String,
    by: String,
    at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// All versions of all classes, and what is proposed.
pub(super) fn list(world: &World, context: &mut Context) -> Result<Exit> {
    #[derive(Serialize)]
    struct Told {
        #[serde(flatten)]
        rule: ToldRule,
        state: &'static str,
        signed: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        proposal: Option<ToldProposal>,
    }
    let session = world.session_if_any(context)?;
    let state = world.vault.state();
    let rules = state.retention_rules();
    let mut told = Vec::new();
    for class in Class::ALL {
        let versions = rules.versions(*class);
        for (i, signed) in versions.iter().enumerate() {
            told.push(Told {
                rule: ToldRule::from(&signed.rule),
                state: if i + 1 == versions.len() { "holds" } else { "earlier" },
                signed: signed.on.map(|day| day.to_string()),
                proposal: None,
            });
        }
        if let Some((act, proposal, d)) = state.rule_proposal(*class) {
            let proposal = Some(told_proposal(session.as_ref(), act, proposal));
            told.push(Told { rule: ToldRule::from(&d.rule), state: "proposed", signed: None, proposal });
        }
    }
    if context.out.json() {
        context.out.document(&told)?;
        return Ok(Exit::Done);
    }
    let rows = told.into_iter().map(|told| {
        let rule = told.rule;
        let state = context.out.word("rule-state", &told.state);
        vec![
            format!("{}/{}", rule.class, rule.version),
            rule.years.to_string(),
            context.out.word("rule-basis", &rule.basis),
            rule.grace.to_string(),
            rule.floor.map(|years| years.to_string()).unwrap_or_default(),
            rule.effective,
            told.proposal.map_or(state.clone(), |proposal| format!("{state} {}", proposal.act)),
            rule.law,
        ]
    });
    let rows = rows.collect();
    let headings = [
        "col-rule",
        "col-years",
        "col-counted-from",
        "col-grace",
        "col-floor",
        "col-effective",
        "col-rule-state",
        "col-law",
    ];
    context.out.table(&headings, rows)?;
    Ok(Exit::Done)
}

fn told_proposal(session: Option<&Session>, act: ActId, proposal: &Proposal) -> ToldProposal {
    let note = match &proposal.what {
        Proposed::Rule(d) => Some(d.note),
        _ => None,
    };
    // Who holds no key of the epoch sees the rule all the same; only the reason is sealed.
    let reason = note.zip(session).and_then(|(note, session)| session.read_note(&note).ok());
    ToldProposal {
        act: act.to_string(),
        by: proposal.by.to_string(),
        at: proposal.at.to_string(),
        reason: reason.map(|note| note.text),
    }
}

#[derive(Serialize)]
struct ToldDiff {
    #[serde(flatten)]
    proposal: Option<ToldProposal>,
    now: ToldRule,
    proposed: ToldRule,
    affected: usize,
    undetermined: usize,
    records: Vec<ToldMoved>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dry_run: Option<bool>,
}

#[derive(Serialize)]
struct ToldMoved {
    record: String,
    number: String,
    last: String,
    disposal: String,
    new_last: Option<String>,
    new_disposal: Option<String>,
}

/// The rule of a class now against what is proposed, and the records whose dates that would move.
pub(super) fn diff(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let session = world.session_if_any(context)?;
    let class: Class = parsed.must("class");
    let state = world.vault.state();
    let Some((act, proposal, d)) = state.rule_proposal(class) else {
        return Err(Error::NoRuleProposal { class: class.to_string() }.into());
    };
    let proposal = told_proposal(session.as_ref(), act, proposal);
    if !context.out.json() {
        let (act, by) = (proposal.act.clone(), proposal.by.clone());
        context.out.result("rule-proposed-by", &[("act", act.into()), ("by", by.into())])?;
        if let Some(reason) = proposal.reason.clone() {
            context.out.result("rule-reason", &[("reason", reason.into())])?;
        }
    }
    let shown = if parsed.flag("records") { usize::MAX } else { 0 };
    tell_diff(world, context, Some(proposal), &d.rule, shown, None)
}

fn tell_diff(
    world: &World,
    context: &mut Context,
    proposal: Option<ToldProposal>,
    proposed: &Rule,
    shown: usize,
    dry_run: Option<bool>,
) -> Result<Exit> {
    let state = world.vault.state();
    let now = state.newest_rule(proposed.class);
    let (moved, undetermined) = moved(world, context, &state.retention_rules(), proposed)?;
    if context.out.json() {
        let records = moved.iter().map(|(record, moved)| ToldMoved {
            record: record.to_string(),
            number: moved.number.to_string(),
            last: moved.before.0.to_string(),
            disposal: moved.before.1.to_string(),
            new_last: moved.after.map(|(last, _)| last.to_string()),
            new_disposal: moved.after.map(|(_, disposal)| disposal.to_string()),
        });
        let records = records.collect();
        let (affected, now, proposed) = (moved.len(), ToldRule::from(&now), ToldRule::from(proposed));
        let diff = ToldDiff { proposal, now, proposed, affected, undetermined, records, dry_run };
        context.out.document(&diff)?;
        return Ok(Exit::Done);
    }
    let floor = |rule: &Rule| rule.floor.map(|years| years.to_string()).unwrap_or_default();
    let basis = |context: &Context, rule: &Rule| context.out.word("rule-basis", &rule.basis);
    let row = |context: &Context, key: &str, now: String, then: String| {
        let mark = if now == then { String::new() } else { "*".to_owned() };
        vec![context.out.text(key, &[]), now, then, mark]
    };
    let rows = vec![
        row(context, "col-version", now.version.to_string(), proposed.version.to_string()),
        row(context, "col-years", now.years.to_string(), proposed.years.to_string()),
        row(context, "col-counted-from", basis(context, &now), basis(context, proposed)),
        row(context, "col-grace", now.grace.to_string(), proposed.grace.to_string()),
        row(context, "col-floor", floor(&now), floor(proposed)),
        row(context, "col-effective", now.effective.to_string(), proposed.effective.to_string()),
        row(context, "col-law", now.law.clone(), proposed.law.clone()),
    ];
    context.out.table(&["col-item", "col-now", "col-proposed", "col-changed"], rows)?;
    let key = if proposed.is_shorter_than(&now) { "rule-shorter" } else { "rule-longer" };
    context.out.result(key, &[("day", proposed.effective.to_string().into())])?;
    let values = [("affected", moved.len().into()), ("undetermined", undetermined.into())];
    context.out.result("rule-affected", &values)?;
    let none = || "-".to_owned();
    let rows = moved.iter().take(shown).map(|(_, moved)| {
        let (last, disposal) =
            moved.after.map_or((none(), none()), |(last, disposal)| (last.to_string(), disposal.to_string()));
        let (before, was) = moved.before;
        vec![moved.number.to_string(), before.to_string(), last, was.to_string(), disposal]
    });
    let headings = ["col-number", "col-last", "col-new-last", "col-disposal", "col-new-disposal"];
    context.out.table(&headings, rows.collect())?;
    Ok(Exit::Done)
}

/// The records whose dates a rule would move, and how many have no dates to move.
fn moved(
    world: &World,
    context: &Context,
    rules: &Rules,
    proposed: &Rule,
) -> Result<(Vec<(RecordId, Moved)>, usize)> {
    let today = world.vault.today();
    let ledger: Ledger = world.vault.ledger(Day::FOR_GOOD, &|| context.go_on().is_err())?;
    Ok(ledger.moved_by(rules, proposed, today))
}

/// Proposes the next version of a rule.
pub(super) fn propose(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Told {
        act: String,
        seq: u64,
        rule: ToldRule,
        dry_run: bool,
    }
    let session = world.session(context)?;
    let class: Class = parsed.must("class");
    let newest = world.vault.state().newest_rule(class);
    let floor = parsed.get::<u16>("floor").map_or(newest.floor, |years| (years > 0).then_some(years));
    let rule = Rule {
        class,
        version: newest.version.saturating_add(1),
        years: parsed.get("years").unwrap_or(newest.years),
        basis: parsed.get::<Basis>("count-from").unwrap_or(newest.basis),
        grace: parsed.get("grace").unwrap_or(newest.grace),
        floor,
        effective: parsed.must("effective"),
        law: parsed.must("basis"),
    };
    let change = Change { rule: rule.clone(), reason: parsed.must("reason") };
    if context.dry_run() {
        session.may_propose_rule(&change)?;
        world.tell_notices(context)?;
        return tell_diff(world, context, None, &rule, SHOWN, Some(true));
    }
    if let Some(path) = context.act_out().map(Path::to_owned) {
        let file = session.write_rule_proposal(&change)?;
        return write_act(context, &file, &path).map(|()| Exit::Done);
    }
    let (act, done) = session.propose_rule(&change)?;
    world.tell_notices(context)?;
    if context.out.json() {
        let rule = ToldRule::from(&rule);
        context.out.document(&Told { act: act.to_string(), seq: done.seq, rule, dry_run: false })?;
        return Ok(Exit::Done);
    }
    let values = [("class", class.to_string().into()), ("act", act.to_string().into())];
    context.out.result("rule-proposed", &values)?;
    context.out.note("rule-next", &values);
    Ok(Exit::Done)
}

/// Says yes or no to what somebody else has proposed.
pub(super) fn decide(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Told {
        act: String,
        rule: ToldRule,
        approved: bool,
        seq: Option<u64>,
        dry_run: bool,
    }
    let session = world.session(context)?;
    let act: ActId = parsed.must("act");
    let rule = match &world.vault.state().proposal(act)?.what {
        Proposed::Rule(d) => d.rule.clone(),
        _ => return Err(Error::NoProposal { act: act.to_string() }.into()),
    };
    let (approved, dry_run) = (parsed.command() == ["rule", "approve"], context.dry_run());
    if let (true, Some(path)) = (approved && !dry_run, context.act_out().map(Path::to_owned)) {
        let file = session.write_confirmation(act)?;
        return write_act(context, &file, &path).map(|()| Exit::Done);
    }
    let reason = parsed.any::<String>("reason").unwrap_or_default();
    let seq = match approved {
        true => second::confirm(&session, act, dry_run)?,
        false => second::refuse(&session, act, &reason, dry_run)?,
    };
    world.tell_notices(context)?;
    if context.out.json() {
        let told = Told { act: act.to_string(), rule: ToldRule::from(&rule), approved, seq, dry_run };
        context.out.document(&told)?;
        return Ok(Exit::Done);
    }
    let key = match (approved, dry_run) {
        (true, true) => "rule-would-approve",
        (true, false) => "rule-approved",
        (false, true) => "rule-would-reject",
        (false, false) => "rule-rejected",
    };
    let values = [
        ("class", rule.class.to_string().into()),
        ("version", rule.version.to_string().into()),
        ("years", rule.years.to_string().into()),
        ("day", rule.effective.to_string().into()),
    ];
    context.out.result(key, &values)?;
    Ok(Exit::Done)
}

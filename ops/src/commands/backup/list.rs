//! `backup list`: the copies that the journal knows, or what stands at one target.

use super::super::World;
use super::age;
use super::place::{Place, Reached, Seen};
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::Result;
use jingui_vault::copies::{Begun, States};
use jingui_vault::{Error, Exit};
use serde::Serialize;
use std::path::PathBuf;

#[derive(Serialize)]
struct ToldTarget {
    target: String,
    place: Option<String>,
    outside: Option<bool>,
    made: Option<String>,
    lines: u64,
    lacking: u64,
    copied: Option<String>,
    verified: Option<String>,
    days: Option<u64>,
    findings: u64,
}

/// The copies that the journal knows.
pub(in super::super) fn known(world: &World, context: &mut Context) -> Result<Exit> {
    world.tell_notices(context)?;
    let (state, seen, now) = (world.vault.state(), Seen::read(world), context.env.now());
    let days = |millis: i64| u64::try_from(now.millis().saturating_sub(millis) / 86_400_000).unwrap_or(0);
    let told: Vec<ToldTarget> = (state.copies.iter())
        .map(|(target, copied)| ToldTarget {
            target: target.to_string(),
            place: seen.place(*target).map(str::to_owned),
            outside: Some(copied.outside),
            made: Some(copied.made.to_string()),
            lines: copied.lines,
            lacking: copied.lacking,
            copied: copied.verified.map(|(copied, _)| copied.to_string()),
            verified: copied.verified.map(|(_, at)| at.to_string()),
            days: copied.verified.map(|(copied, _)| days(copied.millis())),
            findings: copied.findings,
        })
        .collect();
    if context.out.json() {
        context.out.document(&told)?;
        return Ok(Exit::Done);
    }
    if told.is_empty() {
        context.out.result("backup-none", &[])?;
    }
    tell_targets(context, told)?;
    age::warn(world, context)?;
    Ok(Exit::Done)
}

/// What stands at one target; needs no vault.
pub(in super::super) fn at(context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct ToldCopy {
        target: String,
        vault: String,
        place: String,
        states: usize,
        made: Option<String>,
        lines: u64,
        damaged: Vec<String>,
    }
    let place = Place::of(context, &parsed.must::<PathBuf>("target"))?;
    let Reached { target, .. } = place.reach(context)?;
    let Begun::Copy(mark) = Begun::look(&*target)? else {
        return Err(Error::NoCopyState { path: target.name() }.into());
    };
    let States { newest, damaged, count } = States::read(&*target, &mark)?;
    let told = ToldCopy {
        target: mark.target.to_string(),
        vault: mark.vault.to_string(),
        place: place.shown(),
        states: count,
        made: newest.as_ref().map(|s| s.at.to_string()),
        lines: newest.as_ref().map_or(0, |s| s.lines),
        damaged: damaged.iter().map(|(path, _)| path.clone()).collect(),
    };
    let exit = if damaged.is_empty() { Exit::Done } else { Exit::Damage };
    if context.out.json() {
        context.out.document(&told)?;
        return Ok(exit);
    }
    for (path, why) in &damaged {
        let values = [("path", path.clone().into()), ("why", why.clone().into())];
        context.out.warning("backup-passed-over", &values)?;
    }
    context.out.pairs(&[
        ("col-target", told.target),
        ("col-vault", told.vault),
        ("col-place", told.place),
        ("col-states", told.states.to_string()),
        ("col-made", told.made.unwrap_or_default()),
        ("col-lines", told.lines.to_string()),
    ])?;
    Ok(exit)
}

fn tell_targets(context: &mut Context, told: Vec<ToldTarget>) -> Result<()> {
    let rows = told.into_iter().map(|t| {
        let outside = context.out.text(if t.outside == Some(true) { "yes" } else { "no" }, &[]);
        vec![
            t.target,
            t.place.unwrap_or_default(),
            outside,
            t.made.unwrap_or_default(),
            t.lines.to_string(),
            t.verified.unwrap_or_default(),
            t.days.map(|n| n.to_string()).unwrap_or_default(),
            t.findings.to_string(),
        ]
    });
    let rows = rows.collect();
    let headings = [
        "col-target",
        "col-place",
        "col-outside",
        "col-made",
        "col-lines",
        "col-verified",
        "col-copy-days",
        "col-findings",
    ];
    context.out.table(&headings, rows)
}

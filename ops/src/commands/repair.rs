//! `repair`: damaged and missing files put back from the mirror and from copies.

use super::World;
use super::backup::{Place, Seen};
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::Result;
use jingui_schema::id::{RecordId, TargetId};
use jingui_vault::copies::{Begun, Mended, Target};
use jingui_vault::heal::{HealOptions, HealProgress, HealReport, Healed, Origin, Unhealed, Why};
use jingui_vault::verify::Phase;
use jingui_vault::{Error, Exit};
use serde::Serialize;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

#[derive(Serialize)]
struct ToldItem<'a> {
    path: &'a str,
    finding: &'a str,
    record: Option<String>,
    outcome: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tried: Vec<ToldTried>,
}

#[derive(Serialize)]
struct ToldTried {
    place: String,
    finding: &'static str,
}

/// A copy that the journal knows and that was not asked.
#[derive(Serialize)]
struct Elsewhere {
    target: String,
    place: Option<String>,
    outside: bool,
    lines: u64,
}

#[derive(Serialize)]
struct Counts {
    dry_run: bool,
    put_back: usize,
    left: usize,
    elsewhere: Vec<Elsewhere>,
}

/// The copies that a command line names; none for other commands than this one.
///
/// Errors: a copy that cannot be reached.
pub fn copies(context: &Context, parsed: &Parsed) -> Result<Vec<Arc<dyn Target>>> {
    if parsed.command() != ["repair"] {
        return Ok(Vec::new());
    }
    let places = parsed.all::<PathBuf>("from");
    // With what was sent again, for what is damaged there.
    places.iter().map(|word| Ok(Mended::over(Place::of(context, word)?.reach(context)?.target)?)).collect()
}

/// Puts back what some place has, and says what none has.
pub(super) fn run(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    world.tell_notices(context)?;
    let copies = copies(context, parsed)?;
    let records = records(world, context, parsed)?;
    let mut asked = BTreeMap::new();
    for target in &copies {
        if let Begun::Copy(mark) = Begun::look(&**target)? {
            asked.insert(mark.target, target.clone());
        }
    }
    let interrupt = context.interrupt.clone();
    let mut report = {
        let out = RefCell::new(&mut context.out);
        world.vault.repair(&HealOptions {
            copies: &copies,
            records: records.as_ref(),
            session: None,
            dry_run: context.call.dry_run,
            progress: &|step| {
                let (key, done) = match step {
                    HealProgress::Looking(step) => match step.phase {
                        Phase::Journal => ("progress-journal", step.lines),
                        Phase::Mirror => ("progress-mirror", step.files),
                        _ => ("progress-files", step.files),
                    },
                    HealProgress::PuttingBack(done) => ("progress-repair", done.bytes),
                };
                out.borrow_mut().progress(key, done, None);
            },
            interrupted: &|| interrupt.is_set(),
        })?
    };
    world.tell_notices(context)?;
    if !context.dry_run() {
        // Each is of this vault: anything else was refused.
        for (id, target) in &asked {
            Seen::read(world).remember(world, *id, &**target);
        }
    }
    let ended = report.ended.take();
    for healed in &report.healed {
        tell_healed(context, healed)?;
    }
    for left in &report.failed {
        tell_left(context, left)?;
    }
    match ended {
        Some(error) => Err(error.into()),
        None => {
            let elsewhere = elsewhere(world, &report, &asked);
            tell_end(context, &report, elsewhere, records.is_some())
        }
    }
}

/// The records that are named. Read from the journal: the catalog follows covers, which may be what is damaged.
fn records(world: &World, context: &Context, parsed: &Parsed) -> Result<Option<BTreeSet<RecordId>>> {
    let words = parsed.texts("records");
    if words.is_empty() {
        return Ok(None);
    }
    let (state, today) = (world.vault.state(), world.vault.today());
    let record = |word: &String| match world.vault.shown(word, today, &|| context.go_on().is_err()) {
        Ok(shown) => Ok(shown.record),
        Err(Error::NoRecord { record }) => Err(match state.tombstone(word) {
            Some((_, seq)) => state.gone(record, seq),
            None => Error::NoRecord { record },
        }),
        Err(error) => Err(error),
    };
    Ok(Some(words.iter().map(record).collect::<jingui_vault::Result<_>>()?))
}

/// The copies that were not asked and were made after the line that names something which is still missing.
fn elsewhere(
    world: &World,
    report: &HealReport,
    asked: &BTreeMap<TargetId, Arc<dyn Target>>,
) -> Vec<Elsewhere> {
    let sought = |left: &&Unhealed| matches!(left.why, Why::Nowhere | Why::NoPlace);
    let seqs = report.failed.iter().filter(sought).filter_map(|left| left.finding.seq);
    let Some(first) = seqs.min() else { return Vec::new() };
    let (state, seen) = (world.vault.state(), Seen::read(world));
    let others = state.copies.iter().filter(|(id, copy)| !asked.contains_key(id) && copy.lines >= first);
    others
        .map(|(id, copy)| Elsewhere {
            target: id.to_string(),
            place: seen.place(*id).map(str::to_owned),
            outside: copy.outside,
            lines: copy.lines,
        })
        .collect()
}

/// A place as people read it.
fn shown(context: &Context, place: &Origin) -> String {
    match place {
        Origin::Copy(place) => place.clone(),
        known => context.out.text(&format!("repair-from-{known}"), &[]),
    }
}

fn tell_healed(context: &mut Context, healed: &Healed) -> Result<()> {
    let outcome = if context.dry_run() { "would-put-back" } else { "put-back" };
    let finding = healed.finding.word();
    if context.out.json() {
        return context.out.item(&ToldItem {
            path: &healed.path,
            finding,
            record: healed.record.map(|record| record.to_string()),
            outcome,
            from: Some(healed.from.to_string()),
            why: None,
            tried: Vec::new(),
        });
    }
    let values = [
        ("path", healed.path.clone().into()),
        ("finding", context.out.text(&format!("finding-{finding}"), &[]).into()),
        ("from", shown(context, &healed.from).into()),
    ];
    context.out.result(&format!("repair-{outcome}"), &values)
}

fn tell_left(context: &mut Context, left: &Unhealed) -> Result<()> {
    let Unhealed { finding, why, tried } = left;
    if context.out.json() {
        let tried = tried.iter();
        let tried = tried.map(|t| ToldTried { place: t.place.to_string(), finding: t.found.word() });
        return context.out.item(&ToldItem {
            path: &finding.path,
            finding: finding.finding.word(),
            record: finding.record.map(|record| record.to_string()),
            outcome: "left",
            from: None,
            why: Some(why.word()),
            tried: tried.collect(),
        });
    }
    let word = context.out.text(&format!("finding-{}", finding.finding.word()), &[]);
    let values = [
        ("path", finding.path.clone().into()),
        ("finding", word.into()),
        ("why", why_text(context, why).into()),
    ];
    context.out.result("repair-left", &values)?;
    for tried in tried {
        let finding = context.out.text(&format!("finding-{}", tried.found.word()), &[]);
        let values = [("place", shown(context, &tried.place).into()), ("finding", finding.into())];
        context.out.result("repair-tried", &values)?;
    }
    Ok(())
}

/// Why something was left, in the reader's language.
pub(super) fn why_text(context: &Context, why: &Why) -> String {
    let detail = match why {
        Why::Disk(detail) => detail.clone(),
        _ => String::new(),
    };
    context.out.text(&format!("repair-why-{}", why.word()), &[("detail", detail.into())])
}

fn tell_end(
    context: &mut Context,
    report: &HealReport,
    elsewhere: Vec<Elsewhere>,
    some: bool,
) -> Result<Exit> {
    let (put_back, left) = (report.healed.len(), report.failed.len());
    let exit = if left == 0 { Exit::Done } else { Exit::Damage };
    let dry_run = context.dry_run();
    if context.out.json() {
        context.out.summary(&Counts { dry_run, put_back, left, elsewhere }, exit)?;
        return Ok(exit);
    }
    let values = [("count", put_back.into()), ("left", left.into())];
    let key = match (put_back, left, dry_run) {
        (0, 0, _) if some => "repair-nothing-of-these",
        (0, 0, _) => "repair-nothing",
        (_, 0, false) => "repair-whole",
        (_, 0, true) => "repair-would-be-whole",
        (_, _, false) => "repair-in-part",
        (_, _, true) => "repair-would-in-part",
    };
    context.out.result(key, &values)?;
    for Elsewhere { target, place, lines, .. } in elsewhere {
        let values = [
            ("target", target.into()),
            ("lines", lines.into()),
            ("place", place.clone().unwrap_or_default().into()),
        ];
        let key = if place.is_some() { "repair-elsewhere" } else { "repair-elsewhere-unknown" };
        context.out.note(key, &values);
    }
    Ok(exit)
}

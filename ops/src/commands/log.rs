//! `log RECORD` and `journal log`: lines of the journal, for people or as they lie.

use super::World;
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::Result;
use jingui_schema::act::Deed;
use jingui_schema::id::By;
use jingui_schema::line::{Line, Tip};
use jingui_schema::sight::{Datum, Sight};
use jingui_vault::{Exit, Session};
use serde::Serialize;

#[derive(Serialize)]
struct Told {
    seq: u64,
    at: String,
    by: String,
    name: Option<String>,
    kind: &'static str,
    act: serde_json::Value,
    reason: Option<String>,
}

/// The lines about one record.
pub(super) fn record(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let session = world.session(context)?;
    let record = session.resolve(&parsed.must::<String>("record"))?;
    let lines = session.history(record)?;
    world.tell_notices(context)?;
    // Who may not know of holds gets no sign of one.
    let knows = session.may_know_holds();
    let known = lines.iter().filter(|line| knows || !line.act.deed.kind().starts_with("hold."));
    let shown = session.eyes().sight(Datum::Said) == Sight::Shown;
    let mut told: Vec<Told> = known.map(|line| told(line, Some(&session), shown)).collect();
    if !knows {
        told.iter_mut().for_each(|told| without_holds(&mut told.act));
    }
    if context.out.json() {
        context.out.document(&told)?;
        return Ok(Exit::Done);
    }
    table(context, &told)
}

/// The line of a record that was taken in names the holds that came with it.
fn without_holds(act: &mut serde_json::Value) {
    if let Some(from) = act.pointer_mut("/data/from").and_then(serde_json::Value::as_object_mut) {
        from.remove("holds");
    }
}

/// Lines in order.
pub(super) fn journal(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let from = parsed.get::<u64>("from").unwrap_or(1);
    let limit = parsed.get::<u64>("limit").unwrap_or(u64::MAX);
    let tip = match from {
        1 => Tip::START,
        seq => Tip::after(&world.vault.line(seq - 1)?.0),
    };
    let mut rows = Vec::new();
    for item in world.vault.lines_after(tip)?.take(usize::try_from(limit).unwrap_or(usize::MAX)) {
        context.go_on()?;
        let (line, raw) = item?;
        if context.out.json() {
            context.out.out(&[&raw.bytes[..], b"\n"].concat())?;
        } else {
            rows.push(told(&line, None, false));
            if rows.len() == 1000 {
                table(context, &std::mem::take(&mut rows))?;
            }
        }
        if context.out.gone() {
            break;
        }
    }
    table(context, &rows)
}

/// A line; with what was said beside it, if that is `shown`.
fn told(line: &Line, session: Option<&Session>, shown: bool) -> Told {
    let name = match (line.by, session) {
        (By::Staff(staff), Some(session)) => session.name_of(staff),
        _ => None,
    };
    // An enrolment's note is the name, and told as such.
    let note =
        line.act.deed.note().filter(|_| !matches!(line.act.deed, Deed::StaffEnrol(_) | Deed::VaultInit(_)));
    let reason = note
        .filter(|_| shown)
        .zip(session)
        .and_then(|(note, session)| session.read_note(note).ok())
        .map(|n| n.text);
    let act = serde_json::from_str::<serde_json::Value>(line.raw_act().get()).unwrap_or_default();
    Told {
        seq: line.seq,
        at: line.at.to_string(),
        by: line.by.to_string(),
        name,
        kind: line.act.deed.kind(),
        act,
        reason,
    }
}

fn table(context: &mut Context, told: &[Told]) -> Result<Exit> {
    let rows = told.iter().map(|line| {
        let by = line.name.as_ref().map_or_else(|| line.by.clone(), |name| format!("{} {name}", line.by));
        let what = context.out.text(&format!("kind-{}", line.kind.replace('.', "-")), &[]);
        vec![line.seq.to_string(), line.at.clone(), by, what, line.reason.clone().unwrap_or_default()]
    });
    let rows = rows.collect();
    context.out.table(&["col-seq", "col-at", "col-by", "col-what", "col-reason"], rows)?;
    Ok(Exit::Done)
}

//! `correct`: facts as they should have been, in a new fact version; the old one stays and can be shown.

use super::World;
use super::show::papers;
use crate::cli::{Kinded, Parsed, Remarked, Titled};
use crate::context::Context;
use crate::failure::{Problem, Result};
use crate::output::Output;
use jingui_schema::facts::{Circumstance, CustomerKind, FactName, Facts, Label, Waived};
use jingui_schema::materials::Gap;
use jingui_schema::sight::Eyes;
use jingui_schema::time::Day;
use jingui_vault::correct::{Corrected, DocumentChange};
use jingui_vault::filing::Labels;
use jingui_vault::{Error, Exit};
use serde::Serialize;
use std::path::Path;

/// Corrects.
pub(super) fn run(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let session = world.session(context)?;
    let record = session.resolve(&parsed.must::<String>("record"))?;
    let documents = documents(parsed)?;
    let today = context.env.now().day();
    // What is wrong with the words is found before the vault is asked for anything.
    let row = session.row(record)?;
    let gaps = session.assess(&row)?.gaps;
    change(&mut Labels::of(&session.view(record)?.facts), parsed, today, &gaps)?;
    if !parsed.all::<Circumstance>("flag").is_empty() {
        let mut labels = Labels::of(&row.facts);
        change(&mut labels, parsed, today, &gaps)?;
        super::add::note_flags(context, &session, &labels)?;
    }
    let reason = parsed.text("reason").unwrap_or_default();
    let change = |there: &mut Labels| {
        change(there, parsed, today, &gaps)
            .map_err(|_| Error::Stale { why: "the record was corrected meanwhile".into() })
    };
    let corrected = session.correct(record, change, &documents, reason, context.dry_run());
    world.tell_notices(context)?;
    match corrected {
        // A correction that is repeated has been made.
        Err(Error::NothingToCorrect { record: number }) => match context.out.json() {
            true => {
                let told = Nothing { record: record.to_string(), number, changed: [] };
                context.out.document(&told).map(|()| Exit::Done)
            }
            false => {
                context.out.note("correct-nothing", &[("number", number.into())]);
                Ok(Exit::Done)
            }
        },
        corrected => {
            let exit = tell(context, &session.eyes(), &record.to_string(), &corrected?)?;
            if !context.dry_run() {
                context.out.flush()?;
                super::read::after_filing(world, context, &session, record)?;
            }
            Ok(exit)
        }
    }
}

#[derive(Serialize)]
struct Nothing {
    record: String,
    number: String,
    changed: [&'static str; 0],
}

/// What the command line changes in the labels of a record with these gaps.
fn change(labels: &mut Labels, parsed: &Parsed, today: Day, gaps: &[Gap]) -> Result<()> {
    for cleared in parsed.all::<FactName>("clear") {
        match cleared {
            FactName::CustomerId => labels.customer.id = None,
            FactName::Tags => labels.tags.clear(),
            FactName::Box => labels.box_code = None,
            FactName::Waived => labels.waived.clear(),
            FactName::Channel => labels.application.channel = None,
            FactName::Flags => labels.application.flags.clear(),
            FactName::Applied => labels.application.applied = None,
            FactName::Fields => labels.application.fields.clear(),
            _ => {}
        }
    }
    let set = |to: &mut Label, id: &str| {
        if let Some(label) = parsed.get::<Label>(id) {
            *to = label;
        }
    };
    set(&mut labels.project, "project");
    set(&mut labels.outlet, "outlet");
    set(&mut labels.customer.name, "customer");
    if let Some(kind) = parsed.get::<CustomerKind>("customer-kind") {
        labels.customer.kind = kind;
    }
    let kind = labels.customer.kind;
    match (parsed.text("customer-id"), labels.customer.id.as_deref()) {
        (Some(text), _) => labels.customer.id = Some(super::add::customer_id(kind, text, today)?),
        // What stays has to fit what the customer is from now on.
        (None, Some(id)) if parsed.get::<CustomerKind>("customer-kind").is_some() => {
            let stays = |why: String| Problem::CustomerIdStays { why, kind: kind.to_string() };
            super::add::check_customer_id(kind, id, today).map_err(stays)?;
        }
        _ => {}
    }
    labels.business = parsed.get("business").unwrap_or(labels.business);
    if let Some(date) = parsed.get::<Day>("date") {
        super::add::check_past(date, today)?;
        labels.date = date;
    }
    labels.outcome = parsed.get("outcome").unwrap_or(labels.outcome);
    for tag in parsed.all::<Label>("tag") {
        if !labels.tags.contains(&tag) {
            labels.tags.push(tag);
        }
    }
    labels.box_code = parsed.get("box").or(labels.box_code.take());
    super::add::waive(&mut labels.waived, parsed, gaps);
    let application = &mut labels.application;
    application.channel = parsed.get("channel").or(application.channel);
    application.flags.extend(parsed.all::<Circumstance>("flag"));
    application.flags.sort_unstable();
    application.flags.dedup();
    if let Some(day) = parsed.get::<Day>("applied") {
        super::add::check_past(day, today)?;
        application.applied = Some(day);
    }
    super::add::particulars(&mut application.fields, parsed, today)
}

/// What the command line says of documents, by their numbers.
fn documents(parsed: &Parsed) -> Result<Vec<DocumentChange>> {
    super::add::check_kinds(&parsed.all("kind"))?;
    let mut changes: Vec<DocumentChange> = Vec::new();
    let mut of = |file: &Path| -> Result<usize> {
        let word = file.to_string_lossy().into_owned();
        let no = word.parse::<u32>().map_err(|_| Problem::DocumentNumber { word })?;
        let known = changes.iter().position(|change| change.no == no);
        Ok(known.unwrap_or_else(|| {
            changes.push(DocumentChange { no, ..DocumentChange::default() });
            changes.len() - 1
        }))
    };
    let mut said: Vec<(usize, DocumentChange)> = Vec::new();
    for Kinded { file, kind } in parsed.all("kind") {
        said.push((of(&file)?, DocumentChange { kind: Some(kind), ..DocumentChange::default() }));
    }
    for Titled { file, title } in parsed.all("title") {
        said.push((of(&file)?, DocumentChange { title: Some(title), ..DocumentChange::default() }));
    }
    for Remarked { file, marks, add, remove, until, pages } in parsed.all("mark") {
        let said_of_marks = DocumentChange { marks, add, remove, until, pages, ..DocumentChange::default() };
        said.push((of(&file)?, said_of_marks));
    }
    for (place, more) in said {
        let change = &mut changes[place];
        change.kind = more.kind.or(change.kind);
        change.title = more.title.or(change.title.take());
        // Front and back may be two options: together they are all marks of the document.
        if let Some(marks) = more.marks {
            let all = change.marks.get_or_insert_default();
            all.extend(marks);
            all.sort_unstable();
            all.dedup();
        }
        change.add.extend(more.add);
        change.remove.extend(more.remove);
        change.until = more.until.or(change.until);
        change.pages = more.pages.or(change.pages);
    }
    Ok(changes)
}

fn tell(context: &mut Context, eyes: &Eyes, record: &str, corrected: &Corrected) -> Result<Exit> {
    #[derive(Serialize)]
    struct Told<'a> {
        record: &'a str,
        number: String,
        n: u32,
        seq: Option<u64>,
        at: String,
        dry_run: bool,
        changed: Vec<&'static str>,
        to_review: bool,
        class: &'static str,
    }
    let number = corrected.after.number.to_string();
    if context.out.json() {
        return context
            .out
            .document(&Told {
                record,
                number,
                n: corrected.n,
                seq: corrected.seq,
                at: corrected.at.to_string(),
                dry_run: corrected.seq.is_none(),
                changed: corrected.changed.iter().map(|name| name.word()).collect(),
                to_review: corrected.to_review,
                class: corrected.after.class.word(),
            })
            .map(|()| Exit::Done);
    }
    let key = if corrected.seq.is_some() { "correct-done" } else { "correct-would" };
    context.out.result(key, &[("number", number.into()), ("n", corrected.n.into())])?;
    let (before, after) = (eyes.facts(&corrected.before), eyes.facts(&corrected.after));
    let rows = corrected.changed.iter().map(|name| {
        let heading = context.out.text(&format!("fact-{name}"), &[]);
        let out = &context.out;
        let (old, new) = match name {
            FactName::Documents => (
                papers(corrected.documents.iter().map(|(old, _)| old)),
                papers(corrected.documents.iter().map(|(_, new)| new)),
            ),
            name => (fact(out, &before, *name), fact(out, &after, *name)),
        };
        vec![heading, old, new]
    });
    let rows = rows.collect();
    context.out.table(&["col-fact", "col-before", "col-after"], rows)?;
    if corrected.to_review {
        context.out.note("correct-to-review", &[]);
    }
    Ok(Exit::Done)
}

/// One fact in words, as it is in these facts: they are those that somebody may see. What is said of documents is in
/// [`papers`].
pub(super) fn fact(out: &Output, facts: &Facts, name: FactName) -> String {
    let list = |words: Vec<String>| words.join(", ");
    match name {
        FactName::Project => facts.project.to_string(),
        FactName::Outlet => facts.outlet.to_string(),
        FactName::Customer => facts.customer.name.to_string(),
        FactName::CustomerKind => out.word("customer-kind", &facts.customer.kind),
        FactName::CustomerId => facts.customer.id.clone().unwrap_or_default(),
        FactName::Business => out.word("business", &facts.business),
        FactName::Date => facts.date.to_string(),
        FactName::Outcome => out.word("outcome", &facts.outcome),
        FactName::Class => facts.class.to_string(),
        FactName::Tags => list(facts.tags.iter().map(ToString::to_string).collect()),
        FactName::Box => facts.box_code.as_ref().map(ToString::to_string).unwrap_or_default(),
        FactName::Waived => list(facts.waived.iter().map(waiver_code).collect()),
        FactName::Channel => facts.channel.map(|c| c.to_string()).unwrap_or_default(),
        FactName::Flags => list(facts.flags.iter().map(ToString::to_string).collect()),
        FactName::Applied => facts.applied.map(|d| d.to_string()).unwrap_or_default(),
        FactName::Fields => list(facts.fields.iter().map(|p| format!("{}: {}", p.field, p.value)).collect()),
        FactName::Documents => String::new(),
    }
}

/// A waiver as it is typed, with its reason.
fn waiver_code(waived: &Waived) -> String {
    let gap = waived.gap.map(|gap| format!(":{gap}")).unwrap_or_default();
    format!("{}{gap}: {}", waived.kind, waived.reason)
}

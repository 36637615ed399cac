//! `add`: files one record, or supplements one with `--to`.

use super::World;
use crate::cli::{Kinded, Parsed, Waiver};
use crate::context::Context;
use crate::failure::{Problem, Result};
use crate::intake::{Intake, gather};
use crate::output::printable_path;
use jingui_schema::facts::{Customer, CustomerKind, DocumentKind, Label, Outcome, Waived};
use jingui_schema::identifier::CustomerId;
use jingui_schema::time::Day;
use jingui_vault::body::Buffers;
use jingui_vault::filing::{Duplicate, Filed, Filing, Labels};
use jingui_vault::{Exit, Session};
use serde::Serialize;
use std::path::PathBuf;

#[derive(Serialize)]
struct Told<'a> {
    record: String,
    number: String,
    filing: u32,
    seq: u64,
    at: String,
    class: &'a str,
    repeated: bool,
    documents: Vec<ToldDocument<'a>>,
    duplicates: Vec<ToldDuplicate<'a>>,
}

#[derive(Serialize)]
struct ToldDocument<'a> {
    no: u32,
    name: &'a str,
    kind: &'a str,
    #[serde(rename = "type")]
    media_type: &'a str,
    size: u64,
    sha256: String,
}

#[derive(Serialize)]
struct ToldDuplicate<'a> {
    name: &'a str,
    number: Option<String>,
    doc: u32,
}

/// Files.
pub(super) fn run(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let session = world.session(context)?;
    let incoming = documents(context, parsed)?;
    let request = parsed.get("request");
    if let Some(to) = parsed.text("to") {
        let record = session.resolve(to)?;
        let reason = parsed.text("reason").unwrap_or_default();
        if context.dry_run() {
            let labels = labels_of(&session, record)?;
            return rehearse(&session, context, Filing { labels, incoming, request, again: true });
        }
        let filed = session.supplement(record, &incoming, reason, request, &mut Buffers::new())?;
        return tell(world, context, &filed);
    }
    let filing = Filing { labels: labels(context, parsed)?, incoming, request, again: parsed.flag("again") };
    if context.dry_run() {
        return rehearse(&session, context, filing);
    }
    let filed = session.file(&filing, &mut Buffers::new())?;
    tell(world, context, &filed)
}

/// The documents named: paths, then certificates; what each is from `--kind`.
fn documents(context: &Context, parsed: &Parsed) -> Result<Vec<jingui_vault::body::Incoming>> {
    let mut kinds: Vec<(Kinded, bool)> =
        parsed.all::<Kinded>("kind").into_iter().map(|k| (k, false)).collect();
    let mut intakes: Vec<(Intake, DocumentKind)> = Vec::new();
    for path in parsed.all::<PathBuf>("path") {
        intakes.extend(gather(&context.path(&path))?.into_iter().map(|i| (i, DocumentKind::Other)));
    }
    for path in parsed.all::<PathBuf>("cert") {
        intakes.extend(gather(&context.path(&path))?.into_iter().map(|i| (i, DocumentKind::Cert)));
    }
    for (intake, kind) in &mut intakes {
        for (named, used) in &mut kinds {
            if intake.is(&context.path(&named.file), &named.file) {
                (*kind, *used) = (named.kind, true);
            }
        }
    }
    if let Some((named, _)) = kinds.iter().find(|(_, used)| !used) {
        return Err(Problem::KindUnused { file: printable_path(&named.file) }.into());
    }
    Ok(intakes.into_iter().map(|(intake, kind)| intake.incoming(kind)).collect())
}

fn labels(context: &Context, parsed: &Parsed) -> Result<Labels> {
    let kind: CustomerKind = parsed.must("customer-kind");
    let date: Day = parsed.must("date");
    let today = context.env.now().day();
    if date > today {
        return Err(Problem::FutureDate { date: date.to_string(), today: today.to_string() }.into());
    }
    let id = parsed.text("customer-id").map(|text| {
        let checked = match kind {
            CustomerKind::Person => CustomerId::of_person(text, today.0),
            _ => CustomerId::of_organisation(text),
        };
        checked.map(|id| id.as_str().to_owned()).map_err(|why| Problem::CustomerId { why: why.to_string() })
    });
    let waived = parsed.all::<Waiver>("waive").into_iter().map(|w| Waived { kind: w.kind, reason: w.reason });
    Ok(Labels {
        project: parsed.must("project"),
        outlet: parsed.must("outlet"),
        customer: Customer { name: parsed.must("customer"), kind, id: id.transpose()? },
        business: parsed.must("business"),
        date,
        outcome: parsed.get("outcome").unwrap_or(Outcome::Issued),
        tags: parsed.all::<Label>("tag"),
        box_code: parsed.get("box"),
        waived: waived.collect(),
    })
}

fn labels_of(session: &Session, record: jingui_schema::id::RecordId) -> Result<Labels> {
    let facts = session.row(record)?.facts;
    Ok(Labels {
        project: facts.project,
        outlet: facts.outlet,
        customer: facts.customer,
        business: facts.business,
        date: facts.date,
        outcome: facts.outcome,
        tags: facts.tags,
        box_code: facts.box_code,
        waived: facts.waived,
    })
}

fn rehearse(session: &Session, context: &mut Context, filing: Filing) -> Result<Exit> {
    #[derive(Serialize)]
    struct Rehearsed<'a> {
        dry_run: bool,
        class: &'a str,
        documents: Vec<(String, u64, String)>,
        duplicates: Vec<ToldDuplicate<'a>>,
        twin: Option<String>,
    }
    let rehearsal = session.rehearse(&filing)?;
    let twin = rehearsal.twin.filter(|_| !filing.again).map(|n| n.to_string());
    if context.out.json() {
        let documents = rehearsal.documents.iter().map(|(n, s, d)| (n.clone(), *s, d.to_string())).collect();
        let duplicates = told_duplicates(&rehearsal.duplicates);
        let class = rehearsal.class.word();
        context.out.document(&Rehearsed { dry_run: true, class, documents, duplicates, twin })?;
        return Ok(Exit::Done);
    }
    let count = rehearsal.documents.len();
    context
        .out
        .result("add-would-file", &[("count", count.into()), ("class", rehearsal.class.word().into())])?;
    if let Some(number) = twin {
        context.out.result("add-twin", &[("number", number.into())])?;
    }
    tell_duplicates(context, &rehearsal.duplicates)?;
    Ok(Exit::Done)
}

fn tell(world: &World, context: &mut Context, filed: &Filed) -> Result<Exit> {
    world.tell_notices(context)?;
    if context.out.json() {
        let documents = filed.documents.iter().map(|d| ToldDocument {
            no: d.no,
            name: &d.name,
            kind: d.kind.word(),
            media_type: &d.media_type,
            size: d.size,
            sha256: d.sha256.to_string(),
        });
        context.out.document(&Told {
            record: filed.record.to_string(),
            number: filed.number.to_string(),
            filing: filed.filing,
            seq: filed.seq,
            at: filed.at.to_string(),
            class: filed.class.word(),
            repeated: filed.repeated,
            documents: documents.collect(),
            duplicates: told_duplicates(&filed.duplicates),
        })?;
        return Ok(Exit::Done);
    }
    let values = [
        ("number", filed.number.to_string().into()),
        ("record", filed.record.to_string().into()),
        ("count", filed.documents.len().into()),
        ("class", filed.class.word().into()),
    ];
    let key = match (filed.repeated, filed.filing) {
        (true, _) => "add-repeated",
        (false, 1) => "add-filed",
        (false, _) => "add-supplemented",
    };
    context.out.result(key, &values)?;
    tell_duplicates(context, &filed.duplicates)?;
    if let Some(standing) = world.vault.mirror().filter(|s| s.lags.is_some()) {
        let why = standing.lags.unwrap_or_default();
        context.out.warning("notice-mirror-lags", &[("why", why.into())])?;
    }
    Ok(Exit::Done)
}

fn told_duplicates(duplicates: &[Duplicate]) -> Vec<ToldDuplicate<'_>> {
    let told = duplicates.iter().map(|d| ToldDuplicate {
        name: &d.name,
        number: d.number.as_ref().map(ToString::to_string),
        doc: d.doc,
    });
    told.collect()
}

fn tell_duplicates(context: &mut Context, duplicates: &[Duplicate]) -> Result<()> {
    for Duplicate { name, number, doc } in duplicates {
        let name = name.clone();
        match number {
            Some(number) => {
                let values =
                    [("name", name.into()), ("number", number.to_string().into()), ("doc", (*doc).into())];
                context.out.warning("add-filed-before", &values)?;
            }
            None => {
                context.out.warning("add-twice-here", &[("name", name.into()), ("doc", (*doc).into())])?
            }
        }
    }
    Ok(())
}

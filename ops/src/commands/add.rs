//! `add`: files one record, or supplements one with `--to`.

use super::World;
use super::backup::age;
use super::standing::{ToldMaterials, materials_text};
use crate::cli::{Kinded, Marked, Parsed, Titled, Waiver};
use crate::context::Context;
use crate::failure::{Problem, Result};
use crate::intake::{Intake, gather};
use crate::output::printable_path;
use jingui_schema::facts::{
    Business, Circumstance, Customer, CustomerKind, DocumentKind, Field, Label, Lack, Outcome, Particular,
    Role, Waived,
};
use jingui_schema::identifier::CustomerId;
use jingui_schema::materials::Gap;
use jingui_schema::near;
use jingui_schema::projects::Doubt;
use jingui_schema::time::Day;
use jingui_vault::body::{Buffers, Incoming};
use jingui_vault::certificate::Certificate;
use jingui_vault::certs::ToLink;
use jingui_vault::filing::{Application, Duplicate, Filed, Filing, Labels};
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
    state: &'static str,
    materials: ToldMaterials,
    documents: Vec<ToldDocument<'a>>,
    duplicates: Vec<ToldDuplicate<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    certs: Vec<super::cert::ToldCert>,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    flaw: Option<&'static str>,
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
    let read = certificates(context, parsed)?;
    let incoming = documents(context, parsed)?;
    let request = parsed.get("request");
    age::before_filing(world, &session, context, parsed)?;
    if let Some(to) = parsed.text("to") {
        let record = session.resolve(to)?;
        let reason = parsed.text("reason").unwrap_or_default();
        if context.dry_run() {
            let labels = Labels::of(&session.row(record)?.facts);
            let filing = Filing { labels, incoming, request, again: true, plan: None, certs: Vec::new() };
            return rehearse(&session, context, filing);
        }
        let filed = session.supplement(record, &incoming, reason, request, &mut Buffers::new())?;
        // A second line: what is cut off here is made up for by the same command, for neither is done twice.
        let certs = to_link(read, parsed, session.row(record)?.facts.business);
        if !certs.is_empty() {
            match session.link(record, &certs, Some(reason), false) {
                Err(jingui_vault::Error::LinkedAlready { .. }) => {}
                linked => drop(linked?),
            }
        }
        return tell(world, context, &session, &filed);
    }
    let labels = labels(context, parsed)?;
    // Whoever may not file is told so, and not what a project is called.
    session.with_role(&[Role::Archivist])?;
    if !parsed.flag("new-project") {
        check_project(&session, &labels.project)?;
    }
    note_flags(context, &session, &labels)?;
    let certs = to_link(read, parsed, labels.business);
    let filing = Filing { labels, incoming, request, again: parsed.flag("again"), plan: None, certs };
    if context.dry_run() {
        return rehearse(&session, context, filing);
    }
    let filed = session.file(&filing, &mut Buffers::new())?;
    tell(world, context, &session, &filed)
}

/// The certificates that the command line names, read. What is none is refused before anything is filed.
fn certificates(context: &Context, parsed: &Parsed) -> Result<Vec<Certificate>> {
    let mut all = Vec::new();
    for path in parsed.all::<PathBuf>("cert") {
        for file in gather(&context.path(&path))? {
            all.extend(super::cert::read(file.path())?);
        }
    }
    Ok(all)
}

fn to_link(read: Vec<Certificate>, parsed: &Parsed, business: Business) -> Vec<ToLink> {
    let reliance = parsed.get("reliance").unwrap_or(crate::certs::reliance_of(business));
    read.into_iter().map(|certificate| ToLink { certificate, reliance }).collect()
}

/// What the command line says of one file, and whether the file was met.
struct Said {
    file: PathBuf,
    say: Box<dyn Fn(&mut Incoming)>,
    used: bool,
}

/// What is said of files, by `--kind`, `--title` and `--mark`.
fn said(parsed: &Parsed) -> Vec<Said> {
    let say = |file: PathBuf, say: Box<dyn Fn(&mut Incoming)>| Said { file, say, used: false };
    let kinds = parsed.all::<Kinded>("kind").into_iter();
    let titles = parsed.all::<Titled>("title").into_iter();
    let marks = parsed.all::<Marked>("mark").into_iter();
    let kinds = kinds.map(|Kinded { file, kind }| say(file, Box::new(move |doc| doc.kind = kind)));
    let titles = titles.map(|Titled { file, title }| {
        say(file, Box::new(move |doc| doc.title = Some(title.clone()).filter(|title| !title.is_empty())))
    });
    let marks = marks.map(|Marked { file, marks, until, pages }| {
        // Front and back may be two options: what is said of one file adds up.
        let add = move |doc: &mut Incoming| {
            let seen = &mut doc.seen;
            seen.marks.extend(&marks);
            seen.marks.sort_unstable();
            seen.marks.dedup();
            (seen.until, seen.pages) = (until.or(seen.until), pages.or(seen.pages));
        };
        say(file, Box::new(add))
    });
    kinds.chain(titles).chain(marks).collect()
}

/// The documents named: paths, then certificates, with what is said of each.
fn documents(context: &Context, parsed: &Parsed) -> Result<Vec<Incoming>> {
    check_kinds(&parsed.all("kind"))?;
    let mut said = said(parsed);
    let mut intakes: Vec<(Intake, DocumentKind)> = Vec::new();
    for path in parsed.all::<PathBuf>("path") {
        intakes.extend(gather(&context.path(&path))?.into_iter().map(|i| (i, DocumentKind::Other)));
    }
    for path in parsed.all::<PathBuf>("cert") {
        intakes.extend(gather(&context.path(&path))?.into_iter().map(|i| (i, DocumentKind::Cert)));
    }
    let mut documents = Vec::with_capacity(intakes.len());
    for (intake, kind) in intakes {
        let mut of_this = Vec::new();
        for (place, one) in said.iter_mut().enumerate() {
            if intake.is(&context.path(&one.file), &one.file) {
                one.used = true;
                of_this.push(place);
            }
        }
        let mut document = intake.incoming(kind);
        of_this.into_iter().for_each(|place| (said[place].say)(&mut document));
        documents.push(document);
    }
    match said.iter().find(|one| !one.used) {
        Some(one) => Err(Problem::KindUnused { file: printable_path(&one.file) }.into()),
        None => Ok(documents),
    }
}

/// Refuses two kinds for one file: which of them is meant nobody can tell.
pub(super) fn check_kinds(kinds: &[Kinded]) -> Result<()> {
    let other = |one: &Kinded| kinds.iter().any(|two| two.file == one.file && two.kind != one.kind);
    match kinds.iter().find(|one| other(one)) {
        Some(one) => Err(Problem::KindTwice { file: printable_path(&one.file) }.into()),
        None => Ok(()),
    }
}

/// A customer's identifier in its stored spelling.
pub(super) fn customer_id(kind: CustomerKind, text: &str, today: Day) -> Result<String> {
    check_customer_id(kind, text, today).map_err(|why| Problem::CustomerId { why }.into())
}

/// The same, or what is wrong with it.
pub(super) fn check_customer_id(
    kind: CustomerKind,
    text: &str,
    today: Day,
) -> std::result::Result<String, String> {
    let checked = match kind {
        CustomerKind::Person => CustomerId::of_person(text, today.0),
        _ => CustomerId::of_organisation(text),
    };
    checked.map(|id| id.as_str().to_owned()).map_err(|why| why.to_string())
}

/// Refuses a business date that lies ahead.
pub(super) fn check_past(date: Day, today: Day) -> Result<()> {
    match date > today {
        true => Err(Problem::FutureDate { date: date.to_string(), today: today.to_string() }.into()),
        false => Ok(()),
    }
}

/// Puts the waivers of a command line to those that there are; a later one of the same gap counts.
///
/// Shape: one that names no gap means those of its kind that there are, and where there is none, that it is missing.
/// Waivers that are stored without a gap let pass whatever there is of a kind; none is written any more.
pub(super) fn waive(waived: &mut Vec<Waived>, parsed: &Parsed, gaps: &[Gap]) {
    for Waiver { kind, gap, reason } in parsed.all::<Waiver>("waive") {
        let there = gaps.iter().filter(|there| there.kinds().contains(&kind)).map(Gap::lack);
        let mut meant: Vec<Lack> = gap.map_or_else(|| there.collect(), |gap| vec![gap]);
        if meant.is_empty() {
            meant.push(Lack::Missing);
        }
        meant.sort_unstable();
        meant.dedup();
        waived.retain(|known| known.kind != kind || known.gap.is_some_and(|gap| !meant.contains(&gap)));
        let new = |gap| Waived { kind, gap: Some(gap), reason: reason.clone(), by: None };
        waived.extend(meant.into_iter().map(new));
    }
}

/// Puts the particulars of a command line to those that there are; a later one of a field counts.
///
/// A handler's identifier is checked and spelled as a customer's is, or nobody would find it by its number.
pub(super) fn particulars(fields: &mut Vec<Particular>, parsed: &Parsed, today: Day) -> Result<()> {
    for Particular { field, value } in parsed.all::<Particular>("field") {
        let value = match field {
            Field::HandlerId => {
                let checked = CustomerId::of_person(value.as_str(), today.0);
                let checked = checked.map_err(|why| Problem::HandlerId { why: why.to_string() })?;
                Label::read(checked.as_str()).expect("an identifier is short and printable")
            }
            Field::Holders => match crate::cli::holders(value.as_str()) {
                Some(count) => count,
                None => return Err(Problem::Holders { word: value.to_string() }.into()),
            },
            // However it was typed, a day is found as a day.
            Field::Accepted => match Day::read(value.as_str()) {
                Ok(day) => Label::read(&day.to_string()).expect("a day is short and printable"),
                Err(_) => return Err(Problem::AcceptedDay { word: value.to_string() }.into()),
            },
            _ => value,
        };
        fields.retain(|known| known.field != field);
        fields.push(Particular { field, value });
    }
    fields.sort_by_key(|particular| particular.field);
    Ok(())
}

/// Refuses a project that may have been mistyped: records filed under two spellings are found by neither.
fn check_project(session: &Session, project: &Label) -> Result<()> {
    let name = project.to_string();
    match session.doubt_project(project)? {
        None => Ok(()),
        Some(Doubt::Near(near)) => Err(Problem::ProjectNear { project: name, near: near.to_string() }.into()),
        Some(Doubt::Unlisted) => Err(Problem::ProjectUnlisted { project: name }.into()),
    }
}

/// Says of flags that no material of the business asks about: most often another one was meant.
pub(super) fn note_flags(context: &mut Context, session: &Session, labels: &Labels) -> Result<()> {
    let (business, kind) = (labels.business, labels.customer.kind);
    let (unasked, asked) = session.settings()?.materials.unasked(business, kind, &labels.application.flags);
    for flag in unasked {
        let near = near::nearest(flag.word(), asked.iter().map(|flag| flag.word()));
        let values = [
            ("flag", flag.word().into()),
            ("business", context.out.word("business", &business).into()),
            ("customer", context.out.word("customer-kind", &kind).into()),
            ("near", near.map_or("", |(near, _)| near).into()),
        ];
        let key = if near.is_some() { "flag-unasked-near" } else { "flag-unasked" };
        context.out.warning(key, &values)?;
    }
    Ok(())
}

fn labels(context: &Context, parsed: &Parsed) -> Result<Labels> {
    let kind: CustomerKind = parsed.must("customer-kind");
    let date: Day = parsed.must("date");
    let today = context.env.now().day();
    check_past(date, today)?;
    let id = parsed.text("customer-id").map(|text| customer_id(kind, text, today));
    let mut flags = parsed.all::<Circumstance>("flag");
    flags.sort_unstable();
    flags.dedup();
    let (mut waived, mut fields) = (Vec::new(), Vec::new());
    waive(&mut waived, parsed, &[]);
    particulars(&mut fields, parsed, today)?;
    let applied = parsed.get::<Day>("applied");
    applied.map(|day| check_past(day, today)).transpose()?;
    let application = Application { channel: parsed.get("channel"), flags, applied, fields };
    Ok(Labels {
        project: parsed.must("project"),
        outlet: parsed.must("outlet"),
        customer: Customer { name: parsed.must("customer"), kind, id: id.transpose()? },
        business: parsed.must("business"),
        date,
        outcome: parsed.get("outcome").unwrap_or(Outcome::Issued),
        tags: parsed.all::<Label>("tag"),
        box_code: parsed.get("box"),
        waived,
        application,
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

fn tell(world: &World, context: &mut Context, session: &Session, filed: &Filed) -> Result<Exit> {
    tell_filed(world, context, session, filed)?;
    // Whoever files knows that it is filed before anything else is tried.
    context.out.flush()?;
    super::read::after_filing(world, context, session, filed.record)?;
    Ok(Exit::Done)
}

fn tell_filed(world: &World, context: &mut Context, session: &Session, filed: &Filed) -> Result<()> {
    let row = session.row(filed.record)?;
    let (found, state) = (session.assess(&row)?, session.standing(&row)?);
    world.tell_notices(context)?;
    if context.out.json() {
        let documents = filed.documents.iter().map(|d| ToldDocument {
            no: d.no,
            name: &d.name,
            kind: d.kind.word(),
            media_type: &d.media_type,
            size: d.size,
            sha256: d.sha256.to_string(),
            flaw: d.flaw.map(|flaw| flaw.word()),
        });
        context.out.document(&Told {
            record: filed.record.to_string(),
            number: filed.number.to_string(),
            filing: filed.filing,
            seq: filed.seq,
            at: filed.at.to_string(),
            class: filed.class.word(),
            repeated: filed.repeated,
            state: state.word(),
            materials: ToldMaterials::from(&found),
            documents: documents.collect(),
            duplicates: told_duplicates(&filed.duplicates),
            certs: super::cert::of_record(session, &row, false)?,
        })?;
        return age::warn(world, context);
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
    let text = materials_text(context, &found);
    context.out.result("add-materials", &[("materials", text.into())])?;
    for document in &filed.documents {
        if let Some(flaw) = document.flaw {
            let flaw = context.out.text(&format!("flaw-{flaw}"), &[]);
            let name = document.name.clone();
            context.out.warning("add-flaw", &[("name", name.into()), ("flaw", flaw.into())])?;
        }
    }
    super::cert::tell_rows(context, &row.certs)?;
    tell_duplicates(context, &filed.duplicates)?;
    if let Some(standing) = world.vault.mirror().filter(|s| s.lags.is_some()) {
        let why = standing.lags.unwrap_or_default();
        context.out.warning("notice-mirror-lags", &[("why", why.into())])?;
    }
    age::warn(world, context)
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

//! `cert import`: lists of revoked certificates, bundles, sheets. Which records they concern is found by serial number.

use super::super::World;
use super::{bytes_of, change, sheet};
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::{Problem, Result};
use crate::messages::Messages;
use crate::output::printable_path;
use crate::sheet::Sheet;
use jingui_schema::certificate::Source;
use jingui_schema::digest::B3;
use jingui_schema::identifier::mask;
use jingui_vault::certificate::{Crl, Refusal, Verdict, read_file};
use jingui_vault::certs::{Counted, ListReading, Reported, StatusDone};
use jingui_vault::{Error, Exit, Session};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// What a run has come to.
#[derive(Default, Serialize)]
struct Told {
    files: usize,
    lists: usize,
    entries: usize,
    /// Certificates of this vault that the lists and sheets speak of.
    matched: usize,
    /// Events that count now.
    counted: usize,
    /// Events that wait for a second person.
    proposed: usize,
    acts: Vec<String>,
    /// What nothing follows from: entries, rows, files.
    faults: usize,
    dry_run: bool,
}

#[derive(Serialize)]
struct ToldNews<'a> {
    cert: String,
    serial: String,
    numbers: Vec<String>,
    event: &'a str,
    day: String,
    at_once: bool,
}

#[derive(Serialize)]
struct ToldFault<'a> {
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    row: Option<u32>,
    why: String,
}

/// Imports.
pub(in super::super) fn import(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let session = world.session(context)?;
    context.out.begin_lines();
    let mut told = Told { dry_run: context.dry_run(), ..Told::default() };
    for file in parsed.all::<PathBuf>("files") {
        context.go_on()?;
        told.files += 1;
        one(&session, context, parsed, &context.path(&file), &mut told)?;
    }
    world.tell_notices(context)?;
    let exit = if told.faults > 0 { Exit::Part } else { Exit::Done };
    if context.out.json() {
        context.out.summary(&told, exit)?;
        return Ok(exit);
    }
    let values = [
        ("files", told.files.into()),
        ("entries", told.entries.into()),
        ("matched", told.matched.into()),
        ("counted", told.counted.into()),
        ("proposed", told.proposed.into()),
    ];
    let key = if told.dry_run { "cert-would-import" } else { "cert-imported" };
    context.out.result(key, &values)?;
    for act in &told.acts {
        context.out.note("cert-next", &[("act", act.clone().into())]);
    }
    Ok(exit)
}

fn one(
    session: &Session,
    context: &mut Context,
    parsed: &Parsed,
    path: &Path,
    told: &mut Told,
) -> Result<()> {
    let (bytes, name) = (bytes_of(path)?, printable_path(path));
    let found = match read_file(&bytes) {
        // Neither PEM nor DER: a sheet, or nothing that is read here.
        Err(Refusal::Foreign) => return of_sheet(session, context, parsed, path, B3::of(&bytes), told),
        Err(why) => return Err(Error::NoCertificate { path: name, why: why.to_string() }.into()),
        Ok(found) => found,
    };
    for (_, why) in &found.refused {
        fault(context, told, &name, None, why.to_string())?;
    }
    for list in &found.lists {
        of_list(session, context, &name, list, told)?;
    }
    for certificate in &found.certificates {
        let known = session.certs_of(&certificate.serial.to_string());
        match known {
            Ok(known) if known.iter().any(|(cert, _)| cert.sha256 == certificate.sha256) => told.matched += 1,
            Ok(_) | Err(Error::NoCert { .. }) => {
                let why = context.out.text("cert-not-linked", &[]);
                fault(context, told, &name, None, why)?;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

fn of_list(session: &Session, context: &mut Context, name: &str, list: &Crl, told: &mut Told) -> Result<()> {
    let reading = session.read_list(list)?;
    told.lists += 1;
    told.entries += reading.entries;
    told.matched += reading.matched;
    if reading.pinned.is_none() && !reading.news.is_empty() {
        let why = unsigned(context, &reading);
        let issuer = reading.issuer.clone();
        context.out.warning("cert-list-unsigned", &[("issuer", issuer.into()), ("why", why.into())])?;
    }
    for cert in &reading.untold {
        let serial = mask(&cert.serial.to_string());
        let why = context.out.text("cert-entry-untold", &[("serial", serial.into())]);
        fault(context, told, name, None, why)?;
    }
    for news in &reading.news {
        let numbers: Vec<String> = news.numbers.iter().map(ToString::to_string).collect();
        let serial = mask(&news.cert.serial.to_string());
        match news.at_once {
            true => told.counted += 1,
            false => told.proposed += 1,
        }
        if context.out.json() {
            let (cert, day) = (news.cert.id.to_string(), news.day.to_string());
            let (event, at_once) = (news.change.word(), news.at_once);
            context.out.item(&ToldNews { cert, serial, numbers, event, day, at_once })?;
        } else {
            let event = change(&context.out, news.change);
            let values = [
                ("number", numbers.join(", ").into()),
                ("serial", serial.into()),
                ("event", event.into()),
                ("day", news.day.to_string().into()),
            ];
            let key = if news.at_once { "cert-news" } else { "cert-news-proposed" };
            context.out.result(key, &values)?;
        }
    }
    if !told.dry_run {
        let StatusDone { lines: _, proposed } = session.import_list(&reading)?;
        told.acts.extend(proposed.iter().map(ToString::to_string));
    }
    Ok(())
}

/// Why a list counts for nothing by itself.
fn unsigned(context: &Context, reading: &ListReading) -> String {
    let key = match reading.why {
        Some(Verdict::Bad) => "cert-unsigned-bad",
        Some(Verdict::Weak) => "cert-unsigned-weak",
        Some(Verdict::Unknown(_)) => "cert-unsigned-unknown",
        _ => "cert-unsigned-name",
    };
    context.out.text(key, &[])
}

fn of_sheet(
    session: &Session,
    context: &mut Context,
    parsed: &Parsed,
    path: &Path,
    b3: B3,
    told: &mut Told,
) -> Result<()> {
    let name = printable_path(path);
    let bad = |context: &Context, said: &crate::said::Said| Problem::CertSheet {
        path: printable_path(path),
        why: said.tell(Messages::for_lang(context.out.look().lang)),
    };
    let sheet = Sheet::open(path, parsed.text("tab")).map_err(|e| bad(context, &e.said()))?;
    let lines = match sheet::read(&sheet, context.env.now().day()) {
        Ok(lines) => lines,
        Err(sheet::NoSheet::Sheet(error)) => return Err(bad(context, &error.said()).into()),
        Err(sheet::NoSheet::Columns(said)) => return Err(bad(context, &said).into()),
    };
    told.entries += lines.lines.len() + lines.faults.len() + lines.idle;
    for one in &lines.faults {
        let why = context.out.text(one.why, &[]);
        fault(context, told, &name, Some(one.no), why)?;
    }
    let mut reported: Vec<Reported> = Vec::new();
    for line in lines.lines {
        let found = match session.the_cert(&line.serial.to_string()) {
            Ok((cert, _)) => cert,
            Err(Error::NoCert { .. }) => continue, // of another RA: nothing to do with this vault
            Err(error @ Error::ManyCerts { .. }) => {
                let why = context.out.error_text(&error);
                fault(context, told, &name, Some(line.no), why)?;
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        told.matched += 1;
        if found.begins.is_some_and(|begins| line.day < begins.day()) {
            let why = context.out.text("cert-row-early", &[]);
            fault(context, told, &name, Some(line.no), why)?;
            continue;
        }
        let story = session.story(&found)?;
        let known = |told: &jingui_vault::certs::Told| {
            (told.change, told.day) == (line.change, line.day) && told.counted != Counted::Late
        };
        if story.told.iter().any(known) {
            continue;
        }
        if reported.iter().any(|one| one.cert == found.id) {
            let why = context.out.text("cert-row-twice", &[]);
            fault(context, told, &name, Some(line.no), why)?;
            continue;
        }
        reported.push(Reported { cert: found.id, change: line.change, day: line.day, said: line.said });
    }
    told.proposed += reported.len();
    let reason =
        parsed.text("reason").map_or_else(|| context.out.text("cert-sheet-reason", &[]), str::to_owned);
    match told.dry_run {
        true => session.may_report(Source::Sheet, &reason, &reported)?,
        false => {
            let acts = session.report(Source::Sheet, Some(b3), &reason, &reported)?;
            told.acts.extend(acts.iter().map(ToString::to_string));
        }
    }
    Ok(())
}

fn fault(context: &mut Context, told: &mut Told, file: &str, row: Option<u32>, why: String) -> Result<()> {
    told.faults += 1;
    if context.out.json() {
        return context.out.item(&ToldFault { file, row, why });
    }
    match row {
        Some(row) => {
            let values = [("file", file.into()), ("row", row.into()), ("why", why.into())];
            context.out.warning("cert-fault-row", &values)
        }
        None => context.out.warning("cert-fault", &[("file", file.into()), ("why", why.into())]),
    }
}

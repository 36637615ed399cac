//! `cert`: which certificates rely on a record, what happened to them, and whose signatures count.

mod import; // lists, bundles, sheets
mod issuer; // whose signatures count
mod report; // what people say, and the second of two people
mod sheet; // a sheet of serial numbers and what became of them

pub(super) use import::import;
pub(super) use issuer::{approve, list as list_issuers, pin, unpin};
pub(super) use report::{confirm, refuse, reverse, revoke, waiting};

use super::World;
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::Result;
use crate::intake::open_regular;
use crate::output::{Output, printable_path};
use jingui_schema::certificate::{Certificate, Change, Doubt, Until};
use jingui_schema::identifier::{CertificateSerial, mask};
use jingui_vault::catalog::CertRow;
use jingui_vault::certificate::{self, FILE_BYTES_MAX};
use jingui_vault::certs::{Story, ToLink};
use jingui_vault::{Error, Exit, Session};
use serde::Serialize;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// A certificate, and what is known of it.
#[derive(Serialize)]
pub(super) struct ToldCert {
    cert: String,
    /// Masked, unless it was asked for with a reason.
    serial: String,
    issuer: String,
    subject: Option<String>,
    begins: Option<String>,
    ends: Option<String>,
    /// Why it has no end.
    doubt: Option<&'static str>,
    usage: Vec<&'static str>,
    sha256: String,
    reliance: &'static str,
    pinned: Option<String>,
    verified: bool,
    seq: u64,
    revoked: Option<String>,
    held: Option<String>,
    /// Two people have called the link a mistake.
    reversed: bool,
    events: Vec<ToldEvent>,
}

/// What was said of it.
#[derive(Serialize)]
struct ToldEvent {
    act: String,
    seq: u64,
    by: String,
    source: &'static str,
    event: &'static str,
    day: String,
    counts: &'static str,
}

/// The bytes of a file that a command names.
pub(super) fn bytes_of(path: &Path) -> Result<Vec<u8>> {
    let bad = |e: std::io::Error| Error::Source { path: printable_path(path), why: e.to_string() };
    let mut bytes = Vec::new();
    let file = open_regular(path).map_err(bad)?;
    file.take(FILE_BYTES_MAX as u64 + 1).read_to_end(&mut bytes).map_err(bad)?;
    Ok(bytes)
}

/// The certificates in a file that is to have nothing else.
pub(super) fn read(path: &Path) -> Result<Vec<certificate::Certificate>> {
    certificate::certificates(&bytes_of(path)?)
        .map_err(|why| Error::NoCertificate { path: printable_path(path), why: why.to_string() }.into())
}

/// Links certificates to a record.
pub(super) fn add(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Linked {
        record: String,
        number: String,
        n: u32,
        seq: Option<u64>,
        dry_run: bool,
        to_review: bool,
        certs: Vec<ToldLinked>,
    }
    #[derive(Serialize)]
    struct ToldLinked {
        cert: String,
        serial: String,
        until: Option<String>,
        doubt: Option<&'static str>,
        verified: bool,
    }
    let session = world.session(context)?;
    let record = session.resolve(&parsed.must::<String>("record"))?;
    let facts = session.row(record)?.facts;
    let reliance = parsed.get("reliance").unwrap_or(crate::certs::reliance_of(facts.business));
    let mut certs = Vec::new();
    for file in parsed.all::<PathBuf>("files") {
        let read = read(&context.path(&file))?;
        certs.extend(read.into_iter().map(|certificate| ToLink { certificate, reliance }));
    }
    let done = session.link(record, &certs, parsed.text("reason"), context.dry_run());
    world.tell_notices(context)?;
    if done.is_ok() && !context.dry_run() {
        super::read::after_filing(world, context, &session, record)?;
    }
    let done = match done {
        // Done before: repeating it is no error.
        Err(Error::LinkedAlready { record }) => {
            if context.out.json() {
                let (number, n) = (record.clone(), 0);
                let told = Linked {
                    record,
                    number,
                    n,
                    seq: None,
                    dry_run: context.dry_run(),
                    to_review: false,
                    certs: Vec::new(),
                };
                context.out.document(&told)?;
            } else {
                context.out.note("cert-linked-already", &[("number", record.into())]);
            }
            return Ok(Exit::Done);
        }
        done => done?,
    };
    let number = facts.number.to_string();
    let told = done.certificates.iter().zip(&done.links).map(|(cert, link)| ToldLinked {
        cert: cert.id.to_string(),
        serial: mask(&cert.serial.to_string()),
        until: link.until.map(|until| until.to_string()),
        doubt: cert.doubt.map(|doubt| doubt.word()),
        verified: link.verified,
    });
    let told: Vec<ToldLinked> = told.collect();
    if context.out.json() {
        context.out.document(&Linked {
            record: record.to_string(),
            number,
            n: done.n,
            seq: done.seq,
            dry_run: done.seq.is_none(),
            to_review: done.to_review,
            certs: told,
        })?;
        return Ok(Exit::Done);
    }
    let key = if done.seq.is_some() { "cert-linked" } else { "cert-would-link" };
    context.out.result(key, &[("number", number.into()), ("count", told.len().into())])?;
    let ends: Vec<_> = done
        .certificates
        .iter()
        .map(|cert| (cert.serial, cert.ends.map(|ends| ends.until()), cert.doubt))
        .collect();
    tell_ends(context, &ends)?;
    if done.to_review {
        context.out.note("cert-to-review", &[]);
    }
    Ok(Exit::Done)
}

/// Says of certificates that were linked when they end, and what cannot be told.
pub(super) fn tell_rows(context: &mut Context, certs: &[CertRow]) -> Result<()> {
    let told = certs.iter().map(|cert| (cert.serial, cert.until(), cert.doubt)).collect::<Vec<_>>();
    tell_ends(context, &told)
}

fn tell_ends(
    context: &mut Context,
    certs: &[(CertificateSerial, Option<Until>, Option<Doubt>)],
) -> Result<()> {
    for (serial, until, doubt) in certs {
        let serial = mask(&serial.to_string());
        match (until, doubt) {
            (Some(Until::Day(day)), _) => {
                let values = [("serial", serial.into()), ("until", day.to_string().into())];
                context.out.result("cert-until", &values)?;
            }
            (Some(Until::Never), _) => context.out.warning("cert-never", &[("serial", serial.into())])?,
            (None, doubt) => {
                let why = doubt.map(|doubt| context.out.word("doubt", &doubt)).unwrap_or_default();
                let values = [("serial", serial.into()), ("why", why.into())];
                context.out.warning("cert-undetermined", &values)?;
            }
        }
    }
    Ok(())
}

/// Shows the certificates of a record, or one by its serial number or id.
pub(super) fn list(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct All {
        certs: Vec<ToldOf>,
    }
    #[derive(Serialize)]
    struct ToldOf {
        record: String,
        number: String,
        #[serde(flatten)]
        cert: ToldCert,
    }
    let session = world.session(context)?;
    let word: String = parsed.must("subject");
    let revealed = parsed.flag("reveal") && !context.dry_run();
    let rows = match session.certs_of(&word) {
        Ok(found) => {
            let links = found.iter().map(|(cert, _)| session.links_of(cert.id));
            links.collect::<jingui_vault::Result<Vec<_>>>()?.concat()
        }
        Err(Error::NoCert { .. }) => {
            let row = match session.resolve(&word) {
                Err(Error::NoRecord { .. }) => return Err(Error::NoCert { cert: word }.into()),
                record => session.row(record?)?,
            };
            row.certs.iter().map(|cert| (cert.clone(), row.clone())).collect()
        }
        Err(error) => return Err(error.into()),
    };
    if parsed.flag("reveal") {
        let mut records: Vec<_> = rows.iter().map(|(_, row)| row.record).collect();
        records.dedup();
        for record in records {
            let (purpose, reason) = (parsed.get("purpose"), parsed.text("reason"));
            session.may_reveal(record, purpose, reason)?;
            if revealed {
                session.reveal(record, purpose, reason.unwrap_or_default())?;
            }
        }
    }
    let mut told = Vec::new();
    for (cert, row) in &rows {
        let said = session.certificates(row.record)?.into_iter().find(|known| known.id == cert.id);
        told.push(ToldOf {
            record: row.record.to_string(),
            number: row.facts.number.to_string(),
            cert: told_cert(&session, cert, said.as_ref(), revealed)?,
        });
    }
    world.tell_notices(context)?;
    if context.out.json() {
        context.out.document(&All { certs: told })?;
        return Ok(Exit::Done);
    }
    if told.is_empty() {
        context.out.note("cert-none", &[]);
        return Ok(Exit::Done);
    }
    let rows = told.iter().map(|one| {
        let mut row = vec![one.number.clone()];
        row.extend(row_of(&context.out, &one.cert));
        row
    });
    let rows = rows.collect();
    let mut headings = vec!["col-number"];
    headings.extend(HEADINGS);
    context.out.table(&headings, rows)?;
    Ok(Exit::Done)
}

/// The headings of [`row_of`].
pub(super) const HEADINGS: [&str; 6] =
    ["col-cert", "col-serial", "col-cert-issuer", "col-cert-ends", "col-reliance", "col-cert-state"];

/// A certificate as a row of a table.
pub(super) fn row_of(out: &Output, cert: &ToldCert) -> Vec<String> {
    let ends = match (&cert.ends, cert.doubt) {
        (Some(ends), _) => ends.clone(),
        (None, Some(doubt)) => out.text(&format!("doubt-{doubt}"), &[]),
        (None, None) => String::new(),
    };
    let state = match (&cert.revoked, &cert.held, cert.reversed) {
        (_, _, true) => out.text("cert-state-reversed", &[]),
        (Some(day), _, _) => out.text("cert-state-revoked", &[("day", day.clone().into())]),
        (None, Some(day), _) => out.text("cert-state-held", &[("day", day.clone().into())]),
        (None, None, _) => match cert.events.iter().any(|event| event.counts == "waiting") {
            true => out.text("cert-state-waiting", &[]),
            false => String::new(),
        },
    };
    let reliance = out.text(&format!("reliance-{}", cert.reliance), &[]);
    vec![cert.cert.clone(), cert.serial.clone(), cert.issuer.clone(), ends, reliance, state]
}

/// The certificates of a record, as `show` has them.
pub(super) fn of_record(
    session: &Session,
    row: &jingui_vault::catalog::Row,
    revealed: bool,
) -> Result<Vec<ToldCert>> {
    if row.certs.is_empty() {
        return Ok(Vec::new());
    }
    let said = session.certificates(row.record)?;
    let told =
        |cert: &CertRow| told_cert(session, cert, said.iter().find(|known| known.id == cert.id), revealed);
    row.certs.iter().map(told).collect()
}

fn told_cert(
    session: &Session,
    cert: &CertRow,
    said: Option<&Certificate>,
    revealed: bool,
) -> Result<ToldCert> {
    let story = session.story(cert)?;
    let link = session.vault().line(cert.seq)?.0.act.id;
    let serial = cert.serial.to_string();
    let Story { told, revoked, held, unlinked } = story;
    let events = told.iter().map(|event| ToldEvent {
        act: event.act.to_string(),
        seq: event.seq,
        by: event.by.to_string(),
        source: event.source.word(),
        event: event.change.word(),
        day: event.day.to_string(),
        counts: event.counted.word(),
    });
    Ok(ToldCert {
        cert: cert.id.to_string(),
        serial: if revealed { serial } else { mask(&serial) },
        issuer: said.map(|said| said.issuer.clone()).unwrap_or_default(),
        // The subject is a person's name as often as not, and often has an identity number in it.
        subject: said.filter(|_| revealed).map(|said| said.subject.clone()),
        begins: cert.begins.map(|time| time.to_string()),
        ends: cert.ends.map(|ends| ends.to_string()),
        doubt: cert.doubt.map(|doubt| doubt.word()),
        usage: cert.usage.iter().map(|usage| usage.word()).collect(),
        sha256: cert.sha256.to_string(),
        reliance: cert.reliance.word(),
        pinned: cert.issuer.map(|issuer| issuer.to_string()),
        verified: cert.verified,
        seq: cert.seq,
        revoked: revoked.map(|day| day.to_string()),
        held: held.map(|day| day.to_string()),
        reversed: unlinked.contains(&link),
        events: events.collect(),
    })
}

/// A change in words.
pub(super) fn change(out: &Output, change: Change) -> String {
    out.word("cert-event", &change)
}

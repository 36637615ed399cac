//! What people say of certificates: proposed by one, confirmed or refused by another.

use super::super::World;
use super::super::second;
use super::super::staff::write_act;
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::Result;
use jingui_schema::certificate::{Change, Source};
use jingui_schema::id::{ActId, CertId, StaffNo};
use jingui_schema::identifier::mask;
use jingui_schema::sight::{Datum, Sight};
use jingui_schema::time::{Day, Time};
use jingui_vault::certs::Reported;
use jingui_vault::proposals::{Proposal, Proposed};
use jingui_vault::{Error, Exit, Session};
use serde::Serialize;
use std::path::Path;

/// Certificates of one proposal that are named; the rest is a number.
const NAMED_MAX: usize = 20;

/// Proposes that something happened to a certificate.
pub(in super::super) fn revoke(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let day: Day = parsed.must("day");
    super::super::add::check_past(day, context.env.now().day())?;
    let session = world.session(context)?;
    let (cert, _) = session.the_cert(&parsed.must::<String>("cert"))?;
    if let Some(begins) = cert.begins.map(Time::day).filter(|begins| day < *begins) {
        let (day, begins) = (day.to_string(), begins.to_string());
        return Err(Error::BeforeItBegan { day, begins }.into());
    }
    let reason: String = parsed.must("reason");
    let change: Change = parsed.must("as");
    let reported = [Reported { cert: cert.id, change, day, said: String::new() }];
    let acts = match context.dry_run() {
        true => session.may_report(Source::Order, &reason, &reported).map(|()| Vec::new())?,
        false => session.report(Source::Order, None, &reason, &reported)?,
    };
    tell_proposed(world, context, &acts, 1)
}

/// Proposes that what an act says of a certificate was a mistake.
pub(in super::super) fn reverse(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let session = world.session(context)?;
    let (cert, _) = session.the_cert(&parsed.must::<String>("cert"))?;
    let (act, reason): (ActId, String) = (parsed.must("said-by"), parsed.must("reason"));
    let acts = match context.dry_run() {
        true => session.may_reverse(act, &[cert.id], &reason).map(|()| Vec::new())?,
        false => vec![session.reverse(act, &[cert.id], &reason)?],
    };
    tell_proposed(world, context, &acts, 1)
}

/// Says what waits for a second person now.
pub(super) fn tell_proposed(
    world: &World,
    context: &mut Context,
    acts: &[ActId],
    count: usize,
) -> Result<Exit> {
    #[derive(Serialize)]
    struct Told {
        proposed: Vec<String>,
        certs: usize,
        dry_run: bool,
    }
    world.tell_notices(context)?;
    let proposed: Vec<String> = acts.iter().map(ToString::to_string).collect();
    if context.out.json() {
        context.out.document(&Told { proposed, certs: count, dry_run: context.dry_run() })?;
        return Ok(Exit::Done);
    }
    if context.dry_run() {
        context.out.result("cert-would-propose", &[("count", count.into())])?;
        return Ok(Exit::Done);
    }
    context.out.result("cert-proposed", &[("count", count.into())])?;
    for act in proposed {
        context.out.note("cert-next", &[("act", act.into())]);
    }
    Ok(Exit::Done)
}

/// A proposal as it stands.
#[derive(Serialize)]
struct Waiting {
    act: String,
    kind: &'static str,
    by: String,
    at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
    certs: Vec<WaitingCert>,
    /// Certificates that are not named here.
    more: usize,
    reason: Option<String>,
}

#[derive(Serialize)]
struct WaitingCert {
    cert: String,
    serial: Option<String>,
    /// Archive numbers of the records that rely on it.
    numbers: Vec<String>,
    event: Option<&'static str>,
    day: Option<String>,
}

/// Lists what is proposed of certificates and issuers.
pub(in super::super) fn waiting(world: &World, context: &mut Context) -> Result<Exit> {
    #[derive(Serialize)]
    struct All {
        proposals: Vec<Waiting>,
    }
    let session = world.session(context)?;
    let mut all = Vec::new();
    for (act, proposal) in session.proposals() {
        all.extend(told(&session, act, &proposal, if context.out.json() { usize::MAX } else { NAMED_MAX })?);
    }
    world.tell_notices(context)?;
    if context.out.json() {
        context.out.document(&All { proposals: all })?;
        return Ok(Exit::Done);
    }
    if all.is_empty() {
        context.out.note("cert-waiting-none", &[]);
        return Ok(Exit::Done);
    }
    let row = |waiting: Waiting| {
        let certs = waiting.certs.iter().map(|cert| {
            let mut words = cert.numbers.clone();
            words.extend([&cert.serial, &cert.day].into_iter().flatten().cloned());
            words.extend(cert.event.map(|event| context.out.text(&format!("cert-event-{event}"), &[])));
            words.join(" ")
        });
        let mut lines: Vec<String> = waiting.subject.into_iter().chain(waiting.sha256).chain(certs).collect();
        if waiting.more > 0 {
            lines.push(context.out.text("cert-more", &[("count", waiting.more.into())]));
        }
        let kind = context.out.text(&format!("kind-{}", waiting.kind.replace('.', "-")), &[]);
        vec![waiting.act, kind, lines.join("\n"), waiting.by, waiting.reason.unwrap_or_default()]
    };
    let rows = all.into_iter().map(row).collect();
    context.out.table(&["col-act", "col-kind", "col-cert", "col-by", "col-reason"], rows)?;
    Ok(Exit::Done)
}

/// A proposal in words; `None` where it is about something else.
fn told(session: &Session, act: ActId, proposal: &Proposal, most: usize) -> Result<Option<Waiting>> {
    let named = |cert: CertId, event: Option<(Change, Day)>| -> Result<WaitingCert> {
        let links = session.links_of(cert)?;
        Ok(WaitingCert {
            cert: cert.to_string(),
            serial: links.first().map(|(cert, _)| mask(&cert.serial.to_string())),
            numbers: links.iter().map(|(_, row)| row.facts.number.to_string()).collect(),
            event: event.map(|(change, _)| change.word()),
            day: event.map(|(_, day)| day.to_string()),
        })
    };
    let who = |staff: StaffNo| match session.name_of(staff) {
        Some(name) => format!("{staff} {name}"),
        None => staff.to_string(),
    };
    let mut waiting = Waiting {
        act: act.to_string(),
        kind: "cert.report",
        by: who(proposal.by),
        at: proposal.at.to_string(),
        source: None,
        subject: None,
        sha256: None,
        certs: Vec::new(),
        more: 0,
        reason: None,
    };
    let note = match &proposal.what {
        Proposed::Report(d) => {
            waiting.source = Some(d.source.word());
            for event in d.events.iter().take(most) {
                waiting.certs.push(named(event.cert, Some((event.event, event.day)))?);
            }
            waiting.more = d.events.len().saturating_sub(most);
            Some(d.note)
        }
        Proposed::Reverse(d) => {
            waiting.kind = "cert.reverse";
            for cert in d.certs.iter().take(most) {
                waiting.certs.push(named(*cert, None)?);
            }
            waiting.more = d.certs.len().saturating_sub(most);
            Some(d.note)
        }
        Proposed::Pin(d) => {
            waiting.kind = "issuer.pin";
            // What is agreed to is the certificate: its name is only what it says of itself.
            waiting.subject = session.subject_of(&d.der);
            waiting.sha256 = Some(d.sha256.to_string());
            d.note
        }
        Proposed::Unpin(d) => {
            waiting.kind = "issuer.unpin";
            let known = session.issuers().into_iter().find(|issuer| issuer.id == d.issuer);
            waiting.subject = known.map(|issuer| issuer.certificate.subject.text);
            Some(d.note)
        }
        _ => return Ok(None),
    };
    // What people wrote is not for everybody to read.
    let note = note.filter(|_| session.eyes().sight(Datum::Said) == Sight::Shown);
    waiting.reason = note.and_then(|note| session.read_note(&note).ok()).map(|note| first_line(&note.text));
    Ok(Some(waiting))
}

/// What a note of many lines begins with: the rest are serial numbers.
fn first_line(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    if line.starts_with('{') { String::new() } else { line.to_owned() }
}

/// Confirms as the second person.
pub(in super::super) fn confirm(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let session = world.session(context)?;
    let act = ours(&session, parsed)?;
    if let Some(path) = context.act_out().map(Path::to_owned) {
        let file = session.write_confirmation(act)?;
        return write_act(context, &file, &path).map(|()| Exit::Done);
    }
    let seq = second::confirm(&session, act, context.dry_run())?;
    tell_answer(world, context, act, seq, ["cert-confirmed", "cert-would-confirm"])
}

/// Refuses, or takes one's own proposal back.
pub(in super::super) fn refuse(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let session = world.session(context)?;
    let (act, reason) = (ours(&session, parsed)?, parsed.must::<String>("reason"));
    let seq = second::refuse(&session, act, &reason, context.dry_run())?;
    tell_answer(world, context, act, seq, ["cert-refused", "cert-would-refuse"])
}

/// The proposal that a command names, which must be one about certificates: a yes to something else is said where that
/// is shown.
fn ours(session: &Session, parsed: &Parsed) -> Result<ActId> {
    let act: ActId = parsed.must("act");
    match session.vault().state().proposal(act)?.what {
        Proposed::Report(_) | Proposed::Reverse(_) | Proposed::Pin(_) | Proposed::Unpin(_) => Ok(act),
        _ => Err(jingui_vault::Error::NoProposal { act: act.to_string() }.into()),
    }
}

fn tell_answer(
    world: &World,
    context: &mut Context,
    act: ActId,
    seq: Option<u64>,
    keys: [&str; 2],
) -> Result<Exit> {
    #[derive(Serialize)]
    struct Told {
        act: String,
        seq: Option<u64>,
        dry_run: bool,
    }
    world.tell_notices(context)?;
    let (act, dry_run) = (act.to_string(), seq.is_none());
    if context.out.json() {
        context.out.document(&Told { act, seq, dry_run })?;
    } else {
        context.out.result(keys[usize::from(dry_run)], &[("act", act.into())])?;
    }
    Ok(Exit::Done)
}

//! `cert issuer`: whose signatures count. One person proposes, another confirms.

use super::super::World;
use super::super::staff::write_act;
use super::{bytes_of, report};
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::Result;
use crate::output::printable_path;
use jingui_schema::id::IssuerId;
use jingui_vault::certificate::certificates;
use jingui_vault::{Error, Exit};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Proposes an issuer.
pub(in super::super) fn pin(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Pinned {
        issuer: Option<String>,
        act: Option<String>,
        seq: Option<u64>,
        subject: String,
        sha256: String,
        dry_run: bool,
    }
    let path = context.path(&parsed.must::<PathBuf>("file"));
    let bad = |why: String| Error::NoCertificate { path: printable_path(&path), why };
    let read = certificates(&bytes_of(&path)?).map_err(|why| bad(why.to_string()))?;
    let [certificate] = &read[..] else {
        return Err(bad(context.out.text("cert-several", &[])).into());
    };
    let session = world.session(context)?;
    let reason = parsed.text("reason");
    if let Some(out) = context.act_out().map(Path::to_owned) {
        let file = session.write_pin(certificate, reason)?;
        return write_act(context, &file, &out).map(|()| Exit::Done);
    }
    let dry_run = context.dry_run();
    let done = match dry_run {
        true => session.may_pin(certificate, reason).map(|()| None)?,
        false => Some(session.pin(certificate, reason)?),
    };
    let act = match &done {
        Some((_, done)) => Some(world.vault.line(done.seq)?.0.act.id.to_string()),
        None => None,
    };
    world.tell_notices(context)?;
    let (subject, sha256) = (certificate.subject.text.clone(), certificate.sha256.to_string());
    if context.out.json() {
        let issuer = done.as_ref().map(|(issuer, _)| issuer.to_string());
        let seq = done.as_ref().map(|(_, done)| done.seq);
        context.out.document(&Pinned { issuer, act, seq, subject, sha256, dry_run })?;
        return Ok(Exit::Done);
    }
    let key = if dry_run { "cert-issuer-would-pin" } else { "cert-issuer-proposed" };
    context.out.result(key, &[("subject", subject.into()), ("sha256", sha256.into())])?;
    if let Some(act) = act {
        context.out.note("cert-issuer-next", &[("act", act.into())]);
    }
    Ok(Exit::Done)
}

/// Lists the issuers that count.
pub(in super::super) fn list(world: &World, context: &mut Context) -> Result<Exit> {
    #[derive(Serialize)]
    struct All {
        issuers: Vec<Told>,
    }
    #[derive(Serialize)]
    struct Told {
        issuer: String,
        subject: String,
        ends: Option<String>,
        sha256: String,
        seq: u64,
    }
    let session = world.session(context)?;
    let told = session.issuers().into_iter().map(|issuer| Told {
        issuer: issuer.id.to_string(),
        subject: issuer.certificate.subject.text.clone(),
        ends: issuer.certificate.ends.ok().map(|ends| ends.to_string()),
        sha256: issuer.certificate.sha256.to_string(),
        seq: issuer.seq,
    });
    let issuers: Vec<Told> = told.collect();
    world.tell_notices(context)?;
    if context.out.json() {
        context.out.document(&All { issuers })?;
        return Ok(Exit::Done);
    }
    if issuers.is_empty() {
        context.out.note("cert-issuer-none", &[]);
        return Ok(Exit::Done);
    }
    let row = |told: Told| vec![told.issuer, told.subject, told.ends.unwrap_or_default(), told.sha256];
    let headings = ["col-issuer", "col-cert-issuer", "col-cert-ends", "col-sha256"];
    context.out.table(&headings, issuers.into_iter().map(row).collect())?;
    Ok(Exit::Done)
}

/// Confirms what another person proposed.
pub(in super::super) fn approve(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    report::confirm(world, context, parsed)
}

/// Proposes that an issuer's signatures count no more.
pub(in super::super) fn unpin(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let session = world.session(context)?;
    let (issuer, reason): (IssuerId, String) = (parsed.must("issuer"), parsed.must("reason"));
    let act = match context.dry_run() {
        true => session.may_unpin(issuer, &reason).map(|()| None)?,
        false => {
            let done = session.unpin(issuer, &reason)?;
            Some(world.vault.line(done.seq)?.0.act.id)
        }
    };
    report::tell_proposed(world, context, &[act].into_iter().flatten().collect::<Vec<_>>(), 1)
}

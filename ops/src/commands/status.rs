//! `status`: how the vault stands, in one screen.

use super::World;
use super::backup::age;
use super::cosign;
use super::handover::stage_key;
use super::jobs;
use super::keys;
use super::purge;
use crate::context::Context;
use crate::failure::Result;
use crate::output::printable_path;
use jingui_vault::Exit;
use serde::Serialize;

#[derive(Serialize)]
struct Told {
    vault: String,
    ra: String,
    fonds: String,
    dir: String,
    keystore: Option<String>,
    keystore_reachable: bool,
    solo: bool,
    read_only: Option<String>,
    /// How far everything is handed over to the CA.
    handover: Option<&'static str>,
    /// Whether it is of the records of a list.
    handover_of_list: bool,
    created: String,
    lines: u64,
    last: String,
    records: u64,
    /// Records that are no more; `records` are those that are there.
    destroyed: u64,
    filings: u64,
    documents: u64,
    body_bytes: u64,
    openings: u64,
    incidents: u64,
    epoch: u32,
    rotation_unfinished: bool,
    rotation_due: bool,
    waiting_epoch: Option<u32>,
    staff: usize,
    to_countersign: usize,
    head_lines: Option<u64>,
    mirror: Option<ToldMirror>,
    quarantine: usize,
    /// Without a key that opens the index, and where there is none to ask, nobody knows.
    to_read: Option<ToldReading>,
    free_bytes: Option<u64>,
    copies: age::ToldAge,
    restored_lines: Option<u64>,
    cosigner: Option<cosign::ToldCosigner>,
    jobs: jobs::ToldStanding,
    /// Plans to destroy records that are open, or whose register is not signed.
    plans: Vec<purge::ToldOpen>,
}

#[derive(Serialize)]
struct ToldMirror {
    dir: String,
    lines: u64,
    behind: u64,
    lags: Option<String>,
}

/// Records of which documents wait to be read, as the index has it up to a line.
#[derive(Serialize)]
struct ToldReading {
    records: u64,
    lines: u64,
}

/// Tells.
pub(super) fn run(world: &World, context: &mut Context) -> Result<Exit> {
    world.tell_notices(context)?;
    let vault = &world.vault;
    let state = vault.state();
    let mirror = vault.mirror().map(|standing| ToldMirror {
        dir: printable_path(&standing.dir),
        lines: standing.lines,
        behind: state.lines.saturating_sub(standing.lines),
        lags: standing.lags,
    });
    let quarantine = vault.env().fs.list(&vault.layout().path("quarantine")).map_or(0, |names| names.len());
    let free = rustix::fs::statvfs(vault.layout().root()).ok().map(|s| s.f_bavail * s.f_frsize);
    let told = Told {
        vault: state.init.vault.to_string(),
        ra: state.init.ra.clone(),
        fonds: state.init.fonds.to_string(),
        dir: printable_path(vault.layout().root()),
        keystore: vault.keystore_dir().map(printable_path),
        keystore_reachable: vault.keystore().is_ok(),
        solo: state.init.solo,
        read_only: vault.read_only().map(str::to_owned),
        handover: state.handover_stage().map(jingui_vault::handover::Stage::word),
        handover_of_list: state.newest_handover().is_some_and(jingui_vault::handover::Handover::is_of_list),
        created: state.created.to_string(),
        lines: state.lines,
        last: state.at.to_string(),
        records: state.counts.alive(),
        destroyed: state.counts.destroyed,
        filings: state.counts.filings,
        documents: state.counts.documents,
        body_bytes: state.counts.body_bytes,
        openings: state.counts.openings,
        incidents: state.counts.incidents,
        epoch: state.epoch,
        rotation_unfinished: state.rotation_unfinished(),
        rotation_due: state.rotation_due(),
        waiting_epoch: state.waiting_epoch().filter(|n| *n >= state.epoch),
        staff: state.staff.values().filter(|m| m.is_active()).count(),
        to_countersign: vault.uncountersigned().len(),
        head_lines: state.head.map(|head| head.lines),
        mirror,
        quarantine,
        to_read: to_read(world, context),
        free_bytes: free,
        copies: age::told(world, context),
        restored_lines: vault.restored().map(|mark| mark.lines),
        cosigner: cosign::told(world, context),
        jobs: jobs::standing(world, context),
        plans: purge::standing(vault),
    };
    if context.out.json() {
        context.out.document(&told)?;
        return Ok(Exit::Done);
    }
    let mut pairs = vec![
        ("col-vault", told.vault.clone()),
        ("col-ra", format!("{} ({})", told.ra, told.fonds)),
        ("col-dir", told.dir.clone()),
        ("col-keystore", told.keystore.clone().unwrap_or_default()),
        ("col-records", told.records.to_string()),
        ("col-documents", told.documents.to_string()),
        ("col-size", told.body_bytes.to_string()),
        ("col-openings", told.openings.to_string()),
        ("col-lines", format!("{} ({})", told.lines, told.last)),
        ("col-head", told.head_lines.map(|n| n.to_string()).unwrap_or_default()),
        ("col-epoch", told.epoch.to_string()),
        ("col-staff-count", told.staff.to_string()),
        ("col-incidents", told.incidents.to_string()),
        ("col-quarantine", told.quarantine.to_string()),
        ("col-copy", age::line(world, context)),
    ];
    if let Some(reading) = &told.to_read {
        let values = [("records", reading.records.into()), ("lines", reading.lines.into())];
        pairs.push(("col-to-read", context.out.text("status-to-read", &values)));
    }
    if let Some(stage) = told.handover {
        pairs.push(("col-handover", context.out.text(&stage_key(told.handover_of_list, stage), &[])));
    }
    if let Some(cosigner) = &told.cosigner {
        pairs.push(("col-cosigned", cosign::line(cosigner)));
    }
    if let Some(mirror) = &told.mirror {
        pairs.push(("col-mirror", format!("{} ({}/{})", mirror.dir, mirror.lines, told.lines)));
    }
    if let Some(round) = told.jobs.round() {
        pairs.push(("col-fixity", round));
    }
    pairs.extend(purge::standing_lines(context, &told.plans));
    if let Some(free) = told.free_bytes {
        pairs.push(("col-free", free.to_string()));
    }
    context.out.pairs(&pairs)?;
    if !told.keystore_reachable {
        let path = told.keystore.unwrap_or_default();
        context.out.warning("notice-no-keystore", &[("path", path.into())])?;
    }
    if told.to_countersign > 0 && !told.solo {
        context.out.note("init-countersign", &[("count", told.to_countersign.into())]);
    }
    if let Some(why) = told.mirror.and_then(|m| m.lags) {
        context.out.warning("notice-mirror-lags", &[("why", why.into())])?;
    }
    cosign::warn(context, told.cosigner.as_ref())?;
    keys::warn(world, context)?;
    age::warn(world, context)?;
    told.jobs.warn(context)?;
    purge::warn_of_plans(context, &told.plans)?;
    Ok(Exit::Done)
}

/// What waits to be read. A key that opens nothing here keeps nobody from being told all the rest.
fn to_read(world: &World, context: &mut Context) -> Option<ToldReading> {
    let session = world.vault.sign_in(context.person.take()?).ok()?;
    session.may_find().ok()?;
    let waiting = world.index.waiting(&session)?;
    Some(ToldReading { records: waiting.records, lines: waiting.lines })
}

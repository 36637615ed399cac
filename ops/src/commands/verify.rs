//! `verify` and `journal verify`: is everything there, and as it was filed.

use super::World;
use super::repair::why_text;
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::Result;
use jingui_vault::Exit;
use jingui_vault::verify::{Finding, Phase, Report, Scope, VerifyOptions, Warning};
use serde::Serialize;
use std::cell::RefCell;
use std::sync::{Mutex, PoisonError};

#[derive(Serialize)]
struct ToldFinding<'a> {
    path: &'a str,
    finding: &'a str,
    detail: &'a str,
    record: Option<String>,
    seq: Option<u64>,
}

#[derive(Serialize)]
struct ToldWarning<'a> {
    code: &'a str,
    path: &'a str,
    detail: &'a str,
}

#[derive(Serialize)]
struct Counts {
    findings: usize,
    warnings: usize,
    files: u64,
    bytes: u64,
    lines: u64,
    signatures: u64,
    records: u64,
    /// Bodies that have stayed at another archive's place; and whether they were read there.
    left: u64,
    left_read: bool,
    under_way: u64,
    full: bool,
    mirror_behind: Option<u64>,
    seconds: f64,
}

impl Counts {
    fn of(report: &Report, left_read: bool) -> Self {
        Self {
            findings: report.findings.len(),
            warnings: report.warnings.len(),
            files: report.files,
            bytes: report.bytes,
            lines: report.lines,
            signatures: report.signatures,
            records: report.records,
            left: report.left,
            left_read,
            under_way: report.under_way,
            full: report.full,
            mirror_behind: report.mirror.as_ref().map(|m| m.behind),
            seconds: report.seconds,
        }
    }
}

/// Verifies the vault; with a key, opens everything.
pub(super) fn run(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let session = world.session_if_any(context)?;
    let scope = match (parsed.get::<f64>("sample"), parsed.get("since")) {
        (Some(share), _) => Scope::Sample(share * 100.0),
        (None, Some(day)) => Scope::Since(day),
        (None, None) => Scope::All,
    };
    if parsed.flag("heal") && !context.dry_run() {
        heal(world, context, session.as_ref())?;
    }
    let interrupt = context.interrupt.clone();
    let report = {
        let out = RefCell::new(&mut context.out);
        let options = VerifyOptions {
            session: session.as_ref(),
            scope,
            progress: &|step| {
                let (key, done) = match step.phase {
                    Phase::Journal => ("progress-journal", step.lines),
                    Phase::Files => ("progress-files", step.files),
                    Phase::Contents => ("progress-contents", step.files),
                    Phase::Mirror => ("progress-mirror", step.files),
                    Phase::Catalog => ("progress-catalog", step.files),
                };
                out.borrow_mut().progress(key, done, None);
            },
            interrupted: &|| interrupt.is_set(),
        };
        world.vault.verify(&options)?
    };
    let (mut report, left) = (report, parsed.flag("left"));
    if left {
        let interrupt = context.interrupt.clone();
        let reach = super::left::reach(&world.vault, context);
        let out = Mutex::new(&mut context.out);
        let progress = |done: u64, of: u64| {
            let mut out = out.lock().unwrap_or_else(PoisonError::into_inner);
            out.progress("progress-left", done, Some(of));
        };
        let read = world.vault.verify_left(&reach, session.as_ref(), &progress, &|| interrupt.is_set())?;
        (report.files, report.bytes) = (report.files + read.bodies, report.bytes + read.bytes);
        report.findings.extend(read.findings);
    }
    world.tell_notices(context)?;
    tell(context, &report, left)
}

fn heal(world: &World, context: &mut Context, session: Option<&jingui_vault::Session>) -> Result<()> {
    let report = world.vault.heal_all(session)?;
    for path in report.paths() {
        context.out.note("verify-healed", &[("path", path.to_owned().into())]);
    }
    for left in &report.failed {
        let why = why_text(context, &left.why);
        let values = [("path", left.finding.path.clone().into()), ("why", why.into())];
        context.out.warning("verify-not-healed", &values)?;
    }
    Ok(())
}

/// Tells what was found, all but how many.
pub(super) fn tell_findings(context: &mut Context, report: &Report) -> Result<()> {
    if context.out.json() {
        for Warning { code, path, detail } in &report.warnings {
            context.out.item(&ToldWarning { code, path, detail })?;
        }
        for Finding { path, finding, detail, record, seq } in &report.findings {
            let record = record.map(|r| r.to_string());
            context.out.item(&ToldFinding { path, finding: finding.word(), detail, record, seq: *seq })?;
        }
        return Ok(());
    }
    for warning in &report.warnings {
        let key = format!("verify-warning-{}", warning.code);
        let values = [("path", warning.path.clone().into()), ("detail", warning.detail.clone().into())];
        context.out.warning(&key, &values)?;
    }
    let rows = report.findings.iter().map(|f| {
        let seq = f.seq.map(|n| n.to_string()).unwrap_or_default();
        let record = f.record.map(|r| r.to_string()).unwrap_or_default();
        let word = context.out.text(&format!("finding-{}", f.finding.word()), &[]);
        vec![word, f.path.clone(), record, seq, f.detail.clone()]
    });
    let rows = rows.collect();
    context.out.table(&["col-finding", "col-path", "col-record", "col-seq", "col-detail"], rows)
}

fn tell(context: &mut Context, report: &Report, left_read: bool) -> Result<Exit> {
    let exit = if report.findings.is_empty() { Exit::Done } else { Exit::Damage };
    tell_findings(context, report)?;
    if context.out.json() {
        context.out.summary(&Counts::of(report, left_read), exit)?;
        return Ok(exit);
    }
    let values = [
        ("files", report.files.into()),
        ("bytes", report.bytes.into()),
        ("lines", report.lines.into()),
        ("signatures", report.signatures.into()),
        ("records", report.records.into()),
        ("findings", report.findings.len().into()),
        ("seconds", format!("{:.1}", report.seconds).into()),
    ];
    let key = match (report.findings.is_empty(), report.full) {
        (true, true) => "verify-whole-full",
        (true, false) => "verify-whole-keyless",
        (false, _) => "verify-damaged",
    };
    context.out.result(key, &values)?;
    if report.left > 0 {
        let key = if left_read { "verify-left-read" } else { "verify-left" };
        context.out.result(key, &[("count", report.left.into())])?;
    }
    Ok(exit)
}

/// Verifies the journal alone, without any key.
pub(super) fn journal(world: &World, context: &mut Context) -> Result<Exit> {
    world.tell_notices(context)?;
    let report = world.vault.verify_journal()?;
    if context.out.json() {
        context.out.document(&report)?;
        return Ok(Exit::Done);
    }
    let values = [
        ("lines", report.lines.into()),
        ("signatures", report.signatures.into()),
        ("root", report.root.to_string().into()),
    ];
    context.out.result("journal-whole", &values)?;
    Ok(Exit::Done)
}

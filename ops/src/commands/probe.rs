//! `doctor --store`: a place for copies is probed, in the process that was started.

use super::backup::Place;
use crate::cli::Parsed;
use crate::context::Context;
use crate::doctor::{self, Finding, Severity, directory, machine, store};
use crate::failure::{Failure, Problem, Result};
use jingui_sync::{Probe, Probed};
use jingui_vault::{Error, Exit};
use std::path::Path;
use std::sync::Arc;

/// Probes the place that is named, and keeps what was found for the rest of the command.
///
/// Errors: what is no place; an interruption. That a place cannot be reached is a finding.
pub fn probe(context: &mut Context, parsed: &Parsed) -> Result<()> {
    let Some(word) = parsed.file("store").cloned() else { return Ok(()) };
    let place = Place::of(context, &word)?;
    let mut below = String::new();
    let probed = match &place {
        Place::Directory(dir) => of_directory(context, dir),
        Place::Store(address) => {
            let nobody = || Problem::NoStoreCredentials { url: address.to_string() };
            // The rest of the command has no question for it.
            let access = context.store.take().ok_or_else(nobody)?;
            let interrupt = context.interrupt.clone();
            let interrupted = Arc::new(move || interrupt.is_set());
            match Probe::new(address, &access, context.env.clone(), interrupted, context.dry_run()) {
                Ok(probe) => {
                    below = probe.below();
                    if !context.dry_run() {
                        context.out.note("doctor-probing", &[("below", below.clone().into())]);
                    }
                    probe.run().map_err(Failure::from)
                }
                Err(error) => Err(error.into()),
            }
        }
    };
    match probed {
        Ok(probed) => {
            context.call.found.extend(store::findings(&probed));
            context.call.probed = Some(probed);
            Ok(())
        }
        Err(failure) if failure.exit() == Exit::Interrupted => Err(failure),
        Err(failure) => {
            context.call.found.push(store::unreached(&place.shown(), &below, &failure));
            Ok(())
        }
    }
}

fn of_directory(context: &mut Context, dir: &Path) -> Result<Probed> {
    let shown = crate::output::printable_path(dir);
    let away = |why: std::io::Error| Error::NoTarget { path: shown.clone(), why: why.to_string() };
    if !std::fs::metadata(dir).map_err(away)?.is_dir() {
        return Err(away(std::io::ErrorKind::NotADirectory.into()).into());
    }
    let probed = directory::probe(dir, &context.env, context.dry_run());
    let found = machine::disk(doctor::Place::Store, dir);
    context.call.found.extend(found.into_iter().map(for_copies));
    Ok(probed)
}

/// A share of another machine is where a copy belongs.
fn for_copies(mut finding: Finding) -> Finding {
    if finding.words.get("kind").is_some_and(|kind| kind == "network") {
        finding.severity = finding.severity.min(Severity::Info);
    }
    finding
}

//! `doctor --store`: a place for copies is probed, in the process that was started.

use super::backup::Place;
use crate::cli::Parsed;
use crate::context::Context;
use crate::doctor::{self, Finding, Severity, directory, machine, store};
use crate::failure::{Failure, Problem, Result};
use jingui_sync::{LockMode, Probe, Probed};
use jingui_vault::layout::Layout;
use jingui_vault::vault::is_vault;
use jingui_vault::{Error, Exit};
use std::path::Path;
use std::sync::Arc;

/// Probes the place that is named, and keeps what was found for the rest of the command.
///
/// Errors: what is no place, or lies in a vault; an interruption. That a place cannot be reached is a finding.
pub fn probe(context: &mut Context, parsed: &Parsed) -> Result<()> {
    let Some(word) = parsed.file("store").cloned() else { return Ok(()) };
    let place = Place::of(context, &word)?;
    if let Place::Directory(dir) = &place {
        apart(context, dir)?;
    }
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
                    let mode = parsed.text("lock").and_then(|word| LockMode::of(&word.to_uppercase()));
                    let probe = match mode {
                        Some(mode) => probe.in_mode(mode),
                        None => probe,
                    };
                    if !context.dry_run() {
                        context.out.note("doctor-probing", &[("below", probe.below().into())]);
                    }
                    let ran = probe.run().map_err(Failure::from);
                    if probe.may_have_left() {
                        below = probe.below();
                    }
                    ran
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

/// Refuses a directory inside a vault, a mirror or a keystore, whosever it is: no copy belongs there.
fn apart(context: &Context, dir: &Path) -> Result<()> {
    let is_keystore = |dir: &Path| dir.join("KEYSTORE.toml").exists();
    let is_one = |dir: &&Path| is_vault(&context.env, &Layout::new(*dir)) || is_keystore(dir);
    match dir.ancestors().find(is_one) {
        Some(other) => {
            let [path, other] = [dir, other].map(crate::output::printable_path);
            Err(Error::Nested { path, other }.into())
        }
        None => Ok(()),
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

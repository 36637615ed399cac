//! Locks of a push: a store locks only where it was shown that it does; what came of them is told.

use super::World;
use super::backup::Place;
use crate::context::Context;
use crate::failure::{Doing, Problem, Result};
use crate::output::printable_path;
use jingui_sync::{Address, LockMode, Probe, Probed, StoreTarget, Why};
use jingui_vault::push::LocksSet;
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::Arc;

/// What stores were shown to do. Without it they are tried again, which takes credentials that may delete, or the result of
/// somebody who has such.
const SHOWN: &str = "run/locks.json";
const SHOWN_PART: &str = "run/locks.json.part";
/// A result of a probe has a few kilobytes.
const PROBED_BYTES_MAX: u64 = 4 << 20;
/// Files that are named one by one at most.
const NAMED_MAX: usize = 32;

/// What was shown of stores on this machine, the newest last.
#[derive(Default, Serialize, Deserialize)]
struct Shown(Vec<Probed>);

impl Shown {
    fn read(world: &World) -> Self {
        let path = world.vault.layout().path(SHOWN);
        let bytes = world.vault.env().fs.read(&path, PROBED_BYTES_MAX).unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    /// Keeps one in the place of another of the same store and mode, whole or not at all; a machine that cannot tries again
    /// the next time.
    fn keep(mut self, world: &World, probed: Probed, is_of: impl Fn(&Probed) -> bool) {
        if self.0.contains(&probed) {
            return;
        }
        self.0.retain(|known| !is_of(known));
        self.0.push(probed);
        let text = serde_json::to_string(&self).expect("plain data");
        let (fs, layout) = (&world.vault.env().fs, world.vault.layout());
        let (path, part) = (layout.path(SHOWN), layout.path(SHOWN_PART));
        // Of a push that was cut off.
        drop(fs.remove(&part));
        let written = fs.write_new(&part, text.as_bytes()).and_then(|()| fs.rename(&part, &path));
        drop(written.and_then(|()| fs.sync_dir(&layout.path("run"))));
    }
}

/// Has a store lock what is put there, where it was shown that it does; it is tried where nothing is kept of it.
///
/// - `wanted`: the mode, where locks are asked for.
/// - `file`: what a probe has shown to somebody else, as `doctor --store --json` told it: whoever can delete nothing
///   cannot find out whether a lock holds.
/// - Errors: [`Problem::LockNowhere`], [`Problem::NotProbed`], [`Problem::NotLocking`]; the store cannot be asked.
pub(super) fn begin(
    world: &World,
    context: &mut Context,
    wanted: Option<&str>,
    file: Option<&Path>,
    (place, store): (&Place, Option<&Arc<StoreTarget>>),
) -> Result<()> {
    let Some(mode) = wanted.and_then(|word| LockMode::of(&word.to_uppercase())) else { return Ok(()) };
    let (Place::Store(address), Some(store)) = (place, store) else {
        return Err(Problem::LockNowhere { path: place.shown() }.into());
    };
    let endpoint = context.store.as_ref().and_then(|access| access.endpoint.as_deref());
    let endpoint = endpoint.map(|endpoint| endpoint.trim_end_matches('/').to_owned());
    // Object Lock is the bucket's; who has which prefix in it is not its business.
    let is_there = |probed: &Probed| {
        let bucket = probed.place.parse::<Address>().is_ok_and(|other| other.bucket() == address.bucket());
        bucket && probed.endpoint == endpoint
    };
    let is_of = |probed: &Probed| probed.mode == Some(mode) && is_there(probed);
    let shown = Shown::read(world);
    let known = shown.0.iter().rev().find(|probed| is_of(probed)).cloned();
    let probed = match (file, known) {
        (Some(file), _) => {
            let path = context.path(file);
            let none = || Problem::NotProbed {
                path: printable_path(&path),
                place: address.to_string(),
                mode: mode.word().into(),
            };
            let probed = read(context, &path)?.filter(is_there).ok_or_else(none)?;
            if probed.mode.is_some_and(|other| other != mode) {
                return Err(none().into());
            }
            probed
        }
        (None, Some(known)) => known,
        (None, None) => tried(context, address, mode)?,
    };
    if probed.locks() != Some(mode) || !probed.holds() {
        let lacking = probed.lacks_of_locks().map(|(ability, why)| match why {
            Some(why) => format!("{} ({})", ability.word(), why.word()),
            None => ability.word().to_owned(),
        });
        let list = lacking.collect::<Vec<_>>().join(", ");
        let (place, mode) = (address.to_string(), mode.word().into());
        let no_right = probed.lacks_of_locks().any(|(_, why)| why == Some(Why::NoRight));
        return Err(match no_right {
            true => Problem::LockUnseen { place, mode, list },
            false => Problem::NotLocking { place, mode, list },
        }
        .into());
    }
    shown.keep(world, probed, is_of);
    Ok(store.lock_in(mode)?)
}

/// A result of a probe: by itself, or in what `doctor --json` printed.
fn read(context: &Context, path: &Path) -> Result<Option<Probed>> {
    #[derive(Deserialize)]
    struct Told {
        probed: Probed,
    }
    let bytes = context.env.fs.read(path, PROBED_BYTES_MAX).doing("read", path)?;
    let told = serde_json::from_slice::<Told>(&bytes).map(|told| told.probed);
    Ok(told.or_else(|_| serde_json::from_slice(&bytes)).ok())
}

/// Tries whether a store locks: some twenty seconds, for a lock has held only once it has ended.
fn tried(context: &mut Context, address: &Address, mode: LockMode) -> Result<Probed> {
    let nobody = || Problem::NoStoreCredentials { url: address.to_string() };
    let access = context.store.as_ref().ok_or_else(nobody)?;
    let interrupt = context.interrupt.clone();
    let interrupted = Arc::new(move || interrupt.is_set());
    let probe = Probe::new(address, access, context.env.clone(), interrupted, false)?.in_mode(mode);
    context.out.note("push-probing", &[("below", probe.below().into())]);
    Ok(probe.run()?)
}

/// What came of locks, for programs.
#[derive(Serialize)]
pub(super) struct ToldLocks {
    mode: &'static str,
    /// Files read back.
    files: u64,
    locked: u64,
    extended: u64,
    held: u64,
    released: u64,
    /// Files that were found less locked than before, and were locked again.
    lost: usize,
    /// Records of which nothing is locked yet.
    undated: u64,
    refused: usize,
    /// Files that stay as they are: retained for longer than is wanted.
    longer: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<&'static str>,
}

impl ToldLocks {
    /// Of what a push came to.
    pub(super) fn of(set: &LocksSet) -> Self {
        let LocksSet { mode, files, locked, extended, held, released, lost, undated, refused, longer, ended } =
            set;
        Self {
            mode,
            files: *files,
            locked: *locked,
            extended: *extended,
            held: *held,
            released: *released,
            lost: lost.len(),
            undated: *undated,
            refused: refused.len(),
            longer: longer.len(),
            ended: ended.as_ref().map(jingui_vault::Error::code),
        }
    }
}

/// Tells what is not locked as it should be, or was not; the same for a push and for the job.
pub(super) fn tell_refused(context: &mut Context, set: &LocksSet) -> Result<()> {
    for (name, error) in set.refused.iter().take(NAMED_MAX) {
        let why = context.out.error_text(error);
        context.out.warning("push-unlocked", &[("name", name.clone().into()), ("why", why.into())])?;
    }
    if let Some(more @ 1..) = set.refused.len().checked_sub(NAMED_MAX) {
        context.out.warning("push-unlocked-more", &[("count", more.into())])?;
    }
    for name in set.lost.iter().take(NAMED_MAX) {
        context.out.warning("push-lock-lost", &[("name", name.clone().into())])?;
    }
    if let Some(more @ 1..) = set.lost.len().checked_sub(NAMED_MAX) {
        context.out.warning("push-lock-lost-more", &[("count", more.into())])?;
    }
    for (name, error) in set.longer.iter().take(NAMED_MAX) {
        let why = context.out.error_text(error);
        context.out.note("push-longer", &[("name", name.clone().into()), ("why", why.into())]);
    }
    if let Some(more @ 1..) = set.longer.len().checked_sub(NAMED_MAX) {
        context.out.note("push-longer-more", &[("count", more.into())]);
    }
    if let Some(error) = &set.ended {
        let why = context.out.error_text(error);
        context.out.warning("push-locks-ended", &[("why", why.into())])?;
    }
    Ok(())
}

/// Tells people what was locked.
pub(super) fn tell(context: &mut Context, set: &LocksSet) {
    let values = [
        ("mode", set.mode.to_lowercase().into()),
        ("files", set.files.into()),
        ("locked", set.locked.into()),
        ("extended", set.extended.into()),
        ("held", set.held.into()),
        ("released", set.released.into()),
        ("refused", set.refused.len().into()),
    ];
    context.out.note("push-locks", &values);
    if set.undated > 0 {
        context.out.note("push-undated", &[("count", set.undated.into())]);
    }
}

//! `handover place`: where the copies are in which documents of archives that were taken in have stayed, and how they are reached.

use super::World;
use super::backup::{Place, Reached};
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::{Problem, Result};
use crate::output::printable_path;
use crate::stores;
use jingui_schema::id::TargetId;
use jingui_sync::StoreTarget;
use jingui_vault::copies::{Begun, DirTarget, Target};
use jingui_vault::elsewhere::Reach;
use jingui_vault::places::LeftPlace;
use jingui_vault::{Error, Exit, Vault};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How this command reaches copies in which documents have stayed: where the vault says, as whoever came with it.
pub(super) fn reach(vault: &Vault, context: &Context) -> Reach {
    let (vault, env, left) = (vault.clone(), context.env.clone(), context.left.clone());
    let interrupt = context.interrupt.clone();
    let interrupted: Arc<dyn Fn() -> bool + Send + Sync> = Arc::new(move || interrupt.is_set());
    Reach::new(move |of| {
        let place = vault.left_place(of)?;
        let unreachable = |why: &str| Error::LeftUnreachable {
            target: of.to_string(),
            place: place.target.clone(),
            why: why.into(),
        };
        let target: Arc<dyn Target> = match stores::address(Path::new(&place.target)) {
            None => Arc::new(DirTarget::open(env.clone(), Path::new(&place.target))?),
            Some(address) => {
                let address = address.map_err(|_| unreachable("that is no address of a store"))?;
                let access = left.get(&of);
                let access = access.ok_or_else(|| unreachable("there are no credentials for it"))?;
                Arc::new(StoreTarget::open(&address, access, env.clone(), interrupted.clone())?)
            }
        };
        Ok(target)
    })
}

/// What is kept of a place that the command line names.
///
/// Errors: [`Problem::StoreFile`] for what cannot be written down.
pub(super) fn kept(context: &Context, parsed: &Parsed, word: &Path, place: &Place) -> Result<LeftPlace> {
    let credentials = parsed.file("credentials").map(|path| context.path(path));
    let unprintable = [Some(word), credentials.as_deref()].into_iter().flatten();
    if let Some(path) = unprintable.into_iter().find(|path| path.to_str().is_none()) {
        return Err(Problem::StoreFile { path: printable_path(path), why: "UTF-8".into() }.into());
    }
    let target = match place {
        Place::Directory(dir) => dir.display().to_string(),
        Place::Store(_) => word.display().to_string(),
    };
    Ok(LeftPlace {
        target,
        endpoint: parsed.get("endpoint"),
        region: parsed.get("region"),
        addressing: parsed.get("addressing"),
        credentials,
    })
}

#[derive(Serialize)]
struct Told {
    places: Vec<ToldPlace>,
    /// Bytes that fetched bodies may take at most.
    cache: u64,
    dry_run: bool,
}

#[derive(Serialize)]
struct ToldPlace {
    target: String,
    place: String,
}

/// Says where a copy is from now on, and how much may be kept of what was fetched; or shows both.
pub(super) fn place(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let target: Option<TargetId> = parsed.get("target-id");
    let word = parsed.file("place").cloned();
    let cache: Option<u64> = parsed.get("cache");
    let dry_run = context.dry_run();
    if word.is_some() || cache.is_some() {
        let session = world.session(context)?;
        session.may_keep_left_place()?;
        if let Some((target, word)) = target.zip(word) {
            let place = Place::of(context, &word)?;
            place.apart_from(&world.vault)?;
            // Kept once it has been seen to be the copy that is meant.
            let Reached { target: there, .. } = place.reach(context)?;
            is_copy(&*there, target)?;
            let kept = kept(context, parsed, &word, &place)?;
            if !dry_run {
                session.keep_left_place(target, kept)?;
            }
        }
        if let Some(bytes) = cache.filter(|_| !dry_run) {
            session.keep_held_bytes(bytes)?;
        }
    }
    world.tell_notices(context)?;
    let places = world.vault.left_places().into_iter();
    let places = places.map(|(target, place)| ToldPlace { target: target.to_string(), place: place.target });
    let told = Told { places: places.collect(), cache: world.vault.held_bytes(), dry_run };
    if context.out.json() {
        context.out.document(&told)?;
        return Ok(Exit::Done);
    }
    if told.places.is_empty() {
        context.out.result("handover-no-places", &[])?;
    }
    for ToldPlace { target, place } in told.places {
        let values = [("target", target.into()), ("place", place.into())];
        context.out.result("handover-place", &values)?;
    }
    context.out.result("handover-place-cache", &[("bytes", told.cache.into())])?;
    Ok(Exit::Done)
}

/// Errors: [`Error::LeftUnreachable`] where another copy lies there, or none.
fn is_copy(there: &dyn Target, target: TargetId) -> Result<()> {
    match Begun::look(there)? {
        Begun::Copy(mark) if mark.target == target => Ok(()),
        _ => Err(Error::LeftUnreachable {
            target: target.to_string(),
            place: there.name(),
            why: "another copy lies there, or none".into(),
        }
        .into()),
    }
}

/// Where a copy is that was just taken in from, so that its documents can be opened from there.
pub(super) fn keep(
    session: &jingui_vault::Session,
    context: &Context,
    parsed: &Parsed,
    (target, place): (TargetId, &Place),
) -> Result<()> {
    let word = parsed.must::<PathBuf>("target");
    let kept = kept(context, parsed, &word, place)?;
    if session.vault().left_places().get(&target) != Some(&kept) {
        session.keep_left_place(target, kept)?;
    }
    Ok(())
}

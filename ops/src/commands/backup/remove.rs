//! `backup remove`: what is no more, or everything, gone from a copy in every version; an answer says so. Needs no vault and no
//! key, but credentials that may remove.

use super::super::act::must_be_new;
use super::left::Freed;
use super::{Place, Reached};
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::{Doing, Problem, Result};
use crate::output::printable_path;
use jingui_schema::copy::CopyMark;
use jingui_schema::exchange::without_again;
use jingui_schema::id::VaultId;
use jingui_schema::removal::{Gone, Left, Removed};
use jingui_sync::{PROBE, StoreRemover};
use jingui_vault::copies::{
    Begun, CopyVault, DirRemover, Kept, Removal, RemoveOptions, Remover, THREADS, THREADS_FAR, Trace,
    Version, mark_of_place, remove_and_tell,
};
use jingui_vault::cosigner::Cosigner;
use jingui_vault::push::ca::left_by;
use jingui_vault::push::{EndedFiles, ended_files};
use jingui_vault::{Error, Exit};
use serde::Serialize;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What stands at the top of a copy: nothing else is ever touched, for other archives may lie below the same place.
const TOPS: &[&str] =
    &["COPY.json", "states", "covers", "bodies", "notes", "journal", "named", "escrow", "exchange", "again"];
/// Runs cut off whose answers lie beside one another at most.
const CUTS_MAX: u32 = 1000;

/// Removes, or says what would be.
pub(in super::super) fn remove(context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let place = Place::of(context, &parsed.must::<PathBuf>("target"))?;
    let output = parsed.file("output").map(|path| context.path(path));
    output.as_deref().map(must_be_new).transpose()?;
    if output.is_none() && !context.dry_run() {
        let command = format!("jingui {}", parsed.command_text());
        return Err(Problem::ArgumentMissing { list: "--output <FILE>".into(), command }.into());
    }
    let remover = remover(context, &place)?;
    let versions = remover.versions()?;
    if versions.is_empty() {
        return tell_nothing(context, &place);
    }
    let mark = mark_of_place(&*remover, &versions)?;
    let dir = parsed.file("cosigner").map(|dir| context.path(dir));
    let ended = dir.map(|dir| ended_at(context, &place, &mark, &dir)).transpose()?;
    let asked = |name: &str| match &ended {
        Some(ended) => ended.contains(name),
        None => is_of_a_copy(name),
    };
    let freed = Freed::of(context, parsed, mark.target)?;
    let takers = if freed == Freed::All { BTreeSet::new() } else { takers_at(&versions) };
    let stays = |name: &str| !takers.is_empty() && is_left(name, ended.as_ref()) && !freed.names(name);
    let wanted = |name: &str| asked(name) && !stays(name);
    let of_asked = versions.into_iter().filter(|one| asked(&one.name));
    let (stay, chosen): (Vec<Version>, Vec<Version>) = of_asked.partition(|one| stays(&one.name));
    // Whoever types one vault's id does not mean another's.
    if let Some(other) = chosen.iter().find(|one| one.name.ends_with("/COPY.json")) {
        return Err(Problem::CopyInside { name: other.name.clone() }.into());
    }
    let stay = stay.len();
    if stay > 0 {
        let takers = takers.iter().map(VaultId::to_string).collect::<Vec<_>>().join(", ");
        context.out.warning("remove-left", &[("count", stay.into()), ("takers", takers.into())])?;
    }
    if context.dry_run() {
        return tell_would(context, &*remover, chosen, (&mark, stay));
    }
    let vault = mark.vault.to_string();
    if !parsed.text("confirm").is_some_and(|typed| typed.trim().eq_ignore_ascii_case(&vault)) {
        let count = chosen.len().to_string();
        return Err(Problem::RemovalUnconfirmed { vault, count }.into());
    }
    let interrupt = context.interrupt.clone();
    let mut gone = Vec::new();
    let removal = {
        let out = RefCell::new(&mut context.out);
        let options = RemoveOptions {
            wanted: &wanted,
            threads: if remover.is_far() { THREADS_FAR } else { THREADS },
            progress: &|step| out.borrow_mut().progress("progress-remove", step.files, None),
            interrupted: &|| interrupt.is_set(),
        };
        remove_and_tell(&*remover, &options, &mut gone)
    };
    let removal = match removal {
        Ok(removal) => removal,
        Err(error) => {
            if let (Some(output), false) = (&output, gone.is_empty()) {
                let removal = Removal { removed: gone, left: Vec::new() };
                let answer = answer(context, &mark, remover.name(), ended.as_ref(), &removal).cut();
                // Who listens may have gone; why it was cut off is told all the same.
                drop(keep_cut(context, &answer, output));
            }
            return Err(error.into());
        }
    };
    let answer = answer(context, &mark, remover.name(), ended.as_ref(), &removal);
    if let Some(output) = &output {
        context.env.fs.write_new(output, answer.to_text().as_bytes()).doing("write", output)?;
    }
    tell(context, &answer, (&removal, stay), &place, output.as_deref())
}

/// The place, for who may remove something there.
fn remover(context: &Context, place: &Place) -> Result<Box<dyn Remover>> {
    let remover: Box<dyn Remover> = match place {
        Place::Directory(dir) => Box::new(DirRemover::open(context.env.clone(), dir)?),
        Place::Store(address) => {
            let nobody = || Problem::NoStoreCredentials { url: address.to_string() };
            let access = context.store.as_ref().ok_or_else(nobody)?;
            let interrupt = context.interrupt.clone();
            let interrupted = Arc::new(move || interrupt.is_set());
            Box::new(StoreRemover::new(address, access, context.env.clone(), interrupted)?)
        }
    };
    Ok(remover)
}

/// What is no more, by the journal there as far as the cosigner has countersigned it.
fn ended_at(context: &Context, place: &Place, mark: &CopyMark, dir: &Path) -> Result<EndedFiles> {
    let cosigner = Cosigner::open(context.env.clone(), dir)?;
    let seen = cosigner.seen()?.into_iter().find(|seen| seen.vault == mark.vault);
    let seen = seen.ok_or_else(|| Error::NotCosigned { lines: "1".into() })?;
    let Reached { target, .. } = place.reach(context)?;
    let copy = CopyVault::open(&context.env, target, Some(mark.vault), None)?;
    Ok(ended_files(&copy, &seen)?)
}

/// The vaults whose documents stay at a place. Also where that is hidden: who pushes there may lay something over it, and not remove it.
fn takers_at(versions: &[Version]) -> BTreeSet<VaultId> {
    let there = versions.iter().filter(|one| one.trace == Trace::Version);
    there.filter_map(|one| left_by(&one.name)).collect()
}

/// Whether a name is that of a document which another vault may have nowhere else, or of what it is found there by.
fn is_left(name: &str, ended: Option<&EndedFiles>) -> bool {
    match ended {
        Some(ended) => ended.is_handed_body(name),
        // Nobody has said which of them went to whom.
        None => name == "COPY.json" || left_by(name).is_some() || without_again(name).starts_with("bodies/"),
    }
}

/// Keeps what a run has removed that was cut off, beside the answer: that is for the run that comes to the end.
fn keep_cut(context: &mut Context, answer: &Removed, output: &Path) -> Result<()> {
    for n in 1..=CUTS_MAX {
        let mut name = output.as_os_str().to_owned();
        name.push(format!(".cut-{n}"));
        let path = PathBuf::from(name);
        match context.env.fs.write_new(&path, answer.to_text().as_bytes()) {
            Ok(()) => return context.out.warning("remove-cut", &[("path", printable_path(&path).into())]),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && n < CUTS_MAX => {}
            Err(error) => {
                return context.out.warning("remove-cut-unwritten", &[("why", error.to_string().into())]);
            }
        }
    }
    Ok(())
}

fn is_of_a_copy(name: &str) -> bool {
    let top = name.split('/').next().unwrap_or_default();
    TOPS.contains(&top.strip_suffix(".part").unwrap_or(top)) || top == PROBE || Begun::is_probe(top)
}

fn answer(
    context: &Context,
    mark: &CopyMark,
    place: String,
    ended: Option<&EndedFiles>,
    removal: &Removal,
) -> Removed {
    let mut removed: BTreeMap<&str, u64> = BTreeMap::new();
    removal.removed.iter().for_each(|one| *removed.entry(&one.name).or_default() += 1);
    let gone = removed.into_iter().map(|(name, versions)| Gone { name: name.to_owned(), versions });
    let left = removal.left.iter().map(|kept| Left {
        name: kept.version.name.clone(),
        what: kept.version.trace.word().into(),
        id: kept.version.id.clone(),
        until: kept.lock.until,
        hold: kept.lock.hold,
        why: kept.why.clone(),
    });
    let (gone, left) = (gone.collect(), left.collect());
    let lines = ended.map(|ended| ended.lines);
    Removed::new((mark.vault, mark.target), place, context.env.now(), lines, (gone, left))
}

/// One thing at the place, for programs.
#[derive(Serialize)]
struct Item<'a> {
    name: &'a str,
    what: &'static str,
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    hold: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'a str>,
}

fn tell_one(context: &mut Context, kept: &Kept, would: bool) -> Result<()> {
    let Kept { version, lock, why } = kept;
    if context.out.json() {
        return context.out.item(&Item {
            name: &version.name,
            what: version.trace.word(),
            id: version.id.as_deref(),
            until: lock.until.map(|until| until.to_string()),
            hold: lock.hold,
            why: why.as_deref(),
        });
    }
    let what = context.out.word("trace", &version.trace.word());
    let lock = match (lock.until, lock.hold, why) {
        (Some(until), hold, _) => {
            let key = if hold { "remove-retained-held" } else { "remove-retained" };
            context.out.text(key, &[("until", until.to_string().into())])
        }
        (None, true, _) => context.out.text("remove-held", &[]),
        (None, false, Some(why)) => why.clone(),
        (None, false, None) => context.out.text(if would { "remove-free" } else { "remove-stays" }, &[]),
    };
    let (name, lock) = (("name", version.name.clone().into()), ("lock", lock.into()));
    match &version.id {
        Some(id) => {
            context.out.result("remove-one", &[name, lock, ("what", what.into()), ("id", id.clone().into())])
        }
        // What keeps no versions has a file, and no more to say of it.
        None => context.out.result("remove-one-file", &[name, lock]),
    }
}

fn tell_nothing(context: &mut Context, place: &Place) -> Result<Exit> {
    #[derive(Serialize)]
    struct Told {
        place: String,
        removed: usize,
        left: usize,
    }
    match context.out.json() {
        true => context.out.summary(&Told { place: place.shown(), removed: 0, left: 0 }, Exit::Done)?,
        false => context.out.result("remove-nothing", &[("place", place.shown().into())])?,
    }
    Ok(Exit::Done)
}

/// Each thing that would go, with what keeps it.
fn tell_would(
    context: &mut Context,
    remover: &dyn Remover,
    chosen: Vec<Version>,
    (mark, stay): (&CopyMark, usize),
) -> Result<Exit> {
    #[derive(Serialize)]
    struct Counts {
        dry_run: bool,
        vault: String,
        would: usize,
        locked: usize,
        /// Documents of another vault that are not removed.
        stay: usize,
    }
    let (mut locked, would) = (0, chosen.len());
    let now = context.env.now();
    for version in chosen {
        context.go_on()?;
        let lock = match version.trace {
            Trace::Version => remover.lock(&version)?,
            Trace::Marker | Trace::Upload => Default::default(),
        };
        locked += usize::from(lock.hold || lock.until.is_some_and(|until| until > now));
        tell_one(context, &Kept { version, lock, why: None }, true)?;
    }
    let vault = mark.vault.to_string();
    if context.out.json() {
        context.out.summary(&Counts { dry_run: true, vault, would, locked, stay }, Exit::Done)?;
        return Ok(Exit::Done);
    }
    let values = [("vault", vault.into()), ("count", would.into()), ("locked", locked.into())];
    context.out.result("remove-would", &values)?;
    Ok(Exit::Done)
}

fn tell(
    context: &mut Context,
    answer: &Removed,
    (removal, stay): (&Removal, usize),
    place: &Place,
    output: Option<&Path>,
) -> Result<Exit> {
    #[derive(Serialize)]
    struct Counts {
        vault: String,
        place: String,
        /// Versions, markers and uploads.
        removed: usize,
        names: usize,
        left: usize,
        /// Documents of another vault that were not removed.
        stay: usize,
        path: Option<String>,
    }
    // Who asked for everything is not told that all of it is gone.
    let is_whole = removal.left.is_empty() && (stay == 0 || answer.lines.is_some());
    let exit = if is_whole { Exit::Done } else { Exit::Part };
    for kept in &removal.left {
        tell_one(context, kept, false)?;
    }
    let path = output.map(printable_path);
    if context.out.json() {
        let counts = Counts {
            vault: answer.vault.to_string(),
            place: place.shown(),
            removed: removal.removed.len(),
            names: answer.removed.len(),
            left: removal.left.len(),
            stay,
            path,
        };
        context.out.summary(&counts, exit)?;
        return Ok(exit);
    }
    let values = [
        ("place", place.shown().into()),
        ("names", answer.removed.len().into()),
        ("versions", removal.removed.len().into()),
        ("left", removal.left.len().into()),
        ("path", path.unwrap_or_default().into()),
    ];
    context.out.result(if removal.left.is_empty() { "remove-done" } else { "remove-part" }, &values)?;
    Ok(exit)
}

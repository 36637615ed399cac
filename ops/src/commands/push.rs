//! `push`: the newest state to the CA's store, and what the CA left there back.

use super::World;
use super::backup::{Place, Reached, Seen, ToldMade, tell_lacking, tell_would, threads};
use super::locks::{self, ToldLocks};
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::{Problem, Result};
use crate::output::{Output, printable_path};
use jingui_vault::copies::{Begun, CopyOptions, Fate, Limited, LockCheck, Target};
use jingui_vault::places::PushPlace;
use jingui_vault::push::{Came, Pushed, Taken};
use jingui_vault::{Error, Exit};
use serde::Serialize;
use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// Where to, as it was said or is kept.
struct Wanted {
    word: PathBuf,
    place: Place,
    outside: bool,
    limit: Option<u64>,
    /// How what is put is locked.
    lock: Option<String>,
}

impl Wanted {
    /// What the command line says; where it names no target, what is kept.
    ///
    /// Errors: [`Error::NoPushPlace`]; what is wrong with the words.
    fn of(world: &World, context: &Context, parsed: Option<&Parsed>) -> Result<Self> {
        let vault = &world.vault;
        let said = parsed.and_then(|parsed| parsed.file("target"));
        let kept = match said {
            Some(_) => PushPlace::default(),
            None => vault.push_place()?,
        };
        let word = said.cloned().unwrap_or_else(|| PathBuf::from(&kept.target));
        let place = Place::of(context, &word)?;
        place.apart_from(vault)?;
        let offsite = kept.offsite || parsed.is_some_and(|parsed| parsed.flag("offsite"));
        let outside = offsite || place.is_outside(context, vault.layout().root());
        let limit = parsed.and_then(|parsed| parsed.get("limit")).or(kept.limit);
        let lock = parsed.and_then(|parsed| parsed.get("lock")).or(kept.lock);
        Ok(Self { word, place, outside, limit, lock })
    }

    /// Reaches it, behind the limit where there is one.
    fn reach(&self, context: &Context) -> Result<Reached> {
        let Reached { target, store } = self.place.reach(context)?;
        let interrupt = context.interrupt.clone();
        let target = match self.limit {
            Some(rate) => Arc::new(Limited::new(target, rate, Arc::new(move || interrupt.is_set()))) as _,
            None => target,
        };
        Ok(Reached { target, store })
    }
}

/// The kept place for the job, and whether it is away from this machine.
///
/// Errors: [`Error::NoPushPlace`]; it cannot be reached.
pub(super) fn reach_kept(world: &World, context: &mut Context) -> Result<(Arc<dyn Target>, bool)> {
    let wanted = Wanted::of(world, context, None)?;
    let Reached { target, store } = wanted.reach(context)?;
    Seen::read(world).must_be_there(&Begun::look(&*target)?, &*target, false)?;
    locks::begin(world, context, wanted.lock.as_deref(), None, (&wanted.place, store.as_ref()))?;
    Ok((target, wanted.outside))
}

/// Pushes, or says where pushes go from now on.
pub(super) fn run(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    world.tell_notices(context)?;
    if parsed.flag("forget") {
        return forget(world, context);
    }
    let wanted = Wanted::of(world, context, Some(parsed))?;
    let session = if parsed.flag("keep") { Some(world.session(context)?) } else { None };
    session.as_ref().map(jingui_vault::Session::may_keep_push_place).transpose()?;
    let unprintable = [Some(&wanted.word), parsed.file("credentials")];
    if let Some(path) =
        unprintable.into_iter().flatten().find(|path| session.is_some() && path.to_str().is_none())
    {
        return Err(Problem::StoreFile { path: printable_path(path), why: "UTF-8".into() }.into());
    }
    let Reached { target, store } = wanted.reach(context)?;
    let seen = Seen::read(world);
    seen.must_be_there(&Begun::look(&*target)?, &*target, parsed.flag("new"))?;
    if context.dry_run() {
        return match parsed.flag("lines") {
            true => compare(world, context, &*target),
            false => tell_would(world, context, &*target, &wanted.place, wanted.outside),
        };
    }
    let probed = parsed.file("probed").map(PathBuf::as_path);
    locks::begin(world, context, wanted.lock.as_deref(), probed, (&wanted.place, store.as_ref()))?;
    let pushed = push(world, context, parsed, &*target, wanted.outside)?;
    seen.remember(world, pushed.made.target, &*target);
    world.tell_notices(context)?;
    if store.is_some_and(|store| store.is_conditional() == Some(false)) {
        context.out.warning("backup-unconditional", &[("place", wanted.place.shown().into())])?;
    }
    // Kept once it has been seen to work.
    let keep =
        |session: &jingui_vault::Session| session.keep_push_place(Some(kept(context, parsed, &wanted)));
    if let Err(error) = session.as_ref().map(keep).transpose() {
        // What was done and found is told all the same: the next push finds it in order.
        tell_exchange(context, &pushed)?;
        tell_items(context, &pushed)?;
        return Err(error.into());
    }
    let exit = tell(context, &pushed, &wanted)?;
    if session.is_some() {
        context.out.note("push-kept", &[("place", wanted.place.shown().into())]);
    }
    Ok(exit)
}

/// The run itself; with `--lines` each file is told as it comes.
fn push(
    world: &World,
    context: &mut Context,
    parsed: &Parsed,
    target: &dyn Target,
    outside: bool,
) -> Result<Pushed> {
    let lines = parsed.flag("lines");
    let (interrupt, waiting) = (context.interrupt.clone(), Mutex::new(Vec::new()));
    let taken = || std::mem::take(&mut *waiting.lock().unwrap_or_else(PoisonError::into_inner));
    let out = RefCell::new((&mut context.out, Ok(())));
    let mut came = Vec::new();
    let pushed = world.vault.push_and_tell(
        target,
        &CopyOptions {
            outside,
            all: parsed.flag("all"),
            check_locks: match parsed.flag("lock-check") {
                true => LockCheck::All,
                false => LockCheck::Changes,
            },
            threads: threads(target),
            progress: &|step| {
                let (out, told) = &mut *out.borrow_mut();
                out.progress("progress-push", step.files, None);
                // Who listens may have gone; what is sent is sent all the same.
                if told.is_ok() {
                    *told = tell_lines(out, taken());
                }
            },
            interrupted: &|| interrupt.is_set(),
            each: &|fate, name| {
                if lines {
                    let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
                    waiting.push((fate, name.to_owned()));
                }
            },
            ..CopyOptions::default()
        },
        &mut came,
    );
    let (out, told) = out.into_inner();
    let told = told.and_then(|()| tell_lines(out, taken()));
    match pushed {
        Ok(pushed) => told.map(|()| Pushed { taken: came, ..pushed }),
        // What was carried out stays so, whatever became of the sending.
        Err(error) => {
            tell_taken(context, &came)?;
            tell_taken_items(context, &came)?;
            Err(error.into())
        }
    }
}

fn tell_lines(out: &mut Output, lines: Vec<(Fate, String)>) -> Result<()> {
    lines.iter().try_for_each(|(fate, name)| tell_line(out, *fate, name))
}

fn tell_line(out: &mut Output, fate: Fate, name: &str) -> Result<()> {
    #[derive(Serialize)]
    struct Told<'a> {
        sign: char,
        name: &'a str,
    }
    match out.json() {
        true => out.item(&Told { sign: fate.sign(), name }),
        false => out.line(&format!("{} {name}", fate.sign())),
    }
}

/// What the target has beside what the vault has, file by file.
fn compare(world: &World, context: &mut Context, target: &dyn Target) -> Result<Exit> {
    #[derive(Serialize)]
    struct Counts {
        there: u64,
        extra: u64,
        missing: u64,
        other: u64,
        lacking: u64,
    }
    let interrupt = context.interrupt.clone();
    context.out.begin_lines();
    let mut told = Ok(());
    let found = world.vault.compare_copy(target, &|| interrupt.is_set(), &mut |fate, name| {
        if told.is_ok() {
            told = tell_line(&mut context.out, fate, name);
        }
        match &told {
            Ok(()) => Ok(()),
            // Nobody reads the list any more.
            Err(_) => Err(Error::Interrupted {}),
        }
    });
    told?;
    let found = found?;
    let exit = if found.other + found.lacking > 0 { Exit::Damage } else { Exit::Done };
    if context.out.json() {
        let (there, extra, missing) = (found.there, found.extra, found.missing);
        let counts = Counts { there, extra, missing, other: found.other, lacking: found.lacking };
        context.out.summary(&counts, exit)?;
        return Ok(exit);
    }
    let values = [
        ("there", found.there.into()),
        ("extra", found.extra.into()),
        ("missing", found.missing.into()),
        ("other", found.other.into()),
        ("lacking", found.lacking.into()),
    ];
    context.out.note("push-compared", &values);
    Ok(exit)
}

/// What is kept of the words that were given; relative paths are as seen from here.
fn kept(context: &Context, parsed: &Parsed, wanted: &Wanted) -> PushPlace {
    let target = match &wanted.place {
        Place::Directory(dir) => dir.display().to_string(),
        Place::Store(_) => wanted.word.display().to_string(),
    };
    PushPlace {
        target,
        offsite: parsed.flag("offsite"),
        limit: wanted.limit,
        lock: wanted.lock.clone(),
        endpoint: parsed.get("endpoint"),
        region: parsed.get("region"),
        addressing: parsed.get("addressing"),
        credentials: parsed.file("credentials").map(|path| context.path(path)),
    }
}

fn forget(world: &World, context: &mut Context) -> Result<Exit> {
    let session = world.session(context)?;
    world.vault.push_place()?;
    session.may_keep_push_place()?;
    if !context.dry_run() {
        session.keep_push_place(None)?;
    }
    context.out.result("push-forgotten", &[])?;
    Ok(Exit::Done)
}

/// Tells what came in; the same for a push and for the job.
pub(super) fn tell_taken(context: &mut Context, taken: &[Taken]) -> Result<()> {
    for taken in taken {
        let name = || ("name", taken.name.clone().into());
        match &taken.came {
            Ok(Came::Order { kind, seq }) => {
                let what = context.out.text(&format!("kind-{}", kind.replace('.', "-")), &[]);
                let values = [name(), ("what", what.into()), ("seq", (*seq).into())];
                context.out.note("push-order", &values);
            }
            Ok(Came::Overtaken { kind }) => {
                let what = context.out.text(&format!("kind-{}", kind.replace('.', "-")), &[]);
                context.out.note("push-overtaken", &[name(), ("what", what.into())]);
            }
            Ok(Came::Cosigned { lines, at }) => {
                let values = [name(), ("lines", (*lines).into()), ("at", at.to_string().into())];
                context.out.note("push-cosigned", &values);
            }
            Err(error) => {
                let why = context.out.error_text(error);
                context.out.warning("push-refused", &[name(), ("why", why.into())])?;
            }
        }
    }
    Ok(())
}

/// The same for programs.
fn tell_taken_items(context: &mut Context, taken: &[Taken]) -> Result<()> {
    #[derive(Serialize)]
    struct Told<'a> {
        name: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        kind: Option<&'static str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        seq: Option<u64>,
        /// It can never be carried out any more, and needs nobody.
        #[serde(skip_serializing_if = "Option::is_none")]
        overtaken: Option<bool>,
        #[serde(skip_serializing_if = "Option::is_none")]
        cosigned: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<&'static str>,
    }
    if !context.out.json() {
        return Ok(());
    }
    for Taken { name, came } in taken {
        let mut told = Told { name, kind: None, seq: None, overtaken: None, cosigned: None, error: None };
        match came {
            Ok(Came::Order { kind, seq }) => (told.kind, told.seq) = (Some(*kind), Some(*seq)),
            Ok(Came::Overtaken { kind }) => (told.kind, told.overtaken) = (Some(*kind), Some(true)),
            Ok(Came::Cosigned { lines, .. }) => told.cosigned = Some(*lines),
            Err(error) => told.error = Some(error.code()),
        }
        context.out.item(&told)?;
    }
    Ok(())
}

/// Tells what came in and what could not be done; the same for a push and for the job.
pub(super) fn tell_exchange(context: &mut Context, pushed: &Pushed) -> Result<()> {
    tell_taken(context, &pushed.taken)?;
    for (name, fate) in &pushed.again {
        let name = || ("name", name.clone().into());
        match fate {
            Fate::Brought | Fate::There => context.out.note("push-again", &[name()]),
            Fate::Other => context.out.warning("push-again-other", &[name()])?,
            Fate::Lacking | Fate::Extra => context.out.warning("push-again-lacking", &[name()])?,
        }
    }
    for name in &pushed.made.beside {
        context.out.warning("push-beside", &[("name", name.clone().into())])?;
    }
    for epoch in &pushed.unescrowed {
        context.out.warning("push-unescrowed", &[("epoch", (*epoch).into())])?;
    }
    if let Some(error) = &pushed.unasked {
        let why = context.out.error_text(error);
        context.out.warning("push-unasked", &[("why", why.into())])?;
    }
    pushed.locks.as_ref().map_or(Ok(()), |locks| locks::tell_refused(context, locks))
}

/// What came in and what is not locked as it should be, or was not, for programs.
fn tell_items(context: &mut Context, pushed: &Pushed) -> Result<()> {
    #[derive(Serialize)]
    struct Lost<'a> {
        lost: &'a str,
    }
    #[derive(Serialize)]
    struct Unlocked<'a> {
        unlocked: &'a str,
        error: &'static str,
    }
    if !context.out.json() {
        return Ok(());
    }
    tell_taken_items(context, &pushed.taken)?;
    for (name, error) in pushed.locks.iter().flat_map(|locks| locks.refused.iter().chain(&locks.longer)) {
        context.out.item(&Unlocked { unlocked: name, error: error.code() })?;
    }
    for name in pushed.locks.iter().flat_map(|locks| &locks.lost) {
        context.out.item(&Lost { lost: name })?;
    }
    Ok(())
}

fn tell(context: &mut Context, pushed: &Pushed, wanted: &Wanted) -> Result<Exit> {
    #[derive(Serialize)]
    struct Told {
        #[serde(flatten)]
        made: ToldMade,
        /// Files that the CA wanted again and that were sent.
        again: usize,
        /// Files in whose place something else lies; they are below `again/`.
        beside: usize,
        /// Epochs whose escrow file is at the target.
        escrow: Vec<u32>,
        unescrowed: Vec<u32>,
        /// Lines under the head that the CA is asked to countersign.
        asked: Option<u64>,
        /// What was locked; none where nothing was to be.
        #[serde(skip_serializing_if = "Option::is_none")]
        locks: Option<ToldLocks>,
        /// What needs somebody.
        unsettled: usize,
    }
    let made = &pushed.made;
    let exit = match (made.lacking.is_empty(), pushed.unsettled()) {
        _ if pushed.is_interrupted() => Exit::Interrupted,
        (false, _) => Exit::Damage,
        (true, 1..) => Exit::Part,
        (true, 0) => Exit::Done,
    };
    tell_exchange(context, pushed)?;
    tell_lacking(context, made)?;
    if context.out.json() {
        tell_items(context, pushed)?;
        let told = Told {
            made: ToldMade::of(made, &wanted.place, wanted.outside),
            again: pushed.again.iter().filter(|(_, fate)| *fate == Fate::Brought).count(),
            beside: made.beside.len(),
            escrow: pushed.escrow.iter().map(|(epoch, _)| *epoch).collect(),
            unescrowed: pushed.unescrowed.clone(),
            asked: pushed.asked.map(|asked| asked.lines),
            locks: pushed.locks.as_ref().map(ToldLocks::of),
            unsettled: pushed.unsettled(),
        };
        context.out.summary(&told, exit)?;
        return Ok(exit);
    }
    let values = [
        ("place", wanted.place.shown().into()),
        ("lines", made.lines.into()),
        ("files", made.files.into()),
        ("bytes", made.bytes.into()),
    ];
    context.out.result("push-done", &values)?;
    for (epoch, _) in pushed.escrow.iter().filter(|(_, brought)| *brought) {
        context.out.note("push-escrow", &[("epoch", (*epoch).into())]);
    }
    if !wanted.outside {
        let is_store = matches!(wanted.place, Place::Store(_));
        context.out.note(if is_store { "backup-inside-store" } else { "backup-inside" }, &[]);
    }
    match pushed.asked {
        Some(asked) => context.out.note("push-asked", &[("lines", asked.lines.into())]),
        None if pushed.unasked.is_none() => context.out.note("push-no-cosigner", &[]),
        None => {}
    }
    if let Some(locks) = &pushed.locks {
        locks::tell(context, locks);
    }
    Ok(exit)
}

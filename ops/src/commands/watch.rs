//! `watch`: files what a scanner leaves in a folder, and moves it out of the way.

use super::World;
use super::standing::{ToldMaterials, materials_text};
use crate::cli::Parsed;
use crate::context::{Context, Streams};
use crate::failure::{Doing, Problem, Result};
use crate::folder_rule::FolderRule;
use crate::messages::Messages;
use crate::output::printable_path;
use crate::said::Said;
use crate::turns::{self, Next, Turns};
use crate::watched::{Counts, Event, Folder, Given, Left, Patience, Place, Settings, Waiting, Watcher, What};
use crate::words::Words;
use jingui_schema::facts::{Flaw, Label, Role};
use jingui_vault::Exit;
use jingui_vault::keys::Person;
use serde::Serialize;
use std::collections::BTreeSet;
use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How things stand is told again after this, though nothing has changed.
const STATUS_EVERY: Duration = Duration::from_secs(60);

#[derive(Serialize)]
struct TellItem<'a> {
    outcome: &'a str,
    name: String,
    files: usize,
    #[serde(skip_serializing_if = "is_zero")]
    left: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    materials: Option<ToldMaterials>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reasons: Vec<TellReason<'a>>,
    #[serde(skip_serializing_if = "is_false")]
    dry_run: bool,
}

#[derive(Serialize)]
struct TellReason<'a> {
    code: &'a str,
    message: String,
}

#[derive(Serialize)]
struct TellStatus<'a> {
    waiting: &'a Waiting,
    unfinished: Vec<TellUnfinished<'a>>,
    archived: Left,
    duplicate: Left,
    attention: Left,
}

#[derive(Serialize)]
struct TellUnfinished<'a> {
    name: String,
    code: &'a str,
    message: String,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// Watches until it is interrupted: one turn after the other, each as a command in the open vault.
pub fn on(
    context: &mut Context,
    parsed: &Parsed,
    person: Option<&Person>,
    streams: &Streams,
    turn: &dyn Fn(Streams, Option<Person>, Option<Turns>) -> Result<u8>,
) -> Result<u8> {
    let turns = Turns::default();
    context.out.begin_lines();
    // What was never there is a slip; what goes away later is waited for.
    let dir = context.path(parsed.file("dir").expect("it is required"));
    std::fs::metadata(&dir).doing("look at", &dir)?;
    let code = turns::take(context, &turns, parsed.must("every"), || {
        let streams = streams.try_clone().doing("copy", Path::new("stdout"))?;
        let again = |person: &Person| Person::from_secret_text("key", &person.to_secret_text());
        turn(streams, person.map(again).transpose()?, Some(turns.clone()))
    })?;
    if code == Exit::Interrupted as u8 {
        let counts = turns.kept().counts;
        end(context, &counts, Exit::Interrupted)?;
    }
    Ok(code)
}

fn end(context: &mut Context, counts: &Counts, exit: Exit) -> Result<()> {
    if context.out.json() {
        context.out.summary(counts, exit)?;
    } else {
        let values = [
            ("archived", counts.archived.into()),
            ("supplemented", counts.supplemented.into()),
            ("duplicates", counts.duplicates.into()),
            ("attention", counts.attention.into()),
        ];
        context.out.note("watch-end", &values);
    }
    context.out.flush()
}

/// Watches for one turn.
pub(super) fn run(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    context.out.begin_lines();
    let once = parsed.flag("once") || context.dry_run();
    match turn(world, context, parsed, once) {
        Err(failure) if !once && turns::may_mend(&failure) => {
            let turns = context.turns.clone();
            if turns.as_ref().is_some_and(|turns| !turns.kept().begun) {
                return Err(failure);
            }
            turns::tell_trouble(context, turns.as_ref(), &failure)?;
            context.next = Some(Next::Later);
            Ok(Exit::Failed)
        }
        ended => ended,
    }
}

fn turn(world: &World, context: &mut Context, parsed: &Parsed, once: bool) -> Result<Exit> {
    let dir = context.path(parsed.file("dir").expect("it is required"));
    let done = parsed.file("done").map(|path| context.path(path));
    let vault = &world.vault;
    let apart = [Some(vault.layout().root()), vault.keystore_dir(), vault.mirror_dir()];
    let apart: Vec<&Path> = apart.into_iter().flatten().collect();
    let folder = Folder::open(&dir, done.as_deref(), &apart)?;
    let settings = settings(context, parsed)?;
    let session = world.session(context)?;
    session.with_role(&[Role::Archivist])?;
    let _lock = if settings.dry_run { None } else { Some(lock(context, &folder)?) };
    if let Some(turns) = context.turns.clone() {
        let begun = std::mem::replace(&mut turns.kept().begun, true);
        if !begun {
            context.out.note("watch-begin", &[("path", printable_path(folder.root()).into())]);
        }
    }
    let messages = Messages::for_lang(context.out.look().lang);
    let mut desk = Desk {
        watcher: Watcher::new(context.env.clone(), &session, messages, folder, settings),
        dry_run: context.dry_run(),
        counts: Counts::default(),
        told: None,
        told_at: Instant::now(),
        told_unfinished: BTreeSet::new(),
    };
    let read = |context: &mut Context, until| super::read::meanwhile(world, context, &session, until);
    let exit = desk.watch(context, parsed, once, &read)?;
    if !once {
        return Ok(exit);
    }
    let exit = match (exit, desk.counts.attention + desk.counts.stuck) {
        (Exit::Done, 1..) => Exit::Part,
        (exit, _) => exit,
    };
    // What would be done has been told, item by item.
    if context.out.json() || !context.dry_run() {
        end(context, &desk.counts, exit)?;
    }
    Ok(exit)
}

fn settings(context: &Context, parsed: &Parsed) -> Result<Settings> {
    let rule = parsed.text("rule").map(|text| {
        FolderRule::parse(text, Words::shipped()).map_err(|error| {
            let why = error.said().tell(Messages::for_lang(context.out.look().lang));
            Problem::Rule { rule: text.to_owned(), why }
        })
    });
    let given = Given {
        project: parsed.get("project"),
        outlet: parsed.get("outlet"),
        customer: parsed.get("customer"),
        customer_kind: parsed.get("customer-kind"),
        customer_id: parsed.text("customer-id").map(str::to_owned),
        business: parsed.get("business"),
        date: parsed.get("date"),
        outcome: parsed.get("outcome"),
        tags: parsed.all::<Label>("tag"),
        box_code: parsed.get("box"),
        channel: parsed.get("channel"),
        flags: parsed.all("flag"),
        ..Given::default()
    };
    let today = context.env.now().day();
    if let Some(date) = given.date.filter(|date| *date > today) {
        return Err(Problem::FutureDate { date: date.to_string(), today: today.to_string() }.into());
    }
    let give_up = Duration::from_secs(60 * parsed.must::<u64>("give-up"));
    Ok(Settings {
        rule: rule.transpose()?,
        given,
        patience: Patience { settle: parsed.must("settle"), give_up },
        supplement: parsed.flag("supplement"),
        dry_run: context.dry_run(),
    })
}

/// Takes the folder's lock; it is held until dropped.
fn lock(context: &Context, folder: &Folder) -> Result<File> {
    folder.make_own(&context.env)?;
    let path = folder.lock();
    let mut options = OpenOptions::new();
    let file = options.read(true).write(true).create(true).truncate(false).mode(0o600).open(&path);
    let file = file.doing("open", &path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(Problem::FolderWatched { path: printable_path(folder.root()) }.into())
        }
        Err(TryLockError::Error(error)) => Err(error).doing("lock", &path),
    }
}

/// How things stood when they were last told.
#[derive(PartialEq)]
struct Told {
    waiting: Waiting,
    left: [Left; 3],
}

struct Desk<'a> {
    watcher: Watcher<'a>,
    dry_run: bool,
    counts: Counts,
    told: Option<Told>,
    told_at: Instant,
    told_unfinished: BTreeSet<(PathBuf, String)>,
}

impl Desk<'_> {
    /// Passes over the folder, again and again or until nothing in it moves.
    fn watch(
        &mut self,
        context: &mut Context,
        parsed: &Parsed,
        once: bool,
        read: &dyn Fn(&mut Context, Instant) -> Result<()>,
    ) -> Result<Exit> {
        let (settle, every) = (parsed.must::<Duration>("settle"), parsed.must::<Duration>("every"));
        let (began, interrupt) = (Instant::now(), context.interrupt.clone());
        // Where another process holds the vault, it must be able to end: one look after the other, each on its own.
        let guest = context.turns.is_none();
        let mut looks = 0;
        loop {
            let waiting = self.pass(context, began.elapsed(), &|| !interrupt.is_set())?;
            looks += 1;
            // Each of a guest's turns begins anew; that nothing is there need not be told each time.
            if once || !guest || waiting.files > 0 || self.counts != Counts::default() {
                self.status(context, waiting)?;
            }
            if interrupt.is_set() {
                return Ok(Exit::Interrupted);
            }
            // What it has filed is read while there is nothing else to do.
            if !self.dry_run && self.counts != Counts::default() {
                read(context, Instant::now() + every)?;
            }
            let pause = match once || guest {
                // What was there at the first look is looked at once more, when it may have become still.
                true if looks == 1 && self.watcher.any_moving(began.elapsed()) => settle,
                true => {
                    context.next = guest.then_some(Next::Soon).filter(|_| !once);
                    return Ok(Exit::Done);
                }
                false => every,
            };
            if !turns::rest(context, pause) {
                return Ok(Exit::Interrupted);
            }
        }
    }

    fn pass(&mut self, context: &mut Context, now: Duration, go_on: &dyn Fn() -> bool) -> Result<Waiting> {
        let (counts, dry_run, turns) = (&mut self.counts, self.dry_run, context.turns.clone());
        let out = &mut *context;
        let before = *counts;
        let mut tell = |event: Event| {
            count(counts, &event);
            if let Some(turns) = &turns {
                count(&mut turns.kept().counts, &event);
            }
            tell(out, &event, dry_run)
        };
        let waiting = self.watcher.pass(now, go_on, &mut tell)?;
        // A look at what still settles shows nothing; only what could be done does, or that nothing is left to do.
        if let Some(turns) = context.turns.clone()
            && (before != self.counts || waiting.files == 0)
        {
            turns.kept().went_well = true;
            if turns.kept().told.take().is_some() {
                context.out.note("watch-goes-on", &[]);
            }
        }
        Ok(waiting)
    }

    /// Tells how things stand, where that has changed.
    fn status(&mut self, context: &mut Context, waiting: Waiting) -> Result<()> {
        let same = self.told.as_ref().is_some_and(|told| told.waiting == waiting);
        if same && self.told_at.elapsed() < STATUS_EVERY {
            return Ok(());
        }
        let left = Place::ALL.map(|place| self.watcher.left(place));
        let [archived, duplicate, attention] = left;
        let left = [archived?, duplicate?, attention?];
        let messages = Messages::for_lang(context.out.look().lang);
        if context.out.json() {
            let unfinished = waiting.unfinished.iter().map(|(name, why)| TellUnfinished {
                name: printable_path(name),
                code: why.key(),
                message: why.tell(messages),
            });
            let unfinished = unfinished.collect();
            let [archived, duplicate, attention] = left;
            context.out.status(&TellStatus {
                waiting: &waiting,
                unfinished,
                archived,
                duplicate,
                attention,
            })?;
        } else {
            for (name, why) in &waiting.unfinished {
                let why = why.tell(messages);
                if self.told_unfinished.insert((name.clone(), why.clone())) {
                    context.out.note(
                        "watch-unfinished",
                        &[("name", printable_path(name).into()), ("why", why.into())],
                    );
                }
            }
            self.told_unfinished.retain(|(name, _)| waiting.unfinished.iter().any(|(n, _)| n == name));
            let now = Told { waiting: Waiting { unfinished: Vec::new(), ..waiting.clone() }, left };
            let before = self.told.as_ref().map(|told| (told.waiting.files, told.left));
            if before != Some((now.waiting.files, now.left)) {
                let values = [
                    ("waiting", now.waiting.files.into()),
                    ("archived", left[0].files.into()),
                    ("size", mebibytes(left.iter().map(|l| l.bytes).sum()).into()),
                    ("duplicate", left[1].files.into()),
                    ("attention", left[2].files.into()),
                ];
                context.out.note("watch-status", &values);
            }
        }
        self.told = Some(Told { waiting, left });
        self.told_at = Instant::now();
        Ok(())
    }
}

fn mebibytes(bytes: u64) -> String {
    let tenths = (bytes * 10).div_ceil(1 << 20);
    format!("{}.{}", tenths / 10, tenths % 10)
}

fn count(counts: &mut Counts, event: &Event) {
    match &event.what {
        What::Archived { supplement: true, .. } | What::WouldFile { supplements: Some(_) } => {
            counts.supplemented += 1
        }
        What::Archived { .. } | What::WouldFile { .. } => counts.archived += 1,
        What::Resumed { told: true, .. } | What::Resumed { place: Place::Archived, .. } => {}
        What::Elsewhere { place: Place::Duplicate, .. } | What::Resumed { place: Place::Duplicate, .. } => {
            counts.duplicates += 1;
        }
        What::Elsewhere { .. } | What::Resumed { .. } => counts.attention += 1,
        What::Stuck { .. } => counts.stuck += 1,
    }
}

fn tell(context: &mut Context, event: &Event, dry_run: bool) -> Result<()> {
    let messages = Messages::for_lang(context.out.look().lang);
    let name = printable_path(&event.name);
    if let What::Stuck { why } = &event.what {
        let fields = why.fields();
        let values: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str().into())).collect();
        let why = context.out.text(&format!("error-{}", why.code()), &values);
        return context.out.warning("watch-stuck", &[("name", name.into()), ("why", why.into())]);
    }
    let (outcome, number, record) = match &event.what {
        What::Archived { number, record, supplement, .. } => {
            (if *supplement { "supplemented" } else { "archived" }, Some(number), Some(record))
        }
        What::WouldFile { supplements: Some(number) } => ("supplemented", Some(number), None),
        What::WouldFile { supplements: None } => ("archived", None, None),
        What::Elsewhere { place, .. } | What::Resumed { place, .. } => (place.word(), None, None),
        What::Stuck { .. } => unreachable!("it was told above"),
    };
    let found = if let What::Archived { found, .. } = &event.what { found.as_ref() } else { None };
    let flaws = if let What::Archived { flaws, .. } = &event.what { &flaws[..] } else { &[] };
    let reasons: &[Said] = if let What::Elsewhere { reasons, .. } = &event.what { reasons } else { &[] };
    if context.out.json() {
        let reasons =
            reasons.iter().map(|r| TellReason { code: r.key(), message: r.tell(messages) }).collect();
        tell_flaws(context, flaws)?;
        return context.out.item(&TellItem {
            outcome,
            name,
            files: event.files,
            left: event.left,
            number: number.map(ToString::to_string),
            record: record.map(ToString::to_string),
            materials: found.map(ToldMaterials::from),
            reasons,
            dry_run,
        });
    }
    let place = match &event.what {
        What::Elsewhere { place, .. } | What::Resumed { place, .. } => place.directory(),
        _ => Place::Archived.directory(),
    };
    let why: Vec<String> = reasons.iter().map(|reason| reason.tell(messages)).collect();
    let values = [
        ("name", name.into()),
        ("files", event.files.into()),
        ("left", event.left.into()),
        ("number", number.map(ToString::to_string).unwrap_or_default().into()),
        ("place", place.into()),
        ("why", why.join(" ").into()),
        ("materials", found.map(|found| materials_text(context, found)).unwrap_or_default().into()),
    ];
    let key = match (&event.what, dry_run) {
        (What::Archived { found: None, .. }, _) => "watch-resumed-archived",
        (What::Archived { supplement: false, .. }, _) => "watch-archived",
        (What::Archived { .. }, _) => "watch-supplemented",
        (What::WouldFile { supplements: None }, _) => "watch-would-file",
        (What::WouldFile { .. }, _) => "watch-would-supplement",
        (What::Elsewhere { .. }, true) => "watch-would-put",
        (What::Elsewhere { .. }, false) => "watch-put",
        (What::Resumed { .. } | What::Stuck { .. }, _) => "watch-resumed",
    };
    context.out.result(key, &values)?;
    tell_flaws(context, flaws)?;
    if event.left > 0 {
        context.out.note("watch-left-behind", &values);
    }
    context.out.flush()
}

fn tell_flaws(context: &mut Context, flaws: &[(String, Flaw)]) -> Result<()> {
    for (name, flaw) in flaws {
        let flaw = context.out.text(&format!("flaw-{flaw}"), &[]);
        context.out.warning("add-flaw", &[("name", name.clone().into()), ("flaw", flaw.into())])?;
    }
    Ok(())
}

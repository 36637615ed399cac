//! The tests tested: each defect of a list is put in on purpose, and what looks for it in the other tests has to notice.
//!
//! `cargo test -p jingui-tests --features defects --test faults_defects`

use jingui_schema::act::Deed;
use jingui_schema::id::ActId;
use jingui_tests::faults::Fault;
use jingui_tests::house::{CANARY, Furnished, full};
use jingui_tests::lossy::{Cut, Dice, LossyFs};
use jingui_tests::lying::{Asked, Done, Lying, is};
use jingui_tests::stories::{self, Tale};
use jingui_tests::story::{cuts, plainly};
use jingui_tests::sweep::{Again, Command, os};
use jingui_tests::{inspect, keep, nothing_wrong, say};
use jingui_vault::defects::{NAMES, choose};
use jingui_vault::fs::{Fs, OsFs};
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

/// What a search came to: after so many trials, what was noticed.
type Noticed = (u64, Option<String>);

/// A defect, and who looks for it.
struct Defect {
    /// Its name in the table.
    name: &'static str,
    /// The switch in the vault, where it is not a disk that does it.
    switch: Option<&'static str>,
    /// Which of the other tests' means notices.
    by: &'static str,
    /// Looks for it.
    search: Box<dyn Fn() -> Noticed>,
    /// Whether the search finds nothing where there is no defect; asked where no other test asks it already.
    control: bool,
}

const POWER: &str = "power cuts";
const WRONGLY: &str = "a disk that writes wrongly";
const SWEEP: &str = "sweep of a command";
/// The defect did not get as far as a power cut.
const UNTOLD: &str = "the story cannot be told";

/// Cuts the power at the moments of a story, in an order of chance, until something is wrong.
fn power(tale: Tale, through: jingui_tests::story::Through, trials: usize) -> Noticed {
    let story = match tale(through) {
        Ok(story) => story,
        Err(error) => return (1, Some(format!("{UNTOLD}: {}", full(&error)))),
    };
    let mut all: Vec<_> = cuts(story.moments.len(), 2).collect();
    let mut dice = Dice(1);
    for i in (1..all.len()).rev() {
        all.swap(i, dice.below(i as u64 + 1) as usize);
    }
    for (i, (moment, how, chance)) in all.into_iter().take(trials).enumerate() {
        if let Some(wrong) = story.judge(moment, how, chance, false).into_iter().next() {
            return (i as u64 + 1, Some(format!("{how:?} at {moment}: {wrong}")));
        }
    }
    (trials as u64, None)
}

/// A disk that goes about things like this, for a story.
macro_rules! disk {
    ($asked:ident, $done:ident, $path:ident => $which:expr) => {
        |disk: LossyFs| -> Arc<dyn Fs> {
            let about = |asked: Asked, $path: &Path| match asked == Asked::$asked && $which {
                true => Done::$done,
                false => Done::Well,
            };
            Arc::new(Lying::over(Arc::new(disk), about))
        }
    };
}

fn of_a_disk(name: &'static str, tale: Tale, through: jingui_tests::story::Through) -> Defect {
    let search = Box::new(move || power(tale, through, 1500));
    Defect { name, switch: None, by: POWER, search, control: false }
}

/// Syncs, moves and their order: what a disk can get wrong by itself is the same as a program that leaves it out.
fn of_disks() -> Vec<Defect> {
    vec![
        of_a_disk("a body is not synced", stories::life, disk!(Sync, Never, p => p.ends_with("body"))),
        of_a_disk("a cover is not synced", stories::life, disk!(Sync, Never, p => p.ends_with("cover"))),
        of_a_disk("a note is not synced", stories::life, disk!(Sync, Never, p => p.ends_with("note"))),
        of_a_disk(
            "the names in staging are not synced",
            stories::life,
            disk!(SyncDir, Never, p => p.ends_with("vault/staging")),
        ),
        of_a_disk(
            "the directory of covers is not synced",
            stories::life,
            disk!(SyncDir, Never, p => p.ends_with("vault/covers/000000")),
        ),
        of_a_disk(
            "the directory of bodies is not synced",
            stories::life,
            disk!(SyncDir, Never, p => p.ends_with("vault/bodies/000000")),
        ),
        of_a_disk(
            "the directory of notes is not synced",
            stories::life,
            disk!(SyncDir, Never, p => p.ends_with("vault/notes/000000")),
        ),
        of_a_disk(
            "the name of a new numbered directory is not synced",
            stories::segments,
            disk!(SyncDir, Never, p => p.ends_with("vault/covers") || p.ends_with("vault/bodies")),
        ),
        of_a_disk(
            "the segment is not synced",
            stories::life,
            disk!(Sync, Never, p => is(p, "vault/journal/0")),
        ),
        of_a_disk(
            "commit is not synced",
            stories::life,
            disk!(Sync, Never, p => p.ends_with("vault/journal/commit")),
        ),
        of_a_disk(
            "the name of a new segment is not synced",
            stories::segments,
            disk!(SyncDir, Never, p => p.ends_with("vault/journal")),
        ),
        of_a_disk(
            "the name of a head is not synced",
            stories::life,
            disk!(SyncDir, Never, p => p.ends_with("vault/journal/heads")),
        ),
        of_a_disk(
            "the mirror's covers are not synced",
            stories::life,
            disk!(SyncDir, Never, p => is(p, "mirror/covers/")),
        ),
        of_a_disk(
            "the mirror's segments are not synced",
            stories::life,
            disk!(Sync, Never, p => is(p, "mirror/journal/0")),
        ),
        of_a_disk(
            "a copy of a key is not synced",
            stories::rotations,
            disk!(Sync, Never, p => is(p, "keys/epochs/")),
        ),
        of_a_disk(
            "the name of an epoch's keys is not synced",
            stories::rotations,
            disk!(SyncDir, Never, p => p.ends_with("keys/epochs")),
        ),
        of_a_disk("a body is not moved", stories::life, disk!(Rename, Never, p => is(p, "vault/bodies/"))),
        of_a_disk("a cover is not moved", stories::life, disk!(Rename, Never, p => is(p, "vault/covers/"))),
        of_a_disk("a note is not moved", stories::life, disk!(Rename, Never, p => is(p, "vault/notes/"))),
        of_a_disk(
            "a head is not moved",
            stories::life,
            disk!(Rename, Never, p => is(p, "vault/journal/heads/")),
        ),
        of_a_disk(
            "a key's copy is not moved",
            stories::life,
            disk!(Rename, Never, p => is(p, "keys/epochs/")),
        ),
        of_a_disk(
            "cover and body are exchanged",
            stories::life,
            disk!(Rename, Wrongly, p => is(p, "vault/bodies/") || is(p, "vault/covers/")),
        ),
        of_a_disk("commit before the line", stories::life, |disk| {
            let about = |asked: Asked, p: &Path| match asked == Asked::Sync {
                true if is(p, "vault/journal/0") => Done::Late,
                true if p.ends_with("vault/journal/commit") => Done::CatchUp,
                _ => Done::Well,
            };
            Arc::new(Lying::over(Arc::new(disk), about))
        }),
        of_a_disk("acknowledged before it is synced", stories::life, |disk| {
            let about = |asked: Asked, p: &Path| match asked {
                Asked::Sync if is(p, "vault/journal/") => Done::Late,
                Asked::Create if is(p, "vault/staging/") => Done::CatchUp,
                _ => Done::Well,
            };
            Arc::new(Lying::over(Arc::new(disk), about))
        }),
    ]
}

type Run = fn(&Furnished, &jingui_tests::house::House, &jingui_vault::Session) -> jingui_vault::Result<()>;
type Counts = fn(&Deed) -> bool;

const REQUEST: [u8; 16] = [9; 16];

fn add(
    _: &Furnished,
    house: &jingui_tests::house::House,
    session: &jingui_vault::Session,
) -> jingui_vault::Result<()> {
    house.file(session, "under test", 2, Some(ActId::from_bytes(REQUEST))).map(|_| ())
}

/// Sweeps a command until something is wrong.
fn sweep(run: Run, counts: Counts, again: Again) -> Noticed {
    let from = Furnished::new(false);
    let before = from.house.open(os()).expect("it opens").state().lines;
    let command = Command {
        name: String::new(),
        from: &from,
        run: Box::new(|house, session| run(&from, house, session)),
        counts: Box::new(move |line| line.seq > before && counts(&line.act.deed)),
        acts: 1,
        again,
        check: Box::new(|_, _| Ok(Vec::new())),
        segment: None,
        reads: false,
    };
    let untouched = command.trial(u64::MAX, Fault::Kill);
    if let Some(wrong) = untouched.wrong.into_iter().next() {
        return (1, Some(wrong));
    }
    let mut trials = 1;
    for k in 1..=untouched.steps.len() as u64 {
        for fault in [Fault::Kill, Fault::Eio, Fault::Enospc] {
            trials += 1;
            let tried = command.trial(k, fault);
            if let Some(wrong) = tried.wrong.into_iter().next() {
                return (trials, Some(format!("{} at {k}: {wrong}", fault.word())));
            }
        }
    }
    (trials, None)
}

fn of_a_switch(switch: &'static str, by: &'static str, search: impl Fn() -> Noticed + 'static) -> Defect {
    Defect { name: switch, switch: Some(switch), by, search: Box::new(search), control: true }
}

/// What only the vault's own code can get wrong.
fn of_switches() -> Vec<Defect> {
    let files: Counts = |deed| matches!(deed, Deed::RecordFile(_));
    let reveals: Counts = |deed| matches!(deed, Deed::FactsReveal(_));
    let reveal: Run = |from, _, session| session.reveal(from.known.record, None, CANARY);
    let opens: Counts = |deed| matches!(deed, Deed::RecordOpen(d) if d.note.is_some());
    let open: Run =
        |from, _, session| session.open_documents(from.known.record, &[], Some(CANARY), None).map(|_| ());
    vec![
        of_a_switch("writing on after a failed sync", SWEEP, move || sweep(reveal, reveals, Again::Another)),
        of_a_switch("a note without its line", SWEEP, move || sweep(reveal, reveals, Again::Another)),
        of_a_switch("a twin on retry", SWEEP, move || sweep(add, files, Again::Same)),
        of_a_switch("a stale catalog", SWEEP, move || sweep(add, files, Again::Same)),
        of_a_switch("an opening without its act", SWEEP, move || sweep(open, opens, Again::Another)),
        of_a_switch("an old cover removed first", POWER, || power(stories::rotations, plainly, 300)),
        of_a_switch("an old epoch destroyed unverified", POWER, || power(stories::rotations, plainly, 300)),
        of_a_switch("staging swept too early", "power cuts while opening", power_twice),
        of_a_switch("cut at the first bad line", "damage that counts", || damaged(100)),
        of_a_switch("a stale commit slot preferred", "damage that counts", || damaged(1)),
        of_a_switch("lines adopted without the chain", "a line put there", planted),
        of_a_switch("a mirror counted before it is written", "the mirror's standing", mirror_stands),
        of_a_switch("no read-back of a note", WRONGLY, || {
            written_wrongly(|asked, path| wrongly(asked, path, "note"))
        }),
        of_a_switch("no read-back of a cover", WRONGLY, || {
            written_wrongly(|asked, path| wrongly(asked, path, "cover"))
        }),
        of_a_switch("no read-back of a body", WRONGLY, || {
            written_wrongly(|asked, path| wrongly(asked, path, "body"))
        }),
    ]
}

/// Cuts the power while what another cut has left is being opened, until something is wrong.
fn power_twice() -> Noticed {
    let story = stories::life(plainly).expect("the story can be told");
    let (mut trials, mut dice) = (0, Dice(7));
    for _ in 0..400 {
        let moment = dice.below(story.moments.len() as u64) as usize;
        let fs = LossyFs::on(story.cut(moment, Cut::Random, dice.roll()));
        fs.record();
        drop(story.house.open(Arc::new(fs.clone())));
        for (disk, _) in fs.moments() {
            trials += 1;
            let after = disk.cut(Cut::Everything, &mut dice);
            let found = story.judge_disk(&after, story.told_by(moment), false);
            if let Some(wrong) = found.into_iter().next() {
                return (trials, Some(format!("at {moment}: {wrong}")));
            }
        }
    }
    (trials, None)
}

/// One byte is flipped, so far before the end of what `commit` counts: that ends writing, and nothing counts less.
fn damaged(before_end: usize) -> Noticed {
    let from = Furnished::new(false);
    let (_dir, house) = from.copy();
    let (before, _) = inspect::vault(&OsFs, &house.vault(), false);
    let path = house.vault().join("journal/000000000001.jsonl");
    let mut bytes = std::fs::read(&path).expect("a segment");
    let at = bytes.len() - 10 - before_end;
    bytes[at] ^= 1;
    std::fs::write(&path, bytes).expect("it can be written");
    let vault = house.open(os()).expect("it opens for reading");
    if vault.read_only().is_none() {
        let lines = vault.state().lines;
        return (
            1,
            Some(format!("{} lines counted, {lines} do now, and it is written on", before.lines.len())),
        );
    }
    (1, None)
}

/// A whole line that does not follow the last one stands above `commit`.
fn planted() -> Noticed {
    let from = Furnished::new(false);
    let (_dir, house) = from.copy();
    let path = house.vault().join("journal/000000000001.jsonl");
    let bytes = std::fs::read(&path).expect("a segment");
    // What the vault said by itself needs no signature, and may be said again as another act; but not in this place.
    let text = String::from_utf8(bytes).expect("lines");
    let line = text.lines().find(|line| line.contains("file.set")).expect("the settings are named");
    let id = line.find("\"id\":\"").expect("an act has an id") + 16;
    let other = if &line[id..=id] == "A" { "B" } else { "A" };
    let line = format!("{}{other}{}", &line[..id], &line[id + 1..]);
    let mut file = std::fs::OpenOptions::new().append(true).open(&path).expect("a segment");
    writeln!(file, "{line}").expect("it can be written");
    drop(file);
    let vault = house.open(os()).expect("it opens");
    vault.mirror();
    (1, inspect::vault(&OsFs, &house.vault(), false).1.into_iter().next())
}

/// What is said of the mirror is compared with what it counts.
fn mirror_stands() -> Noticed {
    let from = Furnished::new(true);
    let (_dir, house) = from.copy();
    let vault = house.open(os()).expect("it opens");
    let session = house.founder(&vault).expect("the founder signs in");
    house.file(&session, "mirrored", 1, None).expect("a record");
    let said = vault.mirror().expect("there is a mirror").lines;
    let (counted, wrong) = inspect::mirror(&OsFs, &house.vault(), &house.mirror());
    let short = (said > counted).then(|| format!("it is said to have {said} lines and counts {counted}"));
    (1, short.or_else(|| wrong.into_iter().next()))
}

fn wrongly(asked: Asked, path: &Path, which: &str) -> Done {
    match asked == Asked::Write && path.ends_with(which) {
        true => Done::Wrongly,
        false => Done::Well,
    }
}

/// A file is written wrongly: either the act is refused, or the journal names what is not there.
fn written_wrongly(about: fn(Asked, &Path) -> Done) -> Noticed {
    let from = Furnished::new(false);
    let (_dir, house) = from.copy();
    let vault = house.open(Arc::new(Lying::over(os(), about))).expect("it opens");
    let session = house.founder(&vault).expect("the founder signs in");
    // Refused or not is not the question: what counts afterwards has to be whole.
    let _ = session.reveal(from.known.record, None, CANARY);
    let _ = house.file(&session, "written wrongly", 1, None);
    (1, inspect::vault(&OsFs, &house.vault(), false).1.into_iter().next())
}

#[test]
fn every_defect_is_noticed() {
    let mut table = String::from("| defect | noticed by | after trials | as |\n|---|---|---:|---|\n");
    let (mut missed, mut count) = (Vec::new(), 0);
    let defects: Vec<Defect> = of_disks().into_iter().chain(of_switches()).collect();
    for name in NAMES {
        let tried = defects.iter().any(|defect| defect.switch == Some(name));
        assert!(tried, "nobody looks for {name}");
    }
    for defect in &defects {
        if defect.control
            && defect.by != POWER
            && let (_, Some(found)) = (defect.search)()
        {
            missed.push(format!("{}: found where there is none: {found}", defect.name));
        }
        choose(defect.switch);
        let (trials, found) = (defect.search)();
        choose(None);
        count += 1;
        let by = match &found {
            None => "NOBODY",
            Some(text) if text.starts_with(UNTOLD) => "the program itself",
            Some(_) => defect.by,
        };
        let row = format!(
            "| {} | {by} | {trials} | {} |\n",
            defect.name,
            found.as_deref().unwrap_or("–").replace('|', "/")
        );
        say(row.trim_end());
        table += &row;
        if found.is_none() {
            missed.push(format!("{}: not noticed in {trials} trials", defect.name));
        }
    }
    let noticed = count - missed.len();
    table += &format!("\n{noticed} of {count} noticed\n");
    keep("defects.md", &table);
    nothing_wrong(&missed);
}

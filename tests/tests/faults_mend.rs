//! Mending failed at each operation: files, `commit` and journal put back from the mirror, and with bodies from copies;
//! and the spool that takes openings while the journal cannot be written.

use jingui_schema::act::{ActFile, Deed};
use jingui_schema::commit::SLOT_BYTES;
use jingui_tests::copying::{copy, place, target};
use jingui_tests::faults::{Fault, FaultFs};
use jingui_tests::house::{CANARY, Furnished, House, Known, env_on, full, look_at_all};
use jingui_tests::lossy::{Cut, Dice, LossyFs};
use jingui_tests::story::Story;
use jingui_tests::sweep::{Table, Tried, os, takes, whole};
use jingui_tests::{in_parallel, inspect, long, nothing_wrong, say};
use jingui_vault::copies::{DirTarget, Target};
use jingui_vault::fs::{Fs, OsFs};
use jingui_vault::heal::{HealOptions, heal_journal, heal_journal_from, heal_toml, is_journal_damaged};
use jingui_vault::layout::Layout;
use jingui_vault::{Error, Options, Result, Vault};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// The files below a directory of a house, `within` the vault.
fn files(house: &House, within: &str) -> Vec<PathBuf> {
    fn below(dir: &Path, out: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
            match entry.path().is_dir() {
                true => below(&entry.path(), out),
                false => out.push(entry.path()),
            }
        }
    }
    let mut out = Vec::new();
    below(&house.vault().join(within), &mut out);
    out.sort();
    out
}

fn flip(path: &Path, at: usize) {
    let mut bytes = fs::read(path).unwrap();
    let at = at.min(bytes.len() - 2);
    bytes[at] ^= 1;
    fs::write(path, bytes).unwrap();
}

/// What happens to a vault, of which the mirror has everything that is needed.
type Damage = fn(&House);

const DAMAGES: &[(&str, Damage)] = &[
    ("a cover", |house| flip(&files(house, "covers")[0], 60)),
    ("a note that is missing", |house| fs::remove_file(&files(house, "notes")[0]).unwrap()),
    ("a head, a cover and a note", |house| {
        flip(&files(house, "journal/heads")[0], 10);
        fs::remove_file(&files(house, "covers")[0]).unwrap();
        flip(&files(house, "notes")[1], 80);
    }),
    ("README.txt", |house| flip(&house.vault().join("README.txt"), 5)),
    ("VAULT.toml", |house| flip(&house.vault().join("VAULT.toml"), 200)),
    ("one slot of commit", |house| {
        let path = house.vault().join("journal/commit");
        let bytes = fs::read(&path).unwrap();
        // The older one: with the newer one gone the vault opens as if after a crash, and nothing is to heal.
        let slot =
            |i: usize| jingui_schema::commit::Commit::from_slot(&bytes[i * SLOT_BYTES..][..SLOT_BYTES]);
        let generation = |i| slot(i).map_or(0, |commit| commit.generation);
        flip(&path, if generation(0) < generation(1) { 20 } else { SLOT_BYTES + 20 });
    }),
    ("both slots of commit", |house| {
        let path = house.vault().join("journal/commit");
        flip(&path, 20);
        flip(&path, SLOT_BYTES + 20);
    }),
    ("the journal's first line", |house| flip(&house.vault().join("journal/000000000001.jsonl"), 900)),
    ("a line in the middle of the journal", |house| {
        let path = house.vault().join("journal/000000000001.jsonl");
        let bytes = fs::read(&path).unwrap();
        let lines = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
        let fourth = lines.map(|(at, _)| at).nth(3).unwrap();
        flip(&path, fourth - 40);
    }),
    ("the journal's last line", |house| {
        let path = files(house, "journal").into_iter().rfind(|p| p.extension().is_some_and(|e| e == "jsonl"));
        let path = path.unwrap();
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, &bytes[..bytes.len() - 30]).unwrap();
    }),
];

/// `verify --heal`, from opening on, as the program does it.
fn heal(house: &House, disk: Arc<dyn Fs>) -> Result<()> {
    let (env, layout) = (env_on(disk.clone()), Layout::new(house.vault()));
    let mut healed = None;
    if is_journal_damaged(&env, &layout) {
        healed = Some(heal_journal(&env, &layout, &house.mirror())?);
    }
    heal_toml(&env, &layout)?;
    let mut vault = house.open(disk.clone())?;
    if vault.read_only().is_some() {
        drop(vault);
        healed = Some(heal_journal(&env, &layout, &house.mirror())?);
        vault = house.open(disk)?;
    }
    if let Some(healed) = healed {
        vault.note_healed_journal(&healed)?;
    }
    let session = house.founder(&vault)?;
    let report = vault.heal_all(Some(&session))?;
    match report.failed.first() {
        Some(unhealed) => {
            let (path, finding) = (unhealed.finding.path.clone(), format!("{:?}", unhealed.why));
            Err(Error::FileDamaged { path, finding })
        }
        None => Ok(()),
    }
}

fn heal_trial(from: &Furnished, damage: Damage, k: u64, fault: Fault) -> Tried {
    let (_dir, house) = from.copy();
    damage(&house);
    let disk = FaultFs::over(os());
    disk.arm(k, fault);
    let result = heal(&house, Arc::new(disk.clone()));
    let mut tried = Tried::on(&disk, Vec::new());
    let wrong = &mut tried.wrong;
    if let (None, Err(error)) = (&tried.fired, &result) {
        wrong.push(format!("nothing failed, and yet: {}", full(error)));
    }
    if result.is_ok() {
        wrong.extend(inspect::vault(&OsFs, &house.vault(), false).1);
    }
    // Whatever it came to, the same command ends it.
    if let Err(error) = heal(&house, os()) {
        wrong.push(format!("healing again: {}", full(&error)));
    }
    wrong.extend(whole(&house, std::slice::from_ref(&from.known)));
    let (_, found) = inspect::mirror(&OsFs, &house.vault(), &house.mirror());
    wrong.extend(found);
    tried
}

#[test]
fn healing_failed_at_any_operation_can_be_repeated_and_loses_nothing() {
    let from = Furnished::new(true);
    let vault = from.house.open(os()).unwrap();
    from.house.founder(&vault).unwrap().reveal(from.known.record, None, CANARY).unwrap();
    drop(vault);
    let table = Table::default();
    in_parallel(DAMAGES, |(what, damage)| {
        table.sweep(&format!("verify --heal, {what}"), 12, &Fault::ALL, &|k, fault| {
            heal_trial(&from, *damage, k, fault)
        });
    });
    assert!(table.trials() > 60, "{} trials", table.trials());
    table.end("faults-mend.md");
}

/// A house without a mirror, with a copy that is damaged and a whole one, and a record that only the whole one has.
struct Copied {
    from: Furnished,
    known: Vec<Known>,
}

impl Copied {
    fn new() -> Self {
        let mut from = Furnished::new(false);
        // Pieces of several segments.
        from.house.segment_bytes = Some(4000);
        fs::create_dir(place(&from.house)).unwrap();
        let vault = from.house.open(os()).unwrap();
        let session = from.house.founder(&vault).unwrap();
        copy(&from.house, &vault, os()).unwrap();
        jingui_tests::copy_tree(&place(&from.house), &damaged_place(&from.house));
        for path in files(&from.house, "../damaged")
            .iter()
            .filter(|path| path.extension().is_some_and(|e| e == "age"))
        {
            flip(path, 100);
        }
        session.reveal(from.known.record, None, CANARY).unwrap();
        vault.sign_head().unwrap();
        let more = Known::of(&from.house.file(&session, "more", 2, None).unwrap(), 2);
        copy(&from.house, &vault, os()).unwrap();
        // What no copy has of the journal.
        session.reveal(more.record, None, CANARY).unwrap();
        drop((vault, session));
        let known = vec![from.known.clone(), more];
        Self { from, known }
    }
}

fn damaged_place(house: &House) -> PathBuf {
    house.root.join("damaged")
}

/// What happens to a vault of which the copy has everything that is needed.
const DAMAGES_OF_ALL: &[(&str, Damage)] = &[
    ("a body that is cut", |house| {
        let path = &files(house, "bodies")[0];
        let bytes = fs::read(path).unwrap();
        fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
    }),
    ("bodies that are missing", |house| {
        for path in files(house, "bodies").iter().filter(|path| path.extension().is_some_and(|e| e == "age"))
        {
            fs::remove_file(path).unwrap();
        }
        fs::remove_dir_all(house.vault().join("bodies/000000")).unwrap();
    }),
    ("one record in the other's place", |house| {
        let covers = files(house, "covers");
        fs::copy(&covers[0], &covers[1]).unwrap();
        let bodies = files(house, "bodies");
        fs::copy(&bodies[1], &bodies[0]).unwrap();
    }),
    ("a head, a note, README.txt and VAULT.toml", |house| {
        flip(&files(house, "journal/heads")[0], 10);
        // The newest is in no copy.
        let copied =
            |note: &PathBuf| place(house).join("notes/000000").join(note.file_name().unwrap()).exists();
        fs::remove_file(files(house, "notes").into_iter().find(copied).unwrap()).unwrap();
        flip(&house.vault().join("README.txt"), 5);
        fs::remove_file(house.vault().join("settings/places.toml")).unwrap();
        flip(&house.vault().join("VAULT.toml"), 200);
    }),
    ("a line in the middle of the journal and a cover", |house| {
        let path = house.vault().join("journal/000000000001.jsonl");
        let bytes = fs::read(&path).unwrap();
        let lines = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
        let fourth = lines.map(|(at, _)| at).nth(3).unwrap();
        flip(&path, fourth - 40);
        fs::remove_file(&files(house, "covers")[0]).unwrap();
    }),
];

/// `repair --from` two copies, from opening on, as the program does it.
fn repair(house: &House, disk: Arc<dyn Fs>) -> Result<()> {
    let (env, layout) = (env_on(disk.clone()), Layout::new(house.vault()));
    let damaged = DirTarget::open(env.clone(), &damaged_place(house))?;
    let copies: [Arc<dyn Target>; 2] = [Arc::new(damaged), target(house, disk.clone())?];
    let mut healed = None;
    if is_journal_damaged(&env, &layout) {
        healed = Some(heal_journal_from(&env, &layout, None, &copies)?);
    }
    heal_toml(&env, &layout)?;
    let mut vault = house.open(disk.clone())?;
    if vault.read_only().is_some() {
        drop(vault);
        healed = Some(heal_journal_from(&env, &layout, None, &copies)?);
        vault = house.open(disk)?;
    }
    if let Some((_, healed)) = healed {
        vault.note_healed_journal(&healed)?;
    }
    let report = vault.repair(&HealOptions { copies: &copies, ..HealOptions::default() })?;
    match (report.ended, report.failed.first()) {
        (Some(error), _) => Err(error),
        (None, Some(unhealed)) => {
            let (path, finding) = (unhealed.finding.path.clone(), format!("{:?}", unhealed));
            Err(Error::FileDamaged { path, finding })
        }
        (None, None) => Ok(()),
    }
}

fn repair_trial(of: &Copied, damage: Damage, k: u64, fault: Fault) -> Tried {
    let (_dir, house) = of.from.copy();
    let house = House { segment_bytes: Some(4000), ..house };
    damage(&house);
    let copied = |wrong: &mut Vec<String>, before: &[(PathBuf, Vec<u8>)]| {
        for (path, bytes) in before {
            if fs::read(path).ok().as_ref() != Some(bytes) {
                wrong.push(format!("{} in the copy has changed", path.display()));
            }
        }
    };
    let before: Vec<_> =
        files(&house, "../copy").into_iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect();
    let disk = FaultFs::over(os());
    disk.arm(k, fault);
    let result = repair(&house, Arc::new(disk.clone()));
    let mut tried = Tried::on(&disk, Vec::new());
    let wrong = &mut tried.wrong;
    if let (None, Err(error)) = (&tried.fired, &result) {
        wrong.push(format!("nothing failed, and yet: {}", full(error)));
    }
    if result.is_ok() {
        wrong.extend(inspect::vault(&OsFs, &house.vault(), false).1);
    }
    // Whatever it came to, the same command ends it.
    if let Err(error) = repair(&house, os()) {
        wrong.push(format!("repairing again: {}", full(&error)));
    }
    wrong.extend(whole(&house, &of.known));
    copied(wrong, &before);
    tried
}

#[test]
fn repairing_from_copies_failed_at_any_operation_can_be_repeated_and_loses_nothing() {
    let (of, table) = (Copied::new(), Table::default());
    in_parallel(DAMAGES_OF_ALL, |(what, damage)| {
        table.sweep(&format!("repair --from, {what}"), 12, &Fault::ALL, &|k, fault| {
            repair_trial(&of, *damage, k, fault)
        });
    });
    assert!(table.trials() > 60, "{} trials", table.trials());
    table.end("faults-repair.md");
}

/// The vault as somebody has it who may not write to it.
fn to_look_at(house: &House, disk: Arc<dyn Fs>) -> Result<Vault> {
    let options = Options {
        keystore: Some(house.keys()),
        read_only: Some("only to look".into()),
        scratch: Some(house.root.join("scratch")),
        ..Options::default()
    };
    Vault::open(env_on(disk), &house.vault(), options)
}

/// The acts in a spool; each line of it has to be one.
fn acts(disk: &(dyn Fs + 'static), spool: &Path, wrong: &mut Vec<String>) -> Vec<ActFile> {
    let bytes = disk.read(spool, 1 << 20).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let mut acts = Vec::new();
    for line in text.split_inclusive('\n') {
        match ActFile::parse(line) {
            Ok(act) if line.ends_with('\n') => acts.push(act),
            _ => wrong.push(format!("{} bytes of the spool are no act", line.len())),
        }
    }
    acts
}

/// Opens with a spool `times` times; returns how often that was told.
fn open_spooled(
    house: &House,
    disk: Arc<dyn Fs>,
    of: &Furnished,
    spool: &Path,
    times: usize,
) -> Result<usize> {
    let vault = to_look_at(house, disk)?;
    let session = house.founder(&vault)?;
    let open = || session.open_documents(of.known.record, &[], Some(CANARY), Some(spool));
    Ok((0..times).filter(|_| open().is_ok_and(|opening| opening.seq().is_none())).count())
}

fn spool_trial(from: &Furnished, k: u64, fault: Fault) -> Tried {
    let (_dir, house) = from.copy();
    let outside = house.root.join("outside");
    fs::create_dir(&outside).unwrap();
    let spool = outside.join("spool");
    let disk = FaultFs::over(os()).only_below(&outside);
    disk.arm(k, fault);
    // The second attempt is the same person's who has been refused, or of the next day on the same disk.
    let first = open_spooled(&house, Arc::new(disk.clone()), from, &spool, 2);
    let mut tried = Tried::on(&disk, Vec::new());
    let wrong = &mut tried.wrong;
    let look = |wrong: &mut Vec<String>| -> Result<()> {
        let told = first? + open_spooled(&house, os(), from, &spool, 1)?;
        let spooled = acts(&OsFs, &spool, wrong);
        if spooled.len() < told {
            wrong.push(format!("{told} openings were told, {} are in the spool", spooled.len()));
        }
        for _ in 0..2 {
            let vault = house.open(os())?;
            let session = house.founder(&vault)?;
            spooled.iter().try_for_each(|act| vault.submit(act, Some(&session)).map(|_| ()))?;
        }
        let vault = house.open(os())?;
        let session = house.founder(&vault)?;
        let (journal, found) = inspect::vault(&OsFs, &house.vault(), false);
        wrong.extend(found);
        let opened = |line: &&jingui_schema::line::Line| matches!(line.act.deed, Deed::RecordOpen(_));
        let lines = journal.lines.iter().filter(opened).count();
        if lines != spooled.len() {
            wrong.push(format!("{} spooled acts have become {lines} lines", spooled.len()));
        }
        wrong.extend(look_at_all(&session, std::slice::from_ref(&from.known)));
        Ok(())
    };
    if let Err(error) = look(wrong) {
        wrong.push(full(&error));
    }
    for dir in [outside, house.vault()] {
        wrong.extend(inspect::files_with(&dir, CANARY).iter().map(|p| format!("plaintext in {p:?}")));
    }
    tried
}

#[test]
fn a_spool_that_fails_holds_every_opening_that_was_shown() {
    let (from, table) = (Furnished::new(false), Table::default());
    table.sweep("open --spool, and bringing it in", 1, &Fault::ALL, &|k, fault| spool_trial(&from, k, fault));
    table.end("faults-spool.md");
}

#[test]
fn a_spool_keeps_what_was_shown_when_the_power_fails() {
    let (_real, disk, house) = Story::begin(false, 1 << 20).unwrap();
    let vault = house.open(Arc::new(disk.clone())).unwrap();
    let filed = house.file(&house.founder(&vault).unwrap(), "before", 1, None).unwrap();
    drop(vault);
    let base = {
        let mut disk = disk.disk();
        disk.lay(&house.root.join("outside"));
        disk
    };
    let known = Known::of(&filed, 1);
    let from = Furnished { dir: _real, house: house.clone(), known };
    let spool = house.root.join("outside/spool");
    let points: Vec<(u64, Fault)> = (1..20).flat_map(|k| Fault::ALL.map(|fault| (k, fault))).collect();
    let (all, states) = (Mutex::new(Vec::new()), Mutex::new(0));
    for (k, fault) in points {
        if !takes("spool", k, fault, 1) {
            continue;
        }
        let disk = LossyFs::on(base.clone());
        let dying = FaultFs::over(Arc::new(disk.clone())).only_below(&house.root.join("outside"));
        dying.arm(k, fault);
        let first = open_spooled(&house, Arc::new(dying.clone()), &from, &spool, 1).unwrap();
        if dying.fired().is_none() {
            continue;
        }
        // On the same, still running system; then the power fails.
        let second = open_spooled(&house, Arc::new(disk.clone()), &from, &spool, 1).unwrap();
        for how in Cut::ALL {
            for seed in 0..if long() { 50 } else { 5 } {
                let after = LossyFs::on(disk.disk().cut(how, &mut Dice(seed)));
                let mut wrong = Vec::new();
                let spooled = acts(&after, &spool, &mut wrong).len();
                if spooled < first + second {
                    wrong.push(format!("{} openings were shown, {spooled} are in the spool", first + second));
                }
                *states.lock().unwrap() += 1;
                let context = format!("{} at {k}, then {how:?}, seed {seed}", fault.word());
                all.lock().unwrap().extend(wrong.into_iter().map(|w| format!("{context}: {w}")));
            }
        }
    }
    say(&format!("{} power cuts after openings with a spool", states.into_inner().unwrap()));
    nothing_wrong(&all.into_inner().unwrap());
}

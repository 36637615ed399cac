//! Copies failed at each operation, and with the power cut at any moment: the last state that counted comes back whole.

use jingui_schema::act::Deed;
use jingui_tests::copying::{check, copy, counted, judge, open_back, place, put_back, whole_back};
use jingui_tests::faults::{Fault, FaultFs, Op};
use jingui_tests::house::{Furnished, House, Known, env_on, full, look_at_all};
use jingui_tests::lossy::{Cut, Dice, Disk, LossyFs};
use jingui_tests::lying::{About, Asked, Done, Lying};
use jingui_tests::sweep::{Again, Command, Table, Tried, os, plaintext, takes};
use jingui_tests::{in_parallel, long, nothing_wrong, say, seed};
use jingui_vault::fs::{Fs, OsFs};
use jingui_vault::{Error, Result};
use std::fs;
use std::sync::{Arc, Mutex};

/// A house with a copy, and a record that came after it.
struct Pattern {
    from: Furnished,
    /// Lines of the copy.
    told: u64,
    known: Vec<Known>,
}

impl Pattern {
    fn new() -> Self {
        let mut from = Furnished::new(false);
        // Pieces of several segments.
        from.house.segment_bytes = Some(4000);
        fs::create_dir(place(&from.house)).unwrap();
        let vault = from.house.open(os()).unwrap();
        let told = copy(&from.house, &vault, os()).unwrap().lines;
        let session = from.house.founder(&vault).unwrap();
        let more = Known::of(&from.house.file(&session, "after the copy", 2, None).unwrap(), 2);
        drop((vault, session));
        let known = vec![from.known.clone(), more];
        Self { from, told, known }
    }

    fn copy(&self) -> (tempfile::TempDir, House) {
        let (dir, house) = self.from.copy();
        (dir, House { segment_bytes: Some(4000), ..house })
    }
}

/// Makes a copy with the k-th operation failing; what counted before or counts since comes back.
fn create_trial(pattern: &Pattern, k: u64, fault: Fault) -> Tried {
    let (_dir, house) = pattern.copy();
    let disk = FaultFs::over(os());
    let dying: Arc<dyn Fs> = Arc::new(disk.clone());
    let vault = house.open(dying.clone()).expect("the pattern opens");
    disk.arm(k, fault);
    let result = copy(&house, &vault, dying);
    let mut tried = Tried::on(&disk, Vec::new());
    let wrong = &mut tried.wrong;
    let told = match &result {
        Ok(made) => made.lines,
        Err(error) => {
            if tried.fired.is_none() {
                wrong.push(format!("nothing failed, and yet: {}", full(error)));
            }
            pattern.told
        }
    };
    drop(vault);
    wrong.extend(judge(&house, told, &os(), &house.root.join("back")));
    // The same command ends it.
    let mut again = || -> Result<()> {
        let vault = house.open(os())?;
        let told = copy(&house, &vault, os())?.lines;
        wrong.extend(judge(&house, told, &os(), &house.root.join("again")));
        let (_vault, session) = open_back(&house, &house.root.join("again"), os(), true)?;
        wrong.extend(look_at_all(&session, &pattern.known));
        Ok(())
    };
    if let Err(error) = again() {
        wrong.push(format!("copying again: {}", full(&error)));
    }
    wrong.extend(plaintext(&house));
    tried
}

/// Puts a vault back with the k-th operation failing; the same command ends it.
fn restore_trial(pattern: &Pattern, k: u64, fault: Fault) -> Tried {
    let (_dir, house) = pattern.copy();
    let back = house.root.join("back");
    let disk = FaultFs::over(os());
    disk.arm(k, fault);
    let result = put_back(&house, &back, Arc::new(disk.clone()));
    let mut tried = Tried::on(&disk, Vec::new());
    let wrong = &mut tried.wrong;
    let mut look = || -> Result<()> {
        match (&result, tried.fired.is_some()) {
            (Ok(_), _) => {}
            (Err(error), false) => wrong.push(format!("nothing failed, and yet: {}", full(error))),
            (Err(_), true) => {
                match open_back(&house, &back, os(), false) {
                    // The very last operations: it is back, only its name was not known to be durable.
                    Ok(_) => {}
                    Err(Error::RestoreUnfinished { .. } | Error::NoVault { .. }) => {}
                    Err(error) => wrong.push(format!("half of it is no vault: {}", full(&error))),
                }
                match put_back(&house, &back, os()) {
                    Err(Error::NotEmpty { .. }) if back.join("VAULT.toml").exists() => {}
                    other => drop(other?),
                }
            }
        }
        wrong.extend(whole_back(&OsFs, &back));
        let (vault, session) = open_back(&house, &back, os(), false)?;
        if !vault.awaits_takeover() {
            wrong.push("it may be written to without a takeover".into());
        }
        drop((vault, session));
        let (_vault, session) = open_back(&house, &back, os(), true)?;
        wrong.extend(look_at_all(&session, &pattern.known[..1]));
        Ok(())
    };
    if let Err(error) = look() {
        wrong.push(full(&error));
    }
    // Whatever happened, the copy is as it was.
    wrong.extend(judge(&house, pattern.told, &os(), &house.root.join("again")));
    tried
}

/// Takes a vault over with the k-th operation failing; the same command ends it.
fn takeover_trial(pattern: &Pattern, k: u64, fault: Fault) -> Tried {
    let (_dir, house) = pattern.copy();
    let back = house.root.join("back");
    put_back(&house, &back, os()).expect("it comes back");
    let disk = FaultFs::over(os());
    let elsewhere = house.root.join("mirror");
    let take_over = |fs: Arc<dyn Fs>| -> Result<()> {
        let (_vault, session) = open_back(&house, &back, fs, true)?;
        session.take_over(&[], Some("lost"), Some(house.keys()), Some(elsewhere.clone())).map(|_| ())
    };
    disk.arm(k, fault);
    let result = take_over(Arc::new(disk.clone()));
    let mut tried = Tried::on(&disk, Vec::new());
    let wrong = &mut tried.wrong;
    let look = || -> Result<()> {
        match (result, tried.fired.is_some()) {
            (Ok(()), _) => {}
            (Err(error), false) => wrong.push(format!("nothing failed, and yet: {}", full(&error))),
            (Err(_), true) => match take_over(os()) {
                Ok(()) | Err(Error::NotRestored { .. }) => {}
                Err(error) => return Err(error),
            },
        }
        let (vault, session) = open_back(&house, &back, os(), false)?;
        if let Some(why) = vault.read_only() {
            wrong.push(format!("taken over, and read-only: {why}"));
        }
        house.file(&session, "one more", 1, None)?;
        wrong.extend(jingui_tests::house::verify(&session));
        Ok(())
    };
    if let Err(error) = look() {
        wrong.push(full(&error));
    }
    tried
}

/// Verifies a copy of which the k-th look at the disk fails: it is never called whole where a file of it was not read.
fn verify_trial(pattern: &Pattern, k: u64, fault: Fault) -> Tried {
    let (_dir, house) = pattern.copy();
    let disk = FaultFs::over(os()).with_reads().only_below(&place(&house));
    disk.arm(k, fault);
    let result = check(&house, Arc::new(disk.clone()));
    let mut tried = Tried::on(&disk, Vec::new());
    if let Some(step) = &tried.fired
        && matches!(step.op, Op::Open | Op::Read)
        // What is opened once more later has been read after all.
        && !disk.steps()[k as usize..].iter().any(|later| later.op == Op::Open && later.path == step.path)
        && result.is_ok_and(|checked| checked.report.findings.is_empty())
    {
        tried.wrong.push("what could not be read was called whole".into());
    }
    match check(&house, os()) {
        Ok(checked) if checked.report.findings.is_empty() => {}
        other => tried.wrong.push(format!("verifying has changed something: {:?}", other.err())),
    }
    tried
}

/// The line that says that a copy was read again.
fn noting(pattern: &Pattern) -> Command<'_> {
    Command {
        name: "backup verify, its line".into(),
        from: &pattern.from,
        run: Box::new(|house, session| session.vault().note_copy_verified(&check(house, os())?)),
        counts: Box::new(|line| matches!(line.act.deed, Deed::CopyVerified(_))),
        acts: 1,
        again: Again::Another,
        check: Box::new(|_, _| Ok(Vec::new())),
        segment: Some(4000),
        reads: false,
    }
}

type Trial = fn(&Pattern, u64, Fault) -> Tried;

#[test]
fn a_copy_that_fails_anywhere_leaves_the_state_before_and_can_be_gone_on_with() {
    let (pattern, table) = (Pattern::new(), Table::default());
    let all: &[(&str, Trial, u64, &[Fault])] = &[
        ("backup create", create_trial, 5, &Fault::ALL),
        ("backup restore", restore_trial, 7, &Fault::ALL),
        ("backup takeover", takeover_trial, 5, &Fault::ALL),
        ("backup verify", verify_trial, 6, &[Fault::Eio]),
    ];
    in_parallel(all, |(name, trial, every, faults)| {
        table.sweep(name, *every, faults, &|k, fault| trial(&pattern, k, fault));
    });
    noting(&pattern).sweep(&table, 2);
    assert!(table.trials() > 40, "{} trials", table.trials());
    table.end("faults-copies.md");
}

/// A run that makes two states of a copy, on a disk that forgets; what had been told at each moment.
struct Tale {
    house: House,
    moments: Vec<(Disk, usize)>,
    told: Vec<u64>,
    _real: tempfile::TempDir,
}

fn tale(through: impl Fn(LossyFs) -> Arc<dyn Fs>) -> Result<Tale> {
    let real = jingui_tests::scratch();
    let mut disk = Disk::default();
    disk.lay(real.path());
    disk.lay(&real.path().join("copy"));
    let disk = LossyFs::on(disk);
    let env = env_on(Arc::new(disk.clone()));
    let mut house = House::planned(real.path(), &env, false);
    house.begin(&env)?;
    house.segment_bytes = Some(4000);
    let vault = house.open(Arc::new(disk.clone()))?;
    let session = house.founder(&vault)?;
    house.file(&session, "before", 2, None)?;
    disk.record();
    let mut told = vec![0];
    for of in ["between", "last"] {
        told.push(copy(&house, &vault, through(disk.clone()))?.lines);
        disk.mark();
        house.file(&session, of, 1, None)?;
    }
    told.push(copy(&house, &vault, through(disk.clone()))?.lines);
    disk.mark();
    Ok(Tale { house, moments: disk.moments(), told, _real: real })
}

impl Tale {
    fn judge(&self, moment: usize, how: Cut, chance: u64) -> Vec<String> {
        let (disk, told) = &self.moments[moment];
        let after: Arc<dyn Fs> = Arc::new(LossyFs::on(disk.cut(how, &mut Dice(chance))));
        judge(&self.house, self.told[*told], &after, &self.house.root.join("back"))
    }
}

#[test]
fn no_power_cut_takes_a_state_that_counted() {
    let tale = tale(|disk| Arc::new(disk)).unwrap();
    let every = if long() { 1 } else { 5 };
    let points: Vec<(usize, Cut)> = (0..tale.moments.len())
        .flat_map(|moment| Cut::ALL.map(|how| (moment, how)))
        .filter(|(moment, how)| takes("copy", (*moment * 6) as u64 + *how as u64, Fault::Kill, every))
        .collect();
    let wrong = Mutex::new(Vec::new());
    in_parallel(&points, |(moment, how)| {
        let found = tale.judge(*moment, *how, seed() << 20 | *moment as u64);
        wrong.lock().unwrap().extend(found.into_iter().map(|w| format!("{how:?} at {moment}: {w}")));
    });
    say(&format!(
        "{} power cuts in {} operations (JINGUI_SEED={})",
        points.len(),
        tale.moments.len(),
        seed()
    ));
    assert!(points.len() > 100, "{}", points.len());
    nothing_wrong(&wrong.into_inner().unwrap());
}

/// What a disk at the target may leave out; each has to be noticed by the cuts above.
const NEGLECTS: &[(&str, About)] = &[
    ("files are not synced", |asked, path| {
        never(asked == Asked::Sync && path.iter().any(|part| part == "copy"))
    }),
    ("names of bodies are not synced", |asked, path| {
        never(asked == Asked::SyncDir && path.ends_with("copy/bodies/000000"))
    }),
    ("names of pieces are not synced", |asked, path| {
        never(asked == Asked::SyncDir && path.ends_with("copy/journal"))
    }),
    ("names of states are not synced", |asked, path| {
        never(asked == Asked::SyncDir && path.ends_with("copy/states"))
    }),
];

fn never(so: bool) -> Done {
    if so { Done::Never } else { Done::Well }
}

#[test]
fn a_target_that_leaves_out_a_sync_is_noticed_by_these_cuts() {
    in_parallel(NEGLECTS, |(what, about)| {
        let tale = tale(|disk| Arc::new(Lying::over(Arc::new(disk), *about))).unwrap();
        // Where all has been told, most is to be lost.
        let mut cuts =
            (0..tale.moments.len()).rev().flat_map(|at| [Cut::Nothing, Cut::Random].map(|how| (at, how)));
        let noticed = cuts.by_ref().take(200).find(|(moment, how)| !tale.judge(*moment, *how, 7).is_empty());
        assert!(noticed.is_some(), "{what}: nobody notices");
    });
}

#[test]
fn a_copy_that_was_never_begun_again_counts_as_it_did() {
    let pattern = Pattern::new();
    let (_dir, house) = pattern.copy();
    assert_eq!(counted(&house, os()).unwrap(), pattern.told);
    nothing_wrong(&judge(&house, pattern.told, &os(), &house.root.join("back")));
}

//! Beginning and opening, failed at each operation; and what a crash left, opened by one who crashes again.

use jingui_schema::id::ActId;
use jingui_tests::faults::{Fault, FaultFs};
use jingui_tests::house::{CANARY, Furnished, House, env_on, full, look_at_all, verify};
use jingui_tests::{copy_tree, in_parallel, inspect, nothing_wrong, say, scratch};
use jingui_vault::fs::{Fs, OsFs};
use std::path::Path;
use std::sync::{Arc, Mutex};

fn os() -> Arc<dyn Fs> {
    Arc::new(OsFs)
}

/// Opens on a sound disk and looks at everything; the vault has to be whole and to take another record.
fn whole(house: &House, known: &[jingui_tests::house::Known]) -> Vec<String> {
    let mut wrong = Vec::new();
    let check = |wrong: &mut Vec<String>| -> jingui_vault::Result<()> {
        let vault = house.open(os())?;
        vault.mirror();
        if let Some(why) = vault.read_only() {
            wrong.push(format!("read-only: {why}"));
        }
        wrong.extend(inspect::vault(&OsFs, &house.vault(), false).1);
        let session = house.founder(&vault)?;
        wrong.extend(look_at_all(&session, known));
        house.file(&session, "one more", 1, None)?;
        vault.mirror();
        wrong.extend(inspect::vault(&OsFs, &house.vault(), false).1);
        wrong.extend(verify(&session));
        Ok(())
    };
    if let Err(error) = check(&mut wrong) {
        wrong.push(full(&error));
    }
    wrong.extend(
        inspect::files_with(&house.vault(), CANARY).iter().map(|p| format!("plaintext in {}", p.display())),
    );
    wrong
}

#[test]
fn a_beginning_that_was_cut_off_leaves_no_vault_or_a_whole_one() {
    let begin = |k: u64, fault: Fault| {
        let dir = scratch();
        let disk = FaultFs::over(os());
        let env = env_on(Arc::new(disk.clone()));
        let house = House::planned(dir.path(), &env, true);
        disk.arm(k, fault);
        let result = house.begin(&env).map(|_| ());
        (dir, house, disk, result)
    };
    let (_dir, _, disk, result) = begin(u64::MAX, Fault::Kill);
    result.unwrap();
    let operations: Vec<u64> = (1..=disk.steps().len() as u64).collect();
    let (all, tried) = (Mutex::new(Vec::new()), Mutex::new([0, 0]));
    in_parallel(&operations, |k| {
        for fault in Fault::ALL {
            let (_dir, house, disk, result) = begin(*k, fault);
            let Some(fired) = disk.fired() else { continue };
            // Read-only is not whole: it is how a vault says that something is missing.
            let opens = house.open(os()).is_ok_and(|vault| vault.read_only().is_none());
            tried.lock().unwrap()[usize::from(opens)] += 1;
            let wrong = match opens || result.is_ok() {
                true => whole(&house, &[]),
                false => inspect::files_with(&house.vault(), CANARY)
                    .iter()
                    .map(|p| format!("plaintext in {p:?}"))
                    .collect(),
            };
            let context = format!("{} at {:?} of {}", fault.word(), fired.op, fired.path.display());
            all.lock().unwrap().extend(wrong.into_iter().map(|w| format!("{context}: {w}")));
        }
    });
    let tried = tried.into_inner().unwrap();
    say(&format!(
        "init failed at {} operations: {} times no vault, {} times a whole one",
        operations.len(),
        tried[0],
        tried[1]
    ));
    nothing_wrong(&all.into_inner().unwrap());
}

/// What a program that died in the middle of a filing leaves: one directory for each moment that differs.
fn crashes(from: &Furnished) -> Vec<(tempfile::TempDir, House, String)> {
    let mut crashes = Vec::new();
    for k in 1.. {
        for fault in [Fault::Kill, Fault::TornKill] {
            let (dir, mut house) = from.copy();
            house.segment_bytes = Some(1500);
            let disk = FaultFs::over(os());
            let vault = house.open(Arc::new(disk.clone())).unwrap();
            let session = house.founder(&vault).unwrap();
            disk.arm(k, fault);
            let _ = house.file(&session, "cut off", 3, Some(ActId::from_bytes([8; 16])));
            let _ = session.supplement(
                from.known.record,
                &[jingui_tests::house::doc("late")],
                CANARY,
                None,
                &mut Default::default(),
            );
            drop((session, vault));
            match disk.fired() {
                Some(step) => crashes.push((dir, house, format!("{} at {:?} {k}", fault.word(), step.op))),
                None if fault == Fault::Kill => return crashes,
                None => {}
            }
        }
    }
    crashes
}

#[test]
fn an_opening_that_is_itself_cut_off_can_be_repeated() {
    let from = Furnished::new(false);
    let crashes = crashes(&from);
    let (all, tried) = (Mutex::new(Vec::new()), Mutex::new(0));
    in_parallel(&crashes, |(dir, house, crash)| {
        let open = |k: u64, fault: Fault| {
            let copy = scratch();
            copy_tree(dir.path(), copy.path());
            // The catalog is none of this disk's business, and opening it is the slow part.
            let _ = std::fs::remove_dir_all(copy.path().join("vault/derived/catalog"));
            let house = house.at(copy.path());
            let disk = FaultFs::over(os());
            disk.arm(k, fault);
            let opened = house.open(Arc::new(disk.clone()));
            let mut wrong = Vec::new();
            if let Ok(vault) = &opened
                && vault.state().counts.records == 0
            {
                wrong.push("it opened without the record that was there before".to_owned());
            }
            if let (Err(error), Fault::Enospc) = (&opened, fault) {
                wrong.push(format!("a full disk keeps it from being read: {}", full(error)));
            }
            drop(opened);
            (copy, house, disk, wrong)
        };
        let operations = open(u64::MAX, Fault::Kill).2.steps().len() as u64;
        // With torn and short writes at every crash this would take minutes; they differ little here.
        for (k, fault) in
            (1..=operations).flat_map(|k| [Fault::Kill, Fault::Eio, Fault::Enospc].map(|f| (k, f)))
        {
            if !jingui_tests::long() && !(k + fault as u64).is_multiple_of(4) {
                continue;
            }
            let (_copy, house, disk, mut wrong) = open(k, fault);
            let Some(fired) = disk.fired() else { continue };
            wrong.extend(whole(&house, std::slice::from_ref(&from.known)));
            *tried.lock().unwrap() += 1;
            let path = fired.path.strip_prefix(&house.root).unwrap_or(Path::new("")).display().to_string();
            let context = format!("after {crash}: {} at {:?} of {path}", fault.word(), fired.op);
            all.lock().unwrap().extend(wrong.into_iter().map(|w| format!("{context}: {w}")));
        }
    });
    say(&format!(
        "{} openings cut off, after {} different crashes",
        tried.into_inner().unwrap(),
        crashes.len()
    ));
    nothing_wrong(&all.into_inner().unwrap());
}

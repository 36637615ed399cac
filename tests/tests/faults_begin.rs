//! Beginning and opening, failed at each operation; and what a crash left, opened by one who crashes again.

use jingui_schema::id::ActId;
use jingui_tests::faults::{Fault, FaultFs};
use jingui_tests::house::{CANARY, Furnished, House, env_on, full};
use jingui_tests::sweep::{Table, Tried, os, plaintext, takes, whole};
use jingui_tests::{copy_tree, in_parallel, say, scratch};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

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
    let (none, whole_ones) = (AtomicU64::new(0), AtomicU64::new(0));
    let trial = |k: u64, fault: Fault| {
        let (_dir, house, disk, result) = begin(k, fault);
        let mut tried = Tried::on(&disk, Vec::new());
        if tried.fired.is_none() && k != u64::MAX {
            return tried;
        }
        // Read-only is not whole: it is how a vault says that something is missing.
        let opens = house.open(os()).is_ok_and(|vault| vault.read_only().is_none());
        if opens { &whole_ones } else { &none }.fetch_add(1, Ordering::Relaxed);
        tried.wrong = match opens || result.is_ok() {
            true => whole(&house, &[]),
            false => plaintext(&house),
        };
        tried
    };
    let table = Table::default();
    in_parallel(&Fault::ALL, |fault| table.sweep("init", 5, &[*fault], &trial));
    say(&format!("{none:?} times there was no vault, {whole_ones:?} times a whole one"));
    table.end("faults-begin.md");
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
    let table = Table::default();
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
        let operations = open(u64::MAX, Fault::Kill).2.steps().len();
        // With torn and short writes at every crash this would take minutes; they differ little here.
        for (k, fault) in
            (1..=operations as u64).flat_map(|k| [Fault::Kill, Fault::Eio, Fault::Enospc].map(|f| (k, f)))
        {
            if !takes(crash, k, fault, 10) {
                continue;
            }
            let (_copy, house, disk, mut wrong) = open(k, fault);
            let Some(fired) = disk.fired() else { continue };
            wrong.extend(whole(&house, std::slice::from_ref(&from.known)));
            let context = format!("after {crash}: {} at {:?} ({k})", fault.word(), fired.op);
            let wrong = wrong.into_iter().map(|w| format!("{context}: {w}")).collect();
            table.add("opening after a crash", operations, fault, wrong);
        }
    });
    say(&format!("{} openings cut off, after {} different crashes", table.trials(), crashes.len()));
    table.end("faults-open.md");
}

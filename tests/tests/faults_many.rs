//! Many filing at once through one vault, and the program dies under them.

use jingui_schema::act::Deed;
use jingui_schema::id::{ActId, StaffNo};
use jingui_tests::faults::{Fault, FaultFs};
use jingui_tests::house::{Furnished, Known, full, look_at_all, verify};
use jingui_tests::{in_parallel, inspect, long, nothing_wrong, say};
use jingui_vault::fs::{Fs, OsFs};
use std::sync::{Arc, Mutex};

const THREADS: usize = 8;
const EACH: usize = 3;

fn os() -> Arc<dyn Fs> {
    Arc::new(OsFs)
}

/// Files with eight threads until all are done or the disk fails; returns what was acknowledged, and the disk.
fn file_at_once(house: &jingui_tests::house::House, k: u64, fault: Fault) -> (Vec<Known>, FaultFs) {
    let disk = FaultFs::over(os());
    let vault = house.open(Arc::new(disk.clone())).unwrap();
    let sessions: Vec<_> = (0..THREADS).map(|_| house.founder(&vault).unwrap()).collect();
    disk.arm(k, fault);
    let known = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for (i, session) in sessions.iter().enumerate() {
            let known = &known;
            scope.spawn(move || {
                for j in 0..EACH {
                    if let Ok(filed) = house.file(session, &format!("thread {i} {j}"), 2, None) {
                        known.lock().unwrap().push(Known::of(&filed, 2));
                    }
                }
            });
        }
    });
    drop((sessions, vault));
    (known.into_inner().unwrap(), disk)
}

#[test]
fn what_was_acknowledged_to_any_of_many_is_whole_after_a_crash() {
    let from = Furnished::new(false);
    let (_dir, house) = from.copy();
    let (known, disk) = file_at_once(&house, u64::MAX, Fault::Kill);
    assert_eq!(known.len(), THREADS * EACH);
    let (operations, syncs) = (disk.steps().len() as u64, disk.syncs());
    say(&format!("{} filings by {THREADS} threads: {operations} operations, {syncs} syncs", known.len()));

    let step = if long() { 1 } else { operations / 60 };
    let jobs: Vec<(u64, Fault)> = (1..=operations)
        .step_by(step.max(1) as usize)
        .flat_map(|k| [(k, Fault::Kill), (k + step / 2, if k % 2 == 0 { Fault::Eio } else { Fault::Enospc })])
        .collect();
    let all = Mutex::new(Vec::new());
    in_parallel(&jobs, |(k, fault)| {
        let (_dir, house) = from.copy();
        let (mut known, _) = file_at_once(&house, *k, *fault);
        known.push(from.known.clone());
        let mut wrong = Vec::new();
        let check = |wrong: &mut Vec<String>| -> jingui_vault::Result<()> {
            let vault = house.open(os())?;
            vault.mirror();
            let (_, found) = inspect::vault(&OsFs, &house.vault(), true);
            wrong.extend(found);
            let session = house.founder(&vault)?;
            wrong.extend(look_at_all(&session, &known));
            // A number that was set aside for a filing that never counted goes to one of the next.
            let state = vault.state();
            let gaps: usize = state.numbers.values().map(|n| n.gaps.len()).sum();
            for i in 0..gaps + 1 {
                house.file(&session, &format!("later {i}"), 1, None)?;
            }
            vault.mirror();
            wrong.extend(inspect::vault(&OsFs, &house.vault(), false).1);
            wrong.extend(verify(&session));
            Ok(())
        };
        if let Err(error) = check(&mut wrong) {
            wrong.push(full(&error));
        }
        all.lock().unwrap().extend(wrong.into_iter().map(|w| format!("{} at {k}: {w}", fault.word())));
    });
    say(&format!("{} crashes under {THREADS} threads", jobs.len()));
    nothing_wrong(&all.into_inner().unwrap());
}

#[test]
fn the_same_request_from_many_at_once_is_carried_out_once() {
    let from = Furnished::new(false);
    for round in 0..if long() { 200 } else { 10 } {
        let (_dir, house) = from.copy();
        let vault = house.open(os()).unwrap();
        let session = house.founder(&vault).unwrap();
        let act = session.write_disable(StaffNo(3), Some("once")).unwrap();
        let request = ActId::from_bytes([7; 16]);
        let sessions: Vec<_> = (0..THREADS).map(|_| house.founder(&vault).unwrap()).collect();
        std::thread::scope(|scope| {
            for (i, session) in sessions.iter().enumerate() {
                let (vault, house, act) = (&vault, &house, &act);
                scope.spawn(move || {
                    for again in 0..3 {
                        let submitted = vault.submit(act, None).map(|_| ());
                        let filed = house.file(session, &format!("thread {i}"), 1, Some(request)).map(|_| ());
                        for result in [submitted, filed] {
                            assert!(result.is_ok(), "round {round}, {again}: {result:?}");
                        }
                    }
                });
            }
        });
        drop((session, sessions, vault));
        let vault = house.open(os()).unwrap();
        let (journal, wrong) = inspect::vault(&OsFs, &house.vault(), true);
        nothing_wrong(&wrong);
        let count = |counts: fn(&Deed) -> bool| journal.lines.iter().filter(|l| counts(&l.act.deed)).count();
        assert_eq!(count(|deed| matches!(deed, Deed::StaffDisable(_))), 1, "round {round}");
        assert_eq!(vault.state().counts.records, 2, "round {round}");
        assert_eq!(
            count(|deed| matches!(deed, Deed::Quarantined(_))),
            0,
            "round {round}: nothing was left over"
        );
    }
}

#[test]
fn who_lost_a_race_for_a_record_and_was_cut_off_takes_nothing_of_the_winner() {
    let from = Furnished::new(false);
    let (_dir, house) = from.copy();
    let vault = house.open(os()).unwrap();
    let session = house.founder(&vault).unwrap();
    let more = jingui_tests::house::docs("won", 1);
    session.supplement(from.known.record, &more, "won", None, &mut Default::default()).unwrap();
    drop((session, vault));
    // Another supplement of the same record had been staged under the same names when the power failed.
    let lost = ActId::from_bytes([4; 16]);
    let dir = house.vault().join(format!("staging/{lost}_f_{}_000000_2_2_1", from.known.record));
    std::fs::create_dir(&dir).unwrap();
    for name in ["body", "cover"] {
        std::fs::write(dir.join(name), "staged").unwrap();
    }
    let vault = house.open(os()).unwrap();
    let session = house.founder(&vault).unwrap();
    vault.mirror();
    let (journal, mut wrong) = inspect::vault(&OsFs, &house.vault(), false);
    let aside = journal.lines.iter().filter(|l| matches!(l.act.deed, Deed::Quarantined(_))).count();
    assert_eq!(aside, 2, "what was staged is put aside");
    wrong.extend(look_at_all(&session, &[Known { documents: 3, ..from.known.clone() }]));
    wrong.extend(verify(&session));
    nothing_wrong(&wrong);
}

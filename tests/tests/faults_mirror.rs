//! A mirror that fails: filing goes on and says so, the next act catches up, and no line counts there that is not.

use jingui_tests::faults::{Fault, FaultFs};
use jingui_tests::house::{Furnished, House, full};
use jingui_tests::{in_parallel, inspect, nothing_wrong, say};
use jingui_vault::Session;
use jingui_vault::body::Buffers;
use jingui_vault::fs::{Fs, OsFs};
use std::sync::{Arc, Mutex};

fn os() -> Arc<dyn Fs> {
    Arc::new(OsFs)
}

type Run = fn(&Furnished, &House, &Session) -> jingui_vault::Result<()>;

const COMMANDS: &[(&str, Run)] = &[
    ("add", |_, house, session| house.file(session, "mirrored", 5, None).map(|_| ())),
    ("supplement", |from, _, session| {
        let more = jingui_tests::house::docs("late", 2);
        session.supplement(from.known.record, &more, "late", None, &mut Buffers::new()).map(|_| ())
    }),
    ("sign head", |_, _, session| session.vault().sign_head().map(|_| ())),
];

fn trial(from: &Furnished, run: Run, k: u64, fault: Fault) -> Option<Vec<String>> {
    let (_dir, mut house) = from.copy();
    house.segment_bytes = Some(4000);
    let disk = FaultFs::over(os()).only_below(&house.mirror());
    let vault = house.open(Arc::new(disk.clone())).unwrap();
    let session = house.founder(&vault).unwrap();
    disk.arm(k, fault);
    let mut wrong = Vec::new();
    if let Err(error) = run(from, &house, &session) {
        wrong.push(format!("the act failed: {}", full(&error)));
    }
    let fired = disk.fired();
    let stands = vault.mirror().unwrap();
    let check = |wrong: &mut Vec<String>, said: u64| {
        let (counted, found) = inspect::mirror(&OsFs, &house.vault(), &house.mirror());
        wrong.extend(found);
        if said > counted {
            wrong.push(format!("it is said to have {said} lines and counts {counted}"));
        }
    };
    check(&mut wrong, stands.lines);
    // What only removes leftovers may fail without anybody lagging.
    if fired.is_some() && stands.lags.is_none() && stands.lines != vault.state().lines {
        wrong.push("it lags and does not say so".into());
    }
    if fault != Fault::Kill && fault != Fault::TornKill {
        disk.lift();
        session.reveal(from.known.record, "the next act").unwrap();
        let stands = vault.mirror().unwrap();
        check(&mut wrong, stands.lines);
        if stands.lags.is_some() || stands.lines != vault.state().lines {
            wrong.push(format!("the next act did not catch up: {stands:?}"));
        }
    }
    drop((session, vault));
    let vault = house.open(os()).unwrap();
    house.founder(&vault).unwrap().reveal(from.known.record, "after reopening").unwrap();
    let stands = vault.mirror().unwrap();
    check(&mut wrong, stands.lines);
    if stands.lags.is_some() || stands.lines != vault.state().lines {
        wrong.push(format!("after reopening it did not catch up: {stands:?}"));
    }
    let fired = fired?;
    let path = fired.path.strip_prefix(&house.root).unwrap().display().to_string();
    Some(wrong.into_iter().map(|w| format!("{} at {:?} of {path}: {w}", fault.word(), fired.op)).collect())
}

#[test]
fn a_failing_mirror_never_fails_a_filing_and_is_never_counted_beyond_what_it_holds() {
    let from = Furnished::new(true);
    let jobs: Vec<(&(&str, Run), Fault)> = COMMANDS.iter().flat_map(|c| Fault::ALL.map(|f| (c, f))).collect();
    let (all, tried) = (Mutex::new(Vec::new()), Mutex::new(0));
    in_parallel(&jobs, |((name, run), fault)| {
        for k in 1.. {
            let of_writes = fault.is_of_writes();
            match trial(&from, *run, k, *fault) {
                Some(wrong) => {
                    *tried.lock().unwrap() += 1;
                    all.lock().unwrap().extend(wrong.into_iter().map(|w| format!("{name}: {w}")));
                }
                None if of_writes && k < 80 => {} // that was no write; the next may be one
                None => break,
            }
        }
    });
    say(&format!("{} acts with a mirror that fails", tried.into_inner().unwrap()));
    nothing_wrong(&all.into_inner().unwrap());
}

#[test]
fn a_mirror_that_was_away_at_opening_goes_on_where_it_was() {
    let (_dir, house) = Furnished::new(true).copy();
    let aside = house.root.join("aside");
    std::fs::rename(house.mirror(), &aside).unwrap();
    // A file in its place: no mirror can be made there meanwhile.
    std::fs::write(house.mirror(), "").unwrap();
    let vault = house.open(os()).unwrap();
    let session = house.founder(&vault).unwrap();
    house.file(&session, "while it was away", 1, None).unwrap();
    assert!(vault.mirror().unwrap().lags.is_some());
    std::fs::remove_file(house.mirror()).unwrap();
    std::fs::rename(&aside, house.mirror()).unwrap();
    let commit = || {
        let bytes = std::fs::read(house.mirror().join("journal/commit")).unwrap();
        jingui_schema::commit::Commit::from_file(&bytes).unwrap()
    };
    let before = commit();
    house.file(&session, "once it was back", 1, None).unwrap();
    assert_eq!(commit().lines, vault.state().lines, "whoever reads it finds all lines");
    assert_eq!(commit().generation, before.generation + 1);
}

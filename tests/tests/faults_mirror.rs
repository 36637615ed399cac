//! A mirror that fails: filing goes on and says so, the next act catches up, and no line counts there that is not.

use jingui_tests::faults::{Fault, FaultFs};
use jingui_tests::house::{Furnished, House, full};
use jingui_tests::sweep::{Table, Tried, os};
use jingui_tests::{in_parallel, inspect};
use jingui_vault::Session;
use jingui_vault::body::Buffers;
use jingui_vault::fs::OsFs;
use std::sync::Arc;

type Run = fn(&Furnished, &House, &Session) -> jingui_vault::Result<()>;

const COMMANDS: &[(&str, Run)] = &[
    ("add", |_, house, session| house.file(session, "mirrored", 5, None).map(|_| ())),
    ("supplement", |from, _, session| {
        let more = jingui_tests::house::docs("late", 2);
        session.supplement(from.known.record, &more, "late", None, &mut Buffers::new()).map(|_| ())
    }),
    ("sign head", |_, _, session| session.vault().sign_head().map(|_| ())),
];

fn trial(from: &Furnished, run: Run, k: u64, fault: Fault) -> Tried {
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
    let tried = Tried::on(&disk, Vec::new());
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
    if tried.fired.is_some() && stands.lags.is_none() && stands.lines != vault.state().lines {
        wrong.push("it lags and does not say so".into());
    }
    if fault != Fault::Kill && fault != Fault::TornKill {
        disk.lift();
        session.reveal(from.known.record, None, "the next act").unwrap();
        let stands = vault.mirror().unwrap();
        check(&mut wrong, stands.lines);
        if stands.lags.is_some() || stands.lines != vault.state().lines {
            wrong.push(format!("the next act did not catch up: {stands:?}"));
        }
    }
    drop((session, vault));
    let vault = house.open(os()).unwrap();
    house.founder(&vault).unwrap().reveal(from.known.record, None, "after reopening").unwrap();
    let stands = vault.mirror().unwrap();
    check(&mut wrong, stands.lines);
    if stands.lags.is_some() || stands.lines != vault.state().lines {
        wrong.push(format!("after reopening it did not catch up: {stands:?}"));
    }
    Tried { wrong, ..tried }
}

#[test]
fn a_failing_mirror_never_fails_a_filing_and_is_never_counted_beyond_what_it_holds() {
    let (from, table) = (Furnished::new(true), Table::default());
    in_parallel(COMMANDS, |(name, run)| {
        table.sweep(&format!("{name}, the mirror fails"), 2, &Fault::ALL, &|k, fault| {
            trial(&from, *run, k, fault)
        });
    });
    assert!(table.trials() > 80, "{} trials", table.trials());
    table.end("faults-mirror.md");
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

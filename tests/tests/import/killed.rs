//! Killed at any moment and started again: exactly the rest is filed, nothing twice.

use super::*;
use jingui_tests::lossy::Dice;
use jingui_tests::program::Running;
use jingui_tests::{say, seed};
use std::time::Duration;

/// How many rows the sheet has.
const ROWS: usize = 120;

/// A desk with a plan of that many rows, all to be filed.
fn planned() -> Desk {
    let desk = desk(ROWS);
    let rows: Vec<_> = (1..=ROWS).map(|no| row(&format!("公司{no}"), &format!("{no}.pdf"))).collect();
    sheet(&desk, "ledger.csv", &rows);
    plan(&desk, "ledger.csv").ok();
    desk
}

/// Waits until so many more bytes stand in the journal than before; no longer than the program runs.
fn until_it_files(desk: &Desk, running: &mut Running, before: u64) {
    while running.is_running() && journal_bytes(desk) <= before {
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn journal_bytes(desk: &Desk) -> u64 {
    std::fs::metadata(desk.vault().join("journal/000000000001.jsonl")).map_or(0, |meta| meta.len())
}

/// Asserts that every row is filed once, and as a whole.
fn all_is_there(desk: &Desk) {
    let records = desk.records("me");
    let customers: std::collections::BTreeSet<_> =
        records.iter().map(|r| r["customer"].to_string()).collect();
    assert_eq!((records.len(), customers.len()), (ROWS, ROWS));
    let result = std::fs::read_to_string(desk.path("ledger.plan.result.csv")).unwrap();
    assert_eq!(result.matches(",done,").count(), ROWS);
    desk.sound("me");
}

#[test]
fn a_killed_import_goes_on_and_files_nothing_twice() {
    let desk = planned();
    let mut dice = Dice(seed());
    let (mut kills, mut told) = (0, 0);
    loop {
        let (before, bytes) = (desk.lines(), journal_bytes(&desk));
        let mut running = desk.call("me", ["import", "apply", "ledger.plan.csv", "--json"]).spawn();
        if kills < 6 {
            until_it_files(&desk, &mut running, bytes);
            std::thread::sleep(Duration::from_micros(dice.below(60_000)));
            running.kill();
            kills += 1;
        }
        let ran = running.wait();
        // What it told was durable. Killed behind its last filing it may have told the sum as well.
        let done = ran.out().matches("\"result\":\"done\"").count() as u64;
        let more = desk.lines() - before;
        assert!(ran.code == 0 || more >= done, "{done} were told and {more} are there");
        told += done.min(1);
        if ran.code == 0 {
            break;
        }
    }
    say(&format!("{kills} kills of an import of {ROWS} rows, {told} of its runs had told of filings"));
    all_is_there(&desk);
}

#[test]
fn an_interrupted_import_ends_between_two_filings_and_goes_on() {
    let desk = planned();
    let mut interrupted = 0;
    for _ in 0..4 {
        let bytes = journal_bytes(&desk);
        let mut running = desk.call("me", ["import", "apply", "ledger.plan.csv", "--json"]).spawn();
        until_it_files(&desk, &mut running, bytes);
        running.signal("INT");
        let ran = running.wait();
        match ran.code {
            0 => break,
            130 => interrupted += 1,
            code => panic!("exit {code}: {}", ran.err),
        }
    }
    apply(&desk, "ledger.plan.csv").ok();
    say(&format!("an import was interrupted {interrupted} times"));
    all_is_there(&desk);
}

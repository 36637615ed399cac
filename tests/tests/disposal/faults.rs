//! A run failed at each of its operations: what is reopened is whole, and the run goes on to its end.

use crate::{files_of, sound};
use jingui_schema::id::{PlanId, RecordId};
use jingui_tests::disposal::Yard;
use jingui_tests::faults::{Fault, FaultFs};
use jingui_tests::house::full;
use jingui_tests::in_parallel;
use jingui_tests::sweep::{Table, Tried, os};
use jingui_vault::Result;
use std::sync::Arc;

/// What has to be true after a failure, and after the run has been gone on with.
fn judge(yard: &Yard, plan: PlanId, records: &[RecordId], told: bool) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    let vault = yard.open(os())?;
    if let Some(why) = vault.read_only() {
        wrong.push(format!("read-only: {why}"));
    }
    let state = vault.state();
    let session = yard.founder(&vault);
    for record in records {
        let files = files_of(&yard.house.vault(), *record);
        if told && !state.destroyed.contains(*record) {
            wrong.push(format!("{record} was said to be destroyed, and no line says so"));
        }
        if state.destroyed.contains(*record) && !files.is_empty() {
            wrong.push(format!("{record} is destroyed, and has {files:?}"));
        }
        // One that no line names is whole.
        if state.is_alive(*record) && session.open_documents(*record, &[], Some("x"), None).is_err() {
            wrong.push(format!("{record} does not open"));
        }
    }
    if state.plan(plan)?.register.is_none() {
        let ran = yard.run(&vault, plan)?;
        if ran.waiting > 0 || ran.register.is_none() {
            wrong.push(format!("gone on with it did not end: {ran:?}"));
        }
    }
    let state = vault.state();
    let left: Vec<_> = records.iter().filter(|record| !state.destroyed.contains(**record)).collect();
    // Opening one to see that it is whole changes nothing, so all go.
    if !left.is_empty() {
        wrong.push(format!("{left:?} are left"));
    }
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| sound(yard, &vault)));
    if let Err(panic) = caught {
        let text = panic.downcast_ref::<String>().cloned().unwrap_or_default();
        wrong.push(text);
    }
    Ok(wrong)
}

fn trial(pattern: &Yard, records: &[RecordId], k: u64, fault: Fault) -> Tried {
    let yard = pattern.copy();
    let disk = FaultFs::over(os());
    let vault = yard.open(Arc::new(disk.clone())).expect("the pattern opens");
    let plan = *vault.state().plans.keys().next().expect("a plan");
    disk.arm(k, fault);
    let ran = yard.run(&vault, plan);
    let tried = Tried::on(&disk, Vec::new());
    disk.lift();
    let told = ran.is_ok_and(|ran| ran.register.is_some());
    drop(vault);
    let wrong = judge(&yard, plan, records, told).unwrap_or_else(|error| vec![full(&error)]);
    Tried { wrong, ..tried }
}

#[test]
fn a_run_failed_at_each_of_its_operations_ends_when_it_is_run_again() {
    let table = Table::default();
    let jobs: Vec<bool> = vec![false, true];
    in_parallel(&jobs, |mirrored| {
        let yard = Yard::new(*mirrored);
        let vault = yard.open(os()).expect("it opens");
        let records = yard.file_due(&vault, "due", 3);
        yard.ripe(&vault);
        drop(vault);
        let name = if *mirrored { "purge run, with a mirror" } else { "purge run" };
        table.sweep(name, 3, &Fault::ALL, &|k, fault| trial(&yard, &records, k, fault));
    });
    assert!(table.trials() > 40, "{} trials", table.trials());
    table.end("faults-disposal.md");
}

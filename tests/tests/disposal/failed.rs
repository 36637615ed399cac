//! A run that did not go through is told as long as none has gone through since, and no longer.

use crate::sound;
use jingui_schema::act::JobRan;
use jingui_schema::id::PlanId;
use jingui_schema::jobs::{Job, JobCounts, JobOutcome};
use jingui_tests::disposal::Yard;
use jingui_tests::house::CANARY;
use jingui_tests::sweep::os;
use jingui_vault::disposal::{Failed, Failure, RunOptions, Stage};
use std::cell::Cell;

#[test]
fn a_run_that_was_cut_off_is_told_until_one_goes_through() {
    let pattern = Yard::new(true);
    let vault = pattern.open(os()).unwrap();
    pattern.file_due(&vault, "due", 3);
    let plan = pattern.ripe(&vault);
    drop(vault);
    let yard = pattern.cut_off(plan, 2);
    is_told_where_it_was_stopped(&yard.copy(), plan);

    let vault = yard.open(os()).unwrap();
    let failed = || vault.failed_run(plan, vault.state().plan(plan).unwrap());
    let seq = vault.state().plan(plan).unwrap().under_way.as_ref().unwrap().seq;
    assert_eq!(failed(), Some(Failed { why: Failure::Unfinished, records: 2, seq }));
    // The job tries, and fails as well.
    let started = vault.env().now();
    let ran = |job, outcome, code| {
        let counts = JobCounts::default();
        vault.note_job(JobRan { job, due: started, started, outcome, code, counts, read: None }).unwrap();
    };
    ran(Job::Plan, JobOutcome::Failed, 1);
    assert_eq!(failed().map(|failed| failed.why), Some(Failure::Unfinished), "another job");
    ran(Job::Run, JobOutcome::Failed, 16);
    assert_eq!(failed(), Some(Failed { why: Failure::Job(16), records: 2, seq }));

    // While a run is at it nothing has failed; nor once it has gone through.
    let told = Cell::new(0);
    let interrupted = || {
        told.set(told.get() + usize::from(failed().is_some()));
        false
    };
    let options = RunOptions { by: None, limit: Some(0), interrupted: &interrupted, progress: &|_, _| {} };
    let done = vault.run_plan(plan, &options).unwrap();
    assert_eq!((done.destroyed.len(), done.waiting), (2, 1));
    assert_eq!((told.get(), failed()), (0, None));
    assert!(yard.run(&vault, plan).unwrap().register.is_some());
    assert_eq!(failed(), None);
    sound(&yard, &vault);
}

/// Somebody stops the plan: what was begun is as little finished as before, until a run has seen to that.
fn is_told_where_it_was_stopped(yard: &Yard, plan: PlanId) {
    let vault = yard.open(os()).unwrap();
    let failed = || vault.failed_run(plan, vault.state().plan(plan).unwrap());
    let before = failed();
    assert!(before.is_some());
    yard.auditor(&vault).reject_plan(plan, CANARY, false).unwrap();
    let stage = vault.state().plan(plan).unwrap().stage();
    assert_eq!((stage, failed()), (Stage::Rejected, before));
    yard.run(&vault, plan).unwrap();
    assert_eq!(failed(), None);
    sound(yard, &vault);
}

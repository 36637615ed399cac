//! The hand-over of one project on a disk that fails at each operation: cut off anywhere the same command goes on, nothing else is
//! touched, and nothing ceases to be here that is not there.

use super::faults::{dying, finish_on, no_reason};
use super::*;
use jingui_tests::faults::Fault;
use jingui_tests::sweep::{Table, Tried};

const PROJECT: &str = "another";

/// What is wrong with the records that stay.
fn those_that_stay(it: &Closing) -> Vec<String> {
    let vault = it.vault();
    let founder = it.house.founder(&vault).expect("the founder signs in");
    let staying: Vec<Known> = [0, 2].map(|at| it.known[at].clone()).into();
    let mut wrong = look_at_all(&founder, &staying);
    wrong.extend(verify(&founder));
    wrong
}

#[test]
fn the_records_of_a_project_are_sealed_or_they_are_not() {
    let (it, table) = (Closing::new(), Table::default());
    let trial = |k: u64, fault: Fault| {
        let it = it.copied();
        let (disk, fs) = dying();
        let vault = it.house.open(fs).expect("the pattern opens");
        let approver = vault.sign_in(it.approver.person()).expect("the approver signs in");
        let legal = vault.sign_in(it.legal.person()).expect("the legal officer signs in");
        // The catalog is there before anything fails.
        approver.row(it.known[1].record).expect("a row");
        disk.arm(k, fault);
        let result = (|| {
            let (act, _) = approver.propose_handover_of(&project(PROJECT), "it moves", false)?;
            let sealed = legal.confirm(act.expect("an act"))?;
            Ok((sealed, legal.cancel_handover("it stays", false)?))
        })();
        let mut tried = Tried::on(&disk, Vec::new());
        tried.wrong.extend(no_reason(&result, &tried));
        drop((approver, legal, vault));
        let vault = it.vault();
        // Whatever stands, it goes on from there to the end.
        let (approver, legal) = (vault.sign_in(it.approver.person()), vault.sign_in(it.legal.person()));
        let (approver, legal) = (approver.expect("the approver signs in"), legal.expect("so does the other"));
        let state = vault.state();
        let sealed = match (state.handover.is_some(), state.proposals.keys().next().copied()) {
            (true, _) => Ok(0),
            (false, Some(act)) => legal.confirm(act),
            (false, None) => approver
                .propose_handover_of(&project(PROJECT), "once more", false)
                .and_then(|(act, _)| legal.confirm(act.expect("an act"))),
        };
        match sealed {
            Ok(_) if !vault.state().is_listed(it.known[1].record) => {
                tried.wrong.push("sealed, and its record is not".into())
            }
            Ok(_) => {}
            Err(error) => tried.wrong.push(format!("going on: {}", full(&error))),
        }
        if let Err(error) = legal.cancel_handover("it stays", false) {
            tried.wrong.push(format!("calling off: {}", full(&error)));
        }
        drop((approver, legal, vault));
        tried.wrong.extend(those_that_stay(&it));
        tried
    };
    table.sweep("sealing a project", 13, &Fault::ALL, &trial);
    table.end("faults-handover-part-begin.md");
}

#[test]
fn taking_a_project_in_goes_on_where_it_was_cut_off() {
    let (it, table) = (Closing::new(), Table::default());
    it.seal_part(PROJECT);
    let trial = |k: u64, fault: Fault| {
        let it = it.copied();
        let (disk, fs) = dying();
        let mut tried = {
            let (_scratch, _, theirs) = it.accepted();
            let theirs = theirs.expect("nothing is found");
            let vault = it.taker.open(fs).expect("the pattern opens");
            let session = it.taker.founder(&vault).expect("the taker signs in");
            disk.arm(k, fault);
            let result = session.take_handover(&theirs, &PATIENT);
            let mut tried = Tried::on(&disk, Vec::new());
            tried.wrong.extend(no_reason(&result, &tried));
            tried
        };
        match it.take() {
            Some(Ok(taken)) if taken.records == 1 && taken.receipt.is_some() => {}
            other => tried.wrong.push(format!("taken in again: {other:?}")),
        }
        let (_vault, session) = it.taker();
        tried.wrong.extend(look_at_all(&session, &it.known[1..2]));
        tried.wrong.extend(verify(&session));
        let state = session.vault().state();
        if (state.counts.records, state.holds.len()) != (1, 1) {
            tried.wrong.push(format!("{} records and {} holds", state.counts.records, state.holds.len()));
        }
        tried
    };
    table.sweep("taking a project in", 29, &Fault::ALL, &trial);
    table.end("faults-handover-part-take.md");
}

#[test]
fn destroying_a_project_goes_on_where_it_was_cut_off() {
    let (it, table) = (Closing::new(), Table::default());
    it.seal_part(PROJECT);
    it.receipt(&it.take().unwrap().unwrap());
    it.push();
    let trial = |k: u64, fault: Fault| {
        let it = it.copied();
        let mut tried = finish_on(&it, k, fault);
        tried.wrong.extend(it.left_of(it.known[1].record));
        tried.wrong.extend(those_that_stay(&it));
        tried
    };
    table.sweep("destroying a project", 3, &Fault::ALL, &trial);
    assert!(table.trials() > 10, "{} trials", table.trials());
    table.end("faults-handover-part-finish.md");
}

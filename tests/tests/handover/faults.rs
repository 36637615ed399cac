//! Taking in, the receipt, and destroying what was taken in, on a disk that fails at each operation: cut off anywhere the same
//! command goes on, nothing is doubled, and nothing ceases to be here that is not there.

use super::*;
use jingui_tests::faults::{Fault, FaultFs};
use jingui_tests::house::content;
use jingui_tests::sweep::{Table, Tried};
use jingui_vault::fs::Fs;

/// A disk of its own for one trial, which fails from the moment that it is armed.
pub(super) fn dying() -> (FaultFs, Arc<dyn Fs>) {
    let disk = FaultFs::over(os());
    let fs: Arc<dyn Fs> = Arc::new(disk.clone());
    (disk, fs)
}

/// What a command that failed is to answer for: it must have had a reason.
pub(super) fn no_reason<T>(result: &Result<T>, tried: &Tried) -> Option<String> {
    let error = result.as_ref().err().filter(|_| tried.fired.is_none())?;
    Some(format!("nothing failed, and yet: {}", full(error)))
}

#[test]
fn an_archive_is_sealed_or_it_is_not() {
    let (it, table) = (Closing::new(), Table::default());
    let trial = |k: u64, fault: Fault| {
        let it = it.copied();
        let (disk, fs) = dying();
        let vault = it.house.open(fs).expect("the pattern opens");
        let approver = vault.sign_in(it.approver.person()).expect("the approver signs in");
        let legal = vault.sign_in(it.legal.person()).expect("the legal officer signs in");
        disk.arm(k, fault);
        let result = (|| {
            let act = approver.propose_handover("it closes", false)?.expect("an act");
            let sealed = legal.confirm(act)?;
            Ok((sealed, legal.cancel_handover("it stays", false)?))
        })();
        let mut tried = Tried::on(&disk, Vec::new());
        tried.wrong.extend(no_reason(&result, &tried));
        drop((approver, legal, vault));
        let vault = it.vault();
        tried.wrong.extend(verify(&it.house.founder(&vault).expect("the founder signs in")));
        // Whatever stands, it goes on from there to the end.
        let (approver, legal) = (vault.sign_in(it.approver.person()), vault.sign_in(it.legal.person()));
        let (approver, legal) = (approver.expect("the approver signs in"), legal.expect("so does the other"));
        let state = vault.state();
        let open = state.proposals.keys().next().copied();
        let sealed = match (state.handover.is_some(), open) {
            (true, _) => Ok(0),
            (false, Some(act)) => legal.confirm(act),
            (false, None) => approver
                .propose_handover("once more", false)
                .and_then(|act| legal.confirm(act.expect("an act"))),
        };
        if let Err(error) = sealed.and_then(|_| legal.cancel_handover("it stays", false)) {
            tried.wrong.push(format!("going on: {}", full(&error)));
        }
        tried
    };
    table.sweep("sealing", 11, &Fault::ALL, &trial);
    table.end("faults-handover-begin.md");
}

#[test]
fn taking_in_that_is_cut_off_goes_on_and_takes_nothing_in_twice() {
    let (it, table) = (Closing::new(), Table::default());
    it.seal();
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
            if let Ok(taken) = result {
                let all = taken.records == 3 && taken.receipt.is_some() == taken.differs.is_empty();
                tried.wrong.extend((!all).then(|| format!("{taken:?}")));
            }
            tried
        };
        match it.take() {
            Some(Ok(taken)) if taken.records == 3 && taken.receipt.is_some() => {}
            other => tried.wrong.push(format!("taken in again: {other:?}")),
        }
        let (_vault, session) = it.taker();
        tried.wrong.extend(look_at_all(&session, &it.known));
        tried.wrong.extend(verify(&session));
        let state = session.vault().state();
        if (state.counts.records, state.holds.len()) != (3, 1) {
            tried.wrong.push(format!("{} records and {} holds", state.counts.records, state.holds.len()));
        }
        tried
    };
    table.sweep("taking in", 19, &Fault::ALL, &trial);
    assert!(table.trials() > 10, "{} trials", table.trials());
    table.end("faults-handover-take.md");
}

#[test]
fn a_receipt_that_comes_in_counts_with_its_list_or_not_at_all() {
    let (it, table) = (Closing::new(), Table::default());
    it.seal();
    it.receipt(&it.take().unwrap().unwrap());
    let trial = |k: u64, fault: Fault| {
        let it = it.copied();
        let (disk, fs) = dying();
        let vault = it.house.open(fs).expect("the pattern opens");
        disk.arm(k, fault);
        let result = push(&vault, &*it.target());
        let mut tried = Tried::on(&disk, Vec::new());
        tried.wrong.extend(no_reason(&result, &tried));
        drop(vault);
        if it.stage() == Some(Stage::Receipted) {
            tried.wrong.extend(it.lacks());
        }
        it.push();
        tried.wrong.extend(it.lacks());
        tried.wrong.extend(verify(&it.house.founder(&it.vault()).expect("the founder signs in")));
        tried
    };
    table.sweep("a receipt", 23, &Fault::ALL, &trial);
    table.end("faults-handover-receipt.md");
}

/// Destroys on a disk that fails at one operation, and goes on where it was cut off.
pub fn finish_on(it: &Closing, k: u64, fault: Fault) -> Tried {
    let (disk, fs) = dying();
    let vault = it.house.open(fs).expect("the pattern opens");
    let session = vault.sign_in(it.approver.person()).expect("the approver signs in");
    disk.arm(k, fault);
    let result = session.finish_handover(false, &|| false);
    let mut tried = Tried::on(&disk, Vec::new());
    tried.wrong.extend(no_reason(&result, &tried));
    drop((session, vault));
    match it.stage() {
        Some(Stage::Destroyed) => {}
        Some(Stage::Destroying) if result.is_err() => {}
        Some(Stage::Receipted) if result.is_err() => {
            // No line says so: nothing of it has ceased to be.
            let vault = it.vault();
            tried.wrong.extend(look_at_all(&it.house.founder(&vault).unwrap(), &it.known));
        }
        stage => tried.wrong.push(format!("{stage:?} after {result:?}")),
    }
    // Also what is half done is no finding.
    tried.wrong.extend(keyless(&it.vault()));
    if let Err(error) = it.finish() {
        tried.wrong.push(format!("finished again: {}", full(&error)));
    }
    tried
}

#[test]
fn destroying_what_was_taken_in_goes_on_where_it_was_cut_off() {
    let (it, table) = (Closing::new(), Table::default());
    it.seal();
    it.receipt(&it.take().unwrap().unwrap());
    it.push();
    let trial = |k: u64, fault: Fault| {
        let it = it.copied();
        let mut tried = finish_on(&it, k, fault);
        tried.wrong.extend(it.left());
        tried.wrong.extend(keyless(&it.vault()));
        tried
    };
    table.sweep("destroying", 7, &Fault::ALL, &trial);
    assert!(table.trials() > 20, "{} trials", table.trials());
    table.end("faults-handover-finish.md");
}

#[test]
fn a_body_is_fetched_or_it_is_not_and_never_shown_otherwise() {
    let (it, table) = (Closing::new(), Table::default());
    it.seal();
    it.leave(&it.taker().1).unwrap();
    let record = it.known[0].record;
    let trial = |k: u64, fault: Fault| {
        let it = it.copied();
        let (disk, fs) = dying();
        let vault = it.taker.open(fs).expect("the pattern opens");
        let session = it.taker.founder(&vault).expect("the taker signs in").with_reach(it.reach());
        session.view(record).expect("its facts are here");
        disk.arm(k, fault);
        let mut out = Vec::new();
        let result = (|| {
            let opening = session.open_documents(record, &[1], None, None)?;
            let document = opening.documents()[0].clone();
            opening.copy(&document, &mut out)?;
            Ok(document)
        })();
        let mut tried = Tried::on(&disk, Vec::new());
        tried.wrong.extend(no_reason(&result, &tried));
        let other = match &result {
            Ok(document) => out != content(&document.name),
            Err(_) => !out.is_empty(),
        };
        tried.wrong.extend(other.then(|| format!("{} bytes were shown", out.len())));
        drop((session, vault));
        // Whatever lies there now, everything opens.
        let (vault, session) = it.reader();
        tried.wrong.extend(look_at_all(&session, &it.known));
        tried.wrong.extend(verify(&session));
        tried.wrong.extend(keyless(&vault));
        tried
    };
    table.sweep("fetching", 2, &Fault::ALL, &trial);
    assert!(table.trials() > 10, "{} trials", table.trials());
    table.end("faults-handover-held.md");
}

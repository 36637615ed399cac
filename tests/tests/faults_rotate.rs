//! A rotation failed at each of its disk operations, keystore and mirror included: every record opens afterwards,
//! going on with it ends it, and no old key outlives it.

use jingui_tests::faults::{Fault, FaultFs};
use jingui_tests::house::{Furnished, House, Known, full, look_at_all, verify};
use jingui_tests::in_parallel;
use jingui_tests::sweep::{Table, Tried, os};
use jingui_vault::rotation::Rotation;
use jingui_vault::{Error, Result, Session};
use std::sync::Arc;

fn rotate(session: &Session) -> Result<Rotation> {
    session.rotate(Some("yearly"), None, &|_| true)
}

fn trial(template: &Furnished, k: u64, fault: Fault) -> Tried {
    let (_dir, house) = template.copy();
    let disk = FaultFs::over(os());
    let vault = house.open(Arc::new(disk.clone())).expect("it opens");
    let session = house.founder(&vault).expect("the founder signs in");
    disk.arm(k, fault);
    let first = rotate(&session);
    drop((session, vault));
    let wrong = match disk.fired().is_some() || k == u64::MAX {
        true => judge(&house, &template.known, first.is_ok()),
        false => Vec::new(),
    };
    Tried::on(&disk, wrong)
}

fn judge(house: &House, known: &Known, done: bool) -> Vec<String> {
    let known = std::slice::from_ref(known);
    let go = || -> Result<Vec<String>> {
        let vault = house.open(os())?;
        let session = house.founder(&vault)?;
        let mut wrong = look_at_all(&session, known);
        let before = vault.state().epoch;
        if vault.state().rotation_unfinished() || !done {
            // Where it had not begun this begins it; where it had, this goes on with it.
            match rotate(&session)? {
                Rotation::Finished { .. } => {}
                other => wrong.push(format!("going on ended with {other:?}")),
            }
        }
        let epoch = vault.state().epoch;
        if epoch > before + 1 {
            wrong.push(format!("epoch {before} became {epoch}"));
        }
        if vault.keystore()?.epochs()? != [epoch] {
            wrong.push(format!("keys of {:?} live in epoch {epoch}", vault.keystore()?.epochs()?));
        }
        drop((session, vault));
        let vault = house.open(os())?;
        let session = house.founder(&vault)?;
        wrong.extend(look_at_all(&session, known));
        wrong.extend(verify(&session));
        Ok(wrong)
    };
    go().unwrap_or_else(|error: Error| vec![full(&error)])
}

#[test]
fn a_rotation_failed_at_any_operation_loses_nothing_and_can_be_ended() {
    let table = Table::default();
    let jobs = [("rotation", Furnished::new(false)), ("rotation, with a mirror", Furnished::new(true))];
    in_parallel(&jobs, |(name, template)| {
        table.sweep(name, 5, &Fault::ALL, &|k, fault| trial(template, k, fault));
    });
    assert!(table.trials() > 60, "{} trials", table.trials());
    table.end("faults-rotate.md");
}

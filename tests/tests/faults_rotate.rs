//! A rotation failed at each of its disk operations, keystore and mirror included: every record opens afterwards,
//! going on with it ends it, and no old key outlives it.

use jingui_tests::faults::{Fault, FaultFs};
use jingui_tests::house::{Furnished, House, Known, full, look_at_all, verify};
use jingui_tests::{in_parallel, keep, long, nothing_wrong, say};
use jingui_vault::fs::{Fs, OsFs};
use jingui_vault::rotation::Rotation;
use jingui_vault::{Error, Result, Session};
use std::sync::{Arc, Mutex};

fn os() -> Arc<dyn Fs> {
    Arc::new(OsFs)
}

fn rotate(session: &Session) -> Result<Rotation> {
    session.rotate(Some("yearly"), None, &|_| true)
}

/// One trial; `None` when the fault never came: the rotation has fewer operations than that.
fn trial(template: &Furnished, k: u64, fault: Fault) -> Option<Vec<String>> {
    let (_dir, house) = template.copy();
    let fs = Arc::new(FaultFs::over(os()));
    let vault = house.open(fs.clone()).expect("it opens");
    let session = house.founder(&vault).expect("the founder signs in");
    fs.arm(k, fault);
    let first = rotate(&session);
    drop((session, vault));
    fs.fired()?;
    Some(judge(&house, &template.known, first.is_ok()))
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
    let mut table = String::from("rotation                    operations  trials  violations\n");
    let mut all = Vec::new();
    for mirrored in [false, true] {
        let template = Furnished::new(mirrored);
        let (operations, trials, wrong) = (Mutex::new(0), Mutex::new(0), Mutex::new(Vec::new()));
        let step = if long() { 1 } else { 2 };
        let points: Vec<(u64, Fault)> = (1..400)
            .flat_map(|k| Fault::ALL.into_iter().enumerate().map(move |(i, fault)| (k, i as u64, fault)))
            .filter(|(k, i, _)| (k + i) % step == 0)
            .map(|(k, _, fault)| (k, fault))
            .collect();
        in_parallel(&points, |(k, fault)| {
            let Some(found) = trial(&template, *k, *fault) else { return };
            let mut most = operations.lock().unwrap();
            *most = (*most).max(*k);
            *trials.lock().unwrap() += 1;
            let named = found.into_iter().map(|what| format!("{} at operation {k}: {what}", fault.word()));
            wrong.lock().unwrap().extend(named);
        });
        let (operations, trials) = (operations.into_inner().unwrap(), trials.into_inner().unwrap());
        let wrong = wrong.into_inner().unwrap();
        let name = if mirrored { "with a mirror" } else { "without a mirror" };
        table += &format!("{name:<28}{operations:>10}{trials:>8}{:>12}\n", wrong.len());
        assert!(trials > 50, "the sweep reached the rotation: {trials}");
        all.extend(wrong);
    }
    say(&table);
    keep("faults-rotate.txt", &table);
    nothing_wrong(&all);
}

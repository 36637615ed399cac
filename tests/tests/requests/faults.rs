//! Requests on a disk that fails at each operation: what is told is there, what was cut off goes on, and what the journal calls the
//! answer is one.

use super::*;
use jingui_tests::faults::{Fault, FaultFs};
use jingui_tests::house::full;
use jingui_tests::sweep::{Table, Tried};

#[test]
fn asked_answered_refused_and_opened_goes_on_wherever_it_was_cut_off() {
    let (met, table) = (Met::new(), Table::default());
    let known = met.from.known.number.clone();
    let leave = |order: &Order| {
        leave_order(&*met.target(), &order.file).expect("it is left");
        order.act
    };
    let given = leave(&met.ask(&known, &met.authority()).expect("a request"));
    let other = "JG01-2026-000099".parse().expect("a number");
    let refused = leave(&met.ask(&other, &met.authority()).expect("a request"));
    let opened = met.opens(&met.ca.key, &known, &met.from.dir.path().join("case"), &mut |_| Ok(()));
    let opened = opened.expect("it is opened").order;
    let signed = sign_request(&met.authority(), By::Authority, &opened.file).expect("it is signed");
    leave(&Order { file: signed, ..opened.clone() });
    let trial = |k: u64, fault: Fault| {
        let (_dir, house) = met.from.copy();
        let disk = FaultFs::over(os());
        let vault = house.open(Arc::new(disk.clone())).expect("the pattern opens");
        let session = house.founder(&vault).expect("the founder signs in");
        let target = DirTarget::open(env_on(os()), &house.root.join("place")).expect("the target");
        let file = |name: &str| house.root.join(name);
        disk.arm(k, fault);
        let result = (|| {
            push(&vault, &target)?;
            session.answer_request(given, &file("one.age"), Some(&target))?;
            session.refuse_request(refused, "there is none")
        })();
        let mut tried = Tried::on(&disk, Vec::new());
        let unreasoned = result.as_ref().err().filter(|_| tried.fired.is_none());
        tried.wrong.extend(unreasoned.map(|error| format!("nothing failed, and yet: {}", full(error))));
        drop((session, vault));
        let again = (|| -> Result<Vec<String>> {
            let vault = house.open(os())?;
            push(&vault, &target)?;
            let session = house.founder(&vault)?;
            if vault.state().open_request(given).is_ok() {
                session.answer_request(given, &file("two.age"), Some(&target))?;
            }
            if vault.state().open_request(refused).is_ok() {
                session.refuse_request(refused, "there is none")?;
            }
            let state = vault.state();
            let mut wrong = verify(&session);
            if state.requests.get(opened.act).is_none() {
                wrong.push("nothing tells what the CA has opened".into());
            }
            let end = state.requests.get(given).and_then(|request| request.end().cloned());
            let named = end.and_then(|end| end.given).map(|(_, file)| file.b3);
            let name =
                named.map(|b3| format!("{FROM_ARCHIVE}/{}", Answered { request: given, b3 }.file_name()));
            match name.map(|name| target.get(&name)) {
                Some(Ok(file)) => {
                    let identity = met.ca.key.person().identity().clone();
                    let seen = |vault| met.seen(vault);
                    let questioner =
                        Questioner { identity: &identity, seen: &seen, authority: None, names: &member };
                    questioner.read(&env_on(os()), file, "answer", Some(given), None)?;
                }
                _ => wrong.push("the answer that a line names is not at the target".into()),
            }
            Ok(wrong)
        })();
        match again {
            Ok(wrong) => tried.wrong.extend(wrong),
            Err(error) => tried.wrong.push(format!("going on: {}", full(&error))),
        }
        tried
    };
    table.sweep("requests", 37, &Fault::ALL, &trial);
    table.end("faults-requests.md");
}

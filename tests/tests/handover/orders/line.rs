//! Everything is taken in over a line that fails at each request: requests and answers that do not arrive, half of them,
//! twice, late. Nothing of it is called damaged, and the same command ends it.

use super::*;
use jingui_tests::object_store::{Glitch, Store};
use jingui_tests::{in_parallel, long, say, seed};
use std::sync::Mutex;

/// Trials of the short form.
const TRIALS: usize = 24;

/// A store with what lies at the target.
fn store_of(it: &Closing) -> Store {
    let store = Store::start();
    copy_tree(&it.place, &store.place());
    store
}

/// Looks at everything in the store, takes it in, and leaves what the archive is to get; none where something was found.
fn taken_from(it: &Closing, store: &Store) -> Result<Option<TakenOver>> {
    let (_scratch, found, theirs) = it.accepted_by(&it.ca.key, store.any()?)?;
    leave_report(&*store.any()?, &found.report)?;
    let Some(theirs) = theirs else { return Ok(None) };
    let vault = it.taker.open(os())?;
    let session = it.taker.founder(&vault)?;
    let taken = session.take_handover(&theirs, &PATIENT)?;
    if let Some(receipt) = &taken.receipt {
        let order = HandoverOrder::new(vault.env(), receipt, Some(&it.house.people.authority.person()));
        leave_list(&*store.any()?, &order)?;
        leave_order(&*store.any()?, &order.file)?;
    }
    Ok(Some(taken))
}

fn trial(it: &Closing, k: u64, glitch: Glitch) -> (bool, Vec<String>) {
    let it = it.copied();
    let store = store_of(&it);
    let mut wrong = Vec::new();
    store.arm(k, glitch);
    let first = taken_from(&it, &store);
    let fired = store.disarm();
    match &first {
        Ok(Some(taken)) if taken.receipt.is_some() => {}
        // Bounded attempts are enough for what fails once; where nothing arrives any more there is no receipt.
        Ok(Some(_)) | Err(_) if fired && glitch == Glitch::Gone => {}
        Ok(None) => wrong.push("what did not arrive was called damaged".into()),
        Ok(Some(taken)) => wrong.push(format!("{:?}", taken.differs)),
        Err(error) => wrong.push(full(error)),
    }
    let before = first.as_ref().ok().and_then(|taken| taken.as_ref()).map_or(0, |taken| taken.new);
    match taken_from(&it, &store) {
        Ok(Some(taken)) if taken.records == 3 && taken.receipt.is_some() && taken.new + before <= 3 => {}
        Ok(taken) => wrong.push(format!("taken in again: {taken:?}")),
        Err(error) => wrong.push(format!("taken in again: {}", full(&error))),
    }
    let (vault, session) = it.taker();
    let state = vault.state();
    if (state.counts.records, state.holds.len()) != (3, 1) {
        wrong.push(format!("{} records and {} holds", state.counts.records, state.holds.len()));
    }
    wrong.extend(look_at_all(&session, &it.known));
    wrong.extend(verify(&session));
    // What was left there is a receipt that counts.
    let pushed = store.any().and_then(|target| push(&it.vault(), &*target));
    match pushed {
        Ok(pushed) if said(&pushed).contains(&"handover.receipt") => wrong.extend(it.lacks()),
        Ok(pushed) => wrong.push(format!("{pushed:?}")),
        Err(error) => wrong.push(full(&error)),
    }
    (fired, wrong)
}

#[test]
fn a_line_that_fails_at_any_request_takes_nothing_in_wrongly_or_twice() {
    let it = Closing::new();
    it.seal();
    let requests = {
        let it = it.copied();
        let store = store_of(&it);
        assert!(taken_from(&it, &store).unwrap().unwrap().receipt.is_some());
        store.hear().len() as u64
    };
    let points: Vec<(u64, Glitch)> =
        (1..=requests).flat_map(|k| Glitch::ALL.map(|glitch| (k, glitch))).collect();
    let every = if long() { 1 } else { (points.len() / TRIALS).max(1) as u64 | 1 };
    let points = points.into_iter().enumerate();
    let points: Vec<_> = points.filter(|(at, _)| (*at as u64 + seed()).is_multiple_of(every)).collect();
    let (wrong, fired) = (Mutex::new(Vec::new()), Mutex::new(0));
    in_parallel(&points, |(_, (k, glitch))| {
        let (has_fired, found) = trial(&it, *k, *glitch);
        *fired.lock().unwrap() += usize::from(has_fired);
        wrong.lock().unwrap().extend(found.into_iter().map(|w| format!("{glitch:?} at {k}: {w}")));
    });
    let fired = fired.into_inner().unwrap();
    say(&format!(
        "taking in: {} trials, {fired} fired, {requests} requests (JINGUI_SEED={})",
        points.len(),
        seed()
    ));
    assert!(fired * 10 > points.len() * 8, "{fired} of {}", points.len());
    nothing_wrong(&wrong.into_inner().unwrap());
}

//! Copies over a line that fails at each request in turn: nothing that counted is lost, the same command ends it, and
//! what the store has is not sent again.

use jingui_schema::digest::FileMark;
use jingui_tests::copying::{check_at, copy_at, judge_at, open_back, put_back_from, whole_back};
use jingui_tests::house::{Furnished, House, Known, full, look_at_all};
use jingui_tests::object_store::{Glitch, Heard, Store};
use jingui_tests::sweep::os;
use jingui_tests::{copy_tree, in_parallel, long, nothing_wrong, say, seed};
use jingui_vault::copies::{Put, Target};
use jingui_vault::fs::OsFs;
use jingui_vault::{Error, Result};
use std::collections::BTreeMap;
use std::sync::Mutex;

/// A house with a copy in a store, and a record that came after it.
struct Pattern {
    from: Furnished,
    store: Store,
    told: u64,
    known: Vec<Known>,
}

impl Pattern {
    fn new() -> Self {
        let mut from = Furnished::new(false);
        from.house.segment_bytes = Some(4000);
        let store = Store::start();
        let vault = from.house.open(os()).unwrap();
        let told = copy_at(&vault, &*store.target().unwrap()).unwrap().lines;
        let session = from.house.founder(&vault).unwrap();
        let more = Known::of(&from.house.file(&session, "after the copy", 2, None).unwrap(), 2);
        drop((vault, session));
        let known = vec![from.known.clone(), more];
        Self { from, store, told, known }
    }

    fn copy(&self) -> (tempfile::TempDir, House, Store) {
        let (dir, house) = self.from.copy();
        let store = Store::start();
        copy_tree(&self.store.place(), &store.place());
        (dir, House { segment_bytes: Some(4000), ..house }, store)
    }
}

/// What the store took, in its own words, and was sent once more all the same.
fn sent_again(heard: &[Heard]) -> Vec<String> {
    let mut taken: BTreeMap<&str, usize> = BTreeMap::new();
    for put in heard.iter().filter(|h| h.method == "PUT" && !h.uri.ends_with("/PROBE")) {
        *taken.entry(&put.uri).or_default() += usize::from(put.status == 200);
    }
    // With `Twice` the store itself is asked twice; it counts as the one request that it was.
    taken.retain(|_, count| *count > 1);
    taken.into_iter().map(|(uri, count)| format!("{uri} was taken {count} times")).collect()
}

/// A request that was made to fail, and what is wrong afterwards.
type Tried = (Option<Heard>, Vec<String>);

fn create_trial(pattern: &Pattern, k: u64, glitch: Glitch) -> Tried {
    let (_dir, house, store) = pattern.copy();
    let vault = house.open(os()).expect("the pattern opens");
    store.arm(k, glitch);
    let result = store.target().and_then(|target| copy_at(&vault, &*target));
    let fired = store.disarm();
    let mut heard = store.hear();
    let at = fired.then(|| heard.get(k as usize - 1).cloned()).flatten();
    let mut wrong = Vec::new();
    let told = match &result {
        Ok(made) => made.lines,
        Err(error) => {
            if glitch != Glitch::Gone || !fired {
                // Bounded attempts are enough for what fails once.
                wrong.push(format!("one request failed, and the run with it: {}", full(error)));
            } else if !matches!(error, Error::StoreUnreachable { .. }) {
                wrong.push(format!("not named as what it is: {}", full(error)));
            }
            pattern.told
        }
    };
    drop(vault);
    wrong.extend(judge_at(&house, told, &|| store.any(), &os(), &house.root.join("back")));
    let mut again = || -> Result<()> {
        let vault = house.open(os())?;
        store.hear();
        let told = copy_at(&vault, &*store.target()?)?.lines;
        heard.extend(store.hear());
        wrong.extend(sent_again(&heard));
        wrong.extend(judge_at(&house, told, &|| store.any(), &os(), &house.root.join("again")));
        let (_vault, session) = open_back(&house, &house.root.join("again"), os(), true)?;
        wrong.extend(look_at_all(&session, &pattern.known));
        Ok(())
    };
    if let Err(error) = again() {
        wrong.push(format!("copying again: {}", full(&error)));
    }
    (at, wrong)
}

fn restore_trial(pattern: &Pattern, k: u64, glitch: Glitch) -> Tried {
    let (_dir, house, store) = pattern.copy();
    let back = house.root.join("back");
    store.arm(k, glitch);
    let result = store.any().and_then(|target| put_back_from(target, &back, os()));
    let fired = store.disarm();
    let at = fired.then(|| store.hear().get(k as usize - 1).cloned()).flatten();
    let mut wrong = Vec::new();
    match &result {
        // Whatever was not there on the way is not lacking.
        Ok(restored) => wrong.extend(restored.lacking.iter().map(|f| format!("lacking: {}", f.path))),
        Err(Error::StoreUnreachable { .. }) if fired && glitch == Glitch::Gone => {}
        Err(error) => wrong.push(full(error)),
    }
    let mut look = || -> Result<()> {
        if result.is_err() {
            put_back_from(store.any()?, &back, os())?;
        }
        wrong.extend(whole_back(&OsFs, &back));
        let (_vault, session) = open_back(&house, &back, os(), true)?;
        wrong.extend(look_at_all(&session, &pattern.known[..1]));
        Ok(())
    };
    if let Err(error) = look() {
        wrong.push(full(&error));
    }
    wrong.extend(judge_at(&house, pattern.told, &|| store.any(), &os(), &house.root.join("again")));
    (at, wrong)
}

fn verify_trial(pattern: &Pattern, k: u64, glitch: Glitch) -> Tried {
    let (_dir, house, store) = pattern.copy();
    store.arm(k, glitch);
    let result = store.any().and_then(|target| check_at(&house, target, os()));
    let fired = store.disarm();
    let at = fired.then(|| store.hear().get(k as usize - 1).cloned()).flatten();
    let wrong = match result {
        Ok(checked) if checked.report.findings.is_empty() && (glitch != Glitch::Gone || !fired) => Vec::new(),
        Ok(checked) if checked.report.findings.is_empty() => {
            vec!["what was not read was called whole".into()]
        }
        Ok(checked) => checked.report.findings.iter().map(|f| format!("{} {}", f.path, f.detail)).collect(),
        Err(Error::StoreUnreachable { .. }) if fired && glitch == Glitch::Gone => Vec::new(),
        Err(error) => vec![full(&error)],
    };
    (at, wrong)
}

#[test]
fn a_large_body_over_a_line_that_fails_arrives_whole_or_not_at_all() {
    let mut noise = vec![0; (17 << 20) + 1];
    blake3::Hasher::new().finalize_xof().fill(&mut noise);
    let mark = FileMark::of(&noise);
    let name = "bodies/000000/large";
    let send = |store: &Store| store.target()?.put(name, mark, false, &mut &noise[..]);
    let requests = {
        let store = Store::start();
        send(&store).unwrap();
        store.hear().len() as u64
    };
    let every = if long() { 1 } else { 5 };
    let points = (1..=requests).flat_map(|k| Glitch::ALL.map(|glitch| (k, glitch))).enumerate();
    let points: Vec<_> = points.filter(|(at, _)| (*at as u64 + seed()).is_multiple_of(every)).collect();
    let wrong = Mutex::new(Vec::new());
    in_parallel(&points, |(_, (k, glitch))| {
        let store = Store::start();
        store.arm(*k, *glitch);
        let first = send(&store);
        store.disarm();
        let heard = store.hear();
        let at = heard.get(*k as usize - 1).map_or_else(String::new, |h| format!("{} {}", h.method, h.uri));
        let say = |what: &str| wrong.lock().unwrap().push(format!("{glitch:?} at {k} ({at}): {what}"));
        match &first {
            Ok(Put::New | Put::There) => {}
            Ok(other) => say(&format!("{other:?}")),
            Err(Error::StoreUnreachable { .. }) if *glitch == Glitch::Gone => {}
            Err(error) => say(&full(error)),
        }
        if let Err(error) = send(&store) {
            say(&format!("sent again: {}", full(&error)));
        }
        let again = store.hear();
        if first.is_ok() && again.iter().any(|h| h.uri.contains("uploads")) {
            say("what had arrived was sent again");
        }
        if std::fs::read(store.place().join(name)).ok().as_deref() != Some(&noise[..]) {
            say("other bytes arrived");
        }
    });
    say(&format!("{} trials, {requests} requests (JINGUI_SEED={})", points.len(), seed()));
    nothing_wrong(&wrong.into_inner().unwrap());
}

type Trial = fn(&Pattern, u64, Glitch) -> Tried;

#[test]
fn a_line_that_fails_at_any_request_loses_nothing() {
    let pattern = Pattern::new();
    let every: &[(&str, Trial, u64)] =
        &[("create", create_trial, 6), ("restore", restore_trial, 8), ("verify", verify_trial, 8)];
    for (name, trial, every) in every {
        // How many requests it is.
        let (_dir, house, store) = pattern.copy();
        store.hear();
        match *name {
            "create" => drop(copy_at(&house.open(os()).unwrap(), &*store.target().unwrap()).unwrap()),
            "restore" => drop(put_back_from(store.any().unwrap(), &house.root.join("x"), os()).unwrap()),
            _ => drop(check_at(&house, store.any().unwrap(), os()).unwrap()),
        }
        let requests = store.hear().len() as u64;
        assert!(requests > 10, "{name} asks {requests} times");
        let every = if long() { 1 } else { *every };
        let points: Vec<(u64, Glitch)> = (1..=requests)
            .flat_map(|k| Glitch::ALL.map(|glitch| (k, glitch)))
            .enumerate()
            .filter(|(at, _)| (*at as u64 + seed()).is_multiple_of(every + u64::from(every > 1)))
            .map(|(_, point)| point)
            .collect();
        let (wrong, fired) = (Mutex::new(Vec::new()), Mutex::new(0));
        in_parallel(&points, |(k, glitch)| {
            let (at, found) = trial(&pattern, *k, *glitch);
            *fired.lock().unwrap() += u64::from(at.is_some());
            let at = at.map_or_else(String::new, |heard| format!("{} {}", heard.method, heard.uri));
            let told = found.into_iter().map(|w| format!("{name}: {glitch:?} at {k} ({at}): {w}"));
            wrong.lock().unwrap().extend(told);
        });
        let fired = *fired.lock().unwrap();
        say(&format!(
            "{name}: {} trials, {fired} fired, {requests} requests (JINGUI_SEED={})",
            points.len(),
            seed()
        ));
        assert!(fired * 10 > points.len() as u64 * 9, "{fired} of {}", points.len());
        nothing_wrong(&wrong.into_inner().unwrap());
    }
}

//! A push over a line that fails at each request, and on a disk that fails at each operation: nothing that counted is
//! lost, the next push ends it, and the CA's order is carried out once.

use super::*;
use jingui_tests::copying::{judge_at, open_back};
use jingui_tests::faults::{Fault, FaultFs};
use jingui_tests::house::{full, look_at_all, verify};
use jingui_tests::object_store::{Glitch, Store};
use jingui_tests::sweep::{Table, Tried, plaintext};
use jingui_tests::{copy_tree, in_parallel, long, nothing_wrong, say, seed};
use jingui_vault::Error;
use jingui_vault::copies::DirTarget;
use jingui_vault::push::ca::leave_order;
use std::path::PathBuf;
use std::sync::Mutex;

/// A house that has pushed once, whose CA has answered and ordered, and that has filed since.
struct Pattern {
    from: Furnished,
    /// The target as files.
    place: PathBuf,
    told: u64,
    order: ActFile,
    known: Vec<Known>,
}

impl Pattern {
    fn new() -> Self {
        let (mut from, ca) = escrowed();
        from.house.segment_bytes = Some(4000);
        let vault = from.house.open(os()).unwrap();
        let place = from.dir.path().join("place");
        std::fs::create_dir(&place).unwrap();
        let target = DirTarget::open(env_on(os()), &place).unwrap();
        let told = push(&vault, &target).unwrap().made.lines;
        ca.answers(&from.house, &target).unwrap();
        let order = order(&from.house, &vault);
        leave_order(&target, &order).unwrap();
        let session = from.house.founder(&vault).unwrap();
        let more = Known::of(&from.house.file(&session, "after the push", 2, None).unwrap(), 2);
        drop((vault, session));
        let known = vec![from.known.clone(), more];
        Self { from, place, told, order, known }
    }

    /// What must be true of vault and target, once a push has ended well there.
    fn settled(&self, house: &House, target: &dyn Fn() -> Result<Arc<dyn Target>>) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut look = || -> Result<()> {
            let vault = house.open(os())?;
            let pushed = push(&vault, &*target()?)?;
            if pushed.unsettled() > 0 || !pushed.unescrowed.is_empty() {
                wrong.push(format!("{pushed:?}"));
            }
            if vault.find_act(id(&self.order))?.is_none() {
                wrong.push("the order was not carried out".into());
            }
            if vault.state().cosigned.is_none() {
                wrong.push("the answer was not taken in".into());
            }
            wrong.extend(verify(&house.founder(&vault)?));
            drop(vault);
            wrong.extend(judge_at(house, pushed.made.lines, target, &os(), &house.root.join("again")));
            let (_vault, session) = open_back(house, &house.root.join("again"), os(), true)?;
            wrong.extend(look_at_all(&session, &self.known));
            Ok(())
        };
        if let Err(error) = look() {
            wrong.push(format!("pushing again: {}", full(&error)));
        }
        wrong
    }
}

fn line_trial(pattern: &Pattern, k: u64, glitch: Glitch) -> (bool, Vec<String>) {
    let (_dir, house) = pattern.from.copy();
    let store = Store::start();
    copy_tree(&pattern.place, &store.place());
    let vault = house.open(os()).expect("the pattern opens");
    store.arm(k, glitch);
    let result = store.any().and_then(|target| push(&vault, &*target));
    let fired = store.disarm();
    drop(vault);
    let mut wrong = Vec::new();
    let told = match &result {
        Ok(pushed) if pushed.unsettled() == 0 => pushed.made.lines,
        // What could not be fetched is no bad order.
        Ok(pushed) => {
            wrong.push(format!("{pushed:?}"));
            pushed.made.lines
        }
        Err(Error::StoreUnreachable { .. }) if fired && glitch == Glitch::Gone => pattern.told,
        Err(error) => {
            wrong.push(full(error));
            pattern.told
        }
    };
    wrong.extend(judge_at(&house, told, &|| store.any(), &os(), &house.root.join("back")));
    wrong.extend(pattern.settled(&house, &|| store.any()));
    (fired, wrong)
}

#[test]
fn a_line_that_fails_at_any_request_loses_nothing() {
    let pattern = Pattern::new();
    let requests = {
        let (_dir, house) = pattern.from.copy();
        let store = Store::start();
        copy_tree(&pattern.place, &store.place());
        push(&house.open(os()).unwrap(), &*store.any().unwrap()).unwrap();
        store.hear().len() as u64
    };
    let every = if long() { 1 } else { 11 };
    let points = (1..=requests).flat_map(|k| Glitch::ALL.map(|glitch| (k, glitch))).enumerate();
    let points: Vec<_> = points.filter(|(at, _)| (*at as u64 + seed()).is_multiple_of(every)).collect();
    let (wrong, fired) = (Mutex::new(Vec::new()), Mutex::new(0));
    in_parallel(&points, |(_, (k, glitch))| {
        let (has_fired, found) = line_trial(&pattern, *k, *glitch);
        *fired.lock().unwrap() += usize::from(has_fired);
        wrong.lock().unwrap().extend(found.into_iter().map(|w| format!("{glitch:?} at {k}: {w}")));
    });
    let fired = fired.into_inner().unwrap();
    say(&format!(
        "push: {} trials, {fired} fired, {requests} requests (JINGUI_SEED={})",
        points.len(),
        seed()
    ));
    assert!(fired * 10 > points.len() * 9, "{fired} of {}", points.len());
    nothing_wrong(&wrong.into_inner().unwrap());
}

/// Archive and target are on the same disk: whatever it does, the next push on a good one ends it.
fn disk_trial(pattern: &Pattern, k: u64, fault: Fault) -> Tried {
    let (dir, house) = pattern.from.copy();
    let place = dir.path().join("place");
    let disk = FaultFs::over(os());
    let dying: Arc<dyn Fs> = Arc::new(disk.clone());
    let vault = house.open(dying.clone()).expect("the pattern opens");
    disk.arm(k, fault);
    let result = DirTarget::open(env_on(dying), &place).and_then(|target| push(&vault, &target));
    let mut tried = Tried::on(&disk, Vec::new());
    drop(vault);
    let told = match &result {
        Ok(pushed) => pushed.made.lines,
        Err(error) => {
            if tried.fired.is_none() {
                tried.wrong.push(format!("nothing failed, and yet: {}", full(error)));
            }
            pattern.told
        }
    };
    let target = || -> Result<Arc<dyn Target>> { Ok(Arc::new(DirTarget::open(env_on(os()), &place)?)) };
    tried.wrong.extend(judge_at(&house, told, &target, &os(), &house.root.join("back")));
    tried.wrong.extend(pattern.settled(&house, &target));
    tried.wrong.extend(plaintext(&house));
    tried
}

#[test]
fn a_disk_that_fails_at_any_operation_loses_nothing() {
    let (pattern, table) = (Pattern::new(), Table::default());
    table.sweep("push", 13, &Fault::ALL, &|k, fault| disk_trial(&pattern, k, fault));
    assert!(table.trials() > 20, "{} trials", table.trials());
    table.end("faults-push.md");
}

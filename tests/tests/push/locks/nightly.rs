//! Locks that the nightly push reads back: each in its time, and what was taken off is named.

use super::*;

/// The nightly push.
fn night(vault: &Vault, target: &StoreTarget) -> Came {
    let target: &dyn Target = target;
    let onlooker = Onlooker {
        progress: &|_| {},
        interrupted: &|| false,
        knows_holds: false,
        push: Some((target, true)),
        taken: &|_| {},
    };
    vault.carry_out_job(Job::Push, &onlooker).unwrap()
}

#[test]
fn the_nightly_push_reads_back_a_share_of_all_locks_and_comes_to_each() {
    let yard = Yard::new(false);
    let vault = yard.open(os()).unwrap();
    let file = |name: &str| yard.file(&vault, name, "2026-11-01", 1);
    let kept = ["young", "younger", "youngest"].map(file);
    let store = LockStore::start(by(&yard));
    let target = target(&store.access(), AT, LockMode::Governance);
    let read = |came: &Came| {
        let set = locks(came.pushed.as_ref().unwrap());
        assert!(set.refused.is_empty(), "{set:?}");
        set.files
    };
    let all = read(&night(&vault, &target));
    assert!(all >= 6, "{all}");
    let unlocked = || {
        let of = kept.iter().filter(|record| stored(&store, **record).until == 0);
        of.count()
    };
    let unlock = || kept.iter().for_each(|record| store.unlock(&record.to_string()));
    unlock();
    // By hand only what has changed is asked about.
    assert_eq!(locks(&push(&vault, &*target).unwrap()).files, 0);
    assert_eq!(unlocked(), 3);
    // Of three records one a night, from where the night before ended.
    for left in [2, 1, 0] {
        yard.pass(1);
        let came = night(&vault, &target);
        let files = read(&came);
        assert!(files >= 2 && files < all, "{files} of {all}");
        // They are locked again, and yet somebody has to hear of it.
        let lost = &locks(came.pushed.as_ref().unwrap()).lost;
        assert!(lost.len() as u64 == files && came.exit() == Exit::Part, "{lost:?}");
        assert_eq!(unlocked(), left);
    }
    let untils = || kept.map(|record| stored(&store, record).until);
    assert_eq!(untils(), kept.map(|record| until(&vault, record)));
    // After nights that were missed as much more.
    unlock();
    yard.pass(80);
    assert_eq!((read(&night(&vault, &target)), unlocked()), (all, 0));
    // Whoever has just read all of them back has begun anew: nothing is due but a night's share.
    let options =
        CopyOptions { outside: true, threads: 1, check_locks: LockCheck::All, ..CopyOptions::default() };
    yard.pass(80);
    let pushed = vault.push(&*target, &options).unwrap();
    assert_eq!((locks(&pushed).files, locks(&pushed).lost.len()), (all, 0));
    assert!(read(&night(&vault, &target)) < all);
    // Where what was known is lost, all are read back at once.
    let derived = yard.house.vault().join("derived");
    let known = fs::read_dir(&derived).unwrap().map(|entry| entry.unwrap().path());
    for path in known.filter(|path| path.to_string_lossy().contains("/locks-")) {
        fs::remove_file(path).unwrap();
    }
    assert_eq!(read(&night(&vault, &target)), all);
}

#[test]
fn a_lock_that_the_nightly_push_finds_gone_and_cannot_set_needs_somebody_until_it_is_there() {
    let yard = Yard::new(false);
    let vault = yard.open(os()).unwrap();
    let kept = yard.file(&vault, "young", "2026-11-01", 1);
    let store = LockStore::start(by(&yard));
    let target = target(&store.access(), AT, LockMode::Governance);
    let refused = |came: &Came| locks(came.pushed.as_ref().unwrap()).refused.len();
    let unasked = |came: &Came| u64::from(came.pushed.as_ref().unwrap().unasked.is_some());
    let first = night(&vault, &target);
    assert_eq!((refused(&first), first.counts.overdue), (0, unasked(&first)));
    store.unlock(&kept.to_string());
    store.behave(Manner { nobody_retains: true, ..by(&yard) });
    // The night after that one names them as well: what is not known to be locked is in no share, and always asked about.
    for _ in 0..2 {
        yard.pass(1);
        let came = night(&vault, &target);
        assert!(refused(&came) >= 2, "{came:?}");
        assert_eq!(came.counts.overdue, refused(&came) as u64 + unasked(&came));
        // So it stands in its line, and so `status` says.
        assert_eq!((came.exit(), outcome(came.exit())), (Exit::Part, JobOutcome::Part));
    }
    store.behave(by(&yard));
    yard.pass(1);
    let came = night(&vault, &target);
    assert_eq!((refused(&came), came.counts.overdue), (0, unasked(&came)));
    assert_eq!(stored(&store, kept).until, until(&vault, kept));
}

#[test]
fn a_lock_that_was_taken_off_is_named_also_where_the_run_is_cut_off() {
    let yard = Yard::new(false);
    let vault = yard.open(os()).unwrap();
    let [kept, other] = ["young", "younger"].map(|name| yard.file(&vault, name, "2026-11-01", 1));
    let store = Arc::new(LockStore::start(by(&yard)));
    let target = target(&store.access(), AT, LockMode::Governance);
    push(&vault, &*target).unwrap();
    [kept, other].iter().for_each(|record| store.unlock(&record.to_string()));
    yard.pass(80);
    // As soon as one file is locked again.
    let (seen, id) = (store.clone(), kept.to_string());
    let interrupted = move || seen.locks().iter().any(|lock| lock.key.contains(&id) && lock.until > 0);
    let address = AT.parse().unwrap();
    let cut = StoreTarget::open(&address, &store.access(), Env::of_host(), Arc::new(interrupted)).unwrap();
    cut.lock_in(LockMode::Governance).unwrap();
    let share =
        CopyOptions { outside: true, threads: 1, check_locks: LockCheck::Share, ..CopyOptions::default() };
    let pushed = vault.push(&cut, &share).unwrap();
    let [lost] = &locks(&pushed).lost[..] else { panic!("{pushed:?}") };
    assert!(lost.contains(&kept.to_string()) && pushed.is_interrupted(), "{pushed:?}");
    // What nobody asked about is still missed, and the share is taken again.
    let pushed = vault.push(&*target, &share).unwrap();
    let lost = &locks(&pushed).lost;
    assert!(lost.len() >= 2 && lost.iter().all(|name| name.contains(&other.to_string())), "{pushed:?}");
    assert!(!pushed.is_interrupted());
    for record in [kept, other] {
        assert_eq!(stored(&store, record).until, until(&vault, record));
    }
}

#[test]
fn a_hold_that_was_taken_off_what_is_retained_for_too_long_is_named() {
    let yard = Yard::new(false);
    let vault = yard.open(os()).unwrap();
    let kept = yard.file(&vault, "young", "2026-11-01", 1);
    let (id, day) = (kept.to_string(), until(&vault, kept) + 86_400_000);
    let review = vault.today().plus_days(100).unwrap();
    let (matter, basis, scope) = (CANARY.to_owned(), CANARY.to_owned(), Scope::List(vec![kept]));
    let order = HoldOrder { matter, basis, review, scope };
    yard.legal(&vault).place_hold(&order, &NoWords, false).unwrap();
    let store = LockStore::start(by(&yard));
    let [weak, strict] =
        [LockMode::Governance, LockMode::Compliance].map(|mode| target(&store.access(), AT, mode));
    push(&vault, &*weak).unwrap();
    let lock = |hold| {
        let later = Lock { until: Some(Time::from_millis(day)), hold };
        for lock in store.locks().into_iter().filter(|lock| lock.key.contains(&id)) {
            let name = lock.key.strip_prefix("ra/east/").unwrap();
            weak.locks().unwrap().lock(name, later).unwrap();
        }
    };
    lock(true);
    let pushed = push(&vault, &*strict).unwrap();
    assert!(locks(&pushed).longer.len() >= 2 && locks(&pushed).lost.is_empty(), "{pushed:?}");
    lock(false);
    let all =
        CopyOptions { outside: true, threads: 1, check_locks: LockCheck::All, ..CopyOptions::default() };
    let pushed = vault.push(&*strict, &all).unwrap();
    let set = locks(&pushed);
    assert!(set.lost.len() >= 2 && set.lost.len() == set.longer.len(), "{set:?}");
    assert!(stored(&store, kept).hold);
}

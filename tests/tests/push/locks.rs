//! Object Lock while pushing, and every version removed by who may: a store that keeps versions, one that only says so, and
//! another program's.

mod nightly; // read back by the job, a share each time

use super::program::{begun, credentials, summary};
use super::{os, push};
use jingui_schema::copy::CopyMark;
use jingui_schema::digest::FileMark;
use jingui_schema::facts::Verdict;
use jingui_schema::id::RecordId;
use jingui_schema::jobs::{Job, JobOutcome};
use jingui_schema::removal::Removed;
use jingui_schema::time::Time;
use jingui_sync::{Ability, Access, LockMode, PROBED_VERSION, Point, Probed, StoreRemover, StoreTarget};
use jingui_tests::disposal::Yard;
use jingui_tests::house::CANARY;
use jingui_tests::lock_store::{LockStore, Manner, StoredLock};
use jingui_tests::moto::{Bucket, Moto};
use jingui_tests::object_store::BUCKET;
use jingui_tests::program::{Desk, LABELS};
use jingui_vault::copies::{
    CopyOptions, CopyVault, Lock, LockCheck, Put, RemoveOptions, Target, Trace, mark_of_place, remove,
};
use jingui_vault::cosigner::Cosigner;
use jingui_vault::disposal::Judgement;
use jingui_vault::env::{Clock, Env};
use jingui_vault::holding::{HoldOrder, NoWords, Release, Scope};
use jingui_vault::jobs::{Came, Onlooker, outcome};
use jingui_vault::push::{LocksSet, Pushed, ended_files};
use jingui_vault::review::Review;
use jingui_vault::{Error, Exit, Vault};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Arc;

pub(super) const AT: &str = "s3://archive/ra/east";

/// A target that locks.
pub(super) fn target(access: &Access, at: &str, mode: LockMode) -> Arc<StoreTarget> {
    let target = StoreTarget::open(&at.parse().unwrap(), access, Env::of_host(), Arc::new(|| false)).unwrap();
    target.lock_in(mode).unwrap();
    Arc::new(target)
}

fn locks(pushed: &Pushed) -> &LocksSet {
    pushed.locks.as_ref().expect("the target locks")
}

/// How the files of a record are locked, as the store has it; all alike.
#[track_caller]
pub(super) fn stored(store: &LockStore, record: RecordId) -> StoredLock {
    let id = record.to_string();
    let mut of: Vec<StoredLock> = store.locks().into_iter().filter(|lock| lock.key.contains(&id)).collect();
    assert!(of.len() >= 2, "a cover and a body: {of:?}");
    of.iter_mut().for_each(|lock| lock.key.clear());
    assert!(of.windows(2).all(|two| two[0] == two[1]), "{of:?}");
    of.remove(0)
}

/// The manner of a store that goes by the yard's clock: by the host's, what is young there may be long due.
fn by(yard: &Yard) -> Manner {
    let behind = Env::of_host().now().millis() - yard.clock.now().millis();
    Manner { behind, ..Manner::default() }
}

/// The end of a record's first day of disposal, as the store keeps it.
fn until(vault: &Vault, record: RecordId) -> i64 {
    let shown = vault.shown(&record.to_string(), vault.today(), &|| false).unwrap();
    let day = shown.dated.assessment.dates().expect("it has dates").disposal;
    format!("{day}T16:00:00.000Z").parse::<Time>().unwrap().millis()
}

#[test]
fn what_is_put_is_retained_until_its_day_and_held_as_its_record_is() {
    let yard = Yard::new(false);
    let vault = yard.open(os()).unwrap();
    let kept = yard.file(&vault, "young", "2026-11-01", 2);
    let unreviewed = yard.house.file(&yard.founder(&vault), "nobody saw it", 1, None).unwrap().record;
    let store = LockStore::start(by(&yard));
    let target = target(&store.access(), AT, LockMode::Governance);
    let first = push(&vault, &*target).unwrap();
    assert_eq!(first.unsettled(), usize::from(first.unasked.is_some()), "{first:?}");
    let set = locks(&first);
    assert!(set.locked >= 2 && set.refused.is_empty() && set.undated == 1, "{set:?}");
    assert_eq!((set.mode, set.extended, set.held, set.released), ("GOVERNANCE", 0, 0, 0));
    let seen = stored(&store, kept);
    assert_eq!((&*seen.mode, seen.until, seen.hold), ("GOVERNANCE", until(&vault, kept), false));
    // What nobody has reviewed has no day, and a retention is never taken back.
    let seen = stored(&store, unreviewed);
    assert_eq!((&*seen.mode, seen.until, seen.hold), ("", 0, false));
    // Journal, states and what goes to and fro are nobody's record.
    let others = store.locks().into_iter().filter(|lock| !lock.mode.is_empty() || lock.hold);
    for lock in others {
        let name = lock.key.strip_prefix("ra/east/").unwrap();
        assert!(["covers/", "bodies/", "notes/"].iter().any(|top| name.starts_with(top)), "{name}");
    }
    // Nothing has changed, so nothing is asked; unless somebody wants it all read back.
    assert_eq!(locks(&push(&vault, &*target).unwrap()).files, 0);
    let all =
        CopyOptions { outside: true, threads: 1, check_locks: LockCheck::All, ..CopyOptions::default() };
    let set = vault.push(&*target, &all).unwrap().locks.unwrap();
    assert!(set.files >= 4 && (set.locked, set.extended, set.held) == (0, 0, 0), "{set:?}");

    // A hold comes, and goes thirty days after two people have let go of it.
    let review = vault.today().plus_days(100).unwrap();
    let (matter, basis, scope) = (CANARY.to_owned(), CANARY.to_owned(), Scope::List(vec![kept]));
    let order = HoldOrder { matter, basis, review, scope };
    let hold = yard.legal(&vault).place_hold(&order, &NoWords, false).unwrap().hold;
    let set = push(&vault, &*target).unwrap().locks.unwrap();
    assert!(set.held >= 2 && set.released == 0 && set.refused.is_empty(), "{set:?}");
    assert!(stored(&store, kept).hold && !stored(&store, unreviewed).hold);
    let proposed = yard.legal(&vault).release_hold(hold, CANARY, false).unwrap();
    assert!(matches!(proposed, Release::Proposed(_)));
    yard.approver(&vault).release_hold(hold, CANARY, false).unwrap();
    assert_eq!(locks(&push(&vault, &*target).unwrap()).released, 0, "its days are not over");
    yard.pass(31);
    let set = push(&vault, &*target).unwrap().locks.unwrap();
    assert!(set.released >= 2, "{set:?}");
    assert!(!stored(&store, kept).hold);
    assert_eq!(stored(&store, kept).until, until(&vault, kept));
}

#[test]
fn what_one_person_has_appraised_is_held_and_not_retained() {
    let yard = Yard::new(false);
    let vault = yard.open(os()).unwrap();
    let due = yard.file_due(&vault, "due", 2);
    let plan = yard.plan(&vault);
    let legal = yard.legal(&vault);
    let until = Judgement::Keep("2095-01-01".parse().unwrap());
    let done = legal.appraise(plan, &due[..1], &until, CANARY, false).unwrap();
    let slip = vault.line(done[0].seq).unwrap().0.act.id;
    let store = LockStore::start(by(&yard));
    let target = target(&store.access(), AT, LockMode::Compliance);
    push(&vault, &*target).unwrap();
    let seen = |record| {
        let seen = stored(&store, record);
        (seen.until, seen.hold)
    };
    assert_eq!((seen(due[0]), seen(due[1])), ((0, true), (0, false)));
    // What two people call a mistake is let go of.
    let act = legal.reverse_appraisal(slip, &due[..1], CANARY, false).unwrap().unwrap();
    yard.reviewer(&vault).confirm(act).unwrap();
    let set = push(&vault, &*target).unwrap().locks.unwrap();
    assert!(set.released >= 2 && set.refused.is_empty(), "{set:?}");
    assert_eq!(seen(due[0]), (0, false));
}

#[test]
fn a_clock_turned_on_lets_go_of_no_hold_before_the_ca_has_seen_its_days_pass() {
    let yard = Yard::new(false);
    let vault = yard.open(os()).unwrap();
    let kept = yard.file(&vault, "young", "2026-11-01", 1);
    let store = LockStore::start(by(&yard));
    let target = target(&store.access(), AT, LockMode::Governance);
    let review = vault.today().plus_days(100).unwrap();
    let (matter, basis, scope) = (CANARY.to_owned(), CANARY.to_owned(), Scope::List(vec![kept]));
    let order = HoldOrder { matter, basis, review, scope };
    let hold = yard.legal(&vault).place_hold(&order, &NoWords, false).unwrap().hold;
    yard.legal(&vault).release_hold(hold, CANARY, false).unwrap();
    yard.approver(&vault).release_hold(hold, CANARY, false).unwrap();
    yard.cosign(&vault);
    push(&vault, &*target).unwrap();
    assert!(stored(&store, kept).hold);
    yard.clock.pass(31);
    assert_eq!(locks(&push(&vault, &*target).unwrap()).released, 0);
    assert!(stored(&store, kept).hold);
    yard.outside.pass(31);
    yard.cosign(&vault);
    assert!(locks(&push(&vault, &*target).unwrap()).released >= 2);
    assert!(!stored(&store, kept).hold);
}

#[test]
fn what_is_no_more_is_asked_about_once_and_what_is_still_to_come_each_time() {
    let yard = Yard::new(false);
    let vault = yard.open(os()).unwrap();
    let due = yard.file_due(&vault, "due", 1)[0];
    let kept = yard.file(&vault, "young", "2026-11-01", 1);
    let plan = yard.ripe(&vault);
    assert_eq!(yard.run(&vault, plan).unwrap().destroyed, [due]);
    let bodies = yard.house.vault().join("bodies/000000");
    let mut names = fs::read_dir(&bodies).unwrap().map(|entry| entry.unwrap().file_name());
    let is_kept = |name: &std::ffi::OsString| name.to_string_lossy().starts_with(&kept.to_string());
    let body = bodies.join(names.find(is_kept).unwrap());
    let aside = yard.dir.path().join("aside");
    fs::rename(&body, &aside).unwrap();
    let store = LockStore::start(by(&yard));
    let target = target(&store.access(), AT, LockMode::Governance);
    let known = || {
        let derived = fs::read_dir(yard.house.vault().join("derived")).unwrap();
        let mut names = derived.map(|entry| entry.unwrap());
        let of = names.find(|entry| entry.file_name().to_string_lossy().starts_with("locks-")).unwrap();
        let text = fs::read_to_string(of.path()).unwrap();
        [due, kept].map(|record| text.contains(&record.to_string()))
    };
    assert_eq!(push(&vault, &*target).unwrap().made.lacking.len(), 1);
    assert_eq!(known(), [true, false]);
    fs::rename(&aside, &body).unwrap();
    push(&vault, &*target).unwrap();
    assert_eq!(known(), [true, true]);
    assert_eq!(stored(&store, kept).until, until(&vault, kept));
}

#[test]
fn what_is_retained_for_too_long_is_not_made_strict() {
    let store = LockStore::start(Manner::default());
    let begin = Env::of_host().now().millis() / 1000 * 1000;
    let lock = |days: i64, hold| Lock { until: Some(Time::from_millis(begin + days * 86_400_000)), hold };
    let [weak, strict] =
        [LockMode::Governance, LockMode::Compliance].map(|mode| target(&store.access(), AT, mode));
    let mark = FileMark::of(b"sealed");
    assert!(matches!(weak.put("bodies/one", mark, false, &mut &b"sealed"[..]).unwrap(), Put::New));
    weak.locks().unwrap().lock("bodies/one", lock(30, false)).unwrap();
    let strict = strict.locks().unwrap();
    let check = |mode: &str, of: Lock| {
        let seen = store.locks().into_iter().find(|lock| lock.key.ends_with("bodies/one")).unwrap();
        let until = of.until.map(Time::millis);
        assert_eq!((&*seen.mode, Some(seen.until), seen.hold), (mode, until, of.hold));
    };
    let refused = strict.lock("bodies/one", lock(10, true)).unwrap_err();
    assert!(matches!(refused, Error::LockTooLong { .. }), "{refused:?}");
    check("GOVERNANCE", lock(30, true));
    assert_eq!(strict.lock("bodies/one", lock(40, true)).unwrap().now, lock(40, true));
    check("COMPLIANCE", lock(40, true));
}

#[test]
fn what_is_retained_for_too_long_is_told_once_and_needs_nobody() {
    let yard = Yard::new(false);
    let vault = yard.open(os()).unwrap();
    let kept = yard.file(&vault, "young", "2026-11-01", 1);
    let store = LockStore::start(by(&yard));
    let [weak, strict] =
        [LockMode::Governance, LockMode::Compliance].map(|mode| target(&store.access(), AT, mode));
    push(&vault, &*weak).unwrap();
    let (id, day) = (kept.to_string(), until(&vault, kept) + 86_400_000);
    for lock in store.locks().into_iter().filter(|lock| lock.key.contains(&id)) {
        let name = lock.key.strip_prefix("ra/east/").unwrap();
        let later = Lock { until: Some(Time::from_millis(day)), hold: false };
        weak.locks().unwrap().lock(name, later).unwrap();
    }
    let pushed = push(&vault, &*strict).unwrap();
    let set = locks(&pushed);
    assert!(set.longer.len() >= 2 && set.refused.is_empty(), "{set:?}");
    assert_eq!(pushed.unsettled(), usize::from(pushed.unasked.is_some()), "{pushed:?}");
    let seen = stored(&store, kept);
    assert_eq!((&*seen.mode, seen.until), ("GOVERNANCE", day));
    let pushed = push(&vault, &*strict).unwrap();
    assert!(locks(&pushed).longer.is_empty() && locks(&pushed).files == 0, "{pushed:?}");
    let all =
        CopyOptions { outside: true, threads: 1, check_locks: LockCheck::All, ..CopyOptions::default() };
    assert!(vault.push(&*strict, &all).unwrap().locks.unwrap().longer.len() >= 2);
}

#[test]
fn removing_a_copy_leaves_what_lies_beside_it_and_refuses_another_one_inside() {
    let desk = Desk::bare();
    let store = LockStore::start(Manner::default());
    let keys = credentials(&desk, &store.access().endpoint.unwrap());
    let env = Env::of_host();
    let mark = CopyMark::new(env.vault_id(), env.target_id());
    let put = |at: &str| {
        let target = target(&store.access(), at, LockMode::Governance);
        for (name, text) in [("COPY.json", mark.to_text()), ("bodies/000000/one", "sealed".into())] {
            let bytes = text.as_bytes();
            assert!(matches!(target.put(name, FileMark::of(bytes), false, &mut &*bytes).unwrap(), Put::New));
        }
    };
    let inside = format!("{AT}/bodies/west");
    put(AT);
    put(&format!("{AT}/west"));
    put(&inside);
    let vault = mark.vault.to_string();
    let remove = || {
        let call = desk.call("", ["backup", "remove", AT, "--all", "--credentials", &keys]);
        let call = call.args(["--confirm", &vault, "-o", &desk.text("removed.json"), "--json"]);
        call.without("JINGUI_VAULT").run()
    };
    assert_eq!(remove().exits(4).fault()["code"], "copy-inside");
    let owner = StoreRemover::new(&inside.parse().unwrap(), &store.access(), env, Arc::new(|| false));
    let options = RemoveOptions { wanted: &|_| true, threads: 1, progress: &|_| {}, interrupted: &|| false };
    assert!(jingui_vault::copies::remove(&owner.unwrap(), &options).unwrap().left.is_empty());
    remove().ok();
    let left: Vec<String> = store.there().into_iter().map(|(key, _)| key).collect();
    assert!(left.len() >= 2 && left.iter().all(|key| key.starts_with("ra/east/west/")), "{left:?}");
}

#[test]
fn a_retention_is_put_later_with_its_day_and_never_earlier() {
    let yard = Yard::new(false);
    let vault = yard.open(os()).unwrap();
    let kept = yard.file(&vault, "young", "2026-11-01", 1);
    let store = LockStore::start(by(&yard));
    let target = target(&store.access(), AT, LockMode::Compliance);
    push(&vault, &*target).unwrap();
    let before = stored(&store, kept).until;
    let to = |date: &str| {
        let date = date.parse().unwrap();
        let change = |labels: &mut jingui_vault::filing::Labels| {
            labels.date = date;
            Ok(())
        };
        yard.founder(&vault).correct(kept, change, &[], CANARY, false).unwrap();
    };
    let review = || {
        let records = [kept];
        let review =
            Review { records: &records, verdict: Verdict::Passed, reason: None, compared: &[], plan: None };
        assert!(yard.reviewer(&vault).review(&review, false).unwrap().refused.is_empty());
    };
    // Between a correction and its review nobody can tell the day: what is retained stays so. Of the cover that is new
    // nothing is known yet.
    to("2026-11-20");
    push(&vault, &*target).unwrap();
    let id = kept.to_string();
    let untils = || {
        let of = store.locks().into_iter().filter(|lock| lock.key.contains(&id));
        of.map(|lock| lock.until).collect::<Vec<_>>()
    };
    assert!(untils().contains(&before) && untils().contains(&0), "{:?}", untils());
    review();
    let set = push(&vault, &*target).unwrap().locks.unwrap();
    let later = until(&vault, kept);
    assert!(later > before && set.extended >= 2 && set.locked >= 1, "{set:?}");
    assert_eq!(
        stored(&store, kept),
        StoredLock { key: String::new(), mode: "COMPLIANCE".into(), until: later, hold: false }
    );
    // An earlier day shortens nothing.
    to("2026-11-02");
    review();
    let set = push(&vault, &*target).unwrap().locks.unwrap();
    assert!(until(&vault, kept) < later && set.extended == 0, "{set:?}");
    assert!(untils().contains(&later), "{:?}", untils());
}

#[test]
fn a_lock_that_is_refused_keeps_nothing_from_being_sent_and_is_tried_again() {
    let yard = Yard::new(false);
    let vault = yard.open(os()).unwrap();
    let kept = yard.file(&vault, "young", "2026-11-01", 1);
    let store = LockStore::start(Manner { nobody_retains: true, ..by(&yard) });
    let target = target(&store.access(), AT, LockMode::Governance);
    let pushed = push(&vault, &*target).unwrap();
    let refused = locks(&pushed).refused.len();
    assert!(refused >= 2 && pushed.unsettled() >= refused, "{pushed:?}");
    assert!(pushed.made.lacking.is_empty() && pushed.asked.is_some());
    assert_eq!(stored(&store, kept).until, 0);
    // One that takes it and forgets it is found out by reading it back.
    store.behave(Manner { forgets: true, ..by(&yard) });
    let pushed = push(&vault, &*target).unwrap();
    let kept_not = |error: &Error| matches!(error, Error::LockNotKept { .. });
    assert_eq!(locks(&pushed).refused.iter().filter(|(_, error)| kept_not(error)).count(), refused);
    store.behave(by(&yard));
    let pushed = push(&vault, &*target).unwrap();
    assert_eq!(locks(&pushed).locked as usize, refused);
    assert_eq!(pushed.unsettled(), 0, "{pushed:?}");
    assert_eq!(stored(&store, kept).until, until(&vault, kept));
}

#[test]
fn a_large_file_is_locked_from_its_first_part_on() {
    let store = LockStore::start(Manner::default());
    let target = target(&store.access(), AT, LockMode::Governance);
    let until = Time::from_millis(Env::of_host().now().millis() / 1000 * 1000 + 86_400_000);
    let lock = Lock { until: Some(until), hold: true };
    target.locks().unwrap().put_with(Arc::new(move |name: &str| name.starts_with("bodies/").then_some(lock)));
    let bytes = vec![7u8; 9 << 20];
    let mark = jingui_schema::digest::FileMark::of(&bytes);
    assert!(matches!(target.put("bodies/large", mark, false, &mut &bytes[..]).unwrap(), Put::New));
    assert!(matches!(target.put("bodies/large", mark, false, &mut &bytes[..]).unwrap(), Put::There));
    let small = jingui_schema::digest::FileMark::of(b"x");
    assert!(matches!(target.put("covers/small", small, false, &mut &b"x"[..]).unwrap(), Put::New));
    let seen = |name: &str| store.locks().into_iter().find(|lock| lock.key.ends_with(name)).unwrap();
    let large = seen("large");
    assert_eq!((&*large.mode, large.until, large.hold), ("GOVERNANCE", until.millis(), true));
    assert_eq!((seen("small").until, seen("small").hold), (0, false));
}

/// What the CA's cosigner has seen of the yard's archive.
fn seen(yard: &Yard) -> jingui_vault::cosigner::Seen {
    let cosigner = Cosigner::open(Env::of_host(), &yard.dir.path().join("ca")).unwrap();
    cosigner.seen().unwrap().remove(0)
}

#[test]
fn what_was_destroyed_goes_from_a_copy_in_every_version_and_what_is_locked_is_told() {
    let yard = Yard::new(false);
    let vault = yard.open(os()).unwrap();
    let due = yard.file_due(&vault, "due", 2);
    let kept = yard.file(&vault, "young", "2026-11-01", 1);
    let store = LockStore::start(by(&yard));
    let target = target(&store.access(), AT, LockMode::Governance);
    push(&vault, &*target).unwrap();
    let plan = yard.ripe(&vault);
    assert_eq!(yard.run(&vault, plan).unwrap().destroyed.len(), 2);
    push(&vault, &*target).unwrap();
    let of = |record: &RecordId| {
        let id = record.to_string();
        store.there().into_iter().filter(|(key, _)| key.contains(&id)).collect::<Vec<_>>()
    };
    let ended = || {
        let copy = CopyVault::open(&Env::of_host(), target.clone(), None, None).unwrap();
        ended_files(&copy, &seen(&yard)).unwrap()
    };
    // Until the CA has countersigned what says so, anybody could have made it up.
    assert_eq!(ended().destroyed, 0);
    yard.cosign(&vault);
    push(&vault, &*target).unwrap();
    let ended = ended();
    assert_eq!((ended.destroyed, ended.handed_over), (2, false));
    // A delete without a version only hides.
    let (hidden, _) = of(&due[0]).remove(0);
    store.hide(&hidden);
    let address = AT.parse().unwrap();
    let owner = StoreRemover::new(&address, &store.access(), Env::of_host(), Arc::new(|| false)).unwrap();
    let removal = |wanted: &dyn Fn(&str) -> bool| {
        let options = RemoveOptions { wanted, threads: 2, progress: &|_| {}, interrupted: &|| false };
        remove(&owner, &options).unwrap()
    };
    let gone = removal(&|name| ended.contains(name));
    assert!(gone.left.is_empty() && gone.removed.iter().any(|one| one.trace == Trace::Marker), "{gone:?}");
    assert!(due.iter().all(|record| of(record).is_empty()) && !of(&kept).is_empty());
    assert!(removal(&|name| ended.contains(name)).removed.is_empty());
    // The rest is a copy still.
    let copy = CopyVault::open(&Env::of_host(), target.clone(), None, None).unwrap();
    let checked = copy.verify(None, 0, &|_| {}, &|| false).unwrap();
    assert!(checked.report.findings.is_empty(), "{:?}", checked.report.findings);

    let rest = removal(&|_| true);
    assert!(
        rest.left.iter().all(|one| one.version.name.contains(&kept.to_string())
            || one.lock.until.is_some()
            || one.version.name == "COPY.json"),
        "{:?}",
        rest.left
    );
    let locked = rest.left.iter().filter(|one| one.version.name.contains(&kept.to_string()));
    for one in locked {
        assert_eq!(one.lock.until.map(|until| until.millis()), Some(until(&vault, kept)));
        assert!(one.why.as_ref().is_some_and(|why| why.contains("AccessDenied")), "{one:?}");
    }
    // Whose it is can still be told, so the same can be asked again.
    let versions = jingui_vault::copies::Remover::versions(&owner).unwrap();
    assert_eq!(mark_of_place(&owner, &versions).unwrap().vault, vault.state().init.vault);
    store.behave(Manner { deletes: true, ..by(&yard) });
    assert!(removal(&|_| true).left.is_empty() && store.there().is_empty());
}

/// What a probe would have shown of a store that locks.
fn shown(access: &Access, mode: LockMode) -> Probed {
    Probed {
        v: PROBED_VERSION,
        place: format!("s3://{BUCKET}/elsewhere"),
        endpoint: access.endpoint.clone(),
        at: Env::of_host().now(),
        below: "elsewhere/probe-0".into(),
        points: Ability::of_store().map(Point::kept).collect(),
        mode: Some(mode),
        lock_seconds: Some(20),
        skew_seconds: Some(0),
        left: Vec::new(),
    }
}

#[test]
fn a_store_that_only_says_that_it_locks_gets_nothing_and_one_that_was_shown_to_is_believed() {
    let desk = begun();
    let liar = LockStore::start(Manner { deletes: true, ..Manner::default() });
    let keys = credentials(&desk, &liar.access().endpoint.unwrap());
    desk.call("zhang", ["add"]).arg(desk.file("a.txt", "an application")).args(LABELS).run().ok();
    let push =
        |more: &[&str], keys: &str| desk.call("", ["push", AT, "--credentials", keys]).args(more).run();
    let refused = push(&["--lock", "governance", "--json"], &keys).exits(4).fault();
    assert_eq!(refused["code"], "not-locking");
    assert!(refused["message"].as_str().unwrap().contains("lock-delete (accepted)"), "{refused}");
    assert!(liar.there().is_empty(), "neither a copy nor a canary: {:?}", liar.there());
    fs::create_dir(desk.path("disk")).unwrap();
    let nowhere = desk.call("", ["push", &desk.text("disk"), "--lock", "compliance", "--json"]).run();
    assert_eq!(nowhere.exits(2).fault()["code"], "lock-nowhere");

    let store = LockStore::start(Manner::default());
    let keys = credentials(&desk, &store.access().endpoint.unwrap());
    let text = serde_json::to_string(&shown(&store.access(), LockMode::Governance)).unwrap();
    let file = desk.file("probed.json", format!("{{\"probed\":{text}}}"));
    let file = file.to_str().unwrap();
    let other = push(&["--lock", "compliance", "--probed", file, "--json"], &keys).exits(2).fault();
    assert_eq!(other["code"], "not-probed");
    let told = push(&["--lock", "governance", "--probed", file, "--json"], &keys).ok().json_lines();
    let locks = &summary(&told)["locks"];
    assert_eq!(
        (&locks["mode"], &locks["undated"], &locks["refused"]),
        (&"GOVERNANCE".into(), &1.into(), &0.into())
    );
    // What is kept of a probe is never written where it lies: without it, such credentials could lock nothing any more.
    let (kept, aside) = (desk.vault().join("run/locks.json"), desk.path("aside.json"));
    fs::hard_link(&kept, &aside).unwrap();
    let text = serde_json::to_string(&shown(&store.access(), LockMode::Governance)).unwrap();
    let newer = desk.file("newer.json", format!("{{\"probed\":{text}}}"));
    push(&["--lock", "governance", "--probed", newer.to_str().unwrap()], &keys).ok();
    let inode = |path: &Path| fs::metadata(path).unwrap().ino();
    assert_ne!(inode(&kept), inode(&aside));
    assert_eq!(fs::read_to_string(&kept).unwrap(), format!("[{text}]"));
    // It is remembered; and without --lock nothing is asked.
    let told = push(&["--lock", "governance"], &keys).ok();
    assert!(told.err.contains("Locked (governance)"), "{}", told.err);
    assert!(summary(&push(&["--json"], &keys).ok().json_lines())["locks"].is_null());

    // The CA removes all of it.
    let remove = |more: &[&str]| {
        let call = desk.call("", ["backup", "remove", AT, "--all", "--credentials", &keys]);
        call.without("JINGUI_VAULT").args(more).run()
    };
    let would = remove(&["-n", "--json"]).ok().json_lines();
    let count = summary(&would)["would"].as_u64().unwrap();
    assert!(count > 8 && would.iter().any(|item| item["name"] == "COPY.json"), "{would:?}");
    let answer = desk.text("removed.json");
    let unconfirmed = remove(&["-o", &answer, "--json"]).exits(2).fault();
    assert_eq!(unconfirmed["code"], "removal-unconfirmed");
    let vault = summary(&would)["vault"].as_str().unwrap().to_owned();
    let told = remove(&["-o", &answer, "--confirm", &vault]).ok();
    assert!(told.out().contains("none of them is left"), "{}", told.out());
    let answer = Removed::parse(&fs::read_to_string(&answer).unwrap()).unwrap();
    assert!(answer.left.is_empty() && answer.lines.is_none() && answer.vault.to_string() == vault);
    assert_eq!(answer.removed.iter().map(|gone| gone.versions).sum::<u64>(), count);
    assert!(store.there().is_empty());
}

#[test]
fn another_programs_store_locks_what_is_put_and_lets_go_of_what_may_go() {
    let Some(moto) = Moto::start("another_programs_store_locks_what_is_put_and_lets_go_of_what_may_go")
    else {
        return;
    };
    moto.make("locking", Bucket::Lock);
    let at = "s3://locking/ra";
    let target = target(&moto.access(), at, LockMode::Governance);
    let until = Time::from_millis(Env::of_host().now().millis() / 1000 * 1000 + 86_400_000);
    let locker = target.locks().unwrap();
    let lock = Lock { until: Some(until), hold: true };
    locker.put_with(Arc::new(move |name: &str| name.starts_with("bodies/").then_some(lock)));
    for name in ["bodies/one", "covers/one"] {
        let mark = jingui_schema::digest::FileMark::of(b"sealed");
        assert!(matches!(target.put(name, mark, false, &mut &b"sealed"[..]).unwrap(), Put::New));
    }
    let locked = locker.lock("bodies/one", lock).unwrap();
    assert_eq!((locked.there, locked.before, locked.now), (true, lock, lock));
    let later = Lock { until: Some(Time::from_millis(until.millis() + 86_400_000)), hold: false };
    assert_eq!(locker.lock("bodies/one", later).unwrap().now, later);
    assert_eq!(locker.lock("covers/one", Lock::default()).unwrap().now, Lock::default());
    let owner = StoreRemover::new(&at.parse().unwrap(), &moto.access(), Env::of_host(), Arc::new(|| false));
    let options = RemoveOptions { wanted: &|_| true, threads: 1, progress: &|_| {}, interrupted: &|| false };
    let removal = remove(&owner.unwrap(), &options).unwrap();
    assert_eq!(removal.left.iter().map(|one| &*one.version.name).collect::<Vec<_>>(), ["bodies/one"]);
    assert_eq!(removal.left[0].lock, later);
    assert!(removal.removed.iter().any(|one| one.name == "covers/one"));
}

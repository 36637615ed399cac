//! What stores really do, found out by the probe: one in the test's process, another program's, and directories.

use jingui_sync::{Ability, Access, Address, LockMode, Point, Probe, Probed, Verdict, Why};
use jingui_tests::house::full;
use jingui_tests::lock_store::{LockStore, Manner};
use jingui_tests::moto::{Bucket, Moto};
use jingui_tests::object_store::{BUCKET, ID, SECRET, Store};
use jingui_tests::program::{Desk, Disk, Ran};
use jingui_vault::copies::Begun;
use jingui_vault::env::Env;
use jingui_vault::{Error, Result};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Arc;

fn probe(access: &Access, at: &str) -> Result<Probed> {
    let address: Address = at.parse().unwrap();
    Probe::new(&address, access, Env::of_host(), Arc::new(|| false), false)?.run()
}

fn at() -> String {
    format!("s3://{BUCKET}/ra/east")
}

/// Each ability with its verdict, and why not: `lock: not-kept off`.
#[track_caller]
fn check(probed: &Probed, expected: &[(Ability, Verdict, Option<Why>)]) {
    for (ability, verdict, why) in expected {
        let point = probed.points.iter().find(|point| point.ability == *ability);
        let point = point.unwrap_or_else(|| panic!("nothing is said of {ability:?}"));
        assert_eq!((point.verdict, point.why), (*verdict, *why), "{point:?}");
    }
}

fn kept(abilities: &[Ability]) -> Vec<(Ability, Verdict, Option<Why>)> {
    abilities.iter().map(|ability| (*ability, Verdict::Kept, None)).collect()
}

const PLAIN: &[Ability] = &[Ability::List, Ability::Write, Ability::Read, Ability::Head, Ability::Range];
const OF_LOCK: &[Ability] = &[
    Ability::LockPut,
    Ability::LockRead,
    Ability::LockDelete,
    Ability::LockShorten,
    Ability::LockOverwrite,
    Ability::LockExtend,
];

/// Every ability of a store once, in order; nothing of a directory.
#[track_caller]
fn whole(probed: &Probed) {
    let asked: Vec<Ability> = probed.points.iter().map(|point| point.ability).collect();
    assert_eq!(asked, Ability::of_store().collect::<Vec<_>>(), "{:?}", probed.points);
    for Point { ability, verdict, why, .. } in &probed.points {
        assert_eq!(why.is_none(), *verdict == Verdict::Kept, "{ability:?}");
    }
}

/// Files below the place of the store.
fn files(store: &Store) -> Vec<PathBuf> {
    let mut waiting = vec![store.place()];
    let mut found = Vec::new();
    while let Some(dir) = waiting.pop() {
        for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
            match entry.path().is_dir() {
                true => waiting.push(entry.path()),
                false => found.push(entry.path()),
            }
        }
    }
    found
}

#[test]
fn a_store_without_versions_keeps_what_it_keeps_and_no_lock() {
    let store = Store::start();
    let probed = probe(&store.access(), &at()).unwrap();
    whole(&probed);
    check(&probed, &kept(PLAIN));
    check(&probed, &kept(&[Ability::Condition, Ability::ConditionParts, Ability::Clock]));
    // It compares only once the bytes have their name: what it refused is there.
    check(&probed, &[(Ability::Checksum, Verdict::NotKept, Some(Why::There))]);
    check(&probed, &[(Ability::NoDelete, Verdict::NotKept, Some(Why::Accepted))]);
    assert!(!probed.proves(Ability::Versions) && !probed.proves(Ability::Lock), "{:?}", probed.points);
    assert_eq!((probed.locks(), probed.holds()), (None, false));
    check(&probed, &kept(&[Ability::Clean]));
    assert_eq!(files(&store), Vec::<PathBuf>::new());
    // Each probe has a name of its own.
    assert_ne!(probe(&store.access(), &at()).unwrap().below, probed.below);
}

#[test]
fn a_store_that_is_deaf_to_conditions_is_told() {
    let store = Store::start();
    store.set_deaf(true);
    let probed = probe(&store.access(), &at()).unwrap();
    check(&probed, &kept(PLAIN));
    for ability in [Ability::Condition, Ability::ConditionParts] {
        check(&probed, &[(ability, Verdict::NotKept, Some(Why::Accepted))]);
    }
    assert!(files(&store).is_empty());
}

#[test]
fn whoever_can_delete_nothing_is_told_what_is_left() {
    let store = Store::start();
    store.forbid(Some("DELETE"));
    let probed = probe(&store.access(), &at()).unwrap();
    whole_but_said(&probed, Ability::NoDelete);
    check(&probed, &[(Ability::Clean, Verdict::NotKept, Some(Why::Left))]);
    let mut left: Vec<String> =
        probed.left.iter().filter(|l| l.upload.is_none()).map(|l| l.key.clone()).collect();
    let mut there: Vec<String> = files(&store)
        .iter()
        .map(|path| format!("ra/east/{}", path.strip_prefix(store.place()).unwrap().display()))
        .collect();
    left.sort();
    there.sort();
    assert_eq!(left, there);
    assert!(left.iter().all(|key| key.starts_with(&format!("{}/", probed.below))), "{left:?}");
    assert!(
        probed.left.iter().any(|left| left.upload.is_some()),
        "uploads are named, too: {:?}",
        probed.left
    );
    // It is in nobody's way.
    assert_eq!(Begun::look(&*store.target().unwrap()).unwrap(), Begun::Empty);
    // A refusal that has another reason shows nothing of a lock.
    assert_eq!(probed.locks(), None);
    assert!(!probed.proves(Ability::LockDelete) && !probed.holds());
}

/// Kept, with what the store said when it refused.
#[track_caller]
fn whole_but_said(probed: &Probed, ability: Ability) {
    let point = probed.points.iter().find(|point| point.ability == ability).unwrap();
    assert_eq!(point.verdict, Verdict::Kept, "{point:?}");
    assert!(point.said.as_ref().is_some_and(|said| said.contains("AccessDenied")), "{point:?}");
}

#[track_caller]
fn says(probed: Result<Probed>, code: &str, exit: u8) {
    let error = probed.err().unwrap_or_else(|| panic!("{code} was expected"));
    assert_eq!((error.code(), error.exit() as u8), (code, exit), "{}", full(&error));
    assert!(!format!("{:?}", error.fields()).contains("wJalr"), "a secret is told");
}

#[test]
fn a_store_that_lets_nobody_in_is_named_as_where_a_copy_is_made() {
    let store = Store::start();
    let other = |change: &dyn Fn(&mut Access)| {
        let mut access = store.access();
        change(&mut access);
        probe(&access, &at())
    };
    says(probe(&store.access(), "s3://nowhere/x"), "no-bucket", 15);
    says(other(&|a| a.credentials.secret = "another".into()), "store-credentials", 15);
    says(other(&|a| a.endpoint = Some("http://127.0.0.1:1".into())), "store-unreachable", 15);
    for (status, code, all, expected, exit) in [
        (403, "AccessDenied", false, "store-read-only", 15),
        (503, "XMinioBackendReadOnly", false, "store-read-only", 15),
        (403, "ExpiredToken", true, "store-credentials", 15),
        (403, "RequestTimeTooSkewed", true, "store-clock", 15),
        (507, "InsufficientStorage", false, "store-full", 16),
        (301, "PermanentRedirect", true, "store-elsewhere", 15),
        (503, "SlowDown", false, "store-unreachable", 15),
    ] {
        store.refuse(Some((status, code, all)));
        says(probe(&store.access(), &at()), expected, exit);
        store.refuse(None);
    }
    assert!(files(&store).is_empty());
}

#[test]
fn a_probe_that_is_interrupted_ends_soon() {
    let store = Store::start();
    let address: Address = at().parse().unwrap();
    let probe = Probe::new(&address, &store.access(), Env::of_host(), Arc::new(|| true), false).unwrap();
    assert!(matches!(probe.run(), Err(Error::Interrupted {})));
}

#[test]
fn a_dry_run_puts_nothing() {
    let store = Store::start();
    let address: Address = at().parse().unwrap();
    let probed =
        Probe::new(&address, &store.access(), Env::of_host(), Arc::new(|| false), true).unwrap().run();
    let probed = probed.unwrap();
    whole(&probed);
    check(&probed, &[(Ability::Write, Verdict::NotKnown, Some(Why::DryRun))]);
    assert!(store.hear().iter().all(|heard| heard.method == "GET"));
}

#[test]
fn another_programs_store_is_seen_through() {
    let Some(moto) = Moto::start("another_programs_store_is_seen_through") else { return };
    let probed = |name: &str, kind: Bucket| {
        moto.make(name, kind);
        let probed = probe(&moto.access(), &format!("s3://{name}/ra")).unwrap();
        whole(&probed);
        check(&probed, &kept(PLAIN));
        check(&probed, &kept(&[Ability::Condition, Ability::ConditionParts]));
        // It stores whatever checksum it is given, and compares none.
        check(&probed, &[(Ability::Checksum, Verdict::NotKept, Some(Why::Accepted))]);
        check(&probed, &[(Ability::NoDelete, Verdict::NotKept, Some(Why::Accepted))]);
        check(&probed, &kept(&[Ability::Clean]));
        assert!(probed.left.is_empty(), "{:?}", probed.left);
        probed
    };
    let plain = probed("plain", Bucket::Plain);
    check(&plain, &[(Ability::Versioning, Verdict::NotKept, Some(Why::Off))]);
    check(&plain, &[(Ability::Lock, Verdict::NotKept, Some(Why::Off))]);
    check(&plain, &[(Ability::LockDelete, Verdict::NotKnown, Some(Why::Off))]);

    let versioned = probed("versioned", Bucket::Versioned);
    check(&versioned, &kept(&[Ability::Versioning, Ability::Versions]));
    check(&versioned, &[(Ability::Lock, Verdict::NotKept, Some(Why::Off))]);
    assert!(versioned.locks().is_none() && versioned.mode.is_none());

    for (name, kind, mode) in
        [("locked", Bucket::Lock, LockMode::Compliance), ("locks-all", Bucket::LockAll, LockMode::Governance)]
    {
        let locked = probed(name, kind);
        check(&locked, &kept(&[Ability::Versioning, Ability::Versions, Ability::Lock]));
        assert_eq!(locked.mode, Some(mode));
        for ability in OF_LOCK.iter().filter(|ability| **ability != Ability::LockShorten) {
            check(&locked, &kept(&[*ability]));
        }
        check(&locked, &kept(&[Ability::Hold, Ability::HoldOff]));
        // This one lets anybody shorten a retention: it is not to be relied on.
        check(&locked, &[(Ability::LockShorten, Verdict::NotKept, Some(Why::Accepted))]);
        assert_eq!((locked.locks(), locked.holds()), (None, true));
    }
}

/// The probe of a store of such manners, each in a thread of its own: a retention is waited for.
fn probe_all(manners: &[Manner]) -> Vec<(Probed, LockStore)> {
    std::thread::scope(|scope| {
        let probing: Vec<_> = manners
            .iter()
            .map(|manner| {
                scope.spawn(|| {
                    let store = LockStore::start(*manner);
                    let probed = probe(&store.access(), "s3://archive/ra").unwrap();
                    whole(&probed);
                    check(&probed, &kept(PLAIN));
                    (probed, store)
                })
            })
            .collect();
        probing.into_iter().map(|probing| probing.join().unwrap()).collect()
    })
}

#[test]
fn a_store_that_locks_is_proved_to_and_one_that_only_says_so_is_not() {
    let plain = Manner::default();
    let manners = [
        plain,
        Manner { locks_all: true, ..plain },
        Manner { feigns: true, ..plain },
        Manner { deletes: true, ..plain },
        Manner { shortens: true, ..plain },
        Manner { overwrites: true, ..plain },
        Manner { forgets: true, ..plain },
        Manner { fixed: true, ..plain },
        Manner { ignores_holds: true, ..plain },
        Manner { nobody_deletes: true, ..plain },
        Manner { least_seconds: 60, nobody_deletes: true, ..plain },
        Manner { deletes_late: true, ..plain },
        Manner { never_after_lock: true, ..plain },
        Manner { busy_when_locked: true, ..plain },
    ];
    let all = probe_all(&manners);
    let of = |n: usize| &all[n].0;
    for (n, mode) in [(0, LockMode::Compliance), (1, LockMode::Governance), (2, LockMode::Compliance)] {
        assert_eq!((of(n).locks(), of(n).holds()), (Some(mode), true), "{:?}", of(n).points);
        check(of(n), &kept(OF_LOCK));
        check(of(n), &kept(&[Ability::Condition, Ability::ConditionParts, Ability::Clean]));
        check(of(n), &kept(&[Ability::Checksum, Ability::ChecksumParts, Ability::Versions]));
        assert_eq!(of(n).lock_seconds, Some(20));
        assert!(all[n].1.there().is_empty(), "{:?}", all[n].1.there());
        // It tells no time.
        check(of(n), &[(Ability::Clock, Verdict::NotKnown, Some(Why::Skewed))]);
    }
    for (n, ability, why) in [
        (3, Ability::LockDelete, Why::Accepted),
        (4, Ability::LockShorten, Why::Accepted),
        (5, Ability::LockOverwrite, Why::Gone),
        (6, Ability::LockRead, Why::Said),
        (6, Ability::LockDelete, Why::Accepted),
        (8, Ability::Hold, Why::Accepted),
        (11, Ability::LockDelete, Why::Gone),
    ] {
        check(of(n), &[(ability, Verdict::NotKept, Some(why))]);
    }
    for n in [3, 4, 5, 6, 7, 9, 10, 11, 12, 13] {
        assert_eq!(of(n).locks(), None, "{:?}: {:?}", manners[n], of(n).points);
    }
    assert!(of(8).locks().is_some() && !of(8).holds());
    // What is refused to everybody shows nothing.
    check(of(7), &[(Ability::LockExtend, Verdict::NotKnown, Some(Why::Said))]);
    check(of(7), &[(Ability::LockShorten, Verdict::NotKnown, Some(Why::NoRight))]);
    for n in [9, 10] {
        whole_but_said(of(n), Ability::NoDelete);
        check(of(n), &[(Ability::LockDelete, Verdict::NotKnown, Some(Why::NoRight))]);
        check(of(n), &[(Ability::Hold, Verdict::NotKnown, Some(Why::NoRight))]);
        check(of(n), &kept(&[Ability::HoldOff, Ability::LockShorten]));
        assert_eq!(of(n).left.len(), all[n].1.there().len());
    }
    assert_eq!((of(9).lock_seconds, of(10).lock_seconds), (Some(20), Some(60)));
    // That others can be deleted says nothing of one that was retained; nor does a store that was busy then.
    check(of(12), &[(Ability::NoDelete, Verdict::NotKept, Some(Why::Accepted))]);
    check(of(12), &[(Ability::LockDelete, Verdict::NotKnown, Some(Why::NoRight))]);
    check(of(12), &[(Ability::Clean, Verdict::NotKept, Some(Why::Left))]);
    check(of(13), &[(Ability::LockDelete, Verdict::NotKnown, Some(Why::Said))]);
    check(of(13), &kept(&[Ability::Clean]));
}

#[test]
fn no_canary_falls_under_what_a_bucket_retains_for_long_however_it_tells_that() {
    let plain = Manner { locks_all: true, ..Manner::default() };
    let manners = [
        Manner { spells: true, ..plain },
        Manner { hides_setting: true, ..plain },
        Manner { hides_setting: true, least_seconds: 60, ..plain },
        Manner { hides_setting: true, forgets: true, ..plain },
    ];
    let all = probe_all(&manners);
    for (n, (probed, store)) in all.iter().enumerate() {
        assert_eq!(probed.locks().is_some(), n < 3, "{:?}: {:?}", manners[n], probed.points);
        check(probed, &kept(&[Ability::Clean]));
        assert!(store.there().is_empty(), "{:?}: {:?}", manners[n], store.there());
    }
}

#[test]
fn where_retention_may_not_be_said_nothing_is_put_that_would_be_retained() {
    let plain = Manner { locks_all: true, nobody_retains: true, ..Manner::default() };
    let store = LockStore::start(plain);
    let probed = probe(&store.access(), "s3://archive/ra").unwrap();
    whole(&probed);
    check(&probed, &[(Ability::Write, Verdict::NotKnown, Some(Why::NoRight))]);
    check(&probed, &[(Ability::Read, Verdict::NotKnown, Some(Why::Unasked))]);
    check(&probed, &kept(&[Ability::Clean]));
    assert!(store.there().is_empty());
    // Where the setting is not told either, one small object shows it.
    let store = LockStore::start(Manner { hides_setting: true, ..plain });
    let probed = probe(&store.access(), "s3://archive/ra").unwrap();
    whole(&probed);
    check(&probed, &[(Ability::Write, Verdict::NotKnown, Some(Why::NoRight))]);
    let [left] = &*probed.left else { panic!("{:?}", probed.left) };
    assert_eq!(store.there()[0], (left.key.clone(), left.version.clone().unwrap()));
}

#[test]
fn what_no_listing_shows_is_named_all_the_same() {
    let manner = Manner { marks_only: true, lists_no_versions: true, ..Manner::default() };
    let store = LockStore::start(manner);
    let probed = probe(&store.access(), "s3://archive/ra").unwrap();
    check(&probed, &[(Ability::NoDelete, Verdict::NotKept, Some(Why::Hidden))]);
    let mut left: Vec<_> =
        probed.left.iter().map(|left| (left.key.clone(), left.version.clone().unwrap())).collect();
    let mut there = store.there();
    left.sort();
    there.sort();
    assert_eq!(left, there);
    let manner = Manner { lists_no_versions: true, ..Manner::default() };
    let store = LockStore::start(manner);
    check(&probe(&store.access(), "s3://archive/ra").unwrap(), &kept(&[Ability::Clean]));
    assert!(store.there().is_empty(), "{:?}", store.there());
}

#[test]
fn trouble_under_a_legal_hold_leaves_no_hold() {
    let store = LockStore::start(Manner { full_under_hold: true, ..Manner::default() });
    let address: Address = "s3://archive/ra".parse().unwrap();
    let probe = Probe::new(&address, &store.access(), Env::of_host(), Arc::new(|| false), false).unwrap();
    says(probe.run(), "store-full", 16);
    assert!(store.there().is_empty(), "{:?}", store.there());
    assert!(!probe.may_have_left());
}

/// A file of credentials that only its owner reads.
fn credentials(desk: &Desk, endpoint: &str) -> String {
    let text = format!(
        "[default]\naws_access_key_id = {ID}\naws_secret_access_key = {SECRET}\nendpoint_url = {endpoint}\n"
    );
    let path = desk.file("store.keys", text);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    path.to_str().unwrap().to_owned()
}

#[track_caller]
fn one<'a>(told: &'a Value, code: &str) -> &'a Value {
    let mut fitting =
        told["findings"].as_array().unwrap().iter().filter(|f| f["code"] == code && f["place"] == "store");
    let found = fitting.next().unwrap_or_else(|| panic!("no {code} in {told}"));
    assert!(fitting.next().is_none(), "{code} stands twice");
    found
}

fn quiet(ran: Ran) -> Ran {
    assert!(!ran.err.contains(SECRET) && !ran.out().contains(SECRET), "a secret is told: {}", ran.err);
    ran
}

#[test]
fn the_doctor_tells_what_a_store_does_in_both_languages() {
    let store = Store::start();
    let desk = Desk::bare();
    let keys = credentials(&desk, &store.endpoint());
    let call = |more: &[&str]| {
        quiet(desk.bare_call().args(["doctor", "--store", &at(), "--credentials", &keys]).args(more).run())
    };
    let told = call(&["--json"]).json();
    assert_eq!(one(&told, "store-read")["words"]["verdict"], "kept", "{told}");
    assert_eq!(one(&told, "can-delete")["severity"], "warning");
    let probed: Probed = serde_json::from_value(told["probed"].clone()).unwrap();
    assert_eq!((probed.place.as_str(), probed.locks()), (&*at(), None));
    for finding in told["findings"].as_array().unwrap().iter().filter(|f| f["place"] == "store") {
        assert!(!finding["message"].as_str().unwrap().is_empty(), "{finding}");
        let wants = ["warning", "problem"].contains(&finding["severity"].as_str().unwrap());
        assert!(!wants || finding["fix"].as_str().is_some_and(|fix| !fix.is_empty()), "{finding}");
    }
    for (lang, words) in
        [("en", ["kept: the same bytes", "can delete"]), ("zh", ["做到：取回的字节相同", "可以删除"])]
    {
        let ran = call(&["--lang", lang]);
        let text = ran.out();
        assert!(words.iter().all(|word| text.contains(word)), "{text}");
        assert!(!text.contains("{$") && !text.contains("doctor-"), "{text}");
        assert!(ran.err.contains("ra/east/probe-"), "{}", ran.err);
    }
    // Whatever else is found: a vault, too, is looked over by the one that holds it.
    let solo = Desk::solo();
    let ran = solo.call("", ["doctor", "--json", "--store", &at(), "--credentials", &keys]).run();
    let told = quiet(ran).json();
    assert_eq!(one(&told, "store")["words"]["state"], "probed");
    assert!(told["findings"].as_array().unwrap().iter().any(|f| f["code"] == "vault"));
    assert!(files(&store).is_empty());
}

#[test]
fn the_doctor_says_why_a_store_cannot_be_probed_and_looks_at_the_rest() {
    let store = Store::start();
    let desk = Desk::bare();
    let keys = credentials(&desk, &store.endpoint());
    let call = |more: &[&str], exit: i32| {
        quiet(desk.bare_call().args(["doctor", "--json", "--credentials", &keys]).args(more).run())
            .exits(exit)
    };
    let told = call(&["--store", "s3://nowhere/x"], 15).json();
    let finding = one(&told, "store");
    assert_eq!((&finding["words"]["error"], &told["exit_code"]), (&"no-bucket".into(), &15.into()));
    assert!(finding["fix"].as_str().unwrap().contains("--endpoint"), "{finding}");
    assert!(told["findings"].as_array().unwrap().iter().any(|f| f["code"] == "locale"));
    store.refuse(Some((507, "InsufficientStorage", false)));
    assert_eq!(one(&call(&["--store", &at()], 16).json(), "store")["words"]["error"], "store-full");
    store.refuse(None);
    let text = desk.bare_call().args(["doctor", "--store", "s3://nowhere/x", "--credentials", &keys]).run();
    assert!(text.exits(15).out().contains("nowhere"));
    // What is no place at all, or nobody's.
    let fault = |args: &[&str], names: &str| {
        let ran = desk.bare_call().args(["doctor", "--json"]).args(args).run().exits(2);
        jingui_tests::program::is_a_fault(&ran, names)
    };
    assert_eq!(fault(&["--store", "s3://x", "--credentials", &keys], "s3://x"), "store-address");
    assert_eq!(fault(&["--store", &at()], BUCKET), "no-store-credentials");
    assert_eq!(fault(&["--store", "gs://bucket/x"], "gs://"), "store-unknown");
    assert_eq!(fault(&["--region", "cn-north-1"], "--store"), "argument-missing");
}

#[test]
fn the_doctor_tells_what_a_directory_does() {
    let desk = Desk::bare();
    let copies = desk.path("copies");
    fs::create_dir(&copies).unwrap();
    for word in [copies.to_str().unwrap().to_owned(), format!("file://{}", copies.display())] {
        let told = desk.bare_call().args(["doctor", "--json", "--store", &word]).run().json();
        for code in
            ["store-list", "store-write", "store-read", "store-condition", "store-rename", "store-sync"]
        {
            assert_eq!(one(&told, code)["words"]["verdict"], "kept", "{told}");
        }
        for code in ["store-large-files", "store-names", "store-case", "store-clean"] {
            assert_eq!(one(&told, code)["words"]["verdict"], "kept", "{told}");
        }
        assert!(one(&told, "space")["numbers"]["free_bytes"].as_i64().is_some());
        assert!(one(&told, "filesystem")["words"]["kind"].is_string());
        assert!(fs::read_dir(&copies).unwrap().next().is_none(), "nothing is left");
    }
    let nowhere = desk.text("nowhere");
    let told = desk.bare_call().args(["doctor", "--json", "--store", &nowhere]).run().exits(15).json();
    assert_eq!(one(&told, "store")["words"]["error"], "no-target");
    // Not a file of anybody's is put into what is no place for copies.
    let solo = Desk::solo();
    for inside in [solo.vault().join("covers"), solo.keystore()] {
        let inside = inside.to_str().unwrap();
        let ran = solo.call("", ["doctor", "--json", "--store", inside]).run().exits(2);
        assert_eq!(jingui_tests::program::is_a_fault(&ran, inside), "nested");
    }
    let text = desk.bare_call().args(["doctor", "--lang", "zh", "--store", copies.to_str().unwrap()]).run();
    assert!(text.out().contains("做到：取回的字节相同") && !text.out().contains("{$"), "{}", text.out());
}

#[test]
fn a_directory_that_takes_nothing_is_told_with_the_reason() {
    let Some(disk) = Disk::of_bytes(64 << 10, "a_directory_that_takes_nothing_is_told_with_the_reason")
    else {
        return;
    };
    let desk = Desk::bare();
    let look =
        || desk.bare_call().args(["doctor", "--json", "--store"]).arg(disk.path()).run().exits(3).json();
    // Not a byte more than half of the canary.
    let told = look();
    let full = one(&told, "store-write");
    assert_eq!((&full["words"]["verdict"], &full["severity"]), (&"not-kept".into(), &"problem".into()));
    assert!(full["message"].as_str().unwrap().contains("space"), "{full}");
    assert_eq!(one(&told, "store-clean")["words"]["verdict"], "kept", "{told}");
    disk.set_writable(false);
    let told = look();
    let read_only = one(&told, "store-write");
    assert!(read_only["message"].as_str().unwrap().to_lowercase().contains("read-only"), "{read_only}");
    assert_eq!(one(&told, "store-list")["words"]["verdict"], "kept");
    disk.set_writable(true);
}

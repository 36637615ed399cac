//! Copies in an object store on loopback: made, added to, read again, put back; and what a store can say instead.

use jingui_sync::StoreTarget;
use jingui_tests::copying::{check_at, copy_at, judge_at, open_back, put_back_from, whole_back};
use jingui_tests::house::{Furnished, Known, env_on, full, look_at_all};
use jingui_tests::nothing_wrong;
use jingui_tests::object_store::{BUCKET, Store};
use jingui_tests::sweep::os;
use jingui_vault::copies::{CopyOptions, Target};
use jingui_vault::fs::OsFs;
use jingui_vault::{Error, Result};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// A house with pieces of several segments, and a store.
fn house() -> (Furnished, Store) {
    let mut from = Furnished::new(false);
    from.house.segment_bytes = Some(4000);
    (from, Store::start())
}

fn objects(store: &Store) -> BTreeMap<String, Vec<u8>> {
    fn below(dir: &Path, top: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
            let path = entry.path();
            match path.is_dir() {
                true => below(&path, top, found),
                false => {
                    let name = path.strip_prefix(top).unwrap().to_str().unwrap().to_owned();
                    found.insert(name, fs::read(&path).unwrap());
                }
            }
        }
    }
    let mut found = BTreeMap::new();
    below(&store.place(), &store.place(), &mut found);
    found
}

#[test]
fn a_vault_comes_back_from_a_store_bit_for_bit() {
    let (from, store) = house();
    let vault = from.house.open(os()).unwrap();
    let session = from.house.founder(&vault).unwrap();
    let target = store.target().unwrap();
    assert_eq!(target.is_conditional(), None);
    let first = copy_at(&vault, &*target).unwrap();
    assert!(first.first && first.files > 5 && first.lacking.is_empty());
    assert_eq!(target.is_conditional(), Some(true));
    let after_first = objects(&store);
    let heard = store.hear();
    let puts: Vec<_> = heard.iter().filter(|h| h.method == "PUT").collect();
    assert!(puts.iter().all(|h| h.conditional && h.checksum.is_some()), "{puts:?}");
    assert!(!heard.iter().any(|h| h.method == "DELETE"), "nothing is ever removed");

    let more = Known::of(&from.house.file(&session, "after the copy", 2, None).unwrap(), 2);
    let target = store.target().unwrap();
    store.hear();
    let second = copy_at(&vault, &*target).unwrap();
    assert!(!second.first && second.lines > first.lines && second.files < first.files);
    for (name, bytes) in &after_first {
        assert_eq!(objects(&store).get(name), Some(bytes), "{name} is as it was");
    }
    let heard = store.hear();
    let body = |uri: &str| uri.contains("/bodies/");
    assert_eq!(heard.iter().filter(|h| h.method == "PUT" && body(&h.uri)).count(), 1, "a body is sent once");
    // Nothing new but its own line.
    copy_at(&vault, &*store.target().unwrap()).unwrap();
    let third = store.hear();
    assert_eq!(third.iter().filter(|h| h.method == "PUT" && body(&h.uri)).count(), 0);
    drop((session, vault));

    nothing_wrong(&judge_at(
        &from.house,
        second.lines,
        &|| store.any(),
        &os(),
        &from.house.root.join("back"),
    ));
    let (vault, session) = open_back(&from.house, &from.house.root.join("back"), os(), true).unwrap();
    nothing_wrong(&look_at_all(&session, &[from.known.clone(), more]));
    drop((session, vault));
    let (original, back) = (from.house.vault(), from.house.root.join("back"));
    for top in ["covers", "bodies", "notes"] {
        for place in fs::read_dir(original.join(top)).unwrap().flatten() {
            for file in fs::read_dir(place.path()).unwrap().flatten() {
                let below = file.path().strip_prefix(&original).unwrap().to_owned();
                assert_eq!(fs::read(file.path()).unwrap(), fs::read(back.join(&below)).unwrap(), "{below:?}");
            }
        }
    }
}

#[test]
fn a_large_body_goes_in_parts_and_comes_back() {
    let (from, store) = house();
    let vault = from.house.open(os()).unwrap();
    let target = store.target().unwrap();
    copy_at(&vault, &*target).unwrap();
    let mut noise = vec![0; (20 << 20) + 12_345];
    blake3::Hasher::new().finalize_xof().fill(&mut noise);
    let mark = jingui_schema::digest::FileMark::of(&noise);
    store.hear();
    let put = target.put("bodies/000000/large", mark, false, &mut &noise[..]).unwrap();
    assert!(matches!(put, jingui_vault::copies::Put::New), "{put:?}");
    let heard = store.hear();
    let parts: Vec<_> = heard.iter().filter(|h| h.uri.contains("partNumber")).collect();
    assert_eq!(parts.len(), 3);
    assert!(parts.iter().all(|h| h.checksum.is_some() && h.bytes <= 8 << 20));
    let end = heard.iter().find(|h| h.method == "POST" && h.uri.contains("uploadId")).unwrap();
    assert!(end.conditional, "{end:?}");
    let mut read = Vec::new();
    std::io::Read::read_to_end(&mut target.get("bodies/000000/large").unwrap(), &mut read).unwrap();
    assert!(read == noise);
    // A second time it is compared, not sent.
    let again = target.put("bodies/000000/large", mark, false, &mut &noise[..]).unwrap();
    assert!(matches!(again, jingui_vault::copies::Put::There));
    assert!(!store.hear().iter().any(|h| h.uri.contains("uploads")));
    // A source that is not what its line says is not ended.
    let put = target.put("bodies/000000/other", mark, false, &mut &noise[1..]).unwrap();
    assert!(matches!(put, jingui_vault::copies::Put::Unfit(_)), "{put:?}");
    assert!(target.stat("bodies/000000/other").unwrap().is_none());
    // In a large object any place is found.
    let mut file = target.get("bodies/000000/large").unwrap();
    for at in [0u64, 1 << 20, (20 << 20) + 12_344, 5_000_000, (1 << 20) - 1] {
        std::io::Seek::seek(&mut file, std::io::SeekFrom::Start(at)).unwrap();
        let mut byte = [0];
        std::io::Read::read_exact(&mut file, &mut byte).unwrap();
        assert_eq!(byte[0], noise[at as usize], "{at}");
    }
}

#[test]
fn many_threads_make_the_same_copy() {
    let (from, store) = house();
    let vault = from.house.open(os()).unwrap();
    let session = from.house.founder(&vault).unwrap();
    for n in 0..12 {
        from.house.file(&session, &format!("record {n}"), 1, None).unwrap();
    }
    let options = CopyOptions { outside: true, threads: 12, ..CopyOptions::default() };
    let made = vault.copy_to(&*store.target().unwrap(), &options).unwrap();
    nothing_wrong(&judge_at(&from.house, made.lines, &|| store.any(), &os(), &from.house.root.join("back")));
}

#[test]
fn a_store_that_keeps_no_condition_is_noticed_and_nothing_is_lost() {
    let (from, store) = house();
    let vault = from.house.open(os()).unwrap();
    store.set_deaf(true);
    let target = store.target().unwrap();
    let made = copy_at(&vault, &*target).unwrap();
    assert_eq!(target.is_conditional(), Some(false));
    let all = objects(&store);
    let target = store.target().unwrap();
    copy_at(&vault, &*target).unwrap();
    for (name, bytes) in &all {
        assert_eq!(objects(&store).get(name), Some(bytes), "{name} is as it was");
    }
    nothing_wrong(&judge_at(&from.house, made.lines, &|| store.any(), &os(), &from.house.root.join("back")));
}

/// The object of a place that is the only one.
fn only(store: &Store, below: &str) -> String {
    let all = objects(store);
    all.keys()
        .find(|name| name.starts_with(below))
        .unwrap_or_else(|| panic!("{below} in {:?}", all.keys()))
        .clone()
}

#[test]
fn what_is_foreign_or_damaged_in_a_store_is_named_and_stays() {
    let (from, store) = house();
    let vault = from.house.open(os()).unwrap();
    let made = copy_at(&vault, &*store.target().unwrap()).unwrap();
    let session = from.house.founder(&vault).unwrap();
    // The same size, other bytes, in the place of what comes next: a body, then a piece.
    let filed = from.house.file(&session, "the next", 1, None).unwrap();
    let body = format!("bodies/000000/{}.{}.tar.zst.age", filed.record, filed.filing);
    let path = store.place().join(&body);
    let size = fs::metadata(from.house.vault().join(&body)).unwrap().len();
    fs::write(&path, vec![7; size as usize]).unwrap();
    let error = copy_at(&vault, &*store.target().unwrap()).unwrap_err();
    assert!(matches!(&error, Error::InTheWay { path, .. } if path.ends_with(&body)), "{}", full(&error));
    assert_eq!(fs::read(&path).unwrap(), vec![7; size as usize], "nothing is written over");
    fs::write(&path, b"short").unwrap();
    let error = copy_at(&vault, &*store.target().unwrap()).unwrap_err();
    assert!(
        matches!(&error, Error::InTheWay { finding, .. } if finding.contains("5 bytes")),
        "{}",
        full(&error)
    );
    fs::remove_file(&path).unwrap();
    // What counted before still does.
    nothing_wrong(&judge_at(&from.house, made.lines, &|| store.any(), &os(), &from.house.root.join("back")));
    copy_at(&vault, &*store.target().unwrap()).unwrap();
    // Damage of a cover, a piece, a state.
    let cover = only(&store, "covers/");
    let flip = |name: &str| {
        let path = store.place().join(name);
        let mut bytes = fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(path, bytes).unwrap();
    };
    let check = || check_at(&from.house, store.any().unwrap(), os());
    flip(&cover);
    let found = check().unwrap().report.findings;
    assert!(found.iter().any(|f| f.path == cover), "{found:?}");
    flip(&cover);
    let piece = only(&store, "journal/0");
    flip(&piece);
    let found = check().unwrap().report.findings;
    assert!(found.iter().any(|f| f.path == piece), "{found:?}");
    let error = put_back_from(store.any().unwrap(), &from.house.root.join("no"), os()).unwrap_err();
    assert!(matches!(&error, Error::CopyDamaged { path, .. } if *path == piece), "{}", full(&error));
    flip(&piece);
    fs::remove_file(store.place().join(&cover)).unwrap();
    let found = check().unwrap().report.findings;
    assert!(found.iter().any(|f| f.path == cover && f.finding.word() == "missing"), "{found:?}");
}

/// Opens a place in a store that is asked otherwise.
fn other(store: &Store, address: &str, change: impl FnOnce(&mut jingui_sync::Access)) -> Result<StoreTarget> {
    let mut access = store.access();
    change(&mut access);
    StoreTarget::open(&address.parse().unwrap(), &access, env_on(Arc::new(OsFs)), Arc::new(|| false))
}

#[track_caller]
fn says<T>(result: Result<T>, code: &str, exit: u8) {
    let error = result.err().unwrap_or_else(|| panic!("{code} was expected"));
    assert_eq!((error.code(), error.exit() as u8), (code, exit), "{}", full(&error));
    let fields = error.fields();
    let store = fields.iter().find(|(name, _)| *name == "store").unwrap_or_else(|| panic!("{fields:?}"));
    assert!(store.1.contains(BUCKET) || code == "no-bucket", "{fields:?}");
    assert!(!format!("{fields:?}").contains("wJalr"), "a secret is told");
}

#[test]
fn whatever_a_store_says_leads_to_a_next_step() {
    let (from, store) = house();
    let at = format!("s3://{BUCKET}/ra/east");
    says(other(&store, "s3://nowhere/x", |_| ()), "no-bucket", 15);
    says(other(&store, &at, |a| a.credentials.secret = "another".into()), "store-credentials", 15);
    says(other(&store, &at, |a| a.credentials.id = "AKNOBODY".into()), "store-credentials", 15);
    says(other(&store, &at, |a| a.endpoint = Some("http://127.0.0.1:1".into())), "store-unreachable", 15);
    let tls = store.endpoint().replace("http:", "https:");
    says(other(&store, &at, |a| a.endpoint = Some(tls)), "store-unreachable", 15);
    let vault = from.house.open(os()).unwrap();
    copy_at(&vault, &*store.target().unwrap()).unwrap();
    let session = from.house.founder(&vault).unwrap();
    from.house.file(&session, "more", 1, None).unwrap();
    for (status, code, expected, exit) in [
        (403, "AccessDenied", "store-read-only", 15),
        (403, "ExpiredToken", "store-credentials", 15),
        (403, "RequestTimeTooSkewed", "store-clock", 15),
        (507, "InsufficientStorage", "store-full", 16),
        (400, "XMinioStorageFull", "store-full", 16),
        (503, "XMinioBackendReadOnly", "store-read-only", 15),
        (503, "SlowDown", "store-unreachable", 15),
        (400, "InvalidRequest", "store-refused", 1),
    ] {
        let target = store.target().unwrap();
        store.refuse(Some((status, code, false)));
        says(copy_at(&vault, &*target), expected, exit);
        store.refuse(None);
    }
    // In the middle of reading it is no damage.
    let target = store.any().unwrap();
    store.refuse(Some((403, "ExpiredToken", true)));
    says(check_at(&from.house, target, os()), "store-credentials", 15);
    says(other(&store, &at, |_| ()), "store-credentials", 15);
    store.refuse(Some((301, "PermanentRedirect", true)));
    says(other(&store, &at, |_| ()), "store-elsewhere", 15);
    store.refuse(None);
    let made = copy_at(&vault, &*store.target().unwrap()).unwrap();
    nothing_wrong(&judge_at(&from.house, made.lines, &|| store.any(), &os(), &from.house.root.join("back")));
    nothing_wrong(&whole_back(&OsFs, &from.house.root.join("back")));
}

#[test]
fn whoever_wants_it_ended_does_not_wait_for_a_store() {
    let (from, store): (Furnished, Store) = house();
    let vault = from.house.open(os()).unwrap();
    let stop = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let asked = stop.clone();
    let mut access = store.access();
    access.patience.attempts = 1000;
    let interrupted = Arc::new(move || asked.load(std::sync::atomic::Ordering::Relaxed));
    let at = format!("s3://{BUCKET}/ra/east").parse().unwrap();
    let target = StoreTarget::open(&at, &access, env_on(Arc::new(OsFs)), interrupted).unwrap();
    store.refuse(Some((503, "SlowDown", true)));
    let began = std::time::Instant::now();
    let ended = std::thread::scope(|scope| {
        let copying = scope.spawn(|| copy_at(&vault, &target));
        std::thread::sleep(std::time::Duration::from_millis(300));
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        copying.join().unwrap()
    });
    assert!(matches!(ended, Err(Error::Interrupted {})), "{ended:?}");
    assert!(began.elapsed() < std::time::Duration::from_secs(5));
}

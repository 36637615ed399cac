//! The catalog against damage, and against a crash.

use super::*;
use std::fs;

/// What sled might do to single values: each is noticed, never answered with.
#[test]
fn a_value_lost_moved_or_put_back_is_noticed() {
    type Values = BTreeMap<Vec<u8>, Vec<u8>>;
    let spoil = |spoil: &dyn Fn(&sled::Db, &Values)| {
        let (dir, catalog) = small();
        let values = |catalog: &Catalog| {
            let all = catalog.store.call(|db| db.iter().collect::<sled::Result<Vec<_>>>()).unwrap();
            all.into_iter().map(|(k, v)| (k.to_vec(), v.to_vec())).collect::<Values>()
        };
        let old = values(&catalog);
        let newer = row(3, [5; 6], 50);
        catalog.apply(&[put(&newer)], to(50)).unwrap();
        catalog
            .store
            .call(|db| {
                spoil(db, &old);
                Ok(())
            })
            .unwrap();
        match catalog.get(newer.record) {
            Err(Error::Catalog { .. }) => {}
            Ok(found) => assert_eq!(found, Some(newer), "never a wrong row"),
            Err(error) => panic!("{error}"),
        }
        let found = catalog.check().unwrap();
        assert!(!found.is_empty());
        drop(catalog);
        (found.join("; "), why(open(dir.path())))
    };
    let key = rows::key(3);
    let (found, opened) = spoil(&|db, _| {
        db.remove(key).unwrap();
    });
    assert_eq!(opened, "it has 39 rows where 40 were written", "{found}");
    let (found, _) = spoil(&|db, old| {
        db.insert(key, &old[&key[..]][..]).unwrap();
    });
    assert!(found.contains("row 3 is older than its keys"), "{found}");
    let (found, _) = spoil(&|db, old| {
        db.insert(key, &old[&rows::key(4)[..]][..]).unwrap();
    });
    assert!(found.contains("is not what was written"), "{found}");
    let (found, opened) = spoil(&|db, old| {
        db.insert(STATE_KEY, &old[STATE_KEY][..]).unwrap();
    });
    assert!(found.contains("another than in memory") && opened == "current", "{found}; {opened}");
    let (found, _) = spoil(&|db, _| {
        for (key, _) in db.scan_prefix(b"s").flatten() {
            db.remove(key).unwrap();
        }
    });
    assert!(found.contains("is missing"), "{found}");
    let (_, opened) = spoil(&|db, _| {
        db.remove(STATE_KEY).unwrap();
    });
    assert_eq!(opened, "its position is missing");
    let (_, opened) = spoil(&|db, _| {
        db.remove(HEADER_KEY).unwrap();
    });
    assert_eq!(opened, "its header is missing");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target)
        } else {
            _ = fs::copy(entry.path(), target).unwrap()
        }
    }
}

/// A catalog written in batches, and what it should hold at each position.
fn history_of_states(dir: &Path, flush: bool) -> (Catalog, BTreeMap<u64, Model>) {
    let (catalog, mut model) = (create(dir), Model::default());
    let mut states = BTreeMap::from([(0, model.clone())]);
    for batch in 0..30u64 {
        let mut rows: Vec<Row> =
            (batch * 10..batch * 10 + 10).map(|c| row(c, [(c * 7 % 251) as u8; 6], c)).collect();
        rows.push(row(batch * 5, [batch as u8; 6], batch * 10)); // one is supplemented
        let changes: Vec<Change> = rows.iter().map(put).collect();
        changes.iter().for_each(|change| model.apply(change));
        catalog.apply(&changes, to(batch * 10 + 10)).unwrap();
        if flush {
            catalog.flush().unwrap();
        }
        states.insert(batch * 10 + 10, model.clone());
    }
    (catalog, states)
}

/// What a damaged catalog answers is right for the position it names, or an error. Says how it ended.
fn check_damaged(dir: &Path, states: &BTreeMap<u64, Model>) -> &'static str {
    let catalog = match Catalog::open(&Env::of_host(), dir, &KEY, 1, vault(), CACHE) {
        Err(Error::Io { .. }) => return "refused",
        Err(error) => panic!("{error}"),
        Ok(Opened::Rebuild { why }) => {
            assert!(!why.contains('\n'));
            drop(Catalog::create(&Env::of_host(), dir, &KEY, 1, vault(), CACHE).unwrap());
            return "rebuild";
        }
        Ok(Opened::Current(catalog)) => catalog,
    };
    let model = &states[&catalog.position().lines];
    let mut failed = false;
    let queries = [
        Query { limit: 50, ..Query::default() },
        Query { project: Some("工商".to_owned()), limit: 9, ..Query::default() },
        Query { customer: Some("华东".to_owned()), limit: 9, ..Query::default() },
    ];
    for query in &queries {
        match pages(&catalog, query) {
            Ok(found) => assert_eq!(found, model.list(query)),
            Err(error) => failed = true & matches!(error, Error::Catalog { .. } | Error::Io { .. }),
        }
    }
    for row in model.rows.values().step_by(3) {
        match catalog.get(row.record) {
            Ok(found) => assert_eq!(found.as_ref(), Some(row), "never a wrong row, never silently none"),
            Err(_) => failed = true,
        }
    }
    match catalog.check() {
        Ok(found) if found.is_empty() => assert!(!failed, "what fails is found by the check"),
        Ok(_) | Err(_) => failed = true,
    }
    match catalog.position().lines {
        _ if failed => "noticed",
        300 => "unharmed",
        _ => "earlier",
    }
}

#[test]
fn a_damaged_catalog_never_panics_and_never_lies() {
    let dir = tempfile::tempdir().unwrap();
    let (catalog, states) = history_of_states(&dir.path().join("new"), true);
    drop(catalog);
    // Opened once more, sled keeps a list of pages and no longer reads its log from the beginning: damage that
    // would have cut the log short now lies in wait for whoever asks.
    copy(&dir.path().join("new"), &dir.path().join("settled"));
    drop(reopen(&dir.path().join("settled")));
    let mut ends = BTreeMap::<&str, u32>::new();
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let mut below = |n: u64| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % n.max(1)
    };
    for round in 0..100 {
        let copied = dir.path().join(format!("{round}"));
        copy(&dir.path().join(if round % 5 < 2 { "new" } else { "settled" }), &copied);
        let mut files: Vec<_> =
            fs::read_dir(&copied).unwrap().flatten().filter(|f| f.file_type().unwrap().is_file()).collect();
        files.sort_by_key(|f| f.file_name());
        // The log is by far the largest and the likeliest to be hit; the others have their turn.
        let file = match round % 4 {
            0 => files[below(files.len() as u64) as usize].path(),
            _ => copied.join("db"),
        };
        let mut bytes = fs::read(&file).unwrap();
        // The log is allocated ahead; hits behind its end would prove nothing.
        let used = bytes.iter().rposition(|b| *b != 0).map_or(0, |last| last + 1) as u64;
        match round % 3 {
            0 => bytes.truncate(below(used) as usize),
            kind => {
                // Much of the log is old states; with several hits one is likely to meet something alive.
                for _ in 0..1 + round % 10 {
                    let at = below(used) as usize;
                    match kind {
                        1 => bytes.iter_mut().skip(at).take(16).for_each(|b| *b ^= 0xa5),
                        _ => bytes.iter_mut().skip(at).take(4096).for_each(|b| *b = 0),
                    }
                }
            }
        }
        fs::write(&file, &bytes).unwrap();
        *ends.entry(check_damaged(&copied, &states)).or_default() += 1;
        fs::remove_dir_all(&copied).unwrap();
    }
    let harmless = ends.get("unharmed").copied().unwrap_or(0);
    // How much of sled's log is alive differs from run to run.
    assert!(harmless < 70 && ends.contains_key("rebuild"), "the damage was real: {ends:?}");
}

#[test]
fn a_crash_before_flush_leaves_an_earlier_state() {
    for flush in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        let (catalog, states) = history_of_states(&dir.path().join("live"), flush);
        // What another process would find if this one were killed now: bytes in sled's buffers are lost.
        copy(&dir.path().join("live"), &dir.path().join("killed"));
        let end = check_damaged(&dir.path().join("killed"), &states);
        assert!(end == "unharmed" || !flush && matches!(end, "earlier" | "rebuild"), "{end}");
        drop(catalog);
        assert_eq!(reopen(&dir.path().join("live")).position(), to(300));
    }
}

//! Copies: how long the first one takes, how long one with nothing new, and how long it takes to read one again and to
//! put the vault back.
//!
//! `cargo bench -p jingui-tests --bench copies -- [--records 2000] [--rounds 3]`
//!
//! The first copy is held against `cp -r` of the same vault and a `sync` of what it wrote, one after the other in each
//! round. Both write to the device that `JINGUI_BENCH_DIR` is on. What ours does more: each file is synced by itself,
//! and read again before it gets its name.

mod common;

use common::*;
use jingui_vault::body::Buffers;
use jingui_vault::copies::{CopyOptions, CopyVault, DirTarget, RestoreOptions, Target, restore};
use jingui_vault::env::Env;
use jingui_vault::fs::OsFs;
use std::fs;
use std::path::Path;
use std::sync::Arc;

fn main() {
    let Some(words) = arguments() else { return };
    let (records, rounds) = (number(&words, "--records", 2000), number(&words, "--rounds", 3));
    let scratch = scratch();
    let house = House::begin(scratch.path());
    let session = house.sign_in(Arc::new(OsFs));
    let (mut chance, mut buffers) = (Chance(1), Buffers::new());
    for index in 0..records {
        // Five documents of a tenth of a megabyte or so, as the other benchmarks have them.
        let documents = (0..5).map(|no| {
            let size = chance.between(20_000, 260_000) as usize;
            incoming(InMemory(format!("{no}.jpg").into(), chance.scan(size).into()))
        });
        let documents = documents.collect();
        session.file(&filing(index, documents), &mut buffers).expect("it is filed");
    }
    let vault = session.vault().clone();
    let bytes = vault.state().counts.body_bytes;
    say(&format!("\nCopies of {records} records, {} of bodies", human(bytes)));
    say(&format!("{}\n", machine(scratch.path())));
    let place = scratch.path().join("copy");
    let env = Env::of_host();
    let target =
        || -> Arc<dyn Target> { Arc::new(DirTarget::open(env.clone(), &place).expect("it is there")) };
    let copy = || vault.copy_to(&*target(), &CopyOptions::default()).expect("a copy is made");
    let mut took = [(); 6].map(|()| Vec::new());
    for _ in 0..rounds {
        let plain = scratch.path().join("plain");
        clear(&plain);
        clear(&place);
        fs::create_dir(&place).expect("a new directory");
        warm(&house.vault());
        settle();
        let line = format!("cp -r '{}' '{}' && sync", house.vault().display(), plain.display());
        took[0].push(timed(|| shell(&line)).0.wall);
        clear(&plain);
        settle();
        let (first, made) = timed(copy);
        assert!(made.lacking.is_empty(), "the vault is whole");
        took[1].push(first.wall);
        settle();
        took[2].push(timed(copy).0.wall);
        settle();
        let (read, _) = timed(|| {
            let copy = CopyVault::open(&env, target(), None, None).expect("it opens");
            let checked = copy.verify(None, 0, &|_| {}, &|| false).expect("it can be read");
            assert!(checked.report.findings.is_empty(), "the copy is whole");
        });
        took[3].push(read.wall);
        settle();
        let (opened, _) = timed(|| {
            let copy =
                CopyVault::open(&env, target(), None, Some(scratch.path().join("keys"))).expect("it opens");
            let session = copy.vault().expect("a vault").sign_in(house.person()).expect("a key");
            let checked = copy.verify(Some(&session), 32, &|_| {}, &|| false).expect("it can be read");
            assert!(checked.report.findings.is_empty(), "the copy is whole");
        });
        took[4].push(opened.wall);
        let back = scratch.path().join("back");
        clear(&back);
        settle();
        let put_back = || restore(&env, target(), &back, &RestoreOptions::default()).expect("it comes back");
        let (restored, _) = timed(put_back);
        took[5].push(restored.wall);
        clear(&back);
    }
    let [plain, rest @ ..] = took.map(median);
    let names = [
        "first copy, each file synced and read again",
        "copy with nothing new but its own line",
        "verify a copy without keys, warm",
        "verify a copy, 32 records opened, warm",
        "restore, each file synced",
    ];
    let mut rows = vec![vec!["cp -r, then sync".into(), format!("{plain:.2}"), "1.00".into()]];
    rows.extend(
        names.iter().zip(rest).map(|(name, wall)| {
            vec![(*name).to_owned(), format!("{wall:.2}"), format!("{:.2}", wall / plain)]
        }),
    );
    table(&["what", "wall s", "× cp"], &rows);
}

fn clear(dir: &Path) {
    if dir.exists() {
        fs::remove_dir_all(dir).expect("it can be removed");
    }
}

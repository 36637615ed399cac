//! Push: how long it takes to send an archive to a store, and to read and open all of it there, beside `rclone` (Debian) on
//! the same files and the same server; how much is sent twice by a push that was cut off.
//!
//! `cargo bench -p jingui-tests --bench push -- [--records 2000] [--rounds 3] [--small]`
//!
//! The server is the one of the tests: `s3s-fs` in this process, its objects in memory where the system has such a place. So
//! both share two cores with it. `rclone copy` sends the files; `rclone check --download` reads them back. A push sends
//! and reads back each file; accepting reads all of it once more and opens every document.

mod common;

use common::*;
use jingui_tests::object_store::{BUCKET, ID, SECRET, Store};
use jingui_vault::body::Buffers;
use jingui_vault::copies::{CopyOptions, CopyVault, THREADS_FAR};
use jingui_vault::env::Env;
use jingui_vault::fs::OsFs;
use jingui_vault::{Error, Vault};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

/// What of a vault is no part of a copy.
const LEFT_OUT: &[&str] = &["derived", "staging", "run", "text", "quarantine", "settings"];

fn main() {
    let Some(words) = arguments() else { return };
    let small = words.iter().any(|word| word == "--small");
    let records = number(&words, "--records", if small { 50_000 } else { 2000 });
    let rounds = number(&words, "--rounds", 3);
    let scratch = scratch();
    let house = House::begin(scratch.path());
    let session = house.sign_in(Arc::new(OsFs));
    let (mut chance, mut buffers) = (Chance(1), Buffers::new());
    for index in 0..records {
        let documents = (0..if small { 1 } else { 5 }).map(|no| {
            let size = if small { chance.between(200, 2000) } else { chance.between(20_000, 260_000) };
            incoming(InMemory(format!("{no}.jpg").into(), chance.scan(size as usize).into()))
        });
        let documents = documents.collect();
        session.file(&filing(index, documents), &mut buffers).expect("it is filed");
    }
    let vault = session.vault().clone();
    let bytes = vault.state().counts.body_bytes;
    say(&format!("\nPush of {records} records, {} of bodies", human(bytes)));
    say(&format!("{}\n", machine(scratch.path())));
    let peer = Command::new("rclone").arg("version").output().is_ok_and(|out| out.status.success());
    if !peer {
        say("rclone is not installed: nothing to compare with");
    }
    let mut took = [(); 4].map(|()| Vec::new());
    for _ in 0..rounds {
        warm(&house.vault());
        let store = Store::start();
        if peer {
            took[0].push(timed(|| rclone(&store, &["copy"], &house.vault())).0.wall);
            took[1].push(timed(|| rclone(&store, &["check", "--download"], &house.vault())).0.wall);
        }
        drop(store);
        let store = Store::start();
        let push = || {
            let options = CopyOptions { outside: true, threads: THREADS_FAR, ..CopyOptions::default() };
            vault.push(&*store.target().expect("it is there"), &options).expect("it is pushed")
        };
        let (first, pushed) = timed(push);
        assert!(pushed.made.lacking.is_empty(), "the vault is whole");
        took[2].push(first.wall);
        store.hear();
        let (accepted, _) = timed(|| {
            let keys = Some(scratch.path().join("keys"));
            let target = store.any().expect("it is there");
            let copy = CopyVault::open(&Env::of_host(), target, None, keys).expect("it opens");
            let session = copy.vault().expect("a vault").sign_in(house.person()).expect("a key");
            let checked = copy.verify(Some(&session), u64::MAX, &|_| {}, &|| false).expect("it can be read");
            assert!(checked.report.findings.is_empty() && checked.sampled == records, "all of it opens");
        });
        took[3].push(accepted.wall);
    }
    let [copy, check, push, accept] = took.map(median);
    let mut rows = Vec::new();
    let mut row = |name: &str, wall: f64, beside: f64| {
        let ratio = if peer { format!("{:.2}", wall / beside) } else { "-".into() };
        rows.push(vec![name.to_owned(), format!("{wall:.2}"), ratio]);
    };
    if peer {
        row("rclone copy", copy, copy);
        row("rclone copy, rclone check --download", copy + check, copy + check);
    }
    row("push, each file read back", push, copy);
    row("push, then everything read and opened", push + accept, copy + check);
    table(&["what", "wall s", "× rclone"], &rows);
    let again = sent_twice(&vault);
    say(&format!("\nOf a push that was cut off in the middle {:.2} % were sent twice.", again * 100.0));
}

/// Runs rclone on what of a vault goes into a copy, as many files at a time as a push.
fn rclone(store: &Store, words: &[&str], vault: &Path) {
    let mut command = Command::new("rclone");
    command.args(words).arg(vault).arg(format!("store:{BUCKET}/rclone"));
    for out in LEFT_OUT {
        command.arg("--exclude").arg(format!("/{out}/**"));
    }
    let threads = THREADS_FAR.to_string();
    command.args(["--config", "/dev/null", "--transfers", &threads, "--checkers", &threads]);
    command.args(["--s3-no-check-bucket", "--quiet"]);
    // A bundle that other programs are told of is one that this version of it cannot use.
    command.env_remove("AWS_CA_BUNDLE");
    command.env("RCLONE_CONFIG_STORE_TYPE", "s3").env("RCLONE_CONFIG_STORE_PROVIDER", "Other");
    command
        .env("RCLONE_CONFIG_STORE_ENDPOINT", store.endpoint())
        .env("RCLONE_CONFIG_STORE_REGION", "us-east-1");
    command.env("RCLONE_CONFIG_STORE_ACCESS_KEY_ID", ID).env("RCLONE_CONFIG_STORE_SECRET_ACCESS_KEY", SECRET);
    let ran = command.output().expect("rclone runs");
    assert!(ran.status.success(), "rclone {words:?}: {}", String::from_utf8_lossy(&ran.stderr));
}

/// Cuts a push off in the middle, pushes again, and says which share of the bytes went twice.
fn sent_twice(vault: &Vault) -> f64 {
    let half = vault.state().counts.body_bytes / 2;
    let store = Store::start();
    let sent = || store.hear().iter().filter(|h| h.method == "PUT").map(|h| h.bytes as u64).sum::<u64>();
    let (so_far, target) = (std::cell::Cell::new(0), store.target().expect("it is there"));
    let cut = vault.push(
        &*target,
        &CopyOptions {
            threads: THREADS_FAR,
            progress: &|step| so_far.set(step.bytes),
            interrupted: &|| so_far.get() > half,
            ..CopyOptions::default()
        },
    );
    assert!(matches!(cut, Err(Error::Interrupted {})), "it was to be cut off");
    let first = sent();
    let options = CopyOptions { threads: THREADS_FAR, ..CopyOptions::default() };
    vault.push(&*store.target().expect("it is there"), &options).expect("it is pushed");
    let all = first + sent();
    let there: u64 = walk(&store.place());
    all.saturating_sub(there) as f64 / there as f64
}

fn walk(dir: &Path) -> u64 {
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.metadata().map_or(0, |m| if m.is_dir() { walk(&entry.path()) } else { m.len() }))
        .sum()
}

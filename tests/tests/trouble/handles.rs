//! No more descriptors, from the start or in the middle.

use crate::seen;
use jingui_tests::program::{Desk, has_entries, is_a_refusal, until};
use jingui_tests::{long, say};
use std::collections::BTreeMap;
use std::fs::File;
use std::process::{Command, Stdio};

fn prlimit(test: &str) -> bool {
    let found = Command::new("prlimit").arg("-V").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if found.is_err() {
        say(&format!("skipped: {test}: no prlimit here"));
    }
    found.is_ok()
}

#[test]
fn with_any_number_of_descriptors_a_filing_is_done_or_refused_clearly() {
    if !prlimit("too few descriptors") {
        return;
    }
    let mut desk = Desk::solo();
    let first = desk.filed_text("first.txt", "first");
    let (mut records, mut codes, mut enough) = (1, BTreeMap::new(), None);
    for limit in (4..40).step_by(if long() { 1 } else { 4 }) {
        let path = desk.file(format!("{limit}.txt"), format!("with {limit} descriptors"));
        desk.go_through(["prlimit".into(), format!("--nofile={limit}:{limit}"), "--".into()]);
        let ran = desk.call("me", ["add"]).args(jingui_tests::program::LABELS).arg(&path).run();
        let listed = desk.run("me", ["list"]);
        desk.go_through::<String>([]);
        *codes.entry(ran.code).or_insert(0) += 1;
        let filed = ran.code == 0;
        records += usize::from(filed);
        if !filed {
            let code = ran.code;
            assert!(matches!(code, 1 | 4 | 15 | 127), "{limit}: {code}: {}", ran.err);
            // Before it has its three streams a second time it cannot say anything, nor can the loader.
            if code == 4 || (code == 1 && !ran.err.is_empty()) {
                is_a_refusal(&ran, "");
            }
            ran.exits(code);
        }
        assert!(matches!(listed.code, 0 | 1 | 4 | 15 | 127), "{limit}: {}", listed.err);
        assert_eq!(desk.records("me").len(), records, "with {limit} descriptors");
        if filed && enough.is_none() {
            enough = Some(limit);
        }
    }
    let enough = enough.expect("with enough of them it files");
    desk.sound("me");
    assert_eq!(desk.document("me", &first, 1), b"first");
    seen(
        20,
        "too few descriptors (`prlimit --nofile`)",
        "clear message, nothing lost, works again after",
        &format!("limits of 4 to 39: filed from {enough} on; exit codes {codes:?}; nothing half"),
    );
}

#[test]
fn a_holder_that_runs_out_of_descriptors_gets_over_it() {
    if !prlimit("a holder without descriptors") {
        return;
    }
    let desk = Desk::solo();
    let first = desk.filed_text("first.txt", "first");
    // Filing something large, it holds the vault for a while.
    let large = desk.path("large.bin");
    File::create(&large).unwrap().set_len(400 << 20).unwrap();
    let holder = desk.add("me", [&large]).spawn();
    until("staging", || has_entries(&desk.vault().join("staging")));
    let limit = |limit: &str| {
        let id = holder.id().to_string();
        let set = Command::new("prlimit").args(["--pid", &id, &format!("--nofile={limit}")]).status();
        set.is_ok_and(|status| status.success())
    };
    assert!(limit("3:1024"), "the holder is at its work");
    let starved = desk.add("me", [desk.file("starved.txt", "starved")]).spawn();
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert!(limit("1024:1024"), "the holder is at its work");
    let starved = starved.wait();
    let code = starved.code;
    assert!(matches!(code, 0 | 1 | 11), "{code}: {}", starved.err);
    starved.exits(code);
    let held = holder.wait();
    let held_code = held.code;
    assert!(matches!(held_code, 0 | 1), "{held_code}: {}", held.err);
    held.exits(held_code);
    desk.add("me", [desk.path("starved.txt")]).run().ok();
    desk.add("me", [&large]).run().ok();
    assert_eq!(desk.records("me").len(), 3);
    assert_eq!(desk.document("me", &first, 1), b"first");
    desk.sound("me");
    seen(
        21,
        "",
        "a holder that runs out in the middle loses nothing and works again",
        &format!(
            "its own `add` of 400 MiB ended with {held_code}, a guest's with {code}; both filed afterwards"
        ),
    );
}

//! Disposal: how long a plan takes a line, a record's dates, and a run of ten thousand beside removing as many files.
//!
//! `cargo bench -p jingui-tests --bench disposal -- [--records 10000] [--rounds 5]`
//!
//! Every record was taken back years ago, so all of them are due. The plan is made twice over: for a day on which nothing is due
//! (the journal read, folded, rights held against each line) and for today (the signatures of every line that bears on a
//! record as well). The vault lies where the tests' vaults lie, in memory where the system has such a place, and so do
//! the files that are removed beside it: what is compared is the work, not the disk.

mod common;

use common::*;
use jingui_schema::facts::{DocumentKind, Outcome, Verdict, Waived};
use jingui_schema::id::RecordId;
use jingui_schema::time::Day;
use jingui_tests::disposal::Yard;
use jingui_vault::body::Buffers;
use jingui_vault::filing::{Filing, Labels};
use jingui_vault::fs::OsFs;
use jingui_vault::review::Review;
use std::path::Path;
use std::sync::Arc;

fn main() {
    let Some(words) = arguments() else { return };
    let (records, rounds) = (number(&words, "--records", 10_000), number(&words, "--rounds", 5));
    let yard = Yard::new(false);
    let vault = yard.open(Arc::new(OsFs)).expect("it opens");
    let (founder, mut buffers, mut chance) = (yard.founder(&vault), Buffers::new(), Chance(1));
    let waived = DocumentKind::ALL.iter().map(|kind| Waived {
        kind: *kind,
        gap: None,
        reason: "old".into(),
        by: None,
    });
    let waived: Vec<Waived> = waived.collect();
    let mut ids: Vec<RecordId> = Vec::new();
    for index in 0..records {
        let documents = vec![incoming(InMemory("form.txt".into(), chance.text(2000).into()))];
        let plain = filing(index, documents);
        let labels = Labels {
            outcome: Outcome::Withdrawn,
            date: "2019-03-01".parse().expect("a day"),
            waived: waived.clone(),
            ..plain.labels
        };
        ids.push(founder.file(&Filing { labels, ..plain }, &mut buffers).expect("it is filed").record);
    }
    let reviewer = yard.reviewer(&vault);
    for part in ids.chunks(1000) {
        let review =
            Review { records: part, verdict: Verdict::Passed, reason: None, compared: &[], plan: None };
        assert!(reviewer.review(&review, false).expect("reviewed").refused.is_empty());
    }
    let lines = vault.state().lines;
    say(&format!("\nDisposal of {records} records; {lines} lines\n{}\n", machine(yard.dir.path())));

    let early: Day = "2019-03-02".parse().expect("a day");
    let today = vault.today();
    let mut took = [(); 3].map(|()| Vec::new());
    let mut signatures = 0;
    for _ in 0..rounds {
        let (dates, _) = timed(|| vault.ledger(Day::FOR_GOOD, &|| false).expect("it folds"));
        let (nothing, _) =
            timed(|| vault.draw_plan(None, Some(early), None, &|| false).expect("none is due"));
        let (all, drawn) =
            timed(|| vault.draw_plan(None, Some(today), None, &|| false).expect("all are due"));
        assert_eq!(drawn.file.rows.len() as u64, records.min(jingui_vault::disposal::ROWS_MAX as u64));
        signatures = drawn.signatures;
        for (figures, one) in took.iter_mut().zip([dates, nothing, all]) {
            figures.push(one.wall);
        }
    }
    let [dates, nothing, all] = took.map(median);
    let micros = |seconds: f64, of: u64| seconds * 1e6 / of as f64;
    say(&format!("dates of all records (why, due): {:.3} s, {:.2} µs a line", dates, micros(dates, lines)));
    say(&format!("plan, nothing due: {:.3} s, {:.2} µs a line", nothing, micros(nothing, lines)));
    say(&format!(
        "plan, all due: {:.3} s, of which {:.1} µs a signature ({signatures} of them)",
        all,
        micros(all - nothing, signatures)
    ));

    let plan = yard.ripe(&vault);
    let (ran, done) = timed(|| yard.run(&vault, plan).expect("it runs"));
    assert_eq!(done.destroyed.len() as u64, records);
    let beside = jingui_tests::scratch();
    make(beside.path(), records);
    let (unlinked, ()) = timed(|| remove(beside.path()));
    say(&format!(
        "run: {:.3} s; as many files unlinked and their directories synced: {:.3} s",
        ran.wall, unlinked.wall
    ));
    say(&format!("run, without what a plan of all costs: {:.2} × unlink", (ran.wall - all) / unlinked.wall));
    say(&format!("most memory: {}", human(peak_memory())));
}

/// Two small files for each record, 4096 in a directory.
fn make(dir: &Path, records: u64) {
    for index in 0..records {
        for top in ["covers", "bodies"] {
            let dir = dir.join(top).join(format!("{:06}", index / 4096));
            std::fs::create_dir_all(&dir).expect("a directory");
            std::fs::write(dir.join(format!("{index}.age")), [0; 2000]).expect("a file");
        }
    }
}

fn remove(dir: &Path) {
    for top in ["covers", "bodies"] {
        for place in std::fs::read_dir(dir.join(top)).expect("there").flatten() {
            for file in std::fs::read_dir(place.path()).expect("there").flatten() {
                std::fs::remove_file(file.path()).expect("removed");
            }
            std::fs::File::open(place.path()).and_then(|dir| dir.sync_all()).expect("synced");
        }
    }
}

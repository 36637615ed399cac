//! Reading: opening a vault, lists and lookups, one document of a large body, the catalog made anew, verification.
//!
//! `cargo bench -p jingui-tests --bench reading -- [--records N] [--rounds R] [--large BYTES]`
//!
//! Two vaults: one of N small records, one of some hundred MB in ordinary records and one large body.

mod common;

use common::*;
use jingui_schema::id::RecordId;
use jingui_vault::Session;
use jingui_vault::body::{Buffers, Incoming};
use jingui_vault::catalog::Query;
use jingui_vault::fs::OsFs;
use jingui_vault::verify::{Scope, VerifyOptions};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// Rows of a page, as people look at them.
const PAGE_ROWS: usize = 50;
/// Questions of one kind in a round.
const QUESTIONS: u64 = 300;

fn main() {
    let Some(words) = arguments() else { return };
    let records = number(&words, "--records", 5000);
    let rounds = number(&words, "--rounds", 3);
    let large = number(&words, "--large", 1 << 30);
    let scratch = scratch();
    say(&format!("\nReading; {rounds} rounds"));
    say(&format!("{}\n", machine(scratch.path())));
    many_records(&scratch.path().join("many"), records, rounds);
    large_bodies(&scratch.path().join("large"), large, rounds);
}

fn file_all(session: &Session, count: u64, documents: impl Fn(u64) -> Vec<Incoming> + Sync) {
    let next = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut buffers = Buffers::new();
                loop {
                    let record = next.fetch_add(1, Ordering::Relaxed);
                    if record >= count {
                        return;
                    }
                    session.file(&filing(record, documents(record)), &mut buffers).expect("it is filed");
                }
            });
        }
    });
}

fn in_memory(name: &str, bytes: Vec<u8>) -> Incoming {
    incoming(InMemory(name.into(), bytes.into()))
}

fn many_records(root: &Path, records: u64, rounds: u64) {
    let house = House::begin(root);
    let session = house.sign_in(Arc::new(OsFs));
    file_all(&session, records, |record| {
        let mut chance = Chance(record);
        vec![in_memory("申请表.txt", chance.text(1500)), in_memory("身份证.jpg", chance.scan(2000))]
    });
    drop(session);

    let derived = house.vault().join("derived");
    let (mut folded, mut opened, mut rebuilt, mut first) = (vec![], vec![], vec![], vec![]);
    for _ in 0..rounds {
        // What is derived is lost: all lines are read, their chain is checked, tree and state are made anew.
        std::fs::remove_dir_all(&derived).expect("it may be lost at any time");
        settle();
        let (took, vault) = timed(|| house.open(Arc::new(OsFs)));
        folded.push(took.wall);
        drop(vault);
        let session = house.sign_in(Arc::new(OsFs));
        let (took, count) = timed(|| session.rebuild_catalog().expect("it is made anew"));
        assert_eq!(count, records, "all records are there");
        rebuilt.push(took.wall);
        drop(session);
        settle();
        let (took, vault) = timed(|| house.open(Arc::new(OsFs)));
        opened.push(took.wall);
        drop(vault);
        let (took, _) = timed(|| house.sign_in(Arc::new(OsFs)).list(&page()).expect("a page"));
        first.push(took.wall);
    }

    let session = house.sign_in(Arc::new(OsFs));
    let rows = session.list(&Query { limit: records as usize, ..Query::default() }).expect("a list").rows;
    let ids: Vec<(RecordId, String)> =
        rows.iter().map(|row| (row.record, row.facts.number.to_string())).collect();
    drop(rows);
    let mut chance = Chance(7);
    let mut pick = || ids[chance.next() as usize % ids.len()].clone();
    let pages = asked(rounds, || drop(session.list(&page()).expect("a page")));
    let mut project = 0;
    let projects = asked(rounds, || {
        project += 1;
        let query = Query { project: Some(format!("项目 {}", project % 40)), ..page() };
        drop(session.list(&query).expect("a page"));
    });
    let lookups = asked(rounds, || {
        session.resolve(&pick().1).expect("it is there");
    });
    let shown = asked(rounds, || drop(session.view(pick().0).expect("it is there")));
    let mut out = Vec::new();
    let documents = asked(rounds, || {
        out.clear();
        let opening = session.open_documents(pick().0, &[1], None, None).expect("it may be opened");
        opening.copy(&opening.documents()[0], &mut out).expect("it is whole");
    });

    let millis = |seconds: f64| format!("{:.2} ms", seconds * 1e3);
    let each =
        |what: &str, took: Vec<f64>| vec![what.to_owned(), millis(median(took.clone())), millis(p99(took))];
    table(
        &[&format!("with {records} small records"), "median", "p99"],
        &[
            each("a page of 50, newest first", pages),
            each("a page of 50 of one project", projects),
            each("a record by its archive number", lookups),
            each("show: the record's cover, opened and checked", shown),
            each("open: journalled durably, then one small document", documents),
        ],
    );
    let journal =
        std::fs::metadata(house.vault().join("journal/000000000001.jsonl")).map_or(0, |meta| meta.len());
    let rate = |took: &[f64]| format!("{:.0} records/s", records as f64 / median(took.to_vec()));
    let line =
        |what: &str, took: &[f64], rate: String| vec![what.to_owned(), millis(median(took.to_vec())), rate];
    table(
        &[&format!("with {records} small records, {} of journal", human(journal)), "median", "rate"],
        &[
            line("open the vault", &opened, "–".into()),
            line("open, sign in, first page", &first, "–".into()),
            line("open with all that is derived lost: every line read and checked", &folded, rate(&folded)),
            line("catalog made anew: every cover opened and checked", &rebuilt, rate(&rebuilt)),
        ],
    );
}

fn page() -> Query {
    Query { limit: PAGE_ROWS, ..Query::default() }
}

/// Seconds of each of some hundred questions.
fn asked(rounds: u64, mut question: impl FnMut()) -> Vec<f64> {
    (0..rounds * QUESTIONS)
        .map(|_| {
            let start = Instant::now();
            question();
            start.elapsed().as_secs_f64()
        })
        .collect()
}

fn large_bodies(root: &Path, large: u64, rounds: u64) {
    let house = House::begin(root);
    let session = house.sign_in(Arc::new(OsFs));
    file_all(&session, 300, |record| {
        let mut chance = Chance(record);
        (0..3)
            .map(|no| {
                let size = chance.between(150_000, 300_000) as usize;
                in_memory(&format!("{no}.jpg"), chance.scan(size))
            })
            .collect()
    });
    // The small one comes last, so that whoever read the body from its beginning would read all of it.
    let huge = root.join("huge.tif");
    make_large(&huge, large);
    let documents = vec![incoming(OnDisk::at(&huge)), in_memory("small.txt", Chance(1).text(10_000))];
    let filed = session.file(&filing(1_000_000, documents), &mut Buffers::new()).expect("it is filed");
    std::fs::remove_file(&huge).expect("it is ours");

    let mut took = Vec::new();
    let mut read = 0;
    for _ in 0..rounds * 10 {
        let (before, start) = (bytes_moved().0, Instant::now());
        let opening = session.open_documents(filed.record, &[2], None, None).expect("it may be opened");
        let mut out = Vec::new();
        opening.copy(&opening.documents()[0], &mut out).expect("it is whole");
        took.push(start.elapsed().as_secs_f64());
        read = bytes_moved().0 - before;
    }
    table(
        &[
            &format!("one document of 10 kB behind one of {}", human(large)),
            "median",
            "p99",
            "bytes read, all told",
        ],
        &[vec![
            "open: journalled durably, then given out".into(),
            format!("{:.2} ms", median(took.clone()) * 1e3),
            format!("{:.2} ms", p99(took) * 1e3),
            human(read),
        ]],
    );
    drop(session);
    verify(&house, rounds);
}

fn make_large(path: &Path, bytes: u64) {
    use std::io::Write as _;
    let mut file = std::io::BufWriter::new(std::fs::File::create(path).expect("a file can be made"));
    let (mut chance, mut piece, mut left) = (Chance(3), vec![0; 1 << 20], bytes);
    while left > 0 {
        let some = left.min(1 << 20) as usize;
        chance.fill(&mut piece[..some]);
        file.write_all(&piece[..some]).expect("there is room");
        left -= some as u64;
    }
    file.flush().expect("there is room");
}

fn verify(house: &House, rounds: u64) {
    let dir = house.vault();
    let vault = house.open(Arc::new(OsFs));
    let (mut ours, mut theirs, mut ratios, mut bytes) = (vec![], vec![], vec![], 0);
    let peer = has("b3sum");
    for _ in 0..rounds {
        warm(&dir);
        settle();
        let (took, report) = timed(|| {
            let options =
                VerifyOptions { session: None, scope: Scope::All, progress: &|_| {}, interrupted: &|| false };
            vault.verify(&options).expect("it runs")
        });
        assert!(report.findings.is_empty(), "the vault is whole");
        ours.push(took.wall);
        bytes = report.bytes;
        if peer {
            settle();
            let line = format!(
                "cd '{}' && find bodies covers notes -type f -print0 | xargs -0 b3sum >/dev/null",
                dir.display()
            );
            let (took, _) = timed(|| shell(&line));
            ratios.push(took.wall / ours.last().expect("one was taken"));
            theirs.push(took.wall);
        }
    }
    let rate = |took: Vec<f64>| format!("{:.2} GB/s", bytes as f64 / 1e9 / median(took));
    let mut rows = vec![vec!["verify without keys".to_owned(), rate(ours), format!("{:.2}", median(ratios))]];
    match peer {
        true => rows.push(vec!["b3sum of the same files".into(), rate(theirs), "1.00".into()]),
        false => say("Skipped, not installed: b3sum"),
    }
    table(&[&format!("{} of sealed files, warm", human(bytes)), "bytes/s", "× b3sum"], &rows);
}

//! The index behind a journal that goes on: filings, reviews, destructions, cuts, another epoch.

use jingui_indexer::extract::Launch;
use jingui_indexer::follow::{Follower, Wanted, Watch};
use jingui_indexer::index::{Ask, Index};
use jingui_schema::id::RecordId;
use jingui_tests::disposal::Yard;
use jingui_tests::faults::{Fault, FaultFs};
use jingui_tests::house::{CANARY, filing, text_doc, verify};
use jingui_tests::program::program;
use jingui_tests::sweep::{Table, Tried, os};
use jingui_vault::body::Buffers;
use jingui_vault::filing::Filing;
use jingui_vault::{Session, Vault};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

fn follower(yard: &Yard) -> Follower {
    let dir = yard.house.vault().join("derived/index");
    Follower::new(dir, Launch::of(program(), ["extract-child"]))
}

fn found(follower: &Follower, session: &Session, query: &str) -> Vec<RecordId> {
    let ask = Ask { query, limit: 100, ..Ask::default() };
    let answer = follower.ask(session, &Watch::NOBODY, |index| index.search(&ask)).unwrap();
    let mut records: Vec<RecordId> = answer.hits.iter().map(|hit| hit.record).collect();
    records.sort_unstable();
    records
}

/// Whether a word stands in any file of the index, opened.
fn stands(follower: &Follower, session: &Session, word: &str) -> bool {
    let look = |index: &Index| Ok(index.opened_files().expect("the files open"));
    let files = follower.ask(session, &Watch::NOBODY, look).unwrap();
    let is_in = |bytes: &[u8]| bytes.windows(word.len()).any(|part| part == word.as_bytes());
    files.iter().any(|(_, bytes)| is_in(bytes))
}

fn sorted(records: &[RecordId]) -> Vec<RecordId> {
    let mut records = records.to_vec();
    records.sort_unstable();
    records
}

#[test]
fn what_was_destroyed_is_in_no_file_of_the_index_any_more() {
    let yard = Yard::new(false);
    let vault = yard.open(os()).unwrap();
    let due = yard.file_due(&vault, "zebra", 3);
    let kept = yard.file(&vault, "heron", "2026-11-01", 1);
    let session = yard.founder(&vault);
    let follower = follower(&yard);
    let read = follower.read(&session, Wanted::New, None, &Watch::NOBODY).unwrap();
    assert_eq!((read.documents, read.stopped), (7, false), "{read:?}");
    assert_eq!(found(&follower, &session, "zebra"), sorted(&due));
    assert_eq!(found(&follower, &session, "heron"), [kept]);
    assert!(stands(&follower, &session, "zebra") && stands(&follower, &session, CANARY));
    let plan = yard.ripe(&vault);
    yard.run(&vault, plan).unwrap();
    assert_eq!(found(&follower, &session, "zebra"), Vec::<RecordId>::new());
    assert!(!stands(&follower, &session, "zebra"));
    assert_eq!(found(&follower, &session, "heron"), [kept]);
    // One that was made anew from the beginning says the same.
    assert_eq!(follower.rebuild(&session, &Watch::NOBODY).unwrap(), 1);
    assert_eq!(found(&follower, &session, "zebra"), Vec::<RecordId>::new());
    assert!(!stands(&follower, &session, "zebra"));
}

#[test]
fn what_a_crash_leaves_between_commit_and_merge_goes_with_the_next_search() {
    let yard = Yard::new(false);
    let vault = yard.open(os()).unwrap();
    let due = yard.file_due(&vault, "zebra", 2);
    let session = yard.founder(&vault);
    let first = follower(&yard);
    assert_eq!(found(&first, &session, "zebra"), sorted(&due));
    drop(first);
    // The index as it was before the destruction, put back after it.
    let dir = yard.house.vault().join("derived/index");
    let aside = yard.dir.path().join("aside");
    jingui_tests::copy_tree(&dir, &aside);
    let plan = yard.ripe(&vault);
    yard.run(&vault, plan).unwrap();
    std::fs::remove_dir_all(&dir).unwrap();
    jingui_tests::copy_tree(&aside, &dir);
    let again = follower(&yard);
    assert_eq!(found(&again, &session, "zebra"), Vec::<RecordId>::new());
    assert!(!stands(&again, &session, "zebra"));
}

#[test]
fn reading_stops_when_it_is_told_and_goes_on_where_it_was() {
    let yard = Yard::new(false);
    let vault = yard.open(os()).unwrap();
    let records = yard.file_due(&vault, "zebra", 9);
    let session = yard.founder(&vault);
    let follower = follower(&yard);
    let asked = AtomicUsize::new(0);
    let stop = || asked.fetch_add(1, Ordering::Relaxed) > 8;
    let part = follower.read(&session, Wanted::New, None, &Watch { progress: &|_| {}, stop: &stop }).unwrap();
    assert!(part.stopped && part.documents > 0 && part.documents < 18, "{part:?}");
    let none = follower.read(&session, Wanted::New, Some(Instant::now()), &Watch::NOBODY).unwrap();
    assert_eq!((none.documents, none.stopped), (0, true));
    let rest = follower.read(&session, Wanted::New, None, &Watch::NOBODY).unwrap();
    assert_eq!((part.documents + rest.documents, rest.stopped), (18, false));
    assert_eq!(found(&follower, &session, "zebra"), sorted(&records));
    assert_eq!(follower.read(&session, Wanted::New, None, &Watch::NOBODY).unwrap().documents, 0);
    assert_eq!(unread(&follower, &session), 9); // bytes of no kind: read, and nothing in them
}

fn unread(follower: &Follower, session: &Session) -> u64 {
    let ask = Ask { query: "heron", limit: 1, ..Ask::default() };
    follower.ask(session, &Watch::NOBODY, |index| index.search(&ask)).unwrap().unread
}

#[test]
fn what_people_say_of_a_record_is_found_at_once() {
    let yard = Yard::new(false);
    let vault: Vault = yard.open(os()).unwrap();
    let record = yard.file(&vault, "heron", "2026-11-01", 1);
    let session = yard.founder(&vault);
    let follower = follower(&yard);
    assert_eq!(found(&follower, &session, "heron state:archived"), [record]);
    assert_eq!(unread(&follower, &session), 1); // nobody has read its document
    let young = yard.file(&vault, "heron", "2026-11-02", 1);
    assert_eq!(found(&follower, &session, "heron state:archived"), sorted(&[record, young]));
    // Another index of the same journal, behind its own position, in another process.
    drop(follower);
    let follower = self::follower(&yard);
    assert_eq!(found(&follower, &session, "heron"), sorted(&[record, young]));
    yard.rotate(&vault);
    let session = yard.founder(&vault);
    assert_eq!(found(&follower, &session, "heron"), sorted(&[record, young]));
}

/// Files a record whose one document says this, and that it is plain text.
fn file_text(yard: &Yard, vault: &Vault, words: &str) -> RecordId {
    let incoming = vec![text_doc("letter.txt", &format!("{words} and nothing else stands in this letter\n"))];
    let filing = Filing { incoming, ..filing("letter", 0, None) };
    yard.founder(vault).file(&filing, &mut Buffers::new()).unwrap().record
}

/// Two yards whose index is behind: by two letters that nobody has read, and by a record that was destroyed.
fn behind(destroyed: bool) -> (Yard, Vec<(&'static str, Vec<RecordId>)>) {
    let yard = Yard::new(false);
    let vault = yard.open(os()).unwrap();
    let old = vec![file_text(&yard, &vault, "heron")];
    let due = if destroyed { yard.file_due(&vault, "lapwing", 1) } else { Vec::new() };
    let (session, first) = (yard.founder(&vault), follower(&yard));
    first.read(&session, Wanted::New, None, &Watch::NOBODY).unwrap();
    assert_eq!((found(&first, &session, "heron"), found(&first, &session, "lapwing")), (old.clone(), due));
    let right = if destroyed {
        let plan = yard.ripe(&vault);
        yard.run(&vault, plan).unwrap();
        vec![("heron", old), ("lapwing", Vec::new())]
    } else {
        let young = ["zebra", "zebra once more"].map(|words| file_text(&yard, &vault, words));
        vec![("heron", old), ("zebra", sorted(&young))]
    };
    drop((first, session, vault));
    (yard, right)
}

fn try_find(follower: &Follower, session: &Session, query: &str) -> Option<(Vec<RecordId>, u64)> {
    let ask = Ask { query, limit: 100, ..Ask::default() };
    let answer = follower.ask(session, &Watch::NOBODY, |index| index.search(&ask)).ok()?;
    Some((sorted(&answer.hits.iter().map(|hit| hit.record).collect::<Vec<_>>()), answer.unread))
}

#[test]
fn failed_at_every_operation_an_index_answers_right_or_says_that_it_does_not() {
    let table = Table::default();
    for destroyed in [false, true] {
        let (from, right) = behind(destroyed);
        let trial = |k: u64, fault: Fault| {
            let yard = from.copy();
            let disk = Arc::new(FaultFs::over(os()).only_below(&yard.house.vault()).with_reads());
            let mut wrong = Vec::new();
            let mut look = |follower: &Follower, session: &Session, when: &str, must: bool| {
                for (word, right) in &right {
                    let answer = try_find(follower, session, word);
                    // What is counted as unread may be missing; nothing else may, and nothing may be too much.
                    let fits = answer.as_ref().map(|(found, unread)| {
                        let missing = right.iter().filter(|record| !found.contains(record)).count();
                        found.iter().all(|record| right.contains(record))
                            && missing as u64 <= if must { 0 } else { *unread }
                    });
                    if !fits.unwrap_or(!must) {
                        wrong.push(format!("{when}, {word}: {answer:?} instead of {right:?}"));
                    }
                }
            };
            let vault = yard.open(disk.clone()).unwrap();
            let session = yard.founder(&vault);
            disk.arm(k, fault);
            let first = follower(&yard);
            let _ = first.read(&session, Wanted::New, None, &Watch::NOBODY);
            look(&first, &session, "meanwhile", false);
            let mut tried = Tried::on(&disk, Vec::new());
            disk.lift();
            drop((first, session, vault));
            let vault = yard.open(os()).unwrap();
            let (session, again) = (yard.founder(&vault), follower(&yard));
            look(&again, &session, "opened again", false);
            again.read(&session, Wanted::New, None, &Watch::NOBODY).unwrap();
            look(&again, &session, "read", true);
            if destroyed && stands(&again, &session, "lapwing") {
                wrong.push("what was destroyed stands in the index".into());
            }
            wrong.extend(verify(&session));
            tried.wrong = wrong;
            tried
        };
        let name = if destroyed { "search after a destruction" } else { "read, search" };
        table.sweep(name, 9, &Fault::ALL, &trial);
    }
    assert!(table.trials() > 20, "{} trials", table.trials());
    table.end("faults-index.md");
}

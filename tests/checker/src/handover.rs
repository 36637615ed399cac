//! What was handed over, as files: the lists of receipts, and the journals of archives that were taken in. FORMAT.md section 21.
//!
//! What a list says of records is compared where something was destroyed because of it: until then it may be wrong, and is refused.

use crate::Findings;
use crate::journal::in_one_piece;
use crate::json::Json;
use crate::ledger::{Handover, Ledger, Origin, Record, list_path};
use crate::shelf::{compare, log_key, signed_head};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Compares them with the lines; what is missing or has other bytes is found elsewhere.
pub fn check(dir: &Path, ledger: &Ledger, findings: &mut Findings) {
    let whole =
        |path: &str| ledger.files.get(path).is_some_and(|named| compare(&dir.join(path), named).is_ok());
    for handover in ledger.handovers() {
        for (i, (act, receipt)) in handover.receipts.iter().enumerate() {
            let path = list_path(act);
            let Some(bytes) = whole(&path).then(|| fs::read(dir.join(&path)).unwrap_or_default()) else {
                continue;
            };
            // The last one is that by which it was destroyed.
            let last = handover.finish.as_ref().filter(|_| i + 1 == handover.receipts.len());
            match (read(&bytes, receipt, ledger), last) {
                (Err(why), _) => findings.add(path, why),
                (Ok(rows), Some(keeping)) => {
                    lacks(&rows, keeping, handover, ledger).iter().for_each(|why| findings.add(&path, why));
                }
                (Ok(_), None) => {}
            }
        }
    }
    for (take, taking) in ledger.takings() {
        let received = format!("registers/received-{}-", taking.str("from"));
        let path = format!("{received}{}.jsonl", taking.num("lines"));
        if !whole(&path) || ledger.came_by(take).next().is_none() {
            continue;
        }
        let there = match journal(&dir.join(&path), taking) {
            Ok(there) => there,
            Err(why) => {
                findings.add(path, why);
                continue;
            }
        };
        if let Some((lines, body)) = there.newest_head() {
            let path = format!("{received}{lines}.head");
            let key = there.init.as_ref().and_then(|(init, _)| log_key(init.str("log"), &there.vault));
            let text = || fs::read_to_string(dir.join(&path)).unwrap_or_default();
            let fits = |text: String| {
                signed_head(&text, &there.vault, key.as_ref()).is_some_and(|(signed, _)| signed == body)
            };
            if whole(&path) && !fits(text()) {
                findings
                    .add(path, "is not the newest head of the journal beside it, signed with its log key");
            }
        }
        let mut origin = Origin::of(&there);
        for (seq, at, data) in ledger.came_by(take) {
            let otherwise = origin.otherwise(data, at).join(", ");
            if !otherwise.is_empty() {
                findings.add(
                    &path,
                    format!("says otherwise than line {seq} of {}: {otherwise}", data.str("record")),
                );
            }
        }
    }
}

/// The rows of a list.
fn read(bytes: &[u8], receipt: &Json, ledger: &Ledger) -> Result<Vec<Json>, String> {
    let text = bytes.strip_suffix(b"\n").ok_or("does not end with a line")?;
    let mut lines = text.split(|b| *b == b'\n');
    let head = lines.next().unwrap_or_default();
    let head = Json::read(head, "RECEIPT").map_err(|why| format!("line 1: {why}"))?;
    let keys = ["handover", "lines", "root", "taker", "records"];
    if keys.iter().any(|key| head.get(key) != receipt.get(key)) || head.str("vault") != ledger.vault {
        return Err("its first line is that of another receipt".into());
    }
    let row =
        |(i, line): (usize, &[u8])| Json::read(line, "TAKEN").map_err(|why| format!("line {}: {why}", i + 2));
    let rows = lines.enumerate().map(row).collect::<Result<Vec<Json>, String>>()?;
    let in_order = |row: &Json| row.list("holds").is_sorted_by(|a, b| a.as_str() < b.as_str());
    let ascending = rows.is_sorted_by(|a, b| a.str("record") < b.str("record"));
    match ascending && rows.iter().all(in_order) && rows.len() as u64 == head.num("records") {
        true => Ok(rows),
        false => Err("has not as many rows as it says, or not in order".into()),
    }
}

/// What is not in a list as it is here, and what is not here.
fn lacks(
    rows: &[Json],
    keeping: &BTreeMap<String, BTreeSet<String>>,
    handover: &Handover,
    ledger: &Ledger,
) -> Vec<String> {
    let mut named: BTreeMap<&str, &Json> = rows.iter().map(|row| (row.str("record"), row)).collect();
    let mut wrong = Vec::new();
    // Of a list its records, also once they are gone: nothing has been said of them since.
    let here: Vec<(&String, &Record)> = match &handover.list {
        Some(list) => list.iter().filter_map(|id| ledger.records.get_key_value(id)).collect(),
        None => ledger.alive().collect(),
    };
    for (id, record) in here {
        let Some(row) = named.remove(id.as_str()) else {
            wrong.push(format!("lacks {id}, which was destroyed"));
            continue;
        };
        let number = record.filings.first().and_then(|first| first.get("number"));
        let (n, docs) = (record.versions.len() as u64, record.docs());
        if row.get("number") != number
            || (row.num("n"), row.num("docs")) != (n, docs)
            || row.at("commit") != record.commit()
        {
            wrong.push(format!("has {id} otherwise than it was destroyed"));
        }
        let told: BTreeSet<&str> = row.list("holds").iter().map(Json::as_str).collect();
        if keeping.get(id).is_some_and(|holds| holds.iter().any(|hold| !told.contains(hold.as_str()))) {
            wrong.push(format!("does not name all holds that keep {id}"));
        }
    }
    wrong.extend(named.keys().map(|id| format!("names {id}, which was not there")));
    wrong
}

/// The journal of an archive, every line of it as it has to be, is the one that was taken in.
fn journal(path: &Path, taking: &Json) -> Result<Ledger, String> {
    let mut there = Ledger::default();
    let (lines, root) = in_one_piece(path, |line| there.take(line))?;
    let of_it = there.init.as_ref().is_some_and(|(init, _)| {
        init.get("vault") == taking.get("from") && init.get("fonds") == taking.get("fonds")
    });
    let root = root.map(hex::encode);
    match of_it && lines == taking.num("lines") && root.as_deref() == Some(taking.str("root")) {
        true => Ok(there),
        false => Err("is not the journal that the line names which takes it in".into()),
    }
}

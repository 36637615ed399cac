//! Plans and registers, as files: whether they say what the lines say. FORMAT.md section 18.

use crate::Findings;
use crate::journal::Hash;
use crate::json::Json;
use crate::ledger::{Course, Fate, Ledger};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;

/// Compares each plan and each register with the lines; what is missing or has other bytes is found elsewhere.
pub fn check(dir: &Path, digests: &[Hash], ledger: &Ledger, findings: &mut Findings) {
    for (id, plan) in ledger.plans() {
        let path = format!("plans/{id}.jsonl");
        let Ok(bytes) = fs::read(dir.join(&path)) else { continue };
        let rows = match read_plan(&bytes, plan, digests, ledger) {
            Ok(rows) => rows,
            Err(why) => {
                findings.add(path, why);
                continue;
            }
        };
        for why in begun(&rows, plan) {
            findings.add(&path, why);
        }
        let path = format!("registers/{id}.jsonl");
        if let (Some(sha256), Ok(bytes)) = (&plan.register, fs::read(dir.join(&path)))
            && let Err(why) = check_register(&bytes, sha256, &rows, plan, ledger)
        {
            findings.add(path, why);
        }
    }
}

/// The lines of a text with this digest.
fn lines<'t>(bytes: &'t [u8], sha256: &str) -> Result<Vec<&'t [u8]>, String> {
    if hex::encode(Sha256::digest(bytes)) != sha256 {
        return Err("is not the text that the journal names by its SHA-256".into());
    }
    let text = bytes.strip_suffix(b"\n").ok_or("does not end with a line")?;
    Ok(text.split(|b| *b == b'\n').collect())
}

/// Holds the first line of a plan or a register against line 1 of the journal, and more.
fn check_head(head: &Json, plan: &Course, ledger: &Ledger) -> Result<(), String> {
    let (init, _) = ledger.init.as_ref().ok_or("belongs to no vault")?;
    let of_vault = ["vault", "ra", "fonds"].iter().all(|key| head.get(key) == init.get(key));
    let of_plan = ["plan", "day"].iter().all(|key| head.get(key) == plan.data.get(key));
    if of_vault && of_plan { Ok(()) } else { Err("its first line is that of another plan".into()) }
}

/// The rows of a plan.
fn read_plan(bytes: &[u8], plan: &Course, digests: &[Hash], ledger: &Ledger) -> Result<Vec<Json>, String> {
    let lines = lines(bytes, plan.data.str("sha256"))?;
    let (head, lines) = lines.split_first().ok_or("is empty")?;
    let head = Json::read(head, "PLAN").map_err(|why| format!("line 1: {why}"))?;
    check_head(&head, plan, ledger)?;
    let last = digests.get(plan.data.num("lines") as usize - 1).map(hex::encode);
    if ["lines", "records"].iter().any(|key| head.get(key) != plan.data.get(key))
        || plan.parts.first().is_none_or(|(_, _, at, ..)| head.str("made") > &at[..])
        || last.as_deref() != Some(head.str("last"))
        || (head.num("records") + head.num("excluded")) as usize != lines.len()
    {
        return Err("its first line does not say what the journal or the lines below say".into());
    }
    let (rows, out) = lines.split_at(head.num("records") as usize);
    let read = |form: &str, lines: &[&[u8]], below: usize| -> Result<Vec<Json>, String> {
        let one = |(i, line): (usize, &&[u8])| {
            Json::read(line, form).map_err(|why| format!("line {}: {why}", i + below))
        };
        lines.iter().enumerate().map(one).collect()
    };
    let (rows, out) = (read("ROW", rows, 2)?, read("OUT", out, 2 + rows.len())?);
    let mut before = ((0, 0), "");
    for (i, row) in rows.iter().enumerate() {
        // Two archives may have given the same number, each under its own fonds code.
        let place = (number(row.str("number")), row.str("number"));
        if row.num("row") != i as u64 + 1 || place.0 < before.0 || place == before {
            return Err(format!("row {} is not at its place", i + 1));
        }
        before = place;
        check_row(row, head.num("lines"), plan, ledger).map_err(|why| format!("row {} {why}", i + 1))?;
    }
    for out in out {
        let record = ledger.records.get(out.str("out"));
        if record.is_none_or(|record| record.filings[0].get("number") != out.get("number"))
            || rows.iter().any(|row| row.get("record") == out.get("out"))
        {
            return Err(format!("leaves out what is not there, or is in it: {}", out.str("number")));
        }
    }
    Ok(rows)
}

/// Year and number of an archive number.
fn number(text: &str) -> (u64, u64) {
    let mut parts = text.rsplit('-').map(|part| part.parse().unwrap_or(0));
    let number = parts.next().unwrap_or(0);
    (parts.next().unwrap_or(0), number)
}

/// Holds a row against the record as it was then.
fn check_row(row: &Json, lines: u64, plan: &Course, ledger: &Ledger) -> Result<(), String> {
    let record = ledger.records.get(row.str("record")).ok_or("is about a record that is not there")?;
    let known = record.at.iter().filter(|(seq, _)| *seq <= lines).count();
    if row.num("versions") as usize != known || known == 0 {
        return Err("is about another version than the newest".into());
    }
    let versions = &record.versions[..known];
    let said = |key: &str| versions.iter().rev().find_map(|version| version.get(key));
    let number = record.filings[0].get("number");
    if ["business", "outcome", "date"].iter().any(|key| row.get(key) != said(key))
        || row.get("number") != number
        || versions[known - 1].at("cover").get("commit") != row.get("commit")
    {
        return Err("does not say what the journal says".into());
    }
    if record.received().is_some_and(|from| row.get("filed") != from.get("filed")) {
        return Err("was filed on another day, by the archive that it comes from".into());
    }
    let filings: Vec<&Json> = versions.iter().filter(|version| version.get("filing").is_some()).collect();
    let docs: u64 = filings.iter().map(|filing| filing.num("docs")).sum();
    let sizes = |of: &[Json]| -> u64 { of.iter().map(|one| one.at("body").num("size")).sum() };
    // One that brings none of its own speaks of several that have stayed elsewhere.
    let own: u64 = filings.iter().map(|filing| filing.at("body").num("size")).sum();
    let (left, bytes) = (record.left(), own + sizes(record.left()));
    let count = filings.len() as u64 + (left.len() as u64).saturating_sub(1);
    let counted = (row.num("filings"), row.num("docs"), row.num("bytes"));
    // What was taken out since does not count; that is left to others.
    if record.gone.is_empty() && counted != (count, docs, bytes) {
        return Err("counts otherwise than the journal".into());
    }
    // In the order of their ids, each once; what was called a mistake since stands in the row still.
    let named: Vec<&str> = row.list("certs").iter().map(|cert| cert.str("cert")).collect();
    let linked = |cert: &&str| versions.iter().flat_map(|v| v.list("certs")).any(|l| l.str("cert") == *cert);
    let left_out = record.certs(known, &ledger.rules).any(|link| !named.contains(&link.str("cert")));
    if !named.is_sorted_by(|a, b| a < b) || !named.iter().all(linked) || left_out {
        return Err("names other certificates than the journal".into());
    }
    let days = ["from", "last", "free", "disposal"].map(|key| row.str(key));
    if !days.is_sorted() || days[3] > plan.data.str("day") {
        return Err("was not due, or its days do not follow one another".into());
    }
    Ok(())
}

/// What is wrong with what was begun, by the rows.
fn begun(rows: &[Json], plan: &Course) -> Vec<String> {
    let wrong = plan.begun.iter().filter(|(_, id, versions, commit, day)| {
        let row = rows.iter().find(|row| row.str("record") == id);
        row.is_none_or(|row| {
            row.num("versions") != *versions
                || row.at("commit") != commit
                || crate::ledger::day(row.str("disposal")) > *day
        })
    });
    let named = plan.appraised.keys().chain(plan.fates.keys());
    let unknown = named.filter(|id| rows.iter().all(|row| row.str("record") != *id));
    let unknown = unknown.map(|id| format!("has no row of {id}, which a line about it names"));
    wrong
        .map(|(seq, id, ..)| format!("line {seq} destroys {id}, which is not as its row says"))
        .chain(unknown)
        .collect()
}

fn check_register(
    bytes: &[u8],
    sha256: &str,
    rows: &[Json],
    plan: &Course,
    ledger: &Ledger,
) -> Result<(), String> {
    let lines = lines(bytes, sha256)?;
    let (head, lines) = lines.split_first().ok_or("is empty")?;
    let head = Json::read(head, "REGISTER").map_err(|why| format!("line 1: {why}"))?;
    check_head(&head, plan, ledger)?;
    // All who had a part, in the order of lines; what an appraisal has voided may stand there or not.
    let mut parts = plan.parts.iter();
    let known = head.list("signed").iter().all(|signed| {
        parts.by_ref().find(|(.., seq, voided)| *seq == signed.num("seq") || !voided).is_some_and(
            |(what, by, at, seq, _)| {
                (what.as_str(), by.as_str(), at.as_str(), *seq)
                    == (signed.str("what"), signed.str("by"), signed.str("at"), signed.num("seq"))
            },
        )
    });
    if !known || parts.any(|(.., voided)| !voided) || head.get("sha256") != plan.data.get("sha256") {
        return Err("does not say who has signed what".into());
    }
    if plan.epochs.is_some_and(|(from, to)| !(from..=to).contains(&head.num("epoch"))) {
        return Err("names another epoch than that of what was destroyed".into());
    }
    let mut left = 0;
    for (i, row) in rows.iter().enumerate() {
        let id = row.str("record");
        let line = lines.get(i).ok_or("lacks rows of the plan")?;
        let fate = Json::read(line, "GONE").or_else(|_| Json::read(line, "LEFT"));
        let fate = fate.map_err(|why| format!("line {}: {why}", i + 2))?;
        left += u64::from(fate.get("left").is_some());
        let verdict = plan.appraised.get(id).map(|appraisal| appraisal.str("verdict"));
        let right = match (fate.str("left"), plan.fates.get(id)) {
            ("", Some(Fate::Destroyed(at, seq))) => (fate.str("destroyed"), fate.num("seq")) == (at, *seq),
            (reason, Some(Fate::Left(left))) => reason == left,
            ("kept", None) => verdict.is_some_and(|verdict| verdict != "destroy"),
            ("unappraised", None) => verdict.is_none(),
            ("rejected", None) => plan.rejected,
            _ => false,
        };
        if fate.at("row") != row || !right {
            return Err(format!("line {} is another row than the plan's, or tells of another end", i + 2));
        }
    }
    match (head.num("destroyed"), head.num("left")) == (rows.len() as u64 - left, left)
        && lines.len() == rows.len()
    {
        true => Ok(()),
        false => Err("counts otherwise than its rows, or has more than the plan".into()),
    }
}

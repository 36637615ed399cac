//! The full check of a catalog: what `verify` asks, and what opening has no time for.

use super::postings::{self, Said, Target, said};
use super::rows::{self, Row};
use super::runs::Walk;
use super::store::{Hash, damaged};
use super::{Catalog, STATE_KEY, State};
use crate::error::{Error, Result};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::PoisonError;

/// Findings reported one by one; the rest only as a number.
const FINDINGS_MAX: usize = 50;
/// Values fetched from sled at a time.
const CHUNK_ROWS: usize = 256;

/// Findings, kept short.
#[derive(Default)]
struct Findings {
    list: Vec<String>,
    more: u64,
}

impl Findings {
    fn add(&mut self, finding: String) {
        if self.list.len() < FINDINGS_MAX { self.list.push(finding) } else { self.more += 1 }
    }
}

/// Sums of postings of one family, which agree if the postings do, in any order.
type Sums = BTreeMap<u8, (u64, u128)>;

impl Catalog {
    /// Reads every row and every posting and says what does not agree; an empty list is a sound catalog.
    ///
    /// - Shape: every row opens, and as many as were written; every posting leads to a row at least as new; the
    ///   postings of the rows as they stand are exactly those that are there; sled holds nothing else.
    /// - Units: some 20 bytes of memory for each row, and some half a minute for a million rows.
    /// - Errors: where the disk refuses. Damage is a finding. [`Catalog::apply`] waits until this is done, readers do
    ///   not.
    pub fn check(&self) -> Result<Vec<String>> {
        let _still = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let state = self.read().clone();
        let mut findings = Findings::default();
        match self.check_all(&state, &mut findings) {
            // Damage that ends the check is its last finding.
            Err(Error::Catalog { why }) => findings.add(why),
            other => other?,
        }
        if findings.more > 0 {
            findings.list.push(format!("and {} more", findings.more));
        }
        Ok(findings.list)
    }

    fn check_all(&self, state: &State, findings: &mut Findings) -> Result<()> {
        let mut sums = Sums::new();
        let mut names = HashSet::new();
        let mut written = HashMap::new();
        self.each_row(state, findings, |counter, row, seq| {
            written.insert(counter, seq);
            let Some((row, twin)) = row else { return Ok(()) };
            let mut postings = Vec::new();
            postings::row_postings(&self.store, row, twin, seq, &mut postings)?;
            postings.sort_unstable();
            postings.dedup();
            for posting in &postings {
                match said(posting)? {
                    Said::Name(..) | Said::Project(_) => _ = names.insert(self.digest(posting)),
                    _ => self.count(&mut sums, posting),
                }
            }
            Ok(())
        })?;
        if written.len() as u64 != state.rows {
            findings.add(format!("it has {} readable rows where {} were written", written.len(), state.rows));
        }
        let mut found = Sums::new();
        let mut last_record = None;
        let mut before = Vec::new();
        let mut walk = Walk::whole(&self.store, &state.runs)?;
        while let Some(posting) = walk.next()? {
            if posting == before {
                continue; // the same name or line, brought twice
            }
            let target = match said(&posting)? {
                Said::Name(..) | Said::Project(_) => {
                    names.remove(&self.digest(&posting));
                    None
                }
                Said::Row(record, target) => {
                    last_record = Some(record);
                    Some(target)
                }
                Said::Seen(record, line) => {
                    // Postings of a record's row come just before those of the lines that speak of it.
                    if last_record != Some(record) {
                        findings.add(format!("line {line} speaks of {record}, which has no row"));
                    }
                    None
                }
                Said::Named(..) => None,
                Said::Document(target, _)
                | Said::Number(target)
                | Said::Serial(target)
                | Said::Twin(target) => Some(target),
                Said::Listed(listed) => Some(listed.target),
            };
            if let Some(Target { counter, seq }) = target {
                match written.get(&counter) {
                    None => findings.add(format!("a key leads to row {counter}, which is missing")),
                    Some(row_seq) if *row_seq < seq => {
                        findings.add(format!("row {counter} is older than its keys"))
                    }
                    Some(row_seq) if *row_seq == seq => self.count(&mut found, &posting),
                    Some(_) => {} // void: the row has been replaced since
                }
            }
            before = posting;
        }
        for (family, sum) in &sums {
            if found.get(family) != Some(sum) {
                findings.add(format!(
                    "the keys of the kind {:?} do not agree with the rows",
                    char::from(*family)
                ));
            }
        }
        if found.keys().any(|family| !sums.contains_key(family)) || !names.is_empty() {
            findings.add("keys and rows do not agree".to_owned());
        }
        // What is in memory answers now; what is in sled answers after the next opening.
        match self.store.get(STATE_KEY)? {
            Some((seq, plain)) if seq == state.seq && plain == state.stored()? => {}
            _ => findings.add("its position in sled is another than in memory".to_owned()),
        }
        let values = self.store.call(|db| db.iter().try_fold(0, |n, item| item.map(|_| n + 1)))?;
        let expected = 2 + state.rows + state.runs.iter().map(|run| run.values()).sum::<u64>();
        if values != expected {
            findings.add(format!("sled holds {values} values where {expected} were written"));
        }
        Ok(())
    }

    fn digest(&self, posting: &[u8]) -> Hash {
        self.store.hash(b'#', &[posting])
    }

    fn count(&self, sums: &mut Sums, posting: &[u8]) {
        let hash = self.digest(posting);
        let number = hash.iter().fold(0u128, |number, byte| number << 8 | u128::from(*byte));
        let sum = sums.entry(posting[0]).or_default();
        *sum = (sum.0 + 1, sum.1.wrapping_add(number));
    }

    /// Shows each row that opens, and each grave; the others are findings.
    fn each_row(
        &self,
        state: &State,
        findings: &mut Findings,
        mut show: impl FnMut(u64, Option<(&Row, &Hash)>, u64) -> Result<()>,
    ) -> Result<()> {
        let mut from = rows::FIRST_KEY.to_vec();
        loop {
            let chunk = self.store.call(|db| {
                db.range(&from[..]..=&rows::LAST_KEY[..]).take(CHUNK_ROWS).collect::<sled::Result<Vec<_>>>()
            })?;
            let Some((last, _)) = chunk.last() else { return Ok(()) };
            from = [last, &[0][..]].concat();
            for (key, value) in &chunk {
                let read = self.store.unseal(key, value).and_then(|(seq, plain)| {
                    let counter = key.last_chunk().map_or(0, |counter| u64::from_be_bytes(*counter));
                    if *plain == *rows::GRAVE && seq <= state.seq {
                        return Ok((counter, None, seq));
                    }
                    match rows::decode(&plain) {
                        Some((row, twin)) if row.counter == counter && seq <= state.seq => {
                            Ok((counter, Some((row, twin)), seq))
                        }
                        _ => Err(damaged(format!("the row at {} cannot be read", hex::encode(key)))),
                    }
                });
                match read {
                    Ok((counter, row, seq)) => {
                        show(counter, row.as_ref().map(|(row, twin)| (row, twin)), seq)?;
                    }
                    Err(Error::Catalog { why }) => findings.add(why),
                    Err(error) => return Err(error),
                }
            }
        }
    }
}

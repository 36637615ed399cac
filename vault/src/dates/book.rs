//! `derived/dates` and the lines behind it, together: what a line bears on is taken out of the file before the line is
//! taken in, so a small ledger has all that has changed, and what was asked for.
//!
//! That ledger is not for anybody else: it has what was asked for and no more.

use super::due::{Asked, Due, Eldest, Tally};
use super::flat::{Flat, digest};
use super::pieces::{Head, In, Unfit};
use super::{COUNTED_MAX, Ledger};
use crate::catalog::prefix_range;
use crate::cores;
use crate::error::Result;
use crate::fs::ReadFile;
use crate::holds::{self, OfRecord};
use crate::retention::{Hold, Rules};
use crate::state::State;
use jingui_schema::act::Deed;
use jingui_schema::facts::fold;
use jingui_schema::id::{ArchiveNumber, CertId, RecordId};
use jingui_schema::line::Line;
use std::collections::{BTreeSet, HashSet};
use std::ops::Range;

pub(super) struct Book {
    flat: Flat,
    over: Ledger,
    /// Rows that were taken out: what the ledger says of these records counts, also that they are no more.
    out: BTreeSet<u32>,
    /// Certificates that lines behind the file speak of: all records that link one have been taken out.
    spread: HashSet<CertId>,
}

impl Book {
    pub fn open(file: Box<dyn ReadFile>, key: &[u8; 32]) -> std::result::Result<Self, Unfit> {
        let mut flat = Flat::open(In::begin(file, key)?)?;
        let mut over = Ledger::default();
        over.reports.extend(std::mem::take(&mut flat.rest.reports));
        over.reversals.extend(std::mem::take(&mut flat.rest.reversals));
        over.unsaid.extend(std::mem::take(&mut flat.rest.unsaid));
        for (record, holds) in std::mem::take(&mut flat.rest.strays) {
            over.strays.put(record, OfRecord { holds, ..OfRecord::default() });
        }
        Ok(Self { flat, over, out: BTreeSet::new(), spread: HashSet::new() })
    }

    pub fn head(&self) -> Head {
        self.flat.file.head
    }

    /// What was taken out and taken in so far.
    pub fn ledger(&self) -> &Ledger {
        &self.over
    }

    /// Takes in the next line behind the file.
    pub fn take(&mut self, line: &Line, state: &State) -> std::result::Result<(), Unfit> {
        let deed = &line.act.deed;
        let handed = matches!(deed, Deed::HandoverDone(_)).then(|| state.handed_by(line.seq));
        if handed == Some(None) {
            return Err(Unfit("nothing of it is here any more"));
        }
        let confirmed = if let Deed::ActConfirm(d) = deed { Some(d.act) } else { None };
        let mut records: Vec<RecordId> = match deed {
            Deed::RecordReview(d) => d.records.iter().map(|reviewed| reviewed.record).collect(),
            Deed::PurgeAppraise(d) => d.records.clone(),
            Deed::PurgeDone(d) => d.destroyed.iter().map(|stone| stone.record).collect(),
            Deed::HoldScreen(d) => vec![d.record],
            Deed::HandoverDone(_) => handed.flatten().unwrap_or_default(),
            _ => match deed.held() {
                Some((_, records)) => records.to_vec(),
                None => deed.cover().map(|cover| cover.record).into_iter().collect(),
            },
        };
        let unsaid = confirmed.and_then(|act| self.over.unsaid.get(&act));
        records.extend(unsaid.into_iter().flat_map(|mistake| &mistake.records));
        for record in records {
            self.take_out(record)?;
        }
        let mut certs = deed.certs();
        if let Some(act) = confirmed {
            certs.extend(self.over.reports.get(&act).into_iter().flatten().map(|event| event.cert));
            certs.extend(self.over.reversals.get(&act).into_iter().flat_map(|mistake| &mistake.certs));
        }
        for cert in certs {
            self.take_out_all_of(cert)?;
        }
        self.over.take(line, state);
        Ok(())
    }

    fn take_out(&mut self, record: RecordId) -> std::result::Result<(), Unfit> {
        match self.flat.row_of(record)? {
            Some(row) => self.take_out_row(row).map(drop),
            None => Ok(()),
        }
    }

    /// Takes a record and its certificates out; says which record it is.
    fn take_out_row(&mut self, row: u32) -> std::result::Result<RecordId, Unfit> {
        let (record, kept) = self.flat.record(row)?;
        if self.out.insert(row) {
            for (cert, _) in kept.certificates() {
                self.take_out_certificate(cert)?;
            }
            self.over.records.insert(record, kept);
        }
        Ok(record)
    }

    fn take_out_certificate(&mut self, cert: CertId) -> std::result::Result<(), Unfit> {
        if !self.over.certificates.contains_key(&cert)
            && let Some((known, _)) = self.flat.certificate(cert)?
        {
            self.over.certificates.insert(cert, known);
        }
        Ok(())
    }

    /// Takes out a certificate of which something else is about to be said, and all records that rely on it.
    fn take_out_all_of(&mut self, cert: CertId) -> std::result::Result<(), Unfit> {
        if !self.spread.contains(&cert) {
            self.take_out_certificate(cert)?;
            for row in self.flat.certificate(cert)?.map(|(_, rows)| rows).into_iter().flatten() {
                self.take_out_row(row)?;
            }
            self.spread.insert(cert);
        }
        Ok(())
    }

    /// The record that a person means, as [`Ledger::find`]; it has been taken out then.
    pub fn find(&mut self, text: &str) -> std::result::Result<Result<RecordId>, Unfit> {
        let typed = fold(text);
        if let Ok(number) = typed.to_uppercase().parse::<ArchiveNumber>() {
            for row in self.flat.numbered(number.year(), number.serial())? {
                self.take_out_row(row)?;
            }
        } else if let Some((first, last)) = prefix_range(&typed) {
            let id = |bits: u128| RecordId::from_bytes(bits.to_be_bytes());
            let rows =
                self.flat.between(id(first), id(last)).collect::<std::result::Result<Vec<u32>, _>>()?;
            // Of more than are counted it does not matter which.
            let rows: Vec<u32> = rows.into_iter().filter(|row| !self.out.contains(row)).collect();
            for row in rows.into_iter().take(COUNTED_MAX + 2) {
                self.take_out_row(row)?;
            }
        }
        Ok(self.over.find(text).map(|(record, _)| record))
    }

    /// Whether the file's days of disposal follow from these rules.
    pub fn is_under(&self, rules: &Rules) -> bool {
        self.head().rules == digest(rules)
    }

    /// Counts over all records. Under other rules than these the file cannot tell, see [`Book::is_under`].
    pub fn due(&mut self, state: &State, rules: &Rules, asked: Asked) -> std::result::Result<Due, Unfit> {
        let mut tally = Tally::begin(asked);
        for (record, kept) in self.over.records() {
            tally.add_record(&self.over, record, kept, state, rules);
        }
        let scan = Scan::of(&self.flat, &self.out, state, asked);
        let scanned = cores::each(self.flat.shares(cores::count()), |rows| scan.count(rows));
        let (mut due, mut pending) = (Eldest::new(asked.limit), Eldest::new(asked.limit));
        for counted in scanned {
            let counted = counted?;
            tally.absorb(counted.tally);
            due.absorb(counted.due);
            pending.absorb(counted.pending);
        }
        let mut named = |rows: Vec<(u32, u32)>| -> std::result::Result<Vec<(u32, RecordId)>, Unfit> {
            rows.into_iter().map(|(day, row)| Ok((day, self.take_out_row(row)?))).collect()
        };
        let (due, pending) = (named(due.rows())?, named(pending.rows())?);
        Ok(tally.end(&self.over, rules, due, pending))
    }
}

/// A pass over the rows of the file that have not been taken out.
struct Scan<'a> {
    flat: &'a Flat,
    out: &'a BTreeSet<u32>,
    asked: Asked,
    /// What each set of holds in the file keeps for.
    terms: Vec<Vec<Hold>>,
    /// Holds with which a record may not have been compared.
    open: Vec<&'a holds::Hold>,
}

/// What one share of it came to.
struct Counted {
    tally: Tally,
    due: Eldest,
    pending: Eldest,
}

impl<'a> Scan<'a> {
    fn of(flat: &'a Flat, out: &'a BTreeSet<u32>, state: &'a State, asked: Asked) -> Self {
        let named = |hold| state.holds.get(hold).map(holds::Hold::term);
        let terms = flat.rest.sets.iter().map(|set| set.iter().filter_map(named).collect()).collect();
        let open = state.holds.values().filter(|hold| hold.standing && hold.blocks(asked.today)).collect();
        Self { flat, out, asked, terms, open }
    }

    fn count(&self, rows: Range<u32>) -> std::result::Result<Counted, Unfit> {
        let Asked { today, limit, .. } = self.asked;
        let mut tally = Tally::begin(self.asked);
        let (mut due, mut pending) = (Eldest::new(limit), Eldest::new(limit));
        let (mut out, mut all) = (self.out.range(rows.clone()).copied().peekable(), Vec::new());
        self.flat.scan(rows, !self.open.is_empty(), |row, brief, (version, screened)| {
            if out.next_if_eq(&row).is_some() {
                return;
            }
            if tally.add_pending(brief.pending) {
                pending.push(brief.pending, row);
            }
            let named = self.terms.get((brief.holds as usize).wrapping_sub(1));
            let mut terms = named.map_or(&[][..], Vec::as_slice);
            let of = OfRecord { holds: BTreeSet::new(), version, screened };
            if self.open.iter().any(|hold| of.is_unscreened(hold, today)) {
                all.clear();
                all.extend_from_slice(terms);
                let open = self.open.iter().filter(|hold| of.is_unscreened(hold, today));
                all.extend(open.map(|hold| hold.term()));
                terms = &all;
            }
            if let Some(since) = tally.add_brief(&brief, terms) {
                due.push(since, row);
            }
        })?;
        Ok(Counted { tally, due, pending })
    }
}

#[cfg(test)]
#[path = "book_tests.rs"]
mod tests;

//! The records of a hand-over that is not of everything (按项目移交): which they are, and what may be done about them meanwhile.
//! Pure.
//!
//! The list stands in lines of its own before the proposal, which names its digest. So whoever folds the journal knows which
//! records are sealed without reading another file, and what two people have signed is this list and no other.

use super::state::{Handover, PROPOSERS, Receipted};
use crate::error::{Error, Result};
use crate::proposals::Proposed;
use crate::state::State;
use jingui_schema::act::{Deed, HandoverList, ListMark, ListRow};
use jingui_schema::id::{CertId, RecordId, StaffNo};
use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeSet;
use std::fmt::Display;
use std::sync::Arc;

/// Rows and certificates in one line at most: it stays well below its limit.
pub(crate) const LISTED_MAX: usize = 8000;

/// Records that are handed over, in the order of their ids.
///
/// Units: some 80 bytes each, shared: the state is copied with every line.
#[derive(Clone, Debug, Default)]
pub struct Listed {
    /// As the lines brought them, none empty: one more copies nothing of those before it.
    parts: Arc<Vec<Arc<[ListRow]>>>,
    /// Of all rows, once two people have agreed on them: nobody asks before.
    certs: Arc<BTreeSet<CertId>>,
}

impl Listed {
    /// Whether a record is in it.
    pub fn contains(&self, record: RecordId) -> bool {
        let parts = self.parts.partition_point(|part| part.first().is_some_and(|row| row.record <= record));
        let part = parts.checked_sub(1).and_then(|at| self.parts.get(at));
        part.is_some_and(|part| part.binary_search_by(|row| row.record.cmp(&record)).is_ok())
    }

    /// Whether a certificate is one that its records rely on.
    pub fn relies_on(&self, cert: CertId) -> bool {
        self.certs.contains(&cert)
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        self.parts.iter().map(|part| part.len()).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The records with their numbers.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = &ListRow> + '_ {
        self.parts.iter().flat_map(|part| part.iter())
    }

    /// The records.
    pub fn records(&self) -> impl Iterator<Item = RecordId> + '_ {
        self.rows().map(|row| row.record)
    }

    fn take(&mut self, d: &HandoverList) {
        if d.from == 0 {
            *self = Self::default();
        }
        if !d.records.is_empty() {
            Arc::make_mut(&mut self.parts).push(d.records.as_slice().into());
        }
    }

    /// The same as two people have agreed on it: with the certificates that its records rely on.
    pub(crate) fn sealed(self) -> Self {
        let certs: BTreeSet<CertId> = self.rows().flat_map(|row| row.certs.iter().copied()).collect();
        Self { certs: Arc::new(certs), ..self }
    }
}

/// By what is listed: in how many lines it came, a snapshot does not say.
impl PartialEq for Listed {
    fn eq(&self, other: &Self) -> bool {
        self.rows().eq(other.rows())
    }
}

impl Eq for Listed {}

impl Serialize for Listed {
    fn serialize<S: Serializer>(&self, s: S) -> std::result::Result<S::Ok, S::Error> {
        let mut rows = s.serialize_seq(Some(self.len()))?;
        self.rows().try_for_each(|row| rows.serialize_element(row))?;
        rows.end()
    }
}

impl<'de> Deserialize<'de> for Listed {
    fn deserialize<D: Deserializer<'de>>(d: D) -> std::result::Result<Self, D::Error> {
        let records: Vec<ListRow> = Vec::deserialize(d)?;
        let mut listed = Self::default();
        listed.take(&HandoverList { from: 0, records });
        Ok(listed.sealed())
    }
}

/// How much a row takes in its line.
pub(crate) fn weight(row: &ListRow) -> usize {
    1 + row.certs.len()
}

impl State {
    /// The hand-over that goes on, or of everything; else the last one that was brought to its end.
    pub fn newest_handover(&self) -> Option<&Handover> {
        self.handover.as_ref().or(self.handed.last())
    }

    /// The hand-over that can be taken in now: nothing of it is being destroyed yet.
    pub fn sealed_handover(&self) -> Option<&Handover> {
        self.handover.as_ref().filter(|handover| handover.finishing.is_none())
    }

    /// All hand-overs that were not called off, oldest first.
    pub fn handovers(&self) -> impl DoubleEndedIterator<Item = &Handover> {
        self.handed.iter().chain(&self.handover)
    }

    /// Records of the hand-over that goes on: of its list, or all there are.
    pub fn handing_over(&self) -> u64 {
        let list = self.handover.as_ref().and_then(|handover| handover.list.as_ref());
        list.map_or(self.counts.alive(), |list| list.len() as u64)
    }

    /// Whether a record is in the list of a hand-over that goes on.
    pub fn is_listed(&self, record: RecordId) -> bool {
        self.list_with(record).is_some()
    }

    /// Whether a record in such a list relies on a certificate.
    pub fn is_listed_certificate(&self, cert: CertId) -> bool {
        let list = self.handover.as_ref().and_then(|handover| handover.list.as_ref());
        list.is_some_and(|list| list.relies_on(cert))
    }

    /// Whether a record is in such a list and being destroyed here.
    pub(crate) fn is_leaving(&self, record: RecordId) -> bool {
        self.list_with(record).is_some_and(|handover| handover.finishing.is_some())
    }

    /// Whether records of a list are being destroyed here.
    pub(crate) fn has_leaving(&self) -> bool {
        self.handover.as_ref().is_some_and(|handover| handover.list.is_some() && handover.finishing.is_some())
    }

    fn list_with(&self, record: RecordId) -> Option<&Handover> {
        let handover = self.handover.as_ref()?;
        handover.list.as_ref()?.contains(record).then_some(handover)
    }

    /// The records that are destroyed from this line on, or by it; `None` where no hand-over of a list says so in it.
    ///
    /// Shape: the same whenever it is asked from that line on.
    pub(crate) fn handed_by(&self, seq: u64) -> Option<Vec<RecordId>> {
        let says = |handover: &&Handover| [handover.finishing, handover.done].contains(&Some(seq));
        let handover = self.handovers().find(says)?;
        match (&handover.list, handover.done) {
            (Some(list), _) => Some(list.records().collect()),
            (None, Some(done)) if handover.records.is_some() => Some(self.destroyed.of_line(done).collect()),
            _ => None,
        }
    }

    /// The receipt by which a record was handed over that is no more by this line.
    pub fn handed_over_by(&self, seq: u64) -> Option<&Receipted> {
        let mut handed = self.handed.iter();
        handed.find(|handover| handover.done == Some(seq))?.receipt.as_ref()
    }

    /// What to say of a record that is no more by a line: where it is, if it was handed over.
    pub fn gone(&self, record: impl Display, seq: u64) -> Error {
        let (record, seq, by) = (record.to_string(), seq.to_string(), self.handed_over_by(seq));
        match by {
            None => Error::Destroyed { record, seq },
            Some(Receipted { taker, act, .. }) => {
                let (taker, receipt) = (taker.to_string(), act.to_string());
                Error::Transferred { record, taker, receipt, seq }
            }
        }
    }

    pub(crate) fn decide_list(&self, by: StaffNo, d: &HandoverList) -> Result<()> {
        let stale = |why: &str| Err(Error::Stale { why: why.into() });
        self.with_role(by, PROPOSERS)?;
        if self.handover.is_some() {
            return Err(Error::Unfinished { what: "handover".into() });
        }
        // What somebody has been asked to confirm stays as it is until they have said something.
        if self.proposals.values().any(|proposal| matches!(proposal.what, Proposed::Handover(_))) {
            return Err(Error::Unfinished { what: "proposal".into() });
        }
        let listed = &self.listing;
        if d.from != 0 && d.from != listed.len() as u64 {
            return stale("it goes on with another list than there is");
        }
        let heavy = d.records.iter().map(weight).sum::<usize>() > LISTED_MAX;
        let before = listed.rows().next_back().filter(|_| d.from != 0).map(|row| row.record);
        let begins_behind =
            before.is_none_or(|before| d.records.first().is_some_and(|row| before < row.record));
        let in_order = d.records.is_sorted_by(|a, b| a.record < b.record)
            && d.records.iter().all(|row| row.certs.is_sorted_by(|a, b| a < b));
        if d.records.is_empty() || heavy || !in_order || !begins_behind {
            return stale("it names no records, too many, or not in order");
        }
        d.records.iter().try_for_each(|row| self.check_not_destroyed(row.record))
    }

    pub(crate) fn apply_list(&mut self, d: &HandoverList) {
        self.listing.take(d);
    }

    /// Whether a line links certificates to a record of the list that lines have begun.
    fn links_listed(&self, deed: &Deed) -> bool {
        !deed.links().is_empty() && deed.record().is_some_and(|record| self.listing.contains(record))
    }

    /// What may be said while a list waits for its second person: nothing that would make it another one. Who confirms it seals the
    /// certificates that it names, and no others.
    ///
    /// Errors: [`Error::Unfinished`].
    pub(super) fn check_not_proposed(&self, deed: &Deed) -> Result<()> {
        let of_list = |what: &Proposed| matches!(what, Proposed::Handover(begin) if begin.list.is_some());
        match self.links_listed(deed) && self.proposals.values().any(|one| of_list(&one.what)) {
            true => Err(Error::Unfinished { what: "proposal".into() }),
            false => Ok(()),
        }
    }

    /// A list that nobody has proposed yet ends with a link that it does not have.
    pub(crate) fn unlist(&mut self, deed: &Deed) {
        if self.links_listed(deed) {
            self.listing = Listed::default();
        }
    }

    /// Whether something may still be said of these records here.
    ///
    /// Errors: [`Error::Sealed`] naming the first that is handed over.
    pub(crate) fn check_none_listed(&self, records: &[RecordId]) -> Result<()> {
        match records.iter().find_map(|record| Some((record, self.list_with(*record)?))) {
            Some((record, handover)) => {
                let stage = self.stage_of(handover).word().to_owned();
                Err(Error::Sealed { what: record.to_string(), stage })
            }
            None => Ok(()),
        }
    }

    /// Whether the list that a proposal names is the one that the lines before it have, and all of it is here.
    pub(crate) fn check_list_is(&self, mark: &ListMark) -> Result<()> {
        let listed = &self.listing;
        let is_here = || listed.records().all(|record| !self.destroyed.contains(record));
        let as_many = !listed.is_empty() && listed.len() as u64 == mark.records;
        match as_many && ListMark::of(listed.rows()) == *mark && is_here() {
            true => Ok(()),
            false => {
                Err(Error::Stale { why: "its list is not the one that the lines before it have".into() })
            }
        }
    }

    /// What may still be done while records of a list are handed over: all that is not about one of them, and holds.
    ///
    /// Errors: [`Error::Sealed`] naming one; [`Error::BeingDestroyed`], [`Error::Unfinished`] once they are being destroyed.
    pub(super) fn check_not_listed(&self, handover: &Handover, list: &Listed, deed: &Deed) -> Result<()> {
        let finishing = handover.finishing.is_some();
        // Whoever compares or begins an epoch now would find some of them without their files.
        let waits = match deed {
            Deed::HoldPlace(d) => d.standing,
            Deed::HoldKeep(_) | Deed::HoldScreened(_) | Deed::EpochStart(_) | Deed::EscrowProved(_) => true,
            _ => false,
        };
        if finishing && waits {
            return Err(Error::Unfinished { what: "handover".into() });
        }
        let is_listed = |record: &RecordId| list.contains(*record);
        if finishing
            && let Some(record) =
                deed.held().and_then(|(_, records)| records.iter().find(|r| list.contains(**r)))
        {
            return Err(Error::BeingDestroyed { record: record.to_string() });
        }
        let sealed =
            |what: String| Err(Error::Sealed { what, stage: self.stage_of(handover).word().to_owned() });
        let record = match deed {
            // It is read as before, also for the CA that asks for it.
            Deed::RecordOpen(_) | Deed::FactsReveal(_) | Deed::RequestAnswer(_) | Deed::HoldScreen(_) => None,
            Deed::RecordReview(d) => d.records.iter().map(|reviewed| reviewed.record).find(is_listed),
            Deed::PurgeAppraise(d) => d.records.iter().copied().find(is_listed),
            Deed::PurgeReverse(d) => d.records.iter().copied().find(is_listed),
            Deed::PurgeBegin(d) => d.records.iter().copied().find(is_listed),
            deed => deed.record().filter(is_listed),
        };
        if let Some(record) = record {
            return sealed(record.to_string());
        }
        // What is said of a certificate moves the dates of all that rely on it, also where another record links it; the CA would
        // not know.
        match deed.certs().into_iter().find(|cert| list.relies_on(*cert)) {
            Some(cert) => sealed(cert.to_string()),
            None => Ok(()),
        }
    }

    /// Takes in that some record came under a hold by this line; of a list it counts only for records of that list.
    pub(crate) fn hold_listed(&mut self, deed: &Deed, seq: u64) {
        let Some(handover) = &mut self.handover else { return };
        let Some(list) = &handover.list else { return };
        let any = |records: &[RecordId]| records.iter().any(|record| list.contains(*record));
        let means = match deed {
            Deed::HoldPlace(d) => d.standing || any(&d.records),
            Deed::HoldScreen(d) => list.contains(d.record),
            Deed::HoldCatch(d) => any(&d.records),
            Deed::HoldTake(d) => any(&d.records),
            // Which records it named the state does not know.
            _ => true,
        };
        if means {
            handover.hold_line = seq;
        }
    }
}

impl Handover {
    /// Whether a record is handed over by it.
    pub fn takes(&self, record: RecordId) -> bool {
        self.list.as_ref().is_none_or(|list| list.contains(record))
    }

    /// Whether it is of a list, and not of everything.
    pub fn is_of_list(&self) -> bool {
        self.records.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: u8, certs: &[u8]) -> ListRow {
        let certs = certs.iter().map(|cert| CertId::from_bytes([*cert; 16])).collect();
        let number = format!("JG01-2026-0000{id:02}").parse().unwrap();
        ListRow { record: RecordId::from_bytes([id; 16]), number, certs }
    }

    #[test]
    fn a_list_goes_on_where_it_was_and_begins_anew_at_nought() {
        let id = |n: u8| RecordId::from_bytes([n; 16]);
        let mut listed = Listed::default();
        listed.take(&HandoverList { from: 0, records: vec![row(9, &[])] });
        listed.take(&HandoverList { from: 0, records: vec![row(1, &[7]), row(3, &[])] });
        listed.take(&HandoverList { from: 2, records: vec![row(5, &[8])] });
        assert_eq!(listed.records().collect::<Vec<_>>(), [id(1), id(3), id(5)]);
        let there: Vec<u8> = (0..=9).filter(|n| listed.contains(id(*n))).collect();
        assert_eq!((there, listed.len(), listed.is_empty()), (vec![1, 3, 5], 3, false));
        let cert = |n: u8| CertId::from_bytes([n; 16]);
        let relies = |listed: &Listed| [7, 8, 9].map(|n| listed.relies_on(cert(n)));
        assert_eq!(relies(&listed.clone().sealed()), [true, true, false]);
        let text = serde_json::to_string(&listed).unwrap();
        let read = serde_json::from_str::<Listed>(&text).unwrap();
        assert_eq!((&read, relies(&read)), (&listed, [true, true, false]));
        assert_eq!(ListMark::of(listed.rows()).records, 3);
        assert_ne!(Listed::default(), listed);
        assert!(Listed::default().is_empty() && !Listed::default().contains(id(1)));
    }

    #[test]
    fn a_line_more_copies_none_of_the_rows_before_it() {
        let mut listed = Listed::default();
        listed.take(&HandoverList { from: 0, records: vec![row(1, &[7])] });
        // As the state is shared while the next line comes.
        let before = listed.clone();
        listed.take(&HandoverList { from: 1, records: vec![row(2, &[])] });
        let first = |listed: &Listed| listed.rows().next().map(std::ptr::from_ref);
        assert_eq!(first(&before), first(&listed));
        assert_eq!((before.len(), listed.len()), (1, 2));
    }
}

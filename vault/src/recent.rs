//! Filings that the catalog has not followed yet, as far as a filing asks for them.
//!
//! Each filing has to know whether it is there already. Bringing the catalog up to date for each of many filings
//! costs as much as sealing them; in batches it costs a tenth. So what was filed since the catalog was last brought up to
//! date is remembered here, and both are asked. Whoever lists or finds something still has the catalog follow first.

use jingui_schema::digest::Sha256;
use jingui_schema::id::{ArchiveNumber, RecordId};
use std::collections::VecDeque;

/// Lines that the catalog may lag behind while filings are checked. Whoever asks for a list waits for as many.
pub(crate) const BEHIND_LINES_MAX: u64 = 96;

/// A filing that became a line.
struct Filing {
    seq: u64,
    record: RecordId,
    number: ArchiveNumber,
    twin: [u8; 32],
    documents: Vec<(Sha256, u32)>,
}

/// Filings behind some line, all of them.
///
/// Invariant: no filing with a line behind `since` is missing, but for those whose own thread has not noted them yet;
/// these have the turn for which another filing of the same thing waits.
pub(crate) struct Recent {
    since: u64,
    filings: VecDeque<Filing>,
}

impl Recent {
    /// Of a vault with so many lines.
    pub(crate) fn since(lines: u64) -> Self {
        Self { since: lines, filings: VecDeque::new() }
    }

    /// Whether this and a catalog at that line together know all filings.
    pub(crate) fn joins(&self, position: u64) -> bool {
        position >= self.since
    }

    /// Notes a new record.
    pub(crate) fn filed(
        &mut self,
        seq: u64,
        record: RecordId,
        number: &ArchiveNumber,
        twin: [u8; 32],
        documents: impl Iterator<Item = (Sha256, u32)>,
    ) {
        let (number, documents) = (number.clone(), documents.collect());
        self.filings.push_back(Filing { seq, record, number, twin, documents });
    }

    /// Notes a line that changes what a record is compared by: the catalog has to follow it before it is asked again.
    pub(crate) fn changed(&mut self, seq: u64) {
        self.since = self.since.max(seq);
    }

    /// Forgets what a catalog at that line knows.
    pub(crate) fn followed(&mut self, position: u64) {
        self.filings.retain(|filing| filing.seq > position);
    }

    /// The record of the same facts and documents.
    pub(crate) fn twin(&self, twin: &[u8; 32]) -> Option<RecordId> {
        self.filings.iter().find(|filing| filing.twin == *twin).map(|filing| filing.record)
    }

    /// Where documents of these digests were filed, as the catalog says it.
    pub(crate) fn same_documents(&self, digests: &[Sha256]) -> Vec<(Sha256, ArchiveNumber, u32)> {
        let each =
            self.filings.iter().flat_map(|f| f.documents.iter().map(move |(d, no)| (d, &f.number, no)));
        each.filter(|(d, ..)| digests.contains(d)).map(|(d, number, no)| (*d, number.clone(), *no)).collect()
    }
}

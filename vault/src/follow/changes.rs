//! What lines change in the catalog's rows. Opens nothing: covers have been opened by then.

use super::Batch;
use crate::catalog::{Catalog, CertRow, Change, CoverRow, DocBrief, FilingRow, Row, twin_key};
use crate::cover::Cover;
use crate::custody::{Custody, Look};
use crate::error::{Error, Result};
use crate::holds::OfRecord;
use crate::state::State;
use jingui_schema::act::{ActConfirm, ActRefuse, CoverMark, Deed, Rebound};
use jingui_schema::id::{By, HoldId, RecordId};
use jingui_schema::line::Line;
use std::collections::HashMap;

/// What a batch changes in a catalog that is at the line before it.
pub(super) fn changes(catalog: &Catalog, batch: &Batch, state: &State) -> Result<Vec<Change>> {
    let mut rows = Rows { catalog, rows: HashMap::new(), order: Vec::new() };
    let mut covers = batch.covers.iter();
    let mut changes = Vec::with_capacity(batch.lines.len());
    for line in &batch.lines {
        let by = match line.by {
            By::Staff(staff) => Some(staff),
            By::Authority | By::Vault => None,
        };
        let certs = line.act.deed.certs();
        changes.extend(certs.iter().map(|cert| Change::Named { id: *cert.as_bytes(), seq: line.seq }));
        if let Deed::ActConfirm(ActConfirm { act, .. }) | Deed::ActRefuse(ActRefuse { act, .. }) =
            &line.act.deed
        {
            changes.push(Change::Named { id: *act.as_bytes(), seq: line.seq });
        }
        if line.act.deed.record().is_some_and(|record| batch.dead.contains(&record)) {
            continue;
        }
        let mut seen = |record| changes.push(Change::Seen { record, seq: line.seq });
        match &line.act.deed {
            Deed::PurgeDone(d) => {
                for stone in &d.destroyed {
                    rows.bury(stone.record);
                    changes.push(Change::Bury(stone.record));
                }
                // One that was passed over while it was being destroyed, and has been left after all.
                for spared in &d.failed {
                    if rows.take(spared.record)?.is_none() && state.is_alive(spared.record) {
                        return Err(Error::Catalog { why: "a record has been left after all".into() });
                    }
                }
            }
            // Of a list; of everything no catalog is left.
            Deed::HandoverDone(_) => {
                for record in state.handed_by(line.seq).into_iter().flatten() {
                    rows.bury(record);
                    changes.push(Change::Bury(record));
                }
            }
            Deed::RecordFile(d) => {
                let cover = covers.next().expect("a cover was opened for each filing");
                let known = if d.n > 1 { rows.take(d.record)? } else { None };
                // Nothing that comes from elsewhere takes the place of a record that is here.
                if d.from.is_some() && rows.take(d.record)?.is_some() {
                    continue;
                }
                let mut row = row_after(known, d.record, d.counter, cover, line);
                match d.left() {
                    None => {
                        let (filing, body, docs) = (d.filing, d.body, d.docs);
                        row.filings.push(FilingRow { filing, seq: line.seq, body, docs });
                    }
                    Some(left) => row.filings.extend(left.bodies.iter().map(|one| FilingRow {
                        filing: one.filing,
                        seq: line.seq,
                        body: one.body,
                        docs: one.docs,
                    })),
                }
                let last = row.filings.iter().map(|filing| filing.filing).max();
                row.filings_given = row.filings_given.max(d.filing).max(last.unwrap_or(0));
                row.docs_given = match d.from {
                    None => row.docs_given.saturating_add(d.docs),
                    // Those of another archive keep their numbers, also where papers had been taken out.
                    Some(_) => cover.documents.last().map_or(0, |line| line.doc.no).max(row.docs_given),
                };
                row.covers.push(CoverRow { n: d.n, seq: line.seq, mark: d.cover });
                row.custody.filed(d.n, by);
                if let (Some(from), Some(by)) = (&d.from, by) {
                    row.custody.received(from, Look { n: d.n, by, seq: line.seq });
                }
                rows.put(row);
            }
            Deed::RecordCorrect(d) => {
                let cover = covers.next().expect("a cover was opened for each correction");
                let Some(known) = rows.take(d.record)? else { continue };
                let mut row = row_after(Some(known), d.record, d.counter, cover, line);
                row.covers.push(CoverRow { n: d.n, seq: line.seq, mark: d.cover });
                row.custody.corrected(d.n, &d.changed, by);
                rows.put(row);
                seen(d.record);
            }
            Deed::CertLink(d) => {
                let cover = covers.next().expect("a cover was opened for each link");
                let Some(known) = rows.take(d.record)? else { continue };
                let is_first = state.is_first_link(known.certs.iter().map(|cert| cert.id), line.seq);
                let mut row = row_after(Some(known), d.record, d.counter, cover, line);
                row.covers.push(CoverRow { n: d.n, seq: line.seq, mark: d.cover });
                row.custody.linked(d.n, is_first, by);
                rows.put(row);
                seen(d.record);
            }
            Deed::DocumentRemove(d) => {
                let cover = covers.next().expect("a cover was opened for each removal");
                let Some(known) = rows.take(d.record)? else { continue };
                let mut row = row_after(Some(known), d.record, d.counter, cover, line);
                row.twin = twin_of(cover);
                row.covers = vec![CoverRow { n: d.n, seq: line.seq, mark: d.cover }];
                // The line that brought what has ended is still one about the record.
                let ended = row.filings.iter().position(|filing| filing.filing == d.from);
                if let Some(filing) = ended.map(|at| row.filings.remove(at)) {
                    changes.push(Change::Seen { record: d.record, seq: filing.seq });
                }
                if let Some(Rebound { filing, docs, body }) = d.left.clone() {
                    row.filings.push(FilingRow { filing, seq: line.seq, body, docs });
                    row.filings_given = row.filings_given.max(filing);
                }
                row.custody.removed(d.n);
                rows.put(row);
                changes.push(Change::Seen { record: d.record, seq: line.seq });
            }
            Deed::RecordReview(d) => {
                for reviewed in &d.records {
                    let (Some(by), Some(mut row)) = (by, rows.take(reviewed.record)?) else { continue };
                    // No line by a clerk of the record, or over a version that never was, is written here; if one
                    // stands in the journal, it counts for nothing.
                    let is_there =
                        row.covers.iter().any(|c| (c.n, c.mark.commit) == (reviewed.n, reviewed.commit));
                    let own_work = row.custody.is_own_work(by, state) && !state.init.solo;
                    if is_there && !own_work {
                        row.custody.reviewed(d.verdict, Look { n: reviewed.n, by, seq: line.seq });
                    }
                    row.last_seq = line.seq;
                    rows.put(row);
                    seen(reviewed.record);
                }
            }
            Deed::RecordAnnotate(d) => {
                let Some(mut row) = rows.take(d.record)? else { continue };
                row.custody.annotations.push(line.seq);
                rows.put(row);
                seen(d.record);
            }
            Deed::RecordRestrict(d) => {
                let Some(mut row) = rows.take(d.record)? else { continue };
                row.custody.restricted = d.restricted.then_some(line.seq);
                rows.put(row);
                seen(d.record);
            }
            Deed::HoldPlace(_) | Deed::HoldCatch(_) | Deed::HoldTake(_) => {
                let (hold, records) = line.act.deed.held().expect("it is one of these");
                rows.hold(hold, records)?;
            }
            Deed::HoldScreen(d) => {
                let Some(mut row) = rows.take(d.record)? else { continue };
                row.custody.holds.extend(&d.caught);
                let version = row.covers.iter().map(|cover| cover.seq).max().unwrap_or(0);
                let mut of = OfRecord { version, screened: row.custody.screened, ..OfRecord::default() };
                of.compared(d.lines);
                row.custody.screened = of.screened;
                rows.put(row);
                seen(d.record);
            }
            Deed::EpochReseal(d) => {
                for sealed in &d.covers {
                    let Some(mut row) = rows.take(sealed.record)? else { continue };
                    if let Some(cover) = row.covers.iter_mut().find(|c| c.n == sealed.n) {
                        let commit = cover.mark.commit;
                        cover.mark = CoverMark { epoch: d.epoch, size: sealed.size, b3: sealed.b3, commit };
                    }
                    rows.put(row);
                }
            }
            Deed::EscrowOpen(d) => {
                // Told also of a record that is no more, of which nothing is kept here.
                if rows.take(d.record)?.is_some() {
                    seen(d.record);
                }
            }
            deed => {
                if let Some(record) = deed.record() {
                    seen(record);
                }
            }
        }
    }
    changes.extend(rows.into_changes());
    Ok(changes)
}

/// The rows that a batch changes, as they are after the lines passed so far.
struct Rows<'a> {
    catalog: &'a Catalog,
    rows: HashMap<RecordId, Row>,
    /// As first met, which keeps the catalog's keys ascending.
    order: Vec<RecordId>,
}

impl Rows<'_> {
    fn take(&mut self, record: RecordId) -> Result<Option<Row>> {
        match self.rows.get(&record) {
            Some(row) => Ok(Some(row.clone())),
            None => self.catalog.get(record),
        }
    }

    fn put(&mut self, row: Row) {
        let record = row.record;
        if self.rows.insert(record, row).is_none() {
            self.order.push(record);
        }
    }

    /// Forgets a record that is no more.
    fn bury(&mut self, record: RecordId) {
        self.rows.remove(&record);
        self.order.retain(|one| *one != record);
    }

    /// Records that a hold names.
    fn hold(&mut self, hold: HoldId, records: &[RecordId]) -> Result<()> {
        for record in records {
            let Some(mut row) = self.take(*record)? else { continue };
            row.custody.holds.insert(hold);
            self.put(row);
        }
        Ok(())
    }

    fn into_changes(mut self) -> Vec<Change> {
        let row = |record| self.rows.remove(&record).expect("each record in the order has its row");
        let put = |row: Row| {
            let twin = row.twin;
            Change::Put(Box::new(row), twin)
        };
        self.order.into_iter().map(row).map(put).collect()
    }
}

/// The twin key of a record as its cover has it.
fn twin_of(cover: &Cover) -> [u8; 32] {
    let digests: Vec<_> = cover.documents.iter().map(|line| line.doc.sha256).collect();
    twin_key(&cover.facts.facts, &digests)
}

/// A record's row with the facts and documents of a new cover; filings and covers are still those before.
fn row_after(known: Option<Row>, record: RecordId, counter: u64, cover: &Cover, line: &Line) -> Row {
    let documents = cover.documents.iter().map(|line| DocBrief {
        no: line.doc.no,
        kind: line.doc.kind,
        name: line.doc.name.clone(),
        media_type: line.doc.media_type.clone(),
        size: line.doc.size,
        sha256: line.doc.sha256,
        marks: line.doc.marks.clone(),
        until: line.doc.until,
        flaw: line.doc.flaw,
    });
    let documents = documents.collect();
    let (facts, last_seq) = (cover.facts.facts.clone(), line.seq);
    let mut row = match known {
        Some(mut row) => {
            row.custody.screened = 0; // this version was compared with nothing yet
            Row { facts, documents, last_seq, ..row }
        }
        None => Row {
            record,
            counter,
            twin: twin_of(cover),
            facts,
            filings: Vec::new(),
            filings_given: 0,
            docs_given: 0,
            covers: Vec::new(),
            documents,
            certs: Vec::new(),
            filed_at: line.at,
            last_seq,
            custody: Custody::default(),
        },
    };
    for link in line.act.deed.links() {
        let said = cover.certificates.iter().find(|known| known.cert.id == link.cert);
        row.certs.extend(said.map(|said| CertRow::of(&said.cert, link, line.seq)));
    }
    row
}

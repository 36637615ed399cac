//! Reading: lists, facts, and documents. Opening a document is an act that is durable before a byte is shown.

use crate::catalog::{CoverRow, Page, Query, Row};
use crate::cover::Cover;
use crate::defects::defect;
use crate::elsewhere::BodyAt;
use crate::error::{Doing, Error, Result};
use crate::layout::body_path;
use crate::session::{EPOCH_TRIES, Session};
use crate::vault::Vault;
use jingui_schema::act::{ActFile, Deed, FactsReveal, NoteMark, RecordFile, RecordOpen};
use jingui_schema::cover::{Document, NoteKind};
use jingui_schema::facts::{Facts, Purpose, Role};
use jingui_schema::id::{ActId, Place, RecordId};
use jingui_schema::line::Line;
use jingui_schema::sight::{Eyes, REVEALERS};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::io::{self, Write};
use std::path::Path;

/// A document up to this size is checked in memory before any of it is shown; a larger one is read twice.
const HELD_BYTES_MAX: u64 = 64 << 20;

/// A spool is as large as what brings it in will read.
const SPOOL_BYTES_MAX: u64 = 64 << 20;
/// How each act in a spool begins.
const SPOOL_MARK: &[u8] = br#"{"jingui":"act","v":1,"vault":""#;
const _: () = assert!(jingui_schema::FORMAT == 1, "the mark names the format of act files");

/// Who may be shown documents.
pub(crate) const READERS: &[Role] = &[Role::Archivist, Role::Reviewer, Role::Legal, Role::Approver];

/// A record as it stands: facts and documents from its newest cover.
#[derive(Clone, Debug)]
pub struct RecordView {
    /// The catalog's row.
    pub row: Row,
    /// Facts.
    pub facts: Facts,
    /// Documents.
    pub documents: Vec<Document>,
}

/// Documents that may be shown: the act is durable.
pub struct Opening {
    vault: Vault,
    cover: Cover,
    /// Where the bodies are, by filing.
    bodies: BTreeMap<u32, BodyAt>,
    documents: Vec<Document>,
    seq: Option<u64>,
}

impl Session {
    /// A page of records.
    pub fn list(&self, query: &Query) -> Result<Page> {
        self.ask(|catalog| catalog.list(query))
    }

    /// Finds a record by archive number, id, or unique prefix of an id.
    pub fn resolve(&self, text: &str) -> Result<RecordId> {
        let found = self.ask(|catalog| catalog.resolve(text));
        let state = self.vault.state();
        let gone = match &found {
            Ok(record) => state.destroyed.line_of(*record),
            Err(Error::NoRecord { .. }) => state.tombstone(text).map(|(_, seq)| seq),
            Err(_) => None,
        };
        match gone {
            Some(seq) => Err(state.gone(text.trim(), seq)),
            None => found,
        }
    }

    /// A record's row.
    pub fn row(&self, record: RecordId) -> Result<Row> {
        self.ask(|catalog| catalog.get(record))?.ok_or_else(|| Error::NoRecord { record: record.to_string() })
    }

    /// A record's newest cover, opened and checked against the journal.
    pub(crate) fn cover_of(&self, row: &Row) -> Result<(Cover, CoverRow)> {
        let newest = row.covers.iter().max_by_key(|c| c.n);
        let newest = *newest.ok_or_else(|| Error::Catalog { why: "a row without cover".into() })?;
        let cover = self.open_cover(Place::of_counter(row.counter), row.record, newest.n, &newest.mark);
        if let Err(Error::FileDamaged { path, finding }) = &cover {
            self.vault.incident(path, finding);
        }
        Ok((cover?, newest))
    }

    /// A record as it stands.
    pub fn view(&self, record: RecordId) -> Result<RecordView> {
        let row = self.row(record)?;
        let (cover, _) = self.cover_of(&row)?;
        let documents = cover.documents.into_iter().map(|l| l.doc).collect();
        Ok(RecordView { facts: cover.facts.facts, documents, row })
    }

    /// The lines about a record, oldest first.
    pub fn history(&self, record: RecordId) -> Result<Vec<Line>> {
        let seqs = self.ask(|catalog| catalog.history(record))?;
        seqs.into_iter().map(|seq| self.vault.line(seq).map(|(line, _)| line)).collect()
    }

    /// What this person sees of records, before anything is revealed.
    pub fn eyes(&self) -> Eyes {
        let state = self.vault.state();
        let roles = self.staff().ok().and_then(|staff| state.member(staff).ok()).map(|m| m.roles.clone());
        Eyes::new(&roles.unwrap_or_default())
    }

    /// Checks that this person may be shown masked values of a record.
    ///
    /// Errors: [`Error::Role`], which names who may; those of [`Session::may_open`].
    pub fn may_reveal(&self, record: RecordId, purpose: Option<Purpose>, reason: Option<&str>) -> Result<()> {
        self.with_role(REVEALERS)?;
        self.may_open(record, purpose, reason)
    }

    /// Journals that masked values of a record are about to be shown.
    ///
    /// Errors: those of [`Session::may_reveal`].
    pub fn reveal(&self, record: RecordId, purpose: Option<Purpose>, reason: &str) -> Result<()> {
        self.may_reveal(record, purpose, Some(reason))?;
        self.carry_out(Some((NoteKind::Reason, reason)), |note| {
            FactsReveal { record, purpose, note: note.expect("a reason makes a note") }.into()
        })
        .map(|_| ())
    }

    /// Checks that this person may be shown what is in a record: one whose use is restricted opens for a purpose and a
    /// reason alone.
    ///
    /// Errors: [`Error::Role`], [`Error::Restricted`].
    pub fn may_open(&self, record: RecordId, purpose: Option<Purpose>, reason: Option<&str>) -> Result<()> {
        self.with_role(READERS)?;
        match self.ask(|catalog| catalog.get(record))? {
            Some(row) if row.custody.restricted.is_some() && (purpose.is_none() || reason.is_none()) => {
                Err(Error::Restricted { record: row.facts.number.to_string() })
            }
            _ => Ok(()),
        }
    }

    /// Journals that documents are about to be shown; on return the act is durable and they can be copied.
    ///
    /// - `docs`: their numbers; none means all.
    /// - `spool`: a file outside the vault that takes the signed act where the journal cannot be written.
    /// - Errors: [`Error::NoDocument`]; [`Error::ReadOnly`] without a spool.
    pub fn open_documents(
        &self,
        record: RecordId,
        docs: &[u32],
        reason: Option<&str>,
        spool: Option<&Path>,
    ) -> Result<Opening> {
        self.open_for(record, docs, None, reason, spool)
    }

    /// The same for a purpose, and a reason: a record whose use is restricted opens in no other way.
    ///
    /// Errors: [`Error::Restricted`] besides.
    pub fn open_for(
        &self,
        record: RecordId,
        docs: &[u32],
        purpose: Option<Purpose>,
        reason: Option<&str>,
        spool: Option<&Path>,
    ) -> Result<Opening> {
        self.may_open(record, purpose, reason)?;
        let row = self.row(record)?;
        let (cover, _) = self.cover_of(&row)?;
        let mut documents: Vec<Document> = Vec::new();
        for line in &cover.documents {
            if docs.is_empty() || docs.contains(&line.doc.no) {
                documents.push(line.doc.clone());
            }
        }
        if let Some(missing) = docs.iter().find(|no| !documents.iter().any(|d| d.no == **no)) {
            return Err(Error::NoDocument { record: row.facts.number.to_string(), doc: missing.to_string() });
        }
        let mut bodies = BTreeMap::new();
        for document in &documents {
            if let Entry::Vacant(place) = bodies.entry(document.filing) {
                // What cannot be had is told before a line says that it was shown.
                let at = self.body_at(&row, document.filing)?;
                at.ready()?;
                place.insert(at);
            }
        }
        let numbers: Vec<u32> = documents.iter().map(|d| d.no).collect();
        let deed = |note: Option<NoteMark>| -> Deed {
            RecordOpen { record, docs: numbers.clone(), purpose, note }.into()
        };
        let note = reason.map(|text| (NoteKind::Reason, text));
        let seq = match spool {
            _ if defect("an opening without its act") => None,
            None => Some(self.carry_out(note, deed)?.seq),
            Some(spool) => self.carry_out_or_spool(spool, note, deed)?,
        };
        Ok(Opening { vault: self.vault.clone(), cover, bodies, documents, seq })
    }

    /// Carries a deed out, or keeps its trace in a file; returns its line, if it has one.
    fn carry_out_or_spool(
        &self,
        spool: &Path,
        note: Option<(NoteKind, &str)>,
        deed: impl Fn(Option<NoteMark>) -> Deed,
    ) -> Result<Option<u64>> {
        let mut tries = EPOCH_TRIES;
        loop {
            tries -= 1;
            let (pending, note) = self.prepare(note, &deed)?;
            // The very act: should the disk answer after all, or it be brought in later, it counts once.
            let trace = self.act_file(pending.clone(), note.clone()).to_text();
            match self.vault.submit_with_notes(pending, note.into_iter().collect(), false) {
                Ok(done) => return Ok(Some(done.seq)),
                Err(Error::EpochMoved { .. }) if tries > 0 => {}
                Err(error) if cannot_write(&error) => return self.spool(spool, &trace).map(|()| None),
                Err(error) => return Err(error),
            }
        }
    }

    /// Appends a signed act to a file outside the vault; durable on return.
    fn spool(&self, path: &Path, trace: &str) -> Result<()> {
        let fs = &self.vault.env().fs;
        if fs.stat(path).doing("look at", path)?.is_none() {
            drop(fs.create_new(path).doing("create", path)?);
        }
        // Each time: whoever made the file may have been cut off before its name was durable.
        let dir = path.parent().filter(|d| !d.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs.sync_dir(dir).doing("sync", dir)?;
        let there = fs.read(path, SPOOL_BYTES_MAX).doing("read", path)?;
        let end = spool_end(&there).ok_or_else(|| Error::NotAnAct {
            path: path.display().to_string(),
            why: "it ends with something else".into(),
        })?;
        let mut file = fs.open_append(path).doing("open", path)?;
        if end < there.len() {
            file.set_len(end as u64).doing("cut", path)?;
        }
        file.write_all_at(trace.as_bytes(), end as u64).and_then(|()| file.sync()).doing("append to", path)
    }
}

/// Where the next act goes in a spool: behind its last whole one. A piece of one is of an opening that was never
/// shown, and would keep the others from being read. `None` where something else stands there, which is not ours to cut.
fn spool_end(there: &[u8]) -> Option<usize> {
    let before = there.strip_suffix(b"\n").unwrap_or(there);
    let begin = before.iter().rposition(|b| *b == b'\n').map_or(0, |i| i + 1);
    let last = &there[begin..];
    let whole = last.ends_with(b"\n")
        && std::str::from_utf8(last).is_ok_and(|text| ActFile::parse(text.trim_end()).is_ok());
    // After a power cut the first bytes of a piece may be zeros.
    let piece = last.starts_with(SPOOL_MARK) || SPOOL_MARK.starts_with(last) || last.starts_with(&[0]);
    if whole { Some(there.len()) } else { piece.then_some(begin) }
}

/// Whether an act failed only because the journal could not be written.
fn cannot_write(error: &Error) -> bool {
    matches!(
        error,
        Error::ReadOnly { .. }
            | Error::Poisoned { .. }
            | Error::Stalled { .. }
            | Error::Closed {}
            | Error::Io { .. }
    )
}

impl Opening {
    /// All documents of a record, for somebody whose act is kept elsewhere.
    pub(crate) fn of_cover(vault: Vault, place: Place, record: RecordId, cover: Cover) -> Self {
        let documents: Vec<Document> = cover.documents.iter().map(|line| line.doc.clone()).collect();
        let at = |filing| (filing, BodyAt::here(&vault, body_path(place, record, filing)));
        let bodies = documents.iter().map(|document| at(document.filing)).collect();
        Self { vault, cover, bodies, documents, seq: None }
    }

    /// The cover.
    pub(crate) fn cover(&self) -> &Cover {
        &self.cover
    }

    /// The documents, in order.
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// The line of the act; `None` when it was spooled.
    pub fn seq(&self) -> Option<u64> {
        self.seq
    }

    /// Copies a document. It is checked from end to end before its first byte is given out.
    ///
    /// Errors: [`Error::FileDamaged`], with an `incident` line where one can be written; those of reaching a body that lies
    /// elsewhere ([`Error::LeftDamaged`], [`Error::LeftUnreachable`]).
    pub fn copy(&self, document: &Document, out: &mut dyn Write) -> Result<()> {
        let no_body = || Error::FileDamaged {
            path: document.name.clone(),
            finding: "it is none of the documents that were opened".into(),
        };
        let at = self.bodies.get(&document.filing).ok_or_else(no_body)?;
        let result = self.copy_from(at, document, out).map_err(|error| at.blame(error));
        if let Err(Error::FileDamaged { finding, .. }) = &result {
            self.vault.incident(at.below(), finding);
            return Err(Error::FileDamaged { path: at.below().into(), finding: finding.clone() });
        }
        result
    }

    fn copy_from(&self, at: &BodyAt, document: &Document, out: &mut dyn Write) -> Result<()> {
        let path = self.vault.layout().path(at.below());
        let fs = &*self.vault.env().fs;
        let missing = || Error::FileDamaged { path: at.below().into(), finding: "missing".into() };
        if at.elsewhere().is_none() && fs.stat(&path).doing("look at", &path)?.is_none() {
            return Err(missing());
        }
        let identity = self.cover.identity(document.filing).ok_or_else(missing)?;
        let mut body = at.open(identity)?;
        if document.size <= HELD_BYTES_MAX {
            let mut held = Vec::with_capacity(document.size as usize);
            body.copy_document(document, &mut held)?;
            return out.write_all(&held).map_err(writing);
        }
        body.check_document(document)?;
        body.copy_document(document, out)
    }
}

fn writing(source: io::Error) -> Error {
    Error::Io { doing: "write the document".into(), source }
}

impl Vault {
    /// The filing that a request brought, if it did.
    pub(crate) fn find_filing(&self, request: ActId) -> Result<Option<(Line, RecordFile)>> {
        let Some(line) = self.find_act(request)? else { return Ok(None) };
        match &line.act.deed {
            Deed::RecordFile(d) => {
                let filing = d.clone();
                Ok(Some((line, filing)))
            }
            _ => Ok(None),
        }
    }

    /// The line of a request, if it has come.
    pub fn find_act(&self, request: ActId) -> Result<Option<Line>> {
        let lines = self.state().lines;
        let found = self.tree()?.find(request, lines).doing("read", &self.layout().path("derived/tree"))?;
        let found = found.filter(|_| !defect("a twin on retry"));
        found.map(|seq| self.line(seq).map(|(line, _)| line)).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jingui_schema::act::Act;
    use jingui_schema::id::{By, VaultId};

    #[test]
    fn the_next_act_of_a_spool_goes_behind_the_last_whole_one() {
        let (vault, deed) = (
            VaultId::from_bytes([1; 16]),
            Deed::from(RecordOpen {
                record: RecordId::from_bytes([2; 16]),
                docs: vec![1],
                purpose: None,
                note: None,
            }),
        );
        let at = "2026-11-25T00:00:00.000Z".parse().unwrap();
        let raw = Act { id: ActId::from_bytes([3; 16]), at, deed }.to_raw();
        let line = ActFile::new(vault, By::Authority, raw, None, Vec::new()).to_text().into_bytes();
        assert_eq!(spool_end(b""), Some(0));
        let two = [&line[..], &line[..]].concat();
        assert_eq!(spool_end(&two), Some(two.len()));
        for cut in 0..line.len() {
            let mut torn = two[..line.len() + cut].to_vec();
            assert_eq!(spool_end(&torn), Some(line.len()), "cut at byte {cut}");
            torn[line.len()..].fill(0);
            assert_eq!(spool_end(&torn), Some(line.len()), "{cut} zeros");
        }
        let holed = [&line[..], &line[..100], &[0; 50], &line[150..]].concat();
        assert_eq!(spool_end(&holed), Some(line.len()));
        for other in [&b"a list of things to do"[..], b"a list\n", &[&line[..], b"and more"].concat()] {
            assert_eq!(spool_end(other), None, "somebody else's text is not cut");
        }
    }
}

//! Corrections (更正): a new fact version beside the old one. What was filed is never overwritten.
//!
//! Also what is said beside a record without changing it: annotations and restrictions.

use crate::cover::Cover;
use crate::error::{Error, Result};
use crate::filing::Labels;
use crate::session::Session;
use crate::version::NewVersion;
use jingui_schema::act::{Deed, NoteMark, RecordAnnotate, RecordCorrect, RecordRestrict};
use jingui_schema::cover::{Document, DocumentLine, FactsLine, FiledAs, NoteKind};
use jingui_schema::facts::{DocumentKind, FactName, Facts, Mark, Role, Waived};
use jingui_schema::id::{Place, RecordId};
use jingui_schema::time::{Day, Time};

/// What is to be said of one document from now on; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentChange {
    /// Its number in the record.
    pub no: u32,
    /// What it is.
    pub kind: Option<DocumentKind>,
    /// Its title; empty for none.
    pub title: Option<String>,
    /// All its marks.
    pub marks: Option<Vec<Mark>>,
    /// Marks that it has besides.
    pub add: Vec<Mark>,
    /// Marks that it has no more.
    pub remove: Vec<Mark>,
    /// Its last day.
    pub until: Option<Option<Day>>,
    /// Pages.
    pub pages: Option<Option<u32>>,
}

/// A correction that is durable.
#[derive(Clone, Debug)]
pub struct Corrected {
    /// Fact version that it made.
    pub n: u32,
    /// What changed.
    pub changed: Vec<FactName>,
    /// The facts before.
    pub before: Facts,
    /// The facts now.
    pub after: Facts,
    /// The documents of which something else is said now: before, now.
    pub documents: Vec<(Document, Document)>,
    /// The line; `None` where it was only rehearsed.
    pub seq: Option<u64>,
    /// Its time.
    pub at: Time,
    /// Whether a reviewer has to see the record again.
    pub to_review: bool,
}

/// What a record says in one of its fact versions.
#[derive(Clone, Debug)]
pub struct FactVersion {
    /// Which, from 1.
    pub n: u32,
    /// Facts.
    pub facts: Facts,
    /// Documents.
    pub documents: Vec<Document>,
}

impl Session {
    /// Corrects what is said of a record and of its documents.
    ///
    /// - `change` is given the labels as they are; it is asked once.
    /// - `rehearse`: only says what would change.
    /// - Who: an archivist; a reviewer as well where waivers alone change.
    /// - Errors: [`Error::NothingToCorrect`], [`Error::NoDocument`]; whatever it is, nothing is visible of what failed.
    pub fn correct(
        &self,
        record: RecordId,
        change: impl FnOnce(&mut Labels) -> Result<()>,
        documents: &[DocumentChange],
        reason: &str,
        rehearse: bool,
    ) -> Result<Corrected> {
        let clerk = self.with_role(&[Role::Archivist, Role::Reviewer])?;
        let row = self.row(record)?;
        self.check_not_held(&row)?;
        let (old, cover_row) = self.cover_of(&row)?;
        let before = old.facts.facts.clone();
        let mut labels = Labels::of(&before);
        change(&mut labels)?;
        let mut after = self.facts_of(&labels, before.number.clone(), before.clerk)?;
        // A project that asks for less by now shortens nothing by the way: the class is another one only where what
        // it follows from has been corrected (R31, R32).
        let rests_on = |f: &Facts| (f.project.clone(), f.customer.kind, f.customer.id.clone(), f.outcome);
        if rests_on(&after) == rests_on(&before) {
            after.class = after.class.max(before.class);
        }
        // Who let a material pass is named at each waiver, whoever the clerk of the record is.
        for waived in &mut after.waived {
            let same = |w: &&Waived| (w.kind, w.gap, &w.reason) == (waived.kind, waived.gap, &waived.reason);
            let known = before.waived.iter().find(same);
            waived.by = known.map_or(Some(clerk), |known| known.by);
        }
        let mut changed = after.changed_from(&before);
        let lines = self.corrected_lines(&old, &before, documents)?;
        if !lines.is_empty() {
            changed.push(FactName::Documents);
        }
        changed.sort_unstable();
        if changed.is_empty() {
            return Err(Error::NothingToCorrect { record: before.number.to_string() });
        }
        if changed != [FactName::Waived] {
            self.with_role(&[Role::Archivist])?;
        }
        let said_before =
            |no| old.documents.iter().find(|line| line.doc.no == no).map(|line| line.doc.clone());
        let documents = lines.iter().filter_map(|l| Some((said_before(l.doc.no)?, l.doc.clone()))).collect();
        let to_review = changed.iter().any(|name| name.needs_review());
        let (n, at) = (cover_row.n + 1, self.vault.env().now());
        if rehearse {
            return Ok(Corrected { n, changed, before, after, documents, seq: None, at, to_review });
        }
        let salted = FactsLine { salt: self.salt(), facts: after.clone() };
        let cover = old.corrected(salted, lines).map_err(crate::filing::bad_cover)?;
        let done = self.submit_correction(record, row.counter, &cover, &changed, reason)?;
        self.vault.recent().changed(done.seq);
        self.screen(record, n, &after);
        Ok(Corrected { n, changed, before, after, documents, seq: Some(done.seq), at: done.at, to_review })
    }

    fn corrected_lines(
        &self,
        old: &Cover,
        facts: &Facts,
        changes: &[DocumentChange],
    ) -> Result<Vec<DocumentLine>> {
        let mut lines = Vec::new();
        for change in changes {
            let line = old.documents.iter().find(|line| line.doc.no == change.no);
            let Some(line) = line else {
                let (record, doc) = (facts.number.to_string(), change.no.to_string());
                return Err(Error::NoDocument { record, doc });
            };
            let mut doc = line.doc.clone();
            let filed = FiledAs { kind: doc.kind, title: doc.title.clone() };
            doc.kind = change.kind.unwrap_or(doc.kind);
            if let Some(title) = &change.title {
                doc.title = Some(title.clone()).filter(|title| !title.is_empty());
            }
            doc.marks = change.marks.clone().unwrap_or(doc.marks);
            doc.marks.retain(|mark| !change.remove.contains(mark));
            doc.marks.extend(&change.add);
            doc.marks.sort_unstable();
            doc.marks.dedup();
            doc.until = change.until.unwrap_or(doc.until);
            doc.pages = change.pages.unwrap_or(doc.pages);
            if doc == line.doc {
                continue;
            }
            // The manifest in its body keeps calling it what it was called when it was filed.
            doc.filed = doc.filed.or(Some(filed)).filter(|f| (f.kind, &f.title) != (doc.kind, &doc.title));
            lines.push(DocumentLine { salt: self.salt(), doc });
        }
        Ok(lines)
    }

    /// Makes a correction durable with its reason.
    fn submit_correction(
        &self,
        record: RecordId,
        counter: u64,
        cover: &Cover,
        changed: &[FactName],
        reason: &str,
    ) -> Result<crate::writer::Done> {
        let note = self.seal_note(NoteKind::Reason, reason)?;
        let (act, facts, n) = (self.vault.env().act_id(), &cover.facts.facts, cover.spine.n);
        let version =
            NewVersion { act, record, counter, filing: 0, cover, note: Some(note), may_repeat: false };
        self.submit_cover(version, |cover, note| {
            let deed = RecordCorrect {
                record,
                n,
                counter,
                class: facts.class,
                business: facts.business,
                date: facts.date,
                outcome: facts.outcome,
                changed: changed.to_vec(),
                cover,
                note: note.expect("a correction has its reason"),
            };
            deed.into()
        })
    }

    /// All fact versions of a record, oldest first.
    pub fn versions(&self, record: RecordId) -> Result<Vec<FactVersion>> {
        let row = self.row(record)?;
        let mut covers = row.covers.clone();
        covers.sort_unstable_by_key(|cover| cover.n);
        let version = |c: &crate::catalog::CoverRow| {
            let cover = self.open_cover(Place::of_counter(row.counter), record, c.n, &c.mark)?;
            let documents = cover.documents.into_iter().map(|line| line.doc).collect();
            Ok(FactVersion { n: c.n, facts: cover.facts.facts, documents })
        };
        covers.iter().map(version).collect()
    }

    /// Says something beside a record, which stays as it is: what the person concerned wants to have said (R70).
    pub fn annotate(&self, record: RecordId, text: &str) -> Result<u64> {
        let deed = self.annotation(record)?;
        Ok(self.carry_out(Some((NoteKind::Annotation, text)), deed)?.seq)
    }

    /// Says whether [`Session::annotate`] would do it; changes nothing.
    pub fn may_annotate(&self, record: RecordId, text: &str) -> Result<()> {
        let deed = self.annotation(record)?;
        self.prepare(Some((NoteKind::Annotation, text)), &deed).map(drop)
    }

    fn annotation(&self, record: RecordId) -> Result<impl Fn(Option<NoteMark>) -> Deed> {
        self.row(record)?;
        Ok(move |note: Option<NoteMark>| {
            RecordAnnotate { record, note: note.expect("a text makes a note") }.into()
        })
    }

    /// Restricts the use of a record to storing it, or lifts that again (R59, R60).
    pub fn restrict(&self, record: RecordId, restricted: bool, reason: &str) -> Result<u64> {
        let deed = self.restriction(record, restricted)?;
        Ok(self.carry_out(Some((NoteKind::Reason, reason)), deed)?.seq)
    }

    /// Says whether [`Session::restrict`] would do it; changes nothing.
    pub fn may_restrict(&self, record: RecordId, restricted: bool, reason: &str) -> Result<()> {
        let deed = self.restriction(record, restricted)?;
        self.prepare(Some((NoteKind::Reason, reason)), &deed).map(drop)
    }

    fn restriction(&self, record: RecordId, restricted: bool) -> Result<impl Fn(Option<NoteMark>) -> Deed> {
        let row = self.row(record)?;
        if row.custody.restricted.is_some() == restricted {
            return Err(Error::RestrictedAlready { record: row.facts.number.to_string() });
        }
        Ok(move |note: Option<NoteMark>| {
            RecordRestrict { record, restricted, note: note.expect("a reason makes a note") }.into()
        })
    }
}

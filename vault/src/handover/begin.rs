//! Everything is to be handed over, or the records of one project: proposed, and called off.

use super::list::{LISTED_MAX, weight};
use super::state::PROPOSERS;
use crate::catalog::{Query, Row};
use crate::dates::{Kept, Ledger};
use crate::error::{Error, Result};
use crate::handover::Handover;
use crate::holds::Standing;
use crate::session::Session;
use jingui_schema::act::{Deed, HandoverBegin, HandoverCancel, HandoverList, ListMark, ListRow, NoteMark};
use jingui_schema::cover::NoteKind;
use jingui_schema::id::{ActId, CertId, RecordId};
use std::collections::BTreeMap;

/// Rows passed over at once where all of a project are wanted.
const PAGE: usize = 1000;

impl Session {
    /// Proposes that everything be handed over to the CA; once another person has confirmed the act nothing more is filed.
    ///
    /// - Returns the act, `None` where it is only rehearsed.
    /// - Errors: [`Error::EscrowUnproved`], [`Error::Unfinished`], [`Error::HandedOver`], [`Error::Role`].
    pub fn propose_handover(&self, reason: &str, rehearse: bool) -> Result<Option<ActId>> {
        let deed = |note: Option<NoteMark>| {
            HandoverBegin { list: None, note: note.expect("a reason makes a note") }.into()
        };
        let note = Some((NoteKind::Reason, reason));
        let rehearsed = self.prepare(note, &deed)?;
        let ledger = self.vault.ledger(self.vault.today(), &|| false)?;
        self.all_screened(&ledger, ledger.records().map(|(record, _)| record))?;
        if rehearse {
            drop(rehearsed);
            return Ok(None);
        }
        let done = self.carry_out(note, deed)?;
        Ok(Some(self.vault.line(done.seq)?.0.act.id))
    }

    /// Proposes that the records of one project be handed over to the CA; once another person has confirmed the act nothing more is
    /// said of these, and the archive goes on with all others.
    ///
    /// - Shape: the records whose facts have that project now, by any of its names; those that are filed later are not among them.
    ///   The lines with the list come first, so a run that was cut off has begun nothing; the next one lists them anew.
    /// - Returns the act, `None` where it is only rehearsed; and how many records there are.
    /// - Errors: [`Error::NothingListed`]; [`Error::Stale`] where a certificate was linked to one of them meanwhile; those of
    ///   [`Session::propose_handover`].
    pub fn propose_handover_of(
        &self,
        project: &str,
        reason: &str,
        rehearse: bool,
    ) -> Result<(Option<ActId>, u64)> {
        self.with_role(PROPOSERS)?;
        let state = self.vault.state();
        state.check_may_hand_over(None, None)?;
        let rows = self.rows_of_project(project)?;
        if rows.is_empty() {
            return Err(Error::NothingListed { project: project.trim().into() });
        }
        let mark = ListMark::of(&rows);
        if rehearse {
            return Ok((None, mark.records));
        }
        let mut from = 0;
        while from < rows.len() {
            let mut left = LISTED_MAX;
            let fits = |row: &&ListRow| {
                let fits = weight(row) <= left;
                left = left.saturating_sub(weight(row));
                fits
            };
            let part: Vec<ListRow> = rows[from..].iter().take_while(fits).cloned().collect();
            if part.is_empty() {
                let (count, limit) = (weight(&rows[from]).to_string(), LISTED_MAX.to_string());
                return Err(Error::TooMany { count, limit });
            }
            let (at, count) = (from as u64, part.len());
            self.carry_out(None, |_| HandoverList { from: at, records: part.clone() }.into())?;
            from += count;
        }
        self.check_certificates_of(&rows)?;
        // Whose they are is said under seal: the journal names nobody.
        let text = format!("{}\n{reason}", project.trim());
        let done = self.carry_out(Some((NoteKind::Reason, &text)), |note| {
            HandoverBegin { list: Some(mark.clone()), note: note.expect("a reason makes a note") }.into()
        })?;
        Ok((Some(self.vault.line(done.seq)?.0.act.id), mark.records))
    }

    /// The records of a project, as a list has them.
    fn rows_of_project(&self, project: &str) -> Result<Vec<ListRow>> {
        let ledger = self.vault.ledger(self.vault.today(), &|| false)?;
        let mut rows: BTreeMap<RecordId, ListRow> = BTreeMap::new();
        self.each_of_project(project, |row| {
            // One that has ended since the catalog was asked.
            let Some(kept) = ledger.get(row.record) else { return };
            let (number, certs) = (kept.number.clone(), certificates_of(kept));
            rows.insert(row.record, ListRow { record: row.record, number, certs });
        })?;
        self.all_screened(&ledger, rows.keys().copied())?;
        Ok(rows.into_values().collect())
    }

    /// Whether the lines of a list have the certificates that its records rely on. One that is linked from here on ends the list by
    /// itself; one that was linked before its record's line stood there has to be looked for.
    fn check_certificates_of(&self, rows: &[ListRow]) -> Result<()> {
        let ledger = self.vault.ledger(self.vault.today(), &|| false)?;
        let same =
            |row: &ListRow| ledger.get(row.record).is_none_or(|kept| certificates_of(kept) == row.certs);
        match rows.iter().all(same) {
            true => Ok(()),
            false => Err(Error::Stale { why: "a certificate was linked while its record was listed".into() }),
        }
    }

    fn each_of_project(&self, project: &str, mut each: impl FnMut(&Row)) -> Result<()> {
        let mut query = Query { limit: PAGE, ..self.query_of(Some(project.trim()), None)? };
        loop {
            let page = self.list(&query)?;
            page.rows.iter().for_each(&mut each);
            match page.next {
                Some(next) => query.after = Some(next),
                None => return Ok(()),
            }
        }
    }

    /// What the CA cannot compare, because the query of a hold does not go along, has to be compared here.
    fn all_screened(&self, ledger: &Ledger, mut records: impl Iterator<Item = RecordId>) -> Result<()> {
        let (state, today) = (self.vault.state(), self.vault.today());
        match records.any(|record| matches!(ledger.held(record, &state, today), Standing::Unscreened(_))) {
            true => Err(Error::Unfinished { what: "screening".into() }),
            false => Ok(()),
        }
    }

    /// Whose records a hand-over is of, as its note says; `None` of one that is of everything.
    ///
    /// Errors: those of opening a note.
    pub fn project_of(&self, handover: ActId) -> Result<Option<String>> {
        let line = self.vault.find_act(handover)?;
        let Some(Deed::HandoverBegin(HandoverBegin { list: Some(_), note })) = line.map(|line| line.act.deed)
        else {
            return Ok(None);
        };
        let note = self.read_note(&note)?;
        Ok(note.text.lines().next().map(str::to_owned))
    }

    /// Records of the same project that are here and no part of a hand-over of it: what was filed since, and what was given that
    /// project since. Another hand-over takes them.
    pub fn beside_handover(&self, handover: &Handover) -> Result<Option<u64>> {
        let Some(project) = self.project_of(handover.act)? else { return Ok(None) };
        let mut beside = 0;
        self.each_of_project(&project, |row| {
            beside += u64::from(handover.done.is_some() || !handover.takes(row.record))
        })?;
        Ok(Some(beside))
    }

    /// Calls a hand-over off that no receipt has come for; filing goes on. Returns the line.
    ///
    /// Errors: [`Error::NoHandover`]; [`Error::HandedOver`] once there is a receipt; [`Error::Role`].
    pub fn cancel_handover(&self, reason: &str, rehearse: bool) -> Result<Option<u64>> {
        let handover = self.vault.state().handover.as_ref().map(|handover| handover.act);
        let handover = handover.ok_or(Error::NoHandover {})?;
        let deed = |note: Option<NoteMark>| {
            HandoverCancel { handover, note: note.expect("a reason makes a note") }.into()
        };
        let note = Some((NoteKind::Reason, reason));
        match rehearse {
            true => self.prepare(note, &deed).map(|_| None),
            false => self.carry_out(note, deed).map(|done| Some(done.seq)),
        }
    }
}

/// The certificates that rely on a record, each once and in order.
fn certificates_of(kept: &Kept) -> Vec<CertId> {
    let mut certs: Vec<CertId> = kept.certificates().map(|(cert, _)| cert).collect();
    certs.sort_unstable();
    certs.dedup();
    certs
}

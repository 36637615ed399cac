//! An appraisal that was a mistake: one person proposes that what it has added to the period of some records counts no
//! more, another confirms it. Nobody does it alone: it shortens.

use super::plan::{APPRAISED_MAX, APPRAISERS};
use crate::error::{Error, Result};
use crate::session::Session;
use crate::state::State;
use jingui_schema::act::{ActFile, Deed, NoteMark, PurgeReverse};
use jingui_schema::cover::NoteKind;
use jingui_schema::id::{ActId, RecordId};

impl State {
    /// What is said of records can be taken back as long as they are there.
    pub(crate) fn check_reversal(&self, d: &PurgeReverse) -> Result<()> {
        let in_order =
            !d.records.is_empty() && d.records.len() <= APPRAISED_MAX && d.records.is_sorted_by(|a, b| a < b);
        if !in_order {
            return Err(Error::Stale { why: "it names no records in order".into() });
        }
        d.records.iter().try_for_each(|record| self.check_not_destroyed(*record))
    }
}

impl Session {
    /// Proposes that what an appraisal has added to the period of records was a mistake; returns the proposal's act,
    /// `None` where it was only rehearsed.
    ///
    /// - `act`: the appraisal, or the filing with which it came from another archive.
    /// - Errors: [`Error::Role`]; [`Error::Destroyed`], [`Error::BeingDestroyed`]; [`Error::TooManyProposals`].
    pub fn reverse_appraisal(
        &self,
        act: ActId,
        records: &[RecordId],
        reason: &str,
        rehearse: bool,
    ) -> Result<Option<ActId>> {
        let deed = self.reversal(act, records)?;
        let note = Some((NoteKind::Reason, reason));
        if rehearse {
            return self.prepare(note, &deed).map(|_| None);
        }
        let done = self.carry_out(note, deed)?;
        Ok(Some(self.vault.line(done.seq)?.0.act.id))
    }

    /// Signs the proposal into an act file instead of carrying it out.
    pub fn write_reversal(&self, act: ActId, records: &[RecordId], reason: &str) -> Result<ActFile> {
        let deed = self.reversal(act, records)?;
        self.write_act(Some((NoteKind::Reason, reason)), deed)
    }

    fn reversal(
        &self,
        act: ActId,
        records: &[RecordId],
    ) -> Result<impl Fn(Option<NoteMark>) -> Deed + use<>> {
        self.with_role(APPRAISERS)?;
        let mut records = records.to_vec();
        records.sort_unstable();
        records.dedup();
        Ok(move |note: Option<NoteMark>| {
            let note = note.expect("a reason makes a note");
            PurgeReverse { act, records: records.clone(), note }.into()
        })
    }
}

//! Everything is to be handed over: proposed, and called off.

use crate::error::{Error, Result};
use crate::holds::Standing;
use crate::session::Session;
use jingui_schema::act::{HandoverBegin, HandoverCancel, NoteMark};
use jingui_schema::cover::NoteKind;
use jingui_schema::id::ActId;

impl Session {
    /// Proposes that everything be handed over to the CA; once another person has confirmed the act nothing more is filed.
    ///
    /// - Returns the act, `None` where it is only rehearsed.
    /// - Errors: [`Error::EscrowUnproved`], [`Error::Unfinished`], [`Error::HandedOver`], [`Error::Role`].
    pub fn propose_handover(&self, reason: &str, rehearse: bool) -> Result<Option<ActId>> {
        let deed =
            |note: Option<NoteMark>| HandoverBegin { note: note.expect("a reason makes a note") }.into();
        let note = Some((NoteKind::Reason, reason));
        let rehearsed = self.prepare(note, &deed)?;
        // The CA cannot compare what nobody has compared here: the query of a hold does not go along.
        let (vault, state, today) = (&self.vault, self.vault.state(), self.vault.today());
        let ledger = vault.ledger(today, &|| false)?;
        let unscreened = |record| matches!(ledger.held(record, &state, today), Standing::Unscreened(_));
        if ledger.records().any(|(record, _)| unscreened(record)) {
            return Err(Error::Unfinished { what: "screening".into() });
        }
        if rehearse {
            drop(rehearsed);
            return Ok(None);
        }
        let done = self.carry_out(note, deed)?;
        Ok(Some(self.vault.line(done.seq)?.0.act.id))
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

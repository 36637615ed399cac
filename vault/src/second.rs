//! The second of two people at work: confirms what another proposed, or refuses it.

use crate::error::Result;
use crate::proposals::Proposal;
use crate::session::Session;
use jingui_schema::act::{ActConfirm, ActFile, ActRefuse, Deed, NoteMark};
use jingui_schema::cover::NoteKind;
use jingui_schema::id::ActId;

impl Session {
    /// Proposals that wait for a second person, or to be carried out, oldest first.
    pub fn proposals(&self) -> Vec<(ActId, Proposal)> {
        let state = self.vault.state();
        let mut open: Vec<_> = state.proposals.iter().map(|(act, p)| (*act, p.clone())).collect();
        open.sort_by_key(|(_, proposal)| proposal.seq);
        open
    }

    /// Confirms a proposal as it stands; returns the line.
    ///
    /// Errors: [`crate::Error::OwnProposal`], [`crate::Error::NotCounted`], [`crate::Error::Role`],
    /// [`crate::Error::NoProposal`].
    pub fn confirm(&self, act: ActId) -> Result<u64> {
        let deed = self.confirmation(act)?;
        Ok(self.carry_out(None, deed)?.seq)
    }

    /// Says whether [`Session::confirm`] would do it; changes nothing.
    pub fn may_confirm(&self, act: ActId) -> Result<()> {
        let deed = self.confirmation(act)?;
        self.prepare(None, &deed).map(drop)
    }

    /// Signs a confirmation into an act file instead of carrying it out.
    pub fn write_confirmation(&self, act: ActId) -> Result<ActFile> {
        let deed = self.confirmation(act)?;
        self.write_act(None, deed)
    }

    fn confirmation(&self, act: ActId) -> Result<impl Fn(Option<NoteMark>) -> Deed> {
        let sha256 = self.vault.state().proposal(act)?.sha256;
        Ok(move |_| ActConfirm { act, sha256 }.into())
    }

    /// Refuses a proposal, or takes one's own back; returns the line.
    pub fn refuse(&self, act: ActId, reason: &str) -> Result<u64> {
        Ok(self.carry_out(Some((NoteKind::Reason, reason)), refusal(act))?.seq)
    }

    /// Says whether [`Session::refuse`] would do it; changes nothing.
    pub fn may_refuse(&self, act: ActId, reason: &str) -> Result<()> {
        self.prepare(Some((NoteKind::Reason, reason)), &refusal(act)).map(drop)
    }
}

fn refusal(act: ActId) -> impl Fn(Option<NoteMark>) -> Deed {
    move |note| ActRefuse { act, note: note.expect("a reason makes a note") }.into()
}

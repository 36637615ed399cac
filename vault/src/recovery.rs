//! Ways out when keys are lost: the CA's escrow, the recovery sheet.

use crate::error::{Error, Result};
use crate::journal::Pending;
use crate::keys::{EpochKey, EscrowContent, Keystore, Person};
use crate::session::seal_note_to;
use crate::vault::Vault;
use jingui_schema::act::{Act, ActFile, Deed, EpochMember, EscrowProved, PublicHalf, StaffEnrol};
use jingui_schema::cover::NoteKind;
use jingui_schema::facts::Role;
use jingui_schema::id::{By, StaffNo};
use std::path::Path;

/// What the CA sends back to prove that it opens an escrow file: an act, signed by the authority.
///
/// Works without the vault.
pub fn prove_escrow(env: &crate::env::Env, content: &EscrowContent, signer: &Person, by: By) -> ActFile {
    let deed = EscrowProved { epoch: content.key.epoch(), answer: content.answer }.into();
    let act = Act { id: env.act_id(), at: env.now(), deed };
    let raw = act.to_raw();
    let sig = signer.sign(&content.vault, raw.get());
    ActFile::new(content.vault, by, raw, Some(sig), Vec::new())
}

impl Vault {
    /// Gives the vault back to somebody who is new, with an epoch key out of escrow or from a sheet.
    ///
    /// - `keystore`: where the person's copy goes; made there if it is absent.
    /// - `signer`: the authority; in a solo vault nobody, since there is none.
    /// - Errors: [`Error::OtherEpoch`] when the identity is of no live epoch; [`Error::NotAuthority`].
    pub fn recover(
        &self,
        identity: crate::seal::Identity,
        keystore: &Path,
        signer: Option<&Person>,
        half: &PublicHalf,
        roles: &[Role],
    ) -> Result<StaffNo> {
        let state = self.state();
        let recipient = identity.to_public().to_string();
        let other = || Error::OtherEpoch { path: recipient.clone() };
        let (epoch, _) = state.live_epochs().find(|(_, e)| e.recipient == recipient).ok_or_else(other)?;
        let by = match signer {
            Some(person) if state.who(&person.sign_key()) == Some(By::Authority) => By::Authority,
            // A solo vault has no authority: whoever holds its key begins anew, whatever else they bring.
            _ if state.init.solo => By::Vault,
            _ => return Err(Error::NotAuthority {}),
        };
        let store = match Keystore::open(self.env().clone(), keystore, state.init.vault) {
            // Also where a directory is there already: an earlier attempt may have been cut off while making it.
            Err(Error::NoKeystore { .. }) => {
                Keystore::create(self.env().clone(), keystore, state.init.vault)?
            }
            store => store?,
        };
        let known = state.staff.iter().find(|(_, m)| m.sign == half.sign && m.is_active());
        let staff = match known {
            // Cut off after the enrolment, or the second epoch of an unfinished rotation: only the copy is missing.
            Some((staff, member)) if member.holds_epoch_key() => *staff,
            Some((staff, _)) => return Err(Error::Enrolled { staff: staff.to_string() }),
            None => self.enrol_heir(signer, by, half, roles)?,
        };
        if !self.state().epochs[&epoch].members.contains(&staff) {
            self.writer()?.note(self.act(EpochMember { epoch, staff }))?;
        }
        store.add_member(&EpochKey::new(epoch, identity), staff, &half.age)?;
        Ok(staff)
    }

    fn enrol_heir(
        &self,
        signer: Option<&Person>,
        by: By,
        half: &PublicHalf,
        roles: &[Role],
    ) -> Result<StaffNo> {
        let state = self.state();
        let mut roles = roles.to_vec();
        roles.sort();
        roles.dedup();
        let note = seal_note_to(self, NoteKind::Person, &half.name)?;
        let staff = state.next_staff();
        let enrol =
            StaffEnrol { staff, age: half.age.clone(), sign: half.sign, roles, note: Some(note.mark) };
        let act = self.act(Deed::from(enrol));
        state.decide(by, &act)?;
        let raw = act.to_raw();
        let sig = signer.filter(|_| by == By::Authority).map(|p| p.sign(&state.init.vault, raw.get()));
        self.submit_with_notes(Pending { by, act, raw, sig }, vec![note], false)?;
        Ok(staff)
    }
}

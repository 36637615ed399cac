//! People join, are countersigned, and leave; acts come in as files.

use crate::error::{Error, Result};
use crate::journal::Pending;
use crate::session::{SealedNote, Session};
use crate::vault::Vault;
use crate::writer::Done;
use jingui_schema::act::{
    Act, ActFile, Deed, Enrolment, EpochMember, PublicHalf, StaffCountersign, StaffDisable, StaffEnrol,
};
use jingui_schema::cover::{NOTE_BYTES_MAX, NoteKind};
use jingui_schema::digest::FileMark;
use jingui_schema::facts::Role;
use jingui_schema::id::{ArchiveNumber, By, RecordId, StaffNo};
use jingui_schema::line::Tip;

impl Session {
    /// The act that would enrol a person; `None` for the note when it is only looked at.
    fn enrolment(&self, half: &PublicHalf, roles: &[Role]) -> StaffEnrol {
        let mut roles = roles.to_vec();
        roles.sort();
        roles.dedup();
        let staff = self.vault.state().next_staff();
        StaffEnrol { staff, age: half.age.clone(), sign: half.sign, roles, note: None }
    }

    /// Enrols a person and makes copies of the live epoch keys where the roles ask for it.
    ///
    /// Errors: [`Error::Role`] unless the signer is a security administrator or the authority.
    pub fn enrol(&self, half: &PublicHalf, roles: &[Role]) -> Result<(StaffNo, Done)> {
        let enrol = self.enrolment(half, roles);
        let staff = enrol.staff;
        let done = self.carry_out(Some((NoteKind::Person, &half.name)), |note| {
            StaffEnrol { note, ..enrol.clone() }.into()
        });
        // Also where the person is enrolled already: an earlier attempt may have been cut off before the copies.
        if matches!(done, Ok(_) | Err(Error::Enrolled { .. })) {
            self.give_copies()?;
        }
        let done = done?;
        Ok((staff, done))
    }

    /// Signs an enrolment into an act file.
    pub fn write_enrolment(&self, half: &PublicHalf, roles: &[Role]) -> Result<(StaffNo, ActFile)> {
        let enrol = self.enrolment(half, roles);
        let staff = enrol.staff;
        let file = self.write_act(Some((NoteKind::Person, &half.name)), |note| {
            StaffEnrol { note, ..enrol.clone() }.into()
        })?;
        Ok((staff, file))
    }

    /// Countersigns enrolments, with the authority's key.
    pub fn countersign(&self) -> Result<Done> {
        let enrolments = self.vault.uncountersigned();
        self.carry_out(None, |_| StaffCountersign { enrolments: enrolments.clone() }.into())
    }

    /// Disables a person at once. That a new epoch starts is the caller's next step.
    pub fn disable(&self, staff: StaffNo, reason: Option<&str>) -> Result<Done> {
        self.carry_out(reason.map(|text| (NoteKind::Reason, text)), |note| {
            StaffDisable { staff, note }.into()
        })
    }

    /// Signs the disabling of a person into an act file.
    pub fn write_disable(&self, staff: StaffNo, reason: Option<&str>) -> Result<ActFile> {
        self.write_act(reason.map(|text| (NoteKind::Reason, text)), |note| {
            StaffDisable { staff, note }.into()
        })
    }

    /// Makes the copies of live epoch keys that people who may open records still lack, as far as this
    /// person's own copies reach. Safe to repeat.
    pub fn give_copies(&self) -> Result<Vec<StaffNo>> {
        let mut given = Vec::new();
        let epochs: Vec<u32> = self.vault.state().live_epochs().map(|(number, _)| number).collect();
        for number in epochs {
            // Without a copy of one's own there is nothing to copy: someone who has one does it later.
            let Ok(key) = self.epoch_key(number) else { continue };
            let store = self.vault.keystore()?;
            let there = store.members(number)?;
            let state = self.vault.state();
            for (staff, member) in state.staff.iter().filter(|(_, m)| m.holds_epoch_key()) {
                // The line first: a copy that no line names would be forgotten when its holder leaves.
                if !state.epochs[&number].members.contains(staff) {
                    let deed = EpochMember { epoch: number, staff: *staff };
                    self.vault.writer()?.note(self.vault.act(deed))?;
                }
                if !there.contains(staff) {
                    store.add_member(&key, *staff, &member.age)?;
                    given.push(*staff);
                }
            }
        }
        Ok(given)
    }

    /// The name behind a staff number; `None` where this person cannot open the note.
    pub fn name_of(&self, staff: StaffNo) -> Option<String> {
        let mark = self.vault.state().staff.get(&staff)?.note?;
        self.read_note(&mark).ok().map(|note| note.text)
    }

    /// Signs a request that came as a file.
    ///
    /// Errors: [`Error::OtherVault`]; [`Error::BadSignature`] when it asks for somebody else's signature.
    pub fn sign_request(&self, request: &ActFile) -> Result<ActFile> {
        sign_request(&self.person, self.by(), request)
    }
}

/// Signs a request with a person's key; works without the vault.
///
/// Errors: [`Error::NotAnAct`] when what it holds cannot be read: nobody signs what cannot be shown.
pub fn sign_request(person: &crate::keys::Person, by: By, request: &ActFile) -> Result<ActFile> {
    Act::parse(request.act.get())
        .map_err(|e| Error::NotAnAct { path: "request".into(), why: crate::journal::full(&e) })?;
    if request.by != by {
        return Err(Error::BadSignature { by: request.by.to_string() });
    }
    let sig = person.sign(&request.vault, request.act.get());
    Ok(ActFile::new(request.vault, by, request.act.clone(), Some(sig), request.notes.clone()))
}

impl Vault {
    /// Enrolments that the authority has not countersigned.
    pub fn uncountersigned(&self) -> Vec<Enrolment> {
        let state = self.state();
        let open = state.staff.iter().filter(|(_, m)| !m.countersigned && m.is_active());
        open.map(|(staff, m)| Enrolment { staff: *staff, act: m.act, sign: m.sign }).collect()
    }

    /// A request to the authority to countersign what is open.
    pub fn countersign_request(&self) -> ActFile {
        let act = self.act(StaffCountersign { enrolments: self.uncountersigned() });
        ActFile::new(self.state().init.vault, By::Authority, act.to_raw(), None, Vec::new())
    }

    /// Whether the journal has a filing of this record. Reads the journal: for acts that come by hand.
    fn has_record(&self, record: RecordId) -> Result<bool> {
        for item in self.lines_after(Tip::START)? {
            if matches!(&item?.0.act.deed, Deed::RecordFile(d) if d.record == record) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Checks that a record was filed under this number. Reads the journal: for acts that come by hand.
    fn check_number(&self, record: RecordId, number: &ArchiveNumber) -> Result<()> {
        for item in self.lines_after(Tip::START)? {
            if matches!(&item?.0.act.deed, Deed::RecordFile(d) if d.record == record && d.number == *number) {
                return Ok(());
            }
        }
        Err(Error::NoRecord { record: number.to_string() })
    }

    /// Carries out an act that came as a file. A second arrival gets the first result.
    ///
    /// - `session`: makes the key copies that a new person needs, where there is one.
    /// - Errors: [`Error::OtherVault`], [`Error::Unsigned`], [`Error::BadSignature`]; [`Error::NotCarried`] for what must be
    ///   done in place.
    pub fn submit(&self, file: &ActFile, session: Option<&Session>) -> Result<Done> {
        let state = self.state();
        if file.vault != state.init.vault {
            return Err(Error::OtherVault { vault: file.vault.to_string() });
        }
        let not_an_act = |why: String| Error::NotAnAct { path: "act".into(), why };
        let act = Act::parse(file.act.get()).map_err(|e| not_an_act(crate::journal::full(&e)))?;
        if file.sig.is_none() {
            return Err(Error::Unsigned { path: act.deed.kind().into() });
        }
        // What the vault does by itself carries no signature and never comes from outside.
        if file.by == By::Vault {
            return Err(Error::BadSignature { by: file.by.to_string() });
        }
        use Deed::*;
        match &act.deed {
            StaffEnrol(_) | StaffCountersign(_) | StaffDisable(_) | EscrowProved(_) | RecordOpen(_)
            | FactsReveal(_) | ActConfirm(_) | ActRefuse(_) | IssuerPin(_) | IssuerUnpin(_)
            | RulePropose(_) | CosignerName(_) | JobsSet(_) | PurgeAppraise(_) | PurgeApprove(_)
            | PurgeWitness(_) | PurgeReject(_) | PurgeAttest(_) | PurgeReverse(_) | EpochShred(_)
            | RecordRequest(_) | EscrowOpen(_) => {}
            // What is reviewed lies under seal: somebody who can open it looks at it here once more. A second arrival
            // gets the first result without that, for the record is reviewed by then.
            RecordReview(d) if self.find_act(act.id)?.is_none() => {
                session.ok_or(Error::KeyNeeded {})?.check_review(file.by, d)?;
            }
            RecordReview(_) => {}
            // What it is over is here already, or it would be a receipt for nothing that anybody can read.
            HandoverReceipt(d) => self.check_list(act.id, d)?,
            other => return Err(Error::NotCarried { kind: other.kind().into() }),
        }
        // The writer looks again. Here it comes before the journal is read for an act: else whoever may leave acts at a target
        // could have all of it read at each push, as often as they make one up.
        if !self.is_signed(file) {
            return Err(Error::BadSignature { by: file.by.to_string() });
        }
        // Also of one that is no more; but not of one that never was.
        if let EscrowOpen(d) = &act.deed {
            self.check_number(d.record, &d.number)?;
        }
        if let Some(record) = act.deed.record()
            && !self.has_record(record)?
        {
            return Err(Error::NoRecord { record: record.to_string() });
        }
        let mut notes = Vec::new();
        if let Some(mark) = act.deed.note() {
            let carried = file.notes.iter().find(|n| n.id == mark.id);
            let bytes = carried.and_then(|n| crate::base64::decode(&n.age));
            let bytes = bytes.ok_or_else(|| not_an_act("its note is missing".into()))?;
            if FileMark::of(&bytes) != (FileMark { size: mark.size, b3: mark.b3 }) {
                return Err(not_an_act("its note is not the one that was signed".into()));
            }
            if !bytes.starts_with(b"age-encryption.org/v1\n") || bytes.len() as u64 > NOTE_BYTES_MAX {
                return Err(not_an_act("its note is not a sealed note".into()));
            }
            notes.push(SealedNote { mark: *mark, bytes, text: Default::default() });
        }
        let pending = Pending { by: file.by, act, raw: file.act.clone(), sig: file.sig };
        let done = self.submit_with_notes(pending, notes, true)?;
        if let Some(session) = session {
            session.give_copies()?;
        }
        Ok(done)
    }
}

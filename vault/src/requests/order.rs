//! The CA's acts: that it asks for a record, that it has opened one. Needs no vault; they are made from the journal at the
//! target, signed where the authority's key is at hand, and left there.

use crate::copies::{CopyVault, Target};
use crate::cosigner::Seen;
use crate::env::Env;
use crate::error::Result;
use crate::keys::Person;
use crate::push::continues;
use crate::session::seal_note_to;
use crate::vault::Vault;
use jingui_schema::act::{ActFile, CarriedNote, Deed, NoteMark, RecordRequest};
use jingui_schema::cover::NoteKind;
use jingui_schema::facts::Ground;
use jingui_schema::id::{ActId, ArchiveNumber, By, VaultId};
use jingui_schema::time::Day;
use std::sync::Arc;

/// What the CA asks for.
#[derive(Clone, Debug)]
pub struct Asking {
    /// The record.
    pub number: ArchiveNumber,
    /// On what ground.
    pub basis: Ground,
    /// The matter; it is sealed to the archive.
    pub matter: String,
    /// By which day it should be answered.
    pub due: Option<Day>,
    /// To whom the answer is to be sealed: an age recipient.
    pub recipient: String,
}

/// An act of the CA on its way to the archive.
#[derive(Clone, Debug)]
pub struct Order {
    /// The archive.
    pub vault: VaultId,
    /// The act.
    pub act: ActId,
    /// The act, as a file; signed where who made it is the authority.
    pub file: ActFile,
    /// Lines of the countersigned head that the journal at the target was found to continue; none where nothing is known.
    pub continues: Option<u64>,
}

/// Asks for a record of the archive that pushes to a target: an act for its journal.
///
/// - `seen`: the newest head that was countersigned for an archive; without one nothing vouches for the key that the matter
///   is sealed to but the target itself.
/// - `person`: signs, where it is the authority.
/// - Errors: as of [`CopyVault::open`]; [`crate::Error::OtherLog`], [`crate::Error::BehindCosigner`],
///   [`crate::Error::NotOurHead`]; [`crate::Error::NoRecord`] for a number that cannot be one of this archive;
///   [`crate::Error::NotAuthority`] where it has none.
pub fn request_record(
    env: &Env,
    target: Arc<dyn Target>,
    asking: &Asking,
    seen: &dyn Fn(VaultId) -> Result<Option<Seen>>,
    person: Option<&Person>,
) -> Result<Order> {
    let copy = CopyVault::open(env, target, None, None)?;
    let continues = continues(&copy, seen)?;
    let deed = |note: NoteMark| -> Deed {
        let Asking { number, basis, due, recipient, .. } = asking.clone();
        RecordRequest { number, basis, due, recipient, note }.into()
    };
    let (act, file) = act_of_authority(copy.sound()?, &asking.matter, deed, person)?;
    Ok(Order { vault: copy.state.vault, act, file, continues })
}

/// An act of the authority as it could be carried out now, with the matter as its note.
pub(super) fn act_of_authority(
    vault: &Vault,
    matter: &str,
    deed: impl FnOnce(NoteMark) -> Deed,
    person: Option<&Person>,
) -> Result<(ActId, ActFile)> {
    let state = vault.state();
    let note = seal_note_to(vault, NoteKind::Reason, matter)?;
    let act = vault.act(deed(note.mark));
    state.decide(By::Authority, &act)?;
    let raw = act.to_raw();
    let key = state.init.authority.as_ref().map(|authority| authority.sign);
    let signer = person.filter(|person| Some(person.sign_key()) == key);
    let sig = signer.map(|person| person.sign(&state.init.vault, raw.get()));
    let carried = CarriedNote { id: note.mark.id, age: crate::base64::encode(&note.bytes) };
    Ok((act.id, ActFile::new(state.init.vault, By::Authority, raw, sig, vec![carried])))
}

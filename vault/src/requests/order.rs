//! The CA's acts: that it asks for a record, that it has opened one. Needs no vault; they are made from the journal at the
//! target, signed where the authority's key is at hand, and left there.

use crate::copies::{CopyVault, Target};
use crate::cosigner::Seen;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::journal::full;
use crate::keys::Person;
use crate::push::continues;
use crate::session::seal_note_to;
use crate::state::State;
use crate::vault::Vault;
use jingui_schema::act::{Act, ActFile, CarriedNote, Deed, NoteMark, RecordRequest};
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
/// - `again`: the act that asked for it before, where the archive has renewed its keys before it took that in: this one stands for it.
/// - `seen`: the newest head that was countersigned for an archive; without one nothing vouches for the key that the matter
///   is sealed to but the target itself.
/// - `person`: signs, where it is the authority.
/// - Errors: as of [`CopyVault::open`]; [`crate::Error::OtherLog`], [`crate::Error::BehindCosigner`],
///   [`crate::Error::NotOurHead`]; [`crate::Error::NoRecord`] for a number that cannot be one of this archive;
///   [`crate::Error::NotAuthority`] where it has none; for `again` as of [`super::tell_again`].
pub fn request_record(
    env: &Env,
    target: Arc<dyn Target>,
    asking: &Asking,
    again: Option<&ActFile>,
    seen: &dyn Fn(VaultId) -> Result<Option<Seen>>,
    person: Option<&Person>,
) -> Result<Order> {
    let copy = CopyVault::open(env, target, None, None)?;
    let again = again.map(|told| read_told(told, copy.state.vault)).transpose()?;
    let continues = continues(&copy, seen)?;
    let instead = match &again {
        None => Vec::new(),
        Some(act) => match &act.deed {
            Deed::RecordRequest(d) if d.number == asking.number => {
                check_too_late(&copy.sound()?.state(), act)?;
                stands_for(&d.instead, act.id)
            }
            Deed::RecordRequest(_) => return Err(not_told("it is about another record".into())),
            _ => return Err(not_told("it asks for no record".into())),
        },
    };
    let deed = |note: NoteMark| -> Deed {
        let Asking { number, basis, due, recipient, .. } = asking.clone();
        RecordRequest { number, basis, due, recipient, instead, note }.into()
    };
    let (act, file) = act_of_authority(copy.sound()?, &asking.matter, deed, person)?;
    Ok(Order { vault: copy.state.vault, act, file, continues })
}

/// That an act is none that could be said once more.
pub(super) fn not_told(why: String) -> Error {
    Error::NotAnAct { path: "act".into(), why }
}

/// An act of the authority's that is to be said once more.
///
/// Errors: [`Error::OtherVault`], [`Error::NotAnAct`].
pub(super) fn read_told(told: &ActFile, vault: VaultId) -> Result<Act> {
    match told.vault == vault {
        true => Act::parse(told.act.get()).map_err(|error| not_told(full(&error))),
        false => Err(Error::OtherVault { vault: told.vault.to_string() }),
    }
}

/// Whether an act can be taken in no more, because its note is sealed to an earlier epoch.
///
/// Errors: [`Error::Stale`] where the journal tells of it already, or still can.
pub(super) fn check_too_late(state: &State, act: &Act) -> Result<()> {
    if let Some(known) = state.requests.get(act.id) {
        return Err(Error::Stale { why: format!("line {} tells of it", known.seq) });
    }
    match act.deed.note().is_some_and(|note| note.epoch < state.epoch) {
        true => Ok(()),
        false => Err(Error::Stale { why: "it can be taken in as it is".into() }),
    }
}

/// What an act stands for that says another one anew: that one, and what it stood for itself.
pub(super) fn stands_for(before: &[ActId], told: ActId) -> Vec<ActId> {
    before.iter().copied().chain([told]).collect()
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

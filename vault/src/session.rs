//! A person at work in a vault: whose key it is, what it opens, acts signed with it.

use crate::defects::defect;
use crate::elsewhere::Reach;
use crate::error::{Doing, Error, Result};
use crate::follow::Fresh;
use crate::journal::Pending;
use crate::keys::{EpochKey, Person};
use crate::note::seal_note;
use crate::seal;
use crate::staging::{Marker, Staging};
use crate::vault::Vault;
use crate::writer::{Done, Submission};
use jingui_schema::act::{Act, ActFile, CarriedNote, Deed, NoteMark};
use jingui_schema::cover::{NOTE_BYTES_MAX, Note, NoteKind};
use jingui_schema::digest::{B3, FileMark};
use jingui_schema::facts::Role;
use jingui_schema::id::{By, NoteId, Place, StaffNo};
use zeroize::Zeroizing;

/// How often an act is made again when the epoch moves on while it is being sealed.
pub(crate) const EPOCH_TRIES: usize = 4;

/// A person signed in to a vault.
pub struct Session {
    pub(crate) vault: Vault,
    pub(crate) person: Person,
    by: By,
    keys: Vec<EpochKey>,
    pub(crate) fresh: Fresh,
    /// How copies are reached in which documents have stayed.
    pub(crate) reach: Option<Reach>,
}

/// A sealed note that is not in the vault yet.
#[derive(Clone)]
pub(crate) struct SealedNote {
    pub mark: NoteMark,
    pub bytes: Vec<u8>,
    /// What it says, for sealing it again; empty where it was carried in sealed.
    pub text: Zeroizing<String>,
}

impl Vault {
    /// Signs a person in.
    ///
    /// Errors: [`Error::Stranger`], [`Error::Disabled`]; [`Error::NoKeystore`] and its kin only where the
    /// person's role asks for a copy of the epoch key.
    pub fn sign_in(&self, person: Person) -> Result<Session> {
        let state = self.state();
        let by =
            state.who(&person.sign_key()).ok_or_else(|| Error::Stranger { name: person.name().into() })?;
        let mut keys = Vec::new();
        if let By::Staff(staff) = by {
            let member = state.member(staff)?;
            if member.holds_epoch_key() {
                let store = self.keystore()?;
                for (number, epoch) in state.live_epochs().filter(|(_, e)| e.members.contains(&staff)) {
                    match store.open_epoch(number, staff, person.identity(), Some(&epoch.recipient)) {
                        Ok(key) => keys.push(key),
                        // An epoch being destroyed has its copies overwritten and removed before the line that
                        // says so. Whatever still needs its key asks again, and is told.
                        // So does every epoch of an archive that is handed over.
                        Err(_) if number < state.epoch || state.is_handed_over() => {}
                        Err(error) => return Err(error),
                    }
                }
            }
        }
        Ok(Session { vault: self.clone(), person, by, keys, fresh: Fresh::default(), reach: None })
    }
}

impl Session {
    /// Somebody who brings keys along, and reads as the authority that they were escrowed to.
    pub(crate) fn with_keys(vault: Vault, person: Person, keys: Vec<EpochKey>) -> Self {
        Self { vault, person, by: By::Authority, keys, fresh: Fresh::default(), reach: None }
    }

    /// The vault.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// Who acts.
    pub fn by(&self) -> By {
        self.by
    }

    /// The person's key.
    pub fn person(&self) -> &Person {
        &self.person
    }

    /// The staff number; the authority has none.
    pub fn staff(&self) -> Result<StaffNo> {
        match self.by {
            By::Staff(number) => Ok(number),
            _ => Err(Error::Role { staff: self.by.to_string(), roles: Role::Archivist.to_string() }),
        }
    }

    /// Checks that the person is active and has one of the roles.
    pub fn with_role(&self, roles: &[Role]) -> Result<StaffNo> {
        let staff = self.staff()?;
        self.vault.state().with_role(staff, roles)?;
        Ok(staff)
    }

    /// The key of an epoch; a copy that was made since signing in is fetched.
    pub fn epoch_key(&self, epoch: u32) -> Result<EpochKey> {
        if let Some(key) = self.keys.iter().find(|k| k.epoch() == epoch) {
            return Ok(key.clone());
        }
        let staff = self.staff()?;
        let state = self.vault.state();
        let recipient = state.epochs.get(&epoch).map(|e| e.recipient.as_str());
        self.vault.keystore()?.open_epoch(epoch, staff, self.person.identity(), recipient)
    }

    /// The key of the current epoch.
    pub fn current_key(&self) -> Result<EpochKey> {
        self.epoch_key(self.vault.state().epoch)
    }

    /// Seals a note to the current epoch. Needs no key: the recipient is public.
    pub(crate) fn seal_note(&self, kind: NoteKind, text: &str) -> Result<SealedNote> {
        seal_note_to(&self.vault, kind, text)
    }

    /// Signs a deed as an act.
    pub(crate) fn sign(&self, act: Act) -> Pending {
        let raw = act.to_raw();
        let sig = Some(self.person.sign(&self.vault.state().init.vault, raw.get()));
        Pending { by: self.by, act, raw, sig }
    }

    /// Signs and carries out a deed that may bring a note; made again when the epoch moves on meanwhile.
    pub(crate) fn carry_out(
        &self,
        note: Option<(NoteKind, &str)>,
        deed: impl Fn(Option<NoteMark>) -> Deed,
    ) -> Result<Done> {
        for _ in 1..EPOCH_TRIES {
            match self.carry_out_once(note, &deed) {
                Err(Error::EpochMoved { .. }) => {}
                done => return done,
            }
        }
        self.carry_out_once(note, &deed)
    }

    fn carry_out_once(
        &self,
        note: Option<(NoteKind, &str)>,
        deed: &impl Fn(Option<NoteMark>) -> Deed,
    ) -> Result<Done> {
        // Asked before anything is written; the writer asks again.
        let (pending, note) = self.prepare(note, deed)?;
        self.vault.submit_with_notes(pending, note.into_iter().collect(), false)
    }

    /// Signs a deed as it can be carried out now, with the note it brings.
    pub(crate) fn prepare(
        &self,
        note: Option<(NoteKind, &str)>,
        deed: &impl Fn(Option<NoteMark>) -> Deed,
    ) -> Result<(Pending, Option<SealedNote>)> {
        let note = note.map(|(kind, text)| self.seal_note(kind, text)).transpose()?;
        let act = self.vault.act(deed(note.as_ref().map(|n| n.mark)));
        self.vault.state().decide(self.by, &act)?;
        Ok((self.sign(act), note))
    }

    /// Signs a deed into an act file instead of carrying it out.
    pub fn write_act(
        &self,
        note: Option<(NoteKind, &str)>,
        deed: impl Fn(Option<NoteMark>) -> Deed,
    ) -> Result<ActFile> {
        let (pending, note) = self.prepare(note, &deed)?;
        Ok(self.act_file(pending, note))
    }

    pub(crate) fn act_file(&self, pending: Pending, note: Option<SealedNote>) -> ActFile {
        let vault = self.vault.state().init.vault;
        let notes =
            note.into_iter().map(|n| CarriedNote { id: n.mark.id, age: crate::base64::encode(&n.bytes) });
        ActFile::new(vault, pending.by, pending.raw, pending.sig, notes.collect())
    }

    /// Opens a note.
    ///
    /// Errors: [`Error::NoCopy`] without the key of its epoch; [`Error::FileDamaged`].
    pub fn read_note(&self, mark: &NoteMark) -> Result<Note> {
        // After a rotation the note lies under the current epoch, whatever its first line says.
        let state = self.vault.state();
        let env = self.vault.env();
        let epochs = state.live_epochs().map(|(n, _)| n).filter(|n| *n >= mark.epoch).collect::<Vec<_>>();
        let mut missing = None;
        for epoch in epochs.into_iter().rev() {
            let below = crate::layout::note_path(mark.place, mark.id, epoch);
            let path = self.vault.layout().path(&below);
            if env.fs.stat(&path).doing("look at", &path)?.is_none() {
                missing.get_or_insert(below);
                continue;
            }
            let sealed = env.fs.read(&path, NOTE_BYTES_MAX).doing("read", &path)?;
            // Whoever knows the recipient can seal a note to it; the line's digest tells which one was brought.
            if epoch == mark.epoch && B3::of(&sealed) != mark.b3 {
                return Err(Error::FileDamaged { path: below, finding: "digest".into() });
            }
            let key = self.epoch_key(epoch)?;
            return crate::note::open_note(key.identity(), &sealed, state.init.vault, mark.id)
                .map_err(|e| Error::FileDamaged { path: below, finding: crate::journal::full(&e) });
        }
        Err(Error::FileDamaged {
            path: missing.unwrap_or_else(|| mark.id.to_string()),
            finding: "missing".into(),
        })
    }
}

pub(crate) fn seal_note_to(vault: &Vault, kind: NoteKind, text: &str) -> Result<SealedNote> {
    let state = vault.state();
    let recipient = seal::parse_recipient(&state.current_epoch().recipient)
        .map_err(|e| Error::NotOpened { path: format!("epoch {}: {e}", state.epoch) })?;
    let id: NoteId = vault.env().note_id();
    let bytes = seal_note(
        &recipient,
        &Note { v: jingui_schema::FORMAT, vault: state.init.vault, note: id, kind, text: text.into() },
    );
    let FileMark { size, b3 } = FileMark::of(&bytes);
    let place = Place::of_counter(state.counter);
    let text = Zeroizing::new(text.to_owned());
    Ok(SealedNote { mark: NoteMark { id, place, epoch: state.epoch, size, b3 }, bytes, text })
}

impl Vault {
    /// Submits an act whose notes are given as sealed bytes.
    pub(crate) fn submit_with_notes(
        &self,
        pending: Pending,
        notes: Vec<SealedNote>,
        may_repeat: bool,
    ) -> Result<Done> {
        let writer = self.writer_for(&pending.act.deed)?;
        let _turn = may_repeat.then(|| self.turn_of(pending.act.id)).transpose()?;
        let Some(note) = notes.into_iter().next() else {
            return writer.submit(Submission { pending, moves: Vec::new(), staging: None, may_repeat });
        };
        let mark = note.mark;
        let marker = Marker {
            act: pending.act.id,
            filing: None,
            note: Some((mark.id, mark.place, mark.epoch)),
            named: None,
        };
        let staging = Staging::begin(self.env(), self.layout(), marker)?;
        let path = staging.file("note");
        self.env().fs.write_new(&path, &note.bytes).doing("write", &path)?;
        read_back(self, &path, mark.b3)?;
        Ok(submit_staged(writer, pending, staging, may_repeat)?)
    }
}

/// A submission that did not become a line.
pub(crate) struct Refused {
    pub error: Error,
    /// What was staged, whole, where it may be submitted again.
    pub staging: Option<Box<Staging>>,
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        refused.error
    }
}

/// Hands a submission with its staging directory to the writer.
pub(crate) fn submit_staged(
    writer: &crate::writer::Writer,
    pending: Pending,
    staging: Staging,
    may_repeat: bool,
) -> std::result::Result<Done, Refused> {
    let (moves, dir) = (staging.moves(), staging.file(""));
    match writer.submit(Submission { pending, moves, staging: Some(dir), may_repeat }) {
        Ok(done) => {
            // What a repeated request staged is not needed: the first result stands.
            if !done.repeated {
                staging.hand_over();
            }
            Ok(done)
        }
        Err(error) if !matches!(error, Error::Stalled { .. }) && matches!(writer.stopped(), Ok(None)) => {
            Err(Refused { error, staging: Some(Box::new(staging)) })
        }
        Err(error) => {
            // Where writing has stopped, its files may be in place without a line; by the directory's name the next
            // opening finds them. Where the disk does not answer, they are the writer's still.
            staging.hand_over();
            Err(Refused { error, staging: None })
        }
    }
}

/// Reads a small file again from what was written.
pub(crate) fn read_back(vault: &Vault, path: &std::path::Path, expected: B3) -> Result<()> {
    let bytes = vault.env().fs.read(path, 64 << 20).doing("read", path)?;
    match B3::of(&bytes) == expected || defect("no read-back of a note") {
        true => Ok(()),
        false => Err(Error::ReadBack { path: path.display().to_string() }),
    }
}

//! A new version of a record made durable: its cover sealed, staged, signed for and submitted.
//!
//! One way for all that change a cover: filing, correction, a certificate linked, a paper taken out. What lies in the
//! staging directory is kept and sealed again when the epoch moves on meanwhile; a body is written once.

use crate::cover::Cover;
use crate::defects::defect;
use crate::error::{Doing, Error, Result};
use crate::keys::EpochKey;
use crate::seal;
use crate::session::{EPOCH_TRIES, Refused, SealedNote, Session, read_back, submit_staged};
use crate::staging::{FilingFiles, Marker, Staging};
use crate::writer::Done;
use jingui_schema::act::{Act, CoverMark, Deed, NoteMark};
use jingui_schema::cover::NoteKind;
use jingui_schema::digest::FileMark;
use jingui_schema::id::{ActId, Place, RecordId};

/// What of a record is to become durable with one line.
pub(crate) struct NewVersion<'a> {
    /// Act of the line.
    pub act: ActId,
    pub record: RecordId,
    /// Its counter, which says where its files lie.
    pub counter: u64,
    /// Filing whose body was staged beside the cover; 0 for none.
    pub filing: u32,
    pub cover: &'a Cover,
    /// Reason, sealed.
    pub note: Option<SealedNote>,
    /// A second act with this id is answered with the line of the first.
    pub may_repeat: bool,
}

impl NewVersion<'_> {
    /// Name of its staging directory: where its files go when its cover is sealed to `epoch`.
    fn marker(&self, epoch: u32) -> Marker {
        let place = Place::of_counter(self.counter);
        let (record, filing, n) = (self.record, self.filing, self.cover.spine.n);
        Marker {
            act: self.act,
            filing: Some(FilingFiles { record, place, filing, n, epoch }),
            note: self.note.as_ref().map(|note| (note.mark.id, note.mark.place, note.mark.epoch)),
            named: None,
        }
    }
}

impl Session {
    /// Makes a version durable that brings no body.
    pub(crate) fn submit_cover(
        &self,
        version: NewVersion<'_>,
        deed: impl Fn(CoverMark, Option<NoteMark>) -> Deed,
    ) -> Result<Done> {
        self.vault.writer()?;
        let staging = Staging::of_filing(&self.vault, version.marker(self.vault.state().epoch))?;
        self.submit_version(staging, version, deed)
    }

    /// Makes a version durable whose body, if it brings one, lies in `staging`.
    pub(crate) fn submit_version(
        &self,
        mut staging: Staging,
        mut version: NewVersion<'_>,
        deed: impl Fn(CoverMark, Option<NoteMark>) -> Deed,
    ) -> Result<Done> {
        let env = self.vault.env();
        let plain = version.cover.to_plaintext();
        for attempt in 1.. {
            let state = self.vault.state();
            let key = self.epoch_key(state.epoch)?;
            if let Some(old) = version.note.as_ref().filter(|note| note.mark.epoch != state.epoch) {
                version.note = Some(self.seal_note(NoteKind::Reason, &old.text)?);
            }
            // The epoch may have moved on while the body was being sealed. What is staged is moved to where its
            // directory's name says, so that name carries the epoch the cover is sealed to here and now.
            staging = staging.renamed(self.vault.layout(), version.marker(state.epoch))?;
            let FileMark { size, b3 } = FileMark::of(&self.write_cover(&staging, &key, &plain)?);
            if let Some(note) = &version.note {
                self.write_note(&staging, note)?;
            }
            let cover = CoverMark { epoch: state.epoch, size, b3, commit: version.cover.commit() };
            let deed = deed(cover, version.note.as_ref().map(|note| note.mark));
            let pending = self.sign(Act { id: version.act, at: env.now(), deed });
            let refused = match self.vault.state().decide(self.by(), &pending.act) {
                Ok(()) => {
                    self.fresh.keep(version.cover.clone());
                    match submit_staged(self.vault.writer()?, pending, staging, version.may_repeat) {
                        Ok(done) => return Ok(done),
                        Err(refused) => refused,
                    }
                }
                Err(error) => Refused { error, staging: Some(Box::new(staging)) },
            };
            match (refused.error, refused.staging) {
                (Error::EpochMoved { .. }, Some(whole)) if attempt < EPOCH_TRIES => staging = *whole,
                (error, _) => return Err(error),
            }
        }
        unreachable!("the loop returns at its last attempt")
    }

    /// Seals a cover into a staging directory and opens it again from what was written.
    fn write_cover(&self, staging: &Staging, key: &EpochKey, plain: &[u8]) -> Result<Vec<u8>> {
        let fs = &self.vault.env().fs;
        // The epoch's own recipient: the key was compared with it when it was fetched.
        let sealed = seal::seal(&key.identity().to_public(), plain);
        let path = staging.file("cover");
        if fs.stat(&path).doing("look at", &path)?.is_some() {
            fs.remove(&path).doing("remove", &path)?;
        }
        fs.write_new(&path, &sealed).doing("write", &path)?;
        let back = fs.read(&path, sealed.len() as u64).doing("read", &path)?;
        let same = seal::open(key.identity(), &back).is_ok_and(|back| **back == *plain);
        if !same && !defect("no read-back of a cover") {
            return Err(Error::ReadBack { path: path.display().to_string() });
        }
        Ok(sealed)
    }

    /// Writes a sealed note into a staging directory and reads it again.
    fn write_note(&self, staging: &Staging, note: &SealedNote) -> Result<()> {
        let (fs, path) = (&self.vault.env().fs, staging.file("note"));
        if fs.stat(&path).doing("look at", &path)?.is_some() {
            fs.remove(&path).doing("remove", &path)?;
        }
        fs.write_new(&path, &note.bytes).doing("write", &path)?;
        read_back(&self.vault, &path, note.mark.b3)
    }
}

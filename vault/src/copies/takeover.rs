//! A vault that was put back from a copy goes on from there, once a person has said that the other one does not.

use super::RESTORED;
use crate::error::{Doing, Error, Result};
use crate::session::Session;
use crate::writer::Done;
use jingui_schema::act::{CopyExcused, NoteMark, VaultRestored};
use jingui_schema::copy::RestoreMark;
use jingui_schema::cover::NoteKind;
use jingui_schema::facts::Role;
use jingui_schema::id::ArchiveNumber;
use std::path::PathBuf;

impl Session {
    /// Journals why there is no newer copy outside this machine, though it is so many days old; the text is sealed.
    pub fn excuse_copy(&self, days: u64, reason: &str) -> Result<()> {
        let deed = |note: Option<NoteMark>| {
            let note = note.expect("it was sealed with the act");
            CopyExcused { days, note }.into()
        };
        self.carry_out(Some((NoteKind::Reason, reason)), deed).map(|_| ())
    }

    /// Says that this vault goes on from the copy it was put back from. It was opened with
    /// [`crate::Options::takes_over`].
    ///
    /// - `numbers`: the highest archive numbers known to have been given since, one a year.
    /// - `keystore`, `mirror`: where they are from now on, where not where the settings say.
    /// - Can be repeated after it was cut off.
    /// - Errors: [`Error::NotRestored`]; [`Error::Role`]; [`Error::ReadOnly`] where a mirror counts more lines.
    pub fn take_over(
        &self,
        numbers: &[ArchiveNumber],
        reason: Option<&str>,
        keystore: Option<PathBuf>,
        mirror: Option<PathBuf>,
    ) -> Result<Done> {
        let vault = &self.vault;
        let shown = || vault.layout().root().display().to_string();
        let mark = vault.restored().cloned().ok_or_else(|| Error::NotRestored { path: shown() })?;
        self.with_role(&[Role::Security])?;
        vault.writer()?;
        // Places first: while the mark is there, this can be done again.
        vault.set_places(|places| {
            places.keystore = keystore.or(places.keystore.take());
            places.mirror = mirror.or(places.mirror.take());
        })?;
        let done = self.carry_out(reason.map(|text| (NoteKind::Reason, text)), |note| {
            let RestoreMark { target, lines, .. } = mark;
            VaultRestored { target, lines, numbers: numbers.to_vec(), note }.into()
        })?;
        // The line has ended its effect already; what is left would only be in the way.
        let (path, dir) = (vault.layout().path(RESTORED), vault.layout().path("settings"));
        vault.env().fs.remove(&path).doing("remove", &path)?;
        vault.env().fs.sync_dir(&dir).doing("sync", &dir)?;
        Ok(done)
    }
}

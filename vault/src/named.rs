//! Files that are named in the clear and come with a line of their own: plans, registers, receipts, what another archive brought.

use crate::error::{Doing, Result};
use crate::journal::Pending;
use crate::session::submit_staged;
use crate::staging::{Marker, NamedFile, Staging};
use crate::vault::{Vault, mark_of};
use jingui_schema::act::{Act, FileSet};
use jingui_schema::digest::FileMark;
use std::path::Path;

impl Vault {
    /// Puts a named file in its place and says so in the journal.
    pub(crate) fn set_file(&self, named: NamedFile, bytes: &[u8]) -> Result<()> {
        self.set_file_by(named, |path| self.env().fs.write_new(path, bytes).doing("write", path))
    }

    /// The same of a file that is written from its beginning to its end, and need not fit into memory.
    pub(crate) fn set_file_by(
        &self,
        named: NamedFile,
        write: impl FnOnce(&Path) -> Result<()>,
    ) -> Result<()> {
        let (writer, id) = (self.writer()?, self.env().act_id());
        // Staged under its name: cut off before the line counts, it is found in its place by the next opening.
        let marker = Marker { act: id, filing: None, note: None, named: Some(named) };
        let staging = Staging::begin(self.env(), self.layout(), marker)?;
        let path = staging.file("named");
        write(&path)?;
        let FileMark { size, b3 } = mark_of(self.env(), &path)?;
        let act = Act { id, at: self.env().now(), deed: FileSet { path: named.path(), size, b3 }.into() };
        submit_staged(writer, Pending::of_vault(act), staging, false)?;
        Ok(())
    }
}

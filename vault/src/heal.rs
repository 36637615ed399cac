//! A damaged or missing file is put back from the mirror, when the mirror's is the one the journal names.

use crate::error::{Doing, Result};
use crate::mirror::put;
use crate::vault::{Notice, Vault, mark_of};
use jingui_schema::act::{FileHealed, Quarantined};

impl Vault {
    /// Puts a file back from the mirror, whose copy the caller has checked. The damaged one goes to `quarantine/`.
    ///
    /// Where nothing may be written this changes nothing and is no error: reading goes on from the mirror.
    pub(crate) fn heal(&self, below: &str, finding: &str) -> Result<()> {
        let (Ok(writer), Some(mirror)) = (self.writer(), self.mirror_dir()) else { return Ok(()) };
        self.incident(below, finding);
        let env = self.env();
        let (path, copy) = (self.layout().path(below), mirror.join(below));
        if env.fs.stat(&path).doing("look at", &path)?.is_some() {
            let mark = mark_of(env, &path)?;
            let name = format!("{}.damaged", env.act_id());
            let aside = self.layout().path("quarantine").join(&name);
            env.fs.rename(&path, &aside).doing("move to", &aside)?;
            let deed = Quarantined { name, size: mark.size, b3: mark.b3, reason: "damaged".into() };
            writer.note(self.act(deed))?;
        }
        let bytes = env.fs.read(&copy, 256 << 20).doing("read", &copy)?;
        let dir = path.parent().expect("a file lies in a directory");
        if env.fs.create_dir(dir).doing("create", dir)?
            && let Some(above) = dir.parent()
        {
            env.fs.sync_dir(above).doing("sync", above)?;
        }
        put(env, &path, &bytes)?;
        env.fs.sync_dir(dir).doing("sync", dir)?;
        let mark = jingui_schema::digest::FileMark::of(&bytes);
        writer.note(self.act(FileHealed { path: below.into(), size: mark.size, b3: mark.b3 }))?;
        self.tell(Notice::new("healed", &[("path", &below)]));
        Ok(())
    }
}

//! Whether the mirror is as far as the vault: what is begun without it, and destroys, could not be finished without it.

use super::Standing;
use crate::error::Result;
use crate::vault::Vault;
use std::path::PathBuf;

/// How the mirror stands once it has been asked to follow.
pub(crate) enum Followed {
    /// There is none.
    None,
    /// It is as far as the vault, and lies here.
    There(PathBuf),
    /// It is not.
    Behind(Standing),
}

impl Vault {
    /// Has the mirror follow, and says how far it came.
    pub(crate) fn followed(&self) -> Result<Followed> {
        let writer = self.writer()?;
        writer.follow_mirror()?;
        Ok(match writer.mirror() {
            None => Followed::None,
            Some(mirror) if mirror.lines < self.state().lines => Followed::Behind(mirror),
            Some(mirror) => Followed::There(mirror.dir),
        })
    }

    /// Why the mirror is not as far as the vault, where there is one that is not.
    pub(crate) fn mirror_behind(&self) -> Result<Option<String>> {
        Ok(match self.followed()? {
            Followed::Behind(mirror) => Some(mirror.lags.unwrap_or_default()),
            Followed::None | Followed::There(_) => None,
        })
    }
}

//! Where the copies are in which documents have stayed: kept in `settings/places.toml`, and believed only as the journal has that file.

use crate::error::{Error, Result};
use crate::places::LeftPlace;
use crate::session::Session;
use crate::vault::Vault;
use jingui_schema::facts::Role;
use jingui_schema::id::TargetId;
use std::collections::BTreeMap;

/// Who may say where they are: whoever takes records in, and whoever keeps the machine.
const KEEPERS: &[Role] = &[Role::Archivist, Role::Security, Role::System];

/// Bytes that fetched bodies may take in `derived/held/` where nobody has said.
pub const HELD_BYTES: u64 = 1 << 30;

impl Vault {
    /// Where copies are in which documents have stayed.
    pub fn left_places(&self) -> BTreeMap<TargetId, LeftPlace> {
        self.places_kept().left
    }

    /// Where one of them is.
    ///
    /// Errors: [`Error::NoLeftPlace`], also where somebody has edited the file.
    pub fn left_place(&self, target: TargetId) -> Result<LeftPlace> {
        let place = self.places_kept().left.remove(&target);
        place.ok_or_else(|| Error::NoLeftPlace { target: target.to_string() })
    }

    /// Bytes that fetched bodies may take at most.
    pub fn held_bytes(&self) -> u64 {
        self.places_kept().held.unwrap_or(HELD_BYTES)
    }
}

impl Session {
    /// Keeps where a copy is in which documents have stayed.
    ///
    /// Errors: those of [`Session::may_keep_left_place`].
    pub fn keep_left_place(&self, target: TargetId, place: LeftPlace) -> Result<()> {
        self.may_keep_left_place()?;
        self.vault.set_places(|places| drop(places.left.insert(target, place)))
    }

    /// Keeps how many bytes fetched bodies may take at most.
    ///
    /// Errors: those of [`Session::may_keep_left_place`].
    pub fn keep_held_bytes(&self, bytes: u64) -> Result<()> {
        self.may_keep_left_place()?;
        self.vault.set_places(|places| places.held = Some(bytes))?;
        self.vault.trim_held();
        Ok(())
    }

    /// Says whether either would be done; changes nothing.
    ///
    /// Errors: [`Error::Role`]; [`Error::FileDamaged`] where somebody has edited the file.
    pub fn may_keep_left_place(&self) -> Result<()> {
        self.may_keep_places(KEEPERS)
    }
}

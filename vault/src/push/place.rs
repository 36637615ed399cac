//! Where pushes go when nobody says: kept in `settings/places.toml`, and believed only as the journal has that file.

use crate::error::{Error, Result};
use crate::places::PushPlace;
use crate::session::Session;
use crate::vault::Vault;
use jingui_schema::facts::Role;

/// Who may say where pushes go.
const KEEPERS: &[Role] = &[Role::Security, Role::System];

impl Vault {
    /// Where pushes go when nobody says.
    ///
    /// Errors: [`Error::NoPushPlace`], also where somebody has edited the file.
    pub fn push_place(&self) -> Result<PushPlace> {
        self.places_kept().push.ok_or(Error::NoPushPlace {})
    }
}

impl Session {
    /// Keeps where pushes go; `None` forgets it.
    ///
    /// Errors: [`Error::Role`] for who is neither security nor system administrator; [`Error::FileDamaged`] where
    /// somebody has edited the file.
    pub fn keep_push_place(&self, place: Option<PushPlace>) -> Result<()> {
        self.may_keep_push_place()?;
        self.vault.set_places(|places| places.push = place)
    }

    /// Says whether [`Session::keep_push_place`] would do it; changes nothing.
    pub fn may_keep_push_place(&self) -> Result<()> {
        self.may_keep_places(KEEPERS)
    }
}

//! Who could still open what was destroyed: copies of the keys it was sealed to.

use crate::error::{Error, Result};
use crate::state::State;
use jingui_schema::act::EpochShred;
use jingui_schema::disposal::KeyMedium;
use jingui_schema::facts::Role;
use jingui_schema::id::By;

impl State {
    /// A copy of a key that is not in the keystore is reported as destroyed by whoever answers for it: that of the CA by the
    /// authority, one on paper by a security administrator.
    pub(crate) fn decide_shred(&self, by: By, d: &EpochShred) -> Result<()> {
        let stale = |why: String| Err(Error::Stale { why });
        let Some(epoch) = self.epochs.get(&d.epoch) else {
            return stale(format!("there is no epoch {}", d.epoch));
        };
        if epoch.destroyed.is_none() {
            return stale(format!("the key of epoch {} is in use", d.epoch));
        }
        match (d.medium, by) {
            (KeyMedium::Escrow, By::Authority) if epoch.escrow.is_some() => {}
            (KeyMedium::Escrow, By::Staff(staff))
                if self.init.authority.is_none() && epoch.escrow.is_some() =>
            {
                self.with_role(staff, &[Role::Security])?;
            }
            (KeyMedium::Escrow, _) if epoch.escrow.is_some() => return Err(Error::NotAuthority {}),
            (KeyMedium::Sheet, By::Staff(staff)) => drop(self.with_role(staff, &[Role::Security])?),
            _ => return stale(format!("epoch {} has no such copy", d.epoch)),
        }
        let is_left = match d.medium {
            KeyMedium::Sheet => epoch.sheets_shredded < epoch.sheets,
            KeyMedium::Escrow => epoch.escrow_shredded.is_none(),
        };
        match is_left {
            true => Ok(()),
            false => stale(format!("all such copies of epoch {} are destroyed already", d.epoch)),
        }
    }
}

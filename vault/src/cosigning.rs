//! Heads countersigned outside: who may, and which the newest is.

use crate::error::{Error, Result};
use crate::state::State;
use jingui_schema::act::{CosignerName, HeadCosigned};
use jingui_schema::id::By;

impl State {
    pub(crate) fn decide_cosigner(&self, _by: By, _d: &CosignerName) -> Result<()> {
        Err(Error::NotCarried { kind: "cosigner.name".into() })
    }

    pub(crate) fn decide_cosigned(&self, _d: &HeadCosigned) -> Result<()> {
        Err(Error::NotCarried { kind: "head.cosigned".into() })
    }

    pub(crate) fn apply_cosigned(&mut self, _d: &HeadCosigned, _seq: u64) {}
}

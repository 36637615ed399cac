//! The position of the index: up to where it has come.

use super::Error;
use crate::index::{self, Index};
use crate::sealed::OpenError;
use jingui_vault::catalog::Position;
use serde::{Deserialize, Serialize};

/// Lines that are passed over again rather than committed for, where no record was in them.
pub(super) const IDLE_LINES: u64 = 4096;

/// Up to where the index has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mark {
    /// Every record is in it as it was with this line.
    pub(super) facts: Position,
    /// Every document that was filed up to this line has been read, or tried.
    pub(super) read: Position,
    /// Something is marked as gone that still stands in the files.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) unpurged: bool,
    /// It was begun anew and has not come up to the last line yet.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) begun: bool,
    /// Documents are being read once more: where that was cut off, texts may be kept that are not in it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) again: bool,
}

impl Mark {
    const START: Self =
        Self { facts: Position::START, read: Position::START, unpurged: false, begun: true, again: false };

    pub(super) fn bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("positions and flags are JSON")
    }
}

pub(super) fn mark_of(index: &Index) -> std::result::Result<Mark, index::Error> {
    let Some(bytes) = index.position()? else { return Ok(Mark::START) };
    let unknown = |_| index::Error::Rebuild(OpenError::Damaged("its position is none".into()));
    serde_json::from_slice(&bytes).map_err(unknown)
}

pub(super) fn other_history() -> Error {
    index::Error::Rebuild(OpenError::Damaged("it followed another history".into())).into()
}

//! Single records for the CA, while an archive lives: asked for and answered, or opened by the CA itself.

use super::NoteMark;
use crate::digest::FileMark;
use crate::facts::Ground;
use crate::id::{ActId, ArchiveNumber, RecordId};
use crate::time::Day;
use serde::{Deserialize, Serialize};

data_types! {
    /// `record.request`: the CA asks for a record.
    RecordRequest {
        /// Which; by its archive number alone, never by a person.
        number: ArchiveNumber,
        /// On what ground.
        basis: Ground,
        /// By which day it should be answered.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due: Option<Day>,
        /// To whom the answer is to be sealed: an age recipient.
        recipient: String,
        /// Acts that this one stands for: the same said earlier, which another epoch kept from being taken in.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        instead: Vec<ActId>,
        /// The matter.
        note: NoteMark,
    }
    /// `request.answer`: the CA has been given the record.
    RequestAnswer {
        /// The act that asked for it.
        request: ActId,
        /// The record.
        record: RecordId,
        /// The fact version that was given.
        n: u32,
        /// The answer: a file that only who asked can open.
        answer: FileMark,
    }
    /// `request.refuse`: the CA is not given it.
    RequestRefuse {
        /// The act that asked for it.
        request: ActId,
        /// Why.
        note: NoteMark,
    }
    /// `escrow.open`: the CA has opened a record out of a copy, with the keys that are escrowed to it.
    EscrowOpen {
        /// The record.
        record: RecordId,
        /// Its archive number.
        number: ArchiveNumber,
        /// The fact version that was opened.
        n: u32,
        /// On what ground.
        basis: Ground,
        /// Acts that this one stands for: the same said earlier, which another epoch kept from being taken in.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        instead: Vec<ActId>,
        /// The matter.
        note: NoteMark,
    }
}

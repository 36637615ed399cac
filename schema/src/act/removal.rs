//! Papers that two people take out of a record.

use super::{CoverMark, NoteMark};
use crate::digest::FileMark;
use crate::id::{ActId, RecordId};
use serde::{Deserialize, Serialize};

data_types! {
    /// `document.misfiled`: papers that are not this record's own are to be taken out of it.
    DocumentMisfiled {
        /// The record they lie in.
        record: RecordId,
        /// The filing they came with.
        filing: u32,
        /// Their numbers, ascending.
        docs: Vec<u32>,
        /// The record they were filed in since, where it is known whose they are.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<RecordId>,
        /// Why.
        note: NoteMark,
    }
    /// `document.remove`: a fact version without papers that two people have called misfiled.
    DocumentRemove {
        /// The proposal that this carries out.
        proposal: ActId,
        /// The record.
        record: RecordId,
        /// Fact version this makes; all earlier ones end with it.
        n: u32,
        /// The record's filing counter; its place is this ÷ 4096.
        counter: u64,
        /// The filing whose body ends with it.
        from: u32,
        /// The filing that takes what was left of that body, where anything was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        left: Option<Rebound>,
        /// The cover.
        cover: CoverMark,
        /// The line up to which it was looked whether the record is held.
        seen: u64,
    }
    /// What was left of a body, in a body of its own. Small enough to be copied.
    Rebound {
        /// Its filing.
        filing: u32,
        /// Documents in it.
        docs: u32,
        /// The file.
        body: FileMark,
    }
    /// `document.removed`: what `document.remove` ended is no longer there.
    DocumentRemoved {
        /// The proposal that was carried out.
        proposal: ActId,
    }
}

//! Holds: records that must not be destroyed.

use super::NoteMark;
use crate::id::{HoldId, RecordId};
use crate::time::Day;
use serde::{Deserialize, Serialize};

data_types! {
    /// `hold.place`: records must not be destroyed from here on.
    HoldPlace {
        /// The hold.
        hold: HoldId,
        /// Whether it is a query, which later records fall under as well.
        standing: bool,
        /// The day on which somebody should look at it again.
        review: Day,
        /// Records, ascending, where it is a list.
        records: Vec<RecordId>,
        /// Matter, basis, query.
        note: NoteMark,
    }
    /// `hold.catch`: further records under a hold.
    HoldCatch {
        /// The hold.
        hold: HoldId,
        /// Records, ascending.
        records: Vec<RecordId>,
    }
    /// `hold.screened`: every fact version up to a line was compared with the query of a hold.
    HoldScreened {
        /// The hold.
        hold: HoldId,
        /// The line.
        lines: u64,
        /// The number of the rules by which documents were read, where the query has words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        readers: Option<u32>,
    }
    /// `hold.screen`: a fact version was compared with every standing hold placed up to a line.
    HoldScreen {
        /// The record.
        record: RecordId,
        /// The fact version.
        n: u32,
        /// The line.
        lines: u64,
        /// Those that it falls under, ascending.
        caught: Vec<HoldId>,
        /// The number of the rules by which its documents were read, where a query has words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        readers: Option<u32>,
    }
    /// `hold.release`: a hold is to end.
    HoldRelease {
        /// The hold.
        hold: HoldId,
        /// Why.
        note: NoteMark,
    }
    /// `hold.keep`: a hold that was released goes on.
    HoldKeep {
        /// The hold.
        hold: HoldId,
        /// Why.
        note: NoteMark,
    }
    /// `hold.review`: somebody has looked at a hold, which goes on.
    HoldReview {
        /// The hold.
        hold: HoldId,
        /// The day on which somebody should look at it again.
        review: Day,
        /// What came of it.
        note: NoteMark,
    }
}

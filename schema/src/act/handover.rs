//! Hand-over (移交): everything an archive has goes to its CA, which takes it into a vault of its own.

use super::NoteMark;
use crate::certificate::Change;
use crate::digest::{FileMark, Sha256};
use crate::facts::Class;
use crate::id::{ActId, CertId, Fonds, HoldId, Place, RecordId, TargetId, VaultId};
use crate::time::{Day, Time};
use serde::{Deserialize, Serialize};

data_types! {
    /// `handover.begin`: everything is to be handed over; once another person has confirmed it nothing more is filed.
    HandoverBegin {
        /// Why.
        note: NoteMark,
    }
    /// `handover.cancel`: nothing is handed over, and filing goes on.
    HandoverCancel {
        /// The act that proposed it.
        handover: ActId,
        /// Why.
        note: NoteMark,
    }
    /// `handover.receipt`: the CA has taken in all that the journal has up to a line.
    HandoverReceipt {
        /// The act that proposed the hand-over.
        handover: ActId,
        /// The vault that took it in.
        taker: VaultId,
        /// Lines of the journal that it was made from.
        lines: u64,
        /// The root over them.
        root: Sha256,
        /// Records taken in.
        records: u64,
        /// The list that names each of them.
        list: FileMark,
    }
    /// `handover.finish`: what a receipt names is being destroyed here.
    HandoverFinish {
        /// The act of the receipt.
        receipt: ActId,
        /// The line up to which it was looked whether anything has changed since.
        seen: u64,
    }
    /// `handover.done`: it is gone.
    HandoverDone {
        /// The act of the receipt.
        receipt: ActId,
        /// Records that were there.
        records: u64,
    }
    /// `handover.take`: what another archive hands over comes in from here on.
    HandoverTake {
        /// That archive's vault.
        from: VaultId,
        /// Its fonds code.
        fonds: Fonds,
        /// The act there that proposed the hand-over.
        handover: ActId,
        /// Lines of its journal.
        lines: u64,
        /// The root over them.
        root: Sha256,
    }
    /// `hold.take`: a hold that came with what was handed over.
    HoldTake {
        /// The act by which it is taken in.
        take: ActId,
        /// The hold, as it was there.
        hold: HoldId,
        /// The day on which somebody should look at it again.
        review: Day,
        /// When two people released it there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        released: Option<Time>,
        /// Records that were taken in before, ascending; those that come later name the hold themselves.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        records: Vec<RecordId>,
        /// Matter and basis.
        note: NoteMark,
    }
    /// What happened to a certificate, as the other archive had it.
    Ending {
        /// Which.
        cert: CertId,
        /// What.
        event: Change,
        /// On which day.
        day: Day,
        /// The day on which a signed list that says so was taken in; absent where two people said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        list: Option<Day>,
    }
    /// What the journal of the archive that a record comes from says of it.
    Received {
        /// The act by which it is taken in.
        take: ActId,
        /// The fact version that it is made from.
        n: u32,
        /// What commits to that version's facts and documents.
        commit: Sha256,
        /// The day on which it was filed.
        filed: Day,
        /// The day on which something of it was last filed.
        last: Day,
        /// The day on which an application that had been undecided was said to have been refused or taken back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        decided: Option<Day>,
        /// Whether it had been reviewed as it stood.
        reviewed: bool,
        /// Whether its use was restricted.
        restricted: bool,
        /// The day before which an appraisal keeps it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Day>,
        /// Classes that appraisals have added.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        also: Vec<Class>,
        /// What happened to the certificates that rely on it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        ends: Vec<Ending>,
        /// Holds that named it, ascending.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        holds: Vec<HoldId>,
        /// Its bodies, where they stay at the target that it was taken in from.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        left: Option<LeftThere>,
    }
    /// Bodies that stay where another archive has put them: no file of theirs is in this vault.
    LeftThere {
        /// The copy that they are part of.
        target: TargetId,
        /// The record's place there.
        place: Place,
        /// Each of them, ascending by filing; numbers of filings stay as they are there.
        bodies: Vec<LeftBody>,
    }
    /// The body of one filing that stays elsewhere.
    LeftBody {
        /// Its filing.
        filing: u32,
        /// Documents in it.
        docs: u32,
        /// The file, as the other archive's journal names it.
        body: FileMark,
    }
}

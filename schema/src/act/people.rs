//! The vault itself, its people, and the keys of its epochs.

use super::{AuthorityKeys, EscrowMark, NoteMark};
use crate::digest::{B3, Salt, SignKey};
use crate::facts::Role;
use crate::id::{ActId, Fonds, NoteId, Place, RecordId, StaffNo, VaultId};
use serde::{Deserialize, Serialize};

data_types! {
    /// `vault.init`: the first line of every vault.
    VaultInit {
        /// Format.
        format: u32,
        /// Suite.
        suite: String,
        /// The vault's id.
        vault: VaultId,
        /// Name of the RA.
        ra: String,
        /// Its fonds code.
        fonds: Fonds,
        /// For trying out: one person, no authority.
        solo: bool,
        /// Who countersigns enrolments.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        authority: Option<AuthorityKeys>,
        /// age recipient of the CA's escrow.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ca: Option<String>,
        /// C2SP verifier key of the log.
        log: String,
        /// The first security administrator, whose key signs this line.
        founder: StaffEnrol,
        /// The first epoch: 1.
        epoch: u32,
        /// Its age recipient.
        recipient: String,
        /// Its escrow file, where a CA was named.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        escrow: Option<EscrowMark>,
        /// Who holds a copy of the epoch key.
        members: Vec<StaffNo>,
    }
    /// `file.set`: a named file and its digest.
    FileSet {
        /// Path below the vault.
        path: String,
        /// Bytes.
        size: u64,
        /// BLAKE3.
        b3: B3,
    }
    /// `staff.enrol`: a person joins.
    StaffEnrol {
        /// Number in this vault.
        staff: StaffNo,
        /// age recipient.
        age: String,
        /// Signing key.
        sign: SignKey,
        /// What the person may do.
        roles: Vec<Role>,
        /// The name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<NoteMark>,
    }
    /// One enrolment that the authority countersigns.
    Enrolment {
        /// Number.
        staff: StaffNo,
        /// The act that enrolled.
        act: ActId,
        /// The key it enrolled.
        sign: SignKey,
    }
    /// `staff.countersign`: from here on the people named count for two-person rules.
    StaffCountersign {
        /// Which.
        enrolments: Vec<Enrolment>,
    }
    /// `staff.disable`: a person leaves.
    StaffDisable {
        /// Who.
        staff: StaffNo,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<NoteMark>,
    }
    /// `epoch.start`: covers are sealed to a new key from here on.
    EpochStart {
        /// Its number, one more than the last.
        epoch: u32,
        /// Its age recipient.
        recipient: String,
        /// age recipient of the CA, where this epoch is escrowed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ca: Option<String>,
        /// The escrow file.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        escrow: Option<EscrowMark>,
        /// Who holds a copy.
        members: Vec<StaffNo>,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<NoteMark>,
    }
    /// `escrow.proved`: the CA has opened its escrow file.
    EscrowProved {
        /// Which epoch's.
        epoch: u32,
        /// What stood in it.
        answer: Salt,
    }
    /// `epoch.member`: one more copy of an epoch key.
    EpochMember {
        /// Which epoch.
        epoch: u32,
        /// For whom.
        staff: StaffNo,
    }
    /// `epoch.copy`: a copy of an epoch key outside the keystore.
    EpochCopy {
        /// Which epoch.
        epoch: u32,
        /// On what: `sheet`.
        medium: String,
    }
    /// A cover sealed anew.
    ResealedCover {
        /// Whose.
        record: RecordId,
        /// Where it lies.
        place: Place,
        /// Fact version.
        n: u32,
        /// Bytes.
        size: u64,
        /// BLAKE3.
        b3: B3,
    }
    /// A note sealed anew.
    ResealedNote {
        /// Which.
        id: NoteId,
        /// Where it lies.
        place: Place,
        /// Bytes.
        size: u64,
        /// BLAKE3.
        b3: B3,
    }
    /// `epoch.reseal`: covers and notes now also lie under this epoch.
    EpochReseal {
        /// Which epoch.
        epoch: u32,
        /// Covers.
        covers: Vec<ResealedCover>,
        /// Notes.
        notes: Vec<ResealedNote>,
    }
    /// `epoch.verified`: everything alive opens under this epoch; older files may go.
    EpochVerified {
        /// Which epoch.
        epoch: u32,
        /// Covers checked.
        covers: u64,
        /// Notes checked.
        notes: u64,
    }
    /// `epoch.destroyed`: the key copies of an epoch are gone from the keystore.
    EpochDestroyed {
        /// Which epoch.
        epoch: u32,
        /// The copies that were removed: staff numbers, `escrow`.
        copies: Vec<String>,
    }
}

//! Disposal: plans to destroy records, what people say of them, and what was destroyed.

use super::NoteMark;
use crate::digest::{B3, Sha256};
use crate::disposal::{Appraisal, KeyMedium, Left, Slot};
use crate::facts::{Class, Role};
use crate::id::{ActId, ArchiveNumber, PlanId, RecordId};
use crate::time::Day;
use serde::{Deserialize, Serialize};

data_types! {
    /// `purge.plan`: a list of records that may be destroyed, for people to appraise.
    PurgePlan {
        /// The plan.
        plan: PlanId,
        /// The day that it was made for.
        day: Day,
        /// Lines that it was made from.
        lines: u64,
        /// Records in it.
        records: u64,
        /// Bytes of `plans/<plan>.jsonl`.
        size: u64,
        /// Its BLAKE3.
        b3: B3,
        /// Its SHA-256: what people sign.
        sha256: Sha256,
    }
    /// `purge.appraise`: what becomes of some records of a plan.
    PurgeAppraise {
        /// The plan.
        plan: PlanId,
        /// SHA-256 of its file.
        sha256: Sha256,
        /// What becomes of them.
        verdict: Appraisal,
        /// The records, ascending.
        records: Vec<RecordId>,
        /// The day before which they are not destroyed, where they are kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Day>,
        /// The further class.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        class: Option<Class>,
        /// Why, and which paper belongs to them.
        note: NoteMark,
    }
    /// `purge.approve`: a sign-off over a plan as it was appraised.
    PurgeApprove {
        /// The plan.
        plan: PlanId,
        /// SHA-256 of its file.
        sha256: Sha256,
        /// The last appraisal of the plan; another one voids this.
        appraised: u64,
        /// In which capacity.
        slot: Slot,
    }
    /// `purge.witness`: a witness (监销人) has compared the list with the records.
    PurgeWitness {
        /// The plan.
        plan: PlanId,
        /// SHA-256 of its file.
        sha256: Sha256,
        /// The last appraisal of the plan; another one voids this.
        appraised: u64,
    }
    /// `purge.reject`: nothing more is destroyed by this plan.
    PurgeReject {
        /// The plan.
        plan: PlanId,
        /// Why.
        note: NoteMark,
    }
    /// `purge.begin`: these records are being destroyed.
    PurgeBegin {
        /// The plan.
        plan: PlanId,
        /// The line up to which it was looked whether they are held and what they are.
        seen: u64,
        /// The records, ascending.
        records: Vec<RecordId>,
    }
    /// A record that is no more.
    Tombstone {
        /// Its id.
        record: RecordId,
        /// Its archive number, which is never given again.
        number: ArchiveNumber,
    }
    /// A record that a run left.
    Spared {
        /// The record.
        record: RecordId,
        /// Why.
        reason: Left,
    }
    /// `purge.done`: what became of the records of the last `purge.begin`.
    PurgeDone {
        /// The plan.
        plan: PlanId,
        /// Destroyed here and in the mirror, ascending.
        destroyed: Vec<Tombstone>,
        /// Left, ascending.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        failed: Vec<Spared>,
    }
    /// `purge.close`: a plan is carried out, and its register stands.
    PurgeClose {
        /// The plan.
        plan: PlanId,
        /// Bytes of `registers/<plan>.jsonl`.
        size: u64,
        /// Its BLAKE3.
        b3: B3,
        /// Its SHA-256: what the witnesses sign.
        sha256: Sha256,
    }
    /// `purge.attest`: a witness has seen that it was done.
    PurgeAttest {
        /// The plan.
        plan: PlanId,
        /// SHA-256 of the register.
        sha256: Sha256,
    }
    /// A sign-off that plans ask for.
    SignOff {
        /// In which capacity.
        slot: Slot,
        /// Who may give it; of no account for the authority's own.
        roles: Vec<Role>,
    }
    /// `purge.policy`: what a plan asks for before it may be carried out.
    PurgePolicy {
        /// Sign-offs, each given by another person.
        slots: Vec<SignOff>,
        /// Days between the last signature and the run.
        wait: u16,
        /// Records destroyed by one run at most.
        cap: u32,
        /// Why.
        note: NoteMark,
    }
    /// `purge.reverse`: what an appraisal has added to the period of some records was a mistake.
    PurgeReverse {
        /// The appraisal, or the filing with which it came from another archive.
        act: ActId,
        /// The records, ascending.
        records: Vec<RecordId>,
        /// Why.
        note: NoteMark,
    }
    /// `epoch.shred`: a copy of an epoch key that was not in the keystore was destroyed.
    EpochShred {
        /// Of which epoch.
        epoch: u32,
        /// Which copy.
        medium: KeyMedium,
        /// How.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<NoteMark>,
    }
}

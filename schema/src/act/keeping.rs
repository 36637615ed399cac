//! What the vault does to keep itself: heads, segments, damage, copies.

use super::NoteMark;
use crate::digest::{B3, Sha256};
use crate::id::{ArchiveNumber, TargetId};
use crate::time::Time;
use serde::{Deserialize, Serialize};

data_types! {
    /// `head.signed`: names a head file.
    HeadSigned {
        /// Lines under the head.
        lines: u64,
        /// Its root.
        root: Sha256,
        /// Bytes.
        size: u64,
        /// BLAKE3.
        b3: B3,
    }
    /// `cosigner.name`: whoever holds this key countersigns heads from here on; one before is replaced.
    CosignerName {
        /// Its verifier key, C2SP cosignature/v1: `<name>+<key id>+<base64>`.
        key: String,
    }
    /// `head.cosigned`: the cosigner has seen the journal so, and when.
    HeadCosigned {
        /// Lines under the head.
        lines: u64,
        /// Its root.
        root: Sha256,
        /// Base64 of key id, time and signature, as a signature line of C2SP cosignature/v1 has it.
        cosignature: String,
    }
    /// `log.fork`: from here on heads are those of a new log, which parts from a head that was signed.
    LogFork {
        /// How many forks lie before the new log, this one included.
        log: u64,
        /// Lines under the head that is left.
        lines: u64,
        /// Its root.
        root: Sha256,
        /// Why.
        note: NoteMark,
    }
    /// The segment before the one being closed.
    PriorSegment {
        /// Its first seq.
        first: u64,
        /// Bytes.
        size: u64,
        /// BLAKE3 of all of it.
        b3: B3,
    }
    /// `segment.close`: the last line of a segment.
    SegmentClose {
        /// First seq of this segment.
        first: u64,
        /// The segment before, if there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        prior: Option<PriorSegment>,
    }
    /// `incident`: a file at rest failed its check.
    Incident {
        /// Path below the vault.
        path: String,
        /// What was found: `missing`, `size`, `digest`, `sealed`, `content`.
        finding: String,
    }
    /// `quarantine`: something was moved to `quarantine/`.
    Quarantined {
        /// Name there.
        name: String,
        /// Bytes.
        size: u64,
        /// BLAKE3.
        b3: B3,
        /// Why: `crash`, `tail`, `damaged`.
        reason: String,
    }
    /// `file.healed`: a file was put back from the mirror.
    FileHealed {
        /// Path below the vault.
        path: String,
        /// Bytes.
        size: u64,
        /// BLAKE3.
        b3: B3,
    }
    /// `copy.made`: a state of a copy counts.
    CopyMade {
        /// Where: the id that stands at the target.
        target: TargetId,
        /// Whether that is away from this machine.
        outside: bool,
        /// Lines of the state.
        lines: u64,
        /// Files this run brought.
        files: u64,
        /// Their bytes.
        bytes: u64,
        /// Files that the vault itself did not have as named.
        lacking: u64,
    }
    /// `copy.verified`: a state of a copy was read again.
    CopyVerified {
        /// Where.
        target: TargetId,
        /// When the state was made.
        copied: Time,
        /// Its lines.
        lines: u64,
        /// Files read.
        files: u64,
        /// Records opened.
        sampled: u64,
        /// What did not agree.
        findings: u64,
    }
    /// `copy.excused`: filing went on without a new copy outside.
    CopyExcused {
        /// Age of the last one.
        days: u64,
        /// Why.
        note: NoteMark,
    }
    /// `vault.restored`: a vault put back from a copy goes on from here.
    VaultRestored {
        /// Which copy.
        target: TargetId,
        /// Its lines.
        lines: u64,
        /// The highest archive numbers known to have been given since.
        numbers: Vec<ArchiveNumber>,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<NoteMark>,
    }
}

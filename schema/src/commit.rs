//! How far a journal counts: two slots, written in turn.

use crate::digest::{B3, Sha256};
use crate::id::VaultId;
use serde::{Deserialize, Serialize};

/// Bytes of one slot.
pub const SLOT_BYTES: usize = 4096;

/// The highest generation that counts.
const GENERATION_MAX: u64 = u64::MAX / 2;

/// What one slot says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commit {
    /// Format.
    pub v: u32,
    /// The vault.
    pub vault: VaultId,
    /// One more with each writing; the slot is this mod 2.
    pub generation: u64,
    /// Lines that count.
    pub lines: u64,
    /// First seq of the segment that holds the last of them.
    pub segment: u64,
    /// Bytes of that segment up to and with that line's LF.
    pub bytes: u64,
    /// SHA-256 of that line without LF.
    pub last: Sha256,
    /// RFC 6962 root over the lines.
    pub root: Sha256,
}

impl Commit {
    /// Which slot this generation is written to: 0 or 1.
    pub fn slot(&self) -> usize {
        (self.generation % 2) as usize
    }

    /// The bytes of the slot.
    pub fn to_slot(&self) -> [u8; SLOT_BYTES] {
        let json = serde_json::to_vec(self).expect("a commit always serialises");
        let sum = B3::of(&json).to_string();
        let mut slot = [b' '; SLOT_BYTES];
        slot[SLOT_BYTES - 1] = b'\n';
        slot[..json.len()].copy_from_slice(&json);
        slot[json.len()] = b'\n';
        slot[json.len() + 1..json.len() + 65].copy_from_slice(sum.as_bytes());
        slot[json.len() + 65] = b'\n';
        slot
    }

    /// Reads one slot; `None` where it is not whole.
    pub fn from_slot(slot: &[u8]) -> Option<Self> {
        if slot.len() != SLOT_BYTES || slot[SLOT_BYTES - 1] != b'\n' {
            return None;
        }
        let mut lines = slot.split(|b| *b == b'\n');
        let (json, sum) = (lines.next()?, lines.next()?);
        let sum: B3 = std::str::from_utf8(sum).ok()?.parse().ok()?;
        let rest = slot.get(json.len() + 66..SLOT_BYTES - 1)?;
        if B3::of(json) != sum || rest.iter().any(|b| *b != b' ') {
            return None;
        }
        let commit: Self = serde_json::from_slice(json).ok()?;
        // What comes after it must be higher: a last generation would never be superseded.
        (commit.v == crate::FORMAT && commit.generation <= GENERATION_MAX).then_some(commit)
    }

    /// Chooses between the two slots of a `commit` file: the valid one of the higher generation that
    /// stands in its own slot.
    pub fn from_file(bytes: &[u8]) -> Option<Self> {
        let slots = bytes.chunks(SLOT_BYTES).take(2).enumerate();
        slots
            .filter_map(|(i, slot)| Self::from_slot(slot).filter(|commit| commit.slot() == i))
            .max_by_key(|commit| commit.generation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commit(generation: u64) -> Commit {
        let (last, root) = (Sha256([1; 32]), Sha256([2; 32]));
        let vault = VaultId::from_bytes([3; 16]);
        Commit { v: crate::FORMAT, vault, generation, lines: generation, segment: 1, bytes: 5120, last, root }
    }

    #[test]
    fn the_higher_whole_slot_counts() {
        let mut file = [commit(4).to_slot(), commit(5).to_slot()].concat();
        assert_eq!(Commit::from_file(&file), Some(commit(5)));
        file[SLOT_BYTES + 10] ^= 1;
        assert_eq!(Commit::from_file(&file), Some(commit(4)));
        file[10] ^= 1;
        assert_eq!(Commit::from_file(&file), None);
    }

    #[test]
    fn a_slot_in_the_wrong_place_does_not_count() {
        let file = [commit(4).to_slot(), commit(6).to_slot()].concat();
        assert_eq!(Commit::from_file(&file), Some(commit(4)));
    }

    #[test]
    fn a_generation_that_none_can_follow_does_not_count() {
        assert_eq!(Commit::from_slot(&commit(u64::MAX).to_slot()), None);
        assert_eq!(Commit::from_slot(&commit(u64::MAX / 2).to_slot()), Some(commit(u64::MAX / 2)));
    }

    #[test]
    fn a_slot_that_ends_too_late_is_none() {
        for length in 4025..4032 {
            let mut slot = vec![b'a'; SLOT_BYTES];
            slot[length] = b'\n';
            slot[SLOT_BYTES - 1] = b'\n';
            assert_eq!(Commit::from_slot(&slot), None, "{length}");
        }
    }

    #[test]
    fn every_flipped_byte_is_noticed() {
        let slot = commit(1).to_slot();
        for i in 0..SLOT_BYTES {
            let mut bad = slot;
            bad[i] ^= 0x20;
            assert_eq!(Commit::from_slot(&bad), None, "byte {i}");
        }
    }
}

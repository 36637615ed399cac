//! Chance that repeats itself: the same seed always draws the same numbers.
//!
//! Good for variety, not for secrets: whoever knows the seed knows every draw.

use sha2::{Digest, Sha256};

/// A stream of numbers (SplitMix64) that belongs to one seed and one named purpose.
pub(super) struct Chance(u64);

impl Chance {
    /// Returns the stream for `purpose` number `index` under `seed`.
    ///
    /// Streams are independent, so that drawing once more for one document changes no other.
    pub(super) fn of(seed: u64, purpose: &str, index: u64) -> Self {
        let key = key(seed, purpose, index);
        let mut first = [0; 8];
        first.copy_from_slice(&key[..8]);
        Self(u64::from_le_bytes(first))
    }

    /// Returns the next 64 bits.
    pub(super) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Returns a number from 0 up to, not including, `end`; 0 when `end` is 0.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        // The high half of the product is below `end` and fits.
        ((u128::from(self.bits()) * u128::from(end)) >> 64) as u64
    }

    /// Returns a whole number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: i32, high: i32) -> i32 {
        let width = i64::from(high) - i64::from(low) + 1;
        let step = self.below(width.max(1) as u64) as i64;
        // `low + step` is at most `high`.
        (i64::from(low) + step) as i32
    }

    /// Returns a number from `low` up to, not including, `high`.
    pub(super) fn spread(&mut self, low: f32, high: f32) -> f32 {
        // 24 bits are what an `f32` can hold exactly.
        low + (high - low) * ((self.bits() >> 40) as f32 / (1u64 << 24) as f32)
    }

    /// Returns true once in `n` times on average.
    pub(super) fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    /// Returns one of the items.
    ///
    /// Panics when there is none: lists come from `words.json`, and a test sees that none is empty.
    pub(super) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len() as u64) as usize]
    }

    /// Returns one of the words; panics as `pick` does.
    pub(super) fn word<'a>(&mut self, words: &'a [String]) -> &'a str {
        self.pick::<String>(words)
    }
}

/// Returns 32 bytes that belong to one seed and one named purpose, as for a test key.
pub(super) fn key(seed: u64, purpose: &str, index: u64) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"jingui sample 1\0");
    hash.update(seed.to_le_bytes());
    hash.update(index.to_le_bytes());
    hash.update(purpose.as_bytes());
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_stay_in_their_bounds() {
        let mut chance = Chance::of(1, "bounds", 0);
        for _ in 0..2_000 {
            assert!(chance.below(7) < 7);
            assert!((-3..=3).contains(&chance.between(-3, 3)));
            assert!((0.5..2.5).contains(&chance.spread(0.5, 2.5)));
        }
        assert_eq!(chance.below(0), 0);
        assert_eq!(chance.between(i32::MIN, i32::MIN), i32::MIN);
    }

    #[test]
    fn a_stream_depends_on_seed_purpose_and_index() {
        let first = |seed, purpose, index| Chance::of(seed, purpose, index).bits();
        assert_eq!(first(1, "a", 0), first(1, "a", 0));
        assert_ne!(first(1, "a", 0), first(2, "a", 0));
        assert_ne!(first(1, "a", 0), first(1, "b", 0));
        assert_ne!(first(1, "a", 0), first(1, "a", 1));
    }
}

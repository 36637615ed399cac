//! Padmé: to which size a sealed body is filled up, so that its length says little about what is in it.
//!
//! Does not know what the filling looks like; `vault` lays it down as skippable zstd frames.

/// Returns the Padmé size of `len`: the smallest allowed size that is not below it.
///
/// - Shape: never below `len`; a Padmé size is its own Padmé size; sizes up to 8 stay as they are.
/// - Units: bytes in, bytes out; at most 12 % more than `len` (129 → 144 is the worst case, 11.6 %), and
///   less the longer it is: only O(log log len) bits of the length can still be told from the outside.
/// - Errors: none; within the last step below 2^64 the answer is `u64::MAX`, which is no multiple of the
///   step but still never below `len`.
/// - Source: Nikitin et al., “Reducing Metadata Leakage from Encrypted Files and Communication with PURBs”,
///   PoPETs 2019(4), section 4: E = ⌊log2 L⌋, S = ⌊log2 E⌋ + 1, the lowest E − S bits of the size are zero.
pub fn padded(len: u64) -> u64 {
    if len < 2 {
        // The formula takes the logarithm of E, which is 0 here.
        return len;
    }
    let exponent = len.ilog2();
    let kept = exponent.ilog2() + 1;
    let step = 1_u64 << (exponent - kept);
    len.checked_next_multiple_of(step).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sizes_are_frozen() {
        // If this fails, bodies of the same length no longer look the same as those filed before.
        for (len, size) in [
            (0, 0),
            (1, 1),
            (2, 2),
            (7, 7),
            (8, 8),
            (9, 10),
            (16, 16),
            (17, 18),
            (33, 36),
            (65, 72),
            (100, 104),
            (129, 144),
            (257, 272),
            (1_000, 1_024),
            (4_097, 4_352),
            (65_537, 67_584),
            (1_000_000, 1_015_808),
            (1_048_577, 1_081_344),
            (1 << 32, 1 << 32),
            ((1 << 32) + 1, (1 << 32) + (1 << 26)),
            (u64::MAX - 1, u64::MAX),
            (u64::MAX, u64::MAX),
        ] {
            assert_eq!(padded(len), size, "padded({len})");
        }
    }

    #[test]
    fn no_size_below_a_million_costs_more_than_twelve_percent() {
        let mut last = 0;
        for len in 1..1_000_000_u64 {
            let size = padded(len);
            assert!(size >= len, "{len} shrank to {size}");
            assert!((size - len) * 100 <= len * 12, "{len} grew to {size}");
            assert!(size >= last, "{len} got less than the one before it");
            last = size;
        }
    }

    proptest! {
        #[test]
        fn any_size_is_covered_cheap_and_stable(bits in 0_u32..64, raw: u64) {
            let len = raw >> bits;
            let size = padded(len);
            prop_assert!(size >= len);
            prop_assert_eq!(padded(size), size);
            prop_assert!(u128::from(size - len) * 100 <= u128::from(len) * 12);
        }

        #[test]
        fn few_bits_of_the_length_are_left(len in 2_u64..(1 << 62)) {
            let size = padded(len);
            let exponent = size.ilog2();
            prop_assert!(size.trailing_zeros() >= exponent - exponent.ilog2() - 1);
        }
    }
}

//! A set that may say "perhaps" where it should say "no", in a byte or two for each thing in it.
//!
//! For passing over what need not be read; whatever it points at is read and compared.

/// Bits that each thing sets.
const PROBES: u64 = 8;

/// Two halves of a hash of the thing asked for.
pub(crate) type Halves = [u64; 2];

/// The set, as words of 64 bits.
#[derive(Clone, Default)]
pub(crate) struct Bloom(Box<[u64]>);

impl Bloom {
    /// An empty set for so many things. With twelve bits for each, one question in two hundred is answered "perhaps"
    /// in vain, with sixteen one in some two thousand.
    pub(crate) fn sized(things: u64, bits_for_each: u64) -> Self {
        Self(vec![0; (things.max(1) * bits_for_each).div_ceil(64) as usize].into())
    }

    /// Takes something in.
    pub(crate) fn insert(&mut self, hash: Halves) {
        let bits = self.0.len() as u64 * 64;
        for bit in probes(hash, bits) {
            self.0[bit as usize / 64] |= 1 << (bit % 64);
        }
    }

    /// Whether it may have been taken in; `false` is certain. An empty set of no size knows nothing.
    pub(crate) fn may_have(&self, hash: Halves) -> bool {
        let bits = self.0.len() as u64 * 64;
        bits == 0 || probes(hash, bits).all(|bit| self.0[bit as usize / 64] >> (bit % 64) & 1 == 1)
    }

    /// Its bytes.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|word| word.to_le_bytes()).collect()
    }

    /// The set with these bytes, if there can be one.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (words, rest) = bytes.as_chunks::<8>();
        rest.is_empty().then(|| Self(words.iter().map(|word| u64::from_le_bytes(*word)).collect()))
    }
}

fn probes([a, b]: Halves, bits: u64) -> impl Iterator<Item = u64> {
    // An even step could come back to the same bits too soon.
    (0..PROBES).map(move |i| a.wrapping_add((b | 1).wrapping_mul(i)) % bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(number: u64) -> Halves {
        let hash = blake3::hash(&number.to_le_bytes());
        [0, 8].map(|at| u64::from_le_bytes(hash.as_bytes()[at..at + 8].try_into().expect("eight bytes")))
    }

    #[test]
    fn what_was_taken_in_is_always_found_and_little_else() {
        let mut set = Bloom::sized(10_000, 12);
        (0..10_000).for_each(|n| set.insert(hash(n)));
        let again = Bloom::from_bytes(&set.to_bytes()).expect("its own bytes");
        assert!((0..10_000).all(|n| set.may_have(hash(n)) && again.may_have(hash(n))));
        let in_vain = (10_000..30_000).filter(|n| set.may_have(hash(*n))).count();
        assert!(in_vain < 300, "{in_vain} of 20000");
        assert!(Bloom::from_bytes(&[0; 9]).is_none());
    }
}

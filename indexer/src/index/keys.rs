//! Keyed hashes of whole values and of tails of numbers: what is looked up exactly.
//!
//! The key is made of the index's own, so a number cannot be tried out against a list of hashes by anybody who does
//! not have that key as well.

use jingui_vault::seal::{Identity, identity_text};
use zeroize::Zeroizing;

/// Lengths of tails that are kept. Longer ones are found by the longest of these and then compared.
pub(super) const TAILS: [usize; 2] = [4, 6];

/// Makes the hashes of one index.
pub(super) struct Keys(Zeroizing<[u8; 32]>);

/// What is hashed, so that equal texts of different things are different.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// A whole value of a field, its tokens joined.
    Whole(&'static str),
    /// A whole number of a field.
    Number(&'static str),
    /// A tail of a number.
    Tail(&'static str),
    /// A word of a list.
    Word(&'static str),
    /// A whole name as it is read.
    Reading,
    /// A whole name's initials.
    Initials,
    /// Records of which not all was read.
    Unread,
    /// Records of which something has not been tried, or could not be.
    Waiting,
}

impl Keys {
    pub(super) fn new(identity: &Identity) -> Self {
        let secret = identity_text(identity);
        Self(Zeroizing::new(blake3::derive_key("jingui 2026-11-26 index keyed hashes", secret.as_bytes())))
    }

    /// 64 bits: with ten million numbers, a query meets another one by chance once in a million million.
    pub(super) fn hash(&self, of: Of, text: &str) -> u64 {
        let (tag, field) = match of {
            Of::Whole(field) => (1, field.as_bytes()),
            Of::Number(field) => (2, field.as_bytes()),
            Of::Tail(field) => (3, field.as_bytes()),
            Of::Word(field) => (4, field.as_bytes()),
            Of::Reading => (5, &[][..]),
            Of::Initials => (6, &[][..]),
            Of::Unread => (7, &[][..]),
            Of::Waiting => (8, &[][..]),
        };
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        hasher.update(&[tag, field.len() as u8]).update(field).update(text.as_bytes());
        let mut first = [0; 8];
        first.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
        u64::from_be_bytes(first)
    }
}

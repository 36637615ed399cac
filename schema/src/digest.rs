//! Digests, public keys and signatures as stored: lower-case hex.

use crate::id::text_serde;
use ed25519_dalek::{Signature as DalekSignature, VerifyingKey};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::Digest as _;
use std::fmt;
use std::str::FromStr;

/// A text was not lower-case hex of the expected length.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected} characters of lower-case hex")]
pub struct HexError {
    expected: usize,
}

/// The value of each lower-case hexadecimal digit; 16 and more for what is none.
const DIGITS: [u8; 256] = {
    let (mut values, digits) = ([u8::MAX; 256], b"0123456789abcdef");
    let mut value = 0;
    while value < digits.len() {
        values[digits[value] as usize] = value as u8;
        value += 1;
    }
    values
};

fn decode<const LEN: usize>(text: &str) -> Option<[u8; LEN]> {
    let (mut out, mut all) = ([0; LEN], 0);
    let pairs = text.as_bytes().as_chunks::<2>();
    if text.len() != 2 * LEN {
        return None;
    }
    for (byte, [high, low]) in out.iter_mut().zip(pairs.0) {
        let (high, low) = (DIGITS[usize::from(*high)], DIGITS[usize::from(*low)]);
        all |= high | low;
        *byte = high << 4 | low;
    }
    (all < 16).then_some(out)
}

macro_rules! hex_types {
    ($($(#[$doc:meta])* $name:ident[$len:literal];)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $len]);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut text = [0; 2 * $len];
                hex::encode_to_slice(self.0, &mut text).expect("two characters a byte");
                f.write_str(std::str::from_utf8(&text).expect("hex is ASCII"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl FromStr for $name {
            type Err = HexError;
            fn from_str(text: &str) -> Result<Self, HexError> {
                decode(text).map(Self).ok_or(HexError { expected: 2 * $len })
            }
        }

        text_serde!($name);
    )*};
}

hex_types! {
    /// A SHA-256 value.
    Sha256[32];
    /// A BLAKE3-256 value.
    B3[32];
    /// 32 random bytes that keep a line from being guessed, or prove that a file was opened.
    Salt[32];
    /// An Ed25519 public key.
    SignKey[32];
    /// An Ed25519 signature.
    Signature[64];
}

impl Sha256 {
    /// The value before the first line: 64 zeros.
    pub const ZERO: Self = Self([0; 32]);

    /// Digests bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(sha2::Sha256::digest(bytes).into())
    }
}

impl B3 {
    /// Digests bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }
}

impl SignKey {
    /// Says whether the signature over the message was made with this key (strict verification).
    pub fn verifies(&self, message: &[u8], signature: &Signature) -> bool {
        VerifyingKey::from_bytes(&self.0)
            .is_ok_and(|key| key.verify_strict(message, &DalekSignature::from_bytes(&signature.0)).is_ok())
    }
}

/// Size and BLAKE3 of a file at rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileMark {
    /// Bytes.
    pub size: u64,
    /// BLAKE3 of all of them.
    pub b3: B3,
}

impl FileMark {
    /// The mark of a file with this content.
    pub fn of(bytes: &[u8]) -> Self {
        Self { size: bytes.len() as u64, b3: B3::of(bytes) }
    }
}

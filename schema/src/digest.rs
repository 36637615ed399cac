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

/// The value of a lower-case hexadecimal digit; 16 and more for what is none.
fn digit(character: u8) -> u8 {
    let (number, letter) = (character.wrapping_sub(b'0'), character.wrapping_sub(b'a'));
    let of_number = if number < 10 { number } else { u8::MAX };
    let of_letter = if letter < 6 { letter + 10 } else { u8::MAX };
    of_number & of_letter
}

/// Reads hex. A line is half made of it: without a table, and with a step for all digits at once, many are read together.
fn decode<const LEN: usize>(text: &str) -> Option<[u8; LEN]> {
    let mut pairs: [[u8; 2]; LEN] = text.as_bytes().as_chunks().0.try_into().ok()?;
    let mut all = 0;
    for character in pairs.as_flattened_mut() {
        *character = digit(*character);
        all |= *character;
    }
    (all < 16 && text.len() == 2 * LEN).then(|| pairs.map(|[high, low]| high << 4 | low))
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_digest_survives_its_text(short: [u8; 32], long: [[u8; 32]; 2]) {
            let long = Signature(long.as_flattened().try_into().unwrap());
            prop_assert_eq!(Sha256(short).to_string().parse(), Ok(Sha256(short)));
            prop_assert_eq!(long.to_string().parse(), Ok(long));
        }
    }

    #[test]
    fn a_digest_is_made_of_lower_case_digits_alone() {
        for (place, character) in (0..64).flat_map(|place| (0..=0x7f).map(move |c| (place, c))) {
            let mut text = [b'0'; 64];
            text[place] = character;
            let text = std::str::from_utf8(&text).unwrap();
            let value = b"0123456789abcdef".iter().position(|known| *known == character);
            let digest = value.map(|value| {
                let mut bytes = [0; 32];
                bytes[place / 2] = (value as u8) << (4 * (1 - place % 2));
                Sha256(bytes)
            });
            assert_eq!(text.parse().ok(), digest, "{text:?}");
        }
        for digits in [0, 62, 63, 65, 66, 128] {
            let expected = Err(HexError { expected: 64 });
            assert_eq!("0".repeat(digits).parse::<Sha256>(), expected, "{digits} digits");
        }
        assert!(("é".to_owned() + &"0".repeat(62)).parse::<Sha256>().is_err());
    }
}

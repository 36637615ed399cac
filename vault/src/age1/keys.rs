//! Identities and recipients: X25519 keys and their texts.

use aws_lc_rs::agreement::{PrivateKey, UnparsedPublicKey, X25519, agree};
use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32, Hrp};
use std::fmt;
use std::str::FromStr;
use zeroize::Zeroizing;

/// What the text of an identity begins with, before the `1`.
const IDENTITY_PREFIX: &str = "AGE-SECRET-KEY-";
/// The same of a recipient.
const RECIPIENT_PREFIX: &str = "age";

/// Says why a text is not a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyTextError {
    /// Not `AGE-SECRET-KEY-1…`; the text is not repeated, it may be nearly a secret.
    #[error("not an age identity")]
    Identity,
    /// Not `age1…`.
    #[error("not an age X25519 recipient")]
    Recipient,
}

/// A secret key: opens what was sealed to its recipient.
///
/// Invariant: the recipient is that of the secret; it is worked out once, not for each file that is opened.
#[derive(Clone)]
pub struct Identity {
    secret: Zeroizing<[u8; 32]>,
    public: Recipient,
}

/// A public key: what is sealed to it opens with its identity alone.
///
/// Invariant: no point of small order, with which everybody would agree on the same secret.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Recipient(pub(super) [u8; 32]);

impl Identity {
    /// Of 32 random bytes.
    pub fn from_secret(secret: Zeroizing<[u8; 32]>) -> Self {
        let public = private(&secret).compute_public_key().expect("every X25519 key has a public half");
        let public = Recipient(public.as_ref().try_into().expect("an X25519 key has 32 bytes"));
        Self { secret, public }
    }

    /// Of the operating system's random bytes.
    pub fn generate() -> Self {
        let mut secret = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *secret).expect("the operating system gives random bytes");
        Self::from_secret(secret)
    }

    /// The public half.
    pub fn to_public(&self) -> Recipient {
        self.public
    }

    /// The text, `AGE-SECRET-KEY-1…`.
    pub fn to_text(&self) -> Zeroizing<String> {
        let prefix = Hrp::parse_unchecked(IDENTITY_PREFIX);
        Zeroizing::new(bech32::encode_upper::<Bech32>(prefix, &*self.secret).expect("32 bytes fit"))
    }

    /// Agrees on a secret with the other half; `None` where that half is a point of small order.
    pub(super) fn agree(&self, other: &[u8; 32]) -> Option<Zeroizing<[u8; 32]>> {
        agree(&private(&self.secret), UnparsedPublicKey::new(&X25519, other), (), |shared| {
            shared.try_into().map(Zeroizing::new).map_err(|_| ())
        })
        .ok()
    }
}

fn private(secret: &[u8; 32]) -> PrivateKey {
    PrivateKey::from_private_key(&X25519, secret).expect("any 32 bytes are an X25519 key")
}

impl FromStr for Identity {
    type Err = KeyTextError;

    fn from_str(text: &str) -> Result<Self, KeyTextError> {
        let secret = bytes_of(text, IDENTITY_PREFIX).ok_or(KeyTextError::Identity)?;
        // Lower case would pass the checksum, and no other program would take the key.
        match text.bytes().any(|b| b.is_ascii_lowercase()) {
            true => Err(KeyTextError::Identity),
            false => Ok(Self::from_secret(secret)),
        }
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({})", self.public)
    }
}

impl FromStr for Recipient {
    type Err = KeyTextError;

    fn from_str(text: &str) -> Result<Self, KeyTextError> {
        let key = bytes_of(text, RECIPIENT_PREFIX).ok_or(KeyTextError::Recipient)?;
        let good =
            Identity::generate().agree(&key).is_some() && !text.bytes().any(|b| b.is_ascii_uppercase());
        if good { Ok(Self(*key)) } else { Err(KeyTextError::Recipient) }
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = Hrp::parse_unchecked(RECIPIENT_PREFIX);
        f.write_str(&bech32::encode_lower::<Bech32>(prefix, &self.0).expect("32 bytes fit"))
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// The 32 bytes of a bech32 text with this prefix.
fn bytes_of(text: &str, prefix: &str) -> Option<Zeroizing<[u8; 32]>> {
    let checked = CheckedHrpstring::new::<Bech32>(text).ok()?;
    let bytes = checked.byte_iter();
    if checked.hrp() != Hrp::parse_unchecked(prefix) || bytes.len() != 32 {
        return None;
    }
    let mut key = Zeroizing::new([0; 32]);
    key.iter_mut().zip(bytes).for_each(|(to, byte)| *to = byte);
    Some(key)
}

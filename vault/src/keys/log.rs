//! The log's key: signs heads, opens nothing.

use crate::env::Env;
use ed25519_dalek::{Signer, SigningKey};
use jingui_schema::digest::Sha256;
use jingui_schema::head::{Head, SignedHead, VerifierKey};
use jingui_schema::id::VaultId;
use std::fmt;
use zeroize::Zeroizing;

/// The Ed25519 key of one vault's log; wiped when dropped.
pub struct LogKey(SigningKey);

impl fmt::Debug for LogKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LogKey(..)")
    }
}

/// Returns the name of a vault's log: origin of its heads and name of its key.
pub fn origin(vault: &VaultId) -> String {
    format!("jingui/{vault}")
}

/// Returns the name of a vault's log once so many forks lie before it.
pub fn origin_of(vault: &VaultId, forks: u64) -> String {
    match forks {
        0 => origin(vault),
        _ => format!("{}/{forks}", origin(vault)),
    }
}

/// Returns vault and number of forks out of the name of a log; `None` unless written just as we write it.
pub fn read_origin(origin: &str) -> Option<(VaultId, u64)> {
    let rest = origin.strip_prefix("jingui/")?;
    let (vault, fork) = match rest.split_once('/') {
        None => (rest, 0),
        Some((vault, fork)) => (vault, fork.parse().ok().filter(|fork| *fork > 0)?),
    };
    let vault = vault.parse().ok()?;
    (origin_of(&vault, fork) == origin).then_some((vault, fork))
}

impl LogKey {
    /// Makes a new key.
    pub fn generate(env: &Env) -> Self {
        Self(SigningKey::from_bytes(&Zeroizing::new(env.bytes::<32>())))
    }

    /// Reads the seed as `log.key` holds it: 64 hex, white space around it is passed over. `None` for all else.
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut seed = Zeroizing::new([0; 32]);
        hex::decode_to_slice(text.trim(), &mut seed[..]).ok()?;
        Some(Self(SigningKey::from_bytes(&seed)))
    }

    /// Returns the seed as 64 hex.
    pub fn to_hex(&self) -> Zeroizing<String> {
        Zeroizing::new(hex::encode(self.0.as_bytes()))
    }

    /// Returns the public half under the name of the vault's log.
    pub fn verifier_key(&self, vault: &VaultId) -> VerifierKey {
        VerifierKey::new(origin(vault), self.0.verifying_key().as_bytes())
            .expect("a vault's id makes a name, and a clamped seed no point of small order")
    }

    /// Returns the same as text: a C2SP verifier key, `jingui/<vault id>+<key id>+<base64>`.
    pub fn verifier_key_text(&self, vault: &VaultId) -> String {
        self.verifier_key(vault).to_string()
    }

    /// Signs the head over the first `lines` lines of the vault's journal; `to_text` gives the file.
    ///
    /// Source: `schema/FORMAT.md`, section 10.
    pub fn sign_head(&self, vault: &VaultId, lines: u64, root: &Sha256) -> SignedHead {
        let head =
            Head::new(origin(vault), lines, root.0, Vec::new()).expect("a vault's id makes one short line");
        self.sign(vault, head)
    }

    /// Signs a head of the vault's.
    pub fn sign(&self, vault: &VaultId, head: Head) -> SignedHead {
        let signature = self.0.sign(&head.note_text_to_sign()).to_bytes();
        SignedHead::new(head, &self.verifier_key(vault), &signature).expect("what we just signed verifies")
    }

    /// Returns the key of the MAC over `derived/state`.
    pub fn state_key(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(blake3::derive_key("jingui 0 state", self.0.as_bytes()))
    }

    /// Returns the key of the MACs in `derived/dates`.
    pub fn dates_key(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(blake3::derive_key("jingui 0 dates", self.0.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault() -> VaultId {
        VaultId::from_bytes([7; 16])
    }

    #[test]
    fn a_head_verifies_with_the_key_that_line_1_names() {
        let key = LogKey::generate(&Env::of_host());
        let text = key.sign_head(&vault(), 42, &Sha256([9; 32])).to_text();
        let verifier: VerifierKey = key.verifier_key_text(&vault()).parse().unwrap();
        let read = SignedHead::parse(&text).unwrap();
        read.verify(&verifier).unwrap();
        assert_eq!((read.head().size(), read.head().root()), (42, &[9; 32]));
        assert_eq!(read.head().origin(), verifier.name());
        let other = LogKey::generate(&Env::of_host());
        assert!(read.verify(&other.verifier_key(&vault())).is_err());
    }

    #[test]
    fn a_log_key_survives_its_text_and_keeps_its_derived_key() {
        let key = LogKey::from_hex(&format!("{}\n", "01".repeat(32))).unwrap();
        assert_eq!(*key.to_hex(), "01".repeat(32));
        // If this fails, every vault rebuilds its state once; and `b3sum --derive-key` must give the same.
        assert_eq!(*key.state_key(), blake3::derive_key("jingui 0 state", &[1; 32]));
        assert_eq!(format!("{key:?}"), "LogKey(..)");
        for bad in ["", "01", &"01".repeat(31), &"01".repeat(33), &"0x".repeat(32)] {
            assert!(LogKey::from_hex(bad).is_none(), "{bad}");
        }
    }
}

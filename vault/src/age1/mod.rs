//! age v1 files with X25519 recipients (age-encryption.org/v1), the form of every sealed file.
//!
//! Knows the bytes of such a file and nothing of what is sealed. Passphrases, armor and plugins are left to the
//! `age` crate, which reads what is written here and writes what is read here; tests hold the two against each other.
//!
//! Why not that crate for everything: filing is bound by its cipher. Sealing through it ran at half the speed that the
//! same algorithm has in AWS-LC (ARCHITECTURE.md has the figures), drew the public key anew for each file that
//! was opened, and its reader panics when it is asked for bytes behind the last chunk.

mod header; // whose file it is, and the key of its payload
mod keys; // identities and recipients
mod payload; // the bytes, in chunks that can be opened by themselves

#[cfg(test)]
mod tests;

pub use keys::{Identity, KeyTextError, Recipient};

pub(crate) use header::check;
pub(crate) use payload::Reader;

pub use header::{HEADER_BYTES_MAX, open, seal};
pub use payload::{CHUNK_BYTES, PayloadKey, SEALED_CHUNK_BYTES, Sealer};

/// Says why a sealed file does not open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// A whole header, but for another key. A changed key share in the header looks the same: nothing but the
    /// key tells them apart.
    #[error("it is not sealed to this key")]
    NotForKey,
    /// Not an age file, cut short, or changed.
    #[error("it is damaged: {0}")]
    Damaged(&'static str),
}

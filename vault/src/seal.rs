//! Small sealed files, and the keys that seal and open them: covers, notes, epoch keys.
//!
//! Knows age and nothing of what is sealed. Whole files in memory only; bodies, which are large, have
//! `body`.

use crate::env::Env;
use age::secrecy::ExposeSecret;
use age::x25519::{Identity, Recipient};
use age::{DecryptError, Decryptor, Encryptor};
use bech32::{Bech32, Hrp};
use std::io::{Read, Write};
use zeroize::Zeroizing;

/// Where the header of a sealed file ends at the latest. Ours have one recipient and some 200 bytes; age itself
/// would read on for as long as a hostile file has no end of its header.
const HEADER_BYTES_MAX: usize = 4096;

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

/// Makes a new identity out of 32 bytes of the random source that was passed in.
pub fn new_identity(env: &Env) -> Identity {
    let secret = Zeroizing::new(env.bytes::<32>());
    let hrp = Hrp::parse("age-secret-key-").expect("the prefix is valid bech32");
    let text = bech32::encode_upper::<Bech32>(hrp, &*secret).expect("32 bytes fit into a bech32 text");
    Zeroizing::new(text).parse().expect("age reads what its specification says")
}

/// Returns the text of an identity, `AGE-SECRET-KEY-1…`.
pub fn identity_text(identity: &Identity) -> Zeroizing<String> {
    Zeroizing::new(identity.to_string().expose_secret().to_owned())
}

/// Reads `AGE-SECRET-KEY-1…`.
pub fn parse_identity(text: &str) -> Result<Identity, KeyTextError> {
    text.parse().map_err(|_| KeyTextError::Identity)
}

/// Reads `age1…`.
pub fn parse_recipient(text: &str) -> Result<Recipient, KeyTextError> {
    text.parse().map_err(|_| KeyTextError::Recipient)
}

/// Seals a text to one recipient.
///
/// - Shape: a binary age v1 file; no two are alike, age draws a file key for each from the operating system.
/// - Units: some 216 bytes longer than the text, and 16 more for each further 64 KiB.
pub fn seal(recipient: &Recipient, plaintext: &[u8]) -> Vec<u8> {
    const NEVER: &str = "one X25519 recipient is always accepted, and writing to a Vec cannot fail";
    let sealed = Vec::with_capacity(plaintext.len() + plaintext.len() / 4096 + 256);
    let encryptor = Encryptor::with_recipients([recipient as &dyn age::Recipient].into_iter()).expect(NEVER);
    let mut writer = encryptor.wrap_output(sealed).expect(NEVER);
    writer.write_all(plaintext).expect(NEVER);
    writer.finish().expect(NEVER)
}

/// Opens a sealed file; nothing of it is returned before all of it was authenticated.
///
/// - Units: never takes more memory than the sealed bytes and a few chunks of 64 KiB.
/// - Errors: `NotForKey` when no stanza of the header opens with this key, else `Damaged`.
pub fn open(identity: &Identity, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
    check_header(sealed)?;
    let decryptor = Decryptor::new_buffered(sealed).map_err(|e| seal_error(&e))?;
    let mut reader =
        decryptor.decrypt(std::iter::once(identity as &dyn age::Identity)).map_err(|e| seal_error(&e))?;
    // Room for all of it at once: a buffer that grows leaves copies of the plaintext behind.
    let mut plaintext = Zeroizing::new(Vec::with_capacity(sealed.len()));
    reader
        .read_to_end(&mut plaintext)
        .map_err(|_| SealError::Damaged("the sealed bytes do not fit their tags"))?;
    Ok(plaintext)
}

/// Checks that the bytes at the beginning of a file hold the whole header of an age v1 file.
///
/// `prefix` is the file, or as many bytes of it as [`header_prefix`] gives. age reads no further than the end
/// found here, whatever is in between: every line of a header has its own form, and none begins with `---`.
pub(crate) fn check_header(prefix: &[u8]) -> Result<(), SealError> {
    let prefix = &prefix[..prefix.len().min(HEADER_BYTES_MAX)];
    if !prefix.starts_with(b"age-encryption.org/v1\n") {
        return Err(SealError::Damaged("not an age file"));
    }
    let last_line = prefix.windows(4).position(|four| four == b"\n---").map(|at| &prefix[at + 4..]);
    if last_line.is_some_and(|line| line.contains(&b'\n')) {
        Ok(())
    } else {
        Err(SealError::Damaged("its header has no end"))
    }
}

/// Reads as many bytes as [`check_header`] looks at.
pub(crate) fn header_prefix(file: &mut dyn Read) -> std::io::Result<Vec<u8>> {
    let mut prefix = Vec::with_capacity(HEADER_BYTES_MAX);
    file.take(HEADER_BYTES_MAX as u64).read_to_end(&mut prefix)?;
    Ok(prefix)
}

/// What age's answer means here.
pub(crate) fn seal_error(error: &DecryptError) -> SealError {
    match error {
        DecryptError::NoMatchingKeys | DecryptError::KeyDecryptionFailed | DecryptError::DecryptionFailed => {
            SealError::NotForKey
        }
        DecryptError::InvalidMac => SealError::Damaged("its header does not fit the header's tag"),
        DecryptError::Io(_) => SealError::Damaged("it ends within its header"),
        _ => SealError::Damaged("its header is not one of an age file"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::{HostClock, Random};
    use proptest::prelude::*;
    use std::sync::Arc;

    struct Counting;
    impl Random for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            for (i, byte) in bytes.iter_mut().enumerate() {
                *byte = i as u8;
            }
        }
    }

    #[test]
    fn an_identity_comes_from_the_random_source_it_was_given() {
        let env = Env { random: Arc::new(Counting), clock: Arc::new(HostClock), ..Env::of_host() };
        let text = identity_text(&new_identity(&env));
        // `age-keygen -y` makes the same recipient of this text.
        assert_eq!(*text, *identity_text(&new_identity(&env)));
        assert!(
            text.starts_with("AGE-SECRET-KEY-1QQQSYQCYQ5RQWZQFPG9SCRGWPUGPZYSNZS23V9CCRYDPK8QARC0S"),
            "{}",
            *text
        );
        assert_ne!(*identity_text(&new_identity(&Env::of_host())), *text);
    }

    #[test]
    fn key_texts_are_read_or_refused() {
        let identity = Identity::generate();
        let again = parse_identity(&identity_text(&identity)).unwrap();
        let public = again.to_public().to_string();
        assert_eq!(parse_recipient(&public).unwrap(), identity.to_public());
        for bad in ["", "age1", "AGE-SECRET-KEY-1", &public[..public.len() - 1], "age1pq", "ssh-ed25519 AAAA"]
        {
            assert_eq!(parse_identity(bad).err(), Some(KeyTextError::Identity), "{bad}");
            assert_eq!(parse_recipient(bad).err(), Some(KeyTextError::Recipient), "{bad}");
        }
    }

    #[test]
    fn another_key_is_told_from_damage() {
        let (mine, other) = (Identity::generate(), Identity::generate());
        let sealed = seal(&mine.to_public(), b"facts");
        assert_eq!(open(&other, &sealed), Err(SealError::NotForKey));
        assert!(matches!(open(&mine, &sealed[1..]), Err(SealError::Damaged(_))));
    }

    #[test]
    fn every_cut_and_every_changed_byte_is_an_error() {
        let identity = Identity::generate();
        let sealed = seal(&identity.to_public(), "封面 cover".as_bytes());
        for cut in 0..sealed.len() {
            assert!(open(&identity, &sealed[..cut]).is_err(), "cut at byte {cut}");
        }
        for at in 0..sealed.len() {
            for bit in 0..8 {
                let mut changed = sealed.clone();
                changed[at] ^= 1 << bit;
                assert!(open(&identity, &changed).is_err(), "byte {at}, bit {bit}");
            }
        }
        let longer = [sealed.as_slice(), b"\0"].concat();
        assert!(open(&identity, &longer).is_err());
    }

    #[test]
    fn a_header_without_end_is_not_read_to_the_end() {
        let identity = Identity::generate();
        let mut hostile = b"age-encryption.org/v1\n-> ".to_vec();
        hostile.resize(64 << 20, b'A');
        assert_eq!(open(&identity, &hostile), Err(SealError::Damaged("its header has no end")));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn what_is_sealed_opens_again(text in proptest::collection::vec(any::<u8>(), 0..200_000)) {
            let identity = Identity::generate();
            let sealed = seal(&identity.to_public(), &text);
            prop_assert_eq!(&*open(&identity, &sealed).unwrap(), &text);
        }

        #[test]
        fn no_bytes_make_opening_panic(tail in proptest::collection::vec(any::<u8>(), 0..300), keep in 0_usize..400) {
            let identity = Identity::generate();
            let mut bytes = seal(&identity.to_public(), b"x");
            bytes.truncate(keep);
            bytes.extend(tail);
            let _ = open(&identity, &bytes);
            prop_assert!(open(&identity, &bytes[bytes.len() / 2..]).is_err());
        }
    }
}

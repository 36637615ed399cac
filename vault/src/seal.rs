//! Small sealed files, and the keys that seal and open them: covers, notes, epoch keys.
//!
//! Knows nothing of what is sealed. Whole files in memory only; bodies, which are large, have `body`.

pub use crate::age1::{Identity, KeyTextError, Recipient, SealError};

use crate::age1::{self, CHUNK_BYTES, SEALED_CHUNK_BYTES, Sealer};
use crate::env::Env;
use zeroize::Zeroizing;

/// Makes a new identity out of 32 bytes of the random source that was passed in.
pub fn new_identity(env: &Env) -> Identity {
    Identity::from_secret(Zeroizing::new(env.bytes()))
}

/// Returns the text of an identity, `AGE-SECRET-KEY-1…`.
pub fn identity_text(identity: &Identity) -> Zeroizing<String> {
    identity.to_text()
}

/// Reads `AGE-SECRET-KEY-1…`.
pub fn parse_identity(text: &str) -> Result<Identity, KeyTextError> {
    text.parse()
}

/// Reads `age1…`.
pub fn parse_recipient(text: &str) -> Result<Recipient, KeyTextError> {
    text.parse()
}

/// Seals a text to one recipient.
///
/// - Shape: a binary age v1 file; no two are alike, each has a file key of its own from the operating system.
/// - Units: 200 bytes longer than the text, and 16 more for each further 64 KiB.
pub fn seal(recipient: &Recipient, plaintext: &[u8]) -> Vec<u8> {
    let (mut sealed, key) = age1::seal(recipient);
    let mut sealer = Sealer::new(key);
    let whole = plaintext.len().div_ceil(CHUNK_BYTES).max(1);
    sealed.reserve_exact(plaintext.len() + whole * (SEALED_CHUNK_BYTES - CHUNK_BYTES));
    for no in 0..whole {
        let chunk = &plaintext[no * CHUNK_BYTES..plaintext.len().min((no + 1) * CHUNK_BYTES)];
        let begin = sealed.len();
        sealed.extend_from_slice(chunk);
        sealed.resize(sealed.len() + SEALED_CHUNK_BYTES - CHUNK_BYTES, 0);
        sealer.chunk(&mut sealed[begin..], no + 1 == whole);
    }
    sealed
}

/// Opens a sealed file; nothing of it is returned before all of it was authenticated.
///
/// - Units: never takes more memory than the sealed bytes and a few chunks of 64 KiB.
/// - Errors: `NotForKey` when no stanza of the header opens with this key, else `Damaged`.
pub fn open(identity: &Identity, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let (begin, key) = age1::open(sealed, identity)?;
    // Room for all of it at once: a buffer that grows leaves copies of the plaintext behind.
    let mut plaintext = Zeroizing::new(vec![0; sealed.len() - begin]);
    let bytes = key.open_all(&sealed[begin..], &mut plaintext);
    plaintext.truncate(bytes.ok_or(SealError::Damaged("the sealed bytes do not fit their tags"))?);
    Ok(plaintext)
}

/// Checks that the bytes at the beginning of a file hold the whole header of an age v1 file; needs no key.
pub(crate) fn check_header(prefix: &[u8]) -> Result<(), SealError> {
    age1::check(prefix)
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

//! A person's key: an age identity that opens, an Ed25519 key that signs, and the key file both lie in.
//!
//! Does not know where key files lie, nor how a passphrase is asked for.

use super::{IDENTITY_MARK, Misread, read_identity_file, write_identity_file};
use crate::env::Env;
use crate::error::{Error, Result};
use crate::seal;
use crate::seal::Identity;
use age::armor::{ArmoredReader, ArmoredWriter, Format};
use age::secrecy::SecretString;
use age::{DecryptError, Decryptor, Encryptor, scrypt};
use ed25519_dalek::{Signer, SigningKey};
use jingui_schema::act::{PublicHalf, signing_bytes};
use jingui_schema::cosignature::{Cosignature, CosignerKey};
use jingui_schema::digest::{SignKey, Signature};
use jingui_schema::head::Head;
use jingui_schema::id::VaultId;
use std::fmt;
use std::io::{BufReader, Read, Write};
use zeroize::Zeroizing;

/// The scrypt work factor of key files: 2^18, about a second.
pub const WORK_FACTOR: u8 = 18;
/// The highest work factor that a key file may ask for, so that a hostile one cannot cost hours.
pub const WORK_FACTOR_MAX: u8 = 20;
/// The fewest characters of a passphrase.
pub const PASSPHRASE_CHARS_MIN: usize = 8;
/// The most characters of a person's name.
pub const NAME_CHARS_MAX: usize = 64;
/// The most bytes of a key file.
pub const KEY_FILE_BYTES_MAX: u64 = 16 * 1024;

/// A person's unlocked key.
///
/// Invariant: the name is one line of 1 to [`NAME_CHARS_MAX`] characters; every way to make one checks it.
/// Both keys are wiped when it is dropped.
pub struct Person {
    name: String,
    identity: Identity,
    sign: SigningKey,
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Person({})", self.name)
    }
}

impl Person {
    /// Makes a new key for a person.
    ///
    /// Errors: [`Error::BadName`] for a name that is empty, too long or more than one line.
    pub fn generate(env: &Env, name: &str) -> Result<Self> {
        if !is_name(name) {
            return Err(Error::BadName { name: name.to_owned() });
        }
        let seed = Zeroizing::new(env.bytes::<32>());
        let identity = seal::new_identity(env);
        Ok(Self { name: name.to_owned(), identity, sign: SigningKey::from_bytes(&seed) })
    }

    /// Returns the text of the key file: armored age, sealed by passphrase.
    ///
    /// - Units: `work_factor` is the base-2 logarithm, normally [`WORK_FACTOR`]; it is brought into 1 to
    ///   [`WORK_FACTOR_MAX`], so that what is written can be read again.
    /// - Errors: [`Error::WeakPassphrase`].
    /// - Source: `schema/FORMAT.md`, section 11.
    pub fn to_key_file(&self, passphrase: &str, work_factor: u8) -> Result<String> {
        if passphrase.chars().count() < PASSPHRASE_CHARS_MIN {
            return Err(Error::WeakPassphrase {});
        }
        let mut recipient = scrypt::Recipient::new(SecretString::from(passphrase));
        recipient.set_work_factor(work_factor.clamp(1, WORK_FACTOR_MAX));
        let recipient: &dyn age::Recipient = &recipient;
        let encryptor =
            Encryptor::with_recipients([recipient].into_iter()).expect("one passphrase is a fit set");
        let seal = || {
            let mut output =
                encryptor.wrap_output(ArmoredWriter::wrap_output(Vec::new(), Format::AsciiArmor)?)?;
            output.write_all(self.to_secret_text().as_bytes())?;
            output.finish()?.finish()
        };
        let sealed = seal().expect("a Vec takes all that is written");
        Ok(String::from_utf8(sealed).expect("armor is ASCII"))
    }

    /// Unlocks a key file.
    ///
    /// Errors: [`Error::Passphrase`] for a wrong passphrase, [`Error::TooNew`] and [`Error::DraftFormat`] for another format,
    /// [`Error::NotAKey`] for all else: damaged, over [`KEY_FILE_BYTES_MAX`], asking for more work than
    /// [`WORK_FACTOR_MAX`], another tool's. `path_for_messages` is what they name.
    pub fn from_key_file(path_for_messages: &str, text: &[u8], passphrase: &str) -> Result<Self> {
        let not = |why: &str| Error::NotAKey { path: path_for_messages.to_owned(), why: why.to_owned() };
        if text.len() as u64 > KEY_FILE_BYTES_MAX {
            return Err(not("too large"));
        }
        let decryptor = Decryptor::new_buffered(BufReader::new(ArmoredReader::new(text)))
            .map_err(|_| not("damaged, or not sealed by age"))?;
        if !decryptor.is_scrypt() {
            return Err(not("not sealed by a passphrase"));
        }
        let mut identity = scrypt::Identity::new(SecretString::from(passphrase));
        identity.set_max_work_factor(WORK_FACTOR_MAX);
        let identity: &dyn age::Identity = &identity;
        let reader = decryptor.decrypt([identity].into_iter()).map_err(|error| match error {
            DecryptError::DecryptionFailed => Error::Passphrase { path: path_for_messages.to_owned() },
            DecryptError::ExcessiveWork { required, .. } => {
                not(&format!("asks for work factor {required}, over the limit of {WORK_FACTOR_MAX}"))
            }
            _ => not("damaged"),
        })?;
        // All of it is read before any of it is believed; the capacity keeps copies from being left behind.
        let mut plain = Zeroizing::new(Vec::with_capacity(text.len()));
        reader.take(KEY_FILE_BYTES_MAX).read_to_end(&mut plain).map_err(|_| not("damaged"))?;
        Self::from_plain(path_for_messages, &plain)
    }

    /// Returns the unlocked identity file, to be handed to the vault's holder and to nobody else.
    pub fn to_secret_text(&self) -> Zeroizing<String> {
        let seed = Zeroizing::new(hex::encode(self.sign.as_bytes()));
        write_identity_file("person", &[("name", &self.name), ("sign", &seed)], &self.identity)
    }

    /// Reads what [`Person::to_secret_text`] gives.
    ///
    /// Errors: [`Error::TooNew`], [`Error::DraftFormat`] and [`Error::NotAKey`], naming `path_for_messages`.
    pub fn from_secret_text(path_for_messages: &str, text: &str) -> Result<Self> {
        Self::from_plain(path_for_messages, text.as_bytes())
    }

    fn from_plain(path: &str, plain: &[u8]) -> Result<Self> {
        let not = |why: &str| Error::NotAKey { path: path.to_owned(), why: why.to_owned() };
        let ([name, seed], identity) =
            read_identity_file(plain, "person", ["name", "sign"]).map_err(|why| match why {
                Misread::Format(found) => Error::of_format(path, found.into()),
                Misread::Other(why) => not(why),
            })?;
        if !is_name(name) {
            return Err(not("name"));
        }
        let mut bytes = Zeroizing::new([0; 32]);
        hex::decode_to_slice(seed, &mut bytes[..]).map_err(|_| not("sign"))?;
        Ok(Self { name: name.to_owned(), identity, sign: SigningKey::from_bytes(&bytes) })
    }

    /// Returns the person's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the identity that opens what is sealed to this person.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Returns the age recipient, `age1…`.
    pub fn recipient(&self) -> String {
        self.identity.to_public().to_string()
    }

    /// Returns the public signing key.
    pub fn sign_key(&self) -> SignKey {
        SignKey(self.sign.verifying_key().to_bytes())
    }

    /// Returns what is sent to whoever enrols, with its proof.
    pub fn public_half(&self) -> PublicHalf {
        let recipient = self.recipient();
        let proof = self.sign_bytes(&PublicHalf::proof_bytes(&self.name, &recipient));
        PublicHalf::new(self.name.clone(), recipient, self.sign_key(), proof)
    }

    /// Signs the bytes of an act, as they stand, for one vault.
    pub fn sign(&self, vault: &VaultId, raw_act: &str) -> Signature {
        self.sign_bytes(&signing_bytes(vault, raw_act))
    }

    /// Countersigns a head: it was seen at this time, in seconds since 1970.
    pub fn cosign(&self, key: &CosignerKey, head: &Head, time: u64) -> Cosignature {
        let signature = self.sign_bytes(&Cosignature::text_to_sign(head, time));
        Cosignature::new(key, time, signature.0)
    }

    fn sign_bytes(&self, message: &[u8]) -> Signature {
        Signature(self.sign.sign(message).to_bytes())
    }
}

/// Returns the one identity in a plain identity file of any tool, such as the CA's for its escrow files.
///
/// - Shape: comments and empty lines are passed over, as age does.
/// - Errors: [`Error::NotAKey`] if there is none, more than one, or one of another kind than X25519.
pub fn identity_from_text(path_for_messages: &str, text: &str) -> Result<Identity> {
    let not = |why: &str| Error::NotAKey { path: path_for_messages.to_owned(), why: why.to_owned() };
    let mut lines = text.lines().map(str::trim).filter(|line| line.starts_with(IDENTITY_MARK));
    let line = lines.next().ok_or_else(|| not("no line begins with AGE-SECRET-KEY-1"))?;
    if lines.next().is_some() {
        return Err(not("more than one key"));
    }
    line.parse().map_err(|_| not("the identity is mistyped or damaged"))
}

fn is_name(name: &str) -> bool {
    // A line end in a name would forge the lines below it.
    (1..=NAME_CHARS_MAX).contains(&name.chars().count())
        && name.trim() == name
        && !name.contains(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSPHRASE: &str = "八个字的口令足够";
    const FAST: u8 = 2;

    fn person() -> Person {
        Person::generate(&Env::of_host(), "张三").unwrap()
    }

    fn code<T>(result: Result<T>) -> &'static str {
        result.err().map_or("ok", |error| error.code())
    }

    fn why(result: Result<Person>) -> String {
        match result {
            Err(Error::NotAKey { why, .. }) => why,
            other => format!("{other:?}"),
        }
    }

    fn same(a: &Person, b: &Person) {
        assert_eq!(a.to_secret_text(), b.to_secret_text());
    }

    /// A key file with another plaintext.
    fn sealed(plain: &str) -> Vec<u8> {
        let mut recipient = scrypt::Recipient::new(SecretString::from(PASSPHRASE));
        recipient.set_work_factor(FAST);
        age::encrypt_and_armor(&recipient, plain.as_bytes()).unwrap().into_bytes()
    }

    #[test]
    fn a_key_file_gives_back_its_person() {
        let person = person();
        let file = person.to_key_file(PASSPHRASE, FAST).unwrap();
        assert!(file.starts_with("-----BEGIN AGE ENCRYPTED FILE-----\n"));
        let read = Person::from_key_file("k", file.as_bytes(), PASSPHRASE).unwrap();
        same(&read, &person);
        assert_eq!(
            (read.name(), read.recipient(), read.sign_key()),
            ("张三", person.recipient(), person.sign_key())
        );
        same(&Person::from_secret_text("k", &person.to_secret_text()).unwrap(), &person);
    }

    #[test]
    fn the_text_of_a_key_is_frozen_and_is_an_age_identity_file() {
        // If this fails, key files in people's hands no longer open.
        let identity = "AGE-SECRET-KEY-1GQ9778VQXMMJVE8SK7J6VT8UJ4HDQAJUVSFCWCM02D8GEWQ72PVQ2Y5J33";
        let text = format!("# jingui person 1\n# name: 张 三\n# sign: {}\n{identity}\n", "01".repeat(32));
        let person = Person::from_key_file("k", &sealed(&text), PASSPHRASE).unwrap();
        assert_eq!(*person.to_secret_text(), text);
        assert_eq!(
            person.sign_key().to_string(),
            "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c"
        );
        let read = age::IdentityFile::from_buffer(text.as_bytes()).unwrap();
        assert_eq!(read.into_identities().unwrap().len(), 1);
        assert_eq!(*seal::identity_text(&identity_from_text("k", &text).unwrap()), identity);
    }

    #[test]
    fn a_passphrase_must_be_long_enough_and_right() {
        let person = person();
        assert_eq!(code(person.to_key_file("七个字不够长啊", FAST)), "weak-passphrase");
        let file = person.to_key_file(PASSPHRASE, FAST).unwrap();
        for wrong in ["", "八个字的口令足", "八个字的口令足够 "] {
            assert_eq!(code(Person::from_key_file("k", file.as_bytes(), wrong)), "wrong-passphrase");
        }
    }

    #[test]
    fn a_name_is_one_short_line() {
        for bad in ["", " ", "a\n# sign: 00", "a\r", " a", "a\t", &"长".repeat(65)] {
            assert_eq!(code(Person::generate(&Env::of_host(), bad)), "bad-name", "{bad:?}");
            let text = person().to_secret_text().replace("张三", bad);
            assert!(Person::from_secret_text("k", &text).is_err(), "{bad:?}");
        }
        Person::generate(&Env::of_host(), &"长".repeat(64)).unwrap();
    }

    #[test]
    fn no_cut_or_bent_key_file_opens_or_makes_the_reader_panic() {
        let file = person().to_key_file(PASSPHRASE, FAST).unwrap().into_bytes();
        let armor_end = file.len() - 1; // the last LF may be missing
        for at in 0..armor_end {
            assert!(Person::from_key_file("k", &file[..at], PASSPHRASE).is_err(), "cut at {at}");
            let mut bent = file.clone();
            bent[at] ^= 1;
            assert!(Person::from_key_file("k", &bent, PASSPHRASE).is_err(), "bent at {at}");
        }
    }

    #[test]
    fn what_is_not_a_key_file_says_why() {
        let open = |bytes: &[u8]| why(Person::from_key_file("k", bytes, PASSPHRASE));
        let other = Identity::generate();
        let plain = other.to_text();
        let to_key = seal::seal(&other.to_public(), b"x");
        assert_eq!(open(b""), "damaged, or not sealed by age");
        assert_eq!(open(plain.as_bytes()), "damaged, or not sealed by age");
        assert_eq!(open(&[b'-'; 20_000]), "too large");
        assert_eq!(open(&to_key), "not sealed by a passphrase");
        let other = "not written by jingui, or for something else";
        assert_eq!(open(&sealed(&format!("{}\n", *plain))), other);
        assert_eq!(open(&sealed("# created: 2026-11-22\n# public key: age1\n")), other);
        assert_eq!(open(&sealed("\n")), other);
        assert_eq!(open(&sealed("")), "cut short");
        let good = person().to_secret_text();
        assert_eq!(open(&sealed(&good.replace("# sign: ", "# sign: 0"))), "sign");
        assert_eq!(open(&sealed(&good.replace("# sign", "# seal"))), "sign");
        assert_eq!(open(&sealed(&good.replace("KEY-1", "KEY-2"))), "identity");
        assert_eq!(open(&sealed(&format!("{}\n", *good))), "more than one key");
        for (version, refused) in [("0", "draft-format"), ("2", "too-new"), ("01", "not-a-key")] {
            let other = good.replace("person 1", &format!("person {version}"));
            assert_eq!(code(Person::from_key_file("k", &sealed(&other), PASSPHRASE)), refused, "{version}");
        }
    }

    #[test]
    fn a_key_file_that_asks_for_too_much_work_is_refused_at_once() {
        let file = person().to_key_file(PASSPHRASE, FAST).unwrap();
        let mut binary = Vec::new();
        ArmoredReader::new(file.as_bytes()).read_to_end(&mut binary).unwrap();
        let end = binary.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        for factor in ["21", "63", "64", "255", "256", "0", "99999999999"] {
            let header = String::from_utf8_lossy(&binary[end..end + 40]).into_owned();
            let line = header.lines().next().unwrap();
            assert!(line.starts_with("-> scrypt ") && line.ends_with(" 2"), "{line}");
            let asked = format!("{} {factor}", line.strip_suffix(" 2").unwrap());
            let bent = [&binary[..end], asked.as_bytes(), &binary[end + line.len()..]].concat();
            let refused = why(Person::from_key_file("k", &bent, PASSPHRASE));
            assert!(refused.contains("work factor") || refused.contains("damaged"), "{factor}: {refused}");
        }
        assert!(person().to_key_file(PASSPHRASE, 0).is_ok(), "brought into what can be read");
    }

    #[test]
    fn what_a_person_signs_verifies_for_this_vault_alone() {
        let person = person();
        let [vault, other] = [7, 8].map(|byte| VaultId::from_bytes([byte; 16]));
        let signature = person.sign(&vault, "{}");
        assert!(person.sign_key().verifies(&signing_bytes(&vault, "{}"), &signature));
        assert!(!person.sign_key().verifies(&signing_bytes(&other, "{}"), &signature));
        let half = person.public_half();
        assert_eq!(PublicHalf::parse(&half.to_text()).unwrap(), half);
        assert_eq!((half.name.as_str(), half.age.as_str()), (person.name(), person.recipient().as_str()));
    }

    #[test]
    fn debug_shows_the_name_alone() {
        assert_eq!(format!("{:?}", person()), "Person(张三)");
    }

    #[test]
    fn a_plain_identity_file_of_any_tool_has_one_identity() {
        let [one, two] = [(); 2].map(|()| Identity::generate().to_text());
        let (one, two) = (&*one, &*two);
        let file = format!("# created: 2026-11-22\r\n# public key: age1\r\n\r\n{one}\r\n");
        assert_eq!(*identity_from_text("k", &file).unwrap().to_text(), *one);
        for bad in
            ["", "# x", &format!("{one}\n{two}"), &one[..70], &format!("# {one}"), &one.replace("-1", "-1Q")]
        {
            assert_eq!(code(identity_from_text("k", bad)), "not-a-key", "{bad}");
        }
    }
}

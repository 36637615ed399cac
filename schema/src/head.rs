//! Signed heads: size and root of the journal's tree as a C2SP checkpoint, with the names of who signed it.
//!
//! Does not know private keys: it gives the bytes to sign and takes in the signature. Does not know which keys
//! are to be trusted, nor whether one head continues another (that is [`crate::merkle`]).
//!
//! ```text
//! jingui.example/vault/7                            origin: which log this is
//! 1234567                                           size: how many leaves
//! AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=      root of that many leaves, base64
//! …                                                 extension lines, if any
//!                                                   an empty line ends what is signed
//! — jingui.example/vault/7 8/SeFZhERwBIn/dKy47/…    one line per signature: name, base64 of key id and signature
//! ```
//!
//! Source: <https://c2sp.org/tlog-checkpoint> and <https://c2sp.org/signed-note>. A head has one spelling only:
//! whatever is parsed is written again byte for byte.

use crate::merkle::Hash;
use base64::{Engine, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};
use std::{fmt, str::FromStr};

/// The most bytes that a head with all its signatures may have.
pub const NOTE_BYTES_MAX: usize = 64 * 1024;

/// The most signatures that one head may carry; what C2SP asks every reader to take at least.
pub const SIGNATURES_MAX: usize = 16;

/// The byte by which C2SP tells Ed25519 keys from others.
const ED25519: u8 = 0x01;

/// How a signature line begins: an em dash and a space.
const SIGNATURE_MARK: &str = "\u{2014} ";

/// What a head says: this log has had so many leaves, and this root over them.
///
/// Invariant: its lines are not empty and hold no control character, and [`Head::text`] has at most
/// [`NOTE_BYTES_MAX`] bytes; [`Head::new`] and [`Head::parse_text`] uphold it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    origin: String,
    size: u64,
    root: Hash,
    extensions: Vec<String>,
}

impl Head {
    /// Makes a head out of its parts.
    ///
    /// - Shape: `origin` names the log and is best a URL without scheme; `extensions` is normally empty, since
    ///   no one who follows a log can check what such a line says.
    /// - Errors: an origin or extension that is empty or holds a control character (a line end, say); a text
    ///   that is too long.
    pub fn new(
        origin: impl Into<String>,
        size: u64,
        root: Hash,
        extensions: Vec<String>,
    ) -> Result<Self, HeadError> {
        let head = Self { origin: origin.into(), size, root, extensions };
        if !is_line(&head.origin) {
            return Err(HeadError::Origin);
        }
        if !head.extensions.iter().all(|line| is_line(line)) {
            return Err(HeadError::Extension);
        }
        let bytes = head.text().len();
        if bytes > NOTE_BYTES_MAX {
            return Err(HeadError::TooLong { bytes });
        }
        Ok(head)
    }

    /// Reads a head out of its text.
    ///
    /// - Shape: exactly what [`Head::text`] gives.
    /// - Errors: anything else is refused: a size with a leading zero or sign, a root that is not the canonical
    ///   base64 of 32 bytes, an empty line, a missing last line end.
    pub fn parse_text(text: &str) -> Result<Self, HeadError> {
        if text.len() > NOTE_BYTES_MAX {
            return Err(HeadError::TooLong { bytes: text.len() });
        }
        let mut lines = text.strip_suffix('\n').ok_or(HeadError::LineEnd)?.split('\n');
        let origin = lines.next().ok_or(HeadError::Origin)?;
        let size = lines.next().and_then(parse_size).ok_or(HeadError::Size)?;
        let root = lines.next().and_then(|line| STANDARD.decode(line).ok()?.try_into().ok());
        let extensions = lines.map(str::to_owned).collect();
        Self::new(origin, size, root.ok_or(HeadError::Root)?, extensions)
    }

    /// Returns the head as text: origin, size, root and extensions, each line ended by LF.
    pub fn text(&self) -> String {
        let mut text = format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root));
        for line in &self.extensions {
            text.push_str(line);
            text.push('\n');
        }
        text
    }

    /// Returns the bytes that whoever signs this head must sign with Ed25519.
    ///
    /// - Shape: the bytes of [`Head::text`], the last line end among them, nothing before or after.
    pub fn note_text_to_sign(&self) -> Vec<u8> {
        self.text().into_bytes()
    }

    /// Returns the name of the log.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Returns the number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Returns the root over that many leaves.
    pub fn root(&self) -> &Hash {
        &self.root
    }

    /// Returns the extension lines, without line ends.
    pub fn extensions(&self) -> &[String] {
        &self.extensions
    }
}

/// One signature as its line says it, checked or not, of a kind we know or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    /// The name under which the key is known.
    pub name: String,
    /// Which of that name's keys: four bytes of a digest, see [`key_id`].
    pub key_id: [u8; 4],
    /// The signature proper; 64 bytes for Ed25519, other lengths for kinds we do not know.
    pub signature: Vec<u8>,
}

/// A head with at least one signature.
///
/// Invariant: 1 to [`SIGNATURES_MAX`] signatures, no two of them by the same name and key id, and at most
/// [`NOTE_BYTES_MAX`] bytes as text. That they are right is not implied: ask [`SignedHead::verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedHead {
    head: Head,
    signatures: Vec<NoteSignature>,
}

impl SignedHead {
    /// Joins a head and its first signature, normally that of the log itself.
    ///
    /// - Shape: `signature` is the 64 bytes of Ed25519 over [`Head::note_text_to_sign`].
    /// - Errors: a signature that does not verify; a text that would get too long.
    pub fn new(head: Head, key: &VerifierKey, signature: &[u8]) -> Result<Self, HeadError> {
        let mut signed = Self { head, signatures: Vec::new() };
        signed.add_signature(key, signature)?;
        Ok(signed)
    }

    /// Adds one more signature, that of a cosigner for instance, below those that are there.
    ///
    /// - Shape: `signature` as for [`SignedHead::new`]. The very same signature a second time changes nothing.
    /// - Errors: one that does not verify; another one by a key that has signed; one too many; a text that
    ///   would get too long. After an error nothing has changed.
    pub fn add_signature(&mut self, key: &VerifierKey, signature: &[u8]) -> Result<(), HeadError> {
        key.check(&self.head.text(), signature)?;
        if let Some(known) = self.signature_by(key) {
            let same = known.signature == signature;
            return if same { Ok(()) } else { Err(HeadError::SignedTwice { name: key.name.clone() }) };
        }
        if self.signatures.len() == SIGNATURES_MAX {
            return Err(HeadError::TooManySignatures);
        }
        self.signatures.push(NoteSignature {
            name: key.name.clone(),
            key_id: key.key_id(),
            signature: signature.to_vec(),
        });
        let bytes = self.to_text().len();
        if bytes > NOTE_BYTES_MAX {
            self.signatures.pop();
            return Err(HeadError::TooLong { bytes });
        }
        Ok(())
    }

    /// Reads a signed head out of its text.
    ///
    /// - Shape: exactly what [`SignedHead::to_text`] gives; signatures of kinds we do not know are kept.
    /// - Units: at most [`NOTE_BYTES_MAX`] bytes and [`SIGNATURES_MAX`] signatures.
    /// - Errors: whatever differs in one byte is refused, and so are two signatures by one key, of which nobody
    ///   could say which counts. No signature is checked here.
    pub fn parse(note: &str) -> Result<Self, HeadError> {
        if note.len() > NOTE_BYTES_MAX {
            return Err(HeadError::TooLong { bytes: note.len() });
        }
        // The text of a head has no empty line, so that the first one is also the last one, which is what
        // separates in C2SP; another one below is refused as a signature line.
        let end = note.find("\n\n").ok_or(HeadError::Unsigned)? + 1;
        let head = Head::parse_text(&note[..end])?;
        let lines = note[end + 1..].strip_suffix('\n').ok_or(HeadError::Unsigned)?.split('\n');
        let mut signatures: Vec<NoteSignature> = Vec::new();
        for (index, line) in lines.enumerate() {
            if index == SIGNATURES_MAX {
                return Err(HeadError::TooManySignatures);
            }
            let found = parse_signature(line).ok_or(HeadError::SignatureLine { line: index + 1 })?;
            if signatures.iter().any(|known| known.name == found.name && known.key_id == found.key_id) {
                return Err(HeadError::SignedTwice { name: found.name });
            }
            signatures.push(found);
        }
        Ok(Self { head, signatures })
    }

    /// Returns head and signatures as text, ended by LF.
    pub fn to_text(&self) -> String {
        let mut text = self.head.text();
        text.push('\n');
        for NoteSignature { name, key_id, signature } in &self.signatures {
            let blob = STANDARD.encode([&key_id[..], signature].concat());
            text.push_str(&format!("{SIGNATURE_MARK}{name} {blob}\n"));
        }
        text
    }

    /// Checks that this key has signed this head.
    ///
    /// - Errors: [`HeadError::NotSigned`] if there is no signature under the key's name and id;
    ///   [`HeadError::BadSignature`] if there is one that does not hold, and then nothing in the note is to be
    ///   believed.
    /// - Source: RFC 8032; `verify_strict` also refuses keys and signatures with points of small order, which
    ///   would let one signature stand for many texts.
    pub fn verify(&self, key: &VerifierKey) -> Result<(), HeadError> {
        let found = self.signature_by(key).ok_or_else(|| HeadError::NotSigned { name: key.name.clone() })?;
        key.check(&self.head.text(), &found.signature)
    }

    /// Returns the signature that claims to be by this key, unchecked.
    pub fn signature_by(&self, key: &VerifierKey) -> Option<&NoteSignature> {
        self.signatures.iter().find(|found| found.name == key.name && found.key_id == key.key_id())
    }

    /// Returns what was signed.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// Returns all signatures in the order of their lines, unchecked.
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }
}

/// Why a head is not well formed, or not signed as it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeadError {
    /// More bytes than a head may have.
    #[error("signed head of {bytes} bytes is over the limit of {NOTE_BYTES_MAX}")]
    TooLong {
        /// How many there are, or would be.
        bytes: usize,
    },
    /// The text does not end with LF.
    #[error("head does not end with a line end")]
    LineEnd,
    /// The first line is empty or holds a control character.
    #[error("first line of the head is not the name of a log")]
    Origin,
    /// The second line is not a number as it should be written.
    #[error("second line of the head is not a size in plain decimal digits")]
    Size,
    /// The third line is not the base64 of 32 bytes.
    #[error("third line of the head is not a root hash in base64")]
    Root,
    /// A further line is empty or holds a control character.
    #[error("extension line of the head is empty or holds a control character")]
    Extension,
    /// No empty line with whole signature lines below it.
    #[error("head carries no signature lines")]
    Unsigned,
    /// A line below the empty one is no signature.
    #[error("signature line {line} is malformed")]
    SignatureLine {
        /// Which one, counted from 1.
        line: usize,
    },
    /// More signatures than a head may carry.
    #[error("head carries more than {SIGNATURES_MAX} signatures")]
    TooManySignatures,
    /// Two different or two equal lines by one key.
    #[error("head is signed twice by one key of {name}")]
    SignedTwice {
        /// The name of the key.
        name: String,
    },
    /// The key asked for has not signed.
    #[error("head is not signed by {name}")]
    NotSigned {
        /// The name of the key.
        name: String,
    },
    /// The signature is not one of this key over this text.
    #[error("signature of {name} does not hold for this head")]
    BadSignature {
        /// The name of the key.
        name: String,
    },
}

/// The public half of a key that signs heads, and the name under which it does.
///
/// Invariant: the name is not empty and holds no space, control character or `+`; the key is a point of full
/// order. [`VerifierKey::new`] and `FromStr` uphold it. As text: `<name>+<hex of key id>+<base64 of 0x01 and
/// the key>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    public: VerifyingKey,
}

impl VerifierKey {
    /// Joins a name and the 32 bytes of an Ed25519 public key.
    ///
    /// - Errors: a name that no signature line could carry; bytes that are no key, or a weak one.
    pub fn new(name: impl Into<String>, public: &[u8; 32]) -> Result<Self, VerifierKeyError> {
        let name = name.into();
        if !is_name(&name) {
            return Err(VerifierKeyError::Name);
        }
        let public = VerifyingKey::from_bytes(public).map_err(|_| VerifierKeyError::NotAKey)?;
        if public.is_weak() {
            return Err(VerifierKeyError::NotAKey);
        }
        Ok(Self { name, public })
    }

    /// Returns the name under which the key signs.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the key itself.
    pub fn public(&self) -> &VerifyingKey {
        &self.public
    }

    /// Returns the four bytes by which signature lines name this key.
    pub fn key_id(&self) -> [u8; 4] {
        key_id(&self.name, self.public.as_bytes())
    }

    fn check(&self, text: &str, signature: &[u8]) -> Result<(), HeadError> {
        Signature::from_slice(signature)
            .and_then(|signature| self.public.verify_strict(text.as_bytes(), &signature))
            .map_err(|_| HeadError::BadSignature { name: self.name.clone() })
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let typed = [&[ED25519], &self.public.as_bytes()[..]].concat();
        write!(f, "{}+{}+{}", self.name, hex::encode(self.key_id()), STANDARD.encode(typed))
    }
}

impl FromStr for VerifierKey {
    type Err = VerifierKeyError;

    fn from_str(text: &str) -> Result<Self, VerifierKeyError> {
        // Base64 has plus signs of its own, names and key ids have none.
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(typed)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(VerifierKeyError::Form);
        };
        let typed = STANDARD.decode(typed).map_err(|_| VerifierKeyError::Form)?;
        let (kind, public) = typed.split_first().ok_or(VerifierKeyError::Form)?;
        if *kind != ED25519 {
            return Err(VerifierKeyError::Kind { kind: *kind });
        }
        let key = Self::new(name, public.try_into().map_err(|_| VerifierKeyError::NotAKey)?)?;
        if hex::encode(key.key_id()) != id {
            return Err(VerifierKeyError::KeyId);
        }
        Ok(key)
    }
}

/// Why a text is not the public half of a key that signs heads.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifierKeyError {
    /// Not name, key id and key with `+` between them, or no base64.
    #[error("verifier key is not of the form name+id+base64")]
    Form,
    /// Empty, or with a space, a control character or `+`.
    #[error("name of the verifier key is empty or holds a space or plus sign")]
    Name,
    /// A key of another kind than Ed25519.
    #[error("verifier key is of kind {kind:#04x}, only Ed25519 (0x01) is known")]
    Kind {
        /// The byte that tells the kind.
        kind: u8,
    },
    /// Not 32 bytes, not a point of the curve, or one of small order.
    #[error("verifier key holds no usable Ed25519 key")]
    NotAKey,
    /// The id belongs to another name or key: something was mistyped or exchanged.
    #[error("id of the verifier key does not belong to its name and key")]
    KeyId,
}

/// Returns the id of an Ed25519 key under a name: the first four bytes of a digest over both.
///
/// - Shape: SHA-256(name ‖ 0x0A ‖ 0x01 ‖ key)\[..4\]. It finds keys and proves nothing.
/// - Source: <https://c2sp.org/signed-note>, “Ed25519 signatures”.
pub fn key_id(name: &str, public: &[u8; 32]) -> [u8; 4] {
    let digest =
        Sha256::new().chain_update(name).chain_update([0x0A, ED25519]).chain_update(public).finalize();
    [digest[0], digest[1], digest[2], digest[3]]
}

/// Whether a line can stand in a note: not empty, without line ends and other control characters.
fn is_line(line: &str) -> bool {
    !line.is_empty() && !line.contains(|c: char| c < ' ')
}

/// Whether a name can stand in a signature line.
fn is_name(name: &str) -> bool {
    is_line(name) && !name.contains(|c: char| c == '+' || c.is_whitespace())
}

/// A number without sign and leading zeros.
fn parse_size(line: &str) -> Option<u64> {
    let plain = line.bytes().all(|b| b.is_ascii_digit()) && (line == "0" || !line.starts_with('0'));
    if plain { line.parse().ok() } else { None }
}

fn parse_signature(line: &str) -> Option<NoteSignature> {
    let (name, blob) = line.strip_prefix(SIGNATURE_MARK)?.split_once(' ')?;
    let blob = STANDARD.decode(blob).ok()?;
    let (key_id, signature) = blob.split_first_chunk()?;
    (is_name(name) && !signature.is_empty()).then(|| NoteSignature {
        name: name.to_owned(),
        key_id: *key_id,
        signature: signature.to_vec(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ed25519_dalek::{Signer, SigningKey};
    use proptest::prelude::*;

    const FROZEN: &str = "jingui.example/vault/7\n\
        1234567\n\
        AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n\
        2026-11-22T14:00:00.000Z\n\
        \n\
        — jingui.example/vault/7 8/SeFZhERwBIn/dKy47/2q0oS8xsemNwNFHR7AtyXl9wTJA0MyzEhCNrHhGSDiqHs8TFBJyWjaC9+VbbjGPcKjNi2wU=\n\
        — ca.example/公证 KW+zHIVXauqpQP8cVcFIX8q3nZGI1AzDD+9XzI5W1Twtu+sgctkLAYyFtDCGSxvnM43osjIsFeoTrIpkbBo9Ye4CmAc=\n";
    const FROZEN_KEYS: [&str; 2] = [
        "jingui.example/vault/7+f3f49e15+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs",
        "ca.example/公证+296fb31c+Af0XJDhaoMdbZPt4zWAvodmR/ev3axPFjtcC6sg16fYY",
    ];

    /// A head of the Go checksum database as Google signed it, and the key that every Go tool carries.
    const GO_SUM: &str = "go.sum database tree\n\
        6476701\n\
        mb8QLQIs0Z0yP5Cstq6guj87oXWeC9gEM8oVikmm9Wk=\n\
        \n\
        — sum.golang.org Az3grsLX85Gz+s1SiTbgkuqxgItqFq7gsMUEyVnrsa9LM7Us9S+1xbFIGu95949rj4nPRYfvimWEPWL+o3GeoWwOoAw=\n";
    const GO_SUM_KEY: &str = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";

    fn signer(seed: u8) -> SigningKey {
        SigningKey::from_bytes(&[seed; 32])
    }

    fn key(seed: u8, name: &str) -> VerifierKey {
        VerifierKey::new(name, signer(seed).verifying_key().as_bytes()).unwrap()
    }

    fn sign(head: &Head, seed: u8) -> [u8; 64] {
        signer(seed).sign(&head.note_text_to_sign()).to_bytes()
    }

    fn head() -> Head {
        let root = std::array::from_fn(|i| i as u8);
        Head::new("jingui.example/vault/7", 1_234_567, root, vec!["2026-11-22T14:00:00.000Z".into()]).unwrap()
    }

    #[test]
    fn a_signed_head_is_frozen() {
        // If this fails, heads that were countersigned no longer read as what was signed. The bytes were made
        // by another program (Python's `cryptography`) from seeds of 32 times 7 and 32 times 9.
        let head = head();
        let keys = [key(7, "jingui.example/vault/7"), key(9, "ca.example/公证")];
        let mut signed = SignedHead::new(head.clone(), &keys[0], &sign(&head, 7)).unwrap();
        signed.add_signature(&keys[1], &sign(&head, 9)).unwrap();
        assert_eq!(signed.to_text(), FROZEN);
        assert_eq!(SignedHead::parse(FROZEN).unwrap(), signed);
        for (key, text) in keys.iter().zip(FROZEN_KEYS) {
            assert_eq!(key.to_string(), text);
            assert_eq!(text.parse::<VerifierKey>().unwrap(), *key);
            assert_eq!(signed.verify(key), Ok(()));
        }
    }

    #[test]
    fn a_head_signed_by_others_verifies() {
        let signed = SignedHead::parse(GO_SUM).unwrap();
        let key: VerifierKey = GO_SUM_KEY.parse().unwrap();
        assert_eq!(signed.verify(&key), Ok(()));
        assert_eq!(signed.head().origin(), "go.sum database tree");
        assert_eq!(signed.head().size(), 6_476_701);
        assert_eq!(signed.head().root()[..2], [0x99, 0xbf]);
        assert!(signed.head().extensions().is_empty());
        assert_eq!(signed.signatures().len(), 1);
        assert_eq!(signed.to_text(), GO_SUM);
        assert_eq!(key.to_string(), GO_SUM_KEY);
    }

    #[test]
    fn the_example_of_the_specification_is_read() {
        let note = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
            — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";
        assert_eq!(SignedHead::parse(note).unwrap().to_text(), note);
    }

    #[test]
    fn one_bent_character_anywhere_is_noticed() {
        let keys = [key(7, "jingui.example/vault/7"), key(9, "ca.example/公证")];
        for (at, c) in FROZEN.char_indices() {
            for other in ['0', 'A', '\n', ' ', '+', '=', '\u{2014}', '\0'] {
                if other == c {
                    continue;
                }
                let mut bent = FROZEN.to_owned();
                bent.replace_range(at..at + c.len_utf8(), other.encode_utf8(&mut [0; 4]));
                let seen =
                    SignedHead::parse(&bent).map(|head| keys.iter().all(|key| head.verify(key).is_ok()));
                assert_ne!(seen, Ok(true), "{c:?} at {at} became {other:?}");
            }
        }
    }

    #[test]
    fn a_head_cut_anywhere_is_refused_or_has_fewer_signatures() {
        let whole = SignedHead::parse(FROZEN).unwrap();
        for (cut, _) in FROZEN.char_indices() {
            if let Ok(seen) = SignedHead::parse(&FROZEN[..cut]) {
                assert_eq!(seen.head(), whole.head(), "cut at byte {cut}");
                assert!(whole.signatures().starts_with(seen.signatures()), "cut at byte {cut}");
                assert_eq!(seen.signatures().len(), 1, "cut at byte {cut}");
            }
        }
    }

    #[track_caller]
    fn refused(change: impl Fn(&str) -> String, expected: HeadError) {
        let bent = change(FROZEN);
        assert_ne!(bent, FROZEN, "the change changed nothing");
        assert_eq!(SignedHead::parse(&bent), Err(expected));
    }

    #[test]
    fn every_malformed_head_is_refused_for_its_own_reason() {
        use HeadError::*;
        refused(|s| s.replace("jingui.example/vault/7\n123", "\n123"), Origin);
        refused(|s| s.replace("\n1234567", "\t\n1234567"), Origin);
        for size in ["01234567", "+1234567", "-1", "1234567 ", "1e6", "１２３", "18446744073709551616"] {
            refused(|s| s.replace("\n1234567\n", &format!("\n{size}\n")), Size);
        }
        refused(|s| s.replace("Hh8=\n", "Hh9=\n"), Root); // bits that no byte holds
        refused(|s| s.replace("Hh8=\n", "Hh8\n"), Root);
        refused(|s| s.replace("AAECAwQ", "AAECAw_"), Root);
        refused(|s| s.replace("Hh8=\n", "\n"), Root); // 31 bytes
        refused(|s| s.replace("Hh8=\n", "Hh8gAA==\n"), Root);
        refused(|s| s.replace("Z\n", "Z\r\n"), Extension);
        refused(|s| s.replace("Z\n\n", "Z\n\n\n"), SignatureLine { line: 1 });
        refused(|s| s.replace("\n\n", "\n"), Unsigned);
        refused(|s| s.split_inclusive('\n').take(5).collect(), Unsigned);
        refused(|s| s.trim_end().to_owned(), Unsigned);
        refused(|s| format!("{s}\n"), SignatureLine { line: 3 });
        refused(|s| s.replace("— ca.", "- ca."), SignatureLine { line: 2 });
        refused(|s| s.replace("— ca.", "– ca."), SignatureLine { line: 2 });
        refused(|s| s.replace("— ca.", " — ca."), SignatureLine { line: 2 });
        refused(|s| s.replace("— ca.", "—\u{a0}ca."), SignatureLine { line: 2 });
        refused(|s| s.replace("— ca.", "—  ca."), SignatureLine { line: 2 });
        refused(|s| s.replace("公证 KW", "公证  KW"), SignatureLine { line: 2 });
        refused(|s| s.replace("公证", "公+证"), SignatureLine { line: 2 });
        refused(|s| s.replace("公证", "公\u{3000}证"), SignatureLine { line: 2 });
        refused(|s| s.replace("公证", "公\u{85}证"), SignatureLine { line: 2 });
        refused(|s| s.replace("mAc=\n", "mAd=\n"), SignatureLine { line: 2 });
        refused(|s| s.replace("mAc=\n", "mAc\n"), SignatureLine { line: 2 });
        refused(|s| s.replace("mAc=\n", "mAc= \n"), SignatureLine { line: 2 });
        refused(|s| s.replace("mAc=\n", "mAc=\r\n"), SignatureLine { line: 2 });
        refused(|s| format!("{s}— ca.example/公证 KW+zHA==\n"), SignatureLine { line: 3 });
        refused(
            |s| format!("{s}— ca.example/公证 KW+zHIVX\n"),
            SignedTwice { name: "ca.example/公证".into() },
        );
        refused(
            |s| format!("{}{s}", "x".repeat(NOTE_BYTES_MAX)),
            TooLong { bytes: NOTE_BYTES_MAX + FROZEN.len() },
        );
    }

    #[test]
    fn signatures_of_unknown_keys_and_kinds_are_kept_and_ignored() {
        let more = "— ca.example/公证 AAAAAIVX\n— witness.example ////////\n";
        let note = format!("{FROZEN}{more}");
        let signed = SignedHead::parse(&note).unwrap();
        assert_eq!(signed.to_text(), note);
        assert_eq!(signed.verify(&key(9, "ca.example/公证")), Ok(()));
        let stranger = key(9, "witness.example");
        assert_eq!(signed.verify(&stranger), Err(HeadError::NotSigned { name: "witness.example".into() }));
    }

    #[test]
    fn sixteen_signatures_are_taken_and_no_more() {
        let head = head();
        let mut signed = SignedHead::new(head.clone(), &key(0, "k/0"), &sign(&head, 0)).unwrap();
        for seed in 1..16 {
            signed.add_signature(&key(seed, &format!("k/{seed}")), &sign(&head, seed)).unwrap();
        }
        let full = signed.to_text();
        assert_eq!(SignedHead::parse(&full).unwrap().signatures().len(), SIGNATURES_MAX);
        assert_eq!(
            signed.add_signature(&key(16, "k/16"), &sign(&head, 16)),
            Err(HeadError::TooManySignatures)
        );
        assert_eq!(
            signed.add_signature(&key(3, "k/3"), &sign(&head, 3)),
            Ok(()),
            "once more changes nothing"
        );
        assert_eq!(signed.to_text(), full);
        let one_more = format!("{full}— k/16 AAAAAIVX\n");
        assert_eq!(SignedHead::parse(&one_more), Err(HeadError::TooManySignatures));
    }

    #[test]
    fn a_signature_that_does_not_hold_is_not_taken_in() {
        let head = head();
        let mine = key(7, "a");
        let bad = HeadError::BadSignature { name: "a".into() };
        let mut bent = sign(&head, 7);
        bent[10] ^= 1;
        assert_eq!(SignedHead::new(head.clone(), &mine, &bent), Err(bad.clone()));
        assert_eq!(SignedHead::new(head.clone(), &mine, &sign(&head, 8)), Err(bad.clone()));
        assert_eq!(SignedHead::new(head.clone(), &mine, &sign(&head, 7)[..63]), Err(bad.clone()));
        let other = Head::new("other", 1, [0; 32], Vec::new()).unwrap();
        assert_eq!(SignedHead::new(head, &mine, &sign(&other, 7)), Err(bad));
    }

    #[test]
    fn a_head_that_would_get_too_long_is_not_made() {
        let head = Head::new("o".repeat(NOTE_BYTES_MAX - 48), 0, [0; 32], Vec::new());
        assert_eq!(head.as_ref().map(|head| head.text().len()), Ok(NOTE_BYTES_MAX));
        let head = head.unwrap();
        let refusal = SignedHead::new(head.clone(), &key(7, "a"), &sign(&head, 7)).unwrap_err();
        assert!(matches!(refusal, HeadError::TooLong { bytes } if bytes > NOTE_BYTES_MAX));
        let longer = Head::new("o".repeat(NOTE_BYTES_MAX - 47), 0, [0; 32], Vec::new());
        assert_eq!(longer, Err(HeadError::TooLong { bytes: NOTE_BYTES_MAX + 1 }));
    }

    #[test]
    fn parts_that_would_break_the_lines_make_no_head() {
        assert_eq!(Head::new("", 0, [0; 32], vec![]), Err(HeadError::Origin));
        assert_eq!(Head::new("a\nb", 0, [0; 32], vec![]), Err(HeadError::Origin));
        assert_eq!(Head::new("a", 0, [0; 32], vec![String::new()]), Err(HeadError::Extension));
        assert_eq!(Head::new("a", 0, [0; 32], vec!["b\n".into()]), Err(HeadError::Extension));
        assert_eq!(Head::parse_text("a\n0\n"), Err(HeadError::Root));
        assert_eq!(Head::parse_text("a\n"), Err(HeadError::Size));
        assert_eq!(Head::parse_text(""), Err(HeadError::LineEnd));
    }

    /// The key of Go's own tests, and all that those tests do to it.
    #[test]
    fn a_mangled_verifier_key_is_refused() {
        let good = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        assert_eq!(good.parse::<VerifierKey>().unwrap().to_string(), good);
        for start in 0..=good.len() {
            for end in start..=good.len() {
                let part = &good[start..end];
                assert!(part == good || part.parse::<VerifierKey>().is_err(), "{part} was taken");
            }
        }
        for at in 0..good.len() {
            let mut bytes = good.as_bytes().to_vec();
            bytes[at] += 1;
            let bent = String::from_utf8(bytes).unwrap();
            assert!(bent.parse::<VerifierKey>().is_err(), "{bent} was taken");
        }
        let check = |text: &str, expected| assert_eq!(text.parse::<VerifierKey>(), Err(expected), "{text}");
        check(
            "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
            VerifierKeyError::Form,
        );
        check(
            "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            VerifierKeyError::Kind { kind: 0x65 },
        );
        check(&good.replace("c74f20a3", "C74F20A3"), VerifierKeyError::KeyId);
        check("Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", VerifierKeyError::Name);
        check("+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", VerifierKeyError::Name);
        check("PeterNeumann+c74f20a3", VerifierKeyError::Form);
        // The neutral point would sign everything for everybody.
        let neutral = std::array::from_fn(|i| u8::from(i == 0));
        assert_eq!(VerifierKey::new("a", &neutral), Err(VerifierKeyError::NotAKey));
    }

    /// The note of Go's own tests. It is not a head, so only the signature itself can be tried.
    #[test]
    fn the_reference_signature_of_another_library_holds() {
        let key: VerifierKey =
            "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW".parse().unwrap();
        let text = "If you think cryptography is the answer to your problem,\n\
            then you don't know what your problem is.\n";
        let line = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=";
        let found = parse_signature(line).unwrap();
        assert_eq!((found.name.as_str(), found.key_id), (key.name(), key.key_id()));
        assert_eq!(key.check(text, &found.signature), Ok(()));
        assert!(key.check(&text.replace("is the", "was the"), &found.signature).is_err());
    }

    fn line() -> impl Strategy<Value = String> {
        "[^\\x00-\\x1f]{1,40}"
    }

    fn name() -> impl Strategy<Value = String> {
        "[^\\x00-\\x1f+\\s]{1,20}".prop_filter("a name without spaces", |name| is_name(name))
    }

    prop_compose! {
        fn any_head()(origin in line(), size: u64, root: Hash, extensions in prop::collection::vec(line(), 0..4)) -> Head {
            Head::new(origin, size, root, extensions).unwrap()
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(head in any_head(), names in prop::collection::vec(name(), 1..6)) {
            prop_assert_eq!(&Head::parse_text(&head.text()).unwrap(), &head);
            let mut signed = SignedHead::new(head.clone(), &key(200, &names[0]), &sign(&head, 200)).unwrap();
            for (seed, name) in names.iter().enumerate() {
                signed.add_signature(&key(seed as u8, name), &sign(&head, seed as u8)).unwrap();
            }
            let read = SignedHead::parse(&signed.to_text()).unwrap();
            prop_assert_eq!(&read, &signed);
            for (seed, name) in names.iter().enumerate() {
                prop_assert_eq!(read.verify(&key(seed as u8, name)), Ok(()));
                let text = key(seed as u8, name).to_string();
                prop_assert_eq!(text.parse::<VerifierKey>().unwrap().to_string(), text);
            }
        }

        #[test]
        fn whatever_is_read_is_written_again_byte_for_byte(
            origin in "[a-z/ ]{0,3}", size in "[+0-9]{1,3}", tail in "[\n a—A=+]{0,12}", blob in "[A-Za-z0-9+/]{7}[=A]"
        ) {
            let note = format!("{origin}\n{size}\n{}\n\n— a {blob}\n{tail}", "A".repeat(43) + "=");
            if let Ok(read) = SignedHead::parse(&note) {
                prop_assert_eq!(read.to_text(), note);
            }
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in ".{0,200}") {
            let _ = SignedHead::parse(&text);
            let _ = Head::parse_text(&text);
            let _ = text.parse::<VerifierKey>();
        }
    }
}

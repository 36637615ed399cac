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

impl NoteSignature {
    /// Returns it as its line, ended by LF.
    pub(crate) fn to_line(&self) -> String {
        let blob = STANDARD.encode([&self.key_id[..], &self.signature].concat());
        format!("{SIGNATURE_MARK}{} {blob}\n", self.name)
    }
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
        self.add(NoteSignature {
            name: key.name.clone(),
            key_id: key.key_id(),
            signature: signature.to_vec(),
        })
    }

    /// Adds a signature that was checked.
    pub(crate) fn add(&mut self, found: NoteSignature) -> Result<(), HeadError> {
        if let Some(known) = self.signature_of(&found.name, found.key_id) {
            let same = known.signature == found.signature;
            return if same { Ok(()) } else { Err(HeadError::SignedTwice { name: found.name }) };
        }
        if self.signatures.len() == SIGNATURES_MAX {
            return Err(HeadError::TooManySignatures);
        }
        self.signatures.push(found);
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
        text.extend(self.signatures.iter().map(NoteSignature::to_line));
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
        self.signature_of(&key.name, key.key_id())
    }

    /// Returns the signature under this name and key id, unchecked.
    pub(crate) fn signature_of(&self, name: &str, key_id: [u8; 4]) -> Option<&NoteSignature> {
        self.signatures.iter().find(|found| found.name == name && found.key_id == key_id)
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
pub(crate) fn is_name(name: &str) -> bool {
    is_line(name) && !name.contains(|c: char| c == '+' || c.is_whitespace())
}

/// A number without sign and leading zeros.
pub(crate) fn parse_size(line: &str) -> Option<u64> {
    let plain = line.bytes().all(|b| b.is_ascii_digit()) && (line == "0" || !line.starts_with('0'));
    if plain { line.parse().ok() } else { None }
}

pub(crate) fn parse_signature(line: &str) -> Option<NoteSignature> {
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
mod tests;

//! Countersignatures of heads: what is asked of a cosigner, what it signs, and what it answers.
//!
//! Does not know private keys, nor which head follows which log's: it gives the bytes to sign and takes in the
//! signature. A cosigner is what C2SP calls a witness; all three forms are public ones, so that any witness can be
//! the cosigner of a vault, and any log may ask ours.
//!
//! ```text
//! cosignature/v1                     what is signed: this line, when, and the text of the head
//! time 1795000000
//! jingui/…                           the head as `head` has it
//! …
//!
//! — ca.example/cosigner vTGw…        the signature's line: name, base64 of key id, time (u64 BE) and signature
//!
//! old 42                             a request: the size that the cosigner is thought to know,
//! AAEC…                              the proof that the new head continues it, one hash a line,
//!                                    an empty line,
//! jingui/…                           and the signed head
//! …
//! ```
//!
//! Source: <https://c2sp.org/tlog-cosignature> and <https://c2sp.org/tlog-witness>, “add-checkpoint”. Each form has
//! one spelling only: whatever is parsed is written again byte for byte.

use crate::head::{
    Head, HeadError, NOTE_BYTES_MAX, NoteSignature, SIGNATURES_MAX, SignedHead, is_name, parse_signature,
    parse_size,
};
use crate::merkle::Hash;
use base64::{Engine, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};
use std::{fmt, str::FromStr};

/// The byte by which C2SP tells keys that sign cosignatures from others.
const COSIGNATURE_V1: u8 = 0x04;
/// The most hashes that a proof of a request may have: a tree of 2^63 leaves needs no more.
pub const PROOF_MAX: usize = 63;
/// The most bytes of a request.
pub const REQUEST_BYTES_MAX: usize = NOTE_BYTES_MAX + 64 * (PROOF_MAX + 1);

/// The public half of a cosigner's key, and the name under which it signs.
///
/// Invariant: as of [`crate::head::VerifierKey`], from which it differs in its kind and so in its key id. As text:
/// `<name>+<hex of key id>+<base64 of 0x04 and the key>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CosignerKey {
    name: String,
    public: VerifyingKey,
}

impl CosignerKey {
    /// Joins a name and the 32 bytes of an Ed25519 public key.
    ///
    /// - Errors: a name that no signature line could carry; bytes that are no key, or a weak one.
    pub fn new(name: impl Into<String>, public: &[u8; 32]) -> Result<Self, CosignerKeyError> {
        let name = name.into();
        if !is_name(&name) {
            return Err(CosignerKeyError::Name);
        }
        let public = VerifyingKey::from_bytes(public).map_err(|_| CosignerKeyError::NotAKey)?;
        match public.is_weak() {
            true => Err(CosignerKeyError::NotAKey),
            false => Ok(Self { name, public }),
        }
    }

    /// Returns the name under which the key signs.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the 32 bytes of the key itself.
    pub fn public(&self) -> &[u8; 32] {
        self.public.as_bytes()
    }

    /// Returns the four bytes by which signature lines name this key.
    ///
    /// - Shape: SHA-256(name ‖ 0x0A ‖ 0x04 ‖ key)\[..4\]. It finds keys and proves nothing.
    pub fn key_id(&self) -> [u8; 4] {
        let digest = Sha256::new().chain_update(&self.name).chain_update([0x0A, COSIGNATURE_V1]);
        let digest = digest.chain_update(self.public.as_bytes()).finalize();
        [digest[0], digest[1], digest[2], digest[3]]
    }
}

impl fmt::Display for CosignerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let typed = [&[COSIGNATURE_V1], &self.public.as_bytes()[..]].concat();
        write!(f, "{}+{}+{}", self.name, hex::encode(self.key_id()), STANDARD.encode(typed))
    }
}

impl FromStr for CosignerKey {
    type Err = CosignerKeyError;

    fn from_str(text: &str) -> Result<Self, CosignerKeyError> {
        // Base64 has plus signs of its own, names and key ids have none.
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(typed)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(CosignerKeyError::Form);
        };
        let typed = STANDARD.decode(typed).map_err(|_| CosignerKeyError::Form)?;
        let (kind, public) = typed.split_first().ok_or(CosignerKeyError::Form)?;
        if *kind != COSIGNATURE_V1 {
            return Err(CosignerKeyError::Kind { kind: *kind });
        }
        let key = Self::new(name, public.try_into().map_err(|_| CosignerKeyError::NotAKey)?)?;
        match hex::encode(key.key_id()) == id {
            true => Ok(key),
            false => Err(CosignerKeyError::KeyId),
        }
    }
}

/// Why a text is not the public half of a cosigner's key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CosignerKeyError {
    /// Not name, key id and key with `+` between them, or no base64.
    #[error("cosigner key is not of the form name+id+base64")]
    Form,
    /// Empty, or with a space, a control character or `+`.
    #[error("name of the cosigner key is empty or holds a space or plus sign")]
    Name,
    /// A key of another kind.
    #[error("cosigner key is of kind {kind:#04x}, only cosignature/v1 (0x04) is known")]
    Kind {
        /// The byte that tells the kind.
        kind: u8,
    },
    /// Not 32 bytes, not a point of the curve, or one of small order.
    #[error("cosigner key holds no usable Ed25519 key")]
    NotAKey,
    /// The id belongs to another name or key: something was mistyped or exchanged.
    #[error("id of the cosigner key does not belong to its name and key")]
    KeyId,
}

/// A countersignature as its line has it, without the name: whose it claims to be, when, and the signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cosignature {
    /// Which key.
    pub key_id: [u8; 4],
    /// When, by the cosigner's clock: seconds since 1970.
    pub time: u64,
    /// Ed25519.
    pub signature: [u8; 64],
}

impl Cosignature {
    /// Returns the bytes that a cosigner signs with Ed25519 to say that it saw this head at this time.
    pub fn text_to_sign(head: &Head, time: u64) -> Vec<u8> {
        format!("cosignature/v1\ntime {time}\n{}", head.text()).into_bytes()
    }

    /// Joins key, time and the 64 bytes of Ed25519 over [`Cosignature::text_to_sign`], unchecked.
    pub fn new(key: &CosignerKey, time: u64, signature: [u8; 64]) -> Self {
        Self { key_id: key.key_id(), time, signature }
    }

    /// Checks that this key has signed this head at the time it names.
    ///
    /// - Errors: [`HeadError::NotSigned`] under another key's id; [`HeadError::BadSignature`].
    pub fn verify(&self, key: &CosignerKey, head: &Head) -> Result<(), HeadError> {
        if self.key_id != key.key_id() {
            return Err(HeadError::NotSigned { name: key.name.clone() });
        }
        let signed = Self::text_to_sign(head, self.time);
        let signature = Signature::from_bytes(&self.signature);
        key.public
            .verify_strict(&signed, &signature)
            .map_err(|_| HeadError::BadSignature { name: key.name.clone() })
    }

    /// Returns base64 of key id, time and signature, as its line and the journal have it.
    pub fn to_base64(&self) -> String {
        STANDARD.encode([&self.key_id[..], &self.time.to_be_bytes(), &self.signature].concat())
    }

    /// Reads what [`Cosignature::to_base64`] gives; `None` for all else.
    pub fn from_base64(text: &str) -> Option<Self> {
        let blob = STANDARD.decode(text).ok()?;
        let (key_id, rest) = blob.split_first_chunk()?;
        Self::of(*key_id, rest)
    }

    fn of(key_id: [u8; 4], timed: &[u8]) -> Option<Self> {
        let (time, signature) = timed.split_first_chunk()?;
        Some(Self { key_id, time: u64::from_be_bytes(*time), signature: signature.try_into().ok()? })
    }

    fn line(&self, name: &str) -> NoteSignature {
        let signature = [&self.time.to_be_bytes(), &self.signature[..]].concat();
        NoteSignature { name: name.to_owned(), key_id: self.key_id, signature }
    }
}

impl SignedHead {
    /// Adds a cosigner's line below those that are there.
    ///
    /// - Errors: as of [`SignedHead::add_signature`]; after an error nothing has changed.
    pub fn add_cosignature(&mut self, key: &CosignerKey, cosignature: &Cosignature) -> Result<(), HeadError> {
        cosignature.verify(key, self.head())?;
        self.add(cosignature.line(key.name()))
    }
}

/// What a cosigner is asked: to sign a head that continues the one it knows.
///
/// Invariant: at most [`PROOF_MAX`] hashes; [`Request::new`] and [`Request::parse`] uphold it. That proof and
/// signatures are right is not implied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    old: u64,
    proof: Vec<Hash>,
    head: SignedHead,
}

impl Request {
    /// Joins its parts.
    ///
    /// - Errors: [`RequestError::Proof`] for more than [`PROOF_MAX`] hashes.
    pub fn new(old: u64, proof: Vec<Hash>, head: SignedHead) -> Result<Self, RequestError> {
        match proof.len() > PROOF_MAX {
            true => Err(RequestError::Proof),
            false => Ok(Self { old, proof, head }),
        }
    }

    /// Returns the size that the cosigner is thought to know, 0 for none.
    pub fn old(&self) -> u64 {
        self.old
    }

    /// Returns the proof of RFC 9162 that the head continues that size.
    pub fn proof(&self) -> &[Hash] {
        &self.proof
    }

    /// Returns the head to be countersigned.
    pub fn head(&self) -> &SignedHead {
        &self.head
    }

    /// Returns it as text, ended by LF.
    pub fn to_text(&self) -> String {
        let mut text = format!("old {}\n", self.old);
        for hash in &self.proof {
            text.push_str(&STANDARD.encode(hash));
            text.push('\n');
        }
        text.push('\n');
        text + &self.head.to_text()
    }

    /// Reads what [`Request::to_text`] gives.
    ///
    /// - Errors: whatever differs in one byte is refused. Neither proof nor signature is checked here.
    pub fn parse(text: &str) -> Result<Self, RequestError> {
        if text.len() > REQUEST_BYTES_MAX {
            return Err(RequestError::TooLong { bytes: text.len() });
        }
        // No line of a proof is empty, so the first empty line ends it.
        let (asked, head) = text.split_once("\n\n").ok_or(RequestError::Form)?;
        let mut lines = asked.split('\n');
        let old = lines.next().and_then(|line| parse_size(line.strip_prefix("old ")?));
        let old = old.ok_or(RequestError::Old)?;
        let hash = |line: &str| STANDARD.decode(line).ok()?.try_into().ok();
        let proof = lines.map(hash).collect::<Option<Vec<Hash>>>().ok_or(RequestError::Proof)?;
        Self::new(old, proof, SignedHead::parse(head)?)
    }
}

/// Why a text is no request to a cosigner.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// More bytes than it may have.
    #[error("request of {bytes} bytes is over the limit of {REQUEST_BYTES_MAX}")]
    TooLong {
        /// How many there are.
        bytes: usize,
    },
    /// No empty line between proof and head.
    #[error("request has no empty line before the head")]
    Form,
    /// The first line does not name a size.
    #[error("first line of the request is not `old` and a size in plain decimal digits")]
    Old,
    /// A line that is no hash, or too many of them.
    #[error("proof of the request is not up to {PROOF_MAX} hashes in base64")]
    Proof,
    /// The head is not well formed.
    #[error(transparent)]
    Head(#[from] HeadError),
}

/// What a cosigner answers: its line, alone or below the head that it signed.
///
/// Shape: C2SP's witnesses answer with lines alone; ours repeats the head above them, so that whoever has the file
/// sees of what it speaks, and a file that went astray can be told from one that was tampered with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The head with all its lines.
    Whole(SignedHead),
    /// Lines alone, over a head that is known.
    Lines(Vec<NoteSignature>),
}

impl Answer {
    /// Reads an answer.
    ///
    /// - Units: at most [`NOTE_BYTES_MAX`] bytes.
    /// - Errors: those of [`SignedHead::parse`]; of lines alone, one that is none, two by one key, or too many.
    pub fn parse(text: &str) -> Result<Self, HeadError> {
        if text.len() > NOTE_BYTES_MAX {
            return Err(HeadError::TooLong { bytes: text.len() });
        }
        if !text.starts_with('\u{2014}') {
            return SignedHead::parse(text).map(Self::Whole);
        }
        let lines = text.strip_suffix('\n').ok_or(HeadError::LineEnd)?.split('\n');
        let mut all: Vec<NoteSignature> = Vec::new();
        for (index, line) in lines.enumerate() {
            let found = parse_signature(line).ok_or(HeadError::SignatureLine { line: index + 1 })?;
            if all.iter().any(|known| known.name == found.name && known.key_id == found.key_id) {
                return Err(HeadError::SignedTwice { name: found.name });
            }
            if all.len() == SIGNATURES_MAX {
                return Err(HeadError::TooManySignatures);
            }
            all.push(found);
        }
        Ok(Self::Lines(all))
    }

    /// Returns it as text, ended by LF.
    pub fn to_text(&self) -> String {
        match self {
            Self::Whole(head) => head.to_text(),
            Self::Lines(lines) => lines.iter().map(NoteSignature::to_line).collect(),
        }
    }

    /// Returns the head it repeats.
    pub fn head(&self) -> Option<&Head> {
        match self {
            Self::Whole(head) => Some(head.head()),
            Self::Lines(_) => None,
        }
    }

    /// Returns the names of whoever has signed it.
    pub fn names(&self) -> Vec<&str> {
        self.lines().iter().map(|line| line.name.as_str()).collect()
    }

    /// Returns the cosignature that claims to be by this key, unchecked.
    pub fn cosignature_by(&self, key: &CosignerKey) -> Option<Cosignature> {
        let of = |line: &&NoteSignature| line.name == key.name && line.key_id == key.key_id();
        let line = self.lines().iter().find(of)?;
        Cosignature::of(line.key_id, &line.signature)
    }

    fn lines(&self) -> &[NoteSignature] {
        match self {
            Self::Whole(head) => head.signatures(),
            Self::Lines(lines) => lines,
        }
    }
}

#[cfg(test)]
mod tests;

//! The header of an age file: stanzas, its tag, and the key of the payload behind it.
//!
//! Source: age-encryption.org/v1, "Header"; one X25519 stanza is written, further stanzas are passed over.

use super::payload::PayloadKey;
use super::{Identity, Recipient, SealError};
use aws_lc_rs::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::{hkdf, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use zeroize::Zeroizing;

/// Where the header of a sealed file, with the nonce behind it, ends at the latest. Ours have some 200 bytes; a
/// hostile file could have a header without end.
pub const HEADER_BYTES_MAX: usize = 4096;

const MAGIC: &[u8] = b"age-encryption.org/v1\n";
const X25519: &[u8] = b"X25519";
const SCRYPT: &[u8] = b"scrypt";
const WRAP_LABEL: &[u8] = b"age-encryption.org/v1/X25519";
/// Text columns of a stanza's body; a shorter line ends it.
const COLUMNS: usize = 64;
const FILE_KEY_BYTES: usize = 16;
const TAG_BYTES: usize = 16;
const NONCE_BYTES: usize = 16;
const MAC_TEXT_BYTES: usize = 43;

type FileKey = Zeroizing<[u8; FILE_KEY_BYTES]>;

/// Makes the header of a new file, the nonce of its payload behind it, and the payload's key.
pub fn seal(recipient: &Recipient) -> (Vec<u8>, PayloadKey) {
    let mut random = Zeroizing::new([0; FILE_KEY_BYTES + NONCE_BYTES]);
    getrandom::fill(&mut *random).expect("the operating system gives random bytes");
    let (file_key, nonce) = random.split_at(FILE_KEY_BYTES);
    let ephemeral = Identity::generate();
    let share = ephemeral.to_public();
    let shared = ephemeral.agree(&recipient.0).expect("reading a recipient refuses points of small order");
    let mut wrapped = Zeroizing::new(file_key.to_vec());
    wrapping(&shared, &share.0, &recipient.0)
        .seal_in_place_append_tag(Nonce::assume_unique_for_key([0; 12]), Aad::empty(), &mut *wrapped)
        .expect("16 bytes are not too many");
    let mut text = Vec::with_capacity(256);
    text.extend_from_slice(MAGIC);
    text.extend_from_slice(b"-> X25519 ");
    text.extend_from_slice(BASE64.encode(share.0).as_bytes());
    text.push(b'\n');
    text.extend_from_slice(BASE64.encode(&*wrapped).as_bytes());
    text.extend_from_slice(b"\n---");
    let mac = hmac::sign(&mac_key(file_key), &text);
    text.push(b' ');
    text.extend_from_slice(BASE64.encode(mac.as_ref()).as_bytes());
    text.push(b'\n');
    text.extend_from_slice(nonce);
    (text, payload_key(file_key, nonce))
}

/// Opens the header at the beginning of a file: how many bytes it has, nonce included, and the payload's key.
///
/// `prefix` is the file, or [`HEADER_BYTES_MAX`] bytes of it.
pub fn open(prefix: &[u8], identity: &Identity) -> Result<(usize, PayloadKey), SealError> {
    let prefix = &prefix[..prefix.len().min(HEADER_BYTES_MAX)];
    let header = Header::parse(prefix)?;
    let file_key = header.file_key(identity)?;
    let mac = BASE64.decode(header.mac).map_err(|_| MALFORMED)?;
    hmac::verify(&mac_key(&*file_key), header.signed, &mac)
        .map_err(|_| SealError::Damaged("its header does not fit the header's tag"))?;
    let nonce = prefix.get(header.bytes..header.bytes + NONCE_BYTES);
    let nonce = nonce.ok_or(SealError::Damaged("it ends within its header"))?;
    Ok((header.bytes + NONCE_BYTES, payload_key(&*file_key, nonce)))
}

/// Checks that the bytes at the beginning of a file hold the whole header of an age v1 file; needs no key.
pub(crate) fn check(prefix: &[u8]) -> Result<(), SealError> {
    Header::parse(prefix).map(drop)
}

const MALFORMED: SealError = SealError::Damaged("its header is not one of an age file");
const ENDLESS: SealError = SealError::Damaged("its header has no end");

struct Stanza<'a> {
    /// Type and arguments.
    words: Vec<&'a [u8]>,
    /// Base64 text, one line after the other.
    body: Vec<u8>,
}

struct Header<'a> {
    stanzas: Vec<Stanza<'a>>,
    /// What the tag is over: everything up to and with `---`.
    signed: &'a [u8],
    /// The tag's text.
    mac: &'a [u8],
    /// Where the nonce begins.
    bytes: usize,
}

impl<'a> Header<'a> {
    fn parse(prefix: &'a [u8]) -> Result<Self, SealError> {
        let text = &prefix[..prefix.len().min(HEADER_BYTES_MAX)];
        let mut at = MAGIC.len();
        if !text.starts_with(MAGIC) {
            return Err(SealError::Damaged("not an age file"));
        }
        let mut line = || {
            let rest = &text[at..];
            let end = rest.iter().position(|b| *b == b'\n').ok_or(ENDLESS)?;
            let from = at;
            at += end + 1;
            Ok((from, &rest[..end]))
        };
        let mut stanzas: Vec<Stanza<'_>> = Vec::new();
        loop {
            let (from, said) = line()?;
            if let Some(mac) = said.strip_prefix(b"--- ") {
                if mac.len() != MAC_TEXT_BYTES || stanzas.is_empty() {
                    return Err(MALFORMED);
                }
                let alone = stanzas.len() == 1;
                if !alone && stanzas.iter().any(|s| s.words[0] == SCRYPT) {
                    return Err(MALFORMED);
                }
                return Ok(Self { stanzas, signed: &text[..from + 3], mac, bytes: from + said.len() + 1 });
            }
            let said = said.strip_prefix(b"-> ").ok_or(MALFORMED)?;
            let words: Vec<&[u8]> = said.split(|b| *b == b' ').collect();
            if words.iter().any(|word| word.is_empty() || !word.iter().all(u8::is_ascii_graphic)) {
                return Err(MALFORMED);
            }
            let mut body = Vec::new();
            loop {
                let (_, said) = line()?;
                body.extend_from_slice(said);
                if said.len() > COLUMNS {
                    return Err(MALFORMED);
                }
                if said.len() < COLUMNS {
                    break;
                }
            }
            if BASE64.decode(&body).is_err() {
                return Err(MALFORMED);
            }
            stanzas.push(Stanza { words, body });
        }
    }

    /// The file key, from the first stanza that this identity opens.
    fn file_key(&self, identity: &Identity) -> Result<FileKey, SealError> {
        for stanza in self.stanzas.iter().filter(|s| s.words[0] == X25519) {
            let [_, share] = stanza.words[..] else { return Err(MALFORMED) };
            let share = BASE64.decode(share).ok().and_then(|share| <[u8; 32]>::try_from(share).ok());
            let share = share.ok_or(MALFORMED)?;
            let mut wrapped = Zeroizing::new(BASE64.decode(&stanza.body).map_err(|_| MALFORMED)?);
            if wrapped.len() != FILE_KEY_BYTES + TAG_BYTES {
                return Err(MALFORMED);
            }
            let shared = identity.agree(&share).ok_or(MALFORMED)?;
            let key = wrapping(&shared, &share, &identity.to_public().0);
            let nonce = Nonce::assume_unique_for_key([0; 12]);
            if let Ok(key) = key.open_in_place(nonce, Aad::empty(), &mut wrapped) {
                return Ok(Zeroizing::new((&*key).try_into().expect("its length was looked at")));
            }
        }
        Err(SealError::NotForKey)
    }
}

/// The key that a file key is wrapped with.
fn wrapping(shared: &[u8; 32], share: &[u8; 32], recipient: &[u8; 32]) -> LessSafeKey {
    let mut salt = [0; 64];
    salt[..32].copy_from_slice(share);
    salt[32..].copy_from_slice(recipient);
    let key = derive(&salt, shared, WRAP_LABEL);
    LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, &*key).expect("the key has 32 bytes"))
}

fn mac_key(file_key: &[u8]) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, &*derive(&[], file_key, b"header"))
}

fn payload_key(file_key: &[u8], nonce: &[u8]) -> PayloadKey {
    PayloadKey::new(derive(nonce, file_key, b"payload"))
}

/// HKDF with SHA-256 (RFC 5869), 32 bytes.
fn derive(salt: &[u8], secret: &[u8], label: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    hkdf::Salt::new(hkdf::HKDF_SHA256, salt)
        .extract(secret)
        .expand(&[label], hkdf::HKDF_SHA256)
        .and_then(|okm| okm.fill(&mut *key))
        .expect("32 bytes are not too many");
    key
}

//! Who signed: RSA, ECDSA and Ed25519 by AWS-LC, SM2 with SM3 by the RustCrypto crate.
//!
//! Only verifies. What cannot be verified is said to be so; it is never taken for verified.

use super::Refusal;
use super::der::{BITS, Element, INTEGER, OID, Reader, SEQUENCE, dotted};
use aws_lc_rs::signature as aws;
use sm2::dsa::signature::Verifier as _;

/// What came of verifying a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is by that key.
    Verified,
    /// It is, but digest or key can be forged by now: SHA-1, RSA below 2048 bits.
    Weak,
    /// It is not.
    Bad,
    /// The issuer is another one by name.
    OtherName,
    /// Nobody here can tell: an algorithm, a curve or a parameter that is not known.
    Unknown(String),
}

/// How something was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Algorithm {
    oid: Vec<u8>,
    parameters: Vec<u8>,
}

/// A public key as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    algorithm: Algorithm,
    bytes: Vec<u8>,
}

impl Algorithm {
    pub(super) fn read(element: &Element<'_>) -> Result<Self, Refusal> {
        let mut reader = element.reader();
        let oid = reader.expect(OID, "an algorithm without a name")?.content.to_vec();
        let parameters = reader.rest().to_vec();
        if !reader.is_empty() {
            reader.next()?;
            reader.end("an algorithm with more than its parameters")?;
        }
        Ok(Self { oid, parameters })
    }
}

impl Key {
    pub(super) fn read(element: &Element<'_>) -> Result<Self, Refusal> {
        let mut reader = element.reader();
        let algorithm = Algorithm::read(&reader.expect(SEQUENCE, "a key without an algorithm")?)?;
        let bytes = reader.expect(BITS, "a key that is no string of bits")?.octets_of_bits()?.to_vec();
        reader.end("something follows the key")?;
        Ok(Self { algorithm, bytes })
    }
}

const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
const RSA_SHA1: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 5];
const RSA_PSS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10];
const RSA_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11];
const RSA_SHA384: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 12];
const RSA_SHA512: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 13];
const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
const ECDSA_SHA1: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 1];
const ECDSA_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
const ECDSA_SHA384: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 3];
const ECDSA_SHA512: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 4];
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
const SM2_SM3: &[u8] = &[0x2a, 0x81, 0x1c, 0xcf, 0x55, 1, 0x83, 0x75];
const P256: &[u8] = &[0x06, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
const P384: &[u8] = &[0x06, 5, 0x2b, 0x81, 0x04, 0, 0x22];
const P521: &[u8] = &[0x06, 5, 0x2b, 0x81, 0x04, 0, 0x23];
const SM2: &[u8] = &[0x06, 8, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 1, 0x82, 0x2d];
const SM2_KEY: &[u8] = &[0x2a, 0x81, 0x1c, 0xcf, 0x55, 1, 0x82, 0x2d];
/// The identity that goes into an SM2 signature where none was agreed: GB/T 35276.
const SM2_IDENTITY: &str = "1234567812345678";
/// Larger keys take longer than anybody would wait for: RSA of 16384 bits and more are a way to keep us busy.
const KEY_BYTES_MAX: usize = 2100;

/// Verifies one signature.
pub(super) fn verify(key: &Key, algorithm: &Algorithm, message: &[u8], signature: &[u8]) -> Verdict {
    let unknown = |why: &str| Verdict::Unknown(why.to_owned());
    if key.bytes.len() > KEY_BYTES_MAX {
        return unknown("a key of that size");
    }
    let by = |algorithm: &'static dyn aws::VerificationAlgorithm, good: Verdict| {
        match aws::UnparsedPublicKey::new(algorithm, &key.bytes).verify(message, signature) {
            Ok(()) => good,
            Err(_) => Verdict::Bad,
        }
    };
    let curve = &key.algorithm.parameters[..];
    match (&key.algorithm.oid[..], &algorithm.oid[..]) {
        (RSA, RSA_SHA1 | RSA_SHA256 | RSA_SHA384 | RSA_SHA512 | RSA_PSS) => {
            let Some(bits) = rsa_bits(&key.bytes) else { return unknown("an RSA key that cannot be read") };
            let long = bits >= 2048;
            match (&algorithm.oid[..], long) {
                (RSA_SHA1, _) => by(&aws::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY, Verdict::Weak),
                (RSA_SHA256, true) => by(&aws::RSA_PKCS1_2048_8192_SHA256, Verdict::Verified),
                (RSA_SHA256, false) => {
                    by(&aws::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, Verdict::Weak)
                }
                (RSA_SHA384, true) => by(&aws::RSA_PKCS1_2048_8192_SHA384, Verdict::Verified),
                (RSA_SHA512, true) => by(&aws::RSA_PKCS1_2048_8192_SHA512, Verdict::Verified),
                (RSA_SHA512, false) => {
                    by(&aws::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY, Verdict::Weak)
                }
                (RSA_PSS, true) => match pss_digest(&algorithm.parameters) {
                    Some(256) => by(&aws::RSA_PSS_2048_8192_SHA256, Verdict::Verified),
                    Some(384) => by(&aws::RSA_PSS_2048_8192_SHA384, Verdict::Verified),
                    Some(512) => by(&aws::RSA_PSS_2048_8192_SHA512, Verdict::Verified),
                    _ => unknown("RSA-PSS with other parameters"),
                },
                _ => unknown("a short RSA key"),
            }
        }
        (EC, SM2_SM3) if curve == SM2 => verify_sm2(&key.bytes, message, signature),
        (SM2_KEY, SM2_SM3) => verify_sm2(&key.bytes, message, signature),
        (EC, oid) => match (curve, oid) {
            (P256, ECDSA_SHA1) => by(&aws::ECDSA_P256_SHA1_ASN1, Verdict::Weak),
            (P256, ECDSA_SHA256) => by(&aws::ECDSA_P256_SHA256_ASN1, Verdict::Verified),
            (P256, ECDSA_SHA384) => by(&aws::ECDSA_P256_SHA384_ASN1, Verdict::Verified),
            (P256, ECDSA_SHA512) => by(&aws::ECDSA_P256_SHA512_ASN1, Verdict::Verified),
            (P384, ECDSA_SHA256) => by(&aws::ECDSA_P384_SHA256_ASN1, Verdict::Verified),
            (P384, ECDSA_SHA384) => by(&aws::ECDSA_P384_SHA384_ASN1, Verdict::Verified),
            (P384, ECDSA_SHA512) => by(&aws::ECDSA_P384_SHA512_ASN1, Verdict::Verified),
            (P521, ECDSA_SHA1) => by(&aws::ECDSA_P521_SHA1_ASN1, Verdict::Weak),
            (P521, ECDSA_SHA256) => by(&aws::ECDSA_P521_SHA256_ASN1, Verdict::Verified),
            (P521, ECDSA_SHA384) => by(&aws::ECDSA_P521_SHA384_ASN1, Verdict::Verified),
            (P521, ECDSA_SHA512) => by(&aws::ECDSA_P521_SHA512_ASN1, Verdict::Verified),
            _ => Verdict::Unknown(format!("{} by a key on such a curve", dotted(oid))),
        },
        (ED25519, ED25519) => by(&aws::ED25519, Verdict::Verified),
        (_, oid) => Verdict::Unknown(format!("{} by such a key", dotted(oid))),
    }
}

fn verify_sm2(key: &[u8], message: &[u8], signature: &[u8]) -> Verdict {
    let Ok(key) = sm2::dsa::VerifyingKey::from_sec1_bytes(SM2_IDENTITY, key) else { return Verdict::Bad };
    let signature = sm2_numbers(signature).and_then(|both| sm2::dsa::Signature::from_slice(&both).ok());
    match signature.is_some_and(|signature| key.verify(message, &signature).is_ok()) {
        true => Verdict::Verified,
        false => Verdict::Bad,
    }
}

/// The two numbers of an SM2 signature, 32 octets each.
fn sm2_numbers(der: &[u8]) -> Option<[u8; 64]> {
    let mut outer = Reader::new(der);
    let mut numbers = outer.expect(SEQUENCE, "").ok()?.reader();
    outer.end("").ok()?;
    let mut both = [0; 64];
    for half in both.chunks_exact_mut(32) {
        let number = numbers.expect(INTEGER, "").ok()?.content;
        let significant = match number {
            [0, rest @ ..] => rest,
            [0x80..=0xff, ..] => return None,
            number => number,
        };
        let start = 32_usize.checked_sub(significant.len())?;
        half[start..].copy_from_slice(significant);
    }
    numbers.end("").ok()?;
    Some(both)
}

/// Bits of the modulus of an RSA key.
fn rsa_bits(key: &[u8]) -> Option<usize> {
    let mut numbers = Reader::new(key).expect(SEQUENCE, "").ok()?.reader();
    let modulus = numbers.expect(INTEGER, "").ok()?.content;
    let zeros = modulus.iter().take_while(|octet| **octet == 0).count();
    let first = modulus.get(zeros)?;
    Some(8 * (modulus.len() - zeros) - first.leading_zeros() as usize)
}

/// Bits of the digest of RSA-PSS parameters, where mask and salt are the usual ones for it.
fn pss_digest(parameters: &[u8]) -> Option<u16> {
    const SHA2: [u8; 8] = [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2];
    const MGF1: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 8];
    let digest = |element: Element<'_>| {
        let oid = element.reader().expect(OID, "").ok()?.content;
        match oid.strip_prefix(&SHA2)? {
            [1] => Some(256),
            [2] => Some(384),
            [3] => Some(512),
            _ => None,
        }
    };
    let mut all = Reader::new(parameters).expect(SEQUENCE, "").ok()?.reader();
    let hash = digest(all.expect(0xa0, "").ok()?.reader().expect(SEQUENCE, "").ok()?)?;
    let mut mask = all.expect(0xa1, "").ok()?.reader().expect(SEQUENCE, "").ok()?.reader();
    let is_mgf1 = mask.expect(OID, "").ok()?.content == MGF1;
    let of_mask = digest(mask.expect(SEQUENCE, "").ok()?)?;
    let mut salt = all.expect(0xa2, "").ok()?.reader();
    let salt = salt.expect(INTEGER, "").ok()?.content;
    (is_mgf1 && of_mask == hash && salt == [(hash / 8) as u8]).then_some(hash)
}

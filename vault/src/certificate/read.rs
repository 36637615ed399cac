//! One X.509 certificate, as far as an archive has to know it.

use super::Refusal;
use super::der::{BITS, BOOLEAN, INTEGER, OCTETS, OID, Reader, SEQUENCE};
use super::moment::{ends, is_time, moment};
use super::name::{Name, name};
use super::signature::{Algorithm, Key, Verdict, verify};
use jingui_schema::certificate::{Doubt, Ends, Usage};
use jingui_schema::digest::Sha256;
use jingui_schema::identifier::CertificateSerial;
use jingui_schema::time::Time;

/// The largest certificate. Real ones have a few thousand bytes, a few with pictures in them a hundred thousand.
pub const CERTIFICATE_BYTES_MAX: usize = 1 << 20;

/// A certificate that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Its DER.
    pub der: Vec<u8>,
    /// SHA-256 of it.
    pub sha256: Sha256,
    /// Serial number.
    pub serial: CertificateSerial,
    /// Who issued it.
    pub issuer: Name,
    /// Whose it is.
    pub subject: Name,
    /// First instant, where it is told.
    pub begins: Result<Time, Doubt>,
    /// Last instant, or why it is not told.
    pub ends: Result<Ends, Doubt>,
    /// What its key is for; empty where it does not say.
    pub usage: Vec<Usage>,
    /// Whether it may sign other certificates.
    pub authority: bool,
    key: Key,
    signed: Signed,
}

/// What was signed, how, and the signature: places in the DER.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Signed {
    pub(super) tbs: std::ops::Range<usize>,
    pub(super) algorithm: Algorithm,
    pub(super) signature: std::ops::Range<usize>,
}

/// An extension.
pub(super) struct Extension<'a> {
    pub(super) oid: &'a [u8],
    pub(super) critical: bool,
    pub(super) value: &'a [u8],
}

const KEY_USAGE: &[u8] = &[0x55, 0x1d, 15];
const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 19];

impl Certificate {
    /// Reads the DER of one certificate, all of which must belong to it.
    ///
    /// Errors: see [`Refusal`]; a last instant that is not told is no error.
    pub fn read(der: &[u8]) -> Result<Self, Refusal> {
        if der.len() > CERTIFICATE_BYTES_MAX {
            return Err(Refusal::Large);
        }
        let mut all = Reader::new(der);
        let whole = all.expect(SEQUENCE, "it is no certificate")?;
        all.end("something follows the certificate")?;
        let mut parts = whole.reader();
        let tbs = parts.expect(SEQUENCE, "a certificate that lacks what is signed")?;
        let (signed, outer) = signed(der, &mut parts, tbs.whole)?;
        let mut fields = tbs.reader();
        let version = match fields.optional(0xa0)? {
            Some(explicit) => match explicit.reader().expect(INTEGER, "its version is no number")?.content {
                [version @ 0..=2] => *version,
                _ => return Err(Refusal::Version),
            },
            None => 0,
        };
        let serial = serial(fields.expect(INTEGER, "its serial number is no number")?.content)?;
        let inner = fields.expect(SEQUENCE, "it names no algorithm")?;
        if inner.content != outer {
            return Err(Refusal::Form("it names two algorithms"));
        }
        let issuer = name(&fields.next()?)?;
        let mut validity = fields.expect(SEQUENCE, "it has no validity")?.reader();
        let (first, last) = (validity.next()?, validity.next()?);
        validity.end("its validity has more than two times")?;
        if !is_time(first.tag) || !is_time(last.tag) {
            return Err(Refusal::Form("its validity is not of two times"));
        }
        let begins = moment(&first);
        let ends = match (begins, ends(&last)) {
            (Ok(first), Ok(Ends::At(last))) if last < first => Err(Doubt::BeforeBegin),
            (_, ends) => ends,
        };
        let subject = name(&fields.next()?)?;
        let key = Key::read(&fields.expect(SEQUENCE, "it has no key")?)?;
        fields.optional(0x81)?;
        fields.optional(0x82)?;
        let extensions = fields.optional(0xa3)?;
        fields.end("something follows its extensions")?;
        let (mut usage, mut authority) = (None, None);
        if let Some(extensions) = extensions {
            if version != 2 {
                return Err(Refusal::Form("extensions in a certificate of an earlier version"));
            }
            each_extension(&extensions.reader().expect(SEQUENCE, "its extensions are no list")?, |one| {
                let twice = match one.oid {
                    KEY_USAGE => usage.replace(key_usage(one.value)?).is_some(),
                    BASIC_CONSTRAINTS => authority.replace(is_authority(one.value)?).is_some(),
                    _ => false,
                };
                if twice { Err(Refusal::Form("an extension that stands twice")) } else { Ok(()) }
            })?;
        }
        Ok(Self {
            der: der.to_vec(),
            sha256: Sha256::of(der),
            serial,
            issuer,
            subject,
            begins,
            ends,
            usage: usage.unwrap_or_default(),
            authority: authority.unwrap_or_default(),
            key,
            signed,
        })
    }

    /// Whether this certificate's key signed another one, by its name and by its signature.
    pub fn signed(&self, other: &Certificate) -> Verdict {
        match self.subject.digest == other.issuer.digest {
            true => self.verifies(&other.der, &other.signed),
            false => Verdict::OtherName,
        }
    }

    /// Whether it signed itself.
    pub fn is_self_signed(&self) -> bool {
        matches!(self.signed(self), Verdict::Verified | Verdict::Weak)
    }

    pub(super) fn verifies(&self, der: &[u8], signed: &Signed) -> Verdict {
        let part = |range: &std::ops::Range<usize>| der.get(range.clone()).unwrap_or_default();
        verify(&self.key, &signed.algorithm, part(&signed.tbs), part(&signed.signature))
    }
}

/// Reads algorithm and signature behind what is signed; also returns the algorithm as it stands.
pub(super) fn signed<'a>(
    der: &[u8],
    parts: &mut Reader<'a>,
    tbs: &[u8],
) -> Result<(Signed, &'a [u8]), Refusal> {
    let algorithm = parts.expect(SEQUENCE, "it has no algorithm of a signature")?;
    let signature = parts.expect(BITS, "it has no signature")?.octets_of_bits()?;
    parts.end("something follows the signature")?;
    // Both lie in `der`, so that their places in it are what their addresses say.
    let place = |part: &[u8]| {
        let start = part.as_ptr() as usize - der.as_ptr() as usize;
        start..start + part.len()
    };
    let signed =
        Signed { tbs: place(tbs), algorithm: Algorithm::read(&algorithm)?, signature: place(signature) };
    Ok((signed, algorithm.content))
}

/// A serial number: positive, or zero as some test CAs give it, and of 20 octets at most.
pub(super) fn serial(content: &[u8]) -> Result<CertificateSerial, Refusal> {
    match content {
        [] => Err(Refusal::Form("a serial number of no octets")),
        // Viewers show it in two ways, as a negative number and as a positive one of another value.
        [0x80..=0xff, ..] => Err(Refusal::NegativeSerial),
        octets => CertificateSerial::from_be_bytes(octets).map_err(|_| Refusal::LongSerial),
    }
}

/// Goes through a list of extensions.
pub(super) fn each_extension<'a>(
    list: &super::der::Element<'a>,
    mut take: impl FnMut(Extension<'a>) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    const FORM: &str = "an extension that is not one";
    let mut list = list.reader();
    while !list.is_empty() {
        let mut one = list.expect(SEQUENCE, FORM)?.reader();
        let oid = one.expect(OID, FORM)?.content;
        let critical = one.optional(BOOLEAN)?.map(|is| is.truth()).transpose()?.unwrap_or(false);
        let value = one.expect(OCTETS, FORM)?.content;
        one.end(FORM)?;
        take(Extension { oid, critical, value })?;
    }
    Ok(())
}

fn key_usage(value: &[u8]) -> Result<Vec<Usage>, Refusal> {
    let mut reader = Reader::new(value);
    let bits = reader.expect(BITS, "its key usage is no list of bits")?.bits()?;
    let any = |mask: u16| bits & mask != 0;
    let mut usage = Vec::new();
    // digitalSignature and nonRepudiation; keyEncipherment, dataEncipherment and keyAgreement; keyCertSign and cRLSign.
    if any(0xc000) {
        usage.push(Usage::Sign);
    }
    if any(0x3800) {
        usage.push(Usage::Encrypt);
    }
    if any(0x0600) {
        usage.push(Usage::Authority);
    }
    Ok(usage)
}

fn is_authority(value: &[u8]) -> Result<bool, Refusal> {
    let mut reader = Reader::new(value);
    let mut constraints = reader.expect(SEQUENCE, "its basic constraints are no list")?.reader();
    constraints.optional(BOOLEAN)?.map_or(Ok(false), |is| is.truth())
}

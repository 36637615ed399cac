//! What a file brings: certificates and lists, one or many, in PEM, DER, base64 or the envelope of PKCS #7.

use super::crl::{CRL_BYTES_MAX, Crl};
use super::der::{INTEGER, OID, Reader, SEQUENCE, SET};
use super::moment::is_time;
use super::read::Certificate;
use super::{FILE_BYTES_MAX, Refusal};
use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Things in one file at most.
const THINGS_MAX: usize = 10_000;
const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];
/// The same in the envelope of GM/T 0010.
const SM2_SIGNED_DATA: &[u8] = &[0x2a, 0x81, 0x1c, 0xcf, 0x55, 6, 1, 4, 2, 2];

/// What was found in a file.
#[derive(Debug, Default)]
pub struct Found {
    /// Certificates, in order.
    pub certificates: Vec<Certificate>,
    /// Lists, in order.
    pub lists: Vec<Crl>,
    /// What was meant to be one of these and cannot be read: its place in the file, from 1, and why.
    pub refused: Vec<(usize, Refusal)>,
}

/// One thing in a file.
enum Thing {
    Certificate(Box<Certificate>),
    List(Box<Crl>),
}

/// Reads a file.
///
/// - Shape: other kinds of PEM, such as keys, are passed over; a file of nothing else is refused as a whole.
/// - Errors: where there is nothing to be read in it. What cannot be read beside what can is in [`Found::refused`].
pub fn read_file(bytes: &[u8]) -> Result<Found, Refusal> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(Refusal::Large);
    }
    let mut found = Found::default();
    if let Some(begin) = position(bytes, b"-----BEGIN ") {
        pem(&bytes[begin..], &mut found);
    } else if bytes.first() == Some(&SEQUENCE) {
        all_der(bytes, &mut found);
    } else {
        // Windows writes a third form: the base64 of PEM without its lines.
        let der = decode(bytes).filter(|der| der.first() == Some(&SEQUENCE)).ok_or(Refusal::Foreign)?;
        all_der(&der, &mut found);
    }
    match found.certificates.is_empty() && found.lists.is_empty() {
        true => Err(found.refused.pop().map_or(Refusal::Foreign, |(_, why)| why)),
        false => Ok(found),
    }
}

/// The certificates of a file that is to have nothing else: what stands behind `--cert`.
///
/// Errors: the first thing in it that is none, or cannot be read.
pub fn certificates(bytes: &[u8]) -> Result<Vec<Certificate>, Refusal> {
    let mut found = read_file(bytes)?;
    if !found.refused.is_empty() {
        return Err(found.refused.remove(0).1);
    }
    match found.certificates.is_empty() {
        true => Err(Refusal::List),
        false => Ok(found.certificates),
    }
}

fn pem(text: &[u8], found: &mut Found) {
    const END: &[u8] = b"-----END ";
    const BEGIN: &[u8] = b"-----BEGIN ";
    let mut rest = text;
    let mut count = 0;
    while let Some(begin) = position(rest, BEGIN) {
        rest = &rest[begin + BEGIN.len()..];
        let Some(dashes) = position(&rest[..rest.len().min(64)], b"-----") else { continue };
        let label = &rest[..dashes];
        rest = &rest[dashes + 5..];
        // Text that was cut off has no end; what begins anew does not belong to it.
        let end = position(rest, END).unwrap_or(rest.len());
        let body = &rest[..position(&rest[..end], BEGIN).unwrap_or(end)];
        count += 1;
        let of_ours =
            [&b"CERTIFICATE"[..], b"X509 CERTIFICATE", b"TRUSTED CERTIFICATE", b"X509 CRL", b"PKCS7", b"CMS"];
        if !of_ours.contains(&label) {
            continue;
        }
        if count > THINGS_MAX {
            return found.refused.push((count, Refusal::Large));
        }
        match decode(body) {
            // OpenSSL puts what it trusts it for behind the certificate.
            Some(der) if label == b"TRUSTED CERTIFICATE" => {
                let mut reader = Reader::new(&der);
                let first = reader.next().and_then(|element| thing(element.whole));
                put(first.map(|thing| vec![thing]), count, found);
            }
            Some(der) => put(things(&der), count, found),
            None => found.refused.push((count, Refusal::Base64)),
        }
    }
}

/// Several, one after another.
fn all_der(bytes: &[u8], found: &mut Found) {
    let mut reader = Reader::new(bytes);
    let mut count = 0;
    while !reader.is_empty() {
        // What an editor or a disk leaves behind a file.
        if reader.rest().iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0) {
            return;
        }
        count += 1;
        if count > THINGS_MAX {
            return found.refused.push((count, Refusal::Large));
        }
        match reader.next() {
            Ok(element) => put(things(element.whole), count, found),
            Err(why) => return found.refused.push((count, why)),
        }
    }
}

fn put(things: Result<Vec<Thing>, Refusal>, place: usize, found: &mut Found) {
    match things {
        Ok(things) => things.into_iter().for_each(|thing| match thing {
            Thing::Certificate(certificate) => found.certificates.push(*certificate),
            Thing::List(list) => found.lists.push(*list),
        }),
        Err(why) => found.refused.push((place, why)),
    }
}

/// What one element is, and all that is in it where it is an envelope.
fn things(der: &[u8]) -> Result<Vec<Thing>, Refusal> {
    let mut outer = Reader::new(der);
    let mut inside = outer.expect(SEQUENCE, "it is no certificate")?.reader();
    match inside.peek() {
        Some(OID) => {
            let is = inside.next()?.content;
            if is != SIGNED_DATA && is != SM2_SIGNED_DATA {
                return Err(Refusal::Envelope);
            }
            outer.end("something follows the envelope")?;
            envelope(inside)
        }
        Some(INTEGER) => Err(Refusal::KeyStore),
        _ => thing(der).map(|thing| vec![thing]),
    }
}

/// Tells a certificate and a list apart by where the first time stands.
fn thing(der: &[u8]) -> Result<Thing, Refusal> {
    let mut inside = Reader::new(der).expect(SEQUENCE, "it is no certificate")?.reader();
    let mut tbs = inside.expect(SEQUENCE, "it is no certificate")?.reader();
    tbs.optional(0xa0)?;
    tbs.optional(INTEGER)?;
    let (first, second) = (tbs.next()?, tbs.next()?);
    if first.tag != SEQUENCE || second.tag != SEQUENCE {
        return Err(Refusal::Form("it is no certificate"));
    }
    match tbs.peek() {
        Some(tag) if is_time(tag) => Crl::read(der).map(|list| Thing::List(Box::new(list))),
        Some(0xa0) => Err(Refusal::Request),
        _ => Certificate::read(der).map(|certificate| Thing::Certificate(Box::new(certificate))),
    }
}

/// The certificates and lists of a SignedData; who signed what in it is not asked.
fn envelope(mut rest: Reader<'_>) -> Result<Vec<Thing>, Refusal> {
    const FORM: &str = "an envelope that is not one";
    let explicit = rest.expect(0xa0, FORM)?;
    rest.end(FORM)?;
    let mut fields = explicit.reader().expect(SEQUENCE, FORM)?.reader();
    fields.expect(INTEGER, FORM)?;
    fields.expect(SET, FORM)?;
    fields.expect(SEQUENCE, FORM)?;
    let mut things = Vec::new();
    for tag in [0xa0, 0xa1] {
        let Some(set) = fields.optional(tag)? else { continue };
        let mut set = set.reader();
        while !set.is_empty() {
            if things.len() == THINGS_MAX {
                return Err(Refusal::Large);
            }
            things.push(thing(set.next()?.whole)?);
        }
    }
    match things.is_empty() {
        true => Err(Refusal::Empty),
        false => Ok(things),
    }
}

/// Base64 with white space anywhere, and with or without its padding.
fn decode(text: &[u8]) -> Option<Vec<u8>> {
    const ENGINE: GeneralPurpose = GeneralPurpose::new(
        &STANDARD,
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );
    if text.len() > 2 * CRL_BYTES_MAX {
        return None;
    }
    let text: Vec<u8> = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    // Headers of old PEM, and anything else, are no base64.
    ENGINE.decode(text).ok()
}

fn position(text: &[u8], sought: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + text.get(from..)?.iter().position(|byte| *byte == sought[0])?;
        if text[at..].starts_with(sought) {
            return Some(at);
        }
        from = at + 1;
    }
}

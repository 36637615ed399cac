//! Certificates of a test CA whose keys follow from the seed.
//!
//! Its keys are public knowledge: whoever has the program can sign with them. It vouches for nobody.

use std::str::FromStr;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use p256::ecdsa::{DerSignature, SigningKey};
use x509_cert::Certificate;
use x509_cert::builder::profile::BuilderProfile;
use x509_cert::builder::{Builder, CertificateBuilder, Result as Built};
use x509_cert::certificate::TbsCertificate;
use x509_cert::der::pem::LineEnding;
use x509_cert::der::{DateTime, Encode, EncodePem};
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, KeyUsage, KeyUsages, SubjectKeyIdentifier,
};
use x509_cert::ext::{Extension, ToExtension};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{SubjectPublicKeyInfo, SubjectPublicKeyInfoRef};
use x509_cert::time::{Time, Validity};

use super::chance::key;
use super::words::words;

/// What a certificate is to say.
pub(super) struct Order<'a> {
    /// Number of the order at this CA: key and serial follow from it.
    pub(super) number: u64,
    /// Becomes CN.
    pub(super) customer: &'a str,
    /// Becomes O.
    pub(super) project: &'a str,
    /// First day of validity, in Shanghai.
    pub(super) from: Date,
    pub(super) years: i16,
}

impl Order<'_> {
    /// Returns the serial that the certificate will have: 16 bytes, the first of them from 1 to 127.
    pub(super) fn serial(&self, seed: u64) -> [u8; 16] {
        let mut serial = [0; 16];
        serial.copy_from_slice(&key(seed, "certificate serial", self.number)[..16]);
        // Neither zero nor negative, so that the number keeps all its bytes and needs no more.
        serial[0] = serial[0] & 0x7F | 0x01;
        serial
    }
}

/// Returns the certificate in DER.
pub(super) fn der(seed: u64, order: &Order<'_>) -> Vec<u8> {
    issue(seed, order).and_then(|made| Ok(made.to_der()?)).expect(OUR_NAMES)
}

/// Returns the certificate in PEM.
pub(super) fn pem(seed: u64, order: &Order<'_>) -> String {
    issue(seed, order).and_then(|made| Ok(made.to_pem(LineEnding::LF)?)).expect(OUR_NAMES)
}

/// Returns the CA's own certificate in PEM.
pub(super) fn ca_pem(seed: u64) -> String {
    ca(seed).and_then(|made| Ok(made.to_pem(LineEnding::LF)?)).expect(OUR_NAMES)
}

/// Why building a certificate does not fail.
const OUR_NAMES: &str = "names and dates of sample certificates come from our own tables and fit X.509";

fn issue(seed: u64, order: &Order<'_>) -> Built<Certificate> {
    let ca_key = signing_key(seed, "CA key", 0);
    let holder_key = signing_key(seed, "holder key", order.number);
    let profile = Holder { subject: name(order.project, order.customer)?, issuer: ca_name()? };
    let end = order.from.saturating_add(i32::from(order.years).years());
    CertificateBuilder::new(
        profile,
        SerialNumber::new(&order.serial(seed))?,
        validity(order.from, end)?,
        SubjectPublicKeyInfo::from_key(holder_key.verifying_key())?,
    )?
    .build::<_, DerSignature>(&ca_key)
}

fn ca(seed: u64) -> Built<Certificate> {
    let ca_key = signing_key(seed, "CA key", 0);
    CertificateBuilder::new(
        Root(ca_name()?),
        SerialNumber::new(&[0x4A, 0x47])?,
        validity(date(2010, 1, 1), date(2050, 1, 1))?,
        SubjectPublicKeyInfo::from_key(ca_key.verifying_key())?,
    )?
    .build::<_, DerSignature>(&ca_key)
}

/// Returns a key that follows from seed and purpose.
fn signing_key(seed: u64, purpose: &str, number: u64) -> SigningKey {
    let mut bytes = key(seed, purpose, number);
    // Below the order of the curve and not zero: a number with this first byte always is.
    bytes[0] = bytes[0] & 0x7F | 0x01;
    SigningKey::from_slice(&bytes).expect("a number between 1 and the order of P-256 is a key")
}

fn ca_name() -> Built<Name> {
    name(&words().ca_organisation, &words().ca_name)
}

/// Returns `C=CN, O=organisation, CN=common`, the last two as UTF8String.
fn name(organisation: &str, common: &str) -> Built<Name> {
    let text = format!("CN={},O={},C=CN", escaped(common), escaped(organisation));
    Ok(Name::from_str(&text)?)
}

/// Returns `text` as RFC 4514 wants it inside a name.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '"' | '#' | '+' | ',' | ';' | '<' | '=' | '>' | '\\') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// Returns validity from the first second of `from` to the last before `end`, both in Shanghai.
fn validity(from: Date, end: Date) -> Built<Validity> {
    let start = midnight(from)?;
    // One second earlier: the last day is a whole one.
    let end = DateTime::from_unix_duration(
        midnight(end)?.unix_duration().saturating_sub(std::time::Duration::from_secs(1)),
    )?;
    Ok(Validity::new(Time::from(start), Time::from(end)))
}

/// Returns the instant at which `day` begins in Shanghai, eight hours before it does in UTC.
fn midnight(day: Date) -> Built<DateTime> {
    let before = day.saturating_sub(1.days());
    // Years, months and days of our tables are positive.
    Ok(DateTime::new(before.year() as u16, before.month() as u8, before.day() as u8, 16, 0, 0)?)
}

/// The form of a root certificate.
struct Root(Name);

impl BuilderProfile for Root {
    fn get_issuer(&self, subject: &Name) -> Name {
        subject.clone()
    }

    fn get_subject(&self) -> Name {
        self.0.clone()
    }

    fn build_extensions(
        &self,
        key: SubjectPublicKeyInfoRef<'_>,
        _issuer_key: SubjectPublicKeyInfoRef<'_>,
        to_sign: &TbsCertificate,
    ) -> Built<Vec<Extension>> {
        let subject = to_sign.subject();
        Ok(vec![
            BasicConstraints { ca: true, path_len_constraint: Some(0) }.to_extension(subject, &[])?,
            KeyUsage(KeyUsages::KeyCertSign | KeyUsages::CRLSign).to_extension(subject, &[])?,
            SubjectKeyIdentifier::try_from(key)?.to_extension(subject, &[])?,
        ])
    }
}

/// The form of a customer's certificate.
struct Holder {
    subject: Name,
    issuer: Name,
}

impl BuilderProfile for Holder {
    fn get_issuer(&self, _subject: &Name) -> Name {
        self.issuer.clone()
    }

    fn get_subject(&self) -> Name {
        self.subject.clone()
    }

    fn build_extensions(
        &self,
        key: SubjectPublicKeyInfoRef<'_>,
        issuer_key: SubjectPublicKeyInfoRef<'_>,
        to_sign: &TbsCertificate,
    ) -> Built<Vec<Extension>> {
        let subject = to_sign.subject();
        Ok(vec![
            BasicConstraints { ca: false, path_len_constraint: None }.to_extension(subject, &[])?,
            KeyUsage(KeyUsages::DigitalSignature | KeyUsages::NonRepudiation).to_extension(subject, &[])?,
            SubjectKeyIdentifier::try_from(key)?.to_extension(subject, &[])?,
            AuthorityKeyIdentifier::try_from(issuer_key)?.to_extension(subject, &[])?,
        ])
    }
}

#[cfg(test)]
mod tests {
    use x509_cert::der::{Decode, DecodePem};

    use super::*;

    fn check(from: Date, years: i16, not_before: &str, not_after: &str) {
        let order = Order { number: 7, customer: "a,b=c", project: "p+q", from, years };
        let made = Certificate::from_der(&der(1, &order)).unwrap();
        let seen = made.tbs_certificate();
        assert_eq!(seen.validity().not_before.to_string(), not_before);
        assert_eq!(seen.validity().not_after.to_string(), not_after);
        assert_eq!(seen.serial_number().as_bytes(), order.serial(1));
        assert_eq!(seen.subject().to_string(), r"CN=a\,b=c,O=p\+q,C=CN");
        let root = Certificate::from_pem(ca_pem(1)).unwrap();
        assert_eq!(seen.issuer(), root.tbs_certificate().subject());
    }

    #[test]
    fn validity_is_whole_days_in_shanghai() {
        check(date(2019, 5, 1), 3, "2019-04-30T16:00:00Z", "2022-04-30T15:59:59Z");
        check(date(2020, 2, 29), 1, "2020-02-28T16:00:00Z", "2021-02-27T15:59:59Z");
        check(date(2049, 6, 1), 3, "2049-05-31T16:00:00Z", "2052-05-31T15:59:59Z");
    }

    #[test]
    fn the_ca_depends_on_the_seed_alone() {
        assert_eq!(ca_pem(1), ca_pem(1));
        assert_ne!(ca_pem(1), ca_pem(2));
    }

    #[test]
    fn the_ca_has_signed_what_it_issues() {
        use p256::ecdsa::signature::Verifier;
        let order = Order { number: 1, customer: "c", project: "p", from: date(2020, 1, 1), years: 1 };
        let made = issue(9, &order).unwrap();
        let signed = made.tbs_certificate().to_der().unwrap();
        let signature = DerSignature::from_bytes(made.signature().raw_bytes()).unwrap();
        signing_key(9, "CA key", 0).verifying_key().verify(&signed, &signature).unwrap();
        assert!(signing_key(8, "CA key", 0).verifying_key().verify(&signed, &signature).is_err());
    }
}

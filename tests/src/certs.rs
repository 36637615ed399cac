//! A certification authority that issues whatever it is asked for: also what no real one should.
//!
//! Certificates and lists are put together here by hand, so that what reads them is not tried by itself. Signed with
//! Ed25519 by keys made of a seed, so that they are the same bytes in each run.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey};

/// An element of DER.
pub fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let mut out = vec![tag];
    match content.len() {
        short @ 0..0x80 => out.push(short as u8),
        long => {
            let octets = long.to_be_bytes();
            let octets = &octets[octets.iter().take_while(|octet| **octet == 0).count()..];
            out.push(0x80 | octets.len() as u8);
            out.extend_from_slice(octets);
        }
    }
    out.extend(content);
    out
}

/// A name of one part, its common name.
pub fn name(common: &str) -> Vec<u8> {
    let pair = der(0x30, &[&[6, 3, 0x55, 4, 3], &der(0x0c, &[common.as_bytes()])]);
    der(0x30, &[&der(0x31, &[&pair])])
}

/// A time as it is written: UTCTime where it has a two-digit year, which is told by its length.
pub fn time(text: &str) -> Vec<u8> {
    let tag = if text.len() <= 13 { 0x17 } else { 0x18 };
    der(tag, &[text.as_bytes()])
}

/// A positive number.
pub fn integer(octets: &[u8]) -> Vec<u8> {
    match octets.first() {
        Some(0x80..) => der(2, &[&[0], octets]),
        _ => der(2, &[octets]),
    }
}

/// An extension.
pub fn extension(last: u8, critical: bool, value: &[u8]) -> Vec<u8> {
    let critical: &[u8] = if critical { &[1, 1, 0xff] } else { &[] };
    der(0x30, &[&[6, 3, 0x55, 0x1d, last], critical, &der(4, &[value])])
}

const ED25519: &[u8] = &[0x30, 5, 6, 3, 0x2b, 0x65, 0x70];

/// What a certificate says.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Octets of its serial number.
    pub serial: Vec<u8>,
    /// Its common name.
    pub subject: String,
    /// First time, as it is written.
    pub begins: String,
    /// Last time.
    pub ends: String,
    /// First octet of its key usage, and how many bits of it are unused.
    pub usage: (u8, u8),
}

impl Wanted {
    /// A certificate for signing, valid for the year 2021 by Chinese time.
    pub fn new(serial: &[u8]) -> Self {
        Self {
            serial: serial.to_vec(),
            subject: "Test Subscriber".into(),
            begins: "201231160000Z".into(),
            ends: "211231155959Z".into(),
            usage: (0xc0, 6),
        }
    }

    /// Another last time.
    pub fn until(mut self, ends: &str) -> Self {
        self.ends = ends.into();
        self
    }
}

/// An entry of a list: serial number, time, reason, further extensions.
pub type Revoked<'a> = (&'a [u8], &'a str, Option<u8>, &'a [Vec<u8>]);

/// An authority.
pub struct Ca {
    key: SigningKey,
    /// Its name.
    pub name: String,
    /// Its certificate, which it signed itself.
    pub certificate: Vec<u8>,
}

impl Ca {
    /// The authority of this name; the seed makes its key.
    pub fn new(name: &str, seed: u8) -> Self {
        let mut ca =
            Self { key: SigningKey::from_bytes(&[seed; 32]), name: name.into(), certificate: Vec::new() };
        let wanted = Wanted { subject: name.into(), usage: (0x06, 1), ..Wanted::new(&[1]) };
        ca.certificate = ca.issue_for(&wanted.until("491231155959Z"), &SigningKey::from_bytes(&[seed; 32]));
        ca
    }

    /// A certificate.
    pub fn issue(&self, wanted: &Wanted) -> Vec<u8> {
        let serial = wanted.serial.last().copied().unwrap_or_default();
        self.issue_for(wanted, &SigningKey::from_bytes(&[serial ^ 0x5a; 32]))
    }

    fn issue_for(&self, wanted: &Wanted, key: &SigningKey) -> Vec<u8> {
        let public = der(3, &[&[0], key.verifying_key().as_bytes()]);
        let usage = der(3, &[&[wanted.usage.1, wanted.usage.0]]);
        let extensions = der(0xa3, &[&der(0x30, &[&extension(15, true, &usage)])]);
        let tbs = der(
            0x30,
            &[
                &[0xa0, 3, 2, 1, 2],
                &integer(&wanted.serial),
                ED25519,
                &name(&self.name),
                &der(0x30, &[&time(&wanted.begins), &time(&wanted.ends)]),
                &name(&wanted.subject),
                &der(0x30, &[ED25519, &public]),
                &extensions,
            ],
        );
        self.signed(&tbs)
    }

    /// A list, and extensions of all of it.
    pub fn list(&self, made: &str, entries: &[Revoked<'_>], extensions: &[Vec<u8>]) -> Vec<u8> {
        let entry = |(serial, at, reason, more): &Revoked<'_>| {
            let reason = reason.map(|code| extension(21, false, &[0x0a, 1, code]));
            let all: Vec<&[u8]> = reason.iter().chain(more.iter()).map(Vec::as_slice).collect();
            let all = if all.is_empty() { Vec::new() } else { der(0x30, &all) };
            der(0x30, &[&integer(serial), &time(at), &all])
        };
        let entries: Vec<Vec<u8>> = entries.iter().map(entry).collect();
        let entries: Vec<&[u8]> = entries.iter().map(Vec::as_slice).collect();
        let extensions: Vec<&[u8]> = extensions.iter().map(Vec::as_slice).collect();
        let of_list = match extensions.is_empty() {
            true => Vec::new(),
            false => der(0xa0, &[&der(0x30, &extensions)]),
        };
        let revoked = if entries.is_empty() { Vec::new() } else { der(0x30, &entries) };
        let tbs = der(0x30, &[&[2, 1, 1], ED25519, &name(&self.name), &time(made), &revoked, &of_list]);
        self.signed(&tbs)
    }

    fn signed(&self, tbs: &[u8]) -> Vec<u8> {
        let signature = self.key.sign(tbs).to_bytes();
        der(0x30, &[tbs, ED25519, &der(3, &[&[0], &signature])])
    }
}

/// The same as PEM.
pub fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<&str> =
        text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).expect("base64")).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

/// The envelope in which certificates and lists are handed on: PKCS #7, signed by nobody.
pub fn envelope(certificates: &[Vec<u8>], lists: &[Vec<u8>]) -> Vec<u8> {
    let all = |things: &[Vec<u8>]| things.concat();
    let data = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1];
    let signed = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];
    let inside = der(
        0x30,
        &[
            &[2, 1, 1],
            &der(0x31, &[]),
            &der(0x30, &[&der(6, &[&data])]),
            &der(0xa0, &[&all(certificates)]),
            &der(0xa1, &[&all(lists)]),
            &der(0x31, &[]),
        ],
    );
    der(0x30, &[&der(6, &[&signed]), &der(0xa0, &[&inside])])
}

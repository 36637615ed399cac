//! Certificates: what a cover says of one, and the little that the journal may know of it.
//!
//! Serial, issuer, subject and instants stand in covers; the journal has a random id and days at UTC+08:00.

use crate::digest::{Salt, Sha256};
use crate::facts::{WordError, word_lists};
use crate::id::{CertId, text_serde};
use crate::identifier::CertificateSerial;
use crate::time::{Day, Time};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// Characters of a name of issuer or subject that are kept; the digest is over all of it.
pub const NAME_CHARS_MAX: usize = 512;

word_lists! {
    /// Why a certificate relies on the material of a record.
    Reliance {
        /// It was issued upon it.
        Original = "original",
        /// A renewal that uses it again.
        Renewal = "renewal",
        /// Issued in the place of a lost or damaged one.
        Reissue = "reissue",
        /// Issued after a change.
        Change = "change",
        /// The other one of a pair for signing and encryption.
        Pair = "pair",
        /// No certificate was issued: this one was unlocked or revoked.
        ActedOn = "acted-on",
    }
    /// What the key of a certificate is for.
    Usage {
        /// Signing, and being bound to it.
        Sign = "sign",
        /// Encryption and key agreement.
        Encrypt = "encrypt",
        /// Signing certificates or lists of revoked ones.
        Authority = "authority",
    }
    /// Why a certificate does not tell its last instant.
    Doubt {
        /// Its time has no seconds.
        NoSeconds = "no-seconds",
        /// Its time does not say at which offset.
        NoZone = "no-zone",
        /// Its time is not written as times are.
        Spelling = "spelling",
        /// There is no such day or hour.
        NoSuchTime = "no-such-time",
        /// Its day at UTC+08:00 is none of the years 1 to 9999.
        OutOfRange = "out-of-range",
        /// It would end before it begins.
        BeforeBegin = "before-begin",
    }
    /// What happened to a certificate.
    Change {
        /// It was revoked.
        Revoked = "revoked",
        /// It was put on hold, which starts no period.
        Held = "held",
        /// It was taken off hold.
        Released = "released",
    }
    /// From what that is known.
    Source {
        /// From a list that the issuer signed.
        Crl = "crl",
        /// From a sheet that somebody sent.
        Sheet = "sheet",
        /// From an order or a decision on paper.
        Order = "order",
    }
}

/// One certificate's line in a cover.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateLine {
    /// Keeps the line from being guessed: a serial number alone soon would be.
    pub salt: Salt,
    /// The certificate.
    pub cert: Certificate,
}

/// A certificate that relies on a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// Its id in this vault, the same in every record that it relies on.
    pub id: CertId,
    /// Serial number.
    pub serial: CertificateSerial,
    /// Name of the issuer, for people.
    pub issuer: String,
    /// Digest of the issuer's name in the form in which two are the same.
    pub name: Sha256,
    /// Name of the subject, for people.
    pub subject: String,
    /// First instant; absent where the certificate does not tell it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begins: Option<Time>,
    /// Last instant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<Ends>,
    /// Why it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubt: Option<Doubt>,
    /// What its key is for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub usage: Vec<Usage>,
    /// SHA-256 of its DER.
    pub sha256: Sha256,
    /// Why it relies on this record.
    pub reliance: Reliance,
}

/// The last instant of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// Then, included.
    At(Time),
    /// 9999-12-31T23:59:59Z: it has no end that is known.
    Never,
}

/// The last day of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Until {
    /// That day, included.
    Day(Day),
    /// It has no end that is known.
    Never,
}

impl Ends {
    /// The last day.
    pub fn until(self) -> Until {
        match self {
            Self::At(time) => Until::Day(time.day()),
            Self::Never => Until::Never,
        }
    }
}

const NEVER: &str = "never";

impl fmt::Display for Ends {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(time) => time.fmt(f),
            Self::Never => f.write_str(NEVER),
        }
    }
}

impl FromStr for Ends {
    type Err = crate::time::TimeError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == NEVER { Ok(Self::Never) } else { text.parse().map(Self::At) }
    }
}

impl fmt::Display for Until {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => day.fmt(f),
            Self::Never => f.write_str(NEVER),
        }
    }
}

impl FromStr for Until {
    type Err = crate::time::TimeError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == NEVER { Ok(Self::Never) } else { text.parse().map(Self::Day) }
    }
}

text_serde!(Ends);
text_serde!(Until);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_frozen_in_its_bytes() {
        // If this fails, `commit` of old covers no longer says what it said.
        let line = CertificateLine {
            salt: Salt([7; 32]),
            cert: Certificate {
                id: CertId::from_bytes([1; 16]),
                serial: CertificateSerial::parse("0a:ff").unwrap(),
                issuer: "C=CN, CN=Test CA".into(),
                name: Sha256([2; 32]),
                subject: "CN=\u{5f20}\u{4e09}".into(),
                begins: Some("2020-06-15T16:00:00.000Z".parse().unwrap()),
                ends: Some(Ends::At("2021-06-15T15:59:59.000Z".parse().unwrap())),
                doubt: None,
                usage: vec![Usage::Sign],
                sha256: Sha256([3; 32]),
                reliance: Reliance::Original,
            },
        };
        let text = format!(
            r#"{{"salt":"{}","cert":{{"id":"{}","serial":"0AFF","issuer":"C=CN, CN=Test CA","name":"{}","subject":"CN={}","begins":"2020-06-15T16:00:00.000Z","ends":"2021-06-15T15:59:59.000Z","usage":["sign"],"sha256":"{}","reliance":"original"}}}}"#,
            "07".repeat(32),
            line.cert.id,
            "02".repeat(32),
            "\u{5f20}\u{4e09}",
            "03".repeat(32),
        );
        assert_eq!(serde_json::to_string(&line).unwrap(), text);
        assert_eq!(serde_json::from_str::<CertificateLine>(&text).unwrap(), line);
    }

    #[test]
    fn an_end_is_a_time_or_never() {
        assert_eq!("never".parse(), Ok(Ends::Never));
        assert_eq!(Ends::Never.until().to_string(), "never");
        let end: Ends = "2021-06-15T16:00:00.000Z".parse().unwrap();
        assert_eq!(end.until().to_string(), "2021-06-16");
        assert!("Never".parse::<Until>().is_err() && "2021-6-1".parse::<Until>().is_err());
    }
}

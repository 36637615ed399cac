//! Certificates that records rely on, what happens to them, and whose word on that counts.

use super::{CoverMark, NoteMark};
use crate::certificate::{Change, Reliance, Source, Until};
use crate::digest::{B3, Sha256};
use crate::facts::{Business, Class, Outcome};
use crate::id::{ActId, CertId, IssuerId, RecordId};
use crate::time::Day;
use serde::{Deserialize, Serialize};

data_types! {
    /// A certificate that relies on a record, as the journal knows it.
    Linked {
        /// Which.
        cert: CertId,
        /// Its first day.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        issued: Option<Day>,
        /// Its last day; absent where the certificate does not tell it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Until>,
        /// Why it relies on the record.
        reliance: Reliance,
        /// The pinned issuer of its name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        issuer: Option<IssuerId>,
        /// Whether that issuer's key has signed it.
        verified: bool,
    }
    /// `cert.link`: certificates that rely on a record from here on.
    CertLink {
        /// The record.
        record: RecordId,
        /// Fact version this makes, from 2.
        n: u32,
        /// The record's filing counter; its place is this ÷ 4096.
        counter: u64,
        /// Retention class.
        class: Class,
        /// Business act.
        business: Business,
        /// Day of business.
        date: Day,
        /// How it ended.
        outcome: Outcome,
        /// The cover.
        cover: CoverMark,
        /// The certificates.
        certs: Vec<Linked>,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<NoteMark>,
    }
    /// What happened to one certificate.
    CertEvent {
        /// Which.
        cert: CertId,
        /// What.
        event: Change,
        /// On which day.
        day: Day,
    }
    /// `cert.status`: what a list signed by a pinned issuer says.
    CertStatus {
        /// Whose list.
        issuer: IssuerId,
        /// Its BLAKE3.
        list: B3,
        /// The day on which it was made.
        made: Day,
        /// What it says of certificates of this vault.
        events: Vec<CertEvent>,
        /// Serial numbers, instants and reasons.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<NoteMark>,
    }
    /// `cert.report`: what somebody says of certificates.
    CertReport {
        /// From what they know it.
        source: Source,
        /// BLAKE3 of the list or sheet.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        list: Option<B3>,
        /// What happened.
        events: Vec<CertEvent>,
        /// Why; serial numbers and instants.
        note: NoteMark,
    }
    /// `cert.reverse`: what an earlier line says of some certificates was a mistake.
    CertReverse {
        /// The act of that line.
        act: ActId,
        /// The certificates.
        certs: Vec<CertId>,
        /// Why.
        note: NoteMark,
    }
    /// `issuer.pin`: lists signed by this key count.
    IssuerPin {
        /// Its id in this vault.
        issuer: IssuerId,
        /// SHA-256 of its certificate.
        sha256: Sha256,
        /// The certificate, base64 of its DER.
        der: String,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<NoteMark>,
    }
    /// `issuer.unpin`: lists signed by that key no longer count.
    IssuerUnpin {
        /// Which.
        issuer: IssuerId,
        /// Why.
        note: NoteMark,
    }
}

//! Certificates in the catalog: what a row keeps of each, and how they are found by serial number.
//!
//! Names of issuers and subjects stay in covers: a row of a thousand certificates would be mostly these.

use super::postings::{self, Said, said};
use super::rows::{Bytes, Row, place, put_number};
use super::runs::{Direction, Walk};
use super::{Catalog, State};
use crate::error::Result;
use jingui_schema::act::Linked;
use jingui_schema::certificate::{Certificate, Doubt, Ends, Reliance, Until, Usage};
use jingui_schema::digest::Sha256;
use jingui_schema::id::{CertId, IssuerId};
use jingui_schema::identifier::CertificateSerial;
use jingui_schema::time::Time;

/// A certificate that relies on a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertRow {
    /// Which.
    pub id: CertId,
    /// Serial number.
    pub serial: CertificateSerial,
    /// Digest of its issuer's name.
    pub name: Sha256,
    /// First instant.
    pub begins: Option<Time>,
    /// Last instant.
    pub ends: Option<Ends>,
    /// Why it has none.
    pub doubt: Option<Doubt>,
    /// What its key is for.
    pub usage: Vec<Usage>,
    /// SHA-256 of its DER.
    pub sha256: Sha256,
    /// Why it relies on the record.
    pub reliance: Reliance,
    /// The pinned issuer of that name, when it was linked.
    pub issuer: Option<IssuerId>,
    /// Whether that issuer's key has signed it.
    pub verified: bool,
    /// The line that linked it.
    pub seq: u64,
}

impl CertRow {
    /// What a line and the cover that it brings say of a certificate.
    pub(crate) fn of(cert: &Certificate, link: &Linked, seq: u64) -> Self {
        Self {
            id: cert.id,
            serial: cert.serial,
            name: cert.name,
            begins: cert.begins,
            ends: cert.ends,
            doubt: cert.doubt,
            usage: cert.usage.clone(),
            sha256: cert.sha256,
            reliance: cert.reliance,
            issuer: link.issuer,
            verified: link.verified,
            seq,
        }
    }

    /// Its last day.
    pub fn until(&self) -> Option<Until> {
        self.ends.map(Ends::until)
    }

    pub(super) fn put(&self, out: &mut Vec<u8>) {
        let Self { id, serial, name, begins, ends, doubt, usage, sha256, reliance, issuer, verified, seq } =
            self;
        out.extend_from_slice(id.as_bytes());
        out.extend_from_slice(&serial.to_be_bytes());
        out.extend_from_slice(&name.0);
        let mut time = |time: &Option<Time>| {
            out.push(u8::from(time.is_some()));
            out.extend(time.iter().flat_map(|time| time.millis().to_be_bytes()));
        };
        time(begins);
        match ends {
            Some(Ends::At(at)) => time(&Some(*at)),
            Some(Ends::Never) => out.push(2),
            None => time(&None),
        }
        out.push(doubt.as_ref().map_or(0xff, |doubt| place(Doubt::ALL, doubt)));
        put_number(out, usage.len() as u64);
        out.extend(usage.iter().map(|usage| place(Usage::ALL, usage)));
        out.extend_from_slice(&sha256.0);
        out.push(place(Reliance::ALL, reliance));
        out.push(u8::from(issuer.is_some()));
        out.extend(issuer.iter().flat_map(|issuer| issuer.as_bytes().iter().copied()));
        out.push(u8::from(*verified));
        put_number(out, *seq);
    }

    pub(super) fn take(from: &mut Bytes<'_>) -> Option<Self> {
        let time = |from: &mut Bytes<'_>| Some(Time::from_millis(i64::from_be_bytes(from.array()?)));
        Some(Self {
            id: CertId::from_bytes(from.array()?),
            serial: CertificateSerial::from_be_bytes(&from.array::<20>()?).ok()?,
            name: Sha256(from.array()?),
            begins: match from.array()? {
                [0] => None,
                [1] => Some(time(from)?),
                _ => return None,
            },
            ends: match from.array()? {
                [0] => None,
                [1] => Some(Ends::At(time(from)?)),
                [2] => Some(Ends::Never),
                _ => return None,
            },
            doubt: match from.array()? {
                [0xff] => None,
                [at] => Some(*Doubt::ALL.get(usize::from(at))?),
            },
            usage: from.list(|from| from.word(Usage::ALL))?,
            sha256: Sha256(from.array()?),
            reliance: from.word(Reliance::ALL)?,
            issuer: from.option(|from| from.array().map(IssuerId::from_bytes))?,
            verified: match from.array()? {
                [0] => false,
                [1] => true,
                _ => return None,
            },
            seq: from.number()?,
        })
    }
}

/// Which records a list of serial numbers speaks of: asked many times over one state of the catalog.
pub struct Serials<'a> {
    catalog: &'a Catalog,
    state: std::sync::RwLockReadGuard<'a, State>,
}

impl Catalog {
    /// Begins to look for many serial numbers. While it is there, nothing is written to the catalog.
    pub fn serials(&self) -> Serials<'_> {
        Serials { catalog: self, state: self.read() }
    }

    /// The lines that speak of a certificate, or confirm or refuse a proposal, ascending.
    pub fn lines_naming(&self, id: &[u8; 16]) -> Result<Vec<u64>> {
        let state = self.read();
        let mut walk = Walk::new(&self.store, &state.runs, postings::named_range(id), Direction::Up)?;
        let mut lines = Vec::new();
        while let Some(posting) = walk.next()? {
            if let Said::Named(found, line) = said(&posting)?
                && found == *id
            {
                lines.push(line);
            }
        }
        lines.dedup();
        Ok(lines)
    }
}

impl Serials<'_> {
    /// The rows with a certificate of this number, by whichever issuer, oldest first.
    pub fn rows(&self, serial: &CertificateSerial) -> Result<Vec<Row>> {
        let store = &self.catalog.store;
        let range = postings::serial_range(store, serial);
        let mut walk = Walk::new(store, &self.state.runs, range, Direction::Up)?;
        let mut rows: Vec<Row> = Vec::new();
        while let Some(posting) = walk.next()? {
            let Said::Serial(target) = said(&posting)? else { continue };
            let Some(row) = self.state.current(store, target)? else { continue };
            let known = rows.iter().any(|known| known.counter == row.counter);
            if !known && row.certs.iter().any(|cert| cert.serial == *serial) {
                rows.push(row);
            }
        }
        Ok(rows)
    }
}

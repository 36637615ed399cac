//! Certificates (证书) that rely on records: linked, followed, found by serial number.
//!
//! What a certificate says was read by [`crate::certificate`]; which issuers count is for two people to say. A link is
//! never taken back by one person, and nothing here shortens a period by one person's word.

mod issuers; // whose signatures count
mod status; // what happened to certificates
mod story; // all that is known of one certificate

pub use issuers::Issuer;
pub use status::{Happened, ListReading, Reported, StatusDone};
pub use story::{Counted, Story, Told};

use crate::catalog::{CertRow, Row};
use crate::certificate;
use crate::error::{Error, Result};
use crate::session::Session;
use crate::version::NewVersion;
use jingui_schema::act::{CertLink, Linked};
use jingui_schema::certificate::{Certificate, CertificateLine, Reliance};
use jingui_schema::cover::NoteKind;
use jingui_schema::facts::Role;
use jingui_schema::id::{CertId, RecordId};
use jingui_schema::identifier::CertificateSerial;

/// A certificate that is to be linked to a record.
#[derive(Clone, Debug)]
pub struct ToLink {
    /// As it was read.
    pub certificate: certificate::Certificate,
    /// Why it relies on the record.
    pub reliance: Reliance,
}

/// Links that are durable, or were rehearsed.
#[derive(Clone, Debug)]
pub struct LinkDone {
    /// Fact version that they made.
    pub n: u32,
    /// The certificates, as the cover has them.
    pub certificates: Vec<Certificate>,
    /// What the journal knows of them.
    pub links: Vec<Linked>,
    /// The line; `None` where it was only rehearsed.
    pub seq: Option<u64>,
    /// Whether a reviewer has to see the record.
    pub to_review: bool,
}

impl Session {
    /// Links certificates to a record that is there.
    ///
    /// - Shape: those that are linked already are left out.
    /// - Errors: [`Error::LinkedAlready`] where that leaves none.
    pub fn link(
        &self,
        record: RecordId,
        certs: &[ToLink],
        reason: Option<&str>,
        rehearse: bool,
    ) -> Result<LinkDone> {
        self.with_role(&[Role::Archivist])?;
        let row = self.row(record)?;
        let (old, cover_row) = self.cover_of(&row)?;
        let (lines, links) = self.link_lines(certs, &row.certs)?;
        if links.is_empty() {
            return Err(Error::LinkedAlready { record: row.facts.number.to_string() });
        }
        let certificates = lines.iter().map(|line| line.cert.clone()).collect();
        let state = self.vault.state();
        let to_review = state.is_first_link(row.certs.iter().map(|cert| cert.id), state.lines + 1);
        let n = cover_row.n + 1;
        if rehearse {
            return Ok(LinkDone { n, certificates, links, seq: None, to_review });
        }
        let cover = old.linked(lines).map_err(crate::filing::bad_cover)?;
        let done = self.submit_link(&row, &cover, &links, reason)?;
        self.vault.recent().changed(done.seq);
        self.screen(record, n, &cover.facts.facts);
        Ok(LinkDone { n, certificates, links, seq: Some(done.seq), to_review })
    }

    /// The lines of a cover and of the journal for certificates, without those that are there.
    pub(crate) fn link_lines(
        &self,
        certs: &[ToLink],
        there: &[CertRow],
    ) -> Result<(Vec<CertificateLine>, Vec<Linked>)> {
        let (mut lines, mut links) = (Vec::<CertificateLine>::new(), Vec::new());
        if certs.is_empty() {
            return Ok((lines, links));
        }
        let issuers = self.issuers();
        for ToLink { certificate, reliance } in certs {
            let known = there.iter().any(|cert| cert.sha256 == certificate.sha256);
            if known || lines.iter().any(|line| line.cert.sha256 == certificate.sha256) {
                continue;
            }
            let ends = certificate.ends.ok();
            let cert = Certificate {
                id: self.id_of(certificate)?,
                serial: certificate.serial,
                issuer: certificate.issuer.text.clone(),
                name: certificate.issuer.digest,
                subject: certificate.subject.text.clone(),
                begins: certificate.begins.ok(),
                ends,
                doubt: certificate.ends.err(),
                usage: certificate.usage.clone(),
                sha256: certificate.sha256,
                reliance: *reliance,
            };
            let (issuer, verified) = issuers::issuer_of(&issuers, certificate);
            links.push(Linked {
                cert: cert.id,
                issued: cert.begins.map(|time| time.day()),
                until: ends.map(|ends| ends.until()),
                reliance: *reliance,
                issuer,
                verified,
            });
            lines.push(CertificateLine { salt: self.salt(), cert });
        }
        Ok((lines, links))
    }

    /// The id that this certificate has in the vault, or a new one.
    fn id_of(&self, certificate: &certificate::Certificate) -> Result<CertId> {
        let rows = self.ask(|catalog| catalog.serials().rows(&certificate.serial))?;
        let known = rows.iter().flat_map(|row| &row.certs).find(|cert| cert.sha256 == certificate.sha256);
        Ok(known.map_or_else(|| CertId::from_bytes(self.vault.env().bytes()), |cert| cert.id))
    }

    /// The certificates that somebody means by a serial number in hex, or by an id: each with a record of it.
    ///
    /// Errors: [`Error::NoCert`]; several are for the caller to tell apart.
    pub fn certs_of(&self, word: &str) -> Result<Vec<(CertRow, Row)>> {
        let none = || Error::NoCert { cert: word.trim().chars().take(80).collect() };
        let mut found: Vec<(CertRow, Row)> = Vec::new();
        if let Ok(cert) = word.trim().to_ascii_uppercase().parse::<CertId>() {
            found.extend(self.cert(cert)?);
        }
        if let Ok(serial) = CertificateSerial::parse(word) {
            for row in self.ask(|catalog| catalog.serials().rows(&serial))? {
                for cert in row.certs.iter().filter(|cert| cert.serial == serial) {
                    if !found.iter().any(|(known, _)| known.id == cert.id) {
                        found.push((cert.clone(), row.clone()));
                    }
                }
            }
        }
        if found.is_empty() { Err(none()) } else { Ok(found) }
    }

    /// The one certificate that somebody means.
    ///
    /// Errors: [`Error::NoCert`], [`Error::ManyCerts`].
    pub fn the_cert(&self, word: &str) -> Result<(CertRow, Row)> {
        let mut found = self.certs_of(word)?;
        match found.len() {
            1 => Ok(found.remove(0)),
            count => Err(Error::ManyCerts { cert: word.trim().to_owned(), count: count.to_string() }),
        }
    }

    /// A certificate by its id, with a record of it.
    pub fn cert(&self, cert: CertId) -> Result<Option<(CertRow, Row)>> {
        Ok(self.links_of(cert)?.into_iter().next())
    }

    /// A certificate with each record that relies on it, oldest link first.
    pub fn links_of(&self, cert: CertId) -> Result<Vec<(CertRow, Row)>> {
        let mut found: Vec<(CertRow, Row)> = Vec::new();
        for line in self.lines_naming(cert.as_bytes())? {
            let (line, _) = self.vault.line(line)?;
            let Some(record) = line.act.deed.record().filter(|_| !line.act.deed.links().is_empty()) else {
                continue;
            };
            let Some(row) = self.ask(|catalog| catalog.get(record))? else { continue };
            if let Some(known) = row.certs.iter().find(|known| known.id == cert).cloned()
                && found.iter().all(|(_, other)| other.record != row.record)
            {
                found.push((known, row));
            }
        }
        Ok(found)
    }

    /// What covers say of the certificates of a record: names of issuers and subjects.
    pub fn certificates(&self, record: RecordId) -> Result<Vec<Certificate>> {
        let row = self.row(record)?;
        if row.certs.is_empty() {
            return Ok(Vec::new());
        }
        let (cover, _) = self.cover_of(&row)?;
        Ok(cover.certificates.into_iter().map(|line| line.cert).collect())
    }

    fn lines_naming(&self, id: &[u8; 16]) -> Result<Vec<u64>> {
        self.ask(|catalog| catalog.lines_naming(id))
    }

    /// Makes the links durable with the reason, where one is given.
    fn submit_link(
        &self,
        row: &Row,
        cover: &crate::cover::Cover,
        links: &[Linked],
        reason: Option<&str>,
    ) -> Result<crate::writer::Done> {
        let note = reason.map(|reason| self.seal_note(NoteKind::Reason, reason)).transpose()?;
        let (record, counter, n) = (row.record, row.counter, cover.spine.n);
        let (act, facts) = (self.vault.env().act_id(), &cover.facts.facts);
        let version = NewVersion { act, record, counter, filing: 0, cover, note, may_repeat: false };
        self.submit_cover(version, |cover, note| {
            let deed = CertLink {
                record,
                n,
                counter,
                class: facts.class,
                business: facts.business,
                date: facts.date,
                outcome: facts.outcome,
                cover,
                certs: links.to_vec(),
                note,
            };
            deed.into()
        })
    }
}

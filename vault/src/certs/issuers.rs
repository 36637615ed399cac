//! Issuers (签发者) whose signatures count: proposed by one person, confirmed by another.

use crate::certificate::{Certificate, Verdict};
use crate::error::{Error, Result};
use crate::session::Session;
use crate::writer::Done;
use jingui_schema::act::{ActFile, Deed, IssuerPin, IssuerUnpin, NoteMark};
use jingui_schema::cover::NoteKind;
use jingui_schema::id::IssuerId;

/// The largest certificate of an issuer: it lies in the journal and in memory.
const DER_BYTES_MAX: usize = 8192;

/// An issuer that is pinned.
#[derive(Clone, Debug)]
pub struct Issuer {
    /// Its id in this vault.
    pub id: IssuerId,
    /// Its certificate.
    pub certificate: Certificate,
    /// The line that confirmed it.
    pub seq: u64,
}

impl Session {
    /// The pinned issuers.
    pub fn issuers(&self) -> Vec<Issuer> {
        let state = self.vault.state();
        let read = |(id, pinned): (&IssuerId, &crate::state::Pinned)| {
            let certificate = Certificate::read(&crate::base64::decode(&pinned.der)?).ok()?;
            Some(Issuer { id: *id, certificate, seq: pinned.seq })
        };
        // One that cannot be read any more verifies nothing.
        state.issuers.iter().filter_map(read).collect()
    }

    /// Whose certificate somebody proposes, by what it says of itself.
    pub fn subject_of(&self, der: &str) -> Option<String> {
        Some(Certificate::read(&crate::base64::decode(der)?).ok()?.subject.text)
    }

    /// Proposes to let the signatures of this issuer count.
    ///
    /// Errors: [`Error::IssuerKnown`]; [`Error::NoCertificate`] for one that is none of an authority, or too large.
    pub fn pin(&self, certificate: &Certificate, reason: Option<&str>) -> Result<(IssuerId, Done)> {
        let (issuer, deed) = self.pinning(certificate)?;
        let done = self.carry_out(reason.map(|reason| (NoteKind::Reason, reason)), deed)?;
        Ok((issuer, done))
    }

    /// Says whether [`Session::pin`] would do it; changes nothing.
    pub fn may_pin(&self, certificate: &Certificate, reason: Option<&str>) -> Result<()> {
        let (_, deed) = self.pinning(certificate)?;
        self.prepare(reason.map(|reason| (NoteKind::Reason, reason)), &deed).map(drop)
    }

    /// Signs the proposal into an act file instead of carrying it out.
    pub fn write_pin(&self, certificate: &Certificate, reason: Option<&str>) -> Result<ActFile> {
        let (_, deed) = self.pinning(certificate)?;
        self.write_act(reason.map(|reason| (NoteKind::Reason, reason)), deed)
    }

    fn pinning(
        &self,
        certificate: &Certificate,
    ) -> Result<(IssuerId, impl Fn(Option<NoteMark>) -> Deed + use<>)> {
        let bad =
            |why: &str| Error::NoCertificate { path: certificate.subject.text.clone(), why: why.into() };
        if certificate.der.len() > DER_BYTES_MAX {
            return Err(bad("it is too large for the certificate of an issuer"));
        }
        if !certificate.authority && !certificate.is_self_signed() {
            return Err(bad("it is not the certificate of an authority"));
        }
        if let Some(known) = self.issuers().iter().find(|i| i.certificate.sha256 == certificate.sha256) {
            return Err(Error::IssuerKnown { issuer: known.id.to_string() });
        }
        let issuer = IssuerId::from_bytes(self.vault.env().bytes());
        let (sha256, der) = (certificate.sha256, crate::base64::encode(&certificate.der));
        Ok((issuer, move |note| IssuerPin { issuer, sha256, der: der.clone(), note }.into()))
    }

    /// Proposes that the signatures of an issuer count no more.
    pub fn unpin(&self, issuer: IssuerId, reason: &str) -> Result<Done> {
        self.carry_out(Some((NoteKind::Reason, reason)), unpinning(issuer))
    }

    /// Says whether [`Session::unpin`] would do it; changes nothing.
    pub fn may_unpin(&self, issuer: IssuerId, reason: &str) -> Result<()> {
        self.prepare(Some((NoteKind::Reason, reason)), &unpinning(issuer)).map(drop)
    }
}

fn unpinning(issuer: IssuerId) -> impl Fn(Option<NoteMark>) -> Deed {
    move |note| IssuerUnpin { issuer, note: note.expect("a reason makes a note") }.into()
}

/// The pinned issuer of a certificate, and whether its key has signed it. A CA may have had several keys under one name.
pub(super) fn issuer_of(issuers: &[Issuer], certificate: &Certificate) -> (Option<IssuerId>, bool) {
    let mut named = None;
    for issuer in issuers {
        match issuer.certificate.signed(certificate) {
            Verdict::Verified => return (Some(issuer.id), true),
            Verdict::OtherName => {}
            _ => named = named.or(Some(issuer.id)),
        }
    }
    (named, false)
}

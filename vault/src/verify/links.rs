//! Certificates in covers, held against the lines that link them.

use crate::cover::Cover;
use jingui_schema::act::{CertLink, Linked};
use jingui_schema::id::VaultId;

/// The lines of documents, and those of certificates.
pub(super) fn parts(cover: &Cover) -> (&[String], &[String]) {
    let behind_facts = cover.lines.get(1..).unwrap_or_default();
    behind_facts.split_at(cover.documents.len().min(behind_facts.len()))
}

/// Whether a cover still has the certificates of the version before it, byte for byte, and in their order.
pub(super) fn keep(before: &Cover, cover: &Cover) -> bool {
    parts(cover).1.starts_with(parts(before).1)
}

/// Whether the cover of a link says of all else what the version before it said.
pub(super) fn only_link(before: &Cover, cover: &Cover) -> bool {
    let keys = |cover: &Cover| -> Vec<(u32, String)> {
        cover.spine.bodies.iter().map(|b| (b.filing, b.identity.clone())).collect()
    };
    let same = before.lines.first() == cover.lines.first() && parts(before).0 == parts(cover).0;
    same && keep(before, cover)
        && before.certificates.len() < cover.certificates.len()
        && keys(before) == keys(cover)
}

/// Whether the last certificates of a cover are those that its line links, and are what it says of them.
pub(super) fn are_linked(cover: &Cover, links: &[Linked]) -> bool {
    let Some(first) = cover.certificates.len().checked_sub(links.len()) else { return false };
    cover.certificates[first..].iter().zip(links).all(|(line, link)| {
        let cert = &line.cert;
        cert.id == link.cert
            && cert.begins.map(|time| time.day()) == link.issued
            && cert.ends.map(|ends| ends.until()) == link.until
            && cert.ends.is_none() == cert.doubt.is_some()
            && cert.reliance == link.reliance
    })
}

/// In what the cover of a link differs from the line that names it.
pub(super) fn differences(cover: &Cover, d: &CertLink, vault: VaultId) -> Vec<&'static str> {
    let (spine, facts) = (&cover.spine, &cover.facts.facts);
    let checks = [
        ("vault", spine.vault == vault),
        ("record", spine.record == d.record),
        ("fact version", spine.n == d.n),
        ("commit", cover.commit() == d.cover.commit),
        ("class", facts.class == d.class),
        ("business", facts.business == d.business),
        ("date", facts.date == d.date),
        ("outcome", facts.outcome == d.outcome),
        ("certificates", are_linked(cover, &d.certs)),
    ];
    checks.into_iter().filter(|(_, same)| !same).map(|(what, _)| what).collect()
}

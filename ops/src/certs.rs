//! Certificates among the files of a filing: read on their way in, so that they are linked in the same act.

use jingui_schema::certificate::Reliance;
use jingui_schema::facts::{Business, DocumentKind};
use jingui_vault::body::Incoming;
use jingui_vault::certificate::certificates;
use jingui_vault::certs::ToLink;
use std::io::Read as _;

/// A file of certificates that came with many others: what is larger is none.
const BYTES_MAX: u64 = 4 << 20;

/// Why a certificate relies on the record of a business act, where nobody says otherwise.
pub fn reliance_of(business: Business) -> Reliance {
    match business {
        Business::New => Reliance::Original,
        Business::Renew => Reliance::Renewal,
        Business::Change => Reliance::Change,
        Business::Reissue => Reliance::Reissue,
        Business::Recover | Business::Revoke | Business::Unlock => Reliance::ActedOn,
    }
}

/// The certificates among these documents. Nobody stands beside a backlog or a watched folder: a document of that kind
/// that cannot be read, such as a scan of one, is filed and links nothing, and the record never falls due by itself.
pub fn among(incoming: &[Incoming], business: Business) -> Vec<ToLink> {
    let read = |document: &Incoming| {
        let mut bytes = Vec::new();
        let file = document.source.open().ok()?;
        file.take(BYTES_MAX + 1).read_to_end(&mut bytes).ok()?;
        if bytes.len() as u64 > BYTES_MAX { None } else { certificates(&bytes).ok() }
    };
    let reliance = reliance_of(business);
    let of_kind = incoming.iter().filter(|document| document.kind == DocumentKind::Cert);
    let all = of_kind.filter_map(read).flatten();
    all.map(|certificate| ToLink { certificate, reliance }).collect()
}

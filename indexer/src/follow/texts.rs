//! The texts that are kept of a record's documents, filing by filing.

use crate::kept::{self, Kept};
use crate::page::Unread;
use jingui_schema::id::RecordId;
use jingui_vault::text::Material;
use jingui_vault::{Result, Session};
use std::collections::BTreeMap;

/// The texts kept of a record, by number of document; of a filing none where none is kept, or none that can be read.
pub(super) fn kept_of(material: &Material<'_>) -> Result<BTreeMap<u32, Kept>> {
    let mut texts = BTreeMap::new();
    for filing in material.filings() {
        let kept = material.kept(filing)?;
        texts.extend(kept.and_then(|bytes| kept::read(&bytes)).unwrap_or_default());
    }
    Ok(texts)
}

/// Of a record's documents those of which nothing, or not all, was read, by number, and why. Reads no document.
///
/// Errors: those of opening the record's cover.
pub fn unread(session: &Session, record: RecordId) -> Result<BTreeMap<u32, Unread>> {
    let material = session.material(record)?;
    let kept = kept_of(&material)?;
    let why = |no: u32| kept.get(&no).map_or(Some(Unread::Waiting), |kept| kept.reading.unread);
    Ok(material.documents().filter_map(|document| Some((document.no, why(document.no)?))).collect())
}

/// Keeps what is known of a record's documents, filing by filing.
pub(super) fn keep(material: &Material<'_>, texts: &BTreeMap<u32, Kept>) -> Result<()> {
    for filing in material.filings() {
        let of_filing = material.documents().filter(|doc| doc.filing == filing);
        let of_filing: Vec<Kept> = of_filing.filter_map(|doc| texts.get(&doc.no).cloned()).collect();
        if !of_filing.is_empty() {
            material.keep(filing, &kept::write(&of_filing))?;
        }
    }
    Ok(())
}

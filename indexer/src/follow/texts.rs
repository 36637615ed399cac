//! The texts that are kept of a record's documents, filing by filing.

use crate::kept::{self, Kept};
use jingui_vault::Result;
use jingui_vault::text::Material;
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

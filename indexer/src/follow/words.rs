//! The words of holds, asked of whoever has read documents.

use super::entries::{entry, entry_with};
use super::{Error, Result};
use crate::index::{self, Entry};
use crate::kept::{Kept, READERS};
use jingui_schema::id::RecordId;
use jingui_vault::Session;
use jingui_vault::holding::Words;
use jingui_vault::text::Material;
use std::collections::BTreeMap;

/// The words of holds, asked of the texts that are kept.
pub struct Texts<'a>(pub &'a Session);

impl Words for Texts<'_> {
    fn readers(&self) -> u32 {
        READERS
    }

    fn may_have(&self, record: RecordId, words: &[String]) -> jingui_vault::Result<bool> {
        match entry(self.0, record) {
            Ok(entry) => Ok(entry.is_none_or(|entry| index::may_have(&entry, words))),
            Err(Error::Vault(error)) => Err(error),
            Err(_) => Ok(true),
        }
    }
}

/// The same of one record, as it has just been read.
struct JustRead<'a> {
    entry: &'a Entry,
    readers: u32,
}

impl Words for JustRead<'_> {
    fn readers(&self) -> u32 {
        self.readers
    }

    fn may_have(&self, _: RecordId, words: &[String]) -> jingui_vault::Result<bool> {
        Ok(index::may_have(self.entry, words))
    }
}

/// Compares a record with the holds that ask for words, once all of it has been read. Before its text is kept: cut off
/// in between, it is read and compared once more.
pub(super) fn compare(session: &Session, material: &Material<'_>, texts: &BTreeMap<u32, Kept>) -> Result<()> {
    if material.documents().any(|document| !texts.contains_key(&document.no)) {
        return Ok(()); // it counts as held
    }
    let vault = session.vault();
    if vault.state().standing_holds(vault.today()).is_empty() {
        return Ok(());
    }
    let entry = entry_with(session, material, texts.clone())?;
    let readers = texts.values().map(|kept| kept.readers).min().unwrap_or(READERS);
    let words = JustRead { entry: &entry, readers };
    Ok(session.screen_read(entry.record, material.version(), &words)?)
}

//! Records as entries of the index: what is known of each, with the texts kept of its documents.

use super::Result;
use super::texts::kept_of;
use crate::index::{Document, Entry, Writer};
use crate::kept::Kept;
use crate::page::{Reading, Unread};
use jingui_schema::cover;
use jingui_schema::facts::{Facts, Field};
use jingui_schema::id::RecordId;
use jingui_vault::Session;
use jingui_vault::catalog::Row;
use jingui_vault::text::Material;
use std::collections::BTreeMap;

/// Puts these records in as they are now. Covers are opened by one thread while another analyses what was opened.
pub(super) fn put(writer: &mut Writer, session: &Session, records: &[RecordId]) -> Result<()> {
    if let [record] = records {
        return put_one(writer, *record, &entry(session, *record)?);
    }
    std::thread::scope(|scope| {
        let (give, take) = std::sync::mpsc::sync_channel(16);
        scope.spawn(move || {
            for record in records {
                if give.send((*record, entry(session, *record))).is_err() {
                    return; // the other side has failed and says why
                }
            }
        });
        take.into_iter().try_for_each(|(record, entry)| put_one(writer, record, &entry?))
    })
}

fn put_one(writer: &mut Writer, record: RecordId, entry: &Option<Entry>) -> Result<()> {
    match entry {
        Some(entry) => Ok(writer.put(entry)?),
        None => Ok(writer.remove(&record)?),
    }
}

/// A record as it is found; `None` where it is no more.
pub(super) fn entry(session: &Session, record: RecordId) -> Result<Option<Entry>> {
    match session.material(record) {
        Ok(material) => Ok(Some(entry_with(session, &material, kept_of(&material)?)?)),
        Err(jingui_vault::Error::NoRecord { .. }) => Ok(None),
        // Its cover does not open: what the catalog knows is found still.
        Err(jingui_vault::Error::FileDamaged { .. }) => {
            let row = match session.row(record) {
                Err(jingui_vault::Error::NoRecord { .. }) => return Ok(None),
                row => row?,
            };
            let document = |brief: &jingui_vault::catalog::DocBrief| Document {
                kind: brief.kind,
                title: String::new(),
                original: brief.name.clone(),
                pages: Vec::new(),
                unread: Some(Unread::Waiting),
            };
            let documents = row.documents.iter().map(document).collect();
            Ok(Some(known(session, &row, &row.facts, Vec::new(), documents)?))
        }
        Err(error) => Err(error.into()),
    }
}

/// A record with what was read of its documents; one of which nothing was is waiting.
pub(super) fn entry_with(
    session: &Session,
    material: &Material<'_>,
    mut texts: BTreeMap<u32, Kept>,
) -> Result<Entry> {
    let document = |document: &cover::Document| {
        let kept = texts.remove(&document.no);
        let reading =
            kept.map_or(Reading { pages: Vec::new(), unread: Some(Unread::Waiting) }, |kept| kept.reading);
        Document {
            kind: document.kind,
            title: document.title.clone().unwrap_or_default(),
            original: document.name.clone(),
            pages: reading.pages.into_iter().map(|page| page.text).collect(),
            unread: reading.unread,
        }
    };
    let documents = material.documents().map(document).collect();
    let serials = material.certificates().map(|certificate| certificate.serial.to_string()).collect();
    known(session, &material.row, material.facts(), serials, documents)
}

/// An entry of what is known and what was read.
fn known(
    session: &Session,
    row: &Row,
    facts: &Facts,
    mut serials: Vec<String>,
    documents: Vec<Document>,
) -> Result<Entry> {
    let mut names = vec![facts.customer.name.to_string()];
    let mut identifiers: Vec<String> = facts.customer.id.iter().cloned().collect();
    let (mut phones, mut addresses) = (Vec::new(), Vec::new());
    for particular in &facts.fields {
        let value = particular.value.to_string();
        match particular.field {
            Field::Handler => names.push(value),
            Field::HandlerId => identifiers.push(value),
            Field::Phone => phones.push(value),
            Field::Address => addresses.push(value),
            Field::Token => serials.push(value),
            Field::PasswordCard | Field::Accepted | Field::Holders => {}
        }
    }
    Ok(Entry {
        record: row.record,
        number: facts.number.to_string(),
        project: facts.project.to_string(),
        outlet: facts.outlet.to_string(),
        names,
        customer_kind: facts.customer.kind,
        identifiers,
        phones,
        addresses,
        serials,
        business: facts.business,
        date: facts.date,
        outcome: facts.outcome,
        class: facts.class,
        state: session.standing(row)?,
        box_code: facts.box_code.as_ref().map(ToString::to_string),
        tags: facts.tags.iter().map(ToString::to_string).collect(),
        documents,
    })
}

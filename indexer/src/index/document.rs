//! An entry as a document of the index: which terms it is found by.

use super::entry::{Entry, Kept};
use super::keys::{Keys, Of, TAILS};
use super::schema::{FACTS, Fields};
use crate::page::Unread;
use crate::text::han::tokens;
use crate::text::{numbers, pinyin};
use tantivy::TantivyDocument;

/// The values of a fact that is looked for in parts.
pub(super) fn values<'a>(entry: &'a Entry, fact: &str) -> Vec<&'a str> {
    fn all(list: &[String]) -> Vec<&str> {
        list.iter().map(String::as_str).collect()
    }
    match fact {
        "number" => vec![&entry.number],
        "project" => vec![&entry.project],
        "customer" => all(&entry.names),
        "address" => all(&entry.addresses),
        "outlet" => vec![&entry.outlet],
        "box" => entry.box_code.iter().map(String::as_str).collect(),
        "tag" => all(&entry.tags),
        "title" => entry.documents.iter().flat_map(|d| [d.title.as_str(), d.original.as_str()]).collect(),
        _ => Vec::new(),
    }
}

/// The numbers of a field, as they are compared.
pub(super) fn numbers_of(kept: &Kept, field: &str) -> Vec<String> {
    let entry = &kept.entry;
    let list = match field {
        "number" => std::slice::from_ref(&entry.number),
        "id" => &entry.identifiers,
        "phone" => &entry.phones,
        "serial" => &entry.serials,
        "text" => return kept.found.clone(),
        _ => return Vec::new(),
    };
    list.iter().filter_map(|text| numbers::normal(text)).collect()
}

/// Fields that have numbers, those first in which a number says most.
pub(super) const NUMBERS: [&str; 5] = ["number", "serial", "id", "phone", "text"];

/// The words a record has in a field that is a list of words.
pub(super) fn words(entry: &Entry, field: &str) -> Vec<&'static str> {
    match field {
        "state" => vec![entry.state.word()],
        "class" => vec![entry.class.word()],
        "business" => vec![entry.business.word()],
        "outcome" => vec![entry.outcome.word()],
        "kind" => std::iter::once(entry.customer_kind.word())
            .chain(entry.documents.iter().map(|d| d.kind.word()))
            .collect(),
        _ => Vec::new(),
    }
}

/// The fields that are lists of words.
pub(super) const WORDS: [&str; 5] = ["state", "class", "kind", "business", "outcome"];

/// A value in the form in which a whole one is compared: its tokens, whatever stands between them.
pub(super) fn whole(value: &str) -> String {
    let mut out = String::new();
    for token in tokens(value) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&token.text);
    }
    out
}

/// All keyed hashes of a record.
fn hashes(kept: &Kept, keys: &Keys) -> Vec<u64> {
    let entry = &kept.entry;
    let mut all = Vec::new();
    for fact in FACTS {
        for value in values(entry, fact) {
            let whole = whole(value);
            if !whole.is_empty() {
                all.push(keys.hash(Of::Whole(fact), &whole));
            }
        }
    }
    for name in &entry.names {
        let (full, first) = pinyin::whole(name);
        all.extend(full.iter().map(|text| keys.hash(Of::Reading, text)));
        all.extend(first.iter().map(|text| keys.hash(Of::Initials, text)));
    }
    for field in NUMBERS {
        for number in numbers_of(kept, field) {
            all.extend(numbers::forms(&number).iter().map(|form| keys.hash(Of::Number(field), form)));
            let tails = TAILS.iter().filter_map(|chars| numbers::tail(&number, *chars));
            all.extend(tails.map(|tail| keys.hash(Of::Tail(field), tail)));
        }
    }
    for field in WORDS {
        all.extend(words(entry, field).iter().map(|word| keys.hash(Of::Word(field), word)));
    }
    if entry.documents.iter().any(|document| document.unread.is_some()) {
        all.push(keys.hash(Of::Unread, ""));
    }
    if entry.documents.iter().any(|document| document.unread == Some(Unread::Waiting)) {
        all.push(keys.hash(Of::Waiting, ""));
    }
    all.sort_unstable();
    all.dedup();
    all
}

/// The upper half of a record's id.
pub(super) fn order(entry: &Entry) -> u64 {
    let [high @ .., _, _, _, _, _, _, _, _] = *entry.record.as_bytes();
    u64::from_be_bytes(high)
}

fn number_of<T: PartialEq>(all: &[T], one: &T) -> u64 {
    all.iter().position(|other| other == one).map_or(u64::MAX, |at| at as u64)
}

/// The document of an entry.
pub(super) fn document(
    entry: &Entry,
    fields: &Fields,
    keys: &Keys,
) -> Result<TantivyDocument, serde_json::Error> {
    use jingui_schema::facts::{Class, CustomerKind, Standing};
    let kept = Kept::of(entry);
    let mut document = TantivyDocument::new();
    document.add_bytes(fields.record, &entry.record.as_bytes()[..]);
    document.add_bytes(fields.facts, &serde_json::to_vec(&kept)?);
    for hash in hashes(&kept, keys) {
        document.add_u64(fields.keys, hash);
    }
    for text in kept.texts {
        document.add_text(fields.characters, &text);
        document.add_text(fields.text, text);
    }
    for (field, fact) in fields.parts.iter().zip(FACTS) {
        for value in values(entry, fact) {
            document.add_text(*field, value);
        }
    }
    for name in &entry.names {
        document.add_text(fields.readings, name);
    }
    document.add_u64(fields.date, entry.date.ordinal().into());
    document.add_u64(fields.order, order(entry));
    document.add_u64(fields.class, number_of(Class::ALL, &entry.class));
    document.add_u64(fields.year, entry.date.year().unsigned_abs().into());
    document.add_u64(fields.state, number_of(Standing::ALL, &entry.state));
    document.add_u64(fields.kind, number_of(CustomerKind::ALL, &entry.customer_kind));
    document.add_text(fields.project_name, &entry.project);
    Ok(document)
}

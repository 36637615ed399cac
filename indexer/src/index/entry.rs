//! What the index is given of one record.
//!
//! Says nothing of where it comes from, and nothing of who may see it.

use crate::page::Unread;
use jingui_schema::facts::{Business, Class, CustomerKind, DocumentKind, Outcome, Standing};
use jingui_schema::id::RecordId;
use jingui_schema::time::Day;
use serde::{Deserialize, Serialize};

/// One record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its id. A record is in the index once.
    pub record: RecordId,
    /// Its archive number.
    pub number: String,
    /// The project.
    pub project: String,
    /// The outlet.
    pub outlet: String,
    /// Names of the customer: the name, then other names, those of handler and holders.
    pub names: Vec<String>,
    /// What the customer is to the law.
    pub customer_kind: CustomerKind,
    /// Identity numbers, credit codes, other identifiers.
    pub identifiers: Vec<String>,
    /// Telephones.
    pub phones: Vec<String>,
    /// Addresses of the customer.
    pub addresses: Vec<String>,
    /// Serial numbers of certificates and tokens.
    pub serials: Vec<String>,
    /// The business act.
    pub business: Business,
    /// The day of business.
    pub date: Day,
    /// How it ended.
    pub outcome: Outcome,
    /// The retention class.
    pub class: Class,
    /// How far it has come.
    pub state: Standing,
    /// The box of the paper originals.
    #[serde(rename = "box", default)]
    pub box_code: Option<String>,
    /// Free tags.
    pub tags: Vec<String>,
    /// Its documents.
    pub documents: Vec<Document>,
}

/// One document of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// What it is.
    pub kind: DocumentKind,
    /// Its title.
    pub title: String,
    /// The name of the file that was filed.
    pub original: String,
    /// Its text, page by page. Kept beside the facts, not in them.
    #[serde(skip)]
    pub pages: Vec<String>,
    /// Why not all of it was read.
    #[serde(default)]
    pub unread: Option<Unread>,
}

/// What stands between two pages in the text of a document.
pub(super) const PAGE_END: char = '\u{c}';

/// An entry as it is kept: the facts, and what was made of the texts.
#[derive(Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) entry: Entry,
    /// Numbers in its texts.
    pub(super) found: Vec<String>,
    /// Of each document its pages, joined; kept as a text of its own.
    #[serde(skip)]
    pub(super) texts: Vec<String>,
}

impl Kept {
    pub(super) fn of(entry: &Entry) -> Self {
        let joined = |document: &Document| document.pages.join("\u{c}");
        let texts: Vec<String> = entry.documents.iter().map(joined).collect();
        let found = crate::text::numbers::found_in(texts.iter().map(String::as_str));
        Self { entry: entry.clone(), found, texts }
    }
}

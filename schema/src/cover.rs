//! The plaintext of covers, the manifest inside bodies, and notes.

use crate::digest::{Salt, Sha256};
use crate::facts::{DocumentKind, Facts, Flaw, Mark};
use crate::id::{NoteId, RecordId, VaultId};
use crate::time::Day;
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

/// A cover's first line: whose it is, and what opens its bodies.
///
/// Never printed: its `Debug` would show keys, so it has none.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spine {
    /// Format.
    pub v: u32,
    /// Suite.
    pub suite: String,
    /// The vault.
    pub vault: VaultId,
    /// The record.
    pub record: RecordId,
    /// Fact version, from 1.
    pub n: u32,
    /// One identity for each filing.
    pub bodies: Vec<BodyKey>,
}

/// The identity that opens the body of one filing.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BodyKey {
    /// Which filing of the record, from 1.
    pub filing: u32,
    /// `AGE-SECRET-KEY-1…`
    pub identity: String,
}

impl Drop for BodyKey {
    fn drop(&mut self) {
        // Overwritten through the allocation that held it; NUL is valid UTF-8.
        let length = self.identity.len();
        self.identity.clear();
        self.identity.extend(std::iter::repeat_n('\0', length));
    }
}

/// A cover's second line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactsLine {
    /// Keeps the line from being guessed.
    pub salt: Salt,
    /// The facts.
    pub facts: Facts,
}

/// One document's line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentLine {
    /// Keeps the line from being guessed, and the document's existence from being probed.
    pub salt: Salt,
    /// The document.
    pub doc: Document,
}

/// One document (材料) of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Number in the record, from 1.
    pub no: u32,
    /// The filing that brought it, from 1.
    pub filing: u32,
    /// Its name inside the body.
    pub member: String,
    /// Where its zstd frame begins in the age plaintext of the body.
    pub offset: u64,
    /// Length of that frame.
    pub length: u64,
    /// Original name; where it was not UTF-8, the nearest readable one.
    pub name: String,
    /// The name's bytes in hex, where it was not UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
    /// What it is.
    pub kind: DocumentKind,
    /// A title of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Media type.
    #[serde(rename = "type")]
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of the bytes.
    pub sha256: Sha256,
    /// What somebody has seen of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<Mark>,
    /// Its last day, for identity documents and powers of attorney.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
    /// Pages, where somebody counted them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<u32>,
    /// What is wrong with the file, if its bytes show it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flaw: Option<Flaw>,
    /// How the manifest in its body names it, where kind or title were corrected since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filed: Option<FiledAs>,
}

/// Kind and title under which a document was filed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FiledAs {
    /// What it was said to be.
    pub kind: DocumentKind,
    /// The title it had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// The first member of a body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Format.
    pub v: u32,
    /// Suite.
    pub suite: String,
    /// The vault.
    pub vault: VaultId,
    /// The record.
    pub record: RecordId,
    /// Which filing of the record.
    pub filing: u32,
    /// Its documents, in order.
    pub docs: Vec<ManifestDocument>,
}

/// One document as the manifest names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestDocument {
    /// Number in the record.
    pub no: u32,
    /// Its name inside the body.
    pub member: String,
    /// Original name.
    pub name: String,
    /// The name's bytes in hex, where it was not UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
    /// What it is.
    pub kind: DocumentKind,
    /// A title of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Media type.
    #[serde(rename = "type")]
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of the bytes.
    pub sha256: Sha256,
}

impl Document {
    /// What the manifest says of this document.
    pub fn manifest(&self) -> ManifestDocument {
        ManifestDocument {
            no: self.no,
            member: self.member.clone(),
            name: self.name.clone(),
            raw: self.raw.clone(),
            kind: self.filed.as_ref().map_or(self.kind, |f| f.kind),
            title: self.filed.as_ref().map_or(&self.title, |f| &f.title).clone(),
            media_type: self.media_type.clone(),
            size: self.size,
            sha256: self.sha256,
        }
    }
}

/// What a note is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NoteKind {
    /// Why something was done.
    Reason,
    /// The name behind a staff number.
    Person,
    /// A setting of the vault.
    Setting,
    /// What a person concerned wants to have said beside a record.
    Annotation,
    /// Whom somebody searched for.
    Query,
    /// Matter, basis and query of a hold.
    Hold,
    /// Why records of a plan are destroyed, and the paper that belongs to them.
    Appraisal,
}

/// Bytes of a sealed note at most. Reasons and names are short; a list of customers with a hundred thousand names is not.
pub const NOTE_BYTES_MAX: u64 = 16 << 20;

/// A note (附记).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// Format.
    pub v: u32,
    /// The vault.
    pub vault: VaultId,
    /// Its id, as in its name.
    pub note: NoteId,
    /// What it is for.
    pub kind: NoteKind,
    /// The text.
    pub text: String,
}

/// Computes a cover's `commit` from its lines, the spine excluded.
///
/// - Shape: SHA-256 over the lower-case hex SHA-256 of each line, each followed by LF.
/// - Source: `FORMAT.md`, section "Covers".
pub fn commit_of<'a>(lines: impl Iterator<Item = &'a str>) -> Sha256 {
    let mut list = String::new();
    for line in lines {
        writeln!(list, "{}", Sha256::of(line.as_bytes())).expect("writing to a String cannot fail");
    }
    Sha256::of(list.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commit_is_what_sha256sum_says() {
        // printf 'a' | sha256sum and printf 'b' | sha256sum, both lines through sha256sum.
        let list = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb\n\
                    3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d\n";
        assert_eq!(commit_of(["a", "b"].into_iter()), Sha256::of(list.as_bytes()));
    }
}

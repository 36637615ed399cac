//! What an archive gives its CA when it is asked for a record: the sheet that lies on top of the answer.
//!
//! `FORMAT.md`, section 22. The sheet proves nothing by itself; it holds the paths by which the rest is proved.

use crate::copy::{CopyError, read, to_line};
use crate::digest::Sha256;
use crate::id::{ActId, RecordId, VaultId};
use crate::time::Time;
use serde::{Deserialize, Serialize};

/// Names of what an answer has, before the documents.
pub const SHEET: &str = "answer.json";
/// The signed head under which all of it is proved.
pub const HEAD: &str = "head";
/// Lines of the journal, as they are.
pub const LINES: &str = "lines.jsonl";
/// The lines of the record's cover that commit to its facts and documents.
pub const COVER: &str = "cover.jsonl";

/// Lines that one answer may have: more than a record is looked at in a hundred years.
pub const LINES_MAX: usize = 200_000;

/// A line of the journal, and the path that leads from it to the root of the head.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proved {
    /// Its number.
    pub seq: u64,
    /// RFC 6962 inclusion path.
    pub path: Vec<Sha256>,
}

/// The sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerSheet {
    jingui: String,
    v: u32,
    /// The archive's vault.
    pub vault: VaultId,
    /// The act that asked.
    pub request: ActId,
    /// The record that was asked for.
    pub record: RecordId,
    /// The fact version that is given.
    pub n: u32,
    /// When it was put together.
    pub at: Time,
    /// The lines of `lines.jsonl`, in their order: one for each.
    pub lines: Vec<Proved>,
    /// Lines of the newest head that the archive knows to be countersigned; 0 without one.
    pub old: u64,
    /// RFC 9162 proof that the head continues that one.
    pub proof: Vec<Sha256>,
}

impl AnswerSheet {
    /// Of a vault, for a request: the record and the fact version that are given.
    pub fn new(vault: VaultId, request: ActId, given: (RecordId, u32), at: Time) -> Self {
        let (record, n) = given;
        let (lines, old, proof) = Default::default();
        Self { jingui: "answer".into(), v: crate::FORMAT, vault, request, record, n, at, lines, old, proof }
    }

    /// Reads the file.
    ///
    /// Errors: [`CopyError::Untrue`] where its lines are too many or not in order.
    pub fn parse(text: &str) -> Result<Self, CopyError> {
        let sheet: Self = read(text, "answer")?;
        match sheet.lines.len() <= LINES_MAX && sheet.lines.is_sorted_by(|a, b| a.seq < b.seq) {
            true => Ok(sheet),
            false => Err(CopyError::Untrue("it proves lines that are too many, or not in order")),
        }
    }

    /// The file.
    pub fn to_text(&self) -> String {
        to_line(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_is_frozen_in_its_bytes() {
        let (vault, act) = (VaultId::from_bytes([3; 16]), ActId::from_bytes([4; 16]));
        let record = RecordId::from_bytes([5; 16]);
        let at = "2026-11-29T04:00:00.000Z".parse().unwrap();
        let mut sheet = AnswerSheet::new(vault, act, (record, 2), at);
        let path = vec![Sha256([7; 32])];
        sheet.lines = vec![Proved { seq: 1, path: path.clone() }, Proved { seq: 9, path: Vec::new() }];
        (sheet.old, sheet.proof) = (8, path);
        let hash = "07".repeat(32);
        let text = format!(
            r#"{{"jingui":"answer","v":1,"vault":"{vault}","request":"{act}","record":"{record}","n":2,"at":"2026-11-29T04:00:00.000Z","lines":[{{"seq":1,"path":["{hash}"]}},{{"seq":9,"path":[]}}],"old":8,"proof":["{hash}"]}}"#
        ) + "\n";
        assert_eq!(sheet.to_text(), text);
        assert_eq!(AnswerSheet::parse(&text), Ok(sheet.clone()));
        for at in 0..text.len() {
            assert!(AnswerSheet::parse(&text[..at]).is_err(), "cut at {at}");
        }
        sheet.lines.reverse();
        assert!(matches!(AnswerSheet::parse(&sheet.to_text()), Err(CopyError::Untrue(_))));
    }
}

//! The list that a CA's receipt is over: each record that was taken in, as the archive's journal names it.
//!
//! `FORMAT.md`, section 21. One line of JSON each; the first says whose it is.

use crate::copy::{CopyError, read, to_line};
use crate::digest::Sha256;
use crate::id::{ActId, ArchiveNumber, HoldId, RecordId, VaultId};
use crate::spelling::is_spelt;
use crate::time::Time;
use serde::{Deserialize, Serialize};

/// The first line of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptHead {
    jingui: String,
    v: u32,
    /// The archive's vault.
    pub vault: VaultId,
    /// The act that proposed the hand-over there.
    pub handover: ActId,
    /// Lines of its journal.
    pub lines: u64,
    /// The root over them.
    pub root: Sha256,
    /// The vault that took everything in.
    pub taker: VaultId,
    /// When.
    pub at: Time,
    /// Records named below.
    pub records: u64,
}

/// A record that was taken in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptRow {
    /// The record.
    pub record: RecordId,
    /// Its archive number.
    pub number: ArchiveNumber,
    /// Its newest fact version.
    pub n: u32,
    /// What commits to that version's facts and documents.
    pub commit: Sha256,
    /// Documents in it.
    pub docs: u64,
    /// Holds that keep it, ascending.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holds: Vec<HoldId>,
}

/// A list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Its first line.
    pub head: ReceiptHead,
    /// The records, in the order of their ids.
    pub rows: Vec<ReceiptRow>,
}

impl ReceiptHead {
    /// Of a hand-over: the archive's vault and act, the lines and their root, and who took it in when.
    pub fn new(of: (VaultId, ActId), lines: (u64, Sha256), taker: VaultId, at: Time, records: u64) -> Self {
        let ((vault, handover), (lines, root)) = (of, lines);
        Self { jingui: "receipt".into(), v: crate::FORMAT, vault, handover, lines, root, taker, at, records }
    }
}

impl Receipt {
    /// The file.
    pub fn to_text(&self) -> String {
        let mut text = to_line(&self.head);
        self.rows.iter().for_each(|row| text.push_str(&to_line(row)));
        text
    }

    /// Reads the file.
    ///
    /// Errors: [`CopyError::Untrue`] where it names other than as many records as it says, or not in order.
    pub fn parse(text: &str) -> Result<Self, CopyError> {
        let (first, rest) = text.split_once('\n').ok_or(CopyError::Torn)?;
        let head: ReceiptHead = read(&format!("{first}\n"), "receipt")?;
        let mut rows = Vec::new();
        for line in rest.split_inclusive('\n') {
            let line = line.strip_suffix('\n').ok_or(CopyError::Torn)?;
            let row: ReceiptRow = serde_json::from_str(line).map_err(|_| CopyError::Torn)?;
            if !is_spelt(&row, line.as_bytes()) {
                return Err(CopyError::Torn);
            }
            rows.push(row);
        }
        let in_order = rows.is_sorted_by(|a: &ReceiptRow, b| a.record < b.record);
        match in_order && rows.len() as u64 == head.records {
            true => Ok(Self { head, rows }),
            false => Err(CopyError::Untrue("it names other records than it says")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receipt() -> Receipt {
        let (three, four) = (VaultId::from_bytes([3; 16]), VaultId::from_bytes([4; 16]));
        let at = "2026-11-27T04:00:00.000Z".parse().unwrap();
        let row = |id: u8, holds| ReceiptRow {
            record: RecordId::from_bytes([id; 16]),
            number: "BJ-2026-000007".parse().unwrap(),
            n: 2,
            commit: Sha256([9; 32]),
            docs: 3,
            holds,
        };
        let rows = vec![row(1, vec![]), row(2, vec![HoldId::from_bytes([8; 16])])];
        let of = (three, ActId::from_bytes([5; 16]));
        Receipt { head: ReceiptHead::new(of, (42, Sha256([6; 32])), four, at, 2), rows }
    }

    #[test]
    fn a_receipt_is_frozen_in_its_bytes() {
        let text = receipt().to_text();
        let (three, four) = (VaultId::from_bytes([3; 16]), VaultId::from_bytes([4; 16]));
        let (act, root) = (ActId::from_bytes([5; 16]), "06".repeat(32));
        let first = format!(
            r#"{{"jingui":"receipt","v":1,"vault":"{three}","handover":"{act}","lines":42,"root":"{root}","taker":"{four}","at":"2026-11-27T04:00:00.000Z","records":2}}"#
        );
        assert_eq!(text.lines().next(), Some(&*first));
        let (record, hold) = (RecordId::from_bytes([2; 16]), HoldId::from_bytes([8; 16]));
        let last = format!(
            r#"{{"record":"{record}","number":"BJ-2026-000007","n":2,"commit":"{}","docs":3,"holds":["{hold}"]}}"#,
            "09".repeat(32)
        );
        assert_eq!(text.lines().next_back(), Some(&*last));
        assert_eq!(Receipt::parse(&text), Ok(receipt()));
    }

    #[test]
    fn what_is_cut_doubled_or_out_of_order_is_refused() {
        let text = receipt().to_text();
        for at in 0..text.len() {
            assert!(Receipt::parse(&text[..at]).is_err(), "cut at {at}");
        }
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        for bad in [[lines[0], lines[2], lines[1]], [lines[0], lines[1], lines[1]]] {
            assert!(Receipt::parse(&bad.concat()).is_err());
        }
        assert!(Receipt::parse(&text.replace(r#""n":2"#, r#""n": 2"#)).is_err());
    }
}

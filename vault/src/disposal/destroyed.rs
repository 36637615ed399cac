//! Records that are no more: what stays of them is that they were.

use jingui_schema::act::Tombstone;
use jingui_schema::id::{ArchiveNumber, RecordId};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::sync::Arc;

/// Tombstones, in the order of their ids.
///
/// Units: some 60 bytes each, shared: the state is copied with every line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Destroyed(Arc<Vec<Entry>>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    record: RecordId,
    number: ArchiveNumber,
    seq: u64,
}

impl Destroyed {
    /// The line that says that a record was destroyed.
    pub fn line_of(&self, record: RecordId) -> Option<u64> {
        let at = self.0.binary_search_by(|entry| entry.record.cmp(&record)).ok()?;
        Some(self.0[at].seq)
    }

    /// Whether a record was destroyed.
    pub fn contains(&self, record: RecordId) -> bool {
        self.line_of(record).is_some()
    }

    /// Whether a record is no more by this line, or by one before it.
    pub fn is_gone_by(&self, record: RecordId, seq: u64) -> bool {
        self.line_of(record).is_some_and(|line| line <= seq)
    }

    /// How many records are no more by this line, or by one before it.
    pub fn count_by(&self, seq: u64) -> u64 {
        self.0.iter().filter(|entry| entry.seq <= seq).count() as u64
    }

    /// The record that had an archive number, and the line that says that it was destroyed.
    pub fn by_number(&self, number: &ArchiveNumber) -> Option<(RecordId, u64)> {
        let found = self.0.iter().find(|entry| entry.number == *number)?;
        Some((found.record, found.seq))
    }

    /// The records whose ids lie between two, with number and line.
    pub fn between(
        &self,
        first: RecordId,
        last: RecordId,
    ) -> impl Iterator<Item = (RecordId, &ArchiveNumber, u64)> {
        let begin = self.0.partition_point(|entry| entry.record < first);
        let found = self.0[begin..].iter().take_while(move |entry| entry.record <= last);
        found.map(|entry| (entry.record, &entry.number, entry.seq))
    }

    /// The records that are no more by this line.
    pub(crate) fn of_line(&self, seq: u64) -> impl Iterator<Item = RecordId> + '_ {
        self.0.iter().filter(move |entry| entry.seq == seq).map(|entry| entry.record)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn add(&mut self, tombstones: &[Tombstone], seq: u64) {
        let all = Arc::make_mut(&mut self.0);
        let one = |t: &Tombstone| Entry { record: t.record, number: t.number.clone(), seq };
        all.extend(tombstones.iter().map(one));
        all.sort_by_key(|entry| (entry.record, entry.seq));
        all.dedup_by_key(|entry| entry.record);
    }
}

impl Serialize for Destroyed {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(s)
    }
}

impl<'de> Deserialize<'de> for Destroyed {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Vec::deserialize(d).map(|all| Self(Arc::new(all)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_found_by_id_and_by_number() {
        let id = |n: u8| RecordId::from_bytes([n; 16]);
        let number = |n: u8| format!("JG-2026-0000{n:02}").parse::<ArchiveNumber>().unwrap();
        let stone = |n: u8| Tombstone { record: id(n), number: number(n) };
        let mut destroyed = Destroyed::default();
        destroyed.add(&[stone(3), stone(9)], 7);
        destroyed.add(&[stone(1), stone(3)], 8);
        assert_eq!((destroyed.line_of(id(3)), destroyed.line_of(id(1))), (Some(7), Some(8)));
        assert!(destroyed.is_gone_by(id(3), 7) && !destroyed.is_gone_by(id(1), 7));
        assert_eq!((destroyed.count_by(6), destroyed.count_by(7), destroyed.count_by(8)), (0, 2, 3));
        assert_eq!(destroyed.by_number(&number(9)), Some((id(9), 7)));
        assert_eq!((destroyed.len(), destroyed.contains(id(2))), (3, false));
        assert_eq!(destroyed.between(id(2), id(9)).map(|one| one.0).collect::<Vec<_>>(), [id(3), id(9)]);
        let text = serde_json::to_string(&destroyed).unwrap();
        assert_eq!(serde_json::from_str::<Destroyed>(&text).unwrap(), destroyed);
    }
}

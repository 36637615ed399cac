//! Which bodies may lie at a target for whoever took their records in: those of every hand-over that was ever sealed, also where
//! it was called off afterwards. The taker may have left them there before it was. Pure.

use jingui_schema::act::Deed;
use jingui_schema::id::{ActId, RecordId};
use std::collections::{BTreeSet, HashMap};

/// A hand-over that two people have agreed on.
#[derive(Debug)]
struct Sealing {
    /// The act that proposed it.
    act: ActId,
    /// The line that confirmed it.
    from: u64,
    /// The line that called it off.
    until: Option<u64>,
    /// Its records; none where it is everything.
    list: Option<BTreeSet<RecordId>>,
}

/// What lines say of that, up to one of them.
#[derive(Debug, Default)]
pub(super) struct Sealings {
    /// The list that lines have begun.
    listing: BTreeSet<RecordId>,
    /// What was proposed, and whether it is of that list.
    proposed: HashMap<ActId, bool>,
    sealed: Vec<Sealing>,
}

impl Sealings {
    /// Takes in a line.
    pub fn take(&mut self, seq: u64, act: ActId, deed: &Deed) {
        match deed {
            Deed::HandoverList(d) => {
                if d.from == 0 {
                    self.listing.clear();
                }
                self.listing.extend(d.records.iter().map(|row| row.record));
            }
            Deed::HandoverBegin(d) => {
                self.proposed.insert(act, d.list.is_some());
            }
            Deed::ActConfirm(d) => {
                let Some(is_of_list) = self.proposed.remove(&d.act) else { return };
                let listed = std::mem::take(&mut self.listing);
                let list = is_of_list.then_some(listed);
                self.sealed.push(Sealing { act: d.act, from: seq, until: None, list });
            }
            Deed::HandoverCancel(d) => {
                let called_off = self.sealed.iter_mut().find(|sealing| sealing.act == d.handover);
                if let Some(sealing) = called_off {
                    sealing.until = Some(seq);
                }
            }
            _ => {}
        }
    }

    /// Whether a body may have been left: it was there while its record was sealed.
    ///
    /// `named`, `ended`: the lines that brought it, and that ended it with papers that were taken out.
    pub fn has_body(&self, record: RecordId, named: u64, ended: Option<u64>) -> bool {
        self.sealed.iter().any(|sealing| {
            sealing.list.as_ref().is_none_or(|list| list.contains(&record))
                && sealing.until.is_none_or(|until| named < until)
                && ended.is_none_or(|ended| sealing.from < ended)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jingui_schema::act::{
        ActConfirm, HandoverBegin, HandoverCancel, HandoverList, ListMark, ListRow, NoteMark,
    };
    use jingui_schema::digest::{B3, Sha256};
    use jingui_schema::id::{NoteId, Place};

    fn note() -> NoteMark {
        let id = NoteId::from_bytes([4; 16]);
        NoteMark { id, place: Place::of_counter(0), epoch: 1, size: 7, b3: B3([4; 32]) }
    }

    fn record(n: u8) -> RecordId {
        RecordId::from_bytes([n; 16])
    }

    /// A list or everything is proposed, and confirmed by line 10.
    fn sealed(listed: Option<u8>) -> Sealings {
        let (mut sealings, act) = (Sealings::default(), ActId::from_bytes([1; 16]));
        let rows: Vec<ListRow> = listed
            .map(|n| ListRow {
                record: record(n),
                number: "JG01-2026-000001".parse().unwrap(),
                certs: vec![],
            })
            .into_iter()
            .collect();
        let list = listed.is_some().then(|| ListMark::of(&rows));
        if list.is_some() {
            sealings.take(8, ActId::from_bytes([2; 16]), &HandoverList { from: 0, records: rows }.into());
        }
        sealings.take(9, act, &HandoverBegin { list, note: note() }.into());
        assert!(!sealings.has_body(record(1), 1, None), "one person has proposed it");
        let confirm = ActConfirm { act, sha256: Sha256::of(b"proposal") };
        sealings.take(10, ActId::from_bytes([3; 16]), &confirm.into());
        sealings
    }

    #[test]
    fn what_was_sealed_may_have_been_left_also_once_that_is_called_off() {
        for listed in [Some(1), None] {
            let mut sealings = sealed(listed);
            let has = |sealings: &Sealings, expected: [bool; 5]| {
                let bodies = [(1, 5, None), (1, 5, Some(7)), (1, 5, Some(30)), (2, 5, None), (1, 25, None)];
                let found = bodies.map(|(of, named, ended)| sealings.has_body(record(of), named, ended));
                assert_eq!(found, expected, "{listed:?}");
            };
            let all = listed.is_none();
            has(&sealings, [true, false, true, all, true]);
            let cancel = HandoverCancel { handover: ActId::from_bytes([1; 16]), note: note() };
            sealings.take(20, ActId::from_bytes([5; 16]), &cancel.into());
            // What was filed since is nobody's but the archive's.
            has(&sealings, [true, false, true, all, false]);
        }
    }
}

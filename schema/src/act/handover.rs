//! Hand-over (移交): everything an archive has, or the records of a list, go to its CA, which takes them into a vault of its own.

use super::NoteMark;
use crate::certificate::Change;
use crate::digest::{FileMark, Sha256};
use crate::facts::Class;
use crate::id::{ActId, ArchiveNumber, CertId, Fonds, HoldId, Place, RecordId, TargetId, VaultId};
use crate::time::{Day, Time};
use serde::{Deserialize, Serialize};

data_types! {
    /// A record that is handed over by a list.
    ListRow {
        /// The record.
        record: RecordId,
        /// Its archive number.
        number: ArchiveNumber,
        /// Certificates that rely on it, ascending: nothing more is said of them, either.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        certs: Vec<CertId>,
    }
    /// `handover.list`: records of which a hand-over is to be, as the next lines go on with them.
    HandoverList {
        /// Rows that the lines before have; 0 begins a new list.
        from: u64,
        /// The rows, ascending by record.
        records: Vec<ListRow>,
    }
    /// The list that a hand-over is of.
    ListMark {
        /// Rows in it.
        records: u64,
        /// SHA-256 of its rows as text.
        sha256: Sha256,
    }
    /// `handover.begin`: everything is to be handed over, or the records of a list; once another person has confirmed it nothing
    /// more is filed, or said of those records.
    HandoverBegin {
        /// The records, where it is not everything: those that the `handover.list` lines before it name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        list: Option<ListMark>,
        /// Why. Of a list the first line says whose records they are.
        note: NoteMark,
    }
    /// `handover.cancel`: nothing of it is handed over, and filing goes on.
    HandoverCancel {
        /// The act that proposed it.
        handover: ActId,
        /// Why.
        note: NoteMark,
    }
    /// `handover.receipt`: the CA has taken in all that the journal has up to a line.
    HandoverReceipt {
        /// The act that proposed the hand-over.
        handover: ActId,
        /// The vault that took it in.
        taker: VaultId,
        /// Lines of the journal that it was made from.
        lines: u64,
        /// The root over them.
        root: Sha256,
        /// Records taken in.
        records: u64,
        /// The list that names each of them.
        list: FileMark,
    }
    /// `handover.finish`: what a receipt names is being destroyed here.
    HandoverFinish {
        /// The act of the receipt.
        receipt: ActId,
        /// The line up to which it was looked whether anything has changed since.
        seen: u64,
    }
    /// `handover.done`: it is gone.
    HandoverDone {
        /// The act of the receipt.
        receipt: ActId,
        /// Records that were there.
        records: u64,
    }
    /// `handover.take`: what another archive hands over comes in from here on.
    HandoverTake {
        /// That archive's vault.
        from: VaultId,
        /// Its fonds code.
        fonds: Fonds,
        /// The act there that proposed the hand-over.
        handover: ActId,
        /// Lines of its journal.
        lines: u64,
        /// The root over them.
        root: Sha256,
    }
    /// `hold.take`: a hold that came with what was handed over.
    HoldTake {
        /// The act by which it is taken in.
        take: ActId,
        /// The hold, as it was there.
        hold: HoldId,
        /// The day on which somebody should look at it again.
        review: Day,
        /// When two people released it there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        released: Option<Time>,
        /// Records that were taken in before, ascending; those that come later name the hold themselves.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        records: Vec<RecordId>,
        /// Matter and basis.
        note: NoteMark,
    }
    /// What happened to a certificate, as the other archive had it.
    Ending {
        /// Which.
        cert: CertId,
        /// What.
        event: Change,
        /// On which day.
        day: Day,
        /// The day on which a signed list that says so was taken in; absent where two people said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        list: Option<Day>,
    }
    /// What the journal of the archive that a record comes from says of it.
    Received {
        /// The act by which it is taken in.
        take: ActId,
        /// The fact version that it is made from.
        n: u32,
        /// What commits to that version's facts and documents.
        commit: Sha256,
        /// The day on which it was filed.
        filed: Day,
        /// The day on which something of it was last filed.
        last: Day,
        /// The day on which an application that had been undecided was said to have been refused or taken back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        decided: Option<Day>,
        /// Whether it had been reviewed as it stood.
        reviewed: bool,
        /// Whether its use was restricted.
        restricted: bool,
        /// The day before which an appraisal keeps it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Day>,
        /// Classes that appraisals have added.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        also: Vec<Class>,
        /// What happened to the certificates that rely on it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        ends: Vec<Ending>,
        /// Holds that named it, ascending.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        holds: Vec<HoldId>,
        /// Its bodies, where they stay at the target that it was taken in from.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        left: Option<LeftThere>,
    }
    /// Bodies that stay where another archive has put them: no file of theirs is in this vault.
    LeftThere {
        /// The copy that they are part of.
        target: TargetId,
        /// The record's place there.
        place: Place,
        /// Each of them, ascending by filing; numbers of filings stay as they are there.
        bodies: Vec<LeftBody>,
    }
    /// The body of one filing that stays elsewhere.
    LeftBody {
        /// Its filing.
        filing: u32,
        /// Documents in it.
        docs: u32,
        /// The file, as the other archive's journal names it.
        body: FileMark,
    }
}

impl ListMark {
    /// Of these rows: each is record, number and certificates with a space between them, and LF.
    pub fn of<'a>(rows: impl IntoIterator<Item = &'a ListRow>) -> Self {
        let (mut text, mut records) = (String::new(), 0);
        for row in rows {
            records += 1;
            text.push_str(&format!("{} {}", row.record, row.number));
            row.certs.iter().for_each(|cert| text.push_str(&format!(" {cert}")));
            text.push('\n');
        }
        Self { records, sha256: Sha256::of(text.as_bytes()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::act::Deed;
    use crate::digest::B3;
    use crate::id::{NoteId, Place};

    #[test]
    fn a_list_and_what_begins_are_frozen_in_their_bytes() {
        // If this fails, what two people have sealed is no longer what they signed.
        let (one, two) = (RecordId::from_bytes([1; 16]), RecordId::from_bytes([2; 16]));
        let cert = CertId::from_bytes([3; 16]);
        let number = |text: &str| text.parse::<ArchiveNumber>().unwrap();
        let rows = vec![
            ListRow { record: one, number: number("BJ-2026-000007"), certs: vec![cert] },
            ListRow { record: two, number: number("BJ-2026-000008"), certs: Vec::new() },
        ];
        let mark = ListMark::of(&rows);
        let text = format!("{one} BJ-2026-000007 {cert}\n{two} BJ-2026-000008\n");
        assert_eq!(mark, ListMark { records: 2, sha256: Sha256::of(text.as_bytes()) });
        let list = HandoverList { from: 0, records: rows };
        let data = serde_json::to_string(&list).unwrap();
        let said = format!(
            r#"{{"from":0,"records":[{{"record":"{one}","number":"BJ-2026-000007","certs":["{cert}"]}},{{"record":"{two}","number":"BJ-2026-000008"}}]}}"#
        );
        assert_eq!(data, said);
        assert_eq!(Deed::parse("handover.list", &data).unwrap(), list.into());
        // Of everything: as it was before there were lists.
        let id = NoteId::from_bytes([4; 16]);
        let note = NoteMark { id, place: Place::of_counter(0), epoch: 1, size: 7, b3: B3([4; 32]) };
        let b3 = "04".repeat(32);
        let told = format!(r#"{{"id":"{id}","place":"000000","epoch":1,"size":7,"b3":"{b3}"}}"#);
        let spelt = |begin: &HandoverBegin| serde_json::to_string(begin).unwrap();
        let all = HandoverBegin { list: None, note };
        assert_eq!(spelt(&all), format!(r#"{{"note":{told}}}"#));
        assert_eq!(Deed::parse("handover.begin", &spelt(&all)).unwrap(), all.into());
        let sha256 = mark.sha256;
        let of_list = HandoverBegin { list: Some(mark), note };
        let said = format!(r#"{{"list":{{"records":2,"sha256":"{sha256}"}},"note":{told}}}"#);
        assert_eq!(spelt(&of_list), said);
        assert_eq!(Deed::parse("handover.begin", &said).unwrap(), of_list.into());
    }
}

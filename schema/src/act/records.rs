//! Records: filed, corrected, reviewed, shown; and the settings they are held against.

use super::{CoverMark, LeftThere, Linked, NoteMark, Received};
use crate::digest::{FileMark, Sha256};
use crate::facts::{Business, Class, FactName, Outcome, Purpose, Setting, Verdict};
use crate::id::{ArchiveNumber, RecordId};
use crate::time::Day;
use serde::{Deserialize, Serialize};

data_types! {
    /// `record.file`: documents put in.
    RecordFile {
        /// The record.
        record: RecordId,
        /// Which filing of it, from 1.
        filing: u32,
        /// Fact version this makes, from 1.
        n: u32,
        /// The archive number.
        number: ArchiveNumber,
        /// The record's filing counter; its place is this ÷ 4096.
        counter: u64,
        /// Retention class.
        class: Class,
        /// Business act.
        business: Business,
        /// Day of business.
        date: Day,
        /// How it ended.
        outcome: Outcome,
        /// Documents of this filing.
        docs: u32,
        /// The body.
        body: FileMark,
        /// The cover.
        cover: CoverMark,
        /// Why it was supplemented.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<NoteMark>,
        /// Digest of the import plan that it carries out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        plan: Option<Sha256>,
        /// Certificates that rely on the record from here on.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        certs: Vec<Linked>,
        /// What another archive's journal says of it, where it was handed over by one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Box<Received>>,
    }
    /// `record.correct`: facts of a record as they should have been.
    RecordCorrect {
        /// The record.
        record: RecordId,
        /// Fact version this makes, from 2.
        n: u32,
        /// The record's filing counter; its place is this ÷ 4096.
        counter: u64,
        /// Retention class.
        class: Class,
        /// Business act.
        business: Business,
        /// Day of business.
        date: Day,
        /// How it ended.
        outcome: Outcome,
        /// What differs from the version before.
        changed: Vec<FactName>,
        /// The cover.
        cover: CoverMark,
        /// Why.
        note: NoteMark,
    }
    /// A fact version that a reviewer has looked at.
    Reviewed {
        /// The record.
        record: RecordId,
        /// The fact version.
        n: u32,
        /// What commits to its facts and its list of documents.
        commit: Sha256,
    }
    /// `record.review`: facts and documents compared by somebody who did not file them.
    RecordReview {
        /// What was looked at.
        records: Vec<Reviewed>,
        /// What came of it.
        verdict: Verdict,
        /// The line of the checklist that applied; 0 for the one that is shipped.
        materials: u64,
        /// Records of these whose scans were compared with the paper.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        compared: Vec<RecordId>,
        /// The import they came with, where they are reviewed as one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        plan: Option<Sha256>,
        /// Why they were given back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<NoteMark>,
    }
    /// `record.annotate`: said beside a record, which stays as it is.
    RecordAnnotate {
        /// The record.
        record: RecordId,
        /// What is said.
        note: NoteMark,
    }
    /// `record.restrict`: from here on a record is only stored, or is used again.
    RecordRestrict {
        /// The record.
        record: RecordId,
        /// Whether its use is restricted.
        restricted: bool,
        /// Why.
        note: NoteMark,
    }
    /// `record.find`: somebody sought records by their words.
    RecordFind {
        /// How many there were.
        records: u64,
        /// The query.
        note: NoteMark,
    }
    /// `subject.search`: somebody looked for all records of one person.
    SubjectSearch {
        /// How many there are.
        records: u64,
        /// Whom.
        note: NoteMark,
    }
    /// `setting.set`: a setting of the vault, whole.
    SettingSet {
        /// Which.
        setting: Setting,
        /// Its text.
        note: NoteMark,
    }
    /// `record.open`: documents shown.
    RecordOpen {
        /// The record.
        record: RecordId,
        /// Numbers of the documents.
        docs: Vec<u32>,
        /// What for, where the use of the record is restricted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        purpose: Option<Purpose>,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<NoteMark>,
    }
    /// `facts.reveal`: masked values shown.
    FactsReveal {
        /// The record.
        record: RecordId,
        /// What for, where the use of the record is restricted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        purpose: Option<Purpose>,
        /// Why.
        note: NoteMark,
    }
}

impl RecordFile {
    /// Where its bodies are, if they stay elsewhere: then it brings none, and `body` is the mark of an empty file.
    pub fn left(&self) -> Option<&LeftThere> {
        self.from.as_ref()?.left.as_ref()
    }
}

//! Disposal (销毁): the words of its acts, and the files that people sign.
//!
//! A plan is a text of JSON lines: what it is, a row for each record that may be destroyed, a row for each that may not
//! although its day has come. Its SHA-256 is what people sign, with nothing but `sha256sum` to find it. The register
//! (销毁清册) is the plan again with what became of each row. Neither names a person or a customer.

use crate::act::SignOff;
use crate::digest::Sha256;
use crate::facts::{Business, Class, Outcome, Role, WordError, word_lists};
use crate::id::{ArchiveNumber, By, CertId, Fonds, PlanId, RecordId, VaultId, text_serde};
use crate::time::{Day, Time};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

word_lists! {
    /// What an appraisal (鉴定) says of a record.
    Appraisal {
        /// It is to be destroyed.
        Destroy = "destroy",
        /// It is kept until a further day.
        Keep = "keep",
        /// It is kept for as long as another class asks for, too.
        Reclass = "reclass",
    }
    /// Whose sign-off a plan asks for.
    Slot {
        /// The head of the unit.
        Unit = "unit",
        /// The head of its archives.
        Archives = "archives",
        /// The head of the business department.
        Business = "business",
        /// Whoever handles the archives.
        Handler = "handler",
        /// The authority named when the vault began.
        Authority = "authority",
    }
    /// Why a record of a plan was left.
    Left {
        /// Something keeps it; what, is not said here.
        NotEligible = "not-eligible",
        /// It is not what it was when the plan was made.
        Changed = "changed",
        /// Its day has not come: its dates have moved.
        NotDue = "not-due",
        /// Its appraisal says so.
        Kept = "kept",
        /// Nobody has appraised it.
        Unappraised = "unappraised",
        /// The plan was rejected before its turn came.
        Rejected = "rejected",
    }
    /// Why a record whose day has come is not in a plan.
    Excluded {
        /// Something keeps it; what, is not said here.
        NotEligible = "not-eligible",
        /// An appraisal keeps it for longer.
        Kept = "kept",
        /// An earlier plan that is open has it.
        Planned = "planned",
        /// The plan is full.
        Full = "full",
    }
    /// Where a copy of an epoch key is that is not in the keystore.
    KeyMedium {
        /// On paper.
        Sheet = "sheet",
        /// With the CA.
        Escrow = "escrow",
    }
}

/// Days between the last signature and the run, where nobody says otherwise.
pub const WAIT_DAYS: u16 = 7;
/// Days of that wait at least and at most.
pub const WAIT_DAYS_RANGE: std::ops::RangeInclusive<u16> = 1..=366;
/// Records that one run destroys, where nobody says otherwise.
pub const CAP: u32 = 10_000;
/// Records that one run destroys, at most.
pub const CAP_MAX: u32 = 1_000_000;
/// Witnesses (监销人) at least (law rule R49).
pub const WITNESSES: usize = 2;
/// Bytes of a plan or register at most: some 200,000 records.
pub const PLAN_BYTES_MAX: u64 = 256 << 20;

/// What plans ask for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Sign-offs, each given by another person.
    pub slots: Vec<SignOff>,
    /// Days between the last signature and the run.
    pub wait: u16,
    /// Records destroyed by one run at most.
    pub cap: u32,
}

impl Default for Policy {
    fn default() -> Self {
        let slots = vec![SignOff { slot: Slot::Unit, roles: vec![Role::Approver] }];
        Self { slots, wait: WAIT_DAYS, cap: CAP }
    }
}

/// Says why a text is no plan or register.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// A line is not one of its lines, or not where it belongs.
    #[error("line {line} is none of a plan")]
    Line {
        /// Which, from 1.
        line: usize,
        /// What is wrong.
        #[source]
        source: Option<serde_json::Error>,
    },
    /// It does not say what it is, or is of a newer form.
    #[error("it does not begin as a plan of this form does")]
    Head,
    /// There are other rows than it says.
    #[error("it says that it has {said} records, and has {found}")]
    Count {
        /// What it says.
        said: u64,
        /// What there are.
        found: u64,
    },
}

/// First line of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanHead {
    /// `purge-plan`.
    pub jingui: String,
    /// Format.
    pub v: u32,
    /// The vault.
    pub vault: VaultId,
    /// Its RA.
    pub ra: String,
    /// Its fonds.
    pub fonds: Fonds,
    /// The plan.
    pub plan: PlanId,
    /// When it was made.
    pub made: Time,
    /// The day that it was made for: no later than what the cosigner has countersigned.
    pub day: Day,
    /// Lines that it was made from.
    pub lines: u64,
    /// Digest of the last of them.
    pub last: Sha256,
    /// Records in it.
    pub records: u64,
    /// Records whose day has come that are not in it, each with a row of its own.
    pub excluded: u64,
    /// Records whose day has not come.
    pub kept: u64,
    /// Records without dates.
    pub undetermined: u64,
}

/// A certificate that a row's period rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanCert {
    /// Its id in the journal.
    pub cert: CertId,
    /// D0: the day its years are counted from.
    pub from: Day,
    /// E: its last day of the duty.
    pub last: Day,
}

/// A record that may be destroyed: fields of a destruction register (law rule R47), without a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanRow {
    /// Which row, from 1.
    pub row: u64,
    /// The record.
    pub record: RecordId,
    /// Its archive number (档号).
    pub number: ArchiveNumber,
    /// Its class.
    pub class: Class,
    /// The business act.
    pub business: Business,
    /// How it ended.
    pub outcome: Outcome,
    /// Day of business.
    pub date: Day,
    /// The day on which it was filed.
    pub filed: Day,
    /// The day on which something of it was last filed, where that was after its day had come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late: Option<Day>,
    /// Fact versions.
    pub versions: u32,
    /// Filings.
    pub filings: u32,
    /// Documents.
    pub docs: u64,
    /// Bytes of its sealed bodies.
    pub bytes: u64,
    /// `commit` of its newest cover.
    pub commit: Sha256,
    /// Certificates that rely on it.
    pub certs: Vec<PlanCert>,
    /// D0 of what decides.
    pub from: Day,
    /// Version of the rule that decides.
    pub rule: u32,
    /// Whole years that have to be kept.
    pub years: u16,
    /// E: the last day of the duty.
    pub last: Day,
    /// F: the first day without it.
    pub free: Day,
    /// G: the first day on which disposal may run.
    pub disposal: Day,
}

/// A record whose day has come and that is not in the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanOut {
    /// The record.
    pub out: RecordId,
    /// Its archive number.
    pub number: ArchiveNumber,
    /// Why.
    pub reason: Excluded,
}

/// A plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What it is.
    pub head: PlanHead,
    /// Records that may be destroyed, ascending by archive number.
    pub rows: Vec<PlanRow>,
    /// Records that may not.
    pub out: Vec<PlanOut>,
}

impl Plan {
    /// The word in its first line.
    pub const WHAT: &str = "purge-plan";

    /// Its text.
    pub fn to_text(&self) -> String {
        let mut text = line(&self.head);
        self.rows.iter().for_each(|row| text += &line(row));
        self.out.iter().for_each(|out| text += &line(out));
        text
    }

    /// Reads its text.
    ///
    /// Errors: [`PlanError`]; nothing is passed over.
    pub fn parse(text: &str) -> Result<Self, PlanError> {
        let mut lines = text.lines().enumerate();
        let head: PlanHead = lines
            .next()
            .and_then(|(_, head)| serde_json::from_str(head).ok())
            .filter(|head: &PlanHead| head.jingui == Self::WHAT && head.v == crate::FORMAT)
            .ok_or(PlanError::Head)?;
        let (mut rows, mut out) = (Vec::new(), Vec::new());
        for (index, line) in lines {
            let bad = |source| PlanError::Line { line: index + 1, source };
            if line.starts_with("{\"row\"") && out.is_empty() {
                let row: PlanRow = serde_json::from_str(line).map_err(|e| bad(Some(e)))?;
                if row.row != rows.len() as u64 + 1 {
                    return Err(bad(None));
                }
                rows.push(row);
            } else {
                out.push(serde_json::from_str(line).map_err(|e| bad(Some(e)))?);
            }
        }
        for (said, found) in [(head.records, rows.len() as u64), (head.excluded, out.len() as u64)] {
            if said != found {
                return Err(PlanError::Count { said, found });
            }
        }
        Ok(Self { head, rows, out })
    }
}

/// Somebody's signature under a plan or register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signed {
    /// As what: `plan appraise witness reject run`, or a sign-off's slot.
    pub what: String,
    /// Who.
    pub by: By,
    /// When.
    pub at: Time,
    /// The line that has the signature.
    pub seq: u64,
}

/// First line of a register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterHead {
    /// `purge-register`.
    pub jingui: String,
    /// Format.
    pub v: u32,
    /// The vault.
    pub vault: VaultId,
    /// Its RA.
    pub ra: String,
    /// Its fonds.
    pub fonds: Fonds,
    /// The plan.
    pub plan: PlanId,
    /// SHA-256 of the plan's file.
    pub sha256: Sha256,
    /// The day that it was made for.
    pub day: Day,
    /// Who signed, by line.
    pub signed: Vec<Signed>,
    /// Records destroyed.
    pub destroyed: u64,
    /// Records left.
    pub left: u64,
    /// The newest epoch whose key opened what was destroyed; it and all before it have to end before nothing can.
    pub epoch: u32,
}

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterRow {
    /// The row as the plan has it.
    pub row: PlanRow,
    /// When it was destroyed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destroyed: Option<Time>,
    /// The line that says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
    /// Why it was left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<Left>,
}

/// A register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Register {
    /// What it is.
    pub head: RegisterHead,
    /// The plan's rows, in its order.
    pub rows: Vec<RegisterRow>,
}

impl Register {
    /// The word in its first line.
    pub const WHAT: &str = "purge-register";

    /// Its text.
    pub fn to_text(&self) -> String {
        let mut text = line(&self.head);
        self.rows.iter().for_each(|row| text += &line(row));
        text
    }

    /// Reads its text.
    ///
    /// Errors: [`PlanError`]; nothing is passed over.
    pub fn parse(text: &str) -> Result<Self, PlanError> {
        let mut lines = text.lines().enumerate();
        let head: RegisterHead = lines
            .next()
            .and_then(|(_, head)| serde_json::from_str(head).ok())
            .filter(|head: &RegisterHead| head.jingui == Self::WHAT && head.v == crate::FORMAT)
            .ok_or(PlanError::Head)?;
        let read = |(index, line): (usize, &str)| {
            serde_json::from_str(line).map_err(|e| PlanError::Line { line: index + 1, source: Some(e) })
        };
        let rows: Vec<RegisterRow> = lines.map(read).collect::<Result<_, _>>()?;
        let (said, found) = (head.destroyed.saturating_add(head.left), rows.len() as u64);
        match said == found {
            true => Ok(Self { head, rows }),
            false => Err(PlanError::Count { said, found }),
        }
    }
}

fn line(part: &impl Serialize) -> String {
    serde_json::to_string(part).expect("ids, days and numbers always serialise") + "\n"
}

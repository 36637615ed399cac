//! Scheduled work: which jobs there are, when they run, what is said of a run.
//!
//! A schedule is data: `jobs.toml` beside this file is the one that is shipped, later ones stand whole in the journal. When
//! a job is due follows elsewhere; here nobody knows what a cron expression means.

use crate::facts::{WordError, word_lists};
use crate::id::{Place, RecordId, text_serde};
use crate::materials::toml_why;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;

/// The schedule that is shipped.
pub const SHIPPED: &str = include_str!("jobs.toml");

word_lists! {
    /// What the vault does by itself, at its time. None of it opens a record.
    Job {
        /// The journal, and every cover and note that it names, against their digests.
        Journal = "journal",
        /// Bodies, some each time, so that every byte is read within ninety days.
        Fixity = "fixity",
        /// What waits for people.
        Remind = "remind",
        /// A plan to destroy what is due.
        Plan = "plan",
        /// Plans whose day has come are carried out.
        Run = "run",
        /// The newest state goes to the CA.
        Push = "push",
    }
    /// What came of a run.
    JobOutcome {
        /// All of it was done, and nothing needs anybody.
        Done = "done",
        /// It was done, and something needs somebody.
        Part = "part",
        /// It was not, or not to its end.
        Failed = "failed",
    }
}

/// When a job runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scheduled {
    /// Which.
    pub job: Job,
    /// Minute, hour, day, month and week day at UTC+08:00, as cron has them.
    pub cron: String,
}

/// A body, in the order in which bodies are read: by place, record and filing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BodyMark {
    /// The numbered directory it lies in.
    pub place: Place,
    /// Whose.
    pub record: RecordId,
    /// Which filing brought it.
    pub filing: u32,
}

/// Bodies that one run has read: those behind one, up to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BodiesRead {
    /// The last one that was not read again; from the first one on where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<BodyMark>,
    /// The last one that was; all up to the end where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<BodyMark>,
}

/// How much a run had to do, and what it met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobCounts {
    /// Journal lines.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub lines: u64,
    /// Records destroyed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub records: u64,
    /// Files read.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub files: u64,
    /// Their bytes.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub bytes: u64,
    /// What was not as it should be.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub findings: u64,
    /// What waits for somebody.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub waiting: u64,
    /// Of that, what has waited too long.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub overdue: u64,
}

impl JobCounts {
    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// Says why a text is no schedule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// Not its TOML; the message names line and key.
    #[error("{0}")]
    Toml(String),
}

/// The schedule that holds where nobody has signed one.
pub fn shipped() -> &'static [Scheduled] {
    static ONCE: OnceLock<Vec<Scheduled>> = OnceLock::new();
    ONCE.get_or_init(|| read(SHIPPED).expect("a test reads the schedule that is shipped"))
}

/// Reads a schedule in the form of the shipped one.
///
/// Errors: [`ScheduleError`]; duplicate and unknown keys are refused.
pub fn read(text: &str) -> Result<Vec<Scheduled>, ScheduleError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Page {
        #[serde(default)]
        job: Vec<Scheduled>,
    }
    let page: Page = toml::from_str(text).map_err(|e| ScheduleError::Toml(toml_why(text, &e)))?;
    Ok(page.job)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shipped_has_each_job_once_and_reminds_before_it_destroys() {
        let jobs: Vec<Job> = shipped().iter().map(|one| one.job).collect();
        assert_eq!(jobs, [Job::Journal, Job::Fixity, Job::Remind, Job::Plan, Job::Run]);
    }

    #[test]
    fn a_schedule_with_anything_too_much_or_missing_is_refused() {
        for bad in [
            "[[job]]\njob = \"journal\"\n",
            "[[job]]\njob = \"joural\"\ncron = \"0 3 * * *\"\n",
            "[[job]]\njob = \"journal\"\ncron = \"0 3 * * *\"\nzone = \"UTC\"\n",
            "job = 1\n",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
        assert_eq!(read(""), Ok(Vec::new()));
    }
}

//! Scheduled work: when it is to be done, and that it was.

use super::NoteMark;
use crate::jobs::{BodiesRead, Job, JobCounts, JobOutcome, Scheduled};
use crate::time::Time;
use serde::{Deserialize, Serialize};

data_types! {
    /// `jobs.set`: the whole schedule from here on.
    JobsSet {
        /// When each job runs; what is not here does not run by itself.
        jobs: Vec<Scheduled>,
        /// Why.
        note: NoteMark,
    }
    /// `job.ran`: a job has run, or tried to.
    JobRan {
        /// Which.
        job: Job,
        /// The newest time it was due for; where somebody ran it ahead of time, when it began.
        due: Time,
        /// When it began.
        started: Time,
        /// What came of it.
        outcome: JobOutcome,
        /// The exit code that a command with this end has.
        code: u8,
        /// How much it had to do, and what it met.
        #[serde(default, skip_serializing_if = "JobCounts::is_empty")]
        counts: JobCounts,
        /// The bodies it has read.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        read: Option<BodiesRead>,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::act::{Data, Deed};
    use crate::digest::B3;
    use crate::id::{NoteId, Place, RecordId};
    use crate::jobs::BodyMark;

    #[test]
    fn schedules_and_runs_are_frozen_in_their_bytes() {
        // If this fails, nobody can tell any more which bytes old vaults say were read.
        let (id, record) = (NoteId::from_bytes([3; 16]), RecordId::from_bytes([1; 16]));
        let note = NoteMark { id, place: Place(0), epoch: 1, size: 300, b3: B3([4; 32]) };
        let frozen = |deed: Deed, text: &str| {
            let data = serde_json::to_string(&Data(&deed)).unwrap();
            let said = data.replace(&id.to_string(), "NOTE").replace(&record.to_string(), "RECORD");
            assert_eq!(said.replace(&"04".repeat(32), "B3"), text);
            assert_eq!(Deed::parse(deed.kind(), &data).unwrap(), deed);
        };
        let jobs = vec![Scheduled { job: Job::Fixity, cron: "0 3 * * Mon-Fri".into() }];
        frozen(
            JobsSet { jobs, note }.into(),
            r#"{"jobs":[{"job":"fixity","cron":"0 3 * * Mon-Fri"}],"note":{"id":"NOTE","place":"000000","epoch":1,"size":300,"b3":"B3"}}"#,
        );
        let due: Time = "2026-11-25T19:00:00.000Z".parse().unwrap();
        let started: Time = "2026-11-25T23:59:59.999Z".parse().unwrap();
        let to = Some(BodyMark { place: Place(1), record, filing: 2 });
        let counts = JobCounts { files: 7, bytes: 4096, ..JobCounts::default() };
        let read = Some(BodiesRead { from: None, to });
        let ran = JobRan { job: Job::Fixity, due, started, outcome: JobOutcome::Done, code: 0, counts, read };
        frozen(
            ran.clone().into(),
            r#"{"job":"fixity","due":"2026-11-25T19:00:00.000Z","started":"2026-11-25T23:59:59.999Z","outcome":"done","code":0,"counts":{"files":7,"bytes":4096},"read":{"to":{"place":"000001","record":"RECORD","filing":2}}}"#,
        );
        let counts = JobCounts::default();
        let ran = JobRan { job: Job::Run, outcome: JobOutcome::Failed, code: 130, counts, read: None, ..ran };
        frozen(
            ran.into(),
            r#"{"job":"run","due":"2026-11-25T19:00:00.000Z","started":"2026-11-25T23:59:59.999Z","outcome":"failed","code":130}"#,
        );
    }
}

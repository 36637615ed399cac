//! How each file of a copy is to be locked: pure, by what the journal says of its record on a day.
//!
//! Retained until the end of the first day of disposal, never longer than is known: in a strict mode nobody takes a
//! retention back. So what nobody has reviewed has none, of what an issuer's list may still move the earliest day counts
//! that it could move it to, and what one person alone has said retains nothing. A legal hold, which is taken off again,
//! is on whatever a hold or an appraisal keeps, or may keep.

use super::naming::Naming;
use crate::copies::Lock;
use crate::dates::{Kept, Ledger};
use crate::holds::Standing;
use crate::retention::{Authority, Certificate, End, Ended, Rules, Unclear};
use crate::state::State;
use crate::verify::{Name, Sort};
use jingui_schema::exchange::without_again;
use jingui_schema::id::RecordId;
use jingui_schema::time::{Day, Time};
use std::collections::HashMap;
use std::sync::Arc;

/// How the files of all records are to be locked.
pub(super) struct Locks {
    /// Of each record that is kept.
    pub records: HashMap<RecordId, Lock>,
    pub naming: Naming,
    /// The newest epoch under which everything was verified: covers and notes of those before have been replaced.
    pub verified: u32,
    pub state: Arc<State>,
}

impl Locks {
    /// Of every record that the lines speak of.
    ///
    /// `today`: a day that no clock of this machine alone puts later, for what is retained stays so.
    pub fn of(ledger: &Ledger, naming: Naming, state: Arc<State>, today: Day, now: Time) -> Self {
        let rules = state.retention_rules_on(today);
        let of = |(record, kept): (RecordId, &Kept)| {
            let until = retained_until(first_day(ledger, kept, &rules, today), now);
            let held = ledger.held(record, &state, today) != Standing::Free;
            (record, Lock { until, hold: held || is_appraised_longer(ledger, kept, &rules, today) })
        };
        let records = ledger.records().map(of).collect();
        let verified = state.epochs.iter().filter(|(_, epoch)| epoch.verified).map(|(n, _)| *n).max();
        Self { records, naming, verified: verified.unwrap_or(0), state }
    }

    /// The lock of a file by its name at the target.
    pub fn of_name(&self, name: &str) -> Option<Lock> {
        self.of_file(&Name::parse(without_again(name))?)
    }

    /// The lock of a file. One that has ended is retained no longer than it is, and let go of with its record.
    pub fn of_file(&self, name: &Name) -> Option<Lock> {
        let record = self.naming.record(name)?;
        let lock = self.of_record(record)?;
        Some(if self.is_alive(name, record) { lock } else { Lock { until: None, ..lock } })
    }

    /// The lock of a record's files; of one that was destroyed, one that is off. What went to the CA is the CA's to lock, also where
    /// it went with a list: its objects may be all that the CA has of it.
    pub fn of_record(&self, record: RecordId) -> Option<Lock> {
        if let Some(lock) = self.records.get(&record) {
            return Some(*lock);
        }
        let line = self.state.destroyed.line_of(record)?;
        self.state.handed_over_by(line).is_none().then(Lock::default)
    }

    /// Whether a file has neither ended nor been replaced.
    pub fn is_alive(&self, name: &Name, record: RecordId) -> bool {
        match name.sort {
            Sort::Body => !self.state.has_ended_body(record, name.n),
            Sort::Cover => name.epoch >= self.verified && !self.state.has_ended_version(record, name.n),
            Sort::Note => name.epoch >= self.verified && !self.state.destroyed.contains(record),
        }
    }
}

/// The earliest day that a record's first day of disposal can come to be, without what appraisals have added; `None`
/// while nobody can tell.
fn first_day(ledger: &Ledger, kept: &Kept, rules: &Rules, today: Day) -> Option<Day> {
    let certificates = begun(ledger.certificates_of(kept), today);
    let as_it_is = ledger.assess_as_filed(&certificates, kept, rules, today);
    if as_it_is.unclear.contains(&Unclear::Unreviewed) {
        return None;
    }
    let ended: Vec<Certificate> = certificates.into_iter().map(|one| ended_at_once(one, today)).collect();
    let at_least = ledger.assess_as_filed(&ended, kept, rules, today);
    let known = at_least.counted.iter().flatten();
    let known = known.filter_map(|one| one.last.plus_days(1)?.plus_days(one.grace.into())).max();
    match as_it_is.dates() {
        Some(dates) => Some(known.map_or(dates.disposal, |known| known.min(dates.disposal))),
        None => known,
    }
}

/// Those whose first day has come. A later link needs no second person, and one whose first day is far off would count
/// from there on, as if it had been revoked then.
fn begun(mut certificates: Vec<Certificate>, today: Day) -> Vec<Certificate> {
    certificates.retain(|one| one.issued.is_none_or(|issued| issued <= today));
    certificates
}

/// Whether appraisals keep a record on this day: one person's word, which counts at once and has no bound, and which two
/// people may call a mistake.
fn is_appraised_longer(ledger: &Ledger, kept: &Kept, rules: &Rules, today: Day) -> bool {
    let is_reclassed = kept.also().next().is_some();
    let by_class = || ledger.assess(kept, rules, today).dates().is_none_or(|dates| today < dates.disposal);
    kept.until().is_some_and(|until| today < until) || is_reclassed && by_class()
}

/// A certificate that an issuer may still revoke, as if that had been done. On the first day of this year rather than today,
/// so that a retention is put later once a year, and not each night.
fn ended_at_once(mut certificate: Certificate, today: Day) -> Certificate {
    if certificate.is_provisional(today) {
        let new_year = Day::of(today.year(), 1, 1).unwrap_or(today);
        let day = certificate.issued.map_or(new_year, |issued| issued.max(new_year));
        certificate.ends.push(End { day, what: Ended::Revoked, by: Authority::Two });
    }
    certificate
}

/// The instant until which a file is retained: the end of the day at UTC+08:00. None where that is over, or no day is known.
fn retained_until(first: Option<Day>, now: Time) -> Option<Time> {
    let day = first?;
    let last = || Time::from_millis(Time::MAX.millis() / 1000 * 1000);
    let until = format!("{day}T16:00:00.000Z").parse().unwrap_or_else(|_| last());
    Some(until).filter(|until| *until > now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::retention::Until;
    use jingui_schema::id::CertId;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_retention_ends_with_the_first_day_of_disposal() {
        let now: Time = "2026-11-27T04:00:00.000Z".parse().unwrap();
        let check = |first: Option<&str>, expected: Option<&str>| {
            let until = retained_until(first.map(day), now);
            assert_eq!(until.map(|until| until.to_string()).as_deref(), expected);
        };
        check(Some("2031-05-02"), Some("2031-05-02T16:00:00.000Z"));
        check(None, None);
        // What has a day behind it cannot be retained any more.
        check(Some("2026-11-26"), None);
        check(Some("2026-11-27"), Some("2026-11-27T16:00:00.000Z"));
        check(Some("9999-12-31"), Some("9998-12-31T23:59:59.000Z"));
    }

    #[test]
    fn a_certificate_whose_first_day_is_to_come_retains_nothing() {
        let certificate = |issued: Option<&str>| Certificate {
            id: CertId::from_bytes([1; 16]),
            until: Until::On(day("2095-01-01")),
            issued: issued.map(day),
            ends: Vec::new(),
        };
        let today = day("2026-11-27");
        let all = [Some("2090-01-01"), Some("2026-11-28"), Some("2026-11-27"), None].map(certificate);
        let left: Vec<Option<Day>> = begun(all.to_vec(), today).iter().map(|one| one.issued).collect();
        assert_eq!(left, [Some(today), None]);
    }

    #[test]
    fn what_may_still_be_revoked_counts_as_revoked_this_year() {
        let certificate = |until: &str, issued: &str| Certificate {
            id: CertId::from_bytes([1; 16]),
            until: Until::On(day(until)),
            issued: Some(day(issued)),
            ends: Vec::new(),
        };
        let today = day("2026-11-27");
        let ends = |until, issued| ended_at_once(certificate(until, issued), today).revoked();
        assert_eq!(ends("2028-01-31", "2025-02-01"), Some(day("2026-01-01")));
        assert_eq!(ends("2028-01-31", "2026-02-01"), Some(day("2026-02-01")));
        assert_eq!(ends("2026-11-26", "2025-02-01"), None);
    }
}

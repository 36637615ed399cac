//! How each file of a copy is to be locked: pure, by what the journal says of its record on a day.
//!
//! Retained until the end of the first day of disposal, never longer than is known: in a strict mode nobody takes a
//! retention back. So what nobody has reviewed has none, and of what an issuer's list may still move the earliest day
//! counts that it could move it to. A legal hold is on whatever a hold keeps, or may keep.

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
    pub fn of(ledger: &Ledger, naming: Naming, state: Arc<State>, today: Day, now: Time) -> Self {
        let rules = state.retention_rules_on(today);
        let of = |(record, kept): (RecordId, &Kept)| {
            let until = retained_until(first_day(ledger, kept, &rules, today), kept.until(), now);
            (record, Lock { until, hold: ledger.held(record, &state, today) != Standing::Free })
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

    fn is_alive(&self, name: &Name, record: RecordId) -> bool {
        match name.sort {
            Sort::Body => !self.state.has_ended_body(record, name.n),
            Sort::Cover => name.epoch >= self.verified && !self.state.has_ended_version(record, name.n),
            Sort::Note => name.epoch >= self.verified && !self.state.destroyed.contains(record),
        }
    }
}

/// The earliest day that a record's first day of disposal can come to be; `None` while nobody can tell.
fn first_day(ledger: &Ledger, kept: &Kept, rules: &Rules, today: Day) -> Option<Day> {
    let certificates = ledger.certificates_of(kept);
    let as_it_is = ledger.assess_under(&certificates, kept, rules, today);
    if as_it_is.unclear.contains(&Unclear::Unreviewed) {
        return None;
    }
    let ended: Vec<Certificate> = certificates.into_iter().map(|one| ended_at_once(one, today)).collect();
    let at_least = ledger.assess_under(&ended, kept, rules, today);
    let known = at_least.counted.iter().flatten();
    let known = known.filter_map(|one| one.last.plus_days(1)?.plus_days(one.grace.into())).max();
    match as_it_is.dates() {
        Some(dates) => Some(known.map_or(dates.disposal, |known| known.min(dates.disposal))),
        None => known,
    }
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

/// The instant until which a file is retained: the end of the later day at UTC+08:00. None where that is over, or no day is known.
fn retained_until(first: Option<Day>, appraised: Option<Day>, now: Time) -> Option<Time> {
    let day = first?.max(appraised.unwrap_or(first?));
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
        let check = |first: Option<&str>, appraised: Option<&str>, expected: Option<&str>| {
            let until = retained_until(first.map(day), appraised.map(day), now);
            assert_eq!(until.map(|until| until.to_string()).as_deref(), expected);
        };
        check(Some("2031-05-02"), None, Some("2031-05-02T16:00:00.000Z"));
        check(Some("2031-05-02"), Some("2035-01-01"), Some("2035-01-01T16:00:00.000Z"));
        check(Some("2031-05-02"), Some("2030-01-01"), Some("2031-05-02T16:00:00.000Z"));
        check(None, Some("2035-01-01"), None);
        // What has a day behind it cannot be retained any more.
        check(Some("2026-11-26"), None, None);
        check(Some("2026-11-27"), None, Some("2026-11-27T16:00:00.000Z"));
        check(Some("9999-12-31"), None, Some("9998-12-31T23:59:59.000Z"));
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

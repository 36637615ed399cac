//! How old the newest verified copy outside this machine is, and what that asks for: a pure function.

use crate::state::State;
use jingui_schema::time::Time;

/// Past so many days there is a warning: whoever copies every week or month has missed at least one by then.
pub const WARNED_DAYS: u64 = 30;
/// Past so many a reason is asked for: a quarter's files would be lost with this one disk, and nobody files them again.
pub const REFUSED_DAYS: u64 = 90;
/// A reason holds for so long: time to buy a disk, and too short to be forgotten.
pub const EXCUSED_DAYS: u64 = 7;
/// A vault with no more records than this is being tried out or set up; it is warned of once there is more to lose.
pub const RECORDS_WITHOUT: u64 = 10;

const DAY_MILLIS: i64 = 24 * 3600 * 1000;

/// What is asked of whoever files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// Nothing.
    Fine,
    /// To make a copy.
    Warn,
    /// To say why there is none.
    Ask,
}

/// How old the newest verified copy outside is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CopyAge {
    /// When its state was made; `None` where there is none.
    pub newest: Option<Time>,
    /// Whole days since then, or since the vault began.
    pub days: u64,
    /// What that asks for.
    pub advice: Advice,
}

/// Says how old the newest verified copy outside this machine is at a time.
pub fn copy_age(state: &State, now: Time) -> CopyAge {
    let outside = state.copies.values().filter(|c| c.outside);
    let newest = outside.filter_map(|c| c.verified.map(|(made, _)| made)).max();
    age(newest, state.created, state.excused, state.counts.records, now)
}

fn age(newest: Option<Time>, began: Time, excused: Option<Time>, records: u64, now: Time) -> CopyAge {
    // A clock that was set back makes nothing younger than today.
    let since = |time: Time| now.millis().saturating_sub(time.millis()) / DAY_MILLIS;
    let days_since = |time: Time| u64::try_from(since(time)).unwrap_or(0);
    let days = days_since(newest.unwrap_or(began));
    let excused = excused.is_some_and(|at| days_since(at) < EXCUSED_DAYS);
    let advice = match newest {
        None if records <= RECORDS_WITHOUT => Advice::Fine,
        _ if days > REFUSED_DAYS && !excused => Advice::Ask,
        Some(_) if days <= WARNED_DAYS => Advice::Fine,
        _ => Advice::Warn,
    };
    CopyAge { newest, days, advice }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Day 0 is when the vault began; days of the newest copy, of the last reason, and now; records.
    fn check(newest: Option<i64>, excused: Option<i64>, now: i64, records: u64, expected: &str) {
        let day = |n: i64| Time::from_millis(1_795_000_000_000 + n * DAY_MILLIS);
        let seen = age(newest.map(day), day(0), excused.map(day), records, day(now));
        assert_eq!(format!("{:?} {}", seen.advice, seen.days), expected);
    }

    #[test]
    fn the_age_of_the_newest_copy_asks_for_more_and_more() {
        check(Some(10), None, 10, 1, "Fine 0");
        check(Some(10), None, 40, 1, "Fine 30");
        check(Some(10), None, 41, 1, "Warn 31");
        check(Some(10), None, 100, 1, "Warn 90");
        check(Some(10), None, 101, 1, "Ask 91");
        check(Some(10), Some(100), 101, 1, "Warn 91");
        check(Some(10), Some(100), 106, 1, "Warn 96");
        check(Some(10), Some(100), 107, 1, "Ask 97");
        check(Some(10), None, 5, 1, "Fine 0");
    }

    #[test]
    fn a_vault_without_any_copy_is_warned_of_once_there_is_something_to_lose() {
        check(None, None, 0, RECORDS_WITHOUT, "Fine 0");
        check(None, None, 400, RECORDS_WITHOUT, "Fine 400");
        check(None, None, 0, RECORDS_WITHOUT + 1, "Warn 0");
        check(None, None, 91, RECORDS_WITHOUT + 1, "Ask 91");
        check(None, Some(91), 91, RECORDS_WITHOUT + 1, "Warn 91");
    }
}

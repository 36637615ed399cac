//! What was last read back of locks at a target: derived, so that a nightly push asks only about what has changed.
//!
//! `FORMAT.md`, section 14. Damaged, of another version or another target it says nothing, and everything is read back.

use crate::copies::Lock;
use crate::env::Env;
use crate::jobs::share_due;
use crate::layout::Layout;
use jingui_schema::digest::B3;
use jingui_schema::id::{RecordId, TargetId, VaultId};
use jingui_schema::time::Time;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::ops::Bound;
use std::path::PathBuf;

/// Its form. One of another version says nothing.
const VERSION: u32 = 1;
/// 64 bytes a record: room for sixteen million.
const BYTES_MAX: u64 = 1 << 30;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    jingui: String,
    v: u32,
    vault: VaultId,
    target: TargetId,
    mode: String,
    lines: u64,
    shared: Time,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<RecordId>,
}

/// How far the files of a record that were to be read back are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Open {
    /// How many are not known to be as they should be.
    pub files: u64,
    /// Whether any of them was asked about.
    pub asked: bool,
    /// Whether nothing was known of one of them before.
    pub new: bool,
}

/// What is known of a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KnownLocks {
    /// Lines up to which every file that was named is known of.
    pub lines: u64,
    /// When a share of them, or all, was last read back though nothing was to change.
    pub shared: Time,
    /// The record behind which the next share begins; none where it begins with the first one.
    pub after: Option<RecordId>,
    /// Records, and how each file of theirs is locked at least; of others nothing is known.
    pub records: BTreeMap<RecordId, Lock>,
}

impl KnownLocks {
    /// Nothing: everything is read back now.
    fn nothing(now: Time) -> Self {
        Self { lines: 0, shared: now, after: None, records: BTreeMap::new() }
    }

    /// Takes the next share of the records: those whose files are read back though nothing of them is to change.
    ///
    /// It does so before they are: a pass that ends early gives the share back ([`Self::settle`]), and the next one takes
    /// it again.
    pub fn take_share(&mut self, now: Time) -> BTreeSet<RecordId> {
        let count = match self.shared <= now {
            true => share_due(self.records.len() as u64, now.millis() - self.shared.millis()),
            // A clock was ahead, so nobody knows for how long none was taken.
            false => u64::MAX,
        };
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        let begin = self.after.map_or(Bound::Unbounded, Bound::Excluded);
        let behind = self.records.range((begin, Bound::Unbounded));
        // Round the end: after a long pause what lies before the place has waited as long.
        let before = self.after.map(|after| self.records.range(..=after));
        let share = behind.chain(before.into_iter().flatten()).map(|(record, _)| *record);
        let share: Vec<RecordId> = share.take(count).collect();
        (self.shared, self.after) = (now, share.last().copied().or(self.after));
        share.into_iter().collect()
    }

    /// Begins anew, for all are read back.
    pub fn take_all(&mut self, now: Time) {
        (self.shared, self.after) = (now, None);
    }

    /// Takes what a pass over the files came to: these records, what is open of theirs, and how each is to be locked.
    ///
    /// `begun`: where the pass ended early, `shared` and `after` as they were before its share was taken. Then what was known of
    /// records that nobody asked about stays known, so that a lock that was taken off there is missed once it is asked about.
    pub fn settle(
        &mut self,
        records: &BTreeSet<RecordId>,
        open: &HashMap<RecordId, Open>,
        wanted: &dyn Fn(RecordId) -> Option<Lock>,
        begun: Option<(Time, Option<RecordId>)>,
    ) {
        for record in records {
            let of = open.get(record).copied().unwrap_or_default();
            // Of a file that is new nothing may seem to be known.
            let stays = begun.is_some() && !of.asked && !of.new;
            match wanted(*record) {
                _ if of.files > 0 && stays => {}
                _ if of.files > 0 => {
                    self.records.remove(record);
                }
                // Not what was known before: what is new of it has been locked as is wanted now, and no longer.
                Some(wanted) => {
                    self.records.insert(*record, wanted);
                }
                None => {}
            }
        }
        if let Some(begun) = begun {
            (self.shared, self.after) = begun;
        }
    }

    /// Whether a file that was named by this line need not be asked about.
    pub fn covers(&self, seq: u64, record: RecordId, wanted: Lock) -> bool {
        let fits = |known: &Lock| known.hold == wanted.hold && wanted.until <= known.until;
        seq <= self.lines && self.records.get(&record).is_some_and(fits)
    }

    /// Reads what is kept of a target; nothing where it does not fit.
    pub fn read(env: &Env, layout: &Layout, vault: VaultId, target: TargetId, mode: &str) -> Self {
        let bytes = env.fs.read(&path(layout, target), BYTES_MAX).unwrap_or_default();
        let text = std::str::from_utf8(&bytes).unwrap_or_default();
        let of = |head: &Head| {
            (head.vault, head.target, &*head.mode) == (vault, target, mode)
                && head.jingui == "locks"
                && head.v == VERSION
        };
        let known = Self::parse(text).filter(|(head, _)| of(head)).map(|(_, known)| known);
        known.unwrap_or_else(|| Self::nothing(env.now()))
    }

    fn parse(text: &str) -> Option<(Head, Self)> {
        let (rest, sum) = text.strip_suffix('\n')?.rsplit_once('\n')?;
        let (head, rows) = rest.split_once('\n').unwrap_or((rest, ""));
        if B3(*blake3::hash(rest.as_bytes()).as_bytes()).to_string() != sum {
            return None;
        }
        let head: Head = serde_json::from_str(head).ok()?;
        let row = |row: &str| {
            let mut words = row.split(' ');
            let (record, until, hold) = (words.next()?, words.next()?, words.next()?);
            let until = if until == "-" { None } else { Some(until.parse().ok()?) };
            Some((record.parse().ok()?, Lock { until, hold: hold == "1" }))
        };
        let records = rows.lines().map(row).collect::<Option<_>>()?;
        let (lines, shared, after) = (head.lines, head.shared, head.after);
        Some((head, Self { lines, shared, after, records }))
    }

    fn to_text(&self, vault: VaultId, target: TargetId, mode: &str) -> String {
        let (lines, shared, after) = (self.lines, self.shared, self.after);
        let (jingui, mode) = ("locks".into(), mode.into());
        let head = Head { jingui, v: VERSION, vault, target, mode, lines, shared, after };
        let mut text = serde_json::to_string(&head).expect("ids and numbers always serialise");
        for (record, lock) in &self.records {
            let until = lock.until.map_or_else(|| "-".into(), |until| until.to_string());
            text.push_str(&format!("\n{record} {until} {}", u8::from(lock.hold)));
        }
        let sum = B3(*blake3::hash(text.as_bytes()).as_bytes());
        format!("{text}\n{sum}\n")
    }

    /// Keeps it, whole or not at all.
    pub fn write(
        &self,
        env: &Env,
        layout: &Layout,
        (vault, target, mode): (VaultId, TargetId, &str),
    ) -> io::Result<()> {
        let (path, part) = (path(layout, target), layout.path("derived/locks.part"));
        if env.fs.stat(&part)?.is_some() {
            env.fs.remove(&part)?;
        }
        env.fs.write_new(&part, self.to_text(vault, target, mode).as_bytes())?;
        env.fs.rename(&part, &path)?;
        env.fs.sync_dir(&layout.path("derived"))
    }
}

fn path(layout: &Layout, target: TargetId) -> PathBuf {
    layout.path(&format!("derived/locks-{target}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(n: u8) -> RecordId {
        RecordId::from_bytes([n; 16])
    }

    fn known() -> KnownLocks {
        let until = Some("2031-05-02T16:00:00.000Z".parse().unwrap());
        let records =
            [(record(1), Lock { until, hold: false }), (record(2), Lock { until: None, hold: true })];
        let shared = "2026-11-27T04:00:00.000Z".parse().unwrap();
        KnownLocks { lines: 9, shared, after: Some(record(1)), records: records.into() }
    }

    #[test]
    fn what_is_kept_is_read_and_what_does_not_fit_is_nothing() {
        let (vault, target) = (VaultId::from_bytes([3; 16]), TargetId::from_bytes([4; 16]));
        let text = known().to_text(vault, target, "GOVERNANCE");
        let (head, read) = KnownLocks::parse(&text).unwrap();
        assert_eq!((head.lines, read), (9, known()));
        for cut in 0..text.len() {
            assert!(KnownLocks::parse(&text[..cut]).is_none(), "cut at {cut}");
        }
        assert!(KnownLocks::parse(&text.replace("2031", "2032")).is_none());
        let empty = KnownLocks { lines: 3, ..KnownLocks::nothing(known().shared) };
        assert_eq!(KnownLocks::parse(&empty.to_text(vault, target, "COMPLIANCE")).unwrap().1, empty);
    }

    #[test]
    fn only_what_is_new_or_to_be_otherwise_is_asked_about() {
        let until = |text: &str| Some(text.parse().unwrap());
        let check = |seq, of, until, hold, expected| {
            assert_eq!(known().covers(seq, record(of), Lock { until, hold }), expected);
        };
        check(9, 1, until("2031-05-02T16:00:00.000Z"), false, true);
        check(9, 1, until("2030-05-02T16:00:00.000Z"), false, true);
        check(9, 1, None, false, true);
        check(9, 1, until("2031-05-03T16:00:00.000Z"), false, false);
        check(9, 1, until("2031-05-02T16:00:00.000Z"), true, false);
        check(10, 1, None, false, false);
        check(9, 2, None, true, true);
        check(9, 2, None, false, false);
        check(9, 3, None, false, false);
    }

    #[test]
    fn a_pass_that_ends_early_forgets_nothing_of_what_it_did_not_ask_about() {
        let before = Lock { until: Some(Time::from_millis(5000)), hold: true };
        let wanted = Lock { until: Some(Time::from_millis(9000)), hold: false };
        let begun = (Time::from_millis(1000), Some(record(2)));
        let of = |files, asked, new| Open { files, asked, new };
        let open = [
            (record(1), of(0, true, false)),
            (record(2), of(1, true, false)),
            (record(3), of(2, false, false)),
            (record(4), of(2, false, true)),
        ];
        let check = |ended: bool, expected: [Option<Lock>; 5]| {
            let records = (1..=5).map(|n| (record(n), before)).collect();
            let mut known =
                KnownLocks { lines: 9, shared: Time::from_millis(7000), after: Some(record(4)), records };
            let all: BTreeSet<RecordId> = known.records.keys().copied().collect();
            known.settle(&all, &HashMap::from(open), &|_| Some(wanted), ended.then_some(begun));
            assert_eq!([1, 2, 3, 4, 5].map(|n| known.records.get(&record(n)).copied()), expected);
            assert_eq!((known.shared, known.after) == begun, ended);
        };
        check(true, [Some(wanted), None, Some(before), None, Some(wanted)]);
        check(false, [Some(wanted), None, None, None, Some(wanted)]);
    }

    #[test]
    fn shares_come_to_every_record_in_time_however_often_and_seldom_they_are_taken() {
        const DAY: i64 = 24 * 3600 * 1000;
        let at = |days: i64| Time::from_millis(days * DAY);
        let fresh = |count: u8| {
            let records = (0..count).map(|n| (record(n), Lock::default()));
            KnownLocks { records: records.collect(), ..KnownLocks::nothing(at(0)) }
        };
        let check = |count: u8, every: usize| {
            let mut known = fresh(count);
            let mut last: BTreeMap<RecordId, i64> = known.records.keys().map(|one| (*one, 0)).collect();
            for day in (1..400).step_by(every) {
                let share = known.take_share(at(day));
                let fair = usize::from(count) * every / 75 + 1;
                assert!((1..=fair).contains(&share.len()), "{} of {count} every {every} days", share.len());
                for one in share {
                    let before = last.insert(one, day);
                    assert!(before.is_some_and(|before| day - before <= 90), "{before:?} to {day}");
                }
                assert!(last.values().all(|before| day - before <= 90));
            }
        };
        check(200, 1);
        check(3, 1);
        check(150, 7);
        // After a long pause, or by a clock that was ahead, all of them.
        for (first, day) in [(1, 300), (300, 2)] {
            let mut known = fresh(200);
            known.take_share(at(first));
            assert_eq!(known.take_share(at(day)).len(), 200, "day {day} after day {first}");
        }
        assert!(KnownLocks::nothing(at(0)).take_share(at(9)).is_empty());
    }
}

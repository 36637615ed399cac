//! What was last read back of locks at a target: derived, so that a nightly push asks only about what has changed.
//!
//! `FORMAT.md`, section 14. Damaged, of another version or another target it says nothing, and everything is read back.

use crate::copies::Lock;
use crate::env::Env;
use crate::layout::Layout;
use jingui_schema::digest::B3;
use jingui_schema::id::{RecordId, TargetId, VaultId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

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
}

/// What is known of a target.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct KnownLocks {
    /// Lines up to which every file that was named is known of.
    pub lines: u64,
    /// Records, and how each file of theirs is locked at least; of others nothing is known.
    pub records: BTreeMap<RecordId, Lock>,
}

impl KnownLocks {
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
                && head.v == 0
        };
        Self::parse(text).filter(|(head, _)| of(head)).map(|(_, known)| known).unwrap_or_default()
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
        let lines = head.lines;
        Some((head, Self { lines, records }))
    }

    fn to_text(&self, vault: VaultId, target: TargetId, mode: &str) -> String {
        let head = Head { jingui: "locks".into(), v: 0, vault, target, mode: mode.into(), lines: self.lines };
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
        KnownLocks { lines: 9, records: records.into() }
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
        let empty = KnownLocks { lines: 3, ..KnownLocks::default() };
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
}

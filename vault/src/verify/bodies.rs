//! Some of the bodies, read in order from where the last time ended. Without any key, and without knowing all files.
//!
//! The lines are passed over once, and what is kept of them is as much as is read: a share of a million bodies takes no more
//! memory than its own.

use super::digest::digest;
use super::pool::{self, Tally, Watch};
use super::report::{Finding, FindingKind, Report};
use super::walk::kind_of;
use super::{Phase, Progress};
use crate::error::{Error, Result};
use crate::fs::Kind;
use crate::layout::body_path;
use crate::vault::Vault;
use jingui_schema::act::Deed;
use jingui_schema::digest::FileMark;
use jingui_schema::id::Place;
use jingui_schema::jobs::{BodiesRead, BodyMark};
use jingui_schema::line::{Line, Tip};
use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};

/// How many lines are passed over between two looks whether to end.
const LOOK_LINES: u64 = 1024;

/// What came of reading some bodies.
pub(crate) struct SomeBodies {
    /// Which; none where it was cut off before the first.
    pub read: Option<BodiesRead>,
    /// What was found.
    pub report: Report,
    /// Whether it was cut off.
    pub interrupted: bool,
}

/// The next bodies in order, as many as have so many bytes.
struct Next {
    from: Option<BodyMark>,
    most: u128,
    bytes: u128,
    files: BTreeMap<BodyMark, (FileMark, u64)>,
    /// Whether there are more behind them.
    cut: bool,
}

impl Next {
    fn offer(&mut self, mark: BodyMark, file: FileMark, seq: u64) {
        if self.from.is_some_and(|from| mark <= from) {
            return;
        }
        self.bytes += u128::from(file.size);
        if let Some((earlier, _)) = self.files.insert(mark, (file, seq)) {
            self.bytes -= u128::from(earlier.size);
        }
        // The last one goes where those before it are enough.
        while self.files.len() > 1
            && let Some(last) = self.files.last_entry()
            && self.bytes - u128::from(last.get().0.size) >= self.most
        {
            self.bytes -= u128::from(last.remove().0.size);
            self.cut = true;
        }
    }

    fn take(&mut self, line: &Line) {
        let (record, counter, filing, body) = match &line.act.deed {
            // What has stayed elsewhere is not among the bodies that lie here.
            Deed::RecordFile(d) if d.left().is_some() => return,
            Deed::RecordFile(d) => (d.record, d.counter, d.filing, d.body),
            Deed::DocumentRemove(d) => match &d.left {
                Some(left) => (d.record, d.counter, left.filing, left.body),
                None => return,
            },
            _ => return,
        };
        let mark = BodyMark { place: Place::of_counter(counter), record, filing };
        self.offer(mark, body, line.seq);
    }
}

impl Vault {
    /// Reads bodies behind one, in order, as many as have `bytes` bytes, and compares each with its line.
    ///
    /// - Shape: what is found is journalled as [`Vault::verify`] does. Cut off, it says how far it came.
    /// - Units: one pass over the lines, some 2 to 8 µs each; bodies as fast as `b3sum`, on all cores.
    pub(crate) fn read_bodies(
        &self,
        from: Option<BodyMark>,
        bytes: u64,
        progress: &dyn Fn(Progress),
        interrupted: &dyn Fn() -> bool,
    ) -> Result<SomeBodies> {
        let watch = Watch { progress, interrupted, tally: Tally::default(), far: false };
        let began = self.env().now();
        let mut report = Report::default();
        let files = BTreeMap::new();
        let mut next = Next { from, most: bytes.into(), bytes: 0, files, cut: false };
        let mut incidents = BTreeMap::new();
        for item in self.lines_after(Tip::START)? {
            let (line, _) = item?;
            report.lines = line.seq;
            if line.seq % LOOK_LINES == 0 && watch.look(Phase::Journal, line.seq).is_err() {
                return Ok(SomeBodies { read: None, report, interrupted: true });
            }
            match &line.act.deed {
                Deed::Incident(d) => drop(incidents.insert(d.path.clone(), d.finding.clone())),
                Deed::FileHealed(d) => drop(incidents.remove(&d.path)),
                _ => next.take(&line),
            }
        }
        let bodies: Vec<(BodyMark, FileMark, u64)> =
            next.files.into_iter().map(|(mark, (file, seq))| (mark, file, seq)).collect();
        let done = Mutex::new((vec![false; bodies.len()], Vec::new()));
        let ran = pool::run(
            &watch,
            Phase::Files,
            |give| (0..bodies.len()).try_for_each(give),
            |at, tally| {
                let (mark, file, seq) = bodies[at];
                let finding = self.look_at_body(mark, file, seq, tally);
                if !tally.stopped() {
                    let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
                    done.0[at] = true;
                    done.1.extend(finding);
                }
                Vec::new()
            },
        );
        let interrupted = match ran {
            Err(Error::Interrupted {}) => true,
            ran => ran.map(|_| false)?,
        };
        let (done, findings) = done.into_inner().unwrap_or_else(PoisonError::into_inner);
        let read = match done.iter().take_while(|done| **done).count() {
            all if all == bodies.len() && !interrupted => {
                let last = bodies.last().map(|(mark, ..)| *mark);
                Some(BodiesRead { from, to: last.filter(|_| next.cut) })
            }
            0 => None,
            some => Some(BodiesRead { from, to: Some(bodies[some - 1].0) }),
        };
        report.findings = findings;
        report.findings.sort();
        let count = |of: &std::sync::atomic::AtomicU64| of.load(Ordering::Relaxed);
        (report.files, report.bytes) = (count(&watch.tally.files), count(&watch.tally.bytes));
        report.records = self.state().counts.records;
        self.journal_incidents(&incidents, &mut report);
        report.seconds = (self.env().now().millis() - began.millis()) as f64 / 1000.0;
        Ok(SomeBodies { read, report, interrupted })
    }

    /// What is wrong with a body, if something is. One that has ended, or ends meanwhile, may be there or not.
    fn look_at_body(&self, mark: BodyMark, file: FileMark, seq: u64, tally: &Tally) -> Option<Finding> {
        let BodyMark { place, record, filing } = mark;
        let ended = || {
            let state = self.state();
            state.has_ended_body(record, filing) || state.is_being_destroyed(record, true, filing)
        };
        if ended() {
            return None;
        }
        let below = body_path(place, record, filing);
        let path = self.layout().path(&below);
        let (finding, detail) = match self.env().fs.stat(&path) {
            Ok(None) => (FindingKind::Missing, "it is not there".to_owned()),
            Ok(Some(stat)) if stat.kind != Kind::File => {
                (FindingKind::NotAFile, "something else is in its place".to_owned())
            }
            Ok(Some(stat)) if stat.size != file.size => {
                (FindingKind::Size, format!("{} bytes where {} were written", stat.size, file.size))
            }
            Ok(Some(_)) => match digest(self.env(), &path, tally) {
                Ok(found) if found == file => return None,
                _ if tally.stopped() => return None,
                Ok(found) => (FindingKind::Digest, format!("its BLAKE3 is {}", found.b3)),
                Err(error) => (kind_of(&error), error.to_string()),
            },
            Err(error) => (kind_of(&error), error.to_string()),
        };
        let finding = Finding { path: below, finding, detail, record: Some(record), seq: Some(seq) };
        (!ended()).then_some(finding)
    }
}

//! Settling: when what somebody else writes counts as finished.
//!
//! Pure: the time is passed in, as what has passed since the watch began, so that no clock that is put right meanwhile
//! makes anything look older than it is.

use jingui_vault::fs::Stat;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How the files of a record look: names, sizes, times.
pub(super) type Picture = Vec<(PathBuf, Stat)>;

/// Since when each record has looked as it does.
#[derive(Default)]
pub(super) struct Settling {
    seen: BTreeMap<PathBuf, (Picture, Duration)>,
}

impl Settling {
    /// Takes what is there now; what is not there any more is forgotten.
    pub(super) fn look(&mut self, now: Duration, pictures: impl IntoIterator<Item = (PathBuf, Picture)>) {
        let mut before = std::mem::take(&mut self.seen);
        for (name, picture) in pictures {
            let since = match before.remove(&name) {
                Some((old, since)) if old == picture => since,
                _ => now,
            };
            self.seen.insert(name, (picture, since));
        }
    }

    /// For how long a record has looked as it does; nothing for one that was not seen.
    pub(super) fn still_for(&self, name: &Path, now: Duration) -> Duration {
        self.seen.get(name).map_or(Duration::ZERO, |(_, since)| now.saturating_sub(*since))
    }

    /// Whether anything has been still for less than this.
    pub(super) fn any_moving(&self, settle: Duration, now: Duration) -> bool {
        self.seen.values().any(|(_, since)| now.saturating_sub(*since) < settle)
    }
}

/// What is to be done with a record now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Readiness {
    /// It changed a moment ago, or its end is not there yet.
    Wait,
    /// It is finished.
    Ready,
    /// It was never finished, and nothing has happened for long.
    GivenUp,
}

/// How long a record has to be still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Before it is looked at.
    pub settle: Duration,
    /// Before one that is not finished is given up.
    pub give_up: Duration,
}

/// Decides whether a record is finished.
///
/// - `still`: for how long it has looked as it does; `age`: how long ago its newest file was written, by the clocks of
///   those who wrote it.
/// - `finished`: whether the end of each of its files is there.
pub(super) fn readiness(patience: Patience, still: Duration, age: Duration, finished: bool) -> Readiness {
    match finished {
        _ if still < patience.settle => Readiness::Wait,
        true => Readiness::Ready,
        // One that was left before the watch began need not be watched for as long again.
        false if still.max(age) >= patience.give_up => Readiness::GivenUp,
        false => Readiness::Wait,
    }
}

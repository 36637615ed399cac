//! Many files at once: one thread names them, as many as there are cores read them.

use super::Progress;
use super::report::Finding;
use crate::error::{Error, Result};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{TrySendError, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Files named ahead of their readers.
const AHEAD: usize = 1024;
/// How often the naming thread looks up while it waits.
const PAUSE: Duration = Duration::from_millis(1);

/// Counts that all threads add to, and whether to stop.
#[derive(Default)]
pub(super) struct Tally {
    pub files: AtomicU64,
    pub bytes: AtomicU64,
    pub stop: AtomicBool,
}

impl Tally {
    pub fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// Who looks on: told how far it is, asked whether to end.
pub(super) struct Watch<'a> {
    pub progress: &'a dyn Fn(Progress),
    pub interrupted: &'a dyn Fn() -> bool,
    pub tally: Tally,
    /// Whether files are fetched rather than read: most of the time is then spent waiting.
    pub far: bool,
}

impl Watch<'_> {
    /// Errors: [`Error::Interrupted`].
    pub fn look(&self, phase: super::Phase, lines: u64) -> Result<()> {
        if (self.interrupted)() {
            return Err(Error::Interrupted {});
        }
        let (files, bytes) = (&self.tally.files, &self.tally.bytes);
        let (files, bytes) = (files.load(Ordering::Relaxed), bytes.load(Ordering::Relaxed));
        (self.progress)(Progress { phase, lines, files, bytes });
        Ok(())
    }
}

/// Gives the jobs that `produce` names to as many threads as there are cores, or as are worth waiting with, and collects what they find.
pub(super) fn run<J: Send>(
    watch: &Watch<'_>,
    phase: super::Phase,
    produce: impl FnOnce(&mut dyn FnMut(J) -> Result<()>) -> Result<()>,
    work: impl Fn(J, &Tally) -> Vec<Finding> + Sync,
) -> Result<Vec<Finding>> {
    // However soon a few files are read: who has asked for an end gets it.
    watch.look(phase, 0)?;
    let (sender, receiver) = sync_channel::<J>(AHEAD);
    let (receiver, found) = (Mutex::new(receiver), Mutex::new(Vec::new()));
    let tally = &watch.tally;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = if watch.far { cores.max(crate::copies::THREADS_FAR) } else { cores };
    let result = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    loop {
                        let next = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
                        let Ok(job) = next else { return };
                        if tally.stopped() {
                            continue; // the rest is only taken off the queue
                        }
                        let findings = work(job, tally);
                        if !findings.is_empty() {
                            found.lock().unwrap_or_else(PoisonError::into_inner).extend(findings);
                        }
                    }
                })
            })
            .collect();
        let mut given = 0u64;
        let mut result = produce(&mut |mut job| {
            given += 1;
            if given.is_multiple_of(256) {
                watch.look(phase, 0)?;
            }
            loop {
                match sender.try_send(job) {
                    Ok(()) => return Ok(()),
                    Err(TrySendError::Full(back)) => job = back,
                    Err(TrySendError::Disconnected(_)) => return Err(Error::Closed {}),
                }
                std::thread::sleep(PAUSE);
                watch.look(phase, 0)?;
            }
        });
        drop(sender);
        while !workers.iter().all(|worker| worker.is_finished()) {
            if result.is_ok() {
                result = watch.look(phase, 0);
            }
            if result.is_err() {
                tally.stop.store(true, Ordering::Relaxed);
            }
            std::thread::sleep(PAUSE);
        }
        result
    });
    result.map(|()| found.into_inner().unwrap_or_else(PoisonError::into_inner))
}

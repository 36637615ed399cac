//! Many files at once: one thread names them, several move them, and the first error ends all.

use super::CopyProgress;
use crate::error::{Error, Result};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{TrySendError, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Files named ahead of those who move them.
const AHEAD: usize = 256;
/// How often the naming thread looks up while it waits.
const PAUSE: Duration = Duration::from_millis(1);

/// What all threads add to.
#[derive(Default)]
pub(crate) struct Counts {
    files: AtomicU64,
    bytes: AtomicU64,
}

impl Counts {
    /// One more file, of so many bytes.
    pub fn add(&self, bytes: u64) {
        self.files.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Files and bytes so far.
    pub fn now(&self) -> CopyProgress {
        CopyProgress { files: self.files.load(Ordering::Relaxed), bytes: self.bytes.load(Ordering::Relaxed) }
    }
}

/// Who looks on.
pub(crate) struct Onlooker<'a> {
    progress: &'a dyn Fn(CopyProgress),
    interrupted: &'a dyn Fn() -> bool,
    /// What has been moved.
    pub counts: Counts,
}

impl<'a> Onlooker<'a> {
    pub fn new(progress: &'a dyn Fn(CopyProgress), interrupted: &'a dyn Fn() -> bool) -> Self {
        Self { progress, interrupted, counts: Counts::default() }
    }

    /// Errors: [`Error::Interrupted`].
    pub fn look(&self) -> Result<()> {
        if (self.interrupted)() {
            return Err(Error::Interrupted {});
        }
        (self.progress)(self.counts.now());
        Ok(())
    }
}

/// Gives the jobs that `produce` names to so many threads. The first error, of either side, ends all.
pub(crate) fn run<J: Send>(
    threads: usize,
    onlooker: &Onlooker<'_>,
    produce: impl FnOnce(&mut dyn FnMut(J) -> Result<()>) -> Result<()>,
    work: impl Fn(J) -> Result<()> + Sync,
) -> Result<()> {
    let (sender, receiver) = sync_channel::<J>(AHEAD);
    let (receiver, failed) = (Mutex::new(receiver), Mutex::new(None));
    let stop = AtomicBool::new(false);
    // What the caller is told has no need to come from every thread: this one looks up often enough.
    let produced = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.max(1))
            .map(|_| {
                scope.spawn(|| {
                    loop {
                        let next = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
                        let Ok(job) = next else { return };
                        if stop.load(Ordering::Relaxed) {
                            continue; // the rest is only taken off the queue
                        }
                        if let Err(error) = work(job) {
                            failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                            stop.store(true, Ordering::Relaxed);
                        }
                    }
                })
            })
            .collect();
        let mut given = 0u64;
        let mut produced = produce(&mut |mut job| {
            given += 1;
            if given.is_multiple_of(64) {
                onlooker.look()?;
            }
            loop {
                if stop.load(Ordering::Relaxed) {
                    return Err(Error::Closed {});
                }
                match sender.try_send(job) {
                    Ok(()) => return Ok(()),
                    Err(TrySendError::Full(back)) => job = back,
                    Err(TrySendError::Disconnected(_)) => return Err(Error::Closed {}),
                }
                std::thread::sleep(PAUSE);
                onlooker.look()?;
            }
        });
        drop(sender);
        if produced.is_err() {
            stop.store(true, Ordering::Relaxed);
        }
        while !workers.iter().all(|worker| worker.is_finished()) {
            if produced.is_ok() {
                produced = onlooker.look();
                if produced.is_err() {
                    stop.store(true, Ordering::Relaxed);
                }
            }
            std::thread::sleep(PAUSE);
        }
        produced
    });
    match failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(error) => Err(error),
        None => produced,
    }
}

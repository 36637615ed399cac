//! Documents read by as many threads at once as there are children.

use super::watch::Watch;
use super::{Follower, Result};
use crate::extract::{Extractor, Limits};
use crate::page::{Reading, Unread};
use jingui_schema::cover;
use jingui_vault::text::Material;
use std::sync::atomic::{AtomicUsize, Ordering};
use zeroize::Zeroizing;

/// A document to be read: of which of some records, and which.
pub(super) struct Job<'a> {
    pub(super) of: usize,
    pub(super) document: &'a cover::Document,
}

/// What was read of each; `None` where it was not begun in time, or where its body is damaged or cannot be had.
pub(super) fn read(
    follower: &Follower,
    watch: &Watch<'_>,
    materials: &[Material<'_>],
    jobs: &[Job<'_>],
) -> Result<Vec<Option<Reading>>> {
    let next = AtomicUsize::new(0);
    let extractor = follower.extractor();
    let late = watch.stop;
    let work = || -> Result<Vec<(usize, Reading)>> {
        let mut done = Vec::new();
        while !late() {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(job) = jobs.get(at) else { break };
            if let Some(reading) = read_one(extractor, &materials[job.of], job.document)? {
                done.push((at, reading));
            }
        }
        Ok(done)
    };
    let threads = follower.launch.children.min(jobs.len());
    let done: Vec<Result<Vec<_>>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        threads.into_iter().map(|thread| thread.join().expect("reading does not panic")).collect()
    });
    let mut readings: Vec<Option<Reading>> = (0..jobs.len()).map(|_| None).collect();
    for done in done {
        for (at, reading) in done? {
            readings[at] = Some(reading);
        }
    }
    Ok(readings)
}

fn read_one(
    extractor: &Extractor,
    material: &Material<'_>,
    document: &cover::Document,
) -> Result<Option<Reading>> {
    if document.size > Limits::default().document_bytes {
        return Ok(Some(Reading { pages: Vec::new(), unread: Some(Unread::TooLarge) }));
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(document.size).unwrap_or(0)));
    match material.copy(document, &mut *bytes) {
        Ok(()) => Ok(Some(extractor.read(&document.name, &bytes)?)),
        // Nor is a place that is away for now a reason to read nothing else: it waits for the next time.
        Err(
            jingui_vault::Error::FileDamaged { .. }
            | jingui_vault::Error::NotOpened { .. }
            | jingui_vault::Error::LeftDamaged { .. }
            | jingui_vault::Error::LeftUnreachable { .. }
            | jingui_vault::Error::NoLeftPlace { .. },
        ) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

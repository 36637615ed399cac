//! What becomes of single uploads to the store on loopback: cut off in the middle, refused, held until somebody lets go.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What becomes of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Snag {
    /// Half of it comes, then the connection ends; each time that it is tried.
    Cut,
    /// Half of it comes, and nothing more until it is let go: then the connection ends.
    Hold,
    /// The store says no, with this status and word.
    Refuse(u16, &'static str),
}

/// Says by its path and its bytes whether an upload is meant.
pub type Meant = fn(&str, u64) -> bool;

struct Rule {
    snag: Snag,
    /// So many more are let through.
    after: usize,
    meant: Meant,
}

/// The one rule that stands, if any does.
#[derive(Default)]
pub(crate) struct Snags {
    rule: Mutex<Option<Rule>>,
    held: AtomicUsize,
}

impl Snags {
    fn rule(&self) -> MutexGuard<'_, Option<Rule>> {
        self.rule.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn set(&self, snag: Snag, after: usize, meant: Meant) {
        *self.rule() = Some(Rule { snag, after, meant });
    }

    pub fn clear(&self) {
        *self.rule() = None;
    }

    fn stands(&self) -> bool {
        self.rule().is_some()
    }

    /// What becomes of this upload.
    pub fn of(&self, path: &str, bytes: u64) -> Option<Snag> {
        let mut rule = self.rule();
        let rule = rule.as_mut().filter(|rule| (rule.meant)(path, bytes))?;
        if rule.after > 0 {
            rule.after -= 1;
            return None;
        }
        Some(rule.snag)
    }

    /// Waits until it is let go.
    pub async fn hold(&self) {
        let _held = Counted::one(&self.held);
        while self.stands() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    pub fn held(&self) -> usize {
        self.held.load(Ordering::Relaxed)
    }
}

/// One of so many, as long as it is there: also where whoever waited has gone.
pub(crate) struct Counted<'a>(&'a AtomicUsize);

impl<'a> Counted<'a> {
    pub fn one(of: &'a AtomicUsize) -> Self {
        of.fetch_add(1, Ordering::Relaxed);
        Self(of)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

//! Turns: of what must not be done twice at once, one is done while the others wait for their turn.

use std::collections::HashSet;
use std::hash::Hash;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What is being done, by a key of what is done.
pub(crate) struct Turns<K> {
    under_way: Mutex<HashSet<K>>,
    ended: Condvar,
}

/// A turn; ends when dropped.
pub(crate) struct Turn<'a, K: Eq + Hash> {
    turns: &'a Turns<K>,
    key: K,
}

impl<K: Eq + Hash + Copy> Turns<K> {
    pub fn new() -> Self {
        Self { under_way: Mutex::default(), ended: Condvar::new() }
    }

    /// Waits until nobody else does what has this key; `None` where that takes longer than `patience`.
    pub fn wait(&self, key: K, patience: Duration) -> Option<Turn<'_, K>> {
        let until = Instant::now() + patience;
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        while !under_way.insert(key) {
            let left = until.checked_duration_since(Instant::now())?;
            under_way = self.ended.wait_timeout(under_way, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        Some(Turn { turns: self, key })
    }
}

impl<K: Eq + Hash> Drop for Turn<'_, K> {
    fn drop(&mut self) {
        self.turns.under_way.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
        self.turns.ended.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[test]
    fn one_at_a_time_for_a_key_and_whoever_waits_too_long_is_told() {
        let turns = Turns::new();
        let (inside, done) = (AtomicU32::new(0), AtomicU32::new(0));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let _turn = turns.wait(7, Duration::from_secs(60)).expect("a turn");
                    assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0, "two at once");
                    std::thread::yield_now();
                    inside.fetch_sub(1, Ordering::SeqCst);
                    done.fetch_add(1, Ordering::SeqCst);
                });
            }
        });
        assert_eq!(done.into_inner(), 8);
        let first = turns.wait(7, Duration::ZERO);
        assert!(first.is_some() && turns.wait(8, Duration::ZERO).is_some(), "another key has its own turn");
        assert!(turns.wait(7, Duration::from_millis(1)).is_none());
        drop(first);
        assert!(turns.wait(7, Duration::ZERO).is_some());
    }
}

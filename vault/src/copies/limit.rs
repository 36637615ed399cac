//! A target that takes no more than so many bytes a second: others use the line, too.

use super::lock::Locker;
use super::target::{Put, Target};
use crate::error::Result;
use crate::fs::{ReadFile, Stat};
use jingui_schema::digest::FileMark;
use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The longest pause at once, so that whoever wants it ended is heard soon.
const PAUSE: Duration = Duration::from_millis(100);
/// What is sent at once without a pause, as time: a line that was idle may catch up a little.
const BURST: Duration = Duration::from_millis(250);

/// A target behind a limit on what is sent; what is read back is not counted.
pub struct Limited {
    target: Arc<dyn Target>,
    rate: Rate,
    interrupted: Arc<dyn Fn() -> bool + Send + Sync>,
}

impl Limited {
    /// Puts a limit before a target: `rate` bytes a second, at least one.
    pub fn new(target: Arc<dyn Target>, rate: u64, interrupted: Arc<dyn Fn() -> bool + Send + Sync>) -> Self {
        Self { target, rate: Rate { bytes: rate.max(1), free: Mutex::new(Instant::now()) }, interrupted }
    }
}

/// So many bytes a second, whoever sends them.
struct Rate {
    bytes: u64,
    /// When all that was let through has been sent at that rate.
    free: Mutex<Instant>,
}

impl Rate {
    /// How long to wait before so many bytes.
    fn take(&self, bytes: usize, now: Instant) -> Duration {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let begins = (*free).max(now.checked_sub(BURST).unwrap_or(now));
        *free = begins + Duration::from_secs_f64(bytes as f64 / self.bytes as f64);
        begins.saturating_duration_since(now)
    }
}

/// A source whose bytes come no faster than the rate.
struct Slowed<'a> {
    source: &'a mut dyn Read,
    limit: &'a Limited,
}

impl Read for Slowed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // A tenth of a second's worth at a time, or a slow line would stand still and then be flooded.
        let most = usize::try_from(self.limit.rate.bytes / 10).unwrap_or(usize::MAX);
        let most = most.max(1).min(buffer.len());
        let read = self.source.read(&mut buffer[..most])?;
        let mut left = self.limit.rate.take(read, Instant::now());
        // Whoever wants it ended is told so by the target itself, at its next question.
        while !left.is_zero() && !(self.limit.interrupted)() {
            let pause = left.min(PAUSE);
            std::thread::sleep(pause);
            left -= pause;
        }
        Ok(read)
    }
}

impl Target for Limited {
    fn name(&self) -> String {
        self.target.name()
    }

    fn stat(&self, name: &str) -> Result<Option<Stat>> {
        self.target.stat(name)
    }

    fn list(&self, below: &str) -> Result<Vec<(String, Stat)>> {
        self.target.list(below)
    }

    fn get(&self, name: &str) -> io::Result<Box<dyn ReadFile>> {
        self.target.get(name)
    }

    fn put(&self, name: &str, mark: FileMark, known: bool, source: &mut dyn Read) -> Result<Put> {
        self.target.put(name, mark, known, &mut Slowed { source, limit: self })
    }

    fn settle(&self) -> Result<()> {
        self.target.settle()
    }

    fn is_far(&self) -> bool {
        self.target.is_far()
    }

    fn locks(&self) -> Option<&dyn Locker> {
        self.target.locks()
    }

    fn is_there(&self) -> Result<()> {
        self.target.is_there()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_let_through_is_no_more_than_the_rate_and_a_burst() {
        let began = Instant::now();
        let rate = Rate { bytes: 1000, free: Mutex::new(began) };
        // Nothing was sent before, so the first bytes go at once, the next wait for them.
        assert_eq!(rate.take(500, began), Duration::ZERO);
        assert_eq!(rate.take(100, began), Duration::from_millis(500));
        assert_eq!(rate.take(100, began), Duration::from_millis(600));
        // An hour of silence is worth a quarter of a second.
        let later = began + Duration::from_secs(3600);
        assert_eq!(rate.take(250, later), Duration::ZERO);
        assert_eq!(rate.take(1000, later), Duration::ZERO);
        assert_eq!(rate.take(1, later), Duration::from_secs(1));
    }
}

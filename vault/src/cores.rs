//! Work shared out to all cores.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::thread::{self, Builder};

/// How many there are.
pub(crate) fn count() -> usize {
    // Asked once: the answer is put together from several files.
    static COUNT: LazyLock<usize> =
        LazyLock::new(|| std::thread::available_parallelism().map_or(1, usize::from));
    *COUNT
}

/// Work that goes on beside whoever asked for it.
pub(crate) enum Begun<R> {
    Running(Receiver<thread::Result<R>>),
    Done(R),
}

/// A part, and who waits for what it comes to.
type Asked<P, R> = (P, SyncSender<thread::Result<R>>);

/// Threads that do one kind of work, one for each core at most: a new one for every part costs more than small parts do.
///
/// They are begun when there is something for them to do, and end when this is dropped.
pub(crate) struct Crew<P, R> {
    work: fn(P) -> R,
    threads: usize,
    ask: Sender<Asked<P, R>>,
    asked: Arc<Mutex<Receiver<Asked<P, R>>>>,
}

impl<P: Send + 'static, R: Send + 'static> Crew<P, R> {
    /// Nobody yet.
    pub fn new(work: fn(P) -> R) -> Self {
        let (ask, asked) = mpsc::channel();
        Self { work, threads: 0, ask, asked: Arc::new(Mutex::new(asked)) }
    }

    /// Begins work on a part on another core; does it at once where there is none, or no thread can be begun.
    pub fn begin(&mut self, part: P) -> Begun<R> {
        if self.threads < count() && count() > 1 {
            self.hire();
        }
        if self.threads == 0 {
            return Begun::Done((self.work)(part));
        }
        let (answer, result) = mpsc::sync_channel(1);
        self.ask.send((part, answer)).expect("the other end is held here");
        Begun::Running(result)
    }

    /// Begins one more thread, where that can be.
    fn hire(&mut self) {
        let (asked, work) = (self.asked.clone(), self.work);
        let begun = Builder::new().spawn(move || {
            // The lock is held only until there is something to do: it is not a part of the loop's condition.
            let next = || asked.lock().unwrap_or_else(PoisonError::into_inner).recv();
            while let Ok((part, answer)) = next() {
                let result = catch_unwind(AssertUnwindSafe(|| work(part)));
                let _ = answer.send(result); // whoever asked may have gone
            }
        });
        self.threads += usize::from(begun.is_ok());
    }
}

impl<R> Begun<R> {
    /// What it comes to, once it has.
    pub fn end(self) -> R {
        match self {
            Self::Running(result) => (result.recv().expect("whoever takes a part answers"))
                .unwrap_or_else(|panic| resume_unwind(panic)),
            Self::Done(result) => result,
        }
    }
}

/// What each part comes to, in order. Whoever asks does the first one, and those for which no thread can be begun.
pub(crate) fn each<P: Clone + Send, R: Send>(
    parts: impl IntoIterator<Item = P>,
    work: impl Fn(P) -> R + Sync,
) -> Vec<R> {
    let mut parts = parts.into_iter();
    let Some(mine) = parts.next() else { return Vec::new() };
    std::thread::scope(|scope| {
        let work = &work;
        let begin = |part: P| {
            let again = part.clone();
            (again, Builder::new().spawn_scoped(scope, move || work(part)))
        };
        let others: Vec<_> = parts.map(begin).collect();
        let mut all = vec![work(mine)];
        all.extend(others.into_iter().map(|(part, thread)| match thread {
            Ok(thread) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
            Err(_) => work(part),
        }));
        all
    })
}

#[cfg(test)]
mod tests {
    use super::{Crew, count};
    use std::collections::HashSet;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::Arc;
    use std::thread;
    use std::time::{Duration, Instant};

    #[test]
    fn a_few_threads_do_it_all_in_order() {
        let mut crew = Crew::new(|no: u32| (no * 10, thread::current().id()));
        let begun: Vec<_> = (0..200).map(|no| crew.begin(no)).collect();
        let ended: Vec<_> = begun.into_iter().map(|part| part.end()).collect();
        assert!(ended.iter().map(|(sum, _)| *sum).eq((0..200).map(|no| no * 10)));
        let threads: HashSet<_> = ended.iter().map(|(_, thread)| *thread).collect();
        assert_eq!(threads.contains(&thread::current().id()), count() == 1);
        assert!((1..=count()).contains(&threads.len()), "{} threads", threads.len());
    }

    #[test]
    fn a_part_that_fails_or_that_nobody_waits_for_keeps_nobody_from_the_next() {
        let mut crew = Crew::new(|no: u32| {
            assert!(no != 1, "one");
            no
        });
        for _ in 0..3 * count() {
            // On one core it fails where it begins.
            let mut fail = || {
                let failing = crew.begin(1);
                drop(crew.begin(2));
                failing.end()
            };
            assert!(catch_unwind(AssertUnwindSafe(&mut fail)).is_err());
            assert_eq!(crew.begin(3).end(), 3);
        }
    }

    #[test]
    fn a_crew_goes_home() {
        let mut crew = Crew::new(|no: u32| no);
        (0..3).map(|no| crew.begin(no)).for_each(drop);
        let (left, since) = (Arc::downgrade(&crew.asked), Instant::now());
        drop(crew);
        while left.strong_count() > 0 {
            assert!(since.elapsed() < Duration::from_secs(60), "somebody waits for ever");
            thread::yield_now();
        }
    }

    #[test]
    fn what_parts_come_to_is_in_their_order() {
        for count in [0, 1, 2, 7] {
            let parts = (0..count).map(|no| no * 10..no * 10 + 3);
            let sums = super::each(parts.clone(), |part| part.sum::<i32>());
            assert_eq!(sums, parts.map(|part| part.sum()).collect::<Vec<i32>>());
        }
    }
}

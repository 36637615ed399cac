//! Work shared out to all cores.

use std::panic::resume_unwind;
use std::sync::LazyLock;
use std::thread::{Builder, JoinHandle};

/// How many there are.
pub(crate) fn count() -> usize {
    // Asked once: the answer is put together from several files.
    static COUNT: LazyLock<usize> =
        LazyLock::new(|| std::thread::available_parallelism().map_or(1, usize::from));
    *COUNT
}

/// Work that goes on beside whoever asked for it.
pub(crate) enum Begun<R> {
    Running(JoinHandle<R>),
    Done(R),
}

/// Begins work on another core; does it at once where no thread can be begun.
pub(crate) fn begin<P: Clone + Send + 'static, R: Send + 'static>(part: P, work: fn(P) -> R) -> Begun<R> {
    let again = part.clone();
    match Builder::new().spawn(move || work(part)) {
        Ok(thread) => Begun::Running(thread),
        Err(_) => Begun::Done(work(again)),
    }
}

impl<R> Begun<R> {
    /// What it comes to, once it has.
    pub fn end(self) -> R {
        match self {
            Self::Running(thread) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
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
    #[test]
    fn what_was_begun_comes_to_an_end() {
        assert_eq!(super::begin(vec![1, 2], |parts| parts.len()).end(), 2);
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

//! Work shared out to all cores.

use std::panic::resume_unwind;
use std::thread::Builder;

/// How many there are.
pub(crate) fn count() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
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
    fn what_parts_come_to_is_in_their_order() {
        for count in [0, 1, 2, 7] {
            let parts = (0..count).map(|no| no * 10..no * 10 + 3);
            let sums = super::each(parts.clone(), |part| part.sum::<i32>());
            assert_eq!(sums, parts.map(|part| part.sum()).collect::<Vec<i32>>());
        }
    }
}

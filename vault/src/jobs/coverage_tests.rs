use super::*;
use jingui_schema::id::{Place, RecordId};
use proptest::prelude::*;

const DAY: i64 = 24 * 3_600_000;

fn mark(n: u8) -> BodyMark {
    BodyMark { place: Place(u64::from(n / 8)), record: RecordId::from_bytes([n; 16]), filing: 1 }
}

fn time(day: i64) -> Time {
    Time::from_millis(1_795_622_400_000 + day * DAY)
}

#[test]
fn a_round_is_over_when_its_last_run_is() {
    let mut coverage = Coverage::default();
    assert_eq!((coverage.oldest(), coverage.round(), coverage.next()), (None, None, None));
    coverage.take(&BodiesRead { from: None, to: Some(mark(9)) }, time(1), true);
    assert_eq!((coverage.oldest(), coverage.round(), coverage.next()), (None, None, Some(mark(9))));
    coverage.take(&BodiesRead { from: Some(mark(9)), to: None }, time(2), true);
    assert_eq!((coverage.oldest(), coverage.round()), (Some(time(1)), Some(time(2))));
    assert_eq!(coverage.next(), None);
    // The first part once more: the second one is now the oldest.
    coverage.take(&BodiesRead { from: None, to: Some(mark(9)) }, time(3), true);
    assert_eq!((coverage.oldest(), coverage.round()), (Some(time(2)), Some(time(2))));
}

proptest! {
    #[test]
    fn what_was_read_when_is_what_a_list_of_all_bodies_says(
        // How many bodies each run reads, and whether it is on another day than the one before.
        runs in prop::collection::vec((0u8..20, any::<bool>()), 1..80),
    ) {
        const BODIES: usize = 40;
        let (mut coverage, mut model) = (Coverage::default(), [None; BODIES]);
        let (mut day, mut at) = (0, 0usize);
        for (count, another_day) in runs {
            day += i64::from(another_day);
            let from = coverage.next();
            prop_assert_eq!(from, at.checked_sub(1).map(|last| mark(last as u8)));
            let end = at + usize::from(count);
            let to = (end < BODIES).then(|| end.checked_sub(1).map(|last| mark(last as u8)));
            match to {
                // Cut off before the first body: there is no such line.
                Some(_) if count == 0 => continue,
                Some(to) => coverage.take(&BodiesRead { from, to }, time(day), true),
                None => coverage.take(&BodiesRead { from, to: None }, time(day), true),
            }
            model[at..end.min(BODIES)].fill(Some(time(day)));
            at = if end < BODIES { end } else { 0 };
            prop_assert_eq!(coverage.oldest(), model.iter().min().copied().flatten());
            prop_assert!(coverage.stretches.len() <= day as usize + 2, "{:?}", coverage.stretches);
        }
    }
}

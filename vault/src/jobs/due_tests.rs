use super::*;
use proptest::prelude::*;

fn time(minutes: i64) -> Time {
    // 2026-11-26 00:00 at +08:00.
    Time::from_millis(1_795_622_400_000 + minutes * 60_000)
}

const DAY: i64 = 24 * 60;

fn daily() -> Cron {
    "0 3 * * *".parse().expect("a daily time")
}

#[test]
fn a_job_is_due_once_however_often_it_was_missed() {
    let due_at = |served, now| due(&daily(), Some(time(served)), time(now));
    assert_eq!(due_at(0, 179), None);
    let first = Due { at: time(180), first: time(180), missed: 0 };
    assert_eq!(due_at(0, 180), Some(first));
    assert_eq!(due_at(0, DAY + 179), Some(first));
    assert_eq!(due_at(0, 9 * DAY + 200), Some(Due { at: time(9 * DAY + 180), missed: 9, ..first }));
    // Once it has run for that time nothing is left of them.
    assert_eq!(due_at(9 * DAY + 180, 9 * DAY + 200), None);
}

#[test]
fn a_day_without_a_run_is_reported() {
    let overdue = |now| due(&daily(), Some(time(0)), time(now)).is_some_and(|due| due.is_overdue(time(now)));
    assert!(!overdue(0) && !overdue(180) && !overdue(180 + DAY));
    assert!(overdue(181 + DAY));
}

#[test]
fn a_run_in_the_future_does_not_keep_a_job_from_running() {
    let far = time(70 * 366 * DAY);
    assert_eq!(served(time(0), Some(far), time(500)), Some(time(0)));
    assert_eq!(served(far, Some(time(190)), time(500)), Some(time(190)));
    assert_eq!(served(far, Some(far), time(500)), None);
    assert_eq!(due(&daily(), None, time(500)), Some(Due { at: time(180), first: time(180), missed: 0 }));
    assert_eq!(served(time(0), Some(time(190)), time(500)), Some(time(190)));
    assert_eq!(served(time(300), Some(time(190)), time(500)), Some(time(300)));
}

#[test]
fn missed_runs_are_counted_up_to_a_limit() {
    let cron: Cron = "* * * * *".parse().expect("every minute");
    let found = due(&cron, Some(time(0)), time(100_000)).expect("it is due");
    assert_eq!(found, Due { at: time(100_000), first: time(1), missed: MISSED_MAX });
}

proptest! {
    #[test]
    fn days_of_looking_now_and_then_are_those_of_a_plain_list(
        cron in prop::sample::select(vec!["0 3 * * *", "*/20 * * * *", "30 1,13 * * Mon-Fri", "0 4 1 * *", "15 6 1,15 * Sun"]),
        looks in prop::collection::vec(1i64..5000, 1..40),
    ) {
        let cron: Cron = cron.parse().expect("a time");
        let (mut now, mut ran) = (0, None);
        for look in looks {
            let from = now;
            now += look;
            // All minutes since the last look at which it was due.
            let all: Vec<Time> = (from + 1..=now).map(time).filter(|one| cron.last(*one) == Some(*one)).collect();
            let found = due(&cron, served(time(0), ran, time(now)), time(now));
            let expected = all.last().map(|at| Due { at: *at, first: all[0], missed: all.len() as u64 - 1 });
            prop_assert_eq!(found, expected);
            ran = found.map(|due| due.at).or(ran);
        }
    }
}

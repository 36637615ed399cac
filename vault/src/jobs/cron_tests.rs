use super::*;
use jingui_schema::time::Day;
use proptest::prelude::*;

fn at(text: &str) -> Time {
    text.parse().expect("a time")
}

/// When an expression is due next behind a time at +08:00, both as people write them.
fn check(cron: &str, behind: &str, due: &str) {
    let time = |text: &str| Time::from_millis(at(&format!("{text}:00.000Z")).millis() - 8 * 3_600_000);
    let cron: Cron = cron.parse().unwrap_or_else(|e| panic!("{cron}: {e}"));
    let found = cron.after(time(behind)).expect("it comes");
    assert_eq!(found, time(due), "{cron} behind {behind}");
    assert_eq!(cron.last(found), Some(found), "{cron}");
}

#[test]
fn times_are_those_that_people_mean() {
    check("30 2 * * *", "2026-11-26T02:29", "2026-11-26T02:30");
    check("30 2 * * *", "2026-11-26T02:30", "2026-11-27T02:30");
    check("0 4 1 * *", "2026-12-31T23:59", "2027-01-01T04:00");
    check("*/15 8-17 * * Mon-Fri", "2026-11-27T17:45", "2026-11-30T08:00");
    // A Sunday, by all its names.
    for sunday in ["0", "7", "Sun", "sun", "6-7", "Sat-Sun", "0-1"] {
        check(&format!("0 9 * * {sunday}"), "2026-11-28T09:00", "2026-11-29T09:00");
    }
    check("0 9 * * Mon", "2026-11-26T12:00", "2026-11-30T09:00");
    check("0 0 29 2 *", "2025-01-01T00:00", "2028-02-29T00:00");
    // Either day is enough where both are named.
    check("0 0 13 * Fri", "2026-11-26T00:00", "2026-11-27T00:00");
    check("0 0 13 * Fri", "2026-12-12T00:00", "2026-12-13T00:00");
    check("0 0 31 2 Mon", "2026-02-01T00:00", "2026-02-02T00:00");
    check("0 0 */10 * *", "2026-11-22T00:00", "2026-12-01T00:00");
}

#[test]
fn what_would_be_misread_or_never_comes_is_refused() {
    for (text, why) in [
        ("", "fields"),
        ("0 3 * *", "fields"),
        ("0 0 3 * * *", "fields"),
        ("0  3 * * *", "fields"),
        ("0\t3 * * *", "fields"),
        ("@daily", "fields"),
        (" 0 3 * * *", "fields"),
        ("60 3 * * *", "minute"),
        ("-1 3 * * *", "minute"),
        ("+1 3 * * *", "minute"),
        ("000 3 * * *", "minute"),
        ("5/10 3 * * *", "minute"),
        ("*/0 3 * * *", "minute"),
        ("*/60 3 * * *", "minute"),
        ("0,* 3 * * *", "minute"),
        ("0, 3 * * *", "minute"),
        ("0 24 * * *", "hour"),
        ("0 5-3 * * *", "hour"),
        ("0 3 0 * *", "day"),
        ("0 3 32 * *", "day"),
        ("0 3 L * *", "day"),
        ("0 3 ? * *", "day"),
        ("0 3 Mon * *", "day"),
        ("0 3 * 13 *", "month"),
        ("0 3 * Jan *", "month"),
        ("0 3 * * 8", "week day"),
        ("0 3 * * Monday", "week day"),
        ("0 3 * * Fri-Mon", "week day"),
        ("0 3 * * Mon#2", "week day"),
        ("0 3 */2 * Mon", "ambiguous"),
        ("0 3 1 * */2", "ambiguous"),
        ("0 3 31 2 *", "never"),
        ("0 3 30,31 2 *", "never"),
        ("0 3 31 4,6,9,11 *", "never"),
        (&format!("{}0 3 * * *", "0,".repeat(100)), "fields"),
    ] {
        let found = match text.parse::<Cron>() {
            Ok(_) => "taken",
            Err(CronError::Fields) => "fields",
            Err(CronError::Field { of, .. }) => of,
            Err(CronError::Ambiguous) => "ambiguous",
            Err(CronError::Never) => "never",
        };
        assert_eq!(found, why, "{text:?}");
    }
}

/// A field as it is written, and the numbers that it means, made together: the model never reads an expression.
fn field(low: u32, high: u32) -> BoxedStrategy<(String, Vec<u32>)> {
    let one = (low..=high).prop_map(|n| (n.to_string(), vec![n]));
    let range = (low..=high, low..=high, 1..=high).prop_map(|(a, b, step)| {
        let (first, last) = (a.min(b), a.max(b));
        let text = if step == 1 { format!("{first}-{last}") } else { format!("{first}-{last}/{step}") };
        (text, (first..=last).step_by(step as usize).collect())
    });
    let list = prop::collection::vec(prop_oneof![one.clone(), range.clone()], 1..4).prop_map(|items| {
        let text = items.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>().join(",");
        (text, items.into_iter().flat_map(|(_, numbers)| numbers).collect())
    });
    let all = Just(("*".to_owned(), (low..=high).collect::<Vec<_>>()));
    let every =
        (1..=high).prop_map(move |step| (format!("*/{step}"), (low..=high).step_by(step as usize).collect()));
    prop_oneof![3 => one, 2 => range, 3 => list, 3 => all, 1 => every].boxed()
}

/// The first minute behind one that every field has, a day and then a minute at a time.
fn model(fields: &[(String, Vec<u32>); 5], behind: Time, days: u32) -> Option<Time> {
    let [minutes, hours, days_of_month, months, week_days] = fields;
    let has = |field: &(String, Vec<u32>), n: i8| field.1.contains(&(n as u32));
    let mut day = behind.day();
    for _ in 0..days {
        let week_day = day.0.weekday().to_sunday_zero_offset();
        let by_week = has(week_days, week_day) || (week_day == 0 && has(week_days, 7));
        let by_day = has(days_of_month, day.0.day());
        let either = days_of_month.0 != "*" && week_days.0 != "*";
        if has(months, day.0.month()) && if either { by_day || by_week } else { by_day && by_week } {
            let midnight = at(&format!("{day}T00:00:00.000Z")).millis() - 8 * 3_600_000;
            for minute in 0..24 * 60i64 {
                let time = Time::from_millis(midnight + minute * 60_000);
                let fits = has(hours, (minute / 60) as i8) && has(minutes, (minute % 60) as i8);
                if fits && time > behind {
                    return Some(time);
                }
            }
        }
        day = Day(day.0.tomorrow().expect("long before the year 9999"));
    }
    None
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    #[test]
    fn it_is_due_when_a_model_that_tries_every_minute_says_so(
        fields in (field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 7)),
        // From 1990 to 2060, not always on a whole minute.
        behind in 631_152_000_000i64..2_840_140_800_000,
    ) {
        let fields: [(String, Vec<u32>); 5] = fields.into();
        let text = fields.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>().join(" ");
        let (behind, ambiguous) = (Time::from_millis(behind), fields[2].0 != "*" && fields[4].0 != "*"
            && (fields[2].0.starts_with('*') || fields[4].0.starts_with('*')));
        match text.parse::<Cron>() {
            Err(CronError::Ambiguous) => prop_assert!(ambiguous, "{}", text),
            Err(CronError::Never) => prop_assert_eq!(model(&fields, behind, 9 * 366), None, "{}", text),
            Err(error) => prop_assert!(false, "{}: {}", text, error),
            Ok(cron) => {
                prop_assert!(!ambiguous, "{}", text);
                let due = model(&fields, behind, 9 * 366);
                prop_assert_eq!(cron.after(behind), due, "{} behind {}", text, behind);
                // Backwards: none lies between a time and the last one before it.
                let last = cron.last(behind).expect("since 1970");
                prop_assert!(last <= behind, "{}: {} up to {}", text, last, behind);
                prop_assert_eq!(cron.after(Time::from_millis(last.millis() - 1)), Some(last), "{}", text);
                prop_assert_eq!(cron.after(last), due, "{} behind {}", text, last);
            }
        }
    }
}

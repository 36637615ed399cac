//! Chance histories against a slow, plain calculation that shares nothing with the code it judges: days are counted one
//! by one on a calendar of its own, and whatever is asked for is looked for by trying.
//!
//! 20,000 histories each time; a million where `JINGUI_LONG` is set.

use super::*;
use jingui_schema::facts::{Basis, Business, Class, Outcome};
use jingui_schema::id::CertId;
use jingui_schema::rules::{Rule, shipped};
use jingui_schema::time::Day;

/// xorshift64*: enough chance, the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }

    fn below(&mut self, n: u64) -> u64 {
        self.roll() % n
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len() as u64) as usize]
    }

    /// A day of a narrow stretch of years, so that days meet; now and then one at an edge.
    fn day(&mut self) -> Day {
        let date = match self.below(40) {
            0 => plain::Date(2024, 2, 29),
            1 => plain::Date(2023, 2, 28),
            2 => plain::Date(9990 + self.below(10) as i64, 12, 31),
            _ => {
                let (y, m) = (2018 + self.below(8) as i64, 1 + self.below(12) as i64);
                plain::Date(y, m, 1 + self.below(plain::month_days(y, m) as u64) as i64)
            }
        };
        date.day()
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i as u64 + 1) as usize);
        }
    }
}

/// A calendar and a law of their own.
mod plain {
    use super::super::{Authority, Certificate, Ended, Until};
    use super::History;
    use jingui_schema::facts::{Basis, Class, Outcome};
    use jingui_schema::time::Day;

    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
    pub struct Date(pub i64, pub i64, pub i64);

    pub fn month_days(y: i64, m: i64) -> i64 {
        let leap = y % 400 == 0 || y % 4 == 0 && y % 100 != 0;
        [31, 28 + i64::from(leap), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][m as usize - 1]
    }

    impl Date {
        pub fn of(day: Day) -> Self {
            Self(day.0.year().into(), day.0.month().into(), day.0.day().into())
        }

        pub fn day(self) -> Day {
            format!("{:04}-{:02}-{:02}", self.0, self.1, self.2).parse().expect("a day")
        }

        fn next(self) -> Option<Self> {
            let Self(y, m, d) = self;
            match () {
                _ if d < month_days(y, m) => Some(Self(y, m, d + 1)),
                _ if m < 12 => Some(Self(y, m + 1, 1)),
                _ if y < 9999 => Some(Self(y + 1, 1, 1)),
                _ => None,
            }
        }

        fn later(self, days: i64) -> Option<Self> {
            (0..days).try_fold(self, |date, _| date.next())
        }

        fn years(self, n: i64) -> Option<Self> {
            let y = self.0 + n;
            (y <= 9999).then(|| Self(y, self.1, self.2.min(month_days(y, self.1))))
        }
    }

    /// The days on which a certificate counts as revoked by these events: each is tried by itself.
    fn invalid(certificate: &Certificate) -> Option<Date> {
        let last = match certificate.until {
            Until::Unknown => return None,
            Until::Never => None,
            Until::On(day) => Some(Date::of(day)),
        };
        let mut revoked: Option<Date> = None;
        for end in &certificate.ends {
            let mut date = Date::of(end.day);
            let believe = |by| match by {
                Authority::One => false,
                Authority::Two => true,
                Authority::List(day) => last.is_none_or(|last| Date::of(day) <= last),
            };
            let erased = end.what == Ended::Permanent
                && certificate.ends.iter().any(|o| o.what == Ended::Released && Date::of(o.day) >= date);
            if believe(end.by) && erased {
                return last;
            }
            if !believe(end.by) || matches!(end.what, Ended::Held | Ended::Released) {
                continue;
            }
            for held in certificate.ends.iter().filter(|o| o.what == Ended::Held) {
                let free = certificate
                    .ends
                    .iter()
                    .any(|o| o.what == Ended::Released && believe(o.by) && o.day >= held.day);
                if !free && Date::of(held.day) > date {
                    date = Date::of(held.day);
                }
            }
            if last.is_none_or(|last| date <= last) && revoked.is_none_or(|known| known < date) {
                revoked = Some(date);
            }
        }
        match (last, revoked) {
            (Some(last), Some(revoked)) => Some(if revoked < last { revoked } else { last }),
            (last, revoked) => last.or(revoked),
        }
    }

    /// E, F and G; nothing where there are none.
    pub fn dates(history: &History) -> Option<(Date, Date, Date)> {
        if !history.reviewed || history.outcome == Outcome::Pending {
            return None;
        }
        let refused = !matches!(history.outcome, Outcome::Issued | Outcome::Pending);
        let (mut last, mut grace) = (None::<Date>, 15);
        // Every version that reaches this counts, each in every respect: the outermost of all is kept.
        let mut keep = |class: Class,
                        lawful: i64,
                        from: &dyn Fn(Basis) -> Option<Date>,
                        since: Option<Day>,
                        expiry: Option<Option<Date>>| {
            let mut classes = history.classes.clone();
            classes.push(class);
            let least = from(Basis::Invalid)?.years(lawful)?;
            last = last.max(Some(least));
            for (i, (rule, on)) in history.rules.iter().enumerate() {
                let replaced = history.rules[i + 1..].iter().any(|(later, on)| {
                    let begins = on.map_or(later.effective, |on| on.max(later.effective));
                    later.class == rule.class && since.is_some_and(|since| begins <= since)
                });
                let _ = on;
                if replaced || !classes.contains(&rule.class) {
                    continue;
                }
                grace = grace.max(i64::from(rule.grace));
                last = last.max(Some(from(rule.basis)?.years(i64::from(rule.years))?));
                if let (Some(floor), Some(expiry)) = (rule.floor, expiry) {
                    last = last.max(Some(expiry?.years(i64::from(floor))?));
                }
            }
            Some(())
        };
        if refused {
            let decision = history.decision.map(Date::of)?;
            keep(Class::CnR3, 3, &|_| Some(decision), history.decision, None)?;
        }
        for certificate in &history.certificates {
            let invalid = invalid(certificate)?;
            let expiry = match certificate.until {
                Until::On(day) => Some(Date::of(day)),
                _ => None,
            };
            let from = |basis| if basis == Basis::Expiry { expiry } else { Some(invalid) };
            let issued = certificate.issued.filter(|d| expiry.is_none_or(|last| Date::of(*d) <= last));
            keep(Class::CnP5, 5, &from, issued, Some(expiry))?;
        }
        let last = last?;
        let free = last.next()?;
        Some((last, free, free.later(grace)?))
    }

    /// The first day on which nothing stops disposal any more, found by trying one after the other.
    pub fn earliest(history: &History, disposal: Date) -> Option<Date> {
        let mut date = disposal;
        for hold in &history.holds {
            let over = Date::of(hold.released?).later(i64::from(hold.cool_off.max(7)))?;
            while date < over {
                date = date.next()?;
            }
        }
        Some(date)
    }
}

#[derive(Clone, Debug)]
struct History {
    classes: Vec<Class>,
    outcome: Outcome,
    decision: Option<Day>,
    reviewed: bool,
    certificates: Vec<Certificate>,
    /// Oldest first, the shipped ones among them.
    rules: Vec<(Rule, Option<Day>)>,
    holds: Vec<Hold>,
}

fn end(dice: &mut Dice) -> End {
    let what = dice.one_of(&[Ended::Revoked, Ended::Revoked, Ended::Held, Ended::Released, Ended::Permanent]);
    let by = match dice.below(4) {
        0 => Authority::One,
        1 => Authority::List(dice.day()),
        _ => Authority::Two,
    };
    End { day: dice.day(), what, by }
}

fn certificate(dice: &mut Dice, id: u8) -> Certificate {
    let until = match dice.below(20) {
        0 => Until::Never,
        1 => Until::Unknown,
        _ => Until::On(dice.day()),
    };
    // Not on the calendar's last day, on which the rule of the last case below begins.
    let issued = (!dice.one_in(4)).then(|| dice.day()).filter(|day| *day < Day::FOR_GOOD);
    let ends = (0..dice.below(4)).map(|_| end(dice)).collect();
    Certificate { id: CertId::from_bytes([id; 16]), until, issued, ends }
}

fn hold(dice: &mut Dice) -> Hold {
    let released = (!dice.one_in(3)).then(|| dice.day());
    Hold { placed: dice.day(), released, cool_off: dice.one_of(&[0, 7, 30, 90]) }
}

fn history(dice: &mut Dice) -> History {
    let mut rules: Vec<(Rule, Option<Day>)> = shipped().iter().map(|rule| (rule.clone(), None)).collect();
    for _ in 0..dice.below(4) {
        let class = dice.one_of(Class::ALL);
        let version = rules.iter().filter(|(rule, _)| rule.class == class).count() as u32;
        // Also what no check lets pass: nothing undercuts the law, whatever the data say.
        let rule = Rule {
            class,
            version,
            years: dice.one_of(&[0, 1, 3, 5, 6, 8, 10, 30]),
            basis: dice.one_of(Basis::ALL),
            grace: dice.one_of(&[0, 15, 30, 60, 366]),
            floor: dice.one_of(&[None, None, Some(2), Some(7)]),
            effective: dice.day(),
            law: String::new(),
        };
        rules.push((rule, Some(dice.day())));
    }
    let outcome = match dice.below(8) {
        0 => Outcome::Pending,
        1 | 2 => dice.one_of(&[Outcome::Rejected, Outcome::Withdrawn, Outcome::Lapsed]),
        _ => Outcome::Issued,
    };
    History {
        classes: (0..1 + dice.below(2)).map(|_| dice.one_of(Class::ALL)).collect(),
        outcome,
        decision: (!dice.one_in(6)).then(|| dice.day()),
        reviewed: !dice.one_in(8),
        certificates: (0..dice.below(4)).map(|i| certificate(dice, i as u8)).collect(),
        rules,
        holds: (0..dice.below(3)).map(|_| hold(dice)).collect(),
    }
}

const TODAY: &str = "2026-11-26";

fn assessed(history: &History) -> Assessment {
    let mut rules = Rules::default();
    for (rule, on) in &history.rules {
        if let Some(on) = on {
            rules = rules.with(rule.clone(), *on);
        }
    }
    let facts = RecordFacts {
        classes: &history.classes,
        outcome: history.outcome,
        business: Business::New,
        decision: history.decision,
        reviewed: history.reviewed,
        certificates: &history.certificates,
    };
    assess(&facts, &rules, TODAY.parse().expect("a day"))
}

/// The first day of disposal; `None` for never, which is later than every day.
fn disposal(history: &History) -> Option<Day> {
    earliest(&assessed(history), &history.holds)
}

/// Whether the first is not earlier than the second.
fn not_earlier(one: Option<Day>, other: Option<Day>) -> bool {
    match (one, other) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(one), Some(other)) => one >= other,
    }
}

#[test]
fn chance_histories_come_out_as_by_hand_and_nobody_alone_shortens_anything() {
    let count = if std::env::var_os("JINGUI_LONG").is_some() { 1_000_000 } else { 20_000 };
    let (mut dice, mut dated) = (Dice(0x6A69_6E67_7569), 0);
    for round in 0..count {
        let history = history(&mut dice);
        let assessment = assessed(&history);
        let say = |what: &str| format!("round {round}, {what}: {history:#?}\n{assessment:#?}");

        let got = assessment.dates().map(|d| (d.last, d.free, d.disposal));
        let by_hand = plain::dates(&history);
        let expected = by_hand.map(|(e, f, g)| (e.day(), f.day(), g.day()));
        assert_eq!(got, expected, "{}", say("dates"));
        assert_eq!(got.is_none(), !assessment.unclear.is_empty(), "{}", say("a reason or dates"));
        let first = disposal(&history);
        let by_hand = by_hand.and_then(|(_, _, g)| plain::earliest(&history, g));
        assert_eq!(first, by_hand.map(|date| date.day()), "{}", say("earliest"));
        dated += u64::from(got.is_some());

        // The legal floor, by the slow calendar: five years after each certificate's end, three after a decision.
        if let Some((last, free, day)) = got {
            for certificate in &history.certificates {
                let mut alone = history.clone();
                alone.certificates = vec![certificate.clone()];
                alone.rules.retain(|(_, on)| on.is_none());
                (alone.classes, alone.outcome) = (vec![Class::CnP5], Outcome::Issued);
                let floor = plain::dates(&alone).expect("it has an end").0;
                assert!(last >= floor.day(), "{}", say("legal floor"));
            }
            assert!(free > last && day > free, "{}", say("order"));
        }

        let mut more = history.clone();
        match dice.below(6) {
            // What one archivist alone may enter: another certificate, an event on nobody else's word, a correction that
            // nobody has reviewed, another class; and a hold.
            0 => more.certificates.push(certificate(&mut dice, 9)),
            1 => {
                for one in &mut more.certificates {
                    one.ends.push(End { by: Authority::One, ..end(&mut dice) });
                }
            }
            2 => more.reviewed = false,
            3 => more.classes.push(dice.one_of(Class::ALL)),
            4 => more.holds.push(hold(&mut dice)),
            // A rule of any kind that is in force only after everything here was issued and decided.
            _ => {
                let class = dice.one_of(Class::ALL);
                let rule = Rule { effective: Day::FOR_GOOD, ..shipped()[0].clone() };
                more.rules.push((Rule { class, version: 9, ..rule }, Some(dice.day())));
            }
        }
        // Nothing linked and then one: the link has to be reviewed, which is another rule's business.
        let first_link = history.certificates.is_empty() && !more.certificates.is_empty();
        assert!(first_link || not_earlier(disposal(&more), first), "{} {more:#?}", say("never earlier"));

        let mut mixed = history.clone();
        dice.shuffle(&mut mixed.certificates);
        dice.shuffle(&mut mixed.holds);
        dice.shuffle(&mut mixed.classes);
        mixed.certificates.iter_mut().for_each(|one| dice.shuffle(&mut one.ends));
        assert_eq!(assessed(&mixed), assessment, "{}", say("order of arrival"));
    }
    assert!(dated * 3 > count, "{dated} of {count} have dates");
}

//! Cron expressions as people know them: five fields, Sunday is 0 or 7, at UTC+08:00.
//!
//! The crate underneath wants seconds first, counts Sunday as 1, wants both day fields to hold at once, and takes what never
//! happens. So a field is read here, into the numbers it means, and the crate is given lists of numbers, which it can
//! only read in one way. A test holds the whole against a model that tries every minute.

use chrono::{DateTime, FixedOffset};
use jingui_schema::time::Time;
use std::fmt;
use std::str::FromStr;

/// Characters of an expression at most.
const CHARS_MAX: usize = 200;
/// Seconds that Shanghai's fixed time is ahead of UTC.
const OFFSET_SECONDS: i32 = 8 * 3600;
/// Five years with a 29 February among them: what does not happen in these never happens.
const TRIED: [&str; 2] = ["2001-01-01T00:00:00.000Z", "2006-01-01T00:00:00.000Z"];

/// Week days as they may be written.
const WEEK: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/// Says why a text is no cron expression that may be used here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CronError {
    /// Not five fields with single spaces between them.
    #[error("it has not five fields (minute, hour, day, month, week day) with single spaces between them")]
    Fields,
    /// A field that is none.
    #[error(
        "{field:?} is no {of}: numbers from {low} to {high}, ranges 1-5, lists 1,3, steps */2 or 10-40/5, and * for all"
    )]
    Field {
        /// As it was written.
        field: String,
        /// Which of the five.
        of: &'static str,
        /// The smallest number.
        low: u32,
        /// The largest.
        high: u32,
    },
    /// Both day fields, one of them a step over all days: programs differ on what that means.
    #[error(
        "a step over all days (*/n) beside the other day field means different things to different programs: name the days"
    )]
    Ambiguous,
    /// Never.
    #[error("there is no such day, so it would never run")]
    Never,
}

/// When something is due, again and again.
///
/// Invariant: only `FromStr` makes one, so it is due at least once in any five years up to 2100.
#[derive(Clone)]
pub struct Cron {
    text: String,
    /// One, or two where each day field names days: either is enough.
    parts: Vec<cron::Schedule>,
}

impl PartialEq for Cron {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl fmt::Debug for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cron({:?})", self.text)
    }
}

impl fmt::Display for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

/// What one of the five fields may be.
struct Of {
    name: &'static str,
    low: u32,
    high: u32,
}

const MINUTE: Of = Of { name: "minute", low: 0, high: 59 };
const HOUR: Of = Of { name: "hour", low: 0, high: 23 };
const DAY: Of = Of { name: "day", low: 1, high: 31 };
const MONTH: Of = Of { name: "month", low: 1, high: 12 };
const WEEK_DAY: Of = Of { name: "week day", low: 0, high: 7 };

impl Of {
    fn wrong(&self, field: &str) -> CronError {
        CronError::Field { field: field.to_owned(), of: self.name, low: self.low, high: self.high }
    }

    /// One number, or the name of a week day; `last` where it ends a range, for a week may end on Sunday.
    fn number(&self, text: &str, last: bool) -> Option<u32> {
        if self.high == WEEK_DAY.high
            && let Some(day) = WEEK.iter().position(|name| text.eq_ignore_ascii_case(name))
        {
            return Some(if day == 0 && last { 7 } else { day as u32 });
        }
        let digits = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        let number = text.parse().ok().filter(|_| digits)?;
        (self.low..=self.high).contains(&number).then_some(number)
    }

    /// The numbers that a field means, a bit for each.
    fn read(&self, field: &str) -> Result<u64, CronError> {
        let mut bits = 0;
        for item in field.split(',') {
            let (range, step) = match item.split_once('/') {
                Some((range, step)) => (range, Some(step)),
                None => (item, None),
            };
            let whole = range == "*";
            let (first, last) = match (whole, range.split_once('-')) {
                // Beside others in a list it says nothing, or something else was meant.
                (true, _) if field.contains(',') => return Err(self.wrong(field)),
                (true, _) if self.high == WEEK_DAY.high => (0, 6),
                (true, _) => (self.low, self.high),
                (false, Some((first, last))) => (
                    self.number(first, false).ok_or_else(|| self.wrong(field))?,
                    self.number(last, true).ok_or_else(|| self.wrong(field))?,
                ),
                // `5/10` is one number to some programs and from there on to others.
                (false, None) if step.is_some() => return Err(self.wrong(field)),
                (false, None) => {
                    let number = self.number(range, false).ok_or_else(|| self.wrong(field))?;
                    (number, number)
                }
            };
            let step = match step {
                None => 1,
                Some(step) if !(1..=2).contains(&step.len()) => return Err(self.wrong(field)),
                Some(step) => step
                    .bytes()
                    .all(|b| b.is_ascii_digit())
                    .then(|| step.parse::<u32>().ok())
                    .flatten()
                    .filter(|step| (1..=self.high).contains(step))
                    .ok_or_else(|| self.wrong(field))?,
            };
            if first > last {
                return Err(self.wrong(field));
            }
            for number in (first..=last).step_by(step as usize) {
                // 7 is Sunday, too.
                let number = if self.high == WEEK_DAY.high { number % 7 } else { number };
                bits |= 1u64 << number;
            }
        }
        Ok(bits)
    }

    /// The same as the crate wants it: a list of numbers, those of week days one higher.
    fn listed(&self, bits: u64) -> String {
        let shift = u32::from(self.high == WEEK_DAY.high);
        let numbers = (0..64).filter(|n| bits >> n & 1 == 1).map(|n| (n + shift).to_string());
        numbers.collect::<Vec<_>>().join(",")
    }
}

impl FromStr for Cron {
    type Err = CronError;

    fn from_str(text: &str) -> Result<Self, CronError> {
        let fields: Vec<&str> = text.split(' ').collect();
        let &[minute, hour, day, month, week_day] = &fields[..] else { return Err(CronError::Fields) };
        if text.len() > CHARS_MAX || fields.iter().any(|field| field.is_empty()) {
            return Err(CronError::Fields);
        }
        let time = format!("0 {} {}", MINUTE.listed(MINUTE.read(minute)?), HOUR.listed(HOUR.read(hour)?));
        let months = MONTH.listed(MONTH.read(month)?);
        let days = DAY.listed(DAY.read(day)?);
        let week_days = WEEK_DAY.listed(WEEK_DAY.read(week_day)?);
        let by_day = format!("{time} {days} {months} *");
        let by_week = format!("{time} * {months} {week_days}");
        let texts = match (day, week_day) {
            (_, "*") => vec![by_day],
            ("*", _) => vec![by_week],
            // POSIX: where both name days, either is enough.
            _ if day.starts_with('*') || week_day.starts_with('*') => return Err(CronError::Ambiguous),
            _ => vec![by_day, by_week],
        };
        let mut parts = Vec::with_capacity(texts.len());
        for text in texts {
            parts.push(text.parse().map_err(|_| CronError::Fields)?);
        }
        let cron = Self { text: text.to_owned(), parts };
        let [from, to] = TRIED.map(|time| time.parse().expect("a time"));
        match cron.after(from).is_some_and(|first: Time| first < to) {
            true => Ok(cron),
            false => Err(CronError::Never),
        }
    }
}

impl Cron {
    /// The first time behind this one; none after the year 2100.
    pub fn after(&self, time: Time) -> Option<Time> {
        let time = shanghai(time)?;
        self.parts.iter().filter_map(|part| part.after(&time).next()).min().map(of_shanghai)
    }

    /// The last time up to this one; none before the year 1970.
    pub fn last(&self, time: Time) -> Option<Time> {
        // The crate looks before a second, here it is asked for up to it.
        let time = shanghai(Time::from_millis(time.millis().saturating_add(1000)))?;
        self.parts.iter().filter_map(|part| part.after(&time).next_back()).max().map(of_shanghai)
    }
}

/// Whole seconds: nothing is due between two of them.
fn shanghai(time: Time) -> Option<DateTime<FixedOffset>> {
    let offset = FixedOffset::east_opt(OFFSET_SECONDS)?;
    Some(DateTime::from_timestamp(time.millis().div_euclid(1000), 0)?.with_timezone(&offset))
}

fn of_shanghai(time: DateTime<FixedOffset>) -> Time {
    Time::from_millis(time.timestamp_millis())
}

#[cfg(test)]
#[path = "cron_tests.rs"]
mod tests;

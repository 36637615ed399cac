//! Times (UTC milliseconds) and days (fixed UTC+08:00).

use crate::id::text_serde;
use jiff::civil::Date;
use jiff::tz::Offset;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// Says why a text is not a time or a day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// Not `YYYY-MM-DDTHH:MM:SS.mmmZ`.
    #[error("a time looks like 2026-11-22T05:47:00.123Z")]
    Time,
    /// None of the accepted spellings, or no such day.
    #[error(
        "a day looks like 2024-05-01, 20240501, 2024.5.1 or 2024\u{5e74}5\u{6708}1\u{65e5}, and must exist"
    )]
    Day,
}

/// An instant in milliseconds since 1970-01-01T00:00:00Z.
///
/// Invariant: between the years 1 and 9999, so that its text has one length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(i64);

impl Time {
    /// The earliest time there is.
    pub const MIN: Self = Self(-62_135_596_800_000);
    /// The latest time there is.
    pub const MAX: Self = Self(253_370_764_799_999);

    /// The time so many milliseconds after 1970, kept between [`Time::MIN`] and [`Time::MAX`].
    pub fn from_millis(millis: i64) -> Self {
        Self(millis.clamp(Self::MIN.0, Self::MAX.0))
    }

    /// Milliseconds since 1970.
    pub fn millis(self) -> i64 {
        self.0
    }

    /// The day at UTC+08:00.
    pub fn day(self) -> Day {
        let stamp = jiff::Timestamp::from_millisecond(self.0).expect("Time stays within the years 1 to 9999");
        Day(Offset::constant(8).to_datetime(stamp).date())
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stamp = jiff::Timestamp::from_millisecond(self.0).expect("Time stays within the years 1 to 9999");
        let at = Offset::UTC.to_datetime(stamp);
        let mut text = *b"0000-00-00T00:00:00.000Z";
        put_date(&mut text, at.date());
        put_digits(&mut text[11..13], at.hour().unsigned_abs().into());
        put_digits(&mut text[14..16], at.minute().unsigned_abs().into());
        put_digits(&mut text[17..19], at.second().unsigned_abs().into());
        put_digits(&mut text[20..23], at.millisecond().unsigned_abs());
        f.write_str(std::str::from_utf8(&text).expect("digits are ASCII"))
    }
}

/// Writes a number in so many digits as there is room for.
fn put_digits(text: &mut [u8], mut number: u16) {
    for digit in text.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

fn put_date(text: &mut [u8], date: Date) {
    put_digits(&mut text[..4], date.year().unsigned_abs());
    put_digits(&mut text[5..7], date.month().unsigned_abs().into());
    put_digits(&mut text[8..10], date.day().unsigned_abs().into());
}

/// The number that some digits are; none where anything else stands there.
fn number(digits: &[u8]) -> Option<i16> {
    digits.iter().try_fold(0, |number: i16, digit| {
        digit.is_ascii_digit().then(|| number * 10 + i16::from(digit - b'0'))
    })
}

/// The day that is spelt `0000-00-00`.
fn spelt_day(text: &[u8; 10]) -> Option<Day> {
    let [year, month, day] = [number(&text[..4])?, number(&text[5..7])?, number(&text[8..])?];
    let is_spelt = [text[4], text[7]] == *b"--";
    Day::of(year, month as i8, day as i8).filter(|_| is_spelt)
}

impl FromStr for Time {
    type Err = TimeError;
    fn from_str(text: &str) -> Result<Self, TimeError> {
        let read = || {
            let text: &[u8; 24] = text.as_bytes().try_into().ok()?;
            let (day, clock) = text.split_first_chunk::<10>()?;
            let at = spelt_day(day)?.0.at(0, 0, 0, 0);
            let [hour, minute, second] =
                [number(&clock[1..3])?, number(&clock[4..6])?, number(&clock[7..9])?];
            let milli = number(&clock[10..13])?;
            let is_spelt = [clock[0], clock[3], clock[6], clock[9], clock[13]] == *b"T::.Z";
            let fits = is_spelt && hour < 24 && minute < 60 && second < 60;
            let start = Offset::UTC.to_timestamp(at).ok().filter(|_| fits)?.as_millisecond();
            let seconds = (i64::from(hour) * 60 + i64::from(minute)) * 60 + i64::from(second);
            let made = Self(start + seconds * 1000 + i64::from(milli));
            (Self::MIN..=Self::MAX).contains(&made).then_some(made)
        };
        read().ok_or(TimeError::Time)
    }
}

text_serde!(Time);

/// A Gregorian date at fixed UTC+08:00.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub Date);

impl Day {
    /// The last day of what is valid for good (长期), as the identity card of an older person.
    pub const FOR_GOOD: Self = Self(Date::constant(9999, 12, 31));

    /// Reads a day as people write it: `2024-05-01`, `20240501`, `2024.5.1`, `2024/5/1`, with 年月日.
    ///
    /// Errors: [`TimeError::Day`] for any other spelling and for days that do not exist.
    pub fn read(text: &str) -> Result<Self, TimeError> {
        use unicode_normalization::UnicodeNormalization;
        let text: String = text.trim().nfkc().collect();
        let parts: Vec<&str> = if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
            vec![&text[..4], &text[4..6], &text[6..]]
        } else {
            // 年, 月 and 日 stand where other spellings have a mark.
            let text = text.strip_suffix('\u{65e5}').unwrap_or(&text);
            text.split(['-', '.', '/', '\u{5e74}', '\u{6708}']).collect()
        };
        let [year, month, day] = parts[..] else { return Err(TimeError::Day) };
        if year.len() != 4 || !(1..=2).contains(&month.len()) || !(1..=2).contains(&day.len()) {
            return Err(TimeError::Day);
        }
        let number = |part: &str| match part.bytes().all(|b| b.is_ascii_digit()) {
            true => part.parse::<i16>().map_err(|_| TimeError::Day),
            false => Err(TimeError::Day),
        };
        let date = Date::new(number(year)?, number(month)? as i8, number(day)? as i8);
        date.ok().filter(|d| d.year() >= 1).map(Day).ok_or(TimeError::Day)
    }

    /// The year.
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The last day of a period of so many years that begins with the day after this one: the same month and day, or
    /// the last of the month where there is no such day (29 February). `None` past the year 9999.
    ///
    /// Source: Civil Code articles 201, 202 and 203; law rule R14.
    pub fn plus_years(self, years: u16) -> Option<Self> {
        let year = i16::try_from(i32::from(self.0.year()) + i32::from(years)).ok()?;
        let month = Date::new(year, self.0.month(), 1).ok()?;
        Date::new(year, self.0.month(), self.0.day().min(month.days_in_month())).ok().map(Day)
    }

    /// The day so many days later. `None` past the year 9999.
    pub fn plus_days(self, days: u32) -> Option<Self> {
        self.0.checked_add(jiff::Span::new().try_days(days).ok()?).ok().map(Day)
    }

    /// The day so many days earlier. `None` before the year 1.
    pub fn minus_days(self, days: u32) -> Option<Self> {
        let date = self.0.checked_sub(jiff::Span::new().try_days(days).ok()?).ok()?;
        (date.year() >= 1).then_some(Self(date))
    }

    /// This day of this month of this year; `None` where there is none, or before the year 1.
    pub fn of(year: i16, month: i8, day: i8) -> Option<Self> {
        Date::new(year, month, day).ok().filter(|date| date.year() >= 1).map(Self)
    }

    /// Days since 0001-01-01, for keys that sort by day.
    pub fn ordinal(self) -> u32 {
        let first = Date::constant(1, 1, 1);
        first.until(self.0).map_or(0, |span| span.get_days().max(0) as u32)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = *b"0000-00-00";
        put_date(&mut text, self.0);
        f.write_str(std::str::from_utf8(&text).expect("digits are ASCII"))
    }
}

impl FromStr for Day {
    type Err = TimeError;
    fn from_str(text: &str) -> Result<Self, TimeError> {
        text.as_bytes().try_into().ok().and_then(spelt_day).ok_or(TimeError::Day)
    }
}

text_serde!(Day);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn people_write_days_in_many_ways() {
        for text in [
            "2024-05-01",
            "20240501",
            "2024.5.1",
            "2024/5/1",
            "2024\u{5e74}5\u{6708}1\u{65e5}",
            "２０２４-05-01",
        ] {
            assert_eq!(Day::read(text).map(|d| d.to_string()), Ok("2024-05-01".to_owned()), "{text}");
        }
        for text in [
            "",
            "2024-02-30",
            "2024-13-01",
            "24-05-01",
            "2024-5",
            "2024-+5-01",
            "0000-01-01",
            "2023-02-29",
            "1 May",
        ] {
            assert_eq!(Day::read(text), Err(TimeError::Day), "{text}");
        }
    }

    #[test]
    fn the_day_turns_at_sixteen_hours_utc() {
        let before: Time = "2021-06-15T15:59:59.999Z".parse().unwrap();
        let after: Time = "2021-06-15T16:00:00.000Z".parse().unwrap();
        assert_eq!(
            (before.day().to_string(), after.day().to_string()),
            ("2021-06-15".into(), "2021-06-16".into())
        );
    }

    #[test]
    fn a_period_of_years_ends_on_the_same_day_or_the_last_of_the_month() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        for (from, years, to) in [
            ("2024-02-29", 5, Some("2029-02-28")),
            ("2024-02-29", 4, Some("2028-02-29")),
            ("2023-02-28", 5, Some("2028-02-28")),
            ("2021-12-31", 5, Some("2026-12-31")),
            ("9994-12-31", 5, Some("9999-12-31")),
            ("9995-01-01", 5, None),
            ("2021-01-01", u16::MAX, None),
        ] {
            assert_eq!(day(from).plus_years(years), to.map(day), "{from} and {years} years");
        }
        assert_eq!(day("2028-02-28").plus_days(1), Some(day("2028-02-29")));
        assert_eq!(day("2026-12-31").plus_days(31), Some(day("2027-01-31")));
        assert_eq!(Day::FOR_GOOD.plus_days(1), None);
        assert_eq!(day("2026-12-31").plus_days(u32::MAX), None);
    }

    proptest! {
        #[test]
        fn a_time_survives_its_text(millis in Time::MIN.0..=Time::MAX.0) {
            let time = Time::from_millis(millis);
            prop_assert_eq!(time.to_string().parse::<Time>(), Ok(time));
            let _ = time.day();
        }
    }
}

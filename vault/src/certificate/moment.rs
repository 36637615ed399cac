//! Times as certificates write them: read where they name one instant, and left untold where they do not.
//!
//! RFC 5280 has two spellings, both with seconds and `Z`. Others occur. An offset or a fraction of a second names an
//! instant all the same; a time without seconds or without an offset names many, and none of them is chosen.

use super::der::{Element, GENERALIZED_TIME, UTC_TIME};
use jingui_schema::certificate::{Doubt, Ends};
use jingui_schema::time::Time;

/// What stands for "no end": RFC 5280, section 4.1.2.5.
const NEVER: &[u8] = b"99991231235959Z";
const MINUTE: i64 = 60_000;

/// An instant, or why it cannot be told.
pub(super) type Moment = Result<Time, Doubt>;

/// Whether an element is a time of either kind.
pub(super) fn is_time(tag: u8) -> bool {
    matches!(tag, UTC_TIME | GENERALIZED_TIME)
}

/// The instant in an element that [`is_time`].
pub(super) fn moment(element: &Element<'_>) -> Moment {
    let text = element.content;
    if !text.iter().all(u8::is_ascii) || text.len() > 40 {
        return Err(Doubt::Spelling);
    }
    let (year, rest) = match element.tag {
        UTC_TIME => {
            let (year, rest) = digits(text, 2)?;
            (if year >= 50 { 1900 + year } else { 2000 + year }, rest)
        }
        _ => digits(text, 4)?,
    };
    let (month, rest) = digits(rest, 2)?;
    let (day, rest) = digits(rest, 2)?;
    let (hour, rest) = digits(rest, 2)?;
    // Generalised times may end with the hour; then minutes are as untold as seconds are.
    if !rest.first().is_some_and(u8::is_ascii_digit) {
        return Err(if rest.is_empty() || is_zone(rest) { Doubt::NoSeconds } else { Doubt::Spelling });
    }
    let (minute, rest) = digits(rest, 2)?;
    if !rest.first().is_some_and(u8::is_ascii_digit) {
        return Err(if rest.is_empty() || is_zone(rest) { Doubt::NoSeconds } else { Doubt::Spelling });
    }
    let (second, rest) = digits(rest, 2)?;
    let (millis, rest) = match rest {
        [b'.' | b',', fraction @ ..] if element.tag == GENERALIZED_TIME => {
            let count = fraction.iter().take_while(|c| c.is_ascii_digit()).count();
            if count == 0 {
                return Err(Doubt::Spelling);
            }
            let place = |at: usize| if at < count { i64::from(fraction[at] - b'0') } else { 0 };
            (100 * place(0) + 10 * place(1) + place(2), &fraction[count..])
        }
        rest => (0, rest),
    };
    let offset = zone(rest)?;
    if year == 0 {
        return Err(Doubt::OutOfRange);
    }
    let stamp = millis_of(year, month, day, hour, minute, second).ok_or(Doubt::NoSuchTime)? + millis;
    let stamp = stamp - offset * MINUTE;
    match (Time::MIN.millis()..=Time::MAX.millis()).contains(&stamp) {
        true => Ok(Time::from_millis(stamp)),
        false => Err(Doubt::OutOfRange),
    }
}

/// The last instant in an element that [`is_time`].
pub(super) fn ends(element: &Element<'_>) -> Result<Ends, Doubt> {
    match element.tag == GENERALIZED_TIME && element.content == NEVER {
        true => Ok(Ends::Never),
        false => moment(element).map(Ends::At),
    }
}

/// The number in the first so many digits, and what follows.
fn digits(text: &[u8], count: usize) -> Result<(i64, &[u8]), Doubt> {
    let (digits, rest) = text.split_at_checked(count).ok_or(Doubt::Spelling)?;
    match digits.iter().all(u8::is_ascii_digit) {
        true => Ok((digits.iter().fold(0, |n, c| 10 * n + i64::from(c - b'0')), rest)),
        false => Err(Doubt::Spelling),
    }
}

fn is_zone(text: &[u8]) -> bool {
    zone(text).is_ok()
}

/// Minutes ahead of UTC.
fn zone(text: &[u8]) -> Result<i64, Doubt> {
    match text {
        b"" => Err(Doubt::NoZone),
        b"Z" => Ok(0),
        [sign @ (b'+' | b'-'), rest @ ..] if rest.len() == 4 => {
            let ((hours, rest), sign) = (digits(rest, 2)?, if *sign == b'+' { 1 } else { -1 });
            let (minutes, _) = digits(rest, 2)?;
            match hours <= 14 && minutes < 60 {
                true => Ok(sign * (60 * hours + minutes)),
                false => Err(Doubt::NoSuchTime),
            }
        }
        _ => Err(Doubt::Spelling),
    }
}

/// Milliseconds since 1970 at UTC; `None` for a day or hour that there is not, a 61st second included.
fn millis_of(year: i64, month: i64, day: i64, hour: i64, minute: i64, second: i64) -> Option<i64> {
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        _ => return None,
    };
    if day < 1 || day > length {
        return None;
    }
    // Years that begin with March have their odd day at the end; of the calendar's 400 years there are 146,097 days.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let days = days + (153 * month + 2) / 5 + day - 1 - 719_468;
    Some((((days * 24 + hour) * 60 + minute) * 60 + second) * 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(tag: u8, text: &str, expected: &str) {
        let element = Element { tag, content: text.as_bytes(), whole: &[] };
        let said = match ends(&element) {
            Ok(ends) => ends.to_string(),
            Err(doubt) => doubt.to_string(),
        };
        assert_eq!(said, expected, "{text}");
    }

    #[test]
    fn a_time_is_an_instant_or_is_not_told() {
        const U: u8 = UTC_TIME;
        const G: u8 = GENERALIZED_TIME;
        check(U, "210615155959Z", "2021-06-15T15:59:59.000Z");
        check(U, "500101000000Z", "1950-01-01T00:00:00.000Z");
        check(U, "491231235959Z", "2049-12-31T23:59:59.000Z");
        check(G, "20210615160000Z", "2021-06-15T16:00:00.000Z");
        check(G, "00010101000000Z", "0001-01-01T00:00:00.000Z");
        check(G, "99991231235959Z", "never");
        // An offset and a fraction name one instant, though RFC 5280 has neither.
        check(U, "210615235959+0800", "2021-06-15T15:59:59.000Z");
        check(G, "20210615155959.9999Z", "2021-06-15T15:59:59.999Z");
        check(G, "20210615155959,5-0100", "2021-06-15T16:59:59.500Z");
        // These name many, or none.
        check(U, "2106151559Z", "no-seconds");
        check(G, "202106151559+0800", "no-seconds");
        check(G, "2021061515Z", "no-seconds");
        check(G, "20210615155959", "no-zone");
        check(U, "210230000000Z", "no-such-time");
        check(U, "210615240000Z", "no-such-time");
        check(G, "20161231235960Z", "no-such-time");
        check(G, "20210615155959+1560", "no-such-time");
        check(G, "00000101000000Z", "out-of-range");
        check(G, "00010101000000+0100", "out-of-range");
        check(G, "99991231235959.5Z", "out-of-range");
        check(G, "99991231235958Z", "out-of-range");
        check(U, "210615155959.5Z", "spelling");
        check(U, "2106151559 9Z", "spelling");
        check(U, "", "spelling");
        check(U, "21061515595", "spelling");
        check(G, "20210615155959.Z", "spelling");
        check(G, "20210615155959z", "spelling");
    }
}

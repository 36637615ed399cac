//! What a spreadsheet does to numbers, days and characters.

/// Digits that a spreadsheet keeps of a number; those behind them become zeros.
const DIGITS: usize = 15;

/// Says whether a number has as many digits as a spreadsheet keeps, or more.
pub fn is_long(text: &str) -> bool {
    text.parse::<f64>().is_ok_and(|number| number.abs() >= 1e14)
        || text
            .trim_start_matches('-')
            .split('.')
            .next()
            .is_some_and(|whole| whole.len() >= DIGITS && whole.bytes().all(|b| b.is_ascii_digit()))
}

/// Says whether a text is what a spreadsheet shows of a long number: `1.10105E+17`.
///
/// The plus has to be there: without it the text may as well be the hexadecimal serial number of a certificate.
pub fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once("E+").or_else(|| text.split_once("e+")) else {
        return false;
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let mantissa = mantissa.strip_prefix(['-', '+']).unwrap_or(mantissa);
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    digits(whole) && digits(part) && digits(exponent)
}

/// A number as people would write it: without an exponent as long as every digit is known.
pub fn plain(text: &str) -> String {
    match text.parse::<f64>() {
        Ok(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        Ok(number) if text.contains(['e', 'E']) && number.abs() < 1e15 => format!("{number}"),
        _ => text.to_owned(),
    }
}

/// The day of a serial number, and the time of day where it has one: `2024-05-01`, `2024-05-01 09:30:00`.
///
/// - Source: ECMA-376 part 1, 18.17.4: days since 1899-12-31 with a 29 February 1900 that never was, or since 1904-01-01.
pub fn day(serial: f64, from_1904: bool) -> Option<String> {
    use jiff::civil::Date;
    if !(0.0..2_958_466.0).contains(&serial) {
        return None;
    }
    let (mut days, mut seconds) = (serial.trunc() as i64, (serial.fract() * 86_400.0).round() as i64);
    if seconds == 86_400 {
        (days, seconds) = (days + 1, 0);
    }
    let first = match (from_1904, days < 60) {
        (true, _) => Date::constant(1904, 1, 1),
        (false, true) => Date::constant(1899, 12, 31),
        (false, false) => Date::constant(1899, 12, 30),
    };
    let date = first.checked_add(jiff::Span::new().days(days)).ok()?;
    if seconds == 0 {
        return Some(date.to_string());
    }
    Some(format!("{date} {:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60))
}

/// Says whether a number format shows a day or a time.
///
/// - Source: ECMA-376 part 1, 18.8.30: formats built in, among them those of Chinese, and how others are written.
pub fn is_day_format(id: u32, code: Option<&str>) -> bool {
    let Some(code) = code else {
        return matches!(id, 14..=22 | 27..=36 | 45..=47 | 50..=58);
    };
    let (mut quoted, mut bracketed, mut escaped) = (false, false, false);
    // Only the part for positive numbers counts.
    for c in code.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' | '_' | '*' => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '[' => bracketed = true,
            ']' => bracketed = false,
            // In brackets stand colours, conditions, languages; elapsed hours do, too, but no day has them.
            _ if bracketed => {}
            ';' => break,
            'y' | 'Y' | 'd' | 'D' | 'h' | 'H' | 'm' | 'M' | '年' | '月' | '日' => return true,
            _ => {}
        }
    }
    false
}

/// Undoes how characters that XML has not are written: `_x000D_`.
pub fn unescaped(text: String) -> String {
    if !text.contains("_x") {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find("_x") {
        out.push_str(&rest[..at]);
        let code = rest.get(at + 2..at + 6).filter(|_| rest.as_bytes().get(at + 6) == Some(&b'_'));
        match code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32) {
            Some(c) => {
                out.push(c);
                rest = &rest[at + 7..];
            }
            None => {
                out.push_str("_x");
                rest = &rest[at + 2..];
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_has_rounded_is_known() {
        for (text, long) in [
            ("110105194912310020", true),
            ("1.10105194912310021E+17", true),
            ("100000000000000", true),
            ("99999999999999", false),
            ("20240501", false),
            ("0.30000000000000004", false),
        ] {
            assert_eq!(is_long(text), long, "{text}");
        }
        for (text, scientific) in [
            ("1.10105E+17", true),
            ("1E+15", true),
            ("1.10105e+17", true),
            ("12E45678", false),
            ("4E12", false),
            ("E+17", false),
            ("A1.1E+17", false),
        ] {
            assert_eq!(is_scientific(text), scientific, "{text}");
        }
    }

    #[test]
    fn numbers_are_written_as_people_write_them() {
        for (text, expected) in [
            ("42.0", "42"),
            ("4.2E2", "420"),
            ("1.5", "1.5"),
            ("1E-3", "0.001"),
            ("1.1E+17", "1.1E+17"),
            ("x", "x"),
        ] {
            assert_eq!(plain(text), expected);
        }
    }

    #[test]
    fn days_are_read_from_their_serial_numbers() {
        for (serial, from_1904, expected) in [
            (45413.0, false, "2024-05-01"),
            (45413.395833333336, false, "2024-05-01 09:30:00"),
            (43951.0, true, "2024-05-01"),
            (1.0, false, "1900-01-01"),
            (61.0, false, "1900-03-01"),
            (45412.9999999999, false, "2024-05-01"),
        ] {
            assert_eq!(day(serial, from_1904).as_deref(), Some(expected), "{serial}");
        }
        assert_eq!(day(-1.0, false), None);
        assert_eq!(day(f64::NAN, false), None);
        assert_eq!(day(1e12, false), None);
    }

    #[test]
    fn formats_that_show_days_are_told_from_those_that_do_not() {
        for code in ["yyyy-mm-dd", "yyyy\"年\"m\"月\"d\"日\"", "[$-804]yyyy/m/d", "h:mm"] {
            assert!(is_day_format(164, Some(code)), "{code}");
        }
        for code in ["0.00", "General", "#,##0\"元\"", "[Red]0", "0_d", "@"] {
            assert!(!is_day_format(164, Some(code)), "{code}");
        }
        assert!(is_day_format(14, None) && is_day_format(31, None) && !is_day_format(1, None));
    }

    #[test]
    fn characters_that_xml_has_not_come_back() {
        for (text, expected) in [
            ("a_x000D_b", "a\rb"),
            ("_x005F_x000D_", "_x000D_"),
            ("_x", "_x"),
            ("_xZZZZ_", "_xZZZZ_"),
            ("x_x00", "x_x00"),
        ] {
            assert_eq!(unescaped(text.to_owned()), expected);
        }
    }
}

//! A sheet of serial numbers and what became of them, as a CA's business system gives it out.
//!
//! Days without an offset are Chinese days; a time with one is turned into such. What cannot be told is a fault of its
//! row, and nothing follows from that row.

use crate::said::Said;
use crate::sheet::{Row, Sheet, SheetError};
use jingui_schema::certificate::Change;
use jingui_schema::facts::fold;
use jingui_schema::identifier::CertificateSerial;
use jingui_schema::time::{Day, Time};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

/// What a row says.
pub(super) struct Line {
    /// Its number in the sheet.
    pub(super) no: u32,
    /// The serial number.
    pub(super) serial: CertificateSerial,
    /// What happened.
    pub(super) change: Change,
    /// On which day.
    pub(super) day: Day,
    /// The row in words, for the note.
    pub(super) said: String,
}

/// A row from which nothing follows.
pub(super) struct Fault {
    /// Its number in the sheet.
    pub(super) no: u32,
    /// The key of the message that says why.
    pub(super) why: &'static str,
}

/// A sheet that was read.
#[derive(Default)]
pub(super) struct Lines {
    pub(super) lines: Vec<Line>,
    pub(super) faults: Vec<Fault>,
    /// Rows that say a certificate is valid or has expired: nothing follows from them either.
    pub(super) idle: usize,
}

/// Why a sheet says nothing of certificates.
pub(super) enum NoSheet {
    /// It cannot be read.
    Sheet(SheetError),
    /// It has not the columns; the message that lists them.
    Columns(Said),
}

impl From<SheetError> for NoSheet {
    fn from(error: SheetError) -> Self {
        Self::Sheet(error)
    }
}

#[derive(Deserialize)]
struct Words {
    columns: BTreeMap<String, Vec<String>>,
    status: BTreeMap<String, Vec<String>>,
}

static WORDS: LazyLock<[HashMap<String, String>; 2]> = LazyLock::new(|| {
    let words: Words =
        toml::from_str(include_str!("../../../data/certs.toml")).expect("shipped words are TOML");
    [words.columns, words.status].map(|table| {
        let all = |(word, others): (String, Vec<String>)| {
            let same = others.into_iter().chain([word.clone()]);
            same.map(move |other| (plain(&other), word.clone())).collect::<Vec<_>>()
        };
        table.into_iter().flat_map(all).collect()
    })
});

/// A heading or a word of a closed list, without what people put around it.
fn plain(text: &str) -> String {
    fold(text).chars().filter(|c| !c.is_whitespace() && !matches!(c, '*' | ':' | '_' | '-' | '.')).collect()
}

/// Where the columns are.
struct Columns {
    serial: usize,
    status: usize,
    day: usize,
    reason: Option<usize>,
}

impl Columns {
    fn of(row: &Row) -> Option<Self> {
        let at = |wanted: &str| {
            let is = |text: &str| WORDS[0].get(&plain(text)).is_some_and(|word| word == wanted);
            row.cells.iter().position(|cell| is(&cell.text))
        };
        Some(Self { serial: at("serial")?, status: at("status")?, day: at("day")?, reason: at("reason") })
    }
}

/// Reads a sheet; its first rows may be a title, the headings are the first row that has all three columns.
pub(super) fn read(sheet: &Sheet, today: Day) -> Result<Lines, NoSheet> {
    const TITLE_ROWS_MAX: u32 = 10;
    let (mut rows, mut row) = (sheet.rows()?, Row::default());
    let columns = loop {
        if !rows.next(&mut row)? || row.no > TITLE_ROWS_MAX {
            return Err(NoSheet::Columns(Said::new("cert-sheet-columns")));
        }
        if let Some(columns) = Columns::of(&row) {
            break columns;
        }
    };
    let mut lines = Lines::default();
    while rows.next(&mut row)? {
        match line(&columns, &row, today) {
            Ok(Some(line)) => lines.lines.push(line),
            Ok(None) => lines.idle += 1,
            Err(why) => lines.faults.push(Fault { no: row.no, why }),
        }
    }
    sheet.still()?;
    Ok(lines)
}

fn line(columns: &Columns, row: &Row, today: Day) -> Result<Option<Line>, &'static str> {
    if row.cells.get(columns.serial).is_some_and(|cell| cell.is_rounded()) {
        return Err("cert-row-rounded");
    }
    let serial = row.text(columns.serial);
    let serial = serial.strip_prefix("0x").or_else(|| serial.strip_prefix("0X")).unwrap_or(serial);
    let serial = CertificateSerial::parse(serial).map_err(|_| "cert-row-serial")?;
    let status = WORDS[1].get(&plain(row.text(columns.status))).ok_or("cert-row-status")?;
    if status == "valid" {
        return Ok(None);
    }
    let change: Change = status.parse().map_err(|_| "cert-row-status")?;
    let day = day_of(row.text(columns.day)).ok_or("cert-row-day")?;
    if day > today {
        return Err("cert-row-future");
    }
    let reason = columns.reason.map(|at| row.text(at)).unwrap_or_default();
    let said = format!("{} {} {} {reason}", row.no, serial, row.text(columns.day));
    Ok(Some(Line { no: row.no, serial, change, day, said: said.trim_end().to_owned() }))
}

/// The Chinese day of a day or a time: `2021-06-15`, `2021/6/15 16:00:00`, `2021-06-15T16:00:00Z`.
fn day_of(text: &str) -> Option<Day> {
    if let Ok(day) = Day::read(text) {
        return Some(day);
    }
    let text = text.trim();
    if let Some(utc) = text.strip_suffix(['Z', 'z']) {
        let utc = utc.replace(' ', "T");
        let (whole, fraction) = utc.split_once('.').unwrap_or((&utc, ""));
        let millis = format!("{:0<3}", fraction.chars().take(3).collect::<String>());
        return format!("{whole}.{millis}Z").parse::<Time>().ok().map(Time::day);
    }
    let (day, time) = text.split_once([' ', 'T'])?;
    let parts: Vec<&str> = time.trim().split(':').collect();
    let is = |part: &str, most: u32| {
        (1..=2).contains(&part.len()) && part.parse::<u32>().is_ok_and(|number| number <= most)
    };
    let fits = match parts[..] {
        [hour, minute] => is(hour, 23) && is(minute, 59),
        [hour, minute, second] => is(hour, 23) && is(minute, 59) && is(second, 59),
        _ => false,
    };
    Day::read(day).ok().filter(|_| fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_sheets_are_chinese_days() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(day_of(text).map(|day| day.to_string()).as_deref(), expected, "{text}");
        };
        check("2021-06-15", Some("2021-06-15"));
        check("2021/6/15 23:59:59", Some("2021-06-15"));
        check("2021-06-15 16:00", Some("2021-06-15"));
        check("2021-06-15T16:00:00Z", Some("2021-06-16"));
        check("2021-06-15 15:59:59.5Z", Some("2021-06-15"));
        check("2021-06-15 24:00", None);
        check("2021-06-15T16:00:00+02:00", None);
        check("15 June", None);
        check("", None);
    }

    #[test]
    fn the_words_are_those_of_closed_lists() {
        for word in WORDS[1].values().filter(|word| *word != "valid") {
            assert!(word.parse::<Change>().is_ok(), "{word}");
        }
        assert_eq!(WORDS[1].get(&plain(" R ")).map(String::as_str), Some("revoked"));
    }
}

//! Several records in one box or volume: the paper goes when the last of them may (law rule R36).

use super::assess::Dates;
use jingui_schema::time::Day;

/// The last day of the duty, the first without it, and the first day of disposal of a whole box.
///
/// `None` for an empty box, and where one record has no dates: then the box stays.
pub fn volume<'a>(records: impl IntoIterator<Item = Option<&'a Dates>>) -> Option<(Day, Day, Day)> {
    let mut latest = None;
    for dates in records {
        let dates = dates?;
        let (last, free, disposal) = latest.unwrap_or((dates.last, dates.free, dates.disposal));
        latest = Some((last.max(dates.last), free.max(dates.free), disposal.max(dates.disposal)));
    }
    latest
}

//! What stops disposal: holds, and the days after their release. They never move E, F or G (law rules R39, R40).

use super::assess::Assessment;
use jingui_schema::time::Day;

/// Days between the release of a hold and disposal, where nobody says otherwise.
pub const COOL_OFF_DAYS: u16 = 30;
/// Days between the release of a hold and disposal, at least.
pub const COOL_OFF_DAYS_MIN: u16 = 7;

/// A hold that a record is or was under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// When it was placed.
    pub placed: Day,
    /// When it was released.
    pub released: Option<Day>,
    /// Days that have to pass after that.
    pub cool_off: u16,
}

impl Hold {
    /// The first day on which it stops nothing any more; `None` while it is in force, or past the calendar's end.
    pub fn over(&self) -> Option<Day> {
        self.released?.plus_days(self.cool_off.max(COOL_OFF_DAYS_MIN).into())
    }

    /// Whether it is in force. One that was placed after this day counts all the same: it was placed.
    pub fn is_in_force(&self, today: Day) -> bool {
        self.released.is_none_or(|released| released > today)
    }
}

/// The first day on which disposal may run as things stand; `None` where it never may.
///
/// Source: law rule R40: the later of G and the last release with its days of cool-off.
pub fn earliest(assessment: &Assessment, holds: &[Hold]) -> Option<Day> {
    earliest_from(assessment.dates()?.disposal, holds)
}

/// The same from the first day of disposal.
pub fn earliest_from(disposal: Day, holds: &[Hold]) -> Option<Day> {
    holds.iter().try_fold(disposal, |day, hold| hold.over().map(|over| day.max(over)))
}

/// Whether a record may be disposed of on a day, as far as its dates and holds go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nobody can tell until when it has to be kept, so it is kept.
    Undetermined,
    /// So many holds are in force.
    Held {
        /// How many.
        holds: usize,
    },
    /// Its time is not over.
    Keep {
        /// The first day on which disposal may run.
        until: Day,
    },
    /// Its time is over, but a hold was released lately.
    CoolOff {
        /// The first day on which disposal may run.
        until: Day,
    },
    /// Its time is over.
    Due {
        /// Since when.
        since: Day,
    },
}

/// Says whether a record may be disposed of today.
///
/// A hold comes before everything else, also before what nobody can tell: whoever asks has to know of it.
pub fn verdict(assessment: &Assessment, holds: &[Hold], today: Day) -> Verdict {
    verdict_from(assessment.dates().map(|dates| dates.disposal), holds, today)
}

/// The same from the first day of disposal, if there is one.
pub fn verdict_from(disposal: Option<Day>, holds: &[Hold], today: Day) -> Verdict {
    let in_force = holds.iter().filter(|hold| hold.is_in_force(today)).count();
    if in_force > 0 {
        return Verdict::Held { holds: in_force };
    }
    let Some(disposal) = disposal else { return Verdict::Undetermined };
    let Some(earliest) = earliest_from(disposal, holds) else { return Verdict::Held { holds: holds.len() } };
    if today >= earliest {
        Verdict::Due { since: earliest }
    } else if today >= disposal {
        Verdict::CoolOff { until: earliest }
    } else {
        Verdict::Keep { until: earliest }
    }
}

//! What follows, on a day, from a record's dates, from holds, and from an appraisal. Pure.

use crate::retention::{Assessment, Hold, Verdict, earliest_from, verdict_from};
use jingui_schema::time::Day;

/// A record's dates, and what follows from them on a day.
#[derive(Clone, Debug)]
pub struct Dated {
    /// Its dates, or why it has none.
    pub assessment: Assessment,
    /// The first day on which disposal may run as things stand.
    pub earliest: Option<Day>,
    /// Whether it may be disposed of.
    pub verdict: Verdict,
    /// The day before which an appraisal keeps it.
    pub until: Option<Day>,
}

impl Dated {
    pub(super) fn of(assessment: Assessment, holds: &[Hold], until: Option<Day>, today: Day) -> Self {
        let disposal = assessment.dates().map(|dates| dates.disposal);
        let Course { earliest, verdict } = Course::of(disposal, holds, until, today);
        Self { assessment, earliest, verdict, until }
    }

    /// What somebody is told who may not know of holds: as if there were none, and kept by one only where the record would
    /// be due.
    pub fn openly(self, today: Day) -> Self {
        let disposal = self.assessment.dates().map(|dates| dates.disposal);
        let course = Course { earliest: self.earliest, verdict: self.verdict };
        let Course { earliest, verdict } = course.openly(disposal, self.until, today);
        Self { earliest, verdict, ..self }
    }
}

/// What follows, on a day, from the first day of disposal, from holds, and from an appraisal.
#[derive(Clone, Copy, Debug)]
pub(super) struct Course {
    pub earliest: Option<Day>,
    pub verdict: Verdict,
}

impl Course {
    pub fn of(disposal: Option<Day>, holds: &[Hold], until: Option<Day>, today: Day) -> Self {
        let earliest = disposal.and_then(|disposal| earliest_from(disposal, holds));
        let earliest = earliest.map(|day| until.map_or(day, |until| day.max(until)));
        let verdict = match (verdict_from(disposal, holds, today), until) {
            // An appraisal has found a reason to keep it longer than the law asks for.
            (Verdict::Due { .. }, Some(until)) if until > today => Verdict::Keep { until },
            (Verdict::Due { since }, Some(until)) => Verdict::Due { since: since.max(until) },
            (verdict, _) => verdict,
        };
        Self { earliest, verdict }
    }

    /// See [`Dated::openly`].
    pub fn openly(self, disposal: Option<Day>, until: Option<Day>, today: Day) -> Self {
        let without = Self::of(disposal, &[], until, today);
        match (self.verdict, without.verdict) {
            (verdict @ (Verdict::Held { .. } | Verdict::CoolOff { .. }), Verdict::Due { .. }) => {
                Self { earliest: None, verdict }
            }
            _ => without,
        }
    }
}

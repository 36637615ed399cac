//! All that the journal knows of one certificate, and which of it counts.
//!
//! Pure. The same answers follow from the journal alone, line by line; here they are found by the lines that name the
//! certificate, for showing one.

use crate::retention::{Authority, Certificate, End};
use jingui_schema::act::{CertEvent, Deed};
use jingui_schema::certificate::{Change, Source, Until};
use jingui_schema::id::{ActId, By, CertId};
use jingui_schema::line::Line;
use jingui_schema::time::{Day, Time};
use std::collections::BTreeSet;

/// Whether something counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// At once: a signed list, read while the certificate was valid.
    AtOnce,
    /// Since this line, by which a second person confirmed it.
    Since(u64),
    /// Not yet: it waits for a second person.
    Waiting,
    /// No: a list that was read after the certificate had ended, and that nobody has proposed.
    Late,
    /// No: it was refused.
    Refused,
    /// No more: two people have called it a mistake.
    Reversed,
}

impl Counted {
    /// The word for machines, and the end of the key of its text.
    pub fn word(self) -> &'static str {
        match self {
            Self::AtOnce | Self::Since(_) => "counts",
            Self::Waiting => "waiting",
            Self::Late => "late",
            Self::Refused => "refused",
            Self::Reversed => "reversed",
        }
    }

    fn counts(self) -> bool {
        matches!(self, Self::AtOnce | Self::Since(_))
    }
}

/// One thing that was said of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The act that said it.
    pub act: ActId,
    /// Its line.
    pub seq: u64,
    /// When.
    pub at: Time,
    /// Who.
    pub by: By,
    /// From what it is known.
    pub source: Source,
    /// What happened.
    pub change: Change,
    /// On which day.
    pub day: Day,
    /// Whether it counts.
    pub counted: Counted,
}

/// All of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Story {
    /// What was said, oldest first.
    pub told: Vec<Told>,
    /// Since when it has been revoked, by what counts.
    pub revoked: Option<Day>,
    /// Since when it has been on hold, where it still is.
    pub held: Option<Day>,
    /// The acts whose links of it were called mistakes by two people.
    pub unlinked: BTreeSet<ActId>,
}

impl Story {
    /// Folds the lines that name a certificate.
    ///
    /// - `issued`, `until`: its first and last day. `lines`: in their order. `answers`: what became of a proposal, by the lines that name its act.
    /// - Source: law rules R17 and R21; `FORMAT.md`, section 8.
    pub fn of(
        cert: CertId,
        (issued, until): (Option<Day>, Option<Until>),
        lines: &[Line],
        answer: impl Fn(ActId) -> Option<Line>,
    ) -> Self {
        let confirmed = |act: ActId| match answer(act) {
            Some(line) => match &line.act.deed {
                Deed::ActConfirm(_) => Counted::Since(line.seq),
                _ => Counted::Refused,
            },
            None => Counted::Waiting,
        };
        let mut story = Self::default();
        for line in lines {
            let (source, events, counted) = match &line.act.deed {
                Deed::CertStatus(d) => {
                    let in_time = match until {
                        Some(Until::Day(last)) => line.at.day() <= last,
                        Some(Until::Never) | None => true,
                    };
                    (Source::Crl, &d.events, if in_time { Counted::AtOnce } else { Counted::Late })
                }
                Deed::CertReport(d) => (d.source, &d.events, confirmed(line.act.id)),
                Deed::CertReverse(d) => {
                    if confirmed(line.act.id).counts() {
                        story.unlinked.insert(d.act);
                        let of_it = story.told.iter_mut().filter(|told| told.act == d.act);
                        of_it.for_each(|told| told.counted = Counted::Reversed);
                    }
                    continue;
                }
                _ => continue,
            };
            for CertEvent { event, day, .. } in events.iter().filter(|event| event.cert == cert) {
                let (change, day) = (*event, *day);
                let (act, seq, at, by) = (line.act.id, line.seq, line.at, line.by);
                story.told.push(Told { act, seq, at, by, source, change, day, counted });
            }
        }
        story.settle(cert, issued, until);
        story
    }

    /// What follows from what counts: the day of revocation as the rules of retention work it out.
    fn settle(&mut self, id: CertId, issued: Option<Day>, until: Option<Until>) {
        let end = |told: &Told| {
            let by = match told.counted {
                Counted::AtOnce | Counted::Since(_) => Authority::Two,
                // Read too late to shorten anything; what keeps longer counts all the same.
                Counted::Late => Authority::One,
                Counted::Waiting | Counted::Refused | Counted::Reversed => return None,
            };
            Some(End { day: told.day, what: told.change.into(), by })
        };
        let ends = self.told.iter().filter_map(end).collect();
        self.revoked = Certificate { id, until: until.into(), issued, ends }.settled().revoked();
        for told in self.told.iter().filter(|told| told.counted.counts()) {
            match told.change {
                Change::Held => self.held = Some(told.day),
                Change::Released => self.held = None,
                Change::Revoked => {}
            }
        }
        self.held = self.held.filter(|_| self.revoked.is_none());
    }
}

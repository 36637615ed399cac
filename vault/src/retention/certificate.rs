//! The day a certificate became invalid (失效), from what is known of its end.

use jingui_schema::certificate::{Change, Until as Told};
use jingui_schema::id::CertId;
use jingui_schema::time::Day;

/// The last day of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// This one, inclusive.
    On(Day),
    /// It has no well-defined end (9999-12-31).
    Never,
    /// Nobody knows it.
    Unknown,
}

/// What happened to a certificate before its last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ended {
    /// Revoked for good.
    Revoked,
    /// Put on hold (冻结).
    Held,
    /// Taken off hold again.
    Released,
    /// A hold was made a revocation for good.
    Permanent,
}

impl From<Change> for Ended {
    fn from(change: Change) -> Self {
        match change {
            Change::Revoked => Self::Revoked,
            Change::Held => Self::Held,
            Change::Released => Self::Released,
        }
    }
}

impl From<Option<Told>> for Until {
    /// As a line tells it; one that tells nothing is not known.
    fn from(told: Option<Told>) -> Self {
        match told {
            Some(Told::Day(day)) => Self::On(day),
            Some(Told::Never) => Self::Never,
            None => Self::Unknown,
        }
    }
}

/// On whose word something ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Authority {
    /// A revocation list signed by a pinned issuer, taken in on this day.
    List(Day),
    /// Two people.
    Two,
    /// One person: noted, but it shortens nothing.
    One,
}

/// One event of a certificate's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct End {
    /// The Shanghai day on which it happened.
    pub day: Day,
    /// What.
    pub what: Ended,
    /// On whose word.
    pub by: Authority,
}

/// A certificate, as far as it matters here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Its random id.
    pub id: CertId,
    /// Its last day.
    pub until: Until,
    /// The first day of its validity; unknown: every version of a rule applies.
    pub issued: Option<Day>,
    /// What happened to it, in any order.
    pub ends: Vec<End>,
}

impl Certificate {
    /// The same with events as they were told, in days and by nobody called permanent: a revocation over an open hold
    /// makes that permanent, and one before the certificate was issued is a slip of the pen.
    pub fn settled(mut self) -> Self {
        let days = |of: Ended| -> Vec<Day> {
            self.ends.iter().filter(|end| end.what == of).map(|end| end.day).collect()
        };
        let (held, released) = (days(Ended::Held), days(Ended::Released));
        let is_open = |day: Day| {
            let last = held.iter().filter(|held| **held <= day).max();
            last.is_some_and(|held| !released.iter().any(|freed| held <= freed && *freed < day))
        };
        let issued = self.issued;
        self.ends.retain(|end| end.what != Ended::Revoked || issued.is_none_or(|issued| end.day >= issued));
        for end in self.ends.iter_mut().filter(|end| end.what == Ended::Revoked && is_open(end.day)) {
            end.what = Ended::Permanent;
        }
        self
    }

    /// The day on which it was revoked, where that counts: what is later than its last day does not.
    ///
    /// - Shape: where several say so the latest counts, so that nobody shortens anything by saying it again. A hold
    ///   that is open when the revocation comes moves it to the later of both days; one that was released leaves none.
    /// - Source: law rules R17 and R21; after its last day only two people move it.
    pub fn revoked(&self) -> Option<Day> {
        let last = match self.until {
            Until::On(day) => Some(day),
            Until::Never | Until::Unknown => None,
        };
        let believed = |end: &End| match end.by {
            Authority::One => false,
            Authority::Two => true,
            Authority::List(taken_in) => last.is_none_or(|last| taken_in <= last),
        };
        let of = |what| self.ends.iter().filter(move |end| end.what == what);
        // What keeps a record longer counts on anybody's word: that a hold was placed, and that one which became a
        // revocation was released. That a release ends a hold, and so lets an earlier revocation count, does not.
        let released = of(Ended::Released).map(|end| end.day).max();
        let closed = of(Ended::Released).filter(|end| believed(end)).map(|end| end.day).max();
        let held =
            of(Ended::Held).map(|end| end.day).max().filter(|held| closed.is_none_or(|day| day < *held));
        // One that was made permanent and is said to have been released afterwards contradicts itself. Then no revocation
        // counts, not an earlier one either, until two people have said what was a mistake.
        let mut permanent = of(Ended::Permanent).filter(|end| believed(end));
        if permanent.any(|end| released.is_some_and(|released| released >= end.day)) {
            return None;
        }
        let shortens = |end: &&End| matches!(end.what, Ended::Revoked | Ended::Permanent) && believed(end);
        let days =
            self.ends.iter().filter(shortens).map(|end| held.map_or(end.day, |held| held.max(end.day)));
        days.filter(|day| last.is_none_or(|last| *day <= last)).max()
    }

    /// The day on which it became invalid; `None` while there is none.
    ///
    /// Source: law rules R16 to R18 and R30.
    pub fn invalid(&self) -> Option<Day> {
        match (self.until, self.revoked()) {
            (Until::On(last), None) => Some(last),
            (Until::On(last), Some(revoked)) => Some(revoked.min(last)),
            (Until::Never, revoked) => revoked,
            // Revoked or not: how long it would have been valid decides what counts, and nobody knows.
            (Until::Unknown, _) => None,
        }
    }

    /// Whether it has been on hold, on anybody's word.
    pub fn was_held(&self) -> bool {
        self.ends.iter().any(|end| matches!(end.what, Ended::Held | Ended::Permanent))
    }

    /// Whether its day may still move by a list of its issuer.
    pub fn is_provisional(&self, today: Day) -> bool {
        match self.until {
            Until::On(last) => today <= last,
            Until::Never => self.revoked().is_none(),
            Until::Unknown => true,
        }
    }
}

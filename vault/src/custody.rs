//! Custody: what people have done to one record since it was filed, folded from its lines.
//!
//! Pure. The journal says who filed, corrected and reviewed which version; this says what follows from it.

use crate::state::State;
use jingui_schema::act::Received;
use jingui_schema::facts::{FactName, Standing, Verdict};
use jingui_schema::id::{HoldId, StaffNo};
use smallvec::SmallVec;
use std::collections::BTreeSet;
use std::ops::Deref;

/// Somebody looked at a fact version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Which version.
    pub n: u32,
    /// Who.
    pub by: StaffNo,
    /// The line.
    pub seq: u64,
}

/// People, in the order of their numbers, each once. Few: they lie in place, and a set would be allocated for each record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hands(SmallVec<[StaffNo; 4]>);

impl Hands {
    fn insert(&mut self, staff: StaffNo) {
        if let Err(at) = self.0.binary_search(&staff) {
            self.0.insert(at, staff);
        }
    }
}

impl Deref for Hands {
    type Target = [StaffNo];
    fn deref(&self) -> &[StaffNo] {
        &self.0
    }
}

impl Extend<StaffNo> for Hands {
    fn extend<I: IntoIterator<Item = StaffNo>>(&mut self, people: I) {
        people.into_iter().for_each(|staff| self.insert(staff));
    }
}

impl FromIterator<StaffNo> for Hands {
    fn from_iter<I: IntoIterator<Item = StaffNo>>(people: I) -> Self {
        let mut hands = Self::default();
        hands.extend(people);
        hands
    }
}

/// What people have done to a record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Custody {
    /// Who filed or corrected: none of them reviews it.
    pub hands: Hands,
    /// The newest version that a reviewer has to see.
    pub to_review: u32,
    /// The newest review that passed.
    pub passed: Option<Look>,
    /// The newest one that gave it back, until it is supplemented or something is corrected that has to be reviewed.
    pub returned: Option<Look>,
    /// The line since which its use is restricted.
    pub restricted: Option<u64>,
    /// Holds that named it, also such as were released since.
    pub holds: BTreeSet<HoldId>,
    /// Its newest version was compared with every standing hold placed up to this line.
    pub screened: u64,
    /// The lines that say something beside it.
    pub annotations: Vec<u64>,
}

impl Custody {
    /// Documents came in.
    pub fn filed(&mut self, n: u32, by: Option<StaffNo>) {
        self.hands.extend(by);
        self.to_review = n;
        self.returned = None;
    }

    /// It was taken in from another archive, where it had been reviewed or not, and restricted or not.
    pub fn received(&mut self, from: &Received, look: Look) {
        self.passed = from.reviewed.then_some(look);
        self.restricted = from.restricted.then_some(look.seq);
        self.holds.extend(&from.holds);
    }

    /// Facts were corrected.
    pub fn corrected(&mut self, n: u32, changed: &[FactName], by: Option<StaffNo>) {
        self.hands.extend(by);
        // A tag or another box is no answer to somebody who gave the record back.
        if changed.iter().any(|name| name.needs_review()) {
            (self.to_review, self.returned) = (n, None);
        }
    }

    /// Certificates were linked; the first ones of a record bring the end of its period, so somebody has to see them.
    pub fn linked(&mut self, n: u32, is_first: bool, by: Option<StaffNo>) {
        self.hands.extend(by);
        if is_first {
            self.to_review = n;
            self.returned = None;
        }
    }

    /// Misfiled papers were taken out: what is left has to be seen again, for something may be missing now.
    pub fn removed(&mut self, n: u32) {
        self.to_review = n;
        self.returned = None;
    }

    /// Whether this person filed or corrected it, under this staff number or an earlier one.
    ///
    /// Shape: keys of people are never taken back from the state, so the answer for a line is the same whenever asked.
    pub fn is_own_work(&self, staff: StaffNo, state: &State) -> bool {
        self.hands.iter().any(|hand| state.same_person(*hand, staff))
    }

    /// A version was reviewed by somebody who may.
    ///
    /// What was given back needs a new look whatever passed before: two reviewers may have looked at the same time.
    pub fn reviewed(&mut self, verdict: Verdict, look: Look) {
        match verdict {
            Verdict::Passed => (self.passed, self.returned) = (Some(look), None),
            Verdict::Returned => (self.passed, self.returned) = (None, Some(look)),
        }
    }

    /// Whether the record is reviewed as it stands: nobody has to look at it again until it changes.
    pub fn is_settled(&self) -> bool {
        self.returned.is_none() && self.passed.is_some_and(|look| look.n >= self.to_review)
    }

    /// How far the record has come; `complete` says whether nothing mandatory is missing.
    pub fn standing(&self, complete: impl FnOnce() -> bool) -> Standing {
        if self.is_settled() {
            Standing::Archived
        } else if self.returned.is_some() {
            Standing::Returned
        } else if complete() {
            Standing::Unreviewed
        } else {
            Standing::Incomplete
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hands_are_in_order_and_each_once() {
        let mut hands: Hands = [9, 3, 7, 3].map(StaffNo).into_iter().collect();
        hands.extend([1, 9, 8, 2].map(StaffNo));
        hands.extend(None);
        assert_eq!(hands[..], [1, 2, 3, 7, 8, 9].map(StaffNo));
    }
}

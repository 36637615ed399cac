//! Archive numbers given in a year, and the gaps below the highest.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How far an archive number may run ahead of the highest given: as many as can be on their way at once.
pub(super) const NUMBERS_AHEAD_MAX: u64 = 4096;

/// The archive numbers given in one year.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbers {
    /// The highest given.
    pub highest: u64,
    /// Below it, never given.
    pub gaps: BTreeSet<u64>,
}

impl Numbers {
    pub(super) fn give(&mut self, serial: u64) {
        self.gaps.remove(&serial);
        if serial > self.highest {
            // No decision lets a number run further ahead. A line that does so was written by somebody else, and the
            // memory that its gaps would take is theirs to choose.
            if serial - self.highest <= NUMBERS_AHEAD_MAX {
                self.gaps.extend(self.highest + 1..serial);
            }
            self.highest = serial;
        }
    }

    pub(super) fn is_given(&self, serial: u64) -> bool {
        serial <= self.highest && !self.gaps.contains(&serial)
    }

    /// Another vault of this name may have given all up to this one.
    pub(super) fn pass_over(&mut self, serial: u64) {
        self.highest = self.highest.max(serial);
        self.gaps.retain(|gap| *gap > serial);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_runs_far_ahead_takes_no_memory() {
        let mut numbers = Numbers::default();
        numbers.give(u64::MAX - 1);
        assert!(numbers.gaps.is_empty() && numbers.is_given(7));
        numbers.give(u64::MAX);
        assert_eq!(numbers.highest, u64::MAX);
    }

    #[test]
    fn numbers_that_a_lost_vault_may_have_given_are_given_to_nobody() {
        let mut numbers = Numbers::default();
        numbers.give(2);
        numbers.pass_over(7);
        assert!(numbers.is_given(1) && numbers.is_given(5) && numbers.is_given(7) && !numbers.is_given(8));
        numbers.pass_over(3);
        assert_eq!(numbers.highest, 7);
    }

    #[test]
    fn a_number_that_was_passed_over_is_given_later() {
        let mut numbers = Numbers::default();
        numbers.give(1);
        numbers.give(4);
        assert_eq!(numbers.gaps, BTreeSet::from([2, 3]));
        assert!(numbers.is_given(4) && !numbers.is_given(3) && !numbers.is_given(5));
        numbers.give(2);
        assert_eq!(numbers.gaps, BTreeSet::from([3]));
    }
}

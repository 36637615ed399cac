//! Which lines may hold a request: small filters over the act ids in the tree, so that looking for one that has never
//! come, as each filing with a request id does, need not read the tree from end to end.
//!
//! Knows nothing for certain: what it points at is read and compared.

use crate::bloom::{Bloom, Halves};
use jingui_schema::id::ActId;

/// Lines under one filter.
const PART_LINES: u64 = 1 << 16;

/// A filter for each part of the lines, made as they are first asked for: two bytes a line.
#[derive(Default)]
pub(super) struct Acts {
    parts: Vec<Bloom>,
    lines: u64,
}

impl Acts {
    /// Lines taken in so far.
    pub(super) fn lines(&self) -> u64 {
        self.lines
    }

    /// Takes in the act of the next line.
    pub(super) fn push(&mut self, act: ActId) {
        if self.lines.is_multiple_of(PART_LINES) {
            self.parts.push(Bloom::sized(PART_LINES, 16));
        }
        self.lines += 1;
        self.parts.last_mut().expect("a part was just made if there was none").insert(halves(act));
    }

    /// The ranges of lines, first and last, where the act may be; it is nowhere else in what was taken in.
    pub(super) fn may_be_in(&self, act: ActId) -> Vec<(u64, u64)> {
        let parts = (0..).zip(&self.parts).filter(|(_, part)| part.may_have(halves(act)));
        parts.map(|(i, _)| (i * PART_LINES + 1, ((i + 1) * PART_LINES).min(self.lines))).collect()
    }
}

/// Ids are random, so their own bytes serve as a hash; who sends ids that collide on purpose only has more lines read.
fn halves(act: ActId) -> Halves {
    [0, 8].map(|at| u64::from_le_bytes(act.as_bytes()[at..at + 8].try_into().expect("eight bytes")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn act(number: u64) -> ActId {
        ActId::from_bytes(blake3::hash(&number.to_le_bytes()).as_bytes()[..16].try_into().expect("16 bytes"))
    }

    #[test]
    fn an_act_is_looked_for_where_it_is_and_hardly_anywhere_else() {
        let mut acts = Acts::default();
        let lines = 3 * PART_LINES / 2;
        (1..=lines).for_each(|line| acts.push(act(line)));
        assert_eq!(acts.lines(), lines);
        for line in [1, 2, PART_LINES, PART_LINES + 1, lines] {
            let ranges = acts.may_be_in(act(line));
            assert!(
                ranges.iter().any(|(first, last)| (*first..=*last).contains(&line)),
                "{line}: {ranges:?}"
            );
        }
        let in_vain = (0..10_000u64).filter(|i| !acts.may_be_in(act(lines + 1 + i)).is_empty()).count();
        assert!(in_vain < 50, "{in_vain} of 10000");
    }
}

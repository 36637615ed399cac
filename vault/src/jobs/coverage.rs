//! Which bodies were read when: stretches in the order in which bodies are read, folded from the lines of runs. Pure.
//!
//! A run reads what lies behind where the last one ended, up to a share or to the end; the next one after the end begins
//! anew. So the whole needs no more than one entry a day and round.

use jingui_schema::jobs::{BodiesRead, BodyMark};
use jingui_schema::time::Time;
use serde::{Deserialize, Serialize};

/// Bodies up to one, from behind the stretch before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Stretch {
    /// The last of them; none for all up to the end.
    to: Option<BodyMark>,
    /// When they were last read; none where they never were.
    at: Option<Time>,
}

/// What was read when.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    stretches: Vec<Stretch>,
    /// Behind which body the next run goes on; none for the first one.
    next: Option<BodyMark>,
    /// When the end was last reached.
    round: Option<Time>,
    /// When a run last read all of its share.
    share: Option<Time>,
}

/// A place in the order; none is behind them all.
fn order(to: Option<BodyMark>) -> (bool, Option<BodyMark>) {
    (to.is_none(), to)
}

impl Coverage {
    /// Behind which body the next run goes on; none where it begins with the first one.
    pub fn next(&self) -> Option<BodyMark> {
        self.next
    }

    /// When the last round over all bodies ended.
    pub fn round(&self) -> Option<Time> {
        self.round
    }

    /// When a run last read all of its share: what the next one has to catch up with.
    pub fn share(&self) -> Option<Time> {
        self.share
    }

    /// Takes in a run; `whole` where it read all of its share. Refuses nothing.
    pub fn take(&mut self, read: &BodiesRead, at: Time, whole: bool) {
        if whole {
            self.share = Some(at);
        }
        let before = std::mem::take(&mut self.stretches);
        let begins = |stretch: &Stretch| read.from.is_none_or(|from| order(stretch.to) > order(Some(from)));
        let mut after = before.iter().copied().skip_while(|stretch| !begins(stretch)).peekable();
        let mut all: Vec<Stretch> = before.iter().copied().take_while(|stretch| !begins(stretch)).collect();
        if let Some(from) = read.from
            && all.last().is_none_or(|last| last.to != Some(from))
        {
            all.push(Stretch { to: Some(from), at: after.peek().and_then(|stretch| stretch.at) });
        }
        // A line that ends before it begins has read nothing.
        if read.from.is_none_or(|from| order(read.to) > order(Some(from))) {
            all.push(Stretch { to: read.to, at: Some(at) });
        }
        let end = all.last().map(|last| order(last.to));
        all.extend(after.filter(|stretch| end.is_none_or(|end| order(stretch.to) > end)));
        for stretch in all {
            match self.stretches.last_mut() {
                // Of one day they need not be told apart; what is said of both is what is true of the older one.
                Some(last) if last.at.map(Time::day) == stretch.at.map(Time::day) => {
                    *last = Stretch { to: stretch.to, at: last.at.min(stretch.at) };
                }
                _ => self.stretches.push(stretch),
            }
        }
        self.next = read.to;
        if read.to.is_none() {
            self.round = Some(at);
        }
    }

    /// The time since when every body has been read, or filed; none where some of them never were.
    pub fn oldest(&self) -> Option<Time> {
        let whole = self.stretches.last().is_some_and(|last| last.to.is_none());
        let oldest = self.stretches.iter().map(|stretch| stretch.at).min().flatten();
        oldest.filter(|_| whole)
    }
}

#[cfg(test)]
#[path = "coverage_tests.rs"]
mod tests;

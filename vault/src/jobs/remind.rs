//! What waits for people, by the journal alone.
//!
//! A job has no key, and whoever reads what it says may be anybody at the desk: of holds it says nothing unless they may
//! know of them, and its line never does.

use super::{Came, Onlooker};
use crate::dates::PATIENCE_DAYS;
use crate::disposal::Stage;
use crate::error::Result;
use crate::proposals::Proposed;
use crate::retention::Verdict;
use crate::state::Headed;
use crate::vault::Vault;
use jingui_schema::facts::Outcome;
use jingui_schema::jobs::JobCounts;
use jingui_schema::time::Day;

/// What it is that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Records whose time is over.
    Due,
    /// Applications that nobody has decided.
    Pending,
    /// Plans to destroy that lack a signature.
    Plans,
    /// Proposals that want a second person.
    Proposals,
    /// A head that has not been countersigned.
    Head,
    /// Holds that somebody should look at, and proposals to release one.
    Holds,
}

impl What {
    /// All there are, for checking that each has its message.
    pub const ALL: &[Self] =
        &[Self::Due, Self::Pending, Self::Plans, Self::Proposals, Self::Head, Self::Holds];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Pending => "pending",
            Self::Plans => "plans",
            Self::Proposals => "proposals",
            Self::Head => "head",
            Self::Holds => "holds",
        }
    }
}

/// Something that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waits {
    /// What.
    pub what: What,
    /// How many.
    pub count: u64,
    /// Of these, how many have waited too long.
    pub overdue: u64,
}

impl Waits {
    fn none(what: What) -> Self {
        Self { what, count: 0, overdue: 0 }
    }

    fn add(&mut self, overdue: bool) {
        self.count += 1;
        self.overdue += u64::from(overdue);
    }
}

/// Counts what waits for people.
pub(super) fn remind(vault: &Vault, onlooker: &Onlooker<'_>) -> Result<Came> {
    let today = vault.today();
    let state = vault.state();
    let rules = state.retention_rules_on(today);
    // Who folds the whole journal each night can leave behind what those who ask by day go on from.
    let ledger = vault.ledger_left_behind(today, onlooker.interrupted)?;
    let long_since = |day: Day| day.plus_days(PATIENCE_DAYS).is_some_and(|then| then <= today);
    let [mut due, mut pending, mut plans, mut proposals, mut head, mut holds] =
        [What::Due, What::Pending, What::Plans, What::Proposals, What::Head, What::Holds].map(Waits::none);
    for (record, kept) in ledger.records() {
        let dated = ledger.dated(record, kept, &state, &rules, today).openly(today);
        if let Verdict::Due { since } = dated.verdict {
            due.add(long_since(since));
        }
        if kept.outcome == Outcome::Pending && long_since(kept.filed) {
            pending.add(true);
        }
    }
    for plan in state.plans.values() {
        if matches!(plan.stage(), Stage::Planned | Stage::Appraised | Stage::Approved) {
            plans.add(long_since(plan.at.day()));
        }
    }
    for proposal in state.proposals.values() {
        let of_a_hold = matches!(proposal.what, Proposed::Release(_));
        let one = if of_a_hold { &mut holds } else { &mut proposals };
        one.add(long_since(proposal.at.day()));
    }
    if let (Some(_), Some(Headed { lines, .. })) = (&state.cosigner, state.head) {
        let cosigned = state.cosigned.as_ref();
        if cosigned.is_none_or(|cosigned| cosigned.lines < lines) {
            head.add(long_since(cosigned.map_or(state.created, |cosigned| cosigned.at).day()));
        }
    }
    for hold in state.holds.values() {
        if hold.released.is_none() && hold.review <= today {
            holds.add(true);
        }
    }
    let mut waits = vec![due, pending, plans, proposals, head];
    let (waiting, overdue) = waits.iter().fold((0, 0), |(n, late), one| (n + one.count, late + one.overdue));
    waits.extend(Some(holds).filter(|_| onlooker.knows_holds));
    waits.retain(|one| one.count > 0);
    let counts = JobCounts { lines: state.lines, waiting, overdue, ..JobCounts::default() };
    Ok(Came { counts, waits, ..Came::default() })
}

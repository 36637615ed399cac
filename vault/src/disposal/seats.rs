//! Whether there are people for all that a plan asks for: somebody for each part, nobody for two. Pure.
//!
//! Asked when a policy is proposed, and by whoever wants to know how things stand. No line is refused for it: people come and
//! go, and a line stays what it was.

use super::plan::{APPRAISERS, Plan, Stage, WITNESS_ROLES};
use crate::state::{Member, State};
use jingui_schema::act::SignOff;
use jingui_schema::disposal::{Slot, WITNESSES};
use jingui_schema::id::{By, StaffNo};
use std::fmt;

/// A part in a plan that somebody has to take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seat {
    /// A sign-off, by somebody with one of its roles.
    SignOff(SignOff),
    /// An appraisal.
    Appraiser,
    /// A witness.
    Witness,
}

impl fmt::Display for Seat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignOff(one) if one.slot == Slot::Authority => f.write_str(one.slot.word()),
            Self::SignOff(one) => {
                let roles: Vec<&str> = one.roles.iter().map(|role| role.word()).collect();
                write!(f, "{}={}", one.slot.word(), roles.join(","))
            }
            Self::Appraiser => f.write_str("appraise"),
            Self::Witness => f.write_str("witness"),
        }
    }
}

/// Parts as a message names them: `unit=approver, witness`.
pub fn seats_text(seats: &[Seat]) -> String {
    seats.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

impl State {
    /// Parts that nobody is there for in a plan made now that asks for these sign-offs; none: it can come to its run.
    ///
    /// Whoever makes and carries out the plan takes no part here: the vault does both by itself.
    pub fn unmet(&self, slots: &[SignOff]) -> Vec<Seat> {
        let seats = slots.iter().cloned().map(Seat::SignOff).chain([Seat::Appraiser]);
        self.unfilled(seats.chain(witnesses(WITNESSES)).collect(), &|_, _| true)
    }

    /// Parts that nobody is left for in a plan as it is signed so far; none where all have signed, or it has ended.
    pub fn unmet_of(&self, plan: &Plan) -> Vec<Seat> {
        let appraise = match plan.stage() {
            Stage::Planned => Some(Seat::Appraiser),
            Stage::Appraised | Stage::Approved => None,
            Stage::Waiting | Stage::Destroying | Stage::Closed | Stage::Rejected => return Vec::new(),
        };
        let open: Vec<Slot> = plan.open_slots().collect();
        let slots = plan.policy.slots.iter().filter(|one| open.contains(&one.slot)).cloned();
        let seats = slots.map(Seat::SignOff).chain(appraise);
        let seats = seats.chain(witnesses(WITNESSES.saturating_sub(plan.witnesses.len())));
        let is_free = |seat: &Seat, staff: StaffNo| {
            let is = |other: By| self.is_same(other, By::Staff(staff));
            match seat {
                Seat::Appraiser => !is(plan.by),
                _ => !plan.deciders().chain(plan.witnesses.iter().map(|s| s.by)).any(is),
            }
        };
        self.unfilled(seats.collect(), &is_free)
    }

    /// Parts that stay empty when as many as can be are taken; those that come first are taken first.
    fn unfilled(&self, seats: Vec<Seat>, is_free: &dyn Fn(&Seat, StaffNo) -> bool) -> Vec<Seat> {
        let mut people: Vec<(StaffNo, &Member)> = Vec::new();
        for (staff, member) in self.staff.iter().filter(|(_, member)| member.is_active()) {
            if !people.iter().any(|(other, _)| self.same_person(*other, *staff)) {
                people.push((*staff, member));
            }
        }
        let fits = |seat: &Seat| -> Vec<usize> {
            let has = |member: &Member| match seat {
                Seat::SignOff(one) => member.countersigned && member.has(&one.roles),
                Seat::Appraiser => member.has(APPRAISERS),
                Seat::Witness => member.countersigned && member.has(WITNESS_ROLES),
            };
            let who = people.iter().enumerate();
            let who =
                who.filter(|(_, (staff, member))| has(member) && (self.init.solo || is_free(seat, *staff)));
            who.map(|(at, _)| at).collect()
        };
        let wanted: Vec<Vec<usize>> = seats.iter().map(fits).collect();
        let mut taken: Vec<Option<usize>> = vec![None; people.len()];
        let mut empty = Vec::new();
        for (at, seat) in seats.iter().enumerate() {
            let is_filled = match seat {
                Seat::SignOff(one) if one.slot == Slot::Authority => self.init.authority.is_some(),
                // In a solo vault one person has every part.
                _ if self.init.solo => !wanted[at].is_empty(),
                _ => seat_one(at, &wanted, &mut taken, &mut vec![false; people.len()]),
            };
            if !is_filled {
                empty.push(seat.clone());
            }
        }
        empty
    }
}

fn witnesses(count: usize) -> impl Iterator<Item = Seat> {
    std::iter::repeat_n(Seat::Witness, count)
}

/// Finds somebody for a seat, moving others to other seats where that makes room; says whether there was room.
fn seat_one(at: usize, wanted: &[Vec<usize>], taken: &mut [Option<usize>], asked: &mut [bool]) -> bool {
    for who in &wanted[at] {
        if std::mem::replace(&mut asked[*who], true) {
            continue;
        }
        let is_free = match taken[*who] {
            None => true,
            Some(other) => seat_one(other, wanted, taken, asked),
        };
        if is_free {
            taken[*who] = Some(at);
            return true;
        }
    }
    false
}

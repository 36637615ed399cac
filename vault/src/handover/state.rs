//! What lines say of a hand-over, at either end. Pure.

use super::list::Listed;
use crate::error::{Error, Result};
use crate::staging::NamedFile;
use crate::state::State;
use jingui_schema::act::{
    Deed, HandoverFinish, HandoverReceipt, HandoverTake, HoldTake, LeftThere, ListMark, ListRow, Received,
    RecordFile, Tombstone,
};
use jingui_schema::digest::{FileMark, Sha256};
use jingui_schema::facts::Role;
use jingui_schema::id::{ActId, By, Fonds, VaultId};
use jingui_schema::line::Line;
use jingui_schema::time::Time;
use serde::{Deserialize, Serialize};

/// Who may propose that everything be handed over, or the records of a list.
pub(crate) const PROPOSERS: &[Role] = &[Role::Approver, Role::Legal, Role::System];
/// Who may confirm that, call it off, and destroy what the CA has taken in.
pub(crate) const DECIDERS: &[Role] = &[Role::Approver, Role::Legal];
/// Who takes in what another archive hands over.
pub(crate) const TAKERS: &[Role] = &[Role::Archivist];

/// Archives that one vault may take in.
const TAKINGS_MAX: usize = 10_000;

/// How far a hand-over has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Nothing more is filed, or said of its records.
    Sealed,
    /// No copy lacks anything of it.
    Sent,
    /// The CA's receipt is here.
    Receipted,
    /// It is being destroyed here.
    Destroying,
    /// It is destroyed.
    Destroyed,
    /// And the CA has countersigned a head over the line that says so.
    Closed,
}

impl Stage {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Sealed => "sealed",
            Self::Sent => "sent",
            Self::Receipted => "receipted",
            Self::Destroying => "destroying",
            Self::Destroyed => "destroyed",
            Self::Closed => "closed",
        }
    }
}

/// Everything of this archive is handed over, or the records of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// The act that proposed it.
    pub act: ActId,
    /// The line that confirmed it: behind it nothing is filed.
    pub sealed: u64,
    /// When.
    pub at: Time,
    /// The records, where it is not everything; none any more once they are gone.
    pub list: Option<Listed>,
    /// How many they are, or were; none where it is everything.
    pub records: Option<u64>,
    /// Of a list: the last line by which one of its records came under a hold while it was sealed.
    pub hold_line: u64,
    /// The epoch when its records were destroyed: what was destroyed was sealed to it or to one before.
    pub epoch: u32,
    /// The CA's newest receipt.
    pub receipt: Option<Receipted>,
    /// The line since which it is being destroyed here.
    pub finishing: Option<u64>,
    /// The line that says that it is gone.
    pub done: Option<u64>,
}

/// A receipt of the CA.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipted {
    /// Its act.
    pub act: ActId,
    /// Its line.
    pub seq: u64,
    /// The vault that took everything in.
    pub taker: VaultId,
    /// Lines that it was made from.
    pub lines: u64,
    /// The root over them.
    pub root: Sha256,
    /// Records it names.
    pub records: u64,
    /// The list.
    pub list: FileMark,
}

/// Another archive whose records come in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taking {
    /// Its vault.
    pub from: VaultId,
    /// Its fonds code.
    pub fonds: Fonds,
    /// The act there that proposed the hand-over.
    pub handover: ActId,
    /// Lines of its journal.
    pub lines: u64,
    /// The root over them.
    pub root: Sha256,
    /// The line.
    pub seq: u64,
}

impl State {
    /// How far the hand-over of this archive has come, if one has been confirmed. One of a list that is closed is none any more.
    pub fn handover_stage(&self) -> Option<Stage> {
        let handover = self.newest_handover()?;
        let stage = self.stage_of(handover);
        (stage != Stage::Closed || !handover.is_of_list()).then_some(stage)
    }

    /// How far a hand-over has come.
    pub fn stage_of(&self, handover: &Handover) -> Stage {
        let is_cosigned = |line: u64| self.cosigned.is_some_and(|newest| newest.lines >= line);
        let is_sent = || self.copies.values().any(|copy| copy.lines >= handover.sealed && copy.lacking == 0);
        match (handover.done, handover.finishing, &handover.receipt) {
            (Some(done), ..) if is_cosigned(done) => Stage::Closed,
            (Some(_), ..) => Stage::Destroyed,
            (None, Some(_), _) => Stage::Destroying,
            (None, None, Some(_)) => Stage::Receipted,
            (None, None, None) if is_sent() => Stage::Sent,
            (None, None, None) => Stage::Sealed,
        }
    }

    /// Whether all covers, bodies and notes may be there or not: a line says that they are being destroyed, or gone.
    pub fn is_handed_over(&self) -> bool {
        let everything = self.handover.as_ref().filter(|handover| !handover.is_of_list());
        everything.is_some_and(|handover| handover.finishing.is_some())
    }

    /// Whether everything but the journal is to be gone.
    pub fn is_emptied(&self) -> bool {
        self.is_emptied_by(u64::MAX)
    }

    /// Whether this line, or one before it, says that everything but the journal is gone.
    pub(crate) fn is_emptied_by(&self, seq: u64) -> bool {
        let everything = self.handover.as_ref().filter(|handover| !handover.is_of_list());
        everything.and_then(|handover| handover.done).is_some_and(|done| done <= seq)
    }

    /// What may still be done by whom while everything is handed over: what changes no record, and holds. While it is the records
    /// of a list, everything else.
    ///
    /// Errors: [`Error::HandedOver`]; those of [`State::check_not_listed`] and [`State::check_not_proposed`].
    pub(crate) fn check_not_sealed(&self, by: By, deed: &Deed) -> Result<()> {
        let Some(handover) = &self.handover else { return self.check_not_proposed(deed) };
        if let Some(list) = &handover.list {
            return self.check_not_listed(handover, list, deed);
        }
        let passes = match deed {
            Deed::StaffEnrol(_)
            | Deed::StaffCountersign(_)
            | Deed::StaffDisable(_)
            | Deed::EpochShred(_)
            | Deed::LogFork(_)
            | Deed::CosignerName(_)
            | Deed::JobsSet(_)
            | Deed::VaultRestored(_)
            | Deed::CopyExcused(_)
            | Deed::ActConfirm(_)
            | Deed::ActRefuse(_) => true,
            Deed::HoldPlace(_)
            | Deed::HoldCatch(_)
            | Deed::HoldScreened(_)
            | Deed::HoldScreen(_)
            | Deed::HoldRelease(_)
            | Deed::HoldKeep(_)
            | Deed::HoldReview(_)
            | Deed::EscrowProved(_)
            | Deed::EpochCopy(_)
            | Deed::RecordOpen(_)
            | Deed::FactsReveal(_)
            | Deed::RecordFind(_)
            | Deed::SubjectSearch(_)
            | Deed::RecordRequest(_)
            | Deed::RequestAnswer(_)
            | Deed::RequestRefuse(_)
            | Deed::EscrowOpen(_)
            | Deed::HandoverCancel(_)
            | Deed::HandoverReceipt(_)
            | Deed::HandoverFinish(_) => handover.finishing.is_none(),
            Deed::PurgePlan(_) | Deed::PurgeBegin(_) | Deed::PurgeDone(_) | Deed::PurgeClose(_) => false,
            _ => by == By::Vault,
        };
        // No key opens a note any more. Why a log begins anew is said all the same.
        let passes = passes
            && (handover.finishing.is_none() || deed.note().is_none() || matches!(deed, Deed::LogFork(_)));
        match passes {
            true => Ok(()),
            false => {
                Err(Error::HandedOver { stage: self.handover_stage().unwrap_or(Stage::Sealed).word().into() })
            }
        }
    }

    /// Whether a hand-over may begin now: nothing unfinished, and the CA opens what it is to get.
    ///
    /// - `but`: the proposal that is to be confirmed. `list`: what it says of its records, where they were listed.
    /// - Errors: [`Error::HandedOver`], [`Error::EscrowUnproved`], [`Error::Unfinished`] naming what, [`Error::Stale`].
    pub(crate) fn check_may_hand_over(&self, but: Option<ActId>, list: Option<&ListMark>) -> Result<()> {
        let unfinished = |what: &str| Err(Error::Unfinished { what: what.into() });
        let epoch = self.current_epoch();
        if epoch.escrow.is_none() || !epoch.proved {
            return Err(Error::EscrowUnproved { epoch: self.epoch.to_string() });
        }
        match &self.handover {
            Some(handover) if handover.is_of_list() => return unfinished("handover"),
            Some(handover) => {
                return Err(Error::HandedOver { stage: self.stage_of(handover).word().into() });
            }
            None => {}
        }
        // Without these there could be no receipt, and nothing that the CA could hold the journal against.
        if self.init.authority.is_none() {
            return unfinished("authority");
        }
        if self.cosigner.is_none() {
            return Err(Error::NoCosigner {});
        }
        // What another archive brought cannot be handed on yet.
        if !self.takings.is_empty() {
            return unfinished("takings");
        }
        if self.plans.values().any(|plan| plan.is_open()) {
            return unfinished("plan");
        }
        if !self.removing.is_empty() {
            return unfinished("removal");
        }
        if self.rotation_unfinished() || self.rotation_due() {
            return unfinished("rotation");
        }
        if self.proposals.keys().any(|act| Some(*act) != but) {
            return unfinished("proposal");
        }
        list.map_or(Ok(()), |list| self.check_list_is(list))
    }

    pub(crate) fn decide_handover(&self, by: By, deed: &Deed) -> Result<()> {
        match (deed, by) {
            (Deed::HandoverCancel(d), By::Staff(staff)) => {
                self.with_role(staff, DECIDERS)?;
                match &self.handover {
                    Some(handover) if handover.act == d.handover && handover.receipt.is_none() => Ok(()),
                    Some(handover) if handover.act == d.handover => {
                        Err(Error::HandedOver { stage: Stage::Receipted.word().into() })
                    }
                    _ => Err(Error::NoHandover {}),
                }
            }
            (Deed::HandoverReceipt(d), By::Authority) => self.decide_receipt(d),
            (Deed::HandoverFinish(d), By::Staff(staff)) => {
                self.with_role(staff, DECIDERS)?;
                self.decide_finish(d)
            }
            (Deed::HandoverList(d), By::Staff(staff)) => self.decide_list(staff, d),
            (Deed::HandoverDone(d), By::Vault) => {
                let is_begun = self.handover.as_ref().is_some_and(|handover| {
                    handover.finishing.is_some()
                        && handover.records.is_none_or(|records| records == d.records)
                        && handover.receipt.as_ref().is_some_and(|receipt| receipt.act == d.receipt)
                });
                if is_begun { Ok(()) } else { Err(Error::NoHandover {}) }
            }
            (Deed::HandoverTake(d), By::Staff(staff)) => {
                self.with_role(staff, TAKERS)?;
                self.decide_take(d)
            }
            (Deed::HoldTake(d), By::Staff(staff)) => {
                self.with_role(staff, TAKERS)?;
                self.decide_hold_taken(d)
            }
            (Deed::HandoverReceipt(_), _) => Err(Error::NotAuthority {}),
            (deed, _) => Err(Error::NotCarried { kind: deed.kind().into() }),
        }
    }

    fn decide_receipt(&self, d: &HandoverReceipt) -> Result<()> {
        let Some(handover) = self.handover.as_ref().filter(|handover| handover.act == d.handover) else {
            return Err(Error::NoHandover {});
        };
        let newer = handover.receipt.as_ref().is_none_or(|known| known.lines <= d.lines);
        let counts = handover.records.is_none_or(|records| records == d.records);
        let other = d.taker != self.init.vault;
        match newer && counts && d.lines >= handover.sealed && d.lines <= self.lines && other {
            true => Ok(()),
            false => {
                Err(Error::Stale { why: "it is a receipt for other lines than were handed over".into() })
            }
        }
    }

    fn decide_finish(&self, d: &HandoverFinish) -> Result<()> {
        let handover = self.handover.as_ref().ok_or(Error::NoHandover {})?;
        let receipt = handover.receipt.as_ref().ok_or(Error::NoReceipt {})?;
        if receipt.act != d.receipt {
            return Err(Error::Stale { why: format!("{} is not the newest receipt", d.receipt) });
        }
        // Of a list, while the archive goes on: what keeps other records is no matter of it, but a longer period is.
        let rules_since = self.rules.iter().any(|approved| approved.seq > receipt.lines);
        if handover.is_of_list() && rules_since {
            return Err(Error::Stale {
                why: "a retention rule was signed that the receipt knows nothing of".into(),
            });
        }
        let held = if handover.is_of_list() { handover.hold_line } else { self.hold_line };
        // The CA does not know of what came under a hold since: it has to be told first.
        match held <= receipt.lines && held <= d.seen {
            true => Ok(()),
            false => Err(Error::HoldsChanged { line: held.to_string() }),
        }
    }

    fn decide_take(&self, d: &HandoverTake) -> Result<()> {
        if d.from == self.init.vault {
            return Err(Error::OwnVault {});
        }
        let other = self.takings.values().find(|taking| taking.fonds == d.fonds && taking.from != d.from);
        if other.is_some() || d.fonds == self.init.fonds {
            return Err(Error::FondsTaken { fonds: d.fonds.to_string() });
        }
        match self.takings.len() < TAKINGS_MAX {
            true => Ok(()),
            false => {
                Err(Error::TooMany { count: self.takings.len().to_string(), limit: TAKINGS_MAX.to_string() })
            }
        }
    }

    fn decide_hold_taken(&self, d: &HoldTake) -> Result<()> {
        self.taking(d.take)?;
        self.check_none_gone(&d.records)?;
        let in_force = self.holds.values().filter(|hold| hold.released.is_none()).count();
        if in_force >= crate::holds::HOLDS_MAX && !self.holds.contains_key(&d.hold) {
            let limit = crate::holds::HOLDS_MAX.to_string();
            return Err(Error::TooMany { count: in_force.to_string(), limit });
        }
        match d.records.len() <= crate::holds::RECORDS_MAX && d.records.is_sorted_by(|a, b| a < b) {
            true => Ok(()),
            false => Err(Error::Stale { why: "it names records that are too many, or not in order".into() }),
        }
    }

    /// The act by which something is taken in.
    pub(crate) fn taking(&self, take: ActId) -> Result<&Taking> {
        let none = || Error::Stale { why: format!("nothing is taken in by {take}") };
        self.takings.get(&take).ok_or_else(none)
    }

    /// Whether the number of a filing is this vault's, or of a record that was taken in and is only supplemented.
    pub(crate) fn is_of_fonds(&self, d: &RecordFile) -> bool {
        let fonds = d.number.fonds();
        fonds == &self.init.fonds || (d.n > 1 && self.takings.values().any(|taking| taking.fonds == *fonds))
    }

    /// A record that comes from another archive: as a hand-over that is known has it.
    pub(crate) fn decide_received(&self, d: &RecordFile, from: &Received) -> Result<()> {
        let taking = self.taking(from.take)?;
        let stale = |why: &str| Err(Error::Stale { why: why.into() });
        // What is said here of a record can be compared with what was said there.
        if !self.files.contains_key(&NamedFile::ReceivedJournal(taking.from, taking.lines).path()) {
            return stale("the journal that it comes from is not kept");
        }
        if d.n != 1 || d.filing != 1 || d.counter == 0 || d.number.fonds() != &taking.fonds {
            return stale("a record that is taken in begins with filing 1, under its own number");
        }
        if let Some(left) = &from.left
            && !is_left_whole(d, left)
        {
            return stale("its bodies that stay elsewhere are not those that it counts, or not in order");
        }
        if from.ends.iter().any(|end| d.certs.iter().all(|link| link.cert != end.cert)) {
            return stale("it says something of certificates that it does not link");
        }
        let known = |hold| self.holds.contains_key(hold);
        match from.holds.is_sorted_by(|a, b| a < b) && from.holds.iter().all(known) {
            true => Ok(()),
            false => stale("it names holds that were not taken in"),
        }
    }

    pub(crate) fn apply_handover(&mut self, line: &Line) {
        match &line.act.deed {
            Deed::HandoverList(d) => self.apply_list(d),
            Deed::HandoverCancel(_) => self.handover = None,
            Deed::HandoverReceipt(d) => {
                if let Some(handover) = &mut self.handover {
                    handover.receipt = Some(Receipted {
                        act: line.act.id,
                        seq: line.seq,
                        taker: d.taker,
                        lines: d.lines,
                        root: d.root,
                        records: d.records,
                        list: d.list,
                    });
                }
            }
            Deed::HandoverFinish(_) => {
                if let Some(handover) = &mut self.handover {
                    handover.finishing = Some(line.seq);
                }
            }
            Deed::HandoverDone(_) => {
                let Some(mut handover) = self.handover.take() else { return };
                handover.done = Some(line.seq);
                handover.epoch = self.epoch;
                match handover.list.take() {
                    None => {
                        self.counts.destroyed = self.counts.records;
                        self.handover = Some(handover);
                    }
                    Some(list) => {
                        let stone =
                            |row: &ListRow| Tombstone { record: row.record, number: row.number.clone() };
                        let stones: Vec<Tombstone> = list.rows().map(stone).collect();
                        self.bury(&stones, line.seq);
                        self.handed.push(handover);
                    }
                }
            }
            Deed::HandoverTake(d) => {
                let taking = Taking {
                    from: d.from,
                    fonds: d.fonds.clone(),
                    handover: d.handover,
                    lines: d.lines,
                    root: d.root,
                    seq: line.seq,
                };
                self.takings.insert(line.act.id, taking);
            }
            _ => {}
        }
    }
}

/// Whether bodies that stay elsewhere are all that a filing brings: it has none of its own, they count its documents, and none of
/// them is empty.
fn is_left_whole(d: &RecordFile, left: &LeftThere) -> bool {
    let docs = left.bodies.iter().fold(0u64, |sum, one| sum + u64::from(one.docs));
    d.body == FileMark::of(&[])
        && left.bodies.is_sorted_by(|a, b| a.filing < b.filing)
        && left.bodies.iter().all(|one| one.filing > 0 && one.docs > 0 && one.body.size > 0)
        && docs == u64::from(d.docs)
}

//! Two people (双人): what one proposes and another confirms or refuses.
//!
//! Pure. A proposal is an act that changes nothing by itself. Whoever confirms names it together with the digest of its
//! bytes, so what they agree to is what they were shown. One kind takes effect with that, another is then carried out.

use crate::error::{Error, Result};
use crate::handover::{Handover, Listed};
use crate::ruling::Approved;
use crate::state::{Pinned, State};
use jingui_schema::act::{
    ActConfirm, ActRefuse, CertReport, CertReverse, Deed, DocumentMisfiled, HandoverBegin, HoldRelease,
    IssuerPin, IssuerUnpin, LogFork, PurgePolicy, PurgeReverse, RulePropose,
};
use jingui_schema::digest::Sha256;
use jingui_schema::disposal::Policy;
use jingui_schema::facts::Role;
use jingui_schema::id::{ActId, By, RecordId, StaffNo};
use jingui_schema::line::Line;
use jingui_schema::time::Time;
use serde::{Deserialize, Serialize};

/// Open proposals at most: they are kept in memory, and whoever may propose must not use it up.
pub const OPEN_MAX: usize = 1000;

/// Of those, by one person: nobody keeps the others from proposing.
const OWN_MAX: usize = 250;

/// What is proposed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Proposed {
    /// Papers are taken out of a record.
    Misfiled(DocumentMisfiled),
    /// A hold ends.
    Release(HoldRelease),
    /// Something happened to certificates.
    Report(CertReport),
    /// What a line says of certificates was a mistake.
    Reverse(CertReverse),
    /// Lists signed by an issuer count.
    Pin(IssuerPin),
    /// And no longer.
    Unpin(IssuerUnpin),
    /// The next version of a retention rule.
    Rule(RulePropose),
    /// What plans to destroy records ask for.
    Policy(PurgePolicy),
    /// What an appraisal has added to the period of records was a mistake.
    Unsaid(PurgeReverse),
    /// A log that begins anew.
    Fork(LogFork),
    /// Everything is handed over to the CA, or the records of a list.
    Handover(HandoverBegin),
}

impl Proposed {
    /// What this act proposes, if it proposes something.
    pub fn of(deed: &Deed) -> Option<Self> {
        match deed {
            Deed::DocumentMisfiled(d) => Some(Self::Misfiled(d.clone())),
            Deed::HoldRelease(d) => Some(Self::Release(d.clone())),
            Deed::CertReport(d) => Some(Self::Report(d.clone())),
            Deed::CertReverse(d) => Some(Self::Reverse(d.clone())),
            Deed::IssuerPin(d) => Some(Self::Pin(d.clone())),
            Deed::IssuerUnpin(d) => Some(Self::Unpin(d.clone())),
            Deed::RulePropose(d) => Some(Self::Rule(d.clone())),
            Deed::PurgePolicy(d) => Some(Self::Policy(d.clone())),
            Deed::PurgeReverse(d) => Some(Self::Unsaid(d.clone())),
            Deed::LogFork(d) => Some(Self::Fork(d.clone())),
            Deed::HandoverBegin(d) => Some(Self::Handover(d.clone())),
            _ => None,
        }
    }

    /// The record it is about, if it is about one.
    pub fn record(&self) -> Option<RecordId> {
        match self {
            Self::Misfiled(d) => Some(d.record),
            _ => None,
        }
    }

    /// Who may propose it.
    pub fn proposers(&self) -> &'static [Role] {
        match self {
            Self::Misfiled(_) | Self::Reverse(_) => &[Role::Archivist, Role::Reviewer, Role::Legal],
            Self::Report(_) => &[Role::Archivist, Role::Legal],
            Self::Pin(_) | Self::Unpin(_) => &[Role::Archivist, Role::Legal, Role::Approver, Role::Security],
            Self::Rule(_) | Self::Policy(_) => &[Role::Approver, Role::Legal],
            Self::Unsaid(_) => crate::disposal::APPRAISERS,
            Self::Release(_) => &[Role::Legal],
            Self::Fork(_) => &[Role::Security],
            Self::Handover(_) => crate::handover::PROPOSERS,
        }
    }

    /// Who may confirm it, if it was not them who proposed it.
    pub fn confirmers(&self) -> &'static [Role] {
        match self {
            Self::Misfiled(_) | Self::Report(_) | Self::Reverse(_) | Self::Pin(_) | Self::Unpin(_) => {
                &[Role::Reviewer, Role::Legal, Role::Approver]
            }
            Self::Rule(_) | Self::Policy(_) => &[Role::Approver, Role::Legal],
            Self::Unsaid(_) => crate::disposal::APPRAISERS,
            Self::Release(_) | Self::Fork(_) => &[Role::Legal, Role::Approver],
            Self::Handover(_) => crate::handover::DECIDERS,
        }
    }

    /// Whether it stays open once it is confirmed, until another line carries it out.
    fn is_carried_out_later(&self) -> bool {
        match self {
            Self::Misfiled(_) => true,
            Self::Report(_)
            | Self::Reverse(_)
            | Self::Pin(_)
            | Self::Unpin(_)
            | Self::Rule(_)
            | Self::Policy(_)
            | Self::Unsaid(_)
            | Self::Fork(_)
            | Self::Handover(_)
            | Self::Release(_) => false,
        }
    }
}

/// Somebody's yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmed {
    /// Whose.
    pub by: StaffNo,
    /// The line.
    pub seq: u64,
}

/// A proposal that has neither been carried out nor refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Whose it is.
    pub by: StaffNo,
    /// Its line.
    pub seq: u64,
    /// When.
    pub at: Time,
    /// SHA-256 of its act: what a confirmation names.
    pub sha256: Sha256,
    /// What is proposed.
    pub what: Proposed,
    /// Who agreed, where it is still to be carried out.
    pub confirmed: Option<Confirmed>,
}

impl State {
    /// The open proposal of this act.
    ///
    /// Errors: [`Error::NoProposal`].
    pub fn proposal(&self, act: ActId) -> Result<&Proposal> {
        self.proposals.get(&act).ok_or_else(|| Error::NoProposal { act: act.to_string() })
    }

    /// Whether this person may propose such a thing now.
    pub(crate) fn decide_proposal(&self, by: StaffNo, what: &Proposed) -> Result<()> {
        self.with_role(by, what.proposers())?;
        let own = self.proposals.values().filter(|proposal| self.same_person(by, proposal.by)).count();
        match self.proposals.len() < OPEN_MAX && own < OWN_MAX {
            true => Ok(()),
            false => Err(Error::TooManyProposals { count: self.proposals.len().to_string() }),
        }
    }

    pub(crate) fn decide_confirmation(&self, by: StaffNo, d: &ActConfirm) -> Result<()> {
        let proposal = self.proposal(d.act)?;
        if proposal.sha256 != d.sha256 {
            return Err(Error::Stale { why: format!("the proposal {} says something else", d.act) });
        }
        if proposal.confirmed.is_some() {
            return Err(Error::Stale { why: format!("the proposal {} is confirmed already", d.act) });
        }
        // What was free when it was proposed may have been taken since.
        if let Proposed::Pin(pin) = &proposal.what {
            self.check_pin(pin)?;
        }
        // Nothing is said any more of what is no more, or handed over.
        if let Proposed::Unsaid(mistake) = &proposal.what {
            self.check_reversal(mistake)?;
            self.check_none_listed(&mistake.records)?;
        }
        if let Proposed::Fork(fork) = &proposal.what {
            self.check_fork(fork)?;
        }
        if let Proposed::Handover(begin) = &proposal.what {
            self.check_may_hand_over(Some(d.act), begin.list.as_ref())?;
        }
        self.is_second(by, d.act)
    }

    /// Whether this person may be the second of two: another one, whose enrolment the authority has countersigned.
    pub fn is_second(&self, by: StaffNo, act: ActId) -> Result<()> {
        let proposal = self.proposal(act)?;
        let member = self.with_role(by, proposal.what.confirmers())?;
        if self.same_person(by, proposal.by) && !self.init.solo {
            return Err(Error::OwnProposal { act: act.to_string(), staff: by.to_string() });
        }
        match member.countersigned {
            true => Ok(()),
            false => Err(Error::NotCounted { staff: by.to_string() }),
        }
    }

    /// Whoever proposed may take it back, whoever may confirm it may say no; also after somebody's yes, as long as it
    /// has not been carried out.
    pub(crate) fn decide_refusal(&self, by: StaffNo, d: &ActRefuse) -> Result<()> {
        let proposal = self.proposal(d.act)?;
        match self.same_person(by, proposal.by) {
            true => self.member(by).map(drop),
            false => self.with_role(by, proposal.what.confirmers()).map(drop),
        }
    }

    /// What a confirmation does by itself. What is said of certificates counts by the journal alone: there are too many
    /// of them to be kept in memory.
    fn take_effect(&mut self, act: ActId, what: Proposed, line: &Line) {
        match what {
            Proposed::Pin(pin) => {
                let IssuerPin { issuer, sha256, der, .. } = pin;
                self.issuers.insert(issuer, Pinned { sha256, der, seq: line.seq });
            }
            Proposed::Unpin(unpin) => drop(self.issuers.remove(&unpin.issuer)),
            Proposed::Rule(d) => {
                self.rules.push(Approved { rule: d.rule, on: line.at.day(), seq: line.seq });
            }
            Proposed::Policy(PurgePolicy { slots, wait, cap, .. }) => {
                self.disposal = Policy { slots, wait, cap };
            }
            Proposed::Release(d) => {
                if let Some(hold) = self.holds.get_mut(&d.hold) {
                    hold.released = Some(line.at);
                }
            }
            Proposed::Reverse(d) => {
                for cert in d.certs {
                    self.mistaken.entry(cert).or_insert(line.seq);
                }
            }
            Proposed::Fork(d) => self.apply_fork(&d, line.seq),
            Proposed::Handover(d) => {
                let listed = std::mem::take(&mut self.listing);
                self.handover = Some(Handover {
                    act,
                    sealed: line.seq,
                    at: line.at,
                    records: d.list.as_ref().map(|list| list.records),
                    list: d.list.map(|_| listed.sealed()),
                    hold_line: 0,
                    epoch: 0,
                    receipt: None,
                    finishing: None,
                    done: None,
                });
            }
            // Of what was said of records the journal alone tells, too.
            Proposed::Misfiled(_) | Proposed::Report(_) | Proposed::Unsaid(_) => {}
        }
    }

    /// Takes in a line that proposes, confirms or refuses. Refuses nothing.
    pub(crate) fn apply_proposal(&mut self, line: &Line) {
        let By::Staff(by) = line.by else { return };
        match &line.act.deed {
            Deed::ActConfirm(d) => {
                let Some(proposal) = self.proposals.get_mut(&d.act) else { return };
                proposal.confirmed = Some(Confirmed { by, seq: line.seq });
                if !proposal.what.is_carried_out_later()
                    && let Some(proposal) = self.proposals.remove(&d.act)
                {
                    self.take_effect(d.act, proposal.what, line);
                }
            }
            Deed::ActRefuse(d) => {
                let refused = self.proposals.remove(&d.act);
                if refused.is_some_and(|refused| matches!(refused.what, Proposed::Handover(_))) {
                    self.listing = Listed::default();
                }
            }
            deed => {
                let Some(what) = Proposed::of(deed) else { return };
                let sha256 = Sha256::of(line.raw_act().get().as_bytes());
                let proposal = Proposal { by, seq: line.seq, at: line.at, sha256, what, confirmed: None };
                self.proposals.insert(line.act.id, proposal);
            }
        }
    }
}

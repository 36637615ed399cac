//! Retention rules as two people sign them: proposed by one, confirmed by another, in the clear in the journal.
//!
//! A rule is only ever followed by the next version; none is taken back. What follows from rules is `retention`'s.

use crate::error::{Error, Result};
use crate::proposals::{Proposal, Proposed};
use crate::retention::Rules;
use crate::session::Session;
use crate::state::State;
use crate::writer::Done;
use jingui_schema::act::{ActFile, Deed, NoteMark, RulePropose};
use jingui_schema::cover::NoteKind;
use jingui_schema::facts::Class;
use jingui_schema::id::{ActId, StaffNo};
use jingui_schema::rules::{Rule, RuleError};
use jingui_schema::time::Day;
use serde::{Deserialize, Serialize};

/// A rule that a second person has confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approved {
    /// The rule.
    pub rule: Rule,
    /// The Shanghai day of the confirmation.
    pub on: Day,
    /// Its line.
    pub seq: u64,
}

impl State {
    /// All rules that hold or have held, the shipped ones among them.
    pub fn retention_rules(&self) -> Rules {
        self.retention_rules_on(Day::FOR_GOOD)
    }

    /// Those that were confirmed on this day or before.
    pub fn retention_rules_on(&self, day: Day) -> Rules {
        let signed = self.rules.iter().filter(|approved| approved.on <= day);
        signed.fold(Rules::default(), |rules, approved| rules.with(approved.rule.clone(), approved.on))
    }

    /// The newest version of a class's rule.
    pub fn newest_rule(&self, class: Class) -> Rule {
        let approved = self.rules.iter().rev().map(|approved| &approved.rule);
        let mut all = approved.chain(jingui_schema::rules::shipped());
        all.find(|rule| rule.class == class).expect("a rule of each class is shipped").clone()
    }

    /// The open proposal for a class, if there is one.
    pub fn rule_proposal(&self, class: Class) -> Option<(ActId, &Proposal, &RulePropose)> {
        self.proposals.iter().find_map(|(act, proposal)| match &proposal.what {
            Proposed::Rule(d) if d.rule.class == class => Some((*act, proposal, d)),
            _ => None,
        })
    }

    pub(crate) fn decide_rule(&self, by: StaffNo, d: &RulePropose) -> Result<()> {
        let class = d.rule.class;
        d.rule.check().map_err(|error| match error {
            RuleError::Years { years, floor, .. } if years < floor => Error::BelowLaw {
                class: class.to_string(),
                years: years.to_string(),
                floor: floor.to_string(),
            },
            error => Error::Stale { why: error.to_string() },
        })?;
        if let Some((act, ..)) = self.rule_proposal(class) {
            return Err(Error::RuleOpen { class: class.to_string(), act: act.to_string() });
        }
        if Some(d.rule.version) != self.newest_rule(class).version.checked_add(1) {
            return Err(Error::Stale {
                why: format!("{} is not the next version of {class}", d.rule.version),
            });
        }
        self.decide_proposal(by, &Proposed::Rule(d.clone()))
    }
}

/// What somebody would change in the rule of a class; what is not said stays as it is.
#[derive(Clone, Debug)]
pub struct Change {
    /// The rule as it would be; its version is given here.
    pub rule: Rule,
    /// Why.
    pub reason: String,
}

impl Session {
    /// The deed of a proposal, checked as far as it can be without carrying it out.
    ///
    /// Errors: [`Error::RuleSame`], [`Error::RuleRetroactive`]: what is shorter holds from tomorrow on at the earliest.
    fn proposed(&self, change: &Change) -> Result<impl Fn(Option<NoteMark>) -> Deed + use<>> {
        let newest = self.vault.state().newest_rule(change.rule.class);
        let version = newest.version.saturating_add(1);
        let rule = Rule { version, ..change.rule.clone() };
        let class = || rule.class.to_string();
        let same = Rule { version: newest.version, effective: newest.effective, ..rule.clone() };
        if same == newest {
            return Err(Error::RuleSame { class: class() });
        }
        let today = self.vault.today();
        if rule.is_shorter_than(&newest) && rule.effective <= today {
            return Err(Error::RuleRetroactive { class: class(), day: rule.effective.to_string() });
        }
        Ok(move |note: Option<NoteMark>| {
            RulePropose { rule: rule.clone(), note: note.expect("a reason makes a note") }.into()
        })
    }

    /// Proposes the next version of a rule.
    ///
    /// Errors: [`Error::Role`], [`Error::BelowLaw`], [`Error::RuleOpen`], [`Error::RuleSame`],
    /// [`Error::RuleRetroactive`].
    pub fn propose_rule(&self, change: &Change) -> Result<(ActId, Done)> {
        let done = self.carry_out(Some((NoteKind::Reason, &change.reason)), self.proposed(change)?)?;
        let (line, _) = self.vault.line(done.seq)?;
        Ok((line.act.id, done))
    }

    /// Says whether [`Session::propose_rule`] would do it; changes nothing.
    pub fn may_propose_rule(&self, change: &Change) -> Result<()> {
        self.prepare(Some((NoteKind::Reason, &change.reason)), &self.proposed(change)?).map(drop)
    }

    /// Signs a proposal into an act file instead of carrying it out.
    pub fn write_rule_proposal(&self, change: &Change) -> Result<ActFile> {
        self.write_act(Some((NoteKind::Reason, &change.reason)), self.proposed(change)?)
    }
}

//! How far a plan has come, folded from its lines, and who may take it a step further. Pure.

use crate::catalog::prefix_range;
use crate::error::{Error, Result};
use crate::proposals::Proposed;
use crate::state::State;
use jingui_schema::act::{
    Deed, PurgeAppraise, PurgeApprove, PurgeAttest, PurgeBegin, PurgeClose, PurgeDone, PurgePlan,
    PurgeReject, PurgeWitness, SignOff,
};
use jingui_schema::digest::Sha256;
use jingui_schema::disposal::{Appraisal, CAP_MAX, Policy, Slot, WAIT_DAYS_RANGE, WITNESSES};
use jingui_schema::facts::{Role, fold};
use jingui_schema::id::{By, PlanId, RecordId, StaffNo};
use jingui_schema::line::Line;
use jingui_schema::time::{Day, Time};
use serde::{Deserialize, Serialize};

/// Records that one appraisal names at most.
pub const APPRAISED_MAX: usize = 4000;
/// Records that are being destroyed at once at most.
pub const BATCH_MAX: usize = 500;
/// Plans that are open at once at most.
pub const OPEN_MAX: usize = 100;

/// Who may make a plan; the vault itself may, too.
pub const PLANNERS: &[Role] = &[Role::Archivist, Role::Legal, Role::Approver, Role::System];
/// Who may appraise.
pub const APPRAISERS: &[Role] = &[Role::Reviewer, Role::Legal, Role::Approver];
/// Who may be a witness.
pub const WITNESS_ROLES: &[Role] =
    &[Role::Archivist, Role::Reviewer, Role::Legal, Role::Approver, Role::Auditor, Role::System, Role::Audit];
/// Who may stop a plan.
pub const STOPPERS: &[Role] = &[Role::Reviewer, Role::Legal, Role::Approver, Role::Auditor, Role::Audit];
/// Who may carry one out; the vault itself may, too.
pub const EXECUTORS: &[Role] = &[Role::Archivist, Role::Legal, Role::Approver, Role::System];

/// A signature under a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// Whose.
    pub by: By,
    /// In which capacity, where it is a sign-off.
    pub slot: Option<Slot>,
    /// When.
    pub at: Time,
    /// Its line.
    pub seq: u64,
}

/// Records that are being destroyed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnderWay {
    /// The line that says so.
    pub seq: u64,
    /// Which.
    pub records: Vec<RecordId>,
}

/// A plan as its lines have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Whoever made it.
    pub by: By,
    /// When.
    pub at: Time,
    /// Its line.
    pub seq: u64,
    /// The day that it was made for.
    pub day: Day,
    /// Lines that it was made from.
    pub lines: u64,
    /// Records in it.
    pub records: u64,
    /// SHA-256 of its file.
    pub sha256: Sha256,
    /// Who said what of its records: the newest line of each person and verdict.
    pub appraised: Vec<(StaffNo, Appraisal, u64)>,
    /// Sign-offs over the plan as it is appraised now.
    pub approvals: Vec<Signature>,
    /// Witnesses of the plan as it is appraised now.
    pub witnesses: Vec<Signature>,
    /// When the cosigner first countersigned a head over the last signature, by its own clock.
    pub covered: Option<Time>,
    /// What the plan was to have, when it was made.
    pub policy: Policy,
    /// Who ended it without carrying it out any further.
    pub rejected: Option<(StaffNo, Time)>,
    /// Who carried it out.
    pub executors: Vec<By>,
    /// Records that are being destroyed.
    pub under_way: Option<UnderWay>,
    /// Records destroyed.
    pub destroyed: u64,
    /// Records that the last runs left.
    pub left: u64,
    /// The line of the last of them.
    pub done: Option<(u64, Time)>,
    /// The epoch in which the last was destroyed; what was destroyed was sealed to it or to one before.
    pub epoch: u32,
    /// SHA-256 of its register, and its line.
    pub register: Option<(Sha256, u64)>,
    /// Witnesses of the register.
    pub attested: Vec<Signature>,
}

/// How far a plan has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Nobody has said of any record that it is to be destroyed.
    Planned,
    /// Sign-offs are missing.
    Appraised,
    /// Witnesses are missing.
    Approved,
    /// All have signed; it waits for its day, or for a countersigned head.
    Waiting,
    /// It is being carried out.
    Destroying,
    /// It is carried out; what was left stays.
    Closed,
    /// Somebody stopped it.
    Rejected,
}

impl Stage {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Appraised => "appraised",
            Self::Approved => "approved",
            Self::Waiting => "waiting",
            Self::Destroying => "destroying",
            Self::Closed => "closed",
            Self::Rejected => "rejected",
        }
    }
}

impl Plan {
    /// How far it has come.
    pub fn stage(&self) -> Stage {
        if self.register.is_some() {
            Stage::Closed
        } else if self.rejected.is_some() {
            Stage::Rejected
        } else if self.under_way.is_some() || self.done.is_some() {
            Stage::Destroying
        } else if self.last_appraisal().is_none() {
            Stage::Planned
        } else if self.open_slots().next().is_some() {
            Stage::Appraised
        } else if self.witnesses.len() < WITNESSES {
            Stage::Approved
        } else {
            Stage::Waiting
        }
    }

    /// Whether something may still become of it.
    pub fn is_open(&self) -> bool {
        !matches!(self.stage(), Stage::Closed | Stage::Rejected) || self.under_way.is_some()
    }

    /// The line of the last appraisal; none while nobody has said of a record that it is to be destroyed.
    pub fn last_appraisal(&self) -> Option<u64> {
        let destroys = self.appraised.iter().any(|(_, verdict, _)| *verdict == Appraisal::Destroy);
        self.appraised.iter().map(|(.., seq)| *seq).max().filter(|_| destroys)
    }

    /// Sign-offs that nobody has given.
    pub fn open_slots(&self) -> impl Iterator<Item = Slot> + '_ {
        let given = |slot: &Slot| self.approvals.iter().any(|signature| signature.slot == Some(*slot));
        self.policy.slots.iter().map(|one| one.slot).filter(move |slot| !given(slot))
    }

    /// The last signature that the run rests on.
    pub fn signed(&self) -> Option<Signature> {
        self.approvals.iter().chain(&self.witnesses).max_by_key(|signature| signature.seq).copied()
    }

    /// The last signature, where none is missing any more.
    pub fn complete(&self) -> Option<Signature> {
        let complete = self.open_slots().next().is_none() && self.witnesses.len() >= WITNESSES;
        self.signed().filter(|_| complete && self.last_appraisal().is_some())
    }

    /// The first day on which it may be carried out; none while a signature is missing, or no countersigned head covers it.
    ///
    /// Shape: counted from the time of the first such head. What this machine's clock said as people signed is of no account.
    pub fn ripe_on(&self) -> Option<Day> {
        self.complete()?;
        self.covered?.day().plus_days(self.policy.wait.into())
    }

    /// People who have a part in it, other than as witnesses or executors.
    pub(super) fn deciders(&self) -> impl Iterator<Item = By> + '_ {
        let appraisers = self.appraised.iter().map(|(staff, ..)| By::Staff(*staff));
        [self.by].into_iter().chain(appraisers).chain(self.approvals.iter().map(|s| s.by))
    }
}

impl State {
    /// The plan of this id.
    ///
    /// Errors: [`Error::NoPurge`].
    pub fn plan(&self, plan: PlanId) -> Result<&Plan> {
        self.plans.get(&plan).ok_or_else(|| Error::NoPurge { plan: plan.to_string() })
    }

    /// The day that disposal goes by: today, but no later than what the cosigner has last countersigned.
    ///
    /// Errors: [`Error::NotCosigned`] where it never has.
    pub fn disposal_day(&self, now: Time) -> Result<Day> {
        let cosigned = self.cosigned.as_ref().ok_or(Error::NotCosigned { lines: "1".into() })?;
        Ok(now.min(cosigned.at).day())
    }

    /// Whether a record is being destroyed, by a plan or after it was handed over.
    pub fn is_under_way(&self, record: RecordId) -> bool {
        let mut under_way = self.plans.values().filter_map(|plan| plan.under_way.as_ref());
        under_way.any(|one| one.records.binary_search(&record).is_ok()) || self.is_leaving(record)
    }

    /// Whether a record is neither destroyed nor being destroyed.
    pub fn is_alive(&self, record: RecordId) -> bool {
        !self.destroyed.contains(record) && !self.is_under_way(record)
    }

    /// The destroyed record that a person means by an archive number, an id, or the beginning of an id that no other has.
    pub fn tombstone(&self, text: &str) -> Option<(RecordId, u64)> {
        let typed = fold(text);
        if typed.contains('-') {
            return self.destroyed.by_number(&typed.to_uppercase().parse().ok()?);
        }
        let (first, last) = prefix_range(&typed)?;
        let id = |bits: u128| RecordId::from_bytes(bits.to_be_bytes());
        let mut found = self.destroyed.between(id(first), id(last));
        let (record, _, seq) = found.next()?;
        found.next().is_none().then_some((record, seq))
    }

    /// Whether any record is being destroyed.
    pub fn has_under_way(&self) -> bool {
        self.plans.values().any(|plan| plan.under_way.is_some()) || self.has_leaving()
    }

    /// Checks that a record is neither destroyed nor being destroyed.
    ///
    /// Errors: [`Error::Destroyed`], [`Error::Transferred`], [`Error::BeingDestroyed`].
    pub fn check_not_destroyed(&self, record: RecordId) -> Result<()> {
        if let Some(seq) = self.destroyed.line_of(record) {
            return Err(self.gone(record, seq));
        }
        match self.is_under_way(record) {
            false => Ok(()),
            true => Err(Error::BeingDestroyed { record: record.to_string() }),
        }
    }

    /// Checks that all that a run asks for is there, on a day that [`State::disposal_day`] gave.
    ///
    /// Errors: [`Error::PlanNotReady`], [`Error::PlanWaits`], [`Error::NotCosigned`].
    pub fn check_ripe(&self, id: PlanId, today: Day) -> Result<()> {
        let plan = self.plan(id)?;
        let stage = plan.stage();
        if matches!(stage, Stage::Closed | Stage::Rejected) {
            return Err(Error::PlanEnded { plan: id.to_string(), stage: stage.word().into() });
        }
        let not_ready = || Error::PlanNotReady { plan: id.to_string(), stage: stage.word().into() };
        let signed = plan.complete().ok_or_else(not_ready)?;
        let ripe = plan.ripe_on().ok_or_else(|| Error::NotCosigned { lines: signed.seq.to_string() })?;
        match today >= ripe {
            true => Ok(()),
            false => Err(Error::PlanWaits { plan: id.to_string(), day: ripe.to_string() }),
        }
    }

    /// Says whether a line about a plan may be written; changes nothing.
    pub(crate) fn decide_disposal(&self, by: By, deed: &Deed, now: Time) -> Result<()> {
        match (deed, by) {
            (Deed::PurgePlan(d), _) => self.decide_plan(by, d),
            (Deed::PurgeAppraise(d), By::Staff(staff)) => self.decide_appraisal(staff, d),
            (Deed::PurgeApprove(d), By::Staff(_) | By::Authority) => self.decide_approval(by, d),
            (Deed::PurgeWitness(d), By::Staff(staff)) => self.decide_witness(staff, d),
            (Deed::PurgeReject(d), By::Staff(staff)) => self.decide_rejection(staff, d),
            (Deed::PurgeBegin(d), _) => self.decide_begin(by, d, now),
            (Deed::PurgeDone(d), By::Vault) => self.decide_done(d),
            (Deed::PurgeClose(d), By::Vault) => self.decide_close(d),
            (Deed::PurgeAttest(d), By::Staff(staff)) => self.decide_attest(staff, d),
            (deed, _) => Err(Error::NotCarried { kind: deed.kind().into() }),
        }
    }

    fn decide_plan(&self, by: By, d: &PurgePlan) -> Result<()> {
        match by {
            By::Staff(staff) => drop(self.with_role(staff, PLANNERS)?),
            By::Vault => {}
            By::Authority => return Err(Error::NotCarried { kind: "purge.plan".into() }),
        }
        let open = self.plans.values().filter(|plan| plan.is_open()).count();
        if open >= OPEN_MAX {
            return Err(Error::TooMany { count: open.to_string(), limit: OPEN_MAX.to_string() });
        }
        match !self.plans.contains_key(&d.plan) && d.lines <= self.lines && d.records > 0 {
            true => Ok(()),
            false => {
                Err(Error::Stale { why: "it plans for lines that are not there, or for nothing".into() })
            }
        }
    }

    /// The plan, which must be open and be the one whose file was looked at.
    fn open_plan(&self, id: PlanId, sha256: Sha256) -> Result<&Plan> {
        let plan = self.plan(id)?;
        if plan.sha256 != sha256 {
            return Err(Error::Stale { why: format!("the plan {id} has another file") });
        }
        match plan.stage() {
            stage @ (Stage::Closed | Stage::Rejected) => {
                Err(Error::PlanEnded { plan: id.to_string(), stage: stage.word().into() })
            }
            _ => Ok(plan),
        }
    }

    fn decide_appraisal(&self, staff: StaffNo, d: &PurgeAppraise) -> Result<()> {
        let plan = self.open_plan(d.plan, d.sha256)?;
        self.with_role(staff, APPRAISERS)?;
        if !plan.executors.is_empty() {
            return Err(Error::PlanNotReady { plan: d.plan.to_string(), stage: plan.stage().word().into() });
        }
        self.is_another(By::Staff(staff), [plan.by].into_iter(), d.plan)?;
        let in_order =
            !d.records.is_empty() && d.records.len() <= APPRAISED_MAX && d.records.is_sorted_by(|a, b| a < b);
        let fits = match d.verdict {
            Appraisal::Destroy => d.until.is_none() && d.class.is_none(),
            Appraisal::Keep => d.until.is_some_and(|until| until > plan.day) && d.class.is_none(),
            Appraisal::Reclass => d.until.is_none() && d.class.is_some(),
        };
        match in_order && fits {
            true => Ok(()),
            false => {
                Err(Error::Stale { why: "it names no records in order, or not what becomes of them".into() })
            }
        }
    }

    fn decide_approval(&self, by: By, d: &PurgeApprove) -> Result<()> {
        let plan = self.signable(d.plan, d.sha256, d.appraised)?;
        let stale = |why: String| Err(Error::Stale { why });
        let Some(asked) = plan.policy.slots.iter().find(|one| one.slot == d.slot) else {
            return stale(format!("the plan {} asks for no sign-off by {}", d.plan, d.slot));
        };
        if plan.approvals.iter().any(|signature| signature.slot == Some(d.slot)) {
            return stale(format!("the sign-off by {} is given already", d.slot));
        }
        match (by, d.slot) {
            (By::Authority, Slot::Authority) => return Ok(()),
            (By::Staff(staff), slot) if slot != Slot::Authority => {
                self.counts(staff, &asked.roles)?;
            }
            _ => return Err(Error::NotAuthority {}),
        }
        self.is_another(by, plan.deciders().chain(plan.witnesses.iter().map(|s| s.by)), d.plan)
    }

    fn decide_witness(&self, staff: StaffNo, d: &PurgeWitness) -> Result<()> {
        let plan = self.signable(d.plan, d.sha256, d.appraised)?;
        self.counts(staff, WITNESS_ROLES)?;
        if plan.open_slots().next().is_some() {
            return Err(Error::PlanNotReady { plan: d.plan.to_string(), stage: plan.stage().word().into() });
        }
        let signed = plan.witnesses.iter().map(|s| s.by);
        self.is_another(By::Staff(staff), plan.deciders().chain(signed), d.plan)
    }

    /// A plan that is signed as it stands appraised, before anything of it is destroyed.
    fn signable(&self, id: PlanId, sha256: Sha256, appraised: u64) -> Result<&Plan> {
        let plan = self.open_plan(id, sha256)?;
        let not_ready = || Error::PlanNotReady { plan: id.to_string(), stage: plan.stage().word().into() };
        let last = plan.last_appraisal().ok_or_else(not_ready)?;
        if !plan.executors.is_empty() {
            return Err(not_ready());
        }
        match last == appraised {
            true => Ok(plan),
            false => Err(Error::Stale { why: format!("the plan {id} has been appraised again since") }),
        }
    }

    fn decide_rejection(&self, staff: StaffNo, d: &PurgeReject) -> Result<()> {
        let plan = self.plan(d.plan)?;
        self.with_role(staff, STOPPERS)?;
        match plan.stage() {
            stage @ (Stage::Closed | Stage::Rejected) => {
                Err(Error::PlanEnded { plan: d.plan.to_string(), stage: stage.word().into() })
            }
            _ => Ok(()),
        }
    }

    fn decide_begin(&self, by: By, d: &PurgeBegin, now: Time) -> Result<()> {
        let plan = self.plan(d.plan)?;
        self.check_ripe(d.plan, self.disposal_day(now)?)?;
        if plan.under_way.is_some() {
            return Err(Error::Stale { why: format!("records of the plan {} are being destroyed", d.plan) });
        }
        match by {
            By::Staff(staff) => {
                self.with_role(staff, EXECUTORS)?;
                // Whoever made the plan may carry it out; whoever judged or watched it may not.
                let judges = plan.appraised.iter().map(|(staff, ..)| By::Staff(*staff));
                let signers = plan.approvals.iter().chain(&plan.witnesses).map(|s| s.by);
                self.is_another(by, judges.chain(signers), d.plan)?;
            }
            By::Vault => {}
            By::Authority => return Err(Error::NotCarried { kind: "purge.begin".into() }),
        }
        if d.seen < self.hold_line {
            return Err(Error::HoldsChanged { line: self.hold_line.to_string() });
        }
        let in_order =
            !d.records.is_empty() && d.records.len() <= BATCH_MAX && d.records.is_sorted_by(|a, b| a < b);
        if !in_order || d.seen > self.lines {
            return Err(Error::Stale {
                why: "it names no records in order, or lines that are not there".into(),
            });
        }
        d.records.iter().try_for_each(|record| self.check_not_destroyed(*record))
    }

    fn decide_done(&self, d: &PurgeDone) -> Result<()> {
        let plan = self.plan(d.plan)?;
        let begun: &[RecordId] = plan.under_way.as_ref().map_or(&[], |under_way| &under_way.records);
        let is_gone = |record: &RecordId| d.destroyed.binary_search_by(|s| s.record.cmp(record)).is_ok();
        let is_left = |record: &RecordId| d.failed.binary_search_by(|s| s.record.cmp(record)).is_ok();
        // Each record that was being destroyed has an end; others may be named as left, which does nothing to them.
        let each = begun.iter().all(|record| is_gone(record) != is_left(record));
        let only = d.destroyed.iter().all(|stone| begun.binary_search(&stone.record).is_ok());
        let in_order = d.destroyed.is_sorted_by(|a, b| a.record < b.record)
            && d.failed.is_sorted_by(|a, b| a.record < b.record);
        let may_end = plan.complete().is_some() && plan.register.is_none();
        match each && only && in_order && may_end {
            true => Ok(()),
            false => Err(Error::Stale { why: "it names other records than those being destroyed".into() }),
        }
    }

    fn decide_close(&self, d: &PurgeClose) -> Result<()> {
        let plan = self.plan(d.plan)?;
        let ends = plan.under_way.is_none() && plan.register.is_none() && plan.done.is_some();
        match ends {
            true => Ok(()),
            false => Err(Error::PlanNotReady { plan: d.plan.to_string(), stage: plan.stage().word().into() }),
        }
    }

    fn decide_attest(&self, staff: StaffNo, d: &PurgeAttest) -> Result<()> {
        let plan = self.plan(d.plan)?;
        self.with_role(staff, WITNESS_ROLES)?;
        if plan.register.is_none_or(|(sha256, _)| sha256 != d.sha256) {
            return Err(Error::Stale { why: format!("the plan {} has no such register", d.plan) });
        }
        if plan.attested.iter().any(|signature| self.is_same(signature.by, By::Staff(staff))) {
            return Err(Error::Stale { why: format!("{staff} has signed the register already") });
        }
        match plan.witnesses.iter().any(|signature| self.is_same(signature.by, By::Staff(staff))) {
            true => Ok(()),
            false => Err(Error::NotWitness { plan: d.plan.to_string(), staff: staff.to_string() }),
        }
    }

    /// What a policy says by itself; whether there are people for it is asked where it is proposed.
    pub(crate) fn check_policy(&self, asked: &[SignOff], wait: u16, cap: u32) -> Result<()> {
        let mut slots: Vec<Slot> = asked.iter().map(|one| one.slot).collect();
        slots.sort_unstable();
        let bad = |why: &str| Err(Error::BadPolicy { why: why.into() });
        match () {
            () if slots.is_empty() => bad("none"),
            () if slots.windows(2).any(|two| two[0] == two[1]) => bad("twice"),
            () if slots.contains(&Slot::Authority) && self.init.authority.is_none() => bad("authority"),
            () if asked.iter().any(|one| one.slot != Slot::Authority && one.roles.is_empty()) => bad("roles"),
            () if !WAIT_DAYS_RANGE.contains(&wait) => bad("wait"),
            () if !(1..=CAP_MAX).contains(&cap) => bad("cap"),
            () => Ok(()),
        }
    }

    /// A person whose signature counts where two are asked for.
    fn counts(&self, staff: StaffNo, roles: &[Role]) -> Result<()> {
        match self.with_role(staff, roles)?.countersigned {
            true => Ok(()),
            false => Err(Error::NotCounted { staff: staff.to_string() }),
        }
    }

    pub(super) fn is_same(&self, a: By, b: By) -> bool {
        match (a, b) {
            (By::Staff(a), By::Staff(b)) => self.same_person(a, b),
            _ => a == b,
        }
    }

    /// Checks that somebody has no other part in a plan; in a solo vault there is nobody else.
    fn is_another(&self, by: By, mut others: impl Iterator<Item = By>, plan: PlanId) -> Result<()> {
        match !self.init.solo && others.any(|other| self.is_same(other, by)) {
            true => Err(Error::OwnPlan { plan: plan.to_string(), staff: by.to_string() }),
            false => Ok(()),
        }
    }

    /// Takes in a line about a plan. Refuses nothing.
    pub(crate) fn apply_disposal(&mut self, line: &Line) {
        let (seq, at, by) = (line.seq, line.at, line.by);
        let signature = |slot| Signature { by, slot, at, seq };
        match &line.act.deed {
            Deed::PurgePlan(d) => {
                let plan = Plan {
                    by,
                    at,
                    seq,
                    day: d.day,
                    lines: d.lines,
                    records: d.records,
                    sha256: d.sha256,
                    appraised: Vec::new(),
                    approvals: Vec::new(),
                    witnesses: Vec::new(),
                    covered: None,
                    policy: self.disposal.clone(),
                    rejected: None,
                    executors: Vec::new(),
                    under_way: None,
                    destroyed: 0,
                    left: 0,
                    done: None,
                    epoch: 0,
                    register: None,
                    attested: Vec::new(),
                };
                self.plans.insert(d.plan, plan);
            }
            Deed::PurgeAppraise(d) => {
                let (Some(plan), By::Staff(staff)) = (self.plans.get_mut(&d.plan), by) else { return };
                plan.appraised.retain(|(who, verdict, _)| (*who, *verdict) != (staff, d.verdict));
                plan.appraised.push((staff, d.verdict, seq));
                (plan.approvals, plan.witnesses, plan.covered) = (Vec::new(), Vec::new(), None);
            }
            Deed::PurgeApprove(d) => {
                if let Some(plan) = self.plans.get_mut(&d.plan) {
                    plan.approvals.push(signature(Some(d.slot)));
                    plan.covered = None;
                }
            }
            Deed::PurgeWitness(d) => {
                if let Some(plan) = self.plans.get_mut(&d.plan) {
                    plan.witnesses.push(signature(None));
                    plan.covered = None;
                }
            }
            Deed::PurgeReject(d) => {
                let (Some(plan), By::Staff(staff)) = (self.plans.get_mut(&d.plan), by) else { return };
                plan.rejected = Some((staff, at));
            }
            Deed::PurgeBegin(d) => {
                if let Some(plan) = self.plans.get_mut(&d.plan) {
                    plan.under_way = Some(UnderWay { seq, records: d.records.clone() });
                    plan.epoch = self.epoch;
                    if !plan.executors.contains(&by) {
                        plan.executors.push(by);
                    }
                }
            }
            Deed::PurgeDone(d) => {
                if let Some(plan) = self.plans.get_mut(&d.plan) {
                    plan.under_way = None;
                    plan.destroyed += d.destroyed.len() as u64;
                    plan.left += d.failed.len() as u64;
                    (plan.done, plan.epoch) = (Some((seq, at)), self.epoch);
                }
                self.bury(&d.destroyed, seq);
            }
            Deed::PurgeClose(d) => {
                if let Some(plan) = self.plans.get_mut(&d.plan) {
                    plan.register = Some((d.sha256, seq));
                }
            }
            Deed::PurgeAttest(d) => {
                if let Some(plan) = self.plans.get_mut(&d.plan) {
                    plan.attested.push(signature(None));
                }
            }
            _ => {}
        }
    }

    /// Takes in that a head over so many lines was countersigned: the wait of a plan counts from the first that covers it.
    pub(crate) fn cover_plans(&mut self, lines: u64, at: Time) {
        for plan in self.plans.values_mut().filter(|plan| plan.covered.is_none()) {
            if plan.complete().is_some_and(|signed| signed.seq <= lines) {
                plan.covered = Some(at);
            }
        }
    }

    /// What another has countersigned, or another log's heads, counts no more; nor does the wait since.
    pub(crate) fn uncover_plans(&mut self) {
        self.plans.values_mut().for_each(|plan| plan.covered = None);
    }

    /// Forgets of records what only the living have.
    pub(crate) fn bury(&mut self, destroyed: &[jingui_schema::act::Tombstone], seq: u64) {
        self.destroyed.add(destroyed, seq);
        self.counts.destroyed += destroyed.len() as u64;
        let is_gone =
            |record: &RecordId| destroyed.binary_search_by(|stone| stone.record.cmp(record)).is_ok();
        self.ended.retain(|record, _| !is_gone(record));
        self.proposals.retain(|_, proposal| match &proposal.what {
            Proposed::Unsaid(mistake) => !mistake.records.iter().any(is_gone),
            what => what.record().is_none_or(|record| !is_gone(&record)),
        });
    }
}

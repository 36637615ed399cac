//! What may be done now: pure, refuses with a reason, changes nothing.

use super::numbers::NUMBERS_AHEAD_MAX;
use super::{CERT_EVENTS_MAX, COUNTER_MAX, LINKED_MAX, Member, REVIEWED_MAX, State};
use crate::error::{Error, Result};
use crate::proposals::Proposed;
use jingui_schema::act::{Act, CertEvent, CertLink, Deed, DocumentRemove, IssuerPin, NoteMark, StaffEnrol};
use jingui_schema::cover::NOTE_BYTES_MAX;
use jingui_schema::digest::Sha256;
use jingui_schema::facts::{FactName, Role, Setting, Verdict};
use jingui_schema::id::{By, CertId, Place, StaffNo};

/// How far somebody who takes over a restored vault may say that numbers had gone: a slip of the pen must not use up all.
const NUMBERS_PASSED_MAX: u64 = 1_000_000;
/// Base64 of the largest certificate of an issuer that is kept in memory.
const ISSUER_CHARS_MAX: usize = 8192_usize.div_ceil(3) * 4;
/// Issuers at most: an RA works for one CA, which has a few.
const ISSUERS_MAX: usize = 200;

impl State {
    /// Says whether the numbers of a filing could have been given here: others would leave none for the next ones.
    pub fn is_in_range(&self, deed: &Deed) -> bool {
        let Deed::RecordFile(d) = deed else { return true };
        let highest = self.numbers.get(&d.number.year()).map_or(0, |n| n.highest);
        d.counter <= COUNTER_MAX
            && (d.n > 1 || d.from.is_some() || d.number.serial() <= highest.saturating_add(NUMBERS_AHEAD_MAX))
    }

    /// Says whether this act may be done now; changes nothing.
    ///
    /// What depends on a single record (does it exist, is this its next filing) is checked by the writer.
    pub fn decide(&self, by: By, act: &Act) -> Result<()> {
        if let Some(record) = act.deed.record() {
            self.check_not_destroyed(record)?;
        }
        self.check_not_sealed(by, &act.deed)?;
        if matches!(act.deed, Deed::EpochStart(_) | Deed::EscrowProved(_))
            && let Some((plan, _)) = self.plans.iter().find(|(_, plan)| plan.under_way.is_some())
        {
            return Err(Error::PlanUnderWay { plan: plan.to_string() });
        }
        match (&act.deed, by) {
            (Deed::VaultInit(_), _) => Err(Error::NotCarried { kind: act.deed.kind().into() }),
            (Deed::StaffEnrol(d), _) => {
                self.by_security_or_authority(by)?;
                if d.staff != self.next_staff() {
                    return Err(Error::Stale { why: format!("{} is not the next staff number", d.staff) });
                }
                if crate::seal::parse_recipient(&d.age).is_err() {
                    return Err(Error::Stale { why: "its age recipient is none".into() });
                }
                // One key for both would let whoever carries an act choose in whose name it was signed.
                if self.init.authority.as_ref().is_some_and(|a| a.sign == d.sign || a.age == d.age) {
                    return Err(Error::Enrolled { staff: By::Authority.to_string() });
                }
                if let Some((staff, _)) = self.staff.iter().find(|(_, m)| m.sign == d.sign && m.is_active()) {
                    return Err(Error::Enrolled { staff: staff.to_string() });
                }
                self.check_administrators(d)?;
                self.check_note_epoch(d.note.as_ref())
            }
            (Deed::StaffCountersign(d), By::Authority) => d.enrolments.iter().try_for_each(|e| {
                let known = self.staff.get(&e.staff).is_some_and(|m| m.act == e.act && m.sign == e.sign);
                match known {
                    true => Ok(()),
                    false => Err(Error::Stale { why: format!("{} was enrolled otherwise", e.staff) }),
                }
            }),
            (Deed::StaffCountersign(_), _) => Err(Error::NotAuthority {}),
            (Deed::StaffDisable(d), _) => {
                self.by_security_or_authority(by)?;
                let member = self.member(d.staff)?;
                let others = self
                    .staff
                    .iter()
                    .any(|(n, m)| *n != d.staff && m.is_active() && m.has(&[Role::Security]));
                if member.has(&[Role::Security]) && !others {
                    return Err(Error::LastSecurity { staff: d.staff.to_string() });
                }
                self.check_note_epoch(d.note.as_ref())
            }
            (Deed::EpochStart(d), By::Staff(staff)) => {
                self.with_role(staff, &[Role::Security])?;
                // One that still waits for its proof may be superseded: the CA may have lost the key it named. So
                // may one that a leaver holds, even before everything is re-sealed to it.
                if self.rotation_unfinished() && !self.rotation_due() {
                    return Err(Error::RotationUnfinished { epoch: self.epoch.to_string() });
                }
                if Some(d.epoch) != self.epochs.keys().next_back().map_or(Some(1), |n| n.checked_add(1)) {
                    return Err(Error::Stale { why: format!("epoch {} is not the next", d.epoch) });
                }
                self.check_note_epoch(d.note.as_ref())
            }
            (Deed::EscrowProved(d), By::Authority | By::Staff(_)) => {
                if self.init.authority.is_some() && by != By::Authority {
                    return Err(Error::NotAuthority {});
                }
                if let By::Staff(staff) = by {
                    self.member(staff)?;
                }
                // The proof of a superseded epoch would bring back a key that a leaver may hold.
                let newest = self.epochs.iter().next_back().filter(|(n, _)| **n == d.epoch);
                match newest.and_then(|(_, e)| e.escrow) {
                    Some(mark) if Sha256::of(&d.answer.0) == mark.proof => Ok(()),
                    _ => Err(Error::EscrowAnswer { epoch: d.epoch.to_string() }),
                }
            }
            (Deed::EpochCopy(d), By::Staff(staff)) => {
                self.with_role(staff, &[Role::Security])?;
                match self.epochs.get(&d.epoch).is_some_and(|e| e.destroyed.is_none()) {
                    true => Ok(()),
                    false => Err(Error::Stale { why: format!("there is no epoch {}", d.epoch) }),
                }
            }
            (Deed::RecordFile(d), By::Staff(staff)) => {
                self.with_role(staff, &[Role::Archivist])?;
                if !self.current_epoch().proved {
                    return Err(Error::EscrowUnproved { epoch: self.epoch.to_string() });
                }
                if d.cover.epoch != self.epoch {
                    return Err(Error::EpochMoved { epoch: d.cover.epoch.to_string() });
                }
                if let Some(from) = &d.from {
                    self.decide_received(d, from)?;
                } else if !self.is_of_fonds(d) || (d.n == 1 && self.is_given(&d.number)) {
                    return Err(Error::Stale { why: format!("the archive number {} is not free", d.number) });
                }
                if !self.is_in_range(&act.deed) {
                    return Err(Error::Stale { why: format!("the archive number {} runs ahead", d.number) });
                }
                if d.n == 1 && (d.filing != 1 || d.counter == 0) {
                    return Err(Error::Stale { why: "a record begins with filing 1 and version 1".into() });
                }
                self.decide_links(&act.deed)?;
                self.check_note_epoch(d.note.as_ref())
            }
            (Deed::RecordCorrect(d), By::Staff(staff)) => {
                // Letting a gap pass is also a reviewer's to do, who by that becomes one of those who made the record
                // what it is: another one has to pass it.
                let roles: &[Role] = match d.changed[..] {
                    [FactName::Waived] => &[Role::Archivist, Role::Reviewer],
                    _ => &[Role::Archivist],
                };
                self.with_role(staff, roles)?;
                if d.cover.epoch != self.epoch {
                    return Err(Error::EpochMoved { epoch: d.cover.epoch.to_string() });
                }
                if d.n < 2 || d.counter == 0 || d.counter > self.counter {
                    return Err(Error::Stale { why: format!("record {} is not there to correct", d.record) });
                }
                if d.changed.is_empty() || !d.changed.is_sorted_by(|a, b| a < b) {
                    return Err(Error::Stale { why: "a correction names what it changes, in order".into() });
                }
                self.check_note_epoch(Some(&d.note))
            }
            (Deed::RecordReview(d), By::Staff(staff)) => {
                self.with_role(staff, &[Role::Reviewer])?;
                if d.records.is_empty() || d.records.len() > REVIEWED_MAX {
                    return Err(Error::TooMany {
                        count: d.records.len().to_string(),
                        limit: REVIEWED_MAX.to_string(),
                    });
                }
                let mut ids: Vec<_> = d.records.iter().map(|r| r.record).collect();
                ids.sort_unstable();
                ids.iter().try_for_each(|record| self.check_not_destroyed(*record))?;
                let twice = ids.windows(2).any(|two| two[0] == two[1]);
                if twice || d.compared.iter().any(|record| ids.binary_search(record).is_err()) {
                    return Err(Error::Stale { why: "a review names each record once".into() });
                }
                if d.verdict == Verdict::Returned && d.note.is_none() {
                    return Err(Error::Stale { why: "what is given back is given back for a reason".into() });
                }
                self.check_note_epoch(d.note.as_ref())
            }
            (Deed::RecordAnnotate(d), By::Staff(staff)) => {
                self.with_role(staff, &[Role::Archivist, Role::Reviewer, Role::Legal])?;
                self.check_note_epoch(Some(&d.note))
            }
            (Deed::RecordRestrict(d), By::Staff(staff)) => {
                // Anybody who reads may stop the use of a record; that it goes on is for the legal officer to say.
                let roles: &[Role] = match d.restricted {
                    true => &[Role::Archivist, Role::Reviewer, Role::Legal, Role::Approver],
                    false => &[Role::Legal],
                };
                self.with_role(staff, roles)?;
                self.check_note_epoch(Some(&d.note))
            }
            (Deed::RecordFind(d), By::Staff(staff)) => {
                self.with_role(staff, crate::reading::READERS)?;
                self.check_note_epoch(Some(&d.note))
            }
            (Deed::SubjectSearch(d), By::Staff(staff)) => {
                self.with_role(staff, &[Role::Archivist, Role::Reviewer, Role::Legal])?;
                self.check_note_epoch(Some(&d.note))
            }
            (Deed::CertLink(d), By::Staff(staff)) => {
                self.with_role(staff, &[Role::Archivist])?;
                self.decide_link(d)?;
                self.decide_links(&act.deed)?;
                self.check_note_epoch(d.note.as_ref())
            }
            (Deed::CertStatus(d), By::Staff(staff)) => {
                self.with_role(staff, &[Role::Archivist])?;
                self.issuer(d.issuer)?;
                check_events(&d.events)?;
                self.check_note_epoch(d.note.as_ref())
            }
            (Deed::CertReport(d), By::Staff(staff)) => {
                check_events(&d.events)?;
                self.decide_proposal(staff, &Proposed::Report(d.clone()))?;
                self.check_note_epoch(Some(&d.note))
            }
            (Deed::CertReverse(d), By::Staff(staff)) => {
                if d.certs.is_empty() || d.certs.len() > CERT_EVENTS_MAX || has_twice(d.certs.iter()) {
                    return Err(Error::Stale {
                        why: "it names no certificates, or one of them twice".into(),
                    });
                }
                self.decide_proposal(staff, &Proposed::Reverse(d.clone()))?;
                self.check_note_epoch(Some(&d.note))
            }
            (Deed::IssuerPin(d), By::Staff(staff)) => {
                let der = crate::base64::decode(&d.der).filter(|_| d.der.len() <= ISSUER_CHARS_MAX);
                let fits = der
                    .is_some_and(|der| Sha256::of(&der) == d.sha256 && crate::base64::encode(&der) == d.der);
                if !fits {
                    return Err(Error::Stale { why: "it names another certificate than it brings".into() });
                }
                self.check_pin(d)?;
                self.decide_proposal(staff, &Proposed::Pin(d.clone()))?;
                self.check_note_epoch(d.note.as_ref())
            }
            (Deed::IssuerUnpin(d), By::Staff(staff)) => {
                self.issuer(d.issuer)?;
                self.decide_proposal(staff, &Proposed::Unpin(d.clone()))?;
                self.check_note_epoch(Some(&d.note))
            }
            (Deed::DocumentMisfiled(d), By::Staff(staff)) => {
                if d.docs.is_empty() || d.filing == 0 || !d.docs.is_sorted_by(|a, b| a < b) {
                    return Err(Error::Stale { why: "it names no papers, or not in order".into() });
                }
                self.decide_proposal(staff, &Proposed::Misfiled(d.clone()))?;
                self.check_note_epoch(Some(&d.note))
            }
            (Deed::DocumentRemove(d), By::Staff(staff)) => self.decide_removal(staff, d),
            (
                deed @ (Deed::HoldPlace(_)
                | Deed::HoldCatch(_)
                | Deed::HoldScreened(_)
                | Deed::HoldScreen(_)
                | Deed::HoldKeep(_)
                | Deed::HoldReview(_)),
                By::Staff(staff),
            ) => {
                self.decide_hold(staff, deed)?;
                self.check_note_epoch(deed.note())
            }
            (Deed::HoldRelease(d), By::Staff(staff)) => {
                self.hold_in_force(d.hold)?;
                let same = |what: &Proposed| matches!(what, Proposed::Release(other) if other.hold == d.hold);
                if let Some((act, _)) = self.proposals.iter().find(|(_, proposal)| same(&proposal.what)) {
                    return Err(Error::ProposedAlready { act: act.to_string() });
                }
                self.decide_proposal(staff, &Proposed::Release(d.clone()))?;
                self.check_note_epoch(Some(&d.note))
            }
            (Deed::ActConfirm(d), By::Staff(staff)) => self.decide_confirmation(staff, d),
            (Deed::ActRefuse(d), By::Staff(staff)) => {
                self.decide_refusal(staff, d)?;
                self.check_note_epoch(Some(&d.note))
            }
            (Deed::RulePropose(d), By::Staff(staff)) => {
                self.decide_rule(staff, d)?;
                self.check_note_epoch(Some(&d.note))
            }
            (
                deed @ (Deed::PurgePlan(_)
                | Deed::PurgeAppraise(_)
                | Deed::PurgeApprove(_)
                | Deed::PurgeWitness(_)
                | Deed::PurgeReject(_)
                | Deed::PurgeBegin(_)
                | Deed::PurgeDone(_)
                | Deed::PurgeClose(_)
                | Deed::PurgeAttest(_)),
                by,
            ) => {
                self.decide_disposal(by, deed, act.at)?;
                self.check_note_epoch(deed.note())
            }
            (Deed::PurgePolicy(d), By::Staff(staff)) => {
                self.check_policy(&d.slots, d.wait, d.cap)?;
                self.decide_proposal(staff, &Proposed::Policy(d.clone()))?;
                self.check_note_epoch(Some(&d.note))
            }
            (Deed::PurgeReverse(d), By::Staff(staff)) => {
                self.check_reversal(d)?;
                self.decide_proposal(staff, &Proposed::Unsaid(d.clone()))?;
                self.check_note_epoch(Some(&d.note))
            }
            (Deed::EpochShred(d), by) => {
                self.decide_shred(by, d)?;
                self.check_note_epoch(d.note.as_ref())
            }
            (Deed::LogFork(d), By::Staff(staff)) => {
                self.check_fork(d)?;
                self.decide_proposal(staff, &Proposed::Fork(d.clone()))?;
                self.check_note_epoch(Some(&d.note))
            }
            (Deed::CosignerName(d), by) => self.decide_cosigner(by, d),
            (Deed::HeadCosigned(d), By::Vault) => self.decide_cosigned(d),
            (Deed::SettingSet(d), By::Staff(staff)) => {
                let roles: &[Role] = match d.setting {
                    Setting::Customers => &[Role::Archivist, Role::Approver],
                    Setting::Materials | Setting::Projects => &[Role::Approver],
                };
                self.with_role(staff, roles)?;
                self.check_note_epoch(Some(&d.note))
            }
            (Deed::JobsSet(d), By::Staff(staff)) => {
                self.decide_schedule(staff, d)?;
                self.check_note_epoch(Some(&d.note))
            }
            (Deed::JobRan(d), By::Vault) => self.decide_ran(d),
            (Deed::RecordOpen(d), By::Staff(staff)) => {
                self.with_role(staff, &[Role::Archivist, Role::Reviewer, Role::Legal, Role::Approver])?;
                self.check_note_epoch(d.note.as_ref())
            }
            (Deed::FactsReveal(d), By::Staff(staff)) => {
                self.with_role(staff, &[Role::Archivist, Role::Reviewer, Role::Legal, Role::Approver])?;
                self.check_note_epoch(Some(&d.note))
            }
            (
                deed @ (Deed::RecordRequest(_)
                | Deed::RequestAnswer(_)
                | Deed::RequestRefuse(_)
                | Deed::EscrowOpen(_)),
                by,
            ) => {
                self.decide_request(by, deed)?;
                self.check_note_epoch(deed.note())
            }
            (Deed::CopyExcused(d), By::Staff(staff)) => {
                self.with_role(staff, &[Role::Archivist])?;
                self.check_note_epoch(Some(&d.note))
            }
            (Deed::VaultRestored(d), By::Staff(staff)) => {
                self.with_role(staff, &[Role::Security])?;
                if d.lines > self.lines {
                    return Err(Error::Stale { why: format!("there is no line {}", d.lines) });
                }
                for number in &d.numbers {
                    let highest = self.numbers.get(&number.year()).map_or(0, |n| n.highest);
                    let near = number.serial() <= highest.saturating_add(NUMBERS_PASSED_MAX);
                    if number.fonds() != &self.init.fonds || !near {
                        return Err(Error::Stale { why: format!("{number} is no number of this vault") });
                    }
                }
                self.check_note_epoch(d.note.as_ref())
            }
            (Deed::HandoverBegin(d), By::Staff(staff)) => {
                self.check_may_hand_over(None, d.list.as_ref())?;
                self.decide_proposal(staff, &Proposed::Handover(d.clone()))?;
                self.check_note_epoch(Some(&d.note))
            }
            (
                deed @ (Deed::HandoverList(_)
                | Deed::HandoverCancel(_)
                | Deed::HandoverReceipt(_)
                | Deed::HandoverFinish(_)
                | Deed::HandoverDone(_)
                | Deed::HandoverTake(_)
                | Deed::HoldTake(_)),
                by,
            ) => {
                self.decide_handover(by, deed)?;
                self.check_note_epoch(deed.note())
            }
            (Deed::DocumentRemoved(d), By::Vault) => match self.removing.contains_key(&d.proposal) {
                true => Ok(()),
                false => Err(Error::Stale { why: format!("nothing is being removed by {}", d.proposal) }),
            },
            (
                Deed::FileSet(_)
                | Deed::EpochMember(_)
                | Deed::EpochReseal(_)
                | Deed::EpochVerified(_)
                | Deed::EpochDestroyed(_)
                | Deed::HeadSigned(_)
                | Deed::SegmentClose(_)
                | Deed::Incident(_)
                | Deed::Quarantined(_)
                | Deed::FileHealed(_)
                | Deed::CopyMade(_)
                | Deed::CopyVerified(_),
                By::Vault,
            ) => Ok(()),
            (deed, _) => Err(Error::NotCarried { kind: deed.kind().into() }),
        }
    }

    /// Papers are taken out as two people have said, and by somebody who could have been either of them.
    fn decide_removal(&self, staff: StaffNo, d: &DocumentRemove) -> Result<()> {
        let proposal = self.proposal(d.proposal)?;
        let what = &proposal.what;
        let Proposed::Misfiled(misfiled) = what else {
            return Err(Error::Stale { why: format!("{} takes nothing out", d.proposal) });
        };
        if d.seen < self.hold_line {
            return Err(Error::HoldsChanged { line: self.hold_line.to_string() });
        }
        if self.with_role(staff, what.confirmers()).is_err() {
            self.with_role(staff, what.proposers())?;
        }
        if proposal.confirmed.is_none() {
            return Err(Error::Unconfirmed { act: d.proposal.to_string() });
        }
        if d.cover.epoch != self.epoch {
            return Err(Error::EpochMoved { epoch: d.cover.epoch.to_string() });
        }
        let fits = d.record == misfiled.record
            && d.from == misfiled.filing
            && d.n > 1
            && d.counter > 0
            && d.counter <= self.counter
            && d.left.as_ref().is_none_or(|left| left.filing > d.from && left.docs > 0);
        match fits {
            true => Ok(()),
            false => Err(Error::Stale { why: format!("{} does not say so", d.proposal) }),
        }
    }

    /// Whether there is room for an issuer that is not there yet.
    pub(crate) fn check_pin(&self, d: &IssuerPin) -> Result<()> {
        if self.issuers.len() >= ISSUERS_MAX {
            let (count, limit) = (self.issuers.len().to_string(), ISSUERS_MAX.to_string());
            return Err(Error::TooMany { count, limit });
        }
        match self.issuers.iter().any(|(id, one)| *id == d.issuer || one.sha256 == d.sha256) {
            true => Err(Error::IssuerKnown { issuer: d.issuer.to_string() }),
            false => Ok(()),
        }
    }

    fn decide_link(&self, d: &CertLink) -> Result<()> {
        if d.cover.epoch != self.epoch {
            return Err(Error::EpochMoved { epoch: d.cover.epoch.to_string() });
        }
        if d.n < 2 || d.counter == 0 || d.counter > self.counter || d.certs.is_empty() {
            return Err(Error::Stale { why: format!("record {} is not there to link to", d.record) });
        }
        Ok(())
    }

    /// What a line says of the certificates it links, as far as it can be told without them.
    fn decide_links(&self, deed: &Deed) -> Result<()> {
        let links = deed.links();
        if links.len() > LINKED_MAX {
            let (count, limit) = (links.len().to_string(), LINKED_MAX.to_string());
            return Err(Error::TooMany { count, limit });
        }
        let known = |link: &jingui_schema::act::Linked| match link.issuer {
            Some(issuer) => self.issuers.contains_key(&issuer),
            None => !link.verified,
        };
        match !has_twice(links.iter().map(|link| &link.cert)) && links.iter().all(known) {
            true => Ok(()),
            false => {
                Err(Error::Stale { why: "it links a certificate twice, or by an unknown issuer".into() })
            }
        }
    }

    fn check_note_epoch(&self, note: Option<&NoteMark>) -> Result<()> {
        match note {
            Some(note) if note.place > Place::of_counter(self.counter) => {
                Err(Error::Stale { why: format!("its note names the place {}", note.place) })
            }
            Some(note) if note.size > NOTE_BYTES_MAX => {
                Err(Error::Stale { why: format!("its note has {} bytes", note.size) })
            }
            Some(note) if note.epoch != self.epoch => {
                Err(Error::EpochMoved { epoch: note.epoch.to_string() })
            }
            _ => Ok(()),
        }
    }

    fn by_security_or_authority(&self, by: By) -> Result<()> {
        match by {
            By::Authority => Ok(()),
            By::Staff(staff) => self.with_role(staff, &[Role::Security]).map(|_| ()),
            // A solo vault has no authority: whoever holds its key may begin anew.
            By::Vault if self.init.solo => Ok(()),
            By::Vault => Err(Error::NotAuthority {}),
        }
    }

    /// The person, who must be active and have one of the roles.
    pub fn with_role(&self, staff: StaffNo, roles: &[Role]) -> Result<&Member> {
        let member = self.member(staff)?;
        if member.has(roles) {
            return Ok(member);
        }
        let roles = roles.iter().map(|r| r.word()).collect::<Vec<_>>().join(", ");
        Err(Error::Role { staff: staff.to_string(), roles })
    }

    /// System, security and audit administrator are three people (law rule R76), save in a solo vault.
    fn check_administrators(&self, enrol: &StaffEnrol) -> Result<()> {
        let held =
            enrol.roles.iter().filter(|r| matches!(r, Role::System | Role::Security | Role::Audit)).count();
        match held > 1 && !self.init.solo {
            true => Err(Error::Administrators { staff: enrol.staff.to_string() }),
            false => Ok(()),
        }
    }
}

/// Whether one of these stands twice.
fn has_twice<'a>(certs: impl Iterator<Item = &'a CertId>) -> bool {
    let mut certs: Vec<_> = certs.collect();
    certs.sort_unstable();
    certs.windows(2).any(|two| two[0] == two[1])
}

/// Each certificate once, or nobody could say which event came first.
fn check_events(events: &[CertEvent]) -> Result<()> {
    if events.is_empty() || events.len() > CERT_EVENTS_MAX {
        let (count, limit) = (events.len().to_string(), CERT_EVENTS_MAX.to_string());
        return Err(Error::TooMany { count, limit });
    }
    match has_twice(events.iter().map(|event| &event.cert)) {
        true => Err(Error::Stale { why: "it says two things of one certificate".into() }),
        false => Ok(()),
    }
}

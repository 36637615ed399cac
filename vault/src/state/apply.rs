//! What a line changes: no clock, no I/O, no chance, and nothing is refused.

use super::{Copied, Ended, Epoch, Headed, Member, Removing, Restored, State};
use crate::proposals::Proposed;
use jingui_schema::act::{Deed, EpochStart, StaffEnrol};
use jingui_schema::digest::FileMark;
use jingui_schema::disposal::KeyMedium;
use jingui_schema::facts::Verdict;
use jingui_schema::id::{By, Place};
use jingui_schema::line::Line;
use jingui_schema::time::Time;

impl State {
    /// Takes in the next line. Refuses nothing.
    pub fn apply(&mut self, line: &Line) {
        self.unlist(&line.act.deed);
        match &line.act.deed {
            Deed::VaultInit(_)
            | Deed::SegmentClose(_)
            | Deed::FactsReveal(_)
            | Deed::RecordAnnotate(_)
            | Deed::RecordRestrict(_)
            | Deed::RecordFind(_)
            | Deed::SubjectSearch(_)
            | Deed::CertLink(_)
            | Deed::CertStatus(_)
            | Deed::Quarantined(_) => {}
            Deed::RecordCorrect(_) => self.counts.corrections += 1,
            Deed::RecordReview(d) => {
                if d.verdict == Verdict::Passed {
                    self.counts.reviews += d.records.len() as u64;
                }
            }
            Deed::SettingSet(d) => {
                self.settings.insert(d.setting, (d.note, line.seq));
            }
            Deed::EpochReseal(d) => {
                for sealed in &d.notes {
                    let names = self.staff.values_mut().filter_map(|m| m.note.as_mut());
                    let settings = self.settings.values_mut().map(|(mark, _)| mark);
                    let holds = self.holds.values_mut().map(|hold| &mut hold.note);
                    for mark in names.chain(settings).chain(holds).filter(|mark| mark.id == sealed.id) {
                        (mark.epoch, mark.size, mark.b3) = (d.epoch, sealed.size, sealed.b3);
                    }
                }
            }
            Deed::FileSet(d) => {
                self.files.insert(d.path.clone(), FileMark { size: d.size, b3: d.b3 });
            }
            Deed::StaffEnrol(d) => self.enrol(d, line, line.by == By::Authority || self.init.solo),
            Deed::StaffCountersign(d) => {
                for enrolment in &d.enrolments {
                    if let Some(member) = self.staff.get_mut(&enrolment.staff) {
                        member.countersigned |= member.act == enrolment.act;
                    }
                }
            }
            Deed::StaffDisable(d) => {
                if let Some(member) = self.staff.get_mut(&d.staff) {
                    member.disabled = Some(line.at);
                }
            }
            Deed::EpochStart(d) => self.start_epoch(d, line.at),
            Deed::EscrowProved(d) => {
                if let Some(epoch) = self.epochs.get_mut(&d.epoch) {
                    epoch.proved = true;
                    self.epoch = self.epoch.max(d.epoch);
                }
            }
            Deed::EpochMember(d) => {
                if let Some(epoch) = self.epochs.get_mut(&d.epoch) {
                    epoch.members.insert(d.staff);
                }
            }
            Deed::EpochCopy(d) => {
                if let Some(epoch) = self.epochs.get_mut(&d.epoch) {
                    epoch.sheets += 1;
                }
            }
            Deed::EpochShred(d) => {
                if let Some(epoch) = self.epochs.get_mut(&d.epoch) {
                    match d.medium {
                        KeyMedium::Sheet => epoch.sheets_shredded += 1,
                        KeyMedium::Escrow => epoch.escrow_shredded = Some(line.at),
                    }
                }
            }
            Deed::EpochVerified(d) => {
                if let Some(epoch) = self.epochs.get_mut(&d.epoch) {
                    epoch.verified = true;
                }
            }
            Deed::EpochDestroyed(d) => {
                if let Some(epoch) = self.epochs.get_mut(&d.epoch) {
                    epoch.destroyed = Some(line.at);
                }
            }
            Deed::RecordFile(d) => {
                if d.n == 1 {
                    self.counts.records += 1;
                    self.counter = self.counter.max(d.counter);
                }
                // The number of one that was handed over is another archive's.
                if d.n == 1 && d.from.is_none() {
                    self.numbers.entry(d.number.year()).or_default().give(d.number.serial());
                }
                self.counts.filings += 1;
                self.counts.documents += u64::from(d.docs);
                // Saturating: what a line says of its size is compared with the file only later.
                self.counts.body_bytes = self.counts.body_bytes.saturating_add(d.body.size);
            }
            Deed::HoldPlace(_)
            | Deed::HoldCatch(_)
            | Deed::HoldScreened(_)
            | Deed::HoldScreen(_)
            | Deed::HoldKeep(_)
            | Deed::HoldReview(_)
            | Deed::HoldTake(_) => self.apply_hold(line),
            Deed::DocumentMisfiled(_)
            | Deed::CertReport(_)
            | Deed::CertReverse(_)
            | Deed::IssuerPin(_)
            | Deed::IssuerUnpin(_)
            | Deed::RulePropose(_)
            | Deed::HoldRelease(_)
            | Deed::PurgePolicy(_)
            | Deed::PurgeReverse(_)
            | Deed::LogFork(_)
            | Deed::HandoverBegin(_)
            | Deed::ActConfirm(_)
            | Deed::ActRefuse(_) => self.apply_proposal(line),
            Deed::DocumentRemove(d) => {
                // What others proposed of the same body is about papers that lie elsewhere now, or nowhere.
                let is_of_it = |what: &Proposed| matches!(what, Proposed::Misfiled(other) if other.record == d.record && other.filing == d.from);
                self.proposals.retain(|_, proposal| !is_of_it(&proposal.what));
                let place = Place::of_counter(d.counter);
                let (record, filing, alive, seq) = (d.record, d.from, d.n, line.seq);
                self.removing.insert(d.proposal, Removing { record, place, filing, alive, seq });
                let bodies = self.ended.remove(&record).map(|ended| ended.bodies).unwrap_or_default();
                let bodies = bodies.into_iter().chain([filing]).collect();
                self.ended.insert(record, Ended { alive, cover: d.cover, bodies });
                self.counts.removals += 1;
            }
            Deed::DocumentRemoved(d) => drop(self.removing.remove(&d.proposal)),
            Deed::PurgePlan(_)
            | Deed::PurgeAppraise(_)
            | Deed::PurgeApprove(_)
            | Deed::PurgeWitness(_)
            | Deed::PurgeReject(_)
            | Deed::PurgeBegin(_)
            | Deed::PurgeDone(_)
            | Deed::PurgeClose(_)
            | Deed::PurgeAttest(_) => self.apply_disposal(line),
            Deed::HandoverList(_)
            | Deed::HandoverCancel(_)
            | Deed::HandoverReceipt(_)
            | Deed::HandoverFinish(_)
            | Deed::HandoverDone(_)
            | Deed::HandoverTake(_) => self.apply_handover(line),
            Deed::JobsSet(_) | Deed::JobRan(_) => self.apply_jobs(line),
            Deed::CosignerName(d) => self.apply_cosigner(d),
            Deed::HeadCosigned(d) => self.apply_cosigned(d, line.seq),
            Deed::RecordOpen(_) => self.counts.openings += 1,
            Deed::RecordRequest(_)
            | Deed::RequestAnswer(_)
            | Deed::RequestRefuse(_)
            | Deed::EscrowOpen(_) => self.requests.apply(line),
            // Two may be made at once, and the older one get the later line.
            Deed::HeadSigned(d) if self.head.is_some_and(|head| head.lines > d.lines) => {}
            Deed::HeadSigned(d) => {
                self.head = Some(Headed { lines: d.lines, root: d.root, seq: line.seq });
            }
            Deed::Incident(_) => self.counts.incidents += 1,
            Deed::FileHealed(_) => self.counts.healed += 1,
            Deed::CopyMade(d) => {
                let (verified, findings) =
                    self.copies.get(&d.target).map_or((None, 0), |c| (c.verified, c.findings));
                let (lines, outside, lacking) = (d.lines, d.outside, d.lacking);
                let copied = Copied { made: line.at, lines, outside, lacking, verified, findings };
                self.copies.insert(d.target, copied);
            }
            Deed::CopyVerified(d) => {
                if let Some(copied) = self.copies.get_mut(&d.target) {
                    // What was found to be damaged is no copy any more, however good it was.
                    let copied_at = d.copied.min(line.at);
                    copied.verified = (d.findings == 0).then_some((copied_at, line.at));
                    copied.findings = d.findings;
                }
            }
            Deed::CopyExcused(_) => self.excused = Some(line.at),
            Deed::VaultRestored(d) => {
                self.restored = Some(Restored { target: d.target, lines: d.lines, at: line.at });
                for number in &d.numbers {
                    self.numbers.entry(number.year()).or_default().pass_over(number.serial());
                }
            }
        }
        self.step(line);
    }

    pub(super) fn step(&mut self, line: &Line) {
        (self.lines, self.last, self.at) = (line.seq, line.digest, line.at);
    }

    pub(super) fn enrol(&mut self, d: &StaffEnrol, line: &Line, countersigned: bool) {
        let member = Member {
            act: line.act.id,
            age: d.age.clone(),
            sign: d.sign,
            roles: d.roles.clone(),
            note: d.note,
            countersigned,
            enrolled: line.at,
            disabled: None,
        };
        self.staff.insert(d.staff, member);
    }

    pub(super) fn start_epoch(&mut self, d: &EpochStart, at: Time) {
        let epoch = Epoch {
            recipient: d.recipient.clone(),
            ca: d.ca.clone(),
            escrow: d.escrow,
            proved: d.escrow.is_none(),
            members: d.members.iter().copied().collect(),
            sheets: 0,
            started: at,
            verified: false,
            destroyed: None,
            sheets_shredded: 0,
            escrow_shredded: None,
        };
        if epoch.proved {
            self.epoch = d.epoch;
        }
        self.epochs.insert(d.epoch, epoch);
    }
}

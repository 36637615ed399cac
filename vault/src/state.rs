//! The small state folded from the journal: who may act, which epoch counts, which numbers are given.
//!
//! Deciding may refuse; applying may not. No clock, no I/O, no chance. What is kept of each record lies in
//! the catalog, not here.

use crate::error::{Error, Result};
use crate::holds::Hold;
use crate::proposals::{Proposal, Proposed};
use crate::ruling::Approved;
use jingui_schema::act::{
    Act, CertEvent, CertLink, CoverMark, Deed, DocumentRemove, EpochStart, EscrowMark, NoteMark, StaffEnrol,
    VaultInit,
};
use jingui_schema::digest::{FileMark, Sha256, SignKey};
use jingui_schema::facts::{Role, Setting, Verdict};
use jingui_schema::id::{
    ActId, ArchiveNumber, By, CertId, HoldId, IssuerId, Place, RecordId, StaffNo, TargetId,
};
use jingui_schema::line::{Line, Tip};
use jingui_schema::time::Time;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How far an archive number may run ahead of the highest given: as many as can be on their way at once.
const NUMBERS_AHEAD_MAX: u64 = 4096;
/// How far somebody who takes over a restored vault may say that numbers had gone: a slip of the pen must not use up all.
const NUMBERS_PASSED_MAX: u64 = 1_000_000;
/// The largest filing counter, which is also the largest that the catalog has room for.
pub(crate) const COUNTER_MAX: u64 = (1 << 48) - 1;
/// Records in one review at most: its line stays well below its limit.
pub const REVIEWED_MAX: usize = 4000;
/// Certificates that one line links at most.
pub const LINKED_MAX: usize = 1000;
/// Events of certificates in one line at most: it stays well below its limit.
pub const CERT_EVENTS_MAX: usize = 2000;
/// Base64 of the largest certificate of an issuer that is kept in memory.
const ISSUER_CHARS_MAX: usize = 8192_usize.div_ceil(3) * 4;
/// Issuers at most: an RA works for one CA, which has a few.
const ISSUERS_MAX: usize = 200;
/// A note is a reason or a name; what is larger is neither, and readers refuse it.
pub const NOTE_BYTES_MAX: u64 = 1 << 20;

/// A person of the vault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The act that enrolled; what the authority countersigns.
    pub act: ActId,
    /// age recipient.
    pub age: String,
    /// Signing key.
    pub sign: SignKey,
    /// What the person may do.
    pub roles: Vec<Role>,
    /// The name.
    pub note: Option<NoteMark>,
    /// Whether the authority has countersigned: only then the person counts for two-person rules.
    pub countersigned: bool,
    /// When.
    pub enrolled: Time,
    /// When the person was disabled.
    pub disabled: Option<Time>,
}

impl Member {
    /// Says whether the person may act.
    pub fn is_active(&self) -> bool {
        self.disabled.is_none()
    }

    /// Says whether the person has one of these roles.
    pub fn has(&self, roles: &[Role]) -> bool {
        self.roles.iter().any(|r| roles.contains(r))
    }

    /// Says whether the person is to hold a copy of the epoch key.
    pub fn holds_epoch_key(&self) -> bool {
        self.is_active() && self.roles.iter().any(|r| r.holds_epoch_key())
    }
}

/// An epoch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Epoch {
    /// age recipient.
    pub recipient: String,
    /// age recipient of the CA that holds its escrow.
    pub ca: Option<String>,
    /// Its escrow file.
    pub escrow: Option<EscrowMark>,
    /// Whether the CA has proved that it opens it (true where there is none).
    pub proved: bool,
    /// Who was given a copy.
    pub members: BTreeSet<StaffNo>,
    /// Copies on paper.
    pub sheets: u32,
    /// When.
    pub started: Time,
    /// Whether everything alive has been verified under it.
    pub verified: bool,
    /// When its key copies were removed.
    pub destroyed: Option<Time>,
}

/// The archive numbers given in one year.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbers {
    /// The highest given.
    pub highest: u64,
    /// Below it, never given.
    pub gaps: BTreeSet<u64>,
}

impl Numbers {
    fn give(&mut self, serial: u64) {
        self.gaps.remove(&serial);
        if serial > self.highest {
            // No decision lets a number run further ahead. A line that does so was written by somebody else, and the
            // memory that its gaps would take is theirs to choose.
            if serial - self.highest <= NUMBERS_AHEAD_MAX {
                self.gaps.extend(self.highest + 1..serial);
            }
            self.highest = serial;
        }
    }

    fn is_given(&self, serial: u64) -> bool {
        serial <= self.highest && !self.gaps.contains(&serial)
    }

    /// Another vault of this name may have given all up to this one.
    fn pass_over(&mut self, serial: u64) {
        self.highest = self.highest.max(serial);
        self.gaps.retain(|gap| *gap > serial);
    }
}

/// The newest copy at a target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copied {
    /// When its state was made.
    pub made: Time,
    /// Lines of it.
    pub lines: u64,
    /// Whether the target is away from this machine.
    pub outside: bool,
    /// Files that the vault did not have as named.
    pub lacking: u64,
    /// The newest state that was read again without a finding: when it was made, and when it was read.
    pub verified: Option<(Time, Time)>,
    /// Findings of the last reading.
    pub findings: u64,
}

/// The copy that this vault was put back from, once somebody has taken it over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restored {
    /// Which.
    pub target: TargetId,
    /// Its lines.
    pub lines: u64,
    /// When it was taken over.
    pub at: Time,
}

/// Files that a line has ended and that are still to be destroyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removing {
    /// The record.
    pub record: RecordId,
    /// The numbered directory they lie in.
    pub place: Place,
    /// The filing whose body has ended.
    pub filing: u32,
    /// The first fact version that is alive; all covers before it have ended.
    pub alive: u32,
    /// The line that ended them.
    pub seq: u64,
}

/// A CA whose lists of revoked certificates count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pinned {
    /// SHA-256 of its certificate.
    pub sha256: Sha256,
    /// The certificate, base64 of its DER.
    pub der: String,
    /// The line that confirmed it.
    pub seq: u64,
}

/// What has ended of a record that is alive: files that are not there any more, or soon will not be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// The first fact version that is alive.
    pub alive: u32,
    /// Its cover, as its line names it.
    pub cover: CoverMark,
    /// Filings whose bodies have ended.
    pub bodies: BTreeSet<u32>,
}

/// How much there is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Records.
    pub records: u64,
    /// Filings.
    pub filings: u64,
    /// Documents.
    pub documents: u64,
    /// Bytes of sealed bodies.
    pub body_bytes: u64,
    /// Corrections.
    pub corrections: u64,
    /// Times that misfiled papers were taken out.
    pub removals: u64,
    /// Fact versions that passed review.
    pub reviews: u64,
    /// Times that documents were shown.
    pub openings: u64,
    /// Checks that failed.
    pub incidents: u64,
    /// Of those, files put back since.
    pub healed: u64,
}

/// Everything decisions about filing, reading, people and keys rest on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// The first line.
    pub init: VaultInit,
    /// When the vault began.
    pub created: Time,
    /// Lines folded so far.
    pub lines: u64,
    /// SHA-256 of the last of them.
    pub last: Sha256,
    /// Time of the last of them.
    pub at: Time,
    /// People.
    pub staff: BTreeMap<StaffNo, Member>,
    /// Epochs.
    pub epochs: BTreeMap<u32, Epoch>,
    /// The epoch to seal to.
    pub epoch: u32,
    /// Highest filing counter given.
    pub counter: u64,
    /// Archive numbers given, by year.
    pub numbers: BTreeMap<i16, Numbers>,
    /// Named files.
    pub files: BTreeMap<String, FileMark>,
    /// Settings that people have signed: the newest text of each, and the line that brought it.
    pub settings: BTreeMap<Setting, (NoteMark, u64)>,
    /// Lines under the newest signed head, and the line that names it.
    pub head: Option<(u64, u64)>,
    /// How much there is.
    pub counts: Counts,
    /// Copies, by target.
    pub copies: BTreeMap<TargetId, Copied>,
    /// When somebody last said why there is no newer copy.
    pub excused: Option<Time>,
    /// The copy it was last put back from.
    pub restored: Option<Restored>,
    /// What somebody has proposed and nobody refused or carried out.
    pub proposals: BTreeMap<ActId, Proposal>,
    /// What two people have taken out of records and is still to be destroyed, by proposal.
    pub removing: BTreeMap<ActId, Removing>,
    /// Holds, also those that were released.
    pub holds: BTreeMap<HoldId, Hold>,
    /// The last line by which some record came under a hold.
    pub hold_line: u64,
    /// Issuers whose signatures count.
    pub issuers: BTreeMap<IssuerId, Pinned>,
    /// Retention rules that two people have signed, oldest first; the shipped ones come before.
    pub rules: Vec<Approved>,
    /// What has ended of records that are alive.
    pub ended: BTreeMap<RecordId, Ended>,
}

impl State {
    /// Folds the first line.
    ///
    /// Errors: [`Error::JournalDamaged`] when it is no `vault.init` or not signed by its founder.
    pub fn begin(line: &Line) -> Result<Self> {
        let damaged = |why: &str| Error::JournalDamaged {
            path: crate::layout::segment_path(1),
            seq: "1".into(),
            why: why.into(),
        };
        let Deed::VaultInit(init) = &line.act.deed else { return Err(damaged("it does not begin a vault")) };
        if init.format > jingui_schema::FORMAT || init.suite != jingui_schema::SUITE {
            return Err(Error::TooNew {
                path: "journal".into(),
                found: format!("{}/{}", init.format, init.suite),
            });
        }
        if line.check_signature(&init.vault, &init.founder.sign).is_err() {
            return Err(damaged("its signature does not verify"));
        }
        // Who did it stands outside of what is signed.
        if line.by != By::Staff(init.founder.staff) {
            return Err(damaged("it is not by its founder"));
        }
        let mut state = Self {
            init: init.clone(),
            created: line.at,
            lines: 0,
            last: Sha256::ZERO,
            at: line.at,
            staff: BTreeMap::new(),
            epochs: BTreeMap::new(),
            epoch: init.epoch,
            counter: 0,
            numbers: BTreeMap::new(),
            files: BTreeMap::new(),
            settings: BTreeMap::new(),
            head: None,
            counts: Counts::default(),
            copies: BTreeMap::new(),
            excused: None,
            restored: None,
            proposals: BTreeMap::new(),
            removing: BTreeMap::new(),
            holds: BTreeMap::new(),
            hold_line: 0,
            issuers: BTreeMap::new(),
            rules: Vec::new(),
            ended: BTreeMap::new(),
        };
        state.enrol(&init.founder, line, init.solo);
        state.start_epoch(
            &EpochStart {
                epoch: init.epoch,
                recipient: init.recipient.clone(),
                ca: init.ca.clone(),
                escrow: init.escrow,
                members: init.members.clone(),
                note: None,
            },
            line.at,
        );
        state.epoch = init.epoch;
        if let Some(epoch) = state.epochs.get_mut(&init.epoch) {
            epoch.verified = true; // nothing was sealed to an earlier one
        }
        state.step(line);
        Ok(state)
    }

    /// The last line folded.
    pub fn tip(&self) -> Tip {
        Tip { lines: self.lines, last: self.last, at: self.at }
    }

    /// The key that signs for this doer, if it is known.
    pub fn sign_key(&self, by: By) -> Option<SignKey> {
        match by {
            By::Staff(number) => self.staff.get(&number).map(|m| m.sign),
            By::Authority => self.init.authority.as_ref().map(|a| a.sign),
            By::Vault => None,
        }
    }

    /// The person, who must be active.
    pub fn member(&self, staff: StaffNo) -> Result<&Member> {
        let member = self.staff.get(&staff).ok_or_else(|| Error::NoStaff { staff: staff.to_string() })?;
        match member.is_active() {
            true => Ok(member),
            false => Err(Error::Disabled { staff: staff.to_string() }),
        }
    }

    /// Whose signing key this is: a person's number or the authority.
    pub fn who(&self, key: &SignKey) -> Option<By> {
        let authority = self.init.authority.as_ref().filter(|a| a.sign == *key).map(|_| By::Authority);
        let staff = self.staff.iter().rev().find(|(_, m)| m.sign == *key).map(|(n, _)| By::Staff(*n));
        staff.or(authority)
    }

    /// Whether two staff numbers are one person's: somebody who was disabled and enrolled again with the same key.
    pub fn same_person(&self, a: StaffNo, b: StaffNo) -> bool {
        let sign = |staff| self.staff.get(&staff).map(|m: &Member| m.sign);
        a == b || sign(a).is_some_and(|key| sign(b) == Some(key))
    }

    /// The next free staff number.
    pub fn next_staff(&self) -> StaffNo {
        StaffNo(self.staff.keys().next_back().map_or(1, |n| n.0.saturating_add(1)))
    }

    /// The current epoch.
    pub fn current_epoch(&self) -> &Epoch {
        self.epochs.get(&self.epoch).expect("the current epoch is one of the epochs")
    }

    /// Epochs whose keys still exist, oldest first.
    pub fn live_epochs(&self) -> impl Iterator<Item = (u32, &Epoch)> {
        self.epochs.iter().filter(|(_, e)| e.destroyed.is_none()).map(|(n, e)| (*n, e))
    }

    /// The epoch that waits for the CA's proof, if one does.
    pub fn waiting_epoch(&self) -> Option<u32> {
        // Only the newest: one that was never proved and then superseded will not be asked for any more.
        self.epochs.iter().next_back().filter(|(_, e)| !e.proved).map(|(n, _)| *n)
    }

    /// Whether covers have still to be re-sealed, verified, or old keys destroyed.
    pub fn rotation_unfinished(&self) -> bool {
        !self.current_epoch().verified || self.live_epochs().any(|(n, _)| n < self.epoch)
    }

    /// Whether somebody who has left still holds a copy of the current epoch key.
    pub fn rotation_due(&self) -> bool {
        self.has_leaver(self.epoch)
    }

    /// Whether somebody who has left was given a copy of this epoch's key.
    pub fn has_leaver(&self, epoch: u32) -> bool {
        let left = |staff| self.staff.get(staff).is_some_and(|m: &Member| !m.is_active());
        self.epochs.get(&epoch).is_some_and(|e| e.members.iter().any(left))
    }

    /// Whether a fact version of a record has ended with papers that were taken out.
    pub fn has_ended_version(&self, record: RecordId, n: u32) -> bool {
        self.ended.get(&record).is_some_and(|ended| n < ended.alive)
    }

    /// Whether the body of a filing has ended with papers that were taken out.
    pub fn has_ended_body(&self, record: RecordId, filing: u32) -> bool {
        self.ended.get(&record).is_some_and(|ended| ended.bodies.contains(&filing))
    }

    /// Whether a body, by its filing, or a cover, by its fact version, has ended and is still to be destroyed.
    pub fn is_being_destroyed(&self, record: RecordId, body: bool, n: u32) -> bool {
        let mut open = self.removing.values().filter(|removing| removing.record == record);
        open.any(|removing| if body { n == removing.filing } else { n < removing.alive })
    }

    /// Whether this archive number was given.
    pub fn is_given(&self, number: &ArchiveNumber) -> bool {
        self.numbers.get(&number.year()).is_some_and(|n| n.is_given(number.serial()))
    }

    /// Says whether the numbers of a filing could have been given here: others would leave none for the next ones.
    pub fn is_in_range(&self, deed: &Deed) -> bool {
        let Deed::RecordFile(d) = deed else { return true };
        let highest = self.numbers.get(&d.number.year()).map_or(0, |n| n.highest);
        d.counter <= COUNTER_MAX
            && (d.n > 1 || d.number.serial() <= highest.saturating_add(NUMBERS_AHEAD_MAX))
    }

    /// Says whether this act may be done now; changes nothing.
    ///
    /// What depends on a single record (does it exist, is this its next filing) is checked by the writer.
    pub fn decide(&self, by: By, act: &Act) -> Result<()> {
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
                if d.number.fonds() != &self.init.fonds || (d.n == 1 && self.is_given(&d.number)) {
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
                self.with_role(staff, &[Role::Archivist])?;
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
                if !fits || self.issuers.len() >= ISSUERS_MAX {
                    return Err(Error::Stale { why: "it names another certificate than it brings".into() });
                }
                let known = self.issuers.iter().any(|(id, one)| *id == d.issuer || one.sha256 == d.sha256);
                if known {
                    return Err(Error::IssuerKnown { issuer: d.issuer.to_string() });
                }
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
            (Deed::SettingSet(d), By::Staff(staff)) => {
                let roles: &[Role] = match d.setting {
                    Setting::Customers => &[Role::Archivist, Role::Approver],
                    Setting::Materials | Setting::Projects => &[Role::Approver],
                };
                self.with_role(staff, roles)?;
                self.check_note_epoch(Some(&d.note))
            }
            (Deed::RecordOpen(d), By::Staff(staff)) => {
                self.with_role(staff, &[Role::Archivist, Role::Reviewer, Role::Legal, Role::Approver])?;
                self.check_note_epoch(d.note.as_ref())
            }
            (Deed::FactsReveal(d), By::Staff(staff)) => {
                self.with_role(staff, &[Role::Archivist, Role::Reviewer, Role::Legal, Role::Approver])?;
                self.check_note_epoch(Some(&d.note))
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

    /// A pinned issuer.
    ///
    /// Errors: [`Error::NoIssuer`].
    pub fn issuer(&self, issuer: IssuerId) -> Result<&Pinned> {
        self.issuers.get(&issuer).ok_or_else(|| Error::NoIssuer { issuer: issuer.to_string() })
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

    /// Takes in the next line. Refuses nothing.
    pub fn apply(&mut self, line: &Line) {
        match &line.act.deed {
            Deed::VaultInit(_)
            | Deed::SegmentClose(_)
            | Deed::FactsReveal(_)
            | Deed::RecordAnnotate(_)
            | Deed::RecordRestrict(_)
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
            | Deed::HoldReview(_) => self.apply_hold(line),
            Deed::DocumentMisfiled(_)
            | Deed::CertReport(_)
            | Deed::CertReverse(_)
            | Deed::IssuerPin(_)
            | Deed::IssuerUnpin(_)
            | Deed::RulePropose(_)
            | Deed::HoldRelease(_)
            | Deed::ActConfirm(_)
            | Deed::ActRefuse(_) => self.apply_proposal(line),
            Deed::DocumentRemove(d) => {
                self.proposals.remove(&d.proposal);
                let place = Place::of_counter(d.counter);
                let (record, filing, alive, seq) = (d.record, d.from, d.n, line.seq);
                self.removing.insert(d.proposal, Removing { record, place, filing, alive, seq });
                let bodies = self.ended.remove(&record).map(|ended| ended.bodies).unwrap_or_default();
                let bodies = bodies.into_iter().chain([filing]).collect();
                self.ended.insert(record, Ended { alive, cover: d.cover, bodies });
                self.counts.removals += 1;
            }
            Deed::DocumentRemoved(d) => drop(self.removing.remove(&d.proposal)),
            Deed::RecordOpen(_) => self.counts.openings += 1,
            // Two may be made at once, and the older one get the later line.
            Deed::HeadSigned(d) if self.head.is_some_and(|(lines, _)| lines > d.lines) => {}
            Deed::HeadSigned(d) => self.head = Some((d.lines, line.seq)),
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

    fn step(&mut self, line: &Line) {
        (self.lines, self.last, self.at) = (line.seq, line.digest, line.at);
    }

    fn enrol(&mut self, d: &StaffEnrol, line: &Line, countersigned: bool) {
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

    fn start_epoch(&mut self, d: &EpochStart, at: Time) {
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
        };
        if epoch.proved {
            self.epoch = d.epoch;
        }
        self.epochs.insert(d.epoch, epoch);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_runs_far_ahead_takes_no_memory() {
        let mut numbers = Numbers::default();
        numbers.give(u64::MAX - 1);
        assert!(numbers.gaps.is_empty() && numbers.is_given(7));
        numbers.give(u64::MAX);
        assert_eq!(numbers.highest, u64::MAX);
    }

    #[test]
    fn numbers_that_a_lost_vault_may_have_given_are_given_to_nobody() {
        let mut numbers = Numbers::default();
        numbers.give(2);
        numbers.pass_over(7);
        assert!(numbers.is_given(1) && numbers.is_given(5) && numbers.is_given(7) && !numbers.is_given(8));
        numbers.pass_over(3);
        assert_eq!(numbers.highest, 7);
    }

    #[test]
    fn a_number_that_was_passed_over_is_given_later() {
        let mut numbers = Numbers::default();
        numbers.give(1);
        numbers.give(4);
        assert_eq!(numbers.gaps, BTreeSet::from([2, 3]));
        assert!(numbers.is_given(4) && !numbers.is_given(3) && !numbers.is_given(5));
        numbers.give(2);
        assert_eq!(numbers.gaps, BTreeSet::from([3]));
    }
}

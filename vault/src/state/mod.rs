//! The small state folded from the journal: who may act, which epoch counts, which numbers are given.
//!
//! Deciding may refuse; applying may not. No clock, no I/O, no chance. What is kept of each record lies in
//! the catalog, not here.

mod apply; // what a line changes
mod decide; // what may be done
mod numbers; // archive numbers given

pub use numbers::Numbers;

use crate::disposal::{Destroyed, Plan};
use crate::error::{Error, Result};
use crate::handover::{Handover, Listed, Taking};
use crate::holds::Hold;
use crate::jobs::Schedule;
use crate::proposals::Proposal;
use crate::requests::Requests;
use crate::ruling::Approved;
use jingui_schema::act::{CoverMark, Deed, EpochStart, EscrowMark, NoteMark, VaultInit};
use jingui_schema::digest::{FileMark, Sha256, SignKey};
use jingui_schema::disposal::Policy;
use jingui_schema::facts::{Role, Setting};
use jingui_schema::id::{
    ActId, ArchiveNumber, By, CertId, HoldId, IssuerId, Place, PlanId, RecordId, StaffNo, TargetId,
};
use jingui_schema::line::{Line, Tip};
use jingui_schema::time::Time;
use jingui_schema::{FORMAT, SUITE};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The largest filing counter, which is also the largest that the catalog has room for.
pub(crate) const COUNTER_MAX: u64 = (1 << 48) - 1;
/// Records in one review at most: its line stays well below its limit.
pub const REVIEWED_MAX: usize = 4000;
/// Certificates that one line links at most.
pub const LINKED_MAX: usize = 1000;
/// Events of certificates in one line at most: it stays well below its limit.
pub const CERT_EVENTS_MAX: usize = 2000;

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
    /// Copies on paper that were destroyed.
    pub sheets_shredded: u32,
    /// When the CA's copy was destroyed.
    pub escrow_shredded: Option<Time>,
}

/// The newest signed head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Headed {
    /// Lines under it.
    pub lines: u64,
    /// Their root, as its line has it.
    pub root: Sha256,
    /// That line.
    pub seq: u64,
}

/// A log that began anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fork {
    /// Its number; heads of behind line `seq` are its.
    pub log: u64,
    /// Lines under the head that was left.
    pub lines: u64,
    /// Its root.
    pub root: Sha256,
    /// The line that confirmed it.
    pub seq: u64,
}

/// The newest head that the cosigner has countersigned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cosigned {
    /// Lines under it.
    pub lines: u64,
    /// When, by the cosigner's clock.
    pub at: Time,
    /// The line that says so.
    pub seq: u64,
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
    /// Records, also those that are no more.
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
    /// Records destroyed.
    pub destroyed: u64,
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
    /// The newest signed head.
    pub head: Option<Headed>,
    /// Logs that began anew, oldest first.
    pub forks: Vec<Fork>,
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
    /// Certificates of which two people have called something a mistake, with the first line that did.
    pub mistaken: BTreeMap<CertId, u64>,
    /// Whoever countersigns heads: a C2SP verifier key.
    pub cosigner: Option<String>,
    /// What they have countersigned last.
    pub cosigned: Option<Cosigned>,
    /// Plans to destroy records.
    pub plans: BTreeMap<PlanId, Plan>,
    /// What a plan made now asks for.
    pub disposal: Policy,
    /// Records that are no more.
    pub destroyed: Destroyed,
    /// Records that the CA has asked for, or has opened by itself.
    pub requests: Requests,
    /// When jobs run and ran.
    pub jobs: Schedule,
    /// Everything is handed over, or the records of a list and it is not done.
    pub handover: Option<Handover>,
    /// Hand-overs of a list that are done, oldest first.
    pub handed: Vec<Handover>,
    /// Records that lines have listed: what the next proposal is about, or the one that is open.
    pub listing: Listed,
    /// Other archives whose records were taken in, by the act that began it.
    pub takings: BTreeMap<ActId, Taking>,
}

impl Counts {
    /// Records that are there.
    pub fn alive(&self) -> u64 {
        self.records.saturating_sub(self.destroyed)
    }
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
        if init.format != FORMAT {
            return Err(Error::of_format("journal", init.format.into()));
        }
        if init.suite != SUITE {
            return Err(Error::TooNew { path: "journal".into(), found: format!("{FORMAT}/{}", init.suite) });
        }
        if line.check_signature(&init.vault, &init.founder.sign).is_err() {
            return Err(damaged("its signature does not verify"));
        }
        // Who did it stands outside of what is signed.
        if line.by != By::Staff(init.founder.staff) {
            return Err(damaged("it is not by its founder"));
        }
        let mut state = Self {
            init: VaultInit::clone(init),
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
            forks: Vec::new(),
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
            mistaken: BTreeMap::new(),
            cosigner: None,
            cosigned: None,
            plans: BTreeMap::new(),
            disposal: Policy::default(),
            destroyed: Destroyed::default(),
            requests: Requests::default(),
            jobs: Schedule::default(),
            handover: None,
            handed: Vec::new(),
            listing: Listed::default(),
            takings: BTreeMap::new(),
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

    /// Whether a line that links certificates brings a record the end of its period: it has no certificate, or two people
    /// have called a mistake what was said of each that it has.
    ///
    /// Shape: `seq` is that line's, and mistakes before it count alone, so the answer is the same whenever asked.
    pub fn is_first_link(&self, mut earlier: impl Iterator<Item = CertId>, seq: u64) -> bool {
        earlier.all(|cert| self.mistaken.get(&cert).is_some_and(|since| *since < seq))
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

    /// Whether a fact version of a record has ended, with papers that were taken out or with the record.
    pub fn has_ended_version(&self, record: RecordId, n: u32) -> bool {
        self.ended.get(&record).is_some_and(|ended| n < ended.alive) || self.destroyed.contains(record)
    }

    /// Whether the body of a filing has ended, with papers that were taken out or with the record.
    pub fn has_ended_body(&self, record: RecordId, filing: u32) -> bool {
        let ended = self.ended.get(&record);
        ended.is_some_and(|ended| ended.bodies.contains(&filing)) || self.destroyed.contains(record)
    }

    /// Whether a body, by its filing, or a cover, by its fact version, may be there or not: it is being destroyed.
    pub fn is_being_destroyed(&self, record: RecordId, body: bool, n: u32) -> bool {
        let mut open = self.removing.values().filter(|removing| removing.record == record);
        open.any(|removing| if body { n == removing.filing } else { n < removing.alive })
            || self.is_under_way(record)
            || self.is_handed_over()
    }

    /// Whether this archive number was given.
    pub fn is_given(&self, number: &ArchiveNumber) -> bool {
        self.numbers.get(&number.year()).is_some_and(|n| n.is_given(number.serial()))
    }

    /// A pinned issuer.
    ///
    /// Errors: [`Error::NoIssuer`].
    pub fn issuer(&self, issuer: IssuerId) -> Result<&Pinned> {
        self.issuers.get(&issuer).ok_or_else(|| Error::NoIssuer { issuer: issuer.to_string() })
    }
}

//! What people do and what the vault does: kinds, their data, signing bytes, files carried by hand.

use crate::digest::{B3, Sha256, SignKey};
use crate::id::{ActId, CertId, HoldId, NoteId, Place, PlanId, RecordId, VaultId};
use crate::spelling::{cut, is_spelt, read_spelt};
use crate::time::Time;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// Says why bytes are not an act.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// Not the JSON of an act, or a key too many, too few or twice.
    #[error("not an act")]
    Json(#[source] serde_json::Error),
    /// The same act in another spelling.
    #[error("an act in another spelling than the stored one")]
    Spelling,
    /// A kind this program does not know; a newer one may.
    #[error("an act of the unknown kind {0:?}; a newer program may know it")]
    Kind(String),
    /// The data do not fit the kind.
    #[error("the data do not fit an act of the kind {kind}")]
    Data {
        /// The kind.
        kind: String,
        /// What is wrong.
        #[source]
        source: serde_json::Error,
    },
}

/// A note, as the line that brings it names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoteMark {
    /// Its id.
    pub id: NoteId,
    /// The numbered directory it lies in.
    pub place: Place,
    /// The epoch it is sealed to.
    pub epoch: u32,
    /// Bytes.
    pub size: u64,
    /// BLAKE3.
    pub b3: B3,
}

/// A cover, as the line that brings it names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoverMark {
    /// The epoch it is sealed to.
    pub epoch: u32,
    /// Bytes.
    pub size: u64,
    /// BLAKE3.
    pub b3: B3,
    /// Commitment to its lines.
    pub commit: Sha256,
}

/// A cover that a line brings, and where it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewCover {
    /// Whose.
    pub record: RecordId,
    /// The numbered directory it lies in.
    pub place: Place,
    /// Fact version.
    pub n: u32,
    /// The file.
    pub mark: CoverMark,
}

/// An escrow file: what the CA must prove it can open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EscrowMark {
    /// Bytes.
    pub size: u64,
    /// BLAKE3.
    pub b3: B3,
    /// SHA-256 of the 32 bytes inside that only its opener sees.
    pub proof: Sha256,
}

/// The public keys of the authority.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthorityKeys {
    /// age recipient.
    pub age: String,
    /// Signing key.
    pub sign: SignKey,
}

macro_rules! data_types {
    ($($(#[$doc:meta])* $name:ident { $($(#[$fdoc:meta])* $field:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name { $($(#[$fdoc])* pub $field: $type,)* }
    )*};
}

mod carried; // acts on their way as files
mod certificates; // certificates and issuers
mod disposal; // plans to destroy, and what came of them
mod handover; // everything goes to the CA
mod holds; // holds
mod jobs; // scheduled work
mod keeping; // heads, segments, damage, copies
mod people; // the vault, people, epochs
mod records; // records and settings
mod removal; // papers taken out
mod requests; // single records for the CA
mod second; // a second person, rules

pub use carried::*;
pub use certificates::*;
pub use disposal::*;
pub use handover::*;
pub use holds::*;
pub use jobs::*;
pub use keeping::*;
pub use people::*;
pub use records::*;
pub use removal::*;
pub use requests::*;
pub use second::*;

// `spelt` are the kinds of which journals are full: their data are read as they are spelt, as far as `spelling/read.rs`
// can. Between brackets stand the keys of lists that are written even where there is nothing in them.
macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident($data:ty) = $kind:literal $(spelt [$($empty:literal),*])?,)*) => {
        /// What an act or event says, by kind.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Deed { $($(#[$doc])* $variant($data),)* }

        impl Deed {
            /// The kinds there are, as stored.
            pub const KINDS: &[&str] = &[$($kind),*];

            /// The kind as stored.
            pub fn kind(&self) -> &'static str {
                match self { $(Self::$variant(_) => $kind),* }
            }

            fn parse(kind: &str, data: &str) -> Result<Self, ActError> {
                let fail = |source| ActError::Data { kind: kind.to_owned(), source };
                match kind {
                    $($kind => serde_json::from_str(data).map(Self::$variant).map_err(fail),)*
                    _ => Err(ActError::Kind(kind.to_owned())),
                }
            }

            /// The kinds that are read as they are spelt.
            #[cfg(test)]
            const SPELT: &[(&str, &[&str])] = &[$($(($kind, &[$($empty),*]),)?)*];

            /// Reads data as they are spelt; none where they are not, or are read in another way.
            fn read_spelt(kind: &str, data: &str) -> Option<Self> {
                match kind {
                    $($($kind => read_spelt(data, &[$($empty),*]).map(Self::$variant),)?)*
                    _ => None,
                }
            }
        }

        impl Serialize for Data<'_> {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                match self.0 { $(Deed::$variant(data) => data.serialize(s)),* }
            }
        }

        $(impl From<$data> for Deed {
            fn from(data: $data) -> Self { Self::$variant(data) }
        })*
    };
}

kinds! {
    /// A vault begins.
    VaultInit(Box<VaultInit>) = "vault.init",
    /// A named file is set.
    FileSet(FileSet) = "file.set",
    /// A person joins.
    StaffEnrol(StaffEnrol) = "staff.enrol",
    /// The authority countersigns.
    StaffCountersign(StaffCountersign) = "staff.countersign",
    /// A person leaves.
    StaffDisable(StaffDisable) = "staff.disable",
    /// A new epoch.
    EpochStart(EpochStart) = "epoch.start",
    /// The CA has opened its escrow.
    EscrowProved(EscrowProved) = "escrow.proved",
    /// One more key copy in the keystore.
    EpochMember(EpochMember) = "epoch.member",
    /// One more key copy elsewhere.
    EpochCopy(EpochCopy) = "epoch.copy",
    /// Sealed anew.
    EpochReseal(EpochReseal) = "epoch.reseal",
    /// All verified under the new epoch.
    EpochVerified(EpochVerified) = "epoch.verified",
    /// Old key copies gone.
    EpochDestroyed(EpochDestroyed) = "epoch.destroyed",
    /// Documents filed.
    RecordFile(RecordFile) = "record.file" spelt [],
    /// Facts corrected.
    RecordCorrect(RecordCorrect) = "record.correct" spelt [],
    /// Facts and documents reviewed.
    RecordReview(RecordReview) = "record.review" spelt [],
    /// Something said beside a record.
    RecordAnnotate(RecordAnnotate) = "record.annotate",
    /// Use restricted, or no longer.
    RecordRestrict(RecordRestrict) = "record.restrict",
    /// Records sought by their words.
    RecordFind(RecordFind) = "record.find",
    /// The records of one person sought.
    SubjectSearch(SubjectSearch) = "subject.search",
    /// Papers that are to be taken out.
    DocumentMisfiled(DocumentMisfiled) = "document.misfiled",
    /// Papers taken out.
    DocumentRemove(DocumentRemove) = "document.remove",
    /// And destroyed.
    DocumentRemoved(DocumentRemoved) = "document.removed",
    /// Certificates linked to a record.
    CertLink(CertLink) = "cert.link" spelt [],
    /// What a signed list says of certificates.
    CertStatus(CertStatus) = "cert.status" spelt [],
    /// What somebody says of certificates.
    CertReport(CertReport) = "cert.report",
    /// An earlier line was mistaken.
    CertReverse(CertReverse) = "cert.reverse",
    /// An issuer whose lists count.
    IssuerPin(IssuerPin) = "issuer.pin",
    /// And no longer.
    IssuerUnpin(IssuerUnpin) = "issuer.unpin",
    /// Records held.
    HoldPlace(HoldPlace) = "hold.place",
    /// Further records held.
    HoldCatch(HoldCatch) = "hold.catch",
    /// All there was compared with a hold.
    HoldScreened(HoldScreened) = "hold.screened",
    /// A fact version compared with all holds.
    HoldScreen(HoldScreen) = "hold.screen" spelt ["caught"],
    /// A hold that is to end.
    HoldRelease(HoldRelease) = "hold.release",
    /// A hold put back.
    HoldKeep(HoldKeep) = "hold.keep",
    /// A hold looked at.
    HoldReview(HoldReview) = "hold.review",
    /// A proposal confirmed.
    ActConfirm(ActConfirm) = "act.confirm",
    /// A proposal refused.
    ActRefuse(ActRefuse) = "act.refuse",
    /// A retention rule proposed.
    RulePropose(RulePropose) = "rule.propose",
    /// A plan to destroy records.
    PurgePlan(PurgePlan) = "purge.plan",
    /// What becomes of its records.
    PurgeAppraise(PurgeAppraise) = "purge.appraise",
    /// A sign-off over it.
    PurgeApprove(PurgeApprove) = "purge.approve",
    /// A witness's signature before it is carried out.
    PurgeWitness(PurgeWitness) = "purge.witness",
    /// It ends.
    PurgeReject(PurgeReject) = "purge.reject",
    /// Records being destroyed.
    PurgeBegin(PurgeBegin) = "purge.begin",
    /// And destroyed.
    PurgeDone(PurgeDone) = "purge.done",
    /// Its register stands.
    PurgeClose(PurgeClose) = "purge.close",
    /// A witness's signature under the register.
    PurgeAttest(PurgeAttest) = "purge.attest",
    /// What plans ask for.
    PurgePolicy(PurgePolicy) = "purge.policy",
    /// An appraisal was mistaken.
    PurgeReverse(PurgeReverse) = "purge.reverse",
    /// A key copy elsewhere destroyed.
    EpochShred(EpochShred) = "epoch.shred",
    /// A setting.
    SettingSet(SettingSet) = "setting.set",
    /// When jobs run.
    JobsSet(JobsSet) = "jobs.set",
    /// A job has run.
    JobRan(JobRan) = "job.ran",
    /// Documents shown.
    RecordOpen(RecordOpen) = "record.open" spelt [],
    /// Masked values shown.
    FactsReveal(FactsReveal) = "facts.reveal",
    /// The CA asks for a record.
    RecordRequest(RecordRequest) = "record.request",
    /// And is given it.
    RequestAnswer(RequestAnswer) = "request.answer",
    /// And is not.
    RequestRefuse(RequestRefuse) = "request.refuse",
    /// The CA has opened a record by itself.
    EscrowOpen(EscrowOpen) = "escrow.open",
    /// A signed head.
    HeadSigned(HeadSigned) = "head.signed",
    /// Who countersigns.
    CosignerName(CosignerName) = "cosigner.name",
    /// A head countersigned.
    HeadCosigned(HeadCosigned) = "head.cosigned",
    /// A log that begins anew.
    LogFork(LogFork) = "log.fork",
    /// A segment's last line.
    SegmentClose(SegmentClose) = "segment.close",
    /// A check that failed.
    Incident(Incident) = "incident",
    /// Something put aside.
    Quarantined(Quarantined) = "quarantine",
    /// Something put back.
    FileHealed(FileHealed) = "file.healed",
    /// A copy made.
    CopyMade(CopyMade) = "copy.made",
    /// A copy read again.
    CopyVerified(CopyVerified) = "copy.verified",
    /// Filing without a new copy.
    CopyExcused(CopyExcused) = "copy.excused",
    /// A restored vault goes on.
    VaultRestored(VaultRestored) = "vault.restored",
    /// Records of which a hand-over is to be.
    HandoverList(HandoverList) = "handover.list",
    /// Everything is to be handed over, or the records of a list.
    HandoverBegin(HandoverBegin) = "handover.begin",
    /// And is not.
    HandoverCancel(HandoverCancel) = "handover.cancel",
    /// The CA has taken it in.
    HandoverReceipt(HandoverReceipt) = "handover.receipt",
    /// It is being destroyed here.
    HandoverFinish(HandoverFinish) = "handover.finish",
    /// And is gone.
    HandoverDone(HandoverDone) = "handover.done",
    /// What another archive hands over comes in.
    HandoverTake(HandoverTake) = "handover.take",
    /// A hold that came with it.
    HoldTake(HoldTake) = "hold.take",
}

impl From<VaultInit> for Deed {
    /// In a box: there is one of them, and every other deed would take up as much room.
    fn from(data: VaultInit) -> Self {
        Box::new(data).into()
    }
}

impl Deed {
    /// Reads data as JSON, and writes them once more: none where that is not what was read.
    fn read_compared(kind: &str, data: &str) -> Option<Self> {
        Self::parse(kind, data).ok().filter(|deed| is_spelt(&Data(deed), data.as_bytes()))
    }

    /// The note this brings, if any.
    pub fn note(&self) -> Option<&NoteMark> {
        match self {
            Self::VaultInit(d) => d.founder.note.as_ref(),
            Self::StaffEnrol(d) => d.note.as_ref(),
            Self::StaffDisable(d) => d.note.as_ref(),
            Self::EpochStart(d) => d.note.as_ref(),
            Self::RecordFile(d) => d.note.as_ref(),
            Self::RecordCorrect(d) => Some(&d.note),
            Self::RecordReview(d) => d.note.as_ref(),
            Self::RecordAnnotate(d) => Some(&d.note),
            Self::RecordRestrict(d) => Some(&d.note),
            Self::RecordFind(d) => Some(&d.note),
            Self::SubjectSearch(d) => Some(&d.note),
            Self::DocumentMisfiled(d) => Some(&d.note),
            Self::CertLink(d) => d.note.as_ref(),
            Self::CertStatus(d) => d.note.as_ref(),
            Self::CertReport(d) => Some(&d.note),
            Self::CertReverse(d) => Some(&d.note),
            Self::IssuerPin(d) => d.note.as_ref(),
            Self::IssuerUnpin(d) => Some(&d.note),
            Self::ActRefuse(d) => Some(&d.note),
            Self::RulePropose(d) => Some(&d.note),
            Self::HoldPlace(d) => Some(&d.note),
            Self::HoldRelease(d) => Some(&d.note),
            Self::HoldKeep(d) => Some(&d.note),
            Self::HoldReview(d) => Some(&d.note),
            Self::PurgeAppraise(d) => Some(&d.note),
            Self::PurgeReject(d) => Some(&d.note),
            Self::PurgePolicy(d) => Some(&d.note),
            Self::PurgeReverse(d) => Some(&d.note),
            Self::EpochShred(d) => d.note.as_ref(),
            Self::LogFork(d) => Some(&d.note),
            Self::SettingSet(d) => Some(&d.note),
            Self::JobsSet(d) => Some(&d.note),
            Self::RecordOpen(d) => d.note.as_ref(),
            Self::FactsReveal(d) => Some(&d.note),
            Self::RecordRequest(d) => Some(&d.note),
            Self::RequestRefuse(d) => Some(&d.note),
            Self::EscrowOpen(d) => Some(&d.note),
            Self::CopyExcused(d) => Some(&d.note),
            Self::HandoverBegin(d) => Some(&d.note),
            Self::HandoverCancel(d) => Some(&d.note),
            Self::HoldTake(d) => Some(&d.note),
            Self::VaultRestored(d) => d.note.as_ref(),
            _ => None,
        }
    }

    /// The cover this brings, if any.
    pub fn cover(&self) -> Option<NewCover> {
        let (record, counter, n, mark) = match self {
            Self::RecordFile(d) => (d.record, d.counter, d.n, d.cover),
            Self::RecordCorrect(d) => (d.record, d.counter, d.n, d.cover),
            Self::CertLink(d) => (d.record, d.counter, d.n, d.cover),
            Self::DocumentRemove(d) => (d.record, d.counter, d.n, d.cover),
            _ => return None,
        };
        Some(NewCover { record, place: Place::of_counter(counter), n, mark })
    }

    /// The certificates that rely on the record from this line on.
    pub fn links(&self) -> &[Linked] {
        match self {
            Self::RecordFile(d) => &d.certs,
            Self::CertLink(d) => &d.certs,
            _ => &[],
        }
    }

    /// The certificates this says something of.
    pub fn certs(&self) -> Vec<CertId> {
        match self {
            Self::CertStatus(d) => d.events.iter().map(|e| e.cert).collect(),
            Self::CertReport(d) => d.events.iter().map(|e| e.cert).collect(),
            Self::CertReverse(d) => d.certs.clone(),
            _ => self.links().iter().map(|link| link.cert).collect(),
        }
    }

    /// A hold, and records that come under it by this line.
    pub fn held(&self) -> Option<(HoldId, &[RecordId])> {
        match self {
            Self::HoldPlace(d) => Some((d.hold, &d.records)),
            Self::HoldCatch(d) => Some((d.hold, &d.records)),
            Self::HoldTake(d) => Some((d.hold, &d.records)),
            _ => None,
        }
    }

    /// The record this is about, if it is about one; a review is about several. That the CA has opened one is told also where
    /// it is no more, and so is not among these.
    pub fn record(&self) -> Option<RecordId> {
        match self {
            Self::RecordFile(d) => Some(d.record),
            Self::RecordCorrect(d) => Some(d.record),
            Self::RecordAnnotate(d) => Some(d.record),
            Self::RecordRestrict(d) => Some(d.record),
            Self::CertLink(d) => Some(d.record),
            Self::DocumentMisfiled(d) => Some(d.record),
            Self::DocumentRemove(d) => Some(d.record),
            Self::HoldScreen(d) => Some(d.record),
            Self::RecordOpen(d) => Some(d.record),
            Self::FactsReveal(d) => Some(d.record),
            Self::RequestAnswer(d) => Some(d.record),
            _ => None,
        }
    }
}

impl Deed {
    /// The plan to destroy records that this is about, if it is about one.
    pub fn plan(&self) -> Option<PlanId> {
        match self {
            Self::PurgePlan(d) => Some(d.plan),
            Self::PurgeAppraise(d) => Some(d.plan),
            Self::PurgeApprove(d) => Some(d.plan),
            Self::PurgeWitness(d) => Some(d.plan),
            Self::PurgeReject(d) => Some(d.plan),
            Self::PurgeBegin(d) => Some(d.plan),
            Self::PurgeDone(d) => Some(d.plan),
            Self::PurgeClose(d) => Some(d.plan),
            Self::PurgeAttest(d) => Some(d.plan),
            _ => None,
        }
    }

    /// The record that the note this brings dies with: what is said of one record alone.
    pub fn dies_with(&self) -> Option<RecordId> {
        match self {
            Self::RecordReview(d) => match &d.records[..] {
                [reviewed] => Some(reviewed.record),
                _ => None,
            },
            deed => deed.note().and(deed.record()),
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored<'a, D> {
    id: ActId,
    #[serde(borrow)]
    kind: Cow<'a, str>,
    at: Time,
    data: D,
}

/// What an act says, without its kind.
struct Data<'a>(&'a Deed);

/// An act: what was done, under which request id, and when its doer says it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// The request; a second arrival gets the first result.
    pub id: ActId,
    /// Claimed time.
    pub at: Time,
    /// What.
    pub deed: Deed,
}

impl Act {
    /// Reads the bytes of an act.
    ///
    /// Errors: see [`ActError`]; duplicate and unknown keys are refused.
    pub fn parse(text: &str) -> Result<Self, ActError> {
        let stored: Stored<'_, &RawValue> = serde_json::from_str(text).map_err(ActError::Json)?;
        let act = Self { id: stored.id, at: stored.at, deed: Deed::parse(&stored.kind, stored.data.get())? };
        // One spelling for each act: white space or another order would be another line with the same meaning.
        if !is_spelt(&act.stored(), text.as_bytes()) {
            return Err(ActError::Spelling);
        }
        Ok(act)
    }

    /// An act found at the places where its frame has to stand; all else is none, and [`Act::parse`] says why.
    pub(crate) fn of_frame(text: &str) -> Option<Self> {
        let (id, rest) = text.strip_prefix(r#"{"id":""#)?.split_at_checked(26)?;
        let (kind, rest) = cut(rest.strip_prefix(r#"","kind":""#)?, b'"')?;
        let (at, rest) = rest.strip_prefix(r#","at":""#)?.split_at_checked(24)?;
        let data = rest.strip_prefix(r#"","data":"#)?.strip_suffix('}')?;
        let deed = Deed::read_spelt(kind, data).or_else(|| Deed::read_compared(kind, data))?;
        Some(Self { id: id.parse().ok()?, at: at.parse().ok()?, deed })
    }

    /// The bytes that are signed and stored.
    pub fn to_raw(&self) -> Box<RawValue> {
        serde_json::value::to_raw_value(&self.stored())
            .expect("ids, numbers and checked texts always serialise")
    }

    fn stored(&self) -> Stored<'_, Data<'_>> {
        Stored { id: self.id, kind: self.deed.kind().into(), at: self.at, data: Data(&self.deed) }
    }
}

/// What a person's key signs: tag, vault and the act's bytes as they stand.
pub fn signing_bytes(vault: &VaultId, act: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(64 + act.len());
    out.extend_from_slice(b"jingui act 1\n");
    out.extend_from_slice(vault.to_string().as_bytes());
    out.push(b'\n');
    out.extend_from_slice(act.as_bytes());
    out
}

#[cfg(test)]
mod spelt_tests; // both ways of reading data say the same

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate::{Change, Reliance, Source, Until};
    use crate::id::{IssuerId, StaffNo};
    use crate::rules::Rule;
    use crate::time::Day;

    fn act() -> Act {
        Act {
            id: ActId::from_bytes([1; 16]),
            at: "2026-11-22T05:47:00.123Z".parse().unwrap(),
            deed: EpochMember { epoch: 1, staff: StaffNo(2) }.into(),
        }
    }

    #[test]
    fn an_act_is_frozen_in_its_bytes() {
        // If this fails, signatures in old vaults no longer mean what they said.
        let raw = r#"{"id":"0104208220G40G20810408101G","kind":"epoch.member","at":"2026-11-22T05:47:00.123Z","data":{"epoch":1,"staff":"0002"}}"#;
        assert_eq!(act().to_raw().get().replace(&act().id.to_string(), "0104208220G40G20810408101G"), raw);
        assert_eq!(Act::parse(act().to_raw().get()).unwrap(), act());
    }

    #[test]
    fn what_is_said_of_certificates_is_frozen_in_its_bytes() {
        let cert = CertId::from_bytes([1; 16]);
        let issuer = IssuerId::from_bytes([2; 16]);
        let day: Day = "2022-05-10".parse().unwrap();
        let note = NoteMark {
            id: NoteId::from_bytes([3; 16]),
            place: Place(0),
            epoch: 1,
            size: 300,
            b3: B3([4; 32]),
        };
        let frozen = |deed: Deed, text: &str| {
            let data = serde_json::to_string(&Data(&deed)).unwrap();
            let said = data
                .replace(&cert.to_string(), "CERT")
                .replace(&issuer.to_string(), "ISSUER")
                .replace(&note.id.to_string(), "NOTE")
                .replace(&"04".repeat(32), "B3")
                .replace(&"05".repeat(32), "SHA");
            assert_eq!(said, text);
            assert_eq!(Deed::parse(deed.kind(), &data).unwrap(), deed);
        };
        let events = vec![CertEvent { cert, event: Change::Revoked, day }];
        let status = CertStatus { issuer, list: B3([4; 32]), made: day, events: events.clone(), note: None };
        frozen(
            status.into(),
            r#"{"issuer":"ISSUER","list":"B3","made":"2022-05-10","events":[{"cert":"CERT","event":"revoked","day":"2022-05-10"}]}"#,
        );
        let mark = r#"{"id":"NOTE","place":"000000","epoch":1,"size":300,"b3":"B3"}"#;
        frozen(
            CertReport { source: Source::Order, list: None, events, note }.into(),
            &format!(
                r#"{{"source":"order","events":[{{"cert":"CERT","event":"revoked","day":"2022-05-10"}}],"note":{mark}}}"#
            ),
        );
        let pin = IssuerPin { issuer, sha256: Sha256([5; 32]), der: "MAA=".into(), note: None };
        frozen(pin.into(), r#"{"issuer":"ISSUER","sha256":"SHA","der":"MAA="}"#);
        frozen(IssuerUnpin { issuer, note }.into(), &format!(r#"{{"issuer":"ISSUER","note":{mark}}}"#));
        let act_id = ActId::from_bytes([9; 16]);
        frozen(
            CertReverse { act: act_id, certs: vec![cert], note }.into(),
            &format!(r#"{{"act":"{act_id}","certs":["CERT"],"note":{mark}}}"#),
        );
        let linked = Linked {
            cert,
            issued: Some(day),
            until: Some(Until::Never),
            reliance: Reliance::ActedOn,
            issuer: Some(issuer),
            verified: true,
        };
        let text = r#"{"cert":"CERT","issued":"2022-05-10","until":"never","reliance":"acted-on","issuer":"ISSUER","verified":true}"#;
        let said = serde_json::to_string(&linked).unwrap();
        assert_eq!(said.replace(&cert.to_string(), "CERT").replace(&issuer.to_string(), "ISSUER"), text);
        assert_eq!(serde_json::from_str::<Linked>(&said).unwrap(), linked);
    }

    #[test]
    fn a_rule_is_frozen_in_its_bytes() {
        // If this fails, periods that two people have signed no longer are what they signed.
        let rule = Rule { version: 1, years: 8, floor: Some(2), ..crate::rules::shipped()[1].clone() };
        let rule = Rule { law: "ESL 24".into(), effective: "2027-01-01".parse().unwrap(), ..rule };
        let id = crate::id::NoteId::from_bytes([2; 16]);
        let note = NoteMark { id, place: Place::of_counter(0), epoch: 1, size: 7, b3: B3([3; 32]) };
        let act = Act { deed: RulePropose { rule, note }.into(), ..act() };
        let raw = format!(
            r#"{{"id":"{}","kind":"rule.propose","at":"2026-11-22T05:47:00.123Z","data":{{"rule":{{"class":"CN-P5","version":1,"years":8,"basis":"invalid","grace":30,"floor":2,"effective":"2027-01-01","law":"ESL 24"}},"note":{{"id":"{id}","place":"000000","epoch":1,"size":7,"b3":"{}"}}}}}}"#,
            act.id,
            "03".repeat(32),
        );
        assert_eq!(act.to_raw().get(), raw);
        assert_eq!(Act::parse(&raw).unwrap(), act);
    }

    #[test]
    fn unknown_and_doubled_keys_are_refused() {
        let raw = act().to_raw().get().to_owned();
        for bad in [
            raw.replace(r#""epoch":1"#, r#""epoch":1,"epoch":1"#),
            raw.replace(r#""epoch":1"#, r#""epoch":1,"more":1"#),
            raw.replace(r#""kind""#, r#""kind":"x","kind""#),
            raw.replace("epoch.member", "epoch.unheard"),
            raw.replace(r#","data""#, r#","more":0,"data""#),
        ] {
            assert!(Act::parse(&bad).is_err(), "{bad}");
        }
    }
}

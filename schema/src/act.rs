//! What people do and what the vault does: kinds, their data, signing bytes, files carried by hand.

use crate::certificate::{Change, Reliance, Source, Until};
use crate::digest::{B3, FileMark, Salt, Sha256, SignKey, Signature};
use crate::facts::{Business, Class, FactName, Outcome, Purpose, Role, Setting, Verdict};
use crate::id::{
    ActId, ArchiveNumber, By, CertId, Fonds, HoldId, IssuerId, NoteId, Place, RecordId, StaffNo, TargetId,
    VaultId,
};
use crate::rules::Rule;
use crate::time::{Day, Time};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

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

data_types! {
    /// `vault.init`: the first line of every vault.
    VaultInit {
        /// Format.
        format: u32,
        /// Suite.
        suite: String,
        /// The vault's id.
        vault: VaultId,
        /// Name of the RA.
        ra: String,
        /// Its fonds code.
        fonds: Fonds,
        /// For trying out: one person, no authority.
        solo: bool,
        /// Who countersigns enrolments.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        authority: Option<AuthorityKeys>,
        /// age recipient of the CA's escrow.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ca: Option<String>,
        /// C2SP verifier key of the log.
        log: String,
        /// The first security administrator, whose key signs this line.
        founder: StaffEnrol,
        /// The first epoch: 1.
        epoch: u32,
        /// Its age recipient.
        recipient: String,
        /// Its escrow file, where a CA was named.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        escrow: Option<EscrowMark>,
        /// Who holds a copy of the epoch key.
        members: Vec<StaffNo>,
    }
    /// `file.set`: a named file and its digest.
    FileSet {
        /// Path below the vault.
        path: String,
        /// Bytes.
        size: u64,
        /// BLAKE3.
        b3: B3,
    }
    /// `staff.enrol`: a person joins.
    StaffEnrol {
        /// Number in this vault.
        staff: StaffNo,
        /// age recipient.
        age: String,
        /// Signing key.
        sign: SignKey,
        /// What the person may do.
        roles: Vec<Role>,
        /// The name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<NoteMark>,
    }
    /// One enrolment that the authority countersigns.
    Enrolment {
        /// Number.
        staff: StaffNo,
        /// The act that enrolled.
        act: ActId,
        /// The key it enrolled.
        sign: SignKey,
    }
    /// `staff.countersign`: from here on the people named count for two-person rules.
    StaffCountersign {
        /// Which.
        enrolments: Vec<Enrolment>,
    }
    /// `staff.disable`: a person leaves.
    StaffDisable {
        /// Who.
        staff: StaffNo,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<NoteMark>,
    }
    /// `epoch.start`: covers are sealed to a new key from here on.
    EpochStart {
        /// Its number, one more than the last.
        epoch: u32,
        /// Its age recipient.
        recipient: String,
        /// age recipient of the CA, where this epoch is escrowed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ca: Option<String>,
        /// The escrow file.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        escrow: Option<EscrowMark>,
        /// Who holds a copy.
        members: Vec<StaffNo>,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<NoteMark>,
    }
    /// `escrow.proved`: the CA has opened its escrow file.
    EscrowProved {
        /// Which epoch's.
        epoch: u32,
        /// What stood in it.
        answer: Salt,
    }
    /// `epoch.member`: one more copy of an epoch key.
    EpochMember {
        /// Which epoch.
        epoch: u32,
        /// For whom.
        staff: StaffNo,
    }
    /// `epoch.copy`: a copy of an epoch key outside the keystore.
    EpochCopy {
        /// Which epoch.
        epoch: u32,
        /// On what: `sheet`.
        medium: String,
    }
    /// A cover sealed anew.
    ResealedCover {
        /// Whose.
        record: RecordId,
        /// Where it lies.
        place: Place,
        /// Fact version.
        n: u32,
        /// Bytes.
        size: u64,
        /// BLAKE3.
        b3: B3,
    }
    /// A note sealed anew.
    ResealedNote {
        /// Which.
        id: NoteId,
        /// Where it lies.
        place: Place,
        /// Bytes.
        size: u64,
        /// BLAKE3.
        b3: B3,
    }
    /// `epoch.reseal`: covers and notes now also lie under this epoch.
    EpochReseal {
        /// Which epoch.
        epoch: u32,
        /// Covers.
        covers: Vec<ResealedCover>,
        /// Notes.
        notes: Vec<ResealedNote>,
    }
    /// `epoch.verified`: everything alive opens under this epoch; older files may go.
    EpochVerified {
        /// Which epoch.
        epoch: u32,
        /// Covers checked.
        covers: u64,
        /// Notes checked.
        notes: u64,
    }
    /// `epoch.destroyed`: the key copies of an epoch are gone from the keystore.
    EpochDestroyed {
        /// Which epoch.
        epoch: u32,
        /// The copies that were removed: staff numbers, `escrow`.
        copies: Vec<String>,
    }
    /// `record.file`: documents put in.
    RecordFile {
        /// The record.
        record: RecordId,
        /// Which filing of it, from 1.
        filing: u32,
        /// Fact version this makes, from 1.
        n: u32,
        /// The archive number.
        number: ArchiveNumber,
        /// The record's filing counter; its place is this ÷ 4096.
        counter: u64,
        /// Retention class.
        class: Class,
        /// Business act.
        business: Business,
        /// Day of business.
        date: Day,
        /// How it ended.
        outcome: Outcome,
        /// Documents of this filing.
        docs: u32,
        /// The body.
        body: FileMark,
        /// The cover.
        cover: CoverMark,
        /// Why it was supplemented.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<NoteMark>,
        /// Digest of the import plan that it carries out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        plan: Option<Sha256>,
        /// Certificates that rely on the record from here on.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        certs: Vec<Linked>,
    }
    /// A certificate that relies on a record, as the journal knows it.
    Linked {
        /// Which.
        cert: CertId,
        /// Its first day.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        issued: Option<Day>,
        /// Its last day; absent where the certificate does not tell it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Until>,
        /// Why it relies on the record.
        reliance: Reliance,
        /// The pinned issuer of its name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        issuer: Option<IssuerId>,
        /// Whether that issuer's key has signed it.
        verified: bool,
    }
    /// `cert.link`: certificates that rely on a record from here on.
    CertLink {
        /// The record.
        record: RecordId,
        /// Fact version this makes, from 2.
        n: u32,
        /// The record's filing counter; its place is this ÷ 4096.
        counter: u64,
        /// Retention class.
        class: Class,
        /// Business act.
        business: Business,
        /// Day of business.
        date: Day,
        /// How it ended.
        outcome: Outcome,
        /// The cover.
        cover: CoverMark,
        /// The certificates.
        certs: Vec<Linked>,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<NoteMark>,
    }
    /// What happened to one certificate.
    CertEvent {
        /// Which.
        cert: CertId,
        /// What.
        event: Change,
        /// On which day.
        day: Day,
    }
    /// `cert.status`: what a list signed by a pinned issuer says.
    CertStatus {
        /// Whose list.
        issuer: IssuerId,
        /// Its BLAKE3.
        list: B3,
        /// The day on which it was made.
        made: Day,
        /// What it says of certificates of this vault.
        events: Vec<CertEvent>,
        /// Serial numbers, instants and reasons.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<NoteMark>,
    }
    /// `cert.report`: what somebody says of certificates.
    CertReport {
        /// From what they know it.
        source: Source,
        /// BLAKE3 of the list or sheet.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        list: Option<B3>,
        /// What happened.
        events: Vec<CertEvent>,
        /// Why; serial numbers and instants.
        note: NoteMark,
    }
    /// `cert.reverse`: what an earlier line says of some certificates was a mistake.
    CertReverse {
        /// The act of that line.
        act: ActId,
        /// The certificates.
        certs: Vec<CertId>,
        /// Why.
        note: NoteMark,
    }
    /// `issuer.pin`: lists signed by this key count.
    IssuerPin {
        /// Its id in this vault.
        issuer: IssuerId,
        /// SHA-256 of its certificate.
        sha256: Sha256,
        /// The certificate, base64 of its DER.
        der: String,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<NoteMark>,
    }
    /// `issuer.unpin`: lists signed by that key no longer count.
    IssuerUnpin {
        /// Which.
        issuer: IssuerId,
        /// Why.
        note: NoteMark,
    }
    /// `record.correct`: facts of a record as they should have been.
    RecordCorrect {
        /// The record.
        record: RecordId,
        /// Fact version this makes, from 2.
        n: u32,
        /// The record's filing counter; its place is this ÷ 4096.
        counter: u64,
        /// Retention class.
        class: Class,
        /// Business act.
        business: Business,
        /// Day of business.
        date: Day,
        /// How it ended.
        outcome: Outcome,
        /// What differs from the version before.
        changed: Vec<FactName>,
        /// The cover.
        cover: CoverMark,
        /// Why.
        note: NoteMark,
    }
    /// A fact version that a reviewer has looked at.
    Reviewed {
        /// The record.
        record: RecordId,
        /// The fact version.
        n: u32,
        /// What commits to its facts and its list of documents.
        commit: Sha256,
    }
    /// `record.review`: facts and documents compared by somebody who did not file them.
    RecordReview {
        /// What was looked at.
        records: Vec<Reviewed>,
        /// What came of it.
        verdict: Verdict,
        /// The line of the checklist that applied; 0 for the one that is shipped.
        materials: u64,
        /// Records of these whose scans were compared with the paper.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        compared: Vec<RecordId>,
        /// The import they came with, where they are reviewed as one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        plan: Option<Sha256>,
        /// Why they were given back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<NoteMark>,
    }
    /// `record.annotate`: said beside a record, which stays as it is.
    RecordAnnotate {
        /// The record.
        record: RecordId,
        /// What is said.
        note: NoteMark,
    }
    /// `record.restrict`: from here on a record is only stored, or is used again.
    RecordRestrict {
        /// The record.
        record: RecordId,
        /// Whether its use is restricted.
        restricted: bool,
        /// Why.
        note: NoteMark,
    }
    /// `document.misfiled`: papers that are not this record's own are to be taken out of it.
    DocumentMisfiled {
        /// The record they lie in.
        record: RecordId,
        /// The filing they came with.
        filing: u32,
        /// Their numbers, ascending.
        docs: Vec<u32>,
        /// The record they were filed in since, where it is known whose they are.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<RecordId>,
        /// Why.
        note: NoteMark,
    }
    /// `document.remove`: a fact version without papers that two people have called misfiled.
    DocumentRemove {
        /// The proposal that this carries out.
        proposal: ActId,
        /// The record.
        record: RecordId,
        /// Fact version this makes; all earlier ones end with it.
        n: u32,
        /// The record's filing counter; its place is this ÷ 4096.
        counter: u64,
        /// The filing whose body ends with it.
        from: u32,
        /// The filing that takes what was left of that body, where anything was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        left: Option<Rebound>,
        /// The cover.
        cover: CoverMark,
        /// The line up to which it was looked whether the record is held.
        seen: u64,
    }
    /// What was left of a body, in a body of its own. Small enough to be copied.
    Rebound {
        /// Its filing.
        filing: u32,
        /// Documents in it.
        docs: u32,
        /// The file.
        body: FileMark,
    }
    /// `document.removed`: what `document.remove` ended is no longer there.
    DocumentRemoved {
        /// The proposal that was carried out.
        proposal: ActId,
    }
    /// `hold.place`: records must not be destroyed from here on.
    HoldPlace {
        /// The hold.
        hold: HoldId,
        /// Whether it is a query, which later records fall under as well.
        standing: bool,
        /// The day on which somebody should look at it again.
        review: Day,
        /// Records, ascending, where it is a list.
        records: Vec<RecordId>,
        /// Matter, basis, query.
        note: NoteMark,
    }
    /// `hold.catch`: further records under a hold.
    HoldCatch {
        /// The hold.
        hold: HoldId,
        /// Records, ascending.
        records: Vec<RecordId>,
    }
    /// `hold.screened`: every fact version up to a line was compared with the query of a hold.
    HoldScreened {
        /// The hold.
        hold: HoldId,
        /// The line.
        lines: u64,
    }
    /// `hold.screen`: a fact version was compared with every standing hold placed up to a line.
    HoldScreen {
        /// The record.
        record: RecordId,
        /// The fact version.
        n: u32,
        /// The line.
        lines: u64,
        /// Those that it falls under, ascending.
        caught: Vec<HoldId>,
    }
    /// `hold.release`: a hold is to end.
    HoldRelease {
        /// The hold.
        hold: HoldId,
        /// Why.
        note: NoteMark,
    }
    /// `hold.keep`: a hold that was released goes on.
    HoldKeep {
        /// The hold.
        hold: HoldId,
        /// Why.
        note: NoteMark,
    }
    /// `hold.review`: somebody has looked at a hold, which goes on.
    HoldReview {
        /// The hold.
        hold: HoldId,
        /// The day on which somebody should look at it again.
        review: Day,
        /// What came of it.
        note: NoteMark,
    }
    /// `act.confirm`: a second person says yes to what another proposed.
    ActConfirm {
        /// The proposal.
        act: ActId,
        /// SHA-256 of its act as it stands.
        sha256: Sha256,
    }
    /// `act.refuse`: a proposal ends without effect.
    ActRefuse {
        /// The proposal.
        act: ActId,
        /// Why.
        note: NoteMark,
    }
    /// `rule.propose`: the next version of the retention rule of a class.
    RulePropose {
        /// The rule.
        rule: Rule,
        /// Why.
        note: NoteMark,
    }
    /// `setting.set`: a setting of the vault, whole.
    SettingSet {
        /// Which.
        setting: Setting,
        /// Its text.
        note: NoteMark,
    }
    /// `record.open`: documents shown.
    RecordOpen {
        /// The record.
        record: RecordId,
        /// Numbers of the documents.
        docs: Vec<u32>,
        /// What for, where the use of the record is restricted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        purpose: Option<Purpose>,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<NoteMark>,
    }
    /// `facts.reveal`: masked values shown.
    FactsReveal {
        /// The record.
        record: RecordId,
        /// What for, where the use of the record is restricted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        purpose: Option<Purpose>,
        /// Why.
        note: NoteMark,
    }
    /// `head.signed`: names a head file.
    HeadSigned {
        /// Lines under the head.
        lines: u64,
        /// Its root.
        root: Sha256,
        /// Bytes.
        size: u64,
        /// BLAKE3.
        b3: B3,
    }
    /// The segment before the one being closed.
    PriorSegment {
        /// Its first seq.
        first: u64,
        /// Bytes.
        size: u64,
        /// BLAKE3 of all of it.
        b3: B3,
    }
    /// `segment.close`: the last line of a segment.
    SegmentClose {
        /// First seq of this segment.
        first: u64,
        /// The segment before, if there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        prior: Option<PriorSegment>,
    }
    /// `incident`: a file at rest failed its check.
    Incident {
        /// Path below the vault.
        path: String,
        /// What was found: `missing`, `size`, `digest`, `sealed`, `content`.
        finding: String,
    }
    /// `quarantine`: something was moved to `quarantine/`.
    Quarantined {
        /// Name there.
        name: String,
        /// Bytes.
        size: u64,
        /// BLAKE3.
        b3: B3,
        /// Why: `crash`, `tail`, `damaged`.
        reason: String,
    }
    /// `file.healed`: a file was put back from the mirror.
    FileHealed {
        /// Path below the vault.
        path: String,
        /// Bytes.
        size: u64,
        /// BLAKE3.
        b3: B3,
    }
    /// `copy.made`: a state of a copy counts.
    CopyMade {
        /// Where: the id that stands at the target.
        target: TargetId,
        /// Whether that is away from this machine.
        outside: bool,
        /// Lines of the state.
        lines: u64,
        /// Files this run brought.
        files: u64,
        /// Their bytes.
        bytes: u64,
        /// Files that the vault itself did not have as named.
        lacking: u64,
    }
    /// `copy.verified`: a state of a copy was read again.
    CopyVerified {
        /// Where.
        target: TargetId,
        /// When the state was made.
        copied: Time,
        /// Its lines.
        lines: u64,
        /// Files read.
        files: u64,
        /// Records opened.
        sampled: u64,
        /// What did not agree.
        findings: u64,
    }
    /// `copy.excused`: filing went on without a new copy outside.
    CopyExcused {
        /// Age of the last one.
        days: u64,
        /// Why.
        note: NoteMark,
    }
    /// `vault.restored`: a vault put back from a copy goes on from here.
    VaultRestored {
        /// Which copy.
        target: TargetId,
        /// Its lines.
        lines: u64,
        /// The highest archive numbers known to have been given since.
        numbers: Vec<ArchiveNumber>,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<NoteMark>,
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident($data:ty) = $kind:literal,)*) => {
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

            fn parse(kind: &str, data: &RawValue) -> Result<Self, ActError> {
                let fail = |source| ActError::Data { kind: kind.to_owned(), source };
                match kind {
                    $($kind => serde_json::from_str(data.get()).map(Self::$variant).map_err(fail),)*
                    _ => Err(ActError::Kind(kind.to_owned())),
                }
            }

            fn data(&self) -> serde_json::Result<Box<RawValue>> {
                match self { $(Self::$variant(data) => serde_json::value::to_raw_value(data)),* }
            }
        }

        $(impl From<$data> for Deed {
            fn from(data: $data) -> Self { Self::$variant(data) }
        })*
    };
}

kinds! {
    /// A vault begins.
    VaultInit(VaultInit) = "vault.init",
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
    RecordFile(RecordFile) = "record.file",
    /// Facts corrected.
    RecordCorrect(RecordCorrect) = "record.correct",
    /// Facts and documents reviewed.
    RecordReview(RecordReview) = "record.review",
    /// Something said beside a record.
    RecordAnnotate(RecordAnnotate) = "record.annotate",
    /// Use restricted, or no longer.
    RecordRestrict(RecordRestrict) = "record.restrict",
    /// Papers that are to be taken out.
    DocumentMisfiled(DocumentMisfiled) = "document.misfiled",
    /// Papers taken out.
    DocumentRemove(DocumentRemove) = "document.remove",
    /// And destroyed.
    DocumentRemoved(DocumentRemoved) = "document.removed",
    /// Certificates linked to a record.
    CertLink(CertLink) = "cert.link",
    /// What a signed list says of certificates.
    CertStatus(CertStatus) = "cert.status",
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
    HoldScreen(HoldScreen) = "hold.screen",
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
    /// A setting.
    SettingSet(SettingSet) = "setting.set",
    /// Documents shown.
    RecordOpen(RecordOpen) = "record.open",
    /// Masked values shown.
    FactsReveal(FactsReveal) = "facts.reveal",
    /// A signed head.
    HeadSigned(HeadSigned) = "head.signed",
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
}

impl Deed {
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
            Self::SettingSet(d) => Some(&d.note),
            Self::RecordOpen(d) => d.note.as_ref(),
            Self::FactsReveal(d) => Some(&d.note),
            Self::CopyExcused(d) => Some(&d.note),
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

    /// The record this is about, if it is about one; a review is about several.
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
            _ => None,
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    id: ActId,
    kind: String,
    at: Time,
    data: Box<RawValue>,
}

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
        let stored: Stored = serde_json::from_str(text).map_err(ActError::Json)?;
        let act = Self { id: stored.id, at: stored.at, deed: Deed::parse(&stored.kind, &stored.data)? };
        // One spelling for each act: white space or another order would be another line with the same meaning.
        if act.to_raw().get() != text {
            return Err(ActError::Spelling);
        }
        Ok(act)
    }

    /// The bytes that are signed and stored.
    pub fn to_raw(&self) -> Box<RawValue> {
        let invariant = "ids, numbers and checked texts always serialise";
        let stored = Stored {
            id: self.id,
            kind: self.deed.kind().to_owned(),
            at: self.at,
            data: self.deed.data().expect(invariant),
        };
        serde_json::value::to_raw_value(&stored).expect(invariant)
    }
}

/// What a person's key signs: tag, vault and the act's bytes as they stand.
pub fn signing_bytes(vault: &VaultId, act: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(64 + act.len());
    out.extend_from_slice(b"jingui act 0\n");
    out.extend_from_slice(vault.to_string().as_bytes());
    out.push(b'\n');
    out.extend_from_slice(act.as_bytes());
    out
}

/// A sealed note that travels with an act file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CarriedNote {
    /// Its id.
    pub id: NoteId,
    /// The sealed file, base64.
    pub age: String,
}

/// An act file: an act on its way to a vault, or a request to sign one.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActFile {
    jingui: String,
    v: u32,
    /// The vault it is for.
    pub vault: VaultId,
    /// Who signed or is asked to sign.
    pub by: By,
    /// The act's bytes as they stand.
    pub act: Box<RawValue>,
    /// Absent in a request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sig: Option<Signature>,
    /// Notes it refers to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<CarriedNote>,
}

impl ActFile {
    /// Puts an act into a file.
    pub fn new(
        vault: VaultId,
        by: By,
        act: Box<RawValue>,
        sig: Option<Signature>,
        notes: Vec<CarriedNote>,
    ) -> Self {
        Self { jingui: "act".into(), v: 0, vault, by, act, sig, notes }
    }

    /// Reads an act file (one line of a spool).
    ///
    /// Errors: [`ActError::Json`] for anything that is not one.
    pub fn parse(text: &str) -> Result<Self, ActError> {
        use serde::de::Error as _;
        let file: Self = serde_json::from_str(text.trim_end()).map_err(ActError::Json)?;
        if file.jingui != "act" || file.v != 0 {
            return Err(ActError::Json(serde_json::Error::custom("not a jingui act file of version 0")));
        }
        Ok(file)
    }

    /// The file's one line, with LF.
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).expect("an act file always serialises") + "\n"
    }
}

/// The public half of a person's key file, as sent to whoever enrols.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicHalf {
    jingui: String,
    v: u32,
    /// The person's name.
    pub name: String,
    /// age recipient.
    pub age: String,
    /// Signing key.
    pub sign: SignKey,
    /// Signature over name and recipient with that key.
    pub proof: Signature,
}

/// Says why a text is not a person's public half.
#[derive(Debug, thiserror::Error)]
pub enum PublicHalfError {
    /// Not its JSON.
    #[error("not the public half of a jingui key")]
    Json(#[source] serde_json::Error),
    /// Another version.
    #[error("not a jingui person of version 0")]
    Version,
    /// The proof does not fit: someone changed the name or a key.
    #[error("its proof does not fit: the name or a key was changed")]
    Proof,
}

impl PublicHalf {
    /// What `proof` signs.
    pub fn proof_bytes(name: &str, age: &str) -> Vec<u8> {
        format!("jingui person 0\n{name}\n{age}\n").into_bytes()
    }

    /// Puts a public half together.
    pub fn new(name: String, age: String, sign: SignKey, proof: Signature) -> Self {
        Self { jingui: "person".into(), v: 0, name, age, sign, proof }
    }

    /// Reads and checks a public half.
    pub fn parse(text: &str) -> Result<Self, PublicHalfError> {
        let half: Self = serde_json::from_str(text.trim()).map_err(PublicHalfError::Json)?;
        if half.jingui != "person" || half.v != 0 {
            return Err(PublicHalfError::Version);
        }
        if !half.sign.verifies(&Self::proof_bytes(&half.name, &half.age), &half.proof) {
            return Err(PublicHalfError::Proof);
        }
        Ok(half)
    }

    /// The file's one line, with LF.
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).expect("a public half always serialises") + "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            let data = deed.data().unwrap();
            let said = data
                .get()
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

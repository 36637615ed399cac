//! What can go wrong, each with a code, an exit status and the thing it names.
//!
//! The English text here is for developers and logs; what people read stands in the message files under
//! `error-<code>` and `hint-<code>`, filled with the same fields.

use jingui_schema::act::PublicHalfError;
use std::io;

/// How a command ends. The numbers are a contract with scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Failed.
    Failed = 1,
    /// Used wrongly.
    Usage = 2,
    /// Done in part; some items need a person.
    Part = 3,
    /// Refused by a rule.
    Refused = 4,
    /// The plan is stale.
    Stale = 5,
    /// Not found.
    NotFound = 6,
    /// No vault here.
    NoVault = 10,
    /// The vault is in use and its holder does not answer.
    InUse = 11,
    /// Wrong passphrase or key.
    WrongKey = 12,
    /// Damage found.
    Damage = 13,
    /// Format too old or too new.
    Format = 14,
    /// Store or device unreachable.
    Unreachable = 15,
    /// No space.
    NoSpace = 16,
    /// Interrupted, resumable.
    Interrupted = 130,
}

macro_rules! errors {
    ($($(#[$doc:meta])* $variant:ident { $($field:ident),* } = $code:literal, $exit:ident, $text:literal;)*) => {
        /// An error of the vault. Each names the thing; the fields fill the message.
        #[derive(Debug, thiserror::Error)]
        pub enum Error {
            $($(#[$doc])* #[error($text)] $variant { $(#[doc = concat!("The ", stringify!($field), " it names.")] $field: String),* },)*
            /// The disk or another device refused.
            #[error("{doing}")]
            Io {
                /// What was tried, with the path.
                doing: String,
                /// Why it failed.
                #[source]
                source: io::Error,
            },
        }

        impl Error {
            /// The codes there are, for checking that each has its messages.
            pub const CODES: &[&str] = &[$($code,)* "io", "no-space", "read-only", "no-permission", "missing"];

            /// The error's code: the key of its messages.
            pub fn code(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $code,)*
                    Self::Io { source, .. } => io_code(source),
                }
            }

            /// The fields that fill the messages.
            pub fn fields(&self) -> Vec<(&'static str, String)> {
                match self {
                    $(Self::$variant { $($field),* } => vec![$((stringify!($field), $field.clone())),*],)*
                    Self::Io { doing, source } => vec![("doing", doing.clone()), ("cause", source.to_string())],
                }
            }

            /// How a command that ends with this error exits.
            pub fn exit(&self) -> Exit {
                match self {
                    $(Self::$variant { .. } => Exit::$exit,)*
                    Self::Io { source, .. } => match io_code(source) {
                        "no-space" => Exit::NoSpace,
                        "read-only" => Exit::Unreachable,
                        _ => Exit::Failed,
                    },
                }
            }
        }
    };
}

fn io_code(source: &io::Error) -> &'static str {
    use io::ErrorKind::*;
    match source.kind() {
        StorageFull | QuotaExceeded | FileTooLarge => "no-space",
        ReadOnlyFilesystem => "read-only",
        PermissionDenied => "no-permission",
        NotFound => "missing",
        _ => "io",
    }
}

/// Whether an error says nothing of the file it was met at: the process or the machine has run out of something.
pub(crate) fn is_of_the_machine(error: &io::Error) -> bool {
    use rustix::io::Errno;
    matches!(Errno::from_io_error(error), Some(Errno::MFILE | Errno::NFILE | Errno::NOMEM))
}

errors! {
    /// No `VAULT.toml` there.
    NoVault { path } = "no-vault", NoVault, "no vault at {path}";
    /// `init` wants an empty directory.
    NotEmpty { path } = "not-empty", Usage, "{path} is not an empty directory";
    /// A keystore or mirror inside the vault, or the other way round.
    Nested { path, other } = "nested", Usage, "{path} and {other} must not lie inside each other";
    /// The format is newer.
    TooNew { path, found } = "too-new", Format, "{path} is of format {found}, newer than this program reads";
    /// The format is the draft before the first one.
    DraftFormat { path } = "draft-format", Format, "{path} was made before the first format; it cannot be upgraded";
    /// `VAULT.toml` differs from the first line.
    Edited { path, what } = "edited", Damage, "{path} says another {what} than the journal's first line";
    /// A journal line at or below the commit does not fit.
    JournalDamaged { path, seq, why } = "journal-damaged", Damage, "line {seq} of the journal ({path}): {why}";
    /// Neither slot of `commit` is whole.
    CommitDamaged { path } = "commit-damaged", Damage, "neither slot of {path} is whole";
    /// The vault was opened for reading only.
    ReadOnly { path, why } = "vault-read-only", Refused, "the vault at {path} is open for reading only: {why}";
    /// A sync failed; nothing more is written until reopened.
    Poisoned { why } = "poisoned", Failed, "writing has stopped after a failed sync: {why}";
    /// The disk does not answer; what was asked for may still be carried out.
    Stalled { path, seconds } = "stalled", InUse, "the disk has not answered for {seconds} s ({path})";
    /// The writer is gone.
    Closed {} = "closed", Failed, "the vault has been closed";
    /// A file at rest is not what the journal says.
    FileDamaged { path, finding } = "file-damaged", Damage, "{path}: {finding}";
    /// Keystore not found.
    NoKeystore { path } = "no-keystore", Unreachable, "no keystore at {path}";
    /// A keystore of another vault.
    OtherKeystore { path } = "other-keystore", WrongKey, "the keystore at {path} belongs to another vault";
    /// A key is needed and none was given.
    KeyNeeded {} = "key-needed", Usage, "this needs a person's key";
    /// Passphrase wrong.
    Passphrase { path } = "wrong-passphrase", WrongKey, "{path} does not open with this passphrase";
    /// Passphrase too short.
    WeakPassphrase {} = "weak-passphrase", Usage, "a passphrase has at least eight characters";
    /// Not a person's key file.
    NotAKey { path, why } = "not-a-key", WrongKey, "{path} is not a person's key file: {why}";
    /// Not a name for a key.
    BadName { name } = "bad-name", Usage, "{name:?} is no name for a key: one line of at most 64 characters";
    /// Not a public half.
    NotAPerson { path, why } = "not-a-person", Usage, "{path} is not the public half of a key: {why}";
    /// Key unknown to this vault.
    Stranger { name } = "stranger", WrongKey, "the key of {name} is not enrolled in this vault";
    /// Person was disabled.
    Disabled { staff } = "disabled", Refused, "{staff} has been disabled";
    /// The person holds no copy of the epoch key.
    NoCopy { staff } = "no-copy", WrongKey, "{staff} holds no copy of the epoch key";
    /// Role missing.
    Role { staff, roles } = "role", Refused, "{staff} has none of the roles {roles}";
    /// The act is not the authority's.
    NotAuthority {} = "not-authority", Refused, "this is for the authority named at init";
    /// The people cannot meet the policy.
    Policy { why } = "policy", Refused, "the people enrolled cannot meet the policy: {why}";
    /// Three administrators are three people.
    Administrators { staff } = "administrators", Refused, "{staff} would hold two administrator roles";
    /// The last security administrator.
    LastSecurity { staff } = "last-security", Refused, "{staff} is the last security administrator";
    /// Staff number unknown.
    NoStaff { staff } = "no-staff", NotFound, "nobody here has the number {staff}";
    /// Key already enrolled.
    Enrolled { staff } = "enrolled", Refused, "this key is already enrolled as {staff}";
    /// The CA has not proved its escrow.
    EscrowUnproved { epoch } = "escrow-unproved", Refused, "the CA has not yet proved that it opens the escrow file of epoch {epoch}";
    /// Wrong answer.
    EscrowAnswer { epoch } = "escrow-answer", Refused, "the answer does not fit the escrow file of epoch {epoch}";
    /// Epoch moved on while sealing.
    EpochMoved { epoch } = "epoch-moved", Stale, "sealed to epoch {epoch}, which is no longer the current one";
    /// A rotation is under way.
    RotationUnfinished { epoch } = "rotation-unfinished", Refused, "the rotation to epoch {epoch} is not finished";
    /// Signature does not fit.
    BadSignature { by } = "bad-signature", Refused, "the signature of {by} does not fit";
    /// Act file for another vault.
    OtherVault { vault } = "other-vault", Refused, "this act is for the vault {vault}";
    /// Not an act file.
    NotAnAct { path, why } = "not-an-act", Usage, "{path} is not an act file: {why}";
    /// The act is not signed.
    Unsigned { path } = "unsigned", Refused, "{path} is a request, not yet signed";
    /// The kind cannot come in this way.
    NotCarried { kind } = "not-carried", Refused, "an act of the kind {kind} cannot be brought in as a file";
    /// The act does not fit the state of the vault.
    Stale { why } = "stale", Stale, "the act does not fit the vault as it is now: {why}";
    /// Record unknown.
    NoRecord { record } = "no-record", NotFound, "no record {record}";
    /// A prefix of several records.
    Ambiguous { record, count } = "ambiguous", NotFound, "{record} fits {count} records";
    /// Document unknown.
    NoDocument { record, doc } = "no-document", NotFound, "record {record} has no document {doc}";
    /// Line unknown.
    NoLine { seq, lines } = "no-line", NotFound, "there is no line {seq}; the journal has {lines}";
    /// A source could not be read.
    Source { path, why } = "source", Usage, "{path} cannot be filed: {why}";
    /// A source changed while it was read.
    SourceChanged { path } = "source-changed", Failed, "{path} changed while it was being read";
    /// Too much for one filing.
    TooMany { count, limit } = "too-many", Usage, "{count} documents are over the limit of {limit} for one filing";
    /// What was written does not read back.
    ReadBack { path } = "read-back", Damage, "{path} does not read back as it was written";
    /// The catalog is not usable.
    Catalog { why } = "catalog", Failed, "the catalog: {why}";
    /// A cursor of another list.
    Cursor { cursor } = "cursor", Usage, "{cursor:?} is not a cursor of this list";
    /// Escrow or sheet does not open.
    NotOpened { path } = "not-opened", WrongKey, "{path} does not open with this key";
    /// The recovered identity is not this epoch's.
    OtherEpoch { path } = "other-epoch", Refused, "{path} does not hold the key of the current epoch";
    /// No directory at the target of a copy, or not the disk that was there.
    NoTarget { path, why } = "no-target", Unreachable, "the target {path} cannot be reached: {why}";
    /// An object store does not answer, or not to the end.
    StoreUnreachable { store, why } = "store-unreachable", Unreachable, "{store} cannot be reached: {why}";
    /// The store does not accept who asks.
    StoreCredentials { store, why } = "store-credentials", Unreachable, "{store} does not accept the credentials: {why}";
    /// The store does not allow it to who asks.
    StoreDenied { store, key, why } = "store-denied", Unreachable, "{store} does not allow it ({key}): {why}";
    /// No such bucket.
    NoBucket { store, why } = "no-bucket", Unreachable, "{store}: no such bucket: {why}";
    /// The bucket is of another region, or reached at another address.
    StoreElsewhere { store, why } = "store-elsewhere", Unreachable, "{store} is reached elsewhere: {why}";
    /// This machine's clock and the store's differ.
    StoreClock { store, ours, theirs } = "store-clock", Unreachable, "{store} has {theirs}, this machine {ours}";
    /// The store has no room.
    StoreFull { store, key, why } = "store-full", NoSpace, "{store} has no room for {key}: {why}";
    /// The store takes nothing.
    StoreReadOnly { store, key, why } = "store-read-only", Unreachable, "{store} does not take {key}: {why}";
    /// The store refuses for another reason.
    StoreRefused { store, key, why } = "store-refused", Failed, "{store} refuses {key}: {why}";
    /// The target has files that are no copy's.
    NotACopy { path } = "not-a-copy", Usage, "{path} is neither empty nor a copy";
    /// What is locked at a target is locked otherwise than it was to be.
    LockNotKept { key, wanted, found } = "lock-not-kept", Failed, "{key} was to be locked {wanted} and is {found}";
    /// What is retained for longer than is wanted, in a mode in which that can be taken back: in the strict one it could not.
    LockTooLong { key, wanted, found } = "lock-too-long", Refused, "{key} is locked {found}, longer than {wanted}: it is not made strict";
    /// The copy there is of another vault.
    OtherCopy { path, vault } = "other-copy", Refused, "{path} holds copies of the vault {vault}";
    /// The copy there is of another history of this vault.
    CopyAhead { path, theirs, lines } = "copy-ahead", Refused, "the copy at {path} has {theirs} lines that this vault, with {lines}, does not have";
    /// Something else lies where a file of the copy goes.
    InTheWay { path, finding } = "in-the-way", Damage, "{path} is in the way of a file of the copy: {finding}";
    /// A file at the target says what cannot be.
    CopyDamaged { path, why } = "copy-damaged", Damage, "{path} at the target: {why}";
    /// No state of the copy is whole.
    NoCopyState { path } = "no-copy-state", NotFound, "no copy at {path} is complete";
    /// The copy's key is gone.
    CopySealed { epoch } = "copy-sealed", Damage, "the copy is sealed to epoch {epoch}, whose key has been destroyed";
    /// A restore that was cut off.
    RestoreUnfinished { path } = "restore-unfinished", NoVault, "the vault at {path} was not put back to the end";
    /// Not put back from a copy.
    NotRestored { path } = "not-restored", Refused, "the vault at {path} was not put back from a copy";
    /// What was read is not a CA's report.
    NotAReport { path, why } = "not-a-report", Usage, "{path} is not a report of the CA: {why}";
    /// Nobody has said where pushes go.
    NoPushPlace {} = "no-push-place", Usage, "nobody has said where pushes go";
    /// Nobody has said why there is no newer copy.
    CopyOverdue { days } = "copy-overdue", Refused, "the last verified copy outside this machine is {days} days old";
    /// No place has what is damaged of the journal.
    JournalUnhealed { path, why } = "journal-unhealed", Damage, "the journal of {path} could not be put back: {why}";
    /// No mirror.
    NoMirror {} = "no-mirror", Unreachable, "this vault has no mirror that can be reached";
    /// A setting that cannot be read.
    Setting { setting, why } = "setting", Usage, "this is no {setting} setting: {why}";
    /// Nothing would change.
    NothingToCorrect { record } = "nothing-to-correct", Usage, "record {record} says so already";
    /// A reviewer who filed or corrected the record.
    OwnWork { record, staff } = "own-work", Refused, "{staff} filed or corrected record {record} and cannot review it";
    /// A record that lacks something mandatory.
    Incomplete { record, count } = "incomplete", Refused, "record {record} lacks {count} mandatory materials";
    /// A review that is not the reviewer's to make now.
    NothingToReview { record } = "nothing-to-review", Refused, "record {record} is reviewed as it stands";
    /// No records came with this plan.
    NoPlan { plan } = "no-plan", NotFound, "no record was filed by the plan {plan}";
    /// A sample that was not looked at.
    SampleWanted { count } = "sample-wanted", Refused, "{count} records of the drawn sample have not been compared with the paper";
    /// The use of a record is restricted.
    Restricted { record } = "restricted", Refused, "the use of record {record} is restricted";
    /// The restriction is as asked for already.
    RestrictedAlready { record } = "restricted-already", Usage, "nothing to change for record {record}";
    /// Hold unknown.
    NoHold { hold } = "no-hold", NotFound, "no hold {hold}";
    /// Several holds fit.
    WhichHold { hold, count } = "which-hold", NotFound, "{hold} fits {count} holds";
    /// A hold that was not released.
    HoldInForce { hold } = "hold-in-force", Refused, "hold {hold} is in force";
    /// A hold that was released.
    HoldReleased { hold } = "hold-released", Refused, "hold {hold} has been released";
    /// A record that must not be changed; why is not for everybody to know.
    NotEligible { record } = "not-eligible", Refused, "record {record} is not eligible";
    /// Records came under a hold meanwhile.
    HoldsChanged { line } = "holds-changed", Stale, "holds have changed in line {line}";
    /// Nothing happens to a certificate before it begins.
    BeforeItBegan { day, begins } = "before-it-began", Usage, "{day} is before the certificate began, on {begins}";
    /// A hold is looked at within twelve months.
    ReviewDay { day } = "review-day", Usage, "a hold cannot wait until {day} to be looked at";
    /// A query that cannot be read.
    BadQuery { why } = "bad-query", Usage, "this is no query: {why}";
    /// Proposed once already.
    ProposedAlready { act } = "proposed-already", Refused, "this has been proposed already: {act}";
    /// A period below what the law asks for.
    BelowLaw { class, years, floor } = "below-law", Refused, "{class} for {years} years is below the {floor} years of the law";
    /// The class has an open proposal already.
    RuleOpen { class, act } = "rule-open", Refused, "the proposal {act} for {class} is still open";
    /// No proposal is open for the class.
    NoRuleProposal { class } = "no-rule-proposal", NotFound, "no rule is proposed for {class}";
    /// The rule says so already.
    RuleSame { class } = "rule-same", Usage, "the rule of {class} says so already";
    /// A shorter period from a day that has come.
    RuleRetroactive { class, day } = "rule-retroactive", Refused, "a shorter period for {class} cannot hold from {day} on, which has come";
    /// A time for a job that is none.
    BadCron { job, cron, why } = "bad-cron", Usage, "{cron:?} is no time for the job {job}: {why}";
    /// A schedule that has a job twice.
    JobTwice { job } = "job-twice", Usage, "the job {job} stands twice in the schedule";
    /// The schedule says so already.
    ScheduleSame {} = "schedule-same", Usage, "the schedule says so already";
    /// No such plan.
    NoPurge { plan } = "no-purge", NotFound, "there is no plan {plan}";
    /// A plan that is carried out or was stopped.
    PlanEnded { plan, stage } = "plan-ended", Refused, "the plan {plan} is {stage}";
    /// A plan that lacks a step before this one.
    PlanNotReady { plan, stage } = "plan-not-ready", Refused, "the plan {plan} is only {stage}";
    /// A policy that says nothing, or too much.
    BadPolicy { why } = "bad-policy", Usage, "plans cannot ask for that: {why}";
    /// A policy that the people there are could not meet.
    PolicyUnmet { missing } = "policy-unmet", Refused, "nobody is there for: {missing}";
    /// A plan whose day has not come.
    PlanWaits { plan, day } = "plan-waits", Refused, "the plan {plan} may be carried out on {day}";
    /// A run was cut off in the middle of a record.
    PlanUnderWay { plan } = "plan-under-way", Refused, "records of the plan {plan} are being destroyed";
    /// A plan's file is not the one that was signed.
    PlanDamaged { plan, why } = "plan-damaged", Damage, "the file of the plan {plan} is not the one that was signed: {why}";
    /// Everything is being handed over.
    HandedOver { stage } = "handed-over", Refused, "everything of this archive is handed over ({stage})";
    /// Something has to be brought to its end first.
    Unfinished { what } = "unfinished", Refused, "something is not finished: {what}";
    /// A record, or a certificate that one relies on, is being handed over.
    Sealed { what, stage } = "sealed", Refused, "{what} is being handed over ({stage})";
    /// No record is there to be handed over.
    NothingListed { project } = "nothing-listed", NotFound, "no record of {project} is here";
    /// A record that was handed over and is not here any more.
    Transferred { record, taker, receipt, seq } = "transferred", NotFound, "the record {record} was handed over to {taker} by the receipt {receipt}: line {seq}";
    /// Nothing is being handed over.
    NoHandover {} = "no-handover", NotFound, "nothing is being handed over, or it is another hand-over";
    /// The CA has left no receipt.
    NoReceipt {} = "no-receipt", Refused, "there is no receipt of the CA";
    /// The list of a receipt is not what the CA signed.
    ReceiptDamaged { path, why } = "receipt-damaged", Damage, "{path} is not the list that the CA signed: {why}";
    /// The list of a receipt is longer than any that an archive takes in.
    ListTooLong { bytes, limit } = "list-too-long", Refused, "the list has {bytes} bytes, over the limit of {limit}";
    /// Something that is here is not in the receipt as it is.
    NotReceipted { count } = "not-receipted", Refused, "{count} records are not in the CA's receipt as they are here";
    /// A hand-over of this vault to itself.
    OwnVault {} = "own-vault", Refused, "it is this vault's own";
    /// Another archive has the same fonds code.
    FondsTaken { fonds } = "fonds-taken", Refused, "another archive here has the fonds code {fonds}";
    /// A retention rule that was signed there and not here.
    RulesDiffer { class, version, years } = "rules-differ", Refused, "version {version} of the rule {class} ({years} years) was signed there and not here";
    /// Nobody has said where the copy is in which documents have stayed.
    NoLeftPlace { target } = "no-left-place", Unreachable, "nobody has said where the copy {target} is, in which documents have stayed";
    /// The copy in which documents have stayed cannot be reached.
    LeftUnreachable { target, place, why } = "left-unreachable", Unreachable, "the copy {target} at {place}, in which documents have stayed, cannot be reached: {why}";
    /// What is opened out of one copy has its documents in another one.
    LeftElsewhere { record, target } = "left-elsewhere", NotFound, "documents of the record {record} are not in this copy: they have stayed in the copy {target}";
    /// A body that has stayed elsewhere is not what the line says.
    LeftDamaged { name, place, finding } = "left-damaged", Damage, "{name} at {place}: {finding}";
    /// What is at the target is not sealed for a hand-over.
    NotHandedOver { place } = "not-handed-over", Refused, "what lies at {place} is not handed over";
    /// The CA has not asked for anything by this act.
    NoRequest { act } = "no-request", NotFound, "no request {act}";
    /// A request that has been answered or refused.
    RequestSettled { act, seq } = "request-settled", Refused, "the request {act} was settled by line {seq}";
    /// What came as the answer to a request cannot be believed.
    AnswerDamaged { path, why } = "answer-damaged", Damage, "{path} is not an answer that can be believed: {why}";
    /// The cosigner has not countersigned far enough.
    NotCosigned { lines } = "not-cosigned", Refused, "no head over {lines} lines has been countersigned";
    /// Nobody was named to countersign.
    NoCosigner {} = "no-cosigner", Refused, "nobody has been named to countersign heads";
    /// No head has been countersigned.
    NoCosignedHead {} = "no-cosigned-head", NotFound, "no head has been countersigned yet";
    /// That one was named already.
    CosignerNamed { name } = "cosigner-named", Usage, "{name} countersigns already";
    /// A key that cannot countersign.
    NotACosigner { key, why } = "not-a-cosigner", Usage, "{key} is not a key to countersign with: {why}";
    /// The cosigner knows more lines than there are.
    BehindCosigner { lines, known } = "behind-cosigner", Refused, "the cosigner has seen {known} lines, this vault has {lines}";
    /// Not a cosigner's answer.
    NotAnAnswer { path, why } = "not-an-answer", Usage, "{path} is not the answer of a cosigner: {why}";
    /// An answer about another vault.
    OtherLog { origin } = "other-log", Refused, "this answer is about {origin}";
    /// An answer by somebody else.
    NotCosigner { names, name } = "not-cosigner", Refused, "it is signed by {names}, not by {name}";
    /// A countersigned head that this journal does not have.
    NotOurHead { lines } = "not-our-head", Refused, "this vault has not signed the head over {lines} lines that was countersigned";
    /// Something newer has been taken in.
    CosignedLater { lines, at } = "cosigned-later", Refused, "a head over {lines} lines of {at} has been taken in already";
    /// Not a request to a cosigner.
    NotARequest { path, why } = "not-a-request", Usage, "{path} is not a request to a cosigner: {why}";
    /// No cosigner's directory.
    NoCosignerHere { path } = "no-cosigner-here", NotFound, "no cosigner at {path}";
    /// What a cosigner keeps is not whole.
    CosignerDamaged { path, why } = "cosigner-damaged", Damage, "{path}: {why}";
    /// The key is not this cosigner's.
    OtherCosigner { path } = "other-cosigner", WrongKey, "the key is not that of the cosigner at {path}";
    /// A vault that the cosigner has not been told of.
    UnknownLog { origin } = "unknown-log", Refused, "{origin} is not known here";
    /// A vault that is not the one that is to be trusted.
    TrustOther { origin, path } = "trust-other", Refused, "{path} is not that of {origin}";
    /// A head that is not signed with the key that is known.
    OtherLogKey { origin } = "other-log-key", Refused, "the head of {origin} is not signed with the key that is known";
    /// The cosigner knows another size than the request begins with.
    CosignerElsewhere { origin, known, old } = "cosigner-elsewhere", Stale, "of {origin} {known} lines are known, the request begins at {old}";
    /// A head that does not continue the one that was signed.
    Inconsistent { origin, known, lines } = "inconsistent", Refused, "the head over {lines} lines of {origin} does not continue the {known} that were signed";
    /// Not a vault's readable first line.
    NotAVaultToml { path, why } = "not-a-vault-toml", Usage, "{path} is not a VAULT.toml: {why}";
    /// A vault's log begins anew, and nobody has accepted that.
    LogForked { origin, lines, known, seen } = "log-forked", Refused, "{origin} with {lines} lines does not continue {known}, of which {seen} lines were signed";
    /// A log that was given up for another one.
    LogEnded { origin, now } = "log-ended", Refused, "{origin} was given up for {now}";
    /// No head is remembered that the journal does not continue.
    NotForked { path } = "not-forked", Usage, "the vault at {path} continues every head that is remembered";
    /// Somebody with another part in a plan.
    OwnPlan { plan, staff } = "own-plan", Refused, "{staff} has another part in the plan {plan}";
    /// Not one of the witnesses.
    NotWitness { plan, staff } = "not-witness", Refused, "{staff} is no witness of the plan {plan}";
    /// Nothing may be destroyed.
    NothingDue { day } = "nothing-due", NotFound, "no record may be destroyed on {day}";
    /// A record that is not in a plan.
    NotPlanned { plan, record } = "not-planned", NotFound, "the record {record} is not in the plan {plan}";
    /// No appraisal, or more than one.
    NoAppraisal { record } = "no-appraisal", NotFound, "no one appraisal that keeps the record {record} is meant";
    /// A record that is no more.
    Destroyed { record, seq } = "destroyed", NotFound, "the record {record} was destroyed: line {seq}";
    /// A record whose destruction has begun.
    BeingDestroyed { record } = "being-destroyed", Refused, "the record {record} is being destroyed";
    /// Nothing of that id waits for a second person.
    NoProposal { act } = "no-proposal", NotFound, "no open proposal {act}";
    /// Too many proposals are open.
    TooManyProposals { count } = "too-many-proposals", Refused, "{count} proposals are open already";
    /// The second person is the first.
    OwnProposal { act, staff } = "own-proposal", Refused, "{staff} made the proposal {act}; another person has to confirm it";
    /// The authority has not countersigned the second person's enrolment.
    NotCounted { staff } = "not-counted", Refused, "the enrolment of {staff} has not been countersigned and counts for nothing that takes two";
    /// Papers of several filings, which lie in several bodies.
    OneFiling { record } = "one-filing", Usage, "the papers named of record {record} came with different filings";
    /// Nothing would be left.
    LastPapers { record } = "last-papers", Refused, "nothing would be left of record {record}";
    /// From a record into itself.
    SameRecord { record } = "same-record", Usage, "record {record} is the one they lie in";
    /// What was to be moved is not where it was to be.
    NotFiledThere { record } = "not-filed-there", Refused, "record {record} does not have the papers";
    /// The second person has not said yes.
    Unconfirmed { act } = "unconfirmed", Refused, "nobody has confirmed the proposal {act}";
    /// No issuer of that id is pinned.
    NoIssuer { issuer } = "no-issuer", NotFound, "no pinned issuer {issuer}";
    /// That issuer is pinned already.
    IssuerKnown { issuer } = "issuer-known", Usage, "the issuer {issuer} is pinned already";
    /// A file is no certificate, or one that cannot be read.
    NoCertificate { path, why } = "no-certificate", Usage, "{path} is no certificate: {why}";
    /// No certificate of that id or serial is known.
    NoCert { cert } = "no-cert", NotFound, "no certificate {cert}";
    /// A serial number or the beginning of an id fits several certificates.
    ManyCerts { cert, count } = "many-certs", Usage, "{count} certificates fit {cert}";
    /// Everything that was to be linked is linked already.
    LinkedAlready { record } = "linked-already", Usage, "nothing to link to record {record}";
    /// Stopped by the user.
    Interrupted {} = "interrupted", Interrupted, "interrupted";
}

impl Error {
    /// What is said of a thing of another format than [`jingui_schema::FORMAT`]: it is a draft, or newer.
    ///
    /// No draft may be told to look for a newer program: there is none that reads it.
    pub fn of_format(path: impl Into<String>, format: u64) -> Self {
        let path = path.into();
        match format {
            0 => Self::DraftFormat { path },
            newer => Self::TooNew { path, found: newer.to_string() },
        }
    }

    /// What is said of a file that is no public half of a key that this program reads.
    pub fn of_half(path: impl Into<String>, why: &PublicHalfError) -> Self {
        match why {
            PublicHalfError::Format(format) => Self::of_format(path, *format),
            why => Self::NotAPerson { path: path.into(), why: why.to_string() },
        }
    }
}

/// A result of the vault.
pub type Result<T> = std::result::Result<T, Error>;

/// Gives an I/O error the path and the intention.
pub(crate) trait Doing<T> {
    fn doing(self, what: &str, path: &std::path::Path) -> Result<T>;
}

impl<T> Doing<T> for io::Result<T> {
    fn doing(self, what: &str, path: &std::path::Path) -> Result<T> {
        self.map_err(|source| Error::Io { doing: format!("{what} {}", path.display()), source })
    }
}

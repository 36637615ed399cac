//! What is known of a record, and the closed lists of words it is said in.

use crate::id::{ArchiveNumber, By, StaffNo, text_serde};
use crate::time::Day;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A word that is not in its list; the message names the list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{word:?} is not one of: {list}")]
pub struct WordError {
    /// What was given.
    pub word: String,
    /// The words there are.
    pub list: String,
}

macro_rules! word_lists {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl $name {
            /// All of them, in the order of the format page.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word as stored and typed.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.word())
            }
        }

        impl FromStr for $name {
            type Err = WordError;
            fn from_str(text: &str) -> Result<Self, WordError> {
                Self::ALL.iter().copied().find(|w| w.word() == text).ok_or_else(|| WordError {
                    word: text.to_owned(),
                    list: Self::ALL.iter().map(|w| w.word()).collect::<Vec<_>>().join(", "),
                })
            }
        }

        text_serde!($name);
    )*};
}

pub(crate) use word_lists;

word_lists! {
    /// What a person may do in a vault.
    Role {
        /// Files records and reads them.
        Archivist = "archivist",
        /// Checks what another person filed.
        Reviewer = "reviewer",
        /// Pulls evidence, places holds.
        Legal = "legal",
        /// Approves disposal.
        Approver = "approver",
        /// Reads histories and figures, opens nothing.
        Auditor = "auditor",
        /// System administrator: runs the machine.
        System = "system",
        /// Security administrator: people and keys.
        Security = "security",
        /// Audit administrator: watches the other two.
        Audit = "audit",
    }
    /// What the customer is to the law.
    CustomerKind {
        /// A company.
        Enterprise = "enterprise",
        /// An institution or association.
        Institution = "institution",
        /// A natural person.
        Person = "person",
        /// A government body.
        Government = "government",
    }
    /// The business act behind a record.
    Business {
        /// First issue (新办).
        New = "new",
        /// Renewal (更新).
        Renew = "renew",
        /// Change (变更).
        Change = "change",
        /// Reissue (补办).
        Reissue = "reissue",
        /// Key recovery (恢复).
        Recover = "recover",
        /// Revocation (吊销).
        Revoke = "revoke",
        /// Unlock (解锁).
        Unlock = "unlock",
    }
    /// How an application ended.
    Outcome {
        /// Carried out.
        Issued = "issued",
        /// Refused by the RA or CA.
        Rejected = "rejected",
        /// Taken back by the applicant.
        Withdrawn = "withdrawn",
        /// Closed because nothing came.
        Lapsed = "lapsed",
        /// Not decided yet.
        Pending = "pending",
    }
    /// The retention class: which period the law asks for.
    Class {
        /// Applications never issued: three years.
        CnR3 = "CN-R3",
        /// Enterprises, institutions, the public: five years.
        CnP5 = "CN-P5",
        /// Government customers: ten years.
        CnG10 = "CN-G10",
    }
    /// What a document is, by the codes of the required-material checklist.
    DocumentKind {
        /// Application form.
        App = "APP",
        /// Service agreement.
        Agr = "AGR",
        /// Privacy notice or authorisation.
        Pin = "PIN",
        /// Entity document (licence, registration).
        Sub = "SUB",
        /// Legal representative's ID.
        Lrp = "LRP",
        /// Handler's ID.
        Agt = "AGT",
        /// Power of attorney.
        Poa = "POA",
        /// Certificate holder's ID.
        Hid = "HID",
        /// Seal or signature sample form.
        Seal = "SEAL",
        /// Proof of change.
        Chg = "CHG",
        /// Old token record.
        Key = "KEY",
        /// Annex list of holders.
        Lst = "LST",
        /// Identity-check result.
        Ver = "VER",
        /// Revocation reason or decision.
        Rev = "REV",
        /// Entry and review record.
        Rcv = "RCV",
        /// Delivery receipt.
        Dlv = "DLV",
        /// Statement of loss.
        Los = "LOS",
        /// Authorisation code or letter that stands for the old token.
        Aut = "AUT",
        /// List of devices.
        Dev = "DEV",
        /// Stamped translation of a foreign document.
        Trn = "TRN",
        /// Guardian's consent.
        Grd = "GRD",
        /// Acknowledged risk notice.
        Rsk = "RSK",
        /// Decision as the applicant was told of it.
        Ntc = "NTC",
        /// A certificate.
        Cert = "CERT",
        /// Anything else.
        Other = "OTHER",
    }
    /// The way an application came in.
    Channel {
        /// At the counter.
        Counter = "counter",
        /// Over the network.
        Online = "online",
        /// By post or courier.
        Post = "post",
    }
    /// What makes a further material necessary (law rule R131, the flags of the checklist).
    Circumstance {
        /// Somebody else acts for the applicant.
        Proxy = "proxy",
        /// A branch uses its parent's seal.
        Branch = "branch",
        /// An electronic seal is made.
        Seal = "seal",
        /// The seal has changed.
        SealChanged = "seal-changed",
        /// The handler has changed.
        HandlerChanged = "handler-changed",
        /// The agreement has new terms.
        NewTerms = "new-terms",
        /// The token is lost.
        Lost = "lost",
        /// The token is damaged.
        Damaged = "damaged",
        /// The CA acts by itself.
        ByCa = "by-ca",
        /// An identity document in another language, which comes with a translation. Permits of people from Hong
        /// Kong, Macau and Taiwan are in Chinese and need none.
        Foreign = "foreign",
        /// The holder is under fourteen.
        Minor = "minor",
        /// Certificates of devices.
        Devices = "devices",
    }
    /// What somebody has seen of a document.
    Mark {
        /// The applicant's stamp is on it.
        Stamped = "stamped",
        /// It is signed.
        Signed = "signed",
        /// The original was seen, a copy kept.
        Seen = "seen",
        /// Front side.
        Front = "front",
        /// Back side.
        Back = "back",
        /// Compared with the paper original and found identical.
        Compared = "compared",
    }
    /// What is wrong with a document's file, as far as its bytes tell.
    Flaw {
        /// Nothing in it.
        Empty = "empty",
        /// Its end is missing.
        Cut = "cut",
        /// A password is needed to read it.
        Locked = "locked",
    }
    /// Particulars of an application form (law rule R133).
    Field {
        /// Address of the applicant.
        Address = "address",
        /// The handler's name.
        Handler = "handler",
        /// The handler's identity number.
        HandlerId = "handler-id",
        /// Telephone.
        Phone = "phone",
        /// Serial number of the token.
        Token = "token",
        /// Serial number of the password card.
        PasswordCard = "password-card",
        /// Day on which the application was accepted.
        Accepted = "accepted",
        /// How many people the certificates are for: so many times a material of each holder is asked for.
        Holders = "holders",
    }
    /// What a waiver lets pass: one way of not being as the checklist asks.
    Lack {
        /// There is none of it.
        Missing = "missing",
        /// Its file cannot be read.
        Unreadable = "unreadable",
        /// There are too few of it, or nobody has said how many there have to be.
        Copies = "copies",
        /// Nobody has said how long it is valid.
        Undated = "undated",
        /// It was not valid any more.
        Expired = "expired",
        /// No stamp was seen.
        Stamped = "stamped",
        /// No signature was seen.
        Signed = "signed",
        /// The original was not seen.
        Seen = "seen",
        /// The front side is missing.
        Front = "front",
        /// The back side is missing.
        Back = "back",
        /// It was not compared with the paper.
        Compared = "compared",
    }
    /// What one who reviews found.
    Verdict {
        /// Facts and documents are right.
        Passed = "passed",
        /// Given back to the clerk.
        Returned = "returned",
    }
    /// What a restricted record may be opened for (law rule R60).
    Purpose {
        /// A dispute or legal proceedings.
        Dispute = "dispute",
        /// A regulator asks.
        Regulator = "regulator",
        /// The person concerned asks.
        Subject = "subject",
        /// An audit.
        Audit = "audit",
        /// Repair of the record itself.
        Repair = "repair",
    }
    /// On what ground the CA asks for a record, or opens it (law rule R41).
    Ground {
        /// A dispute or legal proceedings.
        Dispute = "dispute",
        /// A complaint.
        Complaint = "complaint",
        /// A regulator asks.
        Regulator = "regulator",
    }
    /// How far a record has come.
    Standing {
        /// Something mandatory is missing.
        Incomplete = "incomplete",
        /// The reviewer gave it back.
        Returned = "returned",
        /// Complete, not reviewed as it stands.
        Unreviewed = "unreviewed",
        /// Complete and reviewed.
        Archived = "archived",
    }
    /// What a correction changes, by name; values stand in covers alone.
    FactName {
        /// Project.
        Project = "project",
        /// Outlet.
        Outlet = "outlet",
        /// Name of the customer.
        Customer = "customer",
        /// What the customer is to the law.
        CustomerKind = "customer-kind",
        /// Identifier of the customer.
        CustomerId = "customer-id",
        /// Business act.
        Business = "business",
        /// Day of business.
        Date = "date",
        /// How it ended.
        Outcome = "outcome",
        /// Retention class.
        Class = "class",
        /// Tags.
        Tags = "tags",
        /// Box of the paper originals.
        Box = "box",
        /// Materials knowingly missing.
        Waived = "waived",
        /// How the application came in.
        Channel = "channel",
        /// What makes further materials necessary.
        Flags = "flags",
        /// Day of the application.
        Applied = "applied",
        /// Particulars of the form.
        Fields = "fields",
        /// What is said of documents: kind, title, marks, last day, pages.
        Documents = "documents",
    }
    /// From which day a retention period is counted (law rule R24).
    Basis {
        /// The day a certificate became invalid, by revocation or by expiry.
        Invalid = "invalid",
        /// The day it expires, whether revoked or not.
        Expiry = "expiry",
    }
    /// A setting of the vault that people sign.
    Setting {
        /// Which materials each kind of business asks for.
        Materials = "materials",
        /// Projects: their other names, class and further materials.
        Projects = "projects",
        /// Customers: their other names.
        Customers = "customers",
    }
}

impl FactName {
    /// Says whether the reviewer must see the record again when this has changed: what the retention period and the
    /// identity of the customer rest on, and what makes a record complete.
    pub fn needs_review(self) -> bool {
        !matches!(self, Self::Tags | Self::Box | Self::Outlet)
    }
}

impl From<Mark> for Lack {
    /// A mark that was not seen.
    fn from(mark: Mark) -> Self {
        match mark {
            Mark::Stamped => Self::Stamped,
            Mark::Signed => Self::Signed,
            Mark::Seen => Self::Seen,
            Mark::Front => Self::Front,
            Mark::Back => Self::Back,
            Mark::Compared => Self::Compared,
        }
    }
}

impl Field {
    /// Says whether its value is masked where it is shown.
    pub fn is_masked(self) -> bool {
        matches!(self, Self::HandlerId | Self::Phone | Self::Address)
    }
}

impl Role {
    /// Says whether people of this role hold a copy of the epoch key.
    pub fn holds_epoch_key(self) -> bool {
        matches!(self, Self::Archivist | Self::Reviewer | Self::Legal | Self::Approver | Self::Security)
    }

    /// Says whether people of this role may be shown documents.
    pub fn reads_documents(self) -> bool {
        matches!(self, Self::Archivist | Self::Reviewer | Self::Legal | Self::Approver)
    }
}

impl Class {
    /// The class of an application, the longer period winning where signs disagree (`government` by
    /// credit code or by customer kind; applications never issued have their own class).
    ///
    /// Source: law rules R2, R29, R32.
    pub fn of(kind: CustomerKind, outcome: Outcome, code_says_government: bool) -> Self {
        match outcome {
            Outcome::Rejected | Outcome::Withdrawn | Outcome::Lapsed => Self::CnR3,
            Outcome::Issued | Outcome::Pending
                if kind == CustomerKind::Government || code_says_government =>
            {
                Self::CnG10
            }
            Outcome::Issued | Outcome::Pending => Self::CnP5,
        }
    }
}

/// A label that people type: project, outlet, customer name, tag, box.
///
/// Invariant: 1 to 200 characters after trimming, NFC, without control and direction-changing characters;
/// only [`Label::read`] and deserialising make one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label(String);

/// Says why a text is not a label.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LabelError {
    /// Nothing in it.
    #[error("it is empty")]
    Empty,
    /// Over 200 characters.
    #[error("it has over 200 characters")]
    Long,
    /// Control or direction-changing characters.
    #[error("it has control characters or marks that change the writing direction")]
    Control,
}

impl Label {
    /// Reads what a person typed.
    pub fn read(text: &str) -> Result<Self, LabelError> {
        use unicode_normalization::UnicodeNormalization;
        // Almost every text is composed already, and finding that out is quicker than composing it.
        let text: String = match unicode_normalization::is_nfc(text) {
            true => text.trim().to_owned(),
            false => text.trim().nfc().collect(),
        };
        if text.is_empty() {
            return Err(LabelError::Empty);
        }
        if text.chars().count() > 200 {
            return Err(LabelError::Long);
        }
        if text.chars().any(is_unprintable) {
            return Err(LabelError::Control);
        }
        Ok(Self(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which two labels are the same: NFKC, lower case, white space folded.
    pub fn folded(&self) -> String {
        fold(&self.0)
    }
}

/// Folds a text for comparison: NFKC, lower case, runs of white space as one space.
pub fn fold(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let lower = |text: &mut dyn Iterator<Item = char>| text.flat_map(char::to_lowercase).collect::<String>();
    let text = match unicode_normalization::is_nfkc(text) {
        true => lower(&mut text.chars()),
        false => lower(&mut text.nfkc()),
    };
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Says whether a character must not reach a terminal as it is: controls, and marks that change the direction.
pub fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{61c}'
            | '\u{2028}' | '\u{2029}' | '\u{feff}')
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for Label {
    type Err = LabelError;
    fn from_str(text: &str) -> Result<Self, LabelError> {
        Self::read(text)
    }
}

text_serde!(Label);

/// Who the application is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Customer {
    /// Name of the company, body or person.
    pub name: Label,
    /// What it is to the law.
    pub kind: CustomerKind,
    /// Credit code or identity-document number, in its stored spelling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

/// A required material that is knowingly missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waived {
    /// Which.
    pub kind: DocumentKind,
    /// What of it; absent: whatever is not as the checklist asks, as waivers said that were written before they named it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap: Option<Lack>,
    /// Why.
    pub reason: String,
    /// Who decided so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<StaffNo>,
}

/// One particular of the application form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Particular {
    /// Which.
    pub field: Field,
    /// What stands there.
    pub value: Label,
}

/// What is known of a record (著录), as it stands in its cover.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// The archive number.
    pub number: ArchiveNumber,
    /// The project the application belongs to.
    pub project: Label,
    /// The outlet that took it in.
    pub outlet: Label,
    /// The customer.
    pub customer: Customer,
    /// The business act.
    pub business: Business,
    /// The day of business.
    pub date: Day,
    /// How it ended.
    pub outcome: Outcome,
    /// The retention class that follows from the above.
    pub class: Class,
    /// Who filed it.
    pub clerk: StaffNo,
    /// Free tags.
    pub tags: Vec<Label>,
    /// The box of the paper originals.
    #[serde(rename = "box", default, skip_serializing_if = "Option::is_none")]
    pub box_code: Option<Label>,
    /// Required materials knowingly missing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waived: Vec<Waived>,
    /// How the application came in; absent: at the counter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// What makes further materials necessary.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<Circumstance>,
    /// The day of the application, where it is not the day of business; identity documents must be valid on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied: Option<Day>,
    /// Particulars of the form.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Particular>,
}

impl Facts {
    /// How many people the certificates are for, where the record says so.
    pub fn holders(&self) -> Option<u32> {
        let said = self.fields.iter().find(|particular| particular.field == Field::Holders)?;
        said.value.as_str().parse().ok().filter(|count| *count > 0)
    }

    /// The day on which the application was made.
    pub fn application_day(&self) -> Day {
        self.applied.unwrap_or(self.date)
    }

    /// What differs from the facts before, by name; the archive number and the clerk never do.
    pub fn changed_from(&self, old: &Self) -> Vec<FactName> {
        let mut changed = Vec::new();
        let mut note = |differs: bool, name| {
            if differs {
                changed.push(name)
            }
        };
        note(self.project != old.project, FactName::Project);
        note(self.outlet != old.outlet, FactName::Outlet);
        note(self.customer.name != old.customer.name, FactName::Customer);
        note(self.customer.kind != old.customer.kind, FactName::CustomerKind);
        note(self.customer.id != old.customer.id, FactName::CustomerId);
        note(self.business != old.business, FactName::Business);
        note(self.date != old.date, FactName::Date);
        note(self.outcome != old.outcome, FactName::Outcome);
        note(self.class != old.class, FactName::Class);
        note(self.tags != old.tags, FactName::Tags);
        note(self.box_code != old.box_code, FactName::Box);
        note(self.waived != old.waived, FactName::Waived);
        note(self.channel != old.channel, FactName::Channel);
        note(self.flags != old.flags, FactName::Flags);
        note(self.applied != old.applied, FactName::Applied);
        note(self.fields != old.fields, FactName::Fields);
        changed
    }
}

impl From<StaffNo> for By {
    fn from(number: StaffNo) -> Self {
        By::Staff(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longer_class_wins() {
        use CustomerKind::*;
        assert_eq!(Class::of(Enterprise, Outcome::Issued, false), Class::CnP5);
        assert_eq!(Class::of(Enterprise, Outcome::Issued, true), Class::CnG10);
        assert_eq!(Class::of(Government, Outcome::Pending, false), Class::CnG10);
        assert_eq!(Class::of(Government, Outcome::Rejected, true), Class::CnR3);
    }

    #[test]
    fn labels_refuse_what_would_lie_on_a_screen() {
        assert_eq!(Label::read("  社保 一期 ").unwrap().as_str(), "社保 一期");
        assert_eq!(Label::read("a\u{202e}b"), Err(LabelError::Control));
        assert_eq!(Label::read("a\nb"), Err(LabelError::Control));
        assert_eq!(Label::read(" "), Err(LabelError::Empty));
        assert_eq!(Label::read("ＡＢＣ 有限").unwrap().folded(), "abc 有限");
    }
}

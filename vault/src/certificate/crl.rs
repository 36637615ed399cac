//! Lists of revoked certificates (CRLs): whole ones, deltas, those of several issuers.
//!
//! An entry tells the instant of revocation and the reason. `invalidityDate`, which can only shorten, is kept and not
//! used for anything (law rule R22).

use super::Refusal;
use super::der::{BOOLEAN, ENUMERATED, Element, GENERALIZED_TIME, INTEGER, Reader, SEQUENCE};
use super::moment::{is_time, moment};
use super::name::{Name, directory_name, name};
use super::read::{Certificate, Signed, each_extension, serial, signed};
use super::signature::Verdict;
use jingui_schema::certificate::Doubt;
use jingui_schema::digest::B3;
use jingui_schema::identifier::CertificateSerial;
use jingui_schema::time::Time;

/// The largest list. One of a hundred thousand entries has four to eight million bytes.
pub const CRL_BYTES_MAX: usize = 256 << 20;
/// Entries of one list at most.
pub const ENTRIES_MAX: usize = 4_000_000;
/// Issuers in one list at most.
const ISSUERS_MAX: usize = 10_000;

/// A list of revoked certificates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crl {
    /// Its DER.
    pub der: Vec<u8>,
    /// BLAKE3 of it.
    pub b3: B3,
    /// Who issued it.
    pub issuer: Name,
    /// When.
    pub made: Result<Time, Doubt>,
    /// Whether it only says what changed since another one.
    pub delta: bool,
    /// Names of those whose certificates are in it; the first one is its own issuer.
    pub issuers: Vec<Name>,
    /// What it says.
    pub entries: Vec<Entry>,
    signed: Signed,
}

/// One certificate on a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its serial number.
    pub serial: CertificateSerial,
    /// Whose it is: a place in [`Crl::issuers`].
    pub issuer: u32,
    /// When it was revoked or put on hold.
    pub at: Result<Time, Doubt>,
    /// Why.
    pub reason: Reason,
    /// Since when it is thought to have been misused. Kept, never used.
    pub invalidity: Option<Time>,
}

/// Why a certificate is on a list: RFC 5280, section 5.3.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the words are the standard's")]
pub enum Reason {
    Unspecified,
    KeyCompromise,
    CaCompromise,
    AffiliationChanged,
    Superseded,
    CessationOfOperation,
    CertificateHold,
    RemoveFromCrl,
    PrivilegeWithdrawn,
    AaCompromise,
}

impl Reason {
    /// The word of the standard.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unspecified => "unspecified",
            Self::KeyCompromise => "keyCompromise",
            Self::CaCompromise => "cACompromise",
            Self::AffiliationChanged => "affiliationChanged",
            Self::Superseded => "superseded",
            Self::CessationOfOperation => "cessationOfOperation",
            Self::CertificateHold => "certificateHold",
            Self::RemoveFromCrl => "removeFromCRL",
            Self::PrivilegeWithdrawn => "privilegeWithdrawn",
            Self::AaCompromise => "aACompromise",
        }
    }

    fn of(code: u8) -> Option<Self> {
        Some(match code {
            0 => Self::Unspecified,
            1 => Self::KeyCompromise,
            2 => Self::CaCompromise,
            3 => Self::AffiliationChanged,
            4 => Self::Superseded,
            5 => Self::CessationOfOperation,
            6 => Self::CertificateHold,
            8 => Self::RemoveFromCrl,
            9 => Self::PrivilegeWithdrawn,
            10 => Self::AaCompromise,
            _ => return None,
        })
    }
}

const CRL_NUMBER: &[u8] = &[0x55, 0x1d, 20];
const REASON: &[u8] = &[0x55, 0x1d, 21];
const INVALIDITY: &[u8] = &[0x55, 0x1d, 24];
const DELTA: &[u8] = &[0x55, 0x1d, 27];
const DISTRIBUTION_POINT: &[u8] = &[0x55, 0x1d, 28];
const ENTRY_ISSUER: &[u8] = &[0x55, 0x1d, 29];
const AUTHORITY_KEY: &[u8] = &[0x55, 0x1d, 35];

impl Crl {
    /// Reads the DER of one list, all of which must belong to it.
    ///
    /// - Units: a small multiple of its size in memory; some ten million bytes a second in time.
    /// - Errors: see [`Refusal`]; a list with a critical extension that is not known must not be used, and is refused.
    pub fn read(der: &[u8]) -> Result<Self, Refusal> {
        if der.len() > CRL_BYTES_MAX {
            return Err(Refusal::Large);
        }
        let mut all = Reader::new(der);
        let whole = all.expect(SEQUENCE, "it is no list")?;
        all.end("something follows the list")?;
        let mut parts = whole.reader();
        let tbs = parts.expect(SEQUENCE, "a list that lacks what is signed")?;
        let (signed, outer) = signed(der, &mut parts, tbs.whole)?;
        let mut fields = tbs.reader();
        if fields.optional(INTEGER)?.is_some_and(|version| version.content != [1]) {
            return Err(Refusal::Version);
        }
        if fields.expect(SEQUENCE, "it names no algorithm")?.content != outer {
            return Err(Refusal::Form("it names two algorithms"));
        }
        let issuer = name(&fields.next()?)?;
        let made = fields.next()?;
        if !is_time(made.tag) {
            return Err(Refusal::Form("it has no time"));
        }
        if fields.peek().is_some_and(is_time) {
            fields.next()?;
        }
        let entries = fields.optional(SEQUENCE)?;
        let extensions = fields.optional(0xa0)?;
        fields.end("something follows its extensions")?;
        let (mut delta, mut indirect) = (false, false);
        if let Some(extensions) = extensions {
            let list = extensions.reader().expect(SEQUENCE, "its extensions are no list")?;
            each_extension(&list, |one| {
                match one.oid {
                    DELTA => delta = true,
                    DISTRIBUTION_POINT => indirect = is_indirect(one.value)?,
                    CRL_NUMBER | AUTHORITY_KEY => {}
                    _ if one.critical => return Err(Refusal::Critical),
                    _ => {}
                }
                Ok(())
            })?;
        }
        let mut crl = Self {
            der: Vec::new(),
            b3: B3::of(der),
            made: moment(&made),
            delta,
            issuers: vec![issuer.clone()],
            issuer,
            entries: Vec::new(),
            signed,
        };
        let (mut whose, mut list) = (0, entries.as_ref().map_or(Reader::new(&[]), Element::reader));
        while !list.is_empty() {
            let entry = crl.entry(&list.next()?, &mut whose, indirect)?;
            if crl.entries.len() == ENTRIES_MAX {
                return Err(Refusal::Large);
            }
            crl.entries.push(entry);
        }
        crl.der = der.to_vec();
        Ok(crl)
    }

    fn entry(&mut self, element: &Element<'_>, whose: &mut u32, indirect: bool) -> Result<Entry, Refusal> {
        const FORM: &str = "an entry that is not one";
        if element.tag != SEQUENCE {
            return Err(Refusal::Form(FORM));
        }
        let mut fields = element.reader();
        let serial = serial(fields.expect(INTEGER, FORM)?.content)?;
        let at = fields.next()?;
        if !is_time(at.tag) {
            return Err(Refusal::Form(FORM));
        }
        let at = moment(&at);
        let extensions = fields.optional(SEQUENCE)?;
        fields.end(FORM)?;
        let (mut reason, mut invalidity) = (Reason::Unspecified, None);
        if let Some(extensions) = extensions {
            each_extension(&extensions, |one| {
                let mut value = Reader::new(one.value);
                match one.oid {
                    REASON => {
                        let [code] = *value.expect(ENUMERATED, FORM)?.content else {
                            return Err(Refusal::Form(FORM));
                        };
                        reason = Reason::of(code).ok_or(Refusal::Form("a reason that there is not"))?;
                    }
                    // Of no use for anything, so one that cannot be told is left out.
                    INVALIDITY => invalidity = moment(&value.expect(GENERALIZED_TIME, FORM)?).ok(),
                    ENTRY_ISSUER if indirect => *whose = self.whose(directory_name(one.value)?)?,
                    _ if one.critical => return Err(Refusal::Critical),
                    _ => {}
                }
                Ok(())
            })?;
        }
        Ok(Entry { serial, issuer: *whose, at, reason, invalidity })
    }

    /// The place of an issuer; entries of one stand together, so the last ones are looked at first.
    fn whose(&mut self, name: Name) -> Result<u32, Refusal> {
        if let Some(at) = self.issuers.iter().rposition(|known| known.digest == name.digest) {
            return Ok(at as u32);
        }
        if self.issuers.len() == ISSUERS_MAX {
            return Err(Refusal::Large);
        }
        self.issuers.push(name);
        Ok(self.issuers.len() as u32 - 1)
    }

    /// Whether a certificate's key signed this list, by its name and by the signature.
    pub fn is_signed_by(&self, issuer: &Certificate) -> Verdict {
        match issuer.subject.digest == self.issuer.digest {
            true => issuer.verifies(&self.der, &self.signed),
            false => Verdict::OtherName,
        }
    }

    /// The name of the issuer of an entry's certificate.
    pub fn name_of(&self, entry: &Entry) -> &Name {
        self.issuers.get(entry.issuer as usize).unwrap_or(&self.issuer)
    }
}

/// Whether a list is of several issuers, by its distribution point.
fn is_indirect(value: &[u8]) -> Result<bool, Refusal> {
    const FORM: &str = "a distribution point that is not one";
    let mut point = Reader::new(value).expect(SEQUENCE, FORM)?.reader();
    let mut indirect = false;
    while !point.is_empty() {
        let field = point.next()?;
        match field.tag {
            0x84 => indirect = Element { tag: BOOLEAN, ..field }.truth()?,
            // Of attributes that are certified there is nothing here.
            0x85 if (Element { tag: BOOLEAN, ..field }).truth()? => return Err(Refusal::Attributes),
            _ => {}
        }
    }
    Ok(indirect)
}

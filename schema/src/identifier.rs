//! Numbers by which people, organisations and certificates are known, checked at the edge.
//!
//! Does not know whom a number belongs to: a check digit that fits proves form, not identity. Does not know the
//! list of regions: codes that were abolished stay valid on the cards that bear them, so none is ever refused.
//!
//! All text is folded by NFKC first (`１` becomes `1`), outer white space is dropped, letters are stored in upper
//! case. Because these numbers are personal data, no error repeats one, and `Debug` shows them masked.
//!
//! Source: `law.md`, R139 to R144, which names the standards.

use crate::id::text_serde;
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;
use unicode_normalization::UnicodeNormalization;

/// Checks the 18-character number of a resident identity card.
///
/// - Shape: 17 digits and a digit or X, lower-case x being taken too. The same form covers the residence permits
///   of Hong Kong, Macau and Taiwan people (81, 82, 83) and the permanent-residence card of foreigners (9…).
/// - Units: `today` is the civil day at UTC+08:00; a birth on this very day is accepted.
/// - Errors: in this order: the old 15 digits, another length, a character out of place, the check digit, a birth
///   date that does not exist, one in the future.
/// - Source: GB 11643-1999; `law.md` R139.
pub fn check_resident_id(text: &str, today: Date) -> Result<ResidentId, IdentifierError> {
    const OF: IdentifierKind = IdentifierKind::ResidentId;
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let number = folded(text);
    if number.len() == 15 && number.bytes().all(|b| b.is_ascii_digit()) {
        return Err(IdentifierError::FifteenDigits);
    }
    has_length(OF, &number, 18)?;
    has_only(OF, &number, |at, c| c.is_ascii_digit() || (at == 17 && c == 'X'))?;
    let sum: u32 = number.chars().zip(WEIGHTS).map(|(c, weight)| weight * value(c)).sum();
    if number.as_bytes()[17] != b"10X98765432"[sum as usize % 11] {
        return Err(IdentifierError::CheckDigit { of: OF });
    }
    let part = |from: usize, to: usize| number[from..to].chars().fold(0, |n, c| n * 10 + value(c) as i16);
    let birth = Date::new(part(6, 10), part(10, 12) as i8, part(12, 14) as i8)
        .map_err(|_| IdentifierError::BirthDate)?;
    if birth > today {
        return Err(IdentifierError::BirthInFuture);
    }
    Ok(ResidentId { number, birth })
}

/// Checks an 18-character unified social credit code (统一社会信用代码).
///
/// - Shape: digits and upper-case letters without I, O, S, V, Z; lower case is taken and stored as upper case.
///   Characters 9 to 17 are the organisation code, which has a check of its own.
/// - Errors: in this order: the length, a character out of place, the check character, the organisation code.
/// - Source: GB 32100-2015 and GB 11714; `law.md` R140 and R141.
pub fn check_uscc(text: &str) -> Result<Uscc, IdentifierError> {
    const OF: IdentifierKind = IdentifierKind::Uscc;
    let number = folded(text);
    has_length(OF, &number, 18)?;
    has_only(OF, &number, |_, c| USCC_ALPHABET.contains(c))?;
    if number.as_bytes()[17] != uscc_check(&number[..17]) {
        return Err(IdentifierError::CheckDigit { of: OF });
    }
    if number.as_bytes()[16] != organisation_check(&number[8..16]) {
        return Err(IdentifierError::OrganisationCode);
    }
    Ok(Uscc(number))
}

/// Checks the form of a passport number of any country.
///
/// - Shape: 5 to 9 letters and digits with at least one digit, which is what a machine-readable passport can
///   hold; there is no check digit in the number itself.
/// - Errors: the length, a character out of place, no digit at all.
/// - Source: `law.md` R142; ICAO Doc 9303-4 for the nine places.
pub fn check_passport(text: &str) -> Result<Passport, IdentifierError> {
    const OF: IdentifierKind = IdentifierKind::Passport;
    let number = folded(text);
    let found = number.chars().count();
    if !(5..=9).contains(&found) {
        return Err(IdentifierError::Length { of: OF, found });
    }
    has_only(OF, &number, |_, c| c.is_ascii_alphanumeric())?;
    if !number.contains(|c: char| c.is_ascii_digit()) {
        return Err(IdentifierError::NoKnownForm);
    }
    Ok(Passport(number))
}

/// Checks the form of a mainland travel permit of Hong Kong and Macau people (港澳居民来往内地通行证).
///
/// - Shape: H or M and 8 digits; without the two digits that count the issues.
/// - Errors: the length, a character out of place.
/// - Source: `law.md` R142.
pub fn check_hong_kong_macau_permit(text: &str) -> Result<HongKongMacauPermit, IdentifierError> {
    const OF: IdentifierKind = IdentifierKind::HongKongMacauPermit;
    let number = folded(text);
    has_length(OF, &number, 9)?;
    has_only(OF, &number, |at, c| if at == 0 { c == 'H' || c == 'M' } else { c.is_ascii_digit() })?;
    Ok(HongKongMacauPermit(number))
}

/// Checks the form of a mainland travel permit of Taiwan people (台湾居民来往大陆通行证).
///
/// - Shape: 8 digits.
/// - Errors: the length, a character out of place.
/// - Source: `law.md` R142.
pub fn check_taiwan_permit(text: &str) -> Result<TaiwanPermit, IdentifierError> {
    const OF: IdentifierKind = IdentifierKind::TaiwanPermit;
    let number = folded(text);
    has_length(OF, &number, 8)?;
    has_only(OF, &number, |_, c| c.is_ascii_digit())?;
    Ok(TaiwanPermit(number))
}

/// Checks the form of a mainland mobile number.
///
/// - Shape: 11 digits, the first a 1; inner spaces and hyphens and a leading `+86` are dropped.
/// - Errors: the length, a character out of place.
/// - Source: `law.md` R142.
pub fn check_mobile(text: &str) -> Result<Mobile, IdentifierError> {
    const OF: IdentifierKind = IdentifierKind::Mobile;
    let folded = folded(text);
    let number: String =
        folded.strip_prefix("+86").unwrap_or(&folded).chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    has_length(OF, &number, 11)?;
    has_only(OF, &number, |at, c| if at == 0 { c == '1' } else { c.is_ascii_digit() })?;
    Ok(Mobile(number))
}

/// A resident id number that was checked.
///
/// Invariant: only [`check_resident_id`] makes one.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResidentId {
    number: String,
    birth: Date,
}

impl ResidentId {
    /// Returns the 18 characters, an X in upper case.
    pub fn as_str(&self) -> &str {
        &self.number
    }

    /// Returns the date of birth that characters 7 to 14 state.
    pub fn birth(&self) -> Date {
        self.birth
    }
}

/// A unified social credit code that was checked.
///
/// Invariant: only [`check_uscc`] makes one.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Uscc(String);

impl Uscc {
    /// Returns the 18 characters, letters in upper case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the nine characters of the organisation code, its check character last.
    pub fn organisation_code(&self) -> &str {
        &self.0[8..17]
    }

    /// Returns what the first two characters suggest the organisation to be, if they suggest anything.
    ///
    /// - Shape: a suggestion to the archivist only; what the class is, a person decides (R32).
    /// - Source: `law.md` R140, the codes marked as sourced there.
    pub fn suggests(&self) -> Option<OrganisationKind> {
        match &self.0[..2] {
            "11" => Some(OrganisationKind::Government),
            "12" => Some(OrganisationKind::Institution),
            "91" => Some(OrganisationKind::Company),
            "92" => Some(OrganisationKind::IndividualBusiness),
            "93" => Some(OrganisationKind::Cooperative),
            _ => None,
        }
    }

    /// Returns whether the code looks like that of a government department, whose class would be `CN-G10`.
    pub fn suggests_government(&self) -> bool {
        self.suggests() == Some(OrganisationKind::Government)
    }

    /// Returns whether the code looks like that of a public institution.
    pub fn suggests_institution(&self) -> bool {
        self.suggests() == Some(OrganisationKind::Institution)
    }

    /// Returns whether the code looks like that of a business: company, individual or co-operative.
    pub fn suggests_business(&self) -> bool {
        use OrganisationKind::{Company, Cooperative, IndividualBusiness};
        matches!(self.suggests(), Some(Company | IndividualBusiness | Cooperative))
    }
}

/// What the first two characters of a credit code suggest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrganisationKind {
    /// `11`: a government department or other state organ (机关).
    Government,
    /// `12`: a public institution (事业单位).
    Institution,
    /// `91`: a company or other enterprise (企业).
    Company,
    /// `92`: an individual business (个体工商户).
    IndividualBusiness,
    /// `93`: a farmers' co-operative (农民专业合作社).
    Cooperative,
}

/// Makes a checked number of which nothing is known but its form.
macro_rules! number_of_known_form {
    ($(#[doc = $doc:literal])* $name:ident) => {
        $(#[doc = $doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// Returns the number as it is stored, letters in upper case.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        masked_debug!($name);
    };
}

/// Lets `Debug` show a number masked, so that none gets into a log by way of it.
macro_rules! masked_debug {
    ($name:ident) => {
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), mask(self.as_str()))
            }
        }
    };
}

masked_debug!(ResidentId);
masked_debug!(Uscc);
number_of_known_form! {
    /// A passport number of the right form.
    ///
    /// Invariant: only [`check_passport`] makes one.
    Passport
}
number_of_known_form! {
    /// A travel permit number of Hong Kong and Macau people, of the right form.
    ///
    /// Invariant: only [`check_hong_kong_macau_permit`] makes one.
    HongKongMacauPermit
}
number_of_known_form! {
    /// A travel permit number of Taiwan people, of the right form.
    ///
    /// Invariant: only [`check_taiwan_permit`] makes one.
    TaiwanPermit
}
number_of_known_form! {
    /// A mobile number of the right form: 11 digits, nothing else.
    ///
    /// Invariant: only [`check_mobile`] makes one.
    Mobile
}

/// The number by which a customer is known.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CustomerId {
    /// A person with an 18-character card number.
    Resident(ResidentId),
    /// An enterprise, institution, government department or other organisation.
    Uscc(Uscc),
    /// A person with a passport.
    Passport(Passport),
    /// A person with a travel permit for Hong Kong and Macau people.
    HongKongMacauPermit(HongKongMacauPermit),
    /// A person with a travel permit for Taiwan people.
    TaiwanPermit(TaiwanPermit),
}

impl CustomerId {
    /// Reads the number of an enterprise, an institution or a government department: its credit code.
    ///
    /// - Errors: those of [`check_uscc`].
    pub fn of_organisation(text: &str) -> Result<Self, IdentifierError> {
        check_uscc(text).map(Self::Uscc)
    }

    /// Reads the number of a person: a resident id, else a permit, else a passport.
    ///
    /// - Shape: the length decides, so that a mistyped id number is never taken for something with no check:
    ///   10 characters and more must be a resident id; H or M with 8 digits is a permit of Hong Kong and Macau,
    ///   8 digits one of Taiwan, the rest a passport. A foreign passport number that looks like a permit is
    ///   taken for one; whoever knows better calls the check of that kind.
    /// - Errors: those of [`check_resident_id`] for long ones, `NoKnownForm` for short ones.
    pub fn of_person(text: &str, today: Date) -> Result<Self, IdentifierError> {
        if folded(text).chars().count() > 9 {
            return check_resident_id(text, today).map(Self::Resident);
        }
        check_hong_kong_macau_permit(text)
            .map(Self::HongKongMacauPermit)
            .or_else(|_| check_taiwan_permit(text).map(Self::TaiwanPermit))
            .or_else(|_| check_passport(text).map(Self::Passport))
            .map_err(|_| IdentifierError::NoKnownForm)
    }

    /// Returns which kind of number this is.
    pub fn kind(&self) -> IdentifierKind {
        match self {
            Self::Resident(_) => IdentifierKind::ResidentId,
            Self::Uscc(_) => IdentifierKind::Uscc,
            Self::Passport(_) => IdentifierKind::Passport,
            Self::HongKongMacauPermit(_) => IdentifierKind::HongKongMacauPermit,
            Self::TaiwanPermit(_) => IdentifierKind::TaiwanPermit,
        }
    }

    /// Returns the number as it is stored.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Resident(number) => number.as_str(),
            Self::Uscc(number) => number.as_str(),
            Self::Passport(number) => number.as_str(),
            Self::HongKongMacauPermit(number) => number.as_str(),
            Self::TaiwanPermit(number) => number.as_str(),
        }
    }
}

/// The serial number of a certificate, a number of at most 20 octets.
///
/// Invariant: compared, ordered and hashed as an integer; how it was written does not matter. It is unique for
/// one issuer only, so it is looked up together with the issuer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CertificateSerial([u8; 20]);

impl CertificateSerial {
    /// Reads a serial number in hex, as certificate viewers show it.
    ///
    /// - Shape: upper or lower case, leading zeros, colons and white space anywhere.
    /// - Errors: a character that is none of these, no digit at all, a number of more than 20 octets.
    /// - Source: RFC 5280 section 4.1.2.2; `law.md` R144.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        const OF: IdentifierKind = IdentifierKind::CertificateSerial;
        let text = folded(text);
        has_only(OF, &text, |_, c| c.is_ascii_hexdigit() || c == ':' || c.is_whitespace())?;
        let digits: String = text.chars().filter(char::is_ascii_hexdigit).collect();
        let significant = digits.trim_start_matches('0');
        if digits.is_empty() || significant.len() > 40 {
            return Err(IdentifierError::Length { of: OF, found: significant.len() });
        }
        let mut octets = [0; 20];
        hex::decode_to_slice(format!("{significant:0>40}"), &mut octets)
            .expect("forty hex digits make twenty octets");
        Ok(Self(octets))
    }

    /// Takes the octets of a serial number as they stand in a certificate, most significant first.
    ///
    /// - Shape: a leading zero octet, which DER puts before a high bit, is no part of the number.
    /// - Errors: no octet at all, a number of more than 20 octets.
    pub fn from_be_bytes(octets: &[u8]) -> Result<Self, IdentifierError> {
        Self::parse(&hex::encode(octets))
    }

    /// Returns the number in 20 octets, most significant first.
    pub fn to_be_bytes(&self) -> [u8; 20] {
        self.0
    }
}

/// Upper-case hex in whole octets without leading zero octets; `00` for zero.
impl fmt::Display for CertificateSerial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let zeros = self.0.iter().take(19).take_while(|octet| **octet == 0).count();
        f.write_str(&hex::encode_upper(&self.0[zeros..]))
    }
}

/// The stored spelling is the one that `Display` writes.
impl FromStr for CertificateSerial {
    type Err = IdentifierError;
    fn from_str(text: &str) -> Result<Self, IdentifierError> {
        let serial = Self::parse(text)?;
        let stored = serial.to_string();
        if stored == text {
            return Ok(serial);
        }
        let same = stored.chars().zip(text.chars()).take_while(|(a, b)| a == b).count();
        Err(IdentifierError::Character { of: IdentifierKind::CertificateSerial, position: same + 1 })
    }
}

text_serde!(CertificateSerial);

/// Masked like the other numbers, since it leads to a person.
impl fmt::Debug for CertificateSerial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CertificateSerial({})", mask(&self.to_string()))
    }
}

/// Returns a value with most of it hidden, as lists and exports show it.
///
/// - Shape: every hidden character becomes one `*`. An id number (18 characters, or the old 15 digits) shows the
///   first 6 and the last 2; a mobile number the first 3 and the last 4. Anything else of n characters shows the
///   first ⌊n/4⌋, but at least 1 and at most 6, and the last ⌊n/4⌋, but at most 2: never more than half of it. One
///   character alone is hidden.
/// - Units: characters after NFKC, without white space around.
/// - Source: `law.md` R64.
pub fn mask(value: &str) -> String {
    let value: String = value.nfkc().collect();
    let chars: Vec<char> = value.trim().chars().collect();
    let digits = chars.iter().take_while(|c| c.is_ascii_digit()).count();
    let (first, last) = match chars.len() {
        0 | 1 => (0, 0),
        18 if digits == 18 || (digits == 17 && matches!(chars[17], 'X' | 'x')) => (6, 2),
        15 if digits == 15 => (6, 2),
        11 if digits == 11 && chars[0] == '1' => (3, 4),
        n => ((n / 4).clamp(1, 6), (n / 4).min(2)),
    };
    let hidden = first..chars.len() - last;
    chars.iter().enumerate().map(|(at, c)| if hidden.contains(&at) { '*' } else { *c }).collect()
}

/// Which kind of number is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IdentifierKind {
    /// 公民身份号码, and the permits and cards that share its form.
    ResidentId,
    /// 统一社会信用代码.
    Uscc,
    /// 护照.
    Passport,
    /// 港澳居民来往内地通行证.
    HongKongMacauPermit,
    /// 台湾居民来往大陆通行证.
    TaiwanPermit,
    /// 手机号码.
    Mobile,
    /// 证书序列号.
    CertificateSerial,
}

impl IdentifierKind {
    /// How many characters such a number has, in words.
    fn length(self) -> &'static str {
        match self {
            Self::ResidentId | Self::Uscc => "18",
            Self::Passport => "5 to 9",
            Self::HongKongMacauPermit => "9",
            Self::TaiwanPermit => "8",
            Self::Mobile => "11",
            Self::CertificateSerial => "1 to 40",
        }
    }
}

impl fmt::Display for IdentifierKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ResidentId => "resident id number",
            Self::Uscc => "unified social credit code",
            Self::Passport => "passport number",
            Self::HongKongMacauPermit => "travel permit number for Hong Kong and Macau people",
            Self::TaiwanPermit => "travel permit number for Taiwan people",
            Self::Mobile => "mobile number",
            Self::CertificateSerial => "certificate serial number",
        })
    }
}

/// Which check a number failed; the number itself is never in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdentifierError {
    /// Too short or too long.
    #[error("{of} has {found} characters instead of {}", .of.length())]
    Length {
        /// What was expected.
        of: IdentifierKind,
        /// How many characters there are.
        found: usize,
    },
    /// A character that cannot stand where it stands.
    #[error("character {position} of the {of} cannot stand there")]
    Character {
        /// What was expected.
        of: IdentifierKind,
        /// Its place, counted from 1, after folding.
        position: usize,
    },
    /// A resident id number of before 1999, without century and check digit.
    #[error("resident id number has the old 15 digits; the 18-character number of the same person is needed")]
    FifteenDigits,
    /// Something was mistyped: the check character belongs to another number.
    #[error("check character does not fit the rest of the {of}")]
    CheckDigit {
        /// What was expected.
        of: IdentifierKind,
    },
    /// A day that is in no calendar, such as 30 February.
    #[error("birth date in the resident id number does not exist")]
    BirthDate,
    /// A birth after today.
    #[error("birth date in the resident id number is in the future")]
    BirthInFuture,
    /// The check character of the whole fits, that of the organisation code in it does not.
    #[error("organisation code in the unified social credit code fails its own check")]
    OrganisationCode,
    /// None of the forms that a person's number can have.
    #[error("number has the form of no known document")]
    NoKnownForm,
}

/// The characters of a credit code in the order of their values; I, O, S, V and Z look like others.
const USCC_ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/// The last character that belongs to the first 17 of a credit code.
fn uscc_check(first: &str) -> u8 {
    let (mut sum, mut weight) = (0, 1);
    for c in first.chars() {
        sum += weight * USCC_ALPHABET.find(c).expect("only characters of the alphabet come here");
        weight = weight * 3 % 31;
    }
    // 31 − 0 would be 31, for which there is no character: it stands for 0.
    USCC_ALPHABET.as_bytes()[(31 - sum % 31) % 31]
}

/// The ninth character that belongs to the first eight of an organisation code.
fn organisation_check(first: &str) -> u8 {
    const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = first.chars().zip(WEIGHTS).map(|(c, weight)| weight * value(c)).sum();
    b"0X987654321"[sum as usize % 11]
}

/// The value of a digit or upper-case letter: 0 to 9, A = 10 to Z = 35.
fn value(c: char) -> u32 {
    c.to_digit(36).expect("only digits and letters come here")
}

/// The text as it is checked and stored.
fn folded(text: &str) -> String {
    let text: String = text.nfkc().collect();
    text.trim().to_ascii_uppercase()
}

fn has_length(of: IdentifierKind, number: &str, length: usize) -> Result<(), IdentifierError> {
    let found = number.chars().count();
    if found == length { Ok(()) } else { Err(IdentifierError::Length { of, found }) }
}

/// Checks each character at its place, counted from 0; what passes is ASCII, so bytes are characters after it.
fn has_only(
    of: IdentifierKind,
    number: &str,
    allowed: impl Fn(usize, char) -> bool,
) -> Result<(), IdentifierError> {
    match number.chars().enumerate().find(|&(at, c)| !(c.is_ascii() && allowed(at, c))) {
        Some((at, _)) => Err(IdentifierError::Character { of, position: at + 1 }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;

//! Ids of records, notes, acts and vaults; staff numbers; archive numbers.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The value of a character of the alphabet; 32 and more for what is none.
fn value(character: u8) -> u8 {
    let is_past = |letter: u8| u8::from(character > letter);
    let skipped = is_past(b'I') + is_past(b'L') + is_past(b'O') + is_past(b'U');
    let of_letter = match character {
        b'I' | b'L' | b'O' | b'U' | 0..b'A' => u8::MAX,
        _ => character.wrapping_sub(b'A' - 10).wrapping_sub(skipped),
    };
    let number = character.wrapping_sub(b'0');
    if number < 10 { number } else { of_letter }
}

/// Says why a text is not an id, a number or a name of the expected form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Not 26 characters of upper-case Crockford base32.
    #[error("an id is 26 characters of 0-9A-HJKMNP-TV-Z, the first at most 7")]
    Id,
    /// Neither digits nor `authority` nor `vault`.
    #[error("a staff number is four or more digits")]
    Staff,
    /// Not `<fonds>-<year>-<number>`.
    #[error("an archive number looks like JG01-2026-000042")]
    Number,
    /// Not 1 to 16 of `A-Z0-9`.
    #[error("a fonds code is 1 to 16 characters of A-Z and 0-9")]
    Fonds,
}

/// Reads a number as it is written: its digits, with zeros in front of them up to so many.
pub(crate) fn spelt_number(text: &str, digits: usize) -> Option<u64> {
    let is_spelt = text.bytes().all(|b| b.is_ascii_digit())
        && (text.len() == digits || text.len() > digits && !text.starts_with('0'));
    text.parse().ok().filter(|_| is_spelt)
}

fn encode(value: u128) -> [u8; 26] {
    let mut out = [0; 26];
    for (i, slot) in out.iter_mut().enumerate() {
        *slot = ALPHABET[((value >> (5 * (25 - i))) & 31) as usize];
    }
    out
}

fn decode(text: &str) -> Result<u128, IdError> {
    let text: &[u8; 26] = text.as_bytes().try_into().map_err(|_| IdError::Id)?;
    // Lines are full of ids: without a table, and with a step for all digits at once, many are read together.
    let (mut digits, mut all) = ([b'0'; 32], 0);
    digits[6..].copy_from_slice(text);
    for digit in &mut digits {
        *digit = value(*digit);
        all |= *digit;
    }
    if all >= 32 || text[0] > b'7' {
        return Err(IdError::Id);
    }
    let eights = digits.as_chunks().0.iter();
    Ok(eights.fold(0, |id, eight| id << 40 | u128::from(of_eight(u64::from_be_bytes(*eight)))))
}

/// The forty bits of eight digits that have a byte each: neighbours are put together, then pairs, then fours.
fn of_eight(digits: u64) -> u64 {
    let pairs = (digits & 0x1f00_1f00_1f00_1f00) >> 3 | digits & 0x001f_001f_001f_001f;
    let fours = (pairs & 0x03ff_0000_03ff_0000) >> 6 | pairs & 0x0000_03ff_0000_03ff;
    fours >> 32 << 20 | fours & 0xf_ffff
}

macro_rules! text_serde {
    ($name:ident) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                d.deserialize_str(crate::id::Parsed(std::marker::PhantomData))
            }
        }
    };
}
pub(crate) use text_serde;

/// Reads a value out of its text as that lies there, without a copy.
pub(crate) struct Parsed<T>(pub std::marker::PhantomData<T>);

impl<T: FromStr<Err: fmt::Display>> serde::de::Visitor<'_> for Parsed<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

macro_rules! id_types {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 16]);

        impl $name {
            /// Makes an id from 128 random bits.
            pub fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// The 128 bits.
            pub fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let text = encode(u128::from_be_bytes(self.0));
                f.pad(std::str::from_utf8(&text).expect("the alphabet is ASCII"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Ok(Self(decode(text)?.to_be_bytes()))
            }
        }

        text_serde!($name);
    )*};
}

id_types! {
    /// The id of a record (案卷).
    RecordId;
    /// The id of a note (附记).
    NoteId;
    /// The id of a certificate, the same in every record that it relies on.
    CertId;
    /// The id of a pinned issuer.
    IssuerId;
    /// The id of an act, which is also the id of the request behind it.
    ActId;
    /// The id of a vault (库).
    VaultId;
    /// The id of a target that copies are made to (副本).
    TargetId;
    /// The id of a hold (冻结).
    HoldId;
    /// The id of a plan to destroy records (销毁计划).
    PlanId;
}

/// A person's number in one vault, such as `0001`.
///
/// Invariant: from 1; shown with four digits or more. A number is never given to a second person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StaffNo(pub u32);

impl fmt::Display for StaffNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.0)
    }
}

impl FromStr for StaffNo {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        let number = spelt_number(text, 4).and_then(|number| u32::try_from(number).ok());
        number.filter(|number| *number > 0).map(Self).ok_or(IdError::Staff)
    }
}

text_serde!(StaffNo);

/// Who stands behind a line: a person, the authority named at `init`, or the vault itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum By {
    /// An enrolled person.
    Staff(StaffNo),
    /// The authority, normally the CA.
    Authority,
    /// The vault by itself; such a line carries no signature.
    Vault,
}

impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            By::Staff(number) => number.fmt(f),
            By::Authority => f.write_str("authority"),
            By::Vault => f.write_str("vault"),
        }
    }
}

impl FromStr for By {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        match text {
            "authority" => Ok(By::Authority),
            "vault" => Ok(By::Vault),
            number => number.parse().map(By::Staff),
        }
    }
}

text_serde!(By);

/// The most characters of a fonds code.
const FONDS_MAX: usize = 16;

/// The code of a fonds (全宗), with which every archive number of a vault begins.
///
/// Invariant: 1 to 16 of `A-Z0-9`, then zeros. In place, for every record that is counted has one.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Fonds([u8; FONDS_MAX]);

impl fmt::Display for Fonds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.0).expect("the code is ASCII").trim_end_matches('\0'))
    }
}

impl fmt::Debug for Fonds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fonds({self})")
    }
}

impl FromStr for Fonds {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        let fits = (1..=FONDS_MAX).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        if !fits {
            return Err(IdError::Fonds);
        }
        let mut code = [0; FONDS_MAX];
        code[..text.len()].copy_from_slice(text.as_bytes());
        Ok(Self(code))
    }
}

text_serde!(Fonds);

/// An archive number (档号), such as `JG01-2026-000042`.
///
/// Invariant: only [`ArchiveNumber::new`] and `FromStr` make one, so holding one means it is well formed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ArchiveNumber {
    fonds: Fonds,
    year: i16,
    serial: u64,
}

impl ArchiveNumber {
    /// Makes the number of the given fonds, year of filing and running number (from 1).
    pub fn new(fonds: Fonds, year: i16, serial: u64) -> Self {
        Self { fonds, year, serial }
    }

    /// The year of filing in it.
    pub fn year(&self) -> i16 {
        self.year
    }

    /// The running number in it.
    pub fn serial(&self) -> u64 {
        self.serial
    }

    /// The fonds code it begins with.
    pub fn fonds(&self) -> &Fonds {
        &self.fonds
    }
}

impl fmt::Display for ArchiveNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:04}-{:06}", self.fonds, self.year, self.serial)
    }
}

impl FromStr for ArchiveNumber {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        let mut parts = text.split('-');
        let (Some(fonds), Some(year), Some(serial), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(IdError::Number);
        };
        // The written form is unique, so that equal texts and equal numbers are the same thing.
        let year = spelt_number(year, 4).and_then(|year| i16::try_from(year).ok());
        let (Some(year @ 1..), Some(serial @ 1..)) = (year, spelt_number(serial, 6)) else {
            return Err(IdError::Number);
        };
        Ok(Self { fonds: fonds.parse().map_err(|_| IdError::Number)?, year, serial })
    }
}

text_serde!(ArchiveNumber);

/// The numbered directory of a record's files: its filing counter ÷ 4096.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place(pub u64);

impl Place {
    /// The place of the record with this filing counter.
    pub fn of_counter(counter: u64) -> Self {
        Self(counter / 4096)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}", self.0)
    }
}

impl FromStr for Place {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        spelt_number(text, 6).map(Self).ok_or(IdError::Number)
    }
}

text_serde!(Place);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_id_survives_its_text(bytes: [u8; 16]) {
            let id = RecordId::from_bytes(bytes);
            prop_assert_eq!(id.to_string().parse::<RecordId>().unwrap(), id);
        }

        #[test]
        fn a_number_survives_its_text(year in 1..=i16::MAX, serial in 1..=u64::MAX, no in 1..=u32::MAX, fonds in "[A-Z0-9]{1,16}") {
            let number = ArchiveNumber::new(fonds.parse().unwrap(), year, serial);
            prop_assert_eq!(&number.fonds().to_string(), &fonds);
            prop_assert_eq!(number.to_string().parse::<ArchiveNumber>(), Ok(number));
            for no in [no, no % 10_000 + 1] {
                prop_assert_eq!(StaffNo(no).to_string().parse::<StaffNo>(), Ok(StaffNo(no)));
                let place = Place(u64::from(no));
                prop_assert_eq!(place.to_string().parse::<Place>(), Ok(place));
            }
        }

        #[test]
        fn no_text_makes_an_id_or_number_panic(text in "\\PC{0,40}") {
            let _ = text.parse::<RecordId>();
            let _ = text.parse::<ArchiveNumber>();
            let _ = text.parse::<By>();
            let _ = text.parse::<Place>();
        }
    }

    #[test]
    fn ids_of_one_value_have_one_text() {
        assert_eq!(RecordId::from_bytes([0xff; 16]).to_string(), "7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
        for bad in
            ["", "8ZZZZZZZZZZZZZZZZZZZZZZZZZ", "7zzzzzzzzzzzzzzzzzzzzzzzzz", "7ZZZZZZZZZZZZZZZZZZZZZZZZI"]
        {
            assert_eq!(bad.parse::<RecordId>(), Err(IdError::Id), "{bad}");
        }
    }

    #[test]
    fn an_id_is_made_of_the_alphabet_alone() {
        for (place, character) in (0..26).flat_map(|place| (0..=0x7f).map(move |c| (place, c))) {
            let mut text = [b'0'; 26];
            text[place] = character;
            let text = std::str::from_utf8(&text).unwrap();
            // The first character is three bits.
            let known = if place == 0 { &ALPHABET[..8] } else { &ALPHABET[..] };
            let value = known.iter().position(|known| *known == character);
            let id = value
                .map(|value| RecordId::from_bytes(((value as u128) << (5 * (25 - place))).to_be_bytes()));
            assert_eq!(text.parse().ok(), id, "{text:?}");
        }
        for text in ["é000000000000000000000000", "0000000000000000000000000", "000000000000000000000000000"]
        {
            assert_eq!(text.parse::<RecordId>(), Err(IdError::Id), "{text}");
        }
    }

    #[test]
    fn an_archive_number_has_one_spelling() {
        let number: ArchiveNumber = "JG01-2026-000042".parse().unwrap();
        assert_eq!((number.year(), number.serial()), (2026, 42));
        for bad in [
            "JG01-2026-42",
            "jg01-2026-000042",
            "JG01-2026-000000",
            "JG01-2026",
            "JG01-2026-000042-1",
            "JG01-2026-0000042",
            "JG01-2026-+00042",
            "JG01-02026-000042",
            "JG01-+026-000042",
            "JG01-0000-000042",
            "JG01-32768-000042",
            "ABCDEFGHIJKLMNOPQ-2026-000042",
            "-2026-000001",
        ] {
            assert!(bad.parse::<ArchiveNumber>().is_err(), "{bad}");
        }
    }
}

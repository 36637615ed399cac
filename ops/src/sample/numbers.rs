//! Identity numbers whose check digits are right and whose owners do not exist.
//!
//! Source: `law.md` R139 to R143. Makes numbers only; reading them is the archive's business.

use jiff::civil::Date;

use super::chance::Chance;

/// No person carries this region: GB/T 2260 gives 100000 to no county.
const REGION_OF_NO_PERSON: &str = "100000";

/// No unit is registered here. 100000 would not do: real units registered with the state carry it.
const REGION_OF_NO_UNIT: &str = "990000";

/// The 31 characters of a unified social credit code, in the order of their values.
const CREDIT_ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Returns an 18-digit resident number with region 100000 and a right check digit.
pub(super) fn resident(birth: Date, male: bool, chance: &mut Chance) -> String {
    let serial = chance.between(0, 499) * 2 + i32::from(male);
    let birth = birth.strftime("%Y%m%d");
    let body = format!("{REGION_OF_NO_PERSON}{birth}{serial:03}");
    let check = resident_check(&body);
    format!("{body}{check}")
}

/// Returns an 18-character credit code whose first two characters are `class` (11, 12, 91 …).
pub(super) fn credit(class: &str, chance: &mut Chance) -> String {
    let mut organisation = String::from("MA");
    for _ in 0..6 {
        organisation.push(char::from(*chance.pick(CREDIT_ALPHABET)));
    }
    let organisation_check = organisation_check(&organisation);
    let body = format!("{class}{REGION_OF_NO_UNIT}{organisation}{organisation_check}");
    let check = credit_check(&body);
    format!("{body}{check}")
}

/// Returns an 11-digit number from the hundred that starts 138000000.
pub(super) fn mobile(chance: &mut Chance) -> String {
    format!("138000000{:02}", chance.below(100))
}

/// Returns the check digit for the first 17 digits of a resident number (R139).
fn resident_check(body: &str) -> char {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = body.bytes().zip(WEIGHTS).map(|(digit, weight)| value(digit) * weight).sum();
    char::from(b"10X98765432"[(sum % 11) as usize])
}

/// Returns the check character for the first eight of an organisation code (R141).
fn organisation_check(body: &str) -> char {
    const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = body.bytes().zip(WEIGHTS).map(|(byte, weight)| value(byte) * weight).sum();
    char::from(b"0X987654321"[(sum % 11) as usize])
}

/// Returns the check character for the first 17 of a credit code (R140).
fn credit_check(body: &str) -> char {
    let mut weight = 1;
    let mut sum = 0;
    for byte in body.bytes() {
        let value = CREDIT_ALPHABET.iter().position(|known| *known == byte).unwrap_or(0);
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    char::from(CREDIT_ALPHABET[(31 - sum % 31) % 31])
}

/// Returns 0 to 9 for digits and 10 to 35 for capital letters.
fn value(byte: u8) -> u32 {
    char::from(byte).to_digit(36).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_digits_of_the_vectors_come_out() {
        // R143: the standard's examples, and numbers computed by hand.
        for id in ["11010519491231002X", "100000200002290014", "10000020000229009X"] {
            assert_eq!(resident_check(&id[..17]), id.chars().last().unwrap(), "{id}");
        }
        for code in [
            "91350100M000100Y43",
            "91110108MA00123X75",
            "91110108MA1CNJAHX0",
            "91110108MADJD1XD80",
            "11110000000012343B",
            "12110000400005679A",
        ] {
            assert_eq!(credit_check(&code[..17]), code.chars().last().unwrap(), "{code}");
        }
        for code in ["91350100M000100Y43", "91110108MA00123X75", "91110108MA1CNJAHX0"] {
            assert_eq!(organisation_check(&code[8..16]), char::from(code.as_bytes()[16]), "{code}");
        }
    }

    #[test]
    fn generated_numbers_belong_to_no_one() {
        let mut chance = Chance::of(3, "numbers", 0);
        for round in 0..500 {
            let male = round % 2 == 0;
            let id = resident(Date::constant(1988, 2, 29), male, &mut chance);
            assert_eq!((id.len(), &id[..14]), (18, "10000019880229"));
            assert_eq!(id.as_bytes()[16] % 2 == 1, male, "{id}: the 17th digit is odd for men");

            let code = credit("91", &mut chance);
            assert_eq!((code.len(), &code[..8]), (18, "91990000"));
            assert!(code.bytes().all(|byte| CREDIT_ALPHABET.contains(&byte)), "{code}");

            let mobile = mobile(&mut chance);
            assert!(mobile.len() == 11 && mobile.starts_with("138000000"), "{mobile}");
        }
    }
}

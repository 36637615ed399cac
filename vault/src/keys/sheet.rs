//! The recovery sheet: an epoch's identity on paper, to be typed in again by a person.
//!
//! Knows no language: the words around the identity come from the caller's template.

use super::IDENTITY_MARK;
use super::keystore::EpochKey;
use crate::error::{Error, Result};
use crate::seal;
use crate::seal::Identity;
use jingui_schema::id::VaultId;
use zeroize::Zeroizing;

/// Characters of an identity after [`IDENTITY_MARK`].
const DATA_CHARS: usize = 58;
/// Those in groups of five and four, a printed line each: short enough to be read aloud.
const GROUPS: [&[usize]; 3] = [&[5, 5, 5, 5], &[5, 5, 5, 5], &[5, 5, 4, 4]];

/// Returns the sheet: the template with `{vault}`, `{ra}`, `{epoch}`, `{recipient}`, `{identity}` filled in.
///
/// - Shape: `{identity}` becomes the identity in groups, an empty line, and the same in one line. Braces around
///   other words stay.
pub fn sheet_text(vault: &VaultId, ra: &str, key: &EpochKey, template: &str) -> Zeroizing<String> {
    let (vault, epoch) = (vault.to_string(), key.epoch().to_string());
    let identity = printed(key.identity());
    let fields = [
        ("{vault}", vault.as_str()),
        ("{ra}", ra),
        ("{epoch}", &epoch),
        ("{recipient}", key.recipient()),
        ("{identity}", &identity),
    ];
    // Sized beforehand: a string that grows would leave a copy of the secret behind.
    let room = fields.iter().map(|(name, value)| template.matches(name).count() * value.len()).sum::<usize>();
    let mut text = Zeroizing::new(String::with_capacity(template.len() + room));
    let mut rest = template;
    // One pass, so that an RA whose name has braces in it fills nothing.
    while let Some(start) = rest.find('{') {
        text.push_str(&rest[..start]);
        rest = &rest[start..];
        let (name, value) = fields.into_iter().find(|(name, _)| rest.starts_with(name)).unwrap_or(("{", "{"));
        text.push_str(value);
        rest = &rest[name.len()..];
    }
    text.push_str(rest);
    text
}

fn printed(identity: &Identity) -> Zeroizing<String> {
    let secret = seal::identity_text(identity);
    let mut out = Zeroizing::new(String::with_capacity(3 * secret.len()));
    let (mark, mut data) = secret.split_at(IDENTITY_MARK.len());
    out.push_str(mark);
    for line in GROUPS {
        for (i, chars) in line.iter().enumerate() {
            out.push(if i == 0 { '\n' } else { ' ' });
            let (group, rest) = data.split_at(*chars);
            out.push_str(group);
            data = rest;
        }
    }
    out.push_str("\n\n");
    out.push_str(&secret);
    out
}

/// Finds the identity in a sheet, scanned or typed.
///
/// - Shape: letters of either case or full width; groups, line breaks, dashes and words of other scripts
///   between them do not matter; what nobody can tell apart on paper (`O` and `0`, `B` and `8`, `I`, `1` and
///   `L`) is taken as the one that can stand there. The checksum in the identity finds a wrong letter.
/// - Errors: [`Error::NotAKey`] if there is none, only a mistyped one, or more than one.
pub fn read_sheet(path_for_messages: &str, text: &str) -> Result<Identity> {
    let not = |why: &str| Error::NotAKey { path: path_for_messages.to_owned(), why: why.to_owned() };
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    plain.extend(
        text.chars().map(half_width).filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()),
    );
    // Without its last character, the 1, which is mistyped as easily as any other.
    let mark = "AGESECRETKEY";
    let mut found: Option<Identity> = None;
    let mut marked = false;
    for (at, _) in plain.match_indices(mark) {
        marked = true;
        let data = plain[at + mark.len()..].chars().skip(1).take(DATA_CHARS).map(bech32_letter);
        let mut typed = Zeroizing::new(String::with_capacity(IDENTITY_MARK.len() + DATA_CHARS));
        typed.push_str(IDENTITY_MARK);
        typed.extend(data);
        // Words that explain the mark may be followed by anything; only what has a right checksum counts.
        let Ok(identity) = typed.parse::<Identity>() else { continue };
        if found.as_ref().is_some_and(|known| known.to_public() != identity.to_public()) {
            return Err(not("more than one key"));
        }
        found = Some(identity);
    }
    found.ok_or_else(|| not(if marked { "the identity is mistyped" } else { "no AGE-SECRET-KEY-1 in it" }))
}

/// What a Chinese input method may have typed for an ASCII character.
fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// The letter of the bech32 alphabet that this one was meant to be.
fn bech32_letter(c: char) -> char {
    match c {
        'O' => '0',
        'B' => '8',
        'I' | '1' => 'L',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key() -> EpochKey {
        let text = "AGE-SECRET-KEY-1GQ9778VQXMMJVE8SK7J6VT8UJ4HDQAJUVSFCWCM02D8GEWQ72PVQ2Y5J33";
        EpochKey::new(3, text.parse().unwrap())
    }

    const TEMPLATE: &str =
        "恢复页 {vault} {ra} {epoch} {other}\n{recipient}\nAGE-SECRET-KEY-1 开头\n\n{identity}\n";

    fn sheet() -> Zeroizing<String> {
        sheet_text(&VaultId::from_bytes([7; 16]), "某 {identity} RA", &key(), TEMPLATE)
    }

    fn check(text: &str) {
        assert_eq!(read_sheet("s", text).unwrap().to_public().to_string(), key().recipient(), "{text}");
    }

    fn refused(text: &str, expected: &str) {
        match read_sheet("s", text).err() {
            Some(Error::NotAKey { why, .. }) => assert_eq!(why, expected, "{text}"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_sheet_has_its_identity_in_groups_and_in_one_line() {
        let expected = "恢复页 0Y1R3GE1R70W3GE1R70W3GE1R7 某 {identity} RA 3 {other}\n\
            age1t7rxyev2z3rw82stdlrrepyc39nvn86l5078zqkf5uasdy86jp6svpy7pa\nAGE-SECRET-KEY-1 开头\n\n\
            AGE-SECRET-KEY-1\nGQ977 8VQXM MJVE8 SK7J6\nVT8UJ 4HDQA JUVSF CWCM0\n2D8GE WQ72P VQ2Y 5J33\n\n\
            AGE-SECRET-KEY-1GQ9778VQXMMJVE8SK7J6VT8UJ4HDQAJUVSFCWCM02D8GEWQ72PVQ2Y5J33\n";
        let sheet = sheet();
        let vault = VaultId::from_bytes([7; 16]).to_string();
        assert_eq!(sheet.replace(&vault, "0Y1R3GE1R70W3GE1R70W3GE1R7"), expected);
        check(&sheet);
    }

    #[test]
    fn an_identity_is_found_however_it_was_typed() {
        for text in [
            "AGE-SECRET-KEY-1GQ9778VQXMMJVE8SK7J6VT8UJ4HDQAJUVSFCWCM02D8GEWQ72PVQ2Y5J33",
            "age-secret-key-1gq9778vqxmmjve8sk7j6vt8uj4hdqajuvsfcwcm02d8gewq72pvq2y5j33",
            "age secret key l\r\ngq977 8vqxm mjve8 sk7j6\r\n vt8uj 4hdqa juvsf cwcm0\n\n2d8ge wq72p vq2y 5j33",
            "AGE-SECRET-KEY-1 GQ977-8VQXM-MJVE8-SK7J6-VT8UJ-4HDQA-JUVSF-CWCMO-2DBGE-WQ72P-VQ2Y-5J33.",
            "ＡＧＥ－ＳＥＣＲＥＴ－ＫＥＹ－１　ｇｑ９７７ 8VQXM MJVE8 SK7J6 VT8UJ 4HDQA JUVSF CWCM0 2D8GE WQ72P VQ2Y 5J33 完",
        ] {
            check(text);
        }
    }

    #[test]
    fn every_wrong_and_every_missing_letter_is_found() {
        let good = "GQ9778VQXMMJVE8SK7J6VT8UJ4HDQAJUVSFCWCM02D8GEWQ72PVQ2Y5J33";
        for at in 0..good.len() {
            let wrong = if &good[at..=at] == "Q" { "P" } else { "Q" };
            let bent = format!("AGE-SECRET-KEY-1{}{wrong}{}", &good[..at], &good[at + 1..]);
            refused(&bent, "the identity is mistyped");
            refused(&format!("AGE-SECRET-KEY-1{}", &good[..at]), "the identity is mistyped");
        }
        refused("nothing here", "no AGE-SECRET-KEY-1 in it");
        let other = Identity::generate();
        refused(&format!("{}\n{}", *sheet(), *seal::identity_text(&other)), "more than one key");
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "(AGE-SECRET-KEY-1|.){0,40}") {
            let _ = read_sheet("s", &text);
        }
    }
}

//! Names of issuers and subjects: as people read them, and in the form in which two are the same.

use super::Refusal;
use super::der::{Element, OID, Reader, SEQUENCE, SET, dotted};
use jingui_schema::certificate::NAME_CHARS_MAX;
use jingui_schema::digest::Sha256;
use jingui_schema::facts::{fold, is_unprintable};

/// Parts of a name at most; real ones have ten.
const PARTS_MAX: usize = 64;

/// A name, as it stands in a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// For people: parts in the order in which they stand, what no terminal should get left out.
    pub text: String,
    /// SHA-256 of the form in which two names are the same; `FORMAT.md`, section "Covers".
    pub digest: Sha256,
}

/// Reads a name: a sequence of sets of an identifier and a value.
pub(super) fn name(element: &Element<'_>) -> Result<Name, Refusal> {
    const FORM: &str = "a name that is not one";
    if element.tag != SEQUENCE {
        return Err(Refusal::Form(FORM));
    }
    let (mut text, mut same, mut count) = (String::new(), String::new(), 0);
    let mut parts = element.reader();
    while !parts.is_empty() {
        let set = parts.expect(SET, FORM)?;
        let mut values = Vec::new();
        let mut of_set = set.reader();
        while !of_set.is_empty() {
            count += 1;
            if count > PARTS_MAX {
                return Err(Refusal::Form("a name of too many parts"));
            }
            let mut pair = of_set.expect(SEQUENCE, FORM)?.reader();
            let oid = pair.expect(OID, FORM)?.content;
            let value = pair.next()?;
            pair.end(FORM)?;
            let said = string(&value);
            put(&mut text, oid, said.as_deref(), value.whole);
            let folded = said.as_deref().map_or_else(|| hex::encode(value.whole), fold);
            let kind = if said.is_some() { '=' } else { '#' };
            values.push(format!("{}{kind}{folded}\n", hex::encode(oid)));
        }
        // What stands together in a set has no order.
        values.sort_unstable();
        values.iter().for_each(|value| same.push_str(value));
        same.push('\n');
    }
    Ok(Name { text, digest: Sha256::of(same.as_bytes()) })
}

/// The name in a GeneralNames element, where there is just one of that kind.
pub(super) fn directory_name(names: &[u8]) -> Result<Name, Refusal> {
    const FORM: &str = "the issuer of an entry is no name";
    let mut outer = Reader::new(names);
    let mut list = outer.expect(SEQUENCE, FORM)?.reader();
    outer.end(FORM)?;
    let mut found = None;
    while !list.is_empty() {
        let one = list.next()?;
        if one.tag == 0xa4 {
            let inner = one.reader().expect(SEQUENCE, FORM)?;
            if found.replace(name(&inner)?).is_some() {
                return Err(Refusal::Form("an entry of two issuers"));
            }
        }
    }
    found.ok_or(Refusal::Form(FORM))
}

/// The text of a string of any of the kinds that names have.
fn string(value: &Element<'_>) -> Option<String> {
    let latin = |bytes: &[u8]| bytes.iter().map(|byte| char::from(*byte)).collect::<String>();
    match value.tag {
        0x0c => std::str::from_utf8(value.content).ok().map(str::to_owned),
        0x12 | 0x13 | 0x16 | 0x1a if value.content.is_ascii() => Some(latin(value.content)),
        // Nobody writes T.61 into a T61String: it is Latin-1, or UTF-8 against all rules.
        0x14 => Some(std::str::from_utf8(value.content).map_or_else(|_| latin(value.content), str::to_owned)),
        0x1e if value.content.len().is_multiple_of(2) => {
            let units = value.content.chunks_exact(2).map(|two| u16::from_be_bytes([two[0], two[1]]));
            char::decode_utf16(units).collect::<Result<String, _>>().ok()
        }
        0x1c if value.content.len().is_multiple_of(4) => {
            let points = value.content.chunks_exact(4);
            points.map(|p| char::from_u32(u32::from_be_bytes([p[0], p[1], p[2], p[3]]))).collect()
        }
        _ => None,
    }
}

/// Appends a part for people, as far as there is room.
fn put(text: &mut String, oid: &[u8], said: Option<&str>, whole: &[u8]) {
    let label = match oid {
        [0x55, 0x04, 3] => "CN".to_owned(),
        [0x55, 0x04, 4] => "SN".to_owned(),
        [0x55, 0x04, 5] => "serialNumber".to_owned(),
        [0x55, 0x04, 6] => "C".to_owned(),
        [0x55, 0x04, 7] => "L".to_owned(),
        [0x55, 0x04, 8] => "ST".to_owned(),
        [0x55, 0x04, 9] => "STREET".to_owned(),
        [0x55, 0x04, 10] => "O".to_owned(),
        [0x55, 0x04, 11] => "OU".to_owned(),
        [0x55, 0x04, 12] => "T".to_owned(),
        [0x55, 0x04, 42] => "GN".to_owned(),
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1] => "E".to_owned(),
        [0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 1] => "UID".to_owned(),
        [0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 25] => "DC".to_owned(),
        oid => dotted(oid),
    };
    let value = said.map_or_else(|| format!("#{}", hex::encode(whole)), str::to_owned);
    let comma = if text.is_empty() { "" } else { ", " };
    let room = NAME_CHARS_MAX.saturating_sub(text.chars().count());
    let part = format!("{comma}{label}={value}");
    text.extend(part.chars().filter(|c| !is_unprintable(*c)).take(room));
}

#[cfg(test)]
pub(super) fn name_of(parts: &[(u8, u8, &[u8])]) -> Vec<u8> {
    let wrap = |tag: u8, content: Vec<u8>| [vec![tag, content.len() as u8], content].concat();
    let part = |(attribute, tag, value): &(u8, u8, &[u8])| {
        let oid = wrap(OID, vec![0x55, 0x04, *attribute]);
        wrap(SET, wrap(SEQUENCE, [oid, wrap(*tag, value.to_vec())].concat()))
    };
    wrap(SEQUENCE, parts.iter().flat_map(part).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(parts: &[(u8, u8, &[u8])]) -> Name {
        name(&Reader::new(&name_of(parts)).next().unwrap()).unwrap()
    }

    #[test]
    fn names_are_the_same_whatever_kind_of_string_they_are_written_in() {
        let utf8 = read(&[(6, 0x13, b"CN"), (3, 0x0c, b"Test  CA")]);
        let printable = read(&[(6, 0x13, b"cn"), (3, 0x13, b"test ca ")]);
        let wide = read(&[(6, 0x0c, b"CN"), (3, 0x1e, b"\0T\0e\0s\0t\0 \0C\0A")]);
        assert_eq!(utf8.text, "C=CN, CN=Test  CA");
        assert_eq!(utf8.digest, printable.digest);
        assert_eq!(utf8.digest, wide.digest);
        assert_ne!(utf8.digest, read(&[(3, 0x0c, b"Test CA"), (6, 0x13, b"CN")]).digest);
        assert_ne!(utf8.digest, read(&[(6, 0x13, b"CN"), (10, 0x0c, b"Test CA")]).digest);
        // One part whose value looks like two is not two.
        assert_ne!(
            read(&[(3, 0x0c, b"a\n\n550403=b")]).digest,
            read(&[(3, 0x0c, b"a"), (3, 0x0c, b"b")]).digest
        );
    }

    #[test]
    fn what_no_terminal_should_get_is_left_out_and_what_is_no_text_is_shown_in_hex() {
        assert_eq!(read(&[(3, 0x0c, "a\u{1b}[2J\u{202e}b".as_bytes())]).text, "CN=a[2Jb");
        assert_eq!(read(&[(3, 0x0c, b"\xff")]).text, "CN=#0c01ff");
        assert_eq!(read(&[]).text, "");
        assert_eq!(read(&[(3, 0x0c, &[b'x'; 100])]).text.len(), 103);
    }
}

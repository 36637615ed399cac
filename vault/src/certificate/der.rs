//! DER, one element at a time, over borrowed bytes. Follows no structure by itself, so nothing can make it deep.

use super::Refusal;

/// BOOLEAN.
pub(super) const BOOLEAN: u8 = 0x01;
/// INTEGER.
pub(super) const INTEGER: u8 = 0x02;
/// BIT STRING.
pub(super) const BITS: u8 = 0x03;
/// OCTET STRING.
pub(super) const OCTETS: u8 = 0x04;
/// OBJECT IDENTIFIER.
pub(super) const OID: u8 = 0x06;
/// ENUMERATED.
pub(super) const ENUMERATED: u8 = 0x0a;
/// SEQUENCE.
pub(super) const SEQUENCE: u8 = 0x30;
/// SET.
pub(super) const SET: u8 = 0x31;
/// UTCTime.
pub(super) const UTC_TIME: u8 = 0x17;
/// GeneralizedTime.
pub(super) const GENERALIZED_TIME: u8 = 0x18;

/// One element.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element<'a> {
    pub(super) tag: u8,
    pub(super) content: &'a [u8],
    /// Tag, length and content.
    pub(super) whole: &'a [u8],
}

/// Elements that stand one after another.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// What has not been read yet.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.0
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The tag of the next element.
    pub(super) fn peek(&self) -> Option<u8> {
        self.0.first().copied()
    }

    /// The next element.
    pub(super) fn next(&mut self) -> Result<Element<'a>, Refusal> {
        let bytes = self.0;
        let [tag, first, ..] = *bytes else { return Err(Refusal::Cut) };
        if tag & 0x1f == 0x1f {
            return Err(Refusal::Form("a tag of more than one octet"));
        }
        let (header, length) = match first {
            0..0x80 => (2, usize::from(first)),
            0x80 => return Err(Refusal::Form("a length that is left open")),
            0x81..=0x84 => {
                let count = usize::from(first & 0x7f);
                let octets = bytes.get(2..2 + count).ok_or(Refusal::Cut)?;
                let length = octets.iter().fold(0_usize, |length, octet| length << 8 | usize::from(*octet));
                // Another length of the same would be another certificate with the same meaning.
                if octets[0] == 0 || length < 0x80 {
                    return Err(Refusal::Form("a length that is not the shortest"));
                }
                (2 + count, length)
            }
            _ => return Err(Refusal::Form("a length of more than four octets")),
        };
        let end = header.checked_add(length).ok_or(Refusal::Cut)?;
        let whole = bytes.get(..end).ok_or(Refusal::Cut)?;
        self.0 = &bytes[end..];
        Ok(Element { tag, content: &whole[header..], whole })
    }

    /// The next element, which must have this tag.
    pub(super) fn expect(&mut self, tag: u8, what: &'static str) -> Result<Element<'a>, Refusal> {
        match self.peek() {
            Some(found) if found == tag => self.next(),
            Some(_) => Err(Refusal::Form(what)),
            None => Err(Refusal::Cut),
        }
    }

    /// The next element, if it has this tag.
    pub(super) fn optional(&mut self, tag: u8) -> Result<Option<Element<'a>>, Refusal> {
        if self.peek() == Some(tag) { self.next().map(Some) } else { Ok(None) }
    }

    /// Refuses what is left.
    pub(super) fn end(&self, what: &'static str) -> Result<(), Refusal> {
        if self.is_empty() { Ok(()) } else { Err(Refusal::Form(what)) }
    }
}

impl<'a> Element<'a> {
    pub(super) fn reader(&self) -> Reader<'a> {
        Reader::new(self.content)
    }

    /// The bytes of a BIT STRING of whole octets.
    pub(super) fn octets_of_bits(&self) -> Result<&'a [u8], Refusal> {
        match self.content {
            [0, octets @ ..] => Ok(octets),
            _ => Err(Refusal::Form("a bit string that is not of whole octets")),
        }
    }

    /// The first sixteen bits of a BIT STRING, the first one highest.
    pub(super) fn bits(&self) -> Result<u16, Refusal> {
        let bad = Refusal::Form("a bit string that cannot be read");
        let [unused @ 0..=7, octets @ ..] = self.content else { return Err(bad) };
        let Some(last) = octets.last() else { return if *unused == 0 { Ok(0) } else { Err(bad) } };
        if last.trailing_zeros() < u32::from(*unused) && *last != 0 {
            return Err(bad);
        }
        let octet = |at: usize| u16::from(octets.get(at).copied().unwrap_or_default());
        Ok(octet(0) << 8 | octet(1))
    }

    /// A BOOLEAN; DER has two.
    pub(super) fn truth(&self) -> Result<bool, Refusal> {
        match self.content {
            [0] => Ok(false),
            [0xff] => Ok(true),
            _ => Err(Refusal::Form("a truth value that is neither")),
        }
    }
}

/// An object identifier in numbers with dots, so much of it as fits a line.
pub(super) fn dotted(oid: &[u8]) -> String {
    let mut arcs = Vec::new();
    let mut arc = 0_u128;
    for octet in oid {
        arc = arc.wrapping_shl(7) | u128::from(octet & 0x7f);
        if octet & 0x80 == 0 {
            match arcs.is_empty() {
                true => {
                    let first = (arc / 40).min(2);
                    arcs.extend([first, arc - 40 * first]);
                }
                false => arcs.push(arc),
            }
            arc = 0;
        }
        if arcs.len() > 20 {
            break;
        }
    }
    arcs.iter().map(u128::to_string).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_is_read_and_what_is_no_der_is_refused() {
        let mut reader = Reader::new(&[0x30, 3, 2, 1, 5, 0x05, 0]);
        let sequence = reader.next().unwrap();
        assert_eq!((sequence.tag, sequence.content, sequence.whole.len()), (SEQUENCE, &[2, 1, 5][..], 5));
        assert!(reader.next().unwrap().content.is_empty());
        assert!(reader.end("more").is_ok());
        for bad in [
            &[][..],
            &[0x30],
            &[0x30, 2, 0],
            &[0x30, 0x80, 0, 0],
            &[0x30, 0x81, 1, 0],
            &[0x30, 0x82, 0, 0x80],
            &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff],
            &[0x30, 0x85, 1, 0, 0, 0, 0],
            &[0x1f, 0x81, 1, 0],
        ] {
            assert!(Reader::new(bad).next().is_err(), "{bad:02x?}");
        }
    }

    #[test]
    fn identifiers_are_written_with_dots() {
        assert_eq!(dotted(&[0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x83, 0x75]), "1.2.156.10197.1.501");
        assert_eq!(dotted(&[0x88, 0x37, 0x03]), "2.999.3");
        assert_eq!(dotted(&[0xff; 40]), "");
    }
}

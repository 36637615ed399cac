//! Reads what is spelt as it is written, so that reading is the check and nothing has to be written for comparison.
//!
//! Takes in less than JSON: no white space, no escapes, no `null`, numbers without sign, fraction and needless zeros, keys
//! in the order of their type and none that it does not have. Whoever meets anything else reads it as JSON, and learns
//! what is wrong. What a type may leave out is for [`serde`] to say; that it then has to be left out is not known here,
//! but for empty lists. So only such types are read this way as
//!
//! - leave out nothing that stands for itself but `None` and empty lists, and leave out every `None`;
//! - have one name for each field, as they are derived: fields are told by their places;
//! - are made of structs, lists, `u32`, `u64`, `bool`, and texts of which each is the only one for its value.

use serde::de::value::U64Deserializer;
use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;
use std::fmt;

/// Reads a value from its one spelling; `empty` are the keys under which an empty list is written all the same.
pub(crate) fn read_spelt<'de, T: Deserialize<'de>>(
    text: &'de str,
    empty: &'static [&'static str],
) -> Option<T> {
    // Every byte is looked at: sixteen at a time are quicker than stopping at the first.
    let is_plain = text.bytes().fold(true, |plain, byte| plain & (byte >= b' ') & (byte != b'\\'));
    if !is_plain {
        return None;
    }
    let mut spelt = Spelt { rest: text, key: "", empty };
    let value = T::deserialize(&mut spelt).ok()?;
    spelt.rest.is_empty().then_some(value)
}

/// It is not spelt as it would be written, or in no way that is known here.
#[derive(Debug, thiserror::Error)]
#[error("not spelt as it is written")]
struct NotSpelt;

impl de::Error for NotSpelt {
    /// Drops the reason: whoever reads it the long way is told.
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// What stands before the first of these characters, which is ASCII, and what behind it.
pub(crate) fn cut(text: &str, at: u8) -> Option<(&str, &str)> {
    debug_assert!(at.is_ascii());
    let found = memchr::memchr(at, text.as_bytes())?;
    Some((&text[..found], &text[found + 1..]))
}

/// What has not been read yet.
struct Spelt<'de> {
    rest: &'de str,
    /// The key read last.
    key: &'static str,
    empty: &'static [&'static str],
}

impl<'de> Spelt<'de> {
    /// Passes over a character that has to stand here.
    fn pass(&mut self, expected: char) -> Result<(), NotSpelt> {
        self.rest = self.rest.strip_prefix(expected).ok_or(NotSpelt)?;
        Ok(())
    }

    fn number(&mut self) -> Result<u64, NotSpelt> {
        let digit = |place: usize| self.rest.as_bytes().get(place).map(|byte| byte.wrapping_sub(b'0'));
        let (mut number, mut digits) = (0_u64, 0);
        while let Some(value @ 0..10) = digit(digits) {
            let more = number.checked_mul(10).and_then(|number| number.checked_add(u64::from(value)));
            number = more.ok_or(NotSpelt)?;
            digits += 1;
        }
        if digits == 0 || digits > 1 && self.rest.starts_with('0') {
            return Err(NotSpelt);
        }
        self.rest = &self.rest[digits..];
        Ok(number)
    }

    /// What stands between the next two quotes: there are no escapes where there is no backslash.
    fn text(&mut self) -> Result<&'de str, NotSpelt> {
        let (text, rest) = self.rest.strip_prefix('"').and_then(|rest| cut(rest, b'"')).ok_or(NotSpelt)?;
        self.rest = rest;
        Ok(text)
    }
}

impl<'de> Deserializer<'de> for &mut Spelt<'de> {
    type Error = NotSpelt;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, NotSpelt> {
        Err(NotSpelt)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotSpelt> {
        let is_true = self.rest.starts_with('t');
        let word = if is_true { "true" } else { "false" };
        self.rest = self.rest.strip_prefix(word).ok_or(NotSpelt)?;
        visitor.visit_bool(is_true)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotSpelt> {
        visitor.visit_u64(self.number()?)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotSpelt> {
        visitor.visit_u64(self.number()?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotSpelt> {
        visitor.visit_borrowed_str(self.text()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotSpelt> {
        self.deserialize_str(visitor)
    }

    /// There is one: where there is none its key is left out.
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotSpelt> {
        visitor.visit_some(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotSpelt> {
        self.pass('[')?;
        if self.rest.starts_with(']') && !self.empty.contains(&self.key) {
            return Err(NotSpelt);
        }
        let value = visitor.visit_seq(Items { spelt: self, is_first: true })?;
        self.pass(']')?;
        Ok(value)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, NotSpelt> {
        self.pass('{')?;
        let value = visitor.visit_map(Fields { spelt: self, fields, next: 0 })?;
        self.pass('}')?;
        Ok(value)
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u128 f32 f64 char bytes byte_buf unit unit_struct newtype_struct tuple tuple_struct map
        enum identifier ignored_any
    }
}

/// The values of a list.
struct Items<'a, 'de> {
    spelt: &'a mut Spelt<'de>,
    is_first: bool,
}

impl<'de> SeqAccess<'de> for Items<'_, 'de> {
    type Error = NotSpelt;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, NotSpelt> {
        if self.spelt.rest.starts_with(']') {
            return Ok(None);
        }
        if !self.is_first {
            self.spelt.pass(',')?;
        }
        self.is_first = false;
        seed.deserialize(&mut *self.spelt).map(Some)
    }
}

/// The keys and values of a struct.
struct Fields<'a, 'de> {
    spelt: &'a mut Spelt<'de>,
    /// Its keys, in the order in which they come.
    fields: &'static [&'static str],
    /// The first of them that may still come.
    next: usize,
}

impl<'de> MapAccess<'de> for Fields<'_, 'de> {
    type Error = NotSpelt;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, NotSpelt> {
        if self.spelt.rest.starts_with('}') {
            return Ok(None);
        }
        if self.next > 0 {
            self.spelt.pass(',')?;
        }
        self.spelt.pass('"')?;
        // Those that stand in the type before the one that is here have been left out, and come no more.
        while let Some(&key) = self.fields.get(self.next) {
            self.next += 1;
            if let Some(rest) = behind_key(self.spelt.rest, key) {
                (self.spelt.rest, self.spelt.key) = (rest, key);
                // By its place, as a type knows its fields too: that its name is the right one has just been seen.
                let place = U64Deserializer::<NotSpelt>::new(self.next as u64 - 1);
                return seed.deserialize(place).map(Some);
            }
        }
        Err(NotSpelt)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, NotSpelt> {
        seed.deserialize(&mut *self.spelt)
    }
}

/// What stands behind a key, its quote and its colon.
fn behind_key<'a>(rest: &'a str, key: &str) -> Option<&'a str> {
    // Most keys that are not there have another length than the one that is, which is quickly seen.
    let is_as_long = rest.as_bytes().get(key.len()) == Some(&b'"');
    if !is_as_long {
        return None;
    }
    rest.strip_prefix(key)?.strip_prefix("\":")
}

#[cfg(test)]
mod tests {
    use super::read_spelt;
    use crate::spelling::is_spelt;
    use serde::{Deserialize, Serialize};

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Shelf {
        size: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        inner: Vec<Shelf>,
        rows: Vec<u64>,
        is_open: bool,
    }

    fn read(text: &str) -> Option<Shelf> {
        read_spelt(text, &["rows"])
    }

    #[test]
    fn what_is_written_is_read() {
        let inner = Shelf { size: 0, name: None, inner: Vec::new(), rows: Vec::new(), is_open: false };
        let name = Some("卷 {1}, \u{7f}[2]:".to_owned());
        let outer =
            Shelf { size: u32::MAX, name, inner: vec![inner], rows: vec![10, 0, u64::MAX], is_open: true };
        let text = serde_json::to_string(&outer).unwrap();
        assert_eq!(read(&text), Some(outer), "{text}");
    }

    #[test]
    fn nothing_else_is_read() {
        let text = r#"{"size":1,"name":"n","inner":[{"size":2,"rows":[],"is_open":true}],"rows":[3,4],"is_open":false}"#;
        assert!(is_spelt(&read(text).unwrap(), text.as_bytes()));
        for (from, to) in [
            (r#""size":1"#, r#""size":01"#),
            (r#""size":1"#, r#""size":+1"#),
            (r#""size":1"#, r#""size":-1"#),
            (r#""size":1"#, r#""size":1.0"#),
            (r#""size":1"#, r#""size":1e0"#),
            (r#""size":1"#, r#""size":4294967296"#),
            (r#""size":1"#, r#""size":"#),
            (r#""size":1"#, r#""size": 1"#),
            (r#""size":1,"#, r#""#),
            (r#""size":1,"#, r#""size":1,"size":1,"#),
            (r#""size":1,"#, r#""size":1,"more":1,"#),
            (r#""size":1,"name":"n""#, r#""name":"n","size":1"#),
            (r#""n""#, r#""\u006e""#),
            (r#""n""#, r#""\"""#),
            (r#""n""#, "\"\u{1f}\""),
            (r#""n""#, "null"),
            (r#""n""#, "n"),
            (r#"[{"size":2,"rows":[],"is_open":true}]"#, "[]"),
            ("3,4", "3,4,"),
            ("3,4", ",3,4"),
            ("3,4", "3,,4"),
            ("3,4", "3, 4"),
            ("3,4", "18446744073709551616"),
            ("false}", "false,}"),
            ("false}", "False}"),
            ("false}", "0}"),
            ("false}", "false} "),
            ("false}", "false}}"),
            ("false}", "false"),
            ("{\"size\":1", " {\"size\":1"),
            ("{\"size\":1", "{,\"size\":1"),
        ] {
            let other = text.replacen(from, to, 1);
            assert_ne!(other, text, "{from}");
            assert_eq!(read(&other), None, "{other}");
        }
    }
}

//! JSON as FORMAT.md section 1 wants it: compact, keys in the order given, none twice, none unknown.
//!
//! A *form* is written as text, such as `v:one id:id tags?:[str] file:{size:num b3:h64}`: keys in their order, `?`
//! for one that is absent when empty, and after the colon what the value has to be.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// A JSON value that remembers the order of its keys; numbers are those that a vault has, whole and not negative.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    Null,
    Bool(bool),
    Number(u64),
    Text(String),
    List(Vec<Json>),
    Map(Vec<(String, Json)>),
}

struct Reading;

impl<'de> Visitor<'de> for Reading {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without negative numbers and fractions")
    }
    fn visit_bool<E: Error>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }
    fn visit_u64<E: Error>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Number(value))
    }
    fn visit_str<E: Error>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Json::List(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let mut map: Vec<(String, Json)> = Vec::new();
        while let Some((key, value)) = entries.next_entry::<String, Json>()? {
            if map.iter().any(|(known, _)| *known == key) {
                return Err(A::Error::custom(format!("the key {key} stands twice")));
            }
            map.push((key, value));
        }
        Ok(Json::Map(map))
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reading)
    }
}

impl Json {
    /// Reads text that has to be in compact form and to fit the form of this name.
    pub fn read(bytes: &[u8], name: &str) -> Result<Self, String> {
        let text = std::str::from_utf8(bytes).map_err(|_| "is not UTF-8")?;
        let json: Self = serde_json::from_str(text).map_err(|e| format!("is not JSON: {e}"))?;
        if json.text() != text {
            return Err("is not in compact form".into());
        }
        fits(&form(name).expect("it is in the list").1, &json)?;
        Ok(json)
    }

    /// The compact text.
    pub fn text(&self) -> String {
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        match self {
            Self::Null => "null".into(),
            Self::Bool(value) => value.to_string(),
            Self::Number(value) => value.to_string(),
            Self::Text(text) => quoted(text),
            Self::List(list) => format!("[{}]", list.iter().map(Self::text).collect::<Vec<_>>().join(",")),
            Self::Map(map) => {
                let entry = |(key, value): &(String, Self)| format!("{}:{}", quoted(key), value.text());
                format!("{{{}}}", map.iter().map(entry).collect::<Vec<_>>().join(","))
            }
        }
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Map(map) => map.iter().find(|(known, _)| known == key).map(|(_, value)| value),
            _ => None,
        }
    }

    // What follows gives something empty where there is nothing of the kind: forms have been looked at before.
    pub fn at(&self, key: &str) -> &Self {
        self.get(key).unwrap_or(&Self::Null)
    }
    pub fn str(&self, key: &str) -> &str {
        self.at(key).as_str()
    }
    pub fn as_str(&self) -> &str {
        if let Self::Text(text) = self { text } else { "" }
    }
    pub fn is_true(&self) -> bool {
        *self == Self::Bool(true)
    }
    pub fn num(&self, key: &str) -> u64 {
        if let Self::Number(number) = self.at(key) { *number } else { 0 }
    }
    pub fn list(&self, key: &str) -> &[Self] {
        if let Self::List(list) = self.at(key) { list } else { &[] }
    }
}

/// Who may write a line of this kind, and the form of its data; or of what is sealed, with nobody.
pub fn form(name: &str) -> Option<(&'static str, String)> {
    let lines = include_str!("forms.txt").lines().filter_map(|line| line.split_once(" | "));
    let (_, found) = lines.into_iter().find(|(known, _)| *known == name)?;
    let (who, form) = found.trim_start().split_once("| ")?;
    let parts = ["person", "public", "cover", "link"].into_iter();
    let whole =
        parts.filter(|part| form.contains(&format!("@{part}"))).fold(form.to_owned(), |form, part| {
            form.replace(&format!("@{part}"), &self::form(part).expect("a part of a form").1)
        });
    Some((who.trim_end(), whole))
}

/// Says where an object does not fit a form.
pub fn fits(form: &str, json: &Json) -> Result<(), String> {
    fit_map(&mut { form }, json, "")
}

/// Follows the form and the object side by side up to the end of the form or its `}`.
fn fit_map(form: &mut &str, json: &Json, at: &str) -> Result<(), String> {
    let Json::Map(map) = json else { return Err(format!("{at} is not an object")) };
    let mut entries = map.iter().peekable();
    loop {
        *form = form.trim_start();
        if form.is_empty() || form.starts_with('}') {
            break;
        }
        let (key, after) = form.split_once(':').expect("a form has a colon after each key");
        *form = after;
        let (key, optional) = (key.trim_end_matches('?'), key.ends_with('?'));
        let here = format!("{at}/{key}");
        match entries.next_if(|(known, _)| known == key) {
            Some((_, Json::List(list))) if optional && list.is_empty() => {
                return Err(format!("{here} is empty and yet there"));
            }
            Some((_, value)) => fit(form, value, &here)?,
            None if optional => skip(form),
            None => return Err(format!("{here} is missing or not at its place")),
        }
    }
    match entries.next() {
        Some((key, _)) => Err(format!("{at}/{key} is unknown or not at its place")),
        None => Ok(()),
    }
}

fn fit(form: &mut &str, json: &Json, at: &str) -> Result<(), String> {
    let start = *form;
    skip(form);
    match (start.as_bytes()[0], json) {
        (b'{', _) => fit_map(&mut &start[1..], json, at),
        (b'[', Json::List(list)) => list.iter().try_for_each(|item| fit(&mut &start[1..], item, at)),
        _ => {
            let word = &start[..start.find([' ', ']', '}']).unwrap_or(start.len())];
            if is(word, json) { Ok(()) } else { Err(format!("{at} is not of the form {word}")) }
        }
    }
}

/// Goes past one value of a form.
fn skip(form: &mut &str) {
    let mut depth = 0usize;
    let end = form.find(|c| {
        match c {
            '[' | '{' => depth += 1,
            ' ' | ']' | '}' if depth == 0 => return true,
            ']' | '}' => depth -= 1,
            _ => {}
        }
        false
    });
    *form = &form[end.unwrap_or(form.len())..];
}

/// Whether a value is what a word of a form asks for.
fn is(word: &str, json: &Json) -> bool {
    match (word, json) {
        ("any", _) | ("bool", Json::Bool(_)) | ("num", Json::Number(_)) | ("str", Json::Text(_)) => true,
        ("one", Json::Number(n)) => *n == 1,
        ("pos", Json::Number(n)) => *n > 0,
        ("id", Json::Text(t)) => is_id(t),
        ("named", Json::Text(t)) => {
            let of_plan = |top| t.strip_prefix(top).and_then(|rest| rest.strip_suffix(".jsonl"));
            ["README.txt", "settings/places.toml"].contains(&&t[..])
                || of_plan("plans/").or_else(|| of_plan("registers/")).is_some_and(is_id)
                || t.strip_prefix("registers/").is_some_and(is_of_handover)
        }
        ("time", Json::Text(t)) => is_time(t),
        ("day", Json::Text(t)) => is_day(t),
        ("until", Json::Text(t)) => t == "never" || is_day(t),
        ("end", Json::Text(t)) => t == "never" || is_time(t),
        ("staff", Json::Text(t)) => is_staff(t),
        ("by", Json::Text(t)) => is_staff(t) || t == "authority" || t == "vault",
        ("h64" | "h128", Json::Text(t)) => {
            word[1..] == t.len().to_string()
                && t.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        }
        ("place", Json::Text(t)) => is_place(t),
        ("age", Json::Text(t)) => t.parse::<age::x25519::Recipient>().is_ok(),
        ("file", json) => fits("size:num b3:h64", json).is_ok(),
        ("note", json) => fits("id:id place:place epoch:pos size:num b3:h64", json).is_ok(),
        (choice, Json::Text(t)) => choice.split('|').any(|one| one == t),
        _ => false,
    }
}

/// Whether it is the name of a place: a number of six digits or more.
pub fn is_place(text: &str) -> bool {
    text.parse().is_ok_and(|n: u64| text == format!("{n:06}"))
}

/// Whether it is the name of a receipt's list, or of what came with the records of an archive.
fn is_of_handover(name: &str) -> bool {
    let list = name.strip_prefix("receipt-").and_then(|rest| rest.strip_suffix(".jsonl"));
    let received = name.strip_prefix("received-");
    let received = received.and_then(|rest| rest.strip_suffix(".jsonl").or(rest.strip_suffix(".head")));
    let counted = |lines: &str| lines.parse().is_ok_and(|n: u64| n > 0 && lines == n.to_string());
    let received = received.and_then(|rest| rest.split_once('-'));
    list.is_some_and(is_id) || received.is_some_and(|(vault, lines)| is_id(vault) && counted(lines))
}

fn is_id(text: &str) -> bool {
    let known = |b| b"0123456789ABCDEFGHJKMNPQRSTVWXYZ".contains(&b);
    text.len() == 26 && text.bytes().all(known) && text.as_bytes()[0] <= b'7'
}

fn is_staff(text: &str) -> bool {
    text.len() >= 4 && text.bytes().all(|b| b.is_ascii_digit())
}

/// Whether a text is like another one in which `0` stands for any digit.
pub fn shaped(text: &str, like: &str) -> bool {
    let fits = |(b, l): (u8, u8)| if l == b'0' { b.is_ascii_digit() } else { b == l };
    text.len() == like.len() && text.bytes().zip(like.bytes()).all(fits)
}

fn is_day(text: &str) -> bool {
    let number = |range: std::ops::Range<usize>| text[range].parse::<u32>().unwrap_or(0);
    shaped(text, "0000-00-00") && {
        let (year, month, day) = (number(0..4), number(5..7), number(8..10));
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = [0, 31, 28 + u32::from(leap), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        days.get(month as usize).is_some_and(|days| (1..=*days).contains(&day))
    }
}

fn is_time(text: &str) -> bool {
    shaped(text, "0000-00-00T00:00:00.000Z")
        && is_day(&text[..10])
        && (&text[11..13] < "24" && &text[14..16] < "60" && &text[17..19] < "60")
}

//! The query language: what somebody typed, as clauses that all have to fit.
//!
//! ```text
//! 张伟 2024            words: all must fit, each in a fact or in a text
//! "服务 协议"          a phrase, whatever stands between its characters
//! zhangwei · zw       letters alone: a word, or how a name is read
//! …1234 · 1234        the tail of a number, from four characters on
//! customer:张 date:2024-03..2024-06 state:archived
//! like:"公司 拖欠 工资" texts that have much of it, best first; the one clause that is not met or missed
//! ```
//!
//! A query is read or refused with the reason, as codes with arguments; nothing is left out or widened so that there
//! would be an answer.
//!
//! Knows no index. What a clause means is said twice: as a query of tantivy's (`plan`) and for one entry (`fits`).

use super::document::whole;
use crate::text::fold::folded;
use crate::text::han::{Token, tokens};
use crate::text::{numbers, pinyin};
use jingui_schema::facts::{Business, Class, CustomerKind, DocumentKind, Outcome, Standing};
use jingui_schema::near::{may_be_mistyped, nearest};
use jingui_schema::time::Day;
use std::ops::RangeInclusive;

/// Characters of a query at most.
pub const QUERY_CHARS_MAX: usize = 1000;
/// Clauses of a query at most.
pub const CLAUSES_MAX: usize = 16;
/// Tokens of a phrase at most.
pub const PHRASE_TOKENS_MAX: usize = 64;
/// Tokens of what texts should be like at most.
pub const LIKE_TOKENS_MAX: usize = 256;

/// What a fact is called in a query.
pub const FIELDS: [&str; 19] = [
    "number", "project", "customer", "address", "date", "serial", "id", "phone", "kind", "state", "class",
    "business", "outcome", "box", "outlet", "tag", "title", "text", "like",
];

/// Other names of fields.
const ALIASES: [(&str, &str); 21] = [
    ("档号", "number"),
    ("项目", "project"),
    ("客户", "customer"),
    ("姓名", "customer"),
    ("name", "customer"),
    ("地址", "address"),
    ("日期", "date"),
    ("序列号", "serial"),
    ("证件号", "id"),
    ("电话", "phone"),
    ("类型", "kind"),
    ("状态", "state"),
    ("类别", "class"),
    ("业务", "business"),
    ("结果", "outcome"),
    ("盒号", "box"),
    ("网点", "outlet"),
    ("标签", "tag"),
    ("题名", "title"),
    ("正文", "text"),
    ("近似", "like"),
];

/// What is counted where something is too short or too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Han characters or words.
    Characters,
    /// Letters.
    Letters,
    /// Digits.
    Digits,
    /// Clauses.
    Clauses,
}

/// Why a query is not answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// Nothing in it.
    #[error("the query is empty")]
    Empty,
    /// A word that too much would fit.
    #[error("{word:?} is too short: it takes {least} {of:?}")]
    TooShort {
        /// The word.
        word: String,
        /// How many it takes.
        least: usize,
        /// Of what.
        of: Measure,
    },
    /// More than is looked for at once.
    #[error("the query is too long: {most} {of:?} at most")]
    TooLong {
        /// How many there may be.
        most: usize,
        /// Of what.
        of: Measure,
    },
    /// A word before a colon that is no field.
    #[error("there is no field {field:?}")]
    UnknownField {
        /// What was typed.
        field: String,
        /// The nearest there is, if it may be a slip of the finger.
        nearest: Option<&'static str>,
    },
    /// A word that is not in the field's list.
    #[error("{word:?} is not a word of {field}")]
    UnknownWord {
        /// The field.
        field: &'static str,
        /// What was typed.
        word: String,
        /// The nearest there is, if it may be a slip of the finger.
        nearest: Option<&'static str>,
    },
    /// Neither a day, a month, a year nor a span of them.
    #[error("{text:?} is not a date")]
    BadDate {
        /// What was typed.
        text: String,
    },
    /// A field of numbers, and none behind it.
    #[error("{word:?} is not a number for {field}")]
    NoNumber {
        /// The field.
        field: &'static str,
        /// What was typed.
        word: String,
    },
    /// Nothing but marks.
    #[error("{word:?} has neither characters nor digits")]
    NoWord {
        /// What was typed.
        word: String,
    },
    /// A quotation mark without the other one.
    #[error("a quotation mark is not closed")]
    OpenQuote,
    /// More numbers end so than are compared.
    #[error("more than {most} numbers end in {tail:?}: type more of it")]
    TailTooCommon {
        /// The tail.
        tail: String,
        /// How many are compared.
        most: usize,
    },
    /// A cursor of another query, or none of ours.
    #[error("the cursor is not one of this query")]
    OtherCursor,
}

/// What is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Needle {
    pub(super) tokens: Vec<Token>,
    /// The number it may be.
    pub(super) number: Option<String>,
    /// The letters of a name it may be.
    pub(super) letters: Option<String>,
    /// Other names of the customer or project that has this name, each with its field, as whole values are compared.
    pub(super) also: Vec<(&'static str, String)>,
}

/// The other names of whatever has a name in a field, see `Names::same_as` of the settings.
pub type OtherNames<'a> = &'a dyn Fn(&'static str, &str) -> Vec<String>;

/// Nothing has another name.
pub const NO_OTHERS: OtherNames<'static> = &|_, _| Vec::new();

/// Fields whose values may have other names.
const RENAMED: [&str; 2] = ["customer", "project"];

/// One clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Clause {
    /// In any fact or text.
    Anywhere(Needle),
    /// In one fact, or in texts alone.
    In(&'static str, Needle),
    /// A number of a field, or its tail.
    Number(&'static str, String),
    /// A tail of a number, of one field or of any.
    Tail(Option<&'static str>, String),
    /// A word of a list.
    Word(&'static str, &'static str),
    /// Days, by their ordinals.
    Days(RangeInclusive<u32>),
    /// Texts that have much of this.
    Like(Vec<Token>),
}

impl Clause {
    /// Fits records under other names as well, where this is one of several.
    fn also(mut self, typed: &str, others: OtherNames<'_>) -> Self {
        let (fields, needle) = match &mut self {
            Clause::Anywhere(needle) => (&RENAMED[..], needle),
            Clause::In("customer", needle) => (&RENAMED[..1], needle),
            Clause::In("project", needle) => (&RENAMED[1..], needle),
            _ => return self,
        };
        for field in fields {
            // A list may have a name as it was typed, or in the characters that are looked for.
            let names = [typed.to_owned(), folded(typed)].into_iter().flat_map(|name| others(field, &name));
            needle.also.extend(names.map(|name| (*field, whole(&name))).filter(|(_, name)| !name.is_empty()));
        }
        needle.also.sort_unstable();
        needle.also.dedup();
        self
    }
}

/// Reads a query.
pub(super) fn parse(query: &str, others: OtherNames<'_>) -> Result<Vec<Clause>, QueryError> {
    if query.chars().nth(QUERY_CHARS_MAX).is_some() {
        return Err(QueryError::TooLong { most: QUERY_CHARS_MAX, of: Measure::Characters });
    }
    let mut clauses = Vec::new();
    for word in words(query)? {
        let clause = clause(&word)?.also(word.text.trim(), others);
        if !clauses.contains(&clause) {
            clauses.push(clause);
        }
    }
    match clauses.len() {
        0 => Err(QueryError::Empty),
        1..=CLAUSES_MAX => Ok(clauses),
        _ => Err(QueryError::TooLong { most: CLAUSES_MAX, of: Measure::Clauses }),
    }
}

/// One word as it was typed.
struct Typed {
    field: Option<String>,
    text: String,
    quoted: bool,
}

fn closing(open: char) -> Option<char> {
    Some(match open {
        '"' | '＂' => open,
        '“' => '”',
        '「' => '」',
        '『' => '』',
        _ => return None,
    })
}

fn words(query: &str) -> Result<Vec<Typed>, QueryError> {
    let mut all = Vec::new();
    let mut rest = query.trim_start();
    while !rest.is_empty() {
        let mut field = None;
        let end = rest.find(|c: char| c.is_whitespace() || closing(c).is_some()).unwrap_or(rest.len());
        if let Some(at) = rest[..end].find([':', '：'])
            && may_be_field(&rest[..at])
        {
            field = Some(rest[..at].to_owned());
            rest = &rest[at..];
            rest = &rest[rest.chars().next().map_or(0, char::len_utf8)..];
        }
        let first = rest.chars().next();
        if let Some(close) = first.and_then(closing) {
            let open_bytes = first.map_or(0, char::len_utf8);
            let inner = &rest[open_bytes..];
            let end = inner.find(close).ok_or(QueryError::OpenQuote)?;
            all.push(Typed { field, text: inner[..end].to_owned(), quoted: true });
            rest = &inner[end + close.len_utf8()..];
        } else {
            let end = rest.find(|c: char| c.is_whitespace() || closing(c).is_some()).unwrap_or(rest.len());
            all.push(Typed { field, text: rest[..end].to_owned(), quoted: false });
            rest = &rest[end..];
        }
        rest = rest.trim_start();
    }
    Ok(all)
}

/// Whether what stands before a colon is meant as a field. Two letters may be an octet of a serial number.
fn may_be_field(text: &str) -> bool {
    let text = folded(text);
    let letters = text.chars().count();
    text.chars().all(char::is_alphabetic)
        && (letters > 2 || text == "id" || (letters > 0 && !text.is_ascii()))
}

fn field_of(typed: &str) -> Result<&'static str, QueryError> {
    let name = folded(typed);
    if let Some(field) = FIELDS.iter().find(|field| **field == name) {
        return Ok(field);
    }
    if let Some((_, field)) = ALIASES.iter().find(|(alias, _)| *alias == name) {
        return Ok(field);
    }
    let near = nearest(&name, FIELDS.iter().copied()).map(|(near, _)| near);
    let nearest = near.and_then(|near| FIELDS.iter().copied().find(|field| *field == near));
    let nearest = nearest.filter(|near| may_be_mistyped(&name, near));
    Err(QueryError::UnknownField { field: typed.to_owned(), nearest })
}

fn clause(typed: &Typed) -> Result<Clause, QueryError> {
    let field = typed.field.as_deref().map(field_of).transpose()?;
    let text = typed.text.trim();
    let tail = ["…", "...", "*"].iter().find_map(|mark| text.strip_prefix(mark)).filter(|_| !typed.quoted);
    match field {
        Some("date") => days(text),
        Some(field @ ("state" | "class" | "kind" | "business" | "outcome")) => word(field, text),
        Some("like") => {
            let tokens = tokens_of(text, LIKE_TOKENS_MAX)?;
            match tokens.len() {
                0 | 1 => Err(too_short(text, 2, Measure::Characters)),
                _ => Ok(Clause::Like(tokens)),
            }
        }
        Some(field @ ("serial" | "id" | "phone")) => {
            let (chars, is_tail) = (tail.unwrap_or(text), tail.is_some());
            let number = tail_chars(chars).ok_or(QueryError::NoNumber { field, word: text.to_owned() })?;
            match number.len() < numbers::NUMBER_CHARS_MIN {
                true => Err(too_short(text, numbers::NUMBER_CHARS_MIN, Measure::Digits)),
                false if is_tail => Ok(Clause::Tail(Some(field), number)),
                false => Ok(Clause::Number(field, number)),
            }
        }
        _ if tail.is_some() => {
            let chars = tail.and_then(tail_chars);
            let field = match field {
                None => None,
                Some("number") => Some("number"),
                Some(field) => return Err(QueryError::NoNumber { field, word: text.to_owned() }),
            };
            match chars {
                None => Err(QueryError::NoWord { word: text.to_owned() }),
                Some(chars) if chars.len() < numbers::NUMBER_CHARS_MIN => {
                    Err(too_short(text, numbers::NUMBER_CHARS_MIN, Measure::Digits))
                }
                Some(chars) => Ok(Clause::Tail(field, chars)),
            }
        }
        Some("text") => {
            let needle = needle(text, true)?;
            long_enough(text, &needle)?;
            Ok(Clause::In("text", Needle { number: None, ..needle }))
        }
        Some(field) => Ok(Clause::In(field, needle(text, typed.quoted || field != "customer")?)),
        None => {
            let needle = needle(text, typed.quoted)?;
            long_enough(text, &needle)?;
            Ok(Clause::Anywhere(needle))
        }
    }
}

fn too_short(word: &str, least: usize, of: Measure) -> QueryError {
    QueryError::TooShort { word: word.to_owned(), least, of }
}

fn tokens_of(text: &str, most: usize) -> Result<Vec<Token>, QueryError> {
    let tokens: Vec<Token> = tokens(text).collect();
    match tokens.len() {
        0 => Err(QueryError::NoWord { word: text.to_owned() }),
        some if some <= most => Ok(tokens),
        _ => Err(QueryError::TooLong { most, of: Measure::Characters }),
    }
}

fn needle(text: &str, quoted: bool) -> Result<Needle, QueryError> {
    let tokens = tokens_of(text, PHRASE_TOKENS_MAX)?;
    let letters: String = folded(text).chars().filter(|c| !matches!(c, '\'' | '\u{2019}')).collect();
    let are_letters =
        (2..=pinyin::LETTERS_MAX).contains(&letters.len()) && letters.bytes().all(|b| b.is_ascii_lowercase());
    let letters = (are_letters && !quoted).then_some(letters);
    Ok(Needle { tokens, number: numbers::normal(text), letters, also: Vec::new() })
}

/// One token alone has to say something.
fn long_enough(text: &str, needle: &Needle) -> Result<(), QueryError> {
    let [one] = &needle.tokens[..] else { return Ok(()) };
    let chars = one.text.chars().count();
    if one.han {
        return Err(too_short(text, 2, Measure::Characters));
    }
    if one.text.bytes().all(|b| b.is_ascii_digit()) && chars < numbers::NUMBER_CHARS_MIN {
        return Err(too_short(text, numbers::NUMBER_CHARS_MIN, Measure::Digits));
    }
    if chars < 2 { Err(too_short(text, 2, Measure::Letters)) } else { Ok(()) }
}

/// The characters of a tail: as in a number, but perhaps letters alone.
fn tail_chars(text: &str) -> Option<String> {
    let mut out = String::new();
    for c in folded(text).chars() {
        match c {
            'a'..='z' | '0'..='9' => out.push(c.to_ascii_uppercase()),
            ' ' | '-' | ':' | '.' | '/' | '_' | '+' | '(' | ')' => {}
            _ => return None,
        }
    }
    (!out.is_empty() && out.len() <= numbers::NUMBER_CHARS_MAX).then_some(out)
}

fn word(field: &'static str, text: &str) -> Result<Clause, QueryError> {
    let all: Vec<&'static str> = match field {
        "state" => Standing::ALL.iter().map(|w| w.word()).collect(),
        "class" => Class::ALL.iter().map(|w| w.word()).collect(),
        "business" => Business::ALL.iter().map(|w| w.word()).collect(),
        "outcome" => Outcome::ALL.iter().map(|w| w.word()).collect(),
        _ => CustomerKind::ALL
            .iter()
            .map(|w| w.word())
            .chain(DocumentKind::ALL.iter().map(|w| w.word()))
            .collect(),
    };
    let typed = folded(text);
    if let Some(word) = all.iter().find(|word| folded(word) == typed) {
        return Ok(Clause::Word(field, word));
    }
    let lower: Vec<String> = all.iter().map(|word| folded(word)).collect();
    let near = nearest(typed.as_str(), lower.iter()).filter(|(near, _)| may_be_mistyped(&typed, near));
    let nearest = near.and_then(|(near, _)| all.iter().copied().find(|word| folded(word) == *near));
    Err(QueryError::UnknownWord { field, word: text.to_owned(), nearest })
}

/// A day, a month, a year, or two of them with `..` between; one side may be open.
fn days(text: &str) -> Result<Clause, QueryError> {
    let bad = || QueryError::BadDate { text: text.to_owned() };
    let plain = folded(text);
    let span = match plain.split_once("..") {
        None => {
            let (from, to) = period(&plain).ok_or_else(bad)?;
            from..=to
        }
        Some((from, to)) => {
            if from.is_empty() && to.is_empty() {
                return Err(bad());
            }
            let from = if from.is_empty() { 0 } else { period(from).ok_or_else(bad)?.0 };
            let to = if to.is_empty() { u32::MAX } else { period(to).ok_or_else(bad)?.1 };
            from..=to
        }
    };
    if span.is_empty() { Err(bad()) } else { Ok(Clause::Days(span)) }
}

/// First and last day of a day, month or year.
fn period(text: &str) -> Option<(u32, u32)> {
    if let Ok(day) = Day::read(text) {
        return Some((day.ordinal(), day.ordinal()));
    }
    let text = text.strip_suffix(['月', '年']).unwrap_or(text);
    let parts: Vec<&str> = text.split(['-', '.', '/', '年']).collect();
    let number =
        |part: &str| part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse::<i16>().ok()).flatten();
    let (year, month) = match parts[..] {
        [year] => (year, None),
        [year, month] if (1..=2).contains(&month.len()) => (year, Some(number(month)?)),
        _ => return None,
    };
    let year = if year.len() == 4 { number(year)? } else { return None };
    let day = |month, day| jiff::civil::Date::new(year, month, day).ok().map(Day).filter(|_| year > 0);
    match month {
        None => Some((day(1, 1)?.ordinal(), day(12, 31)?.ordinal())),
        Some(month) => {
            let first = day(i8::try_from(month).ok()?, 1)?;
            Some((first.ordinal(), Day(first.0.last_of_month()).ordinal()))
        }
    }
}

#[cfg(test)]
#[path = "query_tests.rs"]
mod tests;

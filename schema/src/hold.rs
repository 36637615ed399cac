//! Holds (冻结): what a hold says of itself under seal, and which records its query means.
//!
//! Pure. The journal knows a hold by a random id and the records it caught; who asked for it, why, and by which words
//! stands in its note.

use crate::facts::{Business, Class, Facts, Outcome, fold};
use crate::time::Day;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Bytes of a query as typed, at most.
pub const QUERY_BYTES_MAX: usize = 4096;

/// Says why a text is no query.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// Nothing that narrows it: it would hold everything.
    #[error("it names nothing")]
    Empty,
    /// Longer than [`QUERY_BYTES_MAX`].
    #[error("it is longer than {QUERY_BYTES_MAX} bytes")]
    Long,
    /// A quotation mark without its fellow.
    #[error("a quotation mark is not closed")]
    Quote,
    /// A field that there is not.
    #[error("there is no field {0:?}")]
    Field(String),
    /// A value that does not fit its field.
    #[error("{value:?} does not fit {field}")]
    Value {
        /// Which field.
        field: &'static str,
        /// What stood there.
        value: String,
    },
    /// A field that stands twice.
    #[error("{0} stands there twice")]
    Twice(&'static str),
}

impl QueryError {
    /// The word for it: the end of the key of its text.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Long => "long",
            Self::Quote => "quote",
            Self::Field(_) => "field",
            Self::Value { .. } => "value",
            Self::Twice(_) => "twice",
        }
    }

    /// All words.
    pub const WORDS: &[&str] = &["empty", "long", "quote", "field", "value", "twice"];
}

/// What is known of a hold under seal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HoldNote {
    /// The matter: a case number, a name of the proceeding.
    pub matter: String,
    /// What it rests on: an order, a demand, a complaint.
    pub basis: String,
    /// Which records it means, where it is not a list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<HoldQuery>,
}

/// Which records a standing hold means, now and later. What is `None` narrows nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HoldQuery {
    /// The project, under any of its names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// The customer: the identifier, or a part of the name, under any of its names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
    /// The outlet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outlet: Option<String>,
    /// Business day not before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Day>,
    /// Business day not after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Day>,
    /// Business act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business: Option<Business>,
    /// Outcome.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// Retention class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
    /// Box of the paper originals.
    #[serde(default, skip_serializing_if = "Option::is_none", rename = "box")]
    pub box_code: Option<String>,
    /// A tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// Words and phrases that it should have, in what is known of it or in its documents. Whoever has read those is asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
}

/// Of which list of names others are sought that mean the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamesOf {
    /// Projects.
    Projects,
    /// Customers.
    Customers,
}

impl HoldQuery {
    /// Reads `project:社保 customer:"Dawn Ltd" date:2024-01-01..2024-12-31 words`.
    ///
    /// - Shape: fields `project customer outlet date business outcome class box tag`, each at most once; `date` is a
    ///   day, or two with `..` between, either of which may be left away. What has no field is a word.
    /// - Errors: see [`QueryError`].
    pub fn read(text: &str) -> Result<Self, QueryError> {
        if text.len() > QUERY_BYTES_MAX {
            return Err(QueryError::Long);
        }
        let mut query = Self::default();
        for word in words(text)? {
            let Some((field, value)) = word.split_once([':', '\u{ff1a}']) else {
                query.words.push(word);
                continue;
            };
            query.take(field, value)?;
        }
        match query.is_narrow() {
            true => Ok(query),
            false => Err(QueryError::Empty),
        }
    }

    fn take(&mut self, field: &str, value: &str) -> Result<(), QueryError> {
        fn set<T>(
            to: &mut Option<T>,
            field: &'static str,
            value: Option<T>,
            said: &str,
        ) -> Result<(), QueryError> {
            let value = value.ok_or_else(|| QueryError::Value { field, value: said.to_owned() })?;
            match to.replace(value) {
                None => Ok(()),
                Some(_) => Err(QueryError::Twice(field)),
            }
        }
        let text = || Some(value.trim().to_owned()).filter(|text| !text.is_empty());
        match fold(field).as_str() {
            "project" => set(&mut self.project, "project", text(), value),
            "customer" => set(&mut self.customer, "customer", text(), value),
            "outlet" => set(&mut self.outlet, "outlet", text(), value),
            "box" => set(&mut self.box_code, "box", text(), value),
            "tag" => set(&mut self.tag, "tag", text(), value),
            "business" => set(&mut self.business, "business", value.parse().ok(), value),
            "outcome" => set(&mut self.outcome, "outcome", value.parse().ok(), value),
            "class" => set(&mut self.class, "class", value.parse().ok(), value),
            "date" => {
                let bad = || QueryError::Value { field: "date", value: value.to_owned() };
                if self.from.is_some() || self.to.is_some() {
                    return Err(QueryError::Twice("date"));
                }
                let day = |text: &str| match text.trim() {
                    "" => Ok(None),
                    text => Day::read(text).map(Some).map_err(|_| bad()),
                };
                (self.from, self.to) = match value.split_once("..") {
                    Some((from, to)) => (day(from)?, day(to)?),
                    None => (day(value)?, day(value)?),
                };
                match (self.from, self.to) {
                    (None, None) => Err(bad()),
                    (Some(from), Some(to)) if from > to => Err(bad()),
                    _ => Ok(()),
                }
            }
            _ => Err(QueryError::Field(field.to_owned())),
        }
    }

    /// Whether it names anything.
    pub fn is_narrow(&self) -> bool {
        *self != Self::default()
    }

    /// Whether it means a record with these facts; `same` gives all names that mean the same as one.
    ///
    /// In doubt it does: a part of a customer's name is enough, and words are asked by whoever has read the documents.
    pub fn means(&self, facts: &Facts, same: &dyn Fn(NamesOf, &str) -> Vec<String>) -> bool {
        let any = |of: NamesOf, name: &Option<String>, fits: &dyn Fn(&str) -> bool| {
            name.as_ref().is_none_or(|name| same(of, name).iter().any(|name| fits(&fold(name))))
        };
        let customer = &facts.customer;
        let is_customer = |name: &str| {
            customer.name.folded().contains(name) || customer.id.as_deref().is_some_and(|id| fold(id) == name)
        };
        any(NamesOf::Projects, &self.project, &|name| facts.project.folded() == name)
            && any(NamesOf::Customers, &self.customer, &is_customer)
            && self.outlet.as_deref().is_none_or(|outlet| facts.outlet.folded() == fold(outlet))
            && self.from.is_none_or(|from| facts.date >= from)
            && self.to.is_none_or(|to| facts.date <= to)
            && self.business.is_none_or(|business| facts.business == business)
            && self.outcome.is_none_or(|outcome| facts.outcome == outcome)
            && self.class.is_none_or(|class| facts.class == class)
            && self
                .box_code
                .as_deref()
                .is_none_or(|code| facts.box_code.as_ref().is_some_and(|known| known.folded() == fold(code)))
            && self
                .tag
                .as_deref()
                .is_none_or(|tag| facts.tags.iter().any(|known| known.folded() == fold(tag)))
    }
}

impl fmt::Display for HoldQuery {
    /// As it is typed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts: Vec<String> = Vec::new();
        let mut text = |field: &str, value: Option<String>| {
            parts.extend(value.map(|value| format!("{field}:{}", quoted(&value))));
        };
        text("project", self.project.clone());
        text("customer", self.customer.clone());
        text("outlet", self.outlet.clone());
        let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
        let days = (self.from.is_some() || self.to.is_some()).then(|| (day(self.from), day(self.to)));
        text("date", days.map(|(from, to)| if from == to { from } else { format!("{from}..{to}") }));
        text("business", self.business.map(|word| word.to_string()));
        text("outcome", self.outcome.map(|word| word.to_string()));
        text("class", self.class.map(|word| word.to_string()));
        text("box", self.box_code.clone());
        text("tag", self.tag.clone());
        parts.extend(self.words.iter().map(|word| quoted(word)));
        f.write_str(&parts.join(" "))
    }
}

fn quoted(text: &str) -> String {
    match text.contains([' ', '\u{3000}', ':', '\u{ff1a}']) {
        true => format!("\"{text}\""),
        false => text.to_owned(),
    }
}

/// The words of a query: white space parts them, quotation marks keep them together.
fn words(text: &str) -> Result<Vec<String>, QueryError> {
    let (mut words, mut word, mut quote) = (Vec::new(), String::new(), None);
    for c in text.chars() {
        match (c, quote) {
            (c, Some(end)) if c == end => quote = None,
            (c, Some(_)) => word.push(c),
            ('"', None) => quote = Some('"'),
            ('\u{201c}', None) => quote = Some('\u{201d}'), // as a Chinese keyboard writes them
            (c, None) if c.is_whitespace() => {
                words.extend(Some(std::mem::take(&mut word)).filter(|w| !w.is_empty()))
            }
            (c, None) => word.push(c),
        }
    }
    if quote.is_some() {
        return Err(QueryError::Quote);
    }
    words.extend(Some(word).filter(|w| !w.is_empty()));
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_query_is_read_as_it_is_shown() {
        for (typed, shown) in [
            ("project:社保", "project:社保"),
            (
                "customer:\"Dawn Ltd\" date:2024-05-01..2024.6.1",
                "customer:\"Dawn Ltd\" date:2024-05-01..2024-06-01",
            ),
            ("date:..2024年5月1日 class:CN-G10", "date:..2024-05-01 class:CN-G10"),
            ("tag:urgent \u{201c}two words\u{201d} one", "tag:urgent \"two words\" one"),
            ("date:20240501", "date:2024-05-01"),
        ] {
            let query = HoldQuery::read(typed).unwrap();
            assert_eq!(query.to_string(), shown);
            assert_eq!(HoldQuery::read(shown).unwrap(), query);
        }
    }

    #[test]
    fn what_would_hold_everything_or_means_nothing_is_refused() {
        use QueryError::*;
        let value = |field, value: &str| Value { field, value: value.into() };
        for (typed, error) in [
            ("", Empty),
            ("projekt:x", Field("projekt".into())),
            ("project:", value("project", "")),
            ("date:soon", value("date", "soon")),
            ("date:..", value("date", "..")),
            ("date:2024-05-02..2024-05-01", value("date", "2024-05-02..2024-05-01")),
            ("class:X", value("class", "X")),
            ("tag:a tag:b", Twice("tag")),
            ("customer:\"Dawn", Quote),
        ] {
            assert_eq!(HoldQuery::read(typed), Err(error), "{typed}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_reading_a_query_panic(text in "\\PC{0,60}") {
            if let Ok(query) = HoldQuery::read(&text) {
                prop_assert!(query.is_narrow());
            }
        }
    }
}

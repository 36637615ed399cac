//! What is to be told, before it is known in which language: the key of a message and what fills it.

use crate::messages::{Messages, Value};
use crate::output::printable;

/// Something to be told.
///
/// Invariant: `key` is the key of a message; values of [`Filling::Word`] are too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    key: &'static str,
    values: Vec<(&'static str, Filling)>,
}

/// What fills a place in a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filling {
    /// A text as somebody wrote it; it is made printable when told.
    Text(String),
    /// A word of ours, by the key of its message.
    Word(String),
    /// A number.
    Number(u64),
    /// Something told inside it.
    Said(Box<Said>),
}

impl Said {
    /// Something to be told, nothing filled in yet.
    pub fn new(key: &'static str) -> Self {
        Self { key, values: Vec::new() }
    }

    /// The same with a text filled in.
    pub fn text(mut self, name: &'static str, text: impl Into<String>) -> Self {
        self.values.push((name, Filling::Text(text.into())));
        self
    }

    /// The same with a word of ours filled in.
    pub fn word(mut self, name: &'static str, key: impl Into<String>) -> Self {
        self.values.push((name, Filling::Word(key.into())));
        self
    }

    /// The same with a number filled in.
    pub fn number(mut self, name: &'static str, number: u64) -> Self {
        self.values.push((name, Filling::Number(number)));
        self
    }

    /// The same with something told inside it.
    pub fn said(mut self, name: &'static str, said: Said) -> Self {
        self.values.push((name, Filling::Said(Box::new(said))));
        self
    }

    /// The key of its message, stable for programs.
    pub fn key(&self) -> &'static str {
        self.key
    }

    /// Tells it in a language.
    pub fn tell(&self, messages: &Messages) -> String {
        let values: Vec<(&str, Value<'_>)> = self
            .values
            .iter()
            .map(|(name, filling)| match filling {
                Filling::Text(text) => (*name, Value::from(printable(text))),
                Filling::Word(key) => (*name, Value::from(messages.text(key, &[]))),
                Filling::Number(number) => (*name, Value::from(*number)),
                Filling::Said(said) => (*name, Value::from(said.tell(messages))),
            })
            .collect();
        messages.text(self.key, &values)
    }
}

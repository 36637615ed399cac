//! Whether one entry fits a clause, by which field, and where.
//!
//! Knows no index: it looks at the entry alone. What the index has found is looked at once more here, so that a hit can
//! name the field that fits, and so that two keyed hashes that are alike never make a hit.

use super::document::{NUMBERS, numbers_of, values, whole, words};
use super::entry::{Entry, Kept};
use super::query::{Clause, NO_OTHERS, Needle, QueryError, parse};
use super::schema::FACTS;
use crate::text::han::{Token, tokens};
use crate::text::{numbers, pinyin};
use std::collections::{BTreeSet, HashSet, VecDeque};
use std::ops::Range;

/// How well a field fits a clause; what is better comes later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Exactness {
    /// A text has some of what was to be like it.
    Alike,
    /// A text has the phrase or the word.
    InText,
    /// A part of a fact fits: a phrase in it, a tail, how a part of a name is read.
    Part,
    /// The whole fact.
    Whole,
}

/// A field that fits a clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matched {
    /// The field, by its name in queries.
    pub field: &'static str,
    /// How well.
    pub exactness: Exactness,
    /// Where in it.
    pub(super) place: Place,
}

/// Where something fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In a fact: its value, and the bytes of it that fit.
    Fact(String, Range<usize>),
    /// In the text of a document: its number, and the bytes of it that fit.
    Text(usize, Vec<Range<usize>>),
}

/// The field that fits a clause best, the first of those that are as good.
pub(super) fn fits(kept: &Kept, clause: &Clause) -> Option<Matched> {
    let entry = &kept.entry;
    match clause {
        Clause::Anywhere(needle) => {
            let number =
                needle.number.as_deref().and_then(|number| best_number(kept, &NUMBERS, number, true));
            let facts = FACTS.iter().filter_map(|fact| in_fact(kept, fact, needle));
            // Of those as good as each other the first counts, `max_by_key` would give the last.
            let fact = number
                .into_iter()
                .chain(facts)
                .reduce(|best, next| if next.exactness > best.exactness { next } else { best });
            fact.or_else(|| in_texts(kept, needle))
        }
        Clause::In("text", needle) => in_texts(kept, needle),
        Clause::In(fact, needle) => in_fact(kept, fact, needle),
        Clause::Number(field, number) => best_number(kept, &[field], number, true),
        Clause::Tail(Some(field), tail) => best_number(kept, &[field], tail, false),
        Clause::Tail(None, tail) => best_number(kept, &NUMBERS, tail, false),
        Clause::Word(field, word) => words(entry, field).contains(word).then(|| fact_whole(field, word)),
        Clause::Days(days) => {
            days.contains(&entry.date.ordinal()).then(|| fact_whole("date", &entry.date.to_string()))
        }
        Clause::Like(tokens) => alike(kept, tokens),
    }
}

/// Whether a record has all of these words or phrases, each somewhere in a fact or a text, or may have them: something of it
/// could not be read, or the words are none that can be looked for.
pub fn may_have(entry: &Entry, wanted: &[String]) -> bool {
    if entry.documents.iter().any(|document| document.unread.is_some()) {
        return true;
    }
    let kept = Kept::of(entry);
    // Of a text full of numbers not all are taken down.
    if kept.found.len() >= numbers::FOUND_MAX {
        return true;
    }
    wanted.iter().all(|words| match phrase(words) {
        Ok(clauses) => clauses.iter().all(|clause| fits(&kept, clause).is_some()),
        Err(_) => true,
    })
}

/// A word or phrase of a hold as clauses.
pub(super) fn phrase(words: &str) -> Result<Vec<Clause>, QueryError> {
    parse(&format!("\"{}\"", words.replace('"', " ")), NO_OTHERS)
}

fn fact_whole(field: &'static str, value: &str) -> Matched {
    let place = Place::Fact(value.to_owned(), 0..value.len());
    Matched { field, exactness: Exactness::Whole, place }
}

/// A number of one of these fields: the whole of it (where that is asked for, too), or its tail.
fn best_number(kept: &Kept, fields: &[&'static str], number: &str, may_be_whole: bool) -> Option<Matched> {
    let mut best: Option<Matched> = None;
    for field in fields {
        for filed in numbers_of(kept, field) {
            let is_whole = may_be_whole && numbers::forms(&filed).iter().any(|form| form == number);
            let is_tail = filed.len() > number.len() && filed.ends_with(number);
            let exactness = match (is_whole, is_tail) {
                (true, _) => Exactness::Whole,
                (false, true) => Exactness::Part,
                (false, false) => continue,
            };
            if best.as_ref().is_none_or(|best| exactness > best.exactness) {
                let range = filed.len() - number.len().min(filed.len())..filed.len();
                best = Some(Matched { field, exactness, place: Place::Fact(filed, range) });
            }
        }
    }
    best
}

fn in_fact(kept: &Kept, fact: &'static str, needle: &Needle) -> Option<Matched> {
    let mut best: Option<Matched> = None;
    for value in values(&kept.entry, fact) {
        let found = renamed(fact, value, needle)
            .or_else(|| in_value(value, needle))
            .or_else(|| read_as(fact, value, needle));
        if let Some((exactness, range)) = found
            && best.as_ref().is_none_or(|best| exactness > best.exactness)
        {
            best = Some(Matched { field: fact, exactness, place: Place::Fact(value.to_owned(), range) });
        }
    }
    best
}

fn in_value(value: &str, needle: &Needle) -> Option<(Exactness, Range<usize>)> {
    let range = find(value, &needle.tokens)?;
    let joined: Vec<&str> = needle.tokens.iter().map(|token| token.text.as_str()).collect();
    let exactness = if whole(value) == joined.join(" ") { Exactness::Whole } else { Exactness::Part };
    Some((exactness, range))
}

/// A name that means the same as the one that is looked for.
fn renamed(fact: &str, value: &str, needle: &Needle) -> Option<(Exactness, Range<usize>)> {
    let mut names = needle.also.iter().filter(|(field, _)| *field == fact).peekable();
    names.peek()?;
    let value_whole = whole(value);
    names.any(|(_, name)| *name == value_whole).then_some((Exactness::Whole, 0..value.len()))
}

/// A name by how it is read: all syllables, or first letters alone.
fn read_as(fact: &str, name: &str, needle: &Needle) -> Option<(Exactness, Range<usize>)> {
    let letters = needle.letters.as_deref().filter(|_| fact == "customer")?;
    let places: Vec<Token> = tokens(name).collect();
    let readings = pinyin::read(name);
    let mut syllables = pinyin::cuts(letters);
    syllables.push((0..letters.len()).map(|at| &letters[at..at + 1]).collect());
    for (no, cut) in syllables.iter().enumerate() {
        let only_first = no + 1 == syllables.len();
        for from in 0..(readings.len() + 1).saturating_sub(cut.len()) {
            let fits = cut.iter().zip(&readings[from..]).all(|(syllable, readings)| match only_first {
                true => readings.iter().any(|reading| reading.starts_with(syllable)),
                false => readings.contains(*syllable),
            });
            if fits {
                let all = cut.len() == readings.len();
                let exactness = if all { Exactness::Whole } else { Exactness::Part };
                return Some((exactness, places[from].from..places[from + cut.len() - 1].to));
            }
        }
    }
    None
}

fn in_texts(kept: &Kept, needle: &Needle) -> Option<Matched> {
    kept.texts.iter().enumerate().find_map(|(no, text)| {
        let range = find(text, &needle.tokens)?;
        Some(Matched { field: "text", exactness: Exactness::InText, place: Place::Text(no, vec![range]) })
    })
}

/// Where a phrase stands first.
pub(super) fn find(text: &str, phrase: &[Token]) -> Option<Range<usize>> {
    let last = phrase.last()?;
    // The last tokens that were read, as many as the phrase has: a text may be long, this never is.
    let mut window: VecDeque<Token> = Default::default();
    for token in tokens(text) {
        if window.len() == phrase.len() {
            window.pop_front();
        }
        window.push_back(token);
        let ends = window.back().is_some_and(|token| token.text == last.text);
        if ends && window.len() == phrase.len() && window.iter().zip(phrase).all(|(a, b)| a.text == b.text) {
            return Some(window.front()?.from..window.back()?.to);
        }
    }
    None
}

/// The stretch of a text, or the title, that has most of what was asked for.
fn alike(kept: &Kept, wanted: &[Token]) -> Option<Matched> {
    const WINDOW: usize = 60;
    let pairs: HashSet<String> = like_terms(wanted).into_iter().collect();
    let characters = like_characters(wanted);
    let mut best: Option<(usize, usize, Vec<Range<usize>>)> = None;
    for (no, text) in kept.texts.iter().enumerate() {
        let mut near: VecDeque<(usize, String, Range<usize>)> = Default::default();
        let mut before: Option<Token> = None;
        for (at, token) in tokens(text).enumerate() {
            let pair = before.as_ref().filter(|b| b.han && token.han);
            let (term, from) = match pair {
                Some(b) => (format!("{}{}", b.text, token.text), b.from),
                None => (token.text.clone(), token.from),
            };
            while near.front().is_some_and(|(first, ..)| first + WINDOW < at) {
                near.pop_front();
            }
            // One character is better than nothing, and nothing beside a pair.
            if best.is_none() && characters.contains(&token.text) {
                best = Some((0, no, std::iter::once(token.from..token.to).collect()));
            }
            if pairs.contains(&term) {
                near.push_back((at, term, from..token.to));
                let kinds: HashSet<&str> = near.iter().map(|(_, term, _)| term.as_str()).collect();
                if best.as_ref().is_none_or(|(most, ..)| kinds.len() > *most) {
                    best = Some((kinds.len(), no, near.iter().map(|(.., range)| range.clone()).collect()));
                }
            }
            before = Some(token);
        }
    }
    if let Some((_, no, ranges)) = best {
        return Some(Matched { field: "text", exactness: Exactness::Alike, place: Place::Text(no, ranges) });
    }
    let terms: Vec<Vec<Token>> = like_terms(wanted).iter().map(|term| tokens(term).collect()).collect();
    values(&kept.entry, "title").into_iter().find_map(|title| {
        let range = terms.iter().find_map(|term| find(title, term))?;
        let place = Place::Fact(title.to_owned(), range);
        Some(Matched { field: "title", exactness: Exactness::Alike, place })
    })
}

/// Characters that say how something is asked rather than what. A pair that has one is left out of what a text should be like.
const ASKING: &str = "的了吗呢吧啊么什怎如何哪些是否能可以我你他她它们这那有没在和与及或就都也要会被把给对于";

/// The single characters by which texts are compared as well.
pub(super) fn like_characters(tokens: &[Token]) -> BTreeSet<String> {
    let says = |token: &&Token| token.han && !token.text.chars().any(|c| ASKING.contains(c));
    tokens.iter().filter(says).map(|token| token.text.clone()).collect()
}

/// The terms by which texts are compared with what they should be like: pairs and words, those that say something.
pub(super) fn like_terms(tokens: &[Token]) -> Vec<String> {
    let mut terms = Vec::new();
    let mut all = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let next = tokens.get(at + 1).filter(|next| token.han && next.han);
        let term = match next {
            Some(next) => format!("{}{}", token.text, next.text),
            None if token.han => continue,
            None => token.text.clone(),
        };
        if !term.chars().any(|c| ASKING.contains(c)) && !terms.contains(&term) {
            terms.push(term.clone());
        }
        if !all.contains(&term) {
            all.push(term);
        }
    }
    // A question of such characters alone is taken as it is.
    if terms.is_empty() { all } else { terms }
}

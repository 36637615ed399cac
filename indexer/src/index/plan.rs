//! A clause as a query of tantivy's.
//!
//! Weights put facts before texts and whole facts before parts: whatever a text scores, its share stays below that of
//! one part of a fact. They are powers of two, so that a sum of sixteen keeps the order of texts among themselves.

use super::Error;
use super::document::NUMBERS;
use super::fits::{like_characters, like_terms};
use super::keys::{Keys, Of, TAILS};
use super::query::{Clause, Needle};
use super::schema::{FACTS, Fields};
use crate::text::han::{Token, phrase};
use crate::text::pinyin;
use std::ops::Bound;
use tantivy::Term;
use tantivy::query::{
    BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, EmptyQuery, Occur, PhraseQuery, Query,
    RangeQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

/// What a whole fact is worth, and a part of one.
const WHOLE: f32 = 16384.0;
const PART: f32 = 8192.0;
/// What a text's own score is multiplied by: even that of a phrase of 64 rare tokens stays far below a part.
const TEXT: f32 = 0.25;
/// What a pair in a title is worth beside the same one in a text.
const TITLE: f32 = 0.1;
/// What a single character is worth beside a pair.
const CHARACTER: f32 = 0.7;
/// What is alike is compared by the rarest terms, as many as together stand in one record of so many; what stands in most records
/// tells few of them apart, and to go through its list is what such a query takes time for.
const LIKE_HAVING_PART: u64 = 2;
/// In how many records they may stand in any case: so few are gone through at once.
const LIKE_HAVING_MIN: u64 = 20_000;

type Boxed = Box<dyn Query>;

/// Makes queries for one index.
pub(super) struct Planner<'a> {
    pub(super) fields: &'a Fields,
    pub(super) keys: &'a Keys,
    /// Whole numbers that a long tail stands for, by clause.
    pub(super) tails: &'a dyn Fn(&Clause) -> Vec<(&'static str, String)>,
    /// How many records have a term.
    pub(super) having: &'a dyn Fn(&Term) -> Result<u64, Error>,
    /// How many records there are.
    pub(super) records: u64,
}

impl Planner<'_> {
    /// All clauses together.
    ///
    /// Errors: those of `having`.
    pub(super) fn all(&self, clauses: &[Clause]) -> Result<Boxed, Error> {
        let must = |clause| Ok((Occur::Must, self.clause(clause)?));
        let mut queries = clauses.iter().map(must).collect::<Result<Vec<(Occur, Boxed)>, Error>>()?;
        Ok(match queries.len() {
            1 => queries.remove(0).1,
            _ => Box::new(BooleanQuery::new(queries)),
        })
    }

    /// Those clauses that say which records are meant rather than what is in them, or `None` where there are none.
    pub(super) fn filters(&self, clauses: &[Clause]) -> Result<Option<Boxed>, Error> {
        let is_filter = |clause: &&Clause| {
            matches!(clause, Clause::Word(..) | Clause::Days(_))
                || matches!(clause, Clause::In("project" | "outlet" | "box" | "tag", _))
        };
        let some: Vec<Clause> = clauses.iter().filter(is_filter).cloned().collect();
        (!some.is_empty()).then(|| self.all(&some)).transpose()
    }

    /// Records of which not all was read.
    pub(super) fn unread(&self) -> Boxed {
        self.key(Of::Unread, "")
    }

    fn clause(&self, clause: &Clause) -> Result<Boxed, Error> {
        Ok(match clause {
            Clause::Anywhere(needle) => self.anywhere(clause, needle),
            Clause::In("text", needle) => self.text(&needle.tokens),
            Clause::In(fact, needle) => best(self.whole(fact, needle), self.part(fact, needle), None),
            Clause::Number(field, number) => {
                let whole = vec![self.key(Of::Number(field), number)];
                best(whole, self.tail(clause, &[field], number), None)
            }
            Clause::Tail(Some(field), tail) => best(Vec::new(), self.tail(clause, &[field], tail), None),
            Clause::Tail(None, tail) => best(Vec::new(), self.tail(clause, &NUMBERS, tail), None),
            Clause::Word(field, word) => Box::new(ConstScoreQuery::new(self.key(Of::Word(field), word), 0.0)),
            Clause::Days(days) => {
                let day =
                    |day: &u32| Bound::Included(Term::from_field_u64(self.fields.date, u64::from(*day)));
                let range = RangeQuery::new(day(days.start()), day(days.end()));
                Box::new(ConstScoreQuery::new(Box::new(range), 0.0))
            }
            Clause::Like(tokens) => self.like(tokens)?,
        })
    }

    fn anywhere(&self, clause: &Clause, needle: &Needle) -> Boxed {
        let (mut whole, mut part) = (Vec::new(), Vec::new());
        if let Some(number) = &needle.number {
            whole.extend(NUMBERS.iter().map(|field| self.key(Of::Number(field), number)));
            part.append(&mut self.tail(clause, &NUMBERS, number));
        }
        for fact in FACTS {
            whole.append(&mut self.whole(fact, needle));
            part.append(&mut self.part(fact, needle));
        }
        best(whole, part, Some(self.text(&needle.tokens)))
    }

    fn whole(&self, fact: &'static str, needle: &Needle) -> Vec<Boxed> {
        let joined: Vec<&str> = needle.tokens.iter().map(|token| token.text.as_str()).collect();
        let mut all = vec![self.key(Of::Whole(fact), &joined.join(" "))];
        if let Some(letters) = needle.letters.as_deref().filter(|_| fact == "customer") {
            all.push(self.key(Of::Reading, letters));
            all.push(self.key(Of::Initials, letters));
        }
        let also = needle.also.iter().filter(|(field, _)| *field == fact);
        all.extend(also.map(|(_, name)| self.key(Of::Whole(fact), name)));
        all
    }

    fn part(&self, fact: &str, needle: &Needle) -> Vec<Boxed> {
        let Some(at) = FACTS.iter().position(|other| *other == fact) else { return Vec::new() };
        let field = self.fields.parts[at];
        let mut all = vec![self.phrase(field, phrase(&needle.tokens, true))];
        if let Some(letters) = needle.letters.as_deref().filter(|_| fact == "customer") {
            for cut in pinyin::cuts(letters) {
                let terms = cut.into_iter().map(str::to_owned).enumerate().collect();
                all.push(self.phrase(self.fields.readings, terms));
            }
            let first: Vec<char> = letters.chars().collect();
            let pairs = first.windows(2).map(|pair| pinyin::initial_pair(pair[0], pair[1]));
            all.push(self.phrase(self.fields.readings, pairs.enumerate().collect()));
        }
        all
    }

    fn text(&self, tokens: &[Token]) -> Boxed {
        Box::new(BoostQuery::new(self.phrase(self.fields.text, phrase(tokens, false)), TEXT))
    }

    fn phrase(&self, field: Field, mut terms: Vec<(usize, String)>) -> Boxed {
        let term = |text: &str| Term::from_field_text(field, text);
        match &mut terms[..] {
            [] => Box::new(EmptyQuery),
            [(_, one)] => Box::new(TermQuery::new(term(one), IndexRecordOption::WithFreqs)),
            many => {
                let first = many[0].0;
                let terms = many.iter().map(|(at, text)| (at - first, term(text))).collect();
                Box::new(PhraseQuery::new_with_offset(terms))
            }
        }
    }

    fn tail(&self, clause: &Clause, fields: &[&'static str], tail: &str) -> Vec<Boxed> {
        if TAILS.contains(&tail.len()) {
            return fields.iter().map(|field| self.key(Of::Tail(field), tail)).collect();
        }
        let stand_for = (self.tails)(clause);
        stand_for.iter().map(|(field, number)| self.key(Of::Number(field), number)).collect()
    }

    /// The rarest terms of what should be alike, none of which has to be there.
    fn like(&self, tokens: &[Token]) -> Result<Boxed, Error> {
        let title = self.fields.parts[FACTS.iter().position(|fact| *fact == "title").expect("it is a fact")];
        let mut all: Vec<(Term, f32)> = Vec::new();
        for text in like_terms(tokens) {
            all.push((Term::from_field_text(self.fields.text, &text), 1.0));
            all.push((Term::from_field_text(title, &text), TITLE));
        }
        let character = |text: &String| (Term::from_field_text(self.fields.characters, text), CHARACTER);
        all.extend(like_characters(tokens).iter().map(character));
        let counted = |(term, worth)| Ok(((self.having)(&term)?, term, worth));
        let mut all = all.into_iter().map(counted).collect::<Result<Vec<(u64, Term, f32)>, Error>>()?;
        all.retain(|(having, ..)| *having > 0);
        all.sort_by_key(|(having, ..)| *having);
        let most = LIKE_HAVING_MIN.max(self.records / LIKE_HAVING_PART);
        let mut sum = 0;
        all.retain(|(having, ..)| {
            let is_first = sum == 0;
            sum += having;
            is_first || sum <= most
        });
        let should = |(_, term, worth)| -> (Occur, Boxed) {
            let one = TermQuery::new(term, IndexRecordOption::WithFreqs);
            (Occur::Should, Box::new(BoostQuery::new(Box::new(one), worth)))
        };
        Ok(Box::new(BooleanQuery::new(all.into_iter().map(should).collect())))
    }

    fn key(&self, of: Of, text: &str) -> Boxed {
        let term = Term::from_field_u64(self.fields.keys, self.keys.hash(of, text));
        Box::new(TermQuery::new(term, IndexRecordOption::Basic))
    }
}

/// The best of these: what is whole, what is a part, what stands in a text.
fn best(whole: Vec<Boxed>, part: Vec<Boxed>, text: Option<Boxed>) -> Boxed {
    let any = |queries: Vec<Boxed>, worth| -> Boxed {
        let queries = queries.into_iter().map(|query| (Occur::Should, query)).collect();
        Box::new(ConstScoreQuery::new(Box::new(BooleanQuery::new(queries)), worth))
    };
    let mut all: Vec<Boxed> = Vec::new();
    if !whole.is_empty() {
        all.push(any(whole, WHOLE));
    }
    if !part.is_empty() {
        all.push(any(part, PART));
    }
    all.extend(text);
    match all.len() {
        0 => Box::new(EmptyQuery),
        _ => Box::new(DisjunctionMaxQuery::new(all)),
    }
}

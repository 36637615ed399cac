//! Answers to queries.

use super::collect::{Collect, Found, Key, Sort};
use super::document::{NUMBERS, numbers_of};
use super::entry::Kept;
use super::fits::{Exactness, Matched, fits};
use super::keys::{Of, TAILS};
use super::plan::Planner;
use super::query::{Clause, NO_OTHERS, OtherNames, QueryError, parse};
use super::schema::FACETS;
use super::snippet::{self, Snippet};
use super::{Error, Index};
use crate::sealed::OpenError;
use crate::text::numbers;
use jingui_schema::facts::{Class, CustomerKind, Standing};
use jingui_schema::id::RecordId;
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use std::sync::PoisonError;
use tantivy::collector::{Count, DocSetCollector, TopDocs};
use tantivy::query::TermQuery;
use tantivy::schema::{IndexRecordOption, Value};
use tantivy::{DocAddress, Searcher, TantivyDocument, Term};

/// Hits of one page at most.
pub const LIMIT_MAX: usize = 1000;
/// Hits of a query for what is alike that can be paged through.
pub const ALIKE_MAX: usize = 1000;
/// Records whose numbers are compared with a tail that is not kept by itself.
pub const TAIL_RECORDS_MAX: usize = 2000;
/// Values of a facet that are told, those with most records.
pub const FACET_VALUES_MAX: usize = 50;

/// What is asked.
#[derive(Clone)]
pub struct Ask<'a> {
    /// The query as it was typed.
    pub query: &'a str,
    /// The order. A query with `like:` comes best first, whatever is asked.
    pub sort: Sort,
    /// Hits at most.
    pub limit: usize,
    /// Only what comes after this.
    pub after: Option<Cursor>,
    /// Whether facets are counted.
    pub facets: bool,
    /// Under which other names records may have been filed.
    pub others: OtherNames<'a>,
}

impl Default for Ask<'_> {
    fn default() -> Self {
        Self { query: "", sort: Sort::default(), limit: 0, after: None, facets: false, others: NO_OTHERS }
    }
}

/// A place in the hits of one query; the next page begins behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Of the query and its order.
    of: u64,
    key: Key,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c] = self.key;
        write!(f, "{:016x}{a:016x}{b:016x}{c:016x}", self.of)
    }
}

impl FromStr for Cursor {
    type Err = QueryError;

    fn from_str(text: &str) -> Result<Self, QueryError> {
        let part = |no: usize| {
            let digits = text.get(16 * no..16 * no + 16)?;
            digits
                .bytes()
                .all(|b| b.is_ascii_hexdigit())
                .then(|| u64::from_str_radix(digits, 16).ok())
                .flatten()
        };
        match (text.len(), part(0), part(1), part(2), part(3)) {
            (64, Some(of), Some(a), Some(b), Some(c)) => Ok(Self { of, key: [a, b, c] }),
            _ => Err(QueryError::OtherCursor),
        }
    }
}

/// One record that fits.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// The record.
    pub record: RecordId,
    /// Its archive number.
    pub number: String,
    /// What fits each clause, in the order in which they were typed.
    pub matched: Vec<Matched>,
    /// What of it is shown; `None` where only words and days were asked for.
    pub snippet: Option<Snippet>,
    /// How well it fits, comparable within one answer.
    pub score: f32,
    /// Of how many of its documents not all was read.
    pub unread: usize,
}

impl Hit {
    /// How well the clause fits that fits worst.
    pub fn exactness(&self) -> Exactness {
        self.matched.iter().map(|matched| matched.exactness).min().unwrap_or(Exactness::Whole)
    }
}

/// How many records have a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetCount {
    /// The facet: `project`, `class`, `year`, `state`, `kind` (of customer).
    pub facet: &'static str,
    /// The value, as it is typed in a query.
    pub value: String,
    /// Records among all hits.
    pub records: u64,
}

/// What somebody should know about an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Explained {
    /// Nothing fits. That is said, and nothing else is shown instead; `like:` may find what is alike.
    NothingFits,
    /// The hits are alike, none has to have all words; they are not counted.
    AlikeOnly,
    /// A number is there whole; too many others end like it to be compared, and are not among the hits.
    TailsLeftOut,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// The hits of this page.
    pub hits: Vec<Hit>,
    /// How many records fit; `None` where records are only alike.
    pub total: Option<u64>,
    /// Records by facet, where that was asked.
    pub facets: Vec<FacetCount>,
    /// Records of which not all could be read, among those that the query's project, outlet, box, tags, days and words
    /// mean: they may fit, and nobody knows.
    pub unread: u64,
    /// What has to be said with it.
    pub explained: Option<Explained>,
    /// Where the next page begins; `None` where this is the last.
    pub next: Option<Cursor>,
}

impl Index {
    /// Answers a query.
    ///
    /// - Errors: `Query` with the reason why it is not answered; `Rebuild` where the index turned out to be damaged.
    pub fn search(&self, ask: &Ask<'_>) -> Result<Answer, Error> {
        let clauses = parse(ask.query, ask.others)?;
        let of = self.keys.hash(Of::Word("cursor"), &format!("{:?} {:?}", ask.sort, clauses));
        if ask.after.is_some_and(|after| after.of != of) {
            return Err(QueryError::OtherCursor.into());
        }
        let searcher = self.reader.searcher();
        let mut tails = Vec::new();
        let mut tails_left_out = false;
        for clause in &clauses {
            match self.numbers_with_tail(&searcher, clause) {
                Err(Error::Query(QueryError::TailTooCommon { .. }))
                    if self.is_there_whole(&searcher, clause)? =>
                {
                    tails_left_out = true;
                }
                numbers => tails.push((clause.clone(), numbers?)),
            }
        }
        let stand_for = |clause: &Clause| {
            tails
                .iter()
                .find(|(other, _)| other == clause)
                .map(|(_, numbers)| numbers.clone())
                .unwrap_or_default()
        };
        let having = |term: &Term| self.guarded(|| searcher.doc_freq(term));
        let records = searcher.num_docs();
        let planner =
            Planner { fields: &self.fields, keys: &self.keys, tails: &stand_for, having: &having, records };
        let unread = match planner.filters(&clauses)? {
            None => self.guarded(|| searcher.search(&planner.unread(), &Count))?,
            Some(filters) => {
                let both = tantivy::query::BooleanQuery::intersection(vec![filters, planner.unread()]);
                self.guarded(|| searcher.search(&both, &Count))?
            }
        };
        let limit = ask.limit.min(LIMIT_MAX);
        let alike = clauses.iter().any(|clause| matches!(clause, Clause::Like(_)));
        let (found, more) = match alike {
            true => self.alike(&searcher, &planner, &clauses, limit, ask.after)?,
            false => {
                let columns = self.columns.read().unwrap_or_else(PoisonError::into_inner).clone();
                let after = ask.after.map(|after| after.key);
                // One more than is shown tells whether there is a next page.
                let collect =
                    Collect { sort: ask.sort, limit: limit + 1, after, facets: ask.facets, columns };
                let query = planner.all(&clauses)?;
                let mut found = self.guarded(|| searcher.search(&query, &collect))?;
                let more = found.best.len() > limit;
                found.best.truncate(limit);
                (found, more)
            }
        };
        let mut answer = Answer { unread: unread as u64, ..Answer::default() };
        answer.total = (!alike).then_some(found.total);
        answer.explained = match (alike, found.total) {
            (true, _) => Some(Explained::AlikeOnly),
            (false, 0) => Some(Explained::NothingFits),
            (false, _) => tails_left_out.then_some(Explained::TailsLeftOut),
        };
        answer.next = found.best.last().filter(|_| more).map(|(key, ..)| Cursor { of, key: *key });
        answer.facets = facets(&found);
        for (_, score, address) in &found.best {
            if let Some(hit) = self.hit(&searcher, &clauses, *score, *address)? {
                answer.hits.push(hit);
            }
        }
        Ok(answer)
    }

    /// Records of which some documents have not been read yet, or could not be opened when they were to be.
    ///
    /// Errors: `Rebuild` where the index turned out to be damaged.
    pub fn waiting(&self) -> Result<Vec<RecordId>, Error> {
        let searcher = self.reader.searcher();
        let found = self.guarded(|| searcher.search(&self.are_waiting(), &DocSetCollector))?;
        found.into_iter().map(|address| Ok(self.kept(&searcher, address)?.entry.record)).collect()
    }

    /// How many [`Index::waiting`] names; none of them is looked at.
    ///
    /// Errors: `Rebuild` where the index turned out to be damaged.
    pub fn waiting_count(&self) -> Result<u64, Error> {
        let searcher = self.reader.searcher();
        Ok(self.guarded(|| searcher.search(&self.are_waiting(), &Count))? as u64)
    }

    fn are_waiting(&self) -> TermQuery {
        let term = Term::from_field_u64(self.fields.keys, self.keys.hash(Of::Waiting, ""));
        TermQuery::new(term, IndexRecordOption::Basic)
    }

    /// The best of what is alike. Nothing but the best is looked at, which is what makes it fast in a large index.
    fn alike(
        &self,
        searcher: &Searcher,
        planner: &Planner<'_>,
        clauses: &[Clause],
        limit: usize,
        after: Option<Cursor>,
    ) -> Result<(Found, bool), Error> {
        let skip = after.map_or(0, |after| usize::try_from(after.key[0]).unwrap_or(usize::MAX));
        let limit = limit.min(ALIKE_MAX.saturating_sub(skip));
        let mut found = Found::default();
        if limit == 0 {
            return Ok((found, false));
        }
        let top = TopDocs::with_limit(limit + 1).and_offset(skip).order_by_score();
        let query = planner.all(clauses)?;
        let best = self.guarded(|| searcher.search(&query, &top))?;
        let more = best.len() > limit && skip + limit < ALIKE_MAX;
        let place = |(no, (score, address)): (usize, (f32, DocAddress))| {
            ([(skip + no + 1) as u64, 0, 0], score, address)
        };
        found.best = best.into_iter().take(limit).enumerate().map(place).collect();
        Ok((found, more))
    }

    fn kept(&self, searcher: &Searcher, address: DocAddress) -> Result<Kept, Error> {
        let document: TantivyDocument = self.guarded(|| searcher.doc(address))?;
        let facts = document.get_first(self.fields.facts).and_then(|value| value.as_bytes());
        let kept = facts.and_then(|facts| serde_json::from_slice::<Kept>(facts).ok());
        let mut kept =
            kept.ok_or_else(|| Error::Rebuild(OpenError::Damaged("a record's facts are none".into())))?;
        let texts = document.get_all(self.fields.text);
        kept.texts = texts.filter_map(|value| value.as_str().map(str::to_owned)).collect();
        Ok(kept)
    }

    /// The hit at an address; `None` where it does not fit after all: two keyed hashes were alike.
    fn hit(
        &self,
        searcher: &Searcher,
        clauses: &[Clause],
        score: f32,
        address: DocAddress,
    ) -> Result<Option<Hit>, Error> {
        let kept = self.kept(searcher, address)?;
        let matched: Option<Vec<Matched>> = clauses.iter().map(|clause| fits(&kept, clause)).collect();
        let Some(matched) = matched else { return Ok(None) };
        let is_filter = |at: usize| matches!(clauses[at], Clause::Word(..) | Clause::Days(_));
        // A text says more than a fact, which is shown anyway.
        let best = (0..matched.len())
            .filter(|at| !is_filter(*at))
            .min_by_key(|at| (matched[*at].field != "text", *at));
        Ok(Some(Hit {
            record: kept.entry.record,
            number: kept.entry.number.clone(),
            snippet: best.and_then(|at| snippet::of(&kept, &matched[at])),
            matched,
            score,
            unread: kept.entry.documents.iter().filter(|document| document.unread.is_some()).count(),
        }))
    }

    /// Whether a number that may be whole or a tail is a whole one.
    fn is_there_whole(&self, searcher: &Searcher, clause: &Clause) -> Result<bool, Error> {
        let (fields, number) = match clause {
            Clause::Anywhere(needle) => (&NUMBERS[..], needle.number.as_deref().unwrap_or_default()),
            Clause::Number(field, number) => (std::slice::from_ref(field), number.as_str()),
            _ => return Ok(false),
        };
        for field in fields {
            let term = Term::from_field_u64(self.fields.keys, self.keys.hash(Of::Number(field), number));
            if self.guarded(|| searcher.doc_freq(&term))? > 0 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The whole numbers that a tail stands for, where its length is none that is kept.
    fn numbers_with_tail(
        &self,
        searcher: &Searcher,
        clause: &Clause,
    ) -> Result<Vec<(&'static str, String)>, Error> {
        let (fields, tail): (Vec<&'static str>, &str) = match clause {
            Clause::Anywhere(needle) => match &needle.number {
                Some(number) => (NUMBERS.to_vec(), number),
                None => return Ok(Vec::new()),
            },
            Clause::Number(field, tail) | Clause::Tail(Some(field), tail) => (vec![*field], tail),
            Clause::Tail(None, tail) => (NUMBERS.to_vec(), tail),
            _ => return Ok(Vec::new()),
        };
        let Some(kept_tail) = TAILS.iter().rev().find(|chars| **chars <= tail.len()) else {
            return Ok(Vec::new());
        };
        if TAILS.contains(&tail.len()) {
            return Ok(Vec::new());
        }
        let short = &tail[tail.len() - kept_tail..];
        let mut all = BTreeSet::new();
        for field in fields {
            let term = Term::from_field_u64(self.fields.keys, self.keys.hash(Of::Tail(field), short));
            let query = TermQuery::new(term, IndexRecordOption::Basic);
            if self.guarded(|| searcher.search(&query, &Count))? > TAIL_RECORDS_MAX {
                let tail = tail.to_owned();
                return Err(QueryError::TailTooCommon { tail, most: TAIL_RECORDS_MAX }.into());
            }
            for address in self.guarded(|| searcher.search(&query, &DocSetCollector))? {
                let kept = self.kept(searcher, address)?;
                let numbers = numbers_of(&kept, field).into_iter();
                all.extend(
                    numbers.filter(|n| numbers::tail(n, tail.len()) == Some(tail)).map(|n| (field, n)),
                );
            }
        }
        Ok(all.into_iter().collect())
    }
}

fn facets(found: &Found) -> Vec<FacetCount> {
    let mut all = Vec::new();
    let word = |facet: &str, value: u64| -> Option<String> {
        let at = usize::try_from(value).ok()?;
        Some(match facet {
            "class" => Class::ALL.get(at)?.word().to_owned(),
            "state" => Standing::ALL.get(at)?.word().to_owned(),
            "kind" => CustomerKind::ALL.get(at)?.word().to_owned(),
            _ => value.to_string(),
        })
    };
    let mut tell = |facet: &'static str, mut counts: Vec<(String, u64)>| {
        counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        counts.truncate(FACET_VALUES_MAX);
        all.extend(counts.into_iter().map(|(value, records)| FacetCount { facet, value, records }));
    };
    tell(FACETS[0], found.counts.projects.iter().map(|(name, n)| (name.clone(), *n)).collect());
    for (facet, counts) in FACETS[1..].iter().zip(&found.counts.words) {
        tell(facet, counts.iter().filter_map(|(value, n)| Some((word(facet, *value)?, *n))).collect());
    }
    all
}

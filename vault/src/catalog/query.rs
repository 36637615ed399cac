//! Questions to the catalog: lists, duplicates, and what people type to name a record.
//!
//! Changes nothing.

use super::names::TagSet;
use super::postings::{self, MarkSet, Said, Scope, Spot, Target, said};
use super::rows::Row;
use super::runs::{Direction, Walk, Wanted};
use super::{Catalog, State};
use crate::error::{Error, Result};
use jingui_schema::digest::Sha256;
use jingui_schema::facts::{Business, Class, Label, Outcome, fold};
use jingui_schema::id::{ArchiveNumber, RecordId};
use jingui_schema::time::Day;
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// Duplicates named for one document at most: a form letter may be in every record.
const DUPLICATES_MAX: usize = 20;
/// An ambiguous prefix is counted up to here.
const COUNTED_IDS_MAX: usize = 1000;
/// Fewer characters of an id are not taken for one.
const PREFIX_CHARS_MIN: usize = 4;
/// Crockford's alphabet, lower case.
const DIGITS: &str = "0123456789abcdefghjkmnpqrstvwxyz";

/// What a list should hold. Labels are compared folded.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// This project.
    pub project: Option<String>,
    /// Or one of these, which mean the same.
    pub other_projects: Vec<String>,
    /// The customer of this name or identifier; where there is none, those whose name contains it.
    pub customer: Option<String>,
    /// Or one of these, which mean the same.
    pub other_customers: Vec<String>,
    /// Only what has still to be reviewed as it stands.
    pub open: bool,
    /// Only what this person, by name or identifier, is the customer or the handler of.
    pub person: Option<String>,
    /// Or one of these names, which mean the same.
    pub other_names: Vec<String>,
    /// Business date not before.
    pub from: Option<Day>,
    /// Business date not after.
    pub to: Option<Day>,
    /// Retention class.
    pub class: Option<Class>,
    /// Outcome.
    pub outcome: Option<Outcome>,
    /// Business act.
    pub business: Option<Business>,
    /// Rows of one page; 0 counts as 1.
    pub limit: usize,
    /// The page after this one.
    pub after: Option<Cursor>,
}

/// Where the next page of a list begins, as text to be given back unread.
///
/// It holds the place of the last row shown, so records filed meanwhile neither shift a page nor repeat a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor(String);

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Cursor {
    type Err = std::convert::Infallible;
    /// Takes any text; whether it is a cursor of the list is found out when the list is made.
    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        Ok(Self(text.trim().to_owned()))
    }
}

/// How the customer asked for was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// By the whole name or the identifier; also where no customer was asked for.
    Exact,
    /// There is no such customer: by a part of the name.
    Contains,
}

/// One page of a list.
#[derive(Clone, Debug)]
pub struct Page {
    /// Newest business date first, among equal dates the newest record.
    pub rows: Vec<Row>,
    /// Where there are more.
    pub next: Option<Cursor>,
    /// How the customer was found.
    pub customer_match: Match,
}

/// Bytes of the query's hash in a cursor.
const QUERY_BYTES: usize = 8;

impl Catalog {
    /// A page of the records that fit.
    ///
    /// - Shape: newest business date first, among equal dates the newest record. Project, customer, both of them, and
    ///   dates are sought; class, outcome and business are filtered on the way.
    /// - Errors: [`Error::Cursor`] for a cursor of another query, [`Error::Catalog`] for damage.
    pub fn list(&self, query: &Query) -> Result<Page> {
        self.list_those(query, |_| true)
    }

    /// The same of those that the caller wants. A row that is not wanted is passed over on the way.
    pub fn list_those(&self, query: &Query, wanted: impl Fn(&Row) -> bool) -> Result<Page> {
        let state = self.read();
        let projects = folded(query.project.as_deref(), &query.other_projects);
        let customers = folded(query.customer.as_deref(), &query.other_customers);
        let after = query.after.as_ref().map(|cursor| self.place(query, cursor)).transpose()?;
        let contains = match (&customers[..], after) {
            ([], _) => false,
            // A list that began one way goes on that way, whoever is filed meanwhile.
            (_, Some((_, contains))) => contains,
            (names, None) => {
                let mut known = false;
                for name in names {
                    known = known || self.knows_customer(&state, name)?;
                }
                !known
            }
        };
        let customer_match = if contains { Match::Contains } else { Match::Exact };
        let mut tags = None;
        for part in customers.iter().filter(|_| contains) {
            self.mark_names_with(&state, part, tags.get_or_insert_with(TagSet::new))?;
        }
        if tags.as_ref().is_some_and(TagSet::is_empty) {
            return Ok(Page { rows: Vec::new(), next: None, customer_match });
        }
        let first = query.from.map_or(0, Day::ordinal);
        let last = query.to.map_or(DAY_MAX, Day::ordinal);
        let person = folded(query.person.as_deref(), &query.other_names);
        let exact: &[String] = if contains { &[] } else { &customers };
        let scopes: Vec<Scope<'_>> = match (&projects[..], exact) {
            _ if !person.is_empty() => {
                person.iter().flat_map(|name| [Scope::Customer(name), Scope::Handler(name)]).collect()
            }
            ([], []) if query.open => vec![Scope::Open],
            ([], []) => vec![Scope::All],
            (projects, []) => projects.iter().map(|p| Scope::Project(p)).collect(),
            ([], customers) => customers.iter().map(|c| Scope::Customer(c)).collect(),
            (projects, customers) => {
                projects.iter().flat_map(|p| customers.iter().map(move |c| Scope::Both(p, c))).collect()
            }
        };
        let has_tag = |tag| tags.as_ref().is_none_or(|tags| tags.has(tag));
        let mut walks = Vec::with_capacity(scopes.len());
        for scope in scopes {
            let range = postings::list_range(&self.store, scope, first, last, after.map(|(spot, _)| spot));
            let marks = Wanted { marks: marks_of(query), tags: tags.as_ref() };
            walks.push(Walk::wanting(&self.store, &state.runs, range, Direction::Down, marks)?);
        }
        let mut walk = Merged::new(walks)?;
        let (mut rows, mut last_counter) = (Vec::<Row>::new(), None);
        let mut more = false;
        while let Some(posting) = walk.next()? {
            let Said::Listed(listed) = said(&posting)? else { continue };
            if !fits_marks(query, listed.marks) || !listed.name.is_none_or(has_tag) {
                continue;
            }
            let Some(row) = state.current(&self.store, listed.target)? else { continue };
            // A row can be in several scopes: under a name and an identifier that mean the same customer.
            let of_person = person.is_empty() || person.iter().any(|name| is_of_person(&row, name));
            if !of_person
                || !fits(query, &projects, &customers, contains, &row)
                || last_counter == Some(row.counter)
            {
                continue;
            }
            last_counter = Some(row.counter);
            if !wanted(&row) {
                continue;
            }
            if rows.len() == query.limit.max(1) {
                more = true;
                break;
            }
            rows.push(row);
        }
        let next = rows.last().filter(|_| more).map(|row| self.cursor(query, row, contains));
        Ok(Page { rows, next, customer_match })
    }

    /// The projects there are, as the newest record of each spells it.
    ///
    /// Units: reads one record of each.
    pub fn projects(&self) -> Result<Vec<Label>> {
        let state = self.read();
        let mut walk = Walk::new(&self.store, &state.runs, postings::project_range(), Direction::Up)?;
        let mut names = Vec::new();
        while let Some(posting) = walk.next()? {
            let Said::Project(name) = said(&posting)? else { continue };
            names.push(name.to_owned());
        }
        names.dedup();
        let newest = |name: &String| {
            let newest = self.newest_of(&state, Scope::Project(name));
            newest.map(|row| row.map(|row| row.facts.project)).transpose()
        };
        names.iter().filter_map(newest).collect()
    }

    /// The customers whose name contains this, as the newest record of each spells it; so many at most, by name.
    pub fn customers(&self, part: &str, limit: usize) -> Result<Vec<Label>> {
        let (state, part) = (self.read(), fold(part));
        let mut walk = Walk::new(&self.store, &state.runs, postings::name_range(), Direction::Up)?;
        let (mut found, mut last) = (Vec::new(), String::new());
        while found.len() < limit
            && let Some(posting) = walk.next()?
        {
            let Said::Name(name, _) = said(&posting)? else { continue };
            if name == last || !name.contains(&part) {
                continue;
            }
            last = name.to_owned();
            found.extend(self.newest_of(&state, Scope::Customer(name))?.map(|row| row.facts.customer.name));
        }
        Ok(found)
    }

    fn newest_of(&self, state: &State, scope: Scope<'_>) -> Result<Option<Row>> {
        let range = postings::list_range(&self.store, scope, 0, DAY_MAX, None);
        let mut walk = Walk::new(&self.store, &state.runs, range, Direction::Down)?;
        while let Some(posting) = walk.next()? {
            if let Said::Listed(listed) = said(&posting)?
                && let Some(row) = state.current(&self.store, listed.target)?
            {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }

    /// Says whether a row has this customer by name or identifier.
    fn knows_customer(&self, state: &State, customer: &str) -> Result<bool> {
        let range = postings::list_range(&self.store, Scope::Customer(customer), 0, DAY_MAX, None);
        let mut walk = Walk::new(&self.store, &state.runs, range, Direction::Down)?;
        while let Some(posting) = walk.next()? {
            if let Said::Listed(listed) = said(&posting)?
                && state.current(&self.store, listed.target)?.is_some()
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Marks the tags of the names that contain this.
    fn mark_names_with(&self, state: &State, part: &str, set: &mut TagSet) -> Result<()> {
        for run in &state.runs {
            run.names(&self.store)?.mark(part, set);
        }
        Ok(())
    }

    fn cursor(&self, query: &Query, row: &Row, contains: bool) -> Cursor {
        let mut bytes = vec![u8::from(contains)];
        bytes.extend_from_slice(&row.facts.date.ordinal().to_be_bytes());
        bytes.extend_from_slice(&row.counter.to_be_bytes());
        bytes.extend_from_slice(&self.query_hash(query, &bytes));
        Cursor(hex::encode(bytes))
    }

    /// The place in a cursor of this query, and whether the list goes by a part of the name.
    fn place(&self, query: &Query, cursor: &Cursor) -> Result<(Spot, bool)> {
        let read = || {
            let bytes: [u8; 1 + 4 + 8 + QUERY_BYTES] = hex::decode(&cursor.0).ok()?.try_into().ok()?;
            let (place, hash) = bytes.split_at(bytes.len() - QUERY_BYTES);
            let mut from = super::rows::Bytes(place);
            let [contains] = from.array()?;
            let spot =
                Spot { day: u32::from_be_bytes(from.array()?), counter: u64::from_be_bytes(from.array()?) };
            (self.query_hash(query, place) == hash).then_some((spot, contains == 1))
        };
        read().ok_or_else(|| Error::Cursor { cursor: cursor.0.chars().take(80).collect() })
    }

    /// A keyed hash over what the query asks (not its page size) and a place.
    fn query_hash(&self, query: &Query, place: &[u8]) -> [u8; QUERY_BYTES] {
        let text = |text: Option<String>| text.map_or_else(String::new, |t| format!("+{t}"));
        let parts = [
            text(query.project.as_deref().map(fold)),
            text(query.customer.as_deref().map(fold)),
            text(query.open.then(|| "open".to_owned())),
            text(query.person.as_deref().map(fold)),
            query.other_names.iter().map(|p| format!("+{}", fold(p))).collect(),
            query.other_projects.iter().map(|p| format!("+{}", fold(p))).collect(),
            query.other_customers.iter().map(|c| format!("+{}", fold(c))).collect(),
            text(query.from.map(|d| d.to_string())),
            text(query.to.map(|d| d.to_string())),
            text(query.class.map(|w| w.to_string())),
            text(query.outcome.map(|w| w.to_string())),
            text(query.business.map(|w| w.to_string())),
        ];
        let mut parts: Vec<&[u8]> = parts.iter().map(|p| p.as_bytes()).collect();
        parts.push(place);
        *self.store.hash(b'q', &parts).first_chunk().expect("a hash is longer than this")
    }

    /// The record that a person means by an archive number, an id, or the beginning of an id.
    ///
    /// - Shape: an archive number has a `-`; case and full-width forms do not matter. Of an id four characters or
    ///   more, in either case, with `I`, `L` and `O` read as Crockford meant them.
    /// - Errors: [`Error::NoRecord`]; [`Error::Ambiguous`] with the number of records that fit (1000 means: or more).
    pub fn resolve(&self, text: &str) -> Result<RecordId> {
        let none = || Error::NoRecord { record: text.trim().chars().take(80).collect() };
        let typed = fold(text);
        if typed.contains('-') {
            let number = typed.to_uppercase().parse::<ArchiveNumber>().map_err(|_| none())?;
            return self.by_number(&number)?.ok_or_else(none);
        }
        let (first, last) = prefix_range(&typed).ok_or_else(none)?;
        let state = self.read();
        let mut found = BTreeSet::new();
        let mut walk = Walk::new(&self.store, &state.runs, postings::id_range(first, last), Direction::Up)?;
        while let Some(posting) = walk.next()? {
            if let Said::Row(record, _) = said(&posting)? {
                found.insert(record);
            }
            if found.len() == COUNTED_IDS_MAX {
                break;
            }
        }
        match found.len() {
            0 => Err(none()),
            1 => found.pop_first().ok_or_else(none),
            count => Err(Error::Ambiguous { record: text.trim().to_owned(), count: count.to_string() }),
        }
    }

    fn by_number(&self, number: &ArchiveNumber) -> Result<Option<RecordId>> {
        let state = self.read();
        let mut walk =
            Walk::new(&self.store, &state.runs, postings::number_range(&self.store, number), Direction::Up)?;
        while let Some(posting) = walk.next()? {
            if let Said::Number(target) = said(&posting)?
                && let Some(row) = state.current(&self.store, target)?
                && row.facts.number == *number
            {
                return Ok(Some(row.record));
            }
        }
        Ok(None)
    }

    /// Records that already have documents with these digests: digest, archive number, number of the document.
    ///
    /// Shape: in the order given, the oldest records first, at most 20 for each digest.
    pub fn same_documents(&self, sha256s: &[Sha256]) -> Result<Vec<(Sha256, ArchiveNumber, u32)>> {
        let state = self.read();
        let mut out = Vec::new();
        for sha256 in sha256s {
            let range = postings::document_range(&self.store, &sha256.0);
            let mut walk = Walk::new(&self.store, &state.runs, range, Direction::Up)?;
            let mut found = 0;
            while found < DUPLICATES_MAX
                && let Some(posting) = walk.next()?
            {
                let Said::Document(target, no) = said(&posting)? else { continue };
                let Some(row) = state.current(&self.store, target)? else { continue };
                if row.documents.iter().any(|d| d.no == no && d.sha256 == *sha256) {
                    out.push((*sha256, row.facts.number, no));
                    found += 1;
                }
            }
        }
        Ok(out)
    }

    /// The oldest record with this [`super::twin_key`].
    pub fn twin(&self, twin: &[u8; 32]) -> Result<Option<RecordId>> {
        let state = self.read();
        let range = postings::twin_range(&self.store.hash(b't', &[twin]));
        let mut walk = Walk::new(&self.store, &state.runs, range, Direction::Up)?;
        while let Some(posting) = walk.next()? {
            if let Said::Twin(target) = said(&posting)?
                && let Some(row) = state.current(&self.store, target)?
            {
                return Ok(Some(row.record));
            }
        }
        Ok(None)
    }

    /// The newest row a posting of the record's id names.
    pub(super) fn target(&self, state: &State, record: RecordId) -> Result<Option<Target>> {
        let mut newest = None;
        let mut walk = Walk::new(&self.store, &state.runs, postings::row_range(record), Direction::Up)?;
        while let Some(posting) = walk.next()? {
            if let Said::Row(_, target) = said(&posting)? {
                newest = newest.max(Some(target));
            }
        }
        Ok(newest)
    }
}

/// Whether a person, folded, is the customer or the handler of a record.
fn is_of_person(row: &Row, person: &str) -> bool {
    let customer = &row.facts.customer;
    customer.name.folded() == person
        || customer.id.as_deref().is_some_and(|id| fold(id) == person)
        || postings::handlers(&row.facts).any(|handler| handler.folded() == person)
}

/// A name and those that mean the same, folded.
fn folded(name: Option<&str>, others: &[String]) -> Vec<String> {
    let names = name.into_iter().chain(others.iter().map(String::as_str).filter(|_| name.is_some()));
    let mut folded: Vec<String> = Vec::new();
    for name in names.map(fold) {
        if !folded.contains(&name) {
            folded.push(name);
        }
    }
    folded
}

/// Several lists as one, newest first.
struct Merged<'a> {
    walks: Vec<(Walk<'a>, Option<Vec<u8>>)>,
}

impl<'a> Merged<'a> {
    fn new(walks: Vec<Walk<'a>>) -> Result<Self> {
        let ahead = |mut walk: Walk<'a>| walk.next().map(|first| (walk, first));
        Ok(Self { walks: walks.into_iter().map(ahead).collect::<Result<_>>()? })
    }

    fn next(&mut self) -> Result<Option<Vec<u8>>> {
        let place = |posting: &Option<Vec<u8>>| posting.as_deref().map(|p| postings::place_of(p).to_owned());
        let newest = (0..self.walks.len()).max_by_key(|i| place(&self.walks[*i].1));
        let Some((walk, ahead)) = newest.map(|i| &mut self.walks[i]) else { return Ok(None) };
        Ok(std::mem::replace(ahead, walk.next()?))
    }
}

/// After the ordinal of every day.
const DAY_MAX: u32 = 0xff_fffe;

/// The marks that fit; `None` where all do.
fn marks_of(query: &Query) -> Option<MarkSet> {
    (query.class.is_some() || query.outcome.is_some() || query.business.is_some()).then(|| {
        let all = postings::all_marks().filter(|marks| fits_marks(query, *marks));
        all.fold(0, |set, marks| set | postings::mark_bit(marks))
    })
}

fn fits_marks(query: &Query, marks: u8) -> bool {
    let is = |all_place: Option<u8>, found: u8| all_place.is_none_or(|p| p == found);
    is(query.class.map(|w| super::rows::place(Class::ALL, &w)), marks >> 6)
        && is(query.outcome.map(|w| super::rows::place(Outcome::ALL, &w)), marks >> 3 & 7)
        && is(query.business.map(|w| super::rows::place(Business::ALL, &w)), marks & 7)
}

/// Asks the row itself, so that no hash that agrees by chance brings a wrong one.
fn fits(query: &Query, projects: &[String], customers: &[String], contains: bool, row: &Row) -> bool {
    let facts = &row.facts;
    let is = |c: &String| match contains {
        true => facts.customer.name.folded().contains(c),
        false => {
            facts.customer.name.folded() == *c || facts.customer.id.as_deref().is_some_and(|i| fold(i) == *c)
        }
    };
    (projects.is_empty() || projects.contains(&facts.project.folded()))
        && (customers.is_empty() || customers.iter().any(is))
        && (!query.open || !row.custody.is_settled())
        && query.from.is_none_or(|d| facts.date >= d)
        && query.to.is_none_or(|d| facts.date <= d)
        && query.class.is_none_or(|w| facts.class == w)
        && query.outcome.is_none_or(|w| facts.outcome == w)
        && query.business.is_none_or(|w| facts.business == w)
}

/// The ids that begin so, first and last; `None` where no id can.
pub(crate) fn prefix_range(typed: &str) -> Option<(u128, u128)> {
    let count = typed.chars().count();
    if !(PREFIX_CHARS_MIN..=26).contains(&count) {
        return None;
    }
    let mut value: u128 = 0;
    for (at, char) in typed.chars().enumerate() {
        let char = match char {
            'i' | 'l' => '1',
            'o' => '0',
            other => other,
        };
        let digit = DIGITS.find(char)? as u128;
        if at == 0 && digit > 7 {
            return None;
        }
        value = value << 5 | digit;
    }
    // An id is 130 bits of digits, the first two of which are zero.
    let free = 5 * (26 - count) as u32;
    Some((value << free, value << free | ((1 << free) - 1)))
}

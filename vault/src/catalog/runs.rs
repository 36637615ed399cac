//! Postings in sorted runs: what finds a row by anything but its counter.
//!
//! Knows how a posting looks and how runs are stored, merged and walked; knows no question.
//!
//! | posting | leads from |
//! |---|---|
//! | `c` folded name | nothing: the list of customer names, for finding a part of one |
//! | `d` hash 12, counter 6, document 4, seq 5 | a document's digest |
//! | `i` id 16, `0`, counter 6, seq 5 | a record's id |
//! | `i` id 16, `1`, line 8 | a record's id, to a line that speaks of it |
//! | `l` scope 12, day 3, counter 6, marks 1, name 3, seq 5 | a scope, in the order of lists |
//! | `n` hash 12, counter 6, seq 5 | an archive number |
//! | `t` hash 12, counter 6, seq 5 | a twin key |
//!
//! Numbers are big-endian; hashes are keyed; seq is the `apply` that wrote the row. A scope is everything, a project,
//! a customer (by name and by identifier), or a customer within a project. Marks are class, outcome and business in
//! two, three and three bits; `name` is the start of the hash of the customer's name. A page is a list of postings,
//! each as the length it shares with the one before, the length of the rest, and the rest.

use super::rows::{Bytes, Row, Twin, place, put_number};
use super::store::{HASH_BYTES, Hash, Store, damaged};
use crate::error::Result;
use jingui_schema::facts::{Business, Class, Facts, Outcome, fold};
use jingui_schema::id::{ArchiveNumber, RecordId};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::collections::HashSet;
use std::collections::binary_heap::{BinaryHeap, PeekMut};
use std::sync::Arc;

/// The largest filing counter: six bytes in a posting.
pub(super) const COUNTER_MAX: u64 = (1 << 48) - 1;
/// The largest number of an `apply`: five bytes in a posting.
const SEQ_MAX: u64 = (1 << 40) - 1;
const COUNTER_BYTES: usize = 6;
const DAY_BYTES: usize = 3;
const NAME_BYTES: usize = 3;
const SEQ_BYTES: usize = 5;

/// A page is closed once it has so many bytes. sled keeps up to sixteen values in one node and reads the whole
/// node, so that larger pages make lookups slower, and smaller ones the page lists longer.
const PAGE_BYTES: usize = 4096;
/// So many runs of one level become one.
const RUNS_PER_LEVEL: u32 = 8;
/// Runs of this level (8^6 postings) stay as they are: one merge is never more than some twenty megabytes.
const LEVEL_MAX: u32 = 6;

/// After all postings.
const END: &[u8] = &[0xff];

/// Where a posting leads: a row, and the `apply` that wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Target {
    pub(super) seq: u64,
    pub(super) counter: u64,
}

/// What a list is about.
#[derive(Clone, Copy)]
pub(super) enum Scope<'a> {
    All,
    /// Folded project.
    Project(&'a str),
    /// Folded name or identifier.
    Customer(&'a str),
    /// Folded project; folded name or identifier.
    Both(&'a str, &'a str),
}

impl Scope<'_> {
    fn hash(self, store: &Store) -> Hash {
        match self {
            Self::All => [0; HASH_BYTES],
            Self::Project(project) => store.hash(b'p', &[project.as_bytes()]),
            Self::Customer(customer) => store.hash(b'c', &[customer.as_bytes()]),
            Self::Both(project, customer) => store.hash(b'b', &[project.as_bytes(), customer.as_bytes()]),
        }
    }
}

/// A place in a list: the day's ordinal and the counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) day: u32,
    pub(super) counter: u64,
}

/// What stands in a posting of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) target: Target,
    pub(super) marks: u8,
    pub(super) name: NameTag,
}

/// The start of the hash of a customer's name: enough to pass over most other customers' rows unread.
pub(super) type NameTag = [u8; NAME_BYTES];

pub(super) fn name_tag(store: &Store, folded: &str) -> NameTag {
    *Scope::Customer(folded).hash(store).first_chunk().expect("a hash is longer than a tag")
}

/// Class, outcome and business in one byte.
pub(super) fn marks(facts: &Facts) -> u8 {
    // 3 classes, 5 outcomes and 7 kinds of business; a list that outgrows its bits changes VERSION and this.
    const { assert!(Class::ALL.len() <= 4 && Outcome::ALL.len() <= 8 && Business::ALL.len() <= 8) };
    place(Class::ALL, &facts.class) << 6
        | place(Outcome::ALL, &facts.outcome) << 3
        | place(Business::ALL, &facts.business)
}

/// All postings that lead to a row.
pub(super) fn row_postings(
    store: &Store,
    row: &Row,
    twin: &Twin,
    seq: u64,
    out: &mut Vec<Vec<u8>>,
) -> Result<()> {
    if seq > SEQ_MAX {
        return Err(damaged("it has been changed too often"));
    }
    let counter = &row.counter.to_be_bytes()[8 - COUNTER_BYTES..];
    let seq = &seq.to_be_bytes()[8 - SEQ_BYTES..];
    let (project, name) = (row.facts.project.folded(), row.facts.customer.name.folded());
    let id = row.facts.customer.id.as_deref().map(fold);
    let day = &row.facts.date.ordinal().to_be_bytes()[4 - DAY_BYTES..];
    let (tag, marks) = (name_tag(store, &name), marks(&row.facts));
    let mut scopes =
        vec![Scope::All, Scope::Project(&project), Scope::Customer(&name), Scope::Both(&project, &name)];
    if let Some(id) = &id {
        scopes.extend([Scope::Customer(id), Scope::Both(&project, id)]);
    }
    out.extend(
        scopes.into_iter().map(|s| [b"l", &s.hash(store)[..], day, counter, &[marks], &tag, seq].concat()),
    );
    out.push([b"c", name.as_bytes()].concat());
    out.push([b"i", &row.record.as_bytes()[..], &[0], counter, seq].concat());
    out.push([b"n", &number_hash(store, &row.facts.number)[..], counter, seq].concat());
    out.push([b"t", &twin[..], counter, seq].concat());
    for document in &row.documents {
        let hash = store.hash(b'd', &[&document.sha256.0]);
        out.push([b"d", &hash[..], counter, &document.no.to_be_bytes(), seq].concat());
    }
    Ok(())
}

/// The posting of a line that speaks of a record.
pub(super) fn seen_posting(record: RecordId, line: u64) -> Vec<u8> {
    [b"i", &record.as_bytes()[..], &[1], &line.to_be_bytes()].concat()
}

fn number_hash(store: &Store, number: &ArchiveNumber) -> Hash {
    store.hash(b'n', &[number.to_string().as_bytes()])
}

/// First posting and the end of a range of them.
pub(super) type Range = (Vec<u8>, Vec<u8>);

/// The postings that begin so; no prefix here ends in 0xff bytes only.
fn prefix(prefix: Vec<u8>) -> Range {
    let mut end = prefix.clone();
    while let Some(last) = end.pop() {
        if last < 0xff {
            end.push(last + 1);
            break;
        }
    }
    (prefix, end)
}

/// The postings of a record's row.
pub(super) fn row_range(record: RecordId) -> Range {
    prefix([b"i", &record.as_bytes()[..], &[0]].concat())
}

/// The postings of the lines that speak of a record.
pub(super) fn seen_range(record: RecordId) -> Range {
    prefix([b"i", &record.as_bytes()[..], &[1]].concat())
}

/// The postings of all records from one id to another, both included.
pub(super) fn id_range(first: u128, last: u128) -> Range {
    ([b"i", &first.to_be_bytes()[..]].concat(), prefix([b"i", &last.to_be_bytes()[..]].concat()).1)
}

/// The postings of an archive number.
pub(super) fn number_range(store: &Store, number: &ArchiveNumber) -> Range {
    prefix([b"n", &number_hash(store, number)[..]].concat())
}

/// The postings of a document's digest.
pub(super) fn document_range(store: &Store, sha256: &[u8; 32]) -> Range {
    prefix([b"d", &store.hash(b'd', &[sha256])[..]].concat())
}

/// The postings of a twin.
pub(super) fn twin_range(twin: &Twin) -> Range {
    prefix([b"t", &twin[..]].concat())
}

/// The customers' names.
pub(super) fn name_range() -> Range {
    prefix(b"c".to_vec())
}

/// The postings of a list: days from first to last, or, coming from the last, only those after the spot.
pub(super) fn list_range(
    store: &Store,
    scope: Scope<'_>,
    first: u32,
    last: u32,
    after: Option<Spot>,
) -> Range {
    let scope = scope.hash(store);
    let at = |day: u32| [b"l", &scope[..], &day.to_be_bytes()[4 - DAY_BYTES..]].concat();
    let mut end = prefix(at(last)).1;
    if let Some(spot) = after {
        let mut after = at(spot.day);
        after.extend_from_slice(&spot.counter.to_be_bytes()[8 - COUNTER_BYTES..]);
        end = end.min(after);
    }
    (at(first), end)
}

/// What a posting says, taken apart.
pub(super) enum Said<'a> {
    Name(&'a str),
    Document(Target, u32),
    Row(RecordId, Target),
    Seen(RecordId, u64),
    Listed(Listed),
    Number(Target),
    Twin(Target),
}

/// Takes a posting apart.
pub(super) fn said(posting: &[u8]) -> Result<Said<'_>> {
    parse(posting).ok_or_else(|| damaged("a posting cannot be read"))
}

fn parse(posting: &[u8]) -> Option<Said<'_>> {
    fn wide<const N: usize>(from: &mut Bytes<'_>) -> Option<u64> {
        Some(from.array::<N>()?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }
    fn target(from: &mut Bytes<'_>) -> Option<Target> {
        let counter = wide::<COUNTER_BYTES>(from)?;
        Some(Target { counter, seq: wide::<SEQ_BYTES>(from)? })
    }
    let mut from = Bytes(posting);
    let family = from.array::<1>()?[0];
    let said = match family {
        b'c' => Said::Name(std::str::from_utf8(std::mem::take(&mut from.0)).ok()?),
        b'i' => {
            let record = RecordId::from_bytes(from.array()?);
            match from.array::<1>()? {
                [0] => Said::Row(record, target(&mut from)?),
                [1] => Said::Seen(record, wide::<8>(&mut from)?),
                _ => return None,
            }
        }
        b'd' | b'l' | b'n' | b't' => {
            from.take(HASH_BYTES)?;
            match family {
                b'n' => Said::Number(target(&mut from)?),
                b't' => Said::Twin(target(&mut from)?),
                b'd' => {
                    let counter = wide::<COUNTER_BYTES>(&mut from)?;
                    let no = u32::from_be_bytes(from.array()?);
                    Said::Document(Target { counter, seq: wide::<SEQ_BYTES>(&mut from)? }, no)
                }
                _ => {
                    from.take(DAY_BYTES)?;
                    let counter = wide::<COUNTER_BYTES>(&mut from)?;
                    let ([marks], name) = (from.array()?, from.array()?);
                    let target = Target { counter, seq: wide::<SEQ_BYTES>(&mut from)? };
                    Said::Listed(Listed { target, marks, name })
                }
            }
        }
        _ => return None,
    };
    from.0.is_empty().then_some(said)
}

/// The posting without its seq, where it has one: of several that agree in this, the last counts.
fn subject(posting: &[u8]) -> &[u8] {
    match posting {
        [b'c', ..] => posting,
        [b'i', id_and_kind @ ..] if id_and_kind.get(16) == Some(&1) => posting,
        _ => &posting[..posting.len().saturating_sub(SEQ_BYTES)],
    }
}

/// A run as the catalog's state names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StoredRun {
    /// The `apply` that wrote it; no other run has it.
    pub(super) id: u64,
    pub(super) postings: u64,
    pub(super) pages: u32,
}

/// A run and the first posting of each of its pages.
pub(super) struct Run {
    pub(super) stored: StoredRun,
    firsts: List,
}

/// The page number under which the first postings lie.
const FIRSTS: u32 = u32::MAX;

fn page_key(run: u64, page: u32) -> [u8; 13] {
    let mut key = *b"s\0\0\0\0\0\0\0\0\0\0\0\0";
    key[1..9].copy_from_slice(&run.to_be_bytes());
    key[9..].copy_from_slice(&page.to_be_bytes());
    key
}

fn level(postings: u64) -> u32 {
    postings.max(1).ilog2() / 3
}

/// The runs to merge with a new one of so many postings: all of its level once they are eight, and so on upwards.
pub(super) fn due(runs: &[Arc<Run>], postings: u64) -> Vec<u64> {
    let (mut due, mut sum) = (Vec::new(), postings);
    while level(sum) < LEVEL_MAX {
        // Merging may leave a run in its level, so runs already taken are passed over.
        let here =
            |run: &&Arc<Run>| level(run.stored.postings) == level(sum) && !due.contains(&run.stored.id);
        let peers: Vec<&Arc<Run>> = runs.iter().filter(here).collect();
        if peers.len() as u32 + 1 < RUNS_PER_LEVEL {
            break;
        }
        sum += peers.iter().map(|run| run.stored.postings).sum::<u64>();
        due.extend(peers.iter().map(|run| run.stored.id));
    }
    due
}

impl Run {
    pub(super) fn load(store: &Store, stored: StoredRun) -> Result<Self> {
        // A run of one page is most often looked into; its list would say nothing.
        let firsts =
            if stored.pages == 1 { List::of_one_empty() } else { read_list(store, stored.id, FIRSTS)? };
        if firsts.len() != stored.pages as usize {
            return Err(damaged(format!("run {} has another number of pages", stored.id)));
        }
        Ok(Self { stored, firsts })
    }

    /// Removes its pages.
    pub(super) fn remove(&self, batch: &mut sled::Batch) {
        for page in (0..self.stored.pages).chain((self.stored.pages > 1).then_some(FIRSTS)) {
            batch.remove(&page_key(self.stored.id, page));
        }
    }

    /// Values that sled holds for it.
    pub(super) fn values(&self) -> u64 {
        u64::from(self.stored.pages) + u64::from(self.stored.pages > 1)
    }

    /// Adds targets of rows from pages spread over its record ids.
    pub(super) fn sample_rows(&self, store: &Store, count: usize, out: &mut HashSet<Target>) -> Result<()> {
        let first = self.firsts.before_or_at(b"i");
        let last = self.firsts.before_or_at(b"j");
        let step = ((last - first) / count.max(1)).max(1);
        for page in (first..=last).step_by(step) {
            let list = read_list(store, self.stored.id, page as u32)?;
            for at in 0..list.len() {
                if let [b'i', ..] = list.get(at)
                    && let Said::Row(_, target) = said(list.get(at))?
                {
                    out.insert(target);
                    break;
                }
            }
        }
        Ok(())
    }
}

fn read_list(store: &Store, run: u64, page: u32) -> Result<List> {
    let key = page_key(run, page);
    match store.get(&key)? {
        None => Err(damaged(format!("page {page} of run {run} is missing"))),
        Some((seq, _)) if seq != run => Err(damaged(format!("page {page} of run {run} is of another time"))),
        Some((_, plain)) => {
            List::decode(&plain).ok_or_else(|| damaged(format!("page {page} of run {run} cannot be read")))
        }
    }
}

/// Postings of one page, decoded: their bytes one after another, and where each ends.
struct List {
    bytes: Vec<u8>,
    ends: Vec<u32>,
}

impl List {
    fn of_one_empty() -> Self {
        Self { bytes: Vec::new(), ends: vec![0] }
    }

    fn decode(plain: &[u8]) -> Option<Self> {
        let mut from = Bytes(plain);
        let mut list = Self { bytes: Vec::with_capacity(plain.len() * 2), ends: Vec::new() };
        let (mut start, mut end) = (0, 0);
        while !from.0.is_empty() {
            let shared = usize::try_from(from.number()?).ok()?;
            let rest = usize::try_from(from.number()?).ok()?;
            if shared > end - start {
                return None;
            }
            list.bytes.extend_from_within(start..start + shared);
            list.bytes.extend_from_slice(from.take(rest)?);
            (start, end) = (end, list.bytes.len());
            list.ends.push(u32::try_from(end).ok()?);
        }
        Some(list)
    }

    fn len(&self) -> usize {
        self.ends.len()
    }

    fn get(&self, at: usize) -> &[u8] {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        &self.bytes[start..self.ends[at] as usize]
    }

    /// The first place whose posting does not satisfy the predicate, which holds for a beginning of the list.
    fn partition(&self, holds: impl Fn(&[u8]) -> bool) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if holds(self.get(middle)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// The place of the last posting not after this one; the first place where there is none.
    fn before_or_at(&self, posting: &[u8]) -> usize {
        self.partition(|p| p <= posting).saturating_sub(1)
    }
}

/// Appends a posting to a page.
fn put_posting(page: &mut Vec<u8>, before: &[u8], posting: &[u8]) {
    let shared = before.iter().zip(posting).take_while(|(a, b)| a == b).count();
    put_number(page, shared as u64);
    put_number(page, (posting.len() - shared) as u64);
    page.extend_from_slice(&posting[shared..]);
}

/// Writes one run into a batch; postings come in ascending order.
pub(super) struct Writer<'a> {
    store: &'a Store,
    id: u64,
    batch: &'a mut sled::Batch,
    held: Option<Vec<u8>>,
    before: Vec<u8>,
    page: Vec<u8>,
    firsts: Vec<Vec<u8>>,
    pages: u32,
    postings: u64,
}

impl<'a> Writer<'a> {
    /// The run's id is the number of the `apply`, which writes one run at most.
    pub(super) fn new(store: &'a Store, id: u64, batch: &'a mut sled::Batch) -> Self {
        Self {
            store,
            id,
            batch,
            held: None,
            before: Vec::new(),
            page: Vec::new(),
            firsts: Vec::new(),
            pages: 0,
            postings: 0,
        }
    }

    pub(super) fn push(&mut self, posting: Vec<u8>) -> Result<()> {
        match self.held.replace(posting) {
            // Held back by one, because the next may be of the same subject and newer.
            Some(held) if self.held.as_ref().is_none_or(|next| subject(next) != subject(&held)) => {
                self.put(held)
            }
            _ => Ok(()),
        }
    }

    fn put(&mut self, posting: Vec<u8>) -> Result<()> {
        if self.page.len() >= PAGE_BYTES {
            self.close_page()?;
        }
        if self.page.is_empty() {
            self.before.clear();
            self.firsts.push(posting.clone());
        }
        put_posting(&mut self.page, &self.before, &posting);
        self.before = posting;
        self.postings += 1;
        Ok(())
    }

    fn close_page(&mut self) -> Result<()> {
        let key = page_key(self.id, self.pages);
        self.batch.insert(&key[..], self.store.seal(&key, self.id, &self.page)?);
        self.page.clear();
        self.pages += 1;
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<Run> {
        if let Some(held) = self.held.take() {
            self.put(held)?;
        }
        self.close_page()?;
        let firsts = if self.pages == 1 {
            List::of_one_empty()
        } else {
            let mut plain = Vec::new();
            let mut before: &[u8] = &[];
            for first in &self.firsts {
                put_posting(&mut plain, before, first);
                before = first;
            }
            let key = page_key(self.id, FIRSTS);
            self.batch.insert(&key[..], self.store.seal(&key, self.id, &plain)?);
            List::decode(&plain).ok_or_else(|| damaged("a run is too large"))?
        };
        Ok(Run { stored: StoredRun { id: self.id, postings: self.postings, pages: self.pages }, firsts })
    }
}

/// Which way a walk goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Up,
    Down,
}

/// Postings of a range, from all runs in one order. One page of each run is in memory.
pub(super) struct Walk<'a> {
    store: &'a Store,
    from: Vec<u8>,
    to: Vec<u8>,
    heads: Vec<Head<'a>>,
    next: BinaryHeap<Next>,
}

/// The place in one run.
struct Head<'a> {
    run: &'a Run,
    direction: Direction,
    page: u32,
    list: List,
    at: usize,
}

/// The next posting of one run, ordered so that the one to come first is the greatest.
struct Next {
    posting: Vec<u8>,
    direction: Direction,
    head: usize,
}

impl Ord for Next {
    fn cmp(&self, other: &Self) -> Ordering {
        let order = self.posting.cmp(&other.posting);
        if self.direction == Direction::Up { order.reverse() } else { order }
    }
}

impl PartialOrd for Next {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Next {
    fn eq(&self, other: &Self) -> bool {
        self.posting == other.posting
    }
}

impl Eq for Next {}

impl<'a> Walk<'a> {
    pub(super) fn new(
        store: &'a Store,
        runs: &'a [Arc<Run>],
        range: Range,
        direction: Direction,
    ) -> Result<Self> {
        let (from, to) = range;
        let mut walk = Self { store, from, to, heads: Vec::new(), next: BinaryHeap::new() };
        if walk.from >= walk.to {
            return Ok(walk);
        }
        for run in runs {
            let page = match direction {
                Direction::Up => run.firsts.before_or_at(&walk.from),
                // No page begins before the end: nothing of this run is in the range.
                Direction::Down => match run.firsts.partition(|first| first < &walk.to[..]).checked_sub(1) {
                    None => continue,
                    Some(page) => page,
                },
            };
            let list = read_list(store, run.stored.id, page as u32)?;
            let at = match direction {
                Direction::Up => list.partition(|p| p < &walk.from[..]),
                Direction::Down => list.partition(|p| p < &walk.to[..]),
            };
            let mut head = Head { run, direction, page: page as u32, list, at };
            if let Some(posting) = head.step(store)?.filter(|p| walk.holds(p)) {
                walk.next.push(Next { posting, direction, head: walk.heads.len() });
                walk.heads.push(head);
            }
        }
        Ok(walk)
    }

    /// All postings, upwards.
    pub(super) fn whole(store: &'a Store, runs: &'a [Arc<Run>]) -> Result<Self> {
        Self::new(store, runs, (Vec::new(), END.to_vec()), Direction::Up)
    }

    fn holds(&self, posting: &[u8]) -> bool {
        posting >= &self.from[..] && posting < &self.to[..]
    }

    /// The next posting; the same one may come twice.
    pub(super) fn next(&mut self) -> Result<Option<Vec<u8>>> {
        let Some(mut top) = self.next.peek_mut() else { return Ok(None) };
        let following = self.heads[top.head].step(self.store)?;
        match following.filter(|p| p >= &self.from && p < &self.to) {
            Some(posting) => Ok(Some(std::mem::replace(&mut top.posting, posting))),
            None => Ok(Some(PeekMut::pop(top).posting)),
        }
    }
}

impl Head<'_> {
    /// The posting at this place, going one further.
    fn step(&mut self, store: &Store) -> Result<Option<Vec<u8>>> {
        match self.direction {
            Direction::Up => {
                if self.at == self.list.len() {
                    if self.page + 1 >= self.run.stored.pages {
                        return Ok(None);
                    }
                    self.page += 1;
                    self.list = read_list(store, self.run.stored.id, self.page)?;
                    self.at = 0;
                    if self.list.len() == 0 {
                        return Err(damaged("a page has no postings"));
                    }
                }
                self.at += 1;
                Ok(Some(self.list.get(self.at - 1).to_vec()))
            }
            Direction::Down => {
                if self.at == 0 {
                    let Some(page) = self.page.checked_sub(1) else { return Ok(None) };
                    self.page = page;
                    self.list = read_list(store, self.run.stored.id, page)?;
                    self.at = self.list.len();
                    if self.at == 0 {
                        return Err(damaged("a page has no postings"));
                    }
                }
                self.at -= 1;
                Ok(Some(self.list.get(self.at).to_vec()))
            }
        }
    }
}

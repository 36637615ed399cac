//! Sorted runs: how postings are stored, merged and walked.
//!
//! Knows of a posting only its order and what makes a newer one replace it. A page is a list of postings, each as the
//! length it shares with the one before, the length of the rest, and the rest.

use super::names::{Names, PageTags, TagSet};
use super::postings::{
    MarkSet, NameTag, Range, Said, Target, halves, head_of_range, id_start, mark_bit_of, name_range,
    name_tag_of, said, subject, subject_head,
};
use super::rows::{Bytes, put_number};
use super::store::{Store, damaged};
use crate::bloom::{Bloom, Halves};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::collections::binary_heap::{BinaryHeap, PeekMut};
use std::sync::{Arc, OnceLock};

/// A page is closed once it has so many bytes. sled keeps up to sixteen values in one node and reads the whole
/// node, so that larger pages make lookups slower, and smaller ones the page lists longer.
const PAGE_BYTES: usize = 4096;
/// So many runs of one level become one.
const RUNS_PER_LEVEL: u32 = 8;
/// Runs of this level (8^6 postings) stay as they are: one merge is never more than some twenty megabytes.
const LEVEL_MAX: u32 = 6;

/// After all postings.
const END: &[u8] = &[0xff];

/// A run as the catalog's state names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StoredRun {
    /// The `apply` that wrote it; no other run has it.
    pub(super) id: u64,
    pub(super) postings: u64,
    pub(super) pages: u32,
}

/// A run and what is held in memory of it, so that most questions read of it one page or none.
pub(super) struct Run {
    pub(super) stored: StoredRun,
    /// The first posting of each page.
    firsts: List,
    /// The marks of the list postings in each page: a page without the marks asked for is passed over.
    marks: Vec<MarkSet>,
    /// The beginnings of its postings that exact questions ask for.
    heads: Bloom,
    /// The page of a run that has only one; small runs are many, and every question asks all of them.
    only: Option<Arc<List>>,
    /// Read once somebody asks for a part of a customer's name.
    names: OnceLock<Names>,
    tags: OnceLock<PageTags>,
}

/// What the postings of a list must have to be wanted; pages where none has it are passed over.
#[derive(Clone, Copy, Default)]
pub(super) struct Wanted<'a> {
    /// One of these marks.
    pub(super) marks: Option<MarkSet>,
    /// A customer's tag in this set.
    pub(super) tags: Option<&'a TagSet>,
}

/// The page number under which the first postings lie.
const FIRSTS: u32 = u32::MAX;
/// The page number under which marks and heads lie.
const ABOUT: u32 = u32::MAX - 1;
/// The page number under which customers' tags lie.
const TAGS: u32 = u32::MAX - 2;
/// Bits that a posting's beginning takes in `heads`.
const HEAD_BITS: u64 = 12;

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
        if stored.pages == 1 {
            return Ok(Self::of_one_page(stored, read_list(store, stored.id, 0)?));
        }
        let firsts = read_list(store, stored.id, FIRSTS)?;
        let about = read_page(store, stored.id, ABOUT)?;
        let (marks, heads) = about
            .split_at_checked(stored.pages as usize * size_of::<MarkSet>())
            .and_then(|(marks, heads)| Some((marks, Bloom::from_bytes(heads)?)))
            .ok_or_else(|| damaged(format!("what is known of run {} cannot be read", stored.id)))?;
        let marks: Vec<MarkSet> =
            marks.as_chunks().0.iter().map(|bytes| MarkSet::from_le_bytes(*bytes)).collect();
        if firsts.len() != stored.pages as usize {
            return Err(damaged(format!("run {} has another number of pages", stored.id)));
        }
        Ok(Self::of_pages(stored, firsts, marks, heads))
    }

    fn of_pages(stored: StoredRun, firsts: List, marks: Vec<MarkSet>, heads: Bloom) -> Self {
        Self { stored, firsts, marks, heads, only: None, names: OnceLock::new(), tags: OnceLock::new() }
    }

    fn of_one_page(stored: StoredRun, page: List) -> Self {
        let one = Self::of_pages(stored, List::of_one_empty(), vec![MarkSet::MAX], Bloom::default());
        Self { only: Some(Arc::new(page)), ..one }
    }

    /// Removes its pages.
    pub(super) fn remove(&self, batch: &mut sled::Batch) {
        let more = if self.stored.pages > 1 { &[FIRSTS, ABOUT, TAGS][..] } else { &[] };
        for page in (0..self.stored.pages).chain(more.iter().copied()) {
            batch.remove(&page_key(self.stored.id, page));
        }
    }

    /// Values that sled holds for it.
    pub(super) fn values(&self) -> u64 {
        u64::from(self.stored.pages) + if self.stored.pages > 1 { 3 } else { 0 }
    }

    fn page(&self, store: &Store, page: u32) -> Result<Arc<List>> {
        match &self.only {
            Some(only) => Ok(only.clone()),
            None => read_list(store, self.stored.id, page).map(Arc::new),
        }
    }

    /// Whether a page may hold a posting of a list that is wanted.
    fn has(&self, page: u32, wanted: Wanted<'_>) -> bool {
        let marks = || wanted.marks.is_none_or(|marks| self.marks[page as usize] & marks != 0);
        let tags = |set| self.tags.get().is_none_or(|tags| tags.has(page, set));
        marks() && wanted.tags.is_none_or(tags)
    }

    /// Reads which customers' rows are in which page, kept once it has been asked for: some six bytes a record.
    fn read_tags(&self, store: &Store) -> Result<()> {
        if self.only.is_none() && self.tags.get().is_none() {
            let bytes = read_page(store, self.stored.id, TAGS)?;
            let tags = PageTags::from_bytes(&bytes, self.stored.pages);
            let damaged =
                || damaged(format!("the names in the pages of run {} cannot be read", self.stored.id));
            self.tags.get_or_init({
                let tags = tags.ok_or_else(damaged)?;
                || tags
            });
        }
        Ok(())
    }

    /// Targets of rows, of one each from so many pages spread over its record ids.
    pub(super) fn sample_rows(&self, store: &Store, count: usize) -> Result<Vec<Target>> {
        let first = self.firsts.before_or_at(b"i");
        let last = self.firsts.before_or_at(b"j");
        let step = ((last - first) / count.max(1)).max(1);
        let mut targets = Vec::new();
        for page in (first..=last).step_by(step) {
            let list = self.page(store, page as u32)?;
            for at in 0..list.len() {
                if let [b'i', ..] = list.get(at)
                    && let Said::Row(_, target) = said(list.get(at))?
                {
                    targets.push(target);
                    break;
                }
            }
        }
        Ok(targets)
    }
}

fn read_page(store: &Store, run: u64, page: u32) -> Result<Vec<u8>> {
    let key = page_key(run, page);
    match store.get(&key)? {
        None => Err(damaged(format!("page {page} of run {run} is missing"))),
        Some((seq, _)) if seq != run => Err(damaged(format!("page {page} of run {run} is of another time"))),
        Some((_, plain)) => Ok(plain),
    }
}

fn read_list(store: &Store, run: u64, page: u32) -> Result<List> {
    List::decode(&read_page(store, run, page)?)
        .ok_or_else(|| damaged(format!("page {page} of run {run} cannot be read")))
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

/// The postings of a page, `None` where it cannot be read.
#[cfg(feature = "fuzzing")]
pub(super) fn postings_of(plain: &[u8]) -> Option<Vec<Vec<u8>>> {
    let list = List::decode(plain)?;
    Some((0..list.len()).map(|at| list.get(at).to_vec()).collect())
}

/// Appends a posting to a page.
pub(super) fn put_posting(page: &mut Vec<u8>, before: &[u8], posting: &[u8]) {
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
    marks: Vec<MarkSet>,
    page_marks: MarkSet,
    tags: PageTags,
    page_tags: Vec<NameTag>,
    heads: Vec<Halves>,
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
            marks: Vec::new(),
            page_marks: 0,
            tags: PageTags::default(),
            page_tags: Vec::new(),
            heads: Vec::new(),
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
            self.page.clear();
        }
        if self.page.is_empty() {
            self.before.clear();
            self.firsts.push(posting.clone());
        }
        put_posting(&mut self.page, &self.before, &posting);
        self.page_marks |= mark_bit_of(&posting);
        self.page_tags.extend(name_tag_of(&posting));
        for head in [subject_head, id_start] {
            // Those of one beginning come together; each counts once, or twice where a page ends between them.
            if head(&posting) != head(&self.before) {
                self.heads.extend(head(&posting).map(halves));
            }
        }
        self.before = posting;
        self.postings += 1;
        Ok(())
    }

    fn close_page(&mut self) -> Result<()> {
        let key = page_key(self.id, self.pages);
        self.batch.insert(&key[..], self.store.seal(&key, self.id, &self.page)?);
        self.marks.push(std::mem::take(&mut self.page_marks));
        self.tags.push(&mut self.page_tags);
        self.pages += 1;
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<Run> {
        if let Some(held) = self.held.take() {
            self.put(held)?;
        }
        self.close_page()?;
        let too_large = || damaged("a run is too large");
        let stored = StoredRun { id: self.id, postings: self.postings, pages: self.pages };
        if self.pages == 1 {
            return Ok(Run::of_one_page(stored, List::decode(&self.page).ok_or_else(too_large)?));
        }
        let mut plain = Vec::new();
        let mut before: &[u8] = &[];
        for first in &self.firsts {
            put_posting(&mut plain, before, first);
            before = first;
        }
        let key = page_key(self.id, FIRSTS);
        self.batch.insert(&key[..], self.store.seal(&key, self.id, &plain)?);
        let firsts = List::decode(&plain).ok_or_else(too_large)?;

        let mut heads = Bloom::sized(self.heads.len() as u64, HEAD_BITS);
        self.heads.iter().for_each(|head| heads.insert(*head));
        let mut about: Vec<u8> = self.marks.iter().flat_map(|marks| marks.to_le_bytes()).collect();
        about.extend(heads.to_bytes());
        let key = page_key(self.id, ABOUT);
        self.batch.insert(&key[..], self.store.seal(&key, self.id, &about)?);
        let key = page_key(self.id, TAGS);
        self.batch.insert(&key[..], self.store.seal(&key, self.id, &self.tags.to_bytes())?);
        Ok(Run::of_pages(stored, firsts, self.marks, heads))
    }
}

impl Run {
    /// The customers' names in it, kept once they have been asked for: some ten bytes a record.
    pub(super) fn names(&self, store: &Store) -> Result<&Names> {
        if let Some(names) = self.names.get() {
            return Ok(names);
        }
        let (from, to) = name_range();
        let mut names = Names::default();
        for page in self.firsts.before_or_at(&from)..self.firsts.partition(|first| first < &to[..]) {
            let list = self.page(store, page as u32)?;
            for at in list.partition(|p| p < &from[..])..list.partition(|p| p < &to[..]) {
                if let Said::Name(name, tag) = said(list.get(at))? {
                    names.push(name, tag).ok_or_else(|| damaged("a run is too large"))?;
                }
            }
        }
        names.shrink();
        Ok(self.names.get_or_init(|| names))
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
    wanted: Wanted<'a>,
    heads: Vec<Head<'a>>,
    next: BinaryHeap<Next>,
}

/// The place in one run.
struct Head<'a> {
    run: &'a Run,
    direction: Direction,
    page: u32,
    list: Arc<List>,
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
        Self::wanting(store, runs, range, direction, Wanted::default())
    }

    /// A walk through postings of a list that may pass over those that are not wanted.
    pub(super) fn wanting(
        store: &'a Store,
        runs: &'a [Arc<Run>],
        range: Range,
        direction: Direction,
        wanted: Wanted<'a>,
    ) -> Result<Self> {
        let head = head_of_range(&range).map(halves);
        let (from, to) = range;
        let mut walk = Self { store, from, to, wanted, heads: Vec::new(), next: BinaryHeap::new() };
        if walk.from >= walk.to {
            return Ok(walk);
        }
        for run in runs {
            if head.is_some_and(|head| !run.heads.may_have(head)) {
                continue;
            }
            let first = run.firsts.before_or_at(&walk.from);
            // No page begins before the end: nothing of this run is in the range.
            let Some(last) = run.firsts.partition(|first| first < &walk.to[..]).checked_sub(1) else {
                continue;
            };
            if wanted.tags.is_some() {
                run.read_tags(store)?;
            }
            let mut pages = first as u32..=last as u32;
            let page = match direction {
                Direction::Up => pages.find(|page| run.has(*page, wanted)),
                Direction::Down => pages.rfind(|page| run.has(*page, wanted)),
            };
            let Some(page) = page else { continue };
            let list = run.page(store, page)?;
            let at = match direction {
                Direction::Up => list.partition(|p| p < &walk.from[..]),
                Direction::Down => list.partition(|p| p < &walk.to[..]),
            };
            let mut head = Head { run, direction, page, list, at };
            if let Some(posting) = head.step(store, wanted)?.filter(|p| walk.holds(p)) {
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
        let following = self.heads[top.head].step(self.store, self.wanted)?;
        match following.filter(|p| p >= &self.from && p < &self.to) {
            Some(posting) => Ok(Some(std::mem::replace(&mut top.posting, posting))),
            None => Ok(Some(PeekMut::pop(top).posting)),
        }
    }
}

impl Head<'_> {
    /// The posting at this place, going one further; pages with nothing wanted are passed over.
    fn step(&mut self, store: &Store, wanted: Wanted<'_>) -> Result<Option<Vec<u8>>> {
        let spent = match self.direction {
            Direction::Up => self.at == self.list.len(),
            Direction::Down => self.at == 0,
        };
        if spent {
            let mut page = self.page;
            loop {
                let next = match self.direction {
                    Direction::Up => page.checked_add(1).filter(|page| *page < self.run.stored.pages),
                    Direction::Down => page.checked_sub(1),
                };
                let Some(next) = next else { return Ok(None) };
                page = next;
                if self.run.has(page, wanted) {
                    break;
                }
            }
            self.page = page;
            self.list = self.run.page(store, page)?;
            if self.list.len() == 0 {
                return Err(damaged("a page has no postings"));
            }
            self.at = if self.direction == Direction::Up { 0 } else { self.list.len() };
        }
        match self.direction {
            Direction::Up => {
                self.at += 1;
                Ok(Some(self.list.get(self.at - 1).to_vec()))
            }
            Direction::Down => {
                self.at -= 1;
                Ok(Some(self.list.get(self.at).to_vec()))
            }
        }
    }
}

//! Collects what a query finds: the best after a place, how many there are, and of which kinds.

use super::schema::FACETS;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::sync::Arc;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::index::SegmentId;
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader};

/// In which order hits come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Sort {
    /// What fits best first; of those as good, the newest.
    #[default]
    Best,
    /// By the day of business, the newest first.
    Newest,
    /// By the day of business, the oldest first.
    Oldest,
}

/// Where a hit stands: what is larger comes first. No two records have the same.
pub(super) type Key = [u64; 3];

/// The columns of one segment. They are read once: from a sealed file they come as copies.
pub(super) struct Columns {
    date: Column<u64>,
    order: Column<u64>,
    project: Option<StrColumn>,
    /// Class, year, state, kind.
    words: [Column<u64>; FACETS.len() - 1],
}

impl Columns {
    pub(super) fn read(segment: &SegmentReader) -> tantivy::Result<Self> {
        let fast = segment.fast_fields();
        let [_, class, year, state, kind] = FACETS;
        Ok(Self {
            date: fast.u64("date")?,
            order: fast.u64("order")?,
            project: fast.str("project-name")?,
            words: [fast.u64(class)?, fast.u64(year)?, fast.u64(state)?, fast.u64(kind)?],
        })
    }
}

/// The columns of all segments.
pub(super) type AllColumns = HashMap<SegmentId, Arc<Columns>>;

/// How many hits have which value of each facet, in the order of [`FACETS`]; values as they are in the columns.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) projects: HashMap<String, u64>,
    pub(super) words: [HashMap<u64, u64>; FACETS.len() - 1],
}

/// What was found.
#[derive(Default)]
pub(super) struct Found {
    /// The best, in order.
    pub(super) best: Vec<(Key, Score, DocAddress)>,
    pub(super) total: u64,
    pub(super) counts: Counts,
}

/// What is to be collected.
pub(super) struct Collect {
    pub(super) sort: Sort,
    pub(super) limit: usize,
    pub(super) after: Option<Key>,
    pub(super) facets: bool,
    pub(super) columns: Arc<AllColumns>,
}

type Candidate = (Reverse<Key>, u32, DocId);

/// Counts by ordinal of a project, of records without one, and of the words of each other facet.
type Facets = (Vec<u64>, u64, [HashMap<u64, u64>; FACETS.len() - 1]);

/// What is collected in one segment.
pub(super) struct InSegment {
    sort: Sort,
    limit: usize,
    after: Option<Key>,
    columns: Arc<Columns>,
    segment: SegmentOrdinal,
    /// The worst of those kept is on top.
    heap: BinaryHeap<(Candidate, u32)>,
    total: u64,
    facets: Option<Facets>,
}

impl Collector for Collect {
    type Fruit = Found;
    type Child = InSegment;

    fn for_segment(&self, segment: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<InSegment> {
        let columns = match self.columns.get(&reader.segment_id()) {
            Some(columns) => columns.clone(),
            None => Arc::new(Columns::read(reader)?),
        };
        let projects = columns.project.as_ref().map_or(0, |project| project.num_terms());
        let facets = self.facets.then(|| (vec![0; projects], 0, Default::default()));
        let heap = BinaryHeap::with_capacity(self.limit + 1);
        let (sort, limit, after) = (self.sort, self.limit, self.after);
        Ok(InSegment { sort, limit, after, columns, segment, heap, total: 0, facets })
    }

    fn requires_scoring(&self) -> bool {
        self.sort == Sort::Best
    }

    fn merge_fruits(&self, segments: Vec<Found>) -> tantivy::Result<Found> {
        let mut all = Found::default();
        for found in segments {
            all.best.extend(found.best);
            all.total += found.total;
            for (project, count) in found.counts.projects {
                *all.counts.projects.entry(project).or_default() += count;
            }
            for (into, from) in all.counts.words.iter_mut().zip(found.counts.words) {
                from.into_iter().for_each(|(value, count)| *into.entry(value).or_default() += count);
            }
        }
        all.best.sort_unstable_by_key(|(key, ..)| Reverse(*key));
        all.best.truncate(self.limit);
        Ok(all)
    }
}

impl InSegment {
    fn key(&self, doc: DocId, score: Score) -> Key {
        let date = self.columns.date.first(doc).unwrap_or(0);
        let order = !self.columns.order.first(doc).unwrap_or(0);
        match self.sort {
            // Scores are not negative, so their bits are in their order.
            Sort::Best => [u64::from(score.max(0.0).to_bits()), date, order],
            Sort::Newest => [date, 0, order],
            Sort::Oldest => [!date, 0, order],
        }
    }
}

impl SegmentCollector for InSegment {
    type Fruit = Found;

    fn collect(&mut self, doc: DocId, score: Score) {
        self.total += 1;
        if let Some((projects, none, words)) = &mut self.facets {
            match self.columns.project.as_ref().and_then(|project| project.ords().first(doc)) {
                Some(at) => projects[at as usize] += 1,
                None => *none += 1,
            }
            for (counts, column) in words.iter_mut().zip(&self.columns.words) {
                *counts.entry(column.first(doc).unwrap_or(u64::MAX)).or_default() += 1;
            }
        }
        if self.limit == 0 {
            return;
        }
        let full = self.heap.len() >= self.limit;
        if full
            && self.sort == Sort::Best
            && let Some(((Reverse(worst), ..), _)) = self.heap.peek()
            && u64::from(score.max(0.0).to_bits()) < worst[0]
        {
            return; // most end here: nothing is looked up for them
        }
        let key = self.key(doc, score);
        if self.after.is_some_and(|after| key >= after) {
            return;
        }
        if full {
            if self.heap.peek().is_some_and(|((Reverse(worst), ..), _)| key <= *worst) {
                return;
            }
            self.heap.pop();
        }
        self.heap.push(((Reverse(key), self.segment, doc), score.to_bits()));
    }

    fn harvest(self) -> Found {
        let mut counts = Counts::default();
        if let Some((projects, none, words)) = self.facets {
            counts.words = words;
            if none > 0 {
                counts.projects.insert(String::new(), none);
            }
            for (at, count) in projects.into_iter().enumerate().filter(|(_, count)| *count > 0) {
                let mut name = String::new();
                let known =
                    self.columns.project.as_ref().map(|project| project.ord_to_str(at as u64, &mut name));
                if matches!(known, Some(Ok(true))) {
                    *counts.projects.entry(name).or_default() += count;
                }
            }
        }
        let best = self
            .heap
            .into_iter()
            .map(|((Reverse(key), segment, doc), score)| {
                (key, f32::from_bits(score), DocAddress::new(segment, doc))
            })
            .collect();
        Found { best, total: self.total, counts }
    }
}

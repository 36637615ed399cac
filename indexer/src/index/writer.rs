//! Records put into the index and taken out, with the place in the journal up to which that was done.

use super::document::document;
use super::entry::Entry;
use super::{Error, Index, guarded};
use jingui_schema::id::RecordId;
use std::collections::HashSet;
use std::sync::Arc;
use tantivy::indexer::{IndexWriterOptions, LogMergePolicy, NoMergePolicy};
use tantivy::{IndexWriter, Term};

/// Memory that one indexing thread may take before it writes what it has, at least and by default.
pub const MEMORY_MIN: usize = 15_000_000;
/// Merges at a time: each has large parts of what it merges opened in memory.
const MERGE_THREADS: usize = 1;
/// The share of a segment's records that may be gone before it is written anew by itself.
const GONE_MAX: f32 = 0.2;

/// Writes to an index; there is one at a time.
pub struct Writer {
    index: Arc<Index>,
    /// `None` only while [`Writer::purge`] changes it for another, and after that has failed.
    inner: Option<IndexWriter>,
    threads: usize,
    memory: usize,
    /// Records put in since the last commit: the reader does not see them.
    fresh: HashSet<RecordId>,
}

impl Index {
    /// Begins to write.
    ///
    /// - Units: `memory` is in bytes for all threads together, kept between what tantivy takes at least and at most.
    /// - Errors: `Busy` where somebody writes already.
    pub fn writer(self: &Arc<Self>, threads: usize, memory: usize) -> Result<Writer, Error> {
        let threads = threads.clamp(1, 8);
        let memory = memory.clamp(MEMORY_MIN * threads, (1 << 31) * threads);
        // Whether a record is there is asked of the reader, which may have missed a commit that failed late.
        self.refresh()?;
        let mut writer = Writer { index: self.clone(), inner: None, threads, memory, fresh: HashSet::new() };
        writer.begin()?;
        Ok(writer)
    }
}

impl Writer {
    fn begin(&mut self) -> Result<(), Error> {
        let index = &self.index;
        let options = IndexWriterOptions::builder()
            .num_worker_threads(self.threads)
            .memory_budget_per_thread(self.memory / self.threads)
            .num_merge_threads(MERGE_THREADS)
            .build();
        let begun = index.guarded(|| index.tantivy.writer_with_options(options))?;
        let mut policy = LogMergePolicy::default();
        policy.set_del_docs_ratio_before_merge(GONE_MAX);
        begun.set_merge_policy(Box::new(policy));
        self.inner = Some(begun);
        Ok(())
    }

    fn inner(&mut self) -> Result<&mut IndexWriter, Error> {
        self.inner.as_mut().ok_or(Error::Stopped)
    }

    /// Puts a record in, in the place of what was known of it.
    ///
    /// - Errors: after any, what was put in since the last commit may not be there.
    pub fn put(&mut self, entry: &Entry) -> Result<(), Error> {
        let made = document(entry, &self.index.fields, &self.index.keys).map_err(Error::Entry)?;
        let index = self.index.clone();
        // Taking out what is not there would cost a kilobyte until every segment has been asked for it.
        if !self.fresh.insert(entry.record) || index.has(&entry.record)? {
            self.remove(&entry.record)?;
        }
        let inner = self.inner()?;
        index.guarded(|| inner.add_document(made))?;
        Ok(())
    }

    /// Takes a record out. What it said may stay in the files, sealed, until they are merged or [`Writer::purge`]d.
    pub fn remove(&mut self, record: &RecordId) -> Result<(), Error> {
        let term = self.index.term_of(record);
        self.inner()?.delete_term(term);
        Ok(())
    }

    /// Makes everything durable and seen, with the caller's place in the journal.
    ///
    /// - Errors: then the index is as it was at the commit before, and this writer is of no more use.
    pub fn commit(&mut self, position: &[u8]) -> Result<(), Error> {
        let index = self.index.clone();
        let text: String = position.iter().map(|byte| format!("{byte:02x}")).collect();
        let inner = self.inner()?;
        let committed = index.guarded(|| {
            let mut commit = inner.prepare_commit()?;
            commit.set_payload(&text);
            commit.commit()
        });
        if committed.is_err() {
            self.inner = None;
        }
        committed?;
        index.refresh()?;
        self.fresh.clear();
        Ok(())
    }

    /// Commits, and writes anew every file that still has something of records that are gone. When it returns, no file
    /// of the index has a word that only they had.
    ///
    /// It takes as long as copying the segments in which something went.
    pub fn purge(&mut self, position: &[u8]) -> Result<(), Error> {
        self.commit(position)?;
        let index = self.index.clone();
        // Merges under way would keep segments from being merged here.
        if let Some(inner) = self.inner.take() {
            index.guarded(|| inner.wait_merging_threads())?;
        }
        self.begin()?;
        let inner = self.inner()?;
        inner.set_merge_policy(Box::new(NoMergePolicy));
        index.guarded(|| {
            for segment in index.tantivy.searchable_segment_metas()? {
                if segment.has_deletes() {
                    inner.merge(&[segment.id()]).wait()?;
                }
            }
            Ok(())
        })?;
        // The reader lets go of the old files first; then they can go.
        index.refresh()?;
        let inner = self.inner()?;
        index.guarded(|| inner.garbage_collect_files().wait())?;
        let mut policy = LogMergePolicy::default();
        policy.set_del_docs_ratio_before_merge(GONE_MAX);
        inner.set_merge_policy(Box::new(policy));
        Ok(())
    }

    /// Waits for merges under way and stops writing; what was not committed is forgotten.
    pub fn finish(mut self) -> Result<(), Error> {
        let index = self.index.clone();
        match self.inner.take() {
            Some(inner) => index.guarded(|| inner.wait_merging_threads())?,
            None => return Err(Error::Stopped),
        }
        index.refresh()
    }
}

impl Index {
    fn term_of(&self, record: &RecordId) -> Term {
        Term::from_field_bytes(self.fields.record, record.as_bytes())
    }

    /// Whether something of a record may be in what was committed.
    fn has(&self, record: &RecordId) -> Result<bool, Error> {
        Ok(self.guarded(|| self.reader.searcher().doc_freq(&self.term_of(record)))? > 0)
    }

    /// Calls tantivy: its panics are caught, and what was found damaged meanwhile makes any result an error.
    pub(super) fn guarded<T>(&self, call: impl FnOnce() -> tantivy::Result<T>) -> Result<T, Error> {
        guarded(self.sealed.as_ref(), call)
    }
}

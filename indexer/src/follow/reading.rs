//! The reading pass: which documents are read, and when their records are put in once more.

use super::crew::{self, Job};
use super::entries::put;
use super::mark::{IDLE_LINES, Mark, mark_of, other_history};
use super::texts::{keep, kept_of, unread};
use super::watch::{Step, Watch, wait};
use super::words::compare;
use super::{Error, Follower, Result};
use crate::index;
use crate::kept::{Kept, READERS};
use crate::page::Unread;
use jingui_schema::id::RecordId;
use jingui_vault::Session;
use jingui_vault::catalog::Query;
use jingui_vault::text::Material;
use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};

/// Records whose documents are read between two commits.
const READ_RECORDS: usize = 32;
/// Rows passed over at once where all records are asked.
const PAGE: usize = 500;

/// Which documents are to be read.
#[derive(Clone, Copy, Debug)]
pub enum Wanted<'a> {
    /// Those that were filed since somebody last read.
    Filed,
    /// Those, and those that could not be opened when they were to be read.
    New,
    /// Those, and those of which other readers or more programs might read more.
    Again,
    /// Those of these records; all of them where that is said.
    Of(&'a [RecordId], bool),
}

/// What came of reading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// Documents read now.
    pub documents: u64,
    /// Those of them of which nothing, or not all, was read, by reason.
    pub unread: BTreeMap<Unread, u64>,
    /// Whether it was stopped before all were read.
    pub stopped: bool,
}

/// Reads what is wanted, until somebody says to stop.
pub(super) fn run(
    follower: &Follower,
    session: &Session,
    wanted: Wanted<'_>,
    watch: &Watch<'_>,
) -> Result<Read> {
    let mut pass = Pass { follower, session, watch, told: Read::default() };
    let done = match wanted {
        Wanted::Filed => pass.filed(&mut HashSet::new()),
        Wanted::New => pass.waiting(),
        Wanted::Again => pass.all(),
        Wanted::Of(records, again) => pass.of(records, again),
    };
    match done {
        Err(Error::Stopped) => pass.told.stopped = true,
        done => done?,
    }
    Ok(pass.told)
}

/// One run of reading. Documents are read without the index; it is taken between them, to put in what they say.
struct Pass<'a> {
    follower: &'a Follower,
    session: &'a Session,
    watch: &'a Watch<'a>,
    told: Read,
}

/// Somebody reads documents once more, until this goes.
struct Again<'a>(&'a AtomicBool);

impl Drop for Again<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

impl<'a> Pass<'a> {
    /// Reads what was filed since somebody last did; then what could not be opened before.
    fn waiting(&mut self) -> Result<()> {
        let mut tried = HashSet::new();
        self.filed(&mut tried)?;
        if self.told.stopped {
            return Ok(());
        }
        let _turn = wait(&self.follower.reading, self.watch)?;
        let mut waiting = {
            let mut open = wait(&self.follower.open, self.watch)?;
            self.follower.current(&mut open, self.session, self.watch)?.waiting()?
        };
        waiting.retain(|record| !tried.contains(record));
        waiting.sort_unstable();
        for some in waiting.chunks(READ_RECORDS) {
            let was = self.told.documents;
            self.records(some, &|kept| kept.is_none())?;
            // A text may have been kept before, and not have been readable. What still is not is left as it stands.
            let is_read = |record: &&RecordId| {
                let left = unread(self.session, **record);
                left.is_ok_and(|left| !left.values().any(|why| *why == Unread::Waiting))
            };
            let read: Vec<RecordId> = match self.told.documents > was {
                true => some.to_vec(),
                false => some.iter().filter(is_read).copied().collect(),
            };
            if !read.is_empty() {
                self.put(&read, |_| {})?;
            }
            (self.watch.progress)(Step::Documents(self.told.documents, 0));
            if self.told.stopped {
                break;
            }
        }
        Ok(())
    }

    /// Reads what was filed since somebody last did; says of which records.
    fn filed(&mut self, tried: &mut HashSet<RecordId>) -> Result<()> {
        let _turn = wait(&self.follower.reading, self.watch)?;
        loop {
            let mark = self.mark()?;
            let since = self.session.since(mark.read, READ_RECORDS)?.ok_or_else(other_history)?;
            if since.records.is_empty() && since.left == 0 && since.to.lines - mark.read.lines < IDLE_LINES {
                return Ok(());
            }
            self.records(&since.records, &|kept| kept.is_none())?;
            tried.extend(&since.records);
            // All of them: of some the texts may have been kept before a cut, and not have come here.
            let stopped = self.told.stopped;
            self.put(&since.records, |mark| mark.read = if stopped { mark.read } else { since.to })?;
            (self.watch.progress)(Step::Documents(self.told.documents, since.left));
            if since.left == 0 || stopped {
                return Ok(());
            }
        }
    }

    /// Reads whatever there is to gain, of all records.
    fn all(&mut self) -> Result<()> {
        let _turn = wait(&self.follower.reading, self.watch)?;
        let _again = self.begin_again()?;
        let newest = self.session.newest();
        let mut query = Query { limit: PAGE, ..Query::default() };
        loop {
            let page = self.session.list(&query)?;
            let records: Vec<RecordId> = page.rows.iter().map(|row| row.record).collect();
            for some in records.chunks(READ_RECORDS) {
                let was = self.told.documents;
                self.records(some, &|kept| kept.is_none_or(Kept::is_worth_another_try))?;
                if self.told.documents > was {
                    self.put(some, |_| {})?;
                }
                (self.watch.progress)(Step::Documents(self.told.documents, 0));
                if self.told.stopped {
                    return self.put(&[], |mark| mark.again = false);
                }
            }
            match page.next {
                Some(next) => query.after = Some(next),
                None => return self.put(&[], |mark| (mark.read, mark.again) = (newest, false)),
            }
        }
    }

    /// Reads documents of these records.
    fn of(&mut self, records: &[RecordId], again: bool) -> Result<()> {
        let _turn = again.then(|| wait(&self.follower.reading, self.watch)).transpose()?;
        let _again = again.then(|| self.begin_again()).transpose()?;
        self.records(records, &|kept| again || kept.is_none())?;
        let read = self.mark()?.read;
        // Where nobody else's wait, none does now.
        let since = self.session.since(read, records.len() + 1)?.ok_or_else(other_history)?;
        let last =
            since.left == 0 && !self.told.stopped && since.records.iter().all(|one| records.contains(one));
        self.put(records, |mark| {
            mark.again &= !again;
            if last && mark.read == read {
                mark.read = since.to;
            }
        })
    }

    /// Says that documents are read once more; where that is cut off, the next search finds it said.
    fn begin_again(&self) -> Result<Again<'a>> {
        self.put(&[], |mark| mark.again = true)?;
        self.follower.again.store(true, Ordering::Relaxed);
        Ok(Again(&self.follower.again))
    }

    fn mark(&self) -> Result<Mark> {
        let mut open = wait(&self.follower.open, self.watch)?;
        Ok(mark_of(&*self.follower.current(&mut open, self.session, self.watch)?)?)
    }

    /// Puts these records in as they are now, with the texts kept of them, and says so of the mark.
    fn put(&self, records: &[RecordId], change: impl FnOnce(&mut Mark)) -> Result<()> {
        // What was read is put in, also by somebody who is about to stop.
        let watch = Watch { progress: self.watch.progress, stop: &|| false };
        let mut open = wait(&self.follower.open, &watch)?;
        let index = self.follower.current(&mut open, self.session, &watch)?;
        let mut mark = mark_of(&index)?;
        change(&mut mark);
        let mut writer = index.writer(1, index::MEMORY_MIN)?;
        put(&mut writer, self.session, records)?;
        writer.commit(&mark.bytes())?;
        Ok(writer.finish()?)
    }

    /// Reads documents of some records, as many at once as there are children, and keeps what they say.
    fn records(&mut self, records: &[RecordId], wanted: &dyn Fn(Option<&Kept>) -> bool) -> Result<()> {
        let mut from = 0;
        while from < records.len() && !self.told.stopped {
            let (mut materials, mut texts, mut documents) = (Vec::new(), Vec::new(), 0);
            while from < records.len() && documents < 2 * self.follower.launch.children {
                let material = match self.session.material(records[from]) {
                    Ok(material) => material,
                    Err(jingui_vault::Error::NoRecord { .. } | jingui_vault::Error::FileDamaged { .. }) => {
                        from += 1;
                        continue;
                    }
                    Err(error) => return Err(error.into()),
                };
                from += 1;
                let kept = kept_of(&material)?;
                documents += material.documents().filter(|doc| wanted(kept.get(&doc.no))).count();
                materials.push(material);
                texts.push(kept);
            }
            self.some(&materials, texts, wanted)?;
        }
        Ok(())
    }

    fn some(
        &mut self,
        materials: &[Material<'_>],
        mut texts: Vec<BTreeMap<u32, Kept>>,
        wanted: &dyn Fn(Option<&Kept>) -> bool,
    ) -> Result<()> {
        let mut jobs = Vec::new();
        for (of, material) in materials.iter().enumerate() {
            let documents = material.documents().filter(|doc| wanted(texts[of].get(&doc.no)));
            jobs.extend(documents.map(|document| Job { of, document }));
        }
        let readings = crew::read(self.follower, self.watch, materials, &jobs)?;
        self.told.stopped |= readings.iter().any(Option::is_none) && (self.watch.stop)();
        let mut read = vec![false; materials.len()];
        for (job, reading) in jobs.iter().zip(readings) {
            let Some(reading) = reading else { continue };
            self.told.documents += 1;
            if let Some(reason) = reading.unread {
                *self.told.unread.entry(reason).or_default() += 1;
            }
            read[job.of] = true;
            texts[job.of].insert(job.document.no, Kept { doc: job.document.no, readers: READERS, reading });
        }
        for ((material, texts), read) in materials.iter().zip(&texts).zip(read) {
            match compare(self.session, material, texts).and_then(|()| match read {
                true => keep(material, texts).map_err(Error::from),
                false => Ok(()),
            }) {
                // It is being destroyed, or was.
                Err(Error::Vault(
                    jingui_vault::Error::NoRecord { .. }
                    | jingui_vault::Error::PlanUnderWay { .. }
                    | jingui_vault::Error::BeingDestroyed { .. },
                )) => {}
                done => done?,
            }
        }
        Ok(())
    }
}

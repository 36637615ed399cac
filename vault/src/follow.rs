//! The catalog follows the journal: what each line changes in it, covers opened on all cores.

use crate::catalog::{
    Catalog, CertRow, Change, CoverRow, DocBrief, FilingRow, Opened, Position, Row, twin_key,
};
use crate::cover::Cover;
use crate::custody::{Custody, Look};
use crate::defects::defect;
use crate::error::{Error, Result, is_of_the_machine};
use crate::holds::OfRecord;
use crate::journal::{Lines, full};
use crate::recent::BEHIND_LINES_MAX;
use crate::session::Session;
use crate::state::State;
use crate::vault::{Notice, Vault};
use jingui_schema::act::{ActConfirm, ActRefuse, CoverMark, Deed, NewCover, Rebound};
use jingui_schema::id::{By, HoldId, Place, RecordId};
use jingui_schema::line::{Line, Tip};
use std::collections::{HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Lines taken together.
const BATCH_LINES: usize = 1000;
/// Changes taken together at most: one `epoch.reseal` line names many covers.
const BATCH_CHANGES: usize = 1000;
/// Threads that open covers, for each core: most of the time a cover takes is waiting for a disk that has not read it
/// lately.
const OPENING_THREADS: usize = 4;
/// A catalog made anew with more rows than this is opened again before it is used.
const REOPEN_ROWS_MIN: u64 = 20_000;
/// How long others may go on using a catalog that is to be made anew.
const LET_GO_WITHIN: Duration = Duration::from_secs(60);
/// While it is followed line by line, the catalog is made to last once in so many lines. What a power cut takes of
/// it is read from the journal again.
const FLUSH_LINES: u64 = 512;
/// The state is written down once in so many lines, so that whoever opens after a crash folds no more than these.
const SNAPSHOT_LINES: u64 = 8192;
/// Covers of a session's own filings kept until their lines are followed.
const FRESH_COVERS_MAX: usize = 2 * BEHIND_LINES_MAX as usize;
/// Memory that sled may use for its pages.
const CACHE_BYTES: u64 = 64 << 20;

/// Where some lines end: the tip there, and segment and offset of the line behind it.
type End = (Tip, (u64, u64));

/// Lines taken together.
struct Batch {
    lines: Vec<Line>,
    /// Of each filing and correction in them, in order.
    covers: Vec<Cover>,
    /// Records in them that are no more, or are being destroyed and do not open.
    dead: HashSet<RecordId>,
    end: End,
}

/// Whether a catalog is to be made anew.
enum Make {
    /// Only where there is none that can be used.
    AsNeeded,
    /// In any case.
    Anew,
    /// Where this one, which has shown damage, is still the one in use.
    InPlaceOf(Arc<Catalog>),
}

/// What a session knows already of the lines it will follow next: a shorter way to the same rows.
#[derive(Default)]
pub(crate) struct Fresh {
    /// Covers of its own filings.
    covers: Mutex<HashMap<(RecordId, u32), Cover>>,
    /// The last line followed, and where the one after it begins: segment and offset.
    end: Mutex<Option<End>>,
}

impl Fresh {
    /// Keeps a cover that was read back from what was written and is about to get its line.
    pub(crate) fn keep(&self, cover: Cover) {
        let mut covers = self.covers.lock().unwrap_or_else(PoisonError::into_inner);
        if covers.len() >= FRESH_COVERS_MAX {
            covers.clear(); // their lines were refused, or followed by another session
        }
        covers.insert((cover.spine.record, cover.spine.n), cover);
    }

    /// The cover that a line names, if it is here.
    fn take(&self, new: &NewCover) -> Option<Cover> {
        let cover =
            self.covers.lock().unwrap_or_else(PoisonError::into_inner).remove(&(new.record, new.n))?;
        (cover.commit() == new.mark.commit).then_some(cover)
    }

    /// Where to go on reading behind a position, if that is where the last reading ended.
    fn end(&self, position: Position) -> Option<End> {
        let end = *self.end.lock().unwrap_or_else(PoisonError::into_inner);
        end.filter(|(tip, _)| tip.lines == position.lines && tip.last == position.last)
    }
}

impl Session {
    /// Asks the catalog, brought up to the last durable line.
    ///
    /// What is missing, damaged, of another epoch or of another history is made anew, with one notice, and
    /// asked again: an answer never comes from a catalog that has shown damage.
    pub fn ask<T>(&self, question: impl Fn(&Catalog) -> Result<T>) -> Result<T> {
        self.ask_behind(0, question)
    }

    /// Asks the catalog where it may lag behind by so many lines, if [`crate::recent::Recent`] knows the filings
    /// in them: the question has to ask that too.
    pub(crate) fn ask_behind<T>(&self, behind: u64, question: impl Fn(&Catalog) -> Result<T>) -> Result<T> {
        let catalog = match self.catalog(Make::AsNeeded, behind) {
            Err(Error::Catalog { why }) => {
                self.vault.tell(Notice::new("catalog-rebuilt", &[("why", &why)]));
                self.catalog(Make::Anew, 0)?
            }
            catalog => catalog?,
        };
        match question(&catalog) {
            Err(Error::Catalog { why }) => {
                self.vault.tell(Notice::new("catalog-rebuilt", &[("why", &why)]));
                question(&*self.catalog(Make::InPlaceOf(catalog), 0)?)
            }
            answer => answer,
        }
    }

    /// Makes the catalog anew from the journal and the covers; returns how many records it has.
    pub fn rebuild_catalog(&self) -> Result<u64> {
        self.catalog(Make::Anew, 0)?;
        Ok(self.vault.state().counts.alive())
    }

    fn catalog(&self, make: Make, behind: u64) -> Result<Arc<Catalog>> {
        match (self.catalog_in(&self.catalog_dir(), make, behind), &self.vault.inner.scratch) {
            // Reading never depends on writing: a catalog for which the vault's own disk has no room, or which
            // cannot be written there any more, is made elsewhere.
            (Err(Error::Io { source, .. }), Some(scratch)) if is_refusal_to_write(&source) => {
                self.catalog_in(&scratch.join("catalog"), Make::Anew, 0)
            }
            (catalog, _) => catalog,
        }
    }

    fn catalog_in(&self, dir: &Path, make: Make, behind: u64) -> Result<Arc<Catalog>> {
        let inner = &self.vault.inner;
        let mut slot = inner.catalog.lock().unwrap_or_else(PoisonError::into_inner);
        let anew = match make {
            Make::AsNeeded => false,
            Make::Anew => true,
            // Of many commands that meet one damage, the first makes the catalog anew for all.
            Make::InPlaceOf(failed) => slot.as_ref().is_none_or(|(_, there)| Arc::ptr_eq(there, &failed)),
        };
        let state = self.vault.state();
        let current =
            slot.as_ref().filter(|(epoch, _)| *epoch == state.epoch && !anew).map(|(_, c)| c.clone());
        let (catalog, from) = match current {
            Some(catalog) => (catalog, u64::MAX),
            None => {
                if let Some((_, old)) = slot.take() {
                    let_go(old)?;
                }
                let catalog = Arc::new(self.open_catalog(dir, anew)?);
                let from = catalog.position().lines;
                (catalog, from)
            }
        };
        if !self.may_lag(&catalog, behind) {
            self.follow(&catalog)?;
            self.vault.recent().followed(catalog.position().lines);
        }
        // sled writes its own index only while it opens; without this the next opening would read all of its log.
        let catalog = match from == 0 && state.counts.records > REOPEN_ROWS_MIN {
            true => {
                let_go(catalog)?;
                Arc::new(self.open_catalog(dir, false)?)
            }
            false => catalog,
        };
        *slot = Some((state.epoch, catalog.clone()));
        Ok(catalog)
    }

    fn open_catalog(&self, dir: &Path, anew: bool) -> Result<Catalog> {
        let state = self.vault.state();
        let key = self.current_key()?.catalog_key();
        let (env, vault) = (self.vault.env(), state.init.vault);
        let opened = match anew {
            true => Opened::Rebuild { why: String::new() },
            false => Catalog::open(env, dir, &key, state.epoch, vault, CACHE_BYTES)?,
        };
        match opened {
            Opened::Current(catalog) => Ok(catalog),
            Opened::Rebuild { why } => {
                if !anew && state.counts.records > 0 {
                    self.vault.tell(Notice::new("catalog-rebuilt", &[("why", &why)]));
                }
                Catalog::create(env, dir, &key, state.epoch, vault, CACHE_BYTES)
            }
        }
    }

    fn catalog_dir(&self) -> PathBuf {
        match (&self.vault.inner.writer, &self.vault.inner.scratch) {
            (Err(_), Some(scratch)) => scratch.join("catalog"),
            _ => self.vault.layout().path("derived/catalog"),
        }
    }

    fn may_lag(&self, catalog: &Catalog, behind: u64) -> bool {
        let position = catalog.position().lines;
        let lag = self.vault.state().lines.checked_sub(position);
        lag.is_some_and(|lag| lag <= behind) && behind > 0 && self.vault.recent().joins(position)
    }

    /// Applies the lines behind the catalog's position.
    fn follow(&self, catalog: &Catalog) -> Result<()> {
        let end = self.vault.state().lines;
        let position = catalog.position();
        if position.lines > 0 && defect("a stale catalog") {
            return Ok(());
        }
        if position.lines == end && end > 0 && position.last == self.vault.state().last {
            return Ok(());
        }
        let mut lines = match self.fresh.end(position) {
            Some((tip, at)) => Lines::from(self.vault.env().fs.clone(), self.vault.layout(), tip, at, end)?,
            None => self.vault.lines_after(self.tip_of(position)?)?,
        };
        let passed = match end - position.lines > BATCH_LINES as u64 {
            true => self.apply_many(catalog, &mut lines)?,
            false => self.apply_few(catalog, &mut lines)?,
        };
        *self.fresh.end.lock().unwrap_or_else(PoisonError::into_inner) = passed;
        let passed = |lines: u64| catalog.position().lines / lines != position.lines / lines;
        if passed(SNAPSHOT_LINES) && position.lines > 0 {
            self.vault.inner.write_snapshot();
        }
        match passed(FLUSH_LINES) {
            true => catalog.flush(),
            false => Ok(()),
        }
    }

    /// Applies what is left of some lines; returns where they end.
    fn apply_few(&self, catalog: &Catalog, lines: &mut Lines) -> Result<Option<End>> {
        let mut end = None;
        while let Some(batch) = self.next_batch(lines)? {
            end = Some(batch.end);
            self.apply(catalog, &batch)?;
        }
        Ok(end)
    }

    /// The same of many lines: covers are opened for the next batch while the last one is applied, for which one
    /// core is enough.
    fn apply_many(&self, catalog: &Catalog, lines: &mut Lines) -> Result<Option<End>> {
        std::thread::scope(|scope| {
            let (give, take) = sync_channel::<Batch>(1);
            let applying =
                scope.spawn(move || take.into_iter().try_for_each(|batch| self.apply(catalog, &batch)));
            let mut end = None;
            let read = loop {
                match self.next_batch(lines) {
                    Ok(Some(batch)) => {
                        end = Some(batch.end);
                        if give.send(batch).is_err() {
                            break Ok(()); // the other thread has failed and says why
                        }
                    }
                    Ok(None) => break Ok(()),
                    Err(error) => break Err(error),
                }
            };
            drop(give);
            applying.join().expect("following does not panic")?;
            read.map(|()| end)
        })
    }

    /// The next lines, with the covers of the filings in them.
    fn next_batch(&self, lines: &mut Lines) -> Result<Option<Batch>> {
        let (mut batch, mut changes, mut end) = (Vec::new(), 0, None);
        while batch.len() < BATCH_LINES
            && changes < BATCH_CHANGES
            && let Some(item) = lines.next()
        {
            let (line, raw) = item?;
            end = Some((Tip::after(&line), (raw.segment, raw.offset + raw.bytes.len() as u64 + 1)));
            changes += match &line.act.deed {
                Deed::EpochReseal(d) => d.covers.len(),
                deed => deed.held().map_or(1, |(_, records)| records.len()),
            };
            batch.push(line);
        }
        let Some(end) = end else { return Ok(None) };
        let state = self.vault.state();
        // Of a record that is no more there is no cover to read, and of one that is being destroyed perhaps none.
        let named = batch.iter().filter_map(|line| line.act.deed.record());
        let mut dead: HashSet<RecordId> = named.filter(|record| state.destroyed.contains(*record)).collect();
        for new in batch.iter().filter_map(|line| line.act.deed.cover()) {
            // As long as it opens, the record is one like others: a hold may still keep it.
            if state.is_under_way(new.record) && !dead.contains(&new.record) {
                let new = alive(&state, new);
                if self.open_cover(new.place, new.record, new.n, &new.mark).is_err() {
                    dead.insert(new.record);
                }
            }
        }
        let covers = batch.iter().filter_map(|line| line.act.deed.cover());
        let covers = covers.filter(|new| !dead.contains(&new.record));
        let covers: Vec<NewCover> = covers.map(|new| alive(&state, new)).collect();
        let covers = self.open_covers(&covers)?;
        Ok(Some(Batch { lines: batch, covers, dead, end }))
    }

    fn apply(&self, catalog: &Catalog, batch: &Batch) -> Result<()> {
        let Some(last) = batch.lines.last() else { return Ok(()) };
        let to = Position { lines: last.seq, last: last.digest };
        catalog.apply(&changes(catalog, batch, &self.vault.state())?, to)
    }

    /// The tip at a catalog's position; an error that asks for a rebuild when the journal has another line there.
    pub(crate) fn tip_of(&self, position: Position) -> Result<Tip> {
        if position.lines == 0 {
            return Ok(Tip::START);
        }
        let other = || Error::Catalog { why: "it followed another history".into() };
        if position.lines > self.vault.state().lines {
            return Err(other());
        }
        let (line, _) = self.vault.line(position.lines)?;
        match line.digest == position.last {
            true => Ok(Tip::after(&line)),
            false => Err(other()),
        }
    }

    fn open_covers(&self, new: &[NewCover]) -> Result<Vec<Cover>> {
        let mut covers: Vec<Option<Cover>> = new.iter().map(|new| self.fresh.take(new)).collect();
        let missing = new.iter().zip(&mut covers).filter(|(_, cover)| cover.is_none());
        let mut missing: Vec<(&NewCover, &mut Option<Cover>)> = missing.collect();
        let open = |part: &mut [(&NewCover, &mut Option<Cover>)]| -> Result<()> {
            part.iter_mut().try_for_each(|(new, cover)| {
                **cover = Some(self.open_cover(new.place, new.record, new.n, &new.mark)?);
                Ok(())
            })
        };
        if missing.len() < 16 {
            open(&mut missing)?;
        } else {
            let threads = OPENING_THREADS * std::thread::available_parallelism().map_or(1, usize::from);
            let share = missing.len().div_ceil(threads);
            std::thread::scope(|scope| {
                let parts: Vec<_> =
                    missing.chunks_mut(share).map(|part| scope.spawn(|| open(part))).collect();
                parts.into_iter().try_for_each(|part| part.join().expect("opening a cover does not panic"))
            })?;
        }
        Ok(covers.into_iter().map(|cover| cover.expect("each was there or was opened")).collect())
    }

    /// Opens a cover and checks that it is the one a line names.
    ///
    /// The line may be older than the epoch the cover is sealed to by now: then `commit` and the record in it
    /// tell, not the digest. A damaged cover is taken from the mirror where one is whole, and put back.
    pub(crate) fn open_cover(
        &self,
        place: Place,
        record: RecordId,
        n: u32,
        mark: &CoverMark,
    ) -> Result<Cover> {
        let live = || self.vault.state().live_epochs().map(|(epoch, _)| epoch).collect::<Vec<_>>();
        loop {
            let epochs = live();
            let mut first = None;
            for epoch in epochs.iter().copied().filter(|epoch| *epoch >= mark.epoch) {
                match self.open_cover_of(place, record, n, epoch, mark) {
                    Ok(cover) => return Ok(cover),
                    Err(error) => first = first.or(Some(error)),
                }
            }
            // A rotation that ended meanwhile has taken away what was just looked for, and put it elsewhere.
            if live() == epochs {
                return Err(first.unwrap_or(Error::FileDamaged {
                    path: crate::layout::cover_path(place, record, n, mark.epoch),
                    finding: "missing".into(),
                }));
            }
        }
    }

    fn open_cover_of(
        &self,
        place: Place,
        record: RecordId,
        n: u32,
        epoch: u32,
        mark: &CoverMark,
    ) -> Result<Cover> {
        let below = crate::layout::cover_path(place, record, n, epoch);
        let damaged = |finding: String| Error::FileDamaged { path: below.clone(), finding };
        let key = self.epoch_key(epoch)?;
        let sealed_at = |path: &Path| match self.vault.env().fs.read(path, 256 << 20) {
            Ok(sealed) => Ok(Ok(sealed)),
            Err(source) if is_of_the_machine(&source) => {
                Err(Error::Io { doing: format!("read {}", path.display()), source })
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Err("missing".into())),
            Err(e) => Ok(Err(e.to_string())),
        };
        let read = |sealed: std::result::Result<Vec<u8>, String>| -> std::result::Result<Cover, String> {
            let sealed = sealed?;
            if epoch == mark.epoch && jingui_schema::digest::B3::of(&sealed) != mark.b3 {
                return Err("digest".into());
            }
            let plain = crate::seal::open(key.identity(), &sealed).map_err(|e| full(&e))?;
            let cover = Cover::parse(&plain).map_err(|e| full(&e))?;
            let spine = &cover.spine;
            let ours = spine.vault == self.vault.state().init.vault && spine.record == record && spine.n == n;
            match ours && cover.commit() == mark.commit {
                true => Ok(cover),
                false => Err("it is not the cover that was filed".into()),
            }
        };
        match read(sealed_at(&self.vault.layout().path(&below))?) {
            Ok(cover) => Ok(cover),
            Err(finding) => {
                let copy = self.vault.mirror_dir().map(|dir| sealed_at(&dir.join(&below))).transpose()?;
                match copy.map(read) {
                    Some(Ok(cover)) => {
                        self.vault.heal(&below, &finding)?;
                        Ok(cover)
                    }
                    _ => Err(damaged(finding)),
                }
            }
        }
    }
}

/// What a batch changes in a catalog that is at the line before it.
fn changes(catalog: &Catalog, batch: &Batch, state: &State) -> Result<Vec<Change>> {
    let mut rows = Rows { catalog, rows: HashMap::new(), order: Vec::new() };
    let mut covers = batch.covers.iter();
    let mut changes = Vec::with_capacity(batch.lines.len());
    for line in &batch.lines {
        let by = match line.by {
            By::Staff(staff) => Some(staff),
            By::Authority | By::Vault => None,
        };
        let certs = line.act.deed.certs();
        changes.extend(certs.iter().map(|cert| Change::Named { id: *cert.as_bytes(), seq: line.seq }));
        if let Deed::ActConfirm(ActConfirm { act, .. }) | Deed::ActRefuse(ActRefuse { act, .. }) =
            &line.act.deed
        {
            changes.push(Change::Named { id: *act.as_bytes(), seq: line.seq });
        }
        if line.act.deed.record().is_some_and(|record| batch.dead.contains(&record)) {
            continue;
        }
        let mut seen = |record| changes.push(Change::Seen { record, seq: line.seq });
        match &line.act.deed {
            Deed::PurgeDone(d) => {
                for stone in &d.destroyed {
                    rows.bury(stone.record);
                    changes.push(Change::Bury(stone.record));
                }
                // One that was passed over while it was being destroyed, and has been left after all.
                for spared in &d.failed {
                    if rows.take(spared.record)?.is_none() && state.is_alive(spared.record) {
                        return Err(Error::Catalog { why: "a record has been left after all".into() });
                    }
                }
            }
            // Of a list; of everything no catalog is left.
            Deed::HandoverDone(_) => {
                for record in state.handed_by(line.seq).into_iter().flatten() {
                    rows.bury(record);
                    changes.push(Change::Bury(record));
                }
            }
            Deed::RecordFile(d) => {
                let cover = covers.next().expect("a cover was opened for each filing");
                let known = if d.n > 1 { rows.take(d.record)? } else { None };
                // Nothing that comes from elsewhere takes the place of a record that is here.
                if d.from.is_some() && rows.take(d.record)?.is_some() {
                    continue;
                }
                let mut row = row_after(known, d.record, d.counter, cover, line);
                match d.left() {
                    None => {
                        let (filing, body, docs) = (d.filing, d.body, d.docs);
                        row.filings.push(FilingRow { filing, seq: line.seq, body, docs });
                    }
                    Some(left) => row.filings.extend(left.bodies.iter().map(|one| FilingRow {
                        filing: one.filing,
                        seq: line.seq,
                        body: one.body,
                        docs: one.docs,
                    })),
                }
                let last = row.filings.iter().map(|filing| filing.filing).max();
                row.filings_given = row.filings_given.max(d.filing).max(last.unwrap_or(0));
                row.docs_given = match d.from {
                    None => row.docs_given.saturating_add(d.docs),
                    // Those of another archive keep their numbers, also where papers had been taken out.
                    Some(_) => cover.documents.last().map_or(0, |line| line.doc.no).max(row.docs_given),
                };
                row.covers.push(CoverRow { n: d.n, seq: line.seq, mark: d.cover });
                row.custody.filed(d.n, by);
                if let (Some(from), Some(by)) = (&d.from, by) {
                    row.custody.received(from, Look { n: d.n, by, seq: line.seq });
                }
                rows.put(row);
            }
            Deed::RecordCorrect(d) => {
                let cover = covers.next().expect("a cover was opened for each correction");
                let Some(known) = rows.take(d.record)? else { continue };
                let mut row = row_after(Some(known), d.record, d.counter, cover, line);
                row.covers.push(CoverRow { n: d.n, seq: line.seq, mark: d.cover });
                row.custody.corrected(d.n, &d.changed, by);
                rows.put(row);
                seen(d.record);
            }
            Deed::CertLink(d) => {
                let cover = covers.next().expect("a cover was opened for each link");
                let Some(known) = rows.take(d.record)? else { continue };
                let is_first = state.is_first_link(known.certs.iter().map(|cert| cert.id), line.seq);
                let mut row = row_after(Some(known), d.record, d.counter, cover, line);
                row.covers.push(CoverRow { n: d.n, seq: line.seq, mark: d.cover });
                row.custody.linked(d.n, is_first, by);
                rows.put(row);
                seen(d.record);
            }
            Deed::DocumentRemove(d) => {
                let cover = covers.next().expect("a cover was opened for each removal");
                let Some(known) = rows.take(d.record)? else { continue };
                let mut row = row_after(Some(known), d.record, d.counter, cover, line);
                row.twin = twin_of(cover);
                row.covers = vec![CoverRow { n: d.n, seq: line.seq, mark: d.cover }];
                // The line that brought what has ended is still one about the record.
                let ended = row.filings.iter().position(|filing| filing.filing == d.from);
                if let Some(filing) = ended.map(|at| row.filings.remove(at)) {
                    changes.push(Change::Seen { record: d.record, seq: filing.seq });
                }
                if let Some(Rebound { filing, docs, body }) = d.left.clone() {
                    row.filings.push(FilingRow { filing, seq: line.seq, body, docs });
                    row.filings_given = row.filings_given.max(filing);
                }
                row.custody.removed(d.n);
                rows.put(row);
                changes.push(Change::Seen { record: d.record, seq: line.seq });
            }
            Deed::RecordReview(d) => {
                for reviewed in &d.records {
                    let (Some(by), Some(mut row)) = (by, rows.take(reviewed.record)?) else { continue };
                    // No line by a clerk of the record, or over a version that never was, is written here; if one
                    // stands in the journal, it counts for nothing.
                    let is_there =
                        row.covers.iter().any(|c| (c.n, c.mark.commit) == (reviewed.n, reviewed.commit));
                    let own_work = row.custody.is_own_work(by, state) && !state.init.solo;
                    if is_there && !own_work {
                        row.custody.reviewed(d.verdict, Look { n: reviewed.n, by, seq: line.seq });
                    }
                    row.last_seq = line.seq;
                    rows.put(row);
                    seen(reviewed.record);
                }
            }
            Deed::RecordAnnotate(d) => {
                let Some(mut row) = rows.take(d.record)? else { continue };
                row.custody.annotations.push(line.seq);
                rows.put(row);
                seen(d.record);
            }
            Deed::RecordRestrict(d) => {
                let Some(mut row) = rows.take(d.record)? else { continue };
                row.custody.restricted = d.restricted.then_some(line.seq);
                rows.put(row);
                seen(d.record);
            }
            Deed::HoldPlace(_) | Deed::HoldCatch(_) | Deed::HoldTake(_) => {
                let (hold, records) = line.act.deed.held().expect("it is one of these");
                rows.hold(hold, records)?;
            }
            Deed::HoldScreen(d) => {
                let Some(mut row) = rows.take(d.record)? else { continue };
                row.custody.holds.extend(&d.caught);
                let version = row.covers.iter().map(|cover| cover.seq).max().unwrap_or(0);
                let mut of = OfRecord { version, screened: row.custody.screened, ..OfRecord::default() };
                of.compared(d.lines);
                row.custody.screened = of.screened;
                rows.put(row);
                seen(d.record);
            }
            Deed::EpochReseal(d) => {
                for sealed in &d.covers {
                    let Some(mut row) = rows.take(sealed.record)? else { continue };
                    if let Some(cover) = row.covers.iter_mut().find(|c| c.n == sealed.n) {
                        let commit = cover.mark.commit;
                        cover.mark = CoverMark { epoch: d.epoch, size: sealed.size, b3: sealed.b3, commit };
                    }
                    rows.put(row);
                }
            }
            Deed::EscrowOpen(d) => {
                // Told also of a record that is no more, of which nothing is kept here.
                if rows.take(d.record)?.is_some() {
                    seen(d.record);
                }
            }
            deed => {
                if let Some(record) = deed.record() {
                    seen(record);
                }
            }
        }
    }
    changes.extend(rows.into_changes());
    Ok(changes)
}

/// The rows that a batch changes, as they are after the lines passed so far.
struct Rows<'a> {
    catalog: &'a Catalog,
    rows: HashMap<RecordId, Row>,
    /// As first met, which keeps the catalog's keys ascending.
    order: Vec<RecordId>,
}

impl Rows<'_> {
    fn take(&mut self, record: RecordId) -> Result<Option<Row>> {
        match self.rows.get(&record) {
            Some(row) => Ok(Some(row.clone())),
            None => self.catalog.get(record),
        }
    }

    fn put(&mut self, row: Row) {
        let record = row.record;
        if self.rows.insert(record, row).is_none() {
            self.order.push(record);
        }
    }

    /// Forgets a record that is no more.
    fn bury(&mut self, record: RecordId) {
        self.rows.remove(&record);
        self.order.retain(|one| *one != record);
    }

    /// Records that a hold names.
    fn hold(&mut self, hold: HoldId, records: &[RecordId]) -> Result<()> {
        for record in records {
            let Some(mut row) = self.take(*record)? else { continue };
            row.custody.holds.insert(hold);
            self.put(row);
        }
        Ok(())
    }

    fn into_changes(mut self) -> Vec<Change> {
        let row = |record| self.rows.remove(&record).expect("each record in the order has its row");
        let put = |row: Row| {
            let twin = row.twin;
            Change::Put(Box::new(row), twin)
        };
        self.order.into_iter().map(row).map(put).collect()
    }
}

impl Vault {
    /// Closes the catalog, so that its files can go.
    pub(crate) fn forget_catalog(&self) {
        drop(self.inner.catalog.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

fn is_refusal_to_write(error: &io::Error) -> bool {
    use io::ErrorKind::{QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded | ReadOnlyFilesystem)
}

/// Waits until nobody uses a catalog any more, and closes it: sled lets only one be open.
fn let_go(mut catalog: Arc<Catalog>) -> Result<()> {
    let since = Instant::now();
    loop {
        match Arc::try_unwrap(catalog) {
            Ok(last) => {
                drop(last);
                return Ok(());
            }
            Err(_) if since.elapsed() > LET_GO_WITHIN => {
                return Err(Error::Catalog { why: "it is still being used by another command".into() });
            }
            Err(shared) => catalog = shared,
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// The cover to read for a fact version: where that has ended with papers that were taken out, the first one that is
/// alive. What the row says meanwhile is overwritten by the line that ended it.
fn alive(state: &State, new: NewCover) -> NewCover {
    match state.ended.get(&new.record) {
        Some(ended) if new.n < ended.alive => NewCover { n: ended.alive, mark: ended.cover, ..new },
        _ => new,
    }
}

/// The twin key of a record as its cover has it.
fn twin_of(cover: &Cover) -> [u8; 32] {
    let digests: Vec<_> = cover.documents.iter().map(|line| line.doc.sha256).collect();
    twin_key(&cover.facts.facts, &digests)
}

/// A record's row with the facts and documents of a new cover; filings and covers are still those before.
fn row_after(known: Option<Row>, record: RecordId, counter: u64, cover: &Cover, line: &Line) -> Row {
    let documents = cover.documents.iter().map(|line| DocBrief {
        no: line.doc.no,
        kind: line.doc.kind,
        name: line.doc.name.clone(),
        media_type: line.doc.media_type.clone(),
        size: line.doc.size,
        sha256: line.doc.sha256,
        marks: line.doc.marks.clone(),
        until: line.doc.until,
        flaw: line.doc.flaw,
    });
    let documents = documents.collect();
    let (facts, last_seq) = (cover.facts.facts.clone(), line.seq);
    let mut row = match known {
        Some(mut row) => {
            row.custody.screened = 0; // this version was compared with nothing yet
            Row { facts, documents, last_seq, ..row }
        }
        None => Row {
            record,
            counter,
            twin: twin_of(cover),
            facts,
            filings: Vec::new(),
            filings_given: 0,
            docs_given: 0,
            covers: Vec::new(),
            documents,
            certs: Vec::new(),
            filed_at: line.at,
            last_seq,
            custody: Custody::default(),
        },
    };
    for link in line.act.deed.links() {
        let said = cover.certificates.iter().find(|known| known.cert.id == link.cert);
        row.certs.extend(said.map(|said| CertRow::of(&said.cert, link, line.seq)));
    }
    row
}

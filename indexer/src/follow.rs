//! The index follows the journal: records put in as they are, documents read once, what was destroyed taken out.
//!
//! ```text
//! journal ──▶ facts pass ──▶ every record that a line speaks of, with the texts kept of its documents
//!             reading pass ──▶ documents that nobody has read yet ──▶ a jailed child ──▶ text/ ──▶ the record, put in again
//! ```
//!
//! Both go on where they were: the index keeps the position up to which each of them has come. An index that is missing, damaged, of
//! another epoch or of another history is made anew, with one notice; no answer ever comes from one that has shown damage.
//!
//! Decides nothing about who may ask.

use crate::extract::{Confinement, ExtractError, Extractor, Launch, Limits, Tools};
use crate::index::{self, Document, Entry, Index, Writer};
use crate::kept::{self, Kept, READERS};
use crate::page::{Reading, Unread};
use crate::sealed::{OpenError, Place};
use jingui_schema::cover;
use jingui_schema::facts::{Facts, Field};
use jingui_schema::id::RecordId;
use jingui_vault::catalog::{Position, Query, Row};
use jingui_vault::env::Env;
use jingui_vault::holding::Words;
use jingui_vault::text::Material;
use jingui_vault::{Notice, Session};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, TryLockError};
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// Records put in between two commits.
const BATCH_RECORDS: usize = 2000;
/// Lines that are passed over again rather than committed for, where no record was in them.
const IDLE_LINES: u64 = 4096;
/// Records whose documents are read between two commits.
const READ_RECORDS: usize = 32;
/// Rows passed over at once where all records are asked.
const PAGE: usize = 500;
/// Memory of the writer where many records are put in, in bytes.
const BULK_BYTES: usize = 96 << 20;
/// Lines behind from which on it is many.
const BULK_LINES: u64 = 200;
/// Opened pieces of index files that are kept, in bytes.
const CACHE_BYTES: u64 = 64 << 20;

/// Why the index could not be brought up to date, or asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The vault's own.
    #[error(transparent)]
    Vault(#[from] jingui_vault::Error),
    /// The index's own.
    #[error(transparent)]
    Index(#[from] index::Error),
    /// No document can be read here.
    #[error(transparent)]
    Extract(#[from] ExtractError),
    /// Somebody ended it; what was done is done, and the same call goes on.
    #[error("it was stopped")]
    Stopped,
}

type Result<T> = std::result::Result<T, Error>;

/// Up to where the index has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Mark {
    /// Every record is in it as it was with this line.
    facts: Position,
    /// Every document that was filed up to this line has been read, or tried.
    read: Position,
    /// Something is marked as gone that still stands in the files.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    unpurged: bool,
    /// It was begun anew and has not come up to the last line yet.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    begun: bool,
    /// Documents are being read once more: where that was cut off, texts may be kept that are not in it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    again: bool,
}

impl Mark {
    const START: Self =
        Self { facts: Position::START, read: Position::START, unpurged: false, begun: true, again: false };

    fn bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("positions and flags are JSON")
    }
}

/// How far a long run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// So many journal lines were followed, of so many.
    Lines(u64, u64),
    /// So many documents were read; so many lines are left to be looked through.
    Documents(u64, u64),
}

/// Who watches a run, and may end it between two steps.
pub struct Watch<'a> {
    /// Is told how far it has come.
    pub progress: &'a dyn Fn(Step),
    /// Says whether to stop.
    pub stop: &'a (dyn Fn() -> bool + Sync),
}

impl Watch<'_> {
    /// Nobody.
    pub const NOBODY: Watch<'static> = Watch { progress: &|_| {}, stop: &|| false };
}

/// Which documents are to be read.
#[derive(Clone, Copy, Debug)]
pub enum Wanted<'a> {
    /// Those that nobody has read yet.
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

/// An index and whoever reads documents for it; shared by the commands of one process.
pub struct Follower {
    dir: PathBuf,
    launch: Launch,
    extractor: OnceLock<Extractor>,
    open: Mutex<Open>,
    /// Held by whoever reads documents of many records.
    reading: Mutex<()>,
    /// Documents are being read once more by this process.
    again: AtomicBool,
}

/// The index that is open, and the epoch whose key it is sealed to.
type Open = Option<(u32, Arc<Index>)>;

/// How often somebody who waits for another looks whether to go on waiting.
const LOOK_EVERY: Duration = Duration::from_millis(20);

impl Follower {
    /// - `dir`: where the index lies; the parent exists.
    /// - `launch`: how a child that reads documents is started.
    pub fn new(dir: PathBuf, launch: Launch) -> Self {
        Self {
            dir,
            launch,
            extractor: OnceLock::new(),
            open: Mutex::new(None),
            reading: Mutex::new(()),
            again: AtomicBool::new(false),
        }
    }

    /// Brings the index up to the last durable line, and asks it.
    ///
    /// Errors: those of the vault and the index; damage is none, it costs making the index anew.
    pub fn ask<T>(
        &self,
        session: &Session,
        watch: &Watch<'_>,
        question: impl Fn(&Index) -> std::result::Result<T, index::Error>,
    ) -> Result<T> {
        let index = self.current(&mut *wait(&self.open, watch)?, session, watch)?;
        match question(&index) {
            Err(error) if error.needs_rebuild() => {
                let mut open = wait(&self.open, watch)?;
                // Of several that meet one damage, the first makes it anew for all.
                let same = open.as_ref().is_none_or(|(_, there)| Arc::ptr_eq(there, &index));
                let index = match same {
                    true => {
                        self.tell(session, &error);
                        self.anew(&mut open, session, watch)?
                    }
                    false => self.current(&mut open, session, watch)?,
                };
                drop(open);
                Ok(question(&index)?)
            }
            answer => Ok(answer?),
        }
    }

    /// Removes the index, for whoever has no key to bring it up to date: the next one who has makes it anew.
    pub fn forget(&self, env: &Env) -> std::io::Result<()> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        *open = None;
        let files = match env.fs.list(&self.dir) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            files => files?,
        };
        files.iter().try_for_each(|(name, _)| env.fs.remove(&self.dir.join(name)))
    }

    /// Makes the index anew from the journal, the covers and the texts that are kept; returns how many records it has.
    ///
    /// One that was begun and broken off goes on where it was.
    pub fn rebuild(&self, session: &Session, watch: &Watch<'_>) -> Result<u64> {
        let mut open = wait(&self.open, watch)?;
        let begun = match open.take() {
            Some(_) => None,
            None => Index::open(self.place_of(session)?)
                .ok()
                .filter(|index| mark_of(index).is_ok_and(|mark| mark.begun)),
        };
        let index = match begun {
            Some(_) => self.current(&mut open, session, watch)?,
            None => self.anew(&mut open, session, watch)?,
        };
        Ok(index.records())
    }

    /// Reads documents and keeps their texts.
    ///
    /// - `until`: no document is begun after that; the same call goes on with the others.
    /// - Errors: [`Error::Extract`] where no document can be read here; [`jingui_vault::Error::ReadOnly`].
    pub fn read(
        &self,
        session: &Session,
        wanted: Wanted<'_>,
        until: Option<Instant>,
        watch: &Watch<'_>,
    ) -> Result<Read> {
        let late = || (watch.stop)() || until.is_some_and(|until| Instant::now() >= until);
        let watch = Watch { progress: watch.progress, stop: &late };
        let mut pass = Pass { follower: self, session, watch: &watch, told: Read::default() };
        let done = match wanted {
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

    /// How children are confined here, and which programs they were found.
    pub fn inspect(&self) -> std::result::Result<(Confinement, Tools), ExtractError> {
        self.extractor().inspect()
    }

    fn extractor(&self) -> &Extractor {
        self.extractor.get_or_init(|| Extractor::new(self.launch.clone(), Limits::default()))
    }

    fn place_of(&self, session: &Session) -> Result<Place> {
        let identity = session.current_key()?.index_identity();
        Ok(Place {
            env: session.vault().env().clone(),
            dir: self.dir.clone(),
            identity,
            cache_bytes: CACHE_BYTES,
        })
    }

    /// The index, brought up to the last line.
    fn current(&self, open: &mut Open, session: &Session, watch: &Watch<'_>) -> Result<Arc<Index>> {
        let epoch = session.vault().state().epoch;
        let there = match open.take().filter(|(of, _)| *of == epoch) {
            Some((_, index)) => Ok(index),
            None => Index::open(self.place_of(session)?).map_err(Error::from),
        };
        let heal = !self.again.load(Ordering::Relaxed);
        let followed = there.and_then(|index| follow(&index, session, watch, heal).map(|()| index));
        match followed {
            Ok(index) => {
                *open = Some((epoch, index.clone()));
                Ok(index)
            }
            Err(Error::Index(error)) if error.needs_rebuild() => {
                let absent = matches!(&error, index::Error::Rebuild(OpenError::Absent(_)));
                // With the first record there has been none, and nobody wonders.
                if !absent || session.vault().state().counts.records > 1 {
                    self.tell(session, &error);
                }
                self.anew(open, session, watch)
            }
            Err(error) => Err(error),
        }
    }

    fn anew(&self, open: &mut Open, session: &Session, watch: &Watch<'_>) -> Result<Arc<Index>> {
        *open = None;
        let epoch = session.vault().state().epoch;
        let index = Index::create(self.place_of(session)?)?;
        follow(&index, session, watch, false)?;
        *open = Some((epoch, index.clone()));
        Ok(index)
    }

    fn tell(&self, session: &Session, error: &index::Error) {
        let mut why = error.to_string();
        let mut source = std::error::Error::source(error);
        while let Some(cause) = source {
            why = cause.to_string();
            source = cause.source();
        }
        session.vault().tell(Notice { code: "index-rebuilt", fields: vec![("why", why)] });
    }
}

/// Waits for a turn, as long as nobody says to stop.
fn wait<'a, T>(of: &'a Mutex<T>, watch: &Watch<'_>) -> Result<MutexGuard<'a, T>> {
    loop {
        match of.try_lock() {
            Ok(turn) => return Ok(turn),
            Err(TryLockError::Poisoned(turn)) => return Ok(turn.into_inner()), // an index, or none
            Err(TryLockError::WouldBlock) if (watch.stop)() => return Err(Error::Stopped),
            Err(TryLockError::WouldBlock) => std::thread::sleep(LOOK_EVERY),
        }
    }
}

fn mark_of(index: &Index) -> std::result::Result<Mark, index::Error> {
    let Some(bytes) = index.position()? else { return Ok(Mark::START) };
    let unknown = |_| index::Error::Rebuild(OpenError::Damaged("its position is none".into()));
    serde_json::from_slice(&bytes).map_err(unknown)
}

fn other_history() -> Error {
    index::Error::Rebuild(OpenError::Damaged("it followed another history".into())).into()
}

/// Puts in what has changed since the index was last brought up to date, and takes out what is no more.
///
/// `heal`: nobody is reading documents once more, so that whoever began to was cut off.
fn follow(index: &Arc<Index>, session: &Session, watch: &Watch<'_>, heal: bool) -> Result<()> {
    let mut mark = mark_of(index)?;
    let newest = session.newest();
    if mark.again && heal {
        // Every record is put in again, with the texts that are kept.
        (mark.facts, mark.again) = (Position::START, false);
    }
    if mark.facts == newest && !mark.unpurged && !mark.begun {
        return Ok(());
    }
    let behind = newest.lines.saturating_sub(mark.facts.lines);
    let mut since = session.since(mark.facts, BATCH_RECORDS)?.ok_or_else(other_history)?;
    let nothing = since.records.is_empty() && since.left == 0 && behind < IDLE_LINES;
    if nothing && !mark.unpurged && !mark.begun {
        return Ok(());
    }
    let mut writer = match behind > BULK_LINES {
        true => index.writer(2, BULK_BYTES)?,
        false => index.writer(1, index::MEMORY_MIN)?,
    };
    loop {
        put(&mut writer, session, &since.records)?;
        mark.facts = since.to;
        mark.unpurged |= since.destroyed;
        mark.begun &= since.left > 0;
        writer.commit(&mark.bytes())?;
        (watch.progress)(Step::Lines(mark.facts.lines, mark.facts.lines + since.left));
        if since.left == 0 {
            break;
        }
        if (watch.stop)() {
            writer.finish()?;
            return Err(Error::Stopped);
        }
        since = session.since(mark.facts, BATCH_RECORDS)?.ok_or_else(other_history)?;
    }
    if mark.unpurged {
        writer.purge(&mark.bytes())?;
        mark.unpurged = false;
        writer.commit(&mark.bytes())?;
    }
    Ok(writer.finish()?)
}

/// Puts these records in as they are now. Covers are opened by one thread while another analyses what was opened.
fn put(writer: &mut Writer, session: &Session, records: &[RecordId]) -> Result<()> {
    if let [record] = records {
        return put_one(writer, *record, &entry(session, *record)?);
    }
    std::thread::scope(|scope| {
        let (give, take) = std::sync::mpsc::sync_channel(16);
        scope.spawn(move || {
            for record in records {
                if give.send((*record, entry(session, *record))).is_err() {
                    return; // the other side has failed and says why
                }
            }
        });
        take.into_iter().try_for_each(|(record, entry)| put_one(writer, record, &entry?))
    })
}

fn put_one(writer: &mut Writer, record: RecordId, entry: &Option<Entry>) -> Result<()> {
    match entry {
        Some(entry) => Ok(writer.put(entry)?),
        None => Ok(writer.remove(&record)?),
    }
}

/// A record as it is found; `None` where it is no more.
fn entry(session: &Session, record: RecordId) -> Result<Option<Entry>> {
    match session.material(record) {
        Ok(material) => Ok(Some(entry_of(session, &material)?)),
        Err(jingui_vault::Error::NoRecord { .. }) => Ok(None),
        // Its cover does not open: what the catalog knows is found still.
        Err(jingui_vault::Error::FileDamaged { .. }) => {
            let row = match session.row(record) {
                Err(jingui_vault::Error::NoRecord { .. }) => return Ok(None),
                row => row?,
            };
            let document = |brief: &jingui_vault::catalog::DocBrief| Document {
                kind: brief.kind,
                title: String::new(),
                original: brief.name.clone(),
                pages: Vec::new(),
                unread: Some(Unread::Damaged),
            };
            let documents = row.documents.iter().map(document).collect();
            Ok(Some(known(session, &row, &row.facts, Vec::new(), documents)?))
        }
        Err(error) => Err(error.into()),
    }
}

fn entry_of(session: &Session, material: &Material<'_>) -> Result<Entry> {
    let mut texts = BTreeMap::new();
    for filing in material.filings() {
        texts.extend(kept_of(material, filing)?);
    }
    entry_with(session, material, texts)
}

/// A record with what was read of its documents; one of which nothing was is waiting.
fn entry_with(session: &Session, material: &Material<'_>, mut texts: BTreeMap<u32, Kept>) -> Result<Entry> {
    let document = |document: &cover::Document| {
        let kept = texts.remove(&document.no);
        let reading =
            kept.map_or(Reading { pages: Vec::new(), unread: Some(Unread::Waiting) }, |kept| kept.reading);
        Document {
            kind: document.kind,
            title: document.title.clone().unwrap_or_default(),
            original: document.name.clone(),
            pages: reading.pages.into_iter().map(|page| page.text).collect(),
            unread: reading.unread,
        }
    };
    let documents = material.documents().map(document).collect();
    let serials = material.certificates().map(|certificate| certificate.serial.to_string()).collect();
    known(session, &material.row, material.facts(), serials, documents)
}

/// An entry of what is known and what was read.
fn known(
    session: &Session,
    row: &Row,
    facts: &Facts,
    mut serials: Vec<String>,
    documents: Vec<Document>,
) -> Result<Entry> {
    let mut names = vec![facts.customer.name.to_string()];
    let mut identifiers: Vec<String> = facts.customer.id.iter().cloned().collect();
    let mut phones = Vec::new();
    for particular in &facts.fields {
        let value = particular.value.to_string();
        match particular.field {
            Field::Handler => names.push(value),
            Field::HandlerId => identifiers.push(value),
            Field::Phone => phones.push(value),
            Field::Token => serials.push(value),
            Field::Address | Field::PasswordCard | Field::Accepted | Field::Holders => {}
        }
    }
    Ok(Entry {
        record: row.record,
        number: facts.number.to_string(),
        project: facts.project.to_string(),
        outlet: facts.outlet.to_string(),
        names,
        customer_kind: facts.customer.kind,
        identifiers,
        phones,
        serials,
        business: facts.business,
        date: facts.date,
        outcome: facts.outcome,
        class: facts.class,
        state: session.standing(row)?,
        box_code: facts.box_code.as_ref().map(ToString::to_string),
        tags: facts.tags.iter().map(ToString::to_string).collect(),
        documents,
    })
}

/// The texts kept of a filing, by number of document; none where none is kept, or none that can be read.
fn kept_of(material: &Material<'_>, filing: u32) -> Result<BTreeMap<u32, Kept>> {
    Ok(material.kept(filing)?.and_then(|bytes| kept::read(&bytes)).unwrap_or_default())
}

/// The words of holds, asked of the texts that are kept.
pub struct Texts<'a>(pub &'a Session);

impl Words for Texts<'_> {
    fn readers(&self) -> u32 {
        READERS
    }

    fn may_have(&self, record: RecordId, words: &[String]) -> jingui_vault::Result<bool> {
        match entry(self.0, record) {
            Ok(entry) => Ok(entry.is_none_or(|entry| index::may_have(&entry, words))),
            Err(Error::Vault(error)) => Err(error),
            Err(_) => Ok(true),
        }
    }
}

/// The same of one record, as it has just been read.
struct JustRead<'a> {
    entry: &'a Entry,
    readers: u32,
}

impl Words for JustRead<'_> {
    fn readers(&self) -> u32 {
        self.readers
    }

    fn may_have(&self, _: RecordId, words: &[String]) -> jingui_vault::Result<bool> {
        Ok(index::may_have(self.entry, words))
    }
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

/// A document to be read: of which of some records, and which.
struct Job<'a> {
    of: usize,
    document: &'a cover::Document,
}

impl<'a> Pass<'a> {
    /// Reads what nobody has read, in the order in which it was filed.
    fn waiting(&mut self) -> Result<()> {
        let _turn = wait(&self.follower.reading, self.watch)?;
        loop {
            let mark = self.mark()?;
            let since = self.session.since(mark.read, READ_RECORDS)?.ok_or_else(other_history)?;
            if since.records.is_empty() && since.left == 0 && since.to.lines - mark.read.lines < IDLE_LINES {
                return Ok(());
            }
            self.records(&since.records, &|kept| kept.is_none())?;
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
                let mut kept = BTreeMap::new();
                for filing in material.filings() {
                    kept.extend(kept_of(&material, filing)?);
                }
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
        let readings = self.read(materials, &jobs)?;
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
            match self.compare(material, texts).and_then(|()| match read {
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

    /// Compares a record with the holds that ask for words, once all of it has been read. Before its text is kept: cut off
    /// in between, it is read and compared once more.
    fn compare(&self, material: &Material<'_>, texts: &BTreeMap<u32, Kept>) -> Result<()> {
        if material.documents().any(|document| !texts.contains_key(&document.no)) {
            return Ok(()); // it counts as held
        }
        let vault = self.session.vault();
        if vault.state().standing_holds(vault.today()).is_empty() {
            return Ok(());
        }
        let entry = entry_with(self.session, material, texts.clone())?;
        let readers = texts.values().map(|kept| kept.readers).min().unwrap_or(READERS);
        let words = JustRead { entry: &entry, readers };
        Ok(self.session.screen_read(entry.record, material.version(), &words)?)
    }

    /// What was read of each; `None` where it was not begun in time, or where its body is damaged.
    fn read(&self, materials: &[Material<'_>], jobs: &[Job<'_>]) -> Result<Vec<Option<Reading>>> {
        let next = AtomicUsize::new(0);
        let extractor = self.follower.extractor();
        let late = self.watch.stop;
        let work = || -> Result<Vec<(usize, Reading)>> {
            let mut done = Vec::new();
            while !late() {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(job) = jobs.get(at) else { break };
                if let Some(reading) = read_one(extractor, &materials[job.of], job.document)? {
                    done.push((at, reading));
                }
            }
            Ok(done)
        };
        let threads = self.follower.launch.children.min(jobs.len());
        let done: Vec<Result<Vec<_>>> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            threads.into_iter().map(|thread| thread.join().expect("reading does not panic")).collect()
        });
        let mut readings: Vec<Option<Reading>> = (0..jobs.len()).map(|_| None).collect();
        for done in done {
            for (at, reading) in done? {
                readings[at] = Some(reading);
            }
        }
        Ok(readings)
    }
}

fn read_one(
    extractor: &Extractor,
    material: &Material<'_>,
    document: &cover::Document,
) -> Result<Option<Reading>> {
    if document.size > Limits::default().document_bytes {
        return Ok(Some(Reading { pages: Vec::new(), unread: Some(Unread::TooLarge) }));
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(document.size).unwrap_or(0)));
    match material.copy(document, &mut *bytes) {
        Ok(()) => Ok(Some(extractor.read(&document.name, &bytes)?)),
        Err(jingui_vault::Error::FileDamaged { .. } | jingui_vault::Error::NotOpened { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Keeps what is known of a record's documents, filing by filing.
fn keep(
    material: &Material<'_>,
    texts: &BTreeMap<u32, Kept>,
) -> std::result::Result<(), jingui_vault::Error> {
    for filing in material.filings() {
        let of_filing = material.documents().filter(|doc| doc.filing == filing);
        let of_filing: Vec<Kept> = of_filing.filter_map(|doc| texts.get(&doc.no).cloned()).collect();
        if !of_filing.is_empty() {
            material.keep(filing, &kept::write(&of_filing))?;
        }
    }
    Ok(())
}

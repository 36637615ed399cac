//! The catalog: one sealed row per record and the keys that find it. Derived; delete it and nothing is lost.
//!
//! Follows the journal but cannot read it: its owner opens covers, makes rows of them and says how far it got.
//! Decides nothing; whatever destroys never asks it.
//!
//! # How it lies in sled
//!
//! | key | value |
//! |---|---|
//! | `v` | version, vault, epoch, key check value, in the clear |
//! | `m` | position, row count, number of the last `apply`, list of runs |
//! | `r` counter | one row; where its record is no more, a single byte that is none |
//! | `s` run page | one page of a sorted run of postings |
//! | `s` run ffffffff | the first posting of each page of that run, where it has more than one |
//! | `s` run fffffffe | likewise: the marks in each page, and a filter over what exact questions ask for |
//! | `s` run fffffffd | likewise: the tags of customers in each page |
//!
//! Everything but `v` is `seq u64 BE ‖ nonce 12 ‖ ChaCha20-Poly1305`, associated data = key ‖ seq, where seq is
//! the number of the `apply` that wrote it. All that one `apply` writes is one batch: rows, postings, `m`.
//!
//! Secondary keys are not keys of sled. Some fourteen of them belong to a record, most at random places, and sled
//! takes 20 to 30 µs for each of those. They are **postings**: short byte strings, sorted into runs as `apply`
//! brings them, eight runs of one size merged into one. There are some sixty runs at a million records, and a rebuild
//! writes each posting about four times, always in ascending order. A list looks into every run; an exact question
//! (an archive number, an id, a document, one customer) only into those whose filter does not say no, and a list by
//! class, outcome or business passes over pages in which there is none. So does a list of customers by a part of their
//! names: see `names.rs`. Filters, marks and the first posting of each page are in memory: some ten to twenty bytes a
//! record; names and tags once a part of a name has been asked for: some ten to forty more.
//!
//! # How loss is noticed
//!
//! sled may lose rows and pages of a damaged file without a word. Counting rows on opening would take seconds at a
//! million records, and says nothing of rows that went back to an older state. Instead *every posting names the
//! `apply` that wrote the row it leads to, and `m` names every run and its pages*. So each answer proves itself:
//! a page that `m` names and that is missing or older is damage, a row that a posting names and that is missing or
//! older is damage, a row newer than `m` is damage; a row newer than the posting makes the posting void, which is
//! how rows are replaced without removing postings. Opening counts the rows of a small catalog and looks for a
//! few hundred randomly chosen ones in a large one; [`Catalog::check`] looks at everything.

mod certs; // certificates, and how they are found by serial number
mod check; // what `verify` asks
mod names; // customers found by a part of their names
mod postings; // the secondary keys of a row
mod query; // lists, and what people type to name a record
mod rows; // a row and its bytes
mod runs; // the same in sorted runs
mod store; // sled behind a fence: seals, and panics turned into errors

#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing; // rows and pages, for tests alone

#[cfg(test)]
mod tests;

pub use certs::{CertRow, Serials};
pub(crate) use query::prefix_range;
pub use query::{Cursor, Match, Page, Query};
pub(crate) use rows::{Bytes, place, put_number};
pub use rows::{CoverRow, DocBrief, FilingRow, Row, twin_key};

use crate::env::Env;
use crate::error::{Error, Result};
use jingui_schema::digest::Sha256;
use jingui_schema::id::{RecordId, VaultId};
use postings::{Said, Target, said};
use runs::{Direction, Run, Walk, Writer};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};
use store::{Store, damaged};

/// Another number here means: rebuild.
const VERSION: u32 = 7;
/// Up to so many rows, opening counts them all; few in tests, so that they see both ways.
const COUNTED_ROWS_MAX: u64 = if cfg!(test) { 100 } else { 4096 };
/// In a larger catalog, opening looks for so many rows at most.
const SAMPLED_ROWS: usize = 256;
/// Threads that read what opening needs.
const OPENING_THREADS: usize = 8;
/// For fewer things another thread is not worth while.
const OPENING_SHARE_MIN: usize = 4;

/// Journal position that a catalog has reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Lines applied.
    pub lines: u64,
    /// SHA-256 of the last of them; [`Sha256::ZERO`] before the first.
    pub last: Sha256,
}

impl Position {
    /// Before the first line.
    pub const START: Self = Self { lines: 0, last: Sha256::ZERO };
}

/// What a journal line changes in the catalog.
#[derive(Clone, Debug)]
pub enum Change {
    /// The record as it now stands, and its [`twin_key`]; replaces an earlier row.
    Put(Box<Row>, [u8; 32]),
    /// The record is no more: its row goes, and what led to it leads nowhere.
    Bury(RecordId),
    /// A line that speaks of the record without changing its row; counts for its history only.
    Seen {
        /// Which record.
        record: RecordId,
        /// The line.
        seq: u64,
    },
    /// A line that speaks of a certificate, or confirms or refuses a proposal.
    Named {
        /// The id of the certificate, or of the act that proposed.
        id: [u8; 16],
        /// The line.
        seq: u64,
    },
}

impl Change {
    /// The record that is no more with this change.
    fn buries(&self) -> Option<RecordId> {
        match self {
            Self::Bury(record) => Some(*record),
            _ => None,
        }
    }
}

/// What was found on opening.
#[expect(clippy::large_enum_variant, reason = "one of these is made in the life of a program")]
pub enum Opened {
    /// A catalog of this vault and epoch; it may be behind the journal.
    Current(Catalog),
    /// None that can be used.
    Rebuild {
        /// One line for people.
        why: String,
    },
}

/// An open catalog.
///
/// Any number of threads may ask; changes come one at a time. After a panic inside sled every call answers
/// [`Error::Catalog`], and the owner makes a new one.
pub struct Catalog {
    store: Store,
    state: RwLock<State>,
    /// Held by whoever changes the catalog, and by `check`, which must not see it change.
    writing: Mutex<()>,
}

/// What `m` says, with the page lists of the runs.
#[derive(Clone)]
struct State {
    position: Position,
    rows: u64,
    counter_max: u64,
    seq: u64,
    runs: Vec<Arc<Run>>,
}

/// `m` as stored.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredState {
    position: Position,
    rows: u64,
    counter_max: u64,
    runs: Vec<runs::StoredRun>,
}

/// `v` as stored.
#[derive(Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
struct Header {
    v: u32,
    vault: VaultId,
    epoch: u32,
    check: String,
}

const HEADER_KEY: &[u8] = b"v";
const STATE_KEY: &[u8] = b"m";

impl Catalog {
    /// Opens what is in the directory, if it is of this version, vault, epoch and key and looks whole.
    ///
    /// - Units: `cache_bytes` is sled's cache; memory can reach three times as much.
    /// - Errors: where the directory may not be read, or another process has it open. All else that is wrong is
    ///   [`Opened::Rebuild`], also a panic inside sled.
    /// - Source: `FORMAT.md`, section 14.
    pub fn open(
        env: &Env,
        dir: &Path,
        key: &[u8; 32],
        epoch: u32,
        vault: VaultId,
        cache_bytes: u64,
    ) -> Result<Opened> {
        let rebuild = |why: &str| Ok(Opened::Rebuild { why: why.to_owned() });
        // sled would make an empty catalog where there is none.
        if !dir.join("db").exists() {
            return rebuild("there is none yet");
        }
        let store = match Store::open(env, dir, key, cache_bytes) {
            Err(Error::Catalog { why }) => return Ok(Opened::Rebuild { why }),
            opened => opened?,
        };
        let header: Header = match store.plain(HEADER_KEY) {
            Ok(Some(bytes)) => match serde_json::from_slice(&bytes) {
                Ok(header) => header,
                Err(_) => return rebuild("its header cannot be read"),
            },
            Ok(None) => return rebuild("its header is missing"),
            Err(Error::Catalog { why }) => return Ok(Opened::Rebuild { why }),
            Err(error) => return Err(error),
        };
        let ours = Header { v: VERSION, vault, epoch, check: store.check_value() };
        if header.v != ours.v {
            return rebuild("it is of another version");
        } else if header.vault != ours.vault {
            return rebuild("it is of another vault");
        } else if header.epoch != ours.epoch {
            return rebuild("it is of another epoch");
        } else if header != ours {
            return rebuild("it was sealed with another key");
        }
        match State::load(&store).and_then(|state| state.witness(&store).map(|()| state)) {
            Err(Error::Catalog { why }) => Ok(Opened::Rebuild { why }),
            Err(error) => Err(error),
            Ok(state) => {
                Ok(Opened::Current(Self { store, state: RwLock::new(state), writing: Mutex::new(()) }))
            }
        }
    }

    /// Makes an empty catalog, removing what is in the directory.
    ///
    /// Errors: where the disk refuses.
    pub fn create(
        env: &Env,
        dir: &Path,
        key: &[u8; 32],
        epoch: u32,
        vault: VaultId,
        cache_bytes: u64,
    ) -> Result<Self> {
        store::empty(dir)?;
        let store = Store::open(env, dir, key, cache_bytes)?;
        let header = Header { v: VERSION, vault, epoch, check: store.check_value() };
        let state = State { position: Position::START, rows: 0, counter_max: 0, seq: 0, runs: Vec::new() };
        let mut batch = sled::Batch::default();
        batch.insert(HEADER_KEY, store::json(&header)?);
        batch.insert(STATE_KEY, store.seal(STATE_KEY, 0, &state.stored()?)?);
        store.call(|db| db.apply_batch(batch))?;
        store.call(|db| db.flush())?;
        Ok(Self { store, state: RwLock::new(state), writing: Mutex::new(()) })
    }

    /// How far in the journal it has come.
    pub fn position(&self) -> Position {
        self.read().position
    }

    /// Applies changes and the position they lead to, all or nothing; [`Catalog::flush`] makes them last.
    ///
    /// - Shape: of several rows of one record the last counts. The same changes may be applied again.
    /// - Units: a few hundred changes are a good batch; the whole batch is held in memory.
    /// - Errors: [`Error::Catalog`] where the position goes back, a counter is another record's, or sled fails;
    ///   nothing was changed then. Where sled itself fails, the catalog answers nothing any more until it is reopened.
    pub fn apply(&self, changes: &[Change], to: Position) -> Result<()> {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let old = self.read().clone();
        if to.lines < old.position.lines {
            return Err(damaged(format!(
                "its position would go back from {} to {}",
                old.position.lines, to.lines
            )));
        }
        let seq = old.seq + 1;
        let mut rows: BTreeMap<u64, (&Row, rows::Twin)> = BTreeMap::new();
        let mut graves = BTreeSet::new();
        let mut postings = Vec::new();
        // Lines that speak of a record which these changes bury are not written: it may have no row at all.
        let buried: BTreeSet<RecordId> = changes.iter().filter_map(Change::buries).collect();
        for change in changes {
            match change {
                Change::Bury(record) => {
                    rows.retain(|_, (row, _)| row.record != *record);
                    graves.extend(self.target(&old, *record)?.map(|target| target.counter));
                }
                Change::Seen { record, .. } if buried.contains(record) => {}
                Change::Put(row, twin) => {
                    rows.insert(row.counter, (&**row, self.store.hash(b't', &[twin])));
                }
                Change::Seen { record, seq } => postings.push(postings::seen_posting(*record, *seq)),
                Change::Named { id, seq } => postings.push(postings::named_posting(id, *seq)),
            }
        }
        let mut batch = sled::Batch::default();
        for counter in &graves {
            // Newer than all that leads there, so that it leads nowhere.
            let key = rows::key(*counter);
            batch.insert(&key[..], self.store.seal(&key, seq, rows::GRAVE)?);
        }
        let mut new = 0;
        for (counter, (row, twin)) in &rows {
            if !self.replaces(&old, row)? {
                new += 1;
            }
            let key = rows::key(*counter);
            batch.insert(&key[..], self.store.seal(&key, seq, &rows::encode(row, twin))?);
            postings::row_postings(&self.store, row, twin, seq, &mut postings)?;
        }
        postings.sort_unstable();
        postings.dedup();
        let mut state = State {
            position: to,
            rows: old.rows + new,
            counter_max: rows.keys().next_back().map_or(0, |c| *c).max(old.counter_max),
            seq,
            runs: old.runs,
        };
        if !postings.is_empty() {
            state.add_run(&self.store, postings, &mut batch)?;
        }
        batch.insert(STATE_KEY, self.store.seal(STATE_KEY, seq, &state.stored()?)?);
        // Readers hold this lock while they follow postings, so that no page goes from under them.
        let mut current = self.state.write().unwrap_or_else(PoisonError::into_inner);
        self.store.call(|db| db.apply_batch(batch)).inspect_err(|_| self.store.give_up())?;
        *current = state;
        Ok(())
    }

    /// Says whether a row of this record is there already.
    fn replaces(&self, state: &State, row: &Row) -> Result<bool> {
        if row.counter > postings::COUNTER_MAX {
            return Err(damaged(format!("the counter {} is too large", row.counter)));
        }
        // While the journal is followed from its beginning counters only grow, and nothing need be looked up.
        if state.rows == 0 || row.counter > state.counter_max {
            return Ok(false);
        }
        match state.row(&self.store, row.counter)? {
            None => Ok(false),
            Some((_, Some(there))) if there.record == row.record => Ok(true),
            Some((_, Some(there))) => Err(damaged(format!(
                "the counter {} is of {} and of {}",
                row.counter, there.record, row.record
            ))),
            Some((_, None)) => {
                Err(damaged(format!("the counter {} is of a record that is no more", row.counter)))
            }
        }
    }

    /// Returns once everything applied will be there after the program has ended, however it ends.
    ///
    /// After a power cut some of it may be gone; the position then says so, or opening asks for a rebuild.
    pub fn flush(&self) -> Result<()> {
        self.store.call(|db| db.flush()).map(|_| ())
    }

    /// The record's row, if there is one.
    pub fn get(&self, record: RecordId) -> Result<Option<Row>> {
        let state = self.read();
        self.get_in(&state, record)
    }

    fn get_in(&self, state: &State, record: RecordId) -> Result<Option<Row>> {
        let Some(target) = self.target(state, record)? else { return Ok(None) };
        match state.current(&self.store, target)? {
            Some(row) if row.record == record => Ok(Some(row)),
            None if state.is_grave(&self.store, target.counter)? => Ok(None),
            _ => Err(damaged(format!("the row of {record} is not the one it should be"))),
        }
    }

    /// The lines that speak of the record, ascending: its filings, the last line that changed its row, and
    /// those that were [`Change::Seen`]. Empty for a record that is not known.
    pub fn history(&self, record: RecordId) -> Result<Vec<u64>> {
        // One state for both: taking the lock twice could wait for a writer in between, for ever.
        let state = self.read();
        let Some(row) = self.get_in(&state, record)? else { return Ok(Vec::new()) };
        let mut seqs: Vec<u64> = row.filings.iter().map(|f| f.seq).chain([row.last_seq]).collect();
        let mut walk = Walk::new(&self.store, &state.runs, postings::seen_range(record), Direction::Up)?;
        while let Some(posting) = walk.next()? {
            if let Said::Seen(_, line) = said(&posting)? {
                seqs.push(line);
            }
        }
        seqs.sort_unstable();
        seqs.dedup();
        Ok(seqs)
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        // Nothing that holds the lock for writing leaves it half changed.
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Does something for each of these, several at a time, since on opening most of it is waiting for a disk that has not
/// read these places lately.
fn each_of<T: Sync, U: Send>(all: &[T], work: impl Fn(&T) -> Result<U> + Sync) -> Result<Vec<U>> {
    let share = all.len().div_ceil(OPENING_THREADS).max(OPENING_SHARE_MIN);
    std::thread::scope(|scope| {
        let parts = all.chunks(share).map(|part| scope.spawn(|| part.iter().map(&work).collect()));
        let parts: Vec<_> = parts.collect();
        let mut done = Vec::with_capacity(all.len());
        for part in parts {
            let part: Result<Vec<U>> = part.join().expect("what panics is fenced");
            done.append(&mut part?);
        }
        Ok(done)
    })
}

impl State {
    fn load(store: &Store) -> Result<Self> {
        let Some((seq, plain)) = store.get(STATE_KEY)? else {
            return Err(damaged("its position is missing"));
        };
        let stored: StoredState =
            serde_json::from_slice(&plain).map_err(|_| damaged("its position cannot be read"))?;
        let runs = each_of(&stored.runs, |run| Run::load(store, *run).map(Arc::new))?;
        Ok(Self { position: stored.position, rows: stored.rows, counter_max: stored.counter_max, seq, runs })
    }

    fn stored(&self) -> Result<Vec<u8>> {
        store::json(&StoredState {
            position: self.position,
            rows: self.rows,
            counter_max: self.counter_max,
            runs: self.runs.iter().map(|run| run.stored).collect(),
        })
    }

    /// Looks for rows that should be there: in a small catalog counts all, in a large one follows postings of
    /// record ids, which are random and so lie anywhere among the counters.
    fn witness(&self, store: &Store) -> Result<()> {
        if self.rows <= COUNTED_ROWS_MAX {
            let found = store.call(|db| {
                let mut found = 0;
                for item in db.range(&rows::FIRST_KEY[..]..=&rows::LAST_KEY[..]) {
                    item?;
                    found += 1;
                }
                Ok(found)
            })?;
            if found != self.rows {
                return Err(damaged(format!("it has {found} rows where {} were written", self.rows)));
            }
            return Ok(());
        }
        if store.get(&rows::key(self.counter_max))?.is_none() {
            return Err(damaged("its last row is missing"));
        }
        let postings: u64 = self.runs.iter().map(|run| run.stored.postings).sum();
        let samples = each_of(&self.runs, |run| {
            let share = (SAMPLED_ROWS as u64 * run.stored.postings).div_ceil(postings.max(1));
            run.sample_rows(store, share as usize)
        })?;
        each_of(&samples.concat(), |target| self.current(store, *target))?;
        Ok(())
    }

    /// Makes a run of new postings, merged with such runs as are due.
    fn add_run(&mut self, store: &Store, postings: Vec<Vec<u8>>, batch: &mut sled::Batch) -> Result<()> {
        let due = runs::due(&self.runs, postings.len() as u64);
        let (merged, kept): (Vec<_>, Vec<_>) =
            self.runs.drain(..).partition(|run| due.contains(&run.stored.id));
        let mut old = Walk::whole(store, &merged)?;
        let mut fresh = postings.into_iter().peekable();
        let mut writer = Writer::new(store, self.seq, batch);
        let mut ahead = old.next()?;
        loop {
            let posting = match (&ahead, fresh.peek()) {
                (Some(a), Some(b)) if a > b => fresh.next(),
                (Some(_), _) => std::mem::replace(&mut ahead, old.next()?),
                (None, _) => fresh.next(),
            };
            let Some(posting) = posting else { break };
            writer.push(posting)?;
        }
        let run = writer.finish()?;
        for run in &merged {
            run.remove(batch);
        }
        self.runs = kept;
        self.runs.push(Arc::new(run));
        Ok(())
    }

    /// The row with this counter, if its record is alive, and the number of the `apply` that wrote it.
    fn row(&self, store: &Store, counter: u64) -> Result<Option<(u64, Option<Row>)>> {
        let Some((seq, plain)) = store.get(&rows::key(counter))? else { return Ok(None) };
        if seq > self.seq {
            return Err(damaged(format!("row {counter} is ahead of its position")));
        }
        if *plain == *rows::GRAVE {
            return Ok(Some((seq, None)));
        }
        match rows::decode(&plain) {
            Some((row, _)) if row.counter == counter => Ok(Some((seq, Some(row)))),
            _ => Err(damaged(format!("row {counter} cannot be read"))),
        }
    }

    fn is_grave(&self, store: &Store, counter: u64) -> Result<bool> {
        Ok(matches!(self.row(store, counter)?, Some((_, None))))
    }

    /// The row a posting leads to; `None` where the row has been replaced since.
    fn current(&self, store: &Store, target: Target) -> Result<Option<Row>> {
        match self.row(store, target.counter)? {
            None => Err(damaged(format!("row {} is missing", target.counter))),
            Some((seq, _)) if seq < target.seq => {
                Err(damaged(format!("row {} is older than its keys", target.counter)))
            }
            Some((seq, _)) if seq > target.seq => Ok(None),
            Some((_, row)) => Ok(row),
        }
    }
}

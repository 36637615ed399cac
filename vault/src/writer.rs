//! One thread owns the end of the journal; everything that becomes a line goes through it.
//!
//! Filings and openings that arrive while others are being made durable are taken together and share the
//! syncs. All other acts are taken one by one, so that each is decided on the state its predecessor left.
//!
//! Reading does not ask this thread: what readers need is published. Whoever asks it while the disk does not answer
//! is told so in the end; what they had submitted may still become a line.

use crate::defects::defect;
use crate::env::Env;
use crate::error::{Doing, Error, Result};
use crate::journal::{Appender, Pending, Raw, TreeReader, Waiting as Waits};
use crate::layout::Layout;
use crate::mirror::{Mirror, Standing};
use crate::staging::Spares;
use crate::state::State;
use jingui_schema::act::{Act, Deed};
use jingui_schema::digest::Sha256;
use jingui_schema::id::{ActId, ArchiveNumber, By, RecordId};
use jingui_schema::line::Line;
use jingui_schema::time::Time;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread::{JoinHandle, ThreadId};
use std::time::Duration;

/// The longest act: a line with it stays below its limit.
const ACT_BYTES_MAX: usize = jingui_schema::line::LINE_BYTES_MAX - 1024;
/// Acts of this process that are at hand; all others are looked for in the tree where a request may repeat them.
const ACTS_HELD_MAX: usize = 4096;
/// Filings taken together at most.
const BATCH_MAX: usize = 256;
/// How long one operation of the disk may take before those who wait for it are told.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// How long somebody waits for the newest word on the mirror before the last one will do.
const NEWEST_WITHIN: Duration = Duration::from_secs(1);

/// How long to wait for a disk, and who is waiting for it.
#[derive(Clone)]
pub struct Patience {
    /// For one operation.
    pub of: Duration,
    /// Who is.
    pub waiting: Waits,
}

impl Patience {
    /// For how long a thread has been waiting for one operation on which path, once that is too long.
    pub fn spent_by(&self, thread: ThreadId) -> Option<(Duration, Arc<Path>)> {
        self.waiting.of(thread).filter(|(since, _)| *since >= self.of)
    }
}

/// What readers need of the writer, as of its last line.
struct Published {
    tree: TreeReader,
    mirror: Option<Standing>,
}

/// A sealed file on its way from `staging/` to its place.
#[derive(Clone, Debug)]
pub struct Move {
    /// Where it was written and synced.
    pub from: PathBuf,
    /// Path below the vault.
    pub to: String,
}

/// What is to become a line, with the files it brings.
pub struct Submission {
    /// The line to be.
    pub pending: Pending,
    /// Its files.
    pub moves: Vec<Move>,
    /// Its directory in `staging/`, removed once the line is durable.
    pub staging: Option<PathBuf>,
    /// Whether this request may have come before this process began.
    pub may_repeat: bool,
}

/// A line that is durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done {
    /// Its number.
    pub seq: u64,
    /// Its time.
    pub at: Time,
    /// Whether the request had come before; then this is the first result.
    pub repeated: bool,
}

/// An archive number and a filing counter, given back unless a line used them.
pub struct Reserved {
    /// The number.
    pub number: ArchiveNumber,
    /// The counter.
    pub counter: u64,
    sender: Sender<Request>,
}

impl Drop for Reserved {
    fn drop(&mut self) {
        // A closed writer has nothing to give back to.
        let _ = self.sender.send(Request::Release(self.number.clone()));
    }
}

enum Request {
    Submit(Box<Submission>, SyncSender<Result<Done>>),
    Reserve(i16, SyncSender<Reserved>, Sender<Request>),
    Release(ArchiveNumber),
    Ask(Box<dyn FnOnce(&Core) + Send>),
    RebuildTree(SyncSender<Result<u64>>),
    FollowMirror(SyncSender<()>),
    Close,
}

/// The way to the writer thread.
pub struct Writer {
    sender: Sender<Request>,
    thread: Option<JoinHandle<()>>,
    id: ThreadId,
    patience: Patience,
    published: Arc<Mutex<Published>>,
}

impl Writer {
    /// Starts the thread.
    pub fn start(
        env: Env,
        layout: Layout,
        appender: Appender,
        shared: Arc<RwLock<Arc<State>>>,
        mirror: Option<Mirror>,
        spares: Arc<Spares>,
        patience: Patience,
    ) -> Self {
        let published =
            Published { tree: appender.tree().reader(), mirror: mirror.as_ref().map(Mirror::standing) };
        let published = Arc::new(Mutex::new(published));
        let (sender, requests) = channel();
        let state = State::clone(&shared.read().expect("the state's lock is never poisoned"));
        let mut left_by: HashMap<ActId, Vec<OsString>> = HashMap::new();
        for (name, _) in env.fs.list(&layout.path("quarantine")).unwrap_or_default() {
            let act = name.to_str().and_then(|n| n.split('.').next()).and_then(|id| id.parse().ok());
            if let Some(act) = act {
                left_by.entry(act).or_default().push(name);
            }
        }
        let core = Core {
            env,
            layout,
            appender,
            state,
            shared,
            mirror,
            spares,
            published: published.clone(),
            left_by,
            acts: HashMap::new(),
            records: HashMap::new(),
            reserved: BTreeSet::new(),
            reserved_counter: 0,
        };
        let thread = std::thread::Builder::new()
            .name("journal".into())
            .spawn(move || core.run(&requests))
            .expect("the system starts a thread");
        let id = thread.thread().id();
        Self { sender, thread: Some(thread), id, patience, published }
    }

    /// For how long the disk has not answered this thread and for which path, once that is too long.
    pub fn stalled(&self) -> Option<(Duration, Arc<Path>)> {
        self.patience.spent_by(self.id)
    }

    /// Waits for an answer, but not with a disk that gives none.
    fn wait<T>(&self, answer: &Receiver<T>) -> Result<T> {
        let pause = (self.patience.of / 4).min(Duration::from_millis(500));
        loop {
            match answer.recv_timeout(pause) {
                Ok(answer) => return Ok(answer),
                Err(RecvTimeoutError::Disconnected) => return Err(Error::Closed {}),
                Err(RecvTimeoutError::Timeout) => {}
            }
            if let Some((since, path)) = self.stalled() {
                let (path, seconds) = (path.display().to_string(), since.as_secs().to_string());
                return Err(Error::Stalled { path, seconds });
            }
        }
    }

    /// Submits and waits until the line is durable.
    pub fn submit(&self, submission: Submission) -> Result<Done> {
        let (reply, answer) = sync_channel(1);
        self.sender.send(Request::Submit(Box::new(submission), reply)).map_err(|_| Error::Closed {})?;
        self.wait(&answer)?
    }

    /// Something the vault does by itself.
    pub fn note(&self, act: Act) -> Result<Done> {
        self.submit(Submission {
            pending: Pending::of_vault(act),
            moves: Vec::new(),
            staging: None,
            may_repeat: false,
        })
    }

    /// Sets aside the next free archive number of a year and the next filing counter.
    pub fn reserve(&self, year: i16) -> Result<Reserved> {
        let (reply, answer) = sync_channel(1);
        let back = self.sender.clone();
        self.sender.send(Request::Reserve(year, reply, back)).map_err(|_| Error::Closed {})?;
        self.wait(&answer)
    }

    fn published(&self) -> MutexGuard<'_, Published> {
        self.published.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ask<T: Send + 'static>(&self, question: impl FnOnce(&Core) -> T + Send + 'static) -> Result<T> {
        let (reply, answer) = sync_channel(1);
        let ask = Box::new(move |core: &Core| drop(reply.send(question(core))));
        self.sender.send(Request::Ask(ask)).map_err(|_| Error::Closed {})?;
        self.wait(&answer)
    }

    /// Entries of all lines that the state knows; never waits.
    pub fn tree(&self) -> TreeReader {
        self.published().tree.clone()
    }

    /// The hashes that carry the root over all lines so far, with their count of lines.
    pub fn frontier(&self) -> Result<jingui_schema::merkle::Frontier> {
        self.ask(|core| core.appender.tree().frontier().clone())
    }

    /// The state after the last line, and the frontier over the lines so far: both of one moment.
    pub fn standing(&self) -> Result<(State, jingui_schema::merkle::Frontier)> {
        self.ask(|core| (core.state.clone(), core.appender.tree().frontier().clone()))
    }

    /// Why nothing more is written, if so.
    pub fn stopped(&self) -> Result<Option<String>> {
        self.ask(|core| core.appender.stopped().map(str::to_owned))
    }

    /// Has the mirror catch up now, as far as it can.
    pub fn follow_mirror(&self) -> Result<()> {
        let (reply, answer) = sync_channel(1);
        self.sender.send(Request::FollowMirror(reply)).map_err(|_| Error::Closed {})?;
        self.wait(&answer)
    }

    /// How the mirror stands: lines it counts, and why it lags if it does. Waits until what is under way has ended,
    /// but not long.
    pub fn mirror(&self) -> Option<Standing> {
        let (reply, answer) = sync_channel(1);
        let ask = Box::new(move |core: &Core| drop(reply.send(core.mirror.as_ref().map(Mirror::standing))));
        drop(self.sender.send(Request::Ask(ask)));
        answer.recv_timeout(NEWEST_WITHIN).unwrap_or_else(|_| self.published().mirror.clone())
    }

    /// Makes the tree anew from the journal; returns how many lines it has.
    pub fn rebuild_tree(&self) -> Result<u64> {
        let (reply, answer) = sync_channel(1);
        self.sender.send(Request::RebuildTree(reply)).map_err(|_| Error::Closed {})?;
        self.wait(&answer)?
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        let _ = self.sender.send(Request::Close);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Core {
    env: Env,
    layout: Layout,
    appender: Appender,
    state: State,
    shared: Arc<RwLock<Arc<State>>>,
    mirror: Option<Mirror>,
    spares: Arc<Spares>,
    published: Arc<Mutex<Published>>,
    acts: HashMap<ActId, Known>,
    records: HashMap<RecordId, (u32, u32)>,
    reserved: BTreeSet<(i16, u64)>,
    reserved_counter: u64,
    /// Names in `quarantine/` by the act that left them; they go when that act succeeds after all.
    left_by: HashMap<ActId, Vec<OsString>>,
}

/// An act that was carried out: what a second arrival is compared with.
#[derive(Clone)]
struct Known {
    done: Done,
    by: By,
    digest: Sha256,
    filing: bool,
}

impl Known {
    fn of(line: &Line) -> Self {
        Self {
            done: Done { seq: line.seq, at: line.at, repeated: true },
            by: line.by,
            digest: Sha256::of(line.raw_act.as_bytes()),
            filing: matches!(line.act.deed, Deed::RecordFile(_)),
        }
    }

    /// The first result, for the same act. A filing's request id stands for the filing, whose ids and seals are new
    /// each time it is tried; any other act under the same id is somebody else's, and refused.
    fn answer(&self, pending: &Pending) -> Result<Done> {
        let filing = self.filing && matches!(pending.act.deed, Deed::RecordFile(_));
        let same = filing || self.digest == Sha256::of(pending.raw.get().as_bytes());
        match same && self.by == pending.by {
            true => Ok(self.done),
            false => Err(Error::Stale { why: format!("another act has the id {}", pending.act.id) }),
        }
    }
}

type Waiting = (Box<Submission>, SyncSender<Result<Done>>);

impl Core {
    fn run(mut self, requests: &Receiver<Request>) {
        let mut held: Option<Request> = None;
        loop {
            let Some(request) = held.take().or_else(|| requests.recv().ok()) else { return };
            let mut batch: Vec<Waiting> = Vec::new();
            match request {
                Request::Submit(submission, reply) => {
                    let alone = !shares(&submission);
                    batch.push((submission, reply));
                    // Given back only after the batch: who has given up waiting may have a filing in it.
                    let mut released = Vec::new();
                    while !alone && batch.len() < BATCH_MAX {
                        match requests.try_recv() {
                            Ok(Request::Submit(s, r)) if shares(&s) => batch.push((s, r)),
                            Ok(Request::Reserve(year, reply, back)) => self.reserve(year, &reply, back),
                            Ok(Request::Release(number)) => released.push(number),
                            Ok(other) => {
                                held = Some(other);
                                break;
                            }
                            Err(_) => break,
                        }
                    }
                    self.commit(batch);
                    released.iter().for_each(|number| self.release(number));
                }
                Request::Reserve(year, reply, back) => self.reserve(year, &reply, back),
                Request::Release(number) => self.release(&number),
                Request::Ask(ask) => ask(&self),
                Request::RebuildTree(reply) => {
                    let rebuilt = self.appender.rebuild_tree();
                    self.publish();
                    drop(reply.send(rebuilt));
                }
                Request::FollowMirror(reply) => {
                    if let Some(mirror) = &mut self.mirror {
                        mirror.follow(&self.env, &self.layout, self.state.epoch);
                    }
                    self.publish();
                    let _ = reply.send(());
                }
                Request::Close => return self.spares.clear(&self.env),
            }
        }
    }

    fn publish(&self) {
        let mirror = self.mirror.as_ref().map(Mirror::standing);
        let published = Published { tree: self.appender.tree().reader(), mirror };
        *self.published.lock().unwrap_or_else(PoisonError::into_inner) = published;
    }

    fn reserve(&mut self, year: i16, reply: &SyncSender<Reserved>, back: Sender<Request>) {
        let none = Default::default();
        let numbers = self.state.numbers.get(&year).unwrap_or(&none);
        let free = numbers.gaps.iter().copied().chain(numbers.highest + 1..);
        let serial =
            free.into_iter().find(|s| !self.reserved.contains(&(year, *s))).expect("numbers do not end");
        self.reserved.insert((year, serial));
        self.reserved_counter = self.reserved_counter.max(self.state.counter) + 1;
        let number = ArchiveNumber::new(self.state.init.fonds.clone(), year, serial);
        // Where nobody waits for it any more it comes back by itself.
        let _ = reply.send(Reserved { number, counter: self.reserved_counter, sender: back });
    }

    fn release(&mut self, number: &ArchiveNumber) {
        self.reserved.remove(&(number.year(), number.serial()));
    }

    /// Decides each, moves the files, syncs what they share, appends the lines, and only then answers.
    fn commit(&mut self, batch: Vec<Waiting>) {
        let mut taken: Vec<Waiting> = Vec::new();
        let mut records = HashMap::new(); // of this batch; looked at before `self.records`
        let mut acts = HashSet::new();
        // Asked before any file is moved: what is moved now would never get its line.
        let stopped = self.appender.stopped().map(str::to_owned);
        for (submission, reply) in batch {
            let act = submission.pending.act.id;
            let verdict = match acts.contains(&act) {
                true => Err(Error::Stale { why: "the same request is being carried out".into() }),
                false => self.decide(&submission, &mut records),
            };
            match verdict {
                Ok(None) if stopped.is_some() => {
                    let why = stopped.clone().unwrap_or_default();
                    let _ = reply.send(Err(Error::Poisoned { why }));
                }
                Ok(None) => {
                    acts.insert(act);
                    taken.push((submission, reply));
                }
                Ok(Some(first)) => {
                    let _ = reply.send(Ok(Done { repeated: true, ..first }));
                }
                Err(error) => {
                    let _ = reply.send(Err(error));
                }
            }
        }
        let taken = match self.place(taken) {
            Ok(taken) if taken.is_empty() => return,
            Ok(taken) => taken,
            Err(()) => return,
        };
        let (submissions, replies): (Vec<_>, Vec<_>) = taken.into_iter().unzip();
        let mut pendings = Vec::with_capacity(submissions.len());
        let mut rest = Vec::with_capacity(submissions.len());
        for submission in submissions {
            pendings.push(submission.pending);
            rest.push((submission.moves, submission.staging));
        }
        match self.appender.append(&pendings) {
            Err(error) => {
                // Where writing has stopped a line may yet be adopted, and its files stay where it says.
                if self.appender.stopped().is_none() {
                    rest.iter().for_each(|(moves, _)| self.take_back(moves));
                }
                replies.iter().for_each(|reply| drop(reply.send(Err(again(&error)))));
            }
            Ok(lines) => {
                for (line, _) in &lines {
                    // Whoever supplements a record that was filed meanwhile can only have seen its first version.
                    if let Deed::RecordFile(d) = &line.act.deed
                        && d.n > 1
                    {
                        self.records.insert(d.record, (d.filing, d.n));
                    }
                }
                self.take_in(&lines);
                // Before anybody is told: who is told may submit the same again, under the same name in `staging/`.
                for dir in rest.into_iter().filter_map(|(_, staging)| staging) {
                    self.spares.keep(&self.env, &self.layout, &dir);
                }
                for ((line, _), reply) in lines.iter().zip(&replies) {
                    let done = Done { seq: line.seq, at: line.at, repeated: false };
                    if self.acts.len() >= ACTS_HELD_MAX {
                        self.acts.clear(); // the tree has them
                    }
                    self.acts.insert(line.act.id, Known::of(line));
                    for name in self.left_by.remove(&line.act.id).unwrap_or_default() {
                        // Best effort: after 30 days it goes in any case.
                        let _ = self.env.fs.remove(&self.layout.path("quarantine").join(name));
                    }
                    let _ = reply.send(Ok(done));
                }
            }
        }
    }

    fn take_in(&mut self, lines: &[(Line, Raw)]) {
        for (line, _) in lines {
            self.state.apply(line);
        }
        if let Some(mirror) = &mut self.mirror {
            // Before anybody is told, so that a copy that is counted was there at that moment.
            mirror.follow(&self.env, &self.layout, self.state.epoch);
        }
        // Before the state: whoever knows of a line finds it.
        self.publish();
        *self.shared.write().expect("the state's lock is never poisoned") = Arc::new(self.state.clone());
    }

    /// `None`: go on; `Some`: the same request was carried out before.
    fn decide(
        &self,
        submission: &Submission,
        records: &mut HashMap<RecordId, (u32, u32)>,
    ) -> Result<Option<Done>> {
        let Pending { by, act, raw, sig } = &submission.pending;
        if raw.get().len() > ACT_BYTES_MAX {
            return Err(Error::Stale {
                why: format!("an act of {} bytes is over the limit", raw.get().len()),
            });
        }
        let known = match self.acts.get(&act.id) {
            None if submission.may_repeat && !defect("a twin on retry") => self.find_act(act.id)?,
            known => known.cloned(),
        };
        if let Some(known) = known {
            return known.answer(&submission.pending).map(Some);
        }
        if *by != By::Vault {
            let bad = || Error::BadSignature { by: by.to_string() };
            let (key, sig) = self.state.sign_key(*by).zip(*sig).ok_or_else(bad)?;
            let message = jingui_schema::act::signing_bytes(&self.state.init.vault, raw.get());
            if !key.verifies(&message, &sig) {
                return Err(bad());
            }
        }
        self.state.decide(*by, act)?;
        if let Deed::RecordFile(d) = &act.deed {
            // Another filing of the same record may have come first since this one was prepared.
            if let Some((filing, n)) = records.get(&d.record).or_else(|| self.records.get(&d.record))
                && (d.filing != filing + 1 || d.n != n + 1)
            {
                return Err(Error::Stale { why: format!("record {} was supplemented meanwhile", d.record) });
            }
            records.insert(d.record, (d.filing, d.n));
        }
        Ok(None)
    }

    /// Looks for a request among all lines.
    fn find_act(&self, id: ActId) -> Result<Option<Known>> {
        let tree = self.appender.tree().reader();
        let found = tree.find(id, self.state.lines).doing("read", &self.layout.path("derived/tree"))?;
        let Some(seq) = found else { return Ok(None) };
        let entry = tree.entry(seq).doing("read", &self.layout.path("derived/tree"))?;
        let firsts = crate::journal::segments(&*self.env.fs, &self.layout)?;
        let segment = firsts[..firsts.partition_point(|first| *first <= seq)].last().copied().unwrap_or(1);
        let bytes =
            crate::journal::read_line(&*self.env.fs, &self.layout, segment, entry.offset, entry.length);
        let line = Line::parse(&bytes.doing("read", &self.layout.segment(segment))?);
        // What the derived tree says of a line is believed only where the line itself says so.
        Ok(line.ok().filter(|line| line.act.id == id).map(|line| Known::of(&line)))
    }

    /// Moves the files of all into place and syncs the directories. Those whose own files cannot be moved
    /// are answered here; `Err` when all were answered.
    fn place(&mut self, batch: Vec<Waiting>) -> std::result::Result<Vec<Waiting>, ()> {
        let mut dirs: BTreeSet<PathBuf> = BTreeSet::new();
        // The names of what is under way, so that after a crash each file already moved can be found.
        if batch.iter().any(|(s, _)| s.staging.is_some()) {
            let staging = self.layout.path("staging");
            if let Err(error) = self.env.fs.sync_dir(&staging) {
                return self.fail_all(batch, "sync", &staging, error);
            }
        }
        let mut taken: Vec<Waiting> = Vec::with_capacity(batch.len());
        for (submission, reply) in batch {
            match self.move_files(&submission.moves, &mut dirs) {
                Ok(()) => taken.push((submission, reply)),
                Err(error) => {
                    self.take_back(&submission.moves);
                    let _ = reply.send(Err(error));
                }
            }
        }
        for dir in &dirs {
            if let Err(error) = self.env.fs.sync_dir(dir) {
                return self.fail_all(taken, "sync", dir, error);
            }
        }
        Ok(taken)
    }

    fn fail_all(
        &mut self,
        batch: Vec<Waiting>,
        what: &str,
        path: &Path,
        error: io::Error,
    ) -> std::result::Result<Vec<Waiting>, ()> {
        self.appender.stop(format!("{what} {}: {error}", path.display()));
        let error = Error::Io { doing: format!("{what} {}", path.display()), source: error };
        batch.iter().for_each(|(_, reply)| drop(reply.send(Err(again(&error)))));
        Err(())
    }

    fn move_files(&self, moves: &[Move], dirs: &mut BTreeSet<PathBuf>) -> Result<()> {
        for Move { from, to } in moves {
            let to = self.layout.path(to);
            let dir = to.parent().expect("a sealed file lies in a directory");
            if self.env.fs.create_dir(dir).doing("create", dir)? {
                dirs.insert(dir.parent().expect("which lies in another").to_owned());
            }
            self.env.fs.rename(from, &to).doing("move to", &to)?;
            dirs.insert(dir.to_owned());
        }
        Ok(())
    }

    /// Moves files back to where they were staged, and makes that durable: only then may the name in `staging/`
    /// go by which a crash finds them. What cannot be taken back ends writing, and the next opening finds it.
    fn take_back(&mut self, moves: &[Move]) {
        let fs = &self.env.fs;
        let mut dirs = BTreeSet::new();
        let mut back = || -> io::Result<()> {
            for Move { from, to } in moves {
                let to = self.layout.path(to);
                if fs.stat(from)?.is_none() && fs.stat(&to)?.is_some() {
                    fs.rename(&to, from)?;
                    dirs.insert(to.parent().expect("a sealed file lies in a directory").to_owned());
                }
            }
            dirs.iter().try_for_each(|dir| fs.sync_dir(dir))
        };
        if let Err(error) = back() {
            self.appender.stop(format!("take back the files of an act that failed: {error}"));
        }
    }
}

/// Whether this may share a batch: it changes nothing that another one's decision rests on.
fn shares(submission: &Submission) -> bool {
    matches!(submission.pending.act.deed, Deed::RecordFile(_) | Deed::RecordOpen(_) | Deed::FactsReveal(_))
}

/// The same error for another caller.
fn again(error: &Error) -> Error {
    match error {
        Error::Io { doing, source } => {
            Error::Io { doing: doing.clone(), source: io::Error::new(source.kind(), source.to_string()) }
        }
        Error::Poisoned { why } => Error::Poisoned { why: why.clone() },
        other => Error::Poisoned { why: other.to_string() },
    }
}

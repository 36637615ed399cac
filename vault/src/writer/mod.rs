//! One thread owns the end of the journal; everything that becomes a line goes through it.
//!
//! Filings and openings that arrive while others are being made durable are taken together and share the
//! syncs. All other acts are taken one by one, so that each is decided on the state its predecessor left.
//!
//! Reading does not ask this thread: what readers need is published. Whoever asks it while the disk does not answer
//! is told so in the end; what they had submitted may still become a line.

mod core; // the thread itself

use self::core::Core;
use crate::disposal::Gate;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::journal::{Appender, Pending, TreeReader, Waiting as Waits};
use crate::layout::Layout;
use crate::mirror::{Mirror, Standing};
use crate::staging::Spares;
use crate::state::State;
use jingui_schema::act::Act;
use jingui_schema::id::{ActId, ArchiveNumber};
use jingui_schema::time::Time;
use std::collections::{BTreeSet, HashMap};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread::{JoinHandle, ThreadId};
use std::time::Duration;

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

/// What the writer works with besides the journal.
pub struct Around {
    /// The second copy, which follows each line.
    pub mirror: Option<Mirror>,
    /// Staging directories for the next filing.
    pub spares: Arc<Spares>,
    /// Between holds and destruction.
    pub gate: Arc<Gate>,
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
        around: Around,
        patience: Patience,
    ) -> Self {
        let Around { mirror, spares, gate } = around;
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
            gate,
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

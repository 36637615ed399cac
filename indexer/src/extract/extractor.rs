//! The trusted half: a few children, one document at a time to each, and none kept that is not to be trusted with the next one.

use super::bounds::Limits;
use super::confine::Confinement;
use super::process::{Fault, Process, start};
use super::tools::{Tools, USUAL_DIRS};
use crate::page::{Reading, Unread};
use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::process::Child;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SendError, Sender, SyncSender, channel, sync_channel};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// A child that has read this many documents is replaced: what leaks, leaks only so far.
const DOCUMENTS_OF_A_CHILD: u32 = 200;

/// How a child is started.
#[derive(Clone, Debug)]
pub struct Launch {
    /// Our own program.
    pub program: PathBuf,
    /// The arguments with which it comes to [`super::main`].
    pub leading: Vec<OsString>,
    /// Where programs that read documents are looked for.
    pub tool_dirs: Vec<PathBuf>,
    /// How many children there are at most, at least one.
    pub children: usize,
}

impl Launch {
    /// `program` with `leading` arguments, the usual directories and two children.
    pub fn of(program: impl Into<PathBuf>, leading: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        Self {
            program: program.into(),
            leading: leading.into_iter().map(Into::into).collect(),
            tool_dirs: USUAL_DIRS.iter().map(PathBuf::from).collect(),
            children: 2,
        }
    }
}

/// Why nothing can be read at all; a document is never to blame for it.
#[derive(Debug, thiserror::Error)]
pub enum ExtractError {
    /// The program could not be started.
    #[error("cannot start {program}", program = program.display())]
    Start {
        /// Which one.
        program: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// It was started and did not say that it is jailed.
    #[error("{program} does not jail itself here", program = program.display())]
    NoJail {
        /// Which one.
        program: PathBuf,
    },
}

/// Reads documents in children; can be shared by threads.
///
/// A child is given up after whatever was not read cleanly, so that no document is read by a process that one before may have taken over.
pub struct Extractor {
    launch: Launch,
    limits: Limits,
    keeper: Sender<SyncSender<io::Result<Child>>>,
    shelf: Mutex<Shelf>,
    freed: Condvar,
    peak_bytes: AtomicU64,
}

/// Children that nobody is using, and how many are out.
struct Shelf {
    idle: Vec<Process>,
    out: usize,
}

/// The right to have one child; given back when it goes.
struct Turn<'a>(&'a Extractor);

impl Extractor {
    /// An extractor that will start its children when they are needed.
    pub fn new(launch: Launch, limits: Limits) -> Self {
        let (keeper, asked) = channel();
        let how = launch.clone();
        // A child is killed when the *thread* that started it ends; this one ends with the extractor.
        thread::spawn(move || keep(&how, &asked));
        let shelf = Mutex::new(Shelf { idle: Vec::new(), out: 0 });
        Self { launch, limits, keeper, shelf, freed: Condvar::new(), peak_bytes: AtomicU64::new(0) }
    }

    /// What was read of a document; waits for a child.
    ///
    /// - Shape: whatever the document is or does, the answer is a [`Reading`], with the reason where nothing or not all was read.
    /// - Units: at most [`Limits::wall`] once there is a child.
    /// - Errors: only if no child can be started here.
    pub fn read(&self, name: &str, document: &[u8]) -> Result<Reading, ExtractError> {
        if document.len() as u64 > self.limits.document_bytes {
            return Ok(Reading { pages: Vec::new(), unread: Some(Unread::TooLarge) });
        }
        let _turn = self.turn();
        loop {
            let mut child = match self.idle() {
                Some(child) => child,
                None => self.fresh()?,
            };
            let peak = |bytes| {
                self.peak_bytes.fetch_max(bytes, Ordering::Relaxed);
            };
            match child.ask(name, document, &self.limits, peak) {
                Ok(reading) => {
                    if may_go_on(&reading) && child.served < DOCUMENTS_OF_A_CHILD {
                        self.shelf().idle.push(child);
                    }
                    return Ok(reading);
                }
                // It may have been killed while it was idle, for want of memory elsewhere; a fresh one decides.
                Err(Fault::Broke) if child.served > 1 => {}
                Err(_) => return Ok(Reading { pages: Vec::new(), unread: Some(Unread::Misbehaved) }),
            }
        }
    }

    /// What confinement is in force here, and which programs were found.
    pub fn inspect(&self) -> Result<(Confinement, Tools), ExtractError> {
        let _turn = self.turn();
        let child = match self.idle() {
            Some(child) => child,
            None => self.fresh()?,
        };
        let hello = child.hello.clone();
        self.shelf().idle.push(child);
        Ok((hello.confinement, hello.tools))
    }

    /// The most memory that a child and its programs were seen to hold so far, in bytes; short peaks are not seen.
    pub fn peak_bytes(&self) -> u64 {
        self.peak_bytes.load(Ordering::Relaxed)
    }

    fn turn(&self) -> Turn<'_> {
        let most = self.launch.children.max(1);
        let shelf = self.shelf();
        let free = self.freed.wait_while(shelf, |shelf| shelf.out >= most);
        free.unwrap_or_else(PoisonError::into_inner).out += 1;
        Turn(self)
    }

    fn idle(&self) -> Option<Process> {
        self.shelf().idle.pop()
    }

    fn fresh(&self) -> Result<Process, ExtractError> {
        let program = || self.launch.program.clone();
        let (answer, child) = sync_channel(1);
        let gone = || io::Error::other("the thread that starts children is gone");
        let child = match self.keeper.send(answer) {
            Ok(()) => child.recv().unwrap_or_else(|_| Err(gone())),
            Err(_) => Err(gone()),
        };
        let child = child.map_err(|source| ExtractError::Start { program: program(), source })?;
        Process::greet(child).ok_or_else(|| ExtractError::NoJail { program: program() })
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner) // a list and a number: never half done
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.shelf().out -= 1;
        self.0.freed.notify_one();
    }
}

/// Whether the child that read this is given another document.
fn may_go_on(reading: &Reading) -> bool {
    !matches!(reading.unread, Some(Unread::Damaged | Unread::Misbehaved | Unread::TooLarge))
}

fn keep(launch: &Launch, asked: &Receiver<SyncSender<io::Result<Child>>>) {
    for answer in asked {
        if let Err(SendError(Ok(mut unwanted))) = answer.send(start(launch)) {
            let _ = unwanted.kill();
            let _ = unwanted.wait();
        }
    }
}

//! The holder: one process holds a vault, and runs the commands of the others for them.
//!
//! Who gets the lock `run/lock` opens the vault, listens on `run/jingui.sock` and runs its own command; who
//! does not get it sends command line, unlocked keys and its three streams there and waits for the exit code.
//! Generic over what is opened (the world); does not know commands.

mod client; // asking a holder
mod lock; // who may hold
mod serve; // answering guests
mod wire; // what goes over the socket

use crate::context::{Call, Context, Streams};
use crate::failure::{Problem, Result};
use crate::interrupt::Interrupt;
use crate::output::printable_path;
use crate::turns::Turns;
use client::Answer;
use jingui_schema::id::TargetId;
use jingui_sync::Access;
use jingui_vault::env::Env;
use jingui_vault::keys::Person;
use jingui_vault::{Error, Exit};
use lock::Try;
use serve::Hall;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::thread::ThreadId;
use std::time::{Duration, Instant};

/// What directories below `run/` begin with in which `accept --take` works: gone with it, or with whoever takes the lock next.
pub const SCRATCH_OF_ACCEPT: &str = "accept-";
/// The same of an answer on its way to a target.
pub const SCRATCH_OF_ANSWER: &str = "answer-";

/// How long a holder may leave a knock unanswered.
pub const PATIENCE: Duration = Duration::from_secs(10);
/// The first pause between two attempts; it doubles up to [`PAUSE_MAX`].
const PAUSE_MIN: Duration = Duration::from_micros(500);
const PAUSE_MAX: Duration = Duration::from_millis(20);
/// How often a holder looks whether its disk answers again.
const STALLED_PAUSE: Duration = Duration::from_millis(100);

/// A command to run, with all it takes to run it.
pub struct Task {
    /// The command line and its surroundings.
    pub call: Call,
    /// Its streams.
    pub streams: Streams,
    /// Who acts, unlocked.
    pub person: Option<Person>,
    /// Who acts to an object store, where the command names one.
    pub store: Option<Access>,
    /// The same of stores in which documents have stayed.
    pub left: BTreeMap<TargetId, Access>,
    /// What stops it.
    pub interrupt: Interrupt,
    /// What it keeps from one turn to the next, where it takes several.
    pub turns: Option<Turns>,
}

/// What a holder opens and its guests share.
pub trait World: Send + Sync + 'static {
    /// Whether a disk keeps whoever writes waiting for too long. Closing would wait for it, too.
    fn stalled(&self) -> bool {
        false
    }

    /// The same of a thread that runs a guest's command.
    fn keeps_waiting(&self, _thread: ThreadId) -> bool {
        false
    }
}

/// Carries a command out in an open world; what it returns is told by the context.
pub type Dispatch<W> = fn(&W, &mut Context) -> Result<Exit>;

/// Where the holder of a vault is found.
#[derive(Clone, Debug)]
pub struct Site {
    vault: PathBuf,
    patience: Duration,
}

impl Site {
    /// The vault in this directory; a holder that leaves a knock unanswered for so long is given up.
    pub fn new(vault: impl Into<PathBuf>, patience: Duration) -> Self {
        Self { vault: vault.into(), patience }
    }

    /// The vault's directory.
    pub fn vault(&self) -> &Path {
        &self.vault
    }

    fn run_dir(&self) -> PathBuf {
        self.vault.join("run")
    }

    fn socket(&self) -> PathBuf {
        self.vault.join("run/jingui.sock")
    }

    fn shown(&self) -> String {
        printable_path(&self.vault)
    }
}

/// Runs a command in the one world of a vault, here or in the process that holds it, and returns its exit code.
///
/// - Shape: `open` is called once, only by whoever holds the lock; its argument is false on a read-only disk
///   without a lock file, where nobody can hold and nothing may be written.
/// - Errors: [`Problem::InUse`], [`Problem::HolderVersion`], [`Problem::HolderRefused`],
///   [`Problem::HolderLost`], [`Problem::HolderStalled`], [`Error::Interrupted`], and what `open` says. What the command itself says has
///   been told on its streams.
pub fn run<W: World>(
    site: &Site,
    task: Task,
    env: Env,
    open: impl FnOnce(bool) -> Result<W>,
    dispatch: Dispatch<W>,
) -> Result<u8> {
    let (mut since, mut pause) = (Instant::now(), PAUSE_MIN);
    loop {
        if task.interrupt.is_set() {
            return Err(Error::Interrupted {}.into());
        }
        match lock::take(site)? {
            Try::Held(held) => return hold(site, Some(held), task, env, open, dispatch),
            Try::Nobody => return hold(site, None, task, env, open, dispatch),
            Try::Busy => {}
        }
        match client::ask(site, &task, since + site.patience)? {
            Answer::Ended(code) => return Ok(code),
            // It answered, and ended before it began with our command: the lock is free now, or soon.
            Answer::Released => (since, pause) = (Instant::now(), PAUSE_MIN),
            Answer::Nobody if since.elapsed() < site.patience => {}
            Answer::Nobody | Answer::Silent => return Err(Problem::InUse { path: site.shown() }.into()),
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(PAUSE_MAX);
    }
}

fn hold<W: World>(
    site: &Site,
    held: Option<lock::Held>,
    task: Task,
    env: Env,
    open: impl FnOnce(bool) -> Result<W>,
    dispatch: Dispatch<W>,
) -> Result<u8> {
    let hall = Hall::new(dispatch, env.clone());
    // Knocks are heard from here on, also while the world is being opened. Without a socket (a file system
    // that has none) the command still runs; the others wait and then say that the vault is in use.
    let door = held.as_ref().and_then(|_| serve::open_door(site, &hall).ok());
    let result = open(held.is_some()).map(|world| {
        let world = hall.enter(world);
        let mut context = Context::new(task.call, task.streams, task.person, task.interrupt, env);
        (context.store, context.left, context.turns) = (task.store, task.left, task.turns);
        let code = perform(&*world, &mut context, dispatch);
        // Whoever only reads is still served, which nobody could be by a holder that waits to be closed.
        while world.stalled() {
            std::thread::sleep(STALLED_PAUSE);
        }
        drop(world);
        hall.drain(|guests| context.out.note("waiting-for-guests", &[("count", guests.into())]));
        code
    });
    // In this order: the world is closed, then nobody can knock any more, then those who wait are told to
    // take the lock themselves, then it is free.
    hall.close();
    drop(door);
    hall.release();
    drop(held);
    result
}

/// Runs one command, tells how it failed if it did, and returns its exit code. A panic is told like an error.
pub fn perform<W>(world: &W, context: &mut Context, dispatch: Dispatch<W>) -> u8 {
    let result = crate::panics::caught(|| dispatch(world, context));
    context.finish(result.unwrap_or_else(|panic| Err(panic.into())))
}

#[cfg(test)]
#[path = "holder/tests.rs"]
mod tests;

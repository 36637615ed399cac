//! Serving: the hall where guests wait for the world to open, run their commands in it, and are seen out.

use super::wire::{ENDED, INTERRUPT, Misfit, OTHER_VERSION, REFUSED, Request, STALLED, STARTED, WAITING};
use super::{Dispatch, Site, World, perform, wire};
use crate::context::Context;
use crate::interrupt::Interrupt;
use crate::stores;
use jingui_vault::env::Env;
use jingui_vault::keys::Person;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::Mode;
use std::io::{self, ErrorKind, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// How long a guest may take to say what it wants.
const REQUEST_TIME: Duration = Duration::from_secs(10);
/// How often is looked whether a disk keeps a guest's command waiting.
const WATCH_EVERY: Duration = Duration::from_millis(500);
/// Knocks that wait to be heard.
const BACKLOG: i32 = 128;
/// Guests that run are mentioned when the holder has waited so long for them.
const MENTION_AFTER: Duration = Duration::from_secs(1);

enum Stage<W> {
    /// The world is being opened: guests wait.
    Opening,
    /// Guests run.
    Open(Arc<W>),
    /// Those who run may end, others wait for the lock to become free.
    Draining,
    /// The lock is free, or as good as: those who wait may try it.
    Released,
}

struct State<W> {
    stage: Stage<W>,
    guests: usize,
}

/// The hall of one holder.
pub(super) struct Hall<W> {
    state: Arc<(Mutex<State<W>>, Condvar)>,
    dispatch: Dispatch<W>,
    env: Env,
}

impl<W> Clone for Hall<W> {
    fn clone(&self) -> Self {
        Self { state: self.state.clone(), dispatch: self.dispatch, env: self.env.clone() }
    }
}

/// Counts a guest out when it has been served.
struct CountOut<'a, W: World>(&'a Hall<W>);

impl<W: World> Drop for CountOut<'_, W> {
    fn drop(&mut self) {
        self.0.lock().guests -= 1;
        self.0.state.1.notify_all();
    }
}

impl<W: World> Hall<W> {
    pub(super) fn new(dispatch: Dispatch<W>, env: Env) -> Self {
        let state = State { stage: Stage::Opening, guests: 0 };
        Self { state: Arc::new((Mutex::new(state), Condvar::new())), dispatch, env }
    }

    fn lock(&self) -> MutexGuard<'_, State<W>> {
        // Nothing panics while it holds this, and a count stays a count.
        self.state.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, stage: Stage<W>) {
        let before = std::mem::replace(&mut self.lock().stage, stage);
        self.state.1.notify_all();
        // Outside the lock: closing a world may take its time.
        drop(before);
    }

    /// Lets the guests in.
    pub(super) fn enter(&self, world: W) -> Arc<W> {
        let world = Arc::new(world);
        self.set(Stage::Open(world.clone()));
        world
    }

    /// Lets no more guests in and waits for those inside; tells how many when it takes longer.
    pub(super) fn drain(&self, mut waiting: impl FnMut(usize)) {
        let mut state = self.lock();
        // The world stays, for those inside hold it; it is closed by the last one who lets go of it.
        let before = std::mem::replace(&mut state.stage, Stage::Draining);
        let (guard, waited) = self
            .state
            .1
            .wait_timeout_while(state, MENTION_AFTER, |state| state.guests > 0)
            .unwrap_or_else(PoisonError::into_inner);
        state = guard;
        if waited.timed_out() && state.guests > 0 {
            waiting(state.guests);
        }
        drop(
            self.state.1.wait_while(state, |state| state.guests > 0).unwrap_or_else(PoisonError::into_inner),
        );
        drop(before);
    }

    /// The world is closed, or was never opened.
    pub(super) fn close(&self) {
        self.set(Stage::Draining);
    }

    /// Sends away those who wait.
    pub(super) fn release(&self) {
        self.set(Stage::Released);
    }

    /// Waits for the world; `None` when the holder ends first.
    fn world(&self, mut socket: &UnixStream) -> Option<Arc<W>> {
        let mut state = self.lock();
        let mut told = false;
        loop {
            match &state.stage {
                Stage::Open(world) => {
                    let world = world.clone();
                    state.guests += 1;
                    return Some(world);
                }
                Stage::Released => return None,
                Stage::Opening | Stage::Draining if told => {
                    state = self.state.1.wait(state).unwrap_or_else(PoisonError::into_inner);
                }
                Stage::Opening | Stage::Draining => {
                    // It learns that somebody is here, and waits as long as it takes.
                    drop(state);
                    socket.write_all(&[WAITING]).ok()?;
                    told = true;
                    state = self.lock();
                }
            }
        }
    }

    fn receive(&self, mut socket: UnixStream) -> io::Result<()> {
        socket.set_read_timeout(Some(REQUEST_TIME))?;
        socket.set_write_timeout(Some(REQUEST_TIME))?;
        if !wire::is_one_of_us(&socket) {
            return socket.write_all(&[REFUSED]);
        }
        let request = match wire::receive(&socket) {
            Ok(request) => request,
            Err(Misfit::OtherVersion) => {
                let version = wire::program();
                let mut reply = vec![OTHER_VERSION, version.len() as u8];
                reply.extend(version.bytes());
                socket.write_all(&reply)?;
                // What it still sends is taken, or it would lose our reply with a broken pipe.
                return io::copy(&mut socket.take(1 << 20), &mut io::sink()).map(drop);
            }
            Err(Misfit::Broken) => return Ok(()),
        };
        let Some(world) = self.world(&socket) else { return Ok(()) };
        // Also when something panics: a guest that is never counted out would keep the holder for ever.
        let _counted_out = CountOut(self);
        let told = self.serve(&world, &socket, request);
        // The reply is out before the holder may end; the world is let go of before it may be closed.
        drop(world);
        told
    }

    fn serve(&self, world: &Arc<W>, mut socket: &UnixStream, request: Request) -> io::Result<()> {
        let interrupt = Interrupt::default();
        socket.set_read_timeout(Some(WATCH_EVERY))?;
        socket.write_all(&[STARTED])?;
        let watched = socket.try_clone()?;
        let flag = interrupt.clone();
        // Not the world itself: it must be let go of as soon as the guest has been served.
        let (of, guest) = (Arc::downgrade(world), std::thread::current().id());
        let stuck = move || of.upgrade().is_some_and(|world| world.keeps_waiting(guest));
        let watcher = std::thread::Builder::new()
            .name("guest-watch".into())
            .spawn(move || watch(watched, &flag, &stuck))?;
        let Request { call, secret, store, streams } = request;
        let person = secret.map(|text| Person::from_secret_text("key", &text)).transpose();
        let code = {
            let (person, unread) = match person {
                Ok(person) => (person, None),
                Err(error) => (None, Some(error)),
            };
            let mut context = Context::new(call, streams, person, interrupt, self.env.clone());
            let stores = store.and_then(|text| stores::from_secret_text(&text));
            (context.store, context.left) = stores.unwrap_or_default();
            match unread {
                None => perform(&**world, &mut context, self.dispatch),
                Some(error) => context.finish(Err(error.into())),
            }
        };
        // The streams are closed before the client hears of the end: a reader behind it sees all there is.
        let told = socket.write_all(&[ENDED, code]);
        drop(socket.shutdown(Shutdown::Both));
        drop(watcher.join());
        told
    }
}

/// Sets the flag when the client says so or is no more; lets the client go when a disk keeps its command too long.
fn watch(mut socket: UnixStream, interrupt: &Interrupt, stuck: &dyn Fn() -> bool) {
    let mut byte = [0];
    loop {
        match socket.read(&mut byte) {
            Ok(1) if byte[0] != INTERRUPT => {}
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                if stuck() {
                    drop(socket.write_all(&[STALLED]));
                    drop(socket.shutdown(Shutdown::Both));
                }
            }
            Ok(1) => interrupt.set(),
            _ => return interrupt.set(),
        }
    }
}

/// The open socket; dropping it takes its name away and ends the listening.
pub(super) struct Door {
    path: PathBuf,
    bell: Option<UnixStream>,
    porter: Option<JoinHandle<()>>,
}

impl Drop for Door {
    fn drop(&mut self) {
        // The name first: who does not find it tries the lock, who is in the queue is sent away with it.
        drop(std::fs::remove_file(&self.path));
        drop(self.bell.take());
        if let Some(porter) = self.porter.take() {
            drop(porter.join());
        }
    }
}

/// Listens on the socket of a vault. Only the holder of the lock may call this: it removes what a crash left.
pub(super) fn open_door<W: World>(site: &Site, hall: &Hall<W>) -> io::Result<Door> {
    let path = site.socket();
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let (socket, address, _dir) = wire::socket_at(&path)?;
    // Before it has a name: on Linux the name then appears with this mode.
    rustix::fs::fchmod(&socket, Mode::RUSR | Mode::WUSR)?;
    rustix::net::bind(&socket, &address)?;
    rustix::net::listen(&socket, BACKLOG)?;
    let listener = UnixListener::from(socket);
    let (bell, rung) = UnixStream::pair()?;
    let hall = hall.clone();
    let porter =
        std::thread::Builder::new().name("porter".into()).spawn(move || admit(&listener, &rung, &hall))?;
    Ok(Door { path, bell: Some(bell), porter: Some(porter) })
}

fn admit<W: World>(listener: &UnixListener, bell: &UnixStream, hall: &Hall<W>) {
    loop {
        let mut fds = [PollFd::new(listener, PollFlags::IN), PollFd::new(bell, PollFlags::IN)];
        if poll(&mut fds, None).is_err() {
            continue;
        }
        if !fds[1].revents().is_empty() {
            return;
        }
        let admitted = listener.accept().and_then(|(socket, _)| {
            let hall = hall.clone();
            // A guest that goes wrong has lost its client, and nobody is left to be told.
            std::thread::Builder::new().name("guest".into()).spawn(move || drop(hall.receive(socket)))
        });
        if admitted.is_err() {
            // Out of descriptors or threads: those who run will free some.
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

//! The client: asks the holder to run a command, and waits.

use super::wire::{ENDED, INTERRUPT, OTHER_VERSION, REFUSED, STALLED, STARTED, WAITING};
use super::{Site, Task, wire};
use crate::failure::{Doing, Problem, Result};
use crate::stores;
use jingui_vault::Error;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::sockopt::{Timeout, set_socket_timeout};
use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::BorrowedFd;
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

/// What came of asking.
pub(super) enum Answer {
    /// The command ran and ended with this code.
    Ended(u8),
    /// The holder let us wait, and ended before it began with the command.
    Released,
    /// Nobody listens, or who did ended without a word.
    Nobody,
    /// Somebody listens and says nothing.
    Silent,
}

/// How far a request has come.
#[derive(PartialEq)]
enum Stage {
    Unheard,
    Waiting,
    Started,
}

/// Asks the holder of a vault to run a command; a first reply must come before the deadline.
///
/// Errors: [`Problem::HolderVersion`], [`Problem::HolderRefused`], [`Problem::HolderLost`],
/// [`Problem::HolderStalled`] and [`Error::Interrupted`].
pub(super) fn ask(site: &Site, task: &Task, deadline: Instant) -> Result<Answer> {
    let socket = match connect(site, deadline.saturating_duration_since(Instant::now())) {
        Ok(socket) => socket,
        Err(Errno::NOENT | Errno::CONNREFUSED | Errno::CONNRESET) => return Ok(Answer::Nobody),
        Err(Errno::AGAIN | Errno::TIMEDOUT) => return Ok(Answer::Silent),
        Err(error) => return Err(io::Error::from(error)).doing("connect to", &site.socket()),
    };
    // Before anything secret is said.
    if !wire::is_one_of_us(&socket) {
        return Err(Problem::HolderRefused { path: site.shown() }.into());
    }
    let secret = task.person.as_ref().map(|person| person.to_secret_text());
    let secret = secret.as_ref().map(|text| text.as_str());
    let store = stores::to_secret_text(task.store.as_ref(), &task.left);
    let store = store.as_ref().map(|text| text.as_str());
    match wire::send(&socket, &task.call, [secret, store], &task.streams, wire::program()) {
        Ok(()) => {}
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
            return Ok(Answer::Silent);
        }
        // A holder that refuses or ends closes its end while we still write; what it said can still be read.
        Err(error) if is_closed(&error) => {}
        Err(error) => return Err(error).doing("write to", &site.socket()),
    }
    wait(site, task, &socket, deadline)
}

fn connect(site: &Site, patience: Duration) -> rustix::io::Result<UnixStream> {
    let (socket, address, _dir) = wire::socket_at(&site.socket())
        .map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::NOENT))?;
    // A holder that is stopped fills its queue, and then connecting and writing would wait for ever.
    set_socket_timeout(&socket, Timeout::Send, Some(patience.max(Duration::from_millis(1))))?;
    rustix::net::connect(&socket, &address)?;
    Ok(UnixStream::from(socket))
}

fn wait(site: &Site, task: &Task, mut socket: &UnixStream, deadline: Instant) -> Result<Answer> {
    let (mut stage, mut told) = (Stage::Unheard, false);
    loop {
        let patience = (stage == Stage::Unheard).then(|| deadline.saturating_duration_since(Instant::now()));
        let wake = if told { None } else { task.interrupt.wake() };
        let readable = readable(socket, wake, patience).doing("wait for", &site.socket())?;
        // What has come in is read first: the command may have begun.
        if !told && task.interrupt.is_set() && (stage == Stage::Started || readable.is_none()) {
            if stage != Stage::Started {
                return Err(Error::Interrupted {}.into());
            }
            // The command ends between two of its steps and says so itself; its exit code follows. If it has
            // ended already, nobody reads this.
            drop(socket.write_all(&[INTERRUPT]));
            told = true;
        }
        match readable {
            None if patience.is_some_and(|patience| patience.is_zero()) => return Ok(Answer::Silent),
            None => continue,
            Some(()) => {}
        }
        match byte(socket).doing("read from", &site.socket())? {
            Some(WAITING) => stage = Stage::Waiting,
            Some(STARTED) => stage = Stage::Started,
            Some(ENDED) => match byte(socket).doing("read from", &site.socket())? {
                Some(code) => return Ok(Answer::Ended(code)),
                None => return Err(Problem::HolderLost { path: site.shown() }.into()),
            },
            Some(OTHER_VERSION) => {
                let length = byte(socket).doing("read from", &site.socket())?.unwrap_or(0);
                let mut theirs = String::new();
                drop(socket.take(length.into()).read_to_string(&mut theirs));
                return Err(Problem::HolderVersion { ours: wire::program(), theirs }.into());
            }
            Some(STALLED) => return Err(Problem::HolderStalled { path: site.shown() }.into()),
            Some(REFUSED) => return Err(Problem::HolderRefused { path: site.shown() }.into()),
            Some(_) => {
                return Err(Problem::HolderVersion { ours: wire::program(), theirs: "?".into() }.into());
            }
            None if stage == Stage::Started => {
                return Err(Problem::HolderLost { path: site.shown() }.into());
            }
            None if stage == Stage::Waiting => return Ok(Answer::Released),
            None => return Ok(Answer::Nobody),
        }
    }
}

/// Waits until the socket can be read; `None` when time is over or an interruption came.
fn readable(
    socket: &UnixStream,
    wake: Option<BorrowedFd<'_>>,
    patience: Option<Duration>,
) -> io::Result<Option<()>> {
    let mut fds = vec![PollFd::new(socket, PollFlags::IN)];
    fds.extend(wake.map(|wake| PollFd::from_borrowed_fd(wake, PollFlags::IN)));
    let timeout = patience.map(|patience| Timespec {
        tv_sec: patience.as_secs().try_into().unwrap_or(i64::MAX),
        tv_nsec: patience.subsec_nanos().into(),
    });
    match poll(&mut fds, timeout.as_ref()) {
        Ok(_) => Ok((!fds[0].revents().is_empty()).then_some(())),
        Err(Errno::INTR) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn byte(mut socket: &UnixStream) -> io::Result<Option<u8>> {
    let mut byte = [0];
    loop {
        return match socket.read(&mut byte) {
            Ok(0) => Ok(None),
            Ok(_) => Ok(Some(byte[0])),
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) if is_closed(&error) => Ok(None),
            Err(error) => Err(error),
        };
    }
}

fn is_closed(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::BrokenPipe | ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted)
}

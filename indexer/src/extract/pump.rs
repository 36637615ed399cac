//! Bytes into a process and out of it at the same time, against a clock and a limit.
//!
//! Neither side may wait for the other: who only writes until all is written hangs on a program that answers as it reads.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

/// How often the caller is asked whether to go on.
const TICK: Duration = Duration::from_millis(50);

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The other side closed its output.
    Closed,
    /// The caller has what it wanted.
    Enough,
    /// Its output was over the limit, or not what was wanted.
    TooMuch,
    /// The time was over.
    Deadline,
    /// The caller's watch said no.
    Stopped,
}

/// What the caller wants of the output so far.
pub enum Wanted {
    /// Go on.
    More,
    /// This is it.
    Enough,
    /// This never will be.
    Refuse,
}

/// One exchange.
pub struct Pump<'a> {
    /// What is written, one after the other.
    pub input: &'a [&'a [u8]],
    /// No more output than this.
    pub output_bytes_max: usize,
    /// When it ends.
    pub deadline: Instant,
}

impl Pump<'_> {
    /// Writes the input to `to` and collects what comes from `from`.
    ///
    /// `to` is closed when all is written if it is given away (`Some`), so that a program sees the end of its input; `keep` is written to
    /// and stays open. Both are made non-blocking here. `watch` is asked at least every [`TICK`].
    pub fn run(
        &self,
        mut to: Option<OwnedFd>,
        keep: Option<BorrowedFd<'_>>,
        from: BorrowedFd<'_>,
        mut wanted: impl FnMut(&[u8]) -> Wanted,
        mut watch: impl FnMut() -> bool,
    ) -> (Vec<u8>, End) {
        let mut out = Vec::new();
        let mut parts = self.input.iter();
        let mut rest: &[u8] = &[];
        let mut buffer = vec![0_u8; 64 << 10];
        let mut writing = true;
        for fd in [to.as_ref().map(AsFd::as_fd), keep, Some(from)].into_iter().flatten() {
            if let Ok(flags) = rustix::fs::fcntl_getfl(fd) {
                let _ = rustix::fs::fcntl_setfl(fd, flags | rustix::fs::OFlags::NONBLOCK);
            }
        }
        loop {
            while writing && rest.is_empty() {
                match parts.next() {
                    Some(part) => rest = part,
                    None => {
                        writing = false;
                        to = None;
                    }
                }
            }
            let left = self.deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return (out, End::Deadline);
            }
            if !watch() {
                return (out, End::Stopped);
            }
            let wait = left.min(TICK).max(Duration::from_millis(1));
            let wait = Timespec { tv_sec: 0, tv_nsec: i64::from(wait.subsec_nanos()) };
            let sink = to.as_ref().map(AsFd::as_fd).or(keep).filter(|_| writing);
            let (readable, writable) = {
                let mut fds = vec![PollFd::from_borrowed_fd(from, PollFlags::IN)];
                fds.extend(sink.map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::OUT)));
                match poll(&mut fds, Some(&wait)) {
                    Ok(_) | Err(Errno::INTR) => {}
                    Err(_) => return (out, End::Closed),
                }
                (!fds[0].revents().is_empty(), fds.get(1).is_some_and(|fd| !fd.revents().is_empty()))
            };
            if let Some(sink) = sink.filter(|_| writable) {
                match rustix::io::write(sink, &rest[..rest.len().min(64 << 10)]) {
                    Ok(n) => rest = &rest[n..],
                    Err(Errno::AGAIN | Errno::INTR) => {}
                    // It wants no more of it; its output says what it made of the rest.
                    Err(_) => {
                        writing = false;
                        to = None;
                    }
                }
            }
            if readable {
                match rustix::io::read(from, &mut buffer) {
                    Ok(0) => return (out, End::Closed),
                    Ok(n) => {
                        let room = self.output_bytes_max.saturating_sub(out.len());
                        out.extend_from_slice(&buffer[..n.min(room)]);
                        if n > room {
                            return (out, End::TooMuch);
                        }
                        match wanted(&out) {
                            Wanted::More => {}
                            // An answer to what has not been said yet is none.
                            Wanted::Enough if writing => return (out, End::TooMuch),
                            Wanted::Enough => return (out, End::Enough),
                            Wanted::Refuse => return (out, End::TooMuch),
                        }
                    }
                    Err(Errno::AGAIN | Errno::INTR) => {}
                    Err(_) => return (out, End::Closed),
                }
            }
        }
    }
}

//! One program of others, run for one document: our own process, started once more, tightens its jail and becomes it.
//!
//! A process that merely forked could be given no limits of its own without unsafe code; one that is started anew can give them to itself.

use super::bounds::{Deadline, Limits};
use super::confine;
use super::pump::{End, Pump, Wanted};
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The word with which a process is told to become a program.
pub const WORD: &str = "run";

/// How long a program that has closed its output may take to end.
const PATIENCE: Duration = Duration::from_millis(1500);

/// Becomes the program in `args`: memory in bytes, processor in seconds, path, arguments. Returns only if that failed.
pub fn become_program(args: &[OsString]) -> ExitCode {
    let number = |arg: Option<&OsString>| arg?.to_str()?.parse::<u64>().ok();
    let (Some(memory), Some(secs), Some(program)) = (number(args.first()), number(args.get(1)), args.get(2))
    else {
        return ExitCode::from(64);
    };
    if !confine::program(memory, Duration::from_secs(secs)) {
        return ExitCode::from(125);
    }
    let _ = Command::new(program).args(&args[3..]).exec();
    ExitCode::from(126)
}

/// Which of a program's streams is read; the other one is thrown away.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Its output.
    Out,
    /// What it says of its errors.
    Err,
}

/// What became of a program.
pub struct Ran {
    /// What it wrote, as far as it was wanted.
    pub output: Vec<u8>,
    /// How the exchange ended.
    pub end: End,
    /// How it ended itself, unless it had to be killed.
    pub status: Option<ExitStatus>,
}

impl Ran {
    /// It ended by itself and says that all went well.
    pub fn is_fine(&self) -> bool {
        self.end == End::Closed && self.status.is_some_and(|status| status.success())
    }

    /// It ended by itself, with an exit code.
    pub fn exit_code(&self) -> Option<i32> {
        self.status.and_then(|status| status.code())
    }
}

/// Runs programs for one document.
pub struct Runner<'a> {
    /// With which arguments our own program is a child.
    pub leading: &'a [OsString],
    /// `/dev/null`, opened before nothing could be opened for writing any more.
    pub null: &'a File,
    /// What the document may cost.
    pub limits: &'a Limits,
    /// When it has to be done with.
    pub deadline: Deadline,
}

impl Runner<'_> {
    /// Runs `program` with `input` and reads at most `output_bytes_max` of one of its streams.
    pub fn run(
        &self,
        program: &Path,
        args: &[&str],
        input: &[u8],
        output_bytes_max: u64,
        stream: Stream,
    ) -> Ran {
        let nothing = Ran { output: Vec::new(), end: End::Stopped, status: None };
        let Ok(mut child) = self.start(program, args, stream) else { return nothing };
        let to = child.stdin.take().map(OwnedFd::from);
        let from = match stream {
            Stream::Out => child.stdout.take().map(OwnedFd::from),
            Stream::Err => child.stderr.take().map(OwnedFd::from),
        };
        let Some(from) = from else { return nothing };
        let max = usize::try_from(output_bytes_max).unwrap_or(usize::MAX);
        let pump = Pump { input: &[input], output_bytes_max: max, deadline: self.deadline.at() };
        let (output, end) = pump.run(to, None, from.as_fd(), |_| Wanted::More, || true);
        let status = if end == End::Closed { wait(&mut child) } else { None };
        if status.is_none() {
            let _ = child.kill();
            let _ = child.wait();
        }
        Ran { output, end, status }
    }

    fn start(&self, program: &Path, args: &[&str], stream: Stream) -> std::io::Result<Child> {
        let secs = self.deadline.left().as_secs() + 1;
        let null = || self.null.try_clone().map(Stdio::from);
        let (out, err) = match stream {
            Stream::Out => (Stdio::piped(), null()?),
            Stream::Err => (null()?, Stdio::piped()),
        };
        Command::new("/proc/self/exe")
            .args(self.leading)
            .args([OsStr::new(WORD), OsStr::new(&self.limits.memory_bytes.to_string())])
            .args([OsStr::new(&secs.to_string()), program.as_os_str()])
            .args(args)
            .env_clear()
            .env("LC_ALL", "C")
            // Tesseract on several threads takes five times as long.
            .env("OMP_THREAD_LIMIT", "1")
            .stdin(Stdio::piped())
            .stdout(out)
            .stderr(err)
            .spawn()
    }
}

/// Its status, if it ends soon.
fn wait(child: &mut Child) -> Option<ExitStatus> {
    let until = Instant::now() + PATIENCE;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if Instant::now() < until => sleep(Duration::from_millis(1)),
            _ => return None,
        }
    }
}

//! One child: started, asked, killed.

use super::bounds::Limits;
use super::child::WORD;
use super::extractor::Launch;
use super::memory::resident_bytes;
use super::pump::{End, Pump, Wanted};
use super::wire::{Hello, Request, SMALL_FRAME_BYTES_MAX, answer_bytes_max, frame, is_whole, parse, reading};
use crate::page::Reading;
use rustix::process::{Pid, Signal, kill_process_group};
use std::io;
use std::os::fd::AsFd;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a child may take to jail itself and say so; a busy machine is slow to start anything.
const HELLO_PATIENCE: Duration = Duration::from_secs(20);

/// A name is a hint and no more; longer ones are cut.
const NAME_CHARS_MAX: usize = 255;

/// A child that has not been given up.
pub struct Process {
    child: Child,
    to: ChildStdin,
    from: ChildStdout,
    /// What it says of itself.
    pub hello: Hello,
    /// Documents that it has read.
    pub served: u32,
}

/// Why it did not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It took too long, or held too much memory.
    Over,
    /// It ended, or answered what is no answer.
    Broke,
}

/// Starts a child; its first words are waited for by [`Process::greet`].
pub fn start(launch: &Launch) -> io::Result<Child> {
    Command::new(&launch.program)
        .args(&launch.leading)
        .arg(WORD)
        .args(&launch.tool_dirs)
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
}

impl Process {
    /// Waits for a started child's first words; `None` if it is none of ours, or has not jailed itself.
    pub fn greet(mut child: Child) -> Option<Self> {
        let pipes = child.stdin.take().zip(child.stdout.take());
        let hello = pipes.as_ref().and_then(|(_, from)| {
            let max = SMALL_FRAME_BYTES_MAX;
            let pump = Pump { input: &[], output_bytes_max: max, deadline: Instant::now() + HELLO_PATIENCE };
            let (bytes, end) = pump.run(None, None, from.as_fd(), |bytes| wanted(bytes, max), || true);
            parse::<Hello>(&bytes).filter(|hello| end == End::Enough && hello.confinement.suffices())
        });
        match (pipes, hello) {
            (Some((to, from)), Some(hello)) => Some(Self { child, to, from, hello, served: 0 }),
            _ => {
                end(&mut child);
                None
            }
        }
    }

    /// Has it read one document; `peak` is told how much memory it was seen to hold.
    pub fn ask(
        &mut self,
        name: &str,
        document: &[u8],
        limits: &Limits,
        mut peak: impl FnMut(u64),
    ) -> Result<Reading, Fault> {
        self.served += 1;
        let name = name.chars().take(NAME_CHARS_MAX).collect();
        let request = frame(&Request { name, bytes: document.len() as u64, limits: *limits });
        let max = answer_bytes_max(limits);
        let (pid, from) = (self.child.id(), self.from.as_fd());
        let watch = || {
            let held = resident_bytes(pid);
            peak(held);
            held <= limits.memory_bytes
        };
        let deadline = Instant::now() + limits.wall;
        let input = [&request[..], document];
        let pump = Pump { input: &input, output_bytes_max: max.saturating_add(4), deadline };
        let (answer, end) = pump.run(None, Some(self.to.as_fd()), from, |bytes| wanted(bytes, max), watch);
        match end {
            End::Enough => reading(&answer, limits).ok_or(Fault::Broke),
            End::Deadline | End::Stopped => Err(Fault::Over),
            End::Closed | End::TooMuch => Err(Fault::Broke),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// Kills a child and whatever it has started, and waits until it is gone.
fn end(child: &mut Child) {
    // It leads a group of its own once it has jailed itself; before that it has started nobody.
    if let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        let _ = kill_process_group(pid, Signal::KILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}

fn wanted(bytes: &[u8], max: usize) -> Wanted {
    match is_whole(bytes, max) {
        Some(true) => Wanted::Enough,
        Some(false) => Wanted::More,
        None => Wanted::Refuse,
    }
}

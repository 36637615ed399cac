//! Interruption: the first Ctrl-C asks a command to end between two steps, the second ends the process.

use jingui_vault::Exit;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A flag that says: end between two steps.
#[derive(Clone, Debug, Default)]
pub struct Interrupt {
    flag: Arc<AtomicBool>,
    wake: Option<Arc<UnixStream>>,
}

impl Interrupt {
    /// A flag that Ctrl-C, a hang-up and a polite kill set; the second of them exits 130 at once.
    pub fn of_signals() -> io::Result<Self> {
        let flag = Arc::new(AtomicBool::new(false));
        let (wake, woken) = UnixStream::pair()?;
        wake.set_nonblocking(true)?;
        let ignored = ignored();
        // What `nohup` or a shell's `&` has told us to ignore stays ignored.
        for signal in [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|signal| ignored >> (signal - 1) & 1 == 0)
        {
            // In this order: the first signal finds the flag still down.
            signal_hook::flag::register_conditional_shutdown(signal, Exit::Interrupted as i32, flag.clone())?;
            signal_hook::flag::register(signal, flag.clone())?;
            signal_hook::low_level::pipe::register(signal, woken.try_clone()?)?;
        }
        Ok(Self { flag, wake: Some(Arc::new(wake)) })
    }

    /// Says whether it is set.
    pub fn is_set(&self) -> bool {
        self.flag.load(Ordering::Relaxed)
    }

    /// Sets it.
    pub fn set(&self) {
        self.flag.store(true, Ordering::Relaxed);
    }

    /// The flag itself, for the vault's long runs.
    pub fn flag(&self) -> Arc<AtomicBool> {
        self.flag.clone()
    }

    /// A descriptor that becomes readable with the first signal, for whoever waits on others.
    pub fn wake(&self) -> Option<BorrowedFd<'_>> {
        self.wake.as_ref().map(|wake| wake.as_fd())
    }
}

/// The signals that this process was started to ignore, bit n − 1 for signal n; none where Linux does not tell.
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

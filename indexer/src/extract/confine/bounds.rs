//! rlimits. Soft and hard alike, but for processor time, which a child is given anew for each document.

use super::Held;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::time::{ClockId, clock_gettime};
use std::time::Duration;

/// Address space of the child. A document, a picture taken apart and the program's own text fit; 1 GiB of nothing does not.
const READER_SPACE_BYTES: u64 = 768 << 20;
/// Address space of a program: Tesseract wants 230 MiB of it for an A4 page.
const PROGRAM_SPACE_BYTES: u64 = 512 << 20;
/// Processor time in the life of a child.
const READER_LIFE_SECS: u64 = 3600;

/// One byte, not none: a kernel that pipes cores to a program does so under a limit of zero, too, and what that program keeps on a disk
/// would be a document in the clear. One byte it takes for "not at all", and no file is as short.
const NO_CORE: u64 = 1;

/// Bounds this process, the child.
pub fn reader() -> Held {
    set(&[
        (Resource::As, READER_SPACE_BYTES),
        (Resource::Cpu, READER_LIFE_SECS),
        (Resource::Nofile, 64),
        (Resource::Fsize, 0),
        (Resource::Core, NO_CORE),
        (Resource::Memlock, 0),
        (Resource::Msgqueue, 0),
    ])
}

/// Bounds this process, which is about to become a program.
pub fn program(memory_bytes: u64, processor: Duration) -> Held {
    set(&[
        (Resource::As, memory_bytes.min(PROGRAM_SPACE_BYTES)),
        (Resource::Cpu, processor.as_secs() + 1),
        (Resource::Nofile, 64),
        (Resource::Fsize, 0),
        (Resource::Core, NO_CORE),
        // Counted by user, not by process: in the child any number would be too small for a busy desk or too large to matter.
        (Resource::Nproc, 0),
    ])
}

fn set(bounds: &[(Resource, u64)]) -> Held {
    let set = |(resource, value): &(Resource, u64)| {
        // Never above what is there already: raising needs a right, and is not what was asked.
        let max = getrlimit(*resource).maximum.map_or(*value, |max| max.min(*value));
        setrlimit(*resource, Rlimit { current: Some(max), maximum: Some(max) }).is_ok()
    };
    // All of them, also after one has failed.
    if bounds.iter().filter(|bound| set(bound)).count() == bounds.len() { Held::Whole } else { Held::Partly }
}

/// Gives this process `more` processor time from now on, and no more.
pub fn allow_processor(more: Duration) {
    let used = clock_gettime(ClockId::ProcessCPUTime);
    let used = u64::try_from(used.tv_sec).unwrap_or(0);
    let limit = used.saturating_add(more.as_secs()).saturating_add(2);
    let hard = getrlimit(Resource::Cpu).maximum;
    let soft = hard.map_or(limit, |hard| hard.min(limit));
    let _ = setrlimit(Resource::Cpu, Rlimit { current: Some(soft), maximum: hard });
}

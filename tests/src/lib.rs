//! What several tests share: a disk that fails on purpose, one that forgets, and a house to try them on.
//!
//! Knows the vault's public face and `FORMAT.md`; what it checks it reads again from the files by itself.

pub mod faults; // a disk that fails at the k-th operation
pub mod house; // a vault with its people, documents that tell what they should hold
pub mod inspect; // what the files must say, read without the vault's help
pub mod lossy; // a disk that forgets what was not synced
pub mod program; // the real program, run at a desk of its own

/// Writes a line where a test's results are looked for; nothing else prints.
pub fn say(line: &str) {
    use std::io::Write as _;
    // A closed pipe is no reason for a test to fail.
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Whether the long forms of the tests were asked for (`JINGUI_LONG=1`).
pub fn long() -> bool {
    std::env::var_os("JINGUI_LONG").is_some_and(|v| v == "1")
}

/// A directory of a test's own, in memory where the system has such a place: the tests ask for thousands of syncs.
pub fn scratch() -> tempfile::TempDir {
    let memory = std::path::Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory).ok() } else { None };
    made.unwrap_or_else(|| tempfile::tempdir().expect("the system gives a temporary directory"))
}

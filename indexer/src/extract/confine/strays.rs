//! Descriptors that somebody left open: a shell's redirection, a library's lock. What is inherited cannot be refused any more.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::process::Command;

/// Whether there are any besides the three streams.
pub fn strays() -> bool {
    let Ok(entries) = std::fs::read_dir("/proc/self/fd") else { return false };
    let open = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    // One is the listing's own.
    open.filter(|fd| *fd > 2).count() > 1
}

/// Starts this very program with `args` in the place of this process, without them. Returns only if that failed.
///
/// There is no safe way to close what one does not own; but one can say of it that it ends with the next program, and be that program.
pub fn start_anew(args: impl Iterator<Item = OsString>) {
    close_fds::set_fds_cloexec(3, &[]);
    let _ = Command::new("/proc/self/exe").args(args).exec();
}

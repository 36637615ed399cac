//! Descriptors that somebody left open: a shell's redirection, a library's lock. What is inherited cannot be refused any more.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::process::Command;

/// Closes every descriptor but the three streams, by starting this very process anew without them.
///
/// There is no safe way to close what one does not own; but one can say of it that it ends with the next program, and be that program.
/// Returns at once if there is nothing to close, or if closing failed (`false`).
pub fn close_strays(args: impl Iterator<Item = OsString>) -> bool {
    if strays() == 0 {
        return true;
    }
    close_fds::set_fds_cloexec(3, &[]);
    let _ = Command::new("/proc/self/exe").args(args).exec();
    false
}

/// Descriptors above the three streams, that of the listing itself not counted.
fn strays() -> usize {
    let Ok(entries) = std::fs::read_dir("/proc/self/fd") else { return 0 };
    let open = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    open.filter(|fd| *fd > 2).count().saturating_sub(1)
}

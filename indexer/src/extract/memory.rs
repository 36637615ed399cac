//! What a child and its programs hold in memory, as `/proc` tells it.
//!
//! Address space is limited inside the jail; this adds up what is really there, of all processes together. Where `/proc` does not tell,
//! the answer is zero, and the limits inside the jail are all there is.

/// Resident bytes of process `pid` and those that it has started.
pub fn resident_bytes(pid: u32) -> u64 {
    let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    let below = children.split_whitespace().filter_map(|pid| pid.parse().ok());
    own(pid) + below.map(own).sum::<u64>()
}

fn own(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}

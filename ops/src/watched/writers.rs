//! Writers: who on this machine has a file of the folder open for writing, as far as the system tells.
//!
//! A help only: of other people's processes and of other machines nobody knows, and stillness has to do.

use std::collections::BTreeMap;
use std::fs::{read_dir, read_link, read_to_string};
use std::path::{Path, PathBuf};

/// Files below a directory that are open for writing, with the program that has them.
pub(super) fn open_for_writing(below: &Path) -> BTreeMap<PathBuf, String> {
    let mut open = BTreeMap::new();
    let processes = read_dir("/proc").into_iter().flatten().flatten();
    for process in processes.map(|entry| entry.path()).filter(|path| is_number(path)) {
        // Of processes of other people the list is closed to us.
        for handle in read_dir(process.join("fd")).into_iter().flatten().flatten() {
            let Ok(path) = read_link(handle.path()) else { continue };
            if path.starts_with(below) && is_writing(&process.join("fdinfo").join(handle.file_name())) {
                let program = read_to_string(process.join("comm")).unwrap_or_default().trim().to_owned();
                open.insert(path, program);
            }
        }
    }
    open
}

fn is_number(path: &Path) -> bool {
    path.file_name()
        .and_then(|name| name.to_str())
        .is_some_and(|name| name.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether the two lowest bits of the flags say that the handle writes.
fn is_writing(info: &Path) -> bool {
    let info = read_to_string(info).unwrap_or_default();
    let flags = info.lines().find_map(|line| line.strip_prefix("flags:"));
    let last = flags.and_then(|flags| flags.trim().chars().next_back()?.to_digit(8));
    last.is_some_and(|digit| digit & 3 == 1 || digit & 3 == 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_writes_is_seen_and_who_reads_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let dir_path = std::fs::canonicalize(dir.path()).unwrap();
        let (written, read) = (dir_path.join("written"), dir_path.join("read"));
        std::fs::write(&read, b"x").unwrap();
        if !Path::new("/proc/self/fd").exists() {
            return;
        }
        let writer = std::fs::File::create(&written).unwrap();
        let reader = std::fs::File::open(&read).unwrap();
        let seen: Vec<PathBuf> = open_for_writing(&dir_path).into_keys().collect();
        assert_eq!(seen, [written]);
        drop((writer, reader));
        assert!(open_for_writing(&dir_path).is_empty());
    }
}

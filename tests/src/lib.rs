//! What several tests share: a disk that fails on purpose, one that forgets, and a house to try them on.
//!
//! Knows the vault's public face and `FORMAT.md`; what it checks it reads again from the files by itself.

pub mod ca; // the CA of a house
pub mod certs; // an authority that issues whatever it is asked for
pub mod copying; // copies of a house
pub mod disposal; // a house whose records may be destroyed
pub mod ends; // an RA and its CA before anything is filed
pub mod faults; // a disk that fails at the k-th operation
pub mod house; // a vault with its people, documents that tell what they should hold
pub mod inspect; // what the files must say, read without the vault's help
pub mod lock_store; // a store that locks versions, or only says so
pub mod lossy; // a disk that forgets what was not synced
pub mod lying; // a disk that says it has done what it has not
pub mod moto; // another program's store
pub mod mutate; // bytes changed as hands and disks change them
pub mod object_store; // a store on loopback, and a line to it that fails at the k-th request
pub mod program; // the real program, run at a desk of its own
pub mod real_disk; // an ext4 on a loop device, whose power can be cut
pub mod slow; // a disk that takes its time
pub mod snags; // what becomes of single uploads to that store
pub mod stories; // the runs that are recorded
pub mod story; // a recorded run, and what must be true after the power failed at any moment of it
pub mod sweep; // a command failed at each of its operations
pub mod swept; // which sweep fails the acts of each kind
pub mod targets; // every reader of stored bytes, as a function that may be given anything
pub mod toy_font; // fonts whose characters are known

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

/// What the short forms of the tests choose by: `JINGUI_SEED`, else another one each day.
pub fn seed() -> u64 {
    static SEED: std::sync::OnceLock<u64> = std::sync::OnceLock::new();
    *SEED.get_or_init(|| {
        let given = std::env::var("JINGUI_SEED").ok().and_then(|text| text.parse().ok());
        let day = || {
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
            now.map_or(0, |since| since.as_secs() / 86_400)
        };
        given.unwrap_or_else(day)
    })
}

/// A directory of a test's own, in memory where the system has such a place: the tests ask for thousands of syncs.
pub fn scratch() -> tempfile::TempDir {
    let memory = std::path::Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory).ok() } else { None };
    made.unwrap_or_else(|| tempfile::tempdir().expect("the system gives a temporary directory"))
}

/// Writes results where a results page takes them from: `target/<file>`.
pub fn keep(file: &str, text: &str) {
    let target = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../target");
    std::fs::create_dir_all(&target)
        .and_then(|()| std::fs::write(target.join(file), text))
        .expect("target/ can be written");
}

/// Does the work for each item, two at a time.
pub fn in_parallel<T: Sync>(items: &[T], work: impl Fn(&T) + Sync) {
    let next = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(item) = items.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
                    work(item);
                }
            });
        }
    });
}

/// Copies a directory with all below it.
pub fn copy_tree(from: &std::path::Path, to: &std::path::Path) {
    let copy = || -> std::io::Result<()> {
        std::fs::create_dir_all(to)?;
        for entry in std::fs::read_dir(from)? {
            let entry = entry?;
            let target = to.join(entry.file_name());
            match entry.file_type()?.is_dir() {
                true => copy_tree(&entry.path(), &target),
                false => drop(std::fs::copy(entry.path(), target)?),
            }
        }
        Ok(())
    };
    copy().expect("a directory of the test can be copied");
}

/// Fails the test with what is wrong, the first of it in full.
pub fn nothing_wrong(wrong: &[String]) {
    assert!(
        wrong.is_empty(),
        "{} violations, such as\n{}",
        wrong.len(),
        wrong[..wrong.len().min(40)].join("\n")
    );
}

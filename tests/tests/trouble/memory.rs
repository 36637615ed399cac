//! No more memory: the kernel kills the program while it files.

use crate::seen;
use jingui_tests::lossy::Dice;
use jingui_tests::program::Desk;
use jingui_tests::{long, say};
use std::path::PathBuf;

/// A control group whose memory is limited; taken away when dropped.
struct Group {
    dir: PathBuf,
    limit: PathBuf,
}

impl Group {
    /// Makes one, of either version of control groups; `None`, said by name, where that cannot be done.
    fn new(test: &str) -> Option<Self> {
        let name = format!("jingui-test-{}", std::process::id());
        let places = [("/sys/fs/cgroup/memory", "memory.limit_in_bytes"), ("/sys/fs/cgroup", "memory.max")];
        for (root, limit) in places {
            let dir = PathBuf::from(root).join(&name);
            if std::fs::create_dir(&dir).is_err() {
                continue;
            }
            let group = Self { limit: dir.join(limit), dir };
            if group.limit.exists() {
                return Some(group);
            }
        }
        say(&format!("skipped: {test}: no memory control group can be made here"));
        None
    }

    fn set(&self, bytes: u64) {
        std::fs::write(&self.limit, bytes.to_string()).expect("the limit can be set");
    }

    /// The words that run a program in it.
    fn words(&self) -> [String; 3] {
        let procs = self.dir.join("cgroup.procs");
        ["sh".into(), "-c".into(), format!("echo $$ > {} && exec \"$0\" \"$@\"", procs.display())]
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // The last of its processes may still be ending.
        for _ in 0..50 {
            if std::fs::remove_dir(&self.dir).is_ok() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    }
}

#[test]
fn a_program_that_the_kernel_kills_for_its_memory_loses_nothing() {
    let Some(group) = Group::new("a program killed for its memory") else { return };
    let mut desk = Desk::solo();
    let first = desk.filed_text("first.txt", "first");
    let mut dice = Dice(3);
    let (mut records, mut killed, mut filed) = (1, 0, 0);
    let limits = match long() {
        true => &[6, 10, 14, 18, 22, 26, 30, 36, 44, 52, 60, 70, 80, 100, 120, 160, 200, 400][..],
        false => &[8, 24, 40, 60, 80, 400],
    };
    for mib in limits.iter().copied() {
        // In memory the disk's own pages count as well, so that the end comes at another step each time.
        let bytes: Vec<u8> = (0..24 << 17).flat_map(|_| dice.roll().to_le_bytes()).collect();
        let path = desk.file(format!("{mib}.bin"), &bytes);
        group.set(mib << 20);
        desk.go_through(group.words());
        let ran = desk.add("me", [&path]).run();
        desk.go_through::<String>([]);
        assert!(matches!(ran.code, -1 | 0), "{}: {}", ran.code, ran.err);
        (killed, filed) = (killed + i32::from(ran.code == -1), filed + i32::from(ran.code == 0));
        let again = desk.add("me", [&path]).run().ok().json();
        assert!(ran.code != 0 || again["repeated"] == true, "what was told is there");
        records += 1;
        std::fs::remove_file(path).unwrap();
        assert_eq!(desk.records("me").len(), records, "neither lost nor twice");
        assert_eq!(desk.document("me", &first, 1), b"first");
    }
    assert!(killed > 0 && filed > 0, "{killed} killed, {filed} filed");
    desk.sound("me");
    seen(
        50,
        "no memory: killed by the kernel while filing 24 MiB (control group)",
        "nothing acknowledged is lost, nothing half, repeating makes no twin",
        &format!("with limits of {limits:?} MiB {killed} were killed, {filed} filed; verified"),
    );
}

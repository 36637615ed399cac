//! Files and directories that the one who watches may not read, or not move.

use crate::desk::{self, Scans};
use jingui_tests::program::Desk;
use jingui_tests::say;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::Command;

/// Nobody in particular.
const NOBODY: &str = "65534";

fn allow(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// A desk at which the program may not do everything; `None`, said by name, where that cannot be had.
fn of_nobody(test: &str) -> Option<Scans> {
    let mut scans = Scans::new();
    if std::fs::metadata(scans.path("")).unwrap().uid() != 0 {
        return Some(scans);
    }
    let words = ["setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"];
    let mut known = Command::new(words[0]);
    known.args(&words[1..]).arg(jingui_tests::program::program()).arg("--version");
    if !hushed(&mut known) {
        say(&format!(
            "SKIPPED {test}: root may do everything, and the program cannot be run as somebody else"
        ));
        return None;
    }
    scans.desk.go_through(words);
    Some(scans)
}

fn hushed(command: &mut Command) -> bool {
    command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Gives everything at the desk to whom the program runs as.
fn give(desk: &Desk) {
    if std::fs::metadata(desk.dir()).unwrap().uid() == 0 {
        let given = Command::new("chown").args(["-R", NOBODY]).arg(desk.dir()).status();
        assert!(given.is_ok_and(|status| status.success()), "chown");
    }
}

#[test]
fn what_may_not_be_read_waits_and_what_may_not_be_moved_is_filed_once() {
    let Some(scans) = of_nobody("files that may not be read") else { return };
    scans.file("001/a.txt", "may not be moved");
    scans.file("002/b.txt", "may not be read");
    scans.file("003/c.txt", "may be both");
    scans.file("004/deep/d.txt", "lies in a closed directory");
    scans.file("004/x.txt", "lies beside it");
    scans.desk.key("me");
    give(&scans.desk);
    allow(&scans.path("001"), 0o555);
    allow(&scans.path("002/b.txt"), 0o000);
    allow(&scans.path("004/deep"), 0o000);
    let ran = scans.once(&[]).run().exits(3);
    let items = desk::items(&ran);
    let stuck = desk::of_type(&ran, "warning");
    assert!(stuck.iter().any(|w| w["code"] == "watch-stuck"), "{stuck:?}");
    let number = scans.number(&items, "001");
    assert!(items.iter().any(|i| i["name"] == "003" && i["outcome"] == "archived"), "{items:?}");
    assert!(
        items.iter().any(|i| i["name"] == "004" && i["reasons"][0]["code"] == "watch-why-closed"),
        "{items:?}"
    );
    let status = desk::of_type(&ran, "status").pop().unwrap();
    assert_eq!(status["unfinished"][0]["code"], "watch-wait-unreadable", "{status}");
    assert!(scans.path("001/a.txt").exists() && scans.path("002/b.txt").exists());
    // Again, and nothing has changed: it is told, and nothing is filed twice.
    let again = scans.once(&[]).run().exits(3);
    assert_eq!(scans.number(&desk::items(&again), "001"), number);
    assert_eq!(scans.desk.records("me").len(), 2);
    allow(&scans.path("001"), 0o755);
    allow(&scans.path("002/b.txt"), 0o644);
    for deep in ["004/deep", "需处理/004/deep"] {
        if scans.path(deep).exists() {
            allow(&scans.path(deep), 0o755);
        }
    }
    scans.once(&[]).run();
    let files = scans.files();
    for name in ["001/a.txt", "002/b.txt", "003/c.txt"] {
        assert!(files.contains_key(&format!("已归档/{name}")), "{name}: {:?}", files.keys());
    }
    assert_eq!(files.values().filter(|bytes| *bytes == b"lies in a closed directory").count(), 1);
    assert!(!files.keys().any(|name| name.starts_with("重复")), "{:?}", files.keys());
    assert_eq!(scans.desk.run("me", ["show", &number]).ok().code, 0);
}

#[test]
fn directories_of_the_places_are_as_open_as_the_folder() {
    let scans = Scans::new();
    allow(&scans.path(""), 0o775);
    scans.file("001/a.txt", "a");
    allow(&scans.path("001"), 0o750);
    scans.file("loose.txt", "b");
    scans.once(&[]).run().exits(3);
    let mode = |name: &str| std::fs::metadata(scans.path(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("已归档"), mode("已归档/001"), mode("需处理")), (0o775, 0o750, 0o775));
    assert_eq!(mode("需处理/loose.txt.原因.txt"), 0o664);
}

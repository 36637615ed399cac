//! What is not watched.

use crate::desk::{LABELS, Scans};
use jingui_tests::program::{Disk, until};

#[test]
fn a_folder_that_cannot_be_watched_is_refused_by_name() {
    let scans = Scans::new();
    let desk = &scans.desk;
    let refuses = |dir: &str, more: &[&str], names: &str| {
        let words = [&["watch", dir, "--once"][..], more].concat();
        desk.refuses("me", words, 2, names)
    };
    let vault = desk.vault().to_str().unwrap().to_owned();
    assert_eq!(refuses(&vault, &[], "vault"), "folder-nested");
    assert_eq!(refuses(&format!("{vault}/journal"), &[], "journal"), "folder-nested");
    assert_eq!(refuses(desk.dir().to_str().unwrap(), &[], "vault"), "folder-nested");
    assert_eq!(refuses(desk.keystore().to_str().unwrap(), &[], "vault.keys"), "folder-nested");
    std::os::unix::fs::symlink(desk.vault(), desk.path("way-in")).unwrap();
    assert_eq!(refuses(&desk.text("way-in"), &[], "vault"), "folder-nested");
    assert_eq!(refuses(&desk.text("pw"), &[], "pw"), "no-folder");
    let scans_text = desk.text("scans");
    assert_eq!(refuses(&scans_text, &["--rule", "{颜色}"], "颜色"), "rule");
    assert_eq!(refuses(&scans_text, &["--rule", "{项目}{客户}"], "{项目}{客户}"), "rule");
    assert_eq!(refuses(&scans_text, &["--done", &desk.text("pw")], "pw"), "no-folder");
    assert_eq!(refuses(&scans_text, &["--date", "2999-01-01"], "2999-01-01"), "future-date");
    assert_eq!(refuses(&scans_text, &["--settle=-1"], "settle"), "bad-value");
    std::fs::create_dir(desk.path("scans/below")).unwrap();
    assert_eq!(refuses(&desk.text("scans/below"), &["--done", &scans_text], "scans"), "folder-nested");
    let gone = desk.text("gone");
    desk.refuses("me", ["watch", &gone, "--once"], 1, "gone");
    desk.refuses("me", ["watch", &gone], 1, "gone");
    assert_eq!(desk.refuses("", ["watch", &scans_text], 2, ""), "key-needed");
    assert!(!scans.path(".jingui-watch").exists(), "nothing was begun");
}

#[test]
fn two_do_not_watch_one_folder() {
    let scans = Scans::new();
    let running = scans.watch(&[]).spawn();
    until("it watches", || scans.path(".jingui-watch/lock").exists());
    let path = scans.path("");
    let mut words = vec!["watch", path.to_str().unwrap(), "--once"];
    words.extend(LABELS);
    // The lock file is there a moment before it is locked.
    until("the second is refused", || scans.desk.run("me", &words).code == 4);
    assert_eq!(scans.desk.refuses("me", &words, 4, "scans"), "folder-watched");
    running.signal("INT");
    running.wait().exits(130);
    scans.once(&[]).run().ok();
}

#[test]
fn a_stranger_watches_nothing() {
    let scans = Scans::new();
    scans.file("001/a.txt", "a");
    let ran = scans.desk.call("stranger", ["watch", "--json", "--settle", "0"]).arg(scans.path("")).run();
    assert_eq!(ran.exits(12).fault()["code"], "stranger");
    assert_eq!(scans.files().len(), 1);
}

#[test]
fn files_are_not_moved_to_another_device() {
    let test = "a place on another device";
    let Some(disk) = Disk::of_bytes(1 << 20, test) else { return };
    let scans = Scans::new();
    let elsewhere = disk.path().to_str().unwrap();
    let words = ["watch", &scans.desk.text("scans"), "--once", "--done", elsewhere];
    assert_eq!(scans.desk.refuses("me", words, 2, elsewhere), "done-elsewhere");
    // Beside the folder on the same device it works.
    std::fs::create_dir(scans.desk.path("done")).unwrap();
    scans.file("001/a.txt", "a");
    scans.once(&["--done", &scans.desk.text("done")]).run().ok();
    assert_eq!(std::fs::read(scans.desk.path("done/已归档/001/a.txt")).unwrap(), b"a");
    assert!(scans.files().is_empty());
}

#[test]
fn a_record_on_another_device_stays_where_it_is_and_is_not_filed_twice() {
    let test = "a record on another device";
    let Some(disk) = Disk::of_bytes(1 << 20, test) else { return };
    let scans = Scans::new();
    std::fs::create_dir(scans.path("001")).unwrap();
    let bound =
        std::process::Command::new("mount").arg("--bind").arg(disk.path()).arg(scans.path("001")).status();
    assert!(bound.is_ok_and(|status| status.success()), "mount --bind");
    scans.file("001/a.txt", "a");
    scans.file("002/b.txt", "b");
    let ran = scans.once(&[]).run();
    let again = scans.once(&[]).run();
    let files = scans.files();
    let unbound = std::process::Command::new("umount").arg(scans.path("001")).status();
    assert!(unbound.is_ok_and(|status| status.success()), "umount");
    let (ran, again) = (ran.exits(3), again.exits(3));
    assert_eq!(files["001/a.txt"], b"a");
    assert_eq!(files["已归档/002/b.txt"], b"b");
    let warnings = crate::desk::of_type(&ran, "warning");
    assert!(warnings.iter().any(|w| w["code"] == "watch-stuck"), "{warnings:?}");
    assert!(crate::desk::items(&again).iter().all(|item| item["outcome"] != "duplicate"));
    assert_eq!(scans.desk.records("me").len(), 2);
}

//! Full disks, folders that vanish.

use crate::desk::{self, Scans};
use jingui_tests::program::{Desk, Disk, until};
use std::io::Write as _;
use std::time::Duration;

#[test]
fn a_full_disk_is_told_once_and_waited_for() {
    let test = "a watched folder and a full disk";
    let Some(disk) = Disk::of_bytes(24 << 20, test) else { return };
    let mut desk = Desk::bare();
    desk.use_vault(disk.path().join("vault"));
    desk.init_solo();
    let scans = Scans::at(desk);
    let filler = disk.path().join("filler");
    let mut file = std::fs::File::create(&filler).unwrap();
    while file.write_all(&[7; 4096]).is_ok() {}
    drop(file);
    let running = scans.watch(&[]).spawn();
    let text: Vec<u8> = (0..200_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    scans.file("001/a.bin", &text);
    // Long enough for a second try.
    std::thread::sleep(Duration::from_millis(3500));
    assert!(scans.path("001/a.bin").exists(), "it waits");
    std::fs::remove_file(&filler).unwrap();
    until("it is archived", || scans.path("已归档/001/a.bin").exists());
    running.signal("INT");
    let ran = running.wait().exits(130);
    let told: Vec<_> =
        desk::of_type(&ran, "warning").into_iter().filter(|w| w["code"] == "turns-trouble").collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0]["message"].as_str().unwrap().contains("no-space"), "{told:?}");
    assert_eq!(scans.desk.records("me").len(), 1);
    scans.desk.sound("me");
    // A single pass says it with its exit code.
    let mut file = std::fs::File::create(&filler).unwrap();
    while file.write_all(&[7; 4096]).is_ok() {}
    drop(file);
    scans.file("002/a.bin", &text[..150_000]);
    scans.once(&[]).run().exits(16);
    assert!(scans.path("002/a.bin").exists());
}

#[test]
fn a_folder_that_goes_away_is_waited_for() {
    let scans = Scans::new();
    let running = scans.watch(&[]).spawn();
    scans.file("001/a.txt", "a");
    until("it is archived", || scans.path("已归档/001/a.txt").exists());
    until("it is done with", || std::fs::read_dir(scans.path(".jingui-watch")).unwrap().count() == 1);
    let away = scans.desk.path("away");
    std::fs::rename(scans.path(""), &away).unwrap();
    std::thread::sleep(Duration::from_millis(2500));
    std::fs::create_dir_all(away.join("002")).unwrap();
    std::fs::write(away.join("002/b.txt"), "b").unwrap();
    std::fs::rename(&away, scans.desk.path("scans")).unwrap();
    until("the other is archived", || scans.path("已归档/002/b.txt").exists());
    running.signal("INT");
    let ran = running.wait().exits(130);
    let told = desk::of_type(&ran, "warning");
    assert_eq!(told.iter().filter(|w| w["code"] == "turns-trouble").count(), 1, "{told:?}");
    let last = ran.json_lines().pop().unwrap();
    assert_eq!(last["archived"], 2, "counted over both turns: {last}");
}

#[test]
fn where_a_place_is_taken_by_something_else_nothing_is_lost() {
    let scans = Scans::new();
    scans.file("已归档", "somebody put a file here");
    scans.file("001/a.txt", "a");
    assert_eq!(scans.once(&[]).run().exits(2).fault()["code"], "no-folder");
    std::fs::remove_file(scans.path("已归档")).unwrap();
    // Further below it is a matter of one record, and the others are filed.
    scans.file("已归档/甲", "and another here");
    scans.file("甲/77/b.txt", "b");
    scans.file("乙/78/c.txt", "c");
    let ran = scans.once(&["--rule", "{客户}/{证书序列号}/"]).run().exits(3);
    let status = desk::of_type(&ran, "status").pop().unwrap();
    assert_eq!(status["unfinished"][0]["code"], "watch-wait-place", "{status}");
    let files = scans.files();
    assert_eq!((&files["甲/77/b.txt"][..], &files["已归档/乙/78/c.txt"][..]), (&b"b"[..], &b"c"[..]));
    std::fs::rename(scans.path("已归档/甲"), scans.path("已归档/other")).unwrap();
    scans.once(&["--rule", "{客户}/{证书序列号}/"]).run().ok();
    assert_eq!(scans.files()["已归档/甲/77/b.txt"], b"b");
    assert_eq!(scans.desk.records("me").len(), 2, "each was filed once");
}

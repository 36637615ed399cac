//! A scanner at work while the folder is watched.

use crate::desk::{self, Scans};
use jingui_tests::program::until;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::time::Duration;

fn pause(millis: u64) {
    std::thread::sleep(Duration::from_millis(millis));
}

fn pdf(pages: usize) -> Vec<u8> {
    let body: String = (0..pages).map(|page| format!("{page} 0 obj\n<</Type/Page>>\nendobj\n")).collect();
    format!("%PDF-1.7\n{body}startxref\n9\n%%EOF\n").into_bytes()
}

#[test]
fn a_scanner_that_writes_slowly_is_waited_for() {
    let scans = Scans::new();
    let running = scans.watch(&[]).spawn();
    let bytes = pdf(400);
    std::fs::create_dir(scans.path("001")).unwrap();
    // Pauses longer than the settling, with the file closed in between: only its end tells that it is not there yet.
    for piece in bytes.chunks(bytes.len() / 3 + 1) {
        let mut file = OpenOptions::new().create(true).append(true).open(scans.path("001/scan.pdf")).unwrap();
        file.write_all(piece).unwrap();
        drop(file);
        assert!(!scans.path("已归档/001").exists(), "it was taken before its end was there");
        pause(450);
    }
    until("the scan is archived", || scans.path("已归档/001/scan.pdf").exists());
    // Who writes is asked anew after a second: the answer from before would not name who writes the next one.
    pause(1100);
    // One held open, of a kind that does not tell where it ends.
    std::fs::create_dir(scans.path("002")).unwrap();
    let mut file = std::fs::File::create(scans.path("002/scan.tif")).unwrap();
    file.write_all(b"II*\0 first half ").unwrap();
    pause(900);
    let open_is_known = std::path::Path::new("/proc/self/fdinfo").exists();
    assert!(!open_is_known || scans.path("002/scan.tif").exists(), "it was taken while it was open");
    file.write_all(b"second half").unwrap();
    drop(file);
    until("the other is archived", || scans.path("已归档/002/scan.tif").exists());
    until("nothing of ours is left", || std::fs::read_dir(scans.path(".jingui-watch")).unwrap().count() == 1);
    running.signal("INT");
    let ran = running.wait().exits(130);
    let last = ran.json_lines().pop().unwrap();
    assert_eq!((&last["type"], &last["archived"]), (&"summary".into(), &2.into()), "{last}");
    let items = desk::items(&ran);
    assert_eq!(scans.desk.document("me", &scans.number(&items, "001"), 1), bytes);
    assert_eq!(scans.desk.document("me", &scans.number(&items, "002"), 1), b"II*\0 first half second half");
    assert!(!scans.path("001").exists() && !scans.path("002").exists(), "emptied directories are taken away");
}

#[test]
fn a_file_that_vanishes_or_changes_is_no_trouble() {
    let scans = Scans::new();
    let running = scans.watch(&["--settle", "1"]).spawn();
    for i in 0..6 {
        scans.file(format!("r{i}/a.txt"), format!("first {i}"));
        scans.file(format!("r{i}/b.txt"), format!("other {i}"));
    }
    // While they settle: some go, some are written anew, some directories are renamed.
    pause(100);
    std::fs::remove_file(scans.path("r0/a.txt")).unwrap();
    std::fs::remove_dir_all(scans.path("r1")).unwrap();
    scans.file("r2/a.txt", "second 2");
    std::fs::rename(scans.path("r3"), scans.path("renamed")).unwrap();
    let settled = || {
        ["r0/b.txt", "r2/a.txt", "renamed/a.txt", "r4/a.txt", "r5/b.txt"]
            .iter()
            .all(|name| scans.path("已归档").join(name).exists())
    };
    until("all that is left is archived", settled);
    running.signal("INT");
    running.wait().exits(130);
    assert_eq!(scans.files()["已归档/r2/a.txt"], b"second 2");
    assert_eq!(scans.desk.records("me").len(), 5);
    assert_eq!(scans.files().len(), 9);
}

#[test]
fn others_work_in_the_vault_while_it_is_watched() {
    let scans = Scans::new();
    let other = scans.desk.path("other");
    std::fs::create_dir(&other).unwrap();
    let first = scans.watch(&[]).spawn();
    scans.file("001/a.txt", "a");
    until("the first is archived", || scans.path("已归档/001/a.txt").exists());
    assert_eq!(scans.desk.records("me").len(), 1, "asked through the one who watches");
    // Another folder, watched through the first one; when that ends, the second goes on by itself.
    let second = scans.desk.call("me", ["watch", "--json", "--settle", "0.2", "--every", "0.05"]).arg(&other);
    let mut second = second.args(desk::LABELS).spawn();
    scans.desk.file("other/002/b.txt", "b");
    until("the second is archived", || other.join("已归档/002/b.txt").exists());
    first.signal("INT");
    first.wait().exits(130);
    scans.desk.file("other/003/c.txt", "c");
    until("the third is archived", || other.join("已归档/003/c.txt").exists());
    assert!(second.is_running());
    second.signal("TERM");
    second.wait().exits(130);
    assert_eq!(scans.desk.records("me").len(), 3);
}

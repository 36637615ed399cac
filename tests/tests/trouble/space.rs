//! A disk without inodes, without space, or that has turned read-only.

use crate::seen;
use jingui_tests::house::{House, Known, env_on, full, look_at_all, verify};
use jingui_tests::lossy::Dice;
use jingui_tests::program::Desk;
use jingui_tests::real_disk::{LoopDisk, Making};
use jingui_tests::{inspect, long, nothing_wrong, scratch};
use jingui_vault::catalog::Query;
use jingui_vault::fs::OsFs;
use jingui_vault::{Error, Options, Vault};
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const FEW_INODES: Making =
    Making { name: "few inodes", bytes: 64 << 20, mkfs: &["-N", "160"], options: "rw" };
const SMALL: Making = Making { name: "small", bytes: 24 << 20, mkfs: &["-m", "0"], options: "rw" };

/// A desk whose vault and keystore lie on a disk, all else elsewhere; with one record.
fn desk_on(disk: &LoopDisk) -> (Desk, String) {
    let mut desk = Desk::bare();
    desk.use_vault(disk.path().join("vault"));
    desk.init_solo();
    let number = desk.filed_text("first.txt", "first");
    (desk, number)
}

/// Takes all inodes but so many; returns the files that took them.
fn take_inodes(disk: &Path, but: usize) -> Vec<PathBuf> {
    let dir = disk.join("filler");
    std::fs::create_dir_all(&dir).unwrap();
    let mut files = Vec::new();
    for i in 0.. {
        let path = dir.join(i.to_string());
        match File::create_new(&path) {
            Ok(_) => files.push(path),
            Err(error) => {
                assert_eq!(error.kind(), std::io::ErrorKind::StorageFull, "{error}");
                break;
            }
        }
    }
    for path in files.split_off(files.len().saturating_sub(but)) {
        std::fs::remove_file(path).unwrap();
    }
    files
}

/// Takes all space but so many bytes.
fn take_space(disk: &Path, but: u64) {
    let path = disk.join("filler");
    let mut file = File::create(&path).unwrap();
    let block = vec![0x5a; 4096];
    let mut size = 0;
    while file.write_all(&block).is_ok() {
        size += block.len() as u64;
    }
    // What is not on the device yet has no block yet either.
    file.sync_all().unwrap();
    file.set_len(size.saturating_sub(but)).unwrap();
    file.sync_all().unwrap();
}

/// What works on a disk that takes nothing more: everything that only reads, and opening with a spool elsewhere.
fn reads(desk: &Desk, number: &str, records: usize) {
    assert_eq!(desk.records("me").len(), records);
    desk.run("me", ["show", number]).ok();
    desk.run("", ["status", "--json"]).ok();
    desk.run("", ["journal", "verify"]).ok();
    let spool = desk.text("spool.act");
    assert_eq!(desk.run("me", ["open", number, "1", "--spool", &spool]).ok().bytes, b"first");
}

#[test]
fn a_disk_without_inodes_is_told_as_16_and_filing_goes_on_when_there_are_some() {
    let test = "a disk without inodes";
    let Some(disk) = LoopDisk::new(test, FEW_INODES, &[]) else { return };
    let (desk, number) = desk_on(&disk);
    let (mut records, mut refused) = (1, 0);
    let lefts = if long() { &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9][..] } else { &[0, 2, 3, 5] };
    for left in lefts.iter().copied() {
        let files = take_inodes(&disk.path(), left);
        let path = desk.file(format!("left{left}.txt"), format!("with {left} inodes left"));
        let ran = desk.add("me", [&path]).run();
        let filed = ran.code == 0;
        records += usize::from(filed);
        if !filed {
            refused += 1;
            assert_eq!(ran.exits(16).fault()["code"], "no-space");
        }
        reads(&desk, &number, records);
        files.iter().for_each(|file| std::fs::remove_file(file).unwrap());
        // With inodes again, the same call files it, or finds that it was filed.
        let again = desk.add("me", [&path]).run().ok().json();
        assert_eq!(again["repeated"], filed, "{left} inodes left");
        records += usize::from(!filed);
    }
    assert!(refused > 1 && records == 1 + lefts.len(), "{refused} refused, {records} records");
    desk.sound("me");
    seen(
        40,
        "no inodes (`mkfs.ext4 -N`)",
        "16, nothing lost, reading goes on, works again when there are some",
        &format!(
            "with {lefts:?} inodes left {refused} of {} `add` ended with 16, none half; `list`, `show`, `status`, \
             `open --spool` worked each time",
            lefts.len()
        ),
    );
}

#[test]
fn a_full_disk_is_told_as_16_and_filing_goes_on_when_there_is_space() {
    let test = "a full ext4";
    let Some(disk) = LoopDisk::new(test, SMALL, &[]) else { return };
    let (desk, number) = desk_on(&disk);
    let (mut records, mut refused, mut dice) = (1, 0, Dice(4));
    // Bytes left for a document of about 100 KiB, so that each step of filing meets the end of the space once.
    let lefts = match long() {
        true => &[0, 4, 8, 16, 24, 40, 64, 100, 112, 120, 128, 136, 160][..],
        false => &[0, 16, 100, 120],
    };
    for (i, left) in lefts.iter().copied().enumerate() {
        let bytes: Vec<u8> = (0..100_000 / 8).flat_map(|_| dice.roll().to_le_bytes()).collect();
        let path = desk.file(format!("left{left}.bin"), &bytes);
        take_space(&disk.path(), left << 10);
        let ran = desk.add("me", [&path]).run();
        let filed = ran.code == 0;
        records += usize::from(filed);
        if !filed {
            refused += 1;
            assert_eq!(ran.exits(16).fault()["code"], "no-space");
        }
        reads(&desk, &number, records);
        std::fs::remove_file(disk.path().join("filler")).unwrap();
        let again = desk.add("me", [&path]).run().ok().json();
        assert_eq!(again["repeated"], filed, "{left} KiB left");
        records += usize::from(!filed);
        assert_eq!(records, i + 2);
    }
    assert!(refused > 1, "{refused} were refused");
    desk.sound("me");
    seen(
        41,
        "no space (small ext4)",
        "16, nothing lost, reading goes on, works again when there is some",
        &format!(
            "with {lefts:?} KiB left {refused} of {} `add` of 100 KB ended with 16, none half; `list`, `show`, \
             `status`, `open --spool` worked each time",
            lefts.len()
        ),
    );
}

#[test]
fn a_disk_that_turns_read_only_under_a_running_holder_is_read_from() {
    let test = "a disk that turns read-only";
    let Some(disk) = LoopDisk::new(test, Making::USUAL, &[]) else { return };
    let env = env_on(Arc::new(OsFs));
    let house = House::planned(&disk.path(), &env, true);
    drop(house.begin(&env).unwrap());
    let elsewhere = scratch();
    let spool = elsewhere.path().join("spool.act");
    let open = || {
        let options = Options {
            keystore: Some(house.keys()),
            mirror: Some(house.mirror()),
            scratch: Some(elsewhere.path().to_owned()),
            ..Options::default()
        };
        Vault::open(env.clone(), &house.vault(), options).unwrap()
    };
    let vault = open();
    let session = house.founder(&vault).unwrap();
    let mut known = vec![Known::of(&house.file(&session, "before", 2, None).unwrap(), 2)];
    // `remount,ro` is refused by the kernel as long as the journal is open for writing. What turns a disk read-only
    // under a running program is ext4 itself, when it meets an error; this does the same.
    disk.remount("abort");
    let mut wrong = Vec::new();
    for i in 0..3 {
        match house.file(&session, &format!("refused {i}"), 1, None) {
            Err(error @ (Error::Io { .. } | Error::Poisoned { .. })) => {
                let clear = matches!(error.code(), "read-only" | "poisoned");
                if !clear {
                    wrong.push(format!("filing was told {}: {}", error.code(), full(&error)));
                }
            }
            other => wrong.push(format!("filing ended with {other:?}")),
        }
    }
    let rows = session.list(&Query { limit: 10, ..Query::default() }).unwrap().rows;
    assert_eq!(rows.len(), 1);
    session.view(known[0].record).unwrap();
    let opening = session.open_documents(known[0].record, &[], None, Some(&spool)).unwrap();
    for document in opening.documents().to_vec() {
        opening.copy(&document, &mut Vec::new()).unwrap();
    }
    assert!(opening.seq().is_none() && spool.exists());
    drop((opening, session, vault));
    // One that opens it now reads, too.
    let vault = open();
    assert!(vault.read_only().is_some());
    let session = house.founder(&vault).unwrap();
    let opening = session.open_documents(known[0].record, &[1], None, Some(&spool)).unwrap();
    assert!(opening.seq().is_none());
    drop((opening, session, vault));
    disk.unmount();
    disk.mount();
    let vault = house.open(Arc::new(OsFs)).unwrap();
    let session = house.founder(&vault).unwrap();
    known.push(Known::of(&house.file(&session, "after", 1, None).unwrap(), 1));
    vault.mirror();
    wrong.extend(inspect::vault(&OsFs, &house.vault(), false).1);
    wrong.extend(look_at_all(&session, &known));
    wrong.extend(verify(&session));
    seen(
        42,
        "the disk turns read-only under a running holder (`remount,abort`)",
        "filing fails clearly, list and `open --spool` work, all is well after remounting",
        "each filing was refused as `read-only` or `poisoned`; lists, facts and documents came; so did they for a \
         process that opened the vault then; after mounting it anew: verified, next filing done",
    );
    nothing_wrong(&wrong);
}

#[test]
fn a_disk_mounted_read_only_is_told_and_read_from() {
    let test = "a read-only ext4";
    let Some(disk) = LoopDisk::new(test, Making::USUAL, &[]) else { return };
    let (desk, number) = desk_on(&disk);
    disk.remount("ro");
    let path = desk.file("refused.txt", "refused");
    assert_eq!(desk.add("me", [&path]).run().exits(4).fault()["code"], "vault-read-only");
    reads(&desk, &number, 1);
    disk.remount("rw");
    desk.add("me", [&path]).run().ok();
    assert_eq!(desk.records("me").len(), 2);
    desk.sound("me");
    seen(
        43,
        "the disk is mounted read-only",
        "`add` fails clearly, reading goes on, works again after `remount,rw`",
        "`add` ended with 4, `vault-read-only`; `list`, `show`, `status`, `open --spool` worked",
    );
}

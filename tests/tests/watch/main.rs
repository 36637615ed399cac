//! `watch` as a whole program: a scanner's folder, its four places, and everything that can happen to it.

mod desk; // a scanner's folder beside a vault
mod killed; // kill -9, again and again
mod refused; // what is not watched
mod rights; // what may not be read, or not moved
mod scanner; // a scanner at work
mod trouble; // full disks, folders that vanish, others in the vault

use desk::Scans;
use std::os::unix::ffi::OsStrExt;

#[test]
fn every_file_ends_in_one_of_four_places() {
    let scans = Scans::new();
    scans.file("001/申请表.txt", "first");
    scans.file("001/b/执照.txt", "second");
    scans.file("002/again.txt", "second");
    scans.file("003/x.txt", "third");
    scans.file("003/labels.toml", "客户 = \"暮色公司\"\n客户类型 = \"画家\"\n");
    scans.file("004/labels.toml", "客户 = \"暮色公司\"\n标签 = \"急\"\n[材料]\n\"x.txt\" = \"执照\"\n");
    scans.file("004/x.txt", "fourth");
    scans.file("loose.txt", "loose");
    std::os::unix::fs::symlink("/etc/hostname", scans.path("link")).unwrap();
    let ran = scans.once(&[]).run().exits(3);
    let items = desk::items(&ran);
    let outcome = |name: &str| {
        let item =
            items.iter().find(|item| item["name"] == name).unwrap_or_else(|| panic!("no {name}: {items:?}"));
        (
            item["outcome"].as_str().unwrap().to_owned(),
            item["reasons"][0]["code"].as_str().unwrap_or("").to_owned(),
        )
    };
    let is = |outcome: &str, code: &str| (outcome.to_owned(), code.to_owned());
    assert_eq!(outcome("001"), is("archived", ""));
    assert_eq!(outcome("002"), is("duplicate", "watch-why-known"));
    assert_eq!(outcome("003"), is("attention", "path-value"));
    assert_eq!(outcome("004"), is("archived", ""));
    assert_eq!(outcome("loose.txt"), is("attention", "watch-why-loose"));
    assert_eq!(outcome("link"), is("attention", "watch-why-odd"));
    let files = scans.files();
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "已归档/001/b/执照.txt",
            "已归档/001/申请表.txt",
            "已归档/004/labels.toml",
            "已归档/004/x.txt",
            "重复/002.原因.txt",
            "重复/002/again.txt",
            "需处理/003.原因.txt",
            "需处理/003/labels.toml",
            "需处理/003/x.txt",
            "需处理/link",
            "需处理/link.原因.txt",
            "需处理/loose.txt",
            "需处理/loose.txt.原因.txt",
        ]
    );
    assert!(std::fs::symlink_metadata(scans.path("需处理/link")).unwrap().is_symlink());
    let number = items.iter().find(|item| item["name"] == "001").unwrap()["number"].as_str().unwrap();
    let why = String::from_utf8(files["重复/002.原因.txt"].clone()).unwrap();
    assert!(why.contains(number), "{why}");
    // The labels of the sheet, the options for the rest, and what each file is.
    let records = scans.desk.records("me");
    assert_eq!(records.len(), 2);
    let told = scans.desk.run("me", ["show", "--json", &scans.number(&items, "004")]).ok().json().to_string();
    for word in ["暮色公司", "急", "SUB", "x.txt"] {
        assert!(told.contains(word), "{word}: {told}");
    }
    let told = scans.desk.run("me", ["show", "--json", number]).ok().json().to_string();
    for word in ["晨光公司", "APP", "SUB", "b/执照.txt"] {
        assert!(told.contains(word), "{word}: {told}");
    }
    let last = ran.json_lines().pop().unwrap();
    assert_eq!(
        (&last["type"], &last["archived"], &last["duplicates"], &last["attention"], &last["exit_code"]),
        (&"summary".into(), &2.into(), &1.into(), &3.into(), &3.into())
    );
    let status = desk::of_type(&ran, "status").pop().unwrap();
    assert_eq!(
        (&status["archived"]["files"], &status["attention"]["files"], &status["waiting"]["files"]),
        (&4.into(), &3.into(), &0.into()),
        "{status}"
    );
    scans.desk.sound("me");
    // Another pass finds nothing to do.
    let again = scans.once(&[]).run().ok();
    assert!(desk::items(&again).is_empty());
    assert_eq!(scans.files(), files);
}

#[test]
fn a_rule_says_which_files_are_one_record_and_what_they_are() {
    let scans = Scans::new();
    for (name, text) in [
        ("晨光/77_申请表_1.txt", "a"),
        ("晨光/77_执照_2.txt", "c"),
        ("晨光/77_执照_1.txt", "b"),
        ("暮色/78_申请表_1.txt", "d"),
        ("暮色/合影.txt", "e"),
    ] {
        scans.file(name, text);
    }
    let ran = scans.once(&["--rule", "{客户}/{证书序列号}_{材料}_{页}"]).run().exits(3);
    let items = desk::items(&ran);
    assert_eq!(items.len(), 3, "{items:?}");
    let number = scans.number(&items, "晨光/77_申请表_1.txt");
    let bytes: Vec<Vec<u8>> = (1..=3).map(|doc| scans.desk.document("me", &number, doc)).collect();
    assert_eq!(bytes, [b"a", b"b", b"c"]);
    let told = scans.desk.run("me", ["show", "--json", &number]).ok().json().to_string();
    assert!(told.contains("晨光") && told.contains("77") && told.contains("SUB"), "{told}");
    let files = scans.files();
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "已归档/晨光/77_执照_1.txt",
            "已归档/晨光/77_执照_2.txt",
            "已归档/晨光/77_申请表_1.txt",
            "已归档/暮色/78_申请表_1.txt",
            "需处理/暮色/合影.txt",
            "需处理/暮色/合影.txt.原因.txt",
        ]
    );
    // A page that comes later is not filed beside its record unasked.
    scans.file("晨光/77_执照_3.txt", "late");
    let items = desk::items(&scans.once(&["--rule", "{客户}/{证书序列号}_{材料}_{页}"]).run().exits(3));
    assert_eq!(items[0]["reasons"][0]["code"], "watch-why-late");
    assert!(items[0]["reasons"][0]["message"].as_str().unwrap().contains(&number));
}

#[test]
fn files_that_come_later_wait_for_a_person_or_supplement() {
    let scans = Scans::new();
    scans.file("001/a.txt", "a");
    let number = scans.number(&desk::items(&scans.once(&[]).run().ok()), "001");
    scans.file("001/b.txt", "b");
    let items = desk::items(&scans.once(&[]).run().exits(3));
    assert_eq!(items[0]["reasons"][0]["code"], "watch-why-late");
    assert!(scans.path("需处理/001/b.txt").exists());
    scans.file("001/c.txt", "c");
    scans.file("001/a.txt", "a");
    let items = desk::items(&scans.once(&["--supplement"]).run().ok());
    assert_eq!((&items[0]["outcome"], &items[0]["number"]), (&"supplemented".into(), &number.clone().into()));
    // Only what was new was added, and everything is out of the way, under a name of its own.
    assert_eq!(scans.desk.document("me", &number, 2), b"c");
    assert_eq!(scans.desk.run("me", ["open", &number, "3"]).code, 6);
    assert!(scans.path("已归档/001 (2)/c.txt").exists() && scans.path("已归档/001 (2)/a.txt").exists());
    assert!(scans.path("已归档/001/a.txt").exists());
}

#[test]
fn the_same_name_another_day_is_another_record() {
    let scans = Scans::new();
    scans.file("001/a.txt", "first");
    scans.once(&["--tag", "monday"]).run().ok();
    scans.file("001/a.txt", "second");
    scans.once(&["--tag", "tuesday"]).run().ok();
    assert_eq!(scans.files()["已归档/001/a.txt"], b"first");
    assert_eq!(scans.files()["已归档/001 (2)/a.txt"], b"second");
    assert_eq!(scans.desk.records("me").len(), 2);
}

#[test]
fn a_dry_run_says_what_would_be_done_and_touches_nothing() {
    let scans = Scans::new();
    scans.file("001/a.txt", "a");
    scans.file("loose.txt", "b");
    let lines = scans.desk.lines();
    let items = desk::items(&scans.once(&["-n"]).run().exits(3));
    let told: Vec<_> =
        items.iter().map(|i| (i["outcome"].as_str().unwrap(), i["dry_run"].as_bool())).collect();
    assert_eq!(told, [("archived", Some(true)), ("attention", Some(true))]);
    let all: Vec<_> = std::fs::read_dir(scans.path("")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(all.len(), 2, "{all:?}");
    assert_eq!((scans.desk.lines(), scans.desk.records("me").len()), (lines, 0));
}

#[test]
fn odd_names_go_through_as_they_are() {
    let scans = Scans::new();
    let long = format!("{}.txt", "档".repeat(83));
    let odd: Vec<Vec<u8>> = vec![
        b"001/\xc9\xea\xc7\xeb.txt".to_vec(),
        b"001/a\nb\x1b[31m.txt".to_vec(),
        format!("001/{long}").into_bytes(),
    ];
    for (i, name) in odd.iter().enumerate() {
        scans.file(std::ffi::OsStr::from_bytes(name), format!("odd {i}"));
    }
    scans.file(&long, "loose with a long name");
    let human = scans.plain(&["--once"]).run().exits(3);
    assert!(!jingui_tests::program::has_controls(&human.out()), "{:?}", human.out());
    for (i, name) in odd.iter().enumerate() {
        let path = scans.path("已归档").join(std::ffi::OsStr::from_bytes(name));
        assert_eq!(std::fs::read(path).unwrap(), format!("odd {i}").as_bytes());
    }
    assert!(scans.path("需处理").join(&long).exists());
    assert_eq!(scans.files().len(), 5, "one has its reason beside it: {:?}", scans.files().keys());
    scans.desk.sound("me");
}

#[test]
fn what_was_never_finished_is_given_up_and_says_so() {
    let scans = Scans::new();
    scans.file("001/cut.pdf", "%PDF-1.7\n1 0 obj\n");
    scans.file("002/empty.txt", "");
    scans.file("003/x.pdf.part", "half");
    scans.file("003/y.txt", "whole");
    let ran = scans.once(&[]).run().ok();
    assert!(desk::items(&ran).is_empty());
    let status = desk::of_type(&ran, "status").pop().unwrap();
    let mut codes: Vec<&str> =
        status["unfinished"].as_array().unwrap().iter().map(|u| u["code"].as_str().unwrap()).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["watch-wait-empty", "watch-wait-end", "watch-wait-temporary"]);
    assert_eq!(scans.files().len(), 4, "they wait");
    let items = desk::items(&scans.once(&["--give-up", "0"]).run().exits(3));
    assert_eq!(items.len(), 3);
    assert!(items.iter().all(|i| i["reasons"][0]["code"] == "watch-why-given-up"), "{items:?}");
    assert!(scans.path("需处理/003/x.pdf.part").exists() && scans.path("需处理/001.原因.txt").exists());
    assert_eq!(scans.desk.records("me").len(), 0);
}

#[test]
fn what_is_said_to_people_is_said_in_their_language() {
    let scans = Scans::new();
    scans.file("001/a.txt", "a");
    scans.file("loose.txt", "b");
    let zh = scans.plain(&["--once", "--lang", "zh"]).run().exits(3);
    assert!(
        zh.out().contains("个文件") && zh.out().contains("需处理") && zh.err.contains("可直接读到的明文"),
        "{zh:?}"
    );
    let why = std::fs::read_to_string(scans.path("需处理/loose.txt.原因.txt")).unwrap();
    assert!(why.contains("散放"), "{why}");
    scans.file("loose.txt", "c");
    let en = scans.plain(&["--once", "--lang", "en"]).run().exits(3);
    assert!(en.out().contains("loose in the folder"), "{en:?}");
    assert!(scans.path("需处理/loose (2).txt").exists());
}

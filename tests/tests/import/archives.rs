//! Files in archives: read straight out of them, whatever encoding their names have; evil ones refused.

use super::*;
use jingui_indexer::archive::pack::Pack;
use std::io::Write as _;

/// An archive with UTF-8 names.
fn zip(desk: &Desk, name: &str, files: &[(&str, &[u8])]) -> PathBuf {
    let path = desk.path(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut pack = Pack::new(std::fs::File::create(&path).unwrap());
    for (name, content) in files {
        let mut file = pack.file(name).unwrap();
        file.write_all(content).unwrap();
        pack = file.end().unwrap();
    }
    pack.finish().unwrap();
    path
}

/// Writes some bytes of an archive over: names have the same length, and so nothing else changes.
fn patch(path: &std::path::Path, from: &[u8], to: &[u8]) {
    assert_eq!(from.len(), to.len());
    let mut bytes = std::fs::read(path).unwrap();
    let places: Vec<usize> =
        (0..=bytes.len() - from.len()).filter(|at| &bytes[*at..*at + from.len()] == from).collect();
    assert!(!places.is_empty());
    for at in places {
        bytes[at..at + from.len()].copy_from_slice(to);
    }
    std::fs::write(path, bytes).unwrap();
}

/// Takes the mark away that says that names are UTF-8.
fn unmark(path: &std::path::Path) {
    let mut bytes = std::fs::read(path).unwrap();
    for (magic, at) in [(b"PK\x03\x04", 7), (b"PK\x01\x02", 9)] {
        for begin in 0..bytes.len() - 4 {
            if &bytes[begin..begin + 4] == magic {
                bytes[begin + at] &= !8;
            }
        }
    }
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn an_archive_whose_names_are_gb18030_is_a_place_of_files() {
    let desk = Desk::solo();
    // 申请表.pdf and 协议.pdf as Windows writes them, without saying so.
    let path = zip(&desk, "scans.zip", &[("jia/AAAAAA.pdf", b"form"), ("jia/BBBB.pdf", b"agreement")]);
    patch(&path, b"AAAAAA", b"\xc9\xea\xc7\xeb\xb1\xed");
    patch(&path, b"BBBB", b"\xd0\xad\xd2\xe9");
    unmark(&path);
    sheet(&desk, "ledger.csv", &[row("甲公司", "jia/"), row("乙公司", "jia/申请表.pdf")]);
    let args = ["import", "plan", "ledger.csv", "--files", "scans.zip", "--json"];
    let (rows, _) = rows_of(&desk.run("me", args).exits(3));
    assert_eq!(rows.values().collect::<Vec<_>>(), ["file-twice", "file-twice"]);
    sheet(&desk, "ledger.csv", &[row("甲公司", "jia/")]);
    desk.run("me", args).ok();
    apply(&desk, "ledger.plan.csv").ok();
    let number = desk.records("me")[0]["number"].as_str().unwrap().to_owned();
    let shown = desk.run("me", ["show", &number, "--json"]).ok().json();
    let documents: Vec<_> = shown["documents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| (d["name"].as_str(), d["kind"].as_str()))
        .collect();
    let expected = [(Some("协议.pdf"), Some("AGR")), (Some("申请表.pdf"), Some("APP"))];
    assert_eq!(documents, expected);
    assert_eq!(desk.document("me", &number, 2), b"form");
    // By a rule as well.
    let call = desk.call("me", ["import", "plan", "ledger.csv", "--files", "scans.zip", "--json", "--rule"]);
    sheet(&desk, "ledger.csv", &[row("jia", "")]);
    let (rows, _) = rows_of(&call.arg("{客户}/{材料}").run().ok());
    assert_eq!(rows[&2], "new");
}

#[test]
fn a_row_may_name_an_archive_or_a_file_in_one() {
    let desk = desk(1);
    let large = vec![7; 6 << 20]; // larger than what is held in memory, so that it is read twice
    zip(&desk, "files/a.zip", &[("申请表.pdf", b"form"), ("x/large.bin", &large)]);
    zip(&desk, "files/deep/b.ZIP", &[("申请表.pdf", b"form of b"), ("协议.pdf", b"agreement of b")]);
    zip(&desk, "files/none.zip", &[]);
    desk.file("files/torn.zip", b"PK\x03\x04 torn");
    sheet(
        &desk,
        "ledger.csv",
        &[
            row("甲公司", "a.zip"),
            row("乙公司", "deep/b.ZIP/协议.pdf=POA"),
            row("丙公司", "b.ZIP/申请表.pdf"),
            row("丁公司", "none.zip"),
            row("戊公司", "torn.zip"),
            row("己公司", "a.zip/absent.pdf"),
        ],
    );
    let (rows, summary) = rows_of(&plan(&desk, "ledger.csv").exits(3));
    let expected = ["new", "new", "missing-file", "missing-file", "bad-file", "missing-file"];
    assert_eq!(rows.values().collect::<Vec<_>>(), expected);
    assert_eq!(summary["left_over"], 2, "1.pdf and the torn archive: {summary}");
    apply(&desk, "ledger.plan.csv").exits(3);
    let records = desk.records("me");
    let of = |name: &str| records.iter().find(|record| record["customer"] == name).unwrap()["number"].clone();
    let number = of("甲公司");
    let number = number.as_str().unwrap();
    // In the order of their paths; compared without showing six million bytes.
    assert!(desk.document("me", number, 1) == large && desk.document("me", number, 2) == b"form");
    let shown = desk.run("me", ["show", of("乙公司").as_str().unwrap(), "--json"]).ok().json();
    assert_eq!(shown["documents"][0]["kind"], "POA", "what the cell says counts");
    desk.sound("me");
}

#[test]
fn evil_archives_are_refused_and_touch_nothing() {
    let desk = desk(1);
    let escape = zip(&desk, "escape.zip", &[("AA/BBBBBB", b"x")]);
    patch(&escape, b"AA/BBBBBB", b"../me.key");
    let bomb = zip(&desk, "files/bomb.zip", &[("zeros.bin", &vec![0; 1 << 20])]);
    // The directory says that it is small.
    let size = (1u32 << 20).to_le_bytes();
    patch(&bomb, &size, &1000u32.to_le_bytes());
    let key = std::fs::read(desk.key("me")).unwrap();
    sheet(&desk, "ledger.csv", &[row("甲公司", "bomb.zip"), row("乙公司", "1.pdf")]);
    let args = ["import", "plan", "ledger.csv", "--files", "escape.zip"];
    assert_eq!(desk.refuses("me", args, 2, "../me.key"), "archive");
    let ran = plan(&desk, "ledger.csv").exits(3);
    assert_eq!(rows_of(&ran).0.values().collect::<Vec<_>>(), ["bad-file", "new"]);
    assert!(reason(&ran, 2).contains("zeros.bin"));
    apply(&desk, "ledger.plan.csv").exits(3);
    assert_eq!(desk.records("me").len(), 1);
    assert_eq!(std::fs::read(desk.key("me")).unwrap(), key);
}

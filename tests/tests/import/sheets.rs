//! Sheets as they come: in every encoding, with everything that is wrong with their rows.

use super::*;

/// A row for each thing that can be wrong, beside some that are right; what is expected of it.
fn bad_rows() -> Vec<([String; 9], &'static str)> {
    vec![
        (row("甲公司", "1.pdf"), "new"),
        (but(row("乙公司", "2.pdf"), 4, "91350100M000100Y43"), "new"),
        (but(row("乙公司", "3.pdf"), 4, "91350100M000100Y44"), "bad-value"),
        (but(but(row("张三", "4.pdf"), 3, "个人"), 4, "11010519491231002x"), "new"),
        (but(but(row("张三", "5.pdf"), 3, "person"), 4, "1.10105E+17"), "spreadsheet-number"),
        (but(but(row("张三", "5.pdf"), 3, "个人"), 4, "110105194912310000"), "spreadsheet-number"),
        (but(but(row("张三", "6.pdf"), 3, "个人"), 4, "110105491231002"), "bad-value"),
        (but(row("丙公司", "7.pdf"), 6, "2024-02-30"), "bad-value"),
        (but(row("丙公司", "7a.pdf"), 6, "2999-01-01"), "bad-value"),
        (but(row("丙公司", "8.pdf"), 6, "2024年5月1日"), "new"),
        (but(row("丙公司", "9.pdf"), 3, "公家"), "bad-value"),
        (but(row("丙公司", "10.pdf"), 5, "买卖"), "bad-value"),
        (but(row("丙公司", "11.pdf"), 0, ""), "missing-value"),
        (row("丁公司", "absent.pdf"), "missing-file"),
        (row("丁公司", ""), "missing-file"),
        (row("丁公司", "../me.key"), "missing-file"),
        (row("丁公司", "twin.pdf"), "file-ambiguous"),
        (row("丁公司", "12.pdf; 13.pdf"), "file-twice"),
        (row("戊公司", "13.pdf"), "file-twice"),
        (row("戊公司", "empty.pdf"), "bad-file"),
        (row("戊公司", "link.pdf"), "bad-file"),
        (row("甲公司", "1.pdf"), "duplicate-row"),
        (but(row("己公司", "a/"), 8, "a directory"), "new"),
        (row("庚公司", "copy.pdf"), "new"),
        (row("庚公司", "b/copy2.pdf"), "duplicate-row"),
        (row(&"长".repeat(201), "14.pdf"), "bad-value"),
        (row("=HYPERLINK(\"http://x\")", "15.pdf"), "new"),
    ]
}

/// A desk with the files of those rows.
fn bad_desk() -> Desk {
    let desk = desk(15);
    for (name, content) in [
        ("files/7a.pdf", "7a"),
        ("files/x/twin.pdf", "one"),
        ("files/y/twin.pdf", "two"),
        ("files/empty.pdf", ""),
        ("files/a/申请表.pdf", "form"),
        ("files/a/身份证_反面.jpg", "card"),
        ("files/copy.pdf", "the same content"),
        ("files/b/copy2.pdf", "the same content"),
        ("files/nobody.pdf", "of no row"),
        ("files/.DS_Store", "junk"),
    ] {
        desk.file(name, content);
    }
    std::os::unix::fs::symlink("1.pdf", desk.path("files/link.pdf")).unwrap();
    desk
}

/// The same sheet as other programs would have written it.
fn forms(desk: &Desk) -> Vec<&'static str> {
    let rows: Vec<_> = bad_rows().into_iter().map(|(row, _)| row).collect();
    sheet(desk, "bom.csv", &rows);
    sheet(desk, "book.xlsx", &rows);
    // Without the neutralising that only our own CSV has.
    let text = std::fs::read_to_string(desk.path("bom.csv")).unwrap().replace("\"'=HYPER", "\"=HYPER");
    let text = text.trim_start_matches('\u{feff}');
    desk.file("plain.csv", text);
    desk.file("gb.csv", encoding(text));
    vec!["bom.csv", "book.xlsx", "plain.csv", "gb.csv"]
}

/// A text in GB18030, by the two-byte table of the characters that stand in it.
fn encoding(text: &str) -> Vec<u8> {
    let run = std::process::Command::new("iconv")
        .args(["-f", "UTF-8", "-t", "GB18030"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn();
    let mut run = run.expect("iconv is part of the C library");
    let text = text.to_owned();
    let mut input = run.stdin.take().unwrap();
    let writer = std::thread::spawn(move || std::io::Write::write_all(&mut input, text.as_bytes()).unwrap());
    let out = run.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(out.status.success());
    out.stdout
}

#[test]
fn every_row_is_judged_and_what_is_wrong_is_named() {
    let desk = bad_desk();
    let expected: BTreeMap<u64, String> =
        (2..).zip(bad_rows()).map(|(no, (_, word))| (no, word.to_owned())).collect();
    for name in forms(&desk) {
        let ran = plan(&desk, name).exits(3);
        let (rows, summary) = rows_of(&ran);
        assert_eq!(rows, expected, "{name}");
        assert_eq!(summary["left_over"], 3, "{name}: nobody.pdf and the two that could be meant: {summary}");
        for (no, word) in &rows {
            assert_eq!(reason(&ran, *no).is_empty(), word == "new", "{name}: {no} {word}");
        }
        assert!(ran.out().contains("nobody.pdf"), "{name}: the file that no row has is named");
    }
    let lines = desk.lines();
    let ran = apply(&desk, "gb.plan.csv").exits(3);
    let (filed, summary) = rows_of(&ran);
    let new: Vec<u64> = expected.iter().filter(|(_, word)| *word == "new").map(|(no, _)| *no).collect();
    assert_eq!(filed.keys().copied().collect::<Vec<_>>(), new);
    assert!(filed.values().all(|word| word == "done"), "{filed:?}");
    assert_eq!((summary["filed"].as_u64(), summary["exit_code"].as_u64()), (Some(new.len() as u64), Some(3)));
    assert_eq!(desk.lines(), lines + new.len() as u64);
    let records = desk.records("me");
    assert_eq!(records.len(), new.len());
    let of =
        |name: &str| records.iter().find(|record| record["customer"] == name).expect("the record is there");
    let shown = desk.run("me", ["show", of("己公司")["number"].as_str().unwrap(), "--json"]).ok().json();
    let documents = shown["documents"].as_array().unwrap();
    let kinds: Vec<_> = documents.iter().map(|document| document["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["APP", "HID"], "kinds by the names of files");
    assert!(documents[1].to_string().contains("\"back\""), "and the side of a card: {}", documents[1]);
    assert!(of("丙公司")["date"] == "2024-05-01" && of("=HYPERLINK(\"http://x\")")["outcome"] == "issued");
    // Whatever form the sheet has, what is filed is there already.
    let ran = plan(&desk, "book.xlsx").exits(3);
    let (rows, _) = rows_of(&ran);
    for (no, word) in &expected {
        // What was a copy of another row is now a copy of what is there.
        let is_copy = word == "duplicate-row" && reason(&ran, *no).contains("JG01-");
        let expected = if word == "new" || is_copy { "filed" } else { word.as_str() };
        assert_eq!(rows[no], expected, "row {no}");
    }
    desk.sound("me");
}

#[test]
fn the_results_stand_beside_the_plan_and_the_plan_is_the_sheet() {
    let desk = desk(2);
    sheet(
        &desk,
        "ledger.csv",
        &[row("甲公司", "1.pdf"), row("乙公司", "absent.pdf"), row("丙公司", "2.pdf")],
    );
    plan(&desk, "ledger.csv").exits(3);
    let text = std::fs::read_to_string(desk.path("ledger.plan.csv")).unwrap();
    assert!(text.starts_with("\u{feff}项目,网点,"), "{text}");
    let mode = std::os::unix::fs::PermissionsExt::mode(
        &std::fs::metadata(desk.path("ledger.plan.csv")).unwrap().permissions(),
    );
    assert_eq!(mode & 0o077, 0, "a plan has names in it");
    let ran = apply(&desk, "ledger.plan.csv").exits(3);
    let result = std::fs::read_to_string(desk.path("ledger.plan.result.csv")).unwrap();
    let number = ran.json_lines()[0]["number"].as_str().unwrap().to_owned();
    let line = |no: usize| result.lines().nth(no).unwrap().to_owned();
    assert!(line(1).contains(",2,done,") && line(1).contains("JG01-"), "{result}");
    assert!(line(2).contains(",3,missing-file,") && line(2).contains("absent.pdf"), "{result}");
    assert!(result.contains(&number));
    // The plan's digest stands in the lines that it made.
    let digest = ran.json_lines().last().unwrap()["digest"].as_str().unwrap().to_owned();
    let log = desk.run("", ["journal", "log", "--json", "--limit", "100"]).ok().out();
    assert_eq!(log.matches(&digest).count(), 2, "{log}");
    // Again: nothing is filed, and the same is told.
    let again = apply(&desk, "ledger.plan.csv").exits(3);
    assert_eq!(again.json_lines().last().unwrap()["filed"], 0);
    assert_eq!(std::fs::read_to_string(desk.path("ledger.plan.result.csv")).unwrap(), result);
    // A workbook for those who would open the results in a spreadsheet.
    desk.run("me", ["import", "apply", "ledger.plan.csv", "--result", "done.xlsx"]).exits(3);
    assert!(std::fs::read(desk.path("done.xlsx")).unwrap().starts_with(b"PK"));
}

#[test]
fn a_heading_is_explained_once_and_remembered() {
    let desk = desk(2);
    let text = "社保专项,Outlet,用户,Customer kind,Business,Date,Files,颜色\n\
                社保一期,一号网点,甲公司,enterprise,new,20240501,1.pdf,red\n";
    desk.file("one.csv", text);
    desk.file("two.csv", text.replace("1.pdf", "2.pdf"));
    let code = desk.refuses("me", ["import", "plan", "one.csv", "--files", "files"], 2, "用户");
    assert_eq!(code, "headings");
    let map = ["--map", "社保专项=project", "--map", "用户=客户", "--map", "颜色=skip"];
    let call = || desk.call("me", ["import", "plan", "one.csv", "--files", "files", "--json"]).args(map);
    let (rows, _) = rows_of(&call().arg("-n").run().ok());
    assert_eq!(rows[&2], "new");
    assert!(
        !desk.path("jingui-headings.toml").exists() && !desk.path("one.plan.csv").exists(),
        "only rehearsed"
    );
    call().run().ok();
    let (rows, _) = rows_of(&plan(&desk, "two.csv").ok());
    assert_eq!(rows[&2], "new", "the other sheet beside it is understood");
    apply(&desk, "one.plan.csv").ok();
    apply(&desk, "two.plan.csv").ok();
    for (map, names) in
        [("用户", "用户"), ("用户=颜色", "颜色"), ("不在=客户", "不在"), ("颜色=客户", "颜色")]
    {
        desk.refuses("me", ["import", "plan", "one.csv", "--files", "files", "--map", map], 2, names);
    }
    desk.file("jingui-headings.toml", "headings = 1");
    desk.refuses("me", ["import", "plan", "one.csv", "--files", "files"], 2, "jingui-headings.toml");
}

#[test]
fn what_the_sheet_does_not_say_is_said_for_all_rows() {
    let desk = desk(2);
    desk.file("short.csv", "客户,文件\n甲公司,1.pdf\n乙公司,2.pdf\n");
    let code = desk.refuses("me", ["import", "plan", "short.csv", "--files", "files"], 2, "outlet");
    assert_eq!(code, "no-column");
    let call = desk.call("me", ["import", "plan", "short.csv", "--files", "files", "--json"]);
    let call = call.args(["--set", "项目=社保", "--set", "outlet=一号网点", "--set", "客户类型=企业"]);
    call.args(["--set", "业务类型=新办", "--set", "日期=2024.5.1", "--set", "tags=旧档;补录"]).run().ok();
    apply(&desk, "short.plan.csv").ok();
    let records = desk.records("me");
    assert!(
        records.len() == 2 && records.iter().all(|r| r["project"] == "社保" && r["date"] == "2024-05-01")
    );
}

#[test]
fn files_are_found_by_a_folder_rule() {
    let desk = desk(0);
    let rule = "{项目}/{客户}/{证书序列号}_{材料}[_{页}]";
    for (path, content) in [
        ("社保/甲公司/1A2B_申请表_2.jpg", "second page"),
        ("社保/甲公司/1A2B_申请表_1.jpg", "first page"),
        ("社保/甲公司/1A2B_营业执照.jpg", "licence"),
        ("社保/甲公司/FF_申请表.jpg", "another certificate"),
        ("社保/乙公司/3C_协议.pdf", "agreement"),
        ("社保/乙公司/没有材料.pdf", "named otherwise"),
    ] {
        desk.file(format!("files/{path}"), content);
    }
    desk.file(
        "ledger.csv",
        "项目,网点,客户,客户类型,业务类型,日期,证书序列号\n社保,一号,甲公司,企业,新办,2024-05-01,1a:2b\n\
         社保,一号,乙公司,企业,新办,2024-05-01,003c\n社保,一号,丙公司,企业,新办,2024-05-01,77\n",
    );
    let call = |rule: &str| {
        desk.call("me", ["import", "plan", "ledger.csv", "--files", "files", "--json"]).args(["--rule", rule])
    };
    let ran = call(rule).run().exits(3);
    let (rows, summary) = rows_of(&ran);
    assert_eq!(rows.values().collect::<Vec<_>>(), ["new", "new", "missing-file"]);
    assert!(reason(&ran, 4).contains("社保/丙公司/77_"), "where it was looked for is told");
    assert_eq!(summary["left_over"], 2);
    assert!(ran.out().contains("没有材料") && ran.out().contains("FF_申请表"));
    apply(&desk, "ledger.plan.csv").exits(3);
    let records = desk.records("me");
    let of =
        |name: &str| records.iter().find(|record| record["customer"] == name).expect("the record is there");
    let shown = desk.run("me", ["show", of("甲公司")["number"].as_str().unwrap(), "--json"]).ok().json();
    let names: Vec<&str> =
        shown["documents"].as_array().unwrap().iter().map(|doc| doc["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["1A2B_申请表_1.jpg", "1A2B_申请表_2.jpg", "1A2B_营业执照.jpg"], "by kind and page");
    for (rule, names) in
        [("{客户", "{"), ("{颜色}/{材料}", "颜色"), ("{客户}{材料}", "客户"), ("{盒号}/{材料}", "盒号")]
    {
        let args = ["import", "plan", "ledger.csv", "--files", "files", "--rule", rule];
        desk.refuses("me", args, 2, names);
    }
    let code = desk.refuses("me", ["import", "plan", "ledger.csv", "--files", "files"], 2, "which files");
    assert_eq!(code, "no-way-to-files");
}

#[test]
fn what_is_no_sheet_or_no_plan_is_refused() {
    let desk = desk(1);
    desk.file("old.xls", [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
    desk.file("empty.csv", "");
    desk.file("torn.csv", b"a,b\n\xff\xff,c\n");
    desk.file("book.xlsx", b"PK\x03\x04 torn");
    for (name, names) in
        [("old.xls", "xlsx"), ("empty.csv", "empty.csv"), ("torn.csv", "2"), ("book.xlsx", "book.xlsx")]
    {
        assert_eq!(desk.refuses("me", ["import", "plan", name, "--files", "files"], 2, names), "sheet");
    }
    desk.refuses("me", ["import", "plan", "absent.csv", "--files", "files"], 2, "absent.csv");
    sheet(&desk, "ledger.csv", &[row("甲公司", "1.pdf")]);
    desk.refuses("me", ["import", "plan", "ledger.csv", "--files", "nowhere"], 1, "nowhere");
    assert_eq!(desk.refuses("me", ["import", "apply", "ledger.csv"], 2, "ledger.csv"), "not-a-plan");
    let output = ["import", "plan", "ledger.csv", "--files", "files", "-o", "empty.csv"];
    assert_eq!(desk.refuses("me", output, 2, "empty.csv"), "exists");
    let onto = ["import", "plan", "ledger.csv", "--files", "files", "-o", "ledger.csv"];
    assert_eq!(desk.refuses("me", onto, 2, "ledger.csv"), "exists");
    desk.refuses("", ["import", "plan", "ledger.csv", "--files", "files"], 2, "key");
}

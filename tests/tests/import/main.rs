//! The backlog: a sheet of many records, planned and then filed exactly as planned.

mod archives; // files in archives
mod killed; // killed and interrupted, and gone on with
mod large; // a hundred thousand rows
mod same; // the plan says what applying it does
mod sheets; // sheets as they come, with everything that is wrong with them
mod stale; // plans that no longer hold

use jingui_ops::sheet::write::{Format, Writer};
use jingui_tests::program::{Desk, Ran};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The headings of the sheets here.
pub const HEADINGS: [&str; 9] =
    ["项目", "网点", "客户名称", "客户类型", "统一社会信用代码", "业务类型", "业务日期", "文件", "备注"];

/// A row whose every value is right, for a customer of this name with these files.
pub fn row(customer: &str, files: &str) -> [String; 9] {
    ["社保一期", "一号网点", customer, "企业", "", "新办", "2024-05-01", files, ""].map(str::to_owned)
}

/// The same with one cell written over.
pub fn but(mut row: [String; 9], column: usize, text: &str) -> [String; 9] {
    row[column] = text.to_owned();
    row
}

/// Writes a sheet of these rows below the usual headings, in the form that its name says.
pub fn sheet(desk: &Desk, name: &str, rows: &[[String; 9]]) -> PathBuf {
    let path = desk.path(name);
    let mut writer = Writer::new(std::fs::File::create(&path).unwrap(), Format::of(&path)).unwrap();
    writer.row(&HEADINGS).unwrap();
    rows.iter().for_each(|row| writer.row(row).unwrap());
    writer.finish().unwrap();
    path
}

/// What a run told of each row: its result, by the number of the row; and the summary.
pub fn rows_of(ran: &Ran) -> (BTreeMap<u64, String>, Value) {
    let mut lines = ran.json_lines();
    let summary = lines.pop().expect("a summary");
    assert_eq!(summary["type"], "summary", "{summary}");
    let item = |line: &Value| {
        (line["row"].as_u64().expect("a row"), line["result"].as_str().expect("a result").to_owned())
    };
    (lines.iter().filter(|line| line["type"] == "item").map(item).collect(), summary)
}

/// What a run told of why.
pub fn reason(ran: &Ran, row: u64) -> String {
    let line = ran.json_lines().into_iter().find(|line| line["row"] == row).expect("the row was told");
    line["reason"].as_str().unwrap_or_default().to_owned()
}

/// A desk with a solo vault and so many small files `files/<n>.pdf`.
pub fn desk(files: usize) -> Desk {
    let desk = Desk::solo();
    for no in 1..=files {
        desk.file(format!("files/{no}.pdf"), format!("%PDF-1.7 the content of {no}"));
    }
    desk
}

/// Plans a sheet.
#[track_caller]
pub fn plan(desk: &Desk, sheet: &str) -> Ran {
    desk.run("me", ["import", "plan", sheet, "--files", "files", "--json"])
}

/// Applies a plan.
#[track_caller]
pub fn apply(desk: &Desk, plan: &str) -> Ran {
    desk.run("me", ["import", "apply", plan, "--json"])
}

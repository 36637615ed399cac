//! Many rows: in bounded time and memory.

use super::*;
use jingui_tests::{long, say};
use std::time::Instant;

#[test]
fn many_rows_take_bounded_time_and_memory() {
    let rows = if long() { 100_000 } else { 600 };
    let desk = Desk::solo();
    for no in 0..rows {
        desk.file(format!("files/{}/{no}.pdf", no % 100), format!("content {no}"));
    }
    let all: Vec<_> = (0..rows)
        .map(|no| {
            let row = row(&format!("公司{no}"), &format!("{}/{no}.pdf", no % 100));
            // One in a hundred is bad, in one way or another.
            match no % 300 {
                7 => but(row, 6, "31.12."),
                107 => but(row, 7, "absent.pdf"),
                207 => but(but(row, 3, "个人"), 4, "1.10105E+17"),
                _ => row,
            }
        })
        .collect();
    sheet(&desk, "ledger.xlsx", &all);
    let bad = (0..rows).filter(|no| matches!(no % 300, 7 | 107 | 207)).count() as u64;
    let began = Instant::now();
    let args = ["import", "plan", "ledger.xlsx", "--files", "files", "--json"];
    let ran = desk.call("me", args).watched().run().exits(3);
    let (planning, planning_memory) = (began.elapsed(), ran.peak_bytes);
    let (results, summary) = rows_of(&ran);
    assert_eq!(results.values().filter(|word| *word != "new").count() as u64, bad);
    assert_eq!(summary["rows"], rows as u64);
    let began = Instant::now();
    let ran = desk.call("me", ["import", "apply", "ledger.plan.xlsx", "--json"]).watched().run().exits(3);
    let (filing, filing_memory) = (began.elapsed(), ran.peak_bytes);
    assert_eq!(rows_of(&ran).1["filed"], rows as u64 - bad);
    let mib = |bytes: Option<u64>| bytes.map_or_else(|| "?".to_owned(), |bytes| (bytes >> 20).to_string());
    say(&format!(
        "{rows} rows: planned in {:.1} s with {} MiB, filed in {:.1} s with {} MiB",
        planning.as_secs_f64(),
        mib(planning_memory),
        filing.as_secs_f64(),
        mib(filing_memory)
    ));
    for memory in [planning_memory, filing_memory].into_iter().flatten() {
        assert!(memory < 400 << 20, "{memory} bytes");
    }
}

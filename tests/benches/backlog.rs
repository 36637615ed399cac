//! A backlog from a sheet against the filing of the same records by calls: what the sheet, the plan and its second look cost.
//!
//! `cargo bench -p jingui-tests --bench backlog -- [--records 1000] [--rounds 3]`
//!
//! `Session::file_many` has its labels given and reads each file once. `import plan` reads each file to digest it,
//! `import apply` decides every row anew, takes the digests of files that are as the plan saw them from the plan, and reads
//! each file to file it. Both file on the device that `JINGUI_BENCH_DIR` is on; the files lie in memory.

mod common;

use common::*;
use jingui_tests::program::{Desk, program};
use jingui_vault::fs::OsFs;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

fn main() {
    let Some(words) = arguments() else { return };
    let (records, rounds) = (number(&words, "--records", 1000), number(&words, "--rounds", 3));
    let scratch = scratch();
    let set = scratch.path().join("set");
    let bytes = make_set(&set, records, RECORD);
    say(&format!(
        "\nA backlog of {records} records / {} files / {:.0} MB",
        records * RECORD.files(),
        bytes as f64 / MB
    ));
    say(&format!("{}\n", machine(scratch.path())));
    program();
    let mut took = [(); 3].map(|()| Vec::new());
    let mut memory = [0; 2];
    let mut kept = Vec::new();
    for round in 1..=rounds {
        let house = House::begin(&scratch.path().join(format!("house-{round}")));
        let session = house.sign_in(Arc::new(OsFs));
        warm(&set);
        settle();
        let filings = (0..records).map(|record| filing_of(&set, record));
        let (many, ()) = timed(|| {
            session.file_many(filings, |_, done| {
                done.expect("it is filed");
                true
            });
        });
        took[0].push(many.wall);
        let desk = Desk::in_dir(tempfile::tempdir_in(scratch.path()).expect("a directory"));
        desk.init_solo();
        desk.file("ledger.csv", ledger(&set, records));
        let files = set.to_str().expect("a plain name");
        let plan = desk.call("me", ["import", "plan", "ledger.csv", "--files", files]).watched();
        let apply = desk.call("me", ["import", "apply", "ledger.plan.csv"]).watched();
        for (place, call) in [plan, apply].into_iter().enumerate() {
            warm(&set);
            settle();
            let (one, ran) = timed(|| call.run().ok());
            took[place + 1].push(one.wall);
            memory[place] = memory[place].max(ran.peak_bytes.unwrap_or(0));
        }
        say(&format!(
            "round {round}: by calls {:.2} s, plan {:.2} s, apply {:.2} s",
            took[0][took[0].len() - 1],
            took[1][took[1].len() - 1],
            took[2][took[2].len() - 1]
        ));
        // What a round wrote stays until the end of the run.
        kept.push(desk);
    }
    say("");
    let [many, plan, apply] = took.map(median);
    let row = |name: &str, wall: f64, peak: Option<u64>| {
        let peak = peak.map_or_else(|| "–".to_owned(), human);
        let rate = format!("{:.0}", records as f64 / wall);
        vec![name.to_owned(), format!("{wall:.2}"), rate, format!("{:.2}", wall / many), peak]
    };
    let rows = [
        row("`Session::file_many`", many, None),
        row("`import plan`", plan, Some(memory[0])),
        row("`import apply`", apply, Some(memory[1])),
    ];
    table(&["what", "wall s", "records/s", "× file_many", "peak RSS"], &rows);
}

/// A ledger that names the directory of each record.
fn ledger(set: &Path, records: u64) -> String {
    let mut sheet = "项目,网点,客户,客户类型,业务类型,业务日期,文件\n".to_owned();
    for record in 0..records {
        let below = format!("{:04}/{record:06}", record / 1000);
        debug_assert!(set.join(&below).is_dir());
        let day = format!("20{:02}-{:02}-{:02}", 12 + record % 13, 1 + record % 12, 1 + record % 28);
        let (project, outlet) = (record % 40, record % 7);
        writeln!(sheet, "项目 {project},网点 {outlet},某某有限公司 {record},企业,新办,{day},{below}")
            .expect("memory");
    }
    sheet
}

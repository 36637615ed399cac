//! `import apply`, failed at each of its disk operations: what was filed is whole, what was not is not half there, and doing it
//! again files exactly the rest.

use jingui_ops::backlog::{Apply, Ask, Line, Watch, Word, apply, plan};
use jingui_ops::failure::{Failure, Result};
use jingui_ops::messages::Lang;
use jingui_ops::sheet::write::{Format, Writer};
use jingui_schema::act::Deed;
use jingui_tests::house::{CANARY, Furnished, House, content};
use jingui_tests::scratch;
use jingui_tests::sweep::{Again, Command, Table, os};
use jingui_vault::filing::Filed;
use jingui_vault::{Error, Session};
use std::path::{Path, PathBuf};

/// Rows of the sheet.
const ROWS: usize = 3;

struct Silent;

impl Watch for Silent {
    fn step(&mut self, _: bool, _: u64, _: Option<u64>) -> Result<()> {
        Ok(())
    }
    fn line(&mut self, _: &Line) -> Result<()> {
        Ok(())
    }
    fn filed(&mut self, _: u32, _: Word, _: Option<&Filed>, _: Option<&str>) -> Result<()> {
        Ok(())
    }
}

/// A sheet of three records with their files, planned for a vault.
fn planned(dir: &Path, from: &Furnished) -> PathBuf {
    let sheet = dir.join("sheet.csv");
    let mut writer = Writer::new(std::fs::File::create(&sheet).unwrap(), Format::Csv).unwrap();
    writer.row(&["项目", "网点", "客户", "客户类型", "业务", "日期", "文件"]).unwrap();
    std::fs::create_dir(dir.join("files")).unwrap();
    for row in 1..=ROWS {
        let names = [1, 2].map(|no| format!("{CANARY} row {row} {no}.pdf"));
        names.iter().for_each(|name| std::fs::write(dir.join("files").join(name), content(name)).unwrap());
        let customer = format!("{CANARY} customer {row}");
        writer.row(&[CANARY, CANARY, &customer, "企业", "新办", "2024-05-01", &names.join(";")]).unwrap();
    }
    writer.finish().unwrap();
    let vault = from.house.open(os()).unwrap();
    let session = from.house.founder(&vault).unwrap();
    let ask = Ask {
        sheet,
        tab: None,
        files: Some(dir.join("files")),
        rule: None,
        map: Vec::new(),
        set: Vec::new(),
        new_project: true,
        output: None,
        lang: Lang::Zh,
        dry_run: false,
    };
    let planned = plan(&session, &ask, &mut Silent).unwrap();
    assert_eq!(planned.counts.of(Word::New), ROWS as u64);
    planned.path
}

fn applied(plan: &Path, house: &House, session: &Session) -> jingui_vault::Result<()> {
    let result = house.root.join("result.csv");
    match apply(session, &Apply { plan: plan.to_owned(), result: Some(result), dry_run: false }, &mut Silent)
    {
        Ok(applied) if applied.counts.of(Word::Done) == ROWS as u64 => Ok(()),
        Ok(applied) => Err(Error::Stale { why: format!("{:?}", applied.counts) }),
        Err(Failure::Vault(error)) => Err(error),
        Err(Failure::Program(problem)) => Err(Error::Stale { why: format!("{problem:?}") }),
    }
}

#[test]
fn import_apply_failed_at_every_operation_is_gone_on_with() {
    let table = Table::default();
    for (mirrored, reads, every) in [(false, false, 6), (true, false, 12), (false, true, 12)] {
        let from = Furnished::new(mirrored);
        let dir = scratch();
        let plan = planned(dir.path(), &from);
        let how = match (mirrored, reads) {
            (true, _) => ", with a mirror",
            (_, true) => ", reading too",
            _ => "",
        };
        let command = Command {
            name: format!("import apply ({ROWS} rows){how}"),
            from: &from,
            run: Box::new(|house, session| applied(&plan, house, session)),
            counts: Box::new(|line| matches!(&line.act.deed, Deed::RecordFile(d) if d.plan.is_some())),
            acts: ROWS,
            again: Again::Same,
            check: Box::new(|_, _| Ok(Vec::new())),
            segment: None,
            reads,
        };
        command.sweep(&table, every);
    }
    assert!(table.trials() > 40, "{} trials", table.trials());
    table.end("faults-import.md");
}

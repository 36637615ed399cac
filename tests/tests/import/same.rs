//! The plan says what applying it does: no row more, none less, none otherwise.

use jingui_ops::backlog::{Apply, Ask, Line, Watch, Word, apply, plan};
use jingui_ops::failure::Result;
use jingui_ops::messages::Lang;
use jingui_ops::sheet::write::{Format, Writer};
use jingui_schema::act::Deed;
use jingui_schema::digest::Sha256;
use jingui_tests::house::{House, env_on, verify};
use jingui_tests::scratch;
use jingui_vault::Session;
use jingui_vault::catalog::{Query, Row};
use jingui_vault::filing::Filed;
use jingui_vault::fs::OsFs;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// One row: places in the lists below.
#[derive(Clone, Debug)]
struct Draft {
    customer: usize,
    kind: usize,
    date: usize,
    files: Vec<usize>,
}

const CUSTOMERS: [&str; 3] = ["甲公司", "乙公司", ""];
const KINDS: [&str; 3] = ["企业", "government", "公家"];
const DATES: [&str; 4] = ["2024-05-01", "2024年5月2日", "2024-02-30", "45413"];
/// Two of them have the same content; one is not there.
const FILES: [(&str, Option<&str>); 7] = [
    ("a.pdf", Some("a")),
    ("b.pdf", Some("b")),
    ("same.pdf", Some("same")),
    ("as.pdf", Some("same")),
    ("dir", None),
    ("absent.pdf", None),
    ("dir/c.pdf", Some("c")),
];

fn draft() -> impl Strategy<Value = Draft> {
    let files = proptest::collection::vec(0..FILES.len(), 0..3);
    // Right values come oftener than wrong ones.
    let place = |most: usize| prop_oneof![3 => Just(0), 2 => Just(1), 1 => 0..most];
    (place(CUSTOMERS.len()), place(KINDS.len()), place(DATES.len()), files)
        .prop_map(|(customer, kind, date, files)| Draft { customer, kind, date, files })
}

/// Writes the files and a sheet of these rows; the rows are numbered from 2.
fn lay(dir: &Path, format: Format, rows: &[Draft]) -> std::path::PathBuf {
    std::fs::create_dir_all(dir.join("files/dir")).unwrap();
    for (name, content) in FILES {
        if let (Some(content), path) = (content, dir.join("files").join(name))
            && !path.exists()
        {
            std::fs::write(path, content).unwrap();
        }
    }
    let path = dir.join("sheet").with_extension(format.ending());
    let mut writer = Writer::new(std::fs::File::create(&path).unwrap(), format).unwrap();
    writer.row(&["项目", "网点", "客户", "客户类型", "业务", "日期", "文件"]).unwrap();
    for row in rows {
        let files: Vec<_> = row.files.iter().map(|at| FILES[*at].0).collect();
        let cells = ["社保", "一号", CUSTOMERS[row.customer], KINDS[row.kind], "新办", DATES[row.date]];
        let mut cells: Vec<String> = cells.map(str::to_owned).to_vec();
        cells.push(files.join(";"));
        writer.row(&cells).unwrap();
    }
    writer.finish().unwrap();
    path
}

/// Keeps what is told.
#[derive(Default)]
struct Told {
    lines: BTreeMap<u32, Word>,
    filed: BTreeMap<u32, (Word, Option<Filed>)>,
}

impl Watch for Told {
    fn step(&mut self, _: bool, _: u64, _: Option<u64>) -> Result<()> {
        Ok(())
    }
    fn line(&mut self, line: &Line) -> Result<()> {
        assert!(self.lines.insert(line.no, line.word).is_none(), "row {} twice", line.no);
        Ok(())
    }
    fn filed(&mut self, row: u32, word: Word, filed: Option<&Filed>, _: Option<&str>) -> Result<()> {
        assert!(self.filed.insert(row, (word, filed.cloned())).is_none(), "row {row} twice");
        Ok(())
    }
}

fn planned(session: &Session, dir: &Path, sheet: &Path) -> (std::path::PathBuf, Sha256, Told) {
    let mut told = Told::default();
    let ask = Ask {
        sheet: sheet.to_owned(),
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
    let planned = plan(session, &ask, &mut told).expect("a plan");
    (planned.path, planned.digest, told)
}

fn applied(session: &Session, plan: &Path) -> (u64, Told) {
    let mut told = Told::default();
    let ask = Apply { plan: plan.to_owned(), result: None, dry_run: false };
    (apply(session, &ask, &mut told).expect("it is applied").filed, told)
}

fn records(session: &Session) -> Vec<Row> {
    session.list(&Query { limit: 10_000, ..Query::default() }).expect("a list").rows
}

/// The digests that the documents of a row have.
fn digests(row: &Draft) -> Vec<Sha256> {
    let mut files: Vec<&str> = Vec::new();
    for at in &row.files {
        let name = if FILES[*at].0 == "dir" { "dir/c.pdf" } else { FILES[*at].0 };
        if !files.contains(&name) {
            files.push(name);
        }
    }
    let content =
        |name: &str| FILES.iter().find(|(known, _)| *known == name).and_then(|(_, content)| *content);
    files.iter().map(|name| Sha256::of(content(name).expect("it is there").as_bytes())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if jingui_tests::long() { 1000 } else { 16 }))]

    #[test]
    fn what_is_filed_is_what_was_planned(
        rows in proptest::collection::vec(draft(), 1..9),
        before in proptest::collection::vec(draft(), 0..3),
        csv in any::<bool>(),
    ) {
        let dir = scratch();
        let env = env_on(Arc::new(OsFs));
        let house = House::planned(dir.path(), &env, false);
        let vault = house.begin(&env).unwrap();
        let session = house.founder(&vault).unwrap();
        let format = if csv { Format::Csv } else { Format::Xlsx };
        // Something may be there already, by another plan.
        let old = dir.path().join("old");
        let sheet = lay(&old, format, &before);
        if !before.is_empty() {
            let (plan, ..) = planned(&session, &old, &sheet);
            applied(&session, &plan);
        }
        let there = records(&session);

        let sheet = lay(&dir.path().join("now"), format, &rows);
        let (plan, digest, told) = planned(&session, &dir.path().join("now"), &sheet);
        prop_assert_eq!(records(&session).len(), there.len(), "planning files nothing");
        prop_assert_eq!(told.lines.len(), rows.len());
        let new: Vec<u32> = told.lines.iter().filter(|(_, word)| **word == Word::New).map(|(no, _)| *no).collect();

        let (filed, done) = applied(&session, &plan);
        prop_assert_eq!(done.filed.keys().copied().collect::<Vec<_>>(), new.clone());
        prop_assert_eq!(filed as usize, new.len());
        let now = records(&session);
        prop_assert_eq!(now.len(), there.len() + new.len());
        for (no, (word, filed)) in &done.filed {
            let (filed, row) = (filed.as_ref().unwrap(), &rows[*no as usize - 2]);
            prop_assert_eq!(*word, Word::Done);
            let record = now.iter().find(|record| record.record == filed.record).unwrap();
            prop_assert_eq!(record.facts.customer.name.as_str(), CUSTOMERS[row.customer]);
            let date = record.facts.date.to_string();
            prop_assert_eq!(date.as_str(), ["2024-05-01", "2024-05-02"][row.date]);
            prop_assert_eq!(record.documents.iter().map(|d| d.sha256).collect::<Vec<_>>(), digests(row));
            let (line, _) = vault.line(filed.seq).unwrap();
            let of = match line.act.deed { Deed::RecordFile(filed) => filed.plan, _ => None };
            prop_assert_eq!(of, Some(digest), "the line names the plan");
        }
        // Nothing is left to do, and a new plan of the same sheet says so.
        let (filed, again) = applied(&session, &plan);
        prop_assert_eq!((filed, again.filed.len()), (0, 0));
        let (_, _, later) = planned(&session, &dir.path().join("now"), &sheet);
        for (no, word) in &told.lines {
            let expected = match word {
                Word::New => Word::Filed,
                // A copy of what this plan has filed is now a copy of what is there.
                Word::DuplicateRow if later.lines[no] == Word::Filed => Word::Filed,
                word => *word,
            };
            prop_assert_eq!(later.lines[no], expected);
        }
        prop_assert!(verify(&session).is_empty());
    }
}

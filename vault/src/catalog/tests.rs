//! The catalog against a plain list.

mod damage; // and against damage and crashes

use super::*;
use crate::custody::{Custody, Look};
use jingui_schema::act::CoverMark;
use jingui_schema::certificate::{Doubt, Ends, Reliance, Usage};
use jingui_schema::digest::{B3, FileMark};
use jingui_schema::facts::{
    Business, Channel, Circumstance, Class, Customer, CustomerKind, DocumentKind, Facts, Field, Flaw, Label,
    Mark, Outcome, Particular, Waived, fold,
};
use jingui_schema::id::{ArchiveNumber, CertId, HoldId, IssuerId, StaffNo};
use jingui_schema::identifier::CertificateSerial;
use jingui_schema::time::{Day, Time};
use proptest::prelude::*;
use std::collections::BTreeSet;

const KEY: [u8; 32] = [7; 32];
const CACHE: u64 = 8 << 20;
const PROJECTS: [&str; 3] = ["社保 一期", "Tax ２", "工商"];
const NAMES: [&str; 6] = ["华东科技有限公司", "华东", "ACME Ｌtd", "acme ltd 分公司", "李四", "\u{fdfa}行"];
const IDS: [&str; 3] = ["91310115MA1K3X7Q2Y", "310101199001011234", "华东"];

fn vault() -> VaultId {
    VaultId::from_bytes([1; 16])
}

fn create(dir: &Path) -> Catalog {
    Catalog::create(&Env::of_host(), dir, &KEY, 1, vault(), CACHE).unwrap()
}

fn open(dir: &Path) -> Opened {
    Catalog::open(&Env::of_host(), dir, &KEY, 1, vault(), CACHE).unwrap()
}

fn reopen(dir: &Path) -> Catalog {
    match open(dir) {
        Opened::Current(catalog) => catalog,
        Opened::Rebuild { why } => panic!("a sound catalog was not opened: {why}"),
    }
}

fn why(opened: Opened) -> String {
    match opened {
        Opened::Current(_) => "current".to_owned(),
        Opened::Rebuild { why } => why,
    }
}

fn to(lines: u64) -> Position {
    Position { lines, last: Sha256::of(&lines.to_be_bytes()) }
}

/// A record made of small numbers; the same counter always has the same id.
fn row(counter: u64, pick: [u8; 6], last_seq: u64) -> Row {
    let [project, name, id, day, words, docs] = pick.map(usize::from);
    let of = |n: usize| Sha256::of(&[n as u8]);
    let facts = Facts {
        number: ArchiveNumber::new("JG01".parse().unwrap(), 2026, counter + 5),
        project: Label::read(PROJECTS[project % 3]).unwrap(),
        outlet: Label::read("浦东").unwrap(),
        customer: Customer {
            name: Label::read(NAMES[name % 6]).unwrap(),
            kind: CustomerKind::ALL[name % 4],
            id: IDS.get(id % 4).map(|i| (*i).to_owned()),
        },
        business: Business::ALL[words % 7],
        date: Day::read(&format!("2024-05-{:02}", 1 + day % 6)).unwrap(),
        outcome: Outcome::ALL[words % 5],
        class: Class::ALL[words % 3],
        clerk: StaffNo(2),
        tags: vec![Label::read("a b").unwrap(); id % 2],
        box_code: (name % 2 == 0).then(|| Label::read("B-1").unwrap()),
        waived: vec![
            Waived {
                kind: DocumentKind::Poa,
                gap: Some(jingui_schema::facts::Lack::Missing),
                reason: "遗失".to_owned(),
                by: Some(StaffNo(2))
            };
            day % 2
        ],
        channel: Channel::ALL.get(id % 4).copied(),
        flags: vec![Circumstance::Lost; words % 2],
        applied: (day % 2 == 0).then(|| Day::read("2024-04-30").unwrap()),
        fields: vec![
            Particular { field: Field::Handler, value: Label::read(NAMES[day % 6]).unwrap() };
            words % 2
        ],
    };
    let document = |n: usize| DocBrief {
        no: n as u32 + 1,
        kind: DocumentKind::ALL[n],
        name: format!("{n}.pdf"),
        media_type: "application/pdf".to_owned(),
        size: n as u64 * 1000,
        sha256: of(docs * n % 11),
        marks: vec![Mark::Front, Mark::Seen][..n % 3].to_vec(),
        until: (n.is_multiple_of(2)).then(|| Day::read("2030-01-01").unwrap()),
        flaw: (n == 3).then_some(Flaw::Cut),
    };
    let custody = Custody {
        hands: [StaffNo(2)].into_iter().collect(),
        to_review: 1,
        passed: (words % 2 == 0).then_some(Look { n: 1, by: StaffNo(3), seq: counter + 1 }),
        returned: (words % 4 == 0).then_some(Look { n: 1, by: StaffNo(3), seq: counter + 2 }),
        restricted: (id % 3 == 0).then_some(counter + 3),
        holds: (0..id % 3).map(|n| HoldId::from_bytes([n as u8; 16])).collect(),
        screened: counter,
        annotations: vec![counter + 4; id % 2],
    };
    let cert = |n: usize| super::CertRow {
        id: CertId::from_bytes([n as u8 + 1; 16]),
        serial: CertificateSerial::from_be_bytes(&[counter as u8 % 16, n as u8]).unwrap(),
        name: of(n),
        begins: (n > 0).then(|| Time::from_millis(-7)),
        ends: [None, Some(Ends::Never), Some(Ends::At(Time::from_millis(9)))][n],
        doubt: (n == 0).then_some(Doubt::NoSeconds),
        usage: Usage::ALL[..n].to_vec(),
        sha256: of(n + 20),
        reliance: Reliance::ALL[n],
        issuer: (n == 2).then(|| IssuerId::from_bytes([8; 16])),
        verified: n == 2,
        seq: counter + 1,
    };
    Row {
        record: RecordId::from_bytes(Sha256::of(&counter.to_be_bytes()).0[..16].try_into().unwrap()),
        counter,
        facts,
        filings: vec![FilingRow { filing: 1, seq: counter + 1, body: FileMark::of(&[1]), docs: 1 }],
        filings_given: 1,
        docs_given: 1,
        covers: vec![CoverRow {
            n: 1,
            seq: counter + 1,
            mark: CoverMark { epoch: 1, size: 700, b3: B3::of(&[2]), commit: of(3) },
        }],
        documents: (0..docs % 4).map(document).collect(),
        certs: (0..words % 4).map(cert).collect(),
        filed_at: Time::from_millis(-5 + counter as i64),
        last_seq,
        custody,
        twin: [counter as u8; 32],
    }
}

fn twin_of(row: &Row) -> [u8; 32] {
    twin_key(&row.facts, &row.documents.iter().map(|d| d.sha256).collect::<Vec<_>>())
}

fn put(row: &Row) -> Change {
    Change::Put(Box::new(row.clone()), twin_of(row))
}

/// The same answers from a plain map.
#[derive(Clone, Default)]
struct Model {
    rows: BTreeMap<u64, Row>,
    buried: BTreeSet<u64>,
    seen: BTreeMap<RecordId, Vec<u64>>,
    named: BTreeMap<[u8; 16], Vec<u64>>,
}

impl Model {
    fn apply(&mut self, change: &Change) {
        match change {
            Change::Put(row, _) => _ = self.rows.insert(row.counter, (**row).clone()),
            Change::Bury(record) => {
                self.buried
                    .extend(self.rows.values().find(|row| row.record == *record).map(|row| row.counter));
                self.rows.retain(|_, row| row.record != *record);
            }
            Change::Seen { record, seq } => self.seen.entry(*record).or_default().push(*seq),
            Change::Named { id, seq } => self.named.entry(*id).or_default().push(*seq),
        }
    }

    fn list(&self, query: &Query) -> (Vec<Row>, Match) {
        let names = |name: &Option<String>, others: &[String]| -> Vec<String> {
            name.iter().chain(others.iter().filter(|_| name.is_some())).map(|n| fold(n)).collect()
        };
        let customers = names(&query.customer, &query.other_customers);
        let projects = names(&query.project, &query.other_projects);
        let exact = |row: &Row, c: &str| {
            row.facts.customer.name.folded() == c
                || row.facts.customer.id.as_deref().map(fold).as_deref() == Some(c)
        };
        let any_exact = |row: &Row| customers.iter().any(|c| exact(row, c));
        let by = match customers.is_empty() || self.rows.values().any(any_exact) {
            false => Match::Contains,
            true => Match::Exact,
        };
        let handled = |row: &Row, person: &str| row.facts.fields.iter().any(|f| f.value.folded() == person);
        let fits = |row: &&Row| {
            (projects.is_empty() || projects.contains(&row.facts.project.folded()))
                && (customers.is_empty()
                    || customers.iter().any(|c| match by {
                        Match::Exact => exact(row, c),
                        Match::Contains => row.facts.customer.name.folded().contains(c),
                    }))
                && (!query.open || !row.custody.is_settled())
                && query.person.as_deref().map(fold).is_none_or(|p| exact(row, &p) || handled(row, &p))
                && query.from.is_none_or(|d| d <= row.facts.date)
                && query.to.is_none_or(|d| d >= row.facts.date)
                && query.class.is_none_or(|w| w == row.facts.class)
                && query.outcome.is_none_or(|w| w == row.facts.outcome)
                && query.business.is_none_or(|w| w == row.facts.business)
        };
        let mut rows: Vec<Row> = self.rows.values().filter(fits).cloned().collect();
        rows.sort_by_key(|row| std::cmp::Reverse((row.facts.date, row.counter)));
        (rows, by)
    }

    fn history(&self, record: RecordId) -> Vec<u64> {
        let Some(row) = self.rows.values().find(|row| row.record == record) else { return Vec::new() };
        let seen = self.seen.get(&record).into_iter().flatten().copied();
        let mut seqs: Vec<u64> =
            row.filings.iter().map(|f| f.seq).chain(seen).chain([row.last_seq]).collect();
        seqs.sort_unstable();
        seqs.dedup();
        seqs
    }
}

/// All pages of a query, one after another.
fn pages(catalog: &Catalog, query: &Query) -> Result<(Vec<Row>, Match)> {
    let (mut query, mut rows) = (query.clone(), Vec::new());
    loop {
        let page = catalog.list(&query)?;
        assert!(page.rows.len() <= query.limit.max(1));
        rows.extend(page.rows);
        match page.next {
            None => return Ok((rows, page.customer_match)),
            Some(cursor) => query.after = Some(cursor.to_string().parse().unwrap()),
        }
    }
}

fn check_agrees(catalog: &Catalog, model: &Model, queries: &[Query]) {
    for query in queries {
        assert_eq!(pages(catalog, query).unwrap(), model.list(query), "{query:?}");
    }
    for row in model.rows.values() {
        assert_eq!(catalog.get(row.record).unwrap().as_ref(), Some(row));
        assert_eq!(catalog.resolve(&row.record.to_string()).unwrap(), row.record);
        assert_eq!(catalog.resolve(&row.facts.number.to_string().to_lowercase()).unwrap(), row.record);
        assert_eq!(catalog.history(row.record).unwrap(), model.history(row.record));
        let first = model.rows.values().find(|other| twin_of(other) == twin_of(row));
        assert_eq!(catalog.twin(&twin_of(row)).unwrap(), first.map(|r| r.record));
        for document in &row.documents {
            let same = |r: &Row| {
                let same = r.documents.iter().filter(|d| d.sha256 == document.sha256);
                same.map(|d| (d.sha256, r.facts.number.clone(), d.no)).collect::<Vec<_>>()
            };
            let expected: Vec<_> = model.rows.values().flat_map(same).take(20).collect();
            assert_eq!(catalog.same_documents(&[document.sha256]).unwrap(), expected);
        }
    }
    for counter in &model.buried {
        let gone = row(*counter, [0; 6], 0);
        assert_eq!(catalog.get(gone.record).unwrap(), None);
        assert_eq!(catalog.history(gone.record).unwrap(), Vec::<u64>::new());
        assert!(catalog.resolve(&gone.facts.number.to_string()).is_err());
    }
    assert_eq!(catalog.check().unwrap(), Vec::<String>::new());
}

fn any_query() -> impl Strategy<Value = Query> {
    let project = prop::option::weighted(0.4, prop::sample::select(vec!["社保  一期", "tax 2", "无"]));
    let customer = prop::option::weighted(
        0.5,
        prop::sample::select(vec![
            "华东",
            "acme",
            "ACME LTD",
            "李四",
            "91310115ma1k3x7q2y",
            "公司",
            "谁",
            "صلى",
        ]),
    );
    let day =
        || prop::option::weighted(0.3, (1..7u8).prop_map(|d| Day::read(&format!("2024-05-{d:02}")).unwrap()));
    let words = (
        prop::option::weighted(0.2, prop::sample::select(Class::ALL)),
        prop::option::weighted(0.2, prop::sample::select(Outcome::ALL)),
        prop::option::weighted(0.2, prop::sample::select(Business::ALL)),
    );
    let others = (
        prop::option::weighted(0.3, prop::sample::select(vec!["工商", "tax ２"])),
        prop::option::weighted(0.3, prop::sample::select(vec!["李四", "华东", "acme ltd 分公司"])),
        prop::bool::weighted(0.2),
        prop::option::weighted(0.2, prop::sample::select(vec!["李四", "华东", "华东科技有限公司"])),
    );
    (project, customer, day(), day(), words, 0..7usize, others).prop_map(
        |(project, customer, from, to, (class, outcome, business), limit, others)| Query {
            project: project.map(str::to_owned),
            other_projects: others.0.map(str::to_owned).into_iter().collect(),
            customer: customer.map(str::to_owned),
            other_customers: others.1.map(str::to_owned).into_iter().collect(),
            other_names: Vec::new(),
            open: others.2,
            person: others.3.map(str::to_owned),
            from,
            to,
            class,
            outcome,
            business,
            limit,
            after: None,
        },
    )
}

fn any_change() -> impl Strategy<Value = (u64, [u8; 6], bool)> {
    (0..60u64, any::<[u8; 6]>(), prop::bool::weighted(0.2))
}

fn changes_of(batch: &[(u64, [u8; 6], bool)], line: &mut u64, model: &mut Model) -> Vec<Change> {
    let change = |(counter, pick, seen): &(u64, [u8; 6], bool)| {
        *line += 1;
        let change = match model.rows.get(counter) {
            Some(row) if *seen && pick[0] < 100 => Change::Bury(row.record),
            Some(row) if *seen => Change::Seen { record: row.record, seq: *line },
            // A counter is not given again.
            None if model.buried.contains(counter) => Change::Named { id: [7; 16], seq: *line },
            _ => put(&row(*counter, *pick, *line)),
        };
        model.apply(&change);
        change
    };
    batch.iter().map(change).collect()
}

/// As in a catalog that is made anew long after the end of a record.
#[test]
fn a_record_put_and_buried_at_once_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (catalog, mut model) = (create(dir.path()), Model::default());
    let (gone, stays) = (row(1, [0; 6], 1), row(2, [0; 6], 2));
    let seen = Change::Seen { record: gone.record, seq: 3 };
    let changes = [put(&gone), put(&stays), seen, Change::Bury(gone.record)];
    changes.iter().for_each(|change| model.apply(change));
    catalog.apply(&changes, to(4)).unwrap();
    check_agrees(&catalog, &model, &[]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn it_answers_like_a_plain_list(
        batches in prop::collection::vec(prop::collection::vec(any_change(), 0..12), 1..40),
        queries in prop::collection::vec(any_query(), 1..12),
        reopened in any::<bool>(),
    ) {
        let dir = tempfile::tempdir().unwrap();
        let (mut catalog, mut model, mut line) = (create(dir.path()), Model::default(), 0);
        for batch in &batches {
            let changes = changes_of(batch, &mut line, &mut model);
            catalog.apply(&changes, to(line)).unwrap();
        }
        if reopened {
            catalog.flush().unwrap();
            drop(catalog);
            catalog = reopen(dir.path());
        }
        prop_assert_eq!(catalog.position(), to(line));
        check_agrees(&catalog, &model, &queries);
    }

    #[test]
    fn a_row_survives_its_bytes(counter: u64, pick: [u8; 6], line: u64, cut in 0..400usize) {
        let row = Row { counter, ..row(counter % 1000, pick, line) };
        let bytes = rows::encode(&row, &[9; 12]);
        prop_assert_eq!(rows::decode(&bytes), Some((row, [9; 12])));
        prop_assert_eq!(rows::decode(&bytes[..cut.min(bytes.len() - 1)]), None);
    }

    #[test]
    fn no_text_makes_a_question_panic(text in "\\PC{0,40}") {
        thread_local! { static SMALL: (tempfile::TempDir, Catalog) = small(); }
        SMALL.with(|(_, catalog)| {
            let _ = catalog.resolve(&text);
            let cursor = Some(text.parse().unwrap());
            let refused = catalog.list(&Query { after: cursor, ..Query::default() });
            assert!(matches!(refused, Err(Error::Cursor { .. })));
            catalog.list(&Query { customer: Some(text.clone()), ..Query::default() }).unwrap();
        });
    }
}

fn small() -> (tempfile::TempDir, Catalog) {
    let dir = tempfile::tempdir().unwrap();
    let catalog = create(dir.path());
    let rows: Vec<Change> = (0..40).map(|c| put(&row(c, [c as u8; 6], c))).collect();
    catalog.apply(&rows, to(40)).unwrap();
    (dir, catalog)
}

#[test]
fn many_pages_and_merged_runs_answer_as_well() {
    let dir = tempfile::tempdir().unwrap();
    let (catalog, mut model) = (create(dir.path()), Model::default());
    for batch in 0..90u64 {
        let rows =
            (batch * 50..batch * 50 + 50).map(|c| row(c, (c * 31).to_be_bytes()[2..].try_into().unwrap(), c));
        let changes: Vec<Change> = rows.map(|row| put(&row)).collect();
        changes.iter().for_each(|change| model.apply(change));
        catalog.apply(&changes, to(batch * 50 + 50)).unwrap();
    }
    assert!(catalog.read().runs.len() < 30, "runs are merged");
    catalog.flush().unwrap();
    drop(catalog);
    let catalog = reopen(dir.path());
    let query = |project: Option<&str>, customer: Option<&str>| Query {
        project: project.map(str::to_owned),
        customer: customer.map(str::to_owned),
        limit: 700,
        ..Query::default()
    };
    let queries = [
        query(None, None),
        query(Some("工商"), None),
        query(None, Some("华东")),
        query(None, Some("分公司")),
        query(None, Some("公司")),
        query(Some("tax 2"), Some("ltd")),
        Query { business: Some(Business::Unlock), ..query(None, Some("td 分")) },
    ];
    for query in &queries {
        assert_eq!(pages(&catalog, query).unwrap(), model.list(query));
    }
    for row in model.rows.values().step_by(97) {
        assert_eq!(catalog.get(row.record).unwrap().as_ref(), Some(row));
    }
    // By the beginnings of ids, through the filters of the runs and without them.
    let ids: BTreeSet<String> = model.rows.values().map(|row| row.record.to_string()).collect();
    for (row, length) in model.rows.values().step_by(41).zip((4..=26).cycle()) {
        let start = &row.record.to_string()[..length];
        match (catalog.resolve(start), ids.iter().filter(|id| id.starts_with(start)).count()) {
            (Ok(found), 1) => assert_eq!(found, row.record),
            (Err(Error::Ambiguous { count, .. }), many) => assert_eq!(count, many.to_string()),
            (other, many) => panic!("{many} begin with {start}: {other:?}"),
        }
    }
    assert_eq!(catalog.check().unwrap(), Vec::<String>::new());
}

#[test]
fn pages_do_not_move_while_records_are_filed() {
    let (_dir, catalog) = small();
    let query = Query { customer: Some("东".to_owned()), limit: 3, ..Query::default() };
    let (before, by) = pages(&catalog, &query).unwrap();
    assert_eq!(by, Match::Contains);
    let first = catalog.list(&query).unwrap();
    // A new record at every date, and a customer of exactly that name.
    let mut exact = row(99, [0; 6], 99);
    exact.facts.customer.name = Label::read("东").unwrap();
    let new: Vec<Change> =
        (50..56u8).map(|c| put(&row(c.into(), [0, 0, 3, c, 0, 0], 99))).chain([put(&exact)]).collect();
    catalog.apply(&new, to(99)).unwrap();
    let (after, by) = pages(&catalog, &Query { after: first.next.clone(), ..query.clone() }).unwrap();
    assert_eq!(by, Match::Contains, "a list goes on the way it began");
    let old = |rows: Vec<Row>| rows.into_iter().filter(|r| r.counter < 50).collect::<Vec<_>>();
    assert_eq!([old(first.rows), old(after)].concat(), before);
    let other = Query { limit: 3, after: first.next, ..Query::default() };
    assert!(matches!(catalog.list(&other), Err(Error::Cursor { .. })), "a cursor belongs to its query");
}

#[test]
fn people_name_records_in_many_ways() {
    let (_dir, catalog) = small();
    let record = row(7, [7; 6], 7).record;
    let id = record.to_string();
    for text in
        [&id, &id.to_lowercase(), &id[..10], &format!(" {id} "), "jg01-2026-000012", "ＪＧ01-2026-000012"]
    {
        assert_eq!(catalog.resolve(text).unwrap(), record, "{text}");
    }
    let lookalike = id[..12].replace('1', "l").replace('0', "O");
    assert_eq!(catalog.resolve(&lookalike).unwrap(), record);
    for text in ["", "ABC", &id[..3], "JG01-2026-999999", "8000", "UUUU", "-", "00000000000000000000000000"] {
        assert!(matches!(catalog.resolve(text), Err(Error::NoRecord { .. })), "{text}");
    }
    let mut twin = row(70, [0; 6], 70);
    let mut bytes = *record.as_bytes();
    bytes[15] ^= 1;
    twin.record = RecordId::from_bytes(bytes);
    catalog.apply(&[put(&twin)], to(70)).unwrap();
    assert!(matches!(catalog.resolve(&id[..10]), Err(Error::Ambiguous { count, .. }) if count == "2"));
    assert_eq!(catalog.resolve(&id).unwrap(), record);
}

#[test]
fn a_catalog_of_another_vault_epoch_or_key_is_rebuilt() {
    let (dir, catalog) = small();
    let again = Catalog::open(&Env::of_host(), dir.path(), &KEY, 1, vault(), CACHE);
    assert!(matches!(again, Err(Error::Io { .. })), "one that is open is not damaged");
    drop(catalog);
    let opened = |key: [u8; 32], epoch, vault| {
        why(Catalog::open(&Env::of_host(), dir.path(), &key, epoch, vault, CACHE).unwrap())
    };
    assert_eq!(opened([8; 32], 1, vault()), "it was sealed with another key");
    assert_eq!(opened(KEY, 2, vault()), "it is of another epoch");
    assert_eq!(opened(KEY, 1, VaultId::from_bytes([2; 16])), "it is of another vault");
    assert_eq!(opened(KEY, 1, vault()), "current");
    assert_eq!(why(open(&dir.path().join("none"))), "there is none yet");
    assert!(!dir.path().join("none").exists(), "asking makes nothing");
    drop(create(dir.path()));
    assert_eq!(reopen(dir.path()).position(), Position::START);
}

#[test]
fn what_cannot_be_applied_changes_nothing() {
    let (_dir, catalog) = small();
    let mut other = row(80, [0; 6], 80);
    other.counter = 3;
    assert!(matches!(catalog.apply(&[put(&other)], to(80)), Err(Error::Catalog { .. })));
    assert!(matches!(catalog.apply(&[], to(39)), Err(Error::Catalog { .. })));
    assert_eq!(catalog.position(), to(40));
    catalog.apply(&[], to(41)).unwrap();
    assert_eq!((catalog.position(), catalog.check().unwrap()), (to(41), vec![]));
}

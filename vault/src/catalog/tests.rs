//! The catalog against a plain list, against damage, and against a crash.

use super::*;
use jingui_schema::act::CoverMark;
use jingui_schema::digest::{B3, FileMark};
use jingui_schema::facts::{
    Business, Class, Customer, CustomerKind, DocumentKind, Facts, Label, Outcome, Waived, fold,
};
use jingui_schema::id::{ArchiveNumber, StaffNo};
use jingui_schema::time::{Day, Time};
use proptest::prelude::*;
use std::fs;

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
        waived: vec![Waived { kind: DocumentKind::Poa, reason: "遗失".to_owned() }; day % 2],
    };
    let document = |n: usize| DocBrief {
        no: n as u32 + 1,
        kind: DocumentKind::ALL[n],
        name: format!("{n}.pdf"),
        media_type: "application/pdf".to_owned(),
        size: n as u64 * 1000,
        sha256: of(docs * n % 11),
    };
    Row {
        record: RecordId::from_bytes(Sha256::of(&counter.to_be_bytes()).0[..16].try_into().unwrap()),
        counter,
        facts,
        filings: vec![FilingRow { filing: 1, seq: counter + 1, body: FileMark::of(&[1]), docs: 1 }],
        covers: vec![CoverRow {
            n: 1,
            mark: CoverMark { epoch: 1, size: 700, b3: B3::of(&[2]), commit: of(3) },
        }],
        documents: (0..docs % 4).map(document).collect(),
        filed_at: Time::from_millis(-5 + counter as i64),
        last_seq,
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
    seen: BTreeMap<RecordId, Vec<u64>>,
}

impl Model {
    fn apply(&mut self, change: &Change) {
        match change {
            Change::Put(row, _) => _ = self.rows.insert(row.counter, (**row).clone()),
            Change::Seen { record, seq } => self.seen.entry(*record).or_default().push(*seq),
        }
    }

    fn list(&self, query: &Query) -> (Vec<Row>, Match) {
        let customer = query.customer.as_deref().map(fold);
        let exact = |row: &Row, c: &str| {
            row.facts.customer.name.folded() == c
                || row.facts.customer.id.as_deref().map(fold).as_deref() == Some(c)
        };
        let by = match &customer {
            Some(c) if !self.rows.values().any(|row| exact(row, c)) => Match::Contains,
            _ => Match::Exact,
        };
        let fits = |row: &&Row| {
            query.project.as_deref().is_none_or(|p| fold(p) == row.facts.project.folded())
                && customer.as_deref().is_none_or(|c| match by {
                    Match::Exact => exact(row, c),
                    Match::Contains => row.facts.customer.name.folded().contains(c),
                })
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
    (project, customer, day(), day(), words, 0..7usize).prop_map(
        |(project, customer, from, to, (class, outcome, business), limit)| Query {
            project: project.map(str::to_owned),
            customer: customer.map(str::to_owned),
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
            Some(row) if *seen => Change::Seen { record: row.record, seq: *line },
            _ => put(&row(*counter, *pick, *line)),
        };
        model.apply(&change);
        change
    };
    batch.iter().map(change).collect()
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
        query(Some("tax 2"), Some("ltd")),
    ];
    for query in &queries {
        assert_eq!(pages(&catalog, query).unwrap(), model.list(query));
    }
    for row in model.rows.values().step_by(97) {
        assert_eq!(catalog.get(row.record).unwrap().as_ref(), Some(row));
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

/// What sled might do to single values: each is noticed, never answered with.
#[test]
fn a_value_lost_moved_or_put_back_is_noticed() {
    type Values = BTreeMap<Vec<u8>, Vec<u8>>;
    let spoil = |spoil: &dyn Fn(&sled::Db, &Values)| {
        let (dir, catalog) = small();
        let values = |catalog: &Catalog| {
            let all = catalog.store.call(|db| db.iter().collect::<sled::Result<Vec<_>>>()).unwrap();
            all.into_iter().map(|(k, v)| (k.to_vec(), v.to_vec())).collect::<Values>()
        };
        let old = values(&catalog);
        let newer = row(3, [5; 6], 50);
        catalog.apply(&[put(&newer)], to(50)).unwrap();
        catalog
            .store
            .call(|db| {
                spoil(db, &old);
                Ok(())
            })
            .unwrap();
        match catalog.get(newer.record) {
            Err(Error::Catalog { .. }) => {}
            Ok(found) => assert_eq!(found, Some(newer), "never a wrong row"),
            Err(error) => panic!("{error}"),
        }
        let found = catalog.check().unwrap();
        assert!(!found.is_empty());
        drop(catalog);
        (found.join("; "), why(open(dir.path())))
    };
    let key = rows::key(3);
    let (found, opened) = spoil(&|db, _| {
        db.remove(key).unwrap();
    });
    assert_eq!(opened, "it has 39 rows where 40 were written", "{found}");
    let (found, _) = spoil(&|db, old| {
        db.insert(key, &old[&key[..]][..]).unwrap();
    });
    assert!(found.contains("row 3 is older than its keys"), "{found}");
    let (found, _) = spoil(&|db, old| {
        db.insert(key, &old[&rows::key(4)[..]][..]).unwrap();
    });
    assert!(found.contains("is not what was written"), "{found}");
    let (found, opened) = spoil(&|db, old| {
        db.insert(STATE_KEY, &old[STATE_KEY][..]).unwrap();
    });
    assert!(found.contains("another than in memory") && opened == "current", "{found}; {opened}");
    let (found, _) = spoil(&|db, _| {
        for (key, _) in db.scan_prefix(b"s").flatten() {
            db.remove(key).unwrap();
        }
    });
    assert!(found.contains("is missing"), "{found}");
    let (_, opened) = spoil(&|db, _| {
        db.remove(STATE_KEY).unwrap();
    });
    assert_eq!(opened, "its position is missing");
    let (_, opened) = spoil(&|db, _| {
        db.remove(HEADER_KEY).unwrap();
    });
    assert_eq!(opened, "its header is missing");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target)
        } else {
            _ = fs::copy(entry.path(), target).unwrap()
        }
    }
}

/// A catalog written in batches, and what it should hold at each position.
fn history_of_states(dir: &Path, flush: bool) -> (Catalog, BTreeMap<u64, Model>) {
    let (catalog, mut model) = (create(dir), Model::default());
    let mut states = BTreeMap::from([(0, model.clone())]);
    for batch in 0..30u64 {
        let mut rows: Vec<Row> =
            (batch * 10..batch * 10 + 10).map(|c| row(c, [(c * 7 % 251) as u8; 6], c)).collect();
        rows.push(row(batch * 5, [batch as u8; 6], batch * 10)); // one is supplemented
        let changes: Vec<Change> = rows.iter().map(put).collect();
        changes.iter().for_each(|change| model.apply(change));
        catalog.apply(&changes, to(batch * 10 + 10)).unwrap();
        if flush {
            catalog.flush().unwrap();
        }
        states.insert(batch * 10 + 10, model.clone());
    }
    (catalog, states)
}

/// What a damaged catalog answers is right for the position it names, or an error. Says how it ended.
fn check_damaged(dir: &Path, states: &BTreeMap<u64, Model>) -> &'static str {
    let catalog = match Catalog::open(&Env::of_host(), dir, &KEY, 1, vault(), CACHE) {
        Err(Error::Io { .. }) => return "refused",
        Err(error) => panic!("{error}"),
        Ok(Opened::Rebuild { why }) => {
            assert!(!why.contains('\n'));
            drop(Catalog::create(&Env::of_host(), dir, &KEY, 1, vault(), CACHE).unwrap());
            return "rebuild";
        }
        Ok(Opened::Current(catalog)) => catalog,
    };
    let model = &states[&catalog.position().lines];
    let mut failed = false;
    let queries = [
        Query { limit: 50, ..Query::default() },
        Query { project: Some("工商".to_owned()), limit: 9, ..Query::default() },
        Query { customer: Some("华东".to_owned()), limit: 9, ..Query::default() },
    ];
    for query in &queries {
        match pages(&catalog, query) {
            Ok(found) => assert_eq!(found, model.list(query)),
            Err(error) => failed = true & matches!(error, Error::Catalog { .. } | Error::Io { .. }),
        }
    }
    for row in model.rows.values().step_by(3) {
        match catalog.get(row.record) {
            Ok(found) => assert_eq!(found.as_ref(), Some(row), "never a wrong row, never silently none"),
            Err(_) => failed = true,
        }
    }
    match catalog.check() {
        Ok(found) if found.is_empty() => assert!(!failed, "what fails is found by the check"),
        Ok(_) | Err(_) => failed = true,
    }
    match catalog.position().lines {
        _ if failed => "noticed",
        300 => "unharmed",
        _ => "earlier",
    }
}

#[test]
fn a_damaged_catalog_never_panics_and_never_lies() {
    let dir = tempfile::tempdir().unwrap();
    let (catalog, states) = history_of_states(&dir.path().join("new"), true);
    drop(catalog);
    // Opened once more, sled keeps a list of pages and no longer reads its log from the beginning: damage that
    // would have cut the log short now lies in wait for whoever asks.
    copy(&dir.path().join("new"), &dir.path().join("settled"));
    drop(reopen(&dir.path().join("settled")));
    let mut ends = BTreeMap::<&str, u32>::new();
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let mut below = |n: u64| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % n.max(1)
    };
    for round in 0..100 {
        let copied = dir.path().join(format!("{round}"));
        copy(&dir.path().join(if round % 5 < 2 { "new" } else { "settled" }), &copied);
        let mut files: Vec<_> =
            fs::read_dir(&copied).unwrap().flatten().filter(|f| f.file_type().unwrap().is_file()).collect();
        files.sort_by_key(|f| f.file_name());
        // The log is by far the largest and the likeliest to be hit; the others have their turn.
        let file = match round % 4 {
            0 => files[below(files.len() as u64) as usize].path(),
            _ => copied.join("db"),
        };
        let mut bytes = fs::read(&file).unwrap();
        // The log is allocated ahead; hits behind its end would prove nothing.
        let used = bytes.iter().rposition(|b| *b != 0).map_or(0, |last| last + 1) as u64;
        match round % 3 {
            0 => bytes.truncate(below(used) as usize),
            kind => {
                // Much of the log is old states; with several hits one is likely to meet something alive.
                for _ in 0..1 + round % 10 {
                    let at = below(used) as usize;
                    match kind {
                        1 => bytes.iter_mut().skip(at).take(16).for_each(|b| *b ^= 0xa5),
                        _ => bytes.iter_mut().skip(at).take(4096).for_each(|b| *b = 0),
                    }
                }
            }
        }
        fs::write(&file, &bytes).unwrap();
        *ends.entry(check_damaged(&copied, &states)).or_default() += 1;
        fs::remove_dir_all(&copied).unwrap();
    }
    let harmless = ends.get("unharmed").copied().unwrap_or(0);
    assert!(harmless < 50 && ends.contains_key("rebuild"), "the damage was real: {ends:?}");
}

#[test]
fn a_crash_before_flush_leaves_an_earlier_state() {
    for flush in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        let (catalog, states) = history_of_states(&dir.path().join("live"), flush);
        // What another process would find if this one were killed now: bytes in sled's buffers are lost.
        copy(&dir.path().join("live"), &dir.path().join("killed"));
        let end = check_damaged(&dir.path().join("killed"), &states);
        assert!(end == "unharmed" || !flush && matches!(end, "earlier" | "rebuild"), "{end}");
        drop(catalog);
        assert_eq!(reopen(&dir.path().join("live")).position(), to(300));
    }
}

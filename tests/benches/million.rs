//! A million records: how filing goes on as the vault grows, then opening, lists, lookups, and what is made anew.
//!
//! `cargo bench -p jingui-tests --bench million -- [--records N] [--rounds R] [--dir DIR] [--only PART]`
//!
//! The vault is made through the real way of filing, a tenth of it in each process, only that the vault's own syncs
//! are left out while it is made and the disk is synced after each tenth. With `--dir` it is kept there and gone on
//! with: a second run measures at once, and one beside another is refused. Everything is measured in a process of its
//! own, so that its memory is that of the vault. `--only` takes one of `fill`, `open`, `ask`, `file`, `lost`.

mod common;

use common::*;
use jingui_schema::facts::{Business, Class, Customer, CustomerKind, Label, Outcome};
use jingui_schema::time::Day;
use jingui_tests::lying::Lying;
use jingui_vault::Session;
use jingui_vault::body::{Buffers, Incoming};
use jingui_vault::catalog::{Page, Query, Row};
use jingui_vault::error::Error;
use jingui_vault::filing::{Filing, Labels};
use jingui_vault::fs::OsFs;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// Rows of a page, as people look at them.
const PAGE_ROWS: usize = 50;
/// Questions of one kind in a round.
const QUESTIONS: u64 = 300;
/// Days spread over the whole list, from which pages deep in it are asked for and records are taken.
const DAYS: usize = 200;
/// Records taken from each of them.
const DAY_ROWS: usize = 20;
/// Threads that file at once while the vault is made.
const FILL_THREADS: u64 = 8;
/// Filings one after another, for how long one takes.
const ADDS: u64 = 1500;

fn main() {
    let Some(words) = arguments() else { return };
    if words.first().is_some_and(|word| word == CHILD) {
        return child(&words[1..]);
    }
    let records = number(&words, "--records", 1_000_000);
    let rounds = number(&words, "--rounds", 3);
    let (_scratch, root) = match word(&words, "--dir") {
        Some(dir) => (None, PathBuf::from(dir)),
        None => {
            let scratch = scratch();
            let path = scratch.path().to_owned();
            (Some(scratch), path)
        }
    };
    let _held = hold(&root, "in-use");
    let only = word(&words, "--only");
    let wanted = |part: &str| only.is_none_or(|only| only == part);
    say(&format!("\n{records} records; medians of {rounds} rounds"));
    if !root.join("vault").exists() {
        House::begin(&root);
    }
    say(&format!("{}\n", machine(&root)));
    if wanted("fill") {
        fill(&root, records);
    }
    if wanted("open") {
        opening(&root, rounds);
    }
    if wanted("ask") {
        asking(&root, rounds);
    }
    if wanted("file") {
        filing_beside_an_empty_vault(&root, rounds);
    }
    if wanted("lost") {
        lost(&root, rounds.min(2));
    }
}

/// Takes a directory for this run alone: two runs in one vault would measure each other.
fn hold(root: &Path, name: &str) -> File {
    let path = root.join(name);
    std::fs::create_dir_all(root).expect("the directory can be made");
    let file = File::options().write(true).create(true).truncate(false).open(&path).expect("it can be made");
    match file.try_lock() {
        Ok(()) => file,
        Err(TryLockError::WouldBlock) => {
            panic!(
                "another run of this benchmark is at work in {}: it holds {}",
                root.display(),
                path.display()
            )
        }
        Err(TryLockError::Error(error)) => panic!("{} cannot be locked: {error}", path.display()),
    }
}

/// The word behind a name.
fn word<'a>(words: &'a [String], name: &str) -> Option<&'a str> {
    let at = words.iter().position(|word| word == name)?;
    words.get(at + 1).map(String::as_str)
}

/// What a child measured: figures by name, in the unit that the name's reader knows.
type Figures = BTreeMap<String, Vec<f64>>;

/// Runs one part in a process of its own.
fn measured(part: &str, root: &Path, more: &[u64]) -> Figures {
    let own = std::env::current_exe().expect("this program has a path");
    let more = more.iter().map(u64::to_string);
    let text = run(Command::new(own).arg(CHILD).arg(part).arg(root).args(more));
    let mut figures = Figures::new();
    for line in text.lines() {
        let (name, list) = line.split_once('\t').unwrap_or_else(|| panic!("a child said {line}"));
        figures.insert(name.into(), list.split(' ').map(|n| n.parse().expect("a number")).collect());
    }
    figures
}

/// Tells the parent a list of figures.
fn tell(name: &str, figures: &[f64]) {
    let list: Vec<String> = figures.iter().map(|f| format!("{f:.9}")).collect();
    say(&format!("{name}\t{}", list.join(" ")));
}

fn child(words: &[String]) {
    let root = Path::new(&words[1]);
    // A lock of its own: this process may outlive a run that is killed.
    let _held = hold(root, "in-use-by-a-part");
    let more: Vec<u64> = words[2..].iter().map(|n| n.parse().expect("a number")).collect();
    match words[0].as_str() {
        "fill" => child_fill(root, more[0], more[1]),
        "open" => child_open(root),
        "ask" => child_ask(root),
        "file" => child_file(root, more[0]),
        "lost" => child_lost(root),
        part => panic!("there is no part {part}"),
    }
    tell("rss", &[peak_memory() as f64]);
}

// --- making the vault ---------------------------------------------------------------------------------------------

/// Customers are of every size: the first hundred are in a tenth of the records, the others have three each.
fn customer(index: u64) -> (String, u64) {
    let number = if index % 10 == 9 { index / 10 % 100 } else { 100 + index / 3 };
    (format!("某某{}有限公司 {number}", ["科技", "贸易", "建设", "电子"][number as usize % 4]), number)
}

/// Forty projects, one of them with a third of the records.
fn project(index: u64) -> String {
    format!("项目 {}", if index.is_multiple_of(3) { 0 } else { 1 + index / 3 % 39 })
}

fn labels(index: u64) -> Labels {
    let label = |text: String| Label::read(&text).expect("a label");
    let (name, number) = customer(index);
    let kind = match number % 100 {
        0 => CustomerKind::Government,
        1..10 => CustomerKind::Person,
        10..15 => CustomerKind::Institution,
        _ => CustomerKind::Enterprise,
    };
    Labels {
        project: label(project(index)),
        outlet: label(format!("网点 {}", index % 7)),
        customer: Customer {
            name: label(name),
            kind,
            id: number.is_multiple_of(2).then(|| format!("ID{number:08}")),
        },
        business: match index % 100 {
            0..60 => Business::New,
            60..85 => Business::Renew,
            85..95 => Business::Change,
            95..98 => Business::Revoke,
            _ => Business::Unlock,
        },
        date: format!("20{:02}-{:02}-{:02}", 12 + index % 13, 1 + index / 13 % 12, 1 + index / 156 % 28)
            .parse()
            .expect("a day"),
        outcome: match index % 1000 {
            0..950 => Outcome::Issued,
            950..985 => Outcome::Rejected,
            985..999 => Outcome::Withdrawn,
            // One in ten thousand, and none at all that lapsed.
            _ if index % 10_000 == 999 => Outcome::Pending,
            _ => Outcome::Issued,
        },
        tags: Vec::new(),
        box_code: None,
        waived: Vec::new(),
        application: Default::default(),
    }
}

fn record(index: u64) -> Filing {
    let mut chance = Chance(index);
    let document = |name: &str, bytes: Vec<u8>| incoming(InMemory(name.into(), bytes.into()));
    let incoming: Vec<Incoming> =
        vec![document("申请表.txt", chance.text(600)), document("身份证.jpg", chance.scan(900))];
    // Again: where a making was cut off, a few of those it was at are there, and those before them are not.
    Filing { labels: labels(index), incoming, request: None, again: true, plan: None, certs: Vec::new() }
}

/// Files records from one number up to another; seconds that each took.
fn file_range(session: &Session, from: u64, to: u64, threads: u64) -> Vec<f64> {
    let (next, all) = (AtomicU64::new(from), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let (mut buffers, mut took) = (Buffers::new(), Vec::new());
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= to {
                        break;
                    }
                    let filing = record(index);
                    let start = Instant::now();
                    session.file(&filing, &mut buffers).expect("it is filed");
                    took.push(start.elapsed().as_secs_f64());
                }
                all.lock().expect("no thread panics").append(&mut took);
            });
        }
    });
    all.into_inner().expect("no thread panics")
}

/// Opens the vault and signs in.
fn sign_in(root: &Path) -> Session {
    let house = House::at(root);
    house.open_here(Arc::new(OsFs)).sign_in(house.person()).expect("the person is enrolled")
}

fn fill(root: &Path, records: u64) {
    let share = (records / 10).max(1);
    let mut rows = Vec::new();
    loop {
        let figures = measured("fill", root, &[share, records]);
        run(&mut Command::new("sync"));
        let (before, after) = (figures["before"][0], figures["after"][0]);
        if before as u64 >= records {
            break; // it was made by an earlier run
        }
        let part = |name: &str| figures[name][0];
        rows.push(vec![
            format!("{before:.0} to {after:.0}"),
            format!("{:.0}", (after - before) / part("wall")),
            millis(part("median")),
            millis(part("p99")),
            millis(part("max")),
            format!("{:.2} s", part("open")),
            format!("{:.2} s", part("close")),
            human(part("rss") as u64),
        ]);
        say(&rows.last().expect("one was taken").join(" | "));
        if after as u64 >= records {
            break;
        }
    }
    if rows.is_empty() {
        return;
    }
    say("");
    let head = [
        &format!("records, filed by {FILL_THREADS} threads") as &str,
        "records/s",
        "median",
        "p99",
        "longest",
        "opening",
        "closing",
        "peak RSS",
    ];
    table(&head, &rows);
}

fn child_fill(root: &Path, share: u64, records: u64) {
    let house = House::at(root);
    // How fast filing is with syncs is measured once the vault is there.
    let not_waited_for = Arc::new(Lying::without_syncs(Arc::new(OsFs)));
    let (opened, session) = timed(|| {
        let vault = house.open_here(not_waited_for);
        let session = vault.sign_in(house.person()).expect("the person is enrolled");
        session.list(&page()).expect("a page");
        session
    });
    let before = session.vault().state().counts.records;
    // A run that was cut off leaves a part behind: the next one begins where it ended.
    let to = (before - before % share + share).min(records);
    let start = Instant::now();
    let took = file_range(&session, before, to, FILL_THREADS);
    let wall = start.elapsed().as_secs_f64();
    let after = session.vault().state().counts.records;
    let (closed, ()) = timed(|| drop(session));
    tell("before", &[before as f64]);
    tell("after", &[after as f64]);
    tell("wall", &[wall]);
    tell("open", &[opened.wall]);
    tell("close", &[closed.wall]);
    tell("max", &[took.iter().copied().fold(0.0, f64::max)]);
    tell("median", &[median(took.clone())]);
    tell("p99", &[p99(took)]);
}

// --- opening ------------------------------------------------------------------------------------------------------

fn page() -> Query {
    Query { limit: PAGE_ROWS, ..Query::default() }
}

fn millis(seconds: f64) -> String {
    format!("{:.2} ms", seconds * 1e3)
}

fn opening(root: &Path, rounds: u64) {
    let mut all: Figures = Figures::new();
    for _ in 0..rounds.max(3) {
        settle();
        for (name, figures) in measured("open", root, &[]) {
            all.entry(name).or_default().extend(figures);
        }
    }
    let line = |what: &str, name: &str| {
        let longest = all[name].iter().copied().fold(0.0, f64::max);
        vec![what.to_owned(), millis(median(all[name].clone())), millis(longest)]
    };
    table(
        &["opening, everything derived in place", "median", "longest"],
        &[
            line("open the vault", "vault"),
            line("sign in", "sign"),
            line("first page of 50", "page"),
            line("together: the first answer", "first"),
            line("close", "close"),
        ],
    );
    say(&format!("Peak RSS with one page shown: {}\n", human(median(all["rss"].clone()) as u64)));
}

fn child_open(root: &Path) {
    let house = House::at(root);
    let (vault, opened) = timed(|| house.open_here(Arc::new(OsFs)));
    let person = house.person();
    let (sign, session) = timed(|| opened.sign_in(person).expect("the person is enrolled"));
    let (first, _) = timed(|| session.list(&page()).expect("a page"));
    let (close, ()) = timed(|| {
        drop(session);
        drop(opened);
    });
    tell("vault", &[vault.wall]);
    tell("sign", &[sign.wall]);
    tell("page", &[first.wall]);
    tell("first", &[vault.wall + sign.wall + first.wall]);
    tell("close", &[close.wall]);
}

// --- lists and lookups --------------------------------------------------------------------------------------------

fn asking(root: &Path, rounds: u64) {
    let mut all: BTreeMap<String, Vec<(f64, f64, f64)>> = BTreeMap::new();
    let mut rss = Vec::new();
    for _ in 0..rounds {
        for (name, figures) in measured("ask", root, &[]) {
            match name.as_str() {
                "rss" => rss.extend(figures),
                _ => all.entry(name).or_default().push((
                    median(figures.clone()),
                    p99(figures.clone()),
                    figures.into_iter().fold(0.0, f64::max),
                )),
            }
        }
    }
    let of =
        |name: &str, pick: fn(&(f64, f64, f64)) -> f64| millis(median(all[name].iter().map(pick).collect()));
    let rows: Vec<Vec<String>> = all
        .keys()
        .filter(|name| !name.ends_with(ALONE))
        .map(|name| {
            let alone = of(&format!("{name}{ALONE}"), |r| r.1);
            vec![
                behind_place(name).to_owned(),
                of(name, |r| r.0),
                of(name, |r| r.1),
                alone,
                of(name, |r| r.2),
            ]
        })
        .collect();
    table(&["asked", "median", "p99", "p99 without waiting for a processor", "longest"], &rows);
    say(&format!("Peak RSS: {}\n", human(median(rss) as u64)));
}

/// Seconds that questions of one kind took, and the same less the time this thread stood in line for a processor that
/// others were using.
#[derive(Default)]
struct Times {
    took: Vec<f64>,
    alone: Vec<f64>,
}

impl Times {
    fn time(&mut self, question: impl FnOnce()) {
        let (start, stood) = (Instant::now(), stood_in_line());
        question();
        let took = start.elapsed().as_secs_f64();
        self.took.push(took);
        self.alone.push((took - (stood_in_line() - stood)).max(0.0));
    }

    /// Tells them under a name whose first letters give its place in the table.
    fn tell(&self, name: &str) {
        tell(name, &self.took);
        tell(&format!("{name}{ALONE}"), &self.alone);
    }
}

/// Asks so many questions of one kind.
fn ask(name: &str, questions: u64, mut question: impl FnMut()) {
    let mut times = Times::default();
    (0..questions).for_each(|_| times.time(&mut question));
    times.tell(name);
}

/// Asks about each record twice: when nothing has touched it yet in this process, and again at once.
fn ask_twice(name: &str, records: &[Row], mut question: impl FnMut(&Row)) {
    let [mut cold, mut warm] = [Times::default(), Times::default()];
    for row in records {
        cold.time(|| question(row));
        warm.time(|| question(row));
    }
    let (place, name) = name.split_once(' ').expect("a place and a name");
    cold.tell(&format!("{place}a {name}, touched for the first time"));
    warm.tell(&format!("{place}b {name}, touched just before"));
}

/// A name without the letters that give its place.
fn behind_place(name: &str) -> &str {
    name.split_once(' ').map_or(name, |(_, name)| name)
}

/// Behind the name of figures without the time in line.
const ALONE: &str = " (alone)";

/// Seconds that this thread was ready to run and did not.
fn stood_in_line() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').nth(1).and_then(|n| n.parse::<f64>().ok()).unwrap_or(0.0) / 1e9
}

/// A day on which business was done, as [`labels`] chooses them.
fn day(chance: &mut Chance) -> Day {
    let (year, month, day) = (chance.between(2012, 2025), chance.between(1, 13), chance.between(1, 29));
    format!("{year}-{month:02}-{day:02}").parse().expect("a day")
}

/// Second pages from days spread over a list: each with the cursor that the first one gave.
fn deep_pages(session: &Session, query: &Query, chance: &mut Chance) -> Vec<Query> {
    let days = (0..DAYS).map(|_| Query { to: Some(day(chance)), ..query.clone() });
    let deep = |query: Query| {
        let after = session.list(&query).expect("a page").next?;
        Some(Query { after: Some(after), ..query })
    };
    days.filter_map(deep).collect()
}

/// Records spread over the whole list, each once, in no order.
fn some_records(session: &Session, chance: &mut Chance) -> Vec<Row> {
    let mut known = BTreeMap::new();
    for _ in 0..DAYS {
        let query = Query { to: Some(day(chance)), limit: DAY_ROWS, ..Query::default() };
        known.extend(session.list(&query).expect("a page").rows.into_iter().map(|row| (chance.next(), row)));
    }
    let mut met = BTreeSet::new();
    known.into_values().filter(|row| met.insert(row.counter)).collect()
}

fn child_ask(root: &Path) {
    let session = sign_in(root);
    let records = session.vault().state().counts.records;
    let mut chance = Chance(std::process::id().into());
    let list = |query: Query| -> Page { session.list(&query).expect("a page") };
    let known = some_records(&session, &mut chance);
    let large = Query { project: Some("项目 0".into()), ..page() };
    let everywhere = deep_pages(&session, &page(), &mut chance);
    let deep = deep_pages(&session, &large, &mut chance);
    let mut any = |many: usize| chance.next() as usize % many;

    ask("a0 page: newest first", QUESTIONS, || drop(list(page())));
    if !everywhere.is_empty() {
        ask("a1 page: anywhere in the list, by cursor", QUESTIONS, || {
            drop(list(everywhere[any(everywhere.len())].clone()));
        });
    }
    ask("a2 page: one project", QUESTIONS, || {
        drop(list(Query { project: Some(format!("项目 {}", any(40))), ..page() }));
    });
    if !deep.is_empty() {
        ask("a3 page: anywhere in a large project, by cursor", QUESTIONS, || {
            drop(list(deep[any(deep.len())].clone()));
        });
    }
    ask("a4 page: one customer by name", QUESTIONS, || {
        drop(list(Query {
            customer: Some(known[any(known.len())].facts.customer.name.to_string()),
            ..page()
        }));
    });
    let identifiers: Vec<String> = known.iter().filter_map(|row| row.facts.customer.id.clone()).collect();
    ask("a5 page: one customer by identifier", QUESTIONS, || {
        drop(list(Query { customer: Some(identifiers[any(identifiers.len())].clone()), ..page() }));
    });
    ask("a6 page: a large customer within a project", QUESTIONS, || {
        let (customer, project) =
            (Some(customer(9 + 10 * any(100) as u64).0), Some(project(any(1000) as u64)));
        drop(list(Query { project, customer, ..page() }));
    });
    // All names are read for it; those after it find them in memory.
    ask("a6z page: customers by a part of the name, the first to ask", 1, || {
        drop(list(Query { customer: Some("电子有限".into()), ..page() }));
    });
    ask("a7 page: customers by a part of the name, few", QUESTIONS, || {
        let number = any(records as usize / 3) + 100;
        drop(list(Query { customer: Some(format!("公司 {number}")), ..page() }));
    });
    ask("a8 page: customers by a part of the name, many", QUESTIONS, || {
        drop(list(Query { customer: Some("建设有限".into()), ..page() }));
    });
    ask("a9 page: customers by a part of the name, none", QUESTIONS, || {
        drop(list(Query { customer: Some(format!("没有这样的 {}", any(1000))), ..page() }));
    });
    ask("b0 page: between two dates", QUESTIONS, || {
        let from = known[any(known.len())].facts.date;
        let to = known[any(known.len())].facts.date;
        drop(list(Query { from: Some(from.min(to)), to: Some(from.max(to)), ..page() }));
    });
    ask("b1 page: one day of one project", QUESTIONS, || {
        let row = &known[any(known.len())];
        let (day, project) = (Some(row.facts.date), Some(row.facts.project.to_string()));
        drop(list(Query { from: day, to: day, project, ..page() }));
    });
    for (name, class) in [
        ("b2 page: class CN-P5", Class::CnP5),
        ("b3 page: class CN-G10", Class::CnG10),
        ("b4 page: class CN-R3", Class::CnR3),
    ] {
        ask(name, QUESTIONS, || {
            let to = Some(known[any(known.len())].facts.date);
            drop(list(Query { class: Some(class), to, ..page() }));
        });
    }
    for (name, outcome) in [
        ("b5 page: outcome rejected", Outcome::Rejected),
        ("b6 page: outcome pending, 1 in 10,000", Outcome::Pending),
        ("b7 page: outcome lapsed, of which there is none", Outcome::Lapsed),
    ] {
        ask(name, 60, || {
            let to = Some(known[any(known.len())].facts.date);
            drop(list(Query { outcome: Some(outcome), to, ..page() }));
        });
    }
    ask("b8 page: unlocked and withdrawn, of a project", 60, || {
        drop(list(Query {
            project: Some(format!("项目 {}", any(40))),
            business: Some(Business::Unlock),
            outcome: Some(Outcome::Withdrawn),
            ..page()
        }));
    });

    let resolve = |text: &str| session.resolve(text);
    ask("c0 lookup: archive number", QUESTIONS, || {
        resolve(&known[any(known.len())].facts.number.to_string()).expect("it is there");
    });
    ask("c1 lookup: archive number never given", QUESTIONS, || {
        let number = format!("JG01-2026-9{:06}", any(1_000_000));
        assert!(matches!(resolve(&number), Err(Error::NoRecord { .. })), "{number} is not there");
    });
    ask("c2 lookup: whole id", QUESTIONS, || {
        resolve(&known[any(known.len())].record.to_string()).expect("it is there");
    });
    ask("c3 lookup: first eight characters of an id", QUESTIONS, || {
        resolve(&known[any(known.len())].record.to_string()[..8]).expect("it is there");
    });
    ask("c4 lookup: first four characters, of which there may be many", QUESTIONS, || {
        match resolve(&known[any(known.len())].record.to_string()[..4]) {
            Ok(_) | Err(Error::Ambiguous { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    });
    // Each kind has records of its own: no other question has opened their covers or bodies.
    let share = (known.len() / 3).min(QUESTIONS as usize);
    let mut shares = known.chunks(share.max(1));
    let mut fresh = || shares.next().unwrap_or_default();
    ask_twice("c5 show: archive number looked up, cover opened and checked", fresh(), |row| {
        let record = resolve(&row.facts.number.to_string()).expect("it is there");
        drop(session.view(record).expect("it is there"));
    });
    ask_twice("c6 show: the lines about a record", fresh(), |row| {
        drop(session.history(row.record).expect("they are there"));
    });
    let mut out = Vec::new();
    ask_twice("d0 open: journalled durably, then one small document", fresh(), |row| {
        out.clear();
        let opening = session.open_documents(row.record, &[1], None, None).expect("it may be opened");
        opening.copy(&opening.documents()[0], &mut out).expect("it is whole");
    });
}

// --- filing into it -----------------------------------------------------------------------------------------------

fn filing_beside_an_empty_vault(root: &Path, rounds: u64) {
    let mut rows: BTreeMap<String, Vec<Figures>> = BTreeMap::new();
    for round in 0..rounds {
        let empty = root.join(format!("empty-{}-{round}", std::process::id()));
        House::begin(&empty);
        for threads in [1, 4] {
            for (what, dir) in [("empty", &*empty), ("full", root)] {
                settle();
                let figures = measured("file", dir, &[threads]);
                rows.entry(format!("{threads} {what}")).or_default().push(figures);
            }
        }
    }
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|(name, rounds)| {
            let of = |part: &str| median(rounds.iter().map(|r| r[part][0]).collect());
            let (threads, what) = name.split_once(' ').expect("two words");
            let plural = if threads == "1" { "thread" } else { "threads" };
            vec![
                format!("{what} vault, {threads} {plural}"),
                format!("{:.0}", of("rate")),
                millis(of("median")),
                millis(of("p95")),
                millis(of("p99")),
                millis(of("p999")),
                millis(of("max")),
                human(of("rss") as u64),
            ]
        })
        .collect();
    let head = [
        &format!("{ADDS} filings, a new process") as &str,
        "records/s",
        "median",
        "p95",
        "p99",
        "p99.9",
        "longest",
        "peak RSS",
    ];
    table(&head, &rows);
    say(
        "The vaults that were empty stay beside the large one: removing files here would slow what comes after.\n",
    );
}

fn child_file(root: &Path, threads: u64) {
    let session = sign_in(root);
    session.list(&page()).expect("a page");
    let from = session.vault().state().counts.records;
    let start = Instant::now();
    let mut took = file_range(&session, from, from + ADDS, threads);
    tell("rate", &[ADDS as f64 / start.elapsed().as_secs_f64()]);
    took.sort_by(f64::total_cmp);
    let at = |share: f64| took[((took.len() as f64 * share) as usize).min(took.len() - 1)];
    tell("median", &[at(0.5)]);
    tell("p95", &[at(0.95)]);
    tell("p99", &[at(0.99)]);
    tell("p999", &[at(0.999)]);
    tell("max", &[at(1.0)]);
}

// --- everything derived lost --------------------------------------------------------------------------------------

fn lost(root: &Path, rounds: u64) {
    let mut all = Figures::new();
    for _ in 0..rounds {
        settle();
        for (name, figures) in measured("lost", root, &[]) {
            all.entry(name).or_default().extend(figures);
        }
    }
    let of = |name: &str| median(all[name].clone());
    let line = |what: &str, name: &str, count: f64, unit: &str| {
        vec![what.to_owned(), format!("{:.2} s", of(name)), format!("{:.0} {unit}/s", count / of(name))]
    };
    table(
        &["derived/ removed", "median", "rate"],
        &[
            line("open the vault: every line read and checked", "open", of("lines"), "lines"),
            line("catalog made anew: every cover opened and checked", "rebuild", of("records"), "records"),
        ],
    );
    say(&format!("Peak RSS: {}\n", human(of("rss") as u64)));
}

fn child_lost(root: &Path) {
    let house = House::at(root);
    std::fs::remove_dir_all(house.vault().join("derived")).expect("it may be lost at any time");
    let (open, vault) = timed(|| house.open_here(Arc::new(OsFs)));
    let session = vault.sign_in(house.person()).expect("the person is enrolled");
    let (rebuild, count) = timed(|| session.rebuild_catalog().expect("it is made anew"));
    tell("open", &[open.wall]);
    tell("lines", &[vault.state().lines as f64]);
    tell("rebuild", &[rebuild.wall]);
    tell("records", &[count as f64]);
}

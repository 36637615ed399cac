//! Push: how long it takes to send an archive to a store, and to read and open all of it there, beside `rclone` (Debian) on
//! the same files and the same server; how much memory it takes; how much is sent twice by a push that was killed.
//!
//! `cargo bench -p jingui-tests --bench push -- [--records 2000] [--rounds 3] [--small] [--seconds 600]`
//!
//! A record has five documents of 20–260 kB; with `--small` (then 50,000 records) two texts of 1–4 kB. The server is that of the
//! tests, `s3s-fs` in a process of its own, its objects in memory where the system has such a place; it begins empty for each
//! contender in each round. All share the cores with it. `rclone copy` sends the files; `rclone check --download` reads them back.
//! A push sends and reads back each file; accepting reads all of it once more and opens every document. Every step is a whole process.
//!
//! While a step goes on, a line every ten seconds says how far the server has come. A step that does not end within `--seconds` is
//! ended and named.

mod common;

use common::*;
use jingui_sync::{Access, Addressing, Credentials, Patience, StoreTarget};
use jingui_tests::object_store::{BUCKET, ID, SECRET, Store};
use jingui_vault::copies::{CopyOptions, CopyVault, THREADS_FAR, Target};
use jingui_vault::env::Env;
use jingui_vault::filing::Filing;
use jingui_vault::fs::OsFs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What of a vault is no part of a copy.
const LEFT_OUT: &[&str] = &["derived", "staging", "run", "text", "quarantine", "settings"];
/// How often a step that goes on says so.
const TELL: Duration = Duration::from_secs(10);
/// How often it is looked whether one has ended.
const LOOK: Duration = Duration::from_millis(2);
/// The most memory that a push may take.
const PEAK_BAR: u64 = 256 << 20;
/// The most that a push which was killed may cost, as a share of all there is.
const TWICE_BAR: f64 = 0.01;

/// A step that ended well.
struct Ended {
    /// Seconds.
    wall: f64,
    /// The most memory it held, where it said so.
    peak: Option<u64>,
    /// Bytes that the server got meanwhile.
    sent: u64,
}

/// The two steps of a contender in one round: sending, and reading all of it.
type Round = [Option<Ended>; 2];

fn main() {
    let Some(words) = arguments() else { return };
    if words.first().is_some_and(|word| word == CHILD) {
        return child(&words[1..]);
    }
    let small = flag(&words, "--small");
    let records = number(&words, "--records", if small { 50_000 } else { 2000 });
    let rounds = number(&words, "--rounds", 3);
    let limit = Duration::from_secs(number(&words, "--seconds", 600));
    let scratch = scratch();
    let root = scratch.path();
    let bytes = fill(root, records, small);
    say(&format!("\nPush of {records} records, {} of bodies; medians of {rounds} rounds", human(bytes)));
    say(&format!("{}\n", machine(root)));
    let peer = has("rclone");
    if !peer {
        say("rclone is not installed: nothing to compare with");
    }
    let (mut theirs, mut ours): (Vec<Round>, Vec<Round>) = (Vec::new(), Vec::new());
    for round in 1..=rounds {
        // Whoever comes second finds the machine as the first has left it, so they take turns.
        let ours_first = round % 2 == 0;
        if ours_first {
            ours.push(push_and_accept(round, root, records, limit));
        }
        if peer {
            theirs.push(copy_and_check(round, root, limit));
        }
        if !ours_first {
            ours.push(push_and_accept(round, root, records, limit));
        }
    }
    report(&theirs, &ours);
    killed(root, bytes, limit);
}

/// Files everything; says how many bytes of bodies that made. Nobody holds the vault afterwards.
fn fill(root: &Path, records: u64, small: bool) -> u64 {
    let session = House::begin(root).sign_in(Arc::new(OsFs));
    session.file_many((0..records).map(|index| made_up(index, small)), |_, done| {
        done.expect("it is filed");
        true
    });
    session.vault().state().counts.body_bytes
}

fn made_up(index: u64, small: bool) -> Filing {
    let mut chance = Chance(index);
    let documents = (0..if small { 2 } else { 5 }).map(|no| {
        let (name, bytes) = match small {
            true => (format!("{no}.txt"), {
                let size = chance.between(1_000, 4_000) as usize;
                chance.text(size)
            }),
            false => (format!("{no}.jpg"), {
                let size = chance.between(20_000, 260_000) as usize;
                chance.scan(size)
            }),
        };
        incoming(InMemory(name.into(), bytes.into()))
    });
    let documents = documents.collect();
    filing(index, documents)
}

fn copy_and_check(round: u64, root: &Path, limit: Duration) -> Round {
    let mut server = Server::start();
    let mut run = |words: &[&str]| {
        let name = format!("round {round}: rclone {}", words.join(" "));
        let mut command = rclone(&server, words, &root.join("vault"));
        step(&name, &mut command, root, &mut server, limit)
    };
    let copied = run(&["copy"]);
    // What was not sent cannot be compared.
    let checked = if copied.is_some() { run(&["check", "--download"]) } else { None };
    [copied, checked]
}

fn push_and_accept(round: u64, root: &Path, records: u64, limit: Duration) -> Round {
    let mut server = Server::start();
    let mut run = |word: &str| {
        let mut command = own(word, root, &server);
        command.arg(records.to_string());
        step(&format!("round {round}: {word}"), &mut command, root, &mut server, limit)
    };
    let pushed = run("push");
    let accepted = if pushed.is_some() { run("accept") } else { None };
    [pushed, accepted]
}

/// Runs a process to its end or to that of its time, and tells how far it has come; none where it did not end well.
fn step(
    name: &str,
    command: &mut Command,
    root: &Path,
    server: &mut Server,
    limit: Duration,
) -> Option<Ended> {
    warm(&root.join("vault"));
    settle();
    let before = server.counts().received;
    let (start, mut told) = (Instant::now(), Instant::now());
    let mut process =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap_or_else(|e| panic!("{name}: {e}"));
    let status = loop {
        if let Some(status) = process.try_wait().expect("a child of ours") {
            break status;
        }
        if start.elapsed() > limit {
            end(&mut process);
            say(&format!("{name}: NOT ENDED within {} s; {}", limit.as_secs(), server.counts().text()));
            return None;
        }
        if told.elapsed() > TELL {
            told = Instant::now();
            say(&format!("  {name}: {:.0} s; {}", start.elapsed().as_secs_f64(), server.counts().text()));
        }
        std::thread::sleep(LOOK);
    };
    let wall = start.elapsed().as_secs_f64();
    let mut said = String::new();
    process.stdout.take().expect("it was asked for").read_to_string(&mut said).expect("it is text");
    if !status.success() {
        say(&format!("{name}: FAILED, {status}; {}", server.counts().text()));
        return None;
    }
    let sent = server.counts().received.saturating_sub(before);
    say(&format!("{name}: {wall:.2} s, {} sent", human(sent)));
    Some(Ended { wall, peak: said.trim().parse().ok(), sent })
}

fn end(process: &mut Child) {
    // One that has ended meanwhile needs no killing.
    drop(process.kill());
    drop(process.wait());
}

/// rclone on what of a vault goes into a copy, as many files at a time as a push; the same words whatever it is to do.
fn rclone(server: &Server, words: &[&str], vault: &Path) -> Command {
    let mut command = Command::new("rclone");
    // The bucket, and nothing below it: rclone asks first whether what it is given is a single object, which no bucket is.
    command.args(words).arg(vault).arg(format!("store:{BUCKET}"));
    for out in LEFT_OUT {
        command.arg("--exclude").arg(format!("/{out}/**"));
    }
    let threads = THREADS_FAR.to_string();
    command.args(["--config", "/dev/null", "--transfers", &threads, "--checkers", &threads]);
    // Not `--fast-list`: this server looks at all of a bucket for each thousand names of a flat list. What fails is to be seen soon.
    command.args(["--s3-no-check-bucket", "--low-level-retries", "3", "--retries", "1", "--quiet"]);
    // A bundle that other programs are told of is one that this version of it cannot use.
    command.env_remove("AWS_CA_BUNDLE");
    command.env("RCLONE_CONFIG_STORE_TYPE", "s3").env("RCLONE_CONFIG_STORE_PROVIDER", "Other");
    command
        .env("RCLONE_CONFIG_STORE_ENDPOINT", &server.endpoint)
        .env("RCLONE_CONFIG_STORE_REGION", "us-east-1");
    command.env("RCLONE_CONFIG_STORE_ACCESS_KEY_ID", ID).env("RCLONE_CONFIG_STORE_SECRET_ACCESS_KEY", SECRET);
    command
}

/// This program once more, at the vault and the server.
fn own(word: &str, root: &Path, server: &Server) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this program has a path"));
    command.args([CHILD, word]).arg(root).arg(&server.endpoint);
    command
}

/// `serve`; or `push ROOT ENDPOINT RECORDS`, `accept ROOT ENDPOINT RECORDS`, which say how much memory they took.
fn child(words: &[String]) {
    let [word, root, endpoint, records] = words else { return serve() };
    let (house, target) = (House::at(Path::new(root)), target(endpoint));
    match &**word {
        "push" => {
            let vault = house.open(Arc::new(OsFs));
            let options = CopyOptions { outside: true, threads: THREADS_FAR, ..CopyOptions::default() };
            let pushed = vault.push(&*target, &options).expect("it is pushed");
            assert!(pushed.made.lacking.is_empty(), "the vault is whole");
        }
        _ => {
            let keys = Some(Path::new(root).join("keys"));
            let copy = CopyVault::open(&Env::of_host(), target, None, keys).expect("it opens");
            let session = copy.vault().expect("a vault").sign_in(house.person()).expect("a key");
            let checked = copy.verify(Some(&session), u64::MAX, &|_| {}, &|| false).expect("it can be read");
            assert!(checked.report.findings.is_empty(), "all of it is whole");
            assert_eq!(checked.sampled.to_string(), *records, "all of it opens");
        }
    }
    say(&peak_memory().to_string());
}

/// The server's place for copies, as patiently asked as the program does.
fn target(endpoint: &str) -> Arc<dyn Target> {
    let access = Access {
        endpoint: Some(endpoint.to_owned()),
        region: None,
        addressing: Addressing::Auto,
        certificates: None,
        credentials: Credentials { id: ID.into(), secret: SECRET.into(), token: None },
        patience: Patience::default(),
    };
    let address = format!("s3://{BUCKET}/ra/east").parse().expect("an address");
    let opened = StoreTarget::open(&address, &access, Env::of_host(), Arc::new(|| false));
    Arc::new(opened.expect("the server is there"))
}

/// Is the server, until nobody asks any more: `received` is answered with a number, everything else with all of them.
fn serve() {
    let store = Store::start();
    say(&format!("{} {}", store.endpoint(), store.place().display()));
    for line in std::io::stdin().lines().map_while(Result::ok) {
        if line == "received" {
            say(&store.received().to_string());
            continue;
        }
        let (put, get, all) = store.so_far(|heard| {
            let count = |method: &str| heard.iter().filter(|h| h.method == method).count();
            (count("PUT"), count("GET"), heard.len())
        });
        say(&format!("{} {put} {get} {} {}", store.received(), all - put - get, store.under_way()));
    }
}

/// The server in a process of its own; it goes when this is dropped.
struct Server {
    process: Child,
    asked: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    endpoint: String,
    /// Where the objects of a push lie as files.
    place: PathBuf,
}

/// What a server has seen so far.
struct Counts {
    received: u64,
    put: u64,
    get: u64,
    other: u64,
    under_way: u64,
}

impl Counts {
    fn text(&self) -> String {
        let Self { received, put, get, other, under_way } = self;
        let received = human(*received);
        format!(
            "the server has got {received}; {put} PUT, {get} GET, {other} others, {under_way} not answered yet"
        )
    }
}

impl Server {
    fn start() -> Self {
        let mut command = Command::new(std::env::current_exe().expect("this program has a path"));
        command.args([CHILD, "serve"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("the server starts");
        let asked = process.stdin.take();
        let mut answers = BufReader::new(process.stdout.take().expect("it was asked for"));
        let mut first = String::new();
        answers.read_line(&mut first).expect("the server says where it is");
        let (endpoint, place) = first.trim().split_once(' ').expect("an endpoint and a place");
        let (endpoint, place) = (endpoint.to_owned(), PathBuf::from(place));
        Self { process, asked, answers, endpoint, place }
    }

    fn ask(&mut self, what: &str) -> Vec<u64> {
        let asked = self.asked.as_mut().expect("it is taken by dropping alone");
        writeln!(asked, "{what}").and_then(|()| asked.flush()).expect("the server is there");
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("the server answers");
        line.split_whitespace().map(|number| number.parse().expect("a number")).collect()
    }

    fn received(&mut self) -> u64 {
        self.ask("received")[0]
    }

    fn counts(&mut self) -> Counts {
        let all = self.ask("all");
        let [received, put, get, other, under_way] = all[..] else { panic!("five numbers, not {all:?}") };
        Counts { received, put, get, other, under_way }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // At the end of its input it ends, and takes its objects with it.
        drop(self.asked.take());
        drop(self.process.wait());
    }
}

fn report(theirs: &[Round], ours: &[Round]) {
    // A step that did not end in one round has no median.
    let median_of = |rounds: &[Round], of: &dyn Fn(&Round) -> Option<f64>| -> Option<f64> {
        let each: Option<Vec<f64>> = rounds.iter().map(of).collect();
        each.filter(|each| !each.is_empty()).map(median)
    };
    let first = |round: &Round| Some(round[0].as_ref()?.wall);
    let both = |round: &Round| Some(round[0].as_ref()?.wall + round[1].as_ref()?.wall);
    let (copy, copy_check) = (median_of(theirs, &first), median_of(theirs, &both));
    let (push, push_accept) = (median_of(ours, &first), median_of(ours, &both));
    let peak = |step: usize| ours.iter().filter_map(|round| round[step].as_ref()?.peak).max();
    let sent = |rounds: &[Round]| rounds.iter().filter_map(|round| Some(round[0].as_ref()?.sent)).max();
    let text = |figure: Option<f64>| figure.map_or("not ended".into(), |figure| format!("{figure:.2}"));
    let ratio = |ours: Option<f64>, theirs: Option<f64>| Some(ours? / theirs?);
    let size = |bytes: Option<u64>| bytes.map_or("–".into(), human);
    let row = |name: &str, wall: Option<f64>, beside: Option<f64>, peak: Option<u64>, sent: Option<u64>| {
        let ratio = ratio(wall, beside).map_or("–".into(), |ratio| format!("{ratio:.2}"));
        vec![name.to_owned(), text(wall), ratio, size(peak), size(sent)]
    };
    let mut rows = Vec::new();
    if !theirs.is_empty() {
        rows.push(row("rclone copy", copy, copy, None, sent(theirs)));
        rows.push(row("rclone copy, rclone check --download", copy_check, copy_check, None, None));
    }
    rows.push(row("push, each file read back", push, copy, peak(0), sent(ours)));
    rows.push(row("push, then everything read and opened", push_accept, copy_check, peak(1), None));
    say("");
    table(&["what", "wall s", "× rclone", "peak RSS", "sent"], &rows);
    let bar = |what: &str, seen: Option<f64>, most: f64| {
        let told = match seen {
            None => "not shown".into(),
            Some(seen) if seen <= most => format!("{seen:.2}, met"),
            Some(seen) => format!("{seen:.2}, MISSED"),
        };
        say(&format!("{what}: {told}"));
    };
    bar("send ≤ 1.0 × rclone copy", ratio(push, copy), 1.0);
    bar("send and accept ≤ 1.0 × rclone copy and check --download", ratio(push_accept, copy_check), 1.0);
    let mebibytes = peak(0).map(|peak| peak as f64 / f64::from(1 << 20));
    bar("peak RSS of a push ≤ 256, MiB", mebibytes, (PEAK_BAR >> 20) as f64);
}

/// Kills a push in the middle, pushes again, and says what share of the bytes went twice.
fn killed(root: &Path, bytes: u64, limit: Duration) {
    let mut server = Server::start();
    let mut command = own("push", root, &server);
    command.arg("0").stdin(Stdio::null()).stdout(Stdio::null());
    let (start, mut process) = (Instant::now(), command.spawn().expect("it starts"));
    while server.received() < bytes / 2 {
        if process.try_wait().expect("a child of ours").is_some() || start.elapsed() > limit {
            end(&mut process);
            say("killed in the middle: NOT SHOWN, it never was in the middle");
            return;
        }
        std::thread::sleep(LOOK);
    }
    end(&mut process);
    while server.counts().under_way > 0 && start.elapsed() < limit {
        std::thread::sleep(LOOK);
    }
    let first = server.received();
    let mut command = own("push", root, &server);
    command.arg("0");
    if step("push after one that was killed", &mut command, root, &mut server, limit).is_none() {
        return;
    }
    let (sent, there) = (server.received(), walk(&server.place));
    let share = sent.saturating_sub(there) as f64 / there as f64;
    say(&format!(
        "killed after {} of {}; sent twice ≤ {:.0} %: {:.2} %, {}",
        human(first),
        human(there),
        TWICE_BAR * 100.0,
        share * 100.0,
        if share < TWICE_BAR { "met" } else { "MISSED" }
    ));
}

fn walk(dir: &Path) -> u64 {
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.metadata().map_or(0, |m| if m.is_dir() { walk(&entry.path()) } else { m.len() }))
        .sum()
}

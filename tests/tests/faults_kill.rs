//! Real programs, killed with SIGKILL at whatever they do: what they printed is there.

use jingui_schema::id::ActId;
use jingui_tests::house::{House, Known, env_on, full, look_at_all, verify};
use jingui_tests::lossy::Dice;
use jingui_tests::program::{Desk, LABELS, Ran, Running};
use jingui_tests::{inspect, keep, long, nothing_wrong, say, scratch};
use jingui_vault::fs::OsFs;
use serde_json::Value;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

#[test]
fn what_a_killed_program_had_printed_is_there() {
    let dir = scratch();
    let env = env_on(Arc::new(OsFs));
    let house = House::planned(dir.path(), &env, true);
    drop(house.begin(&env).unwrap());
    let (rounds, most) =
        if long() { (300, Duration::from_secs(3600)) } else { (30, Duration::from_secs(40)) };
    let (mut dice, began) = (Dice(20_261_122), Instant::now());
    let (mut known, mut digests, mut wrong): (Vec<Known>, Vec<String>, Vec<String>) = Default::default();
    let mut round = 0;
    while round < rounds && began.elapsed() < most {
        round += 1;
        let mut child = Command::new(env!("CARGO_BIN_EXE_file_forever"))
            .arg(house.vault())
            .arg(known.len().to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(house.people.founder.text().as_bytes()).unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let reader = std::thread::spawn(move || out.lines().map_while(Result::ok).collect::<Vec<_>>());
        // Some are killed while opening what the last one left.
        std::thread::sleep(Duration::from_micros(dice.below(400_000)));
        child.kill().unwrap();
        child.wait().unwrap();
        for line in reader.join().unwrap() {
            // What was cut off in the pipe was not told.
            let mut words = line.split(' ');
            if let (Some(number), Some(record), Some(of)) = (words.next(), words.next(), words.next())
                && let (Ok(number), Ok(record)) = (number.parse(), record.parse())
            {
                known.push(Known { record, number, documents: of.split(',').count() });
                digests.push(of.to_owned());
            }
        }
        let vault = match house.open(Arc::new(OsFs)) {
            Ok(vault) => vault,
            Err(error) => {
                wrong.push(format!("round {round}: {}", full(&error)));
                break;
            }
        };
        vault.mirror();
        if let Some(why) = vault.read_only() {
            wrong.push(format!("round {round}: read-only: {why}"));
        }
        let (journal, found) = inspect::vault(&OsFs, &house.vault(), false);
        wrong.extend(found.into_iter().map(|w| format!("round {round}: {w}")));
        let session = house.founder(&vault).unwrap();
        let records = session
            .list(&jingui_vault::catalog::Query { limit: 100_000, ..Default::default() })
            .unwrap()
            .rows;
        for (known, digests) in known.iter().zip(&digests) {
            let row =
                records.iter().find(|row| row.record == known.record && row.facts.number == known.number);
            let there =
                row.map(|r| r.documents.iter().map(|d| d.sha256.to_string()).collect::<Vec<_>>().join(","));
            if there.as_ref() != Some(digests) {
                wrong.push(format!("round {round}: {} was printed and is {there:?}", known.number));
            }
        }
        wrong.extend(inspect::mirror(&OsFs, &house.vault(), &house.mirror()).1);
        assert!(journal.lines.len() as u64 <= vault.state().lines);
    }
    let vault = house.open(Arc::new(OsFs)).unwrap();
    let session = house.founder(&vault).unwrap();
    wrong.extend(look_at_all(&session, &known));
    wrong.extend(verify(&session));
    say(&format!(
        "{round} rounds of SIGKILL, {} records printed before, {} there",
        known.len(),
        vault.state().counts.records
    ));
    assert!(known.len() > 30, "it was given time to file");
    nothing_wrong(&wrong);
}

/// What a killed program was to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Task {
    Add,
    Supplement,
    Open,
    Rotate,
    Heal,
}

impl Task {
    fn word(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Supplement => "add --to",
            Self::Open => "open --reason",
            Self::Rotate => "keys rotate",
            Self::Heal => "verify --heal",
        }
    }
}

/// One command under way, and what it was about.
struct Begun {
    task: Task,
    running: Running,
    words: Vec<OsString>,
    content: String,
}

/// How one kind of command came through.
#[derive(Default)]
struct Row {
    killed: u32,
    ended: u32,
    told: u32,
    there: u32,
}

/// A vault with a mirror, and what it has told so far.
struct Killed {
    desk: Desk,
    /// Each record's number with the contents of its documents, in order.
    records: BTreeMap<String, Vec<String>>,
    rows: BTreeMap<Task, Row>,
    dice: Dice,
    count: u64,
    usual: Duration,
}

fn words(words: &[&str]) -> Vec<OsString> {
    words.iter().map(Into::into).collect()
}

impl Killed {
    fn new() -> Self {
        let desk = Desk::bare();
        let (vault, mirror) = (desk.vault().to_owned(), desk.path("mirror"));
        let mut call =
            desk.call("me", ["init"]).arg(&vault).args(["--ra", "RA", "--fonds", "JG01", "--solo"]);
        call = call.arg("--mirror").arg(&mirror);
        call.run().ok();
        let mut house = Self {
            desk,
            records: BTreeMap::new(),
            rows: BTreeMap::new(),
            dice: Dice(u64::from(std::process::id())),
            count: 0,
            usual: Duration::ZERO,
        };
        say(&format!("seed {}", house.dice.0));
        for _ in 0..6 {
            let since = Instant::now();
            let begun = house.begin(Task::Add);
            let told = begun.running.wait().ok().json();
            house.records.insert(number(&told), vec![begun.content]);
            house.usual = since.elapsed();
        }
        house
    }

    fn text(&mut self) -> (PathBuf, String) {
        self.count += 1;
        let text = format!("document {}\n", self.count).repeat(1 + self.dice.below(3000) as usize);
        (self.desk.file(format!("{}.txt", self.count), &text), text)
    }

    /// The number of any record.
    fn any(&mut self) -> String {
        let at = self.dice.below(self.records.len() as u64) as usize;
        self.records.keys().nth(at).expect("there are records").clone()
    }

    fn begin(&mut self, task: Task) -> Begun {
        let request = ActId::from_bytes(std::array::from_fn(|_| self.dice.roll() as u8)).to_string();
        let mut content = String::new();
        let line = match task {
            Task::Add => {
                let (path, text) = self.text();
                let mut line = words(&["add", "--json", "--request", &request]);
                line.extend(words(LABELS));
                line.push(path.into());
                content = text;
                line
            }
            Task::Supplement => {
                let (path, text) = self.text();
                let to = self.any();
                let mut line =
                    words(&["add", "--json", "--request", &request, "--to", &to, "--reason", "late"]);
                line.push(path.into());
                content = text;
                line
            }
            Task::Open => {
                content = self.any();
                words(&["open", &content, "1", "--reason", "court"])
            }
            Task::Rotate => words(&["keys", "rotate", "--json"]),
            Task::Heal => words(&["verify", "--all", "--heal", "--json"]),
        };
        let running = self.desk.call("me", &line).spawn();
        Begun { task, running, words: line, content }
    }

    /// Damages a cover that the mirror has, so that there is something to heal.
    fn damage(&mut self) {
        let covers = files_below(&self.desk.vault().join("covers"));
        let cover = &covers[self.dice.below(covers.len() as u64) as usize];
        let mut bytes = std::fs::read(cover).expect("a cover");
        let at = self.dice.below(bytes.len() as u64) as usize;
        bytes[at] ^= 0x20;
        std::fs::write(cover, bytes).expect("a cover");
    }

    /// Looks at what a command that was killed has left, by doing it again.
    fn again(&mut self, begun: Begun) -> Vec<String> {
        let Begun { task, running, words, content } = begun;
        let ran = running.wait();
        let row = self.rows.entry(task).or_default();
        match ran.code {
            -1 => row.killed += 1,
            _ => row.ended += 1,
        }
        let mut wrong = fair_end(task, &ran);
        let told: Option<Value> = serde_json::from_slice(&ran.bytes).ok();
        match task {
            Task::Add | Task::Supplement => {
                let again = self.desk.run("me", &words).ok().json();
                row.told += u32::from(told.is_some());
                row.there += u32::from(again["repeated"] == true);
                if let Some(told) = told
                    && (told["number"] != again["number"] || again["repeated"] != true)
                {
                    wrong.push(format!("{told} was told, repeated it gives {again}"));
                }
                self.records.entry(number(&again)).or_default().push(content);
            }
            Task::Open => {
                let whole = self.records[&content][0].as_bytes();
                row.told += u32::from(ran.bytes == whole);
                // A beginning of the document may have come out, nothing else.
                if !whole.starts_with(&ran.bytes) {
                    wrong.push(format!("{content} showed other bytes"));
                }
            }
            Task::Rotate => {
                row.told += u32::from(told.is_some_and(|told| told["finished"] == true));
                let status = self.desk.run("", ["status", "--json"]).ok().json();
                row.there += u32::from(status["rotation_unfinished"] == false);
                // Every other time the next commands meet it as it was left.
                if self.dice.below(2) == 0 && status["rotation_unfinished"] == true {
                    let ended = self.desk.run("me", ["keys", "rotate", "--json"]).ok().json();
                    if ended["finished"] != true {
                        wrong.push(format!("going on with the rotation: {ended}"));
                    }
                }
            }
            Task::Heal => row.told += u32::from(ran.code == 0),
        }
        wrong
    }

    /// Everything that was told is there, with its bytes; nothing is damaged.
    fn judge(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let listed = self.desk.records("me");
        if listed.len() != self.records.len() {
            wrong.push(format!("{} records are listed, {} were filed", listed.len(), self.records.len()));
        }
        for (number, documents) in &self.records {
            for (i, document) in documents.iter().enumerate() {
                let ran = self.desk.run("me", ["open", number, &(i + 1).to_string()]);
                if ran.code != 0 || ran.bytes != document.as_bytes() {
                    wrong.push(format!("{number} document {}: {} {}", i + 1, ran.code, ran.err));
                }
            }
        }
        self.desk.sound("me");
        wrong
    }
}

/// A command that was not killed itself may have lost its holder, or have come while the same was being done.
fn fair_end(task: Task, ran: &Ran) -> Vec<String> {
    let fair = match (task, ran.code) {
        (_, -1 | 0 | 11) => true,
        // Two rotations at once; a record that was supplemented meanwhile; an epoch that moved on.
        (Task::Rotate, 4) | (Task::Supplement | Task::Add | Task::Open, 5) => true,
        // What is damaged and not yet healed.
        (Task::Rotate | Task::Heal | Task::Open | Task::Supplement, 13) => true,
        _ => false,
    };
    let complaint = || format!("{} ended with {}: {}", task.word(), ran.code, ran.err);
    if fair && !ran.err.contains("panic") { Vec::new() } else { vec![complaint()] }
}

fn number(told: &Value) -> String {
    told["number"].as_str().expect("a number").to_owned()
}

fn files_below(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        match entry.path() {
            path if path.is_dir() => found.extend(files_below(&path)),
            path => found.push(path),
        }
    }
    found.sort();
    found
}

#[test]
fn the_program_killed_at_any_command_loses_nothing_that_it_told() {
    let mut house = Killed::new();
    let (rounds, most) = if long() { (400, Duration::from_secs(780)) } else { (24, Duration::from_secs(20)) };
    let (began, mut wrong, mut round) = (Instant::now(), Vec::new(), 0);
    const TASKS: [Task; 8] = {
        use Task::*;
        [Add, Rotate, Open, Heal, Supplement, Add, Rotate, Heal]
    };
    while round < rounds && began.elapsed() < most && wrong.len() < 10 {
        let task = TASKS[round % TASKS.len()];
        round += 1;
        let damaged = task == Task::Heal;
        if damaged {
            // Healing is about what was whole before; a rotation that is under way has the old covers and the new.
            house.desk.run("me", ["keys", "rotate"]).ok();
            house.damage();
        }
        // Each third time another command runs beside it, so that a holder dies under its guest, or a guest alone.
        let beside = (house.dice.below(3) == 0).then(|| house.begin(Task::Add));
        let mut begun = house.begin(task);
        let within = house.usual.as_micros() as u64 * 2;
        std::thread::sleep(Duration::from_micros(house.dice.below(within)));
        begun.running.kill();
        let mut found = Vec::new();
        if let Some(mut other) = beside {
            if house.dice.below(2) == 0 {
                other.running.kill();
            }
            found.extend(house.again(other));
        }
        found.extend(house.again(begun));
        if damaged {
            house.desk.run("me", ["verify", "--all", "--heal"]).ok();
        }
        if round % 40 == 0 {
            found.extend(house.judge());
        }
        wrong.extend(found.into_iter().map(|what| format!("round {round}, {}: {what}", task.word())));
    }
    house.desk.run("me", ["keys", "rotate"]).ok();
    wrong.extend(house.judge());
    let mut table = String::from(
        "| command | killed | ended by itself | told before | found done afterwards |\n|---|---|---|---|---|\n",
    );
    for (task, row) in &house.rows {
        let Row { killed, ended, told, there } = row;
        let there = if matches!(task, Task::Open | Task::Heal) { "-".into() } else { there.to_string() };
        table += &format!("| `{}` | {killed} | {ended} | {told} | {there} |\n", task.word());
    }
    let killed: u32 = house.rows.values().map(|row| row.killed).sum();
    table += &format!(
        "\n{killed} commands were killed at work in {round} rounds, {} records, {} violations, {} s\n",
        house.records.len(),
        wrong.len(),
        began.elapsed().as_secs()
    );
    say(&table);
    keep("kill.md", &table);
    nothing_wrong(&wrong);
    assert!(killed > 0, "no kill came in time");
}

//! Until when records are kept, asked of a million: one of them (`why`), and all of them (`due`).
//!
//! `cargo bench -p jingui-tests --bench dates -- [--records N] [--rounds R] [--dir DIR]`
//!
//! The journal alone is made: three lines for each record (filed with a certificate, reviewed, the other certificate of the
//! pair linked), events of certificates, a hold on a list and one by a query. Nothing of it lies under seal, and its acts are
//! not signed: neither is asked for what is measured. Each round is a process of its own. *Cold* is after the system has been
//! asked to forget `derived/dates`, the tree and the journal. With `--dir` the vault is kept there and measured again.

mod common;

use common::*;
use jingui_schema::act::{
    Act, CertEvent, CertLink, CertStatus, CoverMark, Deed, HoldPlace, HoldScreened, Linked, NoteMark,
    RecordFile, RecordReview, Reviewed,
};
use jingui_schema::certificate::{Change, Reliance, Until};
use jingui_schema::commit::Commit;
use jingui_schema::digest::{B3, FileMark, Sha256, Signature};
use jingui_schema::facts::{Business, Class, Outcome, Verdict};
use jingui_schema::id::{ActId, By, CertId, HoldId, IssuerId, NoteId, Place, RecordId, StaffNo};
use jingui_schema::line::{Line, Tip};
use jingui_schema::merkle::{Frontier, leaf_hash};
use jingui_schema::time::Day;
use jingui_vault::dates::Asked;
use jingui_vault::fs::OsFs;
use std::fs::File;
use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

/// Records asked for in a round.
const QUESTIONS: u64 = 200;

fn main() {
    let Some(words) = arguments() else { return };
    if words.first().is_some_and(|word| word == CHILD) {
        return child(&words[1..]);
    }
    let (records, rounds) = (number(&words, "--records", 1_000_000), number(&words, "--rounds", 5));
    let (_scratch, root) = match words.iter().position(|word| word == "--dir") {
        Some(at) => (None, PathBuf::from(&words[at + 1])),
        None => {
            let scratch = scratch();
            let root = scratch.path().to_owned();
            (Some(scratch), root)
        }
    };
    if !root.join("vault").exists() {
        drop(House::begin(&root));
        Journal::of(&root).fill(records);
        // Once more, so that tree and state are those of the last line.
        measured("open", &root);
    }
    let lines = House::at(&root).open_here(Arc::new(OsFs)).state().lines;
    say(&format!("\n{lines} lines, {records} records; medians of {rounds} rounds\n{}\n", machine(&root)));

    let mut rows = Vec::new();
    let mut row = |what: &str, name: &str, all: &[Vec<(String, f64)>]| {
        let figures: Vec<f64> = all.iter().flatten().filter(|(of, _)| of == name).map(|(_, f)| *f).collect();
        let least = figures.iter().copied().fold(f64::INFINITY, f64::min);
        rows.push(vec![what.to_owned(), millis(median(figures)), millis(least)]);
    };
    let folded = measured("fold", &root);
    let a_line = |name: &str| {
        let seconds = folded.iter().find(|(of, _)| of == name).map_or(f64::NAN, |(_, seconds)| *seconds);
        format!("{:.2} µs a line", seconds * 1e6 / lines as f64)
    };
    let fold = format!("fold: {} wall, {} processor", a_line("fold"), a_line("processor"));
    row("why and due before: every line read and folded", "fold", &[folded]);
    let _ = std::fs::remove_file(root.join("vault/derived/dates"));
    let anew = measured("ask", &root);
    row("due without the file: folded, and the file written", "due", &[anew]);
    for (cold, name) in [(true, "cold"), (false, "warm")] {
        let mut all = Vec::new();
        for _ in 0..rounds {
            settle();
            if cold {
                forget(&root);
            }
            all.push(measured("ask", &root));
        }
        row(&format!("open the vault, {name}"), "open", &all);
        row(&format!("due, {name}"), "due", &all);
        row(&format!("due, {name}, again"), "again", &all);
        row(&format!("why, {name}: the first"), "first", &all);
        row(&format!("why, {name}: the median of {QUESTIONS}"), "why", &all);
        row(&format!("why, {name}: the longest of {QUESTIONS}"), "longest", &all);
        row(
            &format!("the whole process: open, due twice, why {QUESTIONS} times, close, {name}"),
            "process",
            &all,
        );
    }
    for more in [1000, 8000] {
        Journal::of(&root).file(more / 3);
        let all: Vec<_> = (0..rounds).map(|_| measured("ask", &root)).collect();
        row(&format!("due, some {more} lines more behind the file"), "due", &all);
        row(&format!("why, some {more} lines more behind the file"), "first", &all);
    }
    table(&["what", "median", "least"], &rows);
    say(&fold);
    let file = std::fs::metadata(root.join("vault/derived/dates")).map_or(0, |meta| meta.len());
    say(&format!("derived/dates: {}, {:.0} bytes a record", human(file), file as f64 / records as f64));
}

fn millis(seconds: f64) -> String {
    format!("{:.2} ms", seconds * 1e3)
}

/// Runs one part in a process of its own.
fn measured(part: &str, root: &Path) -> Vec<(String, f64)> {
    let own = std::env::current_exe().expect("this program has a path");
    let (took, text) = timed(|| run(Command::new(own).arg(CHILD).arg(part).arg(root)));
    let figures = text.lines().filter_map(|line| line.split_once('\t'));
    let mut figures: Vec<(String, f64)> =
        figures.map(|(name, figure)| (name.to_owned(), figure.parse().expect("a number"))).collect();
    figures.push(("process".into(), took.wall));
    say(&format!("{part}: {figures:?}"));
    figures
}

/// Asks the system to forget what it has read of the vault.
fn forget(root: &Path) {
    for below in ["vault/derived/dates", "vault/derived/tree", "vault/journal/000000000001.jsonl"] {
        let file = format!("if={}", root.join(below).display());
        run(Command::new("dd").args([&file, "iflag=nocache", "count=0", "status=none"]));
    }
}

fn child(words: &[String]) {
    let root = Path::new(&words[1]);
    let tell = |name: &str, seconds: f64| say(&format!("{name}\t{seconds:.9}"));
    let (open, vault) = timed(|| House::at(root).open_here(Arc::new(OsFs)));
    tell("open", open.wall);
    let go_on = || false;
    match words[0].as_str() {
        "fold" => {
            let (fold, ledger) = timed(|| vault.ledger(Day::FOR_GOOD, &go_on).expect("it folds"));
            assert_eq!(ledger.records().count() as u64, vault.state().counts.records);
            tell("fold", fold.wall);
            // Of all threads, the reading and taking apart of lines included; whole hundredths of a second.
            tell("processor", fold.cpu);
        }
        "ask" => {
            let asked = Asked { today: vault.today(), knows: true, limit: 200 };
            for name in ["due", "again"] {
                let (took, due) = timed(|| vault.due(asked, &go_on).expect("an answer"));
                assert_eq!(due.counts.records, vault.state().counts.records);
                tell(name, took.wall);
            }
            let records = vault.state().counts.records;
            let mut took = Vec::new();
            for n in 0..QUESTIONS {
                let index = Chance(n).next() % records;
                let typed = if n % 2 == 0 { number_of(index) } else { record(index).to_string() };
                let start = Instant::now();
                let shown = vault.shown(&typed, asked.today, &go_on).expect("it is there");
                took.push(start.elapsed().as_secs_f64());
                assert_eq!(shown.record, record(index));
            }
            tell("first", took[0]);
            tell("longest", took.iter().copied().fold(0.0, f64::max));
            tell("why", median(took));
        }
        _ => {}
    }
    vault.take_notices().iter().for_each(|notice| tell(notice.code, 0.0));
}

// --- making the journal -------------------------------------------------------------------------------------------

fn id(kind: u64, index: u64) -> [u8; 16] {
    let mut id = [0; 16];
    Chance(kind << 60 | index).fill(&mut id);
    id[0] &= 0x7f;
    id
}

fn record(index: u64) -> RecordId {
    RecordId::from_bytes(id(1, index))
}

fn number_of(index: u64) -> String {
    format!("JG01-2026-{:06}", index + 1)
}

/// The one segment of a vault, appended to.
struct Journal {
    root: PathBuf,
    commit: Commit,
    tip: Tip,
    frontier: Frontier,
    file: BufWriter<File>,
    tree: BufWriter<File>,
    acts: u64,
    filed: u64,
}

impl Journal {
    /// Reads what there is.
    fn of(root: &Path) -> Self {
        let at = |below: &str| root.join("vault").join(below);
        let open = |below: &str| {
            let mut file = File::options().write(true).open(at(below)).expect("it is there");
            file.seek(SeekFrom::End(0)).expect("it has an end");
            BufWriter::with_capacity(1 << 20, file)
        };
        let commit =
            Commit::from_file(&std::fs::read(at("journal/commit")).expect("it is there")).expect("whole");
        let vault = House::at(root).open_here(Arc::new(OsFs));
        let (mut frontier, mut tip) = (Frontier::new(), Tip::START);
        for item in vault.lines_after(Tip::START).expect("it is there") {
            let (line, raw) = item.expect("it is whole");
            frontier.push(leaf_hash(&raw.bytes));
            tip = Tip::after(&line);
        }
        let filed = vault.state().counts.records;
        drop(vault);
        let commit =
            Commit::from_file(&std::fs::read(at("journal/commit")).expect("it is there")).unwrap_or(commit);
        assert_eq!((commit.lines, commit.segment), (tip.lines, 1), "one segment, and all of it counts");
        let (file, tree) = (open("journal/000000000001.jsonl"), open("derived/tree"));
        Self { root: root.to_owned(), acts: tip.lines << 20, filed, commit, tip, frontier, file, tree }
    }

    fn line(&mut self, deed: impl Into<Deed>) -> (ActId, u64) {
        self.acts += 1;
        let act = Act { id: ActId::from_bytes(id(3, self.acts)), at: self.tip.at, deed: deed.into() };
        let raw = act.to_raw();
        let signature = Some(Signature([1; 64]));
        let line =
            Line::write(&self.tip, self.tip.at, By::Staff(StaffNo(1)), &raw, signature).expect("short");
        self.file.write_all(&line).expect("room");
        let bare = &line[..line.len() - 1];
        let leaf = leaf_hash(bare);
        self.frontier.push(leaf);
        let mut entry = [0; 64];
        entry[..32].copy_from_slice(&leaf);
        entry[32..48].copy_from_slice(act.id.as_bytes());
        entry[48..56].copy_from_slice(&self.commit.bytes.to_le_bytes());
        entry[56..60].copy_from_slice(&(bare.len() as u32).to_le_bytes());
        self.tree.write_all(&entry).expect("room");
        self.commit.bytes += line.len() as u64;
        self.tip = Tip { lines: self.tip.lines + 1, last: Sha256::of(bare), at: self.tip.at };
        (act.id, self.tip.lines)
    }

    /// Files so many records from one number on.
    fn records(&mut self, from: u64, count: u64) {
        for index in from..from + count {
            let mut chance = Chance(index);
            let year = 2012 + chance.between(0, 13) as i16;
            let day = |year: i16| {
                Day::of(year, 1 + (index % 12) as i8, 1 + (index / 12 % 28) as i8).expect("a day")
            };
            let outcome = match index % 1000 {
                0..950 => Outcome::Issued,
                950..985 => Outcome::Rejected,
                985..999 => Outcome::Withdrawn,
                _ => Outcome::Pending,
            };
            let issued = outcome == Outcome::Issued;
            let class = match (issued, index % 50) {
                (false, _) => Class::CnR3,
                (true, 0) => Class::CnG10,
                (true, _) => Class::CnP5,
            };
            let cert = |kind: u64| Linked {
                cert: CertId::from_bytes(id(2 + kind * 4, index)),
                issued: Some(day(year)),
                until: Some(Until::Day(day(year + 1 + (index % 3) as i16))),
                reliance: if kind == 0 { Reliance::Original } else { Reliance::Pair },
                issuer: None,
                verified: false,
            };
            let record = record(index);
            let cover = |n: u8| CoverMark { epoch: 1, size: 1500, b3: B3([n; 32]), commit: Sha256([n; 32]) };
            let (business, date, counter, note) = (Business::New, day(year), index + 1, None);
            let (filing, n, docs, plan) = (1, 1, 5, None);
            let number = number_of(index).parse().expect("a number");
            let (body, cover_1) =
                (FileMark { size: chance.between(1000, 900_000), b3: B3([3; 32]) }, cover(1));
            let certs = if issued { vec![cert(0)] } else { Vec::new() };
            self.line(RecordFile {
                record,
                filing,
                n,
                number,
                counter,
                class,
                business,
                date,
                outcome,
                docs,
                body,
                cover: cover_1,
                note,
                plan,
                certs,
                from: None,
            });
            let records = vec![Reviewed { record, n: 1, commit: Sha256([1; 32]) }];
            let (verdict, materials, compared) = (Verdict::Passed, 0, Vec::new());
            self.line(RecordReview { records, verdict, materials, compared, plan, note });
            if issued {
                let (n, cover, certs) = (2, cover(2), vec![cert(1)]);
                self.line(CertLink {
                    record,
                    n,
                    counter,
                    class,
                    business,
                    date,
                    outcome,
                    cover,
                    certs,
                    note,
                });
            }
        }
    }

    /// A million records, one in a hundred with a certificate that was revoked, and holds.
    fn fill(mut self, records: u64) {
        self.records(0, records);
        for first in (0..records).step_by(100_000) {
            let one = |index: u64| CertEvent {
                cert: CertId::from_bytes(id(2, index)),
                event: Change::Revoked,
                day: Day::of(2025, 3, 1).expect("a day"),
            };
            let events = (first..records.min(first + 100_000)).step_by(100).map(one).collect();
            let (issuer, list, made) = (IssuerId::from_bytes([1; 16]), B3([0; 32]), self.tip.at.day());
            self.line(CertStatus { issuer, list, made, events, note: None });
        }
        let note = NoteMark {
            id: NoteId::from_bytes([9; 16]),
            place: Place::of_counter(0),
            epoch: 1,
            size: 1,
            b3: B3([0; 32]),
        };
        let review = self.tip.at.day();
        let mut held: Vec<RecordId> =
            (0..records).step_by((records as usize / 4000).max(1)).map(record).collect();
        held.truncate(4000);
        held.sort_unstable();
        let holds = [1, 2].map(|n| HoldId::from_bytes([n; 16]));
        self.line(HoldPlace { hold: holds[0], standing: false, review, records: held, note });
        let (_, lines) =
            self.line(HoldPlace { hold: holds[1], standing: true, review, records: Vec::new(), note });
        self.line(HoldScreened { hold: holds[1], lines, readers: None });
        self.end();
    }

    /// So many records more.
    fn file(mut self, count: u64) {
        self.records(self.filed, count);
        self.end();
    }

    fn end(mut self) {
        for file in [&mut self.file, &mut self.tree] {
            file.flush().expect("room");
        }
        self.commit.generation += 1;
        (self.commit.lines, self.commit.last) = (self.tip.lines, self.tip.last);
        self.commit.root = Sha256(self.frontier.root());
        let path = self.root.join("vault/journal/commit");
        let mut file = File::options().write(true).open(path).expect("it is there");
        let slot = self.commit.slot() * jingui_schema::commit::SLOT_BYTES;
        file.seek(SeekFrom::Start(slot as u64))
            .and_then(|_| file.write_all(&self.commit.to_slot()))
            .expect("room");
    }
}

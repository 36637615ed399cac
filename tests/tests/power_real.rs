//! Power cuts on a real file system: an ext4 is shut down under a house at work, mounted again and judged.
//!
//! What was told comes through a pipe that the test holds, never from the disk under test. What such a cut cannot
//! show is a device that loses what it confirmed or reorders what it was sent: for that there is `LossyFs`.

use jingui_schema::digest::Sha256;
use jingui_schema::id::ActId;
use jingui_tests::house::{House, Known, content, env_on, full, look_at_all, verify};
use jingui_tests::lossy::Dice;
use jingui_tests::real_disk::{LoopDisk, Making, PowerCut};
use jingui_tests::{inspect, keep, long, nothing_wrong, say};
use jingui_vault::catalog::Query;
use jingui_vault::fs::OsFs;
use jingui_vault::rotation::Rotation;
use jingui_vault::{Result, Session, Vault};
use std::collections::{HashMap, HashSet};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Clerks who file at once.
const CLERKS: u64 = 3;

/// A filing that was asked for.
struct Asked {
    request: ActId,
    name: String,
    documents: usize,
}

/// What came through the pipe in one round.
#[derive(Default)]
struct Heard {
    asked: Vec<Asked>,
    told: HashMap<ActId, Known>,
    /// The longest journal that was told, and its last line.
    lines: Option<(u64, Sha256)>,
    epoch: u32,
    failed_before: Vec<String>,
    failed_after: usize,
}

impl Heard {
    fn of(lines: Vec<(Instant, String)>, cut: Instant) -> Self {
        let mut heard = Self::default();
        for (at, line) in lines {
            heard.take(at >= cut, &line);
        }
        heard
    }

    /// Takes one line; one that was cut off in the pipe was not told.
    fn take(&mut self, after_cut: bool, line: &str) -> Option<()> {
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            ["asked", request, name, documents] => self.asked.push(Asked {
                request: request.parse().ok()?,
                name: name.to_owned(),
                documents: documents.parse().ok()?,
            }),
            ["told", request, number, record, lines, last] => {
                let (lines, last) = (lines.parse().ok()?, last.parse().ok()?);
                let request: ActId = request.parse().ok()?;
                let documents = self.asked.iter().find(|asked| asked.request == request)?.documents;
                let known = Known { record: record.parse().ok()?, number: number.parse().ok()?, documents };
                self.told.insert(request, known);
                if self.lines.is_none_or(|(before, _)| before < lines) {
                    self.lines = Some((lines, last));
                }
            }
            ["epoch", epoch] => self.epoch = self.epoch.max(epoch.parse().ok()?),
            ["failed", ..] if after_cut => self.failed_after += 1,
            ["failed", ..] => self.failed_before.push(line.to_owned()),
            _ => return None,
        }
        Some(())
    }
}

fn listen(out: ChildStdout) -> JoinHandle<Vec<(Instant, String)>> {
    let lines = BufReader::new(out).lines();
    std::thread::spawn(move || lines.map_while(|line| Some((Instant::now(), line.ok()?))).collect())
}

fn set_to_work(house: &House, first: u64, rotate: bool, more: &[&str]) -> Child {
    let (first, clerks) = (first.to_string(), CLERKS.to_string());
    let mut child = Command::new(env!("CARGO_BIN_EXE_busy_house"))
        .arg(house.vault())
        .args([&*first, &*clerks, if rotate { "1" } else { "0" }])
        .args(more)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        // Panics inside sled are caught, and yet tell of themselves.
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(house.people.founder.text().as_bytes()).unwrap();
    child
}

/// How one series of cuts on one file system went.
#[derive(Default)]
struct Tally {
    cuts: u64,
    opening: u64,
    told: usize,
    under_way: usize,
    came_in: usize,
    rotations: u32,
    resumed: u64,
    failed_after: usize,
    checked: u64,
    wrong: Vec<String>,
}

/// A house on a disk of its own, and what it has told so far.
struct Series {
    disk: LoopDisk,
    house: House,
    known: Vec<Known>,
    epoch: u32,
    /// Told since all was last looked at.
    fresh: usize,
}

impl Series {
    fn begin(making: Making, test: &str) -> Option<Self> {
        let disk = LoopDisk::new(test, making, &["xfs_io"])?;
        let env = env_on(Arc::new(OsFs));
        let house = House::planned(&disk.path(), &env, true);
        drop(house.begin(&env).unwrap());
        // The founding is another test's subject; here it has been on the disk for long.
        disk.unmount();
        disk.mount();
        Some(Self { disk, house, known: Vec::new(), epoch: 1, fresh: 0 })
    }

    /// Lets the house work, cuts the power at a random moment, and mounts what is left.
    fn cut(&self, round: u64, dice: &mut Dice, more: &[&str]) -> Heard {
        let mut child = set_to_work(&self.house, round, dice.below(3) > 0, more);
        let lines = listen(child.stdout.take().unwrap());
        // Some are cut while they open what the cut before has left.
        let within = if dice.below(5) == 0 { 60_000 } else { 900_000 };
        std::thread::sleep(Duration::from_micros(dice.below(within)));
        let how = if dice.below(2) == 0 { PowerCut::Plain } else { PowerCut::JournalFirst };
        let cut = Instant::now();
        self.disk.cut(how);
        // It goes on for a moment on a disk that takes nothing more, and must not say that anything is done.
        std::thread::sleep(Duration::from_micros(dice.below(60_000)));
        child.kill().unwrap();
        child.wait().unwrap();
        let heard = Heard::of(lines.join().unwrap(), cut);
        self.disk.unmount();
        self.disk.mount();
        heard
    }

    /// Judges what is left after a cut.
    fn judge(&mut self, heard: &Heard, thoroughly: bool, tally: &mut Tally) -> Result<Vec<String>> {
        let mut wrong: Vec<String> =
            heard.failed_before.iter().map(|f| format!("before the cut: {f}")).collect();
        let vault = self.house.open(Arc::new(OsFs))?;
        vault.mirror(); // an answer from the writer: it has ended what it was at
        if let Some(why) = vault.read_only() {
            wrong.push(format!("read-only: {why}"));
            return Ok(wrong);
        }
        wrong.extend(self.journal_is_whole(&vault, heard));
        let session = self.house.founder(&vault)?;
        self.epoch = self.epoch.max(heard.epoch);
        if vault.state().epoch < self.epoch {
            wrong.push(format!("epoch {} was told, {} stands", self.epoch, vault.state().epoch));
        }
        if vault.state().rotation_unfinished() {
            tally.resumed += 1;
            match session.rotate(None, None, &|_| true)? {
                Rotation::Finished { .. } => {}
                other => wrong.push(format!("going on with the rotation ended with {other:?}")),
            }
        }
        wrong.extend(self.requests_once(&session, heard, tally)?);
        wrong.extend(opens(&session, heard));
        let new = self.house.file(&session, &format!("new-{}", vault.state().lines), 1, None)?;
        self.known.push(Known::of(&new, 1));
        wrong.extend(self.no_twins(&session)?);
        vault.mirror();
        // What was under way has been filed again and has taken the numbers that the cut had left free.
        wrong.extend(inspect::vault(&OsFs, &self.house.vault(), false).1);
        wrong.extend(inspect::mirror(&OsFs, &self.house.vault(), &self.house.mirror()).1);
        if thoroughly {
            wrong.extend(look_at_all(&session, &self.known));
            wrong.extend(verify(&session));
        }
        Ok(wrong)
    }

    /// The lines as they were told are the beginning of the lines that are there.
    fn journal_is_whole(&self, vault: &Vault, heard: &Heard) -> Vec<String> {
        let mut wrong = Vec::new();
        let journal = inspect::journal(&OsFs, &self.house.vault(), &mut wrong);
        if let Some((lines, last)) = heard.lines
            && journal.lines.get(lines as usize - 1).is_none_or(|line| line.digest != last)
        {
            wrong.push(format!("{lines} lines were told, {} are there", journal.lines.len()));
        }
        match journal.commit {
            Some(commit) if commit.lines == vault.state().lines => {}
            other => wrong.push(format!("{} lines count, commit says {other:?}", vault.state().lines)),
        }
        wrong
    }

    /// Asks for everything again: what was told is known, what was not is filed now or had come in.
    fn requests_once(&mut self, session: &Session, heard: &Heard, tally: &mut Tally) -> Result<Vec<String>> {
        let mut wrong = Vec::new();
        for asked in &heard.asked {
            let again = self.house.file(session, &asked.name, asked.documents, Some(asked.request))?;
            let told = heard.told.get(&asked.request);
            match told {
                Some(told)
                    if again.repeated && (again.record, &again.number) == (told.record, &told.number) => {}
                Some(told) => wrong.push(format!("{} was told and is {again:?} when repeated", told.number)),
                None => tally.came_in += usize::from(again.repeated),
            }
            tally.under_way += usize::from(told.is_none());
            self.known.push(Known::of(&again, asked.documents));
        }
        tally.told += heard.told.len();
        self.fresh += heard.told.len();
        Ok(wrong)
    }

    /// Every record that was told is listed under its number, and no filing is there twice.
    fn no_twins(&self, session: &Session) -> Result<Vec<String>> {
        let rows = session.list(&Query { limit: 100_000, ..Query::default() })?.rows;
        let mut wrong = Vec::new();
        let mut projects = HashSet::new();
        for row in &rows {
            if !projects.insert(row.facts.project.to_string()) {
                wrong.push(format!("{} is there twice", row.facts.project));
            }
        }
        let numbers: HashMap<_, _> = rows.iter().map(|row| (row.record, &row.facts.number)).collect();
        for known in &self.known {
            if numbers.get(&known.record) != Some(&&known.number) {
                wrong.push(format!("{} is not in the list", known.number));
            }
        }
        Ok(wrong)
    }
}

/// Each record that was told in this round opens, with the bytes that its documents' names ask for.
fn opens(session: &Session, heard: &Heard) -> Vec<String> {
    let mut wrong = Vec::new();
    for known in heard.told.values() {
        let opening = match session.open_documents(known.record, &[], None, None) {
            Ok(opening) => opening,
            Err(error) => {
                wrong.push(format!("{} does not open: {}", known.number, full(&error)));
                continue;
            }
        };
        if opening.documents().len() != known.documents {
            wrong.push(format!("{} has {} documents", known.number, opening.documents().len()));
        }
        for document in opening.documents().to_vec() {
            let mut out = Vec::new();
            match opening.copy(&document, &mut out) {
                Ok(()) if out == content(&document.name) => {}
                other => wrong.push(format!("{} document {}: {other:?}", known.number, document.no)),
            }
        }
    }
    wrong
}

/// So many cuts on one disk; `false` where there can be none.
fn series(making: Making, test: &str, first: u64, cuts: u64, dice: &mut Dice, tally: &mut Tally) -> bool {
    let Some(mut series) = Series::begin(making, test) else { return false };
    for round in first..first + cuts {
        let heard = series.cut(round, dice, &[]);
        tally.cuts += 1;
        tally.opening += u64::from(heard.asked.is_empty());
        tally.failed_after += heard.failed_after;
        let before = series.epoch;
        let thoroughly = series.fresh > 150 || round + 1 == first + cuts;
        let found = series.judge(&heard, thoroughly, tally).unwrap_or_else(|error| vec![full(&error)]);
        tally.rotations += series.epoch - before;
        if thoroughly {
            (series.fresh, tally.checked) = (0, tally.checked + 1);
        }
        tally.wrong.extend(found.into_iter().map(|what| format!("{}, cut {round}: {what}", making.name)));
        if tally.wrong.len() > 20 {
            break;
        }
    }
    true
}

#[test]
fn what_was_told_before_the_power_failed_is_there_when_the_disk_is_mounted_again() {
    let test = "power cuts on a real file system";
    let makings = [Making::USUAL, Making::WRITEBACK, Making::BARE];
    // Each series has a house of its own, so that a later cut does not mean more records to look at.
    let (rounds, cuts, most) =
        if long() { (5, 24, Duration::from_secs(900)) } else { (1, 4, Duration::from_secs(25)) };
    let (chance, began) = (u64::from(std::process::id()), Instant::now());
    say(&format!("seed {chance}"));
    // Side by side: mounting, and waiting for the moment of the cut, is most of it.
    let all = |place: usize, making: Making| {
        let (mut dice, mut tally) = (Dice(chance + place as u64), Tally::default());
        // Where each cut came before anything was told, nothing was tried yet: then there are more of them.
        for round in 0..rounds + 10 {
            let is_enough = round >= rounds || began.elapsed() > most;
            if is_enough && tally.told + tally.wrong.len() > 0 {
                break;
            }
            if !series(making, test, round * cuts, cuts, &mut dice, &mut tally) {
                break;
            }
        }
        (making.name, tally)
    };
    let tallies: Vec<(&str, Tally)> = std::thread::scope(|scope| {
        let all = &all;
        let series: Vec<_> = makings
            .into_iter()
            .enumerate()
            .map(|(place, making)| scope.spawn(move || all(place, making)))
            .collect();
        series.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let cut = tallies.iter().any(|(_, tally)| tally.cuts > 0);
    let mut table = String::from(
        "| file system | cuts | while opening | filings told | under way | of them there | rotations told | \
         rotations gone on with | errors told after the cut | all looked at | violations |\n\
         |---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    let mut wrong = Vec::new();
    for (name, tally) in tallies.into_iter().filter(|(_, tally)| tally.cuts > 0) {
        table += &format!(
            "| {name} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |\n",
            tally.cuts,
            tally.opening,
            tally.told,
            tally.under_way,
            tally.came_in,
            tally.rotations,
            tally.resumed,
            tally.failed_after,
            tally.checked,
            tally.wrong.len(),
        );
        assert!(tally.told + tally.wrong.len() > 0, "{name}: it was given time to file");
        wrong.extend(tally.wrong);
    }
    say(&format!("{table}in {} s", began.elapsed().as_secs()));
    if cut {
        keep("power-real.md", &table);
    }
    nothing_wrong(&wrong);
}

#[test]
fn a_vault_that_did_not_sync_would_be_found_out() {
    let test = "a vault without syncs on a real file system";
    let mut dice = Dice(7);
    for round in 0..20 {
        let Some(mut series) = Series::begin(Making::USUAL, test) else { return };
        let heard = series.cut(round, &mut dice, &["nosync"]);
        if heard.told.is_empty() {
            continue;
        }
        let found = series.judge(&heard, false, &mut Tally::default());
        assert!(!found.is_ok_and(|wrong| wrong.is_empty()), "{} filings were told", heard.told.len());
        return;
    }
    panic!("it was given time to file");
}

//! Sweeps: a command is failed at each of its disk operations in turn, and what it leaves is judged.
//!
//! In the short form a sweep takes some of the points, others each time; `JINGUI_LONG=1` takes all of them, and
//! `JINGUI_SEED` those that a failed run has named.

use crate::faults::{Fault, FaultFs, Op, Step};
use crate::house::{CANARY, Furnished, House, full, look_at_all, verify};
use crate::{inspect, keep, long, nothing_wrong, say, seed, swept};
use jingui_schema::line::Line;
use jingui_vault::fs::{Fs, OsFs};
use jingui_vault::{Error, Result, Session, Vault};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex};

/// The system's own disk.
pub fn os() -> Arc<dyn Fs> {
    Arc::new(OsFs)
}

/// What came of one trial.
#[derive(Default)]
pub struct Tried {
    /// What was asked of the disk.
    pub steps: Vec<Op>,
    /// What was made to fail, if it came to that.
    pub fired: Option<Step>,
    /// Kinds of the lines that came into the journal.
    pub kinds: BTreeSet<&'static str>,
    /// What is wrong afterwards.
    pub wrong: Vec<String>,
}

impl Tried {
    /// Of what a disk has counted.
    pub fn on(disk: &FaultFs, wrong: Vec<String>) -> Self {
        let steps = disk.steps().iter().map(|step| step.op).collect();
        Self { steps, fired: disk.fired(), kinds: disk.kinds(), wrong }
    }
}

/// Whether the short form of a sweep takes this point: one in `every`, others with each seed.
pub fn takes(name: &str, k: u64, fault: Fault, every: u64) -> bool {
    let mut hasher = blake3::Hasher::new();
    hasher.update(name.as_bytes()).update(fault.word().as_bytes());
    let drawn = u64::from_le_bytes(*hasher.finalize().as_bytes().first_chunk().expect("32 bytes"));
    long() || drawn.wrapping_add(seed()).wrapping_add(k).is_multiple_of(every.max(1))
}

/// What was tried and what came of it.
#[derive(Default)]
pub struct Table {
    rows: Mutex<BTreeMap<String, Row>>,
    kinds: Mutex<BTreeSet<&'static str>>,
}

#[derive(Default)]
struct Row {
    operations: usize,
    tried: [u64; Fault::ALL.len()],
    wrong: Vec<String>,
}

impl Table {
    /// Counts one trial of a command.
    pub fn add(&self, command: &str, operations: usize, fault: Fault, wrong: Vec<String>) {
        let column = Fault::ALL.iter().position(|f| *f == fault).expect("one of all");
        let mut rows = self.rows.lock().expect("no panic while the table is held");
        let row = rows.entry(command.to_owned()).or_default();
        row.operations = row.operations.max(operations);
        row.tried[column] += 1;
        row.wrong.extend(wrong);
    }

    /// Counts kinds of lines that came into the journal of a command that nothing befell.
    pub fn wrote(&self, kinds: BTreeSet<&'static str>) {
        self.kinds.lock().expect("no panic while the kinds are held").extend(kinds);
    }

    /// Fails each operation of a command with each fault, until it has none left to fail.
    ///
    /// `trial` runs the command anew with the k-th operation failing, and judges what it left.
    pub fn sweep(
        &self,
        name: &str,
        every: u64,
        faults: &[Fault],
        trial: &(dyn Fn(u64, Fault) -> Tried + Sync),
    ) {
        let mut untouched = trial(u64::MAX, Fault::Kill);
        self.wrote(std::mem::take(&mut untouched.kinds));
        let steps = &untouched.steps;
        assert!(!steps.is_empty(), "{name} asks nothing of the disk");
        for wrong in untouched.wrong {
            self.add(name, steps.len(), Fault::Kill, vec![format!("untouched: {wrong}")]);
        }
        for fault in faults.iter().copied() {
            // Two threads ask the disk, so that one operation may come a place earlier or later the next time.
            for k in 1..=steps.len() + 1 {
                let near = &steps[k.saturating_sub(3).min(steps.len())..(k + 2).min(steps.len())];
                if !takes(name, k as u64, fault, every)
                    || (fault.is_of_writes() && !near.iter().any(|op| op.writes()))
                {
                    continue;
                }
                let tried = trial(k as u64, fault);
                if let Some(Step { op, path }) = tried.fired {
                    let context = format!("{} at {op:?} ({k}) of {}", fault.word(), tail(&path));
                    let wrong = tried.wrong.into_iter().map(|w| format!("{context}: {w}")).collect();
                    self.add(name, steps.len(), fault, wrong);
                }
            }
        }
    }

    /// How many trials there were.
    pub fn trials(&self) -> u64 {
        let rows = self.rows.lock().expect("no panic while the table is held");
        rows.values().flat_map(|row| row.tried).sum()
    }

    /// Prints and keeps the table; fails the test when anything was wrong, or when a kind of act that is said to be
    /// swept here never came into a journal.
    pub fn end(self, file: &str) {
        let kinds = self.kinds.into_inner().expect("no panic while the kinds are held");
        let rows = self.rows.into_inner().expect("no panic while the table is held");
        let words: Vec<&str> = Fault::ALL.iter().map(|f| f.word()).collect();
        let mut text = format!(
            "| command | operations | {} | violations |\n|---|---:|{}---:|\n",
            words.join(" | "),
            "---:|".repeat(words.len())
        );
        let mut all = swept::missing(file, &kinds);
        for (command, row) in rows {
            let tried: Vec<String> =
                row.tried.iter().map(|n| if *n == 0 { "–".into() } else { n.to_string() }).collect();
            text += &format!(
                "| {command} | {} | {} | {} |\n",
                row.operations,
                tried.join(" | "),
                row.wrong.len()
            );
            all.extend(row.wrong.iter().map(|w| format!("{command}: {w}")));
        }
        let form = if long() { "every operation".to_owned() } else { format!("JINGUI_SEED={}", seed()) };
        let kinds: Vec<&str> = kinds.into_iter().collect();
        say(&format!("{text}({form}; lines of {})", kinds.join(", ")));
        keep(file, &text);
        nothing_wrong(&all);
    }
}

/// The last parts of a path, enough to know the file by.
fn tail(path: &Path) -> String {
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    parts[parts.len().saturating_sub(4)..].join("/")
}

/// How doing a command again is to end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// It is the same act: no further line.
    Same,
    /// It is an act of its own: one more line.
    Another,
    /// The rule refuses it the second time, with this code; that is what tells that it was done.
    Refused(&'static str),
}

/// Does a command in a session.
pub type Run<'a> = Box<dyn Fn(&House, &Session) -> Result<()> + Send + Sync + 'a>;
/// Says whether a line is of the command's acts.
pub type Counts<'a> = Box<dyn Fn(&Line) -> bool + Send + Sync + 'a>;
/// Looks at what only this command brings, once it has been done.
pub type Check<'a> = Box<dyn Fn(&House, &Vault) -> Result<Vec<String>> + Send + Sync + 'a>;

/// A command to be swept, from signing in to its answer.
pub struct Command<'a> {
    /// Its name in tables.
    pub name: String,
    /// The house that each trial begins with.
    pub from: &'a Furnished,
    /// Does it.
    pub run: Run<'a>,
    /// Its acts among the lines.
    pub counts: Counts<'a>,
    /// How many acts it is.
    pub acts: usize,
    /// How doing it again ends.
    pub again: Again,
    /// What else has to be true once it was done.
    pub check: Check<'a>,
    /// At how many bytes segments are closed, where that matters.
    pub segment: Option<u64>,
    /// Whether what only looks fails too.
    pub reads: bool,
}

impl Command<'_> {
    /// Fails each of its operations.
    pub fn sweep(&self, table: &Table, every: u64) {
        let faults = if self.reads { &[Fault::Eio][..] } else { &Fault::ALL[..] };
        table.sweep(&self.name, every, faults, &|k, fault| self.trial(k, fault));
    }

    /// Runs it with one fault; says what is wrong afterwards. With none to come where `k` is `u64::MAX`.
    pub fn trial(&self, k: u64, fault: Fault) -> Tried {
        let (_dir, mut house) = self.from.copy();
        house.segment_bytes = self.segment;
        let disk = FaultFs::over(os());
        let disk = if self.reads { disk.with_reads() } else { disk };
        let mut wrong = Vec::new();
        let vault = house.open(Arc::new(disk.clone())).expect("the pattern opens");
        let session = house.founder(&vault).expect("the founder signs in");
        if let Err(error) = session.row(self.from.known.record) {
            return Tried::on(
                &disk,
                vec![format!("the record that is there from the beginning: {}", full(&error))],
            );
        }
        disk.arm(k, fault);
        let result = (self.run)(&house, &session);
        let mut tried = Tried::on(&disk, Vec::new());
        match (&tried.fired, &result) {
            (None, Err(error)) => wrong.push(format!("nothing failed, and yet: {}", full(error))),
            (None, Ok(())) if k != u64::MAX => return tried,
            _ => {}
        }
        self.go_on(&house, &session, &disk, fault, tried.fired.as_ref(), &mut wrong);
        drop((session, vault));
        if let Err(error) = self.afterwards(&house, result.is_ok(), &mut wrong) {
            wrong.push(format!("afterwards: {}", full(&error)));
        }
        wrong.extend(plaintext(&house));
        tried.wrong = wrong;
        tried
    }

    /// What the same process still does after a failure.
    fn go_on(
        &self,
        house: &House,
        session: &Session,
        disk: &FaultFs,
        fault: Fault,
        fired: Option<&Step>,
        wrong: &mut Vec<String>,
    ) {
        let vault = session.vault();
        if !matches!(fault, Fault::Kill | Fault::TornKill) && vault.take_notices().is_empty() {
            // The same process goes on with what it has: every line is found by its number and by its request.
            disk.lift();
            for seq in 1..=vault.state().lines {
                let found = vault.line(seq).and_then(|(line, _)| vault.find_act(line.act.id));
                if !matches!(&found, Ok(Some(line)) if line.seq == seq) {
                    wrong.push(format!("in the same process line {seq} is not found: {found:?}"));
                }
            }
        }
        if fired.is_some_and(|step| step.op.syncs() && step.path.starts_with(house.vault())) {
            disk.lift();
            match session.reveal(self.from.known.record, None, "after a failed sync") {
                Ok(()) => wrong.push("an act was accepted after a failed sync".into()),
                Err(error) => {
                    let good = matches!(error, Error::Poisoned { .. } | Error::Io { .. });
                    if !good && fault != Fault::Kill {
                        wrong.push(format!("after a failed sync: {error:?}"));
                    }
                }
            }
        }
    }

    /// Opens on a sound disk, looks, does it again, looks again.
    fn afterwards(&self, house: &House, told: bool, wrong: &mut Vec<String>) -> Result<()> {
        let known = std::slice::from_ref(&self.from.known);
        let vault = house.open(os())?;
        vault.mirror(); // an answer from the writer: it has ended what it was at
        if let Some(why) = vault.read_only() {
            wrong.push(format!("read-only after reopening: {why}"));
        }
        // Of several filings under way a later one may have become a line; the number of the one that failed is given next.
        let (journal, found) = inspect::vault(&OsFs, &house.vault(), self.acts > 1);
        wrong.extend(found);
        let count = |lines: &[Line]| lines.iter().filter(|l| (self.counts)(l)).count();
        let before = count(&journal.lines);
        if before > self.acts || (told && before != self.acts) {
            wrong.push(format!("{before} of its {} acts stand in the journal", self.acts));
        }
        if told {
            wrong.extend((self.check)(house, &vault)?);
        }
        let session = house.founder(&vault)?;
        wrong.extend(look_at_all(&session, known));
        match ((self.run)(house, &session), self.again) {
            (Ok(()), _) => {}
            (Err(error), Again::Refused(code)) if before == self.acts && error.code() == code => {}
            (Err(error), _) => wrong.push(format!("doing it again: {}", full(&error))),
        }
        session.give_copies()?;
        vault.mirror();
        let newcomer = house.people.newcomer.person();
        if vault.state().staff.values().any(|member| member.sign == newcomer.sign_key()) {
            vault.sign_in(newcomer)?.current_key()?;
        }
        wrong.extend((self.check)(house, &vault)?);
        let (journal, found) = inspect::vault(&OsFs, &house.vault(), false);
        wrong.extend(found);
        let after = count(&journal.lines);
        let expected = if self.again == Again::Another { before + self.acts } else { self.acts };
        if after != expected {
            wrong.push(format!("done again it stands {after} times in the journal, not {expected}"));
        }
        wrong.extend(look_at_all(&session, known));
        wrong.extend(verify(&session));
        if house.mirrored {
            let (lines, found) = inspect::mirror(&OsFs, &house.vault(), &house.mirror());
            wrong.extend(found);
            match vault.mirror() {
                Some(s) if s.lags.is_none() && lines == vault.state().lines && s.lines == lines => {}
                stands => wrong.push(format!("the mirror did not catch up: {stands:?}")),
            }
        }
        Ok(())
    }
}

/// Where the canary can be read under vault and mirror.
pub fn plaintext(house: &House) -> Vec<String> {
    let found = [house.vault(), house.mirror()].into_iter().flat_map(|dir| inspect::files_with(&dir, CANARY));
    found.map(|path| format!("plaintext in {}", path.display())).collect()
}

/// Opens a house on a sound disk and looks at everything: the vault has to be whole and to take another record.
pub fn whole(house: &House, known: &[crate::house::Known]) -> Vec<String> {
    let mut wrong = Vec::new();
    let look = |wrong: &mut Vec<String>| -> Result<()> {
        let vault = house.open(os())?;
        vault.mirror();
        if let Some(why) = vault.read_only() {
            wrong.push(format!("read-only: {why}"));
        }
        wrong.extend(inspect::vault(&OsFs, &house.vault(), false).1);
        let session = house.founder(&vault)?;
        wrong.extend(look_at_all(&session, known));
        house.file(&session, "one more", 1, None)?;
        vault.mirror();
        wrong.extend(inspect::vault(&OsFs, &house.vault(), false).1);
        wrong.extend(verify(&session));
        Ok(())
    };
    if let Err(error) = look(&mut wrong) {
        wrong.push(full(&error));
    }
    wrong.extend(plaintext(house));
    wrong
}

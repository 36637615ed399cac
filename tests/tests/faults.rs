//! Every command, failed at each of its disk operations: what was acknowledged is whole, what was not is not
//! half there, and doing it again is safe.

use jingui_schema::act::{ActFile, Deed};
use jingui_schema::id::{ActId, RecordId, StaffNo};
use jingui_schema::line::Line;
use jingui_tests::faults::{Fault, FaultFs, Op};
use jingui_tests::house::{CANARY, Furnished, House, docs, env_on, full, look_at_all, verify};
use jingui_tests::{in_parallel, inspect, keep, nothing_wrong, say, scratch};
use jingui_vault::body::Buffers;
use jingui_vault::fs::{Fs, OsFs};
use jingui_vault::{Error, Result, Session};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

fn os() -> Arc<dyn Fs> {
    Arc::new(OsFs)
}

/// A vault with something in it, from which every trial starts, and act files to bring in.
struct Template {
    of: Furnished,
    request: ActId,
    act: ActFile,
    countersign: ActFile,
    lines: u64,
}

impl Template {
    fn new(mirrored: bool) -> Self {
        Self::of(Furnished::new(mirrored))
    }

    /// One whose last line closes its segment, so that the next act begins another.
    fn at_the_end_of_a_segment() -> Self {
        let of = Furnished::new(false);
        let house = House { segment_bytes: Some(1), ..of.house.clone() };
        house.open(os()).unwrap().sign_head().unwrap();
        Self::of(of)
    }

    fn of(of: Furnished) -> Self {
        let vault = of.house.open(os()).unwrap();
        let session = of.house.founder(&vault).unwrap();
        let act = session.write_disable(StaffNo(3), Some(CANARY)).unwrap();
        let authority = vault.sign_in(of.house.people.authority.person()).unwrap();
        let countersign = authority.sign_request(&vault.countersign_request()).unwrap();
        let lines = vault.state().lines;
        drop((session, authority, vault));
        Self { of, request: ActId::from_bytes([9; 16]), act, countersign, lines }
    }

    fn record(&self) -> RecordId {
        self.of.known.record
    }
}

/// How doing a command again is to end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Again {
    /// It is the same act: no second line.
    Same,
    /// It is an act of its own: one more line.
    Another,
    /// The rule refuses it the second time; that is what tells that it was done.
    Refused,
}

struct Command {
    name: &'static str,
    run: fn(&Template, &House, &Session) -> Result<()>,
    counts: fn(&Template, &Line) -> bool,
    again: Again,
}

fn authority(house: &House, session: &Session) -> Result<Session> {
    session.vault().sign_in(house.people.authority.person())
}

const COMMANDS: &[Command] = &[
    Command {
        name: "add (5 documents)",
        run: |t, house, session| house.file(session, "under test", 5, Some(t.request)).map(|_| ()),
        counts: |t, line| line.act.id == t.request,
        again: Again::Same,
    },
    Command {
        name: "supplement",
        run: |t, _, session| {
            let more = docs("late", 3);
            session.supplement(t.record(), &more, CANARY, Some(t.request), &mut Buffers::new()).map(|_| ())
        },
        counts: |t, line| line.act.id == t.request,
        again: Again::Same,
    },
    Command {
        name: "open",
        run: |t, _, session| open(session, t.record()),
        counts: |_, line| matches!(&line.act.deed, Deed::RecordOpen(d) if d.note.is_some()),
        again: Again::Another,
    },
    Command {
        name: "reveal",
        run: |t, _, session| session.reveal(t.record(), CANARY),
        counts: |_, line| matches!(line.act.deed, Deed::FactsReveal(_)),
        again: Again::Another,
    },
    Command {
        name: "enrol",
        run: |_, house, session| {
            let half = house.people.newcomer.person().public_half();
            session.enrol(&half, &[jingui_schema::facts::Role::Legal]).map(|_| ())
        },
        counts: |_, line| matches!(&line.act.deed, Deed::StaffEnrol(d) if d.staff == StaffNo(4)),
        again: Again::Refused,
    },
    Command {
        name: "countersign",
        run: |_, house, session| authority(house, session)?.countersign().map(|_| ()),
        counts: |_, line| matches!(line.act.deed, Deed::StaffCountersign(_)),
        again: Again::Another,
    },
    Command {
        name: "disable",
        run: |_, _, session| session.disable(StaffNo(3), Some(CANARY)).map(|_| ()),
        counts: |_, line| matches!(line.act.deed, Deed::StaffDisable(_)),
        again: Again::Refused,
    },
    Command {
        name: "submit (with a note)",
        run: |t, _, session| session.vault().submit(&t.act, Some(session)).map(|_| ()),
        counts: |t, line| line.raw_act == t.act.act.get(),
        again: Again::Same,
    },
    Command {
        name: "submit (countersigning)",
        run: |t, _, session| session.vault().submit(&t.countersign, None).map(|_| ()),
        counts: |t, line| line.raw_act == t.countersign.act.get(),
        again: Again::Same,
    },
    Command {
        name: "sign head",
        run: |_, _, session| session.vault().sign_head().map(|_| ()),
        counts: |t, line| line.seq > t.lines && matches!(line.act.deed, Deed::HeadSigned(_)),
        again: Again::Another,
    },
];

fn open(session: &Session, record: RecordId) -> Result<()> {
    let opening = session.open_documents(record, &[], Some(CANARY), None)?;
    for document in opening.documents().to_vec() {
        opening.copy(&document, &mut std::io::sink())?;
    }
    Ok(())
}

/// What was tried and what came of it, for the table.
#[derive(Default)]
struct Table(Mutex<BTreeMap<(String, usize), Cell>>);

/// How often it was tried, and what was wrong.
type Cell = (u64, Vec<String>);

impl Table {
    fn add(&self, command: &str, fault: Fault, tried: u64, wrong: Vec<String>) {
        let column = Fault::ALL.iter().position(|f| *f == fault).unwrap();
        let mut rows = self.0.lock().unwrap();
        let entry = rows.entry((command.to_owned(), column)).or_default();
        entry.0 += tried;
        entry.1.extend(wrong);
    }

    /// Prints and keeps the table; fails the test when anything was wrong.
    fn end(self, file: &str) {
        let rows = self.0.into_inner().unwrap();
        let mut commands: Vec<&String> = rows.keys().map(|(c, _)| c).collect();
        commands.dedup();
        let words: Vec<&str> = Fault::ALL.iter().map(|f| f.word()).collect();
        let mut text = format!(
            "| command | {} | violations |\n|---|{}---|\n",
            words.join(" | "),
            "---|".repeat(words.len())
        );
        let mut all = Vec::new();
        for command in commands {
            let cell = |column| rows.get(&(command.clone(), column));
            let tried: Vec<String> =
                (0..words.len()).map(|c| cell(c).map_or("–".into(), |r| r.0.to_string())).collect();
            let wrong: usize = (0..words.len()).filter_map(cell).map(|r| r.1.len()).sum();
            text += &format!("| {command} | {} | {wrong} |\n", tried.join(" | "));
            all.extend(
                (0..words.len()).filter_map(cell).flat_map(|r| r.1.iter().map(|w| format!("{command}: {w}"))),
            );
        }
        say(&text);
        keep(file, &text);
        nothing_wrong(&all);
    }
}

/// Runs a command with one fault; says what is wrong afterwards. `None`: the fault never came.
fn trial(job: &Job, k: u64, fault: Fault) -> Option<Vec<String>> {
    let (t, command) = (job.from, job.command);
    let (_dir, house, disk) = job.lay_out();
    let (result, fired) = {
        let vault = house.open(Arc::new(disk.clone())).unwrap();
        let session = house.founder(&vault).unwrap();
        session.row(t.record()).unwrap();
        disk.arm(k, fault);
        let result = (command.run)(t, &house, &session);
        let fired = disk.fired()?;
        let mut wrong = Vec::new();
        if !matches!(fault, Fault::Kill | Fault::TornKill) && session.vault().take_notices().is_empty() {
            // The same process goes on with what it has: every line is found by its number and by its request.
            disk.lift();
            for seq in 1..=vault.state().lines {
                let found = vault.line(seq).and_then(|(line, _)| vault.find_act(line.act.id));
                if !matches!(&found, Ok(Some(line)) if line.seq == seq) {
                    wrong.push(format!("in the same process line {seq} is not found: {found:?}"));
                }
            }
        }
        if fired.op.syncs() && fired.path.starts_with(house.vault()) {
            disk.lift();
            match session.reveal(t.record(), "after a failed sync") {
                Ok(()) => wrong.push(format!(
                    "an act was accepted after {:?} of {} failed",
                    fired.op,
                    fired.path.display()
                )),
                Err(error) => {
                    let good = matches!(error, Error::Poisoned { .. } | Error::Io { .. });
                    if !good && fault != Fault::Kill {
                        wrong.push(format!("after a failed sync: {error:?}"));
                    }
                }
            }
        }
        ((result, wrong), fired)
    };
    let (result, mut wrong) = result;
    let check = |wrong: &mut Vec<String>| -> Result<()> {
        let vault = house.open(os())?;
        vault.mirror(); // an answer from the writer: it has ended what it was at
        if let Some(why) = vault.read_only() {
            wrong.push(format!("read-only after reopening: {why}"));
        }
        let (journal, found) = inspect::vault(&OsFs, &house.vault(), false);
        wrong.extend(found);
        let count = |lines: &[Line]| lines.iter().filter(|l| (command.counts)(t, l)).count();
        let before = count(&journal.lines);
        if before > 1 || (result.is_ok() && before != 1) {
            wrong.push(format!("it stands {before} times in the journal"));
        }
        let session = house.founder(&vault)?;
        wrong.extend(look_at_all(&session, std::slice::from_ref(&t.of.known)));
        match ((command.run)(t, &house, &session), command.again) {
            (Ok(()), _) => {}
            (Err(Error::Enrolled { .. } | Error::Disabled { .. }), Again::Refused) if before == 1 => {}
            (Err(error), _) => wrong.push(format!("doing it again: {}", full(&error))),
        }
        session.give_copies()?;
        vault.mirror();
        if vault.state().staff.contains_key(&StaffNo(4)) {
            vault.sign_in(house.people.newcomer.person())?.current_key()?;
        }
        let (journal, found) = inspect::vault(&OsFs, &house.vault(), false);
        wrong.extend(found);
        let after = count(&journal.lines);
        let expected = if command.again == Again::Another { before + 1 } else { 1 };
        if after != expected {
            wrong.push(format!("done again it stands {after} times in the journal"));
        }
        wrong.extend(look_at_all(&session, std::slice::from_ref(&t.of.known)));
        wrong.extend(verify(&session));
        if house.mirrored {
            let (lines, found) = inspect::mirror(&OsFs, &house.vault(), &house.mirror());
            wrong.extend(found);
            let stands = vault.mirror().unwrap();
            if stands.lags.is_some() || lines != vault.state().lines || stands.lines != lines {
                wrong.push(format!("the mirror did not catch up: {stands:?}"));
            }
        }
        Ok(())
    };
    if let Err(error) = check(&mut wrong) {
        wrong.push(format!("afterwards: {}", full(&error)));
    }
    for dir in [house.vault(), house.mirror()] {
        wrong.extend(
            inspect::files_with(&dir, CANARY).iter().map(|p| format!("plaintext in {}", p.display())),
        );
    }
    let context = format!(
        "{} at {:?} of {}",
        fault.word(),
        fired.op,
        fired.path.strip_prefix(&house.root).unwrap().display()
    );
    Some(wrong.into_iter().map(|w| format!("{context}: {w}")).collect())
}

/// A command to be tried, and how.
struct Job<'a> {
    from: &'a Template,
    command: &'a Command,
    how: &'static str,
    segment: Option<u64>,
    reads: bool,
}

impl Job<'_> {
    fn lay_out(&self) -> (tempfile::TempDir, House, FaultFs) {
        let (dir, mut house) = self.from.of.copy();
        house.segment_bytes = self.segment;
        let disk = FaultFs::over(os());
        (dir, house, if self.reads { disk.with_reads() } else { disk })
    }

    /// What the command asks of the disk when nothing fails.
    fn operations(&self) -> Vec<Op> {
        let (_dir, house, disk) = self.lay_out();
        let vault = house.open(Arc::new(disk.clone())).unwrap();
        let session = house.founder(&vault).unwrap();
        session.row(self.from.record()).unwrap();
        disk.count_anew();
        (self.command.run)(self.from, &house, &session).unwrap();
        disk.steps().iter().map(|s| s.op).collect()
    }

    /// All operations of the command, each with each fault.
    fn sweep(&self, table: &Table) {
        let operations = self.operations();
        for fault in Fault::ALL {
            if self.reads && fault != Fault::Eio {
                continue;
            }
            let (mut tried, mut all) = (0, Vec::new());
            // Two threads ask the disk, so that one operation may come a place earlier or later the next time.
            for k in 1..=operations.len() + 1 {
                let near = &operations[k.saturating_sub(3)..(k + 2).min(operations.len())];
                if fault.is_of_writes() && !near.iter().any(|op| op.writes()) {
                    continue;
                }
                if let Some(wrong) = trial(self, k as u64, fault) {
                    tried += 1;
                    all.extend(wrong);
                }
            }
            table.add(&format!("{}{}", self.command.name, self.how), fault, tried, all);
        }
    }
}

#[test]
fn every_command_failed_at_every_operation_is_whole_or_absent() {
    let table = Table::default();
    let (plain, mirrored) = (Template::new(false), Template::new(true));
    let closed = Template::at_the_end_of_a_segment();
    let job = |from, command, how, segment, reads| Job { from, command, how, segment, reads };
    let mut jobs: Vec<Job> = COMMANDS.iter().map(|c| job(&plain, c, "", None, false)).collect();
    jobs.extend(COMMANDS[..2].iter().map(|c| job(&mirrored, c, ", with a mirror", None, false)));
    // Every act closes its segment; or begins the next, and closes that one.
    jobs.extend([0, 3].map(|i| job(&plain, &COMMANDS[i], ", closing a segment", Some(1), false)));
    jobs.extend([0, 3].map(|i| job(&closed, &COMMANDS[i], ", beginning a segment", Some(1), false)));
    jobs.extend([0, 1, 2].map(|i| job(&plain, &COMMANDS[i], ", reading too", None, true)));
    in_parallel(&jobs, |job| job.sweep(&table));
    table.end("faults.txt");
}

#[test]
fn one_add_of_five_documents_asks_for_few_syncs() {
    let t = Template::new(false);
    let (_dir, house) = t.of.copy();
    let disk = FaultFs::over(os());
    let vault = house.open(Arc::new(disk.clone())).unwrap();
    let session = house.founder(&vault).unwrap();
    disk.count_anew();
    house.file(&session, "counted", 5, None).unwrap();
    let later = (disk.syncs(), disk.bytes());

    let dir = scratch();
    let env = env_on(Arc::new(disk.clone()));
    let house = House::planned(dir.path(), &env, false);
    let vault = house.begin(&env).unwrap();
    let session = house.founder(&vault).unwrap();
    disk.count_anew();
    house.file(&session, "counted", 5, None).unwrap();
    let first = (disk.syncs(), disk.bytes());
    say(&format!(
        "one add of 5 documents: {} syncs, {} bytes; the first of a vault: {} syncs, {} bytes",
        later.0, later.1, first.0, first.1
    ));
    assert!(later.0 <= 8 && first.0 <= 8, "{later:?} {first:?}: {:?}", disk.steps());
}

//! Every command, failed at each of its disk operations: what was acknowledged is whole, what was not is not
//! half there, and doing it again is safe.

use jingui_schema::act::{ActFile, Deed, JobRan};
use jingui_schema::facts::{DocumentKind, Label, Verdict};
use jingui_schema::id::{ActId, RecordId, StaffNo};
use jingui_schema::jobs::{Job, Scheduled};
use jingui_schema::line::Line;
use jingui_schema::projects::{Names, Renamed};
use jingui_tests::faults::FaultFs;
use jingui_tests::house::{CANARY, Furnished, House, docs, env_on};
use jingui_tests::sweep::{Again, Command, Table, os};
use jingui_tests::{in_parallel, say, scratch};
use jingui_vault::body::Buffers;
use jingui_vault::correct::DocumentChange;
use jingui_vault::filing::Labels;
use jingui_vault::jobs::{Onlooker, outcome};
use jingui_vault::review::Review;
use jingui_vault::{Result, Session};
use std::sync::Arc;

/// A vault with something in it, from which every trial starts, and act files to bring in.
struct Template {
    of: Furnished,
    request: ActId,
    act: ActFile,
    countersign: ActFile,
    /// A proposal that is open, where there is one.
    proposal: Option<ActId>,
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
        Self { of, request: ActId::from_bytes([9; 16]), act, countersign, proposal: None, lines }
    }

    /// One in which the second of two papers was called misfiled, and by a second person too.
    fn misfiled(mirrored: bool, confirmed: bool) -> Self {
        let of = Furnished::new(mirrored);
        let vault = of.house.open(os()).unwrap();
        let founder = of.house.founder(&vault).unwrap();
        vault.sign_in(of.house.people.authority.person()).unwrap().countersign().unwrap();
        let act = propose(&founder, of.known.record).unwrap();
        if confirmed {
            vault.sign_in(of.house.people.reviewer.person()).unwrap().confirm(act).unwrap();
        }
        drop((founder, vault));
        let known = jingui_tests::house::Known { documents: 1, ..of.known.clone() };
        Self { proposal: Some(act), ..Self::of(Furnished { known, ..of }) }
    }

    fn record(&self) -> RecordId {
        self.of.known.record
    }
}

/// A command as it is written down here.
struct Plain {
    name: &'static str,
    run: fn(&Template, &House, &Session) -> Result<()>,
    counts: fn(&Template, &Line) -> bool,
    again: Again,
}

fn authority(house: &House, session: &Session) -> Result<Session> {
    session.vault().sign_in(house.people.authority.person())
}

const COMMANDS: &[Plain] = &[
    Plain {
        name: "add (5 documents)",
        run: |t, house, session| house.file(session, "under test", 5, Some(t.request)).map(|_| ()),
        counts: |t, line| line.act.id == t.request,
        again: Again::Same,
    },
    Plain {
        name: "supplement",
        run: |t, _, session| {
            let more = docs("late", 3);
            session.supplement(t.record(), &more, CANARY, Some(t.request), &mut Buffers::new()).map(|_| ())
        },
        counts: |t, line| line.act.id == t.request,
        again: Again::Same,
    },
    Plain {
        name: "open",
        run: |t, _, session| open(session, t.record()),
        counts: |_, line| matches!(&line.act.deed, Deed::RecordOpen(d) if d.note.is_some()),
        again: Again::Another,
    },
    Plain {
        name: "reveal",
        run: |t, _, session| session.reveal(t.record(), None, CANARY),
        counts: |_, line| matches!(line.act.deed, Deed::FactsReveal(_)),
        again: Again::Another,
    },
    Plain {
        name: "correct",
        run: |t, _, session| correct(session, t.record()),
        counts: |_, line| matches!(line.act.deed, Deed::RecordCorrect(_)),
        again: Again::Refused("nothing-to-correct"),
    },
    Plain {
        name: "review",
        run: |t, house, session| {
            let reviewer = session.vault().sign_in(house.people.reviewer.person())?;
            give_back(&reviewer, t.record())
        },
        counts: |_, line| matches!(line.act.deed, Deed::RecordReview(_)),
        again: Again::Another,
    },
    Plain {
        name: "annotate",
        run: |t, _, session| session.annotate(t.record(), CANARY).map(|_| ()),
        counts: |_, line| matches!(line.act.deed, Deed::RecordAnnotate(_)),
        again: Again::Another,
    },
    Plain {
        name: "restrict",
        run: |t, _, session| session.restrict(t.record(), true, CANARY).map(|_| ()),
        counts: |_, line| matches!(line.act.deed, Deed::RecordRestrict(_)),
        again: Again::Refused("restricted-already"),
    },
    Plain {
        name: "set (customers)",
        run: |_, _, session| rename(session),
        counts: |_, line| matches!(line.act.deed, Deed::SettingSet(_)),
        again: Again::Same,
    },
    Plain {
        name: "jobs set",
        run: |_, house, session| {
            let system = session.vault().sign_in(house.people.reviewer.person())?;
            let jobs = [Scheduled { job: Job::Fixity, cron: "0 1 * * Sun".into() }];
            system.set_jobs(&jobs, CANARY).map(|_| ())
        },
        counts: |_, line| matches!(line.act.deed, Deed::JobsSet(_)),
        again: Again::Refused("schedule-same"),
    },
    Plain {
        name: "jobs run",
        run: |_, _, session| {
            let vault = session.vault();
            let started = vault.env().now();
            let onlooker = Onlooker {
                progress: &|_| {},
                interrupted: &|| false,
                knows_holds: false,
                push: None,
                taken: &|_| {},
            };
            let came = vault.carry_out_job(Job::Fixity, &onlooker)?;
            let (outcome, code) = (outcome(came.exit()), came.exit() as u8);
            let (job, counts, read) = (Job::Fixity, came.counts, came.read);
            vault.note_job(JobRan { job, due: started, started, outcome, code, counts, read }).map(|_| ())
        },
        counts: |_, line| matches!(line.act.deed, Deed::JobRan(_)),
        again: Again::Another,
    },
    Plain {
        name: "enrol",
        run: |_, house, session| {
            let half = house.people.newcomer.person().public_half();
            session.enrol(&half, &[jingui_schema::facts::Role::Legal]).map(|_| ())
        },
        counts: |_, line| matches!(&line.act.deed, Deed::StaffEnrol(d) if d.staff == StaffNo(4)),
        again: Again::Refused("enrolled"),
    },
    Plain {
        name: "countersign",
        run: |_, house, session| authority(house, session)?.countersign().map(|_| ()),
        counts: |_, line| matches!(line.act.deed, Deed::StaffCountersign(_)),
        again: Again::Another,
    },
    Plain {
        name: "disable",
        run: |_, _, session| session.disable(StaffNo(3), Some(CANARY)).map(|_| ()),
        counts: |_, line| matches!(line.act.deed, Deed::StaffDisable(_)),
        again: Again::Refused("disabled"),
    },
    Plain {
        name: "submit (with a note)",
        run: |t, _, session| session.vault().submit(&t.act, Some(session)).map(|_| ()),
        counts: |t, line| line.raw_act().get() == t.act.act.get(),
        again: Again::Same,
    },
    Plain {
        name: "submit (countersigning)",
        run: |t, _, session| session.vault().submit(&t.countersign, None).map(|_| ()),
        counts: |t, line| line.raw_act().get() == t.countersign.act.get(),
        again: Again::Same,
    },
    Plain {
        name: "sign head",
        run: |_, _, session| session.vault().sign_head().map(|_| ()),
        counts: |t, line| line.seq > t.lines && matches!(line.act.deed, Deed::HeadSigned(_)),
        again: Again::Another,
    },
];

/// A stranger's paper, and the two people who take it out.
const MISFILED: &[Plain] = &[
    Plain {
        name: "misfiled propose",
        run: |t, _, session| propose(session, t.record()).map(|_| ()),
        counts: |t, line| line.seq > t.lines && matches!(line.act.deed, Deed::DocumentMisfiled(_)),
        again: Again::Another,
    },
    Plain {
        name: "misfiled confirm",
        run: |t, house, session| {
            let act = t.proposal.expect("one is open");
            match session.vault().state().proposal(act)?.confirmed {
                Some(_) => Ok(()),
                None => {
                    let second = session.vault().sign_in(house.people.reviewer.person())?;
                    second.confirm(act).map(|_| ())
                }
            }
        },
        counts: |_, line| matches!(line.act.deed, Deed::ActConfirm(_)),
        again: Again::Same,
    },
    Plain {
        name: "misfiled remove",
        run: |t, _, session| {
            let act = t.proposal.expect("one is open");
            match session.vault().state().proposals.contains_key(&act) {
                true => session.remove_misfiled(act, false, &mut Buffers::new()).map(|_| ()),
                false => Ok(()),
            }
        },
        counts: |_, line| matches!(line.act.deed, Deed::DocumentRemove(_)),
        again: Again::Same,
    },
];

fn propose(session: &Session, record: RecordId) -> Result<ActId> {
    Ok(session.propose_misfiled(record, &[2], None, CANARY, false, &mut Buffers::new())?.act)
}

fn open(session: &Session, record: RecordId) -> Result<()> {
    let opening = session.open_documents(record, &[], Some(CANARY), None)?;
    for document in opening.documents().to_vec() {
        opening.copy(&document, &mut std::io::sink())?;
    }
    Ok(())
}

fn correct(session: &Session, record: RecordId) -> Result<()> {
    let change = |labels: &mut Labels| {
        labels.customer.name = Label::read(&format!("{CANARY} corrected")).expect("a label");
        Ok(())
    };
    let kind = DocumentChange { no: 1, kind: Some(DocumentKind::App), ..DocumentChange::default() };
    session.correct(record, change, &[kind], CANARY, false).map(|_| ())
}

fn give_back(session: &Session, record: RecordId) -> Result<()> {
    let records = [record];
    let review = Review {
        records: &records,
        verdict: Verdict::Returned,
        reason: Some(CANARY),
        compared: &[],
        plan: None,
    };
    match session.review(&review, false)?.refused.pop() {
        Some(refused) => Err(refused.error),
        None => Ok(()),
    }
}

fn rename(session: &Session) -> Result<()> {
    let label = |text: &str| Label::read(&format!("{CANARY} {text}")).expect("a label");
    let change =
        |list: &Names<Renamed>| Ok(list.renamed(&label("customer"), label("new name")).expect("a list"));
    session.change_customers(CANARY, change).map(|_| ())
}

impl Plain {
    /// To be swept in a house like this one.
    fn of<'a>(&'a self, t: &'a Template, how: &str, segment: Option<u64>, reads: bool) -> Command<'a> {
        Command {
            name: format!("{}{how}", self.name),
            from: &t.of,
            run: Box::new(|house, session| (self.run)(t, house, session)),
            counts: Box::new(|line| (self.counts)(t, line)),
            acts: 1,
            again: self.again,
            check: Box::new(|_, _| Ok(Vec::new())),
            segment,
            reads,
        }
    }
}

#[test]
fn every_command_failed_at_every_operation_is_whole_or_absent() {
    let table = Table::default();
    let (plain, mirrored) = (Template::new(false), Template::new(true));
    let closed = Template::at_the_end_of_a_segment();
    let proposed = Template::misfiled(false, false);
    let (confirmed, copied) = (Template::misfiled(false, true), Template::misfiled(true, true));
    let mut jobs: Vec<Command> = COMMANDS.iter().map(|c| c.of(&plain, "", None, false)).collect();
    jobs.extend(COMMANDS[..2].iter().map(|c| c.of(&mirrored, ", with a mirror", None, false)));
    // Every act closes its segment; or begins the next, and closes that one.
    jobs.extend(
        COMMANDS
            .iter()
            .filter(|c| c.name == "correct")
            .map(|c| c.of(&mirrored, ", with a mirror", None, false)),
    );
    jobs.extend([0, 3].map(|i| COMMANDS[i].of(&plain, ", closing a segment", Some(1), false)));
    jobs.extend([0, 3].map(|i| COMMANDS[i].of(&closed, ", beginning a segment", Some(1), false)));
    jobs.extend([0, 1, 2].map(|i| COMMANDS[i].of(&plain, ", reading too", None, true)));
    jobs.push(MISFILED[0].of(&plain, "", None, false));
    jobs.push(MISFILED[1].of(&proposed, "", None, false));
    jobs.push(MISFILED[2].of(&confirmed, "", None, false));
    jobs.push(MISFILED[2].of(&confirmed, ", reading too", None, true));
    jobs.push(MISFILED[2].of(&copied, ", with a mirror", None, false));
    in_parallel(&jobs, |job| job.sweep(&table, 3));
    assert!(table.trials() > 300, "{} trials", table.trials());
    table.end("faults-commands.md");
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

//! `jobs`: work at its time: what is scheduled, running it, and the schedule that somebody signs.
//!
//! Each run leaves a line, also one that fails, is interrupted or panics; none keeps the others from running. What a job does
//! is the vault's.

use super::staff::write_act;
use super::verify::tell_findings;
use super::{World, backup, push};
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::{Failure, Problem, Result};
use crate::messages::Value;
use crate::output::printable_path;
use crate::panics;
use jingui_schema::act::JobRan;
use jingui_schema::jobs::{Job, JobCounts, JobOutcome, Scheduled, shipped};
use jingui_vault::jobs::{Came, FIXITY_DAYS, Onlooker, Planned, Ran, outcome};
use jingui_vault::verify::Phase;
use jingui_vault::{Exit, Session};
use serde::Serialize;
use std::cell::RefCell;
use std::path::{Path, PathBuf};

/// A schedule has a few lines; more is not one.
const SCHEDULE_BYTES_MAX: u64 = 64 << 10;
const DAY_MILLIS: i64 = 24 * 3600 * 1000;

#[derive(Serialize)]
struct ToldRan {
    due: String,
    started: String,
    outcome: &'static str,
    code: u8,
    seq: u64,
}

impl From<Ran> for ToldRan {
    fn from(ran: Ran) -> Self {
        let (due, started) = (ran.due.to_string(), ran.started.to_string());
        Self { due, started, outcome: ran.outcome.word(), code: ran.code, seq: ran.seq }
    }
}

#[derive(Serialize)]
struct ToldJob {
    job: &'static str,
    cron: Option<String>,
    last: Option<ToldRan>,
    next: Option<String>,
    due: Option<String>,
    missed: u64,
    overdue: bool,
}

impl From<Planned> for ToldJob {
    fn from(planned: Planned) -> Self {
        Self {
            job: planned.job.word(),
            cron: planned.cron.map(|cron| cron.to_string()),
            last: planned.last.map(ToldRan::from),
            next: planned.next.map(|time| time.to_string()),
            due: planned.due.map(|due| due.at.to_string()),
            missed: planned.due.map_or(0, |due| due.missed),
            overdue: planned.overdue,
        }
    }
}

/// Lists.
pub(super) fn list(world: &World, context: &mut Context) -> Result<Exit> {
    #[derive(Serialize)]
    struct Told {
        shipped: bool,
        jobs: Vec<ToldJob>,
    }
    world.tell_notices(context)?;
    let shipped = world.vault.state().jobs.is_shipped();
    let jobs: Vec<ToldJob> = world.vault.jobs().into_iter().map(ToldJob::from).collect();
    if context.out.json() {
        context.out.document(&Told { shipped, jobs })?;
        return Ok(Exit::Done);
    }
    let rows = jobs.into_iter().map(|told| {
        let last = told.last.map_or_else(String::new, |last| {
            format!("{} {}", last.started, context.out.word("job-outcome", &last.outcome))
        });
        let next = match (told.due, told.next) {
            (Some(due), _) => {
                let key = if told.overdue { "jobs-overdue" } else { "jobs-due" };
                format!("{due} {}", context.out.text(key, &[("missed", told.missed.into())]))
            }
            (None, next) => next.unwrap_or_default(),
        };
        vec![
            told.job.to_owned(),
            context.out.word("job", &told.job),
            told.cron.unwrap_or_default(),
            last,
            next,
        ]
    });
    let rows = rows.collect();
    context.out.table(&["col-job", "col-job-does", "col-cron", "col-last-run", "col-next-run"], rows)?;
    if shipped {
        context.out.note("jobs-shipped", &[]);
    }
    Ok(Exit::Done)
}

/// Those to be run: the ones that were named, else all that are due.
fn chosen(world: &World, named: &[Job]) -> Vec<Planned> {
    let all = world.vault.jobs().into_iter();
    all.filter(|one| if named.is_empty() { one.due.is_some() } else { named.contains(&one.job) }).collect()
}

/// What came of one job, for whoever started it.
struct Run {
    job: Job,
    exit: Exit,
    counts: JobCounts,
    missed: u64,
    seq: Option<u64>,
}

/// Runs what is due, or what is named.
pub(super) fn run(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let knows_holds = world.session_if_any(context)?.is_some_and(|session| session.may_know_holds());
    let named: Vec<Job> = parsed.all("jobs");
    if context.dry_run() {
        return rehearse(world, context, &named);
    }
    let interrupt = context.interrupt.clone();
    // Another may have run what is due while this one waited, so what is due is asked only now.
    let _turn = world.vault.turn_of_jobs(&|| interrupt.is_set())?;
    context.out.begin_lines();
    let (mut runs, mut told) = (Vec::new(), Ok(()));
    let destroyed = world.vault.state().destroyed.len();
    for planned in chosen(world, &named) {
        if context.interrupt.is_set() {
            break;
        }
        let (run, result) = run_one(world, context, &planned, knows_holds);
        runs.push(run);
        // Who listens may have gone; the other jobs run all the same.
        told = told.and(result);
    }
    if world.vault.state().destroyed.len() > destroyed {
        told = told.and(super::read::after_destruction(world, context, None));
    }
    told?;
    let interrupted = context.interrupt.is_set() || runs.iter().any(|run| run.exit == Exit::Interrupted);
    let needs_somebody = |run: &Run| run.exit != Exit::Done || run.seq.is_none();
    let exit = match runs.iter().any(needs_somebody) {
        _ if interrupted => Exit::Interrupted,
        true => Exit::Part,
        false => Exit::Done,
    };
    if context.out.json() {
        #[derive(Serialize)]
        struct Counts {
            ran: usize,
            part: usize,
            failed: usize,
            unwritten: usize,
        }
        let count = |of| runs.iter().filter(|run| outcome(run.exit) == of).count();
        let (part, failed) = (count(JobOutcome::Part), count(JobOutcome::Failed));
        let unwritten = runs.iter().filter(|run| run.seq.is_none()).count();
        context.out.summary(&Counts { ran: runs.len(), part, failed, unwritten }, exit)?;
    } else if runs.is_empty() && !interrupted {
        context.out.note("jobs-none-due", &[]);
    }
    Ok(exit)
}

fn rehearse(world: &World, context: &mut Context, named: &[Job]) -> Result<Exit> {
    #[derive(Serialize)]
    struct Told {
        dry_run: bool,
        jobs: Vec<ToldJob>,
    }
    let jobs: Vec<ToldJob> = chosen(world, named).into_iter().map(ToldJob::from).collect();
    if context.out.json() {
        context.out.document(&Told { dry_run: true, jobs })?;
        return Ok(Exit::Done);
    }
    for told in &jobs {
        let job = context.out.word("job", &told.job);
        context.out.result("jobs-would-run", &[("word", told.job.into()), ("job", job.into())])?;
    }
    if jobs.is_empty() {
        context.out.note("jobs-none-due", &[]);
    }
    Ok(Exit::Done)
}

/// Runs one job and writes its line, whatever comes of it; then tells.
fn run_one(world: &World, context: &mut Context, planned: &Planned, knows_holds: bool) -> (Run, Result<()>) {
    let (job, started) = (planned.job, context.env.now());
    let unsent = RefCell::new(Vec::new());
    let interrupt = context.interrupt.clone();
    let reached = if job == Job::Push { push::reach_kept(world, context).map(Some) } else { Ok(None) };
    let came: Result<Came> = reached.and_then(|reached| {
        let out = RefCell::new(&mut context.out);
        let onlooker = Onlooker {
            progress: &|step| {
                let (key, done) = match step.phase {
                    Phase::Journal => ("progress-journal", step.lines),
                    Phase::Mirror => ("progress-mirror", step.files),
                    Phase::Files | Phase::Contents | Phase::Catalog => ("progress-files", step.files),
                };
                out.borrow_mut().progress(key, done, None);
            },
            interrupted: &|| interrupt.is_set(),
            knows_holds,
            push: reached.as_ref().map(|(target, outside)| (&**target, *outside)),
            taken: &|one| unsent.borrow_mut().push(one),
        };
        match panics::caught(|| world.vault.carry_out_job(job, &onlooker)) {
            Ok(came) => came.map_err(Failure::from),
            Err(panic) => Err(panic.into()),
        }
    });
    let exit = came.as_ref().map_or_else(Failure::exit, Came::exit);
    let (counts, read) = came.as_ref().map_or((JobCounts::default(), None), |came| (came.counts, came.read));
    let due = planned.due.map_or(started, |due| due.at);
    let line = JobRan { job, due, started, outcome: outcome(exit), code: exit as u8, counts, read };
    let noted = world.vault.note_job(line);
    let missed = planned.due.map_or(0, |due| due.missed);
    let run = Run { job, exit, counts, missed, seq: noted.as_ref().ok().copied() };
    let told = push::tell_taken(context, &unsent.into_inner());
    let told = told.and_then(|()| tell_run(world, context, &run, &came, noted.err()));
    (run, told)
}

fn tell_run(
    world: &World,
    context: &mut Context,
    run: &Run,
    came: &Result<Came>,
    unwritten: Option<jingui_vault::Error>,
) -> Result<()> {
    #[derive(Serialize)]
    struct Waiting {
        what: &'static str,
        count: u64,
        overdue: u64,
    }
    #[derive(Serialize)]
    struct Told {
        job: &'static str,
        outcome: &'static str,
        code: u8,
        missed: u64,
        seq: Option<u64>,
        #[serde(skip_serializing_if = "JobCounts::is_empty")]
        counts: JobCounts,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        waits: Vec<Waiting>,
    }
    world.tell_notices(context)?;
    let word = run.job.word();
    if let Some(error) = unwritten {
        let why = context.out.error_text(&error);
        context.out.warning("jobs-unwritten", &[("word", word.into()), ("why", why.into())])?;
    }
    if let Err(failure) = came {
        let fields = failure.fields();
        let values: Vec<(&str, Value<'_>)> =
            fields.iter().map(|(name, value)| (*name, Value::from(value.as_str()))).collect();
        let why = context.out.text(&format!("error-{}", failure.code()), &values);
        let values = [("word", word.into()), ("why", why.into()), ("code", failure.code().into())];
        context.out.warning("jobs-failed-now", &values)?;
    }
    if let Some(report) = came.as_ref().ok().and_then(|came| came.report.as_ref()) {
        tell_findings(context, report)?;
    }
    if let Some(pushed) = came.as_ref().ok().and_then(|came| came.pushed.as_ref()) {
        push::tell_exchange(context, pushed)?;
        backup::tell_lacking(context, &pushed.made)?;
    }
    let waits = came.as_ref().map_or(&[][..], |came| &came.waits[..]);
    let ended = outcome(run.exit).word();
    if context.out.json() {
        let waits =
            waits.iter().map(|one| Waiting { what: one.what.word(), count: one.count, overdue: one.overdue });
        let (missed, seq, counts, waits) = (run.missed, run.seq, run.counts, waits.collect());
        let code = run.exit as u8;
        return context.out.item(&Told { job: word, outcome: ended, code, missed, seq, counts, waits });
    }
    let values = [
        ("word", word.into()),
        ("job", context.out.word("job", &word).into()),
        ("outcome", context.out.word("job-outcome", &ended).into()),
        ("files", run.counts.files.into()),
        ("bytes", run.counts.bytes.into()),
        ("findings", run.counts.findings.into()),
        ("waiting", run.counts.waiting.into()),
        ("overdue", run.counts.overdue.into()),
    ];
    let key = match run.job {
        Job::Journal | Job::Fixity | Job::Push => "jobs-ran-files",
        Job::Remind => "jobs-ran-waits",
        Job::Plan | Job::Run => "jobs-ran",
    };
    context.out.result(key, &values)?;
    if run.missed > 0 {
        context.out.note("jobs-caught-up", &[("word", word.into()), ("missed", run.missed.into())]);
    }
    for one in waits {
        let what = context.out.word("waits", &one.what.word());
        let values = [("what", what.into()), ("count", one.count.into()), ("overdue", one.overdue.into())];
        context.out.result("jobs-waits", &values)?;
    }
    Ok(())
}

/// The whole schedule that somebody wants: a file's, or the present one with the times that were named.
fn wanted(world: &World, context: &Context, parsed: &Parsed) -> Result<Vec<Scheduled>> {
    if let Some(file) = parsed.file("file") {
        let path = context.path(file);
        let none = |why: String| Problem::Schedule { path: printable_path(&path), why };
        let bytes = context.env.fs.read(&path, SCHEDULE_BYTES_MAX);
        let bytes = bytes.map_err(|source| Failure::io("read", &path, source))?;
        let text = String::from_utf8(bytes).map_err(|_| none("UTF-8".into()))?;
        return Ok(jingui_schema::jobs::read(&text).map_err(|error| none(error.to_string()))?);
    }
    let mut jobs = world.vault.state().jobs.all().to_vec();
    for (job, cron) in parsed.all::<(Job, Option<String>)>("times") {
        let at = jobs.iter().position(|one| one.job == job);
        match (at, cron) {
            (Some(at), Some(cron)) => jobs[at].cron = cron,
            (Some(at), None) => drop(jobs.remove(at)),
            (None, Some(cron)) => jobs.push(Scheduled { job, cron }),
            (None, None) => {}
        }
    }
    Ok(jobs)
}

/// Signs a schedule.
pub(super) fn set(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Told {
        jobs: Vec<Scheduled>,
        seq: Option<u64>,
        dry_run: bool,
    }
    let session: Session = world.session(context)?;
    let jobs = wanted(world, context, parsed)?;
    let (reason, dry_run) = (parsed.must::<String>("reason"), context.dry_run());
    if let Some(path) = context.act_out().map(Path::to_owned).filter(|_: &PathBuf| !dry_run) {
        let file = session.write_jobs(&jobs, &reason)?;
        return write_act(context, &file, &path).map(|()| Exit::Done);
    }
    let seq = match dry_run {
        true => session.may_set_jobs(&jobs, &reason).map(|()| None)?,
        false => Some(session.set_jobs(&jobs, &reason)?.seq),
    };
    world.tell_notices(context)?;
    if context.out.json() {
        context.out.document(&Told { jobs, seq, dry_run })?;
        return Ok(Exit::Done);
    }
    let rows =
        jobs.iter().map(|one| vec![one.job.to_string(), context.out.word("job", &one.job), one.cron.clone()]);
    let rows = rows.collect();
    context.out.table(&["col-job", "col-job-does", "col-cron"], rows)?;
    context.out.result(if dry_run { "jobs-would-set" } else { "jobs-set" }, &[])?;
    Ok(Exit::Done)
}

/// How jobs stand, for `status`.
#[derive(Serialize)]
pub(super) struct ToldStanding {
    /// Should have run more than a day ago, and since when.
    overdue: Vec<ToldOverdue>,
    /// Did not end well the last time.
    unwell: Vec<ToldUnwell>,
    /// Do not run by themselves, though a vault needs them to.
    unscheduled: Vec<&'static str>,
    /// When the last round over all bodies ended.
    fixity_round: Option<String>,
    /// Days since when some bytes have not been read.
    fixity_days: u64,
}

#[derive(Serialize)]
struct ToldOverdue {
    job: &'static str,
    since: String,
}

#[derive(Serialize)]
struct ToldUnwell {
    job: &'static str,
    outcome: &'static str,
    code: u8,
    at: String,
}

/// How they stand.
pub(super) fn standing(world: &World, context: &Context) -> ToldStanding {
    let (state, now) = (world.vault.state(), context.env.now());
    let all = world.vault.jobs();
    let overdue = |one: &Planned| {
        let due = one.due.filter(|_| one.overdue)?;
        Some(ToldOverdue { job: one.job.word(), since: due.first.to_string() })
    };
    let unwell = |one: &Planned| {
        let ran = one.last.filter(|ran| ran.outcome != JobOutcome::Done)?;
        let (outcome, at) = (ran.outcome.word(), ran.started.to_string());
        Some(ToldUnwell { job: one.job.word(), outcome, code: ran.code, at })
    };
    let needed = |one: &&Planned| one.cron.is_none() && shipped().iter().any(|it| it.job == one.job);
    let read = state.jobs.read();
    // Before anybody has read them all, they were last read when they were filed, since the vault began.
    let oldest = read.oldest().filter(|at| *at <= now).unwrap_or(state.created);
    let days = now.millis().saturating_sub(oldest.millis()).max(0) / DAY_MILLIS;
    ToldStanding {
        overdue: all.iter().filter_map(overdue).collect(),
        unwell: all.iter().filter_map(unwell).collect(),
        unscheduled: all.iter().filter(needed).map(|one| one.job.word()).collect(),
        fixity_round: read.round().map(|at| at.to_string()),
        fixity_days: if state.counts.filings == 0 { 0 } else { days as u64 },
    }
}

impl ToldStanding {
    /// When the last round over all bodies ended.
    pub(super) fn round(&self) -> Option<String> {
        self.fixity_round.clone()
    }

    /// Warns of what is not well; says nothing where all is.
    pub(super) fn warn(&self, context: &mut Context) -> Result<()> {
        for one in &self.overdue {
            let values = [("word", one.job.into()), ("since", one.since.clone().into())];
            context.out.warning("jobs-did-not-run", &values)?;
        }
        for one in &self.unwell {
            let key = if one.outcome == JobOutcome::Failed.word() { "jobs-failed" } else { "jobs-part" };
            let values = [("word", one.job.into()), ("at", one.at.clone().into()), ("code", one.code.into())];
            context.out.warning(key, &values)?;
        }
        for job in &self.unscheduled {
            context.out.warning("jobs-unscheduled", &[("word", (*job).into())])?;
        }
        if self.fixity_days > FIXITY_DAYS {
            context.out.warning("jobs-fixity-old", &[("days", self.fixity_days.into())])?;
        }
        Ok(())
    }
}

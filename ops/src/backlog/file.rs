//! Carrying out a plan: all rows are decided again, and if every one comes out as it stands there, those to be filed are filed.
//!
//! A row is filed under a request made of the plan's digest and its number. So whoever kills this at any moment and starts it again
//! files exactly the rest. Beside the plan lies then the result of each row; the plan itself stays as it is, for its digest is
//! what the filings name and what is reviewed.

use super::columns::Columns;
use super::decide::{Backlog, Begin, stale};
use super::paper::{Plan, PlanLine};
use super::plan::{new_file, put};
use super::{Counts, Tongue, Watch, Word};
use crate::failure::{Failure, Problem, Result};
use crate::output::printable_path;
use crate::said::Said;
use crate::sheet::Sheet;
use crate::sheet::write::Writer;
use jingui_schema::act::Deed;
use jingui_schema::digest::Sha256;
use jingui_vault::filing::{Filed, Filing};
use jingui_vault::{Error, Session};
use std::collections::HashMap;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc;

/// Filings that are ready and wait for their turn.
const READY_MAX: usize = 32;

/// Which plan is to be carried out.
#[derive(Clone, Debug)]
pub struct Apply {
    /// The plan; absolute.
    pub plan: PathBuf,
    /// Where the results go; beside the plan where it is not said.
    pub result: Option<PathBuf>,
    /// Decide, but file nothing.
    pub dry_run: bool,
}

/// A plan that was carried out.
#[derive(Clone, Debug)]
pub struct Applied {
    /// Its digest.
    pub digest: Sha256,
    /// What has become of the rows.
    pub counts: Counts,
    /// Rows that this run has filed.
    pub filed: u64,
    /// Where the results lie; nowhere in a rehearsal.
    pub result: Option<PathBuf>,
}

/// What has become of rows that were to be filed.
#[derive(Default)]
struct Outcomes {
    /// The line that each stands in, by row.
    lines: HashMap<u32, (u64, Word)>,
    /// Why each could not be filed, by row.
    failed: HashMap<u32, String>,
    /// Rows filed by this run.
    filed: u64,
    /// What ended the run before its end.
    fatal: Option<Failure>,
}

/// Carries out a plan.
///
/// - Errors: [`Problem::PlanStale`] where a row would come out otherwise now, and nothing has been filed then;
///   whatever keeps the vault from filing anything at all, and [`Error::Interrupted`]: what was filed stays, and the same
///   again files the rest.
pub fn apply(session: &Session, ask: &Apply, watch: &mut dyn Watch) -> Result<Applied> {
    // The language of a plan is its own; until it is known it does not matter which.
    let lang = Plan::open(&ask.plan, Tongue::of(crate::messages::Lang::default()))?.task.lang;
    let tongue = Tongue::of(lang);
    let plan = Plan::open(&ask.plan, tongue)?;
    let digest = plan.digest();
    let mut backlog = begin(session, &plan, &ask.plan, tongue, watch)?;
    let mut outcomes = Outcomes::default();
    let wanted = compare(&mut backlog, &plan, &ask.plan, &mut outcomes, tongue, watch)?;
    if !ask.dry_run {
        file(session, &mut backlog, &plan, &ask.plan, &wanted, &mut outcomes, tongue, watch)?;
    }
    let result = match (ask.dry_run, &ask.result) {
        (true, _) => None,
        (false, Some(path)) => Some(path.clone()),
        (false, None) => Some(ask.plan.with_extension(format!("result.{}", plan.format.ending()))),
    };
    let told = tell(session, &plan, &ask.plan, result.as_deref(), &outcomes, tongue);
    if let Some(fatal) = outcomes.fatal {
        return Err(fatal);
    }
    Ok(Applied { digest, counts: told?, filed: outcomes.filed, result })
}

/// Looks through what a plan was made of, if that is still the same.
fn begin<'a>(
    session: &'a Session,
    plan: &Plan,
    path: &Path,
    tongue: Tongue,
    watch: &mut dyn Watch,
) -> Result<Backlog<'a>> {
    let task = plan.task.clone();
    let dir = path.parent().unwrap_or(Path::new(""));
    if task.vault != session.vault().state().init.vault {
        return Err(Problem::OtherVaultPlan { path: printable_path(path) }.into());
    }
    let sheet_path = task.sheet_path(dir);
    let sheet = match Sheet::open(&sheet_path, task.tab.as_deref()) {
        Ok(sheet) if sheet.mark == (task.size, task.sha256) => sheet,
        Ok(_) => {
            let said = Said::new("stale-sheet").text("sheet", printable_path(&sheet_path));
            return Err(stale(path, &said, tongue));
        }
        Err(error) => return Err(tongue.refused(&sheet_path, &error.said())),
    };
    let words = task.given().zip(task.defaults());
    let (given, defaults) = words.ok_or_else(|| Problem::NotAPlan { path: printable_path(path) })?;
    let columns = {
        let mut rows = sheet.rows().map_err(|error| tongue.refused(&sheet_path, &error.said()))?;
        Columns::find(&mut rows, &given, &super::columns::Given::new(), tongue, &sheet_path)?
    };
    let files = task.files_path(dir);
    Backlog::begin(
        Begin { session, path: sheet_path, sheet, columns, defaults, files, task, tongue, doubting: false },
        watch,
    )
}

/// Decides every row again; returns the rows that are to be filed and have not been.
fn compare(
    backlog: &mut Backlog<'_>,
    plan: &Plan,
    path: &Path,
    outcomes: &mut Outcomes,
    tongue: Tongue,
    watch: &mut dyn Watch,
) -> Result<Vec<u32>> {
    let headings: Vec<_> = backlog.headings().iter().map(|heading| plan.format.as_written(heading)).collect();
    if headings != plan.headings {
        return Err(stale(path, &Said::new("stale-headings"), tongue));
    }
    let mut lines = plan.lines(tongue)?;
    let mut wanted = Vec::new();
    backlog.decide(Some((&mut lines, path, plan.digest())), watch, |line, planned, _| {
        if !planned.is_some_and(|planned| planned.is(&line, plan.format, tongue)) {
            let said = Said::new("stale-result").number("row", line.no.into()).text("now", line.word.word());
            return Err(stale(path, &said, tongue));
        }
        match (line.word, line.seq) {
            (Word::New, None) => wanted.push(line.no),
            (Word::New, Some(seq)) => drop(outcomes.lines.insert(line.no, (seq, Word::Done))),
            (word, Some(seq)) => drop(outcomes.lines.insert(line.no, (seq, word))),
            _ => {}
        }
        Ok(())
    })?;
    match lines.next()? {
        None => Ok(wanted),
        Some(PlanLine { no, .. }) => {
            Err(stale(path, &Said::new("stale-row").number("row", no.into()), tongue))
        }
    }
}

/// Files the rows that are left.
#[expect(clippy::too_many_arguments, reason = "one call site; a struct for it would say nothing more")]
fn file(
    session: &Session,
    backlog: &mut Backlog<'_>,
    plan: &Plan,
    path: &Path,
    wanted: &[u32],
    outcomes: &mut Outcomes,
    tongue: Tongue,
    watch: &mut dyn Watch,
) -> Result<()> {
    let (total, mut ended) = (wanted.len() as u64, 0);
    let given = std::thread::scope(|scope| {
        let (give, take) = mpsc::sync_channel::<Filing>(READY_MAX);
        let giver = scope.spawn(move || {
            let mut lines = plan.lines(tongue)?;
            backlog.filings(&mut lines, (path, plan.digest()), wanted, |filing| give.send(filing).is_ok())
        });
        session.file_many(take.into_iter(), |place, done| {
            ended += 1;
            let told = outcomes.note(wanted[place], done, tongue, watch);
            let told = told.and_then(|()| watch.step(true, ended, Some(total)));
            if let Err(failure) = told {
                outcomes.fatal.get_or_insert(failure);
            }
            outcomes.fatal.is_none()
        });
        giver.join()
    });
    match given {
        Ok(Ok(())) => {}
        Ok(Err(failure)) => drop(outcomes.fatal.get_or_insert(failure)),
        Err(panic) => std::panic::resume_unwind(panic),
    }
    Ok(())
}

impl Outcomes {
    /// Notes what has become of a row.
    ///
    /// Errors: what keeps every further row from being filed, too.
    fn note(
        &mut self,
        row: u32,
        done: jingui_vault::Result<Filed>,
        tongue: Tongue,
        watch: &mut dyn Watch,
    ) -> Result<()> {
        match done {
            Ok(filed) => {
                // What somebody else has filed meanwhile is not filed again.
                let word = if filed.repeated { Word::Filed } else { Word::Done };
                self.filed += u64::from(!filed.repeated);
                self.lines.insert(row, (filed.seq, word));
                watch.filed(row, word, Some(&filed), None)
            }
            Err(error @ (Error::Source { .. } | Error::SourceChanged { .. } | Error::TooMany { .. })) => {
                let failure = Failure::from(error);
                let fields = failure.fields();
                let values: Vec<_> =
                    fields.iter().map(|(name, text)| (*name, text.as_str().into())).collect();
                let why = tongue.messages.text(&format!("error-{}", failure.code()), &values);
                watch.filed(row, Word::Failed, None, Some(&why))?;
                self.failed.insert(row, why);
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// Counts what has become of every row and writes it down, row by row as the plan has them.
fn tell(
    session: &Session,
    plan: &Plan,
    plan_path: &Path,
    path: Option<&Path>,
    outcomes: &Outcomes,
    tongue: Tongue,
) -> Result<Counts> {
    let mut counts = Counts::default();
    let mut file = path.map(|path| new_file(path.parent().unwrap_or(Path::new("")), path).map(|f| (f, path)));
    let mut file = file.take().transpose()?;
    let writing = |error: io::Error| Failure::io("write", path.unwrap_or(plan_path), error);
    let out: Box<dyn io::Write + '_> = match &mut file {
        Some((file, _)) => Box::new(file.as_file_mut()),
        None => Box::new(io::sink()),
    };
    let format = path.map_or(plan.format, crate::sheet::write::Format::of);
    let mut writer = Writer::new(BufWriter::with_capacity(64 << 10, out), format).map_err(writing)?;
    let mut headings = plan.headings.clone();
    let more = ["plan-row", "plan-result", "plan-reason", "col-number", "col-record"];
    headings.extend(more.map(|key| tongue.messages.text(key, &[])));
    writer.row(&headings).map_err(writing)?;
    let mut lines = plan.lines(tongue)?;
    while let Some(mut line) = lines.next()? {
        let at = line.cells.len() - 2;
        let (mut number, mut record) = (String::new(), String::new());
        let word = match (line.word, outcomes.lines.get(&line.no), outcomes.failed.get(&line.no)) {
            (_, Some((seq, word)), _) => {
                if let Deed::RecordFile(filed) = session.vault().line(*seq)?.0.act.deed {
                    (number, record) = (filed.number.to_string(), filed.record.to_string());
                }
                *word
            }
            (_, None, Some(why)) => {
                line.cells[at + 1].clone_from(why);
                Word::Failed
            }
            (Word::New, None, None) if path.is_some() => Word::Waiting,
            (word, None, None) => word,
        };
        word.word().clone_into(&mut line.cells[at]);
        counts.add(word);
        line.cells.extend([number, record]);
        writer.row(&line.cells).map_err(writing)?;
    }
    writer.finish().and_then(|mut out| out.flush()).map_err(writing)?;
    plan.still(tongue)?;
    if let Some((file, path)) = file {
        put(file, path)?;
    }
    Ok(counts)
}

//! What becomes of a row: the one place where it is decided, for a plan and for carrying it out.
//!
//! Rows are read twice: first for what only all of them together tell (the same row again, a file that two rows have), then, some at
//! a time, for what becomes of each. Carrying out a plan differs in one thing: digests of files that are as the plan saw
//! them are taken from it.

use super::columns::Columns;
use super::files::{FileId, Files};
use super::finding::{Finder, Found, LeftOver, key_of};
use super::paper::{Lines, Note, PlanLine, Task, request_of};
use super::row::{Defaults, Reading, read};
use super::{Fault, Tongue, Watch, Word};
use crate::failure::{Failure, Problem, Result};
use crate::messages::Messages;
use crate::output::printable;
use crate::said::Said;
use crate::sheet::{Row, Sheet};
use jingui_indexer::archive::Stamp;
use jingui_schema::digest::Sha256;
use jingui_schema::facts::Label;
use jingui_schema::id::RecordId;
use jingui_schema::projects::Doubt;
use jingui_vault::Session;
use jingui_vault::body::{Incoming, Seen};
use jingui_vault::filing::{Filing, Planned};
use jingui_vault::many::Twin;
use sha2::Digest as _;
use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Rows decided at a time: enough for several cores to read files, few enough to be held.
const ROWS_AT_ONCE: usize = 64;
/// Threads that read files at most; there is one disk.
const READERS_MAX: usize = 4;
/// Projects of one sheet that are looked up; a sheet with more has another thing in that column.
const PROJECTS_MAX: usize = 10_000;
/// Files that two rows have and that are remembered; what has more is wrong as a whole.
const TWICE_MAX: usize = 100_000;

/// A sheet with its files, looked through.
pub(super) struct Backlog<'a> {
    session: &'a Session,
    path: PathBuf,
    task: Task,
    tongue: Tongue,
    sheet: Sheet,
    columns: Columns,
    defaults: Defaults,
    files: Files,
    finder: Finder,
    claims: Claims,
}

/// What only all rows together tell.
#[derive(Default)]
struct Claims {
    /// The first row that has a file; 0 for none.
    owners: Vec<u32>,
    /// Files that a second row has, and which.
    twice: HashMap<FileId, u32>,
    /// The first row of its cells and files.
    rows: HashMap<[u8; 16], u32>,
    /// How many rows there are.
    count: u64,
}

/// What becomes of a row.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its number in the sheet.
    pub no: u32,
    /// The result.
    pub word: Word,
    /// Its cells as they were read.
    pub(super) cells: Vec<String>,
    /// Its files, where it came to reading them.
    pub(super) files: Vec<Note>,
    /// Where the record stands in the journal that is the same or that this plan has made of it.
    pub(super) seq: Option<u64>,
    reasons: Vec<Said>,
}

impl Line {
    /// Why, in words.
    pub fn reasons(&self, messages: &Messages) -> String {
        self.reasons.iter().map(|said| said.tell(messages)).collect::<Vec<_>>().join(" ")
    }
}

/// A row on its way to a decision.
struct Draft {
    row: Row,
    reading: Reading,
    found: Vec<Found>,
    faults: Vec<Fault>,
    /// What the plan says of it, where one is being carried out.
    planned: Option<PlanLine>,
    digests: Vec<Sha256>,
}

/// With what a backlog is begun.
pub(super) struct Begin<'a> {
    pub session: &'a Session,
    pub path: PathBuf,
    pub sheet: Sheet,
    pub columns: Columns,
    pub defaults: Defaults,
    pub files: Option<PathBuf>,
    pub task: Task,
    pub tongue: Tongue,
    /// Whether projects are doubted; carrying out a plan goes by the doubts that stand in it, for what it files itself
    /// would change them.
    pub doubting: bool,
}

/// A plan that no longer holds, and why.
pub(super) fn stale(path: &Path, said: &Said, tongue: Tongue) -> Failure {
    Problem::PlanStale { path: crate::output::printable_path(path), why: said.tell(tongue.messages) }.into()
}

impl<'a> Backlog<'a> {
    /// Looks through the files and, for the first time, through the rows.
    pub(super) fn begin(begin: Begin<'a>, watch: &mut dyn Watch) -> Result<Self> {
        let Begin { session, path, sheet, columns, defaults, files, task, tongue, doubting } = begin;
        let files = Files::at(files.as_deref(), |said| said.tell(tongue.messages))?;
        let finder = Finder::new(task.rule.as_deref(), &files, &columns, &defaults, tongue)?;
        let claims = Claims::default();
        let mut backlog =
            Self { session, path, task, tongue, sheet, columns, defaults, files, finder, claims };
        let projects = backlog.survey(watch)?;
        if doubting {
            backlog.task.doubted = doubts(session, projects)?;
        }
        Ok(backlog)
    }

    /// The headings of the sheet.
    pub(super) fn headings(&self) -> &[String] {
        &self.columns.headings
    }

    /// How many rows there are.
    pub(super) fn rows(&self) -> u64 {
        self.claims.count
    }

    /// What was asked for.
    pub(super) fn task(&self) -> &Task {
        &self.task
    }

    /// Files that no row has.
    pub(super) fn left_over(&self) -> LeftOver {
        let mut left = LeftOver::default();
        for id in self.files.all().filter(|id| self.claims.owner(*id) == 0 && !self.files.is_opened(*id)) {
            let path = self.files.path(id);
            left.add(path, self.finder.mismatch(path, self.tongue));
        }
        left
    }

    /// Passes every row in the order of the sheet, read and with its files.
    fn each(&mut self, mut visit: impl FnMut(&mut Claims, &Files, Draft) -> Result<bool>) -> Result<()> {
        let Self { path, task, tongue, sheet, columns, defaults, files, finder, claims, .. } = self;
        let refused = |error: &crate::sheet::SheetError| tongue.refused(path, &error.said());
        let mut rows = sheet.rows().map_err(|error| refused(&error))?;
        let mut row = Row::default();
        while rows.next(&mut row).map_err(|error| refused(&error))? {
            if row.no <= columns.row {
                continue;
            }
            let mut reading = read(&row, columns, defaults, task.day, *tongue);
            let mut faults = std::mem::take(&mut reading.faults);
            let (found, more) = finder.find(&row, &reading.files, columns, defaults, files, *tongue);
            faults.extend(more);
            let project = reading.labels.as_ref().map(|labels| &labels.project);
            faults.extend(project.and_then(|project| task.doubt(project)));
            let row = std::mem::take(&mut row);
            if !visit(
                claims,
                files,
                Draft { row, reading, found, faults, planned: None, digests: Vec::new() },
            )? {
                return Ok(());
            }
        }
        sheet.still().map_err(|error| refused(&error))
    }

    /// Finds what only all rows together tell; gives the projects that they name.
    fn survey(&mut self, watch: &mut dyn Watch) -> Result<BTreeMap<String, Label>> {
        let columns = self.columns.clone();
        let mut projects = BTreeMap::new();
        self.each(|claims, files, draft| {
            if let Some(labels) = &draft.reading.labels
                && projects.len() < PROJECTS_MAX
            {
                projects.entry(labels.project.folded()).or_insert_with(|| labels.project.clone());
            }
            claims.count += 1;
            let no = draft.row.no;
            if claims.row(&columns, &draft) == no {
                claims.claim(no, &draft.found, files);
            }
            if claims.count.is_multiple_of(1024) {
                watch.step(false, 0, None)?;
            }
            Ok(true)
        })?;
        Ok(projects)
    }

    /// Decides every row and tells of each in the order of the sheet; by a plan where one is being carried out.
    ///
    /// Errors: what `tell` gives; [`Problem::PlanStale`] where a file is not as the plan saw it.
    pub(super) fn decide(
        &mut self,
        mut plan: Option<(&mut Lines<'_>, &Path, Sha256)>,
        watch: &mut dyn Watch,
        mut tell: impl FnMut(Line, Option<&PlanLine>, &mut dyn Watch) -> Result<()>,
    ) -> Result<()> {
        let (session, tongue, columns, rows) = (self.session, self.tongue, self.columns.clone(), self.rows());
        let mut filed_before: HashMap<Twin, u32> = HashMap::new();
        let (mut drafts, mut done) = (Vec::with_capacity(ROWS_AT_ONCE), 0u64);
        let digest = plan.as_ref().map(|(_, _, digest)| *digest);
        let mut decide = |claims: &mut Claims, files: &Files, drafts: &mut Vec<Draft>| -> Result<()> {
            for draft in drafts.iter_mut() {
                claims.judge(&columns, draft, files);
            }
            take_digests(drafts, files);
            let lines = look_up(drafts, session, digest, &mut filed_before, files)?;
            done += lines.len() as u64;
            for (line, draft) in lines.into_iter().zip(drafts.drain(..)) {
                tell(line, draft.planned.as_ref(), watch)?;
            }
            watch.step(false, done, Some(rows))
        };
        self.each(|claims, files, mut draft| {
            if let Some((lines, path, _)) = &mut plan {
                draft.planned = lines.next()?;
                let planned = draft.planned.as_ref().filter(|planned| planned.no == draft.row.no);
                let Some(planned) = planned else {
                    let said = Said::new("stale-row").number("row", draft.row.no.into());
                    return Err(stale(path, &said, tongue));
                };
                if let Some(changed) = changed(planned, &draft.found, files) {
                    let said =
                        Said::new("stale-file").number("row", draft.row.no.into()).text("name", changed);
                    return Err(stale(path, &said, tongue));
                }
            }
            drafts.push(draft);
            if drafts.len() == ROWS_AT_ONCE {
                decide(claims, files, &mut drafts)?;
            }
            Ok(true)
        })?;
        decide(&mut self.claims, &self.files, &mut drafts)
    }

    /// Gives the filings of these rows, numbers ascending, as the plan has them; ends where `give` says `false`.
    pub(super) fn filings(
        &mut self,
        lines: &mut Lines<'_>,
        plan: (&Path, Sha256),
        wanted: &[u32],
        mut give: impl FnMut(Filing) -> bool,
    ) -> Result<()> {
        let (tongue, (path, digest)) = (self.tongue, plan);
        let mut wanted = wanted.iter().copied().peekable();
        self.each(|_, files, draft| {
            let Some(next) = wanted.peek().copied() else { return Ok(false) };
            let no = draft.row.no;
            let planned = lines.next()?.filter(|planned| planned.no == no);
            let said = || Said::new("stale-row").number("row", no.into());
            let planned = planned.ok_or_else(|| stale(path, &said(), tongue))?;
            if no != next {
                return Ok(true);
            }
            wanted.next();
            // Looked at again: between deciding and this the sheet could have been written over.
            let labels = draft.reading.labels.filter(|_| same(&planned, &draft.found, files));
            let labels = labels.ok_or_else(|| stale(path, &said(), tongue))?;
            let incoming = draft.found.iter().map(|found| Incoming {
                source: files.source(found.file),
                kind: found.kind,
                title: None,
                seen: Seen { marks: found.side.into_iter().collect(), ..Seen::default() },
            });
            let incoming: Vec<Incoming> = incoming.collect();
            let certs = crate::certs::among(&incoming, labels.business);
            let documents = planned.files.iter().map(|note| note.sha256).collect();
            Ok(give(Filing {
                labels,
                incoming,
                request: Some(request_of(digest, no)),
                again: false,
                plan: Some(Planned { plan: digest, documents }),
                certs,
            }))
        })
    }
}

impl Claims {
    fn owner(&self, file: FileId) -> u32 {
        self.owners.get(file as usize).copied().unwrap_or(0)
    }

    /// The first row that says just the same and has just the same files: this one, if there was none.
    fn row(&mut self, columns: &Columns, draft: &Draft) -> u32 {
        let no = draft.row.no;
        *self.rows.entry(key_of_draft(columns, draft)).or_insert(no)
    }

    fn claim(&mut self, no: u32, found: &[Found], files: &Files) {
        self.owners.resize(self.owners.len().max(files.len()), 0);
        for Found { file, .. } in found {
            match self.owners[*file as usize] {
                0 => self.owners[*file as usize] = no,
                _ if self.twice.len() < TWICE_MAX => drop(self.twice.entry(*file).or_insert(no)),
                _ => {}
            }
        }
    }

    /// Adds to the faults of a row what other rows have to do with it.
    fn judge(&mut self, columns: &Columns, draft: &mut Draft, files: &Files) {
        let no = draft.row.no;
        let first = self.row(columns, draft);
        if first != no {
            let said = Said::new("fault-duplicate-row").number("row", first.into());
            draft.faults.insert(0, Fault { word: Word::DuplicateRow, said });
            return;
        }
        for Found { file, .. } in &draft.found {
            if let Some(second) = self.twice.get(file) {
                let other = if self.owner(*file) == no { *second } else { self.owner(*file) };
                let said =
                    Said::new("fault-file-twice").text("name", files.path(*file)).number("row", other.into());
                draft.faults.push(Fault { word: Word::FileTwice, said });
            }
        }
    }
}

/// Of these projects those that may have been mistyped, each with the one that was perhaps meant.
fn doubts(session: &Session, projects: BTreeMap<String, Label>) -> Result<BTreeMap<String, String>> {
    let mut doubted = BTreeMap::new();
    for (folded, project) in projects {
        match session.doubt_project(&project)? {
            Some(Doubt::Near(near)) => drop(doubted.insert(folded, near.to_string())),
            Some(Doubt::Unlisted) => drop(doubted.insert(folded, String::new())),
            None => {}
        }
    }
    Ok(doubted)
}

/// By what a row is the same as another: all its cells that mean something, and its files.
fn key_of_draft(columns: &Columns, draft: &Draft) -> [u8; 16] {
    let cells = (0..).zip(&draft.row.cells).filter(|(at, _)| columns.field(*at) != crate::words::Field::Skip);
    let cells = cells.map(|(at, cell)| format!("{at}={}", jingui_schema::facts::fold(&cell.text)));
    let cells = cells.filter(|text| !text.ends_with('='));
    key_of(cells.chain(draft.found.iter().map(|found| format!("#{}", found.file))))
}

/// The first file of a row that is not as its plan saw it.
fn changed(planned: &PlanLine, found: &[Found], files: &Files) -> Option<String> {
    if !matches!(planned.word, Word::New | Word::Filed) {
        return None;
    }
    let other = planned.files.iter().zip(found).find(|(note, found)| !is(note, found.file, files));
    let missing = planned.files.get(found.len()).map(|note| note.path.clone());
    let more = found.get(planned.files.len()).map(|found| files.path(found.file).to_owned());
    other.map(|(note, _)| note.path.clone()).or(missing).or(more)
}

fn same(planned: &PlanLine, found: &[Found], files: &Files) -> bool {
    changed(planned, found, files).is_none()
        && planned.files.iter().zip(found).all(|(note, found)| note.kind == found.kind)
}

fn is(note: &Note, file: FileId, files: &Files) -> bool {
    let stamp = Stamp { size: note.size, modified: note.modified };
    note.path == files.path(file) && files.stamp(file) == stamp
}

/// Takes the digest of every file of rows without faults: from the plan, else by reading it.
fn take_digests(drafts: &mut [Draft], files: &Files) {
    let mut jobs: Vec<(usize, FileId)> = Vec::new();
    for (at, draft) in drafts.iter_mut().enumerate().filter(|(_, draft)| draft.faults.is_empty()) {
        match &draft.planned {
            Some(planned)
                if same(planned, &draft.found, files) && planned.files.len() == draft.found.len() =>
            {
                draft.digests = planned.files.iter().map(|note| note.sha256).collect();
            }
            _ => jobs.extend(draft.found.iter().map(|found| (at, found.file))),
        }
    }
    let results: Vec<std::sync::OnceLock<std::io::Result<Sha256>>> =
        jobs.iter().map(|_| Default::default()).collect();
    let threads =
        std::thread::available_parallelism().map_or(1, usize::from).min(READERS_MAX).min(jobs.len());
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut buffer = vec![0; 256 << 10];
                while let Some(at) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|at| *at < jobs.len())
                {
                    drop(results[at].set(digest(files, jobs[at].1, &mut buffer)));
                }
            });
        }
    });
    for ((at, file), result) in jobs.into_iter().zip(results) {
        match result.into_inner().expect("every job was done") {
            Ok(digest) => drafts[at].digests.push(digest),
            Err(error) => {
                let name = printable(files.path(file)).into_owned();
                let said = Said::new("fault-file-io").text("name", name).text("cause", error.to_string());
                drafts[at].faults.push(Fault { word: Word::BadFile, said });
            }
        }
    }
}

fn digest(files: &Files, file: FileId, buffer: &mut [u8]) -> std::io::Result<Sha256> {
    let mut from = files.source(file).open()?;
    let mut hasher = sha2::Sha256::new();
    loop {
        match from.read(buffer)? {
            0 => return Ok(Sha256(hasher.finalize().into())),
            read => hasher.update(&buffer[..read]),
        }
    }
}

/// Asks the vault for the records that are the same as rows without faults, and says what becomes of each row.
fn look_up(
    drafts: &[Draft],
    session: &Session,
    plan: Option<Sha256>,
    filed_before: &mut HashMap<Twin, u32>,
    files: &Files,
) -> Result<Vec<Line>> {
    let twins: Vec<Option<Twin>> = (drafts.iter())
        .map(|draft| match &draft.reading.labels {
            Some(labels) if draft.faults.is_empty() => session.twin(labels, &draft.digests).map(Some),
            _ => Ok(None),
        })
        .collect::<std::result::Result<_, _>>()?;
    let asked: Vec<Twin> = twins.iter().flatten().copied().collect();
    let mut known = session.twins(&asked)?.into_iter();
    let mut lines = Vec::with_capacity(drafts.len());
    for (draft, twin) in drafts.iter().zip(twins) {
        let no = draft.row.no;
        let record = twin.and_then(|_| known.next().flatten());
        let (word, reasons, seq) = match (draft.faults.first(), twin) {
            (Some(first), _) => {
                (first.word, draft.faults.iter().map(|fault| fault.said.clone()).collect(), None)
            }
            (None, twin) => {
                let earlier = twin.and_then(|twin| filed_before.get(&twin).copied());
                match (record.map(|record| standing(session, record)).transpose()?, earlier) {
                    // What this plan has made of the row is no reason against the row.
                    (Some((seq, request, _)), None)
                        if plan.is_some_and(|plan| request == request_of(plan, no)) =>
                    {
                        filed_before.extend(twin.map(|twin| (twin, no)));
                        (Word::New, Vec::new(), Some(seq))
                    }
                    (_, Some(row)) => {
                        let said = Said::new("fault-duplicate-twin").number("row", row.into());
                        (Word::DuplicateRow, vec![said], None)
                    }
                    (Some((seq, _, number)), None) => {
                        (Word::Filed, vec![Said::new("fault-filed").text("number", number)], Some(seq))
                    }
                    (None, None) => {
                        filed_before.extend(twin.map(|twin| (twin, no)));
                        (Word::New, Vec::new(), None)
                    }
                }
            }
        };
        let read = draft.digests.len() == draft.found.len() && draft.faults.is_empty();
        let notes = draft.found.iter().zip(&draft.digests).filter(|_| read).map(|(found, sha256)| {
            let Stamp { size, modified } = files.stamp(found.file);
            Note {
                path: files.path(found.file).to_owned(),
                kind: found.kind,
                size,
                modified,
                sha256: *sha256,
            }
        });
        lines.push(Line {
            no,
            word,
            cells: draft.row.cells.iter().map(|cell| cell.text.clone()).collect(),
            files: notes.collect(),
            seq,
            reasons,
        });
    }
    Ok(lines)
}

/// Of a record: the line that made it, the request that this was, its archive number.
fn standing(session: &Session, record: RecordId) -> Result<(u64, jingui_schema::id::ActId, String)> {
    let row = session.row(record)?;
    let seq = row.filings.first().map_or(0, |filing| filing.seq);
    let (line, _) = session.vault().line(seq)?;
    Ok((seq, line.act.id, row.facts.number.to_string()))
}

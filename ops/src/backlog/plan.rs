//! Making a plan.

use super::columns::{self, Columns, Given};
use super::decide::{Backlog, Begin};
use super::finding::LeftOver;
use super::paper::{Asked, PlanWriter, Task};
use super::row::Defaults;
use super::{Counts, Tongue, Watch};
use crate::failure::{Doing, Failure, Problem, Result};
use crate::messages::Lang;
use crate::output::printable_path;
use crate::sheet::Sheet;
use crate::sheet::write::Format;
use crate::words::Field;
use jingui_schema::digest::Sha256;
use jingui_vault::Session;
use sha2::Digest as _;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// What is to be planned. Paths are absolute.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The sheet.
    pub sheet: PathBuf,
    /// Which sheet of a workbook.
    pub tab: Option<String>,
    /// Directory or archive of the files.
    pub files: Option<PathBuf>,
    /// Folder rule.
    pub rule: Option<String>,
    /// What headings mean.
    pub map: Vec<(String, Field)>,
    /// What stands where the sheet says nothing.
    pub set: Vec<(Field, String)>,
    /// Take projects as they are written, also where nobody has used them.
    pub new_project: bool,
    /// Where the plan goes; beside the sheet where it is not said.
    pub output: Option<PathBuf>,
    /// Language of the reasons.
    pub lang: Lang,
    /// Decide, but write nothing.
    pub dry_run: bool,
}

/// A plan that was made.
#[derive(Clone, Debug)]
pub struct Planned {
    /// Where it lies.
    pub path: PathBuf,
    /// Its digest.
    pub digest: Sha256,
    /// What becomes of the rows.
    pub counts: Counts,
    /// Files that no row has.
    pub left_over: LeftOver,
    /// Headings of columns that nothing is made of.
    pub skipped: Vec<String>,
    /// The sheet of the workbook that was read, and how many others there are.
    pub tab: Option<(String, usize)>,
}

/// Makes a plan and writes it; nothing is changed in the vault.
///
/// - Errors: [`Problem`]s of the sheet as a whole; what is wrong with a row stands in the plan.
pub fn plan(session: &Session, ask: &Ask, watch: &mut dyn Watch) -> Result<Planned> {
    let tongue = Tongue::of(ask.lang);
    let sheet =
        Sheet::open(&ask.sheet, ask.tab.as_deref()).map_err(|e| tongue.refused(&ask.sheet, &e.said()))?;
    let format = match (&ask.output, sheet.tab()) {
        (Some(path), _) => Format::of(path),
        (None, Some(_)) => Format::Xlsx,
        (None, None) => Format::Csv,
    };
    let path =
        ask.output.clone().unwrap_or_else(|| ask.sheet.with_extension(format!("plan.{}", format.ending())));
    if path == ask.sheet {
        return Err(Problem::Exists { path: printable_path(&path) }.into());
    }
    may_be_replaced(&path, tongue)?;
    let dir = path.parent().unwrap_or(Path::new("")).to_owned();

    let remembered = columns::remembered(&ask.sheet, tongue)?;
    let told: Given = ask.map.iter().cloned().collect();
    let refused = |error: &crate::sheet::SheetError| tongue.refused(&ask.sheet, &error.said());
    let columns = {
        let mut rows = sheet.rows().map_err(|error| refused(&error))?;
        Columns::find(&mut rows, &remembered, &told, tongue, &ask.sheet)?
    };
    let defaults: Defaults = ask.set.iter().cloned().collect();
    has_all_columns(&columns, &defaults, &ask.sheet, tongue)?;
    let mut given = columns::with(remembered, &told);
    given.retain(|heading, _| {
        columns.headings.iter().any(|h| crate::words::key(h) == crate::words::key(heading))
    });

    let vault = session.vault();
    let asked = Asked {
        vault: vault.state().init.vault,
        day: vault.env().now().day(),
        lang: ask.lang,
        sheet: &ask.sheet,
        tab: ask.tab.as_deref(),
        files: ask.files.as_deref(),
        rule: ask.rule.as_deref(),
        given: &given,
        defaults: &defaults,
    };
    let task = Task::of(&asked, &sheet, &dir);
    let tab = sheet.tab().map(|(name, others)| (name.to_owned(), others));
    let skipped = columns.skipped().into_iter().map(str::to_owned).collect();
    let (files, sheet_path) = (ask.files.clone(), ask.sheet.clone());
    let doubting = !ask.new_project;
    let begin = Begin { session, path: sheet_path, sheet, columns, defaults, files, task, tongue, doubting };
    let mut backlog = Backlog::begin(begin, watch)?;

    let mut temporary = if ask.dry_run { None } else { Some(new_file(&dir, &path)?) };
    let out: Box<dyn Write + '_> = match &mut temporary {
        Some(file) => Box::new(file.as_file_mut()),
        None => Box::new(io::sink()),
    };
    let out = Digesting { out: BufWriter::with_capacity(64 << 10, out), hasher: sha2::Sha256::new() };
    let mut counts = Counts::default();
    let writing = |error: io::Error| Failure::io("write", &path, error);
    let (headings, task) = (backlog.headings().to_vec(), backlog.task().clone());
    let mut writer = PlanWriter::begin(out, format, &headings, &task, tongue).map_err(writing)?;
    backlog.decide(None, watch, |line, _, watch| {
        counts.add(line.word);
        writer.line(&line).map_err(writing)?;
        watch.line(&line)
    })?;
    let digest = writer.finish().and_then(Digesting::end).map_err(writing)?;
    if let Some(file) = temporary {
        put(file, &path)?;
    }
    if !ask.dry_run && !told.is_empty() {
        columns::remember(&ask.sheet, &told, tongue)?;
    }
    Ok(Planned { path, digest, counts, left_over: backlog.left_over(), skipped, tab })
}

/// Refuses to write over what is no plan of ours.
fn may_be_replaced(path: &Path, tongue: Tongue) -> Result<()> {
    let is_plan = || super::paper::Plan::open(path, tongue).is_ok();
    match std::fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Ok(meta) if meta.is_file() && is_plan() => Ok(()),
        Ok(_) => Err(Problem::Exists { path: printable_path(path) }.into()),
        Err(error) => Err(Failure::io("look at", path, error)),
    }
}

/// Fields without which there is no record.
const REQUIRED: [Field; 6] =
    [Field::Project, Field::Outlet, Field::Customer, Field::CustomerKind, Field::Business, Field::Date];

fn has_all_columns(columns: &Columns, defaults: &Defaults, sheet: &Path, tongue: Tongue) -> Result<()> {
    let missing = REQUIRED.iter().filter(|f| columns.first(**f).is_none() && !defaults.contains_key(f));
    let missing: Vec<&Field> = missing.collect();
    let Some(first) = missing.first() else { return Ok(()) };
    let list =
        missing.iter().map(|f| tongue.messages.text(&f.name_key(), &[])).collect::<Vec<_>>().join(", ");
    Err(Problem::NoColumn { sheet: printable_path(sheet), list, example: first.word().to_owned() }.into())
}

/// A new file in the directory of `path`, to be put there when it is whole. It holds what the sheet holds: names and numbers of
/// people, so that only its owner may read it.
pub(super) fn new_file(dir: &Path, path: &Path) -> Result<tempfile::NamedTempFile> {
    tempfile::Builder::new().prefix(".jingui-").tempfile_in(dir).doing("write", path)
}

/// Puts a file where it belongs, whole or not at all.
pub(super) fn put(file: tempfile::NamedTempFile, path: &Path) -> Result<()> {
    file.as_file().sync_all().doing("write", path)?;
    file.persist(path).map_err(|error| Failure::io("write", path, error.error))?;
    Ok(())
}

/// Writes on, and digests what it writes.
struct Digesting<W: Write> {
    out: W,
    hasher: sha2::Sha256,
}

impl<W: Write> Write for Digesting<W> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let written = self.out.write(buf)?;
        self.hasher.update(&buf[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl<W: Write> Digesting<W> {
    fn end(mut self) -> io::Result<Sha256> {
        self.out.flush()?;
        Ok(Sha256(self.hasher.finalize().into()))
    }
}

//! A vault put back from a copy: sealed files first, the journal after them, `VAULT.toml` last.
//!
//! What the journal of the state no longer names is not put back, also where the copy still has it: whatever was
//! destroyed before the copy was made stays so.

use super::check::{mark_at, pieces};
use super::crew::{self, Counts, Onlooker};
use super::mended::{Mended, fit_state};
use super::pour::{Poured, pour};
use super::target::{States, Target, at_target};
use super::view::CopyFs;
use super::{CopyProgress, RESTORED, THREADS};
use crate::env::Env;
use crate::error::{Doing, Error, Result};
use crate::fs::Kind;
use crate::layout::{DIRECTORIES, Layout, head_path};
use crate::mirror::put;
use crate::toml_copy::{self, VAULT_TOML};
use crate::verify::{Finding, FindingKind, Inventory, whole_inventory};
use jingui_schema::commit::SLOT_BYTES;
use jingui_schema::copy::{CopyState, RestoreMark};
use jingui_schema::digest::FileMark;
use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// How to put a vault back.
pub struct RestoreOptions<'a> {
    /// Files written at the same time.
    pub threads: usize,
    /// Told often how far it is.
    pub progress: &'a dyn Fn(CopyProgress),
    /// Asked often whether to end.
    pub interrupted: &'a dyn Fn() -> bool,
}

impl Default for RestoreOptions<'_> {
    fn default() -> Self {
        Self { threads: THREADS, progress: &|_| {}, interrupted: &|| false }
    }
}

/// A vault that was put back.
#[derive(Clone, Debug)]
pub struct Restored {
    /// The state it was put back from.
    pub state: CopyState,
    /// Newer states that are not whole: name and why.
    pub damaged: Vec<(String, String)>,
    /// Whether an earlier attempt was gone on with.
    pub resumed: bool,
    /// Records there are.
    pub records: u64,
    /// Files written by this run.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// What the copy does not have as the journal names it.
    pub lacking: Vec<Finding>,
}

/// A file to be put back.
struct Job {
    /// Path below the vault.
    path: String,
    mark: FileMark,
    seq: u64,
    record: Option<jingui_schema::id::RecordId>,
}

/// Puts the vault of a copy back into a directory that is absent, empty, or left by an attempt that was cut off.
///
/// - Shape: until the last file is there, the directory is no vault and says so; the vault is then read-only until it
///   is taken over.
/// - What the copy does not have as the journal names it is named in the answer, and the rest is put back.
/// - Errors: [`Error::NotEmpty`]; [`Error::NoCopyState`]; [`Error::CopyDamaged`] and [`Error::JournalDamaged`] where
///   the copy's journal is not whole: then nothing is put back, for nothing would say what belongs to it.
pub fn restore(
    env: &Env,
    target: Arc<dyn Target>,
    dir: &Path,
    options: &RestoreOptions<'_>,
) -> Result<Restored> {
    let target = Mended::over(target)?;
    let mark = mark_at(&*target, None)?;
    let begun = begun(env, dir)?;
    let resumed = begun.is_some();
    let (state, damaged) = match begun {
        // States stay, so the one that was begun with is there still, whatever came after it.
        Some(begun) if (begun.vault, begun.target) == (mark.vault, mark.target) => {
            (States::one(&*target, &mark, begun.lines)?, Vec::new())
        }
        Some(_) => return Err(not_empty(dir)),
        None => {
            let States { newest, damaged, .. } = States::read(&*target, &mark)?;
            (newest.ok_or_else(|| Error::NoCopyState { path: target.name() })?, damaged)
        }
    };
    fit_state(&*target, &state)?;
    if let Some(bad) = pieces(&*target, &state).find(|found| found.path.starts_with("journal/")) {
        return Err(at_target(&*target, Error::CopyDamaged { path: bad.path, why: bad.detail }));
    }
    let view = CopyFs::new(env.fs.clone(), target.clone(), state.clone());
    let from = Layout::new(view.root());
    let there = Env { fs: Arc::new(view), ..env.clone() };
    let onlooker = Onlooker::new(options.progress, options.interrupted);
    let mut seen = 0u64;
    let mut stopped = Ok(());
    let inventory = whole_inventory(&there, &from, &state.commit(), true, &mut |_| {
        seen += 1;
        if seen.is_multiple_of(1024) && stopped.is_ok() {
            stopped = onlooker.look();
        }
    });
    let inventory = inventory.map_err(|error| at_target(&*target, error))?;
    stopped?;
    if inventory.state.init.vault != state.vault {
        return Err(Error::OtherCopy { path: target.name(), vault: inventory.state.init.vault.to_string() });
    }
    let (to, dirs) = (Layout::new(dir), Mutex::default());
    let to = Restoring { env, target: &*target, there: &there, from, to, dirs };
    to.begin(&RestoreMark::of(&state))?;
    let lacking = to.files(&inventory, &state, options.threads, &onlooker)?;
    to.end(&inventory, &state)?;
    let CopyProgress { files, bytes } = onlooker.counts.now();
    let records = inventory.state.counts.records;
    Ok(Restored { state, damaged, resumed, records, files, bytes, lacking })
}

fn not_empty(dir: &Path) -> Error {
    Error::NotEmpty { path: dir.display().to_string() }
}

/// The mark of an attempt that was cut off; `None` where there is nothing yet.
///
/// Errors: [`Error::NotEmpty`] where there is anything else, a vault that was put back to the end included.
fn begun(env: &Env, dir: &Path) -> Result<Option<RestoreMark>> {
    match env.fs.stat(dir).doing("look at", dir)? {
        None => return Ok(None),
        Some(stat) if stat.kind != Kind::Directory => return Err(not_empty(dir)),
        Some(_) => {}
    }
    let names = env.fs.list(dir).doing("list", dir)?;
    let layout = Layout::new(dir);
    if let Some(mark) = super::read_restore_mark(env, &layout) {
        let path = layout.path(VAULT_TOML);
        let whole = env.fs.stat(&path).doing("look at", &path)?.is_some();
        return if whole { Err(not_empty(dir)) } else { Ok(Some(mark)) };
    }
    // An attempt that was cut off before its mark had a name.
    let settings = layout.path("settings");
    let below = env.fs.list(&settings).unwrap_or_default();
    let nothing = names.iter().all(|(name, stat)| name == "settings" && stat.kind == Kind::Directory);
    let nothing = nothing && below.iter().all(|(name, _)| name == "restored.json.part");
    if nothing { Ok(None) } else { Err(not_empty(dir)) }
}

struct Restoring<'a> {
    env: &'a Env,
    target: &'a dyn Target,
    /// Sees the copy as a vault.
    there: &'a Env,
    from: Layout,
    to: Layout,
    /// Directories whose names are not yet known to be durable.
    dirs: Mutex<BTreeSet<PathBuf>>,
}

impl Restoring<'_> {
    /// The mark comes before anything else, so that what is cut off can be told from what is somebody else's.
    fn begin(&self, mark: &RestoreMark) -> Result<()> {
        let fs = &self.env.fs;
        let root = self.to.root();
        let settings = self.to.path("settings");
        for dir in [root, &*settings] {
            fs.create_dir(dir).doing("create", dir)?;
        }
        let path = self.to.path(RESTORED);
        if fs.stat(&path).doing("look at", &path)?.is_none() {
            put(self.env, &path, mark.to_text().as_bytes())?;
        }
        let parent = root.parent().filter(|p| !p.as_os_str().is_empty());
        for dir in [Some(&*settings), Some(root), parent].into_iter().flatten() {
            fs.sync_dir(dir).doing("sync", dir)?;
        }
        for below in DIRECTORIES {
            self.directory(&self.to.path(below))?;
        }
        Ok(())
    }

    /// Makes a directory, and has its name made durable before the journal is there.
    fn directory(&self, dir: &Path) -> Result<()> {
        self.env.fs.create_dir(dir).doing("create", dir)?;
        let mut dirs = self.dirs.lock().unwrap_or_else(PoisonError::into_inner);
        dirs.extend([dir.to_owned(), dir.parent().unwrap_or(dir).to_owned()]);
        Ok(())
    }

    /// Everything that is alive by the journal, the journal itself left out.
    fn files(
        &self,
        inventory: &Inventory,
        state: &CopyState,
        threads: usize,
        onlooker: &Onlooker<'_>,
    ) -> Result<Vec<Finding>> {
        let (lacking, counts) = (Mutex::new(Vec::new()), &onlooker.counts);
        // Whoever writes to the copy could have a line name any path. A state's are looked at when it is read.
        let heads: BTreeSet<String> = inventory.heads.iter().map(|(head, _)| head_path(head.lines)).collect();
        let is_ours = |path: &String| heads.contains(path) || state.named.iter().any(|f| f.path == *path);
        crew::run(
            threads,
            onlooker,
            |give| {
                for entry in &inventory.files {
                    let mark = FileMark { size: entry.size, b3: entry.b3 };
                    let (path, record) = (entry.name.path(), entry.name.record());
                    give(Job { path, mark, seq: entry.seq, record })?;
                }
                for (path, expected) in &inventory.named {
                    let (mark, seq, record) = (expected.mark, expected.seq, None);
                    if !is_ours(path) {
                        let finding =
                            Finding::line(path, seq, FindingKind::Missing, "the state does not name it");
                        lacking.lock().unwrap_or_else(PoisonError::into_inner).push(finding);
                        continue;
                    }
                    give(Job { path: path.clone(), mark, seq, record })?;
                }
                Ok(())
            },
            |job| {
                if let Some((finding, detail)) = self.file(&job, counts)? {
                    let found =
                        Finding { path: job.path, finding, detail, record: job.record, seq: Some(job.seq) };
                    lacking.lock().unwrap_or_else(PoisonError::into_inner).push(found);
                }
                Ok(())
            },
        )?;
        let mut lacking = lacking.into_inner().unwrap_or_else(PoisonError::into_inner);
        lacking.sort();
        Ok(lacking)
    }

    fn file(&self, job: &Job, counts: &Counts) -> Result<Option<(FindingKind, String)>> {
        let path = self.to.path(&job.path);
        self.directory(path.parent().expect("a file lies in a directory"))?;
        if self.is_there(&path, job.mark)? {
            return Ok(None);
        }
        let found = self.fetch(job, &path, counts)?;
        // Of what no state names the name is the path; named files were looked at before.
        match found.is_some() && self.target.fit(&job.path, job.mark)? {
            true => self.fetch(job, &path, counts),
            false => Ok(found),
        }
    }

    fn fetch(&self, job: &Job, path: &Path, counts: &Counts) -> Result<Option<(FindingKind, String)>> {
        let mut source = match self.there.fs.open(&self.from.path(&job.path)) {
            Ok(source) => source,
            // What cannot be fetched now is not lacking: put back without it, the vault would be the poorer for good.
            Err(error) => {
                self.target.is_there()?;
                return Ok(Some((super::create::kind_of(&error), error.to_string())));
            }
        };
        match self.write(path, job.mark, &mut source)? {
            Poured::Whole => {
                counts.add(job.mark.size);
                Ok(None)
            }
            Poured::Unread(error) => {
                self.target.is_there()?;
                Ok(Some((FindingKind::Unreadable, error.to_string())))
            }
            Poured::Unfit(found) if found.size != job.mark.size => {
                let detail = format!("{} bytes where {} were written", found.size, job.mark.size);
                Ok(Some((FindingKind::Size, detail)))
            }
            Poured::Unfit(found) => Ok(Some((FindingKind::Digest, format!("its BLAKE3 is {}", found.b3)))),
        }
    }

    /// Whether an earlier attempt has put this file back. Its bytes are looked at: this is what is left of the vault.
    fn is_there(&self, path: &Path, mark: FileMark) -> Result<bool> {
        match self.env.fs.stat(path).doing("look at", path)? {
            Some(stat) if stat.kind == Kind::File && stat.size == mark.size => {
                let found = crate::vault::mark_of(self.env, path)?;
                Ok(found == mark)
            }
            _ => Ok(false),
        }
    }

    fn write(&self, path: &Path, mark: FileMark, source: &mut dyn Read) -> Result<Poured> {
        let fs = &self.env.fs;
        let mut part = path.to_owned().into_os_string();
        part.push(".part");
        let part = PathBuf::from(part);
        if fs.stat(&part).doing("look at", &part)?.is_some() {
            fs.remove(&part).doing("remove", &part)?;
        }
        let mut write = || -> Result<Poured> {
            let mut file = fs.create_new(&part).doing("create", &part)?;
            match pour(source, mark, |piece| file.write_all(piece).doing("write", &part))? {
                Poured::Whole => {}
                other => return Ok(other),
            }
            file.sync().doing("sync", &part)?;
            drop(file);
            fs.rename(&part, path).doing("move to", path)?;
            Ok(Poured::Whole)
        };
        let written = write();
        if !matches!(written, Ok(Poured::Whole)) {
            drop(fs.remove(&part));
        }
        written
    }

    /// Journal, `commit`, `VAULT.toml`: what makes a vault of it, once all it names is durable.
    fn end(&self, inventory: &Inventory, state: &CopyState) -> Result<()> {
        let fs = &self.env.fs;
        for dir in std::mem::take(&mut *self.dirs.lock().unwrap_or_else(PoisonError::into_inner)).iter().rev()
        {
            fs.sync_dir(dir).doing("sync", dir)?;
        }
        for segment in &inventory.segments {
            let path = self.to.segment(segment.first);
            if self.is_there(&path, segment.mark)? {
                continue;
            }
            let source = self.from.segment(segment.first);
            let open = self.there.fs.open(&source).doing("open", &source);
            let mut source = open.map_err(|error| at_target(self.target, error))?;
            match self.write(&path, segment.mark, &mut source)? {
                Poured::Whole => {}
                Poured::Unread(source) => {
                    let error = Error::Io { doing: format!("read {}", path.display()), source };
                    return Err(at_target(self.target, error));
                }
                Poured::Unfit(_) => {
                    let path = crate::layout::segment_path(segment.first);
                    return Err(Error::FileDamaged { path, finding: "it changed while it was read".into() });
                }
            }
        }
        let commit = state.commit();
        let mut slots = [b' '; 2 * SLOT_BYTES];
        slots[commit.slot() * SLOT_BYTES..][..SLOT_BYTES].copy_from_slice(&commit.to_slot());
        put(self.env, &self.to.commit(), &slots)?;
        let journal = self.to.path("journal");
        fs.sync_dir(&journal).doing("sync", &journal)?;
        put(self.env, &self.to.path(VAULT_TOML), toml_copy::text(&inventory.state).as_bytes())?;
        fs.sync_dir(self.to.root()).doing("sync", self.to.root())
    }
}

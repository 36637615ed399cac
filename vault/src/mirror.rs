//! The mirror: covers, notes and journal a second time, on another device.
//!
//! It follows the journal from its own position, which its own `commit` tells; nothing else is counted as a
//! copy. When it cannot be reached, filing goes on and the next call catches up.

use crate::defects::defect;
use crate::env::Env;
use crate::error::{Doing, Error, Result};
use crate::journal::{self, Lines};
use crate::layout::{self, Layout, cover_path, head_path, note_path, segment_path};
use crate::state::State;
use jingui_schema::act::{Deed, NewCover};
use jingui_schema::commit::{Commit, SLOT_BYTES};
use jingui_schema::digest::{B3, FileMark};
use jingui_schema::line::Tip;
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

/// From how many bytes on a file is copied part by part.
const STREAMED_FROM_BYTES: u64 = 8 << 20;

mod ended; // what it has kept and the vault has destroyed
mod followed; // whether it is as far as the vault

pub(crate) use followed::Followed;

/// How a mirror stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Where.
    pub dir: PathBuf,
    /// Lines it counts.
    pub lines: u64,
    /// Why it lags, if the last attempt failed.
    pub lags: Option<String>,
}

/// A mirror being kept.
pub struct Mirror {
    layout: Layout,
    position: Option<Commit>,
    lags: Option<String>,
    /// Whether an attempt that was cut off may have left directories whose names are not durable.
    unsure: bool,
    /// Whether it has been up to the vault's last line since it was opened: what is destroyed from then on is destroyed in it, too.
    present: bool,
}

impl Mirror {
    /// The mirror at this directory, whatever its state.
    pub fn at(env: &Env, dir: PathBuf, state: &State) -> Self {
        let layout = Layout::new(dir);
        let position = read_commit(env, &layout).filter(|c| c.vault == state.init.vault);
        Self { layout, position, lags: None, unsure: true, present: false }
    }

    /// How it stands.
    pub fn standing(&self) -> Standing {
        Standing {
            dir: self.layout.root().to_owned(),
            lines: self.position.as_ref().map_or(0, |c| c.lines),
            lags: self.lags.clone(),
        }
    }

    /// Lines the mirror counts, where they are more than the vault has.
    pub fn ahead_of(&self, state: &State) -> Option<u64> {
        self.position.as_ref().map(|p| p.lines).filter(|lines| *lines > state.lines)
    }

    /// Brings the mirror up to the vault's `commit`. A failure is remembered, not raised.
    ///
    /// `state`: the vault's, up to that `commit`; nothing of its epoch or a newer one is ever removed for a key's sake.
    pub fn follow(&mut self, env: &Env, from: &Layout, state: &State) {
        let result = self.catch_up(env, from, state);
        self.unsure = result.is_err();
        self.present = result.is_ok();
        self.lags = result.err().map(|e| journal::full(&e));
    }

    fn catch_up(&mut self, env: &Env, from: &Layout, state: &State) -> Result<()> {
        let fs = &env.fs;
        let Some(commit) = read_commit(env, from) else {
            return Err(Error::CommitDamaged { path: from.commit().display().to_string() });
        };
        if self.position.is_none() {
            // It may have been away when the vault was opened, and come back since. What it counts then must neither be
            // taken for nothing nor be followed by a lower generation, which nobody would read.
            self.position = match read_commit(env, &self.layout) {
                Some(found) if found.vault != commit.vault => {
                    return Err(Error::Stale { why: "the mirror is of another vault".into() });
                }
                found => found,
            };
        }
        if self.position.as_ref().is_some_and(|p| p.lines == commit.lines && p.last == commit.last) {
            return Ok(());
        }
        self.check_history(env, from, &commit)?;
        if defect("a mirror counted before it is written") {
            self.position = Some(commit);
            return Ok(());
        }
        let mut dirs = BTreeSet::from([self.layout.root().to_owned(), self.layout.path("journal")]);
        for below in ["", "journal", "journal/heads", "covers", "notes", "settings"] {
            let dir = self.layout.path(below);
            let new = fs.create_dir(&dir).doing("create", &dir)?;
            if new && below.is_empty() {
                dirs.extend(dir.parent().filter(|p| !p.as_os_str().is_empty()).map(Path::to_owned));
            }
            if self.unsure {
                dirs.insert(dir);
            }
        }
        // Once: it never changes, and a copy that was damaged here since must not replace a good one there.
        let toml = self.layout.path("VAULT.toml");
        if fs.stat(&toml).doing("look at", &toml)?.is_none() {
            self.copy(env, from, "VAULT.toml", &mut dirs)?;
        }
        let (mut gone, mut unfit, mut ended) = (0, None, ended::Ended::default());
        let mut copy = |path: &str, size: u64, b3: B3| -> Result<()> {
            if !self.copy_if_fit(env, from, path, FileMark { size, b3 }, &mut dirs)? {
                unfit.get_or_insert(path.to_owned());
            }
            Ok(())
        };
        for item in self.lines(env, from, &commit)? {
            let (line, _) = item?;
            if let Some(note) = line.act.deed.note() {
                copy(&note_path(note.place, note.id, note.epoch), note.size, note.b3)?;
            }
            if let Some(NewCover { record, place, n, mark }) = line.act.deed.cover() {
                copy(&cover_path(place, record, n, mark.epoch), mark.size, mark.b3)?;
            }
            if !self.present {
                ended.take(&line.act.deed);
            }
            match &line.act.deed {
                Deed::EpochReseal(d) => {
                    for cover in &d.covers {
                        let path = cover_path(cover.place, cover.record, cover.n, d.epoch);
                        copy(&path, cover.size, cover.b3)?;
                    }
                    for note in &d.notes {
                        copy(&note_path(note.place, note.id, d.epoch), note.size, note.b3)?;
                    }
                }
                Deed::EpochVerified(d) => gone = gone.max(d.epoch),
                // A second chance, should the first have been cut off.
                Deed::EpochDestroyed(d) => gone = gone.max(d.epoch + 1),
                Deed::FileSet(d) => copy(&d.path, d.size, d.b3)?,
                Deed::HeadSigned(d) => copy(&head_path(d.lines), d.size, d.b3)?,
                _ => {}
            }
        }
        self.copy_segments(env, from, &commit)?;
        for dir in &dirs {
            fs.sync_dir(dir).doing("sync", dir)?;
        }
        // Before the lines count as followed: cut off here, it is done again.
        ended.remove_from(env, &self.layout, state, &commit, || Lines::all(env.fs.clone(), from, &commit))?;
        self.write_commit(env, commit)?;
        // Last: until the mirror counts the new covers, the old ones are what it has.
        if gone > 0 {
            remove_older(env, &self.layout, gone.min(state.epoch))?;
        }
        match unfit {
            None => Ok(()),
            Some(path) => {
                Err(Error::FileDamaged { path, finding: "not copied, its digest does not fit".into() })
            }
        }
    }

    /// A mirror whose last line is not a line of this vault is another history, or a newer one: it is left alone.
    fn check_history(&self, env: &Env, from: &Layout, commit: &Commit) -> Result<()> {
        let Some(position) = &self.position else { return Ok(()) };
        let other = |why: &str| Err(Error::Stale { why: why.into() });
        if position.lines > commit.lines {
            return other("the mirror has lines that this vault lacks");
        }
        let bytes = read_line_before(env, from, position)?;
        match bytes.is_some_and(|bytes| jingui_schema::digest::Sha256::of(&bytes) == position.last) {
            true => Ok(()),
            false => other("the mirror has another history than this vault"),
        }
    }

    /// The lines the mirror has not yet followed.
    fn lines(&self, env: &Env, from: &Layout, commit: &Commit) -> Result<Lines> {
        let Some(position) = &self.position else { return Lines::all(env.fs.clone(), from, commit) };
        let bytes = read_line_before(env, from, position)?;
        let Some(line) = bytes.and_then(|b| jingui_schema::line::Line::parse(&b).ok()) else {
            return Lines::all(env.fs.clone(), from, commit);
        };
        if line.digest != position.last {
            return Lines::all(env.fs.clone(), from, commit);
        }
        Lines::from(env.fs.clone(), from, Tip::after(&line), (position.segment, position.bytes), commit.lines)
    }

    /// Copies a file that is as its line says; one that is not must not replace a good copy. Says whether it fits.
    ///
    /// Files of an older epoch may be gone by the time the mirror catches up with their lines.
    fn copy_if_fit(
        &self,
        env: &Env,
        from: &Layout,
        path: &str,
        mark: FileMark,
        dirs: &mut BTreeSet<PathBuf>,
    ) -> Result<bool> {
        let source = from.path(path);
        match env.fs.stat(&source).doing("look at", &source)? {
            None => Ok(true),
            Some(stat) if stat.size != mark.size => Ok(false),
            // The journal of another archive may be larger than there is memory.
            Some(stat) if stat.size > STREAMED_FROM_BYTES => self.pour(env, &source, path, mark, dirs),
            Some(_) => {
                let bytes = env.fs.read(&source, mark.size).doing("read", &source)?;
                if FileMark::of(&bytes) != mark {
                    return Ok(false);
                }
                self.write(env, path, &bytes, dirs).map(|()| true)
            }
        }
    }

    fn copy(&self, env: &Env, from: &Layout, path: &str, dirs: &mut BTreeSet<PathBuf>) -> Result<()> {
        let source = from.path(path);
        let bytes = env.fs.read(&source, 64 << 10).doing("read", &source)?;
        self.write(env, path, &bytes, dirs)
    }

    /// Copies a large file part by part; says whether what was read is what its line says.
    fn pour(
        &self,
        env: &Env,
        source: &Path,
        path: &str,
        mark: FileMark,
        dirs: &mut BTreeSet<PathBuf>,
    ) -> Result<bool> {
        let target = self.layout.path(path);
        let part = target.with_file_name(format!("{}.part", path.rsplit('/').next().unwrap_or(path)));
        self.make_dir(env, &target, dirs)?;
        if env.fs.stat(&part).doing("look at", &part)?.is_some() {
            env.fs.remove(&part).doing("remove", &part)?;
        }
        let mut from = env.fs.open(source).doing("open", source)?;
        let mut to = env.fs.create_new(&part).doing("create", &part)?;
        std::io::copy(&mut from, &mut to).doing("copy", source)?;
        to.sync().doing("sync", &part)?;
        if crate::vault::mark_of(env, &part)? != mark {
            env.fs.remove(&part).doing("remove", &part)?;
            return Ok(false);
        }
        env.fs.rename(&part, &target).doing("move to", &target)?;
        Ok(true)
    }

    fn make_dir(&self, env: &Env, target: &Path, dirs: &mut BTreeSet<PathBuf>) -> Result<()> {
        let dir = target.parent().expect("a file lies in a directory");
        if env.fs.create_dir(dir).doing("create", dir)? {
            dirs.insert(dir.parent().unwrap_or(dir).to_owned());
        }
        dirs.insert(dir.to_owned());
        Ok(())
    }

    fn write(&self, env: &Env, path: &str, bytes: &[u8], dirs: &mut BTreeSet<PathBuf>) -> Result<()> {
        let target = self.layout.path(path);
        self.make_dir(env, &target, dirs)?;
        put(env, &target, bytes)
    }

    fn copy_segments(&self, env: &Env, from: &Layout, commit: &Commit) -> Result<()> {
        use std::io::{Read, Seek, SeekFrom};
        let fs = &env.fs;
        // From the segment the mirror stands in; earlier ones are closed and never change.
        let begin = self.position.as_ref().filter(|p| p.lines <= commit.lines).map_or(0, |p| p.segment);
        for first in journal::segments(&**fs, from)? {
            if first < begin || first > commit.segment {
                continue;
            }
            let (source, target) = (from.segment(first), self.layout.path(&segment_path(first)));
            let size = fs.stat(&source).doing("look at", &source)?.map_or(0, |s| s.size);
            let size = if first == commit.segment { commit.bytes } else { size };
            let have = match (&self.position, fs.stat(&target).doing("look at", &target)?) {
                (Some(p), Some(stat)) if p.segment == first && stat.size >= p.bytes => p.bytes,
                (_, Some(_)) => {
                    fs.remove(&target).doing("remove", &target)?;
                    drop(fs.create_new(&target).doing("create", &target)?);
                    0
                }
                (_, None) => {
                    drop(fs.create_new(&target).doing("create", &target)?);
                    0
                }
            };
            let mut reader = fs.open(&source).doing("open", &source)?;
            reader.seek(SeekFrom::Start(have)).doing("read", &source)?;
            let mut file = fs.open_append(&target).doing("open", &target)?;
            file.set_len(have).doing("cut", &target)?;
            let (mut offset, mut buffer) = (have, vec![0; 1 << 18]);
            while offset < size {
                let want = buffer.len().min((size - offset) as usize);
                reader.read_exact(&mut buffer[..want]).doing("read", &source)?;
                file.write_all_at(&buffer[..want], offset).doing("write", &target)?;
                offset += want as u64;
            }
            file.sync().doing("sync", &target)?;
        }
        Ok(())
    }

    /// The mirror's `commit` comes last: what it counts is there.
    fn write_commit(&mut self, env: &Env, commit: Commit) -> Result<()> {
        let path = self.layout.commit();
        let size = env.fs.stat(&path).doing("look at", &path)?.map_or(0, |s| s.size);
        if size < 2 * SLOT_BYTES as u64 && self.position.is_none() {
            // One that was cut off while being made is made again, so that both slots are there.
            put(env, &path, &[b' '; 2 * SLOT_BYTES])?;
            let dir = self.layout.path("journal");
            env.fs.sync_dir(&dir).doing("sync", &dir)?;
        }
        let generation = self.position.as_ref().map_or(0, |p| p.generation) + 1;
        let commit = Commit { generation, ..commit };
        let mut file = env.fs.open_append(&path).doing("open", &path)?;
        file.write_all_at(&commit.to_slot(), (commit.slot() * SLOT_BYTES) as u64).doing("write", &path)?;
        file.sync().doing("sync", &path)?;
        self.position = Some(commit);
        Ok(())
    }
}

/// The `commit` of a vault or mirror, if one slot is whole.
pub fn read_commit(env: &Env, layout: &Layout) -> Option<Commit> {
    let bytes = env.fs.read(&layout.commit(), 2 * SLOT_BYTES as u64).ok()?;
    Commit::from_file(&bytes)
}

fn read_line_before(env: &Env, layout: &Layout, at: &Commit) -> Result<Option<Vec<u8>>> {
    use std::io::{Read, Seek, SeekFrom};
    let path = layout.segment(at.segment);
    let Some(stat) = env.fs.stat(&path).doing("look at", &path)? else { return Ok(None) };
    if stat.size < at.bytes || at.bytes == 0 {
        return Ok(None);
    }
    let length = at.bytes.min(jingui_schema::line::LINE_BYTES_MAX as u64 + 1);
    let mut file = env.fs.open(&path).doing("open", &path)?;
    file.seek(SeekFrom::Start(at.bytes - length)).doing("read", &path)?;
    let mut bytes = vec![0; length as usize - 1];
    file.read_exact(&mut bytes).doing("read", &path)?;
    let begin = bytes.iter().rposition(|b| *b == b'\n').map_or(0, |i| i + 1);
    Ok(Some(bytes.split_off(begin)))
}

/// Writes a whole file in place of what is there: beside it, synced, renamed.
pub fn put(env: &Env, path: &Path, bytes: &[u8]) -> Result<()> {
    let mut name = path.file_name().expect("a file has a name").to_owned();
    name.push(".part");
    put_by(env, &path.with_file_name(name), path, bytes)
}

/// The same by way of a file elsewhere on the same device. A vault has its `staging/` for that: a piece left
/// beside other files would be one too many there.
pub fn put_by(env: &Env, part: &Path, path: &Path, bytes: &[u8]) -> Result<()> {
    if env.fs.stat(part).doing("look at", part)?.is_some() {
        env.fs.remove(part).doing("remove", part)?;
    }
    let put = || {
        env.fs.write_new(part, bytes).doing("write", part)?;
        env.fs.rename(part, path).doing("move to", path)
    };
    put().inspect_err(|_| drop(env.fs.remove(part)))
}

/// `<record>.<n>` or `<note>`, and the epoch, of the name of a cover or note.
fn split_epoch(name: &str) -> Option<(&str, u32)> {
    let epoch = layout::epoch_of_name(name)?;
    Some((name.rsplit_once(".e")?.0, epoch))
}

/// Removes covers and notes of epochs before this one where the same cover or note lies beside it under a newer
/// epoch, and syncs their directories.
pub fn remove_older(env: &Env, layout: &Layout, epoch: u32) -> Result<u64> {
    let mut removed = 0;
    for below in ["covers", "notes"] {
        let top = layout.path(below);
        if env.fs.stat(&top).doing("look at", &top)?.is_none() {
            continue;
        }
        for (place, _) in env.fs.list(&top).doing("list", &top)? {
            let dir = top.join(place);
            let mut changed = false;
            let names: Vec<String> = (env.fs.list(&dir).doing("list", &dir)?.into_iter())
                .filter_map(|(name, _)| name.into_string().ok())
                .collect();
            // What each name is a version of, and its newest epoch here.
            let mut newest: HashMap<&str, u32> = HashMap::new();
            for (stem, of) in names.iter().filter_map(|name| split_epoch(name)) {
                let known = newest.entry(stem).or_default();
                *known = of.max(*known);
            }
            for name in &names {
                let older = split_epoch(name).is_some_and(|(stem, of)| of < epoch && newest[stem] > of);
                if older {
                    let path = dir.join(name);
                    env.fs.remove(&path).doing("remove", &path)?;
                    (changed, removed) = (true, removed + 1);
                }
            }
            if changed {
                env.fs.sync_dir(&dir).doing("sync", &dir)?;
            }
        }
    }
    Ok(removed)
}

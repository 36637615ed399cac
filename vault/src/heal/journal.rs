//! A damaged journal, put back before the vault is opened.

use super::joined::JoinedFs;
use super::shelf::{put_in_place, set_aside};
use super::source::Origin;
use crate::copies::{CopyFs, Target, newest_state};
use crate::env::Env;
use crate::error::{Doing, Error, Result};
use crate::fs::{Fs, Kind};
use crate::journal::{self, Lines};
use crate::layout::{Layout, first_of_segment, segment_path};
use crate::mirror::read_commit;
use crate::places::Places;
use crate::state::State;
use crate::toml_copy::{self, VAULT_TOML};
use crate::vault::Vault;
use crate::verify::check_journal;
use jingui_schema::act::{FileHealed, Quarantined};
use jingui_schema::commit::{Commit, SLOT_BYTES};
use jingui_schema::digest::FileMark;
use jingui_schema::id::VaultId;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// `VAULT.toml` is a few hundred bytes; more than this is not it.
const TOML_BYTES_MAX: u64 = 1 << 20;

/// What healing a journal did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JournalHealed {
    /// What was put back: segments, `journal/commit`.
    pub healed: Vec<(String, FileMark)>,
    /// What was moved to `quarantine/`: its name there, and its mark.
    pub aside: Vec<(String, FileMark)>,
    /// Lines that count now.
    pub lines: u64,
}

impl Vault {
    /// Journals what [`heal_journal`] did before this vault was opened.
    pub fn note_healed_journal(&self, healed: &JournalHealed) -> Result<()> {
        for (name, mark) in &healed.aside {
            let deed =
                Quarantined { name: name.clone(), size: mark.size, b3: mark.b3, reason: "damaged".into() };
            self.writer()?.note(self.act(deed))?;
        }
        for (path, mark) in &healed.healed {
            self.writer()?.note(self.act(FileHealed { path: path.clone(), size: mark.size, b3: mark.b3 }))?;
        }
        Ok(())
    }
}

/// Puts a journal back from the first place that can, the mirror before the copies, and says which that was.
///
/// - Shape: as [`heal_journal`]. A copy mostly ends before the journal does: what lies here behind its last line is
///   then kept, if both together are what this vault's `commit` counts.
/// - Errors: [`Error::JournalUnhealed`] with what the last place lacks; [`Error::NoTarget`] and its kin for a copy that
///   cannot be reached; those of this vault's disk. After an error nothing that counts was changed.
pub fn heal_journal_from(
    env: &Env,
    layout: &Layout,
    mirror: Option<&Path>,
    copies: &[Arc<dyn Target>],
) -> Result<(Origin, JournalHealed)> {
    let mut last = Error::NoMirror {};
    if let Some(mirror) = mirror {
        match heal_journal(env, layout, mirror) {
            Ok(healed) => return Ok((Origin::Mirror, healed)),
            Err(error) => last = error,
        }
    }
    for target in copies {
        match heal_from_copy(env, layout, target) {
            Ok(healed) => return Ok((Origin::Copy(target.name()), healed)),
            Err(error) => {
                target.is_there()?;
                last = error;
            }
        }
    }
    match last {
        Error::Io { .. } => Err(last),
        last => {
            let path = layout.root().display().to_string();
            Err(Error::JournalUnhealed { path, why: journal::full(&last) })
        }
    }
}

/// The same from one copy, by its newest whole state.
fn heal_from_copy(env: &Env, layout: &Layout, target: &Arc<dyn Target>) -> Result<JournalHealed> {
    let state = newest_state(&**target)?;
    let copy = CopyFs::new(env.fs.clone(), target.clone(), state.clone());
    let root = copy.root().to_owned();
    let ours = read_commit(env, layout).filter(|ours| ours.lines > state.lines);
    let fs: Arc<dyn Fs> = match ours {
        Some(ours) => Arc::new(JoinedFs::new(Arc::new(copy), &root, state.commit(), layout, ours)),
        None => Arc::new(copy),
    };
    heal_journal(&Env { fs, ..env.clone() }, layout, &root)
}

/// Puts back from the mirror what is damaged of a journal, before the vault is opened. The caller holds its lock.
///
/// - Shape: the mirror's journal is checked as a whole, up to its own `commit`. It must hold every line that this
///   vault's `commit` counts; where `commit` cannot be read, every line that can still be believed. A journal that
///   is whole under an unreadable `commit` is kept, and only `commit` is written anew. What is replaced goes to
///   `quarantine/`; `commit` is written last, so that this can be repeated after it was cut off.
/// - Errors: [`Error::NoMirror`]; [`Error::JournalDamaged`] naming the mirror's line; [`Error::Stale`] where the
///   mirror is behind, or has another history. After an error nothing that counts was changed.
pub fn heal_journal(env: &Env, layout: &Layout, mirror: &Path) -> Result<JournalHealed> {
    let from = Layout::new(mirror);
    let theirs = read_commit(env, &from).ok_or(Error::NoMirror {})?;
    let ours = read_commit(env, layout);
    same_vault(env, layout, ours.as_ref(), theirs.vault)?;
    let stale = |why: String| Err(Error::Stale { why });

    // What can still be believed here, line by line; the last one before damage is confirmed by none.
    let mut believed = Vec::new();
    let mut whole = false;
    let mut tip = None;
    if ours.is_none() {
        let mut end = None;
        // Where the directory is gone there is nothing to believe.
        for item in Lines::up_to(env.fs.clone(), layout, u64::MAX).into_iter().flatten() {
            match item {
                Ok((line, raw)) => {
                    believed.push(line.digest);
                    end = Some((raw.segment, raw.offset + raw.bytes.len() as u64 + 1));
                    tip = Some(line);
                }
                Err(_) => break,
            }
        }
        whole = end.is_some_and(|(segment, bytes)| ends_there(env, layout, segment, bytes));
        if !whole {
            believed.pop();
        }
    }

    let mut differs = None;
    let mut counted = None;
    check_journal(env, &from, &theirs, &mut |line| {
        let at = line.seq as usize - 1;
        if believed.get(at).is_some_and(|digest| *digest != line.digest) {
            differs.get_or_insert(line.seq);
        }
        if ours.as_ref().is_some_and(|c| c.lines == line.seq) {
            counted = Some(line.digest);
        }
    })?;
    match &ours {
        Some(ours) if counted.is_none() => {
            return stale(format!("{} lines count there, {} in this vault", theirs.lines, ours.lines));
        }
        Some(ours) if counted != Some(ours.last) => {
            return stale(format!("line {} there is not the one that commit names", ours.lines));
        }
        _ => {}
    }
    if let Some(seq) = differs {
        return stale(format!("line {seq} there is another than here"));
    }
    let mut out = JournalHealed { lines: theirs.lines, ..JournalHealed::default() };
    if let Some(line) = tip.filter(|line| whole && line.seq > theirs.lines) {
        // Nothing is missing here but `commit`; the mirror only lags.
        write_commit(env, layout, &commit_of(env, layout, &line, &theirs)?, &mut out)?;
        out.lines = line.seq;
        return Ok(out);
    }
    if !whole && ours.is_none() && believed.len() as u64 > theirs.lines {
        return stale(format!("{} lines count there, {} can be believed here", theirs.lines, believed.len()));
    }

    let quarantine = layout.path("quarantine");
    env.fs.create_dir(&quarantine).doing("create", &quarantine)?;
    let journal_dir = layout.path("journal");
    env.fs.create_dir(&journal_dir).doing("create", &journal_dir)?;
    for first in journal::segments(&*env.fs, &from)?.into_iter().filter(|first| *first <= theirs.segment) {
        let below = segment_path(first);
        let source = from.segment(first);
        let last = first == theirs.segment;
        let size = match last {
            true => theirs.bytes,
            false => env.fs.stat(&source).doing("look at", &source)?.map_or(0, |s| s.size),
        };
        if same_beginning(env, &layout.segment(first), &source, size, !last)? {
            continue;
        }
        let mark = replace_with(env, layout, &below, &source, size, &mut out)?;
        out.healed.push((below, mark));
    }
    // A segment that begins behind the last line that counts is no part of this history.
    for (name, _) in env.fs.list(&journal_dir).doing("list", &journal_dir)? {
        let below = name.to_str().filter(|n| first_of_segment(n).is_some_and(|first| first > theirs.segment));
        if let Some(below) = below.filter(|_| ours.as_ref().is_none_or(|c| c.lines <= theirs.lines)) {
            let below = format!("journal/{below}");
            out.aside.extend(set_aside(env, layout, &below)?);
        }
    }
    env.fs.sync_dir(&journal_dir).doing("sync", &journal_dir)?;
    if ours.as_ref().is_none_or(|c| c.lines < theirs.lines) {
        write_commit(env, layout, &theirs, &mut out)?;
    }
    Ok(out)
}

/// Whether the journal does not hold what its `commit` counts: asked before healing, for opening reads only what is new
/// since the snapshot.
///
/// Not where `commit` cannot be read, which opening finds by itself: it is what holds a mirror to the history that
/// counted here, whoever may have edited `settings/places.toml`.
pub fn is_damaged(env: &Env, layout: &Layout) -> bool {
    let commit = read_commit(env, layout);
    commit.is_some_and(|commit| check_journal(env, layout, &commit, &mut |_| {}).is_err())
}

/// The mirror that `settings/places.toml` names, whether or not it is as the journal has it.
pub fn named_mirror(env: &Env, layout: &Layout) -> Option<PathBuf> {
    Places::read(env, layout).mirror
}

/// Makes sure that a mirror is of the vault that lies here, by whatever of it can still be read.
///
/// Errors: [`Error::OtherVault`]; [`Error::NoVault`] where nothing says whose this is.
fn same_vault(env: &Env, layout: &Layout, commit: Option<&Commit>, theirs: VaultId) -> Result<()> {
    let line =
        journal::first_lines(&*env.fs, layout).and_then(|line| State::begin(&line)).map(|s| s.init.vault);
    let text =
        env.fs.read(&layout.path(VAULT_TOML), TOML_BYTES_MAX).ok().and_then(|b| String::from_utf8(b).ok());
    let table: Option<toml::Table> = text.and_then(|text| text.parse().ok());
    let copy = table.as_ref().and_then(|t| t.get("vault")?.as_str()?.parse::<VaultId>().ok());
    // The one with a checksum, the one with a signature, the one anybody can edit.
    match commit.map(|c| c.vault).or(line.ok()).or(copy) {
        Some(vault) if vault == theirs => Ok(()),
        Some(_) => Err(Error::OtherVault { vault: theirs.to_string() }),
        None => Err(Error::NoVault { path: layout.root().display().to_string() }),
    }
}

/// Writes `VAULT.toml` anew from the journal's first line, before the vault is opened, where it does not fit.
/// Says whether it did.
///
/// Errors: [`Error::JournalDamaged`] where the first line cannot be believed.
pub fn heal_toml(env: &Env, layout: &Layout) -> Result<bool> {
    let state = State::begin(&journal::first_lines(&*env.fs, layout)?)?;
    let path = layout.path(VAULT_TOML);
    let is_file = env.fs.stat(&path).doing("look at", &path)?.is_some_and(|s| s.kind == Kind::File);
    if is_file && toml_copy::check(env, layout, &state).is_ok() {
        return Ok(false);
    }
    let quarantine = layout.path("quarantine");
    env.fs.create_dir(&quarantine).doing("create", &quarantine)?;
    set_aside(env, layout, VAULT_TOML)?;
    put_in_place(env, layout, VAULT_TOML, toml_copy::text(&state).as_bytes())?;
    Ok(true)
}

/// Whether a file begins with the first `size` bytes of another; or is the same, if `all`.
fn same_beginning(env: &Env, path: &Path, other: &Path, size: u64, all: bool) -> Result<bool> {
    let stat = env.fs.stat(path).doing("look at", path)?;
    if !stat.is_some_and(|s| s.kind == Kind::File && if all { s.size == size } else { s.size >= size }) {
        return Ok(false);
    }
    let Ok(mut mine) = env.fs.open(path) else { return Ok(false) };
    let mut theirs = env.fs.open(other).doing("open", other)?;
    let (mut left, mut a, mut b) = (size, vec![0; 1 << 18], vec![0; 1 << 18]);
    while left > 0 {
        let want = left.min(a.len() as u64) as usize;
        theirs.read_exact(&mut b[..want]).doing("read", other)?;
        if mine.read_exact(&mut a[..want]).is_err() || a[..want] != b[..want] {
            return Ok(false);
        }
        left -= want as u64;
    }
    Ok(true)
}

/// Puts the first `size` bytes of a file of the mirror in place of ours: written beside it, synced, then exchanged.
fn replace_with(
    env: &Env,
    layout: &Layout,
    below: &str,
    source: &Path,
    size: u64,
    out: &mut JournalHealed,
) -> Result<FileMark> {
    let path = layout.path(below);
    let part = layout.path(&format!("{below}.part"));
    if env.fs.stat(&part).doing("look at", &part)?.is_some() {
        env.fs.remove(&part).doing("remove", &part)?;
    }
    let mut file = env.fs.create_new(&part).doing("create", &part)?;
    let mut reader = env.fs.open(source).doing("open", source)?;
    let (mut left, mut buffer, mut hasher) = (size, vec![0; 1 << 18], blake3::Hasher::new());
    while left > 0 {
        let want = left.min(buffer.len() as u64) as usize;
        reader.read_exact(&mut buffer[..want]).doing("read", source)?;
        file.write_all(&buffer[..want]).doing("write", &part)?;
        hasher.update(&buffer[..want]);
        left -= want as u64;
    }
    file.sync().doing("sync", &part)?;
    out.aside.extend(set_aside(env, layout, below)?);
    env.fs.rename(&part, &path).doing("move to", &path)?;
    Ok(FileMark { size, b3: jingui_schema::digest::B3(*hasher.finalize().as_bytes()) })
}

/// Writes both slots of a new `commit`.
fn write_commit(env: &Env, layout: &Layout, commit: &Commit, out: &mut JournalHealed) -> Result<()> {
    let known = env.fs.read(&layout.commit(), 2 * SLOT_BYTES as u64).ok();
    let known = known.and_then(|bytes| Commit::from_file(&bytes)).map_or(0, |c| c.generation);
    // Higher than whatever stood here, and the first of the two in slot 0.
    let even = (known.max(commit.generation) + 2) & !1;
    let slots = [even, even + 1].map(|generation| Commit { generation, ..commit.clone() }.to_slot());
    let quarantine = layout.path("quarantine");
    env.fs.create_dir(&quarantine).doing("create", &quarantine)?;
    out.aside.extend(set_aside(env, layout, "journal/commit")?);
    let bytes = slots.concat();
    put_in_place(env, layout, "journal/commit", &bytes)?;
    out.healed.push(("journal/commit".into(), FileMark::of(&bytes)));
    Ok(())
}

/// What `commit` says of a whole journal that ends with this line.
fn commit_of(
    env: &Env,
    layout: &Layout,
    last: &jingui_schema::line::Line,
    theirs: &Commit,
) -> Result<Commit> {
    let mut frontier = jingui_schema::merkle::Frontier::default();
    let (mut segment, mut bytes) = (1, 0);
    for item in Lines::up_to(env.fs.clone(), layout, last.seq)? {
        let (_, raw) = item?;
        frontier.push(jingui_schema::merkle::leaf_hash(&raw.bytes));
        (segment, bytes) = (raw.segment, raw.offset + raw.bytes.len() as u64 + 1);
    }
    let root = jingui_schema::digest::Sha256(frontier.root());
    let commit = Commit { lines: last.seq, segment, bytes, last: last.digest, root, ..theirs.clone() };
    // The signatures too: nothing is counted anew that had not counted before.
    check_journal(env, layout, &commit, &mut |_| {})?;
    Ok(commit)
}

/// Whether the journal ends here, with nothing behind it.
fn ends_there(env: &Env, layout: &Layout, segment: u64, bytes: u64) -> bool {
    let last = journal::segments(&*env.fs, layout).ok().and_then(|firsts| firsts.last().copied());
    let size = env.fs.stat(&layout.segment(segment)).ok().flatten().map(|s| s.size);
    let readable = env.fs.open(&layout.segment(segment)).and_then(|mut f| f.seek(SeekFrom::End(0)));
    last == Some(segment) && size == Some(bytes) && readable.is_ok()
}

//! A new state of a copy: what came since the last one is put there, the journal after it, the state last.

use super::crew::{self, Counts, Onlooker};
use super::pour::mark_of;
use super::target::{Begun, Put, States, Target, at_target, mine};
use super::{CopyProgress, THREADS};
use crate::error::{Doing, Error, Result};
use crate::journal::{self, Lines};
use crate::layout::{body_path, cover_path, head_path, note_path};
use crate::mirror::read_commit;
use crate::state::State;
use crate::toml_copy::{self, VAULT_TOML};
use crate::vault::Vault;
use crate::verify::FindingKind;
use jingui_schema::act::{CopyMade, Deed, DocumentRemove, NewCover};
use jingui_schema::commit::Commit;
use jingui_schema::copy::{CopyMark, CopyState, NamedFile, Piece};
use jingui_schema::digest::{B3, FileMark};
use jingui_schema::id::{NoteId, Place, TargetId};
use jingui_schema::line::Tip;
use jingui_schema::time::Time;
use std::collections::{BTreeMap, HashSet};
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// How often a later position is taken because a rotation took files away meanwhile. One takes hours or days to come
/// again; more than a few in one run are something else.
const POSITIONS_MAX: usize = 4;
/// Incidents journalled by one run.
const INCIDENTS_MAX: usize = 32;

/// What a copy has of a file that belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It is there.
    There,
    /// It is there, and nothing that counts names it: of an older state, or somebody else's.
    Extra,
    /// It is not there; this run has brought it.
    Brought,
    /// Something else is there.
    Other,
    /// The vault itself does not have it as its journal names it.
    Lacking,
}

impl Fate {
    /// The sign that other programs that compare give it.
    pub fn sign(self) -> char {
        match self {
            Self::There => '=',
            Self::Extra => '-',
            Self::Brought => '+',
            Self::Other => '*',
            Self::Lacking => '!',
        }
    }
}

/// Which locks a push reads back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LockCheck {
    /// Those that are to change, or of which nothing is known.
    #[default]
    Changes,
    /// And a share of the others, by the time since the last share: each of them within [`FIXITY_DAYS`](crate::jobs::FIXITY_DAYS).
    Share,
    /// All.
    All,
}

/// How to make a copy.
pub struct CopyOptions<'a> {
    /// Whether the target is away from this machine.
    pub outside: bool,
    /// Whether every file is looked for at the target, not only those that came since the last state.
    pub all: bool,
    /// Whether a file in whose place something else lies is put below `again/`, rather than ending the run: for who may
    /// not take it away.
    pub beside: bool,
    /// Which locks are read back beside those that are to change: where a push locks.
    pub check_locks: LockCheck,
    /// Files written at the same time.
    pub threads: usize,
    /// Told often how far it is.
    pub progress: &'a dyn Fn(CopyProgress),
    /// Asked often whether to end.
    pub interrupted: &'a dyn Fn() -> bool,
    /// Told of each file that is looked at, by its name at the target, from several threads.
    pub each: &'a (dyn Fn(Fate, &str) + Sync),
}

impl Default for CopyOptions<'_> {
    fn default() -> Self {
        Self {
            outside: false,
            all: false,
            beside: false,
            check_locks: LockCheck::Changes,
            threads: THREADS,
            progress: &|_| {},
            interrupted: &|| false,
            each: &|_, _| {},
        }
    }
}

/// A state that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// Where.
    pub target: TargetId,
    /// Whether it is the first there.
    pub first: bool,
    /// Its lines.
    pub lines: u64,
    /// When it was begun.
    pub at: Time,
    /// Files brought by this run.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Files that the vault does not have as its journal names them: path and finding.
    pub lacking: Vec<(String, FindingKind)>,
    /// Names in whose place something else lies; the files are below `again/`.
    pub beside: Vec<String>,
    /// Why the journal does not say so, where it cannot be written.
    pub unjournalled: Option<String>,
}

/// What was brought, before it counts.
struct Brought {
    state: CopyState,
    lacking: Vec<(String, FindingKind)>,
    /// Names in whose place something else lies.
    beside: Vec<String>,
}

/// What a copy would bring.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Would {
    /// Whether it would be the first there.
    pub first: bool,
    /// Lines that came since.
    pub lines: u64,
    /// Files that came since, the journal not counted.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// A file to be put.
pub(super) struct Job {
    /// Path below the vault.
    pub path: String,
    /// Name at the target.
    pub name: String,
    pub mark: FileMark,
    /// Whether the state before names it.
    pub known: bool,
}

/// What lines name, as one passes them.
pub(super) enum Named {
    Sealed(Job),
    /// A named file; only the last of each path counts.
    Set(NamedFile),
}

/// Calls `each` for every file that a line names and that may be alive: what an epoch verified before the
/// position has replaced is left out, and what had ended then with papers that were taken out, or with its record.
///
/// `dead`: asked for the notes of records that are no more, where a line names notes by their ids alone.
fn named_by(
    deed: &Deed,
    position: &Position,
    dead: &dyn Fn() -> Result<Arc<HashSet<NoteId>>>,
    each: &mut dyn FnMut(Named) -> Result<()>,
) -> Result<()> {
    let Position { verified, ended, .. } = position;
    let verified = *verified;
    // What was handed over lies with the CA, and is not here any more.
    if ended.is_handed_over() && !matches!(deed, Deed::HeadSigned(_) | Deed::FileSet(_)) {
        return Ok(());
    }
    let mut sealed = |path: String, size, b3| {
        let mark = FileMark { size, b3 };
        each(Named::Sealed(Job { name: path.clone(), path, mark, known: false }))
    };
    let is_dead = deed.dies_with().is_some_and(|record| ended.destroyed.contains(record));
    if let Some(n) = deed.note().filter(|n| n.epoch >= verified && !is_dead) {
        sealed(note_path(n.place, n.id, n.epoch), n.size, n.b3)?;
    }
    if let Some(NewCover { record, place, n, mark }) = deed.cover().filter(|c| c.mark.epoch >= verified)
        && !ended.has_ended_version(record, n)
    {
        sealed(cover_path(place, record, n, mark.epoch), mark.size, mark.b3)?;
    }
    match deed {
        Deed::RecordFile(d) if d.left().is_none() && !ended.has_ended_body(d.record, d.filing) => {
            let place = Place::of_counter(d.counter);
            sealed(body_path(place, d.record, d.filing), d.body.size, d.body.b3)
        }
        Deed::DocumentRemove(DocumentRemove { record, counter, left: Some(left), .. })
            if !ended.has_ended_body(*record, left.filing) =>
        {
            let path = body_path(Place::of_counter(*counter), *record, left.filing);
            sealed(path, left.body.size, left.body.b3)
        }
        Deed::EpochReseal(d) if d.epoch >= verified => {
            for c in d.covers.iter().filter(|c| !ended.has_ended_version(c.record, c.n)) {
                sealed(cover_path(c.place, c.record, c.n, d.epoch), c.size, c.b3)?;
            }
            if d.notes.is_empty() {
                return Ok(());
            }
            let dead = dead()?;
            for n in d.notes.iter().filter(|n| !dead.contains(&n.id)) {
                sealed(note_path(n.place, n.id, d.epoch), n.size, n.b3)?;
            }
            Ok(())
        }
        Deed::HeadSigned(d) => sealed(head_path(d.lines), d.size, d.b3),
        Deed::FileSet(d) => each(Named::Set(NamedFile { path: d.path.clone(), size: d.size, b3: d.b3 })),
        _ => Ok(()),
    }
}

/// Where a run begins and ends.
pub(super) struct Position {
    verified: u32,
    /// What had ended before it.
    ended: Arc<State>,
    at: Time,
    pub commit: Commit,
    /// Notes that died with their records, once they have been looked for.
    dead: OnceLock<Arc<HashSet<NoteId>>>,
}

impl Vault {
    /// Makes a new state of a copy, while others go on with the vault.
    ///
    /// - Shape: what was named since the target's last state is put there; nothing there is changed or removed.
    ///   Returns once the state is durable and journalled.
    /// - What the vault itself lacks is named in the answer and keeps nothing else from being copied.
    /// - Errors: [`Error::NoTarget`], [`Error::NotACopy`], [`Error::OtherCopy`], [`Error::CopyAhead`],
    ///   [`Error::InTheWay`]; after an error the state before is as it was, and the next run goes on.
    pub fn copy_to(&self, target: &dyn Target, options: &CopyOptions<'_>) -> Result<Made> {
        let _one_at_a_time = self.inner.copying.lock().unwrap_or_else(PoisonError::into_inner);
        self.copy_held(target, options)
    }

    /// The same, for whoever keeps others from copying meanwhile.
    pub(crate) fn copy_held(&self, target: &dyn Target, options: &CopyOptions<'_>) -> Result<Made> {
        let mark = match Begun::look(target)? {
            Begun::Copy(mark) => mine(target, mark, self.state().init.vault)?,
            Begun::Empty => {
                self.position()?; // a journal that cannot be copied begins nothing
                Begun::of(target, self.env(), self.state().init.vault)?
            }
        };
        let states = States::read(target, &mark)?;
        let (first, before) = (states.count == 0, states.newest);
        let onlooker = Onlooker::new(options.progress, options.interrupted);
        let mut position = self.position()?;
        self.check_history(target, before.as_ref(), &position.commit)?;
        for round in 1.. {
            let Brought { state, lacking, beside } =
                self.bring(target, &mark, before.as_ref(), &position, options, &onlooker)?;
            // A file that is gone may be one that a rotation or a removal ended after the position was taken. What counts then is
            // a later position; what was put is of use for that one too.
            let (now, then) = (self.state(), &position.ended);
            let ended_since =
                now.counts.removals > then.counts.removals || now.counts.destroyed > then.counts.destroyed;
            let replaced = ended_since || self.verified_epoch() > position.verified;
            if !lacking.is_empty() && round < POSITIONS_MAX && replaced {
                position = self.position()?;
                continue;
            }
            let made = self.counts(target, &state, before.as_ref(), &onlooker)?;
            let made = self.journal_copy(made, first, lacking, options.outside, &onlooker)?;
            return Ok(Made { beside, ..made });
        }
        unreachable!("the last round returns")
    }

    /// Says what a copy would bring, and changes nothing.
    ///
    /// Errors: as [`Vault::copy_to`].
    pub fn copy_would(&self, target: &dyn Target) -> Result<Would> {
        let before = match Begun::look(target)? {
            Begun::Empty => None,
            Begun::Copy(mark) => States::read(target, &mine(target, mark, self.state().init.vault)?)?.newest,
        };
        let position = self.position()?;
        self.check_history(target, before.as_ref(), &position.commit)?;
        let known = before.as_ref().map_or(0, |s| s.lines);
        let lines = position.commit.lines.saturating_sub(known);
        let mut would = Would { first: before.is_none(), lines, ..Would::default() };
        for item in self.lines_since(before.as_ref(), &position.commit)? {
            self.named_by(&item?.0.act.deed, &position, &mut |named| {
                let size = match named {
                    Named::Sealed(job) => job.mark.size,
                    Named::Set(file) => file.size,
                };
                (would.files, would.bytes) = (would.files + 1, would.bytes.saturating_add(size));
                Ok(())
            })?;
        }
        Ok(would)
    }

    /// The newest epoch under which everything was verified.
    fn verified_epoch(&self) -> u32 {
        let state = self.state();
        state.epochs.iter().filter(|(_, e)| e.verified).map(|(n, _)| *n).max().unwrap_or(0)
    }

    pub(super) fn position(&self) -> Result<Position> {
        // In this order: what was verified before the position is replaced at the position.
        let (verified, ended, at) = (self.verified_epoch(), self.state(), self.env().now());
        let commit = read_commit(self.env(), self.layout());
        let damaged = || Error::CommitDamaged { path: self.layout().commit().display().to_string() };
        let commit = commit.ok_or_else(damaged)?;
        // A vault that is open for reading only ends before the damage that it was opened with.
        match self.writer() {
            Err(error) if self.state().lines < commit.lines => Err(error),
            _ => Ok(Position { verified, ended, at, commit, dead: OnceLock::new() }),
        }
    }

    /// Calls `each` for every file that a line names and that may be alive at a position.
    pub(super) fn named_by(
        &self,
        deed: &Deed,
        position: &Position,
        each: &mut dyn FnMut(Named) -> Result<()>,
    ) -> Result<()> {
        named_by(deed, position, &|| self.dead_notes(position), each)
    }

    /// Notes that died with records that are no more at a position. What sealed them anew names them by their ids alone, and the
    /// lines that say whose they are may lie before the state that a run goes on from.
    ///
    /// Units: the journal is read once, and only where something was destroyed and a line asks.
    fn dead_notes(&self, position: &Position) -> Result<Arc<HashSet<NoteId>>> {
        if let Some(dead) = position.dead.get() {
            return Ok(dead.clone());
        }
        let (mut dead, destroyed) = (HashSet::new(), &position.ended.destroyed);
        if !destroyed.is_empty() {
            for item in self.lines_since(None, &position.commit)? {
                let (line, _) = item?;
                let deed = &line.act.deed;
                if deed.dies_with().is_some_and(|record| destroyed.contains(record)) {
                    dead.extend(deed.note().map(|note| note.id));
                }
            }
        }
        Ok(position.dead.get_or_init(|| Arc::new(dead)).clone())
    }

    /// A state whose last line is not a line of this vault is of another history, or of a newer one.
    fn check_history(&self, target: &dyn Target, before: Option<&CopyState>, commit: &Commit) -> Result<()> {
        let Some(before) = before else { return Ok(()) };
        let same = before.lines <= commit.lines && self.line(before.lines)?.0.digest == before.last;
        match same {
            true => Ok(()),
            false => Err(Error::CopyAhead {
                path: target.name(),
                theirs: before.lines.to_string(),
                lines: commit.lines.to_string(),
            }),
        }
    }

    pub(super) fn lines_since(&self, before: Option<&CopyState>, commit: &Commit) -> Result<Lines> {
        let (fs, layout) = (self.env().fs.clone(), self.layout());
        let Some(before) = before else { return Lines::all(fs, layout, commit) };
        let line = self.line(before.lines)?.0;
        Lines::from(fs, layout, Tip::after(&line), before.end(), commit.lines)
    }

    /// Puts everything that belongs to the state and is not of the one before; the pieces of the journal last.
    fn bring(
        &self,
        target: &dyn Target,
        mark: &CopyMark,
        before: Option<&CopyState>,
        position: &Position,
        options: &CopyOptions<'_>,
        onlooker: &Onlooker<'_>,
    ) -> Result<Brought> {
        let mut named: BTreeMap<String, NamedFile> = BTreeMap::new();
        named.extend(before.iter().flat_map(|s| &s.named).map(|f| (f.path.clone(), f.clone())));
        let toml = toml_copy::text(&self.state());
        let FileMark { size, b3 } = FileMark::of(toml.as_bytes());
        named.insert(VAULT_TOML.into(), NamedFile { path: VAULT_TOML.into(), size, b3 });
        let mut pieces = Pieces::after(before);
        let (lacking, counts) = (Mutex::new(Vec::new()), &onlooker.counts);
        let (beside, each, goes_round) = (Mutex::new(Vec::new()), options.each, options.beside);
        // What the vault lacked at the last run it may have again.
        let lacked = self.state().copies.get(&mark.target).is_some_and(|copied| copied.lacking > 0);
        let from = if options.all || lacked { None } else { before };
        let known = before.map_or(0, |s| s.lines);
        crew::run(
            options.threads,
            onlooker,
            |give| {
                for item in self.lines_since(from, &position.commit)? {
                    let (line, raw) = item?;
                    if line.seq > known {
                        pieces.take(line.seq, &raw);
                    }
                    // Each line is vouched for by the next; the last one by `commit`.
                    if line.seq == position.commit.lines && line.digest != position.commit.last {
                        let path = crate::layout::segment_path(raw.segment);
                        let why = "it is not the line that commit names".to_owned();
                        return Err(Error::JournalDamaged { path, seq: line.seq.to_string(), why });
                    }
                    self.named_by(&line.act.deed, position, &mut |file| match file {
                        Named::Sealed(job) => give(Job { known: line.seq <= known, ..job }),
                        Named::Set(file) => {
                            named.insert(file.path.clone(), file);
                            Ok(())
                        }
                    })?;
                }
                for file in named.values().filter(|file| file.path != VAULT_TOML) {
                    let known = before.is_some_and(|state| state.named.contains(file));
                    // As with what lines name: what counted before is looked at only where everything is.
                    if from.is_none() || !known {
                        give(Job { path: file.path.clone(), name: file.name(), mark: file.mark(), known })?;
                    }
                }
                Ok(())
            },
            |job| {
                let mut put = self.put(target, &job, counts);
                match &put {
                    Ok((fate, _)) => each(*fate, &job.name),
                    Err(Error::InTheWay { .. } | Error::ReadBack { .. }) => {
                        each(Fate::Other, &job.name);
                        if goes_round {
                            put = self.put_beside(target, &job, position.commit.lines, counts);
                            beside.lock().unwrap_or_else(PoisonError::into_inner).push(job.name.clone());
                        }
                    }
                    Err(_) => {}
                }
                if let (_, Some(finding)) = put? {
                    lacking.lock().unwrap_or_else(PoisonError::into_inner).push((job.path, finding));
                }
                Ok(())
            },
        )?;
        let mut lacking = lacking.into_inner().unwrap_or_else(PoisonError::into_inner);
        lacking.sort();
        let mut beside = beside.into_inner().unwrap_or_else(PoisonError::into_inner);
        beside.sort();
        let file = &named[VAULT_TOML];
        let is_known = before.is_some_and(|state| state.named.contains(file));
        if from.is_none() || !is_known {
            let put = target.put(&file.name(), file.mark(), is_known, &mut toml.as_bytes())?;
            arrived(&put, file.size, counts);
        }
        // Names first, then the journal that speaks of them.
        target.settle()?;
        let pieces = pieces.end();
        for piece in pieces.iter().filter(|p| p.first > known) {
            self.put_piece(target, piece, &pieces, &piece.name(), counts)?;
        }
        target.settle()?;
        let named = named.into_values().collect();
        let state = CopyState::new(mark, position.at, &position.commit, pieces, named);
        Ok(Brought { state, lacking, beside })
    }

    /// Puts one file; says what is wrong with it where the vault does not have it as its line names it.
    pub(super) fn put(
        &self,
        target: &dyn Target,
        job: &Job,
        counts: &Counts,
    ) -> Result<(Fate, Option<FindingKind>)> {
        let source = self.layout().path(&job.path);
        let mut file = match self.env().fs.open(&source) {
            Ok(file) => file,
            Err(error) => {
                // What was lost here since it was copied is lacking only here.
                let there = target.stat(&job.name)?.is_some_and(|stat| stat.size == job.mark.size);
                return Ok(match there {
                    true => (Fate::There, None),
                    false => (Fate::Lacking, Some(kind_of(&error))),
                });
            }
        };
        let put = target.put(&job.name, job.mark, job.known, &mut file)?;
        arrived(&put, job.mark.size, counts);
        Ok(match put {
            Put::New => (Fate::Brought, None),
            Put::There => (Fate::There, None),
            Put::Unfit(found) if found.size != job.mark.size => (Fate::Lacking, Some(FindingKind::Size)),
            Put::Unfit(_) => (Fate::Lacking, Some(FindingKind::Digest)),
            Put::Unread(_) => (Fate::Lacking, Some(FindingKind::Unreadable)),
        })
    }

    /// Puts the lines of a piece under a name: its own, or that of a second attempt.
    pub(super) fn put_piece(
        &self,
        target: &dyn Target,
        piece: &Piece,
        all: &[Piece],
        name: &str,
        counts: &Counts,
    ) -> Result<()> {
        let path = self.layout().segment(piece.segment);
        let ahead = all.iter().filter(|p| p.segment == piece.segment && p.first < piece.first);
        let offset = ahead.map(|p| p.size).sum();
        let mut file = self.env().fs.open(&path).doing("open", &path)?;
        file.seek(SeekFrom::Start(offset)).doing("read", &path)?;
        let put = target.put(name, piece.mark(), false, &mut file.take(piece.size))?;
        arrived(&put, piece.size, counts);
        match put {
            Put::New => Ok(()),
            Put::There => {
                // Of a run that was cut off; if it was another history's, it has the same name and other lines.
                let found = target.get(name).and_then(|mut file| mark_of(&mut file));
                match found.is_ok_and(|found| found == piece.mark()) {
                    true => Ok(()),
                    false => {
                        let finding = "it has other lines".into();
                        Err(at_target(target, Error::InTheWay { path: name.into(), finding }))
                    }
                }
            }
            Put::Unread(source) => Err(Error::Io { doing: format!("read {}", path.display()), source }),
            // It was read and followed line by line a moment ago.
            Put::Unfit(_) => {
                let path = crate::layout::segment_path(piece.segment);
                Err(Error::FileDamaged { path, finding: "digest".into() })
            }
        }
    }

    /// Writes the state: from here on it counts.
    fn counts(
        &self,
        target: &dyn Target,
        state: &CopyState,
        before: Option<&CopyState>,
        onlooker: &Onlooker<'_>,
    ) -> Result<CopyState> {
        onlooker.look()?;
        if let Some(before) = before.filter(|b| b.lines == state.lines) {
            // Nothing came since: the state before is this one. Its line may be missing, where a run was cut off.
            return Ok(before.clone());
        }
        let text = state.to_text();
        target.put(&state.name(), FileMark::of(text.as_bytes()), false, &mut text.as_bytes())?;
        target.settle()?;
        Ok(state.clone())
    }

    fn journal_copy(
        &self,
        state: CopyState,
        first: bool,
        lacking: Vec<(String, FindingKind)>,
        outside: bool,
        onlooker: &Onlooker<'_>,
    ) -> Result<Made> {
        let CopyProgress { files, bytes } = onlooker.counts.now();
        let (target, lines) = (state.target, state.lines);
        self.journal_lacking(&lacking);
        let deed = CopyMade { target, outside, lines, files, bytes, lacking: lacking.len() as u64 };
        // A copy of a vault whose own disk takes nothing any more is worth the most; only nobody can journal it.
        let noted = self.writer().and_then(|writer| writer.note(self.act(deed)));
        let unjournalled = noted.err().map(|error| journal::full(&error));
        let (at, beside) = (state.at, Vec::new());
        Ok(Made { target, first, lines, at, files, bytes, lacking, beside, unjournalled })
    }

    /// Journals what was found, once for each path until it is healed, as `verify` does; the rest is `verify`'s to name.
    fn journal_lacking(&self, lacking: &[(String, FindingKind)]) {
        if lacking.is_empty() {
            return;
        }
        let mut known = BTreeMap::new();
        let lines = Lines::up_to(self.env().fs.clone(), self.layout(), self.state().lines);
        for (line, _) in lines.into_iter().flatten().map_while(Result::ok) {
            match line.act.deed {
                Deed::Incident(d) => drop(known.insert(d.path, d.finding)),
                Deed::FileHealed(d) => drop(known.remove(&d.path)),
                _ => {}
            }
        }
        let new =
            lacking.iter().filter(|(path, finding)| known.get(path).is_none_or(|k| k != finding.word()));
        for (path, finding) in new.take(INCIDENTS_MAX) {
            self.incident(path, finding.word());
        }
    }
}

/// The pieces of the journal, put together while its lines are passed.
struct Pieces {
    done: Vec<Piece>,
    open: Option<(Piece, blake3::Hasher)>,
}

impl Pieces {
    fn after(before: Option<&CopyState>) -> Self {
        Self { done: before.map(|s| s.pieces.clone()).unwrap_or_default(), open: None }
    }

    fn take(&mut self, seq: u64, raw: &journal::Raw) {
        if self.open.as_ref().is_some_and(|(piece, _)| piece.segment != raw.segment) {
            self.close();
        }
        let begin = || {
            let piece = Piece { segment: raw.segment, first: seq, last: seq, size: 0, b3: B3([0; 32]) };
            (piece, blake3::Hasher::new())
        };
        let (piece, hasher) = self.open.get_or_insert_with(begin);
        hasher.update(&raw.bytes).update(b"\n");
        piece.last = seq;
        piece.size += raw.bytes.len() as u64 + 1;
    }

    fn close(&mut self) {
        if let Some((mut piece, hasher)) = self.open.take() {
            piece.b3 = B3(*hasher.finalize().as_bytes());
            self.done.push(piece);
        }
    }

    fn end(mut self) -> Vec<Piece> {
        self.close();
        self.done
    }
}

fn arrived(put: &Put, size: u64, counts: &Counts) {
    if matches!(put, Put::New) {
        counts.add(size);
    }
}

/// What is wrong with a file that cannot be opened.
pub(crate) fn kind_of(error: &io::Error) -> FindingKind {
    match error.kind() {
        io::ErrorKind::NotFound => FindingKind::Missing,
        io::ErrorKind::InvalidInput | io::ErrorKind::IsADirectory => FindingKind::NotAFile,
        _ => FindingKind::Unreadable,
    }
}

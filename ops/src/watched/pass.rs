//! A pass: looks at the folder once and does what can be done, one record after the other.

use super::group::{self, Member, Part, Unit};
use super::labels::Given;
use super::look::{Sight, look};
use super::places::{Folder, Place, REASON};
use super::settle::{Patience, Picture, Readiness, Settling, readiness};
use super::tail::{End, end_of};
use super::told::{Left, Tell, Waiting};
use super::under_way::UnderWay;
use super::writers::open_for_writing;
use crate::failure::{Doing, Failure, Result};
use crate::folder_rule::FolderRule;
use crate::messages::Messages;
use crate::output::printable_path;
use crate::said::Said;
use crate::words::Words;
use jingui_vault::body::Buffers;
use jingui_vault::env::Env;
use jingui_vault::fs::Kind;
use jingui_vault::{Error, Session};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// What could not be read or moved is tried again after this.
pub(super) const TRY_AGAIN_AFTER: Duration = Duration::from_secs(30);
/// Who has files open is asked again after this.
const WRITERS_AFTER: Duration = Duration::from_secs(1);

/// How a folder is watched.
pub struct Settings {
    /// How paths say what files are.
    pub rule: Option<FolderRule>,
    /// What is said of every record of which nothing else says it.
    pub given: Given,
    /// How long a record has to be still.
    pub patience: Patience,
    /// Whether files that come later to a record supplement it.
    pub supplement: bool,
    /// Whether only what would be done is told.
    pub dry_run: bool,
}

/// One who watches a folder.
pub struct Watcher<'a> {
    pub(super) env: Env,
    pub(super) session: &'a Session,
    pub(super) messages: &'static Messages,
    pub(super) folder: Folder,
    pub(super) settings: Settings,
    pub(super) settling: Settling,
    pub(super) buffers: Buffers,
    /// Still and not finished, with the reason, and when to look again.
    pub(super) unfinished: BTreeMap<PathBuf, (Picture, Said, Duration)>,
    pub(super) pending: Vec<Pending>,
    /// Files that somebody has open for writing, and when that was asked.
    pub(super) writers: Option<(Instant, BTreeMap<PathBuf, String>)>,
    pub(super) begun: bool,
}

/// Under way and not all moved yet.
pub(super) struct Pending {
    pub(super) way: UnderWay,
    pub(super) again_at: Duration,
    /// Whether what became of the record has been told, and that its files are stuck.
    pub(super) told: bool,
}

/// Why a record is not done with: it waits, or everything does.
pub(super) enum Stop {
    Wait(Said),
    Fail(Failure),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        match failure {
            // Of this record alone; most likely somebody is still at it.
            Failure::Vault(Error::Source { path, why }) => {
                Self::Wait(Said::new("watch-wait-unreadable").text("name", path).text("why", why))
            }
            Failure::Vault(Error::SourceChanged { path }) => {
                Self::Wait(Said::new("watch-wait-changed").text("name", path))
            }
            failure => Self::Fail(failure),
        }
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Failure::from(error).into()
    }
}

/// What comes of a record.
pub(super) type Seen = std::result::Result<(), Stop>;

impl<'a> Watcher<'a> {
    /// One who begins.
    pub fn new(
        env: Env,
        session: &'a Session,
        messages: &'static Messages,
        folder: Folder,
        settings: Settings,
    ) -> Self {
        Self {
            env,
            session,
            messages,
            folder,
            settings,
            settling: Settling::default(),
            buffers: Buffers::new(),
            unfinished: BTreeMap::new(),
            pending: Vec::new(),
            writers: None,
            begun: false,
        }
    }

    /// Looks once and does what can be done.
    ///
    /// - `now`: what has passed since the watch began, by a clock that nobody puts right.
    /// - `go_on`: asked between two records.
    /// - Errors: what concerns the vault or the folder as a whole. Nothing is lost by it; the next pass, also of another
    ///   process, goes on.
    pub fn pass(&mut self, now: Duration, go_on: &dyn Fn() -> bool, tell: &mut Tell<'_>) -> Result<Waiting> {
        if !self.settings.dry_run {
            if !self.begun {
                self.folder.make_own(&self.env)?;
            }
            self.resume(now, tell)?;
        }
        let units = self.units()?;
        self.settling.look(now, units.iter().map(|unit| (unit.key.clone(), unit.picture())));
        self.unfinished.retain(|key, _| units.iter().any(|unit| unit.key == *key));
        let mut waiting = Waiting::default();
        for unit in units {
            let waits = match go_on() {
                true => self.see_to(&unit, now, tell)?,
                false => Some(None),
            };
            if let Some(why) = waits {
                waiting.records += 1;
                waiting.files += unit.members.len() as u64;
                waiting.bytes += unit.members.iter().map(|m| m.stat.size).sum::<u64>();
                waiting.unfinished.extend(why.map(|why| (unit.name().to_owned(), why)));
            }
        }
        for pending in &self.pending {
            waiting.records += 1;
            waiting.files += pending.way.moves.len() as u64;
            waiting.bytes += pending.way.moves.iter().map(|m| m.size).sum::<u64>();
        }
        Ok(waiting)
    }

    /// Whether something has changed so lately that another look may find it finished.
    pub fn any_moving(&self, now: Duration) -> bool {
        self.settling.any_moving(self.settings.patience.settle, now)
    }

    /// Counts what lies in a place, but for the files that say why.
    pub fn left(&self, place: Place) -> Result<Left> {
        let dir = self.folder.place(place);
        if self.env.fs.stat(&dir).doing("look at", &dir)?.is_none() {
            return Ok(Left::default());
        }
        let sight = look(&*self.env.fs, &dir, &[]).doing("list", &dir)?;
        let is_reason = |path: &Path| path.as_os_str().as_bytes().ends_with(REASON.as_bytes());
        let files = sight.files.iter().filter(|(path, stat)| stat.kind == Kind::File && !is_reason(path));
        Ok(files.fold(Left::default(), |left, (_, stat)| Left {
            files: left.files + 1,
            bytes: left.bytes + stat.size,
        }))
    }

    /// What lies in the folder and is not under way already, in groups.
    fn units(&self) -> Result<Vec<Unit>> {
        let root = self.folder.root();
        let sight = look(&*self.env.fs, root, &self.folder.ours()).doing("list", root)?;
        let under_way: BTreeSet<&Path> =
            self.pending.iter().flat_map(|p| p.way.moves.iter().map(|one| one.from())).collect();
        let sight = Sight {
            files: sight.files.into_iter().filter(|(path, _)| !under_way.contains(path.as_path())).collect(),
            closed: sight
                .closed
                .into_iter()
                .filter(|(path, ..)| !under_way.contains(path.as_path()))
                .collect(),
        };
        Ok(group::group(&sight, self.settings.rule.as_ref(), Words::shipped()))
    }

    /// Does what can be done with one group of files; says that it waits, and why if it has been still for long enough.
    fn see_to(&mut self, unit: &Unit, now: Duration, tell: &mut Tell<'_>) -> Result<Option<Option<Said>>> {
        let still = self.settling.still_for(&unit.key, now);
        if still < self.settings.patience.settle {
            return Ok(Some(None));
        }
        let mut why = self.unfinished_before(unit, now);
        if why.is_none() {
            why = self.examine(unit, now);
        }
        let newest = unit.members.iter().map(|m| m.stat.modified).max().unwrap_or(0) / 1_000_000;
        let age =
            Duration::from_millis(self.env.now().millis().saturating_sub(newest).try_into().unwrap_or(0));
        let done = match (readiness(self.settings.patience, still, age, why.is_none()), why) {
            (Readiness::Wait, why) => return Ok(Some(why)),
            (Readiness::GivenUp, Some(why)) => {
                let reasons = vec![Said::new("watch-why-given-up"), why];
                self.put_elsewhere(unit, Place::Attention, reasons, now, tell)
            }
            _ if unit.problems.is_empty() => self.file(unit, now, tell),
            _ => self.put_elsewhere(unit, Place::Attention, unit.problems.clone(), now, tell),
        };
        match done {
            Ok(()) => Ok(None),
            Err(Stop::Wait(said)) => Ok(Some(Some(self.wait_with(unit, said, now)))),
            Err(Stop::Fail(failure)) => Err(failure),
        }
    }

    fn wait_with(&mut self, unit: &Unit, said: Said, now: Duration) -> Said {
        let known = (unit.picture(), said.clone(), now + TRY_AGAIN_AFTER);
        self.unfinished.insert(unit.key.clone(), known);
        said
    }

    fn unfinished_before(&self, unit: &Unit, now: Duration) -> Option<Said> {
        let (picture, said, again_at) = self.unfinished.get(&unit.key)?;
        (now < *again_at && *picture == unit.picture()).then(|| said.clone())
    }

    /// Why a record is not finished, as far as its files tell.
    fn examine(&mut self, unit: &Unit, now: Duration) -> Option<Said> {
        for member in &unit.members {
            let name = || printable_path(&member.path);
            let said = match &member.part {
                Part::Temporary => Said::new("watch-wait-temporary").text("name", name()),
                Part::Document { .. } if member.stat.size == 0 => {
                    Said::new("watch-wait-empty").text("name", name())
                }
                Part::Document { .. } if self.writer(&member.path).is_some() => {
                    // Closing a file changes nothing about it: asked anew each time.
                    let program = self.writer(&member.path).unwrap_or_default();
                    return Some(Said::new("watch-wait-open").text("name", name()).text("program", program));
                }
                Part::Document { .. } => match self.end_of(member) {
                    Ok(End::There) => continue,
                    Ok(End::Missing(kind)) => {
                        Said::new("watch-wait-end").text("name", name()).text("kind", kind)
                    }
                    Err(error) => {
                        Said::new("watch-wait-unreadable").text("name", name()).text("why", error.to_string())
                    }
                },
                _ => continue,
            };
            return Some(self.wait_with(unit, said, now));
        }
        None
    }

    fn writer(&mut self, path: &Path) -> Option<String> {
        let root = self.folder.root();
        let known = self.writers.take().filter(|(at, _)| at.elapsed() < WRITERS_AFTER);
        let known = known.unwrap_or_else(|| (Instant::now(), open_for_writing(root)));
        let program = known.1.get(&root.join(path)).cloned();
        self.writers = Some(known);
        program
    }

    fn end_of(&self, member: &Member) -> io::Result<End> {
        let mut file = self.env.fs.open_unlinked(&self.folder.root().join(&member.path))?;
        end_of(&mut *file, member.stat.size)
    }
}

//! Where copies are put: files that never change, each under a name, put if it is absent.

use super::lock::Locker;
use super::pour::{Poured, mark_of, pour};
use crate::env::Env;
use crate::error::{Doing, Error, Result};
use crate::fs::{Kind, ReadFile, Stat};
use jingui_schema::copy::{CopyError, CopyMark, CopyState};
use jingui_schema::digest::FileMark;
use jingui_schema::id::VaultId;
use std::collections::BTreeSet;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// `COPY.json`.
pub(super) const MARK: &str = "COPY.json";
pub(super) const MARK_BYTES_MAX: u64 = 64 << 10;
/// A state names a piece for each run: at one an hour this is room for a hundred years.
const STATE_BYTES_MAX: u64 = 256 << 20;
/// What a file system lays into its own topmost directory, and is nobody's.
pub(super) const OF_THE_DISK: &[&str] =
    &["lost+found", "System Volume Information", ".Trash-1000", "$RECYCLE.BIN"];
/// What stands before the name of each probe.
const OF_A_PROBE: &str = "probe-";

/// What came of putting a file.
#[derive(Debug)]
pub enum Put {
    /// It arrived.
    New,
    /// It was there.
    There,
    /// The source has other bytes than those that were to be put; nothing was.
    Unfit(FileMark),
    /// The source could not be read; nothing was put.
    Unread(io::Error),
}

/// A place for files that never change.
pub trait Target: Send + Sync {
    /// As people know it.
    fn name(&self) -> String;
    /// Looks at a name.
    fn stat(&self, name: &str) -> Result<Option<Stat>>;
    /// The names directly below one; nothing where there is none. Only those that are UTF-8.
    ///
    /// What a target needs for itself is not among them.
    fn list(&self, below: &str) -> Result<Vec<(String, Stat)>>;
    /// Opens a file.
    fn get(&self, name: &str) -> io::Result<Box<dyn ReadFile>>;
    /// Puts a file of this size and digest under a name, unless it is there; what arrived has been read again.
    ///
    /// - `known`: a state that counts names it, so it was read again when it came; only whether it is there still is
    ///   to be seen.
    /// - Errors: [`Error::InTheWay`] where something else has the name, as far as this can be told without reading
    ///   what has been read again already.
    fn put(&self, name: &str, mark: FileMark, known: bool, source: &mut dyn Read) -> Result<Put>;
    /// Returns once all that was put, or was found to be there, is durable with its name.
    fn settle(&self) -> Result<()> {
        Ok(())
    }
    /// Whether each answer comes over a network, so that many questions at once are worth it.
    fn is_far(&self) -> bool {
        false
    }
    /// Whether something was sent again for a name.
    fn came_again(&self, _name: &str) -> bool {
        false
    }
    /// Asked where what has a name is not this file: whether something that was sent again is. Then that stands for the
    /// name from here on.
    fn fit(&self, _name: &str, _mark: FileMark) -> Result<bool> {
        Ok(false)
    }
    /// What locks files here; `None` where nothing does, or nobody has shown that it does.
    fn locks(&self) -> Option<&dyn Locker> {
        None
    }
    /// Asked once something could not be read: whether that says anything of what was to be read.
    ///
    /// Errors: the target itself has gone away, and why.
    fn is_there(&self) -> Result<()>;
}

/// An error met while reading from a target; where the target has gone away, that is the error.
pub(crate) fn at_target(target: &dyn Target, error: Error) -> Error {
    target.is_there().err().unwrap_or(error)
}

/// A whole small file.
pub(crate) fn read_small(target: &dyn Target, name: &str, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    target.get(name)?.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::ErrorKind::InvalidData.into());
    }
    Ok(bytes)
}

/// Whose copy stands at a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    /// Nobody's: the target is empty.
    Empty,
    /// This one.
    Copy(CopyMark),
}

impl Begun {
    /// Looks.
    ///
    /// Errors: [`Error::NotACopy`], [`Error::CopyDamaged`], [`Error::TooNew`], [`Error::DraftFormat`],
    /// [`Error::NoTarget`].
    pub fn look(target: &dyn Target) -> Result<Self> {
        if target.stat(MARK)?.is_none() {
            let part = format!("{MARK}.part");
            let others = target.list("")?;
            let others = others.iter().filter(|(name, _)| {
                *name != part && !OF_THE_DISK.contains(&&**name) && !Self::is_probe(name)
            });
            return match others.count() {
                0 => Ok(Self::Empty),
                _ => Err(Error::NotACopy { path: target.name() }),
            };
        }
        let text = read_text(target, MARK, MARK_BYTES_MAX)?;
        CopyMark::parse(&text).map(Self::Copy).map_err(|error| damaged(target, MARK, &error))
    }

    /// A new name for a probe, which finds out what a target does: at the top of it, and no copy's.
    pub fn probe_name(env: &Env) -> String {
        let hex: String = env.bytes::<8>().iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{OF_A_PROBE}{hex}")
    }

    /// Whether a name at the top of a target is that of a probe: one that was cut off may have left something there.
    pub fn is_probe(name: &str) -> bool {
        let hex = |rest: &str| rest.len() == 16 && rest.bytes().all(|b| b.is_ascii_hexdigit());
        name.strip_prefix(OF_A_PROBE).is_some_and(hex)
    }

    /// The mark of a copy of this vault; where there is none yet, it is made.
    pub(super) fn of(target: &dyn Target, env: &Env, vault: VaultId) -> Result<CopyMark> {
        match Self::look(target)? {
            Self::Copy(mark) => mine(target, mark, vault),
            Self::Empty => {
                let mark = CopyMark::new(vault, env.target_id());
                let text = mark.to_text();
                target.put(MARK, FileMark::of(text.as_bytes()), false, &mut text.as_bytes())?;
                target.settle()?;
                Ok(mark)
            }
        }
    }
}

/// The mark, which has to be of this vault.
pub(crate) fn mine(target: &dyn Target, mark: CopyMark, vault: VaultId) -> Result<CopyMark> {
    match mark.vault == vault {
        true => Ok(mark),
        false => Err(Error::OtherCopy { path: target.name(), vault: mark.vault.to_string() }),
    }
}

fn read_text(target: &dyn Target, name: &str, most: u64) -> Result<String> {
    let unread = |why: String| Error::CopyDamaged { path: name.into(), why };
    // What could not be fetched is not damaged: an older state must not count in its place.
    let bytes = read_small(target, name, most).map_err(|e| at_target(target, unread(e.to_string())))?;
    String::from_utf8(bytes).map_err(|_| damaged(target, name, &CopyError::Torn))
}

fn damaged(target: &dyn Target, name: &str, error: &CopyError) -> Error {
    match error {
        CopyError::Format(format) => Error::of_format(format!("{}/{name}", target.name()), *format),
        error => Error::CopyDamaged { path: name.into(), why: error.to_string() },
    }
}

/// The states at a target.
pub struct States {
    /// The newest that is whole.
    pub newest: Option<CopyState>,
    /// Names of newer ones that are not, each with why.
    pub damaged: Vec<(String, String)>,
    /// How many there are, whole or not.
    pub count: usize,
}

impl States {
    /// Reads them, the newest first, up to one that is whole.
    ///
    /// Errors: [`Error::TooNew`] where a newer program wrote the newest, [`Error::DraftFormat`].
    pub fn read(target: &dyn Target, mark: &CopyMark) -> Result<Self> {
        let names = target.list("states")?;
        let mut lines: Vec<u64> =
            names.iter().filter_map(|(name, _)| CopyState::lines_of_name(name)).collect();
        lines.sort_unstable();
        let mut states = Self { newest: None, damaged: Vec::new(), count: lines.len() };
        for lines in lines.into_iter().rev() {
            match Self::one(target, mark, lines) {
                Ok(state) => {
                    states.newest = Some(state);
                    break;
                }
                Err(Error::CopyDamaged { path, why }) => states.damaged.push((path, why)),
                Err(error) => return Err(error),
            }
        }
        Ok(states)
    }

    /// The state of so many lines.
    pub(super) fn one(target: &dyn Target, mark: &CopyMark, lines: u64) -> Result<CopyState> {
        let name = format!("states/{lines:012}.json");
        let text = read_text(target, &name, STATE_BYTES_MAX)?;
        let state = CopyState::parse(&text).map_err(|error| damaged(target, &name, &error))?;
        let wrong = |why: &str| Err(Error::CopyDamaged { path: name.clone(), why: why.into() });
        match () {
            () if (state.vault, state.target) != (mark.vault, mark.target) => wrong("it is of another copy"),
            () if state.lines != lines => wrong("it is of other lines than its name says"),
            () => Ok(state),
        }
    }
}

/// A directory: a second disk, a share.
pub struct DirTarget {
    env: Env,
    root: PathBuf,
    /// Directories known to be there.
    known: Mutex<BTreeSet<PathBuf>>,
    /// Those of them whose names are not known to be durable.
    unsettled: Mutex<BTreeSet<PathBuf>>,
}

impl DirTarget {
    /// The directory, which must be there: a missing one is a disk that was not mounted.
    ///
    /// Errors: [`Error::NoTarget`].
    pub fn open(env: Env, root: &Path) -> Result<Self> {
        let gone = |why: &str| Error::NoTarget { path: root.display().to_string(), why: why.into() };
        match env.fs.stat(root) {
            Ok(Some(stat)) if stat.kind == Kind::Directory => {}
            Ok(Some(_)) => return Err(gone("it is not a directory")),
            Ok(None) => return Err(gone("it is not there")),
            Err(error) if is_away(&error) => return Err(gone(&error.to_string())),
            Err(source) => return Err(Error::Io { doing: format!("look at {}", root.display()), source }),
        }
        let (known, unsettled) = (Mutex::default(), Mutex::default());
        Ok(Self { env, root: root.to_owned(), known, unsettled })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// An error of the target's device: one that cannot be reached any more is told apart.
    fn at<T>(&self, result: io::Result<T>, what: &str, path: &Path) -> Result<T> {
        match result {
            Err(error) if is_away(&error) => {
                Err(Error::NoTarget { path: self.name(), why: format!("{what} {}: {error}", path.display()) })
            }
            result => result.doing(what, path),
        }
    }

    fn way<T>(&self, path: &Path, finding: &str) -> Result<T> {
        Err(Error::InTheWay { path: path.display().to_string(), finding: finding.into() })
    }

    /// Makes the directories of a name, and has their names made durable with the next settling.
    fn directories(&self, name: &str) -> Result<()> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let mut dirs = BTreeSet::from([self.root.clone()]);
        let mut dir = self.root.clone();
        let above = name.rsplit_once('/').map_or("", |(above, _)| above);
        for part in above.split('/').filter(|part| !part.is_empty()) {
            dir.push(part);
            if !known.contains(&dir) {
                self.at(self.env.fs.create_dir(&dir), "create", &dir)?;
                // A link would lead what is put here to where no copy is looked for.
                match self.at(self.env.fs.stat(&dir), "look at", &dir)? {
                    Some(stat) if stat.kind == Kind::Directory => {}
                    _ => return self.way(&dir, "it is no directory"),
                }
                known.insert(dir.clone());
            }
            dirs.insert(dir.clone());
        }
        self.unsettled.lock().unwrap_or_else(PoisonError::into_inner).extend(dirs);
        Ok(())
    }

    /// Writes, syncs and reads again what is to have the name; the name comes after.
    fn write(&self, part: &Path, mark: FileMark, source: &mut dyn Read) -> Result<Put> {
        let fs = &self.env.fs;
        if self.at(fs.stat(part), "look at", part)?.is_some() {
            self.at(fs.remove(part), "remove", part)?;
        }
        let mut file = self.at(fs.create_new(part), "create", part)?;
        match pour(source, mark, |piece| self.at(file.write_all(piece), "write", part))? {
            Poured::Whole => {}
            Poured::Unfit(found) => return Ok(Put::Unfit(found)),
            Poured::Unread(error) => return Ok(Put::Unread(error)),
        }
        self.at(file.sync(), "sync", part)?;
        drop(file);
        let mut again = self.at(fs.open(part), "open", part)?;
        match self.at(mark_of(&mut again), "read", part)? == mark {
            true => Ok(Put::New),
            false => Err(Error::ReadBack { path: part.display().to_string() }),
        }
    }
}

impl Target for DirTarget {
    fn name(&self) -> String {
        self.root.display().to_string()
    }

    fn stat(&self, name: &str) -> Result<Option<Stat>> {
        let path = self.path(name);
        self.at(self.env.fs.stat(&path), "look at", &path)
    }

    fn list(&self, below: &str) -> Result<Vec<(String, Stat)>> {
        let path = self.path(below);
        let listed = match self.env.fs.list(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && !below.is_empty() => Vec::new(),
            listed => self.at(listed, "list", &path)?,
        };
        Ok(listed.into_iter().filter_map(|(name, stat)| Some((name.into_string().ok()?, stat))).collect())
    }

    fn get(&self, name: &str) -> io::Result<Box<dyn ReadFile>> {
        self.env.fs.open(&self.path(name))
    }

    fn put(&self, name: &str, mark: FileMark, _known: bool, source: &mut dyn Read) -> Result<Put> {
        // What has its name has been read again before it got it.
        let path = self.path(name);
        // Also where it is there already: whoever put it may have been cut off before its name was durable.
        self.directories(name)?;
        match self.at(self.env.fs.stat(&path), "look at", &path)? {
            None => {}
            Some(stat) if stat.kind != Kind::File => return self.way(&path, "it is no file"),
            Some(stat) if stat.size == mark.size => return Ok(Put::There),
            Some(stat) => {
                return self.way(&path, &format!("it has {} bytes, not {}", stat.size, mark.size));
            }
        }
        let mut part = path.clone().into_os_string();
        part.push(".part");
        let part = PathBuf::from(part);
        let put = self.write(&part, mark, source).and_then(|put| {
            if matches!(put, Put::New) {
                self.at(self.env.fs.rename(&part, &path), "move to", &path)?;
            }
            Ok(put)
        });
        if !matches!(put, Ok(Put::New)) {
            // Best effort: what stays is made again by the next run.
            drop(self.env.fs.remove(&part));
        }
        put
    }

    fn settle(&self) -> Result<()> {
        let mut unsettled = self.unsettled.lock().unwrap_or_else(PoisonError::into_inner);
        // Those below first: a directory whose own name is durable has its names durable.
        for dir in unsettled.iter().rev() {
            self.at(self.env.fs.sync_dir(dir), "sync", dir)?;
        }
        unsettled.clear();
        Ok(())
    }

    fn is_there(&self) -> Result<()> {
        match self.stat(MARK)? {
            Some(_) => Ok(()),
            None => Err(Error::NoTarget { path: self.name(), why: "it has gone away".into() }),
        }
    }
}

/// Whether a device or a share has gone away.
fn is_away(error: &io::Error) -> bool {
    use io::ErrorKind::*;
    use rustix::io::Errno;
    let gone = [
        Errno::NODEV,
        Errno::NXIO,
        Errno::IO,
        Errno::STALE,
        Errno::NOTCONN,
        Errno::HOSTDOWN,
        Errno::HOSTUNREACH,
        Errno::TIMEDOUT,
        Errno::SHUTDOWN,
        Errno::CONNABORTED,
        Errno::CONNRESET,
        Errno::NOTDIR,
    ];
    matches!(error.kind(), NotFound | NotConnected | TimedOut | HostUnreachable | NetworkUnreachable)
        || Errno::from_io_error(error).is_some_and(|errno| gone.contains(&errno))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_probe_left_is_known_by_its_name_and_in_nobodys_way() {
        for (name, expected) in [
            ("probe-0123456789abcdef", true),
            ("probe-0123456789abcde", false),
            ("probe-0123456789abcdeg", false),
            ("probe-", false),
            ("PROBE", false),
            ("states", false),
        ] {
            assert_eq!(Begun::is_probe(name), expected, "{name}");
        }
        let env = Env::of_host();
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join(Begun::probe_name(&env))).unwrap();
        let target = DirTarget::open(env, dir.path()).unwrap();
        assert_eq!(Begun::look(&target).unwrap(), Begun::Empty);
        std::fs::write(dir.path().join("letter.txt"), "x").unwrap();
        assert!(matches!(Begun::look(&target), Err(Error::NotACopy { .. })));
    }
}

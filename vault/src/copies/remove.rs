//! What is at a target, removed for good: every version of it, each by its own name, until a listing shows none.
//!
//! For who owns the target: an archive may put and not remove, and nothing of this runs at its end. A marker that hides a
//! file is no removal, so it is removed as a version is.

use super::CopyProgress;
use super::crew::{self, Onlooker};
use super::lock::Lock;
use super::target::{MARK, MARK_BYTES_MAX};
use crate::env::Env;
use crate::error::{Doing, Error, Result};
use crate::fs::Kind;
use jingui_schema::copy::CopyMark;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// What of a name is left at a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trace {
    /// Bytes that were put.
    Version,
    /// What hides them.
    Marker,
    /// Parts of an upload that was never ended.
    Upload,
}

impl Trace {
    /// All of them, for checking that each has its message.
    pub const ALL: &[Self] = &[Self::Version, Self::Marker, Self::Upload];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Version => "version",
            Self::Marker => "marker",
            Self::Upload => "upload",
        }
    }
}

/// One thing that is to be removed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// Its name below the place.
    pub name: String,
    /// What it is.
    pub trace: Trace,
    /// Its own id; none in a directory.
    pub id: Option<String>,
}

/// A place for copies, for who may remove something there.
pub trait Remover: Send + Sync {
    /// As people know it.
    fn name(&self) -> String;
    /// Everything there is below the place, in all its versions.
    ///
    /// Errors: also where the place does not tell of versions: then nobody could say that none is left.
    fn versions(&self) -> Result<Vec<Version>>;
    /// The bytes of a version, which should be no more than so many.
    fn read(&self, version: &Version, most: u64) -> Result<Vec<u8>>;
    /// Removes one; what is not there any more is as good. Says why not, where it was refused.
    fn remove(&self, version: &Version) -> Result<Option<String>>;
    /// How one is locked.
    fn lock(&self, version: &Version) -> Result<Lock>;
    /// Returns once what was removed stays so.
    fn settle(&self) -> Result<()> {
        Ok(())
    }
    /// Whether each answer comes over a network.
    fn is_far(&self) -> bool {
        false
    }
}

/// Something that is left although it was to be removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// What.
    pub version: Version,
    /// How it is locked: until then it is expected to stay.
    pub lock: Lock,
    /// What was said when it was to be removed.
    pub why: Option<String>,
}

/// What came of a removal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Removal {
    /// Gone, by the last listing.
    pub removed: Vec<Version>,
    /// Still there, by the last listing.
    pub left: Vec<Kept>,
}

/// How to remove.
pub struct RemoveOptions<'a> {
    /// Which names.
    pub wanted: &'a dyn Fn(&str) -> bool,
    /// Things removed at the same time.
    pub threads: usize,
    /// Told often how far it is.
    pub progress: &'a dyn Fn(CopyProgress),
    /// Asked often whether to end.
    pub interrupted: &'a dyn Fn() -> bool,
}

/// Whose copy a place holds, by the first version of its mark: also where that is hidden.
///
/// Errors: [`Error::NoCopyState`] where there is none; [`Error::CopyDamaged`].
pub fn mark_of_place(place: &dyn Remover, versions: &[Version]) -> Result<CopyMark> {
    let bad = |why: String| Error::CopyDamaged { path: MARK.into(), why };
    let mut last = Error::NoCopyState { path: place.name() };
    // A thief of the archive's credentials may have put another one over it: the oldest that is whole is the archive's.
    let marks = versions.iter().filter(|one| one.name == MARK && one.trace == Trace::Version);
    for version in marks.rev() {
        let text = String::from_utf8(place.read(version, MARK_BYTES_MAX)?).unwrap_or_default();
        match CopyMark::parse(&text) {
            Ok(mark) => return Ok(mark),
            Err(error) => last = bad(error.to_string()),
        }
    }
    Err(last)
}

/// Removes everything of these names, and looks what is left.
///
/// - Shape: the mark of the copy goes last, and only once nothing else is left: until then the same can be asked again.
/// - What is locked stays, and is named with its lock; that is no error.
/// - Errors: the place cannot be asked; [`Error::Interrupted`]. The same removal asked again goes on.
pub fn remove(place: &dyn Remover, options: &RemoveOptions<'_>) -> Result<Removal> {
    remove_and_tell(place, options, &mut Vec::new())
}

/// The same; what the place has removed is put into `gone` as well, so that it is told where an error ends the run.
pub fn remove_and_tell(
    place: &dyn Remover,
    options: &RemoveOptions<'_>,
    gone: &mut Vec<Version>,
) -> Result<Removal> {
    let gone = Mutex::new(gone);
    let listed = || -> Result<BTreeSet<Version>> {
        Ok(place.versions()?.into_iter().filter(|one| (options.wanted)(&one.name)).collect())
    };
    let before = listed()?;
    let refused = Mutex::new(BTreeMap::new());
    let of_all = |versions: &BTreeSet<Version>| -> Result<()> {
        let onlooker = Onlooker::new(options.progress, options.interrupted);
        let counts = &onlooker.counts;
        crew::run(
            options.threads,
            &onlooker,
            |give| versions.iter().cloned().try_for_each(give),
            |version: Version| {
                match place.remove(&version)? {
                    None => {
                        gone.lock().unwrap_or_else(PoisonError::into_inner).push(version);
                        counts.add(0);
                    }
                    Some(why) => {
                        drop(refused.lock().unwrap_or_else(PoisonError::into_inner).insert(version, why));
                    }
                }
                Ok(())
            },
        )?;
        place.settle()
    };
    let (marks, others): (BTreeSet<Version>, BTreeSet<Version>) =
        before.iter().cloned().partition(|one| one.name == MARK);
    of_all(&others)?;
    let mut after = listed()?;
    if !marks.is_empty() && after.iter().all(|one| one.name == MARK) {
        of_all(&marks)?;
        after = listed()?;
    }
    let mut refused = refused.into_inner().unwrap_or_else(PoisonError::into_inner);
    let left = after.iter().map(|version| {
        let lock = if version.trace == Trace::Version { place.lock(version)? } else { Lock::default() };
        Ok(Kept { lock, why: refused.remove(version), version: version.clone() })
    });
    let left = left.collect::<Result<Vec<_>>>()?;
    let removed = before.difference(&after).cloned().collect();
    Ok(Removal { removed, left })
}

/// A directory, for who may remove something there.
pub struct DirRemover {
    env: Env,
    root: PathBuf,
    /// Directories of which a name has gone.
    unsettled: Mutex<BTreeSet<PathBuf>>,
}

impl DirRemover {
    /// The directory, which must be there.
    ///
    /// Errors: [`Error::NoTarget`].
    pub fn open(env: Env, root: &Path) -> Result<Self> {
        // Looked at as a target is: a missing one is a disk that was not mounted.
        super::DirTarget::open(env.clone(), root)?;
        Ok(Self { env, root: root.to_owned(), unsettled: Mutex::default() })
    }

    fn path(&self, version: &Version) -> PathBuf {
        self.root.join(&version.name)
    }

    /// Files below a directory; what a file system lays into its topmost one is nobody's.
    fn below(&self, dir: &Path, prefix: &str, all: &mut Vec<Version>) -> Result<()> {
        for (name, stat) in self.env.fs.list(dir).doing("list", dir)? {
            // A name that is no text is none that was put here.
            let Ok(name) = name.into_string() else { continue };
            if prefix.is_empty() && super::target::OF_THE_DISK.contains(&&*name) {
                continue;
            }
            let path = format!("{prefix}{name}");
            match stat.kind {
                Kind::Directory => self.below(&dir.join(&name), &format!("{path}/"), all)?,
                _ => all.push(Version { name: path, trace: Trace::Version, id: None }),
            }
        }
        Ok(())
    }
}

impl Remover for DirRemover {
    fn name(&self) -> String {
        self.root.display().to_string()
    }

    fn versions(&self) -> Result<Vec<Version>> {
        let mut all = Vec::new();
        self.below(&self.root, "", &mut all)?;
        Ok(all)
    }

    fn read(&self, version: &Version, most: u64) -> Result<Vec<u8>> {
        let path = self.path(version);
        self.env.fs.read(&path, most).doing("read", &path)
    }

    fn remove(&self, version: &Version) -> Result<Option<String>> {
        let path = self.path(version);
        match self.env.fs.remove(&path) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
                return Ok(Some(error.to_string()));
            }
            Err(error) => return Err(error).doing("remove", &path),
        }
        if let Some(dir) = path.parent() {
            self.unsettled.lock().unwrap_or_else(PoisonError::into_inner).insert(dir.to_owned());
        }
        Ok(None)
    }

    fn lock(&self, _version: &Version) -> Result<Lock> {
        Ok(Lock::default())
    }

    fn settle(&self) -> Result<()> {
        let mut unsettled = self.unsettled.lock().unwrap_or_else(PoisonError::into_inner);
        for dir in std::mem::take(&mut *unsettled) {
            self.env.fs.sync_dir(&dir).doing("sync", &dir)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_loses_what_is_named_and_its_mark_last() {
        let env = Env::of_host();
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("bodies/000000")).unwrap();
        for name in [MARK, "bodies/000000/one", "bodies/000000/two"] {
            std::fs::write(dir.path().join(name), "x").unwrap();
        }
        let place = DirRemover::open(env, dir.path()).unwrap();
        let gone = |wanted: &dyn Fn(&str) -> bool| {
            let options = RemoveOptions { wanted, threads: 1, progress: &|_| {}, interrupted: &|| false };
            let removal = remove(&place, &options).unwrap();
            assert!(removal.left.is_empty(), "{:?}", removal.left);
            removal.removed.into_iter().map(|one| one.name).collect::<Vec<_>>()
        };
        assert_eq!(gone(&|name| name.ends_with("one")), ["bodies/000000/one"]);
        assert_eq!(gone(&|name| name.ends_with("one")), Vec::<String>::new());
        assert_eq!(gone(&|_| true), [MARK, "bodies/000000/two"]);
        assert!(place.versions().unwrap().is_empty());
    }

    /// A place that goes away after so many removals.
    struct Leaving(DirRemover, Mutex<u32>);

    impl Remover for Leaving {
        fn name(&self) -> String {
            self.0.name()
        }
        fn versions(&self) -> Result<Vec<Version>> {
            self.0.versions()
        }
        fn read(&self, version: &Version, most: u64) -> Result<Vec<u8>> {
            self.0.read(version, most)
        }
        fn remove(&self, version: &Version) -> Result<Option<String>> {
            let mut left = self.1.lock().unwrap();
            *left = left
                .checked_sub(1)
                .ok_or_else(|| Error::NoTarget { path: self.name(), why: "gone".into() })?;
            self.0.remove(version)
        }
        fn lock(&self, version: &Version) -> Result<Lock> {
            self.0.lock(version)
        }
    }

    #[test]
    fn what_is_gone_is_told_where_the_rest_fails() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("covers")).unwrap();
        for name in [MARK, "covers/one", "covers/two", "covers/three"] {
            std::fs::write(dir.path().join(name), "x").unwrap();
        }
        let place = Leaving(DirRemover::open(Env::of_host(), dir.path()).unwrap(), Mutex::new(2));
        let options =
            RemoveOptions { wanted: &|_| true, threads: 1, progress: &|_| {}, interrupted: &|| false };
        let mut gone = Vec::new();
        assert!(matches!(remove_and_tell(&place, &options, &mut gone), Err(Error::NoTarget { .. })));
        assert_eq!(gone.len(), 2, "{gone:?}");
        assert!(gone.iter().all(|one| !dir.path().join(&one.name).exists()));
        assert!(dir.path().join(MARK).exists());
    }
}

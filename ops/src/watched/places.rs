//! Places: where files go, and names there that nothing has yet.

use crate::failure::{Doing, Problem, Result};
use crate::output::printable_path;
use jingui_vault::env::Env;
use jingui_vault::fs::{Fs, Kind};
use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Bytes of a name at most; Linux has no file system that takes more.
const NAME_BYTES_MAX: usize = 255;

/// Where a file goes. The names are part of the contract and the same in every language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// It is in the vault.
    Archived,
    /// It was there before.
    Duplicate,
    /// A person has to see to it.
    Attention,
}

impl Place {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Archived, Self::Duplicate, Self::Attention];

    /// The name of its directory.
    pub fn directory(self) -> &'static str {
        match self {
            Self::Archived => "已归档",
            Self::Duplicate => "重复",
            Self::Attention => "需处理",
        }
    }

    /// Its word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Archived => "archived",
            Self::Duplicate => "duplicate",
            Self::Attention => "attention",
        }
    }
}

/// The folder that is watched, and where its files go.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
    done: PathBuf,
}

impl Folder {
    /// Checks a folder and, where one is named, the directory that takes its files.
    ///
    /// - `apart`: directories of ours, none of which may lie in the folder, nor the folder in one of them.
    /// - Errors: [`Problem::NoFolder`], [`Problem::FolderNested`], [`Problem::DoneElsewhere`].
    pub fn open(root: &Path, done: Option<&Path>, apart: &[&Path]) -> Result<Self> {
        let real = |path: &Path| -> Result<PathBuf> {
            let real = std::fs::canonicalize(path).doing("look at", path)?;
            match real.is_dir() {
                true => Ok(real),
                false => Err(Problem::NoFolder { path: printable_path(path) }.into()),
            }
        };
        let root = real(root)?;
        let done = done.map_or_else(|| Ok(root.clone()), real)?;
        for dir in apart.iter().filter_map(|dir| std::fs::canonicalize(dir).ok()) {
            for ours in [&root, &done] {
                if ours.starts_with(&dir) || dir.starts_with(ours) {
                    let (path, other) = (printable_path(ours), printable_path(&dir));
                    return Err(Problem::FolderNested { path, other }.into());
                }
            }
        }
        if root.starts_with(&done) && root != done {
            let (path, other) = (printable_path(&root), printable_path(&done));
            return Err(Problem::FolderNested { path, other }.into());
        }
        let device = |path: &Path| std::fs::metadata(path).map(|meta| meta.dev()).doing("look at", path);
        if device(&root)? != device(&done)? {
            let (path, other) = (printable_path(&done), printable_path(&root));
            return Err(Problem::DoneElsewhere { path, other }.into());
        }
        for place in Place::ALL {
            let path = done.join(place.directory());
            match std::fs::symlink_metadata(&path) {
                // A link leads who knows where, perhaps to another device.
                Ok(meta) if !meta.is_dir() => {
                    return Err(Problem::NoFolder { path: printable_path(&path) }.into());
                }
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(error).doing("look at", &path);
                }
                _ => {}
            }
        }
        Ok(Self { root, done })
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The directory of a place.
    pub fn place(&self, place: Place) -> PathBuf {
        self.done.join(place.directory())
    }

    /// Where we keep what we need to go on after a crash, and the lock.
    pub(super) fn own(&self) -> PathBuf {
        self.root.join(OWN)
    }

    /// Makes the directory for what we keep, where it is missing; on return its name is durable.
    pub fn make_own(&self, env: &Env) -> Result<()> {
        let own = self.own();
        if env.fs.create_dir(&own).doing("create", &own)? {
            env.fs.sync_dir(&self.root).doing("sync", &self.root)?;
        }
        Ok(())
    }

    /// The lock file.
    pub fn lock(&self) -> PathBuf {
        self.own().join("lock")
    }

    /// What in the folder is ours and nobody's record; relative to it.
    pub(super) fn ours(&self) -> Vec<PathBuf> {
        let places = Place::ALL
            .iter()
            .filter_map(|place| self.place(*place).strip_prefix(&self.root).ok().map(Path::to_owned));
        // A directory named with --done inside the folder is no record either, whatever else lies in it.
        let done = self.done.strip_prefix(&self.root).ok().filter(|done| !done.as_os_str().is_empty());
        places.chain(done.map(Path::to_owned)).chain([OWN.into()]).collect()
    }
}

const OWN: &str = ".jingui-watch";
/// How the names of the files end that say why something lies where it lies.
pub(super) const REASON: &str = ".原因.txt";

/// `name`, `name (2)`, `name (3)` …, shortened where it would be too long. What looks like an ending stays at the end.
pub(super) fn numbered(name: &OsStr, n: u32, is_file: bool) -> OsString {
    let bytes = name.as_bytes();
    let dot = bytes.iter().rposition(|b| *b == b'.').filter(|at| *at > 0 && bytes.len() - at <= 16);
    let (stem, end) = bytes.split_at(if is_file { dot.unwrap_or(bytes.len()) } else { bytes.len() });
    let number = if n > 1 { format!(" ({n})") } else { String::new() };
    fitting(stem, &[number.as_bytes(), end].concat())
}

/// A stem and an end as one name; the stem is cut, between two characters, where both do not fit.
pub(super) fn fitting(stem: &[u8], end: &[u8]) -> OsString {
    let mut room = NAME_BYTES_MAX.saturating_sub(end.len()).min(stem.len());
    if room < stem.len() {
        // Not inside a character of UTF-8.
        while room > 0 && stem[room] & 0xc0 == 0x80 {
            room -= 1;
        }
    }
    OsString::from_vec([&stem[..room], end].concat())
}

/// Whether there is something at a path; below a file there is nothing.
pub(super) fn is_there(fs: &dyn Fs, path: &Path) -> io::Result<bool> {
    match fs.stat(path) {
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => Ok(false),
        stat => Ok(stat?.is_some()),
    }
}

/// The first of the numbered names at a path that nothing has.
///
/// - `taken`: names that are to be given away in the same breath.
/// - Errors: those of looking.
pub(super) fn free(
    fs: &dyn Fs,
    path: &Path,
    is_file: bool,
    taken: &BTreeSet<PathBuf>,
) -> io::Result<PathBuf> {
    let name = path.file_name().unwrap_or_default();
    for n in 1.. {
        let candidate = path.with_file_name(numbered(name, n, is_file));
        if !taken.contains(&candidate) && fs.stat(&candidate)?.is_none() {
            return Ok(candidate);
        }
    }
    unreachable!("numbers do not end")
}

/// Makes a directory and those around it, up to one that is there; each shared as `like` is.
pub(super) fn make_dirs(fs: &dyn Fs, dir: &Path, like: &Path) -> io::Result<()> {
    match fs.stat(dir)? {
        Some(stat) if stat.kind == Kind::Directory => return Ok(()),
        Some(_) => return Err(io::ErrorKind::NotADirectory.into()),
        None => {}
    }
    let parent = dir.parent().ok_or(io::ErrorKind::NotFound)?;
    make_dirs(fs, parent, like)?;
    if fs.create_dir(dir)? {
        // A network file system may know no such thing; then it decides by itself who may.
        drop(fs.share_like(dir, like));
        fs.sync_dir(parent)?;
    }
    Ok(())
}

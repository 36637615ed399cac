//! The files there are: below a directory or in an archive, by their paths.
//!
//! Paths are texts here, parts parted by `/`, in NFC. A name on disk that is not UTF-8 is read as GB18030, and what it really
//! is is kept beside. Links, pipes and devices are known by their paths and never opened.

use crate::archive::said;
use crate::failure::{Failure, Problem, Result};
use crate::intake::open_regular;
use crate::output::{printable, printable_path};
use crate::said::Said;
use encoding_rs::GB18030;
use jingui_indexer::archive::{Archive, Entry, Hindrance, Limits, Stamp, open_entry};
use jingui_vault::body::Source;
use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use unicode_normalization::UnicodeNormalization;

/// Files at most.
const FILES_MAX: usize = 4_000_000;
/// How deep a directory is walked.
const DEPTH_MAX: usize = 64;
/// What systems leave beside people's files.
const JUNK: [&str; 4] = [".DS_Store", "Thumbs.db", "desktop.ini", "__MACOSX"];

/// Which file, by its place in the list.
pub(super) type FileId = u32;

/// The files there are.
pub(super) struct Files {
    root: PathBuf,
    /// All paths, one behind another.
    paths: String,
    list: Vec<Place>,
    /// So many of the list are the files that were there at first, in the order of their paths; behind them stand those of archives.
    sorted: usize,
    /// The real names of files whose paths are not how the disk spells them.
    spelled: HashMap<FileId, OsString>,
    /// Files by the last part of their paths, made when first asked for.
    by_name: Vec<FileId>,
    archives: Vec<Held>,
    /// What is in an archive that a row names.
    inside: HashMap<FileId, Range<FileId>>,
}

/// One file.
struct Place {
    begin: u64,
    len: u32,
    stamp: Stamp,
    lies: Lies,
}

/// Where a file lies.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lies {
    OnDisk,
    /// A link, a pipe, a device.
    Special,
    /// An archive, and which of its files.
    Inside {
        archive: u32,
        entry: u32,
        hindrance: Option<Hindrance>,
    },
}

/// An archive that was looked through.
struct Held {
    path: PathBuf,
    stamp: Stamp,
    /// What is in it; read again for each file where it is only one of many archives.
    entries: Option<Arc<Vec<Entry>>>,
}

impl Files {
    /// Those below a directory, or in an archive; none where nothing is named.
    ///
    /// Errors: what cannot be looked at, named; nothing is left out silently.
    pub(super) fn at(root: Option<&Path>, tell: impl Fn(&Said) -> String) -> Result<Self> {
        let mut files = Self {
            root: root.unwrap_or(Path::new("")).to_owned(),
            paths: String::new(),
            list: Vec::new(),
            sorted: 0,
            spelled: HashMap::new(),
            by_name: Vec::new(),
            archives: Vec::new(),
            inside: HashMap::new(),
        };
        let Some(root) = root else { return Ok(files) };
        let meta = std::fs::metadata(root).map_err(|e| Failure::io("look at", root, e))?;
        if meta.is_dir() {
            let mut found = Vec::new();
            walk(root, OsString::new(), 0, &mut found)?;
            let mut found: Vec<_> =
                found.into_iter().map(|(raw, stamp, lies)| (path_of(&raw), raw, stamp, lies)).collect();
            found.sort_by(|one, other| one.0.cmp(&other.0));
            if let Some(pair) = found.windows(2).find(|pair| pair[0].0 == pair[1].0) {
                return Err(Problem::SamePath { path: printable(&pair[0].0).into_owned() }.into());
            }
            for (path, raw, stamp, lies) in found {
                let id = files.push(&path, stamp, lies);
                if raw.as_bytes() != path.as_bytes() {
                    files.spelled.insert(id, raw);
                }
            }
        } else {
            let refused = |said: &Said| Problem::Archive { path: printable_path(root), why: tell(said) };
            let file = open_regular(root).map_err(|e| Failure::io("open", root, e))?;
            let archive = Archive::open(&file, Limits::DOCUMENTS).map_err(|e| refused(&said(&e)))?;
            let held = Held {
                path: root.to_owned(),
                stamp: archive.stamp,
                entries: Some(Arc::new(archive.entries)),
            };
            let mut order: Vec<(String, u32)> = Vec::new();
            for (no, entry) in (0..).zip(held.entries.iter().flat_map(|entries| entries.iter())) {
                order.push((entry.name.nfc().collect(), no));
            }
            order.retain(|(path, _)| !is_junk(path));
            order.sort();
            for (path, no) in order {
                let entry = held.entries.as_ref().map(|entries| &entries[no as usize]);
                let (size, hindrance) = entry.map_or((0, None), |entry| (entry.size, entry.hindrance));
                let stamp = Stamp { size, modified: held.stamp.modified };
                files.push(&path, stamp, Lies::Inside { archive: 0, entry: no, hindrance });
            }
            files.archives.push(held);
        }
        files.sorted = files.list.len();
        Ok(files)
    }

    fn push(&mut self, path: &str, stamp: Stamp, lies: Lies) -> FileId {
        let begin = self.paths.len() as u64;
        self.paths.push_str(path);
        self.list.push(Place { begin, len: path.len() as u32, stamp, lies });
        (self.list.len() - 1) as FileId
    }

    /// How many there are, those in archives that rows name among them.
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// The files that were there at first.
    pub(super) fn all(&self) -> Range<FileId> {
        0..self.sorted as FileId
    }

    /// The path of a file.
    pub(super) fn path(&self, id: FileId) -> &str {
        self.text(&self.list[id as usize])
    }

    /// The last part of its path.
    pub(super) fn name(&self, id: FileId) -> &str {
        let path = self.path(id);
        path.rsplit('/').next().unwrap_or(path)
    }

    /// Its size, and when it, or the archive it lies in, was last written.
    pub(super) fn stamp(&self, id: FileId) -> Stamp {
        self.list[id as usize].stamp
    }

    /// Whether it is a link, a pipe or a device.
    pub(super) fn is_special(&self, id: FileId) -> bool {
        self.list[id as usize].lies == Lies::Special
    }

    /// The file of just this path.
    pub(super) fn exact(&self, path: &str) -> Option<FileId> {
        let at = self.before(path);
        Some(at).filter(|at| self.all().contains(at) && self.path(*at) == path)
    }

    /// The files below a directory, in the order of their paths.
    pub(super) fn below(&self, dir: &str) -> Range<FileId> {
        // `0` is the character behind `/`.
        self.before(&format!("{dir}/"))..self.before(&format!("{dir}0"))
    }

    /// How many of the files that were there at first come before a path.
    fn before(&self, path: &str) -> FileId {
        self.list[..self.sorted].partition_point(|place| self.text(place) < path) as FileId
    }

    fn text(&self, place: &Place) -> &str {
        let begin = place.begin as usize;
        &self.paths[begin..begin + place.len as usize]
    }

    /// The files whose last part is this, two at most.
    pub(super) fn named(&mut self, name: &str) -> Vec<FileId> {
        if self.by_name.len() != self.sorted {
            let mut by_name: Vec<FileId> = self.all().collect();
            by_name.sort_by(|one, other| self.name(*one).cmp(self.name(*other)));
            self.by_name = by_name;
        }
        let at = self.by_name.partition_point(|id| self.name(*id) < name);
        self.by_name[at..].iter().copied().take(2).take_while(|id| self.name(*id) == name).collect()
    }

    /// The files in an archive that lies among the files, in the order of their paths; `None` for what is no archive.
    pub(super) fn inside(&mut self, id: FileId) -> Option<std::result::Result<Range<FileId>, Said>> {
        if self.list[id as usize].lies != Lies::OnDisk || !self.path(id).to_lowercase().ends_with(".zip") {
            return None;
        }
        if let Some(range) = self.inside.get(&id) {
            return Some(Ok(range.clone()));
        }
        let path = self.disk_path(id);
        let archive = open_regular(&path)
            .map_err(|e| Said::new("archive-io").text("cause", e.to_string()))
            .and_then(|file| Archive::open(&file, Limits::DOCUMENTS).map_err(|e| said(&e)));
        let archive = match archive {
            Ok(archive) => archive,
            Err(said) => return Some(Err(said)),
        };
        let held = self.archives.len() as u32;
        let stamp = archive.stamp;
        self.archives.push(Held { path, stamp, entries: None });
        let base = self.path(id).to_owned();
        let mut order: Vec<(String, u32, Entry)> = (0..)
            .zip(archive.entries)
            .map(|(no, entry)| (entry.name.nfc().collect::<String>(), no, entry))
            .filter(|(path, ..)| !is_junk(path))
            .collect();
        order.sort_by(|one, other| one.0.cmp(&other.0));
        let begin = self.list.len() as FileId;
        for (path, no, Entry { size, hindrance, .. }) in order {
            let stamp = Stamp { size, modified: stamp.modified };
            self.push(&format!("{base}/{path}"), stamp, Lies::Inside { archive: held, entry: no, hindrance });
        }
        let range = begin..self.list.len() as FileId;
        self.inside.insert(id, range.clone());
        Some(Ok(range))
    }

    /// Whether it is an archive that a row names: its files are what belongs to the row.
    pub(super) fn is_opened(&self, id: FileId) -> bool {
        self.inside.contains_key(&id)
    }

    fn disk_path(&self, id: FileId) -> PathBuf {
        match self.spelled.get(&id) {
            Some(raw) => self.root.join(raw),
            None => self.root.join(self.path(id)),
        }
    }

    /// Where the bytes of a file come from.
    pub(super) fn source(&self, id: FileId) -> Box<dyn Source> {
        let stamp = self.stamp(id);
        match self.list[id as usize].lies {
            Lies::OnDisk | Lies::Special => {
                let path = self.disk_path(id);
                let name = path.file_name().map_or_else(OsString::new, OsStr::to_owned);
                Box::new(OnDisk { path, name, stamp })
            }
            Lies::Inside { archive, entry, .. } => {
                let held = &self.archives[archive as usize];
                Box::new(Inside {
                    path: held.path.clone(),
                    stamp: held.stamp,
                    entries: held.entries.clone(),
                    entry,
                    size: stamp.size,
                    name: self.name(id).into(),
                    shown: format!("{}/{}", printable_path(&held.path), printable(self.name(id))),
                })
            }
        }
    }

    /// Why a file of an archive cannot be read, as far as the archive says so.
    pub(super) fn hindrance(&self, id: FileId) -> Option<Hindrance> {
        match self.list[id as usize].lies {
            Lies::Inside { hindrance, .. } => hindrance,
            _ => None,
        }
    }
}

/// A file on disk, in the state in which it was seen.
struct OnDisk {
    path: PathBuf,
    name: OsString,
    stamp: Stamp,
}

impl Source for OnDisk {
    fn name(&self) -> &OsStr {
        &self.name
    }

    fn describe(&self) -> String {
        printable_path(&self.path)
    }

    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(open_as(&self.path, self.stamp)?))
    }
}

/// A file in an archive, in the state in which the archive was seen.
struct Inside {
    path: PathBuf,
    stamp: Stamp,
    entries: Option<Arc<Vec<Entry>>>,
    entry: u32,
    size: u64,
    name: OsString,
    shown: String,
}

impl Source for Inside {
    fn name(&self) -> &OsStr {
        &self.name
    }

    fn describe(&self) -> String {
        self.shown.clone()
    }

    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        let file = open_as(&self.path, self.stamp)?;
        let entries = entries_of(&self.path, self.stamp, self.entries.as_ref())?;
        let entry = entries.get(self.entry as usize).filter(|entry| entry.size == self.size);
        open_entry(file, entry.ok_or_else(changed)?)
    }
}

/// Opens a file if it still is in this state.
fn open_as(path: &Path, stamp: Stamp) -> io::Result<File> {
    let file = open_regular(path)?;
    if Stamp::of(&file.metadata()?) == stamp { Ok(file) } else { Err(changed()) }
}

fn changed() -> io::Error {
    io::Error::other("it has changed since it was looked at")
}

/// What is in an archive: as it is held, else read again.
fn entries_of(path: &Path, stamp: Stamp, held: Option<&Arc<Vec<Entry>>>) -> io::Result<Arc<Vec<Entry>>> {
    if let Some(entries) = held {
        return Ok(entries.clone());
    }
    let archive = Archive::open(&open_as(path, stamp)?, Limits::DOCUMENTS);
    archive.map(|archive| Arc::new(archive.entries)).map_err(|_| changed())
}

/// The path of a name as disks spell it.
fn path_of(raw: &OsStr) -> String {
    let bytes = raw.as_bytes();
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => GB18030.decode_without_bom_handling(bytes).0.into_owned(),
    };
    text.nfc().collect()
}

fn is_junk(path: &str) -> bool {
    path.split('/').any(|part| JUNK.contains(&part))
        || path.rsplit('/').next().is_some_and(|name| name.starts_with("~$"))
}

fn walk(root: &Path, below: OsString, depth: usize, found: &mut Vec<(OsString, Stamp, Lies)>) -> Result<()> {
    let dir = root.join(&below);
    if depth > DEPTH_MAX {
        return Err(Problem::TooDeep { path: printable_path(&dir) }.into());
    }
    let looking = |e| Failure::io("look into", &dir, e);
    for entry in std::fs::read_dir(&dir).map_err(looking)? {
        let entry = entry.map_err(looking)?;
        let mut name = below.clone();
        if !name.is_empty() {
            name.push("/");
        }
        name.push(entry.file_name());
        let path = entry.path();
        let meta = std::fs::symlink_metadata(&path).map_err(|e| Failure::io("look at", &path, e))?;
        if is_junk(&entry.file_name().to_string_lossy()) {
            continue;
        }
        if meta.is_dir() {
            walk(root, name, depth + 1, found)?;
            continue;
        }
        let lies = if meta.is_file() { Lies::OnDisk } else { Lies::Special };
        found.push((name, Stamp::of(&meta), lies));
        if found.len() > FILES_MAX {
            return Err(
                Problem::TooManyFiles { path: printable_path(root), limit: FILES_MAX.to_string() }.into()
            );
        }
    }
    Ok(())
}

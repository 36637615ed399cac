//! A disk in memory that knows what is durable, and what a power cut may leave of the rest.
//!
//! Follows `FORMAT.md`, section 16: bytes are durable after the file's sync, names after the directory's. Until
//! then a write may be lost, kept, or torn between sectors of 512 bytes, in any order; a name that was made,
//! moved or removed may be there or not.
//!
//! [`LossyFs::moments`] keeps the disk as it was after each operation; [`Disk::cut`] makes of such a moment a disk
//! as it may be found after the power has come back. So one recorded run gives as many crashes as one has time for.

use jingui_vault::fs::{Fs, Kind, ReadFile, Stat, WriteFile};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::path::{Component, Path};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What is written or lost at once.
pub const SECTOR_BYTES: usize = 512;

/// A small random source that gives the same for the same seed (SplitMix64).
#[derive(Clone, Debug)]
pub struct Dice(pub u64);

impl Dice {
    /// The next number.
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `n`.
    pub fn below(&mut self, n: u64) -> u64 {
        self.roll() % n.max(1)
    }

    /// True once in `n`.
    pub fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }
}

/// What a power cut does to that which was not synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// All of it is lost.
    Nothing,
    /// All of it is kept: only the program died.
    Everything,
    /// Names as a journalling file system keeps them: all changes up to some moment. Bytes at random.
    Ordered,
    /// Every name and every sector at random; a move between directories is one change.
    Random,
    /// As `Random`, and the two ends of a move between directories are lost or kept by themselves.
    Apart,
    /// Names are kept, bytes are not: the files are there, and are empty or full of zeros.
    NamesOnly,
}

impl Cut {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Nothing, Self::Everything, Self::Ordered, Self::Random, Self::Apart, Self::NamesOnly];
}

type Ino = usize;

#[derive(Clone)]
enum Written {
    At(usize, Arc<Vec<u8>>),
    Length(usize),
}

#[derive(Clone, Default)]
struct Bytes {
    live: Arc<Vec<u8>>,
    durable: Arc<Vec<u8>>,
    pending: Vec<Written>,
}

#[derive(Clone)]
struct Change {
    /// Changes made by one operation have one number; numbers ascend.
    number: u64,
    name: OsString,
    to: Option<Ino>,
}

#[derive(Clone, Default)]
struct Names {
    live: BTreeMap<OsString, Ino>,
    durable: BTreeMap<OsString, Ino>,
    pending: Vec<Change>,
}

#[derive(Clone)]
enum Node {
    File(Bytes),
    Dir(Names),
}

/// A disk at one moment. Cloning is cheap.
#[derive(Clone)]
pub struct Disk {
    nodes: Vec<Arc<Node>>,
    changes: u64,
    /// Changes of which one end is durable.
    settled: Arc<BTreeSet<u64>>,
}

impl Default for Disk {
    fn default() -> Self {
        Self { nodes: vec![Arc::new(Node::Dir(Names::default()))], changes: 0, settled: Arc::default() }
    }
}

fn missing() -> io::Error {
    io::ErrorKind::NotFound.into()
}

impl Disk {
    fn find(&self, path: &Path) -> io::Result<Ino> {
        let mut at = 0;
        for part in path.components() {
            if let Component::Normal(name) = part {
                at = *self.names(at)?.live.get(name).ok_or_else(missing)?;
            }
        }
        Ok(at)
    }

    fn names(&self, ino: Ino) -> io::Result<&Names> {
        match &*self.nodes[ino] {
            Node::Dir(names) => Ok(names),
            Node::File(_) => Err(io::ErrorKind::NotADirectory.into()),
        }
    }

    fn names_mut(&mut self, ino: Ino) -> &mut Names {
        match Arc::make_mut(&mut self.nodes[ino]) {
            Node::Dir(names) => names,
            Node::File(_) => unreachable!("it was looked up as a directory"),
        }
    }

    fn bytes(&self, ino: Ino) -> io::Result<&Bytes> {
        match &*self.nodes[ino] {
            Node::File(bytes) => Ok(bytes),
            Node::Dir(_) => Err(io::ErrorKind::IsADirectory.into()),
        }
    }

    fn bytes_mut(&mut self, ino: Ino) -> &mut Bytes {
        match Arc::make_mut(&mut self.nodes[ino]) {
            Node::File(bytes) => bytes,
            Node::Dir(_) => unreachable!("it was opened as a file"),
        }
    }

    fn parent<'a>(&self, path: &'a Path) -> io::Result<(Ino, &'a OsStr)> {
        let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        let dir = self.find(path.parent().ok_or(io::ErrorKind::InvalidInput)?)?;
        self.names(dir)?;
        Ok((dir, name))
    }

    fn change(&mut self, dir: Ino, name: &OsStr, to: Option<Ino>) {
        let number = self.changes;
        let names = self.names_mut(dir);
        match to {
            Some(ino) => names.live.insert(name.to_owned(), ino),
            None => names.live.remove(name),
        };
        names.pending.push(Change { number, name: name.to_owned(), to });
    }

    fn make(&mut self, dir: Ino, name: &OsStr, node: Node) -> Ino {
        let ino = self.nodes.len();
        self.nodes.push(Arc::new(node));
        self.changes += 1;
        self.change(dir, name, Some(ino));
        ino
    }

    /// Makes the directories of a path, durable at once.
    pub fn lay(&mut self, path: &Path) {
        let mut at = 0;
        for part in path.components() {
            let Component::Normal(name) = part else { continue };
            let known = self.names(at).expect("a directory").live.get(name).copied();
            at = match known {
                Some(ino) => ino,
                None => {
                    let made = self.make(at, name, Node::Dir(Names::default()));
                    self.sync_names(at);
                    made
                }
            };
        }
    }

    fn sync_names(&mut self, ino: Ino) {
        let names = self.names_mut(ino);
        names.durable = names.live.clone();
        let numbers: Vec<u64> = names.pending.drain(..).map(|c| c.number).collect();
        Arc::make_mut(&mut self.settled).extend(numbers);
    }

    /// Shows a directory at another path, too.
    pub fn show(&mut self, from: &Path, at: &Path) {
        let ino = self.find(from).expect("what is shown is there");
        self.lay(at.parent().expect("it is shown in a directory"));
        let (dir, name) = self.parent(at).expect("which was just made");
        self.change(dir, name, Some(ino));
        self.sync_names(dir);
    }

    /// Whether anything is not durable.
    pub fn is_settled(&self) -> bool {
        self.nodes.iter().all(|node| match &**node {
            Node::File(bytes) => bytes.pending.is_empty(),
            Node::Dir(names) => names.pending.is_empty(),
        })
    }

    /// A disk as it may be found after the power failed at this moment.
    pub fn cut(&self, how: Cut, dice: &mut Dice) -> Self {
        let until = dice.below(self.changes + 2);
        let coins = dice.roll();
        let kept = |dir: Ino, number: u64| -> bool {
            let salt = if how == Cut::Apart { dir as u64 } else { 0 };
            match how {
                Cut::Nothing => false,
                Cut::Everything | Cut::NamesOnly => true,
                Cut::Ordered => self.settled.contains(&number) || number <= until,
                Cut::Random => self.settled.contains(&number) || Dice(coins ^ number).one_in(2),
                Cut::Apart => Dice(coins ^ number ^ (salt << 32)).one_in(2),
            }
        };
        let mut out = Self { nodes: Vec::new(), changes: 0, settled: Arc::default() };
        self.copy(0, &kept, how, dice, &mut out);
        out
    }

    fn copy(
        &self,
        ino: Ino,
        kept: &dyn Fn(Ino, u64) -> bool,
        how: Cut,
        dice: &mut Dice,
        out: &mut Self,
    ) -> Ino {
        let at = out.nodes.len();
        match &*self.nodes[ino] {
            Node::File(bytes) => {
                let live = Arc::new(bytes.after(how, dice));
                out.nodes.push(Arc::new(Node::File(Bytes {
                    durable: live.clone(),
                    live,
                    pending: Vec::new(),
                })));
            }
            Node::Dir(names) => {
                let mut found = names.durable.clone();
                for change in names.pending.iter().filter(|c| kept(ino, c.number)) {
                    match change.to {
                        Some(to) => found.insert(change.name.clone(), to),
                        None => found.remove(&change.name),
                    };
                }
                out.nodes.push(Arc::new(Node::Dir(Names::default())));
                let live: BTreeMap<OsString, Ino> =
                    found.into_iter().map(|(name, to)| (name, self.copy(to, kept, how, dice, out))).collect();
                let names = Names { durable: live.clone(), live, pending: Vec::new() };
                out.nodes[at] = Arc::new(Node::Dir(names));
            }
        }
        at
    }

    /// A digest of all names and bytes, for telling whether two disks are the same.
    pub fn digest(&self) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new();
        self.hash(0, &mut hasher);
        hasher.finalize()
    }

    fn hash(&self, ino: Ino, hasher: &mut blake3::Hasher) {
        match &*self.nodes[ino] {
            Node::File(bytes) => {
                hasher.update(&(bytes.live.len() as u64).to_le_bytes()).update(&bytes.live);
            }
            Node::Dir(names) => {
                for (name, to) in &names.live {
                    hasher.update(name.as_encoded_bytes()).update(b"/");
                    self.hash(*to, hasher);
                }
                hasher.update(b"//");
            }
        }
    }
}

impl Bytes {
    fn after(&self, how: Cut, dice: &mut Dice) -> Vec<u8> {
        match how {
            Cut::Everything => return self.live.to_vec(),
            Cut::Nothing => return self.durable.to_vec(),
            _ if self.pending.is_empty() => return self.durable.to_vec(),
            _ => {}
        }
        let mut out = self.durable.to_vec();
        // How much of this file came through: little, half, nearly all.
        let share = if how == Cut::NamesOnly { 0 } else { 1 + dice.below(7) };
        for written in &self.pending {
            let kept = |dice: &mut Dice| dice.below(8) < share;
            match written {
                Written::Length(length) => {
                    if kept(dice) {
                        out.resize(*length, 0);
                    }
                }
                Written::At(at, bytes) => {
                    // A write comes through whole, not at all, or sector by sector.
                    let whole = dice.one_in(2).then(|| kept(dice));
                    let mut from = 0;
                    while from < bytes.len() {
                        let sector_end = SECTOR_BYTES - (at + from) % SECTOR_BYTES;
                        let to = (from + sector_end).min(bytes.len());
                        if whole.unwrap_or_else(|| kept(dice)) {
                            if out.len() < at + to {
                                out.resize(at + to, 0);
                            }
                            out[at + from..at + to].copy_from_slice(&bytes[from..to]);
                        }
                        from = to;
                    }
                }
            }
        }
        // The length may have come through without the bytes.
        if out.len() < self.live.len() && dice.one_in(4) {
            out.resize(self.live.len(), 0);
        }
        out
    }
}

#[derive(Default)]
struct Shared {
    disk: Disk,
    recording: bool,
    moments: Vec<(Disk, usize)>,
    marks: usize,
}

/// The disk as a file system; clones share it.
#[derive(Clone, Default)]
pub struct LossyFs {
    shared: Arc<Mutex<Shared>>,
}

impl LossyFs {
    /// On this disk.
    pub fn on(disk: Disk) -> Self {
        Self { shared: Arc::new(Mutex::new(Shared { disk, ..Shared::default() })) }
    }

    /// The disk now.
    pub fn disk(&self) -> Disk {
        self.lock().disk.clone()
    }

    /// Keeps the disk after every operation from here on.
    pub fn record(&self) {
        let mut shared = self.lock();
        shared.recording = true;
        let now = (shared.disk.clone(), shared.marks);
        shared.moments.push(now);
    }

    /// Says that something was acknowledged; moments from here on know how many marks came before them.
    pub fn mark(&self) {
        let mut shared = self.lock();
        shared.marks += 1;
        let now = (shared.disk.clone(), shared.marks);
        if shared.recording {
            shared.moments.push(now);
        }
    }

    /// The disk after each operation, with the marks that were made before it.
    pub fn moments(&self) -> Vec<(Disk, usize)> {
        self.lock().moments.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change<T>(&self, act: impl FnOnce(&mut Disk) -> io::Result<T>) -> io::Result<T> {
        let mut shared = self.lock();
        let done = act(&mut shared.disk)?;
        if shared.recording {
            let now = (shared.disk.clone(), shared.marks);
            shared.moments.push(now);
        }
        Ok(done)
    }
}

struct Shown(Arc<Vec<u8>>);

impl AsRef<[u8]> for Shown {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

struct Open {
    fs: LossyFs,
    ino: Ino,
    at: usize,
}

impl Open {
    fn put(&self, at: usize, bytes: &[u8]) -> io::Result<()> {
        self.fs.change(|disk| {
            let file = disk.bytes_mut(self.ino);
            let live = Arc::make_mut(&mut file.live);
            if live.len() < at + bytes.len() {
                live.resize(at + bytes.len(), 0);
            }
            live[at..at + bytes.len()].copy_from_slice(bytes);
            file.pending.push(Written::At(at, Arc::new(bytes.to_vec())));
            Ok(())
        })
    }
}

impl Write for Open {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.put(self.at, bytes)?;
        self.at += bytes.len();
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl WriteFile for Open {
    fn write_all_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.put(offset as usize, bytes)
    }
    fn sync(&mut self) -> io::Result<()> {
        self.fs.change(|disk| {
            let file = disk.bytes_mut(self.ino);
            file.durable = file.live.clone();
            file.pending.clear();
            Ok(())
        })
    }
    fn set_len(&mut self, bytes: u64) -> io::Result<()> {
        self.fs.change(|disk| {
            let file = disk.bytes_mut(self.ino);
            Arc::make_mut(&mut file.live).resize(bytes as usize, 0);
            file.pending.push(Written::Length(bytes as usize));
            Ok(())
        })
    }
}

impl Fs for LossyFs {
    fn open(&self, path: &Path) -> io::Result<Box<dyn ReadFile>> {
        let shared = self.lock();
        let bytes = shared.disk.bytes(shared.disk.find(path)?)?.live.clone();
        Ok(Box::new(io::Cursor::new(Shown(bytes))))
    }

    fn create_new(&self, path: &Path) -> io::Result<Box<dyn WriteFile>> {
        let ino = self.change(|disk| {
            let (dir, name) = disk.parent(path)?;
            if disk.names(dir)?.live.contains_key(name) {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            Ok(disk.make(dir, name, Node::File(Bytes::default())))
        })?;
        Ok(Box::new(Open { fs: self.clone(), ino, at: 0 }))
    }

    fn open_append(&self, path: &Path) -> io::Result<Box<dyn WriteFile>> {
        let shared = self.lock();
        let ino = shared.disk.find(path)?;
        let at = shared.disk.bytes(ino)?.live.len();
        Ok(Box::new(Open { fs: self.clone(), ino, at }))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.change(|disk| {
            let ino = disk.find(from)?;
            let ((from_dir, from_name), (to_dir, to_name)) = (disk.parent(from)?, disk.parent(to)?);
            disk.changes += 1;
            disk.change(from_dir, from_name, None);
            disk.change(to_dir, to_name, Some(ino));
            Ok(())
        })
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.change(|disk| {
            disk.bytes(disk.find(path)?)?;
            let (dir, name) = disk.parent(path)?;
            disk.changes += 1;
            disk.change(dir, name, None);
            Ok(())
        })
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        self.change(|disk| {
            if !disk.names(disk.find(path)?)?.live.is_empty() {
                return Err(io::ErrorKind::DirectoryNotEmpty.into());
            }
            let (dir, name) = disk.parent(path)?;
            disk.changes += 1;
            disk.change(dir, name, None);
            Ok(())
        })
    }

    fn create_dir(&self, path: &Path) -> io::Result<bool> {
        self.change(|disk| {
            let (dir, name) = disk.parent(path)?;
            if let Some(known) = disk.names(dir)?.live.get(name) {
                return disk.names(*known).map(|_| false).map_err(|_| io::ErrorKind::AlreadyExists.into());
            }
            disk.make(dir, name, Node::Dir(Names::default()));
            Ok(true)
        })
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        self.change(|disk| {
            let ino = disk.find(path)?;
            disk.names(ino)?;
            disk.sync_names(ino);
            Ok(())
        })
    }

    fn list(&self, path: &Path) -> io::Result<Vec<(OsString, Stat)>> {
        let shared = self.lock();
        let names = shared.disk.names(shared.disk.find(path)?)?;
        Ok(names.live.iter().map(|(name, ino)| (name.clone(), shared.disk.stat(*ino))).collect())
    }

    fn stat(&self, path: &Path) -> io::Result<Option<Stat>> {
        let shared = self.lock();
        match shared.disk.find(path) {
            Ok(ino) => Ok(Some(shared.disk.stat(ino))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl Disk {
    fn stat(&self, ino: Ino) -> Stat {
        // The clocks of the tests begin in 2026; what was just written is never thirty days old.
        let (changed, modified) = (i64::MAX / 2, i64::MAX / 2);
        match &*self.nodes[ino] {
            Node::File(bytes) => Stat { kind: Kind::File, size: bytes.live.len() as u64, changed, modified },
            Node::Dir(_) => Stat { kind: Kind::Directory, size: 0, changed, modified },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written() -> LossyFs {
        let mut disk = Disk::default();
        disk.lay(Path::new("/d/e"));
        let fs = LossyFs::on(disk);
        (&fs as &dyn Fs).write_new(Path::new("/d/synced"), b"synced").unwrap();
        fs.sync_dir(Path::new("/d")).unwrap();
        fs
    }

    fn there(disk: &Disk, path: &str) -> Option<Vec<u8>> {
        let fs = LossyFs::on(disk.clone());
        (&fs as &dyn Fs).read(Path::new(path), 1 << 20).ok()
    }

    #[test]
    fn what_was_synced_is_there_after_every_cut() {
        let fs = written();
        fs.create_new(Path::new("/d/other")).unwrap().write_all(b"x").unwrap();
        for how in Cut::ALL {
            for seed in 0..50 {
                let after = fs.disk().cut(how, &mut Dice(seed));
                assert_eq!(there(&after, "/d/synced").as_deref(), Some(&b"synced"[..]), "{how:?} {seed}");
            }
        }
    }

    #[test]
    fn what_was_not_synced_may_be_lost_kept_or_torn() {
        let fs = written();
        fs.create_new(Path::new("/d/file")).unwrap().write_all(&[7; 2000]).unwrap();
        let mut seen = BTreeSet::new();
        for seed in 0..200 {
            seen.insert(there(&fs.disk().cut(Cut::Random, &mut Dice(seed)), "/d/file"));
        }
        assert!(seen.contains(&None) && seen.contains(&Some(vec![7; 2000])), "lost and kept");
        assert!(seen.iter().flatten().any(|b| b.contains(&0) && b.contains(&7)), "torn");
    }

    #[test]
    fn a_move_between_directories_is_one_change_unless_told_otherwise() {
        let fs = written();
        fs.rename(Path::new("/d/synced"), Path::new("/d/e/moved")).unwrap();
        let mut apart = BTreeSet::new();
        for seed in 0..100 {
            let ends = |how| {
                let after = fs.disk().cut(how, &mut Dice(seed));
                (there(&after, "/d/synced").is_some(), there(&after, "/d/e/moved").is_some())
            };
            let (from, to) = ends(Cut::Random);
            assert!(from != to);
            apart.insert(ends(Cut::Apart));
        }
        assert_eq!(apart.len(), 4);
        fs.sync_dir(Path::new("/d/e")).unwrap();
        assert!(there(&fs.disk().cut(Cut::Apart, &mut Dice(1)), "/d/e/moved").is_some());
    }
}

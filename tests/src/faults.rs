//! A file system that counts what is asked of it and fails the k-th operation.
//!
//! It also knows the kinds of the lines that a journal got through it: what was done on a failing disk can be told
//! from what was merely there before.

use jingui_schema::act::Deed;
use jingui_vault::fs::{Fs, ReadFile, Stat, WriteFile};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How an operation fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The program dies before it: this and every later operation fails, nothing more reaches the disk.
    Kill,
    /// The program dies in the middle of a write: half of its bytes reach the disk, nothing after them.
    TornKill,
    /// The device refuses once.
    Eio,
    /// The disk is full from here on: whatever needs space fails until [`FaultFs::lift`].
    Enospc,
    /// Half of the bytes are written, then the write fails; afterwards all is well again.
    ShortWrite,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Kill, Self::TornKill, Self::Eio, Self::Enospc, Self::ShortWrite];

    /// Its word in tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Kill => "kill",
            Self::TornKill => "torn kill",
            Self::Eio => "EIO",
            Self::Enospc => "ENOSPC",
            Self::ShortWrite => "short write",
        }
    }

    /// Whether it makes sense for this operation only when something is being written.
    pub fn is_of_writes(self) -> bool {
        matches!(self, Self::TornKill | Self::ShortWrite)
    }
}

/// What was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as in `Fs`")]
pub enum Op {
    Open,
    Read,
    List,
    Stat,
    Create,
    OpenAppend,
    Write,
    WriteAt,
    Sync,
    SetLen,
    Rename,
    Remove,
    RemoveDir,
    CreateDir,
    SyncDir,
}

impl Op {
    /// Whether it only looks.
    pub fn only_reads(self) -> bool {
        matches!(self, Self::Open | Self::Read | Self::List | Self::Stat)
    }

    /// Whether it writes bytes.
    pub fn writes(self) -> bool {
        matches!(self, Self::Write | Self::WriteAt)
    }

    /// Whether it makes something durable.
    pub fn syncs(self) -> bool {
        matches!(self, Self::Sync | Self::SyncDir)
    }

    fn needs_space(self) -> bool {
        matches!(self, Self::Create | Self::Write | Self::WriteAt | Self::CreateDir)
    }
}

/// One operation that was counted.
#[derive(Clone, Debug)]
pub struct Step {
    /// What.
    pub op: Op,
    /// On what.
    pub path: PathBuf,
}

#[derive(Default)]
struct Record {
    steps: Vec<Step>,
    syncs: u64,
    bytes: u64,
    kinds: BTreeSet<&'static str>,
    fault: Option<(u64, Fault)>,
    fired: Option<Step>,
    dead: bool,
    full: bool,
    reads: bool,
    only: Option<PathBuf>,
}

/// The file system; clones share their count.
#[derive(Clone)]
pub struct FaultFs {
    inner: Arc<dyn Fs>,
    record: Arc<Mutex<Record>>,
}

enum Verdict {
    Go,
    Half(io::Error),
}

fn eio() -> io::Error {
    io::Error::from_raw_os_error(5)
}

fn enospc() -> io::Error {
    io::Error::from_raw_os_error(28)
}

impl FaultFs {
    /// Over another file system, without a fault.
    pub fn over(inner: Arc<dyn Fs>) -> Self {
        Self { inner, record: Arc::default() }
    }

    /// Counts and fails only what lies below this directory.
    pub fn only_below(self, dir: &Path) -> Self {
        self.record().only = Some(dir.to_owned());
        self
    }

    /// Counts and fails operations that only look, too.
    pub fn with_reads(self) -> Self {
        self.record().reads = true;
        self
    }

    /// Forgets the count; the k-th operation from here (from 1) is to fail.
    pub fn arm(&self, k: u64, fault: Fault) {
        self.count_anew();
        self.record().fault = Some((k, fault));
    }

    /// Forgets the count.
    pub fn count_anew(&self) {
        let mut record = self.record();
        let (only, reads) = (record.only.take(), record.reads);
        *record = Record { only, reads, ..Record::default() };
    }

    /// All is well again: there is space, and no fault is to come. What was killed stays dead.
    pub fn lift(&self) {
        let mut record = self.record();
        (record.full, record.fault) = (false, None);
    }

    /// The operations since the last count, in order.
    pub fn steps(&self) -> Vec<Step> {
        self.record().steps.clone()
    }

    /// Syncs of files and directories since the last count.
    pub fn syncs(&self) -> u64 {
        self.record().syncs
    }

    /// Bytes written since the last count.
    pub fn bytes(&self) -> u64 {
        self.record().bytes
    }

    /// The operation that was made to fail, if it has come.
    pub fn fired(&self) -> Option<Step> {
        self.record().fired.clone()
    }

    /// Kinds of the lines that were written into journals since the last count.
    pub fn kinds(&self) -> BTreeSet<&'static str> {
        self.record().kinds.clone()
    }

    fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn step(&self, op: Op, path: &Path, bytes: usize) -> io::Result<Verdict> {
        let mut record = self.record();
        if record.only.as_ref().is_some_and(|dir| !path.starts_with(dir)) {
            return Ok(Verdict::Go);
        }
        if record.dead {
            return Err(eio());
        }
        if op.only_reads() && !record.reads {
            return Ok(Verdict::Go);
        }
        record.steps.push(Step { op, path: path.to_owned() });
        let count = record.steps.len() as u64;
        if let Some((k, fault)) = record.fault
            && k == count
            && (op.writes() || !fault.is_of_writes())
        {
            record.fired = Some(Step { op, path: path.to_owned() });
            match fault {
                Fault::Kill => {
                    record.dead = true;
                    return Err(eio());
                }
                Fault::TornKill => {
                    record.dead = true;
                    return Ok(Verdict::Half(eio()));
                }
                Fault::Eio => return Err(eio()),
                Fault::Enospc => {
                    record.full = true;
                    return Err(enospc());
                }
                Fault::ShortWrite => return Ok(Verdict::Half(enospc())),
            }
        }
        if record.full && op.needs_space() {
            return Err(enospc());
        }
        record.syncs += u64::from(op.syncs());
        record.bytes += bytes as u64;
        Ok(Verdict::Go)
    }

    fn plain(&self, op: Op, path: &Path) -> io::Result<()> {
        match self.step(op, path, 0)? {
            Verdict::Go => Ok(()),
            Verdict::Half(error) => Err(error),
        }
    }
}

impl Fs for FaultFs {
    fn open(&self, path: &Path) -> io::Result<Box<dyn ReadFile>> {
        self.plain(Op::Open, path)?;
        Ok(Box::new(Reading { fs: self.clone(), path: path.to_owned(), file: self.inner.open(path)? }))
    }
    fn create_new(&self, path: &Path) -> io::Result<Box<dyn WriteFile>> {
        self.plain(Op::Create, path)?;
        Ok(Box::new(Writing { fs: self.clone(), path: path.to_owned(), file: self.inner.create_new(path)? }))
    }
    fn open_append(&self, path: &Path) -> io::Result<Box<dyn WriteFile>> {
        self.plain(Op::OpenAppend, path)?;
        Ok(Box::new(Writing { fs: self.clone(), path: path.to_owned(), file: self.inner.open_append(path)? }))
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.plain(Op::Rename, to)?;
        self.inner.rename(from, to)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        self.plain(Op::Remove, path)?;
        self.inner.remove(path)
    }
    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        self.plain(Op::RemoveDir, path)?;
        self.inner.remove_dir(path)
    }
    fn create_dir(&self, path: &Path) -> io::Result<bool> {
        self.plain(Op::CreateDir, path)?;
        self.inner.create_dir(path)
    }
    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        self.plain(Op::SyncDir, path)?;
        self.inner.sync_dir(path)
    }
    fn list(&self, path: &Path) -> io::Result<Vec<(OsString, Stat)>> {
        self.plain(Op::List, path)?;
        self.inner.list(path)
    }
    fn stat(&self, path: &Path) -> io::Result<Option<Stat>> {
        self.plain(Op::Stat, path)?;
        self.inner.stat(path)
    }
}

/// The kinds of the lines that stand whole in these bytes; of a line the act comes first that names one.
fn kinds_in(bytes: &[u8]) -> Vec<&'static str> {
    let kind = |line: &str| {
        let (kind, _) = line.split_once(r#""kind":""#)?.1.split_once('"')?;
        Deed::KINDS.iter().copied().find(|known| *known == kind)
    };
    String::from_utf8_lossy(bytes).lines().filter_map(kind).collect()
}

struct Reading {
    fs: FaultFs,
    path: PathBuf,
    file: Box<dyn ReadFile>,
}

impl Read for Reading {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.fs.plain(Op::Read, &self.path)?;
        self.file.read(into)
    }
}

impl Seek for Reading {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

struct Writing {
    fs: FaultFs,
    path: PathBuf,
    file: Box<dyn WriteFile>,
}

impl Write for Writing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.fs.step(Op::Write, &self.path, bytes.len())? {
            Verdict::Go => {
                let written = self.file.write(bytes)?;
                if self.path.extension().is_some_and(|ext| ext == "jsonl")
                    && self.path.parent().is_some_and(|dir| dir.ends_with("journal"))
                {
                    self.fs.record().kinds.extend(kinds_in(&bytes[..written]));
                }
                Ok(written)
            }
            Verdict::Half(error) => self.file.write_all(&bytes[..bytes.len() / 2]).and(Err(error)),
        }
    }
    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl WriteFile for Writing {
    fn write_all_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        match self.fs.step(Op::WriteAt, &self.path, bytes.len())? {
            Verdict::Go => self.file.write_all_at(bytes, offset),
            Verdict::Half(error) => self.file.write_all_at(&bytes[..bytes.len() / 2], offset).and(Err(error)),
        }
    }
    fn sync(&mut self) -> io::Result<()> {
        self.fs.plain(Op::Sync, &self.path)?;
        self.file.sync()
    }
    fn set_len(&mut self, bytes: u64) -> io::Result<()> {
        self.fs.plain(Op::SetLen, &self.path)?;
        self.file.set_len(bytes)
    }
}

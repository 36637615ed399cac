//! Derived: for each line its leaf hash, its request id and where it lies; and the tree over the leaves.
//!
//! 64 bytes a line in `derived/tree`. Nothing here is believed before the root over the leaves has been
//! compared with `commit`; what does not fit is rebuilt from the journal.

use super::acts::Acts;
use crate::error::{Doing, Result};
use crate::fs::{Fs, WriteFile};
use jingui_schema::id::ActId;
use jingui_schema::merkle::{self, Frontier, Hash};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes of one entry.
pub const ENTRY_BYTES: usize = 64;

/// What is kept of one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// RFC 6962 leaf hash.
    pub leaf: Hash,
    /// The act in the line.
    pub act: ActId,
    /// Where it begins in its segment.
    pub offset: u64,
    /// Bytes without LF.
    pub length: u32,
}

impl Entry {
    /// Of a line without LF.
    pub fn of(line: &[u8], act: ActId, offset: u64) -> Self {
        Self { leaf: merkle::leaf_hash(line), act, offset, length: line.len() as u32 }
    }

    fn to_bytes(self) -> [u8; ENTRY_BYTES] {
        let mut bytes = [0; ENTRY_BYTES];
        bytes[..32].copy_from_slice(&self.leaf);
        bytes[32..48].copy_from_slice(self.act.as_bytes());
        bytes[48..56].copy_from_slice(&self.offset.to_le_bytes());
        bytes[56..60].copy_from_slice(&self.length.to_le_bytes());
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Self {
        let part = |range: std::ops::Range<usize>| &bytes[range];
        Self {
            leaf: part(0..32).try_into().expect("32 bytes"),
            act: ActId::from_bytes(part(32..48).try_into().expect("16 bytes")),
            offset: u64::from_le_bytes(part(48..56).try_into().expect("8 bytes")),
            length: u32::from_le_bytes(part(56..60).try_into().expect("4 bytes")),
        }
    }
}

/// The tree file and the frontier over its leaves.
pub struct Tree {
    fs: Arc<dyn Fs>,
    path: PathBuf,
    file: Option<Box<dyn WriteFile>>,
    // Entries that the file holds; those behind them are in memory: all where nothing may be written, else
    // what could not be written yet.
    written: u64,
    memory: Vec<Entry>,
    frontier: Frontier,
    acts: Arc<Mutex<Acts>>,
}

impl Tree {
    /// Opens the tree of `lines` lines whose root is known, and where the last of them ends in its segment. `None`
    /// where the file does not fit.
    ///
    /// The root vouches for the leaves. That each line begins where the one before ended, or begins a segment, is asked
    /// besides: an entry that was cut off in its middle has its leaf, and leads to nowhere.
    /// With a frontier from a trusted snapshot only the entries behind it are read.
    pub fn open(
        fs: Arc<dyn Fs>,
        path: &Path,
        (lines, end): (u64, u64),
        root: &Hash,
        known: Option<Frontier>,
        writable: bool,
    ) -> Option<Self> {
        let stat = fs.stat(path).ok()??;
        if stat.size / (ENTRY_BYTES as u64) < lines {
            return None;
        }
        let mut frontier = known.filter(|f| f.size() <= lines).unwrap_or_default();
        let mut file = fs.open(path).ok()?;
        file.seek(SeekFrom::Start(frontier.size() * ENTRY_BYTES as u64)).ok()?;
        let mut left = lines - frontier.size();
        // Where the next line begins; not known of the first one behind a snapshot.
        let mut next = (frontier.size() == 0).then_some(0);
        let mut buffer = vec![0; 4096 * ENTRY_BYTES];
        while left > 0 {
            let count = left.min(4096);
            let bytes = &mut buffer[..count as usize * ENTRY_BYTES];
            file.read_exact(bytes).ok()?;
            for entry in bytes.chunks(ENTRY_BYTES).map(Entry::from_bytes) {
                if entry.length == 0 || (entry.offset != 0 && next.is_some_and(|next| entry.offset != next)) {
                    return None;
                }
                next = Some(entry.offset.checked_add(u64::from(entry.length) + 1)?);
                frontier.push(entry.leaf);
            }
            left -= count;
        }
        if frontier.root() != *root || next.is_some_and(|next| next != end) {
            return None;
        }
        let file = match writable {
            true => {
                let mut file = fs.open_append(path).ok()?;
                // Entries above the committed lines belong to lines that never counted.
                if stat.size != lines * ENTRY_BYTES as u64 {
                    file.set_len(lines * ENTRY_BYTES as u64).ok()?;
                    file = fs.open_append(path).ok()?;
                }
                Some(file)
            }
            false => None,
        };
        let path = path.to_owned();
        Some(Self { fs, path, file, written: lines, memory: Vec::new(), frontier, acts: Arc::default() })
    }

    /// Begins an empty tree, in place of what is there; in memory where nothing may be written.
    ///
    /// The snapshot beside it goes first, and durably: whoever believes it does not look at the entries before it, and those
    /// of the new tree are not on the device until the next snapshot.
    pub fn create(fs: Arc<dyn Fs>, path: &Path, writable: bool) -> Result<Self> {
        let file = match writable {
            true => {
                let snapshot = path.with_file_name("state");
                for old in [&*snapshot, path] {
                    if fs.stat(old).doing("look at", old)?.is_some() {
                        fs.remove(old).doing("remove", old)?;
                        let dir = old.parent().expect("it lies in a directory");
                        fs.sync_dir(dir).doing("sync", dir)?;
                    }
                }
                Some(fs.create_new(path).doing("create", path)?)
            }
            false => None,
        };
        let (path, frontier) = (path.to_owned(), Frontier::default());
        Ok(Self { fs, path, file, written: 0, memory: Vec::new(), frontier, acts: Arc::default() })
    }

    /// Adds entries for the next lines. The file is not synced: what is missing is rebuilt.
    pub fn push(&mut self, entries: &[Entry]) {
        entries.iter().for_each(|entry| self.frontier.push(entry.leaf));
        self.memory.extend_from_slice(entries);
        let Some(file) = &mut self.file else { return };
        let bytes: Vec<u8> = self.memory.iter().flat_map(|entry| entry.to_bytes()).collect();
        // What cannot be written stays in memory and goes with the next: requests must be found meanwhile.
        if file.write_all_at(&bytes, self.written * ENTRY_BYTES as u64).is_ok() {
            self.written += self.memory.len() as u64;
            self.memory.clear();
        }
    }

    /// The frontier over all lines.
    pub fn frontier(&self) -> &Frontier {
        &self.frontier
    }

    /// A reader of entries, independent of later pushes.
    pub fn reader(&self) -> TreeReader {
        let (fs, path, memory) = (self.fs.clone(), self.path.clone(), self.memory.clone());
        TreeReader { fs, path, written: self.written, memory, acts: self.acts.clone() }
    }
}

/// Reads entries of the tree.
#[derive(Clone)]
pub struct TreeReader {
    fs: Arc<dyn Fs>,
    path: PathBuf,
    written: u64,
    memory: Vec<Entry>,
    acts: Arc<Mutex<Acts>>,
}

impl TreeReader {
    /// The entry of a line, from 1.
    pub fn entry(&self, seq: u64) -> io::Result<Entry> {
        // One written meanwhile is found in the file.
        if let Some(entry) = seq.checked_sub(self.written + 1).and_then(|i| self.memory.get(i as usize)) {
            return Ok(*entry);
        }
        let mut file = self.fs.open(&self.path)?;
        file.seek(SeekFrom::Start((seq - 1) * ENTRY_BYTES as u64))?;
        let mut bytes = [0; ENTRY_BYTES];
        file.read_exact(&mut bytes)?;
        Ok(Entry::from_bytes(&bytes))
    }

    /// The first of lines 1 to `lines` whose entry names this act.
    ///
    /// Units: the first question reads every entry once; those after it only such parts as may hold the act.
    pub fn find(&self, act: ActId, lines: u64) -> io::Result<Option<u64>> {
        let ranges = {
            let mut acts = self.acts.lock().unwrap_or_else(PoisonError::into_inner);
            let from = acts.lines() + 1;
            if from <= lines {
                self.scan(from, lines, |_, entry| {
                    acts.push(entry.act);
                    true
                })?;
            }
            acts.may_be_in(act)
        };
        let mut found = None;
        for (first, last) in ranges {
            self.scan(first, last.min(lines), |seq, entry| {
                found = (entry.act == act).then_some(seq);
                found.is_none()
            })?;
            if found.is_some() {
                break;
            }
        }
        Ok(found)
    }

    /// Passes the entries of lines `from` (from 1) to `to` in order until the visitor returns `false`.
    pub fn scan(&self, from: u64, to: u64, mut visit: impl FnMut(u64, Entry) -> bool) -> io::Result<()> {
        let held = self.memory.len() as u64;
        let in_file = if held == 0 { to } else { to.min(self.written) };
        if from <= in_file {
            let mut file = self.fs.open(&self.path)?;
            file.seek(SeekFrom::Start((from - 1) * ENTRY_BYTES as u64))?;
            let mut file = io::BufReader::with_capacity(4096 * ENTRY_BYTES, file);
            let mut bytes = [0; ENTRY_BYTES];
            for seq in from..=in_file {
                file.read_exact(&mut bytes)?;
                if !visit(seq, Entry::from_bytes(&bytes)) {
                    return Ok(());
                }
            }
        }
        for seq in from.max(in_file + 1)..=to.min(self.written + held) {
            if !visit(seq, self.memory[(seq - self.written) as usize - 1]) {
                break;
            }
        }
        Ok(())
    }
}

/// Perfect subtrees computed from the entries as asked; for proofs.
impl merkle::Subtrees for TreeReader {
    type Error = io::Error;

    fn subtree(&mut self, level: u32, index: u64) -> io::Result<Hash> {
        let count = 1u64 << level;
        let mut frontier = Frontier::default();
        self.scan(index * count + 1, (index + 1) * count, |_, entry| {
            frontier.push(entry.leaf);
            true
        })?;
        Ok(frontier.root())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fs::OsFs;

    #[test]
    fn an_entry_that_leads_to_nowhere_is_not_believed() {
        let dir = tempfile::tempdir().unwrap();
        let (fs, path): (Arc<dyn Fs>, _) = (Arc::new(OsFs), dir.path().join("tree"));
        let mut tree = Tree::create(fs.clone(), &path, true).unwrap();
        let act = ActId::from_bytes([7; 16]);
        // Two lines of one segment, and one that begins the next.
        let entries =
            [(b"first", 0), (b"again", 6), (b"other", 0)].map(|(line, at)| Entry::of(line, act, at));
        tree.push(&entries);
        let root = tree.frontier().root();
        let whole = std::fs::read(&path).unwrap();
        let opens = |bytes: &[u8], end| {
            std::fs::write(&path, bytes).unwrap();
            Tree::open(fs.clone(), &path, (3, end), &root, None, false).is_some()
        };
        assert!(opens(&whole, 6));
        assert!(!opens(&whole, 7), "the last line ends elsewhere");
        for entry in 0..3 {
            // Cut off anywhere behind its leaf, the rest of it zeros: in its length it may be what it was.
            for cut in 32..=48 {
                let mut torn = whole.clone();
                torn[entry * ENTRY_BYTES + cut..(entry + 1) * ENTRY_BYTES].fill(0);
                assert!(!opens(&torn, 6), "entry {entry} cut at {cut}");
            }
            let mut moved = whole.clone();
            moved[entry * ENTRY_BYTES + 48] ^= 2;
            assert!(!opens(&moved, 6), "entry {entry} moved");
        }
    }
}

//! When a line counts as written.

use super::read::{Raw, segments};
use super::tree::{Entry, Tree};
use super::watch::Failed;
use crate::defects::defect;
use crate::env::Env;
use crate::error::{Doing, Error, Result};
use crate::fs::WriteFile;
use crate::layout::{Layout, segment_path};
use jingui_schema::act::{Act, PriorSegment, SegmentClose};
use jingui_schema::commit::{Commit, SLOT_BYTES};
use jingui_schema::digest::{FileMark, Sha256, Signature};
use jingui_schema::id::{By, VaultId};
use jingui_schema::line::{Line, Tip};
use serde_json::value::RawValue;
use std::io;

/// A segment of this many bytes is closed.
pub const SEGMENT_BYTES_MAX: u64 = 64 << 20;

/// What is to become a line.
#[derive(Clone, Debug)]
pub struct Pending {
    /// Who.
    pub by: By,
    /// The act.
    pub act: Act,
    /// Its bytes, as signed.
    pub raw: Box<RawValue>,
    /// The person's signature.
    pub sig: Option<Signature>,
}

impl Pending {
    /// Something the vault does by itself.
    pub fn of_vault(act: Act) -> Self {
        let raw = act.to_raw();
        Self { by: By::Vault, act, raw, sig: None }
    }
}

/// The end of the journal, where lines are added. One per vault; the writer thread owns it.
pub struct Appender {
    pub(super) env: Env,
    pub(super) layout: Layout,
    pub(super) vault: VaultId,
    pub(super) tip: Tip,
    pub(super) segment: u64,
    pub(super) bytes: u64,
    pub(super) file: Box<dyn WriteFile>,
    pub(super) generation: u64,
    pub(super) commit: Box<dyn WriteFile>,
    pub(super) tree: Tree,
    pub(super) closing: u64,
    pub(super) closed: bool,
    pub(super) stopped: Option<String>,
    pub(super) failed: Failed,
}

impl Appender {
    /// The end of a journal that has no line yet: an empty first segment, an empty `commit` of two slots.
    pub fn begin(
        env: Env,
        layout: Layout,
        vault: VaultId,
        file: Box<dyn WriteFile>,
        commit: Box<dyn WriteFile>,
        tree: Tree,
    ) -> Self {
        let (tip, closing) = (Tip::START, SEGMENT_BYTES_MAX);
        let (segment, bytes, generation, closed, stopped) = (1, 0, 0, false, None);
        let failed = Failed::default();
        Self {
            env,
            layout,
            vault,
            tip,
            segment,
            bytes,
            file,
            generation,
            commit,
            tree,
            closing,
            closed,
            stopped,
            failed,
        }
    }

    /// The last line.
    pub fn tip(&self) -> Tip {
        self.tip
    }

    /// The tree over all lines.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Why nothing more is written, if so.
    pub fn stopped(&self) -> Option<&str> {
        if defect("writing on after a failed sync") {
            return None;
        }
        self.stopped.as_deref().or(self.failed.get().map(String::as_str))
    }

    /// Ends writing; used where a step outside the journal left the disk in doubt.
    pub fn stop(&mut self, why: impl ToString) {
        self.stopped.get_or_insert(why.to_string());
    }

    /// Ends writing as soon as this says that a sync has failed, whoever asked for it.
    pub fn heed(&mut self, failed: Failed) {
        self.failed = failed;
    }

    /// Gives up writing; what was read stays.
    pub fn into_tree(self) -> Tree {
        self.tree
    }

    /// Closes segments at this many bytes instead; for tests.
    pub fn close_segments_at(&mut self, bytes: u64) {
        self.closing = bytes;
    }

    /// Appends lines and returns them once they are durable: segment synced, then `commit`.
    ///
    /// - Shape: the lines come back in order; a `segment.close` line may follow them.
    /// - Errors: after a failed write nothing was added and the next call may succeed; after a failed
    ///   sync ([`Error::Poisoned`]) nothing more is written until the vault has been opened again.
    pub fn append(&mut self, pending: &[Pending]) -> Result<Vec<(Line, Raw)>> {
        if let Some(why) = self.stopped() {
            return Err(Error::Poisoned { why: why.to_owned() });
        }
        if self.closed {
            self.begin_segment()?;
        }
        let mut tip = self.tip;
        let mut text = Vec::new();
        let mut lines = Vec::with_capacity(pending.len() + 1);
        for item in pending {
            self.put(&mut text, &mut lines, &mut tip, item)?;
        }
        let closes = self.bytes + text.len() as u64 >= self.closing;
        if closes {
            let deed =
                SegmentClose { first: self.segment, prior: prior(&self.env, &self.layout, self.segment)? }
                    .into();
            let act = Act { id: self.env.act_id(), at: self.env.now(), deed };
            self.put(&mut text, &mut lines, &mut tip, &Pending::of_vault(act))?;
        }
        self.write(&text)?;
        // Lines first, `commit` after them: a commit must never count what is not on the device.
        if let Err(error) = self.file.sync() {
            return Err(self.poison("sync the segment", error));
        }
        self.bytes += text.len() as u64;
        self.tip = tip;
        self.closed = closes;
        let entries: Vec<Entry> =
            lines.iter().map(|(line, raw)| Entry::of(&raw.bytes, line.act.id, raw.offset)).collect();
        self.tree.push(&entries);
        self.write_commit()?;
        Ok(lines)
    }

    /// Makes the tree anew from the lines; returns how many there are.
    ///
    /// Errors: [`Error::JournalDamaged`] where the lines are not those that were appended.
    pub fn rebuild_tree(&mut self) -> Result<u64> {
        let root = Sha256(self.tree.frontier().root());
        let tree_of =
            |writable| super::open::tree_of(&self.env, &self.layout, self.tip.lines, &root.0, writable);
        let (tree, failed) = match tree_of(true) {
            Ok(tree) => (tree, None),
            // The old file may be gone by now. In memory it serves until the next opening.
            Err(error @ Error::Io { .. }) => (tree_of(false)?, Some(error)),
            Err(error) => return Err(error),
        };
        if Sha256(tree.frontier().root()) != root {
            let (path, seq) = (segment_path(self.segment), self.tip.lines.to_string());
            return Err(Error::JournalDamaged {
                path,
                seq,
                why: "the root over all lines has changed".into(),
            });
        }
        self.tree = tree;
        failed.map_or(Ok(self.tip.lines), Err)
    }

    fn put(
        &self,
        text: &mut Vec<u8>,
        lines: &mut Vec<(Line, Raw)>,
        tip: &mut Tip,
        item: &Pending,
    ) -> Result<()> {
        let bad = |error: jingui_schema::line::LineError| Error::Stale { why: super::read::full(&error) };
        let mut bytes = Line::write(tip, self.env.now(), item.by, &item.raw, item.sig).map_err(bad)?;
        let offset = self.bytes + text.len() as u64;
        text.extend_from_slice(&bytes);
        bytes.pop();
        let line = Line::parse(&bytes).map_err(bad)?;
        *tip = Tip::after(&line);
        lines.push((line, Raw { bytes: bytes.into(), segment: self.segment, offset }));
        Ok(())
    }

    fn write(&mut self, text: &[u8]) -> Result<()> {
        let path = self.layout.segment(self.segment);
        let Err(error) = self.file.write_all(text) else { return Ok(()) };
        // Part of a line may stand there. Taken back, nothing has happened; otherwise writing ends here
        // and the next opening puts the tail aside.
        let undone = self.file.set_len(self.bytes).and_then(|()| self.env.fs.open_append(&path));
        match undone {
            Ok(file) => self.file = file,
            Err(_) => self.stop(format!("a line could not be written and not be taken back: {error}")),
        }
        Err(error).doing("append to", &path)
    }

    pub(super) fn write_commit(&mut self) -> Result<()> {
        let root = Sha256(self.tree.frontier().root());
        let commit = Commit {
            v: jingui_schema::FORMAT,
            vault: self.vault,
            generation: self.generation + 1,
            lines: self.tip.lines,
            segment: self.segment,
            bytes: self.bytes,
            last: self.tip.last,
            root,
        };
        let at = (commit.slot() * SLOT_BYTES) as u64;
        if let Err(error) = self.commit.write_all_at(&commit.to_slot(), at) {
            return Err(self.poison("write commit", error));
        }
        if let Err(error) = self.commit.sync() {
            return Err(self.poison("sync commit", error));
        }
        self.generation += 1;
        Ok(())
    }

    fn poison(&mut self, what: &str, error: io::Error) -> Error {
        self.stop(format!("{what}: {error}"));
        Error::Io { doing: format!("{what} of {}", self.layout.root().display()), source: error }
    }

    fn begin_segment(&mut self) -> Result<()> {
        let first = self.tip.lines + 1;
        let path = self.layout.segment(first);
        // One that a failed attempt left behind holds nothing that counts.
        if self.env.fs.stat(&path).doing("look at", &path)?.is_some() {
            self.env.fs.remove(&path).doing("remove", &path)?;
        }
        self.file = self.env.fs.create_new(&path).doing("create", &path)?;
        let dir = self.layout.path("journal");
        if let Err(error) = self.env.fs.sync_dir(&dir) {
            return Err(self.poison("sync the journal directory", error));
        }
        (self.segment, self.bytes, self.closed) = (first, 0, false);
        Ok(())
    }
}

/// The segment before this one, with its digest.
pub(super) fn prior(env: &Env, layout: &Layout, segment: u64) -> Result<Option<PriorSegment>> {
    let firsts = segments(&*env.fs, layout)?;
    let Some(&first) = firsts.iter().rev().find(|first| **first < segment) else { return Ok(None) };
    let path = layout.path(&segment_path(first));
    let FileMark { size, b3 } = crate::vault::mark_of(env, &path)?;
    Ok(Some(PriorSegment { first, size, b3 }))
}

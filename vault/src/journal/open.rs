//! What we believe after a crash.
//!
//! Up to `commit` everything counts or is damage. Above it, a whole line whose chain is right is adopted: its
//! files were durable before it was written. What follows is put aside in `quarantine/`, never just cut off.

use super::append::{Appender, SEGMENT_BYTES_MAX, prior};
use super::leaves::tree_of_bytes;
use super::read::{Lines, full, segments};
use super::tree::{Entry, Tree};
use crate::defects::defect;
use crate::env::Env;
use crate::error::{Doing, Error, Result};
use crate::layout::{Layout, segment_path};
use jingui_schema::act::{Deed, HeadCosigned, HeadSigned};
use jingui_schema::commit::{Commit, SLOT_BYTES};
use jingui_schema::id::VaultId;
use jingui_schema::line::{LINE_BYTES_MAX, Line, Tip};
use jingui_schema::merkle::{self, Frontier, Hash};
use std::collections::{HashMap, HashSet};
use std::io::{Read, Seek, SeekFrom};

/// Bytes behind the last whole line, as they were put aside.
#[derive(Clone, Debug)]
pub struct Tail {
    /// Name in `quarantine/`.
    pub name: String,
    /// The bytes' size and digest.
    pub mark: jingui_schema::digest::FileMark,
}

/// A journal that has been looked at, up to what `commit` counts; nothing was changed in it.
pub struct Looked {
    /// How far it counts.
    pub commit: Commit,
    /// The last line that counts.
    pub tip: Tip,
    /// The tree over the lines that count.
    pub tree: Tree,
    /// Whether `derived/tree` had to be made anew.
    pub tree_rebuilt: bool,
}

/// A journal that is open for writing.
pub struct Opened {
    /// The last line that counts.
    pub tip: Tip,
    /// Lines above `commit` that were adopted.
    pub adopted: u64,
    /// What was put aside.
    pub tails: Vec<Tail>,
    /// Where lines are added.
    pub appender: Appender,
}

/// Looks at the journal of a vault.
///
/// - `known`: the frontier of a snapshot that its reader has authenticated; spares reading the tree file.
/// - `writable`: whether `derived/tree` may be written.
/// - Errors: [`Error::CommitDamaged`], [`Error::JournalDamaged`] for damage at or below `commit`.
pub fn look(
    env: &Env,
    layout: &Layout,
    vault: VaultId,
    known: Option<Frontier>,
    writable: bool,
) -> Result<Looked> {
    let fs = &env.fs;
    let commit_path = layout.commit();
    let damaged_commit = || Error::CommitDamaged { path: commit_path.display().to_string() };
    #[cfg(feature = "defects")]
    crate::defects::cut_at_first_bad_line(env, layout)?;
    let slots = match fs.read(&commit_path, 2 * SLOT_BYTES as u64) {
        Ok(slots) => slots,
        Err(e) if matches!(e.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::InvalidData) => {
            return Err(damaged_commit());
        }
        Err(e) => return Err(e).doing("read", &commit_path),
    };
    #[cfg(feature = "defects")]
    let slots = crate::defects::older_slot_only(slots);
    let commit = Commit::from_file(&slots).filter(|c| c.vault == vault).ok_or_else(damaged_commit)?;
    let last = last_line(env, layout, &commit)?;
    let tip = Tip::after(&last);

    // The tree over the committed lines, from its file or from the journal itself.
    let tree_path = layout.path("derived/tree");
    if writable {
        fs.create_dir(&layout.path("derived")).doing("create", &layout.path("derived"))?;
    }
    let found =
        Tree::open(fs.clone(), &tree_path, (commit.lines, commit.bytes), &commit.root.0, known, writable);
    let tree_rebuilt = found.is_none();
    let tree = match found {
        Some(tree) => tree,
        None => rebuild_tree(env, layout, &commit, writable)?,
    };
    Ok(Looked { commit, tip, tree, tree_rebuilt })
}

/// Opens a journal for writing: adopts what stands whole above `commit`, puts the rest aside.
///
/// `judge` says of each such line, in order, whether its doer had the right to it; one without is not adopted.
pub fn adopt(
    env: &Env,
    layout: &Layout,
    looked: Looked,
    judge: &mut dyn FnMut(&Line) -> bool,
) -> Result<Opened> {
    let fs = &env.fs;
    let Looked { commit, tip, mut tree, .. } = looked;
    let (commit_path, vault) = (layout.commit(), commit.vault);
    // No act stands twice: whoever can write the file could lay a signed one there once more.
    let (before, mut seen, mut unread) = (tree.reader(), HashSet::new(), None);
    let mut judge = |line: &Line| {
        let known = before.find(line.act.id, commit.lines).unwrap_or_else(|error| {
            unread.get_or_insert(error);
            None
        });
        known.is_none() && seen.insert(line.act.id) && judge(line)
    };
    let above = above(env, layout, &commit, tip, &tree, &mut judge)?;
    if let Some(error) = unread {
        return Err(error).doing("read", &layout.path("derived/tree"));
    }
    let entries: Vec<Entry> = above.entries.clone();
    tree.push(&entries);
    let path = layout.segment(above.segment);
    let mut file = fs.open_append(&path).doing("open", &path)?;
    let size = fs.stat(&path).doing("look at", &path)?.map_or(0, |s| s.size);
    if size > above.bytes {
        // The copy in quarantine is durable by now; only then is the segment cut.
        file.set_len(above.bytes).doing("cut", &path)?;
        file = fs.open_append(&path).doing("open", &path)?;
    }
    if size > above.bytes || !entries.is_empty() {
        file.sync().doing("sync", &path)?;
    }
    if above.segment != commit.segment {
        // Whoever began it may have died before its name was durable.
        let dir = layout.path("journal");
        fs.sync_dir(&dir).doing("sync", &dir)?;
    }
    let commit_file = fs.open_append(&commit_path).doing("open", &commit_path)?;
    let mut appender = Appender {
        env: env.clone(),
        layout: layout.clone(),
        vault,
        tip: above.tip,
        segment: above.segment,
        bytes: above.bytes,
        file,
        generation: commit.generation,
        commit: commit_file,
        tree,
        closing: SEGMENT_BYTES_MAX,
        closed: above.closed,
        stopped: None,
        failed: Default::default(),
    };
    if !entries.is_empty() {
        appender.write_commit()?;
    }
    let (adopted, tails, tip) = (entries.len() as u64, above.tails, above.tip);
    Ok(Opened { tip, adopted, tails, appender })
}

fn damaged(segment: u64, seq: u64, why: impl ToString) -> Error {
    Error::JournalDamaged { path: segment_path(segment), seq: seq.to_string(), why: why.to_string() }
}

/// Reads the line that `commit` names as the last, and checks that it is that line.
fn last_line(env: &Env, layout: &Layout, commit: &Commit) -> Result<Line> {
    let bad = |why: &str| damaged(commit.segment, commit.lines, why);
    let path = layout.segment(commit.segment);
    let stat = env.fs.stat(&path).doing("look at", &path)?.ok_or_else(|| bad("its segment is missing"))?;
    if stat.size < commit.bytes || commit.bytes == 0 {
        return Err(bad("its segment is cut"));
    }
    let mut file = env.fs.open(&path).doing("open", &path)?;
    let length = commit.bytes.min(LINE_BYTES_MAX as u64 + 1);
    file.seek(SeekFrom::Start(commit.bytes - length)).doing("read", &path)?;
    let mut bytes = vec![0; length as usize];
    file.read_exact(&mut bytes).doing("read", &path)?;
    if bytes.pop() != Some(b'\n') {
        return Err(bad("it does not end where commit says"));
    }
    let begin = bytes.iter().rposition(|b| *b == b'\n').map_or(0, |i| i + 1);
    let line = Line::parse(&bytes[begin..]).map_err(|e| bad(&full(&e)))?;
    if line.seq != commit.lines || line.digest != commit.last {
        return Err(bad("it is not the line that commit names"));
    }
    Ok(line)
}

fn rebuild_tree(env: &Env, layout: &Layout, commit: &Commit, writable: bool) -> Result<Tree> {
    let tree = tree_of(env, layout, commit.lines, &commit.root.0, writable)?;
    if tree.frontier().root() != commit.root.0 {
        return Err(damaged(
            commit.segment,
            commit.lines,
            "the root over all lines is not the one in commit",
        ));
    }
    Ok(tree)
}

/// The tree over so many lines, made from the journal. Where its root is not the one expected, each line was read and
/// found to follow the one before.
pub(super) fn tree_of(env: &Env, layout: &Layout, lines: u64, root: &Hash, writable: bool) -> Result<Tree> {
    if let Some(tree) = tree_of_bytes(&env.fs, layout, lines, root, writable)? {
        return Ok(tree);
    }
    let mut tree = Tree::create(env.fs.clone(), &layout.path("derived/tree"), writable)?;
    let mut entries = Vec::with_capacity(4096);
    for item in Lines::up_to(env.fs.clone(), layout, lines)? {
        let (line, raw) = item?;
        entries.push(Entry::of(&raw.bytes, line.act.id, raw.offset));
        if entries.len() == 4096 {
            tree.push(&entries);
            entries.clear();
        }
    }
    tree.push(&entries);
    Ok(tree)
}

struct Above {
    entries: Vec<Entry>,
    tip: Tip,
    segment: u64,
    bytes: u64,
    closed: bool,
    tails: Vec<Tail>,
}

/// Looks at what stands behind the committed lines: adopts whole lines, puts the rest aside.
fn above(
    env: &Env,
    layout: &Layout,
    commit: &Commit,
    tip: Tip,
    tree: &Tree,
    judge: &mut dyn FnMut(&Line) -> bool,
) -> Result<Above> {
    let mut out = Above {
        entries: Vec::new(),
        tip,
        segment: commit.segment,
        bytes: commit.bytes,
        closed: false,
        tails: Vec::new(),
    };
    let mut whole = true;
    let (mut frontier, mut roots) = (tree.frontier().clone(), HashMap::new());
    let later = segments(&*env.fs, layout)?.into_iter().filter(|first| *first > commit.segment);
    for segment in std::iter::once(commit.segment).chain(later) {
        let path = layout.segment(segment);
        let begin = if segment == commit.segment { commit.bytes } else { 0 };
        let mut bytes = Vec::new();
        let mut file = env.fs.open(&path).doing("open", &path)?;
        file.seek(SeekFrom::Start(begin)).doing("read", &path)?;
        file.read_to_end(&mut bytes).doing("read", &path)?;
        if segment != commit.segment {
            whole = whole && segment == out.tip.lines + 1;
            if whole {
                (out.segment, out.bytes) = (segment, 0);
            }
        }
        let mut good = 0;
        while whole && good < bytes.len() {
            let Some(length) = bytes[good..].iter().position(|b| *b == b'\n') else { break };
            let text = &bytes[good..good + length];
            let Ok(line) = Line::parse(text) else { break };
            let follows = line.follows(&out.tip).is_ok() || defect("lines adopted without the chain");
            // What vouches for others is taken in only where it is so.
            let is_so = match &line.act.deed {
                Deed::SegmentClose(d) => d.first == segment && d.prior == prior(env, layout, segment)?,
                Deed::HeadSigned(HeadSigned { lines, root, .. })
                | Deed::HeadCosigned(HeadCosigned { lines, root, .. }) => match *lines <= commit.lines {
                    true => merkle::root(*lines, &mut tree.reader()).is_ok_and(|there| there == root.0),
                    false => roots.get(lines) == Some(&root.0),
                },
                _ => true,
            };
            if !follows || !is_so || !judge(&line) {
                break;
            }
            frontier.push(merkle::leaf_hash(text));
            roots.insert(frontier.size(), frontier.root());
            out.entries.push(Entry::of(text, line.act.id, begin + good as u64));
            out.tip = Tip::after(&line);
            out.bytes = begin + (good + length + 1) as u64;
            good += length + 1;
        }
        if good < bytes.len() || !whole {
            whole = false;
            if !bytes[good..].is_empty() {
                let name = format!("journal-{}-{}.tail", out.tip.lines + 1, env.act_id());
                out.tails.push(put_aside(env, layout, name, &bytes[good..])?);
            }
            if segment != out.segment {
                env.fs.remove(&path).doing("remove", &path)?;
            }
        }
    }
    out.closed = closes(env, layout, &out)?;
    Ok(out)
}

fn put_aside(env: &Env, layout: &Layout, name: String, bytes: &[u8]) -> Result<Tail> {
    let dir = layout.path("quarantine");
    env.fs.create_dir(&dir).doing("create", &dir)?;
    let path = dir.join(&name);
    env.fs.write_new(&path, bytes).doing("write", &path)?;
    env.fs.sync_dir(&dir).doing("sync", &dir)?;
    Ok(Tail { name, mark: jingui_schema::digest::FileMark::of(bytes) })
}

/// Says whether the last line closes its segment, so that the next one opens a new file.
fn closes(env: &Env, layout: &Layout, out: &Above) -> Result<bool> {
    if out.bytes == 0 {
        return Ok(false);
    }
    let path = layout.segment(out.segment);
    let mut file = env.fs.open(&path).doing("open", &path)?;
    let length = out.bytes.min(LINE_BYTES_MAX as u64 + 1);
    file.seek(SeekFrom::Start(out.bytes - length)).doing("read", &path)?;
    let mut bytes = vec![0; length as usize - 1];
    file.read_exact(&mut bytes).doing("read", &path)?;
    let begin = bytes.iter().rposition(|b| *b == b'\n').map_or(0, |i| i + 1);
    let line = Line::parse(&bytes[begin..]);
    Ok(line.is_ok_and(|l| matches!(l.act.deed, Deed::SegmentClose(_))))
}

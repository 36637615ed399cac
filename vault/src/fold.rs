//! The journal folded into the state when a vault opens, and how far it is believed.

use crate::env::Env;
use crate::error::{Error, Result};
use crate::journal::{self, Lines, Tree};
use crate::layout::Layout;
use crate::state::State;
use jingui_schema::act::Deed;
use jingui_schema::id::By;
use jingui_schema::line::{Line, Tip};
use jingui_schema::merkle::{Frontier, Hash, leaf_hash};

/// Segment, offset and length of a line, as `derived/tree` has them; `None` where it does not reach that far.
pub(crate) fn line_place(env: &Env, layout: &Layout, seq: u64) -> Option<(u64, u64, u32)> {
    let empty = Frontier::default();
    let tree = Tree::open(env.fs.clone(), &layout.path("derived/tree"), (0, 0), &empty.root(), None, false)?;
    let entry = tree.reader().entry(seq).ok()?;
    let firsts = journal::segments(&*env.fs, layout).ok()?;
    let segment = *firsts[..firsts.partition_point(|first| *first <= seq)].last()?;
    Some((segment, entry.offset, entry.length))
}

/// Where the line after this one begins. The tree's places are under no root, and may be anything.
pub(crate) fn behind(offset: u64, length: u32) -> u64 {
    offset.saturating_add(u64::from(length) + 1)
}

/// Whether the journal has the line that a snapshot ends with.
pub(crate) fn fits(env: &Env, layout: &Layout, state: &State) -> bool {
    let Some((segment, offset, length)) = line_place(env, layout, state.lines) else { return false };
    let bytes = journal::read_line(&*env.fs, layout, segment, offset, length);
    bytes.is_ok_and(|bytes| jingui_schema::digest::Sha256::of(&bytes) == state.last)
}

/// Folds the lines behind the state up to `tip`; signatures that give authority are checked.
pub(crate) fn fold(env: &Env, layout: &Layout, state: &mut State, tip: Tip) -> Result<()> {
    if state.lines >= tip.lines {
        return Ok(());
    }
    let place = if state.lines > 1 { line_place(env, layout, state.lines) } else { None };
    let lines = match place {
        Some((segment, offset, length)) => {
            let at = (segment, behind(offset, length));
            Lines::from(env.fs.clone(), layout, state.tip(), at, tip.lines)?
        }
        None => Lines::up_to(env.fs.clone(), layout, tip.lines)?,
    };
    for item in lines {
        let (line, raw) = item?;
        if line.seq <= state.lines {
            continue;
        }
        let damaged = |why: &str| {
            let path = crate::layout::segment_path(raw.segment);
            Error::JournalDamaged { path, seq: line.seq.to_string(), why: why.into() }
        };
        let counts = gives_authority(&line.act.deed) || state.confirms_fork(&line.act.deed);
        if counts && !may_stand(state, &line) {
            return Err(damaged("its doer had no right to it, or did not sign it"));
        }
        if !state.is_in_range(&line.act.deed) {
            return Err(damaged("its numbers run ahead of all that were given"));
        }
        state.apply(&line);
    }
    Ok(())
}

/// The root over the first lines, from the journal itself.
pub(crate) fn root_of_lines(env: &Env, layout: &Layout, lines: u64) -> Result<Hash> {
    let mut frontier = Frontier::default();
    for item in Lines::up_to(env.fs.clone(), layout, lines)? {
        frontier.push(leaf_hash(&item?.1.bytes));
    }
    Ok(frontier.root())
}

/// Whether a line's doer signed it and had the right to it when it was written.
pub(crate) fn may_stand(state: &State, line: &Line) -> bool {
    let signed = match line.by {
        By::Vault => true,
        by => {
            let key = state.sign_key(by);
            key.is_some_and(|key| line.check_signature(&state.init.vault, &key).is_ok())
        }
    };
    signed && state.decide(line.by, &line.act).is_ok()
}

/// Whether an act gives somebody a right, a key or a record, may let a vault that was put back be written to, or is what
/// destroying rests on.
pub(crate) fn gives_authority(deed: &Deed) -> bool {
    use Deed::*;
    matches!(
        deed,
        StaffEnrol(_)
            | StaffCountersign(_)
            | StaffDisable(_)
            | EpochStart(_)
            | EscrowProved(_)
            | VaultRestored(_)
            | CosignerName(_)
            | LogFork(_)
            | HeadCosigned(_)
            | RecordRequest(_)
    )
}

/// How far the journal can be believed when `commit` or a line is damaged: for reading only.
///
/// `doubtful`: a line is damaged. Then the last one that can be read may be it, for each line is vouched for by the next.
pub(crate) fn survey(env: &Env, layout: &Layout, doubtful: bool) -> Result<(Tip, Tree)> {
    let mut tree = Tree::create(env.fs.clone(), &layout.path("derived/tree"), false)?;
    let mut tip = Tip::START;
    let mut last: Option<(Line, journal::Entry)> = None;
    for item in Lines::up_to(env.fs.clone(), layout, u64::MAX)? {
        let Ok((line, raw)) = item else { break };
        let entry = journal::Entry::of(&raw.bytes, line.act.id, raw.offset);
        if let Some((before, entry)) = last.replace((line, entry)) {
            tree.push(&[entry]);
            tip = Tip::after(&before);
        }
    }
    if let Some((line, entry)) =
        last.filter(|(line, entry)| !doubtful || is_vouched_for(env, layout, line, entry))
    {
        tree.push(&[entry]);
        tip = Tip::after(&line);
    }
    Ok((tip, tree))
}

/// Whether something else than the line itself says that it stood there: `commit`, or the tree of hashes.
fn is_vouched_for(env: &Env, layout: &Layout, line: &Line, entry: &journal::Entry) -> bool {
    let commit = crate::mirror::read_commit(env, layout);
    if let Some(commit) = commit.filter(|commit| commit.lines == line.seq) {
        return commit.last == line.digest;
    }
    let empty = Frontier::default();
    let tree = Tree::open(env.fs.clone(), &layout.path("derived/tree"), (0, 0), &empty.root(), None, false);
    tree.and_then(|tree| tree.reader().entry(line.seq).ok()).is_some_and(|there| there.leaf == entry.leaf)
}

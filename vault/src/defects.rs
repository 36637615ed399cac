//! Named defects, put in on purpose: a test switches each one on and shows that it would be noticed.
//!
//! Only with the feature `defects`, which no shipped program has; without it [`defect`] is always `false` and
//! nothing of this file is left.

/// Whether this defect is switched on.
#[cfg(not(feature = "defects"))]
#[inline(always)]
pub(crate) const fn defect(_name: &str) -> bool {
    false
}

#[cfg(feature = "defects")]
pub use on_purpose::{NAMES, choose};
#[cfg(feature = "defects")]
pub(crate) use on_purpose::{cut_at_first_bad_line, defect, older_slot_only};

#[cfg(feature = "defects")]
mod on_purpose {
    use crate::env::Env;
    use crate::error::{Doing, Result};
    use crate::journal::Lines;
    use crate::layout::Layout;
    use crate::mirror::{put, read_commit};
    use jingui_schema::commit::{Commit, SLOT_BYTES};
    use jingui_schema::digest::Sha256;
    use jingui_schema::merkle::{Frontier, leaf_hash};
    use std::sync::{PoisonError, RwLock};

    /// All there are.
    pub const NAMES: &[&str] = &[
        "a mirror counted before it is written",
        "a note without its line",
        "a stale catalog",
        "a stale commit slot preferred",
        "a twin on retry",
        "an old cover removed first",
        "an old epoch destroyed unverified",
        "an opening without its act",
        "cut at the first bad line",
        "lines adopted without the chain",
        "no read-back of a body",
        "no read-back of a cover",
        "no read-back of a note",
        "staging swept too early",
        "writing on after a failed sync",
    ];

    static CHOSEN: RwLock<Option<&'static str>> = RwLock::new(None);

    /// Switches one on in this process, and every other one off.
    pub fn choose(name: Option<&'static str>) {
        assert!(name.is_none_or(|name| NAMES.contains(&name)), "there is no defect {name:?}");
        *CHOSEN.write().unwrap_or_else(PoisonError::into_inner) = name;
    }

    pub(crate) fn defect(name: &str) -> bool {
        debug_assert!(NAMES.contains(&name), "{name}");
        *CHOSEN.read().unwrap_or_else(PoisonError::into_inner) == Some(name)
    }

    /// The two slots of `commit` without the newer one, where both are whole.
    pub(crate) fn older_slot_only(slots: Vec<u8>) -> Vec<u8> {
        let Some(newest) = Commit::from_file(&slots).filter(|_| defect("a stale commit slot preferred"))
        else {
            return slots;
        };
        let mut older = slots.clone();
        older[newest.slot() * SLOT_BYTES..][..SLOT_BYTES].fill(b' ');
        if Commit::from_file(&older).is_some() { older } else { slots }
    }

    /// Lets the journal end before its first bad line, whatever `commit` counts.
    pub(crate) fn cut_at_first_bad_line(env: &Env, layout: &Layout) -> Result<()> {
        let Some(mut commit) = read_commit(env, layout).filter(|_| defect("cut at the first bad line"))
        else {
            return Ok(());
        };
        let (mut frontier, mut good) = (Frontier::default(), None);
        let lines = Lines::up_to(env.fs.clone(), layout, commit.lines)?.map_while(Result::ok);
        for (line, raw) in lines.take_while(|(l, _)| l.seq != commit.lines || l.digest == commit.last) {
            frontier.push(leaf_hash(&raw.bytes));
            good = Some((line.seq, line.digest, raw.segment, raw.offset + raw.bytes.len() as u64 + 1));
        }
        let Some((lines, last, segment, bytes)) = good.filter(|good| good.0 < commit.lines) else {
            return Ok(());
        };
        let path = layout.segment(segment);
        env.fs.open_append(&path).and_then(|mut file| file.set_len(bytes)).doing("cut", &path)?;
        commit = Commit { lines, last, segment, bytes, root: Sha256(frontier.root()), ..commit };
        let mut slots = vec![b' '; 2 * SLOT_BYTES];
        slots[commit.slot() * SLOT_BYTES..][..SLOT_BYTES].copy_from_slice(&commit.to_slot());
        put(env, &layout.commit(), &slots)
    }
}

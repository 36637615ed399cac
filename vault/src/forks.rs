//! Forks: a vault that is behind a head that was signed goes on under a new log, once two people have said so.
//!
//! The keystore remembers the head signed last. A vault whose journal does not continue it was put back from an older
//! copy, or went on in two places: it opens for reading only. `log.fork` names the head that is left; with its
//! confirmation heads are those of a new log, whose name and extension line say so to whoever follows it.

use crate::error::{Error, Result};
use crate::keys::Keystore;
use crate::keys::log::{origin_of, read_origin};
use crate::proposals::Proposed;
use crate::session::Session;
use crate::state::{Fork, State};
use crate::vault::Vault;
use crate::writer::Writer;
use jingui_schema::act::{Deed, LogFork, NoteMark};
use jingui_schema::cover::NoteKind;
use jingui_schema::digest::Sha256;
use jingui_schema::facts::Role;
use jingui_schema::head::{Head, SignedHead, VerifierKey};
use jingui_schema::id::{ActId, VaultId};
use jingui_schema::merkle::Hash;

/// How far a log's number may be ahead of the one before: a slip of the pen must not use up all.
const LOGS_AHEAD_MAX: u64 = 1000;

/// A head that was signed once and that the journal does not continue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// How many forks lie before its log.
    pub log: u64,
    /// Lines under it.
    pub lines: u64,
    /// Their root.
    pub root: Sha256,
}

/// Why only a fork may be written.
pub(crate) struct Parted {
    /// The head that is not continued.
    pub left: Left,
    /// What is told to whoever would write something else.
    pub why: String,
    /// Whether it still has to be taken over, too: that is done once it has been opened again.
    pub restored: bool,
}

impl State {
    /// How many forks lie before the log that heads are signed of now.
    pub fn log(&self) -> u64 {
        self.forks.last().map_or(0, |fork| fork.log)
    }

    /// The head over the first `lines` lines, whose root this is, of the log there is now.
    pub fn head_over(&self, lines: u64, root: &Sha256) -> Head {
        head_of(&self.init.vault, self.forks.last(), lines, root)
    }

    /// The same of the log that line `seq` belongs to.
    pub fn head_named_at(&self, seq: u64, lines: u64, root: &Sha256) -> Head {
        let fork = self.forks.iter().rev().find(|fork| fork.seq < seq);
        head_of(&self.init.vault, fork, lines, root)
    }

    /// Whether this head is of one of the vault's logs, as it says of itself.
    pub(crate) fn is_of_our_logs(&self, head: &Head) -> bool {
        let root = Sha256(*head.root());
        let mut seqs = std::iter::once(0).chain(self.forks.iter().map(|fork| fork.seq + 1));
        seqs.any(|seq| self.head_named_at(seq, head.size(), &root) == *head)
    }

    /// The head, where the journal does not continue it. `root` gives that over the first lines of the journal.
    ///
    /// Heads of logs that were left are past; those of logs that the journal knows nothing of are not.
    pub(crate) fn left(&self, head: &Head, root: impl FnOnce(u64) -> Result<Hash>) -> Result<Option<Left>> {
        let of_us = read_origin(head.origin()).filter(|(vault, _)| *vault == self.init.vault);
        let Some((_, log)) = of_us.filter(|(_, log)| *log >= self.log()) else { return Ok(None) };
        let left = Left { log, lines: head.size(), root: Sha256(*head.root()) };
        let goes_on = log == self.log() && left.lines <= self.lines && root(left.lines)? == left.root.0;
        Ok((!goes_on).then_some(left))
    }

    pub(crate) fn check_fork(&self, d: &LogFork) -> Result<()> {
        let range = self.log() + 1..=self.log().saturating_add(LOGS_AHEAD_MAX);
        match range.contains(&d.log) && d.lines > 0 {
            true => Ok(()),
            false => Err(Error::Stale { why: format!("{} is not the number of the next log", d.log) }),
        }
    }

    /// Whether this confirms that a log begins anew.
    pub(crate) fn confirms_fork(&self, deed: &Deed) -> bool {
        let Deed::ActConfirm(d) = deed else { return false };
        self.proposals.get(&d.act).is_some_and(|proposal| matches!(proposal.what, Proposed::Fork(_)))
    }

    /// Of the new log the cosigner has seen nothing yet; what else was proposed of the old one is past.
    pub(crate) fn apply_fork(&mut self, d: &LogFork, seq: u64) {
        let LogFork { log, lines, root, .. } = *d;
        self.forks.push(Fork { log, lines, root, seq });
        self.cosigned = None;
        self.uncover_plans();
        self.proposals.retain(|_, proposal| !matches!(proposal.what, Proposed::Fork(_)));
    }
}

fn head_of(vault: &VaultId, fork: Option<&Fork>, lines: u64, root: &Sha256) -> Head {
    let parts = |fork: &Fork| format!("fork-of {} {}", fork.lines, crate::base64::encode(&fork.root.0));
    let extensions = fork.map(parts).into_iter().collect();
    Head::new(origin_of(vault, fork.map_or(0, |fork| fork.log)), lines, root.0, extensions)
        .expect("a vault's id and two numbers make short lines")
}

/// The head that a keystore remembers, signed with this log's key. What cannot be read or is none is as good as
/// forgotten: it keeps nobody from working, and `verify` names it.
pub(crate) fn remembered(store: &Keystore, log: &VerifierKey) -> Option<Head> {
    let signed = SignedHead::parse(&store.head().ok()??).ok()?;
    signed.verify(log).ok()?;
    Some(signed.head().clone())
}

impl Vault {
    /// The head that the keystore remembers and this journal does not continue, as long as nobody has accepted that.
    pub fn left(&self) -> Option<Left> {
        self.parted().map(|parted| parted.left).filter(|left| self.state().log() <= left.log)
    }

    /// The name of the log that heads are signed of now.
    pub fn log_origin(&self) -> String {
        let state = self.state();
        origin_of(&state.init.vault, state.log())
    }

    /// Why only a fork may be written, if so.
    pub(crate) fn parted(&self) -> Option<&Parted> {
        let parted = self.inner.parted.as_ref()?;
        (parted.restored || self.state().log() <= parted.left.log).then_some(parted)
    }

    /// The writer, for a deed that may be what a fork takes.
    pub(crate) fn writer_for(&self, deed: &Deed) -> Result<&Writer> {
        let state = self.state();
        match (&self.inner.writer, deed) {
            (Ok(writer), Deed::LogFork(_)) => Ok(writer),
            (Ok(writer), deed) if state.confirms_fork(deed) => Ok(writer),
            _ => self.writer(),
        }
    }

    /// Has the keystore remember a head of this journal, if it is newer than the one it knows.
    ///
    /// Best effort: where the keystore cannot be written to, heads are signed all the same.
    pub(crate) fn remember_head(&self, text: &str) {
        let mut ours = self.inner.remembered.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (Ok(log), Ok(store), Ok(_)) = (self.log_key(), self.keystore(), self.writer()) else { return };
        let Ok(head) = SignedHead::parse(text).map(|signed| signed.head().clone()) else { return };
        let (state, known) = (self.state(), remembered(&store, &log));
        let place = |head: &Head| (read_origin(head.origin()).map_or(0, |(_, log)| log), head.size());
        // What this journal does not continue says so at the next opening, and stays until then.
        let gives_way = |known: &Head| {
            let goes_on = Some(known) == ours.as_ref()
                || state.left(known, |lines| self.root_of(lines)).is_ok_and(|left| left.is_none());
            goes_on && place(known) < place(&head)
        };
        if known.as_ref().is_none_or(gives_way) && store.write_head(text).is_ok() {
            *ours = Some(head);
        }
    }

    /// Has the keystore remember a head of ours that somebody outside has seen and this journal does not continue: the
    /// next opening says so.
    pub(crate) fn remember_left(&self, text: &str) {
        let _one = self.inner.remembered.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (Ok(log), Ok(store), Ok(signed)) = (self.log_key(), self.keystore(), SignedHead::parse(text))
        else {
            return;
        };
        let state = self.state();
        let left = |head: &Head| state.left(head, |lines| self.root_of(lines)).ok().flatten();
        let Some(new) = left(signed.head()).filter(|_| signed.verify(&log).is_ok()) else { return };
        let known = remembered(&store, &log).as_ref().and_then(left);
        if known.is_none_or(|known| (known.log, known.lines) < (new.log, new.lines)) {
            let _ = store.write_head(text);
        }
    }
}

impl Session {
    /// Proposes that heads are those of a new log from here on, which parts from the one that the keystore remembers; `None`
    /// where it is only rehearsed. The vault was opened with [`crate::Options::accepts_fork`].
    ///
    /// - Can be repeated: the same person's proposal is there once.
    /// - Errors: [`Error::NotForked`] where the journal continues all that is remembered; [`Error::Role`].
    pub fn propose_fork(&self, reason: &str, rehearse: bool) -> Result<Option<ActId>> {
        let staff = self.with_role(&[Role::Security])?;
        let (state, Left { log, lines, root }) = (self.vault.state(), self.left()?);
        let log = log.max(state.log()).saturating_add(1);
        let same = |what: &Proposed| matches!(what, Proposed::Fork(d) if (d.log, d.lines, d.root) == (log, lines, root));
        let mut known = state.proposals.iter();
        if let Some((act, _)) = known.find(|(_, known)| known.by == staff && same(&known.what)) {
            return Ok(Some(*act));
        }
        let deed = |note: Option<NoteMark>| {
            LogFork { log, lines, root, note: note.expect("a reason makes a note") }.into()
        };
        let note = Some((NoteKind::Reason, reason));
        if rehearse {
            return self.prepare(note, &deed).map(|_| None);
        }
        let done = self.carry_out(note, deed)?;
        Ok(Some(self.vault.line(done.seq)?.0.act.id))
    }

    /// Confirms such a proposal, as the second of two people; returns the line, `None` where it is only rehearsed.
    ///
    /// Errors: [`Error::NotForked`]; [`Error::Stale`] where another head is remembered by now; as of [`Session::confirm`].
    pub fn confirm_fork(&self, act: ActId, rehearse: bool) -> Result<Option<u64>> {
        let (state, left) = (self.vault.state(), self.left()?);
        let Proposed::Fork(d) = &state.proposal(act)?.what else {
            return Err(Error::NoProposal { act: act.to_string() });
        };
        if (d.lines, d.root) != (left.lines, left.root) {
            return Err(Error::Stale { why: format!("the proposal {act} is about another head") });
        }
        if rehearse {
            return self.may_confirm(act).map(|()| None);
        }
        let seq = self.confirm(act)?;
        // The first head of the new log, for the keystore to remember. The next one would do as well.
        drop(self.vault.sign_head());
        Ok(Some(seq))
    }

    fn left(&self) -> Result<Left> {
        if let Some(left) = self.vault.left() {
            return Ok(left);
        }
        self.vault.writer()?;
        Err(Error::NotForked { path: self.vault.layout().root().display().to_string() })
    }
}

//! The thread itself: decides, moves files into place, appends, answers.

use super::{Done, Move, Published, Request, Reserved, Submission};
use crate::defects::defect;
use crate::disposal::Gate;
use crate::env::Env;
use crate::error::{Doing, Error, Result};
use crate::journal::{Appender, Pending, Raw};
use crate::layout::Layout;
use crate::mirror::Mirror;
use crate::staging::Spares;
use crate::state::State;
use jingui_schema::act::Deed;
use jingui_schema::digest::Sha256;
use jingui_schema::id::{ActId, ArchiveNumber, By, RecordId};
use jingui_schema::line::Line;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, SyncSender};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// The longest act: a line with it stays below its limit.
const ACT_BYTES_MAX: usize = jingui_schema::line::LINE_BYTES_MAX - 1024;
/// Acts of this process that are at hand; all others are looked for in the tree where a request may repeat them.
const ACTS_HELD_MAX: usize = 4096;
/// Filings taken together at most.
const BATCH_MAX: usize = 256;

pub(super) struct Core {
    pub env: Env,
    pub layout: Layout,
    pub appender: Appender,
    pub state: State,
    pub shared: Arc<RwLock<Arc<State>>>,
    pub mirror: Option<Mirror>,
    pub spares: Arc<Spares>,
    pub gate: Arc<Gate>,
    pub published: Arc<Mutex<Published>>,
    pub acts: HashMap<ActId, Known>,
    pub records: HashMap<RecordId, u32>,
    pub reserved: BTreeSet<(i16, u64)>,
    pub reserved_counter: u64,
    /// Names in `quarantine/` by the act that left them; they go when that act succeeds after all.
    pub left_by: HashMap<ActId, Vec<OsString>>,
}

/// An act that was carried out: what a second arrival is compared with.
#[derive(Clone)]
pub(super) struct Known {
    done: Done,
    by: By,
    digest: Sha256,
    filing: bool,
}

impl Known {
    fn of(line: &Line) -> Self {
        Self {
            done: Done { seq: line.seq, at: line.at, repeated: true },
            by: line.by,
            digest: Sha256::of(line.raw_act().get().as_bytes()),
            filing: matches!(line.act.deed, Deed::RecordFile(_)),
        }
    }

    /// The first result, for the same act. A filing's request id stands for the filing, whose ids and seals are new
    /// each time it is tried; any other act under the same id is somebody else's, and refused.
    fn answer(&self, pending: &Pending) -> Result<Done> {
        let filing = self.filing && matches!(pending.act.deed, Deed::RecordFile(_));
        let same = filing || self.digest == Sha256::of(pending.raw.get().as_bytes());
        match same && self.by == pending.by {
            true => Ok(self.done),
            false => Err(Error::Stale { why: format!("another act has the id {}", pending.act.id) }),
        }
    }
}

type Waiting = (Box<Submission>, SyncSender<Result<Done>>);

impl Core {
    pub fn run(mut self, requests: &Receiver<Request>) {
        let mut held: Option<Request> = None;
        loop {
            let Some(request) = held.take().or_else(|| requests.recv().ok()) else { return };
            let mut batch: Vec<Waiting> = Vec::new();
            match request {
                Request::Submit(submission, reply) => {
                    let alone = !shares(&submission);
                    // Held until its line counts: no record goes that it keeps.
                    let gate = self.gate.clone();
                    let _closed = match gate.close_for(&submission.pending.act.deed) {
                        Ok(closed) => closed,
                        Err(error) => {
                            let _ = reply.send(Err(error));
                            continue;
                        }
                    };
                    batch.push((submission, reply));
                    // Given back only after the batch: who has given up waiting may have a filing in it.
                    let mut released = Vec::new();
                    while !alone && batch.len() < BATCH_MAX {
                        match requests.try_recv() {
                            Ok(Request::Submit(s, r)) if shares(&s) => batch.push((s, r)),
                            Ok(Request::Reserve(year, reply, back)) => self.reserve(year, &reply, back),
                            Ok(Request::Release(number)) => released.push(number),
                            Ok(other) => {
                                held = Some(other);
                                break;
                            }
                            Err(_) => break,
                        }
                    }
                    self.commit(batch);
                    released.iter().for_each(|number| self.release(number));
                }
                Request::Reserve(year, reply, back) => self.reserve(year, &reply, back),
                Request::Release(number) => self.release(&number),
                Request::Ask(ask) => ask(&self),
                Request::RebuildTree(reply) => {
                    let rebuilt = self.appender.rebuild_tree();
                    self.publish();
                    drop(reply.send(rebuilt));
                }
                Request::FollowMirror(reply) => {
                    if let Some(mirror) = &mut self.mirror {
                        mirror.follow(&self.env, &self.layout, &self.state);
                    }
                    self.publish();
                    let _ = reply.send(());
                }
                Request::Close => return self.spares.clear(&self.env),
            }
        }
    }

    fn publish(&self) {
        let mirror = self.mirror.as_ref().map(Mirror::standing);
        let published = Published { tree: self.appender.tree().reader(), mirror };
        *self.published.lock().unwrap_or_else(PoisonError::into_inner) = published;
    }

    fn reserve(&mut self, year: i16, reply: &SyncSender<Reserved>, back: Sender<Request>) {
        let none = Default::default();
        let numbers = self.state.numbers.get(&year).unwrap_or(&none);
        let free = numbers.gaps.iter().copied().chain(numbers.highest + 1..);
        let serial =
            free.into_iter().find(|s| !self.reserved.contains(&(year, *s))).expect("numbers do not end");
        self.reserved.insert((year, serial));
        self.reserved_counter = self.reserved_counter.max(self.state.counter) + 1;
        let number = ArchiveNumber::new(self.state.init.fonds.clone(), year, serial);
        // Where nobody waits for it any more it comes back by itself.
        let _ = reply.send(Reserved { number, counter: self.reserved_counter, sender: back });
    }

    fn release(&mut self, number: &ArchiveNumber) {
        self.reserved.remove(&(number.year(), number.serial()));
    }

    /// Decides each, moves the files, syncs what they share, appends the lines, and only then answers.
    fn commit(&mut self, batch: Vec<Waiting>) {
        let mut taken: Vec<Waiting> = Vec::new();
        let mut records = HashMap::new(); // of this batch; looked at before `self.records`
        let mut acts = HashSet::new();
        // Asked before any file is moved: what is moved now would never get its line.
        let stopped = self.appender.stopped().map(str::to_owned);
        for (submission, reply) in batch {
            let act = submission.pending.act.id;
            let verdict = match acts.contains(&act) {
                true => Err(Error::Stale { why: "the same request is being carried out".into() }),
                false => self.decide(&submission, &mut records),
            };
            match verdict {
                Ok(None) if stopped.is_some() => {
                    let why = stopped.clone().unwrap_or_default();
                    let _ = reply.send(Err(Error::Poisoned { why }));
                }
                Ok(None) => {
                    acts.insert(act);
                    taken.push((submission, reply));
                }
                Ok(Some(first)) => {
                    let _ = reply.send(Ok(Done { repeated: true, ..first }));
                }
                Err(error) => {
                    let _ = reply.send(Err(error));
                }
            }
        }
        let taken = match self.place(taken) {
            Ok(taken) if taken.is_empty() => return,
            Ok(taken) => taken,
            Err(()) => return,
        };
        let (submissions, replies): (Vec<_>, Vec<_>) = taken.into_iter().unzip();
        let mut pendings = Vec::with_capacity(submissions.len());
        let mut rest = Vec::with_capacity(submissions.len());
        for submission in submissions {
            pendings.push(submission.pending);
            rest.push((submission.moves, submission.staging));
        }
        match self.appender.append(&pendings) {
            Err(error) => {
                // Where writing has stopped a line may yet be adopted, and its files stay where it says.
                if self.appender.stopped().is_none() {
                    rest.iter().for_each(|(moves, _)| self.take_back(moves));
                }
                replies.iter().for_each(|reply| drop(reply.send(Err(again(&error)))));
            }
            Ok(lines) => {
                for (line, _) in &lines {
                    // Whoever supplements a record that was filed meanwhile can only have seen its first version.
                    // One that is taken in brings its id along, and may be on its way twice: the second would
                    // replace the files of the first.
                    let is_received = matches!(&line.act.deed, Deed::RecordFile(d) if d.from.is_some());
                    if let Some(cover) = line.act.deed.cover()
                        && (cover.n > 1 || is_received)
                    {
                        self.records.insert(cover.record, cover.n);
                    }
                }
                self.take_in(&lines);
                // Before anybody is told: who is told may submit the same again, under the same name in `staging/`.
                for dir in rest.into_iter().filter_map(|(_, staging)| staging) {
                    self.spares.keep(&self.env, &self.layout, &dir);
                }
                for ((line, _), reply) in lines.iter().zip(&replies) {
                    let done = Done { seq: line.seq, at: line.at, repeated: false };
                    if self.acts.len() >= ACTS_HELD_MAX {
                        self.acts.clear(); // the tree has them
                    }
                    self.acts.insert(line.act.id, Known::of(line));
                    for name in self.left_by.remove(&line.act.id).unwrap_or_default() {
                        // Best effort: after 30 days it goes in any case.
                        let _ = self.env.fs.remove(&self.layout.path("quarantine").join(name));
                    }
                    let _ = reply.send(Ok(done));
                }
            }
        }
    }

    fn take_in(&mut self, lines: &[(Line, Raw)]) {
        for (line, _) in lines {
            self.state.apply(line);
        }
        if let Some(mirror) = &mut self.mirror {
            // Before anybody is told, so that a copy that is counted was there at that moment.
            mirror.follow(&self.env, &self.layout, &self.state);
        }
        // Before the state: whoever knows of a line finds it.
        self.publish();
        *self.shared.write().expect("the state's lock is never poisoned") = Arc::new(self.state.clone());
    }

    /// `None`: go on; `Some`: the same request was carried out before.
    fn decide(&self, submission: &Submission, records: &mut HashMap<RecordId, u32>) -> Result<Option<Done>> {
        let Pending { by, act, raw, sig } = &submission.pending;
        if raw.get().len() > ACT_BYTES_MAX {
            return Err(Error::Stale {
                why: format!("an act of {} bytes is over the limit", raw.get().len()),
            });
        }
        let known = match self.acts.get(&act.id) {
            None if submission.may_repeat && !defect("a twin on retry") => self.find_act(act.id)?,
            known => known.cloned(),
        };
        if let Some(known) = known {
            return known.answer(&submission.pending).map(Some);
        }
        if *by != By::Vault {
            let bad = || Error::BadSignature { by: by.to_string() };
            let (key, sig) = self.state.sign_key(*by).zip(*sig).ok_or_else(bad)?;
            let message = jingui_schema::act::signing_bytes(&self.state.init.vault, raw.get());
            if !key.verifies(&message, &sig) {
                return Err(bad());
            }
        }
        self.state.decide(*by, act)?;
        let newest = |record: RecordId| records.get(&record).or_else(|| self.records.get(&record)).copied();
        let changed =
            |record: RecordId| Error::Stale { why: format!("record {record} was changed meanwhile") };
        if let Some(cover) = act.deed.cover() {
            // Another filing or correction of the same record may have come first since this one was prepared.
            if newest(cover.record).is_some_and(|n| cover.n != n + 1) {
                return Err(changed(cover.record));
            }
            records.insert(cover.record, cover.n);
        } else if let Deed::RecordReview(d) = &act.deed {
            // What is reviewed is what there is: not a version that was corrected since it was looked at.
            for reviewed in &d.records {
                if newest(reviewed.record).is_some_and(|n| reviewed.n != n) {
                    return Err(changed(reviewed.record));
                }
            }
        }
        Ok(None)
    }

    /// Looks for a request among all lines.
    fn find_act(&self, id: ActId) -> Result<Option<Known>> {
        let tree = self.appender.tree().reader();
        let found = tree.find(id, self.state.lines).doing("read", &self.layout.path("derived/tree"))?;
        let Some(seq) = found else { return Ok(None) };
        let entry = tree.entry(seq).doing("read", &self.layout.path("derived/tree"))?;
        let firsts = crate::journal::segments(&*self.env.fs, &self.layout)?;
        let segment = firsts[..firsts.partition_point(|first| *first <= seq)].last().copied().unwrap_or(1);
        let bytes =
            crate::journal::read_line(&*self.env.fs, &self.layout, segment, entry.offset, entry.length);
        let line = Line::parse(&bytes.doing("read", &self.layout.segment(segment))?);
        // What the derived tree says of a line is believed only where the line itself says so.
        Ok(line.ok().filter(|line| line.act.id == id).map(|line| Known::of(&line)))
    }

    /// Moves the files of all into place and syncs the directories. Those whose own files cannot be moved
    /// are answered here; `Err` when all were answered.
    fn place(&mut self, batch: Vec<Waiting>) -> std::result::Result<Vec<Waiting>, ()> {
        let mut dirs: BTreeSet<PathBuf> = BTreeSet::new();
        // The names of what is under way, so that after a crash each file already moved can be found.
        if batch.iter().any(|(s, _)| s.staging.is_some()) {
            let staging = self.layout.path("staging");
            if let Err(error) = self.env.fs.sync_dir(&staging) {
                return self.fail_all(batch, "sync", &staging, error);
            }
        }
        let mut taken: Vec<Waiting> = Vec::with_capacity(batch.len());
        for (submission, reply) in batch {
            match self.move_files(&submission.moves, &mut dirs) {
                Ok(()) => taken.push((submission, reply)),
                Err(error) => {
                    self.take_back(&submission.moves);
                    let _ = reply.send(Err(error));
                }
            }
        }
        for dir in &dirs {
            if let Err(error) = self.env.fs.sync_dir(dir) {
                return self.fail_all(taken, "sync", dir, error);
            }
        }
        Ok(taken)
    }

    fn fail_all(
        &mut self,
        batch: Vec<Waiting>,
        what: &str,
        path: &Path,
        error: io::Error,
    ) -> std::result::Result<Vec<Waiting>, ()> {
        self.appender.stop(format!("{what} {}: {error}", path.display()));
        let error = Error::Io { doing: format!("{what} {}", path.display()), source: error };
        batch.iter().for_each(|(_, reply)| drop(reply.send(Err(again(&error)))));
        Err(())
    }

    fn move_files(&self, moves: &[Move], dirs: &mut BTreeSet<PathBuf>) -> Result<()> {
        for Move { from, to } in moves {
            let to = self.layout.path(to);
            let dir = to.parent().expect("a sealed file lies in a directory");
            if self.env.fs.create_dir(dir).doing("create", dir)? {
                dirs.insert(dir.parent().expect("which lies in another").to_owned());
            }
            self.env.fs.rename(from, &to).doing("move to", &to)?;
            dirs.insert(dir.to_owned());
        }
        Ok(())
    }

    /// Moves files back to where they were staged, and makes that durable: only then may the name in `staging/`
    /// go by which a crash finds them. What cannot be taken back ends writing, and the next opening finds it.
    fn take_back(&mut self, moves: &[Move]) {
        let fs = &self.env.fs;
        let mut dirs = BTreeSet::new();
        let mut back = || -> io::Result<()> {
            for Move { from, to } in moves {
                let to = self.layout.path(to);
                if fs.stat(from)?.is_none() && fs.stat(&to)?.is_some() {
                    fs.rename(&to, from)?;
                    dirs.insert(to.parent().expect("a sealed file lies in a directory").to_owned());
                }
            }
            dirs.iter().try_for_each(|dir| fs.sync_dir(dir))
        };
        if let Err(error) = back() {
            self.appender.stop(format!("take back the files of an act that failed: {error}"));
        }
    }
}

/// Whether this may share a batch: it changes nothing that another one's decision rests on.
fn shares(submission: &Submission) -> bool {
    matches!(
        submission.pending.act.deed,
        Deed::RecordFile(_)
            | Deed::RecordCorrect(_)
            | Deed::RecordReview(_)
            | Deed::CertLink(_)
            | Deed::RecordAnnotate(_)
            | Deed::RecordRestrict(_)
            | Deed::RecordOpen(_)
            | Deed::FactsReveal(_)
            | Deed::RecordFind(_)
            | Deed::SubjectSearch(_)
    )
}

/// The same error for another caller.
fn again(error: &Error) -> Error {
    match error {
        Error::Io { doing, source } => {
            Error::Io { doing: doing.clone(), source: io::Error::new(source.kind(), source.to_string()) }
        }
        Error::Poisoned { why } => Error::Poisoned { why: why.clone() },
        other => Error::Poisoned { why: other.to_string() },
    }
}

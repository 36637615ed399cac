//! Rotation: a new epoch, covers and notes sealed anew beside the old, the old key destroyed last.
//!
//! ```text
//! keys written → epoch.start → (the CA proves its escrow) → re-seal in batches → verify all
//!   → epoch.verified → old files removed → old key copies destroyed → epoch.destroyed
//! ```
//! Each step can be repeated and is found where it was left. Filing goes on meanwhile, sealed to the new epoch.

use crate::cover::Cover;
use crate::defects::defect;
use crate::error::{Doing, Error, Result, is_of_the_machine};
use crate::journal::{Pending, full};
use crate::keys::EpochKey;
use crate::layout::{cover_path, note_path};
use crate::mirror::{Followed, remove_older};
use crate::note::{open_note, seal_note};
use crate::seal;
use crate::session::Session;
use crate::vault::Vault;
use crate::writer::{Move, Submission};
use jingui_schema::act::{
    CoverMark, Deed, EpochDestroyed, EpochReseal, EpochStart, EpochVerified, NewCover, NoteMark,
    ResealedCover, ResealedNote,
};
use jingui_schema::cover::{NOTE_BYTES_MAX, NoteKind};
use jingui_schema::digest::{B3, FileMark, Sha256};
use jingui_schema::facts::Role;
use jingui_schema::id::{NoteId, Place, RecordId, StaffNo};
use jingui_schema::line::Tip;
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::TryLockError;
use std::sync::atomic::{AtomicU64, Ordering};

/// What is found of a file that is as its line says and yet opens with no key.
const HOPELESS: &str = "it is as it was brought, and does not open";
/// Covers and notes named by one `epoch.reseal` line.
const BATCH: usize = 256;

/// How a rotation stands when the call returns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// The CA has to prove first that it opens this escrow file.
    Waiting {
        /// The epoch that waits.
        epoch: u32,
        /// The file to hand over.
        escrow: PathBuf,
    },
    /// Everything alive is sealed to this epoch, but the mirror does not have it yet: older keys stay.
    MirrorBehind {
        /// The epoch.
        epoch: u32,
        /// The mirror.
        mirror: PathBuf,
        /// Why it lags.
        why: String,
    },
    /// Everything alive is sealed to this epoch, older keys are gone.
    Finished {
        /// The epoch.
        epoch: u32,
        /// Covers checked under it.
        covers: u64,
        /// Notes checked under it.
        notes: u64,
        /// Epochs destroyed.
        destroyed: Vec<u32>,
    },
}

/// How far a rotation has come, told between its steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RotationStep {
    /// `reseal`, `verify` or `destroy`.
    pub what: &'static str,
    /// Files done.
    pub done: u64,
    /// Files there are.
    pub of: u64,
}

/// Looks on as a rotation works; an answer of `false` ends it between two steps, to be resumed later.
pub type Watch<'a> = &'a (dyn Fn(RotationStep) -> bool + Sync);

struct LiveCover {
    record: RecordId,
    place: Place,
    n: u32,
    epoch: u32,
    b3: B3,
    commit: Sha256,
}

struct LiveNote {
    id: NoteId,
    place: Place,
    epoch: u32,
    b3: B3,
}

/// A cover or note by what it is: for the set of those that no key opens.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Lost {
    Cover(RecordId, u32),
    Note(NoteId),
}

impl LiveCover {
    fn id(&self) -> Lost {
        Lost::Cover(self.record, self.n)
    }
}

impl LiveNote {
    fn id(&self) -> Lost {
        Lost::Note(self.id)
    }
}

struct Live {
    covers: Vec<LiveCover>,
    notes: Vec<LiveNote>,
}

enum Sealed {
    Cover(ResealedCover),
    Note(ResealedNote),
}

impl Vault {
    /// Removes the key copies of an epoch from the keystore, and says so. Can be repeated.
    pub(crate) fn destroy_epoch(&self, number: u32) -> Result<()> {
        let state = self.state();
        let listed = state.epochs.get(&number);
        let mut copies = self.keystore()?.destroy_epoch(number)?;
        // What an attempt that was cut off has removed already is named all the same.
        copies.extend(listed.into_iter().flat_map(|e| e.members.iter().map(StaffNo::to_string)));
        copies.extend(listed.and_then(|e| e.escrow).map(|_| "escrow".to_owned()));
        copies.sort();
        copies.dedup();
        self.writer()?.note(self.act(EpochDestroyed { epoch: number, copies }))?;
        Ok(())
    }
}

impl Session {
    /// Starts a new epoch, or takes an unfinished rotation further.
    ///
    /// - `ca`: the recipient that the new epoch is escrowed to, where it is to change.
    /// - Errors: [`Error::Role`] for anyone but a security administrator; [`Error::Interrupted`] when the watcher
    ///   ends it; [`Error::FileDamaged`] when a cover or note cannot be opened: then nothing old is destroyed.
    pub fn rotate(&self, reason: Option<&str>, ca: Option<&str>, watch: Watch<'_>) -> Result<Rotation> {
        self.with_role(&[Role::Security])?;
        // Before keys are made for an epoch that no line can begin.
        self.vault.writer()?;
        let _one = match self.vault.inner.rotating.try_lock() {
            Ok(guard) => guard,
            Err(TryLockError::Poisoned(guard)) => guard.into_inner(),
            Err(TryLockError::WouldBlock) => {
                return Err(Error::RotationUnfinished { epoch: self.vault.state().epoch.to_string() });
            }
        };
        // Cut off between two of its covers, a record would be found to be lacking one.
        let state = self.vault.state();
        let under_way = state.plans.iter().find(|(_, plan)| plan.under_way.is_some());
        if let Some((plan, _)) = under_way {
            return Err(Error::PlanUnderWay { plan: plan.to_string() });
        }
        if state.has_leaving() {
            return Err(Error::Unfinished { what: "handover".into() });
        }
        let mut started = false;
        loop {
            let state = self.vault.state();
            if let Some(epoch) = state.waiting_epoch() {
                // One that the CA will not prove, or that a leaver was given, is superseded.
                if started || (ca.is_none() && !state.has_leaver(epoch)) {
                    return self.waiting(epoch);
                }
            } else if state.rotation_unfinished() && (started || !state.rotation_due()) {
                let done = self.finish(watch)?;
                if !self.vault.state().rotation_due() {
                    return Ok(done);
                }
            }
            self.start_epoch(reason, ca)?;
            started = true;
        }
    }

    fn waiting(&self, epoch: u32) -> Result<Rotation> {
        Ok(Rotation::Waiting { epoch, escrow: self.vault.keystore()?.escrow_path(epoch) })
    }

    fn start_epoch(&self, reason: Option<&str>, ca: Option<&str>) -> Result<()> {
        let state = self.vault.state();
        let (newest, last) = state.epochs.iter().next_back().expect("there is always an epoch");
        let ca = ca.map(str::to_owned).or_else(|| last.ca.clone());
        let members: Vec<(StaffNo, String)> = (state.staff.iter())
            .filter(|(_, m)| m.holds_epoch_key())
            .map(|(staff, m)| (*staff, m.age.clone()))
            .collect();
        let number = newest + 1;
        // The keys are durable before the line that names them; without the line they are a leftover.
        let new = self.vault.keystore()?.new_epoch(number, &members, ca.as_deref())?;
        let members: Vec<StaffNo> = members.into_iter().map(|(staff, _)| staff).collect();
        self.carry_out(reason.map(|text| (NoteKind::Reason, text)), |note| {
            EpochStart {
                epoch: number,
                recipient: new.key.recipient().to_owned(),
                ca: ca.clone(),
                escrow: new.escrow,
                members: members.clone(),
                note,
            }
            .into()
        })
        .map(|_| ())
    }

    /// Re-seals, verifies, destroys: whatever of it is still to be done.
    fn finish(&self, watch: Watch<'_>) -> Result<Rotation> {
        let state = self.vault.state();
        let epoch = state.epoch;
        let key = self.epoch_key(epoch)?;
        let old: Vec<u32> = state.live_epochs().map(|(n, _)| n).filter(|n| *n < epoch).collect();
        let (mut covers, mut notes) = (0, 0);
        if defect("an old epoch destroyed unverified") {
            old.iter().try_for_each(|number| self.vault.keystore()?.destroy_epoch(*number).map(drop))?;
        }
        if !state.current_epoch().verified || !old.is_empty() {
            let hopeless = self.reseal_all(&self.live()?, epoch, &key, watch)?;
            // Looked at by whoever destroys, in the same run: what a line says was verified once is not enough.
            (covers, notes) = self.verify_all(&self.live()?, &hopeless, epoch, &key, watch)?;
        }
        if !state.current_epoch().verified {
            self.vault.writer()?.note(self.vault.act(EpochVerified { epoch, covers, notes }))?;
        }
        // The mirror's covers are sealed to the old key until it has caught up with the new ones.
        if let Followed::Behind(mirror) = self.vault.followed()?
            && !old.is_empty()
        {
            let why = mirror.lags.unwrap_or_default();
            return Ok(Rotation::MirrorBehind { epoch, mirror: mirror.dir, why });
        }
        // Only now, with everything verified under the new key, does the first old file go.
        remove_older(self.vault.env(), self.vault.layout(), epoch)?;
        for (done, number) in (1..).zip(&old) {
            self.vault.destroy_epoch(*number)?;
            watch(RotationStep { what: "destroy", done, of: old.len() as u64 });
        }
        Ok(Rotation::Finished { epoch, covers, notes, destroyed: old })
    }

    /// Every cover and note there is, with the newest epoch it is known to lie under.
    fn live(&self) -> Result<Live> {
        let mut live = Live { covers: Vec::new(), notes: Vec::new() };
        let (mut covers, mut notes) = (HashMap::new(), HashMap::new());
        let mut dying: HashMap<NoteId, RecordId> = HashMap::new();
        for item in self.vault.lines_after(Tip::START)? {
            let (line, _) = item?;
            if let Some(mark) = line.act.deed.note() {
                dying.extend(line.act.deed.dies_with().map(|record| (mark.id, record)));
                notes.insert(mark.id, live.notes.len());
                live.notes.push(LiveNote { id: mark.id, place: mark.place, epoch: mark.epoch, b3: mark.b3 });
            }
            if let Some(NewCover { record, place, n, mark }) = line.act.deed.cover() {
                covers.insert((record, n), live.covers.len());
                let CoverMark { epoch, b3, commit, .. } = mark;
                live.covers.push(LiveCover { record, place, n, epoch, b3, commit });
            }
            if let Deed::EpochReseal(d) = &line.act.deed {
                for cover in &d.covers {
                    if let Some(i) = covers.get(&(cover.record, cover.n)) {
                        (live.covers[*i].epoch, live.covers[*i].b3) = (d.epoch, cover.b3);
                    }
                }
                for note in &d.notes {
                    if let Some(i) = notes.get(&note.id) {
                        (live.notes[*i].epoch, live.notes[*i].b3) = (d.epoch, note.b3);
                    }
                }
            }
        }
        // What has ended is not brought back under a new key.
        let state = self.vault.state();
        live.covers.retain(|cover| !state.has_ended_version(cover.record, cover.n));
        live.notes.retain(|note| !dying.get(&note.id).is_some_and(|r| state.destroyed.contains(*r)));
        Ok(live)
    }

    /// Seals anew what still lies under an older epoch. What its line vouches for and no key opens is passed over
    /// and returned: it was never readable. A file that is missing or damaged does not keep the others waiting.
    fn reseal_all(&self, live: &Live, epoch: u32, key: &EpochKey, watch: Watch<'_>) -> Result<HashSet<Lost>> {
        let covers: Vec<&LiveCover> = live.covers.iter().filter(|c| c.epoch < epoch).collect();
        let notes: Vec<&LiveNote> = live.notes.iter().filter(|n| n.epoch < epoch).collect();
        let of = (covers.len() + notes.len()) as u64;
        let (mut done, mut hopeless, mut first) = (0, HashSet::new(), None);
        for batch in covers.chunks(BATCH) {
            let sealed =
                self.in_parallel(batch, |cover| Ok((cover.id(), self.reseal_cover(cover, epoch, key))))?;
            self.take_resealed(epoch, sealed, &mut hopeless, &mut first)?;
            done += batch.len() as u64;
            go_on(watch(RotationStep { what: "reseal", done, of }))?;
        }
        for batch in notes.chunks(BATCH) {
            let sealed =
                self.in_parallel(batch, |note| Ok((note.id(), self.reseal_note(note, epoch, key))))?;
            self.take_resealed(epoch, sealed, &mut hopeless, &mut first)?;
            done += batch.len() as u64;
            go_on(watch(RotationStep { what: "reseal", done, of }))?;
        }
        first.map_or(Ok(hopeless), Err)
    }

    fn take_resealed(
        &self,
        epoch: u32,
        sealed: Vec<(Lost, Result<(Sealed, Move)>)>,
        hopeless: &mut HashSet<Lost>,
        first: &mut Option<Error>,
    ) -> Result<()> {
        let mut good = Vec::with_capacity(sealed.len());
        for (id, result) in sealed {
            match result {
                Ok(sealed) => good.push(sealed),
                Err(Error::FileDamaged { path, finding }) if finding == HOPELESS => {
                    self.vault.incident(&path, "sealed");
                    hopeless.insert(id);
                }
                Err(error @ Error::FileDamaged { .. }) => drop(first.get_or_insert(error)),
                Err(error) => return Err(error),
            }
        }
        if good.is_empty() { Ok(()) } else { self.submit_resealed(epoch, good) }
    }

    fn in_parallel<T: Sync, U: Send>(
        &self,
        items: &[T],
        work: impl Fn(&T) -> Result<U> + Sync,
    ) -> Result<Vec<U>> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let share = items.len().div_ceil(threads).max(1);
        std::thread::scope(|scope| {
            let work = &work;
            let parts: Vec<_> = items
                .chunks(share)
                .map(|part| scope.spawn(move || part.iter().map(work).collect::<Result<Vec<U>>>()))
                .collect();
            let mut out = Vec::with_capacity(items.len());
            for part in parts {
                out.extend(part.join().expect("re-sealing does not panic")?);
            }
            Ok(out)
        })
    }

    fn reseal_cover(&self, live: &LiveCover, epoch: u32, key: &EpochKey) -> Result<(Sealed, Move)> {
        let cover = self.live_cover(live, live.epoch)?;
        if defect("an old cover removed first") {
            let old = cover_path(live.place, live.record, live.n, live.epoch);
            self.vault.env().fs.remove(&self.vault.layout().path(&old)).doing("remove", old.as_ref())?;
        }
        let plain = cover.to_plaintext();
        let (path, mark) = self.stage(&plain, key, &format!("{}.{}.e{epoch}", live.record, live.n))?;
        let to = cover_path(live.place, live.record, live.n, epoch);
        let (record, place, n) = (live.record, live.place, live.n);
        Ok((
            Sealed::Cover(ResealedCover { record, place, n, size: mark.size, b3: mark.b3 }),
            Move { from: path, to },
        ))
    }

    fn reseal_note(&self, live: &LiveNote, epoch: u32, key: &EpochKey) -> Result<(Sealed, Move)> {
        let note = self.live_note(live, live.epoch)?;
        let recipient = key.identity().to_public();
        let sealed = seal_note(&recipient, &note);
        let path = self.vault.layout().path("staging").join(format!("{}.e{epoch}", live.id));
        let mark = self.write_staged(&path, &sealed)?;
        let back = self.vault.env().fs.read(&path, sealed.len() as u64).doing("read", &path)?;
        let vault = self.vault.state().init.vault;
        match open_note(key.identity(), &back, vault, live.id) {
            Ok(read) if read == note => {}
            _ => return Err(Error::ReadBack { path: path.display().to_string() }),
        }
        let to = note_path(live.place, live.id, epoch);
        let (id, place) = (live.id, live.place);
        Ok((Sealed::Note(ResealedNote { id, place, size: mark.size, b3: mark.b3 }), Move { from: path, to }))
    }

    /// Seals a text into `staging/`, syncs it and opens it again from what was written.
    fn stage(&self, plain: &[u8], key: &EpochKey, name: &str) -> Result<(PathBuf, FileMark)> {
        let sealed = seal::seal(&key.identity().to_public(), plain);
        let path = self.vault.layout().path("staging").join(name);
        let mark = self.write_staged(&path, &sealed)?;
        let back = self.vault.env().fs.read(&path, sealed.len() as u64).doing("read", &path)?;
        match seal::open(key.identity(), &back) {
            Ok(read) if **read == *plain => Ok((path, mark)),
            _ => Err(Error::ReadBack { path: path.display().to_string() }),
        }
    }

    fn write_staged(&self, path: &std::path::Path, sealed: &[u8]) -> Result<FileMark> {
        let fs = &self.vault.env().fs;
        if fs.stat(path).doing("look at", path)?.is_some() {
            fs.remove(path).doing("remove", path)?;
        }
        fs.write_new(path, sealed).doing("write", path)?;
        Ok(FileMark { size: sealed.len() as u64, b3: B3::of(sealed) })
    }

    fn submit_resealed(&self, epoch: u32, sealed: Vec<(Sealed, Move)>) -> Result<()> {
        let mut deed = EpochReseal { epoch, covers: Vec::new(), notes: Vec::new() };
        let mut moves = Vec::with_capacity(sealed.len());
        for (item, step) in sealed {
            match item {
                Sealed::Cover(cover) => deed.covers.push(cover),
                Sealed::Note(note) => deed.notes.push(note),
            }
            moves.push(step);
        }
        let pending = Pending::of_vault(self.vault.act(deed));
        self.vault
            .writer()?
            .submit(Submission { pending, moves, staging: None, may_repeat: false })
            .map(|_| ())
    }

    /// Opens every live cover and note from its place under the new epoch.
    fn verify_all(
        &self,
        live: &Live,
        hopeless: &HashSet<Lost>,
        epoch: u32,
        key: &EpochKey,
        watch: Watch<'_>,
    ) -> Result<(u64, u64)> {
        let of = (live.covers.len() + live.notes.len()) as u64;
        let done = AtomicU64::new(0);
        for batch in live.covers.chunks(4 * BATCH) {
            self.in_parallel(batch, |cover| {
                if !hopeless.contains(&cover.id()) {
                    self.read_cover(cover, epoch, key)?;
                }
                done.fetch_add(1, Ordering::Relaxed);
                Ok(())
            })?;
            go_on(watch(RotationStep { what: "verify", done: done.load(Ordering::Relaxed), of }))?;
        }
        for batch in live.notes.chunks(4 * BATCH) {
            self.in_parallel(batch, |note| {
                if !hopeless.contains(&note.id()) {
                    self.live_note(note, epoch)?;
                }
                done.fetch_add(1, Ordering::Relaxed);
                Ok(())
            })?;
            go_on(watch(RotationStep { what: "verify", done: done.load(Ordering::Relaxed), of }))?;
        }
        Ok((live.covers.len() as u64, live.notes.len() as u64))
    }

    /// A cover as filed, under the epoch it lies under; healed from the mirror where it is damaged.
    fn live_cover(&self, live: &LiveCover, epoch: u32) -> Result<Cover> {
        let key = self.epoch_key(epoch)?;
        self.read_cover(live, epoch, &key).or_else(|error| {
            let below = cover_path(live.place, live.record, live.n, epoch);
            let Some(mirror) = self.vault.mirror_dir() else { return Err(error) };
            self.read_cover_at(live, &mirror.join(&below), &below, &key).map_err(|_| error)?;
            self.vault.heal(&below, "damaged")?;
            self.read_cover(live, epoch, &key)
        })
    }

    fn read_cover(&self, live: &LiveCover, epoch: u32, key: &EpochKey) -> Result<Cover> {
        let below = cover_path(live.place, live.record, live.n, epoch);
        self.read_cover_at(live, &self.vault.layout().path(&below), &below, key)
    }

    fn read_cover_at(
        &self,
        live: &LiveCover,
        path: &std::path::Path,
        below: &str,
        key: &EpochKey,
    ) -> Result<Cover> {
        let damaged = |finding: String| Error::FileDamaged { path: below.into(), finding };
        let sealed = self.vault.env().fs.read(path, 256 << 20).map_err(|e| unreadable(below, e))?;
        // The digest first: `commit` leaves out the identities, and whoever knows the recipient can seal to it.
        if B3::of(&sealed) != live.b3 {
            return Err(damaged("digest".into()));
        }
        let hopeless = |_| damaged(HOPELESS.into());
        let plain = seal::open(key.identity(), &sealed).map_err(|e| hopeless(full(&e)))?;
        let cover = Cover::parse(&plain).map_err(|e| hopeless(full(&e)))?;
        let ours = cover.spine.record == live.record && cover.spine.n == live.n;
        match ours && cover.commit() == live.commit {
            true => Ok(cover),
            false => Err(damaged(HOPELESS.into())),
        }
    }

    fn live_note(&self, live: &LiveNote, epoch: u32) -> Result<jingui_schema::cover::Note> {
        let below = note_path(live.place, live.id, epoch);
        let damaged = |finding: String| Error::FileDamaged { path: below.clone(), finding };
        let key = self.epoch_key(epoch)?;
        let read = |path: PathBuf| {
            let sealed =
                self.vault.env().fs.read(&path, NOTE_BYTES_MAX).map_err(|e| unreadable(&below, e))?;
            if B3::of(&sealed) != live.b3 {
                return Err(damaged("digest".into()));
            }
            open_note(key.identity(), &sealed, self.vault.state().init.vault, live.id)
                .map_err(|_| damaged(HOPELESS.into()))
        };
        read(self.vault.layout().path(&below)).or_else(|error| {
            let Some(mirror) = self.vault.mirror_dir() else { return Err(error) };
            let note = read(mirror.join(&below)).map_err(|_| error)?;
            self.vault.heal(&below, "damaged")?;
            Ok(note)
        })
    }

    /// A recovery sheet of the current epoch key; that it was made is in the journal before it is returned.
    ///
    /// `template` holds the words, with `{vault} {ra} {epoch} {recipient} {identity}` in it.
    pub fn sheet(&self, template: &str) -> Result<zeroize::Zeroizing<String>> {
        self.with_role(&[Role::Security])?;
        let key = self.current_key()?;
        let epoch = key.epoch();
        self.carry_out(None, |_: Option<NoteMark>| {
            jingui_schema::act::EpochCopy { epoch, medium: "sheet".into() }.into()
        })?;
        let init = &self.vault.state().init;
        Ok(crate::keys::sheet_text(&init.vault, &init.ra, &key, template))
    }
}

/// What is known of a file that could not be read.
fn unreadable(below: &str, source: std::io::Error) -> Error {
    match is_of_the_machine(&source) {
        true => Error::Io { doing: format!("read {below}"), source },
        false => Error::FileDamaged { path: below.into(), finding: source.to_string() },
    }
}

fn go_on(yes: bool) -> Result<()> {
    if yes { Ok(()) } else { Err(Error::Interrupted {}) }
}

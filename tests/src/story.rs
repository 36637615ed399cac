//! A run recorded on a disk that forgets, and what must be true after the power failed at any moment of it.
//!
//! A story is told once, with all its cryptography; then each of its moments can be cut in as many ways as one has
//! time for, and judged. A defect can be put between the vault and the disk (`through`), to see that the judge
//! notices. The stories themselves are in `stories`.

use crate::faults::{Fault, FaultFs};
use crate::house::{CANARY, House, Key, Known, People, docs, env_on, full, look_at_all, verify};
use crate::inspect::{self, Journal};
use crate::lossy::{Cut, Dice, Disk, LossyFs};
use jingui_schema::act::Deed;
use jingui_schema::digest::Sha256;
use jingui_schema::id::{ActId, RecordId};
use jingui_vault::body::Buffers;
use jingui_vault::fs::Fs;
use jingui_vault::rotation::Rotation;
use jingui_vault::{Result, Session, Vault};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// One of the people of a house.
pub type Who = fn(&People) -> &Key;
/// How somebody who may read signs in after the power has come back, whatever it may take.
pub type SignIn = Arc<dyn Fn(&House, &Vault) -> Result<Session> + Send + Sync>;

/// The founder.
pub fn founder(people: &People) -> &Key {
    &people.founder
}

/// Who was enrolled later.
pub fn newcomer(people: &People) -> &Key {
    &people.newcomer
}

/// What was told to the caller at some moment.
#[derive(Clone, Debug)]
pub struct Told {
    /// Lines of the journal then.
    pub lines: u64,
    /// The last of them.
    pub last: Sha256,
    /// Records that had been acknowledged.
    pub known: Vec<Known>,
    /// Requests that had been carried out.
    pub requests: Vec<ActId>,
    /// Who has been told of holding the key of the current epoch.
    pub holders: Vec<Who>,
}

/// A recorded run.
pub struct Story {
    /// Whose it is.
    pub house: House,
    /// What had been told, in order.
    pub told: Vec<Told>,
    /// The disk after each operation, with how much had been told by then.
    pub moments: Vec<(Disk, usize)>,
    /// How somebody signs in afterwards.
    pub sign_in: SignIn,
    /// Holds the catalog while the story is told.
    _real: tempfile::TempDir,
}

/// What lies between the vault and the disk.
pub type Through = fn(LossyFs) -> Arc<dyn Fs>;

/// Nothing.
pub fn plainly(disk: LossyFs) -> Arc<dyn Fs> {
    Arc::new(disk)
}

/// The founder signs in with the key that has always been there.
pub fn as_founder() -> SignIn {
    Arc::new(|house: &House, vault: &Vault| house.founder(vault))
}

/// Keeps what is told, in the order in which it is told, by one thread or several.
pub struct Teller {
    disk: LossyFs,
    now: Mutex<Told>,
    told: Mutex<Vec<Told>>,
}

impl Teller {
    /// Begins with what a vault says of itself, and has the disk recorded from here on.
    pub fn begin(disk: &LossyFs, vault: &Vault, known: Vec<Known>, holders: Vec<Who>) -> Self {
        let state = vault.state();
        let now = Told { lines: state.lines, last: state.last, known, requests: Vec::new(), holders };
        disk.record();
        Self { disk: disk.clone(), now: Mutex::new(now.clone()), told: Mutex::new(vec![now]) }
    }

    /// Somebody has been told that all this is done.
    pub fn tell(&self, vault: &Vault, more: impl FnOnce(&mut Told)) {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        // What others have written meanwhile is durable as well, but nobody has been told.
        let state = vault.state();
        (now.lines, now.last) = (state.lines, state.last);
        more(&mut now);
        self.told.lock().unwrap_or_else(PoisonError::into_inner).push(now.clone());
        self.disk.mark();
    }

    /// Files documents as somebody, and tells.
    pub fn file(
        &self,
        house: &House,
        session: &Session,
        of: &str,
        count: usize,
        request: Option<u8>,
    ) -> Result<Known> {
        let request = request.map(|byte| ActId::from_bytes([byte; 16]));
        let filed = house.file(session, of, count, request)?;
        let known = Known::of(&filed, count);
        self.tell(session.vault(), |told| {
            told.known.push(known.clone());
            told.requests.extend(request);
        });
        Ok(known)
    }

    /// Supplements a record as somebody, and tells.
    pub fn supplement(
        &self,
        session: &Session,
        record: RecordId,
        of: &str,
        count: usize,
        request: u8,
    ) -> Result<()> {
        let request = ActId::from_bytes([request; 16]);
        session.supplement(record, &docs(of, count), CANARY, Some(request), &mut Buffers::new())?;
        self.tell(session.vault(), |told| {
            told.known.iter_mut().filter(|k| k.record == record).for_each(|k| k.documents += count);
            told.requests.push(request);
        });
        Ok(())
    }

    /// The story that has been told.
    pub fn end(self, real: tempfile::TempDir, house: House, sign_in: SignIn) -> Story {
        let told = self.told.into_inner().unwrap_or_else(PoisonError::into_inner);
        Story { house, told, moments: self.disk.moments(), sign_in, _real: real }
    }
}

impl Story {
    /// A house on a disk that forgets: begun, nothing filed.
    pub fn begin(mirrored: bool, segment_bytes: u64) -> Result<(tempfile::TempDir, LossyFs, House)> {
        let real = crate::scratch();
        let mut disk = Disk::default();
        disk.lay(real.path());
        let disk = LossyFs::on(disk);
        let env = env_on(Arc::new(disk.clone()));
        let mut house = House::planned(real.path(), &env, mirrored);
        house.begin(&env)?;
        house.segment_bytes = Some(segment_bytes);
        Ok((real, disk, house))
    }

    /// Cuts the power at a moment, and says what is wrong with what is found afterwards.
    ///
    /// `thoroughly` opens every document, too, files on and verifies.
    pub fn judge(&self, moment: usize, how: Cut, seed: u64, thoroughly: bool) -> Vec<String> {
        let (disk, told) = &self.moments[moment];
        let after = disk.cut(how, &mut Dice(seed));
        self.judge_disk(&after, &self.told[*told], thoroughly)
    }

    /// The disk after a cut, for telling whether two cuts left the same.
    pub fn cut(&self, moment: usize, how: Cut, seed: u64) -> Disk {
        self.moments[moment].0.cut(how, &mut Dice(seed))
    }

    /// What had been told by a moment.
    pub fn told_by(&self, moment: usize) -> &Told {
        &self.told[self.moments[moment].1]
    }

    /// Opens what lies on a disk and says what is wrong.
    pub fn judge_disk(&self, after: &Disk, told: &Told, thoroughly: bool) -> Vec<String> {
        judge(&self.house, &self.sign_in, after, told, thoroughly)
    }
}

/// Opens what lies on a disk and says what is wrong with it, given what was told before.
pub fn judge(house: &House, sign_in: &SignIn, after: &Disk, told: &Told, thoroughly: bool) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut look = || -> Result<()> {
        if thoroughly {
            // The catalog lies on the system's own disk, so this one needs a directory that is nobody else's.
            let real = crate::scratch();
            let mut disk = after.clone();
            let elsewhere: PathBuf = real.path().join("house");
            disk.show(&house.root, &elsewhere);
            return look_thoroughly(&house.at(&elsewhere), sign_in, LossyFs::on(disk), told, &mut wrong);
        }
        look_quickly(house, &LossyFs::on(after.clone()), told, &mut wrong).map(|_| ())
    };
    if let Err(error) = look() {
        wrong.push(full(&error));
    }
    wrong
}

fn look_quickly(house: &House, disk: &LossyFs, told: &Told, wrong: &mut Vec<String>) -> Result<Vault> {
    // Before it is opened: what opening would adopt anew is not what had been made to count.
    let counted = inspect::counted(disk, &house.vault());
    if counted < told.lines {
        wrong.push(format!("{} lines were acknowledged, commit counts {counted}", told.lines));
    }
    let vault = house.open(Arc::new(disk.clone()))?;
    vault.mirror(); // an answer from the writer: it has ended what it was at
    if let Some(why) = vault.read_only() {
        wrong.push(format!("read-only: {why}"));
    }
    let (journal, found) = inspect::vault(disk, &house.vault(), false);
    wrong.extend(found);
    match journal.lines.get(told.lines as usize - 1) {
        Some(line) if line.digest == told.last => {}
        _ => wrong.push(format!("{} lines were acknowledged, {} are left", told.lines, journal.lines.len())),
    }
    for request in &told.requests {
        // If it is not found, the same request would file a twin.
        if vault.find_act(*request)?.is_none() {
            wrong.push(format!("the request {request} is forgotten"));
        }
    }
    if house.mirrored {
        wrong.extend(inspect::mirror_of(disk, &journal, &house.vault(), &house.mirror()).1);
    }
    look_at_keys(house, &vault, &journal, told, wrong)?;
    Ok(vault)
}

/// Who was told of holding the key holds it, with that of every epoch under which something still lies; and an epoch
/// that a line calls destroyed has no copy left.
fn look_at_keys(
    house: &House,
    vault: &Vault,
    journal: &Journal,
    told: &Told,
    wrong: &mut Vec<String>,
) -> Result<()> {
    for who in &told.holders {
        let holder = vault.sign_in(who(&house.people).person())?;
        holder.current_key()?;
        for epoch in journal.epochs_in_use() {
            holder.epoch_key(epoch)?;
        }
    }
    let destroyed = journal.lines.iter().filter_map(|line| match &line.act.deed {
        Deed::EpochDestroyed(d) => Some(d.epoch),
        _ => None,
    });
    let destroyed: Vec<u32> = destroyed.collect();
    if !destroyed.is_empty() {
        let left = vault.keystore()?.epochs()?.into_iter().filter(|epoch| destroyed.contains(epoch));
        wrong.extend(left.map(|epoch| format!("epoch {epoch} is said to be destroyed, and a copy is left")));
    }
    Ok(())
}

fn look_thoroughly(
    house: &House,
    sign_in: &SignIn,
    disk: LossyFs,
    told: &Told,
    wrong: &mut Vec<String>,
) -> Result<()> {
    let vault = look_quickly(house, &disk, told, wrong)?;
    let session = sign_in(house, &vault)?;
    wrong.extend(look_at_all(&session, &told.known));
    if vault.state().rotation_unfinished() {
        match session.rotate(None, None, &|_| true)? {
            Rotation::Finished { .. } => {}
            other => wrong.push(format!("going on with the rotation ended with {other:?}")),
        }
        wrong.extend(look_at_all(&session, &told.known));
    }
    for request in &told.requests {
        let again = house.file(&session, "the same request", 1, Some(*request))?;
        if !again.repeated {
            wrong.push(format!("the request {request} was filed twice"));
        }
    }
    house.file(&session, "one more", 1, None)?;
    // An enrolment that was cut off has its line before its key copy; this is what makes up for it.
    session.give_copies()?;
    vault.mirror();
    wrong.extend(inspect::vault(&disk, &house.vault(), false).1);
    // A log key cannot be made again; where the keystore was lost that is said for ever.
    wrong
        .extend(verify(&session).into_iter().filter(|found| !found.contains("keystore:log/log.key missing")));
    if house.mirrored {
        let stands = vault.mirror();
        if !stands.as_ref().is_some_and(|s| s.lags.is_none() && s.lines == vault.state().lines) {
            wrong.push(format!("the mirror did not catch up: {stands:?}"));
        }
    }
    Ok(())
}

/// All cuts of all moments that leave different disks: (moment, how, seed), `seeds` for each way that has chance in it.
pub fn cuts(moments: usize, seeds: u64) -> impl Iterator<Item = (usize, Cut, u64)> {
    (0..moments).flat_map(move |moment| {
        Cut::ALL.into_iter().flat_map(move |how| {
            let seeds = if matches!(how, Cut::Nothing | Cut::Everything) { 1 } else { seeds };
            (0..seeds).map(move |seed| (moment, how, (moment as u64) << 16 | seed))
        })
    })
}

/// A filing whose k-th operation fails, then another one by the same program, or where that has died or writes no
/// more, by one that is started on the same, still running system. Returns what was told, and the disk as it is
/// when the power fails: what the first filing left unsynced is unsynced still.
///
/// `None` when it did not come to the k-th operation.
pub fn failed_then_cut(base: &Disk, house: &House, k: u64, fault: Fault) -> Option<(Disk, Told)> {
    let disk = LossyFs::on(base.clone());
    let dying = FaultFs::over(Arc::new(disk.clone()));
    let vault = house.open(Arc::new(dying.clone())).ok()?;
    let session = house.founder(&vault).ok()?;
    dying.arm(k, fault);
    let first = house.file(&session, "failing", 2, Some(ActId::from_bytes([5; 16]))).ok();
    dying.fired()?;
    dying.lift();
    let request = ActId::from_bytes([6; 16]);
    let after = |vault: &Vault, session: &Session| {
        // Each syncs other directories, and so settles other remains of the first.
        let filed = match k % 2 {
            0 => Some(house.file(session, "after", 1, Some(request)).ok()?),
            _ => session.reveal(RecordId::from_bytes([1; 16]), None, CANARY).ok().map(|()| None)?,
        };
        vault.mirror();
        Some((filed, vault.state()))
    };
    let second = match after(&vault, &session) {
        Some(second) => second,
        None => {
            drop((session, vault));
            // With segments as long as usual: each new one would sync the journal's directory once more.
            let usual = House { segment_bytes: None, ..house.clone() };
            let vault = usual.open(Arc::new(disk.clone())).ok()?;
            let session = usual.founder(&vault).ok()?;
            after(&vault, &session)?
        }
    };
    let (second, state) = second;
    let known = first.iter().map(|f| Known::of(f, 2)).chain(second.iter().map(|f| Known::of(f, 1))).collect();
    let requests = second.iter().map(|_| request).collect();
    let told = Told { lines: state.lines, last: state.last, known, requests, holders: vec![founder] };
    let at = disk.disk();
    Some((at, told))
}

/// Removes a directory that is empty, durably.
pub fn remove_dir(disk: &LossyFs, dir: &Path) {
    disk.remove_dir(dir)
        .and_then(|()| disk.sync_dir(dir.parent().expect("it lies in another")))
        .expect("an empty directory");
}

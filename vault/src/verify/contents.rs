//! With keys: every cover, note and body opens, and is what the lines say of it.

use super::inventory::{Entry, Inventory, Name, Sort};
use super::links;
use super::once::{Counted, Once};
use super::pool::{self, Tally, Watch};
use super::report::{Finding, FindingKind};
use super::{Choice, Phase};
use crate::body::{Body, Through};
use crate::cover::{Cover, is_same_file};
use crate::error::{Error, Result};
use crate::journal::{Lines, full};
use crate::keys::EpochKey;
use crate::note::{NoteError, open_note};
use crate::seal::{self, SealError};
use crate::session::Session;
use jingui_schema::act::{CertLink, Deed, DocumentRemove, NewCover, NoteMark, RecordCorrect, RecordFile};
use jingui_schema::cover::{DocumentLine, NOTE_BYTES_MAX};
use jingui_schema::digest::FileMark;
use jingui_schema::id::{Place, RecordId, VaultId};
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::io::Read as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;

/// The most bytes of a cover; one of a thousand documents has half a million.
const COVER_BYTES_MAX: u64 = 256 << 20;

enum Job {
    Filing(Box<RecordFile>, u64),
    Correction(Box<RecordCorrect>, u64),
    Link(Box<CertLink>, u64),
    Removal(Box<DocumentRemove>, u64),
    Note(NoteMark, u64),
}

/// Opens everything that the lines name and that is not known to be damaged.
///
/// `once`: has each file digested while it is opened.
pub(super) fn check(
    session: &Session,
    inventory: &Inventory,
    choice: &Choice,
    damaged: &HashSet<String>,
    once: Option<&Once<'_>>,
    watch: &Watch<'_>,
) -> Result<Vec<Finding>> {
    let vault = session.vault();
    let mut keys = HashMap::new();
    for (epoch, _) in inventory.state.live_epochs() {
        match session.epoch_key(epoch) {
            Ok(key) => drop(keys.insert(epoch, key)),
            // Of an epoch that is on its way in or out there may be no copy for this person; nor of the one that
            // was current where the damage begins.
            Err(_) if epoch != inventory.state.epoch || inventory.damaged.is_some() => {}
            Err(error) => return Err(error),
        }
    }
    let contents = Contents { session, inventory, damaged, once, keys, vault: inventory.state.init.vault };
    let end = inventory.damaged.map_or(inventory.state.lines, |seq| seq.saturating_sub(1));
    pool::run(
        watch,
        Phase::Contents,
        |give| {
            let lines = Lines::up_to(vault.env().fs.clone(), vault.layout(), end)?;
            for item in lines {
                let line = match item {
                    Ok((line, _)) => line,
                    // Read a moment ago: a disk that does not give it again must not let the rest pass for looked at.
                    Err(error @ Error::Io { .. }) => return Err(error),
                    Err(_) => break,
                };
                if let Some(note) = line.act.deed.note()
                    && choice.takes(note.id.as_bytes(), line.seq)
                {
                    give(Job::Note(*note, line.seq))?;
                }
                match line.act.deed {
                    Deed::RecordFile(d) if choice.takes(d.record.as_bytes(), line.seq) => {
                        give(Job::Filing(Box::new(d), line.seq))?;
                    }
                    Deed::RecordCorrect(d) if choice.takes(d.record.as_bytes(), line.seq) => {
                        give(Job::Correction(Box::new(d), line.seq))?;
                    }
                    Deed::CertLink(d) if choice.takes(d.record.as_bytes(), line.seq) => {
                        give(Job::Link(Box::new(d), line.seq))?;
                    }
                    Deed::DocumentRemove(d) if choice.takes(d.record.as_bytes(), line.seq) => {
                        give(Job::Removal(Box::new(d), line.seq))?;
                    }
                    _ => {}
                }
            }
            Ok(())
        },
        |job, tally| contents.check(&job, tally),
    )
}

struct Contents<'a> {
    session: &'a Session,
    inventory: &'a Inventory,
    damaged: &'a HashSet<String>,
    once: Option<&'a Once<'a>>,
    keys: HashMap<u32, EpochKey>,
    vault: VaultId,
}

/// What is wrong with what was sealed.
type Flaw = (FindingKind, String);

impl Contents<'_> {
    fn check(&self, job: &Job, tally: &Tally) -> Vec<Finding> {
        let checked = catch_unwind(AssertUnwindSafe(|| match job {
            Job::Filing(d, seq) => self.filing(d, *seq, tally),
            Job::Correction(d, seq) => {
                let new =
                    NewCover { record: d.record, place: Place::of_counter(d.counter), n: d.n, mark: d.cover };
                self.version(new, *seq, &|cover| differences_of(cover, d, self.vault), &corrects, tally).0
            }
            Job::Link(d, seq) => {
                let new =
                    NewCover { record: d.record, place: Place::of_counter(d.counter), n: d.n, mark: d.cover };
                let differences = |cover: &Cover| links::differences(cover, d, self.vault);
                self.version(new, *seq, &differences, &links::only_link, tally).0
            }
            Job::Removal(d, seq) => self.removal(d, *seq, tally),
            Job::Note(mark, seq) => self.note(mark, *seq, tally),
        }));
        // A panic inside a library is a finding about the file, not the end of verification.
        checked.unwrap_or_else(|_| {
            let (path, seq) = match job {
                Job::Filing(d, seq) => {
                    (Name::body(Place::of_counter(d.counter), d.record, d.filing).path(), *seq)
                }
                Job::Correction(d, seq) => {
                    let place = Place::of_counter(d.counter);
                    (Name::cover(place, d.record, d.n, d.cover.epoch).path(), *seq)
                }
                Job::Link(d, seq) => {
                    let place = Place::of_counter(d.counter);
                    (Name::cover(place, d.record, d.n, d.cover.epoch).path(), *seq)
                }
                Job::Removal(d, seq) => {
                    let place = Place::of_counter(d.counter);
                    (Name::cover(place, d.record, d.n, d.cover.epoch).path(), *seq)
                }
                Job::Note(mark, seq) => (Name::note(mark.place, mark.id, mark.epoch).path(), *seq),
            };
            vec![Finding::line(
                &path,
                seq,
                FindingKind::Content,
                "reading it ended in a fault of the program",
            )]
        })
    }

    /// Looks at one fact version, in all epochs it lies under; returns it opened, where it does open.
    fn version(
        &self,
        new: NewCover,
        seq: u64,
        differences: &dyn Fn(&Cover) -> Vec<&'static str>,
        goes_on: &dyn Fn(&Cover, &Cover) -> bool,
        tally: &Tally,
    ) -> (Vec<Finding>, Option<Cover>) {
        let NewCover { record, place, n, .. } = new;
        let mut findings = Vec::new();
        let state = &self.inventory.state;
        if state.has_ended_version(record, n) {
            return (findings, None); // with papers that were taken out
        }
        let found = |path, (finding, detail): Flaw| Finding {
            path,
            finding,
            detail,
            record: Some(record),
            seq: Some(seq),
        };
        let all = self.inventory.siblings(&Name::cover(place, record, n, 0));
        let mut cover = None;
        for entry in all.iter().filter(|e| e.name.n == n) {
            match self.cover(entry, differences, tally) {
                Some(Ok(opened)) => cover = Some(opened),
                Some(Err(flaw)) => findings.push(found(entry.name.path(), flaw)),
                None => {}
            }
        }
        // Nothing compares a version with one that never was: a gap in their numbers would hide what it changed.
        let first_alive = n == 1 || state.has_ended_version(record, n - 1);
        if !first_alive && !all.iter().any(|e| e.name.n + 1 == n) {
            let path = Name::cover(place, record, n, new.mark.epoch).path();
            findings
                .push(found(path, (FindingKind::Content, "no line made the version before it".to_owned())));
        }
        // Only the newest version is read from, and each body is tried with the key in the version that came with
        // it: what a version says of the filings before it has to be what the version before says.
        let before =
            || all.iter().rev().filter(|e| e.name.n + 1 == n).find_map(|e| self.open(e, tally)?.ok());
        if let Some(cover) = &cover
            && let Some(before) = before()
            && !goes_on(&before, cover)
            && let Some(entry) = all.iter().rev().find(|e| e.name.n == n)
        {
            let detail = "it has another number, clerk, keys or documents of earlier filings than the version before it";
            findings.push(found(entry.name.path(), (FindingKind::Content, detail.to_owned())));
        }
        (findings, cover)
    }

    fn filing(&self, d: &RecordFile, seq: u64, tally: &Tally) -> Vec<Finding> {
        let place = Place::of_counter(d.counter);
        let found = |path: String, (finding, detail): Flaw| Finding {
            path,
            finding,
            detail,
            record: Some(d.record),
            seq: Some(seq),
        };
        let all = self.inventory.siblings(&Name::cover(place, d.record, d.n, 0));
        let new = NewCover { record: d.record, place, n: d.n, mark: d.cover };
        let (mut findings, cover) =
            self.version(new, seq, &|cover| differences(cover, d, self.vault), &goes_on, tally);
        if d.left().is_some() || self.inventory.state.has_ended_body(d.record, d.filing) {
            return findings;
        }
        // Where its own cover is lost, or has ended, a later one still has the key of the body.
        let others = all.iter().rev().filter(|e| e.name.n != d.n);
        let cover = cover.or_else(|| {
            others.filter_map(|e| self.open(e, tally)?.ok()).find(|c| c.identity(d.filing).is_some())
        });
        let Some(cover) = cover else { return findings };
        let name = Name::body(place, d.record, d.filing);
        let path = name.path();
        if !self.damaged.contains(&path)
            && let Err(flaw) = self.body(&name, &cover, d.body.size, tally)
        {
            findings.push(found(path, flaw));
        }
        findings
    }

    /// The version that papers were taken out of, and the body that holds what came with them.
    fn removal(&self, d: &DocumentRemove, seq: u64, tally: &Tally) -> Vec<Finding> {
        let place = Place::of_counter(d.counter);
        let new = NewCover { record: d.record, place, n: d.n, mark: d.cover };
        let differs = |cover: &Cover| differences_of_removal(cover, d, self.vault);
        // All before it have ended: there is nothing to compare it with.
        let (mut findings, cover) = self.version(new, seq, &differs, &|_, _| true, tally);
        let (Some(left), Some(cover)) = (&d.left, cover) else { return findings };
        let name = Name::body(place, d.record, left.filing);
        let path = name.path();
        if self.inventory.state.has_ended_body(d.record, left.filing) || self.damaged.contains(&path) {
            return findings;
        }
        if let Err((finding, detail)) = self.body(&name, &cover, left.body.size, tally) {
            findings.push(Finding { path, finding, detail, record: Some(d.record), seq: Some(seq) });
        }
        findings
    }

    /// Reads a cover or a note; `None` where it is gone, or found not to be the one that its line names.
    fn read(
        &self,
        entry: &Entry,
        bytes_max: u64,
        tally: &Tally,
    ) -> Option<std::result::Result<Vec<u8>, Flaw>> {
        let vault = self.session.vault();
        // Nobody has read it yet: a store may give more than it says that there is.
        let bytes_max = if self.once.is_some() { bytes_max.min(entry.size) } else { bytes_max };
        let read = vault.env().fs.read(&vault.layout().path(&entry.name.path()), bytes_max);
        tally.bytes.fetch_add(read.as_ref().map_or(0, Vec::len) as u64, Ordering::Relaxed);
        let Some(once) = self.once else {
            tally.files.fetch_add(1, Ordering::Relaxed);
            return match read {
                Ok(sealed) => Some(Ok(sealed)),
                // Gone since it was listed: a rotation that ends removes what it re-sealed.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
                Err(error) => Some(Err((FindingKind::Unreadable, error.to_string()))),
            };
        };
        let mark = match &read {
            Ok(sealed) => Ok(FileMark::of(sealed)),
            Err(error) => Err(std::io::Error::new(error.kind(), error.to_string())),
        };
        once.is_it(&entry.name, mark, tally).then_some(Ok(read.ok()?))
    }

    /// Opens a cover; `None` where its file is known to be damaged, or its key is not at hand.
    fn open(&self, entry: &Entry, tally: &Tally) -> Option<std::result::Result<Cover, Flaw>> {
        let path = entry.name.path();
        let key = self.keys.get(&entry.name.epoch).filter(|_| !self.damaged.contains(&path))?;
        let sealed = match self.read(entry, COVER_BYTES_MAX, tally)? {
            Ok(sealed) => sealed,
            Err(flaw) => return Some(Err(flaw)),
        };
        let plain = match seal::open(key.identity(), &sealed) {
            Ok(plain) => plain,
            Err(error) => return Some(Err((FindingKind::Sealed, error.to_string()))),
        };
        Some(Cover::parse(&plain).map_err(|e| (FindingKind::Content, full(&e))))
    }

    fn cover(
        &self,
        entry: &Entry,
        differences: &dyn Fn(&Cover) -> Vec<&'static str>,
        tally: &Tally,
    ) -> Option<std::result::Result<Cover, Flaw>> {
        let cover = match self.open(entry, tally)? {
            Ok(cover) => cover,
            Err(flaw) => return Some(Err(flaw)),
        };
        let differs = differences(&cover);
        match differs.is_empty() {
            true => Some(Ok(cover)),
            false => {
                Some(Err((FindingKind::Content, format!("other than its line says: {}", differs.join(", ")))))
            }
        }
    }

    /// Opens a body that has `bytes` bytes, with the key in a cover.
    fn body(&self, name: &Name, cover: &Cover, bytes: u64, tally: &Tally) -> std::result::Result<(), Flaw> {
        thread_local!(static THROUGH: RefCell<Through> = RefCell::new(Through::new()));
        let (record, filing) = (RecordId::from_bytes(name.id), name.n);
        let identity = cover.identity(filing);
        let identity = identity.ok_or((FindingKind::Content, "the cover has no key for it".to_owned()))?;
        let documents: Vec<_> =
            cover.documents.iter().filter(|l| l.doc.filing == filing).map(|l| l.doc.clone()).collect();
        let vault = self.session.vault();
        let (fs, path) = (&*vault.env().fs, vault.layout().path(&name.path()));
        let checked = match self.once {
            None => {
                tally.files.fetch_add(1, Ordering::Relaxed);
                tally.bytes.fetch_add(bytes, Ordering::Relaxed);
                Body::open(fs, &path, identity)
                    .and_then(|mut body| body.check_all(self.vault, record, filing, &documents))
            }
            Some(once) => {
                let of = (self.vault, record, filing);
                let read = fs.open(&path).and_then(|from| {
                    let mut from = Counted { from, tally }.take(bytes + 1);
                    THROUGH
                        .with_borrow_mut(|through| through.check(&path, &mut from, identity, of, &documents))
                });
                let (found, checked) = match read {
                    Ok((found, checked)) => (Ok(found), checked),
                    Err(error) => (Err(error), Ok(())),
                };
                // What is another file altogether need not be said to be sealed wrongly, too.
                if once.is_it(name, found, tally) { checked } else { Ok(()) }
            }
        };
        checked.map_err(|error| match error {
            Error::FileDamaged { finding, .. } => (FindingKind::Content, finding),
            Error::NotOpened { .. } => {
                (FindingKind::Sealed, "it is not sealed to the key in its cover".to_owned())
            }
            other => (FindingKind::Unreadable, full(&other)),
        })
    }

    fn note(&self, mark: &NoteMark, seq: u64, tally: &Tally) -> Vec<Finding> {
        let mut findings = Vec::new();
        for entry in self.inventory.siblings(&Name::note(mark.place, mark.id, 0)) {
            debug_assert_eq!(entry.name.sort, Sort::Note);
            let path = entry.name.path();
            let Some(key) = self.keys.get(&entry.name.epoch).filter(|_| !self.damaged.contains(&path)) else {
                continue;
            };
            let flaw = match self.read(entry, NOTE_BYTES_MAX, tally) {
                Some(Ok(sealed)) => match open_note(key.identity(), &sealed, self.vault, mark.id) {
                    Ok(_) => None,
                    Err(NoteError::Seal(error @ (SealError::NotForKey | SealError::Damaged(_)))) => {
                        Some((FindingKind::Sealed, error.to_string()))
                    }
                    Err(error) => Some((FindingKind::Content, full(&error))),
                },
                Some(Err(flaw)) => Some(flaw),
                None => None,
            };
            if let Some((kind, detail)) = flaw {
                findings.push(Finding::line(&path, seq, kind, &detail));
            }
        }
        findings
    }
}

fn keys_of(cover: &Cover) -> Vec<(u32, &str)> {
    cover.spine.bodies.iter().map(|b| (b.filing, b.identity.as_str())).collect()
}

/// Whether the cover of a filing still says of earlier ones what the version before it said.
fn goes_on(before: &Cover, cover: &Cover) -> bool {
    // The first of the lines are the facts, which may change.
    links::parts(cover).0.starts_with(links::parts(before).0)
        && links::keep(before, cover)
        && keys_of(cover).starts_with(&keys_of(before))
}

/// Whether the cover of a correction has the same number, clerk, files and keys as the version before it.
fn corrects(before: &Cover, cover: &Cover) -> bool {
    let whose = |cover: &Cover| (cover.facts.facts.number.clone(), cover.facts.facts.clerk);
    let same = |(a, b): (&DocumentLine, &DocumentLine)| is_same_file(&a.doc, &b.doc);
    whose(before) == whose(cover)
        && before.documents.len() == cover.documents.len()
        && before.documents.iter().zip(&cover.documents).all(same)
        && links::parts(before).1 == links::parts(cover).1
        && keys_of(cover) == keys_of(before)
}

/// In what the cover that papers were taken out of differs from the line that names it.
fn differences_of_removal(cover: &Cover, d: &DocumentRemove, vault: VaultId) -> Vec<&'static str> {
    let spine = &cover.spine;
    let in_filing = |filing| cover.documents.iter().filter(|l| l.doc.filing == filing).count() as u64;
    let checks = [
        ("vault", spine.vault == vault),
        ("record", spine.record == d.record),
        ("fact version", spine.n == d.n),
        ("commit", cover.commit() == d.cover.commit),
        ("papers", in_filing(d.from) == 0 && cover.identity(d.from).is_none()),
        ("papers left", d.left.as_ref().is_none_or(|left| in_filing(left.filing) == u64::from(left.docs))),
    ];
    checks.into_iter().filter(|(_, same)| !same).map(|(what, _)| what).collect()
}

/// In what the cover of a correction differs from the line that names it.
fn differences_of(cover: &Cover, d: &RecordCorrect, vault: VaultId) -> Vec<&'static str> {
    let (spine, facts) = (&cover.spine, &cover.facts.facts);
    let checks = [
        ("vault", spine.vault == vault),
        ("record", spine.record == d.record),
        ("fact version", spine.n == d.n),
        ("commit", cover.commit() == d.cover.commit),
        ("class", facts.class == d.class),
        ("business", facts.business == d.business),
        ("date", facts.date == d.date),
        ("outcome", facts.outcome == d.outcome),
    ];
    checks.into_iter().filter(|(_, same)| !same).map(|(what, _)| what).collect()
}

/// In what a cover differs from the line that names it.
fn differences(cover: &Cover, d: &RecordFile, vault: VaultId) -> Vec<&'static str> {
    let (spine, facts) = (&cover.spine, &cover.facts.facts);
    let in_filing = |filing| cover.documents.iter().filter(|l| l.doc.filing == filing).count() as u64;
    let counts_fit = match d.left() {
        None => in_filing(d.filing) == u64::from(d.docs),
        // All that there is: its bodies have stayed elsewhere, with the numbers that they have there.
        Some(left) => {
            left.bodies.iter().all(|one| in_filing(one.filing) == u64::from(one.docs))
                && keys_of(cover).into_iter().map(|key| key.0).eq(left.bodies.iter().map(|one| one.filing))
        }
    };
    let checks = [
        ("vault", spine.vault == vault),
        ("record", spine.record == d.record),
        ("fact version", spine.n == d.n),
        ("commit", cover.commit() == d.cover.commit),
        ("archive number", facts.number == d.number),
        ("class", facts.class == d.class),
        ("business", facts.business == d.business),
        ("date", facts.date == d.date),
        ("outcome", facts.outcome == d.outcome),
        ("count of documents", counts_fit),
        ("certificates", links::are_linked(cover, &d.certs)),
    ];
    checks.into_iter().filter(|(_, same)| !same).map(|(what, _)| what).collect()
}

#[cfg(test)]
#[path = "contents_tests.rs"]
mod tests;

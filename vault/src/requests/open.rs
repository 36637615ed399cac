//! The CA opens one record by itself: out of the copy that the archive pushes to, with the keys that are escrowed to it. No
//! more is read than the journal and the files of that record; an act for the archive's journal comes before the documents.

use super::folder::Folder;
use super::order::{Order, act_of_authority, check_too_late, not_told, read_told, stands_for};
use crate::copies::{CopyVault, Mended, Target, at_target, mark_of};
use crate::cosigner::Seen;
use crate::env::Env;
use crate::error::{Doing, Error, Result};
use crate::keys::Person;
use crate::layout::{body_path, cover_path};
use crate::push::{Acceptor, continues};
use crate::reading::Opening;
use crate::vault::Vault;
use jingui_schema::act::{ActFile, CoverMark, Deed, EscrowOpen, NoteMark};
use jingui_schema::answer::{COVER, LINES};
use jingui_schema::cover::Document;
use jingui_schema::digest::FileMark;
use jingui_schema::facts::Ground;
use jingui_schema::id::{ArchiveNumber, Place, RecordId, TargetId, VaultId};
use jingui_schema::line::Tip;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// A record that was opened.
#[derive(Clone, Debug)]
pub struct OpenedRecord {
    /// The act that says so, for the archive's journal.
    pub order: Order,
    /// The record.
    pub record: RecordId,
    /// The fact version.
    pub n: u32,
    /// Its documents.
    pub documents: Vec<Document>,
}

/// What the journal says of one record.
struct Told {
    record: RecordId,
    place: Place,
    /// The covers as they are sealed now, by fact version.
    covers: BTreeMap<u32, CoverMark>,
    /// The bodies, by filing.
    bodies: BTreeMap<u32, FileMark>,
    /// Those that the archive has left where another one had pushed them, and in which copy that is.
    left: BTreeMap<u32, TargetId>,
    /// The lines about it, as they are.
    lines: Vec<Vec<u8>>,
}

/// Takes an act before anything of what it is about is written.
pub type Tell<'a> = &'a mut dyn FnMut(&ActFile) -> Result<()>;

/// What is to be opened, why, and where it goes.
pub struct Opener<'a> {
    /// The record.
    pub number: ArchiveNumber,
    /// On what ground.
    pub basis: Ground,
    /// The matter; it is sealed to the archive.
    pub matter: String,
    /// A directory that is not there yet.
    pub dir: &'a Path,
    /// What a document is called in it.
    pub names: &'a dyn Fn(&Document) -> String,
}

impl Acceptor<'_> {
    /// Opens a record and writes it out.
    ///
    /// - `tell`: takes the act before anything of the record is written anywhere; where that fails nothing is. None: journal,
    ///   cover and files are looked at, and nothing is written.
    /// - Errors: as of [`Acceptor::check`]; [`Error::NoRecord`], [`Error::Destroyed`], [`Error::Transferred`],
    ///   [`Error::BeingDestroyed`]; [`Error::LeftElsewhere`] where documents of the record are in another copy than this one;
    ///   [`Error::FileDamaged`] where a file of the record is not the one that the journal names.
    pub fn open_record(
        self,
        env: &Env,
        target: Arc<dyn Target>,
        opener: &Opener<'_>,
        tell: Option<Tell<'_>>,
    ) -> Result<OpenedRecord> {
        let number = &opener.number;
        let target = Mended::over(target)?;
        let copy = CopyVault::open(env, target.clone(), None, None)?;
        let vault = copy.sound()?.clone();
        let continues = continues(&copy, self.seen)?;
        let told = look_up(&vault, number)?;
        let (keys, findings) = self.escrowed_keys(&copy, &*target)?;
        let has_key = keys.iter().any(|key| key.epoch() == vault.state().epoch);
        if let Some(found) = findings.first().filter(|_| !has_key) {
            return Err(Error::CopyDamaged { path: found.path.clone(), why: found.detail.clone() });
        }
        let session = copy.open_with(self.person, keys)?;
        let (record, place) = (told.record, told.place);
        let (n, mark) = told.covers.last_key_value().ok_or_else(|| unknown(number))?;
        let (n, sealed) = (*n, FileMark { size: mark.size, b3: mark.b3 });
        fits(&*target, &cover_path(place, record, n, mark.epoch), sealed)?;
        let cover = session.open_cover(place, record, n, mark)?;
        for filing in cover.spine.bodies.iter().map(|body| body.filing) {
            if let Some(of) = told.left.get(&filing) {
                return Err(Error::LeftElsewhere { record: number.to_string(), target: of.to_string() });
            }
            let path = body_path(place, record, filing);
            let missing = || Error::FileDamaged { path: path.clone(), finding: "missing".into() };
            fits(&*target, &path, *told.bodies.get(&filing).ok_or_else(missing)?)?;
        }
        let deed = |note: NoteMark| -> Deed {
            EscrowOpen { record, number: number.clone(), n, basis: opener.basis, instead: Vec::new(), note }
                .into()
        };
        let (act, file) = act_of_authority(&vault, &opener.matter, deed, Some(session.person()))?;
        let opening = Opening::of_cover(vault.clone(), place, record, cover);
        let documents = opening.documents().to_vec();
        let order = Order { vault: copy.state.vault, act, file, continues };
        if let Some(tell) = tell {
            tell(&order.file)?;
            write_out(env, opener, &told, &opening)?;
        }
        Ok(OpenedRecord { order, record, n, documents })
    }
}

/// What is to be told once more.
pub struct Retelling<'a> {
    /// The act that could not be taken in.
    pub told: &'a ActFile,
    /// The record that it is about.
    pub number: ArchiveNumber,
    /// On what ground it was opened.
    pub basis: Ground,
    /// The matter; it is sealed to the archive.
    pub matter: String,
}

/// Tells once more that a record was opened, where the archive has renewed its keys before it took the act in: the same with its
/// matter sealed anew. Nothing is opened.
///
/// - `seen`, `person`: as of [`super::request_record`].
/// - Errors: as of [`super::request_record`]; [`Error::OtherVault`]; [`Error::NotAnAct`] where it does not tell that this record was
///   opened on this ground; [`Error::Stale`] where the journal tells of it already, or still can.
pub fn tell_again(
    env: &Env,
    target: Arc<dyn Target>,
    retelling: &Retelling<'_>,
    seen: &dyn Fn(VaultId) -> Result<Option<Seen>>,
    person: Option<&Person>,
) -> Result<Order> {
    let Retelling { told, number, basis, matter } = retelling;
    let copy = CopyVault::open(env, target, None, None)?;
    let act = read_told(told, copy.state.vault)?;
    let d = match &act.deed {
        Deed::EscrowOpen(d) if d.number == *number && d.basis == *basis => d.clone(),
        Deed::EscrowOpen(_) => {
            return Err(not_told("it is about another record, or on another ground".into()));
        }
        _ => return Err(not_told("it tells of no opening".into())),
    };
    let continues = continues(&copy, seen)?;
    let vault = copy.sound()?;
    check_too_late(&vault.state(), &act)?;
    let instead = stands_for(&d.instead, act.id);
    let deed = |note: NoteMark| -> Deed { EscrowOpen { instead, note, ..d }.into() };
    let (act, file) = act_of_authority(vault, matter, deed, person)?;
    Ok(Order { vault: copy.state.vault, act, file, continues })
}

fn unknown(number: &ArchiveNumber) -> Error {
    Error::NoRecord { record: number.to_string() }
}

/// What the journal says of the record that has a number. Reads all of it.
///
/// Errors: [`Error::NoRecord`], [`Error::Destroyed`], [`Error::Transferred`], [`Error::BeingDestroyed`].
fn look_up(vault: &Vault, number: &ArchiveNumber) -> Result<Told> {
    let state = vault.state();
    if let Some((_, seq)) = state.destroyed.by_number(number) {
        return Err(state.gone(number, seq));
    }
    let mut found: Option<Told> = None;
    for item in vault.lines_after(Tip::START)? {
        let (line, raw) = item?;
        let deed = &line.act.deed;
        if found.is_none()
            && let Deed::RecordFile(d) = deed
            && d.number == *number
        {
            let (covers, bodies, left, lines) = Default::default();
            let place = Place::of_counter(d.counter);
            found = Some(Told { record: d.record, place, covers, bodies, left, lines });
        }
        let Some(told) = &mut found else { continue };
        let record = told.record;
        match deed {
            Deed::RecordFile(d) if d.record == record => match d.left() {
                None => drop(told.bodies.insert(d.filing, d.body)),
                Some(left) => told.left.extend(left.bodies.iter().map(|one| (one.filing, left.target))),
            },
            Deed::DocumentRemove(d) if d.record == record => {
                let left = d.left.as_ref();
                told.bodies.extend(left.map(|left| (left.filing, left.body)));
            }
            Deed::EpochReseal(d) => {
                for sealed in d.covers.iter().filter(|sealed| sealed.record == record) {
                    if let Some(mark) = told.covers.get_mut(&sealed.n) {
                        (mark.epoch, mark.size, mark.b3) = (d.epoch, sealed.size, sealed.b3);
                    }
                }
            }
            _ => {}
        }
        if let Some(cover) = deed.cover().filter(|cover| cover.record == record) {
            told.covers.insert(cover.n, cover.mark);
        }
        if is_about(deed, record) {
            told.lines.push(raw.bytes.to_vec());
        }
    }
    let told = found.ok_or_else(|| unknown(number))?;
    state.check_not_destroyed(told.record)?;
    Ok(told)
}

/// Whether a line is one of a record's own.
fn is_about(deed: &Deed, record: RecordId) -> bool {
    match deed {
        Deed::RecordReview(d) => d.records.iter().any(|reviewed| reviewed.record == record),
        Deed::EscrowOpen(d) => d.record == record,
        deed => deed.record() == Some(record),
    }
}

/// Makes sure of a file at a target; where it is not what it should be, what was sent again stands for it.
fn fits(target: &dyn Target, name: &str, mark: FileMark) -> Result<()> {
    let damaged = |finding: String| Error::FileDamaged { path: name.into(), finding };
    match target.get(name).and_then(|mut file| mark_of(&mut file)) {
        Ok(seen) if seen == mark => Ok(()),
        _ if target.fit(name, mark)? => Ok(()),
        Ok(_) => Err(damaged("digest".into())),
        Err(error) => Err(at_target(target, damaged(error.to_string()))),
    }
}

fn write_out(env: &Env, opener: &Opener<'_>, told: &Told, opening: &Opening) -> Result<()> {
    let mut folder = Folder::begin(env, opener.dir)?;
    let lines: Vec<u8> = told.lines.iter().flat_map(|line| [line.as_slice(), b"\n"].concat()).collect();
    folder.write(LINES, &lines)?;
    let cover: String = opening.cover().lines.iter().map(|line| format!("{line}\n")).collect();
    folder.write(COVER, cover.as_bytes())?;
    for document in opening.documents() {
        let (mut file, path) = folder.file(&(opener.names)(document))?;
        opening.copy(document, &mut file)?;
        file.sync().doing("write", &path)?;
    }
    folder.finish()
}

//! Misfiled papers (误归材料): a stranger's paper in a record is taken out and destroyed, by two people.
//!
//! ```text
//! proposed (and filed where it belongs) → confirmed by another → what else was in its body sealed anew, a fact version
//!   without it → the line; from here on it is gone → body and earlier covers destroyed, here and in the mirror → a line
//! ```
//! A body has a key of its own, which lies in the covers alone. So the papers of one filing end with one body and with the
//! covers that hold its key: all fact versions before. What is left lies in a body with a new key.

use crate::body::{BodyHead, Buffers, Incoming, Numbers, Seen, Source};
use crate::catalog::Row;
use crate::cover::Cover;
use crate::elsewhere::{BodyAt, Elsewhere};
use crate::env::Env;
use crate::error::{Doing, Error, Result};
use crate::filing::{Filed, bad_cover};
use crate::layout::{Layout, body_path, text_path};
use crate::proposals::Proposed;
use crate::session::Session;
use crate::staging::{FilingFiles, Marker, Staging};
use crate::state::Removing;
use crate::vault::{Notice, Vault};
use crate::version::NewVersion;
use jingui_schema::act::{Deed, DocumentMisfiled, DocumentRemove, DocumentRemoved, NoteMark, Rebound};
use jingui_schema::cover::{BodyKey, Document, DocumentLine, NoteKind};
use jingui_schema::id::{ActId, Place, RecordId};
use std::ffi::{OsStr, OsString};
use std::io::{self, Cursor, Read};
use std::os::unix::ffi::OsStringExt;
use zeroize::Zeroizing;

/// A document up to this size is held in memory while it moves; a larger one goes through a pipe.
const HELD_BYTES_MAX: u64 = 64 << 20;

/// A proposal that is durable.
#[derive(Clone, Debug)]
pub struct Misfiled {
    /// Its act: what the second person confirms.
    pub act: ActId,
    /// Its line; `None` where it was only rehearsed.
    pub seq: Option<u64>,
    /// The papers.
    pub documents: Vec<Document>,
    /// Where they were filed, where they were.
    pub filed: Option<Filed>,
}

/// Papers that are gone.
#[derive(Clone, Debug)]
pub struct Removed {
    /// The record.
    pub record: RecordId,
    /// Fact version without them.
    pub n: u32,
    /// The line; `None` where it was only rehearsed.
    pub seq: Option<u64>,
    /// Papers left in the record.
    pub left: u32,
    /// Whether they are destroyed here and in the mirror; if not, the next opening of the vault goes on.
    pub destroyed: bool,
    /// Copies made while they were there, and still whole: times of the states.
    pub copies: u64,
    /// The epoch whose key opens what those copies hold, until it is destroyed.
    pub epoch: u32,
    /// The body that they lie in, where that has stayed elsewhere: it is not destroyed by this.
    pub elsewhere: Option<Elsewhere>,
}

impl Session {
    /// Proposes that papers be taken out of a record; with `to`, files them there first.
    ///
    /// - `docs`: numbers of documents of one filing.
    /// - Filing them is a supplement by this person, with the same reason; what is there already is not filed twice.
    /// - Errors: [`Error::NoDocument`], [`Error::OneFiling`], [`Error::LastPapers`], [`Error::SameRecord`].
    pub fn propose_misfiled(
        &self,
        record: RecordId,
        docs: &[u32],
        to: Option<RecordId>,
        reason: &str,
        rehearse: bool,
        buffers: &mut Buffers,
    ) -> Result<Misfiled> {
        let row = self.row(record)?;
        self.check_not_held(&row)?;
        let (cover, _) = self.cover_of(&row)?;
        let documents = papers(&cover, &row, docs)?;
        let filing = documents[0].filing;
        let mut numbers: Vec<u32> = documents.iter().map(|doc| doc.no).collect();
        numbers.sort_unstable();
        let deed = |note: Option<NoteMark>| -> Deed {
            let note = note.expect("a reason makes a note");
            DocumentMisfiled { record, filing, docs: numbers.clone(), to, note }.into()
        };
        if to == Some(record) {
            return Err(Error::SameRecord { record: row.facts.number.to_string() });
        }
        let (pending, note) = self.prepare(Some((NoteKind::Reason, reason)), &deed)?;
        let act = pending.act.id;
        if rehearse {
            to.map(|to| self.row(to)).transpose()?;
            return Ok(Misfiled { act, seq: None, documents, filed: None });
        }
        let filed = match to {
            None => None,
            Some(to) => {
                self.check_whole(&row, &cover, &documents)?;
                let incoming: Vec<Incoming> =
                    documents.iter().map(|doc| self.stored(&row, &cover, doc)).collect::<Result<_>>()?;
                Some(self.supplement(to, &incoming, reason, None, buffers)?)
            }
        };
        let done = match self.vault.submit_with_notes(pending, note.into_iter().collect(), false) {
            Err(Error::EpochMoved { .. }) => self.carry_out(Some((NoteKind::Reason, reason)), deed)?,
            done => done?,
        };
        let (line, _) = self.vault.line(done.seq)?;
        Ok(Misfiled { act: line.act.id, seq: Some(done.seq), documents, filed })
    }

    /// Takes out the papers of a proposal that another person has confirmed, and destroys them.
    ///
    /// Errors: [`Error::Unconfirmed`], [`Error::NoProposal`], [`Error::NotFiledThere`] where they were to be in another
    /// record and are not, [`Error::RotationUnfinished`] while keys are being renewed; after an error before the line
    /// nothing has changed.
    pub fn remove_misfiled(&self, act: ActId, rehearse: bool, buffers: &mut Buffers) -> Result<Removed> {
        // A rotation that had listed the covers before would seal one anew that has ended.
        let _one = self
            .vault
            .inner
            .rotating
            .try_lock()
            .map_err(|_| Error::RotationUnfinished { epoch: self.vault.state().epoch.to_string() })?;
        let state = self.vault.state();
        let proposal = state.proposal(act)?.clone();
        let Proposed::Misfiled(what) = &proposal.what else {
            return Err(Error::NoProposal { act: act.to_string() });
        };
        if proposal.confirmed.is_none() && !rehearse {
            return Err(Error::Unconfirmed { act: act.to_string() });
        }
        let row = self.row(what.record)?;
        let seen = self.check_not_held_by_journal(&row)?;
        let (old, cover_row) = self.cover_of(&row)?;
        let gone = papers(&old, &row, &what.docs)?;
        if let Some(to) = what.to {
            let there = self.row(to)?;
            let (cover, _) = self.cover_of(&there)?;
            let same = |doc: &Document| cover.documents.iter().find(|line| line.doc.sha256 == doc.sha256);
            let found: Option<Vec<Document>> =
                gone.iter().map(|doc| same(doc).map(|line| line.doc.clone())).collect();
            let found =
                found.ok_or_else(|| Error::NotFiledThere { record: there.facts.number.to_string() })?;
            // Read from end to end: what lies here may be the last copy.
            self.check_whole(&there, &cover, &found)?;
        }
        let left: Vec<Document> = (old.documents.iter().map(|line| &line.doc))
            .filter(|doc| doc.filing == what.filing && !what.docs.contains(&doc.no))
            .cloned()
            .collect();
        self.check_whole(&row, &old, &left)?;
        let n = cover_row.n + 1;
        let copies = state.copies.values().filter(|copied| copied.made >= row.filed_at).count() as u64;
        let mut removed = Removed {
            record: what.record,
            n,
            seq: None,
            left: (old.documents.len() - gone.len()) as u32,
            destroyed: false,
            copies,
            epoch: state.epoch,
            elsewhere: self.vault.elsewhere(&row, what.filing)?,
        };
        if rehearse {
            return Ok(removed);
        }
        let filing = if left.is_empty() { 0 } else { row.filings_given + 1 };
        let place = Place::of_counter(row.counter);
        let id = self.vault.env().act_id();
        let files = FilingFiles { record: what.record, place, filing, n, epoch: state.epoch };
        let staging = Staging::of_filing(
            &self.vault,
            Marker { act: id, filing: Some(files), note: None, named: None },
        )?;
        let (cover, rebound) = self.rebind(&row, &old, what, &left, filing, &staging, buffers)?;
        let (record, counter, from) = (row.record, row.counter, what.filing);
        let version =
            NewVersion { act: id, record, counter, filing, cover: &cover, note: None, may_repeat: false };
        let done = self.submit_version(staging, version, |cover, _| {
            let left = rebound.clone();
            DocumentRemove { proposal: act, record, n, counter, from, left, cover, seen }.into()
        })?;
        let seq = done.seq;
        self.vault.recent().changed(seq);
        self.screen(what.record, n, &cover.facts.facts);
        removed.seq = Some(seq);
        removed.destroyed = self.vault.destroy_removed()? == 0;
        Ok(removed)
    }

    /// The documents as they lie, each read from end to end: what is damaged is named before anything is made of it.
    fn check_whole(&self, row: &Row, cover: &Cover, documents: &[Document]) -> Result<()> {
        for doc in documents {
            let at = self.body_at(row, doc.filing)?;
            let identity = cover.identity(doc.filing).unwrap_or_default();
            let checked = at.open(identity).and_then(|mut body| body.check_document(doc));
            let checked = checked.map_err(|error| at.blame(error));
            if let Err(Error::FileDamaged { finding, .. }) = checked {
                self.vault.incident(at.below(), &finding);
                return Err(Error::FileDamaged { path: at.below().into(), finding });
            }
            checked?;
        }
        Ok(())
    }

    /// A document as it lies here, to be put into another body.
    pub(crate) fn stored(&self, row: &Row, cover: &Cover, doc: &Document) -> Result<Incoming> {
        let at = self.body_at(row, doc.filing)?;
        let missing = || Error::FileDamaged { path: at.below().into(), finding: "missing".into() };
        let identity = cover.identity(doc.filing).ok_or_else(missing)?;
        let raw = doc.raw.as_deref().and_then(|raw| hex::decode(raw).ok());
        let source = Stored {
            at: at.clone(),
            identity: Zeroizing::new(identity.to_owned()),
            name: raw.map_or_else(|| OsString::from(&doc.name), OsString::from_vec),
            document: doc.clone(),
        };
        let filed = doc.filed.as_ref();
        Ok(Incoming {
            source: Box::new(source),
            kind: filed.map_or(doc.kind, |filed| filed.kind),
            title: filed.map_or(&doc.title, |filed| &filed.title).clone(),
            seen: Seen { marks: doc.marks.clone(), until: doc.until, pages: doc.pages },
        })
    }

    /// Seals what else was in the body into another one; the cover that says so.
    #[expect(clippy::too_many_arguments, reason = "one call; the parts are those of one removal")]
    fn rebind(
        &self,
        row: &Row,
        old: &Cover,
        what: &DocumentMisfiled,
        left: &[Document],
        filing: u32,
        staging: &Staging,
        buffers: &mut Buffers,
    ) -> Result<(Cover, Option<Rebound>)> {
        if left.is_empty() {
            let cover = old.without(&what.docs, what.filing, Vec::new(), None).map_err(bad_cover)?;
            return Ok((cover, None));
        }
        let incoming: Vec<Incoming> =
            left.iter().map(|doc| self.stored(row, old, doc)).collect::<Result<_>>()?;
        let numbers: Vec<u32> = left.iter().map(|doc| doc.no).collect();
        let vault = self.vault.state().init.vault;
        let head = BodyHead { vault, record: row.record, filing, numbers: Numbers::Known(&numbers) };
        let body = self.write_body(staging, &head, &incoming, buffers)?;
        let mut moved = Vec::with_capacity(left.len());
        for (doc, new) in left.iter().zip(&body.documents) {
            // Between checking and sealing the disk may have given something else.
            if (new.sha256, new.size) != (doc.sha256, doc.size) {
                let path = body_path(Place::of_counter(row.counter), row.record, doc.filing);
                return Err(Error::FileDamaged { path, finding: "content".into() });
            }
            let (member, offset, length) = (new.member.clone(), new.offset, new.length);
            let doc = Document {
                filing,
                member,
                offset,
                length,
                media_type: new.media_type.clone(),
                ..doc.clone()
            };
            moved.push(DocumentLine { salt: self.salt(), doc });
        }
        let key = BodyKey { filing, identity: body.identity.to_string() };
        let cover = old.without(&what.docs, what.filing, moved, Some(key)).map_err(bad_cover)?;
        let docs = left.len() as u32;
        Ok((cover, Some(Rebound { filing, docs, body: body.mark })))
    }
}

/// The papers named, all of one filing and not all that there are.
fn papers(cover: &Cover, row: &Row, docs: &[u32]) -> Result<Vec<Document>> {
    let record = || row.facts.number.to_string();
    let mut papers: Vec<Document> = Vec::new();
    for no in docs {
        let line = cover.documents.iter().find(|line| line.doc.no == *no);
        let line = line.ok_or_else(|| Error::NoDocument { record: record(), doc: no.to_string() })?;
        if papers.iter().all(|known| known.no != *no) {
            papers.push(line.doc.clone());
        }
    }
    let Some(first) = papers.first() else {
        return Err(Error::NoDocument { record: record(), doc: String::new() });
    };
    if papers.iter().any(|doc| doc.filing != first.filing) {
        return Err(Error::OneFiling { record: record() });
    }
    match papers.len() < cover.documents.len() {
        true => Ok(papers),
        false => Err(Error::LastPapers { record: record() }),
    }
}

impl Vault {
    /// Destroys what removals have ended, here and in the mirror; returns how many are still open after that.
    ///
    /// One stays open while the mirror lags: its covers hold the keys as well. Run again by every opening.
    pub(crate) fn destroy_removed(&self) -> Result<usize> {
        let open: Vec<(ActId, Removing)> = self.state().removing.iter().map(|(a, r)| (*a, *r)).collect();
        if open.is_empty() {
            return Ok(0);
        }
        let writer = self.writer()?;
        writer.follow_mirror()?;
        let mirror = writer.mirror();
        let mut left = 0;
        for (proposal, removing) in open {
            // A text that was being kept when the line was written is there now, and no other one comes.
            drop(self.inner.gate.close());
            destroy(self.env(), self.layout(), &removing)?;
            self.forget_held(|record, filing| (record, filing) == (removing.record, removing.filing))?;
            match &mirror {
                Some(mirror) if mirror.lines < removing.seq => {
                    let why = mirror.lags.clone().unwrap_or_default();
                    self.tell(Notice::new(
                        "removal-waits",
                        &[("mirror", &mirror.dir.display()), ("why", &why)],
                    ));
                    left += 1;
                    continue;
                }
                Some(mirror) => destroy(self.env(), &Layout::new(&mirror.dir), &removing)?,
                None => {}
            }
            writer.note(self.act(DocumentRemoved { proposal }))?;
        }
        Ok(left)
    }
}

/// Destroys the body and the covers that have ended. Can be repeated.
fn destroy(env: &Env, layout: &Layout, what: &Removing) -> Result<()> {
    let fs = &env.fs;
    let body = layout.path(&body_path(what.place, what.record, what.filing));
    let text = layout.path(&text_path(what.place, what.record, what.filing));
    let half = text.with_extension("age.part");
    for path in [&body, &text, &half] {
        if fs.stat(path).doing("look at", path)?.is_some() {
            fs.remove(path).doing("remove", path)?;
        }
    }
    let covers = layout.path(&format!("covers/{}", what.place));
    for (name, _) in fs.list(&covers).doing("list", &covers)? {
        let ended = name
            .to_str()
            .and_then(version_of)
            .is_some_and(|(record, n)| record == what.record && n < what.alive);
        if ended {
            let path = covers.join(name);
            fs.remove(&path).doing("remove", &path)?;
        }
    }
    // Each time: a run that was cut off may have removed names without making that durable.
    let dirs = [body.parent(), text.parent(), Some(&covers)];
    for dir in dirs.into_iter().flatten() {
        if fs.stat(dir).doing("look at", dir)?.is_some() {
            fs.sync_dir(dir).doing("sync", dir)?;
        }
    }
    Ok(())
}

/// Record and fact version in the name of a cover, whole or half written.
pub(crate) fn version_of(name: &str) -> Option<(RecordId, u32)> {
    let name = name.strip_suffix(".part").unwrap_or(name);
    let (rest, _) = name.strip_suffix(".age")?.rsplit_once(".e")?;
    let (record, n) = rest.split_once('.')?;
    Some((record.parse().ok()?, n.parse().ok()?))
}

/// A document as it lies in a body, to be put into another one.
struct Stored {
    at: BodyAt,
    identity: Zeroizing<String>,
    name: OsString,
    document: Document,
}

impl Source for Stored {
    fn name(&self) -> &OsStr {
        &self.name
    }

    fn describe(&self) -> String {
        format!("{} ({})", self.document.name, self.at.shown())
    }

    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        let mut body = self.at.open(&self.identity).map_err(io::Error::other)?;
        if self.document.size <= HELD_BYTES_MAX {
            let mut held = Vec::with_capacity(self.document.size as usize);
            body.copy_document(&self.document, &mut held).map_err(io::Error::other)?;
            return Ok(Box::new(Cursor::new(held)));
        }
        let (reader, mut writer) = io::pipe()?;
        let document = self.document.clone();
        // What goes wrong there ends the pipe early, which whoever reads it sees by size and digest.
        std::thread::Builder::new()
            .name("document".into())
            .spawn(move || drop(body.copy_document(&document, &mut writer)))?;
        Ok(Box::new(reader))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cover_is_known_by_its_name_alone() {
        let record = RecordId::from_bytes([7; 16]);
        assert_eq!(version_of(&format!("{record}.12.e3.age")), Some((record, 12)));
        assert_eq!(version_of(&format!("{record}.12.e3.age.part")), Some((record, 12)));
        for other in [format!("{record}.e3.age"), format!("{record}.x.e3.age"), format!("{record}.1.e3")] {
            assert_eq!(version_of(&other), None, "{other}");
        }
    }
}

//! The CA takes in what an archive hands over: each record opened with the escrowed keys and filed into its own vault.
//!
//! Comes after [`crate::push::Acceptor::check`], which has read every byte; whatever is read here is compared with its line all the
//! same. Cut off anywhere, the same command goes on: what is there as the archive has it is not taken in twice.

use super::receipt::{Receipt, ReceiptRow};
use super::state::TAKERS;
use crate::body::{BodyHead, Buffers, Incoming, Numbers};
use crate::catalog::{Row, twin_key};
use crate::cover::Cover;
use crate::dates::{Kept, Ledger};
use crate::error::{Doing, Error, Result};
use crate::filing::bad_cover;
use crate::many::AT_ONCE;
use crate::session::Session;
use crate::staging::{FilingFiles, Marker, NamedFile, Staging};
use crate::state::State;
use crate::version::NewVersion;
use jingui_schema::act::{
    CoverMark, Deed, HandoverTake, HoldTake, LeftBody, LeftThere, Linked, NoteMark, Received, RecordFile,
};
use jingui_schema::certificate::CertificateLine;
use jingui_schema::cover::{BodyKey, Document, DocumentLine, FactsLine, NoteKind};
use jingui_schema::digest::{FileMark, Sha256};
use jingui_schema::facts::Facts;
use jingui_schema::hold::HoldNote;
use jingui_schema::id::{ActId, ArchiveNumber, CertId, HoldId, IssuerId, Place, RecordId, TargetId, VaultId};
use jingui_schema::line::Tip;
use jingui_schema::receipt::ReceiptHead;
use jingui_schema::rules::Rule;
use jingui_schema::time::Time;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{BufWriter, Write};
use std::sync::{Mutex, PoisonError};

/// How records are taken in.
pub struct TakeOptions<'a> {
    /// Told after each record: how many have been looked at, and of how many.
    pub progress: &'a (dyn Fn(u64, u64) + Sync),
    /// Asked often whether to end.
    pub interrupted: &'a (dyn Fn() -> bool + Sync),
    /// The copy that it is taken in from, where documents are to stay there; none: they are brought in.
    pub leave: Option<TargetId>,
    /// The copy that it is taken in from, where all of that has just been read. What an earlier run has left at another one is
    /// read there before anything vouches for it.
    pub read: Option<TargetId>,
}

/// What came of it.
#[derive(Debug)]
pub struct TakenOver {
    /// The archive's vault.
    pub from: VaultId,
    /// Lines of its journal.
    pub lines: u64,
    /// Records it has.
    pub records: u64,
    /// Records that this run brought; the others were there.
    pub new: u64,
    /// Holds that this run brought.
    pub holds: u64,
    /// Records whose documents have stayed elsewhere, of this run or an earlier one.
    pub left: u64,
    /// Records that are not here as they are there.
    pub differs: Vec<Difference>,
    /// The list for a receipt; none where anything differs.
    pub receipt: Option<Receipt>,
}

/// A record that could not be taken in, or is here otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The record.
    pub record: RecordId,
    /// Its archive number.
    pub number: ArchiveNumber,
    /// Why, in one line.
    pub why: String,
}

/// Whether a record is here.
enum Here {
    Not,
    /// As it is there, but for these holds; and whether its documents have stayed elsewhere.
    Same(Vec<HoldId>, bool),
    Otherwise(String),
}

/// What is the same for all records of one hand-over.
struct Taker<'a> {
    ours: &'a Session,
    theirs: &'a Session,
    ledger: &'a Ledger,
    take: ActId,
    leave: Option<TargetId>,
    read: Option<TargetId>,
    /// Issuers that are pinned there, as they are pinned here.
    issuers: HashMap<IssuerId, IssuerId>,
}

impl Session {
    /// Takes in everything that an archive hands over, or the records of its list, as somebody who opens it there.
    ///
    /// - Shape: holds come first, so that no record is here for a moment without them. Ids, archive numbers, days, certificates and
    ///   holds stay as they are; facts and documents are sealed anew, or documents stay where they are; its journal is kept beside.
    ///   What an earlier run took in stays as that left it, whichever way it was.
    /// - Units: [`AT_ONCE`] records at once, and their buffers.
    /// - Errors: [`Error::NotHandedOver`], [`Error::FondsTaken`], [`Error::Role`], [`Error::EscrowUnproved`], [`Error::Interrupted`].
    ///   What is wrong with a single record is in the answer and keeps no other one from being taken in.
    pub fn take_handover(&self, theirs: &Session, options: &TakeOptions<'_>) -> Result<TakenOver> {
        self.with_role(TAKERS)?;
        self.may_file()?;
        let (there, state) = (theirs.vault(), theirs.vault().state());
        let place = || there.layout().root().display().to_string();
        let of = state.sealed_handover().ok_or_else(|| Error::NotHandedOver { place: place() })?;
        let handover = of.act;
        let (from, lines) = (state.init.vault, state.lines);
        let root = Sha256(there.root_of(lines)?);
        self.has_rules_of(&state)?;
        let ledger = there.ledger(there.today(), &|| (options.interrupted)())?;
        // Two runs at once would each find no journal kept, and keep it twice.
        let one = self.vault.inner.taking.lock().unwrap_or_else(PoisonError::into_inner);
        let take = self.begin_to_take(&state, handover, root)?;
        self.keep_journal(theirs)?;
        let today = there.today();
        let all: Vec<(RecordId, &Kept, Vec<HoldId>)> = ledger
            .records()
            .filter(|(record, _)| of.takes(*record))
            .map(|(record, kept)| (record, kept, ledger.keeping(record, &state, today)))
            .collect();
        // Of a list: what keeps other records stays there.
        let keeping: BTreeSet<HoldId> = all.iter().flat_map(|(.., holds)| holds).copied().collect();
        let holds = self.take_holds(theirs, take, |hold| !of.is_of_list() || keeping.contains(hold))?;
        drop(one);
        let (leave, read, issuers) = (options.leave, options.read, self.same_issuers(&state));
        let taker = Taker { ours: self, theirs, ledger: &ledger, take, leave, read, issuers };
        let Came { new, left, missing, mut differs } = taker.take_all(&all, options)?;
        for (hold, mut records) in missing {
            records.sort_unstable();
            for part in records.chunks(crate::holds::RECORDS_MAX) {
                self.take_hold(theirs, take, hold, part.to_vec())?;
            }
        }
        differs.sort_by_key(|differs| differs.record);
        let taken = (self.vault.state().init.vault, self.vault.env().now());
        let receipt = differs.is_empty().then(|| {
            let head = ReceiptHead::new((from, handover), (lines, root), taken.0, taken.1, all.len() as u64);
            let rows = all.iter().map(|(record, kept, holds)| row_of(*record, kept, holds.clone()));
            Receipt { head, rows: rows.collect() }
        });
        Ok(TakenOver { from, lines, records: all.len() as u64, new, holds, left, differs, receipt })
    }

    /// Periods that two people have signed there hold here as well, or dates would move on the way.
    ///
    /// Errors: [`Error::RulesDiffer`].
    fn has_rules_of(&self, theirs: &State) -> Result<()> {
        let state = self.vault.state();
        let known = |rule: &Rule| state.rules.iter().any(|ours| ours.rule == *rule);
        match theirs.rules.iter().map(|approved| &approved.rule).find(|rule| !known(rule)) {
            None => Ok(()),
            Some(rule) => Err(Error::RulesDiffer {
                class: rule.class.word().into(),
                version: rule.version.to_string(),
                years: rule.years.to_string(),
            }),
        }
    }

    /// The line by which it is taken in: the one of an earlier run, where nothing has come there since.
    fn begin_to_take(&self, theirs: &State, handover: ActId, root: Sha256) -> Result<ActId> {
        let (from, lines) = (theirs.init.vault, theirs.lines);
        let state = self.vault.state();
        let same = state.takings.iter().find(|(_, taking)| {
            (taking.from, taking.handover, taking.lines, taking.root) == (from, handover, lines, root)
        });
        if let Some((take, _)) = same {
            return Ok(*take);
        }
        let fonds = theirs.init.fonds.clone();
        let deed = |_| HandoverTake { from, fonds: fonds.clone(), handover, lines, root }.into();
        let done = self.carry_out(None, deed)?;
        Ok(self.vault.line(done.seq)?.0.act.id)
    }

    /// The archive's journal and its newest signed head, as they lie there: what a record was before it came here.
    fn keep_journal(&self, theirs: &Session) -> Result<()> {
        let there = theirs.vault();
        let state = there.state();
        let (from, lines) = (state.init.vault, state.lines);
        if let Ok((head, of)) = there.newest_head() {
            let named = NamedFile::ReceivedHead(from, of);
            if !self.vault.state().files.contains_key(&named.path()) {
                self.vault.set_file(named, head.as_bytes())?;
            }
        }
        let named = NamedFile::ReceivedJournal(from, lines);
        if self.vault.state().files.contains_key(&named.path()) {
            return Ok(());
        }
        self.vault.set_file_by(named, |path| {
            let file = self.vault.env().fs.create_new(path).doing("create", path)?;
            let mut out = BufWriter::with_capacity(1 << 18, file);
            for item in there.lines_after(Tip::START)? {
                let (_, raw) = item?;
                out.write_all(&raw.bytes).and_then(|()| out.write_all(b"\n")).doing("write", path)?;
            }
            let mut file = out.into_inner().map_err(|error| error.into_error()).doing("write", path)?;
            file.sync().doing("sync", path)
        })
    }

    /// Takes in the holds that keep anything there and are not here yet; says how many.
    fn take_holds(&self, theirs: &Session, take: ActId, wanted: impl Fn(&HoldId) -> bool) -> Result<u64> {
        let (state, today) = (theirs.vault().state(), theirs.vault().today());
        let mut new = 0;
        for (id, hold) in state.holds.iter().filter(|(id, hold)| wanted(id) && hold.blocks(today)) {
            let here = self.vault.state().holds.get(id).map(|here| here.released);
            // One that ends here earlier than there is as good as none.
            let ends_earlier =
                |here: Option<Time>| here.is_some_and(|at| hold.released.is_none_or(|there| at < there));
            if here.is_none_or(ends_earlier) {
                self.take_hold(theirs, take, *id, Vec::new())?;
                new += u64::from(here.is_none());
            }
        }
        Ok(new)
    }

    fn take_hold(&self, theirs: &Session, take: ActId, hold: HoldId, records: Vec<RecordId>) -> Result<()> {
        let state = theirs.vault().state();
        let there = state.hold(hold)?;
        let text = theirs.read_note(&there.note)?.text;
        let bad = |why: String| Error::FileDamaged { path: there.note.id.to_string(), finding: why };
        let note: HoldNote = serde_json::from_str(&text).map_err(|error| bad(error.to_string()))?;
        // Nothing is filed there any more that its query could mean: what it means is a list by now.
        let text = serde_json::to_string(&HoldNote { query: None, ..note })
            .expect("texts and days always serialise");
        let (review, released) = (there.review, there.released);
        let deed = |note: Option<NoteMark>| {
            let note = note.expect("a matter makes a note");
            HoldTake { take, hold, review, released, records: records.clone(), note }.into()
        };
        self.carry_out(Some((NoteKind::Hold, &text)), deed).map(drop)
    }

    fn same_issuers(&self, theirs: &State) -> HashMap<IssuerId, IssuerId> {
        let state = self.vault.state();
        let here = |sha256: Sha256| state.issuers.iter().find(|(_, one)| one.sha256 == sha256);
        let pairs = theirs.issuers.iter().filter_map(|(there, one)| Some((*there, *here(one.sha256)?.0)));
        pairs.collect()
    }
}

/// What became of all records.
#[derive(Default)]
struct Came {
    new: u64,
    left: u64,
    /// Holds that records which were here before are to come under as well.
    missing: BTreeMap<HoldId, Vec<RecordId>>,
    differs: Vec<Difference>,
}

impl Taker<'_> {
    /// Takes in each record that is not here, several at once.
    fn take_all(&self, all: &[(RecordId, &Kept, Vec<HoldId>)], options: &TakeOptions<'_>) -> Result<Came> {
        let next = Mutex::new(all.iter());
        let came = Mutex::new((Came::default(), 0, None));
        std::thread::scope(|scope| {
            for _ in 0..AT_ONCE.min(all.len()) {
                scope.spawn(|| {
                    let mut buffers = Buffers::new();
                    loop {
                        let one = next.lock().unwrap_or_else(PoisonError::into_inner).next();
                        let Some((record, kept, holds)) = one else { return };
                        let done = match (options.interrupted)() {
                            true => Err(Error::Interrupted {}),
                            false => self.take_one(*record, kept, holds, &mut buffers),
                        };
                        let mut came = came.lock().unwrap_or_else(PoisonError::into_inner);
                        came.1 += 1;
                        (options.progress)(came.1, all.len() as u64);
                        match done {
                            Ok(Here::Not) => {
                                came.0.new += 1;
                                came.0.left += u64::from(self.leave.is_some());
                            }
                            Ok(Here::Same(holds, left)) => {
                                came.0.left += u64::from(left);
                                for hold in holds {
                                    came.0.missing.entry(hold).or_default().push(*record);
                                }
                            }
                            Ok(Here::Otherwise(why)) => {
                                came.0.differs.push(Difference {
                                    record: *record,
                                    number: kept.number.clone(),
                                    why,
                                });
                            }
                            Err(error) => {
                                // Nothing more is begun; what is under way ends.
                                came.2.get_or_insert(error);
                                next.lock().unwrap_or_else(PoisonError::into_inner).by_ref().for_each(drop);
                                return;
                            }
                        }
                    }
                });
            }
        });
        let (came, _, failed) = came.into_inner().unwrap_or_else(PoisonError::into_inner);
        failed.map_or(Ok(came), Err)
    }

    /// Takes one in if it is not here; says what there was.
    fn take_one(
        &self,
        record: RecordId,
        kept: &Kept,
        holds: &[HoldId],
        buffers: &mut Buffers,
    ) -> Result<Here> {
        match self.here(record, kept, holds)? {
            Here::Not => match self.receive(record, kept, holds, buffers) {
                Ok(()) => Ok(Here::Not),
                // What did not arrive as it was is sent again; it is no reason to take in nothing else.
                Err(Error::FileDamaged { path, finding }) => {
                    Ok(Here::Otherwise(format!("{path}: {finding}")))
                }
                Err(error @ (Error::Source { .. } | Error::CopyDamaged { .. })) => {
                    Ok(Here::Otherwise(crate::journal::full(&error)))
                }
                Err(error) => Err(error),
            },
            here => Ok(here),
        }
    }

    fn here(&self, record: RecordId, kept: &Kept, holds: &[HoldId]) -> Result<Here> {
        let vault = &self.ours.vault;
        if let Some(seq) = vault.state().destroyed.line_of(record) {
            return Ok(Here::Otherwise(format!("it was destroyed here, line {seq}")));
        }
        let row = match self.ours.row(record) {
            Err(Error::NoRecord { .. }) => return Ok(Here::Not),
            row => row?,
        };
        let first = row.covers.iter().map(|cover| cover.seq).min().unwrap_or(row.last_seq);
        let deed = vault.line(first)?.0.act.deed;
        let taken =
            if let Deed::RecordFile(d) = &deed { d.from.as_deref().map(|from| (d, from)) } else { None };
        let Some((d, from)) = taken else {
            return Ok(Here::Otherwise("it has been changed here, or another record has its id".into()));
        };
        // Also what makes no new version there: an appraisal, a review, the end of a certificate.
        let there = self.theirs.row(record)?;
        let restricted = there.custody.restricted.is_some();
        let left = from.left.as_ref().map(|left| left_there(&there, left.target));
        let now = Received { restricted, left, ..self.ledger.received(kept, from.take, from.holds.clone()) };
        let linked: BTreeSet<CertId> = d.certs.iter().map(|link| link.cert).collect();
        if *from != now || linked != kept.certificates().map(|(cert, _)| cert).collect() {
            let why = format!("it was taken in as its version {} was, and has changed there since", from.n);
            return Ok(Here::Otherwise(why));
        }
        // What has stayed where it is taken in from has just been read; of what is at another copy nobody knows.
        if from.left.as_ref().is_some_and(|left| self.read != Some(left.target))
            && let Some(why) = self.ours.flaw_left(d)?
        {
            return Ok(Here::Otherwise(format!("{why}; `verify --left` says more")));
        }
        let is_here = |seq: u64| from.left.is_none() || seq != first;
        for filing in row.filings.iter().filter(|filing| is_here(filing.seq)) {
            let below = crate::layout::body_path(Place::of_counter(row.counter), record, filing.filing);
            let path = vault.layout().path(&below);
            let there = vault.env().fs.stat(&path).doing("look at", &path)?;
            if there.is_none_or(|there| there.size != filing.body.size) {
                return Ok(Here::Otherwise(format!("{below} is not whole here; `verify --all` says more")));
            }
        }
        let missing = holds.iter().filter(|hold| !row.custody.holds.contains(hold)).copied().collect();
        Ok(Here::Same(missing, from.left.is_some()))
    }

    /// Opens a record there and files it here.
    fn receive(&self, record: RecordId, kept: &Kept, holds: &[HoldId], buffers: &mut Buffers) -> Result<()> {
        let Self { ours, theirs, .. } = *self;
        let (row, vault) = (theirs.row(record)?, &ours.vault);
        let (old, cover_row) = theirs.cover_of(&row)?;
        if (cover_row.n, cover_row.mark.commit) != kept.newest() {
            let path = crate::layout::cover_path(
                Place::of_counter(row.counter),
                record,
                cover_row.n,
                cover_row.mark.epoch,
            );
            return Err(Error::FileDamaged { path, finding: "it is not the newest version".into() });
        }
        let reserved = vault.writer()?.reserve(row.facts.number.year())?;
        let counter = reserved.counter;
        if let Some(target) = self.leave {
            return self.receive_cover(kept, holds, (&row, &old), counter, target);
        }
        let place = Place::of_counter(counter);
        let act = vault.env().act_id();
        let files = FilingFiles { record, place, filing: 1, n: 1, epoch: vault.state().epoch };
        let staging =
            Staging::of_filing(vault, Marker { act, filing: Some(files), note: None, named: None })?;
        let own = vault.state().init.vault;
        let incoming: Vec<Incoming> =
            old.documents.iter().map(|line| theirs.stored(&row, &old, &line.doc)).collect::<Result<_>>()?;
        let numbers: Vec<u32> = old.documents.iter().map(|line| line.doc.no).collect();
        let head = BodyHead { vault: own, record, filing: 1, numbers: Numbers::Known(&numbers) };
        let body = ours.write_body(&staging, &head, &incoming, buffers)?;
        let mut lines = Vec::with_capacity(body.documents.len());
        for (DocumentLine { doc, .. }, new) in old.documents.iter().zip(&body.documents) {
            if (new.sha256, new.size) != (doc.sha256, doc.size) {
                let path = crate::layout::body_path(Place::of_counter(row.counter), record, doc.filing);
                return Err(Error::FileDamaged { path, finding: "content".into() });
            }
            lines.push(DocumentLine { salt: ours.salt(), doc: moved(doc, new) });
        }
        let facts = self.facts(&old)?;
        let digests: Vec<Sha256> = body.documents.iter().map(|doc| doc.sha256).collect();
        let (links, certificates) = self.links(&row, &old, kept);
        let keys = vec![BodyKey { filing: 1, identity: body.identity.to_string() }];
        let salted = FactsLine { salt: ours.salt(), facts: facts.clone() };
        let cover = Cover::new(own, record, salted, lines, keys)
            .and_then(|cover| cover.with_certificates(certificates))
            .map_err(bad_cover)?;
        let restricted = row.custody.restricted.is_some();
        let from = Received { restricted, ..self.ledger.received(kept, self.take, holds.to_vec()) };
        let version =
            NewVersion { act, record, counter, filing: 1, cover: &cover, note: None, may_repeat: false };
        let docs = (body.documents.len() as u32, body.mark);
        let done = ours.submit_version(staging, version, |cover, note| {
            let new = (record, counter, cover);
            RecordFile { note, ..filing(new, &facts, docs, links.clone(), from.clone()) }.into()
        })?;
        let documents = body.documents.iter().map(|doc| (doc.sha256, doc.no));
        vault.recent().filed(done.seq, record, &facts.number, twin_key(&facts, &digests), documents);
        ours.screen(record, 1, &facts);
        Ok(())
    }

    /// Files the cover of a record alone: its documents stay where they lie, in bodies that only the cover has the keys of.
    fn receive_cover(
        &self,
        kept: &Kept,
        holds: &[HoldId],
        (row, old): (&Row, &Cover),
        counter: u64,
        target: TargetId,
    ) -> Result<()> {
        let Self { ours, .. } = *self;
        let (vault, record) = (&ours.vault, row.record);
        let left = left_there(row, target);
        let filings = old.spine.bodies.iter().map(|body| body.filing);
        if !filings.eq(left.bodies.iter().map(|one| one.filing)) {
            let path = crate::layout::body_path(left.place, record, 0);
            return Err(Error::FileDamaged {
                path,
                finding: "its cover has the keys of other bodies".into(),
            });
        }
        let facts = self.facts(old)?;
        let (links, certificates) = self.links(row, old, kept);
        let salted = FactsLine { salt: ours.salt(), facts: facts.clone() };
        let own = vault.state().init.vault;
        // Lines of documents say where in those bodies each lies: they stay as they are, and so do the keys.
        let cover = Cover::new(own, record, salted, old.documents.clone(), old.spine.bodies.clone())
            .and_then(|cover| cover.with_certificates(certificates))
            .map_err(bad_cover)?;
        let docs = old.documents.len() as u32;
        let from = Received {
            restricted: row.custody.restricted.is_some(),
            left: Some(left),
            ..self.ledger.received(kept, self.take, holds.to_vec())
        };
        let act = vault.env().act_id();
        let version =
            NewVersion { act, record, counter, filing: 0, cover: &cover, note: None, may_repeat: false };
        let done = ours.submit_cover(version, |cover, note| {
            let (new, none) = ((record, counter, cover), FileMark::of(&[]));
            RecordFile { note, ..filing(new, &facts, (docs, none), links.clone(), from.clone()) }.into()
        })?;
        let digests: Vec<Sha256> = old.documents.iter().map(|line| line.doc.sha256).collect();
        let documents = old.documents.iter().map(|line| (line.doc.sha256, line.doc.no));
        vault.recent().filed(done.seq, record, &facts.number, twin_key(&facts, &digests), documents);
        ours.screen(record, 1, &facts);
        Ok(())
    }

    /// Facts as they are there. Staff numbers are that archive's own: whoever takes the record in answers for it here.
    fn facts(&self, old: &Cover) -> Result<Facts> {
        let mut facts = old.facts.facts.clone();
        facts.clerk = self.ours.staff()?;
        facts.waived.iter_mut().for_each(|waived| waived.by = None);
        Ok(facts)
    }

    /// The certificates that rely on a record, as its cover and its lines have them; what was called a mistake is left behind.
    fn links(&self, row: &Row, old: &Cover, kept: &Kept) -> (Vec<Linked>, Vec<CertificateLine>) {
        let mut links = self.ledger.linked(kept);
        for link in &mut links {
            let there = row.certs.iter().find(|known| known.id == link.cert);
            link.issuer = there.and_then(|there| self.issuers.get(&there.issuer?)).copied();
            link.verified = link.issuer.is_some() && there.is_some_and(|there| there.verified);
        }
        let linked: BTreeSet<_> = links.iter().map(|link| link.cert).collect();
        let lines = old.certificates.iter().filter(|line| linked.contains(&line.cert.id)).cloned();
        (links, lines.collect())
    }
}

/// The line of a record that is taken in: its first filing here.
fn filing(
    (record, counter, cover): (RecordId, u64, CoverMark),
    facts: &Facts,
    (docs, body): (u32, FileMark),
    certs: Vec<Linked>,
    from: Received,
) -> RecordFile {
    RecordFile {
        record,
        filing: 1,
        n: 1,
        number: facts.number.clone(),
        counter,
        class: facts.class,
        business: facts.business,
        date: facts.date,
        outcome: facts.outcome,
        docs,
        body,
        cover,
        note: None,
        plan: None,
        certs,
        from: Some(Box::new(from)),
    }
}

/// The bodies of a record, as they stay at a target.
fn left_there(row: &Row, target: TargetId) -> LeftThere {
    let bodies =
        row.filings.iter().map(|one| LeftBody { filing: one.filing, docs: one.docs, body: one.body });
    let mut bodies: Vec<LeftBody> = bodies.collect();
    bodies.sort_unstable_by_key(|one| one.filing);
    LeftThere { target, place: Place::of_counter(row.counter), bodies }
}

/// A document as it lies in a body of its own.
fn moved(doc: &Document, new: &Document) -> Document {
    let (member, media_type) = (new.member.clone(), new.media_type.clone());
    Document { filing: 1, member, offset: new.offset, length: new.length, media_type, ..doc.clone() }
}

pub(super) fn row_of(record: RecordId, kept: &Kept, holds: Vec<HoldId>) -> ReceiptRow {
    let (n, commit) = kept.newest();
    ReceiptRow { record, number: kept.number.clone(), n, commit, docs: kept.size().docs, holds }
}

//! What should be there: the journal folded into the files it names, each with size and digest.
//!
//! At a million records this is some 200 MB: 80 bytes for each cover, body and note, nothing else kept of a line.

use super::report::{Finding, FindingKind};
use super::taken::Stretch;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::handover::Handover;
use crate::journal::{Lines, Raw};
use crate::layout::{Layout, body_path, cover_path, head_path, note_path, segment_path};
use crate::state::{Epoch, State};
use jingui_schema::act::{Deed, HeadSigned, NewCover, NoteMark, RecordFile};
use jingui_schema::digest::{B3, FileMark, Sha256, SignKey, Signature};
use jingui_schema::id::{ActId, By, NoteId, Place, RecordId, VaultId};
use jingui_schema::line::Line;
use jingui_schema::merkle::{self, Frontier};
use jingui_schema::time::Day;
use std::collections::{BTreeMap, VecDeque};

/// Signatures checked together, on all cores.
const SIGNATURES_TOGETHER: usize = 1024;
/// Heads are signed over nearly all lines there are; so many frontiers back are kept.
const FRONTIERS_KEPT: usize = 512;

/// What a sealed file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Sort {
    Body,
    Cover,
    Note,
}

/// The name of a sealed file, small. `n` is the filing of a body, the fact version of a cover, 0 for a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Name {
    pub sort: Sort,
    pub place: u32,
    pub id: [u8; 16],
    pub n: u32,
    pub epoch: u32,
}

/// A place that no counter of ours reaches comes out as a path that is nowhere, which is then missing.
fn small(place: Place) -> u32 {
    u32::try_from(place.0).unwrap_or(u32::MAX)
}

impl Name {
    pub fn body(place: Place, record: RecordId, filing: u32) -> Self {
        Self { sort: Sort::Body, place: small(place), id: *record.as_bytes(), n: filing, epoch: 0 }
    }

    pub fn cover(place: Place, record: RecordId, n: u32, epoch: u32) -> Self {
        Self { sort: Sort::Cover, place: small(place), id: *record.as_bytes(), n, epoch }
    }

    pub fn note(place: Place, note: NoteId, epoch: u32) -> Self {
        Self { sort: Sort::Note, place: small(place), id: *note.as_bytes(), n: 0, epoch }
    }

    /// Reads a path below the vault; `None` unless it is written just as we write it.
    pub fn parse(path: &str) -> Option<Self> {
        let (top, rest) = path.split_once('/')?;
        let (place, file) = rest.split_once('/')?;
        let place: Place = place.parse().ok()?;
        let name = match top {
            "bodies" => {
                let (record, filing) = file.strip_suffix(".tar.zst.age")?.split_once('.')?;
                Self::body(place, record.parse().ok()?, filing.parse().ok()?)
            }
            "covers" => {
                let mut parts = file.strip_suffix(".age")?.split('.');
                let (record, n) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
                Self::cover(place, record, n, parts.next()?.strip_prefix('e')?.parse().ok()?)
            }
            "notes" => {
                let (note, epoch) = file.strip_suffix(".age")?.split_once(".e")?;
                Self::note(place, note.parse().ok()?, epoch.parse().ok()?)
            }
            _ => return None,
        };
        (name.path() == path).then_some(name)
    }

    pub fn path(&self) -> String {
        let place = Place(u64::from(self.place));
        match self.sort {
            Sort::Body => body_path(place, RecordId::from_bytes(self.id), self.n),
            Sort::Cover => cover_path(place, RecordId::from_bytes(self.id), self.n, self.epoch),
            Sort::Note => note_path(place, NoteId::from_bytes(self.id), self.epoch),
        }
    }

    /// The record, where its file says whose it is.
    pub fn record(&self) -> Option<RecordId> {
        (self.sort != Sort::Note).then(|| RecordId::from_bytes(self.id))
    }
}

/// A sealed file that should be there.
#[derive(Clone, Copy)]
pub(crate) struct Entry {
    pub name: Name,
    pub size: u64,
    pub seq: u64,
    pub b3: B3,
}

/// What is known of a file by its path.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Expected {
    pub mark: FileMark,
    pub seq: u64,
    pub record: Option<RecordId>,
}

/// A segment that was passed.
#[derive(Clone, Copy)]
pub(crate) struct Segment {
    pub first: u64,
    pub mark: FileMark,
}

/// How to fold.
pub(crate) struct Fold<'a> {
    /// The line to end with.
    pub end: u64,
    /// What that line must digest to, where that is known.
    pub last: Option<Sha256>,
    /// A line whose digest and root are known from `commit`.
    pub commit: Option<(u64, Sha256, Sha256)>,
    /// A line whose digest is wanted.
    pub watch: Option<u64>,
    /// Whether bodies are expected; a mirror has none.
    pub bodies: bool,
    /// The first day that counts for [`Inventory::since`].
    pub since: Option<Day>,
    /// Says which leaf hash `derived/tree` has for a line, where its root is the right one.
    pub leaf: &'a dyn Fn(u64) -> Option<merkle::Hash>,
    /// Called for each line, with the line as it lies.
    pub each: &'a mut dyn FnMut(&Line, &Raw) -> Result<()>,
}

/// Everything that should be there.
pub(crate) struct Inventory {
    /// Sealed files, sorted by name.
    pub files: Vec<Entry>,
    /// Heads and named files.
    pub named: BTreeMap<String, Expected>,
    pub state: State,
    /// The newest epoch under which everything was verified.
    pub verified: u32,
    /// The first line that cannot be believed.
    pub damaged: Option<u64>,
    /// Incidents not healed since: path and finding.
    pub incidents: BTreeMap<String, String>,
    pub segments: Vec<Segment>,
    pub signatures: u64,
    pub watched: Option<Sha256>,
    /// The first line of the days that count.
    pub since: u64,
    /// Heads, each with the line that names it.
    pub heads: Vec<(HeadSigned, u64)>,
    /// Where the lines of the records stand that came from another archive, by the act that takes it in.
    pub taken: BTreeMap<ActId, Stretch>,
    /// Bodies that have stayed elsewhere, sorted: none of them is expected here.
    pub left: Vec<Name>,
    /// Notes that die with a record, and with which.
    notes: Vec<([u8; 16], RecordId)>,
    bodies: bool,
}

impl Inventory {
    /// Folds the lines up to the end, or to the first that cannot be believed, which is then a finding.
    ///
    /// A line is taken in once the next one has confirmed it, so that a changed one makes no other finding.
    /// `fallback` stands where not even the first line can be read.
    pub fn fold(
        env: &Env,
        layout: &Layout,
        fallback: &State,
        how: Fold<'_>,
        findings: &mut Vec<Finding>,
    ) -> Result<Self> {
        let mut folding = Folding {
            it: Self {
                files: Vec::new(),
                named: BTreeMap::new(),
                state: fallback.clone(),
                verified: 0,
                damaged: None,
                incidents: BTreeMap::new(),
                segments: Vec::new(),
                signatures: 0,
                watched: None,
                since: if how.since.is_some() { u64::MAX } else { 0 },
                bodies: how.bodies,
                heads: Vec::new(),
                taken: BTreeMap::new(),
                left: Vec::new(),
                notes: Vec::new(),
            },
            began: false,
            vault: fallback.init.vault,
            waiting: None,
            frontier: Frontier::default(),
            kept: VecDeque::new(),
            hasher: blake3::Hasher::new(),
            segment: None,
            to_check: Vec::new(),
            acts: Vec::new(),
            how,
        };
        let damage = folding.run(env, layout, findings)?;
        folding.check_signatures(findings);
        if let Some((path, seq, why)) = damage {
            folding.blame(path, seq, why, findings);
        }
        folding.check_acts(findings);
        Ok(folding.finish())
    }

    /// Where the file of this name is, among the sorted files.
    pub fn find(&self, name: &Name) -> Option<usize> {
        self.files.binary_search_by(|entry| entry.name.cmp(name)).ok()
    }

    /// Whether this is a body that has stayed elsewhere.
    pub fn is_left(&self, name: &Name) -> bool {
        self.left.binary_search(name).is_ok()
    }

    /// The record that a note dies with.
    pub fn record_of_note(&self, note: &[u8; 16]) -> Option<RecordId> {
        let at = self.notes.binary_search_by(|(id, _)| id.cmp(note)).ok()?;
        Some(self.notes[at].1)
    }

    /// Whether a file may be there or not: two people have taken a paper out, or its record is being destroyed.
    pub fn is_being_destroyed(&self, name: &Name) -> bool {
        if self.state.is_handed_over() {
            // Once it is said to be gone, what is there is one too many.
            return !self.state.is_emptied();
        }
        match name.record() {
            Some(record) => self.state.is_being_destroyed(record, name.sort == Sort::Body, name.n),
            None => self.record_of_note(&name.id).is_some_and(|record| self.state.is_under_way(record)),
        }
    }

    /// Whether what was alive by this inventory has been replaced or ended by a later line, or is about to be.
    pub fn is_over(&self, path: &str, now: &State) -> bool {
        let Some(name) = Name::parse(path) else {
            let set = now.files.get(path).zip(self.named.get(path));
            return set.is_some_and(|(now, then)| *now != then.mark);
        };
        if now.is_handed_over() {
            return true;
        }
        let resealed = |(epoch, e): (&u32, &Epoch)| *epoch > name.epoch && e.verified;
        if name.sort != Sort::Body && now.epochs.iter().any(resealed) {
            return true;
        }
        let Some(record) = name.record().or_else(|| self.record_of_note(&name.id)) else { return false };
        match name.sort {
            Sort::Body => now.has_ended_body(record, name.n) || now.is_being_destroyed(record, true, name.n),
            Sort::Cover => {
                now.has_ended_version(record, name.n) || now.is_being_destroyed(record, false, name.n)
            }
            Sort::Note => now.destroyed.contains(record) || now.is_under_way(record),
        }
    }

    /// The expected files of the same record or note: a cover or note in all its versions and epochs.
    pub fn siblings(&self, name: &Name) -> &[Entry] {
        let of = |e: &Entry| (e.name.sort, e.name.place, e.name.id);
        let wanted = (name.sort, name.place, name.id);
        let begin = self.files.partition_point(|e| of(e) < wanted);
        let length = self.files[begin..].partition_point(|e| of(e) == wanted);
        &self.files[begin..begin + length]
    }

    /// What is expected at a path, if anything is.
    pub fn expected(&self, path: &str) -> Option<Expected> {
        if let Some(named) = self.named.get(path) {
            return Some(*named);
        }
        let entry = &self.files[self.find(&Name::parse(path)?)?];
        let (mark, record) = (FileMark { size: entry.size, b3: entry.b3 }, entry.name.record());
        Some(Expected { mark, seq: entry.seq, record })
    }

    /// Which file has this content, if one has; for saying what lies in another's place.
    pub fn whose(&self, b3: &B3) -> Option<String> {
        let file = self.files.iter().find(|e| e.b3 == *b3).map(|e| e.name.path());
        file.or_else(|| self.named.iter().find(|(_, e)| e.mark.b3 == *b3).map(|(path, _)| path.clone()))
    }

    /// Whoever can write the files can put a line there that nobody could have had written by us.
    fn no_right(&self, line: &Line, raw: &Raw) -> Option<Finding> {
        let error = self.state.decide(line.by, &line.act).err()?;
        let detail = format!("{} had no right to it: {}", line.by, crate::journal::full(&error));
        Some(Finding::line(&segment_path(raw.segment), line.seq, FindingKind::Signature, &detail))
    }

    fn push(&mut self, name: Name, size: u64, b3: B3, seq: u64) {
        self.files.push(Entry { name, size, seq, b3 });
    }

    fn absorb(&mut self, line: &Line) {
        let seq = line.seq;
        if let Some(NoteMark { id, place, epoch, size, b3 }) = line.act.deed.note() {
            self.push(Name::note(*place, *id, *epoch), *size, *b3, seq);
            self.notes.extend(line.act.deed.dies_with().map(|record| (*id.as_bytes(), record)));
        }
        if let Some(NewCover { record, place, n, mark }) = line.act.deed.cover() {
            self.push(Name::cover(place, record, n, mark.epoch), mark.size, mark.b3, seq);
        }
        match &line.act.deed {
            Deed::RecordFile(d) if self.bodies => {
                let place = Place::of_counter(d.counter);
                if let Some(left) = d.left() {
                    let names = left.bodies.iter().map(|one| Name::body(place, d.record, one.filing));
                    self.left.extend(names);
                } else {
                    self.push(Name::body(place, d.record, d.filing), d.body.size, d.body.b3, seq);
                }
            }
            Deed::EpochReseal(d) => {
                for c in &d.covers {
                    self.push(Name::cover(c.place, c.record, c.n, d.epoch), c.size, c.b3, seq);
                }
                for n in &d.notes {
                    self.push(Name::note(n.place, n.id, d.epoch), n.size, n.b3, seq);
                }
            }
            Deed::EpochVerified(d) => {
                self.verified = self.verified.max(d.epoch);
                let verified = self.verified;
                self.files.retain(|e| e.name.sort == Sort::Body || e.name.epoch >= verified);
            }
            Deed::FileSet(d) => {
                let mark = FileMark { size: d.size, b3: d.b3 };
                self.named.insert(d.path.clone(), Expected { mark, seq, record: None });
            }
            Deed::HeadSigned(d) => {
                self.heads.push((d.clone(), seq));
                let mark = FileMark { size: d.size, b3: d.b3 };
                self.named.insert(head_path(d.lines), Expected { mark, seq, record: None });
            }
            // What was handed over by a list is left out at the end, as what a plan has destroyed is.
            Deed::HandoverDone(_) if !self.state.handover.as_ref().is_some_and(Handover::is_of_list) => {
                self.files.clear();
                self.left.clear();
            }
            Deed::Incident(d) => drop(self.incidents.insert(d.path.clone(), d.finding.clone())),
            Deed::FileHealed(d) => drop(self.incidents.remove(&d.path)),
            Deed::DocumentRemove(d) if self.bodies => {
                if let Some(left) = &d.left {
                    let name = Name::body(Place::of_counter(d.counter), d.record, left.filing);
                    self.push(name, left.body.size, left.body.b3, seq);
                }
            }
            _ => {}
        }
        self.state.apply(line);
    }
}

/// A person's line whose signature is still to be checked.
struct ToCheck {
    seq: u64,
    segment: u64,
    message: Vec<u8>,
    sig: Option<Signature>,
    key: SignKey,
}

struct Folding<'a> {
    it: Inventory,
    how: Fold<'a>,
    began: bool,
    vault: VaultId,
    /// The line that the next one has to confirm.
    waiting: Option<(Line, Raw)>,
    frontier: Frontier,
    kept: VecDeque<Frontier>,
    hasher: blake3::Hasher,
    segment: Option<(u64, u64)>,
    to_check: Vec<ToCheck>,
    /// Of each act half of its id and its line: a signed act could be laid there once more.
    acts: Vec<(u64, u64)>,
}

type Damage = (String, u64, String);

impl Folding<'_> {
    fn run(&mut self, env: &Env, layout: &Layout, findings: &mut Vec<Finding>) -> Result<Option<Damage>> {
        let lines = match Lines::up_to(env.fs.clone(), layout, self.how.end) {
            Ok(lines) => lines,
            Err(error) => return Ok(Some((segment_path(1), 1, crate::journal::full(&error)))),
        };
        for item in lines {
            let (line, raw) = match item {
                Ok(item) => item,
                Err(Error::JournalDamaged { path, seq, why }) => {
                    return Ok(Some((path, seq.parse().unwrap_or(self.it.state.lines + 1), why)));
                }
                Err(error) => {
                    let seq = self.waiting.as_ref().map_or(1, |(line, _)| line.seq + 1);
                    return Ok(Some((self.segment_path(), seq, crate::journal::full(&error))));
                }
            };
            (self.how.each)(&line, &raw)?;
            if let Some((line, raw)) = self.waiting.replace((line, raw)) {
                self.take(line, &raw, findings);
            }
        }
        let Some((line, raw)) = self.waiting.take() else { return Ok(None) };
        if self.how.last.is_some_and(|last| last != line.digest) {
            let (path, seq) = (segment_path(raw.segment), line.seq);
            return Ok(Some((path, seq, "it is not the line that commit names".into())));
        }
        self.take(line, &raw, findings);
        Ok(None)
    }

    fn segment_path(&self) -> String {
        segment_path(self.segment.map_or(1, |(first, _)| first))
    }

    /// Takes in a line that the next one, or `commit`, has confirmed.
    fn take(&mut self, line: Line, raw: &Raw, findings: &mut Vec<Finding>) {
        let it = &mut self.it;
        let finding = |kind, detail: &str| Finding::line(&segment_path(raw.segment), line.seq, kind, detail);
        if self.segment.is_none_or(|(first, _)| first != raw.segment) {
            if self.segment.is_some() {
                findings.push(finding(FindingKind::Chain, "the segment before it was not closed"));
            }
            self.segment = Some((raw.segment, 0));
        }
        self.hasher.update(&raw.bytes).update(b"\n");
        if let Some((_, bytes)) = &mut self.segment {
            *bytes += raw.bytes.len() as u64 + 1;
        }
        self.frontier.push(merkle::leaf_hash(&raw.bytes));
        self.kept.push_back(self.frontier.clone());
        if self.kept.len() > FRONTIERS_KEPT {
            self.kept.pop_front();
        }
        if self.how.watch == Some(line.seq) {
            it.watched = Some(line.digest);
        }
        if let Some((lines, last, root)) = self.how.commit
            && lines == line.seq
            && (last != line.digest || root.0 != self.frontier.root())
        {
            let detail = format!("line {lines} or the root over the lines is not what it says");
            findings.push(Finding::file("journal/commit", FindingKind::Commit, &detail));
        }
        if it.since == u64::MAX && self.how.since.is_some_and(|day| line.at.day() >= day) {
            it.since = line.seq;
        }
        if !self.began {
            match State::begin(&line) {
                Ok(state) => (it.state, self.vault) = (state.clone(), state.init.vault),
                Err(error) => findings.push(finding(FindingKind::Signature, &crate::journal::full(&error))),
            }
            self.began = true;
            it.signatures += 1;
        } else if line.by != By::Vault {
            it.signatures += 1;
            let disabled = match line.by {
                By::Staff(staff) => it.state.staff.get(&staff).is_some_and(|m| !m.is_active()),
                _ => false,
            };
            match it.state.sign_key(line.by) {
                _ if disabled => {
                    findings.push(finding(FindingKind::Signature, "whoever signed it had been disabled"));
                }
                None => findings.push(finding(FindingKind::Signature, "whoever signed it was not enrolled")),
                Some(key) => {
                    self.to_check.push(ToCheck {
                        seq: line.seq,
                        segment: raw.segment,
                        message: jingui_schema::act::signing_bytes(&self.vault, line.raw_act().get()),
                        sig: line.sig,
                        key,
                    });
                    findings.extend(it.no_right(&line, raw));
                }
            }
        } else {
            findings.extend(it.no_right(&line, raw));
        }
        match &line.act.deed {
            Deed::SegmentClose(d) => {
                let prior = it.segments.last().copied();
                let named = d.prior.as_ref().map(|p| (p.first, p.size, p.b3));
                if named != prior.map(|s| (s.first, s.mark.size, s.mark.b3)) || d.first != raw.segment {
                    let path = prior.map_or(raw.segment, |s| s.first);
                    let detail = "the line that closes the next segment names another digest";
                    findings.push(Finding::line(&segment_path(path), line.seq, FindingKind::Digest, detail));
                }
                self.close_segment();
            }
            Deed::HeadSigned(d) => {
                let root = self.kept.iter().rev().find(|f| f.size() == d.lines).map(Frontier::root);
                match root {
                    Some(root) if root != d.root.0 => {
                        let detail = "the root it names is not that of the lines";
                        findings.push(finding(FindingKind::Head, detail));
                    }
                    Some(_) => {}
                    // A head over lines long before its own: nobody of ours signs one.
                    None => {
                        findings.push(finding(FindingKind::Head, "it signs lines far from where it is named"))
                    }
                }
            }
            Deed::HeadCosigned(d) => {
                // Weeks may have passed since the head was signed; the line that named it was compared then.
                let named = it.heads.iter().rev().find(|(head, _)| head.lines == d.lines);
                if named.is_none_or(|(head, _)| head.root != d.root) {
                    let detail = "no head of these lines has the root that was countersigned";
                    findings.push(finding(FindingKind::Head, detail));
                }
            }
            _ => {}
        }
        // Ids are random, so half of one tells them apart; folded, for ids that somebody chose.
        let id = u128::from_le_bytes(*line.act.id.as_bytes());
        self.acts.push(((id >> 64) as u64 ^ (id as u64).rotate_left(17), line.seq));
        if let Deed::RecordFile(RecordFile { from: Some(from), .. }) = &line.act.deed {
            let (last, came) = (line.seq, line.at);
            let new = Stretch { before: self.it.state.tip(), at: (raw.segment, raw.offset), last, came };
            let known = self.it.taken.entry(from.take);
            known.and_modify(|known| (known.last, known.came) = (last, came)).or_insert(new);
        }
        self.it.absorb(&line);
        if self.to_check.len() >= SIGNATURES_TOGETHER {
            self.check_signatures(findings);
        }
    }

    /// An act has one line: what arrives a second time gets the first result.
    fn check_acts(&mut self, findings: &mut Vec<Finding>) {
        self.acts.sort_unstable();
        let open = self.segment.map(|(first, _)| first);
        let firsts: Vec<u64> = self.it.segments.iter().map(|s| s.first).chain(open).collect();
        for pair in self.acts.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
            let ((_, before), (_, seq)) = (pair[0], pair[1]);
            let first = firsts[..firsts.partition_point(|first| *first <= seq)].last().copied().unwrap_or(1);
            let detail = format!("its act stands in line {before} already");
            findings.push(Finding::line(&segment_path(first), seq, FindingKind::Chain, &detail));
        }
    }

    fn close_segment(&mut self) {
        let hasher = std::mem::take(&mut self.hasher);
        if let Some((first, size)) = self.segment.take() {
            self.it
                .segments
                .push(Segment { first, mark: FileMark { size, b3: B3(*hasher.finalize().as_bytes()) } });
        }
    }

    fn check_signatures(&mut self, findings: &mut Vec<Finding>) {
        let all = std::mem::take(&mut self.to_check);
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let check = |part: &[ToCheck]| -> Vec<(u64, u64)> {
            let bad = |c: &&ToCheck| !c.sig.is_some_and(|sig| c.key.verifies(&c.message, &sig));
            part.iter().filter(bad).map(|c| (c.segment, c.seq)).collect()
        };
        let bad: Vec<(u64, u64)> = match all.len() {
            0..32 => check(&all),
            n => std::thread::scope(|scope| {
                let parts: Vec<_> =
                    all.chunks(n.div_ceil(threads)).map(|p| scope.spawn(move || check(p))).collect();
                parts
                    .into_iter()
                    .flat_map(|p| p.join().expect("checking a signature does not panic"))
                    .collect()
            }),
        };
        for (segment, seq) in bad {
            let detail = "its signature does not verify";
            findings.push(Finding::line(&segment_path(segment), seq, FindingKind::Signature, detail));
        }
    }

    /// Says which line is damaged: the one that could not be read, or the one before it, whose digest it names.
    fn blame(&mut self, path: String, seq: u64, why: String, findings: &mut Vec<Finding>) {
        let mut blamed = (path, seq, why);
        if let Some((line, raw)) = self.waiting.take() {
            if matches!(line.act.deed, Deed::SegmentClose(_)) && seq == line.seq + 1 {
                blamed.0 = segment_path(seq);
            }
            let leaf = (self.how.leaf)(line.seq);
            let fits = leaf.is_some_and(|leaf| leaf == merkle::leaf_hash(&raw.bytes));
            if leaf.is_some() && !fits {
                let why = "it was changed: the tree of hashes has another line here".to_owned();
                blamed = (segment_path(raw.segment), line.seq, why);
            } else if fits {
                self.take(line, &raw, findings);
                self.check_signatures(findings);
            } else {
                let why = format!("{} (or line {} was changed)", blamed.2, line.seq);
                blamed.2 = why;
                self.it.damaged = Some(line.seq);
            }
        }
        let (path, seq, why) = blamed;
        self.it.damaged.get_or_insert(seq);
        if !findings.iter().any(|f| f.seq == Some(seq) && f.path == path) {
            findings.push(Finding::line(&path, seq, FindingKind::Chain, &why));
        }
    }

    fn finish(self) -> Inventory {
        let mut it = self.it;
        if let Some((first, size)) = self.segment {
            let b3 = B3(*self.hasher.finalize().as_bytes());
            it.segments.push(Segment { first, mark: FileMark { size, b3 } });
        }
        // Of a file that was sealed twice, in a step that was repeated, the later one counts.
        it.files.sort_unstable_by_key(|e| (e.name, std::cmp::Reverse(e.seq)));
        it.files.dedup_by_key(|e| e.name);
        it.notes.sort_unstable();
        let (mut files, mut left) = (std::mem::take(&mut it.files), std::mem::take(&mut it.left));
        let state = &it.state;
        let is_gone = |note: &[u8; 16]| it.record_of_note(note).is_some_and(|r| state.destroyed.contains(r));
        let alive = |e: &Entry| match (e.name.sort, e.name.record()) {
            (Sort::Cover, Some(record)) => !state.has_ended_version(record, e.name.n),
            (Sort::Body, Some(record)) => !state.has_ended_body(record, e.name.n),
            _ => !is_gone(&e.name.id),
        };
        files.retain(alive);
        files.shrink_to_fit();
        left.retain(|name| name.record().is_none_or(|record| !state.has_ended_body(record, name.n)));
        left.sort_unstable();
        left.dedup();
        it.files = files;
        it.left = left;
        it
    }
}

#[cfg(test)]
#[path = "inventory_tests.rs"]
mod tests;

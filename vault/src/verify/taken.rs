//! What was taken in from other archives, held against the journals of theirs that are kept here.
//!
//! Of a record that comes from another archive days, holds and ends of certificates stand in the one line by which it came: nothing
//! else here vouches for them, and its dates rest on them. So each such line is compared with the journal that it is said to be made
//! from, which is read from its first line as whatever destroys reads its own: chain, root, rights and signatures. Where that does
//! not hold, that is the finding, and nothing is compared with it.

use super::inventory::Inventory;
use super::pool::Watch;
use super::report::{Finding, FindingKind};
use super::{Phase, Scope};
use crate::cores;
use crate::dates::Ledger;
use crate::error::{Error, Result};
use crate::handover::Taking;
use crate::journal::{Lines, Raw, full};
use crate::layout::segment_path;
use crate::staging::NamedFile;
use crate::state::State;
use crate::vault::Vault;
use jingui_schema::act::{Deed, LeftBody, LeftThere, Received, RecordFile};
use jingui_schema::digest::{Sha256, SignKey};
use jingui_schema::id::{ActId, By, Place, RecordId};
use jingui_schema::jobs::{Job, JobOutcome};
use jingui_schema::line::{Line, Tip};
use jingui_schema::merkle::{Frontier, leaf_hash};
use jingui_schema::time::{Day, Time};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Signatures checked together, on all cores.
const TOGETHER: usize = 1024;
/// Once in so many lines it is asked whether anybody still waits.
const LOOKED_LINES: u64 = 1024;

/// Where the lines stand by which records of one hand-over came: read again from there, so that hand-overs that follow one another
/// cost one more reading together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stretch {
    /// The line before the first of them.
    pub before: Tip,
    /// Where that first one begins: segment and offset.
    pub at: (u64, u64),
    /// The last of them, and its time.
    pub last: u64,
    pub came: Time,
}

/// Why a journal is not believed: the kind of finding, and in more words.
type Doubt = (FindingKind, String);

/// The journal of another archive up to the line up to which it was taken in.
struct There {
    /// Where it is kept.
    path: String,
    state: State,
    ledger: Ledger,
    /// The bodies of records, each as its line there names it, by filing.
    bodies: BTreeMap<(RecordId, u32), LeftBody>,
    /// Records whose use is restricted.
    restricted: HashSet<RecordId>,
    frontier: Frontier,
    /// The roots over as many lines as heads of that archive are kept over.
    roots: BTreeMap<u64, Sha256>,
    acts: Vec<ActId>,
    /// Lines whose signature is still to be checked, each with the key.
    unsigned: Vec<(Line, SignKey)>,
}

impl Vault {
    /// Compares what the lines say of records that were taken in with the journals that they come from.
    ///
    /// - Shape: a finding for each line that says something else, and for each journal and head that cannot be believed. One pass over
    ///   each kept journal, one over our lines that speak of it; nothing is read where nothing was taken in. Each taking keeps a
    ///   whole journal, so what no record came by is not read; nor, by the nightly job, what its last run that found nothing has read.
    /// - Units: memory for one such journal at a time, as for a ledger of it and 80 bytes a body.
    /// - Errors: [`Error::Interrupted`], and those of reading our own journal.
    pub(super) fn check_taken(
        &self,
        inventory: &Inventory,
        scope: Scope,
        damaged: &HashSet<String>,
        watch: &Watch<'_>,
    ) -> Result<Vec<Finding>> {
        let mut findings = Vec::new();
        let compared = match scope {
            Scope::AllButBodies => compared_by(&inventory.state),
            _ => None,
        };
        let whole = |path: &String| inventory.named.contains_key(path) && !damaged.contains(path);
        for (take, taking) in &inventory.state.takings {
            let path = NamedFile::ReceivedJournal(taking.from, taking.lines).path();
            let is_new = |stretch: &&Stretch| compared.is_none_or(|began| stretch.came >= began);
            let Some(stretch) = inventory.taken.get(take).filter(is_new) else { continue };
            // One that is missing or changed is found as any file is.
            if !whole(&path) {
                continue;
            }
            let there = match self.read_taken(inventory, taking, path.clone(), watch)? {
                Ok(there) => there,
                Err((kind, why)) => {
                    findings.push(Finding::file(&path, kind, &why));
                    continue;
                }
            };
            let head = there.state.head.map(|head| NamedFile::ReceivedHead(taking.from, head.lines).path());
            findings.extend(head.filter(whole).and_then(|path| self.check_taken_head(&there, path)));
            self.compare_taken(*take, stretch, &there, watch, &mut findings)?;
        }
        Ok(findings)
    }

    /// Reads a kept journal from its first line to its last; inside, why it is not believed.
    fn read_taken(
        &self,
        inventory: &Inventory,
        taking: &Taking,
        path: String,
        watch: &Watch<'_>,
    ) -> Result<std::result::Result<There, Doubt>> {
        let prefix = format!("registers/received-{}-", taking.from);
        let kept = inventory.named.range(prefix.clone()..).map(|(path, _)| path);
        let kept = kept.map_while(|path| path.strip_prefix(&prefix));
        let heads: BTreeSet<u64> = kept.filter_map(|rest| rest.strip_suffix(".head")?.parse().ok()).collect();
        let size = inventory.named[&path].mark.size;
        let file = self.layout().path(&path);
        let lines = match Lines::of_file(self.env().fs.clone(), self.layout(), &file, taking.lines) {
            Ok(lines) => lines,
            Err(error) => return Ok(Err((FindingKind::Unreadable, full(&error)))),
        };
        let (mut there, mut end): (Option<There>, u64) = (None, 0);
        for item in lines {
            let (line, raw) = match item {
                Ok(item) => item,
                Err(Error::JournalDamaged { seq, why, .. }) => {
                    return Ok(Err((FindingKind::Chain, of_line(seq, &why))));
                }
                Err(error) => return Ok(Err((FindingKind::Unreadable, full(&error)))),
            };
            if line.seq % LOOKED_LINES == 0 {
                watch.look(Phase::Journal, line.seq)?;
            }
            end = raw.offset + raw.bytes.len() as u64 + 1;
            let took = match &mut there {
                None => There::begin(&line, &raw, taking, path.clone()).map(|new| there = Some(new)),
                Some(there) => there.take(line, &raw, &heads),
            };
            if let Err(doubt) = took {
                return Ok(Err(doubt));
            }
        }
        let doubt = |why: &str| Ok(Err((FindingKind::Chain, why.to_owned())));
        let Some(mut there) = there else { return doubt("it has no line") };
        if let Err(doubt) = there.check_signatures().and_then(|()| there.check_acts()) {
            return Ok(Err(doubt));
        }
        if end != size {
            return doubt("it goes on behind the line up to which it was taken in");
        }
        match there.frontier.root() == taking.root.0 {
            true => Ok(Ok(there)),
            false => doubt("the root over its lines is not the one that the act names which takes it in"),
        }
    }

    /// The newest head that the archive's journal names, where it was kept beside.
    fn check_taken_head(&self, there: &There, path: String) -> Option<Finding> {
        let (state, head) = (&there.state, there.state.head?);
        let wrong = match self.read_head_of(self.layout(), &path, &state.init.log) {
            Err(why) => why,
            Ok(_) if there.roots.get(&head.lines) != Some(&head.root) => {
                format!("the journal beside it has another root over {} lines than it names", head.lines)
            }
            Ok(read) if read != state.head_named_at(head.seq, head.lines, &head.root) => {
                "it is not the head that the journal beside it names".into()
            }
            Ok(_) => return None,
        };
        Some(Finding::file(&path, FindingKind::Head, &wrong))
    }

    /// Compares each line by which a record came.
    fn compare_taken(
        &self,
        take: ActId,
        stretch: &Stretch,
        there: &There,
        watch: &Watch<'_>,
        findings: &mut Vec<Finding>,
    ) -> Result<()> {
        let fs = self.env().fs.clone();
        for item in Lines::from(fs, self.layout(), stretch.before, stretch.at, stretch.last)? {
            let (line, raw) = item?;
            if line.seq % LOOKED_LINES == 0 {
                watch.look(Phase::Journal, line.seq)?;
            }
            let Deed::RecordFile(d) = &line.act.deed else { continue };
            let Some(from) = d.from.as_deref().filter(|from| from.take == take) else { continue };
            let differs = there.differs(d, from, line.at.day());
            if !differs.is_empty() {
                let (number, path) = (&d.number, &there.path);
                let detail = format!("{number}: {} differs from what {path} says", differs.join(", "));
                let path = segment_path(raw.segment);
                let found = Finding::line(&path, line.seq, FindingKind::Provenance, &detail);
                findings.push(Finding { record: Some(d.record), ..found });
            }
        }
        Ok(())
    }
}

/// When the last run of the nightly job began, where it has found nothing: what had come by then has been compared.
fn compared_by(state: &State) -> Option<Time> {
    let ran = state.jobs.last(Job::Journal).filter(|ran| ran.outcome == JobOutcome::Done);
    ran.map(|ran| ran.started)
}

fn of_line(seq: impl std::fmt::Display, why: &str) -> String {
    format!("line {seq}: {why}")
}

impl There {
    fn begin(line: &Line, raw: &Raw, taking: &Taking, path: String) -> std::result::Result<Self, Doubt> {
        let state = State::begin(line).map_err(|error| (FindingKind::Content, of_line(1, &full(&error))))?;
        if (state.init.vault, &state.init.fonds) != (taking.from, &taking.fonds) {
            return Err((FindingKind::Content, "it is the journal of another archive".into()));
        }
        let mut there = Self {
            path,
            state,
            ledger: Ledger::default(),
            bodies: BTreeMap::new(),
            restricted: HashSet::new(),
            frontier: Frontier::default(),
            roots: BTreeMap::new(),
            acts: vec![line.act.id],
            unsigned: Vec::new(),
        };
        there.frontier.push(leaf_hash(&raw.bytes));
        there.ledger.take(line, &there.state);
        Ok(there)
    }

    /// Takes in the next line, which nobody but who may and who signed it can have written.
    fn take(&mut self, line: Line, raw: &Raw, heads: &BTreeSet<u64>) -> std::result::Result<(), Doubt> {
        let no_right = |why: &str| (FindingKind::Signature, of_line(line.seq, why));
        if let By::Staff(staff) = line.by {
            self.state.member(staff).map_err(|error| no_right(&full(&error)))?;
        }
        self.state
            .decide(line.by, &line.act)
            .map_err(|error| no_right(&format!("{} had no right to it: {}", line.by, full(&error))))?;
        let key = match line.by {
            By::Vault => None,
            by => {
                Some(self.state.sign_key(by).ok_or_else(|| no_right("whoever signed it was not enrolled"))?)
            }
        };
        self.frontier.push(leaf_hash(&raw.bytes));
        if heads.contains(&line.seq) {
            self.roots.insert(line.seq, Sha256(self.frontier.root()));
        }
        self.acts.push(line.act.id);
        self.state.apply(&line);
        self.ledger.take(&line, &self.state);
        match &line.act.deed {
            Deed::RecordRestrict(d) if d.restricted => drop(self.restricted.insert(d.record)),
            Deed::RecordRestrict(d) => drop(self.restricted.remove(&d.record)),
            Deed::RecordFile(d) => {
                let body = LeftBody { filing: d.filing, docs: d.docs, body: d.body };
                self.bodies.insert((d.record, d.filing), body);
            }
            Deed::DocumentRemove(d) => {
                self.bodies.remove(&(d.record, d.from));
                let left = d.left.as_ref().map(|left| LeftBody {
                    filing: left.filing,
                    docs: left.docs,
                    body: left.body,
                });
                self.bodies.extend(left.map(|left| ((d.record, left.filing), left)));
            }
            _ => {}
        }
        let Some(key) = key else { return Ok(()) };
        self.unsigned.push((line, key));
        if self.unsigned.len() >= TOGETHER { self.check_signatures() } else { Ok(()) }
    }

    fn check_signatures(&mut self) -> std::result::Result<(), Doubt> {
        let (all, vault) = (std::mem::take(&mut self.unsigned), self.state.init.vault);
        let parts = all.chunks(all.len().div_ceil(cores::count()).max(1));
        let bad = cores::each(parts, |part| {
            let bad = part.iter().find(|(line, key)| line.check_signature(&vault, key).is_err());
            bad.map(|(line, _)| line.seq)
        });
        match bad.into_iter().flatten().min() {
            None => Ok(()),
            Some(seq) => Err((FindingKind::Signature, of_line(seq, "its signature does not verify"))),
        }
    }

    /// An act has one line: a signed one could be laid there once more.
    fn check_acts(&mut self) -> std::result::Result<(), Doubt> {
        let mut acts = std::mem::take(&mut self.acts);
        acts.sort_unstable();
        match acts.windows(2).find(|pair| pair[0] == pair[1]) {
            None => Ok(()),
            Some(pair) => Err((FindingKind::Chain, format!("the act {} stands in two lines", pair[0]))),
        }
    }

    /// What a line says otherwise of a record than this journal, in the words of `FORMAT.md`; `day` is that of the line.
    fn differs(&self, d: &RecordFile, from: &Received, day: Day) -> Vec<&'static str> {
        // Where less than everything is handed over: here it would be asked whether it was this record.
        let Some(kept) = self.ledger.get(d.record) else { return vec!["record"] };
        let there = self.ledger.received(kept, from.take, Vec::new());
        let linked = self.ledger.linked(kept).into_iter();
        let linked = linked.map(|link| (link.cert, link.issued, link.until, link.reliance));
        let certs = d.certs.iter().map(|link| (link.cert, link.issued, link.until, link.reliance));
        // Which holds keep it goes by the day on which it was taken in: not before the last line there, not behind the line here.
        let first = self.state.at.day();
        let keeping = |day| self.ledger.keeping(d.record, &self.state, day);
        let (may, must) = (keeping(first), keeping(first.max(day)));
        let holds = from.holds.iter().all(|hold| may.contains(hold))
            && must.iter().all(|hold| from.holds.contains(hold));
        let said = [
            ("number", d.number == kept.number),
            ("class", d.class == kept.class),
            ("business", d.business == kept.business),
            ("date", d.date == kept.date),
            ("outcome", d.outcome == kept.outcome),
            ("docs", u64::from(d.docs) == kept.size().docs),
            ("certs", certs.eq(linked)),
            ("n", from.n == there.n),
            ("commit", from.commit == there.commit),
            ("filed", from.filed == there.filed),
            ("last", from.last == there.last),
            ("decided", from.decided == there.decided),
            ("reviewed", from.reviewed == there.reviewed),
            ("restricted", from.restricted == self.restricted.contains(&d.record)),
            ("until", from.until == there.until),
            ("also", from.also == there.also),
            ("ends", from.ends == there.ends),
            ("left", from.left.as_ref().is_none_or(|left| self.has_left(d.record, kept.counter, left))),
            ("holds", holds),
        ];
        said.into_iter().filter(|(_, same)| !same).map(|(what, _)| what).collect()
    }

    /// Whether what is said to have stayed at a target are the bodies that a record has there, where it has them.
    fn has_left(&self, record: RecordId, counter: u64, left: &LeftThere) -> bool {
        let there = self.bodies.range((record, 0)..=(record, u32::MAX)).map(|(_, body)| body);
        left.place == Place::of_counter(counter) && left.bodies.iter().eq(there)
    }
}

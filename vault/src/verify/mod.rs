//! Verification: every file there is, in both directions, against the journal; the journal against itself.
//!
//! Decides nothing and repairs nothing of the truth: what it finds it reports, and journals once for each path.
//! What is derived is made anew where it does not fit. Never believes a name, a size or a kind before looking.

mod around; // commit, heads, VAULT.toml, the journal's end, the keystore
mod bodies; // some of the bodies, in order
mod contents; // with keys: what is sealed is what the lines say
mod digest; // size and BLAKE3 of a file
mod inventory; // what should be there
mod links; // certificates in covers, against the lines that link them
mod once; // sealed files of a copy, each read once
mod pool; // many files at once
mod report; // what is said of it
mod taken; // what came from other archives, against their journals
mod walk; // what is there

pub use report::{Finding, FindingKind, MirrorReport, Report, Warning};

pub(crate) use inventory::{Inventory, Name, Sort};

/// The path of a sealed file read and written again; `None` for other paths.
#[cfg(feature = "fuzzing")]
pub(crate) fn name_again(path: &str) -> Option<String> {
    Name::parse(path).map(|name| name.path())
}

use crate::env::Env;
use crate::error::Result;
use crate::journal::{Lines, Tree};
use crate::layout::{Layout, body_of_text, first_of_segment, head_path, note_path};
use crate::session::Session;
use crate::staging::Marker;
use crate::state::State;
use crate::vault::{Notice, Vault};
use inventory::{Expected, Fold};
use jingui_schema::act::{Deed, Incident, NewCover};
use jingui_schema::commit::Commit;
use jingui_schema::digest::FileMark;
use jingui_schema::id::{Place, RecordId};
use jingui_schema::line::{Line, Tip};
use jingui_schema::merkle;
use jingui_schema::time::Day;
use once::Once;
use pool::{Tally, Watch};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io::{BufReader, Read};
use std::path::Path;
use std::sync::atomic::Ordering;
use walk::{Side, Walked};

/// Incidents journalled one by one in one directory; more are one line for the directory.
const INCIDENTS_MAX: usize = 32;

/// Which files are read; names and sizes are compared of all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scope {
    /// All.
    All,
    /// So many percent of the records and notes, others each time.
    Sample(f64),
    /// What was brought on this day or later.
    Since(Day),
    /// All files but bodies, of which names and sizes are compared.
    AllButBodies,
    /// All files; but of the records only so many, drawn by chance, are opened.
    Opened(u64),
}

/// What verification is busy with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Journal lines.
    Journal,
    /// Sizes and digests of files.
    Files,
    /// What is sealed in them.
    Contents,
    /// The mirror's journal and files.
    Mirror,
    /// The catalog.
    Catalog,
}

/// How far verification is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// With what.
    pub phase: Phase,
    /// Lines so far, in the phases that read lines.
    pub lines: u64,
    /// Files read so far.
    pub files: u64,
    /// Bytes read so far.
    pub bytes: u64,
}

/// How to verify.
pub struct VerifyOptions<'a> {
    /// With the keys of this person everything is opened too; without, sizes, digests, chain and signatures
    /// are all.
    pub session: Option<&'a Session>,
    /// Which files are read.
    pub scope: Scope,
    /// Told often how far it is.
    pub progress: &'a dyn Fn(Progress),
    /// Asked often whether to end.
    pub interrupted: &'a dyn Fn() -> bool,
}

/// Which files were chosen.
pub(super) struct Choice {
    below: u64,
    seed: u64,
    since: u64,
    bodies: bool,
}

impl Choice {
    fn of(scope: Scope, env: &Env, since: u64) -> Self {
        let below = match scope {
            Scope::Sample(percent) => (percent.clamp(0.0, 100.0) / 100.0 * u64::MAX as f64) as u64,
            _ => u64::MAX,
        };
        let bodies = scope != Scope::AllButBodies;
        Self { below, seed: u64::from_le_bytes(env.bytes()), since, bodies }
    }

    /// Which records are opened, of those that are read.
    fn for_opening(self, scope: Scope, env: &Env, inventory: &Inventory) -> Self {
        let Scope::Opened(most) = scope else { return self };
        let mut drawn =
            Self { below: u64::MAX, seed: u64::from_le_bytes(env.bytes()), since: 0, bodies: true };
        let mut records: Vec<u64> = (inventory.files.iter())
            .filter(|e| e.name.sort == Sort::Body && e.name.n == 1)
            .map(|e| drawn.draw(&e.name.id))
            .collect();
        records.sort_unstable();
        drawn.below = match usize::try_from(most).ok().and_then(|most| records.get(most)) {
            Some(first_left_out) => *first_left_out,
            None => u64::MAX,
        };
        drawn
    }

    fn draw(&self, id: &[u8; 16]) -> u64 {
        let low = u64::from_le_bytes(id[..8].try_into().expect("eight bytes of sixteen"));
        // Ids are random; the seed makes each run choose others.
        (low ^ self.seed).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    /// All files of one record are chosen together.
    fn takes(&self, id: &[u8; 16], seq: u64) -> bool {
        (self.below == u64::MAX || self.draw(id) < self.below) && seq >= self.since
    }
}

/// What lines tell that came after those that were folded.
#[derive(Default)]
struct Ahead {
    marks: HashMap<String, Expected>,
    verified: u32,
    lines: u64,
}

impl Ahead {
    fn read(lines: Lines) -> Self {
        let mut ahead = Self::default();
        for (line, _) in lines.map_while(Result::ok) {
            ahead.take(&line);
        }
        ahead
    }

    fn take(&mut self, line: &Line) {
        self.lines = line.seq;
        let mut put = |path: String, size, b3, record| {
            self.marks.insert(path, Expected { mark: FileMark { size, b3 }, seq: line.seq, record });
        };
        if let Some(n) = line.act.deed.note() {
            put(note_path(n.place, n.id, n.epoch), n.size, n.b3, None);
        }
        if let Some(NewCover { record, place, n, mark }) = line.act.deed.cover() {
            put(Name::cover(place, record, n, mark.epoch).path(), mark.size, mark.b3, Some(record));
        }
        match &line.act.deed {
            Deed::RecordFile(d) => {
                let place = Place::of_counter(d.counter);
                // Those that have stayed elsewhere are named all the same: a text may lie in the place beside them.
                let left =
                    d.left().into_iter().flat_map(|left| &left.bodies).map(|one| (one.filing, one.body));
                let own = d.left().is_none().then_some((d.filing, d.body));
                for (filing, body) in left.chain(own) {
                    put(Name::body(place, d.record, filing).path(), body.size, body.b3, Some(d.record));
                }
            }
            Deed::DocumentRemove(d) => {
                if let Some(left) = &d.left {
                    let body = Name::body(Place::of_counter(d.counter), d.record, left.filing);
                    put(body.path(), left.body.size, left.body.b3, Some(d.record));
                }
            }
            Deed::EpochReseal(d) => {
                for c in &d.covers {
                    put(Name::cover(c.place, c.record, c.n, d.epoch).path(), c.size, c.b3, Some(c.record));
                }
                for n in &d.notes {
                    put(note_path(n.place, n.id, d.epoch), n.size, n.b3, None);
                }
            }
            Deed::FileSet(d) => put(d.path.clone(), d.size, d.b3, None),
            Deed::HeadSigned(d) => put(head_path(d.lines), d.size, d.b3, None),
            Deed::EpochVerified(d) => self.verified = self.verified.max(d.epoch),
            _ => {}
        }
    }
}

impl Vault {
    /// Compares everything there is with the journal, in both directions, and says what does not agree.
    ///
    /// - Shape: a finding for each file that is missing, too much, changed, swapped, no file, or sealed wrongly, and
    ///   for each line that cannot be believed. A vault that is being filed into gives none.
    /// - With findings, `incident` lines are written where they can be, once for each path until it is healed.
    /// - Units: without keys as fast as `b3sum`, on all cores; some 100 bytes of memory for each file.
    /// - Errors: [`crate::Error::Interrupted`]; [`crate::Error::NoCopy`] and its kin where the session opens
    ///   nothing. Damage, however bad, is a finding.
    pub fn verify(&self, options: &VerifyOptions<'_>) -> Result<Report> {
        Ok(self.verified(options, true)?.0)
    }

    /// The same, with what should be there; `note` says whether incidents are journalled.
    pub(crate) fn verified(&self, options: &VerifyOptions<'_>, note: bool) -> Result<(Report, Inventory)> {
        let began = self.env().now();
        let mut report = Report::default();
        let mut session = options.session;
        if let Some(Err(error)) = session.map(Session::current_key) {
            // Behind the damage may stand the line that gave this person a key. What can be said is said without.
            if self.read_only().is_none() {
                return Err(error);
            }
            session = None;
            report.warnings.push(Warning::new("keystore", "epochs", &crate::journal::full(&error)));
        }
        let options = &VerifyOptions { session, ..*options };
        let watch = Watch {
            progress: options.progress,
            interrupted: options.interrupted,
            tally: Tally::default(),
            far: self.inner.far,
        };
        report.full = options.session.is_some();
        let mirror_commit =
            self.mirror_dir().and_then(|dir| crate::mirror::read_commit(self.env(), &Layout::new(dir)));
        let (commit, findings) = self.commit_slots(self.layout());
        let commit_whole = findings.is_empty();
        report.findings.extend(findings);
        let (inventory, tree_fits) =
            self.fold_vault(&watch, options, commit.as_ref(), mirror_commit.as_ref(), &mut report)?;
        if commit_whole {
            report.findings.extend(self.journal_end());
        }
        if inventory.damaged.is_none() && !inventory.state.plans.is_empty() {
            report.findings.extend(self.audit_disposals(inventory.state.lines, options.interrupted)?);
        }

        let choice = Choice::of(options.scope, self.env(), inventory.since);
        let copy = self.inner.copy;
        let opens =
            copy && options.session.is_some() && matches!(options.scope, Scope::All | Scope::Opened(_));
        let side = Side { copy, opens, ..Side::new(self.env(), self.layout(), &inventory, false) };
        let mut walked = side.walk(&choice, &watch)?;
        let once = opens.then(|| Once::new(&side, std::mem::take(&mut walked.seen)));
        self.settle(walked, &side, &mut report, &watch)?;
        let choice = choice.for_opening(options.scope, self.env(), &inventory);
        let damaged: HashSet<String> = report.findings.iter().map(|f| f.path.clone()).collect();
        report.findings.extend(self.check_toml(self.layout(), &inventory.state, &damaged));
        report.findings.extend(self.check_heads(self.layout(), &inventory, &damaged));
        if inventory.damaged.is_none() && !matches!(options.scope, Scope::Sample(_) | Scope::Since(_)) {
            report.findings.extend(self.check_taken(&inventory, options.scope, &damaged, &watch)?);
        }
        if let Some(session) = options.session {
            let found = contents::check(session, &inventory, &choice, &damaged, once.as_ref(), &watch)?;
            report.findings.extend(found);
            if let Some(once) = once {
                report.findings.extend(once.finish(&damaged, &watch)?);
            }
        }
        if !self.inner.copy {
            self.check_keystore(options.session, &inventory.state, &mut report);
        }
        (report.lines, report.signatures) = (inventory.state.lines, inventory.signatures);
        report.records = inventory.state.counts.alive();
        report.left = inventory.left.len() as u64;
        (report.files, report.bytes) =
            (watch.tally.files.load(Ordering::Relaxed), watch.tally.bytes.load(Ordering::Relaxed));
        self.forget_ended(&inventory, &mut report);
        if note && !self.inner.copy {
            self.journal_incidents(&inventory.incidents, &mut report);
        }
        self.verify_mirror(options, mirror_commit, &inventory, &watch, &mut report)?;
        self.forget_ended(&inventory, &mut report);
        if !tree_fits && inventory.damaged.is_none() && self.read_only().is_none() {
            self.rebuild_tree()?;
            self.tell(Notice::new("tree-rebuilt", &[]));
        }
        if let Some(session) = options.session.filter(|_| !self.inner.copy) {
            self.check_catalog(session, &mut report, &watch)?;
        }
        report.findings.sort();
        report.findings.dedup();
        report.warnings.sort();
        report.warnings.dedup();
        report.seconds = (self.env().now().millis() - began.millis()) as f64 / 1000.0;
        Ok((report, inventory))
    }

    /// The same of the files of some records alone: no others are read, of no directory is a list made.
    ///
    /// - Shape: what is wrong with covers, bodies and notes of theirs, and with the journal, which is read whole.
    pub(crate) fn verified_of(
        &self,
        records: &BTreeSet<RecordId>,
        options: &VerifyOptions<'_>,
        note: bool,
    ) -> Result<(Report, Inventory)> {
        let mut report = Report::default();
        let watch = Watch {
            progress: options.progress,
            interrupted: options.interrupted,
            tally: Tally::default(),
            far: self.inner.far,
        };
        let commit = self.commit_slots(self.layout()).0;
        let (inventory, _) = self.fold_vault(&watch, options, commit.as_ref(), None, &mut report)?;
        let side = Side::new(self.env(), self.layout(), &inventory, false);
        report.findings.extend(side.of_records(records, &watch)?);
        self.forget_ended(&inventory, &mut report);
        if note {
            self.journal_incidents(&inventory.incidents, &mut report);
        }
        report.findings.sort();
        Ok((report, inventory))
    }

    /// Takes back what was found of files that have ended while others were being looked at.
    fn forget_ended(&self, inventory: &Inventory, report: &mut Report) {
        let (now, then) = (self.state(), &inventory.state);
        let ends = |state: &State| (state.counts.removals, state.counts.destroyed, state.has_under_way());
        if ends(&now) == ends(then) {
            return;
        }
        report.findings.retain(|finding| {
            let path = finding.path.strip_prefix("mirror:").unwrap_or(&finding.path);
            let Some(name) = Name::parse(path) else { return true };
            let Some(record) = name.record().or_else(|| inventory.record_of_note(&name.id)) else {
                return true;
            };
            let ended = |state: &State| match name.sort {
                Sort::Body => state.has_ended_body(record, name.n),
                Sort::Cover => state.has_ended_version(record, name.n),
                Sort::Note => state.destroyed.contains(record),
            };
            !((ended(&now) && !ended(then)) || now.is_under_way(record))
        });
    }

    /// Folds the vault's own journal; also says whether `derived/tree` agrees with it.
    fn fold_vault(
        &self,
        watch: &Watch<'_>,
        options: &VerifyOptions<'_>,
        commit: Option<&Commit>,
        mirror: Option<&Commit>,
        report: &mut Report,
    ) -> Result<(Inventory, bool)> {
        // After `commit` was read: the state is at least as far, unless the vault is open for reading only.
        let state = self.state();
        let (end, last) = match (self.read_only(), commit) {
            (Some(_), Some(commit)) if commit.lines >= state.lines => (commit.lines, commit.last),
            _ => (state.lines, state.last),
        };
        let path = self.layout().path("derived/tree");
        let tree_file = || self.env().fs.open(&path).map(|file| BufReader::with_capacity(1 << 18, file)).ok();
        let (mut tree, mut tree_fits) = (tree_file(), true);
        let mut seen = 0u64;
        let fold = Fold {
            end,
            last: Some(last),
            commit: commit.map(|c| (c.lines, c.last, c.root)),
            watch: mirror.map(|c| c.lines),
            bodies: true,
            since: match options.scope {
                Scope::Since(day) => Some(day),
                _ => None,
            },
            leaf: &|seq| self.known_leaf(commit, seq),
            each: &mut |line, raw| {
                seen += 1;
                if seen.is_multiple_of(1024) {
                    watch.look(Phase::Journal, seen)?;
                }
                let mut entry = [0; 64];
                let there = tree.as_mut().is_some_and(|file| file.read_exact(&mut entry).is_ok());
                tree_fits &= there
                    && entry[..32] == merkle::leaf_hash(&raw.bytes)
                    && entry[32..48] == *line.act.id.as_bytes()
                    && entry[48..56] == raw.offset.to_le_bytes()
                    && entry[56..60] == (raw.bytes.len() as u32).to_le_bytes();
                Ok(())
            },
        };
        let inventory = Inventory::fold(self.env(), self.layout(), &state, fold, &mut report.findings)?;
        Ok((inventory, tree_fits))
    }

    /// The leaf that `derived/tree` has for a line, where its root is the one in `commit`.
    fn known_leaf(&self, commit: Option<&Commit>, seq: u64) -> Option<merkle::Hash> {
        let commit = commit.filter(|c| seq <= c.lines)?;
        let path = self.layout().path("derived/tree");
        let tree = Tree::open(
            self.env().fs.clone(),
            &path,
            (commit.lines, commit.bytes),
            &commit.root.0,
            None,
            false,
        )?;
        tree.reader().entry(seq).ok().map(|entry| entry.leaf)
    }

    /// Looks a second time at what walking found: files may have come and gone with lines written meanwhile.
    fn settle(&self, walked: Walked, side: &Side<'_>, report: &mut Report, watch: &Watch<'_>) -> Result<()> {
        let label = if side.mirror { "mirror:" } else { "" };
        report.under_way += walked.under_way;
        report
            .warnings
            .extend(walked.warnings.into_iter().map(|w| Warning { path: format!("{label}{}", w.path), ..w }));
        if walked.unjudged > 0 {
            let detail = format!("{} files that only lines behind the damage could name", walked.unjudged);
            report.warnings.push(Warning::new("unjudged", &format!("{label}journal"), &detail));
        }
        let tip = side.inventory.state.tip();
        // Whatever was moved into its place before this has its line by now.
        let stalled = matches!(self.frontier(), Err(crate::Error::Stalled { .. }));
        let lines = self.state().lines;
        let ahead = match side.inventory.damaged {
            None if lines > tip.lines && !walked.findings.is_empty() => {
                self.lines_after(Tip { at: tip.at, ..tip }).map(Ahead::read).unwrap_or_default()
            }
            _ => Ahead::default(),
        };
        // Where nobody writes, or the disk lets nobody, what was begun stays as it is.
        let begun: HashSet<String> = match !side.mirror && (stalled || self.read_only().is_some()) {
            true => self.begun_moves(),
            false => HashSet::new(),
        };
        for finding in walked.findings {
            watch.look(Phase::Files, 0)?;
            let path = finding.path.clone();
            let name = Name::parse(&path).filter(|n| n.sort != Sort::Body);
            let older = name.is_some_and(|n| n.epoch < ahead.verified);
            let segment = path.strip_prefix("journal/").and_then(first_of_segment);
            let later = segment.is_some_and(|first| first > tip.lines && first <= lines.max(ahead.lines) + 1);
            let known = ahead.marks.get(&path).copied();
            // A text that came with a filing meanwhile: no line names it, but one names its body.
            let with_body = body_of_text(&path).is_some_and(|body| ahead.marks.contains_key(&body));
            if begun.contains(&path)
                || with_body
                || (older && known.is_none())
                || (later && (side.mirror || ahead.lines > 0))
            {
                report.under_way += 1;
                continue;
            }
            // The mirror copies a file before its own `commit` counts the line: what it has of it is its affair.
            let judged = match known {
                Some(_) if side.mirror => None,
                Some(now) => side.judge(&finding, Some(now), &watch.tally),
                None if finding.finding == FindingKind::Extra => {
                    if self.is_own_head(side.layout, &path) {
                        report.under_way += 1;
                        continue;
                    }
                    side.judge(&finding, None, &watch.tally)
                }
                None => Some(finding),
            };
            report.findings.extend(judged.map(|f| Finding { path: format!("{label}{}", f.path), ..f }));
        }
        Ok(())
    }

    /// Places that acts under way in `staging/` move files to.
    fn begun_moves(&self) -> HashSet<String> {
        let dir = self.layout().path("staging");
        let names = self.env().fs.list(&dir).unwrap_or_default();
        let markers = names.into_iter().filter_map(|(name, _)| name.to_str()?.parse::<Marker>().ok());
        markers.flat_map(|m| m.moves(&dir)).map(|step| step.to).collect()
    }

    /// Verifies the mirror without keys, up to its own `commit`.
    fn verify_mirror(
        &self,
        options: &VerifyOptions<'_>,
        commit: Option<Commit>,
        vault: &Inventory,
        watch: &Watch<'_>,
        report: &mut Report,
    ) -> Result<()> {
        let Some(dir) = self.mirror_dir() else { return Ok(()) };
        let (layout, shown) = (Layout::new(dir), dir.display().to_string());
        let names = match self.env().fs.list(dir) {
            Ok(names) => names,
            Err(error) => {
                report.warnings.push(Warning::new("mirror-unreachable", &shown, &error.to_string()));
                return Ok(());
            }
        };
        let lines = vault.state.lines;
        let Some(commit) = commit else {
            if names.is_empty() {
                let detail = format!("it is empty; the vault has {lines} lines");
                report.warnings.push(Warning::new("mirror-lags", &shown, &detail));
            } else {
                let finding =
                    Finding::file("mirror:journal/commit", FindingKind::Commit, "neither slot is whole");
                report.findings.push(finding);
            }
            return Ok(());
        };
        let labelled = |f: Finding| Finding { path: format!("mirror:{}", f.path), ..f };
        if commit.vault != vault.state.init.vault {
            let finding =
                Finding::file("mirror:journal/commit", FindingKind::Commit, "it is another vault's");
            report.findings.push(finding);
            return Ok(());
        }
        report.findings.extend(self.commit_slots(&layout).1.into_iter().map(labelled));
        let other = match vault.watched {
            Some(digest) => (digest != commit.last).then_some("it counts other lines than the vault"),
            // The vault may have gone on while it was looked at.
            None => (vault.damaged.is_none() && commit.lines > lines.max(self.state().lines))
                .then_some("it counts more lines than the vault"),
        };
        if let Some(detail) = other {
            report.findings.push(Finding::line(
                "mirror:journal/commit",
                commit.lines,
                FindingKind::Chain,
                detail,
            ));
        }
        let before = watch.tally.files.load(Ordering::Relaxed);
        let mut found = Vec::new();
        let mut seen = 0u64;
        let fold = Fold {
            end: commit.lines,
            last: Some(commit.last),
            commit: Some((commit.lines, commit.last, commit.root)),
            watch: None,
            bodies: false,
            since: match options.scope {
                Scope::Since(day) => Some(day),
                _ => None,
            },
            leaf: &|seq| self.known_leaf(Some(&commit), seq),
            each: &mut |_, _| {
                seen += 1;
                if seen.is_multiple_of(1024) { watch.look(Phase::Mirror, seen) } else { Ok(()) }
            },
        };
        let inventory = Inventory::fold(self.env(), &layout, &self.state(), fold, &mut found)?;
        report.findings.extend(found.into_iter().map(labelled));
        let side = Side::new(self.env(), &layout, &inventory, true);
        let walked = side.walk(&Choice::of(options.scope, self.env(), inventory.since), watch)?;
        self.settle(walked, &side, report, watch)?;
        let damaged = report
            .findings
            .iter()
            .filter_map(|f| f.path.strip_prefix("mirror:"))
            .map(str::to_owned)
            .collect();
        report.findings.extend(self.check_toml(&layout, &inventory.state, &damaged).map(labelled));
        report.findings.extend(self.check_heads(&layout, &inventory, &damaged).into_iter().map(labelled));
        let behind = lines.saturating_sub(commit.lines);
        if behind > 0 {
            report.warnings.push(Warning::new("mirror-lags", &shown, &format!("{behind} lines behind")));
        }
        let files = watch.tally.files.load(Ordering::Relaxed) - before;
        report.mirror = Some(MirrorReport { dir: dir.to_owned(), lines: commit.lines, behind, files });
        Ok(())
    }

    /// Checks the catalog row by row; one that does not fit is made anew and is no finding.
    fn check_catalog(&self, session: &Session, report: &mut Report, watch: &Watch<'_>) -> Result<()> {
        use crate::error::Error::Catalog;
        watch.look(Phase::Catalog, 0)?;
        let checked = session.ask(|catalog| match catalog.check()? {
            wrong if wrong.is_empty() => Ok(()),
            wrong => Err(Catalog { why: wrong.join("; ") }),
        });
        // It follows the covers: where one does not open, the finding is the cover's.
        if let Err(error) = checked {
            let detail = crate::journal::full(&error);
            report.warnings.push(Warning::new("catalog", "derived/catalog", &detail));
        }
        Ok(())
    }

    /// Journals what was found, once for each path as long as it is not healed.
    fn journal_incidents(&self, known: &BTreeMap<String, String>, report: &mut Report) {
        let mut by_dir: BTreeMap<String, BTreeMap<String, FindingKind>> = BTreeMap::new();
        for finding in report.findings.iter().filter(|f| !f.path.contains(':')) {
            let dir = Path::new(&finding.path).parent().and_then(Path::to_str).unwrap_or_default();
            // The name of a file that is none of ours may say who somebody is, and a line is for ever.
            let ours = finding.finding != FindingKind::Extra || Name::parse(&finding.path).is_some();
            let path = if ours { finding.path.clone() } else { format!("{dir}/") };
            by_dir.entry(dir.to_owned()).or_default().entry(path).or_insert(finding.finding);
        }
        for (dir, paths) in by_dir {
            let lines: Vec<(String, FindingKind)> = match paths.len() {
                0..=INCIDENTS_MAX => paths.into_iter().collect(),
                _ => paths.into_values().next().map(|kind| (format!("{dir}/"), kind)).into_iter().collect(),
            };
            for (path, kind) in lines {
                if known.get(&path).is_some_and(|known| known == kind.word()) {
                    continue;
                }
                let act = self.act(Incident { path, finding: kind.word().into() });
                if let Err(error) = self.writer().and_then(|writer| writer.note(act)) {
                    let detail = crate::journal::full(&error);
                    report.warnings.push(Warning::new("read-only", "journal", &detail));
                    return;
                }
            }
        }
    }
}

/// Checks a journal by itself, from its first line to what its `commit` counts: chain, root, signatures.
///
/// Errors: [`crate::Error::JournalDamaged`] naming the first line that cannot be believed.
pub(crate) fn check_journal(
    env: &Env,
    layout: &Layout,
    commit: &Commit,
    each: &mut dyn FnMut(&Line),
) -> Result<State> {
    Ok(whole_inventory(env, layout, commit, false, each)?.state)
}

/// The same; what should be there by it, with bodies or as in a mirror without.
pub(crate) fn whole_inventory(
    env: &Env,
    layout: &Layout,
    commit: &Commit,
    bodies: bool,
    each: &mut dyn FnMut(&Line),
) -> Result<Inventory> {
    let first = crate::journal::first_lines(&*env.fs, layout)?;
    let mut findings = Vec::new();
    let fold = Fold {
        end: commit.lines,
        last: Some(commit.last),
        commit: Some((commit.lines, commit.last, commit.root)),
        watch: None,
        bodies,
        since: None,
        leaf: &|_| None,
        each: &mut |line, _| {
            each(line);
            Ok(())
        },
    };
    let inventory = Inventory::fold(env, layout, &State::begin(&first)?, fold, &mut findings)?;
    match findings.into_iter().min_by_key(|f| f.seq) {
        None => Ok(inventory),
        Some(f) => Err(crate::Error::JournalDamaged {
            path: layout.path(&f.path).display().to_string(),
            seq: f.seq.unwrap_or(commit.lines).to_string(),
            why: f.detail,
        }),
    }
}

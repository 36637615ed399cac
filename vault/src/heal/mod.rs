//! Damaged or missing files are put back from the mirror or from copies, where those have what the journal names.
//!
//! Invents no byte: what no place has as it was written stays as it is, and is said. What was there before goes
//! to `quarantine/`. The journal itself is healed before the vault is opened, by [`heal_journal`].

mod joined; // a copy's journal and what came after it
mod journal; // before the vault is opened
mod shelf; // files taken out of their places and laid into them
mod source; // where bytes may come from

pub use journal::{
    JournalHealed, heal_journal, heal_journal_from, heal_toml, is_damaged as is_journal_damaged, named_mirror,
};
pub use source::{Origin, Tried};

use crate::copies::{CopyProgress, Poured, Target, mark_at, pour};
use crate::error::{Doing, Error, Result};
use crate::readme;
use crate::session::Session;
use crate::toml_copy::{self, VAULT_TOML};
use crate::vault::{Notice, Vault, mark_of};
use crate::verify::{Finding, FindingKind, Inventory, Progress, Scope, VerifyOptions};
use jingui_schema::act::{FileHealed, Quarantined};
use jingui_schema::commit::{Commit, SLOT_BYTES};
use jingui_schema::digest::FileMark;
use jingui_schema::id::RecordId;
use shelf::{Part, set_aside};
use source::Source;
use std::collections::{BTreeSet, HashSet};
use std::io::Read;
use std::sync::{Arc, PoisonError};

/// Each new line rewrites the older slot of `commit`; after two, both are new.
const COMMIT_LINES: usize = 3;

/// A file that was put back.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Healed {
    /// Path below the vault.
    pub path: String,
    /// What had been wrong.
    pub finding: FindingKind,
    /// Where its bytes came from.
    pub from: Origin,
    /// The record it is of, where its name says so.
    pub record: Option<RecordId>,
}

/// A finding that could not be healed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unhealed {
    /// What was found; its path is one below the vault, or as findings have it.
    pub finding: Finding,
    /// Why not.
    pub why: Why,
    /// The places that were looked at for it, in order.
    pub tried: Vec<Tried>,
}

/// Why something could not be put back.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// No place that was asked has it as it was written.
    Nowhere,
    /// No place was asked that keeps such files.
    NoPlace,
    /// It lies in the mirror, which is made anew once its directory is gone.
    InMirror,
    /// It lies in the keystore, of which there is no copy.
    InKeystore,
    /// It is not the vault's.
    NotOurs,
    /// The journal is put back before the vault is opened.
    Journal,
    /// It is the very file that the journal names, and there is no other.
    AsNamed,
    /// No line of the journal names it.
    Unnamed,
    /// The vault's own disk refuses, with its word for why.
    Disk(String),
}

impl Why {
    /// The words there are, for checking that each has its message.
    pub const WORDS: &[&str] = &[
        "nowhere",
        "no-place",
        "in-mirror",
        "in-keystore",
        "not-ours",
        "journal",
        "as-named",
        "unnamed",
        "disk",
    ];

    /// The word for it in output for programs.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Nowhere => "nowhere",
            Self::NoPlace => "no-place",
            Self::InMirror => "in-mirror",
            Self::InKeystore => "in-keystore",
            Self::NotOurs => "not-ours",
            Self::Journal => "journal",
            Self::AsNamed => "as-named",
            Self::Unnamed => "unnamed",
            Self::Disk(_) => "disk",
        }
    }
}

/// What was put back, and what was not.
#[derive(Debug, Default)]
pub struct HealReport {
    /// Files that are as they were written again.
    pub healed: Vec<Healed>,
    /// The rest.
    pub failed: Vec<Unhealed>,
    /// What ended it before its end: what was put back until then stays so.
    pub ended: Option<Error>,
}

impl HealReport {
    /// Paths of what was put back.
    pub fn paths(&self) -> Vec<&str> {
        self.healed.iter().map(|healed| &*healed.path).collect()
    }
}

/// How far putting back is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HealProgress {
    /// Damage is being looked for.
    Looking(Progress),
    /// Files put back and bytes written so far.
    PuttingBack(CopyProgress),
}

/// How to put back.
pub struct HealOptions<'a> {
    /// Copies that are asked after the mirror, in this order.
    pub copies: &'a [Arc<dyn Target>],
    /// Only the covers, bodies and notes of these records.
    pub records: Option<&'a BTreeSet<RecordId>>,
    /// With the keys of this person everything is opened while it is looked at.
    pub session: Option<&'a Session>,
    /// Nothing is changed; the report says what would be put back from where.
    pub dry_run: bool,
    /// Told often how far it is.
    pub progress: &'a dyn Fn(HealProgress),
    /// Asked often whether to end.
    pub interrupted: &'a dyn Fn() -> bool,
}

impl Default for HealOptions<'_> {
    fn default() -> Self {
        Self {
            copies: &[],
            records: None,
            session: None,
            dry_run: false,
            progress: &|_| {},
            interrupted: &|| false,
        }
    }
}

/// What came of one file.
enum Mended {
    From(Origin),
    Left(Why, Vec<Tried>),
    /// It has ended while it was worked on, and is nobody's damage any more.
    Over,
}

/// What came of asking one source.
enum Asked {
    Laid,
    /// It has ended while it was worked on.
    Over,
    /// It has no such file; what is wrong there.
    Without(FindingKind),
}

/// What came of laying bytes into a place.
enum Laid {
    Whole,
    Other(Poured),
    Over,
}

impl Vault {
    /// Puts a file back from the mirror, whose copy the caller has checked. The damaged one goes to `quarantine/`.
    ///
    /// Where nothing may be written this changes nothing and is no error: reading goes on from the mirror.
    pub(crate) fn heal(&self, below: &str, finding: &str) -> Result<()> {
        // Nothing comes back of a record that a run is about to finish with.
        let record = below.rsplit('/').next().and_then(crate::misfiled::version_of);
        let state = self.state();
        match state.is_handed_over() || record.is_some_and(|(record, _)| state.is_under_way(record)) {
            true => Ok(()),
            false => self.bring_back(below, finding),
        }
    }

    /// The same, whoever may be at work on it.
    pub(crate) fn bring_back(&self, below: &str, finding: &str) -> Result<()> {
        let (Ok(_), Some(mirror)) = (self.writer(), self.mirror_dir()) else { return Ok(()) };
        self.incident(below, finding);
        let copy = mirror.join(below);
        let mark = mark_of(self.env(), &copy)?;
        let mut source = self.env().fs.open(&copy).doing("open", &copy)?;
        match self.lay(below, mark, &mut source, &|| false, &mut |_| Ok(()))? {
            Laid::Whole => {
                self.tell(Notice::new("healed", &[("path", &below), ("from", &Origin::Mirror)]));
                Ok(())
            }
            Laid::Other(Poured::Unread(source)) => Err(source).doing("read", &copy),
            _ => {
                Err(Error::FileDamaged { path: below.into(), finding: "it changed while it was read".into() })
            }
        }
    }

    /// Lays what a source gives into a place, if it has this size and digest, and journals what it did.
    ///
    /// - `is_over`: whether the file has ended meanwhile; asked before and after it has its name, so that whatever
    ///   destroys it either finds it there or is seen here.
    /// - Shape: written beside the place, synced and read again first; then what is in the place goes to `quarantine/`.
    fn lay(
        &self,
        below: &str,
        mark: FileMark,
        source: &mut dyn Read,
        is_over: &dyn Fn() -> bool,
        look: &mut dyn FnMut(u64) -> Result<()>,
    ) -> Result<Laid> {
        let (env, writer) = (self.env(), self.writer()?);
        let part = match Part::write(env, self.layout(), below, mark, source, look)? {
            (_, Some(part)) => part,
            (poured, None) => return Ok(Laid::Other(poured)),
        };
        let exchange = || -> Result<Laid> {
            if is_over() {
                part.give_up(env);
                return Ok(Laid::Over);
            }
            if let Some((name, mark)) = set_aside(env, self.layout(), below)? {
                let deed = Quarantined { name, size: mark.size, b3: mark.b3, reason: "damaged".into() };
                writer.note(self.act(deed))?;
            }
            part.lay(env)?;
            if is_over() {
                part.take_back(env)?;
                return Ok(Laid::Over);
            }
            let FileMark { size, b3 } = mark;
            writer.note(self.act(FileHealed { path: below.into(), size, b3 }))?;
            Ok(Laid::Whole)
        };
        exchange().inspect_err(|_| part.give_up(env))
    }

    /// Verifies, and puts back from the mirror alone whatever is damaged or missing.
    ///
    /// As [`Vault::repair`] without copies.
    pub fn heal_all(&self, session: Option<&Session>) -> Result<HealReport> {
        let mut report = self.repair(&HealOptions { session, ..HealOptions::default() })?;
        match report.ended.take() {
            None => Ok(report),
            Some(error) => Err(error),
        }
    }

    /// Verifies, and puts back whatever is damaged or missing and of which some place has what the journal names.
    ///
    /// - Shape: covers, bodies, notes, heads and named files come from the mirror or from the first copy that has
    ///   them, `VAULT.toml` from line 1. Each damaged file goes to `quarantine/`, each step is journalled, and nothing
    ///   is said to be healed before it is durable and has been read again. What has ended, or is being destroyed,
    ///   stays away.
    /// - Errors: [`Error::ReadOnly`] where the vault could not be opened for writing, then the journal comes first, with
    ///   [`heal_journal_from`]; [`Error::OtherCopy`] and its kin for a copy that is none of this vault. Once something
    ///   may have been put back, what ends it stands in the report.
    pub fn repair(&self, options: &HealOptions<'_>) -> Result<HealReport> {
        if !options.dry_run {
            self.writer()?;
        }
        let _one_at_a_time = self.inner.mending.lock().unwrap_or_else(PoisonError::into_inner);
        for target in options.copies {
            mark_at(&**target, Some(self.state().init.vault))?;
        }
        let looking = VerifyOptions {
            session: options.session,
            scope: Scope::All,
            progress: &|step| (options.progress)(HealProgress::Looking(step)),
            interrupted: options.interrupted,
        };
        let note = !options.dry_run;
        let (report, inventory) = match options.records {
            None => self.verified(&looking, note)?,
            Some(records) => self.verified_of(records, &looking, note)?,
        };
        let mirror = self.mirror_dir().map(|dir| Source::Mirror(self.env(), dir));
        let sources = mirror.into_iter().chain(options.copies.iter().map(Source::Copy)).collect();
        let mut mending =
            Mending { vault: self, inventory: &inventory, sources, options, done: CopyProgress::default() };
        let (mut out, mut seen) = (HealReport::default(), HashSet::new());
        for finding in report.findings {
            // The kinds of findings come in order, those first that can be healed.
            if !seen.insert(finding.path.clone()) {
                continue;
            }
            match mending.mend(&finding) {
                Ok(Mended::From(from)) => {
                    let Finding { path, finding, record, .. } = finding;
                    out.healed.push(Healed { path, finding, from, record });
                }
                Ok(Mended::Left(why, tried)) => out.failed.push(Unhealed { finding, why, tried }),
                Ok(Mended::Over) => {}
                // One file that the disk refuses must not keep the others from being put back.
                Err(error @ (Error::Io { .. } | Error::ReadBack { .. })) => {
                    let why = Why::Disk(crate::journal::full(&error));
                    out.failed.push(Unhealed { finding, why, tried: Vec::new() });
                }
                Err(error) => {
                    out.ended = Some(error);
                    break;
                }
            }
        }
        Ok(out)
    }

    /// Writes lines until both slots of `commit` are new; says whether they are.
    fn rewrite_commit(&self) -> Result<bool> {
        for _ in 0..COMMIT_LINES {
            let mark = mark_of(self.env(), &self.layout().commit())?;
            let deed = FileHealed { path: "journal/commit".into(), size: mark.size, b3: mark.b3 };
            self.writer()?.note(self.act(deed))?;
            let bytes = self.env().fs.read(&self.layout().commit(), 2 * SLOT_BYTES as u64);
            let whole =
                bytes.is_ok_and(|b| b.chunks(SLOT_BYTES).all(|slot| Commit::from_slot(slot).is_some()));
            if whole {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Files being put back one after the other.
struct Mending<'a> {
    vault: &'a Vault,
    inventory: &'a Inventory,
    sources: Vec<Source<'a>>,
    options: &'a HealOptions<'a>,
    done: CopyProgress,
}

impl Mending<'_> {
    /// Puts back one file, or says why not.
    fn mend(&mut self, finding: &Finding) -> Result<Mended> {
        use FindingKind::*;
        self.look(0)?;
        let (path, kind) = (&*finding.path, finding.finding);
        let left = |why| Ok(Mended::Left(why, Vec::new()));
        if path.starts_with("mirror:") {
            return left(Why::InMirror);
        }
        if path.starts_with("keystore:") {
            return left(Why::InKeystore);
        }
        if kind == Extra {
            return left(Why::NotOurs);
        }
        if path == VAULT_TOML {
            let text = toml_copy::text(&self.vault.state());
            return self.known(path, text.as_bytes(), Origin::Journal);
        }
        if path == "journal/commit" && kind == Commit {
            return match self.options.dry_run || self.vault.rewrite_commit()? {
                true => Ok(Mended::From(Origin::Journal)),
                false => left(Why::Disk("it does not take what is written to it".into())),
            };
        }
        if path == "journal/commit" || (path.ends_with(".jsonl") && path.starts_with("journal/")) {
            return left(Why::Journal);
        }
        if !matches!(kind, Missing | Size | Digest | NotAFile | Unreadable) {
            return left(Why::AsNamed);
        }
        let Some(expected) = self.inventory.expected(path) else { return left(Why::Unnamed) };
        if path == "README.txt" && FileMark::of(readme::text().as_bytes()) == expected.mark {
            return self.known(path, readme::text().as_bytes(), Origin::Program);
        }
        let mut tried = Vec::new();
        for at in 0..self.sources.len() {
            let source = &self.sources[at];
            if !source.keeps(path) {
                continue;
            }
            let place = source.origin();
            let mut found = self.from(at, path, expected.mark)?;
            if matches!(found, Asked::Without(_)) && self.sources[at].fit(path, expected.mark)? {
                found = self.from(at, path, expected.mark)?;
            }
            match found {
                Asked::Laid => return Ok(Mended::From(place)),
                Asked::Over => return Ok(Mended::Over),
                Asked::Without(found) => tried.push(Tried { place, found }),
            }
        }
        let why = if tried.is_empty() { Why::NoPlace } else { Why::Nowhere };
        Ok(Mended::Left(why, tried))
    }

    /// Puts back what one source has, if that is the file.
    fn from(&mut self, at: usize, path: &str, mark: FileMark) -> Result<Asked> {
        let found = match self.sources[at].open(path, mark) {
            Err(error) => self.sources[at].blame(&error)?,
            Ok(mut reader) => match self.lay(path, mark, &mut reader)? {
                Laid::Whole => return Ok(Asked::Laid),
                Laid::Over => return Ok(Asked::Over),
                Laid::Other(Poured::Unread(error)) => self.sources[at].blame(&error)?,
                Laid::Other(Poured::Unfit(found)) if found.size != mark.size => FindingKind::Size,
                Laid::Other(_) => FindingKind::Digest,
            },
        };
        Ok(Asked::Without(found))
    }

    /// Puts back what need not be sought.
    fn known(&mut self, path: &str, bytes: &[u8], from: Origin) -> Result<Mended> {
        match self.lay(path, FileMark::of(bytes), &mut &*bytes)? {
            Laid::Over => Ok(Mended::Over),
            _ => Ok(Mended::From(from)),
        }
    }

    fn lay(&mut self, path: &str, mark: FileMark, source: &mut dyn Read) -> Result<Laid> {
        let (vault, inventory) = (self.vault, self.inventory);
        let is_over = || inventory.is_over(path, &vault.state());
        let laid = match self.options.dry_run {
            true => match pour(source, mark, |piece| self.look(piece.len() as u64))? {
                Poured::Whole => Laid::Whole,
                other => Laid::Other(other),
            },
            false => vault.lay(path, mark, source, &is_over, &mut |bytes| self.look(bytes))?,
        };
        self.done.files += u64::from(matches!(laid, Laid::Whole));
        Ok(laid)
    }

    /// Errors: [`Error::Interrupted`].
    fn look(&mut self, bytes: u64) -> Result<()> {
        if (self.options.interrupted)() {
            return Err(Error::Interrupted {});
        }
        self.done.bytes += bytes;
        (self.options.progress)(HealProgress::PuttingBack(self.done));
        Ok(())
    }
}

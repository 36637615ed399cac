//! A second opinion on a vault, written from `schema/FORMAT.md` alone.
//!
//! Shares no code with the program and never will: where both say the same of a vault, two readings of the format
//! agree. Changes nothing, takes no lock, repairs nothing, and so is for vaults that nobody writes to meanwhile.

mod handover; // receipts and what was received, as files
mod journal; // lines, chain, tree, commit
mod json; // exact JSON
mod ledger; // what the lines say
mod plans; // plans and registers, as files
mod sealed; // what is under seal
mod shelf; // what lies where

use journal::Journal;
use ledger::Ledger;
use std::path::{Path, PathBuf};

/// Something that is not as the format says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Where: a path in the vault; `mirror:` or `keystore:` stands before one of those.
    pub path: String,
    /// What.
    pub what: String,
}

/// The findings so far.
#[derive(Default)]
pub(crate) struct Findings {
    prefix: &'static str,
    list: Vec<Finding>,
}

impl Findings {
    fn below(prefix: &'static str) -> Self {
        Self { prefix, list: Vec::new() }
    }

    fn add(&mut self, path: impl AsRef<str>, what: impl AsRef<str>) {
        let path = format!("{}{}", self.prefix, path.as_ref());
        self.list.push(Finding { path, what: what.as_ref().to_owned() });
    }
}

/// What to look at.
#[derive(Default)]
pub struct Asked {
    /// The vault's directory.
    pub vault: PathBuf,
    /// The mirror's, where there is one to look at.
    pub mirror: Option<PathBuf>,
    /// The keystore, and the text with a member's age identity.
    pub keys: Option<(PathBuf, String)>,
}

/// Looks at everything that was asked for; no finding means that it is whole.
pub fn check(asked: &Asked) -> Vec<Finding> {
    let mut findings = Findings::default();
    let (journal, ledger) = read(&asked.vault, &mut findings);
    let expected = ledger.expected(true);
    shelf::check(&asked.vault, &journal.segments, &expected, &ledger.allowed(), &mut findings);
    if let Some((keystore, identity)) = &asked.keys {
        sealed::check(&asked.vault, keystore, identity, &ledger, &mut findings);
    }
    if let Some(mirror) = &asked.mirror {
        let mut beside = Findings::below("mirror:");
        let (copy, copied) = read(mirror, &mut beside);
        // It may lag: then later files may have come before their lines, and older ones not yet have gone.
        let mut allowed = copied.allowed();
        allowed.extend(expected.into_keys().chain(ledger.allowed()));
        shelf::check(mirror, &copy.segments, &copied.expected(false), &allowed, &mut beside);
        if !journal.digests.starts_with(&copy.digests) {
            beside.add("journal/commit", "counts more lines than the vault, or other ones");
        }
        findings.list.append(&mut beside.list);
    }
    findings.list
}

/// Reads what a vault or a mirror tells by itself.
fn read(dir: &Path, findings: &mut Findings) -> (Journal, Ledger) {
    let mut ledger = Ledger::default();
    let (slots, counted) = journal::read_commit(dir, findings);
    let journal = Journal::read(dir, counted, findings, |line| {
        let before = (line.seq > counted).then(|| ledger.clone());
        let wrong = ledger.take(line);
        if let (Some(before), false) = (before, wrong.is_empty()) {
            ledger = before;
        }
        wrong
    });
    journal.check_slots(&slots, &ledger.vault, findings);
    shelf::check_vault_toml(dir, &ledger, findings);
    shelf::check_heads(dir, &ledger, findings);
    plans::check(dir, &journal.digests, &ledger, findings);
    handover::check(dir, &ledger, findings);
    (journal, ledger)
}

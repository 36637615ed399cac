//! A copy as a vault that is only read: the vault's own verification, pointed at it.

use super::mended::{Mended, fit_state};
use super::pour::mark_of;
use super::target::{Begun, States, Target, mine};
use super::view::CopyFs;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::journal::full;
use crate::keys::{EpochKey, Person};
use crate::session::Session;
use crate::toml_copy::VAULT_TOML;
use crate::vault::{Options, Vault};
use crate::verify::{Finding, FindingKind, Inventory, Progress, Report, Scope, VerifyOptions};
use jingui_schema::act::CopyVerified;
use jingui_schema::copy::{CopyMark, CopyState, NamedFile};
use jingui_schema::id::VaultId;
use std::path::PathBuf;
use std::sync::Arc;

/// The newest state of a copy, as a vault that nothing can be written to.
pub struct CopyVault {
    target: Arc<dyn Target>,
    /// What counts.
    pub state: CopyState,
    /// States that are newer and not whole: name and why.
    pub damaged: Vec<(String, String)>,
    /// The vault; or why the copy cannot be seen as one.
    vault: std::result::Result<Vault, Error>,
}

/// What reading a copy again came to.
#[derive(Clone, Debug)]
pub struct Checked {
    /// As that of a vault.
    pub report: Report,
    /// The copy.
    pub state: CopyState,
    /// Records that were opened.
    pub sampled: u64,
}

impl CopyVault {
    /// Opens the newest whole state at a target.
    ///
    /// - `of`: the vault it has to be of, where that is known.
    /// - `keystore`: where the keys are, if somebody is to open something.
    /// - Errors: [`Error::NoCopyState`], [`Error::NotACopy`], [`Error::OtherCopy`], [`Error::NoTarget`]. Damage of the
    ///   copy is no error: [`CopyVault::verify`] names it.
    pub fn open(
        env: &Env,
        target: Arc<dyn Target>,
        of: Option<VaultId>,
        keystore: Option<PathBuf>,
    ) -> Result<Self> {
        Self::open_with_scratch(env, target, of, keystore, None)
    }

    /// The same, with a directory in which a catalog may be made: then records can be listed, too.
    pub(crate) fn open_with_scratch(
        env: &Env,
        target: Arc<dyn Target>,
        of: Option<VaultId>,
        keystore: Option<PathBuf>,
        scratch: Option<PathBuf>,
    ) -> Result<Self> {
        let target = Mended::over(target)?;
        let mark = mark_at(&*target, of)?;
        let States { newest, damaged, .. } = States::read(&*target, &mark)?;
        let state = newest.ok_or_else(|| Error::NoCopyState { path: target.name() })?;
        fit_state(&*target, &state)?;
        let view = CopyFs::new(env.fs.clone(), target.clone(), state.clone());
        let root = view.root().to_owned();
        let env = Env { fs: Arc::new(view), ..env.clone() };
        let options = Options {
            keystore,
            read_only: Some("it is a copy".into()),
            copy: true,
            far: target.is_far(),
            scratch,
            ..Options::default()
        };
        let vault = match Vault::open(env, &root, options) {
            Err(error @ (Error::TooNew { .. } | Error::DraftFormat { .. } | Error::NoTarget { .. })) => {
                return Err(error);
            }
            Err(error) => {
                target.is_there()?;
                Err(error)
            }
            vault => vault,
        };
        Ok(Self { target, state, damaged, vault })
    }

    /// The vault, for signing in.
    ///
    /// Errors: why it cannot be seen as one; [`CopyVault::verify`] says the same as findings.
    pub fn vault(&self) -> std::result::Result<&Vault, &Error> {
        self.vault.as_ref()
    }

    /// The vault.
    ///
    /// Errors: [`Error::CopyDamaged`] where the copy cannot be seen as one.
    pub(crate) fn sound(&self) -> Result<&Vault> {
        let damaged = |error: &Error| Error::CopyDamaged { path: self.target.name(), why: full(error) };
        self.vault.as_ref().map_err(damaged)
    }

    /// Opens its records with keys that did not come from a keystore, for somebody who need not be known there.
    ///
    /// Errors: as of [`CopyVault::vault`]; [`Error::NoCopy`] where the key of the current epoch is not among them.
    pub fn open_with(&self, person: Person, keys: Vec<EpochKey>) -> Result<Session> {
        let vault = self.sound()?;
        match keys.iter().any(|key| key.epoch() == vault.state().epoch) {
            true => Ok(Session::with_keys(vault.clone(), person, keys)),
            false => Err(Error::NoCopy { staff: person.name().into() }),
        }
    }

    /// Reads everything that the state names again, and with a session opens so many records drawn by chance.
    ///
    /// Errors: as those of [`Vault::verify`].
    pub fn verify(
        &self,
        session: Option<&Session>,
        sample: u64,
        progress: &dyn Fn(Progress),
        interrupted: &dyn Fn() -> bool,
    ) -> Result<Checked> {
        let mut findings = self.states_and_pieces();
        let mut report = match &self.vault {
            Ok(vault) => {
                let scope = if session.is_some() { Scope::Opened(sample) } else { Scope::All };
                let options = VerifyOptions { session, scope, progress, interrupted };
                let (report, inventory) = vault.verified(&options, false)?;
                // Once more, with what was sent again in the place of what was found unfit.
                match self.fit(&report, &inventory)? {
                    true => vault.verified(&options, false)?.0,
                    false => report,
                }
            }
            Err(error) => {
                if findings.is_empty() {
                    findings.push(Finding::file("journal", FindingKind::Chain, &full(error)));
                }
                Report::default()
            }
        };
        report.findings.extend(findings);
        if !report.findings.is_empty() {
            // A disk that was pulled out has lost nothing.
            self.target.is_there()?;
        }
        report.findings.sort();
        report.findings.dedup();
        // How a vault stands that is open for reading only is nothing to say of a copy.
        report.warnings.retain(|w| w.code != "read-only");
        let sampled = if session.is_some() { sample.min(report.records) } else { 0 };
        Ok(Checked { report, state: self.state.clone(), sampled })
    }

    /// Has what was sent again stand for what was found unfit, and says whether any of it does.
    fn fit(&self, report: &Report, inventory: &Inventory) -> Result<bool> {
        let mut any = false;
        for found in &report.findings {
            let name = self.name_of(&found.path);
            if let Some(expected) = inventory.expected(&found.path).filter(|_| self.target.came_again(&name))
            {
                any |= self.target.fit(&name, expected.mark)?;
            }
        }
        Ok(any)
    }

    /// The name that a file of the vault has here.
    fn name_of(&self, path: &str) -> String {
        let named = self.state.named.iter().find(|file| file.path == path);
        named.map_or_else(|| path.to_owned(), NamedFile::name)
    }

    /// Looks at what only a copy has.
    fn states_and_pieces(&self) -> Vec<Finding> {
        let torn = |(path, why): &(String, String)| Finding::file(path, FindingKind::Digest, why);
        let damaged = self.damaged.iter().map(torn);
        damaged.chain(pieces(&*self.target, &self.state)).collect()
    }
}

/// What is wrong with the pieces of a state's journal, and with its `VAULT.toml`, which no line names.
pub(super) fn pieces<'a>(target: &'a dyn Target, state: &'a CopyState) -> impl Iterator<Item = Finding> + 'a {
    let pieces = state.pieces.iter().map(|piece| (piece.name(), piece.mark(), piece.first));
    let toml = state.named.iter().filter(|file| file.path == VAULT_TOML);
    let toml = toml.map(|file| (file.name(), file.mark(), 1));
    pieces.chain(toml).filter_map(|(name, mark, seq)| {
        let found = |kind, detail: &str| Some(Finding::line(&name, seq, kind, detail));
        match target.get(&name).and_then(|mut file| mark_of(&mut file)) {
            Ok(seen) if seen == mark => None,
            Ok(seen) if seen.size != mark.size => {
                let detail = format!("{} bytes where {} were written", seen.size, mark.size);
                found(FindingKind::Size, &detail)
            }
            Ok(seen) => found(FindingKind::Digest, &format!("its BLAKE3 is {}", seen.b3)),
            Err(error) => found(super::create::kind_of(&error), &error.to_string()),
        }
    })
}

impl Vault {
    /// Journals that a copy was read again.
    ///
    /// Errors: [`Error::ReadOnly`]; [`Error::Stale`] for a copy that this journal does not know.
    pub fn note_copy_verified(&self, checked: &Checked) -> Result<()> {
        let CopyState { target, lines, at, .. } = checked.state;
        if !self.state().copies.contains_key(&target) {
            return Err(Error::Stale { why: format!("the journal knows no copy {target}") });
        }
        let deed = CopyVerified {
            target,
            copied: at,
            lines,
            files: checked.report.files,
            sampled: checked.sampled,
            findings: checked.report.findings.len() as u64,
        };
        self.writer()?.note(self.act(deed)).map(|_| ())
    }
}

/// The newest whole state at a target.
///
/// Errors: as those of [`CopyVault::open`].
pub(crate) fn newest_state(target: &dyn Target) -> Result<CopyState> {
    let States { newest, .. } = States::read(target, &mark_at(target, None)?)?;
    newest.ok_or_else(|| Error::NoCopyState { path: target.name() })
}

/// The mark at a target that has to hold a copy.
pub(crate) fn mark_at(target: &dyn Target, of: Option<VaultId>) -> Result<CopyMark> {
    match (Begun::look(target)?, of) {
        (Begun::Empty, _) => Err(Error::NoCopyState { path: target.name() }),
        (Begun::Copy(mark), Some(vault)) => mine(target, mark, vault),
        (Begun::Copy(mark), None) => Ok(mark),
    }
}

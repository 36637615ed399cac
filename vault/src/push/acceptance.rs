//! What the CA makes sure of before it answers for an archive: every byte of the newest state, every cover and document
//! opened with the escrowed keys, the journal as a continuation of what was countersigned. Needs no vault and writes none.

use crate::copies::{Checked, CopyVault, Mended, Target, at_target, read_small};
use crate::cosigner::Seen;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::keys::{EpochKey, Person, open_escrow};
use crate::seal::Identity;
use crate::session::Session;
use crate::vault::Vault;
use crate::verify::{Finding, FindingKind, Progress};
use jingui_schema::copy::NamedFile;
use jingui_schema::digest::FileMark;
use jingui_schema::exchange::{Report, Wanted, escrow_name, is_of_a_copy};
use jingui_schema::id::VaultId;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

/// An escrow file is an age file of one identity.
pub(super) const ESCROW_BYTES_MAX: u64 = 64 << 10;

/// Who checks, and with what.
pub struct Acceptor<'a> {
    /// Whoever opens the records; leaves no line, for nothing is shown.
    pub person: Person,
    /// What the escrow files are sealed to.
    pub identity: &'a Identity,
    /// The newest head that was countersigned for this archive, where the CA has its cosigner at hand.
    pub seen: &'a dyn Fn(VaultId) -> Result<Option<Seen>>,
    /// Told often how far it is.
    pub progress: &'a dyn Fn(Progress),
    /// Asked often whether to end.
    pub interrupted: &'a dyn Fn() -> bool,
}

/// What it came to.
#[derive(Debug)]
pub struct Acceptance {
    /// Each file and each line, as `verify` has it; records that were opened.
    pub checked: Checked,
    /// Epochs whose escrow file opens, and fits.
    pub opened: Vec<u32>,
    /// Lines of the head it was found to continue; none where no cosigner was at hand, or it has seen nothing yet.
    pub continues: Option<u64>,
    /// What is left for the archive: what is wanted again.
    pub report: Report,
}

impl Acceptance {
    /// Whether everything was opened and nothing found.
    pub fn is_whole(&self) -> bool {
        self.checked.report.findings.is_empty() && self.report.opened == self.checked.report.records
    }
}

impl Acceptor<'_> {
    /// Checks the newest state at a target.
    ///
    /// - Shape: what does not fit is a finding, also an escrow file that is missing or of another key; only what can be sent
    ///   again is wanted again.
    /// - Errors: as of [`CopyVault::open`]; [`Error::NotOurHead`], [`Error::BehindCosigner`] where the journal is not, or
    ///   not yet, what was countersigned: then somebody has put an older state back, or tells another history.
    pub fn check(self, env: &Env, target: Arc<dyn Target>) -> Result<Acceptance> {
        self.look(env, target, None).map(|(found, _)| found)
    }

    /// The same, and what was checked as somebody sees it who opens everything: for taking it in. None where anything was found,
    /// or where nothing of it has been countersigned.
    ///
    /// `scratch`: where a catalog may be made.
    pub fn check_and_open(
        self,
        env: &Env,
        target: Arc<dyn Target>,
        scratch: PathBuf,
    ) -> Result<(Acceptance, Option<Session>)> {
        let (found, session) = self.look(env, target, Some(scratch))?;
        let is_whole = found.is_whole() && found.continues.is_some();
        Ok((found, session.filter(|_| is_whole)))
    }

    fn look(
        self,
        env: &Env,
        target: Arc<dyn Target>,
        scratch: Option<PathBuf>,
    ) -> Result<(Acceptance, Option<Session>)> {
        let target = Mended::over(target)?;
        let copy = CopyVault::open_with_scratch(env, target.clone(), None, None, scratch)?;
        let (keys, findings) = self.escrowed_keys(&copy, &*target)?;
        let continues = continues(&copy, self.seen)?;
        let opened: Vec<u32> = keys.iter().map(EpochKey::epoch).collect();
        let session = copy.open_with(self.person, keys).ok();
        let mut checked = copy.verify(session.as_ref(), u64::MAX, self.progress, self.interrupted)?;
        checked.report.findings.extend(findings);
        checked.report.findings.sort();
        let state = &copy.state;
        // A record of which anything was found has not been opened whole.
        let damaged: BTreeSet<_> = checked.report.findings.iter().filter_map(|found| found.record).collect();
        let opened_whole = checked.sampled.saturating_sub(damaged.len() as u64);
        let report = Report::new(
            (state.vault, state.target, state.lines),
            env.now(),
            [checked.report.files, checked.report.records, opened_whole],
            wanted(&checked.report.findings, &state.named),
        );
        Ok((Acceptance { checked, opened, continues, report }, session))
    }

    /// The keys of all epochs that are alive, and what is wrong with their escrow files.
    pub(crate) fn escrowed_keys(
        &self,
        copy: &CopyVault,
        target: &dyn Target,
    ) -> Result<(Vec<EpochKey>, Vec<Finding>)> {
        let (mut findings, mut keys) = (Vec::new(), Vec::new());
        let Ok(vault) = copy.vault() else { return Ok((keys, findings)) };
        for (epoch, of) in vault.state().live_epochs() {
            let Some(escrow) = of.escrow else {
                let detail = format!("the key of epoch {epoch} is escrowed to nobody");
                findings.push(Finding::file("escrow", FindingKind::Missing, &detail));
                continue;
            };
            let (name, mark) = (escrow_name(epoch, escrow.b3), FileMark { size: escrow.size, b3: escrow.b3 });
            match self.open(target, &name, mark, copy.state.vault, epoch) {
                Ok(key) if key.recipient() == of.recipient => keys.push(key),
                Ok(_) => findings.push(Finding::file(&name, FindingKind::Content, "it is another key")),
                Err(error) => findings.push(unopened(&name, error)?),
            }
        }
        Ok((keys, findings))
    }

    fn open(
        &self,
        target: &dyn Target,
        name: &str,
        mark: FileMark,
        vault: VaultId,
        epoch: u32,
    ) -> Result<EpochKey> {
        let gone = |why: String| Error::CopyDamaged { path: name.into(), why };
        let read = || {
            let sealed = read_small(target, name, ESCROW_BYTES_MAX);
            sealed.map_err(|error| at_target(target, gone(error.to_string())))
        };
        let mut sealed = read();
        if !sealed.as_ref().is_ok_and(|sealed| FileMark::of(sealed) == mark) && target.fit(name, mark)? {
            sealed = read();
        }
        let sealed = sealed?;
        if FileMark::of(&sealed) != mark {
            return Err(gone("it is not the file that the journal names".into()));
        }
        let content = open_escrow(name, &sealed, self.identity)?;
        match content.vault == vault && content.key.epoch() == epoch {
            true => Ok(content.key),
            false => Err(gone("it is the key of another vault or epoch".into())),
        }
    }
}

/// Whether the journal of a copy continues what was countersigned, and over how many lines that was; none where nothing
/// was, or the copy cannot be seen as a vault.
///
/// Errors: as of [`must_continue`].
pub(crate) fn continues(
    copy: &CopyVault,
    seen: &dyn Fn(VaultId) -> Result<Option<Seen>>,
) -> Result<Option<u64>> {
    let Ok(vault) = copy.vault() else { return Ok(None) };
    let Some(seen) = seen(copy.state.vault)? else { return Ok(None) };
    must_continue(vault, &seen)?;
    Ok(Some(seen.lines))
}

/// Makes sure that a journal continues the head that was countersigned last.
///
/// Errors: [`Error::OtherLog`], [`Error::BehindCosigner`], [`Error::NotOurHead`].
pub(super) fn must_continue(vault: &Vault, seen: &Seen) -> Result<()> {
    let lines = vault.state().lines;
    if vault.state().log() != seen.fork {
        return Err(Error::OtherLog { origin: seen.origin() });
    }
    if seen.lines > lines {
        return Err(Error::BehindCosigner { lines: lines.to_string(), known: seen.lines.to_string() });
    }
    match vault.root_of(seen.lines)? == seen.root.0 {
        true => Ok(()),
        false => Err(Error::NotOurHead { lines: seen.lines.to_string() }),
    }
}

/// An escrow file that does not open, as a finding; other errors end the check.
fn unopened(name: &str, error: Error) -> Result<Finding> {
    match &error {
        Error::CopyDamaged { why, .. } => Ok(Finding::file(name, FindingKind::Digest, why)),
        Error::NotOpened { .. } | Error::FileDamaged { .. } => {
            Ok(Finding::file(name, FindingKind::Sealed, &crate::journal::full(&error)))
        }
        _ => Err(error),
    }
}

/// What the archive can send again: files that are missing, cut, changed or unreadable at the target. What opens to the
/// wrong thing is as the archive has it.
fn wanted(findings: &[Finding], named: &[NamedFile]) -> Vec<Wanted> {
    use FindingKind::*;
    let again = |kind| matches!(kind, Missing | Size | Digest | NotAFile | Unreadable);
    let name = |path: &str| {
        named.iter().find(|file| file.path == path).map_or_else(|| path.to_owned(), NamedFile::name)
    };
    let all: BTreeSet<Wanted> = (findings.iter().filter(|found| again(found.finding)))
        .map(|found| Wanted { name: name(&found.path), finding: found.finding.word().into() })
        .filter(|wanted| is_of_a_copy(&wanted.name))
        .collect();
    all.into_iter().collect()
}

//! Bodies that have stayed elsewhere, read there again: the only look at them that verification of the vault does not take.

use super::held::{Flaw, fetch};
use super::{Elsewhere, Reach};
use crate::body::Body;
use crate::copies::THREADS_FAR;
use crate::error::{Error, Result};
use crate::journal::full;
use crate::session::Session;
use crate::vault::Vault;
use crate::verify::{Finding, FindingKind};
use jingui_schema::act::Deed;
use jingui_schema::cover::Document;
use jingui_schema::id::{RecordId, VaultId};
use jingui_schema::line::Tip;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// How many lines are passed over between two looks whether to end.
const LOOK_LINES: u64 = 1024;

/// What came of reading them.
#[derive(Debug, Default)]
pub struct LeftReport {
    /// Bodies that were read.
    pub bodies: u64,
    /// Bytes of them.
    pub bytes: u64,
    /// What is wrong with them, by name.
    pub findings: Vec<Finding>,
}

/// One to be read.
struct Job {
    what: Elsewhere,
    /// The archive that sealed it.
    from: VaultId,
    /// The line that names it.
    seq: u64,
}

impl Vault {
    /// Reads every body that has stayed elsewhere where it lies, and compares it with its line; with a session opens it.
    ///
    /// - Shape: nothing is kept of what is read, and no line is written: what is wrong is wrong at that place. Bodies of records that
    ///   are destroyed, or whose documents were taken out, are not looked at.
    /// - `progress`: told how many have been read, and of how many.
    /// - Errors: [`Error::LeftUnreachable`], [`Error::NoLeftPlace`], [`Error::Interrupted`]; damage is a finding.
    pub fn verify_left(
        &self,
        reach: &Reach,
        session: Option<&Session>,
        progress: &(dyn Fn(u64, u64) + Sync),
        interrupted: &(dyn Fn() -> bool + Sync),
    ) -> Result<LeftReport> {
        let jobs = self.left_alive(interrupted)?;
        let next = Mutex::new(jobs.iter());
        let done = Mutex::new((LeftReport::default(), None));
        let work = || {
            loop {
                let one = next.lock().unwrap_or_else(PoisonError::into_inner).next();
                let Some(job) = one else { return };
                let looked = match interrupted() {
                    true => Err(Error::Interrupted {}),
                    false => self.look_there(job, reach, session),
                };
                let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
                match looked {
                    Ok(flaw) => {
                        let (report, _) = &mut *done;
                        (report.bodies, report.bytes) =
                            (report.bodies + 1, report.bytes + job.what.mark.size);
                        report.findings.extend(flaw.map(|(finding, detail)| Finding {
                            path: format!("left:{}", job.what.name),
                            finding,
                            detail,
                            record: Some(job.what.record),
                            seq: Some(job.seq),
                        }));
                        progress(report.bodies, jobs.len() as u64);
                    }
                    Err(error) => {
                        // Nothing more is begun; what is under way ends.
                        done.1.get_or_insert(error);
                        next.lock().unwrap_or_else(PoisonError::into_inner).by_ref().for_each(drop);
                        return;
                    }
                }
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..THREADS_FAR.min(jobs.len()) {
                scope.spawn(work);
            }
        });
        let (mut report, failed) = done.into_inner().unwrap_or_else(PoisonError::into_inner);
        report.findings.sort();
        failed.map_or(Ok(report), Err)
    }

    /// Those that should be there.
    fn left_alive(&self, interrupted: &(dyn Fn() -> bool + Sync)) -> Result<Vec<Job>> {
        if self.state().takings.is_empty() {
            return Ok(Vec::new());
        }
        let mut all: BTreeMap<(RecordId, u32), Job> = BTreeMap::new();
        for item in self.lines_after(Tip::START)? {
            let (line, _) = item?;
            if line.seq % LOOK_LINES == 0 && interrupted() {
                return Err(Error::Interrupted {});
            }
            let Deed::RecordFile(d) = &line.act.deed else { continue };
            let (Some(from), seq) = (&d.from, line.seq) else { continue };
            let Ok(from) = self.state().taking(from.take).map(|taking| taking.from) else { continue };
            for what in Elsewhere::of(d) {
                all.entry((what.record, what.filing)).or_insert(Job { what, from, seq });
            }
        }
        // As it is now: what ended while lines were passed over is nobody's damage.
        let state = self.state();
        let is_alive = |(record, filing): &(RecordId, u32)| {
            state.is_alive(*record) && !state.has_ended_body(*record, *filing)
        };
        Ok(all.into_iter().filter(|(key, _)| is_alive(key)).map(|(_, job)| job).collect())
    }

    fn look_there(&self, job: &Job, reach: &Reach, session: Option<&Session>) -> Result<Option<Flaw>> {
        let file = match fetch(self, &job.what, Some(reach), false)? {
            Ok(file) => file,
            Err(flaw) => return Ok(Some(flaw)),
        };
        let Some(session) = session else { return Ok(None) };
        let Elsewhere { record, filing, name, .. } = &job.what;
        let row = match session.row(*record) {
            // Destroyed meanwhile.
            Err(Error::NoRecord { .. }) => return Ok(None),
            row => row?,
        };
        let (cover, _) = match session.cover_of(&row) {
            // The vault's own verification says what is wrong with it.
            Err(Error::FileDamaged { .. }) => return Ok(None),
            cover => cover?,
        };
        let Some(identity) = cover.identity(*filing) else { return Ok(None) };
        let documents: Vec<Document> = (cover.documents.iter().map(|line| &line.doc))
            .filter(|doc| doc.filing == *filing)
            .cloned()
            .collect();
        let opened = Body::of(Path::new(name), file, identity)
            .and_then(|mut body| body.check_all(job.from, *record, *filing, &documents));
        Ok(match opened {
            Ok(()) => None,
            Err(Error::FileDamaged { finding, .. }) => Some((FindingKind::Content, finding)),
            Err(Error::NotOpened { .. }) => {
                Some((FindingKind::Sealed, "it is not sealed to the key in its cover".into()))
            }
            Err(error) => Some((FindingKind::Unreadable, full(&error))),
        })
    }
}

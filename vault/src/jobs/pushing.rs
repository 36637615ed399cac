//! The newest state to the CA, at the place that somebody has kept for it.

use super::{Came, Onlooker};
use crate::copies::{CopyOptions, LockCheck, THREADS, THREADS_FAR};
use crate::error::{Error, Result};
use crate::push::Pushed;
use crate::vault::Vault;
use crate::verify::{Phase, Progress};
use jingui_schema::jobs::JobCounts;

/// As [`Vault::push`], with a share of all locks read back where the target locks; what of it needs somebody counts as overdue.
pub(super) fn push(vault: &Vault, onlooker: &Onlooker<'_>) -> Result<Came> {
    let (target, outside) = onlooker.push.ok_or(Error::NoPushPlace {})?;
    let mut taken = Vec::new();
    let pushed = vault.push_and_tell(
        target,
        &CopyOptions {
            outside,
            threads: if target.is_far() { THREADS_FAR } else { THREADS },
            progress: &|step| {
                (onlooker.progress)(Progress {
                    phase: Phase::Files,
                    lines: 0,
                    files: step.files,
                    bytes: step.bytes,
                });
            },
            interrupted: onlooker.interrupted,
            check_locks: LockCheck::Share,
            ..CopyOptions::default()
        },
        &mut taken,
    );
    let pushed = match pushed {
        Ok(pushed) => Pushed { taken, ..pushed },
        // It stays carried out, so somebody has to hear of it.
        Err(error) => {
            taken.into_iter().for_each(|one| (onlooker.taken)(one));
            return Err(error);
        }
    };
    let made = &pushed.made;
    let waiting = pushed.unsettled() as u64;
    let counts = JobCounts {
        lines: made.lines,
        files: made.files,
        bytes: made.bytes,
        findings: made.lacking.len() as u64,
        waiting,
        overdue: waiting,
        ..JobCounts::default()
    };
    let interrupted = pushed.is_interrupted();
    Ok(Came { counts, pushed: Some(pushed), interrupted, ..Came::default() })
}

//! Turns: a command that runs for days gives the vault back now and then, and takes it again.
//!
//! It has to where another process holds the vault, for that one cannot end before its guests have; and where the vault
//! has stopped writing, for it must be opened anew. Of what the command does it knows only what was counted.

use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::messages::Value;
use crate::watched::Counts;
use jingui_vault::{Error, Exit};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Codes by which a turn says that another is to follow; no process ever exits with them.
const SOON: u8 = 201;
const LATER: u8 = 202;
/// The longest pause between two turns that fail.
const PAUSE_MAX: Duration = Duration::from_secs(60);
/// How often somebody who pauses looks whether it is to end.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// How a turn ends that is not the last one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// All is well; go on in a moment.
    Soon,
    /// Something has to mend first.
    Later,
}

impl Next {
    /// The code with which the turn ends.
    pub fn code(self) -> u8 {
        match self {
            Self::Soon => SOON,
            Self::Later => LATER,
        }
    }
}

/// What is kept from one turn to the next.
#[derive(Default)]
pub struct Kept {
    /// Whether a turn has got as far as its work: from then on waiting may help where something fails.
    pub begun: bool,
    /// Whether the last turn did some of its work.
    pub went_well: bool,
    /// The trouble that was told and is not over.
    pub told: Option<&'static str>,
    /// What has been done.
    pub counts: Counts,
}

/// What is kept from one turn to the next; clones share it.
#[derive(Clone, Default)]
pub struct Turns(Arc<Mutex<Kept>>);

impl Turns {
    /// What is kept.
    pub fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether waiting may mend it.
pub fn may_mend(failure: &Failure) -> bool {
    const OF_THE_MACHINE: &[&str] = &[
        "no-space",
        "read-only",
        "no-permission",
        "missing",
        "io",
        "poisoned",
        "closed",
        "stalled",
        "no-keystore",
        "no-mirror",
        "vault-read-only",
        "catalog",
        "epoch-moved",
        "no-vault",
        "in-use",
        "holder-lost",
        "holder-stalled",
    ];
    OF_THE_MACHINE.contains(&failure.code())
}

/// Tells of a trouble, once for as long as it lasts.
pub fn tell_trouble(context: &mut Context, turns: Option<&Turns>, failure: &Failure) -> Result<()> {
    let told = turns.map(|turns| turns.kept().told.replace(failure.code()));
    if told == Some(Some(failure.code())) {
        return Ok(());
    }
    let fields = failure.fields();
    let values: Vec<(&str, Value<'_>)> =
        fields.iter().map(|(name, value)| (*name, Value::from(value.as_str()))).collect();
    let why = context.out.text(&format!("error-{}", failure.code()), &values);
    context.out.warning("turns-trouble", &[("why", why.into()), ("code", failure.code().into())])
}

/// Takes one turn after the other until one of them is the last, or until it is interrupted.
///
/// - `every`: the pause where all is well.
/// - Errors: those of a turn, unless the work had begun and waiting may mend it.
pub fn take(
    context: &mut Context,
    turns: &Turns,
    every: Duration,
    mut turn: impl FnMut() -> Result<u8>,
) -> Result<u8> {
    let mut failed = 0;
    loop {
        turns.kept().went_well = false;
        let ended = turn();
        if turns.kept().went_well {
            failed = 0;
        }
        let pause = match ended {
            Ok(SOON) => every,
            Ok(LATER) => back_off(&mut failed),
            // While it waited for its turn: for who runs on until it is interrupted, that is no failure.
            Err(Failure::Vault(Error::Interrupted {})) => return Ok(Exit::Interrupted as u8),
            Err(failure) if turns.kept().begun && may_mend(&failure) => {
                tell_trouble(context, Some(turns), &failure)?;
                back_off(&mut failed)
            }
            ended => return ended,
        };
        if !rest(context, pause) {
            return Ok(Exit::Interrupted as u8);
        }
    }
}

fn back_off(failed: &mut u32) -> Duration {
    let pause = Duration::from_secs(1 << (*failed).min(6)).min(PAUSE_MAX);
    *failed += 1;
    pause
}

/// Waits; says whether it may go on then.
pub fn rest(context: &Context, pause: Duration) -> bool {
    let until = Instant::now() + pause;
    loop {
        if context.interrupt.is_set() {
            return false;
        }
        match until.checked_duration_since(Instant::now()) {
            Some(left) if !left.is_zero() => std::thread::sleep(left.min(LOOK_EVERY)),
            _ => return true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_minute() {
        let mut failed = 0;
        let pauses: Vec<u64> = (0..9).map(|_| back_off(&mut failed).as_secs()).collect();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
    }
}

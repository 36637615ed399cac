//! The commands: one file each, and the two places where a command line finds its file.
//!
//! Decides nothing about records; that is the vault's.

mod completions; // shell completions
mod key; // a person's key file

use crate::cli::{Parsed, Reading};
use crate::context::Context;
use crate::failure::{Problem, Result};
use jingui_vault::Exit;
use std::path::PathBuf;

/// An open vault, as the commands of one holder share it.
#[derive(Debug)]
pub struct World {
    /// Its directory.
    pub dir: PathBuf,
    /// Whether something may be written.
    pub writable: bool,
}

impl World {
    /// Opens the vault in a directory; called once by whoever holds the lock.
    pub fn open(dir: PathBuf, writable: bool) -> Result<Self> {
        Ok(Self { dir, writable })
    }
}

/// Says whether there is code for a command.
pub fn is_built(parsed: &Parsed) -> bool {
    matches!(parsed.command()[..], ["key", ..] | ["completions"])
}

/// Carries out a command that needs no open vault.
pub fn run_alone(_: &(), context: &mut Context) -> Result<Exit> {
    let parsed = parsed(context)?;
    match parsed.command()[..] {
        ["key", "new"] => key::new(context, &parsed),
        ["key", "show"] => key::show(context, &parsed),
        ["key", "passwd"] => key::passwd(context, &parsed),
        ["completions"] => completions::run(context, &parsed),
        _ => not_built(&parsed),
    }
}

/// Carries out a command in an open vault.
pub fn run_in(_: &World, context: &mut Context) -> Result<Exit> {
    let parsed = parsed(context)?;
    not_built(&parsed)
}

/// Reads the command line again: it may have come from another process.
fn parsed(context: &Context) -> Result<Parsed> {
    match crate::cli::read(&context.argv(), context.out.look().lang)? {
        Reading::Command(parsed) => Ok(parsed),
        Reading::Show(_) => unreachable!("help was shown where it was asked for"),
    }
}

/// Refuses a command without code.
pub fn not_built(parsed: &Parsed) -> Result<Exit> {
    Err(Problem::NotBuilt { command: format!("jingui {}", parsed.command_text()) }.into())
}

//! `completions`: completions for a shell, from the definition of the command line.

use crate::cli::{Parsed, help};
use crate::context::Context;
use crate::failure::Result;
use clap_complete::Shell;
use jingui_vault::Exit;

pub(super) fn run(context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let mut script = Vec::new();
    let mut command = help::dressed(context.out.look().lang);
    clap_complete::generate(parsed.must::<Shell>("shell"), &mut command, "jingui", &mut script);
    context.out.out(&script)?;
    Ok(Exit::Done)
}

//! `journal head|prove`: the journal's signed head, and proofs under it.

use super::World;
use super::act::must_be_new;
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::{Doing, Result};
use crate::output::printable_path;
use jingui_vault::Exit;
use serde::Serialize;
use std::path::Path;

/// Shows or writes the signed head.
pub(super) fn head(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Told {
        lines: u64,
        head: String,
    }
    world.tell_notices(context)?;
    let output = output(context, parsed)?;
    if context.dry_run() && !parsed.flag("cosigned") {
        // A head is signed by showing it, and that is a line.
        return Ok(Exit::Done);
    }
    let (head, lines) = match parsed.flag("cosigned") {
        true => world.vault.cosigned_head()?,
        false => world.vault.newest_of_heads()?,
    };
    if context.dry_run() {
        return Ok(Exit::Done);
    }
    match output {
        Some(path) => write(context, &path, head.as_bytes())?,
        None if context.out.json() => context.out.document(&Told { lines, head })?,
        None => context.out.out(head.as_bytes())?,
    }
    Ok(Exit::Done)
}

/// Proves that a line stands in the journal.
pub(super) fn prove(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let output = output(context, parsed)?;
    if let (Some(record), Some(dir)) = (parsed.text("record"), &output) {
        let session = world.session(context)?;
        let (record, doc) = (session.resolve(record)?, parsed.must("doc"));
        let (purpose, reason) = (parsed.get("purpose"), parsed.text("reason"));
        session.may_open(record, purpose, reason)?;
        if context.dry_run() {
            return Ok(Exit::Done);
        }
        // The proof tells what a document is called and what was seen of it: that is an opening, and journalled as one
        // before the folder is written.
        drop(session.open_for(record, &[doc], purpose, reason, None)?);
        let proof = session.prove_document(record, doc)?;
        let log = world.vault.log_key()?;
        crate::proof::write(&context.env, dir, &proof, &log)?;
        context.out.result("proof-written", &[("path", printable_path(dir).into())])?;
        return Ok(Exit::Done);
    }
    if context.dry_run() {
        return Ok(Exit::Done);
    }
    world.tell_notices(context)?;
    let proof = world.vault.prove(parsed.must("seq"))?;
    match output {
        Some(path) => {
            let text = serde_json::to_string_pretty(&proof).expect("a proof is plain data") + "\n";
            write(context, &path, text.as_bytes())?;
        }
        None => context.out.document(&proof)?,
    }
    Ok(Exit::Done)
}

fn output(context: &Context, parsed: &Parsed) -> Result<Option<std::path::PathBuf>> {
    let path = parsed.file("output").filter(|p| !crate::cli::is_dash(p)).map(|p| context.path(p));
    path.as_deref().map(must_be_new).transpose()?;
    Ok(path)
}

fn write(context: &mut Context, path: &Path, bytes: &[u8]) -> Result<()> {
    context.env.fs.write_new(path, bytes).doing("write", path)?;
    context.out.note("act-written", &[("path", printable_path(path).into())]);
    Ok(())
}

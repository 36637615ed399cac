//! `rebuild`: makes anew what can be made anew.

use super::World;
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::Result;
use jingui_vault::Exit;
use serde::Serialize;

/// Rebuilds the catalog, the tree, or both.
pub(super) fn run(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Told {
        lines: Option<u64>,
        records: Option<u64>,
    }
    let part = parsed.text("part");
    if context.dry_run() {
        return Ok(Exit::Done);
    }
    let lines = (part != Some("catalog")).then(|| world.vault.rebuild_tree()).transpose()?;
    let records = match part {
        Some("tree") => None,
        _ => Some(world.session(context)?.rebuild_catalog()?),
    };
    world.tell_notices(context)?;
    if context.out.json() {
        context.out.document(&Told { lines, records })?;
        return Ok(Exit::Done);
    }
    if let Some(lines) = lines {
        context.out.result("rebuild-tree", &[("lines", lines.into())])?;
    }
    if let Some(records) = records {
        context.out.result("rebuild-catalog", &[("records", records.into())])?;
    }
    Ok(Exit::Done)
}

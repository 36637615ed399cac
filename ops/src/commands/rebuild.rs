//! `rebuild`: makes anew what can be made anew.

use super::World;
use super::find::watched;
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::Result;
use jingui_vault::Exit;
use serde::Serialize;

/// Rebuilds the tree, the catalog, the index, or all of them.
pub(super) fn run(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Told {
        lines: Option<u64>,
        records: Option<u64>,
        indexed: Option<u64>,
    }
    let part = parsed.text("part");
    if context.dry_run() {
        return Ok(Exit::Done);
    }
    let lines = matches!(part, None | Some("tree")).then(|| world.vault.rebuild_tree()).transpose()?;
    let session = (part != Some("tree")).then(|| world.session(context)).transpose()?;
    let records = match (part, &session) {
        (None | Some("catalog"), Some(session)) => Some(session.rebuild_catalog()?),
        _ => None,
    };
    let indexed = match (part, &session) {
        (None | Some("index"), Some(session)) => {
            Some(watched(context, |watch| Ok(world.index.rebuild(session, watch)?))?)
        }
        _ => None,
    };
    world.tell_notices(context)?;
    if context.out.json() {
        context.out.document(&Told { lines, records, indexed })?;
        return Ok(Exit::Done);
    }
    if let Some(lines) = lines {
        context.out.result("rebuild-tree", &[("lines", lines.into())])?;
    }
    if let Some(records) = records {
        context.out.result("rebuild-catalog", &[("records", records.into())])?;
    }
    if let Some(records) = indexed {
        context.out.result("rebuild-index", &[("records", records.into())])?;
    }
    Ok(Exit::Done)
}

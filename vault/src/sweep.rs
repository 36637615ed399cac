//! What a crash left: files of acts that never counted are put aside, never just removed.

use crate::defects::defect;
use crate::env::Env;
use crate::error::{Doing, Result};
use crate::fs::Kind;
use crate::journal::{Lines, TreeReader};
use crate::layout::Layout;
use crate::places::PLACES_ASIDE;
use crate::staging::{self, Marker};
use crate::state::State;
use crate::vault::{mark_of, places_fit};
use jingui_schema::digest::FileMark;

/// Puts aside what acts that never counted left in `staging/` and beyond; forgets what is older than 30 days.
pub(crate) fn sweep(
    env: &Env,
    layout: &Layout,
    tree: &TreeReader,
    state: &State,
    put_aside: &mut Vec<(String, FileMark, &'static str)>,
) -> Result<()> {
    let staging = layout.path("staging");
    let quarantine = layout.path("quarantine");
    let left = env.fs.list(&staging).doing("list", &staging)?;
    if !left.is_empty() {
        // Whoever left this may have made a numbered directory, or one for plans, and died before its name was durable;
        // from here on it is there, and nobody would sync it again.
        let above = ["covers", "bodies", "notes"].map(|below| layout.path(below));
        for dir in above.into_iter().chain([layout.root().to_owned()]) {
            env.fs.sync_dir(&dir).doing("sync", &dir)?;
        }
    }
    for (name, stat) in left {
        let path = staging.join(&name);
        if stat.kind != Kind::Directory {
            // The settings that count, as long as they could not be put back.
            if path == layout.path(PLACES_ASIDE) && !places_fit(env, layout, state) {
                continue;
            }
            // Covers and notes on their way to a new epoch, a head: made again by whoever needs them.
            env.fs.remove(&path).doing("remove", &path)?;
            continue;
        }
        let Some(marker) = name.to_str().and_then(|n| n.parse::<Marker>().ok()) else {
            staging::clear(env, &path);
            continue;
        };
        let mut counted = false;
        tree.scan(1, state.lines, |_, entry| {
            counted |= entry.act == marker.act;
            !counted
        })
        .doing("read", &layout.path("derived/tree"))?;
        if defect("staging swept too early") {
            staging::clear(env, &path);
        }
        if !counted && !defect("a note without its line") {
            let taken = filed_by_another(env, layout, state, &marker)?;
            for step in marker.moves(&path) {
                let place = (!taken || step.to.starts_with("notes/")).then(|| layout.path(&step.to));
                for from in place.into_iter().chain([step.from]) {
                    if env.fs.stat(&from).doing("look at", &from)?.is_some() {
                        let what = from.file_name().and_then(|n| n.to_str()).unwrap_or("file");
                        let name = format!("{}.{what}", marker.act);
                        let mark = mark_of(env, &from)?;
                        // A register may have been set before, by a line that counts.
                        if state.files.get(&step.to) == Some(&mark) && from == layout.path(&step.to) {
                            continue;
                        }
                        let to = quarantine.join(&name);
                        env.fs.rename(&from, &to).doing("move to", &to)?;
                        let dir = from.parent().expect("a file lies in a directory");
                        env.fs.sync_dir(dir).doing("sync", dir)?;
                        put_aside.push((name, mark, "crash"));
                    }
                }
            }
            env.fs.sync_dir(&quarantine).doing("sync", &quarantine)?;
        }
        staging::clear(env, &path);
    }
    // A head that got its place but not its line; signing again would make another one.
    let heads = layout.path("journal/heads");
    let named = state.head.map_or(0, |head| head.lines);
    for (name, _) in env.fs.list(&heads).doing("list", &heads)? {
        if name.to_str().and_then(head_of_name).is_some_and(|lines| lines > named) {
            let path = heads.join(name);
            env.fs.remove(&path).doing("remove", &path)?;
        }
    }
    let old = env.now().millis() / 1000 - 30 * 24 * 3600;
    for (name, stat) in env.fs.list(&quarantine).doing("list", &quarantine)? {
        if stat.kind == Kind::File && stat.changed < old {
            let path = quarantine.join(name);
            env.fs.remove(&path).doing("remove", &path)?;
        }
    }
    Ok(())
}

/// Whether the names of a filing or correction that never counted are those of one that did: two people changed a
/// record at once, and one came first. What lies at its place is then not ours to put aside.
fn filed_by_another(env: &Env, layout: &Layout, state: &State, marker: &Marker) -> Result<bool> {
    let Some(files) = marker.filing.filter(|files| files.n > 1) else { return Ok(false) };
    for item in Lines::up_to(env.fs.clone(), layout, state.lines)? {
        if item?.0.act.deed.cover().is_some_and(|c| (c.record, c.n) == (files.record, files.n)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The lines under the head of this name; `None` for other names.
pub(crate) fn head_of_name(name: &str) -> Option<u64> {
    let lines = name.strip_suffix(".head")?.parse().ok()?;
    (crate::layout::head_path(lines) == format!("journal/heads/{name}")).then_some(lines)
}

//! `derived/state`: the folded state, so that opening need not read the whole journal.
//!
//! Two lines: the keyed BLAKE3 of the second, then JSON. The key comes from the log key, which lies in the
//! keystore: who can only write to the vault cannot make a snapshot that is believed.

use crate::env::Env;
use crate::error::Result;
use crate::layout::Layout;
use crate::state::State;
use jingui_schema::digest::{B3, Sha256};
use jingui_schema::merkle::Frontier;
use serde::{Deserialize, Serialize};

const VERSION: u32 = 10;

#[derive(Serialize, Deserialize)]
struct Stored {
    version: u32,
    state: State,
    frontier: Vec<Sha256>,
}

/// Reads the snapshot; `None` where it is missing, of another version, or not ours.
pub fn read(env: &Env, layout: &Layout, key: &[u8; 32]) -> Option<(State, Frontier)> {
    let bytes = env.fs.read(&layout.path("derived/state"), 256 << 20).ok()?;
    let (sum, json) = bytes.split_at_checked(65)?;
    let sum: B3 = std::str::from_utf8(sum).ok()?.trim_end().parse().ok()?;
    if blake3::keyed_hash(key, json) != blake3::Hash::from_bytes(sum.0) {
        return None;
    }
    let stored: Stored = serde_json::from_slice(json).ok()?;
    let parts = stored.frontier.into_iter().map(|h| h.0).collect();
    let frontier = Frontier::from_parts(stored.state.lines, parts).ok()?;
    (stored.version == VERSION).then_some((stored.state, frontier))
}

/// Writes the snapshot; not synced, since a torn one is not believed.
pub fn write(env: &Env, layout: &Layout, key: &[u8; 32], state: &State, frontier: &Frontier) -> Result<()> {
    use crate::error::Doing;
    use std::io::Write;
    if frontier.size() != state.lines {
        return Ok(()); // a line has come in between; the next one will do
    }
    let frontier = frontier.parts().iter().map(|h| Sha256(*h)).collect();
    let stored = Stored { version: VERSION, state: state.clone(), frontier };
    let json = serde_json::to_vec(&stored).expect("the state always serialises");
    let sum = B3(*blake3::keyed_hash(key, &json).as_bytes());
    let (path, part) = (layout.path("derived/state"), layout.path("derived/state.part"));
    if env.fs.stat(&part).doing("look at", &part)?.is_some() {
        env.fs.remove(&part).doing("remove", &part)?;
    }
    let mut file = env.fs.create_new(&part).doing("create", &part)?;
    file.write_all(format!("{sum}\n").as_bytes())
        .and_then(|()| file.write_all(&json))
        .doing("write", &part)?;
    drop(file);
    env.fs.rename(&part, &path).doing("move to", &path)
}

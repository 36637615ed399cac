//! What a cosigner has seen, on disk: a file for each vault, put in place whole.

use super::next::Seen;
use super::sync;
use crate::env::Env;
use crate::error::{Doing, Error, Result};
use crate::mirror::put;
use jingui_schema::FORMAT;
use jingui_schema::cosignature::CosignerKey;
use jingui_schema::digest::B3;
use jingui_schema::id::VaultId;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

const TOML: &str = "COSIGNER.toml";
const LOGS: &str = "logs";
/// Such a file holds one head; a vault that forked a thousand times has still room.
const FILE_BYTES_MAX: u64 = 1 << 20;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    format: u32,
    key: String,
}

/// Makes the directory. Its name file comes last: without it there is no cosigner.
pub(super) fn make(env: &Env, dir: &Path, key: &CosignerKey) -> Result<()> {
    check_empty(env, dir)?;
    for dir in [dir, &dir.join(LOGS)] {
        env.fs.create_dir(dir).doing("make", dir)?;
    }
    let named = Named { format: FORMAT, key: key.to_string() };
    let text = toml::to_string(&named).expect("plain texts always serialise");
    let text = format!(
        "# A cosigner of Jingui vaults. `key` is what a vault names; `logs/` must never be put back from a backup.\n{text}"
    );
    put(env, &dir.join(TOML), text.as_bytes())?;
    sync(env, dir)?;
    match dir.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => sync(env, parent),
        _ => Ok(()),
    }
}

/// Whether a cosigner can be made here: nothing is there but what making one has left that was cut off.
pub(super) fn check_empty(env: &Env, dir: &Path) -> Result<()> {
    if env.fs.stat(dir).doing("look at", dir)?.is_none() {
        return Ok(());
    }
    let names = env.fs.list(dir).doing("list", dir)?;
    let left = ["logs", "COSIGNER.toml.part"];
    match names.iter().all(|(name, _)| name.to_str().is_some_and(|name| left.contains(&name))) {
        true => Ok(()),
        false => Err(Error::NotEmpty { path: dir.display().to_string() }),
    }
}

/// The cosigner's key.
pub(super) fn read_key(env: &Env, dir: &Path) -> Result<CosignerKey> {
    let path = dir.join(TOML);
    if env.fs.stat(&path).doing("look at", &path)?.is_none() {
        return Err(Error::NoCosignerHere { path: dir.display().to_string() });
    }
    let bytes = env.fs.read(&path, FILE_BYTES_MAX).doing("read", &path)?;
    let damaged = || damaged(&path, "it is not as it was written");
    let named: Named = toml::from_str(&String::from_utf8_lossy(&bytes)).map_err(|_| damaged())?;
    if named.format != FORMAT {
        return Err(Error::of_format(path.display().to_string(), named.format.into()));
    }
    named.key.parse().map_err(|_| damaged())
}

/// What is known of a vault; `None` where it was never heard of.
pub(super) fn read(env: &Env, dir: &Path, vault: VaultId) -> Result<Option<Seen>> {
    let path = path_of(dir, vault);
    if env.fs.stat(&path).doing("look at", &path)?.is_none() {
        return Ok(None);
    }
    let bytes = env.fs.read(&path, FILE_BYTES_MAX).doing("read", &path)?;
    // Nothing is signed on the word of a file that is not whole: it could name an earlier head.
    let text = std::str::from_utf8(&bytes).ok().and_then(|text| text.strip_suffix('\n')?.split_once('\n'));
    let (line, sum) = text.ok_or_else(|| damaged(&path, "it is not as it was written"))?;
    if sum != B3::of(line.as_bytes()).to_string() {
        return Err(damaged(&path, "it does not fit its checksum"));
    }
    let seen: Seen = serde_json::from_str(line).map_err(|_| damaged(&path, "it is of another form"))?;
    match seen.v == FORMAT && seen.vault == vault {
        true => Ok(Some(seen)),
        false => Err(damaged(&path, "it is another vault's, or of another format")),
    }
}

/// Keeps what is known of a vault; on return it is durable. Until then what was known before is there, whole.
pub(super) fn write(env: &Env, dir: &Path, seen: &Seen) -> Result<()> {
    let line = serde_json::to_string(seen).expect("plain data always serialises");
    let text = format!("{line}\n{}\n", B3::of(line.as_bytes()));
    put(env, &path_of(dir, seen.vault), text.as_bytes())?;
    sync(env, &dir.join(LOGS))
}

/// What is known of all vaults.
pub(super) fn all(env: &Env, dir: &Path) -> Result<Vec<Seen>> {
    let logs = dir.join(LOGS);
    let names = env.fs.list(&logs).doing("list", &logs)?;
    let vault = |name: &std::ffi::OsStr| name.to_str()?.strip_suffix(".json")?.parse::<VaultId>().ok();
    let mut vaults: Vec<VaultId> = names.iter().filter_map(|(name, _)| vault(name)).collect();
    vaults.sort_unstable();
    vaults.into_iter().filter_map(|vault| read(env, dir, vault).transpose()).collect()
}

fn path_of(dir: &Path, vault: VaultId) -> PathBuf {
    dir.join(LOGS).join(format!("{vault}.json"))
}

fn damaged(path: &Path, why: &str) -> Error {
    Error::CosignerDamaged { path: path.display().to_string(), why: why.into() }
}

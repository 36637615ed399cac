//! Where a target is: words of the command line, devices, and what this machine remembers of places.

use super::super::World;
use crate::context::Context;
use crate::failure::{Problem, Result};
use crate::output::printable_path;
use crate::stores;
use jingui_schema::id::TargetId;
use jingui_sync::{Address, StoreTarget};
use jingui_vault::copies::{Begun, DirTarget, THREADS, THREADS_FAR, Target};
use jingui_vault::{Error, Vault};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where targets were last seen on this machine; may be deleted.
const SEEN: &str = "run/copies.json";

/// Where a target is.
pub(in crate::commands) enum Place {
    /// In a directory.
    Directory(PathBuf),
    /// In an object store.
    Store(Address),
}

/// A target that can be reached.
pub(in crate::commands) struct Reached {
    pub target: Arc<dyn Target>,
    /// The same, where it is in a store.
    pub store: Option<Arc<StoreTarget>>,
}

impl Place {
    /// What a word of the command line means: a path, a `file:` URL, or an address in a store.
    pub fn of(context: &Context, word: &Path) -> Result<Self> {
        match stores::address(word) {
            Some(address) => address.map(Self::Store),
            None => directory(context, word).map(Self::Directory),
        }
    }

    /// As people know it, and as they would write it.
    pub fn shown(&self) -> String {
        match self {
            Self::Directory(dir) => printable_path(dir),
            Self::Store(address) => address.to_string(),
        }
    }

    /// Reaches the target, which must be there.
    ///
    /// Errors: [`Error::NoTarget`]; why a store lets nobody in.
    pub fn reach(&self, context: &Context) -> Result<Reached> {
        match self {
            Self::Directory(dir) => {
                Ok(Reached { target: Arc::new(DirTarget::open(context.env.clone(), dir)?), store: None })
            }
            Self::Store(address) => {
                let nobody = || match context.call.store_unfit.clone() {
                    Some(unfit) => unfit.into(),
                    None => Problem::NoStoreCredentials { url: address.to_string() },
                };
                let access = context.store.as_ref().ok_or_else(nobody)?;
                let interrupt = context.interrupt.clone();
                let interrupted = Arc::new(move || interrupt.is_set());
                let store = StoreTarget::open(address, access, context.env.clone(), interrupted)?;
                let store = Arc::new(store);
                Ok(Reached { target: store.clone(), store: Some(store) })
            }
        }
    }

    /// Refuses a target inside the vault, its keystore or its mirror, or one that they lie in.
    pub fn apart_from(&self, vault: &Vault) -> Result<()> {
        let Self::Directory(dir) = self else { return Ok(()) };
        let others = [Some(vault.layout().root()), vault.keystore_dir(), vault.mirror_dir()];
        others.into_iter().flatten().try_for_each(|other| apart(dir, other))
    }

    /// The same of another directory.
    pub fn apart_from_dir(&self, other: &Path) -> Result<()> {
        match self {
            Self::Directory(dir) => apart(dir, other),
            Self::Store(_) => Ok(()),
        }
    }

    /// Whether it is away from a vault, as far as it can be seen: on another device, or in a store on another machine.
    pub fn is_outside(&self, context: &Context, vault: &Path) -> bool {
        match self {
            Self::Directory(dir) => is_elsewhere(dir, vault),
            Self::Store(_) => context.store.as_ref().is_some_and(|access| !stores::is_here(access)),
        }
    }
}

/// How many files are moved at a time.
pub(in crate::commands) fn threads(target: &dyn Target) -> usize {
    if target.is_far() { THREADS_FAR } else { THREADS }
}

/// The directory that a word of the command line means: a path, or a `file:` URL.
fn directory(context: &Context, word: &Path) -> Result<PathBuf> {
    let bytes = word.as_os_str().as_bytes();
    let scheme = bytes.windows(3).position(|three| three == b"://").map(|at| &bytes[..at]);
    let is_scheme =
        |s: &[u8]| s.len() > 1 && s.iter().all(|b| b.is_ascii_alphanumeric() || b"+.-".contains(b));
    let Some(scheme) = scheme.filter(|s| is_scheme(s)) else { return Ok(resolved(&context.path(word))) };
    if !scheme.eq_ignore_ascii_case(b"file") {
        return Err(Problem::StoreUnknown { url: printable_path(word) }.into());
    }
    let rest = &bytes["file://".len()..];
    let rest = rest.strip_prefix(b"localhost").unwrap_or(rest);
    match unescaped(rest) {
        Some(path) if path.first() == Some(&b'/') => Ok(resolved(Path::new(&OsString::from_vec(path)))),
        _ => Err(Problem::StoreUnknown { url: printable_path(word) }.into()),
    }
}

/// `%2F` and the like as the bytes they stand for.
fn unescaped(text: &[u8]) -> Option<Vec<u8>> {
    let (mut out, mut rest) = (Vec::with_capacity(text.len()), text);
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        if *byte != b'%' {
            out.push(*byte);
            continue;
        }
        let (digits, after) = rest.split_at_checked(2)?;
        out.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
        rest = after;
    }
    Some(out)
}

/// The path with links followed, as far as it exists: what lies inside what is seen only so.
pub(super) fn resolved(path: &Path) -> PathBuf {
    if let Ok(real) = path.canonicalize() {
        return real;
    }
    match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) => resolved(parent).join(name),
        _ => path.to_owned(),
    }
}

/// Refuses two places of which one lies inside the other.
pub(super) fn apart(path: &Path, other: &Path) -> Result<()> {
    let (a, b) = (resolved(path), resolved(other));
    match a.starts_with(&b) || b.starts_with(&a) {
        true => Err(Error::Nested { path: printable_path(path), other: printable_path(other) }.into()),
        false => Ok(()),
    }
}

/// Whether two directories lie on different devices.
fn is_elsewhere(dir: &Path, vault: &Path) -> bool {
    let device = |path: &Path| std::fs::metadata(path).ok().map(|meta| meta.dev());
    device(dir).zip(device(vault)).is_some_and(|(one, other)| one != other)
}

/// Where targets were last seen.
#[derive(Default, Serialize, Deserialize)]
pub(in crate::commands) struct Seen(BTreeMap<TargetId, String>);

impl Seen {
    /// What this machine remembers; nothing where it remembers nothing.
    pub fn read(world: &World) -> Self {
        let path = world.vault.layout().path(SEEN);
        let bytes = world.vault.env().fs.read(&path, 1 << 20).unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    /// Where a target was.
    pub fn place(&self, target: TargetId) -> Option<&str> {
        self.0.get(&target).map(String::as_str)
    }

    /// Remembers; a machine that cannot has only less to show.
    pub fn remember(mut self, world: &World, target: TargetId, at: &dyn Target) {
        let place = at.name();
        if self.0.get(&target) == Some(&place) {
            return;
        }
        self.0.insert(target, place);
        let text = serde_json::to_string(&self).expect("plain data");
        let path = world.vault.layout().path(SEEN);
        drop(std::fs::write(path, text));
    }

    /// A directory that held a copy and is empty now is a disk that was not mounted, unless somebody says otherwise;
    /// a place in a store that is empty now is another store's, or was emptied.
    pub fn must_be_there(&self, begun: &Begun, at: &dyn Target, new: bool) -> Result<()> {
        let place = at.name();
        match begun {
            Begun::Empty if !new && self.0.values().any(|known| *known == place) => {
                Err(Problem::CopyGone { path: place }.into())
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_of_an_url_are_bytes() {
        assert_eq!(unescaped(b"/media/a%20b").unwrap(), b"/media/a b");
        assert_eq!(unescaped("/备份".as_bytes()).unwrap(), "/备份".as_bytes());
        assert_eq!(unescaped(b"/%e5%a4%87").unwrap(), "/备".as_bytes());
        for bad in [&b"/%"[..], b"/%2", b"/%zz"] {
            assert_eq!(unescaped(bad), None);
        }
    }
}

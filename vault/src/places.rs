//! `settings/places.toml`: where keystore and mirror are, where pushes go, and where documents are that were left elsewhere.
//!
//! It is the one named file that gives way to another under the same name, and it counts only as the journal has it. So the one
//! that counts lies aside until the line of the next one is there (`Vault::set_places`): cut off in between, it comes back.

use crate::env::Env;
use crate::error::{Doing, Error, Result};
use crate::layout::Layout;
use crate::mirror::put;
use crate::session::Session;
use crate::state::State;
use crate::vault::{Vault, places_fit};
use jingui_schema::act::FileSet;
use jingui_schema::digest::FileMark;
use jingui_schema::facts::Role;
use jingui_schema::id::TargetId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::PoisonError;

/// Path of the file below the vault.
pub const PLACES: &str = "settings/places.toml";
/// Where the one that counts lies while another gets its place.
pub(crate) const PLACES_ASIDE: &str = "staging/places.toml";
/// Bytes that it has at most.
const PLACES_MAX: u64 = 64 << 10;

/// Where keystore and mirror are on this machine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Places {
    /// The keystore.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keystore: Option<PathBuf>,
    /// The mirror.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mirror: Option<PathBuf>,
    /// Bytes that bodies fetched from elsewhere may take at most; the usual bound where nobody says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<u64>,
    /// Where pushes go when nobody says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub push: Option<PushPlace>,
    /// Where the copies are in which documents of archives that were taken in have stayed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub left: BTreeMap<TargetId, LeftPlace>,
}

/// Where pushes go, and who asks there: as on the command line, and no secret among it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PushPlace {
    /// A directory, or an address in a store.
    pub target: String,
    /// Whether it is kept away from this machine, also where the device does not show it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub offsite: bool,
    /// Bytes a second that are sent at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// How what is put there is locked: `governance` or `compliance`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lock: Option<String>,
    /// Where the store is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// Its region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Where the bucket stands in a request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub addressing: Option<String>,
    /// The file that says who asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credentials: Option<PathBuf>,
}

/// Where a copy is, and who asks there: as on the command line, and no secret among it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftPlace {
    /// A directory, or an address in a store.
    pub target: String,
    /// Where the store is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// Its region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Where the bucket stands in a request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub addressing: Option<String>,
    /// The file that says who asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credentials: Option<PathBuf>,
}

impl Places {
    /// Reads the file; nothing where it is missing or not readable, which `verify` reports.
    pub fn read(env: &Env, layout: &Layout) -> Self {
        let bytes = env.fs.read(&layout.path(PLACES), PLACES_MAX).unwrap_or_default();
        Self::parse(&bytes).unwrap_or_default()
    }

    /// Reads the file's text.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        toml::from_str(std::str::from_utf8(bytes).ok()?).ok()
    }

    /// The file's text.
    pub fn to_text(&self) -> String {
        toml::to_string(self).expect("paths that are UTF-8 always serialise")
    }
}

/// The file as the journal has it, where it lies aside.
fn aside(env: &Env, layout: &Layout, state: &State) -> Option<Vec<u8>> {
    let bytes = env.fs.read(&layout.path(PLACES_ASIDE), PLACES_MAX).ok()?;
    (state.files.get(PLACES) == Some(&FileMark::of(&bytes))).then_some(bytes)
}

/// Puts the file back as the journal has it, where one that never counted has got its place; says whether it is as the journal
/// has it now.
///
/// Best effort: what could not be put back lies aside still, and until it is back nothing in its place counts. It is moved and not
/// written once more, so a full disk does not keep it from its place.
pub(crate) fn settle_places(env: &Env, layout: &Layout, state: &State) -> bool {
    if places_fit(env, layout, state) {
        return true;
    }
    if aside(env, layout, state).is_some() {
        // Its place first: at no moment it is durably gone from both.
        let back = env.fs.rename(&layout.path(PLACES_ASIDE), &layout.path(PLACES));
        let back = back.and_then(|()| env.fs.sync_dir(&layout.path("settings")));
        drop(back.and_then(|()| env.fs.sync_dir(&layout.path("staging"))));
    }
    places_fit(env, layout, state)
}

/// What the file says as the journal has it: in its place, or else where it lies aside; none where it is in neither.
pub(crate) fn places_that_count(env: &Env, layout: &Layout, state: &State) -> Option<Places> {
    match places_fit(env, layout, state) {
        true => Some(Places::read(env, layout)),
        false => aside(env, layout, state).and_then(|bytes| Places::parse(&bytes)),
    }
}

impl Vault {
    /// What the file says; nothing where somebody has edited it.
    pub(crate) fn places_kept(&self) -> Places {
        places_that_count(self.env(), self.layout(), &self.state()).unwrap_or_default()
    }

    /// Has the file say something else; nothing where it says so already.
    ///
    /// Cut off anywhere, the file is as the journal has it once the vault has been opened again, and the same can be asked once more.
    pub(crate) fn set_places(&self, change: impl FnOnce(&mut Places)) -> Result<()> {
        let (env, layout, writer) = (self.env(), self.layout(), self.writer()?);
        // Two at once would lay each other's file aside.
        let _turn = self.inner.setting.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = settle_places(env, layout, &self.state());
        let path = layout.path(PLACES);
        let kept = if counts { None } else { aside(env, layout, &self.state()) };
        let before = kept.unwrap_or_else(|| env.fs.read(&path, PLACES_MAX).unwrap_or_default());
        let mut places = Places::parse(&before).unwrap_or_default();
        change(&mut places);
        let text = places.to_text();
        let mark = FileMark::of(text.as_bytes());
        if counts && self.state().files.get(PLACES) == Some(&mark) && before == text.as_bytes() {
            return Ok(());
        }
        let beside = layout.path(PLACES_ASIDE);
        if counts {
            put(env, &beside, &before)?;
            let dir = layout.path("staging");
            env.fs.sync_dir(&dir).doing("sync", &dir)?;
        }
        let set = || -> Result<()> {
            put(env, &path, text.as_bytes())?;
            let dir = layout.path("settings");
            env.fs.sync_dir(&dir).doing("sync", &dir)?;
            let FileMark { size, b3 } = mark;
            writer.note(self.act(FileSet { path: PLACES.into(), size, b3 })).map(drop)
        };
        let done = set();
        match &done {
            // Best effort: the next opening removes what is of no use any more.
            Ok(()) => drop(env.fs.remove(&beside)),
            // Where writing has stopped the line may yet be adopted: the next opening sees which of both counts.
            Err(Error::Stalled { .. }) => {}
            Err(_) if matches!(writer.stopped(), Ok(None)) => {
                settle_places(env, layout, &self.state());
            }
            Err(_) => {}
        }
        done
    }
}

impl Session {
    /// Says whether somebody with one of these roles may have the file say something else; changes nothing.
    ///
    /// Errors: [`Error::Role`]; [`Error::FileDamaged`] where somebody has edited the file.
    pub(crate) fn may_keep_places(&self, keepers: &[Role]) -> Result<()> {
        self.with_role(keepers)?;
        let vault = &self.vault;
        vault.writer()?;
        let (env, layout, state) = (vault.env(), vault.layout(), vault.state());
        // The rest of the file would be signed for along with it.
        match places_fit(env, layout, &state) || aside(env, layout, &state).is_some() {
            true => Ok(()),
            false => Err(Error::FileDamaged { path: PLACES.into(), finding: "digest".into() }),
        }
    }
}

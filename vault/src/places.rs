//! `settings/places.toml`: where keystore and mirror are, where pushes go, and where documents are that were left elsewhere.

use crate::env::Env;
use crate::layout::Layout;
use jingui_schema::id::TargetId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Path of the file below the vault.
pub const PLACES: &str = "settings/places.toml";

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
        let bytes = env.fs.read(&layout.path(PLACES), 64 << 10).unwrap_or_default();
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

//! `settings/places.toml`: where keystore and mirror are.

use crate::env::Env;
use crate::layout::Layout;
use serde::{Deserialize, Serialize};
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

//! The map: which of the files with random names is which of tantivy's.

use super::{OpenError, Place, remove_if_there};
use jingui_vault::seal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;

/// Its name on the disk.
pub(super) const NAME: &str = "map";
/// Its name while it is written.
pub(super) const NEW_NAME: &str = "map.new";
/// A file has some hundred bytes in it; there are thousands at most.
const BYTES_MAX: u64 = 64 << 20;

/// What is known of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Named {
    /// Its name on the disk.
    pub(super) file: String,
    /// Bytes of what is sealed in it.
    pub(super) bytes: u64,
    /// Bytes of its header, nonce included.
    pub(super) header_bytes: u64,
    /// BLAKE3 of that header.
    pub(super) header: String,
}

/// All files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Map {
    /// Of the program that wrote it.
    pub(super) version: u32,
    /// Goes up with each map.
    pub(super) generation: u64,
    /// By tantivy's name.
    pub(super) files: BTreeMap<String, Named>,
    /// Those that are replaced rather than written once.
    pub(super) small: BTreeMap<String, String>,
}

/// The part of a map that every version has.
#[derive(Deserialize)]
struct Version {
    version: u32,
}

impl Map {
    pub(super) fn read(place: &Place, ours: u32) -> Result<Self, OpenError> {
        let path = place.dir.join(NAME);
        let sealed = match place.env.fs.read(&path, BYTES_MAX) {
            Ok(sealed) => sealed,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(OpenError::Absent(place.dir.clone()));
            }
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                return Err(OpenError::Damaged(error.to_string()));
            }
            Err(source) => return Err(OpenError::Io { path, source }),
        };
        let damaged = |what: &dyn std::fmt::Display| OpenError::Damaged(format!("map: {what}"));
        let text = seal::open(&place.identity, &sealed).map_err(|error| damaged(&error))?;
        let found: Version = serde_json::from_slice(&text).map_err(|error| damaged(&error))?;
        // Asked first: another version may have other fields, which is no damage.
        if found.version != ours {
            return Err(OpenError::OtherVersion { found: found.version, ours });
        }
        serde_json::from_slice(&text).map_err(|error| damaged(&error))
    }

    /// Replaces the map on the disk. The files it names were synced before.
    pub(super) fn write(&self, place: &Place) -> io::Result<()> {
        let text = serde_json::to_vec(self).map_err(io::Error::other)?;
        let sealed = seal::seal(&place.identity.to_public(), &text);
        let (new, path) = (place.dir.join(NEW_NAME), place.dir.join(NAME));
        remove_if_there(place, NEW_NAME)?;
        place.env.fs.write_new(&new, &sealed)?;
        place.env.fs.rename(&new, &path)?;
        place.env.fs.sync_dir(&place.dir)
    }
}

/// Whether a name is one that this directory gives.
pub(super) fn is_ours(name: &str) -> bool {
    let random = name.len() == 32 && name.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'a'..=b'f'));
    random || name == NAME || name == NEW_NAME
}

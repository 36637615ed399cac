//! Under way: what is about to be moved, written down before anything happens, so that a kill in between is no riddle.
//!
//! One small JSON file for each record, in our own directory in the folder: the names in it are as readable as the files
//! beside it. Written and synced before the record is filed; removed when everything has been moved.

use super::places::{Folder, Place};
use crate::context::Word;
use crate::failure::{Doing, Result};
use jingui_schema::digest::Sha256;
use jingui_schema::id::ActId;
use jingui_vault::env::Env;
use serde::{Deserialize, Serialize};
use std::io;
use std::path::{Path, PathBuf};

/// A page of it is longer than any record's names can be.
const BYTES_MAX: u64 = 16 << 20;

/// One record on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct UnderWay {
    v: u32,
    /// The request with which it is filed; of other places, only what the file is named after.
    pub request: ActId,
    /// Where its files go.
    pub place: Place,
    /// The directory that they leave together, to be removed when it is empty; relative to the folder.
    pub directory: Option<Word>,
    /// Its files, in order.
    pub moves: Vec<Move>,
    /// Why, for a person: the file, relative to the directory of the place, and what it says.
    pub reason: Option<(Word, String)>,
}

/// One file on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Move {
    /// From here, relative to the folder.
    pub from: Word,
    /// To there, relative to the directory of the place: the folder may be found elsewhere the next time.
    pub to: Word,
    /// Its bytes.
    pub size: u64,
    /// When it was written, nanoseconds since 1970; moving does not change that.
    pub modified: i64,
    /// What is in it, of a document.
    pub sha256: Option<Sha256>,
}

impl Move {
    /// From here, relative to the folder.
    pub(super) fn from(&self) -> &Path {
        Path::new(&self.from.0)
    }

    /// To there, relative to the directory of the place.
    pub(super) fn to(&self) -> &Path {
        Path::new(&self.to.0)
    }
}

impl UnderWay {
    /// One that is about to begin.
    pub(super) fn new(request: ActId, place: Place, directory: Option<&Path>, moves: Vec<Move>) -> Self {
        Self { v: 1, request, place, directory: directory.map(Word::from), moves, reason: None }
    }

    fn path(&self, folder: &Folder) -> PathBuf {
        folder.own().join(format!("{}.json", self.request))
    }

    /// Writes it down; on return it is durable.
    pub(super) fn write(&self, env: &Env, folder: &Folder) -> Result<()> {
        let path = self.path(folder);
        let text = serde_json::to_vec(self).expect("names and digests are plain data");
        let written = env.fs.write_new(&path, &text).and_then(|()| env.fs.sync_dir(&folder.own()));
        if written.is_err() {
            // What is half there would say nothing, and it is read as such; but nothing has begun.
            drop(env.fs.remove(&path));
        }
        written.doing("write", &path)
    }

    /// Strikes it out: everything has been moved, or nothing will be.
    pub(super) fn remove(&self, env: &Env, folder: &Folder) -> Result<()> {
        let path = self.path(folder);
        match env.fs.remove(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error).doing("remove", &path),
            _ => Ok(()),
        }
    }

    /// All that was left under way. What is half written is struck out: nothing had begun.
    pub(super) fn read_all(env: &Env, folder: &Folder) -> Result<Vec<Self>> {
        let own = folder.own();
        let names = match env.fs.list(&own) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            names => names.doing("list", &own)?,
        };
        let mut all = Vec::new();
        for (name, _) in names {
            let path = own.join(&name);
            if path.extension().is_none_or(|end| end != "json") {
                continue;
            }
            let text = env.fs.read(&path, BYTES_MAX).doing("read", &path)?;
            match serde_json::from_slice::<Self>(&text) {
                Ok(one) if one.v == 1 && one.path(folder) == path => all.push(one),
                Err(error) if error.is_eof() || error.is_syntax() => {
                    env.fs.remove(&path).doing("remove", &path)?
                }
                // Of another version of the program, or laid there by somebody: not ours to judge.
                Ok(_) | Err(_) => {
                    let error =
                        io::Error::new(io::ErrorKind::InvalidData, "it was not written by this program");
                    return Err(error).doing("read", &path);
                }
            }
        }
        Ok(all)
    }
}

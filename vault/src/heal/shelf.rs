//! Files taken out of their places and laid into them.

use crate::copies::{Poured, mark_of as mark_in, pour};
use crate::env::Env;
use crate::error::{Doing, Error, Result};
use crate::fs::Kind;
use crate::layout::Layout;
use crate::mirror::put;
use crate::vault::mark_of;
use jingui_schema::digest::FileMark;
use std::io::Read;
use std::path::{Path, PathBuf};

/// What is to be laid into a place: written beside it, synced, and read again.
pub(super) struct Part {
    path: PathBuf,
    place: PathBuf,
}

impl Part {
    /// Writes what a source gives beside the place, if it has this size and digest; `look` is asked with each piece
    /// of so many bytes whether to go on.
    ///
    /// - Shape: with [`Poured::Whole`] comes the file, durable but for its name; with what is not whole nothing stays.
    /// - Errors: those of this vault's disk and of `look`; [`Error::ReadBack`].
    pub fn write(
        env: &Env,
        layout: &Layout,
        below: &str,
        mark: FileMark,
        source: &mut dyn Read,
        look: &mut dyn FnMut(u64) -> Result<()>,
    ) -> Result<(Poured, Option<Self>)> {
        let place = layout.path(below);
        directory(env, &place)?;
        let path = layout.path(&format!("{below}.part"));
        let fs = &env.fs;
        if fs.stat(&path).doing("look at", &path)?.is_some() {
            fs.remove(&path).doing("remove", &path)?;
        }
        let part = Self { path, place };
        let path = &part.path;
        let mut write = || -> Result<Poured> {
            let mut file = fs.create_new(path).doing("create", path)?;
            let poured = pour(source, mark, |piece| {
                look(piece.len() as u64)?;
                file.write_all(piece).doing("write", path)
            })?;
            if matches!(poured, Poured::Whole) {
                file.sync().doing("sync", path)?;
                drop(file);
                let found = mark_in(&mut fs.open(path).doing("open", path)?).doing("read", path)?;
                if found != mark {
                    return Err(Error::ReadBack { path: path.display().to_string() });
                }
            }
            Ok(poured)
        };
        match write() {
            Ok(Poured::Whole) => Ok((Poured::Whole, Some(part))),
            poured => {
                part.give_up(env);
                Ok((poured?, None))
            }
        }
    }

    /// Gives it its name, in the place of nothing; durable on return.
    pub fn lay(&self, env: &Env) -> Result<()> {
        let dir = self.place.parent().expect("a file lies in a directory");
        env.fs.rename(&self.path, &self.place).doing("move to", &self.place)?;
        env.fs.sync_dir(dir).doing("sync", dir)
    }

    /// Takes it away again once it has its name.
    pub fn take_back(&self, env: &Env) -> Result<()> {
        let dir = self.place.parent().expect("a file lies in a directory");
        env.fs.remove(&self.place).doing("remove", &self.place)?;
        env.fs.sync_dir(dir).doing("sync", dir)
    }

    /// Removes it. Best effort: what stays is made again by the next write.
    pub fn give_up(&self, env: &Env) {
        drop(env.fs.remove(&self.path));
    }
}

/// Moves what has this name to `quarantine/`, whatever it is; `None` where there is nothing.
pub(super) fn set_aside(env: &Env, layout: &Layout, below: &str) -> Result<Option<(String, FileMark)>> {
    let path = layout.path(below);
    let Some(stat) = env.fs.stat(&path).doing("look at", &path)? else { return Ok(None) };
    // Of a pipe or a link there is nothing to digest, and of a file that cannot be read neither.
    let mark = match stat.kind {
        Kind::File => mark_of(env, &path).unwrap_or(FileMark { size: stat.size, ..FileMark::of(b"") }),
        _ => FileMark::of(b""),
    };
    let name = format!("{}.damaged", env.act_id());
    let to = layout.path("quarantine").join(&name);
    env.fs.rename(&path, &to).doing("move to", &to)?;
    let dir = layout.path("quarantine");
    env.fs.sync_dir(&dir).doing("sync", &dir)?;
    Ok(Some((name, mark)))
}

/// Writes a file that is not there, with its directory; durable on return.
pub(super) fn put_in_place(env: &Env, layout: &Layout, below: &str, bytes: &[u8]) -> Result<()> {
    let path = layout.path(below);
    let dir = directory(env, &path)?;
    put(env, &path, bytes)?;
    env.fs.sync_dir(dir).doing("sync", dir)
}

/// Makes the directory of a path, whose own name is durable then.
pub(super) fn directory<'a>(env: &Env, path: &'a Path) -> Result<&'a Path> {
    let dir = path.parent().expect("a file lies in a directory");
    if env.fs.create_dir(dir).doing("create", dir)?
        && let Some(above) = dir.parent()
    {
        env.fs.sync_dir(above).doing("sync", above)?;
    }
    Ok(dir)
}

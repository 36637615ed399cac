//! What was given, in a directory of its own: it has its name once all of it is there.

use crate::env::Env;
use crate::error::{Doing, Result};
use crate::fs::WriteFile;
use jingui_schema::cover::Document;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What a document is called as a file; by who knows what file names may be here.
pub(super) type Names<'a> = &'a dyn Fn(&Document) -> String;

/// A directory under way. Dropped before it is finished, it and what is in it go again.
pub(super) struct Folder {
    env: Env,
    dir: PathBuf,
    part: PathBuf,
    files: Vec<PathBuf>,
    done: bool,
}

impl Folder {
    /// Begins one beside the name that it is to have.
    pub fn begin(env: &Env, dir: &Path) -> Result<Self> {
        let mut name = dir.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.part", env.act_id()));
        let part = dir.with_file_name(name);
        env.fs.create_dir(&part).doing("create", &part)?;
        Ok(Self { env: env.clone(), dir: dir.to_owned(), part, files: Vec::new(), done: false })
    }

    /// A new file in it; who writes it syncs it.
    pub fn file(&mut self, name: &str) -> Result<(Box<dyn WriteFile>, PathBuf)> {
        let path = self.part.join(name);
        let file = self.env.fs.create_new(&path).doing("create", &path)?;
        self.files.push(path.clone());
        Ok((file, path))
    }

    /// A small file in it.
    pub fn write(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        let (mut file, path) = self.file(name)?;
        file.write_all(bytes).and_then(|()| file.sync()).doing("write", &path)
    }

    /// Gives it its name, durably.
    pub fn finish(mut self) -> Result<()> {
        let fs = &self.env.fs;
        fs.sync_dir(&self.part).doing("sync", &self.part)?;
        fs.rename_new(&self.part, &self.dir).doing("move to", &self.dir)?;
        self.done = true;
        let above = self.dir.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs.sync_dir(above).doing("sync", above)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.done {
            // Best effort: what stays is under a name that says so.
            self.files.iter().for_each(|path| drop(self.env.fs.remove(path)));
            drop(self.env.fs.remove_dir(&self.part));
        }
    }
}

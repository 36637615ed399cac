//! Disks that do not do what they say: what shows that the histories can fail.

use jingui_tests::lossy::LossyFs;
use jingui_vault::fs::{Fs, ReadFile, Stat, WriteFile};
use std::ffi::OsString;
use std::io::{self, Cursor, Read, Write};
use std::path::Path;
use std::sync::Arc;

/// Syncs of the journal do nothing.
pub fn forgetful(disk: LossyFs) -> Arc<dyn Fs> {
    Arc::new(Lying { disk, syncs: false, bends: false })
}

/// One byte of each supplemented cover is another when it is read again.
pub fn bending(disk: LossyFs) -> Arc<dyn Fs> {
    Arc::new(Lying { disk, syncs: true, bends: true })
}

struct Lying {
    disk: LossyFs,
    syncs: bool,
    bends: bool,
}

struct Unsynced(Box<dyn WriteFile>);

impl Write for Unsynced {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl WriteFile for Unsynced {
    fn write_all_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.0.write_all_at(bytes, offset)
    }
    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }
    fn set_len(&mut self, bytes: u64) -> io::Result<()> {
        self.0.set_len(bytes)
    }
}

impl Lying {
    fn file(&self, path: &Path, file: Box<dyn WriteFile>) -> Box<dyn WriteFile> {
        let journal = path.parent().is_some_and(|dir| dir.ends_with("vault/journal"));
        if journal && !self.syncs { Box::new(Unsynced(file)) } else { file }
    }
}

impl Fs for Lying {
    fn open(&self, path: &Path) -> io::Result<Box<dyn ReadFile>> {
        let mut file = self.disk.open(path)?;
        let name = path.to_string_lossy();
        if !(self.bends && name.contains("/covers/") && name.contains(".2.e")) {
            return Ok(file);
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        bytes.iter_mut().last().into_iter().for_each(|byte| *byte ^= 1);
        Ok(Box::new(Cursor::new(bytes)))
    }
    fn create_new(&self, path: &Path) -> io::Result<Box<dyn WriteFile>> {
        self.disk.create_new(path).map(|file| self.file(path, file))
    }
    fn open_append(&self, path: &Path) -> io::Result<Box<dyn WriteFile>> {
        self.disk.open_append(path).map(|file| self.file(path, file))
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.disk.rename(from, to)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        self.disk.remove(path)
    }
    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        self.disk.remove_dir(path)
    }
    fn create_dir(&self, path: &Path) -> io::Result<bool> {
        self.disk.create_dir(path)
    }
    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        self.disk.sync_dir(path)
    }
    fn list(&self, path: &Path) -> io::Result<Vec<(OsString, Stat)>> {
        self.disk.list(path)
    }
    fn stat(&self, path: &Path) -> io::Result<Option<Stat>> {
        self.disk.stat(path)
    }
}

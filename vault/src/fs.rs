//! The file system as a value, so that a test can fail, cut or count any step.
//!
//! Everything a vault, a keystore or a mirror writes goes through [`Fs`]; only sled's derived catalog does not.

use rustix::fs::{CWD, OFlags, RenameFlags, renameat_with};
use rustix::io::Errno;
use std::ffi::OsString;
use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// What a directory entry is; links are not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// Anything else: a link, a pipe, a socket, a device.
    Other,
}

/// What is known of a name without opening it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stat {
    /// What it is.
    pub kind: Kind,
    /// Bytes, for a file.
    pub size: u64,
    /// Last change of the file or its name, seconds since 1970.
    pub changed: i64,
    /// Last change of what is in it, nanoseconds since 1970.
    pub modified: i64,
}

/// A file open for reading.
pub trait ReadFile: Read + Seek + Send {}
impl<T: Read + Seek + Send> ReadFile for T {}

/// A file open for writing.
pub trait WriteFile: Write + Send {
    /// Writes at a position, leaving the end of appended writes where it was.
    fn write_all_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()>;
    /// Returns once all bytes are on the device.
    fn sync(&mut self) -> io::Result<()>;
    /// Cuts or extends the file.
    fn set_len(&mut self, bytes: u64) -> io::Result<()>;
}

/// The operations a vault asks of a disk, each one a point where a test may fail it.
pub trait Fs: Send + Sync {
    /// Opens an existing file for reading.
    fn open(&self, path: &Path) -> io::Result<Box<dyn ReadFile>>;
    /// Makes a file that must not exist yet, mode 0600.
    fn create_new(&self, path: &Path) -> io::Result<Box<dyn WriteFile>>;
    /// Opens an existing file for writing, positioned at its end.
    fn open_append(&self, path: &Path) -> io::Result<Box<dyn WriteFile>>;
    /// Moves a file within one file system; replaces what is there.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Removes an empty directory.
    fn remove_dir(&self, path: &Path) -> io::Result<()>;
    /// Makes a directory, mode 0700; its parent must exist. Says whether it was new.
    fn create_dir(&self, path: &Path) -> io::Result<bool>;
    /// Returns once the names in a directory are on the device.
    fn sync_dir(&self, path: &Path) -> io::Result<()>;
    /// Lists a directory, in no order.
    fn list(&self, path: &Path) -> io::Result<Vec<(OsString, Stat)>>;
    /// Looks at a name; `None` where there is nothing.
    fn stat(&self, path: &Path) -> io::Result<Option<Stat>>;

    /// The same as [`Fs::open`], but a link in the last part of the path is refused: for directories that
    /// others write to.
    fn open_unlinked(&self, path: &Path) -> io::Result<Box<dyn ReadFile>> {
        self.open(path)
    }

    /// Moves a file or a directory within one file system to a name that nothing has.
    ///
    /// Errors: `AlreadyExists`; then nothing was moved.
    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        match self.stat(to)? {
            Some(_) => Err(io::ErrorKind::AlreadyExists.into()),
            None => self.rename(from, to),
        }
    }

    /// Lets those read and write a file or a directory who may do so with another one.
    fn share_like(&self, _path: &Path, _other: &Path) -> io::Result<()> {
        Ok(())
    }
}

impl dyn Fs {
    /// Reads a whole file that is expected to be small.
    ///
    /// Errors: `InvalidData` when it has more than `limit` bytes.
    pub fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.open(path)?.take(limit + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > limit {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the file is larger than it can be"));
        }
        Ok(bytes)
    }

    /// Writes a new file and syncs it; the caller syncs the directory.
    pub fn write_new(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = self.create_new(path)?;
        file.write_all(bytes)?;
        file.sync()
    }
}

/// The operating system's file system.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsFs;

/// As much is handed to the system at a time. For larger pieces Linux wants larger blocks of its memory, and when that is
/// fragmented, moving others' pages to make them costs more than all the rest of a write.
const WRITE_BYTES: usize = 32 << 10;

struct OsFile(File);

impl Write for OsFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut written = 0;
        for piece in bytes.chunks(WRITE_BYTES) {
            match self.0.write(piece) {
                Ok(some) if some == piece.len() => written += some,
                Ok(some) => return Ok(written + some),
                // Whoever goes on where this stopped meets it again.
                Err(_) if written > 0 => return Ok(written),
                Err(error) => return Err(error),
            }
        }
        Ok(written)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl WriteFile for OsFile {
    fn write_all_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.0.write_all_at(bytes, offset)
    }
    fn sync(&mut self) -> io::Result<()> {
        // Data and length reach the device; times need not.
        self.0.sync_data()
    }
    fn set_len(&mut self, bytes: u64) -> io::Result<()> {
        self.0.set_len(bytes)
    }
}

fn open_regular(path: &Path, flags: OFlags) -> io::Result<Box<dyn ReadFile>> {
    // Opening a pipe put in a file's place would wait for a writer for ever.
    let flags = flags | OFlags::NONBLOCK;
    let file = OpenOptions::new().read(true).custom_flags(flags.bits() as i32).open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
    }
    Ok(Box::new(file))
}

fn stat_of(meta: &std::fs::Metadata) -> Stat {
    use std::os::unix::fs::MetadataExt;
    let kind = match meta.file_type() {
        t if t.is_file() => Kind::File,
        t if t.is_dir() => Kind::Directory,
        _ => Kind::Other,
    };
    let modified = meta.mtime().saturating_mul(1_000_000_000).saturating_add(meta.mtime_nsec());
    Stat { kind, size: meta.len(), changed: meta.ctime(), modified }
}

impl Fs for OsFs {
    fn open(&self, path: &Path) -> io::Result<Box<dyn ReadFile>> {
        open_regular(path, OFlags::empty())
    }

    fn create_new(&self, path: &Path) -> io::Result<Box<dyn WriteFile>> {
        Ok(Box::new(OsFile(OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?)))
    }

    fn open_append(&self, path: &Path) -> io::Result<Box<dyn WriteFile>> {
        // Not O_APPEND: with it, Linux ignores the offset of positioned writes.
        let mut file = OpenOptions::new().write(true).open(path)?;
        file.seek(io::SeekFrom::End(0))?;
        Ok(Box::new(OsFile(file)))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        std::fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_file(path)
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_dir(path)
    }

    fn create_dir(&self, path: &Path) -> io::Result<bool> {
        match std::fs::DirBuilder::new().mode(0o700).create(path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }

    fn list(&self, path: &Path) -> io::Result<Vec<(OsString, Stat)>> {
        let entry = |entry: io::Result<std::fs::DirEntry>| {
            let entry = entry?;
            match entry.metadata() {
                Ok(meta) => Ok(Some((entry.file_name(), stat_of(&meta)))),
                // Removed while the directory was being listed.
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(error),
            }
        };
        std::fs::read_dir(path)?.filter_map(|e| entry(e).transpose()).collect()
    }

    fn stat(&self, path: &Path) -> io::Result<Option<Stat>> {
        match std::fs::symlink_metadata(path) {
            Ok(meta) => Ok(Some(stat_of(&meta))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn open_unlinked(&self, path: &Path) -> io::Result<Box<dyn ReadFile>> {
        open_regular(path, OFlags::NOFOLLOW)
    }

    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
            // Some network file systems do not know the flag: there looking first has to do.
            Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => match self.stat(to)? {
                Some(_) => Err(io::ErrorKind::AlreadyExists.into()),
                None => self.rename(from, to),
            },
            renamed => Ok(renamed?),
        }
    }

    fn share_like(&self, path: &Path, other: &Path) -> io::Result<()> {
        let other = std::fs::symlink_metadata(other)?.permissions().mode();
        let of_directory = std::fs::symlink_metadata(path)?.is_dir();
        // Whoever makes it goes on working with it.
        let mode = if of_directory { other & 0o777 | 0o700 } else { other & 0o666 | 0o600 };
        std::fs::set_permissions(path, Permissions::from_mode(mode))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_overwritten_and_no_link_followed() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        std::fs::write(path("a"), b"a").unwrap();
        std::fs::write(path("b"), b"b").unwrap();
        std::os::unix::fs::symlink("a", path("link")).unwrap();
        let taken = OsFs.rename_new(&path("a"), &path("b")).unwrap_err();
        assert_eq!(taken.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(
            OsFs.rename_new(&path("a"), &path("link")).unwrap_err().kind(),
            io::ErrorKind::AlreadyExists
        );
        assert_eq!(
            (std::fs::read(path("a")).unwrap(), std::fs::read(path("b")).unwrap()),
            (b"a".into(), b"b".into())
        );
        assert!(OsFs.open(&path("link")).is_ok() && OsFs.open_unlinked(&path("link")).is_err());
        OsFs.rename_new(&path("a"), &path("c")).unwrap();
        assert_eq!(std::fs::read(path("c")).unwrap(), b"a");
        std::fs::create_dir(path("d")).unwrap();
        std::fs::set_permissions(path("d"), Permissions::from_mode(0o550)).unwrap();
        std::fs::create_dir(path("e")).unwrap();
        OsFs.share_like(&path("e"), &path("d")).unwrap();
        OsFs.share_like(&path("c"), &path("d")).unwrap();
        let mode = |name: &str| std::fs::metadata(path(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("e"), mode("c")), (0o750, 0o640), "whoever made it goes on working with it");
    }
}

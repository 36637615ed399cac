//! Sources that change, sources, outputs and disks that fail: each is told from damage, and named.

use super::*;
use crate::error::Error;
use crate::fs::Fs;
use std::io::Write;
use std::path::Path;

#[test]
fn an_output_that_refuses_is_not_damage() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let filed = small();
    let said = filed.open().copy_document(&filed.sealed.documents[0], &mut Full).unwrap_err();
    assert_eq!(said.code(), "no-space");
}

#[test]
fn a_large_source_that_changes_is_refused() {
    let size = HELD_DOCUMENT_BYTES_MAX + 100_000;
    let check = |second: fn(Vec<u8>) -> io::Result<Box<dyn Read + Send>>, expected: &str| {
        let source = given("large.bin", move |time| match time {
            1 => Ok(Box::new(Cursor::new(noise(size, 1)))),
            _ => second(noise(size, 1)),
        });
        let small = bytes("a.txt", b"a".to_vec());
        let said =
            try_file(&[small, source], &mut Buffers::new()).err().map(|e| e.to_string()).unwrap_or_default();
        assert_eq!(said, expected);
    };
    let changed = "test/large.bin changed while it was being read";
    check(|same| Ok(Box::new(Cursor::new(same))), "");
    check(|same| Ok(Box::new(Cursor::new([&same[..], b"x"].concat()))), changed);
    check(|same| Ok(Box::new(Cursor::new(same[1..].to_vec()))), changed);
    check(|_| Ok(Box::new(io::empty())), changed);
    check(|_| Err(io::ErrorKind::NotFound.into()), changed);
    check(
        |mut same| {
            same[5_000] ^= 1;
            Ok(Box::new(Cursor::new(same)))
        },
        changed,
    );
    check(
        |_| Err(io::ErrorKind::PermissionDenied.into()),
        "test/large.bin cannot be filed: permission denied",
    );
    check(
        |same| Ok(Box::new(Cursor::new(same[..50_000].to_vec()).chain(Failing))),
        "test/large.bin cannot be filed: the cable came loose",
    );
}

struct Failing;
impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other("the cable came loose"))
    }
}

#[test]
fn a_source_that_fails_is_named() {
    let failing = given("bad.pdf", |_| Ok(Box::new(Cursor::new(vec![0; 300_000]).chain(Failing))));
    let said = try_file(&[bytes("good.pdf", vec![1]), failing], &mut Buffers::new()).err().unwrap();
    assert_eq!(said.to_string(), "test/bad.pdf cannot be filed: the cable came loose");
    let gone = given("gone.pdf", |_| Err(io::ErrorKind::NotFound.into()));
    assert!(matches!(try_file(&[gone], &mut Buffers::new()).err(), Some(Error::Source { .. })));
}

#[test]
fn a_disk_that_fails_is_an_io_error() {
    struct Failing(AtomicUsize, usize);
    struct File(Box<dyn crate::fs::WriteFile>, bool);
    impl Write for File {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.1 { Err(io::ErrorKind::StorageFull.into()) } else { self.0.write(bytes) }
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    impl crate::fs::WriteFile for File {
        fn write_all_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
            self.0.write_all_at(bytes, offset)
        }
        fn sync(&mut self) -> io::Result<()> {
            Err(io::Error::other("sync failed"))
        }
        fn set_len(&mut self, bytes: u64) -> io::Result<()> {
            self.0.set_len(bytes)
        }
    }
    impl Fs for Failing {
        fn open(&self, path: &Path) -> io::Result<Box<dyn crate::fs::ReadFile>> {
            OsFs.open(path)
        }
        fn create_new(&self, path: &Path) -> io::Result<Box<dyn crate::fs::WriteFile>> {
            let time = self.0.fetch_add(1, Ordering::SeqCst);
            Ok(Box::new(File(OsFs.create_new(path)?, time >= self.1)))
        }
        fn open_append(&self, path: &Path) -> io::Result<Box<dyn crate::fs::WriteFile>> {
            OsFs.open_append(path)
        }
        fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
            OsFs.rename(from, to)
        }
        fn remove(&self, path: &Path) -> io::Result<()> {
            OsFs.remove(path)
        }
        fn remove_dir(&self, path: &Path) -> io::Result<()> {
            OsFs.remove_dir(path)
        }
        fn create_dir(&self, path: &Path) -> io::Result<bool> {
            OsFs.create_dir(path)
        }
        fn sync_dir(&self, path: &Path) -> io::Result<()> {
            OsFs.sync_dir(path)
        }
        fn list(&self, path: &Path) -> io::Result<Vec<(OsString, crate::fs::Stat)>> {
            OsFs.list(path)
        }
        fn stat(&self, path: &Path) -> io::Result<Option<crate::fs::Stat>> {
            OsFs.stat(path)
        }
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("body.age");
    let env = Env { fs: std::sync::Arc::new(Failing(AtomicUsize::new(0), 1)), ..Env::of_host() };
    let mut buffers = Buffers::new();
    let incoming = [bytes("a.bin", noise(1 << 20, 1))];
    let mut said =
        || write_body(&env, &path, &head(), &incoming, &mut buffers).err().map(|e| (e.code(), path.exists()));
    assert_eq!(said(), Some(("io", false)), "the sync");
    assert_eq!(said(), Some(("no-space", false)), "the first write");
}

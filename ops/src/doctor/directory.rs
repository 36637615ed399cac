//! What a directory for copies really does: writing, names that are free, renaming, syncing, and the limits of its disk.
//!
//! Makes one directory of its own, and removes it. Space and kind of the disk are `machine`'s.

use crate::output::printable_path;
use jingui_sync::{Ability, Left, PROBED_VERSION, Point, Probed, Why};
use jingui_vault::copies::Begun;
use jingui_vault::env::Env;
use std::io::{self, ErrorKind, Read, SeekFrom};
use std::path::{Path, PathBuf};

/// The canary is as large as the one for a store.
const CANARY_BYTES: usize = 100_003;
/// A file of this size is the first that FAT cannot hold.
const LARGE_BYTES: u64 = 1 << 32;
/// As long as the longest name in a copy, with room: a digest and the last part of a path.
const LONG_NAME: usize = 200;
/// A name as scanners' folders and named files may have it.
const CHINESE_NAME: &str = "备份：封面";

/// Finds out what a directory does; it must be there.
pub fn probe(dir: &Path, env: &Env, dry_run: bool) -> Probed {
    let below = dir.join(Begun::probe_name(env));
    let mut run = Run { env, dir, below, points: Vec::new() };
    let left = match dry_run {
        true => {
            run.look();
            Vec::new()
        }
        false => run.all(),
    };
    let Run { below, mut points, .. } = run;
    points.sort_by_key(|point| point.ability);
    Probed {
        v: PROBED_VERSION,
        place: printable_path(dir),
        endpoint: None,
        at: env.now(),
        below: printable_path(&below),
        points,
        mode: None,
        lock_seconds: None,
        skew_seconds: None,
        left,
    }
}

/// What is asked of a directory.
const ABILITIES: [Ability; 10] = [
    Ability::List,
    Ability::Write,
    Ability::Read,
    Ability::Condition,
    Ability::Rename,
    Ability::Sync,
    Ability::LargeFiles,
    Ability::Names,
    Ability::Case,
    Ability::Clean,
];

struct Run<'a> {
    env: &'a Env,
    dir: &'a Path,
    below: PathBuf,
    points: Vec<Point>,
}

impl Run<'_> {
    fn look(&mut self) {
        let listed = self.env.fs.list(self.dir).map(|_| true);
        self.tell(Ability::List, listed);
        self.rest(Why::DryRun);
    }

    fn all(&mut self) -> Vec<Left> {
        let made = match self.env.fs.create_dir(&self.below) {
            // Whatever has the name already is not the probe's to write in, or to remove.
            Ok(false) => Err(ErrorKind::AlreadyExists.into()),
            made => made,
        };
        if let Err(error) = made {
            self.tell(Ability::Write, Err(error));
            let listed = self.env.fs.list(self.dir).map(|_| true);
            self.tell(Ability::List, listed);
            self.rest(Why::Unasked);
            return Vec::new();
        }
        let mut bytes = vec![0; CANARY_BYTES];
        self.env.random.fill(&mut bytes);
        let written = self.write(&bytes);
        let wrote = written.is_ok();
        self.tell(Ability::Write, written);
        if wrote {
            let read = self.reads("whole", &bytes);
            self.tell(Ability::Read, read);
            let refused = self.refuses_second();
            self.tell(Ability::Condition, refused);
            let renamed = self.renames(&bytes);
            self.tell(Ability::Rename, renamed);
            let seeks = self.takes_large();
            self.tell(Ability::LargeFiles, seeks);
            let named = self.takes_names();
            self.tell(Ability::Names, named);
            let tells = self.tells_capitals();
            self.tell(Ability::Case, tells);
        }
        let left = self.clean();
        self.rest(Why::Unasked);
        left
    }

    /// Writes the canary; what became of syncing is a point of its own.
    fn write(&mut self, bytes: &[u8]) -> io::Result<bool> {
        let mut file = self.env.fs.create_new(&self.below.join("whole"))?;
        file.write_all(bytes)?;
        let synced = file.sync().and_then(|()| self.env.fs.sync_dir(&self.below));
        // A disk that is full may say so only now.
        if synced.as_ref().is_err_and(|error| error.kind() == ErrorKind::StorageFull) {
            return synced.map(|()| false);
        }
        self.tell(Ability::Sync, synced.map(|()| true));
        Ok(true)
    }

    fn reads(&mut self, name: &str, bytes: &[u8]) -> io::Result<bool> {
        let listed = self.env.fs.list(&self.below);
        self.tell(Ability::List, listed.map(|names| names.iter().any(|(known, _)| known == name)));
        Ok(self.env.fs.read(&self.below.join(name), bytes.len() as u64)? == bytes)
    }

    fn refuses_second(&self) -> io::Result<bool> {
        match self.env.fs.create_new(&self.below.join("whole")) {
            Ok(_) => Ok(false),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(true),
            Err(error) => Err(error),
        }
    }

    fn renames(&self, bytes: &[u8]) -> io::Result<bool> {
        let (fs, path) = (&self.env.fs, |name: &str| self.below.join(name));
        fs.write_new(&path("other"), b"other")?;
        match fs.rename_new(&path("whole"), &path("other")) {
            Ok(()) => return Ok(false),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
        if fs.read(&path("other"), 5)? != b"other" {
            return Ok(false);
        }
        fs.rename_new(&path("whole"), &path("renamed"))?;
        fs.sync_dir(&self.below)?;
        Ok(fs.stat(&path("whole"))?.is_none() && fs.read(&path("renamed"), bytes.len() as u64)? == bytes)
    }

    /// A file system refuses to look at a place that no file of it can have; nothing of that size is written.
    fn takes_large(&self) -> io::Result<bool> {
        let (renamed, first) = (self.below.join("renamed"), self.below.join("whole"));
        // Where renaming failed it has its first name still.
        let mut file = self.env.fs.open(&renamed).or_else(|_| self.env.fs.open(&first))?;
        match file.seek(SeekFrom::Start(LARGE_BYTES)) {
            Ok(_) => Ok(file.read(&mut [0])? == 0),
            Err(error) if error.kind() == ErrorKind::InvalidInput => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn takes_names(&self) -> io::Result<bool> {
        let names = ["n".repeat(LONG_NAME), CHINESE_NAME.to_owned()];
        for name in &names {
            self.env.fs.write_new(&self.below.join(name), b"x")?;
        }
        let listed = self.env.fs.list(&self.below)?;
        Ok(names.iter().all(|name| listed.iter().any(|(known, _)| known == name.as_str())))
    }

    fn tells_capitals(&self) -> io::Result<bool> {
        self.env.fs.write_new(&self.below.join("CASE"), b"x")?;
        Ok(self.env.fs.stat(&self.below.join("case"))?.is_none())
    }

    /// Removes what was made, and names what is left.
    fn clean(&mut self) -> Vec<Left> {
        let fs = &self.env.fs;
        for (name, _) in fs.list(&self.below).unwrap_or_default() {
            // What is left is named below.
            drop(fs.remove(&self.below.join(name)));
        }
        let removed = fs.remove_dir(&self.below).map(|()| true);
        let left = match &removed {
            Ok(_) => Vec::new(),
            Err(_) => vec![Left { key: printable_path(&self.below), version: None, upload: None }],
        };
        self.tell(Ability::Clean, removed);
        left
    }

    fn tell(&mut self, ability: Ability, seen: io::Result<bool>) {
        self.points.push(match seen {
            Ok(true) => Point::kept(ability),
            Ok(false) => Point::not_kept(ability, Why::Other),
            Err(error) => Point::not_kept(ability, Why::Said).said(error),
        });
    }

    /// What was not asked, and why.
    fn rest(&mut self, why: Why) {
        for ability in ABILITIES {
            if !self.points.iter().any(|point| point.ability == ability) {
                self.points.push(Point::not_known(ability, why));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jingui_sync::Verdict;
    use jingui_vault::fs::{Fs, OsFs, ReadFile, Stat, WriteFile};
    use std::ffi::OsString;
    use std::sync::Arc;

    #[test]
    fn a_plain_directory_does_everything_and_is_left_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let probed = probe(dir.path(), &Env::of_host(), false);
        let asked: Vec<Ability> = probed.points.iter().map(|point| point.ability).collect();
        let mut all = ABILITIES.to_vec();
        all.sort();
        assert_eq!(asked, all);
        for ability in ABILITIES.iter().filter(|ability| **ability != Ability::Case) {
            assert!(probed.proves(*ability), "{:?}", probed.points);
        }
        assert!(probed.left.is_empty() && std::fs::read_dir(dir.path()).unwrap().next().is_none());
        assert_eq!(probed.locks(), None);
    }

    /// A disk like a stick with FAT: no file of 4 GiB, no capitals, question marks for Chinese, bytes only in memory.
    struct Fat;

    struct Short(Box<dyn ReadFile>);

    impl Read for Short {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            self.0.read(into)
        }
    }

    impl io::Seek for Short {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            match to {
                SeekFrom::Start(LARGE_BYTES..) => Err(ErrorKind::InvalidInput.into()),
                to => self.0.seek(to),
            }
        }
    }

    impl Fat {
        fn name(path: &Path) -> PathBuf {
            let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
            let name: String = name.chars().map(|c| if c.is_ascii() { c } else { '_' }).collect();
            path.with_file_name(name)
        }
    }

    impl Fs for Fat {
        fn open(&self, path: &Path) -> io::Result<Box<dyn ReadFile>> {
            Ok(Box::new(Short(OsFs.open(&Self::name(path))?)))
        }
        fn create_new(&self, path: &Path) -> io::Result<Box<dyn WriteFile>> {
            OsFs.create_new(&Self::name(path))
        }
        fn open_append(&self, path: &Path) -> io::Result<Box<dyn WriteFile>> {
            OsFs.open_append(&Self::name(path))
        }
        fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
            OsFs.rename(&Self::name(from), &Self::name(to))
        }
        fn remove(&self, path: &Path) -> io::Result<()> {
            OsFs.remove(&Self::name(path))
        }
        fn remove_dir(&self, path: &Path) -> io::Result<()> {
            OsFs.remove_dir(&Self::name(path))
        }
        fn create_dir(&self, path: &Path) -> io::Result<bool> {
            OsFs.create_dir(&Self::name(path))
        }
        fn sync_dir(&self, _: &Path) -> io::Result<()> {
            Err(ErrorKind::InvalidInput.into())
        }
        fn list(&self, path: &Path) -> io::Result<Vec<(OsString, Stat)>> {
            OsFs.list(path)
        }
        fn stat(&self, path: &Path) -> io::Result<Option<Stat>> {
            OsFs.stat(&Self::name(path))
        }
    }

    #[test]
    fn the_limits_of_a_stick_are_told_one_by_one() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path().join("stick");
        std::fs::create_dir(&dir).unwrap();
        let env = Env { fs: Arc::new(Fat), ..Env::of_host() };
        let probed = probe(&dir, &env, false);
        for ability in [Ability::LargeFiles, Ability::Names, Ability::Case, Ability::Sync] {
            assert_eq!(probed.verdict(ability), Verdict::NotKept, "{:?}", probed.points);
        }
        for ability in [Ability::Write, Ability::Read, Ability::Condition, Ability::Clean] {
            assert!(probed.proves(ability), "{:?}", probed.points);
        }
    }

    #[test]
    fn what_has_the_name_already_is_left_alone() {
        struct Zeros;
        impl jingui_vault::env::Random for Zeros {
            fn fill(&self, bytes: &mut [u8]) {
                bytes.fill(0);
            }
        }
        let dir = tempfile::tempdir().unwrap();
        let others = dir.path().join("probe-0000000000000000");
        std::fs::create_dir(&others).unwrap();
        std::fs::write(others.join("whole"), "x").unwrap();
        let env = Env { random: Arc::new(Zeros), ..Env::of_host() };
        let probed = probe(dir.path(), &env, false);
        assert_eq!(probed.verdict(Ability::Write), Verdict::NotKept);
        assert_eq!(probed.points.len(), ABILITIES.len());
        assert_eq!(std::fs::read(others.join("whole")).unwrap(), b"x");
    }

    #[test]
    fn a_dry_run_only_looks() {
        let dir = tempfile::tempdir().unwrap();
        let probed = probe(dir.path(), &Env::of_host(), true);
        assert!(probed.proves(Ability::List));
        assert_eq!(probed.verdict(Ability::Write), Verdict::NotKnown);
        assert_eq!(probed.points.len(), ABILITIES.len());
    }

    #[test]
    fn where_nothing_can_be_written_it_is_said() {
        let dir = tempfile::tempdir().unwrap();
        let probed = probe(&dir.path().join("nowhere"), &Env::of_host(), false);
        assert_eq!(probed.verdict(Ability::Write), Verdict::NotKept);
        assert_eq!(probed.points.len(), ABILITIES.len());
        let said = probed.points.iter().find(|point| point.ability == Ability::Write).unwrap();
        assert!(said.said.is_some() && probed.left.is_empty());
    }
}
